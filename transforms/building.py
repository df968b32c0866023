"""Cells to facts: every table of the model, rebuilt from cells and from nothing else.

Facts hold fractions where cells hold percents, NULL where nothing is printed, and never a float.
"""

from typing import Any

import polars as pl
import pyarrow as pa

from transforms import certificates, facts, labels, meaning, printed, proof, records, vocabulary
from transforms.cells import IN_GRID, in_dollars
from transforms.facts import Frames, items
from transforms.fees import named_others
from transforms.reading import metadata
from transforms.rounding import rounding

RESERVE = "Reserve Account"
_MEMBERS = ("class_name", "remic", "group_code", "item_code", "status", "bucket", "stratum", "account")
_WIDE = {
    "fact_class_distribution": ["remic", "class_name"],
    "fact_class_total": ["remic", "group_code"],
    "fact_class_factor": ["remic", "class_name"],
    "fact_collateral": ["group_code", "statement_seq"],
    "fact_delinquency": ["group_code", "status", "bucket"],
    "fact_interest_shortfall": ["group_code"],
    "fact_other_account": ["item_code"],
    "fact_overcollateralization": ["group_code", "statement_seq"],
    "fact_loss": ["group_code"],
    "fact_trigger": ["group_code", "item_code"],
}


def build(cells: pa.Table) -> Frames:
    """Return every table of the model that the cells fill, with the proof of each fact.

    Dimension tables carry the report they were observed in as first column; versions are left to the warehouse, which
    sees all reports.
    """
    built, raw = assemble(cells)
    choices = {record["report_id"]: record.get("choices") or [] for record in metadata(cells)["reports"]}
    proven = proof.prove(built, raw, choices)
    built["report_proof"] = _fitted(proven.facts, "report_proof")
    built["report_column_proof"] = _fitted(proven.columns, "report_column_proof")
    return {name: frame for name, frame in built.items() if frame.height}


def assemble(cells: pa.Table) -> tuple[Frames, pl.DataFrame]:
    """Return the tables that the cells fill, typed and not yet proven, and the cells with their members completed."""
    note = metadata(cells)
    raw = _members(pl.from_arrow(cells))  # type: ignore[arg-type]
    reports = records.reports(note)
    built = records.records(note, reports)
    values = _values(raw)
    of = _by_table(values)
    of |= _one_statement(of)
    wide = {table: _wide(of[table], table, members) for table, members in _WIDE.items()}
    built |= _pool(wide)
    built |= _cash(of, rounding(raw))
    built |= certificates.classes(values, of, raw, reports, built["report_statement"], wide)
    built["report"] = _with_collateral_date(built["report"], of["report"])
    built["dim_deal"] = _printed_of_deals(built["dim_deal"], of["dim_deal"])
    built["dim_group"] = _groups(built["dim_group"], raw)
    built["fact_line_item"] = _line_items(raw)
    built["fact_delinquency"] = _denominators(built["fact_delinquency"], built["fact_collateral"])
    built["printed_formula"] = printed.formulas(raw)
    del values, of
    built["raw_cell"] = _fitted(_traced(certificates.as_notional(raw, built["dim_class"])), "raw_cell")
    return {name: frame if name == "raw_cell" else _fitted(frame, name) for name, frame in built.items()}, raw


