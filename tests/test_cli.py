"""The command line as its users meet it: on a terminal, in a pipe, and when something is wrong."""

import csv
import gzip
import io
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pytest

from flows import cli, manual, settings
from tests.homes import SAMPLE, copied
from tests.simulate.families import draw

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS = (
    "nightly",
    "backfill",
    "rebuild",
    "serve",
    "add",
    "remove",
    "check",
    "sql",
    "view",
    "explain",
    "source",
    "status",
    "verify",
    "labels",
    "draft",
    "approve",
)
TIEOUT = [sys.executable, "-m", "flows.cli"]
SOME_VALUES = (
    "SELECT c.report_id, c.cell_id, c.raw_text, c.canonical_table || '.' || c.canonical_column AS term "
    "FROM raw_cell c JOIN v_report_latest USING (report_id) WHERE c.canonical_column IS NOT NULL "
    "ORDER BY hash(c.report_id || c.cell_id) LIMIT 5"
)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def tieout(*arguments: str | Path, home: Path | None = None, stdin: str = "") -> Done:
    """Run a command as in a pipe, in this process: libraries are loaded once, not once per test."""
    where = ["--home", str(home)] if home else []
    out, problems = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(problems), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(stdin))
        try:
            code = cli.main([*map(str, arguments), *where])
        except SystemExit as stop:  # argparse's way to say that the usage is wrong
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), problems.getvalue())


def on_terminal(*arguments: str | Path, home: Path, columns: int = 80) -> str:
    """What a person sees who runs a command on a terminal of so many columns."""
    child, screen = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ |= {"TERM": "xterm-256color", "COLUMNS": str(columns)}
        os.environ.pop("NO_COLOR", None)
        os.execv(TIEOUT[0], [*TIEOUT, *map(str, arguments), "--home", str(home)])
    ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    seen = b""
    while piece := _read(screen):
        seen += piece
    os.waitpid(child, 0)
    os.close(screen)
    return seen.decode().replace("\r\n", "\n")


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # Linux says EIO when the other side of a terminal is gone
        return b""


def plain(text: str) -> str:
    """The text without its colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.fixture(scope="module")
def home(sample_night: settings.Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the night of the bundled sample was run."""
    return copied(sample_night, tmp_path_factory.mktemp("sample")).home


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of two reports that bear no mark, and of one that does; they print labels that no term covers."""
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "Archives").mkdir()
    for name, mark in (("one", ""), ("two", ""), ("three", "See www.ctslink.com.")):
        (folder / f"{name}.txt").write_bytes(stranger(name, mark))
    done = tieout("add", *(folder / f"{name}.txt" for name in ("one", "two", "three")), home=folder)
    assert done.returncode == cli.WELL, done.stderr
    done = tieout("nightly", "--no-prefect", "--archive", folder, home=folder)
    assert done.returncode in (cli.WELL, cli.SOME_ENDED_BADLY), done.stderr
    return folder


def stranger(deal: str, mark: str) -> bytes:
    """A report with a known class table, and a list of which three labels are known to nobody."""
    return f"""\
                    Quayside Funding Corp., Series {deal.title()}
                    Record Date:            04/30/2003
                    Distribution Date:      05/25/2003
{mark}
                             Distribution Summary

  Class       Beginning Balance   Principal Distribution   Interest Distribution   Ending Balance
  A-1              1,000,000.00                10,000.00                5,000.00       990,000.00
  A-2                500,000.00                     0.00                2,500.00       500,000.00
  Totals           1,500,000.00                10,000.00                7,500.00     1,490,000.00

                             Other Information

  Lighthouse Dues of Group 1                                                    1,234.56
  Lighthouse Dues of Group 2                                                    2,345.67
  Foghorn Allowance at May 25, 2003                                               345.67
