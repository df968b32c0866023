"""The pieces of real reports at `filings/real`, value by value against what is printed on them.

    python -m tests.real_pieces [--wrong|--missing] [FILE ...]

prints a line a piece: its values by outcome, those that are wrong by the proof of their fact; and with `--wrong` every
one of these, with `--missing` every value that is owed and not there. `truth/real/README.md` explains the truth.
"""

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, NamedTuple

import polars as pl

from tests.places import SHARED
from transforms import facts, proof, read, roles
from transforms.building import assemble
from transforms.errors import TieoutError
from transforms.facts import Frames
from transforms.reading import metadata

Outcome = Literal["right", "wrong column", "wrong value", "wrong member", "stray line", "missing"]
OUTCOMES: tuple[Outcome, ...] = ("right", "wrong column", "wrong value", "wrong member", "stray line", "missing")
WRONG = OUTCOMES[1:4]  # a generic line of another month, of contents or loan by loan, is in no column
LINE_ITEM, CELL = "line item", "cell"
# Keys of members that a cell names in a column of its own; codes of open lists may be others.
_NAMED: Mapping[str, str] = {
    "class_id": "class_name", "group_code": "group_code", "status": "status", "bucket": "bucket",
    "entry_type": "entry_type",
}  # fmt: skip
_BARE = re.compile(r"[^0-9A-Za-z.]+")
_REFUSED = "(refused)"


@dataclass(frozen=True)
class Told:
    """One printed value of the truth."""

    report: str
    line: int
    printed: str
    value: str
    columns: tuple[str, ...]
    member: Mapping[str, str]

    @property
    def owed(self) -> bool:
        """Whether a column of a fact must hold the value: it may not be left a line or a cell."""
        return LINE_ITEM not in self.columns and CELL not in self.columns


class Found(NamedTuple):
    """What became of a value: the outcome, where it was found, and the proof of the fact it is in."""

    told: Told
    outcome: Outcome
    where: str
    proof: str = ""


@dataclass(frozen=True)
class Reading:
    """A piece as it is read: its cells by line, its tables, and the proof of every fact by report."""

    cells: Mapping[int, Sequence[dict[str, Any]]]
    tables: Frames
    proofs: Mapping[tuple[str, str], str]
    refused: str = ""


def pieces(shared: Path) -> dict[str, list[Told]]:
    """The truth of each piece, by the name of its file."""
    found: dict[str, list[Told]] = {}
    filings = sorted((shared / "filings" / "real").iterdir())
    for truth in sorted((shared / "truth" / "real").glob("*.tsv")):
        named = [path.name for path in filings if path.name.startswith(truth.stem.removesuffix("_extra"))]
        if truth.stem != "reports" and len(named) == 1:
            found.setdefault(named[0], []).extend(_told(truth))
    return found


def _told(path: Path) -> Iterator[Told]:
    with path.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            member = dict(part.split("=", 1) for part in row["member"].split(";") if part)
            columns = tuple(row["columns"].split("|"))
            yield Told(row["report"], int(row["line"]), row["printed"], row["value"], columns, member)


def reading(path: Path) -> Reading:
    """Read a piece."""
    try:
        table = read(path.read_bytes(), source_uri=path.name)
    except TieoutError as error:
        return Reading({}, {}, {}, str(error))
    built, raw = assemble(table)
    choices = {report["report_id"]: report.get("choices") or [] for report in metadata(table)["reports"]}
    proved = proof.prove(built, raw, choices).facts.select("report_id", "fact", "proof").iter_rows()
    cells: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for cell in raw.sort("line_no", "col_start").iter_rows(named=True):
        cells[cell["line_no"]].append(cell)
    return Reading(cells, built, {(report, fact): said for report, fact, said in proved})


def judged(truth: Sequence[Told], read_as: Reading) -> list[Found]:
    """Tell of every value of a piece what became of it."""
    taken: set[int] = set()
    return [_judged(told, read_as, taken) for told in truth]


def _judged(told: Told, read_as: Reading, taken: set[int]) -> Found:
    if read_as.refused:
        return Found(told, "missing", _REFUSED)
    cell = _cell(told, read_as, taken)
    if cell is None:
        kept = _in_tables(told, read_as)
        return Found(told, "right" if kept else "missing", "tables" if kept else "(nowhere)")
    table, column = cell["canonical_table"], cell["canonical_column"]
    where = f"{table}.{column}" if table else CELL
    proved = read_as.proofs.get((cell["report_id"], table), "")
    if table is None or (table == "fact_trigger" and cell["item_code"] is None):  # the answer to no named test
        right = CELL in told.columns
        return Found(told, "right" if right else "missing", where)
    if table == "fact_line_item":
        return _of_line(told, proved)
    if where not in told.columns:
        return Found(told, "wrong column", where, proved)
    if where == told.columns[0] and (wrong := _wrong_member(told, cell)):
        return Found(told, "wrong member", f"{where} {wrong}", proved)
    if not _is_value(told.value, cell, table, column):
        return Found(told, "wrong value", f"{where} {cell['value_num'] or cell['value_text']}", proved)
    return Found(told, "right", where, proved)


