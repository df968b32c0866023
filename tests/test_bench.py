"""The measurements run and say something plausible. No test asserts a time: another machine has another one."""

import re

import pytest

from tests.bench import cost, linear
from tests.bench.__main__ import main, names
from tests.simulate import simulate

MEMORY = 400 * 2**20


def test_a_batch_is_measured_in_a_process_of_its_own() -> None:
    raws = [simulate(seed).raw for seed in range(20)]
    with cost.workers(1) as pool:
        measured = pool.submit(cost.measure, raws, 1).result()
    assert measured.filings == len(raws)
    assert measured.cells > 300 * len(raws)
    assert measured.read > 0
    assert measured.build > 0
    assert measured.multiple == pytest.approx((measured.read + measured.build) / measured.reference)
    line = measured.line("20 simulated reports")
    assert re.search(r"= \d+\.\dx a pass over its numbers", line)
    assert re.search(r"peak \d+ MB", line)


def test_a_batch_of_the_filing_fits_in_memory() -> None:
    _, raw = cost.material()
    with cost.workers(1) as pool:
        measured = pool.submit(cost.measure, cost.copies(raw), 1).result()
    assert measured.peak < MEMORY


def test_copies_are_no_two_alike() -> None:
    assert len(set(cost.copies(simulate(0).raw, 10))) == 10


def test_two_processes_are_compared_with_one() -> None:
    assert cost.gain([simulate(0).raw], batches=2) > 0


def test_growth_reads_what_it_measures() -> None:
    lines = list(linear.lines(1))
    assert re.search(r"reports in one filing: .*\(read, \d{2,} report", lines[0])
    assert sum("a line of" in line for line in lines) == len(linear.LINES)
    assert all("(read, 1 report" in line for line in lines if "a line of" in line)
    assert "unreadable" in lines[-2]
    assert "read" in lines[-1]


def test_measurements_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in names())
    assert main(["no such measurement"]) == 2
