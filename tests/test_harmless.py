"""What filings, indexes, files and servers say is shown harmless: in every command, on pages, in logs and in CSV."""

import ast
import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows import changes, cli, harmless, screen, sections, sheets
from flows.sheets import Column
from tests.test_cli import Done, tieout
from tests.test_reasons import PDF, SGML, encoded

FLOWS = Path(cli.__file__).parent
ODD = [
    *map(chr, (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))),
    *"\u200b\u200d\u200e\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\udc9b\U000e0041",
]
# What no output may hold: a terminal would obey it, or show what stands beside it in another place.
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
RED, TITLE, CSI, AROUND = "\x1b[31m", "\x1b]0;title\x07", "\x9b5m", "\u202e"

HOSTILE = f"""\
                    Quayside {RED}Funding{AROUND} Corp., Series 2003-1
                    Record Date:            04/30/2003
                    Distribution Date:      05/25/2003

                             Distribution Summary

  Class       Beginning Balance   Principal Distribution   Interest Distribution   Ending Balance
  =A1+1         1,000,000.00                10,000.00                5,000.00       980,000.00
  @A2{CSI}          500,000.00                     0.00                2,500.00       500,000.00
  Totals        1,500,000.00                10,000.00                7,500.00     1,490,000.00

                             Other Information

  =HYPERLINK({RED}Dues)                                                        -1,234.56
  -Foghorn{TITLE} Allowance                                                (345.67)
  +Bell\u200b\u2028 Tolls                                                        345.67
""".encode()
REFUSED = SGML % (f"{RED}pdf".encode(), b"<PDF>\n" + encoded(b"report.pdf", PDF) + b"</PDF>")
NUMBER = "0000000077-03-000001"  # of SGML


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive whose index, filings and file names are hostile, and a file named like them."""
    folder = tmp_path_factory.mktemp("hostile")
    name = f"edgar/data/77/{NUMBER}.txt"
    index = folder / "Archives/edgar/full-index/2003/QTR2/master.idx"
    index.parent.mkdir(parents=True)
    lines = [
        "CIK|Company Name|Form Type|Date Filed|Filename",
        f"77|SOME {RED}TRUST\x9b31m|10-D|2003-05-01|{name}",
        f"78|OTHER TRUST|10-D|2003-05-01|edgar/{TITLE}.txt",
    ]
    index.write_bytes("\n".join(lines).encode("latin-1"))
    (folder / "Archives" / name).parent.mkdir(parents=True)
    (folder / "Archives" / name).write_bytes(REFUSED)
    (folder / f"re{RED}port\n.txt").write_bytes(HOSTILE)
    return folder


@pytest.fixture(scope="module")
def night(folder: Path) -> list[Done]:
    """What the commands said that made a home of it."""
    (file,) = folder.glob("*.txt")
    return [
        tieout("add", file, home=folder / "home"),
        tieout("nightly", "--no-prefect", "--archive", folder, home=folder / "home"),
    ]


@pytest.fixture(params=["pipe", "terminal"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Who reads: a terminal of eighty columns gets what a person sees, here without its colours."""
    if request.param == "terminal":
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr(screen, "is_terminal", lambda: True)
    return request.param


def expect_harmless(done: Done, *shown: str) -> None:
    """Nothing that a terminal obeys, and what was there is shown, so that nobody is deceived about it."""
    for text in (done.stdout, done.stderr):
        assert not OBEYED.search(text), ascii(OBEYED.sub("<<!>>", text))
    for one in shown:
        assert one in done.stdout + done.stderr, ascii(done.stdout + done.stderr)


def test_bringing_hostile_filings_in_tells_nothing_to_a_terminal(night: list[Done]) -> None:
    added, nightly = night
    expect_harmless(added, "re␛[31mport␊.txt is LOCAL-")
    assert added.stdout.count("\n") == 2
    expect_harmless(nightly, "report.␛[31mpdf is a PDF", "edgar/␛]0;title␇.txt")
    assert nightly.returncode == cli.SOME_ENDED_BADLY and "1 loaded, 1 unrecognised" in nightly.stdout, nightly


