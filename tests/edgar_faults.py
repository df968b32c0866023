"""What can go wrong between EDGAR's archive and us, each fault by name: `FAULTS` maps it to what it makes of an answer.

Fault("error_503", times=2)                      # twice for every path, then the file
Fault("drip", paths="*/0000000011-06-000001.txt")
Fault("block_403", times=1, seconds=3)           # three seconds without a request before anything is served again
"""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from random import Random
from typing import Literal

# How the bytes of an answer go over the wire; all but `whole` end the connection.
Manner = Literal["whole", "close", "reset", "drip", "chunked", "endless"]
Missing = Literal["NoSuchKey", "AccessDenied"]
# Words for the two halves of an archive, in place of a pattern.
HALVES = {"filings": "/Archives/edgar/data/*.txt", "indexes": "/Archives/edgar/*-index/*"}

RATE_PAGE = b"""<!DOCTYPE html><html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head>
<body><h1>Request Rate Threshold Exceeded</h1>
<p>You've exceeded the traffic limit. Access will be limited for a while, and longer if you go on.</p></body></html>
"""
AGENT_PAGE = b"""<!DOCTYPE html><html><head><title>SEC.gov | Undeclared Automated Tool</title></head>
<body><h1>Undeclared Automated Tool</h1><p>Declare your traffic in the User-Agent.</p></body></html>
"""
SORRY_PAGE = b"""<!DOCTYPE html><html><head><title>SEC.gov | File Unavailable</title></head>
<body><h1>This page is temporarily unavailable.</h1></body></html>
"""


@dataclass(frozen=True)
class Fault:
    """A fault by its name in `FAULTS`, and where and when it befalls a request.

    `paths` is a shell pattern, or `filings`, or `indexes`; `times` counts the first requests of each path (None: all).
    `seconds` is the length of a block, what Retry-After says, or the time between two bytes of a drip; by default 2
    and, for a drip, 0.2. `size` is what a bomb opens to, in bytes.
    """

    name: str
    paths: str = "*"
    times: int | None = None
    seconds: float | None = None
    size: int = 1 << 30

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            raise ValueError(f"{self.name!r} is no fault; there are {', '.join(FAULTS)}")

    def befalls(self, path: str, attempt: int) -> bool:
        """Tell whether it befalls the request for a path, the first being attempt 1."""
        pattern = HALVES.get(self.paths, self.paths)
        return fnmatchcase(path, pattern) and (self.times is None or attempt <= self.times)

    @property
    def patience(self) -> float:
        """Its `seconds`, or their default."""
        return self.seconds if self.seconds is not None else 0.2 if self.name == "drip" else 2.0


@dataclass(frozen=True)
class Answer:
    """One answer. `body` is what is sent, as encoded; `length` what Content-Length says, None for none."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    manner: Manner = "whole"
    pause: float = 0.0


@dataclass(frozen=True)
class Asked:
    """What a fault may look at: the path without its query, how often it was asked for, and the other server."""

    path: str
    query: str
    attempt: int
    elsewhere: str


def page(status: int, body: bytes, **headers: str) -> Answer:
    """An answer in HTML."""
    return Answer(status, body, {"Content-Type": "text/html"} | headers, len(body))


def absent(code: Missing) -> Answer:
    """The answer for a file that is not there, as an object store words it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>No</Message></Error>'.encode()
    return Answer(404 if code == "NoSuchKey" else 403, body, {"Content-Type": "application/xml"}, len(body))


def choice(faults: tuple[Fault, ...], seed: int, share: float, path: str, attempt: int) -> Fault | None:
    """The fault that a mix holds for one request: the same for the same seed, path and attempt."""
    rng = Random(f"{seed}/{attempt}/{path}")
    open_to = [fault for fault in faults if fault.befalls(path, attempt)]
    return rng.choice(open_to) if rng.random() < share and open_to else None


# ---- the faults ----


def _refused(status: int, body: bytes = SORRY_PAGE, later: bool = False) -> Callable[[Answer, Fault, Asked], Answer]:
    def refuse(_: Answer, fault: Fault, __: Asked) -> Answer:
        return page(status, body, **({"Retry-After": f"{fault.patience:.0f}"} if later else {}))

    return refuse


def _reset_before(_: Answer, __: Fault, ___: Asked) -> Answer:
    return Answer(0, manner="reset")


def _reset_within(answer: Answer, _: Fault, __: Asked) -> Answer:
    return replace(_half(answer), length=len(answer.body), manner="reset")


def _truncated(answer: Answer, _: Fault, __: Asked) -> Answer:
    return replace(_half(answer), length=len(answer.body), manner="close")


def _short_length(answer: Answer, _: Fault, __: Asked) -> Answer:
    half = _half(answer)
    return replace(half, length=len(half.body))


def _long_length(answer: Answer, _: Fault, __: Asked) -> Answer:
    return replace(answer, length=len(answer.body) + 100, manner="close")


def _chunked_cut(answer: Answer, _: Fault, __: Asked) -> Answer:
    headers = answer.headers | {"Transfer-Encoding": "chunked"}
    return replace(_half(answer), headers=headers, length=None, manner="chunked")


