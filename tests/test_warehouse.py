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
from tests.homes import content, copied, home, load
from tests.schema import complete

Row = dict[str, Any]
Tables = dict[str, list[Row]]
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


def tables_of(*told: tuple[str, bool, int], texts: dict[str, str] | None = None, **more: list[Row]) -> Tables:
    """The rows of filings (accession, amendment, day known) of one deal and date, each with one cell."""
    reports = [report(accession, known) for accession, _, known in told]
    return {
        "filing": [filing(accession, amendment) for accession, amendment, _ in told],
        "document": [{"document_id": f"{one[0]}:1", "accession_number": one[0]} for one in told],
        "report": reports,
        "dim_deal": [{"report_id": one["report_id"]} for one in reports],
        "raw_cell": [
            {"report_id": one["report_id"], "raw_text": (texts or {}).get(one["accession_number"], str(number))}
            for number, one in enumerate(reports)
        ],
        **more,
    }


def lake_of(of: Settings, *told: tuple[str, bool, int], texts: dict[str, str] | None = None, **more: list[Row]) -> None:
    """Load the rows of such filings."""
    load(of, tables_of(*told, texts=texts, **more), accessions=[one[0] for one in told])


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
    warehouse.work_out(of)
    assert ask(of, "SELECT accession_number, state, reason, received_bytes, listed_in FROM filing_state") == [
        (other, "withdrawn", None, None, None),
        ("a", "loaded", None, 3_000_000_000, "an index"),
        ("b", "loaded", None, None, None),
    ]


# ---- cases: each a deal of its own, all in one warehouse


def monthly(accession: str, opens: str, closes: str) -> Tables:
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


def both(*parts: Tables) -> Tables:
    return {table: [row for part in parts for row in part.get(table, [])] for one in parts for table in one}


def late(bucket: str, low: int | None, balance: int) -> Row:
    status = {"report_id": "a:1:1", "status": "DELINQUENT", "bucket": bucket, "bucket_low_days": low}
    return status | {"balance": Decimal(balance)}


def proof(fact: str, told: str) -> Row:
    return {"report_id": "a:1:1", "fact": fact, "proof": told}


def judged(told: str) -> Tables:
    """A report with a class, a pool and what is late, all read with this proof."""
    return tables_of(
        ("a", False, 1),
        dim_class=[{"report_id": "a:1:1", "class_id": "k"}],
        fact_class_distribution=[{"report_id": "a:1:1", "class_id": "k", "ending_balance": Decimal(10)}],
        fact_collateral=[{"report_id": "a:1:1", "ending_scheduled_balance": Decimal(11)}],
        fact_delinquency=[late("30-59", 30, 3), late("60-89", 60, 4), late("TOTAL", None, 7)],
        report_proof=[
            proof(table, told) for table in ("fact_class_distribution", "fact_collateral", "fact_delinquency")
        ],
    )


def paid(amount: str) -> Tables:
    """A filing with one fee, as one reading of it has it."""
    return tables_of(("a", False, 1), fact_fee=[{"report_id": "a:1:1", "fee_code": "X", "amount": Decimal(amount)}])


