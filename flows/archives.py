"""What an archive is: where filings are listed and fetched, and the folder that stands in for EDGAR's."""

import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Protocol

from flows import lake
from flows.indexes import SHOWN, Quarter
from transforms.glance import ENOUGH, Glance

# 0001011438-98-000429.nc
MEMBER = re.compile(r"(?:.*/)?([0-9]{10}-[0-9]{2}-[0-9]{6})\.nc")
Judge = Callable[[bytes, bool], Glance | None]


class SourceError(Exception):
    """The source refused us or could not be reached; the run stops asking."""


class MissingFiling(Exception):
    """The index lists a file that the archive does not hold."""


class BrokenFiling(Exception):
    """One file could not be fetched whole; others may be."""


@dataclass(frozen=True)
class Received:
    """What an archive answered for one filing: its bytes as received, or why no more of them were asked for."""

    body: bytes
    address: str
    glance: Glance | None = None


@dataclass(frozen=True)
class Index:
    """One index file as an archive holds it now; `text` is None where it is the one known before."""

    name: str
    text: str | None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Known:
    """What an archive said of an index file when it was read last."""

    etag: str | None = None
    last_modified: str | None = None


class Archive(Protocol):
    """Where filings are listed and fetched."""

    def quarters(self) -> list[Quarter] | None:
        """Return the quarters that have a full index, None where only asking tells."""

    def full_index(self, quarter: Quarter, known: Known | None = None) -> Index | None:
        """Return the full index of a quarter, None where there is none. Raises SourceError, BrokenFiling."""

    def days(self, quarter: Quarter) -> list[date] | None:
        """Return the days of a quarter that have an index of their own, None where the archive has no such list.

        Raises SourceError, BrokenFiling.
        """

    def daily_index(self, day: date, known: Known | None = None) -> Index | None:
        """Return the index of a day, None where there is none. Raises SourceError, BrokenFiling."""

    def fetch(self, path: str, judge: Judge | None = None) -> Received:
        """Return the file below `Archives/`; where `judge` tells from its beginning that it is foreign, no more of it.

        Raises MissingFiling, BrokenFiling, SourceError.
        """

    def bulk(self, day: date) -> Iterator[tuple[str, bytes]] | None:
        """Yield accession number and bytes of every submission of a day's bulk file, None where there is none.

        Raises BrokenFiling where the file ends too early; what came before it was whole.
        """


def full_index_name(quarter: Quarter) -> str:
    """Return the place of a quarter's full index below Archives/."""
    return f"edgar/full-index/{quarter.folder}/master.idx"


def daily_index_name(day: date) -> str:
    """Return the place of a day's index below Archives/."""
    return f"edgar/daily-index/{Quarter.of(day).folder}/master.{day:%Y%m%d}.idx"


def days_name(quarter: Quarter) -> str:
    """Return the place of the listing of a quarter's daily indexes below Archives/."""
    return f"edgar/daily-index/{quarter.folder}/index.json"


def bulk_name(day: date) -> str:
    """Return the place of the bulk file of a day's submissions below Archives/."""
    return f"edgar/Feed/{Quarter.of(day).folder}/{day:%Y%m%d}.nc.tar.gz"


def day_of(name: str) -> date | None:
    """Return the day that the name of a daily index file tells, None for any other file."""
    match = re.fullmatch(r"(?:.*/)?master\.([0-9]{4})([0-9][0-9])([0-9][0-9])\.idx(?:\.gz)?", name)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


