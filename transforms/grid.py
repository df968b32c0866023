"""Geometry of fixed-width text: rows of chunks, blocks of rows, columns of a block.

A chunk is text without two blanks in a row. Columns are where the chunks of the body stand: the places left blank by
every row part them. Nothing here knows what a label means.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from transforms.values import FIGURE, FOOTNOTE_MARK

# A figure alone in its chunk, a footnote mark, or any other text; the name of the group that matched tells which.
_CHUNK = re.compile(
    rf"(?P<mark>{FOOTNOTE_MARK})(?= {{2}}|\s*$)"
    rf"|(?P<figure>{FIGURE})(?= {{2}}|\t|\s*$)"
    r"|(?P<rule>[-=_*.]{3,})(?= |\s*$)"
    r"|\S+(?: \S+)*",
    re.MULTILINE,
)
_TAIL = re.compile(rf"(?P<head>.*\S) +(?P<tail>{FIGURE})")
_TAG = re.compile(r"\s*<(/?[A-Za-z]+)[ >]")
TEXT, FIGURE_KIND, MARK = 0, 1, 2
_KINDS = {"figure": FIGURE_KIND, "mark": MARK}


class Chunk(NamedTuple):
    """Columns from `start` to before `end`, and whether a figure, a footnote mark or text stands there."""

    start: int
    end: int
    kind: int


class Row(NamedTuple):
    """One line that is not blank: its number in the submission, its text, its chunks, and the tag it begins with."""

    line_no: int
    text: str
    chunks: list[Chunk]
    tag: str

    def words(self, chunk: Chunk) -> str:
        """Return the text of a chunk."""
        return self.text[chunk.start : chunk.end]


class Column(NamedTuple):
    """The extent of one column of a block."""

    start: int
    end: int


def scan(text: str, first_line: int) -> list[Row]:
    """Return the rows of a document whose first line has the given number; blank lines and rules give none."""
    rows = []
    for line_no, line in enumerate(text.split("\n"), start=first_line):
        if not line or line.isspace():
            continue
        tag = match[1].upper() if "<" in line and (match := _TAG.match(line)) else ""
        chunks = [] if tag else _chunks(line)
        if tag or chunks:
            rows.append(Row(line_no, line, chunks, tag))
    return rows


def _chunks(line: str) -> list[Chunk]:
    found = []
    for match in _CHUNK.finditer(line):
        name = match.lastgroup
        if name != "rule":
            found.append(Chunk(match.start(), match.end(), TEXT if name is None else _KINDS[name]))
    return found


def figures(row: Row) -> list[Chunk]:
    """Return the chunks of a row that are figures."""
    return [chunk for chunk in row.chunks if chunk.kind == FIGURE_KIND]


def has_figure(row: Row) -> bool:
    """Tell whether a figure stands alone in one of the row's chunks."""
    return any(chunk.kind == FIGURE_KIND for chunk in row.chunks)


def split_tails(rows: Sequence[Row]) -> list[Row]:
    """Part a figure from the words before it where only one blank lies between and the figure stands in a column.

    The evidence is other rows: a figure alone in its chunk has the same left or right edge. "180+ Days 0" is such a
    label and value; "Spread 1" is not, because no figure of its table stands where the 1 does.
    """
    lefts: set[int] = set()
    rights: set[int] = set()
    for row in rows:
        for chunk in row.chunks:
            if chunk.kind == FIGURE_KIND:
                lefts.add(chunk.start)
                rights.add(chunk.end)
    return [_split_tail(row, lefts, rights) for row in rows]


def _split_tail(row: Row, lefts: set[int], rights: set[int]) -> Row:
    parted: list[Chunk] = []
    for chunk in row.chunks:
        if chunk.kind == TEXT and row.text[chunk.end - 1] in "0123456789%)-":
            match = _TAIL.fullmatch(row.text, chunk.start, chunk.end)
            if match and (match.start("tail") in lefts or chunk.end in rights):
                parted.append(Chunk(chunk.start, match.end("head"), TEXT))
                chunk = Chunk(match.start("tail"), chunk.end, FIGURE_KIND)
        parted.append(chunk)
    return row if len(parted) == len(row.chunks) else row._replace(chunks=parted)


