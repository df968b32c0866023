"""Submissions to cells: documents are taken apart, scanned, cut into blocks and reports, and read.

What no cell prints (hashes, headers, line ranges, statement titles) travels as JSON in the metadata of the Arrow table.
"""

import gc
import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
import pyarrow as pa

from transforms import assets, captions, contents, cover, document, layout, names, pages, parties, vocabulary
from transforms import blocks as blocks_
from transforms.captions import Captioned
from transforms.cells import ORPHAN, SAME_LINE, Cells, Head, Section
from transforms.cover import Field
from transforms.document import Exhibit, Filing
from transforms.errors import ForeignFiling, TieoutError, UnreadableFiling, UnrecognisedFiling
from transforms.grid import Row
from transforms.meaning import CLASS_CODES
from transforms.pages import Page
from transforms.reach import Reach, taken_out
from transforms.submission import Outcome, Submission
from transforms.tables import Printed, Reader
from transforms.unheaded import Choice
from transforms.values import is_date

METADATA = b"tieout"
HEADER = "HEADER"
_PROSE = "TEXT"
# Outside tables only figures that look like amounts or rates are values; years, addresses and sections are words.
# Digits are bounded, so that a line of nothing but digits is not scanned anew from each of them.
_AMOUNT = re.compile(
    r"\$ ?[0-9][0-9,]*(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,18}\.[0-9]{2,}%?"
    r"|[0-9]{1,18}(?:\.[0-9]{1,18})?%"
)
# What every amount holds: the cheap test before one is looked for.
_AMOUNT_HINT = re.compile(r"[0-9$](?:(?<=\$)|[.,][0-9]|%)")
_WORD = re.compile(r"[A-Za-z]{2}")
_ITEM = re.compile(r"item\s+[0-9]")
_SIGNATURE = re.compile(r"(pursuant to the requirements|signatures?)\b")
_HEAD = 40  # rows of a page that hold its titles
_BEGINNING = 250  # rows of a page in which it has said what its loans are
_COVER = 200  # rows in which a cover page says of what the filing is
_SHOWN = 60  # characters of the first line of what could not be read
_NEAR = 3  # lines of words above the figures of a table: its heads and what is said of it
_STATES = {UnreadableFiling: "unreadable", ForeignFiling: "not_ours", UnrecognisedFiling: "unrecognised"}
ERRORS = {state: error for error, state in _STATES.items()}  # that tells of a filing which ends in a state


@dataclass
class _Report:
    """One report while its blocks are read."""

    index: int
    exhibit: Exhibit
    letterhead: cover.Letterhead
    fields: list[Field]
    statements: list[Printed] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    titles: dict[str, int] = field(default_factory=dict)  # words of asset classes at the head of its exhibit
    words: dict[str, int] = field(default_factory=dict)  # and in the beginning of its text
    parties: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Batch:
    """Everything read so far."""

    cells: Cells
    reader: Reader
    filings: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)


def read_batch(submissions: Sequence[Submission], *, queue: bool = True) -> tuple[pa.Table, list[Outcome]]:
    """Read submissions into one table of cells, and tell of each how it ended. Bad input never raises.

    `queue=False` reads lists line by line only; it exists to show what the queue is for.
    """
    cells = Cells()
    batch = _Batch(cells, Reader(cells, queue=queue))
    # Reading makes hundreds of small tuples per filing and no cycles: the collector would walk them again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        outcomes = []
        for submission in submissions:
            outcomes.append(_outcome(submission, batch))
            cells.settle()
        frame = _framed(batch)
        outcomes = _counted(outcomes, frame)
        table = _table(frame, batch)
    finally:
        if collecting:
            gc.enable()
    return table, outcomes


def read(raw: bytes, *, source_uri: str = "", accession: str | None = None, queue: bool = True) -> pa.Table:
    """Return the cells of one submission: the columns of raw_cell and the filing's accession number.

    Raises UnreadableFiling, ForeignFiling or UnrecognisedFiling where there is nothing to read.
    """
    cells = Cells()
    batch = _Batch(cells, Reader(cells, queue=queue))
    _read_filing(Submission(raw, source_uri, accession, local=accession is None), batch)
    return _table(_framed(batch), batch)


def _outcome(submission: Submission, batch: _Batch) -> Outcome:
    """Read a filing into the batch; one that is refused leaves nothing behind in it."""
    before = batch.cells.mark()
    try:
        return _read_filing(submission, batch)
    except TieoutError as error:
        batch.cells.back(before)
        return Outcome(document.name_of(submission), _STATES[type(error)], str(error))
    except MemoryError:
        raise  # the machine's, and not the filing's
    except Exception as error:
        batch.cells.back(before)
        return Outcome(document.name_of(submission), "unreadable", f"the reader failed: {_told(error)}")


