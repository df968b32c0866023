"""What a night changed: the warehouse built aside compared with the one published before.

The comparison is made before publication, while both files are there. It counts everything and names the first few.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flows import harmless, ledger, warehouse
from flows.settings import Settings
from flows.warehouse import Connection

NAMED = 20  # rows of each kind that are named; all are counted
ON_SCREEN = 3
WIDE = 40  # characters of a deal's name in a table
OUTCOMES = ("breach", "waived", "rounding", "tie", "not_applicable")
BADLY = ("unreadable", "unrecognised")

Row = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """Rows of one kind: how many there are, and the first of them."""

    total: int
    rows: list[Row]


@dataclass(frozen=True)
class Changes:
    """What differs from the snapshot published before; filings that are still open, whenever they were listed."""

    listed: int  # filings that were not known
    fetched: int  # whose bytes were not held
    loaded: int  # whose facts were not there
    reread: int  # known, and read by another reader than before
    amended: Named  # reports of which a later version appeared
    withdrawn: Named
    removed: Named  # by someone here
    badly: Named  # filings that ended unreadable or unrecognised
    open: Named  # filings that have not ended yet, with the reason
    breaches: Named  # that no waiver covers, of reports in force
    severities: dict[str, int]  # of those breaches
    settled: int  # breaches that are no more
    rules: list[Row]  # outcomes of every rule on the reports in force, and how many more or fewer than before

    @property
    def anything(self) -> bool:
        """Whether a filing, a report or an outcome differs."""
        counts = (self.listed, self.fetched, self.loaded, self.reread, self.settled)
        named = (self.amended, self.withdrawn, self.removed, self.badly, self.breaches)
        return any(counts) or any(one.total for one in named) or any(moved(row) for row in self.rules)


# Prefect's pages cut what is too wide instead of folding it: in all of these, what may be missed stands last.
# A filing by where it stood and where it stands.
FILINGS = """
    CREATE TEMP VIEW filing_moved AS
    SELECT a.accession_number, a.state, a.reason, b.state AS was,
           a.code_fingerprint IS DISTINCT FROM b.code_fingerprint AS other_reader
    FROM after.filing_state AS a LEFT JOIN before.filing_state AS b USING (accession_number)"""
# A breach is the same one as long as its amount is. The count of before, less what is no more and with what is new, is
# that of now.
BREACHES = """
    CREATE TEMP VIEW breach_new AS
    SELECT b.severity, b.rule_id AS rule, b.distribution_date, coalesce(b.deal_name, b.deal_id) AS deal, b.diff,
           b.scope_key, b.expected, b.actual, b.rule_name
    FROM after.v_breach AS b
    WHERE NOT b.waived AND NOT EXISTS (
      FROM before.v_breach AS q WHERE NOT q.waived AND q.rule_id = b.rule_id
      AND q.report_id IS NOT DISTINCT FROM b.report_id AND q.scope_key IS NOT DISTINCT FROM b.scope_key
      AND q.diff IS NOT DISTINCT FROM b.diff)"""
SETTLED = """
    SELECT count(*) FROM before.v_breach AS q WHERE NOT q.waived AND NOT EXISTS (
      FROM after.v_breach AS b WHERE NOT b.waived AND q.rule_id = b.rule_id
      AND q.report_id IS NOT DISTINCT FROM b.report_id AND q.scope_key IS NOT DISTINCT FROM b.scope_key
      AND q.diff IS NOT DISTINCT FROM b.diff)"""
AMENDED = """
    SELECT a.distribution_date, a.version_no AS version, a.accession_number, coalesce(d.deal_name, a.deal_id) AS deal
    FROM after.report AS a LEFT JOIN after.dim_deal AS d ON d.deal_id = a.deal_id
    WHERE a.version_no > 1
      AND NOT EXISTS (FROM before.report AS b WHERE b.report_id = a.report_id AND b.version_no > 1)"""
# A warehouse of an older tieout does not tell outcomes apart: for one run, they are compared as it counted them.
OUTCOMES_BEFORE = """
    CREATE TEMP VIEW outcome_before AS FROM before.{}"""
RULES = f"""
    WITH counted AS (
      SELECT rule_id, {", ".join(f"count(*) FILTER (outcome = '{one}') AS {one}" for one in OUTCOMES)},
             {", ".join(f"0 AS {one}_before" for one in OUTCOMES)}
      FROM after.v_outcome GROUP BY rule_id
      UNION ALL
      SELECT rule_id, {", ".join("0" for _ in OUTCOMES)},
             {", ".join(f"count(*) FILTER (outcome = '{one}')" for one in OUTCOMES)}
      FROM outcome_before GROUP BY rule_id
    )
    SELECT rule_id AS rule,
           {", ".join(f"coalesce(sum({one}), 0)::BIGINT AS {one}" for one in OUTCOMES)},
           {", ".join(f"coalesce(sum({one} - {one}_before), 0)::BIGINT AS {one}_change" for one in OUTCOMES)},
           any_value(coalesce(a.name, b.name)) AS name, any_value(coalesce(a.kind, b.kind)) AS kind
    FROM after.recon_rule AS a FULL JOIN before.recon_rule AS b USING (rule_id) LEFT JOIN counted USING (rule_id)
    GROUP BY rule_id ORDER BY rule_id"""


WORST = """list_position(['error', 'warn', 'info'], severity), abs(diff) DESC NULLS LAST,
    rule, deal, distribution_date, scope_key"""


def changes(settings: Settings) -> Changes | None:
    """Compare what was built aside with what is published; None where there is neither."""
    if not settings.warehouse.exists() and not warehouse.next_file(settings).exists():
        return None
    with warehouse.beside(settings) as both:
        both.execute(FILINGS)
        both.execute(BREACHES)
        both.execute(OUTCOMES_BEFORE.format("v_outcome" if _tells_outcomes(both) else "recon_result"))
        return Changes(
            listed=_count(both, "was IS NULL"),
            fetched=_count(
                both, "coalesce(was, 'listed') = 'listed' AND state NOT IN ('listed', 'withdrawn', 'removed')"
            ),
            loaded=_count(both, "state = 'loaded' AND was IS DISTINCT FROM 'loaded'"),
            reread=_count(
                both,
                "was NOT IN ('listed', 'fetched', 'removed') AND state NOT IN ('fetched', 'removed') AND other_reader",
            ),
            amended=_named(both, AMENDED, "deal, distribution_date, version"),
            withdrawn=_filings(both, "state = 'withdrawn' AND was IS DISTINCT FROM state"),
            removed=_filings(both, "state = 'removed' AND was IS DISTINCT FROM state"),
            badly=_filings(both, f"state IN {BADLY} AND was IS DISTINCT FROM state"),
            open=_filings(both, f"state IN {ledger.OPEN}"),
            breaches=_named(both, "FROM breach_new", WORST),
            severities=dict(both.sql("SELECT severity, count(*) FROM breach_new GROUP BY 1 ORDER BY 1").fetchall()),
            settled=both.sql(SETTLED).fetchall()[0][0],
            rules=both.sql(RULES).to_arrow_table().to_pylist(),
        )


def _tells_outcomes(both: Connection) -> bool:
    views = "SELECT count(*) FROM duckdb_views() WHERE database_name = 'before' AND view_name = 'v_outcome'"
    return bool(both.sql(views).fetchall()[0][0])


def _count(both: Connection, where: str) -> int:
    return int(both.sql(f"SELECT count(*) FROM filing_moved WHERE {where}").fetchall()[0][0])


def _filings(both: Connection, where: str) -> Named:
    chosen = f"SELECT accession_number, state, reason FROM filing_moved WHERE {where}"
    return _named(both, chosen, "accession_number")


def _named(both: Connection, select: str, order: str) -> Named:
    total = both.sql(f"SELECT count(*) FROM ({select})").fetchall()[0][0]
    return Named(total, both.sql(f"FROM ({select}) ORDER BY {order} LIMIT {NAMED}").to_arrow_table().to_pylist())


def moved(rule: Row) -> bool:
    """Whether a rule has other counts than before."""
    return any(rule[f"{one}_change"] for one in OUTCOMES)


# ---- as text ----


def brief(of: Changes) -> list[str]:
    """Return the lines that a night's summary has of it: the counts, and what an auditor is called for."""
    lines = [f"Changed: {', '.join(_counts(of)) or 'nothing'}"]
    lines += _first(
        of.amended, lambda row: f"amended {row['deal']}, {row['distribution_date']}: {row['accession_number']}"
    )
    for filings in (of.withdrawn, of.removed):
        lines += _first(
            filings, lambda row: f"{row['state']} {row['accession_number']}: {row['reason'] or 'no reason'}"
        )
    return lines


