"""Many reports in one exhibit: each told from the next, with its own deal, its own date, and its own values."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tests.measure import RIGHT, verdicts
from tests.simulate.families import Printed
from tests.simulate.families.many import FAMILIES, many
from transforms import Submission, build, read_batch

Row = dict[str, Any]


@dataclass
class Told:
    """How the reports of one exhibit were told apart; `errors` are kinds of failure with what they befell."""

    printed: int = 0
    read: int = 0
    right: int = 0
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def told(printed: Printed) -> Told:
    """Read an exhibit of many reports and compare each with its truth."""
    wanted = printed.truth["reports"]
    found = Told(len(wanted))
    cells, (outcome,) = read_batch([Submission(printed.raw, local=True)])
    found.read = outcome.reports
    if outcome.state != "read":
        found.errors[f"not read: {outcome.reason}"].append("the whole exhibit")
        return found
    frames = build(cells)
    raw = frames["raw_cell"].filter(~pl.col("table_code").is_in(["HEADER", "TEXT"]))
    proofs = {(one["report_id"], one["fact"]): one["proof"] for one in frames["report_proof"].iter_rows(named=True)}
    reports = {one["report_id"]: one for one in frames["report"].iter_rows(named=True)}
    deals = {one["report_id"]: one for one in frames["dim_deal"].iter_rows(named=True)}
    taken: set[str] = set()
    names: dict[str, tuple[str, str]] = {}
    for place, one in enumerate(wanted, 1):
        faults = _faults(one, raw, proofs, reports, deals, taken, names)
        found.right += not faults
        for kind, what in faults.items():
            found.errors[kind].append(f"report {place} in line {one['line_start']}: {what}")
    return found


def _faults(
    one: Row, raw: pl.DataFrame, proofs: dict[tuple[str, str], str], reports: dict[str, Row], deals: dict[str, Row],
    taken: set[str], names: dict[str, tuple[str, str]],
) -> dict[str, str]:  # fmt: skip
    """What is wrong with one report: kinds of failure, and what was read."""
    own = raw.filter(pl.col("line_no").is_between(one["line_start"], one["line_end"]))
    owners = Counter(own["report_id"].to_list())
    if not owners:
        return {"no value read": "nothing"}
    (owner, _), *others = owners.most_common()
    said, faults = one["report"], {}
    if owner in taken:
        faults["joined to a report before"] = f"goes on as {owner}"
    if others:
        faults["split"] = f"belongs to {len(owners)} reports"
    taken.update(owners)
    if str(reports[owner]["distribution_date"]) != said["distribution_date"]:
        faults["date"] = f"{said['distribution_date']}, read {reports[owner]['distribution_date']}"
    deal = deals[owner]
    if deal["series"] != said["series"]:
        faults["series"] = f"{said['series']}, read {deal['series']}"
    name = (deal["deal_name"], deal["series"])
    if names.setdefault(deal["deal_id"], name) != name:
        faults["deal of another report"] = f"{name} is the same deal as {names[deal['deal_id']]}"
    wrong = [verdict for verdict in verdicts(one["cells"], own, proofs) if verdict.kind != RIGHT]
    kinds = Counter(verdict.what for verdict in wrong)
    faults |= {f"values: {kind}": f"{times} of {len(one['cells'])}" for kind, times in kinds.items()}
    return faults


def main(count: int = 40, seeds: int = 2) -> int:
    """Read exhibits of `count` reports of each family; 1 where a report is not told apart."""
    lost = 0
    for family in FAMILIES:
        for seed in range(seeds):
            one = told(many(family, seed, count))
            lost += one.printed - one.read
            print(f"{family:<14} seed {seed}: {one.read} reports read of {one.printed}, {one.right} wholly right")
            for kind, where in sorted(one.errors.items(), key=lambda error: -len(error[1])):
                print(f"    {len(where):>3} {kind}: {where[0]}")
    return int(lost != 0)
