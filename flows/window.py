"""Starts the viewer: a web server of this machine alone, until it is told to stop."""

import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from flows.settings import Settings, SettingsError
from flows.warehouse import WarehouseError

APP = Path(__file__).with_name("viewer.py")
NEEDS = ("marimo", "altair")
STARTS = 1.0  # second in which the server finds out that it cannot


def show(settings: Settings, port: int, told: Callable[[str], None]) -> None:
    """Serve the viewer on 127.0.0.1 until Ctrl-C or SIGTERM; `told` gets its address once it answers.

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
                # Said before the port is taken, in vain where another process has it.
                if "URL:" in line and _lasts(server):
                    told(f"The viewer is at http://127.0.0.1:{port}; Ctrl-C ends it")
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
    place = ["--home", str(settings.home), *(["--lake", settings.lake] if settings.lake else [])]
    server = ["--headless", "--host", "127.0.0.1", "--port", str(port), "--no-token"]
    return [sys.executable, "-m", "marimo", "--yes", "run", str(APP), *server, "--", *place]


def _lasts(server: "subprocess.Popen[str]") -> bool:
    try:
        server.wait(STARTS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt
