"""Tables of origin: the filing, who filed it, and its documents."""

import dataframely as dy

from transforms.facts import columns as c


class Filing(dy.Schema):
    """One submission to EDGAR."""

    accession_number = c.key(
        "EDGAR's number of the submission; LOCAL-<16 hex digits of the content> for a file without one"
    )
    form_type = c.text("form as filed, such as 8-K/A", ("Form",), required=True)
    is_amendment = c.flag("the form ends in /A", required=True)
    amends_accession = c.text("accession number of the filing it amends, where known")
    amendment_reason = c.text("why the filer amended, in the filer's words")
    filed_date = c.day("date EDGAR gives the filing")
    accepted_at = c.moment("time EDGAR accepted the filing, Eastern time")
    period_of_report = c.day("period in the EDGAR header")
    event_date = c.day("date of the earliest event, from the cover page", ("Date of Report",))
    signature_date = c.day("date of the signature", ("Date",))
    items = c.text("item numbers of the form, comma separated")
    source_uri = c.text("where the bytes came from")
    sha256 = c.text("hash of the bytes as received")


class FilingFiler(dy.Schema):
    """One filer of a submission; a filing may have several."""

    accession_number = c.key("the filing")
    filer_seq = c.small("position in the header, from 1", key=True)
    filer_role = c.text("FILER, DEPOSITOR, ISSUING_ENTITY, as the header says")
    cik = c.number("EDGAR's number of the filer")
    conformed_name = c.text("name in the header, else the registrant on the cover")
    sec_file_number_header = c.text("Commission file number in the EDGAR header")
    sec_file_number_cover = c.text("Commission file number on the cover page")
    ein = c.text("employer identification number; several are comma separated")
    sic = c.text("standard industrial code, 6189 for asset-backed securities")


class Document(dy.Schema):
    """One document (main form or exhibit) of a submission."""

    document_id = c.key("accession:sequence")
    accession_number = c.text("the filing", required=True)
    sequence = c.small("position in the submission, from 1")
    doc_type = c.text("type as filed, such as EX-99.1; a hint only")
    filename = c.text("file name as filed")
    description = c.text("description as filed")
    line_start = c.whole("first line in the submission, from 1")
    line_end = c.whole("last line in the submission")
    sha256 = c.text("hash of the document's text")
