"""A filing that breaks a key, a NOT NULL, a type or a rule ends alone; all others are published as without it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import transforms
from flows import fingerprints, intake, lake, stages, warehouse
from flows.lake import Batch
from flows.ledger import Ledger
from flows.settings import Settings
from tests.homes import SAMPLE, ask, content, copied, home
from transforms import Submission, facts, integrity
from transforms.errors import BrokenFacts
from transforms.facts import Frames

GOOD = 20
OWN = ("recon_rule", "recon_result", "filing_state", "filing_listing", "identity_decision")
ABOUT_ALL = ("identity_join", "identity_conflict", "dim_class_alias", "report_source", "report_repeat")
TABLES = [table for table in facts.TABLES if table not in (*OWN, *ABOUT_ALL)]


def texts() -> list[bytes]:
    """The reports of the sample, as they are received."""
    # A filing of two filers lies there twice; one filer is no trust.
    files = (SAMPLE / "Archives/edgar/data").rglob("0009056404*.txt*")
    paths = {path.name: path for path in sorted(files)}
    return [lake.plain(path.read_bytes()) for path in paths.values()]


@pytest.fixture(scope="module")
def built() -> tuple[Frames, str]:
    """The facts of three filings, a row of every table in each, and the filing in the middle."""
    cells, outcomes = transforms.read_batch([Submission(text, local=True) for text in texts()[:3]])
    frames = transforms.build(cells)
    for table in TABLES:
        if table not in frames:
            rows = [_row(table, frames, one.accession) for one in outcomes]
            frames[table] = pl.DataFrame(rows, schema=facts.polars_schema(table), orient="row")
    assert integrity.broken(frames) == {}
    return frames, outcomes[1].accession


def _row(table: str, frames: Frames, accession: str) -> dict[str, Any]:
    """A row of a filing: what names something of it, and anything where something must stand."""
    (report,) = frames["report"].filter(pl.col("accession_number") == accession).head(1).to_dicts()
    class_id = frames["dim_class"].filter(pl.col("report_id") == report["report_id"])["class_id"][0]
    anything = {pl.String: "x", pl.Date: date(2003, 5, 1), pl.Datetime: datetime(2003, 5, 1), pl.Boolean: True}
    return {
        name: report.get(name) or (class_id if name == "class_id" else anything.get(column.dtype.base_type(), 1))
        for name, column in facts.TABLES[table].columns().items()
        if not column.nullable
    }


def _owned(frame: pl.DataFrame, accession: str) -> pl.Series:
    return frame.select(integrity._owner(frame) == accession).to_series()


def _changed(frames: Frames, table: str, accession: str, column: str, value: Any) -> Frames:
    """The facts with another value in a column of the first row of a filing."""
    frame, own = frames[table], _owned(frames[table], accession)
    at = own.arg_true()[0]
    values = frame[column].to_list()
    values[at] = value
    kind = pl.String if isinstance(value, str) else frame.schema[column]
    values = [None if one is None else str(one) for one in values] if kind == pl.String else values
    return frames | {table: frame.with_columns(pl.Series(column, values, dtype=kind))}


NAMED = ("filing", "document", "dim_deal", "dim_class", "report")  # by other tables


def _faults(whole: Frames, accession: str) -> Iterator[tuple[str, Frames]]:
    """Every fault that the facts of a filing can have, by what its reason says, with the tables that it is about."""
    for table in TABLES:
        frame = whole[table]
        # Where no fact is looked at, its figures would be missed.
        frames = {name: whole[name] for name in (TABLES if table == "raw_cell" else {table, *NAMED})}
        if printed := _printed(whole, table, accession):
            frames["raw_cell"] = whole["raw_cell"].filter(pl.col("canonical_table") == table)
        columns = facts.TABLES[table].columns()
        for name, column in columns.items():
            if not column.nullable:
                yield f"NOT NULL of {table}.{name}", _changed(frames, table, accession, name, None)
            if column.dtype != pl.String:
                yield f"type of {table}.{name}: 'thirty'", _changed(frames, table, accession, name, "thirty")
        if facts.key(table) and not table.startswith("dim_"):
            twice = frame.filter(_owned(frame, accession)).head(1)
            yield f"K01: two rows of {table}", frames | {table: pl.concat([frame, twice])}
        for column_name, target in facts.references(table).items():
            if (table, column_name) not in OWNERS:
                yield (
                    f"K02: {table}.{column_name} names 'nobody', which is no {target}",
                    _changed(frames, table, accession, column_name, "nobody"),
                )
        if printed:
            yield f"K06: {table}.", frames | {table: frame.filter(~_owned(frame, accession))}


# What says whose a row is: with another name there it is nobody's.
OWNERS = {(table, name) for table in TABLES for name in ("accession_number", "report_id")}


def _printed(frames: Frames, table: str, accession: str) -> bool:
    """Tell whether figures of a fact are printed in a filing."""
    cells = frames["raw_cell"].filter(_owned(frames["raw_cell"], accession) & (pl.col("table_code") != "HEADER"))
    of_fact = table.startswith("fact_") & (pl.col("canonical_table") == table)
    return cells.filter(of_fact & pl.col("canonical_column").is_in(facts.figures(table))).height > 0


def test_every_fault_of_a_filing_is_told_of_it_alone_and_the_others_are_as_without_it(
    built: tuple[Frames, str],
) -> None:
    frames, bad = built
    others = {table: frame.filter(~_owned(frame, bad)) for table, frame in frames.items()}
    wrong, tried = {}, 0
    for expected, broken in _faults(frames, bad):
        tried += 1
        try:
            found = integrity.broken(broken)
        except BrokenFacts as error:
            # Whose row it is only a batch of one filing says.
            assert any(f"{table}.{name}" in expected for table, name in OWNERS), expected
            found = integrity.broken(
                {table: frame.filter(_owned_or_lost(frame, bad)) for table, frame in broken.items()}
            )
            assert str(error) == found.get(bad)
        else:
            left = integrity.without(broken, found)
            assert all(left[table].equals(others[table]) for table in left.keys() - {"raw_cell"}), expected
        if list(found) != [bad] or expected not in found[bad]:
            wrong[expected] = found
    assert wrong == {}
    assert tried > 300


def _owned_or_lost(frame: pl.DataFrame, accession: str) -> pl.Series:
    owner = frame.select(integrity._owner(frame)).to_series()
    return (owner == accession) | owner.is_null()


# ---- whole nights ----


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with twenty good reports, after a night."""
    of, _ = _added(tmp_path_factory.mktemp("twenty"), texts()[:GOOD])
    assert stages.nightly(of).exit_code == 0
    return of


