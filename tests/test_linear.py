"""No line is looked at anew from each of its places: four times the size takes about four times as long."""

import pytest

from tests.growth import growth
from tests.shapes import CONTEXTS, TOKENS, of
from transforms import Submission, read_batch

SMALL, LARGE = 4_000, 16_000
LINES = [
    ("letterhead", "slashed digits"), ("letterhead", "percents apart"), ("cover", "month"), ("row", "month"),
    ("tag", "blanks"), ("title", "words"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "token"), LINES)
def test_reading_grows_with_the_length_of_a_line(context: str, token: str) -> None:
    def made(size: int, run: int) -> bytes:
        return CONTEXTS[context](of(TOKENS[token], size) + f" {run}").encode()

    def read(raw: bytes) -> None:
        read_batch([Submission(raw, local=True)])

    assert growth(read, made, SMALL, LARGE) < 2.5, "a square has 4"
