"""The source of filings: the only file that opens a socket.

An archive is a folder shaped like EDGAR's, the same behind an http(s) address, or EDGAR itself.
"""

import gzip
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from flows import indexes
from flows.indexes import Listing
from flows.settings import EDGAR, FORMS, Settings

# No 8-K from EDGAR itself yet: its index does not say which filers are trusts, and most 8-Ks are not theirs.
EDGAR_FORMS = ("10-D", "10-D/A")
EDGAR_HOST = "https://www.sec.gov"
FIRST_YEAR = 1993  # EDGAR's oldest quarterly index
A_SECOND = 8  # requests; the SEC allows ten in all
TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of an answer


class SourceError(Exception):
    """The source refused us or could not be reached; the run stops asking."""


class MissingFiling(Exception):
    """The index lists a file that the archive does not hold."""


class Archive(Protocol):
    """Where filings are listed and fetched."""

    forms: tuple[str, ...]

    def indexes(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of every index file."""

    def fetch(self, path: str) -> bytes:
        """Return the file below `Archives/` as received, gzipped or not. Raises MissingFiling, SourceError."""


def archive(settings: Settings) -> Archive:
    """Return the archive that the settings name."""
    if settings.archive == EDGAR:
        return Remote(EDGAR_HOST, settings.identity or "", forms=EDGAR_FORMS, quarters=_recent_quarters())
    if settings.archive.startswith(("http://", "https://")):
        return Remote(settings.archive, settings.identity or "tieout", forms=FORMS, quarters=_all_quarters())
    return Folder(Path(settings.archive))


def listings(source: Archive) -> tuple[list[Listing], list[str]]:
    """Return the filings of all indexes, one per accession number, and lines of our forms that name no filing."""
    found: dict[str, Listing] = {}
    strange: list[str] = []
    for name, text in source.indexes():
        named, odd = indexes.parse(name, text, source.forms)
        strange += odd
        for one in named:
            earlier = found.get(one.accession, one)
            found[one.accession] = replace(earlier, ciks=tuple(dict.fromkeys((*earlier.ciks, *one.ciks))))
    return sorted(found.values(), key=lambda listing: (listing.filed_date, listing.accession)), strange


class Folder:
    """An archive on disk; a listed `x.txt` may lie there as `x.txt.gz`."""

    forms = FORMS

    def __init__(self, root: Path) -> None:
        self.archives = root / "Archives"

    def indexes(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of every quarterly master index, oldest first."""
        for path in sorted(self.archives.glob("edgar/full-index/*/QTR*/master.idx*")):
            if path.name in ("master.idx", "master.idx.gz"):
                yield str(path.relative_to(self.archives)), _plain(path.read_bytes()).decode("latin-1")

    def fetch(self, path: str) -> bytes:
        """Return the file as it lies there."""
        for name in (path, path + ".gz"):
            if (self.archives / name).is_file():
                return (self.archives / name).read_bytes()
        raise MissingFiling(f"{path} is listed and not in {self.archives}")


class Remote:
    """An archive behind http(s), asked politely: one at a time, paced, under a declared name."""

    def __init__(self, root: str, identity: str, forms: tuple[str, ...], quarters: Iterable[tuple[int, int]]) -> None:
        # Costs a quarter of a second that a run on a folder need not pay.
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        self.root, self.forms, self.quarters = root, forms, tuple(quarters)
        self.session = requests.Session()
        self.session.headers.update({"User-Agent": identity, "Accept-Encoding": "gzip, deflate"})
        patience = Retry(total=3, backoff_factor=1, status_forcelist=(500, 502, 503, 504), raise_on_status=False)
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=patience))
        self.next_request = 0.0

    def indexes(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of the quarterly master indexes that are there."""
        held = 0
        for year, quarter in self.quarters:
            name = f"edgar/full-index/{year}/QTR{quarter}/master.idx"
            body = self._get(name)
            if body is not None:
                held += 1
                yield name, _plain(body).decode("latin-1")
        if not held:
            raise SourceError(f"{self.root} holds no Archives/edgar/full-index/: check the address of the archive")

    def fetch(self, path: str) -> bytes:
        """Return the body as it came over the wire."""
        for name in (path, path + ".gz"):
            body = self._get(name)
            if body is not None:
                return body
        raise MissingFiling(f"{path} is listed and not at {self.root}")

    def _get(self, name: str) -> bytes | None:
        """Return the body of one file, None where it does not exist."""
        import requests
        from urllib3.exceptions import HTTPError

        self._pace()
        address = f"{self.root}/Archives/{name}"
        try:
            with self.session.get(address, timeout=TIMEOUT, stream=True) as answer:
                body: bytes = answer.raw.read(decode_content=False)
        except (requests.RequestException, HTTPError) as error:
            raise SourceError(f"{address}: {error}") from error
        if answer.status_code == 404 or (answer.status_code == 403 and b"<Code>AccessDenied</Code>" in body):
            return None
        if answer.status_code != 200:
            raise SourceError(
                f"{address} answered {answer.status_code} {answer.reason}: wait ten minutes or more before the next run"
            )
        return body

    def _pace(self) -> None:
        now = time.monotonic()
        time.sleep(max(0.0, self.next_request - now))
        self.next_request = max(now, self.next_request) + 1 / A_SECOND


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def _all_quarters() -> list[tuple[int, int]]:
    today = date.today()
    return [(year, quarter) for year in range(FIRST_YEAR, today.year + 1) for quarter in (1, 2, 3, 4)]


def _recent_quarters() -> list[tuple[int, int]]:
    today = date.today()
    this = today.year * 4 + (today.month - 1) // 3
    return [(number // 4, number % 4 + 1) for number in (this - 1, this)]
