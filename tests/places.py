"""Where the tests find real filings. It imports nothing of ours: processes whose memory is measured read it too."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("TIEOUT_SHARED") or Path(__file__).parents[1] / ".." / "shared").resolve()
