"""What a filing says of itself in words: its cover page, the letterhead of its report, its footnotes.

Every field found is a cell of table HEADER, so that it has a source like any figure.
"""

import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple

from transforms import names
from transforms.captions import ISSUER, REGISTRANT, Captioned
from transforms.facts import TABLES
from transforms.grid import TEXT, Row
from transforms.values import DATE, has_digits, parse_date
from transforms.vocabulary import statement_of

_FLAGS = re.IGNORECASE


class Field(NamedTuple):
    """One field in words: where it stands, what it says, and the column it fills."""

    line_no: int
    start: int
    end: int
    raw: str
    value: str
    table: str
    column: str
    label: str


class Letterhead(NamedTuple):
    """The fields above a report's tables; what is not printed is None. `dates` holds further columns of the report."""

    distribution_date: str | None = None
    record_date: str | None = None
    deal_code: str | None = None
    series: str | None = None
    name: str | None = None
    remic: str | None = None
    dates: tuple[tuple[str, str], ...] = ()

    def joined(self, other: "Letterhead") -> "Letterhead":
        """Return this letterhead with what another page of the same report adds."""
        if other == _NO_LETTERHEAD:
            return self
        return Letterhead._make([own or its for own, its in zip(self, other, strict=True)])


_NO_LETTERHEAD = Letterhead()


_FORM = re.compile(r"form\s+(8-K(?:/A)?|10-D(?:/A)?)", _FLAGS)
# Gaps are possessive and stretches bounded, so that no line, however long, is scanned twice.
_EVENT = re.compile(rf"date of (?:earliest )?(?:report|event)[^:\n]{{0,200}}:\s*({DATE})", _FLAGS)
_SIGNED = re.compile(rf"^\s*(?:date|dated)(?:\s*+:)?+\s++({DATE})\s*$", _FLAGS)
_ITEM = re.compile(r"^\s*(item\s+([0-9]+(?:\.[0-9]+)?)\.?)", _FLAGS)
_EXHIBIT = re.compile(r"\b(EX-[0-9]+(?:\.[0-9]+)?)\b", _FLAGS)
_LONE_EXHIBIT = re.compile(r"^\s*(EX-[0-9]+(?:\.[0-9]+)?)\s*$", _FLAGS)
# What every day holds: the cheap test before one is looked for.
_DAY = re.compile(r"[0-9](?:,? |/|-[A-Za-z0-9])")
# Digits and hyphens in one run, as file numbers and tax numbers are.
_HYPHENED = re.compile(r"[0-9-]{7,}")
_FILE_NUMBER = re.compile(r"[0-9]{1,3}-[0-9]{5,6}(?:-[0-9]{1,3})?")
_EIN = re.compile(r"[0-9]{2}-[0-9]{7}")
_SERIES = re.compile(r"\b(series:?\s+((?:19|20)[0-9]{2}-[A-Z0-9]+))\b", _FLAGS)
_CODE = re.compile(r"^\s*(([A-Z][A-Z0-9]{1,9})\s+series:\s*(\S+))\s*$", _FLAGS)
_RELATING = re.compile(rf"({DATE})\s+(?:distribution|payment|remittance)\b", _FLAGS)
# The date of this distribution in a sentence; not of the next one, the first or the last.
_OCCURRING = re.compile(
    r"(?<!next )(?<!following )(?<!first )(?<!initial )(?<!prior )(?<!previous )(?<!preceding )(?<!last )(?<!final )"
    r"(?<!succeeding )(?<!scheduled )(?<!expected )"
    r"\b(?:distribution|payment|remittance)\s+date\b,?(?:\s+(?:occurring|falling|which|is|falls|occurs|of|on|being|dated))*"
    rf":?\s+({DATE})",
    _FLAGS,
)
_PERIOD_WORDS = ("distribution", "payment", "remittance")
# The cheap test before a day and its word are looked for: every day ends in a digit.
_DAY_BEFORE = re.compile(r"[0-9]\s+(?:distribution|payment|remittance)")
_DATE_WIDTH = 120  # of the longest date and the gap behind it, an indented line included
# A label of a date and the date, with or without a colon between them.
_LABELLED = re.compile(rf"([^:0-9]{{4,60}}?)(?:\s*+:)?+\s++({DATE})", _FLAGS)
_LONE_DAY = re.compile(rf"\s*({DATE})\s*", _FLAGS)
_OTHER_DATE = re.compile(r"^(?!.*(?:distribution|payment|remittance)).*\bdate\s*+(?::\s*+)?$", _FLAGS)
_LONE_DATE = re.compile(rf"({DATE})", _FLAGS)
_REMIC = re.compile(r"^\s*(REMIC\s+([IVX]+|[0-9]{1,2}))\s*$", _FLAGS)
_TITLE_SERIES = re.compile(r"\b((?:series|trust):?\s+((?:19|20)[0-9]{2}-?[A-Z0-9][A-Z0-9-]*))\b", _FLAGS)
_EXHIBIT_LINE = re.compile(r"^\s*(?:EXHIBIT|EX)[ -]*[0-9]", _FLAGS)
# What a row of a letterhead holds, in small letters: one of these words, or a day before the word for its period.
_HINTS = ("date", "series", "ex-", "remic", "trust 19", "trust 20")
_HALF_HINTS = ("trust ", "distribution", "payment")
_DAY_OF_PERIOD = re.compile(r"[0-9][ 0-9,/-]{1,40}[0-9]\s++(?:distribution|payment|remittance)")
_NAME = re.compile(r"[A-Za-z]{2}\W++[A-Za-z]{2}")  # two words at least
_PER_FACE = re.compile(
    r"\bper (\$ ?[0-9][0-9,]*)(?= (?:of )?(?:original|initial|face|denomination|certificate|note|bond)|$)", _FLAGS
)
_RANKED = (ISSUER, REGISTRANT)
_TOP = 40  # rows of a page on which its deal is named
_CLOSE = 2  # lines from the name above to a date that stands alone
_LONG = 14  # words of a sentence, which names a series without being a letterhead
_DENOMINATION = re.compile(
    # The first letters stand for themselves, so that the search skips to them.
    r"(?:[Aa](?i:ll\s+(?:other\s+)?classes)|[Cc](?i:lass(?:es)?)(?P<classes>\s[^.$]{0,300}?))"
    r"\s++(?i:is|are)\s++(?i:per)\s++(?P<amount>\$[0-9,]+(?:\.[0-9]+)?)"
)


