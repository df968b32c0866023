"""What the viewer asks about one deal: its months, its classes, its delinquency, its rules, its printed values.

The questions are files of `sql/viewer`. They name `known` (the reports that count), `known_breach` (their breaches) and
marts by month; what these are follows from the version that the reader chose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows import audit
from flows.audit import Row
from flows.settings import Settings, bundled

LATEST, FIRST, AS_OF = "as known now", "as first filed", "as known on"
MARTS = {f"{name}_months": f"{name}_month" for name in ("deal", "pool", "class", "delinquency")}


@dataclass(frozen=True)
class Version:
    """Which version of every report counts, and whether readings that their own arithmetic contradicts count too."""

    kind: str = LATEST
    moment: datetime | None = None  # of AS_OF
    doubtful: bool = False

    @property
    def known(self) -> str:
        """The reports that count, as a query."""
        return f"FROM report_known({self._moment})"

    def mart(self, name: str) -> str:
        """A mart over the reports that count, as a query."""
        if self.kind == LATEST:
            return f"FROM v_{name}{'_all' if self.doubtful else ''}"
        return f"FROM {name}({self._moment}, {'any_proof()' if self.doubtful else 'undoubted()'})"

    @property
    def sources(self) -> dict[str, str]:
        """What the questions name, as queries."""
        marts = {name: self.mart(mart) for name, mart in MARTS.items()}
        return {"known": self.known, "known_breach": f"FROM breach({self._moment})"} | marts

    @property
    def _moment(self) -> str:
        if self.kind == LATEST:
            return "latest()"
        return "NULL" if self.kind == FIRST or self.moment is None else f"TIMESTAMP '{self.moment:%Y-%m-%d %H:%M:%S}'"


def ask(settings: Settings, question: str, version: Version | None = None, **values: Any) -> list[Row]:
    """Answer one file of `sql/viewer`; `values` stand for its `$name`. Raises WarehouseError."""
    text = (bundled("sql") / "viewer" / f"{question}.sql").read_text()
    sources = version.sources if version else {}
    named = [f"{name} AS NOT MATERIALIZED ({sql})" for name, sql in sources.items() if re.search(rf"\b{name}\b", text)]
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    opening = f"WITH {', '.join(named)}\n" if named else ""
    return audit.rows(settings, opening + body, **values)


def outcomes(rules: Sequence[Row]) -> list[Row]:
    """Add the outcomes of rules up by severity, loudest first."""
    counted = ("tie", "rounding", "breach", "waived", "not_applicable")
    by_severity = {name: [row for row in rules if row["severity"] == name] for name in ("error", "warn", "info")}
    return [
        {name: sum(row[name] for row in of) for name in counted}
        | {"severity": severity, "loud": any(row["loud"] for row in of)}
        for severity, of in by_severity.items()
        if of
    ]


def source(settings: Settings, report_id: str, cell_id: str, context: int) -> tuple[Row, list[tuple[int, str]]]:
    """A printed value with what it was read as, and the lines around it from the submission as received.

    Raises NotFound, LakeError.
    """
    (row,) = audit.printings(settings, audit.Choice(report_id=report_id, cell_id=cell_id))
    return row, audit.around(settings, row["accession_number"], row["line_no"], context)
