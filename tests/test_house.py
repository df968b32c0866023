"""The house: packaging, the README's promises, and what must not be imported where."""

import re
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")]
ROOMS = ("transforms", "flows", "sql", "data", "tests")


def commands() -> list[str]:
    """The shell blocks under the README's heading of the two commands, those of one line that make the environment."""
    return [block for block in blocks("## Two commands", "sh") if block.startswith("python3 -m venv")]


def blocks(heading: str, language: str) -> list[str]:
    """The code blocks of one language between a heading of the README and the next one that does not stand below it."""
    level = heading.split()[0]
    section = re.split(rf"^{re.escape(heading)}$", README, flags=re.M)[1]
    section = re.split(rf"^#{{2,{len(level)}}} ", section, flags=re.M)[0]
    return [block.strip() for block in re.findall(rf"```{language}\n(.*?)```", section, flags=re.S)]


def python(code: str) -> str:
    """What a fresh interpreter prints for this code."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_readme_has_exactly_two_commands_and_each_stands_alone() -> None:
    assert len(commands()) == 2
    for command in commands():
        assert "\n" not in command
        assert " -c requirements.lock " in command
    run, check = commands()
    assert run.endswith(".venv/bin/tieout nightly")
    assert check.endswith(".venv/bin/python -m tests")


def test_ci_runs_the_test_command_of_the_readme_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert script[-1] == commands()[1]
    assert sum("venv" in line for line in script) == 1


def test_ci_names_the_missing_folder(tmp_path: Path) -> None:
    absent = tmp_path / "nowhere"
    done = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        env={"TIEOUT_SHARED": str(absent), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert str(absent) in done.stderr and "TIEOUT_SHARED" in done.stderr


def test_the_lock_has_names_and_versions_only() -> None:
    assert LOCK
    for line in LOCK:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][^\s;@/]*", line), (
            f"requirements.lock: {line!r} is not NAME==VERSION"
        )


def test_every_dependency_is_locked_within_its_bounds() -> None:
    locked = dict(line.split("==") for line in LOCK)
    declared = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    for requirement in map(Requirement, declared):
        assert requirement.name in locked, f"{requirement.name} is missing from requirements.lock"
        version = locked[requirement.name]
        assert requirement.specifier.contains(version), f"{requirement} does not admit the locked {version}"


def hashed() -> dict[str, tuple[str, Marker | None, list[str]]]:
    """The lock with hashes: of each name its version, the condition under which it is installed, and its hashes."""
    text = (ROOT / "requirements.hashes.lock").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z0-9-]+)==([0-9][^\s;@/]*)(?: ; (.+?))? ((?: +--hash=sha256:[0-9a-f]{64})+) *", line)
        assert match, f"requirements.hashes.lock: {line[:80]!r} is not NAME==VERSION with its hashes"
        name, version, condition, hashes = match.groups()
        assert name not in found, f"{name} stands there twice"
        found[name] = version, Marker(condition) if condition else None, hashes.split()
    return found


def test_the_lock_with_hashes_agrees_with_the_constraints() -> None:
    locked = dict(line.split("==") for line in LOCK)
    for name, (version, condition, hashes) in hashed().items():
        # What the tests do not install is for other systems, or for a Python that is newer or older than theirs.
        if name in locked or condition is None or condition.evaluate():
            assert locked.get(name) == version, f"{name}: {version} with hashes, {locked.get(name)} in the constraints"
        assert hashes


def test_the_lock_with_hashes_has_all_that_a_deployment_installs() -> None:
    named, extras = hashed(), PROJECT["project"]["optional-dependencies"]
    for requirement in map(Requirement, PROJECT["project"]["dependencies"] + extras["viewer"] + extras["dask"]):
        assert requirement.name in named and requirement.specifier.contains(named[requirement.name][0]), requirement


def test_the_lock_with_hashes_names_no_index_and_says_how_it_is_made() -> None:
    text = (ROOT / "requirements.hashes.lock").read_text()
    options = r"^ *(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b"
    assert "://" not in text and not re.search(options, text, re.MULTILINE)
    head = text.split("\naiosqlite")[0]
    assert "uv pip compile" in head and "--generate-hashes" in head and "--no-emit-index-url" in head
    (install, _) = blocks("## A deployment", "sh")[0].splitlines()
    assert install.endswith("pip install --require-hashes --no-deps -r requirements.hashes.lock")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in the wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built).namelist()


def test_the_wheel_carries_what_a_run_reads(wheel: list[str]) -> None:
    for folder in ("sql", "data/reference", "data/sample"):
        here = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*") if path.is_file()}
        there = {name.removeprefix("flows/_bundled/") for name in wheel}
        assert here and here <= there, f"missing from the wheel: {sorted(here - there)[:5]}"
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_the_wheel_carries_no_tests_and_nothing_a_run_wrote(wheel: list[str]) -> None:
    assert not [name for name in wheel if name.startswith(("tests/", "data/")) or "/home/" in name]


def test_command_line_and_stages_come_without_prefect() -> None:
    assert python("import sys, flows.cli, flows.stages; print('prefect' in sys.modules)").strip() == "False"


def test_help_waits_for_no_heavy_library() -> None:
    heavy = ("polars", "duckdb", "pyarrow", "requests", "rich", "prefect")
    code = f"import sys, flows.cli; flows.cli.parser(); print([n for n in {heavy!r} if n in sys.modules])"
    assert python(code).strip() == "[]"


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        path.name
        for path in (ROOT / "flows").glob("*.py")
        if re.search(r"os\.environ\[|os\.environ\.get|os\.getenv|from os import .*environ", path.read_text())
    ]
    assert set(readers) <= {"settings.py"}


def test_the_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "data" / "sample").rglob("*") if path.is_file()) < 1_000_000


def test_each_room_says_what_lives_there_and_what_must_not() -> None:
    for room in ROOMS:
        text = (ROOT / room / "README.md").read_text()
        assert re.search(r"^\| .+ \|$", text, flags=re.M), f"{room}/README.md has no table of what lives here"
        assert re.search(r"^## .*must not", text, flags=re.M | re.I), f"{room}/README.md does not say what must not"
        assert re.search(r"^## .*how to add", text, flags=re.M | re.I), f"{room}/README.md does not say how to add one"


def listed(room: str) -> list[list[str]]:
    """The modules that each row of a room's tables names, from the top."""
    rows = re.findall(r"^\| (`.+?) \|", (ROOT / room / "README.md").read_text(), flags=re.M)
    return [names for row in rows if (names := re.findall(r"`(\w+)\.py`", row))]