CASES: dict[str, Tables] = {
    "amended": tables_of(("a", False, 1), ("b", True, 9)),
    "alone": tables_of(("b", True, 9)),
    "late": tables_of(("b", True, 9), texts={"b": "2.00"}),
    "repeated": tables_of(
        ("a", False, 1), ("b", False, 3), ("c", False, 5),
        texts={"a": "1.00", "b": "1.00", "c": "2.00"},
        fact_fee=[{"report_id": f"{name}:1:1", "fee_code": "X"} for name in "abc"],
    ),
    "confirmed": tables_of(("a", False, 1), ("b", True, 3), texts={"a": "1.00", "b": "1.00"}),
    "stale": tables_of(("a", False, 1), ("b", False, 9), **both(monthly("a", "100", "90"), monthly("b", "90", "70"))),
    "stated": tables_of(("a", False, 1), ("b", False, 9), **both(monthly("a", "100", "90"), monthly("b", "90", "70")))
    | {"filing": [filing("a"), filing("b") | {"period_of_report": date(2003, 5, 27)}]},
    "thrice": tables_of(
        ("a", False, 1), ("b", False, 5), ("c", False, 9),
        **both(monthly("a", "100", "90"), monthly("b", "90", "70"), monthly("c", "70", "60")),
    ),
    "changed": tables_of(
        ("a", False, 1), ("b", False, 9), **both(monthly("a", "100", "90"), monthly("b", "100", "80"))
    ),
    "unmoved": tables_of(("a", False, 1), ("b", False, 9), **both(monthly("a", "90", "90"), monthly("b", "90", "70"))),
    "learned": tables_of(
        ("b", True, 9), ("a", False, 1),
        dim_class=[
            {"report_id": "a:1:1", "class_id": "k", "class_name": "A-1", "day_count": "30/360",
             "original_face": Decimal(5)},
            {"report_id": "b:1:1", "class_id": "k", "class_name": "A1", "day_count": None, "original_face": Decimal(6)},
        ],
        dim_deal_identifier=[
            {"report_id": f"{name}:1:1", "deal_id": "d", "id_type": "CIK", "id_value": "7"} for name in "ab"
        ],
        dim_deal_alias=[
            {"report_id": f"{name}:1:1", "alias_name": "D", "first_seen_accession": name} for name in "ba"
        ],
    ),
    "reread": paid("1.00"),
    "proven": judged("proven"),
    "plausible": judged("plausible"),
    "doubtful": judged("doubtful"),
    "partly": tables_of(
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
    ),
}  # fmt: skip
# What came in a second batch: the original of an amendment, and a filing read again.
AFTERWARDS: dict[str, Tables] = {"late": tables_of(("a", False, 1), texts={"a": "1.00"}), "reread": paid("2.00")}
IDS = ("accession_number", "document_id", "report_id", "deal_id", "class_id", "first_seen_accession")


def apart(case: str, tables: Tables) -> Tables:
    """The same rows as those of another deal and other filings."""
    told: Tables = {}
    for table, rows in tables.items():
        whole = [complete(table, row) for row in rows]
        told[table] = [row | {name: f"{case}-{row[name]}" for name in IDS if row.get(name)} for row in whole]
    return told


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the warehouse of all cases was built."""
    of = home(tmp_path_factory.mktemp("cases"))
    for name, cases in (("b1", CASES), ("b2", AFTERWARDS)):
        tables = both(*(apart(case, told) for case, told in cases.items()))
        load(of, tables, [row["accession_number"] for row in tables["filing"]], name)
    warehouse.build(of, Ledger(of.store))
    warehouse.work_out(of)
    return of


def told(built: Settings, case: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows that tell of a case, by an id in them, with ids as the case has them."""
    own = f"{case}-"
    rows = [row for row in ask(built, sql) if any(isinstance(one, str) and one.startswith(own) for one in row)]
    return [tuple(one.replace(own, "") if isinstance(one, str) else one for one in row) for row in rows]


VERSIONS = (
    "SELECT accession_number, version_no, known_from, known_to, supersedes_report_id FROM report ORDER BY version_no"
)


def test_an_amendment_follows_its_original(built: Settings) -> None:
    assert told(built, "amended", VERSIONS) == [
        ("a", 1, datetime(2003, 5, 1), datetime(2003, 5, 9), None),
        ("b", 2, datetime(2003, 5, 9), FOREVER, "a:1:1"),
    ]
    assert told(built, "amended", "SELECT accession_number FROM v_report_latest") == [("b",)]
    assert told(built, "amended", "SELECT accession_number FROM v_report_first") == [("a",)]
    asof = "SELECT accession_number FROM report_asof(TIMESTAMP '2003-05-{}')"
    assert [told(built, "amended", asof.format(day)) for day in ("01", "08", "09")] == [[("a",)], [("a",)], [("b",)]]
    assert ask(built, "SELECT * FROM report_asof(TIMESTAMP '2003-04-30')") == []


def test_an_amendment_without_its_original_is_not_the_first_report(built: Settings) -> None:
    assert told(built, "alone", VERSIONS) == [("b", 2, datetime(2003, 5, 9), FOREVER, None)]
    assert told(built, "alone", "SELECT accession_number FROM v_report_first") == []


def test_the_original_that_comes_late_takes_its_place(built: Settings) -> None:
    assert [row[:2] for row in told(built, "late", VERSIONS)] == [("a", 1), ("b", 2)]


