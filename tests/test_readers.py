"""Who reads the warehouse: questions in their bounds, other programs, and readers while a night is published."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import cli, sandbox, store, warehouse
from flows.settings import Settings
from tests.homes import copied
from tests.reading import sums
from tests.test_cli import expect_one_line, tieout

ROOT = Path(__file__).parents[1]

# ---- questions in their bounds


def test_a_question_has_a_folder_for_what_memory_cannot_hold_and_leaves_none_behind(
    sample_night: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sorted_ = (
        "SELECT count(*) AS n FROM (SELECT repeat(hash(range)::VARCHAR, 8) AS s FROM range(400000) "
        "ORDER BY s LIMIT 399999)"
    )
    small = replace(sample_night, memory="40MB")
    assert sandbox.ask(small, sorted_)["n"].to_pylist() == [399999]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(warehouse.WarehouseError, match="needs more than 40MB of memory and 20MB of disk"):
        sandbox.ask(replace(small, spill="20MB"), sorted_)
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_no_disk_helps_is_told_to_ask_for_less(sample_night: Settings) -> None:
    endless = "SELECT list(repeat('x', 100) || range) FROM range(100000000)"
    expect_one_line(
        tieout("sql", "--memory", "50MB", endless, home=sample_night.home), cli.WRONG_USAGE, "50MB", "ask for fewer"
    )


@pytest.mark.parametrize("question", [
    "SELECT count(*) FROM range(10000000) AS a(x), range(10000000) AS b(y) WHERE hash(x) < hash(y)",
    "SELECT * FROM range(1000000000000) AS a WHERE hash(a) % 1000000007 = 5",  # rows come, and then none for long
])  # fmt: skip
def test_a_question_that_takes_too_long_is_stopped(sample_night: Settings, question: str) -> None:
    done = tieout("sql", "--seconds", "1", question, home=sample_night.home)
    expect_one_line(done, cli.WRONG_USAGE, "stopped after 1 s")


def test_an_answer_that_would_fill_the_memory_is_refused(sample_night: Settings) -> None:
    small = replace(sample_night, answer=1_000_000)
    assert sandbox.ask(small, "FROM range(100000)").num_rows == 100_000
    with pytest.raises(warehouse.WarehouseError, match="larger than 1 MB.*Parquet"):
        sandbox.ask(small, "FROM range(1000000000)")


def test_what_breaks_while_rows_come_keeps_the_words_of_the_database(sample_night: Settings) -> None:
    late = "SELECT CASE WHEN range < 100000 THEN range ELSE error('the ' || 'end') END FROM range(200000)"
    with pytest.raises(warehouse.WarehouseError, match="the end"):
        sandbox.ask(sample_night, late)


@pytest.mark.parametrize("size", ["0MB", "2", "2 GB", "lots", "-1GB"])
def test_a_size_that_is_none_is_named(sample_night: Settings, size: str) -> None:
    done = tieout("sql", f"--memory={size}", "SELECT 1", home=sample_night.home)
    assert done.returncode == cli.WRONG_USAGE and f"{size} is not a size such as 800MB or 4GB" in done.stderr


# ---- other programs

EVERYTHING = (
    "SELECT schema_name || '.' || view_name AS name FROM duckdb_views() WHERE NOT internal "
    "UNION ALL SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY name"
)
PLAIN = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True, config={
    "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
names = [name for (name,) in connection.sql(sys.argv[2]).fetchall()]
for name in names:
    connection.sql(f"FROM {name} LIMIT 1").fetchall()
((reports,),) = connection.sql("SELECT count(*) FROM report_asof(TIMESTAMP '2100-01-01')").fetchall()
print(len(names), reports)
"""


def held(of: Settings) -> list[str]:
    """Every table and view."""
    with duckdb.connect(str(of.warehouse), read_only=True) as connection:
        return [name for (name,) in connection.sql(EVERYTHING).fetchall()]


def test_the_file_opens_in_python_without_our_code_and_without_extensions(
    sample_night: Settings, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, str(sample_night.warehouse), EVERYTHING],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == "" and done.returncode == 0
    names, reports = map(int, done.stdout.split())
    assert names == len(held(sample_night)) > 50 and reports > 0


