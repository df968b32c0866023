"""Deals and classes over the whole lake: the evidence gathered, joined by `transforms.identity`, kept with its reasons.

A filing tells of members: its own deal, its own classes. `build.deal_member` and `build.class_member` say which deal
and class each one is part of. What was seen of members is kept distinct, so that a night adds to it and gets the same.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from transforms import facts, identity, names
from transforms.identity import CLASSES, DEALS, Decisions, Resolution
from transforms.values import valid_cusip

MERGED = ("dim_deal", "dim_group", "dim_class")  # one row per key: the latest knowledge of each column
LISTED = ("dim_deal_identifier", "dim_deal_alias", "dim_class_identifier")  # every different row, once
SHOWN_BY_ARITHMETIC = ("OC_RESIDUAL_CASH", "IO", "PO", "RESIDUAL", "PREPAY_PENALTY")
ASSETS = ("asset_class", "asset_class_evidence")
DECIDED = ("merge", "split", "alias")
FIRST_SEEN = "first_seen_accession"  # a finding about all filings, so it does not tell two rows apart
_SPAN = "min(first) AS first, max(last) AS last, min(first_date) AS first_date, max(last_date) AS last_date"

Connection = Any  # of DuckDB, which `warehouse` opens


class DecisionError(Exception):
    """A line of the decisions cannot be obeyed; the message names file and line."""


def prepare(connection: Connection) -> None:
    """Make the tables that identity is kept in."""
    for table in (*MERGED, *LISTED):
        columns = ", ".join(
            f"{name} {facts.duckdb_type(kind)}"
            for name, kind in facts.polars_schema(table).items()
            if name != FIRST_SEEN
        )
        connection.execute(f"""
            CREATE TABLE build.seen_{table} (
              {columns}, first VARCHAR, last VARCHAR, first_date DATE, last_date DATE)""")
    connection.execute("CREATE TABLE build.deal_member (member_id VARCHAR, deal_id VARCHAR)")
    connection.execute("CREATE TABLE build.class_member (member_id VARCHAR, class_id VARCHAR)")
    connection.execute("CREATE TABLE build.deal_shared (kind VARCHAR, value VARCHAR)")
    connection.execute("CREATE TABLE build.class_apart (member_id VARCHAR, other_id VARCHAR)")


def see(connection: Connection) -> None:
    """Add what the reports of `fresh` tell of deals and classes, each different row once with its first and last time.

    A time is text that sorts: when the report became known, its id, and its filing.
    """
    for table in (*MERGED, *LISTED):
        names = ", ".join(name for name in facts.polars_schema(table) if name != FIRST_SEEN)
        own = ", ".join(f"a.{name}" for name in facts.polars_schema(table) if name != FIRST_SEEN)
        # A number is smaller faster than a text.
        connection.execute(f"""
            CREATE TEMP TABLE more AS
            SELECT m.* REPLACE (f.at AS first, l.at AS last) FROM (
              SELECT {own}, min(k.turn) AS first, max(k.turn) AS last, min(k.distribution_date) AS first_date,
                     max(k.distribution_date) AS last_date
              FROM lake_{table} AS a JOIN fresh AS k ON k.report_id = a.report_id AND k.batch = a.batch
              GROUP BY {own}) AS m
            JOIN fresh AS f ON f.turn = m.first JOIN fresh AS l ON l.turn = m.last""")
        connection.execute(f"INSERT INTO more FROM build.seen_{table}")
        connection.execute(f"DELETE FROM build.seen_{table}")
        connection.execute(
            f"INSERT INTO build.seen_{table} SELECT {names}, {_SPAN} FROM more GROUP BY {names} ORDER BY ALL"
        )
        connection.execute("DROP TABLE more")
    # What one filing says of two of its deals names neither.
    connection.execute("""
        INSERT INTO build.deal_shared
        WITH several AS (
          SELECT accession_number FROM fresh GROUP BY accession_number HAVING count(DISTINCT member_id) > 1
        ),
        stated AS (
          SELECT k.accession_number, k.member_id, a.id_type AS kind, a.id_value AS value
          FROM lake_dim_deal_identifier AS a JOIN fresh AS k ON k.report_id = a.report_id AND k.batch = a.batch
          SEMI JOIN several USING (accession_number)
          UNION ALL
          SELECT k.accession_number, k.member_id, 'DEPOSITOR_SERIES', concat_ws('|', a.depositor_cik, a.series)
          FROM lake_dim_deal AS a JOIN fresh AS k ON k.report_id = a.report_id AND k.batch = a.batch
          SEMI JOIN several USING (accession_number)
        )
        SELECT DISTINCT kind, value FROM stated
        GROUP BY accession_number, kind, value HAVING count(DISTINCT member_id) > 1""")


def join(connection: Connection, decisions: Path) -> None:
    """Decide which members are one deal and one class, and keep the conflicts.

    `moved_deal` and `moved_class` get the members that were part of something else before. Raises DecisionError.
    """
    _load_decisions(connection, decisions)
    deals = identity.resolve(
        _members(connection, "dim_deal", "deal_id"),
        _deal_evidence(connection),
        DEALS,
        _decided(connection, decisions),
    )
    _keep(connection, "deal", deals)
    members, evidence = _members(connection, "dim_class", "class_id"), _class_evidence(connection)
    classes = _classes(connection, members, evidence)
    if printed := _printed_together(connection, classes):
        connection.executemany("INSERT INTO build.class_apart VALUES (?, ?)", [sorted(pair) for pair in printed])
        classes = _classes(connection, members, evidence)
    _keep(connection, "class", classes)
    for table in ("identity_join", "identity_conflict"):
        connection.execute(f"DELETE FROM {table}")
    _tell(connection, "deal", deals)
    _tell(connection, "class", classes)


def _tell(connection: Connection, what: str, found: Resolution) -> None:
    """Keep what was joined, and what was not, with the evidence. A join is as old as the younger of the two."""
    joins = [(one.member, one.other, found.whole[one.member], one.kind, one.value) for one in found.joins]
    names = ("member_id", "other_id", "whole_id", "kind", "value")
    connection.register("joined", pl.DataFrame(joins, schema=dict.fromkeys(names, pl.String), orient="row").to_arrow())
    connection.execute(f"""
        INSERT INTO identity_join BY NAME
        WITH known AS (
          SELECT {what}_id AS member_id, min(regexp_extract(first, '^\\S+ \\S+'))::TIMESTAMP AS at
          FROM build.seen_dim_{what} GROUP BY {what}_id
        )
        SELECT '{what}' AS what, j.*, greatest(a.at, b.at) AS known_from FROM joined AS j
        JOIN known AS a USING (member_id) JOIN known AS b ON b.member_id = j.other_id ORDER BY ALL""")
    connection.unregister("joined")
    conflicts = [
        (what, found.whole[one.member], found.whole[one.other], one.kind, one.value, one.against, one.own, one.others)
        for one in found.conflicts
    ]
    told = pl.DataFrame(conflicts, schema=facts.polars_schema("identity_conflict"), orient="row").unique()
    connection.register("told_apart", told.to_arrow())
    connection.execute("INSERT INTO identity_conflict FROM told_apart ORDER BY ALL")
    connection.unregister("told_apart")


def _members(connection: Connection, table: str, column: str) -> list[str]:
    """Return all members, in the order in which they became known."""
    found = connection.sql(f"SELECT {column} FROM build.seen_{table} GROUP BY 1 ORDER BY min(first)").fetchall()
    return [member for (member,) in found]


def _deal_evidence(connection: Connection) -> pl.DataFrame:
    """Return what names a deal: member, kind, value."""
    found: pl.DataFrame = connection.sql("""
        WITH stated AS (
          SELECT c.deal_id AS member, 'CUSIP' AS kind, i.id_value AS value
          FROM build.seen_dim_class_identifier AS i JOIN build.seen_dim_class AS c USING (class_id)
          WHERE i.id_type = 'CUSIP'
          UNION
          SELECT deal_id, 'SEC_FILE_NUMBER', id_value FROM build.seen_dim_deal_identifier
          WHERE id_type = 'SEC_FILE_NUMBER' AND source = 'COVER' AND id_value LIKE '%-%-%'
          UNION
          SELECT deal_id, 'TRUST_CIK', id_value FROM build.seen_dim_deal_identifier WHERE id_type = 'TRUST_CIK'
          UNION
          SELECT deal_id, 'DEPOSITOR_SERIES', concat_ws('|', depositor_cik, series) FROM build.seen_dim_deal
          WHERE depositor_cik IS NOT NULL AND series IS NOT NULL
          UNION
          SELECT deal_id, 'DEAL_CODE', id_value FROM build.seen_dim_deal_identifier WHERE id_type = 'TRUSTEE_DEAL_CODE'
          UNION
          SELECT t.deal_id, 'FILER', f.cik::VARCHAR FROM build.told AS t JOIN filing_filer AS f USING (accession_number)
          WHERE f.cik IS NOT NULL
          UNION
          SELECT t.deal_id, 'OWN_FORM', 'yes' FROM build.told AS t JOIN filing AS f USING (accession_number)
          WHERE f.form_type LIKE '10-D%'
        )
        FROM stated ANTI JOIN build.deal_shared USING (kind, value) ORDER BY ALL""").pl()
    series = pl.col("kind") == identity.SERIES
    told = found.with_columns(
        value=pl.when(series).then(identity.plain_series(pl.col("value"))).otherwise(pl.col("value"))
    )
    return _evident(pl.concat([told, _named(connection)]))


def _named(connection: Connection) -> pl.DataFrame:
    """Return the names that name one trust alone: with a series, and words that not every trust has."""
    rows = connection.sql("SELECT DISTINCT deal_id, deal_name FROM build.seen_dim_deal ORDER BY ALL").fetchall()
    found = [
        (member, identity.DEAL_NAME, names.bare(name))
        for member, name in rows
        if names.has_series(name) and names.of_trust(name) and not names.is_common(name)
    ]
    return pl.DataFrame(found, schema=dict.fromkeys(("member", "kind", "value"), pl.String), orient="row").unique(
        maintain_order=True
    )


def _class_evidence(connection: Connection) -> pl.DataFrame:
    """Return what names a class within its deal: member, kind, value."""
    return _evident(
        connection.sql("""
        WITH member AS (
          SELECT DISTINCT c.class_id, m.deal_id, c.remic, c.class_name_norm
          FROM build.seen_dim_class AS c JOIN build.deal_member AS m ON m.member_id = c.deal_id
        )
        SELECT class_id AS member, 'CUSIP' AS kind, i.id_value AS value, deal_id AS whole
        FROM build.seen_dim_class_identifier AS i JOIN member USING (class_id) WHERE i.id_type = 'CUSIP'
        UNION
        SELECT class_id, 'CLASS_NAME', concat_ws('|', remic, class_name_norm), deal_id FROM member
        ORDER BY ALL""").pl()
    )


def _evident(told: pl.DataFrame) -> pl.DataFrame:
    """Leave out what looks like a CUSIP and is none; a value of a class is one within its deal."""
    cusips = told.filter(pl.col("kind") == identity.CUSIP)["value"].unique()
    valid = pl.Series([cusip for cusip in cusips if valid_cusip(cusip)], dtype=pl.String)
    kept = told.filter((pl.col("kind") != identity.CUSIP) | pl.col("value").is_in(valid.implode()))
    if "whole" in kept.columns:
        kept = kept.with_columns(value=pl.concat_str("value", "whole", separator=" of "))
    return kept.select("member", "kind", "value")


def _classes(connection: Connection, members: list[str], evidence: pl.DataFrame) -> Resolution:
    apart = (frozenset(pair) for pair in connection.sql("FROM build.class_apart").fetchall())
    return identity.resolve(members, evidence, CLASSES, printed_together=apart)


def _printed_together(connection: Connection, classes: Resolution) -> frozenset[identity.Pair]:
    """Return the pairs of members that would be one class and stand in one report as two."""
    wholes: dict[str, list[str]] = {}
    for member, whole in classes.whole.items():
        wholes.setdefault(whole, []).append(member)
    several = [(member, whole) for whole, same in wholes.items() if len(same) > 1 for member in same]
    if not several:
        return frozenset()
    connection.register("several", pl.DataFrame(several, schema=["member_id", "whole"], orient="row").to_arrow())
    # Of reports that are loaded, the facts tell: they stand under what the members were part of until now.
    groups = connection.sql("""
        SELECT list(DISTINCT s.member_id) FROM lake_dim_class AS a
        JOIN fresh AS k ON k.report_id = a.report_id AND k.batch = a.batch
        JOIN several AS s ON s.member_id = a.class_id
        GROUP BY a.report_id, s.whole HAVING count(DISTINCT s.member_id) > 1
        UNION
        SELECT list(DISTINCT s.member_id) FROM several AS s
        JOIN build.class_member AS m USING (member_id)
        JOIN fact_class_distribution AS f ON f.class_id = m.class_id
        GROUP BY f.report_id, s.whole HAVING count(DISTINCT m.class_id) > 1""").fetchall()
    connection.unregister("several")
    return identity.pairs(group for (group,) in groups)


def _keep(connection: Connection, what: str, found: Resolution) -> None:
    rows = pl.DataFrame(list(found.whole.items()), schema={"member_id": pl.String, "whole": pl.String}, orient="row")
    connection.register("resolved", rows.to_arrow())
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE moved_{what} AS
        SELECT member_id, m.{what}_id AS was, r.whole AS {what}_id
        FROM build.{what}_member AS m JOIN resolved AS r USING (member_id) WHERE m.{what}_id <> r.whole""")
    connection.execute(f"DELETE FROM build.{what}_member")
    connection.execute(f"INSERT INTO build.{what}_member FROM resolved ORDER BY ALL")
    connection.unregister("resolved")


