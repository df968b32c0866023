"""Printed formulas: which labels hold one, what it means, and whether the figures of real certificates obey it.

Certificates are taken here by the tests' own way to their lines; `tests/test_carmax.py` and `python -m tests.bench
carmax` run their formulas on what the reader reads.
"""

from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests import carmax, certificates
from tests.certificates import Key
from tests.growth import growth
from tests.simulate.families import certificate, deutsche_bank
from transforms import Submission, build, read_batch
from transforms.building import assemble
from transforms.expressions import Either, Factors, Name, Pick, Range, Ref, Terms
from transforms.formulas import Line, Own, Row, evaluate, find, find_all, run, run_columns
from transforms.printed import formulas
from transforms.proof import prove

SAMPLE_STEP = 14  # every 14th certificate: 12 of 165, of all four deals


def line(number: int | None, letter: str | None, label: str, *figures: str | None, unit: str = "USD") -> Line:
    values = tuple(None if figure is None else Decimal(figure) for figure in figures)
    return Line(number, letter, label, values, (unit,) * len(figures))


def a(letter: str) -> Ref:
    return Ref(None, letter)


def outcomes(lines: list[Line]) -> list[tuple[str, str, str]]:
    return [(row.text, row.scope_key, row.outcome) for row in run(lines)]


# -- recognition ----------------------------------------------------------------------------------------------------

FORMS = {
    "(Ln1 - Ln2 - Ln3)": Terms(((1, Ref(1)), (-1, Ref(2)), (-1, Ref(3)))),
    "(Ln 1 minus Ln 2 plus Ln 3)": Terms(((1, Ref(1)), (-1, Ref(2)), (1, Ref(3)))),
    "(Ln 50 – Ln 58)": Terms(((1, Ref(50)), (-1, Ref(58)))),
    "(sum a - c)": Range(a("a"), a("c")),
    "(sum a-c)": Range(a("a"), a("c")),
    "(sum i - iv)": Range(a("i"), a("iv")),
    "(sum of a, b and c)": Terms(((1, a("a")), (1, a("b")), (1, a("c")))),
    "(a through c)": Range(a("a"), a("c")),
    "(a + b - c)": Terms(((1, a("a")), (1, a("b")), (-1, a("c")))),
    "(A + B)": Terms(((1, a("A")), (1, a("B")))),
    "(15d+16d)": Terms(((1, Ref(15, "d")), (1, Ref(16, "d")))),
    "(Ln 15(d) + Ln 16 d)": Terms(((1, Ref(15, "d")), (1, Ref(16, "d")))),
    "(Ln19 + 20 + 21)": Terms(((1, Ref(19)), (1, Ref(20)), (1, Ref(21)))),
    "(sum of Lns 37 through 45)": Range(Ref(37), Ref(45)),
    "(Ln 26 + Ln 28 + (sum of Ln 29 through Ln 36))": Terms(((1, Ref(26)), (1, Ref(28)), (1, Range(Ref(29), Ref(36))))),
    "(Ln 44d)": Ref(44, "d"),
    "(Ln 73e / Ln 5)": Factors(((1, Ref(73, "e")), (-1, Ref(5)))),
    "(Ln 5 divided by Ln 7)": Factors(((1, Ref(5)), (-1, Ref(7)))),
    "(C(i)/IB)": Factors(((1, a("C(i)")), (-1, Name("IB")))),
    "(Pool Balance - Note Balance)": Terms(((1, Name("Pool Balance")), (-1, Name("Note Balance")))),
    "(the lesser of Ln 5 and Ln 6)": Pick(True, (Ref(5), Ref(6))),
    "(greater of a or b)": Pick(False, (a("a"), a("b"))),
    "(7+8)": Terms(((1, Ref(7)), (1, Ref(8)))),
}


@pytest.mark.parametrize("text", FORMS)
def test_each_printed_form_is_read_where_it_stands(text: str) -> None:
    label = f"Total of something {text} and more"
    found = find(label)
    assert found is not None
    assert (found.text, label[found.start : found.end], found.left, found.tree) == (text, text, None, FORMS[text])


