"""A web page being written, which knows where every figure and every label stands in its source."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from tests.simulate.sheet import TOKEN, Claim, Figure, Sheet

ENTITY = re.compile(r"&#?\w+;")
Mark = tuple[str, str, str]


@dataclass
class Tape:
    """Source written so far, and what is to be kept of it once lines are known.

    `escape` turns visible words into source: entities or raw characters, as the page has it.
    """

    escape: Callable[[str], str]
    parts: list[str] = field(default_factory=list)
    size: int = 0
    kept: list[tuple[int, Callable[[Sheet, int, int], None]]] = field(default_factory=list)

    def tag(self, markup: str) -> None:
        """Write markup, or anything else that nobody sees."""
        self.parts.append(markup)
        self.size += len(markup)

    def keep(self, offset: int, what: Callable[[Sheet, int, int], None]) -> None:
        """Remember what to do with the line and column of a place."""
        self.kept.append((offset, what))

    def figure(self, figure: Figure, claim: Claim) -> None:
        """Write a figure; all of its characters stand on one line."""
        self.keep(self.size, lambda sheet, line, col: sheet.claim(line, col, figure, claim))
        self.tag(figure.raw)

    def nothing(self, raw: str, claim: Claim, reason: str) -> None:
        """Write what stands for no figure: a dash or N/A."""
        end, more = len(raw), {"raw": raw, "reason": reason, "canonical": claim.canonical}

        def keep(sheet: Sheet, line: int, col: int) -> None:
            entry = {"table": sheet.table.code, "line": line, "row_label": claim.row_label, "column": claim.column}
            sheet.nulls.append(
                {**entry, **more, "col_start": col, "col_end": col + end, "dims": dict(claim.dims or {})}
            )

        self.keep(self.size, keep)
        self.tag(raw)

    def words(self, text: str, marks: Iterable[Mark] = (), hidden: bool = False) -> None:
        """Write visible words: `marks` are (printed text, field, value), in order; other digits are label tokens."""
        source = self.escape(text)
        bare = ENTITY.sub(lambda match: " " * len(match[0]), source)
        taken: list[tuple[int, int]] = []
        at = 0
        for raw, name, value in marks:
            written = self.escape(raw)
            start = source.index(written, at)
            at = start + len(written)
            taken.append((start, at))
            self.keep(self.size + start, self._field(written, name, value))
        for match in TOKEN.finditer(bare):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                self.keep(self.size + match.start(), self._token(match[0], text, hidden))
        self.tag(source)

    @staticmethod
    def _field(raw: str, name: str, value: str) -> Callable[[Sheet, int, int], None]:
        def keep(sheet: Sheet, line: int, col: int) -> None:
            entry = {"line": line, "col_start": col, "col_end": col + len(raw), "raw": raw, "field": name}
            sheet.header.append({**entry, "value": value})

        return keep

    @staticmethod
    def _token(raw: str, context: str, hidden: bool) -> Callable[[Sheet, int, int], None]:
        def keep(sheet: Sheet, line: int, col: int) -> None:
            entry = {"line": line, "col_start": col, "raw": raw, "context": context}
            sheet.labels.append({**entry, "hidden": True} if hidden else entry)

        return keep

    def event(self, what: Callable[[Sheet, int], None]) -> None:
        """Do something with the sheet when the writing has come to here: begin a table, note a formula."""
        self.keep(self.size, lambda sheet, line, _: what(sheet, line))

    def finish(self, sheet: Sheet) -> None:
        """Put the page behind the lines of a sheet and its truth into the sheet's lists."""
        lines = "".join(self.parts).split("\n")
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
        before = len(sheet.lines)
        for offset, what in self.kept:
            place = bisect_right(starts, offset) - 1
            what(sheet, before + place + 1, offset - starts[place])
        sheet.lines.extend(lines)
