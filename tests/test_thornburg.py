"""One real filing, every value of it: a Wells Fargo report of April 2003, from bytes to reconciled warehouse."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from flows import intake, stages
from flows.settings import Settings
from tests.compare import Frames, Row, cell_errors, reading
from tests.homes import ask, home
from tests.test_examples import EXAMPLES, SILENT
from transforms import Submission, read_batch
from transforms.explain import explain

ERRORS_OF_THE_SOURCE = {"C10", "F01", "P01", "X01", "X03", "X05", "X06", "X22", "A04"}


@pytest.fixture(scope="module")
def frames(thornburg: bytes) -> Frames:
    return reading(thornburg)


@pytest.fixture(scope="module")
def night(thornburg: bytes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("night")
    file = folder / "report.txt"
    file.write_bytes(thornburg)
    of = home(folder)
    intake.add(of, [file])
    summary = stages.nightly(of)
    assert summary.exit_code == 0, summary
    return of


# -- every value ----------------------------------------------------------------------------------------------------


def test_all_604_cells_are_right(truth: Row, frames: Frames) -> None:
    assert len(truth["cells"]) == 604
    assert cell_errors(truth, frames["raw_cell"]) == []


def test_the_ten_empty_cells_are_no_rows(truth: Row, frames: Frames) -> None:
    assert len(truth["null_cells"]) == 10
    read = set(frames["raw_cell"].select("line_no", "row_label", "column_label").iter_rows())
    for cell in truth["null_cells"]:
        assert (cell["line"], cell["row_label"], cell["column"]) not in read


def test_empty_cells_are_null_in_the_facts(night: Settings) -> None:
    assert ask(night, "SELECT accrued_interest IS NULL, ending_balance_pct IS NULL FROM fact_class_total") == [
        (False, False)
    ]
    none = "SELECT count(*) FROM fact_delinquency WHERE status = 'DELINQUENT' AND bucket = '0-29'"
    assert ask(night, none) == [(0,)]


def test_header_fields_are_right_and_are_cells(truth: Row, frames: Frames) -> None:
    cells = [cell for cell in frames["raw_cell"].iter_rows(named=True) if cell["table_code"] == "HEADER"]
    checked = 0
    for field in truth["header"]:
        if field["field"].startswith("(text)") or "no column" in field.get("note", ""):
            continue
        table, column = re.match(r"(\w+)(?:\[\w+\]|\.(\w+))", field["field"]).groups()  # type: ignore[union-attr]
        matches = [
            cell
            for cell in cells
            if cell["line_no"] == field["line"]
            and cell["canonical_table"] == table
            and cell["canonical_column"] == (column or "id_value")
            and cell["value_text"] == field["value"]
        ]
        assert len(matches) == 1, field
        # The truth counts the word before the series in three places of four; the cell holds it everywhere.
        assert matches[0]["col_start"] <= field["col_start"] and matches[0]["col_end"] == field["col_end"], field
        checked += 1
    assert checked == 22


def test_denominations_are_right_and_are_cells(truth: Row, frames: Frames) -> None:
    cells = {
        (cell["line_no"], cell["col_start"], cell["col_end"]): cell
        for cell in frames["raw_cell"].iter_rows(named=True)
        if cell["canonical_column"] == "denomination"
    }
    assert len(cells) == len(truth["denominations"]) == 6
    for stated in truth["denominations"]:
        cell = cells[stated["line"], stated["col_start"], stated["col_end"]]
        assert cell["value_num"] == Decimal(stated["denomination"])
        assert cell["class_name"] == ", ".join(stated["classes"])
    by_class = dict(frames["dim_class"].select("class_name", "denomination").iter_rows())
    assert by_class == {
        name: Decimal(stated["denomination"]) for stated in truth["denominations"] for name in stated["classes"]
    }


def test_what_the_cover_says(frames: Frames) -> None:
    (filing,) = frames["filing"].to_dicts()
    assert filing["accession_number"] == "LOCAL-51091e2fac434d5a"
    assert filing["form_type"] == "8-K/A" and filing["is_amendment"]
    assert str(filing["event_date"]) == "2003-04-25" and str(filing["signature_date"]) == "2003-10-13"
    assert filing["items"] == "5,7"
    assert filing["amendment_reason"].startswith("Subsequent to filing the 8-K")
    (filer,) = frames["filing_filer"].to_dicts()
    assert filer["conformed_name"] == "THORNBURG MORTGAGE SECURITIES CORPORATION"
    assert filer["sec_file_number_cover"] == "333-56240-12"
    assert frames["document"]["doc_type"].to_list() == ["8-K/A", "EX-99.1"]


# -- every number ---------------------------------------------------------------------------------------------------


def test_no_number_is_unclaimed(thornburg: bytes, frames: Frames) -> None:
    assert frames["raw_cell"]["pairing"].null_count() == 0
    _, (outcome,) = read_batch([Submission(thornburg, local=True)])
    assert (outcome.cells, outcome.cells_mapped) == (604, 604)
    assert ", 0 unclaimed" in explain(thornburg)


def test_a_number_without_label_is_claimed_by_nothing_and_shown(thornburg: bytes) -> None:
    lost = thornburg.replace(b"Net Servicing Fee  ", b"                   ")
    text = explain(lost)
    assert ", 1 unclaimed" in text and "(no label)" in text


# -- the arithmetic -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "scope", "outcome", "diff"),
    [
        ("I11", "T17", "breach", "6"),
        ("P01", "ALL/1", "breach", "-30.33"),
        ("P01", "ALL/2", "breach", "-30.33"),
        ("X03", "deal", "breach", "0.09"),
        ("X01", "all", "breach", "100.00"),
        ("A04", "all", "breach", "-100.00"),
        ("F01", "B-IO.interest_distribution", "breach", "-382000000000.00"),
        ("F04", "B-IO", "breach", "1"),
        ("X12", "scheduled", "breach", "-267590.95"),
        ("X12", "unscheduled", "breach", "267690.95"),
        ("C10", "B-IO", "breach", "2667685.86"),
        ("C17", "B-IO", "breach", "2667685.86"),
        ("X08", "all", "breach", "-2652159.66"),
        ("X09", "all", "rounding", "0.01"),
        ("A06", "all", "rounding", "0.01"),
        ("X10", "all", "rounding", "0.01"),
        ("C28", "B-IO", "breach", "1"),
        ("C28", "R-1", "breach", "1"),
        ("C28", "R-2", "breach", "1"),
        ("I03", "days", "breach", "171"),
        ("I05", "amendment", "breach", "-1"),
        ("X22", "all", "breach", "100.01"),
        ("X05", "upper tier ending", "breach", "0.09"),
        ("X06", "upper tier beginning", "breach", "69.76"),
    ],
)
def test_findings_of_the_source(night: Settings, rule: str, scope: str, outcome: str, diff: str) -> None:
    rows = ask(night, f"SELECT outcome, diff FROM recon_result WHERE rule_id = '{rule}' AND scope_key = '{scope}'")
    assert len(rows) == 1
    assert rows[0][0] == outcome
    assert abs(rows[0][1] - Decimal(diff)) < Decimal("0.001")


def test_delinquency_percents_are_of_the_actual_balance(night: Settings) -> None:
    outcomes = "SELECT rule_id, outcome, count(*) FROM recon_result WHERE rule_id IN ('D04', 'D05') GROUP BY ALL"
    assert sorted(ask(night, outcomes)) == [("D04", "tie", 39), ("D05", "breach", 6)]


def test_accrual_is_22_days(night: Settings) -> None:
    rows = ask(night, "SELECT scope_key, outcome FROM recon_result WHERE rule_id = 'C09' ORDER BY 1")
    assert rows == [("A n=22", "tie"), ("M-1 n=22", "tie"), ("M-2 n=22", "tie")]


def test_one_footnote_is_cut_and_the_strata_are_a_part(night: Settings) -> None:
    breaches = "FROM recon_result WHERE outcome = 'breach' AND rule_id IN ('I14', 'P15')"
    rows = ask(night, f"SELECT rule_id, count(*) {breaches} GROUP BY ALL")
    assert sorted(rows) == [("I14", 1), ("P15", 1)]


def test_no_other_rule_of_severity_error_breaks(night: Settings) -> None:
    breaches = "FROM recon_result JOIN recon_rule r USING (rule_id) WHERE outcome = 'breach' AND r.severity = 'error'"
    broken = ask(night, f"SELECT DISTINCT rule_id {breaches}")
    assert {rule for (rule,) in broken} == ERRORS_OF_THE_SOURCE


def test_the_queue_is_needed(thornburg: bytes, truth: Row, frames: Frames) -> None:
    """Read line by line, the first collateral statement is wrong in every way the rules can see."""
    line_by_line = reading(thornburg, queue=False)
    assert len(cell_errors(truth, line_by_line["raw_cell"])) >= 6
    first = line_by_line["fact_collateral"].row(0, named=True)
    second = line_by_line["fact_collateral"].row(1, named=True)
    assert first["beginning_loan_count"] - first["loans_paid_in_full_count"] != first["ending_loan_count"]  # P02
    assert not (first["wac_gross"] and first["wac_gross"] >= first["wac_net"])  # P06
    assert first["wac_net"] != second["wac_net"]  # P12
    percents = {
        cell["canonical_column"]
        for cell in line_by_line["raw_cell"].iter_rows(named=True)
        if cell["unit"] == "PCT" and cell["canonical_table"] == "fact_collateral"
    }
    assert "wam_months" in percents  # P14: a maturity printed in percent
    proofs = dict(line_by_line["report_proof"].select("fact", "proof").iter_rows())
    assert proofs["fact_collateral"] == "doubtful"
    assert dict(frames["report_proof"].select("fact", "proof").iter_rows())["fact_collateral"] == "plausible"


def test_proof_of_each_fact(frames: Frames) -> None:
    proofs = {row["fact"]: (row["proof"], row["reason"]) for row in frames["report_proof"].iter_rows(named=True)}
    proven = {fact for fact, (proof, _) in proofs.items() if proof == "proven"}
    assert proven == {"fact_class_total", "fact_delinquency", "fact_account"}
    # What identities of one table leave open: interest and its shortfalls; the fees of the second statement.
    assert proofs["fact_class_distribution"][1].startswith("C01, C02, C03, C04 ties; not covered: ")
    assert proofs["fact_fee"] == ("plausible", "E01 ties; not covered: amount")
    assert proofs["fact_collateral"][0] == "plausible" and proofs["fact_collateral"][1].startswith("P01 ")
    assert proofs["fact_class_factor"][0] == "plausible" and proofs["fact_class_factor"][1].startswith("F01 ")
    assert "doubtful" not in {proof for proof, _ in proofs.values()}


# -- the warehouse --------------------------------------------------------------------------------------------------


def test_first_reported_is_unknown(night: Settings) -> None:
    assert ask(night, "SELECT version_no FROM v_report_latest") == [(2,)]
    assert ask(night, "SELECT count(*) FROM v_report_first") == [(0,)]
    assert ask(night, "SELECT count(*) FROM report_asof(TIMESTAMP '2003-06-30')") == [(0,)]


def test_rules_over_statements_prove_what_one_table_leaves_open(night: Settings) -> None:
    told = dict(ask(night, "SELECT fact, proof FROM report_proof"))
    assert {fact for fact, proof in told.items() if proof == "proven"} >= {
        "fact_class_total",
        "fact_delinquency",
        "fact_account",
        "fact_fee",
    }
    rules = dict(
        ask(night, "SELECT column_name, rules FROM report_column_proof WHERE fact = 'fact_class_distribution'")
    )
    assert rules["accrued_interest"] == "C06,C09,C10,F01,X10" and "X04" in rules["ending_balance"].split(",")
    # An amount of the pool that no other figure confirms is open, and so is the fact that holds it.
    plausible = ask(night, "SELECT fact, column_name FROM report_column_proof WHERE proof = 'plausible'")
    assert ("fact_collateral", "ending_scheduled_balance_premium_loans") in plausible
    # The opening notional amount is not the pool's opening balance, which it is said to be (X13).
    amounts = [column for fact, column in plausible if fact == "fact_class_distribution" and "rate" not in column]
    assert amounts == ["beginning_notional"]
    assert told["fact_collateral"] == told["fact_class_distribution"] == "plausible"


def test_marts_hold_what_was_read(night: Settings) -> None:
    rows = ask(night, "SELECT class_name, ending_balance FROM v_class_month WHERE cusip = '885220DC4'")
    assert rows == [("A", Decimal("1026292228.59"))]
    assert ask(night, "SELECT pool_end, cls_total, excess_cash FROM v_deal_month") == [
        (Decimal("1047510098.26"), Decimal("17122885.16"), Decimal("2653685.86"))
    ]
    assert ask(night, "SELECT dq30plus, dq60plus FROM v_delinquency_month") == [
        (Decimal("8788015.04"), Decimal("254418.41"))
    ]


@pytest.mark.parametrize("question", EXAMPLES, ids=lambda file: file.stem)
def test_every_question_runs_on_the_warehouse(night: Settings, question: Path) -> None:
    assert bool(ask(night, question.read_text())) == (int(question.name[:2]) not in SILENT)


def test_the_printed_figure_behind_a_value(night: Settings) -> None:
    rows = ask(night, next(file for file in EXAMPLES if file.name.startswith("10")).read_text())
    assert [row[0] for row in rows] == [513, 557]
    assert [row[2] for row in rows] == ["4.233977%", "4.233977%"]
