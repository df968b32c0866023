"""What the first part of a submission tells before the rest is fetched: whether it is one, and whose it is.

The index says which form was filed, never by what kind of company; of the 8-Ks of a day most are of other trades.
"""

import re
from dataclasses import dataclass

from transforms import document

ENOUGH = 64 * 1024  # characters in which a report of a trust has said what it is
# Words without which nobody reports to the holders of asset-backed securities.
_WORDS = re.compile(
    r"asset[- ]?backed|pass[- ]?through|(?:certificate|note)[- ]?holder|distribution\s+date"
    r"|servicer'?s?\s+(?:certificate|report|statement)|pooling\s+and\s+servicing|securiti[sz]ation"
    r"|(?:owner|receivables|master|mortgage|lease|loan|equity|card)\s+trust|(?:collateral|sub)[- ]?servicer|remic\b",
    re.IGNORECASE,
)
_WEB_PAGE = re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<\?xml)", re.IGNORECASE)
FINANCE = range(6000, 6800)  # industries of which some companies file the reports of their trusts themselves


@dataclass(frozen=True)
class Glance:
    """What a first part tells: the industries its header names, and why it is none of ours, None where it may be."""

    industries: tuple[str, ...]
    foreign: str | None


def glance(head: bytes, whole: bool) -> Glance | None:
    """Return what the first bytes of a submission tell of its filers, None where more must be read first."""
    text = head.decode("latin-1")
    end = text.find("</SEC-HEADER>")
    end = end if end >= 0 else text.find("<DOCUMENT>")
    if end < 0 and not whole and len(text) < ENOUGH:
        return None
    found = document.industries(text[: end if end >= 0 else len(text)])
    if not found or document.ASSET_BACKED_SIC in found or _WORDS.search(text):
        return Glance(found, None)
    if not whole and len(text) < ENOUGH:
        return None
    return Glance(found, f"its filer's industry is not asset-backed securities (SIC {', '.join(found)}), and it speaks "
                  "of no trust, distribution or holder")  # fmt: skip


def may_report(industry: str) -> bool:
    """Tell whether companies of an industry may file reports of trusts under their own name."""
    return int(industry) in FINANCE


def fault(raw: bytes) -> str | None:
    """Return why bytes that a server gave are no whole submission, None if they are one."""
    text = raw[:2048].decode("latin-1")
    if not text.strip():
        return "nothing came"
    if _WEB_PAGE.match(text):
        return "a web page came in place of the filing"
    return document.unclosed(raw.decode("latin-1"))
