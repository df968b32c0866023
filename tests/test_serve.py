"""Schedules: a night that nobody started has run, and what was started for it has ended."""

import http.client
import inspect
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from flows import manual, settings
from tests.homes import SAMPLE, content
from tests.test_logins import LOGIN, SECRETS, closed, expect_no_secret

ROOT = Path(__file__).parents[1]
IMPORTS = 100  # of Prefect: what is awaited may take as long as so many, on this machine as busy as it is
SOON = {
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
}


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what it tells Prefect or tieout."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "TIEOUT_", "EDGAR_"))}
    return own | {"PYTHONPATH": str(ROOT)} | more


@cache
def patience() -> float:
    """Seconds in which what is awaited must have happened: a machine that is busy takes its time for everything."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", "import prefect"], env=environment(), check=True)
    return IMPORTS * (time.monotonic() - start)


def until(happened: Callable[[], Any], serving: "subprocess.Popen[str]") -> Any:
    """What `happened` returns once it is true, while the process goes on."""
    end = time.monotonic() + patience()
    while not (answer := happened()):
        assert serving.poll() is None, f"it ended too early: {serving.stdout and serving.stdout.read()}"
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.3)
    return answer


def ask(address: str, body: dict[str, Any]) -> Any:
    """What Prefect's server answers; nothing while it does not listen yet."""
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except OSError:
        return None


def family(pid: int) -> set[int]:
    """The process and all it started that live still."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    living = [line.split() for line in listed.splitlines() if line.split()[2][0] != "Z"]
    found, more = {pid}, True
    while more:
        more = {int(child) for child, parent, _ in living if int(parent) in found} - found
        found |= more
    return found


def alive(pid: int) -> bool:
    """Whether a process lives still."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# Path, Host and Origin of requests by a page of another site, and by pages of the server's own; {} is its port.
STRANGERS = {
    ("/api/health", "rebound.example", None), ("/api/health", "rebound.example:{}", "http://rebound.example:{}"),
    ("/api/health", "127.0.0.1:{}", "https://elsewhere.example"), ("/api/events/in", "127.0.0.1:{}", "null"),
    ("/api/events/in", "rebound.example:{}", "http://rebound.example:{}"),
}  # fmt: skip
OURS = {
    ("/api/health", "localhost:{}", None), ("/api/health", "127.0.0.1:{}", "http://localhost:{}"),
    ("/api/events/in", "127.0.0.1:{}", "http://127.0.0.1:{}"),
}  # fmt: skip


