"""The formulas that a report prints beside its lines, read from text into trees; no figure is looked at.

A parenthesis that is prose, a date, an age of arrears or an abbreviation is no formula. Where the print leaves two
readings, the tree holds both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from transforms.values import is_whole

# -- the tree -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ref:
    """One line or column. A letter alone belongs to the item of the formula; a number alone is the whole item."""

    number: int | None = None
    letter: str | None = None


@dataclass(frozen=True)
class Range:
    """The sum of all lines from one to another, both included, in print order."""

    first: Ref
    last: Ref


@dataclass(frozen=True)
class Name:
    """A line called by its label."""

    text: str


@dataclass(frozen=True)
class Constant:
    """A number that is no reference; 0.25% is 0.0025."""

    value: Decimal


@dataclass(frozen=True)
class Terms:
    """A sum: each part with its sign, +1 or -1."""

    parts: "tuple[tuple[int, Node], ...]"


@dataclass(frozen=True)
class Factors:
    """A product: each part with its power, +1 or -1."""

    parts: "tuple[tuple[int, Node], ...]"


@dataclass(frozen=True)
class Pick:
    """The lesser or the greater of its parts."""

    lesser: bool
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Either:
    """Readings that the print leaves open, the likelier first."""

    parts: "tuple[Node, ...]"


Node = Ref | Range | Name | Constant | Terms | Factors | Pick | Either


@dataclass(frozen=True)
class Formula:
    """A printed formula: its text, its span in the label, what it gives (`left`, if printed) and its tree.

    `sure` is false where the form alone proves little, as in "(Group I - Fixed)": then only references that resolve do.
    """

    text: str
    start: int
    end: int
    left: Ref | None
    tree: Node
    sure: bool


# -- tokens ---------------------------------------------------------------------------------------------------------

_WORDS = {
    "plus": "+", "minus": "-", "less": "-", "times": "*", "of": "of", "through": "to", "thru": "to", "to": "to",
    "the": "the", "and": ",", "or": ",", "sum": "sum", "total of": "sum",
    "lesser": "min", "smaller": "min", "lower": "min", "least": "min", "lowest": "min", "min": "min", "minimum": "min",
    "greater": "max", "larger": "max", "higher": "max", "greatest": "max", "highest": "max", "max": "max",
    "maximum": "max",
}  # fmt: skip
_SIGNS = {"–": "-", "—": "-", "−": "-", "×": "*", "÷": "/", ":": ",", ";": ","}
_ROMAN = r"(?:x{0,3}(?:ix|iv|vi{1,3}|i{1,3}|v)|x{1,3})"
_BREAKS = "|".join(word for word in _WORDS if word not in ("of", "to", "the", "total of"))
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<percent>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?\s?%)
    | (?P<constant>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]*\.[0-9]+)
    | (?P<part>[0-9]{{1,3}}(?:\([a-z]{{1,4}}\)|[a-z](?![A-Za-z]))|[A-Z]\({_ROMAN}\))    # 15d, 15(d), C(ii)
    | (?P<number>[0-9]{{1,3}}(?![0-9.]))
    | (?P<line>(?:lns?|lines?|items?|rows?|cols?|columns?|nos?)(?:\.|(?=[\s0-9(])))
    | (?P<letter>(?:{_ROMAN}|[A-Za-z])(?![\w'’&.%]))
    | (?P<by>(?:divided|multiplied)\s+by\b)
    | (?P<word>(?:{"|".join(_WORDS)})\b)
    | (?P<name>[A-Za-z][\w'’&]*(?:[-.][\w'’&]+)*(?:\s+(?!(?:{_BREAKS})\b)\w[\w'’&]*(?:[-.][\w'’&]+)*)*)
    | (?P<sign>[-+*/=(),–—−×÷:;])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b\.?(?: [0-9]|$)", re.IGNORECASE)
# No formula and no label is longer; the bounds keep a line of a million characters cheap and the parser's depth small.
_LONGEST = 240
_LONGEST_LABEL = 4000
_EQUATION = re.compile(r"\(\s*\w{1,3}\s*\)\s*=")
_SPACED = re.compile(r"\s[-+*/–—−×÷]\s")
_LINE_WORD = re.compile(r"\b(?:ln|line|item|row|col|column|no)s?\b|\bln[0-9]", re.IGNORECASE)
# A formula may say what it does before its parenthesis: "Lesser of: (a or b)".
_BEFORE = re.compile(r"\b(lesser|smaller|lower|greater|larger|higher|sum)(?:\s+of)?\s*:?\s*$", re.IGNORECASE)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    """Return the tokens of a stretch of text up to the first character that no formula holds."""
    found: list[_Token] = []
    while match := _TOKEN.match(text, start, end):
        kind = match.lastgroup or ""
        if kind in ("part", "letter") and not _cased(match[kind]):
            return found
        at = match.start(kind)
        word = match[kind]
        if kind == "word":
            kind = _WORDS[word.lower()]
        elif kind == "by":
            kind = "/" if word.lower().startswith("div") else "*"
        elif kind == "sign":
            kind = _SIGNS.get(word, word)
        found.append(_Token(kind, word, at, match.end()))
        start = match.end()
    return found


def _cased(word: str) -> bool:
    """Whether a letter is written as lines are lettered: one of any case, or a roman numeral in one case."""
    letters = "".join(filter(str.isalpha, word))
    return len(letters) == 1 or letters.islower() or letters.isupper() or word[0].isupper()


# -- recognition ----------------------------------------------------------------------------------------------------


class _NoFormulaError(Exception):
    """The tokens are no formula; caught where the attempt began."""


class _Parser:
    """Recursive descent over the tokens of one attempt; notes on the way what speaks for a formula."""

    def __init__(self, tokens: list[_Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.at = 0
        self.marked = False  # a line word, a line number with its letter, or a word such as sum
        self.plural = False  # "Lns", "lines"

    def kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def take(self, *kinds: str) -> _Token | None:
        if self.kind() in kinds:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def need(self, *kinds: str) -> _Token:
        token = self.take(*kinds)
        if token is None:
            raise _NoFormulaError
        return token

    def left(self) -> Ref | None:
        """Read "(9) =", "9 =" or "d =" if it stands here."""
        began = self.at
        inside = self.take("(") is not None
        if self.kind() in ("number", "letter", "part", "line"):
            found = self.reference()
            if (not inside or self.take(")")) and self.take("="):
                return found
        self.at = began
        return None

    def terms(self) -> Node:
        parts = [(-1 if self.take("-") else 1, self.factors())]
        while token := self.take("+", "-"):
            parts.append((1 if token.kind == "+" else -1, self.factors()))
        return parts[0][1] if len(parts) == 1 and parts[0][0] == 1 else Terms(tuple(parts))

    def factors(self) -> Node:
        parts = [(1, self.part())]
        while token := self.take("*", "/", "of") or self.letter_x():
            parts.append((-1 if token.kind == "/" else 1, self.factor()))
        return parts[0][1] if len(parts) == 1 else Factors(tuple(parts))

    def factor(self) -> Node:
        """Read a part behind a sign of product; beside "Ln 5" a bare 12 may be line 12 and may be twelve."""
        bare = self.kind() == "number" and self.marked
        node = self.part()
        if bare and isinstance(node, Ref):
            return Either((Constant(Decimal(node.number or 0)), node))
        return node

    def letter_x(self) -> _Token | None:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return self.take("letter") if token and token.text in ("x", "X") else None

    def part(self) -> Node:
        self.take("the")
        if self.kind() in ("line", "number", "letter", "part"):
            first = self.reference()
            return Range(first, self.reference()) if self.take("to") else first
        if self.kind() in ("sum", "min", "max"):
            return self.gathered()
        if token := self.take("name"):
            return Name(" ".join(token.text.split()))
        if token := self.take("constant", "percent"):
            value = Decimal(token.text.rstrip("% ").replace(",", ""))
            return Constant(value / 100 if token.kind == "percent" else value)
        self.need("(")
        inner = self.terms()
        self.need(")")
        return inner

    def reference(self) -> Ref:
        """Read "Ln 24", "24", "15d", "Ln 15 d", "(2)" after a line word, "d" or "C(ii)"."""
        word = self.take("line")
        said = word is not None
        self.marked = self.marked or said
        self.plural = self.plural or (word is not None and word.text.lower().rstrip(".").endswith("s"))
        if token := self.take("part"):
            self.marked = True
            digits = "".join(filter(is_whole, token.text))
            return Ref(int(digits), token.text[len(digits) :].strip("()")) if digits else Ref(None, token.text)
        if token := self.take("letter"):
            return Ref(None, token.text)
        inside = said and self.take("(") is not None
        number = int(self.need("number").text)
        if inside:
            self.need(")")
        if said and self.kind() == "letter" and self.kind(1) in ("", ")", "+", "-", ","):
            return Ref(number, self.need("letter").text)
        return Ref(number)

    def gathered(self) -> Node:
        """Read "sum a - c", "sum of Ln 29 through Ln 36", "lesser of a and b"."""
        what = self.need("sum", "min", "max").kind
        self.take("of")
        self.take(",")
        self.marked = True
        inside = self.kind() == "(" and self.closes_at_once()
        if inside:
            self.need("(")
        parts = self.several(what)
        if inside:
            self.need(")")
        return _gather(what, parts)

    def closes_at_once(self) -> bool:
        """Whether what opens here holds the whole list: "sum (a, b)", not "sum (a), b"."""
        depth = 0
        for ahead in range(len(self.tokens) - self.at):
            depth += {"(": 1, ")": -1}.get(self.kind(ahead), 0)
            if depth == 0:
                return self.kind(ahead + 1) in ("", ")", "+", "-")
        return False

    def several(self, what: str) -> list[Node]:
        """Read the list behind sum, lesser or greater: ranges only behind sum, expressions only behind the others."""
        parts = [self.listed() if what == "sum" else self.terms()]
        while self.take(","):
            self.take(",")  # ", and"
            parts.append(self.listed() if what == "sum" else self.terms())
        return parts

    def listed(self) -> Node:
        first = self.part()
        if isinstance(first, Ref) and self.kind() == "-" and self.ends_a_range():
            self.need("-")
            return Range(first, self.reference())
        return first

    def ends_a_range(self) -> bool:
        return self.kind(1) in ("line", "number", "letter", "part")


def _gather(what: str, parts: list[Node]) -> Node:
    if what == "sum":
        return parts[0] if len(parts) == 1 else Terms(tuple((1, part) for part in parts))
    if len(parts) < 2:
        raise _NoFormulaError
    return Pick(what == "min", tuple(parts))


def find(label: str) -> Formula | None:
    """Return the first formula printed in a label, or None.

    A parenthesis that is prose, a date, a footnote mark or an abbreviation is no formula.
    """
    return next(iter(find_all(label)), None)


def find_all(label: str) -> tuple[Formula, ...]:
    """Return all formulas of a label or of one printed row of column numbers, in print order."""
    return _found(label) if len(label) <= _LONGEST_LABEL else ()


# Labels recur from report to report.
@lru_cache(maxsize=65536)
def _found(label: str) -> tuple[Formula, ...]:
    opening = label.find("(")
    bare = _attempt(label, 0, len(label), whole=True, bare=True)
    if bare is not None and not _BEFORE.fullmatch(label, 0, max(opening, 0)):
        return (bare,)
    found: list[Formula] = []
    for start, end in _groups(label):
        if found and start < found[-1].end:
            continue
        formula = _equation(label, start) or _attempt(label, start, end)
        if formula is not None:
            found.append(formula)
    return tuple(found)


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the outermost parentheses; one that never closes is none."""
    depth = start = 0
    for at, sign in enumerate(text):
        if sign == "(":
            start, depth = (at, 1) if depth == 0 else (start, depth + 1)
        elif sign == ")" and depth:
            depth -= 1
            if depth == 0:
                yield start, at + 1


