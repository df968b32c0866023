"""Kinds of columns: type, unit, meaning and printed labels of a field, declared together.

Labels may hold the placeholders `{class}`, `{date}` and `{stratum}`, each standing for the part of a printed
label that changes from report to report. A label in `scoped` counts only under statements of the named topic, because
trustees reuse one wording for two measures ("Realized Losses" of a principal and of an interest statement).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dataframely as dy

Labels = Sequence[str]
Scoped = Mapping[str, Labels]

USD = "USD"
COUNT = "COUNT"
PCT = "PCT"
RATIO = "RATIO"
MONTHS = "MONTHS"
USD_PER_DENOM = "USD_PER_DENOM"
DATE = "DATE"
TEXT = "TEXT"
FLAG = "FLAG"
UNKNOWN = "UNKNOWN"

UNITS = (USD, COUNT, PCT, RATIO, MONTHS, USD_PER_DENOM, DATE, TEXT, FLAG, UNKNOWN)


def _metadata(unit: str, labels: Labels, scoped: Scoped | None, **more: Any) -> dict[str, Any]:
    return {"unit": unit, "labels": tuple(labels), "scoped": dict(scoped or {}), **more}


def money(meaning: str, labels: Labels = (), scoped: Scoped | None = None, *, dated_by: str = "") -> dy.Decimal:
    """Dollars and cents; NULL where nothing is printed. `dated_by` names the column of a date inside the label."""
    more = {"dated_by": dated_by} if dated_by else {}
    return dy.Decimal(18, 2, nullable=True, description=meaning, metadata=_metadata(USD, labels, scoped, **more))


def rate(
    meaning: str,
    labels: Labels = (),
    scoped: Scoped | None = None,
    *,
    printed: str = PCT,
    window: tuple[str, str] | None = None,
) -> dy.Decimal:
    """A fraction (0.0164 for 1.64%); `printed` is its unit without a percent sign, `window` its plausible range."""
    more = {"window": window} if window else {}
    return dy.Decimal(14, 10, nullable=True, description=meaning, metadata=_metadata(printed, labels, scoped, **more))


def factor(meaning: str, labels: Labels = (), scoped: Scoped | None = None) -> dy.Decimal:
    """Dollars per denomination of a class."""
    return dy.Decimal(24, 10, nullable=True, description=meaning, metadata=_metadata(USD_PER_DENOM, labels, scoped))


def count(meaning: str, labels: Labels = (), scoped: Scoped | None = None) -> dy.Int32:
    """A number of loans, days or payments."""
    return dy.Int32(nullable=True, description=meaning, metadata=_metadata(COUNT, labels, scoped))


def months(meaning: str, labels: Labels = (), window: tuple[str, str] = ("1", "480")) -> dy.Decimal:
    """Months, with up to two decimals."""
    return dy.Decimal(7, 2, nullable=True, description=meaning, metadata=_metadata(MONTHS, labels, None, window=window))


def amount(
    meaning: str, scale: int = 10, precision: int = 28, *, scoped: Scoped | None = None, required: bool = False
) -> dy.Decimal:
    """A figure whose unit stands in another column."""
    return dy.Decimal(
        precision, scale, nullable=not required, description=meaning, metadata=_metadata(UNKNOWN, (), scoped)
    )


def day(
    meaning: str, labels: Labels = (), scoped: Scoped | None = None, *, required: bool = False, key: bool = False
) -> dy.Date:
    """A calendar date."""
    nullable = not (required or key)
    return dy.Date(nullable=nullable, primary_key=key, description=meaning, metadata=_metadata(DATE, labels, scoped))


def moment(meaning: str, *, required: bool = False) -> dy.Datetime:
    """A point in time, without zone, as EDGAR prints it."""
    return dy.Datetime(nullable=not required, description=meaning, metadata=_metadata(DATE, (), None))


def text(
    meaning: str,
    labels: Labels = (),
    scoped: Scoped | None = None,
    *,
    required: bool = False,
    codes: Mapping[str, Any] | None = None,
) -> dy.String:
    """A word or name; `codes` is the closed list of values with the labels that stand for each."""
    more = {"codes": dict(codes)} if codes else {}
    return dy.String(nullable=not required, description=meaning, metadata=_metadata(TEXT, labels, scoped, **more))


def key(meaning: str, *, codes: Mapping[str, Any] | None = None) -> dy.String:
    """A text that belongs to the key of its table, never NULL."""
    more = {"codes": dict(codes)} if codes else {}
    return dy.String(primary_key=True, description=meaning, metadata=_metadata(TEXT, (), None, **more))


def flag(meaning: str, *, scoped: Scoped | None = None, required: bool = False) -> dy.Bool:
    """Yes or no."""
    return dy.Bool(nullable=not required, description=meaning, metadata=_metadata(FLAG, (), scoped))


def small(meaning: str, *, labels: Labels = (), key: bool = False, required: bool = False) -> dy.Int16:
    """A small whole number: a sequence, a rank, a scale."""
    nullable = not (key or required)
    return dy.Int16(nullable=nullable, primary_key=key, description=meaning, metadata=_metadata(COUNT, labels, None))


def whole(meaning: str, *, labels: Labels = (), key: bool = False, required: bool = False) -> dy.Int32:
    """A whole number that is no count of loans: a line, a column."""
    nullable = not (key or required)
    return dy.Int32(nullable=nullable, primary_key=key, description=meaning, metadata=_metadata(COUNT, labels, None))


def size(meaning: str) -> dy.Int64:
    """Bytes."""
    return dy.Int64(nullable=True, description=meaning, metadata=_metadata(COUNT, (), None))


def number(meaning: str, *, key: bool = False) -> dy.Int64:
    """A registration number, a CIK."""
    return dy.Int64(nullable=not key, primary_key=key, description=meaning, metadata=_metadata(TEXT, (), None))
