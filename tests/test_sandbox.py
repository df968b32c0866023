"""Questions of users that try to leave the sandbox, to fill the memory, or never to end."""

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from flows import landlock, sandbox, warehouse
from flows.bounds import WarehouseError
from flows.settings import Settings
from tests.homes import copied

ROOT = Path(__file__).parents[1]
MEMORY, SECONDS = 50, 0.2  # megabytes and seconds that a question here has
BEYOND, LATER = 150, 5.0  # that the sandbox promises never to exceed besides

# What touches a file, a setting or the network, or would in another DuckDB: {home} is that of the warehouse.
LEAVES = [
    "USE memory; DETACH warehouse; ATTACH '{home}/warehouse.duckdb' AS w; UPDATE w.fact_collateral SET deal_id = 'x'",
    "ATTACH '{home}/warehouse.duckdb' AS w", "ATTACH DATABASE IF NOT EXISTS '{home}/warehouse.duckdb' (TYPE duckdb)",
    "/* x */ attach '{home}/other.duckdb' as w -- y", "DETACH warehouse",
    "COPY (SELECT 1) TO '{home}/warehouse.duckdb'", "COPY report TO '{home}/out.parquet'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{home}/warehouse.duckdb'",
    "EXPLAIN (ANALYZE, FORMAT json) /* ( */ COPY (SELECT 1) TO '{home}/out.csv'",
    "WITH t AS (COPY (SELECT 1) TO '{home}/out.csv') FROM t", "SELECT 1; COPY report TO '{home}/out.csv'; SELECT 2",
    "PREPARE p AS COPY (SELECT 1) TO '{home}/out.csv'; EXECUTE p", "EXPORT DATABASE '{home}/out'",
    "INSTALL httpfs", "LOAD '{home}/x.duckdb_extension'", "FROM read_text('/etc/passwd')",
    "FROM read_duckdb('{home}/other.duckdb')", "FROM '{home}/marts/CURRENT'",
    "FROM glob('{home}/*')", "FROM read_blob('{home}/link')", "FROM read_parquet('https://127.0.0.1:9/x.parquet')",
    "FROM query('ATTACH ''{home}/other.duckdb'' AS w')", "SELECT getenv('HOME')",
    "CREATE SECRET s (TYPE s3, KEY_ID 'k', SECRET 's'); SELECT 1", "SET secret_directory = '{home}'; SELECT 1",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 's'); SELECT 1",
    "SET enable_external_access = true; SELECT 1", "RESET enable_external_access; SELECT 1",
    "PRAGMA lock_configuration = false", "SET GLOBAL memory_limit = '9GB'; SELECT 1",
    "SET temp_directory = '{home}'; SELECT 1", "SET profiling_output = '{home}/out.json'; SELECT 1",
    "PRAGMA enable_profiling = 'json'",
    "CALL enable_logging(storage = 'file', storage_path = '{home}/log')", "VACUUM ANALYZE",
    "FROM enable_logging(storage = 'file', storage_path = '{home}/log')",
    "FROM enable_profiling(save_location = '{home}/out')", "UPDATE report SET report_id = 'x'",
    "INSERT INTO report BY NAME SELECT 'x' AS report_id; SELECT 1", "DROP VIEW v_report_latest; SELECT 1",
    "MERGE INTO report USING report AS r ON true WHEN MATCHED THEN DELETE",
    "SELECT " + "(" * 20_000 + "1" + ")" * 20_000, "SELECT " + "1, " * 3_500_000 + "x",
]  # fmt: skip
LARGE = [
    "SELECT len(range(200000000))", "SELECT sum(n) FROM (SELECT unnest(range(1000000000)) AS n)",
    "SELECT length(repeat('x', 4000000000))", "SELECT repeat('x', 100000) FROM range(1000000)",
    "SELECT length(printf('%2000000000d', 1))", "SELECT length(string_agg(repeat('x', 1000), '')) FROM range(10000000)",
    "WITH RECURSIVE t AS (SELECT repeat('x', 1000) AS s UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t",
    "SELECT length(array_to_string(range(50000000), ','))", "SELECT json_structure(repeat('[', 3000000))",
    "SELECT len(list(repeat('x', 100) || range)) FROM range(100000000)",
    "SELECT map_from_entries(list_zip(range(10000000), range(10000000)))",
]  # fmt: skip
LONG = [
    "SELECT levenshtein(repeat('ab', 100000), repeat('ba', 100000))", "SELECT sleep_ms(100000)",
    "SELECT length(regexp_replace(repeat('ab', 5000000), '(.)', 'x', 'g'))",
    "WITH RECURSIVE t AS (SELECT 1::BIGINT AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "SELECT count(*) FROM range(1000000) AS a(x), range(1000000) AS b(y) WHERE hash(x) < hash(y)",
    "SELECT max(s) FROM (SELECT sum(range) OVER (ORDER BY hash(range)) AS s FROM range(100000000))",
]  # fmt: skip


