"""How much one filing may hold: numbers, tags, and tables within tables. What holds more is not read.

The same bytes always meet the same bound. The largest real filings at hand (of 403) print 11,085 numbers, hold 10,614
tags, and nest one table and six tags of any kind.
"""

import re
from collections.abc import Iterable

from transforms.values import count_numbers

MOST_NUMBERS = 1_000_000  # that may become cells
MOST_TAGS = 2_000_000
DEEPEST = 1_000  # tables, or blocks, that stand within each other

_TAG = re.compile(r"<[A-Za-z/!?]")
_NESTING = re.compile(r"<(/?)(?:table|div)(?=[\s>/])", re.IGNORECASE)


def exceeded(texts: Iterable[str]) -> str | None:
    """Return which bound the documents of a filing exceed and by how much, None where they keep within all."""
    numbers = tags = deepest = 0
    for text in texts:
        numbers += count_numbers(text)
        if "<" in text:
            # Every tag begins so: most documents need no closer look.
            tags += sum(1 for _ in _TAG.finditer(text)) if tags + text.count("<") > MOST_TAGS else text.count("<")
            deepest = max(deepest, _depth(text))
    for met, most, what in (
        (numbers, MOST_NUMBERS, "numbers"), (tags, MOST_TAGS, "tags"),
        (deepest, DEEPEST, "tables or blocks within each other"),
    ):  # fmt: skip
        if met > most:
            return f"too large: {met:,} {what}, where at most {most:,} are read"
    return None


def _depth(text: str) -> int:
    """Return how many tables and blocks stand within each other at most; one that is closed too often closes none."""
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        depth = max(depth - 1, 0) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