def test_a_report_filed_again_unchanged_is_no_version(built: Settings) -> None:
    assert [row[:2] for row in told(built, "repeated", VERSIONS)] == [("a", 1), ("c", 2)]
    repeats = "SELECT report_id, repeats_report_id, cells FROM report_repeat"
    assert told(built, "repeated", repeats) == [("b:1:1", "a:1:1", 1)]
    for table in ("raw_cell", "fact_fee"):
        rows = told(built, "repeated", f"SELECT report_id FROM {table} ORDER BY 1")
        assert rows == [("a:1:1",), ("c:1:1",)]
    reasons = "SELECT accession_number, reason FROM filing_state WHERE reason IS NOT NULL"
    assert told(built, "repeated", reasons) == [("b", "b:1:1 repeats a:1:1 and is left out")]


def test_an_amendment_that_repeats_the_original_is_a_version(built: Settings) -> None:
    assert [row[:2] for row in told(built, "confirmed", VERSIONS)] == [("a", 1), ("b", 2)]


DATES = "SELECT accession_number, distribution_date, version_no, known_to FROM report ORDER BY 2, 3"


def test_a_report_with_the_date_of_the_month_before_is_no_amendment_of_it(built: Settings) -> None:
    assert told(built, "stale", DATES) == [("a", APRIL, 1, FOREVER), ("b", MAY, 1, FOREVER)]


def test_the_date_a_filing_states_goes_before_the_printed_one_a_month_later(built: Settings) -> None:
    assert told(built, "stated", DATES) == [("a", APRIL, 1, FOREVER), ("b", date(2003, 5, 27), 1, FOREVER)]


def test_two_months_with_the_same_stale_date_go_to_their_own_months(built: Settings) -> None:
    dates = [row[:3] for row in told(built, "thrice", DATES)]
    assert dates == [("a", APRIL, 1), ("b", MAY, 1), ("c", date(2003, 6, 25), 1)]


def test_a_report_of_one_month_with_amounts_changed_is_a_version(built: Settings) -> None:
    assert told(built, "changed", DATES) == [("a", APRIL, 1, datetime(2003, 5, 9)), ("b", APRIL, 2, FOREVER)]


def test_a_month_in_which_nothing_moved_says_nothing_about_dates(built: Settings) -> None:
    assert [row[:3] for row in told(built, "unmoved", DATES)] == [("a", APRIL, 1), ("b", APRIL, 2)]


def test_a_dimension_keeps_the_latest_knowledge_of_each_column(built: Settings) -> None:
    classes = "SELECT deal_id, class_name, day_count, original_face FROM dim_class"
    assert told(built, "learned", classes) == [("d", "A1", "30/360", Decimal("6.00"))]
    assert told(built, "learned", "SELECT deal_id, id_value FROM dim_deal_identifier") == [("d", "7")]
    assert told(built, "learned", "SELECT alias_name, first_seen_accession FROM dim_deal_alias") == [("D", "a")]


def test_only_the_current_reading_of_a_filing_counts(built: Settings) -> None:
    assert told(built, "reread", "SELECT report_id, amount FROM fact_fee") == [("a:1:1", Decimal("2.00"))]


# ---- marts ----


@pytest.mark.parametrize(("case", "rows"), [("proven", 1), ("plausible", 1), ("doubtful", 0)])
def test_marts_leave_out_what_is_doubtful_and_their_twins_do_not(built: Settings, case: str, rows: int) -> None:
    for mart in ("v_class_month", "v_pool_month", "v_delinquency_month"):
        assert len(told(built, case, f"FROM {mart}")) == rows
        assert told(built, case, f"SELECT report_id, proof FROM {mart}_all") == [("a:1:1", case)]
    behind = "SELECT report_id, dq30plus, dq60plus, dq90plus FROM v_delinquency_month_all"
    assert told(built, case, behind) == [("a:1:1", Decimal("7.00"), Decimal("4.00"), None)]
    deal = "SELECT report_id, cls_end, pool_end, proof FROM {}"
    whole = ("a:1:1", Decimal("10.00"), Decimal("11.00"), case)
    assert told(built, case, deal.format("v_deal_month_all")) == [whole]
    assert told(built, case, deal.format("v_deal_month")) == [whole if rows else ("a:1:1", None, None, None)]


def test_the_deal_month_leaves_out_only_the_doubtful_part(built: Settings) -> None:
    deal = "SELECT report_id, cls_end, low_end, pool_end, proof FROM {}"
    ten, eleven = Decimal("10.00"), Decimal("11.00")
    assert told(built, "partly", deal.format("v_deal_month")) == [("a:1:1", ten, ten, None, "plausible")]
    assert told(built, "partly", deal.format("v_deal_month_all")) == [("a:1:1", ten, ten, eleven, "doubtful")]


