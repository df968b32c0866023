"""Numbers that are none, or are too long: digits of Unicode, headers, references to characters, amounts."""

import ast
from pathlib import Path

import pytest

from flows import intake, stages
from flows.ledger import Ledger
from tests.homes import ask, home
from transforms import Outcome, Submission, build, integrity, read_batch, values
from transforms.glance import glance

ROOT = Path(__file__).parents[1]
HEADER = """<SEC-DOCUMENT>0000000077-03-000001.txt : 20030501
<SEC-HEADER>0000000077-03-000001.hdr.sgml : 20030501
ACCESSION NUMBER:\t\t0000000077-03-000001
CONFORMED SUBMISSION TYPE:\t8-K
FILED AS OF DATE:\t\t20030501
FILER:
\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\tSAMPLE TRUST 2003-1
\t\tCENTRAL INDEX KEY:\t\t{cik}
</SEC-HEADER>
<DOCUMENT>
<TYPE>8-K
<SEQUENCE>{sequence}
<TEXT>
{text}
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""
LIST = """Sample Home Equity Trust 2003-1
Distribution Date: May 25, 2003

Collateral Summary

Beginning balance            1,000.00
Principal collected            100.00
Ending balance                 900.00
"""
ACCOUNT = """Sample Home Equity Trust 2003-1
Distribution Date: May 25, 2003

Fees

Trustee Fee                          {amount}
Servicing Fee                          200.00
"""
NO_FACTS = """Sample Home Equity Trust 2003-1
Distribution Date: May 25, 2003

Collateral Summary

