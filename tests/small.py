"""The small inputs at `filings/small`: what each should give, and what a warehouse of ours gives for it.

`expected.tsv` says it in a language of its own; its README beside it explains the columns.

    python -m tests.small [--step N] [FILE ...]

reads each file in a home of its own and prints every row that does not hold, with what was found.
"""

import argparse
import csv
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from flows import intake, stages
from flows.settings import Settings
from tests import homes
from tests.places import SHARED

Found = list[Any]

# Columns beside its key by which a row of a fact is named in `member`, parted by blanks; a class by its name.
_NAMED_BY: Mapping[str, str] = {
    "fact_class_distribution": "class_name",
    "fact_class_factor": "class_name",
    "dim_class": "class_name",
    "dim_class_identifier": "class_name",
    "fact_class_total": "scope",
    "fact_collateral": "group_code",
    "fact_delinquency": "status || ' ' || bucket",
    "fact_loss": "group_code",
    "fact_account": "entry_code",
    "fact_line_item": "item_code",
    "fact_other_account": "account_name",
    "fact_trigger": "group_code || ' ' || trigger_code",
    "fact_series": "series",
    "fact_waterfall": "class_name || ' ' || step_code",
    "raw_cell": "raw_text",
}
_OF_ONE_CLASS = ("fact_class_distribution", "fact_class_factor")
_OF_DEALS = ("dim_deal", "dim_class", "dim_class_identifier")
_COUNTED = re.compile(r"\((\d+) rows\)")


@dataclass(frozen=True)
class Expectation:
    """One row of `expected.tsv`."""

    file: str
    step: int
    where: str
    member: str
    value: str

    def __str__(self) -> str:
        return f"{self.file} {self.where} {self.member} {self.value}".replace("  ", " ")


