"""One digit of a real filing changed: no value that comes of it is proven unless a rule that covers it breaks."""

from pathlib import Path

import pytest

from tests.mutation import digits, filings, worlds
from tests.mutation.digits import Mutant, Told
from tests.mutation.filings import Original
from tests.mutation.worlds import Value

FEW = 60  # drawn from all columns alike; `python -m tests.bench mutation NUMBER --kind digits` takes more


@pytest.fixture(scope="module")
def told(shared: Path) -> dict[tuple[str, str], Told]:
    """What became of a fixed sample of mutants."""
    return digits.run(digits.draw(filings.originals(shared, step=40), FEW, seed=1))


def test_no_changed_digit_stays_proven_unnoticed(told: dict[tuple[str, str], Told]) -> None:
    print(digits.table(told))
    assert [defect for row in told.values() for defect in row.defects] == []
    assert sum(row.counted for row in told.values()) > 0.8 * FEW
    # Proving nothing is no answer.
    assert sum(row.proven for row in told.values()) > 0.5 * FEW


def test_a_rule_that_covers_what_it_does_not_see_is_found_out(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If whatever a rule names were called proven, whether it ties or not, the digits would tell."""
    careless = worlds.proving.VALUES.replace("NOT breaks AND seen <= unit * 1.000001", "true", 1)
    assert careless != worlds.proving.VALUES
    monkeypatch.setattr(worlds.proving, "VALUES", careless.replace("FILTER (breaks)", "FILTER (false)"))
    originals = [one for one in filings.originals(shared, step=200) if one.name.startswith("thornburg")]
    told = digits.run(digits.draw(originals, 20, seed=2))
    assert [defect for row in told.values() for defect in row.defects]


def value(amount: float, rules: str, failed: str = "") -> Value:
    return Value(amount, "money", "proven", tuple(rules.split()), tuple(failed.split()), 0.005)


def test_only_a_digit_that_mends_a_misprint_is_left_out() -> None:
    assert digits._is_mended(value(6.96, "C07 C08", "C06"), value(6.97, "C06 C07 C08"))
    # A rule that ties on the value in one of its rows, and breaks in another, says nothing of a mended misprint.
    assert not digits._is_mended(value(6.96, "C06", "C06"), value(7.96, "C06"))
    assert not digits._is_mended(value(6.96, "C07", "C06"), value(7.96, "C07", "C06"))


def test_a_value_that_changes_its_sign_has_moved() -> None:
    assert digits._distance(-5.0, 5.0, is_of_fact=True) == 10.0
    # A line has the sign of its statement, a figure that of its print.
    assert digits._distance(-5.0, 5.0, is_of_fact=False) == 0.0


def test_a_mutant_changes_one_sign_of_one_line() -> None:
    original = Original("one", b"first\nA 1,200.00\nlast\n")
    assert Mutant(original, 2, 2, "9", with_before=False).raw() == b"first\nA 9,200.00\nlast\n"