Quarterly whatnot            1.0000000000001
Yearly whatnot               2.0000000000001
"""
# Digits of Unicode that are none of ASCII, and more digits than any number here has.
STRANGE = ("\u00b2", "\u0663" * 10, "7\u00b2", "7" * 30, "7" * 5000, "-7", "7_7")


def read(*texts: str) -> list[Outcome]:
    """What became of texts that are read together."""
    return read_batch([Submission(text.encode(), local=True) for text in texts])[1]


def test_no_code_takes_the_digits_of_unicode_for_numbers() -> None:
    """`\\d`, `isdigit` and the like are true of `²` and `٣`: patterns say [0-9], `values.is_whole` asks for ASCII."""
    met = []
    for path in [*ROOT.glob("transforms/**/*.py"), *ROOT.glob("flows/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.Attribute) and node.attr in ("isdigit", "isdecimal", "isnumeric")
            said = isinstance(node, ast.Constant) and isinstance(node.value, str) and "\\d" in node.value.lower()
            if named or said:
                met.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    own = [line for line in met if line.startswith("transforms/values.py")]
    assert met == own and len(own) == 1, "in `is_whole` alone"


def test_a_whole_number_is_of_ascii_and_bounded() -> None:
    assert [values.whole(text, 10) for text in ("0", "0012", "9" * 10)] == [0, 12, 9999999999]
    assert [values.whole(text, 10) for text in ("", " 1", "9" * 11, *STRANGE)] == [None] * 10


@pytest.mark.parametrize("number", STRANGE)
@pytest.mark.parametrize(("field", "name"), [("cik", "CIK"), ("sequence", "SEQUENCE")])
def test_a_header_with_no_number_ends_its_filing_alone(field: str, name: str, number: str) -> None:
    good = {"cik": "0000000077", "sequence": "1", "text": LIST}
    bad = HEADER.format(**good | {field: number})
    outcome, beside = read(bad, LIST)
    assert outcome.state == "unreadable" and f"whose {name} is no whole number of up to" in outcome.reason
    assert len(outcome.reason) < 200
    assert [beside] == read(LIST) and read(HEADER.format(**good))[0].state == "read"
    # What is looked into before it is fetched does not stop the run.
    assert glance(bad.encode(), True) is not None


def page(words: str, after: str = "") -> str:
    rows = (("Beginning balance", "1,000.00"), (words, "100.00"), ("Ending balance", "900.00"))
    cells = "".join(f"<tr><td>{label}{after}</td><td>{value}</td></tr>\n" for label, value in rows)
    return (
        "<html><body><p>Sample Home Equity Trust 2003-1</p><p>Distribution Date: May 25, 2003</p>\n"
        f"<p>Collateral Summary</p><table>{cells}</table></body></html>"
    )


def cells(text: str) -> list[tuple[object, ...]]:
    """The cells of a text; that it fails is told of no text here."""
    frame, (outcome,) = read_batch([Submission(text.encode(), local=True)])
    assert "the reader failed" not in outcome.reason
    names = ("row_label", "column_label", "line_no", "value_num", "canonical_table", "canonical_column")
    return list(zip(*(frame[name].to_pylist() for name in names), strict=True))


@pytest.mark.parametrize("number", ["9" * 5000, "x" + "f" * 5000, "9" * 8])
def test_a_reference_may_have_any_length(number: str) -> None:
    assert cells(page(f"Principal &#{number}; collected")) == cells(page("Principal \ufffd collected"))


def test_a_reference_may_begin_with_zeros() -> None:
    assert cells(page(f"Principal &#{'0' * 5000}99;ollected")) == cells(page("Principal collected"))


@pytest.mark.parametrize(
    "blank", ["&#10;", "&#10;9", "&#13;&#10;", "&NewLine;", "&Tab;", "&#x2028;", "&#12;", "&NewLine;><td "]
)
def test_a_reference_parts_words_and_no_lines(blank: str) -> None:
    spelled = blank
    for reference in ("&#10;", "&#13;", "&NewLine;", "&Tab;", "&#x2028;", "&#12;"):
        spelled = spelled.replace(reference, " ")
    assert cells(page(f"Principal{blank}collected")) == cells(page(f"Principal{spelled}collected"))
    # Set in columns, within a wrapper.
    text = LIST.replace("Principal collected", f"Principal{blank}collected")
    plain = LIST.replace("Principal collected", f"Principal{spelled}collected")
    assert cells(f"<html><pre>\n{text}</pre></html>") == cells(f"<html><pre>\n{plain}</pre></html>")


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("12,345,678,901,234,567.00", "breaks the type of fact_fee.amount: 12345678901234567"),
        ("9" * 30 + ".00", "breaks K06: fact_fee.amount has a figure of 30 digits, where 18 are held"),
    ],
)
def test_an_amount_that_no_column_holds_ends_its_filing_alone(amount: str, told: str) -> None:
    texts = ACCOUNT.format(amount=amount), ACCOUNT.format(amount="100.00")
    table, (bad, good) = read_batch([Submission(text.encode(), local=True) for text in texts])
    frames = build(table)
    (reason,) = (broken := integrity.broken(frames)).values()
    assert list(broken) == [bad.accession] and told in reason
    kept = integrity.without(frames, broken)
    alone = build(read_batch([Submission(texts[1].encode(), local=True)])[0])
    assert kept["fact_fee"].equals(alone["fact_fee"]) and good.state == "read"


def test_a_colour_of_any_length_is_one() -> None:
    assert cells(page("Principal collected", f'<font style="color: rgb({"9" * 5000},0,0)"></font>'))


def test_a_report_without_facts_is_loaded_whoever_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text(NO_FACTS)
    (tmp_path / "some.txt").write_text(LIST)
    found = []
    for names in (["none"], ["none", "some"]):
        of = home(tmp_path / "-".join(names))
        of.home.parent.mkdir(exist_ok=True)
        (none, *_) = intake.add(of, [tmp_path / f"{name}.txt" for name in names])
        stages.tables(of)
        stages.facts(of)
        row = Ledger(of.store).of([none])[none]
        found.append((row["state"], row["reason"], row["cells"]))
    assert found[0] == found[1] == ("loaded", None, 2)
    of = home(tmp_path / "none")
    assert stages.nightly(of).exit_code == 0
    assert ask(of, "SELECT count(*) FILTER (canonical_table IS NULL) FROM raw_cell WHERE table_code <> 'HEADER'") == [
        (2,)
    ]
