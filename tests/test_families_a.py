"""What the simulated families of typed reports promise: known truth for every digit, true sums, many looks."""

import re
from collections import defaultdict
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from tests.simulate.families import Printed, draw
from tests.simulate.families.many import FAMILIES, many
from tests.simulate.truth import unclaimed

TYPED = ("bankers_trust", "deutsche_bank", "chase")
SEEDS = range(50)
ZERO = Decimal("0.00")
MEASURES = (
    "original_face", "beginning_balance", "interest_distribution", "principal_distribution", "total_distribution",
    "realized_loss", "accretion", "ending_balance",
)  # fmt: skip
Row = dict[str, Any]


@cache
def reports(family: str) -> list[Printed]:
    """A report for each seed."""
    return [draw(family, seed) for seed in SEEDS]


def text(report: Printed) -> list[str]:
    """The lines of a filing."""
    return report.raw.decode("latin-1").split("\n")


@pytest.mark.parametrize("family", (*TYPED, "ctslink"))
def test_equal_seeds_give_equal_bytes(family: str) -> None:
    for seed in (0, 1, 2):
        assert draw(family, seed).raw == reports(family)[seed].raw
    assert len({report.raw for report in reports(family)}) == len(SEEDS)


@pytest.mark.parametrize("family", (*TYPED, "ctslink"))
def test_every_digit_has_its_truth_at_its_place(family: str) -> None:
    for report in reports(family):
        lines = text(report)
        assert unclaimed(lines, report.truth) == []
        for name in ("cells", "header"):
            for one in report.truth[name]:
                assert lines[one["line"] - 1][one["col_start"] : one["col_end"]] == one["raw"], one


@pytest.mark.parametrize("family", TYPED)
def test_figures_do_not_touch(family: str) -> None:
    for report in reports(family):
        spans = sorted((one["line"], one["col_start"], one["col_end"]) for one in report.truth["cells"])
        for (line, _, end), (after, start, _) in pairwise(spans):
            assert line < after or end < start, f"line {line}: figures at {end} and {start} touch"


@pytest.mark.parametrize("family", TYPED)
def test_labels_are_those_printed(family: str) -> None:
    for report in reports(family):
        printed = " ".join(" ".join(text(report)).split()).upper()
        assert {one["column"] for one in report.truth["cells"] if one["unit"] == "USD_PER_DENOM"} <= report.labels
        for label in report.labels:
            assert all(word.upper() in printed for word in label.split()), label


def amount(row: Row, name: str) -> Decimal:
    """An amount of a row; what is left blank is zero."""
    value: Decimal | None = row.get(name)
    return ZERO if value is None else value


def broken(report: Printed) -> list[str]:
    """Sums of the class tables that do not come out."""
    tiers = {row["class_name"]: (row["remic"] or "ALL", row["is_notional"]) for row in report.facts["dim_class"]}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    found = []
    for row in report.facts["fact_class_distribution"]:
        scope, notional = tiers[row["class_name"]]
        rolled = amount(row, "beginning_balance") - amount(row, "principal_distribution") - amount(row, "realized_loss")
        if not notional and rolled + amount(row, "accretion") != amount(row, "ending_balance"):
            found.append(f"{row['class_name']}: roll-forward")
        cash = amount(row, "interest_distribution") + amount(row, "principal_distribution")
        if cash != amount(row, "total_distribution"):
            found.append(f"{row['class_name']}: cash")
        for name in MEASURES:
            if not notional or name in ("interest_distribution", "total_distribution"):
                sums[scope][name] += amount(row, name)
    for row in report.facts["fact_class_total"]:
        found += [f"{row['scope']} {name}" for name in MEASURES if sums[row["scope"]][name] != amount(row, name)]
    return found


@pytest.mark.parametrize("family", TYPED)
def test_class_tables_add_up_unless_misprinted(family: str) -> None:
    for report in reports(family):
        assert bool(broken(report)) == bool(report.misprint), (report.misprint, broken(report))


@pytest.mark.parametrize("family", TYPED)
def test_misprints_are_rare_but_occur(family: str) -> None:
    wrong = [draw(family, seed).misprint for seed in range(60)]
    assert 0 < len([one for one in wrong if one]) < 12


