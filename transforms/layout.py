"""Layout families: what a report looks like, declared in one TOML each.

A declaration names the family and the words that give it away. Reading never depends on it.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

from transforms.errors import DeclarationError


class Layout(NamedTuple):
    """One family of reports and the words that mark it."""

    family: str
    marks: tuple[str, ...]


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every declared family, by name."""
    found = []
    for entry in sorted(resources.files("transforms").joinpath("layouts").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text("utf-8"))
            if not data.get("family") or not data.get("marks"):
                raise DeclarationError(f"layouts/{entry.name}: needs a family and at least one mark")
            found.append(Layout(data["family"], tuple(data["marks"])))
    return tuple(found)


def family_of(text: str) -> str | None:
    """Return the one family whose marks stand in the text; None for none, and for more than one."""
    named = {layout.family for layout in layouts() if any(mark in text for mark in layout.marks)}
    return named.pop() if len(named) == 1 else None
