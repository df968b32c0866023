"""What a run is told: the only file that reads (and, for Prefect, sets) the environment."""

import math
import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from flows.store import Access, Store

EDGAR = "edgar"
ARCHIVE = "TIEOUT_ARCHIVE"
FORMS = ("8-K", "8-K/A", "10-D", "10-D/A")
HERE = Path(__file__).resolve().parent
PROCESSES = "TIEOUT_PROCESSES"
IDENTITY = "EDGAR_IDENTITY"
S3 = "s3://"
SEC_LIMIT = 10.0  # requests a second that the SEC allows, of all machines of one user together
HOME, SAMPLE_HOME = "data/home", "data/sample-home"
ASKS, ADDS, READS = "asks", "adds", "reads"  # what a command does with its home: ask an archive, take files, or neither
RUNNERS = PROCESS_POOL, DASK = ("processes", "dask")
SCHEDULER = re.compile(r"(tcp|tls)://[^/:@\s]+:[0-9]{1,5}")


class Login(NamedTuple):
    """User and password of an archive's address."""

    user: str
    password: str


class SettingsError(Exception):
    """A setting is wrong or missing; the message says which, and the remedy."""


@dataclass(frozen=True)
class Settings:
    """Where a run reads and writes, and with how much of the machine."""

    home: Path  # everything a run writes; absolute
    archive: str  # a folder that holds `Archives/`, an http(s) address, or `edgar`
    archive_is_sample: bool
    identity: str | None = field(repr=False)  # "Name email", declared to the source and shown to nobody else
    processes: int  # that read filings at the same time; and threads that build the warehouse
    lake: str = ""  # where raw bytes, cells, facts and ledger lie: a folder or s3://BUCKET/PREFIX; empty: the home
    forms: tuple[str, ...] = FORMS  # of filings that are listed, exactly as the index writes them
    today: date | None = None  # at the source; None for what its clock says
    a_second: float = 8.0  # requests to the source by all processes of this machine
    pacers: Path = Path.home() / ".local/state/tieout"  # where all processes of this machine meet to keep the pace
    blocked: float = 600.0  # seconds of silence after the source said that it was too much
    runner: str = PROCESS_POOL  # that reads: processes of this machine, or dask
    address: str | None = None  # of the scheduler of a Dask cluster, as tcp://HOST:PORT
    memory: str = "400MB"  # upper bound of the database while it builds or answers; what is more lies on the disk
    spill: str = "4GB"  # upper bound of what lies on the disk meanwhile, of one question
    answer: int = 500_000_000  # bytes of the rows that one question may return
    seconds: float = 300.0  # upper bound of one query
    largest: int = 100_000_000  # bytes that a filing may have, opened: what has more is not read
    filing_memory: int = 3_000_000_000  # bytes that the reading of one filing may add to its process
    filing_seconds: float = 60.0  # of processor time that one filing may take; a second for each MB where that is more
    cells: int = 50_000_000  # printed values that the database holds itself; more lie in files beside it
    login: "Login | None" = field(default=None, repr=False)  # at an archive over http(s), recorded and shown nowhere
    kept: int = 3  # published snapshots of the marts that stay, the newest among them

    @property
    def archive_is_remote(self) -> bool:
        """Whether the archive is reached over http(s)."""
        return self.archive == EDGAR or self.archive.startswith(("http://", "https://"))

    @property
    def warehouse(self) -> Path:
        """The published database file."""
        return self.home / "warehouse.duckdb"

    @property
    def store(self) -> "Store":
        """Where the lake lies. Raises StoreError where a bucket cannot be used."""
        from flows import store

        if self.lake.startswith(S3):
            return store.bucket(self.lake, _access(), self.home / "cache")
        return store.Disk(Path(self.lake or self.home))


