"""Tables about trust: rules, their results, proof, and the state of every filing."""

import dataframely as dy

from transforms.facts import columns as c


class ReconRule(dy.Schema):
    """One assertion."""

    rule_id = c.key("letter and number")
    name = c.text("title")
    kind = c.text("integrity: blocks publication; reconciliation: recorded")
    grain = c.text("what one row of it is about")
    unit = c.text("money, count or rate: what counts as a tie")
    formula = c.text("the SQL")
    tolerance = c.text("how far is still rounding")
    severity = c.text("of a breach: error, warn, info")
    breach_means = c.text("what usually causes a breach")


class ReconResult(dy.Schema):
    """One rule on one member of one report."""

    report_id = c.text("the report")
    rule_id = c.text("the rule")
    scope_key = c.text("member tested: class, group, account")
    expected = c.amount("by the rule")
    actual = c.amount("as printed")
    diff = c.amount("actual less expected")
    tolerance = c.amount("of this row")
    severity = c.text("of this row")
    outcome = c.text("tie, rounding, breach or not_applicable")


class ReportProof(dy.Schema):
    """How far the reading of one fact of one report is confirmed."""

    report_id = c.key("the report")
    fact = c.key("table")
    proof = c.text("proven, plausible or doubtful")
    reason = c.text("which identities tied or failed")


class ReportColumnProof(dy.Schema):
    """How far the values of one column of a fact are confirmed: proven if, had one been read or printed otherwise, a
    rule would have broken."""

    report_id = c.key("the report")
    fact = c.key("table")
    member = c.key("row of the fact, as in v_value_cell; '' where all members of the column agree")
    column_name = c.key("column of the fact")
    proof = c.text("proven, plausible, doubtful or not_applicable")
    rules = c.text("ids of the rules that cover it, comma separated")


class FilingState(dy.Schema):
    """Where each filing stands."""

    accession_number = c.key("the filing")
    state = c.text("listed, fetched, read; loaded, not_ours, unreadable, unrecognised, withdrawn, removed")
    reason = c.text("why it ended there")
    layout_family = c.text("family of reports it looks like")
    code_fingerprint = c.text("reader that read it")
    tokens = c.whole("numbers printed")
    cells = c.whole("values read")
    cells_mapped = c.whole("values with a column")
    attempts = c.small("times it was tried")
    listed_in = c.text("index file that listed it last")
    fetched_from = c.text("address its bytes came from")
    fetched_at = c.moment("when they came, UTC")
    received_bytes = c.size("bytes as received, gzipped or not")
    updated_at = c.moment("last change of state")


class FilingListing(dy.Schema):
    """What the archive's index files have listed, ever: one row for each filer of a filing."""

    accession_number = c.key("the filing")
    cik = c.number("filer", key=True)
    company = c.text("filer, as the index names it")
    form_type = c.text("form, as the index writes it")
    filed_date = c.day("date filed")
    path = c.text("place below Archives/")
    archive = c.text("archive that lists it: a folder, an address, or edgar")
    listed_in = c.text("index file that listed it first")
    gone_from = c.text("full index that no longer lists it; NULL while it is listed")


class ReportRepeat(dy.Schema):
    """A report filed again unchanged and not as an amendment: no version, and its facts are loaded once."""

    report_id = c.key("the repetition")
    repeats_report_id = c.text("the report that came first", required=True)
    accession_number = c.text("the filing that repeats it", required=True)
    cells = c.whole("values it prints outside the header, left out of raw_cell", required=True)


class PrintedFormula(dy.Schema):
    """A formula the report prints beside its own line, and its result."""

    report_id = c.key("the report")
    line_no = c.whole("line of the submission", key=True)
    col_start = c.whole("first column", key=True)
    text = c.text("as printed")
    scope_key = c.key("class or column it was run on")
    expected = c.amount("by the formula")
    actual = c.amount("as printed")
    diff = c.amount("actual less expected")
    outcome = c.text("tie, rounding, breach or not_applicable")
    tolerance = c.amount("how far is still rounding")
    figures = c.text(
        "cells it was run on, each with what its result moves by when the cell moves by one: 12:40=1 13:40=-1"
    )
