"""A night adds to what is published, and ends with what building everything at once would have made."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import sandbox, warehouse
from flows.ledger import Ledger
from flows.settings import Settings
from tests.homes import ask, content, home, load
from transforms.values import valid_cusip

Row = dict[str, Any]
MONTH = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'month' ORDER BY 1"


def told(
    accession: str, known: int, deal: str, month: int, *, opens: int = 100, closes: int = 90, cusip: str | None = None,
    name: str = "A", number: str | None = None, amendment: bool = False, text: str = "1.00", filer: int | None = None,
    form: str = "8-K", called: str | None = None, short: str | None = None, assets: tuple[str, str] | None = None,
) -> dict[str, list[Row]]:  # fmt: skip
    """What one filing tells: a report with one class, the pool and one cell."""
    one = {"report_id": f"{accession}:1:1"}
    of_class = {"class_id": f"{deal} {name}", "deal_id": deal, "class_name": name, "class_name_norm": name}
    rows: dict[str, list[Row]] = {
        "filing": [
            {"accession_number": accession, "form_type": f"{form}/A" if amendment else form, "is_amendment": amendment}
        ],
        "document": [{"document_id": f"{accession}:1", "accession_number": accession}],
        "report": [
            one
            | {"document_id": f"{accession}:1", "accession_number": accession, "deal_id": deal,
               "distribution_date": date(2003, month, 25), "known_from": datetime(2003, month, 1 + known)}
        ],
        "dim_deal": [
            one
            | {"deal_id": deal, "deal_name": called or f"Deal as of {accession}", "short_name": short}
            | dict(zip(("asset_class", "asset_class_evidence"), assets or (None, None), strict=True))
        ],
        "dim_class": [one | of_class],
        "raw_cell": [
            one
            | {"cell_id": "1:0", "raw_text": text, "value_num": Decimal(closes), "class_name": name,
               "canonical_table": "fact_class_distribution", "canonical_column": "ending_balance",
               "concept_key": f"fact_class_distribution.ending_balance|{name}"}
        ],
        "fact_class_distribution": [
            one
            | {"class_id": of_class["class_id"], "beginning_balance": Decimal(opens), "ending_balance": Decimal(closes)}
        ],
        "fact_collateral": [
            one
            | {"beginning_scheduled_balance": Decimal(opens), "ending_scheduled_balance": Decimal(closes)}
        ],
        "report_proof": [
            one | {"fact": fact, "proof": "proven"} for fact in ("fact_class_distribution", "fact_collateral")
        ],
    }  # fmt: skip
    if filer:
        rows["filing_filer"] = [{"accession_number": accession, "filer_seq": 1, "cik": filer}]
    if cusip:
        rows["dim_class_identifier"] = [one | {"class_id": of_class["class_id"], "id_value": cusip}]
    if number:
        rows["dim_deal_identifier"] = [
            one | {"deal_id": deal, "id_type": "SEC_FILE_NUMBER", "id_value": number, "source": "COVER"}
        ]
    return rows


def arrive(of: Settings, filings: Sequence[dict[str, list[Row]]]) -> None:
    """Put what some filings tell into the lake, as one batch."""
    tables = {table: [row for told in filings for row in told.get(table, [])] for one in filings for table in one}
    accessions = [row["accession_number"] for row in tables["filing"]]
    load(of, tables, accessions, f"batch{accessions[0]}")


def identify(of: Settings) -> None:
    """Build the warehouse and put it in place, not judged: enough to ask which deal a report is of."""
    warehouse.build(of, Ledger(of.store)).replace(of.warehouse)


def publish(of: Settings) -> None:
    warehouse.build(of, Ledger(of.store))
    warehouse.judge(of)
    warehouse.work_out(of)
    assert warehouse.failures(of) == []
    warehouse.publish(of)


def everything(of: Settings) -> dict[str, Any]:
    with duckdb.connect(str(of.warehouse), read_only=True) as connection:
        marts = {
            name: connection.sql(f"FROM month.{name} ORDER BY ALL").fetchall()
            for (name,) in connection.sql(MONTH).fetchall()
        }
    assert len(marts["v_class_month_all"]) == len(marts["v_pool_month_all"]) > 0
    return marts | content(of.warehouse)


def cusip(issuer: int) -> str:
    """A CUSIP of an issuer, with its check digit."""
    return next(f"{issuer:06d}AA{digit}" for digit in range(10) if valid_cusip(f"{issuer:06d}AA{digit}"))


def before(case: str, first: str) -> list[dict[str, list[Row]]]:
    """What is published: a deal in its first month, one in two months under a CUSIP, one under a file number."""
    return [
        told(f"{case}a1", 1, f"{case}A", 4),
        told(f"{case}b1", 1, f"{case}B", 4, cusip=first),
        told(f"{case}b2", 1, f"{case}B", 5, opens=90, closes=80, cusip=first),
        told(f"{case}c1", 1, f"{case}C", 8, number=f"333-{case}-01"),
    ]


def night(case: str, first: str, second: str) -> list[dict[str, list[Row]]]:
    """What the night brings, one case a letter, each to deals of its own."""
    number, other = f"333-{case}-01", f"333-{case}-02"
    return {
        "K": [told("Ka2", 1, "KA", 5, opens=90, closes=70)],  # a month later
        "L": [told("Ld1", 1, "LD", 5)],  # a new deal
        "M": [told("Mb3", 9, "MB", 4, closes=85, cusip=first, amendment=True)],
        "N": [told("Nb3", 9, "NB", 5, opens=90, closes=80, cusip=first)],  # a repetition
        # An earlier copy, which makes the loaded one a repetition.
        "O": [told("Ob0", 0, "OB", 5, opens=90, closes=80, cusip=first)],
        "P": [told("Pb0", 0, "PB", 4, closes=95, cusip=first, text="2.00")],  # an original that comes late
        "Q": [told("Qa2", 9, "QA", 4, opens=90, closes=70, text="2.00")],  # with the date of the month before
        # A deal under another name, with a CUSIP that is known.
        "R": [told("Re1", 3, "RE", 6, cusip=first, name="A-1")],
        "S": [told("Se0", 0, "SE", 3, cusip=first, closes=100)],  # which is the one known first
        # A CUSIP of one deal, a file number of another.
        "T": [told("Tf1", 4, "TF", 6, cusip=first, number=number)],
        "U": [  # a CUSIP that a file number contradicts
            told("Uc2", 1, "UC", 9, opens=90, closes=80, number=number, cusip=second),
            told("Ug1", 4, "UG", 10, cusip=second, number=other),
        ],
        "V": [told("Vb3", 1, "VB", 6, opens=80, closes=70, cusip=second)],  # a class that changes its CUSIP
    }[case]


CASES = {letter: (cusip(2 * place), cusip(2 * place + 1)) for place, letter in enumerate("KLMNOPQRSTUV")}
BEFORE = [filing for case, (first, _) in CASES.items() for filing in before(case, first)]
NIGHT = [filing for case, both in CASES.items() for filing in night(case, *both)]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home to which a night has added."""
    of = home(tmp_path_factory.mktemp("grown"))
    arrive(of, BEFORE)
    publish(of)
    arrive(of, NIGHT)
    publish(of)
    return of


