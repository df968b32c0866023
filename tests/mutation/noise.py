"""Filings made bad: each mutator takes the bytes of a filing and a draw, and gives bytes that may be anything."""

import gzip
import re
from collections.abc import Callable, Sequence
from random import Random

Mutator = Callable[[bytes, bytes, Random], bytes]  # of a filing and of another one, which splices take from

_ROOM = 20_000  # bytes that one mutator adds at most, about
_NUMBER = re.compile(rb"[0-9][0-9,]*(?:\.[0-9]+)?")
_DATE = re.compile(
    rb"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}"
    rb"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]+, [0-9]{4}"
)
_FIELD = re.compile(rb"^([ \t]*(?:[A-Z][A-Za-z0-9 &/-]*:[ \t]+|<[A-Z-]+>))([^\n\r]+)", re.M)
_TAG = re.compile(rb"<[^<>\n]{1,200}>")
_TOKEN = re.compile(rb"[^\s<>]+|<[^<>\n]{1,80}>|[ \t]{2,}")

_TAGS = tuple(
    b"<table>|</table>|<tr>|</tr>|<td>|</td>|<th>|<td colspan=99999>|<td colspan=-1>|<td rowspan=65535>"
    b"|<td rowspan='x'>|<div>|</div>|<p>|<br>|<pre>|</pre>|<!--|-->|<![CDATA[|]]>"
    b"|<script>|</script>|<style>|<span style='display:none'>"
    b'|<font color=#fff>|<|>|</|<>|<td|<a href="|<TABLE>|</TABLE>|<S>|<C>|<CAPTION>|<PAGE>|<TEXT>|</TEXT>|<DOCUMENT>'
    b"|</DOCUMENT>|<TYPE>EX-99|<SEQUENCE>|</SEC-DOCUMENT>|<html>|</body></html>|<ix:nonFraction scale=99>".split(b"|")
)
_ENTITIES = tuple(
    b"&nbsp;|&#160;|&#0;|&#x0;|&#10;|&#xD800;|&#x110000;|&#99999999999999999999;|&amp;lt;|&lt;td&gt;|&;|&#;|&#x;"
    b"|&minus;|&mdash;|&frac12;|&NewLine;|&Tab;|&#8203;|&zwnj;|&bogus;".split(b"|")
)
_NUMBERS = tuple(
    b"0|-0|(0.00)|.|,|-|--|$|%|$-|()|(1.00|1.00)|1.2.3|1,2,3|,,,1|0.00000000000000000001|1e9|1E+400|NaN|Infinity|1/32"
    b"|99-32|100%%|$$5|0x1F|-(5)|+7|N/A|1.|.5|00000|2147483648|9223372036854775808|170141183460469231731687303715884105728"
    b"|99999999999999999999999999999999999999.99|1,000,000,000,000,000.00|12 345.00".split(b"|")
)
_DATES = tuple(
    b"02/30/2003|13/45/0000|00/00/00|99/99/9999|2/29/1900|February 29, 1900|February 30, 2004|May 0, 2003|May 25, 9999"
    b"|May 25, 10000|25-May-03|2003-05-25|0001-01-01|12/31/1899|1/1/1|May 25,2003 to"
    b"|20030525|99999999|05/25/03 - 04/25/03".split(b"|")
)
_CONTROLS = (
    b"\0", b"\0\0\0\0", b"\x01", b"\x08", b"\x0b", b"\x0c", b"\x1a", b"\x1b[31m", b"\x7f", b"\x85", b"\xa0", b"\xad",
    b"\r", b"\r\r\n", b"\n\n", b"\t", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xc2\x85", b"\xcc\x81", b"\xf0\x9f\x92\xa9",
)  # fmt: skip
_DIGITS = tuple(str.maketrans("0123456789", ten) for ten in (
    "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹", "①②③④⑤⑥⑦⑧⑨⑩", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
))  # fmt: skip
_VALUES = (b"", b"0", b"-1", b"x", b"99999999999999999999", b"0000000000", b"\0", b"10-D", b"EX-99.1", b"20031332")


# ---- bytes and lines ----