def _added(folder: Path, texts: list[bytes]) -> tuple[Settings, list[str]]:
    of = home(folder)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_bytes(text)
    return of, intake.add(of, [folder / f"{number}.txt" for number in range(len(texts))])


def _without_class_names(frames: Frames, bad: str) -> Frames:
    return _changed(frames, "fact_class_distribution", bad, "class_id", None)


def _wide(frames: Frames, bad: str) -> Frames:
    return _changed(frames, "fact_collateral", bad, "ending_scheduled_balance", "thirty")


def _twice(frames: Frames, bad: str) -> Frames:
    frame = frames["fact_collateral"]
    return frames | {"fact_collateral": pl.concat([frame, frame.filter(_owned(frame, bad)).head(1)])}


def _dangling(frames: Frames, bad: str) -> Frames:
    return _changed(frames, "fact_class_distribution", bad, "class_id", "nobody")


def _lost(frames: Frames, bad: str) -> Frames:
    frame = frames["fact_class_total"]
    return frames | {"fact_class_total": frame.filter(~_owned(frame, bad))}


def _one_cusip(frames: Frames, bad: str) -> Frames:
    """Two classes of the filing with one CUSIP, in its cells too."""
    frame = frames["dim_class_identifier"]
    own = _owned(frame, bad).arg_true()[:2]
    first, second = (frame["id_value"][place] for place in own)
    cells = frames["raw_cell"]
    same = pl.when(_owned(cells, bad) & (pl.col("value_text") == second)).then(pl.lit(first))
    return frames | {
        "dim_class_identifier": frame.with_columns(id_value=frame["id_value"].scatter(own[1], first)),
        "raw_cell": cells.with_columns(value_text=same.otherwise(pl.col("value_text"))),
    }


