"""Geometry of fixed-width text: rows of chunks, columns of a body, heads over columns.

A chunk is text without two blanks in a row. Columns are where the chunks of the body stand: the places left blank by
every row part them. Nothing here knows what a label means. Chunks are plain tuples (start, end, kind): a filing has two
thousand of them.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from transforms.values import FIGURE, FOOTNOTE_MARK, commonest, has_digits, is_date, valid_cusip

TEXT, FIGURE_KIND, MARK, _RULED = 0, 1, 2, 3
Chunk = tuple[int, int, int]
Column = tuple[int, int]

# Two blanks spelled out are searched for as a string, in half the time that a count of blanks takes.
_BLANKS = re.compile(r"(  +)")
_SPACE = " \t\r\f\xa0"
_GAPS = re.compile(rf"([{_SPACE}]{{2,}}|[{_SPACE[1:]}])")
_FIGURE = re.compile(FIGURE)
_MARK = re.compile(FOOTNOTE_MARK)
# "Page 11 of 46", "Santa Rosa, CA 99818" and "< 4.750" are words, wherever their last number happens to stand.
_NO_TAIL = re.compile(r"(?i:(?:page )?[0-9]{1,4} of [0-9]{1,4})|[<>=]{1,2} \S+")
_ZIP_CODE = re.compile(r".*,? [A-Z]{2} [0-9]{5}(?:-[0-9]{4})?")
_TAIL = re.compile(rf"(?P<head>.*\S) +(?P<tail>{FIGURE})")
_TAIL_WIDTH = 200  # characters of the longest figure, the blanks before it and a word
_IDENTIFIER = re.compile(r"(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[0-9A-Z]{9}(?= )")
_AMOUNT = re.compile(r"[0-9]\.[0-9]|[0-9],[0-9]{3}")
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_RANGES = 3  # rows of ranges at least
_PANEL = 3  # rows of a second list beside another at least
_WORD = re.compile(r"[A-Za-z]{3}")
_WORDY = 6  # characters of its labels at least
_COLUMN_FORMULA = re.compile(r"\([0-9]{1,2}[A-Za-z]?\)(?: ?=[\w()=+\-*/ ]+)?")
_TAG = re.compile(r"<(/?[A-Za-z]+)[ >]")
_FIGURE_STARTS = frozenset("0123456789$(-+.%")
_LIKE_FIGURE = frozenset("0123456789%)-.")
# What a chunk is does not hang on which digits it has.
_ONE_DIGIT = bytes.maketrans(b"123456789", b"0" * 9)
_SHORT = 40  # characters of a chunk whose shape is remembered
_RULE = frozenset("-=_*.")
_SPACED_RULE = _RULE | {" "}
NOWHERE = -1
_ALIGNED = 4  # figures of a column at least that tell where its edge is
_MOST = 0.8  # of the figures of a column
_NEAR = 6  # columns by which a head may miss the figures below it, a dash or a few zeros
_DASHES = frozenset(("-", "--"))
_OUTLINE = re.compile(r"[0-9]{1,3}\.?")


class Row(NamedTuple):
    """One line that is not blank: its number in the submission, its text, its chunks, how many of them are figures,
    whether words may run into a figure, and the tag it begins with."""

    line_no: int
    text: str
    chunks: list[Chunk]
    figures: int
    tailed: bool
    tag: str

    def words(self, at: int) -> str:
        """Return the text of the chunk with this index."""
        start, end, _ = self.chunks[at]
        return self.text[start:end].rstrip()


def scan(text: str, first_line: int, *, tagged: bool = True) -> list[Row]:
    """Return the rows of a document whose first line has the given number; blank lines and rules give none.

    A line that begins with a tag is a row without chunks, unless it is not `tagged`: words of a page may look like one.
    """
    rows: list[Row] = []
    blanks, gaps = (" \r", _BLANKS) if _is_plain(text) else (_SPACE, _GAPS)
    new = tuple.__new__  # what Row() itself calls, without its arguments' detour by name
    shapes = text.encode(errors="surrogatepass").translate(_ONE_DIGIT).decode(errors="surrogatepass")
    for line_no, (line, shape) in enumerate(zip(text.split("\n"), shapes.split("\n"), strict=True), start=first_line):
        bare = shape.lstrip(blanks)
        if not bare or bare.isspace():
            continue
        if tagged and bare[0] == "<" and (match := _TAG.match(bare)):
            rows.append(new(Row, (line_no, line, [], 0, False, match[1].upper())))
            continue
        chunks: list[Chunk] = []
        figures, tailed = 0, False
        at = len(line) - len(bare)
        # Chunks and the gaps between them in turn: adding up their lengths is cheaper than to look where they stand.
        parts = iter(gaps.split(bare.rstrip(blanks)))
        for words in parts:
            start, end = at, at + len(words)
            at = end + len(next(parts, ""))
            if words[-1] not in _LIKE_FIGURE and words[0] not in _RULE:
                chunks.append((start, end, TEXT))
                continue
            kind = _kind_of_shape(words) if end - start < _SHORT else _kind(words)
            if kind == FIGURE_KIND:
                chunks.append((start, end, FIGURE_KIND))
                figures += 1
            elif kind != _RULED:
                if kind == TEXT and _may_touch(words) and (touching := _touching(words, start)):
                    chunks += touching
                    figures += sum([chunk[2] for chunk in touching])
                    continue
                chunks.append((start, end, kind))
                tailed = tailed or (kind == TEXT and words[words.rfind(" ") + 1] in _FIGURE_STARTS)
        if figures and len(chunks) > 1 and chunks[0][2] == FIGURE_KIND and chunks[1][2] == TEXT:
            figures -= _number_line(line, chunks)
        if chunks:
            rows.append(new(Row, (line_no, line, chunks, figures, tailed, "")))
    return rows


def _is_plain(text: str) -> bool:
    """Tell whether blanks are the only white space within its lines."""
    if "\t" in text or "\f" in text or "\xa0" in text:
        return False
    return "\r" not in text or text.count("\r") == text.count("\r\n")


@lru_cache(maxsize=4096)
def _kind_of_shape(words: str) -> int:
    """Return what a chunk is, whose digits are all zeros: figures have few shapes, and each is looked at once."""
    return _kind(words)


def _kind(words: str) -> int:
    """Return what a chunk is that begins or ends like a figure: a signed or marked figure, a footnote mark, a rule."""
    if words[0] in _FIGURE_STARTS and _FIGURE.fullmatch(words):
        # A parenthesised integer of one or two digits is a footnote mark, not an amount below zero.
        return MARK if words[0] == "(" and _MARK.fullmatch(words) else FIGURE_KIND
    if words in _DASHES:
        return FIGURE_KIND  # a dash in the place of a figure is a printed zero
    # Some agents write a blank after the first dash of a rule, lest it be taken for the end of the document's wrapper.
    return _RULED if words[0] in _RULE and len(words) > 2 and _SPACED_RULE.issuperset(words) else TEXT


def _may_touch(words: str) -> bool:
    """Tell cheaply whether a chunk may hold columns that touch: it begins like a figure, or has an identifier's length
    before its first blank."""
    return words[0] in _FIGURE_STARTS or words[9:10] == " "


def _touching(words: str, start: int) -> list[Chunk]:
    """Return the parts of a chunk that holds figures one blank apart and no words but an identifier before them:
    columns that touch."""
    if " " not in words:
        return []
    match = _IDENTIFIER.match(words)
    at = match.end() + 1 if match else 0
    found: list[Chunk] = [(start, start + at - 1, TEXT)] if match else []
    while at < len(words):
        match = _FIGURE.match(words, at)
        if match is None or (match.end() < len(words) and words[match.end()] != " "):
            return []
        found.append((start + at, start + match.end(), FIGURE_KIND))
        at = match.end() + 1
    return found if any(mark in words for mark in ".,") else []


def _number_line(line: str, chunks: list[Chunk]) -> int:
    """Take a whole number before the first words of a line for the number of the line; return how many were taken."""
    start, end, _ = chunks[0]
    if not _OUTLINE.fullmatch(line, start, end):
        return 0
    chunks[0] = (start, end, MARK)
    return 1


def split_tails(rows: list[Row]) -> list[Row]:
    """Part a figure from the words before it where only one blank lies between and the figure stands in a column.

    The evidence is other rows: a figure alone in its chunk has the same left or right edge. "180+ Days 0" is such a
    label and value; "Spread 1" is not, because no figure of its table stands where the 1 does. Several words beside
    each other and no figure are heads: "Group 3" over the figures of its column ends where they do.
    """
    if not [row for row in rows if row.tailed]:
        return rows
    figures = [chunk for row in rows if row.figures for chunk in row.chunks if chunk[2] == FIGURE_KIND]
    edges = {start for start, _, _ in figures}.union([~end for _, end, _ in figures])
    usual = commonest([len(row.chunks) for row in rows if row.figures] or [0])
    return [
        _split_tail(row, edges, usual - len(row.chunks) if row.figures else 0)
        if row.tailed and (row.figures or len(row.chunks) == 1) else row
        for row in rows
    ]  # fmt: skip


def _split_tail(row: Row, edges: set[int], short: int) -> Row:
    """Part the tails of one row; `edges` holds the left edges of figures, and the right ones inverted.

    A row that is short of so many chunks may have amounts and identifiers that stand in no column: a class and its
    CUSIP, whose check digit tells.
    """
    text = row.text
    chunks: list[Chunk] = []
    for chunk in row.chunks:
        tails: list[Chunk] = []
        start, end, kind = chunk
        while kind == TEXT and text[end - 1] in _LIKE_FIGURE and text.find(" ", start, end) >= 0:
            match = _tail(text, start, end)
            if match is None:
                break
            is_known = match.start("tail") in edges or ~end in edges
            if not is_known and not (len(tails) < short and _AMOUNT.search(match["tail"])):
                break
            tails.append((match.start("tail"), end, FIGURE_KIND))
            end = match.end("head")
        name, _, last = text[start:end].rpartition(" ")
        if name and len(tails) < short and valid_cusip(last):
            tails.append((end - len(last), end, TEXT))
            end = start + len(name.rstrip())
        chunks += [(start, end, kind), *reversed(tails)]
    if len(chunks) == len(row.chunks):
        return row
    return row._replace(chunks=chunks, figures=sum([chunk[2] == FIGURE_KIND for chunk in chunks]))


def _tail(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the figure at the end of some words, and what is before it; what tails are taken off costs their width."""
    low = max(start, end - _TAIL_WIDTH)
    if (low == start and _NO_TAIL.fullmatch(text, start, end)) or _ZIP_CODE.fullmatch(text, low, end):
        return None
    return _TAIL.fullmatch(text, low, end)


