"""The source of filings: the only file that opens a socket.

An archive is a folder shaped like EDGAR's, the same behind an http(s) address, or EDGAR itself. Addresses and rules of
access: sec.gov/search-filings/edgar-search-assistance/accessing-edgar-data.
"""

import logging
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from flows import clock, harmless, lake
from flows.archives import (
    Archive,
    BrokenFiling,
    Folder,
    Index,
    Judge,
    Known,
    MissingFiling,
    Received,
    SourceError,
    bulk_name,
    daily_index_name,
    days_name,
    full_index_name,
    index_text,
    judged,
    listed_days,
    members,
    spellings,
)
from flows.indexes import Quarter
from flows.pacer import Pacer
from flows.settings import EDGAR, Login, Settings, is_sec
from transforms.glance import ENOUGH, Glance, fault

EDGAR_HOST = "https://www.sec.gov"
TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of an answer
TRIES = 4  # of one file, before the run goes on to the next
BACKOFF = 1.0  # seconds before the first repetition, doubled each time, and as much again by chance
LONGEST_WAIT = 60.0  # seconds between two repetitions
BLOCKS = 3  # after so many the run asks no more
SILENCES = 5  # that one file may ask for
BROKEN_IN_A_ROW = 10  # files that cannot be fetched whole, after which it is not the files
HOPS = 5  # redirections of one request
SLOWEST, GRACE = 2_000, 60.0  # bytes a second that a body must come at, after so many seconds
PIECE = 64 * 1024

log = logging.getLogger("tieout.edgar")


def archive(settings: Settings) -> Archive:
    """Return the archive that the settings name."""
    if settings.archive == EDGAR:
        return Remote(EDGAR_HOST, settings.identity or "", pacer(settings, EDGAR_HOST), settings.blocked,
                      most=settings.largest)  # fmt: skip
    if settings.archive_is_remote:
        root = settings.archive
        return Remote(root, settings.identity or "tieout", pacer(settings, root), settings.blocked, settings.login,
                      settings.largest)  # fmt: skip
    return Folder(Path(settings.archive))


def pacer(settings: Settings, root: str) -> Pacer:
    """Return the pacer that all processes of this machine share for a source; all hosts of the SEC are one source."""
    host = urlsplit(root).netloc.rpartition("@")[2]
    source = "sec.gov" if is_sec(root) else re.sub(r"[^\w.-]", "_", host)
    return Pacer(settings.pacers / f"{source}.pacer", settings.a_second)


