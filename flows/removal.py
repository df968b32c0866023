"""Filings that a person takes out of the warehouse, and back: their bytes stay, and the ledger says who did it and why.

The next run publishes a warehouse without them. No run fetches or loads them again until they are taken back.
"""

import getpass
from collections.abc import Sequence

import polars as pl

from flows import audit, lake
from flows.audit import NotFound, Row
from flows.lake import ACCESSION, exclusive
from flows.ledger import KEY, UNREAD, Ledger
from flows.settings import Settings

NAMED = 5  # deals or filings that an error names


def remove(settings: Settings, what: str, why: str) -> list[str]:
    """Take the filings of a deal, or one filing, out of what is published. Returns their accession numbers.

    Those that are removed already stay as they are. Raises NotFound where nothing, or more than one deal, goes by
    `what`, and where one of its filings reports on other deals too.
    """
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        numbers = _filings(settings, book, what)
        rows = [row for row in book.of(numbers).values() if row["state"] != "removed"]
        names = _names(settings, [row[KEY] for row in rows])
        reason = f"{why} (removed by {_who()})"
        for row in rows:
            lake.note_removed(settings.store, row[KEY], reason, names.get(row[KEY], []))
        book.record(
            row | UNREAD | {"state": "removed", "reason": reason, "removed_as": names.get(row[KEY], [])} for row in rows
        )
        return [row[KEY] for row in rows]


def undo(settings: Settings, what: str) -> list[str]:
    """Take back the filings of a deal, or one filing. Returns their accession numbers; the next run reads them.

    Raises NotFound where nothing that goes by `what` was removed.
    """
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        removed = book.select(where=pl.col("state") == "removed").to_dicts()
        rows = [row for row in removed if row[KEY] == what or what.upper() in map(str.upper, row["removed_as"] or ())]
        if not rows:
            known = _some([row[KEY] for row in removed])
            raise NotFound(
                f"nothing goes by {what} that was removed: {f'give one of {known}' if known else 'nothing was'}"
            )
        for row in rows:
            lake.forget_removed(settings.store, row[KEY])
        book.record(
            row | {"state": "fetched" if row["sha256"] else "listed", "reason": None, "removed_as": None, "attempts": 0}
            for row in rows
        )
        return [row[KEY] for row in rows]


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody without a name"


def _filings(settings: Settings, book: Ledger, what: str) -> list[str]:
    """Return the accession numbers that are meant."""
    if ACCESSION.fullmatch(what):
        if not book.of([what]):
            raise NotFound(f"no filing {what} is known: `tieout sql 'FROM filing_state'` lists them")
        return [what]
    if not settings.warehouse.exists():
        raise NotFound(f"no deal is known as {what} before the first run: give an accession number")
    deals = audit.rows(settings, f"SELECT DISTINCT deal_id, deal_name FROM dim_deal r WHERE {audit.is_deal(what)}")
    if not deals:
        removed = [names for (names,) in book.select("removed_as", where=pl.col("state") == "removed").iter_rows()]
        if any(what.upper() in map(str.upper, names or ()) for names in removed):
            return []
        raise NotFound(f"no deal is known as {what}: `tieout sql 'FROM dim_deal_identifier'` lists what they go by")
    if len(deals) > 1:
        named = "; ".join(f"{row['deal_name']} ({row['deal_id']})" for row in deals[:NAMED])
        raise NotFound(f"{what} is the name of {len(deals)} deals: give the number in brackets of one: {named}")
    return _of_deal(settings, deals[0])


def _of_deal(settings: Settings, deal: Row) -> list[str]:
    """Return the filings that report on one deal. Raises NotFound where one of them reports on others too."""
    told = """
        SELECT accession_number, deal_id FROM report
        UNION SELECT r.accession_number, d.deal_id FROM report_repeat AS r
              JOIN report AS d ON d.report_id = r.repeats_report_id"""
    number = audit.quote(deal["deal_id"])
    found = audit.rows(settings, f"""
        SELECT t.accession_number, list(DISTINCT d.deal_name ORDER BY d.deal_name)
                 FILTER (t.deal_id <> {number}) AS others
        FROM ({told}) AS t JOIN dim_deal AS d USING (deal_id)
        GROUP BY t.accession_number HAVING bool_or(t.deal_id = {number}) ORDER BY 1""")  # fmt: skip
    shared = [row for row in found if row["others"]]
    if shared:
        raise NotFound(
            f"{shared[0]['accession_number']} reports on other deals too ({_some(shared[0]['others'])}): "
            "remove filings by their accession numbers"
        )
    return [row["accession_number"] for row in found]


def _names(settings: Settings, numbers: Sequence[str]) -> dict[str, list[str]]:
    """Return what the deals go by on which each filing reports, as far as the published warehouse knows."""
    if not numbers or not settings.warehouse.exists():
        return {}
    listed = ", ".join(map(audit.quote, numbers))
    found = audit.rows(settings, f"""
        WITH named AS (
          SELECT deal_id, known_as FROM v_deal_known_as UNION SELECT deal_id, deal_name FROM dim_deal
          UNION SELECT deal_id, alias_name FROM dim_deal_alias)
        SELECT r.accession_number, list(DISTINCT n.known_as ORDER BY n.known_as) AS names
        FROM report AS r JOIN named AS n USING (deal_id)
        WHERE r.accession_number IN ({listed}) AND n.known_as IS NOT NULL GROUP BY 1""")  # fmt: skip
    return {row["accession_number"]: row["names"] for row in found}


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
