"""The command line: the nightly run, and the questions one asks of its warehouse.

Commands import what they need when they run: `tieout --help` is instant, and only the command that uses Prefect waits
for it.
"""

import argparse
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, is_dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, NoReturn

from flows import harmless, manual

if TYPE_CHECKING:
    import pyarrow as pa

    from flows.settings import Settings
    from flows.summary import Summary

WELL, SOME_ENDED_BADLY, WRONG_USAGE, NOT_PUBLISHED, REFUSED, CRASHED, NO_STORAGE = range(7)
RAW_ALONE = "--raw-text goes with --csv: between tabs and in JSON, texts are whole and escaped"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an expected problem is one line on standard error."""
    harmless.guard_logs()
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        return _fail("stopped; run the same command again to go on", 130)
    except Exception as problem:
        expected = _expected(problem)
        if expected is None:
            return _fail(f"this is a fault of tieout: {_brief(problem)}; details: {_details(problem)}", CRASHED)
        return _fail(str(problem), expected, whole=options.run is _sql)


def _brief(problem: Exception) -> str:
    words = str(problem).strip().split("\n")[0]
    return f"{type(problem).__name__}: {words}" if words else type(problem).__name__


def _details(problem: Exception) -> str:
    """Write where a fault came from into a file, and return its path; without room for one, the last place alone."""
    told = traceback.format_exception(problem)
    try:
        with NamedTemporaryFile("w", prefix="tieout-", suffix=".txt", delete=False, encoding="utf-8") as file:
            file.write(harmless.printable(harmless.without_login("".join(told))))
            return file.name
    except OSError:
        *_, last = traceback.extract_tb(problem.__traceback__)
        return f"{last.filename}, line {last.lineno}"


class _Parser(argparse.ArgumentParser):
    """Quotes what was typed, which may be the names of files, harmless."""

    def error(self, message: str) -> NoReturn:
        super().error(harmless.one_line(harmless.without_login(message)))


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = _Parser(
        prog="tieout",
        description=manual.ABOUT,
        epilog=manual.START,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Any, brief: str, about: str, examples: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=brief,
            description=about,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        added.add_argument(
            "--home", metavar="FOLDER", help="folder that runs write to (default data/home, or data/sample-home)"
        )
        return added

    nightly = command("nightly", _nightly, "bring the warehouse up to date", manual.NIGHTLY, manual.NIGHTLY_EXAMPLES)
    _from_where(nightly)
    _reading(nightly)
    _json(nightly)

    backfill = command("backfill", _backfill, "bring in the past", manual.BACKFILL, manual.BACKFILL_EXAMPLES)
    backfill.add_argument(
        "--from", dest="first", type=_quarter, default="1993-Q1", metavar="QUARTER", help="first (default %(default)s)"
    )
    backfill.add_argument("--to", dest="last", type=_quarter, metavar="QUARTER", help="last (default: the present one)")
    backfill.add_argument("--bulk", action="store_true", help="from the bulk files of the days, where there are any")
    _from_where(backfill)
    _reading(backfill)
    _json(backfill)

    rebuild = command("rebuild", _rebuild, "read again what the code changed", manual.REBUILD, manual.REBUILD_EXAMPLES)
    _reading(rebuild)
    _json(rebuild)

    serve = command("serve", _serve, "run every night, with Prefect's pages", manual.SERVE, manual.SERVE_EXAMPLES)
    _from_where(serve)
    _reading(serve, alone=False)
    when = serve.add_mutually_exclusive_group()
    when.add_argument(
        "--cron", default=manual.NIGHTLY_AT, metavar="'M H D M W'", help="New York time (default '%(default)s')"
    )
    when.add_argument("--every", type=_count, metavar="SECONDS", help="instead of --cron: a run every so often")
    serve.add_argument("--port", type=_port, default=4200, metavar="N", help="of Prefect's pages (default %(default)s)")

    add = command("add", _add, "take filings from local files", manual.ADD, manual.ADD_EXAMPLES)
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    _lake(add)
    _json(add)

    remove = command("remove", _remove, "take filings out, or back", manual.REMOVE, manual.REMOVE_EXAMPLES)
    remove.add_argument("what", nargs="?", metavar="DEAL|ACCESSION", help="name or identifier of a deal, or a filing")
    how = remove.add_mutually_exclusive_group()
    how.add_argument("--why", metavar="TEXT", help="the reason, which is kept with your name")
    how.add_argument("--undo", action="store_true", help="take back what was removed")
    how.add_argument("--sample", action="store_true", help="empty a home of the bundled sample")
    _lake(remove)
    _json(remove)

    check = command("check", _check, "what ties out and what does not", manual.CHECK, manual.CHECK_EXAMPLES)
    check.add_argument("--rule", metavar="ID", help="one rule, such as P01")
    check.add_argument("--severity", choices=("error", "warn", "info"))
    check.add_argument("--deal", metavar="NAME", help="name, alias or any identifier of a deal")
    check.add_argument("--trend", action="store_true", help="by trustee and year, of all rules or of --rule")
    _json(check)

    sql = command("sql", _sql, "ask the warehouse, read-only", manual.SQL, manual.SQL_EXAMPLES)
    sql.add_argument("query", metavar="QUERY", help="SQL of DuckDB, or - for standard input")
    sql.add_argument("--seconds", type=_count, metavar="N", help="longest that it may take (default 300)")
    sql.add_argument("--memory", type=_size, metavar="SIZE", help="most that it may hold at once (default 400MB)")
    _json(sql, csv=True)

    view = command("view", _view, "a deal in the browser", manual.VIEW, manual.VIEW_EXAMPLES)
    view.add_argument("--port", type=_port, default=2718, metavar="N", help="of the pages (default %(default)s)")
    _lake(view)

    explain = command("explain", _explain, "draw how a file is read", manual.EXPLAIN, manual.EXPLAIN_EXAMPLES)
    explain.add_argument("file", type=Path, metavar="FILE")

    source = command("source", _source, "the printed lines behind a value", manual.SOURCE, manual.SOURCE_EXAMPLES)
    source.add_argument("what", metavar="WHAT", help="table.column of a fact, or a report_id")
    source.add_argument("cell", nargs="?", metavar="CELL", help="cell_id (line:column) where WHAT is a report_id")
    source.add_argument("--deal", metavar="NAME", help="name, alias or any identifier of a deal")
    source.add_argument("--date", type=_day, metavar="DAY", help="distribution date, as 2003-04-25")
    source.add_argument("--class", dest="class_name", metavar="NAME", help="class name or CUSIP")
    source.add_argument("--group", dest="group_code", metavar="CODE", help="collateral group")
    source.add_argument("--item", dest="item_code", metavar="CODE", help="code of an entry, fee or line item")
    source.add_argument("--status", metavar="CODE", help="delinquency status, such as FORECLOSURE")
    source.add_argument("--bucket", metavar="CODE", help="delinquency bucket, such as 30-59")
    source.add_argument("--context", type=_count, default=3, metavar="N", help="lines before and after (default 3)")
    _lake(source)
    _json(source)

    status = command(
        "status", _status, "states, coverage and proof of all filings", manual.STATUS, manual.STATUS_EXAMPLES
    )
    _json(status)

    verify = command(
        "verify", _verify, "compare every file with what was written", manual.VERIFY, manual.VERIFY_EXAMPLES
    )
    _lake(verify)
    _json(verify)

    labels = command("labels", _labels, "labels that met no term, ranked", manual.LABELS, manual.LABELS_EXAMPLES)
    labels.add_argument("--top", type=_count, default=20, metavar="N", help="how many (default 20)")
    labels.add_argument("--family", metavar="NAME", help="filings of one layout; (none) for those of no family")
    _lake(labels)
    _json(labels, csv=True)

    draft = command("draft", _draft, "a first declaration of a layout", manual.DRAFT, manual.DRAFT_EXAMPLES)
    draft.add_argument("file", type=Path, metavar="FILE")
    draft.add_argument("--family", metavar="NAME", help="what to call it (default: after who printed it)")
    draft.add_argument("-o", dest="out", type=Path, metavar="TOML", help="file to write (default: print it)")

    approve = command(
        "approve", _approve, "expected facts of a filing, to be read", manual.APPROVE, manual.APPROVE_EXAMPLES
    )
    approve.add_argument("file", type=Path, metavar="FILE")
    approve.add_argument("-o", dest="folder", type=Path, metavar="FOLDER", help="where to write (default: beside FILE)")
    approve.add_argument("--yes", action="store_true", help="replace a text that differs")
    return top


def _lake(command: argparse.ArgumentParser) -> None:
    """Let the lake lie elsewhere than in the home."""
    command.add_argument(
        "--lake", metavar="WHERE", help="folder or s3://BUCKET/PREFIX of raw bytes, cells and facts (default: the home)"
    )


def _from_where(command: argparse.ArgumentParser) -> None:
    """Let a command be told where filings come from, which of them, and how they are asked for."""
    command.add_argument("--archive", metavar="WHERE", help="folder, URL or the word edgar (default: bundled sample)")
    command.add_argument("--identity", metavar="'NAME MAIL'", help="who asks; EDGAR requires it")
    command.add_argument("--rate", metavar="N", help="requests a second (default 8; for EDGAR at most 10)")
    command.add_argument("--forms", metavar="LIST", help="forms to fetch (default 8-K,8-K/A,10-D,10-D/A)")


def _reading(command: argparse.ArgumentParser, alone: bool = True) -> None:
    """Let a command be told what reads, where the lake lies and, if it may do so `alone`, to leave Prefect out."""
    command.add_argument("--processes", type=_count, metavar="N", help="cores to read and build with (default: all)")
    command.add_argument("--runner", choices=("processes", "dask"), help="what reads: processes here, or Dask")
    command.add_argument("--address", metavar="tcp://HOST:PORT", help="of the scheduler, with --runner dask")
    command.add_argument("--largest", metavar="SIZE", help="a filing as opened that is still read (default 100MB)")
    command.add_argument("--filing-memory", metavar="SIZE", help="that reading one filing may take (default 3GB)")
    if alone:
        command.add_argument("--no-prefect", action="store_true", help="run the stages without Prefect's server")
    _lake(command)


def _json(command: argparse.ArgumentParser, csv: bool = False) -> None:
    """Let a command answer a program, in JSON or, where its answer is one table, in CSV."""
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for a program; decimals are strings, to keep every cent")
    if csv:
        form.add_argument("--csv", action="store_true", help="comma-separated, with a head line")
        command.add_argument(
            "--raw-text", action="store_true", help="with --csv: texts as they are, formulas and controls included"
        )


def _count(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port, from 1 to 65535")
    return int(text)


def _size(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,3}[MG]B", text):
        raise argparse.ArgumentTypeError(f"{text} is not a size such as 800MB or 4GB")
    return text


def _quarter(text: str) -> str:
    from flows.indexes import Quarter

    try:
        return str(Quarter.parse(text))
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date such as 2003-04-25") from None


def _settings(options: argparse.Namespace) -> "Settings":
    from flows import settings

    names = ("home", "archive", "identity", "processes", "lake", "runner", "address", "rate", "forms",
             "largest", "filing_memory")  # fmt: skip
    given = {name: value for name in names if (value := getattr(options, name, None)) is not None}
    found = settings.load(**given, does=_does(options))
    if _does(options) == settings.READS and settings.is_sample_home(options.home, found.home):
        _say_first(options, f"Home: {settings.SAMPLE_HOME}, of the bundled sample. Yours: --home FOLDER")
    return found


def _does(options: argparse.Namespace) -> str:
    from flows import settings

    if hasattr(options, "archive"):
        return settings.ASKS
    return settings.ADDS if options.run is _add else settings.READS


def _say_first(options: argparse.Namespace, text: str) -> None:
    """Say which home is read: in the first line, or beside the answer where that is data."""
    from flows import screen

    data = options.run in (_sql, _labels) or getattr(options, "json", False) or not screen.is_terminal()
    (screen.beside if data else screen.line)(text)


def _nightly(options: argparse.Namespace) -> int:
    return _run("nightly", options)


def _rebuild(options: argparse.Namespace) -> int:
    return _run("rebuild", options)


def _backfill(options: argparse.Namespace) -> int:
    from flows.indexes import Quarter

    if options.last and Quarter.parse(options.first) > Quarter.parse(options.last):
        return _fail(f"--from {options.first} comes after --to {options.last}: change them over", WRONG_USAGE)
    return _run("backfill", options, first=options.first, last=options.last, bulk=options.bulk)


def _run(name: str, options: argparse.Namespace, **span: Any) -> int:
    """Run the flow or, without Prefect, the stages of this name; `span` is what the settings do not hold."""
    from flows import sample, screen, stages
    from flows.ledger import Ledger

    settings = _settings(options)
    if settings.archive_is_sample and name != "rebuild" and not options.json:
        screen.line(
            "Archive: none, only what this home holds. Others: --archive FOLDER, or edgar"
            if sample.is_alone(settings, Ledger(settings.store))
            else "Archive: the bundled sample. Yours: --archive FOLDER, or --archive edgar"
        )
    if options.no_prefect:
        with screen.progress() as progress:
            summary = getattr(stages, name)(settings, progress=progress, **span)
    else:
        summary = _through_prefect(name, settings, span)
    if options.json:
        screen.as_json(_plain(summary))
    else:
        for line in summary.lines:
            screen.line(line)
    return summary.exit_code


def _through_prefect(name: str, settings: "Settings", span: dict[str, Any]) -> "Summary":
    from importlib import import_module

    from flows import screen
    from flows import settings as told

    # Before Prefect is imported: it reads its environment once, and its files belong into this home.
    told.prepare_prefect(settings.home)
    told.declare(settings)
    screen.aside("Prefect starts: half a minute, which --no-prefect spares")
    from flows import tasks

    flow = getattr(import_module(f"flows.{name}"), name)
    with screen.progress() as progress, tasks.watched(progress):
        summary: Summary = flow(**told.parameters(settings), **span)
    return summary


def _serve(options: argparse.Namespace) -> int:
    from flows import screen
    from flows import settings as told

    settings = _settings(options)
    told.prepare_prefect(settings.home)
    told.declare(settings)
    own = told.prepare_server(options.port)
    screen.aside("Prefect starts: half a minute")
    from flows import serve

    serve.serve(settings, options.cron, options.every, own, screen.live)
    return WELL


def _add(options: argparse.Namespace) -> int:
    from flows import intake, screen

    missing = [path for path in options.files if not path.is_file()]
    if missing:
        return _fail(f"no such file: {', '.join(map(str, missing))}; nothing was added", WRONG_USAGE)
    accessions = intake.add(_settings(options), options.files)
    if options.json:
        screen.as_json(accessions)
        return WELL
    for path, accession in zip(options.files, accessions, strict=True):
        screen.line(f"{path} is {accession}")
    screen.line("`tieout nightly` reads what was added", "dim")
    return WELL


def _remove(options: argparse.Namespace) -> int:
    from flows import removal, sample, screen

    why = (options.why or "").strip()
    if options.sample == bool(options.what) or not (options.sample or options.undo or why):
        return _fail("give a deal or a filing with --why TEXT or --undo, or --sample alone", WRONG_USAGE)
    settings = _settings(options)
    if not settings.home.is_dir():
        return _fail(f"no home at {settings.home}: nothing was removed; give --home", WRONG_USAGE)
    if options.sample:
        stays = sample.remove(settings)
        screen.line(f"{settings.home} is empty of the sample")
        if stays:
            screen.line(manual.NEXT_RUN, "dim")
        return WELL
    numbers = removal.undo(settings, options.what) if options.undo else removal.remove(settings, options.what, why)
    if options.json:
        screen.as_json(numbers)
        return WELL
    for number in numbers:
        screen.line(f"{number} {'is taken back' if options.undo else 'is removed'}")
    screen.line(manual.NEXT_RUN if numbers else f"{options.what} was removed before: nothing is left to do", "dim")
    return WELL


def _check(options: argparse.Namespace) -> int:
    from flows import audit, pages, screen, waivers

    settings = _settings(options)
    audit.expect(settings, options.rule, options.deal)
    if options.trend:
        return _trend(options)
    where = " AND ".join(
        [
            f"q.rule_id = {audit.quote(options.rule)}" if options.rule else "true",
            f"q.severity = {audit.quote(options.severity)}" if options.severity else "true",
            audit.is_deal(options.deal, "q") if options.deal else "true",
        ]
    )
    counts, breaches = audit.outcomes(settings, where), audit.breaches(settings, where)
    dead = waivers.dead(settings)
    if options.json:
        screen.as_json({"outcomes": counts, "breaches": breaches, "dead_waivers": dead})
        return WELL
    for row in dead:
        screen.line(waivers.brief(row), "yellow")
    if not counts:
        screen.line("No rule was judged for this choice: leave out --rule, --severity or --deal")
        return WELL
    screen.table(list(counts[0]), [list(row.values()) for row in counts])
    screen.line()
    if breaches and screen.is_terminal():
        pages.breaches(breaches, brief=not (options.severity or options.rule))
    elif breaches:
        screen.table(list(breaches[0]), [list(row.values()) for row in breaches])
    else:
        screen.line("No breach: everything that could be judged ties out", "green")
    return WELL


def _trend(options: argparse.Namespace) -> int:
    from flows import audit, pages, screen

    if options.deal or options.severity:
        return _fail("--trend is over all deals and severities: leave out --deal and --severity", WRONG_USAGE)
    rows = audit.trend(_settings(options), options.rule)
    if options.json:
        screen.as_json({"trend": rows})
    elif rows and screen.is_terminal():
        pages.trend(rows)
    elif rows:
        screen.table(list(rows[0]), [list(row.values()) for row in rows])
    else:
        screen.line("Nothing was judged: no report is loaded, or this rule applied to none")
    return WELL


def _sql(options: argparse.Namespace) -> int:
    from flows import sandbox, screen

    if options.raw_text and not options.csv:
        return _fail(RAW_ALONE, WRONG_USAGE)
    query = sys.stdin.read() if options.query == "-" else options.query
    bounds = {name: value for name in ("seconds", "memory") if (value := getattr(options, name)) is not None}
    answer = sandbox.ask(replace(_settings(options), **bounds), query)
    columns = answer.column_names
    if options.json:
        screen.as_json([dict(zip(columns, row, strict=True)) for row in _rows(answer)])
    elif options.csv:
        screen.separated(columns, _rows(answer), ",", options.raw_text)
    elif screen.is_terminal():
        screen.table(columns, list(_rows(answer)))
    else:
        screen.separated(columns, _rows(answer), "\t")
    return WELL


def _rows(answer: "pa.Table") -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, a few thousand at a time made into objects of Python, which are ten times as large."""
    for batch in answer.to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _view(options: argparse.Namespace) -> int:
    from flows import screen, window

    window.show(_settings(options), options.port, screen.live, screen.beside)
    return WELL


