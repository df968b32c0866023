"""Text outside tables as lines: paragraphs run on, and what is set in columns stays as it is printed."""

import re
from bisect import bisect_right
from itertools import islice
from typing import NamedTuple

from transforms.characters import BLOCKS, PLAIN_LINE, TOKEN, UNSEEN, Span, name_of, plain, tokens

# Words at a column of a line, where they stand in the text, and whether one character there is written as several.
Piece = tuple[int, int, int, bool]

_SET = re.compile(r"[^\s<](?: {3,}|\t[ \t]*)[^\s<]")
# The marks of EDGAR's own text tables, which outlive a wrapper of HTML.
_EDGAR = frozenset(("table", "caption", "s", "c", "fn", "page"))


class Line(NamedTuple):
    """A line of text, and where its chunks stand: by the column they begin at, or by the pieces the line is made of."""

    words: str
    spans: dict[int, Span]
    pieces: list[Piece]
    table: int | None
    hidden: bool

    def within(self, start: int, end: int) -> Span:
        """Return where the words between two columns of a line of pieces stand."""
        first = self.pieces[bisect_right(self.pieces, (start, 1 << 60)) - 1]
        last = self.pieces[bisect_right(self.pieces, (end - 1, 1 << 60)) - 1]
        low = first[1] if first[3] else first[1] + start - first[0]
        return low, last[2] if last[3] else last[1] + end - last[0]


def is_set(words: str) -> bool:
    """Tell whether a stretch of text is set in columns with blanks and ends of lines."""
    return words.count("\n") > 1 and sum(1 for _ in islice(_SET.finditer(words), 2)) > 1


def running(text: str, span: Span, hidden: bool, table: int | None) -> Line:
    """Return the words between two offsets as one line: white space is one blank, a hard blank one more."""
    words: list[str] = []
    pieces: list[Piece] = []
    column = 0
    for match in tokens(text, *span):
        kind = match.lastgroup
        if kind == "tag":
            continue
        if kind in ("end", "space"):
            piece = " " if words and words[-1] != " " else ""
        else:
            piece = " " if kind == "blank" else plain(match[0])
        if piece:
            words.append(piece)
            low, high = match.span()
            several = len(piece) != high - low
            first = pieces[-1] if pieces else None
            if first and first[2] == low and not several and not first[3]:
                pieces[-1] = (first[0], first[1], high, False)
            else:
                pieces.append((column, low, high, several))
            column += len(piece)
    return Line("".join(words), {}, pieces, table, hidden)


def fixed(text: str, low: int, high: int) -> list[Line]:
    """Return the lines between two offsets as they are printed: tags take no room, but those of EDGAR stay.

    The blanks before the first words count, as far as their own line reaches back.
    """
    at = _line_start(text, low)
    lines: list[Line] = []
    words: list[str] = []
    pieces: list[Piece] = []
    column, unseen = 0, False
    while at < high:
        match = PLAIN_LINE.match(text, at, high) or TOKEN.match(text, at, high)
        if match is None:
            break
        at, kind, piece = match.end(), match.lastgroup, match[0]
        if kind == "tag":
            tag = name_of(piece)
            unseen = tag in UNSEEN and piece[1] != "/" if tag in UNSEEN else unseen
            kept = tag in _EDGAR and len(piece) < 12 and "=" not in piece
            if not kept and tag in BLOCKS and column and "".join(words).strip():
                kind = "end"
            piece = piece if kept else ""
        elif kind == "blank":
            piece = " "
        elif kind == "odd":
            piece = plain(piece)
        if kind == "end":
            lines.append(Line("".join(words), {}, pieces, None, False))
            words, pieces, column = [], [], 0
        elif piece and not unseen:
            words.append(piece)
            pieces.append((column, match.start(), match.end(), kind in ("blank", "odd")))
            column += len(piece)
    return [*lines, Line("".join(words), {}, pieces, None, False)]


def _line_start(text: str, at: int) -> int:
    """Return where the blanks before a stretch of text begin, on its own line."""
    while at and text[at - 1] in " \t":
        at -= 1
    return at
