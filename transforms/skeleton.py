"""The skeleton of a marked-up document: its tables and blocks, without its text and style.

A parser tells the structure of a document, but not where anything stands, and most of what it would read is style. So
the raw text is cut at its tags once: in the skeleton every stretch of text between two tags is its index, tags of
tables stay, tags of blocks are a mark, and all other tags are left out. What the parser finds in a cell of the skeleton
names the stretches that the cell holds.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from lxml import etree

from transforms.characters import BLOCKS, TAG, Span, name_of, tidy, trimmed

Element = etree._Element

# Marks of the skeleton: where a block begins or ends, and where a line breaks.
BLOCK, BREAK = BREAKS = ("/", "|")
UNSEEN = frozenset(("script", "style", "title"))
_CELLS = frozenset(("td", "th"))
_KEPT = frozenset(("table", "tr", "pre", "sup", "sub", *_CELLS, *UNSEEN))

_TAGS = re.compile(TAG, re.DOTALL)
_BETWEEN = re.compile(rf"((?:{TAG})(?:\s*+(?:{TAG}))*+\s*+)", re.DOTALL)
_SPANNED = re.compile(r"""\b(colspan|rowspan)\s*=\s*["']?\s*(\d{1,6})""", re.IGNORECASE)

# Cells that open and close between two stretches of text hold none; half of all cells only make room.
_EMPTY = re.compile(r'(?:<t[dh](?: colspan="\d+")?(?: look="\d+")?>[ /|]*</t[dh]>){2,}')
_COLUMNS = re.compile(r'<t[dh](?: colspan="(\d+)")?')

_WHITE = "#ffffff"
_COLOUR = r"""\s*["']?\s*(#\w+|rgba?\([^)]*\)|\w+)"""
_OWN_COLOUR = re.compile(rf"(?<![-\w])color\s*[:=]{_COLOUR}", re.IGNORECASE)
_GROUND = re.compile(rf"(?:background(?:-color)?\s*:|bgcolor\s*=){_COLOUR}", re.IGNORECASE)
_GONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|\shidden(?=[\s>=/])", re.IGNORECASE)
_CLEAR = frozenset(("transparent", "inherit", "initial", "none", "currentcolor", "auto", "windowtext"))
_NAMED = {"white": _WHITE, "black": "#000000"}


class _Look(NamedTuple):
    """What a tag says of what it holds: the colour of its text, the colour behind it, and whether it is displayed."""

    colour: str | None
    ground: str | None
    gone: bool


