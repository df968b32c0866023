"""Connects a Superset of this machine to the warehouse: `python -m tests.superset [--home HOME] [--venv FOLDER]`.

Makes an environment of its own for it (720 MB; give --venv to keep it), starts it, brings in the dashboard of
`sql/superset`, opens it in headless Chromium, and compares what each of its charts was answered with SQL on the
warehouse. Wants the extra `browser` here. Leaves a picture of the dashboard.
"""

import argparse
import io
import math
import os
import secrets
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import requests
from playwright.sync_api import Response

from flows import settings, stages, warehouse
from flows.settings import Settings
from tests import browser
from tests.homes import SAMPLE

# What a plain install lacks, and what it takes too new, stands behind the first three.
PINS = (
    "apache-superset==6.1.0",
    "duckdb-engine==0.17.0",
    "duckdb==2.0.0",
    "rich",
    "cachetools",
    "flask-caching==2.3.1",
)
DASHBOARD = Path(__file__).parents[1] / "sql" / "superset"
PORT = 8099
ADDRESS = f"http://127.0.0.1:{PORT}"
Key = tuple[Any, ...]

MONTHLY = (
    "SELECT strftime(date_trunc('month', distribution_date), '%Y-%m-%d') AS month, deal_name, {} FROM {} GROUP BY ALL"
)
# Each chart's figures, asked of the tables and marts without Superset.
WANTED = {
    "Pool balance": MONTHLY.format("sum(ending_scheduled_balance)", "v_pool_month WHERE group_code = 'ALL'"),
    "60 days behind or more": MONTHLY.format(
        "sum(dq60plus) / sum(balance_base)",
        "v_delinquency_month JOIN dim_deal USING (deal_id) WHERE group_code = 'ALL'",
    ),
    "Paid to investors": MONTHLY.format("sum(total_distribution)", "v_class_month WHERE tier = 'UPPER'"),
    "Breaches by rule": """
        SELECT b.severity, b.rule_id, u.name, b.waived, count(*)
        FROM v_breach b JOIN recon_rule u USING (rule_id) GROUP BY ALL""",
}


def main(arguments: list[str]) -> int:
    """Check everything; an AssertionError says what is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.superset", description=__doc__)
    parser.add_argument("--home", type=Path, help="a home with a warehouse (default: a new one of the sample)")
    parser.add_argument("--venv", type=Path, help="environment of Superset, made where there is none")
    parser.add_argument("--pictures", type=Path, help="folder for the picture (default: a new one)")
    options = parser.parse_args(arguments)
    folder = options.pictures or Path(mkdtemp(prefix="tieout-superset-"))
    folder.mkdir(parents=True, exist_ok=True)
    of = settings.load(home=options.home or folder / "home", archive=SAMPLE)
    if not options.home:
        stages.nightly(of)
    programs = installed(options.venv or folder / "venv")
    told = configured(programs, folder)
    command = [str(programs / "superset"), "run", "-h", "127.0.0.1", "-p", str(PORT), "--with-threads"]
    with browser.server(command, folder / "superset.log", f"Running on {ADDRESS}", told["environment"]):
        client = signed_in(told["password"])
        import_dashboard(client, of)
        answers = opened(client, told["password"], folder / "dashboard.png")
    compare(of, answers)
    print(f"Connected; {len(answers)} charts show what SQL says. Look at {folder / 'dashboard.png'}")
    return 0


def installed(venv: Path) -> Path:
    """The programs of an environment with Superset, which is made where there is none."""
    programs = venv / "bin"
    if not (programs / "superset").exists():
        print(f"Installing Superset into {venv}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(programs / "pip"), "install", "-q", *PINS], check=True)
    return programs


def configured(programs: Path, folder: Path) -> dict[str, Any]:
    """Make Superset's own database and a user, in a folder; returns the environment to run in and the password."""
    password, config = secrets.token_urlsafe(12), folder / "superset_config.py"
    store = folder / "superset.db"
    store.unlink(missing_ok=True)
    config.write_text(
        f"SECRET_KEY = {secrets.token_urlsafe(42)!r}\n"
        f"SQLALCHEMY_DATABASE_URI = {f'sqlite:///{store.absolute()}'!r}\n"
        "TALISMAN_ENABLED = False\nWTF_CSRF_ENABLED = False\nPREVENT_UNSAFE_DB_CONNECTIONS = False\n"
    )
    environment = os.environ | {
        "SUPERSET_CONFIG_PATH": str(config.absolute()),
        "SUPERSET_HOME": str(folder.absolute()),
        "FLASK_APP": "superset",
        "SCARF_ANALYTICS": "false",  # it would tell its makers of every start
    }
    environment.pop("PYTHONPATH", None)
    user = ["--username", "admin", "--firstname", "a", "--lastname", "b", "--email", "a@example.org"]
    with (folder / "setup.log").open("w") as log:
        for words in (["db", "upgrade"], ["fab", "create-admin", *user, "--password", password], ["init"]):
            subprocess.run([str(programs / "superset"), *words], env=environment, stdout=log, stderr=log, check=True)
    return {"environment": environment, "password": password}


