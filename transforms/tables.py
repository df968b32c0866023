"""Tables to cells: each block is read by its shape, each value meets its label.

Shapes: *by class* (a row per class), *by name* (a row per account), *matrix* (bucket by status), *label-value*.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from transforms import grid, pairing, vocabulary
from transforms.blocks import Block
from transforms.cells import GRID, ORPHAN, SAME_LINE, Cells, Head, Section
from transforms.facts import TABLES
from transforms.facts.statements import UNTITLED
from transforms.grid import FIGURE_KIND, MARK, Column, Row
from transforms.values import DATE, is_date, parse_date
from transforms.vocabulary import Term

_CLASS_STATEMENTS = ("CLASS", "PRINCIPAL", "INTEREST", "PRINCIPAL_FACTOR", "INTEREST_FACTOR")
_DATE = re.compile(DATE, re.IGNORECASE)
_TOTAL_COLUMNS = frozenset(TABLES["fact_class_total"].column_names())
_DELINQUENCY_COLUMNS = frozenset(TABLES["fact_delinquency"].column_names())


class Printed(NamedTuple):
    """A statement as printed: its code, which occurrence it is, its title and its lines."""

    code: str
    seq: int
    title: str | None
    line_start: int
    line_end: int


class Reader:
    """Reads the blocks of one report after another into the cells of a batch.

    It remembers what the next block may need: how often each statement was met, and the class table before, whose
    second half may come without a caption.
    """

    def __init__(self, cells: Cells, *, queue: bool = True) -> None:
        self.cells = cells
        self.queue = queue
        self.start(0)

    def start(self, report: int) -> None:
        """Begin the report with this index in the batch."""
        self.report = report
        self.tables = 0
        self.seen: Counter[str] = Counter()
        self.statements: list[Printed] = []
        self.last: tuple[str, frozenset[str]] | None = None

    def read(self, block: Block) -> None:
        """Read one block: choose its shape and emit its cells."""
        self.tables += 1
        head, body = _head_and_body(block, grid.split_tails(block.body))
        if _is_matrix(block, head):
            self._matrix(block, head, body)
        elif head and vocabulary.is_class_stub(head[-1].words(0)):
            self._by_class(block, head, body)
        elif _value_columns(body) > 1:
            self._by_name(block, head, body)
        else:
            # Without a mark that ends its head, a list's first lines stand before its first figure.
            self._label_value(block, [*head, *body] if block.titles else body)

    # -- statements ---------------------------------------------------------------------------------------------

    def _section(self, block: Block, code: str, *, continued: bool = False) -> int:
        """Count a statement and open its section in the cells."""
        if not continued:
            self.seen[code] += 1
        seq = self.seen[code]
        title = " / ".join([row.text.strip() for row in block.titles]) or None
        self.statements.append(Printed(code, seq, title, block.line_start, block.line_end))
        return self.cells.section(Section(self.report, f"T{self.tables:02d}", code, seq))

    def _class_statement(self, block: Block, labels: Sequence[str], names: frozenset[str]) -> tuple[str, bool]:
        """Return the statement of a class table and whether it continues the one before.

        The title decides. Without one, a table over the same classes continues the table before; else the labels
        decide: the first statement that knows them all, or the general one.
        """
        if block.statement is not None and block.statement.code in _CLASS_STATEMENTS:
            return block.statement.code, self.last == (block.statement.code, names)
        if self.last is not None and self.last[1] == names:
            return self.last[0], True
        known = [code for code in _CLASS_STATEMENTS if all(vocabulary.lookup(code, label) for label in labels)]
        return (known[0] if known else "CLASS"), False

    # -- shapes -------------------------------------------------------------------------------------------------

    def _by_class(self, block: Block, head: list[Row], body: list[Row]) -> None:
        body = grid.aligned(body)
        found, places = grid.columns(body)
        labels = grid.heads(head, found)
        names = frozenset([row.words(0) for row, at in zip(body, places, strict=True) if at[0] == 0])
        code, continued = self._class_statement(block, labels[1:], names)
        section = self._section(block, code, continued=continued)
        self.last = (code, names)
        of_class = [self.cells.head(_column(code, label, total=False)) for label in labels]
        of_total = [self.cells.head(_column(code, label, total=True)) for label in labels]
        self._grid(section, body, places, of_class, of_total, class_rows=True)

    def _by_name(self, block: Block, head: list[Row], body: list[Row]) -> None:
        body = [row for row in body if row.figures]
        found, places = grid.columns(body)
        code = block.statement.code if block.statement else UNTITLED
        section = self._section(block, code)
        heads = [self.cells.head(_column(code, label, total=False)) for label in grid.heads(head, found)]
        self._grid(section, body, places, heads, heads, class_rows=False)

    def _grid(
        self, section: int, body: list[Row], places: list[list[int]], of_row: list[int], of_total: list[int], *,
        class_rows: bool,
    ) -> None:  # fmt: skip
        """Emit a table whose first column holds the row labels."""
        cells = self.cells
        add = cells.rows.append
        for (line_no, text, chunks, *_), at in zip(body, places, strict=True):
            labelled = at[0] == 0
            words = text[chunks[0][0] : chunks[0][1]] if labelled else None
            total = words is not None and vocabulary.is_total(words)
            label = cells.label(section, words, None, words if class_rows and not total else None)
            heads = of_total if total else of_row
            how = GRID if labelled else ORPHAN
            for (start, end, kind), column in zip(chunks[labelled:], at[labelled:], strict=True):
                if kind != MARK:
                    add((line_no, start, end, label, heads[column], how, text[start:end], None))

    def _matrix(self, block: Block, head: list[Row], body: list[Row]) -> None:
        """Read a matrix of buckets and statuses whose measures take one line each under every bucket."""
        cells = self.cells
        section = self._section(block, "DELINQUENCY")
        rows = [row for row in body if row.figures]
        found, places = grid.columns(rows)
        statuses = grid.heads([row for row in head if _measure(row) is None], found)
        at_row = dict(zip([row.line_no for row in rows], places, strict=True))
        measures: list[Term] = []
        words, bucket, line = None, None, 0
        for row in [*head, *body]:
            if not row.figures:
                if measure := _measure(row):
                    # Sub-heads below figures announce the next half of the table, those above are one list.
                    measures = [measure] if line else [*measures, measure]
                    line = 0
                continue
            at = at_row[row.line_no]
            labelled = at[0] == 0
            if labelled:
                words = row.words(0)
                bucket, line = vocabulary.bucket_of(words), 0
            label = cells.label(section, words, None, None, bucket)
            term = measures[line] if line < len(measures) else None
            line += 1
            for (start, end, _), column in zip(row.chunks[labelled:], at[labelled:], strict=True):
                raw = row.text[start:end]
                meaning = cells.head(_measured(statuses[column], term, raw.endswith("%")))
                cells.rows.append((row.line_no, start, end, label, meaning, GRID, raw, None))

    def _label_value(self, block: Block, body: list[Row]) -> None:
        code = block.statement.code if block.statement else UNTITLED
        section = self._section(block, code)
        account = _account(block) if code == "ACCOUNT" else None
        heading: str | None = None
        entry_type: str | None = None
        for pair in pairing.pair(code, pairing.lines(body), queue=self.queue):
            if pair.value is None:
                opened = vocabulary.heading_of(pair.label) if account and pair.label else None
                heading, entry_type = (pair.label, opened) if opened else (heading, entry_type)
                continue
            self._value(section, code, pair, account, heading, entry_type)

    def _value(
        self, section: int, code: str, pair: pairing.Pair, account: str | None, heading: str | None, entry_type: str | None
    ) -> None:
        """Emit the cell of one label, and the date inside the label where the term knows of one."""
        assert pair.value is not None
        start, end, kind = pair.value
        raw = pair.row.text[start:end]
        day = parse_date(raw) if kind != FIGURE_KIND and is_date(raw) else None
        meaning, class_name, dated_by = _listed(code, pair.label, account, heading, entry_type, kind != FIGURE_KIND, day is not None)
        label = self.cells.label(section, pair.label, pair.printed, class_name)
        head = self.cells.head(meaning)
        add = self.cells.rows.append
        add((pair.row.line_no, start, end, label, head, pair.how, raw, day.isoformat() if day else None))
        if dated_by and (match := _DATE.search(pair.label_row.text)) and (day := parse_date(match[0])):
            head = self.cells.head(Head("(date in label)", meaning.canonical_table, dated_by, "DATE", text=True))
            place = (pair.label_row.line_no, match.start(), match.end())
            add((*place, label, head, SAME_LINE, match[0], day.isoformat()))


def _head_and_body(block: Block, body: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the head and of the body: the head is what stands between the last title and the figures."""
    last_title = block.titles[-1].line_no if block.titles else 0
    head = [row for row in block.before if row.line_no > last_title]
    first = next((at for at, row in enumerate(body) if row.figures), len(body))
    upper = body[:first]
    # A list has no head of its own: what stands above its figures are labels and words (Thornburg 2003-2, line 555).
    if upper and (_value_columns(body) > 1 or vocabulary.is_class_stub(upper[-1].words(0))):
        return [*head, *upper], body[first:]
    return head, body


