"""Bytes to filing: header, filers and documents, of every dialect EDGAR has used, or of a bare text file.

Line numbers count the lines of the submission as received, from 1.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime

from transforms import bounds, filetypes
from transforms.errors import ForeignFiling, UnreadableFiling
from transforms.submission import Submission
from transforms.values import whole

FORMS = ("8-K", "8-K/A", "10-D", "10-D/A")
ASSET_BACKED_SIC = "6189"

_CLOSINGS = {
    "<SEC-DOCUMENT>": "</SEC-DOCUMENT>",
    "-----BEGIN PRIVACY-ENHANCED MESSAGE-----": "-----END PRIVACY-ENHANCED MESSAGE-----",
    "<SUBMISSION>": "</SUBMISSION>",
}
_ACCESSION = re.compile(r"[0-9]{10}-[0-9]{2}-[0-9]{6}")
_LABELLED = re.compile(r"^[ \t]*([A-Z][A-Za-z0-9 &/-]*):[ \t]+(\S.*)$", re.MULTILINE)
_TAGGED = re.compile(r"^<([A-Z-]+)>([^\n\r<]+)", re.MULTILINE)
_DOCUMENT = re.compile(r"^<DOCUMENT>[ \t\r]*$", re.MULTILINE)
_DOCUMENT_END = re.compile(r"^</DOCUMENT>[ \t\r]*$", re.MULTILINE)
_LONE_EXHIBIT = re.compile(r"^[ \t]*(EX-[0-9]+(?:\.[0-9]+)?)[ \t\r]*$", re.MULTILINE)
# The first letter stands for itself, so that the search skips to it.
_COVER_FORM = re.compile(r"[Ff](?<!\w.)(?i:orm\s+([0-9]+-[A-Z]+(?:/A)?))")
# Tags that lay text out, and those that only wrap it: text in columns stays so within a wrapper.
_HTML = re.compile(r"<(?:t[drh]|font|span|p|br|b|i|u|h[1-6]|hr|center|strong|em|li)[ >/]", re.IGNORECASE)
# Two patterns, since each is searched for by the character that it begins with.
_WRAPPERS = (re.compile(r"<(?:html|body|div|pre)[ >]", re.IGNORECASE),
             re.compile(r"&(?:nbsp|amp|#[0-9]{1,5});", re.IGNORECASE))  # fmt: skip
_WRAPPED_LINES = 10  # to each tag of a wrapper around text
_BLOCK_START = re.compile(r"(?:FILER|FILED BY|SUBJECT COMPANY|ISSUING ENTITY|DEPOSITOR):|<(?:FILER|ISSUER|DEPOSITOR)>")
_STRANGE = bytes([*range(9), 11, *range(14, 26), *range(27, 32)])  # control characters that no text holds
_HEAD = 20_000  # characters that tell what the text is
_COVER_LINES = 60
_BINARY_SHARE = 0.05
_LONGEST_CIK, _LONGEST_SEQUENCE = 10, 4  # digits
_SHOWN = 40  # characters of what is no number
_LONGEST_LINE = 16 * 1024 * 1024  # characters; a page of ten megabytes in one line was met


@dataclass(frozen=True)
class Exhibit:
    """One document of a submission, with its text and the lines of the submission it covers."""

    sequence: int
    doc_type: str | None
    filename: str | None
    description: str | None
    text: str
    line_start: int
    line_end: int
    attached: str | None = None  # what an encoded file is, whose text is left out

    @property
    def is_html(self) -> bool:
        """Tell whether the text is laid out as a web page; lines of text within a few tags are not."""
        if _HTML.search(self.text, 0, _HEAD):
            return True
        wrapping = sum(1 for wrapper in _WRAPPERS for _ in wrapper.finditer(self.text, 0, _HEAD))
        return wrapping > 0 and wrapping * _WRAPPED_LINES > self.text.count("\n", 0, _HEAD)


@dataclass(frozen=True)
class Filer:
    """One filer as the EDGAR header names it."""

    role: str
    cik: int | None
    name: str | None
    file_number: str | None
    ein: str | None
    sic: str | None


@dataclass(frozen=True)
class Filing:
    """One submission, taken apart."""

    accession: str
    form_type: str | None
    filed_date: date | None
    accepted_at: datetime | None
    period_of_report: date | None
    items: str | None
    filers: tuple[Filer, ...]
    exhibits: tuple[Exhibit, ...]
    sha256: str
    source_uri: str
    has_header: bool
    local: bool = False
    header: dict[str, str] = field(default_factory=dict)

    @property
    def is_asset_backed(self) -> bool | None:
        """Tell what the header says of the filer's industry; None where it says nothing."""
        codes = {filer.sic for filer in self.filers if filer.sic}
        return ASSET_BACKED_SIC in codes if codes else None


