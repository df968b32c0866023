"""The sixteen damages of a small home: what `tieout verify` says of each, and if the command that it names heals it.

`python -m tests.bench damage` damages every file of a room at once, `python -m tests.bench damage 1` one file of it.
"""

import re
import tempfile
from pathlib import Path

from flows import damage
from flows.ledger import Ledger
from flows.settings import Settings
from tests.damaging import DAMAGES, HEALS, WAYS, built, files, held, rows
from tests.homes import copied


def heal(of: Settings, left: str) -> list[str]:
    """Run the commands that `verify` names until it names none but of the bytes of the filing `left`. Returns them."""
    run: list[str] = []
    while found := [one for one in damage.verify(of) if left not in one.file]:
        command = re.findall(r"`tieout (\w+)", found[0].line)[0]
        if len(run) > 2:
            raise AssertionError(f"not healed by {run}: {found[0].line}")
        HEALS[command](of)
        run.append(command)
    return run


def differs(of: Settings, before: Settings) -> list[str]:
    """Name what is not as before: tables of the warehouse, columns of the ledger."""
    ours, theirs = held(of), held(before)
    tables = [name for name in theirs if ours[name] != theirs[name]]
    pairs = zip(rows(of), rows(before), strict=True)
    columns = {name for one, other in pairs for name, value in other.items() if one[name] != value}
    return tables + [f"ledger.{name}" for name in sorted(columns)]


def main(most: int = 1_000_000) -> int:
    """Print a line for each damage; 1 where one does not heal."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        whole, local = built(Path(folder) / "whole")
        for what in DAMAGES:
            for way, do in WAYS.items():
                of = copied(whole, Path(folder) / what / way)
                paths = files(of, what)[:most]
                for path in paths:
                    do(path)
                said = [one.line.replace(str(of.home), "HOME") for one in damage.verify(of)]
                run = heal(of, local if what == "raw" else "nothing")
                wrong = differs(of, whole)
                bad += bool(wrong) or Ledger(of.store).counts() != {"loaded": 3}
                print(
                    f"{what} {way} ({len(paths)} files): {', '.join(run) or 'nothing'} heals; differs: {wrong or '-'}"
                )
                print(f"    {said[0] if said else 'nothing was said'}", flush=True)
    return int(bad > 0)