def _value_columns(body: list[Row]) -> int:
    """Return how many figures most rows of a body hold."""
    counts = Counter([row.figures for row in body if row.figures])
    return counts.most_common(1)[0][0] if counts else 0


def _is_matrix(block: Block, head: list[Row]) -> bool:
    if block.statement is not None:
        return block.statement.code == "DELINQUENCY"
    return any(len(_statuses(row) - {"TOTAL"}) > 1 for row in head)


def _statuses(row: Row) -> set[str]:
    named = {vocabulary.status_of(row.words(at)) for at in range(len(row.chunks))}
    return {status for status in named if status}


def _measure(row: Row) -> Term | None:
    """Return the measure of a sub-head line, which repeats one measure over every status; None for any other row."""
    terms = {vocabulary.lookup("DELINQUENCY", row.words(at)) for at in range(len(row.chunks))}
    return terms.pop() if len(terms) == 1 else None


@lru_cache(maxsize=16384)
def _column(code: str, label: str, *, total: bool) -> Head:
    """Return the head of a column; a totals row has the same measures in a table of its own."""
    term = vocabulary.lookup(code, label) if label else None
    if term is None:
        return Head(label or None, None, None, "UNKNOWN")
    table: str | None = term.table
    if total and term.table.startswith("fact_class_"):
        table = "fact_class_total" if term.column in _TOTAL_COLUMNS else None
    return Head(label, table, term.column if table else None, term.unit, text=_is_text(term))


