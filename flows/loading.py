"""The lake's rows as the tables of the warehouse: what is there stays, what came is added, what changed is replaced.

The tables of `build` say what the file is made of. An empty file and a copy of last night's go the same way: only
filings that are not in it are read, and only deals that they touch are ordered into versions anew.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from flows import cellfiles, identities, lake, ledger, outside, register, versions
from flows.ledger import Ledger
from flows.store import Store
from transforms import facts

FILING_TABLES = ("filing", "filing_filer", "document")
DIMENSIONS = (*identities.MERGED, *identities.LISTED)
KEPT_ASIDE = (  # that do not come from facts
    "recon_rule", "recon_result", "filing_state", "filing_listing", "identity_join", "identity_conflict",
    "identity_decision",
    "dim_class_alias",
)  # fmt: skip
BY_REPORT = tuple(
    table
    for table in facts.TABLES
    if table not in (*FILING_TABLES, *DIMENSIONS, *KEPT_ASIDE, "report", "report_repeat", "report_source")
)
# Of reports of one deal and date.
COMPARED = ("raw_cell", "fact_class_distribution", "fact_collateral", "report_proof", "fact_line_item")
MADE_OF = "concat_ws(' ', sha256, code_fingerprint, facts_fingerprint)"

Connection = Any  # of DuckDB, which `warehouse` opens


def prepare(connection: Connection) -> None:
    """Make the tables that say what the file is made of, in a schema of their own."""
    connection.execute("CREATE SCHEMA build")
    connection.execute("CREATE TABLE build.filing (accession_number VARCHAR, made_of VARCHAR)")
    told = ", ".join(f"{name} {facts.duckdb_type(kind)}" for name, kind in facts.polars_schema("report").items())
    connection.execute(f"CREATE TABLE build.told ({told}, is_amendment BOOLEAN)")
    connection.execute("CREATE TABLE build.touched (deal_id VARCHAR)")
    identities.prepare(connection)


def begin(connection: Connection, book: Ledger) -> bool:
    """Put what is known of filings into `current_filing` and `fresh_filing`.

    Returns whether the file can go on from what it holds: nothing of it has gone or was read or built otherwise since.
    """
    _load_ledger(connection, book)
    # A batch of facts is named after its cells and the code that built it, as its file is.
    connection.execute(f"""
        CREATE TEMP TABLE current_filing AS
        SELECT accession_number, batch || '.' || facts_fingerprint AS batch, code_fingerprint, {MADE_OF} AS made_of
        FROM ledger_rows WHERE batch IS NOT NULL""")
    connection.execute(
        "CREATE TEMP TABLE fresh_filing AS FROM current_filing ANTI JOIN build.filing USING (accession_number)"
    )
    ((gone,),) = connection.sql(
        "SELECT count(*) FROM build.filing ANTI JOIN current_filing USING (accession_number, made_of)"
    ).fetchall()
    return not gone


def load(connection: Connection, store: Store, book: Ledger, decisions: Path, cells: Path, name: str) -> None:
    """Bring the file up to what the lake holds. `begin` came before, and said that it can.

    Cells that are too many for the file go into the folder `cells`, in a file of this `name`.
    """
    files = lake.fact_files(store, book.batches())
    expect = _expected(store, book, files)
    fresh = expect(_batches(connection, "SELECT DISTINCT batch FROM fresh_filing"))
    for table in (*FILING_TABLES, *DIMENSIONS, "report"):
        _view_of_lake(connection, table, files.get(table, []), fresh)
    for table in FILING_TABLES:
        keys = ", ".join(f"a.{name}" for name in facts.key(table))
        connection.execute(f"""
            INSERT INTO {table} SELECT {_columns(table)} FROM lake_{table} AS a
            SEMI JOIN fresh_filing AS c ON c.accession_number = a.accession_number AND c.batch = a.batch
            ORDER BY {keys}""")
    _see_reports(connection)
    identities.see(connection)
    identities.join(connection, decisions)
    _touch(connection)
    for step in (versions.date, versions.order):
        several = expect(_batches(connection, versions.CONCERNED))
        for table in COMPARED:
            _view_of_lake(connection, table, files.get(table, []), several)
        step(connection)
    _load_facts(connection, expect, files, cells, name)
    identities.describe(connection)
    connection.execute("INSERT INTO build.filing SELECT accession_number, made_of FROM fresh_filing ORDER BY ALL")
    _load_states(connection)
    _load_listings(connection, store)


def _load_ledger(connection: Connection, book: Ledger) -> None:
    """Put what the warehouse needs of the ledger into `ledger_rows`, a partition after the other."""
    names = ("batch", "sha256", "facts_fingerprint", *facts.polars_schema("filing_state"))
    connection.register("declared", pl.DataFrame(schema={name: ledger.SCHEMA[name] for name in names}).to_arrow())
    connection.execute("CREATE TEMP TABLE ledger_rows AS SELECT * FROM declared")
    for paths in book.files():
        files = _listed(paths)
        last = f"row_number() OVER (PARTITION BY accession_number ORDER BY list_position({files}, lies_in) DESC) = 1"
        connection.execute(f"""
            INSERT INTO ledger_rows
            SELECT {", ".join(names)} FROM (
              FROM declared SELECT *, NULL::VARCHAR AS lies_in UNION ALL BY NAME
              FROM read_parquet({files}, union_by_name = true, filename = 'lies_in', hive_partitioning = false))
            {f"QUALIFY {last}" if len(paths) > 1 else ""}""")


def _listed(paths: Iterable[Path]) -> str:
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"


def _batches(connection: Connection, select: str) -> set[str]:
    return {batch for (batch,) in connection.sql(select).fetchall()}


def _view_of_lake(connection: Connection, table: str, files: list[Path], batches: set[str]) -> None:
    """Show one table of some batches as `lake_<table>`, with the batch each row lies in and its place there."""
    wanted = [file for file in files if file.name.removesuffix(".parquet") in batches]
    extra = "NULL::VARCHAR AS report_id, " if table in DIMENSIONS else ""
    if wanted:
        rows = (
            f"read_parquet({_listed(wanted)}, filename = 'lies_in', file_row_number = true, hive_partitioning = false)"
        )
        select = f"""
            SELECT * EXCLUDE (lies_in, file_row_number), parse_filename(lies_in, true) AS batch, file_row_number AS row
            FROM {rows}"""
    else:
        select = f"SELECT {extra}*, NULL::VARCHAR AS batch, 0::BIGINT AS row FROM {table} WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW lake_{table} AS {select}")


def _columns(table: str) -> str:
    return ", ".join(f"a.{name}" for name in facts.polars_schema(table))


def _see_reports(connection: Connection) -> None:
    """Keep the reports as their filings tell them, and name the new ones in `fresh`."""
    connection.execute("""
        CREATE TEMP TABLE fresh_told AS
        SELECT a.* REPLACE (c.code_fingerprint AS parser_version), f.is_amendment FROM lake_report AS a
        JOIN fresh_filing AS c ON c.accession_number = a.accession_number AND c.batch = a.batch
        JOIN filing AS f ON f.accession_number = a.accession_number""")
    connection.execute("""
        CREATE TEMP TABLE fresh AS
        SELECT report_id, batch, accession_number, deal_id AS member_id, distribution_date,
               concat_ws(' ', known_from, report_id, accession_number) AS at, row_number() OVER (ORDER BY "at") AS turn
        FROM fresh_told""")
    connection.execute("INSERT INTO build.told SELECT * EXCLUDE (batch, row) FROM fresh_told ORDER BY report_id")
    connection.execute("DROP TABLE fresh_told")


def _touch(connection: Connection) -> None:
    """Note the deals that have new reports or are other deals than before, and what was loaded of them."""
    connection.execute("DELETE FROM build.touched")
    connection.execute("""
        INSERT INTO build.touched
        SELECT m.deal_id FROM fresh JOIN build.deal_member AS m USING (member_id)
        UNION SELECT unnest([was, deal_id]) FROM moved_deal
        UNION SELECT m.deal_id FROM moved_class AS c JOIN build.seen_dim_class AS s ON s.class_id = c.member_id
              JOIN build.deal_member AS m ON m.member_id = s.deal_id
        ORDER BY ALL""")
    connection.execute("""
        CREATE TEMP TABLE told AS
        SELECT t.* REPLACE (m.deal_id AS deal_id), c.batch
        FROM build.told AS t JOIN build.deal_member AS m ON m.member_id = t.deal_id
        SEMI JOIN build.touched AS d ON d.deal_id = m.deal_id
        JOIN current_filing AS c USING (accession_number)""")
    connection.execute(
        "CREATE TEMP TABLE loaded AS SELECT report_id FROM report SEMI JOIN build.touched USING (deal_id)"
    )
    # Under other ids, their facts are loaded again.
    connection.execute("""
        CREATE TEMP TABLE renamed AS
        SELECT DISTINCT f.report_id FROM fact_class_distribution AS f JOIN moved_class AS c ON c.was = f.class_id""")


def _expected(store: Store, book: Ledger, files: dict[str, list[Path]]) -> Callable[[set[str]], set[str]]:
    """Return what gives back names of batches, and raises LakeDamaged where a file of one of them is not there."""
    there = {(table, file.name) for table, paths in files.items() for file in paths}
    by_name = {f"{of.name}.{of.built}": of for of in book.batches()}
    seen: set[str] = set()

    def expect(batches: set[str]) -> set[str]:
        lake.expect_facts(store, [by_name[name] for name in sorted(batches - seen)], there)
        seen.update(batches)
        return batches

    return expect


def _load_facts(
    connection: Connection,
    expect: Callable[[set[str]], set[str]],
    files: dict[str, list[Path]],
    cells: Path,
    name: str,
) -> None:
    """Take out the facts of reports that are no versions any more, put in those of reports that are."""
    connection.execute("""
        CREATE TEMP TABLE gone AS
        FROM loaded ANTI JOIN kept USING (report_id) UNION FROM loaded SEMI JOIN renamed USING (report_id)""")
    # In the order in which they are asked for: a column store skips what lies elsewhere.
    connection.execute("""
        CREATE TEMP TABLE come AS
        SELECT report_id, batch, row_number() OVER (ORDER BY deal_id, distribution_date, report_id) AS place FROM (
          FROM kept ANTI JOIN loaded USING (report_id) UNION ALL FROM kept SEMI JOIN gone USING (report_id))""")
    ((some,),) = connection.sql("SELECT count(*) FROM gone").fetchall()
    batches = expect(_batches(connection, "SELECT DISTINCT batch FROM come"))
    _view_of_lake(connection, "report", files.get("report", []), batches)
    # Only where a filing was read again, its old rows may lie in a batch with others that count.
    twice = connection.sql("SELECT 1 FROM lake_report GROUP BY report_id HAVING count(*) > 1 LIMIT 1").fetchall()
    same = "(report_id, batch)" if twice else "(report_id)"
    for table in BY_REPORT:
        _view_of_lake(connection, table, files.get(table, []), batches)
        if table == cellfiles.TABLE and cellfiles.is_outside(connection):
            outside.put(connection, cells, name)
            continue
        if some:
            connection.execute(f"DELETE FROM {table} WHERE report_id IN (FROM gone)")
        _load_table(connection, table, same)


def _load_table(connection: Connection, table: str, same: str) -> None:
    """Put in the rows of the reports to come, by report, and within a report as they lie in its file."""
    of_class = "class_id" in facts.polars_schema(table)
    columns = _columns(table)
    if of_class:
        columns = columns.replace("a.class_id", "coalesce(m.class_id, a.class_id) AS class_id")
    # Few classes are another than their filing says. One number sorts faster than the texts of a key.
    other = "LEFT JOIN (FROM build.class_member WHERE member_id <> class_id) AS m ON m.member_id = a.class_id"
    connection.execute(f"""
        INSERT INTO {table} SELECT {columns} FROM lake_{table} AS a
        JOIN come AS k USING {same}
        {other if of_class else ""}
        ORDER BY (k.place << 32) + a.row""")


def _load_states(connection: Connection) -> None:
    own = "nullif(concat_ws('; ', a.reason, r.repeated), '') AS reason"
    columns = _columns("filing_state").replace("a.reason", own)
    connection.execute("DELETE FROM filing_state")
    connection.execute(f"""
        INSERT INTO filing_state SELECT {columns} FROM ledger_rows AS a
        LEFT JOIN (
          SELECT accession_number,
                 string_agg(report_id || ' repeats ' || repeats_report_id || ' and is left out', '; '
                            ORDER BY report_id) AS repeated
          FROM report_repeat GROUP BY accession_number) AS r USING (accession_number)
        ORDER BY a.accession_number""")


def _load_listings(connection: Connection, store: Store) -> None:
    """Put what the index files have listed into `filing_listing`, a quarter after the other."""
    connection.execute("DELETE FROM filing_listing")
    for listing in register.listings(store):
        connection.register("listing", listing)
        connection.execute(
            f"INSERT INTO filing_listing SELECT {_columns('filing_listing')} FROM listing AS a ORDER BY ALL"
        )
        connection.unregister("listing")
