"""Pages of this machine answer its own browser, and no page of another site, by whatever name that calls us."""

import asyncio
from typing import Any

import pytest

from flows.guard import Guard, stranger

PORT = 2718
WELL = [
    ("127.0.0.1:2718", None), ("localhost:2718", "http://localhost:2718"), ("127.0.0.1:2718", "http://localhost:2718"),
    ("[::1]:2718", "http://[::1]:2718"), ("LOCALHOST:2718", "HTTP://127.0.0.1:2718"), ("localhost", "http://localhost:80"),
    # Through a tunnel, under the port of its other end.
    ("localhost:8080", "http://localhost:8080"), ("localhost:443", "https://localhost"),
]  # fmt: skip
HERE = "127.0.0.1:2718"
BADLY = [
    ("rebound.example:2718", None, "Host"), ("rebound.example", "http://rebound.example", "Host"),
    ("localhost.example:2718", None, "Host"), ("127.0.0.1.example:2718", None, "Host"), ("", None, "Host not told"),
    ("127.0.0.1:2718@rebound.example", None, "Host"), ("rebound.example#127.0.0.1", None, "Host"),
    ("127.0.0.2:2718", None, "Host"), ("0.0.0.0:2718", None, "Host"), ("localhost, rebound.example", None, "Host"),
    (HERE, "http://rebound.example", "Origin http://rebound.example,"), (HERE, "null", "Origin null,"),
    (HERE, "", "Origin empty,"), (HERE, "http://127.0.0.1:3000", "Origin http://127.0.0.1:3000,"),
    (HERE, "https://127.0.0.1", "Origin"), (HERE, "file://", "Origin"), (HERE, f"http://{HERE}.example", "Origin"),
    (HERE, "http://localhost", "Origin"),
]  # fmt: skip


def asked(kind: str, *headers: tuple[str, str | None], path: str = "/") -> tuple[list[dict[str, Any]], list[str]]:
    """What a request gets from pages behind the guard, and the lines that are said of it."""
    sent: list[dict[str, Any]] = []
    said: list[str] = []

    async def pages(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "from the pages"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = [(name.encode(), value.encode()) for name, value in headers if value is not None]
    scope = {"type": kind, "path": path, "headers": given}
    asyncio.run(Guard(pages, said.append)(scope, None, send))
    return sent, said


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("host", "origin"), WELL)
def test_a_page_of_our_own_is_answered(kind: str, host: str, origin: str | None) -> None:
    assert asked(kind, ("host", host), ("origin", origin)) == ([{"type": "from the pages"}], [])


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("host", "origin", "named"), BADLY)
def test_a_page_of_another_site_is_refused_with_a_line(kind: str, host: str, origin: str | None, named: str) -> None:
    sent, said = asked(kind, ("host", host), ("origin", origin), path="/x\x1b[31m\n")
    if kind == "http":
        assert sent[0]["status"] == 403 and sent[1]["body"].startswith(b"403")
    else:
        assert [one["type"] for one in sent] == ["websocket.close"]  # which a server answers with 403
    (line,) = said
    assert line.startswith(f"Refused (403): {named}") and line.endswith(", asking for /x␛[31m␊")
    assert named != "Host" or host in line


def test_no_host_two_hosts_and_two_origins_are_refused() -> None:
    host, origin = (b"host", b"localhost"), (b"origin", b"http://localhost")
    assert stranger([host, origin]) is None
    assert stranger([]) == "Host not told" and stranger([origin]) == "Host not told"
    assert stranger([host, (b"host", b"rebound.example")]) == "Host localhost and rebound.example"
    assert stranger([host, origin, (b"Origin", b"http://rebound.example")]) == "Origin http://rebound.example"


def test_what_is_no_request_passes() -> None:
    assert asked("lifespan") == ([{"type": "from the pages"}], [])
