"""HTML becomes rows that the geometry of text reads, and every chunk keeps its place in the source."""

import csv
import gzip
import html
import re
import time
from pathlib import Path

import pytest

from transforms import document, grid, markup
from transforms.grid import FIGURE_KIND, MARK
from transforms.markup import MarkedRow
from transforms.submission import Submission

_FIRST = 7
_INVISIBLE = re.compile(r"<!--.*?-->|<title>.*?</title>|<[^>]*>|&#?\w+;", re.DOTALL | re.IGNORECASE)
_SAMPLE = 12


def _table(*rows: str) -> str:
    return "<html><body><table>" + "".join([f"<tr>{row}</tr>" for row in rows]) + "</table></body></html>"


def _cells(*words: str) -> str:
    return "".join([f"<td>{word}</td>" for word in words])


def _words(row: MarkedRow) -> list[str]:
    return [row.row.words(at) for at in range(len(row.row.chunks))]


def _read(text: str) -> list[list[str]]:
    return [_words(row) for row in markup.rows(text, _FIRST) if not row.hidden]


def _printed(text: str, row: MarkedRow) -> list[str]:
    """Return what stands at the places of a row's chunks."""
    lines = text.split("\n")
    return [lines[line_no - _FIRST][start:end] for line_no, start, end in row.places]


# -- signs and spacers ----------------------------------------------------------------------------------------------


def test_signs_in_cells_of_their_own_join_their_figure() -> None:
    text = _table(
        _cells("Balance", "", "$", "1,234.50", ""), _cells("Loss", "", "$", "(77.10", ")"),
        _cells("Change", "", "(", "3.00", ")"), _cells("Rate", "", "", "7.21", "%"),
        _cells("Drop", "", "", "(0.5", ")%"),
    )  # fmt: skip
    assert _read(text) == [
        ["Balance", "1,234.50"], ["Loss", "(77.10)"], ["Change", "(3.00)"], ["Rate", "7.21%"], ["Drop", "(0.5)%"],
    ]  # fmt: skip
    found = markup.rows(text, _FIRST)
    assert [_printed(text, row)[1] for row in found] == ["1,234.50", "(77.10", "3.00", "7.21", "(0.5"]
    assert all(row.row.chunks[1][2] == FIGURE_KIND for row in found[:4])


def test_a_dash_is_a_value_and_never_a_minus() -> None:
    text = _table(_cells("A", "$", "&#8212;", "%", "-", "100"), _cells("B", "$", "1.00", "%", "&ndash;5", "\u2212 2"))
    assert _read(text)[0] == ["A", "-", "-", "100"]
    assert _read(text)[1][:3] == ["B", "1.00%", "-5"]


def test_a_percent_sign_in_a_head_stays_a_head() -> None:
    text = _table(_cells("Bucket", "Amount", "%"), _cells("30 Days", "1.00", "2.00"))
    assert _read(text)[0] == ["Bucket", "Amount", "%"]


@pytest.mark.parametrize("marked", [
    "1,234.50<sup>1</sup>", "1,234.50 (1)", "1,234.50<sup>(1)</sup>", "1,234.50&nbsp;(1)", "1,234.50</td><td>(1)",
])  # fmt: skip
def test_a_footnote_mark_is_kept_apart_from_its_figure(marked: str) -> None:
    text = _table(_cells("Balance", marked, "9.00"), _cells("Other", "1.00", "2.00"))
    (row, _) = markup.rows(text, _FIRST)
    assert _words(row) == ["Balance", "1,234.50", "(1)", "9.00"]
    assert [kind for _, _, kind in row.row.chunks][1:3] == [FIGURE_KIND, MARK]
    assert _printed(text, row)[1] == "1,234.50"


def test_raised_words_behind_words_are_marks_or_ends_of_ordinals() -> None:
    text = _table(_cells("Total<sup>1</sup>", "15<sup>th</sup>", "1.00"))
    assert _read(text) == [["Total (1)", "15th", "1.00"]]


