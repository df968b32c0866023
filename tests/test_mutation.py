"""Real filings in thousands or millions, and the words that say so: nothing wrong is proven or reaches a mart."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation import scale, texts, verdicts
from tests.mutation.verdicts import Job, Told
from transforms.magnitude import said

SAMPLE = 10  # mutants; the large run is `python -m tests.bench mutation N`


def scales(words: str) -> list[int | None]:
    return [one.scale for one in said(words)]


@pytest.mark.parametrize(
    "words",
    [*scale.WORDINGS[1000], "Balance ($000's)", "Ending Balance in thousands", "(000)", "* Amounts in thousands.",
     "All dollar amounts in this report are stated in thousands of dollars unless noted", "Thousands of dollars"],
)  # fmt: skip
def test_words_that_say_thousands(words: str) -> None:
    assert scales(words) == [1000]


@pytest.mark.parametrize("words", [*scale.WORDINGS[1_000_000], "Pool Balance (MM)", "TRUST 2003-1 (in millions)"])
def test_words_that_say_millions(words: str) -> None:
    assert scales(words) == [1_000_000]


@pytest.mark.parametrize(
    "words",
    ["Class A-1000", "1,000 loans", "Amounts for one Certificate of $1,000", "thousands of loans", "per $1,000",
     "denominations of $1,000", "Millions Auto Trust 2020-1", "Thousand Oaks, CA 91320", "Factors per Thousand", "000"],
)  # fmt: skip
def test_words_that_say_no_scale(words: str) -> None:
    assert scales(words) == []


def test_a_figure_in_another_scale_is_as_a_report_prints_it() -> None:
    exact, rounded = (scale.Kind(1000, to_the_cent, "", "head") for to_the_cent in (True, False))
    assert scale.printed("$1,234,567.89", exact) == "1,234.56789"
    assert scale.printed("1,234,567.89", rounded) == "1,235"
    assert scale.printed("1,234,567.89", scale.Kind(1_000_000, False, "", "head")) == "1.2"


def test_no_wrong_value_of_a_filing_in_another_scale_passes(shared: Path) -> None:
    paths = texts.of_known_layout(shared)
    chosen = [*texts.sampled([path for path in paths if path.suffix == ".gz"], 3), paths[0]]
    filings = [scale.unchanged(path.name, texts.raw(path)) for path in chosen]
    tally = verdicts.measured([one.name for one in filings], SAMPLE, verdicts.among(filings))
    assert sum(tally.made.values()) == SAMPLE
    assert tally.wrong_and_proven == []
    assert tally.in_mart == []
    assert sum(tally.right.values()) >= SAMPLE - 1, tally.not_right


def test_the_same_mutants_are_made_whoever_judges_them() -> None:
    """Of each place some filings have no room, and jobs end in another order."""

    def of(jobs: Sequence[Job]) -> list[tuple[Job, list[Told]]]:
        return [(job, [None if kind.place == job.name else f"{kind}" for kind in job.ways]) for job in jobs]

    names = ["head", "title", "some"]
    one = verdicts.measured(names, 100, of)
    other = verdicts.measured(names, 100, lambda jobs: of(jobs)[::-1])
    assert sum(one.made.values()) == 100
    assert one.skipped.keys() == {"head", "title"}
    assert one == other
    assert one.not_right != verdicts.measured(names, 100, of, seed=1).not_right