def _equation(label: str, start: int) -> Formula | None:
    """Return the equation that begins here, "(4)=(2)+(3)", whatever follows it."""
    if not _EQUATION.match(label, start):
        return None
    return _attempt(label, start, min(start + _LONGEST, len(label)), whole=False, bare=True)


def _attempt(label: str, start: int, end: int, whole: bool = True, bare: bool = False) -> Formula | None:
    """Read one stretch as a formula; `bare` where no parenthesis around it says so."""
    if end - start > _LONGEST:
        return None
    tokens = _tokens(label, start, end)
    if not tokens or (whole and label[tokens[-1].end : end].strip()):
        return None
    opened = None if bare else _BEFORE.search(label, max(start - 24, 0), start)
    if opened:
        tokens.insert(0, _Token(_WORDS[opened[1].lower()], "", start, start))
    elif not bare:
        tokens = tokens[1:-1]
    parser = _Parser(tokens, label)
    try:
        left = parser.left()
        tree = parser.terms()
    except _NoFormulaError:
        return None
    if whole and parser.at < len(tokens):
        return None
    last = tokens[parser.at - 1].end
    tree, is_open = _opened(tree, parser.plural)
    formula = _judged(label, start, end if whole else last, left, tree, parser.marked, bare)
    return replace(formula, sure=False) if formula and is_open and parser.plural else formula


