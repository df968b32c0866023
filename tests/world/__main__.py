"""`python -m tests.world SEED ...` runs the worlds of these seeds and says what happened; 1 where one differs."""

import sys
import tempfile
from pathlib import Path

from tests.world.faults import draw
from tests.world.run import Worlds


def main(seeds: list[str]) -> int:
    """Run the worlds of some seeds."""
    with tempfile.TemporaryDirectory() as folder:
        worlds = Worlds(Path(folder).resolve())
        wrong = 0
        for seed in map(int, seeds):
            told = worlds.run(draw(seed))
            print(f"world {seed}", *told.lines, told.wrong or "the same in the end", sep="\n", flush=True)
            wrong += told.wrong is not None
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