def test_a_night_ends_with_what_all_at_once_would_make(grown: Settings, tmp_path: Path) -> None:
    at_once = home(tmp_path)
    arrive(at_once, [*BEFORE, *NIGHT])
    publish(at_once)
    one, other = everything(grown), everything(at_once)
    assert {table for table in one if one[table] != other[table]} == set()


def test_cells_beside_the_database_are_the_same(grown: Settings, tmp_path: Path) -> None:
    of = replace(home(tmp_path), cells=0)
    arrive(of, BEFORE)
    publish(of)
    arrive(of, NIGHT)
    publish(of)
    one, other = everything(grown), everything(of)
    assert one.pop("raw_cell") and "raw_cell" not in other
    assert {table for table in one if one[table] != other[table]} == set()
    # Asked as an analyst asks: in a process that reads these files and writes to none.
    of, before = replace(of, memory="100MB"), file_hashes(of)
    for asked in (
        "FROM raw_cell ORDER BY ALL",
        "FROM v_value_cell ORDER BY ALL",
        "SELECT sum(scale) FROM v_printed_scale",
    ):
        assert ask(of, asked) == ask(grown, asked) != []
        assert [tuple(row.values()) for row in sandbox.ask(of, asked).to_pylist()] == ask(grown, asked)
    assert len(before) == 3
    for attempt in (
        "COPY (SELECT 1) TO '{file}'",
        "EXPLAIN ANALYZE COPY report TO '{file}'",
        "FROM '{folder}/*.parquet'",
    ):
        file = min((of.home / "raw_cell").iterdir())
        with pytest.raises(warehouse.WarehouseError):
            sandbox.ask(of, attempt.format(file=file, folder=file.parent))
    assert file_hashes(of) == before


def file_hashes(of: Settings) -> dict[str, str]:
    """The hash of the published database and of each file of cells beside it."""
    files = [of.warehouse, *(of.home / "raw_cell").iterdir()]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def deals(of: Settings, case: str) -> list[tuple[str, str]]:
    """The filings of a case with the letter of the deal they are part of."""
    return [
        (filing[1:], deal[1:])
        for filing, deal in ask(
            of, f"SELECT accession_number, deal_id FROM report WHERE accession_number[1] = '{case}' ORDER BY 1"
        )
    ]