def load(
    home: str | Path | None = None,
    archive: str | Path | None = None,
    identity: str | None = None,
    processes: int | None = None,
    lake: str | Path | None = None,
    runner: str | None = None,
    address: str | None = None,
    rate: float | None = None,
    forms: str | None = None,
    largest: str | None = None,
    filing_memory: str | None = None,
    does: str = ASKS,
) -> Settings:
    """Return the settings of what `does` so: arguments, else environment, else defaults. Raises SettingsError."""
    told = str(archive or os.environ.get(ARCHIVE) or "")
    identity = identity or os.environ.get(IDENTITY) or None
    place, login = _archive(told, identity) if told else (str(bundled("data/sample")), None)
    pacers = os.environ.get("TIEOUT_PACERS")
    return Settings(
        home=home_folder(home, does, archive),
        archive=place,
        archive_is_sample=not told,
        identity=identity,
        processes=_processes(processes),
        lake=_lake(str(lake or os.environ.get("TIEOUT_LAKE") or "")),
        runner=_runner(runner or PROCESS_POOL, address),
        address=address,
        a_second=_rate(rate, place),
        forms=_forms(forms or os.environ.get("TIEOUT_FORMS")),
        largest=_bytes("--largest", "TIEOUT_LARGEST", largest) or Settings.largest,
        filing_memory=_bytes("--filing-memory", "TIEOUT_FILING_MEMORY", filing_memory) or Settings.filing_memory,
        cells=_cells(os.environ.get("TIEOUT_CELLS")),
        login=login,
        **({"pacers": Path(pacers).expanduser().absolute()} if pacers else {}),
    )


def _bytes(flag: str, variable: str, told: str | None) -> int | None:
    """Return how many bytes a flag or variable tells, None where neither does."""
    text = told or os.environ.get(variable)
    if not text:
        return None
    size = re.fullmatch("([1-9][0-9]{0,5})(MB|GB)", text)
    if size is None:
        raise SettingsError(f"size {text!r}: give {flag} (or {variable}) as 100MB or 3GB")
    return int(size[1]) * (10**6 if size[2] == "MB" else 10**9)


def _cells(told: str | None) -> int:
    if told and not re.fullmatch("[0-9]{1,15}", told):
        raise SettingsError(f"TIEOUT_CELLS is {told!r}: give a whole number of printed values, such as 50000000")
    return int(told) if told else Settings.cells


def parameters(of: Settings) -> dict[str, Any]:
    """Return what makes `load` give the same settings elsewhere, as JSON knows it: without identity and login.

    Prefect keeps the parameters of a run and shows them. Who asks goes from process to process by the environment.
    """
    return {
        "home": str(of.home),
        "archive": None if of.archive_is_sample else of.archive,
        "processes": of.processes,
        "lake": of.lake or None,
        "runner": of.runner,
        "address": of.address,
        "rate": of.a_second,
        "forms": ",".join(of.forms),
        "largest": f"{of.largest // 10**6}MB",
        "filing_memory": f"{of.filing_memory // 10**6}MB",
    }


def declare(of: Settings, environment: MutableMapping[str, str] = os.environ) -> None:
    """Let this process, and those it starts, ask as these settings say: under their identity, with their login."""
    if of.identity:
        environment[IDENTITY] = of.identity
    if of.login:
        scheme, _, rest = of.archive.partition("://")
        environment[ARCHIVE] = f"{scheme}://{':'.join(quote(part, safe='') for part in of.login)}@{rest}"


def declare_home(home: str, lake: str, environment: MutableMapping[str, str] = os.environ) -> None:
    """Let this process, and those it starts, read this home and, if one is told, this lake."""
    environment["TIEOUT_HOME"] = home
    if lake:
        environment["TIEOUT_LAKE"] = lake


def masked(identity: str) -> str:
    """Return an identity as it may be shown: `Ann Lee ann@example.org` as `Ann Lee <a...@example.org>`."""
    name, _, mail = identity.strip().rpartition(" ")
    local, at, host = mail.strip("<>").rpartition("@")
    return f"{name} <{local[:1]}...@{host}>".strip() if at else identity


def home_folder(told: str | Path | None = None, does: str = ADDS, archive: str | Path | None = None) -> Path:
    """Return the folder that runs write to, for what a command `does`.

    Where none is told, it is the usual one; the sample's own where no archive is told and nothing is in the usual one.
    """
    named = told or os.environ.get("TIEOUT_HOME")
    if named:
        return Path(named).expanduser().absolute()
    usual, sample = Path(HOME).absolute(), Path(SAMPLE_HOME).absolute()
    asks_own = does == ASKS and (archive or os.environ.get("TIEOUT_ARCHIVE"))
    if does == ADDS or asks_own or _is_used(usual):
        return usual
    return sample if does == ASKS or _is_used(sample) else usual


def _is_used(home: Path) -> bool:
    """Tell whether a run has written to a home: to a lake in it, or to one elsewhere that it owns."""
    return any((home / name).exists() for name in ("ledger", "warehouse.duckdb", "id"))


