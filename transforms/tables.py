"""Tables to cells: each block is read by its shape, each value meets its label.

Shapes: *by class* (a row per class), *by name* (a row per account), *matrix* (bucket by status), *label-value*.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

from transforms import formulas, grid, pairing, unheaded, vocabulary
from transforms.blocks import Block, is_stub
from transforms.cells import GRID, ORPHAN, SAME_LINE, SECTION_HEADING, Cells, Head, Section
from transforms.facts import TABLES
from transforms.facts.statements import UNTITLED
from transforms.grid import FIGURE_KIND, MARK, TEXT, Column, Row
from transforms.lists import Entry, Heading, List, is_answered, is_lettered, is_numbering, lists, unwrapped
from transforms.meaning import (
    CLASS_CODES,
    FACTOR_CODES,
    Beside,
    Place,
    is_class_name,
    is_idle,
    is_member,
    meaning,
    with_sides,
)
from transforms.unheaded import Choice, Part
from transforms.values import DATE, commonest, has_digits, is_date, parse_date
from transforms.vocabulary import Term

# A numbered line without a value, and a formula on a line of its own.
_NUMBERED = Head(None, None, None, "TEXT", text=True)
_FORMULA = Head(None, "printed_formula", "text", "TEXT", text=True)
_PER_FACE = re.compile(r"\bper \$ ?1", re.IGNORECASE)
_TO_DATE = re.compile(r"\b(?:to[ -]date|since (?:issu|closing|inception|cut))", re.IGNORECASE)
# Columns that a table of sums since closing prints as they stand.
_STANDING = ("original_face", "beginning_balance", "ending_balance", "cumulative_realized_loss")
# A heading of a list that says no more: "Cumulative Net Losses".
_CUMULATIVE = re.compile(r"cumulative\b.*\bloss(es)?\b", re.IGNORECASE)
_CUMULATIVE_LOSS = "CUMULATIVE_LOSS"
_BY_NAME = ("OTHER_ACCOUNT",)
_SAMPLE = 12  # rows of a table whose decimals tell factors from dollars
_LOW_HEADS = 5  # lines of a head among which the class stub may stand
_HEAD_GAP = 2  # lines from one line of a head to the next, one of them blank or a rule at most
_LONG_TITLE = 30  # characters of a lone line that no column is headed by
_DEEPEST = 3  # headings over one row
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


class Reader:
    """Reads the blocks of one report after another into the cells of a batch.

    It remembers what the next block may need: how often each statement was met, and the class table before, whose
    second half may come without a caption.
    """

    def __init__(self, cells: Cells, *, queue: bool = True) -> None:
        self.cells = cells
        self.queue = queue
        # What a head or label means is looked up once a batch: here are the indices of the heads met so far.
        self._column_heads: dict[tuple[str, tuple[str, ...], int, bool], tuple[int, int]] = {}
        self._head_rows: dict[tuple[str, tuple[tuple[str, ...], ...], bool], tuple[list[int], list[int]]] = {}
        self._measured_heads: dict[tuple[str, Term | None], tuple[int, int]] = {}
        self._listed_heads: dict[_Listing, tuple[int, str | None, str | None]] = {}
        self.start(0)

    def start(self, report: int) -> None:
        """Begin the report with this index in the batch."""
        self.report = report
        self.seen: Counter[str] = Counter()
        self.statements: list[Printed] = []
        self.last: _Last | None = None
        self.parts: list[Part] = []
        self.choices: list[Choice] = []
        self.remic: str | None = None
        self.broken: _Position | None = None
        self.above: List | None = None  # the list read last, whose heads may stand over the next

    def close(self) -> None:
        """End the report: what no head of its class tables names is left to their arithmetic."""
        self.choices = unheaded.settle(self.cells, self.parts)
        self.parts = []

    def turn(self, remic: str | None) -> None:
        """Begin a page of the report under its own letterhead, which may name a REMIC."""
        self.remic, self.broken, self.above = remic, None, None

    def read(self, block: Block, claimed: frozenset[int] = frozenset()) -> None:
        """Read one block: choose its shape and emit its cells. Lines in `claimed` are read as a letterhead already."""
        if claimed:
            block = block.without(claimed)
        head, body = _head_and_body(block, grid.split_tails(block.body))
        titled = block.statement is not None and block.statement.code in CLASS_CODES
        if not titled and _is_matrix(head):
            self._matrix(block, head, body)
        elif _has_stub(head) and any(row.figures for row in body):
            self._by_class(block, [row for row in head if not _is_title_line(row)], body)
        elif block.statement is not None and block.statement.code in _BY_NAME and _value_columns(body) > 1:
            self._by_name(block, head, body)
        elif _is_plain_list(block, head, body):
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
        fine = 0.0 if titled else _fine_share(body[:_SAMPLE])
        last = self.last
        if last and _is_same_head(last, labels, head) and not last.totalled and last.names.isdisjoint(names):
            return last.code, True
        if block.statement is not None and block.statement.code in CLASS_CODES:
            # A page may head every table with the name of the whole report.
            code = FACTOR_CODES[0] if block.statement.code == CLASS_CODES[0] and fine > _MOST else block.statement.code
            return code, last is not None and (last.code, last.names) == (code, names) and not _is_to_date(block)
        if last is not None and names <= last.everyone and _goes_with(last.code, fine):
            return last.code, last.to_date or not _is_to_date(block)
        if fine > _MOST:
            return FACTOR_CODES[0], False
        known = [code for code in CLASS_CODES if all(vocabulary.lookup(code, label) for label in labels)]
        return (known[0] if known else "CLASS"), False

    # -- shapes -------------------------------------------------------------------------------------------------

    def _by_class(self, block: Block, head: list[Row], body: list[Row]) -> None:
        body = grid.without_signs(grid.aligned(body))
        found, places = grid.columns(body)
        seconds: list[tuple[str, Row, list[int]]] = []
        lower = _lower_head(head)
        if lower:
            body, places, seconds = _second_lines(body, places)
            whole, head = head, head[:lower]
        stacks, labels = _named(tuple([tuple(stack) for stack in grid.stacks(head, found)]))
        names = frozenset([row.words(0) for row, at in zip(body, places, strict=True) if at[0] == 0])
        lines = tuple([" ".join(row.text.split()) for row in head])
        code, continued = self._class_statement(block, labels[1:], lines, names, body)
        section = self._section(block, code, continued=continued)
        broken = continued and self.last is not None and _is_same_head(self.last, labels[1:], lines)
        goes_on = self.last is not None and (broken or (continued and not block.titles))
        to_date = _is_to_date(block) or bool(goes_on and self.last and self.last.to_date)
        totalled = any(vocabulary.is_total(name) for name in names)
        everyone = names | self.last.everyone if continued and self.last else names
        self.last = _Last(code, names, everyone, tuple(labels[1:]), lines, totalled, to_date)
        of_class, of_total = self._heads(code, stacks, to_date=to_date)
        first = len(self.cells.rows)
        self._grid(section, body, places, of_class, of_total, class_rows=True)
        if not to_date:
            known = all(self.cells.heads[at].canonical_table for at in of_class[1:])
            self.parts.append(Part(code, self.seen[code], first, len(self.cells.rows), found, known))
        if seconds:
            below = grid.stacks(whole[lower:], found)
            heads = [_second_head(code, upper, tuple(under)) for upper, under in zip(stacks, below, strict=True)]
            self._seconds(section, seconds, [self.cells.head(one) for one in heads])

    def _seconds(self, section: int, seconds: list[tuple[str, Row, list[int]]], heads: list[int]) -> None:
        """Emit the second lines of classes: identifiers, and amounts per denomination."""
        for name, row, at in seconds:
            label = self.cells.label(section, row.line_no, GRID, name, row.words(0), name)
            self.cells.rows += [
                (start, end, label, heads[column], row.text[start:end], None)
                for (start, end, kind), column in zip(row.chunks, at, strict=True)
                if kind != MARK
            ]

    def _by_name(self, block: Block, head: list[Row], body: list[Row]) -> None:
        body = [row for row in body if row.figures]
        found, places = grid.columns(body)
        code = block.statement.code if block.statement else UNTITLED
        section = self._section(block, code)
        heads, _ = self._heads(code, tuple([tuple(stack) for stack in grid.stacks(head, found)]))
        self._grid(section, body, places, heads, heads, class_rows=False)

    def _heads(
        self, code: str, stacks: tuple[tuple[str, ...], ...], *, to_date: bool = False
    ) -> tuple[list[int], list[int]]:
        """Return the heads of columns, over the rows of a table and over its totals."""
        met = self._head_rows.get((code, stacks, to_date))
        if met is None:
            met = self._head_rows[code, stacks, to_date] = self._met_heads(code, stacks, to_date)
        return met

    def _met_heads(self, code: str, stacks: tuple[tuple[str, ...], ...], to_date: bool) -> tuple[list[int], list[int]]:
        known = self._column_heads
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
            if at[0] == 0:
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
                (start, end, label, heads[column], text[start:end], None)
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
        rows = [row for row in body if row.figures]
        found, places = grid.columns(rows)
        statuses = grid.heads([row for row in head if _measure(row) is None], found)
        at_row = dict(zip([row.line_no for row in rows], places, strict=True))
        measures: list[Term] = []
        meanings: dict[int, tuple[list[int], list[int]]] = {}  # heads by line under a bucket, plain and percent
        words, bucket, line, group = None, None, 0, None
        for row in [*head, *body]:
            if not row.figures:
                if measure := _measure(row):
                    group = _group_before(row) or group
                    # Sub-heads below figures announce the next half of the table, those above are one list.
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
            line += 1
            text = row.text
            cells.rows += [
                (start, end, label, (percent if text[end - 1] == "%" else plain)[column], text[start:end], None)
                for (start, end, _), column in zip(row.chunks[labelled:], at[labelled:], strict=True)
            ]

    def _measures(self, statuses: Sequence[str], term: Term | None) -> tuple[list[int], list[int]]:
        """Return what a measure means under each status, printed plain and printed as a percent."""
        known = self._measured_heads
        for status in statuses:
            if (status, term) not in known:
                plain, percent = _measured(status, term, False), _measured(status, term, True)
                known[status, term] = self.cells.head(plain), self.cells.head(percent)
        both = [known[status, term] for status in statuses]
        return [plain for plain, _ in both], [percent for _, percent in both]

    def _list(self, block: Block, rows: list[Row]) -> None:
        """Read a list stretch by stretch; a heading may begin a statement of its own."""
        at = self._position(block, rows)
        for stretch in lists(grid.with_ranges(rows), _is_title, _is_described, _is_heading):
            stretch = self.above = stretch.under(self.above)
            stretch = stretch._replace(heads=[list(stack) for stack in with_sides(stretch.heads)])
            beside = _beside(stretch)
            items = list(unwrapped(stretch.items, partial(_is_whole, at.code)))
            for item, below, classes in zip(items, [*items[1:], None], _of_classes(items), strict=True):
                if isinstance(item, Heading):
                    at.pass_heading(item, is_over=isinstance(below, Entry) and not below.stubs)
                    if not at.is_kept(item):
                        continue
                if at.section is None:
                    at.section = self._section(block, at.code, title=at.headings[0] if at.headings else None)
                if isinstance(item, Heading):
                    self._words(at.section, item)
                else:
                    self._entry(at, stretch, item, beside._replace(classes=classes))

    def _position(self, block: Block, rows: list[Row]) -> "_Position":
        """Return where a list begins: under its own title, else where the one before broke off."""
        first = rows[0] if rows else None
        goes_on = first is not None and (first.figures > 0 or is_lettered(first))
        if not block.titles and goes_on and self.broken is not None:
            return self.broken
        at = self.broken = _Position(_listed_code(block.statement.code) if block.statement else UNTITLED)
        for row in block.titles:
            statement = vocabulary.statement_of(row.words(0))
            if statement is None or _listed_code(statement.code) != UNTITLED:
                at.open(row.words(0))
        return at

    def _words(self, section: int, item: Heading) -> None:
        """Emit a numbered line or a formula that has no value of its own."""
        words = item.row.text[slice(*item.span)]
        head = _FORMULA if formulas.find(words) else _NUMBERED
        printed = f"{item.number} {item.words}" if item.number else item.words
        shared = self.cells.label(section, item.row.line_no, SAME_LINE, vocabulary.numbered(item.words)[2], printed)
        self.cells.rows.append((*item.span, shared, self.cells.head(head), words, None))

    def _entry(self, at: "_Position", stretch: List, entry: Entry, beside: Beside) -> None:
        """Emit the values of one row of a list."""
        at.pass_entry(entry)
        heads = stretch.heads
        stubs = (vocabulary.numbered(entry.stubs[0])[2], *entry.stubs[1:]) if entry.stubs else ()
        outer = entry.outer if entry.outer and is_member(entry.outer) else None
        shared_heads = grid.shared([tuple(stack) for stack in heads])
        sides = {vocabulary.side_of(words) for column, _ in entry.values for words in heads[column]}
        label = " ".join((outer, *stubs) if outer else stubs) or (at.headings[-1] if at.headings else None)
        how = SECTION_HEADING if not stubs else GRID if len(heads) > 1 else SAME_LINE
        shared = self.cells.label(
            at.section or 0, entry.row.line_no, ORPHAN if label is None else how, label, entry.printed
        )
        text = entry.row.text
        for column, (start, end, kind) in entry.values:
            is_text = kind != FIGURE_KIND
            raw = text[start:end]
            day = parse_date(raw) if is_text and is_date(raw) else None
            place = Place(
                at.code, at.account, tuple(at.headings), stubs, outer, tuple(heads[column]), shared_heads[column],
                {"BEGINNING", "ENDING"} <= sides, _form(raw) or _form_beside(stretch, entry, column), is_text,
                day is not None, len(entry.values) > 1, beside,
            )  # fmt: skip
            head, _ = meaning(place)
            self.cells.rows.append(
                (start, end, shared, self.cells.head(head), raw, day.isoformat() if day else None)
            )  # fmt: skip

    def _label_value(self, block: Block, body: list[Row]) -> None:
        code = block.statement.code if block.statement else UNTITLED
        section = self._section(block, code)
        account = _account(block) if code == "ACCOUNT" else None
        heading: str | None = None
        entry_type: str | None = None
        for label, label_row, printed, value, row, how in pairing.pair(
            code, pairing.lines(body, partial(_is_whole, code)), queue=self.queue
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
            at = self.cells.label(section, row.line_no, how, label, printed, class_name)
            self.cells.rows.append((start, end, at, head, raw, day.isoformat() if day else None))
            if dated_by:
                shared = self.cells.label(section, label_row.line_no, SAME_LINE, label, printed, class_name)
                self._date_in_label(label_row, shared, head, dated_by)

    def _listed(self, listing: _Listing) -> tuple[int, str | None, str | None]:
        """Return the head of a label of a list, the class named in it, and the column of a date inside it."""
        known = self._listed_heads.get(listing)
        if known is None:
            meaning, class_name, dated_by = _listed(*listing)
            known = self._listed_heads[listing] = (self.cells.head(meaning), class_name, dated_by)
        return known

    def _date_in_label(self, row: Row, label: int, head: int, column: str) -> None:
        """Emit the date that stands inside a label, for a column of the table that the label's value belongs to."""
        match = _DATE.search(row.text)
        day = parse_date(match[0]) if match else None
        if match and day:
            table = self.cells.heads[head].canonical_table
            of_date = self.cells.head(Head("(date in label)", table, column, "DATE", text=True))
            self.cells.rows.append((match.start(), match.end(), label, of_date, match[0], day.isoformat()))


