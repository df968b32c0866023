"""Numbered and lettered lines of a certificate before they are printed: numbering, and the formulas in the labels."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Literal, NamedTuple

Kind = Literal["money", "count", "percent", "factor", "months", "flag"]
ITEM = "fact_line_item.value"
NAME = re.compile(r"[a-z_][a-z_0-9]*")


class Amount(NamedTuple):
    """A value before it is printed. Rates in percent; None is blank."""

    value: Decimal | int | str | None
    kind: Kind
    canonical: str = ITEM
    dims: Mapping[str, str] | None = None
    decimals: int = 2


@dataclass
class Line:
    """One line. `formula` names other lines by key: "a_key - b_key", "sum" (of the letters before), "x / y"."""

    key: str
    label: str
    amounts: Sequence[Amount | None] = ()
    formula: str = ""
    quiet: str = ""
    number: int = 0
    letter: str = ""
    text: str = ""


@dataclass
class Item:
    """A numbered line, and the lettered ones below it."""

    main: Line
    parts: list[Line] = field(default_factory=list)


class Title(NamedTuple):
    """A section."""

    text: str


class Heads(NamedTuple):
    """Heads of the value columns of the items that follow, up to the next section; () is none."""

    texts: tuple[str, ...]


class Grid(NamedTuple):
    """A table with a row per class: head of the labels, heads, and rows of label and amounts."""

    stub: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Amount | None, ...]], ...]


Block = Item | Title | Heads | Grid


class Wording(NamedTuple):
    """How one certificate writes references: "Ln5" or "Ln 5" or "Line 5"; "sum a - c"; formula on a row of its own."""

    prefix: str
    range: str
    own_row: frozenset[str]


def lines(blocks: Sequence[Block]) -> Iterator[Line]:
    """Every line, in print order."""
    for block in blocks:
        if isinstance(block, Item):
            yield block.main
            yield from block.parts


def number(blocks: Sequence[Block]) -> None:
    """Give the items their numbers and the parts their letters."""
    items = [block for block in blocks if isinstance(block, Item)]
    for place, item in enumerate(items, 1):
        item.main.number = place
        for at, part in enumerate(item.parts):
            part.number = place
            part.letter = chr(97 + at) if at < 26 else "a" + chr(97 + at - 26)


def reference(line: Line, at: Line, prefix: str) -> str:
    """How one line calls another: by its letter alone within an item."""
    if line.letter and line.number == at.number:
        return line.letter
    return f"{prefix}{line.number}{line.letter}"


def signed(formula: str, known: Mapping[str, Line]) -> str:
    """The formula without lines that are not printed."""
    tokens = formula.split(" ")
    kept: list[str] = []
    for place in range(0, len(tokens), 2):
        if tokens[place] in known:
            kept += [*([tokens[place - 1]] if kept else []), tokens[place]]
    return " ".join(kept)


def write(line: Line, above: Line | None, known: Mapping[str, Line], wording: Wording) -> str:
    """The formula of a line in words, with its parentheses; empty if it refers to nothing printed."""
    if line.formula == "sum":
        if above is None or above.letter in ("", "a"):
            return ""
        return f"(sum a{wording.range}{above.letter})"
    text = line.formula if line.formula[:1].isupper() else signed(line.formula, known)
    if " " not in text:
        return ""
    if text[0].isupper():
        return f"({text})"
    return f"({NAME.sub(lambda match: reference(known[match[0]], line, wording.prefix), text)})"


def formulate(blocks: Sequence[Block], wording: Wording) -> None:
    """Write every formula: into `label`, or into `text` for a row of its own. Lines must have their numbers."""
    known = {line.key: line for line in lines(blocks)}
    above: Line | None = None
    for line in lines(blocks):
        if line.formula:
            text = write(line, above, known, wording)
            if line.key in wording.own_row:
                line.text = text
            elif text:
                line.label = f"{line.label} {text}"
                line.quiet = text
        above = line


def draw_wording(rng: Random) -> Wording:
    """How this servicer writes references."""
    own = ("pool_after",) if rng.random() < 0.4 else ()
    return Wording(rng.choice(("Ln", "Ln ", "Ln ", "Line ")), rng.choice((" - ", "-", " – ")), frozenset(own))