def expectations(shared: Path) -> list[Expectation]:
    """Every row of `expected.tsv`, in its order."""
    with (shared / "filings" / "small" / "expected.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [Expectation(row["file"], int(row["step"]), row["where"], row["member"], row["value"]) for row in rows]


def inputs(shared: Path) -> list[Path]:
    """Every small input, by name."""
    folder = shared / "filings" / "small"
    return sorted(path for path in folder.iterdir() if path.name not in ("README.md", "expected.tsv"))


@dataclass(frozen=True)
class Night:
    """The warehouse after a run on some small inputs, None if none was published, and the accession of each file."""

    connection: duckdb.DuckDBPyConnection | None
    accessions: Mapping[str, str]
    lines: Sequence[str]


def night(of: Settings, paths: Sequence[Path]) -> Night:
    """Add files to a home and run once."""
    numbers = intake.add(of, paths)
    summary = stages.nightly(of)
    return opened(of, {path.name: number for path, number in zip(paths, numbers, strict=True)}, summary.lines)


def opened(of: Settings, accessions: Mapping[str, str], lines: Sequence[str]) -> Night:
    """Open what a run published, if it did."""
    published = duckdb.connect(str(of.warehouse), read_only=True) if of.warehouse.exists() else None
    return Night(published, accessions, lines)


def missed(told: Expectation, night: Night) -> str | None:
    """Return what was found where an expectation does not hold, None where it does."""
    if night.connection is None:
        return "nothing was published: " + "; ".join(night.lines)
    found = {where: _found(told, where, night) for where in told.where.split("|")}
    if told.value.startswith("another than that of "):
        other = Expectation(told.value.rsplit(" ", 1)[1], told.step, told.where, told.member, "")
        theirs = _found(other, told.where, night)
        (ours,) = found.values()
        return None if ours and theirs and not set(ours) & set(theirs) else f"{ours} beside {theirs}"
    if told.member in ("all", "every money cell"):
        hold = [all(_holds(told.value, [one]) for one in values) for values in found.values()]
        rows = any(found.values()) or "(no row)" in told.value or "(NULL)" in told.value
        return None if rows and any(hold) else str(found)
    return None if any(_holds(told.value, values) for values in found.values()) else str(found)


def _found(told: Expectation, where: str, night: Night) -> Found:
    """Return the values that stand where a row of `expected.tsv` says, NULL among them."""
    assert night.connection is not None
    table, _, column = where.partition(".")
    columns = {name for (name,) in night.connection.execute(_COLUMNS, [table]).fetchall()}
    if not columns or (column and column not in columns):
        return []
    condition, given = "true", []
    if told.member == "every money cell":
        condition = "unit = 'USD'"
    elif told.member and told.member != "all":
        condition, given = _named(table, columns), _spellings(_class_of(table, told.member))
    sql = f"SELECT {column or 'true'} FROM ({_rows(table)}) WHERE {condition}"
    return [value for (value,) in night.connection.execute(sql, [night.accessions[told.file], *given]).fetchall()]


_COLUMNS = "SELECT column_name FROM duckdb_columns() WHERE table_name = ?"


def _rows(table: str) -> str:
    """Return the SELECT of the rows of a table that come from one accession number, with names of classes."""
    if table == "filing_state":
        return "FROM filing_state WHERE accession_number = ?"
    if table == "dim_class_identifier":
        return (
            "SELECT i.*, c.class_name FROM dim_class_identifier AS i JOIN dim_class AS c USING (class_id) "
            "JOIN report AS r USING (deal_id) WHERE r.accession_number = ?"
        )
    if table in _OF_DEALS:
        return f"SELECT t.* FROM {table} AS t JOIN report AS r USING (deal_id) WHERE r.accession_number = ?"
    if table == "report":
        return "FROM report WHERE accession_number = ?"
    if table in ("fact_class_distribution", "fact_class_factor"):
        return (
            f"SELECT t.*, c.class_name FROM {table} AS t JOIN dim_class AS c USING (class_id) "
            "JOIN report AS r USING (report_id) WHERE r.accession_number = ?"
        )
    return f"SELECT t.* FROM {table} AS t JOIN report AS r USING (report_id) WHERE r.accession_number = ?"


def _named(table: str, columns: set[str]) -> str:
    """Return the condition that a row is the one that a member names; codes and names compare without signs."""
    name = _NAMED_BY[table]
    if table == "fact_line_item" and "class_name" in columns:
        name = "class_name || ' ' || item_code"
    exact = "" if table == "raw_cell" else "upper(regexp_replace(%s, '[^A-Za-z0-9+()$.]+', '', 'g'))"
    left = exact % f"({name})" if exact else name
    return f"{left} IN (?, ?)"


def _class_of(table: str, member: str) -> str:
    """Return a member without the code behind its class where the column says what the code does: A-1 PREMIUM."""
    return re.sub(r" [A-Z_]{4,}$", "", member) if table in _OF_ONE_CLASS else member


def _spellings(member: str) -> list[str]:
    """Return a member as it may be compared: as it is printed, and without blanks and signs."""
    return [member, re.sub(r"[^A-Za-z0-9+()$.]+", "", member).upper()]


def _holds(value: str, found: Found) -> bool:
    """Tell whether one of the values that are right stands there."""
    if value == "(none)":
        return not [one for one in found if one is not None]
    if counted := _COUNTED.fullmatch(value):
        return len(found) == int(counted[1])
    return any(_is(one, found) for one in value.split(" or "))


def _is(value: str, found: Found) -> bool:
    if value == "(no row)":
        return not found
    if value.startswith("says that "):
        said = [str(one or "").lower() for one in found]
        return any(all(word in text for word in _words(value)) for text in said)
    if value.startswith("not "):
        return bool(found) and not any(_contains(one, value[4:]) for one in found)
    if value.startswith("has "):
        return any(_contains(one, value[4:]) for one in found)
    return any(_equal(one, value) for one in found)


def _words(value: str) -> Iterator[str]:
    """Yield the words that a reason must hold to say something."""
    yield from (word for word in value.split()[2:] if word not in ("is", "that"))


def _contains(found: Any, words: str) -> bool:
    if words == "(NULL)":
        return found is None
    return _plain(words) in _plain(str(found or ""))


def _plain(words: str) -> str:
    return "".join(words.lower().split())


def _equal(found: Any, value: str) -> bool:
    if value == "(NULL)" or found is None:
        return found is None and value == "(NULL)"
    if isinstance(found, bool):
        return str(found).lower() == value
    try:
        return Decimal(str(found)) == Decimal(value)
    except InvalidOperation:
        return _plain(str(found)) == _plain(value)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read each file alone and print the rows that do not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.small", description="what small inputs give, one by one")
    parser.add_argument("--step", type=int, default=1, help="the last step whose rows must hold (default: 1)")
    parser.add_argument("files", nargs="*", metavar="FILE", help="names of small inputs (default: all)")
    given = parser.parse_args(arguments)
    rows = [row for row in expectations(SHARED) if row.step <= given.step]
    held = 0
    tried = [path for path in inputs(SHARED) if not given.files or path.name in given.files]
    for path in tried:
        own = [row for row in rows if row.file == path.name]
        others = [row.value.rsplit(" ", 1)[1] for row in own if row.value.startswith("another than that of ")]
        with tempfile.TemporaryDirectory() as folder:
            of = homes.home(Path(folder))
            done = night(of, [path, *(path.with_name(name) for name in others)])
            found = [(row, missed(row, done)) for row in own]
        held += sum(1 for _, one in found if one is None)
        for row, one in found:
            if one is not None:
                print(f"{row}: {one}", flush=True)
    total = sum(1 for row in rows if any(row.file == path.name for path in tried))
    print(f"{held} of {total} rows hold")


if __name__ == "__main__":
    main()
