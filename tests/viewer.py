"""Looks at `tieout view` in headless Chromium, as a person would: `python -m tests.viewer [--archive FOLDER]`.

Installs nothing: it wants the extras `viewer` and `browser`, and Chromium. It runs a night on the bundled sample or on
another archive, asks the pages for what SQL says they must show, makes sure that nothing is asked of another machine,
and leaves pictures for a person to look at.
"""

import argparse
import gzip
import http.client
import re
import sys
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from playwright.sync_api import Locator, Page

from flows import lake, settings, stages, warehouse
from flows.settings import Settings
from tests import browser
from tests.homes import SAMPLE

PORT = 2790
Row = dict[str, Any]

# What the pages must show is asked of the tables in words of its own, not in those of the viewer.
IN_FORCE = "known_to = TIMESTAMP '9999-12-31'"
MOST = f"SELECT deal_id FROM report WHERE {IN_FORCE} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
NAMES = """
    SELECT deal_id, min(k.id_value) AS name FROM dim_class_identifier k JOIN dim_class USING (class_id) GROUP BY 1
    UNION ALL SELECT deal_id, min(id_value) FROM dim_deal_identifier WHERE id_type = 'SEC_FILE_NUMBER' GROUP BY 1
    UNION ALL SELECT deal_id, min('000' || id_value) FROM dim_deal_identifier WHERE id_type = 'TRUST_CIK' GROUP BY 1
    UNION ALL SELECT deal_id, lower(deal_name) FROM dim_deal"""


