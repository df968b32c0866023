"""Names over their captions on a cover page: "(Exact name of issuing entity as specified in its charter)"."""

import re
from typing import NamedTuple

from transforms import names
from transforms.grid import Row
from transforms.values import DATE

ISSUER, REGISTRANT, DEPOSITOR, SPONSOR = "ISSUER", "REGISTRANT", "DEPOSITOR", "SPONSOR"
_CAPTIONS = (
    (ISSUER, re.compile(r"\(\s*(?:(?:exact\s+)?name\s+of\s+(?:the\s+)?issu|issu(?:er|ing\s+entity)\b)", re.IGNORECASE)),
    (DEPOSITOR, re.compile(r"\(\s*(?:exact\s+)?name\s+of\s+(?:the\s+)?depositor", re.IGNORECASE)),
    (SPONSOR, re.compile(r"\(\s*(?:exact\s+)?name\s+of\s+(?:the\s+)?sponsor", re.IGNORECASE)),
    (REGISTRANT, re.compile(r"\(\s*exact\s+name\s+of\s+(?:the\s+)?(?:co-?)?registrant", re.IGNORECASE)),
)  # fmt: skip
_RULE = re.compile(r"[\s_=*.-]+")
_DAY = re.compile(DATE, re.IGNORECASE)
# Lines of a cover that stand above a name and are none: forms, periods, numbers of files.
_NO_NAME = re.compile(
    r"united\s+states|securities\s+and\s+exchange|washington|\bform\s+[0-9]|current\s+report|distribution\s+report|pursuant"
    r"|exchange\s+act|act\s+of\s+19|asset-backed\s+issuer|commission\s+file|not\s+applicable|for\s+the\s+\w+\s+.{0,200}?period"
    r"|date\s+of\s+(?:report|event|earliest)|central\s+index|\(?mark\s+one",
    re.IGNORECASE,
)
_MOST = 5  # lines of the longest name
_HINTS = ("name of", "(issu")


class Captioned(NamedTuple):
    """A name on a cover page: what its caption calls it, its words, and the row on which it begins."""

    role: str
    name: str
    row: Row


def captioned(rows: list[Row]) -> list[Captioned]:
    """Return the names over captions, in their order."""
    found: list[Captioned] = []
    for at, row in enumerate(rows):
        low = row.text.lower()
        if "(" not in low or not any(hint in low for hint in _HINTS):
            continue
        role = next((role for role, caption in _CAPTIONS if caption.match(row.text.strip())), None)
        block = _above(rows, at) if role else []
        if role and block:
            found.append(Captioned(role, " ".join(" ".join(one.text.split()) for one in block), block[0]))
    return found


def _above(rows: list[Row], at: int) -> list[Row]:
    """Return the lines of the name above a caption: up to a gap, a rule, another caption, or what is no name."""
    end = at
    while end > 0 and (_is_bracketed(rows[end - 1]) or _RULE.fullmatch(rows[end - 1].text)):
        end -= 1
    start = end
    while start > 0 and end - start < _MOST and _may_name(rows[start - 1]):
        if start < end and rows[start - 1].line_no != rows[start].line_no - 1:
            break
        start -= 1
    return rows[start:end]


def _is_bracketed(row: Row) -> bool:
    return row.text.strip().startswith("(")


def _may_name(row: Row) -> bool:
    text = row.text
    return not (
        row.tag or ":" in text or _is_bracketed(row) or _RULE.fullmatch(text) or _NO_NAME.search(text)
        or _DAY.search(text) or not any(map(str.isalpha, text))
    )  # fmt: skip


def issuer(found: list[Captioned]) -> str | None:
    """Return the name of the trust: over its own caption, else the registrant's if this names a trust."""
    own = next((one.name for one in found if one.role == ISSUER), None)
    if own is not None:
        return names.of_trust(own) or own
    registrants = [one.name for one in found if one.role == REGISTRANT]
    return next((name for one in registrants if (name := names.of_trust(one) or _securities(one))), None)


def registrant(found: list[Captioned]) -> str | None:
    """Return the name over the caption of the registrant, else of the depositor."""
    return next((one.name for role in (REGISTRANT, DEPOSITOR) for one in found if one.role == role), None)


def _securities(name: str) -> str | None:
    return name if names.has_series(name) and not name.startswith("(") else None
