"""A server that behaves as sec.gov's archive does, and misbehaves on command, in a process of its own.

    with serving(root, [Fault("truncated", times=1)]) as server:
        ...fetch from server.address...
        server.requests()

    python -m tests.edgar_server ROOT --port 8000 --fault drip --share 0.1 --seed 3

It serves `root/Archives`, which may grow meanwhile. A submission that lies as `x.txt.gz` is sent as it lies to a client
that accepts gzip; an index may be asked for as `master.gz`; folders of an index have their `index.json`.
"""

import argparse
import json
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from tests.edgar_faults import AGENT_PAGE, FAULTS, PASSING, RATE_PAGE, Answer, Asked, Fault, Missing, choice, page
from tests.edgar_files import VALIDATORS, found

__all__ = ["FAULTS", "PASSING", "Fault", "Request", "Server", "busiest_second", "serving"]

ELSEWHERE = ".elsewhere"  # ends the name of the log of the server that nobody should contact


class Request(NamedTuple):
    """One request as the server saw it; `at` is its monotonic clock (of this machine), status 0 that of no answer."""

    at: float
    path: str
    status: int
    fault: str | None
    agent: str
    port: int


@dataclass(frozen=True)
class Behaviour:
    """How the server behaves. `faults` befall whatever they match; a `share` of the other requests meet one of `mix`.

    `missing` is how it words what is not there; `validators` are those of which it sends and understands.
    """

    root: Path
    faults: tuple[Fault, ...] = ()
    mix: tuple[Fault, ...] = ()
    seed: int = 0
    share: float = 0.0
    missing: Missing = "NoSuchKey"
    validators: tuple[str, ...] = VALIDATORS
    ask_agent: bool = True
    port: int = 0


class Server:
    """A server in another process: its address, and what it and the one that nobody should contact were asked."""

    def __init__(self, address: str, elsewhere: str, log: Path) -> None:
        self.address, self.elsewhere, self._log = address, elsewhere, log
        self._ended: tuple[list[Request], list[Request]] | None = None

    def requests(self) -> list[Request]:
        """Every request until now, in the order in which they were answered."""
        return self._ended[0] if self._ended else _requests(self._log)

    def strayed(self) -> list[Request]:
        """The requests that the other host has received."""
        return self._ended[1] if self._ended else _requests(self._log.with_suffix(ELSEWHERE))

    def _end(self) -> None:
        """Keep what was asked: the log is about to go."""
        self._ended = self.requests(), self.strayed()


def _requests(log: Path) -> list[Request]:
    return [Request(*json.loads(line)) for line in log.read_text().splitlines()]


def busiest_second(requests: Sequence[Request]) -> int:
    """The largest number of requests whose times lie within less than one second."""
    window: deque[float] = deque()
    most = 0
    for at in sorted(request.at for request in requests):
        window.append(at)
        while at - window[0] >= 1.0:
            window.popleft()
        most = max(most, len(window))
    return most