# ---- decisions ----


def _load_decisions(connection: Connection, path: Path) -> None:
    connection.execute("DELETE FROM identity_decision")
    with path.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            if None in row or None in row.values() or row["decision"] not in DECIDED:
                raise DecisionError(f"{path}, line {number}: want one of {', '.join(DECIDED)} and all six fields")
            connection.execute(
                "INSERT INTO identity_decision VALUES "
                "($line_no, $decision, $deal, $other, $reason, $decided_by, $decided_on::DATE)",
                row | {"line_no": number},
            )


def _decided(connection: Connection, path: Path) -> Decisions:
    """Return the decisions in terms of members. One about a deal that is not here waits for it."""
    together: list[Iterable[str]] = []
    apart: set[identity.Pair] = set()
    rows = connection.sql("SELECT line_no, decision, deal, other FROM identity_decision ORDER BY line_no").fetchall()
    for number, decision, deal, other in rows:
        ours, theirs = _known_as(connection, deal), _known_as(connection, other)
        if decision != "split":
            together.append([*ours, *theirs] if ours and theirs else [])
        elif same := set(ours) & set(theirs):
            raise DecisionError(
                f"{path}, line {number}: {deal} and {other} are told of one deal by single filings "
                f"({', '.join(sorted(same))}): what one filing calls one deal cannot be split"
            )
        else:
            apart |= {frozenset((one, two)) for one in ours for two in theirs}
    return Decisions(identity.pairs(together), frozenset(apart))