class Remote:
    """An archive behind http(s), asked politely: paced, under a declared name, and never of another host."""

    def __init__(
        self,
        root: str,
        identity: str,
        pace: Pacer,
        blocked: float = 600.0,
        login: Login | None = None,
        most: int = lake.LARGEST,
    ) -> None:
        self.largest = most  # bytes of one answer
        self.root, self.identity, self.pacer, self.blocked = root.rstrip("/"), identity, pace, blocked
        self._login = login
        self._own = threading.local()
        self._lock = threading.Lock()
        self._blocks = self._broken = 0
        self._heard = False  # whether the source ever answered

    def quarters(self) -> list[Quarter] | None:
        """Return None: a server tells only when it is asked for each."""
        return None

    def full_index(self, quarter: Quarter, known: Known | None = None) -> Index | None:
        """Return the full index of a quarter, None where there is none."""
        return self._index(full_index_name(quarter), known)

    def days(self, quarter: Quarter) -> list[date] | None:
        """Return the days that the listing of a quarter's folder names, None where there is no listing."""
        name = days_name(quarter)

        def check(body: bytes) -> None:
            listed_days(name, quarter, body)

        answer = self._whole(name, check=check)
        return listed_days(name, quarter, answer.body) if answer else None

    def daily_index(self, day: date, known: Known | None = None) -> Index | None:
        """Return the index of a day, None where there is none."""
        return self._index(daily_index_name(day), known)

    def _index(self, name: str, known: Known | None) -> Index | None:
        for told in spellings(name):
            answer = self._whole(told, known, check=lambda body, told=told: index_text(told, body) and None)
            if answer is not None:
                text = None if answer.status == 304 else index_text(told, answer.body)
                return Index(name, text, answer.etag, answer.last_modified)
        return None

    def fetch(self, path: str, judge: Judge | None = None) -> Received:
        """Return the body as it came over the wire."""
        for name in (path, path + ".gz"):
            answer = self._whole(name, judge=judge, check=_filing_fault)
            if answer is not None:
                told = answer.left or (judge and judged(judge, answer.body))
                return Received(answer.body, f"{self.root}/Archives/{name}", told)
        raise MissingFiling(f"{path} is listed and not at {self.root}")

    def bulk(self, day: date) -> Iterator[tuple[str, bytes]] | None:
        """Yield accession number and bytes of every submission of a day's bulk file, None where there is none."""
        answer = self._answer(f"{self.root}/Archives/{bulk_name(day)}", whole=False)
        return _streamed(answer) if answer else None

    # ---- one file, however often it must be asked for ----

    def _whole(
        self,
        name: str,
        known: Known | None = None,
        judge: Judge | None = None,
        check: Callable[[bytes], str | None] = lambda body: None,
    ) -> "Answer | None":
        """Return a whole answer, None for a file that is not there. Raises BrokenFiling, SourceError."""
        address = f"{self.root}/Archives/{name}"
        problem, before = "", b""
        for number in range(TRIES):
            if number:
                clock.wait(_wait(number))
            try:
                answer = self._answer(address, known, judge)
            except _Broken as error:
                problem = str(error)
                if error.final:
                    break
                problem = f"{problem}, {number + 1} times"
                continue
            if answer is None or answer.status == 304 or answer.left:
                return self._well(answer)
            wrong = _checked(check, answer.body)
            if wrong is None:
                return self._well(answer)
            if wrong.startswith(("truncated", "too large")) and answer.body == before:
                # The same bytes twice, of the length that was promised: it is the filing that is so.
                return self._well(answer)
            problem, before = f"{wrong}, {number + 1} times", answer.body
        with self._lock:
            self._broken += 1
            if self._broken >= BROKEN_IN_A_ROW:
                raise SourceError(f"{self._broken} files in a row did not come whole, the last is {address}: {problem}")
        raise BrokenFiling(f"{address}: {problem}")

    def _well(self, answer: "Answer | None") -> "Answer | None":
        with self._lock:
            self._broken = 0
        return answer

    def _answer(
        self, address: str, known: Known | None = None, judge: Judge | None = None, whole: bool = True
    ) -> "Answer | None":
        """Ask until the source does not answer with a block; follow it where it stays on its host."""
        hops = silences = 0
        while True:
            answer = self._once(address, known, judge, whole)
            if answer.status in (200, 304):
                return answer
            if answer.status in (301, 302, 303, 307, 308):
                hops += 1
                address = self._same_host(address, answer.location, hops)
                continue
            if answer.status == 429 or _RATE.search(answer.text):
                silences += 1
                if silences > SILENCES:
                    raise _Broken(f"answered {answer.status} after {SILENCES} silences", final=True)
                self._blocked(address, answer)
                continue
            if _UNDECLARED.search(answer.text):
                raise SourceError(
                    f"{address} answered {answer.status}, the source takes us for an undeclared tool: "
                    'set EDGAR_IDENTITY or --identity to "Your Name you@example.com"'
                )
            if answer.status == 404 or (answer.status == 403 and _ABSENT.search(answer.text)):
                return None
            if answer.status in (401, 403, 407):
                raise SourceError(f"{address} answered {answer.status} without a reason: wait before the next run")
            raise _Broken(f"answered {answer.status}", final=True)

    def _same_host(self, address: str, location: str | None, hops: int) -> str:
        try:
            target = harmless.without_login(urljoin(address, location or ""))
            host = urlsplit(target).netloc
        except ValueError:
            host = ""
        if not location or not host or urlsplit(target)[:2] != urlsplit(address)[:2]:
            raise _Broken(f"sent us to {host or 'nowhere'}, which is not the archive", final=True)
        if hops > HOPS:
            raise _Broken(f"sent us on {HOPS} times", final=True)
        return target

    def _blocked(self, address: str, answer: "Answer") -> None:
        """Keep every process of the machine silent as long as the source asks, else for its ten minutes."""
        seconds = answer.retry_after if answer.retry_after is not None else self.blocked
        if seconds > 6 * self.blocked:
            raise SourceError(f"{address} answered {answer.status} and asks for {seconds / 60:,.0f} minutes of silence")
        # Requests that were under way when the block came are no new blocks.
        new = self.pacer.block(seconds)
        with self._lock:
            self._blocks += new and answer.retry_after is None
            if self._blocks >= BLOCKS:
                raise SourceError(f"{address} answered {answer.status}, the {BLOCKS}rd block of this run: try tomorrow")
        if new:
            log.warning("%s answered %s: silent for %.0f s, then going on", address, answer.status, seconds)

    # ---- one request ----

    def _once(self, address: str, known: Known | None, judge: Judge | None, whole: bool) -> "Answer":
        import requests
        from urllib3.exceptions import HTTPError

        headers = {"Accept-Encoding": "gzip, deflate"}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        elif known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        try:
            answer = self._session().get(address, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False)
        except (requests.RequestException, OSError) as error:
            if not self._heard:
                raise SourceError(f"{self.root} does not answer: {_plainly(error)}") from error
            raise _Broken(_plainly(error), final=True) from error
        self._heard = True
        body, left = b"", None
        try:
            if answer.status_code != 200 or whole:
                with answer:
                    body, left = _body(answer.raw, judge if answer.status_code == 200 else None, self.largest)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _Broken(_plainly(error)) from error
        return Answer(
            answer.status_code, body, left, answer.headers.get("ETag"), answer.headers.get("Last-Modified"),
            answer.headers.get("Location"), _seconds(answer.headers.get("Retry-After")),
            answer,
        )  # fmt: skip

    def _session(self) -> Any:
        """Return this thread's session: connections stay open between its requests."""
        if not hasattr(self._own, "session"):
            self._own.session = _session(self.identity, self.pacer, self._login)
        return self._own.session