NAMES = "SELECT d.deal_name, c.class_name FROM dim_deal d JOIN dim_class c USING (deal_id) ORDER BY 2"
LABELS = "SELECT row_label, raw_text FROM raw_cell WHERE row_label LIKE '%HYPERLINK%'"
ASKED: dict[str, tuple[list[str], list[str]]] = {
    "check": (["check"], []),
    "trend": (["check", "--trend"], []),
    "status": (["status"], []),
    "sql": (["sql", NAMES], []),
    "a head of a table": (["sql", "PIVOT (SELECT row_label, 1 AS one FROM raw_cell) ON row_label USING sum(one)"], []),
    "labels": (["labels"], []),
    "source": (["source", "fact_class_distribution.ending_balance"], ["Quayside ␛[31mFunding� Corp."]),
    "remove": (["remove", "no such deal\x1b[31m", "--why", "x"], ["no such deal␛[31m"]),
    "a wrong deal": (["check", "--deal", f"no{RED}ne"], ["no␛[31mne"]),
    "a wrong option": (["status", f"--fi{RED}le\n"], ["--fi␛[31mle␊"]),
    "a wrong value": (["labels", "--top", f"{RED}\n"], ["␛[31m␊ is not a whole number"]),
    "an error of a query": (["sql", "SELECT deal_name::INTEGER FROM dim_deal"], ["Could not convert", "␛[31m"]),
}  # fmt: skip


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_is_answered_harmless(what: str, reader: str, folder: Path) -> None:
    words, shown = ASKED[what]
    done = tieout(*words, home=folder / "home")
    expect_harmless(done, *shown)
    if what in ("sql", "labels", "a head of a table", "check"):
        assert "\\x1b[31m" in done.stdout or "␛[31m" in done.stdout


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize("command", ["explain", "draft", "approve"])
def test_a_file_is_drawn_harmless(command: str, folder: Path, tmp_path: Path) -> None:
    (file,) = folder.glob("*.txt")
    place = ["-o", tmp_path / "read"] if command == "approve" else []
    expect_harmless(tieout(command, file, *place))
    if command == "approve":
        (facts,) = (tmp_path / "read").iterdir()
        expect_harmless(Done(0, facts.read_text(), ""))
        facts.write_text(facts.read_text().replace("980,000.00", f"970,000.00{RED}"))
        again = tieout(command, file, *place)
        expect_harmless(again, "970,000.00␛[31m")
        assert again.returncode == cli.SOME_ENDED_BADLY
    elif command == "draft":
        assert all(line.startswith(("#", "family", "marks", "[", " ", "]")) or not line
                   for line in tieout(command, file).stdout.splitlines())  # fmt: skip
    else:
        expect_harmless(tieout(command, file), "Quayside ␛[31mFunding� Corp.", "@A2�5m")


@pytest.mark.usefixtures("night")
def test_json_and_tabs_lose_nothing(folder: Path) -> None:
    done = tieout("sql", "--json", NAMES, home=folder / "home")
    expect_harmless(done, "\\u001b[31m", "\\u202e", "\\u009b5m")
    names = json.loads(done.stdout)
    assert names[0] == {
        "deal_name": f"Quayside {RED}Funding{AROUND} Corp., Series 2003-1", "class_name": "=A1+1"
    }  # fmt: skip
    done = tieout("sql", NAMES, home=folder / "home")
    expect_harmless(done, "Quayside \\x1b[31mFunding\\u202e Corp.")
    _, first, _ = done.stdout.splitlines()
    assert first.encode("latin-1").decode("unicode_escape").split("\t") == list(names[0].values())


# ---- comma-separated ----


def separated(done: Done) -> list[list[str]]:
    return list(csv.reader(io.StringIO(done.stdout)))


@pytest.mark.usefixtures("night")
def test_a_formula_is_text_for_a_spreadsheet_and_numbers_stay(folder: Path) -> None:
    done = tieout("sql", "--csv", LABELS, home=folder / "home")
    expect_harmless(done)
    assert separated(done)[1:] == [["'=HYPERLINK(␛[31mDues)", "-1,234.56"]]
    raw = tieout("sql", "--csv", "--raw-text", LABELS, home=folder / "home")
    assert separated(raw)[1:] == [[f"=HYPERLINK({RED}Dues)", "-1,234.56"]]
    done = tieout("labels", "--csv", home=folder / "home")
    expect_harmless(done)
    assert {row[5] for row in separated(done)} >= {"'=HYPERLINK(␛[31mDues)", "'+Bell�� Tolls"}
    raw = tieout("labels", "--csv", "--raw-text", home=folder / "home")
    assert {row[5] for row in separated(raw)} >= {f"=HYPERLINK({RED}Dues)", "+Bell\u200b\u2028 Tolls"}
    assert tieout("labels", "--raw-text", home=folder / "home").returncode == cli.WRONG_USAGE


VALUES = """
    SELECT -1.50::DECIMAL(9, 2) AS money, -7 AS whole, -0.5::DOUBLE AS part, '-1,234.56' AS printed, '+5%' AS share,
           '-1+cmd()' AS sum, chr(9) || '=1' AS tab, chr(13) || '=1' AS end_of_line, ' =1' AS blank, '＝1' AS wide,
           '@SUM(A1)' AS at, '-' AS dash, '-$1,234.56' AS dollars, DATE '2003-04-25' AS day, ['=1'] AS list,
           NULL AS none, '=1' AS "=1" """