def _fitted(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Give a frame the columns and types of its table; a dimension keeps the report it was observed in.

    A column with a value that its type cannot hold stays as it is: whose filing that is, `integrity` tells.
    """
    schema = facts.polars_schema(table)
    observed = ["report_id"] if table.startswith("dim_") and "report_id" in frame.columns else []
    has = frame.schema
    columns = [
        name
        if has.get(name) == dtype
        else (pl.col(name) if name in has else pl.lit(None)).cast(dtype, strict=False).alias(name)
        for name, dtype in schema.items()
    ]
    fitted = frame.select([*observed, *columns])
    changed = [name for name, dtype in schema.items() if name in has and has[name] != dtype]
    lost = [name for name in changed if fitted[name].null_count() > frame[name].null_count()]
    return fitted.with_columns(frame[name] for name in lost)


# -- cells ----------------------------------------------------------------------------------------------------------


def _members(cells: pl.DataFrame) -> pl.DataFrame:
    """Complete the members of each cell: group, side account; a line that no term covers becomes a line item."""
    cells = _without_conflicts(_lone_class(cells))
    is_table = ~pl.col("table_code").is_in(["HEADER", "TEXT"])
    placed = pl.col("canonical_table").is_not_null() & ~_without_member()
    loose = is_table & ~placed & pl.col("value_num").is_not_null() & pl.col("pairing").is_not_null()
    heads = cells["column_label"].unique().drop_nulls().to_list()
    idle = [words for words in heads if meaning.is_idle(words)]
    label = pl.when(pl.col("pairing").is_in(IN_GRID) & ~pl.col("column_label").is_in(idle)).then(
        pl.concat_str(["row_label", "column_label"], separator=" ", ignore_nulls=True)
    ).otherwise(pl.col("row_label"))  # fmt: skip
    # A figure that met no label belongs to no column either, and words are no line: a column of currency signs.
    is_mark = (pl.col("canonical_table") == "fact_line_item") & pl.col("value_num").is_null()
    unpaired = is_table & (pl.col("pairing").is_null() | is_mark.fill_null(False))
    named = cells.with_columns(
        loose_label=pl.when(loose).then(label),
        canonical_table=pl.when(~unpaired).then(pl.col("canonical_table")),
        canonical_column=pl.when(~unpaired).then(pl.col("canonical_column")),
    )
    loose_labels = named["loose_label"].unique().drop_nulls().to_list()
    codes = [vocabulary.code(words) for words in loose_labels]
    code = pl.col("loose_label").replace_strict(loose_labels, codes, return_dtype=pl.String, default=None)
    is_loose = pl.col("loose_label").is_not_null()
    is_side = pl.col("canonical_table") == "fact_other_account"
    is_of_class = (pl.col("canonical_table") == "fact_line_item") & pl.col("class_name").is_not_null()
    # In a list the label says what is measured; outside the lists of other accounts that is the reserve.
    is_listed = (pl.col("column_label") == "(value)") & (pl.col("statement_code") != "OTHER_ACCOUNT").fill_null(True)
    in_list = pl.when(is_listed).then(pl.lit(RESERVE))
    completed = named.with_columns(
        group_code=pl.when(is_table).then(pl.coalesce("group_code", pl.lit("ALL"))),
        canonical_table=pl.when(is_loose).then(pl.lit("fact_line_item")).otherwise(pl.col("canonical_table")),
        canonical_column=pl.when(is_loose).then(pl.lit("value")).otherwise(pl.col("canonical_column")),
        item_code=pl.when(is_loose)
        .then(code)
        .when(is_side)
        .then(pl.coalesce("item_code", in_list, "row_label"))
        .when(is_of_class)
        .then(_of_class(named))
        .otherwise(pl.col("item_code")),
        remic=_remics(named),
        bucket=pl.when(pl.col("canonical_table") == "fact_delinquency").then(pl.col("bucket")),
    )
    return _numbered(completed)


def _of_class(cells: pl.DataFrame) -> pl.Series:
    """Return the codes of line items that are printed by class, as those of lines without a term: A_1_PAYOUT_RATE."""
    both = cells.select("class_name", "item_code").unique().drop_nulls()
    codes = {(name, code): vocabulary.code(f"{name} {code}") for name, code in both.iter_rows()}
    keys = zip(cells["class_name"], cells["item_code"], strict=True)
    return pl.Series([codes.get(key) for key in keys], dtype=pl.String)


def _numbered(cells: pl.DataFrame) -> pl.DataFrame:
    """Number codes that repeat within their key, in print order: CODE, CODE_2, CODE_3 are different lines."""
    told = {"report_id", "canonical_table", "item_code", *(name for names in _LISTED.values() for name in names)}
    listed = cells.lazy().with_row_index("at").filter(
        pl.col("canonical_table").is_in([*_LISTED])
        & (pl.col("table_code") != "HEADER")
        & pl.col("item_code").is_not_null()
        & pl.col("value_num").is_not_null()
        & ((pl.col("unit") != "PCT") | (pl.col("canonical_table") == "fact_line_item"))
    ).select("at", *told).collect()  # fmt: skip
    if listed.is_empty():
        return cells
    parts = [
        pl.when(pl.col("canonical_table").is_in([table for table, names in _LISTED.items() if name in names])).then(
            name
        )
        for name in sorted({name for names in _LISTED.values() for name in names})
    ]
    fee = pl.when(pl.col("canonical_table") == "fact_fee").then(pl.col("statement_code") == "FEE")
    keys = [pl.col(name) for name in ("report_id", "canonical_table", "item_code")] + [
        part.alias(f"part_{at}") for at, part in enumerate([*parts, fee])
    ]
    lines = listed.select("at", code="item_code", nth=pl.int_range(pl.len()).over(*keys) + 1).filter(pl.col("nth") > 1)
    codes = cells["item_code"].scatter(lines["at"], lines["code"] + "_" + lines["nth"].cast(pl.String))
    return cells.with_columns(item_code=codes)


# What tells two lines of one code apart, besides the report; a fee also has its statement.
_LISTED = {
    "fact_account": ("account", "group_code", "entry_type"),
    "fact_fee": ("group_code",),
    "fact_enhancement": (),
    "fact_line_item": ("statement_code", "group_code", "stratum"),
}


def _lone_class(cells: pl.DataFrame) -> pl.DataFrame:
    """Give the class of a report that prints one class and no name of it the name of its kind.

    What reads as the total over all classes is the row of that class, if its balance is printed as one of notes or
    certificates. What says nothing of investors, in its words or by its statement, is of the trust and of no class.
    """
    of_class = pl.col("canonical_table").is_in(["fact_class_total", "fact_class_distribution", "fact_class_factor"])
    is_named = of_class & pl.col("class_name").is_not_null()
    named = cells.select(pl.col("report_id").filter(is_named)).to_series().unique()
    is_lone = of_class & ~pl.col("report_id").is_in(named.implode()) & pl.col("remic").is_null()
    if not cells.select(is_lone.any()).item():
        return cells
    words = pl.concat_str("row_label", "column_label", separator=" ", ignore_nulls=True)
    known = {label: labels.names_security(label) for label in cells.select(words.filter(is_lone)).to_series().unique()}
    of_investors = pl.col("statement_code").is_in(meaning.CLASS_CODES) | words.replace_strict(
        [*known], [*known.values()], default=False, return_dtype=pl.Boolean
    )
    marked = cells.with_columns(lone=is_lone, told=is_lone & of_investors.fill_null(False), words=words)
    balance = pl.col("told") & pl.col("canonical_column").is_in(["beginning_balance", "ending_balance"])
    note = pl.col("words").str.to_uppercase().str.contains(r"\bNOTES?\b")
    kinds = (
        marked.filter("told")
        .group_by("report_id")
        .agg(
            kind=pl.when(balance.any()).then(
                pl.when(note.any()).then(pl.lit("NOTES")).otherwise(pl.lit("CERTIFICATES"))
            )
        )
    )
    is_untold = pl.col("lone") & ~pl.col("told") & (pl.col("table_code") != "HEADER")
    is_class = pl.col("told") & pl.col("kind").is_not_null()
    return marked.join(kinds, on="report_id", how="left", maintain_order="left").with_columns(
        class_name=pl.when(is_class).then(pl.col("kind")).otherwise(pl.col("class_name")),
        canonical_table=pl.when(is_class & (pl.col("canonical_table") == "fact_class_total"))
        .then(pl.lit("fact_class_distribution"))
        .when(~is_untold).then(pl.col("canonical_table")),
        canonical_column=pl.when(~is_untold).then(pl.col("canonical_column")),
        unit=pl.when(is_untold & (pl.col("unit") != "PCT")).then(pl.lit("UNKNOWN")).otherwise(pl.col("unit")),
    ).drop("lone", "told", "words", "kind")  # fmt: skip


def _without_conflicts(cells: pl.DataFrame) -> pl.DataFrame:
    """Take figures from columns of which one member has two that differ: one of them at least was misread, and nothing
    says which. The same is taken from all members that have two in this column.

    Figures of one value to the last decimal that both print are one.
    """
    named = cells.lazy().with_row_index("at").filter(
        pl.col("canonical_table").is_in([*_WIDE]) & pl.col("value_num").is_not_null()
        & (pl.col("table_code") != "HEADER")
    )  # fmt: skip
    column = ["report_id", "canonical_table", "canonical_column"]
    account = pl.when(pl.col("canonical_table") == "fact_other_account").then(pl.col("row_label"))
    # A key that a table does not have tells none of its members apart.
    members = [
        pl.when(pl.col("canonical_table").is_in([table for table, names in _WIDE.items() if key in names])).then(key)
        for key in _KEYS
    ]
    decimals = pl.col("raw_text").str.extract(r"\.([0-9]+)").str.len_chars().fill_null(0).cast(pl.Float64)
    share = pl.when(pl.col("unit") == "PCT").then(0.01).otherwise(1.0)
    measured = named.with_columns(
        group_code=pl.col("group_code").fill_null("ALL"), item_code=pl.coalesce("item_code", account)
    ).select(
        "at", *column, *members, value=in_dollars().cast(pl.Float64) * share,
        unit=pl.lit(10.0).pow(-decimals) * share * pl.col("scale").cast(pl.Float64),
    )  # fmt: skip
    key = [*column, *_KEYS]
    spread = pl.col("value").max().over(key) - pl.col("value").min().over(key)
    judged = measured.with_columns(
        apart=spread > pl.col("unit").max().over(key) * _ROUNDED, several=pl.len().over(key) > 1
    )
    apart = judged.filter(pl.col("several") & pl.col("apart").any().over(column)).select("at").collect()["at"]
    apart = pl.concat([apart, _balances_as_notionals(measured.collect())])
    if apart.is_empty():
        return cells
    is_apart = pl.int_range(pl.len()).is_in(apart.implode())
    return cells.with_columns(
        pl.when(~is_apart).then(name).alias(name) for name in ("canonical_table", "canonical_column")
    )


def _balances_as_notionals(measured: pl.DataFrame) -> pl.Series:
    """Return the cells of notionals that are the balance of their class too: what has a balance is no notional."""
    side = pl.col("canonical_column").str.extract("^(beginning|ending)_")
    of_class = measured.filter(pl.col("canonical_table") == "fact_class_distribution").with_columns(side=side)
    key = ["report_id", "remic", "class_name", "side", "value"]
    balances = of_class.filter(pl.col("canonical_column").str.ends_with("_balance") & (pl.col("value") != 0)).select(
        key
    )
    notional = of_class.filter(pl.col("canonical_column").str.ends_with("_notional"))
    return notional.join(balances, on=key, how="semi", nulls_equal=True)["at"]


_KEYS = ("remic", "class_name", "group_code", "statement_seq", "status", "bucket", "item_code")
_ROUNDED = 1.01  # of the last printed decimal: one figure may be cut, the other rounded


def _remics(cells: pl.DataFrame) -> pl.Expr:
    """Return the REMIC of each cell: the page's, else the one under which alone its class is printed elsewhere."""
    known = cells.filter(pl.col("remic").is_not_null() & pl.col("class_name").is_not_null())
    if known.is_empty():
        return pl.col("remic")
    named = known.group_by("report_id", "class_name").agg(pl.col("remic").unique())
    single = {(report, name): found[0] for report, name, found in named.iter_rows() if len(found) == 1}
    keys = zip(cells["report_id"], cells["class_name"], strict=True)
    return pl.coalesce("remic", pl.Series([single.get(key) for key in keys], dtype=pl.String))


def _without_member() -> pl.Expr:
    """Tell which cells name a fact and not the member they belong to: a class, a bucket and status, an account, a
    line."""
    needed = {
        "fact_class_distribution": ["class_name"],
        "fact_class_factor": ["class_name"],
        "fact_delinquency": ["status", "bucket"],
        "fact_other_account": ["row_label"],
        **{table: ["item_code"] for table in ("fact_trigger", *_LISTED)},
    }
    return pl.any_horizontal(
        (pl.col("canonical_table") == table) & pl.any_horizontal(pl.col(name).is_null() for name in names)
        for table, names in needed.items()
    ).fill_null(False)


def _traced(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the cell table: identity of each cell, and the concept it prints."""
    is_fact = pl.col("canonical_table").str.starts_with("fact_") & pl.col("canonical_column").is_not_null()
    members = [pl.col(name).fill_null("") for name in _MEMBERS]
    # A line that no term covers means something only within its statement.
    members.append(pl.when(pl.col("canonical_table") == "fact_line_item").then(pl.col("statement_code")).fill_null(""))
    # Two statements of one kind are two printings of one concept, told apart nowhere: P12 and I09 compare them.
    key = pl.concat_str(
        [pl.concat_str(["canonical_table", "canonical_column"], separator="."), *members], separator="|"
    )
    return raw.with_columns(
        cell_id=pl.concat_str([_written(raw["line_no"]), _written(raw["col_start"])], separator=":"),
        concept_key=pl.when(is_fact).then(key),
    )


def _written(whole: pl.Series) -> pl.Series:
    """Return whole numbers as text; each is written once and then looked up, since lines and columns recur."""
    highest = whole.max()
    written = pl.Series(range(highest + 1 if isinstance(highest, int) else 0), dtype=pl.UInt32).cast(pl.String)
    return written.gather(whole)


def _values(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the mapped cells, in print order, with what facts hold: `value`, and `share` for a printed percent."""
    percent = pl.col("unit") == "PCT"
    is_value = pl.col("canonical_table").is_not_null() & (pl.col("table_code") != "HEADER")
    return raw.lazy().filter(is_value).select(
        "report_id", *_VALUE_COLUMNS,
        pl.col("canonical_table").cast(_TABLE_NAMES),
        pl.col("canonical_column").cast(_COLUMN_NAMES),
        value=pl.when(~percent).then(in_dollars()),
        share=pl.when(percent).then(pl.col("value_num") * pl.lit("0.01").cast(pl.Decimal(28, 10))),
    ).collect()  # fmt: skip


_VALUE_COLUMNS = (
    "class_name", "statement_code", "statement_seq", "status", "bucket", "item_code", "group_code", "entry_type",
    "account", "section", "payee", "line_no", "value_text", "remic",
)  # fmt: skip
# Names of tables and columns as numbers: every measure is looked for among the columns of its table.
_TABLE_NAMES = pl.Enum([*facts.TABLES])
_COLUMN_NAMES = pl.Enum(sorted({name for table in facts.TABLES.values() for name in table.column_names()}))


def _by_table(values: pl.DataFrame) -> Frames:
    """Return the mapped cells of each table, in print order; of a table without any, an empty frame."""
    parts = values.partition_by("canonical_table", as_dict=True)
    return dict.fromkeys(facts.TABLES, values.clear()) | {str(table): part for (table,), part in parts.items()}


def _one_statement(of: Frames) -> Frames:
    """Count statements of the pool that complete each other as one: only another figure in a column is a second.

    Certificates spread what others print in one statement over many sections, and repeat a rate or a term.
    """
    key = ["report_id", "group_code", "canonical_table", "canonical_column"]
    tables = ("fact_collateral", "fact_overcollateralization")
    of_pool = pl.concat([of[table] for table in tables])
    printed = of_pool.group_by(key).agg(
        times=pl.col("statement_seq").n_unique(), figures=pl.struct("value", "share", "value_text").n_unique()
    )
    width = of_pool.group_by(*key[:3], "statement_seq").agg(columns=pl.col("canonical_column").n_unique())
    widest = width.group_by(key[:3]).agg(widest=pl.col("columns").max(), all=pl.col("columns").sum())
    # One that says all, and beside it a few figures of the same: the letterhead's.
    whole, repeated = pl.col("widest") == pl.len(), pl.col("all") - pl.col("widest")
    few = (whole & (2 * repeated <= pl.col("widest"))).all() & (pl.col("figures") == 1).all()
    several = printed.join(widest, on=key[:3]).group_by(key[:3]).agg(once=(pl.col("times").max() == 1) | few)
    first = pl.lit(1, dtype=pl.Int16)
    counted = pl.when(pl.col("once").fill_null(False)).then(first).otherwise("statement_seq")
    return {
        table: of[table].join(several, on=key[:3], how="left", maintain_order="left").with_columns(
            statement_seq=counted
        ).drop("once")
        for table in tables
    }  # fmt: skip


def _wide(cells: pl.DataFrame, table: str, members: list[str]) -> pl.DataFrame:
    """Return one row per report and member, a column per measure; of several printings the first counts."""
    schema = facts.polars_schema(table)
    keys = ["report_id", *members]
    if table == "fact_class_distribution":
        cells = cells.filter(pl.col("class_name").is_not_null())
    present = set(cells["canonical_column"].unique().to_list())
    measures = [_measure(name, dtype) for name, dtype in schema.items() if name in present]
    wide = cells.group_by(keys, maintain_order=True).agg(measures)
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in wide.columns]
    return wide.with_columns(missing)


def _measure(name: str, dtype: Any) -> pl.Expr:
    of_column = pl.col("canonical_column") == name
    if dtype == pl.String:
        return pl.col("value_text").filter(of_column).first().alias(name)
    if dtype == pl.Boolean:
        answer = pl.col("value_text").str.to_uppercase().str.strip_chars(" .*")
        yes = (
            pl.when(answer.is_in(["YES", "Y", "TRUE"])).then(True).when(answer.is_in(["NO", "N", "FALSE"])).then(False)
        )
        return yes.filter(of_column).first().alias(name)
    if dtype == pl.Date:
        return pl.col("value_text").filter(of_column).first().str.to_date(strict=False).alias(name)
    # A percent in a column of dollars or counts is no value of it.
    value = pl.coalesce("share", "value") if proof.is_fraction(dtype) else pl.col("value")
    # An amount too large for its column was misread: it stays in its cell, and its fact without a value.
    return pl.when(of_column).then(value).first(ignore_nulls=True).cast(dtype, strict=False).alias(name)


# -- facts ----------------------------------------------------------------------------------------------------------


def _pool(wide: Frames) -> Frames:
    delinquency = wide["fact_delinquency"].filter(pl.col("status").is_not_null() & pl.col("bucket").is_not_null())
    plain = ("fact_collateral", "fact_overcollateralization", "fact_interest_shortfall")
    return {name: wide[name] for name in plain} | {
        "fact_delinquency": delinquency.with_columns(
            bucket_low_days=pl.col("bucket").str.extract(r"^([0-9]+)").cast(pl.Int32),
            bucket_high_days=pl.col("bucket").str.extract(r"-([0-9]+)$").cast(pl.Int32),
            method=pl.lit("UNKNOWN"),
        ),
        "fact_other_account": wide["fact_other_account"].with_columns(account_name=pl.col("item_code")),
        "fact_loss": wide["fact_loss"].with_columns(loss_type=pl.lit("TOTAL")),
        "fact_trigger": wide["fact_trigger"].filter(pl.col("item_code").is_not_null()).with_columns(
            trigger_code=pl.col("item_code"),
            is_in_effect=pl.col("is_in_effect") != pl.col("item_code").is_in(items.COVENANTS),
        ),
    }  # fmt: skip


def _denominators(delinquency: pl.DataFrame, collateral: pl.DataFrame) -> pl.DataFrame:
    """Name what the percents are shares of: the balance of the pool that comes closest to all of them.

    Candidates are compared per report by the sum of their misses; a tie of two (no loan behind) names none.
    """
    pool = collateral.filter(pl.col("statement_seq") == 1).select(
        "report_id", "group_code", "ending_loan_count", "ending_actual_balance", "ending_scheduled_balance"
    )
    joined = delinquency.join(pool, on=["report_id", "group_code"], how="left")
    balance, share = pl.col("balance").cast(pl.Float64), pl.col("balance_pct").cast(pl.Float64)
    miss = {
        name: (balance / pl.col(column).cast(pl.Float64) - share).abs().sum().over("report_id")
        for name, column in (("ACTUAL", "ending_actual_balance"), ("SCHEDULED", "ending_scheduled_balance"))
    }  # fmt: skip
    has_actual = pl.col("ending_actual_balance").is_not_null()
    of_actual = (has_actual & (miss["ACTUAL"] < miss["SCHEDULED"])).any().over("report_id") & ~has_actual
    behind = (pl.col("balance") > 0).any().over("report_id")
    has_pct = pl.col("balance_pct").is_not_null()
    counted = pl.col("loan_count_pct").is_not_null() & pl.col("ending_loan_count").is_not_null()
    return joined.with_columns(
        count_pct_denominator=pl.when(counted).then(pl.lit("ENDING_COUNT")),
        balance_pct_denominator=pl.when(~has_pct | ~behind).then(None)
        .when(has_actual & (miss["ACTUAL"] < miss["SCHEDULED"])).then(pl.lit("ENDING_ACTUAL_BALANCE"))
        # A report takes one base throughout: where a group's is not printed, its percents have none to name.
        .when(pl.col("ending_scheduled_balance").is_not_null() & ~of_actual)
        .then(pl.lit("ENDING_SCHEDULED_BALANCE")),
    )  # fmt: skip


def _cash(of: Frames, rounded: pl.DataFrame) -> Frames:
    account = of["fact_account"].filter(pl.col("value").is_not_null())
    fee = of["fact_fee"].filter(pl.col("value").is_not_null())
    statement = pl.when(pl.col("statement_code") == "FEE").then(pl.lit("FEE")).otherwise(pl.lit("COLLATERAL"))
    fees = fee.select(
        "report_id", "group_code", statement.alias("statement"), pl.col("item_code").alias("fee_code"), "payee",
        pl.col("value").alias("amount"), "line_no",
    )  # fmt: skip
    accounts = account.select(
        "report_id", "account", "group_code", "section", "entry_type", pl.col("item_code").alias("entry_code"),
        "line_no", pl.col("value").alias("amount"),
    )  # fmt: skip
    return {
        "fact_account": accounts,
        "fact_enhancement": _enhancement(of["fact_enhancement"]),
        "fact_fee": named_others(fees, rounded),
    }


def _enhancement(cells: pl.DataFrame) -> pl.DataFrame:
    found = cells.filter(pl.col("value").is_not_null())
    amount = pl.col("value").alias("amount")
    # Where one is named, all enhancements of a report are its: "FSA Premium Paid", and below it "Insured Amounts".
    named = pl.col("payee").drop_nulls().unique()
    only = pl.when(named.len().over("report_id") == 1).then(pl.col("payee").drop_nulls().first().over("report_id"))
    return found.select("report_id", "item_code", pl.coalesce("payee", only).alias("provider"), amount)


def _line_items(raw: pl.DataFrame) -> pl.DataFrame:
    lines = raw.filter((pl.col("canonical_table") == "fact_line_item") & (pl.col("table_code") != "HEADER"))
    # The row names the class, the column what is printed of it.
    of_class = pl.concat_str(["row_label", "column_label"], separator=" ", ignore_nulls=True)
    in_grid = pl.when(pl.col("pairing").is_in(IN_GRID) & pl.col("class_name").is_not_null()).then(of_class)
    return lines.select(
        "report_id", pl.col("statement_code").fill_null(vocabulary.UNTITLED), "group_code", "item_code",
        pl.col("stratum").fill_null(""), label=pl.coalesce("loose_label", in_grid, "row_label"),
        value=in_dollars(), unit=pl.col("unit"), line_no=pl.col("line_no"),
    )  # fmt: skip


def _printed_of_deals(deals: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Add what reports print about the deal itself: its original pool balance and its dates."""
    if printed.is_empty():
        return deals
    schema = facts.polars_schema("dim_deal")
    names = [name for name in printed["canonical_column"].unique().sort() if name in schema]
    found = printed.group_by("report_id").agg(_measure(name, schema[name]).alias(f"{name}_printed") for name in names)
    joined = deals.join(found, on="report_id", how="left")
    told = [
        pl.coalesce(*(column for column in (f"{name}_printed", name) if column in joined.columns)).alias(name)
        for name in names
    ]
    return joined.with_columns(told).drop(f"{name}_printed" for name in names)


def _groups(deals: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each collateral group met, with its label as printed; ALL is the whole pool."""
    met = raw.filter((pl.col("group_code") != "ALL") & pl.col("canonical_table").is_not_null())
    if met.is_empty():
        return deals
    words = pl.concat_list("column_label", "section", "row_label").alias("group_label")
    printed_labels = (
        met.select("report_id", "group_code", words).explode("group_label").drop_nulls().unique(maintain_order=True)
    )
    named = printed_labels.filter(
        pl.Series(
            [
                vocabulary.group_of(label) == code
                for code, label in printed_labels.select("group_code", "group_label").iter_rows()
            ],
            dtype=pl.Boolean,
        )
    ).unique(["report_id", "group_code"], keep="first", maintain_order=True)
    codes = met.select("report_id", "group_code").unique(maintain_order=True)
    rows = (
        codes.join(named, on=["report_id", "group_code"], how="left", maintain_order="left")
        .join(deals.select("report_id", "deal_id"), on="report_id")
        .with_columns(is_total=pl.lit(False))
    )
    return pl.concat([deals, rows.select(deals.columns)])


def _with_collateral_date(report: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    printed = cells.filter(pl.col("canonical_column") == "collateral_record_date")
    day = printed.group_by("report_id").agg(found=pl.col("value_text").first().str.to_date(strict=False))
    return (
        report.join(day, on="report_id", how="left").with_columns(collateral_record_date=pl.col("found")).drop("found")
    )


__all__ = ["assemble", "build"]
