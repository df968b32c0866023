"""The five statements with a row per class: summary, principal and interest, in dollars and per denomination."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from tests.simulate.cents import ZERO, rounded
from tests.simulate.sheet import Claim, Figure, Piece, Sheet, words
from tests.simulate.waterfall import ClassMonth, Month

DIST, TOTAL, FACTOR = "fact_class_distribution.", "fact_class_total.", "fact_class_factor."
LIMIT = Decimal(10) ** 9
# What the facts call an amount of a class, by its name in the books.
MEANING = {
    "face": "original_face", "beginning": "beginning_balance", "ending": "ending_balance",
    "interest": "interest_distribution", "principal": "principal_distribution", "total": "total_distribution",
    "scheduled": "scheduled_principal", "unscheduled": "unscheduled_principal", "accretion": "accretion",
    "deferred": "accretion", "loss": "realized_loss", "cumulative": "cumulative_realized_loss",
    "reduction": "total_principal_reduction", "accrued": "accrued_interest",
    "unpaid_paid": "unpaid_interest_shortfall_paid", "short": "current_interest_shortfall",
    "unsupported": "non_supported_interest_shortfall", "interest_loss": "interest_realized_loss",
    "remaining": "remaining_unpaid_interest_shortfall",
}  # fmt: skip


class Column(NamedTuple):
    """One column: stacked head, what it prints of a class, its kind, its meaning, whether the totals row prints it."""

    head: tuple[str, ...]
    amount: str
    kind: str
    canonical: str
    total: bool = True
    note: str = ""


def money(head: str, amount: str, total: bool = True, note: str = "") -> Column:
    """A column of dollars; `head` has its lines parted by |."""
    return Column(tuple(head.split("|")), amount, "money", DIST + MEANING[amount], total, note)


def factor(head: str, amount: str, note: str = "") -> Column:
    """A column of dollars per denomination."""
    return Column(tuple(head.split("|")), amount, "factor", FACTOR + MEANING[amount], False, note)


FACE = money("Original|Face|Amount", "face")
RATE = Column(("Current", "Certificate", "Rate"), "rate", "rate", DIST + "pass_through_rate", False)
SHARE = Column(("Ending", "Certificate", "Percentage"), "percentage", "ratio", DIST + "ending_balance_pct")

SUMMARY = (
    Column(("CUSIP",), "cusip", "text", "dim_class_identifier.id_value", False),
    Column(("Certificate", "Class", "Description"), "description", "text", "dim_class.class_type_reported", False),
    Column(("Certificate", "Pass-Through", "Rate"), "rate", "rate", DIST + "pass_through_rate", False),
    money("Beginning|Certificate|Balance", "beginning"),
    money("Interest|Distribution", "interest"),
    money("Principal|Distribution", "principal"),
    money("Current|Realized|Loss", "loss"),
    money("Ending|Certificate|Balance", "ending"),
    money("Total|Distribution", "total"),
    money("Cumulative|Realized|Losses", "cumulative"),
)
PRINCIPAL = (
    FACE,
    money("Beginning|Certificate|Balance", "beginning"),
    money("Scheduled|Principal|Distribution", "scheduled"),
    money("Unscheduled|Principal|Distribution", "unscheduled"),
    money("Accretion", "accretion"),
    money("Realized|Loss", "loss", note="loss"),
    money("Total|Principal|Reduction", "reduction"),
    money("Ending|Certificate|Balance", "ending"),
    SHARE,
    money("Total|Principal|Distribution", "principal"),
)
PRINCIPAL_FACTORS = (
    FACE._replace(total=False),
    factor("Beginning|Certificate|Balance", "beginning"),
    factor("Scheduled|Principal|Distribution", "scheduled"),
    factor("Unscheduled|Principal|Distribution", "unscheduled"),
    factor("Accretion", "accretion"),
    factor("Realized|Loss", "loss", note="loss"),
    factor("Total|Principal|Reduction", "reduction"),
    factor("Ending|Certificate|Balance", "ending"),
    SHARE._replace(total=False),
    factor("Total|Principal|Distribution", "principal"),
)
INTEREST = (
    FACE,
    RATE,
    money("Beginning|Certificate/|Notional|Balance", "beginning", total=False),
    money("Current|Accrued|Interest", "accrued"),
    money("Payment of|Unpaid|Interest|Shortfall", "unpaid_paid"),
    money("Current|Interest|Shortfall", "short"),
    money("Non-Supported|Interest|Shortfall", "unsupported"),
    money("Realized|Losses", "interest_loss", note="loss"),
    money("Total|Interest|Distribution", "interest"),
    money("Remaining|Unpaid|Interest|Shortfall", "remaining"),
    money("Ending|Certificate/|Notional|Balance", "ending", total=False),
)
INTEREST_FACTORS = (
    FACE._replace(total=False),
    RATE,
    factor("Beginning|Certificate/|Notional|Balance", "beginning"),
    factor("Current|Accrued|Interest", "accrued"),
    factor("Payment of|Unpaid|Interest|Shortfall", "unpaid_paid"),
    factor("Current|Interest|Shortfall", "short"),
    factor("Non-Supported|Interest|Shortfall", "unsupported"),
    factor("Realized|Losses", "interest_loss", note="loss"),
    factor("Total|Interest|Distribution", "interest"),
    factor("Remaining|Unpaid|Interest|Shortfall", "remaining"),
    factor("Ending|Certificate/|Notional|Balance", "ending"),
)
NOTIONAL = {DIST + "beginning_balance": DIST + "beginning_notional", DIST + "ending_balance": DIST + "ending_notional"}
BALANCES = ("face", "beginning", "ending", "percentage", "scheduled", "unscheduled", "principal", "reduction")


class Statement(NamedTuple):
    """A class table before it is cut."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def factors(self) -> bool:
        return self.name.endswith("factors")


