"""What goes into the reader and what comes out of it, besides the cells."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Submission:
    """The bytes of one filing, and what an index said of it. The header inside the bytes wins over the index."""

    raw: bytes
    source_uri: str = ""
    accession: str | None = None
    filed_date: date | None = None
    local: bool = False
    unread: str = ""  # why there are no bytes to read: they are more than may be opened


@dataclass(frozen=True)
class Outcome:
    """How the reading of one filing ended.

    `state` is read, not_ours, unreadable or unrecognised; `reason` says why in words; `tokens` counts the numbers
    printed in the documents that were read, `cells` the values found, `cells_mapped` those with a column.
    """

    accession: str
    state: str
    reason: str
    layout_family: str | None = None
    tokens: int = 0
    cells: int = 0
    cells_mapped: int = 0
    reports: int = 0
    doubtful: tuple[str, ...] = ()
