"""Tables to cells: each block is read by its shape, each value meets its label.

Shapes: *by class* (a row per class), *by name* (a row per account), *matrix* (bucket by status), *label-value*.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from transforms import formulas, grid, pairing, positions, proportions, shapes, unheaded, vocabulary
from transforms.blocks import Block
from transforms.cells import GRID, INHERITED, ORPHAN, SAME_LINE, SECTION_HEADING, Cells, Head, Section
from transforms.facts import TABLES
from transforms.facts.statements import UNTITLED
from transforms.grid import FIGURE_KIND, MARK, TEXT, Column, Row
from transforms.lists import Entry, Heading, List, is_lettered, lists, unwrapped
from transforms.meaning import (
    CLASS_CODES,
    FACTOR_CODES,
    Beside,
    Place,
    as_unmapped,
    contradicts,
    is_member,
    meaning,
    of_term,
    with_sides,
)
from transforms.unheaded import Choice, Part
from transforms.values import DATE, is_date, parse_date
from transforms.vocabulary import Term

# A numbered line without a value, and a formula on a line of its own.
_NUMBERED = Head(None, None, None, "TEXT", text=True)
_FORMULA = Head(None, "printed_formula", "text", "TEXT", text=True)
# Columns that a table of sums since closing prints as they stand.
_STANDING = ("original_face", "beginning_balance", "ending_balance", "cumulative_realized_loss")
_BY_NAME = ("OTHER_ACCOUNT",)
_SAMPLE = 12  # rows of a table whose decimals tell factors from dollars
_DATE = re.compile(DATE, re.IGNORECASE)
_TOTAL_COLUMNS = frozenset(TABLES["fact_class_total"].column_names())
_DELINQUENCY_COLUMNS = frozenset(TABLES["fact_delinquency"].column_names())


# code of the statement, label, account, heading, its entry type, whether the value is no figure, whether it is a date
_Listing = tuple[str, str | None, str | None, str | None, str | None, bool, bool]


class Printed(NamedTuple):
    """A statement as printed: its code, which occurrence it is, its title and its lines."""

    code: str
    seq: int
    title: str | None
    line_start: int
    line_end: int


class _Last(NamedTuple):
    """The class table read last: its statement, its row labels, its heads, whether it had a total, of what time."""

    code: str
    names: frozenset[str]
    everyone: frozenset[str]  # row labels of all its parts
    labels: tuple[str, ...]
    head: tuple[str, ...]  # its lines of heads
    totalled: bool
    to_date: bool


class _Met(NamedTuple):
    """The heads and labels met so far, by the index of their meaning: it is looked up once a batch."""

    columns: dict[tuple[str, tuple[str, ...], int, bool], tuple[int, int]]
    rows: dict[tuple[str, tuple[tuple[str, ...], ...], bool], tuple[list[int], list[int]]]
    measures: dict[tuple[str, Term | None], tuple[int, int]]
    listings: dict[_Listing, tuple[int, str | None, str | None]]


class Reader:
    """Reads the blocks of one report after another into the cells of a batch.

    It remembers what the next block may need: how often each statement was met, and the class table before, whose
    second half may come without a caption.
    """

    def __init__(self, cells: Cells, *, queue: bool = True) -> None:
        self.cells = cells
        self.queue = queue
        self._met_in: dict[str | None, _Met] = {}
        # Decimals of amounts to the cent where the document at hand prints them in thousands or millions.
        self.cents: frozenset[int] = frozenset()
        self.per_face = False  # the amounts of the block at hand are per denomination
        self.whole = True  # whole figures of the block at hand count something, as amounts have decimals
        self.speak(None)
        self.start(0)

    def speak(self, family: str | None) -> None:
        """Take heads and labels for what they mean in a family of reports."""
        self._met = self._met_in.setdefault(family, _Met({}, {}, {}, {}))

    def start(self, report: int, told: Sequence[Printed] = ()) -> None:
        """Begin the report with this index in the batch; `told` are its statements on the exhibits before this one."""
        self.report = report
        self.seen: Counter[str] = Counter()
        self.statements: list[Printed] = list(told)
        for statement in told:
            self.seen[statement.code] = max(self.seen[statement.code], statement.seq)
        self.last: _Last | None = None
        self.parts: list[Part] = []
        self.choices: list[Choice] = []
        self.remic: str | None = None
        self.broken: positions.Position | None = None
        self.above: List | None = None  # the list read last, whose heads may stand over the next

    def close(self) -> None:
        """End the report: what no head of its class tables names is left to their arithmetic."""
        self.choices = unheaded.settle(self.cells, self.parts, scaled=bool(self.cents))
        self.parts = []

    def turn(self, remic: str | None) -> None:
        """Begin a page of the report under its own letterhead, which may name a REMIC."""
        self.remic, self.broken, self.above = remic, None, None

    def read(self, block: Block, claimed: frozenset[int] = frozenset(), *, per_face: bool = False) -> None:
        """Read one block: choose its shape and emit its cells. Lines in `claimed` are read as a letterhead already.

        `per_face`: the words above it say that its amounts are per denomination.
        """
        self.per_face = per_face
        if claimed:
            block = block.without(claimed)
        self.whole = not self.cents or shapes.has_decimals(block.body, self.cents)
        head, body = shapes.head_and_body(block, grid.split_tails(block.body))
        titled = block.statement is not None and block.statement.code in CLASS_CODES
        if not titled and shapes.is_matrix(head):
            self._matrix(block, head, body)
        elif shapes.has_stub(head) and any(row.figures for row in body):
            self._by_class(block, [row for row in head if not shapes.is_title_line(row)], body)
        elif block.statement is not None and block.statement.code in _BY_NAME and shapes.value_columns(body) > 1:
            self._by_name(block, head, body)
        elif shapes.is_plain_list(block, head, body):
            # Without a mark that ends its head, a list's first lines stand before its first figure.
            self._label_value(block, [*head, *body] if block.titles else body)
        else:
            above = [row for row in block.before if row not in head] if block.opened else []
            self._list(block, [*above, *head, *body])

    # -- statements ---------------------------------------------------------------------------------------------

    def _section(self, block: Block, code: str, *, continued: bool = False, title: str | None = None) -> int:
        """Count a statement and open its section in the cells."""
        if not continued:
            self.seen[code] += 1
        seq = self.seen[code]
        title = title or " / ".join([row.words(0) for row in block.titles]) or None
        self.statements.append(Printed(code, seq, title, block.line_start, block.line_end))
        return self.cells.section(Section(self.report, f"T{len(self.statements):02d}", code, seq, self.remic))

    def _class_statement(
        self, block: Block, labels: Sequence[str], head: tuple[str, ...], names: frozenset[str], body: list[Row]
    ) -> tuple[str, bool]:
        """Return the statement of a class table and whether it continues the one before.

        The same heads over other classes go on with a table that a page broke off before its total. Else the title
        decides. Without one, figures of many decimals are per denomination, a table over the same classes continues the
        table before; else the labels decide: the first statement that knows them all, or the general one.
        """
        titled = block.statement is not None and block.statement.code in CLASS_CODES[1:]
        fine = 0.0 if titled else 1.0 if self.per_face else shapes.fine_share(body[:_SAMPLE], self.cents)
        last = self.last
        if last and _is_same_head(last, labels, head) and not last.totalled and last.names.isdisjoint(names):
            return last.code, True
        if block.statement is not None and block.statement.code in CLASS_CODES:
            code = block.statement.code
            # A page may head every table with the name of the whole report: what is printed says of what it is.
            if code == CLASS_CODES[0] and fine > shapes.MOST:
                code = FACTOR_CODES[0]
            elif code in FACTOR_CODES and shapes.is_money(body[:_SAMPLE]):
                code = code.removesuffix("_FACTOR")
            return code, last is not None and (last.code, last.names) == (code, names) and not shapes.is_to_date(block)
        if last is not None and names <= last.everyone and shapes.goes_with(last.code, fine):
            return last.code, last.to_date or not shapes.is_to_date(block)
        if fine > shapes.MOST:
            return FACTOR_CODES[0], False
        known = [code for code in CLASS_CODES if all(vocabulary.lookup(code, label) for label in labels)]
        return (known[0] if known else "CLASS"), False

    # -- shapes -------------------------------------------------------------------------------------------------

    def _by_class(self, block: Block, head: list[Row], body: list[Row]) -> None:
        body = grid.without_signs(grid.aligned(body))
        found, places = grid.lined_up(body)
        seconds: list[tuple[str, Row, list[int]]] = []
        lower = shapes.lower_head(head)
        if lower:
            body, places, seconds = shapes.second_lines(body, places)
            whole, head = head, head[:lower]
        stacks, labels = _named(tuple([tuple(stack) for stack in grid.stacks(head, found)]))
        others = shapes.other_measures(body, places)
        of_classes = [(row, at) for nth, (row, at) in enumerate(zip(body, places, strict=True)) if nth not in others]
        names = frozenset([row.words(0) for row, at in of_classes if at[0] == 0])
        lines = tuple([" ".join(row.text.split()) for row in head])
        code, continued = self._class_statement(block, labels[1:], lines, names, [row for row, _ in of_classes])
        section = self._section(block, code, continued=continued)
        broken = continued and self.last is not None and _is_same_head(self.last, labels[1:], lines)
        goes_on = self.last is not None and (broken or (continued and not block.titles))
        to_date = shapes.is_to_date(block) or bool(goes_on and self.last and self.last.to_date)
        totalled = any(vocabulary.is_total(name) for name in names)
        everyone = names | self.last.everyone if continued and self.last else names
        self.last = _Last(code, names, everyone, tuple(labels[1:]), lines, totalled, to_date)
        of_class, of_total = self._heads(code, stacks, to_date=to_date)
        first = len(self.cells.rows)
        self._grid(
            section, [row for row, _ in of_classes], [at for _, at in of_classes], of_class, of_total, class_rows=True
        )
        factors, _ = self._heads(FACTOR_CODES[0], stacks) if others else ([], [])
        self._other_measures(section, [(body[nth], places[nth], name) for nth, name in others.items()], factors)
        if not to_date:
            meant = [self.cells.heads[at][1:3] for at in of_class[1:]]
            known = all(table for table, _ in meant) and len(set(meant)) == len(meant)
            self.parts.append(Part(code, self.seen[code], first, len(self.cells.rows), found, known))
        if seconds:
            below = grid.stacks(whole[lower:], found)
            heads = [_second_head(code, upper, tuple(under)) for upper, under in zip(stacks, below, strict=True)]
            self._seconds(section, seconds, [self.cells.head(one) for one in heads])

    def _other_measures(
        self, section: int, rows: Sequence[tuple[Row, list[int], str | None]], factors: list[int]
    ) -> None:
        """Emit the rows of a class table that print another measure of the class above: its factors, or what no head
        says."""
        unknown = self.cells.head(Head(None, None, None, "UNKNOWN"))
        for row, at, name in rows:
            words = row.words(0)
            fine = name is not None and shapes.fine_share([row]) > shapes.MOST
            label = self.cells.label(section, row.line_no, GRID, words, words, name if fine else None)
            self.cells.rows += [
                (start, end, label, self._under(factors, column) if fine else unknown, row.text[start:end], None)
                for (start, end, kind), column in zip(row.chunks[1:], at[1:], strict=True)
                if kind != MARK
            ]

    def _seconds(self, section: int, seconds: list[tuple[str, Row, list[int]]], heads: list[int]) -> None:
        """Emit the second lines of classes: identifiers, and amounts per denomination."""
        for name, row, at in seconds:
            label = self.cells.label(section, row.line_no, GRID, name, row.words(0), name)
            self.cells.rows += [
                (start, end, label, self._under(heads, column), row.text[start:end], None)
                for (start, end, kind), column in zip(row.chunks, at, strict=True)
                if kind != MARK
            ]

    def _by_name(self, block: Block, head: list[Row], body: list[Row]) -> None:
        body = [row for row in body if row.figures]
        found, places = grid.lined_up(body)
        code = block.statement.code if block.statement else UNTITLED
        section = self._section(block, code)
        heads, _ = self._heads(code, tuple([tuple(stack) for stack in grid.stacks(head, found)]))
        self._grid(section, body, places, heads, heads, class_rows=False)

    def _heads(
        self, code: str, stacks: tuple[tuple[str, ...], ...], *, to_date: bool = False
    ) -> tuple[list[int], list[int]]:
        """Return the heads of columns, over the rows of a table and over its totals."""
        met = self._met.rows.get((code, stacks, to_date))
        if met is None:
            met = self._met.rows[code, stacks, to_date] = self._met_heads(code, stacks, to_date)
        return met

    def _met_heads(self, code: str, stacks: tuple[tuple[str, ...], ...], to_date: bool) -> tuple[list[int], list[int]]:
        known = self._met.columns
        keys = [(code, stack, shared, to_date) for stack, shared in zip(stacks, grid.shared(stacks), strict=True)]
        for key in keys:
            if key not in known:
                row, total = _column(*key, total=False), _column(*key, total=True)
                known[key] = self.cells.head(row), self.cells.head(total)
        both = [known[key] for key in keys]
        return [row for row, _ in both], [total for _, total in both]

    def _grid(
        self, section: int, body: list[Row], places: list[list[int]], of_row: list[int], of_total: list[int], *,
        class_rows: bool,
    ) -> None:  # fmt: skip
        """Emit a table whose first column holds the row labels."""
        cells = self.cells
        for (line_no, text, chunks, _, _, _), at in zip(body, places, strict=True):
            if at[0] == 0 and not (class_rows and shapes.is_amount(text, chunks[0])):
                words = text[chunks[0][0] : chunks[0][1]]
                total = vocabulary.is_total(words)
                label = cells.label(section, line_no, GRID, words, None, words if class_rows and not total else None)
                heads = of_total if total else of_row
                chunks, at = chunks[1:], at[1:]
            elif len(chunks) == 2 and chunks[0][2] == TEXT and class_rows:
                self._beside_classes(section, Row(line_no, text, chunks, 1, False, ""))
                continue
            else:
                label, heads = cells.label(section, line_no, ORPHAN, None, None), of_row
            cells.rows += [
                (
                    start,
                    end,
                    label,
                    self._fitting(self._under(heads, column), self._form(text, start, end)),
                    text[start:end],
                    None,
                )
                for (start, end, kind), column in zip(chunks, at, strict=True)
                if kind != MARK
            ]

    def _beside_classes(self, section: int, row: Row) -> None:
        """Emit a line below the classes that has a label of its own, set elsewhere than their names, and one value."""
        words = row.words(0)
        code = self.statements[-1].code
        place = Place(code, None, (), (words,), None, (), beside=Beside(single=True))
        label = self.cells.label(section, row.line_no, SAME_LINE, words, words)
        start, end, _ = row.chunks[1]
        self.cells.rows.append((start, end, label, self.cells.head(meaning(place)[0]), row.words(1), None))

    def _matrix(self, block: Block, head: list[Row], body: list[Row]) -> None:
        """Read a matrix of buckets and statuses whose measures take one line each under every bucket."""
        cells = self.cells
        section = self._section(block, "DELINQUENCY")
        # A line of figures may stand among the heads, where the heads of the next half begin below it.
        rows = [row for row in (*head, *body) if row.figures]
        found, places = grid.lined_up(rows)
        statuses = grid.heads([row for row in head if not row.figures and shapes.measure(row) is None], found)
        at_row = dict(zip([row.line_no for row in rows], places, strict=True))
        measures: list[Term] = []
        meanings: dict[int, tuple[list[int], list[int]]] = {}  # heads by line under a bucket, plain and percent
        words, bucket, line, group = None, None, 0, None
        placed: list[tuple[int, int]] = []
        half: list[tuple[int, int]] = []
        for row in [*head, *body]:
            if not row.figures:
                if measure := shapes.measure(row):
                    group = shapes.group_before(row) or group
                    # Sub-heads below figures announce the next half of the table, those above are one list.
                    if line:
                        self._turns(placed, len(measures))
                        half, placed = [*half, *placed], []
                    measures = [measure] if line else [*measures, measure]
                    meanings, line = {}, 0
                continue
            at = at_row[row.line_no]
            labelled = at[0] == 0
            if labelled:
                words = row.words(0)
                bucket, line = vocabulary.bucket_of(words), 0
            label = cells.label(section, row.line_no, GRID, words, None, None, bucket, group)
            if line not in meanings:
                meanings[line] = self._measures(statuses, measures[line] if line < len(measures) else None)
            plain, percent = meanings[line]
            placed += [(len(cells.rows) + nth, line) for nth in range(len(row.chunks) - labelled)]
            line += 1
            text = row.text
            cells.rows += [
                (
                    start,
                    end,
                    label,
                    self._under(percent if text[end - 1] == "%" else plain, column),
                    text[start:end],
                    None,
                )
                for (start, end, _), column in zip(row.chunks[labelled:], at[labelled:], strict=True)
            ]
        self._turns(placed, len(measures))
        proportions.settle(cells, [*half, *placed])

    def _turns(self, placed: Sequence[tuple[int, int]], count: int) -> None:
        """Take the meaning of cells whose lines under a bucket are not as many as there are measures: one is missing,
        and which line is of which measure cannot be said."""
        if not placed or max(line for _, line in placed) + 1 == count:
            return
        for at, _ in placed:
            low, high, label, head, raw, text = self.cells.rows[at]
            unknown = self.cells.head(as_unmapped(self.cells.heads[head]))
            self.cells.rows[at] = (low, high, label, unknown, raw, text)

    def _measures(self, statuses: Sequence[str], term: Term | None) -> tuple[list[int], list[int]]:
        """Return what a measure means under each status, printed plain and printed as a percent."""
        known = self._met.measures
        for status in statuses:
            if (status, term) not in known:
                plain, percent = _measured(status, term, False), _measured(status, term, True)
                known[status, term] = self.cells.head(plain), self.cells.head(percent)
        both = [known[status, term] for status in statuses]
        return [plain for plain, _ in both], [percent for _, percent in both]

    def _list(self, block: Block, rows: list[Row]) -> None:
        """Read a list stretch by stretch; a heading may begin a statement of its own."""
        at = self._position(block, rows)
        first, *others = grid.panels(rows)
        beside = at.beside()
        self._stretches(block, first, at)
        for part in others:
            self.above = None
            self._stretches(block, part, beside.beside())

    def _stretches(self, block: Block, rows: list[Row], at: positions.Position) -> None:
        for stretch in lists(grid.with_ranges(rows), positions.is_title, positions.is_described, positions.is_heading):
            stretch = self.above = stretch.under(self.above)
            stretch = stretch._replace(heads=[list(stack) for stack in with_sides(stretch.heads)])
            beside = positions.beside(stretch)
            items = list(unwrapped(stretch.items, partial(positions.is_whole, at.code)))
            stretch = stretch._replace(items=items)
            placed: list[tuple[int, int]] = []
            for nth, (item, classes) in enumerate(zip(items, positions.of_classes(items), strict=True)):
                below = items[nth + 1] if nth + 1 < len(items) else None
                if isinstance(item, Heading):
                    at.pass_heading(item, is_over=isinstance(below, Entry) and not below.stubs)
                    if not at.is_kept(item):
                        continue
                if at.section is None:
                    at.section = self._section(block, at.code, title=at.headings[0] if at.headings else None)
                if isinstance(item, Heading):
                    self._words(at.section, item)
                else:
                    first = len(self.cells.rows)
                    self._entry(at, stretch, nth, item, beside._replace(classes=classes))
                    placed += [(first + one, column) for one, (column, _) in enumerate(item.values)]
            proportions.settle(self.cells, placed)

    def _position(self, block: Block, rows: list[Row]) -> positions.Position:
        """Return where a list begins: under its own title, else where the one before broke off."""
        first = rows[0] if rows else None
        goes_on = first is not None and (first.figures > 0 or is_lettered(first))
        if not block.titles and goes_on and self.broken is not None:
            return self.broken
        at = self.broken = positions.Position(
            positions.listed_code(block.statement.code) if block.statement else UNTITLED
        )
        for row in block.titles:
            statement = vocabulary.statement_of(row.words(0))
            if statement is None or positions.listed_code(statement.code) != UNTITLED:
                at.open(row.words(0))
        return at

    def _words(self, section: int, item: Heading) -> None:
        """Emit a numbered line or a formula that has no value of its own."""
        words = item.row.text[slice(*item.span)]
        head = _FORMULA if formulas.find(words) else _NUMBERED
        printed = f"{item.number} {item.words}" if item.number else item.words
        shared = self.cells.label(section, item.row.line_no, SAME_LINE, vocabulary.numbered(item.words)[2], printed)
        self.cells.rows.append((*item.span, shared, self.cells.head(head), words, None))

    def _entry(self, at: positions.Position, stretch: List, nth: int, entry: Entry, beside: Beside) -> None:
        """Emit the values of a row of a list, the one with this number."""
        at.pass_entry(entry)
        heads = stretch.heads
        stubs = (vocabulary.numbered(entry.stubs[0])[2], *entry.stubs[1:]) if entry.stubs else ()
        outer = entry.outer if entry.outer and is_member(entry.outer) else None
        shared_heads = grid.shared([tuple(stack) for stack in heads])
        sides = {vocabulary.side_of(words) for column, _ in entry.values for words in heads[column] if column >= 0}
        label = " ".join((outer, *stubs) if outer else stubs) or (at.headings[-1] if at.headings else None)
        in_grid = INHERITED if stretch.is_inherited else GRID
        how = SECTION_HEADING if not stubs else in_grid if len(heads) > 1 else SAME_LINE
        shared = self.cells.label(
            at.section or 0, entry.row.line_no, ORPHAN if label is None else how, label, entry.printed
        )
        text = entry.row.text
        for column, (start, end, kind) in entry.values:
            is_text = kind != FIGURE_KIND
            raw = text[start:end]
            day = parse_date(raw) if is_text and is_date(raw) else None
            form = positions.form_in(stretch, nth, column, (start, end, kind), self._form)
            stack, above = (tuple(heads[column]), shared_heads[column]) if column >= 0 else ((), 0)
            place = Place(
                at.code, at.account, tuple(at.headings), stubs, outer, stack, above, {"BEGINNING", "ENDING"} <= sides,
                form, is_text, day is not None, len(entry.values) > 1, beside,
            )  # fmt: skip
            head, _ = meaning(place)
            self.cells.rows.append(
                (start, end, shared, self.cells.head(head), raw, day.isoformat() if day else None)
            )  # fmt: skip

    def _form(self, text: str, start: int, end: int) -> str | None:
        """Return what a figure is by the way it is written, None where a scale leaves it open."""
        form = positions.form(text, start, end, self.cents)
        if self.per_face and form in ("USD", "COUNT"):
            return "FINE"
        return form if self.whole or form != "COUNT" else None

    def _label_value(self, block: Block, body: list[Row]) -> None:
        code = block.statement.code if block.statement else UNTITLED
        section = self._section(block, code)
        account = _account(block) if code == "ACCOUNT" else None
        heading: str | None = None
        entry_type: str | None = None
        for label, label_row, printed, value, row, how in pairing.pair(
            code, pairing.lines(body, partial(positions.is_whole, code)), queue=self.queue
        ):
            if value is None:
                opened = vocabulary.heading_of(label) if account and label else None
                heading, entry_type = (label, opened) if opened else (heading, entry_type)
                continue
            start, end, kind = value
            raw = row.text[start:end]
            is_text = kind != FIGURE_KIND
            day = parse_date(raw) if is_text and is_date(raw) else None
            listing = (code, label, account, heading, entry_type, is_text, day is not None)
            head, class_name, dated_by = self._listed(listing)
            head = self._fitting(head, self._form(row.text, start, end))
            at = self.cells.label(section, row.line_no, how, label, printed, class_name)
            self.cells.rows.append((start, end, at, head, raw, day.isoformat() if day else None))
            if dated_by:
                shared = self.cells.label(section, label_row.line_no, SAME_LINE, label, printed, class_name)
                self._date_in_label(label_row, shared, head, dated_by)

    def _under(self, heads: Sequence[int], column: int) -> int:
        """Return the head of a column; a figure out of line has none."""
        return heads[column] if column >= 0 else self.cells.head(Head(None, None, None, "UNKNOWN"))

    def _fitting(self, head: int, form: str | None) -> int:
        """Return the head of a figure, without its meaning if the figure is printed as none of its kind."""
        known = self.cells.heads[head]
        return self.cells.head(as_unmapped(known)) if contradicts(known, form) else head

    def _listed(self, listing: _Listing) -> tuple[int, str | None, str | None]:
        """Return the head of a label of a list, the class named in it, and the column of a date inside it."""
        known = self._met.listings.get(listing)
        if known is None:
            meaning, class_name, dated_by = _listed(*listing)
            known = self._met.listings[listing] = (self.cells.head(meaning), class_name, dated_by)
        return known

    def _date_in_label(self, row: Row, label: int, head: int, column: str) -> None:
        """Emit the date that stands inside a label, for a column of the table that the label's value belongs to."""
        match = _DATE.search(row.text)
        day = parse_date(match[0]) if match else None
        if match and day:
            table = self.cells.heads[head].canonical_table
            of_date = self.cells.head(Head("(date in label)", table, column, "DATE", text=True))
            self.cells.rows.append((match.start(), match.end(), label, of_date, match[0], day.isoformat()))