def fields(rows: list[Row], captioned: list[Captioned]) -> list[Field]:
    """Return the fields of a cover page: form, dates, registrant, numbers, items, exhibits, series."""
    found: list[Field] = []
    if not rows:
        return found
    lows = [row.text.lower() for row in rows]
    named = [at for at, low in enumerate(lows) if any(map(low.__contains__, _PERIOD_WORDS))]
    dated = {at for at in (*named, *(at - 1 for at in named)) if at >= 0 and _DAY.search(rows[at].text)}
    for at, (row, low) in enumerate(zip(rows, lows, strict=True)):
        found += _of_row(row, low)
        if (
            at
            and "date of" in lows[at - 1]
            and (match := _LONE_DAY.fullmatch(row.text))
            and not _EVENT.search(rows[at - 1].text)
        ):
            found += _dated(row, match, 1, "filing", "event_date", "Date of Report")
        if at in dated and not _labelled(row):
            next_row = rows[at + 1] if at + 1 < len(rows) else None
            found += _relating(row, next_row, "\n".join(lows[at : at + 2]))
    return found + [_alias(row, row.text.strip(), "REGISTRANT") for row in _named_rows(captioned)]


def _of_row(row: Row, low: str) -> list[Field]:
    """Return the fields of one row; in `low`, its text in small letters, a word is looked for before a pattern is."""
    text = row.text
    found: list[Field] = []
    if "form" in low and (match := _FORM.search(text)):
        found.append(_field(row, match, 0, match[1].upper(), "filing", "form_type", "Form"))
    if "date" in low:
        if "date of" in low and (match := _EVENT.search(text)):
            found += _dated(row, match, 1, "filing", "event_date", "Date of Report")
        if match := _SIGNED.search(text):
            found += _dated(row, match, 1, "filing", "signature_date", "Date")
    if "item" in low and (match := _ITEM.search(text)):
        found.append(_field(row, match, 1, match[2], "filing", "items", "Item"))
    if "-" in text:
        found += _numbers(row, low)
    if "series" in low and (match := _SERIES.search(text)) and not _CODE.match(text):
        found.append(_field(row, match, 1, match[2], "dim_deal", "series", "Series"))
    return found


