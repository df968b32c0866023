"""Fingerprints of the core: which code reads filings, and which code builds facts of what was read.

What a module imports can change what it does, so the code that reads is the module of `read_batch` with all that it
imports, and the code that builds is that of `build`, and of what sets facts aside, without what also reads: a change
there concerns readings alone.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import resolve_name
from pathlib import Path

import transforms

ROOT = Path(transforms.__file__).parent
READS = "transforms.reading"
BUILDS = ("transforms.building", "transforms.integrity")


@cache
def reader(root: Path = ROOT) -> str:
    """Return the hash of the code that reads: another one means that every filing is read again."""
    declarations = (path for path in sorted(root.rglob("*.toml")))
    return _hash(root, [*_files(root, closure(root, READS)), *declarations])


@cache
def builder(root: Path = ROOT) -> str:
    """Return the hash of the code that only builds: another one means that facts are built again of the same cells."""
    built = {module for name in BUILDS for module in closure(root, name)}
    return _hash(root, _files(root, built - closure(root, READS)))


def closure(root: Path, module: str) -> set[str]:
    """Return the modules of the package at `root` that importing `module` runs, those of its own name included.

    The package itself is left out: it only names the core's front door.
    """
    package = module.partition(".")[0]
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file(root, name)
        if name in found or name == package or file is None:
            continue
        found.add(name)
        above = name.rpartition(".")[0]
        waiting += [*_imports(file.read_text(), name if file.name == "__init__.py" else above), above]
    return found


@lru_cache(maxsize=1024)
def _imports(text: str, package: str) -> tuple[str, ...]:
    """Return every dotted name that a module of `package` may import: what is no module is found to have no file."""
    found: list[str] = []
    for node in _statements(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(found)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement below a node: expressions, which are most of a module, import nothing."""
    for below in ast.iter_child_nodes(node):
        if isinstance(below, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            yield below
            yield from _statements(below)


def _file(root: Path, module: str) -> Path | None:
    """Return the file of a module, None for what is no module of the package at `root`."""
    package, *steps = module.split(".")
    if package != "transforms" or not steps:
        return None
    path = root.joinpath(*steps)
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _files(root: Path, modules: set[str]) -> list[Path]:
    return [file for name in sorted(modules) if (file := _file(root, name)) is not None]


def _hash(root: Path, files: list[Path]) -> str:
    hashed = hashlib.sha256()
    for path in files:
        hashed.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return hashed.hexdigest()[:16]
