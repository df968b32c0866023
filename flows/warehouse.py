"""The database: the only file that opens DuckDB.

It is built beside the published file from the lake's Parquet, judged by the rules, and renamed over it: the published
file is never written, so it never locks a reader out. Same lake and same SQL give the same rows in the same order.
"""

import csv
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from flows import comments, fingerprints, lake, ledger, register, shares, versions
from flows.ledger import Ledger
from flows.settings import Settings, bundled
from flows.store import ASIDE, remove_folder, rename, write_bytes
from transforms import assertions, facts

# The drivers inside BI tools lag behind: this is the format that they open.
STORAGE = "v1.5.0"
SHOWN_BY_ARITHMETIC = ("OC_RESIDUAL_CASH", "IO", "PO", "RESIDUAL", "PREPAY_PENALTY")
MARTS = (
    "v_class_month", "v_pool_month", "v_delinquency_month", "v_deal_month", "v_loss_month", "v_trigger_month",
    "v_enhancement_month", "v_reserve_month", "v_overcollateralization_month", "v_fee_month", "v_calendar",
)  # fmt: skip
FILING_TABLES = ("filing", "filing_filer", "document")
MERGED = ("dim_deal", "dim_group", "dim_class")  # one row per key: the latest knowledge of each column
LISTED = ("dim_deal_identifier", "dim_deal_alias", "dim_class_identifier")  # every different row, once
KEPT_ASIDE = ("recon_rule", "recon_result", "filing_state", "filing_listing")  # that do not come from facts
OWN = ("report", *KEPT_ASIDE)
Connection = duckdb.DuckDBPyConnection


class WarehouseError(Exception):
    """The warehouse is not there, or cannot answer; the message says what to do."""


@dataclass(frozen=True)
class Failure:
    """A row that an integrity rule returned."""

    rule_id: str
    title: str
    report_id: str | None
    scope_key: str | None
    expected: str
    actual: str


def query(settings: Settings, sql: str) -> pa.Table:
    """Answer one question from the published warehouse: read-only, no files, no network, bounded in memory and time.

    Raises WarehouseError.
    """
    if not settings.warehouse.exists():
        raise WarehouseError(f"no warehouse at {settings.warehouse}: run `tieout nightly` first, or give --home")
    limits = {"enable_external_access": "false", "lock_configuration": "true", "memory_limit": settings.memory}
    try:
        with (
            duckdb.connect(str(settings.warehouse), read_only=True, config=limits) as connection,
            _no_longer_than(settings.seconds, connection),
        ):
            answer = connection.sql(sql)
            if answer is None:
                raise WarehouseError("this statement returns no rows: ask with SELECT, FROM, SHOW or DESCRIBE")
            return answer.to_arrow_table()
    except duckdb.InterruptException:
        raise WarehouseError(f"stopped after {settings.seconds:g} s: ask for less") from None
    except duckdb.IOException as error:
        raise WarehouseError(
            f"{error} Remove it, and run `tieout nightly`: it is built anew from what was read"
        ) from error
    except duckdb.Error as error:
        raise WarehouseError(str(error)) from error