@dataclass
class Seen:
    """The processes that answered, and the most megabytes that one of them held."""

    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    most: int = 0


@pytest.fixture(scope="module")
def prey(sample_night: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of their own for the attempts, with a link that leads out of it."""
    of = copied(sample_night, tmp_path_factory.mktemp("prey"))
    (of.home / "link").symlink_to("/etc/passwd")
    return replace(of, memory=f"{MEMORY}MB", seconds=SECONDS)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Seen:
    """What is seen of the processes while the watcher looks at them; their folders lie in `tmp_path`."""
    found = Seen()

    class Process(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            found.processes.append(self)

    resident = sandbox._resident

    def look(process: int) -> int:
        try:
            status = Path(f"/proc/{process}/status").read_text()
            peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0")
            found.most = max(found.most, int(peak.split()[1]) // 1000)
        except OSError:
            pass
        return resident(process)

    monkeypatch.setattr("subprocess.Popen", Process)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(sandbox, "_resident", look)
    return found


@pytest.fixture(scope="module")
def before(prey: Settings) -> str:
    """What the home was like before the first attempt."""
    return digest(prey)


@pytest.fixture(scope="module")
def of_one() -> list[int]:
    """Megabytes that a process holds that asks next to nothing; found by the first test that needs it."""
    return []


def digest(of: Settings) -> str:
    """The hash of the published file, and of the names beside it."""
    names = sorted(path.name for path in of.home.iterdir())
    return hashlib.sha256(of.warehouse.read_bytes() + repr(names).encode()).hexdigest()


def refused(of: Settings, question: str, seen: Seen, scratch: Path, before: str) -> str:
    """Ask, and return why there is no answer; whatever it is, nothing has changed and nothing is left."""
    start = time.monotonic()
    with pytest.raises(WarehouseError) as problem:
        sandbox.ask(of, question.replace("{home}", str(of.home)))
    took = time.monotonic() - start
    assert digest(of) == before and list(scratch.iterdir()) == []
    assert [process.returncode is None for process in seen.processes] == [False]
    assert took < of.seconds + LATER
    return str(problem.value)


@pytest.mark.parametrize("question", LEAVES, ids=lambda question: question[:60])
def test_a_question_reaches_nothing_but_the_warehouse(
    prey: Settings, question: str, seen: Seen, tmp_path: Path, before: str
) -> None:
    why = refused(replace(prey, seconds=20), question, seen, tmp_path, before)
    assert why and "stopped" not in why


@pytest.mark.parametrize("question", [*LARGE, *LONG], ids=lambda question: question[:60])
def test_a_question_ends_at_its_limits(
    prey: Settings, question: str, seen: Seen, tmp_path: Path, before: str, of_one: list[int]
) -> None:
    if not of_one:
        sandbox.ask(prey, "SELECT sleep_ms(50)")
        of_one.append(seen.most)
        seen.processes.clear()
    # What needs too much finds out in more time.
    why = refused(prey if question in LONG else replace(prey, seconds=20), question, seen, tmp_path, before)
    if question in LONG:
        assert why.startswith(f"stopped after {SECONDS:g} s: ask for less") and "--seconds" in why
    else:
        assert why.startswith(f"this needs more than {MEMORY}MB of memory") and "--memory" in why
    assert seen.most <= of_one[0] + MEMORY + BEYOND


# Each layer holds where the others are taken away.

OUT = [
    "USE memory; DETACH warehouse; ATTACH '{home}/warehouse.duckdb' AS w; UPDATE w.fact_collateral SET deal_id = 'x'",
    "COPY (SELECT 1) TO '{fd}'", "COPY (SELECT 1) TO '{home}/out.csv'", "FROM read_text('{home}/link')",
]  # fmt: skip


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
@pytest.mark.parametrize("question", OUT, ids=lambda question: question[:60])
def test_the_kernel_refuses_what_the_database_would_do(
    prey: Settings, question: str, seen: Seen, tmp_path: Path, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unrefused = "from flows import answering; answering._refuse = answering._lock = lambda *_: None\n"
    monkeypatch.setattr(sandbox, "PROGRAM", sandbox.PROGRAM.replace("from flows import answering\n", unrefused))
    with prey.warehouse.open("rb") as file:
        fd = f"/dev/fd/{file.fileno()}"  # the first descriptor that is free, as in the sandbox
    why = refused(replace(prey, seconds=20), question.replace("{fd}", fd), seen, tmp_path, before)
    assert any(words in why for words in ("Permission denied", "httpfs", "/dev/fd/tmp_"))


@pytest.mark.parametrize("question", [OUT[0], "EXPLAIN ANALYZE " + OUT[1], OUT[3]], ids=lambda question: question[:60])
def test_the_database_refuses_where_no_kernel_does(
    prey: Settings, question: str, seen: Seen, tmp_path: Path, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = "from flows import answering, landlock; landlock.restrict = lambda *_: False\n"
    monkeypatch.setattr(sandbox, "PROGRAM", sandbox.PROGRAM.replace("from flows import answering\n", free))
    why = refused(replace(prey, seconds=20), question.replace("{fd}", "/dev/fd/3"), seen, tmp_path, before)
    assert "is no question" in why or "disabled by configuration" in why


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_a_thread_that_gave_up_its_rights_reads_and_writes_what_it_was_left(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "given").write_text("given")
    (tmp_path / "other").write_text("other")

    def connected() -> None:
        with socket.socket() as one:
            one.connect(("127.0.0.1", 9))

    attempts: dict[str, Callable[[], object]] = {
        "read": (tmp_path / "given").read_text,
        "scratch": lambda: (tmp_path / "scratch" / "mine").write_text("mine"),
        "write": lambda: (tmp_path / "given").write_text("x"),
        "other": (tmp_path / "other").read_text,
        "new": (tmp_path / "new").touch,
        "remove": (tmp_path / "other").unlink,
        "program": lambda: os.posix_spawn(sys.executable, [sys.executable, "--version"], {}),
        "network": connected,
    }
    told: dict[str, str] = {}

    def work() -> None:
        landlock.restrict([tmp_path / "given"], tmp_path / "scratch")
        for name, attempt in attempts.items():
            try:
                attempt()
                told[name] = "done"
            except OSError as error:
                told[name] = type(error).__name__

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    network = {"network": "PermissionError" if landlock.version() >= 4 else "ConnectionRefusedError"}
    refusals = dict.fromkeys(("write", "other", "new", "remove", "program"), "PermissionError")
    assert told == {"read": "done", "scratch": "done", **refusals, **network}


def test_the_operating_system_bounds_memory_where_nobody_watches(
    prey: Settings, seen: Seen, tmp_path: Path, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox._Answering, "_stop", lambda *_: None)
    why = refused(replace(prey, seconds=20), "SELECT len(range(200000000))", seen, tmp_path, before)
    assert why.startswith(f"this needs more than {MEMORY}MB of memory")


# ---- when it is over


RUN = """
import sys
from dataclasses import replace
from flows import sandbox, settings
sandbox.ask(settings.load(home=sys.argv[1]), "SELECT sleep_ms(600000)")
"""


@pytest.fixture
def asking(prey: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process whose question is being answered, with its folder in `tmp_path`."""
    command = [sys.executable, "-c", RUN, str(prey.home)]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)
    try:
        until(lambda: any(tmp_path.glob("*/spill")))
        yield process
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_where_who_asks_is_stopped_or_killed(
    asking: subprocess.Popen[str], tmp_path: Path, by: signal.Signals
) -> None:
    (answering,) = map(int, Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text().split())
    asking.send_signal(by)
    until(lambda: not list(tmp_path.iterdir()))
    until(lambda: not Path(f"/proc/{answering}").exists() or "Z" in Path(f"/proc/{answering}/stat").read_text())
    _, problems = asking.communicate()
    assert ("KeyboardInterrupt" in problems) == (by == signal.SIGINT)


