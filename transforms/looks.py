"""How marked-up text looks: the colour of a tag's text, the colour behind it, and whether it is displayed at all."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

WHITE = "#ffffff"
# Patterns for small letters. A word searched for stands first, so that the search skips to it.
_COLOUR = r"""\s*+(?:["']\s*+)?(#\w+|rgba?\([^)]*\)|\w+)"""
_OWN_COLOUR = re.compile(rf"color(?<![-\w]color)\s*[:=]{_COLOUR}")
_GROUND = re.compile(rf"(?:background(?:-color)?\s*:|bgcolor\s*=){_COLOUR}")
_GONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|\shidden(?=[\s>=/])")
_CLASS = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_SHEET = re.compile(r"<style[^<>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_SELECTED = re.compile(r"\w*\.([\w-]+)")
_CLEAR = frozenset(("transparent", "inherit", "initial", "none", "currentcolor", "auto", "windowtext"))
_NAMED = {"white": WHITE, "black": "#000000"}


class Look(NamedTuple):
    """What a tag says of what it holds: the colour of its text, the colour behind it, and whether it is displayed."""

    colour: str | None
    ground: str | None
    gone: bool


NO_LOOK = Look(None, None, False)


def looks(tags: Iterable[str], classes: dict[str, Look]) -> dict[str, Look]:
    """Return how each tag that says anything of colours or display makes its text look.

    What a tag says itself prevails over the classes it names.
    """
    found: dict[str, Look] = {}
    for tag in tags:
        if "=" in tag or "hidden" in tag:
            look = _said(tag)
            if classes and (match := _CLASS.search(tag)):
                named = (match[1] or match[2] or match[3] or "").split()
                for look_of_class in [classes[name] for name in named if name in classes]:
                    look = _over(look, look_of_class)
            if any(look):
                found[tag] = look
    return found


def classes(text: str) -> tuple[dict[str, Look], bool]:
    """Return the looks that the style sheets of a document give to classes by their name alone.

    The second tells whether they set a ground in any other way: then no colour can be compared with what is behind it.
    """
    found: dict[str, Look] = {}
    is_vague = False
    for sheet in _SHEET.findall(text):
        for rule in sheet.split("}"):
            selectors, _, says = rule.rpartition("{")
            look = _said(says)
            for selector in selectors.rpartition("{")[2].split(",") if any(look) else ():
                if match := _SELECTED.fullmatch(selector.removeprefix("<!--").strip()):
                    found[match[1]] = _over(look, found.get(match[1], NO_LOOK))
                else:
                    is_vague = is_vague or look.ground not in (None, WHITE)
    return found, is_vague


def displayed(found: dict[str, Look]) -> dict[str, Look]:
    """Return the looks of tags without their colours."""
    return {tag: look._replace(colour=None, ground=None) for tag, look in found.items() if look.gone}


def alike(found: Iterable[Look]) -> set[str]:
    """Return the colours that are both a colour of text and one behind it."""
    held = list(found)
    grounds = {look.ground for look in held} | {WHITE}
    return {look.colour for look in held if look.colour is not None and look.colour in grounds}


@lru_cache(maxsize=4096)
def _said(printed: str) -> Look:
    """Return what a tag or a rule says. The tags of one filing agent recur from filing to filing."""
    words = printed.lower()
    colour = ground = None
    if "color" in words or "background" in words:
        colour, ground = _OWN_COLOUR.search(words), _GROUND.search(words)
    gone = ("none" in words or "hidden" in words) and _GONE.search(words) is not None
    return Look(_colour(colour[1]) if colour else None, _colour(ground[1]) if ground else None, gone)


def _over(nearer: Look, other: Look) -> Look:
    return Look(nearer.colour or other.colour, nearer.ground or other.ground, nearer.gone or other.gone)


def _colour(printed: str) -> str | None:
    """Return a colour as #rrggbb, None for one that is clear or not known."""
    words = printed
    if words.startswith("rgb"):
        numbers = re.findall(r"[0-9]+(?:\.[0-9]+)?", words)
        if len(numbers) < 3 or (len(numbers) > 3 and float(numbers[3]) == 0):
            return None
        return "#" + "".join([f"{int(min(float(number), 255)):02x}" for number in numbers[:3]])
    words = _NAMED.get(words, words)
    if re.fullmatch("#[0-9a-f]{3}", words):
        return "#" + "".join([digit * 2 for digit in words[1:]])
    return words if re.fullmatch("#[0-9a-f]{6}|[a-z]+", words) and words not in _CLEAR else None
