"""Names of trusts: which words of a cover, letterhead or header name one, and the short form of a name.

A deal is named by its trust, or by its securities and their series; never by a form, the title of a report, a caption
in parentheses or the head of a column.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

# A series: 2016-1, 2000-B, 2006-EX3, 1989-SW1A, 2000C, 2013-C9.
TOKEN = r"(?:19|20)[0-9][0-9](?:-[A-Z0-9][A-Z0-9-]*|[A-Z]{1,2}[0-9]?)"
# Without its hyphen, as headers write it, only at the end: 2000 B.
_SERIES = re.compile(rf"(?<![\w-])(?:{TOKEN}(?![\w-])|(?:19|20)[0-9][0-9] [A-Z0-9]{{1,2}}$)", re.IGNORECASE)
_LONE_SERIES = re.compile(rf"(?:series:?\s+)?{TOKEN}", re.IGNORECASE)
# The word as it stands in the name of a trust; before other words it is part of a bank's name, or of a line item.
_TRUST = re.compile(
    rf"\b(?:trusts?|tr)\b(?=\s*(?:$|,(?!\s*n)|&|\(|{TOKEN}|(?:no\.? *)?[0-9]|[IVX]+\b|and\b|series\b"
    r"|(?:asset|mortgage|pass|home|revolving|collateral|auto|loan|certificates|notes|bonds)\b))",
    re.IGNORECASE,
)
_OF_A_BANK = re.compile(
    r"\b(?:corporate|institutional|personal|agency|agency and|agency &|the|of|in|this)\s+trust\b", re.I
)
_SECURITIES = re.compile(r"\b(?:certificates|certs?|notes|nts|bonds|securities)\b", re.IGNORECASE)
# Words of the trade that say what a trust is or holds, and those of law: with none beside them nothing is named.
_LEGAL = (
    "auto|automobile|vehicle|owner|grantor|master|mortgage|home|equity|receivables?|securit(?:y|ies)|corporation|corp"
    "|trusts?|tr|inc|llc|lp|ltd|limited|company|co|na|plc|issuance|issuer|note|notes|certificates?|bonds?|series"
    "|pass|through|thru|asset|assets|backed|collateralized|loans?|leases?|leasing|card|cards|credit|student|equipment"
    "|floorplan|device|payment|revolving|residential|commercial|the|and|of|sr|sub|senior|subordinated?|conduit|reremic"
    "|funding|acceptance|contracts?|manufactured|housing|dealer|line|class|tranche|pool|group|[a-z]"
)
_COMMON = re.compile(rf"(?:{_LEGAL})", re.IGNORECASE)
# What is left out of a short name: the words of law, and those of the product that is securitised.
_LEFT_OUT = re.compile(
    r"\b(?:(?:(?:asset|loan|mortgage|contract)[- ]backed|(?:mortgage\s+)?pass[- ]thr(?:ough|u)"
    r"|auto(?:mobile)?|owner|grantor|mortgage|home\s+equity|student|equipment|receivables?|securit(?:y|ies)"
    r"|loans?|leas(?:e|es|ing)|corporation|corp|trusts?|tr|incorporated|inc|limited|ltd|company|revolving"
    r"|certificates?|notes?|bonds?|series)\b\.?|(?:l\.?l\.?c|l\.?p|n\.?a|co)\b\.?)",
    re.IGNORECASE,
)
# Trusts that issue series after series.
_OF_MANY = re.compile(r"\b(?:master|issuance|cards?|credit\s+accounts?)\b", re.IGNORECASE)
_COMPANY = re.compile(r"\b(?:inc|corp|corporation|llc|l\.l\.c|l\.?p|ltd|limited|company|plc)\b\.?$", re.IGNORECASE)
_SMALL = frozenset(
    ("of", "and", "the", "for", "by", "de", "on", "in", "with", "to", "an", "a", "et", "al", "thru", "through")
)
_TITLE = re.compile(
    r"\b(?:statement|report|reporting|summary|certificate(?!s)|remittance|exhibit|form\s+[0-9]|form|page|detail|advice"
    r"|information|distributions?|amounts?|payments?|portfolio|performance|contents|supplements?|agreement|per\s+\$"
    r"|exchange\s+commission|exchange\s+act|act\s+of|current\s+report|pursuant|united\s+states|asset-backed\s+issuer"
    r"|commission\s+file|not\s+applicable|washington|(?:balance|factors?|total|class(?:es)?|group|pool|date|period|month|record|dated?)s?)\b",
    re.IGNORECASE,
)
_BEHALF = re.compile(r"\bon\s+behalf\s+of\b|\bas\s+(?:depositor|servicer|seller|sponsor)\s+(?:for|of)\b", re.IGNORECASE)
_PARTS = re.compile(r"\s+(?:-{1,3}|[\u2013\u2014])\s+")
_BRACKETED = re.compile(r"\s*\([^()]*\)?")
_MOST = 18  # words of the longest name
# Securities named in a sentence: of, for or with respect to what the filing is made.
_IN_PROSE = re.compile(
    r"\b(?:issuance\s+of|holders\s+of|respect\s+to|relat(?:ing|es?)\s+to|behalf\s+of|of)\s+(?:the\s+)?"
    rf"([A-Z](?:[^.;:()]|\.(?!\s+[A-Z][a-z]+\s+[a-z])){{0,500}}?,?\s+Series\s+{TOKEN})(?![\w-])"
)


def plain(name: str | None) -> str:
    """Return a name in the form that compares equal: capitals and digits, parted by single blanks."""
    return _plain(name or "")


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", " ", name.upper()).strip()


@lru_cache(maxsize=16384)
def of_trust(words: str) -> str | None:
    """Return the name of a trust that a line holds; None where its words name none."""
    for part in _parts(words):
        match = _TRUST.search(part)
        if match and _is_proper(part) and not _OF_A_BANK.search(part) and len(part[: match.start()].split()) > 0:
            return _without_title(part, match.end())
    return None


@lru_cache(maxsize=16384)
def of_series(words: str) -> str | None:
    """Return the name of a series that a line holds beside words of its own, "HAZEL 2013-C9"; else None."""
    for part in _parts(words):
        match = _SERIES.search(part)
        if match and match.start() > 0 and _is_proper(part) and not is_common(part[: match.start()]):
            return _without_title(part, match.end())
    return None


def of_company(words: str) -> str | None:
    """Return the name of a company that a line holds and nothing else; None where its words name none."""
    line = " ".join(words.split())
    return line if _COMPANY.search(line) and _is_proper(line) and not is_title(line) else None


def in_prose(text: str) -> str | None:
    """Return the trust or the securities that a sentence names with their series; None where none does."""
    for match in _IN_PROSE.finditer(" ".join(text.split())):
        name = match[1].rstrip(", ")
        # What follows another "of the" is what is meant: the first words may be of the sentence.
        for start in (*(found.end() for found in re.finditer(r"\bof\s+(?:the\s+)?", name)), 0):
            tail = name[start:]
            if _is_proper(tail) and (_SECURITIES.search(tail) or of_trust(tail)) and not is_common(tail):
                return _first_series(tail) if of_trust(tail) else tail
    return None


def _first_series(name: str) -> str:
    """Cut a name of a trust behind its series, where the name of its securities goes on."""
    match = re.search(rf"\btrust\s+(?:series\s+)?{TOKEN}(?![\w-])", name, re.IGNORECASE)
    return name[: match.end()] if match else name


def with_series(name: str, series: str | None) -> str:
    """Return a name with its series: what issues many deals names none of them alone. A trust of many series keeps
    its own."""
    if not series or f" {plain(series)} " in f" {plain(name)} ":
        return name
    if of_trust(name) is None:
        return f"{name} Series {series}"
    return name if has_series(name) or _OF_MANY.search(name) else f"{name} {series}"


def lone_series(words: str) -> bool:
    """Tell whether a line holds a series and nothing else: the second line of a name."""
    return _LONE_SERIES.fullmatch(words.strip()) is not None


def has_series(name: str) -> bool:
    """Tell whether a name holds a series."""
    return _SERIES.search(name) is not None


def is_title(words: str) -> bool:
    """Tell whether a line is a title, a head or a caption: what names no trust."""
    return words.lstrip().startswith("(") or ":" in words or _TITLE.search(words) is not None


def is_common(words: str) -> bool:
    """Tell whether words are only those of law and trade, which any trust may have."""
    return all(_COMMON.fullmatch(word) for word in re.findall(r"[A-Za-z]+", words))


def bare(name: str) -> str:
    """Return a name in the form that compares equal, whether or not the word Series stands before its series."""
    return " ".join(word for word in plain(name).split() if word != "SERIES")


def are_alike(name: str, other: str) -> bool:
    """Tell whether two names may be of one: the words of one of them are all in the other."""
    one, two = (frozenset(bare(each).split()) - {"THE"} for each in (name, other))
    return one <= two or two <= one


def best(name: str, others: Sequence[str]) -> str:
    """Return of several names of one deal the first with a series: without the word Series before it, and in small and
    capital letters, where one of them is printed so."""
    chosen = next((other for other in (name, *others) if has_series(other)), name)
    same = [other for other in (chosen, *others) if bare(other) == bare(chosen)]
    return min(same, key=lambda one: (plain(one) != bare(one), one.isupper()))


def short(name: str, series: str | None) -> str:
    """Return the short form of a name: without words of law and product, then the series; the name where none is."""
    found = _SERIES.search(name)
    token = found[0] if found else series
    if not token:
        return name
    # What goes on behind the series says what the securities are.
    begins = found is not None and not is_common(name[: found.start()])
    rest = _BRACKETED.sub("", name[: found.start()] if found and begins else _SERIES.sub(" ", name))
    kept = " ".join(re.sub(r"\s+,|,(?=\s|$)", " ", _LEFT_OUT.sub(" ", rest)).split()).strip(" -,.&/")
    return f"{kept} {token}" if kept else name


def first(words: Sequence[str]) -> tuple[int, str] | None:
    """Return place and name of the first line that names a trust; else of the first that names a series.

    A series on the next line is part of the name, but not of a master trust's, which has many.
    """
    for named in (of_trust, of_series):
        for at, line in enumerate(words):
            if name := named(line):
                below = next((other for other in words[at + 1 :] if other.strip()), "")
                is_whole = has_series(name) or _OF_MANY.search(name)
                series = _SERIES.search(below) if lone_series(below) else None
                return at, name if is_whole or series is None else f"{name} {series[0]}"
    return None


def _parts(words: str) -> list[str]:
    """Return the parts of a line that may each be a name: what is on behalf of another comes first."""
    line = " ".join(words.split()).strip(" ,;")
    if not line or line.startswith("(") or ":" in line:
        return []
    behalf = _BEHALF.split(line)
    return [
        part
        for one in reversed(behalf)
        for piece in _PARTS.split(one)
        if (part := _BRACKETED.sub("", piece).strip(" ,;-"))
    ]


def _is_proper(words: str) -> bool:
    """Tell whether all words are written as in a name."""
    found = words.split()
    return len(found) <= _MOST and not any(word[0].islower() and word.strip(",.") not in _SMALL for word in found)


def _without_title(part: str, end: int) -> str | None:
    """Cut the title of a report off a name: "CRVNA 2021-N1 Servicer Report"; None where it stands before it."""
    series = _SERIES.search(part, max(0, end - len(part)))
    stop = max([end, *(found.end() for found in _SERIES.finditer(part))]) if series else end
    if _TITLE.search(part[:stop]):
        return None
    return part[:stop].strip() if _TITLE.search(part[stop:]) else part
