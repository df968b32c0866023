"""Misspelt words: the known words a printed one may stand for."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

LONG = 8  # letters of a word that may be told by itself, and may hold two slips
_SHORTEST = 5


class Lexicon:
    """Known words: all of them, and by first letter those long enough to be told from a misspelling."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._long: dict[str, list[str]] = {}
        for word in sorted(self.words):
            if len(word) >= _SHORTEST and word.isalpha():
                self._long.setdefault(word[0], []).append(word)

    def meant(self, word: str) -> list[str]:
        """Return the known words that a printed one may be: itself, or those one slip away, two from eight letters on.

        A known word is never taken for another, nor is one of fewer than five letters or with digits. Nearly all slips
        spare the first letter, and a word with another is mostly another word: INCREASE and DECREASE, REDUCTION and
        DEDUCTION, REALIZED and UNREALIZED.
        """
        if word in self.words:
            return [word]
        if len(word) < _SHORTEST or not word.isalpha():
            return []
        swapped = [known for known in self._long.get(word[1], ()) if known[1] == word[0]]
        near = process.extract(
            word,
            [*self._long.get(word[0], ()), *swapped],
            scorer=DamerauLevenshtein.distance,
            processor=None,
            limit=None,
            score_cutoff=1 if len(word) < LONG else 2,
        )
        return [known for known, _, _ in near]


__all__ = ["LONG", "Lexicon"]