def _judged(label: str, start: int, end: int, left: Ref | None, tree: Node, marked: bool, bare: bool) -> Formula | None:
    """Return the formula if its form can be one: a lone letter, a date, a telephone number or N/A is none."""
    text = label[start:end]
    start, end = end - len(text.lstrip()), start + len(text.rstrip())
    text = label[start:end]
    leaves = list(leaves_of(tree))
    if not _possible(leaves, text) or (bare and not marked and left is None):
        return None
    if len(leaves) < 2:
        # "(Ln 55)" beside an amount, and "(7)=(3)", say that two figures are one; "(9)" and "Line 5" say nothing.
        said = left is not None or (marked and not bare)
        if not (said and isinstance(leaves[0], Ref) and leaves[0].number):
            return None
    named = any(isinstance(leaf, Name) for leaf in leaves)
    if not (named or marked or left is not None or _lettered(leaves, text) or _plain(tree, text)):
        return None
    sure = not named and (marked or left is not None or _lettered(leaves, text))
    return Formula(text, start, end, left, tree, sure)


def _possible(leaves: Sequence[Node], text: str) -> bool:
    """Whether these can be the parts of one formula: names are capitalised words apart from signs, and no dates.

    "(61+ Delinquent Receivables)" and "(A + M-1)" mix bare numbers with words: those are ages and classes.
    """
    names = [leaf.text for leaf in leaves if isinstance(leaf, Name)]
    letters = [leaf for leaf in leaves if isinstance(leaf, Ref) and leaf.number is None and len(leaf.letter or "") == 1]
    numbers = [leaf for leaf in leaves if isinstance(leaf, Ref) and leaf.letter is None]
    if any(not name[0].isupper() or _MONTH.match(name) for name in names):
        return False
    if names and not _SPACED.search(text) and any(sign in text for sign in "+-/") and "(" not in text[1:]:
        return False
    if numbers and (names or letters) and not _LINE_WORD.search(text):
        return False
    return not all(isinstance(leaf, Constant) for leaf in leaves)