def answered(port: int, path: str, host: str, origin: str | None) -> int:
    """The status of what such a request gets; 101 where a WebSocket was opened."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=patience())
    asking.putrequest("GET", path, skip_host=True)
    headers = {"Host": host.format(port)} | ({"Origin": origin.format(port)} if origin else {})
    if "events" in path:
        headers |= {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        headers |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    for name, value in headers.items():
        asking.putheader(name, value)
    asking.endheaders()
    status = asking.getresponse().status
    asking.close()
    return status


def test_a_scheduled_night_has_run_and_all_ends_on_a_signal(tmp_path: Path, sample_night: settings.Settings) -> None:
    shutil.copytree(SAMPLE, tmp_path / "archive")
    with closed(tmp_path / "archive") as host:
        _a_scheduled_night(tmp_path, f"http://{LOGIN}@{host}", sample_night)


def _a_scheduled_night(tmp_path: Path, archive: str, sample_night: settings.Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path / "home"
    where = ["--home", str(home), "--archive", archive, "--rate", "1000", "--processes", "1"]
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--every", "5", "--port", str(port), *where],
        env=environment(EDGAR_IDENTITY="Ann Lee ann.lee@example.org", TIEOUT_PACERS=str(tmp_path / "pacers"), **SOON),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        until((home / "warehouse.duckdb").exists, serving)
        completed = until(
            lambda: ask(
                f"http://127.0.0.1:{port}/api/flow_runs/filter",
                {
                    "deployments": {"name": {"any_": ["nightly"]}},
                    "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
                    "sort": "START_TIME_ASC",
                },
            ),
            serving,
        )
        told = ask(f"http://127.0.0.1:{port}/api/deployments/filter", {})
        answers = {who: answered(port, *who) for who in STRANGERS | OURS}
        begun = family(serving.pid)
        serving.send_signal(signal.SIGTERM)
        printed, _ = serving.communicate(timeout=patience())
    finally:
        if serving.poll() is None:
            for pid in family(serving.pid):
                os.kill(pid, signal.SIGKILL)
    assert completed[0]["auto_scheduled"] is True and completed[0]["parameters"]["home"] == str(home)
    assert content(home / "warehouse.duckdb") == content(sample_night.warehouse)
    assert serving.returncode == 0 and not [pid for pid in begun if alive(pid)]

    assert sorted(one["entrypoint"] for one in told) == [f"flows.{n}.{n}" for n in ("backfill", "nightly", "rebuild")]
    assert {one["name"]: len(one["schedules"]) for one in told} == {"nightly": 1, "backfill": 0, "rebuild": 0}
    assert f"http://127.0.0.1:{port}" in printed and "every 5 s" in printed and "Ann Lee <a...@example.org>" in printed
    assert {who: answers[who] for who in STRANGERS} == dict.fromkeys(STRANGERS, 403)
    assert all(answers[who] < 400 for who in OURS), answers
    log = (home / "prefect/server.log").read_text()
    assert log.count("Refused (403): ") == len(STRANGERS) and "Host rebound.example, asking for /api/health" in log
    shown = printed + json.dumps([completed, told])
    assert not [one for one in ("ann.lee", *SECRETS) if one in shown]
    expect_no_secret(home)
    assert not [path for path in home.rglob("*") if path.is_file() and b"ann.lee@" in path.read_bytes()]


TROUBLE = """
import sys
from flows import cli
home = sys.argv[1]
codes = [cli.main(["serve", "--home", home, "--cron", "30 25 * * *"]), cli.main(["serve", "--home", home])]
sys.exit(0 if codes == [2, 2] else 1)
"""


def test_a_wrong_schedule_and_a_server_that_is_not_there_are_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TROUBLE, str(tmp_path / "home")],
        env=environment(PREFECT_API_URL="http://127.0.0.1:9/api"),
        capture_output=True,
        text=True,
        timeout=patience(),
    )
    first, second = done.stderr.splitlines()
    assert done.returncode == 0
    assert "--cron '30 25 * * *' is no schedule" in first and manual.NIGHTLY_AT in first
    assert "no Prefect server answers at http://127.0.0.1:9/api" in second and "unset PREFECT_API_URL" in second


DEPLOYED = yaml.safe_load((ROOT / "prefect.yaml").read_text())
SIGNATURES = """
import importlib, inspect, json, sys
from flows import settings
settings.prepare_prefect(settings.home_folder(sys.argv[1]))
found = {}
for entrypoint in sys.argv[2:]:
    module, _, name = entrypoint.rpartition(".")
    flow = getattr(importlib.import_module(module), name)
    found[entrypoint] = [flow.name, list(inspect.signature(flow.fn).parameters)]
print(json.dumps(found))
"""


def test_the_deployments_of_prefect_yaml_name_flows_and_their_parameters(tmp_path: Path) -> None:
    deployments = DEPLOYED["deployments"]
    entrypoints = [one["entrypoint"] for one in deployments]
    done = subprocess.run(
        [sys.executable, "-c", SIGNATURES, str(tmp_path / "home"), *entrypoints],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    told = set(inspect.signature(settings.load).parameters) - {"identity", "does"}
    for one in deployments:
        name, parameters = found[one["entrypoint"]]
        assert name == one["name"] and set(one["parameters"]) == set(parameters)
        assert told <= set(parameters), "what a setting says, a scheduled run must be able to say"
        assert one["work_pool"] == {"name": "local"} and one["concurrency_limit"] == 1
    assert [one["name"] for one in deployments if one.get("schedules")] == ["nightly"]
    assert deployments[0]["schedules"] == [{"cron": manual.NIGHTLY_AT, "timezone": "America/New_York"}]
    assert "identity" not in json.dumps(DEPLOYED).lower()


def test_prefect_s_server_is_ours_unless_one_is_named() -> None:
    told: dict[str, str] = {}
    assert settings.prepare_server(4300, told)
    assert told["PREFECT_API_URL"] == told["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4300/api"
    other = {"PREFECT_API_URL": "http://10.0.0.1:4200/api"}
    assert not settings.prepare_server(4300, other) and len(other) == 1
