"""What the typed mortgage reports have in common: their submission, their pool lines, page breaks, misprints."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.simulate.families import Printed, filed, gathered
from tests.simulate.families.trustee.look import Look
from tests.simulate.families.trustee.ruled import begin, dollars, rate, titled
from tests.simulate.shape import Shape
from tests.simulate.sheet import Claim, Figure, Piece, Sheet, count, written
from tests.simulate.submission import Style
from tests.simulate.truth import described
from tests.simulate.waterfall import Month

COLLATERAL = "fact_collateral."


class Said(NamedTuple):
    """A line of the pool: label, attribute of the pool, kind, and column of the facts."""

    label: str
    amount: str
    kind: str
    column: str


POOL = (
    Said("Beginning Aggregate Scheduled Principal Balance", "beginning", "money", "beginning_scheduled_balance"),
    Said("Scheduled Principal", "scheduled", "money", "scheduled_principal"),
    Said("Unscheduled Principal", "unscheduled", "money", "unscheduled_principal"),
    Said("Realized Losses", "loss", "money", "realized_loss"),
    Said("Ending Aggregate Scheduled Principal Balance", "ending", "money", "ending_scheduled_balance"),
    Said("Beginning Loan Count", "count_before", "count", "beginning_loan_count"),
    Said("Ending Loan Count", "count_after", "count", "ending_loan_count"),
    Said("Weighted Average Coupon Rate", "wac", "percent", "wac_gross"),
    Said("Weighted Average Maturity", "months", "months", "wam_months"),
)


def misprinted(month: Month, rng: Random) -> tuple[Month, str | None]:
    """Now and then the source errs: a closing balance of a class, which its total does not follow."""
    if rng.random() >= 0.07 or len(month.classes) < 2:
        return month, None
    wrong = month.classes[0]
    classes = (replace(wrong, misprint=Decimal(rng.choice((1000, -1000, 90)))), *month.classes[1:])
    return replace(month, classes=classes), f"{wrong.tranche.name}: closing balance off by {classes[0].misprint}"


def denominate(sheet: Sheet, month: Month, line: str, amount: str, col: int) -> None:
    """A line that says what factors are per."""
    number, at = len(sheet.lines) + 1, line.index(amount)
    sheet.lines.append(" " * col + line)
    sheet.denominations.append(
        {
            "line": number, "col_start": col + at, "col_end": col + at + len(amount), "raw": amount,
            "classes": [one.tranche.name for one in month.classes], "denomination": amount.strip("$").replace(",", ""),
            "canonical": "fact_class_factor.denomination",
        }
    )  # fmt: skip


def figure(look: Look, value: Decimal | int, kind: str) -> Figure:
    """A value of the pool as printed."""
    if kind == "money":
        return dollars(look, Decimal(value))
    if kind == "percent":
        return rate(look if look.percent else replace(look, percent="%"), Decimal(value))
    printed = count(int(value))
    return printed if kind == "count" else Figure(str(value), str(value), "MONTHS")


def labelled(sheet: Sheet, look: Look, month: Month, title: str, lines: Sequence[Said], width: int = 56) -> None:
    """Labels with their value: dots, a colon or nothing between them."""
    begin(sheet, title, "fact_collateral")
    titled(sheet, title, 0)
    sheet.blank(sheet.rng.choice((0, 1)))
    ending = sheet.rng.choice(("", "", ":"))
    edge = width + sheet.rng.randrange(14, 24)
    for one in lines:
        shown = figure(look, getattr(month.pool, one.amount), one.kind)
        said = Claim(one.label, "(value)", COLLATERAL + one.column, {})
        sheet.put([Piece(0, one.label + ending), Piece(edge, shown.raw, True, shown, said)])


def new_page(sheet: Sheet, look: Look) -> None:
    """The foot of a page, if the look has one, and EDGAR's mark for a new page."""
    sheet.blank()
    page = sum(line.strip().startswith("Page ") for line in sheet.lines) + 1
    if look.page:
        sheet.text(f"Page {page}", 60)
    if look.tags:
        sheet.text("<PAGE>")
    else:
        sheet.lines.append("\f")
    sheet.blank()


def cover(sheet: Sheet, month: Month) -> None:
    """The main document in few words."""
    who, when = month.deal.parties, written(month.distribution_date, "words")
    sheet.head("SECURITIES AND EXCHANGE COMMISSION", col=20)
    sheet.head("FORM 8-K", [("8-K", "filing.form_type", "8-K")], col=32)
    sheet.head("CURRENT REPORT", col=30)
    sheet.blank()
    sheet.head(
        f"Date of Report (Date of earliest event reported): {when}",
        [(when, "filing.event_date", month.distribution_date.isoformat())],
    )
    sheet.blank()
    sheet.head(who.registrant, [(who.registrant, "dim_deal_alias.alias_name", who.registrant)], col=10)
    sheet.head("(Exact name of registrant as specified in its charter)", col=10)
    sheet.blank()
    number = month.deal.file_number
    sheet.head(f"Commission File Number: {number}", [(number, "dim_deal_identifier[SEC_FILE_NUMBER]", number)])
    sheet.blank()
    sheet.head("Item 5. Other Events", [("Item 5.", "filing.items", "5")])
    sheet.head("Report to holders of the certificates, as of the date above.")
    sheet.blank()


def printed(
    family: str, sheet: Sheet, month: Month, look: Look, misprint: str | None, told: tuple[str, ...],
    denomination: Decimal | None = None, records: bool = False, **dates: str | None,
) -> Printed:  # fmt: skip
    """The report in its submission, or bare as EDGAR's users keep them."""
    deal, paid = month.deal, month.distribution_date
    said = {
        "form_type": "8-K", "is_amendment": False, "layout_family": family, "series": deal.series,
        "record_date": month.record_date.isoformat() if records else None, "distribution_date": paid.isoformat(),
        "period_no": month.period, "accrual_days": month.days, **dates,
    }  # fmt: skip
    main = Sheet(Shape(), sheet.rng)
    cover(main, month)
    filing = filed.filing(sheet.rng, "8-K", paid, [deal.parties.registrant], deal.file_number, deal.eins[0])
    exhibit = filed.Part("EX-99.1", "exhibit.txt", sheet)
    style: Style = "old" if paid.year < 2001 else "new"
    if look.header:
        text, truth = filed.file([filed.Part("8-K", "main.txt", main), exhibit], said, filing, style)
    else:
        text, truth = filed.file([filed.Part("8-K", "main.txt", main), exhibit], said, None)
    classes: dict[str, filed.Row] = {
        one.tranche.name: {
            "class_name": one.tranche.name, "cusip": None, "class_type_reported": None, "original_face": None,
            "denomination": denomination, "is_notional": not one.tranche.counted,
        }
        for one in month.classes
    }  # fmt: skip
    report = {"distribution_date": paid.isoformat(), "record_date": said["record_date"], **dates}
    return Printed(
        family=family,
        raw=text.encode("cp1252"),
        truth=truth,
        facts=gathered.facts(truth["cells"], described(classes, truth["cells"]), report),
        labels=labels(sheet),
        misprint=misprint,
        perturbed=told,
    )


def labels(sheet: Sheet) -> frozenset[str]:
    """Every label, head and title of the truth."""
    found = {name for cell in sheet.cells for name in (cell["row_label"], cell["column"])}
    found |= {one.title for one in sheet.tables}
    return frozenset(found - {"", "(value)"})
