"""What the facts of a filing break by themselves: types, keys, references, and figures lost on the way to a fact.

The rules K01, K02, K06 and C26 ask the same of the whole warehouse. Asked of one filing's facts before they get there,
the answer says whose fault it is, and all other filings can do without that one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import polars as pl

from transforms import facts
from transforms.errors import BrokenFacts
from transforms.facts import Frames
from transforms.values import WHOLE_DIGITS

_Found = Iterator[tuple[str | None, str]]  # accession number, None where a row does not say it, and what was met
_OWNER = "owner_"
_REPORT_ID = r"^(.+):[^:]+:[^:]+$"  # accession:sequence:ordinal
_SHOWN = 60  # characters of what was met


def broken(frames: Frames) -> dict[str, str]:
    """Return the filings whose facts break a rule, by accession number, each with the first rule and what was met.

    Raises BrokenFacts where rows of several filings break one and do not say whose they are.
    """
    known = _filings(frames, "filing") or _filings(frames, "report")
    found: dict[str, str] = {}
    checks: tuple[Callable[[Frames], _Found], ...] = (_types, _empty, _keys, _references, _long, _lost, _cusips)
    for check in checks:
        before = len(found)
        for accession, reason in check(frames):
            whose = accession if accession in known else known[0] if len(known) == 1 else None
            if whose is None:
                raise BrokenFacts(reason)
            found.setdefault(whose, reason)
        # What has not the type of its column, or is empty, cannot be counted or compared.
        frames = without(frames, found) if len(found) > before else frames
    return found


def _filings(frames: Frames, table: str) -> list[str]:
    return frames[table]["accession_number"].drop_nulls().unique().to_list() if table in frames else []


def without(frames: Frames, accessions: Collection[str]) -> Frames:
    """Return the facts of all other filings, in the types of their columns where every value has that type."""
    gone = pl.Series([*accessions], dtype=pl.String)
    return {
        table: _typed(table, frame.filter(~_owner(frame).is_in(gone.implode()).fill_null(False)))
        for table, frame in frames.items()
    }


def only(frames: Frames, accessions: Collection[str]) -> Frames:
    """Return the facts of these filings. Rows that do not say whose they are get into no warehouse."""
    own = pl.Series([*accessions], dtype=pl.String)
    return {table: frame.filter(_owner(frame).is_in(own.implode())) for table, frame in frames.items()}


def _typed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    has = frame.schema
    wrong = {name: dtype for name, dtype in _declared(table, frame).items() if has[name] != dtype}
    cast = frame.select(_cast(name, has[name], dtype).alias(name) for name, dtype in wrong.items())
    kept = [name for name in wrong if cast[name].null_count() == frame[name].null_count()]
    return frame.with_columns(cast[name] for name in kept)


def _cast(name: str, held: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    """Return the values of a column in the type declared for it, NULL where one has no such form."""
    values = pl.col(name)
    if held == pl.String and wanted == pl.Boolean:
        return values.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None)
    if held == pl.String and wanted in (pl.Date, pl.Datetime):
        return values.str.to_datetime(strict=False) if wanted == pl.Datetime else values.str.to_date(strict=False)
    return values.cast(wanted, strict=False)


def _declared(table: str, frame: pl.DataFrame) -> dict[str, pl.DataType]:
    there = set(frame.columns)
    return {name: dtype for name, dtype in facts.polars_schema(table).items() if name in there}


def _owner(frame: pl.DataFrame) -> pl.Expr:
    """Return the accession number of each row: its own, else that of its report."""
    if "accession_number" in frame.columns:
        return pl.col("accession_number").cast(pl.String)
    return pl.col("report_id").cast(pl.String).str.extract(_REPORT_ID)


def _owned(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(_owner(frame).alias(_OWNER))


def _types(frames: Frames) -> _Found:
    """Find values that their column cannot hold."""
    for table, frame in frames.items():
        has = frame.schema
        for name, dtype in _declared(table, frame).items():
            if has[name] == dtype:
                continue
            held = _owned(frame).with_columns(cast=_cast(name, has[name], dtype))
            lost = held.filter(pl.col("cast").is_null() & pl.col(name).is_not_null())
            for row in lost.iter_rows(named=True):
                yield row[_OWNER], f"breaks the type of {table}.{name}: {_short(row[name])} is no {dtype}"


def _empty(frames: Frames) -> _Found:
    """Find rows without a value that every row has."""
    for table, frame in frames.items():
        for name, column in facts.TABLES[table].columns().items():
            if column.nullable or name not in frame.columns or not frame[name].null_count():
                continue
            for row in _owned(frame.filter(pl.col(name).is_null())).iter_rows(named=True):
                yield row[_OWNER], f"breaks NOT NULL of {table}.{name}: no value beside {_said(table, row)}"


def _keys(frames: Frames) -> _Found:
    """Find keys that name several rows. Rows about deals and classes become one row each in the warehouse."""
    for table, frame in frames.items():
        keys = facts.key(table)
        if not keys or table.startswith("dim_") or not frame.select(keys).is_duplicated().any():
            continue
        twice = frame.filter(frame.select(keys).is_duplicated()).unique(keys, keep="first", maintain_order=True)
        for row in _owned(_with_names(frames, twice)).iter_rows(named=True):
            yield row[_OWNER], f"breaks K01: two rows of {table} have one key: {_said(table, row)}"


def _references(frames: Frames) -> _Found:
    """Find rows that name another row which their filing does not have."""
    for table, frame in frames.items():
        named = facts.references(table) | ({"report_id": "report"} if "report_id" in frame.columns else {})
        for column, target in named.items():
            if table == target:
                continue
            there = frames.get(target, pl.DataFrame(schema={column: pl.String}))
            # Another filing's knowledge of a class or deal is not this one's.
            both = ["report_id"] if {"report_id"} <= {*frame.columns} & {*there.columns} else []
            on = list(dict.fromkeys([*both, column]))
            lost = frame.filter(pl.col(column).is_not_null()).join(there.select(on).unique(), on=on, how="anti")
            for row in _owned(lost.unique(on, keep="first", maintain_order=True)).iter_rows(named=True):
                yield row[_OWNER], f"breaks K02: {table}.{column} names {_short(row[column])}, which is no {target}"


def _lost(frames: Frames) -> _Found:
    """Find facts that hold fewer values than were read into them, and name a figure that is in no row."""
    cells = frames.get("raw_cell")
    if cells is None:
        return
    is_value = pl.col("value_num").is_not_null() | pl.col("value_text").is_not_null()
    read = cells.filter((pl.col("table_code") != "HEADER") & is_value)
    for (table,), own in read.filter(pl.col("canonical_table").str.starts_with("fact_")).group_by(
        "canonical_table", maintain_order=True
    ):
        columns = facts.figures(str(table))
        printed = own.filter(pl.col("canonical_column").is_in(columns))
        of_report = printed.group_by("report_id").agg(n=pl.col("concept_key").drop_nulls().n_unique())
        held = _held(frames, str(table), columns)
        short = of_report.join(held, on="report_id", how="left").filter(pl.col("n") > pl.col("held").fill_null(0))
        for report in short["report_id"]:
            yield from _missing(printed.filter(pl.col("report_id") == report), frames, str(table), report)


def _long(frames: Frames) -> _Found:
    """Find figures of a fact with more digits than a value holds."""
    cells = frames.get("raw_cell")
    if cells is None:
        return
    digits = pl.col("raw_text").str.extract(r"([0-9][0-9,]*)").str.replace_all(",", "", literal=True).str.len_bytes()
    is_lost = pl.col("value_num").is_null() & pl.col("value_text").is_null()
    of_fact = pl.col("canonical_table").str.starts_with("fact_") & (pl.col("table_code") != "HEADER")
    lost = cells.filter(is_lost & of_fact).with_columns(digits=digits).filter(pl.col("digits") > WHOLE_DIGITS)
    names = ("report_id", "canonical_table", "canonical_column", "digits", "raw_text", "line_no")
    for report, table, column, count, raw, line in lost.select(names).iter_rows():
        told = f"a figure of {count:,} digits, where {WHOLE_DIGITS} are held: {_short(raw)} in line {line}"
        yield report.rsplit(":", 2)[0], f"breaks K06: {table}.{column} has {told}"


def _held(frames: Frames, table: str, columns: list[str]) -> pl.DataFrame:
    frame = frames.get(table)
    if frame is None:
        return pl.DataFrame(schema={"report_id": pl.String, "held": pl.UInt32})
    return frame.group_by("report_id").agg(held=pl.sum_horizontal(pl.col(columns).count()))


def _missing(printed: pl.DataFrame, frames: Frames, table: str, report: str) -> _Found:
    """Tell which column lost a figure, with one printed for it that the fact does not hold."""
    fact = frames.get(table)
    for (column,), own in printed.group_by("canonical_column", maintain_order=True):
        held = [] if fact is None else fact.filter(pl.col("report_id") == report)[str(column)].drop_nulls().to_list()
        if (count := own["concept_key"].drop_nulls().n_unique()) > len(held):
            cells = own.select("value_num", "raw_text", "line_no").rows()
            raw, line = next(((raw, line) for value, raw, line in cells if value not in held), cells[-1][1:])
            told = f"has {len(held)} of {count} figures printed, without {_short(raw)} in line {line}"
            yield report.rsplit(":", 2)[0], f"breaks K06: {table}.{column} {told}"
            return


def _cusips(frames: Frames) -> _Found:
    """Find CUSIPs that one report prints of two classes."""
    named, told = frames.get("dim_class_identifier"), frames.get("dim_class")
    if named is None or told is None:
        return
    cusips = named.filter(pl.col("id_type") == "CUSIP").join(
        told.select("report_id", "class_id", "class_name"), on=["report_id", "class_id"]
    )
    shared = cusips.group_by("report_id", "id_value", maintain_order=True).agg(
        classes=pl.col("class_id").n_unique(), names=pl.col("class_name").unique(maintain_order=True)
    )
    for report, cusip, _, names in shared.filter(pl.col("classes") > 1).iter_rows():
        yield report.rsplit(":", 2)[0], f"breaks C26: CUSIP {cusip} names the classes {', '.join(names)}"


def _with_names(frames: Frames, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the names of classes, whose ids say nothing."""
    if "class_id" not in rows.columns or "dim_class" not in frames or "class_name" in rows.columns:
        return rows
    names = frames["dim_class"].select("class_id", "class_name").unique("class_id", keep="first")
    return rows.join(names, on="class_id", how="left", maintain_order="left")


def _said(table: str, row: dict[str, Any]) -> str:
    """Return the key of a row in words, without what all rows of its report share."""
    names: Iterable[str] = [name for name in facts.key(table) if name not in ("report_id", "accession_number")]
    names = ["class_name" if name == "class_id" and row.get("class_name") else name for name in names]
    told = [f"{name} {_short(row[name])}" for name in names if row.get(name) is not None]
    return ", ".join(told) or str(row.get("report_id") or row.get("accession_number"))


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."


__all__ = ["broken", "only", "without"]
