"""Mutants of the layout of real filings, lines of heads removed or gaps narrowed: what became of each value."""

from tests.mutation import layout


def main(count: int = 200, seed: int = 0) -> int:
    """Judge so many mutants of each filing and kind; 1 if a value is elsewhere and called proven."""
    return layout.main(count, seed)