@dataclass(frozen=True)
class Answer:
    """One answer of a server; `body` as it came over the wire, `left` why no more of it was taken."""

    status: int
    body: bytes
    left: Glance | None
    etag: str | None
    last_modified: str | None
    location: str | None
    retry_after: float | None
    stream: Any  # the response, with a body that was not asked for still to come

    @property
    def text(self) -> str:
        """The beginning of the body, opened."""
        opener = zlib.decompressobj(wbits=47)
        try:
            start = opener.decompress(self.body, 1024 * 1024) if self.body[:2] == lake.GZIP else self.body
        except zlib.error:
            start = b""
        return start[: 1024 * 1024].decode("latin-1")


class _Broken(Exception):
    """One answer did not come whole, or makes no sense; asking again may help unless that was done."""

    def __init__(self, problem: str, final: bool = False) -> None:
        super().__init__(problem)
        self.final = final


_RATE = re.compile(r"Request Rate Threshold Exceeded|exceeded the SEC's traffic limit", re.IGNORECASE)
_UNDECLARED = re.compile(r"Undeclared Automated Tool", re.IGNORECASE)
_ABSENT = re.compile(r"<Code>(?:AccessDenied|NoSuchKey)</Code>")


def _checked(check: Callable[[bytes], str | None], body: bytes) -> str | None:
    try:
        return check(body)
    except (BrokenFiling, lake.LakeError) as error:
        return str(error)


def _filing_fault(body: bytes) -> str | None:
    return fault(lake.plain(body))


def _wait(number: int) -> float:
    import random

    return min(LONGEST_WAIT, BACKOFF * 2 ** (number - 1)) * random.uniform(1, 2)