@contextmanager
def serving(
    root: Path, faults: Sequence[Fault] = (), *, mix: Sequence[Fault | str] = PASSING, seed: int = 0,
    share: float = 0.0, log: Path | None = None, **behaviour: Any,
) -> Iterator[Server]:  # fmt: skip
    """Serve an archive from a process of its own; the log is kept in `log`, else as long as the block lasts.

    Further arguments are fields of `Behaviour`.
    """
    mixed = tuple(Fault(one) if isinstance(one, str) else one for one in mix)
    wanted = Behaviour(Path(root), tuple(faults), mixed, seed, share, **behaviour)
    with TemporaryDirectory() as folder:
        kept = log or Path(folder) / "requests.jsonl"
        home = str(Path(__file__).parents[1])
        child = subprocess.Popen(
            [sys.executable, "-c", "from tests.edgar_server import _child; _child()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=home, env=os.environ | {"PYTHONPATH": home},
        )  # fmt: skip
        assert child.stdin and child.stdout
        with child, child.stdin, child.stdout:
            child.stdin.write(pickle.dumps((replace(wanted, root=wanted.root.absolute()), kept.absolute())))
            child.stdin.flush()
            ports = child.stdout.readline().split()
            if len(ports) != 2:
                raise RuntimeError("the server did not start; its message stands above")
            address, elsewhere = (f"http://127.0.0.1:{int(port)}" for port in ports)
            server = Server(address, elsewhere, kept)
            try:
                yield server
            finally:
                child.terminate()
                server._end()


def _child() -> None:
    """Serve until the process that started this one closes its end or is gone."""
    behaviour, log = pickle.load(sys.stdin.buffer)
    server, other = start(behaviour, log)
    print(server.server_port, other.server_port, flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


def start(behaviour: Behaviour, log: Path | None, tell: Callable[[Request], None] | None = None) -> tuple[Any, Any]:
    """Start the server and the one that nobody should contact in threads of this process."""
    other = _Listener(replace(behaviour, faults=(), share=0.0, port=0), log and log.with_suffix(ELSEWHERE), tell)
    server = _Listener(behaviour, log, tell)
    server.elsewhere = f"http://127.0.0.1:{other.server_port}"
    for one in (server, other):
        threading.Thread(target=one.serve_forever, daemon=True).start()
    return server, other


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    elsewhere = ""

    def __init__(self, behaviour: Behaviour, log: Path | None, tell: Callable[[Request], None] | None) -> None:
        super().__init__(("127.0.0.1", behaviour.port), _Handler)
        self.behaviour, self.tell = behaviour, tell
        self.lines = log.open("a") if log else None
        self.lock = threading.Lock()
        self.attempts: Counter[str] = Counter()
        self.blocked_until, self.block = 0.0, 0.0

    def handle_error(self, *_: object) -> None:
        """Stay silent where the client has gone: that is its right."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*_)  # type: ignore[arg-type]

    def note(self, request: Request) -> None:
        """Keep one request, before it is answered."""
        with self.lock:
            if self.lines:
                self.lines.write(json.dumps(request) + "\n")
                self.lines.flush()
            if self.tell:
                self.tell(request)

    def answer(self, at: float, asked_for: str, headers: Any) -> tuple[Answer, str | None]:
        """What a request is answered, and the name of the fault that befell it."""
        of, parts = self.behaviour, urlsplit(asked_for)
        path = unquote(parts.path)
        with self.lock:
            self.attempts[path] += 1
            asked = Asked(path, parts.query, self.attempts[path], self.elsewhere)
            fault = next((one for one in of.faults if one.befalls(path, asked.attempt)), None)
            fault = fault or choice(of.mix, of.seed, of.share, path, asked.attempt)
            if fault and fault.name == "block_403":
                self.block, self.blocked_until = fault.patience, at
            if at < self.blocked_until or (fault and fault.name == "block_403"):
                # Who asks during a block makes it longer.
                self.blocked_until = at + self.block
                return page(403, RATE_PAGE), "block_403"
        if of.ask_agent and "@" not in headers.get("User-Agent", ""):
            return page(403, AGENT_PAGE), "undeclared_403"
        whole = found(of.root, path, headers, of.missing, of.validators)
        answer = FAULTS[fault.name](whole, fault, asked) if fault else whole
        return answer, fault.name if fault and answer is not whole else None


# ---- the wire ----


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def parse_request(self) -> bool:
        """Note the moment at which a request came."""
        self.at = time.monotonic()
        return super().parse_request()

    def do_GET(self) -> None:
        answer, fault = self.server.answer(self.at, self.path, self.headers)
        agent, port = self.headers.get("User-Agent", ""), self.client_address[1]
        self.server.note(Request(self.at, self.path, answer.status, fault, agent, port))
        self.close_connection = self.close_connection or answer.manner != "whole"
        head = self._head(answer) if answer.status else b""
        if answer.manner == "drip":
            self.wfile.write(head)
            for place in range(len(answer.body)):
                time.sleep(answer.pause)
                self.wfile.write(answer.body[place : place + 1])
        elif answer.manner == "endless":
            self.wfile.write(head)
            while True:
                self.wfile.write(answer.body)
        elif answer.manner == "chunked":
            self.wfile.write(head + f"{len(answer.body):x}\r\n".encode() + answer.body + b"\r\n")
        elif head:
            self.wfile.write(head + answer.body)
        if answer.manner == "reset":
            self._reset()

    def _head(self, answer: Answer) -> bytes:
        """Status line and headers; the library's own way would write them to the wire apart from the body."""
        phrase = self.responses[answer.status][0]
        headers = answer.headers | ({} if answer.length is None else {"Content-Length": str(answer.length)})
        if self.close_connection:
            headers = headers | {"Connection": "close"}
        lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Date: {self.date_time_string()}"]
        return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()

    def _reset(self) -> None:
        """Close with RST: at once and without the farewell that a shutdown would send first."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def finish(self) -> None:
        """Leave quietly, the socket may be gone."""
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Requests are kept as lines of the log, not on the error stream."""


# ---- by hand ----


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted, a line for each request."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.edgar_server",
        description="Serve a folder shaped as EDGAR's archive on 127.0.0.1, with faults on command.",
        epilog=f"Faults: {', '.join(FAULTS)}.",
    )
    parser.add_argument("root", type=Path, metavar="ROOT", help="the folder that holds Archives/")
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--fault", action="append", default=[], choices=list(FAULTS), metavar="NAME",
                        help="befalls every request, or a share of them; may be given again")  # fmt: skip
    parser.add_argument(
        "--share",
        type=float,
        default=None,
        help="share of requests to befall (0 to 1) with one of those given, else any that passes",
    )
    parser.add_argument("--seed", type=int, default=0, help="another draw of the requests to befall")
    parser.add_argument("--paths", default="*", help="only paths of this pattern, or 'filings', or 'indexes'")
    parser.add_argument("--times", type=int, default=None, help="only the first requests of each path")
    parser.add_argument(
        "--seconds", type=float, default=None, help="length of a block, Retry-After, or pause of a drip"
    )
    parser.add_argument("--any-agent", action="store_true", help="serve clients whose User-Agent names no address too")
    given = parser.parse_args(arguments)
    if not (given.root / "Archives").is_dir():
        parser.error(f"{given.root} holds no folder Archives/")
    if given.share is not None and not 0 <= given.share <= 1:
        parser.error(f"--share {given.share} does not lie between 0 and 1")
    named = tuple(
        Fault(name, given.paths, given.times, given.seconds)
        for name in given.fault or (PASSING if given.share is not None else ())
    )
    faults, mix = (named, ()) if given.share is None else ((), named)
    behaviour = Behaviour(
        given.root.absolute(),
        faults,
        mix,
        given.seed,
        given.share or 0.0,
        ask_agent=not given.any_agent,
        port=given.port,
    )
    try:
        server, _ = start(behaviour, None, _tell)
    except OSError as error:
        parser.error(f"--port {given.port}: {error.strerror}")
    print(f"http://127.0.0.1:{server.server_port} serves {given.root}; Ctrl-C ends it", flush=True)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    return 0


def _tell(request: Request) -> None:
    print(f"{request.at:12.3f} {request.status:>4} {request.fault or '-':<18} {request.path}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