def _read_filing(submission: Submission, batch: _Batch) -> Outcome:
    filing = document.split(submission)
    opened = [pages.open_page(exhibit) for exhibit in filing.exhibits if exhibit.text]
    first_report = len(batch.reports)
    front = opened[0].rows if opened else []
    captioned = captions.captioned(front)
    cover_fields = cover.fields(front, captioned)
    found: list[_Report] = []
    silent: list[Page] = []
    for page in opened:
        told = _read_page(page, batch, first_report, found, is_of_one=_is_of_one(filing))
        silent += [] if told else [page]
    if not found:
        raise _nothing(filing)
    _complete(batch.cells, found, silent)
    event = next((item.value for item in cover_fields if item.column == "event_date"), None)
    records = [_report_record(filing, report, event, ordinal) for ordinal, report in enumerate(found, start=1)]
    if any(record["distribution_date"] is None for record in records):
        raise UnrecognisedFiling(
            "no distribution date is printed: not on the letterhead of a report, not on the cover page"
        )
    fields = _unread(cover_fields, found, opened[0].exhibit)
    start = len(batch.cells.rows)
    _emit_fields(batch.cells, first_report, fields)
    opened[0].settle(batch.cells, start)
    # What a table has read is no field of the cover page, whatever its words are.
    batch.cells.drop_taken(start)
    if met := batch.cells.twice():
        # One number under two names would be told of twice.
        raise UnreadableFiling(f"the reader failed: it read {met}")
    batch.reports += records
    batch.filings.append(_filing_record(filing, fields, front, captioned))
    tokens = sum(page.numbers for page in opened)
    return Outcome(
        filing.accession, "read", "", layout.family_of(found[0].exhibit.text), tokens,
        reports=len(found),
    )  # fmt: skip


def _counted(outcomes: list[Outcome], frame: pl.DataFrame) -> list[Outcome]:
    """Add to outcomes how many values were found in tables and text, and how many have a column of their own."""
    printed = frame.select("accession_number", "table_code", mapped=pl.col("canonical_table").is_not_null())
    counted = printed.filter(pl.col("table_code") != HEADER).group_by("accession_number")
    counts = {accession: found for accession, *found in counted.agg(pl.len(), pl.sum("mapped")).iter_rows()}
    found = [(outcome, *counts.get(outcome.accession, (0, 0))) for outcome in outcomes]
    return [replace(outcome, cells=cells, cells_mapped=mapped) for outcome, cells, mapped in found]


def _nothing(filing: Filing) -> TieoutError:
    """Return why a filing gave no report: it is not asset-backed, or its report is in a form that is not read."""
    if refused := document.refusal(filing):
        return UnreadableFiling(f"a web page that refuses access, and no filing: {refused!r}")
    if filing.is_asset_backed is False and not filing.local:
        return ForeignFiling("the filer's industry is not asset-backed securities, and no report was found")
    attached = [f"{one.filename or 'an exhibit'} is {one.attached}" for one in filing.exhibits if one.attached]
    if attached:
        return UnrecognisedFiling(f"no report found in text: {', '.join(attached)}, which is not read")
    return UnrecognisedFiling("no report found: no table under a known title, or no distribution date")


# -- reports --------------------------------------------------------------------------------------------------------


def _is_of_one(filing: Filing) -> bool:
    """Tell whether a filing is of one deal: on Form 10-D a lone filer is the trust, as is a lone one named so."""
    filers = {filer.cik: names.of_trust(filer.name or "") for filer in filing.filers}
    is_single = len(filers) <= 1 or sum(name is not None for name in filers.values()) == 1
    return (filing.form_type or "").startswith("10-D") and is_single


def _read_page(page: Page, batch: _Batch, first: int, found: list[_Report], *, is_of_one: bool) -> bool:
    """Read the reports of one document, in the words of the family that printed it; tell whether there are any.

    They are added to those `found` in the documents before, whose indices count from `first`.
    """
    family = layout.family_of(page.exhibit.text)
    dialect = vocabulary.Dialect(layout.titles(family), layout.labels(family), layout.units(family))
    batch.reader.speak(family)
    with vocabulary.spoken(dialect):
        reports = _read_reports(page, batch, first + len(found), found[-1] if found else None, is_of_one=is_of_one)
    if reports and found and reports[0].index == found[-1].index:
        found.pop()
    found += reports
    return bool(reports)