STATEMENTS = (
    Statement("summary", "Certificateholder Distribution Summary", SUMMARY),
    Statement("principal", "Principal Distribution Statement", PRINCIPAL),
    Statement("principal_factors", "Principal Distribution Factors Statement", PRINCIPAL_FACTORS),
    Statement("interest", "Interest Distribution Statement", INTEREST),
    Statement("interest_factors", "Interest Distribution Factors Statement", INTEREST_FACTORS),
)


@dataclass
class Notes:
    """Numbers the footnotes of a report in the order in which they are called."""

    last: int = 0

    def call(self) -> str:
        self.last += 1
        return f"({self.last})"


class Field(NamedTuple):
    """A laid-out column: its figures by row, its span and its side."""

    column: Column
    name: str
    head: tuple[str, ...]
    figures: list[Figure | None]
    left: int
    right: int
    flush: bool


def stacked(head: Sequence[str]) -> str:
    """A head read from top to bottom; a slash joins without a blank."""
    return " ".join(head).replace("/ ", "/")


def denominated(amount: Decimal, one: ClassMonth, overflow: bool) -> Decimal:
    """Dollars per denomination to eight decimals; a narrow field loses what is above nine digits."""
    if not one.face:
        return Decimal("0.00000000")
    exact = rounded(amount * one.tranche.denomination / one.face, 8)
    return exact % LIMIT if overflow and exact >= LIMIT else exact


def figure(sheet: Sheet, column: Column, one: ClassMonth, commas: bool) -> Figure | None:
    """What a column prints for a class."""
    if column.kind == "text":
        text = getattr(one.tranche, column.amount)
        return words(text) if text else None
    amount: Decimal = getattr(one, column.amount)
    if column.kind == "money":
        return sheet.money(amount)
    if column.kind == "rate":
        return sheet.percent(amount, 5)
    if column.kind == "ratio":
        return Figure(f"{amount:.8f}", f"{amount:.8f}", "RATIO")
    per = denominated(amount, one, sheet.shape.overflow)
    return Figure(f"{per:,.8f}" if commas else f"{per:.8f}", f"{per:.8f}", "USD_PER_DENOM")


