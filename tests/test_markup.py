"""HTML becomes rows that the geometry of text reads, and every chunk keeps its place in the source."""

import csv
import gzip
import html
import re
from pathlib import Path
from random import Random

import pytest

from tests.growth import growth
from transforms import document, grid, markup
from transforms.grid import FIGURE_KIND, MARK
from transforms.markup import MarkedRow
from transforms.submission import Submission

_FIRST = 7
_INVISIBLE = re.compile(r"<!--.*?-->|<title>.*?</title>|<[^>]*>|&#?\w+;", re.DOTALL | re.IGNORECASE)
_SAMPLE = 12
_WRAPPERS = ("HTML", "BODY", "PRE", "/PRE", "/DIV", "/BODY", "/HTML")


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
        ["Balance", "$1,234.50"], ["Loss", "$(77.10)"], ["Change", "(3.00)"], ["Rate", "7.21%"], ["Drop", "(0.5%)"],
    ]  # fmt: skip
    found = markup.rows(text, _FIRST)
    assert [_printed(text, row)[1] for row in found] == ["1,234.50", "(77.10", "3.00", "7.21", "(0.5"]
    assert all(row.row.chunks[1][2] == FIGURE_KIND for row in found)


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


# -- layouts of other filing agents --------------------------------------------------------------------------------

_FIXED = """UNITED STATES
                 SECURITIES AND EXCHANGE COMMISSION

  Class       Balance         Rate
<TABLE>
<S>           <C>             <C>
  A-1      1,000.00       4.55000%
  R&D           0.00      0.00000%
</TABLE>
"""


@pytest.mark.parametrize(("before", "behind"), [
    ("<html><body><div>", "</div></body></html>"), ("<HTML><BODY><PRE>\n", "</PRE></BODY></HTML>"), ("<pre>", ""),
    ("<html>\n<body>\n", ""),
])  # fmt: skip
def test_text_in_a_wrapper_is_text(before: str, behind: str) -> None:
    text = before + _FIXED + behind
    found = [row for row in markup.rows(text, _FIRST) if not row.row.chunks or row.places[0][0] > _FIRST + 1]
    expected = [row for row in grid.scan(text, _FIRST) if row.line_no > _FIRST + 1 and row.tag not in _WRAPPERS]
    assert [(row.row.tag, row.row.chunks, _words(row)) for row in found] == [
        (row.tag, row.chunks, [row.words(at) for at in range(len(row.chunks))]) for row in expected
    ]
    assert [place[0] for row in found for place in row.places[:1]] == [row.line_no for row in expected if row.chunks]


@pytest.mark.parametrize(("text", "is_html"), [
    ("<html><body><div>" + _FIXED * 5 + "</div></body></html>", False), (_FIXED, False), ("", False),
    ("<html><body><p>Paid on</p></body></html>", True), ("<TABLE><TR><TD>5</TABLE>", True),
    ("<html><body>" + "<div style='position:absolute'>5</div>\n" * 9, True), ("Fees<br>5.00<br>\n", True),
])  # fmt: skip
def test_a_wrapper_makes_no_web_page(text: str, is_html: bool) -> None:
    assert document.Exhibit(1, None, None, None, text, 1, 1).is_html is is_html


def test_preformatted_text_in_a_cell_is_text() -> None:
    text = _table("<td></td><td><pre>\nA-1            5.00\nA-2           16.00\n</pre></td>")
    found = markup.rows(text, _FIRST)
    assert [_words(row) for row in found] == [["A-1", "5.00"], ["A-2", "16.00"]]
    assert _printed(text, found[1]) == ["A-2", "16.00"]


def test_a_head_alone_over_the_values_stands_over_each() -> None:
    text = _table(
        '<td></td><td colspan="3">Principal</td>', _cells("Class", "Beginning", "Paid", "Ending"),
        _cells("A-1", "9.00", "2.00", "7.00"), _cells("A-2", "8.00", "1.00", "7.00"),
    )  # fmt: skip
    found = [row.row for row in markup.rows(text, _FIRST)]
    heads = grid.heads(found[:2], grid.columns(found[2:])[0])
    assert heads == ["Class", "Principal Beginning", "Principal Paid", "Principal Ending"]


def test_heads_over_two_value_columns_each() -> None:
    text = _table(
        '<th rowspan="2">Class</th><th colspan="2">Current</th><th colspan="2">Prior</th>',
        "<th>Count</th><th>Balance</th><th>Count</th><th>Balance</th>",
        _cells("A", "1", "5.00", "2", "6.00"), _cells("B", "3", "7.00", "4", "8.00"),
    )  # fmt: skip
    found = [row.row for row in markup.rows(text, _FIRST)]
    heads = grid.heads(found[:2], grid.columns(found[2:])[0])
    assert heads == ["Class", "Current Count", "Current Balance", "Prior Count", "Prior Balance"]


def test_words_in_tags_of_their_own_are_a_line() -> None:
    text = "<div><span>Total</span> <span>Available</span>\n<span>Funds</span></div>\n<div>5.00</div>"
    assert _read(text) == [["Total Available Funds"], ["5.00"]]


def test_words_at_spots_of_a_page_are_its_lines_and_columns() -> None:
    def at(top: float, left: float, words: str) -> str:
        return f'<p style="position:absolute;top:{top}px;left:{left}px;white-space:nowrap">{words}</p>\n'

    page = (
        at(40, 30, "Class") + at(40, 300, "Beginning") + at(40, 400, "Ending")
        + at(70, 30, "Class") + at(70.5, 65, "A-1") + at(71, 312, "1,000.00") + at(70, 412, "900.00")
        + at(90, 400, "1,800.00") + at(90, 312, "2,000.00") + at(91, 30, "Class") + at(90, 65, "A-2")
    )  # fmt: skip
    frame = '<div style="position:relative;width:892px;height:1263px">'
    text = f"<html><body>{frame}{page}</div>{frame}{at(30, 30, 'Second')}{at(30, 90, 'page')}</div>"
    found = markup.rows(text, _FIRST)
    assert [_words(row) for row in found] == [
        ["Class", "Beginning", "Ending"], ["Class A-1", "1,000.00", "900.00"], ["Class A-2", "2,000.00", "1,800.00"],
        ["Second page"],
    ]  # fmt: skip
    assert _printed(text, found[2])[1:] == ["2,000.00", "1,800.00"]
    columns, places = grid.columns([row.row for row in found[1:3]])
    assert places == [[0, 1, 2], [0, 1, 2]]
    assert grid.heads([found[0].row], columns) == ["Class", "Beginning", "Ending"]


@pytest.mark.parametrize("rule", [
    ".ghost{display:none}", "<!-- td.x, .ghost { color : White } -->", ".a{color:red} .ghost{COLOR:#FFF;}",
    "span.ghost{visibility:hidden}",
])  # fmt: skip
def test_what_a_style_sheet_hides_is_hidden(rule: str) -> None:
    text = f"<style type='text/css'>{rule}</style>" + _table(
        _cells("Fee", '<span class="big ghost">0.15</span>'), _cells("Paid", "<span class=a>2.00</span>")
    )
    found = markup.rows(text, _FIRST)
    assert [(_words(row), bool(row.hidden)) for row in found] == [
        (["Fee"], False),
        (["0.15"], True),
        (["Paid", "2.00"], False),
    ]


def test_colours_hide_nothing_where_a_sheet_sets_grounds_of_its_own() -> None:
    text = "<style>.w{color:white} .n{display:none} tr.h td{background:navy}</style>" + _table(
        "<td class=w>Fee</td><td class=w>5.00</td><td class=n>6.00</td>"
    )
    assert _read(text) == [["Fee", "5.00"]]


def test_a_tag_prevails_over_its_class() -> None:
    text = '<style>.w{color:white}</style><p class="w" style="color:#000">5.00</p><p class="w">6.00</p>'
    assert _read(text) == [["5.00"]]


def test_columns_packed_into_cells_are_rows() -> None:
    text = _table(
        _cells("Class<br>A-1<br>A-2", "Name<br>12ab<br>34cd", "Balance<br>1,000.00<br>-"), _cells("Total", "", "5.00")
    )
    assert _read(text)[:3] == [["Class", "Name", "Balance"], ["A-1", "12ab", "1,000.00"], ["A-2", "34cd", "-"]]
    # Heads of two lines are one row.
    assert _read(_table(_cells("Class<br>Name", "Ending<br>Balance"))) == [["Class Name", "Ending Balance"]]


