"""The pace of all processes of a machine: slots, blocks, clocks that change, and a file that was cut."""

import multiprocessing
import time
from pathlib import Path

import pytest

import flows.clock
from flows import pacer
from flows.pacer import SLACK, Pacer


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.wall = 1000.0, 2_000_000.0
        monkeypatch.setattr(flows.clock, "monotonic", lambda: self.now)
        monkeypatch.setattr(flows.clock, "wall", lambda: self.wall)
        monkeypatch.setattr(flows.clock, "wait", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_slots_keep_their_distance(tmp_path: Path, clock: Clock) -> None:
    one = Pacer(tmp_path / "a.pacer", 8)
    times = []
    for _ in range(17):
        one.take()
        times.append(clock.now)
    for first, ninth in zip(times, times[8:], strict=False):
        assert ninth - first >= 1 + SLACK - 1e-9, "nine requests within a second"
    assert times[-1] - times[0] == pytest.approx(16 * (1 + SLACK) / 8), "and no slower than that"


def test_who_wakes_too_late_takes_another_slot(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Pacer(tmp_path / "a.pacer", 8)
    one.take()
    oversleeps = iter([0.3])
    monkeypatch.setattr(flows.clock, "wait", lambda seconds: clock.sleep(seconds + next(oversleeps, 0.0)))
    one.take()
    asleep = clock.now
    one.take()
    assert clock.now - asleep >= (1 + SLACK) / 8 - 1e-9


def test_a_block_stops_everybody_and_the_longer_one_holds(tmp_path: Path, clock: Clock) -> None:
    one, other = Pacer(tmp_path / "a.pacer", 8), Pacer(tmp_path / "a.pacer", 8)
    assert one.block(600) is True
    assert other.block(5) is False, "a request that was under way met the same block"
    assert other.blocked() == pytest.approx(600)
    other.take()
    assert clock.now >= 1600


def test_a_change_of_the_wall_clock_moves_nothing(tmp_path: Path, clock: Clock) -> None:
    one = Pacer(tmp_path / "a.pacer", 8)
    one.take()
    one.block(600)
    for jump in (-86_400, +86_400):
        clock.wall += jump
        assert one.blocked() == pytest.approx(600)


def test_a_block_outlives_a_restart_of_the_machine(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Pacer(tmp_path / "a.pacer", 8)
    one.block(600)
    boot = tmp_path / "boot"
    boot.write_text("another boot\n")
    monkeypatch.setattr(pacer, "BOOT", boot)
    clock.now, clock.wall = 5.0, clock.wall + 100
    assert one.blocked() == pytest.approx(500)
    clock.wall -= 10 * 86_400
    assert one.blocked() <= 0, "a clock that was set back makes no block of ten days"


@pytest.mark.parametrize("text", ["", "nonsense", "boot 1.0", "\x00" * 160, "a b c d"])
def test_a_file_that_says_nothing_starts_anew(tmp_path: Path, clock: Clock, text: str) -> None:
    (tmp_path / "a.pacer").write_text(text)
    one = Pacer(tmp_path / "a.pacer", 8)
    one.take()
    before = clock.now
    one.take()
    assert clock.now > before


def _taking(file: str, count: int, times: object, ready: object) -> None:
    one = Pacer(Path(file), 50)
    ready.wait()  # type: ignore[attr-defined]
    times.put(time.monotonic())  # type: ignore[attr-defined]
    for _ in range(count):
        one.take()
        times.put(time.monotonic())  # type: ignore[attr-defined]


def test_two_processes_share_the_slots_fairly(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    queues = [context.Queue() for _ in range(2)]
    file = str(tmp_path / "a.pacer")
    ready = context.Barrier(2)
    both = [context.Process(target=_taking, args=(file, 40, queue, ready)) for queue in queues]
    for process in both:
        process.start()
    begun, taken = zip(*((queue.get(), [queue.get() for _ in range(40)]) for queue in queues), strict=True)
    for process in both:
        process.join()
    # What else the machine does only lengthens it: without the file in common, it would be half as long.
    whole = max(times[-1] for times in taken) - min(begun)
    assert whole >= 79 * (1 + SLACK) / 50
    together = [one for one in taken if one[0] < min(times[-1] for times in taken)]
    assert len(together) == 2, "neither waited until the other was done"
