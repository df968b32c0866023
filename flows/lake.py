"""Raw bytes, cells and facts of filings: what their files are called, and what may be in them.

A file never changes. A submission that comes again with other bytes is a file of its own; a batch is named after what
it was made from (the filings' bytes and the code), so that writing it again writes the same.

    raw/<year of the accession number, or LOCAL>/<accession>.txt.gz        the bytes that came first
    raw/<year of the accession number>/<accession>.<sha256>.txt.gz         other bytes that came later
    cells/year=<filing year>/<batch>.parquet
    facts/<table>/year=<filing year>/<batch>.<code that built them>.parquet
    hashes/cells/year=<filing year>/<batch>.sha256                         the sha256 of its file of cells
    hashes/facts/year=<filing year>/<batch>.<code that built them>.sha256  of each of its files of facts
"""

import fcntl
import gzip
import hashlib
import json
import os
import platform
import re
import uuid
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from flows.settings import Settings, make_home
from flows.store import Disk, LakeDamaged, Store, damaged, parquet, together, write_bytes
from transforms import facts

GZIP = b"\x1f\x8b"
# A number of EDGAR's or of ours: nothing else that a filing says becomes part of a path.
ACCESSION = re.compile(r"[0-9]{10}-[0-9]{2}-[0-9]{6}|LOCAL-[0-9a-f]{16}")
# Bytes that one submission or file of an archive may have once it is opened, unless the settings say otherwise. The
# largest real filing at hand has 0.4 MB.
LARGEST = Settings.largest
COUNTED = 10  # times so many bytes are counted and hashed, which holds none of them
_PIECE = 4096  # bytes that are opened at a time: what follows a member's end is looked at once more
HASHED = re.compile(r"(?:[0-9a-f]{64}  [^\n]+\n)*")  # as sha256sum writes it
REMOVED = "removed"  # folder of a lake: a note for each filing that a person took out
OWNER = "OWNER"  # file of a lake that lies outside its home: which home writes to it

_held: dict[Path, int] = {}


class LakeError(Exception):
    """What lies in the lake, or should be put there, is not what it must be."""


class TooLarge(LakeError):
    """Bytes that open to more than they may."""


class NoBytes(LakeError):
    """The bytes of a submission are not there, or are not those that were kept."""


class HomeBusy(Exception):
    """Another run is writing to the same home, or another home to the same lake."""


@dataclass(frozen=True, order=True)
class Batch:
    """A set of filings of one filing year that were read together, and by which code their facts were built."""

    year: int
    name: str
    built: str = ""  # fingerprint of that code; empty before there are facts

    @property
    def cells(self) -> str:
        """The file of its cells."""
        return f"cells/year={self.year:04d}/{self.name}.parquet"

    def facts(self, table: str) -> str:
        """The file of one of its tables."""
        return f"facts/{table}/year={self.year:04d}/{self.name}.{self.built}.parquet"

    @property
    def cells_hashes(self) -> str:
        """The file that holds the hash of its cells."""
        return f"hashes/cells/year={self.year:04d}/{self.name}.sha256"

    @property
    def facts_hashes(self) -> str:
        """The file that holds the hashes of its facts: which files there are, and what is in them."""
        return f"hashes/facts/year={self.year:04d}/{self.name}.{self.built}.sha256"


@contextmanager
def exclusive(home: Path, store: Store | None = None) -> Iterator[None]:
    """Be the only writer of `home`, and of the lake in `store`. Raises HomeBusy, SettingsError, StoreError.

    The lock dies with the process. A lake that lies outside the home belongs to the home that first wrote to it; two
    that come first in the same moment find out at the next stage, when one of them is refused.
    """
    if home in _held:
        _claim(home, store)
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
        _claim(home, store)
        _held[home] = 1
        try:
            yield
        finally:
            del _held[home]


def _claim(home: Path, store: Store | None) -> None:
    """Make sure that the lake is ours: nothing that S3 offers everywhere locks, so the first home keeps it."""
    if store is None or store == Disk(home):
        return
    mark = home / "id"
    if not mark.exists():
        write_bytes(mark, uuid.uuid4().hex.encode())
    own = mark.read_text()
    if not store.exists(OWNER):
        store.put(OWNER, f"{own} {platform.node()}:{home}\n".encode())
    number, _, place = store.get(OWNER).decode().strip().partition(" ")
    if number != own:
        raise HomeBusy(
            f"the lake {store.address()} belongs to the home {place}, and two must not write to it: use that home, "
            f"give another --lake, or, if that home is gone for good, remove {store.address(OWNER)}"
        )


