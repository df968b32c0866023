"""Which tables a statement cannot do without, held against what DuckDB returns when each of them is empty."""

import duckdb
import pytest

from flows import required

VIEWS = ("CREATE VIEW v AS\nSELECT k FROM a JOIN b USING (k);\nCOMMENT ON VIEW v IS 'both';",)
SELECTS = {
    "FROM a": "a",
    "SELECT a.k FROM a, b WHERE a.k = b.k": "a b",
    "FROM a JOIN b USING (k) JOIN c USING (k)": "a b c",
    "FROM a SEMI JOIN b USING (k)": "a b",
    "FROM a LEFT JOIN b USING (k)": "a",
    "FROM a ANTI JOIN b USING (k)": "a",
    "FROM a RIGHT JOIN b USING (k)": "",
    "FROM a FULL JOIN b USING (k)": "",
    "FROM a UNION ALL FROM b": "",
    "FROM a JOIN c USING (k) UNION ALL FROM b JOIN c USING (k)": "c",
    "FROM a EXCEPT FROM c": "a",
    "SELECT k FROM a WHERE EXISTS (FROM b)": "a",
    "SELECT count(*) AS k FROM a": "",
    "SELECT coalesce(sum(k), 0) + 1 AS k FROM a": "",
    "SELECT 1 AS k FROM a HAVING count(*) = 0": "",
    "SELECT k, count(*) FROM a GROUP BY k": "a",
    "SELECT k, count(*) FROM a GROUP BY ALL": "a",
    "SELECT count(*) AS k FROM a GROUP BY ALL": "",
    "SELECT k, count(*) FROM a GROUP BY ROLLUP (k)": "",
    "SELECT k, sum(k) OVER () FROM a": "a",
    "SELECT k, (SELECT count(*) FROM b) AS n FROM a": "a",
    "WITH n AS (FROM a), m AS (FROM n JOIN b USING (k)) FROM m LEFT JOIN c USING (k)": "a b",
    "WITH a AS (FROM b) FROM a": "b",
    "FROM (SELECT count(*) AS k FROM a) JOIN b USING (k)": "b",
    "FROM v LEFT JOIN c USING (k)": "a b",
    "FROM a, LATERAL (SELECT count(*) AS n FROM b WHERE b.k = a.k)": "a",
    "FROM range(3) AS r(k) JOIN b USING (k)": "b",
    "SELECT unnest([1, 2]) AS k": "",
}


@pytest.fixture(scope="module")
def needed() -> dict[str, frozenset[str]]:
    with duckdb.connect() as connection:
        return required.tables(connection, SELECTS, VIEWS)


def filled(empty: str = "") -> duckdb.DuckDBPyConnection:
    """Three tables of one row, but for one that is empty, and the views."""
    made = duckdb.connect()
    for name in "abc":
        made.execute(f"CREATE TABLE {name} AS SELECT 1 AS k WHERE {name != empty}")
    made.execute("".join(VIEWS))
    return made


@pytest.mark.parametrize("select", SELECTS)
def test_a_statement_returns_nothing_without_a_table_that_it_cannot_do_without(
    needed: dict[str, frozenset[str]], select: str
) -> None:
    assert needed[select] == frozenset(SELECTS[select].split())
    for name in needed[select]:
        with filled(empty=name) as connection:
            assert connection.sql(select).fetchall() == [], name


def test_only_what_has_a_row_is_present() -> None:
    with filled(empty="b") as connection:
        assert required.present(connection, ["a", "b", "v"]) == {"a"}
        assert required.present(connection, []) == frozenset()