def _first(named: Named, told: Any) -> list[str]:
    shown = [f"  {told(row)}" for row in named.rows[:ON_SCREEN]]
    return shown + ([f"  and {named.total - ON_SCREEN:,} more"] if named.total > ON_SCREEN else [])


def _counts(of: Changes) -> Iterator[str]:
    grave = ", ".join(f"{of.severities[name]:,} {name}" for name in ("error", "warn", "info") if name in of.severities)
    for count, told in (
        (of.listed, "listed"),
        (of.fetched, "fetched"),
        (of.loaded, "loaded"),
        (of.reread, "read again"),
        (of.amended.total, "amended"),
        (of.withdrawn.total, "withdrawn"),
        (of.removed.total, "removed"),
        (of.badly.total, "ended badly"),
        (of.breaches.total, f"new breaches ({grave})"),
        (of.settled, "breaches no more"),
    ):
        if count:
            yield f"{count:,} {told}"


def page(of: Changes | None, lines: Sequence[str], title: str) -> str:
    """Return a run as Markdown: its summary, what changed, and the outcomes by rule beside those before."""
    return "\n\n".join([f"# {title}", "\n".join(map(_bullet, lines)), *(_parts(of) if of else [])]) + "\n"


def _bullet(line: str) -> str:
    return f"  - {_cell(line)}" if line.startswith(" ") else f"- {_cell(line)}"


