"""Filings read alone and in batches: what a filing gives must not depend on the others, or on who reads them."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

import polars as pl

import transforms
from flows.lake import plain
from transforms import Outcome, Submission, document
from transforms.errors import TieoutError
from transforms.reading import metadata

Digests = dict[str, str]  # what came of each filing, by its accession number
KINDS = (".txt", ".htm", ".html")
REFUSED = ("unreadable", "unrecognised", "not_ours")


@dataclass(frozen=True)
class Difference:
    """A filing that gave something else in a batch than alone."""

    accession: str
    batch: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.accession} in {', '.join(self.batch)}"


def filings(shared: Path) -> list[Submission]:
    """Every shared filing, each accession number once."""
    archive = sorted((shared / "edgar" / "Archives" / "edgar" / "data").rglob("*.txt*"))
    folders = [shared / "filings" / name for name in (".", "real", "small")]
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in KINDS]
    return named([*archive, *files])


def named(paths: Iterable[Path]) -> list[Submission]:
    """Return the filings at some paths as local ones, each accession number once."""
    found = [Submission(plain(path.read_bytes()), path.name, local=True) for path in paths]
    return list({_name(one): one for one in found}.values())


def _name(one: Submission) -> str:
    try:
        return document.split(one).accession
    except TieoutError:
        return document.name_of(one)


def _read(batch: Sequence[Submission]) -> tuple[pl.DataFrame, list[Outcome], dict[str, pl.DataFrame], dict[str, str]]:
    cells, outcomes = transforms.read_batch(batch)
    told = metadata(cells)
    rows = [(row["accession_number"], repr(row)) for row in (*told["filings"], *told["reports"])]
    notes = {one.accession: repr([row for name, row in rows if name == one.accession]) for one in outcomes}
    return pl.DataFrame(cells), outcomes, transforms.build(cells) if cells.num_rows else {}, notes


def digests(batch: Sequence[Submission]) -> Digests:
    """Return the digest of all cells and facts of each filing of a batch, and of how it ended."""
    cells, outcomes, built, notes = _read(batch)
    hashed = {one.accession: sha256(f"{one} {notes[one.accession]}".encode()) for one in outcomes}
    for frame in ({"": cells} | built).values():
        for accession, own in _of_each(frame):
            if accession in hashed:
                hashed[accession].update(own.write_csv().encode())
    return {accession: one.hexdigest() for accession, one in hashed.items()}


def _of_each(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the rows of each filing, in their order."""
    owner = "accession_number" if "accession_number" in frame.columns else "report_id"
    named = frame.with_columns(owner_=pl.col(owner).str.split(":").list.first())
    for (accession,), own in named.group_by("owner_", maintain_order=True):
        yield str(accession), own.drop("owner_")


def is_refused(one: Submission) -> bool:
    """Tell whether a filing ends without a report when it is read alone."""
    return transforms.read_batch([one])[1][0].state in REFUSED


def seeded(of: Sequence[Submission], batches: int, seed: int) -> Iterator[list[Submission]]:
    """Yield batches of 2 to 50 filings in any order."""
    choice = Random(seed)
    for _ in range(batches):
        yield choice.sample(of, min(len(of), choice.randint(2, 50)))


def behind(of: Sequence[Submission], refused: Sequence[Submission], at_once: int = 25) -> Iterator[list[Submission]]:
    """Yield batches in which every filing stands directly behind each of those that are refused."""
    for first in refused:
        others = [one for one in of if one is not first]
        for start in range(0, len(others), at_once):
            yield [each for one in others[start : start + at_once] for each in (first, one)]


def differences(
    batches: Iterable[list[Submission]], alone: Digests, executor: Executor | None = None
) -> Iterator[Difference]:
    """Yield every filing that gives something else in one of the batches than alone."""
    for found in executor.map(digests, batches) if executor else map(digests, batches):
        names = tuple(found)
        for accession, digest in found.items():
            if alone[accession] != digest:
                yield Difference(accession, names)
