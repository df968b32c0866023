"""Tables with a row per class as Bankers Trust, Deutsche Bank and Chase print them: dollars, factors, rates."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from tests.simulate.cents import ZERO
from tests.simulate.class_tables import DIST, FACTOR, MEANING, TOTAL
from tests.simulate.families.paper.books import Line
from tests.simulate.families.paper.grid import Column, Grid, Row, print_grid
from tests.simulate.families.paper.page import Page, words
from tests.simulate.sheet import Figure

CASH = ("interest", "total")
REFERENCE = {DIST + "beginning_balance": DIST + "beginning_notional", DIST + "ending_balance": DIST + "ending_notional"}
Heads = Mapping[str, Sequence[str]]


def head(page: Page, variants: Sequence[str]) -> tuple[str, ...]:
    """One of the wordings, parted by | where it is stacked; in two lines where the look has wide heads."""
    parts = page.say(page.rng.choice(variants)).split("|")
    if not page.look.narrow_heads and len(parts) > 2:
        parts = [" ".join(parts[:-1]), parts[-1]]
    return tuple(parts)


def members(line: Line, **more: str) -> dict[str, str]:
    """The members that every figure of a class has."""
    return {"class": line.name, **({"remic": line.remic} if line.remic else {}), **more}


def class_rows(page: Page, lines: Sequence[Line], **more: str) -> list[Row]:
    """The rows of the classes; a reference amount in the place of a balance is no balance."""
    spread = page.rng.random() < 0.15
    return [
        Row(one.name, members(one, **more), gap=int(spread), renamed=REFERENCE if one.notional and one.face else {})
        for one in lines
    ]


def totals(lines: Sequence[Line], name: str) -> Decimal:
    """Sum of a measure: reference amounts do not count, the cash of their classes does."""
    return sum((getattr(one, name) for one in lines if name in CASH or not one.notional), ZERO)


def spoil(page: Page, columns: list[Column], lines: Sequence[Line]) -> None:
    """Print one digit of one amount wrong, and say so."""
    amounts = [at for at, one in enumerate(columns) if one.canonical.startswith(DIST) and "face" not in one.canonical]
    shown = [(at, row, columns[at].figures[row]) for at in amounts for row in range(len(lines) + 1)]
    places = [(at, row) for at, row, some in shown if some and Decimal(some.value) > 10]
    if not places:
        return
    at, row = page.rng.choice(places)
    figures = list(columns[at].figures)
    good = figures[row]
    assert good is not None
    digit = page.rng.choice([place for place, mark in enumerate(good.raw) if mark.isdigit()][1:])
    wrong = str((int(good.raw[digit]) + page.rng.randrange(1, 10)) % 10)
    raw = good.raw[:digit] + wrong + good.raw[digit + 1 :]
    value = raw.replace(",", "").replace("$", "").strip()
    figures[row] = Figure(raw, value, good.unit, good.fraction)
    columns[at] = columns[at]._replace(figures=figures)
    label = lines[row].name if row < len(lines) else "totals"
    page.misprint = f"{label}, {columns[at].name}: {raw} for {good.raw}"


def referred(columns: list[Column], order: Sequence[str], start: int) -> list[Column]:
    """The columns with the numbers of their places as the formula row has them, from `start` at the first of them."""
    number = {name: place + start for place, name in enumerate(order)}
    texts = {name: f"({number[name]})" for name in order}
    texts["total"] += f"=({number['interest']})+({number['principal']})"
    texts["ending"] += f"=({number['beginning']})-({number['principal']})-({number['loss']})+({number['deferred']})"
    by_meaning = {DIST + MEANING[name]: text for name, text in texts.items()}
    return [one._replace(formula=by_meaning.get(one.canonical, "")) for one in columns]


def distribution(
    page: Page,
    lines: Sequence[Line],
    order: Sequence[str],
    heads: Heads,
    before: Callable[[Page, bool], None],
    *,
    stub: str,
    total: str,
    scope: str = "",
    types: str = "",
    currency: bool = False,
    formula: int = -1,
    gap: int = 0,
) -> None:
    """Dollars of a month: one row per class and the totals.

    `types` is the head of the column of class types; `currency` adds a column with a dollar sign in its first rows;
    `formula` is the number that the first balance has in the formula row, -1 for none; `scope` is the REMIC totalled.
    """
    order = list(order)
    if page.look.shuffle:
        rest = order[1:]
        page.rng.shuffle(rest)
        order = [order[0], *rest]
    columns = [
        Column(
            head(page, heads[name]), DIST + MEANING[name],
            [*(page.look.money(getattr(one, name)) for one in lines), page.look.money(totals(lines, name))],
        )
        for name in order
    ]  # fmt: skip
    if page.rng.random() < 0.06:
        spoil(page, columns, lines)
    if formula >= 0:
        referring = order if formula == 0 else [name for name in order if name != "face"]
        columns = referred(columns, referring, formula or page.rng.randrange(1, 5))
    if page.look.note:
        noted = page.rng.choice([place for place, one in enumerate(columns) if len(one.head[-1]) < 9] or [0])
        mark = page.rng.choice((" (1)", "(1)", "*"))
        columns[noted] = columns[noted]._replace(head=(*columns[noted].head[:-1], columns[noted].head[-1] + mark))
    side = texts(page, lines, types, currency)
    rows = class_rows(page, lines)
    rows.append(total_row(page, total, scope))
    start = len(page.sheet.lines)
    print_grid(page, Grid(page.say(stub), [*side, *columns], rows, before, gap_before_total=gap))
    if formula >= 0:
        keep_formulas(page, columns, start)
    if page.look.note:
        page.line(f"{mark.strip()} {page.rng.choice(NOTES)}", (), 1)


SINCE = ("INTEREST_TO_DATE", "PRINCIPAL_TO_DATE", "REALIZED_LOSS_TO_DATE", "DEFERRED_INTEREST_TO_DATE")


def since_closing(page: Page, lines: Sequence[Line], heads: Heads, title: str, stub: str, total: str) -> None:
    """Dollars since closing under the heads of a month: only face, losses and balance have a column in the facts."""
    look = page.look

    def column(name: str, canonical: str, amounts: Sequence[Decimal]) -> Column:
        counted = [amount for amount, one in zip(amounts, lines, strict=True) if name == "interest" or not one.notional]
        figures = [look.money(amount) for amount in (*amounts, sum(counted, ZERO))]
        return Column(head(page, heads[name]), canonical, figures)

    amounts = list(zip(*(one.since for one in lines), strict=True))
    columns = [column("face", DIST + "original_face", [one.face for one in lines])]
    for place, name in enumerate(("interest", "principal", "loss", "deferred")):
        canonical = DIST + "cumulative_realized_loss" if name == "loss" else f"fact_line_item.{SINCE[place]}"
        columns.append(column(name, canonical, amounts[place]))
    columns.append(column("ending", DIST + "ending_balance", [one.ending for one in lines]))
    rows = class_rows(page, lines)
    last = total_row(page, total, lines[0].remic)
    last.renamed[DIST + "cumulative_realized_loss"] = TOTAL + "cumulative_realized_loss"

    def before(some: Page, again: bool) -> None:
        some.line(some.say(title))

    start = len(page.sheet.cells)
    print_grid(page, Grid(page.say(stub), columns, [*rows, last], before))
    for cell in page.sheet.cells[start:]:
        if cell["canonical"].startswith("fact_line_item"):
            cell["dims"]["item_code"] = cell["canonical"].split(".")[1]
            cell["canonical"] = "fact_line_item.value"


NOTES = ("See the agreement for how this amount is determined.", "Adjusted for rounding, where any.")


def texts(page: Page, lines: Sequence[Line], types: str, currency: bool) -> list[Column]:
    """The columns between class and amounts."""
    side = []
    if types:
        kinds = [*(words(one.kind) for one in lines), None]
        side.append(Column(tuple(page.say(types).split("|")), "dim_class.class_type_reported", kinds, flush=True))
    if currency:
        first = page.rng.randrange(1, 4)
        side.append(
            Column((page.say("Cur"),), "", (), words=["$" if at < first else "" for at in range(len(lines) + 1)])
        )
    return side


def total_row(page: Page, label: str, scope: str) -> Row:
    """The totals row."""
    renamed = {DIST + name: TOTAL + name for name in MEANING.values()}
    dims = {"class": "#TOTAL", **({"remic": scope} if scope else {})}
    return Row(page.say(label), dims, total=True, renamed=renamed)


def keep_formulas(page: Page, columns: Sequence[Column], start: int) -> None:
    """Keep where the formula row stands."""
    texts = [one.formula for one in columns if "=" in one.formula]
    for number in range(start, len(page.sheet.lines)):
        line = page.sheet.lines[number]
        page.formulas += [
            {"line": number + 1, "col_start": line.index(text), "raw": text} for text in texts if text in line
        ]


def factors(
    page: Page,
    lines: Sequence[Line],
    order: Sequence[str],
    heads: Heads,
    before: Callable[[Page, bool], None],
    *,
    stub: str,
    rates: Sequence[tuple[str, str]] = (),
    banner: str = "",
    again: bool = False,
    zero_rates: bool = False,
) -> None:
    """Dollars per thousand of face, with CUSIP and rates.

    `rates` are heads and measures, under a `banner` or not; `again` prints the classes anew before them.
    """
    look = page.look
    columns = [Column((page.say("CUSIP"),), "dim_class_identifier.id_value", [words(one.cusip) for one in lines], True)]
    columns += [
        Column(
            head(page, heads[name]), FACTOR + MEANING[name],
            [look.factor(getattr(one, name), one.face) for one in lines],
        )
        for name in order
    ]  # fmt: skip
    first = len(columns)
    if again:
        columns.append(Column((page.say(stub),), "", (), words=[one.name for one in lines]))
    canonical = {"rate": DIST + "pass_through_rate", "next_rate": DIST + "next_pass_through_rate"}
    for said, name in rates:
        given = [getattr(one, name) for one in lines]
        figures = [None if one is None and not zero_rates else look.rate(one or Decimal(0)) for one in given]
        columns.append(Column(tuple(page.say(said).split("|")), canonical[name], figures))
    page.labels.update({banner} if banner else ())
    banners = [(page.say(banner), first, len(columns) - 1)] if banner and rates else []
    rows = class_rows(page, lines, denomination="1000")
    rows = [Row(row.label, row.dims, gap=row.gap) for row in rows]
    print_grid(page, Grid(page.say(stub), columns, rows, before, banners))


def per_thousand(page: Page, title: str, printed: str, col: int) -> None:
    """The title of a table of factors, whose denomination is a fact."""
    said = page.say(title)
    raw = page.say(printed)
    page.line(said, [(raw, "fact_class_factor.denomination", "1000")], col)


def undashed(lines: Sequence[Line]) -> list[Line]:
    """Class names without dashes, where they stay apart."""
    short = [one.name.replace("-", "") for one in lines]
    if len(set(short)) < len(short):
        return list(lines)
    return [Line(**{**vars(one), "name": name}) for one, name in zip(lines, short, strict=True)]
