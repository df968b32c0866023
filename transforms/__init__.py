"""The core of tieout: bytes in, tables out. No files, sockets, databases or clocks.

`read(raw)` gives the cells of one filing, `build(cells)` its facts.
"""

from transforms.building import build
from transforms.reading import concat, read, read_batch
from transforms.submission import Outcome, Submission

__all__ = ["Outcome", "Submission", "build", "concat", "read", "read_batch"]
