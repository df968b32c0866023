"""One home, all small inputs added one after the other, with a run after each: does every run publish?"""

import tempfile
from itertools import islice
from pathlib import Path

from flows import intake, stages
from flows import warehouse as database
from flows.ledger import Ledger
from tests import homes, small
from tests.places import SHARED


def main(inputs: int = 1_000) -> int:
    """Print what each run says that does not publish, and rows of step 1 that do not hold at the end; 1 if any run."""
    unpublished = 0
    paths = list(islice(small.inputs(SHARED), inputs))
    with tempfile.TemporaryDirectory() as folder:
        of = homes.home(Path(folder))
        accessions: dict[str, str] = {}
        for path in paths:
            (accessions[path.name],) = intake.add(of, [path])
            summary = stages.nightly(of)
            row = Ledger(of.store).of([accessions[path.name]])[accessions[path.name]]
            if summary.integrity or not summary.snapshot or database.published(of) != summary.snapshot:
                unpublished += 1
                print(f"{path.name}: NOT published: {summary.integrity}", flush=True)
            print(f"{path.name}: {row['state']} {row['reason'] or ''}", flush=True)
        night = small.opened(of, accessions, ())
        rows = [row for row in small.expectations(SHARED) if row.step == 1 and row.file in accessions]
        held = sum(small.missed(row, night) is None for row in rows)
    print(f"{len(paths)} runs, {unpublished} of them did not publish; {held} of {len(rows)} rows of step 1 hold")
    return 1 if unpublished else 0
