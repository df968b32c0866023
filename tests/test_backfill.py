"""A back-fill over real quarters, served over HTTP. `python -m tests.bench archive` is the same for all of them."""

from pathlib import Path

from flows.indexes import Quarter
from tests.bench.archive import measure, wrong


def test_real_quarters_are_fetched_once_and_asked_for_again_in_vain(shared: Path, tmp_path: Path) -> None:
    found = measure(tmp_path, shared / "edgar", Quarter(1998, 4), Quarter(1999, 1))
    found_2014 = measure(tmp_path / "2014", shared / "edgar", Quarter(2014, 2), Quarter(2014, 3))
    for one in (found, found_2014):
        assert len(one.listed) > 0 and wrong(one) == []
    assert found_2014.states == {"loaded": len(found_2014.listed)}