def _lettered(leaves: Sequence[Node], text: str) -> bool:
    """Whether all references are small letters with room around the signs: "(a + b - c)", never "(n/a)"."""
    letters = [leaf.letter for leaf in leaves if isinstance(leaf, Ref) and leaf.number is None and leaf.letter]
    return len(letters) == len(leaves) and all(map(str.islower, letters)) and bool(_SPACED.search(text))


def _plain(tree: Node, text: str) -> bool:
    """Whether references without any other mark may be a formula: "(7+8)", "(A + B)"; not "(2003-2)" or "(A-D)"."""
    if isinstance(tree, Range) or (isinstance(tree, Terms) and any(sign > 0 for sign, _ in tree.parts[1:])):
        return True
    leaves = list(leaves_of(tree))
    if any(isinstance(leaf, Ref) and leaf.number is not None and leaf.letter is None for leaf in leaves):
        return False
    if any(isinstance(leaf, Ref) and leaf.letter and leaf.letter.lower() == "n" for leaf in leaves):
        return False
    spaced = bool(_SPACED.search(text))
    small = all(isinstance(leaf, Ref) and (leaf.letter or "").islower() for leaf in leaves)
    return spaced or (isinstance(tree, Either) and small)


def leaves_of(node: Node) -> Iterator[Node]:
    """Yield the references, names and constants of a tree, both ends of a range."""
    if isinstance(node, Range):
        yield from (node.first, node.last)
    elif isinstance(node, (Terms, Factors)):
        for _, part in node.parts:
            yield from leaves_of(part)
    elif isinstance(node, Either):
        yield from leaves_of(node.parts[0])
    elif isinstance(node, Pick):
        for inner in node.parts:
            yield from leaves_of(inner)
    else:
        yield node


def _opened(tree: Node, plural: bool) -> tuple[Node, bool]:
    """Return the tree with the readings its print leaves open, and whether it does.

    "a - c" may mean the sum of a to c, and so may "Lns 3 - 5"; "Ln 3 - Ln 5" may not.
    """
    if isinstance(tree, Terms) and len(tree.parts) == 2:
        (_, first), (sign, last) = tree.parts
        if sign < 0 and isinstance(first, Ref) and isinstance(last, Ref) and _ascend(first, last, plural):
            return Either((tree, Range(first, last))), True
    return tree, False


def _ascend(first: Ref, last: Ref, plural: bool) -> bool:
    """Whether two letters of one item stand in order, or two numbers after a plural."""
    if first.number is None and last.number is None:
        return (first.letter or "") < (last.letter or "")
    return plural and first.letter is None and last.letter is None and (first.number or 0) < (last.number or 0)