@pytest.mark.parametrize("room", ["flows", "transforms"])
def test_a_room_has_a_row_for_every_module_and_for_no_other(room: str) -> None:
    files = [file for folder in (".", "facts") for file in (ROOT / room / folder).glob("*.py")]
    there = sorted(file.stem for file in files if file.read_text().count("\n") > 1)  # a docstring alone is no module
    assert sorted(name for row in listed(room) for name in row) == there


@pytest.mark.parametrize(("room", "down"), [("flows", 1), ("transforms", -1)])
def test_a_module_imports_from_one_side_of_its_row_only(room: str, down: int) -> None:
    place = {name: number for number, row in reversed([*enumerate(listed(room))]) for name in row}
    for name, number in place.items():
        file = ROOT / room / f"{name}.py"
        if name == "__init__" or not file.exists():
            continue
        text = file.read_text()
        used = re.findall(rf"^ *from {room}\.(\w+) import", text, flags=re.M)
        for names in re.findall(rf"^ *from {room} import ([\w, ]+)$", text, flags=re.M):
            used += [word.split()[0] for word in names.split(", ")]
        wrong = [one for one in used if one in place and (place[one] - number) * down < 0]
        assert not wrong, f"{name}.py imports {wrong} from the other side of its row in {room}/README.md"


def test_every_link_of_the_readmes_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / room / "README.md" for room in ROOMS)):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.relative_to(ROOT)} links to {link}, which is not there"


def test_the_walk_of_the_readme_is_the_walk_of_the_stages() -> None:
    section = README.split("## The walk")[1].split("\n## ")[0]
    headings = re.findall(r"^### (\w+)$", section, flags=re.M)
    assert headings == ["fetch", "document", "tables", "facts", "warehouse", "assertions", "reports"]
    from flows import stages

    assert all(callable(getattr(stages, name)) for name in headings)


def test_the_recipes_quote_files_that_exist() -> None:
    (column,) = blocks("### A new label or column", "python")
    schemas = "".join(path.read_text() for path in (ROOT / "transforms" / "facts").glob("*.py"))
    assert textwrap.indent(column, "    ") in schemas
    (layout,) = blocks("### A new layout family", "toml")
    assert layout in {path.read_text().strip() for path in (ROOT / "transforms" / "layouts").glob("*.toml")}
    (rule,) = blocks("### A new rule", "sql")
    assert rule in {path.read_text().strip() for path in (ROOT / "sql" / "assertions").rglob("*.sql")}
