"""A line of a class deleted from a real filing: a rule breaks, or what was proven is no longer."""

from collections import Counter
from pathlib import Path

import pytest

from tests.mutation import filings, lines
from tests.mutation.lines import Judged, Mutant
from tests.mutation.worlds import Value

FEW = 8  # deleted lines; `python -m tests.bench mutation NUMBER --kind lines` takes more


def test_every_deleted_line_of_a_class_is_noticed(shared: Path) -> None:
    several = [one for one in filings.originals(shared, step=60) if one.name.startswith("thornburg") or one.before]
    mutants = lines.draw(several[:2], FEW, seed=1)
    assert {mutant.with_before for mutant in mutants} == {False, True}
    told = lines.run(mutants)
    assert [one for row in told.values() for one in row.missed] == []
    assert sum(row.drawn for row in told.values()) == FEW


def test_a_row_of_a_table_is_deleted_whole() -> None:
    page = b"<table><tr><td>A</td></tr>\n<tr>\n<td>B</td><td>1.00</td>\n</tr><tr><td>C</td></tr></table>"
    rows = [(found.start(), found.end()) for found in lines._ROW.finditer(page.decode())]
    start, stop = lines._span(page.index(b"1.00"), 3, [0, 27, 32, 57], rows)
    mutant = Mutant(filings.Original("one", page), start, stop, 3, "B", (), True, True, False)
    assert mutant.raw() == b"<table><tr><td>A</td></tr>\n<tr><td>C</td></tr></table>"


def test_a_printed_line_is_deleted_whole() -> None:
    text = b"A 1.00\nB 2.00\nC 3.00\n"
    start, stop = lines._span(text.index(b"2.00"), 2, [0, 7, 14, 21], [])
    assert (
        Mutant(filings.Original("one", text), start, stop, 2, "B", (), True, True, False).raw() == b"A 1.00\nC 3.00\n"
    )


def value(proof: str) -> Value:
    return Value(1.0, "money", proof, (), (), None)


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        (Judged({("1", ("f", "A", "x")): value("proven")}, {("1", "f"): "proven"}, Counter({("C06", "error"): 1})), []),
        # Values that are gone notice nothing, nor do breaches that are gone.
        (Judged({}, {}, Counter()), []),
        (Judged({("1", ("f", "A", "x")): value("plausible")}, {}, Counter()), ["value less proven"]),
        (Judged({}, {("1", "f"): "plausible"}, Counter()), ["fact less proven"]),
        (Judged({}, {}, Counter({("C06", "error"): 2})), ["C06 error"]),
        (Judged({}, {}, Counter({("F06", "info"): 1})), ["F06 info"]),
    ],
)
def test_what_notices_a_change(now: Judged, reasons: list[str]) -> None:
    base = Judged({("1", ("f", "A", "x")): value("proven")}, {("1", "f"): "proven"}, Counter({("C06", "error"): 1}))
    assert list(lines.noticed(base, now)) == reasons
