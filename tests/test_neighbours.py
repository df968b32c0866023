"""The result for a filing does not depend on its neighbours in a batch: cells and facts the same to the byte."""

from pathlib import Path

import pytest

from tests import neighbours
from transforms import Submission

# Text and HTML, lists and tables; the first ones are refused.
POOL = ("no_date_first.txt", "no_date_percent_cell.htm", "credit_support.txt", "payment_date_row.htm", "marks.htm",
        "one_line.html", "triggers.txt", "dollar_own_cell.htm", "aames-2006-1_10-D_tail.txt")  # fmt: skip
FAMILIES = ("aames-2006-1_10-D_part1.txt", "bafc-2006-a_10-D_part1.txt", "synchrony-2020-01_submission.txt")


@pytest.fixture(scope="module")
def pool(shared: Path) -> list[Submission]:
    """Small inputs, real reports of several families and two months of a deal, refused ones first."""
    places = [shared / "filings" / folder for folder in ("small", ".", "real")]
    there = {path.name: path for place in places for path in place.iterdir()}
    carmax = sorted((shared / "edgar/Archives/edgar/data").rglob("*.txt*"))[:2]
    return neighbours.named([*(there[name] for name in (*POOL, *FAMILIES)), *carmax])


@pytest.fixture(scope="module")
def alone(pool: list[Submission]) -> neighbours.Digests:
    return {accession: digest for one in pool for accession, digest in neighbours.digests([one]).items()}


def test_a_filing_is_the_same_in_any_batch(pool: list[Submission], alone: neighbours.Digests) -> None:
    batches = list(neighbours.seeded(pool, 10, seed=15))
    assert [str(one) for one in neighbours.differences(batches, alone)] == []


def test_a_refused_filing_leaves_nothing_behind(pool: list[Submission], alone: neighbours.Digests) -> None:
    refused = [one for one in pool if neighbours.is_refused(one)]
    assert len(refused) >= 3
    batches = neighbours.behind(pool, refused)
    assert [str(one) for one in neighbours.differences(batches, alone)] == []
