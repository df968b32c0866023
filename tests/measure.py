"""Readings measured against what was printed: which values went where, and what the proof says of them."""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from tests.compare import fact_errors, number
from tests.simulate.families import NAMES, Printed, draw
from tests.simulate.truth import BUCKETS
from transforms import Submission, build, read_batch, vocabulary
from transforms.labels import normalise

Row = dict[str, Any]
Frames = dict[str, pl.DataFrame]

RIGHT, LEFT, MISSING = "right", "left", "missing"
COLUMN, MEMBER, VALUE, EXTRA, FACT = "wrong column", "wrong member", "wrong value", "no value", "wrong fact"
WRONG = (COLUMN, MEMBER, VALUE, EXTRA)
LOOSE = "fact_line_item.value"
ROLLED = ("beginning_balance", "principal_distribution", "ending_balance")
EQUAL, DOUBTED, UNDOUBTED, FAILED = "equal", "doubted", "wrong and not doubted", "failed"

# What a value belongs to, as a truth names it and as a cell does; what a cell does not say is held in the facts.
MEMBERS = {
    "class": "class_name", "group": "group_code", "remic": "remic", "status": "status", "bucket": "bucket",
    "entry_code": "item_code", "account_name": "item_code",
}  # fmt: skip
OF_TABLE = {
    "fact_class_distribution": ("class", "remic"),
    "fact_class_factor": ("class", "remic"),
    "fact_class_total": ("remic",),
    "fact_delinquency": ("group", "status", "bucket"),
    "fact_account": ("group", "entry_code"),
    "fact_fee": ("group",),
    "fact_collateral": ("group",),
    "fact_overcollateralization": ("group",),
    "fact_trigger": ("group",),
    "fact_other_account": ("account_name",),
    "dim_class": ("class",),
    "dim_class_identifier": ("class",),
    "fact_line_item": ("class",),
}