class Skeleton:
    """One document: its stretches of text, their words and where they begin, and the markup that holds them."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _BETWEEN.split(text)
        between = parts[1::2]
        self.stretches = parts[::2]
        self.starts = list(accumulate(map(len, parts), initial=0))[:-1:2]
        words = {stretch: tidy(stretch) for stretch in set(self.stretches)}
        self.words = [words[stretch] for stretch in self.stretches]
        # Most tags recur: each that differs is looked at once.
        tags_of = {whole: _TAGS.findall(whole) for whole in set(between)}
        tags = {tag: name_of(tag) for tag in {tag for whole in tags_of.values() for tag in whole}}
        looks = _looks(tags)
        self._looks = list(looks.values())
        self._alike = _alike(self._looks)
        hiding = {tag for tag, look in looks.items() if look.gone or look.colour in self._alike}
        wrapped = _wrapped(between, tags_of, tags, hiding)
        self._hiders = {tags[tag] for tag in hiding}
        kept = _kept(tags, looks, self._hiders if wrapped is None else set(), bool(hiding))
        numbers = {tag: str(number) for number, tag in enumerate(looks)} if hiding else {}
        simple = {tag: _simplified(tag, name, name in kept, numbers.get(tag)) for tag, name in tags.items()}
        joined = {whole: _EMPTY.sub(_one, "".join([simple[tag] for tag in found])) for whole, found in tags_of.items()}
        self.is_tall = any("rowspan=" in tag for tag in simple.values())
        self.has_cells = not _CELLS.isdisjoint(tags.values())
        parts[::2] = [f"{index} " if words else "" for index, words in enumerate(self.words)]
        parts[1::2] = [joined[whole] for whole in between]
        for index, tag in (wrapped or {}).items():
            parts[2 * index] = f'<{tags[tag]} look="{numbers[tag]}">{index} </{tags[tag]}>'
        self.markup = "".join(parts)

    def span(self, first: int, last: int) -> Span:
        """Return where the stretches from one to another stand, without the blanks around them."""
        low, high = self._trimmed(first)
        return low, high if first == last else self._trimmed(last)[1]

    def _trimmed(self, index: int) -> Span:
        stretch, low = self.stretches[index], self.starts[index]
        if "&" not in stretch and stretch.isascii():
            return low + len(stretch) - len(stretch.lstrip()), low + len(stretch.rstrip())
        return trimmed(self.text, low, low + len(stretch))

    def parse(self) -> Element:
        """Return the root of the parsed document."""
        parser = etree.HTMLParser(encoding="ascii", huge_tree=True, collect_ids=False)
        return etree.fromstring(self.markup.encode("ascii", "replace"), parser)

    def hidden(self, root: Element) -> set[int]:
        """Return the stretches of text that are not displayed, or have the colour of what is behind them."""
        found: set[int] = set()
        for element in root.iter(*self._hiders) if self._hiders else ():
            if next(element.iterdescendants(*self._hiders), None) is not None:
                return self._hidden_within(root)
            number = element.get("look")
            look = self._looks[int(number)] if number else None
            if look and (look.gone or (look.colour in self._alike and look.colour == self._ground(element))):
                found.update(inside(element))
        return found

    def _ground(self, element: Element) -> str:
        """Return the colour behind an element: that of the nearest one around it that sets any, else white."""
        for around in (element, *element.iterancestors()):
            number = around.get("look")
            ground = self._looks[int(number)].ground if number else None
            if ground is not None:
                return ground
        return _WHITE

    def _hidden_within(self, root: Element) -> set[int]:
        """Return what is hidden where one tag that may hide holds others: each hands down what it does not decide."""
        found: set[int] = set()
        around = [_Look(None, _WHITE, False)]
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                number, outer = element.get("look"), around[-1]
                look = self._looks[int(number)] if number else outer
                around.append(_Look(look.colour or outer.colour, look.ground or outer.ground, look.gone or outer.gone))
                held = element.text
            else:
                around.pop()
                held = element.tail
            if held and (around[-1].gone or around[-1].colour == around[-1].ground):
                found.update(int(mark) for mark in held.split() if mark not in BREAKS)
        return found


def marks(element: Element) -> list[str]:
    """Return the marks of the skeleton inside an element: indices of stretches, blocks and breaks."""
    return "".join(element.itertext()).split() if len(element) else (element.text or "").split()  # type: ignore[arg-type]


def inside(element: Element) -> list[int]:
    """Return the stretches of text inside an element that are not blank."""
    return [int(mark) for mark in marks(element) if mark not in BREAKS]


def _simplified(tag: str, name: str, kept: bool, look: str | None) -> str:
    """Return what a tag is in the skeleton."""
    if name == "br":
        return f" {BREAK} "
    block = f" {BLOCK} " if name in BLOCKS and name not in _KEPT else ""
    if not kept:
        return block
    if tag[1] == "/":
        return f"</{name}>{block}"
    spans = [f' {key.lower()}="{value}"' for key, value in _SPANNED.findall(tag)] if name in _CELLS else []
    return f"{block}<{name}{''.join(spans)}" + (f' look="{look}">' if look else ">")


def _one(empty: re.Match[str]) -> str:
    """Return one empty cell for several."""
    return f'<td colspan="{sum(int(columns or 1) for columns in _COLUMNS.findall(empty[0]))}"></td>'


# -- looks ----------------------------------------------------------------------------------------------------------


def _looks(tags: Iterable[str]) -> dict[str, _Look]:
    """Return how each tag that says anything of colours or display makes its text look."""
    found: dict[str, _Look] = {}
    for tag in tags:
        if "=" in tag or "hidden" in tag:
            colour, ground = _OWN_COLOUR.search(tag), _GROUND.search(tag)
            gone = _GONE.search(tag) is not None
            if colour or ground or gone:
                found[tag] = _Look(_colour(colour[1]) if colour else None, _colour(ground[1]) if ground else None, gone)
    return found


def _alike(looks: Iterable[_Look]) -> set[str]:
    """Return the colours that are both a colour of text and one behind it."""
    grounds = {look.ground for look in looks} | {_WHITE}
    return {look.colour for look in looks if look.colour is not None and look.colour in grounds}


def _kept(tags: dict[str, str], looks: dict[str, _Look], hiders: set[str], coloured: bool) -> frozenset[str]:
    """Return the names of the tags that stay: those of tables, those that hide, and what sets a ground behind these."""
    grounds = {tags[tag] for tag, look in looks.items() if look.ground not in (None, _WHITE)} if coloured else set()
    return _KEPT.union(hiders, grounds) - {""}


def _wrapped(
    between: Sequence[str], tags_of: dict[str, list[str]], tags: dict[str, str], hiding: set[str]
) -> dict[int, str] | None:
    """Return the tag around each stretch that stands alone in a tag that may hide it.

    None if there is such a tag around anything else; then all tags of its name have to stay.
    """
    if not hiding:
        return {}
    found: dict[int, str] = {}
    count = {whole: sum(tag in hiding and tags[tag] not in _KEPT for tag in held) for whole, held in tags_of.items()}
    for index, whole in enumerate(between[:-1], start=1):
        if count[whole]:
            tag, after = tags_of[whole][-1], tags_of[between[index]][0]
            if count[whole] > 1 or tag not in hiding or after[:2] != "</" or tags[after] != tags[tag]:
                return None
            found[index] = tag
    return None if between and count[between[-1]] else found


def _colour(printed: str) -> str | None:
    """Return a colour as #rrggbb, None for one that is clear or not known."""
    words = printed.strip().lower()
    if words.startswith("rgb"):
        numbers = re.findall(r"\d+(?:\.\d+)?", words)
        if len(numbers) < 3 or (len(numbers) > 3 and float(numbers[3]) == 0):
            return None
        return "#" + "".join([f"{min(int(float(number)), 255):02x}" for number in numbers[:3]])
    words = _NAMED.get(words, words)
    if re.fullmatch("#[0-9a-f]{3}", words):
        return "#" + "".join([digit * 2 for digit in words[1:]])
    return words if re.fullmatch("#[0-9a-f]{6}|[a-z]+", words) and words not in _CLEAR else None