def _second_head(code: str, upper: tuple[str, ...], under: tuple[str, ...]) -> Head:
    """Return what a column says in the second line: its own words, else those above them and its own."""
    own, whole = grid.join(under), grid.join((*upper, *under))
    term = (vocabulary.lookup(code, own) if own else None) or vocabulary.lookup(code, whole)
    if term is None:
        return Head(whole or None, None, None, "UNKNOWN")
    return of_term(term)._replace(column_label=whole)


@lru_cache(maxsize=4096)
def _named(stacks: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Return the heads of a table with their sides, and each as one wording; the same heads recur by the thousand."""
    sided = tuple(with_sides(stacks))
    return sided, [grid.join(stack) for stack in sided]


def _is_same_head(last: _Last, labels: Sequence[str], head: tuple[str, ...]) -> bool:
    """Tell whether heads are those of the table before: as read, or as printed where a column is blank on one page."""
    return last.labels == tuple(labels) or last.head == head


def _column(code: str, stack: tuple[str, ...], shared: int, to_date: bool, *, total: bool) -> Head:
    """Return the head of a column; a totals row has the same measures in a table of its own.

    Of its lines the upper `shared` ones stand over other columns too, and may be left out. In a table of sums since
    closing every amount is cumulative.
    """
    label, stack = grid.join(stack), grid.said(stack)
    wordings = (grid.join(stack[at:]) for at in range(min(shared, len(stack) - 1) + 1))
    term = next((term for words in wordings if words and (term := vocabulary.lookup(code, words))), None)
    if term is not None and to_date and term.unit in ("USD", "USD_PER_DENOM") and term.column not in _STANDING:
        term = vocabulary.lookup(code, f"Cumulative {label}")
    if term is None:
        return Head(label or None, None, None, "UNKNOWN")
    table: str | None = term.table
    if total and term.table.startswith("fact_class_"):
        is_sum = term.column in _TOTAL_COLUMNS and term.table != "fact_class_factor"
        table = "fact_class_total" if is_sum else None
    return of_term(term)._replace(
        column_label=label, canonical_table=table, canonical_column=term.column if table else None
    )


def _measured(status_label: str, term: Term | None, percent: bool) -> Head:
    status = vocabulary.status_of(status_label)
    column = f"{term.column}_pct" if term and percent else term.column if term else ""
    if term is None or status is None or column not in _DELINQUENCY_COLUMNS:
        return Head(status_label, None, None, "UNKNOWN", status=status)
    return Head(status_label, term.table, column, term.unit, status=status)


def _account(block: Block) -> str:
    named = [vocabulary.account_of(row.words(0)) for row in block.titles]
    return next((account for account in reversed(named) if account), vocabulary.code(block.titles[-1].words(0)))


def _listed(
    code: str,
    label: str | None,
    account: str | None,
    heading: str | None,
    entry_type: str | None,
    text: bool,
    dated: bool,
) -> tuple[Head, str | None, str | None]:
    """Return what a label of a list means, the class named in it, and the column of a date inside it.

    A line of an account without a code of its own is named by its label, so that the sums of the account still hold.
    """
    term = vocabulary.lookup(code, label) if label else None
    if account and label and heading:
        term = vocabulary.entry(heading, label) or term
    unit = term.unit if term else "DATE" if dated else "TEXT" if text else "UNKNOWN"
    if account and label and (kind := (term.entry_type if term else None) or entry_type):
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


__all__ = ["Column", "Printed", "Reader"]