def _read_reports(
    page: Page, batch: _Batch, first_index: int, before: _Report | None, *, is_of_one: bool
) -> list[_Report]:
    """Read the reports of one document; a letterhead with another date or deal begins the next.

    The exhibits of one filing with one identity are parts of one report: then the first goes on with the one `before`.
    """
    unscaled, marks = taken_out(page.rows)
    rows, entries = contents.parted(unscaled)
    found, prose = blocks_.blocks(rows)
    if not any(block.statement is not None or block.body for block in found):
        return []
    begun = batch.cells.mark()
    reach = Reach(batch.cells, rows, marks, found) if marks else None
    batch.reader.cents = reach.cents if reach else frozenset()
    reports: list[_Report] = []
    told = 0
    prose_lines = [row.line_no for row in prose]
    passed = 0
    below: list[Row] = []
    for nth, block in enumerate(found):
        start_at, passed = passed, bisect_left(prose_lines, block.line_start, passed)
        above = prose[start_at:passed]
        words = above + block.before
        # Without tags a letterhead may follow on the remarks below the table before.
        head, fields = cover.letterhead(below + words + _below(block))
        own = _own_dates(block)
        fields = [item for item in fields if item.line_no not in own] if own else fields
        below = [] if block.opened else block.notes
        if not reports and before is not None and _goes_on(head, before.letterhead, is_of_one=is_of_one):
            told = len(before.statements)
            reports.append(replace(before, fields=[*before.fields], choices=[*before.choices]))
            batch.reader.start(before.index, before.statements)
        elif not reports or _is_another(head, reports[-1].letterhead):
            _close(batch.reader, reports, reach)
            reports.append(_Report(first_index + len(reports) - (told > 0), page.exhibit, head, []))
            batch.reader.start(reports[-1].index)
        reports[-1].letterhead = reports[-1].letterhead.joined(head)
        if above or head.remic:
            batch.reader.turn(head.remic)
        mark = len(batch.cells.rows)
        claimed = frozenset([item.line_no for item in fields])
        titled = block.titles[-1].line_no if block.titles else 0
        of_face = _is_per_face([row for row in words if row.line_no > titled], claimed)
        _read_block(batch.reader, block, claimed, per_face=of_face)
        if reach:
            reach.settle(nth, block, mark, [item.line_no for item in fields])
        reports[-1].fields += fields
        _emit_fields(batch.cells, reports[-1].index, fields)
        _emit_notes(batch.cells, reports[-1].index, block.notes, words, mark)
    _close(batch.reader, reports, reach)
    _emit_contents(batch.cells, first_index, entries)
    if not batch.cells.has_values(begun.rows):
        batch.cells.back(begun)
        return []
    page.settle(batch.cells, begun.rows)
    named = parties.of_letterhead([row.text for row in page.rows[:_HEAD]])
    titles, text = (assets.stated(part) for part in _beginnings(page.rows))
    for report in reports:
        report.titles, report.words = report.titles or titles, report.words or text
        report.parties = [*report.parties, *named]
        placed = [page.place(statement) for statement in report.statements[told:]]
        report.statements, told = [*report.statements[:told], *placed], 0
    return reports


def _beginnings(rows: list[Row]) -> tuple[str, str]:
    """Return the head of a page, and the beginning of its text."""
    return "\n".join([row.text for row in rows[:_HEAD]]), "\n".join([row.text for row in rows[:_BEGINNING]])


def _complete(cells: Cells, found: list[_Report], silent: list[Page]) -> None:
    """Give reports what the letterheads of exhibits without a table say, and those without a date that of the cover."""
    for report in found:
        heads = [(page, *cover.letterhead(page.rows[:_COVER])) for page in silent if not _is_cover(page)]
        same = [
            one for one in heads if one[1].distribution_date and _goes_on(one[1], report.letterhead, is_of_one=True)
        ]
        if len({head.distribution_date for _, head, _ in same}) == 1:
            page, head, fields = same[0]
            report.letterhead = report.letterhead.joined(head)
            start = len(cells.rows)
            _emit_fields(cells, report.index, fields)
            page.settle(cells, start)
            silent.remove(page)
    told = {day for page in silent if (day := cover.stated_date(page.rows[:_COVER]))}
    for report in found:
        if len(told) == 1 and report.letterhead.distribution_date is None:
            report.letterhead = report.letterhead._replace(distribution_date=next(iter(told)))


