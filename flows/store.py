"""Where the lake lies: a folder, or a bucket of object storage that speaks S3.

Both know a file by its relative name, such as raw/98/0000912057-98-000001.txt.gz. Under a name lies a whole file or
none: a folder gets it by rename, a bucket by one request. Nothing here knows what the files mean.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from flows import clock, harmless

Made = TypeVar("Made")

ASIDE = ".aside"  # ending of a file that is being written beside its place
BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9_.=/-]*))?")
AT_ONCE = 16  # requests to a bucket that wait for their answers side by side
TRIES = 4  # of a request to a bucket
PAUSES = (0.05, 0.5)  # seconds between the tries of a disk that fails
CONNECT, ANSWER = 10.0, 60.0  # seconds to wait for a connection and for an answer


class StoreError(Exception):
    """The place where the lake lies cannot be used; the message says which it is, and the remedy."""


class StorageFailed(StoreError):
    """The storage failed while it was used, whatever it was used for; the message names the place and the remedy."""


class LakeDamaged(StorageFailed):
    """A file that is written once is not as it was written, or not there; the message names it and the remedy."""


REMEDY = "run `tieout rebuild`, which makes it again of the raw bytes"


def damaged(place: str, what: str, remedy: str = REMEDY) -> LakeDamaged:
    """Return the error about a file that is damaged."""
    return LakeDamaged(f"{place} {what}: {remedy}")


_LASTING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}  # that a second try does not mend
_FAULTS = {*_LASTING, errno.EIO}
_FAULT = re.compile(
    r"no space left on device|disk quota exceeded|input/output error|read-only file system|disk is full", re.IGNORECASE
)


def is_storage(error: BaseException | None) -> bool:
    """Tell whether a disk that is full, broken or not to be written is behind an error."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, StorageFailed) or (isinstance(error, OSError) and error.errno in _FAULTS):
            return True
        # Arrow, DuckDB and SQLite tell it in words.
        if _FAULT.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def writing(store: "Store") -> Iterator[None]:
    """Write to the lake what was made before. Whatever fails here is not of the filings: raises StoreError alone."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise _failed(store.address(), error) from error


def _failed(place: str, error: Exception) -> StorageFailed:
    words = str(error).strip().split("\n")[0]
    told = (error.strerror if isinstance(error, OSError) else None) or f"{type(error).__name__}: {words}".rstrip(": ")
    return StorageFailed(
        f"{place} cannot be used ({told}): make room or see to the storage, then run the same command again; "
        "what was done is kept"
    )


def _tried(place: str, work: Callable[[], Made]) -> Made:
    """Use a disk, again after a pause where it failed. Raises FileNotFoundError and StorageFailed."""
    for pause in (*PAUSES, None):
        try:
            return work()
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno is None:
                raise  # Arrow's, of what a file holds
            if pause is None or error.errno in _LASTING:
                raise _failed(place, error) from error
            clock.wait(pause)
    raise AssertionError("the last try returns or raises")


class Store(Protocol):
    """Files by relative name. `get` and `local` raise FileNotFoundError, all of them StoreError."""

    def put(self, name: str, content: bytes) -> None:
        """Put `content` under `name`, whole or not at all."""

    def put_table(self, name: str, table: pa.Table) -> None:
        """Put `table` under `name` as Parquet, whole or not at all."""

    def get(self, name: str) -> bytes:
        """Return a file's bytes."""

    def get_table(self, name: str) -> pa.Table:
        """Return a Parquet file's rows, its schema's metadata included."""

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""

    def size(self, name: str) -> int:
        """Return how many bytes a file has; 0 where there is none."""

    def names(self, folder: str) -> list[str]:
        """Return the names of all files below a folder, sorted; none where there is no such folder."""

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is fine."""

    def local(self, name: str) -> Path:
        """Return a path on this machine under which a file's bytes lie. Only for names whose bytes never change."""

    def tidy(self, kept: Collection[str]) -> int:
        """Remove what is half written, and copies on this machine of files that are not `kept`. Returns how many."""

    def address(self, name: str = "") -> str:
        """Return where a file lies, for people."""


