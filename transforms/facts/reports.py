"""The versioned statement, its parts, and the cells it prints."""

import dataframely as dy

from transforms.facts import columns as c


class Report(dy.Schema):
    """One deal, one distribution date, in one filing: the grain that has versions."""

    report_id = c.key("accession:sequence:ordinal")
    document_id = c.text("document it is printed in", required=True)
    accession_number = c.text("filing it came with", required=True)
    deal_id = c.text("the deal", required=True)
    distribution_date = c.day(
        "date the money is paid",
        ("Distribution Date", "Payment Date", "Current Payment Date", "Remittance Date", "Current Distribution Date"),
        required=True,
    )
    prior_distribution_date = c.day(
        "distribution date before",
        ("Prior Distribution Date", "Prior Payment", "Prev. Distribution/Close Date", "Prior Payment Date"),
    )
    record_date = c.day("holders on this date are paid", ("Record Date",))
    collateral_record_date = c.day("record date printed with the collateral", scoped={"COLLATERAL": ("Record Date",)})
    accrual_start = c.day(
        "first day of the accrual period", ("Accrued Interest Date", "Accrual Dates", "Interest Period")
    )
    accrual_end = c.day("last day of the accrual period")
    determination_date = c.day("date the amounts were fixed", ("Determination Date",))
    period_no = c.whole("distributions since closing, from 1", labels=("Distribution Count", "Period", "Period Number"))
    version_no = c.small("1 as first reported; counts the amendments", required=True)
    known_from = c.moment("acceptance of the filing", required=True)
    known_to = c.moment("acceptance of the version that replaces it, else 9999-12-31", required=True)
    supersedes_report_id = c.text("version before")
    amendment_scope = c.text("of a later version: FULL, or PARTIAL where it lacks statements of the version before")
    trustee = c.text("trustee or securities administrator that the report names, never a servicer")
    layout_family = c.text("family of reports it looks like")
    parser_version = c.text("fingerprint of the reader that read it")


class ReportStatement(dy.Schema):
    """A section of a report."""

    report_id = c.key("the report")
    statement_code = c.key("what it states")
    statement_seq = c.small("occurrence in the report, from 1", key=True)
    title = c.text("as printed")
    line_start = c.whole("first line")
    line_end = c.whole("last line")


class ReportSource(dy.Schema):
    """A statement that a partial amendment leaves out: it stays as an earlier version told it."""

    report_id = c.text("the amendment", required=True)
    fact = c.text("fact table it does not state", required=True)
    statement_code = c.text("which statement, for fact_line_item alone, where each counts for itself")
    source_report_id = c.text("newest version before it that states this", required=True)


class ReportParty(dy.Schema):
    """Who serves the deal, as the report says."""

    report_id = c.key("the report")
    role = c.key("SELLER, SERVICER, TRUSTEE, SECURITIES_ADMINISTRATOR ...")
    party_name = c.key("as printed")


class RawCell(dy.Schema):
    """One printed value, as printed, with the place it stands at and what it was read as."""

    report_id = c.key("the report")
    cell_id = c.key("line:col_start")
    table_code = c.text("T01, T02 ... in print order; HEADER outside the tables", required=True)
    statement_seq = c.small("occurrence of the statement in the report")
    line_no = c.whole("line of the submission, from 1", required=True)
    col_start = c.whole("first column, from 0", required=True)
    col_end = c.whole("column after the last", required=True)
    row_label = c.text("label the value belongs to")
    row_label_printed = c.text("label printed on the value's own line")
    column_label = c.text("head of the value's column")
    raw_text = c.text("characters as printed", required=True)
    value_num = c.amount("number in the cell's unit: 1.64 for 1.64%")
    value_text = c.text("date in ISO form, or text")
    unit = c.text("unit of value_num", required=True, codes=dict.fromkeys(c.UNITS, ()))
    scale = c.amount(
        "what facts hold value_num times: 1, or 1000 or 1000000 where money is so printed", 0, 10, required=True
    )
    pairing = c.text(
        "how value and label met: GRID, INHERITED (a grid under the heads of the list above), SAME_LINE, SHIFTED, "
        "SECTION_HEADING; NULL if they did not"
    )
    canonical_table = c.text("table it was read into")
    canonical_column = c.text("column it was read into")
    class_name = c.text("class of its row")
    remic = c.text("REMIC of its row")
    group_code = c.text("collateral group")
    item_code = c.text("entry, fee or item code; name of a side account")
    status = c.text("delinquency status")
    bucket = c.text("delinquency bucket")
    concept_key = c.text("table.column and members: equal keys must carry equal values")
