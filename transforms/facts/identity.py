"""Identities: sums that a report itself must satisfy inside one fact table."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """One linear identity of a fact table.

    `expected`, `actual`, `where` and `tolerance` are SQL expressions over the columns of `table`, valid both in DuckDB
    and in Polars: the reader evaluates them to prove a reading, and the rule file of the same id is generated from
    them, unless it looks into other tables too and is written `by_hand`. `unit` (money, count, rate) sets what counts
    as a tie.
    """

    rule_id: str
    name: str
    table: str
    expected: str
    actual: str
    where: str
    tolerance: str
    unit: str
    severity: str
    grain: str
    why: str
    by_hand: bool = False

    @property
    def addends(self) -> int:
        """How many figures a row of it adds up: each may be rounded."""
        return len(set(_COLUMN.findall(f"{self.expected} {self.actual}")) - {"coalesce"})


_COLUMN = re.compile(r"[a-z_]{2,}")
