"""What auditors ask of the published warehouse: did it reconcile, what is covered, where is a value printed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from flows import lake, warehouse
from flows.settings import Settings

Row = dict[str, Any]

UNDECLARED = "(none)"  # the family of a filing that bears the marks of none

_LOUDEST_FIRST = "CASE q.severity WHEN 'error' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END"


class NotFound(LookupError):
    """A question about something the warehouse does not hold; the message says what it does hold."""


@dataclass(frozen=True)
class Choice:
    """Which printings of a term are meant; None leaves a dimension open."""

    term: str = ""
    report_id: str | None = None
    cell_id: str | None = None
    deal: str | None = None
    date: str | None = None
    class_name: str | None = None
    members: dict[str, str] = field(default_factory=dict)  # raw_cell column -> value, such as status -> REO


def quote(text: str) -> str:
    """A string literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def rows(settings: Settings, sql: str, **values: Any) -> list[Row]:
    """The answer of the published warehouse, a dictionary per row; `values` stand for `$name` in the question."""
    try:
        answer: list[Row] = warehouse.query(settings, sql, **values).to_pylist()
    except warehouse.WarehouseError as problem:
        if settings.warehouse.exists() and not warehouse.is_of_this_tieout(settings):
            raise warehouse.WarehouseError(
                f"{settings.warehouse} is of an older tieout: run `tieout rebuild`, which needs no archive"
            ) from problem
        raise
    return answer


def outcomes(settings: Settings, where: str = "true") -> list[Row]:
    """How often each severity tied, was rounded, broke (waived or not) or did not apply, in the reports in force."""
    return rows(
        settings,
        f"""
        SELECT q.severity,
               count(*) FILTER (q.outcome = 'tie') AS tie,
               count(*) FILTER (q.outcome = 'rounding') AS rounding,
               count(*) FILTER (q.outcome = 'breach') AS breach,
               count(*) FILTER (q.outcome = 'waived') AS waived,
               count(*) FILTER (q.outcome = 'not_applicable') AS not_applicable
        FROM v_outcome q
        WHERE {where} GROUP BY q.severity ORDER BY {_LOUDEST_FIRST}""",
    )


def breaches(settings: Settings, where: str = "true") -> list[Row]:
    """Every breach of the reports in force, loudest and largest first."""
    return rows(
        settings,
        f"""
        SELECT q.rule_id, q.rule_name, q.severity, u.unit, q.deal_name, q.distribution_date, q.report_id, q.scope_key,
               q.expected, q.actual, q.diff, q.tolerance, q.waived, q.reason
        FROM v_breach q LEFT JOIN recon_rule u USING (rule_id)
        WHERE {where}
        ORDER BY q.waived, {_LOUDEST_FIRST}, q.rule_id, abs(q.diff) DESC, q.report_id, q.scope_key""",
    )


def trend(settings: Settings, rule: str | None = None) -> list[Row]:
    """How the reports in force of each trustee reconcile from year to year, by all rules or by one.

    A breach that a waiver explains is counted apart. Months stand in `v_trustee_month` and `v_rule_trend`; percentages
    are of reports, or of the rows of the rule. What a rule over all reports finds is of no trustee and no year, and is
    left out where it all ties.
    """
    if rule:
        return rows(
            settings,
            f"""
            SELECT trustee, year(month) AS year, sum(checks)::BIGINT AS checks, sum(ties)::BIGINT AS ties,
                   sum(roundings)::BIGINT AS roundings, sum(breaches)::BIGINT AS breaches,
                   sum(waived)::BIGINT AS waived, round(100 * sum(breaches) / sum(checks), 2) AS pct
            FROM v_rule_trend WHERE rule_id = {quote(rule)}
            GROUP BY trustee, year ORDER BY trustee NULLS LAST, year""",
        )
    return rows(
        settings,
        """
        SELECT trustee, year(month) AS year, sum(reports)::BIGINT AS reports,
               sum(reports_with_error)::BIGINT AS in_error,
               round(100 * sum(reports_with_error) / nullif(sum(reports), 0), 1) AS pct,
               sum(errors)::BIGINT AS errors, sum(errors + warnings + infos)::BIGINT AS breaches,
               sum(waived)::BIGINT AS waived, sum(checks)::BIGINT AS checks
        FROM v_trustee_month GROUP BY trustee, year
        HAVING sum(reports) > 0 OR sum(errors + warnings + infos + waived) > 0
        ORDER BY trustee NULLS LAST, year""",
    )


