"""The real filings that are changed, and what changed ones are read as: many at once, beside the filing as it is."""

import gzip
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import duckdb
import polars as pl

from tests import certificates
from tests.mutation import worlds
from transforms import Submission, build, read_batch
from transforms.facts import Frames

_Any = TypeVar("_Any")
READ_AT_ONCE = 24  # filings that are read together: what a call costs is shared by them


@dataclass(frozen=True)
class Original:
    """A filing as it is, the one of the month before, where there is one, and what its like are called in a table."""

    name: str
    raw: bytes
    before: bytes | None = None
    group: str = ""


class Change(Protocol):
    """A filing with one thing changed, with or without the month before."""

    @property
    def original(self) -> Original:
        """The filing as it is."""

    @property
    def with_before(self) -> bool:
        """Whether the month before it is there."""

    def raw(self) -> bytes:
        """The bytes of the changed filing."""


class Pair(NamedTuple):
    """A filing as it is and as changed: the facts of each, None where it has no report, and the world it lies in."""

    as_it_is: Frames
    world_as_it_is: int
    changed: Frames | None
    world: int


# ---- which ----


def originals(shared: Path, step: int = 8) -> list[Original]:
    """The real filings of known layout, of CarMax every `step`th with the month before it."""
    found = [
        Original(path.name, path.read_bytes(), group=path.name)
        for path in sorted((shared / "filings").iterdir())
        if path.is_file() and "tail" not in path.name
    ]
    archive = shared / "edgar" / "Archives" / "edgar" / "data"
    for path in sorted(archive.glob("*/0001011438-98-*.gz")):
        found.append(Original(path.name, gzip.decompress(path.read_bytes()), group=path.name))
    return [*found, *_months(shared, step)]


def pieces(shared: Path) -> list[Original]:
    """The pieces of real reports of many layouts, each without the month before."""
    return [
        Original(path.name, path.read_bytes(), group=path.name)
        for path in sorted((shared / "filings" / "real").iterdir()) if path.is_file()
    ]  # fmt: skip


def _months(shared: Path, step: int) -> Iterator[Original]:
    rows = certificates.table(shared, "filings")
    before = certificates.previous(rows)
    ordered = sorted(rows, key=lambda one: (one["deal"], one["effective_date"]))
    by_date = {(one["deal"], one["effective_date"]): one for one in ordered}
    for one in ordered[::step]:
        earlier = before.get((one["deal"], one["effective_date"]))
        prior = by_date.get((one["deal"], earlier)) if earlier else None
        path = certificates.path(shared, one)
        yield Original(
            path.name,
            gzip.decompress(path.read_bytes()),
            gzip.decompress(certificates.path(shared, prior).read_bytes()) if prior else None,
            "CarMax",
        )


# ---- as what they are read ----


def read(raw: bytes) -> Frames | None:
    """The facts of one submission under its own accession number, None where it has no report."""
    cells, (outcome,) = read_batch([Submission(raw, local=True)])
    return build(cells) if outcome.state == "read" else None


@lru_cache(maxsize=500)
def known(raw: bytes) -> Frames | None:
    """The facts of a submission as it is, read once in a process."""
    return read(raw)


def read_together(raws: Sequence[bytes]) -> list[Frames | str]:
    """The facts of each submission, or why there are none: read in one batch, by accession numbers made up.

    A filing reads the same with neighbours as alone, as `test_neighbours.py` holds.
    """
    names = [f"{number:010}-00-000001" for number in range(len(raws))]
    cells, outcomes = read_batch([_named(raw, name) for raw, name in zip(raws, names, strict=True)])
    found: dict[str, Frames] = {}
    for table, frame in build(cells).items():
        of = pl.col("report_id").str.head(len(names[0])) if "report_id" in frame.columns else pl.col("accession_number")
        parts = frame.with_columns(of_filing=of).partition_by("of_filing", as_dict=True, include_key=False)
        for (name,), part in parts.items():
            found.setdefault(str(name), {})[table] = part
    return [
        found[name] if outcome.state == "read" else outcome.reason or outcome.state
        for name, outcome in zip(names, outcomes, strict=True)
    ]


def _named(raw: bytes, name: str) -> Submission:
    """A submission by another accession number of the same width: the one in its header wins over one that is given."""
    printed = _ACCESSION.search(raw)
    return Submission(raw.replace(printed[1], name.encode()) if printed else raw, accession=name, local=True)


_ACCESSION = re.compile(rb"^ACCESSION NUMBER:\s*(\d{10}-\d\d-\d{6})", re.M)


# ---- beside each other ----


@contextmanager
def judged(changes: Sequence[Change]) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[Pair]]]:
    """Load changed filings and those as they are into one warehouse, each in a world of its own, and run the rules.

    Yields the warehouse, and for each change where to find it and the filing as it is, with the same months.
    """
    plain = {(one.original.name, one.with_before): one.original for one in changes}
    numbers = {key: number for number, key in enumerate(sorted(plain))}
    several = {numbers[key]: _months_of(known(of.raw), of, key[1]) for key, of in plain.items()}
    pairs = []
    for start in range(0, len(changes), READ_AT_ONCE):
        some = changes[start : start + READ_AT_ONCE]
        for one, found in zip(some, read_together([one.raw() for one in some]), strict=True):
            frames = None if isinstance(found, str) else found
            as_it_is = known(one.original.raw)
            assert as_it_is is not None, one.original.name
            world = len(plain) + len(pairs)
            several[world] = _months_of(frames, one.original, one.with_before)
            pairs.append(Pair(as_it_is, numbers[one.original.name, one.with_before], frames, world))
    with tempfile.TemporaryDirectory() as folder, worlds.judged(Path(folder), several) as connection:
        yield connection, pairs


def _months_of(frames: Frames | None, original: Original, with_before: bool) -> list[Frames]:
    before = known(original.before) if with_before and original.before else None
    return [each for each in (frames, before) if each is not None]


def reports(of: Mapping[str, _Any], world: int, frames: Frames) -> Iterator[tuple[str, _Any]]:
    """Yield of what is known by the report ids of a warehouse what is of one filing, by the ordinal of the report."""
    for report in frames["report"]["report_id"]:
        if (name := worlds.name(world) + report) in of:
            yield report.split(":", 1)[1], of[name]
