"""Tables of identity: deals, their groups and classes, under all the names they are known by."""

import dataframely as dy

from transforms.facts import columns as c

CLASS_TYPES = (
    "SENIOR", "MEZZ", "SUB", "IO", "PO", "ACCRUAL", "OC_RESIDUAL_CASH", "PREPAY_PENALTY", "RESIDUAL", "REGULAR",
)  # fmt: skip
ASSET_CLASSES = (
    "RMBS", "HELOC", "MH", "CRT", "RESECURITIZATION", "CMBS", "AUTO_LOAN", "AUTO_LEASE", "FLOORPLAN", "CARD", "STUDENT",
    "EQUIPMENT_LOAN", "EQUIPMENT_LEASE", "DEVICE", "SMALL_BUSINESS", "UTILITY", "OTHER",
)  # fmt: skip


class Deal(dy.Schema):
    """One securitisation."""

    deal_id = c.key("opaque, stable over rebuilds")
    deal_name = c.text("name of the issuer with its series", required=True)
    shelf = c.text("base of the file number: the shelf registration")
    series = c.text("series within the shelf", ("Series",))
    depositor_cik = c.number("CIK of the depositor")
    trust_cik = c.number("CIK of the issuing entity")
    asset_class = c.text("what the loans are; NULL where nothing tells", codes=dict.fromkeys(ASSET_CLASSES, ()))
    closing_date = c.day("date the certificates were issued", (
        "Closing Date", "Close Date", "Settlement Date", "Original Settlement Date", "Issue Date",
    ))  # fmt: skip
    first_distribution_date = c.day(
        "first date money was paid", ("First Distribution Date", "First Payment Date", "First Pay. Date")
    )
    original_pool_balance = c.money(
        "loans at the cut-off date",
        ("Original Pool Balance", "Initial Pool Balance", "Original Aggregate Principal Balance",
         "Cut-Off Date Pool Balance", "Cut-off Date Principal Balance", "Original Collateral Balance"),
    )  # fmt: skip
    short_name = c.text(
        "sponsor or shelf and series, without words of law and product; the whole name where no series is printed, or "
        "where two deals would share it"
    )
    asset_class_evidence = c.text("what decided the asset class: header, name or statements, and what is against it")


class DealIdentifier(dy.Schema):
    """A number or code by which a deal is known, while it is valid."""

    deal_id = c.text("the deal")
    id_type = c.text("SEC_FILE_NUMBER, TRUST_CIK, DEPOSITOR_CIK, EIN, TRUSTEE_DEAL_CODE")
    id_value = c.text("the identifier")
    valid_from = c.day("first day")
    valid_to = c.day("day after the last; NULL while valid")
    source = c.text("COVER, HEADER or EXHIBIT")


class DealAlias(dy.Schema):
    """A name under which a deal was met."""

    deal_id = c.text("the deal")
    alias_name = c.text("as printed")
    alias_norm = c.text("upper case, punctuation and blanks unified")
    alias_kind = c.text("REGISTRANT, EXHIBIT_NAME, COVER_SERIES, EXHIBIT_SERIES")
    first_seen_accession = c.text("filing where it was first met")


class Group(dy.Schema):
    """A collateral group of a deal."""

    deal_id = c.key("the deal")
    group_code = c.key("ALL for the whole pool")
    group_label = c.text("as printed")
    is_total = c.flag("the printed total over all groups")


class Class(dy.Schema):
    """One class of certificates or notes."""

    class_id = c.key("opaque, stable over rebuilds")
    deal_id = c.text("the deal", required=True)
    class_name = c.text("as printed", required=True)
    class_name_norm = c.text("upper case, without the word CLASS, blanks and hyphens unified", required=True)
    remic = c.text("the REMIC it belongs to, where printed")
    tier = c.text("UPPER: held by investors; LOWER: feeds another REMIC")
    group_code = c.text("collateral group that pays it; ALL where there are none")
    class_type_reported = c.text(
        "type as printed", ("Certificate Class Description", "Class Type", "Class Description")
    )
    class_type = c.text("type derived by arithmetic, then by name", codes=dict.fromkeys(CLASS_TYPES, ()))
    is_notional = c.flag("balance is a reference amount, left out of totals")
    is_residual = c.flag("residual interest of a REMIC")
    is_certificated = c.flag("issued as a security, so that it should have a CUSIP")
    original_face = c.money("balance at issue")
    denomination = c.money("amount that factors refer to")
    day_count = c.text("30/360, ACT/360 ... where printed", ("Accrual Day Count", "Day Count"))
    rate_type = c.text("FIX or VAR, else UNKNOWN; NULL if not printed", ("Certificate Rate Type", "Rate Type"))
    credit_rank = c.small("1 for the most senior in order of loss; NULL if unclear")


class ClassAlias(dy.Schema):
    """A name that a class goes by in some report; names drift."""

    class_id = c.text("the class", required=True)
    class_name = c.text("as printed", required=True)
    remic = c.text("REMIC it is printed under, else NULL")


class ClassIdentifier(dy.Schema):
    """A CUSIP or ISIN of a class, while it is valid."""

    class_id = c.text("the class")
    id_type = c.text("CUSIP or ISIN")
    id_value = c.text(
        "the identifier", ("CUSIP", "Cusip No.", "Cusip Number", "Cusip #", "Class {class} Certificate CUSIP #")
    )
    valid_from = c.day("first day")
    valid_to = c.day("day after the last; NULL while valid")


class IdentityJoin(dy.Schema):
    """Two deals, or two classes, of different filings that are one, and the evidence that joins them."""

    what = c.key("deal or class")
    member_id = c.key("what the one filing tells of, under the id that it would have alone")
    other_id = c.key("what the other tells of")
    whole_id = c.text("the deal or class that both are", required=True)
    kind = c.key(
        "the evidence: CUSIP, SEC_FILE_NUMBER, TRUST_CIK, DEPOSITOR_SERIES, DEAL_CODE, DEAL_NAME, CLASS_NAME, DECISION"
    )
    value = c.text("what they share")
    known_from = c.moment("since when both are known", required=True)


class IdentityConflict(dy.Schema):
    """Two deals, or two classes, that share evidence of being one and were kept apart, since other evidence says no."""

    what = c.key("deal or class")
    one_id = c.key("the one known first")
    other_id = c.key("the other")
    kind = c.key(
        "evidence they share: CUSIP, SEC_FILE_NUMBER, TRUST_CIK, DEPOSITOR_SERIES, DEAL_CODE, DEAL_NAME, CLASS_NAME"
    )
    value = c.key("what they share")
    against = c.key(
        "evidence that they are two: one of these kinds, FILER where who filed the later one never filed for the "
        "other, REPORT where one prints both, or DECISION"
    )
    own = c.text("what the first has of it")
    others = c.text("what the other has of it")


class IdentityDecision(dy.Schema):
    """What people decided about which deals are one; from `data/reference/identity.csv`, and obeyed by every build."""

    line_no = c.whole("line of the file", key=True)
    decision = c.text(
        "merge: the two are one; split: they are two; alias: the deal is also known by the name", required=True
    )
    deal = c.text("a deal, by any identifier of it or of one of its classes, or by a name", required=True)
    other = c.text("the other deal, in the same way; of an alias the name", required=True)
    reason = c.text("why")
    decided_by = c.text("who says so")
    decided_on = c.day("when")