def _is_cover(page: Page) -> bool:
    return (page.exhibit.doc_type or "").upper() in document.FORMS


def _read_block(reader: Reader, block: blocks_.Block, claimed: frozenset[int], *, per_face: bool) -> None:
    """Read a block; a fault of the reader tells at which one."""
    try:
        reader.read(block, claimed, per_face=per_face)
    except (TieoutError, MemoryError):
        raise
    except Exception as error:
        rows = [*block.titles, *block.before, *block.body]
        words = " ".join(rows[0].text.split())[:_SHOWN] if rows else ""
        lines = f"lines {block.line_start} to {block.line_end}"
        raise UnreadableFiling(f"the reader failed in {lines}, from {words!r}: {_told(error)}") from error


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _is_per_face(words: Sequence[Row], letterhead: frozenset[int]) -> bool:
    """Tell whether a line close above a table, none of its letterhead, says that it is "per $1,000 of face"."""
    last = [row for row in words if row.line_no not in letterhead][-_NEAR:]
    return any(len(row.chunks) == 1 and cover.faces([row]) for row in last)


def _own_dates(block: blocks_.Block) -> set[int]:
    """Return the lines below the title of a statement that are dated lines of its own: "Record Date" of a collateral
    statement stands above its first figure as its other lines do."""
    if block.statement is None or not block.titles:
        return set()
    rows = [row for row in block.before if row.line_no > block.titles[-1].line_no and len(row.chunks) == 2]
    terms = [
        (row.line_no, vocabulary.lookup(block.statement.code, row.words(0))) for row in rows if is_date(row.words(1))
    ]
    return {line_no for line_no, term in terms if term is not None and term.unit == "DATE"}


def _below(block: blocks_.Block) -> list[Row]:
    """Return the words below a class table, where some trustees print what others put into a letterhead."""
    if block.statement is not None and block.statement.code not in CLASS_CODES:
        return []
    return [row for row in block.body if not row.figures]


def _is_another(head: cover.Letterhead, current: cover.Letterhead) -> bool:
    """Tell whether a letterhead opens another report: its date or its deal is not the current one's.

    The pages of one report may each print a part: what one of them leaves out does not tell them apart.
    """
    pairs = [(head.distribution_date, current.distribution_date), (head.series, current.series)]
    if not head.series and not current.series:
        pairs.append((head.name if head.distribution_date else None, current.name))
    return any(new and old and new != old for new, old in pairs) or (
        head.distribution_date is not None and _are_two(head.name, current.name)
    )


def _are_two(name: str | None, other: str | None) -> bool:
    """Tell whether two names are of two trusts: each has its series, and words that the other has not."""
    both = name is not None and other is not None and names.has_series(name) and names.has_series(other)
    return both and not names.are_alike(name or "", other or "")


def _goes_on(head: cover.Letterhead, before: cover.Letterhead, *, is_of_one: bool) -> bool:
    """Tell whether an exhibit goes on with the report of the exhibit before: nothing says another date or deal, and
    where the filing may be of several deals, both print the same name or both none."""
    if _is_another(head, before):
        return False
    if head.name and before.name:
        return names.are_alike(head.name, before.name)
    return is_of_one or (not head.name and not before.name and head.series == before.series)


def _close(reader: Reader, reports: list[_Report], reach: Reach | None) -> None:
    if reports:
        reader.close()
        if reach:
            reach.close()
        reports[-1].statements = list(reader.statements)
        reports[-1].choices += reader.choices
    if reach:
        reach.open()
    reader.statements.clear()


def _emit_fields(cells: Cells, report: int, fields: Sequence[Field]) -> None:
    if not fields:
        return
    section = cells.section(Section(report, HEADER, None, None))
    for item in fields:
        unit = "DATE" if item.column.endswith("_date") else "TEXT"
        head = cells.head(Head(item.label, item.table, item.column, unit, text=True))
        label = cells.label(section, item.line_no, SAME_LINE, item.label, item.label)
        cells.rows.append((item.start, item.end, label, head, item.raw, item.value))