def signed_in(password: str) -> requests.Session:
    """A client of Superset's API."""
    client = requests.Session()
    who = {"username": "admin", "password": password, "provider": "db"}
    answer = client.post(f"{ADDRESS}/api/v1/security/login", json=who, timeout=60)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def zipped(of: Settings) -> bytes:
    """The dashboard as Superset's own export, with the path of this warehouse."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file in sorted(DASHBOARD.rglob("*.yaml")):
            text = file.read_text().replace("WAREHOUSE", str(of.warehouse))
            archive.writestr(f"tieout/{file.relative_to(DASHBOARD)}", text)
    return out.getvalue()


def import_dashboard(client: requests.Session, of: Settings) -> None:
    """Import it, and make sure that the database connects and that Superset sees its views."""
    sent = {"formData": ("tieout.zip", zipped(of), "application/zip")}
    answer = client.post(f"{ADDRESS}/api/v1/dashboard/import/", files=sent, data={"overwrite": "true"}, timeout=120)
    assert answer.status_code == 200, answer.text[-2000:]
    (database,) = client.get(f"{ADDRESS}/api/v1/database/", timeout=60).json()["result"]
    asked = f"{ADDRESS}/api/v1/database/{database['id']}/tables/?q=(schema_name:main)"
    seen = {row["value"] for row in client.get(asked, timeout=60).json()["result"]}
    views = warehouse.query(of, "SELECT view_name FROM duckdb_views() WHERE NOT internal")["view_name"].to_pylist()
    assert set(views) <= seen, sorted(set(views) - seen)


def opened(client: requests.Session, password: str, picture: Path) -> dict[str, list[Any]]:
    """Open the dashboard as a person does. Returns the rows that each of its charts was answered."""
    charts = client.get(f"{ADDRESS}/api/v1/chart/", timeout=60).json()["result"]
    names = {chart["id"]: chart["slice_name"] for chart in charts}
    assert sorted(names.values()) == sorted(WANTED)
    answers: dict[str, list[Any]] = {}

    def keep(response: Response) -> None:
        if "/api/v1/chart/data" in response.url:
            (form,) = [part for part in requests.utils.unquote(response.url).split("&") if "slice_id" in part]
            (result,) = response.json()["result"]
            answers[names[int(form.rsplit(":", 1)[1].strip("}"))]] = result["data"]

    with browser.page(1500, 1120) as (page, asked):
        page.context.request.post(f"{ADDRESS}/login/", form={"username": "admin", "password": password})
        page.on("response", keep)
        page.goto(f"{ADDRESS}/superset/dashboard/trusts/?standalone=2")
        page.wait_for_load_state("networkidle")
        browser.until(
            lambda: page.locator(".chart-container canvas, .chart-container table").count() >= 4, "four charts"
        )
        page.wait_for_timeout(2000)  # they move into their places
        page.screenshot(path=picture)
        assert page.get_by_text("error", exact=False).locator("visible=true").count() <= page.locator("td").count()
    if others := browser.elsewhere(asked):
        print(f"Superset's page also asked for: {', '.join(others)}")
    return answers


def compare(of: Settings, answers: dict[str, list[Any]]) -> None:
    """Each chart has a row for each that SQL gives, and no other, with the same figure."""
    for name, sql in WANTED.items():
        rows = [tuple(row.values()) for row in warehouse.query(of, sql).to_pylist()]
        wanted = {row[:-1]: float(row[-1]) for row in rows if row[-1] is not None}
        shown = table(answers[name]) if name == "Breaches by rule" else series(answers[name])
        assert wanted and shown.keys() == wanted.keys(), (name, shown.keys() ^ wanted.keys())
        # Superset answers in JSON, whose numbers are floats: cents of sums beyond 2^53 are lost there, not here.
        wrong = {
            key: (shown[key], wanted[key]) for key in wanted if abs(shown[key] - wanted[key]) > 1e-12 * abs(wanted[key])
        }
        assert not wrong, (name, wrong)
        print(f"{name}: {len(wanted)} figures")


def isclose(a: float, b: float) -> bool:
    """Whether two floats are one decimal, to as many digits as both are sure to hold."""
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-15)


def series(rows: list[dict[str, Any]]) -> dict[Key, float]:
    """A column for each deal, as (month, deal) and figure."""
    return {
        (f"{datetime.fromtimestamp(row['distribution_date'] / 1000, UTC):%Y-%m-%d}", deal): value
        for row in rows
        for deal, value in row.items()
        if deal != "distribution_date" and value is not None
    }


def table(rows: list[dict[str, Any]]) -> dict[Key, float]:
    """Members and a figure behind them."""
    return {tuple(row.values())[:-1]: float([*row.values()][-1]) for row in rows}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
