"""Shapes of tables: where the head of a block ends, which shape its lines have, what kind of figures they hold."""

import re
from functools import lru_cache

from transforms import vocabulary
from transforms.blocks import Block, is_stub
from transforms.grid import FIGURE_KIND, Chunk, Row
from transforms.lists import is_answered, is_lettered, is_numbering
from transforms.magnitude import decimals
from transforms.meaning import FACTOR_CODES, is_idle
from transforms.values import commonest
from transforms.vocabulary import Term

_PER_FACE = re.compile(r"\bper \$ ?1", re.IGNORECASE)
_TO_DATE = re.compile(r"\b(?:to[ -]date|since (?:issu|closing|inception|cut))", re.IGNORECASE)
_LOW_HEADS = 5  # lines of a head among which the class stub may stand
_HEAD_GAP = 2  # lines from one line of a head to the next, one of them blank or a rule at most
_LONG_TITLE = 30  # characters of a lone line that no column is headed by
_CUSIP = re.compile(r"(?=\S*[0-9])[0-9A-Z]{7,9}")
FINE = re.compile(r"[0-9]\.[0-9]{4,}$")  # decimals that no dollars have
_AMOUNT = re.compile(r",[0-9]{3}\.|\$ ?[0-9]+\.")
_FEW, MOST = 0.2, 0.6  # the share of figures of that many decimals in a table of dollars at most, of factors at least