def flips(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Other bytes at some places."""
    found = bytearray(raw)
    for _ in range(min(len(found), draw.randint(1, 40))):
        at = draw.randrange(len(found))
        found[at] = draw.randrange(256) if draw.random() < 0.5 else found[at] ^ 1 << draw.randrange(8)
    return bytes(found)


def cuts(raw: bytes, other: bytes, draw: Random) -> bytes:
    """A piece taken out, or the end."""
    start, end = _span(raw, draw, len(raw))
    return raw[:start] + (raw[end:] if draw.random() < 0.7 else b"")


def lines(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Lines doubled, taken out, swapped, joined, or in another order."""
    found = raw.splitlines(keepends=True)
    for _ in range(draw.randint(1, 12) if found else 0):
        at, to = draw.randrange(len(found)), draw.randrange(len(found))
        way = draw.randrange(5)
        if way == 0:
            found.insert(to, found[at])
        elif way == 1 and len(found) > 1:
            del found[at : at + draw.randint(1, 4)]
        elif way == 2:
            found[at], found[to] = found[to], found[at]
        elif way == 3:
            found[at] = found[at].rstrip(b"\r\n")
        else:
            some = found[at : at + 20]
            draw.shuffle(some)
            found[at : at + 20] = some
        if not found:
            break
    return b"".join(found)


def splices(raw: bytes, other: bytes, draw: Random) -> bytes:
    """The beginning of one filing and the end of another, or a piece of the other within it."""
    at = draw.randint(0, len(raw))
    start, end = _span(other, draw, _ROOM)
    return raw[:at] + (other[start:] if draw.random() < 0.5 else other[start:end] + raw[at:])


def repetitions(raw: bytes, other: bytes, draw: Random) -> bytes:
    """One token of the filing many times over, on one line or on many."""
    found = list(_TOKEN.finditer(raw))
    token = draw.choice(found) if found else None
    words = (token[0] if token else b"x") + draw.choice((b"", b" ", b"  ", b"\n", b"\t", b"/", b"."))
    at = token.start() if token else 0
    return raw[:at] + words * draw.randint(2, max(2, _ROOM // len(words))) + raw[at:]


def controls(raw: bytes, other: bytes, draw: Random) -> bytes:
    """NULs, control characters, broken and strange sequences of Unicode."""
    return _put(raw, _CONTROLS, draw, draw.randint(1, 30))


def columns(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Blanks put in, taken out or made tabs within lines: columns shift."""
    found = raw.split(b"\n")
    for _ in range(draw.randint(1, 60)):
        at = draw.randrange(len(found))
        text = found[at]
        place = text.find(b"  ", draw.randint(0, len(text)))
        place = place if place >= 0 else draw.randint(0, len(text))
        way = draw.randrange(4)
        if way == 0:
            found[at] = text[:place] + b" " * draw.choice((1, 2, 3, 7, 40, 400)) + text[place:]
        elif way == 1:
            found[at] = text[:place] + text[place:].lstrip(b" ")
        elif way == 2:
            found[at] = text.replace(b"  ", b"\t")
        else:
            found[at] = b" ".join(text.split())
    return b"\n".join(found)


# ---- markup ----


def tags(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Tags put in, taken out, cut or swapped."""
    if draw.random() < 0.4:
        return _put(raw, _TAGS, draw, draw.randint(1, 30))
    return _replaced(raw, _TAG, lambda tag: draw.choice((b"", tag[:-1], tag[1:], tag * 2, draw.choice(_TAGS))), draw)


def attributes(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Attributes that tags cannot have, or that have no end."""
    told = (
        b" colspan=1000000", b' colspan="-3"', b" rowspan=0", b" rowspan=999", b" style='display:none", b" x" * 200,
        b' style="font-size:1e99px;color:#ggg"', b' align="', b" hidden", b" width=-5 nowrap", b" =", b' "\' ',
    )  # fmt: skip
    return _replaced(raw, _TAG, lambda tag: tag[:-1] + draw.choice(told) + b">", draw)


def entities(raw: bytes, other: bytes, draw: Random) -> bytes:
    """References to characters, whole and broken."""
    return _put(raw, _ENTITIES, draw, draw.randint(1, 60))


# ---- what is printed ----


def numbers(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Numbers that are none, or too large, or written as nobody does; some beside each other."""
    return _replaced(raw, _NUMBER, lambda one: draw.choice((draw.choice(_NUMBERS), one * 9, one + b"-", b"")), draw)


def dates(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Days that no calendar has, in the place of dates and of numbers."""
    pattern = _DATE if draw.random() < 0.7 and _DATE.search(raw) else _NUMBER
    return _replaced(raw, pattern, lambda one: draw.choice(_DATES), draw)


def digits(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Digits of other scripts."""
    pattern = draw.choice((_NUMBER, _DATE))
    return _replaced(raw, pattern, lambda one: one.decode("latin-1").translate(draw.choice(_DIGITS)).encode(), draw)


def headers(raw: bytes, other: bytes, draw: Random) -> bytes:
    """Fields of the header with values swapped, blown up, emptied or of another kind."""
    found = list(_FIELD.finditer(raw))[:60]
    if not found:
        return draw.choice((b"CENTRAL INDEX KEY: x\n", b"<SEC-DOCUMENT>\n", b"<TYPE>8-K\n", b"Form 10-Q\n")) + raw
    made = {}
    for one in draw.sample(found, min(len(found), draw.randint(1, 6))):
        value = draw.choice((draw.choice(found)[2], one[2] * draw.choice((2, 50, 1500)), draw.choice(_VALUES)))
        made[one.start()] = one[1] + value
    return _FIELD.sub(lambda match: made.get(match.start(), match[0]), raw)


# ---- how it comes ----


def packed(raw: bytes, other: bytes, draw: Random) -> bytes:
    """A gzip form: whole, cut off, with a byte changed, of two members, or with something behind it."""
    told = gzip.compress(raw, 1, mtime=0)
    ways = (told, told[: draw.randrange(len(told))], flips(told, other, draw), told + gzip.compress(other, 1, mtime=0),
            told + b"\0" * 9, told + b"no member")  # fmt: skip
    return draw.choice(ways)


def encodings(raw: bytes, other: bytes, draw: Random) -> bytes:
    """The text in another encoding, other ends of lines, or all capitals."""
    text = raw.decode("latin-1")
    ways = (
        text.encode("utf-16"), text.encode("utf-8-sig"), text.encode("utf-32-le"), raw.replace(b"\n", b"\r\n"),
        raw.replace(b"\n", b"\r"), raw.replace(b"\n", b" "), raw.upper(), raw.lower(), raw[::-1], b"",
    )  # fmt: skip
    return draw.choice(ways)


MUTATORS: Sequence[Mutator] = (
    flips, cuts, lines, splices, repetitions, controls, columns, tags, attributes, entities, numbers, dates, digits,
    headers,
)  # fmt: skip
LAST: Sequence[Mutator] = (packed, encodings)  # what no other mutator finds anything in


def mutated(raw: bytes, other: bytes, draw: Random) -> tuple[bytes, list[str]]:
    """A filing with one to four of its kinds of noise, and their names."""
    chosen = draw.choices(MUTATORS, k=draw.choice((1, 1, 2, 2, 3, 4)))
    if draw.random() < 0.08:
        chosen = [*chosen[:1], draw.choice(LAST)]
    for mutator in chosen:
        raw = mutator(raw, other, draw)
    return raw, [mutator.__name__ for mutator in chosen]


def _span(raw: bytes, draw: Random, most: int) -> tuple[int, int]:
    start = draw.randint(0, len(raw))
    return start, min(len(raw), start + draw.randint(0, max(1, most // draw.choice((1, 4, 40)))))


def _put(raw: bytes, words: Sequence[bytes], draw: Random, times: int) -> bytes:
    """Put words in at places drawn: the parts are joined once."""
    places = sorted(draw.randint(0, len(raw)) for _ in range(times))
    parts = [raw[start:end] for start, end in zip([0, *places], [*places, len(raw)], strict=True)]
    return parts[0] + b"".join(draw.choice(words) + part for part in parts[1:])


def _replaced(raw: bytes, pattern: re.Pattern[bytes], made: Callable[[bytes], bytes], draw: Random) -> bytes:
    """Replace a share of what a pattern finds: one match, some, or many."""
    share = draw.choice((0.0, 0.02, 0.1, 0.5))
    found = list(pattern.finditer(raw))
    one = draw.choice(found).start() if found else -1

    def new(match: re.Match[bytes]) -> bytes:
        return made(match[0]) if match.start() == one or draw.random() < share else match[0]

    return pattern.sub(new, raw)
