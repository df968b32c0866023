"""Raw bytes and Parquet on disk: the only file that reads or writes them.

Everything is written aside, forced to disk and renamed, so a name is either absent or complete. A batch file is named
after what it was made from (the filings' bytes and the reader's code): writing it again writes the same.

    raw/<year of the accession number, or LOCAL>/<accession>.txt.gz
    cells/year=<filing year>/<batch>.parquet
    facts/<table>/year=<filing year>/<batch>.parquet
"""

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.settings import make_home
from transforms import facts

GZIP = b"\x1f\x8b"
# A number of EDGAR's or of ours: nothing else that a filing says becomes part of a path.
ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}|LOCAL-[0-9a-f]{16}")
LARGEST = 512 * 1024 * 1024  # bytes of one submission; the largest seen are a tenth of it
ASIDE = ".aside"  # ending of a file that is being written

_held: dict[Path, int] = {}


class LakeError(Exception):
    """What lies in the lake, or should be put there, is not what it must be."""


class HomeBusy(Exception):
    """Another run is writing to the same home."""


@dataclass(frozen=True, order=True)
class Batch:
    """A set of filings of one filing year that were read together."""

    year: int
    name: str

    @property
    def file(self) -> Path:
        """Its place below `cells/` or `facts/<table>/`."""
        return Path(f"year={self.year:04d}") / f"{self.name}.parquet"


