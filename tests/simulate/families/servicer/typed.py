"""Rows of a certificate as typed text, wrapped for EDGAR as preformatted."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from textwrap import wrap

from tests.simulate.families.filed import Row
from tests.simulate.families.servicer.manner import Group, Manner
from tests.simulate.families.servicer.page import Entry, Matrix, Over, Part, Remark, Section
from tests.simulate.families.servicer.tape import Mark
from tests.simulate.sheet import Piece, Sheet, Table

LABEL = 62
COLUMN = 24


def fitting(manner: Manner) -> Manner:
    """The choices that typed text can have: signs stand at their figures."""
    return replace(
        manner,
        dollar="inside" if manner.dollar != "none" else "none",
        percent="gap" if manner.percent == "gap" else "inside",
        negative="whole" if manner.negative in ("split", "apart") else manner.negative,
        zero=manner.zero.replace("—", "-"),
        months="none",
    )


def write(
    sheet: Sheet, lines: Sequence[str], dates: Sequence[tuple[str, str, list[Mark]]], parts: Sequence[Part], rng: Random
) -> list[Row]:
    """Names, dates and all rows; returns the formulas printed."""
    formulas: list[Row] = []
    preformatted, above = rng.random() < 0.8, rng.random() < 0.3
    sheet.lines.extend(["<HTML><BODY><PRE>"] if preformatted else [])
    for line in lines:
        sheet.head(line.replace("’", "'"), col=max(40 - len(line) // 2, 0))
    sheet.blank()
    for label, text, marks in dates:
        sheet.head(f"{label:<30}{text}", marks)
    sheet.blank()
    sheet.tables.append(Table("T00", "", "", len(sheet.lines) + 1))
    for place, part in enumerate(parts):
        if isinstance(part, Section):
            sheet.blank()
            sheet.table.end = len(sheet.lines)
            number = len(sheet.lines) + 1
            sheet.tables.append(Table(f"T{len(sheet.tables):02}", part.text, "", number, title_line=number))
            sheet.text(part.text)
        elif isinstance(part, Over):
            over(sheet, part.texts)
        elif isinstance(part, Remark):
            formulas.append(remark(sheet, part))
        elif isinstance(part, Matrix):
            matrix(sheet, part)
        else:
            formulas += entry(sheet, part, rng.random() < 0.1 and place > 0, above)
    sheet.lines.extend(["</PRE></BODY></HTML>"] if preformatted else [])
    return formulas


def over(sheet: Sheet, texts: Sequence[str], first: int = LABEL) -> None:
    """Heads right aligned over their figures, on as many lines as the longest takes."""
    stacks = [wrap(text, 18) for text in texts]
    depth = max(map(len, stacks))
    for level in range(depth):
        pieces = []
        for place, stack in enumerate(stacks, 1):
            at = level - depth + len(stack)
            if at >= 0:
                pieces.append(Piece(first + COLUMN * place, stack[at], right=True))
        sheet.put(pieces)


def remark(sheet: Sheet, part: Remark) -> Row:
    """A formula alone on its line."""
    return formula(sheet.text(part.text, 8), 8, part.text, part.outcome, "")


def formula(line: int, col: int, text: str, outcome: str, label: str) -> Row:
    """A formula as the truth has it."""
    return {"line": line, "col_start": col, "text": text, "row_label": label, "expected_outcome": outcome}


def values(sheet: Sheet, groups: Sequence[Group | None], first: int, columns: int) -> tuple[list[Piece], list[Group]]:
    """Pieces of the values, right aligned, and those that stand for nothing."""
    pieces, empty = [], []
    for place, group in enumerate(groups, columns - len(groups) + 1):
        edge = first + COLUMN * place
        if group and group.figure:
            pieces.append(Piece(edge, group.figure.raw, True, group.figure, group.claim))
        elif group:
            pieces.append(Piece(edge, group.nothing, right=True))
            empty.append(group)
    return pieces, empty


def entry(sheet: Sheet, part: Entry, gap: bool, above: bool) -> list[Row]:
    """A line, and its formula if it has one; of a long label the last line has the values, or the first if `above`."""
    if gap:
        sheet.blank()
    mark = f"{part.number:<5}" if part.number else f"     {part.letter}. " if part.letter else "   "
    width = LABEL - len(mark) - 2
    texts = wrap(part.label, width, break_on_hyphens=False) or [""]
    start = len(sheet.lines) + 1
    for place, text in enumerate(texts):
        lead = mark if not place else " " * len(mark)
        pieces = [Piece(0, lead.rstrip())] if lead.strip() else []
        pieces.append(Piece(len(mark), text))
        empty: list[Group] = []
        if place == (0 if above else len(texts) - 1):
            figures, empty = values(sheet, part.groups, LABEL, 2)
            pieces += figures
        line = sheet.put(pieces)
        for group in empty:
            sheet.null(line, group.claim.row_label, group.claim.column, canonical=group.claim.canonical)
    if not part.formula:
        return []
    said, outcome = part.formula
    place, at = lying(texts, part.label.index(said))
    return [formula(start + place, len(mark) + at, said, outcome, part.label)]


def lying(texts: Sequence[str], offset: int) -> tuple[int, int]:
    """Line and column of a place in a wrapped text; a blank stood at each turn of the line."""
    for place, text in enumerate(texts):
        if offset < len(text):
            return place, offset
        offset -= len(text) + 1
    raise ValueError(f"{texts}: no character at {offset} behind the last line")


def matrix(sheet: Sheet, part: Matrix) -> None:
    """A table with a row per class."""
    over(sheet, part.heads, 20)
    if part.stub:
        sheet.text(part.stub)
    for label, groups in part.rows:
        pieces, empty = values(sheet, groups, 20, len(groups))
        line = sheet.put([Piece(0, label), *pieces])
        for group in empty:
            sheet.null(line, label, group.claim.column, canonical=group.claim.canonical)
