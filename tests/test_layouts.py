"""Declarations of layouts, what is drafted for a new one, and the texts that say what a fixture holds."""

import re
import tomllib
from pathlib import Path

import polars as pl
import pytest

from tests.growth import growth
from tests.simulate.families import NAMES, draw
from transforms import Submission, build, layout, read, read_batch
from transforms.draft import UNNAMED, draft
from transforms.errors import DeclarationError
from transforms.expected import READ_BY, body, expected, reader
from transforms.labels import normalise
from transforms.layout import Layout, parsed

FILES = sorted((Path(__file__).parents[1] / "transforms" / "layouts").glob("*.toml"))
FIXTURES = Path(__file__).parent / "fixtures" / "layouts"
# Which simulated family prints a report like those of a declared one, where it goes by another name: the same columns.
PRINTED_LIKE = {"citibank": "deutsche_bank"}
GOOD = 'family = "some_bank"\nmarks = ["Some Bank Online", "COPYRIGHT #### Some Bank"]\n'

# A report with a title and labels that nobody will ever declare, each near one that is.
STRANGE = b"""\
                    Quayside Funding Corp., Series One
Record Date:            04/30/2003
Distribution Date:      05/25/2003
See http://online.meadowtrust.com/invr.
<TABLE><CAPTION>
                             Distribution Summary
Class       Beginning Balance   Principal Distribution   Interest Distribution   Ending Balance
<S>              <C>                 <C>                     <C>                   <C>
A-1              1,000,000.00                10,000.00                5,000.00       990,000.00
A-2                500,000.00                     0.00                2,500.00       500,000.00
</TABLE>
<TABLE><CAPTION>
                             Servicing Fees
Zzyx Trustee Fee                                                                     1,234.56
</TABLE>
<TABLE><CAPTION>
                             Structural Quokka Reporting
Quokka Allowance                                                                       234.56
</TABLE>
"""


def fixture(family: str) -> bytes:
    """The filing that shows a layout: a file under its name, else a simulated report below one of its marks."""
    filed = FIXTURES / f"{family}.txt"
    if filed.exists():
        return filed.read_bytes()
    marks = next(one for one in layout.layouts() if one.family == family).marks
    return marked(draw(PRINTED_LIKE.get(family, family), 5).raw, marks[-1].replace("#", "1"))


def marked(raw: bytes, words: str) -> bytes:
    """A filing with a line more at the end of its last document, as one of its pages might end."""
    before, text, after = raw.rpartition(b"</TEXT>")
    return (before or after) + f"\n{words}\n".encode() + (text + after if text else b"")


def meanings(raw: bytes) -> list[tuple[object, ...]]:
    """What every printed value of a filing is read as, by its place."""
    cells = pl.DataFrame(read(raw)).sort("line_no", "col_start")
    return cells.select("line_no", "col_start", "raw_text", "canonical_table", "canonical_column", "class_name").rows()


def family_of(raw: bytes) -> str | None:
    """The family that the ledger learns of a filing."""
    _, (outcome,) = read_batch([Submission(raw, local=True)])
    assert outcome.state == "read", outcome.reason
    return outcome.layout_family


# ---------- what is declared


