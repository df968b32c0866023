"""Tables to cells: each block is read by its shape, each value meets its label.

Shapes: *by class* (a row per class), *by name* (a row per account), *matrix* (bucket by status), *label-value*.
"""

from collections import Counter
from collections.abc import Sequence

from transforms import grid, pairing, vocabulary
from transforms.blocks import Block
from transforms.cells import GRID, ORPHAN, Cells, Head, Label
from transforms.facts import TABLES
from transforms.facts.statements import BY_CODE, UNTITLED
from transforms.grid import FIGURE_KIND, MARK, Column, Row
from transforms.values import is_date, parse_date
from transforms.vocabulary import Term

_CLASS_STATEMENTS = ("CLASS", "PRINCIPAL", "INTEREST", "PRINCIPAL_FACTOR", "INTEREST_FACTOR")


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
        self.statements: list[tuple[str, int, str | None, int, int]] = []
        self.last: tuple[str, int, frozenset[str]] | None = None

    def read(self, block: Block) -> None:
        """Read one block: choose its shape and emit its cells."""
        self.tables += 1
        table = f"T{self.tables:02d}"
        body = grid.split_tails(block.body)
        head, body = _head_and_body(block, body)
        if _is_matrix(block, head):
            self._matrix(block, table, head, body)
        elif head and vocabulary.is_class_stub(head[-1].words(head[-1].chunks[0])):
            self._by_class(block, table, head, body)
        elif _value_columns(body) > 1:
            self._by_name(block, table, head, body)
        else:
            self._label_value(block, table, head, body)

    # -- statements ---------------------------------------------------------------------------------------------

    def _statement(self, block: Block, code: str, *, continued: bool = False) -> int:
        """Count a statement and return which occurrence of the report this is, from 1."""
        if not continued:
            self.seen[code] += 1
        title = " / ".join(row.text.strip() for row in block.titles) or None
        self.statements.append((code, self.seen[code], title, block.line_start, block.line_end))
        return self.seen[code]

    def _class_statement(self, block: Block, labels: Sequence[str], names: frozenset[str]) -> tuple[str, bool]:
        """Return the statement of a class table and whether it continues the one before.

        The title decides. Without one, a table over the same classes continues the table before; else the labels
        decide: the first statement that knows them all, or the general one.
        """
        if block.statement is not None and block.statement.code in _CLASS_STATEMENTS:
            same = self.last is not None and self.last[0] == block.statement.code and self.last[2] == names
            return block.statement.code, same
        if self.last is not None and self.last[2] == names:
            return self.last[0], True
        known = [code for code in _CLASS_STATEMENTS if all(vocabulary.lookup(code, label) for label in labels)]
        return (known[0] if known else "CLASS"), False

    # -- shapes -------------------------------------------------------------------------------------------------

    def _by_class(self, block: Block, table: str, head: list[Row], body: list[Row]) -> None:
        found = grid.columns(body)
        labels = grid.heads(head, found)
        names = frozenset(_first_words(row, found) for row in body if grid.has_figure(row))
        code, continued = self._class_statement(block, labels[1:], names)
        seq = self._statement(block, code, continued=continued)
        self.last = (code, seq, names)
        of_class = [self._column(table, code, seq, label) for label in labels]
        of_total = [self._column(table, code, seq, label, total=True) for label in labels]
        self._grid(body, found, of_class, of_total, class_rows=True)

    def _by_name(self, block: Block, table: str, head: list[Row], body: list[Row]) -> None:
        found = grid.columns(body)
        labels = grid.heads(head, found)
        code = block.statement.code if block.statement else UNTITLED
        seq = self._statement(block, code)
        heads = [self._column(table, code, seq, label) for label in labels]
        self._grid(body, found, heads, heads, class_rows=False)

    def _column(self, table: str, code: str, seq: int, label: str, *, total: bool = False) -> int:
        term = vocabulary.lookup(code, label) if label else None
        if term is None:
            return self.cells.column(Head(table, code, seq, label or None, None, None, "UNKNOWN"))
        name = term.table
        if total and name.startswith("fact_class_"):
            name = "fact_class_total" if term.column in TABLES["fact_class_total"].column_names() else ""
        return self.cells.column(
            Head(table, code, seq, label, name or None, term.column if name else None, term.unit, text=_is_text(term))
        )

    def _grid(
        self, body: list[Row], found: list[Column], of_row: list[int], of_total: list[int], *, class_rows: bool
    ) -> None:
        """Emit a table whose first column holds the row labels."""
        cells = self.cells
        starts = [column.start for column in found]
        for row in body:
            if not grid.has_figure(row):
                continue
            places = grid.place(row, found, starts)
            labelled = places[0] == 0
            words = row.words(row.chunks[0]) if labelled else None
            total = words is not None and vocabulary.is_total(words)
            name = words if class_rows and not total else None
            label = cells.row(Label(self.report, words, None, class_name=name))
            heads = of_total if total else of_row
            pairing_ = GRID if labelled else ORPHAN
            for chunk, at in zip(row.chunks[labelled:], places[labelled:], strict=True):
                if chunk.kind != MARK:
                    cells.add(
                        row.line_no, chunk.start, chunk.end, label, heads[at], pairing_, row.text[chunk.start : chunk.end]
                    )

    def _matrix(self, block: Block, table: str, head: list[Row], body: list[Row]) -> None:
        """Read a matrix of buckets and statuses whose measures take one line each under every bucket."""
        seq = self._statement(block, "DELINQUENCY")
        found = grid.columns(row for row in body if grid.has_figure(row))
        labels = grid.heads([row for row in head if _measures(row) is None], found)
        starts = [column.start for column in found]
        measures: list[Term] = []
        columns: dict[tuple[int, str], int] = {}
        words, bucket, line = None, None, 0
        for row in [*head, *body]:
            if not grid.has_figure(row):
                measure = _measures(row)
                if measure is not None:
                    # Sub-heads below figures announce the next half of the table, those above are one list.
                    measures = [measure] if line else [*measures, measure]
                    line = 0
                continue
            places = grid.place(row, found, starts)
            if places[0] == 0:
                words = row.words(row.chunks[0])
                bucket, line = vocabulary.bucket_of(words), 0
            label = self.cells.row(Label(self.report, words, None, bucket=bucket))
            term = measures[line] if line < len(measures) else None
            line += 1
            first = places[0] == 0
            for chunk, at in zip(row.chunks[first:], places[first:], strict=True):
                raw = row.text[chunk.start : chunk.end]
                key = (at, f"{term.column if term else ''}{'_pct' if raw.endswith('%') else ''}")
                if key not in columns:
                    columns[key] = self.cells.column(_measure_head(table, seq, labels[at], term, key[1]))
                self.cells.add(row.line_no, chunk.start, chunk.end, label, columns[key], GRID, raw)
            # The list of measures is complete once figures follow it.
            line = max(line, 1)

    def _label_value(self, block: Block, table: str, head: list[Row], body: list[Row]) -> None:
        code = block.statement.code if block.statement else UNTITLED
        seq = self._statement(block, code)
        account = _account(block) if code == "ACCOUNT" else None
        lines = pairing.lines(code, body)
        section: str | None = None
        entry_type: str | None = None
        for pair in pairing.pair(code, lines, queue=self.queue):
            if pair.value is None:
                opened = vocabulary.heading_of(pair.label) if account and pair.label else None
                section, entry_type = (pair.label, opened) if opened else (section, entry_type)
                continue
            term = vocabulary.lookup(code, pair.label) if pair.label else None
            dims = _account_dims(term, pair.label, account, section, entry_type) if account else {}
            self._value(table, code, seq, pair, term, dims)

    def _value(
        self, table: str, code: str, seq: int, pair: pairing.Pair, term: Term | None, dims: dict[str, str | None]
    ) -> None:
        """Emit the cell of one label, and the date inside the label where the term knows of one."""
        assert pair.value is not None
        row, chunk = pair.value
        raw = row.words(chunk)
        day = parse_date(raw) if is_date(raw) else None
        text = chunk.kind != FIGURE_KIND
        label = self.cells.row(
            Label(self.report, pair.label, pair.label_printed, class_name=term.class_name if term else None)
        )
        fields = _mapped(term) | dims
        unit = term.unit if term else ("DATE" if day else "TEXT" if text else "UNKNOWN")
        head = Head(table, code, seq, "(value)", fields.pop("table"), fields.pop("column"), unit, text=text, **fields)
        self.cells.add(
            row.line_no, chunk.start, chunk.end, label, self.cells.column(head), pair.how, raw,
            day.isoformat() if day else None,
        )  # fmt: skip
        if term and term.dated_by and pair.dated is not None:
            at, start, end, iso = pair.dated
            dated = Head(table, code, seq, "(date in label)", term.table, term.dated_by, "DATE", text=True)
            raw = at.text[start:end]
            self.cells.add(at.line_no, start, end, label, self.cells.column(dated), pair.how, raw, iso)