def name_of(submission: Submission, digest: str | None = None) -> str:
    """Return the accession number an unread submission goes by: the index's, else one made of its content."""
    if submission.accession:
        return submission.accession
    return "LOCAL-" + (digest or hashlib.sha256(submission.raw).hexdigest())[:16]


def split(submission: Submission) -> Filing:
    """Take a submission apart.

    Raises UnreadableFiling for bytes that hold no complete text filing or more than is read, ForeignFiling for a form
    that is not ours.
    """
    if submission.unread:
        raise UnreadableFiling(submission.unread)
    text = decode(submission.raw)
    opening = _opening(text)
    if cut := unclosed(text):
        raise UnreadableFiling(f"{cut}; fetch it again")
    digest = hashlib.sha256(submission.raw).hexdigest()
    filing = _with_header(submission, text, digest) if opening or "<DOCUMENT>" in text else None
    filing = filing or _bare(submission, text, digest)
    if filing.form_type is not None and filing.form_type not in FORMS:
        raise ForeignFiling(f"form {filing.form_type} is none of {', '.join(FORMS)}")
    if told := bounds.exceeded([one.text for one in filing.exhibits]):
        raise UnreadableFiling(told)
    return filing


def unclosed(text: str) -> str | None:
    """Return what says that a submission was cut off, None for a whole one and for a text without EDGAR's wrapper."""
    opening = _opening(text)
    if opening is not None and text.rfind(_CLOSINGS[opening]) < 0:
        return f"truncated: the closing {_CLOSINGS[opening]} is missing"
    return None


def _opening(text: str) -> str | None:
    start = text[:_HEAD].lstrip()
    return next((mark for mark in _CLOSINGS if start.startswith(mark)), None)


def industries(head: str) -> tuple[str, ...]:
    """Return the industry codes (SIC) that a header names for its filers, each once."""
    return tuple(dict.fromkeys(sic for block in _blocks(head) if (sic := _industry(_header(block)))))


def decode(raw: bytes) -> str:
    """Return the text of the bytes, as UTF-8, else as Windows-1252; empty and binary bytes are unreadable."""
    if not raw.strip():
        raise UnreadableFiling("empty: no text in it")
    if kind := filetypes.of(raw):
        raise UnreadableFiling(f"{kind}: no text is read from it")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if len(text) > _LONGEST_LINE and (longest := max(map(len, text.split("\n")))) > _LONGEST_LINE:
        raise UnreadableFiling(f"a line of {longest:,} characters, where at most {_LONGEST_LINE:,} are read")
    head = text[:4096]
    plain = head.encode(errors="replace")
    strange = len(plain) - len(plain.translate(None, _STRANGE)) + head.count("\ufffd")
    if "\x00" in head or strange > _BINARY_SHARE * len(head):
        raise UnreadableFiling("binary: the bytes are no text")
    return text