def digest(received: bytes) -> str:
    """Return the sha256 of a submission: of its text where the gzip form can be opened, else of what came."""
    try:
        text = hashlib.sha256()
        for piece in _opened(received, COUNTED * LARGEST):
            text.update(piece)
        return text.hexdigest()
    except LakeError:
        return hashlib.sha256(received).hexdigest()


def plain(received: bytes, most: int | None = None) -> bytes:
    """Return a submission's own bytes. Raises LakeError for a broken gzip form, TooLarge above `most` bytes."""
    most = LARGEST if most is None else most
    try:
        return b"".join(_opened(received, most))
    except TooLarge:
        raise TooLarge(f"too large: {_size(received, COUNTED * most)}, where at most {most:,} are read") from None


def _size(received: bytes, most: int) -> str:
    """Return in words how many bytes a submission opens to, counted up to `most` without being held."""
    try:
        size = sum(map(len, _opened(received, most)))
    except TooLarge:
        return f"more than {most:,} bytes"
    return f"{size:,} bytes"


def _opened(received: bytes, most: int) -> Iterator[bytes]:
    """Yield a submission's own bytes piece by piece, counted before they are held. Raises LakeError."""
    if not received.startswith(GZIP):
        if len(received) > most:
            raise TooLarge
        yield received
        return
    view, size, at = memoryview(received), 0, 0
    member = zlib.decompressobj(wbits=31)
    try:
        while at < len(view):
            rest: bytes | memoryview = view[at : at + _PIECE]
            at += len(rest)
            while rest:
                if member.eof:  # zeros may follow a member, and another one
                    rest = bytes(rest).lstrip(b"\0")
                    if not rest:
                        break
                    member = zlib.decompressobj(wbits=31)
                piece = member.decompress(rest, most + 1 - size)
                size += len(piece)
                if size > most:
                    raise TooLarge
                yield piece
                rest = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        raise LakeError(f"the gzip form is broken: {error}") from error
    if not member.eof:
        raise LakeError("the gzip form ends too early")


def raw_name(accession: str, version: str | None = None) -> str:
    """Return the name of a submission's bytes; of later ones, with their digest. Raises LakeError for no accession."""
    if not ACCESSION.fullmatch(accession):
        raise LakeError(f"{accession!r} is no accession number")
    folder = "LOCAL" if accession.startswith("LOCAL") else accession.split("-")[1]
    return f"raw/{folder}/{accession}.{version[:16]}.txt.gz" if version else f"raw/{folder}/{accession}.txt.gz"


def raw_names(accession: str, sha256: str | None) -> list[str]:
    """Return where the version of a submission with this digest may lie."""
    return [raw_name(accession), *([raw_name(accession, sha256)] if sha256 else [])]


def put_raw(store: Store, accession: str, received: bytes) -> str:
    """Keep a submission as received: its gzip form as it is, other bytes gzipped. Returns its digest.

    What is there stays there: the same submission is not written again, another one becomes a version beside it. Only
    what can no longer be opened gives way to bytes that can.
    """
    sha256 = digest(received)
    for name in raw_names(accession, sha256):
        kept = store.get(name) if store.exists(name) else None
        if kept is None or _gives_way(kept, received):
            store.put(name, received if received.startswith(GZIP) else _gzipped(received))
            break
        if digest(kept) == sha256:
            break
    return sha256


def _gives_way(kept: bytes, received: bytes) -> bool:
    """Tell whether bytes were never written by this tieout: all it writes can be opened, unless it came broken."""
    return not (opens(kept) and kept.startswith(GZIP)) and opens(received)


def opens(received: bytes) -> bool:
    """Tell whether bytes can be opened, where they are gzipped."""
    try:
        for _ in _opened(received, COUNTED * LARGEST):
            pass
    except TooLarge:
        return True
    except LakeError:
        return False
    return True


def is_first(name: str) -> bool:
    """Tell whether a file of raw bytes holds those that came first, by its name."""
    return name == raw_name(accession_of(name))


