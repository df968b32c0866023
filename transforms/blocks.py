"""Blocks: the stretches of a document that each hold one table, told apart by tags, titles and heads."""

import re
from typing import NamedTuple

from transforms.facts.statements import Statement
from transforms.grid import FIGURE_KIND, Row
from transforms.lists import is_answered, is_numbering
from transforms.values import FOOTNOTE_MARK
from transforms.vocabulary import SHORTEST_STUB, STUB_LETTERS, bucket_of, is_class_stub, is_total, statement_of

_AMOUNT = re.compile(r",[0-9]{3}|\.[0-9][0-9]")
_PAGE = re.compile(r"\s*page +(?:no\.? *)?[0-9]", re.IGNORECASE)
_REMARK = re.compile(r"\s*" + FOOTNOTE_MARK)
_RIGHT = 0.6  # of the width of a page: titles begin left of it
_NARROW = 2  # figures of a row that may follow a class table without being of it
_RUN_ON = 8  # blanks that the second line of a remark is set in by at most
_SET_APART = 4  # lines from a head to the first row, rules and blanks between them
_HEAD_GAP = 2  # lines from one line of a head to the next, one of them blank at most


class Block(NamedTuple):
    """One table: what stands before its body, the body, its footnotes, and the statement its title names."""

    before: list[Row]
    body: list[Row]
    notes: list[Row]
    titles: list[Row]
    statement: Statement | None
    line_start: int
    line_end: int
    opened: bool = False  # a mark ended the head

    def without(self, lines: frozenset[int]) -> "Block":
        """Return the block without the rows of these lines."""
        kept = [[row for row in rows if row.line_no not in lines] for rows in (self.before, self.body)]
        return self._replace(before=kept[0], body=kept[1])


class _Draft:
    """A block while its rows are being collected."""

    def __init__(self, line_start: int) -> None:
        self.before: list[Row] = []
        self.body: list[Row] = []
        self.notes: list[Row] = []
        self.titles: list[Row] = []
        self.statement: Statement | None = None
        self.line_start = line_start
        self.line_end = line_start
        self.in_notes = False
        self.opened = False  # a <S> mark has ended the head
        self.figures = False  # the body has a row with figures
        self.stubbed = False  # its head stands over class names
        self.widest = 0  # figures of its widest row
        self.untagged = False  # it began outside of table tags

    def close(self) -> Block:
        """Return the finished block; remarks below the last figure are footnotes, tagged or not."""
        last = max([at for at, row in enumerate(self.body) if row.figures], default=-1)
        below = next((at for at in range(last + 1, len(self.body)) if _is_remark(self.body[at])), None)
        if last >= 0 and below is not None:
            self.notes[:0] = self.body[below:]
            del self.body[below:]
        return Block(
            self.before, self.body, self.notes, self.titles, self.statement, self.line_start, self.line_end,
            self.opened,
        )  # fmt: skip


def blocks(rows: list[Row]) -> tuple[list[Block], list[Row]]:
    """Return the blocks of a document, and the rows that belong to none: prose and letterheads between the tables."""
    found: list[Block] = []
    prose: list[Row] = []
    tagged = any(row.tag == "TABLE" for row in rows)
    right = _RIGHT * max([row.chunks[-1][1] for row in rows if row.chunks], default=0)
    draft: _Draft | None = None
    for row in rows:
        if row.tag:
            draft = _on_tag(row, draft, found, prose, tagged)
        elif _is_furniture(row):
            continue
        elif draft is None and not _begins(row, tagged):
            prose.append(row)
        elif draft is None:
            draft = _on_row(row, _opened(_taken_back(prose, row), row.line_no), found, right)
        else:
            draft = _on_row(row, draft, found, right)
    _keep(draft, found, prose)
    return found, prose


def _is_furniture(row: Row) -> bool:
    """Tell whether a row numbers a page."""
    return row.text[row.chunks[0][0]] in "Pp" and _PAGE.match(row.text) is not None


def _begins(row: Row, tagged: bool) -> bool:
    """Tell whether a row opens a table outside of table tags: a known title, or a head over class names; where no table
    has tags, a label before an amount too.
    """
    first = row.words(0)
    if row.figures and tagged:
        return False
    if row.figures:
        start, end, kind = row.chunks[-1]
        return len(row.chunks) > 1 and kind == FIGURE_KIND and _AMOUNT.search(row.text, start, end) is not None
    return is_stub(row) or statement_of(first) is not None


def _taken_back(rows: list[Row], below: Row) -> list[Row]:
    """Take from the end of some rows those that stand close above another: the upper lines of its head."""
    cut, line = len(rows), below.line_no
    while cut and not rows[cut - 1].tag and line - rows[cut - 1].line_no <= _SET_APART:
        cut -= 1
        line = rows[cut].line_no
    taken = rows[cut:]
    del rows[cut:]
    return taken


def _opened(before: list[Row], line_no: int) -> _Draft:
    draft = _Draft(before[0].line_no if before else line_no)
    draft.before = before
    draft.untagged = True
    return draft