def _parts(of: Changes) -> Iterator[str]:
    judged = [row for row in of.rules if row["tie"] or row["rounding"] or row["breach"] or moved(row)]
    yield from _part("Amended", of.amended)
    yield from _part("Withdrawn", of.withdrawn)
    yield from _part("Removed", of.removed)
    yield from _part("Ended badly", of.badly)
    yield from _part("Still open", of.open)
    yield from _part("New breaches", of.breaches)
    yield "## Outcomes by rule"
    yield "Rows of the reports in force; in brackets, how many more or fewer than in the snapshot before."
    yield _table([_outcomes(row) for row in judged]) if judged else "No rule was judged."


def _part(title: str, named: Named) -> list[str]:
    if not named.total:
        return []
    more = [f"and {named.total - len(named.rows):,} more"] if named.total > len(named.rows) else []
    return [f"## {title}: {named.total:,}", _table(named.rows), *more]


def _outcomes(rule: Row) -> Row:
    shown = {one: _changed(rule[one], rule[f"{one}_change"]) for one in OUTCOMES}
    return {"rule": rule["rule"], **shown, "name": rule["name"]}


def _changed(count: int, change: int) -> str:
    return f"{count:,} ({change:+,})" if change else f"{count:,}"


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as a table of Markdown; what a filing printed must not end a cell or become a link."""
    names = list(rows[0])
    head = [" | ".join(name.replace("_", " ") for name in names), " | ".join("---" for _ in names)]
    body = [" | ".join(_cell(_short(row[name]) if name == "deal" else row[name]) for name in names) for row in rows]
    return "\n".join(f"| {line} |" for line in head + body)


def _short(deal: str | None) -> str | None:
    """Cut a long name in its middle: who issued it stands at its beginning, which series it is at its end."""
    if deal is None or len(deal) <= WIDE:
        return deal
    return f"{deal[: WIDE // 2 - 1].rstrip()} … {deal[1 - WIDE // 2 :].lstrip()}"


def _amount(value: Decimal) -> str:
    whole, _, fraction = f"{value:,f}".partition(".")
    return f"{whole}.{fraction.rstrip('0'):0<2}"


def _cell(value: Any) -> str:
    text = "" if value is None else _amount(value) if isinstance(value, Decimal) else str(value)
    for mark in "\\|`*_[]<>":
        text = text.replace(mark, "\\" + mark)
    return harmless.one_line(" ".join(text.split()))
