"""The archive of every world: six tiny filings of 1993, five of them reports of two trusts, one no business of ours.

There are indexes of two quarters alone: EDGAR's oldest, so that a run asks for no more.
"""

from datetime import date, datetime
from pathlib import Path

from tests.growing import Tree
from tests.simulate.submission import Filer, Filing, document, header

TODAY = date(1993, 6, 15)
REPORTS = 5
ROWAN = Filer("ROWAN HOME EQUITY TRUST 1992-1", 9700001, "51-5550001", "33-70001")
ELDER = Filer("ELDER MORTGAGE TRUST 1992-4", 9700002, "51-5550002", "33-70002")
MAKER = Filer("ALDER PUMPS INC", 9700003, "51-5550003", "0-70003", "PUMPS & PUMPING EQUIPMENT [3561]")

WIDTHS = (17, 15, 15, 16, 0)  # of the columns
# Balance before, interest and principal of the two classes, in cents, month by month.
MONTHS = {
    ROWAN: [((120_000_00, 500_00, 10_000_00), (80_000_00, 400_00, 0)),
            ((110_000_00, 458_33, 9_000_00), (80_000_00, 400_00, 0)),
            ((101_000_00, 420_83, 8_500_00), (80_000_00, 400_00, 0))],
    ELDER: [((300_000_00, 1_250_00, 20_000_00), (50_000_00, 260_00, 0))],
}  # fmt: skip


def write(folder: Path, reports: int = REPORTS) -> Path:
    """Write the archive into a folder, or what it held when it had only so many reports. Returns the folder."""
    tree = Tree(folder)
    for number, (filer, month, form, filed) in enumerate(
        [
            (ROWAN, 0, "8-K", date(1993, 3, 29)),
            (ELDER, 0, "8-K", date(1993, 3, 30)),
            (ROWAN, 1, "8-K", date(1993, 4, 28)),
            (ROWAN, 2, "8-K", date(1993, 5, 28)),
            (ROWAN, 1, "8-K/A", date(1993, 6, 2)),
        ][:reports],
        1,
    ):
        paid = date(1993, 3 + month, 25)
        body = report(filer, paid, MONTHS[filer][month], correction=100_00 * (form == "8-K/A"))
        _file(tree, f"0009700000-93-{number:06}", form, filed, paid, filer, body)
    pumps = ["FORM 8-K", "", MAKER.name, "", "Item 5. Other Events.", "", "The board declared a dividend of $0.12."]
    _file(tree, "0009700003-93-000001", "8-K", date(1993, 5, 3), date(1993, 5, 3), MAKER, pumps)
    return folder


def report(filer: Filer, paid: date, classes: tuple[tuple[int, int, int], ...], correction: int = 0) -> list[str]:
    """The lines of one month; a `correction` is more interest of the first class, in cents."""
    lines = [
        "                                   FORM 8-K", "",
        f"       Date of report (Date of earliest event reported): {paid:%B %d, %Y}", "",
        f"                    {filer.name}",
        "             (Exact name of registrant as specified in its charter)", "", "",
        f"Distribution Date:       {paid:%m/%d/%Y}", "",
        "                         DISTRIBUTIONS IN DOLLARS", "",
        "Class     Prior            Interest       Principal      Total           Current",
        "          Principal                                                      Principal",
        "          Balance                                                        Balance",
    ]  # fmt: skip
    rows = [(*one, one[1] + one[2], one[0] - one[2]) for one in classes]
    first = rows[0]
    rows[0] = (first[0], first[1] + correction, first[2], first[3] + correction, first[4])
    rows.append(tuple(map(sum, zip(*rows, strict=True))))  # type: ignore[arg-type]
    for name, row in zip(("A-1", "A-2", "Totals"), rows, strict=True):
        cells = [f"{cents // 100:,}.{cents % 100:02}" for cents in row]
        lines.append(f"{name:<10}" + "".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)))
    return lines


def _file(tree: Tree, accession: str, form: str, filed: date, period: date, filer: Filer, body: list[str]) -> None:
    made = Filing(accession, form, filed, datetime.combine(filed, datetime.min.time()), period, (filer,))
    block, _ = document(form, 1, "report.txt", body, "new")
    text = "\n".join([*header(made, 1, "new"), *block, "</SEC-DOCUMENT>"]) + "\n"
    tree.add(accession, form, filed, filer.cik, filer.name, text.encode("ascii"))