def total(sheet: Sheet, column: Column, month: Month) -> Figure | None:
    """What a column prints in the totals row: notional balances do not count, their interest does."""
    if not column.total:
        return None
    if column.kind == "ratio":
        face = sum((one.face for one in month.counted), ZERO)
        share = rounded(sum((one.ending for one in month.counted), ZERO) / face, 8)
        return Figure(f"{share:.8f}", f"{share:.8f}", "RATIO")
    members = month.counted if column.amount in BALANCES else month.classes
    return sheet.money(sum((getattr(one, column.amount) - skipped(column, one) for one in members), ZERO))


def skipped(column: Column, one: ClassMonth) -> Decimal:
    """A misprint of one balance does not reach the total."""
    return one.misprint if column.amount == "ending" else ZERO


def arranged(sheet: Sheet, statement: Statement) -> list[Column]:
    """The columns in printed order, without those dropped."""
    columns = [one for one in statement.columns if (statement.name, stacked(one.head)) not in sheet.shape.drop]
    if sheet.shape.shuffle_columns:
        fixed = [one for one in columns if one.kind == "text"]
        rest = [one for one in columns if one.kind != "text"]
        sheet.rng.shuffle(rest)
        columns = fixed + rest
    return columns


def parts(columns: list[Column], cuts: Sequence[int]) -> list[list[Column]]:
    """The columns cut into the parts that are printed one below the other."""
    edges = [0, *(cut for cut in cuts if 0 < cut < len(columns)), len(columns)]
    return [columns[low:high] for low, high in pairwise(edges)]


def blanked(sheet: Sheet, column: Column, one: ClassMonth, figure: Figure | None) -> Figure | None:
    """Leave a cell blank now and then, where reports do so."""
    usual = column.kind in ("text", "rate") and one.tranche.role in ("residual", "cash")
    zero = figure is not None and column.kind == "money" and figure.value == "0.00" and column.amount not in BALANCES
    if sheet.shape.empty and (usual or zero) and sheet.rng.random() < sheet.shape.empty * (8 if usual else 1):
        return None
    return figure


def lay_out(
    sheet: Sheet, columns: list[Column], heads: list[tuple[str, ...]], rows: list[list[Figure | None]], stub: int
) -> list[Field]:
    """Give each column its span: wide enough for head and figures, with the gaps of the shape."""
    fields, edge = [], stub
    for place, column in enumerate(columns):
        figures = [row[place] for row in rows]
        texts = [*heads[place], *(one.raw for one in figures if one)]
        width = max(map(len, texts)) + sheet.rng.choice((0, 0, 1, 3))
        left = edge + sheet.rng.randint(*sheet.shape.gap)
        flush = column.kind == "text" or (column.kind == "rate" and sheet.shape.rate_left and column.amount == "rate")
        fields.append(Field(column, stacked(heads[place]), heads[place], figures, left, left + width, flush))
        edge = left + width
    return fields


def print_heads(sheet: Sheet, fields: list[Field], stub_head: str) -> None:
    """Heads stacked over the figures, their last lines level with the head of the labels."""
    depth = max(len(one.head) for one in fields)
    nudges = [sheet.rng.choice((0, 0, -1)) if not one.flush else 0 for one in fields]
    for level in range(depth):
        pieces = [Piece(0, stub_head)] if level == depth - 1 else []
        for one, nudge in zip(fields, nudges, strict=True):
            at = level - depth + len(one.head)
            if at >= 0:
                pieces.append(
                    Piece(one.left, one.head[at]) if one.flush else Piece(one.right + nudge, one.head[at], right=True)
                )
        sheet.put(pieces)