def test_the_file_opens_in_the_shell_of_an_older_duckdb(sample_night: Settings, tmp_path: Path) -> None:
    shell = Path(sys.executable).with_name("duckdb")
    names = held(sample_night)
    script = ["SET autoinstall_known_extensions = false;", "SET autoload_known_extensions = false;"]
    script += [f"SELECT '{name}' FROM (SELECT count(*) FROM (FROM {name} LIMIT 1));" for name in names]
    done = subprocess.run(
        [str(shell), "-bail", "-readonly", "-noheader", "-list", str(sample_night.warehouse)],
        cwd=tmp_path, input="\n".join(script), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == "" and done.stdout.split() == names


# ---- while a night is published


@contextmanager
def reader(kind: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that looks until its standard input ends, and that has looked once."""
    command = [sys.executable, "-m", "tests.reading", kind, str(home)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout and process.stdout.readline() == "ready\n", f"{kind} saw nothing"
        yield process
    finally:
        process.kill()
        process.wait()


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Let a reader end, and return what it saw."""
    out, _ = process.communicate()
    assert process.returncode == 0
    answer: dict[str, Any] = json.loads(out)
    return answer


def publish_again(of: Settings, number: int) -> list[Any]:
    """Publish another snapshot, with one report fewer. Returns its name and what `now` tells of it.

    It is written anew behind something large: no block of the file lies where it lay in the one before.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{of.warehouse}' AS old (READ_ONLY)")
        connection.execute(f"ATTACH '{warehouse.next_file(of)}' AS warehouse (STORAGE_VERSION 'v1.5.0')")
        connection.execute(f"CREATE TABLE warehouse.large_{number} AS SELECT hash(range) AS n FROM range(300000)")
        connection.execute("CHECKPOINT warehouse")
        connection.execute("COPY FROM DATABASE old TO warehouse")
        connection.execute("USE warehouse")
        connection.execute("UPDATE snapshot SET snapshot_id = ?", [f"night{number:011}"])
        ((gone,),) = connection.sql("SELECT min(report_id) FROM report").fetchall()
        for table in ("report", "month.v_deal_month", "month.v_class_month_all"):
            connection.execute(f"DELETE FROM {table} WHERE report_id = ?", [gone])
    name = warehouse.publish(of)
    return [name, *now(of)]


def now(of: Settings) -> list[int]:
    """Reports, those first filed, and the rows of two marts."""
    tables = ("report", "v_report_first", "v_deal_month", "v_class_month")
    counts = ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in tables)
    return [*warehouse.query(of, f"SELECT {counts}").to_pylist()[0].values()]


def test_readers_are_not_disturbed_by_nights(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    nights = [[warehouse.published(of), *now(of)]]
    with duckdb.connect(str(of.warehouse), read_only=True) as connection:
        every_row = sums(connection)
    with reader("kept", of.home) as kept, reader("opened", of.home) as opened, reader("pointed", of.home) as pointed:
        nights += [publish_again(of, number) for number in range(3)]
        with reader("opened", of.home) as late:
            answers = {name: told(one) for name, one in
                       {"kept": kept, "opened": opened, "pointed": pointed, "late": late}.items()}  # fmt: skip
    assert len({tuple(night) for night in nights}) == 4
    in_database, in_parquet = [night[:3] for night in nights], [[night[0], *night[3:]] for night in nights]
    assert answers["kept"]["seen"] == [[in_database[0]] * 2] and answers["kept"]["last"] == every_row
    assert answers["late"]["seen"] == [in_database[-1]]
    for seen, there in ((answers["opened"], in_database), (answers["pointed"], in_parquet)):
        # Whole nights only, in their order, from the first to the last; a quick one may pass unseen.
        assert [night for night in there if night in seen["seen"]] == seen["seen"]
        assert seen["seen"][0] == there[0] and seen["last"] == there[-1]
    assert min(one["times"] for one in answers.values() if one is not answers["late"]) > 5
    store.remove_folder(of.home)