def _with_header(submission: Submission, text: str, digest: str) -> Filing:
    first = _DOCUMENT.search(text)
    head = text[: first.start()] if first else text
    header = _header(head)
    accession = header.get("ACCESSION NUMBER") or submission.accession
    if accession is None and (match := _ACCESSION.search(head)):
        accession = match[0]
    form = header.get("CONFORMED SUBMISSION TYPE") or header.get("TYPE")
    return Filing(
        accession=accession or name_of(submission, digest),
        form_type=form.strip().upper() if form else None,
        filed_date=_day(header.get("FILED AS OF DATE") or header.get("FILING-DATE")) or submission.filed_date,
        accepted_at=_moment(header.get("ACCEPTANCE-DATETIME")),
        period_of_report=_day(header.get("CONFORMED PERIOD OF REPORT") or header.get("PERIOD")),
        items=header.get("ITEMS"),
        filers=tuple(_filer(block) for block in _blocks(head)),
        exhibits=_exhibits(text),
        sha256=digest,
        source_uri=submission.source_uri,
        has_header=True,
        local=submission.local,
        header=header,
    )


def _bare(submission: Submission, text: str, digest: str) -> Filing:
    """Take a file without any header apart: a cover page and, from a line that only names it, an exhibit."""
    lines = text.count("\n") + (not text.endswith("\n"))
    match = _COVER_FORM.search("\n".join(text.split("\n", _COVER_LINES)[:_COVER_LINES]))
    form = match[1].upper() if match else None
    exhibits = [Exhibit(1, form, None, None, text, 1, lines)]
    if mark := _lone_exhibit(text):
        line = text.count("\n", 0, mark.start()) + 1
        exhibits = [
            Exhibit(1, form, None, None, text[: mark.start()], 1, line - 1),
            Exhibit(2, mark[1], None, None, text[mark.start() :], line, lines),
        ]
    return Filing(
        accession=name_of(submission, digest), form_type=form, filed_date=submission.filed_date, accepted_at=None,
        period_of_report=None, items=None, filers=(), exhibits=tuple(exhibits), sha256=digest,
        source_uri=submission.source_uri, has_header=False, local=submission.local,
    )  # fmt: skip


def _lone_exhibit(text: str) -> re.Match[str] | None:
    """Return the first line that holds nothing but the name of an exhibit."""
    at = text.find("EX-")
    while at >= 0:
        if match := _LONE_EXHIBIT.match(text, text.rfind("\n", 0, at) + 1):
            return match
        # Behind it on its line stands no name alone either.
        end = text.find("\n", at)
        at = text.find("EX-", end) if end >= 0 else -1
    return None


def _header(head: str) -> dict[str, str]:
    """Return the first value of every label and tag of an EDGAR header; several item lines are joined."""
    found: dict[str, str] = {}
    items = []
    for label, value in [*_LABELLED.findall(head), *_TAGGED.findall(head)]:
        if label in ("ITEM INFORMATION", "ITEMS"):
            items.append(value.strip())
        found.setdefault(label, value.strip())
    if items:
        found["ITEMS"] = ",".join(items)
    return found


def _blocks(head: str) -> list[str]:
    """Return the part of a header that each filer has."""
    starts = [match.start() for match in _BLOCK_START.finditer(head)]
    ends = [*starts[1:], len(head)][: len(starts)]
    return [head[start:end] for start, end in zip(starts, ends, strict=True)]


def _filer(block: str) -> Filer:
    header = _header(block)
    role = re.match(r"<?([A-Z ]+)", block)
    return Filer(
        role=(role[1].strip().replace(" ", "_") if role else "FILER"),
        cik=_number(header.get("CENTRAL INDEX KEY") or header.get("CIK"), "CIK", _LONGEST_CIK),
        name=header.get("COMPANY CONFORMED NAME") or header.get("CONFORMED-NAME"),
        file_number=header.get("SEC FILE NUMBER") or header.get("FILE-NUMBER"),
        ein=header.get("IRS NUMBER") or header.get("IRS-NUMBER"),
        sic=_industry(header),
    )


def _industry(header: dict[str, str]) -> str | None:
    """Return the industry code (SIC) of a filer, which may stand behind its name: ASSET-BACKED SECURITIES [6189]."""
    code = re.search(r"[0-9]{4}", header.get("STANDARD INDUSTRIAL CLASSIFICATION") or header.get("ASSIGNED-SIC") or "")
    return code[0] if code else None


