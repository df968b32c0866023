"""The schemas: what the database is made of, what labels mean, and the dictionary that says so."""

import re

import duckdb
import pytest

from tests import generate_dictionary
from transforms import facts, vocabulary
from transforms.facts.statements import BY_CODE


def test_the_dictionary_is_fresh() -> None:
    assert generate_dictionary.FILE.read_text() == generate_dictionary.text(), (
        "run `python -m tests.generate_dictionary`"
    )


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    """An empty warehouse with every comment."""
    return generate_dictionary.warehouse()


def test_every_column_of_every_table_and_view_is_explained(empty: duckdb.DuckDBPyConnection) -> None:
    bare = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''"
    assert empty.sql(bare).fetchall() == []
    bare = "SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''"
    assert empty.sql(bare).fetchall() == []


def test_every_number_of_a_view_has_its_unit(empty: duckdb.DuckDBPyConnection) -> None:
    """In brackets, or in the words that begin its comment."""
    bare = """
        SELECT table_name, column_name, comment FROM duckdb_columns()
        WHERE NOT internal AND regexp_matches(data_type, 'INT|DECIMAL|DOUBLE') AND starts_with(table_name, 'v_')
          AND NOT regexp_matches(comment, '\\[[^]]+\\]$|^count of |^fraction, ')"""
    assert empty.sql(bare).fetchall() == []


def test_every_macro_and_each_of_its_parameters_is_explained(empty: duckdb.DuckDBPyConnection) -> None:
    for name, given, comment in generate_dictionary.macros(empty):
        assert comment, name
        assert set(given) <= set(generate_dictionary.PARAMETERS), name


def test_a_view_takes_the_words_of_what_it_shows(empty: duckdb.DuckDBPyConnection) -> None:
    """The balance of a class means in the mart, and in what was first filed, what it means in the fact."""
    told = dict(
        empty.sql("""
            SELECT table_name, comment FROM duckdb_columns()
            WHERE column_name = 'ending_balance' AND table_name IN
              ('fact_class_distribution', 'v_class_month', 'v_class_month_first', 'fact_class_factor')""").fetchall()
    )
    assert told["v_class_month"] == told["v_class_month_first"] == told["fact_class_distribution"]
    assert told["v_class_month"] != told["fact_class_factor"]


def test_every_table_is_created_with_its_comments() -> None:
    with duckdb.connect() as connection:
        for table in facts.TABLES:
            connection.execute(facts.ddl(table))
            for statement in facts.comments(table):
                connection.execute(statement)
        bare = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''"
        assert connection.execute(bare).fetchall() == []


def test_the_model_has_every_table_and_column_of_the_design(shared: object) -> None:
    """Names and types of the design are kept to the letter; queries and tools rely on them."""
    columns = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_name) WHERE table_type = 'BASE TABLE' ORDER BY ALL"
    )
    with duckdb.connect() as designed, duckdb.connect() as ours:
        design = (shared / "design" / "model.sql").read_text()  # type: ignore[operator]
        designed.execute(design)
        for table in facts.TABLES:
            ours.execute(facts.ddl(table))
        missing = set(designed.execute(columns).fetchall()) - set(ours.execute(columns).fetchall())
    waiting = later(design)
    assert {row for row in missing if not waiting & {(row[0], row[1]), (row[0], "")}} == set()


# The last step of the design that the schemas are built to; a line of the model marked `-- step N` waits for its step.
STEP = 1
_TABLE = re.compile(r"CREATE TABLE (\w+)")
_MARK = re.compile(r"-- step (\d+)")
_COLUMN = re.compile(r"(\w+) (?:VARCHAR|DECIMAL|SMALLINT|INTEGER|BIGINT|DATE|TIMESTAMP|BOOLEAN)\b")


