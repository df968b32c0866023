"""The network of a world: what the client sends ends here, in this process, and is answered as sec.gov's archive would.

The client is the real one down to its sockets, in whose place these lines stand: nothing waits, nothing depends on the
order in which two processes run.
"""

import io
from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.edgar_faults import FAULTS, Answer, Asked
from tests.edgar_faults import Fault as OfAnswer
from tests.edgar_files import found
from tests.world.faults import Fault

ADDRESS = "http://archive.test"


class Wire:
    """Answers every request from the archive at `root`; `met` is told of each fault that befell one."""

    def __init__(self, root: Path, met: Callable[[Fault], None]) -> None:
        self.root, self.met = root, met
        self.requests = 0
        self.faults: list[Fault] = []

    def connect(self, address: tuple[str, int], *_: Any, **__: Any) -> "Line":
        """Stand in for the opening of a connection."""
        if address[0] != "archive.test":
            raise AssertionError(f"another host was asked: {address[0]}")
        return Line(self)

    def night(self, faults: list[Fault]) -> None:
        """Begin a night, in which these faults befall requests."""
        self.requests, self.faults = 0, faults

    def answer(self, head: bytes) -> "io.RawIOBase":
        """Answer one request."""
        self.requests += 1
        first, _, rest = head.partition(b"\r\n")
        asked_for = first.split()[1].decode()
        headers: Message = BytesParser().parsebytes(rest, headersonly=True)
        parts = urlsplit(asked_for)
        answer = found(self.root, unquote(parts.path), headers, validators=("ETag",))
        fault = next((one for one in self.faults if one.at <= self.requests < one.at + one.lasts), None)
        if fault:
            asked = Asked(parts.path, parts.query, self.requests, ADDRESS)
            worse = FAULTS[fault.form](answer, OfAnswer(fault.form, seconds=5), asked)
            if worse is not answer and worse.body != answer.body:
                self.met(fault)
                answer = worse
        return _Body(_sent(answer), breaks=answer.manner == "reset")


def _sent(answer: Answer) -> bytes:
    """The bytes of an answer on the wire."""
    body = answer.body
    if answer.manner == "chunked":
        answer, body = replace(answer, length=None), f"{len(body):x}\r\n".encode() + body + b"\r\n"
    headers = answer.headers | ({} if answer.length is None else {"Content-Length": str(answer.length)})
    lines = [f"HTTP/1.1 {answer.status} {responses[answer.status]}", "Connection: close"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + body


class _Body(io.RawIOBase):
    """What a client reads: some bytes, and then the end or a connection that breaks."""

    def __init__(self, sent: bytes, breaks: bool) -> None:
        self._left, self._breaks = io.BytesIO(sent), breaks

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self._left.readinto(buffer)
        if not read and len(buffer) and self._breaks:
            raise ConnectionResetError(104, "Connection reset by peer")
        return read


class Line:
    """One connection, as far as the client uses it."""

    def __init__(self, wire: Wire) -> None:
        self._wire, self._said = wire, b""

    def sendall(self, said: bytes) -> None:
        """Take what the client sends."""
        self._said += said

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Answer it."""
        return io.BufferedReader(self._wire.answer(self._said))

    def settimeout(self, _: float | None) -> None:
        """Nothing here waits."""

    def shutdown(self, _: int) -> None:
        """Nothing is left to be said."""

    def close(self) -> None:
        """Nothing is held."""
