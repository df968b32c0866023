"""Real filings with a line of heads removed, or a gap narrowed: no value moves to another class or column."""

from pathlib import Path

import pytest

from tests.mutation import layout
from transforms import grid, positions
from transforms.lists import Entry, lists

CLASSES = ("fact_class_distribution", "fact_class_factor", "fact_class_total")
COUNT = 5  # mutants of each filing; `python -m tests.bench mutation NUMBER --kind layout` takes more


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, str]:
    return layout.filings(shared)


@pytest.mark.parametrize("name", ["aames", "bafc", "thornburg", "0001011438"])
def test_a_narrow_gap_moves_no_value_of_a_class(texts: dict[str, str], name: str) -> None:
    text = next(text for file, text in texts.items() if file.startswith(name))
    truth = layout.reading(text)
    tally = layout.judged(layout.sample(text, "gaps", COUNT, 15), truth)
    assert tally.mutants == COUNT and not tally.refused
    moved = [one for one in tally.wrong if one.found[1] in CLASSES and one.proof != "doubtful"]
    assert moved == []
    # Leaving all values out would move none.
    assert tally.values["right"] > 0.95 * len(truth.values) * COUNT


def test_no_balance_of_a_class_takes_the_place_of_another_without_a_line_of_its_heads(texts: dict[str, str]) -> None:
    text = next(text for file, text in texts.items() if file.startswith("0001011438"))
    truth = layout.reading(text)
    first = min(line for (line, _), value in truth.values.items() if value[1] in CLASSES)
    mutants = [one for one in layout.without_heads(text) if first - 10 < one.line < first + 200]
    tally = layout.judged(mutants, truth)
    assert tally.mutants > 10 and not tally.refused
    assert [one for one in tally.wrong if one.found[1] in CLASSES and one.proof == layout.PROVEN] == []


def test_places_of_a_mutant_are_those_of_the_filing() -> None:
    text = "Class   Balance    Rate\nA-1     1,000.00   5.00%\n"
    (removed,) = layout.without_heads("Head of it\n\n" + text.replace("Class   Balance    Rate\n", ""))
    assert (removed.line, removed.before((2, 8))) == (1, (3, 8))
    stays, moves, *_ = layout.narrowed(text)
    assert stays.text.split("\n")[1] == "A-1 1,000.00       5.00%"
    assert moves.text.split("\n")[1] == "A-1 1,000.00   5.00%"
    assert (stays.before((2, 4)), stays.before((2, 19))) == ((2, 8), (2, 19))
    assert (moves.before((2, 4)), moves.before((2, 15))) == ((2, 8), (2, 19))


def test_figures_that_ran_together_are_no_label_and_leave_the_group_to_the_rows_below() -> None:
    text = """                     30 Days      60 Days
ADJ GROUP    BALANCE      1,000.00     2,000.00
             LOANS             8 9        11
             PERCENT         3.25%     1.53%
"""
    rows = grid.with_ranges(list(grid.scan(text, 1)))
    (stretch,) = lists(rows, positions.is_title, positions.is_described, positions.is_heading)
    labels = [(one.outer, one.stubs) for one in stretch.items if isinstance(one, Entry)]
    assert labels == [("ADJ GROUP", ("BALANCE",)), ("ADJ GROUP", ("LOANS",)), ("ADJ GROUP", ("PERCENT",))]