def _explain(options: argparse.Namespace) -> int:
    from flows import screen
    from transforms.explain import explain

    screen.raw(_made_of(options.file, explain))
    return WELL


def _draft(options: argparse.Namespace) -> int:
    from flows import screen
    from transforms import draft, layout

    if options.family is not None and not layout.is_name(options.family):
        return _fail(f"--family {options.family!r}: small letters, digits and underscores, as some_bank", WRONG_USAGE)
    if options.out is not None and options.out.exists():
        return _fail(f"{options.out} is there already: remove it, or give another -o", WRONG_USAGE)
    text = _made_of(options.file, lambda raw: draft.draft(raw, harmless.one_line(options.file.name), options.family))
    if options.out is None:
        screen.raw(text.rstrip("\n"))
        return WELL
    _write(options.out, text)
    screen.line(f"{options.out}: finish it by hand, then put it into transforms/layouts")
    return WELL


def _approve(options: argparse.Namespace) -> int:
    from flows import approval, screen
    from transforms.expected import expected

    text = _made_of(options.file, lambda raw: expected(raw, harmless.one_line(options.file.name)))
    path = approval.place(options.file, options.folder)
    differences = approval.differences(path, text)
    if differences is None or (differences and options.yes):
        _write(path, text)
        screen.line(f"{path}: read it against the filing, then sign it behind read-by:")
        return WELL
    if not differences:
        screen.line(f"{path}: nothing differs")
        return WELL
    for difference in differences:
        screen.raw(difference)
    return _fail(f"{path} differs, and is as it was: --yes takes the new text, to be read again", SOME_ENDED_BADLY)


