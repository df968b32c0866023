"""Filings of any size that are all of one kind of thing: what a reader must not look at anew from every place of it.

Each shape is a name and a function from a size in bytes to a filing of about that size.
"""

from collections.abc import Callable
from functools import partial

from tests.simulate import simulate

Shape = Callable[[int], bytes]

# ---- what a line is made of ----

TOKENS = {
    "digits": "7", "slashed digits": "1/", "dashed digits": "1-", "digits apart": "1 ", "figures": "  1,234.56",
    "figures one blank apart": "1,234.56 ", "commas": "1,", "points": "1.", "opening": "(", "closing": ")",
    "opened": "(1", "marks": "(1) ", "points alone": ".", "leaders": ". ", "hyphens": "-", "hyphens apart": "- ",
    "dollars": "$", "dollars apart": "$ ", "dollar words": "$1 by: a as ", "percents": "%", "percents apart": "1% ",
    "lines added": "Ln1+", "lines added apart": "(1) + ", "braces": "{1}+", "signs": "+", "letter": "a",
    "capital": "A", "letters apart": "a ", "words": "class is per ", "names": "Trust 2003-A, ", "words apart": "Word  ",
    "joined": "A-", "dates": "Date of report Jan 1 ", "days": "1/25/2003 ", "months": "January ", "month": "Jan",
    "blanks": " ", "tabs": "\t", "feeds": "\f", "no-break": "\xa0", "returns": "\r", "underscores": "_",
    "equals": "=", "colons": ":", "colons apart": "a: ", "stars": "*", "quotes": '"', "apostrophes": "'",
    "slashes": "/", "less": "<", "ands": "&", "entities": "&nbsp;", "entity numbers": "&#160;", "open entity": "&#",
    "NULs": "a\0", "accents": "\u00e9", "ranges": "1 to 2 ", "series": "Series 2003-1 ", "periods": "1 distribution ",
}  # fmt: skip

_LETTERHEAD = "8-K\n\nEX-99.1\n\nSome Trust, Series 2003-1\nDistribution Date:  4/25/2003\n\n\n"
_TEXT = (
    _LETTERHEAD + "Class   Beginning Balance   Interest   Principal   Ending Balance\n"
    "A-1          1,000.00       1.00     100.00        900.00\n"
    "Total        1,000.00       1.00     100.00        900.00\n\n\nServicing Fees\n\n"
    "Servicing Fee         12.00\nTrustee Fee            1.00\n"
)
_MARKED = _LETTERHEAD.replace("\n", "\r\n") + "<TABLE>\nServicing Fees\n<S>  <C>\n{}\n</TABLE>\n"
_PAGE = (
    "<html><body><p>Some Trust, Series 2003-1</p><p>Distribution Date: 4/25/2003</p>{}"
    "<table><tr><td>Servicing Fees</td></tr><tr><td>Servicing Fee</td><td>12.00</td></tr>"
    "<tr><td>Trustee Fee</td><td>1.00</td></tr></table></body></html>\n"
)
_ROWS = "<table><tr><td>Servicing Fees</td></tr>{}</table>"
_HEADER = (
    "<SEC-DOCUMENT>0000000001-03-000001.txt : 20030428\n<SEC-HEADER>\nACCESSION NUMBER:\t\t0000000001-03-000001\n"
    "CONFORMED SUBMISSION TYPE:\t8-K\nFILED AS OF DATE:\t\t20030428\n{head}\nFILER:\n\n\tCOMPANY DATA:\n"
    "\t\tCOMPANY CONFORMED NAME:\t\t\tSOME TRUST\n\t\tCENTRAL INDEX KEY:\t\t\t0000000001\n</SEC-HEADER>\n{body}"
    "</SEC-DOCUMENT>\n"
)
_DOCUMENT = "<DOCUMENT>\n<TYPE>EX-99.1\n<SEQUENCE>1\n<TEXT>\n{}\n</TEXT>\n</DOCUMENT>\n"


