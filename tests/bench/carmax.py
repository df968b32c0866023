"""All certificates of four auto deals against the truth: values, classes, fields, formulas, continuity."""

import sys
import time

from tests import certificates
from tests.places import SHARED


def main(step: int = 1) -> int:
    """Read every filing, or every `step`th, and print what was compared; 1 where anything differs."""
    filings = certificates.table(SHARED, "filings")[::step]
    start = time.monotonic()
    frames = certificates.read(SHARED, filings)
    taken = time.monotonic() - start
    held = certificates.Held(frames)
    accessions = {filing["accession_number"] for filing in filings}
    for filing in filings:
        held.fields(filing, certificates.FIELDS)
        held.items(filing)
        held.cells(SHARED, filing)
        held.delinquency(filing)
    held.classes(row for row in certificates.table(SHARED, "classes") if row["accession_number"] in accessions)
    held.formulas(row for row in certificates.table(SHARED, "formulas") if row["accession_number"] in accessions)
    for of, closing, opening in certificates.continuity(frames):
        held.compare("pools continued" if of == "pool" else "classes continued", of, closing, opening)
    count = held.checked
    print(f"{len(filings)} filings read in {taken:.1f} s, {1000 * taken / len(filings):.0f} ms each")
    for what in ("numbered lines", "printed values", "class rows", "pools continued", "classes continued"):
        print(f"  {what:<20} {count[what]:>7,}")
    print(f"  {'printed formulas':<20} {count['formulas']:>7,}: {count['tie']:,} tie, {count['breach']} breach, "
          f"{count['rounding']} rounding, {count['not_applicable']} without a figure to run on")  # fmt: skip
    fields = [*(field for columns in certificates.FIELDS.values() for field in columns), *certificates.ITEMS]
    print("  fields:", ", ".join(f"{field} {count[field]}" for field in fields))
    for name, frame in sorted(frames.items()):
        if name == "report_proof":
            print("  proof:", *frame.group_by("fact", "proof").len().sort("fact", "proof").iter_rows(), sep="\n    ")
    print(f"{len(held.errors)} of {held.checked.total():,} comparisons differ", *held.errors[:20], sep="\n")
    return 1 if held.errors else 0


if __name__ == "__main__":
    sys.exit(main())