def _head_and_body(block: Block, body: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the head and of the body: the head is what stands between the last title and the figures."""
    last_title = block.titles[-1].line_no if block.titles else 0
    head = [
        row for row in block.before
        if row.line_no >= last_title or (row.line_no == last_title - 1 and is_numbering(row))
    ]  # fmt: skip
    first = next((at for at, row in enumerate(body) if row.figures), len(body))
    upper = body[:first]
    # A list has no head of its own: what stands above its figures are labels and words (Thornburg 2003-2, line 555).
    if upper and (_value_columns(body) > 1 or _has_stub(upper)):
        head = [*head, *(row for row in upper if row.line_no >= last_title)]
        body = body[first:]
    if _has_stub(head):
        return _near_stub(head), body
    # Heads may stand above the title of the rows that they are over.
    above = [row for row in block.before if last_title - _HEAD_GAP <= row.line_no < last_title and len(row.chunks) > 1]
    return [*[row for row in above if row not in head], *head], body


_CUSIP = re.compile(r"(?=\S*\d)[0-9A-Z]{7,9}")


def _lower_head(head: list[Row]) -> int:
    """Return where the heads of the second line of every class begin: those in a line with an identifier's below the
    class stub; 0 where classes have one line."""
    for at in range(1, len(head)):
        words = head[at].words(0)
        stands_below = is_stub(head[at - 1]) and head[at].chunks[0][0] < head[at - 1].chunks[1][0]
        if stands_below and vocabulary.normalise(words) in ("CUSIP", "CUSIP NO", "CUSIP NUMBER"):
            return at
    return 0


def _second_lines(
    body: list[Row], places: list[list[int]]
) -> tuple[list[Row], list[list[int]], list[tuple[str, Row, list[int]]]]:
    """Part the second lines of classes, which begin with an identifier, from the first, with the class of each."""
    firsts: list[Row] = []
    kept: list[list[int]] = []
    seconds: list[tuple[str, Row, list[int]]] = []
    for row, at in zip(body, places, strict=True):
        if firsts and at[0] == 0 and _CUSIP.fullmatch(row.words(0)) and not _CUSIP.fullmatch(firsts[-1].words(0)):
            seconds.append((firsts[-1].words(0), row, at))
        else:
            firsts.append(row)
            kept.append(at)
    return firsts, kept, seconds


def _second_head(code: str, upper: tuple[str, ...], under: tuple[str, ...]) -> Head:
    """Return what a column says in the second line: its own words, else those above them and its own."""
    own, whole = grid.join(under), grid.join((*upper, *under))
    term = (vocabulary.lookup(code, own) if own else None) or vocabulary.lookup(code, whole)
    if term is None:
        return Head(whole or None, None, None, "UNKNOWN")
    return Head(whole, term.table, term.column, term.unit, text=_is_text(term))


def _near_stub(head: list[Row]) -> list[Row]:
    """Return the lines of a head from its highest that stands close to the next: a letterhead stands further up."""
    first = len(head) - 1
    while first and head[first].line_no - head[first - 1].line_no <= _HEAD_GAP:
        first -= 1
    return head[first:]


def _has_stub(head: list[Row]) -> bool:
    """Tell whether one of the last lines of a head stands over class names; formulas may follow it."""
    return any(map(is_stub, head[-_LOW_HEADS:]))


def _is_title_line(row: Row) -> bool:
    """Tell whether a line of a head is words about the whole table, and no head of a column."""
    if len(row.chunks) != 1:
        return False
    return row.chunks[0][1] - row.chunks[0][0] > _LONG_TITLE or _PER_FACE.search(row.text) is not None


_FINE = re.compile(r"\d\.\d{4,}$")


_FEW, _MOST = 0.2, 0.6


def _is_to_date(block: Block) -> bool:
    """Tell whether a title announces sums since closing instead of the amounts of the period."""
    rows = (*block.titles, *block.before[-_LOW_HEADS - 1 :])
    return any(map(_says_to_date, [row.words(0) for row in rows if len(row.chunks) == 1]))


@lru_cache(maxsize=4096)
def _says_to_date(words: str) -> bool:
    return _TO_DATE.search(words) is not None


@lru_cache(maxsize=4096)
def _named(stacks: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Return the heads of a table with their sides, and each as one wording; the same heads recur by the thousand."""
    sided = tuple(with_sides(stacks))
    return sided, [grid.join(stack) for stack in sided]


def _is_same_head(last: _Last, labels: Sequence[str], head: tuple[str, ...]) -> bool:
    """Tell whether heads are those of the table before: as read, or as printed where a column is blank on one page."""
    return last.labels == tuple(labels) or last.head == head


def _goes_with(code: str, fine: float) -> bool:
    """Tell whether figures of so many decimals may continue a statement of dollars or of factors."""
    return fine >= _FEW if code in FACTOR_CODES else fine <= _MOST


def _fine_share(body: list[Row]) -> float:
    """Return the share of figures with four decimals or more, as no dollars have; percents are left out."""
    figures = [row.text[start:end] for row in body for start, end, kind in row.chunks if kind == FIGURE_KIND]
    plain = [raw for raw in figures if "." in raw and raw[-1] != "%"]
    # Dollars have their point among the last four characters, and need no search.
    return sum(["." not in raw[-4:] and _FINE.search(raw) is not None for raw in plain]) / len(plain) if plain else 0.0


def _value_columns(body: list[Row]) -> int:
    """Return how many figures most rows of a body hold."""
    counts = [row.figures for row in body if row.figures]
    return commonest(counts) if counts else 0


def _is_matrix(head: list[Row]) -> bool:
    """Tell whether heads are statuses over lines of measures, which take turns under every bucket."""
    return any(len(_statuses(row) - {"TOTAL"}) > 1 for row in head) and any(_measure(row) for row in head)


def _is_plain_list(block: Block, head: list[Row], body: list[Row]) -> bool:
    """Tell whether a known statement has one value a line and no numbers before its labels."""
    if block.statement is None or not body or max([row.figures for row in body]) > 1:
        return False
    worded = [row for row in (*head, *body) if not row.figures and len(row.chunks) > 1]
    if any(_heads_values(row.words(-1)) for row in worded):
        return False
    return not any(map(is_answered, body)) and not any(map(is_lettered, body)) and not any(map(is_lettered, head))


def _heads_values(words: str) -> bool:
    """Tell whether words beside others stand over the values of a list: a group, any amount, a side of the period."""
    return is_idle(words) or vocabulary.side_of(words) is not None


def _is_title(words: str) -> bool:
    return vocabulary.statement_of(words) is not None or vocabulary.account_of(words) is not None


def _beside(stretch: List) -> Beside:
    """Return what stands beside a value in its stretch."""
    heads = [grid.join(tuple(stack)) for stack in stretch.heads]
    named = [words for words in heads if words and not vocabulary.is_total(words)]
    return Beside(
        groups=any(vocabulary.group_of(words) for stack in stretch.heads for words in stack),
        across=bool(named) and all(is_class_name(words) for words in named),
        single=len(heads) == 1,
    )


def _of_classes(items: Sequence[Heading | Entry]) -> Iterator[bool]:
    """Tell for each row of a list whether most rows under its heading are classes, and a total among them is theirs.

    Below a few classes among the payments of a waterfall (ford-2025-a) a total is of all payments.
    """
    for _, group in groupby(items, key=lambda item: isinstance(item, Entry)):
        rows = [_without_class(item) for item in group]
        named = [words for words in rows if words]
        yield from [2 * len(named) >= len(rows) and len(set(named)) == 1] * len(rows)


def _without_class(item: Heading | Entry) -> str | None:
    """Return what a row says besides the class it names, None where it names none."""
    stub = vocabulary.numbered(item.stubs[-1])[2] if isinstance(item, Entry) and item.stubs else ""
    name, marked = vocabulary.classed(stub)
    return marked if name else None


def _form(raw: str) -> str | None:
    """Return what a figure is by the way it is written."""
    if not has_digits(raw):
        return None
    if "%" in raw:
        return "PCT"
    if _FINE.search(raw.rstrip(") ")):
        return "FINE"
    return "USD" if "." in raw or "$" in raw else "COUNT"


def _form_beside(stretch: List, entry: Entry, column: int) -> str | None:
    """Return what the figures in the rows of late loans are that stand in the column of a dash, if all are one form."""
    if not entry.stubs or vocabulary.bucket_of(entry.stubs[-1]) is None:
        return None
    late = [
        one for one in stretch.items if isinstance(one, Entry) and one.stubs and vocabulary.bucket_of(one.stubs[-1])
    ]
    printed = [one.row.text[chunk[0] : chunk[1]] for one in late for at, chunk in one.values if at == column]
    forms = {_form(raw) for raw in printed} - {None}
    return forms.pop() if len(forms) == 1 else None


def _listed_code(code: str) -> str:
    """Return the statement of a list. A title of class tables, often that of the whole report, says nothing of it."""
    return UNTITLED if code == CLASS_CODES[0] else code


def _is_heading(words: str) -> bool:
    """Tell whether words head the rows below them: a title, or where late loans stand."""
    return _is_title(words) or vocabulary.status_of(words) not in (None, "TOTAL")


def _opens(words: str) -> bool:
    """Tell whether words begin something else than the lines above: a title, or sums to date."""
    return _is_title(words) or _CUMULATIVE.match(words) is not None


def _is_whole(code: str, words: str) -> bool:
    """Tell whether words begin something else than the lines above, or are a label of the statement by themselves."""
    return _opens(words) or vocabulary.lookup(code, words) is not None


def _is_described(label: str) -> bool:
    """Tell whether the values of a label are words or dates."""
    term = vocabulary.lookup("COLLATERAL", label)
    return term is not None and _is_text(term)


class _Position:
    """Where in a list the reading stands: its statement, the account it is of, and the headings above the next row."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.account: str | None = None
        self.headings: list[str] = []
        self.numbered = False  # the last heading has a number, and ends with the lines that are lettered under it
        self.section: int | None = None

    def open(self, title: str) -> None:
        """Begin a statement."""
        statement = vocabulary.statement_of(title)
        self.code = _listed_code(statement.code) if statement else self.code
        self.account = vocabulary.account_of(title) or (vocabulary.code(title) if self.code == "ACCOUNT" else None)
        self.headings, self.numbered, self.section = [title], False, None

    def pass_heading(self, heading: Heading, *, is_over: bool = False) -> None:
        """Take a row of words for the heading of what follows; `is_over` values without a label it is their label."""
        number, _, words = vocabulary.numbered(heading.words)
        is_numbered = heading.number is not None or number is not None
        if not words:
            return
        if not is_numbered and _opens(words):
            self.open(words)
            self.code = _CUMULATIVE_LOSS if _CUMULATIVE.match(words) else self.code
            return
        if self.code == "ACCOUNT" and self.headings and not is_over and self._is_blank(words):
            return
        if self.numbered or len(self.headings) > _DEEPEST:
            self.headings.pop()
        if vocabulary.group_of(words):
            # A loan group is named again and again below what its rows are about.
            self.headings[1:] = [above for above in self.headings[1:] if not vocabulary.group_of(above)]
        elif not is_numbered and len(self.headings) > 1 and not vocabulary.is_total(words):
            del self.headings[1:]
        self.headings.append(words)
        self.numbered = is_numbered

    def _is_blank(self, words: str) -> bool:
        """Tell whether words are a line of the account above whose values are blank, and head nothing."""
        section = self.headings[-1]
        return vocabulary.heading_of(section) is not None and vocabulary.entry(section, words) is not None

    def is_kept(self, heading: Heading) -> bool:
        """Tell whether a row of words is a line of its own: it has a number or letter, or holds a formula."""
        number, letter, words = vocabulary.numbered(heading.words)
        is_formula = (
            words.startswith("(") and any(sign in words for sign in "0123456789") and bool(formulas.find(words))
        )
        return heading.number is not None or number is not None or letter is not None or is_formula

    def pass_entry(self, entry: Entry) -> None:
        """Leave a numbered heading where the next number comes."""
        if self.numbered and entry.number is not None:
            self.headings.pop()
            self.numbered = False


def _statuses(row: Row) -> set[str]:
    named = {vocabulary.status_of(row.words(at)) for at in range(len(row.chunks))}
    return {status for status in named if status}


def _measure(row: Row) -> Term | None:
    """Return the measure of a sub-head line, which repeats one measure over every status; None for any other row."""
    found = [vocabulary.lookup("DELINQUENCY", row.words(at)) for at in range(len(row.chunks))]
    if len(found) > 2 and found[0] is None:
        found = found[1:]  # behind the name of a loan group
    return found[0] if len(set(found)) == 1 else None


def _group_before(row: Row) -> str | None:
    """Return the loan group that the first words of a line of measures name, bare or not."""
    words = row.words(0)
    if vocabulary.lookup("DELINQUENCY", words) is not None:
        return None
    return vocabulary.group_of(words, total=True) or vocabulary.group_of(f"Group {words}")


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
    return Head(label, table, term.column if table else None, term.unit, text=_is_text(term))


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


def _is_text(term: Term) -> bool:
    return term.unit in ("TEXT", "DATE")


__all__ = ["Column", "Printed", "Reader"]