def aligned(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a body that belong to its columns: those with figures, and those whose words stand in line.

    A class without any figure still prints its name, CUSIP or type; a remark runs across columns, and a name with a
    colon is what the words behind it are, of the report.
    """
    if all(row.figures for row in rows):
        return list(rows)
    valued = [row for row in rows if row.figures]
    edges = {edge for row in valued for start, end, _ in row.chunks for edge in (start, ~end)}
    second = min([row.chunks[1][0] for row in valued if len(row.chunks) > 1], default=0)
    return [row for row in rows if row.figures or _is_aligned(row, edges, second)]


def _is_aligned(row: Row, edges: set[int], second: int) -> bool:
    """Tell whether words stand in line: a name before the second column, the others at either edge of others."""
    first, *rest = row.chunks
    if not rest or first[1] > second or row.text[first[1] - 1] == ":":
        return False
    return all(start in edges or ~end in edges for start, end, _ in rest)


def panels(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the lists that stand side by side in one: where words between figures begin at one column in several rows,
    and say something else in each, they are the labels of a second list."""
    found: dict[int, list[str]] = {}
    for row in rows:
        if row.figures > 1 and row.chunks[0][2] == TEXT:
            for before, chunk, behind in zip(row.chunks, row.chunks[1:], row.chunks[2:], strict=False):
                words = row.text[chunk[0] : chunk[1]]
                if before[2] == FIGURE_KIND == behind[2] and chunk[2] == TEXT and _is_label(words):
                    found.setdefault(chunk[0], []).append(words)
    edges = sorted(start for start, labels in found.items() if len(labels) == len(set(labels)) >= _PANEL)
    if not edges:
        return [list(rows)]
    parts: list[list[Row]] = [[] for _ in range(len(edges) + 1)]
    for row in rows:
        for at, group in groupby(row.chunks, key=lambda chunk: bisect_right(edges, chunk[0])):
            chunks = list(group)
            figures = sum([chunk[2] == FIGURE_KIND for chunk in chunks])
            parts[at].append(row._replace(chunks=chunks, figures=figures))
    return parts


def _is_label(words: str) -> bool:
    return len(words) >= _WORDY and _WORD.search(words) is not None and not is_date(words)


def with_ranges(rows: Sequence[Row]) -> list[Row]:
    """Return rows whose first two figures are the bounds of a range, each above the one before, with these as a label:
    the stratifications of a pool (aames-2006-1, tail, line 114: "4.750    5.249")."""
    found = {row.line_no: bounds for row in rows if (bounds := _bounds(row)) is not None}
    edges = [bound for bounds in found.values() for bound in bounds]
    if len(found) < _RANGES or any(low > high for low, high in pairwise(edges)):
        return list(rows)
    return [
        row._replace(chunks=[(row.chunks[0][0], row.chunks[1][1], TEXT), *row.chunks[2:]], figures=row.figures - 2)
        if row.line_no in found else row
        for row in rows
    ]  # fmt: skip


def _bounds(row: Row) -> tuple[float, float] | None:
    """Return the first two figures of a row that begins with them, and has more."""
    if row.figures < 3 or row.chunks[0][2] != FIGURE_KIND or row.chunks[1][2] != FIGURE_KIND:
        return None
    plain = [row.words(at).strip("$%").replace(",", "") for at in (0, 1)]
    return (float(plain[0]), float(plain[1])) if all(map(_PLAIN_NUMBER.fullmatch, plain)) else None


def without_signs(rows: Sequence[Row]) -> list[Row]:
    """Return rows without the dollar signs that stand apart from their figures, in columns of their own."""
    return [
        row._replace(chunks=[chunk for chunk in row.chunks if row.text[chunk[0] : chunk[1]] != "$"])
        if "$ " in row.text else row
        for row in rows
    ]  # fmt: skip


def lined_up(rows: Sequence[Row]) -> tuple[list[Column], list[list[int]]]:
    """Return the columns of a table whose rows are all of one kind, and for each row the column of each of its chunks.

    A row with a figure at no edge of its column, where nearly all others stand, is out of line: it makes
    no columns, has those of the others in turn if it is whole, and else its figures out of line are NOWHERE.
    """
    found, places = columns(rows)
    edges = _edges_of(rows, places)
    out = {nth for nth, (row, at) in enumerate(zip(rows, places, strict=True)) if edges and _is_out(row, at, edges)}
    if not out or len(rows) - len(out) < _ALIGNED:
        return found, places
    kept = [row for nth, row in enumerate(rows) if nth not in out]
    found, inner = columns(kept)
    edges, placed = _edges_of(kept, inner), iter(inner)
    return found, [_turned(row, found, edges) if nth in out else next(placed) for nth, row in enumerate(rows)]


def columns(rows: Sequence[Row]) -> tuple[list[Column], list[list[int]]]:
    """Return the columns of a body, and for each row the column of each of its chunks.

    Columns are the extents that at least one chunk covers, parted by what all rows leave blank. Where two chunks of one
    row fall into one extent (values of neighbouring columns overlap from row to row), the rows with the most chunks
    there part it.
    """
    merged: list[Column] = []
    column_of: dict[Chunk, int] = {}
    low = high = -1
    for chunk in sorted(set().union(*[row.chunks for row in rows])):
        start, end, _ = chunk
        if start >= high:
            if high >= 0:
                merged.append((low, high))
            low, high = start, end
        elif end > high:
            high = end
        column_of[chunk] = len(merged)
    if high >= 0:
        merged.append((low, high))
    places = [[*map(column_of.__getitem__, row.chunks)] for row in rows]
    if len(merged) > 2:
        merged, places = _with_one_stub(merged, rows, places)
    if sum(map(len, map(set, places))) != sum(map(len, places)):  # a row has two chunks in one extent
        merged = _part(merged, rows, places)
        places = _place(rows, merged)
    return merged, places


def _edges_of(rows: Sequence[Row], places: list[list[int]]) -> dict[int, int]:
    """Return for columns the edge that nearly all of their figures share: where digits begin, or inverted, end."""
    met: dict[int, list[int]] = {}
    for row, at in zip(rows, places, strict=True):
        for chunk, column in zip(row.chunks, at, strict=True):
            if _has_an_edge(row.text, chunk):
                met.setdefault(column, []).extend(_digits(row.text, chunk))
    found: dict[int, int] = {}
    for column, edges in met.items():
        edge, count = Counter(edges).most_common(1)[0]
        if len(edges) >= 2 * _ALIGNED and count >= _MOST * len(edges) / 2:
            found[column] = edge
    return found


def _has_an_edge(text: str, chunk: Chunk) -> bool:
    """Tell whether a figure has digits: a dash stands where its column leaves room."""
    return chunk[2] == FIGURE_KIND and has_digits(text[chunk[0] : chunk[1]])


def _digits(text: str, chunk: Chunk) -> tuple[int, int]:
    """Return where the digits of a figure begin, and inverted, where they end, whatever signs stand at either side."""
    start, end, _ = chunk
    words = text[start:end]
    return start + len(words) - len(words.lstrip("$(-+% ")), ~(start + len(words.rstrip(")%- ")))


def _is_out(row: Row, at: list[int], edges: dict[int, int]) -> bool:
    """Tell whether a figure of a row stands at another edge than the others of its column."""
    return any(_is_off_edge(row, chunk, column, edges) for chunk, column in zip(row.chunks, at, strict=True))


def _is_off_edge(row: Row, chunk: Chunk, column: int, edges: dict[int, int]) -> bool:
    return column in edges and _has_an_edge(row.text, chunk) and edges[column] not in _digits(row.text, chunk)


def _turned(row: Row, found: Sequence[Column], edges: dict[int, int]) -> list[int]:
    """Return the columns of a row that is out of line: in turn, if it has one for each from its first on."""
    (at,) = _place([row], found)
    if at and at[0] + len(at) == len(found):
        return list(range(at[0], len(found)))
    twice = {column for column, times in Counter(at).items() if times > 1}
    return [
        NOWHERE
        if column in twice or not _meets(chunk, [found[column]]) or _is_off_edge(row, chunk, column, edges) else column
        for chunk, column in zip(row.chunks, at, strict=True)
    ]  # fmt: skip


def _with_one_stub(
    merged: list[Column], rows: Sequence[Row], places: list[list[int]]
) -> tuple[list[Column], list[list[int]]]:
    """Make one column of two at the left that take turns: a total set further out than the labels it adds up."""
    firsts = {at[0] for at in places if at}
    if not {0, 1} <= firsts or any(at[:2] == [0, 1] for at in places):
        return merged, places
    if any(row.chunks[0][2] == FIGURE_KIND for row in rows if row.chunks):
        return merged, places
    return (
        [(merged[0][0], merged[1][1]), *merged[2:]],
        [[max(column - 1, 0) for column in at] for at in places],
    )


def _place(rows: Sequence[Row], found: Sequence[Column]) -> list[list[int]]:
    """Return for each chunk of each row the last column that begins at or before its middle, or its column in turn."""
    starts = [start for start, _ in found]
    placed = [[max(bisect_right(starts, (start + end) // 2) - 1, 0) for start, end, _ in row.chunks] for row in rows]
    return [_in_order(at, len(found)) for at in placed]


def _in_order(at: list[int], count: int) -> list[int]:
    """Return the columns of a row of which two chunks would share one: in turn, if there is one for each chunk from the
    first on; a line that is set further left or right than the others still has all its columns."""
    if len(set(at)) == len(at) or at[0] + len(at) != count:
        return at
    return list(range(at[0], count))


def _part(merged: list[Column], rows: Sequence[Row], places: list[list[int]]) -> list[Column]:
    """Part extents in which a row has several chunks: in the midst of the gaps of those rows that have most there."""
    crowds: dict[int, list[list[Chunk]]] = {}
    for row, at in zip(rows, places, strict=True):
        # The chunks of one extent stand side by side.
        for place, group in groupby(zip(at, row.chunks, strict=True), key=itemgetter(0)):
            chunks = [chunk for _, chunk in group]
            crowd = crowds.setdefault(place, [chunks])
            if len(chunks) > len(crowd[0]):
                crowds[place] = [chunks]
            elif len(chunks) == len(crowd[0]) and crowd[0] is not chunks:
                crowd.append(chunks)
    parted: list[Column] = []
    for place, (low, high) in enumerate(merged):
        crowd = crowds.get(place, [[(low, high, TEXT)]])
        gaps = [sorted(row[at][1] + row[at + 1][0] for row in crowd) for at in range(len(crowd[0]) - 1)]
        middles = [gap[len(gap) // 2] for gap in gaps]
        lefts = [low, *((middle + 1) // 2 for middle in middles)]
        rights = [*(middle // 2 for middle in middles), high]
        parted += zip(lefts, rights, strict=True)
    return parted


def heads(rows: Sequence[Row], found: Sequence[Column]) -> list[str]:
    """Return the head of each column: the words stacked over it, joined from the top."""
    return [join(tuple(stack)) for stack in stacks(rows, found)]


def stacks(rows: Sequence[Row], found: Sequence[Column]) -> list[list[str]]:
    """Return for each column the words that stand over it, from the top.

    A chunk that lies over several columns belongs to the one that no other chunk of its row lies over; if there are
    more such columns, one blank parted their heads, and its words are placed one by one. A chunk over no column is the
    head of a column that is blank in every row, and is left out, and so are those above it.
    """
    over: list[list[str]] = [[] for _ in found]
    blank: list[Column] = []
    ends = [end for _, end in found]
    for row in reversed(rows):
        counted = [] if blank and any(_meets(chunk, blank) for chunk in row.chunks) else _spread(row, found)
        for at, words in reversed(counted or _placed(row, found, ends, blank)):
            over[at].append(words.rstrip())
    return [stack[::-1] for stack in over]


def _meets(chunk: Chunk, columns: Sequence[Column]) -> bool:
    """Tell whether words stand over one of some columns."""
    start, end, _ = chunk
    return any(start < high and end > low for low, high in columns)


def _placed(row: Row, found: Sequence[Column], ends: Sequence[int], blank: list[Column]) -> list[tuple[int, str]]:
    """Return the column and words of each head of a row, by where it stands; `ends` are those of the columns. What
    heads a blank column adds to those of the rows below it."""
    text, count = row.text, len(found)
    placed: list[tuple[int, str]] = []
    several: list[tuple[int, int, range]] = []
    missed: list[tuple[int, int, int, int]] = []
    for start, end, _ in row.chunks:
        first = last = bisect_right(ends, start)
        while last < count and found[last][0] < end:
            last += 1
        if last - first == 1:
            placed.append((first, text[start:end]))
        elif last > first:
            several.append((start, end, range(first, last)))
        elif (near := _near(start, end, first, found)) is not None:
            missed.append((*near, start, end))
        else:
            blank.append((start, end))
    if not several and not missed:
        return placed
    taken = {at for at, _ in placed}
    for start, end, under in several:
        here = _over_several(text, start, end, under, taken, found)
        placed += here
        taken.update(at for at, _ in here)
    for _, at, start, end in sorted(missed):
        if at in taken:
            blank.append((start, end))
        elif not _meets((start, end, TEXT), blank):
            placed.append((at, row.text[start:end]))
            taken.add(at)
    return placed


def _near(start: int, end: int, at: int, found: Sequence[Column]) -> tuple[int, int] | None:
    """Return by how much words over no column miss one, and which: the one at `at`, behind them, or the one before."""
    misses = [(found[one][0] - end if one == at else start - found[one][1], one) for one in (at, at - 1)
              if 0 <= one < len(found)]  # fmt: skip
    miss = min(misses, default=(_NEAR + 1, 0))
    return miss if miss[0] <= _NEAR else None


def shared(stacked: Sequence[tuple[str, ...]]) -> list[int]:
    """Return for each stack how many of its upper words stand over another column too."""
    counts = Counter(stack[: at + 1] for stack in stacked for at in range(len(stack)))
    return [sum(counts[stack[: at + 1]] > 1 for at in range(len(stack))) for stack in stacked]


def _spread(row: Row, found: Sequence[Column]) -> list[tuple[int, str]]:
    """Place a row of heads by count: as many heads as columns, or each head over as many columns as every other.

    Heads over narrow figures may touch none of them; a head over several columns is set between their edges. One that
    stands over another column instead of its own tells that a headed column is blank throughout.
    """
    count, several = len(row.chunks), len(found)
    if count < 2 or several < count or several % count:
        return []
    if several == count:
        return [] if _is_each_over_its_own(row, found) else [(at, row.words(at)) for at in range(count)]
    share = several // count
    spans = [(found[at * share][0], found[(at + 1) * share - 1][1]) for at in range(count)]
    if any(_is_own(chunk, found) or _is_off(chunk, span) for chunk, span in zip(row.chunks, spans, strict=True)):
        return []
    return [(at * share + nth, row.words(at)) for at in range(count) for nth in range(share)]


def _is_each_over_its_own(row: Row, found: Sequence[Column]) -> bool:
    """Tell whether where heads stand decides: each touches its own column, or one is far from its own or touches
    another instead."""
    missing = [(chunk, column) for chunk, column in zip(row.chunks, found, strict=True)
               if chunk[0] >= column[1] or chunk[1] <= column[0]]  # fmt: skip
    if any(low - end > _NEAR or start - high > _NEAR for (start, end, _), (low, high) in missing):
        return True
    return not missing or any(_meets(chunk, found) for chunk, _ in missing)


def _is_own(chunk: Chunk, found: Sequence[Column]) -> bool:
    """Tell whether words are the head of one column: they touch no other, and share an edge or the middle with it."""
    start, end, _ = chunk
    under = [column for column in found if start < column[1] and end > column[0]]
    if len(under) != 1:
        return False
    low, high = under[0]
    return min(abs(start - low), abs(end - high), abs(start + end - low - high) // 2) <= 2


def _is_off(chunk: Chunk, span: Column) -> bool:
    """Tell whether words are not set in the middle of the columns they would stand over."""
    start, end, _ = chunk
    low, high = span
    return abs(start + end - low - high) * 3 > high - low


def _over_several(
    text: str, start: int, end: int, under: range, taken: set[int], found: Sequence[Column]
) -> list[tuple[int, str]]:
    free = [at for at in under if at not in taken]
    if len(free) == 1:
        return [(free[0], text[start:end])]
    words = text[start:end].split()
    if len(words) < len(free):
        return [(at, text[start:end]) for at in free]
    placed: list[tuple[int, str]] = []
    for match in re.finditer(r"\S+", text[start:end]):
        low, high = start + match.start(), start + match.end()
        # Heads are set to the right like their figures: between two columns, a word belongs to the one on its right.
        best = max(free or under, key=lambda at: (min(high, found[at][1]) - max(low, found[at][0]), at))
        placed.append((best, match[0]))
    return placed


@lru_cache(maxsize=16384)
def said(stack: tuple[str, ...]) -> tuple[str, ...]:
    """Return stacked words without the lines that number a column or give its formula: "(4)=(2)+(3)"."""
    return tuple(words for words in stack if not _COLUMN_FORMULA.fullmatch(words))


@lru_cache(maxsize=16384)
def join(stack: tuple[str, ...]) -> str:
    """Join stacked words, without a blank after a slash or hyphen ("Certificate/" over "Notional")."""
    label = ""
    for words in stack:
        label += words if not label or label[-1] in "/-" else " " + words
    return label
