"""Documents as rows: fixed-width text as it stands, HTML laid out, and the way back to the places as filed."""

from __future__ import annotations

from dataclasses import dataclass

from transforms import grid, markup
from transforms.cells import Cells
from transforms.document import Exhibit
from transforms.grid import Row
from transforms.markup import MarkedRow
from transforms.tables import Printed
from transforms.values import count_numbers


@dataclass(frozen=True)
class Page:
    """One document: its rows, and for HTML the laid-out rows by their running number."""

    exhibit: Exhibit
    rows: list[Row]
    marked: dict[int, MarkedRow] | None = None

    @property
    def numbers(self) -> int:
        """How many numbers are printed: in HTML, in the words that a reader of the page sees."""
        if self.marked is None:
            return count_numbers(self.exhibit.text)
        return sum(count_numbers(row.text) for row in self.rows)

    def settle(self, cells: Cells, start: int) -> None:
        """Give the cells from `start` on their place in the submission; those of a text have it already."""
        if self.marked is not None:
            cells.move(start, self._places(cells, start, self.marked))

    def _places(self, cells: Cells, start: int, marked: dict[int, MarkedRow]) -> dict[tuple[int, int], _Place]:
        found: dict[tuple[int, int], _Place] = {}
        at_line, chunks = 0, {}  # of the row at hand, its chunks by their places
        for low, high, label, *_ in cells.rows[start:]:
            line_no = cells.labels[label][1]
            row = marked[line_no]
            if line_no != at_line:
                at_line, chunks = line_no, {chunk[:2]: at for at, chunk in enumerate(row.row.chunks)}
            if (at := chunks.get((low, high))) is not None:
                begin, end = row.spans[at]
                found[line_no, low] = (*row.places[at], self.exhibit.text[begin:end])
            else:
                place = markup.locate(self.exhibit.text, row, [(low, high)])[0]
                found[line_no, low] = (*place, row.row.text[low:high])
        return found

    def place(self, statement: Printed) -> Printed:
        """Return a statement with its lines as filed."""
        if self.marked is None:
            return statement
        first, last = (self._line(line_no) for line_no in (statement.line_start, statement.line_end))
        return statement._replace(line_start=first, line_end=max(first, last))

    def _line(self, line_no: int) -> int:
        row = (self.marked or {}).get(line_no)
        return row.places[0][0] if row is not None and row.places else self.exhibit.line_start


_Place = tuple[int, int, int, str]


def open_page(exhibit: Exhibit) -> Page:
    """Return the rows of a document. Rows of HTML count from 1; every table of the page begins and ends with a tag."""
    if not exhibit.is_html:
        return Page(exhibit, grid.scan(exhibit.text, exhibit.line_start))
    marked = [row for row in markup.rows(exhibit.text, exhibit.line_start) if not row.hidden]
    rows: list[Row] = []
    table: int | None = None
    for one in marked:
        if one.table != table:
            rows += [Row(one.row.line_no, "", [], 0, False, "/TABLE")] if table is not None else []
            rows += [Row(one.row.line_no, "", [], 0, False, "TABLE")] if one.table is not None else []
            table = one.table
        rows.append(one.row)
    return Page(exhibit, rows, {one.row.line_no: one for one in marked})