def _head_and_body(block: Block, body: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the head and of the body: the head is what stands between the last title and the figures."""
    last_title = block.titles[-1].line_no if block.titles else 0
    head = [row for row in block.before if row.line_no > last_title]
    first = next((at for at, row in enumerate(body) if grid.has_figure(row)), len(body))
    upper = body[:first]
    # A list has no head of its own: what stands above its figures are labels and words (Thornburg 2003-2, line 555).
    if upper and (_value_columns(body) > 1 or vocabulary.is_class_stub(_stub(upper[-1]))):
        return [*head, *upper], body[first:]
    return head, body


def _stub(row: Row) -> str:
    return row.words(row.chunks[0])


def _first_words(row: Row, found: list[Column]) -> str:
    return row.words(row.chunks[0]) if row.chunks[0].start < found[0].end else ""


def _value_columns(body: list[Row]) -> int:
    """Return how many figures most rows of a body hold."""
    counts = Counter(len(grid.figures(row)) for row in body if grid.has_figure(row))
    return counts.most_common(1)[0][0] if counts else 0


def _is_matrix(block: Block, head: list[Row]) -> bool:
    if block.statement is not None and block.statement.code == "DELINQUENCY":
        return True
    return any(len(_statuses(row) - {"TOTAL"}) > 1 for row in head)


def _statuses(row: Row) -> set[str]:
    named = {vocabulary.status_of(row.words(chunk)) for chunk in row.chunks}
    return {status for status in named if status}


def _measures(row: Row) -> Term | None:
    """Return the measure of a sub-head line, which repeats one measure over every status; None for any other row."""
    terms = {vocabulary.measure_of(row.words(chunk)) for chunk in row.chunks}
    return terms.pop() if len(terms) == 1 else None


def _measure_head(table: str, seq: int, label: str, term: Term | None, column: str) -> Head:
    status = vocabulary.status_of(label)
    if term is None or status is None or column not in TABLES["fact_delinquency"].column_names():
        return Head(table, "DELINQUENCY", seq, label, None, None, "UNKNOWN", status=status)
    return Head(table, "DELINQUENCY", seq, label, term.table, column, term.unit, status=status)


def _account(block: Block) -> str:
    named = [vocabulary.account_of(row.text) for row in block.titles]
    return next((account for account in reversed(named) if account), vocabulary.code(block.titles[-1].text))


def _account_dims(
    term: Term | None, label: str | None, account: str, section: str | None, entry_type: str | None
) -> dict[str, str | None]:
    """Return the members of an account line; a line without a code of its own is named by its label."""
    if term is not None and term.entry_type in ("BEGINNING", "ENDING"):
        section = None
    kind = term.entry_type if term else entry_type
    if label is None or kind is None:
        return {}
    code = term.item_code if term else vocabulary.code(label)
    return {
        "table": "fact_account", "column": "amount", "item_code": code, "entry_type": kind, "account": account,
        "section": section,
    }  # fmt: skip


def _mapped(term: Term | None) -> dict[str, str | None]:
    if term is None:
        return {"table": None, "column": None}
    return {
        "table": term.table, "column": term.column, "item_code": term.item_code, "payee": term.payee,
        "stratum": term.stratum,
    }  # fmt: skip


def _is_text(term: Term) -> bool:
    return term.unit in ("TEXT", "DATE")


__all__ = ["BY_CODE", "Reader"]
