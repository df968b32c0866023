"""The server that stands for sec.gov: what it serves, that each fault is what it is called, and that it says so."""

import gzip
import http.client
import json
import socket
import time
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flows import indexes
from tests import edgar_server
from tests.edgar_server import Fault, Request, Server, busiest_second, serving
from tests.growing import Row, Tree

TEXT = b"<SEC-DOCUMENT>\n<DOCUMENT>\n<TEXT>\n" + b"1,234.56\n" * 999 + b"</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n"
AGENT = "Ann Lee ann@example.org"
Reply = tuple[int, http.client.HTTPMessage, bytes]


def number(place: int) -> str:
    return f"0000000011-06-{place:06d}"


def path(name: str) -> str:
    """The path of the filing that meets a fault."""
    return f"/Archives/edgar/data/11/{number(FAULTY.index(name) + 1)}.txt"


FAULTY = ["whole", *edgar_server.FAULTS]
WHOLE = f"/Archives/edgar/data/11/{number(1)}.txt"
INDEX = "/Archives/edgar/full-index/2006/QTR1/master"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one filing for each fault."""
    tree = Tree(tmp_path_factory.mktemp("archive"))
    for place in range(1, len(FAULTY) + 1):
        tree.add(number(place), "10-D", date(2006, 3, 27), 11, "TRUST A", TEXT, indexed=place == 1)
    return tree.root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Server]:
    """A server where each filing but the first meets the fault of its place, for ever."""
    wait = {"drip": 0.004, "too_many_429": 7, "error_503_later": 7}
    faults = [Fault(one, path(one), seconds=wait.get(one), size=1 << 22) for one in FAULTY[1:] if one != "block_403"]
    with serving(root, faults) as server:
        yield server


def connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=5)


def get(server: Server, where: str, over: http.client.HTTPConnection | None = None, **headers: str) -> Reply:
    """Ask as a well-behaved client does."""
    connection = over or connect(server)
    named = {"User-Agent": AGENT, "Accept-Encoding": "gzip"} | {k.replace("_", "-"): v for k, v in headers.items()}
    connection.request("GET", where, headers=named)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def raw(server: Server, where: str, limit: int = 1 << 20) -> tuple[bytes, bytes]:
    """Head and body as they come over the wire until the server closes, or up to `limit` bytes."""
    host, port = urlsplit(server.address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as wire:
        wire.sendall(f"GET {where} HTTP/1.1\r\nUser-Agent: {AGENT}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        received = b""
        while len(received) < limit and (piece := wire.recv(1 << 16)):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


PACKED = gzip.compress(TEXT, mtime=0)


# ---- what it serves ----


def test_a_submission_is_sent_as_it_lies_to_who_accepts_gzip(server: Server) -> None:
    status, headers, body = get(server, WHOLE)
    assert (status, headers["Content-Encoding"], body) == (200, "gzip", PACKED)
    status, headers, body = get(server, WHOLE, Accept_Encoding="identity")
    assert (status, headers["Content-Encoding"], body) == (200, None, TEXT)


def test_a_submission_lies_in_a_folder_of_its_own_too(server: Server) -> None:
    assert get(server, f"/Archives/edgar/data/11/000000001106000001/{number(1)}.txt")[2] == PACKED
    assert get(server, f"/Archives/edgar/data/11/000000001106000002/{number(1)}.txt")[0] == 404


def test_an_index_is_served_plain_and_packed_and_both_are_read(server: Server) -> None:
    plain, packed = get(server, f"{INDEX}.idx"), get(server, f"{INDEX}.gz")
    assert packed[1]["Content-Encoding"] is None and gzip.decompress(packed[2]) == plain[2]
    ((listing,), strange) = indexes.parse("master", plain[2].decode(), ["10-D"])
    assert (listing.accession, listing.filed_date, strange) == (number(1), date(2006, 3, 27), [])
    daily = get(server, "/Archives/edgar/daily-index/2006/QTR1/master.20060327.idx")[2].decode()
    assert "|20060327|" in daily and "|File Name\n" in daily and "|2006-03-27|" in plain[2].decode()
    assert indexes.parse("master", daily, ["10-D"])[0] == [listing]


def test_a_quarter_of_days_is_listed(server: Server) -> None:
    told = json.loads(get(server, "/Archives/edgar/daily-index/2006/QTR1/index.json")[2])["directory"]
    assert [item["name"] for item in told["item"]] == ["master.20060327.idx"]
    assert told["name"] == "daily-index/2006/QTR1/" and set(told["item"][0]) >= {"last-modified", "size", "type"}


def test_what_is_held_is_not_sent_again(server: Server) -> None:
    _, headers, _ = get(server, f"{INDEX}.idx")
    assert get(server, f"{INDEX}.idx", If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert get(server, f"{INDEX}.idx", If_None_Match='"other"')[0] == 200
    assert get(server, f"{INDEX}.idx", If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    assert get(server, f"{INDEX}.idx", If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT")[0] == 200


@pytest.mark.parametrize(
    "where", ["/Archives/edgar/data/11/none.txt", "/etc/passwd", "/Archives/../../etc/passwd", "/"]
)
def test_what_is_not_there_is_answered_as_an_object_store_does(server: Server, where: str) -> None:
    status, headers, body = get(server, where)
    assert (status, headers["Content-Type"]) == (404, "application/xml") and b"<Code>NoSuchKey</Code>" in body


def test_absence_can_be_worded_as_a_denial(root: Path) -> None:
    with serving(root, missing="AccessDenied", validators=()) as server:
        assert get(server, "/Archives/none.txt")[::2] == get(server, "/Archives/other.txt")[::2]
        assert get(server, "/Archives/none.txt")[0] == 403
        assert b"<Code>AccessDenied</Code>" in get(server, "/Archives/none.txt")[2]
        assert get(server, f"{INDEX}.idx")[1]["ETag"] is None


def test_a_connection_is_kept(server: Server) -> None:
    connection = connect(server)
    before = len(server.requests())
    for where in (WHOLE, f"{INDEX}.idx", "/Archives/none.txt", path("error_503"), path("short_length"), WHOLE):
        get(server, where, over=connection)
    assert len({request.port for request in server.requests()[before:]}) == 1


# ---- the faults ----


@pytest.mark.parametrize(("fault", "status", "later", "told"), [
    ("too_many_429", 429, "7", b"unavailable"), ("too_many_429_bare", 429, None, b"unavailable"),
    ("error_500", 500, None, b"unavailable"), ("error_502", 502, None, b"unavailable"),
    ("error_503", 503, None, b"unavailable"), ("error_503_later", 503, "7", b"unavailable"),
    ("undeclared_403", 403, None, b"Undeclared Automated Tool"), ("html_200", 200, None, b"<!DOCTYPE html>"),
    ("missing_404", 404, None, b"<Code>NoSuchKey</Code>"), ("gone_403", 403, None, b"<Code>AccessDenied</Code>"),
])  # fmt: skip
def test_a_refusal_says_what_it_is_called(
    server: Server, fault: str, status: int, later: str | None, told: bytes
) -> None:
    found, headers, body = get(server, path(fault))
    assert (found, headers["Retry-After"]) == (status, later) and told in body
    assert server.requests()[-1][1:5] == (path(fault), status, fault, AGENT)


def test_a_name_without_address_is_refused_unless_that_is_off(server: Server, root: Path) -> None:
    assert b"Undeclared Automated Tool" in get(server, WHOLE, User_Agent="python")[2]
    assert server.requests()[-1].fault == "undeclared_403"
    with serving(root, ask_agent=False) as open_to_all:
        assert get(open_to_all, WHOLE, User_Agent="python")[0] == 200


def test_a_block_stands_until_nobody_asks(root: Path) -> None:
    with serving(root, [Fault("block_403", WHOLE, times=1, seconds=0.4)]) as server:
        start = time.monotonic()
        assert get(server, f"{INDEX}.idx")[0] == 200
        assert b"Request Rate Threshold Exceeded" in get(server, WHOLE)[2]
        while time.monotonic() < start + 0.6:  # longer than the block would be by itself
            assert get(server, f"{INDEX}.idx")[0] == 403
            time.sleep(0.1)
        time.sleep(0.45)
        assert get(server, WHOLE)[0] == 200
    assert [request.fault for request in server.requests()[1:-1]] == ["block_403"] * (len(server.requests()) - 2)


def test_a_reset_before_any_byte(server: Server) -> None:
    with pytest.raises(ConnectionResetError):
        raw(server, path("reset_before"))
    assert server.requests()[-1][2:4] == (0, "reset_before")


def test_a_reset_within_the_body(server: Server) -> None:
    connection = connect(server)
    connection.request("GET", path("reset_within"), headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.read(10) == PACKED[:10]
    with pytest.raises(ConnectionResetError):
        answer.read()


def length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length: ")[2].split()[0])


def test_lengths_that_are_wrong(server: Server) -> None:
    half = PACKED[: len(PACKED) // 2]
    head, body = raw(server, path("truncated"))
    assert (length(head), body) == (len(PACKED), half)
    head, body = raw(server, path("long_length"))
    assert (length(head), body) == (len(PACKED) + 100, PACKED)
    _, headers, body = get(server, path("short_length"))
    assert (int(headers["Content-Length"]), body) == (len(half), half)
    head, body = raw(server, path("chunked_cut"))
    assert b"Transfer-Encoding: chunked" in head and body == f"{len(half):x}\r\n".encode() + half + b"\r\n"


def test_a_drip_comes_byte_by_byte(server: Server) -> None:
    start = time.monotonic()
    _, body = raw(server, path("drip"))
    assert body == PACKED and time.monotonic() - start >= 0.004 * len(PACKED)


def test_gzip_that_cannot_be_opened(server: Server) -> None:
    for fault in ("corrupt_gzip", "corrupt_crc"):
        _, headers, body = get(server, path(fault))
        assert headers["Content-Encoding"] == "gzip" and len(body) == len(PACKED)
        with pytest.raises((zlib.error, gzip.BadGzipFile)):
            gzip.decompress(body)
    assert zlib.decompress(body[10:-8], wbits=-15) == TEXT, "only the checksum is wrong"


def test_redirects(server: Server) -> None:
    status, headers, _ = get(server, path("redirect_same"))
    assert status == 302 and get(server, headers["Location"])[::2] == (200, PACKED)
    status, headers, _ = get(server, path("redirect_loop"))
    assert status == 302 and get(server, headers["Location"])[0] == 302
    status, headers, _ = get(server, path("redirect_other"))
    assert (status, headers["Location"]) == (302, server.elsewhere + path("redirect_other"))
    assert server.strayed() == []
    other = http.client.HTTPConnection(urlsplit(headers["Location"]).netloc, timeout=5)
    other.request("GET", WHOLE, headers={"User-Agent": AGENT})
    assert other.getresponse().read() == TEXT and [request.path for request in server.strayed()] == [WHOLE]


def test_a_filing_that_changes_is_whole_each_time(server: Server) -> None:
    first, second = (gzip.decompress(get(server, path("changed"))[2]) for _ in range(2))
    assert first != second and all(one.endswith(TEXT[-30:]) and len(one) > len(TEXT) for one in (first, second))


def test_bodies_that_are_too_large(server: Server) -> None:
    _, headers, body = get(server, path("bomb"))
    assert headers["Content-Encoding"] == "gzip" and len(body) < 1 << 16 and len(gzip.decompress(body)) == 1 << 22
    head, body = raw(server, path("huge"), limit=1 << 23)
    assert b"Content-Length" not in head and len(body) > 1 << 22


# ---- when they befall, and what is kept of it ----


def test_a_fault_befalls_the_first_requests_of_each_path(root: Path) -> None:
    with serving(root, [Fault("error_503", "filings", times=2)]) as server:
        found = [get(server, where)[0] for where in (WHOLE, f"{INDEX}.idx", WHOLE, path("drip"), WHOLE)]
    assert found == [503, 200, 503, 503, 200]
    assert [request.fault for request in server.requests()] == ["error_503", None, "error_503", "error_503", None]


def test_a_mix_is_the_same_for_the_same_seed(root: Path) -> None:
    wheres = [path(name) for name in FAULTY] * 2

    def befallen(seed: int, order: int = 1) -> list[tuple[str, str | None]]:
        with serving(root, mix=["error_500", "html_200"], seed=seed, share=0.3) as server:
            for where in wheres[::order]:
                get(server, where)
        return sorted(((request.path, request.fault) for request in server.requests()), key=str)

    first = befallen(1)
    assert first == befallen(1, order=-1) != befallen(2)
    assert {fault for _, fault in first} == {None, "error_500", "html_200"}
    assert 5 <= sum(fault is not None for _, fault in first) <= 30


def test_the_busiest_second_is_counted_wherever_it_begins() -> None:
    at = [0.0, 0.9, 1.0, 1.5, 1.85, 3.0]
    assert busiest_second([Request(one, "", 200, None, "", 0) for one in at]) == 4
    assert busiest_second([]) == 0


def test_the_clock_is_that_of_this_machine(server: Server) -> None:
    before = time.monotonic()
    get(server, WHOLE)
    assert before <= server.requests()[-1].at <= time.monotonic()


def test_a_fault_of_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="'drop' is no fault.*drip"):
        Fault("drop")


@pytest.mark.parametrize(("arguments", "told"), [
    (["nowhere"], "nowhere holds no folder Archives/"), ([".", "--share", "3"], "--share 3.0"),
    ([".", "--fault", "drop"], "drop"), ([".", "--port", "{taken}"], "Address already in use"),
])  # fmt: skip
def test_a_wrong_command_is_refused_with_its_remedy(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(root)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ended:
        edgar_server.main([one.format(taken=taken.getsockname()[1]) for one in arguments])
    assert ended.value.code == 2 and told in capsys.readouterr().err


# ---- an archive that grows ----


def test_an_archive_grows_while_it_is_served(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    with serving(tmp_path) as server:
        assert get(server, f"{INDEX}.idx")[0] == 404
        tree.add(number(1), "10-D", date(2006, 3, 27), (11, 12), "TRUST A", TEXT)
        _, headers, first = get(server, f"{INDEX}.idx")
        tree.late(number(2), "10-D", date(2006, 3, 27), 11, "TRUST A", TEXT)
        status, later, second = get(server, f"{INDEX}.idx", If_Modified_Since=headers["Last-Modified"])
    assert status == 200 and later["ETag"] != headers["ETag"]
    assert (first.count(number(1).encode()), second.count(number(2).encode())) == (2, 1)


def test_what_is_withdrawn_stays_in_the_index_of_its_day(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    for place in (1, 2):
        where = tree.add(number(place), "10-D", date(2006, 3, 27), 11, "TRUST A", TEXT)
    tree.remove(number(2))
    full, daily = (next(tree.edgar.glob(f"{kind}/2006/QTR1/master*.idx")).read_text() for kind in ("full*", "daily*"))
    assert (number(2) in full, number(2) in daily, (tmp_path / "Archives" / f"{where}.gz").exists()) == (
        False,
        True,
        False,
    )
    packed = gzip.decompress((tree.edgar / "full-index/2006/QTR1/master.gz").read_bytes()).decode()
    assert packed == full and number(1) in full


def test_a_filing_may_be_listed_twice_or_lie_nowhere(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.add(number(1), "10-D", date(2006, 3, 27), 11, "TRUST A", TEXT)
    tree.list([Row(11, "TRUST A", "10-D", date(2006, 3, 27), f"edgar/data/11/{number(1)}.txt")], date(2006, 3, 28))
    absent = tree.late(number(2), "10-D", date(2006, 3, 28), 11, "TRUST A", None)
    tree.quiet_day(date(2006, 3, 29))
    full = (tree.edgar / "full-index/2006/QTR1/master.idx").read_text()
    assert full.count(number(1)) == 2 and absent in full and not (tmp_path / "Archives" / f"{absent}.gz").exists()
    days = sorted(path.name for path in tree.edgar.glob("daily-index/2006/QTR1/*"))
    assert days == ["master.20060327.idx", "master.20060328.idx", "master.20060329.idx"]
    assert list(tmp_path.iterdir()) == [tmp_path / "Archives"], "nothing is left half written"