# ---- on this machine ----


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` under `path`, whole or not at all."""
    make_folder(path.parent)
    _write(path.with_name(path.name + ASIDE), path, content)


def to_disk(path: Path) -> None:
    """Force to disk what another library wrote to a file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def rename(aside: Path, path: Path) -> None:
    """Rename over `path` and force the folder's entry to disk."""
    aside.replace(path)
    names_to_disk(path.parent)


def names_to_disk(folder: Path) -> None:
    """Force to disk which names a folder holds."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, if they are not there, and force their names to disk.

    A file is no safer than the names that lead to it: a machine that loses its power may lose a new folder whole.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        names_to_disk(folder.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all it holds; one that is not there is fine."""
    if folder.exists():
        shutil.rmtree(folder)


def parquet(table: pa.Table) -> bytes:
    """Return `table` as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Return a Parquet file's rows, of `columns` only those it has; folder names are not read as columns.

    Raises LakeDamaged where the file is no longer what was written.
    """
    with _whole(str(path)):
        if columns is not None:
            inside = set(pq.read_schema(path).names)
            columns = [name for name in columns if name in inside]
        return pq.read_table(path, columns=columns, partitioning=None, page_checksum_verification=True)


@contextmanager
def _whole(place: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, MemoryError):
        raise
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise damaged(place, f"is cut short or changed ({str(error).strip().splitlines()[0][:120]})") from error


def _write(aside: Path, path: Path, content: bytes) -> None:
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    rename(aside, path)


@dataclass(frozen=True)
class Disk:
    """A folder. What is being written lies in `aside/` below it until it is whole."""

    root: Path

    def put(self, name: str, content: bytes) -> None:
        """Write aside, force to disk, rename."""
        path = self.root / name
        aside = self.root / "aside" / sha256(name.encode()).hexdigest()[:32]
        try:
            for folder in (path.parent, aside.parent):
                make_folder(folder)
        except OSError as error:
            raise StoreError(f"{self.root} can hold no lake ({error.strerror}): give another --lake") from error
        _tried(str(path), lambda: _write(aside, path, content))

    def put_table(self, name: str, table: pa.Table) -> None:
        """Write a table as Parquet."""
        self.put(name, parquet(table))

    def get(self, name: str) -> bytes:
        """Read a file."""
        path = self.root / name
        return _tried(str(path), path.read_bytes)

    def get_table(self, name: str) -> pa.Table:
        """Read a Parquet file."""
        path = self.root / name
        return _tried(str(path), lambda: read_table(path))

    def exists(self, name: str) -> bool:
        """Look."""
        return (self.root / name).is_file()

    def size(self, name: str) -> int:
        """Bytes of a file."""
        path = self.root / name
        return path.stat().st_size if path.is_file() else 0

    def names(self, folder: str) -> list[str]:
        """Files below a folder."""
        start = len(str(self.root)) + 1
        # Paths of Python's cost ten times as much as their text, and there may be a million.
        return sorted(f"{above}/{name}"[start:] for above, _, files in os.walk(self.root / folder) for name in files)

    def remove(self, name: str) -> None:
        """Remove a file."""
        path = self.root / name
        _tried(str(path), lambda: path.unlink(missing_ok=True))

    def local(self, name: str) -> Path:
        """The file itself."""
        if not self.exists(name):
            raise FileNotFoundError(self.address(name))
        return self.root / name

    def tidy(self, kept: Collection[str]) -> int:
        """Remove what killed runs left aside; there are no copies."""
        left = self.names("aside")
        for name in left:
            self.remove(name)
        return len(left)

    def address(self, name: str = "") -> str:
        """A path."""
        return str(self.root / name)


# ---- in a bucket ----


@dataclass(frozen=True)
class Access:
    """How object storage is reached; where no key is given, the machine's own means are tried (profile, role)."""

    endpoint: str | None = field(default=None, repr=False)  # http(s)://HOST:PORT; None: Amazon's
    region: str | None = None
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Whom we ask, for people."""
        return harmless.without_login(self.endpoint) if self.endpoint else "Amazon S3"


@dataclass(frozen=True)
class Bucket:
    """A bucket, or what lies below a prefix in it; copies lie in a folder of this machine."""

    bucket: str
    prefix: str  # without slashes around
    access: Access
    copies: Path
    files: Any = field(repr=False, compare=False)  # pyarrow.fs.S3FileSystem

    def put(self, name: str, content: bytes) -> None:
        """One PUT; larger than a part, a multipart upload, which appears when it is complete."""
        # By default Arrow would compress once more what is called .gz.
        with self._answers(name), self.files.open_output_stream(self._key(name), compression=None) as stream:
            stream.write(content)

    def put_table(self, name: str, table: pa.Table) -> None:
        """Write a table as Parquet."""
        self.put(name, parquet(table))

    def get(self, name: str) -> bytes:
        """Read a file."""
        with self._answers(name), self.files.open_input_file(self._key(name)) as stream:
            content: bytes = stream.read()
        return content

    def get_table(self, name: str) -> pa.Table:
        """Read a Parquet file."""
        content = pa.BufferReader(self.get(name))
        with _whole(self.address(name)):
            return pq.read_table(content, page_checksum_verification=True)

    def exists(self, name: str) -> bool:
        """Ask."""
        with self._answers(name):
            return bool(self.files.get_file_info(self._key(name)).is_file)

    def size(self, name: str) -> int:
        """Bytes of a file."""
        with self._answers(name):
            return int(self.files.get_file_info(self._key(name)).size or 0)

    def names(self, folder: str) -> list[str]:
        """Files below a folder."""
        from pyarrow import fs

        start = len(self._key(""))
        selector = fs.FileSelector(self._key(folder), allow_not_found=True, recursive=True)
        with self._answers(folder):
            return sorted(info.path[start:] for info in self.files.get_file_info(selector) if info.is_file)

    def remove(self, name: str) -> None:
        """Remove a file, and its copy."""
        (self.copies / name).unlink(missing_ok=True)
        with self._answers(name):
            try:
                self.files.delete_file(self._key(name))
            except FileNotFoundError:
                return

    def local(self, name: str) -> Path:
        """A copy, made once."""
        path = self.copies / name
        if not path.is_file():
            write_bytes(path, self.get(name))
        return path

    def tidy(self, kept: Collection[str]) -> int:
        """Remove copies; in a bucket nothing is ever half written."""
        wanted = frozenset(kept)
        disk = Disk(self.copies)
        gone = [name for name in disk.names("") if name not in wanted]
        for name in gone:
            disk.remove(name)
        return len(gone)

    def address(self, name: str = "") -> str:
        """An address of the form s3://BUCKET/PREFIX/NAME."""
        return f"s3://{self._key(name)}"

    def _key(self, name: str) -> str:
        return "/".join(part for part in (self.bucket, self.prefix) if part) + f"/{name}"

    @contextmanager
    def _answers(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            place = f"{self.address(name)} at {self.access.shown}"
            # Nothing that answers at all is a wrong address as long as nothing was asked of it before.
            if _REFUSED.search(str(error)) or (not name and "NETWORK_CONNECTION" in str(error)):
                raise StoreError(
                    f"{place} cannot be used ({_brief(error)}): "
                    "check --lake, AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                ) from error
            raise StorageFailed(
                f"{place} cannot be used ({_brief(error)}, after {TRIES} tries): see to the storage, "
                "then run the same command again; what was done is kept"
            ) from error


# What the settings ask for and the bucket does not give, as Arrow names it; whatever else it says, it failed.
_REFUSED = re.compile(
    r"AWS Error (?:ACCESS_DENIED|INVALID_ACCESS_KEY_ID|SIGNATURE_DOES_NOT_MATCH|INVALID_SIGNATURE|EXPIRED_TOKEN"
    r"|UNRECOGNIZED_CLIENT|INVALID_CLIENT_TOKEN_ID|MISSING_AUTHENTICATION_TOKEN|MISSING_ACTION|OPT_IN_REQUIRED"
    r"|NO_SUCH_BUCKET|VALIDATION|INCOMPLETE_SIGNATURE)\b|HTTP status 40[013]|HTTP status 30[0-9]"
)


def _brief(error: OSError) -> str:
    """The part of Arrow's message that says what is wrong."""
    text = str(error).splitlines()[0]
    match = re.search(r"AWS Error (\w+) during (\w+) operation", text)
    return f"{match[1].replace('_', ' ').lower()}, {match[2]}" if match else text


def parts(address: str) -> tuple[str, str]:
    """Return bucket and prefix of s3://BUCKET/PREFIX. Raises StoreError."""
    match = BUCKET.fullmatch(address)
    prefix = (match[2] or "").strip("/") if match else ""
    if match is None or any(step in ("", ".", "..") for step in prefix.split("/") if prefix):
        raise StoreError(
            f"lake {address!r}: give --lake (or TIEOUT_LAKE) a folder, or s3://BUCKET/PREFIX "
            "of small letters, digits, dots and dashes"
        )
    return match[1], prefix


@lru_cache(maxsize=8)
def bucket(address: str, access: Access, copies: Path) -> Bucket:
    """Open the bucket at s3://BUCKET/PREFIX. Raises StoreError where it is not there or may not be used."""
    from pyarrow import fs

    name, prefix = parts(address)
    given: dict[str, Any] = {
        "endpoint_override": access.endpoint,
        "region": access.region or ("us-east-1" if access.endpoint else None),
        "access_key": access.key,
        "secret_key": access.secret,
        "session_token": access.token,
    }
    files = fs.S3FileSystem(
        **{option: value for option, value in given.items() if value},
        connect_timeout=CONNECT,
        request_timeout=ANSWER,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=TRIES),
        allow_delayed_open=True,  # else three requests for each small file
    )
    opened = Bucket(name, prefix, access, copies / name / prefix, files)
    # A bucket that is not there would otherwise look like an empty lake.
    with opened._answers(""):
        there = files.get_file_info(name)
    if there.type == fs.FileType.NotFound:
        raise StoreError(f"there is no bucket {name} at {access.shown}: make it, or give another --lake")
    return opened


def together(store: Store, names: Iterable[str]) -> list[Path]:
    """Return `store.local(name)` of each name, in order, several at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(store.local, names))
