"""The measurements run and say something plausible. No test asserts a time: another machine has another one."""

import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import memory
from tests.bench import _backfill_run, backfill, cost, faults, linear
from tests.bench.__main__ import main, names
from tests.edgar_server import Request
from tests.homes import SAMPLE
from tests.memory import Sample
from tests.simulate import simulate

FEW, MORE, MANY = 2, 50, 200  # filings of a batch


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


def test_a_batch_holds_no_more_for_each_filing_than_a_smaller_one() -> None:
    _, raw = cost.material()
    peaks = {}
    for count in (FEW, MORE, MANY):
        # Each in a process of its own: a peak stays.
        with cost.workers(1) as pool:
            peaks[count] = pool.submit(cost.measure, cost.copies(raw, count), 1).result().peak
    held = {count: (peaks[count] - peaks[FEW]) / (count - FEW) for count in (MORE, MANY)}
    assert held[MANY] < 2 * held[MORE], f"what grows with the square would have 4 times as much: {held}"


def test_copies_are_no_two_alike() -> None:
    assert len(set(cost.copies(simulate(0).raw, 10))) == 10


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


# ---- a back-fill ----

MB = 10**6


def test_a_back_fill_is_told_by_stage() -> None:
    spans = [backfill.Span("flow", 0, 100)]
    spans += [backfill.Span("fetch", 1, 11), backfill.Span("tables", 11, 41), backfill.Span("fetch", 50, 60)]
    sizes = [100, 200, 300, 400, 500, 600, 700, 800]
    samples = [Sample(4.0 + 8 * place, (size + 50) * MB, 50 * MB) for place, size in enumerate(sizes)]
    asked = ["/Archives/edgar/full-index/2006/QTR1/master.gz", *["/Archives/edgar/data/1/x.txt"] * 40]
    requests = [Request(0.0, path, 200, None, "", 0) for path in asked]
    run = backfill.Run(40, spans, samples, requests, {"raw": 20_000, "cells": 60_000}, "")
    assert run.seconds("fetch") == 20 and run.sizes("fetch") == [100 * MB, 700 * MB, 800 * MB]
    assert run.orchestration == pytest.approx(0.5) and run.peak == 800 * MB
    told = list(run.lines())
    assert told[1].split() == ["fetch", "20.0", "2", "800", "100", "800"]
    assert told[3].split() == ["tables", "30.0", "1", "500", "300", "500"]
    assert "peak 800 MB of all processes of tieout (at most 1,000), 850 MB with Prefect's server" in told
    assert any(
        "30.0% is reading" in line and "share is 50.0%, 1 s of it before the first stage" in line for line in told
    )
    assert "requests: 41, 1 of them for indexes; 1.000 a filing" in told
    assert "disk, kB a filing: raw 0.5, cells 1.5; in all 2.0" in told
    assert "a million filings take 694.4 h and 2 GB" in told[-1]


def test_what_a_home_keeps_is_counted_by_kind(tmp_path: Path) -> None:
    for name, size in {"raw/a/b.gz": 3, "raw/c.gz": 4, "warehouse.duckdb": 50, "ledger/x": 6, "spill/y": 99}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    found = backfill.disk(tmp_path)
    assert {name: size for name, size in found.items() if size} == {"raw": 7, "ledger": 6, "warehouse": 50}


def test_a_stage_is_noted_even_where_it_fails() -> None:
    lines = io.StringIO()
    with pytest.raises(ZeroDivisionError):
        _backfill_run.timed("tables", lambda: 1 / 0, lines)()
    name, start, end = json.loads(lines.getvalue())
    assert name == "tables" and start <= end


def test_memory_is_that_of_a_process_and_of_those_it_started() -> None:
    hold = "b = bytearray(60_000_000); print(flush=True); import sys; sys.stdin.read()"
    nest = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    child = subprocess.Popen([sys.executable, "-c", nest], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child, memory.Watch(child.pid, every=0.01, apart="import subprocess") as watch:
        assert child.stdout is not None
        child.stdout.readline()
        assert len(memory.tree(child.pid)) == 2
        assert memory.proportional(child.pid) < 60_000_000
        seen = len(watch.samples)
        while len(watch.samples) < seen + 2:
            time.sleep(0.01)
        child.communicate()
    assert watch.samples[seen + 1].size > 60_000_000
    # The outer process is named apart, the inner one is not.
    assert 0 < watch.samples[seen + 1].apart < watch.samples[seen + 1].size - 60_000_000
    assert memory.proportional(child.pid) == 0


# ---- faults ----


def test_two_processes_get_everything_once_from_a_source_that_fails(tmp_path: Path) -> None:
    told = faults.run(SAMPLE, tmp_path, 50, a_second=40, seed=3)
    # What else the machine does lets requests arrive in bunches; the pace of them all it only slows down.
    assert [wrong for wrong in told.wrong() if "in one second" not in wrong] == []
    arrived = [one.at for one in told.requests]
    assert max(arrived) - min(arrived) >= (len(arrived) - 1) / 40
    assert len(told.requests) >= 50 and len({one.fault for one in told.requests}) > 6
    assert [len(told.of(agent)) > 20 for agent in told.homes] == [True, True]
    printed = "\n".join(told.lines())
    assert printed.count("26 of 26 as undisturbed") == 2 and "to another host: 0" in printed


def test_what_a_failing_source_must_not_lead_to_is_told() -> None:
    held = ("fetched", "1f")
    sent = [
        Request(at / 10, f"/Archives/edgar/data/1/{name}.txt", 200, None, "ann", 0) for at, name in enumerate("aab")
    ]
    clean = faults.Run({"a": held, "b": held}, 8.0, [sent[0], sent[2]], [], {"ann": {"a": held, "b": held}})
    assert list(clean.wrong()) == []
    cut = sent[1]._replace(fault="truncated")
    assert list(faults.Run(clean.whole, 8.0, [*sent[::2], cut], [], clean.homes).wrong()) == []
    wrong = faults.Run(clean.whole, 2.0, sent, sent[:1], {"ann": {"a": ("listed", None)}})
    assert list(wrong.wrong()) == [
        "ann: 1 filings were never listed, b is one",
        "ann: 1 filings ended otherwise than undisturbed, a ('listed', None)",
        "ann: 1 filings were fetched again after they came whole, /Archives/edgar/data/1/a.txt",
        "another host was asked 1 times",
        "3 requests in one second; 2 are allowed",
    ]
