"""Makers of web pages: what their markup looks like, and how they write characters beyond ASCII."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Markup:
    """The habits of one maker of pages.

    breaks: after every cell ("cells"), nowhere ("none"), or around every token ("tokens").
    blank: what stands in an empty cell; special: how a character beyond ASCII is written.
    letters: whether a letter has a cell of its own; spans: whether empty cells are one that spans them.
    """

    breaks: str
    upper: bool
    opening: str
    closing: str
    blank: str
    special: str
    letters: bool
    spans: bool
    spacers: bool
    tail: str = ""
    apart: bool = True
    nested: bool = False
    hidden: float = 0.0
    bands: bool = True

    @classmethod
    def random(cls, rng: Random) -> "Markup":
        """Draw a maker, then his whims."""
        face = "font-family:Times New Roman"
        maker = rng.choice(("cells", "none", "tokens"))
        opening, closing = {
            "cells": (f'<FONT STYLE="{face}" SIZE="2">', "</FONT>"),
            "none": (f'<div style="font-size:9pt;"><font style="{face};font-size:9pt;">', "</font></div>"),
            "tokens": (f'<font style="color:#000000;{face};font-size:10pt;font-weight:400">', "</font>"),
        }[maker]  # fmt: skip
        return cls(
            breaks=maker,
            upper=maker == "cells",
            opening=opening,
            closing=closing,
            blank=rng.choice(("", "&nbsp;", "&#160;", "\xa0", "<br>")),
            special=rng.choice(("named", "numbered", "raw", "raw")),
            letters=rng.random() < 0.5,
            spans=rng.random() < 0.5,
            spacers=rng.random() < 0.8,
            tail=rng.choice(("", "", "&#160;", "\xa0", "&nbsp;&nbsp;")),
            apart=rng.random() < 0.5,
            nested=rng.random() < 0.25,
            hidden=rng.choice((0.0, 0.0, 0.03)),
            bands=rng.random() < 0.7,
        )


SPECIAL = {
    "named": {"\xa0": "&nbsp;", "’": "&rsquo;", "–": "&ndash;", "—": "&mdash;"},
    "numbered": {"\xa0": "&#160;", "’": "&#146;", "–": "&#150;", "—": "&#151;"},
    "raw": {},
}


def escaper(special: str) -> Callable[[str], str]:
    """Words to source."""
    table = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", **SPECIAL[special]})
    return lambda text: text.translate(table)