def _on_tag(row: Row, draft: _Draft | None, found: list[Block], prose: list[Row], tagged: bool) -> _Draft | None:
    """Open, mark or close a block. An unclosed table ends where the next begins."""
    if row.tag == "TABLE" and draft is not None and not draft.figures and draft.untagged:
        draft.untagged = False  # a title may stand above the tag of its table
    elif row.tag == "TABLE":
        _keep(draft, found, prose)
        draft = _Draft(row.line_no)
    elif draft is None:
        return None
    elif row.tag == "/TABLE" and tagged:
        draft.line_end = row.line_no
        _keep(draft, found, prose)
        return None
    elif row.tag == "S":
        draft.opened = True
    elif row.tag in ("FN", "/FN"):
        draft.in_notes = row.tag == "FN"
    draft.line_end = row.line_no
    return draft


def _on_row(row: Row, draft: _Draft, found: list[Block], right: float) -> _Draft:
    """Put a row where it belongs; a title or a class stub below a body begins the next block.

    Words set further right than `right` are heads of columns, whatever they say, and so are those below a title that
    begin right of its middle and end behind it: a second title is centred like the first, or begins where it does.
    """
    line_no, _, chunks, figures, _, _ = row
    draft.line_end = line_no
    if draft.in_notes:
        draft.notes.append(row)
        return draft
    if not figures and _may_be_title(row, draft, right) and (statement := statement_of(row.words(0))):
        if draft.figures:
            draft = _next(draft, found, _tail(draft), line_no)
        draft.titles.append(row if len(chunks) == 1 else row._replace(chunks=chunks[:1]))
        draft.statement = statement  # the title nearest to the table
        if len(chunks) > 1:  # the first line of its heads stands beside the title
            draft.before.append(row._replace(chunks=chunks[1:]))
    elif draft.figures and is_stub(row):
        draft = _next(draft, found, _tail(draft), line_no)
        draft.before.append(row)
        draft.stubbed = True
    elif draft.stubbed and figures and _is_narrow(row, draft):
        draft = _next(draft, found, _tail(draft), line_no)
        return _on_row(row, draft, found, right)
    elif draft.opened or draft.figures or (figures and not is_numbering(row)) or is_answered(row):
        draft.body.append(row)
        draft.figures = draft.figures or figures > 0 or is_answered(row)
        if figures > draft.widest:
            draft.widest = figures
    else:
        draft.before.append(row)
        draft.stubbed = draft.stubbed or is_stub(row)
    return draft


def _may_be_title(row: Row, draft: _Draft, right: float) -> bool:
    """Tell whether a row of words stands where titles do: at the left, and not beside the title above it."""
    if row.chunks[0][0] >= right:
        return False
    return not draft.titles or draft.figures or not _is_beside(row, draft.titles[-1])


def _is_beside(row: Row, title: Row) -> bool:
    """Tell whether the first words of a row stand right of a title: behind it, or from its second half on."""
    start, end, _ = row.chunks[0]
    low, high, _ = title.chunks[0]
    return start >= high or (2 * start > low + high and end > high)


def _is_narrow(row: Row, draft: _Draft) -> bool:
    """Tell whether a row with few values, set apart by words, follows the rows of a class table: the table is over.

    It has less than half the figures, or a label that no class has.
    """
    if row.figures > _NARROW or len(row.chunks) > _NARROW + 1 or is_total(row.words(0)):
        return False
    if not draft.body or draft.body[-1].figures:
        return False
    return draft.widest > 2 * row.figures or bucket_of(row.words(0)) is not None


def _next(draft: _Draft, found: list[Block], before: list[Row], line_no: int) -> _Draft:
    draft.line_end = line_no - 1
    _keep(draft, found, [])
    return _opened(before, line_no)


def _tail(draft: _Draft) -> list[Row]:
    """Take back the rows below the last figures: what stands above the next table. Footnotes stay with theirs."""
    last = max((at for at, row in enumerate(draft.body) if row.figures or is_answered(row)), default=-1)
    cut = max(last + 1, _below_remarks(draft.body))
    tail = draft.body[cut:]
    del draft.body[cut:]
    return tail


def is_stub(row: Row) -> bool:
    """Tell whether a row begins with the head over class names; the names themselves are mostly too short to ask.

    Where the next head says the same, classes stand across.
    """
    _, text, chunks, _, _, _ = row
    start, end, _ = chunks[0]
    if end - start < SHORTEST_STUB or text[start] not in STUB_LETTERS or not is_class_stub(text[start:end]):
        return False
    return len(chunks) > 1 and not is_class_stub(row.words(1))


def _below_remarks(body: list[Row]) -> int:
    """Return where the rows below the last remark of a body begin.

    A remark runs on in the next line if that begins near its own margin; the upper lines of a head stand over columns.
    """
    first, ends, margin = 0, -1, 0
    for at, row in enumerate(body):
        start = row.chunks[0][0]
        if _is_remark(row):
            first, ends, margin = at + 1, row.line_no, start + _RUN_ON
        elif row.line_no == ends + 1 and start <= margin and not row.figures:
            first, ends = at + 1, row.line_no
    return first


def _is_remark(row: Row) -> bool:
    """Tell whether a row is a sentence or a footnote: a lone chunk of many words, or one that begins with a mark."""
    return _REMARK.match(row.text) is not None or (len(row.chunks) == 1 and row.text.count(" ", row.chunks[0][0]) > 5)


def _keep(draft: _Draft | None, found: list[Block], prose: list[Row]) -> None:
    """Finish a block that has a body with a figure; one without is prose."""
    if draft is None:
        return
    if draft.body or draft.titles:
        found.append(draft.close())
    else:
        prose.extend(draft.before)
