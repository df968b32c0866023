"""What ties cover: which values of a report an identity would have betrayed, had they been read otherwise."""

from collections.abc import Iterable

import polars as pl

from transforms import facts
from transforms.facts import Frames
from transforms.sums import PLACE, covered

_COLUMN = ("report_id", "fact", "column_name")
_FORMULAS = "I17"  # the rule of the warehouse that runs the formulas a report prints


def places(built: Frames) -> pl.DataFrame:
    """Return where the facts of these reports hold a number: the columns of PLACE, and whether it is money."""
    found = [pl.DataFrame(schema={**dict.fromkeys(PLACE, pl.String), "is_money": pl.Boolean})]
    for table, frame in built.items():
        if not table.startswith("fact_"):
            continue
        for name, column in facts.TABLES[table].columns().items():
            unit = (column.metadata or {}).get("unit")
            if column.dtype.is_numeric() and name not in facts.key(table) and unit is not None:
                held = frame.filter(pl.col(name).is_not_null())
                if held.height:
                    found.append(covered(held, table, name).with_columns(is_money=pl.lit(unit == "USD")))
    return pl.concat(found)


def told(held: pl.DataFrame, covers: Iterable[tuple[str, pl.DataFrame | None]], formulas: pl.DataFrame) -> pl.DataFrame:
    """Return of each column in `held` whether all its values are covered, and by which rules.

    covers: the places that each rule covers; formulas: the columns all of whose cells went into printed formulas.
    Columns: report_id, fact, column_name, is_money, is_covered, rules (comma separated).
    """
    ruled = [frame.select(*PLACE, rule=pl.lit(rule)) for rule, frame in covers if frame is not None]
    empty = pl.DataFrame(schema={**dict.fromkeys(PLACE, pl.String), "rule": pl.String})
    rules = pl.concat([empty, *ruled]).unique()
    by_place = held.join(rules.group_by(PLACE).agg("rule"), on=PLACE, how="left")
    columns = by_place.group_by(_COLUMN).agg(
        pl.col("is_money").first(), pl.col("rule").is_not_null().all().alias("is_covered"),
        pl.col("rule").explode().drop_nulls().unique().sort().alias("rule"),
    )  # fmt: skip
    joined = columns.join(formulas.with_columns(formula=pl.lit(True)), on=_COLUMN, how="left")
    by_formula = pl.col("formula").fill_null(False)
    added = pl.when(by_formula).then(pl.lit([_FORMULAS])).otherwise(pl.lit([], dtype=pl.List(pl.String)))
    return joined.select(
        *_COLUMN, "is_money", is_covered=pl.col("is_covered") | by_formula,
        rules=pl.concat_list("rule", added).list.unique().list.sort().list.join(","),
    )  # fmt: skip


def open_amounts(columns: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Return for report and fact the columns of money that nothing covers whole, as text; of a fact without money its
    columns of other numbers."""
    has_money = pl.col("is_money").any().over("report_id", "fact")
    left = columns.filter((pl.col("is_money") | ~has_money) & ~pl.col("is_covered"))
    named = left.group_by("report_id", "fact").agg(pl.col("column_name").sort().str.join(", "))
    return {(report, fact): names for report, fact, names in named.iter_rows()}


def run_on(built: Frames, raw: pl.DataFrame) -> pl.DataFrame:
    """Return the columns all of whose cells went into printed formulas that come to their lines."""
    found = built.get("printed_formula")
    empty = pl.DataFrame(schema=dict.fromkeys(_COLUMN, pl.String))
    if found is None or found.is_empty():
        return empty
    figures = found.filter(pl.col("outcome").is_in(["tie", "rounding"])).select(
        "report_id", cell=pl.col("figures").str.split(" ")
    )
    cells = figures.explode("cell").select("report_id", cell_id=pl.col("cell").str.split("=").list.first()).unique()
    held = raw.filter(
        (pl.col("table_code") != "HEADER")
        & pl.col("value_num").is_not_null()
        & pl.col("canonical_table").str.starts_with("fact_")
        & pl.col("report_id").is_in(cells["report_id"].unique().to_list())
    ).select(
        "report_id", fact="canonical_table", column_name="canonical_column",
        cell_id=pl.concat_str([pl.col("line_no").cast(pl.String), pl.col("col_start").cast(pl.String)], separator=":"),
    )  # fmt: skip
    met = held.join(cells.with_columns(met=pl.lit(True)), on=["report_id", "cell_id"], how="left")
    whole = met.group_by(_COLUMN).agg(pl.col("met").fill_null(False).all())
    return whole.filter("met").select(_COLUMN)


def columns(
    held: pl.DataFrame,
    covering: pl.DataFrame,
    of_facts: pl.DataFrame,
    doubted: pl.DataFrame,
    assumed: Iterable[tuple[str, str]],
) -> pl.DataFrame:
    """Return the rows of `report_column_proof`: a row a column, and one a value that is doubted alone.

    held: where facts hold numbers; covering: what covers their columns; of_facts: rows of `report_proof`; doubted: the
    places of values outside the range of their column; assumed: reports and facts whose identities hold only if a class
    is what nothing but arithmetic says.
    """
    guessed = pl.DataFrame([*assumed], schema={"report_id": pl.String, "fact": pl.String}, orient="row")
    covering = covering.join(guessed.with_columns(guessed=pl.lit(True)), on=["report_id", "fact"], how="left")
    proofs = of_facts.select("report_id", "fact", of_fact="proof")
    whole = covering.join(proofs, on=["report_id", "fact"])
    lone = doubted.with_columns(alone=pl.lit(True))
    told = whole.select(
        *_COLUMN,
        proof=pl.when(pl.col("of_fact") == "doubtful").then(pl.lit("doubtful"))
        .when(pl.col("is_covered") & pl.col("guessed").is_null()).then(pl.lit("proven")).otherwise(pl.lit("plausible")),
        rules=pl.when(pl.col("rules") != "").then("rules"),
    )  # fmt: skip
    # Where the members of a column do not agree, each has a row of its own.
    mixed = doubted.select(_COLUMN).unique()
    agreed = told.join(mixed, on=_COLUMN, how="anti").with_columns(member=pl.lit(""))
    apart = (
        held.join(mixed, on=_COLUMN).join(told, on=_COLUMN).join(lone, on=PLACE, how="left")
        .with_columns(proof=pl.when("alone").then(pl.lit("doubtful")).otherwise("proof"))
    )  # fmt: skip
    order = [*PLACE, "proof", "rules"]
    return pl.concat([agreed.select(order), apart.select(order)]).sort(PLACE)