def test_an_outline_letter_behind_a_number_is_no_footnote_mark() -> None:
    assert _read(_table(_cells("8.", "(a)", "Class A-1 Note Balance", "$", "5.00")))[0][:2] == ["8.", "(a)"]


# -- columns --------------------------------------------------------------------------------------------------------


def test_columns_and_heads_are_those_of_the_table() -> None:
    text = _table(
        '<td rowspan="2">Class</td><td></td><td colspan="5">Principal</td><td></td><td colspan="2">Interest</td>',
        '<td></td><td colspan="2">Beginning Certificate Balance</td><td></td><td colspan="2">Ending</td>'
        '<td></td><td colspan="2">Paid</td>',
        _cells("A-1", "", "$", "1,000,000.00", "", "$", "9.00", "", "$", "5.10"),
        '<td>A-2</td><td></td><td colspan="2">7.00</td><td></td><td colspan="2">11,111.00</td><td></td>'
        "<td></td><td>2.00</td>",
        _cells("Total", "", "", "1,000,007.00", "", "", "", "", "", "7.10"),
    )
    found = [row.row for row in markup.rows(text, _FIRST)]
    heads, body = found[:2], found[2:]
    columns, places = grid.columns(body)
    assert grid.heads(heads, columns) == [
        "Class", "Principal Beginning Certificate Balance", "Principal Ending", "Interest Paid",
    ]  # fmt: skip
    # The blank cell of the total stays blank.
    assert places == [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 3]]


def test_a_label_over_several_rows_stands_beside_each_of_them() -> None:
    text = _table('<td rowspan="2">30 Days</td><td>Count</td><td>4</td>', "<td>Balance</td><td>5.00</td>")
    assert _read(text) == [["30 Days", "Count", "4"], ["30 Days", "Balance", "5.00"]]


def test_titles_and_long_remarks_do_not_move_the_columns() -> None:
    remark = "word " * 500
    text = _table(f'<td colspan="9">{remark}</td>', _cells("A", "1.00", "2.00"), _cells("B", "3.00", "4.00"))
    found = markup.rows(text, _FIRST)
    assert len(found[1].row.text) < 40
    assert found[1].row.chunks[1:] == found[2].row.chunks[1:]


# -- cells of several lines, tables in tables -----------------------------------------------------------------------


def test_a_whole_table_in_one_row_is_split_at_its_breaks() -> None:
    text = _table(_cells("Beginning<br>Paid<br><br>Ending", "10.00<br/>4.00<br><br>6.00"))
    assert _read(text) == [["Beginning", "10.00"], ["Paid", "4.00"], ["Ending", "6.00"]]


def test_paragraphs_and_breaks_in_a_label_or_head_are_blanks() -> None:
    text = _table(_cells("Class", "Beginning<br>Balance"), _cells("<p>Class A-1</p><p>Notes</p>", "<div>10.00</div>"))
    assert _read(text) == [["Class", "Beginning Balance"], ["Class A-1 Notes", "10.00"]]


def test_lines_of_a_lone_cell_are_rows() -> None:
    text = _table("<td>TRUST 2004-1<br>Record Date: 3/31/2004<br>Distribution Date: 4/26/2004</td>")
    assert _read(text) == [["TRUST 2004-1"], ["Record Date: 3/31/2004"], ["Distribution Date: 4/26/2004"]]


def test_a_figure_cut_by_tags_is_one_figure() -> None:
    text = _table(_cells("Balance", "<font>1,234</font><b>.50</b>"), _cells("Other", "1.00"))
    row = markup.rows(text, _FIRST)[0]
    assert _words(row) == ["Balance", "1,234.50"]
    assert _printed(text, row)[1] == "1,234</font><b>.50"


def test_tables_in_a_frame_have_ordinals_of_their_own() -> None:
    inner = "<table><tr><td>{0}</td><td>1.00</td></tr><tr><td>{0}2</td><td>2.00</td></tr></table>"
    text = _table("<td>Title</td>", f"<td>{inner.format('A')}</td><td>{inner.format('B')}</td>", _cells("Z", "9.00"))
    found = [(row.table, _words(row)) for row in markup.rows(text, _FIRST)]
    assert found == [
        (0, ["Title"]), (1, ["A", "1.00"]), (1, ["A2", "2.00"]), (2, ["B", "1.00"]), (2, ["B2", "2.00"]),
        (0, ["Z", "9.00"]),
    ]  # fmt: skip


