"""Which interest for a whole number of days confirms its rate, balance and amount."""

import pytest

from tests.schema import connect


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [(30000, 31000, True), (30000, 30900, True), (58400, 60347, False), (5, 5, False), (1999, 2000, True),
     (123456, 123465, True), (3100000, 3000001, False)],
)  # fmt: skip
def test_figures_that_one_digit_tells_apart(one: int, other: int, apart: bool) -> None:
    assert connect().execute("SELECT one_digit_apart(?, ?)", [one, other]).fetchall() == [(apart,)]


@pytest.mark.parametrize(
    ("rate", "days", "most_days", "alone"),
    # 3.00 % for 31 days is 3.10 % for 30; 5.84 % for 31 is 6.03467 % for 30; 6.00 % for 31 is 3.00 % for 62.
    [(0.03, 31, 40, False), (0.031, 30, 40, False), (0.0584, 31, 40, True), (0.05384380, 31, 40, True),
     (0.0608, 31, 70, True), (0.06, 31, 70, False), (0.08, 31, 40, True), (0.08, 31, 70, False)],
)  # fmt: skip
def test_a_rate_that_one_digit_makes_fit_other_days_is_not_confirmed(
    rate: float, days: int, most_days: int, alone: bool
) -> None:
    given = [rate, days, most_days]
    found = connect().execute("SELECT fits_these_days_alone($1, 7, $2, 20, $3, false)", given).fetchall()
    assert found == [(alone,)]