""".encode()


# ---------- back-fill


def test_a_back_fill_goes_on_where_it_was(tmp_path: Path) -> None:
    span = ("backfill", "--no-prefect", "--processes", "1", "--archive", SAMPLE, "--from", "2003-Q1", "--to")
    first = tieout(*span, "2003-Q2", home=tmp_path)
    assert first.returncode == cli.WELL and "3 of them new: 3 loaded" in first.stdout, first.stderr
    assert "quarters 2 of 2" in first.stderr
    more = tieout(*span, "2003-Q3", "--json", home=tmp_path)
    assert json.loads(more.stdout)["states"] == {"loaded": 9} and json.loads(more.stdout)["new"] == 6


@pytest.mark.parametrize(("given", "told"), [
    (("--from", "2004-Q1", "--to", "2003-Q4"), "--from 2004-Q1 comes after --to 2003-Q4"),
    (("--from", "1996"), "'1996' is no quarter such as 1996-Q1"),
    (("--rate", "often"), "requests a second above 0"),
])  # fmt: skip
def test_a_wrong_span_or_pace_is_named(tmp_path: Path, given: tuple[str, ...], told: str) -> None:
    done = tieout("backfill", "--no-prefect", *given, home=tmp_path)
    assert done.returncode == cli.WRONG_USAGE and told in done.stderr
    assert not (tmp_path / "warehouse.duckdb").exists()


# ---------- help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert "examples:" in text and f"\n  tieout {command}" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"^\| `tieout {command}\b", README, flags=re.M)


def test_the_parser_has_no_command_that_is_not_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    listed = re.findall(r"^    (\w+) +\w", capsys.readouterr().out, flags=re.M)
    assert sorted(listed) == sorted(COMMANDS)


def test_exit_codes_are_in_the_help_and_the_readme() -> None:
    for code, meaning in re.findall(r"^  (\d)  (.+)$", manual.EXIT_CODES, flags=re.M):
        assert f"{code} {re.split('[;,]', meaning)[0]}" in " ".join(README.split())


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_eighty_columns(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        cli.main([*command.split(), "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


# ---------- when something is wrong


def expect_one_line(done: Done, code: int, *words: str) -> None:
    """A clear failure in one line."""
    expect_failure(done, code, *words)
    assert done.stderr.count("\n") == 1


def expect_failure(done: Done, code: int, *words: str) -> None:
    """A clear failure: the documented code, nothing on standard output, the problem named on standard error."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("tieout: ")
    for word in words:
        assert word in done.stderr


def test_no_command_and_a_wrong_one_are_wrong_usage() -> None:
    assert tieout().returncode == cli.WRONG_USAGE
    assert tieout("nightlly").returncode == cli.WRONG_USAGE


@pytest.mark.parametrize("question", ["sql SHOW", "check", "status", "source fact_collateral.wac_net", "labels"])
def test_without_a_warehouse_the_remedy_is_named(question: str, tmp_path: Path) -> None:
    expect_one_line(tieout(*question.split(), home=tmp_path), cli.WRONG_USAGE, "tieout nightly")


def test_edgar_without_an_identity_is_refused_before_any_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDGAR_IDENTITY", raising=False)
    done = tieout("nightly", "--no-prefect", "--archive", "edgar", home=tmp_path)
    expect_one_line(done, cli.WRONG_USAGE, "--identity")


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    absent = tmp_path / "nowhere"
    expect_one_line(tieout("nightly", "--no-prefect", "--archive", absent, home=tmp_path), cli.WRONG_USAGE, str(absent))


@pytest.mark.parametrize("command", ["add", "explain", "draft", "approve"])
def test_a_file_that_is_not_there(command: str, tmp_path: Path) -> None:
    expect_one_line(tieout(command, tmp_path / "absent.txt", home=tmp_path), cli.WRONG_USAGE, "absent.txt")


