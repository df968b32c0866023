"""How many values of real filings are proven, by fact and column, beside what another tree says of them.

python -m tests.bench proven [WAREHOUSE OF ANOTHER TREE] [ITS WAREHOUSE OF THE PIECES]
"""

import tempfile
from pathlib import Path

import duckdb
import polars as pl

from flows import intake, proving, stages
from tests import homes
from tests.places import SHARED, local_filings

# Each month of these filings has the one before it; the pieces stand alone.
GROUPS = {"Thornburg": "d.deal_name ILIKE 'thornburg%'", "Aames 1998-C": "v.report_id LIKE '0001011438-98-%'",
          "CarMax": "d.deal_name ILIKE 'carmax%'"}  # fmt: skip
_OF = ("fact_class_distribution", "fact_class_total", "fact_collateral", "fact_delinquency", "fact_account")


def main(before: str = "", pieces_before: str = "") -> int:
    """Print the shares of proven values; 1 where less than 95 % of the money of a group is proven."""
    real = sorted(path for path in (SHARED / "filings" / "real").iterdir() if path.is_file())
    with tempfile.TemporaryDirectory() as folder:
        parts = (
            _night(Path(folder) / "known", SHARED / "edgar", local_filings(SHARED), before),
            _night(Path(folder) / "pieces", None, real, pieces_before).with_columns(part=pl.lit(_PIECES)),
        )
    connection = duckdb.connect()
    connection.register("value", pl.concat(parts).to_arrow())
    low = _money(connection)
    _columns(connection, bool(before))
    return int(low)


def _night(folder: Path, archive: Path | None, filings: list[Path], before: str) -> pl.DataFrame:
    """Load filings in one night, and return their values with the proof of each, now and before."""
    of = homes.home(folder, archive, processes=2)
    intake.add(of, filings)
    stages.nightly(of)
    now = _values(of.warehouse, _BY_COLUMN)
    old = _values(Path(before), _BY_FACT) if before else now.clear()
    return now.join(old.select(*_KEY, proof_before="proof"), on=_KEY, how="left", maintain_order="left")


_KEY = ["report_id", "fact", "member", "column_name"]
_PIECES = "pieces"
_BY_COLUMN = """
SELECT v.*, coalesce(p.proof, q.proof) AS proof, coalesce(p.rules, q.rules) AS rules FROM told AS v
LEFT JOIN report_column_proof AS p USING (report_id, fact, member, column_name)
LEFT JOIN report_column_proof AS q
  ON q.report_id = v.report_id AND q.fact = v.fact AND q.column_name = v.column_name AND q.member = ''"""
_BY_FACT = "SELECT v.*, p.proof, NULL::VARCHAR AS rules FROM told AS v JOIN report_proof AS p USING (report_id, fact)"


def _values(file: Path, proofs: str) -> pl.DataFrame:
    """Return the values in a warehouse, each with its proof: its own, or that of its fact."""
    cases = " ".join(f"WHEN {where} THEN '{group}'" for group, where in GROUPS.items())
    with duckdb.connect(str(file), read_only=True) as connection:
        proving.prepare_measures(connection)
        return connection.sql(f"""
            WITH told AS (
              SELECT v.report_id, v.fact, v.member, v.column_name, m.kind,
                     CASE {cases} ELSE 'other filings' END AS part
              FROM fact_value((SELECT list(report_id) FROM report)) AS v
              JOIN report AS r USING (report_id) JOIN dim_deal AS d USING (deal_id)
              JOIN measure AS m USING (fact, column_name))
            {proofs}""").pl()


def _money(connection: duckdb.DuckDBPyConnection) -> bool:
    """Print the share of money that is proven, by part; whether it is below 95 % where months have the one before."""
    rows = connection.execute(f"""
        SELECT part, count(*), 100 * avg((proof = 'proven')::INT), 100 * avg((proof_before = 'proven')::INT)
        FROM value WHERE kind = 'money' AND fact IN {_OF} GROUP BY part ORDER BY part""").fetchall()
    print(f"{'money of class, total, collateral, delinquency, account':58}{'values':>8}{'proven':>8}{'before':>8}")
    for part, count, now, before in rows:
        print(f"{part:58}{count:8,}{now:7.1f}%{_share(before):>8}")
    return any(part in GROUPS and now < 95 for part, _, now, _ in rows)


def _columns(connection: duckdb.DuckDBPyConnection, compared: bool) -> None:
    """Print the share of values that are proven by fact and column, of the filings with months and of the pieces."""
    rows = connection.execute("""
        SELECT fact || '.' || column_name, kind,
               count(*) FILTER (part <> 'pieces'), 100 * avg((proof = 'proven')::INT) FILTER (part <> 'pieces'),
               100 * avg((proof_before = 'proven')::INT) FILTER (part <> 'pieces'),
               count(*) FILTER (part = 'pieces'), 100 * avg((proof = 'proven')::INT) FILTER (part = 'pieces'),
               100 * avg((proof_before = 'proven')::INT) FILTER (part = 'pieces'),
               list_sort(list_distinct(flatten(list(string_split(rules, ',')) FILTER (rules IS NOT NULL))))
        FROM value WHERE proof IN ('proven', 'plausible', 'doubtful') GROUP BY ALL ORDER BY ALL""").fetchall()
    print(f"\n{'':62}{'filings with months':>24}{'pieces':>24}")
    print(f"{'fact and column':54}{'kind':8}" + f"{'values':>8}{'proven':>8}{'before':>8}" * 2 + "  rules")
    for name, kind, count, now, before, of_pieces, pieces, pieces_before, rules in rows:
        print(
            f"{name[5:]:54}{kind:8}{count:8,}{_share(now):>8}{_share(before):>8}"
            f"{of_pieces:8,}{_share(pieces):>8}{_share(pieces_before):>8}  {' '.join((rules or [])[:6])}"
        )
    if compared:
        less = [name for name, _, _, now, before, *_ in rows if None not in (now, before) and now < before]
        print(f"\nproven less often than before: {', '.join(less) or 'none'}")


def _share(of: float | None) -> str:
    return "" if of is None else f"{of:.1f}%"