def of(piece: str, size: int) -> str:
    """So many characters of a piece, whole pieces only."""
    return piece * (size // len(piece))


def _replaced(where: str, what: str) -> str:
    assert _TEXT.count(where) == 1, where
    return _TEXT.replace(where, what)


# ---- where the line stands: each context takes a line, or several ----

CONTEXTS: dict[str, Callable[[str], str]] = {
    "cover": lambda line: "8-K\nDate of report: " + line + "\nItem 5. Other " + _TEXT[3:],
    "letterhead": lambda line: _replaced("Some Trust, Series 2003-1", "Some Trust 2003-1 distribution date " + line),
    "date": lambda line: _replaced("Date:  4/25/2003", "Date: 4/25/2003  " + line),
    "heads": lambda line: _replaced("Class   Beg", line + "\nClass   Beg"),
    "head": lambda line: _replaced("Principal   Ending Balance", "Principal   Ending Balance   " + line),
    "row": lambda line: _replaced("A-1          1,000.00", "A-1 " + line + "\nA-1          1,000.00"),
    "figures": lambda line: _replaced("Trustee Fee            1.00", "Trustee Fee            1.00  " + line),
    "label": lambda line: _replaced("Trustee Fee            1.00", "Trustee Fee " + line + "   1.00"),
    "labels above": lambda line: _replaced("Servicing Fee         12", line + "\nServicing Fee         12"),
    "title": lambda line: _replaced("Servicing Fees\n", "Servicing Fees " + line + "\n"),
    "note": lambda line: _TEXT + "\n(1) All classes are per " + line + "\n",
    "formula": lambda line: _TEXT + "Total Fees (Ln1+" + line + ")     13.00\n",
    "marked": lambda line: _MARKED.format("Date:" + line + "x  1.00\nTrustee Fee   " + line),
    "cell": lambda line: _PAGE.format(_ROWS.format(f"<tr><td>Fee {line}</td><td>1.00 {line}</td></tr>")),
    "paragraph": lambda line: _PAGE.format(f"<p>{line}</p>"),
    "tag": lambda line: _PAGE.format(f"<p style={line}>x</p><td colspan = {line}"),
    "header": lambda line: _HEADER.format(head=f"ITEM INFORMATION:\t{line}", body=_DOCUMENT.format(_TEXT)),
}


def _line(context: str, piece: str, size: int) -> bytes:
    return CONTEXTS[context](of(piece, size)).encode()


def _lines(context: str, piece: str, size: int) -> bytes:
    """The same in lines of a common length."""
    line = of(piece, max(72, len(piece))) + "\n"
    return CONTEXTS[context](of(line, size)).encode()


def _short_lines(context: str, piece: str, size: int) -> bytes:
    return CONTEXTS[context](of(piece.strip() + "x  1.00\n", size)).encode()


# ---- many of one thing ----


def reports(size: int) -> bytes:
    """One filing of many simulated reports, of about `size` bytes."""
    parts, held, seed = [], 0, 0
    while held < size:
        parts.append(simulate(seed).raw)
        held, seed = held + len(parts[-1]), seed + 1
    return b"\n".join(parts)


def exhibits(size: int) -> bytes:
    """A submission of many exhibits, each a report."""
    parts, held, seed = [], 0, 0
    while held < size:
        parts.append(_DOCUMENT.format(simulate(seed).text))
        held, seed = held + len(parts[-1]), seed + 1
    return _HEADER.format(head="", body="".join(parts)).encode()


def _numbered(form: str, size: int) -> str:
    """As many of a form as fit, each with its number."""
    width = len(form.format(n=100_000))
    return "".join([form.format(n=n) for n in range(size // width)])


def _in_text(form: str, size: int) -> bytes:
    return (_TEXT + _numbered(form, size)).encode()


def _in_page(form: str, size: int) -> bytes:
    return _PAGE.format(_numbered(form, size)).encode()


def _in_rows(form: str, size: int) -> bytes:
    return _PAGE.format(_ROWS.format(_numbered(form, size))).encode()


def _in_row(form: str, size: int) -> bytes:
    return _PAGE.format(_ROWS.format("<tr><td>Trustee Fee</td>" + _numbered(form, size) + "</tr>" * 2)).encode()


def _nested(opening: str, closing: str, size: int) -> bytes:
    count = size // len(opening + closing)
    return _PAGE.format(opening * count + "1.00" + closing * count).encode()


def _headed(form: str, size: int) -> bytes:
    return _HEADER.format(head=_numbered(form, size), body=_DOCUMENT.format(_TEXT)).encode()


def _class_rows(row: str, size: int) -> bytes:
    return _replaced("Total        1,000.00", _numbered(row, size) + "Total        1,000.00").encode()


def _documents(body: str, size: int) -> bytes:
    return _HEADER.format(head="", body=_numbered(_DOCUMENT.format(body), size)).encode()


_CLASS = "Class   Beginning Balance   Interest   Principal   Ending Balance\nA-{n}   1,000.00  1.00  100.00  900.00\n\n"
_NAMED = {
    "reports": reports,
    "exhibits": exhibits,
    "classes": partial(_class_rows, "A-{n:<10} 1,000.00       1.00     100.00        900.00\n"),
    "one class": partial(_class_rows, "A-1          1,000.00       1.00     100.00        900.00\n"),
    "blank lines": lambda size: (_TEXT + "\n" * size).encode(),
    "blank lines before": lambda size: b"\n" * size + _TEXT.encode(),
    "lines of a word": partial(_in_text, "word{n}\n"),
    "lines of a figure": partial(_in_text, "{n}.00\n"),
    "items": partial(_in_text, "Fee {n}   {n}.00\n"),
    "items with a formula": partial(_in_text, "({n}) Fee   {n}.00\n(9{n}) Fees (Ln {n} + Ln 1)  {n}.00\n"),
    "a long formula": lambda size: f"{_TEXT}(1) Fee 1.00\nFees ({_numbered('Ln {n} + ', size)}Ln 1)   1.00\n".encode(),
    "a list of lines": lambda size: (_TEXT + f"Sum of lines {_numbered('({n}), ', size)}   1.00\n").encode(),
    "titles": partial(_in_text, "Servicing Fees\n\nFee {n}   1.00\n\n"),
    "titles alone": partial(_in_text, "Servicing Fees\n\nCollateral Statement {n}\n"),
    "class tables": partial(_in_text, _CLASS),
    "heads": partial(_in_text, "Class   Beginning Balance {n}   Interest   Principal\n"),
    "captions": partial(_in_text, "Some Trust {n}\n(Exact name of registrant as specified in its charter)\n"),
    "dates": partial(_in_text, "Distribution Date:  4/25/2003\nRecord Date: {n}/1/2003\n"),
    "other dates": partial(_in_text, "Distribution Date:  {n}/25/2003\n\nServicing Fees\n\nFee  1.00\n\n"),
    "names": partial(_in_text, "Some Trust, Series 2003-{n}\nDistribution Date: 4/25/2003\n\nFees\n\nA  1.00\n"),
    "notes": partial(_in_text, "({n}) per $1,000 of original face\n"),
    "scales": partial(_in_text, "(in thousands)\n\nServicing Fees\n\nFee {n}  $1.00\n\n"),
    "pages": partial(_in_text, "<PAGE>\nServicing Fee {n}   1.00\n"),
    "pages with a head": partial(_in_text, "Fee {n}   1.00\n<PAGE>\nPage {n}\n\nServicing Fees\n\n"),
    "form feeds": partial(_in_text, "\fServicing Fee {n}   1.00\n"),
    "marked tables": partial(_in_text, "<TABLE>\n<S> <C>\nServicing Fee {n}   1.00\n</TABLE>\n"),
    "open tables": partial(_in_text, "<TABLE>\nServicing Fee {n}   1.00\n"),
    "contents": partial(_in_text, "Table of Contents\nStatement {n}     1\n"),
    "panels": partial(_in_text, "Servicing Fee {n}    1.00      Trustee Fee {n}    2.00\n"),
    "ranges": partial(_in_text, "{n}.00  {n}.50   3   4.00\n"),
    "strata": partial(_in_text, "{n} to {n}   3   4.00   5.00%\n"),
    "triggers": partial(_in_text, "Trigger {n} in effect?   Yes\n"),
    "letters": partial(_in_text, "({n}) Fee for Class A-{n}   1.00   Class M-{n}   2.00\n"),
    "wide rows": lambda size: "\n".join(
        [_TEXT, _numbered("Class {n}  ", size // 2), _numbered("{n}.00  ", size // 2)]
    ).encode(),
    "cells of a row": partial(_in_row, "<td>{n}</td>"),
    "cells of text": partial(_in_row, "<td>a{n}</td>"),
    "cells of dollars": partial(_in_row, "<td>$</td><td>{n}.00</td><td>)</td>"),
    "blank cells": partial(_in_row, "<td>&nbsp;</td>"),
    "blank cells and one": lambda size: _in_row("<td></td>", size) + b"<td>1.00</td>",
    "wide cells": partial(_in_row, "<td colspan=1000>{n}</td>"),
    "tall cells": partial(_in_row, "<td rowspan=60000>{n}</td>"),
    "rows": partial(_in_rows, "<tr><td>Fee {n}</td><td>{n}.00</td></tr>"),
    "rows of 20": partial(_in_rows, "<tr><td>Fee {n}</td>" + "<td>{n}.00</td>" * 20 + "</tr>"),
    "rows of 400": partial(_in_rows, "<tr><td>Fee {n}</td>" + "<td>{n}</td>" * 400 + "</tr>"),
    "blank rows": partial(_in_rows, "<tr><td></td></tr>"),
    "rows of growing cells": lambda size: _PAGE.format(
        _ROWS.format("".join([f"<tr><td>Fee</td><td colspan={n}>{n}</td></tr>" for n in range(1, size // 40)]))
    ).encode(),
    "tall rows": partial(_in_rows, "<tr><td rowspan={n}>Fee {n}</td><td>{n}.00</td></tr>"),
    "taller rows": partial(_in_rows, "<tr><td rowspan=60000>Fee {n}</td><td rowspan=60000>{n}.00</td></tr>"),
    "tables": partial(_in_page, "<table><tr><td>Trustee Fee</td><td>{n}.00</td></tr></table>"),
    "titled tables": partial(
        _in_page, "<table><tr><td>Servicing Fees</td></tr><tr><td>Trustee Fee</td><td>{n}.00</td></tr></table>"
    ),
    "paragraphs": partial(_in_page, "<p>Fee {n}  {n}.00</p>"),
    "dated paragraphs": partial(_in_page, "<p>Distribution Date: 4/25/2003 {n}</p>"),
    "lines of a page": partial(_in_page, "Fee {n}.00<br>\n"),
    "spots": partial(_in_page, '<div style="position:absolute;top:{n}px;left:{n}px">Fee {n}.00</div>'),
    "spots of a line": partial(_in_page, '<div style="position:absolute;top:9px;left:{n}px">{n}.00</div>'),
    "words in tags": partial(_in_page, "<font color=#ff0000>a</font><b>{n}</b>"),
    "open fonts": partial(_in_page, "<font color=#{n:06}>a "),
    "closed fonts": partial(_in_page, "</font></b>"),
    "raised": partial(_in_page, "a<sup>{n}</sup> "),
    "preformatted": lambda size: _PAGE.format("<pre>" + _numbered("Fee {n}    {n}.00\n", size) + "</pre>").encode(),
    "preformatted parts": partial(_in_page, "<pre>Fee {n}    {n}.00\n</pre>"),
    "hidden": partial(_in_page, '<p style="display:none">a{n}</p>'),
    "comments": partial(_in_page, "<!-- {n} --> "),
    "open comments": partial(_in_page, "<!-- {n} "),
    "open tags": partial(_in_page, "<p class={n} "),
    "open quotes": partial(_in_page, '<p class="{n} '),
    "open scripts": partial(_in_page, "<script>{n} "),
    "open titles": partial(_in_page, "<title>{n} "),
    "attributes": lambda size: _PAGE.format("<p " + _numbered("a{n}='{n}' ", size) + ">x</p>").encode(),
    "styles": lambda size: _PAGE.format('<p style="' + _numbered("color:#ff{n:04}; ", size) + '">x</p>').encode(),
    "entities": partial(_in_page, "&#{n};&amp;&lt;td&gt;"),
    "open entities": partial(_in_page, "&#{n}&amp&lt"),
    "tables in tables": partial(_nested, "<table><tr><td>", "</td></tr></table>"),
    "divisions": partial(_nested, "<div>", "</div>"),
    "fonts": partial(_nested, "<font color=#ff0000>", "</font>"),
    "lists": partial(_nested, "<ul><li>", "</li></ul>"),
    "cells never closed": partial(_nested, "<td>a", ""),
    "tables never closed": partial(_nested, "<table>a", ""),
    "tables never opened": partial(_nested, "", "</table>"),
    "filers": partial(_headed, "FILER:\n\tCOMPANY CONFORMED NAME:\tTRUST {n}\n\tCENTRAL INDEX KEY:\t{n}\n"),
    "header lines": partial(_headed, "LABEL A{n}:\t\tvalue {n}\n"),
    "items of a header": partial(_headed, "ITEM INFORMATION:\tOther {n}\n"),
    "documents": partial(_documents, "Trustee Fee  {n}.00"),
    "documents of a table": partial(_documents, "Distribution Date: 4/25/2003\n\nServicing Fees\n\nFee  {n}.00"),
    "covers": partial(_documents, "FORM 8-K\nDate of Report: April 25, 2003\nTrust {n}\n(Exact name of registrant)\n"),
    "opened documents": lambda size: _HEADER.format(head="", body=of("<DOCUMENT>\n", size)).encode(),
    "closed documents": lambda size: _HEADER.format(
        head="", body=_DOCUMENT.format(_TEXT) + of("</DOCUMENT>\n", size)
    ).encode(),
    "exhibits named": partial(_in_text, "EX-99.{n}\n"),
    "exhibits in words": partial(_in_text, "EX-99.{n} "),
    "an attachment": lambda size: _HEADER.format(
        head="", body=_DOCUMENT.format("begin 644 a.pdf\n" + of("M" + "A" * 60 + "\n", size) + "`\nend")
        + _DOCUMENT.format(_TEXT)
    ).encode(),
    "an attachment in a line": lambda size: _HEADER.format(
        head="", body=_DOCUMENT.format("begin 644 a.pdf\n" + of("M", size)) + _DOCUMENT.format(_TEXT)
    ).encode(),
    "closings": lambda size: of("</SEC-DOCUMENT>\n", size).encode() + _TEXT.encode(),
}  # fmt: skip


def shapes() -> dict[str, Shape]:
    """All shapes: what is many, and each token as one line, as lines and as short lines, in each context."""
    found: dict[str, Shape] = dict(_NAMED)
    for context in CONTEXTS:
        for token, piece in TOKENS.items():
            found[f"{context}: a line of {token}"] = partial(_line, context, piece)
            found[f"{context}: lines of {token}"] = partial(_lines, context, piece)
            found[f"{context}: short lines of {token}"] = partial(_short_lines, context, piece)
    return found
