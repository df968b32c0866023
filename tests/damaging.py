"""A small home, the sixteen ways in which its files can be damaged, and what must be so when they are healed."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows import intake, lake, stages
from flows.ledger import Ledger
from flows.settings import Settings
from flows.summary import Summary
from tests.homes import SAMPLE, archive, content, home

LISTED = ("0009056404-03-000118", "0009056404-04-000123")  # of one deal, a report each
ROOMS = ("facts", "cells", "ledger", "register", "raw")
# What a run says of itself, and of the addresses that only the ledger knew.
OWN = ("fetched_at", "updated_at", "fetched_from")
HEALS: dict[str, Callable[[Settings], Summary]] = {"nightly": stages.nightly, "rebuild": stages.rebuild}


def built(folder: Path) -> tuple[Settings, str]:
    """A home after a night on two filings of an archive and a local one, whose accession number is returned."""
    texts = {path.name.split(".")[0]: path for path in (SAMPLE / "Archives/edgar/data").rglob("*.txt*")}
    filings = [
        (name, "8-K", f"2003-05-0{day}", lake.plain(texts[name].read_bytes())) for day, name in enumerate(LISTED, 1)
    ]
    of = home(folder, archive(folder / "archive", filings))
    local = folder / "local.txt"
    local.write_bytes(
        gzip.decompress(texts["0009056404-03-000119"].read_bytes()).split(b"<TEXT>")[-1].split(b"</TEXT>")[0]
    )
    (accession,) = intake.add(of, [local])
    summary = stages.nightly(of)
    assert summary.states == {"loaded": 3}, summary.lines
    return of, accession


def files(of: Settings, what: str) -> list[Path]:
    """The files of a part of a home, in the order of their names."""
    places = {"database": "warehouse.duckdb", "marts": "marts/*/*/*.parquet", "CURRENT": "marts/CURRENT"}
    return sorted(path for path in of.home.glob(places.get(what, f"{what}/**/*")) if path.is_file())


def cut(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def gone(path: Path) -> None:
    """Leave nothing of a file."""
    path.unlink()


DAMAGES = (*ROOMS, "database", "marts", "CURRENT")
WAYS: dict[str, Callable[[Path], None]] = {"cut": cut, "gone": gone}


def rows(of: Settings) -> list[dict[str, Any]]:
    """What the ledger says of every filing, but for the clock and for addresses."""
    return [
        {name: value for name, value in row.items() if name not in OWN} for row in Ledger(of.store).frame.to_dicts()
    ]


def held(of: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the warehouse, but for the clock."""
    return content(of.warehouse)
