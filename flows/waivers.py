"""Waivers whose breach is gone: what they accepted is no longer what a rule finds."""

from typing import Any

from flows import warehouse
from flows.settings import Settings

Row = dict[str, Any]


def dead(settings: Settings) -> list[Row]:
    """Return the waivers that cover nothing although the report of their deal and date is loaded.

    A row holds the key of the waiver, and in `found` the difference that the rule finds now, None where it ties.
    """
    # After an upgrade the published warehouse may still be one that was built without the view.
    if not warehouse.query(settings, "SELECT 1 FROM duckdb_views() WHERE view_name = 'v_waiver'").num_rows:
        return []
    rows: list[Row] = warehouse.query(
        settings,
        """
        SELECT rule_id, deal, distribution_date, scope_key, diff, found, reason FROM v_waiver
        WHERE state = 'dead' ORDER BY ALL""",
    ).to_pylist()
    return rows


def brief(row: Row) -> str:
    """A dead waiver in a line."""
    found = f"{row['found']:f}".rstrip("0").rstrip(".") if row["found"] is not None else "no such row"
    accepted = f"{row['diff']:f}".rstrip("0").rstrip(".")
    return (
        f"dead waiver {row['rule_id']} {row['deal']} {row['distribution_date']} {row['scope_key']}: "
        f"accepts {accepted}, found {found}"
    )