def _numbers(row: Row, low: str) -> list[Field]:
    """Return the exhibits, file numbers and tax numbers of a row: what is written with a hyphen."""
    found: list[Field] = []
    for match in _EXHIBIT.finditer(row.text) if "ex-" in low else ():
        found.append(_field(row, match, 1, match[1].upper(), "document", "doc_type", "Exhibit"))
    runs = list(_HYPHENED.finditer(row.text))
    for match in runs:
        if _FILE_NUMBER.fullmatch(match[0]):
            found.append(_field(row, match, 0, match[0], "dim_deal_identifier", "id_value", "SEC_FILE_NUMBER"))
    for match in runs:
        if _EIN.fullmatch(match[0]):
            found.append(_field(row, match, 0, match[0], "dim_deal_identifier", "id_value", "EIN"))
    return found


def _relating(row: Row, next_row: Row | None, low: str) -> list[Field]:
    """Return the distribution date named in a sentence, whose last word may stand on the next line.

    `low` is the text of both rows in small letters. The word is found first, and the date looked for before it.
    """
    if next_row is not None and _labelled(next_row):
        next_row, low = None, row.text.lower()  # the line after it names a date of its own
    if _DAY_BEFORE.search(low) is None:
        return []
    joined = row.text if next_row is None else f"{row.text}\n{next_row.text}"
    for word in _PERIOD_WORDS:
        at = low.find(word)
        while at >= 0:
            match = _RELATING.search(joined, max(0, at - _DATE_WIDTH), at + len(word) + 1)
            if match and match.end(1) <= len(row.text):
                return _dated(row, match, 1, "report", "distribution_date", "distribution")
            at = low.find(word, at + 1)
    return []


def _named_rows(captioned: list[Captioned]) -> list[Row]:
    """Return the first row of the name that a cover page prints of its issuer, else of who registers."""
    ranked = sorted(captioned, key=lambda one: (*_RANKED, one.role).index(one.role))
    return [one.row for one in ranked[:1]]


def _alias(row: Row, name: str, kind: str, value: str | None = None) -> Field:
    start = row.text.index(name)
    return Field(row.line_no, start, start + len(name), name, value or name, "dim_deal_alias", "alias_name", kind)


def amendment_reason(rows: list[Row]) -> str | None:
    """Return the paragraph under item 5 or 8.01 that speaks of an amendment or revision."""
    paragraph: list[str] = []
    last = 0
    for row in rows:
        if paragraph and row.line_no > last + 1:
            if _speaks_of_change(paragraph):
                return " ".join(paragraph)
            paragraph = []
        paragraph.append(" ".join(row.text.split()))
        last = row.line_no
    return " ".join(paragraph) if _speaks_of_change(paragraph) else None


def _speaks_of_change(paragraph: list[str]) -> bool:
    return len(paragraph) > 1 and re.search(r"\b(revis|amend|restat|correct)", " ".join(paragraph), _FLAGS) is not None


def letterhead(rows: list[Row]) -> tuple[Letterhead, list[Field]]:
    """Return the letterhead that a stretch of rows holds, and its fields; what is not printed is None.

    A letterhead may have two columns, and may be printed below the table it belongs to.
    """
    found: list[Field] = []
    dates: dict[str, str] = {}
    code = series = remic = None
    hinted = _hinted(rows)
    for row in hinted:
        if (match := _CODE.match(row.text)) and code is None:
            code, series = f"{match[2]} {match[3]}", match[3]
            found.append(_field(row, match, 1, code, "dim_deal_identifier", "id_value", "TRUSTEE_DEAL_CODE"))
        elif match := _LONE_EXHIBIT.match(row.text):
            found.append(_field(row, match, 1, match[1].upper(), "document", "doc_type", "Exhibit"))
        elif match := _REMIC.match(row.text):
            remic = remic or match[2].upper()
            found.append(_field(row, match, 1, match[2].upper(), "dim_class", "remic", "REMIC"))
        else:
            here = _labelled(row) or _titled(row)
            dates = {item.column: item.value for item in here if item.column != "series"} | dates
            found += here
            if (match := _TITLE_SERIES.search(row.text)) and not here and len(row.text.split()) < _LONG:
                series = series or match[2].upper()
                found.append(_field(row, match, 1, match[2].upper(), "dim_deal", "series", "Series"))
    if "distribution_date" not in dates and (day := _in_sentence(rows) or _lone_date(rows) or _beside(rows)):
        found += day
        dates["distribution_date"] = day[0].value
    # The title of a REMIC is no name, wherever it stands.
    named = _name([row for row in rows if not _REMIC.match(row.text)]) if dates or series else None
    found += [named] if named else []
    name = named.value if named else None
    more = tuple(
        (column, value) for column, value in dates.items() if column not in ("distribution_date", "record_date")
    )
    return Letterhead(dates.get("distribution_date"), dates.get("record_date"), code, series, name, remic, more), found