class Folder:
    """An archive on disk; a listed `x.txt` may lie there as `x.txt.gz`."""

    def __init__(self, root: Path) -> None:
        self.archives = root / "Archives"

    def quarters(self) -> list[Quarter] | None:
        """Return the quarters that have a full index."""
        paths = self.archives.glob("edgar/full-index/*/QTR*/master.*")
        texts = {f"{path.parts[-3]}-{path.parts[-2]}" for path in paths}
        return sorted(Quarter.parse(text) for text in texts if re.fullmatch(r"[0-9]{4}-QTR[1-4]", text))

    def full_index(self, quarter: Quarter, known: Known | None = None) -> Index | None:
        """Return the full index of a quarter, None where there is none."""
        return self._index(full_index_name(quarter), known)

    def days(self, quarter: Quarter) -> list[date] | None:
        """Return the days of a quarter that have an index of their own."""
        folder = self.archives / "edgar" / "daily-index"
        if not folder.is_dir():
            return None
        found = (day_of(path.name) for path in (folder / quarter.folder).glob("master.*"))
        return sorted({day for day in found if day})

    def daily_index(self, day: date, known: Known | None = None) -> Index | None:
        """Return the index of a day, None where there is none."""
        return self._index(daily_index_name(day), known)

    def _index(self, name: str, known: Known | None) -> Index | None:
        for told in (*spellings(name), f"{name}.gz"):
            path = self.archives / told
            if path.is_file():
                stamp = str(path.stat().st_mtime_ns)
                if known and known.etag == stamp:
                    return Index(name, None, stamp)
                return Index(name, index_text(told, path.read_bytes()), stamp)
        return None

    def fetch(self, path: str, judge: Judge | None = None) -> Received:
        """Return the file as it lies there."""
        for name in (path, f"{path}.gz"):
            file = self.archives / name
            if file.is_file():
                body = file.read_bytes()
                return Received(body, str(file), judge and judged(judge, body))
        raise MissingFiling(f"{path} is listed and not in {self.archives}")

    def bulk(self, day: date) -> Iterator[tuple[str, bytes]] | None:
        """Yield accession number and bytes of every submission of a day's bulk file, None where there is none."""
        path = self.archives / bulk_name(day)
        return _opened(path) if path.is_file() else None


def _opened(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        yield from members(file, str(path))


def members(file: IO[bytes], name: str) -> Iterator[tuple[str, bytes]]:
    """Yield accession number and bytes of the submissions in a tar file that is read once, from front to back.

    A member's name is only searched for the number; nothing is unpacked to disk. Raises BrokenFiling.
    """
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as tar:
            for member in tar:
                match = MEMBER.fullmatch(member.name)
                if match is None or not member.isfile() or member.size > lake.LARGEST:
                    continue
                inside = tar.extractfile(member)
                body = inside.read() if inside else b""
                if len(body) == member.size:
                    yield match[1], body
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BrokenFiling(f"{name}: {error}") from error


def spellings(name: str) -> Iterable[str]:
    """Yield the names under which an index may be had: as the full index is offered compressed, and plain.

    Compressed comes first: a plain one that was cut short looks whole, and what it lacks would never be listed.
    """
    if name.endswith("/master.idx"):
        yield name.removesuffix(".idx") + ".gz"
    yield name


def index_text(name: str, body: bytes) -> str:
    """Return the text of an index file. Raises BrokenFiling for what is none, such as a web page."""
    try:
        text = lake.plain(body).decode("latin-1")
    except lake.LakeError as error:
        raise BrokenFiling(f"{name}: {error}") from error
    if not re.search(r"^(?:CIK|[0-9]{1,10})\|", text, re.MULTILINE):
        raise BrokenFiling(f"{name}: no index file, since no line begins with CIK| or with a number and |")
    return text


def listed_days(name: str, quarter: Quarter, body: bytes) -> list[date]:
    """Return the days whose index the listing of a quarter's folder names.

    Raises BrokenFiling for what is no such listing, or names what lies elsewhere.
    """
    try:
        items = json.loads(lake.plain(body))["directory"]["item"]
        names = [item["name"] for item in items]
        strange = next((one for one in names if not re.fullmatch(r"[\w.-]{1,200}", one, re.ASCII)), None)
    except (lake.LakeError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise BrokenFiling(f"{name}: no listing of a folder ({type(error).__name__}: {error})") from error
    days = {day for one in names if (day := day_of(one))}
    away = strange or next((f"an index of {day}" for day in sorted(days) if Quarter.of(day) != quarter), None)
    if away is not None:
        raise BrokenFiling(f"{name}: it names {away[:SHOWN]!r}, which is not of its folder")
    return sorted(days)


def judged(judge: Judge, body: bytes) -> Glance | None:
    """Return what is seen at the beginning of a whole submission, None for bytes that cannot be opened."""
    try:
        text = lake.plain(body)
    except lake.LakeError:
        return None
    return judge(text[:ENOUGH], len(text) <= ENOUGH)
