"""`python -m tests.bench NAME [NUMBER] [FOLDER]` runs one measurement; without a name it lists them."""

import importlib
import pkgutil
import sys

from tests import bench


def names() -> list[str]:
    """The measurements, by module."""
    return [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]


def main(arguments: list[str]) -> int:
    """Run the measurement named first, with the numbers (or folder) after it; 2 where there is none of that name."""
    if not arguments or arguments[0] not in names():
        print("usage: python -m tests.bench NAME [NUMBER] [FOLDER]\n")
        for name in names():
            purpose = (importlib.import_module(f"tests.bench.{name}").__doc__ or "").splitlines()[0]
            print(f"  {name:<10} {purpose}")
        return 0 if not arguments else 2
    code: int = importlib.import_module(f"tests.bench.{arguments[0]}").main(
        *(int(one) if one.isdigit() else one for one in arguments[1:])
    )
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
