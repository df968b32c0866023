"""A first declaration of a layout, drafted from one filing for a person to finish.

What may give the family away becomes its marks; titles and labels that met no term are suggested, commented out. The
draft is no longer than a declaration may be.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

import polars as pl

from transforms import document, layout, pages, terms, unmet, vocabulary
from transforms.facts.statements import UNTITLED
from transforms.grid import TEXT, Row
from transforms.labels import normalise
from transforms.reading import metadata, read
from transforms.submission import Submission
from transforms.values import DATE

UNNAMED = "unnamed"
_MOST_MARKS = 6
_MOST_TITLES = 4
_REPEATED = 3  # times that words stand in a filing before they look like furniture of its pages
_LONGEST_MARK = 60  # characters: longer words are sentences
_LONGEST_LABEL = 60
_SITE = (".com", ".net", ".org", "www.")
_SAID = re.compile(r"copyright|customer service|\bacct\b|investor reporting|corporate trust", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_DATED = re.compile(DATE, re.IGNORECASE)
_BANK = re.compile(r"\b[A-Z][A-Za-z&']{1,20}(?: [A-Z][A-Za-z&']{1,20}){0,3} (?:Bank|BANK|Trust Co|TRUST CO)")
_NO_NAMES = frozenset(("copyright", "the", "bank", "trust", "co", "national"))


def draft(raw: bytes, name: str, family: str | None = None) -> str:
    """Return a declaration in TOML drafted from a filing; `name` is what the filing is called, for the first line.

    Raises UnreadableFiling, ForeignFiling or UnrecognisedFiling where there is nothing to read.
    """
    filing = document.split(Submission(raw, local=True))
    table = read(raw)
    reports = metadata(table)["reports"]
    cells = pl.from_arrow(table)
    assert isinstance(cells, pl.DataFrame)
    own = {normalise(str(part)) for report in reports for part in (report["name"], report["series"]) if part}
    rows = [row for exhibit in filing.exhibits if exhibit.text for row in pages.open_page(exhibit).rows]
    words = [one for row in rows for one in _words(row) if not any(name in normalise(one) for name in own)]
    in_tables = {one for name in ("row_label", "column_label", "raw_text") for one in cells[name].unique()}
    lines = Counter(one for row in rows if len(row.chunks) == 1 for one in _words(row) if one not in in_tables)
    marks = _marks(words, lines)
    drafted = [
        f"# Drafted from {name[:_LONGEST_MARK]}. Keep what any filing of the family prints; take out names of deals.",
        f"family = {_quoted(family or _family(marks, words))}",
        *(["marks = [", *(f"  {_quoted(mark)}," for mark in marks), "]"] if marks else [_NO_MARKS]),
    ]
    titles = [title for report in reports for code, _, title, *_ in report["statements"] if code == UNTITLED and title]
    drafted += _titles(dict.fromkeys(titles))
    drafted += _labels(cells, layout.MOST_LINES - len(drafted))
    return "\n".join(drafted) + "\n"


_NO_MARKS = "marks = []  # nothing on its pages names who prints them: a site, a product, a line on every page"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _words(row: Row) -> list[str]:
    """Return the stretches of words of a row."""
    return [" ".join(row.text[low:high].split()) for low, high, kind in row.chunks if kind == TEXT]


def _marks(words: list[str], lines: Counter[str]) -> list[str]:
    """Return what may give a family away: sites, who printed it, lines that stand on many pages; no name of a deal."""
    sites = [site for one in words if any(sign in one.lower() for sign in _SITE) for site in _sites(one)]
    said = [one for one in words if _SAID.search(one)]
    other = set(words)
    often = [
        one for one, count in lines.most_common()
        if count >= _REPEATED and one in other and not _DATED.search(one) and not _is_label(one)
    ]  # fmt: skip
    found = dict.fromkeys(_DIGIT.sub("#", mark) for mark in (*sites, *said, *often))
    return [mark for mark in found if layout.is_mark(mark) and len(mark) <= _LONGEST_MARK][:_MOST_MARKS]


def _sites(words: str) -> list[str]:
    """Return the web sites named in words, without their pages."""
    parts = [part.strip(".,;:()<>\"'") for part in words.split() if any(sign in part.lower() for sign in _SITE)]
    hosts = [part.removeprefix("https://").removeprefix("http://").split("/")[0] for part in parts]
    return [host for host in hosts if "@" not in host and not host.endswith("sec.gov")]


def _is_label(words: str) -> bool:
    """Tell whether words belong to tables: a title, a member or side, a label of any statement or near one."""
    return bool(
        vocabulary.statement_of(words)
        or vocabulary.header_of(words)
        or vocabulary.group_of(words)
        or unmet.is_known(UNTITLED, words)
        or unmet.nearest(UNTITLED, unmet.bare(words))
    )


def _family(marks: list[str], words: list[str]) -> str:
    """Return a name for the family: that of its site, else of the bank or trust company that it names."""
    site = next((mark for mark in marks if " " not in mark and "." in mark), None)
    if site:
        return _as_name(site.split(".")[-2])
    bank = next((match for one in (*marks, *words) if (match := _BANK.search(one))), None)
    return _as_name(bank[0]) if bank else UNNAMED


def _as_name(words: str) -> str:
    parts = [part for part in re.split(r"[^a-z0-9]+", words.lower()) if part and part not in _NO_NAMES]
    name = "_".join(parts)[:30].strip("_")
    return name if name[:1].isalpha() else UNNAMED


def _titles(titles: Iterable[str]) -> list[str]:
    """Suggest the statement of each title that none goes by."""
    known = {title: statement.code for title, statement in terms.titles().items()}
    lines = []
    for title in titles:
        near = get_close_matches(normalise(title), known, n=1, cutoff=0.6)
        if len(title) <= _LONGEST_LABEL:
            lines.append(f"# {_quoted(title)} = {_quoted(known[near[0]] if near else '')}")
    return ["", "[titles]", *lines[:_MOST_TITLES]] if lines else []


def _labels(cells: pl.DataFrame, room: int) -> list[str]:
    """Suggest the column of each label that met no term, those with most values first, within so many lines."""
    found = unmet.unmet(cells).filter(pl.col("label").is_not_null() & ~pl.col("label").str.contains("|", literal=True))
    counted = found.group_by("statement", "label", maintain_order=True).agg(pl.len(), pl.col("printed").first())
    sections: dict[str, list[str]] = {}
    for statement, label, count, printed in counted.sort("len", descending=True, maintain_order=True).iter_rows():
        opening = 2 if statement not in sections else 0
        if len(printed) > _LONGEST_LABEL or room < opening + 1:
            continue
        near = unmet.nearest(statement, label)
        column = unmet.column(near.term) if near else ""
        sections.setdefault(statement, ["", f"[labels.{statement}]"]).append(
            f"# {_quoted(printed)} = {_quoted(column)}  # {count} values"
        )
        room -= opening + 1
    return [line for section in sections.values() for line in section]


__all__ = ["UNNAMED", "draft"]
