"""Certificates of four auto deals over twelve years, from HTML to facts, against an independent parser.

The suite reads a sample; `python -m tests.bench carmax` reads all 165.
"""

from collections import Counter
from pathlib import Path

import pytest

from flows.settings import Settings
from tests import certificates
from tests.certificates import Held
from tests.compare import Frames
from tests.homes import ask

Filings = list[dict[str, str]]


@pytest.fixture(scope="module")
def truth(shared: Path) -> Filings:
    """All filings of the truth, by deal and date."""
    return sorted(certificates.table(shared, "filings"), key=lambda one: (one["deal"], one["effective_date"]))


@pytest.fixture(scope="module")
def sample(truth: Filings) -> Filings:
    """Three months in a row of each deal, with the periods filed twice among them, and the last filing of all."""
    taken: Filings = []
    twice = {one["deal"]: months[0]["effective_date"] for months in certificates.doubles(truth) for one in months}
    for deal in sorted({one["deal"] for one in truth}):
        months = [one for one in truth if one["deal"] == deal]
        first = next((at for at, one in enumerate(months) if one["effective_date"] == twice.get(deal)), 12)
        taken += months[first : first + 3]
    return [*taken, truth[-1]]


@pytest.fixture(scope="module")
def frames(shared: Path, sample: Filings) -> Frames:
    return certificates.read(shared, sample)


@pytest.fixture
def held(frames: Frames) -> Held:
    return Held(frames)


def of(sample: Filings, rows: Filings) -> Filings:
    """Truth rows of the sample."""
    accessions = {one["accession_number"] for one in sample}
    return [row for row in rows if row["accession_number"] in accessions]


def test_the_sample_is_of_all_deals_and_of_several_years(sample: Filings) -> None:
    assert len(sample) == 13
    assert {one["deal"] for one in sample} == {"2014-1", "2016-1", "2020-2", "2024-4"}
    assert {one["effective_date"][:4] for one in sample} == {"2014", "2018", "2021", "2024", "2026"}


def test_every_numbered_line_and_every_printed_value_is_a_cell(shared: Path, sample: Filings, held: Held) -> None:
    assert sum(int(one["n_hidden_cells"]) for one in sample) >= 18  # figures in white on white, which are no values
    for filing in sample:
        held.cells(shared, filing)
    assert held.errors == []
    assert held.checked["printed values"] > 2500 and held.checked["numbered lines"] > 1000


def test_every_field_with_a_column_is_in_it(sample: Filings, held: Held) -> None:
    for filing in sample:
        held.fields(filing, certificates.FIELDS)
    assert held.errors == []
    fields = {field for columns in certificates.FIELDS.values() for field in columns}
    assert fields == held.checked.keys()


def test_fields_without_a_column_are_line_items(sample: Filings, held: Held) -> None:
    for filing in sample:
        held.items(filing)
    assert held.errors == []
    assert held.checked["cum_net_loss_pct"] >= 10


def test_every_class_has_balances_factors_interest_and_principal(
    shared: Path, sample: Filings, held: Held, frames: Frames
) -> None:
    held.classes(of(sample, certificates.table(shared, "classes")))
    assert held.errors == []
    assert held.checked["class rows"] == frames["fact_class_distribution"].height > 90


def test_delinquency_by_days(sample: Filings, held: Held) -> None:
    for filing in sample:
        held.delinquency(filing)
    assert held.errors == []


def test_every_printed_formula_is_run_and_the_faults_are_the_source_s(
    shared: Path, sample: Filings, held: Held, frames: Frames
) -> None:
    held.formulas(of(sample, certificates.table(shared, "formulas")))
    assert held.errors == []
    assert held.checked["tie"] > 400 and held.checked["breach"] >= 6
    assert frames["printed_formula"].height == held.checked["formulas"]


def test_what_ties_is_proven_and_a_fault_of_the_source_doubts_nothing(frames: Frames) -> None:
    proofs = {(row["report_id"], row["fact"]): row for row in frames["report_proof"].iter_rows(named=True)}
    assert not [key for key, row in proofs.items() if row["proof"] == "doubtful"]
    assert {row["proof"] for (_, fact), row in proofs.items() if fact == "fact_collateral"} == {"proven"}
    broken = frames["printed_formula"].filter(outcome="breach")["report_id"].unique().to_list()
    for report in broken:
        said = [row["reason"] for (of_report, _), row in proofs.items() if of_report == report]
        assert any(reason.startswith("FORMULAS fails") for reason in said), report


def test_what_closed_one_month_opens_the_next(frames: Frames) -> None:
    links = list(certificates.continuity(frames))
    assert [link for link in links if link[1] != link[2]] == []
    assert sum(name == "pool" for name, _, _ in links) == 5 and len(links) > 35