def _emit_notes(cells: Cells, report: int, notes: list[Row], words: list[Row], mark: int) -> None:
    """Emit the denominations of the footnotes, and every other amount that stands in words and not in a table.

    Rows of cells from `mark` on are of this table: a line above its body may have turned out to be its first.
    """
    outside = words + notes
    # One look at all the words around a table: most hold no amount.
    if not _AMOUNT_HINT.search("\n".join([row.text for row in outside])):
        return
    taken: dict[int, list[tuple[int, int]]] = {}
    for start, end, label, *_ in cells.rows[mark:]:
        taken.setdefault(cells.labels[label][1], []).append((start, end))
    if any("$" in row.text for row in notes):
        section = cells.section(Section(report, HEADER, None, None))
        for classes, item in cover.denominations(notes):
            head = cells.head(Head("(denomination)", item.table, item.column, "USD"))
            label = cells.label(section, item.line_no, SAME_LINE, item.label, item.label, classes)
            cells.rows.append((item.start, item.end, label, head, item.raw, None))
            taken.setdefault(item.line_no, []).append((item.start, item.end))
    for item in cover.faces(words):
        section = cells.section(Section(report, HEADER, None, None))
        head = cells.head(Head("(denomination)", item.table, item.column, "USD"))
        label = cells.label(section, item.line_no, SAME_LINE, item.label, item.label)
        cells.rows.append((item.start, item.end, label, head, item.raw, None))
        taken.setdefault(item.line_no, []).append((item.start, item.end))
    head = cells.head(Head(None, None, None, "UNKNOWN"))
    for row in outside:
        if _AMOUNT_HINT.search(row.text):
            _emit_amounts(cells, report, row, head, sorted(taken.get(row.line_no, ())))


def _emit_amounts(cells: Cells, report: int, row: Row, head: int, taken: list[tuple[int, int]]) -> None:
    """Emit the amounts of a row of words that no cell has `taken`; `taken` is in order.

    An amount between words of a sentence has these as its label; one label serves all amounts of a row, since a page
    may be one sentence.
    """
    text = row.text
    first, last = _WORD.search(text), _WORD.search(text[::-1])
    labels: dict[bool, int] = {}
    behind = 0
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        while behind < len(taken) and taken[behind][1] <= start:
            behind += 1
        if behind < len(taken) and taken[behind][0] < end:
            continue
        is_between = bool(first and last and first.end() <= start and len(text) - last.end() >= end)
        if is_between not in labels:
            section = cells.section(Section(report, _PROSE, None, None))
            words = " ".join(text.split()) if is_between else None
            pairing = SAME_LINE if is_between else ORPHAN
            labels[is_between] = cells.label(section, row.line_no, pairing, words, text.strip())
        cells.rows.append((start, end, labels[is_between], head, match[0], None))


def _emit_contents(cells: Cells, report: int, entries: Sequence[Row]) -> None:
    """Emit the page numbers of contents, which are of no table."""
    if not entries:
        return
    section = cells.section(Section(report, _PROSE, None, None))
    head = cells.head(Head(None, None, None, "UNKNOWN"))
    for row in entries:
        start, end = contents.page_of(row) or (0, 0)
        words = row.text[:start].rstrip(" ._")
        label = cells.label(section, row.line_no, SAME_LINE, " ".join(words.split()), row.text.strip())
        cells.rows.append((start, end, label, head, row.text[start:end], None))


def _unread(fields: list[Field], found: list[_Report], front: Exhibit) -> list[Field]:
    """Return the fields of the front page that stand outside the reports and were not read with a letterhead."""
    first = min([statement.line_start for report in found for statement in report.statements], default=1 << 30)
    # Rows of HTML are counted in each document.
    own = [report for report in found if report.exhibit is front]
    read = {(item.line_no, item.start) for report in own for item in report.fields}
    return [item for item in fields if item.line_no < first and (item.line_no, item.start) not in read]


# -- metadata -------------------------------------------------------------------------------------------------------


def _report_record(filing: Filing, report: _Report, event: str | None, ordinal: int) -> dict[str, Any]:
    exhibit = report.exhibit
    period = filing.period_of_report.isoformat() if filing.period_of_report else None
    return {
        "report_id": f"{filing.accession}:{exhibit.sequence}:{ordinal}",
        "accession_number": filing.accession,
        "document_id": f"{filing.accession}:{exhibit.sequence}",
        "distribution_date": report.letterhead.distribution_date or event or period,
        "record_date": report.letterhead.record_date,
        "dates": dict(report.letterhead.dates),
        "deal_code": report.letterhead.deal_code,
        "series": report.letterhead.series,
        "name": report.letterhead.name,
        "layout_family": layout.family_of(exhibit.text),
        "titles": report.titles,
        "parties": report.parties,
        "words": report.words,
        "statements": report.statements,
        "choices": report.choices,
    }