def _number(printed: str | None, name: str, most: int) -> int | None:
    """Return a number of a header, None where there is none. Raises UnreadableFiling for what is no such number."""
    if not printed:
        return None
    number = whole(printed, most)
    if number is None:
        shown = printed if len(printed) <= _SHOWN else f"{printed[:_SHOWN]}... ({len(printed):,} characters)"
        raise UnreadableFiling(f"a header whose {name} is no whole number of up to {most} digits: {shown}")
    return number


def refusal(filing: Filing) -> str | None:
    """Return the heading of a web page that a server sends in place of a filing; None for anything else."""
    if filing.has_header or not filing.exhibits:
        return None
    named = _PAGE_HEADING.search(filing.exhibits[0].text, 0, _HEAD)
    words = " ".join(re.sub(r"<[^>]*>", " ", named[2]).split()) if named else ""
    return words if _REFUSES.search(words) else None


# The words of servers for what they do not give: those of HTTP, and of those who guard against robots.
_PAGE_HEADING = re.compile(r"<(title|h1)\b[^>]{0,200}>(.{1,300}?)</\1>", re.IGNORECASE | re.DOTALL)
_REFUSES = re.compile(
    r"\b(?:access denied|forbidden|unauthori[sz]ed|too many requests|rate threshold|automated tool|captcha|blocked"
    r"|service unavailable|bad gateway|gateway time-?out|internal server error|not found"
    r"|error [0-9]{3}|[0-9]{3} error)\b",
    re.IGNORECASE,
)


def _exhibits(text: str) -> tuple[Exhibit, ...]:
    found = []
    starts = list(_DOCUMENT.finditer(text))
    line, counted = 1, 0  # the line at an offset: ends of lines are counted once
    for sequence, start in enumerate(starts, start=1):
        limit = starts[sequence].start() if sequence < len(starts) else len(text)
        ends = list(_DOCUMENT_END.finditer(text, start.end(), limit))
        if not ends:
            raise UnreadableFiling(f"truncated: document {sequence} has no </DOCUMENT>; fetch it again")
        line, counted = line + text.count("\n", counted, start.end()), start.end()
        found.append(_exhibit(text, start.end(), ends[-1].start(), sequence, line))
    return tuple(found)


def _exhibit(text: str, start: int, end: int, sequence: int, line: int) -> Exhibit:
    """Return the document between two offsets, the first of them on the given line."""
    at = text.find("<TEXT>", start, end)
    header = _header(text[start : at if at >= 0 else end])
    body = at + len("<TEXT>") if at >= 0 else end
    close = text.rfind("</TEXT>", body, end)
    content = text[body : close if close >= 0 else end]
    first_line = line + text.count("\n", start, body)
    number = _number(header.get("SEQUENCE"), "SEQUENCE", _LONGEST_SEQUENCE)
    attached = _attachment(content)
    return Exhibit(
        sequence if number is None else number, header.get("TYPE"), header.get("FILENAME"),
        header.get("DESCRIPTION"), "" if attached else content, first_line,
        first_line + content.count("\n"), attached,
    )  # fmt: skip


def _attachment(content: str) -> str | None:
    """Return what a document is that is an encoded binary, which is recorded and not parsed; None for text."""
    match = _ENCODED.match(content)
    if match is None:
        return "a PDF" if content[:200].lstrip()[:5].upper() == "<PDF>" else None
    try:
        return filetypes.of(binascii.a2b_uu(match[1])) or "an encoded file"
    except (binascii.Error, ValueError):
        return "an encoded file"


# Its first line holds up to 45 bytes, by which a file tells what it is.
_ENCODED = re.compile(r"\s*(?:<PDF>\s*)?begin [0-9]{3,4} [^\n]*\n([^\n]*)", re.IGNORECASE)


def _day(printed: str | None) -> date | None:
    digits = re.sub(r"[^0-9]", "", printed or "")
    try:
        return datetime.strptime(digits[:8], "%Y%m%d").date() if len(digits) >= 8 else None
    except ValueError:
        return None


def _moment(printed: str | None) -> datetime | None:
    digits = re.sub(r"[^0-9]", "", printed or "")
    try:
        return datetime.strptime(digits[:14], "%Y%m%d%H%M%S") if len(digits) >= 14 else None
    except ValueError:
        return None
