"""Starts the viewer: a web server of this machine alone, until it is told to stop."""

import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from flows import guard, screen
from flows import settings as place
from flows.settings import Settings, SettingsError
from flows.warehouse import WarehouseError

APP = Path(__file__).with_name("viewer.py")
NEEDS = ("marimo", "altair")
READY = "ready"  # that the server says once it answers; its other lines are of what it refused


def show(settings: Settings, port: int, told: Callable[[str], None], refused: Callable[[str], None]) -> None:
    """Serve the viewer on 127.0.0.1 until Ctrl-C or SIGTERM; `told` gets its address once it answers.

    `refused` gets a line of each request that is not of its own pages.

    Raises SettingsError where the extra is not installed or the port is taken, WarehouseError without a warehouse.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"the viewer needs {' and '.join(missing)}: install them with `pip install 'tieout[viewer]'`"
        )
    if not settings.warehouse.exists():
        raise WarehouseError(f"no warehouse at {settings.warehouse}: run `tieout nightly` first, or give --home")
    signal.signal(signal.SIGTERM, _interrupt)
    with TemporaryFile("w+") as problems:
        server = subprocess.Popen(_command(settings, port), stdout=subprocess.PIPE, stderr=problems, text=True)
        try:
            assert server.stdout is not None
            for line in server.stdout:
                if line.strip() == READY:
                    told(f"The viewer is at http://{guard.HOST}:{port}; Ctrl-C ends it")
                elif line.strip():
                    refused(line.strip())
            if server.wait():
                problems.seek(0)
                last = problems.read().strip().splitlines()[-1:]
                raise SettingsError(f"the viewer ended: {' '.join(last)}; another --port may be free")
        except KeyboardInterrupt:
            return
        finally:
            server.terminate()
            server.wait()


def _command(settings: Settings, port: int) -> list[str]:
    return [sys.executable, "-m", "flows.window", str(settings.home), settings.lake, str(port)]


def _serve(home: str, lake: str, port: str) -> None:
    """Be the server: the viewer as an application of marimo's, behind the guard."""
    import marimo

    place.declare_home(home, lake)
    app = marimo.create_asgi_app(quiet=True, include_code=False).with_app(path="", root=str(APP)).build()
    # A page is asked once a second whether it still lives, and given up after a minute.
    guard.serve(
        app, int(port), screen.live, lambda: screen.live(READY),
        log_level="error", timeout_keep_alive=300, ws_ping_interval=1, ws_ping_timeout=60, timeout_graceful_shutdown=1,
    )  # fmt: skip


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    _serve(*sys.argv[1:])