@pytest.mark.parametrize("text", [
    "<TABLE><TR><TH>A<TH ALIGN=RIGHT>1.00<TR><TD>B<TD ALIGN=RIGHT NOWRAP>2.00</TABLE>",
    "<table><tbody><tr><td>A<td>1.00</tr><tr></tr><tr><td>B</td><td>2.00</td></tr></tbody></table>",
    "<table><tr><td>A</td><td>1.00</td></tr><tr><td></td><td>&nbsp;</td></tr><tr><td>B</td><td>2.00",
    "<table border=0 width=100%><tr valign=top><td>A</td>\n<td COLSPAN=3>1.00</td></tr><td>B</td><td>2.00</td></table>",
    "<table><tr><td><table><tr><td>A</td><td>1.00</td></tr><tr><td>B</td><td>2.00</td></tr></table></td></tr></table>",
    "<div><center><table><caption></caption><tr><td><p>A</p></td><td><div>1.00</div></td></tr>"
    "<tr><td><b><i>B</b></i></td><td><font size=2>2.00</td></tr></table></center></div>",
])  # fmt: skip
def test_tables_of_every_hand_are_the_same_rows(text: str) -> None:
    found = [row for row in markup.rows(text, _FIRST) if row.row.chunks]
    assert [_words(row) for row in found] == [["A", "1.00"], ["B", "2.00"]]
    assert [_printed(text, row) for row in found] == [["A", "1.00"], ["B", "2.00"]]
    assert found[0].row.chunks[1] == found[1].row.chunks[1]


@pytest.mark.parametrize(
    "dash", ["-", "&#8211;", "&mdash;", "\x97", "&#151;", "\u2014", "&ndash;&nbsp;", "$ &mdash;", "&mdash;%"]
)
def test_every_dash_in_the_place_of_a_figure_is_the_same(dash: str) -> None:
    text = _table(_cells("Fee", dash), _cells("Paid", "2.00"))
    assert _read(text)[0][1] == "-"


def test_a_caption_stands_before_its_table_and_words_between_rows_in_it() -> None:
    text = (
        "<table><caption>Fees</caption><tr><td>A</td><td>1.00</td></tr>Note 1<tr><td>B</td><td>2.00</td></tr></table>"
    )
    assert _read(text) == [["Fees"], ["A", "1.00"], ["Note 1"], ["B", "2.00"]]


def test_signs_before_their_figure() -> None:
    text = _table(
        _cells("Rate", "%", "4.55", "%", "3.00"), _cells("Both", "%", "7.14%", "", ""),
        _cells("Loss", "$", "(", "1,234.56", ")"), _cells("Paid", "$(", "5.00", ")", ""),
        _cells("Share", "", "(2.50", "", "%)"), _cells("Ratio", "%(", "0.02", ")", ""), _cells("Ratio", "(%", "0.03)"),
    )  # fmt: skip
    found = markup.rows(text, _FIRST)
    assert [_words(row) for row in found] == [
        ["Rate", "4.55%", "3.00%"], ["Both", "7.14%"], ["Loss", "$(1,234.56)"], ["Paid", "$(5.00)"],
        ["Share", "(2.50%)"], ["Ratio", "(0.02%"], ["Ratio", "(0.03%)"],
    ]  # fmt: skip
    assert [_printed(text, row)[1] for row in found] == ["4.55", "7.14%", "1,234.56", "5.00", "(2.50", "0.02", "0.03)"]


@pytest.mark.parametrize("printed", [
    "$(1,234.56)", "$ ( 1,234.56 )", "(1,234.56 )", "( $1,234.56)", "($&nbsp;1,234.56)", "<b>(</b>1,234.56<b>)</b>",
])  # fmt: skip
def test_an_amount_in_parentheses_is_a_figure_however_it_is_set(printed: str) -> None:
    text = _table(_cells("Loss", printed), _cells("Paid", "5.00"))
    row = markup.rows(text, _FIRST)[0]
    assert _words(row)[1].replace("$", "").replace(" ", "") == "(1,234.56)"
    assert row.row.chunks[1][2] == FIGURE_KIND


def test_whole_numbers_in_parentheses_are_amounts_where_they_are_set_as_such() -> None:
    text = _table(_cells("A", "(5", ")"), _cells("B", "$(5)", ""), _cells("C", "(", "5", ")"), _cells("D", "5.00", ""))
    found = markup.rows(text, _FIRST)
    assert [_words(row)[1] for row in found] == ["-5", "($5)", "-5", "5.00"]
    assert all(row.row.chunks[1][2] == FIGURE_KIND for row in found)