@dataclass(frozen=True)
class Verdict:
    """How one printed value was read: what is wrong with it, where it went, and what the proof says of that fact.

    `proof` is None where a value went into no fact that is ever proven. `member` is the one that differs, if any, and
    `difference` what should be and what was read.
    """

    kind: str
    line: int
    label: str
    column: str
    printed: str
    wanted: str
    read: str
    proof: str | None = None
    member: str = ""
    difference: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether a fact holds what it should not."""
        return self.kind in WRONG

    @property
    def is_proven(self) -> bool:
        """Whether that fact is called proven all the same: what must never happen."""
        return self.is_wrong and self.proof == "proven"

    @property
    def what(self) -> str:
        """The error, the same for every value that is misread alike."""
        return f"{self.kind}: {self.wanted} read {self.read}{' ' + self.member if self.member else ''}"

    def __str__(self) -> str:
        differs = f" ({self.difference})" if self.difference else ""
        return f"line {self.line} {self.label!r} | {self.column!r}: {self.printed!r}{differs}"


@dataclass(frozen=True)
class Reading:
    """A reading of one exhibit and how it compares: a verdict per printed value, facts that differ, proofs by fact."""

    state: str
    verdicts: tuple[Verdict, ...] = ()
    facts: tuple[str, ...] = ()
    proofs: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    frames: Frames = field(default_factory=dict)

    @property
    def wrong(self) -> list[Verdict]:
        """Values that a fact holds and should not, or holds otherwise."""
        return [one for one in self.verdicts if one.is_wrong]

    @property
    def proven(self) -> list[Verdict]:
        """Values misread into a fact that is called proven."""
        return [one for one in self.verdicts if one.is_proven]

    @property
    def outcome(self) -> str:
        """Equal; doubted, where whatever is wrong is doubtful or left as a line item; or wrong and not doubted."""
        if self.state != "read":
            return DOUBTED
        if all(one.kind == RIGHT for one in self.verdicts):
            if not self.facts:
                return EQUAL
            doubtful = {key[1] for key, proof in self.proofs.items() if len(key) == 2 and proof == "doubtful"}
            return DOUBTED if all(error.split(" ")[0] in doubtful for error in self.facts) else UNDOUBTED
        return DOUBTED if all(one.proof == "doubtful" for one in self.wrong) else UNDOUBTED

    def count(self, kind: str) -> int:
        """How many values were read so."""
        return sum(one.kind == kind for one in self.verdicts)

    def class_proofs(self) -> list[str]:
        """The proof of each class table, "none" where a report has none."""
        tables = [key for key in self.proofs if key[1:] == ("fact_class_distribution",)]
        return [self._rolls(key) for key in tables] or ["none"]

    def _rolls(self, table: tuple[str, ...]) -> str:
        """The proof of a class table: proven where that of every column of the roll-forward is."""
        columns = {self.proofs.get((*table, name)) for name in ROLLED}
        return "proven" if columns == {"proven"} else self.proofs[table] if columns - {"proven"} else "plausible"


def measure(printed: Printed) -> Reading:
    """Read a report as filed and compare it with its truth."""
    cells, (outcome,) = read_batch([Submission(printed.raw, local=True)])
    if outcome.state != "read":
        return Reading(f"{outcome.state}: {outcome.reason}")
    frames = build(cells)
    proofs = told(frames)
    found = tuple(verdicts(printed.truth["cells"], frames["raw_cell"], proofs))
    differ = tuple(fact_errors(printed.facts, frames)) if printed.facts else ()
    return Reading("read", found, differ, proofs, frames)


def told(frames: Frames) -> dict[tuple[str, ...], str]:
    """The proof of each fact by report and name, and of each column by these and its own."""
    facts = {(one["report_id"], one["fact"]): one["proof"] for one in frames["report_proof"].iter_rows(named=True)}
    columns = {
        (one["report_id"], one["fact"], one["column_name"]): one["proof"]
        for one in frames["report_column_proof"].filter(member="").iter_rows(named=True)
    }
    return facts | columns


def verdicts(wanted: list[Row], cells: pl.DataFrame, proofs: Mapping[tuple[str, ...], str]) -> Iterator[Verdict]:
    """A verdict for each value of a truth, then one for each figure that is none and went into a fact all the same."""
    in_tables = cells.filter(~pl.col("table_code").is_in(["HEADER", "TEXT"]))
    read = {(cell["line_no"], cell["col_start"]): cell for cell in in_tables.iter_rows(named=True)}
    for one in wanted:
        cell = read.pop((one["line"], one["col_start"]), None)
        kind, member, difference = compared(one, cell)
        proof = _proof(proofs, cell) if cell else None
        yield Verdict(
            kind, one["line"], one["row_label"], one["column"], one["raw"], one["canonical"], place(cell), proof,
            member, difference,
        )  # fmt: skip
    for (line, _), cell in read.items():
        has_value = cell["value_num"] is not None or cell["value_text"] is not None
        if has_value and (cell["canonical_table"] or "").startswith("fact_") and place(cell) != LOOSE:
            proof = _proof(proofs, cell)
            labels = (cell["row_label"] or "", cell["column_label"] or "")
            yield Verdict(EXTRA, line, *labels, cell["raw_text"], "nothing", place(cell), proof)


def _proof(proofs: Mapping[tuple[str, ...], str], cell: Row) -> str | None:
    """The proof of the column that a cell was read into, else of its fact."""
    fact = (cell["report_id"], cell["canonical_table"] or "")
    return proofs.get((*fact, cell["canonical_column"] or ""), proofs.get(fact))


def place(cell: Row | None) -> str:
    """Table and column a cell was read into; "nothing" where it was not read or has none."""
    return f"{cell['canonical_table']}.{cell['canonical_column']}" if cell and cell["canonical_table"] else "nothing"


def compared(wanted: Row, cell: Row | None) -> tuple[str, str, str]:
    """What is wrong with a cell, in which member, and how it differs."""
    if cell is None:
        return MISSING, "", ""
    read = place(cell)
    if read != wanted["canonical"]:
        return (LEFT if read in (LOOSE, "nothing") else COLUMN), "", ""
    value = cell["value_text"] if cell["value_num"] is None else cell["value_num"]
    if value != number(wanted["value"]):
        return VALUE, "", f"{wanted['value']}, read {value}"
    dims = wanted.get("dims", {})
    for name in OF_TABLE.get(read.split(".")[0], ()):
        said, found = BUCKETS.get(dims.get(name), dims.get(name)), cell.get(MEMBERS[name])
        if said is None or said == "#TOTAL" or said == found:
            continue
        # A line that goes by its own words, numbered where they stand twice, is not known, and nobody claims it is.
        own = vocabulary.code(cell["row_label"])
        unknown = name == "entry_code" and (found == own or re.fullmatch(re.escape(own) + r"_\d+", str(found)))
        return (LEFT if unknown else MEMBER), name, f"{said}, read {found}"
    return RIGHT, "", ""


# -- labels left out ------------------------------------------------------------------------------------------------


@cache
def labels(family: str, seeds: int = 25) -> frozenset[str]:
    """Every label a family prints, normalised."""
    return frozenset(normalise(label) for seed in range(seeds) for label in draw(family, seed).labels)


def own_labels(family: str, seeds: int = 25) -> frozenset[str]:
    """The labels that no other family prints."""
    return labels(family, seeds) - frozenset().union(*(labels(other, seeds) for other in NAMES if other != family))


@contextmanager
def without_labels(words: frozenset[str]) -> Iterator[None]:
    """Take labels out of the vocabulary for a while; no meaning found before or during it is remembered after it."""
    forget()
    try:
        with vocabulary.without(words):
            yield
    finally:
        forget()


def forget() -> None:
    """Forget every meaning that was found, in whatever part of the reader remembers one."""
    for name, module in list(sys.modules.items()):
        if name.startswith("transforms."):
            for function in vars(module).values():
                if callable(clear := getattr(function, "cache_clear", None)):
                    clear()


# -- sums -----------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What many readings of one family come to; `examples` are the first three of each kind of error."""

    count: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def read(self, printed: Printed, where: str) -> None:
        """Read one report and count what comes of it; a reader that fails is counted as such, and the rest goes on."""
        try:
            reading = measure(printed)
        except Exception as error:
            self.count.update(["reports", UNDOUBTED, FAILED])
            self.note(f"{FAILED}: {type(error).__name__} {str(error).splitlines()[0]}", where)
        else:
            self.add(reading, where)

    def add(self, reading: Reading, where: str) -> None:
        """Count one reading; `where` names it."""
        self.count.update(["reports", reading.outcome])
        self.count["wrong and proven"] += bool(reading.proven)
        self.count["values wrong and proven"] += len(reading.proven)
        self.count["cells"] += len(reading.verdicts)
        self.count["cells right"] += reading.count(RIGHT)
        self.count.update(f"class {proof}" for proof in reading.class_proofs())
        self.count["class tables"] += len(reading.class_proofs())
        if reading.state != "read":
            self.note(f"not read: {reading.state}", where)
        for one in reading.verdicts:
            if one.kind != RIGHT:
                self.note(("PROVEN " if one.is_proven else "") + one.what, f"{where} {one}")
        if reading.facts and all(one.kind == RIGHT for one in reading.verdicts):
            for error in reading.facts:
                self.note(f"{FACT}: {error.split(' ')[0]} {error.rsplit(')', 1)[-1].split(':')[0].strip()}",
                          f"{where} {error}")  # fmt: skip

    def note(self, what: str, where: str) -> None:
        """Remember an error."""
        self.errors[what] += 1
        if len(self.examples[what]) < 3:
            self.examples[what].append(where)

    def share(self, what: str, of: str) -> float:
        """One count as a share of another; 0 of nothing."""
        return self.count[what] / self.count[of] if self.count[of] else 0.0


__all__ = [
    "DOUBTED", "EQUAL", "FAILED", "RIGHT", "UNDOUBTED", "WRONG", "Reading", "Tally", "Verdict", "compared", "forget",
    "labels", "measure", "own_labels", "verdicts", "without_labels",
]  # fmt: skip
