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
    (None, "C30", "99999XAA2", "error", "breach", 1),
]
WAIVED = {"rule_id": "C01", "deal": "b", "distribution_date": date(2020, 1, 27), "scope_key": "A", "diff": -2}
RULES = {"C01": "reconciliation", "C10": "reconciliation", "C11": "reconciliation", "C13": "reconciliation",
         "C30": "reconciliation", "K01": "integrity"}  # fmt: skip


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
        ("North", january, "C01", "error", 3, 1, 0, 1, 1, 1 / 3),
        ("North", january, "C10", "error", 1, 0, 1, 0, 0, 0),
        ("North", january, "C10", "info", 1, 0, 0, 1, 0, 1),
        # The version in force ties; what the first one had wrong is no part of the trend.
        ("North", february, "C01", "error", 1, 1, 0, 0, 0, 0),
        (None, january, "C13", "warn", 1, 0, 0, 1, 0, 1),
        (None, None, "C30", "error", 1, 0, 0, 1, 0, 1),
    ]


def test_the_reports_of_a_trustee_by_month() -> None:
    sql = """SELECT trustee, month, reports, reports_with_error, error_share,
                    checks, ties, roundings, errors, warnings, infos, waived
             FROM v_trustee_month ORDER BY trustee NULLS LAST, month"""
    january, february = date(2020, 1, 1), date(2020, 2, 1)
    assert answer(sql) == [
        ("North", january, 2, 1, 0.5, 5, 1, 1, 1, 0, 1, 1),
        ("North", february, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0),
        (None, january, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0),
        # What a rule over all reports finds is of none.
        (None, None, 0, 0, None, 1, 0, 0, 1, 0, 0, 0),
    ]


def test_everyone_counts_the_same_breaches() -> None:
    counts = [
        answer(sql)
        for sql in (
            "SELECT count(*) FILTER (NOT waived), count(*) FILTER (waived) FROM v_breach",
            "SELECT count(*) FILTER (outcome = 'breach'), count(*) FILTER (outcome = 'waived') FROM v_outcome",
            "SELECT sum(breaches)::BIGINT, sum(waived)::BIGINT FROM v_rule_trend",
            "SELECT sum(errors + warnings + infos)::BIGINT, sum(waived)::BIGINT FROM v_trustee_month",
        )
    ]
    # Of the version that was amended, nothing counts.
    assert counts == [[(4, 1)]] * 4
    assert answer("SELECT report_id, version_no FROM v_breach_first WHERE report_id LIKE 'a2'") == [("a2", 1)]
    february = (
        "SELECT report_id, diff FROM breach_asof(TIMESTAMP '2020-03-01') WHERE distribution_date >= DATE '2020-02-01'"
    )
    assert answer(february) == [("a2", 9)]


def test_who_prepared_the_real_reports(shared_night: Settings) -> None:
    """A trustee is told by one report; a servicer who signs a certificate is none, nor a securities administrator."""
    told = "SELECT trustee, sum(reports)::INTEGER FROM v_trustee_month GROUP BY trustee ORDER BY trustee NULLS LAST"
    assert ask(shared_night, told) == [
        ("Wells Fargo Bank Minnesota, N.A.", 1),
        (None, 166),
    ]