def _seconds(retry_after: str | None) -> float | None:
    """Return how long a server asks to wait, in seconds, whichever way it says so."""
    if retry_after is None:
        return None
    if re.fullmatch("[0-9]{1,9}", retry_after.strip()):
        return float(retry_after)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - clock.wall())
    except (TypeError, ValueError):
        return None


def _body(raw: Any, judge: Judge | None, most: int) -> tuple[bytes, Glance | None]:
    """Return a body as it comes over the wire; where the judge finds its beginning foreign, only that and why."""
    start, pieces, size = clock.monotonic(), [], 0
    opener = _Opener() if judge else None
    while piece := raw.read1(PIECE, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise _Broken(f"more than {most:,} bytes came")
        passed = clock.monotonic() - start
        if passed > GRACE and size < SLOWEST * (passed - GRACE):
            raise _Broken(f"{size:,} bytes came in {passed:.0f} s")
        if judge and opener and opener.more(piece) and (told := judge(opener.text[:ENOUGH], False)):
            if told.foreign:
                return b"".join(pieces), told
            judge = None
    return b"".join(pieces), None


def _streamed(answer: Answer) -> Iterator[tuple[str, bytes]]:
    with answer.stream as stream:
        yield from members(stream.raw, stream.url)


class _Opener:
    """The opened beginning of a body that is still coming."""

    def __init__(self) -> None:
        self.text = b""
        self._gzip: Any = None

    def more(self, piece: bytes) -> bool:
        """Take one more piece; False where what came cannot be opened."""
        if not self.text and self._gzip is None and piece[:2] == lake.GZIP:
            self._gzip = zlib.decompressobj(wbits=31)
        if len(self.text) <= ENOUGH:
            try:
                self.text += self._gzip.decompress(piece, 2 * ENOUGH) if self._gzip else piece
            except zlib.error:
                return False
        return True


def _plainly(error: Exception) -> str:
    """Return what went wrong on the wire in few words."""
    reason: Any = error
    while True:
        inner = getattr(reason, "reason", None) or (reason.args[-1] if reason.args else None)
        if not isinstance(inner, Exception):
            break
        reason = inner
    return f"{type(reason).__name__}: {str(reason)[:200]}"


def _session(identity: str, pace: Pacer, login: Login | None) -> Any:
    """Return a session whose every request, repetitions included, waits for its slot; it shows its login, if any."""
    # Costs a quarter of a second that a run on a folder need not pay.
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.util import Retry

    class Paced:
        """A connection that is open before it takes its slot, so that the request leaves when its time has come."""

        def request(self, *arguments: Any, **options: Any) -> Any:
            if self.sock is None:  # type: ignore[attr-defined]
                self.connect()  # type: ignore[attr-defined]
            pace.take()
            return super().request(*arguments, **options)  # type: ignore[misc]

    plain = type("PacedPool", (HTTPConnectionPool,), {"ConnectionCls": type("PacedHTTP", (Paced, HTTPConnection), {})})
    secure = type(
        "PacedPools", (HTTPSConnectionPool,), {"ConnectionCls": type("PacedHTTPS", (Paced, HTTPSConnection), {})}
    )

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    class Patience(Retry):
        # What 429 asks for concerns all processes: the pacer waits.
        RETRY_AFTER_STATUS_CODES = frozenset({503})

    patience = Patience(
        total=TRIES - 1, redirect=False, status_forcelist=(500, 502, 503, 504), backoff_factor=BACKOFF,
        backoff_max=LONGEST_WAIT, backoff_jitter=BACKOFF, raise_on_status=False, retry_after_max=600,
    )  # fmt: skip
    # Each repetition would be a warning on the screen; what fails in the end is told with its reason.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    session = requests.Session()
    # Neither a proxy nor a password of the environment decides whom we talk to, and as whom.
    session.trust_env = False
    session.headers.update({"User-Agent": identity})
    if login:
        # As bytes, since as text Requests would write them in Latin-1.
        session.auth = (login.user.encode(), login.password.encode())
    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter(max_retries=patience, pool_maxsize=1))
    return session