def is_sample_home(told: str | Path | None, home: Path) -> bool:
    """Tell whether a home is the sample's own, and nobody named it."""
    return not (told or os.environ.get("TIEOUT_HOME")) and home == Path(SAMPLE_HOME).absolute()


def make_home(home: Path) -> None:
    """Make the folder that runs write to, if it is not there. Raises SettingsError where nothing can be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        problem = None if os.access(home, os.W_OK) else "it may only be read"
    except OSError as error:
        problem = error.strerror
    if problem:
        raise SettingsError(f"{home} can be no home ({problem}): give another folder as --home or TIEOUT_HOME")


def is_sec(address: str) -> bool:
    """Tell whether an address is of the SEC: EDGAR, by whatever name it is asked for."""
    try:
        return f".{urlsplit(address).hostname or ''}".endswith(".sec.gov")
    except ValueError:
        return False


def _archive(told: str, identity: str | None) -> tuple[str, Login | None]:
    """Return where the archive is, and the login that goes with it. Raises SettingsError."""
    if told == EDGAR or is_sec(told):
        if not identity or "@" not in identity:
            raise SettingsError(
                "archive 'edgar' needs an identity with an e-mail address, which the SEC asks of every client: "
                'set EDGAR_IDENTITY or --identity to "Your Name you@example.com"'
            )
        return EDGAR, None
    if _is_remote(told):
        return _address(told)
    folder = Path(told).expanduser().absolute()
    if not (folder / "Archives").is_dir():
        raise SettingsError(
            f"archive {_quoted(told)} is no folder that holds 'Archives/': give --archive (or TIEOUT_ARCHIVE) such a "
            "folder, an http(s) address, or 'edgar'"
        )
    return str(folder), None


def _is_remote(told: str) -> bool:
    return told.lower().startswith(("http://", "https://"))


def _address(told: str) -> tuple[str, Login | None]:
    """Part an address from its login. Without one, it is that of the same host in TIEOUT_ARCHIVE, if there is one."""
    place, login = _parted(told)
    given = os.environ.get(ARCHIVE) or ""
    if login is None and _is_remote(given) and not is_sec(given):
        other, known = _parted(given)
        login = known if _origin(other) == _origin(place) else None
    return place, login


def _parted(told: str) -> tuple[str, Login | None]:
    try:
        parts = urlsplit(told)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    # What stands behind a / or # that is not written as %2F or %23 would count as path, and be shown.
    if not sound or "@" in parts.path or parts.query or parts.fragment:
        raise SettingsError(
            "the archive's address cannot be read (it is not quoted, since it may hold a password): give --archive "
            "(or TIEOUT_ARCHIVE) as http(s)://HOST/PATH or http(s)://USER:PASSWORD@HOST/PATH, with % codes for / @ # ?"
        )
    login, at, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    place = f"{parts.scheme}://{host}{parts.path}".rstrip("/")
    return place, Login(unquote(user), unquote(password)) if at else None


def _origin(address: str) -> tuple[str, str | None, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _quoted(told: str) -> str:
    """Return a value as an error may quote it: what looks like user and password is left out."""
    login, at, rest = told.rpartition("@")
    return repr(f"...@{rest}" if at and ":" in login else told)


def _rate(told: float | None, archive: str) -> float:
    text = str(told if told is not None else os.environ.get("TIEOUT_RATE") or Settings.a_second)
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < math.inf or (archive == EDGAR and rate > SEC_LIMIT):
        limit = f", for EDGAR at most {SEC_LIMIT:g}" if archive == EDGAR else ""
        raise SettingsError(f"rate {text!r}: give --rate (or TIEOUT_RATE) in requests a second above 0{limit}")
    return rate


def _forms(told: str | None) -> tuple[str, ...]:
    forms = tuple(dict.fromkeys(form.strip().upper() for form in (told or ",".join(FORMS)).split(",") if form.strip()))
    strange = [form for form in forms if not re.fullmatch(r"[A-Z0-9/ -]{1,20}", form)]
    if strange or not forms:
        raise SettingsError(
            f"forms {told!r}: give --forms (or TIEOUT_FORMS) as the index writes them, with commas, as 8-K,8-K/A,10-D"
        )
    return forms


def _runner(told: str, address: str | None) -> str:
    if told not in RUNNERS:
        raise SettingsError(f"runner {told!r}: give --runner {' or '.join(RUNNERS)}")
    if (told == DASK) != (address is not None):
        raise SettingsError("--runner dask and the --address of its scheduler, as tcp://HOST:PORT, go together")
    if address is not None and not SCHEDULER.fullmatch(address):
        raise SettingsError(f"address {_quoted(address)}: give the --address of a scheduler of Dask as tcp://HOST:PORT")
    return told


def _lake(told: str) -> str:
    if told.startswith(S3) and "@" in told:
        raise SettingsError(
            f"lake {_quoted(told)}: keys have no place in its address: give them as AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, and --lake (or TIEOUT_LAKE) as s3://BUCKET/PREFIX"
        )
    if told.startswith(S3) or not told:
        return told
    scheme = told.partition("://")[0]
    if scheme != told:
        raise SettingsError(
            f"lake {_quoted(told)}: {scheme} is not spoken here: give --lake (or TIEOUT_LAKE) a folder, or s3://BUCKET/PREFIX"
        )
    folder = Path(told).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"lake {told!r} is a file: give --lake (or TIEOUT_LAKE) a folder, or s3://BUCKET/PREFIX")
    return str(folder)


def _access() -> "Access":
    """Return how object storage is reached, from the variables that all tools for it know."""
    from flows.store import Access

    def told(*names: str) -> str | None:
        return next((os.environ[name] for name in names if os.environ.get(name)), None)

    return Access(
        endpoint=told("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
        region=told("AWS_REGION", "AWS_DEFAULT_REGION"),
        key=told("AWS_ACCESS_KEY_ID"),
        secret=told("AWS_SECRET_ACCESS_KEY"),
        token=told("AWS_SESSION_TOKEN"),
    )


def _processes(told: int | None) -> int:
    text = str(told if told is not None else os.environ.get(PROCESSES) or os.cpu_count() or 1)
    if not re.fullmatch("[0-9]{1,4}", text) or int(text) < 1:
        raise SettingsError(f"number of processes {text!r}: set {PROCESSES} to a whole number from 1")
    return int(text)


def bundled(name: str) -> Path:
    """Return `sql`, `data/reference` or `data/sample`: beside the checkout, else inside the installed wheel."""
    for root in (HERE.parent, HERE / "_bundled"):
        if (root / name).is_dir():
            return root / name
    raise SettingsError(f"{name!r} is neither beside {HERE} nor in the installed package: install tieout again")


def bare(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of a process that answers a user: how to load libraries and show times, and no secret."""
    kept = {name: environment[name] for name in ("LD_LIBRARY_PATH", "TZ", "LC_ALL", "LANG") if name in environment}
    # Arrow's own allocator takes a gigabyte of addresses at once, which no limit tells from memory.
    return {**kept, "ARROW_DEFAULT_MEMORY_POOL": "system"}