def is_deal(deal: str, of: str = "r") -> str:
    """A predicate on the `deal_id` of a table named `of`: the deal with this name, alias or identifier of any kind."""
    text = quote(deal)
    return f"""{of}.deal_id IN (
        SELECT deal_id FROM dim_deal WHERE deal_id = {text} OR upper(deal_name) = upper({text})
        UNION SELECT deal_id FROM dim_deal_identifier WHERE id_value = {text}
        UNION SELECT deal_id FROM dim_deal_alias WHERE upper({text}) IN (upper(alias_name), upper(alias_norm))
        UNION SELECT k.deal_id FROM dim_class k JOIN dim_class_identifier i USING (class_id)
              WHERE i.id_value = {text})"""


def expect(settings: Settings, rule: str | None, deal: str | None) -> None:
    """Raise NotFound where the rule or the deal that is asked for is none of this warehouse; None asks for none."""
    if rule and not rows(settings, f"SELECT 1 FROM recon_rule WHERE rule_id = {quote(rule)}"):
        raise NotFound(f"no rule {rule}: `tieout sql 'SELECT rule_id, name FROM recon_rule'` lists them")
    if deal and not rows(settings, f"SELECT 1 FROM report r WHERE {is_deal(deal)} LIMIT 1"):
        raise NotFound(f"no deal is known as {deal}: `tieout sql 'FROM dim_deal_identifier'` lists what they go by")


def printings(settings: Settings, choice: Choice) -> list[Row]:
    """The cells that were read into the chosen term, in print order; of the latest date where none is chosen.

    Raises NotFound with the nearest thing that exists.
    """
    where = [f"r.{column} = {quote(value)}" for column, value in _report_members(choice).items()]
    where += [f"c.{column} = {quote(value)}" for column, value in choice.members.items()]
    if choice.cell_id:
        where.append(f"c.cell_id = {quote(choice.cell_id)}")
    else:
        where.append(f"c.canonical_table || '.' || c.canonical_column = {quote(choice.term)}")
    if not choice.report_id:
        where.append("r.known_to = TIMESTAMP '9999-12-31 00:00:00'")
    if choice.deal:
        where.append(is_deal(choice.deal))
    if choice.class_name:
        where.append(_is_class(choice.class_name))
    found = rows(
        settings,
        f"""
        SELECT c.*, d.deal_name, r.deal_id, r.distribution_date, r.version_no, r.accession_number
        FROM raw_cell c JOIN report r USING (report_id) LEFT JOIN dim_deal d USING (deal_id)
        WHERE {" AND ".join(where)}
        QUALIFY r.distribution_date = max(r.distribution_date) OVER (PARTITION BY r.deal_id)
        ORDER BY d.deal_name, c.line_no, c.col_start""",
    )
    if not found:
        expect(settings, None, choice.deal)
        raise NotFound(_nearest(settings, choice))
    return found


def _report_members(choice: Choice) -> dict[str, str]:
    members = {"report_id": choice.report_id, "distribution_date": choice.date}
    return {column: value for column, value in members.items() if value}


def _is_class(name: str) -> str:
    text = quote(name)
    return f"""(upper(c.class_name) = upper({text}) OR EXISTS (
        SELECT 1 FROM dim_class k JOIN dim_class_identifier i USING (class_id)
        WHERE k.deal_id = r.deal_id AND k.class_name = c.class_name AND i.id_value = {text}))"""


def _nearest(settings: Settings, choice: Choice) -> str:
    """Why nothing was found, from the widest dimension to the narrowest."""
    if choice.report_id:
        return f"no cell {choice.cell_id} in report {choice.report_id}: `tieout sql` on raw_cell lists them"
    known = [
        row["term"]
        for row in rows(
            settings,
            "SELECT DISTINCT canonical_table || '.' || canonical_column AS term FROM raw_cell "
            "WHERE canonical_column IS NOT NULL ORDER BY 1",
        )
    ]
    if choice.term not in known:
        near = get_close_matches(choice.term, known, n=3, cutoff=0.5)
        return f"no printed value was read as {choice.term}: " + (
            f"did you mean {', '.join(near)}?" if near else "WHAT is table.column of a fact"
        )
    return f"{choice.term} is read in this warehouse, but not for this deal, date, class or member: leave one out"


def around(settings: Settings, accession: str, line_no: int, context: int) -> list[tuple[int, str]]:
    """The lines of the raw submission around `line_no`, which counts from 1 and splits at newlines only."""
    from transforms.document import decode

    # The bytes that were read: others may have come since.
    told = rows(settings, f"SELECT sha256 FROM filing WHERE accession_number = {quote(accession)}")
    sha256 = told[0]["sha256"] if told else None
    lines = decode(lake.raw_bytes(settings.store, accession, sha256)).split("\n")
    first = max(1, line_no - context)
    return [(number, lines[number - 1].rstrip("\r")) for number in range(first, min(len(lines), line_no + context) + 1)]


