"""Bad input of many kinds: every case ends with a state and a reason of its own, and the reader fails on none.

`python -m tests.bench fuzz NUMBER` reads as many cases as are asked for.
"""

import gzip
from pathlib import Path
from random import Random

import pytest

from flows import allowance
from tests.bench import fuzz
from tests.mutation import noise
from transforms.reading import ERRORS

COUNT = 300  # some 13 s of processor time
# Crashes that are known and not mended yet, by exception and place, with seed and number of a case. A new one fails.
OPEN = {
    # One number is read under two heads, which the reader notices and refuses.
    "UnreadableFiling: the reader failed: it read '...'": (102, 0),
}


@pytest.fixture(scope="module")
def ended(shared: Path) -> list[fuzz.Ended]:
    return list(fuzz.run(range(COUNT)))


def test_no_noise_makes_the_reader_fail(ended: list[fuzz.Ended]) -> None:
    assert [one.number for one in ended] == [*range(COUNT)]
    crashes = {one.crash: one for one in ended if one.crash and one.crash not in OPEN}
    assert not crashes, "\n".join(fuzz.table(ended))
    # Noise that no report survives, or that hurts none, would prove little.
    states = [one.state for one in ended]
    assert {*states} <= {"read", "broken facts", *ERRORS}
    assert all(COUNT / 10 < states.count(state) < COUNT / 2 for state in ("read", "unreadable", "unrecognised"))
    assert all(one.kind for one in ended if one.state != "read")


@pytest.mark.parametrize("crash", OPEN)
def test_a_crash_that_is_mended_is_no_longer_listed(shared: Path, crash: str) -> None:
    seed, number = OPEN[crash]
    (ended,) = fuzz.run([number], seed=seed)
    assert ended.crash == crash and ended.state == "unreadable", "take it out of OPEN"


# A line of figures among the heads of a matrix of buckets; words of a page that look like a tag.
MENDED = ((1, 68), (1, 48))


@pytest.mark.parametrize(("seed", "number"), MENDED)
def test_a_crash_that_was_mended_does_not_come_back(shared: Path, seed: int, number: int) -> None:
    (ended,) = fuzz.run([number], seed=seed)
    assert ended.crash == "" and ended.state in ("read", *ERRORS)


def test_a_case_is_the_same_whatever_is_drawn_beside_it(shared: Path) -> None:
    first = [fuzz.case(7, number) for number in (3, 4)]
    assert [fuzz.case(7, number) for number in (4, 3)] == first[::-1]
    assert first[0].raw != fuzz.case(8, 3).raw


@pytest.mark.parametrize("mutator", [*noise.MUTATORS, *noise.LAST], ids=lambda one: one.__name__)
def test_each_mutator_changes_what_it_is_given_and_takes_whatever_comes(mutator: noise.Mutator) -> None:
    report = b"CIK: 12\n<P>Date May 25, 2003</P>\n\nPrincipal    1,000.00    2.5\nInterest    3.00\n" * 5
    made = {mutator(report, report.upper(), Random(seed)) for seed in range(20)}
    assert len(made - {report}) > 5 and max(map(len, made)) < 100_000
    for nothing in (b"", b"\n", b"\0", gzip.compress(b"x")):
        for seed in range(20):
            assert isinstance(mutator(nothing, nothing, Random(seed)), bytes)


def test_a_reader_that_fails_is_told_with_its_place(ended: list[fuzz.Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise KeyError("x")

    number = next(one.number for one in ended if one.state == "read")
    monkeypatch.setattr("transforms.captions.captioned", fails)
    (failed,) = fuzz.run([number])
    assert (failed.state, failed.crash) == ("unreadable", "KeyError in transforms/reading.py, _read_filing")
    told = "\n".join(fuzz.table([failed]))
    assert "1 crashes at 1 places" in told and f"--only {number} (" in told


def test_a_build_that_fails_is_told_with_its_place(ended: list[fuzz.Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [one.number for one in ended if one.state == "read"][:2]

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("transforms.build", fails)
    found = list(fuzz.run(numbers))
    assert [one.number for one in found] == numbers
    assert {one.crash for one in found} == {"ZeroDivisionError in flows/stages.py, made_facts"}


def test_what_another_process_raised_is_told_with_its_place() -> None:
    error = ValueError("x")
    frames = ("<frozen runpy>", "main"), ("/a/flows/stages.py", "made_facts"), ("/a/transforms/facts/held.py", "of")
    text = "\n".join(f'  File "{file}", line 7, in {name}' for file, name in (*frames, ("<string>", "__init__")))
    error.__cause__ = Exception(f'\n"""\nTraceback (most recent call last):\n{text}\n"""')
    assert fuzz._of_error(fuzz.Case(1, "x", (), b""), error).crash == "ValueError in facts/held.py, of"


def test_a_limit_is_no_crash() -> None:
    one = fuzz.Case(1, "x", (), b"")
    ended = fuzz._of_error(one, allowance.Exceeded("too slow: 61.2 s of processor time, where 60.0 s are allowed"))
    assert (ended.state, ended.crash) == ("Exceeded", "")
