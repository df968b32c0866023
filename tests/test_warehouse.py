"""The warehouse from hand-made batches: versions, dimensions, marts, rules, publication, questions."""

import os
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import store, warehouse
from flows.ledger import BLANK, Ledger
from flows.settings import Settings
from tests.homes import content, home, load

Row = dict[str, Any]
APRIL, MAY = date(2003, 4, 25), date(2003, 5, 25)
FOREVER = datetime(9999, 12, 31)


def filing(accession: str, amendment: bool = False) -> Row:
    return {
        "accession_number": accession,
        "form_type": "8-K/A" if amendment else "8-K",
        "is_amendment": amendment,
    }


def report(accession: str, known: int, day: date = APRIL, ordinal: int = 1) -> Row:
    return {
        "report_id": f"{accession}:1:{ordinal}",
        "document_id": f"{accession}:1",
        "accession_number": accession,
        "distribution_date": day,
        "known_from": datetime(2003, 5, known),
    }


def lake_of(of: Settings, *told: tuple[str, bool, int], texts: dict[str, str] | None = None, **more: list[Row]) -> None:
    """Load filings (accession, amendment, day known) of one deal and date, each with one cell."""
    reports = [report(accession, known) for accession, _, known in told]
    load(
        of,
        {
            "filing": [filing(accession, amendment) for accession, amendment, _ in told],
            "document": [{"document_id": f"{one[0]}:1", "accession_number": one[0]} for one in told],
            "report": reports,
            "dim_deal": [{"report_id": one["report_id"]} for one in reports],
            "raw_cell": [
                {"report_id": one["report_id"], "raw_text": (texts or {}).get(one["accession_number"], str(number))}
                for number, one in enumerate(reports)
            ],
            **more,
        },
        accessions=[one[0] for one in told],
    )


