"""What a night says it changed: counted here once more, from the two warehouses themselves."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import changes, stages
from flows.changes import OUTCOMES, Changes
from flows.ledger import Ledger
from flows.settings import Settings
from flows.summary import Summary
from tests.homes import SAMPLE, ask, content, copied, home

Night = tuple[Settings, Path, Summary]


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The second of two nights: an amendment, a later quarter, a bad file, a missing and a withdrawn filing came.

    The first night knew all but those; its warehouse is kept beside.
    """
    folder = tmp_path_factory.mktemp("nights")
    early, late = folder / "early", folder / "late"
    for archive in (early, late):
        shutil.copytree(SAMPLE / "Archives/edgar/full-index", archive / "Archives/edgar/full-index")
        (archive / "Archives/edgar/data").symlink_to(SAMPLE / "Archives/edgar/data")
    indexes = sorted(early.glob("Archives/edgar/full-index/*/QTR*/master.idx"))
    indexes[-1].unlink()
    for index in indexes[:-1]:
        index.write_text("".join(line for line in index.read_text().splitlines(True) if "|8-K/A|" not in line))
    with (late / indexes[0].relative_to(early)).open("a") as index:
        index.write("1|T|8-K|2003-05-01|edgar/data/1/0000000001-03-000001.txt\n")
    of = home(folder, early)
    stages.nightly(of)
    shutil.copy(of.warehouse, folder / "before.duckdb")

    (folder / "letter.txt").write_text("Dear holders | nothing happened.\n")
    from flows import intake

    intake.add(of, [folder / "letter.txt"])
    book = Ledger(of.store)
    gone = book.rows("loaded")[0]
    book.record([gone | {"state": "withdrawn", "reason": "no longer listed"}])
    return of, folder / "before.duckdb", stages.nightly(replace(of, archive=str(late)))


def told(night: Night) -> Changes:
    """What the second night said."""
    assert night[2].changes is not None
    return night[2].changes


def rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows with which one of the two warehouses answers."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_filings_are_counted_by_what_happened_to_them(second: Night) -> None:
    of, before, _ = second
    states = [dict(rows(file, "SELECT accession_number, state FROM filing_state")) for file in (before, of.warehouse)]
    came = states[1].keys() - states[0].keys()
    now = told(second)
    assert now.listed == len(came) > 4
    assert now.fetched == len(came) - 1, "one is listed and not there"
    assert now.loaded == sum(states[1][one] == "loaded" for one in came)
    assert now.reread == 0
    assert [row["reason"] for row in now.withdrawn.rows] == ["no longer listed"] and now.withdrawn.total == 1
    assert [row["state"] for row in now.badly.rows] == ["unrecognised"]
    assert [row["accession_number"] for row in now.open.rows] == ["0000000001-03-000001"]
    assert "is not there" in now.open.rows[0]["reason"] or "listed" in now.open.rows[0]["reason"]


def test_two_nights_make_the_rows_that_one_makes(second: Night, sample_night: Settings) -> None:
    ours, theirs = content(second[0].warehouse), content(sample_night.warehouse)
    for table in ("report", "raw_cell", "fact_class_distribution", "dim_class"):
        assert ours[table] == theirs[table] != [], table


def test_an_amendment_is_named_with_its_deal_and_date(second: Night) -> None:
    of, before, _ = second
    versions = "SELECT accession_number FROM report WHERE version_no > 1"
    assert rows(before, versions) == []
    assert [(row["accession_number"],) for row in told(second).amended.rows] == rows(of.warehouse, versions)
    assert told(second).amended.rows[0]["version"] == 2


def test_a_breach_is_new_if_no_earlier_one_has_its_amount(second: Night) -> None:
    of, before, _ = second
    breaches = """SELECT q.report_id, q.rule_id, q.scope_key, q.diff FROM recon_result AS q
                  LEFT JOIN report AS r USING (report_id)
                  WHERE q.outcome = 'breach'
                    AND coalesce(r.known_to, TIMESTAMP '9999-12-31') > TIMESTAMP '9999-12-30'"""
    old, new = (set(rows(file, breaches)) for file in (before, of.warehouse))
    expected = new - old
    now = told(second)
    assert len(old) + now.breaches.total - now.settled == len(new) == sum(second[2].breaches.values())
    assert now.breaches.total == len(expected) > len(now.breaches.rows) == changes.NAMED
    assert sum(now.severities.values()) == now.breaches.total and now.settled == len(old - new)
    ranks = [["error", "warn", "info"].index(row["severity"]) for row in now.breaches.rows]
    assert ranks == sorted(ranks) and len(set(ranks)) > 1


