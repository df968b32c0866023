"""Characters of marked-up text: tags, entities and blanks, and what is printed between them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

Span = tuple[int, int]

# A quoted value of an attribute may hold what ends a tag. What is never closed runs to the end, as in a browser.
TAG = r"""<!--.*?(?:-->|\Z)|<[A-Za-z/!?][^>=]*+(?:=\s*+(?:"[^"]*"|'[^']*')?[^>=]*+)*+(?:>|\Z)"""
HARD_BLANK = r"\xa0|&nbsp;?|&#0*160;?|&#[xX]0*[aA]0;?"
# An entity, or a character that is none of its own: controls of Windows-1252, and what has no width.
_ODD = r"&#?\w+;|[\x80-\x9f\xad\u200b-\u200d\u2060\ufeff]"
_EVEN = r"[^<&\s\x80-\xa0\xad\u200b-\u200d\u2060\ufeff]+"
TOKEN = re.compile(
    rf"(?P<tag>{TAG})|(?P<blank>{HARD_BLANK})|(?P<odd>{_ODD})|(?P<end>\n)|(?P<space>[^\S\n\xa0]+)|{_EVEN}|.", re.DOTALL
)
PLAIN_LINE = re.compile(_EVEN.replace(r"\s", r"\n"))
_BLANKS = re.compile(rf"(?:\s|{HARD_BLANK})*+")
_BLANK_ENDS = ("&nbsp;", "&#160;", "&nbsp", "&#160", "&#xa0;", "&#xA0;", "&#XA0;")
_BLANK_STARTS = "& \t\r\n\f\v\xa0"
# What stands for one character, as far as `unescape` reads a reference; a number longer than any character's is none.
_REFERENCE = re.compile(r"&(?:#([0-9]+|[xX][0-9a-fA-F]+)|[^\t\n\f <&#;]{1,32});?")
_LONGEST_CODE = 8  # digits with the x before hexadecimal ones: more are no character, unless they begin with zeros
_CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_WIDTHLESS = dict.fromkeys("\xad\u200b\u200c\u200d\u2060\ufeff", "")
_CHARACTERS = str.maketrans(_CONTROLS | _WIDTHLESS | {"\xa0": " ", "\u2212": "-"})
_NAME = re.compile(r"</?([A-Za-z][\w:-]*)")
# Tags that part what stands before them from what stands behind; those of EDGAR's own header are among them.
BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "description", "dir", "div", "dl",
    "document", "dt", "fieldset", "filename", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "option", "p", "page", "pre", "section", "sequence", "table", "tbody", "td", "text",
    "tfoot", "th", "thead", "title", "tr", "type", "ul",
))  # fmt: skip
# Tags of which nothing is printed.
UNSEEN = frozenset(("script", "style", "title"))
# An amount below zero whose signs stand apart, or around its parentheses.
_LOOSE = re.compile(r"\$? ?\( ?\$? ?([0-9][0-9,]*+(?:\.[0-9]*+)?|\.[0-9]++) ?(%?) ?\) ?(%?)")
_UNSEEN_STARTS = frozenset(name[0] for name in UNSEEN)
_CLOSING = (")", "%")
DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015")


def plain(words: str) -> str:
    """Return words as printed: entities and the controls of Windows-1252 replaced, blanks as they are."""
    if words.isascii() and "&" not in words:
        return words
    return _REFERENCE.sub(_printed, words).translate(_CHARACTERS)


def _printed(reference: re.Match[str]) -> str:
    """Return what a reference stands for; its number may have any length."""
    code = reference[1]
    if code is None or len(code) < _LONGEST_CODE:
        return _named(reference[0])
    sign, digits = ("x", code[1:]) if code[0] in "xX" else ("", code)
    digits = digits.lstrip("0") or "0"
    return _named(f"&#{sign}{digits};") if len(digits) < _LONGEST_CODE else "\ufffd"


@lru_cache(maxsize=4096)
def _named(reference: str) -> str:
    """Return the characters of a reference. What parts lines only parts words: its line goes on."""
    found = unescape(reference)
    return found if found.isprintable() else "".join([" " if char.isspace() else char for char in found])


def name_of(tag: str) -> str:
    """Return the name of a tag in small letters; none for a comment."""
    match = _NAME.match(tag)
    return match[1].lower() if match else ""


def tidy(words: str) -> str:
    """Return words as printed, one blank between them; a dash that stands for nothing or for a minus becomes
    plain, and the parentheses of an amount close around it."""
    if words.isascii() and not any(map(words.__contains__, "&-(")):
        return " ".join(words.split())
    return _tidied(plain(words))


def _tidied(words: str) -> str:
    words = " ".join(words.split())
    if words[-1:] in _CLOSING and words[0] in "$(" and (match := _LOOSE.fullmatch(words)):
        dollar = "$" if "$" in words else ""
        return f"({dollar}{match[1]}{match[2] or match[3]})"
    bare = words.strip("$% ")
    if bare and bare[0] in DASHES:
        if DASHES.issuperset(bare):
            return "-" * len(bare)
        if words[0] in DASHES and words[1] in "0123456789.$(":
            return "-" + words[1:]
    return words


def tokens(text: str, low: int, high: int) -> Iterator[re.Match[str]]:
    """Yield tags, entities, blanks and words between two offsets, without what stands in tags that print nothing."""
    unseen = ""
    for match in TOKEN.finditer(text, low, high):
        if match.lastgroup == "tag" and match[0][1:3].strip("/").lower()[:1] in _UNSEEN_STARTS:
            name = name_of(match[0])
            if name in UNSEEN:
                unseen = name if match[0][1] != "/" else ""
        if not unseen:
            yield match


def collapsed(text: str, low: int, high: int) -> str:
    """Return the words between two offsets, tags left out: those of blocks part words."""
    found: list[str] = []
    for match in tokens(text, low, high):
        kind = match.lastgroup
        if kind == "tag":
            found.append(" " if name_of(match[0]) in BLOCKS else "")
        else:
            found.append(" " if kind in ("blank", "end", "space") else plain(match[0]))
    return _tidied("".join(found))


def characters(text: str, low: int, high: int) -> Iterator[tuple[str, int, int]]:
    """Yield every character printed between two offsets that is no blank, and where it stands."""
    for match in tokens(text, low, high):
        if match.lastgroup == "odd":
            yield from [(char, match.start(), match.end()) for char in plain(match[0]) if char != " "]
        elif match.lastgroup is None:
            yield from [(char, at, at + 1) for at, char in enumerate(match[0].translate(_CHARACTERS), match.start())]


def trimmed(text: str, low: int, high: int) -> Span:
    """Return the span without the blanks around what it holds, hard ones too."""
    if text[low : low + 1] in _BLANK_STARTS:
        blanks = _BLANKS.match(text, low, high)
        low = blanks.end() if blanks else low
    while high > low:
        if text[high - 1].isspace():
            high -= 1
        elif text.endswith(_BLANK_ENDS, low, high):
            high = text.rfind("&", low, high)
        else:
            break
    return low, high
