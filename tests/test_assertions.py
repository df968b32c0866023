"""The rules: each is tried on rows that satisfy it and rows that do not, and all on two real filings."""

import json
import math
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.settings import Settings
from tests.generate_rules import stale
from tests.homes import ask
from tests.schema import ASSERTIONS, Row, connect, fill, insert, judge, rules
from tests.truth_tables import load
from transforms.assertions import Rule, ordered, parse, path, render, result_sql
from transforms.errors import DeclarationError
from transforms.facts import IDENTITIES, key, polars_schema

FIXTURES = Path(__file__).parent / "fixtures" / "rules"
RULES = {rule.id: rule for rule in rules()}
HEADER = {
    "id": "C99",
    "title": "A rule",
    "kind": "reconciliation",
    "grain": "report",
    "unit": "money",
    "severity": "warn",
    "tolerance": "0.01",
    "why": "it is wrong",
}


def text(sql: str = "SELECT 1", **changes: str | None) -> str:
    """A rule file with some of its header changed, or left out where the change is None."""
    header = HEADER | changes
    return "".join(f"-- {name}: {value}\n" for name, value in header.items() if value is not None) + sql


# ---- one fixture a rule ----


def fixture(rule_id: str) -> dict[str, Any]:
    file = FIXTURES / f"{rule_id}.toml"
    assert file.is_file(), f"rule {rule_id} has no fixture; write {file} with [passing] and [failing] rows"
    rows = tomllib.loads(file.read_text(), parse_float=Decimal)
    for section in ("passing", "failing", "breaches"):
        assert rows.get(section), f"{file}: {section!r} is missing or empty"
    return rows


@pytest.mark.parametrize("rule_id", RULES)
def test_rule_on_its_passing_rows(rule_id: str) -> None:
    connection = connect()
    fill(connection, fixture(rule_id)["passing"])
    results = judge(connection, [RULES[rule_id]])
    assert results, "the passing rows are not what the rule looks at"
    assert {row["outcome"] for row in results} == {"tie"}, results


@pytest.mark.parametrize("rule_id", RULES)
def test_rule_on_its_failing_rows(rule_id: str) -> None:
    rows = fixture(rule_id)
    connection = connect()
    fill(connection, rows["failing"])
    found = [row for row in judge(connection, [RULES[rule_id]]) if row["outcome"] == "breach"]
    wanted = {(row["scope_key"], Decimal(row["diff"]), row["severity"]) for row in rows["breaches"]}
    assert {(row["scope_key"], row["diff"], row["severity"]) for row in found} == wanted


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES.values() if rule.covers])
def test_a_rule_breaks_when_a_value_that_it_covers_moves(rule_id: str) -> None:
    """Each value that the passing rows are said to cover is moved by more than the rule may overlook."""
    connection = connect()
    fill(connection, fixture(rule_id)["passing"])
    rule = RULES[rule_id]
    covering, _ = _judged(connection, rule)
    tried = 0
    for (report, fact, member, column), distance in covering.items():
        name = ", ".join(one for one in key(fact) if one != "report_id")
        where = f"WHERE report_id = $1 AND rtrim(concat_ws(' ', {name})) = $2"
        before = connection.execute(f"SELECT {column} FROM {fact} {where}", [report, member]).fetchall()
        if len(before) == 1 and before[0][0] is not None:
            tried += 1
            put = f"UPDATE {fact} SET {column} = $3 {where}"
            connection.execute(put, [report, member, before[0][0] + distance])
            still, outcomes = _judged(connection, rule)
            place = (report, fact, member, column)
            assert {"breach", "not_applicable"} & outcomes or place not in still, place
            connection.execute(put, [report, member, before[0][0]])
    assert tried or not covering