def accession_of(name: str) -> str:
    """Return the accession number of which a file of raw bytes is."""
    return name.rsplit("/", 1)[1].split(".")[0]


def received_size(kept: bytes) -> int:
    """Return how many bytes a submission had when it came: what came plain was gzipped here."""
    try:
        text = plain(kept)
    except LakeError:
        return len(kept)
    return len(text) if _gzipped(text) == kept else len(kept)


def _gzipped(received: bytes) -> bytes:
    """Gzip bytes without a time inside, so that the same bytes make the same file."""
    return gzip.compress(received, 6, mtime=0)


def raw_size(store: Store, accession: str) -> int:
    """Return how many bytes the first version of a submission takes as kept; 0 where there is none."""
    return store.size(raw_name(accession))


def raw_bytes(store: Store, accession: str, sha256: str | None = None) -> bytes:
    """Return a submission's own bytes: the version with this digest, or the first. Raises LakeError."""
    return plain(received(store, accession, sha256))


def received(store: Store, accession: str, sha256: str | None = None) -> bytes:
    """Return a submission's bytes as they are kept, gzipped. Raises NoBytes where there are none."""
    wanted = raw_names(accession, sha256)
    for name in wanted:
        try:
            kept = store.get(name)
        except FileNotFoundError:
            continue
        if sha256 in (None, digest(kept)):
            return kept
    raise NoBytes(f"no bytes{f' with digest {sha256}' if sha256 else ''} at {store.address(wanted[-1])}")


def batch(year: int, fingerprint: str, members: Iterable[tuple[str, str]]) -> Batch:
    """Name the batch of `members` (accession, sha256 of the bytes) as read by the code of `fingerprint`."""
    made_of = "\n".join([fingerprint, *(f"{accession} {sha256}" for accession, sha256 in sorted(members))])
    return Batch(year, hashlib.sha256(made_of.encode()).hexdigest()[:24])


def put_cells(store: Store, into: Batch, cells: pa.Table) -> None:
    """Keep the cells of a batch, their schema's metadata included, and their hash."""
    _put_hashed(store, into.cells_hashes, [(into.cells, cells)])


def get_cells(store: Store, of: Batch) -> pa.Table:
    """Return the cells of a batch. Raises LakeDamaged where they are not there or not as they were written."""
    try:
        return store.get_table(of.cells)
    except FileNotFoundError as error:
        raise damaged(store.address(of.cells), "is gone") from error