def _made_of(file: Path, made: Callable[[bytes], str]) -> str:
    """What is made of the bytes of a file, opened where they are gzipped, as it may be shown. Errors name the file."""
    from flows import lake
    from flows.settings import SettingsError
    from transforms.errors import TieoutError

    if not file.is_file():
        raise SettingsError(f"no such file: {file}" if not file.exists() else f"no file but a folder or device: {file}")
    try:
        received = file.read_bytes()
    except OSError as problem:
        raise SettingsError(f"{file} cannot be read: {problem.strerror}") from problem
    try:
        return harmless.printable(made(lake.plain(received)))
    except (lake.LakeError, TieoutError) as problem:
        raise TieoutError(f"{file}: {problem}") from problem


def _write(path: Path, text: str) -> None:
    from flows import store
    from flows.settings import SettingsError

    try:
        store.write_bytes(path, text.encode())
    except OSError as problem:
        raise SettingsError(f"{path} cannot be written ({problem.strerror}): give another -o") from problem


def _source(options: argparse.Namespace) -> int:
    from flows import audit, pages, screen

    settings = _settings(options)
    if options.cell is None and ":" in options.what:
        return _fail("a report_id needs a cell_id behind it, such as 310:52", WRONG_USAGE)
    choice = audit.Choice(
        term="" if options.cell else options.what,
        report_id=options.what if options.cell else None,
        cell_id=options.cell,
        deal=options.deal,
        date=options.date,
        class_name=options.class_name,
        members={
            name: value
            for name in ("group_code", "item_code", "status", "bucket")
            if (value := getattr(options, name)) is not None
        },
    )
    found = audit.printings(settings, choice)
    if options.json:
        screen.as_json(found)
        return WELL
    for row in found:
        pages.printing(row, audit.around(settings, row["accession_number"], row["line_no"], options.context))
    return WELL