def test_a_table_that_only_holds_an_amount_is_part_of_its_row() -> None:
    text = _table(_cells("Balance", "<table><tr><td>$</td><td>5.00</td></tr></table>"), _cells("Other", "1.00"))
    assert _read(text)[0] == ["Balance", "$ 5.00"]


def test_tags_left_open_do_no_harm() -> None:
    text = "<TABLE><TR><TD>A<TD>1.00<TR><TD>B<TD>2.00</TABLE><P>After 5<font><b>x"
    assert _read(text) == [["A", "1.00"], ["B", "2.00"], ["After 5x"]]


# -- words outside tables -------------------------------------------------------------------------------------------


def test_paragraphs_are_rows_and_white_space_is_one_blank() -> None:
    text = "<p>Distribution\n  Date:&nbsp;<b>1/17/2017</b></p><div>SERIES <i>2014-1</i></div>One<br>Two"
    found = markup.rows(text, _FIRST)
    assert [_words(row) for row in found] == [["Distribution Date: 1/17/2017"], ["SERIES 2014-1"], ["One"], ["Two"]]
    assert all(row.table is None for row in found)


def test_parts_of_a_sentence_are_located() -> None:
    text = "<p>Paid on&#160;<b>1/17/2017</b>\nA&amp;B &#36;5,000.00 and\n 7.5%</p>"
    (row,) = markup.rows(text, _FIRST)
    words = row.row.text
    parts = [(words.index(part), words.index(part) + len(part)) for part in ("1/17/2017", "A&B", "5,000.00", "7.5%")]
    lines = text.split("\n")
    found = [lines[line_no - _FIRST][start:end] for line_no, start, end in markup.locate(text, row, parts)]
    assert found == ["1/17/2017", "A&amp;B", "5,000.00", "7.5%"]


def test_hard_blanks_set_columns_in_a_line() -> None:
    text = "<p>Class&nbsp;&nbsp;&nbsp;Balance<br>A-1 &nbsp; &nbsp; 5.00</p>"
    found = markup.rows(text, _FIRST)
    assert [_words(row) for row in found] == [["Class", "Balance"], ["A-1", "5.00"]]
    assert _printed(text, found[1]) == ["A-1", "5.00"]


def test_preformatted_text_keeps_its_places() -> None:
    body = "Class      <b>Balance</b>\nA &amp; B      5.00\n\nC          6.00\n"
    text = f"<html><body><p>Title</p><pre>\n{body}</pre><table><tr><td>x"
    found = markup.rows(text, _FIRST)
    assert [_words(row) for row in found] == [["Title"], ["Class", "Balance"], ["A & B", "5.00"], ["C", "6.00"], ["x"]]
    assert found[3].places == [(_FIRST + 4, 0, 1), (_FIRST + 4, 11, 15)]
    assert _printed(text, found[2]) == ["A &amp; B", "5.00"]
    assert _printed(text, found[1]) == ["Class", "Balance"]


def test_text_in_columns_without_any_markup_is_read_as_text() -> None:
    body = "  Class       Balance\n  A-1            5.00\n\n  A-2           16.00\n"
    text = f"<HTML>\n<HEAD><TITLE>x 12</TITLE></HEAD><BODY>\n<TABLE>\n<S>    <C>\n{body}</TABLE>\n</BODY></HTML>\n"
    found = markup.rows(text, _FIRST)
    assert [row.row.tag for row in found if not row.row.chunks] == ["TABLE", "S", "/TABLE"]
    assert [_words(row) for row in found if row.row.chunks] == [["Class", "Balance"], ["A-1", "5.00"], ["A-2", "16.00"]]
    plain = {row.line_no: row.chunks for row in grid.scan(text, _FIRST)}
    assert all(row.row.chunks == plain[row.places[0][0]] for row in found if row.row.figures)