def head_and_body(block: Block, body: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the head and of the body: the head is what stands between the last title and the figures."""
    last_title = block.titles[-1].line_no if block.titles else 0
    head = [
        row for row in block.before
        if row.line_no >= last_title or (row.line_no == last_title - 1 and is_numbering(row))
    ]  # fmt: skip
    first = next((at for at, row in enumerate(body) if row.figures), len(body))
    upper = body[:first]
    # A list has no head of its own: what stands above its figures are labels and words (Thornburg 2003-2, line 555).
    if upper and (value_columns(body) > 1 or has_stub(upper)):
        head = [*head, *(row for row in upper if row.line_no >= last_title)]
        body = body[first:]
    if has_stub(head):
        return _near_stub(head), body
    # Heads may stand above the title of the rows that they are over.
    above = [row for row in block.before if last_title - _HEAD_GAP <= row.line_no < last_title and len(row.chunks) > 1]
    return [*[row for row in above if row not in head], *head], body


def lower_head(head: list[Row]) -> int:
    """Return where the heads of the second line of every class begin: those in a line with an identifier's below the
    class stub; 0 where classes have one line."""
    for at in range(1, len(head)):
        words = head[at].words(0)
        stands_below = is_stub(head[at - 1]) and head[at].chunks[0][0] < head[at - 1].chunks[1][0]
        if stands_below and vocabulary.normalise(words) in ("CUSIP", "CUSIP NO", "CUSIP NUMBER"):
            return at
    return 0


def second_lines(
    body: list[Row], places: list[list[int]]
) -> tuple[list[Row], list[list[int]], list[tuple[str, Row, list[int]]]]:
    """Part the second lines of classes, which begin with an identifier, from the first, with the class of each."""
    firsts: list[Row] = []
    kept: list[list[int]] = []
    seconds: list[tuple[str, Row, list[int]]] = []
    for row, at in zip(body, places, strict=True):
        if firsts and at[0] == 0 and _CUSIP.fullmatch(row.words(0)) and not _CUSIP.fullmatch(firsts[-1].words(0)):
            seconds.append((firsts[-1].words(0), row, at))
        else:
            firsts.append(row)
            kept.append(at)
    return firsts, kept, seconds


_PER = re.compile(r"(?:factors?|amounts?)?\s*\(?per\b.*|(?:.*\W)?factors?\b.*", re.IGNORECASE)


def other_measures(body: list[Row], places: list[list[int]]) -> dict[int, str | None]:
    """Return for the rows of a class table that are no classes, by their index, the class they go with: another measure
    of the row above, None for that of a total.

    Their label says so ("Per Thousand"), or stands again below every class. Notes below named classes are all of
    them; any other row may be a class whatever it is called.
    """
    names = [row.words(0) if at[0] == 0 else None for row, at in zip(body, places, strict=True)]
    again = _below_every(names)
    found: dict[int, str | None] = {}
    above: str | None = None
    for at, name in enumerate(names):
        if name is None:
            continue
        if name == again or (at and _PER.fullmatch(name)):
            found[at] = above
        elif _is_over_others(name, names[:at], names[at + 1 :]):
            found[at] = None
        else:
            above = None if vocabulary.is_total(name) else name
    return found


def _is_over_others(name: str, above: list[str | None], below: list[str | None]) -> bool:
    """Tell whether a row is of all notes: it stands below those of single classes, as a total does."""
    if vocabulary.normalise(name) not in ("NOTES", "BONDS"):
        return False
    return any(map(_names_one, above)) and not any(map(_names_one, below))


def _names_one(name: str | None) -> bool:
    """Tell whether a row is of a single class, by its name."""
    return (
        bool(name)
        and not vocabulary.is_total(name or "")
        and vocabulary.normalise(name or "") not in vocabulary.ONLY_CLASS
    )


def _below_every(names: list[str | None]) -> str | None:
    """Return the label that stands below each of the others, which are all different, if there is one."""
    labels = [name for name in names if name is not None and not vocabulary.is_total(name)]
    firsts, seconds = labels[::2], set(labels[1::2])
    alternate = len(labels) > 3 and len(seconds) == 1 and len(labels) % 2 == 0
    return seconds.pop() if alternate and len(set(firsts)) == len(firsts) else None


def _near_stub(head: list[Row]) -> list[Row]:
    """Return the lines of a head from its highest that stands close to the next: a letterhead stands further up."""
    first = len(head) - 1
    while first and head[first].line_no - head[first - 1].line_no <= _HEAD_GAP:
        first -= 1
    return head[first:]


def has_stub(head: list[Row]) -> bool:
    """Tell whether one of the last lines of a head stands over class names; formulas may follow it."""
    return any(map(is_stub, head[-_LOW_HEADS:]))


def is_title_line(row: Row) -> bool:
    """Tell whether a line of a head is words about the whole table, and no head of a column."""
    if len(row.chunks) != 1:
        return False
    return row.chunks[0][1] - row.chunks[0][0] > _LONG_TITLE or _PER_FACE.search(row.text) is not None


def is_to_date(block: Block) -> bool:
    """Tell whether a title announces sums since closing instead of the amounts of the period."""
    rows = (*block.titles, *block.before[-_LOW_HEADS - 1 :])
    return any(map(_says_to_date, [row.words(0) for row in rows if len(row.chunks) == 1]))


@lru_cache(maxsize=4096)
def _says_to_date(words: str) -> bool:
    return _TO_DATE.search(words) is not None


def goes_with(code: str, fine: float) -> bool:
    """Tell whether figures of so many decimals may continue a statement of dollars or of factors."""
    return fine >= _FEW if code in FACTOR_CODES else fine <= MOST


def fine_share(body: list[Row], cents: frozenset[int] = frozenset()) -> float:
    """Return the share of figures with four decimals or more, as no dollars have; percents are left out.

    `cents` are decimals that amounts to the cent have where they are printed in thousands or millions.
    """
    figures = [row.text[start:end] for row in body for start, end, kind in row.chunks if kind == FIGURE_KIND]
    plain = [raw for raw in figures if "." in raw and raw[-1] != "%"]
    # Dollars have their point among the last four characters, and need no search.
    fine = [raw for raw in plain if "." not in raw[-4:] and FINE.search(raw) is not None]
    return sum([decimals(raw) not in cents for raw in fine]) / len(plain) if plain else 0.0


def has_decimals(body: list[Row], cents: frozenset[int]) -> bool:
    """Tell whether a body that may be printed in thousands or millions has amounts with decimals: what is whole beside
    them is none."""
    figures = [row.text[start:end] for row in body for start, end, kind in row.chunks if kind == FIGURE_KIND]
    return any("%" not in raw and (decimals(raw) in cents or _AMOUNT.search(raw)) for raw in figures if "." in raw)


def is_money(body: list[Row]) -> bool:
    """Tell whether figures are dollars and cents, whatever a title says: few have more decimals, and one is above any
    factor per thousand."""
    printed = [row.text[start:end] for row in body for start, end, kind in row.chunks if kind == FIGURE_KIND]
    return any("," in raw and raw[-3:-2] == "." for raw in printed) and fine_share(body) <= _FEW


def is_amount(text: str, chunk: Chunk) -> bool:
    """Tell whether a chunk is a figure that no class goes by: with decimals, or parted by commas."""
    start, end, kind = chunk
    return kind == FIGURE_KIND and ("." in text[start:end] or "," in text[start:end])


def value_columns(body: list[Row]) -> int:
    """Return how many figures most rows of a body hold."""
    counts = [row.figures for row in body if row.figures]
    return commonest(counts) if counts else 0


def is_matrix(head: list[Row]) -> bool:
    """Tell whether heads are statuses over lines of measures, which take turns under every bucket."""
    return any(len(_statuses(row) - {"TOTAL"}) > 1 for row in head) and any(measure(row) for row in head)


def is_plain_list(block: Block, head: list[Row], body: list[Row]) -> bool:
    """Tell whether a known statement has one value a line and no numbers before its labels."""
    if block.statement is None or not body or max([row.figures for row in body]) > 1:
        return False
    worded = [row for row in (*head, *body) if not row.figures and len(row.chunks) > 1]
    if any(_heads_values(row.words(-1)) for row in worded):
        return False
    return not any(map(is_answered, body)) and not any(map(is_lettered, body)) and not any(map(is_lettered, head))


def _heads_values(words: str) -> bool:
    """Tell whether words beside others stand over the values of a list: a group, any amount, a side of the period."""
    return is_idle(words) or vocabulary.side_of(words) is not None


def _statuses(row: Row) -> set[str]:
    named = {vocabulary.status_of(row.words(at)) for at in range(len(row.chunks))}
    return {status for status in named if status}


def measure(row: Row) -> Term | None:
    """Return the measure of a sub-head line, which repeats one measure over every status; None for any other row."""
    found = [vocabulary.lookup("DELINQUENCY", row.words(at)) for at in range(len(row.chunks))]
    if len(found) > 2 and found[0] is None:
        found = found[1:]  # behind the name of a loan group
    return found[0] if len(set(found)) == 1 else None


def group_before(row: Row) -> str | None:
    """Return the loan group that the first words of a line of measures name, bare or not."""
    words = row.words(0)
    if vocabulary.lookup("DELINQUENCY", words) is not None:
        return None
    return vocabulary.group_of(words, total=True) or vocabulary.group_of(f"Group {words}")
