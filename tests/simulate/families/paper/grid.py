"""Tables of figures in columns: heads stacked over right edges, rows, totals, cuts by columns and page breaks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.simulate.families.paper.page import Page
from tests.simulate.sheet import Claim, Figure, Piece


class Column(NamedTuple):
    """A column: head from top to bottom, meaning, one figure a row, and whether text stands at its left edge.

    A column without meaning prints labels: `words` has one a row.
    """

    head: tuple[str, ...]
    canonical: str
    figures: Sequence[Figure | None]
    flush: bool = False
    words: Sequence[str] = ()
    formula: str = ""

    @property
    def name(self) -> str:
        """The head read from top to bottom."""
        return " ".join(part for part in self.head if part)


class Field(NamedTuple):
    """A column with its place: `right` is the edge of its figures, `wide` their width, `width` that of all."""

    column: Column
    right: int
    width: int
    wide: int

    @property
    def left(self) -> int:
        return self.right - self.width


@dataclass(frozen=True)
class Row:
    """A row: its label as printed and as meant, its members, and its meaning where it differs from the column's."""

    label: str
    dims: dict[str, str]
    total: bool = False
    gap: int = 0
    renamed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A table to be printed. `stub` are the lines of the head over the labels; `before` prints what stands above the
    heads of every part; `banner` are texts over several columns, by first and last place."""

    stub: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    before: Callable[[Page, bool], None] = lambda page, again: None
    banners: Sequence[tuple[str, int, int]] = ()
    ruled: bool = True
    marks: bool = True
    gap_before_total: int = 0


def overhanging(page: Page, figure: Figure) -> int:
    """Blanks that the end of a figure stands beyond its column."""
    return int(page.look.overhang and figure.raw[-1:] in ")-" and len(figure.raw) > 1)


def lay_out(page: Page, columns: Sequence[Column], stub: int, loose: int = 0) -> list[Field]:
    """Places of the columns from left to right, as near to each other as the look lets them stand."""
    fields: list[Field] = []
    edge, over = stub, 0
    look = page.look
    for column in columns:
        figures = [one for one in column.figures if one]
        body = max(
            [len(one.raw) - overhanging(page, one) for one in figures] + [len(one) for one in column.words] + [1]
        )
        head = max([len(line) for line in (*column.head, column.formula)] + [1])
        signs = 3 if look.dollar != "none" and figures and figures[0].unit == "USD" else 0
        gap = max(look.figure_gap, 2) if not fields or column.flush or column.words or signs else look.figure_gap
        right = max(edge + over + gap + body + signs, edge + max(look.head_gap, over + 1) + head)
        right += page.rng.randint(0, look.slack) + loose
        if column.flush or column.words:
            right = max(right, edge + over + gap + max(body, head))
        fields.append(Field(column, right, max(body, head), body))
        edge = right
        over = max([overhanging(page, one) for one in figures], default=0)
    return fields


def print_heads(page: Page, fields: Sequence[Field], stub: str, stub_width: int) -> None:
    """The heads, their last lines level, and below them the formulas where there are any."""
    depth = max(len(one.column.head) for one in fields)
    for level in range(depth):
        pieces = [Piece(0, stub)] if level == depth - 1 and stub else []
        for one in fields:
            at = level - depth + len(one.column.head)
            if at >= 0 and one.column.head[at]:
                pieces.append(headed(page, one, one.column.head[at]))
        page.sheet.put(pieces)
    if any(one.column.formula for one in fields):
        page.sheet.put([headed(page, one, one.column.formula) for one in fields if one.column.formula])


def headed(page: Page, one: Field, text: str) -> Piece:
    """A line of a head over its column."""
    if one.column.flush or one.column.words:
        return Piece(one.left, text)
    if page.look.center:
        return Piece(one.right - (one.width - len(text)) // 2, text, right=True)
    return Piece(one.right, text, right=True)


def placed(page: Page, one: Field, figure: Figure, signed: bool) -> tuple[list[Piece], Figure]:
    """A figure at the right edge of its column, with a dollar sign where the row has one."""
    over = overhanging(page, figure)
    if one.column.flush:
        return [Piece(one.left, figure.raw, False, figure)], figure
    if not signed or figure.unit != "USD" or figure.raw == "-":
        return [Piece(one.right + over, figure.raw, True, figure)], figure
    start = one.right + over - len(figure.raw)
    sign = one.right - one.wide - 3 if page.look.apart else start - 1
    if start - sign > 2:
        return [Piece(sign, "$"), Piece(start, figure.raw, False, figure)], figure
    joined = figure._replace(raw="$" + " " * (start - sign - 1) + figure.raw)
    return [Piece(sign, joined.raw, False, joined)], joined


def print_row(page: Page, fields: Sequence[Field], place: int, row: Row, stub: int, first: bool) -> None:
    """One row: its label, its figures, and what is left blank."""
    sheet, look = page.sheet, page.look
    label = row.label
    if not row.total and look.stub != "left":
        label = label.rjust(stub) if look.stub == "right" else " " * ((stub - len(label)) // 2) + label
    pieces = [Piece(len(label) - len(label.lstrip()), label.strip())] if label.strip() else []
    signed = look.dollar == "all" or (look.dollar == "first" and (first or row.total))
    blanks = []
    for one in fields:
        if one.column.words:
            pieces += [Piece(one.left, one.column.words[place])] if one.column.words[place] else []
            continue
        figure = one.column.figures[place]
        if figure is None:
            blanks.append(one.column.name)
            continue
        some, _ = placed(page, one, figure, signed)
        canonical = row.renamed.get(one.column.canonical, one.column.canonical)
        claim = Claim(row.label, one.column.name, canonical, row.dims)
        pieces += [piece._replace(claim=claim) if piece.figure else piece for piece in some]
    line = sheet.put(pieces)
    if not row.total:
        for name in blanks:
            sheet.null(line, row.label, name)
    sheet.blank(row.gap)


def print_grid(page: Page, grid: Grid, loose: int = 0) -> None:
    """The table in as many parts as the look cuts it into, each over as many pages as its rows take."""
    cut = len(grid.columns) // 2 + page.rng.randrange(0, 2) if page.look.cut != "none" and len(grid.columns) > 4 else 0
    parts = [grid.columns[:cut], grid.columns[cut:]] if cut and not grid.banners else [grid.columns]
    for place, columns in enumerate(parts):
        if place:
            page.gap()
        again = bool(place) and page.look.cut == "continued"
        print_part(page, replace(grid, columns=columns), not place or again, again, loose)
    page.sheet.table.columns = [one.name for one in grid.columns if not one.words]
    page.labels.update(one.name for one in grid.columns)


def print_part(page: Page, grid: Grid, titled: bool, again: bool, loose: int) -> None:
    """One part: title, heads, rows, totals."""
    stub = max([len(grid.stub), *(len(row.label) for row in grid.rows)]) + page.rng.randint(0, page.look.slack)
    fields = lay_out(page, grid.columns, stub, loose)
    width = max(fields[-1].right + 2, 60)
    if titled:
        if grid.ruled:
            page.rule(width)
        grid.before(page, again)
    top(page, grid, fields, stub, width)
    rows = [(place, row) for place, row in enumerate(grid.rows)]
    for place, row in rows:
        if row.total and not grid.rows[max(place - 1, 0)].total:
            page.gap(grid.gap_before_total)
            if grid.ruled:
                page.rule(width)
        turn = page.look.turn
        if turn and place and place % turn == 0 and not row.total:
            page.gap()
            page.turn()
            page.gap()
            top(page, replace(grid, marks=False), fields, stub, width)
        print_row(page, fields, place, row, stub, place == 0)
    if grid.ruled:
        page.rule(width)


def top(page: Page, grid: Grid, fields: Sequence[Field], stub: int, width: int) -> None:
    """Banners, heads, a rule and the column marks."""
    for text, first, last in grid.banners:
        low, high = fields[first].left, fields[last].right
        page.line(text, (), max(low + (high - low - len(text)) // 2, 0))
    print_heads(page, fields, grid.stub, stub)
    if grid.ruled:
        page.rule(width)
    if grid.marks and page.look.marks:
        at = [max(one.left, 4 + 4 * place) for place, one in enumerate(fields)]
        line = "<S>"
        for left in at:
            line = line.ljust(max(left, len(line) + 1)) + "<C>"
        page.tag(line)
