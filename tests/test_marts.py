"""Measures of the marts: on real filings against their printed figures, and where an input is missing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.schema import Row
from tests.test_examples_by_hand import months
from transforms.facts import key

# The filings by the day of their distribution: Thornburg 2003-2, and Aames 1998-C with its two groups.
S, B = "2003-04-25", "1998-12-15"


def measure(real: duckdb.DuckDBPyConnection, mart: str, name: str, day: str, member: str | None = None) -> float | None:
    """One measure of one row: of a class by its name, of a group by its code."""
    of = f"AND '{member}' = " + ("class_name" if mart == "v_class_month" else "group_code") if member else ""
    rows = real.sql(f"SELECT {name} FROM {mart} WHERE distribution_date = DATE '{day}' {of}").fetchall()
    assert len(rows) == 1, rows
    return None if rows[0][0] is None else float(rows[0][0])


# As far as the reference prints them; each was computed there from the printed figures, without this project.
REFERENCE: list[tuple[str, str, str, str | None, str]] = [
    ("v_pool_month", "smm", S, "ALL", "0.01236449"),
    ("v_pool_month", "smm", B, "FIXED", "0.00555472"),
    ("v_pool_month", "smm", B, "ADJ", "0.00815470"),
    ("v_pool_month", "smm", B, "ALL", "0.00659409"),
    ("v_pool_month", "cpr", S, "ALL", "0.138688"),
    ("v_pool_month", "cpr", B, "FIXED", "0.064657"),
    ("v_pool_month", "cpr", B, "ADJ", "0.093585"),
    ("v_pool_month", "cpr", B, "ALL", "0.076321"),
    ("v_pool_month", "voluntary_cpr", S, "ALL", "0.138688"),
    ("v_pool_month", "voluntary_cpr", B, "ALL", "0.076321"),
    ("v_pool_month", "mdr", S, "ALL", "0"),
    ("v_pool_month", "cdr", B, "ALL", "0"),
    ("v_pool_month", "derived_cumulative_loss_pct", S, "ALL", "0"),
    ("v_pool_month", "derived_pool_factor", S, "ALL", "0.987386"),
    ("v_pool_month", "pool_factor", B, "ALL", "0.9849107"),
    ("v_pool_month", "average_loan", S, "ALL", "436099.12"),
    ("v_pool_month", "average_loan", B, "ALL", "76715.63"),
    ("v_pool_month", "oc_pct", B, "FIXED", "0.007512"),
    ("v_pool_month", "oc_pct", B, "ADJ", "0.008900"),
    ("v_class_month", "class_factor", S, "A", "0.98712897"),
    ("v_class_month", "class_factor", B, "A-1F", "0.930581"),
    ("v_class_month", "credit_enhancement", S, "A", "0.0202556"),
    ("v_class_month", "credit_enhancement", S, "M-1", "0.0101278"),
    ("v_class_month", "credit_enhancement", S, "M-2", "0.000000067"),
    ("v_class_month", "credit_enhancement", B, "A-1F", "0.0080661"),
    ("v_delinquency_month", "dq30plus_share", S, "ALL", "0.00838768"),
    ("v_delinquency_month", "dq60plus_share", S, "ALL", "0.00024283"),
    ("v_delinquency_month", "dq60plus_fc_bk_reo_share", B, "FIXED", "0.0147096"),
    ("v_delinquency_month", "dq60plus_fc_bk_reo_share", B, "ADJ", "0.0278460"),
    # Printed: 3.24362 % and 4.08003 % of the loans.
    ("v_delinquency_month", "dq30plus_count_share", B, "FIXED", "0.0324362"),
    ("v_delinquency_month", "dq30plus_count_share", B, "ADJ", "0.0408003"),
    ("v_deal_month", "oc_pct", S, None, "0.000000067"),
    ("v_deal_month", "excess_spread", S, None, "0.030017"),
    ("v_deal_month", "excess_spread", B, None, "0.034399"),
    ("v_deal_month", "wa_class_coupon", S, None, "0.016557"),
    ("v_deal_month", "wa_class_coupon", B, None, "0.059840"),
    ("v_deal_month", "advance_rate", B, None, "0.953"),
]


@pytest.mark.parametrize(("mart", "name", "day", "member", "expected"), REFERENCE)
def test_a_measure_is_that_of_the_reference(
    real: duckdb.DuckDBPyConnection, mart: str, name: str, day: str, member: str | None, expected: str
) -> None:
    digits = len(expected.partition(".")[2])
    found = measure(real, mart, name, day, member)
    # A unit of the last digit: some are cut there, not rounded. A plain 0 is exact.
    assert found is not None and abs(found - float(expected)) <= (10**-digits if digits else 0)


def test_a_measure_whose_input_is_not_printed_is_null(real: duckdb.DuckDBPyConnection) -> None:
    # The certificates of the auto deal: no split of principal, no rate of a class, nothing liquidated told.
    day = "2014-03-17"
    for mart, name in (
        ("v_pool_month", "smm"), ("v_pool_month", "cpr"), ("v_pool_month", "mdr"), ("v_pool_month", "severity"),
        ("v_delinquency_month", "foreclosure"), ("v_deal_month", "excess_spread"), ("v_deal_month", "wa_class_coupon"),
    ):  # fmt: skip
        assert measure(real, mart, name, day) is None, name
    # The first report has none before it.
    for mart, name in (("v_pool_month", "wac_drift"), ("v_delinquency_month", "dq60plus_change")):
        assert measure(real, mart, name, day) is None, name


def test_one_month_against_the_next(real: duckdb.DuckDBPyConnection) -> None:
    # CarMax 2014-1, lines of March and April: 7.21 and 7.21 %; 60.09 and 59.25 months; 61 days and more.
    day = "2014-04-15"
    assert measure(real, "v_pool_month", "wac_drift", day) == 0
    assert measure(real, "v_pool_month", "wam_change", day) == pytest.approx(59.25 - 60.09)
    late = 1_080_319.48 - (97_147.48 + 13_741.08)
    assert measure(real, "v_delinquency_month", "dq60plus_change", day) == pytest.approx(late)


def test_next_months_rate_is_known(real: duckdb.DuckDBPyConnection) -> None:
    # Aames 1998-C prints 10.00753 % for this month and 10.00437 % for the next.
    assert measure(real, "v_pool_month", "next_wac_drift", B, "FIXED") == pytest.approx(0.1000437 - 0.1000753)


def test_the_calendar_tells_what_became_of_a_period(real: duckdb.DuckDBPyConnection) -> None:
    told = real.sql(
        "SELECT due_date, state, days_to_know FROM v_calendar WHERE state <> 'have' ORDER BY ALL"
    ).fetchall()
    # Aames 1998-C was filed on 31 December (line 17); Thornburg's amendment was signed on 13 October 2003.
    assert told == [
        (date(1998, 12, 15), "late", 16),
        (date(2003, 4, 25), "superseded", 171),
        (date(2014, 5, 15), "superseded", 0),
    ]


# What a mart has a row for in each month of a deal, by the fact it shows.
MEMBERS = {
    "deal_month": [],
    "calendar": [],
    "missing_month": [],
    "delinquency_month": ["group_code"],
    **{
        mart: [name for name in key(fact) if name != "report_id"]
        for mart, fact in {
            "class_month": "fact_class_distribution",
            "loss_month": "fact_loss",
            "trigger_month": "fact_trigger",
            "enhancement_month": "fact_enhancement",
            "reserve_month": "fact_other_account",
            "overcollateralization_month": "fact_overcollateralization",
            "fee_month": "fact_fee",
            "line_item": "fact_line_item",
            "formula_month": "printed_formula",
        }.items()
    },
    "pool_month": ["group_code"],
}
OF_OTHERS = ("v_trustee_month", "v_missing_month", "v_report_total")  # by month of no deal, or of every version


def marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The views with a row for a deal and a day of distribution."""
    found = connection.sql("""
        SELECT v.view_name FROM duckdb_views() AS v JOIN duckdb_columns() AS c ON c.table_name = v.view_name
        WHERE c.schema_name = 'main' AND c.column_name IN ('deal_id', 'distribution_date', 'due_date')
          AND regexp_matches(v.view_name, '(_month|_item|_calendar|_total)(_all|_first)?$')
        GROUP BY 1 HAVING count(*) = 2 ORDER BY 1""").fetchall()
    return [name for (name,) in found if name not in OF_OTHERS]