def main(arguments: list[str]) -> int:
    """Look at everything; an AssertionError says what is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.viewer", description=__doc__)
    parser.add_argument("--archive", type=Path, default=SAMPLE, help="folder of filings (default: the bundled sample)")
    parser.add_argument("--home", type=Path, help="a home that is there already, in place of a night on the archive")
    parser.add_argument("--pictures", type=Path, help="folder for the pictures (default: a new one)")
    options = parser.parse_args(arguments)
    folder = options.pictures or Path(mkdtemp(prefix="tieout-pictures-"))
    folder.mkdir(parents=True, exist_ok=True)
    of = settings.load(home=options.home or folder / "home", archive=options.archive)
    if not options.home:
        stages.nightly(of)
    command = [sys.executable, "-m", "flows.cli", "view", "--home", str(of.home), "--port", str(PORT)]
    with (
        browser.server(command, folder / "view.log", f"http://127.0.0.1:{PORT}"),
        browser.page() as (page, asked),
    ):
        page.goto(f"http://127.0.0.1:{PORT}")
        look(page, of, folder)
        strangers(folder / "view.log")
        assert len(asked) > 10 and browser.elsewhere(asked) == [], browser.elsewhere(asked)
    print(f"As it should be. {len(asked):,} requests, all to this machine. Look at the pictures in {folder}")
    return 0


def strangers(log: Path) -> None:
    """A page of another site gets 403, by whatever name it calls us, for a WebSocket too; a line says so."""
    upgrade = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    here, other = f"127.0.0.1:{PORT}", f"rebound.example:{PORT}"
    for path, more, well in (("/", {}, 200), ("/ws?session_id=x", upgrade, 101)):
        for host, origin, wanted in (
            (here, f"http://{here}", well), (other, f"http://{other}", 403), (here, "http://elsewhere.example", 403),
        ):  # fmt: skip
            asking = http.client.HTTPConnection(here, timeout=browser.WAITS)
            asking.request("GET", path, headers={"Host": host, "Origin": origin, **more})
            status = asking.getresponse().status
            asking.close()
            assert status == wanted, (path, host, origin, status)

    def told() -> list[str]:
        return [line.partition(", asking")[0] for line in log.read_text().splitlines() if "Refused (403): " in line]

    named = [f"Refused (403): Host {other}", "Refused (403): Origin http://elsewhere.example"]
    browser.becomes(told, named * 2)


def look(page: Page, of: Settings, folder: Path) -> None:
    """Look at each section, for the deal of most months and for one that was amended."""
    ((deal,),) = rows(of, MOST)
    named(page, of)
    (name,) = [name for other, name in rows(of, NAMES) if other == deal and name.startswith("000")] or ["".join(deal)]
    find(page, of, deal, name)
    for number, (title, section) in enumerate(
        (("History", history), ("Delinquency", delinquency), ("Reconciliation", reconciliation),
         ("A value and its source", source)), 1
    ):  # fmt: skip
        page.get_by_role("tab", name=title).click()
        section(page, of, deal)
        page.screenshot(path=folder / f"{number}_{title.split()[0].lower()}.png")
    versions(page, of)
    page.screenshot(path=folder / "5_versions.png")
    amendments(page, of)
    page.screenshot(path=folder / "6_amendments.png")
    nothing(page)
    page.screenshot(path=folder / "7_nothing.png")


def rows(of: Settings, sql: str) -> list[tuple[Any, ...]]:
    """What the warehouse says."""
    return [tuple(row.values()) for row in warehouse.query(of, sql).to_pylist()]


def money(value: Decimal | None) -> str:
    """An amount as the pages must write it."""
    return "" if value is None else f"{value:,.2f}"


def search(page: Page, text: str) -> None:
    """Type into the field that finds deals."""
    field = page.get_by_placeholder("name, file number, CIK or CUSIP")
    field.fill(text)
    field.press("Enter")
    field.blur()


def find(page: Page, of: Settings, deal: str, text: str) -> None:
    """Find a deal and wait until its name heads the page."""
    ((name,),) = rows(of, f"SELECT deal_name FROM dim_deal WHERE deal_id = '{deal}'")
    search(page, text)
    browser.until(lambda: page.locator(".head2").first.inner_text() == name, f"{name} is shown for {text}")


def named(page: Page, of: Settings) -> None:
    """A CUSIP, a file number, a CIK with its zeros and a name find the deal whose they are."""
    for deal, text in rows(of, NAMES):
        holders = rows(of, f"SELECT count(DISTINCT deal_id) FROM ({NAMES}) WHERE contains(name, '{text}')")
        if holders == [(1,)]:
            find(page, of, deal, text)


def sheet(page: Page, heading: str) -> Locator:
    """The table with this head among its columns."""
    return page.locator(".sheet:visible").filter(has=page.locator("th", has_text=re.compile(f"^{heading}"))).first


def written(table: Locator) -> list[list[str]]:
    """The rows of a table as they are written, once there are some."""
    browser.until(lambda: table.locator("tbody tr").count() > 0, "a table with rows")
    texts: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return texts


def drawn(page: Page, titles: list[str], names: list[list[str]]) -> None:
    """Charts have titles on their axes, dates that can be read, a line and a name of each line."""
    charts = page.locator("svg.marks:visible")
    browser.until(lambda: charts.count() == len(titles), f"{len(titles)} charts")
    for number, (title, lines) in enumerate(zip(titles, names, strict=True)):
        chart = charts.nth(number)
        wanted = {title, "distribution date", *lines}
        browser.becomes(
            lambda chart=chart, wanted=wanted: wanted - set(chart.locator("text").all_text_contents()), set()
        )
        texts = chart.locator("text").all_text_contents()
        assert sum(bool(re.fullmatch(r"[A-Z][a-z]{2} \d{4}", text)) for text in texts) >= 3, texts
        assert chart.locator(".mark-line path").count() >= len(lines)


def history(page: Page, of: Settings, deal: str) -> None:
    """Every month with its balances, and every class of the latest with its own."""
    certificates = rows(
        of,
        f"""
        SELECT DISTINCT class_name FROM dim_class JOIN fact_class_distribution USING (class_id) WHERE deal_id = '{deal}'
        AND tier = 'UPPER' AND NOT is_notional AND ending_balance IS NOT NULL""",
    )
    balance, names = "balance (million USD)", [name for (name,) in certificates]
    drawn(
        page,
        [balance, "share of the original balance", balance],
        [["pool", "certificates"], ["pool factor"], names],
    )
    wanted = rows(
        of,
        f"""
        SELECT distribution_date, ending_scheduled_balance FROM report JOIN fact_collateral USING (report_id)
        WHERE deal_id = '{deal}' AND {IN_FORCE} AND group_code = 'ALL' AND statement_seq = 1 ORDER BY 1 DESC""",
    )
    months = [[f"{day}", money(balance)] for day, balance in wanted]
    browser.becomes(lambda: [row[:2] for row in written(sheet(page, "Pool at end"))], months)
    classes = {row[0]: row for row in written(sheet(page, "Class"))}
    for name, balance, notional in rows(
        of,
        f"""
        SELECT class_name, f.ending_balance, f.ending_notional FROM fact_class_distribution f
        JOIN report r USING (report_id) JOIN dim_class USING (class_id) WHERE r.deal_id = '{deal}' AND {IN_FORCE}
        AND distribution_date = (SELECT max(distribution_date) FROM report WHERE deal_id = '{deal}')""",
    ):
        told = balance if balance is not None else notional
        assert money(told) in classes[name], (name, told, classes[name])


def delinquency(page: Page, of: Settings, deal: str) -> None:
    """Balances past due as printed, and their shares of the balance that is named."""
    ((day, due, base),) = rows(
        of,
        f"""
        SELECT distribution_date, sum(d.balance), any_value(CASE coalesce(t.balance_pct_denominator, '')
                 WHEN 'ENDING_ACTUAL_BALANCE' THEN c.ending_actual_balance ELSE c.ending_scheduled_balance END)
        FROM report r JOIN fact_delinquency d USING (report_id)
        JOIN fact_collateral c ON c.report_id = r.report_id AND c.group_code = 'ALL' AND c.statement_seq = 1
        LEFT JOIN (SELECT report_id, max(balance_pct_denominator) AS balance_pct_denominator
                   FROM fact_delinquency GROUP BY 1) t ON t.report_id = r.report_id
        WHERE r.deal_id = '{deal}' AND {IN_FORCE} AND d.status = 'DELINQUENT' AND d.bucket_low_days >= 30
          AND d.group_code = 'ALL' GROUP BY 1 ORDER BY 1 DESC LIMIT 1""",
    )
    share = f"{float(due) / float(base) * 100:,.4f}"

    def latest() -> list[str]:
        row = written(sheet(page, r"30\+ days"))[0]
        return [*row[:3], row[10]]

    days = ["30+ days", "60+ days", "90+ days"]
    charts = page.locator("svg.marks:visible").first
    browser.until(lambda: set(days) <= set(charts.locator("text").all_text_contents()), f"a legend with {days}")
    browser.becomes(latest, [f"{day}", money(due), share, money(base)])


def reconciliation(page: Page, of: Settings, deal: str) -> None:
    """As many outcomes of each kind as there are results, and each breach that is no mere remark."""
    counted = dict(rows(of, f"""
        SELECT q.outcome, count(*) FROM recon_result q JOIN report r USING (report_id)
        WHERE r.deal_id = '{deal}' AND {IN_FORCE} GROUP BY 1"""))  # fmt: skip

    def total() -> list[int]:
        table = [[int(text.replace(",", "")) for text in row[1:]] for row in written(sheet(page, "Severity"))]
        breach, waived, *others = map(sum, zip(*table, strict=True))
        return [breach + waived, *others]

    browser.becomes(total, [counted.get(name, 0) for name in ("breach", "rounding", "tie", "not_applicable")])
    breaches = rows(
        of,
        f"""
        SELECT u.name FROM recon_result q JOIN report r USING (report_id) JOIN recon_rule u USING (rule_id)
        WHERE r.deal_id = '{deal}' AND {IN_FORCE} AND q.outcome = 'breach' AND q.severity IN ('error', 'warn')""",
    )
    listed = written(page.locator(".sheet:visible").nth(1)) if breaches else []
    assert sorted(row[2] for row in listed) == sorted(name for (name,) in breaches)


def source(page: Page, of: Settings, deal: str) -> None:
    """The line that prints a value is the line of the submission, and its characters are marked."""
    page.locator(".printed mark:visible").wait_for()
    row = page.locator("table:visible", has=page.get_by_text("line:character")).first.locator("tbody tr").nth(2)
    place = row.locator("td").last.inner_text()
    line, column = map(int, place.split(":"))
    ((accession, printed, sha256),) = rows(
        of,
        f"""
        SELECT r.accession_number, c.raw_text, f.sha256 FROM raw_cell c JOIN report r USING (report_id)
        JOIN filing f USING (accession_number)
        WHERE r.deal_id = '{deal}' AND {IN_FORCE} AND c.cell_id = '{place}' ORDER BY distribution_date DESC LIMIT 1""",
    )
    raw = lake.raw_bytes(of.store, accession, sha256)
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).split(b"\n")[line - 1].decode("cp1252")
    read_as = page.locator(".facts:visible").last.inner_text().split("\n")[1].strip()
    chosen = page.get_by_text(re.compile(r"^\w+ \([\d,]+ printed values, ")).locator("visible=true").inner_text()
    assert read_as.startswith(chosen.split()[0] + "."), (read_as, chosen)
    row.get_by_role("checkbox").click()
    browser.becomes(lambda: page.locator(".printed mark:visible").inner_text(), printed)
    assert text[column : column + len(printed)] == printed
    assert (
        f"line {line:,}, characters {column} to {column + len(printed)} "
        in page.locator(".facts:visible").last.inner_text()
    )
    whole = page.locator(".printed .at:visible").inner_text()
    assert whole.startswith(f"{line}") and (len(text) > 240 or text.rstrip() in whole), whole


def versions(page: Page, of: Settings) -> None:
    """A month that was amended shows other amounts as first filed."""
    amended = rows(
        of,
        """
        SELECT deal_id, distribution_date, any_value(i.id_value) FROM report JOIN dim_deal_identifier i USING (deal_id)
        WHERE version_no = 2 AND id_type = 'SEC_FILE_NUMBER'
          AND (deal_id, distribution_date) IN (SELECT deal_id, distribution_date FROM report WHERE version_no = 1)
        GROUP BY ALL ORDER BY 1 LIMIT 1""",
    )
    if not amended:
        print("No report was amended after another: versions were not looked at")
        return
    ((deal, day, name),) = amended
    find(page, of, deal, name)
    page.get_by_role("tab", name="History").click()
    for label, version in (("as first filed", 1), ("as known now", 2)):
        page.get_by_text(label, exact=True).click()
        ((interest,),) = rows(
            of,
            f"""
            SELECT sum(interest_distribution) FROM report r JOIN fact_class_distribution USING (report_id)
            JOIN dim_class USING (class_id) WHERE r.deal_id = '{deal}' AND distribution_date = '{day}'
            AND version_no = {version} AND tier = 'UPPER'""",
        )

        def so(version: int = version, interest: Decimal = interest) -> bool:
            month = [row for row in written(sheet(page, "Pool at end")) if row[0] == f"{day}"]
            return bool(month) and month[0][6] == money(interest) and month[0][10] == f"{version}"

        browser.until(so, f"{money(interest)} paid on {day}, {label}")


def amendments(page: Page, of: Settings) -> None:
    """What is shown of an amended deal are changes of values that its versions hold."""
    page.get_by_role("tab", name="Amendments").click()
    name = page.locator(".head2").first.inner_text()
    ((changes,),) = rows(
        of,
        f"""
        SELECT count(*) FROM v_amendment_change JOIN dim_deal USING (deal_id) WHERE deal_name = '{name}'""",
    )
    browser.becomes(lambda: len(written(sheet(page, "Known from"))) if changes else 0, changes)


def nothing(page: Page) -> None:
    """What no deal goes by is said, not an error."""
    search(page, "no deal goes by this")
    page.get_by_text("No deal goes by").wait_for()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