def test_deals_are_joined_by_what_names_them_and_known_by_the_first(grown: Settings) -> None:
    own = [("a1", "A"), ("b1", "B"), ("b2", "B"), ("c1", "C")]
    assert deals(grown, "L") == [*own, ("d1", "D")]
    assert deals(grown, "R") == [*own, ("e1", "B")]
    assert deals(grown, "S") == [("a1", "A"), ("b1", "E"), ("b2", "E"), ("c1", "C"), ("e0", "E")]
    assert ask(grown, "SELECT class_id, class_name FROM dim_class WHERE deal_id = 'RB'") == [("RB A", "A-1")]
    # No join is silent: of what, by what, and since when both were known.
    joined = (
        "SELECT what, member_id, other_id, whole_id, kind, value, known_from FROM identity_join WHERE whole_id[1] = 'R'"
    )
    shared, since = CASES["R"][0], datetime(2003, 6, 4)
    assert sorted(ask(grown, joined)) == [
        ("class", "RB A", "RE A-1", "RB A", "CUSIP", f"{shared} of RB", since),
        ("deal", "RB", "RE", "RB", "CUSIP", shared, since),
    ]


def test_what_disagrees_is_kept_apart_and_told(grown: Settings) -> None:
    # The CUSIP is the surer evidence; the file number would then join two deals with CUSIPs of different issuers.
    assert deals(grown, "T") == [("a1", "A"), ("b1", "B"), ("b2", "B"), ("c1", "B"), ("f1", "B")]
    assert deals(grown, "U")[-2:] == [("c2", "C"), ("g1", "G")]
    conflicts = "SELECT one_id, other_id, kind, value, against, own, others FROM identity_conflict WHERE what = 'deal'"
    assert ask(grown, conflicts) == [
        ("UC", "UG", "CUSIP", CASES["U"][1], "SEC_FILE_NUMBER", "333-U-01", "333-U-02"),
    ]


def test_a_class_keeps_its_id_through_a_new_cusip_and_each_is_dated(grown: Settings) -> None:
    first, second = CASES["V"]
    dated = (
        "SELECT class_id, id_value, valid_from, valid_to FROM dim_class_identifier WHERE class_id[1] = 'V' ORDER BY 2"
    )
    assert ask(grown, dated) == [("VB A", first, None, date(2003, 6, 25)), ("VB A", second, date(2003, 6, 25), None)]
    history = "SELECT distribution_date, cusip FROM v_class_month_all WHERE deal_id = 'VB' ORDER BY 1"
    assert [row[1] for row in ask(grown, history)] == [first, first, second]


# ---- what people decide