def _judged(
    connection: duckdb.DuckDBPyConnection, rule: Rule
) -> tuple[dict[tuple[str, str, str, str], Decimal], set[str]]:
    """The values that a rule covers, each with a distance that it must see, and its outcomes; cells are left out."""
    rows = connection.execute(f"""
        SELECT outcome, report_id, c.fact, c.member, c.column_name, 3 * (tolerance + abs(diff) + 0.01) / abs(c.moves)
        FROM (SELECT report_id, outcome, tolerance, diff, unnest(coalesce(nullif(covers, []), [NULL])) AS c
              FROM ({result_sql(rule, proof=True)}))
        ORDER BY ALL""").fetchall()
    covering = {
        (report, fact, member, column): _at_least(fact, column, distance)
        for outcome, report, fact, member, column, distance in rows
        if outcome in ("tie", "rounding") and None not in (member, column, distance) and not member.startswith("@")
    }
    return covering, {row[0] for row in rows}


def _at_least(fact: str, column: str, distance: float) -> Decimal:
    """A distance in the steps of a column: whole ones where it counts."""
    if polars_schema(fact)[column].is_integer():
        return Decimal(math.ceil(distance))
    return Decimal(repr(distance)).quantize(Decimal("0.0000000001"), rounding=ROUND_UP)


LACKING = [name for name in RULES if "[lacking]" in (FIXTURES / f"{name}.toml").read_text()]


@pytest.mark.parametrize("rule_id", LACKING)
def test_a_missing_input_breaks_nothing(rule_id: str) -> None:
    connection = connect()
    fill(connection, fixture(rule_id)["lacking"])
    outcomes = [row["outcome"] for row in judge(connection, [RULES[rule_id]]) if row["severity"]]
    assert "breach" not in outcomes and "not_applicable" in outcomes, outcomes


ROUNDED = [name for name in RULES if "[rounded]" in (FIXTURES / f"{name}.toml").read_text()]


@pytest.mark.parametrize("rule_id", ROUNDED)
def test_rounding_of_money_in_thousands_breaks_nothing(rule_id: str) -> None:
    """What was computed of unrounded amounts agrees with rounded ones as far as their scale allows."""
    rows = fixture(rule_id)["rounded"]
    connection = connect()
    fill(connection, rows)
    assert {row["outcome"] for row in judge(connection, [RULES[rule_id]])} <= {"tie", "rounding"}
    connection = connect()
    fill(connection, rows | {"raw_cell": [cell | {"scale": 1} for cell in rows["raw_cell"]]})
    assert {row["outcome"] for row in judge(connection, [RULES[rule_id]])} == {"breach"}


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {file.stem for file in FIXTURES.iterdir()} == set(RULES)


@pytest.mark.parametrize("rule_id", RULES)
def test_rule_runs_on_an_empty_warehouse(rule_id: str) -> None:
    assert [row for row in judge(connect(), [RULES[rule_id]]) if row["outcome"] != "tie"] == []


def test_files_lie_where_their_header_says() -> None:
    assert {str(file.relative_to(ASSERTIONS)) for file in ASSERTIONS.glob("*/*")} == {path(rule) for rule in rules()}


def test_generated_rules_are_what_the_schemas_say() -> None:
    assert stale() == [], "run `python -m tests.generate_rules`"


@pytest.mark.parametrize(
    "identity", [one for one in IDENTITIES if not one.by_hand], ids=lambda identity: identity.rule_id
)
def test_an_identity_becomes_a_rule_with_its_own_header(identity: Any) -> None:
    rule = parse(render(identity))
    assert (rule.id, rule.title, rule.unit, rule.severity, rule.tolerance, rule.why) == (
        identity.rule_id,
        identity.name,
        identity.unit,
        identity.severity,
        identity.tolerance,
        identity.why,
    )
    assert identity.expected in rule.sql