# ---- rules and publication ----


def published(of: Settings) -> str:
    """Build, judge and publish."""
    warehouse.build(of, Ledger(of.store))
    warehouse.judge(of)
    warehouse.work_out(of)
    assert warehouse.failures(of) == []
    return warehouse.publish(of)


def test_what_fails_integrity_is_set_aside(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    published(of)
    before = of.warehouse.read_bytes()
    # A fact of a class that is nowhere: its reference does not resolve.
    lake_of(of, ("a", False, 1), fact_class_distribution=[{"report_id": "a:1:1", "class_id": "nowhere"}])
    warehouse.build(of, Ledger(of.store))
    warehouse.judge(of)
    warehouse.work_out(of)
    failed = warehouse.failures(of)
    assert [(one.rule_id, one.scope_key) for one in failed] == [("K02", "fact_class_distribution.class_id")]
    warehouse.reject(of)
    assert of.warehouse.read_bytes() == before
    assert warehouse.rejected(of).exists() and not warehouse.next_file(of).exists()


def test_what_no_rule_has_seen_is_not_published(of: Settings) -> None:
    lake_of(of, ("a", False, 1))
    warehouse.build(of, Ledger(of.store))
    warehouse.work_out(of)
    with pytest.raises(warehouse.WarehouseError, match="assertions"):
        warehouse.failures(of)


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
        warehouse.work_out(of)


def test_marts_are_snapshots_with_a_pointer(of: Settings) -> None:
    names, of = [], replace(of, kept=1)
    for number in range(of.kept + 2):
        lake_of(of, *[(f"a{one}", one > 0, one + 1) for one in range(number + 1)])
        names.append(published(of))
        # A clock that went back tells nothing.
        os.utime(of.home / "marts" / names[-1], ns=(9 - number, 9 - number))
    assert (of.home / "marts/CURRENT").read_text().strip() == names[-1] == warehouse.published(of)
    kept = {path.name for path in (of.home / "marts").iterdir() if path.is_dir()}
    assert names[-1] in kept and len(kept) == of.kept
    folder = of.home / "marts" / names[-1]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")} == {
        "v_deal_month/2003.parquet", "v_calendar/2003.parquet",
    }  # fmt: skip
    rows = duckdb.sql(f"SELECT count(*) FROM '{folder}/v_deal_month/*.parquet'").fetchall()
    assert rows == [(1,)]  # of three versions the one in force
    # Of the same lake the same is made once more.
    before = content(of.warehouse)
    assert before["report"] and before["recon_result"]
    assert published(of) == names[-1] and content(of.warehouse) == before
    assert {path.name for path in (of.home / "marts").iterdir() if path.is_dir()} == kept


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


def test_a_half_published_snapshot_is_published_again(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    assert warehouse.published(of) == warehouse.published(sample_night) is not None
    store.write_bytes(of.home / "marts/CURRENT", b"another\n")
    assert warehouse.published(of) is None


@pytest.mark.parametrize("processes", [1, 2])
def test_no_more_cores_are_taken_than_were_given(built: Settings, processes: int) -> None:
    with warehouse.beside(replace(built, processes=processes)) as connection:
        assert connection.sql("SELECT current_setting('threads')").fetchall() == [(processes,)]


def test_every_table_and_column_is_explained(built: Settings) -> None:
    silent = ask(
        built, "SELECT table_name FROM duckdb_tables() WHERE schema_name <> 'build' AND coalesce(comment, '') = ''"
    )
    silent += ask(built, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''")
    assert silent == []


def test_the_file_is_of_the_old_storage_format(sample_night: Settings) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{sample_night.warehouse}' AS w (READ_ONLY)")
        ((tags,),) = connection.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'w'").fetchall()
    assert tags["storage_version"].startswith("v1."), tags


# ---- questions ----


def test_a_question_without_end_is_stopped(sample_night: Settings) -> None:
    endless = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b, range(1000) AS c"
    with pytest.raises(warehouse.WarehouseError, match="stopped after 0.2 s"):
        warehouse.query(replace(sample_night, seconds=0.2), endless)


def test_without_a_warehouse_the_remedy_is_told(of: Settings) -> None:
    with pytest.raises(warehouse.WarehouseError, match="tieout nightly"):
        warehouse.query(of, "SELECT 1")