def test_every_declaration_loads_and_no_two_name_one_family() -> None:
    assert [one.family for one in layout.layouts()] == [file.stem for file in FILES]
    assert len(FILES) > 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_declaration_is_short_and_says_when_and_what(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= layout.MOST_LINES
    assert text.startswith("# "), "the first line says who printed it, when, and how it looks"


def test_no_mark_gives_away_two_families() -> None:
    for one in layout.layouts():
        for mark in one.marks:
            assert layout.family_of(f"... {mark.replace('#', '7')} ...") == one.family


@pytest.mark.parametrize("family", [file.stem for file in FILES])
def test_every_layout_has_a_fixture_that_is_told_and_read_without_it(family: str) -> None:
    raw = fixture(family)
    assert family_of(raw) == family
    told = meanings(raw)
    with layout.without():
        assert family_of(raw) is None
        assert meanings(raw) == told
    assert family_of(raw) == family
    assert sum(table is not None for *_, table, _, _ in told) > 50


def test_words_of_two_families_and_of_none_name_no_family() -> None:
    assert layout.family_of("any report") is None
    assert layout.family_of("see www.ctslink.com") == "ctslink"
    assert layout.family_of("see www.ctslink.com, then online.bankerstrust.com") is None


def test_a_digit_of_a_mark_is_any_digit_and_nothing_else() -> None:
    assert layout.family_of("(C) COPYRIGHT 1997 Bankers Trust Company") == "bankers_trust"
    assert layout.family_of("(C) COPYRIGHT MCMX Bankers Trust Company") is None


@pytest.mark.parametrize("piece", ["COPYRIGHT 1", "www.ctslin", "tss.db.co", "m"])
def test_a_family_is_told_in_one_pass(piece: str) -> None:
    def text(size: int, run: int) -> str:
        return piece * (size // len(piece)) + str(run)

    assert growth(layout.family_of, text, 500_000, 4_000_000) < 3, "a square would have 8"


def test_removal_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), layout.without():
        assert layout.family_of("www.ctslink.com") is None
        raise ZeroDivisionError
    assert layout.family_of("www.ctslink.com") == "ctslink"


# ---------- what may be declared


def test_titles_labels_and_units_are_kept_as_the_reader_asks_for_them() -> None:
    one = parsed(
        "some_bank.toml",
        GOOD
        + '[titles]\n"Payment Rept." = "CLASS"\n'
        + '[labels.CLASS]\n"Int Pd" = "fact_class_distribution.interest_distribution"\n'
        + '"Cpn" = "fact_class_distribution.pass_through_rate"\n'
        + '[units]\n"fact_class_distribution.pass_through_rate" = "RATIO"\n',
    )
    assert one.titles == {normalise("PAYMENT REPT"): "CLASS"}
    interest, coupon = one.labels["CLASS", "INT PD"], one.labels["CLASS", "CPN"]
    assert (interest.table, interest.column, interest.unit) == (
        "fact_class_distribution",
        "interest_distribution",
        "USD",
    )
    assert (coupon.column, coupon.unit) == ("pass_through_rate", "RATIO")
    assert one.units == {"fact_class_distribution.pass_through_rate": "RATIO"}


def test_a_label_may_name_the_code_of_its_line() -> None:
    fee = '[labels.FEE]\n"Trst" = "fact_fee.amount TRUSTEE_FEE"\n'
    entry = '[labels.ACCOUNT]\n"Adv" = "fact_account.amount SERVICER_ADVANCES"\n'
    labels = parsed("some_bank.toml", GOOD + fee + entry).labels
    assert labels["FEE", "TRST"].item_code == "TRUSTEE_FEE"
    assert labels["ACCOUNT", "ADV"].entry_type == "DEPOSIT"


def test_a_family_that_adds_nothing_adds_nothing() -> None:
    for family in ("ctslink", "nobody", None):
        assert layout.titles(family) == {} and layout.labels(family) == {} and layout.units(family) == {}


def test_what_a_family_adds_is_asked_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Layout("some_bank", ("Some Bank Online",), {"PAYMENT REPT": "CLASS"}, {}, {})
    monkeypatch.setattr(layout, "layouts", lambda: (own,))
    assert layout.titles("some_bank") == {"PAYMENT REPT": "CLASS"}
    with layout.without():
        assert layout.titles("some_bank") == {}


DIALECT = f"""{GOOD.replace("Some Bank Online", "online.meadowtrust.com")}
[titles]
"Structural Quokka Reporting" = "FEE"
[labels.FEE]
"Quokka Allowance" = "fact_fee.amount TRUSTEE_FEE"
[units]
"fact_class_distribution.ending_balance" = "RATIO"
"""


def test_the_reader_takes_the_words_of_a_family_in_its_reports_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def quokka() -> dict[str, tuple[object, ...]]:
        cells = pl.DataFrame(read(STRANGE)).filter(pl.col("raw_text").is_in(["234.56", "990,000.00"]))
        return {raw: tuple(rest) for raw, *rest in cells.select(
            "raw_text", "canonical_table", "canonical_column", "item_code", "unit").iter_rows()}  # fmt: skip

    undeclared = {"234.56": (None, None, None, "UNKNOWN"),
                  "990,000.00": ("fact_class_distribution", "ending_balance", None, "USD")}  # fmt: skip
    assert quokka() == undeclared
    own = parsed("some_bank.toml", DIALECT)
    with monkeypatch.context() as patch:
        patch.setattr(layout, "layouts", lambda: (own,))
        assert quokka() == {"234.56": ("fact_fee", "amount", "TRUSTEE_FEE", "USD"),
                            "990,000.00": ("fact_class_distribution", "ending_balance", None, "RATIO")}  # fmt: skip
        with layout.without():
            assert quokka() == undeclared
    assert quokka() == undeclared


WRONG = {
    "an unknown key": (GOOD + 'columns = ["a"]\n', ["columns", "family, marks, titles"]),
    "no family": ('marks = ["Some Bank Online"]\n', ["family None"]),
    "a family in words": (GOOD.replace("some_bank", "Some Bank"), ["Some Bank", "small letters"]),
    "another file name": (GOOD.replace("some_bank", "other_bank"), ["other_bank.toml"]),
    "no marks": ('family = "some_bank"\n', ["marks", "one at least"]),
    "an empty list of marks": ('family = "some_bank"\nmarks = []\n', ["marks", "one at least"]),
    "a mark that any report holds": ('family = "some_bank"\nmarks = ["Bank"]\n', ["'Bank'", "6 characters"]),
    "a mark of digits": ('family = "some_bank"\nmarks = ["## ########"]\n', ["6 characters"]),
    "an unknown statement": (GOOD + '[titles]\n"Payment" = "CLASSES"\n', ["titles.Payment", "CLASSES", "CLASS_FACTOR"]),
    "labels of no statement": (GOOD + '[labels.NOTHING]\n"a" = "b.c"\n', ["labels.NOTHING", "CLASS_FACTOR"]),
    "labels without a statement": (GOOD + '[labels]\nCLASS = "x"\n', ["labels.CLASS", "table"]),
    "an unknown table": (GOOD + '[labels.CLASS]\n"a" = "fact_none.x"\n', ["labels.CLASS.a", "fact_class_distribution"]),
    "an unknown column": (
        GOOD + '[labels.CLASS]\n"a" = "fact_collateral.wac"\n',
        ["labels.CLASS.a", "fact_collateral", "wac_net"],
    ),
    "a column without labels": (GOOD + '[labels.CLASS]\n"a" = "report.report_id"\n', ["labels.CLASS.a", "record_date"]),
    "a table without labels": (GOOD + '[labels.CLASS]\n"a" = "document"\n', ["labels.CLASS.a", "table.column"]),
    "a line without its code": (GOOD + '[labels.FEE]\n"a" = "fact_fee.amount"\n', ["labels.FEE.a", "TRUSTEE"]),
    "a code where there is none": (
        GOOD + '[labels.POOL]\n"a" = "fact_collateral.wac_net X"\n',
        ["labels.POOL.a", "left out"],
    ),
    "an unknown unit": (
        GOOD + '[units]\n"fact_collateral.wac_net" = "BPS"\n',
        ["units.fact_collateral", "BPS", "RATIO"],
    ),
    "a section that is none": (GOOD + 'titles = "CLASS"\n', ["titles", "[titles]"]),
    "too many lines": (GOOD + "# more\n" * 24, ["26 lines", "25"]),
    "no TOML": (GOOD + "marks\n", ["line 3"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_declaration_names_file_key_and_remedy(case: str) -> None:
    text, said = WRONG[case]
    with pytest.raises(DeclarationError) as refused:
        parsed("some_bank.toml", text)
    assert str(refused.value).startswith("layouts/some_bank.toml: ")
    for words in said:
        assert words in str(refused.value)


# ---------- what is drafted


@pytest.mark.parametrize("family", [name for name in NAMES if name != "transposed"])
@pytest.mark.parametrize("seed", range(3))
def test_a_draft_is_a_declaration_that_adds_nothing_yet(family: str, seed: int) -> None:
    text = draft(draw(family, seed).raw, "report.txt", "some_bank")
    data = tomllib.loads(text)
    assert len(text.splitlines()) <= layout.MOST_LINES
    assert data["family"] == "some_bank" and set(data) <= set(layout.KEYS)
    assert not data.get("titles") and not any(data.get("labels", {}).values()), "a suggestion is commented out"
    if data["marks"]:
        assert parsed("some_bank.toml", text).marks == tuple(data["marks"])
    else:
        assert "nothing on its pages" in text


def test_the_suggestions_of_a_draft_may_be_taken_as_they_are() -> None:
    text = draft(STRANGE, "a.txt", "a_bank")
    taken = re.sub(r'^# (".*" = ".+")(  #.*)?$', r"\1", text, flags=re.M)
    assert taken != text
    one = parsed("a_bank.toml", taken)
    assert one.titles == {"STRUCTURAL QUOKKA REPORTING": "OVERCOLLATERALIZATION"}
    assert one.labels["FEE", "ZZYX TRUSTEE FEE"].item_code == "TRUSTEE_FEE"


def test_a_draft_finds_who_printed_the_report_and_calls_it_so() -> None:
    report = draw("bankers_trust", 3).raw
    site = tomllib.loads(draft(marked(report, "Also on http://online.meadowtrust.com/invr."), "a.txt"))
    assert site["family"] == "meadowtrust" and site["marks"][0] == "online.meadowtrust.com"
    said = tomllib.loads(draft(marked(report, "(C) COPYRIGHT 1998 Meadow Trust Company"), "a.txt"))
    assert said["family"] == "meadow" and "(C) COPYRIGHT #### Meadow Trust Company" in said["marks"]


def test_a_line_on_every_page_is_a_mark_and_the_name_of_a_deal_is_none() -> None:
    report = draw("bankers_trust", 3)
    raw = report.raw
    for _ in range(3):
        raw = marked(raw, "Meadow Registrar Services")
        raw = marked(raw, f"Notes of {report.truth['report']['series']} Noteholders")
    marks = tomllib.loads(draft(raw, "a.txt"))["marks"]
    assert "Meadow Registrar Services" in marks
    assert not [mark for mark in marks if "Noteholders" in mark]


def test_a_draft_without_a_name_to_go_by_says_so() -> None:
    assert tomllib.loads(draft(draw("certificate", 2).raw, "a.txt"))["family"] == UNNAMED


# ---------- what is approved


@pytest.mark.parametrize("family", ["ctslink", "bankers_trust", "chase"])
def test_the_expected_facts_hold_every_value_once_and_where_it_is_printed(family: str) -> None:
    raw = draw(family, 4).raw
    text = expected(raw, "report.txt")
    lines = raw.decode("latin-1").split("\n")
    held = [(value, int(number)) for value, number in re.findall(r" = (.*?) @(\d+)", body(text))]
    cells = build(read(raw))["raw_cell"].filter(pl.col("canonical_table").is_not_null())
    printed = [(" ".join(value.split()), number) for value, number in cells.select("raw_text", "line_no").iter_rows()]
    assert sorted(held) == sorted(printed)
    for value, number in held:
        assert value in " ".join(lines[number - 1].split())


def test_expected_facts_are_the_same_each_time_and_unread() -> None:
    raw = draw("chase", 4).raw
    text = expected(raw, "report.txt")
    assert text == expected(raw, "report.txt")
    assert reader(text) is None
    assert reader(text.replace(READ_BY, f"{READ_BY} Ann Lee, 2026-01-02")) == "Ann Lee, 2026-01-02"
    assert body(text) == body(text.replace(READ_BY, f"{READ_BY} Ann Lee"))


def faults(folder: Path) -> list[str]:
    """What is wrong with the filings kept as fixtures: each needs its facts, as read now and read by a person."""
    found = []
    for filing in sorted(folder.glob("*.txt")):
        facts = filing.with_suffix(".facts")
        if not facts.exists():
            found.append(f"{filing.name}: no {facts.name}: write it with `tieout approve {filing}`")
        elif reader(text := facts.read_text("utf-8")) is None:
            found.append(f"{facts.name}: nobody has read it: compare it with the filing, and sign behind {READ_BY}")
        elif body(text) != body(expected(filing.read_bytes(), filing.name)):
            found.append(f"{facts.name}: not what is read now: `tieout approve {filing}` shows the difference")
    return found


def test_filings_kept_as_fixtures_have_facts_that_a_person_read() -> None:
    assert faults(FIXTURES) == []


def test_a_fixture_without_facts_unread_or_out_of_date_is_refused(tmp_path: Path) -> None:
    filing, facts = tmp_path / "some_bank.txt", tmp_path / "some_bank.facts"
    filing.write_bytes(draw("chase", 4).raw)
    assert "no some_bank.facts" in faults(tmp_path)[0]
    text = expected(filing.read_bytes(), filing.name)
    facts.write_text(text)
    assert "nobody has read it" in faults(tmp_path)[0]
    signed = text.replace(READ_BY, f"{READ_BY} Ann Lee")
    facts.write_text(signed)
    assert faults(tmp_path) == []
    facts.write_text(re.sub(r"(ending_balance = )\d", r"\g<1>9", signed))
    assert "not what is read now" in faults(tmp_path)[0]
