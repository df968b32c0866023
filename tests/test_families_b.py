"""Simulated reports of four families: they say what their truth says, and their printed arithmetic holds."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from random import Random

import pytest

from tests.simulate.families import Printed, draw
from tests.simulate.families.servicer.auto import draw_trust, run
from tests.simulate.families.servicer.lines import certificate
from tests.simulate.families.servicer.outline import Line, draw_wording, formulate, lines, number
from tests.simulate.truth import Row, unclaimed

FAMILIES = ("certificate", "bny", "lasalle", "transposed")
TYPED = FAMILIES[1:]
SEEDS, MANY = 30, 50
UNSEEN = re.compile(r"<[^>]*>|&#?\w+;")
REFERENCE = re.compile(r"(?:Ln|Line) ?(\d+)([a-z]*)|\b([a-z]{1,2})\b")
ZERO = Decimal(0)

drawn = cache(draw)


def visible(report: Printed) -> list[str]:
    """Lines of the documents with blanks for all that no reader of the page sees; the header of EDGAR is left out."""
    text = report.raw.decode("cp1252")
    blank = UNSEEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    source = blank.split("\n")
    kept = {place for low, high in report.truth["bodies"] for place in range(low - 1, high)}
    return [line if place in kept else "" for place, line in enumerate(source)]


def nothing(value: Decimal | None) -> Decimal:
    """A cell with a dash or a blank counts as nothing."""
    return value if value is not None else ZERO


def rows(report: Printed, table: str) -> list[Row]:
    """The facts of a table."""
    return report.facts.get(table, [])


# -- bytes and places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_equal_seeds_print_equal_bytes(family: str) -> None:
    for seed in (3, 17):
        assert draw(family, seed) == draw(family, seed)
    assert len({drawn(family, seed).raw for seed in range(10)}) == 10


@pytest.mark.parametrize("family", FAMILIES)
def test_figures_stand_where_the_truth_says(family: str) -> None:
    for seed in range(SEEDS):
        report = drawn(family, seed)
        source = report.raw.decode("cp1252").split("\n")
        assert report.truth["cells"]
        for name in ("cells", "header", "denominations"):
            for one in report.truth[name]:
                assert source[one["line"] - 1][one["col_start"] : one["col_end"]] == one["raw"], (seed, one)
        for one in report.truth["formulas"]:
            place = source[one["line"] - 1][one["col_start"] :]
            assert one["text"][:3] == place[:3], (seed, one)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_visible_digit_is_a_figure_or_a_label(family: str) -> None:
    for seed in range(SEEDS):
        report = drawn(family, seed)
        assert unclaimed(visible(report), report.truth) == [], seed


@pytest.mark.parametrize("family", FAMILIES)
def test_no_place_is_claimed_twice(family: str) -> None:
    for seed in range(SEEDS):
        cells = report_cells(drawn(family, seed))
        assert len({(one["line"], one["col_start"]) for one in cells}) == len(cells)


def report_cells(report: Printed) -> list[Row]:
    """The cells of a report."""
    cells: list[Row] = report.truth["cells"]
    return cells


@pytest.mark.parametrize("family", FAMILIES)
def test_labels_are_those_of_the_truth(family: str) -> None:
    for seed in range(SEEDS):
        report = drawn(family, seed)
        missing = {one["row_label"] for one in report_cells(report)} - report.labels
        assert missing == set(), seed


# -- arithmetic -----------------------------------------------------------------------------------------------------


def sound(family: str) -> Iterator[Printed]:
    """Reports without a misprint."""
    for seed in range(SEEDS):
        if not drawn(family, seed).misprint:
            yield drawn(family, seed)


def is_notional(row: Row) -> bool:
    """A class without a balance."""
    return row.get("beginning_notional") is not None or row.get("ending_notional") is not None


@pytest.mark.parametrize("family", FAMILIES)
def test_balances_roll_and_payments_add_up(family: str) -> None:
    checked = 0
    for report in sound(family):
        for row in rows(report, "fact_class_distribution"):
            if {"beginning_balance", "ending_balance", "principal_distribution"} <= row.keys():
                loss = nothing(row.get("realized_loss")) - nothing(row.get("accretion"))
                rolled = nothing(row["beginning_balance"]) - nothing(row["principal_distribution"]) - loss
                blank = None in (row["beginning_balance"], row["ending_balance"], row["principal_distribution"])
                assert is_notional(row) or blank or rolled == row["ending_balance"], row
                checked += not (is_notional(row) or blank)
            if row.get("total_distribution") and {"interest_distribution", "principal_distribution"} <= row.keys():
                paid = nothing(row["interest_distribution"]) + nothing(row["principal_distribution"])
                assert row["total_distribution"] == paid or None in row.values(), row
    assert checked > SEEDS


@pytest.mark.parametrize("family", FAMILIES)
def test_totals_are_the_sum_of_their_classes(family: str) -> None:
    checked = 0
    for report in sound(family):
        members = rows(report, "fact_class_distribution")
        for total in rows(report, "fact_class_total"):
            for column in total.keys() - {"scope"}:
                if column not in members[0] or "blank cells" in report.perturbed:
                    continue  # a blank is left only where there is nothing, or the total of a hidden balance
                counted = [row for row in members if column != "original_face" or not is_notional(row)]
                whole = sum((nothing(row[column]) for row in counted), ZERO)
                assert total[column] is None or total[column] == whole, (column, total)
                checked += 1
    assert checked > SEEDS


@pytest.mark.parametrize("family", TYPED)
def test_the_pool_rolls(family: str) -> None:
    checked = 0
    for report in sound(family):
        for row in rows(report, "fact_collateral"):
            if {"scheduled_principal", "unscheduled_principal", "realized_loss"} <= row.keys():
                paid = sum((nothing(row[name]) for name in ("scheduled_principal", "unscheduled_principal")), ZERO)
                after = row["beginning_scheduled_balance"] - paid - nothing(row["realized_loss"])
                assert after == row["ending_scheduled_balance"]
                checked += 1
    assert checked or family == "transposed"


def test_the_pool_of_receivables_rolls_and_backs_the_notes() -> None:
    for report in sound("certificate"):
        (pool,) = rows(report, "fact_collateral")
        (cover,) = rows(report, "fact_overcollateralization")
        said: dict[str, Decimal] = {}
        for one in report_cells(report):
            said.setdefault(one["row_label"], Decimal(one["value"]) if one["unit"] in ("USD", "UNKNOWN") else ZERO)
        gone = [said.get("Collections allocable to Principal"), said.get("Purchase Amount allocable to Principal")]
        gone.append(said.get("Defaulted Receivables"))
        after = pool["beginning_scheduled_balance"] - sum(map(nothing, gone), ZERO)
        assert after == pool["ending_scheduled_balance"] or "other words" in report.perturbed
        notes = sum((nothing(row["ending_balance"]) for row in rows(report, "fact_class_distribution")), ZERO)
        assert pool["ending_scheduled_balance"] - notes == nothing(cover.get("oc_amount"))
        (loss,) = rows(report, "fact_loss")
        assert loss["gross_loss"] - loss["recoveries"] == loss["net_loss"]


def evaluate(line: Line, known: dict[tuple[int, str], Line], text: str) -> Decimal:
    """What a formula comes to in the last value column."""

    def of(number: int, letter: str) -> Decimal:
        amount = known[number, letter].amounts[-1]
        return Decimal(str(amount.value)) if amount else ZERO

    inside = text[1:-1]
    if match := re.fullmatch(r"sum a *[-–] *(\w+)", inside):
        letters = [letter for at, letter in known if at == line.number and letter]
        return sum((of(line.number, one) for one in letters[: letters.index(match[1]) + 1]), ZERO)
    found = [of(int(m[1]), m[2]) if m[1] else of(line.number, m[3]) for m in REFERENCE.finditer(inside)]
    signs = re.findall(r" ([-+/]) ", inside)
    assert len(signs) == len(found) - 1, text
    result = found[0]
    for sign, value in zip(signs, found[1:], strict=True):
        result = result / value * 100 if sign == "/" else result + value if sign == "+" else result - value
    return result


def test_printed_formulas_come_to_their_line() -> None:
    """Numbers shift with the lines that are left out; the references follow."""
    checked, shifts = 0, set()
    for seed in range(SEEDS):
        rng = Random(seed)
        trust = draw_trust(rng)
        blocks, _ = certificate(run(rng, trust, 9), rng)
        number(blocks)
        formulate(blocks, draw_wording(rng))
        known = {(line.number, line.letter): line for line in lines(blocks)}
        shifts.add(next(line.number for line in known.values() if line.key == "net"))
        for line in known.values():
            text = line.quiet or line.text
            amount = line.amounts[-1] if line.amounts else None
            if not text or (text[1].isupper() and "Balance" in text) or amount is None:
                continue
            difference = abs(evaluate(line, known, text) - Decimal(str(amount.value)))
            assert difference <= (Decimal("0.00005") if amount.kind == "percent" else 0), (seed, line)
            checked += 1
    assert checked > 10 * SEEDS and len(shifts) > 4


# -- variety --------------------------------------------------------------------------------------------------------

USUAL = {
    "zero: 0.00", "zero: -", "zero: --", "zero: N/A", "dollar: none", "dollar: first", "dollar: every", "no commas",
    "no tags", "notes", "pages", "bare", "blank cells", "spaced", "heads: right", "heads: center", "stub: left",
}  # fmt: skip
VARIED = {
    "certificate": {
        "class grids", "class lines", "other words", "no numbers",
        "breaks: cells", "breaks: none", "breaks: tokens", "typed", "nested", "hidden",
        "dollar: apart", "dollar: inside", "dollar: none", "percent: apart", "percent: around", "percent: before",
        "percent: inside", "negative: split", "negative: apart", "negative: whole", "negative: minus",
        "negative: trailing", "zero: 0.00", "zero: -", "zero: —", "zero: --", "zero: N/A",
    },
    "bny": USUAL | {"stub: center", "cut after 4", "cut after 5", "principal detail", "factors", "pool"},
    "lasalle": USUAL | {"stacked", "panels", "plain", "factors", "pool", "delinquency"},
    "transposed": USUAL - {"notes", "spaced"} | {"3 across", "4 across", "total column", "head CLASS|{}"},
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_the_perturbations_occur(family: str) -> None:
    found = {said for seed in range(MANY) for said in drawn(family, seed).perturbed}
    assert VARIED[family] - found == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_deals_of_one_class_and_misprints_occur(family: str) -> None:
    reports = [drawn(family, seed) for seed in range(MANY)]
    sizes = {len(report.facts["dim_class"]) for report in reports}
    assert min(sizes) == 1 and max(sizes) > 5
    assert any(report.misprint for report in reports)


def test_a_misprint_is_what_facts_keep() -> None:
    """The total does not follow the class that is wrong."""
    wrong = next(report for seed in range(MANY) if (report := drawn("bny", seed)).misprint)
    members, (total,) = rows(wrong, "fact_class_distribution"), rows(wrong, "fact_class_total")
    assert sum((nothing(row["ending_balance"]) for row in members), ZERO) != total["ending_balance"]


def test_pages_hold_raw_characters_entities_and_signs_in_cells_of_their_own() -> None:
    texts = [drawn("certificate", seed).raw.decode("cp1252") for seed in range(MANY)]
    for sign in (
        "\xa0",
        "&nbsp;",
        "&#160;",
        "’",
        "&rsquo;",
        "&#146;",
        "–",
        ">$<",
        ">%<",
        ">(<",
        ">)<",
        "color:#ffffff",
    ):
        assert any(sign in text for text in texts), sign
    assert any(len(text.split("\n")) < 80 for text in texts)