def print_row(sheet: Sheet, fields: list[Field], row: int, label: str, claim: Callable[[Field], Claim]) -> None:
    """One class or the totals."""
    indent = sheet.shape.row_indent if label != "Totals" or sheet.shape.row_indent < 2 else 0
    pieces = [Piece(indent, label)]
    empty = []
    for one in fields:
        figure = one.figures[row]
        if figure:
            col = one.left if one.flush else one.right
            pieces.append(Piece(col, figure.raw, not one.flush, figure, claim(one)))
        else:
            empty.append(one.name)
    line = sheet.put(pieces)
    for name in empty:
        sheet.null(line, label, name)


def print_part(
    sheet: Sheet, statement: Statement, month: Month, columns: list[Column], commas: bool, notes: Notes, first: bool
) -> dict[str, str]:
    """Heads and rows of one part; returns the notes it calls, by kind. Denominations are called in the first."""
    called: dict[str, str] = {}
    stub_head = "Class"
    if statement.factors and first:
        called["denomination"] = notes.call()
        stub_head = f"Class {called['denomination']}"
    heads = []
    for column in columns:
        mark = notes.call() if column.note else ""
        if mark:
            called[column.note] = mark
        heads.append((*column.head[:-1], f"{column.head[-1]} {mark}") if mark else column.head)
    rows = [[blanked(sheet, c, one, figure(sheet, c, one, commas)) for c in columns] for one in month.classes]
    closing = not statement.factors and statement.name not in sheet.shape.no_totals
    if closing:
        rows.append([total(sheet, column, month) for column in columns])
    names = [one.tranche.name for one in month.classes] + ["Totals"] * closing
    stub = max(sheet.shape.stub, len(stub_head) + 1, sheet.shape.row_indent + max(map(len, names)))
    fields = lay_out(sheet, columns, heads, rows, stub)
    sheet.table.columns = [one.name for one in fields]
    print_heads(sheet, fields, stub_head)
    sheet.blank(sheet.rng.choice((0, 1, 2)))
    sheet.mark(one.left for one in fields)
    for row, one in enumerate(month.classes):
        print_row(sheet, fields, row, one.tranche.name, partial(class_claim, member=one, factors=statement.factors))
        sheet.breath()
    if closing:
        print_row(sheet, fields, len(month.classes), "Totals", total_claim)
    return called


def class_claim(one: Field, member: ClassMonth, factors: bool) -> Claim:
    """Meaning of a figure in the row of a class."""
    canonical = one.column.canonical
    if not member.tranche.counted:
        canonical = NOTIONAL.get(canonical, canonical)
    dims = {"class": member.tranche.name}
    if factors:
        dims["denomination"] = printed_denomination(member.tranche.denomination).replace(",", "").replace("$", "")
    return Claim(member.tranche.name, one.name, canonical, dims)


def total_claim(one: Field) -> Claim:
    """Meaning of a figure in the totals row."""
    return Claim("Totals", one.name, one.column.canonical.replace(DIST, TOTAL), {"class": "#TOTAL"})


def printed_denomination(amount: Decimal) -> str:
    """$25,000 for large ones, $50.00 for small ones."""
    return f"${amount:,.0f}" if amount == int(amount) and (amount >= 1000 or amount == 1) else f"${amount:,.2f}"


def denomination_note(sheet: Sheet, month: Month) -> list[tuple[str, tuple[str, ...]]]:
    """Words of the denomination footnote, each with the classes it speaks of."""
    groups: dict[Decimal, list[str]] = {}
    for one in month.classes:
        groups.setdefault(one.tranche.denomination, []).append(one.tranche.name)
    text: list[tuple[str, tuple[str, ...]]] = []
    for amount, members in groups.items():
        everyone = len(groups) == 1 and len(members) > 1
        subject = ["All", "Classes"] if everyone else ["Class" if len(members) == 1 else "Classes", *comma(members)]
        text += [(word, ()) for word in (*subject, "are", "per")]
        text += [(printed_denomination(amount), tuple(members)), ("Denomination.", ())]
    return text