def prepare_workers(environment: MutableMapping[str, str] = os.environ) -> None:
    """Tell the processes started from now on to use one thread each and to keep the memory they will need again.

    A worker for every core leaves no core for a worker's own threads; giving memory back between batches costs about
    ten thousand page faults a batch.
    """
    environment.setdefault("POLARS_MAX_THREADS", "1")
    environment.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:5000,muzzy_decay_ms:5000,narenas:1")


def prepare_prefect(home: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Make Prefect quiet, offline and patient. Call before Prefect is imported; what is set already stays.

    Raises SettingsError where the home cannot be made: Prefect's files lie in it.
    """
    if "PREFECT_HOME" not in environment:
        # Prefect makes its own folder, but not the ones above it.
        make_home(home)
    for name, value in {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # By default any page that a browser of this machine has open may ask, and read the answer.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://127.0.0.1",
        "DO_NOT_TRACK": "1",
        # The default of 20 s is missed on a busy machine: a new database alone takes that long.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # What tasks and flows say of their progress is for Prefect's pages; a terminal has bars.
        "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "INFO",
        "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "INFO",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    }.items():
        environment.setdefault(name, value)


def prepare_server(port: int, environment: MutableMapping[str, str] = os.environ) -> bool:
    """Tell Prefect where its server is, before Prefect is imported. Returns whether it is one that we have to start.

    It is not where PREFECT_API_URL names one.
    """
    if "PREFECT_API_URL" in environment:
        return False
    address = f"http://127.0.0.1:{port}"
    environment |= {
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{address},http://localhost:{port}",
        # Without it, pages on another port than the default ask the default one.
        "PREFECT_SERVER_UI_API_URL": f"{address}/api",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
    return True