@lru_cache(maxsize=4096)
def _measured(status_label: str, term: Term | None, percent: bool) -> Head:
    status = vocabulary.status_of(status_label)
    column = f"{term.column}_pct" if term and percent else term.column if term else ""
    if term is None or status is None or column not in _DELINQUENCY_COLUMNS:
        return Head(status_label, None, None, "UNKNOWN", status=status)
    return Head(status_label, term.table, column, term.unit, status=status)


def _account(block: Block) -> str:
    named = [vocabulary.account_of(row.text) for row in block.titles]
    return next((account for account in reversed(named) if account), vocabulary.code(block.titles[-1].text))


@lru_cache(maxsize=65536)
def _listed(
    code: str, label: str | None, account: str | None, heading: str | None, entry_type: str | None, text: bool, dated: bool
) -> tuple[Head, str | None, str | None]:
    """Return what a label of a list means, the class named in it, and the column of a date inside it.

    A line of an account without a code of its own is named by its label, so that the sums of the account still hold.
    """
    term = vocabulary.lookup(code, label) if label else None
    unit = term.unit if term else "DATE" if dated else "TEXT" if text else "UNKNOWN"
    if account and label and (kind := term.entry_type if term else entry_type):
        item = term.item_code if term else vocabulary.code(label)
        under = None if kind in ("BEGINNING", "ENDING") else heading
        head = Head("(value)", "fact_account", "amount", "USD", item, kind, None, account, under, text=text)
    elif term:
        head = Head(
            "(value)", term.table, term.column, unit, term.item_code, payee=term.payee, stratum=term.stratum, text=text
        )
    else:
        head = Head("(value)", None, None, unit, text=text)
    return head, term.class_name if term else None, term.dated_by if term else None


def _is_text(term: Term) -> bool:
    return term.unit in ("TEXT", "DATE")


__all__ = ["Column", "Printed", "Reader"]
