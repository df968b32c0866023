"""The process that answers one question of a user: it opens the published file, and can reach nothing else.

`sandbox` starts it, tells it on standard input what is asked, reads the rows from its standard output as a stream of
Arrow, and kills it where it goes beyond its limits. It imports little, since every question waits for that.
"""

import json
import math
import os
import resource
import shutil
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows import landlock
from flows.cellfiles import files, is_outside

ROWS_AT_ONCE = 2_048  # DuckDB's own unit: rows that wait to be sent count in no limit of the database
MOST_OF_A_MESSAGE = 8_000  # characters: a message waits in a pipe until the other side reads it
# Bytes beyond the memory of the database that the process may have: what the kernel refuses, what the watcher kills.
DATA_BEYOND, RESIDENT_BEYOND = 125_000_000, 110_000_000
OPEN_FILES = 1024
# From which DuckDB learns, as it starts, how much of the machine it has.
SHARE_OF_THE_MACHINE = (Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
# What a question may be. Temporary tables and variables may come before it; what is published cannot be written.
ANSWERS = ("SELECT", "EXPLAIN", "MULTI")  # the last is PIVOT, which DuckDB takes apart
PREPARES = ("CREATE", "INSERT", "UPDATE", "DELETE", "DROP", "SET")
ASK = "ask with SELECT, FROM, SHOW or DESCRIBE"
MOST_BEFORE_THE_EXPLAINED = 20  # words and signs, such as EXPLAIN (ANALYZE, FORMAT json)


class Refused(Exception):
    """No question; the message says why."""


class Unreadable(Exception):
    """The published file is no database; the message has DuckDB's words."""


def main(told: int) -> None:
    """Answer the question of standard input; what became of it goes to the descriptor `told`, a JSON object a line."""
    job: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    # Only rows go to who asks: whatever a library prints, such as the progress of a long query, goes elsewhere.
    rows = os.dup(1)
    os.dup2(2, 1)
    # Begun before rights are given up: it alone may remove the folder.
    threading.Thread(target=_end_with_parent, args=(Path(job["scratch"]),), daemon=True).start()
    status = _known_to_the_kernel()
    try:
        connection = _opened(job)
        _say(told, {"resident": _limit(connection, job, status)})
        _answer(connection, job["question"], rows)
        end = {"end": "done"}
    except duckdb.OutOfMemoryException as error:
        end = {"end": "memory", "words": str(error)}
    except MemoryError:
        end = {"end": "memory", "words": ""}
    except (duckdb.Error, Refused) as error:
        end = {"end": "refused", "words": str(error)}
    except Unreadable as error:
        end = {"end": "unreadable", "words": str(error)}
    except OSError as error:  # of Arrow's, where the database breaks while rows come
        end = {"end": "memory" if "Out of Memory Error" in str(error) else "refused", "words": str(error)}
    with suppress(BrokenPipeError):
        _say(told, end)
    # Nothing is left to do; the libraries would take their time.
    os._exit(0)


def _known_to_the_kernel() -> int | None:
    """Ask, while it may be asked, to go first where the machine runs out of memory, and for what this process holds."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(OSError):
        return os.open("/proc/self/status", os.O_RDONLY)
    return None


def _say(told: int, what: dict[str, Any]) -> None:
    if "words" in what:
        what["words"] = what["words"][:MOST_OF_A_MESSAGE]
    os.write(told, f"{json.dumps(what)}\n".encode())


def _end_with_parent(scratch: Path) -> None:
    """Leave nothing behind when who asked is gone, however it ended: standard input ends with it."""
    while sys.stdin.buffer.raw.read(1):
        pass
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


def _opened(job: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Give up what is not needed, and open the published file, by its descriptor, as the database `warehouse`."""
    spill = Path(job["scratch"]) / "spill"
    spill.mkdir()
    cells = Path(job["cells"])
    read = [place for place in (cells, *SHARE_OF_THE_MACHINE) if place.exists()]
    landlock.restrict([job["file"], *read], spill)
    config = {
        "memory_limit": job["memory"],
        "temp_directory": str(spill),
        "python_enable_replacements": "false",  # names of tables mean no variable of this program
    }
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = false")
    # Among the settings to connect with it is kept, shown and not obeyed (DuckDB 1.5 and 2.0).
    connection.execute(f"SET max_temp_directory_size = {_literal(job['spill'])}")
    _attach(connection, job["file"])
    connection.execute("USE warehouse")
    if is_outside(connection) and (paths := [str(cells / name) for name in files(connection)]):
        # Views that name the cells find this in their place, wherever the home lay when the file was built.
        told = f"[{', '.join(map(_literal, paths))}]"
        connection.execute(f"SET allowed_paths = {told}")
        connection.execute(
            f"CREATE TEMP VIEW raw_cell AS FROM read_parquet({told}, hive_partitioning = false) "
            "SEMI JOIN report USING (report_id)"
        )
    _lock(connection)
    return connection


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _attach(connection: duckdb.DuckDBPyConnection, file: int) -> None:
    """Open the file of a descriptor. DuckDB opens the name that it leads to, as long as it leads to one.

    A night may put another file under that name in between, which cannot be opened: once more, and there is no name.
    """
    for attempt in (1, 2):
        try:
            connection.execute(f"ATTACH '/dev/fd/{file}' AS warehouse (READ_ONLY)")
            return
        except duckdb.Error as error:
            if attempt == 2:
                raise Unreadable(str(error)) from error


def _limit(connection: duckdb.DuckDBPyConnection, job: dict[str, Any], status: int | None) -> int:
    """Let the operating system refuse what exceeds the limits. Returns how many bytes may be resident.

    The time of the processor is a second net: it holds even where the watcher is stopped or gone.
    """
    memory = _bytes(connection, "memory_limit")
    cores = os.cpu_count() or 1
    limits = {
        resource.RLIMIT_CPU: math.ceil(job["seconds"] * cores) + 3 + math.ceil(sum(os.times()[:2])),
        resource.RLIMIT_FSIZE: _bytes(connection, "max_temp_directory_size"),
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,  # every thread is there
    }
    held, private = _held(status)
    if private:
        limits[resource.RLIMIT_DATA] = private + memory + DATA_BEYOND
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # At the soft limit of time comes a signal that tells which limit it was, at the hard one a plain kill.
        resource.setrlimit(kind, (most - 1 if kind == resource.RLIMIT_CPU else most, most))
    return held + memory + RESIDENT_BEYOND if held else 0


def _held(status: int | None) -> tuple[int, int]:
    """Return how many bytes of this process are resident, and how many are private and writable; 0 where none tells."""
    if status is None:
        return 0, 0
    lines = dict(line.split(":", 1) for line in os.pread(status, 1 << 16, 0).decode().splitlines())
    return int(lines["VmRSS"].split()[0]) * 1024, int(lines["VmData"].split()[0]) * 1024


def _bytes(connection: duckdb.DuckDBPyConnection, setting: str) -> int:
    """Return a size that DuckDB tells as text such as 381.4 MiB."""
    ((told,),) = connection.execute("SELECT current_setting($1)", [setting]).fetchall()
    amount, unit = told.split()
    return int(float(amount) * 1024 ** ["bytes", "KiB", "MiB", "GiB", "TiB"].index(unit))


def _answer(connection: duckdb.DuckDBPyConnection, question: str, into: int) -> None:
    *before, last = _statements(connection, question)
    for statement in before:
        connection.execute(statement)
    # As `execute` it would be made whole before its first row is read.
    rows = connection.sql(last).to_arrow_reader(ROWS_AT_ONCE)
    with os.fdopen(into, "wb") as sink, pa.ipc.new_stream(sink, rows.schema) as stream:
        for batch in rows:
            stream.write_batch(batch)


def _statements(connection: duckdb.DuckDBPyConnection, question: str) -> list[duckdb.Statement]:
    """Take a question apart, and refuse what is none. DuckDB itself tells what a statement is."""
    statements = connection.extract_statements(question)
    if not statements:
        raise Refused(f"nothing is asked: {ASK}")
    *before, last = statements
    _refuse(connection, before, (*ANSWERS, *PREPARES))
    _refuse(connection, [last], ANSWERS)
    return statements


def _refuse(
    connection: duckdb.DuckDBPyConnection, statements: Iterable[duckdb.Statement], may: tuple[str, ...]
) -> None:
    for statement in statements:
        kind = _kind(statement)
        if kind == "EXPLAIN":
            _refuse(connection, _explained(connection, statement), ANSWERS)
        if kind not in may:
            raise Refused(f"{kind} is no question, and returns no rows here: {ASK}")


def _kind(statement: duckdb.Statement) -> str:
    try:
        return statement.type.name
    except ValueError:  # of a kind that the bindings have no name for
        return "this"


def _explained(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> list[duckdb.Statement]:
    """Return the statement that is to be explained: EXPLAIN ANALYZE also runs it. Words before it parse as none."""
    text = statement.query.encode()
    for place, _ in duckdb.tokenize(statement.query)[1:MOST_BEFORE_THE_EXPLAINED]:
        try:
            return connection.extract_statements(text[place:].decode())
        except duckdb.ParserException:
            continue
    raise Refused(f"it is not clear what is to be explained: {ASK}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
