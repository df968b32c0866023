"""Every check that a change must pass, cheapest first: `python -m tests`. Stops at the first that is red."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("ruff check",),
    ("ruff format", "--check"),
    ("mypy",),
    ("lint-imports", "--no-logo"),
    ("pytest -q -n 2 --dist loadfile --no-loadscope-reorder",),  # conftest has the order
)


def main() -> int:
    """Run the checks in order and return the first exit code that is not zero."""
    # Tests start dozens of processes: where nothing compiled may be kept, each compiles a thousand modules.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for name, *arguments in CHECKS:
        tool, *words = name.split()
        command = [str(BIN / tool), *words, *arguments]
        print(f"== {name} {' '.join(arguments)}".rstrip(), flush=True)
        start = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code:
            print(f"== {name} failed after {time.monotonic() - start:.0f} s (exit code {code})", flush=True)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