def _titled(row: Row) -> list[Field]:
    """Return the date inside a title: "Certificate Payment Report for March 25, 2003 Distribution"."""
    match = _RELATING.search(row.text) if has_digits(row.text) else None
    return _dated(row, match, 1, "report", "distribution_date", "distribution") if match else []


def _in_sentence(rows: list[Row]) -> list[Field]:
    """Return the date that a sentence says the distribution date is; none where sentences name several.

    "This certificate relates to the Distribution Date occurring on March 15, 2022", which may run on to a second line.
    """
    found: list[Field] = []
    for row, next_row in zip_longest(rows, rows[1:]):
        if "date" not in row.text.lower():
            continue
        text = row.text if next_row is None else f"{row.text}\n{next_row.text}"
        for match in _OCCURRING.finditer(text):
            low = match.start(1) - len(row.text) - 1
            on, shift = (row, 0) if low < 0 else (next_row, len(row.text) + 1)
            day = parse_date(match[1])
            if on is not None and day and match.start() < len(row.text):
                start, end = match.start(1) - shift, match.end(1) - shift
                found.append(
                    Field(on.line_no, start, end, match[1], day.isoformat(), "report", "distribution_date", "Date")
                )
    return found[:1] if len({item.value for item in found}) == 1 else []


def stated_date(rows: list[Row]) -> str | None:
    """Return the distribution date that a page says, behind its label or in a sentence; None where it says several."""
    told = [item for row in rows if row.chunks for item in _labelled(row) if item.column == "distribution_date"]
    days = {item.value for item in told or _in_sentence(rows)}
    return days.pop() if len(days) == 1 else None


def _beside(rows: list[Row]) -> list[Field]:
    """Return the date that stands beside the name or the series of the deal, without a label."""
    for row in [row for row in rows if len(row.chunks) > 1][:_TOP]:
        texts = [(start, row.text[start:end]) for start, end, _ in row.chunks]
        others = [words for _, words in texts if not _LONE_DAY.fullmatch(words)]
        if len(others) == len(texts) - 1 and all(
            names.lone_series(words) or names.of_trust(words) or names.of_series(words) for words in others
        ):
            start, _ = next(one for one in texts if _LONE_DAY.fullmatch(one[1]))
            match = _LONE_DATE.search(row.text, start)
            return _dated(row, match, 1, "report", "distribution_date", "Date") if match else []
    return []


def _lone_date(rows: list[Row]) -> list[Field]:
    """Return the date that stands alone on its line between the names at the head of a report.

    Below the words Closing Date or Record Date it is that one.
    """
    for above, row in pairwise(rows):
        if _OTHER_DATE.search(above.text):
            continue
        if len(row.chunks) == 1 and row.line_no - above.line_no <= _CLOSE and (match := _LONE_DAY.fullmatch(row.text)):
            return _dated(row, match, 1, "report", "distribution_date", "Date")
    return []


