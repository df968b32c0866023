"""Words that are put on a page one by one, as converters of printed pages do: spots to lines of words.

What stands at about one height is a line. The width of a character is guessed from how far neighbours lie apart, and
with it a distance from the left edge becomes a column of text.
"""

import itertools
from typing import NamedTuple

from transforms.characters import Span
from transforms.values import is_whole

_LINE = 5.0  # pixels that the words of one line may lie above or below each other
_LEAST, _USUAL, _MOST = 2.0, 6.0, 15.0  # pixels of a character
_SLACK, _STRETCH = 1.5, 0.15  # blanks between two words of one phrase, and what proportional letters add to them
_WIDEST = 400  # columns of a line


class Fragment(NamedTuple):
    """Words at a spot: pixels from the top and from the left, the words, and where they stand in the text."""

    top: float
    left: float
    words: str
    span: Span


def lines(fragments: list[Fragment]) -> list[tuple[str, dict[int, Span]]]:
    """Return the lines of one page, and where their chunks stand by the column each begins at."""
    held = _by_line(fragments)
    width = _width(held)
    return [_set(line, width) for line in held]


def pages(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Part fragments where the page turns: where one stands far above those before it."""
    found: list[list[Fragment]] = []
    lowest = highest = 0.0
    for fragment in fragments:
        if not found or fragment.top < (lowest + highest) / 2 - 20 * _LINE:
            found.append([])
            lowest = highest = fragment.top
        lowest, highest = max(lowest, fragment.top), min(highest, fragment.top)
        found[-1].append(fragment)
    return found


def _by_line(fragments: list[Fragment]) -> list[list[Fragment]]:
    found: list[list[Fragment]] = []
    top = 0.0
    for fragment in sorted(fragments, key=lambda one: one.top):
        if not found or fragment.top - top > _LINE:
            found.append([])
            top = fragment.top
        found[-1].append(fragment)
    return [sorted(line, key=lambda one: one.left) for line in found]


def _width(held: list[list[Fragment]]) -> float:
    """Return the pixels of a character: what neighbours have who stand close to each other."""
    each = sorted(
        (right.left - left.left) / (len(left.words) + 1) for line in held for left, right in itertools.pairwise(line)
    )
    near = [width for width in each if _LEAST <= width <= _MOST]
    return near[len(near) // 4] if near else _USUAL


def _set(line: list[Fragment], width: float) -> tuple[str, dict[int, Span]]:
    parts: list[str] = []
    spans: dict[int, Span] = {}
    at, start = 0, 0
    for fragment in line:
        words = fragment.words
        column = min(max(round(fragment.left / width), 0), _WIDEST)
        before = len(parts[-1]) if parts else 0
        if parts and column - at < _SLACK + (_STRETCH * before if not is_whole(words[:1]) else 0):
            low, high = spans[start]
            spans[start] = (min(low, fragment.span[0]), max(high, fragment.span[1]))
            parts += (" ", words)
            at += 1 + len(words)
        else:
            start = max(column, at + 2) if parts else column
            parts += (" " * (start - at), words)
            spans[start] = fragment.span
            at = start + len(words)
    return "".join(parts), spans