def doubled(connection: duckdb.DuckDBPyConnection, mart: str, rows: str) -> list[object]:
    """The members that a mart has twice in a month of a deal."""
    name = mart.removeprefix("v_").removesuffix("_all").removesuffix("_first")
    day = "due_date" if name == "calendar" else "distribution_date"
    whole = ", ".join(["deal_id", day, *MEMBERS[name]])
    return connection.sql(f"SELECT {whole}, count(*) FROM {rows} GROUP BY ALL HAVING count(*) > 1").fetchall()


def test_a_months_report_stands_once_in_every_mart(real: duckdb.DuckDBPyConnection) -> None:
    # One of the months is amended: the certificate of May 2014 was filed twice.
    assert real.sql("SELECT count(*) > 0 FROM report WHERE known_to < TIMESTAMP '9999-12-31'").fetchall() == [(True,)]
    found = marts(real)
    assert {mart.removeprefix("v_") for mart in found} >= MEMBERS.keys() - {"missing_month"}
    assert {mart: rows for mart in found if (rows := doubled(real, mart, mart))} == {}
    for mart in ("class", "pool", "delinquency", "deal"):
        known = f"{mart}_month_asof(TIMESTAMP '2014-06-01')"
        assert doubled(real, f"v_{mart}_month", known) == []
        assert real.sql(f"SELECT max(distribution_date) FROM {known}").fetchall() == [(date(2014, 5, 15),)]