@pytest.mark.usefixtures("night")
def test_each_kind_of_cell_is_what_it_was(folder: Path) -> None:
    heads, row = separated(tieout("sql", "--csv", VALUES, home=folder / "home"))
    assert dict(zip(heads, row, strict=True)) == {
        "money": "-1.50", "whole": "-7", "part": "-0.5", "printed": "-1,234.56", "share": "+5%", "sum": "'-1+cmd()",
        "tab": "'\t=1", "end_of_line": "'␍=1", "blank": "' =1", "wide": "'＝1", "at": "'@SUM(A1)", "dash": "'-",
        "dollars": "-$1,234.56", "day": "2003-04-25", "list": "['=1']", "none": "", "'=1": "'=1",
    }  # fmt: skip


# ---- each door by itself ----


def test_text_keeps_its_length_and_loses_what_is_obeyed() -> None:
    text = "".join(f"a{odd}" for odd in ODD)
    shown = harmless.printable(text + "\n\té“–\xa0\xad✓")
    assert len(shown) == len(text) + 8 and not OBEYED.search(shown) and shown.endswith("\n\té“–\xa0\xad✓")
    assert harmless.one_line("a\nb\tc\r\n") == "a␊b\tc␍␊"
    assert json.loads(harmless.in_json(json.dumps([text], ensure_ascii=False))) == [text]
    assert not OBEYED.search(harmless.in_json(json.dumps([text], ensure_ascii=False)))
    assert harmless.in_tabs("a\\b\tc\nd\x1b\u2028") == "a\\\\b\\tc\\nd\\x1b\\u2028"


def test_pages_show_text_as_it_is_and_turn_nothing_around() -> None:
    name = f"A{AROUND}B{CSI}<i>"
    page = sheets.sheet([Column("a", "A")], [{"a": name}]) + sheets.facts([("k", name)]) + sheets.head(2, name)
    page += sheets.printed([(1, f"{name}1.00")], 1, len(name), len(name) + 4) + sheets.about(name)
    assert not OBEYED.search(page) and page.count("A�B�5m&lt;i&gt;") == 5
    names = ("canonical_column", "member", "item_code", "status", "bucket", "raw_text", "row_label", "cell_id")
    assert not OBEYED.search(str(list(sections.cell(dict.fromkeys(names, name)).values())))
    assert not OBEYED.search(changes.page(None, [f"  amended {name}", f"x\n# {name}"], "The night"))


def test_the_names_of_lines_in_a_chart_are_harmless() -> None:
    pytest.importorskip("altair", reason="of the extra `viewer`")
    from flows import charts

    days = [
        {"distribution_date": date(2003, month, 25), "class_name": f"A{AROUND}{CSI}", "ending_balance": month}
        for month in (4, 5)
    ]
    chart = charts.by_class(days, "Balance")
    assert chart is not None and not OBEYED.search(json.dumps(chart.to_dict(), ensure_ascii=False))


def test_logs_and_their_tracebacks_are_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    harmless.guard_logs()
    harmless.guard_logs()
    told = io.StringIO()
    log = logging.Logger("of a test")
    log.addHandler(logging.StreamHandler(told))
    log.warning("%s answered %s", f"http://ann:secret@host/{RED}", 403)
    try:
        raise ValueError(f"no {TITLE} at https://ann:se@cret@host/x")
    except ValueError:
        log.exception("failed")
    lines = told.getvalue().splitlines()
    assert lines[0] == "http://host/␛[31m answered 403" and lines[-1] == "ValueError: no ␛]0;title␇ at https://host/x"
    assert "Traceback" in lines[2] and "secret" not in told.getvalue()


PRINTS = {"_plain", "_painted", "table", "separated"}  # functions of screen.py that print


def test_only_the_doors_of_the_screen_print() -> None:
    for path in FLOWS.glob("*.py"):
        tree = ast.parse(path.read_text())
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            printing = [node for node in ast.walk(function) if _prints(node)]
            allowed = path.name == "screen.py" and function.name in PRINTS
            assert allowed or not printing, f"{path.name}: {function.name} prints past flows/screen.py"


def _prints(node: ast.AST) -> bool:
    """Whether a call writes to a terminal: print, a console's print, or a write to standard output or error."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    given = [ast.unparse(one) for one in node.args]
    return called == "print" or called.endswith(".print") or bool(
        re.fullmatch(r"sys\.std(out|err)(\.buffer)?\.write(lines)?", called)
    ) or (called == "csv.writer" and "sys.stdout" in given)  # fmt: skip
