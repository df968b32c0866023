"""The database: the only file that opens DuckDB.

It is built beside the published file from the lake's Parquet, judged by the rules, and renamed over it: the published
file is never written, so it never locks a reader out. Same lake and same SQL give the same rows, in one night or many.
"""

import csv
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
from pyarrow import dataset

from flows import (
    bounds,
    cellfiles,
    comments,
    fingerprints,
    identities,
    lake,
    loading,
    marts,
    outside,
    proving,
    required,
    shares,
    versions,
)
from flows.bounds import WarehouseError
from flows.ledger import Ledger
from flows.settings import Settings, bundled
from flows.store import (
    ASIDE,
    damaged,
    is_storage,
    make_folder,
    names_to_disk,
    remove_folder,
    rename,
    to_disk,
    write_bytes,
)
from transforms import assertions, facts, identity

# The drivers inside BI tools lag behind: this is the format that they open.
STORAGE = "v1.5.0"
# Bytes that a rule, or a mart, may need for each report that it sees at once.
MEMORY_OF_A_JUDGED_REPORT = 160_000
MEMORY_OF_A_REPORT_BY_MONTH = 30_000
READ_BY_MANY_RULES = (
    "v_previous_report", "v_printed_scale", "v_rounding", "v_report_total", "v_class_sum", "v_deal_member", "v_oc_told",
    "v_previous_class", "v_previous_pool",
)  # fmt: skip
MARTS = (
    "v_class_month", "v_pool_month", "v_delinquency_month", "v_deal_month", "v_loss_month", "v_trigger_month",
    "v_enhancement_month", "v_reserve_month", "v_overcollateralization_month", "v_fee_month", "v_calendar",
)  # fmt: skip
ORDER = "ORDER"  # file below marts/ that tells in which order snapshots were published
OWN = ("report", *loading.KEPT_ASIDE, "v_breach", "v_outcome")  # that two warehouses are compared by
# Of what a row holds; all others are of the disk, the memory or our own statements.
_OF_ROWS = (
    duckdb.ConstraintException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.TypeMismatchException,
)
ROWS_AT_ONCE = 20_000  # of an answer, while its size is watched
Connection = duckdb.DuckDBPyConnection


class LoadError(WarehouseError):
    """What the lake holds does not go into the tables; the message says what was met."""


@dataclass(frozen=True)
class Failure:
    """A row that an integrity rule returned."""

    rule_id: str
    title: str
    report_id: str | None
    scope_key: str | None
    expected: str
    actual: str


def query(settings: Settings, sql: str, **values: Any) -> pa.Table:
    """Answer one question of ours from the published warehouse; a user's goes through `sandbox`.

    `values` stand for `$name` in it. It is bounded in memory, disk, time and in what it answers. Raises WarehouseError.
    """
    if not settings.warehouse.exists():
        raise bounds.absent(settings)
    with _published(settings) as connection:
        return _answered(connection, sql, values, settings)


@contextmanager
def _published(settings: Settings) -> Iterator[Connection]:
    """Open the published warehouse, read-only.

    It is attached to a database in memory: DuckDB gives a second connection to the same name the file that the first
    one opened, even if another was published since. What exceeds the memory lies in a folder of its own, since who asks
    may have no right to write beside the warehouse. Nothing else is to be reached: a slip of ours changes nothing.
    """
    with (
        TemporaryDirectory(prefix="tieout-") as folder,
        duckdb.connect(config={"memory_limit": settings.memory, "temp_directory": folder}) as connection,
    ):
        # Among the settings to connect with it is kept, shown and not obeyed (DuckDB 1.5 and 2.0).
        connection.execute(f"SET max_temp_directory_size = {_literal(settings.spill)}")
        try:
            connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS warehouse (READ_ONLY)")
        except duckdb.Error as error:
            raise bounds.unreadable(str(error)) from error
        connection.execute("USE warehouse")
        if cellfiles.is_outside(connection):
            # Views that name the cells find this in their place. A path that DuckDB may read it may also write to.
            paths = [str(_cells(settings) / name) for name in cellfiles.files(connection)]
            connection.register("cell_outside", dataset.dataset(paths) if paths else _no_cells())
            connection.execute("CREATE TEMP VIEW raw_cell AS FROM cell_outside SEMI JOIN report USING (report_id)")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def _no_cells() -> pa.Table:
    return pl.DataFrame(schema=facts.polars_schema(cellfiles.TABLE)).to_arrow()