def _known_as(connection: Connection, name: str) -> list[str]:
    """Return the members known by an identifier, or by a name."""
    found = connection.execute(
        """SELECT deal_id FROM build.seen_dim_deal WHERE deal_id = $name
           UNION SELECT deal_id FROM build.seen_dim_deal_identifier WHERE id_value = $name
           UNION SELECT deal_id FROM build.seen_dim_deal_alias WHERE upper($name) IN (alias_norm, upper(alias_name))
           UNION SELECT c.deal_id FROM build.seen_dim_class_identifier AS i
                 JOIN build.seen_dim_class AS c USING (class_id) WHERE i.id_value = $name
           ORDER BY 1""",
        {"name": name},
    ).fetchall()
    return [member for (member,) in found]


# ---- dimensions ----


def describe(connection: Connection) -> None:
    """Fill the tables of deals, groups and classes from what was seen of their members."""
    for table in (*MERGED, *LISTED):
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE seen AS
            SELECT {_mapped(table)}, first, last, first_date, last_date FROM build.seen_{table} AS a {_joins(table)}""")
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} BY NAME {_merged(table) if table in MERGED else _listed(table)}")
    connection.execute("DROP TABLE seen")
    # A short name that several deals would share names none of them.
    connection.execute("""
        UPDATE dim_deal SET short_name = deal_name WHERE upper(short_name) IN (
          SELECT upper(short_name) FROM dim_deal GROUP BY ALL HAVING count(*) > 1)""")
    # The way from a fact to its cells goes through the name that its class has in the report.
    connection.execute("DELETE FROM dim_class_alias")
    connection.execute("""
        INSERT INTO dim_class_alias BY NAME
        SELECT DISTINCT c.class_id, a.class_name, a.remic FROM build.seen_dim_class AS a
        JOIN build.class_member AS c ON c.member_id = a.class_id ORDER BY ALL""")
    # A name that people gave a deal is one of its names.
    connection.execute("""
        INSERT INTO dim_deal_alias BY NAME
        SELECT DISTINCT i.deal_id, d.other AS alias_name, upper(d.other) AS alias_norm, 'DECIDED' AS alias_kind
        FROM identity_decision AS d
        JOIN (SELECT deal_id, id_value FROM dim_deal_identifier UNION SELECT deal_id, deal_id FROM dim_deal
              UNION SELECT c.deal_id, i.id_value FROM dim_class_identifier AS i JOIN dim_class AS c USING (class_id)
        ) AS i ON i.id_value = d.deal
        WHERE d.decision = 'alias' ORDER BY ALL""")


def _mapped(table: str) -> str:
    own = {
        "deal_id": "coalesce(d.deal_id, a.deal_id) AS deal_id",
        "class_id": "coalesce(c.class_id, a.class_id) AS class_id",
    }
    return ", ".join(own.get(name, f"a.{name}") for name in facts.polars_schema(table) if name != FIRST_SEEN)


def _joins(table: str) -> str:
    columns = facts.polars_schema(table)
    deal = "LEFT JOIN build.deal_member AS d ON d.member_id = a.deal_id" if "deal_id" in columns else ""
    of_class = "LEFT JOIN build.class_member AS c ON c.member_id = a.class_id" if "class_id" in columns else ""
    return f"{deal} {of_class}"


def _merged(table: str) -> str:
    keys = facts.key(table)
    latest = ", ".join(
        f"last({name} ORDER BY {_rank(name)}last) FILTER (WHERE {name} IS NOT NULL) AS {name}"
        if name not in keys
        else name
        for name in facts.polars_schema(table)
    )
    grouped = ", ".join(keys)
    return f"SELECT {latest} FROM seen GROUP BY {grouped} ORDER BY {grouped}"


def _rank(name: str) -> str:
    # A role that arithmetic showed in any month stays: in a month without excess cash its class looks like the others.
    if name == "class_type":
        return f"class_type IN {SHOWN_BY_ARITHMETIC}, "
    # What a header says of the loans goes before what names and words do.
    return "starts_with(asset_class_evidence, 'header'), " if name in ASSETS else ""


def _listed(table: str) -> str:
    """Return every different row; identifiers of one kind that follow each other are dated by the reports."""
    names = [name for name in facts.polars_schema(table) if name not in (FIRST_SEEN, "valid_from", "valid_to")]
    same = ", ".join(names)
    if FIRST_SEEN in facts.polars_schema(table):
        return f"SELECT {same}, split_part(min(first), ' ', -1) AS {FIRST_SEEN} FROM seen GROUP BY {same} ORDER BY ALL"
    kind = ", ".join(name for name in names if name != "id_value")
    # Printed side by side, two are valid side by side.
    return f"""
        WITH spans AS (SELECT {same}, min(first_date) AS begins, max(last_date) AS ends FROM seen GROUP BY {same}),
        followed AS (
          SELECT *, max(ends) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
                 lead(begins) OVER w AS next
          FROM spans WINDOW w AS (PARTITION BY {kind} ORDER BY begins, ends, id_value)
        )
        SELECT {same}, CASE WHEN before < begins THEN begins END AS valid_from,
               CASE WHEN next > ends THEN next END AS valid_to
        FROM followed ORDER BY ALL"""
