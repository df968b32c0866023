"""Lists: labels at the left, one or several columns of values at the right, heads and headings between.

A list is cut into stretches, each under heads of its own. Nothing here knows what a label means; only the words that
answer a question (YES, NO) and dates are told from labels, because they stand where figures do.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from transforms import grid
from transforms.grid import FIGURE_KIND, MARK, TEXT, Chunk, Column, Row
from transforms.values import is_date, is_whole

# What stands beside a figure in a column of its own and is neither label nor value.
_UNIT_MARKS = frozenset(("$", "%", "MONTHS", "MONTH", "DAYS", "YEARS", "USD"))
_STUBS = frozenset((
    "CATEGORY", "CATEGORIE", "DESCRIPTION", "TYPE", "STATU", "ITEM", "BUCKET", "DAY", "PERIOD", "GROUP", "CLAS",
    "CLASSE", "LOAN STATU", "DELINQUENCY STATU", "NAME", "MONTH", "RANGE", "STATE", "DAYS PAST DUE", "DAYS DELINQUENT",
    "DELINQUENCY",
))  # fmt: skip
_ANSWERS = frozenset(("YES", "NO", "N/A", "NA", "NONE", "PASS", "FAIL", "TRUE", "FALSE", "N.A.", "NIL", "Y", "N"))
_LETTER = re.compile(r"\(?(?:[a-zA-Z]|([a-z])\1|[ivxIVX]{1,5})[.)]")
_FIELD = re.compile(r"[A-Za-z]: +\S")  # words with what they are: "Original Closing Date: 12/29/98" heads no column
_OPEN_ENDS = (
    " of", " the", " -", " to", " and", " or", " if", " in", " on", " than", " for", " from", " with", " by", " at",
)  # fmt: skip
_FAR = 0.5  # of the way to the values: where the first line of a wrapped label ends at least
_GROUPS = frozenset(("GROUP", "LOAN GROUP", "POOL", "GROUPS", "LOAN POOL"))
# Figures with one blank between them, of which it is not known where each belongs: they are no inner label.
_RUN_TOGETHER = re.compile(r"[$(]?[0-9,.]+[%)]?(?: [$(]?[0-9,.]+[%)]?)+")
_BARE = 5  # characters that the bare name of a group is shorter than: "Total" is none
_LONGEST_ANSWER = max(map(len, _ANSWERS))
_QUESTION = 12  # characters of a question at least: "Pass" may stand over "Through" in a head
_LETTERS = 6  # characters of a letter or roman number with its marks, at most
_NEAR = 2  # columns by which words may miss the edge they are set to
_LONG_LABEL = 45  # characters of a label that may be broken where its column ends
_RAGGED = 12  # characters by which labels broken at one edge differ
_NOWHERE = 1 << 30
_LONG_TITLE = 36  # characters of words that are a title, and no head of a column, when they stand alone


class Heading(NamedTuple):
    """A row of words without values: its number, its words, and where they stand."""

    row: Row
    number: str | None
    words: str
    span: tuple[int, int]


class Entry(NamedTuple):
    """A row with values: its number, its label, the outer label of the row it is set under, its values by column."""

    row: Row
    number: str | None
    stubs: tuple[str, ...]
    outer: str | None
    printed: str | None
    values: list[tuple[int, Chunk]]


@dataclass
class Stretch:
    """Rows under one set of heads; `heads` holds the stacked words over each column, from the top."""

    head_rows: list[Row] = field(default_factory=list)
    items: list[Heading | tuple[Row, list[Chunk], list[Chunk]]] = field(default_factory=list)
    has_values: bool = False
    group: str = ""  # the word for loan groups, where it stands before their bare names


class List(NamedTuple):
    """One stretch, laid out: where its columns stand, the words over each, its rows."""

    columns: list[Column]
    heads: list[list[str]]
    items: list[Heading | Entry]
    is_inherited: bool = False  # the heads are those of the list above

    def under(self, above: "List | None") -> "List":
        """Return the list with the heads of the one above it, if it has none and its columns stand below theirs.

        Where columns are laid out anew, as many upper heads as there are columns are theirs in turn.
        """
        if above is None or any(self.heads) or not any(above.heads) or not self.columns:
            return self
        if len(self.columns) == 1 < len(above.columns):
            return self  # one column is a list of its own, wherever it stands
        upper = list(dict.fromkeys(stack[0] for stack in above.heads if stack))
        if len(self.columns) > 1 and len(upper) == len(self.columns) < len(above.columns):
            return self._replace(heads=[[words] for words in upper], is_inherited=True)
        at = [[nth for nth, (low, high) in enumerate(above.columns) if start < high and end > low]
              for start, end in self.columns]  # fmt: skip
        if any(len(found) != 1 for found in at) or len({found[0] for found in at}) < len(at):
            return self
        return self._replace(heads=[above.heads[found[0]] for found in at], is_inherited=True)


def lists(
    rows: Sequence[Row],
    is_title: Callable[[str], bool],
    is_described: Callable[[str], bool],
    is_heading: Callable[[str], bool],
) -> Iterator[List]:
    """Yield the stretches of a list.

    `is_title` tells words that begin a statement, and with it new columns; `is_described` labels whose values are
    words; `is_heading` words that head the rows below them and no column, wherever they stand.
    """
    parted = [_parted(row, is_described) for row in rows]
    edges = _edges(parted)
    current = Stretch()
    for at, row in enumerate(rows):
        labels, values = parted[at]
        if values and not labels and at + 1 < len(rows) and _is_upper_head(row, rows[at + 1], parted[at + 1]):
            labels, values = values, []
        if values:
            current.items.append((row, labels, values))
            current.has_values = True
            continue
        below = edges[at] or (edges[at + 1] if at + 1 < len(rows) else None)
        over = _over_columns(row, labels, below, is_heading) or _in_turn(row, labels, below, current, is_heading)
        if (over or _is_titled(row, labels, is_title)) and current.has_values:
            yield _laid_out(current)
            current = Stretch()
        if over:
            current.head_rows.append(row._replace(chunks=over))
            labels = [chunk for chunk in labels if chunk not in over]
            stub = row.text[labels[0][0] : labels[-1][1]] if labels else ""
            if stub.strip(" :").upper() in _GROUPS:
                current.group = stub.strip(" :")
            if _is_stub(stub):
                labels = []
        if labels:
            current.items.append(_heading(row, labels))
    if current.items or current.head_rows:
        yield _laid_out(current)


def is_answered(row: Row) -> bool:
    """Tell whether a row ends with the answer to the question before it."""
    start, end, kind = row.chunks[-1]
    if kind != TEXT or end - start > _LONGEST_ANSWER or len(row.chunks) < 2:
        return False
    return row.text[start:end].upper() in _ANSWERS and _asks(row)


def _asks(row: Row) -> bool:
    """Tell whether a row begins with words enough for a question."""
    return any(end - start >= _QUESTION for start, end, _ in row.chunks[:2])


def _parted(row: Row, is_described: Callable[[str], bool]) -> tuple[list[Chunk], list[Chunk]]:
    """Part the chunks of a row into label and values: values are the figures, and what stands behind the first one."""
    chunks = row.chunks
    if not row.figures and len(chunks) > 1 and all(is_date(row.words(at)) for at in range(len(chunks))):
        return list(chunks), []  # dates alone are heads of what stood on them
    words = [_upper(row, chunk) for chunk in chunks]
    # A figure right behind a letter is what the lettered line is about, if its value follows.
    low = 2 if len(chunks) > 2 and chunks[1][2] == FIGURE_KIND and _LETTER.fullmatch(row.words(0)) else 0
    asked = _asks(row) or any(chunk[2] == FIGURE_KIND for chunk in chunks)
    first = next(
        (
            at for at in range(low, len(chunks))
            if chunks[at][2] == FIGURE_KIND or (at and asked and words[at] in _ANSWERS)
        ),
        None,
    )  # fmt: skip
    if first is None and len(chunks) > 1 and is_date(row.words(len(chunks) - 1)):
        first = next(at for at in range(1, len(chunks)) if is_date(row.words(at)))
    if first is None and len(chunks) > 1 and row.words(0).upper() not in _GROUPS and is_described(row.words(0)):
        first = 1
    if first is None:
        return [chunk for chunk in chunks if chunk[2] != MARK or chunk is chunks[0]], []
    label = [chunk for at, chunk in enumerate(chunks[:first]) if words[at] not in _UNIT_MARKS]
    values = [
        chunk for at, chunk in enumerate(chunks[first:], first) if words[at] not in _UNIT_MARKS and chunk[2] != MARK
    ]  # fmt: skip
    return label, values


def is_lettered(row: Row) -> bool:
    """Tell whether a row begins with its number or letter in a column of its own, or with a letter before its words."""
    start, end, kind = row.chunks[0]
    if kind != TEXT:
        return kind == MARK
    # Cheap looks first: letters end in a point or a parenthesis within the first characters.
    opening = row.text[start:end][:_LETTERS]
    return ("." in opening or ")" in opening) and _LETTER.match(row.text, start, end) is not None


def is_numbering(row: Row) -> bool:
    """Tell whether a row holds nothing but small numbers: the first line of heads ("1", "2", "3+" over "Payments")."""
    if len(row.chunks) < 2 or "." in row.text:
        return False
    return all(end - start < 4 and is_whole(row.text[start]) for start, end, _ in row.chunks)


def _is_upper_head(row: Row, below: Row, parted: tuple[list[Chunk], list[Chunk]]) -> bool:
    words, values = parted
    return not values and len(words) > 1 and below.line_no - row.line_no == 1 and is_numbering(row)


def _upper(row: Row, chunk: Chunk) -> str:
    start, end, kind = chunk
    return row.text[start:end].upper() if kind == TEXT and end - start < 7 else ""


class _Edges(NamedTuple):
    """Of the rows with values that follow a row of words: where their values begin, how far labels are set in, and
    where the longest of them ends."""

    values: int
    labels: int
    ends: int


def _edges(parted: Sequence[tuple[list[Chunk], list[Chunk]]]) -> list[_Edges | None]:
    """Return for each row the edges of the next run of rows with values, None where none follows."""
    found: list[_Edges | None] = [None] * len(parted)
    edges: _Edges | None = None
    closed = True
    for at in range(len(parted) - 1, -1, -1):
        labels, values = parted[at]
        if not values:
            found[at], closed = edges, True
            continue
        here = _Edges(values[0][0], labels[0][0] if labels else 0, labels[-1][1] if labels else 0)
        if edges is not None and not closed:
            here = _Edges(min(here[0], edges[0]), max(here[1], edges[1]), max(here[2], edges[2]))
        edges, closed = here, False
    return found


def _over_columns(
    row: Row, labels: list[Chunk], edges: _Edges | None, is_heading: Callable[[str], bool]
) -> list[Chunk]:
    """Return the chunks of a row of words that stand over the values of the rows below: the heads of columns.

    Values may be dashes or blanks: then heads stand left of them, and right of all labels; a title alone may, too.
    """
    if edges is None:
        return []
    right = edges.ends + 1 if len(labels) > 1 and edges.ends else edges.values
    over = [
        chunk for chunk in labels
        if chunk[0] > edges.labels and (chunk[1] > edges.values - _NEAR or chunk[0] > right)
        and _FIELD.search(row.text, chunk[0], chunk[1]) is None
    ]  # fmt: skip
    if len(over) == 1 == len(labels):
        start, end, _ = over[0]
        return [] if end - start > _LONG_TITLE or is_heading(row.text[start:end]) else over
    return over


def _in_turn(
    row: Row, labels: list[Chunk], edges: _Edges | None, above: Stretch, is_heading: Callable[[str], bool]
) -> list[Chunk]:
    """Return the only words of a row that stand in a headed column of the rows above, right of all labels: the head of
    the one column that is left for another page, whose values may be dashes set further to the right."""
    if edges is None or len(labels) != 1 or not above.head_rows:
        return []
    start, end, _ = labels[0]
    if start <= edges.ends or is_heading(row.text[start:end]):
        return []
    column = [chunk for head in above.head_rows for chunk in head.chunks]
    column += [value for item in above.items if not isinstance(item, Heading) for value in item[2]]
    return labels if any(start < high and end > low for low, high, _ in column) else []


def unwrapped(items: Sequence[Heading | Entry], is_whole: Callable[[str], bool]) -> Iterator[Heading | Entry]:
    """Yield the rows of a list with labels that run over two lines made whole: the value stands on either.

    Where it stands on the second, the first line begins with its number or letter and reaches far to the right, the
    second has neither. Where it stands on the first, the second begins below its words and goes on with them: in the
    midst of a sentence, or since its first word found no room. `is_whole` tells words that are no rest of others.
    """
    width = wrapping([_label_end(item) for item in items])
    held: Heading | Entry | None = None
    for item in items:
        if isinstance(held, Heading) and isinstance(item, Entry) and _runs_on(held, item, width, is_whole):
            own = item.stubs[0] if item.stubs else ""
            held = item._replace(number=held.number, stubs=(f"{held.words} {own}", *item.stubs[1:]))
            continue
        if isinstance(held, Entry) and isinstance(item, Heading) and _is_rest(held, item, width, is_whole):
            held = held._replace(stubs=(f"{held.stubs[0]} {item.words}",))
            continue
        if held is not None:
            yield held
        held = item
    if held is not None:
        yield held


def _label_end(item: Heading | Entry) -> int:
    if isinstance(item, Heading):
        return item.span[1]
    return item.row.text.find(item.stubs[0]) + len(item.stubs[0]) if len(item.stubs) == 1 else 0


def wrapping(ends: Sequence[int]) -> int:
    """Return the width of the column of labels, where several end at its edge; else none is broken by it."""
    longest = sorted(ends)[-2:]
    return longest[1] if len(longest) == 2 and longest[1] - longest[0] <= _RAGGED else _NOWHERE


def _is_rest(first: Entry, second: Heading, width: int, is_whole: Callable[[str], bool]) -> bool:
    """Tell whether a row of words is the rest of the label above."""
    if second.row.line_no - first.row.line_no != 1 or len(first.stubs) != 1 or is_lettered(second.row):
        return False
    label = first.stubs[0]
    start = first.row.text.find(label)
    if start < 0 or second.span[0] != start:
        return False
    return second.words[:1].islower() or is_broken(label, start, second.words, width, is_whole)


def is_broken(label: str, start: int, below: str, width: int, is_whole: Callable[[str], bool]) -> bool:
    """Tell whether a label that begins at a column goes on with the words below it: it stops in the midst of a
    parenthesis or sentence, or where the first of them found no room in labels of such width."""
    if label.count("(") > label.count(")") or label.endswith(_OPEN_ENDS):
        return True
    if len(label) < _LONG_LABEL or label.endswith((":", ")")) or below.endswith(":"):
        return False
    if below.isupper() and not label.isupper():
        return False
    return start + len(label) + 1 + len(below.split(" ", 1)[0]) > width and not is_whole(below)


def _runs_on(first: Heading, second: Entry, width: int, is_whole: Callable[[str], bool]) -> bool:
    if second.row.line_no - first.row.line_no != 1 or not second.stubs or is_lettered(second.row):
        return False
    start = first.span[0]
    own = second.stubs[0]
    is_below = len(second.stubs) == 1 and second.row.chunks[0][0] == start and len(first.row.chunks) == 1
    if is_below and (own[:1].islower() or is_broken(first.words, start, own, width, is_whole)):
        return True
    return _is_far(first, second)


def _is_far(first: Heading, second: Entry) -> bool:
    """Tell whether a lettered row reaches far to the values of the row set under it."""
    far = first.span[1] > _FAR * second.values[0][1][0]
    return is_lettered(first.row) and far and second.row.chunks[0][0] >= first.span[0]


def _is_stub(words: str) -> bool:
    """Tell whether words beside heads stand over the labels, and say nothing of the rows."""
    return words.upper().rstrip("s:S") in _STUBS


def _is_titled(row: Row, labels: list[Chunk], is_title: Callable[[str], bool]) -> bool:
    return bool(labels) and labels[0][2] == TEXT and is_title(row.text[labels[0][0] : labels[0][1]])


def _heading(row: Row, labels: list[Chunk]) -> Heading:
    number = row.text[labels[0][0] : labels[0][1]] if labels[0][2] == MARK else None
    rest = labels[1:] if number else labels
    words = " ".join(row.text[start:end] for start, end, _ in rest)
    return Heading(row, number, words, rest[0][:2] if rest else labels[0][:2])


def _words(row: Row, chunks: list[Chunk]) -> tuple[str, ...]:
    """Return the words of a label; a letter before it in a column of its own belongs to it."""
    words = [" ".join(row.text[start:end].split()) for start, end, _ in chunks]
    if len(words) > 1 and _LETTER.fullmatch(words[0]):
        words[:2] = [f"{words[0]} {words[1]}"]
    return tuple(words)


def _laid_out(stretch: Stretch) -> List:
    """Find the columns of a stretch and place its values under them."""
    rows = [item for item in stretch.items if not isinstance(item, Heading)]
    found, places = grid.columns([row._replace(chunks=values) for row, _, values in rows]) if rows else ([], [])
    heads = grid.stacks(stretch.head_rows, found)
    if stretch.group:
        heads = [[f"{stretch.group} {words}" if len(words) < _BARE else words for words in stack] for stack in heads]
    placed = iter(places)
    items: list[Heading | Entry] = []
    outer: tuple[str, int] | None = None  # the words of an outer label, and where the inner ones begin
    labels_met = {row.text[labels[-1][0] : labels[-1][1]] for row, labels, _ in rows if labels}
    for item in stretch.items:
        if isinstance(item, Heading) and item.number is None and item.row.words(-1) in labels_met:
            # A row that others have values for, and this one blanks in their place.
            if len(item.row.chunks) > 1:
                outer = (item.row.words(0), item.row.chunks[-1][0])
            continue
        if isinstance(item, Heading):
            items.append(item)
            continue
        row, labels, values = item
        number = row.text[labels[0][0] : labels[0][1]] if labels and labels[0][2] == MARK else None
        own = labels[1:] if number else labels
        own = [*own[:1], *(label for label in own[1:] if not _RUN_TOGETHER.fullmatch(row.text, *label[:2]))]
        stubs = _words(row, own)
        if len(stubs) > 1:
            outer = (stubs[0], own[-1][0])
            stubs = stubs[1:] or stubs
        elif own and (outer is None or own[0][0] < outer[1] - _NEAR):
            outer = None
        under = outer[0] if outer and own else None
        printed = " ".join(row.text[start:end] for start, end, _ in labels) or None
        items.append(Entry(row, number, stubs, under, printed, list(zip(next(placed), values, strict=True))))
    return List(found, heads, items)
