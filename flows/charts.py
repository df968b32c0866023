"""What the viewer draws. Exact decimals become floats here and nowhere else: a pixel knows no cent."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from flows import harmless
from flows.audit import Row

MILLION = 1e6
# Told apart by people who do not see all colours.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f7f7f")
MANY = "tableau20"
DASHES = ([1, 0], [7, 3], [2, 2])  # so that a line that lies on another shows it
HEIGHT, WIDTH = 260, 760
Point = dict[str, Any]


def lines(
    rows: Sequence[Row], series: dict[str, str], axis: str, title: str, percent: bool = False, scale: float = 1.0
) -> alt.Chart | None:
    """One line a series over the distribution dates; `series` are fields and what they are called.

    None where there are no two months to join.
    """
    points = [_point(row, name, row[field], scale) for row in rows for field, name in series.items()]
    return _drawn(points, axis, title, percent)


def by_class(rows: Sequence[Row], title: str) -> alt.Chart | None:
    """The ending balances of classes over the distribution dates, in millions of dollars; None as of `lines`."""
    points = [_point(row, row["class_name"], row["ending_balance"], MILLION) for row in rows]
    return _drawn(points, "balance (million USD)", title, percent=False)


def _point(row: Row, what: str, value: Any, scale: float) -> Point:
    day = row["distribution_date"].isoformat()
    told = None if value is None else float(value) / scale
    return {"date": day, "day": day, "what": harmless.one_line(what), "value": told}


def _drawn(points: list[Point], axis: str, title: str, percent: bool) -> alt.Chart | None:
    told = [point for point in points if point["value"] is not None]
    if len({point["day"] for point in told}) < 2:
        return None
    # What is never printed gets no line and no place in the legend; what is not printed in a month leaves a gap.
    names = list(dict.fromkeys(point["what"] for point in told))
    colours = alt.Scale(domain=names, range=list(COLOURS)) if len(names) <= len(COLOURS) else alt.Scale(scheme=MANY)
    drawn = [point for point in points if point["what"] in names]
    chart = (
        alt.Chart(alt.Data(values=drawn), title=alt.Title(title, anchor="start", fontSize=14))
        .mark_line(point=alt.OverlayMarkDef(size=18), strokeWidth=1.8)
        .encode(
            x=alt.X(
                "date:T", title="distribution date", axis=alt.Axis(format="%b %Y", labelOverlap=True, tickCount=10)
            ),
            y=alt.Y("value:Q", title=axis, axis=alt.Axis(format=".1%" if percent else ",.0f")),
            color=alt.Color("what:N", title=None, sort=names, scale=colours),
            tooltip=[
                alt.Tooltip("what:N", title="of"),
                alt.Tooltip("day:N", title="distribution date"),
                alt.Tooltip("value:Q", title=axis, format=".4%" if percent else ",.2f"),
            ],
        )
        .properties(width=WIDTH, height=HEIGHT, usermeta={"embedOptions": {"actions": False, "renderer": "svg"}})
    )
    if len(names) > len(DASHES):
        return chart
    dashes = alt.Scale(domain=names, range=list(DASHES))
    return chart.encode(strokeDash=alt.StrokeDash("what:N", title=None, sort=names, scale=dashes))
