"""How far a scale said in words reaches, and what rounding leaves open."""

from decimal import Decimal

import polars as pl
import pytest

from tests.test_geometry import built as of_text
from transforms import build, read
from transforms.fees import named_others, unclear
from transforms.rounding import rounding

TOP = "<p>SOME AUTO TRUST 2004-1</p><p>Distribution Date: January 25, 2005</p>"


def of_page(body: str) -> dict[str, pl.DataFrame]:
    """The facts of a page in HTML, a tag a line."""
    return build(read(f"<html><body>{TOP}{body}</body></html>".replace("<", "\n<").encode()))


def table(*rows: tuple[str, str]) -> str:
    lines = "".join(f"<tr><td>{label}</td><td>$</td><td>{figure}</td></tr>" for label, figure in rows)
    return f"<table>{lines}</table>"


def scales(built: dict[str, pl.DataFrame]) -> list[tuple[str, int]]:
    cells = built["raw_cell"].filter((pl.col("table_code") != "HEADER") & (pl.col("unit") == "USD"))
    return [(row["raw_text"], int(row["scale"])) for row in cells.to_dicts()]


def doubtful(built: dict[str, pl.DataFrame]) -> set[str]:
    return set(built["report_proof"].filter(pl.col("proof") == "doubtful")["fact"])


POOL = table(("Beginning Pool Balance", "500,000.12345"), ("Ending Pool Balance", "480,000.12345"))
LOSSES = "<p>Loss Information</p>" + table(("Net Losses", "1,234.56"), ("Recoveries", "2,345.67"))
CENTS = table(("Net Losses", "1,234.56"), ("Recoveries", "2,345.67"))


@pytest.mark.parametrize("figures", [("500,000.12345", "480,000.12345"), ("500,000", "480,000")])
def test_tables_in_cents_are_in_dollars_where_the_first_one_under_a_scale_prints_none(figures: tuple[str, str]) -> None:
    pool = table(("Beginning Pool Balance", figures[0]), ("Ending Pool Balance", figures[1]))
    built = of_page(f"<p>($000s)</p>{pool}{LOSSES}")
    assert scales(built) == [(figures[0], 1000), (figures[1], 1000), ("1,234.56", 1), ("2,345.67", 1)]
    assert doubtful(built) == {"fact_loss"}


def test_a_letterhead_holds_for_tables_that_print_like_decimals() -> None:
    built = of_page(f"<p>($000s)</p>{table(('Beginning Pool Balance', '500,000.12'))}{LOSSES}")
    assert scales(built) == [("500,000.12", 1000), ("1,234.56", 1000), ("2,345.67", 1000)]


def test_an_amount_in_cents_among_others_in_a_scale_is_in_doubt() -> None:
    pool = table(("Beginning Pool Balance", "500,000.12345"), ("Ending Pool Balance", "480,000,123.45"))
    assert doubtful(of_page(f"<p>Pool Information ($000s)</p>{pool}{LOSSES}")) == {"fact_collateral"}
    zero = table(("Beginning Pool Balance", "500,000.12345"), ("Ending Pool Balance", "0.00"))
    assert doubtful(of_page(f"<p>Pool Information ($000s)</p>{zero}{LOSSES}")) == set()


def test_cents_in_a_table_without_a_title_behind_a_captioned_one_are_in_doubt() -> None:
    assert doubtful(of_page(f"<p>($000s)</p>{POOL}{CENTS}")) >= {"fact_loss"}


def test_a_title_that_says_a_scale_is_no_head_of_the_columns_below_it() -> None:
    built = of_text(
        "Total losses         Paid in full       None\n"
        "                     DISTRIBUTION SUMMARY ($000s)\n\n"
        "                  Beginning Balance       Ending Balance\n"
        "Class A-1           1,000.00000          900.00000\n"
        "Class A-2           2,000.00000        1,900.00000\n"
    )
    assert scales(built) == [(f"{figure}.00000", 1000) for figure in ("1,000", "900", "2,000", "1,900")]


def test_cents_in_a_scale_that_does_not_reach_them_are_in_doubt() -> None:
    built = of_page(f"<p>Loss Information ($000s)</p>{CENTS}<p>Pool Information</p>{POOL}")
    assert doubtful(built) == {"fact_collateral"}


def fees(*rows: tuple[str, str, str]) -> pl.DataFrame:
    told = [("r", "ALL", statement, code, Decimal(amount)) for statement, code, amount in rows]
    columns = {"report_id": pl.String, "group_code": pl.String, "statement": pl.String, "fee_code": pl.String}
    return pl.DataFrame(told, schema=columns | {"amount": pl.Decimal(18, 2)}, orient="row")


MILLIONS = pl.DataFrame({"report_id": ["r"], "half": [50_000.0], "members": [10]})
TWO_FEES = (("FEE", "MASTER_SERVICING_FEE", "4115.38"), ("FEE", "TRUSTEE_FEE", "574.65"))


def test_a_fee_named_by_its_amount_is_left_open_where_rounding_makes_two_amounts_one() -> None:
    paid = fees(*TWO_FEES, ("COLLATERAL", "OTHER_FEE", "4115.38"))
    exact = MILLIONS.clear()
    assert named_others(paid, exact)["fee_code"][-1] == "MASTER_SERVICING_FEE"
    assert unclear(paid, exact) == {}
    assert named_others(paid, MILLIONS)["fee_code"][-1] == "OTHER_FEE"
    assert "MASTER_SERVICING_FEE, TRUSTEE_FEE" in unclear(paid, MILLIONS)["r"]


def test_zeros_do_not_say_that_money_is_rounded() -> None:
    cells = pl.DataFrame(
        {
            "report_id": "r", "canonical_table": "fact_fee", "canonical_column": ["a", "a", "b"], "unit": "USD",
            "raw_text": ["0.00411538", "0.00", "0.00"], "value_num": [0.00411538, 0, 0], "scale": 1_000_000,
            "table_code": "T01",
        }
    )  # fmt: skip
    assert rounding(cells).is_empty()
    rounded = cells.with_columns(raw_text=pl.lit("0.1"), value_num=pl.lit(0.1))
    assert rounding(rounded)["half"].to_list() == [50_000.0]
