"""A marked-up document read from its beginning to its end: paragraphs, preformatted text and tables, as lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from transforms import prose, spots, typeset
from transforms.characters import Span, collapsed
from transforms.looks import WHITE, Look
from transforms.prose import Line
from transforms.skeleton import (
    BLOCK,
    BREAK,
    CELL,
    LOOK,
    LOOK_END,
    LOWER,
    PRE,
    PRE_END,
    RAISE,
    ROW,
    ROW_END,
    SPOT,
    TABLE,
    TABLE_END,
    UNSEEN,
    UNSEEN_END,
    Cell,
    Run,
    Shade,
    Spot,
    Step,
    closed,
)  # fmt: skip
from transforms.spots import Fragment
from transforms.typeset import Below, Met, Source

_NEXT_LINE = 14.0  # pixels from one line to the next where only a break parts them
_DEEPEST = 20  # tables within tables: what lies deeper is words
_PLAIN = Look(None, WHITE, False)


@dataclass(slots=True)
class _Table:
    """A table: what was met in each of its rows, and which rows hold more than words."""

    rows: list[list["_Met"]] = field(default_factory=list)
    framing: set[int] = field(default_factory=set)


# What was met: a stretch of text or a mark of the skeleton, the beginning of a cell, a table, a spot.
_Met = int | Cell | _Table | Spot


@dataclass(slots=True)
class _Around:
    """What is taken up again behind a table: what was met before it, the table it stands in, what surrounds it."""

    met: list[_Met]
    table: _Table | None
    shade: Shade | None
    base: Shade | None
    row: Shade | None


def walk(text: str) -> list[Line]:
    """Return the lines of a document."""
    document = _Walk(text)
    document.read()
    return document.lines


class _Walk:
    """One document while it is read, and the lines found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.source = Source(text)
        self.skeleton = self.source.skeleton
        self.stretches = self.skeleton.stretches
        self.tables = 0
        self.met: list[_Met] = []
        self.table: _Table | None = None
        self.outer: list[_Around] = []
        self.in_row = self.framing = False
        self.deeper = 0
        self.unseen = ""
        self.raised = 0
        # What surrounds the words within their cell, their row or table, and their table.
        self.shade: Shade | None = None
        self.row: Shade | None = None
        self.base: Shade | None = None

    # -- structure ----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the document."""
        if not self.skeleton.has_cells and any(map(prose.is_set, self.stretches)):
            self.lines += prose.fixed(self.text, 0, len(self.text))
            return
        raised_at = -1
        hides = self.skeleton.hides
        for at, ((words, _, _, _), run) in enumerate(zip(self.source.known, self.skeleton.runs, strict=True)):
            if words and not self.unseen:
                self.met.append(at)
                if self.raised or at == raised_at:
                    self.source.raised.add(at)
                if hides and self._is_hidden():
                    self.source.hidden.add(at)
            _, cell, shade, _, is_row, raises = run
            if raises:
                raised_at = at + 1
            if cell is None or self.table is None or self.deeper or self.unseen:
                self._take(run)
                continue
            if is_row:
                self._begin_row(None, True)
            self.met.append(cell)
            self.in_row, self.raised, self.shade = True, 0, shade
        while self.outer:
            self._end_table()
        self._flow(self.met)

    def _is_hidden(self) -> bool:
        if not ((self.shade and self.shade.suspect) or (self.row and self.row.suspect)):
            return False
        near = self.shade.look if self.shade else _PLAIN._replace(ground=None)
        far = self.row.look if self.row else _PLAIN
        colour = near.colour or far.colour
        return near.gone or far.gone or (colour is not None and colour == (near.ground or far.ground or WHITE))

    def _take(self, run: Run) -> None:
        """Take the steps of a run."""
        if run.cell is not None:
            self.unseen = "" if self.unseen == "title" else self.unseen
            self.met.append(BLOCK)
            return
        for step in run.steps:
            code = step.code
            if self.unseen:
                ended = code == UNSEEN_END and step.name == self.unseen
                # A title that is never closed ends where the page begins.
                if ended or (self.unseen == "title" and code in (BLOCK, TABLE, ROW, CELL)):
                    self.unseen = ""
                if ended or self.unseen:
                    continue
            if code < 0:
                self.met.append(code)
                self.framing = self.framing or code == PRE
            elif code == CELL:
                self._begin_cell(step)
            elif code in (ROW, ROW_END):
                self._begin_row(step.look, code == ROW)
            elif code == TABLE:
                self._begin_table(step.look)
            elif code == TABLE_END:
                self._end_table()
            else:
                self._take_inline(step)
        if run.is_cell and self.table is not None and not self.deeper and not self.unseen:
            self.shade = run.shade

    def _take_inline(self, step: Step) -> None:
        """Take a step that parts no words."""
        if step.code == LOOK:
            self.shade = self.skeleton.opened(self.shade, step)
        elif step.code == LOOK_END:
            self.shade = closed(self.shade, step.name)
        elif step.code == UNSEEN:
            self.unseen = step.name
        elif step.code == SPOT:
            self.met += [step.spot] if step.spot and self.table is None else []
        else:
            self.raised = max(self.raised + {RAISE: 1, LOWER: -1}.get(step.code, 0), 0)

    def _begin_cell(self, step: Step) -> None:
        if self.table is None or self.deeper:
            self.met.append(BLOCK)
            return
        self.met.append(step.cell)
        self.in_row, self.raised = True, 0
        self.shade = self.skeleton.around_cell(step.look)

    def _begin_row(self, look: Look | None, begins: bool) -> None:
        if self.table is None or self.deeper:
            self.met.append(BLOCK)
            return
        self._end_row()
        self.in_row, self.shade = begins, None
        self.row = self.skeleton.shaded("tr", look, self.base) if look else self.base

    def _end_row(self) -> None:
        """End the row of a table. What stands between rows is a row of one cell, if it is more than blank."""
        table, met = self.table, self.met
        if table is not None and (self.in_row or any(one.__class__ is not int or one >= 0 for one in met)):
            if self.framing:
                table.framing.add(len(table.rows))
            table.rows.append(met)
        self.met, self.in_row, self.framing = [], False, False

    def _begin_table(self, look: Look | None) -> None:
        if len(self.outer) >= _DEEPEST:
            self.deeper += 1
            self.met.append(BLOCK)
            return
        if not self.outer:
            self._flow(self.met)
            self.met = []
        self.outer.append(_Around(self.met, self.table, self.shade, self.base, self.row))
        around = self.shade or self.row
        if self.shade and self.row:
            around = self.skeleton.shaded("table", self.shade.look, self.row)
        self.base = self.row = self.skeleton.shaded("table", look, around) if look else around
        self.met, self.table, self.shade, self.in_row, self.framing = [], _Table(), None, False, False

    def _end_table(self) -> None:
        if self.deeper or self.table is None:
            self.deeper = max(self.deeper - 1, 0)
            self.met.append(BLOCK)
            return
        self._end_row()
        table, around = self.table, self.outer.pop()
        self.met, self.table, self.shade, self.base, self.row = (
            around.met, around.table, around.shade, around.base, around.row,
        )  # fmt: skip
        if self.outer:
            self.met.append(table)
            self.in_row = self.framing = True
        else:
            self._table(table)

    # -- text ---------------------------------------------------------------------------------------------------

    def _flow(self, met: Sequence[_Met]) -> None:
        """Write paragraphs, preformatted text and tables in their order."""
        if self.skeleton.is_spotted and any(one.__class__ is Spot for one in met):
            self._spotted(met)
            return
        line: list[int] = []
        preformatted = False
        for one in met:
            if one.__class__ is int and (one >= 0 or (preformatted and one in (BLOCK, BREAK))):
                line += [one] if one >= 0 else []
                continue
            if preformatted and line:
                low, high = self.skeleton.span(line[0], line[-1])
                self.lines += prose.fixed(self.text, low, high)
            else:
                self._paragraph(line)
            line, preformatted = [], one == PRE
            if isinstance(one, _Table):
                self._table(one)
        self._paragraph(line)

    def _paragraph(self, indices: list[int]) -> None:
        """Write a line of words. Text that is set in columns stays as it is."""
        for hidden, group in groupby(indices, key=self.source.hidden.__contains__):
            for in_columns, run in groupby(group, key=lambda index: prose.is_set(self.stretches[index])):
                members = list(run)
                low, high = self.skeleton.span(members[0], members[-1])
                if in_columns:
                    self.lines += prose.fixed(self.text, low, high)
                else:
                    self.lines.append(prose.running(self.text, (low, high), hidden, None))

    def _spotted(self, met: Sequence[_Met]) -> None:
        """Write words that have a spot of their own as the lines of pages; the others stand under those before them."""
        framed: list[list[Fragment]] = [[]]
        top, left, line = 0.0, 0.0, []
        for one in [*met, BLOCK]:
            if one.__class__ is int and one >= 0:
                line.append(one)
                continue
            if line:
                words, span = self._words(line)
                framed[-1].append(Fragment(top, left, words, span))
                top, line = top + _NEXT_LINE, []
            if isinstance(one, Spot):
                top, left = one.top, one.left
                if one.frame:
                    framed.append([])
        for frame in framed:
            for page in spots.pages(frame):
                for words, spans in spots.lines(page):
                    self.lines.append(Line(words, spans, [], None, False))
                self.lines.append(Line("", {}, [], None, False))

    def _words(self, indices: list[int]) -> tuple[str, Span]:
        low, high = self.skeleton.span(indices[0], indices[-1])
        return (self.source.known[indices[0]][0] if len(indices) == 1 else collapsed(self.text, low, high)), (low, high)

    # -- tables -------------------------------------------------------------------------------------------------

    def _table(self, table: _Table) -> None:
        """Write a table; where a cell holds a whole table, the cells of its row are read one after the other."""
        ordinal = self.tables
        self.tables += 1
        below: Below = {}
        plain: list[Sequence[Met]] = []
        for at, met in enumerate(table.rows):
            if at in table.framing:
                if self._is_frame(met):
                    self._write(plain, below, ordinal)
                    plain = []
                    self._flow(met)
                    continue
                met = _flat(met)
            plain.append(met)  # type: ignore[arg-type]
        self._write(plain, below, ordinal)

    def _is_frame(self, met: Sequence[_Met]) -> bool:
        """Tell whether the cells of a row frame tables: one holds a table of several rows, or only one holds words."""
        filled: set[int] = set()
        cell = 0
        for one in met:
            if isinstance(one, Cell):
                cell += 1
            elif isinstance(one, _Table) or (isinstance(one, int) and one >= 0):
                filled.add(cell)
        return len(filled) < 2 or any(isinstance(one, _Table) and len(one.rows) > 1 for one in met)

    def _write(self, rows: Sequence[Sequence[Met]], below: Below, ordinal: int) -> None:
        """Write rows of a table as lines, and a blank line behind them."""
        if not rows:
            return
        for words, spans, hidden, spaced in typeset.write(self.source, rows, below):
            if spaced:
                span = self.skeleton.span(spaced[0], spaced[-1])
                self.lines.append(prose.running(self.text, span, hidden, ordinal))
            else:
                self.lines.append(Line(words, spans, [], ordinal, hidden))
        self.lines.append(Line("", {}, [], ordinal, False))


def _flat(met: Sequence[_Met]) -> list[_Met]:
    """Return what was met in a row with the words of tables in its cells instead of the tables."""
    found: list[_Met] = []
    for one in met:
        if isinstance(one, _Table):
            for row in one.rows:
                found += [BLOCK, *[BLOCK if isinstance(inner, Cell) else inner for inner in _flat(row)]]
        elif not isinstance(one, Spot):
            found.append(one if one not in (PRE, PRE_END) else BLOCK)
    return found
