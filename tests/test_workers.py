"""The processes that read: kept over a run, replaced when one dies, free of what started them; and even shares."""

import os
import sys
from types import ModuleType

import pytest

from flows import stages, workers


def whose(number: int) -> int:
    """Tell which process does it; take it down at three."""
    if number == 3:
        os._exit(9)
    return os.getpid()


def what_started(number: int) -> list[str]:
    """Name what the main module of this process holds."""
    return sorted(name for name in vars(sys.modules["__main__"]) if not name.startswith("__"))


def answers(numbers: list[int]) -> list[int | Exception]:
    """Have each number worked on alone, by two processes."""
    return [answer for _, answer in workers.spread(whose, [[number] for number in numbers], sum, 2, None)]


def test_processes_are_kept_and_replaced_when_one_dies() -> None:
    with workers.kept(2):
        assert answers([1]) == [os.getpid()]  # a single group is not worth starting them
        first = set(answers([1, 2, 4, 5]))
        assert os.getpid() not in first and set(answers([1])) <= first
        assert isinstance(answers([3])[0], workers.BrokenExecutor)
        second = set(answers([1, 2, 4]))
        assert os.getpid() not in second and not second & first


def test_a_process_does_not_import_what_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started = ModuleType("__main__")
    started.__file__ = __file__
    monkeypatch.setitem(sys.modules, "__main__", started)
    ((_, held),) = [*workers.spread(what_started, [[1], [2]], sum, 2, None)][:1]
    assert isinstance(held, list) and "whose" not in held
    assert sys.modules["__main__"] is started


@pytest.mark.parametrize(
    ("filings", "processes", "share"),
    [(1, 2, 1), (31, 2, 31), (32, 2, 16), (65, 2, 33), (200, 2, 50), (200, 1, 50), (200, 64, 17), (10_000, 2, 64)],
)
def test_filings_are_shared_out_evenly(filings: int, processes: int, share: int) -> None:
    assert stages._share(filings, processes) == share