def _status(options: argparse.Namespace) -> int:
    from flows import audit, discovery, screen

    settings = _settings(options)
    snapshot = audit.snapshot(settings)
    parts = {
        "states": audit.states(settings),
        "layouts": audit.families(settings),
        "class_tables": audit.class_proofs(settings),
        "proofs": audit.proofs(settings),
        "indexes": [{"index": line} for line in discovery.register(settings).strange()],
        "unwell": audit.unwell(settings),
        "doubtful": audit.doubtful(settings),
    }
    if options.json:
        screen.as_json({"snapshot": snapshot, **parts})
        return WELL
    screen.line(f"snapshot {snapshot['id']}, published {snapshot['published']} UTC", "bold")
    for rows in parts.values():
        if rows:
            screen.line()
            screen.table(list(rows[0]), [list(row.values()) for row in rows])
    return WELL


def _verify(options: argparse.Namespace) -> int:
    from flows import damage, screen

    settings = _settings(options)
    if not settings.home.is_dir():
        return _fail(f"no home at {settings.home}: give --home", WRONG_USAGE)
    with screen.progress() as progress:
        found = damage.verify(settings, progress)
    if options.json:
        screen.as_json([_plain(one) for one in found])
        return NO_STORAGE if found else WELL
    for one in found:
        screen.line(one.line)
    screen.line(f"Damaged: {len(found):,} files" if found else "Whole: every file is as it was written")
    return NO_STORAGE if found else WELL


