"""Text from outside as it may be shown: names, labels and lines of filings, file names, what servers answer, addresses.

Nothing in it then moves a cursor, colours or renames a terminal, turns a line around, hides what follows, runs in a
spreadsheet or tells a password. What is stored stays as it came.
"""

import json
import logging
import re
import traceback
from typing import Any

# Controls but newline and tab, marks that turn text around or have no width, other ends of lines, halves of characters.
_MARKS = r"\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
_ODD = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_MARKS}]")
_ODD_IN_LINE = re.compile(rf"[\x00-\x08\x0a-\x1f\x7f-\x9f{_MARKS}]")
_ODD_IN_TABS = re.compile(rf"[\\\x00-\x1f\x7f-\x9f{_MARKS}]")
_PICTURES, _DELETE, _OTHER = 0x2400, "\u2421", "\ufffd"
# What begins a formula of a spreadsheet, and what such programs pass over before one.
_FORMULA = re.compile(r"[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[-+]?\$?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?%?")
LOGIN = r"""(://)[^\s/?#"'<>]*@"""  # as Python and Polars search for it; what it captures stays
_LOGIN = re.compile(LOGIN)


def printable(text: str) -> str:
    """Return text of as many characters in which each that a terminal would obey is a picture of it, as `␛` for ESC.

    Newlines and tabs stay.
    """
    return text if text.isprintable() else _ODD.sub(_picture, text)


def one_line(text: str) -> str:
    """Return text as `printable` does, and without ends of lines."""
    return text if text.isprintable() else _ODD_IN_LINE.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_PICTURES + code) if code < 0x20 else _DELETE if code == 0x7F else _OTHER


def in_tabs(text: str) -> str:
    r"""Return text for a field between tabs, without loss: a backslash is `\\`, a tab `\t`, ESC `\x1b`, and so on."""
    if text.isprintable() and "\\" not in text:
        return text
    return _ODD_IN_TABS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def in_json(text: str) -> str:
    """Return a text of JSON, without loss: what a terminal would obey stands in its strings as an escape of JSON."""
    return text if text.isprintable() else _ODD.sub(lambda match: json.dumps(match[0])[1:-1], text)


def in_csv(text: str) -> str:
    """Return text for a field of a comma-separated file, `printable`, and with an apostrophe before a formula.

    A printed figure such as `-1,234.56` is none.
    """
    safe = printable(text)
    return f"'{safe}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text.strip()) else safe


def without_login(text: str) -> str:
    """Return text in which no address of the form scheme://USER:PASSWORD@HOST has user and password any more."""
    return _LOGIN.sub(r"\1", text) if "@" in text else text


def guard_logs() -> None:
    """Have all that Python's logging writes in this process, tracebacks included, be printable and tell no password."""
    made = logging.getLogRecordFactory()
    if getattr(made, "is_harmless", False):
        return

    def make(*given: Any, **named: Any) -> logging.LogRecord:
        record = made(*given, **named)
        told = record.getMessage()
        # What is harmless stays as it is: some formatters look at the parts of a message.
        if (safe := printable(without_login(told))) != told:
            record.msg, record.args = safe, ()
        if record.exc_info and record.exc_info[1] is not None:
            told = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            if (safe := printable(without_login(told))) != told:
                record.exc_text = safe
        return record

    make.is_harmless = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make)