def ask(of: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Ask the file that was built aside."""
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as connection:
        return connection.sql(sql).fetchall()


@pytest.fixture
def of(tmp_path: Path) -> Settings:
    return home(tmp_path)


def test_the_last_row_of_a_filing_is_its_state(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", False, 3))
    held, other = Ledger(of.store).of(["a"])["a"], "0000000001-98-000001"
    for book in (Ledger(of.store), Ledger(of.store)):
        for state in ("listed", "fetched", "withdrawn"):
            book.record([BLANK | {"accession_number": other, "state": state}, held | {"reason": state}])
        book.fold(at=5)
    book.record([held | {"received_bytes": 3_000_000_000, "listed_in": "an index"}])
    warehouse.build(of, book)
    assert ask(of, "SELECT accession_number, state, reason, received_bytes, listed_in FROM filing_state") == [
        (other, "withdrawn", None, None, None),
        ("a", "loaded", None, 3_000_000_000, "an index"),
        ("b", "loaded", None, None, None),
    ]


VERSIONS = (
    "SELECT accession_number, version_no, known_from, known_to, supersedes_report_id FROM report ORDER BY version_no"
)


def test_an_amendment_follows_its_original(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", True, 9))
    warehouse.build(of, Ledger(of.store))
    assert ask(of, VERSIONS) == [
        ("a", 1, datetime(2003, 5, 1), datetime(2003, 5, 9), None),
        ("b", 2, datetime(2003, 5, 9), FOREVER, "a:1:1"),
    ]
    assert ask(of, "SELECT accession_number FROM v_report_latest") == [("b",)]
    assert ask(of, "SELECT accession_number FROM v_report_first") == [("a",)]
    asof = "SELECT accession_number FROM report_asof(TIMESTAMP '2003-05-{}')"
    assert [ask(of, asof.format(day)) for day in ("01", "08", "09")] == [[("a",)], [("a",)], [("b",)]]
    assert ask(of, "SELECT * FROM report_asof(TIMESTAMP '2003-04-30')") == []


def test_an_amendment_without_its_original_is_not_the_first_report(of: Settings) -> None:
    lake_of(of, ("b", True, 9))
    warehouse.build(of, Ledger(of.store))
    assert ask(of, VERSIONS) == [("b", 2, datetime(2003, 5, 9), FOREVER, None)]
    assert ask(of, "FROM v_report_first") == []


def test_the_original_that_comes_late_takes_its_place(of: Settings) -> None:
    load(
        of,
        {"filing": [filing("b", True)], "report": [report("b", 9)], "dim_deal": [{"report_id": "b:1:1"}]},
        ["b"],
        "b1",
    )
    load(of, {"filing": [filing("a")], "report": [report("a", 1)], "dim_deal": [{"report_id": "a:1:1"}]}, ["a"], "b2")
    warehouse.build(of, Ledger(of.store))
    assert [row[:2] for row in ask(of, VERSIONS)] == [("a", 1), ("b", 2)]


def test_a_report_filed_again_unchanged_is_no_version(of: Settings) -> None:
    fees = [{"report_id": f"{name}:1:1", "fee_code": "X"} for name in "abc"]
    lake_of(
        of,
        ("a", False, 1),
        ("b", False, 3),
        ("c", False, 5),
        texts={"a": "1.00", "b": "1.00", "c": "2.00"},
        fact_fee=fees,
    )
    warehouse.build(of, Ledger(of.store))
    assert [row[:2] for row in ask(of, VERSIONS)] == [("a", 1), ("c", 2)]
    assert ask(of, "SELECT report_id, repeats_report_id, cells FROM report_repeat") == [("b:1:1", "a:1:1", 1)]
    for table in ("raw_cell", "fact_fee"):
        assert ask(of, f"SELECT report_id FROM {table}") == [("a:1:1",), ("c:1:1",)]
    assert ask(of, "SELECT reason FROM filing_state WHERE accession_number = 'b'") == [
        ("b:1:1 repeats a:1:1 and is left out",)
    ]


def test_an_amendment_that_repeats_the_original_is_a_version(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", True, 3), texts={"a": "1.00", "b": "1.00"})
    warehouse.build(of, Ledger(of.store))
    assert [row[:2] for row in ask(of, VERSIONS)] == [("a", 1), ("b", 2)]


def monthly(accession: str, opens: str, closes: str) -> dict[str, list[Row]]:
    """The balances of one class and of the pool in one report."""
    one = {"report_id": f"{accession}:1:1"}
    return {
        "fact_class_distribution": [
            one | {"class_id": "k", "beginning_balance": Decimal(opens), "ending_balance": Decimal(closes)}
        ],
        "fact_collateral": [
            one | {"beginning_scheduled_balance": Decimal(opens), "ending_scheduled_balance": Decimal(closes)}
        ],
        "dim_class": [one | {"class_id": "k", "class_name": "A"}],
    }


def both(*parts: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {table: [row for part in parts for row in part[table]] for table in parts[0]}


DATES = "SELECT accession_number, distribution_date, version_no, known_to FROM report ORDER BY 2, 3"


def test_a_report_with_the_date_of_the_month_before_is_no_amendment_of_it(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", False, 9), **both(monthly("a", "100", "90"), monthly("b", "90", "70")))
    warehouse.build(of, Ledger(of.store))
    assert ask(of, DATES) == [("a", APRIL, 1, FOREVER), ("b", MAY, 1, FOREVER)]


def test_the_date_a_filing_states_goes_before_the_printed_one_a_month_later(of: Settings) -> None:
    balances = both(monthly("a", "100", "90"), monthly("b", "90", "70"))
    stated = [filing("a"), filing("b") | {"period_of_report": date(2003, 5, 27)}]
    lake_of(of, ("a", False, 1), ("b", False, 9), **balances | {"filing": stated})
    warehouse.build(of, Ledger(of.store))
    assert ask(of, DATES) == [("a", APRIL, 1, FOREVER), ("b", date(2003, 5, 27), 1, FOREVER)]


def test_two_months_with_the_same_stale_date_go_to_their_own_months(of: Settings) -> None:
    months = (monthly("a", "100", "90"), monthly("b", "90", "70"), monthly("c", "70", "60"))
    lake_of(of, ("a", False, 1), ("b", False, 5), ("c", False, 9), **both(*months))
    warehouse.build(of, Ledger(of.store))
    assert [row[:3] for row in ask(of, DATES)] == [("a", APRIL, 1), ("b", MAY, 1), ("c", date(2003, 6, 25), 1)]


def test_a_report_of_one_month_with_amounts_changed_is_a_version(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", False, 9), **both(monthly("a", "100", "90"), monthly("b", "100", "80")))
    warehouse.build(of, Ledger(of.store))
    assert ask(of, DATES) == [("a", APRIL, 1, datetime(2003, 5, 9)), ("b", APRIL, 2, FOREVER)]


def test_a_month_in_which_nothing_moved_says_nothing_about_dates(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", False, 9), **both(monthly("a", "90", "90"), monthly("b", "90", "70")))
    warehouse.build(of, Ledger(of.store))
    assert [row[:3] for row in ask(of, DATES)] == [("a", APRIL, 1), ("b", APRIL, 2)]


def test_a_dimension_keeps_the_latest_knowledge_of_each_column(of: Settings) -> None:
    classes = [
        {
            "report_id": "a:1:1",
            "class_id": "k",
            "class_name": "A-1",
            "day_count": "30/360",
            "original_face": Decimal(5),
        },
        {"report_id": "b:1:1", "class_id": "k", "class_name": "A1", "day_count": None, "original_face": Decimal(6)},
    ]
    ids = [{"report_id": f"{name}:1:1", "deal_id": "d", "id_type": "CIK", "id_value": "7"} for name in "ab"]
    aliases = [{"report_id": f"{name}:1:1", "alias_name": "D", "first_seen_accession": name} for name in "ba"]
    lake_of(of, ("b", True, 9), ("a", False, 1), dim_class=classes, dim_deal_identifier=ids, dim_deal_alias=aliases)
    warehouse.build(of, Ledger(of.store))
    assert ask(of, "SELECT class_name, day_count, original_face FROM dim_class") == [("A1", "30/360", Decimal("6.00"))]
    assert ask(of, "SELECT deal_id, id_value FROM dim_deal_identifier") == [("d", "7")]
    assert ask(of, "SELECT alias_name, first_seen_accession FROM dim_deal_alias") == [("D", "a")]


def test_only_the_current_reading_of_a_filing_counts(of: Settings) -> None:
    for name, amount in (("b1", "1.00"), ("b2", "2.00")):
        load(
            of,
            {
                "filing": [filing("a")],
                "report": [report("a", 1)],
                "dim_deal": [{"report_id": "a:1:1"}],
                "fact_fee": [{"report_id": "a:1:1", "fee_code": "X", "amount": Decimal(amount)}],
            },
            ["a"],
            name,
        )
    warehouse.build(of, Ledger(of.store))
    assert ask(of, "SELECT amount FROM fact_fee") == [(Decimal("2.00"),)]


# ---- marts ----


def proof(fact: str, told: str) -> Row:
    return {"report_id": "a:1:1", "fact": fact, "proof": told}


@pytest.mark.parametrize(("told", "rows"), [("proven", 1), ("plausible", 1), ("doubtful", 0)])
def test_marts_leave_out_what_is_doubtful_and_their_twins_do_not(of: Settings, told: str, rows: int) -> None:
    tables = ("fact_class_distribution", "fact_collateral", "fact_delinquency")
    lake_of(
        of,
        ("a", False, 1),
        dim_class=[{"report_id": "a:1:1", "class_id": "k"}],
        fact_class_distribution=[{"report_id": "a:1:1", "class_id": "k", "ending_balance": Decimal(10)}],
        fact_collateral=[{"report_id": "a:1:1", "ending_scheduled_balance": Decimal(11)}],
        fact_delinquency=[
            {
                "report_id": "a:1:1",
                "status": "DELINQUENT",
                "bucket": "30-59",
                "bucket_low_days": 30,
                "balance": Decimal(3),
            },
            {
                "report_id": "a:1:1",
                "status": "DELINQUENT",
                "bucket": "60-89",
                "bucket_low_days": 60,
                "balance": Decimal(4),
            },
            {"report_id": "a:1:1", "status": "DELINQUENT", "bucket": "TOTAL", "balance": Decimal(7)},
        ],
        report_proof=[proof(table, told) for table in tables],
    )
    warehouse.build(of, Ledger(of.store))
    for mart in ("v_class_month", "v_pool_month", "v_delinquency_month"):
        assert len(ask(of, f"FROM {mart}")) == rows
        assert ask(of, f"SELECT proof FROM {mart}_all") == [(told,)]
    assert ask(of, "SELECT dq30plus, dq60plus, dq90plus FROM v_delinquency_month_all") == [
        (Decimal("7.00"), Decimal("4.00"), None)
    ]
    deal = "SELECT cls_end, pool_end, proof FROM {}"
    assert ask(of, deal.format("v_deal_month_all")) == [(Decimal("10.00"), Decimal("11.00"), told)]
    expected = (Decimal("10.00"), Decimal("11.00"), told) if rows else (None, None, None)
    assert ask(of, deal.format("v_deal_month")) == [expected]


def test_the_deal_month_leaves_out_only_the_doubtful_part(of: Settings) -> None:
    lake_of(
        of,
        ("a", False, 1),
        dim_class=[
            {"report_id": "a:1:1", "class_id": "k"},
            {"report_id": "a:1:1", "class_id": "x", "is_notional": True},
            {"report_id": "a:1:1", "class_id": "low", "tier": "LOWER"},
        ],
        fact_class_distribution=[
            {"report_id": "a:1:1", "class_id": name, "ending_balance": Decimal(10)} for name in ("k", "x", "low")
        ],
        fact_collateral=[{"report_id": "a:1:1", "ending_scheduled_balance": Decimal(11)}],
        report_proof=[proof("fact_class_distribution", "plausible"), proof("fact_collateral", "doubtful")],
    )
    warehouse.build(of, Ledger(of.store))
    deal = "SELECT cls_end, low_end, pool_end, proof FROM {}"
    assert ask(of, deal.format("v_deal_month")) == [(Decimal("10.00"), Decimal("10.00"), None, "plausible")]
    assert ask(of, deal.format("v_deal_month_all")) == [
        (Decimal("10.00"), Decimal("10.00"), Decimal("11.00"), "doubtful")
    ]


# ---- rules and publication ----


def published(of: Settings) -> str:
    """Build, judge and publish."""
    warehouse.build(of, Ledger(of.store))
    warehouse.judge(of)
    assert warehouse.failures(of) == []
    return warehouse.publish(of)


def test_the_same_lake_makes_the_same_warehouse(of: Settings) -> None:
    lake_of(of, ("a", False, 1), ("b", True, 9))
    first = published(of)
    before = content(of.warehouse)
    assert before["report"] and before["recon_result"]
    second = published(of)
    assert (content(of.warehouse), second) == (before, first)
    assert [path.name for path in (of.home / "marts").iterdir() if path.is_dir()] == [first]


def test_what_fails_integrity_is_set_aside(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    published(of)
    before = of.warehouse.read_bytes()
    # A fact of a class that is nowhere: its reference does not resolve.
    lake_of(of, ("a", False, 1), fact_class_distribution=[{"report_id": "a:1:1", "class_id": "nowhere"}])
    warehouse.build(of, Ledger(of.store))
    warehouse.judge(of)
    failed = warehouse.failures(of)
    assert [(one.rule_id, one.scope_key) for one in failed] == [("K02", "fact_class_distribution.class_id")]
    warehouse.reject(of)
    assert of.warehouse.read_bytes() == before
    assert warehouse.rejected(of).exists() and not warehouse.next_file(of).exists()


def test_what_no_rule_has_seen_is_not_published(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    warehouse.build(of, Ledger(of.store))
    with pytest.raises(warehouse.WarehouseError, match="assertions"):
        warehouse.failures(of)


def test_a_reader_keeps_the_file_it_opened(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    published(of)
    with duckdb.connect(str(of.warehouse), read_only=True) as reader:
        assert reader.sql("SELECT count(*) FROM report").fetchall() == [(1,)]
        lake_of(of, ("a", False, 1), ("b", True, 9))
        published(of)
        assert reader.sql("SELECT count(*) FROM report").fetchall() == [(1,)]
    assert warehouse.query(of, "SELECT count(*) AS n FROM report")["n"].to_pylist() == [2]


@pytest.mark.parametrize(("line", "said"), [
    ("C01,d,2003-04-25,A", "more or fewer fields"),
    ("C01,d,2003-04-25,A,1.00,why,Ann,2026-01-02,more", "more or fewer fields"),
    ("C01,d,April,A,1.00,why,Ann,2026-01-02", "April"), ("C01,d,2003-04-25,A,much,why,Ann,2026-01-02", "much"),
])  # fmt: skip
def test_a_broken_waiver_is_named_with_its_line(
    of: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    file = tmp_path / "waivers.csv"
    file.write_text(f"rule_id,deal,distribution_date,scope_key,diff,reason,decided_by,decided_on\n{line}\n")
    monkeypatch.setattr(warehouse, "_waivers", lambda: file)
    lake_of(of, ("a", False, 1))
    with pytest.raises(warehouse.WarehouseError, match=f"waivers.csv, line 2: .*{said}"):
        warehouse.build(of, Ledger(of.store))


def test_marts_are_snapshots_with_a_pointer(of: Settings) -> None:
    names, of = [], replace(of, kept=1)
    for number in range(of.kept + 2):
        lake_of(of, *[(f"a{one}", one > 0, one + 1) for one in range(number + 1)])
        names.append(published(of))
        os.utime(of.home / "marts" / names[-1], ns=(number, number))
    assert (of.home / "marts/CURRENT").read_text().strip() == names[-1] == warehouse.published(of)
    kept = {path.name for path in (of.home / "marts").iterdir() if path.is_dir()}
    assert names[-1] in kept and len(kept) == of.kept
    folder = of.home / "marts" / names[-1]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")} == {
        "v_deal_month/2003.parquet", "v_calendar/2003.parquet",
    }  # fmt: skip
    rows = duckdb.sql(f"SELECT count(*) FROM '{folder}/v_deal_month/*.parquet'").fetchall()
    assert rows == [(of.kept + 2,)]


def test_a_year_that_stays_is_the_same_file_in_the_next_snapshot(of: Settings) -> None:
    def month(accession: str, day: date) -> dict[str, list[Row]]:
        one = report(accession, 1) | {"distribution_date": day}
        return {
            "filing": [filing(accession)],
            "document": [{"document_id": f"{accession}:1", "accession_number": accession}],
            "report": [one],
            "dim_deal": [{"report_id": one["report_id"]}],
        }

    def files(snapshot: str) -> dict[str, int]:
        folder = of.home / "marts" / snapshot
        return {path.stem: path.stat().st_ino for path in (folder / "v_deal_month").iterdir()}

    for accession, day in (("a", APRIL), ("b", APRIL.replace(year=2004))):
        load(of, month(accession, day), [accession], f"batch{accession}")
    before = files(published(of))
    load(of, month("c", MAY.replace(year=2004)), ["c"], "batchc")
    after = files(published(of))
    assert before.keys() == after.keys() == {"2003", "2004"}
    assert before["2003"] == after["2003"] and before["2004"] != after["2004"]


def test_a_half_published_snapshot_is_published_again(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    name = published(of)
    assert warehouse.published(of) == name
    store.write_bytes(of.home / "marts/CURRENT", b"another\n")
    assert warehouse.published(of) is None


def test_every_table_and_column_is_explained(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    warehouse.build(of, Ledger(of.store))
    silent = ask(
        of, "SELECT table_name FROM duckdb_tables() WHERE schema_name <> 'build' AND coalesce(comment, '') = ''"
    )
    silent += ask(of, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''")
    assert silent == []


def test_the_file_is_of_the_old_storage_format(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    published(of)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{of.warehouse}' AS w (READ_ONLY)")
        ((tags,),) = connection.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'w'").fetchall()
    assert tags["storage_version"].startswith("v1."), tags


# ---- questions ----


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A published warehouse that no question may change."""
    of = home(tmp_path_factory.mktemp("asked"))
    lake_of(of, ("a", False, 1))
    published(of)
    return of


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY report TO '/tmp/tieout-stolen.csv'",
        "ATTACH '/tmp/tieout-other.duckdb'",
        "CREATE TABLE mine (a INTEGER)",
        "DELETE FROM report",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT nothing FROM report",
    ],
)
def test_a_question_can_only_read(asked: Settings, sql: str) -> None:
    before = asked.warehouse.read_bytes()
    with pytest.raises(warehouse.WarehouseError):
        warehouse.query(asked, sql)
    assert asked.warehouse.read_bytes() == before


def test_a_question_without_end_is_stopped(asked: Settings) -> None:
    endless = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b, range(1000) AS c"
    with pytest.raises(warehouse.WarehouseError, match="stopped after 0.2 s"):
        warehouse.query(replace(asked, seconds=0.2), endless)


def test_without_a_warehouse_the_remedy_is_told(of: Settings) -> None:
    with pytest.raises(warehouse.WarehouseError, match="tieout nightly"):
        warehouse.query(of, "SELECT 1")
