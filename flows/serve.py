"""Schedules on one machine: Prefect's server if there is none, the three deployments, and their runs one at a time.

Prefect is imported by what is called here: `settings.prepare_server` must have told it before where its server is.
"""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import clock, guard, screen
from flows import settings as told
from flows.manual import NIGHTLY_AT
from flows.settings import Settings, SettingsError

if TYPE_CHECKING:
    from prefect.runner import Runner
    from prefect.schedules import Schedule

ZONE = "America/New_York"  # EDGAR's clock
STARTS = 180.0  # seconds that the server may take to answer
STOPS = 20.0  # and to end

Say = Callable[[str], None]


def serve(settings: Settings, cron: str, every: int | None, own: bool, say: Say) -> None:
    """Serve the deployments, beside a server of our `own` if so, until this process is told to stop.

    Raises SettingsError.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    schedule, when = _schedule(cron, every)
    try:
        with _server(settings.home, own, say):
            runner = _runner(settings, schedule)
            say(f"Runs: nightly {when}; backfill and rebuild when they are started there")
            if settings.identity:
                say(f"Asks as: {told.masked(settings.identity)}")
            say("Ctrl-C ends it")
            asyncio.run(_run(runner))
    except KeyboardInterrupt:
        pass
    say("Ended; what a run had begun, the next one goes on with")


def _interrupt(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)


async def _run(runner: "Runner") -> None:
    """Run what is due until a signal comes; a run that is under way then is ended, and its state says so."""
    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []

    def end(*_: object) -> None:
        if not runner.started:
            raise KeyboardInterrupt
        if not ending:
            loop.call_soon_threadsafe(lambda: ending.append(loop.create_task(runner.astop())))

    # Its own handler calls `astop` without awaiting it, which leaves the run behind as running for ever.
    vars(runner)["handle_sigterm"] = end
    signal.signal(signal.SIGINT, end)
    await runner.start()
    await asyncio.gather(*ending)


def _runner(settings: Settings, schedule: "Schedule") -> "Runner":
    from prefect.runner import Runner

    # One run at a time: they write to one home. What was missed meanwhile is not made up for run by run: serving again
    # drops what is late, and the next night fetches whatever is not held.
    runner = Runner(name="tieout", limit=1, pause_on_shutdown=False)
    for deployment in _deployments(settings, schedule):
        runner.add_deployment(deployment)
    return runner


def _schedule(cron: str, every: int | None) -> tuple["Schedule", str]:
    """Return the schedule of the nights, and when the next one is, in words. Raises SettingsError."""
    from prefect.schedules import Cron, Interval
    from prefect.server.schemas.schedules import CronSchedule

    if every is not None:
        return Interval(timedelta(seconds=every)), f"every {every:,} s"
    try:
        (following,) = asyncio.run(CronSchedule(cron=cron, timezone=ZONE).get_dates(1))
    except ValueError as error:
        raise SettingsError(
            f"--cron {cron!r} is no schedule: give minute, hour, day, month and weekday, as {NIGHTLY_AT!r}"
        ) from error
    return Cron(cron, timezone=ZONE), f"at {cron!r} New York time, next {following:%Y-%m-%d %H:%M %Z}"


def _deployments(settings: Settings, schedule: "Schedule") -> list[Any]:
    """Return the three deployments; who asks is no parameter, the runs have it from the environment."""
    from prefect.deployments.runner import EntrypointType

    from flows import backfill, nightly, rebuild

    common: dict[str, Any] = {
        "parameters": told.parameters(settings),
        "entrypoint_type": EntrypointType.MODULE_PATH,
    }
    return [
        nightly.nightly.to_deployment("nightly", schedule=schedule, **common),
        backfill.backfill.to_deployment("backfill", **common),
        rebuild.rebuild.to_deployment("rebuild", **common),
    ]


@contextmanager
def _server(home: Path, own: bool, say: Say) -> Iterator[None]:
    """Have a server: the one that PREFECT_API_URL names, else one of our own that ends with this process."""
    from prefect.settings import get_current_settings

    address = str(get_current_settings().api.url)
    pages = address.removesuffix("/api")
    if not own:
        if not _answers():
            raise SettingsError(f"no Prefect server answers at {address}: start it, or unset PREFECT_API_URL")
        say(f"Prefect: {pages}")
        yield
        return
    if _answers():
        raise SettingsError(f"a Prefect server is at {pages} already: set PREFECT_API_URL={address}, or give --port")
    log = home / "prefect" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # In a session of its own, so that Ctrl-C ends the runs before their server.
        server = subprocess.Popen(
            [sys.executable, "-m", "flows.serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(server, log)
        say(f"Prefect: {pages}, its files in {home / 'prefect'}")
        yield
    finally:
        _end(server)


def _answers() -> bool:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def _wait(server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = clock.monotonic() + STARTS
    while not _answers():
        if server.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise SettingsError(f"Prefect's server did not start: {' '.join(last)} ({log}); another --port may be free")
        if clock.monotonic() > until:
            raise SettingsError(f"Prefect's server did not answer within {STARTS:g} s: see {log}")
        clock.wait(0.5)


def _serve_pages() -> None:
    """Be the server that Prefect would start, behind the guard: Prefect itself lets any page ask."""
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    of = get_current_settings().server
    guard.serve(
        create_app(final=True), of.api.port, screen.live, lambda: None,
        log_level=of.logging_level.lower(), timeout_keep_alive=of.api.keepalive_timeout,
        ws_ping_interval=of.api.websocket_ping_interval, ws_ping_timeout=of.api.websocket_ping_timeout,
    )  # fmt: skip


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(STOPS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    _serve_pages()
