"""The skeleton of a marked-up document: its stretches of text, and what the tags between them do.

A parser tells the structure of a document, but not where anything stands, and most of what it reads is style. So the
raw text is cut at its tags once. Tags between two stretches are a run, and a document of a thousand stretches has some
hundred runs that differ: each of these is understood once, as a few steps.
"""

import re
from itertools import accumulate, chain
from typing import NamedTuple

from transforms import looks
from transforms.characters import BLOCKS, TAG, Span, name_of, trimmed
from transforms.looks import NO_LOOK, Look

# What tags do. A block begins or ends, a line breaks; tables, rows and preformatted text begin and end; raised words,
# tags that colour what they hold and tags of which nothing is printed begin and end; words get a spot of their own.
# A cell begins, and whatever cell stands before it ends.
BLOCK, BREAK, PRE, PRE_END = -1, -2, -3, -4
TABLE, TABLE_END, ROW, ROW_END, CELL, RAISE, LOWER, UNSEEN, UNSEEN_END, LOOK, LOOK_END, SPOT = range(12)

_NAMES = {
    "br": (BREAK, BREAK), "pre": (PRE, PRE_END), "table": (TABLE, TABLE_END), "tr": (ROW, ROW_END),
    "sup": (RAISE, LOWER), "sub": (RAISE, LOWER), "script": (UNSEEN, UNSEEN_END), "style": (UNSEEN, UNSEEN_END),
    "title": (UNSEEN, UNSEEN_END),
}  # fmt: skip
_CELLS = frozenset(("td", "th"))
_STRUCTURE = _CELLS | {"table", "tr"}
_VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base"))
_TAGS = re.compile(TAG, re.DOTALL)
_BETWEEN = re.compile(rf"((?:{TAG})(?:\s*+(?:{TAG}))*+\s*+)", re.DOTALL)
_COLUMNS = re.compile(r"""\bcolspan\s*+=\s*+(?:["']\s*+)?([0-9]{1,6})""")
_ROWS = re.compile(r"""\browspan\s*+=\s*+(?:["']\s*+)?([0-9]{1,6})""")
_MOST_COLUMNS, _MOST_ROWS = 1000, 60  # what a cell may span
_LENGTH = r"\s*:\s*(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)\s*([a-z%]*)"
_TOP, _LEFT = (re.compile(rf"(?<![-\w]){side}{_LENGTH}", re.IGNORECASE) for side in ("top", "left"))
_SIZE = re.compile(rf"(?<![-\w])(?:width|height){_LENGTH}", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super|(?<![-\w])top\s*:\s*-", re.IGNORECASE)
_PAGE = 500.0  # pixels: what is as wide and as high frames a page
_UNITS = {"in": 96.0, "pt": 4 / 3, "pc": 16.0, "em": 16.0, "cm": 37.8, "mm": 3.78}
_FEW, _FAR = 8, 1_000_000  # a page of spots has more of them, and tells so early
_PARTS = frozenset((TABLE, TABLE_END, ROW, ROW_END))
_LOOKS = frozenset((LOOK, LOOK_END))
_BROKEN = _LOOKS | {BREAK, RAISE, LOWER}
_BLOCKS = frozenset((BLOCK,))
_INLINE = _BROKEN | {BLOCK}
_FADING = _INLINE | {CELL, ROW_END}
_DEEPEST = 60  # how many tags around a word are asked for its colour


class Cell(NamedTuple):
    """A cell begins: the columns of blank cells before it, and the columns and rows that it spans."""

    blank: int
    columns: int
    rows: int


class Spot(NamedTuple):
    """Where words are put on their page, in pixels; a frame of other spots begins a page."""

    top: float
    left: float
    frame: bool


class Shade(NamedTuple):
    """A tag around words: its name, how the words look, and the tag around it within the same cell."""

    name: str
    look: Look
    suspect: bool
    outer: "Shade | None"


class Step(NamedTuple):
    """One thing that a tag does: its code, and the cell that begins, the spot, the name of the tag and its look."""

    code: int
    cell: Cell = Cell(0, 1, 1)
    look: Look | None = None
    name: str = ""
    spot: Spot | None = None


class Run(NamedTuple):
    """What the tags between two stretches do: steps; or where a row only goes on, the next cell.

    If the words behind the run stand in a cell that begins here, `shade` is what surrounds them in it; `is_row` tells
    that a row begins before the next cell, `raises` that the last of the tags raises the words behind it.
    """

    steps: tuple[Step, ...]
    cell: Cell | None
    shade: Shade | None
    is_cell: bool
    is_row: bool
    raises: bool


class Skeleton:
    """One document: its stretches of text and where they begin, and the runs of tags behind each."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _BETWEEN.split(text)
        self.stretches = parts[::2]
        self.starts = list(accumulate(map(len, parts), initial=0))[:-1:2]
        between = parts[1::2]
        tags_of = {whole: _TAGS.findall(whole) for whole in set(between)}
        self._names = {tag: name_of(tag) for tag in {tag for whole in tags_of.values() for tag in whole}}
        held = set(self._names.values())
        self.has_cells = not _CELLS.isdisjoint(held)
        styled, is_vague = looks.classes(text) if "style" in held else ({}, False)
        said = looks.looks(self._names, styled)
        self._looks = looks.displayed(said) if is_vague else said
        self.alike = looks.alike(self._looks.values())
        self.hides = any(look.gone or look.colour in self.alike for look in self._looks.values())
        self._shading = {self._names[tag] for tag in self._looks} - _VOID - {""} if self.hides else set()
        self._raising = {
            tag for tag, name in self._names.items() if name not in BLOCKS and tag[1:2] != "/" and _raises(tag)
        }
        self.is_spotted = text.count("absolute", 0, _FAR) > _FEW
        self._does = {tag: self._steps(tag, name) for tag, name in self._names.items()}
        runs = {whole: self._run(tags) for whole, tags in tags_of.items()}
        self.runs = [runs[whole] for whole in between]
        self.runs.append(Run((), None, None, False, False, False))

    def span(self, first: int, last: int) -> Span:
        """Return where the stretches from one to another stand, without the blanks around them."""
        low, high = self._trimmed(first)
        return low, high if first == last else self._trimmed(last)[1]

    def _trimmed(self, index: int) -> Span:
        low = self.starts[index]
        return trimmed(self.text, low, low + len(self.stretches[index]))

    def shaded(self, name: str, look: Look, outer: Shade | None) -> Shade:
        """Return what surrounds words in a tag within other tags of their cell."""
        if outer is not None:
            held = outer.look
            look = Look(look.colour or held.colour, look.ground or held.ground, look.gone or held.gone)
        return Shade(name, look, look.gone or look.colour in self.alike, outer)

    def _steps(self, tag: str, name: str) -> list[Step]:
        """Return what one tag does."""
        ends, look = tag[1:2] == "/", self._looks.get(tag)
        if name in _CELLS:
            return [Step(BLOCK) if ends else Step(CELL, _cell(tag.lower()), look)]
        steps: list[Step] = []
        if name in _NAMES:
            steps.append(Step(_NAMES[name][ends], look=look, name=name))
        elif name in BLOCKS:
            steps.append(Step(BLOCK))
        if not ends and self.is_spotted and name in BLOCKS and (spot := _spot(tag)):
            steps.append(Step(SPOT, spot=spot))
        if name in self._shading and name not in _STRUCTURE:
            steps.append(Step(LOOK_END if ends else LOOK, look=look or NO_LOOK, name=name))
        return steps

    def _run(self, tags: list[str]) -> Run:
        """Return what the tags of a run do, blank cells counted instead of told."""
        steps: list[Step] = []
        for step in chain.from_iterable(map(self._does.__getitem__, tags)):
            code = step[0]
            if code == BLOCK:
                if steps and steps[-1][0] not in _BROKEN:
                    continue
            elif code == CELL:
                if steps and steps[-1][0] in _INLINE:
                    _drop(steps, _INLINE)
                step = _behind_blanks(steps, step)
            elif code in _PARTS:
                _drop(steps, _BLOCKS if code == TABLE else _FADING)
            steps.append(step)
        last = max([at for at, step in enumerate(steps) if step.code == CELL], default=len(steps))
        tail = steps[last + 1 :]
        if last == len(steps) or not all(step.code in _LOOKS for step in tail):
            return Run(tuple(steps), None, None, False, False, tags[-1] in self._raising)
        shade = self.around_cell(steps[last].look)
        for step in tail:
            shade = self.opened(shade, step) if step.code == LOOK else closed(shade, step.name)
        in_row = last == 1 and steps[0].code == ROW and steps[0].look is None
        if last == 0 or in_row:
            return Run((), steps[last].cell, shade, True, in_row, False)
        return Run(tuple(steps[: last + 1]), None, shade, True, False, False)

    def around_cell(self, look: Look | None) -> Shade | None:
        """Return what surrounds the words of a cell."""
        return self.shaded("td", look, None) if look else None

    def opened(self, shade: Shade | None, step: Step) -> Shade:
        """Return what surrounds words behind the beginning of a tag."""
        if step.name == "p":  # a paragraph ends where the next begins
            shade = closed(shade, "p")
        return self.shaded(step.name, step.look or NO_LOOK, shade)


def closed(shade: Shade | None, name: str) -> Shade | None:
    """Return what surrounds words behind the end of a tag: an end without a beginning is none."""
    around = shade
    for _ in range(_DEEPEST):
        if around is None:
            break
        if around.name == name:
            return around.outer
        around = around.outer
    return shade


def _cell(tag: str) -> Cell:
    """Return what the tag of a cell, in small letters, says that it spans."""
    columns = _COLUMNS.search(tag) if "colspan" in tag else None
    rows = _ROWS.search(tag) if "rowspan" in tag else None
    return Cell(
        0,
        min(max(int(columns[1]), 1), _MOST_COLUMNS) if columns else 1,
        min(max(int(rows[1]), 1), _MOST_ROWS) if rows else 1,
    )


def _behind_blanks(steps: list[Step], step: Step) -> Step:
    """Return the beginning of a cell, told with the blank cells before it, which were steps until now."""
    if steps and steps[-1].code == CELL and steps[-1].cell.rows == 1:
        before, (_, columns, rows) = steps.pop().cell, step.cell
        return Step(CELL, Cell(before.blank + before.columns, columns, rows), step.look)
    return step


def _drop(steps: list[Step], codes: frozenset[int]) -> None:
    """Drop steps that have no effect on what follows: at the end of a cell, breaks before nothing and looks of
    nothing; at the end of a row, blank cells."""
    while steps and steps[-1][0] in codes and steps[-1].cell.rows == 1:
        steps.pop()


def _raises(tag: str) -> bool:
    """Tell whether a tag raises words above their line, as footnote marks are, without being named for it."""
    return ("super" in tag or ("relative" in tag and "top" in tag)) and _RAISED.search(tag) is not None


def _spot(tag: str) -> Spot | None:
    """Return where a tag puts what it holds."""
    if "absolute" in tag:
        top, left = _TOP.search(tag), _LEFT.search(tag)
        sizes = [_pixels(size) for size in _SIZE.finditer(tag)]
        if top and left and not (len(sizes) > 1 and min(sizes) >= _PAGE):
            return Spot(_pixels(top), _pixels(left), False)
    return Spot(0, 0, True) if "relative" in tag or "absolute" in tag else None


def _pixels(match: re.Match[str]) -> float:
    return float(match[1]) * _UNITS.get(match[2].lower(), 1.0)