def test_a_folder_that_was_left_is_removed_with_the_next_question(
    prey: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, held = (tmp_path / f"{sandbox.PREFIX}{name}" for name in ("old", "new", "held"))
    for folder in (old, new, held):
        folder.mkdir()
        (folder / "block.tmp").touch()
    for folder in (old, held):
        os.utime(folder, (0, 0))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lock = os.open(held, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    sandbox.ask(prey, "SELECT 1")
    os.close(lock)
    assert set(tmp_path.iterdir()) == {new, held}  # somebody may just have made the new one


def test_the_file_that_was_published_when_it_was_asked_answers(
    sample_night: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = copied(sample_night, tmp_path)
    start = sandbox._Answering.__init__

    def late(*arguments: object) -> None:
        of.warehouse.unlink()
        of.warehouse.write_text("another")
        start(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sandbox._Answering, "__init__", late)
    (row,) = sandbox.ask(of, "SELECT count(*) AS n FROM report").to_pylist()
    assert row["n"] > 0
    monkeypatch.undo()
    with pytest.raises(WarehouseError, match=f"{of.warehouse}.* `tieout nightly` sets it aside"):
        sandbox.ask(of, "SELECT 1")


# ---- what a question may be


def test_a_question_may_prepare_its_own_tables_and_variables(prey: Settings) -> None:
    question = "CREATE TEMP TABLE t AS SELECT 1 AS a; INSERT INTO t VALUES (2); SET VARIABLE n = 3; "
    question += "SELECT sum(a) + getvariable('n') AS n FROM t"
    assert [int(row["n"]) for row in sandbox.ask(prey, question).to_pylist()] == [6]


@pytest.mark.parametrize("question", ["PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)",
    "EXPLAIN (ANALYZE, FORMAT json) FROM report", "SUMMARIZE report"])  # fmt: skip
def test_whatever_returns_rows_without_writing_is_a_question(prey: Settings, question: str) -> None:
    assert sandbox.ask(replace(prey, seconds=20), question).num_rows > 0


def test_what_a_library_prints_is_no_part_of_the_answer(prey: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # DuckDB tells how far it is of whatever takes two seconds.
    noisy = "from flows import answering\nanswering._lock = lambda connection: print('half', flush=True)\n"
    monkeypatch.setattr(sandbox, "PROGRAM", sandbox.PROGRAM.replace("from flows import answering\n", noisy))
    assert sandbox.ask(replace(prey, seconds=20), "SELECT 1 AS a").to_pylist() == [{"a": 1}]


def test_values_of_every_type_come_as_they_are(prey: Settings) -> None:
    question = """
        SELECT 170141183460469231731687303715884105727 AS h, 1.10::DECIMAL(18,2) AS d, 'b'::ENUM('a', 'b') AS e,
               {'x': [1, NULL]} AS s, MAP {'k': 1} AS m, DATE '2003-04-25' AS t, TIMESTAMP '2003-04-25 01:02:03' AS z,
               INTERVAL 1 DAY AS i, '\x00'::BLOB AS b, NULL AS n, uuid() IS NOT NULL AS u FROM range(3000)"""
    assert sandbox.ask(replace(prey, seconds=20), question).equals(warehouse.query(prey, question))
