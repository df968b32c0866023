"""Scales said in words: that amounts are printed in thousands or in millions of dollars.

A scale is said on its own, in parentheses behind other words, at their end, or in a sentence about amounts. "Per
$1,000", "denominations of $1,000", "thousands of loans", "Class A-1000" and "Thousand Oaks" say none.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

DOLLARS, THOUSANDS, MILLIONS = 1, 1000, 1_000_000
SCALES = (DOLLARS, THOUSANDS, MILLIONS)


class Said(NamedTuple):
    """A scale said in words: where it stands in them, and how many dollars one is; None where that is not clear."""

    start: int
    end: int
    scale: int | None


# One of these stands, in small letters, in all words that say a scale: the cheap test before one is looked for.
_HINTS = ("thousand", "million", "billion", "000s", "000'", "000\u2019", "'000", "\u2019000", "$000", "$ 000", "(000",
          "000 omitted", "in 000", "$mm", "$ mm", "(mm", "in mm", "in dollars", "whole dollars", "actual dollars", "$k",
          "1,000s")  # fmt: skip
_THOUSAND = r"(?:thousands?|['\u2019]?(?<![0-9,.])0{3}(?:['\u2019]?s)?|1,000['\u2019]?s|k)"
_MILLION = r"(?:millions?|['\u2019]?(?<![0-9,.])0{3},0{3}(?:['\u2019]?s)?|mm)"
_DOLLAR = r"(?:\$|us\s?\$|u\.s\.\s?\$|(?:u\.?s\.?\s+)?dollars?|usd)"
_UNIT = rf"(?:(?P<thousand>{_THOUSAND})|(?P<million>{_MILLION}))"
_MONEY = rf"(?:{_DOLLAR}|amounts?|figures?|balances?|values?|sums|numbers|currency)"
_SUMS = rf"(?:{_DOLLAR}|amounts|figures|balances|values|sums|numbers|currency|dollar amount)"
_SAID = r"(?:are|is|expressed|stated|shown|presented|reported|given)"
_WORD = rf"(?:{_SUMS}|all|the|other|and|these|above|below|{_SAID})"
_OF = rf"(?:\s*(?:of\s+)?{_DOLLAR}|\s+omitted)?"
_EXCEPT = r"(?:\s*[,;]?\s*(?:except|unless|other than)\b.*)?"
# All that is said: "Dollars in thousands", "$000s", "000's omitted", "in millions of U.S. dollars, except counts".
_WHOLE = re.compile(
    rf"(?:{_WORD}\s*+(?:,\s*+)?)*?(?P<in>in\s+)?(?P<dollar>{_DOLLAR}\s*(?:in\s+)?)?{_UNIT}(?P<of>{_OF}){_EXCEPT}\s*[.:]?",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    rf"(?:{_WORD}\s*+(?:,\s*+)?)*?(?:in\s+(?:whole\s+|actual\s+|u\.?s\.?\s+)*dollars|(?:whole|actual)\s+dollars)\s*[.:]?",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\s*[(\[]\s*([^()\[\]]{2,90}?)\s*[)\]]")
# What a footnote begins with: a mark, or the word.
_MARK = re.compile(
    r"\s*(?:(?:\*+|\([0-9]{1,2}\)|\[[0-9]{1,2}\]|[0-9]{1,2}\)|\([a-z]\)|notes?(?: ?[:.]| (?=\w)))\s*)+", re.IGNORECASE
)
_TAIL = re.compile(
    rf"(?:\s*[,:;\u2013-])?\s+(?:{_DOLLAR}\s+)?(?:in\s+(?:{_DOLLAR}\s*)?|{_DOLLAR}\s*)"
    rf"{_UNIT}(?:\s+(?:of\s+)?{_DOLLAR})?\s*[.:]?$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    rf"(?<![a-z])(?:{_MONEY})(?![a-z])[^.;0-9]{{0,60}}?\b{_SAID}\b[^.;0-9]{{0,20}}?\bin\s+(?:{_DOLLAR}\s*)?{_UNIT}(?P<of>\s+of\s+\w\S*)?",
    re.IGNORECASE,
)
_OF_DOLLARS = re.compile(rf"\s+of\s+{_DOLLAR}", re.IGNORECASE)
_UNCLEAR = re.compile(
    r"\bin\s+(?:thousands|millions|billions|hundreds)\b(?!\s+of\s+(?!u\.?s|dollar))|(?<![0-9,.-])000['\u2019]?s\b"
    r"|\b(?:thousands|millions|billions)\s+(?:of\s+(?:u\.?s\.?\s+)?dollars|omitted)\b"
    r"|\((?:[$] ?)?(?:in )?(?:billions|hundreds)\)",
    re.IGNORECASE,
)


def is_hinted(text: str) -> bool:
    """Tell cheaply whether a text may say a scale."""
    low = text.lower()
    return any(map(low.__contains__, _HINTS))


@lru_cache(maxsize=8192)
def said(words: str) -> tuple[Said, ...]:
    """Return the scales said in the words of one cell, title or line, in their order."""
    if not is_hinted(words):
        return ()
    mark = _MARK.match(words)
    bare = mark.end() if mark else 0
    if (scale := _whole(words[bare:].strip(), alone=True)) is not None:
        return (Said(0, len(words), scale),)
    found = [
        Said(match.start(), match.end(), scale)
        for match in _PARENTHESES.finditer(words)
        if (scale := _whole(match[1].strip(), alone=False)) is not None
    ]
    if found:
        return tuple(found)
    for sentence in _SENTENCE.finditer(words):
        if sentence["of"] is None or _OF_DOLLARS.match(sentence["of"]):
            return (Said(0, len(words), _scale(sentence)),)
    if tail := _TAIL.search(words):
        return (Said(tail.start(), tail.end(), _scale(tail)),)
    unclear = _UNCLEAR.search(words)
    return (Said(unclear.start(), unclear.end(), None),) if unclear else ()


def _whole(words: str, *, alone: bool) -> int | None:
    """Return the scale that words say and nothing else; bare zeros say one in parentheses only."""
    if _PLAIN.fullmatch(words):
        return DOLLARS
    match = _WHOLE.fullmatch(words)
    if match is None:
        return None
    unit = match["thousand"] or match["million"]
    is_short = unit.lower() in ("k", "mm") or unit[-1] not in "sS"
    if is_short and not (match["in"] or match["dollar"] or match["of"]) and (alone or unit.lower() == "k"):
        return None
    if alone and not (match["in"] or match["dollar"] or match["of"]) and match.end() == len(unit):
        return THOUSANDS if match["thousand"] and unit[0] == "0" else None
    return _scale(match)


def _scale(match: re.Match[str]) -> int:
    return THOUSANDS if match["thousand"] else MILLIONS


def without(words: str) -> str:
    """Return words without the scales they say."""
    for one in reversed(said(words)):
        words = words[: one.start] + words[one.end :]
    return words


def is_footnote(words: str) -> bool:
    """Tell whether words are set as a footnote is: behind a mark, or as a sentence."""
    text = words.strip()
    return _MARK.match(text) is not None or (text.endswith(".") and " " in text) or re.search(
        r"\b(?:are|is) (?:\w+ )?in\b", text, re.IGNORECASE
    ) is not None  # fmt: skip


def decimals(raw: str) -> int:
    """Return how many decimals a figure prints."""
    digits = raw.rstrip("%) -$")
    at = digits.rfind(".")
    return len(digits) - at - 1 if at >= 0 else 0


def cents(scales: Iterable[int]) -> frozenset[int]:
    """Return how many decimals amounts to the cent have when they are printed in one of the scales."""
    return frozenset(len(str(scale)) + 1 for scale in scales if scale > DOLLARS)
