"""The reader does without declarations of layouts: what is mapped with them is mapped without them."""

import gzip
from pathlib import Path

import pytest

from tests import certificates
from tests.bench import declarations
from tests.bench.declarations import KEPT_SHARE, Kept, compared, share, simulated, table
from tests.places import local_filings
from tests.simulate.families import draw
from tests.test_aames import FILING
from transforms import Submission, layout, read_batch

SEEDS = range(6)


def real(shared: Path) -> list[tuple[str, bytes]]:
    """The filings of four trustees, and six certificates of auto trusts."""
    plain = [(path.name, path.read_bytes()) for path in local_filings(shared)]
    trustee = (FILING[-1], gzip.decompress(shared.joinpath(*FILING).read_bytes()))
    rows = certificates.table(shared, "filings")
    auto = [certificates.path(shared, row) for row in rows[:: len(rows) // 6][:6]]
    return [*plain, trustee, *((path.name, gzip.decompress(path.read_bytes())) for path in auto)]


def test_real_reports_are_read_without_declarations(shared: Path) -> None:
    found = compared(real(shared))
    print(table(found))
    assert len(found) == 12
    assert all(one.mapped > 10 for name, one in found.items() if "tail" not in name), table(found)  # cut: no report
    assert share(found) >= KEPT_SHARE, table(found)


def test_simulated_reports_are_read_without_declarations() -> None:
    found = compared(simulated(SEEDS))
    print(table(found))
    assert all(one.mapped > 40 * len(SEEDS) for one in found.values())
    assert all(one.share >= KEPT_SHARE for one in found.values()), table(found)


def test_without_declarations_no_family_is_told() -> None:
    raw = draw("chase", 1).raw.replace(b"</TEXT>", b"See www.ctslink.com\n</TEXT>")
    _, (told,) = read_batch([Submission(raw, local=True)])
    with layout.without():
        _, (bare,) = read_batch([Submission(raw, local=True)])
    assert (told.layout_family, bare.layout_family) == ("ctslink", None)


def test_a_value_that_needs_its_declaration_is_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([
        {(0, 1, 2): ("fact_fee.amount", "Fee | (value)"), (0, 2, 2): ("a.b", "A | (value)")},
        {(0, 1, 2): (None, "Fee | (value)"), (0, 2, 2): ("a.b", "A | (value)")},
    ])  # fmt: skip
    monkeypatch.setattr(declarations, "meanings", lambda _: next(readings))
    found = Kept()
    found.add(b"")
    assert (found.kept, found.mapped) == (1, 2)
    assert "1 times Fee | (value): fact_fee.amount becomes a line item" in table({"some": found})
