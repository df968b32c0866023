"""Pages of contents: labels before page numbers, which are no figures of the report."""

import re
from collections.abc import Sequence

from transforms.grid import Row

_TITLE = re.compile(r"\W*(?:(?:table\s+of\s+)?contents|index)\W*", re.IGNORECASE)
_HEAD = re.compile(r"page(?:s| no\.?| number)?", re.IGNORECASE)
# What stands before a page number; the title, with a letter in it, is all before that.
_ENTRY_END = re.compile(r"[\s._]{2}([0-9]{1,3})\s*+\Z")
_LETTER = re.compile("[A-Za-z]")
_FEWEST = 2  # entries of contents
_WRAPPED = 2  # lines of a title before the one with its page


def parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of a document without its contents, and the entries of these.

    Below a title that says so, or a head over page numbers, every entry is a title and a page, and no page comes before
    the one above. The tags of tables stay.
    """
    if not any(map(_announces, rows)):
        return list(rows), []
    kept: list[Row] = []
    entries: list[Row] = []
    at = 0
    while at < len(rows):
        found = _entries(rows, at + 1) if _announces(rows[at]) else []
        if len(found) < _FEWEST:
            kept.append(rows[at])
            at += 1
            continue
        entries += [rows[one] for one in found]
        kept += [row for row in rows[at : found[-1] + 1] if row.tag]
        at = found[-1] + 1
    return kept, entries


def page_of(row: Row) -> tuple[int, int] | None:
    """Return where the page number of an entry stands in its row."""
    match = _ENTRY_END.search(row.text) if row.figures < _FEWEST else None
    return match.span(1) if match and _LETTER.search(row.text, 0, match.start()) else None


def _announces(row: Row) -> bool:
    return bool(row.chunks) and bool(_TITLE.fullmatch(row.text) or _HEAD.fullmatch(row.words(len(row.chunks) - 1)))


def _entries(rows: Sequence[Row], start: int) -> list[int]:
    """Return the indices of the entries of contents that begin with a row."""
    found: list[int] = []
    words, page = 0, 0
    for at in range(start, len(rows)):
        row = rows[at]
        if row.tag or _announces(row):
            continue
        if (span := page_of(row)) is not None and int(row.text[slice(*span)]) >= page:
            found.append(at)
            words, page = 0, int(row.text[slice(*span)])
        elif row.figures or words == _WRAPPED:
            break
        else:
            words += 1
    return found


__all__ = ["page_of", "parted"]
