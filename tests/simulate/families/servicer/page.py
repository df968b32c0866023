"""Rows of a certificate as a web page, in the markup of several makers of such pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.simulate.families.filed import Row
from tests.simulate.families.servicer.makers import Markup
from tests.simulate.families.servicer.manner import Group
from tests.simulate.families.servicer.tape import Mark, Tape
from tests.simulate.sheet import Sheet, Table

WIDTH = 3  # cells of a value: what stands before the figure, the figure, what stands behind it


class Section(NamedTuple):
    """A title above the lines that follow."""

    text: str


class Over(NamedTuple):
    """Heads of the value columns."""

    texts: tuple[str, ...]


class Entry(NamedTuple):
    """A line: number, letter, label, its formula in the label with what it comes to, and its values."""

    number: str
    letter: str
    label: str
    formula: tuple[str, str] | None
    groups: tuple[Group | None, ...]


class Remark(NamedTuple):
    """A row that holds nothing but the formula of the line above it."""

    text: str
    outcome: str


class Matrix(NamedTuple):
    """A table of its own: head of the labels, heads, rows."""

    stub: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Group | None, ...]], ...]


Part = Section | Over | Entry | Remark | Matrix


@dataclass
class Writer:
    """Writes tags and words onto a tape with the line breaks of the maker."""

    tape: Tape
    markup: Markup
    rng: Random
    depth: int = 0
    tables: int = 0
    columns: int = 2
    band: bool = False
    formulas: list[Row] = field(default_factory=list)

    def newline(self) -> None:
        if self.markup.breaks == "tokens":
            self.tape.tag("\n" + " " * self.depth)

    def open(self, name: str, attributes: str = "") -> None:
        self.newline()
        text = f"{name} {attributes}".rstrip()
        self.tape.tag(f"<{text.upper() if self.markup.upper and not attributes else text}>")
        self.depth += 1

    def close(self, name: str) -> None:
        self.depth -= 1
        self.newline()
        self.tape.tag(f"</{name.upper() if self.markup.upper else name}>")
        if self.markup.breaks == "cells":
            self.tape.tag("\n")

    def cell(self, write: Callable[[], None] | None, span: int = 1, right: bool = False, bold: bool = False) -> None:
        """A cell with its fonts."""
        style = "text-align:right;" if right else ""
        fill = "background-color:#cceeff;" if self.band and self.markup.bands else ""
        attributes = f'colspan="{span}" ' if span > 1 else ""
        self.open("td", f'{attributes}style="{fill}{style}vertical-align:bottom"')
        if write is None:
            if self.markup.blank:
                self.newline()
                self.tape.tag(self.markup.blank)
        else:
            self.tape.tag(self.markup.opening + ("<b>" if bold else ""))
            self.newline()
            write()
            self.newline()
            self.tape.tag(("</b>" if bold else "") + self.markup.closing)
        self.close("td")

    def empty(self, count: int) -> None:
        """Empty cells, or one that spans them."""
        if self.markup.spans and count > 1:
            self.cell(None, count)
        else:
            for _ in range(count):
                self.cell(None)

    def words(self, text: str, marks: Sequence[Mark] = (), bold: bool = False, span: int = 1) -> None:
        """A cell of words."""
        self.cell(lambda: self.tape.words(text, marks), span, bold=bold)

    def paragraph(self, text: str, marks: Sequence[Mark] = (), bold: bool = True) -> None:
        """A paragraph outside of tables."""
        name = "p" if self.markup.breaks == "cells" else "div"
        self.open(name, 'style="text-align:center"')
        self.tape.tag("<b>" if bold else "")
        self.newline()
        self.tape.words(text, marks)
        self.tape.tag("</b>" if bold else "")
        self.close(name)

    def begin(self, title: str, canonical: str) -> None:
        """Begin a table of the truth; the markup may go on in the same one."""
        self.tables += 1
        code = f"T{self.tables:02}"

        def opened(sheet: Sheet, line: int) -> None:
            if sheet.tables:
                sheet.table.end = line
            sheet.tables.append(Table(code, title, canonical, line, title_line=line if title else None))

        self.tape.event(opened)

    @property
    def width(self) -> int:
        """Cells of a row."""
        return 2 + self.markup.letters + self.columns * (WIDTH + self.markup.spacers)

    def row(self) -> None:
        self.band = not self.band
        self.open("tr", 'style="height:12pt"')

    def formula(self, text: str, outcome: str, label: str) -> Callable[[Sheet, int, int], None]:
        """What keeps a formula once its place is known."""
        return lambda _, line, col: self.formulas.append(
            {"line": line, "col_start": col, "text": text, "row_label": label, "expected_outcome": outcome}
        )

    def label(self, entry: Entry) -> None:
        """A label, with its letter if that has no cell; its formula is kept."""
        text = entry.label
        if entry.letter and not self.markup.letters:
            text = f"{entry.letter}.  {text}"
        self.formulated(text, entry.formula, entry.label)

    def formulated(self, text: str, formula: tuple[str, str] | None, label: str) -> None:
        """Words with a formula in them."""
        if formula:
            at = self.tape.escape(text).index(self.tape.escape(formula[0]))
            self.tape.keep(self.tape.size + at, self.formula(formula[0], formula[1], label))
        self.tape.words(text)

    def value(self, group: Group | None) -> None:
        """The cells of one value."""
        if self.markup.spacers:
            self.cell(None)
        if group is None:
            self.empty(WIDTH)
            return
        self.cell((lambda: self.tape.words(group.before)) if group.before else None)
        self.cell(lambda: self.printed(group), right=True)
        self.cell((lambda: self.tape.words(group.after)) if group.after else None)

    def printed(self, group: Group) -> None:
        """The figure, or what stands for none."""
        if group.figure:
            self.tape.figure(group.figure, group.claim)
            self.tape.tag(self.markup.tail)
        else:
            self.tape.nothing(group.nothing, group.claim, "nothing printed as a sign")

    def hide(self) -> None:
        """Now and then a figure that nobody sees, white on white."""
        if self.markup.hidden and self.rng.random() < self.markup.hidden:
            self.open("td", 'style="vertical-align:bottom"')
            self.tape.tag('<font style="color:#ffffff">')
            self.tape.words(f"{self.rng.uniform(0, 1):.4f}", hidden=True)
            self.tape.tag("</font>")
            self.close("td")


def show(writer: Writer, part: Part) -> None:
    """One row of the main table."""
    if isinstance(part, Section):
        writer.begin(part.text, "")
        writer.row()
        writer.words(part.text, bold=True, span=writer.width)
    elif isinstance(part, Over):
        writer.row()
        writer.empty(writer.width - writer.columns * (WIDTH + writer.markup.spacers))
        for text in ("", "", *part.texts)[-writer.columns :]:
            if writer.markup.spacers:
                writer.cell(None)
            writer.cell(head(writer, text) if text else None, span=WIDTH)
    elif isinstance(part, Remark):
        writer.row()
        writer.empty(1 + writer.markup.letters)
        writer.cell(lambda: writer.formulated(part.text, (part.text, part.outcome), ""))
        writer.empty(writer.columns * (WIDTH + writer.markup.spacers))
    elif isinstance(part, Entry):
        entry(writer, part)
    writer.close("tr")


def entry(writer: Writer, line: Entry) -> None:
    """The cells of a line."""
    writer.row()
    if line.number:
        writer.words(line.number)
    else:
        writer.empty(1)
    if writer.markup.letters and line.letter:
        writer.words(f"{line.letter}.")
    elif writer.markup.letters and not writer.markup.spans:
        writer.empty(1)
    span = 2 if writer.markup.letters and writer.markup.spans and not line.letter else 1
    writer.cell(lambda: writer.label(line), span)
    missing = writer.columns - len(line.groups)
    for _ in range(missing):
        writer.empty(WIDTH + writer.markup.spacers)
    for group in line.groups:
        writer.value(group)
    writer.hide()


def head(writer: Writer, text: str) -> Callable[[], None]:
    """A head, broken where pages do so."""

    def write() -> None:
        first, _, rest = text.partition(" ")
        if rest and writer.markup.breaks == "cells":
            writer.tape.words(first)
            writer.tape.tag("<br>")
            writer.tape.words(rest.replace(" ", "\xa0", 1))
        else:
            writer.tape.words(text)

    return write


def matrix(writer: Writer, part: Matrix) -> None:
    """A table with a row per class."""
    writer.open("table", 'style="width:100%"')
    writer.row()
    writer.cell((lambda: writer.tape.words(part.stub)) if part.stub else None)
    for text in part.heads:
        if writer.markup.spacers:
            writer.cell(None)
        writer.cell(head(writer, text), span=WIDTH)
    writer.close("tr")
    for label, groups in part.rows:
        writer.row()
        writer.words(label)
        for group in groups:
            writer.value(group)
        writer.close("tr")
    writer.close("table")


def body(writer: Writer, parts: Sequence[Part]) -> None:
    """All rows: in one table, or a table for each section; in the nested form all tables lie in one cell."""
    if writer.markup.nested:
        for name in ("table", "tr", "td"):
            writer.open(name, 'style="width:100%"')
    inside = False
    for place, part in enumerate(parts):
        grid = isinstance(part, Matrix)
        follows = isinstance(part, Section) and isinstance(parts[place + 1], Matrix)
        if inside and (grid or follows or (isinstance(part, Section) and writer.markup.apart)):
            writer.close("table")
            inside = False
        if follows and isinstance(part, Section):
            writer.begin(part.text, "")
            writer.paragraph(part.text)
        elif isinstance(part, Matrix):
            matrix(writer, part)
        else:
            if not inside:
                writer.open("table", 'cellspacing="0" cellpadding="0" style="border-collapse:collapse;width:100%"')
                inside = True
            show(writer, part)
    if inside:
        writer.close("table")
    if writer.markup.nested:
        for name in ("td", "tr", "table"):
            writer.close(name)