def test_text_in_columns_beside_tables_is_read_as_text() -> None:
    text = "<p>\nA-1            5.00\nA-2           16.00\n</p>" + _table(_cells("Z", "9.00"))
    assert _read(text) == [["A-1", "5.00"], ["A-2", "16.00"], ["Z", "9.00"]]


def test_entities_and_windows_characters_are_what_they_print() -> None:
    text = _table(_cells("Servicer&#146;s \x93Fee\x94 &amp; Cost", "&#36;&#160;5.00&#xA0;"), "<td>&lt;none&gt;</td>")
    found = markup.rows(text, _FIRST)
    assert _words(found[0]) == ["Servicer\u2019s \u201cFee\u201d & Cost", "$ 5.00"]
    assert _printed(text, found[0])[1] == "&#36;&#160;5.00"
    assert len(found) == 2


def test_attributes_and_comments_are_no_text() -> None:
    tags = "<p title=\"1 > 2\" data-x='<td>9'>"
    text = f"{tags}Text 5</p><!-- 77 > <p>88</p> --><style>p{{width:9px}}</style><p>x < 6</p>"
    assert _read(text) == [["Text 5"], ["x < 6"]]


# -- what no reader sees --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [
    '<font style="color:#ffffff">0.15</font>', '<font color="white">0.15</font>',
    '<span style="color: #FFF;">0.15</span>', '<span style="display:none">0.15</span>',
    '<span style="color:rgb(255, 255, 255)">0.15</span>', '<span style="display:none"><span>0.15</span></span>',
    '<font color="white"><font color="white">0.15</font></font>',
    '<div style="visibility: hidden">0.15</div>', '<font style="color:#ffffff"><b>0.15</b></font>',
])  # fmt: skip
def test_what_is_not_seen_has_rows_of_its_own(hidden: str) -> None:
    found = markup.rows(_table(_cells("Fee", hidden), _cells("Paid", "2.00")), _FIRST)
    assert [_words(row) for row in found] == [["Fee"], ["0.15"], ["Paid", "2.00"]]
    assert [sorted(row.hidden) for row in found] == [[], [0], []]


@pytest.mark.parametrize("shown", [
    '<td style="background-color:#003366"><font style="color:#ffffff">1.00</font></td>',
    '<td bgcolor="navy"><font color="white">1.00</font></td>',
    '<td><div style="background:#036"><font color="#FFFFFF">1.00</font></div></td>',
    '<td><font style="color:#ffffff"><font style="color:#000000">1.00</font></font></td>',
    '<td style="background-color:#ffffff"><font style="color:#000000">1.00</font></td>',
])  # fmt: skip
def test_white_on_another_ground_is_seen(shown: str) -> None:
    found = markup.rows(_table(f"<td>Fee</td>{shown}", _cells("Paid", "2.00")), _FIRST)
    assert [_words(row) for row in found if not row.hidden] == [["Fee", "1.00"], ["Paid", "2.00"]]


def test_a_hidden_row_is_hidden_and_a_colour_like_its_ground_too() -> None:
    text = _table('<td style="display:none">A</td><td style="display:none">1.00</td>') + (
        '<p style="background-color:#cceeff"><font style="color:#CCEEFF">5.00</font></p>'
    )
    assert [sorted(row.hidden) for row in markup.rows(text, _FIRST)] == [[0, 1], [0]]


# -- damage and size ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "", "   \n ", "12", "<", "<<<>>>", "<td>5", "</table></td>5", "<table>5<tr>6<td>7</table>8", "<!-- 5",
    "<p title='5",
    "<table><tr><td colspan=0 rowspan=99999999999>5", "<table><tr><td colspan='x'>5</table>", "&bogus;5 &#x110000; &",
    "\x00<p>5\x00</p>", "<?xml version='1.0' encoding='utf-16'?><p>5</p>", "<p>\ud8005</p>",
])  # fmt: skip
def test_broken_markup_loses_no_figure(text: str) -> None:
    found = [digit for row in markup.rows(text, 1) for digit in re.findall(r"\d", row.row.text)]
    visible = {"<!-- 5": [], "<p title='5": [], "12": ["1", "2"], "<table>5<tr>6<td>7</table>8": list("5678")}
    expected = visible.get(text, ["5"] if "5" in text else [])
    assert sorted(found) == expected