def test_the_lower_tier_feeds_the_upper() -> None:
    tiered = [one for one in reports("bankers_trust") if len(one.facts["fact_class_total"]) == 2]
    assert len(tiered) > 10
    for report in tiered:
        lower, upper = report.facts["fact_class_total"]
        assert (lower["scope"], upper["scope"]) == ("I", "II")
        for name in ("beginning_balance", "total_distribution", "ending_balance"):
            assert lower[name] == upper[name]


@pytest.mark.parametrize("family", TYPED)
def test_groups_add_up_to_the_pool(family: str) -> None:
    checked = 0
    for report in reports(family):
        for table in ("fact_account", "fact_fee", "fact_collateral"):
            keyed: dict[tuple[Any, ...], dict[str, Row]] = defaultdict(dict)
            for row in report.facts.get(table, ()):
                key = tuple(row.get(name) for name in ("account", "entry_type", "entry_code", "fee_code"))
                keyed[key][row["group_code"]] = row
            for rows in keyed.values():
                total = rows.pop("ALL")
                for name in ("amount", "beginning_scheduled_balance", "ending_scheduled_balance", "ending_loan_count"):
                    if rows and total.get(name) is not None:
                        assert sum(row.get(name, 0) for row in rows.values()) == total[name]
                        checked += 1
    assert checked > 20


def test_the_collection_account_is_what_is_remitted() -> None:
    checked = 0
    for report in reports("bankers_trust"):
        accounts: dict[str, list[Row]] = defaultdict(list)
        for row in report.facts.get("fact_account", ()):
            accounts[row["group_code"]].append(row)
        for rows in accounts.values():
            by_code = {row["entry_code"]: row["amount"] for row in rows}
            for section, total in (
                ("SOURCES OF PRINCIPAL", "TOTAL_PRINCIPAL"),
                ("SOURCES OF INTEREST", "TOTAL_INTEREST"),
            ):
                some = [
                    row["amount"]
                    for row in rows
                    if (row.get("section") or "").upper() == section and row["entry_type"] == "SOURCE"
                ]
                assert sum(some, ZERO) == by_code[total]
                checked += 1
            assert by_code["TOTAL_PRINCIPAL"] + by_code["TOTAL_INTEREST"] == by_code["TOTAL_SOURCES"]
        if accounts and not report.misprint:
            premium = sum((row["amount"] for row in report.facts.get("fact_enhancement", ())), ZERO)
            cash = report.facts["fact_class_total"][-1]["total_distribution"]
            remitted = {row["entry_code"]: row["amount"] for row in accounts["ALL"]}["TOTAL_REMITTANCE_DUE"]
            shown = "CERTIFICATE INSURER INFORMATION" in report.raw.decode("latin-1")
            assert remitted - cash == premium or not shown
    assert checked > 50


@pytest.mark.parametrize("family", TYPED)
def test_loans_behind_add_up(family: str) -> None:
    checked = 0
    for report in reports(family):
        keyed: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
        for row in report.facts.get("fact_delinquency", ()):
            keyed[row["group_code"], row["status"]][row["bucket"]] = row
        for rows in keyed.values():
            assert set(rows) == {"30-59", "60-89", "90+", "TOTAL"}
            for name in ("loan_count", "balance"):
                parts = [rows[bucket].get(name, ZERO) for bucket in ("30-59", "60-89", "90+")]
                assert sum(parts) == rows["TOTAL"].get(name, ZERO)
                checked += 1
    assert checked > 50


def test_the_printed_formulas_hold() -> None:
    """The numbers of the formula row are those of the columns below it, in printed order."""
    checked = 0
    for report in reports("deutsche_bank"):
        lines = text(report)
        for number in {one["line"] for one in report.truth["formulas"]}:
            terms = re.findall(r"\((\d+)\)(?:=(\S+))?", lines[number - 1])
            after = min((one["line"] for one in report.truth["cells"] if one["line"] > number), default=0)
            row = [one for one in report.truth["cells"] if one["line"] == after and one["unit"] == "USD"]
            row = [one for one in row if len(row) == len(terms) or not one["canonical"].endswith("original_face")]
            if len(row) != len(terms) or report.misprint or "notional" in str(row):
                continue
            values = {place: Decimal(one["value"]) for (place, _), one in zip(terms, row, strict=True)}
            for place, formula in terms:
                signs = re.findall(r"([-+]?)\((\d+)\)", formula)
                if signs and {at for _, at in signs} <= set(values):  # a table may be cut between them
                    result = sum((values[at] * (-1 if sign == "-" else 1) for sign, at in signs), ZERO)
                    assert result == values[place], lines[number - 1]
                    checked += 1
    assert checked > 30