@contextmanager
def exclusive(home: Path) -> Iterator[None]:
    """Be the only writer of `home`. The lock dies with the process. Raises HomeBusy, SettingsError."""
    if home in _held:
        _held[home] += 1
        try:
            yield
        finally:
            _held[home] -= 1
        return
    make_home(home)
    with (home / "writer.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise HomeBusy(
                f"process {lock.read().strip() or '?'} is writing to {home}: wait for it, or give another --home"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        _held[home] = 1
        try:
            yield
        finally:
            del _held[home]


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` under `path`, whole or not at all."""
    aside = _aside(path)
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    rename(aside, path)


def write_table(path: Path, table: pa.Table) -> None:
    """Put `table` under `path` as Parquet, whole or not at all."""
    aside = _aside(path)
    with aside.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    rename(aside, path)


def read_table(path: Path) -> pa.Table:
    """Return a Parquet file's rows; folder names are not read as columns."""
    return pq.read_table(path, partitioning=None)


def rename(aside: Path, path: Path) -> None:
    """Rename over `path` and force the folder's entry to disk."""
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all it holds; one that is not there is fine."""
    if folder.exists():
        shutil.rmtree(folder)


def _aside(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(path.name + ASIDE)


def digest(received: bytes) -> str:
    """Return the sha256 of a submission: of its text where the gzip form can be opened, else of what came."""
    try:
        return hashlib.sha256(plain(received)).hexdigest()
    except LakeError:
        return hashlib.sha256(received).hexdigest()


def plain(received: bytes) -> bytes:
    """Return a submission's own bytes. Raises LakeError where their gzip form is broken or opens too wide."""
    if not received.startswith(GZIP):
        return received
    text, rest = bytearray(), received
    try:
        while rest:
            member = zlib.decompressobj(wbits=31)
            text += member.decompress(rest, LARGEST + 1 - len(text))
            if len(text) > LARGEST:
                raise LakeError(f"the gzip form opens to more than {LARGEST} bytes")
            if not member.eof:
                raise LakeError("the gzip form ends too early")
            rest = member.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise LakeError(f"the gzip form is broken: {error}") from error
    return bytes(text)


def raw_path(home: Path, accession: str) -> Path:
    """Return where a submission's bytes lie. Raises LakeError for what is no accession number."""
    if not ACCESSION.fullmatch(accession):
        raise LakeError(f"{accession!r} is no accession number")
    folder = "LOCAL" if accession.startswith("LOCAL") else accession.split("-")[1]
    return home / "raw" / folder / f"{accession}.txt.gz"


def put_raw(home: Path, accession: str, received: bytes) -> None:
    """Keep a submission as received: its gzip form as it is, other bytes gzipped."""
    # Without a time inside, the same bytes make the same file.
    write_bytes(
        raw_path(home, accession), received if received.startswith(GZIP) else gzip.compress(received, 6, mtime=0)
    )


def raw_size(home: Path, accession: str) -> int:
    """Return how many bytes a submission takes as kept; 0 where there is none."""
    path = raw_path(home, accession)
    return path.stat().st_size if path.exists() else 0


def raw_bytes(home: Path, accession: str) -> bytes:
    """Return a submission's own bytes. Raises LakeError where they cannot be opened."""
    path = raw_path(home, accession)
    try:
        return plain(path.read_bytes())
    except FileNotFoundError:
        raise LakeError(f"no bytes at {path}") from None


def batch(year: int, fingerprint: str, members: Iterable[tuple[str, str]]) -> Batch:
    """Name the batch of `members` (accession, sha256 of the bytes) as read by the code of `fingerprint`."""
    made_of = "\n".join([fingerprint, *(f"{accession} {sha256}" for accession, sha256 in sorted(members))])
    return Batch(year, hashlib.sha256(made_of.encode()).hexdigest()[:24])


def put_cells(home: Path, into: Batch, cells: pa.Table) -> None:
    """Keep the cells of a batch, their schema's metadata included."""
    write_table(home / "cells" / into.file, cells)


def get_cells(home: Path, of: Batch) -> pa.Table:
    """Return the cells of a batch."""
    return read_table(home / "cells" / of.file)


def put_facts(home: Path, into: Batch, frames: Mapping[str, pl.DataFrame]) -> None:
    """Keep the tables of a batch; an empty one is no file. Raises LakeError where a type is not the declared one."""
    for table, frame in sorted(frames.items()):
        _check(table, frame)
        path = home / "facts" / table / into.file
        if frame.height:
            write_table(path, frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        else:
            path.unlink(missing_ok=True)


def get_facts(home: Path, table: str, of: Batch) -> pa.Table | None:
    """Return one table of a batch, None where it has no row."""
    path = home / "facts" / table / of.file
    return read_table(path) if path.exists() else None


def fact_files(home: Path, table: str, batches: Iterable[Batch]) -> list[Path]:
    """Return the files of one table in `batches`, in their order."""
    return [path for of in sorted(batches) if (path := home / "facts" / table / of.file).exists()]


def _check(table: str, frame: pl.DataFrame) -> None:
    """Compare types with the declaration: Polars rounds silently where two scales meet."""
    if table not in facts.TABLES:
        raise LakeError(f"table {table!r} is not declared in transforms.facts")
    declared = facts.polars_schema(table)
    found = dict(frame.schema)
    wrong = [
        f"{column}: {found.get(column)}, declared {dtype}"
        for column, dtype in declared.items()
        if found.get(column) != dtype
    ]
    strange = sorted(found.keys() - declared.keys() - {"report_id"})
    if wrong or strange:
        raise LakeError(f"{table}: {'; '.join(wrong + [f'{column}: not declared' for column in strange])}")


def merge_facts(home: Path, into: Batch, batches: Sequence[Batch]) -> None:
    """Write the tables of `batches` once more as those of `into`."""
    for table in facts.TABLES:
        parts = [part for of in batches if (part := get_facts(home, table, of)) is not None]
        if parts:
            # Arrow refuses to join differing types, where Polars would round.
            write_table(home / "facts" / table / into.file, pa.concat_tables(parts))


def sweep(home: Path, batches: Iterable[Batch]) -> int:
    """Remove the files of batches that are not among `batches`, and what killed runs left aside. Returns how many."""
    kept = {str(of.file) for of in batches}
    gone = 0
    for room in ("cells", "facts"):
        for path in (home / room).rglob("*.parquet*"):
            if path.name.endswith(ASIDE) or str(Path(*path.parts[-2:])) not in kept:
                path.unlink()
                gone += 1
    for path in (home / "raw").rglob("*" + ASIDE):
        path.unlink()
        gone += 1
    return gone