@contextmanager
def _no_longer_than(seconds: float, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    watch = threading.Timer(seconds, connection.interrupt)
    watch.start()
    try:
        yield
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
    hashed = hashlib.sha256(f"{fingerprints.reader()} {fingerprints.builder()} {book.digest()}".encode())
    hashed.update(Path(__file__).read_bytes())
    for path in [*_sql_files("marts", "views"), *_rule_files(), _waivers()]:
        hashed.update(f"{path.name}\n".encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def published(settings: Settings) -> str | None:
    """Return the snapshot that is fully published, in the database and as Parquet; None where there is none."""
    current = settings.home / "marts" / "CURRENT"
    if not settings.warehouse.exists() or not current.exists():
        return None
    told = current.read_text().strip()
    held = query(settings, "SELECT snapshot_id FROM snapshot")["snapshot_id"].to_pylist()
    return told if held == [told] and (settings.home / "marts" / told).is_dir() else None


def build(settings: Settings, book: Ledger) -> Path:
    """Build the warehouse aside from what the lake holds; judged and published later. Returns its file."""
    path = next_file(settings)
    for old in (path, path.with_name(path.name + ".wal")):
        old.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _open(settings, path) as connection:
        for table in facts.TABLES:
            connection.execute(facts.ddl(table))
            for comment in facts.comments(table):
                connection.execute(comment)
        for file in _sql_files("marts", "views"):
            _run(connection, file)
        comments.inherit(connection)
        _load(connection, settings, book)
        _load_waivers(connection)
        connection.execute(
            "CREATE TABLE snapshot AS SELECT $1::VARCHAR AS snapshot_id, $2::VARCHAR AS code_fingerprint",
            [snapshot_id(book), fingerprints.reader()],
        )
        connection.execute("""
            COMMENT ON TABLE snapshot IS 'Which lake, reader and rules this file is made of.';
            COMMENT ON COLUMN snapshot.snapshot_id IS 'name of the folder below marts/ that holds the same';
            COMMENT ON COLUMN snapshot.code_fingerprint IS 'reader of the newest filings'""")
    return path


@contextmanager
def _open(settings: Settings, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file for writing, as the default catalog of a connection that may use the disk beside it."""
    with duckdb.connect(config=_limits(settings)) as connection:
        connection.execute(f"ATTACH {_literal(str(path))} AS warehouse (STORAGE_VERSION '{STORAGE}')")
        connection.execute("USE warehouse")
        yield connection
        connection.execute("CHECKPOINT")


def _limits(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """Return how much memory a connection of ours may take, and where what is more lies meanwhile."""
    return {"memory_limit": settings.memory, "temp_directory": str(settings.home / "spill")}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _run(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    try:
        connection.execute(file.read_text())
    except duckdb.Error as error:
        raise WarehouseError(f"{file}: {error}") from error


def _sql_files(*folders: str) -> list[Path]:
    """Return the files of some folders under `sql`, in the order of their names: a view may build on an earlier one."""
    root = bundled("sql")
    return sorted((path for folder in folders for path in (root / folder).glob("*.sql")), key=lambda path: path.name)


def _rule_files() -> list[Path]:
    return sorted((bundled("sql") / "assertions").rglob("*.sql"))


def _waivers() -> Path:
    return bundled("data/reference") / "waivers.csv"


# ---- from the lake ----


def _load(connection: duckdb.DuckDBPyConnection, settings: Settings, book: Ledger) -> None:
    _load_ledger(connection, book)
    # A batch of facts is named after its cells and the code that built it, as its file is.
    connection.execute(
        "CREATE TEMP TABLE current_filing AS "
        "SELECT accession_number, batch || '.' || facts_fingerprint AS batch, code_fingerprint FROM ledger_rows "
        "WHERE batch IS NOT NULL"
    )
    files = lake.fact_files(settings.store, book.batches())
    for table in facts.TABLES:
        if table not in KEPT_ASIDE:
            _view_of_lake(connection, table, files.get(table, []))
    for table in FILING_TABLES:
        keys = ", ".join(f"a.{name}" for name in facts.key(table))
        connection.execute(f"""
            INSERT INTO {table} SELECT {_columns(table, "a")} FROM lake_{table} AS a
            SEMI JOIN current_filing AS c ON c.accession_number = a.accession_number AND c.batch = a.batch
            ORDER BY {keys}""")
    versions.order(connection)
    for table in facts.TABLES:
        if table in MERGED:
            _load_merged(connection, table)
        elif table in LISTED:
            _load_listed(connection, table)
        elif table == "dim_class_alias":
            _load_class_names(connection)
        elif table not in (*FILING_TABLES, *OWN):
            _load_by_report(connection, table)
    _load_states(connection)
    _load_listings(connection, settings)


def _load_ledger(connection: duckdb.DuckDBPyConnection, book: Ledger) -> None:
    """Put what the warehouse needs of the ledger into `ledger_rows`, a partition after the other."""
    names = ("batch", "facts_fingerprint", *facts.polars_schema("filing_state"))
    connection.register("declared", pl.DataFrame(schema={name: ledger.SCHEMA[name] for name in names}).to_arrow())
    connection.execute("CREATE TEMP TABLE ledger_rows AS SELECT * FROM declared")
    for paths in book.files():
        files = ", ".join(_literal(str(path)) for path in paths)
        last = f"row_number() OVER (PARTITION BY accession_number ORDER BY list_position([{files}], lies_in) DESC) = 1"
        connection.execute(f"""
            INSERT INTO ledger_rows
            SELECT {", ".join(names)} FROM (
              FROM declared SELECT *, NULL::VARCHAR AS lies_in UNION ALL BY NAME
              FROM read_parquet([{files}], union_by_name = true, filename = 'lies_in', hive_partitioning = false))
            {f"QUALIFY {last}" if len(paths) > 1 else ""}""")


def _view_of_lake(connection: duckdb.DuckDBPyConnection, table: str, files: list[Path]) -> None:
    """Show one table of all batches as `lake_<table>`, with the batch each row lies in."""
    extra = "NULL::VARCHAR AS report_id, " if table in (*MERGED, *LISTED) else ""
    if files:
        named = ", ".join(_literal(str(path)) for path in files)
        rows = f"read_parquet([{named}], filename = 'lies_in', hive_partitioning = false)"
        select = f"SELECT * EXCLUDE (lies_in), parse_filename(lies_in, true) AS batch FROM {rows}"
    else:
        select = f"SELECT {extra}*, NULL::VARCHAR AS batch FROM {table} WHERE false"
    connection.execute(f"CREATE TEMP VIEW lake_{table} AS {select}")


def _columns(table: str, alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in facts.polars_schema(table))


def _load_merged(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    keys = facts.key(table)
    latest = ", ".join(
        f"last(a.{name} ORDER BY k.known_from, k.report_id) FILTER (WHERE a.{name} IS NOT NULL) AS {name}"
        if name not in keys
        else f"a.{name}"
        for name in facts.polars_schema(table)
    )
    # A role that arithmetic showed in any month stays: in a month without excess cash its class looks like the others.
    latest = latest.replace(
        "last(a.class_type ORDER BY k", f"last(a.class_type ORDER BY a.class_type IN {SHOWN_BY_ARITHMETIC}, k"
    )
    grouped = ", ".join(f"a.{name}" for name in keys)
    connection.execute(f"""
        INSERT INTO {table} SELECT {latest} FROM lake_{table} AS a
        JOIN kept AS k ON k.report_id = a.report_id AND k.batch = a.batch
        GROUP BY {grouped} ORDER BY {grouped}""")


def _load_listed(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    names = list(facts.polars_schema(table))
    # Which filing showed a name first is a finding about all of them, so it does not tell two rows apart.
    first = [name for name in names if name == "first_seen_accession"]
    same = ", ".join(f"a.{name}" for name in names if name not in first)
    chosen = ", ".join(
        f"first(a.{name} ORDER BY k.known_from, k.report_id) AS {name}" if name in first else f"a.{name}"
        for name in names
    )
    connection.execute(f"""
        INSERT INTO {table} SELECT {chosen} FROM lake_{table} AS a
        JOIN kept AS k ON k.report_id = a.report_id AND k.batch = a.batch
        GROUP BY {same} ORDER BY {same}""")


def _load_class_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep every name that a class was met by: the way from a fact to its cells goes through the name in its report."""
    connection.execute("""
        INSERT INTO dim_class_alias SELECT DISTINCT a.class_id, a.class_name, a.remic FROM lake_dim_class AS a
        JOIN kept AS k ON k.report_id = a.report_id AND k.batch = a.batch
        ORDER BY ALL""")


def _load_by_report(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    # By deal and date, as they are asked for: a column store skips what lies elsewhere.
    keys = (
        ["line_no", "col_start"] if table == "raw_cell" else [name for name in facts.key(table) if name != "report_id"]
    )
    order = ", ".join(["k.deal_id", "k.distribution_date", "k.report_id", *(f"a.{name}" for name in keys)])
    connection.execute(f"""
        INSERT INTO {table} SELECT {_columns(table, "a")} FROM lake_{table} AS a
        JOIN kept AS k ON k.report_id = a.report_id AND k.batch = a.batch
        ORDER BY {order}""")


def _load_states(connection: duckdb.DuckDBPyConnection) -> None:
    own = "nullif(concat_ws('; ', a.reason, r.repeated), '') AS reason"
    columns = _columns("filing_state", "a").replace("a.reason", own)
    connection.execute(f"""
        INSERT INTO filing_state SELECT {columns} FROM ledger_rows AS a
        LEFT JOIN (
          SELECT accession_number,
                 string_agg(report_id || ' repeats ' || repeats_report_id || ' and is left out', '; ') AS repeated
          FROM report_repeat GROUP BY accession_number) AS r USING (accession_number)
        ORDER BY a.accession_number""")


def _load_listings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Put what the index files have listed into `filing_listing`, a quarter after the other."""
    for listing in register.listings(settings.store):
        connection.register("listing", listing)
        connection.execute(
            f"INSERT INTO filing_listing SELECT {_columns('filing_listing', 'a')} FROM listing AS a ORDER BY ALL"
        )
        connection.unregister("listing")


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
        views = [file.read_text() for file in _sql_files("marts", "views")]
        made = shares.lay_out(connection, shares.needed(views, [rule.sql for rule in rules]))
        # The rules come in last: without them, a warehouse counts as not judged. One transaction around all would hold
        # every result, and DuckDB 2.0.0 finds no row in a temporary table that got many in the same transaction.
        connection.execute("DELETE FROM recon_rule")
        connection.execute("DELETE FROM recon_result")
        for rule in rules:
            try:
                _judge(connection, rule, made if shares.of_reports(rule.grain) else ["warehouse"])
            except duckdb.Error as error:
                raise WarehouseError(f"rule {rule.id} ({rule.title}): {error}") from error
        rows = pl.DataFrame([rule.row() for rule in rules]).to_arrow()
        connection.register("judged", rows)
        connection.execute("INSERT INTO recon_rule BY NAME FROM judged")


def _judge(connection: duckdb.DuckDBPyConnection, rule: assertions.Rule, parts: list[str]) -> None:
    """Keep what a rule returns for each part of the warehouse, in an order that does not depend on the parts."""
    # Put down before it is sorted: the joins of a rule and the sort of what they find would be in memory together.
    connection.execute("CREATE OR REPLACE TEMP TABLE found AS FROM warehouse.recon_result LIMIT 0")
    returned = 0
    for part in parts:
        connection.execute(f"USE {part}")
        for one in assertions.parts(rule):
            returned += _changed(connection, f"INSERT INTO temp.found {assertions.result_sql(one)}")
    connection.execute("USE warehouse")
    kept = _changed(connection, "INSERT INTO recon_result FROM temp.found ORDER BY ALL")
    if kept != returned:
        raise WarehouseError(f"rule {rule.id} ({rule.title}): {returned:,} rows returned, {kept:,} kept")


def _changed(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Run a statement that inserts. Returns how many rows."""
    ((rows,),) = connection.execute(sql).fetchall()
    return int(rows)


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
    with duckdb.connect(str(path), read_only=True, config=_limits(settings)) as connection:
        ((snapshot,),) = connection.sql("SELECT snapshot_id FROM snapshot").fetchall()
        _export(connection, settings.home / "marts" / snapshot)
    _to_disk(path)
    rename(path, settings.warehouse)
    write_bytes(settings.home / "marts" / "CURRENT", f"{snapshot}\n".encode())
    _prune(settings)
    return snapshot


def _export(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    if folder.is_dir():
        folder.touch()
        return
    aside = folder.with_name(folder.name + ASIDE)
    remove_folder(aside)
    aside.mkdir(parents=True)
    for mart in MARTS:
        file = aside / f"{mart}.parquet"
        connection.execute(
            f"COPY (FROM {mart} ORDER BY ALL) TO {_literal(str(file))} (FORMAT parquet, COMPRESSION zstd)"
        )
        _to_disk(file)
    rename(aside, folder)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _prune(settings: Settings) -> None:
    marts = settings.home / "marts"
    folders = sorted((path for path in marts.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime_ns)
    for folder in folders[: -settings.kept]:
        remove_folder(folder)


def breaches(settings: Settings) -> dict[str, int]:
    """Count the breaches that no waiver covers, by severity, over the reports in force."""
    rows = query(
        settings,
        f"""SELECT b.severity, count(*) AS n FROM v_breach AS b LEFT JOIN report AS r USING (report_id)
            WHERE NOT b.waived AND coalesce(r.known_to, {versions.FOREVER}) = {versions.FOREVER}
            GROUP BY b.severity ORDER BY b.severity""",
    )
    return {row["severity"]: row["n"] for row in rows.to_pylist()}


def figures(settings: Settings) -> dict[str, int]:
    """Count what the published warehouse holds."""
    rows = query(
        settings,
        """SELECT (SELECT count(*) FROM dim_deal) AS deals, (SELECT count(*) FROM report) AS reports,
                  (SELECT count(*) FROM raw_cell) AS cells,
                  (SELECT count(*) FROM raw_cell WHERE canonical_column IS NOT NULL) AS cells_mapped,
                  (SELECT count(*) FROM recon_result) AS results""",
    )
    (answer,) = rows.to_pylist()
    return dict(answer)