def test_the_outcomes_of_every_rule_are_those_counted_and_their_difference(second: Night) -> None:
    of, before, _ = second
    counts = (
        "SELECT rule_id, outcome, count(*) FROM recon_result LEFT JOIN report AS r USING (report_id) "
        "WHERE coalesce(r.known_to, TIMESTAMP '9999-12-31') > TIMESTAMP '9999-12-30' GROUP BY ALL"
    )
    then, now = ({row[:2]: row[2] for row in rows(file, counts)} for file in (before, of.warehouse))
    found = {row["rule"]: row for row in told(second).rules}
    assert set(found) == {row[0] for row in rows(of.warehouse, "SELECT rule_id FROM recon_rule")}
    for rule, row in found.items():
        for outcome in OUTCOMES:
            is_now, was = now.get((rule, outcome), 0), then.get((rule, outcome), 0)
            assert (row[outcome], row[f"{outcome}_change"]) == (is_now, is_now - was), (rule, outcome)
    assert any(row["tie_change"] > 0 for row in found.values())


def test_a_warehouse_of_an_older_tieout_is_compared_as_it_counted(second: Night, tmp_path: Path) -> None:
    of = copied(second[0], tmp_path)
    shutil.copy(of.warehouse, changes.warehouse.next_file(of))
    with duckdb.connect(str(of.warehouse)) as connection:
        connection.execute("DROP VIEW v_outcome")
    now = changes.changes(of)
    assert now is not None and (now.breaches.total, now.settled) == (0, 0)
    assert {row["rule"] for row in now.rules} == {row["rule"] for row in told(second).rules}


def test_the_screen_has_it_in_a_few_lines(second: Night) -> None:
    lines = second[2].lines
    (counts,) = (line for line in lines if line.startswith("Changed: "))
    now = told(second)
    assert f"{now.listed} listed" in counts and "1 amended, 1 withdrawn, 1 ended badly" in counts
    assert [line for line in lines if line.startswith("  amended ") and now.amended.rows[0]["accession_number"] in line]
    assert [line for line in lines if line.startswith("  withdrawn ") and "no longer listed" in line]


def test_the_page_has_a_table_of_each(second: Night) -> None:
    now = told(second)
    page = changes.page(now, second[2].lines, "The night")
    titles = [line for line in page.splitlines() if line.startswith("#")]
    assert titles[0] == "# The night" and titles[-1] == "## Outcomes by rule"
    named = ("Amended: 1", "Withdrawn: 1", "Ended badly: 1", "Still open: 1", f"New breaches: {now.breaches.total:,}")
    assert [title.removeprefix("## ") for title in titles[1:-1]] == [*named]
    assert f"and {now.breaches.total - changes.NAMED:,} more" in page
    (c01,) = (row for row in now.rules if row["rule"] == "C01")
    shown = [f"{c01[one]:,}" + (f" ({c01[f'{one}_change']:+,})" if c01[f"{one}_change"] else "") for one in OUTCOMES]
    assert f"| C01 | {' | '.join(shown)} | {c01['name']} |" in page and "(+" in " ".join(shown)
    widths = Counter(line.replace("\\|", "").count("|") for line in page.splitlines() if line.startswith("| C"))
    assert len(widths) == 1, "no cell ends early"


def test_what_a_filing_prints_cannot_draw_on_the_page() -> None:
    named = changes.Named(1, [{"deal": "A|B [x](http://y) <b>*", "diff": None}])
    line = list(changes._part("Amended", named))[1].splitlines()[2]
    assert line == r"| A\|B \[x\](http://y) \<b\>\* |  |"


def test_a_night_that_finds_nothing_says_so(second: Night, tmp_path: Path) -> None:
    of = copied(second[0], tmp_path)
    states = "SELECT * EXCLUDE (attempts, updated_at) FROM filing_state"
    before, stood = content(of.warehouse), ask(of, states)
    again = stages.nightly(replace(of, archive=str(second[0].home.parent / "late")))
    assert again.changes is not None and not again.changes.anything
    assert again.changes.open == told(second).open, "what is open stays named"
    after = content(of.warehouse)
    assert after | {"filing_state": None} == before | {"filing_state": None}
    assert ask(of, states) == stood, "what was looked for in vain was looked for once more, and nothing else"


def test_without_any_warehouse_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert changes.changes(home(tmp_path)) is None
