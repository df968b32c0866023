"""The door of the pages that this machine serves: they answer a browser of this machine that has one of them open.

A page of another site may have its own name lead here (DNS rebinding), or ask here from where it is. Both show in what
the browser says of itself, Host and Origin; whoever says another name gets 403, and a line says so. WebSockets too.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from flows import harmless

HOST = "127.0.0.1"  # that pages are served on
_NAMES = r"(?:127\.0\.0\.1|localhost|\[::1\])(?::([0-9]{1,5}))?"
_HOST = re.compile(_NAMES, re.IGNORECASE)
_ORIGIN = re.compile(rf"(https?)://{_NAMES}", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443"}
_SHOWN = 100  # characters of a name or path in a line
_ANSWER = b"403: these pages are for browsers of this machine, by the name 127.0.0.1 or localhost.\n"
Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


class Guard:
    """An ASGI application that lets through to another what comes from its own pages; `say` gets a line of all else."""

    def __init__(self, app: App, say: Callable[[str], None]) -> None:
        self.app, self.say = app, say

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request, or one attempt to open a WebSocket."""
        kind = scope["type"]
        wrong = stranger(scope["headers"]) if kind in ("http", "websocket") else None
        if wrong is None:
            await self.app(scope, receive, send)
            return
        self.say(f"Refused (403): {wrong}, asking for {_brief(scope['path'])}")
        if kind == "websocket":
            # Closed before it is open: the server answers 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(_ANSWER)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": _ANSWER})


def stranger(headers: Sequence[tuple[bytes, bytes]]) -> str | None:
    """Return in which header a request names someone else than this machine and its own pages; None for one of them."""
    hosts, origins = (
        [value.decode("latin-1") for name, value in headers if name.lower() == wanted]
        for wanted in (b"host", b"origin")
    )
    host = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if host is None:
        return f"Host {_brief(' and '.join(hosts)) or 'not told'}"
    for told in origins:
        origin = _ORIGIN.fullmatch(told)
        # By which of its names a page calls this machine is all the same; on another port is another program.
        if origin is None or (origin[2] or _PORTS[origin[1].lower()]) != (host[1] or "80"):
            return f"Origin {_brief(told) or 'empty'}"
    return None


def _brief(text: str) -> str:
    return harmless.one_line(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def serve(app: App, port: int, say: Callable[[str], None], ready: Callable[[], None], **how: Any) -> None:
    """Serve pages on this machine until a signal comes; `how` is for uvicorn. Exits where the port is taken."""
    import uvicorn

    config = uvicorn.Config(Guard(app, say), host=HOST, port=port, proxy_headers=False, **how)
    bound = config.bind_socket()
    ready()
    uvicorn.Server(config).run(sockets=[bound])