def states(settings: Settings) -> list[Row]:
    """Filings by state, with what was read of them: printed values, and what they were read into."""
    return rows(
        settings,
        """
        SELECT s.state, count(*) AS filings, sum(p.printed)::BIGINT AS "values", sum(p.typed)::BIGINT AS typed,
               sum(p.generic)::BIGINT AS generic, sum(p.unmapped)::BIGINT AS unmapped
        FROM filing_state AS s LEFT JOIN (
          SELECT r.accession_number, sum(c.printed) AS printed, sum(c.typed) AS typed, sum(c.generic) AS generic,
                 sum(c.unmapped) AS unmapped
          FROM report AS r JOIN v_coverage AS c USING (report_id) GROUP BY 1) AS p USING (accession_number)
        GROUP BY s.state ORDER BY filings DESC, s.state""",
    )


def families(settings: Settings) -> list[Row]:
    """Coverage per family of layouts, in percent of its printed values.

    `typed` have a column of their own, `generic` are kept as lines under their label, `unmapped` are in no fact.
    """
    return rows(
        settings,
        f"""
        WITH filed AS (
            SELECT accession_number, coalesce(layout_family, '{UNDECLARED}') AS layout
            FROM filing_state WHERE state = 'loaded'),
        printed AS (
            SELECT r.accession_number, count(*) AS reports, sum(c.printed) AS n, sum(c.typed) AS typed,
                   sum(c.generic) AS generic, sum(c.unmapped) AS unmapped
            FROM report AS r LEFT JOIN v_coverage AS c USING (report_id) GROUP BY 1)
        SELECT f.layout, count(*) AS filings, coalesce(sum(p.reports), 0)::BIGINT AS reports,
               coalesce(sum(p.n), 0)::BIGINT AS "values",
               round(100.0 * sum(p.typed) / nullif(sum(p.n), 0), 1)::DECIMAL(4,1) AS typed,
               round(100.0 * sum(p.generic) / nullif(sum(p.n), 0), 1)::DECIMAL(4,1) AS generic,
               round(100.0 * sum(p.unmapped) / nullif(sum(p.n), 0), 1)::DECIMAL(4,1) AS unmapped
        FROM filed f LEFT JOIN printed p USING (accession_number)
        GROUP BY 1 ORDER BY filings DESC, f.layout""",
    )


def class_proofs(settings: Settings) -> list[Row]:
    """Per family of layouts, how many tables of classes were read and what percentage of them is proven how far."""
    return rows(
        settings,
        f"""
        SELECT coalesce(s.layout_family, '{UNDECLARED}') AS layout, count(*) AS class_tables,
               round(100.0 * count(*) FILTER (p.proof = 'proven') / count(*), 1)::DECIMAL(4,1) AS proven,
               round(100.0 * count(*) FILTER (p.proof = 'plausible') / count(*), 1)::DECIMAL(4,1) AS plausible,
               round(100.0 * count(*) FILTER (p.proof = 'doubtful') / count(*), 1)::DECIMAL(4,1) AS doubtful
        FROM report_proof p JOIN report r USING (report_id) JOIN filing_state s USING (accession_number)
        WHERE p.fact IN ('fact_class_distribution', 'fact_class_factor')
        GROUP BY 1 ORDER BY class_tables DESC, layout""",
    )


def proofs(settings: Settings) -> list[Row]:
    """Per fact table, how many reports of those in force are proven, plausible or doubtful."""
    return rows(
        settings,
        """
        SELECT p.fact, count(*) FILTER (p.proof = 'proven') AS proven,
               count(*) FILTER (p.proof = 'plausible') AS plausible,
               count(*) FILTER (p.proof = 'doubtful') AS doubtful
        FROM report_proof p JOIN v_report_latest r USING (report_id) GROUP BY 1 ORDER BY 1""",
    )


def unwell(settings: Settings) -> list[Row]:
    """Filings that ended badly or were removed, with the reason."""
    return rows(
        settings,
        """
        SELECT accession_number, state, reason FROM filing_state
        WHERE state IN ('unreadable', 'unrecognised', 'removed') ORDER BY state, accession_number""",
    )


def doubtful(settings: Settings) -> list[Row]:
    """Readings in force that their own arithmetic contradicts, with what failed."""
    return rows(
        settings,
        """
        SELECT p.report_id, p.fact, p.reason FROM report_proof p JOIN v_report_latest r USING (report_id)
        WHERE p.proof = 'doubtful' ORDER BY p.report_id, p.fact""",
    )


def snapshot(settings: Settings) -> Row:
    """Which state of lake, reader and rules is published, and since when (UTC)."""
    (row,) = rows(settings, "SELECT snapshot_id AS id FROM snapshot")
    since = datetime.fromtimestamp(settings.warehouse.stat().st_mtime, UTC)
    return row | {"published": f"{since:%Y-%m-%d %H:%M:%S}"}