LOOKS = {
    "all": {
        "no thousands": r"\s\d{7,}\.\d\d\s",
        "dollar signs": r"\$ ?\d[\d,]*\.\d\d",
        "dollar signs apart": r"\$ {2,}\d[\d,]*\.\d\d",
        "zero as a dash": r"\d  +- +-  +\d",
        "percent before": r" %\d+\.\d+",
        "percent apart": r"\d\.\d+ %",
        "neighbours a blank apart": r"\.\d\d \d[\d,]*\.\d\d ",
        "footnote": r"(?m)^ (\(1\)|\*) \w",
        "stuffed rule": r"(?m)^- -{20,}$",
        "page break": r"<PAGE>",
        "form feed": r"\f",
        "several groups": r"(?i)(group|pool) (2|ii)\b|adj group|arm group",
        "misspelt": r"(?i)\bLOSES\b",
        "continued": r"(?i)\(continued\)",
        "indented": r"(?m)^ (Mortgage|Distribution|- --|---)",
    },
    "bankers_trust": {
        "REMICs": r"REMIC II\b",
        "below zero in parentheses": r"\(\d[\d,]*\.\d\d\)",
        "below zero with a minus": r" -\d[\d,]*\.\d\d",
        "below zero with a minus behind": r"\d\.\d\d- ",
        "trigger": r"EVENT OCCURRED\? +(YES|NO)",
        "date in capitals": r"DISTRIBUTION DATE: +[A-Z]{3,} \d",
        "date with slashes": r"DISTRIBUTION DATE: +\d\d/",
        "next rate": r"ESTIMATED",
        "armour": r"PRIVACY-ENHANCED",
    },
    "deutsche_bank": {
        "contents": r"TABLE OF CONTENTS",
        "formula": r"\(7\)=\(1\)-\(3\)-\(5\)\+\(6\)",
        "formula from another number": r"\(10\)=\(4\)",
        "types": r"SR/NTL",
        "currency": r"(?i)\bCur\b",
        "to date": r"(?i)to date",
        "foot": r"Page 1 of \d+",
    },
    "chase": {
        "two captions in a table": r"<CAPTION>[^<]*<S>[^/]*<CAPTION>",
        "class twice": r"(?i)CLASS .* CLASS ",
        "dash date": r"\d\d-[A-Z][a-z]{2}-\d\d\b",
        "no dash in names": r"(?m)^ *A1\b",
    },
}


@pytest.mark.parametrize("family", TYPED)
def test_the_looks_occur(family: str) -> None:
    texts = [report.raw.decode("latin-1") for report in reports(family)]
    assert any("<TABLE>" not in one for one in texts) and any("<S>" not in one for one in texts)
    assert any(one.count("<DOCUMENT>") == 1 for one in texts)
    skipped = {"deutsche_bank": {"misspelt"}}.get(family, set())
    for name, pattern in {**LOOKS["all"], **LOOKS[family]}.items():
        found = sum(re.search(pattern, one) is not None for one in texts)
        assert found or name in skipped, f"{family}: {name} occurs in none of {len(texts)} reports"


@pytest.mark.parametrize("family", TYPED)
def test_deals_of_all_sizes_occur(family: str) -> None:
    sizes = [len(report.facts["dim_class"]) for report in reports(family)]
    assert min(sizes) <= 2 and max(sizes) >= 16
    assert any(row["is_notional"] for report in reports(family) for row in report.facts["dim_class"])


@pytest.mark.parametrize("family", FAMILIES)
def test_many_reports_stand_in_one_exhibit(family: str) -> None:
    printed = many(family, 1, 6)
    assert printed.raw == many(family, 1, 6).raw
    lines = text(printed)
    assert unclaimed(lines, printed.truth) == []
    told = printed.truth["reports"]
    assert len(told) == 6 and all(one["facts"]["fact_class_distribution"] for one in told)
    for before, after in pairwise(told):
        assert before["line_end"] < after["line_start"]
    for one in told:
        places = [cell["line"] for cell in one["cells"]]
        assert one["line_start"] <= min(places) and max(places) <= one["line_end"]
    for cell in printed.truth["cells"]:
        assert lines[cell["line"] - 1][cell["col_start"] : cell["col_end"]] == cell["raw"]


def test_many_names_the_families_it_knows() -> None:
    with pytest.raises(ValueError, match="bankers_trust"):
        many("nobody", 1, 2)