def _drip(answer: Answer, fault: Fault, _: Asked) -> Answer:
    return replace(answer, manner="drip", pause=fault.patience)


def _html_200(_: Answer, __: Fault, ___: Asked) -> Answer:
    return page(200, SORRY_PAGE)


def _corrupt_gzip(answer: Answer, _: Fault, __: Asked) -> Answer:
    packed = _gzipped(answer)
    middle = len(packed.body) // 2
    return replace(packed, body=_flipped(packed.body, slice(middle, middle + 8)))


def _corrupt_crc(answer: Answer, _: Fault, __: Asked) -> Answer:
    packed = _gzipped(answer)
    return replace(packed, body=_flipped(packed.body, slice(-8, -4)))


def _redirect_same(answer: Answer, _: Fault, asked: Asked) -> Answer:
    folder, _, name = asked.path.rpartition("/")
    number = name.removesuffix(".txt").replace("-", "")
    if asked.query or folder.endswith(f"/{number}"):
        return answer  # it is where it was sent to
    long_form = f"{folder}/{number}/{name}" if len(number) == 18 and number.isdigit() else f"{asked.path}?again"
    return page(302, b"", Location=long_form)


def _redirect_other(_: Answer, __: Fault, asked: Asked) -> Answer:
    return page(302, b"", Location=asked.elsewhere + asked.path)


def _redirect_loop(_: Answer, __: Fault, asked: Asked) -> Answer:
    return page(302, b"", Location=f"{asked.path}?turn={asked.attempt}")


def _changed(answer: Answer, _: Fault, asked: Asked) -> Answer:
    """Another text for each fetch, complete: one line more at the end of the last document."""
    before, end, after = _plain(answer.body).rpartition(b"</TEXT>")
    body = before + f"Corrected copy {asked.attempt}\n".encode() + end + after
    same = {name: value for name, value in answer.headers.items() if name not in ("ETag", "Content-Encoding")}
    return _gzipped(replace(answer, body=body, headers=same, length=len(body)))


def _bomb(answer: Answer, fault: Fault, _: Asked) -> Answer:
    body = bomb(fault.size)
    return replace(answer, body=body, headers=answer.headers | {"Content-Encoding": "gzip"}, length=len(body))


def _huge(answer: Answer, _: Fault, __: Asked) -> Answer:
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Encoding"}
    return replace(answer, body=b"0 " * (1 << 15), headers=headers, length=None, manner="endless")


@lru_cache(maxsize=2)
def bomb(size: int) -> bytes:
    """Gzip of so many bytes, all of them blanks, with the right checksum."""
    packer, block = zlib.compressobj(9, wbits=31), b" " * (1 << 20)
    parts = [packer.compress(block) for _ in range(size >> 20)]
    return b"".join([*parts, packer.compress(block[: size & 0xFFFFF]), packer.flush()])


def _half(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def _gzipped(answer: Answer) -> Answer:
    if answer.body.startswith(b"\x1f\x8b"):
        return answer
    body = gzip.compress(answer.body, 6, mtime=0)
    return replace(answer, body=body, headers=answer.headers | {"Content-Encoding": "gzip"}, length=len(body))


def _flipped(body: bytes, where: slice) -> bytes:
    changed = bytearray(body)
    changed[where] = bytes(byte ^ 0xFF for byte in changed[where])
    return bytes(changed)


# A block has no function of its own length: the server keeps it, since it befalls every path at once.
FAULTS: dict[str, Callable[[Answer, Fault, Asked], Answer]] = {
    "block_403": _refused(403, RATE_PAGE),
    "undeclared_403": _refused(403, AGENT_PAGE),
    "too_many_429": _refused(429, later=True),
    "too_many_429_bare": _refused(429),
    "error_500": _refused(500),
    "error_502": _refused(502),
    "error_503": _refused(503),
    "error_503_later": _refused(503, later=True),
    "reset_before": _reset_before,
    "reset_within": _reset_within,
    "truncated": _truncated,
    "short_length": _short_length,
    "long_length": _long_length,
    "chunked_cut": _chunked_cut,
    "drip": _drip,
    "html_200": _html_200,
    "corrupt_gzip": _corrupt_gzip,
    "corrupt_crc": _corrupt_crc,
    "redirect_same": _redirect_same,
    "redirect_other": _redirect_other,
    "redirect_loop": _redirect_loop,
    "changed": _changed,
    "missing_404": lambda *_: absent("NoSuchKey"),
    "gone_403": lambda *_: absent("AccessDenied"),
    "bomb": _bomb,
    "huge": _huge,
}

# Those after which asking again helps: a client that is patient gets every file through a mix of them.
PASSING = (
    "too_many_429", "too_many_429_bare", "error_500", "error_502", "error_503", "error_503_later", "reset_before",
    "reset_within", "truncated", "short_length", "long_length", "chunked_cut", "html_200", "corrupt_gzip",
    "corrupt_crc", "redirect_same",
)  # fmt: skip
