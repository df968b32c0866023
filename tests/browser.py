"""A headless Chromium of this machine that reaches this machine only, for the checks that look at pages."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
WAITS = 60.0  # seconds for what must appear on a page


@contextmanager
def page(width: int = 1280, height: int = 2200) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list of all addresses that it asks for while it is open."""
    if not CHROMIUM.exists():
        sys.exit(f"no {CHROMIUM}: install it with `apt-get install chromium`")
    with TemporaryDirectory(prefix="tieout-browser-") as profile, sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=list(FLAGS), viewport={"width": width, "height": height}
        )
        asked: list[str] = []

        def asks(request: Request) -> None:
            asked.append(request.url)

        context.on("request", asks)
        opened = context.new_page()
        opened.set_default_timeout(WAITS * 1000)
        yield opened, asked
        context.close()


def elsewhere(asked: Sequence[str]) -> list[str]:
    """Which of these addresses are not of this machine."""
    here = ("127.0.0.1", "localhost")
    return [one for one in asked if urlsplit(one).scheme not in ("data", "blob") and urlsplit(one).hostname not in here]


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds. Raises AssertionError with what it was."""
    end = time.monotonic() + WAITS
    while not holds():
        assert time.monotonic() < end, f"not so within {WAITS:g} s: {what}"
        time.sleep(0.1)


def becomes(shown: Callable[[], Any], wanted: Any) -> None:
    """Wait until what a page shows is what it must show: a page that was told something goes on for a moment."""
    end = time.monotonic() + WAITS
    while (now := shown()) != wanted:
        assert time.monotonic() < end, f"shown: {now}; wanted: {wanted}"
        time.sleep(0.1)


@contextmanager
def server(
    command: Sequence[str], log: Path, ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server that runs meanwhile, from the moment its output holds `ready`."""
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            until(lambda: ready in log.read_text() or process.poll() is not None, f"{ready!r} in {log}")
            assert process.poll() is None, log.read_text()
            yield
        finally:
            process.terminate()
            process.wait()
