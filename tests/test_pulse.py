"""Signs of life: seldom enough to be read, often enough to be believed."""

import pytest

from flows.pulse import duration, pulse


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_line_at_most_every_so_often_and_one_at_the_end() -> None:
    clock, lines = Clock(), list[str]()
    beat = pulse(lines.append, every=30, clock=clock)
    beat("fetch", 0, 1200)
    for done in range(1, 1201):
        clock.now += 0.125
        beat("fetch", done, 1200)
    assert lines == [
        "fetch 240 of 1,200, 8.0 a second, 2 min left",
        "fetch 480 of 1,200, 8.0 a second, 2 min left",
        "fetch 720 of 1,200, 8.0 a second, 1 min left",
        "fetch 960 of 1,200, 8.0 a second, 30 s left",
        "fetch 1,200 of 1,200, 8.0 a second",
    ]


def test_what_was_done_before_does_not_make_it_look_fast() -> None:
    clock, lines = Clock(), list[str]()
    beat = pulse(lines.append, every=30, clock=clock)
    beat("quarters", 100, 120)
    clock.now += 3600
    beat("quarters", 101, 120)
    assert lines == ["quarters 101 of 120, 1.0 an hour, 19 h left"]


def test_stages_are_timed_apart_and_nothing_to_do_is_no_line() -> None:
    clock, lines = Clock(), list[str]()
    beat = pulse(lines.append, every=30, clock=clock)
    beat("document", 0, 0)
    beat("tables", 0, 10)
    clock.now += 40
    beat("facts", 0, 10)
    beat("tables", 5, 10)
    assert lines == ["tables 5 of 10, 7.5 a minute, 40 s left"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (3599, "1 h"),
        (19200, "5 h 20 min"),
        (172799, "2 d"),
        (273600, "3 d 4 h"),
    ],
)
def test_a_time_is_shown_in_the_two_units_that_matter(seconds: float, text: str) -> None:
    assert duration(seconds) == text
