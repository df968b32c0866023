"""The text of a submission with figures replaced and words added, columns kept where it is plain text."""

import gzip
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from tests.places import local_filings

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_LAYOUTS = ("thornburg", "aames-2006-1_10-D_part1", "bafc", "ford")


_ENDLESS = 1 << 30


@lru_cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class DoesNotFitError(Exception):
    """A change that the page has no room or no place for."""


def of_known_layout(shared: Path) -> list[Path]:
    """The real filings of layouts that are read right as they are: some single ones, the archive's by name."""
    single = [path for path in local_filings(shared) if path.name.startswith(_LAYOUTS)]
    return [*single, *sorted(path for path in (shared / "edgar" / "Archives").rglob("*.txt*") if path.is_file())]


def sampled(paths: list[Path], most: int, start: int = 0) -> list[Path]:
    """Not more than so many of them, spread over all; others where they start elsewhere."""
    step = max(len(paths) / most, 1)
    return [paths[(int(at * step) + start) % len(paths)] for at in range(min(most, len(paths)))]


def raw(path: Path) -> bytes:
    """The bytes of a filing, unpacked."""
    held = path.read_bytes()
    return gzip.decompress(held) if held[:2] == b"\x1f\x8b" else held


@dataclass
class Edits:
    """Changes of one text, by line (from 1) and column (from 0) as it was."""

    lines: list[str]
    replaced: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    below: dict[int, list[str]] = field(default_factory=dict)

    @cached_property
    def is_html(self) -> bool:
        """Whether figures stand in markup, where their width does not matter."""
        return any("</td" in line.lower() for line in self.lines)

    def figure(self, line: int, start: int, end: int, new: str) -> None:
        """Put another number in the place of the one in a span; in plain text its right edge stays where it is."""
        text = self.lines[line - 1]
        found = list(NUMBER.finditer(text, start, end))
        if len(found) != 1:
            raise DoesNotFitError(f"no single number in {text[start:end]!r}")
        low, high = found[0].span()
        if not self.is_html:
            sign = text[start:low]
            low = start
            new = (sign.rstrip() + new).rjust(high - low)
            while len(new) > high - low and text[low - 2 : low] == "  ":
                low -= 1
            if len(new) > high - low or text[low - 2 : low].strip():
                raise DoesNotFitError(f"{new} does not fit at line {line}, column {start}")
        self.replaced.setdefault(line, []).append((low, high, new))

    def insert(self, line: int, column: int, words: str) -> None:
        """Put words in at a column; in plain text they take the place of blanks."""
        text = self.lines[line - 1]
        room = len(text[column:]) - len(text[column:].lstrip()) if not self.is_html else 0
        if text[column:].strip() and not self.is_html and room < len(words) + 2:
            raise DoesNotFitError(f"no room for {words} at line {line}")
        self.replaced.setdefault(line, []).append((column, column + min(len(words), room), words))

    def add_below(self, line: int, text: str) -> None:
        """Put a line in below another; 0 is above the first."""
        self.below.setdefault(line, []).append(text)

    def behind(self, line: int, column: int, pattern: str) -> tuple[int, int]:
        """Return line and column behind the first match of a pattern from a place on."""
        for at in range(line, min(line + 80, len(self.lines) + 1)):
            match = _pattern(pattern).search(self.lines[at - 1], column if at == line else 0)
            if match:
                return at, match.end()
        raise DoesNotFitError(f"no {pattern} below line {line}")

    def before(self, line: int, column: int, pattern: str, first: int = 1) -> tuple[int, int] | None:
        """Return line and column of the last match of a pattern before a place, not above a line."""
        for at in range(line, first - 1, -1):
            found = list(_pattern(pattern).finditer(self.lines[at - 1], 0, column if at == line else _ENDLESS))
            if found:
                return at, found[-1].start()
        return None

    def text(self) -> str:
        """The text with all changes."""
        found = [*self.below.get(0, [])]
        for number, line in enumerate(self.lines, start=1):
            for low, high, new in sorted(self.replaced.get(number, []), reverse=True):
                line = line[:low] + new + line[high:]
            found += [line, *self.below.get(number, [])]
        return "\n".join(found)