def _answered(connection: Connection, sql: str, values: dict[str, Any], settings: Settings) -> pa.Table:
    """Run a query within the bounds of the settings. What breaks while rows come is an OSError of Arrow's."""
    with _no_longer_than(settings.seconds, connection) as stopped:
        try:
            table = bounds.whole(
                connection.sql(sql, params=values or None).to_arrow_reader(ROWS_AT_ONCE), settings.answer
            )
        except (duckdb.Error, OSError) as error:
            if stopped.is_set():
                raise bounds.too_long(settings) from None
            words = str(error)
            raise (
                bounds.too_large(settings, words) if "Out of Memory Error" in words else WarehouseError(words)
            ) from error
    if stopped.is_set():
        raise bounds.too_long(settings)
    return table


@contextmanager
def _no_longer_than(seconds: float, connection: duckdb.DuckDBPyConnection) -> Iterator[threading.Event]:
    """Interrupt what runs after so many seconds; the event tells that it was."""
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        connection.interrupt()

    watch = threading.Timer(seconds, stop)
    watch.start()
    try:
        yield stopped
    finally:
        watch.cancel()


@contextmanager
def beside(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse as `before` and the one built aside as `after`, both read-only; `after` is asked.

    Where nothing is built aside, both are the published one; where nothing is published, `before` has no row.
    """
    after = next_file(settings) if next_file(settings).exists() else settings.warehouse
    with duckdb.connect(config=_limits(settings)) as connection:
        connection.execute(f"ATTACH {_literal(str(after))} AS after (READ_ONLY)")
        if settings.warehouse != after and settings.warehouse.exists():
            connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS before (READ_ONLY)")
        else:
            # A file cannot be attached twice.
            same = after == settings.warehouse
            connection.execute("ATTACH ':memory:' AS before")
            for table in OWN:
                connection.execute(f"CREATE VIEW before.{table} AS FROM after.{table} WHERE {same}")
        connection.execute("USE after")
        with _no_longer_than(settings.seconds, connection):
            yield connection


def next_file(settings: Settings) -> Path:
    """Where the warehouse is built."""
    return settings.warehouse.with_name("warehouse.duckdb.next")


def snapshot_id(book: Ledger) -> str:
    """Name the warehouse that this ledger, this code and these rules make."""
    return hashlib.sha256(f"{_made_by()} {book.digest()}".encode()).hexdigest()[:16]


def _made_by() -> str:
    """Return the hash of what turns a lake into a warehouse: code, rules, marts and decisions."""
    hashed = hashlib.sha256(f"{fingerprints.reader()} {fingerprints.builder()}".encode())
    code = [
        Path(str(module.__file__))
        for module in (
            loading, identities, versions, comments, marts, outside, proving, required, shares, identity, assertions,
        )
    ]  # fmt: skip
    for path in [Path(__file__), *code, *_sql_files("marts", "views"), *_rule_files(), _waivers(), _decisions()]:
        hashed.update(f"{path.name}\n".encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def published(settings: Settings) -> str | None:
    """Return the snapshot that is fully published, in the database and as Parquet; None where there is none."""
    current = settings.home / "marts" / "CURRENT"
    if not settings.warehouse.exists() or not current.exists():
        return None
    told = current.read_bytes().decode("latin-1").strip()
    held = query(settings, "SELECT snapshot_id FROM snapshot")["snapshot_id"].to_pylist()
    return told if held == [told] and (settings.home / "marts" / told).is_dir() else None


def build(settings: Settings, book: Ledger) -> Path:
    """Build the warehouse aside from what the lake holds; judged and published later. Returns its file.

    Where the published one was made by the same code and rules, a copy of it is brought up to the lake.
    """
    path = next_file(settings)
    _clear(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if settings.warehouse.exists():
        # The copy is asked: the published file may be open elsewhere in this process.
        shutil.copyfile(settings.warehouse, path)
        with _open(settings, path) as connection:
            if _goes_on(connection, settings, book) and loading.begin(connection, book):
                _fill(connection, settings, book)
                return path
        _clear(path)
    is_outside = _too_many(settings, book)
    path.write_bytes(_empty(is_outside, tuple((str(file), file.read_text()) for file in _sql_files("marts", "views"))))
    with _open(settings, path) as connection:
        loading.begin(connection, book)
        _fill(connection, settings, book)
    return path


@lru_cache(maxsize=4)
def _empty(is_outside: bool, files: tuple[tuple[str, str], ...]) -> bytes:
    """Return the file of a warehouse without rows: made once in a process, since it costs more than a small filing."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with _attached(path, {}) as connection:
            # In one transaction: each of more than a thousand comments would be written to the disk by itself.
            connection.execute("BEGIN")
            for table in facts.TABLES:
                connection.execute(facts.ddl(table))
                for comment in facts.comments(table):
                    connection.execute(comment)
            for name, statements in files:
                try:
                    connection.execute(statements)
                except duckdb.Error as error:
                    raise WarehouseError(f"{name}: {error}") from error
            comments.inherit(connection)
            loading.prepare(connection)
            if is_outside:
                outside.prepare(connection)
            marts.prepare(connection)
            connection.execute("COMMIT")
        return path.read_bytes()


def _shares(
    connection: duckdb.DuckDBPyConnection,
    readers: Iterable[str],
    need: int,
    *,
    put_down: Sequence[str] = (),
    whole: bool = False,
) -> Iterator[int]:
    """Lay out the deals that changed in shares as large as memory allows, with the views that some statements read.

    What reads them needs so many bytes for each report; what many read of these views is worked out once.
    """
    views = shares.needed([file.read_text() for file in _sql_files("marts", "views")], readers)
    return shares.each(connection, views, max(_bytes(connection) // need, 1), put_down=put_down, whole=whole)


def _bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the memory limit of a connection, which DuckDB tells as text such as 381.4 MiB."""
    ((told,),) = connection.sql("SELECT current_setting('memory_limit')").fetchall()
    amount, unit = told.split()
    return int(float(amount) * 1024 ** ["bytes", "KiB", "MiB", "GiB", "TiB"].index(unit))


def _cells(settings: Settings) -> Path:
    """Where cells lie that are too many for the database."""
    return settings.home / cellfiles.FOLDER


def _clear(path: Path) -> None:
    for old in (path, path.with_name(path.name + ".wal")):
        old.unlink(missing_ok=True)


def _goes_on(connection: duckdb.DuckDBPyConnection, settings: Settings, book: Ledger) -> bool:
    """Tell whether a file was made by this code and these rules, so that a night may add to it."""
    made = "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'snapshot' AND column_name = 'made_by'"
    if not connection.sql(made).fetchall()[0][0] or cellfiles.is_outside(connection) != _too_many(settings, book):
        return False
    return connection.sql("SELECT made_by FROM snapshot").fetchall() == [(_made_by(),)]


def _too_many(settings: Settings, book: Ledger) -> bool:
    """Tell whether the cells are too many to lie in the database."""
    counts = book.frames("cells", where=pl.col("batch").is_not_null())
    return sum(frame["cells"].sum() or 0 for frame in counts) > settings.cells


def _fill(connection: duckdb.DuckDBPyConnection, settings: Settings, book: Ledger) -> None:
    # A warehouse without rules is not judged.
    connection.execute("DELETE FROM recon_rule")
    name = snapshot_id(book)
    try:
        loading.load(connection, settings.store, book, _decisions(), _cells(settings), name)
    except identities.DecisionError as error:
        raise WarehouseError(str(error)) from error
    except _OF_ROWS as error:
        raise LoadError(f"the lake's facts do not go into the warehouse: {error}") from error
    except duckdb.Error:
        # A file of the lake that was cut short is an error of DuckDB's as well.
        lake.expect_whole(settings.store, book.batches())
        raise
    connection.execute("DELETE FROM waiver")
    _load_waivers(connection)
    connection.execute(
        "CREATE OR REPLACE TABLE snapshot AS "
        "SELECT $1::VARCHAR AS snapshot_id, $2::VARCHAR AS code_fingerprint, $3::VARCHAR AS made_by",
        [name, fingerprints.reader(), _made_by()],
    )
    connection.execute("""
        COMMENT ON TABLE snapshot IS 'Which lake, reader and rules this file is made of.';
        COMMENT ON COLUMN snapshot.snapshot_id IS 'name of the folder below marts/ that holds the same';
        COMMENT ON COLUMN snapshot.code_fingerprint IS 'reader of the newest filings';
        COMMENT ON COLUMN snapshot.made_by IS 'code, rules, marts and decisions that made the file of the lake'""")


@contextmanager
def _open(settings: Settings, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file for writing, as the default catalog of a connection that may use the disk beside it."""
    with _attached(path, _limits(settings)) as connection:
        yield connection


@contextmanager
def _attached(path: Path, config: Mapping[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file for writing, as the default catalog of a connection."""
    with duckdb.connect(config=dict(config)) as connection:
        connection.execute(f"ATTACH {_literal(str(path))} AS warehouse (STORAGE_VERSION '{STORAGE}')")
        connection.execute("USE warehouse")
        yield connection
        connection.execute("CHECKPOINT")


def _limits(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """Return what memory and cores a connection of ours may take, and where what exceeds the memory lies."""
    return {
        "memory_limit": settings.memory,
        "threads": settings.processes,
        "temp_directory": str(settings.home / "spill"),
    }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sql_files(*folders: str) -> list[Path]:
    """Return the files of some folders under `sql`, in the order of their names: a view may build on an earlier one."""
    root = bundled("sql")
    return sorted((path for folder in folders for path in (root / folder).glob("*.sql")), key=lambda path: path.name)


def _rule_files() -> list[Path]:
    return sorted((bundled("sql") / "assertions").rglob("*.sql"))


def _waivers() -> Path:
    return bundled("data/reference") / "waivers.csv"


def _decisions() -> Path:
    return bundled("data/reference") / "identity.csv"


# ---- waivers ----


def _load_waivers(connection: duckdb.DuckDBPyConnection) -> None:
    path = _waivers()
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise WarehouseError(f"{path}, line {number}: more or fewer fields than the first line names")
        try:
            connection.execute(
                "INSERT INTO waiver BY NAME SELECT $rule_id AS rule_id, $deal AS deal, "
                "$distribution_date::DATE AS distribution_date, $scope_key AS scope_key, "
                "$diff::DECIMAL(28,10) AS diff, $reason AS reason, $decided_by AS decided_by, "
                "$decided_on::DATE AS decided_on",
                row,
            )
        except duckdb.Error as error:
            raise WarehouseError(f"{path}, line {number}: {error}") from error


# ---- rules ----


def judge(settings: Settings) -> None:
    """Run every rule on the warehouse that was built aside, and keep each row that it returns."""
    rules = assertions.ordered(assertions.parse(file.read_text(), str(file)) for file in _rule_files())
    with _open(settings, next_file(settings)) as connection:
        _forget(connection, rules)
        seen = [rule for rule in rules if shares.of_reports(rule.grain)]
        read = [*(rule.sql for rule in seen), *proving.read()]
        proving.prepare(connection)
        for _ in _shares(connection, read, MEMORY_OF_A_JUDGED_REPORT, whole=True, put_down=READ_BY_MANY_RULES):
            _run_rules(connection, seen)
            proving.prove(connection)
        proving.keep(connection)
        _run_rules(connection, [rule for rule in rules if rule not in seen])
        # The rules come in last: without them, a warehouse counts as not judged.
        connection.register("judged", pl.DataFrame([rule.row() for rule in rules]).to_arrow())
        connection.execute("INSERT INTO recon_rule BY NAME FROM judged")


def work_out(settings: Settings) -> None:
    """Work the marts out on the warehouse that was judged: their rows carry the proof that the rules told."""
    with _open(settings, next_file(settings)) as connection:
        made = _shares(connection, marts.names(connection), MEMORY_OF_A_REPORT_BY_MONTH)
        marts.work_out(connection, made)


def _forget(connection: duckdb.DuckDBPyConnection, rules: Iterable[assertions.Rule]) -> None:
    """Take out what rules returned for the deals that changed, or for none, and for reports that are no more."""
    connection.execute("DELETE FROM recon_rule")
    whole = [rule.id for rule in rules if not shares.of_reports(rule.grain)]
    connection.execute(
        """DELETE FROM recon_result WHERE rule_id IN (SELECT unnest($1))
           OR report_id NOT IN (SELECT report_id FROM report ANTI JOIN build.touched USING (deal_id))""",
        [whole],
    )


@lru_cache(maxsize=4)
def _required(rules: tuple[assertions.Rule, ...], views: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Return for each rule's SELECT the tables without which it returns nothing: found once in a process."""
    with duckdb.connect() as connection:
        return required.tables(connection, [rule.sql for rule in rules], views)


def _that_may_return(connection: duckdb.DuckDBPyConnection, rules: Sequence[assertions.Rule]) -> list[assertions.Rule]:
    """Leave out the rules that lack a table in what is seen: to plan one takes longer than to run it on few reports."""
    needed = _required(tuple(rules), tuple(file.read_text() for file in _sql_files("marts", "views")))
    present = required.present(connection, frozenset().union(*needed.values()))
    return [rule for rule in rules if needed[rule.sql] <= present]


def _run_rules(connection: duckdb.DuckDBPyConnection, rules: Sequence[assertions.Rule]) -> None:
    """Keep what rules return for what is seen: a share of the warehouse, or all of it."""
    ran = _that_may_return(connection, rules)
    for rule in ran:
        try:
            proving.run(connection, rule)
        except duckdb.Error as error:
            raise WarehouseError(f"rule {rule.id} ({rule.title}): {error}") from error
    proving.settle(connection, ran)


def failures(settings: Settings) -> list[Failure]:
    """Return the rows that failed integrity in the warehouse that was built aside. Raises if no rule has run on it."""
    path = next_file(settings)
    with duckdb.connect(str(path), read_only=True, config=_limits(settings)) as connection:
        if not connection.sql("SELECT 1 FROM recon_rule LIMIT 1").fetchall():
            raise WarehouseError(f"no rule has run on {path}: run the stage `assertions` before `reports`")
        failed = connection.sql("""
            SELECT q.rule_id, u.name, q.report_id, q.scope_key, q.expected::VARCHAR, q.actual::VARCHAR
            FROM recon_result AS q JOIN recon_rule AS u USING (rule_id)
            WHERE u.kind = 'integrity' AND q.outcome = 'breach' ORDER BY ALL""").fetchall()
    return [Failure(*row) for row in failed]


# ---- publication ----


def rejected(settings: Settings) -> Path:
    """Where a warehouse that failed integrity can be looked at."""
    return settings.warehouse.with_name("warehouse.rejected.duckdb")


def reject(settings: Settings) -> None:
    """Set aside a warehouse that failed integrity; the published one stays."""
    rename(next_file(settings), rejected(settings))


def publish(settings: Settings) -> str:
    """Put the warehouse that was built aside, and its marts as Parquet, in their places. Returns the snapshot.

    The Parquet folder is complete before anything points to it, and the pointer is set last: whatever moment the run is
    killed, every name leads to one whole snapshot, and the next run sees that the work is not done.
    """
    path = next_file(settings)
    with _open(settings, path) as connection:
        ((snapshot,),) = connection.sql("SELECT snapshot_id FROM snapshot").fetchall()
        marts.note_years(connection, MARTS)
        read = cellfiles.files(connection) if cellfiles.is_outside(connection) else []
        _export(connection, settings, settings.home / "marts" / snapshot)
    read += _read_before(settings)
    to_disk(path)
    _in_order(settings, snapshot)
    rename(path, settings.warehouse)
    write_bytes(settings.home / "marts" / "CURRENT", f"{snapshot}\n".encode())
    _prune(settings)
    outside.prune(_cells(settings), read)
    return snapshot


def _read_before(settings: Settings) -> list[str]:
    """Return the files of cells that the published warehouse reads: who opened it goes on reading them."""
    if not settings.warehouse.exists():
        return []
    with duckdb.connect(config=_limits(settings)) as connection:
        connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS before (READ_ONLY); USE before")
        return cellfiles.files(connection) if cellfiles.is_outside(connection) else []


def _export(connection: duckdb.DuckDBPyConnection, settings: Settings, folder: Path) -> None:
    """Write the marts, a file for each year; a year that is as it was is a link to the file of the snapshot before."""
    # Of a run that was broken off, perhaps on its way to another snapshot.
    for left in folder.parent.glob(f"*{ASIDE}/"):
        remove_folder(left)
    if folder.is_dir():
        return
    aside = folder.with_name(folder.name + ASIDE)
    make_folder(aside)
    before = _years_before(settings)
    for mart, year, rows, digest in marts.years(connection):
        file = aside / mart / f"{year}.parquet"
        make_folder(file.parent)
        if not (same := before.get((mart, year, rows, digest))) or not _linked(same, file):
            connection.execute(
                f"COPY ({marts.of_year(connection, mart, year)}) TO {_literal(str(file))} "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            to_disk(file)
        names_to_disk(file.parent)
    rename(aside, folder)


def _years_before(settings: Settings) -> dict[tuple[str, int, int, int], Path]:
    """Return the mart files of the published snapshot, by mart, year and what they hold."""
    snapshot = published(settings)
    if snapshot is None:
        return {}
    folder = settings.home / "marts" / snapshot
    with duckdb.connect(config=_limits(settings)) as connection:
        connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS before (READ_ONLY); USE before")
        return {
            (mart, year, rows, digest): folder / mart / f"{year}.parquet"
            for mart, year, rows, digest in marts.years(connection)
        }


def _linked(there: Path, file: Path) -> bool:
    """Give a file that does not change a second name. Not every disk can, and an older snapshot may lack it."""
    try:
        os.link(there, file)
    except OSError:
        return False
    return True


def _in_order(settings: Settings, snapshot: str) -> None:
    """Note that a snapshot is the newest, whatever the clock says: `marts/ORDER` has their names, the oldest first."""
    file = settings.home / "marts" / ORDER
    told = file.read_bytes().decode("latin-1").split() if file.exists() else []
    there = sorted(path.name for path in file.parent.iterdir() if path.is_dir())
    # One that it does not name is of an older tieout, or of a file that was lost.
    order = [name for name in there if name not in told] + [name for name in told if name in there]
    order = [name for name in order if name != snapshot] + [snapshot]
    write_bytes(file, "".join(f"{name}\n" for name in order).encode())


def _prune(settings: Settings) -> None:
    marts = settings.home / "marts"
    order = (marts / ORDER).read_text().split()
    for name in order[: -settings.kept]:
        remove_folder(marts / name)


# ---- damage ----


def damaged_file(settings: Settings) -> Path:
    """Where a database that is damaged can be looked at."""
    return settings.warehouse.with_name("warehouse.damaged.duckdb")


def set_aside(settings: Settings) -> Path:
    """Keep a damaged database under a name that tells it, so that the next run builds one anew. Returns its file."""
    rename(settings.warehouse, damaged_file(settings))
    return damaged_file(settings)


def wrong(settings: Settings, whole: bool = True) -> str | None:
    """Return what is wrong with the published database: of all its blocks, or only of those that every use reads."""
    try:
        with duckdb.connect(config=_limits(settings)) as connection:
            connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS published (READ_ONLY); USE published")
            connection.sql("SELECT snapshot_id FROM snapshot").fetchall()
            if cellfiles.is_outside(connection):
                paths = [_cells(settings) / name for name in cellfiles.files(connection)]
                if missing := [path.name for path in paths if not path.is_file()]:
                    return f"lacks {cellfiles.FOLDER}/{missing[0]}"
            # DuckDB keeps a checksum of each block, and compares it as it reads.
            tables = connection.sql(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'published'"
                f" UNION SELECT 'main', '{cellfiles.TABLE}' ORDER BY ALL"
            ).fetchall()
            for schema, table in tables if whole else ():
                connection.sql(f'SELECT bit_xor(hash(t)) FROM published."{schema}"."{table}" AS t').fetchall()
    except duckdb.Error as error:
        if is_storage(error):
            raise
        return f"is cut short or changed ({str(error).splitlines()[0][:120]})"
    return None


@contextmanager
def sound(settings: Settings) -> Iterator[None]:
    """Use the published database, and what is built of a copy of it.

    Where that fails since it is damaged, it is set aside. Raises LakeDamaged then.
    """
    if settings.warehouse.exists() and wrong(settings, whole=False):
        set_aside(settings)
    try:
        yield
    except (duckdb.Error, WarehouseError) as error:
        if isinstance(error, _OF_ROWS) or is_storage(error) or not settings.warehouse.exists():
            raise
        if (what := wrong(settings)) is None:
            raise
        next_file(settings).unlink(missing_ok=True)
        aside = set_aside(settings)
        raise damaged(
            str(settings.warehouse), what, f"it was set aside as {aside.name}; run the same command again, to build it"
        ) from error


def wrong_marts(settings: Settings) -> list[tuple[str, str]]:
    """Return which files of the published marts are not what the database says that they hold."""
    folder = settings.home / "marts"
    if not settings.warehouse.exists():
        return []
    with duckdb.connect(config=_limits(settings)) as connection:
        connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS published (READ_ONLY); USE published")
        ((snapshot,),) = connection.sql("SELECT snapshot_id FROM snapshot").fetchall()
        current = folder / "CURRENT"
        if not current.exists():
            return [("marts/CURRENT", "is gone")]
        if current.read_bytes() != f"{snapshot}\n".encode():
            return [("marts/CURRENT", "does not name the published snapshot")]
        found = []
        for mart, year, rows, digest in marts.years(connection):
            file = folder / snapshot / mart / f"{year}.parquet"
            if not file.is_file():
                found.append((str(file.relative_to(settings.home)), "is gone"))
            elif not _holds(connection, mart, file, (rows, digest)):
                found.append((str(file.relative_to(settings.home)), "is cut short or changed"))
        return found


def _holds(connection: Connection, mart: str, file: Path, told: tuple[int, int]) -> bool:
    """Tell whether a file of a mart has the rows that were noted: a file need not have the types of its mart."""
    types = connection.sql(f"DESCRIBE {mart}").fetchall()
    columns = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind, *_ in types)
    try:
        found = connection.sql(
            f"SELECT count(*), sum(hash(m))::HUGEINT FROM "
            f"(SELECT {columns} FROM read_parquet({_literal(str(file))}, hive_partitioning = false)) AS m"
        ).fetchall()
    except duckdb.Error as error:
        if is_storage(error):
            raise
        return False
    return found == [told]


def unpublish_marts(settings: Settings) -> None:
    """Take damaged marts away, so that the next run publishes them anew: first what leads to them."""
    current = settings.home / "marts" / "CURRENT"
    current.unlink(missing_ok=True)
    with duckdb.connect(config=_limits(settings)) as connection:
        connection.execute(f"ATTACH {_literal(str(settings.warehouse))} AS published (READ_ONLY); USE published")
        ((snapshot,),) = connection.sql("SELECT snapshot_id FROM snapshot").fetchall()
    remove_folder(settings.home / "marts" / snapshot)


def breaches(settings: Settings) -> dict[str, int]:
    """Count the breaches that no waiver covers, by severity, over the reports in force."""
    rows = query(
        settings,
        "SELECT severity, count(*) AS n FROM v_breach WHERE NOT waived GROUP BY severity ORDER BY severity",
    )
    return {row["severity"]: row["n"] for row in rows.to_pylist()}


def is_of_this_tieout(settings: Settings) -> bool:
    """Tell whether the published warehouse has the views that are asked here: after an upgrade it may be older."""
    asked = ("v_outcome", "v_coverage")
    views = query(settings, f"SELECT count(*) AS n FROM duckdb_views() WHERE view_name IN {asked}")
    return views["n"].to_pylist() == [len(asked)]


def figures(settings: Settings) -> dict[str, int]:
    """Count what the published warehouse holds."""
    rows = query(
        settings,
        """SELECT (SELECT count(*) FROM dim_deal) AS deals, (SELECT count(*) FROM report) AS reports,
                  printed, typed, generic, unmapped, (SELECT count(*) FROM v_outcome) AS results
           FROM (SELECT coalesce(sum(printed), 0)::BIGINT AS printed, coalesce(sum(typed), 0)::BIGINT AS typed,
                        coalesce(sum(generic), 0)::BIGINT AS generic, coalesce(sum(unmapped), 0)::BIGINT AS unmapped
                 FROM v_coverage)""",
    )
    (answer,) = rows.to_pylist()
    return dict(answer)
