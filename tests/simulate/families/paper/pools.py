"""Tables of the loan groups: payments behind, cash collected, fees, pool, triggers, overcollateralization."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tests.simulate.cents import ZERO
from tests.simulate.families.paper.books import FEW, STATUSES, Group
from tests.simulate.families.paper.page import Page, count
from tests.simulate.sheet import Claim, Figure, Piece

MEASURES = ("balance", "balance_pct", "loan_count", "loan_count_pct")


class Item(NamedTuple):
    """A line of a list: its label, its meaning, what it is of each group, and its members beside the group."""

    label: str
    canonical: str
    figure: Callable[[Group], Figure | None]
    dims: dict[str, str]
    summed: bool = True


def sum_of(page: Page, labels: str, canonical: str, name: str = "", sign: int = 1, **dims: str) -> Item:
    """A line of dollars: one of the wordings parted by |, and the measure of the group, or always zero."""

    def figure(group: Group) -> Figure | None:
        return page.look.money(getattr(group, name) * sign if name else ZERO)

    return Item(page.rng.choice(labels.split("|")), canonical, figure, dims)


def number_of(page: Page, labels: str, canonical: str, name: str) -> Item:
    """A line that counts loans."""
    return Item(page.rng.choice(labels.split("|")), canonical, lambda group: count(getattr(group, name)), {})


def mean_of(page: Page, labels: str, canonical: str, months: bool = False) -> Item:
    """A line of an average, the rate or the term of the loans, which has no total."""

    def figure(group: Group) -> Figure | None:
        return Figure(str(group.months), str(group.months), "MONTHS") if months else page.look.rate(group.wac, 5)

    return Item(page.rng.choice(labels.split("|")), canonical, figure, {}, summed=False)


class Edges(NamedTuple):
    """Right edges of the columns of a list, by group; the last is that of the total."""

    groups: Sequence[Group]
    right: Sequence[int]


def edges(page: Page, groups: Sequence[Group], start: int) -> Edges:
    """Places for the columns of the groups; `start` is the end of the longest label."""
    wide = 15 if page.look.figure_gap == 1 and max(one.beginning for one in groups) < 10**9 else 18
    return Edges(groups, [start + 17 + wide * place for place in range(len(groups))])


def group_heads(page: Page, title: str, columns: Edges, total: bool, col: int = 0) -> None:
    """A title with the names of the groups over their columns."""
    pieces = [Piece(col, page.say(title))]
    for group, right in zip(columns.groups, columns.right, strict=True):
        if (total or group.code != "ALL" or len(columns.groups) == 1) and (group.code != "ALL" or total):
            pieces.append(Piece(right, page.say(group.label), right=True))
    page.sheet.put(pieces)


def items(page: Page, lines: Sequence[Item], columns: Edges, col: int = 0) -> None:
    """Lines of a list: the label, then a figure for each group."""
    for item in lines:
        label = page.say(item.label) if item.label else ""
        meant = label or item.dims.get("section", "")
        pieces = [Piece(col, label)] if label else []
        blank = []
        for group, right in zip(columns.groups, columns.right, strict=True):
            figure = item.figure(group) if item.summed or group.code != "ALL" or len(columns.groups) == 1 else None
            if figure is None:
                blank.append(group.label)
                continue
            over = int(page.look.overhang and figure.raw[-1] in ")-" and len(figure.raw) > 1)
            claim = Claim(meant, group.label, item.canonical, {**item.dims, "group": group.code}, label)
            pieces.append(Piece(right + over, figure.raw, True, figure, claim))
        line = page.sheet.put(pieces)
        for name in blank:
            page.sheet.null(line, meant, name)


def one_value(page: Page, label: str, figure: Figure, canonical: str, right: int, dims: dict[str, str]) -> None:
    """A label with one figure far to the right."""
    said = page.say(label)
    page.sheet.put(
        [Piece(0, said), Piece(right, figure.raw, True, figure, Claim(said, "(value)", canonical, dims, said))]
    )


class Behind(NamedTuple):
    """The words of a report on loans behind: heads of the payments, titles of the statuses, names of the measures."""

    buckets: tuple[str, ...]
    statuses: dict[str, str]
    measures: tuple[str, str, str, str]
    title: str = ""
    stacked: bool = True


def counted(group: Group, statuses: Sequence[str], bucket: str) -> tuple[int, Decimal]:
    """Loans and balance of some statuses in one bucket; TOTAL is all of them."""
    buckets = FEW if bucket == "TOTAL" else (bucket,)
    some = [group.behind[status, one] for status in statuses for one in buckets]
    return sum(number for number, _ in some), sum((balance for _, balance in some), ZERO)


def delinquency(page: Page, groups: Sequence[Group], said: Behind, rules: bool) -> None:
    """Sections by status, in them groups, in them four measures, with the payments behind as columns."""
    own = [one for one in groups if one.code != "ALL"] or list(groups)
    stub = max(len(page.say(one.label)) for one in own) + 4 if len(own) > 1 else 4
    start = stub + max(map(len, said.measures)) + 2
    right = [start + 18 + 15 * place for place in range(4)]
    if said.title:
        page.sheet.put([Piece(stub, page.say(said.title))])
    bucket_heads(page, said, right, stub)
    for status in (*STATUSES, "TOTAL"):
        if status != STATUSES[0] or not said.stacked:
            page.sheet.put([Piece(stub, page.say(said.statuses[status]))])
        if rules:
            page.rule()
        for group in own:
            group_block(page, group, status, said, stub, right, len(own) > 1)
            if rules:
                page.rule()


def bucket_heads(page: Page, said: Behind, right: Sequence[int], stub: int) -> None:
    """The heads of the payments, on two lines or on one, beside the first status."""
    split = [head.split(" ", 1) if said.stacked else ["", head] for head in said.buckets]
    if said.stacked:
        page.sheet.put([Piece(at, one[0], True) for at, one in zip(right, split, strict=True) if len(one) > 1])
    pieces = [Piece(stub, page.say(said.statuses[STATUSES[0]]))] if said.stacked else []
    page.sheet.put([*pieces, *(Piece(at, one[-1], True) for at, one in zip(right, split, strict=True))])
    page.labels.update(said.buckets)


def group_block(
    page: Page, group: Group, status: str, said: Behind, stub: int, right: Sequence[int], named: bool
) -> None:
    """The four lines of one group in one status."""
    statuses = STATUSES if status == "TOTAL" else (status,)
    label = page.say(group.label) if named else ""
    for measure, words in zip(MEASURES, said.measures, strict=True):
        first = measure == MEASURES[0] and label
        pieces = [Piece(2, label)] if first else []
        pieces.append(Piece(stub, page.say(words)))
        row = f"{label} {page.say(words)}" if label else page.say(words)
        for bucket, head, at in zip((*FEW, "TOTAL"), said.buckets, right, strict=True):
            number, balance = counted(group, statuses, bucket)
            figure = measured(page, group, measure, number, balance)
            if figure is None:
                continue
            dims = {"status": status, "group": group.code, "bucket": bucket, "measure": page.say(words)}
            pieces.append(Piece(at, figure.raw, True, figure, Claim(row, head, "fact_delinquency." + measure, dims)))
        page.sheet.put(pieces)


def measured(page: Page, group: Group, measure: str, number: int, balance: Decimal) -> Figure | None:
    """One measure of loans behind."""
    if measure == "balance":
        return page.look.money(balance)
    if measure == "loan_count":
        return count(number)
    if measure == "balance_pct":
        return page.look.share(balance, group.ending)
    return page.look.share(Decimal(number), Decimal(group.count_after))
