"""Where the tests find real filings. It imports nothing of ours: processes whose memory is measured read it too."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("TIEOUT_SHARED") or Path(__file__).parents[1] / ".." / "shared").resolve()


def local_filings(shared: Path) -> list[Path]:
    """The real filings that lie beside each other as files: what folders hold is asked for by name."""
    return sorted(path for path in (shared / "filings").iterdir() if path.is_file())