FAULTS: dict[str, Callable[[Frames, str], Frames]] = {
    "breaks NOT NULL of fact_class_distribution.class_id": _without_class_names,
    "breaks the type of fact_collateral.ending_scheduled_balance: 'thirty'": _wide,
    "breaks K01: two rows of fact_collateral": _twice,
    "breaks K02: fact_class_distribution.class_id names 'nobody'": _dangling,
    "breaks K06: fact_class_total.": _lost,
    "breaks C26: CUSIP ": _one_cusip,
}


def _others(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    apart = ("snapshot", "filing", "filing_state", "recon_result")
    return {name: rows for name, rows in found.items() if name not in apart}


def _judged(of: Settings) -> list[tuple[Any, ...]]:
    # K03 counts the filings that the ledger knows; the files lay in another folder.
    results = ask(of, "SELECT * FROM recon_result WHERE rule_id NOT IN ('K03', 'K04') ORDER BY ALL")
    return results + ask(of, "SELECT * EXCLUDE (source_uri) FROM filing ORDER BY ALL")


def _is_without(of: Settings, twenty: Settings, bad: dict[str, str]) -> None:
    """Assert that the bad filings ended with their reasons, and that all others are published as they are alone."""
    ended = dict(ask(of, "SELECT accession_number, reason FROM filing_state WHERE state = 'unreadable'"))
    assert ended.keys() == bad.keys()
    assert {name: reason for name, reason in ended.items() if bad[name] not in reason} == {}
    assert _others(content(of.warehouse)) == _others(content(twenty.warehouse))
    assert _judged(of) == _judged(twenty)


@pytest.fixture
def broken_build(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The reasons of filings whose facts are built with a fault, to be filled in."""
    bad: dict[str, str] = {}
    build = transforms.build

    def faulty(cells: Any) -> Frames:
        frames = build(cells)
        for accession, reason in bad.items():
            if accession in frames["filing"]["accession_number"]:
                frames = FAULTS[reason](frames, accession)
        return frames

    monkeypatch.setattr(transforms, "build", faulty)
    return bad


def test_filings_that_break_something_among_twenty_good_ones(
    twenty: Settings, tmp_path: Path, broken_build: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    of, accessions = _added(tmp_path, texts())
    broken_build.update(zip(accessions[GOOD:], FAULTS, strict=False))
    assert len(broken_build) == 5
    summary = stages.nightly(of)
    assert summary.snapshot and not summary.integrity and summary.exit_code == 1
    _is_without(of, twenty, broken_build)
    # They have ended: no later run tries them again, and a rebuild neither.
    rows = Ledger(of.store).frame
    assert stages.nightly(of).new == 0 and stages.rebuild(of).snapshot == summary.snapshot
    assert Ledger(of.store).frame.equals(rows)
    # Other code reads them again.
    broken_build.clear()
    monkeypatch.setattr(fingerprints, "builder", lambda: "another")
    stages.document(of)
    stages.tables(of)
    stages.facts(of)
    assert Ledger(of.store).counts() == {"loaded": len(accessions)}


@pytest.mark.parametrize("reasons", [list(FAULTS)[:2], list(FAULTS)[2:]], ids=["not loaded", "judged"])
def test_what_lies_in_the_lake_and_breaks_something_is_set_aside_too(
    twenty: Settings, tmp_path: Path, reasons: list[str]
) -> None:
    of = copied(twenty, tmp_path)
    more = texts()[GOOD : GOOD + len(reasons)]
    for number, text in enumerate(more):
        (tmp_path / f"{number}.txt").write_bytes(text)
    bad = dict(zip(intake.add(of, [tmp_path / f"{number}.txt" for number in range(len(more))]), reasons, strict=True))
    stages.document(of)
    stages.tables(of)
    stages.facts(of)
    for accession, reason in bad.items():
        row = Ledger(of.store).of([accession])[accession]
        into = Batch(row["year"], row["batch"], row["facts_fingerprint"])
        found = {table: lake.get_facts(of.store, table, into) for table in facts.TABLES}
        frames = {table: pl.DataFrame(rows) for table, rows in found.items() if rows is not None}
        for table, frame in FAULTS[reason](frames, accession).items():
            if not frame.equals(frames[table]):
                of.store.remove(into.facts(table))
                of.store.put_table(into.facts(table), frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
    summary = stages.nightly(of)
    assert summary.snapshot and not summary.integrity and summary.exit_code == 1
    _is_without(of, twenty, bad)
    assert stages.nightly(of).new == 0


def test_what_no_filing_explains_stops_publication(twenty: Settings, tmp_path: Path) -> None:
    of = copied(twenty, tmp_path)
    before = warehouse.published(of)
    # A batch in the ledger that holds nothing of the filing: the ledger is wrong, and not what the filing says.
    row = Ledger(of.store).rows("loaded")[0]
    Ledger(of.store).record([row | {"cells": row["cells"] + 1}])
    summary = stages.nightly(of)
    assert summary.exit_code == 3 and "K05" in summary.integrity[0]
    assert warehouse.published(of) == before
    assert Ledger(of.store).counts() == {"loaded": GOOD}


def test_a_figure_that_no_column_holds_is_named() -> None:
    printed = MONTH.format(date="10/25/2006", first="17309PAS5", second="17309PAT3")
    wide = printed.replace("590,000.00", "99,999,999,999,999,999.00")
    cells, (outcome,) = transforms.read_batch([Submission(wide.encode(), local=True)])
    assert integrity.broken(transforms.build(cells)) == {
        outcome.accession: "breaks K06: fact_class_distribution.ending_balance has 1 of 2 figures printed, without "
        "'99,999,999,999,999,999.00' in line 10"
    }


# ---- filings that disagree ----

MONTH = """Distribution Date:  {date}
                       Example Mortgage Loan Trust
                       Series 2006-EX2

                       Certificateholder Distribution Summary

                        Beginning       Interest        Principal       Ending          Total
Class    CUSIP          Balance         Distribution    Distribution    Balance         Distribution

A1       {first}      600,000.00        2,500.00       10,000.00      590,000.00       12,500.00
AH       {second}      200,000.00          800.00        5,000.00      195,000.00        5,800.00

Totals                  800,000.00        3,300.00       15,000.00      785,000.00       18,300.00
"""


def test_filings_that_disagree_about_a_cusip_are_a_conflict_and_none_is_set_aside(tmp_path: Path) -> None:
    shared, other, third = "17309PAS5", "17309PAT3", "17309PAU0"
    months = [
        MONTH.format(date="10/25/2006", first=shared, second=other),
        MONTH.format(date="11/25/2006", first=third, second=shared),
    ]
    of, accessions = _added(tmp_path, [month.encode() for month in months])
    summary = stages.nightly(of)
    assert summary.snapshot and not summary.integrity
    assert ask(of, "SELECT state, count(*) FROM filing_state GROUP BY ALL") == [("loaded", len(accessions))]
    # The one CUSIP names two classes of the deal that both reports print side by side.
    assert ask(of, "SELECT what, kind, against FROM identity_conflict WHERE value LIKE '17309PAS5%'") == [
        ("class", "CUSIP", "REPORT")
    ]
    assert ask(of, "SELECT outcome FROM recon_result WHERE rule_id = 'C30' AND scope_key = '17309PAS5'") == [
        ("breach",)
    ]
    assert ask(of, "SELECT DISTINCT outcome FROM recon_result WHERE rule_id = 'C26'") == [("tie",)]


def test_a_cusip_that_one_report_prints_twice_sets_it_aside(tmp_path: Path) -> None:
    good = MONTH.format(date="10/25/2006", first="17309PAS5", second="NA       ")
    bad = MONTH.format(date="11/25/2006", first="17309PAS5", second="17309PAS5")
    of, accessions = _added(tmp_path, [good.encode(), bad.encode()])
    assert stages.nightly(of).snapshot
    told = {
        name: (state, reason)
        for name, state, reason in ask(of, "SELECT accession_number, state, reason FROM filing_state")
    }
    assert told[accessions[0]] == ("loaded", None)
    assert told[accessions[1]] == ("unreadable", "breaks C26: CUSIP 17309PAS5 names the classes A1, AH")
    assert ask(of, "SELECT id_value FROM dim_class_identifier") == [("17309PAS5",)]