def test_rules_over_two_months_judge_every_month_of_the_real_deals(
    shared: Path, truth: Filings, shared_night: Settings
) -> None:
    """Every pair of months ties, and the pairs are counted in the truth."""
    months = certificates.previous(truth)
    classes = {(one["deal"], one["effective_date"], one["cls"]): one for one in certificates.table(shared, "classes")}
    before = [classes.get((deal, months[deal, date], name)) for deal, date, name in classes if (deal, date) in months]
    again = [one for one in before if one]
    assert len(months) == len(truth) - len(certificates.doubles(truth)) - 4 == 158  # the first month of four deals
    owed = sum(float(one["end"]) > 0 for one in again)
    judged = """
        SELECT rule_id, list(DISTINCT outcome), count(*)::INTEGER FROM recon_result
        JOIN v_report_latest USING (report_id) JOIN dim_deal USING (deal_id)
        WHERE deal_name LIKE 'CARMAX%' AND outcome <> 'not_applicable'
          AND rule_id IN ('A15', 'C19', 'C22', 'I06', 'L05', 'P16', 'P17')
        GROUP BY rule_id ORDER BY rule_id"""
    rows = {"C19": len(again), "C22": owed}
    assert ask(shared_night, judged) == [
        (rule, ["tie"], rows.get(rule, len(months))) for rule in ("A15", "C19", "C22", "I06", "L05", "P16", "P17")
    ]


def test_the_one_month_in_which_loans_seem_to_skip_a_bucket(shared_night: Settings) -> None:
    """Five loans past due 91 to 120 days at the end of May 2020; a month before one of 61 to 90, none of 91 to 120."""
    broken = "SELECT distribution_date::VARCHAR, scope_key, diff, waived FROM v_breach WHERE rule_id = 'D11'"
    assert ask(shared_night, broken) == [("2020-06-15", "ALL 91-120", 5 - 1, True)]


def test_formulas_that_break_are_counted_by_report(shared: Path, shared_night: Settings) -> None:
    broken = Counter(
        one["accession_number"]
        for one in certificates.table(shared, "formulas")
        if one["evaluable"] == "true" and one["tie"] == "false"
    )
    repeats = {accession for (accession,) in ask(shared_night, "SELECT accession_number FROM report_repeat")}
    found = """SELECT accession_number, (-diff)::INTEGER FROM v_breach JOIN report USING (report_id)
               WHERE rule_id = 'I16'"""
    assert dict(ask(shared_night, found)) == {name: n for name, n in broken.items() if name not in repeats}
    assert sum(broken.values()) == 56


def test_a_deal_keeps_its_identity_for_life(shared: Path, truth: Filings) -> None:
    months = [one for one in truth if one["deal"] == "2014-1"]
    frames = certificates.read(shared, [months[0], months[-1]])
    assert frames["report"]["deal_id"].n_unique() == 1


# -- filed twice ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twice(truth: Filings) -> str:
    """The filings of the periods that were filed twice, as a list of SQL."""
    pairs = certificates.doubles(truth)
    assert len(pairs) == 3
    return "('" + "', '".join(one["accession_number"] for pair in pairs for one in pair) + "')"


def test_a_period_filed_again_changed_is_a_version_and_unchanged_is_none(shared_night: Settings, twice: str) -> None:
    versions = f"SELECT accession_number, version_no FROM report WHERE accession_number IN {twice} ORDER BY ALL"
    assert ask(shared_night, versions) == [
        ("0001193125-14-200232", 1),
        ("0001193125-14-219026", 2),
        ("0001662810-18-000004", 1),
        ("0002037519-24-000005", 1),
    ]
    repeats = "SELECT accession_number FROM report_repeat ORDER BY ALL"
    assert ask(shared_night, repeats) == [("0001662810-18-000008",), ("0002037519-24-000016",)]


def test_what_the_second_version_changed(shared_night: Settings, twice: str) -> None:
    changed = f"""
        SELECT row_label_printed, list(value_num ORDER BY accession_number) FROM raw_cell JOIN report USING (report_id)
        WHERE accession_number LIKE '0001193125-14-%' AND accession_number IN {twice} AND value_num IS NOT NULL
        GROUP BY row_label_printed, column_label HAVING count(DISTINCT value_num) > 1 AND count(*) = 2
    """
    rows = ask(shared_night, changed)
    assert [(label[:3], [int(value) for value in values]) for label, values in rows] == [
        ("77.", [3_306_916, 3_306_916_000])
    ]


def test_formulas_are_asked_for_in_the_warehouse(shared_night: Settings, twice: str) -> None:
    rows = ask(
        shared_night,
        f"""SELECT count(*), count(DISTINCT report_id), count(*) FILTER (outcome = 'tie')
            FROM printed_formula JOIN report USING (report_id) WHERE accession_number IN {twice}""",
    )
    assert rows[0][1] == 4 and rows[0][0] > 120 and rows[0][2] > 120