def _filing_record(filing: Filing, fields: list[Field], front: list[Row], captioned: list[Captioned]) -> dict[str, Any]:
    form = filing.form_type or next((item.value for item in fields if item.column == "form_type"), "UNKNOWN")
    is_amendment = form.endswith("/A")
    return {
        "accession_number": filing.accession,
        "form_type": form,
        "is_amendment": is_amendment,
        "amendment_reason": cover.amendment_reason(_under_items(front)) if is_amendment else None,
        "filed_date": filing.filed_date.isoformat() if filing.filed_date else None,
        "accepted_at": filing.accepted_at.isoformat() if filing.accepted_at else None,
        "period_of_report": filing.period_of_report.isoformat() if filing.period_of_report else None,
        "event_date": _first(fields, "event_date"),
        "signature_date": _first(fields, "signature_date"),
        "items": ",".join(dict.fromkeys(item.value for item in fields if item.column == "items")) or filing.items,
        "source_uri": filing.source_uri,
        "sha256": filing.sha256,
        "issuer": captions.issuer(captioned),
        "registrant": captions.registrant(captioned),
        "in_prose": names.in_prose(" ".join(row.text for row in front[:_COVER])) if captioned else None,
        "alias": _first(fields, "alias_name"),
        "file_numbers": _all(fields, "SEC_FILE_NUMBER"),
        "eins": _all(fields, "EIN"),
        "series": _first(fields, "series"),
        "asset_class": filing.header.get("ABS ASSET CLASS"),
        "titles": assets.stated(_beginnings(front[:_COVER])[1]),
        "parties": parties.of_filing([row.text for row in front], captioned),
        "filers": [
            [filer.role, filer.cik, filer.name, filer.file_number, filer.ein, filer.sic] for filer in filing.filers
        ],
        "exhibits": [
            [item.sequence, item.doc_type, item.filename, item.description, item.line_start, item.line_end]
            for item in filing.exhibits
        ],
    }


def _under_items(front: list[Row]) -> list[Row]:
    """Return the rows of a cover page between its first item and the signature."""
    openings = [(row.line_no, row.text.lstrip()[:40].lower()) for row in front]
    marks = [line_no for line_no, words in openings if words.startswith("item") and _ITEM.match(words)]
    ends = [line_no for line_no, words in openings if words.startswith(("pursuant", "sig")) and _SIGNATURE.match(words)]
    if not marks:
        return []
    end = min((line for line in ends if line > marks[0]), default=1 << 30)
    return [row for row in front if marks[0] < row.line_no < end]


def _first(fields: list[Field], column: str) -> str | None:
    return next((item.value for item in fields if item.column == column), None)


def _all(fields: list[Field], label: str) -> list[str]:
    return list(dict.fromkeys(item.value for item in fields if item.label == label))


def _framed(batch: _Batch) -> pl.DataFrame:
    """Return the cells of a batch with the names of their report and filing."""
    frame = batch.cells.frame()
    ids = pl.Series([record["report_id"] for record in batch.reports], dtype=pl.String)
    accessions = pl.Series([record["accession_number"] for record in batch.reports], dtype=pl.String)
    index = frame["report"].cast(pl.UInt32)
    return frame.with_columns(report_id=ids.gather(index), accession_number=accessions.gather(index)).drop(
        "report", "text"
    )


def _table(frame: pl.DataFrame, batch: _Batch) -> pa.Table:
    # Arrow shares Polars' own strings: labels that recur by the thousand are not written out again and again.
    table = frame.to_arrow(compat_level=pl.CompatLevel.newest())
    note = json.dumps({"filings": batch.filings, "reports": batch.reports}).encode()
    return table.replace_schema_metadata({METADATA: note})


def metadata(cells: pa.Table) -> dict[str, list[dict[str, Any]]]:
    """Return what the cells carry about their filings and reports."""
    note = (cells.schema.metadata or {}).get(METADATA)
    empty: dict[str, list[dict[str, Any]]] = {"filings": [], "reports": []}
    return json.loads(note) if note else empty


def concat(tables: Sequence[pa.Table]) -> pa.Table:
    """Join tables of cells, and what they carry, into one."""
    joined = pa.concat_tables([table.replace_schema_metadata(None) for table in tables])
    notes = [metadata(table) for table in tables]
    merged = {key: [row for note in notes for row in note[key]] for key in ("filings", "reports")}
    return joined.replace_schema_metadata({METADATA: json.dumps(merged).encode()})


__all__ = ["ERRORS", "HEADER", "METADATA", "concat", "metadata", "read", "read_batch"]
