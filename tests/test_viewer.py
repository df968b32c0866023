"""The viewer without a browser: what it asks, what it writes, and how it starts. `tests.viewer` looks at its pages."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from flows import cli, dossier, sheets, window
from flows.audit import NotFound
from flows.dossier import AS_OF, FIRST, Version
from flows.settings import Settings
from flows.sheets import Column
from tests.homes import ask
from tests.test_cli import expect_one_line, tieout

Row = dict[str, Any]

# The one month of the sample that is amended, as its filings say.
AMENDED = """
    SELECT v.deal_id, v.distribution_date, v.report_id AS original, w.report_id AS amendment, w.known_from
    FROM report v JOIN report w ON w.supersedes_report_id = v.report_id"""


@pytest.mark.parametrize(("kind", "names"), [
    ("CUSIP", "SELECT c.deal_id, i.id_value FROM dim_class_identifier i JOIN dim_class c USING (class_id)"),
    ("file number", "SELECT deal_id, id_value FROM dim_deal_identifier WHERE id_type = 'SEC_FILE_NUMBER'"),
    ("CIK", "SELECT deal_id, '000' || id_value FROM dim_deal_identifier WHERE id_type = 'TRUST_CIK'"),
    ("part of a name", "SELECT deal_id, lower(deal_name[3:15]) FROM dim_deal"),
    ("trustee's code", "SELECT deal_id, id_value FROM dim_deal_identifier WHERE id_type = 'TRUSTEE_DEAL_CODE'"),
])  # fmt: skip
def test_a_deal_is_found_by_all_it_goes_by(sample_night: Settings, kind: str, names: str) -> None:
    known = ask(sample_night, names)
    assert known
    for deal, text in known[:5]:
        assert deal in [row["deal_id"] for row in dossier.ask(sample_night, "find", text=text)], (kind, text)


def test_no_name_finds_every_deal_and_a_wrong_one_none(sample_night: Settings) -> None:
    deals = {deal for (deal,) in ask(sample_night, "SELECT deal_id FROM dim_deal")}
    assert {row["deal_id"] for row in dossier.ask(sample_night, "find", text="")} == deals
    assert dossier.ask(sample_night, "find", text="' OR true --") == []


def test_a_version_decides_which_amounts_are_shown(sample_night: Settings) -> None:
    ((deal, day, original, amendment, known_from),) = ask(sample_night, AMENDED)
    paid = dict(
        ask(sample_night, "SELECT report_id, sum(interest_distribution) FROM fact_class_distribution GROUP BY 1")
    )
    assert paid[original] != paid[amendment]
    for version, report in (
        (Version(), amendment),
        (Version(FIRST), original),
        (Version(AS_OF, known_from - timedelta(seconds=1)), original),
        (Version(AS_OF, known_from), amendment),
    ):
        (month,) = [row for row in dossier.ask(sample_night, "months", version, deal=deal)
                    if row["distribution_date"] == day]  # fmt: skip
        assert (month["report_id"], month["cls_int"]) == (report, paid[report]), version
        classes = dossier.ask(sample_night, "classes", version, deal=deal, report=report)
        assert sum(row["interest_distribution"] for row in classes) == paid[report]


def test_what_an_amendment_changed_is_told_with_both_values(sample_night: Settings) -> None:
    ((deal, day, original, amendment, _),) = ask(sample_night, AMENDED)
    paid = {report: dict(ask(sample_night, f"""
        SELECT class_name, interest_distribution FROM fact_class_distribution JOIN dim_class USING (class_id)
        WHERE report_id = '{report}'""")) for report in (original, amendment)}  # fmt: skip
    wanted = {(name, f"{paid[original][name]}", f"{now}") for name, now in paid[amendment].items()
              if now != paid[original][name]}  # fmt: skip
    told = {(row["member"], row["value_before"], row["value_after"])
            for row in dossier.ask(sample_night, "changes", deal=deal)
            if (row["fact"], row["column_name"]) == ("fact_class_distribution", "interest_distribution")
            and row["distribution_date"] == day}  # fmt: skip
    assert told == wanted and wanted


def test_before_the_first_filing_nothing_was_known(sample_night: Settings) -> None:
    ((deal, *_),) = ask(sample_night, AMENDED)
    before = Version(AS_OF, datetime(1990, 1, 1))
    for question in ("reports", "months", "balances", "delinquency", "rules", "breaches"):
        assert dossier.ask(sample_night, question, before, deal=deal) == [], question


def test_outcomes_count_every_result_once(sample_night: Settings) -> None:
    counts = "SELECT outcome, count(*) FROM recon_result JOIN v_report_latest USING (report_id) GROUP BY 1"
    wanted = dict(ask(sample_night, counts))
    told = dict.fromkeys(("tie", "rounding", "breach", "waived", "not_applicable"), 0)
    breaches = 0
    for (deal,) in ask(sample_night, "SELECT deal_id FROM dim_deal"):
        for row in dossier.outcomes(dossier.ask(sample_night, "rules", Version(), deal=deal)):
            told = {name: number + row[name] for name, number in told.items()}
        breaches += len(dossier.ask(sample_night, "breaches", Version(), deal=deal))
    assert breaches == told["breach"] + told["waived"] == wanted.get("breach", 0)
    assert all(told[name] == wanted.get(name, 0) for name in ("tie", "rounding", "not_applicable"))


def test_a_value_leads_to_the_characters_that_print_it(sample_night: Settings) -> None:
    ((_, _, _, report, _),) = ask(sample_night, AMENDED)
    tables = dossier.ask(sample_night, "facts", report=report)
    cells = [row for table in tables for row in dossier.ask(sample_night, "cells", report=report, fact=table["fact"])]
    assert len(cells) == sum(table["cells"] for table in tables) > 100
    for row in cells[:: len(cells) // 20]:
        cell, around = dossier.source(sample_night, report, row["cell_id"], 2)
        line = dict(around)[cell["line_no"]]
        assert line[cell["col_start"] : cell["col_end"]] == row["raw_text"]
        page = sheets.printed(around, cell["line_no"], cell["col_start"], cell["col_end"])
        assert f"<mark>{sheets.escape(row['raw_text'])}</mark>" in page and len(around) == 5
    with pytest.raises(NotFound, match="no cell 1:1"):
        dossier.source(sample_night, report, "1:1", 2)


@pytest.mark.parametrize(("value", "unit", "wanted"), [
    (None, "money", ""), (Decimal("0.00"), "money", "0.00"), (Decimal("-1234567.80"), "money", "-1,234,567.80"),
    (Decimal("9007199254740993.01"), "money", "9,007,199,254,740,993.01"),
    (Decimal("0.0164000000"), "rate", "1.64"), (Decimal("0.0635750000"), "rate", "6.3575"),
    (0.0123456, "percent", "1.2346"),
    (0.5, "factor", "0.50000000"), (1234, "count", "1,234"), (date(2003, 4, 25), "date", "2003-04-25"),
    ("15515855.40", "figure", "15,515,855.40"), ("0.0013944000", "figure", "0.0013944000"), ("A-1", "figure", "A-1"),
    (True, "text", "yes"), (False, "text", ""),
])  # fmt: skip
def test_figures_are_written_as_they_are(value: Any, unit: str, wanted: str) -> None:
    assert sheets.shown(value, unit) == wanted


def test_what_filings_print_is_no_html_of_ours() -> None:
    page = sheets.sheet([Column("a", "A")], [{"a": "<script>alert('x')</script>"}]) + sheets.facts([("k", "<b>")])
    page += sheets.printed([(1, "<td>1.00</td>")], 1, 4, 8) + sheets.head(2, "A & B <i>")
    assert "<script" not in page and "<b>" not in page and "<i>" not in page and "<td>1.00" not in page
    assert "&lt;td&gt;<mark>1.00</mark>&lt;/td&gt;" in page


def test_of_a_long_line_what_is_near_the_value_is_shown() -> None:
    text = "<tr>" + "<td>x &amp; y</td>" * 100 + "<td>42.00</td></tr>" + "<td>z</td>" * 100
    start = text.index("42.00")
    page = sheets.printed([(7, text), (8, "w" * 999)], 7, start, start + 5)
    assert "<mark>42.00</mark>" in page and len(page) < 900 and page.count("…") == 3
    assert sheets.row_of_html(text, start, start + 5) == " ".join(["x & y"] * 100 + ["42.00"])
    assert sheets.row_of_html("no table 42.00", 9, 14) == ""


def test_without_the_extra_the_remedy_is_told(sample_night: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "NEEDS", ("no_such_library",))
    done = tieout("view", home=sample_night.home)
    expect_one_line(done, cli.WRONG_USAGE, "no_such_library", "pip install 'tieout[viewer]'")


def test_without_a_warehouse_there_is_nothing_to_view(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "NEEDS", ())
    expect_one_line(tieout("view", home=tmp_path), cli.WRONG_USAGE, "no warehouse", "tieout nightly")