def _labelled(row: Row) -> list[Field]:
    """Return the dates that stand behind their label: in one chunk, or the label in one and the date in the next."""
    found: list[Field] = []
    text = row.text
    for at, (start, end, kind) in enumerate(row.chunks):
        if kind != TEXT:
            continue
        if match := _LABELLED.fullmatch(text, start, end):
            column = _date_columns().get(_plain(match[1]))
            found += _dated(row, match, 2, "report", column, match[1].strip()) if column else []
        elif at + 1 < len(row.chunks) and (column := _date_columns().get(_plain(text[start:end]))):
            behind = _LONE_DATE.fullmatch(text, *row.chunks[at + 1][:2])
            found += _dated(row, behind, 1, "report", column, text[start:end].strip(" :")) if behind else []
    return found


@cache
def _date_columns() -> dict[str, str]:
    """Return the dates of a report by the labels that its schema gives them."""
    return {
        _plain(label): name
        for name, column in TABLES["report"].columns().items()
        for label in ((column.metadata or {}).get("labels") or ())
        if (column.metadata or {}).get("unit") == "DATE"
    }


@lru_cache(maxsize=16384)
def _plain(label: str) -> str:
    return " ".join(label.upper().replace(".", " ").split()).rstrip(" :")


def _hinted(rows: list[Row]) -> list[Row]:
    """Return the rows that may hold a field of a letterhead; most tables follow on heads that hold none at all."""
    if not _hints("\n".join([row.text for row in rows])):
        return []
    return [row for row in rows if _hints(row.text)]


def _hints(text: str) -> bool:
    low = text.lower()
    if any(map(low.__contains__, _HINTS)):
        return True
    return any(map(low.__contains__, _HALF_HINTS)) and _DAY_OF_PERIOD.search(low) is not None


def _name(rows: list[Row]) -> Field | None:
    """Return the name of the deal: of a trust, else of a series; else what stands first and is no title."""
    top = [row for row in rows if row.chunks][:_TOP]
    parts = [(row, row.text[start:end]) for row in top for start, end, kind in row.chunks if kind == TEXT]
    if found := names.first([words for _, words in parts]):
        at, name = found
        row, words = parts[at]
        return _alias(row, name if name in words else words.strip(), "EXHIBIT_NAME", name)
    lone = [row for row in top if row.words(0) == row.text.strip() and not _EXHIBIT_LINE.match(row.text)]
    company = next((row for row in lone if names.of_company(row.text)), None)
    first = lone[0] if lone and lone[0] is next(row for row in top if not _EXHIBIT_LINE.match(row.text)) else None
    if first is None or names.is_title(first.text) or statement_of(first.text) or not _NAME.search(first.text):
        first = company
    return _alias(first, first.text.strip(), "EXHIBIT_NAME") if first is not None else None


def denominations(notes: list[Row]) -> list[tuple[str | None, Field]]:
    """Return class list and field of every denomination a footnote states; the field's label is the whole footnote.

    The list is as printed, "A, M-1"; None stands for all classes.
    """
    parts = [row.text.strip() + " " for row in notes]
    offsets = [0, *accumulate(map(len, parts))]
    text = "".join(parts)
    found = []
    for match in _DENOMINATION.finditer(text):
        nth = bisect_right(offsets, match.start("amount")) - 1
        row = notes[nth]
        indent = len(row.text) - len(row.text.lstrip())
        start = match.start("amount") - offsets[nth] + indent
        raw = match["amount"]
        value = raw.replace("$", "").replace(",", "")
        place = Field(
            row.line_no, start, start + len(raw), raw, value, "fact_class_factor", "denomination", text.strip()
        )
        found.append((" ".join((match["classes"] or "").split()) or None, place))
    return found


def faces(rows: list[Row]) -> list[Field]:
    """Return the amounts that titles and heads say the factors below them are per: "per $1,000 of original face"."""
    found = []
    for row in rows:
        for match in _PER_FACE.finditer(row.text) if "$" in row.text else ():
            value = match[1].replace("$", "").replace(",", "").strip()
            label = row.text.strip()
            found.append(_field(row, match, 1, value, "fact_class_factor", "denomination", label))
    return found


def _field(row: Row, match: re.Match[str], group: int, value: str, table: str, column: str, label: str) -> Field:
    raw = match[group]
    return Field(row.line_no, match.start(group), match.end(group), raw, value, table, column, label)


def _dated(row: Row, match: re.Match[str], group: int, table: str, column: str, label: str) -> list[Field]:
    day = parse_date(match[group])
    return [_field(row, match, group, day.isoformat(), table, column, label)] if day else []