@pytest.mark.parametrize("command", ["explain", "draft", "approve"])
def test_a_file_that_cannot_be_read_says_why(command: str, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    done = tieout(command, tmp_path / "empty.txt", home=tmp_path)
    expect_one_line(done, cli.SOME_ENDED_BADLY, f"{tmp_path / 'empty.txt'}: empty")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8bbroken")
    done = tieout(command, tmp_path / "broken.gz", home=tmp_path)
    expect_one_line(done, cli.SOME_ENDED_BADLY, f"{tmp_path / 'broken.gz'}: ", "gzip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.gz", "empty.txt"]


@pytest.mark.parametrize(
    ("lake", "named"),
    [
        ("gs://somewhere/x", "s3://BUCKET/PREFIX"),
        ("s3://Not_A_Bucket", "s3://BUCKET/PREFIX"),
        ("{tmp}/file", "is a file"),
        ("{tmp}/file/below", "--lake"),
        ("s3://no-such-bucket/x", "there is no bucket no-such-bucket"),
    ],
)
@pytest.mark.usefixtures("bucket_told")
def test_a_lake_that_can_be_none_is_named_with_the_remedy(lake: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = tieout("add", tmp_path / "file", "--lake", lake.format(tmp=tmp_path), home=tmp_path / "home")
    expect_one_line(done, cli.WRONG_USAGE, named)


@pytest.mark.usefixtures("bucket_told")
def test_a_lake_of_another_home_is_refused(bucket_address: str, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("a letter")
    words = ("add", tmp_path / "one.txt", "--lake", bucket_address)
    assert tieout(*words, home=tmp_path / "first").returncode == cli.WELL
    assert {path.name for path in (tmp_path / "first").iterdir()} <= {"cache", "id", "writer.lock"}
    expect_one_line(tieout(*words, home=tmp_path / "second"), cli.WRONG_USAGE, str(tmp_path / "first"), "OWNER")


@pytest.mark.parametrize("command", ["add FILE", "nightly --no-prefect --archive data/sample"])
def test_a_home_that_can_be_none_is_named_with_the_remedy(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("no folder")
    words = [str(file) if word == "FILE" else word for word in command.split()]
    monkeypatch.chdir(ROOT)
    for home in (file, file / "below"):
        expect_one_line(tieout(*words, home=home), cli.WRONG_USAGE, str(home), "--home")
    with pytest.raises(settings.SettingsError, match="--home"):
        settings.prepare_prefect(file, {})


@pytest.mark.parametrize("command", ["draft", "approve"])
def test_a_place_where_nothing_can_be_written_is_named(command: str, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(draw("chase", 4).raw)
    place = tmp_path / "report.txt" / "below"
    expect_one_line(tieout(command, tmp_path / "report.txt", "-o", place), cli.WRONG_USAGE, str(place), "another -o")


@pytest.mark.parametrize("question", ["sql SHOW", "check", "status"])
def test_a_damaged_warehouse_is_named_with_the_remedy(question: str, tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"no database")
    done = tieout(*question.split(), home=tmp_path)
    expect_one_line(done, cli.WRONG_USAGE, str(tmp_path / "warehouse.duckdb"), "sets it aside", "tieout nightly")


@pytest.mark.parametrize(("option", "told", "remedy"), [
    ("nightly --processes", "x", "whole number from 1"), ("nightly --processes", "0", "whole number from 1"),
    ("labels --top", "1.5", "whole number from 1"), ("source a.b --context", "-1", "whole number from 1"),
    ("view --port", "65536", "from 1 to 65535"), ("serve --port", "http", "from 1 to 65535"),
    ("source a.b --date", "yesterday", "2003-04-25"), ("source a.b --date", "2003-13-45", "2003-04-25"),
])  # fmt: skip
def test_a_wrong_option_is_named_with_the_remedy(option: str, told: str, remedy: str, tmp_path: Path) -> None:
    done = tieout(*option.split(), told, home=tmp_path)
    assert done.returncode == cli.WRONG_USAGE and done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert option.split()[-1] in last and told in last and remedy in last


def test_bad_sql_gets_the_database_s_own_words(home: Path) -> None:
    expect_failure(tieout("sql", "SELECT no_such_column FROM report", home=home), cli.WRONG_USAGE, "no_such_column")


def test_source_suggests_the_term_that_was_meant(home: Path) -> None:
    done = tieout("source", "fact_class_distribution.ending_balence", home=home)
    expect_one_line(done, cli.WRONG_USAGE, "did you mean", "fact_class_distribution.ending_balance")


@pytest.mark.parametrize("command", ["source fact_class_distribution.ending_balance", "check", "check --json"])
def test_an_unknown_deal_is_named(command: str, home: Path) -> None:
    done = tieout(*command.split(), "--deal", "no such deal", home=home)
    expect_one_line(done, cli.WRONG_USAGE, "no such deal", "dim_deal_identifier")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_check_of_a_rule_that_is_none_is_no_success(form: list[str], home: Path) -> None:
    expect_one_line(tieout("check", "--rule", "Z99", *form, home=home), cli.WRONG_USAGE, "Z99", "recon_rule")


# ---------- in a pipe


def test_a_query_in_a_pipe_is_tabs_without_colour_or_truncation(home: Path) -> None:
    long = "x" * 300
    done = tieout(
        "sql", f"SELECT '{long}' AS a, NULL AS b, 1.10::DECIMAL(18,2) AS c, DATE '2003-04-25' AS d", home=home
    )
    assert done.stdout == f"a\tb\tc\td\n{long}\t\t1.10\t2003-04-25\n"


def test_a_tab_in_a_value_does_not_break_the_columns(home: Path) -> None:
    done = tieout("sql", "SELECT 'a' || chr(9) || 'b' || chr(10) AS x, 1 AS y", home=home)
    assert done.stdout == "x\ty\na\\tb\\n\t1\n"


def test_csv_and_json_say_the_same(home: Path) -> None:
    query = "SELECT report_id, distribution_date, known_from FROM report ORDER BY 1"
    from_csv = list(csv.DictReader(io.StringIO(tieout("sql", "--csv", query, home=home).stdout)))
    assert len(from_csv) > 1
    assert json.loads(tieout("sql", "--json", query, home=home).stdout) == from_csv


def test_json_keeps_every_cent(home: Path) -> None:
    done = tieout("sql", "--json", "SELECT 9007199254740993.01::DECIMAL(18,2) AS big", home=home)
    assert json.loads(done.stdout) == [{"big": "9007199254740993.01"}]


def test_a_query_from_standard_input(home: Path) -> None:
    assert tieout("sql", "-", home=home, stdin="SELECT 42 AS answer").stdout == "answer\n42\n"


def test_a_reader_that_leaves_early_is_no_error(home: Path) -> None:
    command = f"{' '.join(TIEOUT)} sql 'SELECT * FROM range(200000)' --home {home} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "range\n"
    assert done.stderr == ""


@pytest.mark.parametrize("command", ["check", "status"])
def test_no_escape_codes_in_a_pipe(command: str, home: Path) -> None:
    done = tieout(command, home=home)
    assert done.returncode == 0 and done.stdout
    assert "\x1b" not in done.stdout and "…" not in done.stdout


# ---------- the questions


def test_check_counts_what_the_warehouse_holds(home: Path) -> None:
    answer = json.loads(tieout("check", "--json", home=home).stdout)
    query = "SELECT count(*) AS n FROM recon_result JOIN v_report_latest USING (report_id) WHERE outcome = 'breach'"
    (held,) = json.loads(tieout("sql", "--json", query, home=home).stdout)
    of_reports = [breach for breach in answer["breaches"] if breach["distribution_date"]]
    assert len(of_reports) == held["n"] > 0
    assert sum(row["breach"] + row["waived"] for row in answer["outcomes"]) == len(answer["breaches"])


def test_check_of_one_rule_shows_that_rule_only(home: Path) -> None:
    rule = json.loads(tieout("check", "--json", home=home).stdout)["breaches"][0]["rule_id"]
    assert {
        b["rule_id"] for b in json.loads(tieout("check", "--json", "--rule", rule, home=home).stdout)["breaches"]
    } == {rule}


def test_the_trend_counts_the_reports_in_force_and_what_check_counts(home: Path) -> None:
    years = json.loads(tieout("check", "--trend", "--json", home=home).stdout)["trend"]
    (held,) = json.loads(tieout("sql", "--json", "SELECT count(*) AS n FROM v_report_latest", home=home).stdout)
    assert sum(row["reports"] for row in years) == held["n"]
    of_reports = [
        row for row in json.loads(tieout("check", "--json", home=home).stdout)["breaches"] if not row["waived"]
    ]
    assert sum(row["breaches"] for row in years) == len(of_reports)
    of_rule = json.loads(tieout("check", "--trend", "--rule", "D05", "--json", home=home).stdout)["trend"]
    assert sum(row["breaches"] for row in of_rule) == sum(row["rule_id"] == "D05" for row in of_reports) > 0


def test_the_trend_fits_a_terminal_of_eighty_columns_under_the_names_of_trustees(home: Path) -> None:
    years = json.loads(tieout("check", "--trend", "--json", home=home).stdout)["trend"]
    seen = plain(on_terminal("check", "--trend", home=home)).splitlines()
    assert max(len(line.rstrip()) for line in seen) <= 80
    for row in years:
        assert any(line.split()[:2] == [str(row["year"]), str(row["reports"])] for line in seen), row
        assert row["trustee"] is None or row["trustee"] in {line.strip() for line in seen}


def test_the_trend_is_over_all_deals(home: Path) -> None:
    (deal,) = json.loads(tieout("sql", "--json", "SELECT deal_id FROM dim_deal LIMIT 1", home=home).stdout)
    expect_one_line(tieout("check", "--trend", "--deal", deal["deal_id"], home=home), cli.WRONG_USAGE, "--deal")


def test_the_planted_error_is_on_the_screen(home: Path) -> None:
    breaches = json.loads(tieout("check", "--json", "--severity", "error", home=home).stdout)["breaches"]
    assert breaches, "the sample holds one planted error"
    seen = plain(on_terminal("check", home=home))
    assert all(breach["rule_id"] in seen for breach in breaches)


def test_source_marks_exactly_the_printed_value(home: Path) -> None:
    values = json.loads(tieout("sql", "--json", SOME_VALUES, home=home).stdout)
    assert len(values) == 5
    for value in values:
        lines = tieout("source", value["report_id"], value["cell_id"], home=home).stdout.splitlines()
        (at,) = (number for number, line in enumerate(lines) if set(line.strip()) == {"^"})
        carets = lines[at]
        assert lines[at - 1][carets.index("^") : len(carets)] == value["raw_text"]
        assert lines[at - 1].split()[0] == value["cell_id"].split(":")[0]
        assert value["term"] in lines[0]


def test_source_by_term_and_deal_finds_the_latest_printing(home: Path) -> None:
    query = (
        "SELECT deal_id, max(distribution_date) AS day FROM report JOIN raw_cell USING (report_id) "
        "WHERE canonical_table = 'fact_class_distribution' AND canonical_column = 'ending_balance' "
        "GROUP BY 1 ORDER BY 1 LIMIT 1"
    )
    (deal,) = json.loads(tieout("sql", "--json", query, home=home).stdout)
    term = "fact_class_distribution.ending_balance"
    found = json.loads(tieout("source", term, "--deal", deal["deal_id"], "--json", home=home).stdout)
    assert {row["distribution_date"] for row in found} == {deal["day"]}
    one = json.loads(
        tieout("source", term, "--deal", deal["deal_id"], "--class", found[0]["class_name"], "--json", home=home).stdout
    )
    assert {row["class_name"] for row in one} == {found[0]["class_name"]}


def test_explain_draws_a_filing_as_it_is_kept(home: Path) -> None:
    kept = next(path for path in sorted((home / "raw").rglob("*.txt.gz")) if tieout("explain", path).returncode == 0)
    drawing = tieout("explain", kept).stdout
    assert "fact_class_distribution.ending_balance" in drawing and "coverage" in drawing


def test_status_adds_up(home: Path) -> None:
    answer = json.loads(tieout("status", "--json", home=home).stdout)
    loaded = next(row for row in answer["states"] if row["state"] == "loaded")
    assert sum(row["filings"] for row in answer["layouts"]) == loaded["filings"]
    query = (
        "SELECT count(*) AS n, count(*) FILTER (canonical_table <> 'fact_line_item') AS typed, "
        "count(*) FILTER (canonical_column IS NULL) AS unmapped FROM raw_cell WHERE table_code <> 'HEADER'"
    )
    (held,) = json.loads(tieout("sql", "--json", query, home=home).stdout)
    assert sum(row["values"] for row in answer["layouts"]) == held["n"] > 0
    (layout,) = answer["layouts"]
    for part in ("typed", "unmapped"):
        assert float(layout[part]) == pytest.approx(100 * held[part] / held["n"], abs=0.05)
        assert loaded[part] == held[part]
    assert loaded["typed"] + loaded["generic"] + loaded["unmapped"] == loaded["values"] == held["n"]
    (line,) = (
        line
        for line in tieout("nightly", "--no-prefect", home=home).stdout.splitlines()
        if line.startswith("Warehouse")
    )
    shown = ", ".join(f"{layout[part]} % {part}" for part in ("typed", "generic", "unmapped"))
    assert line.endswith(f"{held['n']:,} printed values: {shown}")
    assert answer["snapshot"]


def test_status_names_the_families_and_those_of_none(strangers: Path) -> None:
    answer = json.loads(tieout("status", "--json", home=strangers).stdout)
    assert {row["layout"]: row["filings"] for row in answer["layouts"]} == {"(none)": 2, "ctslink": 1}
    for row in answer["layouts"]:
        assert 0 < float(row["generic"]) < float(row["typed"]) < 100
        assert sum(float(row[part]) for part in ("typed", "generic", "unmapped")) == pytest.approx(100, abs=0.2)
    for row in answer["class_tables"]:
        assert sum(float(row[proof]) for proof in ("proven", "plausible", "doubtful")) == pytest.approx(100, abs=0.2)


def labels(home: Path, *options: str) -> dict[str, dict[str, str]]:
    """The answer of `tieout labels`, by label."""
    done = tieout("labels", "--csv", *options, home=home)
    assert done.returncode == cli.WELL, done.stderr
    return {row["label"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


def test_labels_counts_what_met_no_term_over_groups_and_dates(strangers: Path) -> None:
    found = labels(strangers)
    dues, horn = found["LIGHTHOUSE DUES OF"], found["FOGHORN ALLOWANCE AT"]
    assert (dues["values"], dues["filings"], dues["statement"]) == ("6", "3", "OTHER_INFORMATION")
    assert (horn["values"], horn["filings"]) == ("3", "3")
    assert next(iter(found)) == "LIGHTHOUSE DUES OF", "the label that costs most comes first"
    assert not {"BEGINNING BALANCE", "ENDING BALANCE", "INTEREST DISTRIBUTION"} & set(found)
    assert horn["value"] == "345.67" and horn["printed"].startswith("Foghorn Allowance")


def test_the_example_of_a_label_is_where_it_says(strangers: Path) -> None:
    for row in labels(strangers).values():
        kept = next((strangers / "raw").rglob(f"{row['accession_number']}.txt.gz"))
        line = gzip.decompress(kept.read_bytes()).decode().split("\n")[int(row["line_no"]) - 1]
        assert row["value"] in line and row["printed"] in line


def test_labels_of_one_family_and_the_first_few(strangers: Path) -> None:
    assert labels(strangers, "--family", "ctslink")["LIGHTHOUSE DUES OF"]["filings"] == "1"
    assert labels(strangers, "--family", "(none)")["LIGHTHOUSE DUES OF"]["filings"] == "2"
    assert len(labels(strangers, "--top", "1")) == 1
    done = tieout("labels", "--family", "nobody", home=strangers)
    expect_one_line(done, cli.WRONG_USAGE, "nobody", "(none)", "ctslink")


def test_labels_in_json_says_the_same(strangers: Path) -> None:
    told = json.loads(tieout("labels", "--json", home=strangers).stdout)
    assert {row["label"]: str(row["values"]) for row in told} == {
        label: row["values"] for label, row in labels(strangers).items()
    }


def test_a_known_label_in_other_words_is_named(tmp_path: Path) -> None:
    report = stranger("one", "").replace(b"Foghorn Allowance at May 25, 2003  ", b"Quarterly Trustee Fee              ")
    (tmp_path / "Archives").mkdir()
    (tmp_path / "report.txt").write_bytes(report.replace(b"Other Information", b"Servicing Fees   "))
    assert tieout("add", tmp_path / "report.txt", home=tmp_path).returncode == cli.WELL
    tieout("nightly", "--no-prefect", "--archive", tmp_path, home=tmp_path)
    fee = labels(tmp_path)["QUARTERLY TRUSTEE FEE"]
    assert (fee["near"], fee["meaning"]) == ("TRUSTEE FEE", "fact_fee.amount TRUSTEE_FEE")


def test_a_draft_is_printed_or_written_once(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(draw("bankers_trust", 3).raw)
    printed = tieout("draft", tmp_path / "report.txt", "--family", "some_bank").stdout
    assert 'family = "some_bank"' in printed
    out = tmp_path / "some_bank.toml"
    assert tieout("draft", tmp_path / "report.txt", "--family", "some_bank", "-o", out).returncode == cli.WELL
    assert out.read_text() == printed
    again = tieout("draft", tmp_path / "report.txt", "-o", out)
    expect_one_line(again, cli.WRONG_USAGE, str(out), "there already")
    wrong = tieout("draft", tmp_path / "report.txt", "--family", "Some Bank")
    expect_one_line(wrong, cli.WRONG_USAGE, "Some Bank", "underscores")


def test_approve_writes_once_and_shows_what_differs(tmp_path: Path) -> None:
    filing = tmp_path / "report.txt"
    filing.write_bytes(stranger("one", ""))
    facts = tmp_path / "report.facts"
    assert tieout("approve", filing).returncode == cli.WELL
    first = facts.read_text()
    facts.write_text(first.replace("read-by:", "read-by: Ann Lee, 2026-01-02"))
    assert tieout("approve", filing).returncode == cli.WELL
    assert "Ann Lee" in facts.read_text(), "an unchanged text keeps its signature"

    filing.write_bytes(stranger("one", "").replace(b"990,000.00", b"980,000.00"))
    done = tieout("approve", filing)
    assert done.returncode == cli.SOME_ENDED_BADLY
    assert re.search(r"^-.*990,000\.00", done.stdout, flags=re.M) and re.search(r"^\+.*980,000\.00", done.stdout, re.M)
    assert "--yes" in done.stderr and "990,000.00" in facts.read_text()

    assert tieout("approve", filing, "--yes").returncode == cli.WELL
    assert "980,000.00" in facts.read_text() and "Ann Lee" not in facts.read_text()


def test_approve_writes_where_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(stranger("one", ""))
    assert tieout("approve", tmp_path / "report.txt", "-o", tmp_path / "read").returncode == cli.WELL
    assert [path.name for path in (tmp_path / "read").iterdir()] == ["report.facts"]


def test_the_first_line_of_the_night_names_the_sample(home: Path) -> None:
    lines = tieout("nightly", "--no-prefect", home=home).stdout.splitlines()
    assert "bundled sample" in lines[0] and "--archive" in lines[0] and len(lines[0]) <= 80
    shown = README.split("The first prints:")[1].split("```")[1].splitlines()[1:]
    assert shown[0] == lines[0]
    # The first night names what is new below its lines; here it is the second.
    assert [line.split()[0] for line in shown if not line.startswith(" ")] == [line.split()[0] for line in lines]


def test_the_night_for_a_program(home: Path) -> None:
    done = tieout("nightly", "--no-prefect", "--json", home=home)
    assert json.loads(done.stdout)["new"] == 0, "nothing is done twice"


def test_a_rebuild_by_the_same_code_says_that_nothing_was_to_do(home: Path) -> None:
    done = tieout("rebuild", "--no-prefect", home=home)
    assert done.returncode == cli.WELL, done.stderr
    assert done.stdout.splitlines()[0] == "Read again: 0 filings; of 0 more only the facts were rebuilt"
    assert "Changed: nothing" in done.stdout


def test_an_added_file_is_named_after_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("no report at all\n")
    done = tieout("add", tmp_path / "report.txt", home=tmp_path / "home")
    assert done.returncode == 0 and re.search(r"LOCAL-[0-9a-f]{16}", done.stdout)


# ---------- what the README promises


def readme(language: str) -> list[str]:
    """The code blocks of one language in the README's section on asking."""
    section = README.split("## Asking")[1].split("\n## ")[0]
    return [block.strip() for block in re.findall(rf"```{language}\n(.*?)```", section, flags=re.S)]


def test_the_seven_queries_answer_on_the_sample(home: Path) -> None:
    assert len(readme("sql")) == 7
    for query in readme("sql"):
        done = tieout("sql", query, home=home)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) > 1, f"no row: {query}"


def test_the_commands_of_the_readme_answer_on_the_sample(home: Path) -> None:
    lines = "\n".join(readme("sh")).splitlines()
    assert lines
    for line in lines:
        done = tieout(*shlex.split(line.removeprefix(".venv/bin/tieout ")), home=home)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout


@pytest.mark.parametrize("command", ["check", "sql", "source", "status"])
def test_the_examples_of_the_help_answer_on_the_sample(
    command: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    examples = capsys.readouterr().out.split("examples:\n")[1].replace("\\\n", " ").split("\n  tieout ")
    tried = [shlex.split(example.removeprefix("  tieout ")) for example in examples if not set(example) & set("|<>")]
    assert tried
    for words in tried:
        done = tieout(*words, home=home)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        assert len(done.stdout.splitlines()) > 1


# ---------- on a terminal


def test_a_terminal_gets_a_table_within_its_width(home: Path) -> None:
    seen = on_terminal("sql", "SELECT report_id, version_no FROM report ORDER BY 1 LIMIT 3", home=home)
    assert "\x1b[" in seen and "\t" not in seen and "─" in seen
    assert max(map(len, plain(seen).splitlines())) <= 80


def test_a_table_too_wide_becomes_a_record_per_row(home: Path) -> None:
    seen = plain(on_terminal("sql", "SELECT * FROM fact_class_distribution LIMIT 2", home=home))
    assert "-- row 1" in seen and "-- row 2" in seen
    assert re.search(r"^ending_balance +[\d.]+$", seen, flags=re.M)


@pytest.mark.parametrize("command", ["check", "status"])
def test_answers_fit_eighty_columns(command: str, home: Path) -> None:
    seen = plain(on_terminal(command, home=home))
    assert seen.strip()
    assert max(map(len, seen.splitlines())) <= 80


def test_labels_on_a_terminal_keep_their_meaning(strangers: Path) -> None:
    seen = plain(on_terminal("labels", home=strangers))
    shown = [line for line in seen.replace("\r", "\n").splitlines() if line.strip()]
    assert max(map(len, shown)) <= 80
    assert any(re.match(r" +6 +3 +\d+  LIGHTHOUSE DUES OF$", line) for line in shown)


def test_source_on_a_narrow_terminal_still_shows_the_value(home: Path) -> None:
    values = json.loads(tieout("sql", "--json", SOME_VALUES, home=home).stdout)
    for value in values[:2]:
        seen = plain(on_terminal("source", value["report_id"], value["cell_id"], home=home, columns=50))
        lines = seen.splitlines()
        (at,) = (number for number, line in enumerate(lines) if line.strip() and set(line.strip()) == {"^"})
        carets = lines[at].rstrip()
        assert lines[at - 1][carets.index("^") : len(carets)] == value["raw_text"]
        assert max(map(len, lines)) <= 50