@pytest.mark.parametrize("piece", [
    "<table>", "<tr><td>", "<font>", "<!--", "&nbsp;", " ", "<p ", "='", "<td rowspan=99 colspan=99>1", "<td><br>5",
    "<tr><td>a<td>1.00", "<p>word 5", "&nbsp;5.00 &nbsp; &nbsp;", "<table><tr><td>5", "<font color=white>5",
    "word 1.50 ", "5\n", "<sup>1",
])  # fmt: skip
def test_no_input_makes_it_slower_than_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        text = "<table><tr><td>1</td></tr></table>" + piece * (size // len(piece))
        start = time.process_time()
        markup.rows(text, 1)
        return time.process_time() - start

    small = min(seconds(50_000) for _ in range(2))
    # Eight times the text may take thrice what eight times the time is; a square would take 64 times.
    assert seconds(400_000) < 24 * small + 0.2


# -- real filings ---------------------------------------------------------------------------------------------------


def _documents(shared: Path) -> list[tuple[str, str, int]]:
    """Return accession, text and first line of a sample of real HTML exhibits."""
    archive = sorted((shared / "edgar" / "Archives").rglob("*.txt.gz"))
    found = []
    for path in archive:
        filing = document.split(Submission(gzip.decompress(path.read_bytes())))
        found += [(filing.accession, item.text, item.line_start) for item in filing.exhibits if item.is_html]
    ford = document.decode((shared / "filings" / "ford-2025-a_EX-99.html").read_bytes())
    return [*found[:: max(len(found) // _SAMPLE, 1)], ("ford", ford, 1)]


@pytest.fixture(scope="module")
def documents(shared: Path) -> list[tuple[str, str, int]]:
    found = _documents(shared)
    assert len(found) > _SAMPLE
    return found


def test_every_digit_of_a_real_exhibit_is_in_a_chunk(documents: list[tuple[str, str, int]]) -> None:
    for accession, text, first_line in documents:
        covered = bytearray(len(text))
        for row in markup.rows(text, first_line):
            for low, high in row.spans:
                covered[low:high] = b"\1" * (high - low)
        visible = _INVISIBLE.sub(lambda match: " " * len(match[0]), text)
        digits = [match.span() for match in re.finditer(r"\d+", visible)]
        assert len(digits) > 400
        assert [(accession, visible[low:high]) for low, high in digits if not all(covered[low:high])] == []


def test_every_figure_of_a_real_exhibit_is_what_stands_at_its_place(documents: list[tuple[str, str, int]]) -> None:
    for _, text, first_line in documents:
        lines = text.split("\n")
        for row in markup.rows(text, first_line):
            for at, (line_no, start, end) in enumerate(row.places):
                if row.row.chunks[at][2] == FIGURE_KIND:
                    printed = html.unescape(lines[line_no - first_line][start:end])
                    assert printed and row.row.words(at) in (printed, printed + "%", printed + ")", f"({printed})")


def test_every_class_amount_of_the_truth_is_a_figure(shared: Path, documents: list[tuple[str, str, int]]) -> None:
    names = ("begin", "end", "factor_begin", "factor_end", "monthly_interest", "interest_distribution")
    with (shared / "truth" / "carmax" / "classes.csv").open() as file:
        truth = list(csv.DictReader(file))
    for accession, text, first_line in documents[:-1]:
        found = [row.row for row in markup.rows(text, first_line)]
        figures = [row.words(at) for row in found for at, chunk in enumerate(row.chunks) if chunk[2] == FIGURE_KIND]
        values = {float(figure.strip("$()% -").replace(",", "")) for figure in figures}
        of_filing = [row for row in truth if row["accession_number"] == accession]
        amounts = {float(row[name]) for row in of_filing for name in names if row[name]}
        assert amounts
        assert not amounts - values