def comma(members: Sequence[str]) -> list[str]:
    """Names parted by commas."""
    return [f"{name}," for name in members[:-1]] + [members[-1]]


def print_denominations(sheet: Sheet, month: Month, mark: str, cut: bool) -> None:
    """The footnote that says what the factors are per; `cut` loses its end as narrow fields do."""
    line, pieces, width = 0, [Piece(0, mark)], 105
    at = len(mark) + 1
    pending: list[tuple[int, str, tuple[str, ...]]] = []
    text = denomination_note(sheet, month)
    if cut:
        text[-1] = ("Den", ())
    for word, members in text:
        if at + len(word) > width:
            line = sheet.put(pieces)
            record(sheet, line, pending)
            pieces, at, pending = [], 4 if sheet.shape.one_denomination else 0, []
        if members:
            pending.append((at, word, members))
        pieces.append(Piece(at, word))
        at += len(word) + (2 if word == "Denomination." else 1)
    record(sheet, sheet.put(pieces), pending)


def record(sheet: Sheet, line: int, pending: list[tuple[int, str, tuple[str, ...]]]) -> None:
    """Keep the denominations of a line, and take their digits back from the labels."""
    for at, word, members in pending:
        start = at + sheet.indent
        sheet.labels = [one for one in sheet.labels if (one["line"], one["col_start"]) != (line, start + 1)]
        sheet.denominations.append(
            {
                "line": line, "col_start": start, "col_end": start + len(word), "raw": word, "classes": list(members),
                "denomination": word.strip("$").replace(",", ""), "canonical": "fact_class_factor.denomination",
            }
        )  # fmt: skip


LOSS_NOTE = (
    "Amount Does Not Include Excess Special Hazard, Bankruptcy, or Fraud Losses Unless Otherwise Disclosed.",
    "Please Refer to the Prospectus Supplement for a Full Description.",
)


def print_notes(sheet: Sheet, called: dict[str, str], month: Month, statement: Statement, first: bool) -> None:
    """The footnotes of a part."""
    summary = statement.name == "summary" and first
    if not called and not summary:
        return
    if sheet.shape.tags:
        sheet.text("<FN>")
    if summary:
        sheet.text("All distributions have been calculated by the administrator on behalf of the trustee.")
    if "denomination" in called:
        cut = sheet.shape.cut_footnote and statement.name == "interest_factors"
        print_denominations(sheet, month, called["denomination"], cut)
    if "loss" in called:
        sheet.text(f"{called['loss']} {LOSS_NOTE[0]}")
        sheet.text(LOSS_NOTE[1], 4)
    if sheet.shape.tags:
        sheet.text("</FN>")


def print_title(sheet: Sheet, title: str, part: int) -> None:
    """The caption; later parts repeat it, add (continued), or have none."""
    continued = sheet.shape.continued
    if part and continued == "none":
        return
    words = f"{title} (continued)" if part and continued == "caption" else title
    sheet.table.title = words
    sheet.table.title_line = sheet.text(words, sheet.rng.randrange(15, 50))
    sheet.blank(sheet.rng.choice((0, 1, 1)))


def print_class_tables(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """All class tables in order; `code` numbers the printed tables."""
    notes = Notes()
    for statement in STATEMENTS:
        columns = arranged(sheet, statement)
        canonical = "fact_class_factor" if statement.factors else "fact_class_distribution"
        for part, some in enumerate(parts(columns, sheet.shape.cuts[statement.name])):
            sheet.open(code(), "", canonical)
            print_title(sheet, statement.title, part)
            commas = (
                statement.factors and sheet.shape.factor_commas[(statement.name == "interest_factors") + bool(part)]
            )
            called = print_part(sheet, statement, month, some, commas, notes, first=not part)
            print_notes(sheet, called, month, statement, first=not part)
            sheet.close()