HEAD = "decision,deal,other,reason,decided_by,decided_on\n"


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Puts lines into the file of decisions."""
    path = tmp_path / "identity.csv"
    monkeypatch.setattr(warehouse, "_decisions", lambda: path)

    def put(lines: str) -> None:
        path.write_text(HEAD + lines)

    return put


def test_decisions_are_obeyed_by_every_build(decide: Callable[[str], None], tmp_path: Path) -> None:
    first, number = CASES["R"][0], "333-R-01"
    of = home(tmp_path)
    arrive(of, [*before("R", first), *night("R", *CASES["R"])])
    decide("")
    identify(of)
    assert deals(of, "R") == [("a1", "A"), ("b1", "B"), ("b2", "B"), ("c1", "C"), ("e1", "B")]
    decide(
        f"split,RB,RE,another trust of the issuer,ann,2026-11-24\nmerge,RA,{number},one prospectus,ann,2026-11-24\n"
        f"alias,{number},The Trust of the Brochure,its advertisement,ann,2026-11-24\n"
    )
    publish(of)
    assert deals(of, "R") == [("a1", "A"), ("b1", "B"), ("b2", "B"), ("c1", "A"), ("e1", "E")]
    told = "SELECT one_id, other_id, kind, value, against FROM identity_conflict"
    assert ask(of, told) == [("RB", "RE", "CUSIP", first, "DECISION")]
    named = "SELECT deal_id FROM dim_deal_alias WHERE alias_norm = 'THE TRUST OF THE BROCHURE'"
    assert ask(of, named) == [("RA",)]


def test_a_short_name_of_two_deals_is_no_name_and_what_a_header_says_stays(
    decide: Callable[[str], None], tmp_path: Path
) -> None:
    of = home(tmp_path)
    header, name = ("AUTO_LEASE", "header: Auto leases"), ("AUTO_LOAN", "name: auto")
    arrive(
        of,
        [
            told("ra", 1, "A", 4, called="Oak Auto Owner Trust 2014-1", short="Oak 2014-1", assets=header),
            told("rb", 2, "A", 5, called="Oak Auto Owner Trust 2014-1", short="Oak 2014-1", assets=name),
            told("rc", 3, "C", 6, called="Oak Home Loan Trust 2014-1", short="OAK 2014-1"),
            told("rd", 4, "D", 7, called="Elm Trust 2014-1", short="Elm 2014-1"),
        ],
    )
    decide("")
    identify(of)
    assert ask(of, "SELECT deal_id, short_name, asset_class, asset_class_evidence FROM dim_deal ORDER BY ALL") == [
        ("A", "Oak Auto Owner Trust 2014-1", *header),
        ("C", "Oak Home Loan Trust 2014-1", None, None),
        ("D", "Elm 2014-1", None, None),
    ]


OURS, STRANGE = 1598693, 999999


@pytest.mark.parametrize("late", [False, True])
def test_another_filer_takes_no_deal_over(decide: Callable[[str], None], tmp_path: Path, late: bool) -> None:
    # The 8-K of a company that never filed for the deal prints its CUSIP and file number, for a month already told.
    of, same = home(tmp_path), {"cusip": cusip(7), "number": "333-7-01"}
    ours = [told("oa", 1, "O", 4, filer=OURS, **same), told("ob", 2, "O", 5, filer=OURS, **same)]
    strange = told("sx", 5, "X", 5, filer=STRANGE, closes=1, text="2.00", **same)
    for filings in [ours, [strange]] if late else [[*ours, strange]]:
        arrive(of, filings)
        decide("")
        identify(of)
    in_force = "SELECT accession_number, version_no, deal_id FROM report ORDER BY ALL"
    assert ask(of, in_force) == [("oa", 1, "O"), ("ob", 1, "O"), ("sx", 1, "X")]
    conflicts = (
        "SELECT one_id, other_id, kind, against, own, others FROM identity_conflict WHERE what = 'deal' ORDER BY 3"
    )
    assert ask(of, conflicts) == [
        ("O", "X", kind, "FILER", str(OURS), str(STRANGE)) for kind in ("CUSIP", "SEC_FILE_NUMBER")
    ]
    decide("merge,O,X,its agent,ann,2026-11-24\n")
    publish(of)
    assert ask(of, in_force) == [("oa", 1, "O"), ("ob", 1, "O"), ("sx", 2, "O")]


def test_a_trust_that_files_its_own_form_takes_over_from_its_depositor(
    decide: Callable[[str], None], tmp_path: Path
) -> None:
    of = home(tmp_path)
    arrive(
        of,
        [told("pa", 1, "P", 4, filer=1, cusip=cusip(8)), told("pb", 2, "Q", 5, filer=2, cusip=cusip(8), form="10-D")],
    )
    decide("")
    identify(of)
    assert ask(of, "SELECT DISTINCT deal_id FROM report") == [("P",)]
    assert ask(of, "SELECT count(*) FROM identity_conflict") == [(0,)]


def test_the_whole_name_of_a_trust_joins_what_has_no_number(decide: Callable[[str], None], tmp_path: Path) -> None:
    of = home(tmp_path)
    oak = "Oak Auto Owner Trust {}2014-1"
    arrive(
        of,
        [
            told("qa", 1, "A", 4, filer=1, called=oak.format("")),
            told("qb", 2, "B", 5, called=oak.format("Series ").upper()),
            told("qc", 3, "C", 6, called="Elm Auto Owner Trust 2014-1"),
            told("qd", 4, "D", 7, called="Mortgage Trust 2014-1"),
            told("qe", 5, "E", 8, called="Mortgage Trust 2014-1"),
        ],
    )
    decide("")
    identify(of)
    found = ask(of, "SELECT accession_number, deal_id FROM report ORDER BY ALL")
    assert found == [("qa", "A"), ("qb", "A"), ("qc", "C"), ("qd", "D"), ("qe", "E")]
    assert ask(of, "SELECT kind, value FROM identity_join WHERE what = 'deal'") == [
        ("DEAL_NAME", "OAK AUTO OWNER TRUST 2014 1")
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("join,RA,RB,why,ann,2026-11-24\n", "identity.csv, line 2: want one of merge, split, alias"),
        ("merge,RA,RB,why,ann\n", "identity.csv, line 2: want one of merge, split, alias and all six fields"),
        ("split,RC,333-R-01,why,ann,2026-11-24\n", "what one filing calls one deal cannot be split"),
    ],
)
def test_a_decision_that_cannot_be_obeyed_names_its_line(
    decide: Callable[[str], None], tmp_path: Path, line: str, told: str
) -> None:
    of = home(tmp_path)
    arrive(of, before("R", CASES["R"][0]))
    decide(line)
    with pytest.raises(warehouse.WarehouseError, match=told):
        warehouse.build(of, Ledger(of.store))
        warehouse.work_out(of)