def _of_line(told: Told, proved: str) -> Found:
    """Tell of a value in a generic line, which is right where no column has it."""
    if LINE_ITEM in told.columns:
        return Found(told, "right", LINE_ITEM, proved)
    return Found(told, "stray line" if told.columns == (CELL,) else "missing", LINE_ITEM, proved)


def _cell(told: Told, read_as: Reading, taken: set[int]) -> dict[str, Any] | None:
    """Return the next cell of a line that prints the figure and is not another value's."""
    wanted = _bare(told.printed)
    for cell in read_as.cells.get(told.line, ()):
        if id(cell) not in taken and _bare(cell["raw_text"]) == wanted:
            taken.add(id(cell))
            return cell
    return None


def _bare(printed: str) -> str:
    return _BARE.sub("", printed).upper()


def _in_tables(told: Told, read_as: Reading) -> bool:
    """Tell whether words or a date, which no cell may hold, stand in a table that is right."""
    for place in told.columns:
        table, _, column = place.partition(".")
        frame = read_as.tables.get(table)
        values = frame[column].drop_nulls().to_list() if frame is not None and column in frame.columns else []
        if any(_same_words(told.value, value) for value in values):
            return True
    return False


def _same_words(wanted: str, value: Any) -> bool:
    said = value.isoformat() if isinstance(value, date) else str(value)
    return _bare(said) == _bare(wanted)


def _wrong_member(told: Told, cell: Mapping[str, Any]) -> str:
    """Return the member of a cell that is another than the truth's, and what it is; nothing where all agree."""
    for key, wanted in told.member.items():
        name = _NAMED.get(key)
        if name is None:
            continue
        found = cell[name] or ("ALL" if key == "group_code" else "")
        same = roles.norm(found) == roles.norm(wanted) if key == "class_id" else _bare(found) == _bare(wanted)
        if not same:
            return f"{key}={found or '(none)'} for {wanted}"
    return ""


def _is_value(wanted: str, cell: Mapping[str, Any], table: str, column: str) -> bool:
    number = cell["value_num"]
    if number is None:
        return _same_words(wanted, cell["value_text"] or cell["raw_text"])
    schema = facts.polars_schema(table)
    of_fraction = proof.is_fraction(schema[column]) if column in schema else False
    value = number / 100 if cell["unit"] == "PCT" and of_fraction else number
    try:
        return bool(value == Decimal(wanted))
    except InvalidOperation:
        return False


def counted(found: Sequence[Found]) -> Counter[str]:
    """Count values by outcome, those that are wrong by the proof of their fact, and those that are owed."""
    counts: Counter[str] = Counter(one.outcome for one in found)
    counts.update(f"wrong, {one.proof or 'no fact'}" for one in found if one.outcome in WRONG)
    counts["owed"] = sum(one.told.owed for one in found)
    counts["owed, right"] = sum(one.told.owed and one.outcome == "right" for one in found)
    return counts


def measured(shared: Path, names: Sequence[str] = ()) -> dict[str, list[Found]]:
    """Read the pieces, or those named, and judge their values."""
    folder = shared / "filings" / "real"
    return {
        name: judged(truth, reading(folder / name))
        for name, truth in pieces(shared).items() if not names or name in names
    }  # fmt: skip


_HEAD = ("values", "right", "wrong column", "wrong member", "wrong value", "stray line", "missing", "wrong, proven",
         "wrong, plausible", "wrong, doubtful", "owed", "owed, right")  # fmt: skip


def table(found: Mapping[str, Sequence[Found]]) -> pl.DataFrame:
    """Return a row a piece and one of all: its values, and how many came out how."""
    rows: list[dict[str, Any]] = []
    total: Counter[str] = Counter()
    for name, values in found.items():
        counts = counted(values) + Counter(values=len(values))
        total += counts
        rows.append({"piece": name, **{head: counts[head] for head in _HEAD}})
    return pl.DataFrame([*rows, {"piece": "all", **{head: total[head] for head in _HEAD}}])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, and the values asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.real_pieces", description="real pieces, value by value")
    parser.add_argument("--wrong", action="store_true", help="list the values that are wrong")
    parser.add_argument("--missing", action="store_true", help="list the values that are owed and missing")
    parser.add_argument("files", nargs="*", metavar="FILE", help="names of pieces (default: all)")
    given = parser.parse_args(arguments)
    found = measured(SHARED, given.files)
    for name, values in found.items():
        for one in values:
            is_missing = given.missing and one.outcome == "missing" and one.told.owed
            if (given.wrong and one.outcome in WRONG) or is_missing:
                told = one.told
                print(f"{name}:{told.line} {told.printed} {'|'.join(told.columns)} {dict(told.member)}: {one.outcome}, "
                      f"{one.where} {one.proof}")  # fmt: skip
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    ):
        print(table(found))


if __name__ == "__main__":
    main()