def later(design: str) -> set[tuple[str, str]]:
    """The tables (with the column '') and columns of the model whose step has not come."""
    found, table = set(), ""
    for line in design.splitlines():
        code, _, _ = line.partition("--")
        opened = _TABLE.match(code)
        table = opened[1] if opened else table
        mark = _MARK.search(line)
        if mark and int(mark[1]) > STEP:
            found |= {(table, name) for name in _COLUMN.findall(code)}
            if opened and not _COLUMN.search(code):
                found.add((table, ""))
    return found


def test_what_waits_for_a_later_step_is_told_by_its_line() -> None:
    design = """CREATE TABLE a (
      x VARCHAR, y DECIMAL(18,2),   -- step 9: later
      z DATE);
    CREATE TABLE b (   -- step 9
      w VARCHAR);""".replace("    CREATE", "CREATE")
    assert later(design) == {("a", "x"), ("a", "y"), ("b", "")}


@pytest.mark.parametrize("identity", facts.IDENTITIES, ids=lambda identity: identity.rule_id)
def test_an_identity_names_columns_of_its_table(identity: facts.Identity) -> None:
    with duckdb.connect() as connection:
        connection.execute(facts.ddl(identity.table))
        compared = f"{identity.expected}, {identity.actual}, {identity.tolerance}"
        sql = f"SELECT {compared} FROM {identity.table} WHERE {identity.where}"
        assert connection.execute(sql).fetchall() == []


@pytest.mark.parametrize("code", BY_CODE)
def test_no_label_means_two_things_in_a_statement(code: str) -> None:
    """Loading the vocabulary of a statement refuses a label that two columns of one table claim."""
    assert vocabulary.lookup(code, "no such label") is None


@pytest.mark.parametrize(
    ("statement", "label", "table", "column"),
    [
        ("PRINCIPAL", "Realized Loss (1)", "fact_class_distribution", "realized_loss"),
        ("INTEREST", "Realized Losses (4)", "fact_class_distribution", "interest_realized_loss"),
        ("PRINCIPAL_FACTOR", "Realized Loss (3)", "fact_class_factor", "realized_loss"),
        ("INTEREST_FACTOR", "Original Face Amount", "fact_class_distribution", "original_face"),
        ("COLLATERAL", "Weighted Average Net  Rate", "fact_collateral", "wac_net"),
        ("COLLATERAL", "Ending Actual Balance at 31-Mar-2003", "fact_collateral", "ending_actual_balance"),
        ("COLLATERAL", "Record Date", "report", "collateral_record_date"),
        ("ACCOUNT", "Ending Balance", "fact_account", "amount"),
        ("OTHER_ACCOUNT", "Ending Balance", "fact_other_account", "ending_balance"),
    ],
)
def test_a_label_means_something_only_in_its_statement(statement: str, label: str, table: str, column: str) -> None:
    term = vocabulary.lookup(statement, label)
    assert term is not None and (term.table, term.column) == (table, column)


def test_parts_of_a_label() -> None:
    fee = vocabulary.lookup("FEE", "Trustee Fee - Some Bank")
    assert fee is not None and (fee.item_code, fee.payee) == ("TRUSTEE_FEE", "Some Bank")
    notional = vocabulary.lookup("UNTITLED", "Beginning Class X-1 Notional Amount")
    assert notional is not None and (notional.column, notional.class_name) == ("beginning_notional", "X-1")
    label = "Ending Scheduled Principal Balance of the {} Mortgage Loans"
    strata = [vocabulary.lookup("UNTITLED", label.format(words)) for words in ("Five Year Hybrid", "7-10 Year Hybrid")]
    assert [term.stratum for term in strata if term] == ["5Y_HYBRID", "7_10Y_HYBRID"]


@pytest.mark.parametrize(
    ("label", "bucket"),
    [
        ("0-29 Days", "0-29"),
        ("30 Days", "30-59"),
        ("180+ Days", "180+"),
        ("Totals", "TOTAL"),
        ("90 or more days", "90+"),
        ("REO", None),
    ],
)
def test_buckets(label: str, bucket: str | None) -> None:
    assert vocabulary.bucket_of(label) == bucket