def test_a_percentage_in_parentheses_is_a_figure() -> None:
    text = _table(_cells("A", "(4.5)%"), _cells("B", "(4.5 %)"), _cells("C", "(4.5)", "%"), _cells("D", "(4.5", ")%"))
    assert [words[1] for words in _read(text)] == ["(4.5%)"] * 4


def test_words_raised_by_style_are_footnote_marks() -> None:
    up = '<font style="position:relative;top:-3.15pt;font-size:6pt">1</font>'
    text = _table(
        _cells(f"Losses{up}", f"1,234.50{up}"), _cells("Paid<span style='vertical-align: super'>(2)</span>", "5.00")
    )
    assert _read(text) == [["Losses (1)", "1,234.50", "(1)"], ["Paid (2)", "5.00"]]


def test_figures_of_one_cell_that_touch_have_places_of_their_own() -> None:
    text = _table(_cells("A", "1.00 <b>2.00</b>"), _cells("B", "3.00"))
    for row in markup.rows(text, _FIRST):
        assert [printed.replace("<b>", "") for printed in _printed(text, row)] == _words(row)


def test_style_and_script_between_words_are_not_printed() -> None:
    assert _read("<p>Paid <style>p{width:9px}</style>5.00 <script>x = 7</script>today</p>") == [["Paid 5.00 today"]]


def test_an_end_without_a_beginning_ends_nothing() -> None:
    text = _table(_cells("A</pre></b></sup>", "</table-x></div>1.00"), _cells("B</title></script>", "2.00</center>"))
    assert _read(text) == [["A", "1.00"], ["B", "2.00"]]


_SCRAPS = (
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=3>", "<td rowspan=2>", "<th>", "<p>", "</p>",
    "<div>", "</div>", "<br>", "<b>", "</b>", "<sup>", "</sup>", "<font color=white>", "</font>", "\n", "  ", "&nbsp;",
    "$", "%", "(", ")", "1,234.56", "5", "(7)", "-", "&mdash;", "Fee", "Class A-1", "12/25/2004", "4.55%", "N/A",
    "<style>.a{color:white}</style>", "<p class=a>", "<td class=a>", "<!-- x -->", "1.00 2.00", "<td bgcolor=#000000>",
    "&#8211;5", "*", "</pre>", "a     5.00     6.00\n", "<span style='position:relative;top:-3px'>",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(300))
def test_whatever_the_tags_every_digit_is_at_its_place(seed: int) -> None:
    rng = Random(seed)
    text = ("<table><tr>" if seed % 3 == 0 else "") + "".join(rng.choices(_SCRAPS, k=rng.randrange(1, 60)))
    covered = bytearray(len(text))
    for row in markup.rows(text, 1):
        assert len(row.row.chunks) == len(row.spans) == len(row.places)
        for at, (low, high) in enumerate(row.spans):
            covered[low:high] = b"\1" * (high - low)
            if row.row.chunks[at][2] == FIGURE_KIND:
                printed = html.unescape(re.sub("<[^>]*>", "", text[low:high]))
                assert re.findall(r"\d", printed) == re.findall(r"\d", row.row.words(at))
    visible = re.sub(r"<style>.*?</style>|<[^>]*>|&#?\w+;", lambda match: " " * len(match[0]), text)
    assert [at.span() for at in re.finditer(r"\d", visible) if not covered[at.start()]] == []


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
    "word 1.50 ", "5\n", "<sup>1", "<div>5", "<td>1.00 2.00 ", "5.00 ", "<td>%", "<td>5<br>6<br>",
    "<pre>a   5\nb    6\n", "<p style='position:absolute;top:1px;left:2px'>5",
    "<style>.a,.b{color:white}", "<table><tr><td rowspan=9>5<td>",
])  # fmt: skip
def test_no_input_makes_it_slower_than_linear(piece: str) -> None:
    def page(size: int, run: int) -> str:
        return f"<table><tr><td>{run}</td></tr></table>" + piece * (size // len(piece))

    assert growth(lambda text: markup.rows(text, 1), page, 10_000, 80_000) < 4, "a square would have 8"


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
                    words = row.row.words(at) if "$" in printed else row.row.words(at).replace("$", "")
                    assert printed and words in (printed, printed + "%", printed + ")", f"({printed})")


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