def _put_hashed(store: Store, listed: str, tables: Iterable[tuple[str, pa.Table]]) -> None:
    """Keep tables under their names, then what sha256sum says of their files: a list that is there is complete."""
    lines = []
    for name, table in tables:
        content = parquet(table)
        store.put(name, content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    store.put(listed, "".join(lines).encode())


def hashes(store: Store, listed: str) -> dict[str, str]:
    """Return the sha256 of each file that a list of hashes names.

    Raises FileNotFoundError where the list was never written (by an older tieout) or is gone, LakeDamaged where it is
    no such list.
    """
    lines = HASHED.fullmatch(text := store.get(listed).decode("latin-1"))
    if lines is None:
        raise damaged(store.address(listed), "is cut short or changed")
    return {line[66:]: line[:64] for line in text.splitlines()}


def wrong(store: Store, listed: str) -> list[tuple[str, str]]:
    """Return which files of a list of hashes are not as they were written, and what is wrong with each."""
    try:
        told = hashes(store, listed)
    except FileNotFoundError:
        return [(listed, "is gone")]
    except LakeDamaged:
        return [(listed, "is cut short or changed")]
    found = []
    for name, sha256 in told.items():
        try:
            if hashlib.sha256(store.get(name)).hexdigest() != sha256:
                found.append((name, "is cut short or changed"))
        except FileNotFoundError:
            found.append((name, "is gone"))
    return found


def expect_facts(store: Store, batches: Iterable[Batch], there: Collection[tuple[str, str]]) -> None:
    """Raise LakeDamaged where a file of facts that a batch has is not `there`, as table and file name.

    One without rows is no file, so only the list of hashes tells that one is missing.
    """
    for of in batches:
        with suppress(FileNotFoundError):
            for name in hashes(store, of.facts_hashes):
                if _table_and_file(name) not in there:
                    raise damaged(store.address(name), "is gone")


def _table_and_file(name: str) -> tuple[str, str]:
    _, table, *_, file = name.split("/")
    return table, file


def expect_whole(store: Store, batches: Iterable[Batch]) -> None:
    """Raise LakeDamaged where a file of facts is not as it was written: all of them are read."""
    for of in sorted(batches):
        for name, what in wrong(store, of.facts_hashes):
            if name != of.facts_hashes:
                raise damaged(store.address(name), what)


def put_facts(store: Store, into: Batch, frames: Mapping[str, pl.DataFrame]) -> None:
    """Keep the tables of a batch, and their hashes; an empty one is no file.

    Raises LakeError where a type is not the declared one.
    """
    check_facts(frames)
    tables = (
        (into.facts(table), frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        for table, frame in sorted(frames.items())
        if frame.height
    )
    _put_hashed(store, into.facts_hashes, tables)


def get_facts(store: Store, table: str, of: Batch) -> pa.Table | None:
    """Return one table of a batch, None where it has no row."""
    try:
        return store.get_table(of.facts(table))
    except FileNotFoundError:
        return None


def fact_files(store: Store, batches: Iterable[Batch]) -> dict[str, list[Path]]:
    """Return the files of each table in `batches`, on this machine, in the order of the batches."""
    there = set(store.names("facts"))
    wanted = {of.facts(table): table for of in sorted(batches) for table in facts.TABLES if of.facts(table) in there}
    found: dict[str, list[Path]] = defaultdict(list)
    for table, path in zip(wanted.values(), together(store, wanted), strict=True):
        found[table].append(path)
    return found


def check_facts(frames: Mapping[str, pl.DataFrame]) -> None:
    """Compare types with the declaration: Polars rounds silently where two scales meet. Raises LakeError."""
    for table, frame in sorted(frames.items()):
        _check(table, frame)


def _check(table: str, frame: pl.DataFrame) -> None:
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


def merge_facts(store: Store, into: Batch, batches: Sequence[Batch]) -> None:
    """Write the tables of `batches` once more as those of `into`."""
    expect_facts(store, batches, {_table_and_file(name) for name in store.names("facts")})
    _put_hashed(store, into.facts_hashes, _merged(store, into, batches))


def _merged(store: Store, into: Batch, batches: Sequence[Batch]) -> Iterator[tuple[str, pa.Table]]:
    for table in facts.TABLES:
        parts = [part for of in batches if (part := get_facts(store, table, of)) is not None]
        if parts:
            # Arrow refuses to join differing types, where Polars would round.
            yield into.facts(table), pa.concat_tables(parts)


def hash_lists(of: Batch) -> list[str]:
    """Return the lists of hashes that a batch has by now."""
    return [of.cells_hashes, *([of.facts_hashes] if of.built else [])]


# ---- what people decided ----


def note_removed(store: Store, accession: str, reason: str, names: Iterable[str]) -> None:
    """Keep beside the ledger who removed a filing and why, and what its deals go by: the bytes tell nothing of it."""
    store.put(f"{REMOVED}/{accession}", json.dumps([reason, *names]).encode())


def removed(store: Store, accession: str) -> list[str]:
    """Return the reason for which a filing was removed, and what its deals go by."""
    try:
        told: list[str] = json.loads(store.get(f"{REMOVED}/{accession}"))
    except ValueError:
        return ["removed by somebody: the note of who and why is damaged"]
    return told


def forget_removed(store: Store, accession: str) -> None:
    """Take the note away, before the ledger has the filing back."""
    store.remove(f"{REMOVED}/{accession}")


def sweep(store: Store, batches: Iterable[Batch]) -> int:
    """Remove the files of batches that are not among `batches`, and what killed runs left aside. Returns how many."""
    batches = set(batches)
    kept = {of.cells for of in batches}
    kept |= {of.facts(table) for of in batches for table in facts.TABLES}
    hashed = {listed for of in batches for listed in (of.cells_hashes, of.facts_hashes)}
    rooms = (("cells", kept), ("facts", kept), ("hashes", hashed))
    gone = [name for room, wanted in rooms for name in store.names(room) if name not in wanted]
    for name in gone:
        store.remove(name)
    return len(gone) + store.tidy(kept | set(store.names("ledger")))
