"""Texts of expected facts beside filings: where they lie, and how a new one differs."""

from difflib import unified_diff
from pathlib import Path

from transforms import expected

SUFFIX = ".facts"


def place(filing: Path, folder: Path | None) -> Path:
    """Return where the expected facts of a filing lie: beside it, or in `folder`. Their name is the filing's."""
    name = filing.name.removesuffix(".gz")
    return (folder or filing.parent) / (Path(name).stem + SUFFIX)


def differences(path: Path, text: str) -> list[str] | None:
    """Return how the facts in `text` differ from those at `path`, line by line; None where nothing lies there."""
    if not path.exists():
        return None
    old, new = (expected.body(one).splitlines() for one in (path.read_text("utf-8"), text))
    return list(unified_diff(old, new, str(path), "as read now", n=0, lineterm=""))