@pytest.mark.parametrize(
    "text",
    [
        "", "Note Balance", "(a)", "(1)", "(ii)", "(A-1)", "(A-D)", "(n/a)", "(N/A)", "(and/or)", "(c/o)", "(x)",
        "(months)", "(as defined in the Agreement)", "(Capped at $175,000 annually)", "(Line of Credit)",
        "(30-59 days)", "(61+ Delinquent Receivables)", "(2003-2)", "(333-207329-01)", "(714) 247-6000",
        "(12/31/03)", "(1/15/2004 - 2/14/2004)", "(January 1 - January 31)", "(1.00)", "(1,234.56 - 2.00)",
        "(A + M-1 + M-2)", "(a + )", "(((", "Total Deposits 17,409,930.49", "3 = 90+ Days Delinquent",
        "7 = Foreclosure",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_none(text: str) -> None:
    assert find(text) is None


def test_words_before_the_parenthesis_say_what_it_does() -> None:
    for before, lesser in (("Lesser of: ", True), ("Greater of ", False)):
        found = find(before + "(a or b)")
        assert found is not None
        assert (found.text, found.tree) == ("(a or b)", Pick(lesser, (a("a"), a("b"))))
    assert find("Either (a or b)") is None


def test_equations_name_what_they_give_and_may_share_a_line() -> None:
    row = "(1) (2) (3) (4)=(2)+(3) (5) (6) (7)=(1)-(3)-(5)+(6)"
    assert [(f.text, f.left) for f in find_all(row)] == [
        ("(4)=(2)+(3)", Ref(4)),
        ("(7)=(1)-(3)-(5)+(6)", Ref(7)),
    ]
    assert [(f.text, f.left) for f in find_all("(9)=(7+8), (12)=(3-8+10-11)")] == [
        ("(9)=(7+8)", Ref(9)),
        ("(12)=(3-8+10-11)", Ref(12)),
    ]
    alone = find("  D = A + B - C ")
    assert alone is not None
    assert (alone.text, alone.start, alone.left) == ("D = A + B - C", 2, a("D"))


def test_a_difference_that_may_be_a_range_keeps_both() -> None:
    found = find("Shortfall (a - c)")
    assert found is not None
    assert found.tree == Either((Terms(((1, a("a")), (-1, a("c")))), Range(a("a"), a("c"))))
    plural = find("(Lns 37 - 45)")
    assert plural is not None
    assert isinstance(plural.tree, Either)
    assert not plural.sure


@pytest.mark.parametrize("piece", ["(", "(1)=", "((((a+b))))", "a + b - ", "(a - c) "])
def test_a_long_label_costs_little_and_one_without_end_nothing(piece: str) -> None:
    def label(size: int, run: int) -> str:
        return piece * (size // len(piece)) + str(run)

    assert growth(find_all, label, 480, 3840) < 3, "a square would have 8"
    assert find_all(label(10**6, 0)) == ()


def test_brackets_within_brackets_are_not_tried_in_every_way() -> None:
    def label(depth: int, run: int) -> str:
        return "(" * depth + f"a + {run}b" + ")" * depth

    assert growth(find_all, label, 14, 112) < 3, "all their pairings would have far more than 8"


# -- arithmetic -----------------------------------------------------------------------------------------------------


def test_arithmetic_decides_between_difference_and_range() -> None:
    parts = [line(3, "a", "One", "5.00"), line(3, "b", "Two", "2.00"), line(3, "c", "Three", "1.00")]
    assert outcomes([*parts, line(3, "d", "All (a - c)", "8.00")]) == [("(a - c)", "0", "tie")]
    assert outcomes([*parts, line(3, "d", "Rest (a - c)", "4.00")]) == [("(a - c)", "0", "tie")]
    assert run([*parts, line(3, "d", "All (a - c)", "8.00")])[0].note.startswith("read as a range")
    neither = run([*parts, line(3, "d", "Rest (a - c)", "4.50")])[0]
    assert (neither.outcome, neither.expected, neither.diff) == ("breach", Decimal(4), Decimal("0.5"))


def test_every_value_column_is_run_on_its_own() -> None:
    lines = [
        line(8, "a", "First", "10.00", "7.00"),
        line(8, "b", "Second", "5.00", "5.00"),
        line(8, "c", "Both (sum a - b)", "15.00", "12.50"),
    ]
    assert outcomes(lines) == [("(sum a - b)", "0", "tie"), ("(sum a - b)", "1", "breach")]


def test_counts_stay_with_counts_and_money_with_money() -> None:
    units = ("COUNT", "USD")
    lines = [
        Line(1, None, "Charge-offs", (Decimal(3), Decimal("90.00")), units),
        Line(2, None, "Recoveries", (Decimal(2), Decimal("30.00")), units),
        line(3, None, "Net (Ln 1 - Ln 2)", "60.00"),
    ]
    assert outcomes(lines) == [("(Ln 1 - Ln 2)", "0", "tie")]


def test_a_ratio_in_percent_ties_within_half_its_last_digit() -> None:
    lines = [
        line(1, None, "Losses", "1.00"),
        line(2, None, "Pool", "300.00"),
        line(3, None, "Ratio (Ln 1 / Ln 2)", "0.3333", unit="PCT"),
        line(4, None, "Ratio (Ln 1 / Ln 2)", "0.3334", unit="PCT"),
        line(5, None, "Ratio (Ln 1 / Ln 2)", "0.0033", unit="PCT"),
        line(6, None, "Ratio (Ln 1 / Ln 2)", "0.0033", unit="RATIO"),
    ]
    assert [outcome for _, _, outcome in outcomes(lines)] == ["tie", "rounding", "breach", "tie"]


@pytest.mark.parametrize(
    ("unit", "printed", "outcome"),
    [
        ("USD", "3.00", "tie"), ("USD", "3.01", "rounding"), ("USD", "3.02", "rounding"), ("USD", "3.03", "breach"),
        ("COUNT", "3", "tie"), ("COUNT", "4", "breach"),
        ("RATIO", "3.000", "tie"), ("RATIO", "3.001", "rounding"), ("RATIO", "3.002", "breach"),
    ],
)  # fmt: skip
def test_tolerance_follows_the_unit(unit: str, printed: str, outcome: str) -> None:
    digits = {"USD": ("1.00", "2.00"), "COUNT": ("1", "2"), "RATIO": ("1.000", "2.000")}[unit]
    lines = [line(1, "a", "x", digits[0], unit=unit), line(1, "b", "y", digits[1], unit=unit)]
    assert outcomes([*lines, line(1, "c", "z (sum a - b)", printed, unit=unit)])[0][2] == outcome


def test_misprinted_letters_are_read_by_their_order_only_where_they_do_not_rise() -> None:
    def lettered(letters: str) -> list[Line]:
        lines = [line(2, letter, "x", f"{place}.00") for place, letter in enumerate(letters, start=1)]
        return [*lines, line(2, "e", "Total (sum c - d)", "7.00")]

    assert outcomes(lettered("abcd")) == [("(sum c - d)", "0", "tie")]
    assert outcomes(lettered("abcc")) == [("(sum c - d)", "0", "tie")]
    assert run(lettered("abcc"))[0].note == "letters by their order"
    missing = run([line(2, "a", "x", "1.00"), line(2, "b", "x", "2.00"), line(2, "e", "Total (sum c - d)", "3.00")])
    assert [(row.outcome, row.note) for row in missing] == [("not_applicable", "no lines c to d")]


def test_an_item_without_figure_is_what_its_letters_come_to() -> None:
    lines = [
        line(1, None, "Interest"),
        line(1, "a", "Due", "5.00"),
        line(1, "b", "Late", "1.00"),
        line(1, "c", "Total (sum a - b)", "6.00"),
        line(2, None, "Fee"),
        line(2, "a", "Due", "3.00"),
        line(2, "b", "Paid", "2.00"),
        line(2, "c", "Shortfall (a - b)", "1.00"),
        line(3, None, "Payments"),
        line(3, "a", "One", "4.00"),
        line(3, "b", "Two", "4.00"),
        line(4, None, "Required (sum of Ln 1 through Ln 3)", "17.00"),
        line(5, None, "Paid (sum of Ln 1 through Ln 3)", "16.00"),
    ]
    required, paid = run(lines)[-2:]
    assert (required.outcome, paid.outcome) == ("tie", "tie")
    assert "what was due" in required.note
    assert "what was paid" in paid.note


def test_a_formula_below_its_line_and_one_above_its_letters_find_their_figure() -> None:
    lines = [
        line(1, None, "Opening", "9.00"),
        line(2, None, "Paid", "2.00"),
        line(3, None, "Closing", "7.00"),
        line(None, None, "(Ln1 - Ln2)"),
        line(4, None, "Lesser of: (a or b)"),
        line(4, "a", "$5.00", "5.00"),
        line(4, "b", "Balance", "7.00"),
        line(5, None, "Required", "5.00"),
    ]
    assert outcomes(lines) == [("(Ln1 - Ln2)", "0", "tie"), ("(a or b)", "0", "tie")]


def test_names_find_lines_by_label_and_unresolved_names_are_no_formula() -> None:
    lines = [
        line(1, None, "Pool Balance at the start", "100.00"),
        line(2, None, "Pool Balance at the end", "90.00"),
        line(3, None, "Initial Pool Balance", "200.00"),
        line(4, None, "Excess (Pool Balance - Note Balance)", "10.00"),
        line(5, None, "Note Balance", "95.00", "80.00"),
        line(6, None, "Reserve (0.25% of Initial Pool Balance)", "0.50"),
        line(7, None, "Class (Group I - Fixed)", "1.00"),
    ]
    assert [outcome for _, _, outcome in outcomes(lines)] == ["tie", "tie"]
    assert run(lines)[0].note.startswith("Pool Balance is line 2; column 2 of line Note Balance")


def test_a_stale_reference_is_a_finding_and_a_text_answer_gives_no_figure() -> None:
    lines = [
        line(1, None, "Has a trigger event occurred?"),
        line(2, None, "Charge-offs", "50.00"),
        line(3, None, "Recoveries", "20.00"),
        line(4, None, "Net (Ln 1 - Ln 2)", "30.00"),
        line(5, None, "Net (Ln 3 - Ln 2)", "30.00"),
        line(6, None, "Net (Ln 2 - Ln 88)", "30.00"),
    ]
    assert [(row.outcome, row.note) for row in run(lines)] == [
        ("not_applicable", "line 1 prints no figure"),
        ("breach", ""),
        ("not_applicable", "no line 88"),
    ]


def test_roman_and_capital_letters_and_outlines_without_numbers() -> None:
    lines = [
        line(None, "i", "x", "1.00"),
        line(None, "ii", "y", "2.00"),
        line(None, "iii", "z", "3.00"),
        line(None, "iv", "Total (sum i - iii)", "6.00"),
        line(None, "i", "x", "10.00"),
        line(None, "ii", "y", "20.00"),
        line(None, "iii", "Total (i + ii)", "30.00"),
    ]
    assert [outcome for _, _, outcome in outcomes(lines)] == ["tie", "tie"]


def test_a_line_of_other_columns_may_tie_but_does_not_accuse() -> None:
    lines = [
        line(1, None, "Pool", "100.00", "90.00"),
        line(2, None, "Supplement", "5.00"),
        line(3, None, "Adjusted (Ln 1 - Ln 2)", "93.00", "85.00"),
    ]
    assert [outcome for _, _, outcome in outcomes(lines)] == ["not_applicable", "tie"]


def test_a_product_beyond_all_figures_does_not_apply() -> None:
    lines = [line(1, None, "x", "9999999999.00"), line(2, None, "y (Ln 1 x Ln 1 x Ln 1)", "1.00")]
    assert [row.outcome for row in run(lines)] == ["not_applicable"]


def test_evaluate_takes_the_figure_it_is_given() -> None:
    lines = [line(1, None, "x", "2.00"), line(2, None, "y", "3.00"), line(3, None, "z", "5.00", "6.00")]
    formula = find("(Ln 1 + Ln 2)")
    assert formula is not None
    assert [evaluate(formula, lines, Own(2, column)).outcome for column in (0, 1, 2)] == [
        "tie",
        "not_applicable",
        "not_applicable",
    ]


def test_a_row_says_where_its_formula_is_printed() -> None:
    lines = [
        Line(1, None, "x", (Decimal("2.00"),), ("USD",), ("Group I",), 10, 4),
        Line(2, None, "Same (Ln 1)", (Decimal("2.50"),), ("USD",), ("Group I",), 11, 4),
    ]
    assert run(lines) == [
        Row(11, 9, "(Ln 1)", "Group I", Decimal(2), Decimal("2.5"), Decimal("0.5"), "breach", "", 1, Own(1, 0),
            Decimal("0.01"), ((Own(0, 0), Decimal(1)),)),
    ]  # fmt: skip


# -- columns --------------------------------------------------------------------------------------------------------


def test_a_formula_row_is_run_on_every_class() -> None:
    heads = ["(1)", "(2)", "(3)", "(4)=(2)+(3)", "(5)", "(6)", "(7)=(1)-(3)-(5)+(6)"]
    rows = [
        line(None, None, "A-1", "100.00", "1.00", "10.00", "11.00", "0.00", "0.00", "90.00"),
        line(None, None, "B", "50.00", "2.00", "0.00", "2.00", "5.00", "1.00", "45.00"),
    ]
    found = [(row.scope_key, row.text, row.outcome) for row in run_columns(heads, rows)]
    assert found == [
        ("A-1", "(4)=(2)+(3)", "tie"),
        ("A-1", "(7)=(1)-(3)-(5)+(6)", "tie"),
        ("B", "(4)=(2)+(3)", "tie"),
        ("B", "(7)=(1)-(3)-(5)+(6)", "breach"),
    ]


def test_columns_may_be_lettered_in_their_heads() -> None:
    heads = ["Funds In (A)", "Funds Out(B)", "Net Amount(A - B)"]
    rows = [line(None, None, "Interest", "7.00", "2.00", "5.00"), line(None, None, "Fees", "7.00", "2.00", "4.00")]
    assert [(row.scope_key, row.outcome) for row in run_columns(heads, rows)] == [
        ("Interest", "tie"),
        ("Fees", "breach"),
    ]


# -- real certificates ----------------------------------------------------------------------------------------------


def expected(shared: Path) -> dict[str, dict[Key, tuple[bool, str]]]:
    """Return, by filing, which formulas are printed, whether each ties, and what it comes to."""
    found: dict[str, dict[Key, tuple[bool, str]]] = defaultdict(dict)
    for row in certificates.table(shared, "formulas"):
        key = (row["accession_number"], int(row["line"]), row["letter"], row["formula"], row["column"])
        found[key[0]][key] = (row["tie"] == "true", row["computed"])
    return found


def printed(shared: Path, filing: dict[str, str]) -> dict[Key, Row]:
    """Run the formulas of one filing, by the line they stand on or below."""
    lines = carmax.lines(certificates.path(shared, filing))
    accession = filing["accession_number"]
    place: dict[int, tuple[int, str]] = {}
    at = (0, "")
    for one in lines:
        if one.number is not None:
            at = (one.number, one.letter or "")
        place[one.line_no] = at
    return {(accession, *place[row.line_no], row.text.replace("—", "-"), row.scope_key): row for row in run(lines)}


def errors(wanted: dict[Key, tuple[bool, str]], got: dict[Key, Row]) -> list[str]:
    """Say what differs between the truth and a run."""
    found = [f"not recognised: {key}" for key in wanted.keys() - got.keys()]
    found += [f"no such formula: {key}" for key in got.keys() - wanted.keys()]
    for key in wanted.keys() & got.keys():
        ties, computed = wanted[key]
        row = got[key]
        if (row.outcome == "tie") != ties:
            found.append(f"{row.outcome}: {key} {row.note}")
        if computed and (row.expected is None or abs(row.expected - Decimal(computed)) > Decimal("1e-9")):
            found.append(f"{row.expected} instead of {computed}: {key} {row.note}")
    return found


def test_formulas_of_a_sample_of_certificates_tie_or_fail_as_the_truth_says(shared: Path) -> None:
    wanted = expected(shared)
    sample = certificates.table(shared, "filings")[::SAMPLE_STEP]
    assert len(sample) >= 12
    assert len({filing["cik"] for filing in sample}) == 4
    for filing in sample:
        assert errors(wanted[filing["accession_number"]], printed(shared, filing)) == []


# -- as read --------------------------------------------------------------------------------------------------------


def test_a_formula_row_under_heads_is_run_as_it_is_read() -> None:
    """Halves of a split table are one row; only a class without principal of its own breaks the sum."""
    outcomes: Counter[str] = Counter()
    for seed in range(12):
        report = deutsche_bank.draw(seed)
        cells, _ = read_batch([Submission(report.raw, local=True)])
        frames = build(cells)
        wanted = {one["raw"] for one in report.truth["formulas"]}
        rows = frames["printed_formula"].to_dicts() if "printed_formula" in frames else []
        assert {row["text"] for row in rows} == wanted, seed
        outcomes.update(row["outcome"] for row in rows)
        places = {(cell["line_no"], cell["col_start"]): cell for cell in frames["raw_cell"].iter_rows(named=True)}
        notional = set(frames["dim_class"].filter("is_notional")["class_name"])
        for row in rows:
            assert places[row["line_no"], row["col_start"]]["value_num"] == row["actual"], seed
            assert row["outcome"] == "tie" or row["scope_key"] in notional or report.misprint, (seed, row)
    assert outcomes["tie"] > 100 and outcomes["not_applicable"] == 0


def test_formulas_of_an_outline_are_run_as_they_are_read() -> None:
    """Beside a label, wrapped inside one, on a row of their own, in text and in HTML: a breach is a misprint."""
    outcomes: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for seed in range(16):
        report = certificate.draw(seed)
        cells, _ = read_batch([Submission(report.raw, local=True)])
        frames = build(cells)
        rows = frames["printed_formula"].to_dicts() if "printed_formula" in frames else []
        broken = [row for row in rows if row["outcome"] == "breach"]
        assert bool(broken) == bool(report.misprint), (seed, broken)
        outcomes.update(row["outcome"] for row in rows)
        wanted = {one["text"] for one in report.truth["formulas"] if one["expected_outcome"] != "not_applicable"}
        texts.update(recognised=len(wanted & {row["text"] for row in rows}), printed=len(wanted))
    assert outcomes["tie"] > 200
    assert texts["recognised"] >= 0.97 * texts["printed"] > 0


def test_a_formula_that_comes_to_another_figure_of_its_row_doubts_the_reading() -> None:
    """Two columns of one class exchanged: what the formula gives is printed beside it. A plain fault doubts nothing."""
    report = deutsche_bank.draw(1)
    cells, _ = read_batch([Submission(report.raw, local=True)])
    built, raw = assemble(cells)
    assert reason(built, raw) == "C01, C02, FORMULAS ties"
    at = raw.filter(raw["column_label"].str.ends_with("(4)=(2)+(3)") & (raw["value_num"] > 0)).row(0, named=True)
    row = raw.filter(line_no=at["line_no"]).filter(pl.col("value_num") > at["value_num"]).row(0, named=True)
    values = {at["col_start"]: row["value_num"], row["col_start"]: at["value_num"]}
    exchanged = valued(raw, at["line_no"], values)
    other = built | {"printed_formula": formulas(exchanged)}
    assert f"(4)=(2)+(3) ties with {row['column_label']}" in reason(other, exchanged)
    misprinted = valued(raw, at["line_no"], {at["col_start"]: at["value_num"] + 1})
    other = built | {"printed_formula": formulas(misprinted)}
    assert reason(other, misprinted).startswith("FORMULAS fails as printed")


def valued(raw: pl.DataFrame, line_no: int, values: dict[int, Decimal]) -> pl.DataFrame:
    """Cells with other values on one line, by their first column."""
    found = [
        values.get(start, value) if line == line_no else value
        for line, start, value in raw.select("line_no", "col_start", "value_num").iter_rows()
    ]
    return raw.with_columns(pl.Series("value_num", found, dtype=raw["value_num"].dtype))


def reason(built: dict[str, pl.DataFrame], raw: pl.DataFrame) -> str:
    """Why the dollars of the classes are proven or not."""
    found = prove(built, raw).facts.filter(fact="fact_class_distribution")
    return str(found["reason"][0])