def _labels(options: argparse.Namespace) -> int:
    from flows import labels, pages, screen

    if options.raw_text and not options.csv:
        return _fail(RAW_ALONE, WRONG_USAGE)
    with screen.progress() as progress:
        found = labels.ranked(_settings(options), options.family, progress)
    rows = labels.shown(found, options.top)
    if options.json:
        screen.as_json(rows)
    elif options.csv:
        screen.separated(labels.COLUMNS, [list(row.values()) for row in rows], ",", options.raw_text)
    elif screen.is_terminal():
        pages.labels(rows, labels.remainder(found, options.top))
    else:
        screen.table(labels.COLUMNS, [list(row.values()) for row in rows])
    return WELL


def _plain(value: Any) -> Any:
    """A dataclass as what JSON knows."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _expected(problem: Exception) -> int | None:
    """The exit code of a problem that has a remedy; None for a fault of ours."""
    from flows import audit, cluster, edgar, lake, settings, store, warehouse
    from transforms import errors

    if store.is_storage(problem):
        return NO_STORAGE
    kinds: tuple[tuple[type[Exception], int], ...] = (
        (settings.SettingsError, WRONG_USAGE),
        (store.StoreError, WRONG_USAGE),
        (cluster.ClusterLost, WRONG_USAGE),
        (warehouse.LoadError, NOT_PUBLISHED),
        (warehouse.WarehouseError, WRONG_USAGE),
        (lake.HomeBusy, WRONG_USAGE),
        (lake.LakeError, SOME_ENDED_BADLY),
        (edgar.SourceError, REFUSED),
        (audit.NotFound, WRONG_USAGE),
        (errors.TieoutError, SOME_ENDED_BADLY),
    )
    return next((code for kind, code in kinds if isinstance(problem, kind)), None)


def _fail(message: str, code: int, whole: bool = False) -> int:
    from flows import screen

    screen.complain(message, whole)
    return code


def _closed_pipe() -> int:
    """The reader of our pipe left, as `head` does; that is not an error, but Python must not flush into it again."""
    sys.stdout = None
    return WELL


if __name__ == "__main__":
    sys.exit(main())
