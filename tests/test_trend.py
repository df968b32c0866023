"""The trend of rules and trustees: hand-made results, counted by hand."""

from datetime import date

from flows.settings import Settings
from tests.homes import ask
from tests.schema import connect, fill, insert

# Two trustees and one who does not say; a report of February 2020 has two versions.
REPORTS = [
    {"report_id": "a1", "deal_id": "a", "trustee": "North", "distribution_date": date(2020, 1, 25)},
    {"report_id": "b1", "deal_id": "b", "trustee": "North", "distribution_date": date(2020, 1, 27)},
    {"report_id": "a2", "deal_id": "a", "trustee": "North", "distribution_date": date(2020, 2, 25),
     "known_to": date(2020, 3, 9)},
    {"report_id": "a3", "deal_id": "a", "trustee": "North", "distribution_date": date(2020, 2, 25), "version_no": 2},
    {"report_id": "c1", "deal_id": "c", "trustee": None, "distribution_date": date(2020, 1, 25)},
]  # fmt: skip
RESULTS = [
    ("a1", "C01", "A", "error", "tie", 0),
    ("a1", "C01", "B", "error", "breach", 5),
    ("a1", "C10", "B", "info", "breach", 7),
    ("b1", "C01", "A", "error", "breach", -2),
    ("b1", "C10", "A", "error", "rounding", 0.01),
    ("b1", "C11", "A", "warn", "not_applicable", None),
    ("b1", "K01", "fact", "error", "tie", 0),
    ("a2", "C01", "A", "error", "breach", 9),
    ("a3", "C01", "A", "error", "tie", 0),
    ("c1", "C13", "A", "warn", "breach", 1),
]
WAIVED = {"rule_id": "C01", "deal": "b", "distribution_date": date(2020, 1, 27), "scope_key": "A", "diff": -2}
RULES = {"C01": "reconciliation", "C10": "reconciliation", "C11": "reconciliation", "C13": "reconciliation",
         "K01": "integrity"}  # fmt: skip


def answer(sql: str) -> list[tuple[object, ...]]:
    """What the views say of the results above."""
    connection = connect()
    fill(connection, {"dim_deal": [{"deal_id": name} for name in "abc"], "report": REPORTS})
    names = ("report_id", "rule_id", "scope_key", "severity", "outcome", "diff")
    insert(connection, "recon_result", [dict(zip(names, row, strict=True)) for row in RESULTS])
    insert(connection, "recon_rule", [{"rule_id": name, "name": name, "kind": kind} for name, kind in RULES.items()])
    insert(connection, "waiver", [WAIVED])
    return connection.sql(sql).fetchall()


def test_a_rule_by_trustee_and_month() -> None:
    sql = """SELECT trustee, month, rule_id, severity, checks, ties, roundings, breaches, waived, breach_share
             FROM v_rule_trend ORDER BY trustee NULLS LAST, month, rule_id, severity"""
    january, february = date(2020, 1, 1), date(2020, 2, 1)
    assert answer(sql) == [
        ("North", january, "C01", "error", 3, 1, 0, 2, 1, 2 / 3),
        ("North", january, "C10", "error", 1, 0, 1, 0, 0, 0),
        ("North", january, "C10", "info", 1, 0, 0, 1, 0, 1),
        # The version in force ties; what the first one had wrong is no part of the trend.
        ("North", february, "C01", "error", 1, 1, 0, 0, 0, 0),
        (None, january, "C13", "warn", 1, 0, 0, 1, 0, 1),
    ]


def test_the_reports_of_a_trustee_by_month() -> None:
    sql = """SELECT trustee, month, reports, reports_with_error, error_share, reports_unexplained,
                    checks, ties, roundings, errors, warnings, infos, waived
             FROM v_trustee_month ORDER BY trustee NULLS LAST, month"""
    january, february = date(2020, 1, 1), date(2020, 2, 1)
    assert answer(sql) == [
        ("North", january, 2, 2, 1, 1, 5, 1, 1, 2, 0, 1, 1),
        ("North", february, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0),
        (None, january, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0),
    ]


def test_who_prepared_the_real_reports(shared_night: Settings) -> None:
    """Printed above their signatures: in 163 certificates (one amended), and by Wells Fargo under two names."""
    told = "SELECT trustee, sum(reports)::INTEGER FROM v_trustee_month GROUP BY trustee ORDER BY trustee NULLS LAST"
    assert ask(shared_night, told) == [
        ("CARMAX BUSINESS SERVICES, LLC", 162),
        ("Wells Fargo Bank Minnesota, N.A.", 1),
        ("Wells Fargo Bank, N.A.", 2),
        (None, 2),
    ]