# ---- header and body ----


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (text(unit="dollars"), r"f\.sql: unit is 'dollars'; allowed: money, count, rate"),
        (text(severity="fatal"), "severity is 'fatal'; allowed: error, warn, info"),
        (text(kind="test"), "kind is 'test'; allowed: integrity, reconciliation"),
        (text(why=None), "key 'why' is missing"),
        (text(owner="me"), "unknown key 'owner'; allowed: id, title"),
        (text(id="C1"), "id is 'C1'; allowed: one of the letters"),
        (text(id="Z01"), "id is 'Z01'"),
        (text() .replace("-- why", "-- id: C98\n-- why"), "f.sql:8: key 'id' stands twice"),
        (text("DELETE FROM report"), "one SELECT, not 'DELETE FROM report'"),
        (text("SELECT 1; SELECT 2"), "one statement"),
        (text(""), "one SELECT, not ''"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_the_remedy(broken: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        parse(broken, "f.sql")


def test_a_header_value_may_run_over_several_lines() -> None:
    broken = text().replace("-- why: it is wrong\n", "-- why: it is\n--   quite wrong\n")
    assert parse(broken).why == "it is quite wrong"


def test_a_comment_below_the_header_is_no_header() -> None:
    rule = parse(text("\n-- unit: of account; it stays; a comment\nSELECT 1;"))
    assert rule.unit == "money"
    assert rule.sql.endswith("SELECT 1")


def test_order_is_by_family_then_number_and_ids_are_unique() -> None:
    some = [parse(text(id=name)) for name in ("I01", "F02", "C10", "F01", "C02")]
    assert [rule.id for rule in ordered(some)] == ["C02", "C10", "F01", "F02", "I01"]
    with pytest.raises(DeclarationError, match="C10 is used by"):
        ordered([*some, parse(text(id="C10"))])


# ---- judging one row ----


def outcome(unit: str, row: str) -> Row:
    rule = parse(text(f"SELECT 'r' AS report_id, 'k' AS scope_key, {row}", unit=unit))
    (result,) = judge(connect(), [rule])
    return result


def values(expected: str, actual: str, tolerance: str, more: str = "") -> str:
    return f"{expected} AS expected, {actual} AS actual, {tolerance} AS tolerance{more}"


@pytest.mark.parametrize(
    ("unit", "row", "wanted"),
    [
        ("money", values("1.00", "1.00", "0.01"), "tie"),
        ("money", values("1.00::DOUBLE", "1.004", "0.01"), "tie"),
        # A cent between amounts that a DOUBLE holds only nearly is still a cent.
        ("money", values("1060891769.67::DOUBLE", "1060891769.68", "0.01"), "rounding"),
        ("money", values("1.00", "1.011", "0.01"), "breach"),
        ("money", values("NULL", "1.00", "0.01"), "not_applicable"),
        ("money", values("1.00", "NULL", "0.01"), "not_applicable"),
        ("money", values("1.00", "1.00", "NULL"), "not_applicable"),
        ("count", values("3", "3", "0"), "tie"),
        ("count", values("3", "4", "1"), "rounding"),
        ("count", values("3", "4", "0"), "breach"),
        ("rate", values("0.12345", "0.12346", "0.00001"), "tie"),
        ("rate", values("0.12345", "0.12346", "0.000009"), "breach"),
        ("rate", values("0.12345", "0.12346", "0.00001", ", 0 AS tie"), "rounding"),
        ("count", values("0", "9", "15", ", 15 AS tie"), "tie"),
        ("rate", values("1e300::DOUBLE", "1.00", "0.01"), "breach"),
        ("rate", values("-1e300::DOUBLE", "1e300::DOUBLE", "0.01"), "breach"),
        ("rate", values("'inf'::DOUBLE", "1.00", "0.01"), "breach"),
        ("rate", values("'nan'::DOUBLE", "1.00", "0.01"), "not_applicable"),
    ],
)
def test_outcome_of_one_row(unit: str, row: str, wanted: str) -> None:
    assert outcome(unit, row)["outcome"] == wanted


def test_difference_is_actual_less_expected_and_severity_may_differ_by_row() -> None:
    result = outcome("money", values("5.00", "3.00", "0.01", ", 'info' AS severity"))
    assert (result["diff"], result["severity"], result["rule_id"]) == (Decimal(-2), "info", "C99")
    assert outcome("money", values("5.00", "3.00", "0.01"))["severity"] == "warn"


# ---- views ----


def test_printed_scale_counts_percentages_as_fractions() -> None:
    connection = connect()
    cell = {"canonical_table": "fact_collateral", "canonical_column": "wac_gross", "value_num": 1}
    cells = [
        cell | {"raw_text": "4.5%", "unit": "PCT"},
        cell | {"raw_text": "4.540624%", "unit": "PCT"},
        cell | {"canonical_column": "wam_months", "raw_text": "332", "unit": "MONTHS"},
    ]
    fill(connection, {"raw_cell": cells})
    found = connection.sql("SELECT canonical_column, scale FROM v_printed_scale ORDER BY 1").fetchall()
    assert found == [("wac_gross", 8), ("wam_months", 0)]


@pytest.mark.parametrize(
    ("change", "waived"),
    [
        ({}, True),
        ({"deal": "99999XAA2"}, True),
        ({"deal": "333-1-01"}, True),
        ({"deal": "333-1-02"}, False),
        ({"diff": Decimal("-382.01")}, False),
        ({"scope_key": "B"}, False),
        ({"distribution_date": "2020-02-25"}, False),
        ({"rule_id": "C02"}, False),
    ],
)
def test_a_waiver_covers_one_amount_and_leaves_the_outcome(change: Row, waived: bool) -> None:
    connection = connect()
    fill(connection, {"fact_class_distribution": [{"class_id": "A"}]})
    insert(connection, "dim_deal_identifier", [{"deal_id": "d", "id_type": "SEC_FILE_NUMBER", "id_value": "333-1-01"}])
    insert(connection, "dim_class_identifier", [{"class_id": "A", "id_type": "CUSIP", "id_value": "99999XAA2"}])
    result = {"report_id": "r", "rule_id": "C01", "scope_key": "A", "diff": Decimal("-382.00"), "outcome": "breach"}
    insert(connection, "recon_result", [result])
    accepted = {
        "rule_id": "C01",
        "deal": "d",
        "distribution_date": "2020-01-25",
        "scope_key": "A",
        "diff": Decimal(-382),
    }
    insert(connection, "waiver", [accepted | change])
    assert connection.sql("SELECT waived FROM v_breach").fetchall() == [(waived,)]


def test_two_waivers_of_one_row_do_not_double_it() -> None:
    connection = connect()
    fill(connection, {})
    breach = {"rule_id": "C01", "scope_key": "A", "diff": 1}
    insert(connection, "recon_result", [breach | {"report_id": "r", "outcome": "breach"}])
    insert(connection, "waiver", [breach | {"deal": "d", "distribution_date": "2020-01-25"}] * 2)
    assert connection.sql("SELECT waived FROM v_breach").fetchall() == [(True,)]


def test_the_waiver_file_has_the_columns_of_its_table() -> None:
    first = (ASSERTIONS.parents[1] / "data" / "reference" / "waivers.csv").read_text().splitlines()[0]
    assert first.split(",") == connect().sql("FROM waiver").columns


TWO_MONTHS = [name for name, rule in RULES.items() if "v_previous_" in rule.sql or name == "I06"]


def test_two_layouts_of_one_deal_break_nothing_and_what_both_print_is_compared() -> None:
    """The month of an 8-K, then that of a 10-D: other statements, groups, buckets and accounts, the same classes."""
    connection = connect()
    old = {"report_id": "p"}
    buckets = [("p", "30-59", 30, 9), ("p", "60-89", 60, 2), ("r", "31-60", 31, 8), ("r", "61-90", 61, 40)]
    rows = {
        "report": [old | {"distribution_date": date(2019, 12, 25), "known_from": date(2019, 12, 30)}, {}],
        "fact_class_distribution": [
            old | {"class_id": "A", "beginning_balance": 1000, "principal_distribution": 100, "ending_balance": 900},
            {"class_id": "A", "beginning_balance": 900, "principal_distribution": 100, "ending_balance": 800},
        ],
        "fact_collateral": [
            old | {"beginning_scheduled_balance": 1000, "ending_scheduled_balance": 900},
            old | {"beginning_scheduled_balance": 1000, "ending_scheduled_balance": 900, "statement_seq": 2},
            {"beginning_scheduled_balance": 900, "ending_scheduled_balance": 800},
            {"beginning_scheduled_balance": 900, "ending_scheduled_balance": 800, "group_code": "I"},
        ],
        "fact_other_account": [
            old | {"account_name": "Reserve Fund", "beginning_balance": 5, "ending_balance": 7},
            {"account_name": "Reserve Account", "beginning_balance": 9, "ending_balance": 9},
        ],
        "fact_delinquency": [
            {"report_id": one, "status": "DELINQUENT", "bucket": name, "bucket_low_days": low, "loan_count": loans}
            for one, name, low, loans in buckets
        ],
    }
    fill(connection, rows)
    results = judge(connection, [RULES[name] for name in TWO_MONTHS])
    assert [row for row in results if row["outcome"] == "breach"] == []
    months = {(row["rule_id"], row["scope_key"]) for row in results if row["outcome"] == "tie"}
    assert {("C19", "A"), ("C22", "A"), ("P16", "ALL/1 balance"), ("I06", "days")} <= months


# ---- real filings ----


@pytest.fixture(scope="session")
def seed(shared: Path) -> list[Row]:
    return judged(shared / "truth" / "thornburg-2003-2.json", "ENDING_ACTUAL_BALANCE")


@pytest.fixture(scope="session")
def tiered(shared: Path) -> list[Row]:
    return judged(shared / "truth" / "aames-1998-c.json", "ENDING_SCHEDULED_BALANCE")


def judged(file: Path, denominator: str) -> list[Row]:
    connection = connect()
    load(connection, json.loads(file.read_text()), denominator)
    return judge(connection, RULES.values())


def beyond(results: list[Row]) -> dict[str, set[tuple[str, str, str]]]:
    """What does not tie, by rule: scope, difference in cents or as printed, outcome."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for row in results:
        if row["outcome"] != "tie":
            diff = str(row["diff"].quantize(Decimal("0.01"))) if row["rule_id"] != "D05" else "share"
            found.setdefault(row["rule_id"], set()).add((row["scope_key"], diff, row["outcome"]))
    return found


def test_findings_of_the_thornburg_report(seed: list[Row]) -> None:
    found = beyond(seed)
    shares = found.pop("D05")
    assert {scope for scope, *_ in shares} == {
        f"ALL {status} {bucket}" for status in ("DELINQUENT", "TOTAL") for bucket in ("30-59", "60-89", "TOTAL")
    }
    assert found == {
        "C10": {("B-IO", "2667685.86", "breach")},
        "C17": {("B-IO", "2667685.86", "breach")},
        "C28": {("B-IO", "1.00", "breach"), ("R-1", "1.00", "breach"), ("R-2", "1.00", "breach")},
        "F01": {("B-IO.interest_distribution", "-382000000000.00", "breach")},
        "F04": {("B-IO", "1.00", "breach")},
        "P01": {("ALL/1", "-30.33", "breach"), ("ALL/2", "-30.33", "breach")},
        "P15": {("ALL strata", "-478685113.17", "breach")},
        "X01": {("all", "100.00", "breach")},
        "X03": {("deal", "0.09", "breach")},
        "X05": {("upper tier ending", "0.09", "breach")},
        "X06": {("upper tier beginning", "69.76", "breach")},
        "X08": {("all", "-2652159.66", "breach")},
        "X09": {("all", "0.01", "rounding")},
        "X10": {("all", "0.01", "rounding")},
        "X12": {("scheduled", "-267590.95", "breach"), ("unscheduled", "267690.95", "breach")},
        "X13": {("beginning", "-30.33", "breach")},
        "X22": {("all", "100.01", "breach")},
        "X23": {("prior", "-30.24", "breach")},
        "A04": {("all", "-100.00", "breach")},
        "A06": {("all", "0.01", "rounding")},
        "E03": {("ALL/MASTER_SERVICING_FEE", "0.01", "rounding")},
        "I03": {("days", "171.00", "breach")},
        "I05": {("amendment", "-1.00", "breach")},
        "I11": {("T17", "6.00", "breach")},
        "I14": {("323", "-1.00", "breach")},
    }


def test_rules_of_severity_error_that_break_on_the_thornburg_report(seed: list[Row]) -> None:
    broken = {
        row["rule_id"] for row in seed if row["outcome"] == "breach" and RULES[row["rule_id"]].severity == "error"
    }
    assert broken == {"C10", "F01", "P01", "X01", "X03", "X05", "X06", "X22", "A04"}
    # The residual-cash class is paid excess cash, so the breach of its row is no error.
    assert [row["severity"] for row in seed if row["rule_id"] == "C10" and row["outcome"] == "breach"] == ["info"]


def test_accrual_days_of_the_thornburg_report(seed: list[Row]) -> None:
    days = {row["scope_key"]: row["outcome"] for row in seed if row["rule_id"] == "C09"}
    assert days == {"A n=22": "tie", "M-1 n=22": "tie", "M-2 n=22": "tie"}


@pytest.mark.parametrize(
    ("rule_id", "checks"),
    {"C01": 6, "C05": 6, "C06": 18, "P02": 2, "P03": 1, "P06": 2, "P09": 1, "P12": 24, "D03": 39, "D04": 39,
     "D06": 10, "D07": 16, "X18": 1, "E02": 4, "A14": 3, "D12": 1}.items(),
)  # fmt: skip
def test_checks_that_tie_on_the_thornburg_report(seed: list[Row], rule_id: str, checks: int) -> None:
    assert [row["outcome"] for row in seed if row["rule_id"] == rule_id] == ["tie"] * checks


def test_findings_of_the_aames_report(tiered: list[Row]) -> None:
    assert beyond(tiered) == {
        "C06": {("II.principal_distribution", "-0.01", "breach"), ("II.total_distribution", "-0.01", "breach")},
        "C07": {("II", "-0.01", "rounding")},
        "C14": {("C", "5365299.61", "breach")},
        "C23": {("18 classes", "-6.00", "breach")},
        "C27": {("C", "-1.00", "breach")},
        "F05": {("C", "1.00", "breach")},
        "F06": {("I", "-1.00", "breach")},
        "X04": {("OC class", "201454.56", "breach")},
        "X05": {("upper tier ending", "201454.56", "breach")},
        "X06": {("upper tier beginning", "142590.69", "breach")},
        "X14": {("total", "-0.01", "rounding")},
        "X15": {("OC class", "58863.87", "breach")},
        "X16": {("all", "-0.01", "breach")},
        "X23": {("prior", "142590.69", "breach")},
        "A12": {("all", "-0.01", "rounding")},
        "A13": {("ADJ", "0.01", "breach"), ("ALL", "0.01", "breach")},
        "I03": {("days", "16.00", "breach")},
        "I07": {("033-70636 vs 333-46893-01", "-1.00", "breach")},
    }


def test_reading_values_on_the_line_of_their_label_breaks_the_pool_rules(truth: Row) -> None:
    targets = {cell["row_label"]: cell for cell in truth["cells"] if cell["table"] == "T17"}
    shifted = [cell for cell in targets.values() if cell.get("shifted")]
    kept = [cell for cell in truth["cells"] if not (cell["table"] == "T17" and cell.get("shifted"))]
    for cell in shifted:
        beside = targets.get(cell["row_label_printed"])
        if beside:
            value = {name: cell[name] for name in ("value", "canonical_value", "raw") if name in cell}
            kept.append({**beside, **value, "shifted": False})
    connection = connect()
    load(connection, truth | {"cells": kept}, "ENDING_ACTUAL_BALANCE")
    # P06 lacks the gross rate then, and says nothing.
    results = judge(connection, [RULES[name] for name in ("P02", "P06", "P12", "P14")])
    assert {row["rule_id"] for row in results if row["outcome"] == "breach"} == {"P02", "P12", "P14"}
    assert [str(row["scope_key"]) for row in results if row["rule_id"] == "P12" and row["outcome"] == "breach"]


@pytest.mark.parametrize(("kept", "accession"), [("seed", "LOCAL-%"), ("tiered", "0001011438-98-000429")])
def test_what_is_read_of_a_real_filing_breaks_as_its_truth_does(
    kept: str, accession: str, shared_night: Settings, request: pytest.FixtureRequest
) -> None:
    """The rules run on the truth and on the reading: what does not tie is the same, to the last digit of a factor."""
    truth = request.getfixturevalue(kept)
    sql = f"""
        SELECT rule_id, scope_key, outcome, severity, diff
        FROM recon_result JOIN report USING (report_id) JOIN dim_deal USING (deal_id)
        WHERE outcome IN ('breach', 'rounding') AND accession_number LIKE '{accession}'
          AND (deal_name LIKE 'THORNBURG%' OR deal_name LIKE 'AAMES CAPITAL%')"""
    names = ("rule_id", "scope_key", "outcome", "severity", "diff")
    assert sorted(ask(shared_night, sql), key=str) == sorted(
        (tuple(row[name] for name in names) for row in truth if row["outcome"] in ("breach", "rounding")), key=str
    )


def printed(truth: Row) -> Iterator[str]:
    """Words and amounts that only this filing prints: too short ones would be met by chance."""
    for cell in truth["cells"]:
        members = cell.get("dims") or {}
        yield from (members[name] for name in ("payee", "provider", "account_name") if name in members)
        yield from (cell["raw"], cell["value"])
        if re.search(r"-\d|-IO", members.get("class", "")):
            yield members["class"]
    yield from (entry["raw"] for entry in truth["header"] if entry["field"].startswith(("dim_", "report", "filing")))


@pytest.mark.real
@pytest.mark.parametrize("name", ["thornburg-2003-2", "aames-1998-c"])
def test_no_rule_holds_what_a_real_filing_prints(shared: Path, name: str) -> None:
    truth = json.loads((shared / "truth" / f"{name}.json").read_text())
    words = {
        word
        for word in printed(truth)
        if len(word) >= 3 and not re.fullmatch(r"[0.,%]*\d{0,3}[.,0%]*|[A-Z]{3}|EX-\d.*|8-K.*", word)
    }
    assert len(words) > 100
    for rule in rules():
        held = {word for word in words if re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", rule.sql)}
        assert not held, f"{rule.id} holds {sorted(held)}"


def test_every_rule_of_the_design_is_there_with_its_severity(shared: Path) -> None:
    lines = (shared / "design" / "domain.md").read_text().splitlines()
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    designed = {row[0]: row[5] for row in rows if len(row) == 9 and re.fullmatch(r"[A-Z]\d\d", row[0])}
    assert len(designed) == 135
    assert {name: RULES[name].severity for name in designed} == {
        name: severity.split()[0] for name, severity in designed.items()
    }
    assert {rule.id for rule in RULES.values() if rule.kind == "integrity"} >= {"C26", "I04"}


def test_result_has_the_columns_of_its_table() -> None:
    connection = connect()
    rule: Rule = next(iter(RULES.values()))
    assert connection.sql(result_sql(rule)).columns == connection.sql("FROM recon_result").columns