def test_a_sum_over_a_month_that_was_amended_counts_it_once(real: duckdb.DuckDBPyConnection) -> None:
    # CarMax 2014-1, May 2014: the pool ends at 854,803,047.62, in both filings.
    months = "distribution_date BETWEEN DATE '2014-05-01' AND DATE '2014-05-31'"
    for mart in ("v_deal_month", "v_deal_month_all", "v_deal_month_first"):
        assert real.sql(f"SELECT sum(pool_end) FROM {mart} WHERE {months}").fetchall() == [(Decimal("854803047.62"),)]
    versions = f"SELECT version_no, pool_end FROM v_report_total WHERE {months} ORDER BY 1"
    assert real.sql(versions).fetchall() == [(1, Decimal("854803047.62")), (2, Decimal("854803047.62"))]


# ---- over months, on rows made by hand ----


def paying(*shares: float) -> list[Row]:
    """A pool of 1,000 that loses these shares of itself, in order."""
    return [
        {
            "beginning_scheduled_balance": Decimal(1000),
            "scheduled_principal": Decimal(0),
            "unscheduled_principal": Decimal(str(1000 * share)),
            "ending_scheduled_balance": Decimal(500),
        }
        for share in shares
    ]


def days(*numbers: int) -> Sequence[date]:
    return [date(2020 + (number - 1) // 12, (number - 1) % 12 + 1, 25) for number in numbers]


def ask(connection: duckdb.DuckDBPyConnection, name: str) -> list[float | None]:
    return [row[0] for row in connection.sql(f"SELECT {name} FROM v_pool_month ORDER BY distribution_date").fetchall()]


def test_speed_over_three_months_is_what_survives_them() -> None:
    found = ask(months(*days(1, 2, 3, 4), fact_collateral=paying(0.01, 0.02, 0.03, 0.04)), "cpr_3m")
    first, second = 0.99 * 0.98 * 0.97, 0.98 * 0.97 * 0.96
    assert found == [None, None, pytest.approx(1 - first**4), pytest.approx(1 - second**4)]


def test_speed_over_a_year_needs_twelve_months_in_a_row() -> None:
    shares = [0.01] * 13
    found = ask(months(*days(*range(1, 14)), fact_collateral=paying(*shares)), "cpr_12m")
    assert found == [None] * 11 + [pytest.approx(1 - 0.99**12)] * 2
    gap = [*range(1, 7), *range(8, 15)]
    assert ask(months(*days(*gap), fact_collateral=paying(*shares)), "cpr_12m") == [None] * 13


def test_a_speed_by_the_year_follows_the_rhythm_of_the_deal() -> None:
    quarters = ask(months(*days(1, 4, 7), fact_collateral=paying(0.03, 0.03, 0.03)), "cpr")
    assert quarters == [pytest.approx(1 - 0.97**4)] * 3
    assert ask(months(*days(1, 2), fact_collateral=paying(0.03, 0.03)), "cpr") == [pytest.approx(1 - 0.97**12)] * 2


def test_defaults_are_of_what_performed_before() -> None:
    pool = paying(0, 0)
    late = [
        {"status": "FORECLOSURE", "bucket": "TOTAL", "balance": Decimal(200)},
        {"status": "FORECLOSURE", "bucket": "TOTAL", "balance": Decimal(100)},
    ]
    lost = [
        {"liquidated_balance": Decimal(0), "net_loss": Decimal(0)},
        {"liquidated_balance": Decimal(80), "net_loss": Decimal(20)},
    ]
    connection = months(*days(1, 2), fact_collateral=pool, fact_delinquency=late, fact_loss=lost)
    assert ask(connection, "mdr") == [0, 80 / (1000 - 200)]
    assert ask(connection, "cdr") == [0, pytest.approx(1 - 0.9**12)]
    assert ask(connection, "severity") == [None, 0.25]
    assert connection.sql("SELECT foreclosure FROM v_delinquency_month ORDER BY ALL").fetchall() == [(100,), (200,)]


def test_a_rank_that_is_not_known_leaves_enhancement_unknown() -> None:
    classes = [{"class_id": "k", "ending_balance": Decimal(400)}]
    pool = [{"ending_scheduled_balance": Decimal(500)}]
    connection = months(*days(1), fact_class_distribution=classes, fact_collateral=pool)
    enhanced = "SELECT credit_enhancement FROM v_class_month"
    assert connection.sql(enhanced).fetchall() == [(None,)]
    connection.execute("UPDATE dim_class SET credit_rank = 1")
    assert connection.sql(enhanced).fetchall() == [(0.2,)]
    connection.execute("UPDATE dim_class SET is_notional = true")
    assert connection.sql(enhanced).fetchall() == [(None,)]


def test_what_a_measure_takes_from_elsewhere_is_not_doubtful() -> None:
    classes = [{"class_id": "k", "ending_balance": Decimal(400), "beginning_balance": Decimal(450)}] * 2
    pool = [{"ending_scheduled_balance": Decimal(500)}] * 2
    connection = months(*days(1, 2), fact_class_distribution=classes, fact_collateral=pool)
    connection.execute("UPDATE dim_class SET credit_rank = 1")
    asked = "SELECT credit_enhancement, opening_jump FROM {} ORDER BY distribution_date"
    assert connection.sql(asked.format("v_class_month")).fetchall() == [(0.2, None), (0.2, 50)]
    connection.execute("UPDATE report_proof SET proof = 'doubtful' WHERE fact = 'fact_collateral' AND report_id = 'r2'")
    assert connection.sql(asked.format("v_class_month")).fetchall() == [(0.2, None), (None, 50)]
    connection.execute("UPDATE report_proof SET proof = 'doubtful' WHERE report_id = 'r1'")
    assert connection.sql(asked.format("v_class_month")).fetchall() == [(None, None)]
    # The twin shows what is doubtful, and takes nothing from it.
    assert connection.sql(asked.format("v_class_month_all")).fetchall() == [(None, None), (None, None)]


# ---- where a value is printed ----


def test_every_value_of_every_fact_leads_to_a_cell_that_prints_it(real: duckdb.DuckDBPyConnection) -> None:
    lost = real.sql("""
        SELECT v.* FROM fact_value((SELECT list(report_id) FROM report)) AS v
        ANTI JOIN (FROM v_value_cell WHERE coalesce(agrees, true)) AS c USING (report_id, fact, member, column_name)
    """).fetchall()
    assert lost == []
    told = real.sql("SELECT DISTINCT fact FROM v_value_cell ORDER BY 1").fetchall()
    assert told == real.sql("SELECT DISTINCT fact FROM report_proof ORDER BY 1").fetchall()


def test_the_cells_behind_a_column(real: duckdb.DuckDBPyConnection) -> None:
    (report,) = real.sql(f"SELECT report_id FROM report WHERE distribution_date = DATE '{S}'").fetchall()[0]
    # The beginning balance of class A: lines 130 and 174, and again where interest is told.
    found = real.sql(f"""
        SELECT line_no, raw_text FROM source_of('{report}', 'fact_class_distribution', 'beginning_balance')
        JOIN dim_class AS d ON d.class_id = member WHERE d.class_name = 'A' ORDER BY line_no""").fetchall()
    assert (130, "1,039,673,900.00") in found and (174, "1,039,673,900.00") in found
    assert {text for _, text in found} == {"1,039,673,900.00"}


def test_an_amendment_that_changed_one_number(real: duckdb.DuckDBPyConnection) -> None:
    # CarMax 2014-1, May 2014, line 77 of the certificate: 3,306,916.00 was filed again as 3,306,916,000.00.
    (change,) = real.sql("""
        SELECT distribution_date, version_no, fact, value_before, value_after, cells_before, cells_after
        FROM v_amendment_change""").fetchall()
    assert change[:3] == (date(2014, 5, 15), 2, "fact_line_item")
    assert [Decimal(value) for value in change[3:5]] == [3_306_916, 3_306_916_000]
    assert change[5:] == (["3076:85"], ["3054:85"])