def columns(rows: Iterable[Row]) -> list[Column]:
    """Return the columns of a body: the extents that at least one chunk covers, parted by what all rows leave blank.

    Where two chunks of one row fall into one extent (values of neighbouring columns overlap from row to row), the row
    with the most chunks there parts it.
    """
    rows = list(rows)
    spans = sorted({(chunk.start, chunk.end) for row in rows for chunk in row.chunks})
    merged: list[Column] = []
    for start, end in spans:
        if merged and start < merged[-1].end:
            if end > merged[-1].end:
                merged[-1] = Column(merged[-1].start, end)
        else:
            merged.append(Column(start, end))
    return _part_crowded(merged, rows)


def _part_crowded(merged: list[Column], rows: list[Row]) -> list[Column]:
    starts = [column.start for column in merged]
    crowd: dict[int, list[Chunk]] = {}
    for row in rows:
        places = [bisect_right(starts, chunk.start) - 1 for chunk in row.chunks]
        if len(set(places)) == len(places):
            continue
        for place in set(places):
            chunks = [chunk for chunk, at in zip(row.chunks, places, strict=True) if at == place]
            if len(chunks) > len(crowd.get(place, [None])):
                crowd[place] = chunks
    if not crowd:
        return merged
    parted: list[Column] = []
    for place, column in enumerate(merged):
        chunks = crowd.get(place, [])
        if not chunks:
            parted.append(column)
        for index, chunk in enumerate(chunks):
            start = column.start if index == 0 else (chunks[index - 1].end + chunk.start + 1) // 2
            end = column.end if index == len(chunks) - 1 else (chunk.end + chunks[index + 1].start) // 2
            parted.append(Column(start, end))
    return parted


def place(row: Row, found: Sequence[Column], starts: Sequence[int]) -> list[int]:
    """Return for each chunk of the row the index of its column: the one it overlaps most, by its right edge if none."""
    places = []
    for chunk in row.chunks:
        at = max(bisect_right(starts, chunk.start) - 1, 0)
        if at + 1 < len(found) and chunk.end > found[at + 1].start:
            at = max((at, at + 1), key=lambda i: _overlap(chunk, found[i]))
        places.append(at)
    return places


def heads(rows: Sequence[Row], found: Sequence[Column]) -> list[str]:
    """Return the head of each column: the words stacked over it, joined from the top.

    A chunk that lies over several columns belongs to the one whose edge it shares, else its words are placed one by
    one. A chunk over no column is the head of a column that is blank in every row, and is left out.
    """
    stacks: list[list[str]] = [[] for _ in found]
    for row in rows:
        for chunk in row.chunks:
            for at, words in _over(row, chunk, found):
                stacks[at].append(words)
    return [_join(stack) for stack in stacks]


def _over(row: Row, chunk: Chunk, found: Sequence[Column]) -> list[tuple[int, str]]:
    under = [at for at, column in enumerate(found) if _overlap(chunk, column) > 0]
    if len(under) <= 1:
        return [(at, row.words(chunk)) for at in under]
    edge = [at for at in under if chunk.end == found[at].end or chunk.start == found[at].start]
    if len(edge) == 1:
        return [(edge[0], row.words(chunk))]
    placed: list[tuple[int, str]] = []
    for match in re.finditer(r"\S+", row.text[chunk.start : chunk.end]):
        word = Chunk(chunk.start + match.start(), chunk.start + match.end(), TEXT)
        best = max(under, key=lambda at: _overlap(word, found[at]))
        placed.append((best, match[0]))
    return placed


def _join(stack: Sequence[str]) -> str:
    """Join stacked words; a slash or hyphen at the end of a line joins without a blank ("Certificate/" over "Notional")."""
    label = ""
    for words in stack:
        label += words if not label or label[-1] in "/-" else " " + words
    return label


def _overlap(chunk: Chunk | Column, column: Column) -> int:
    return min(chunk.end, column.end) - max(chunk.start, column.start)
