"""Which change of the core concerns reading, which only the building of facts, and which neither."""

import shutil
from pathlib import Path

import pytest

from flows import fingerprints

COMMENT = "\n# another line\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core once more, to be changed and put back."""
    folder = tmp_path_factory.mktemp("core") / "transforms"
    shutil.copytree(fingerprints.ROOT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def prints(of: Path) -> tuple[str, str]:
    """The fingerprints of a core as it lies there now."""
    return fingerprints.reader.__wrapped__(of), fingerprints.builder.__wrapped__(of)


LAYOUT = min(path.name for path in (fingerprints.ROOT / "layouts").glob("*.toml"))


@pytest.mark.parametrize(
    ("file", "concerns"),
    [
        ("reading.py", (True, False)),
        ("grid.py", (True, False)),
        ("facts/classes.py", (True, False)),
        ("facts/__init__.py", (True, False)),
        (f"layouts/{LAYOUT}", (True, False)),
        ("building.py", (False, True)),
        ("proof.py", (False, True)),
        ("records.py", (False, True)),
        ("explain.py", (False, False)),
        ("assertions.py", (False, False)),
        ("__init__.py", (False, False)),
    ],
)
def test_a_change_concerns_whom_it_reaches(copy: Path, file: str, concerns: tuple[bool, bool]) -> None:
    before, text = prints(copy), (copy / file).read_text()
    assert before == (fingerprints.reader(), fingerprints.builder())
    (copy / file).write_text(text + COMMENT)
    after = prints(copy)
    (copy / file).write_text(text)
    assert (after[0] != before[0], after[1] != before[1]) == concerns


def test_every_kind_of_import_is_followed(tmp_path: Path) -> None:
    modules = {
        "__init__.py": "from transforms.reading import x\n",
        "reading.py": "import transforms.plain\nfrom transforms import deep\nfrom .relative import y\n",
        "plain.py": "def late():\n    from transforms.inside import z\n",
        "named.py": "x = 1\n",
        "relative.py": "from . import sibling\n",
        "sibling.py": "import os\nfrom transforms import named\n",
        "inside.py": "from transforms.deep.lower import w\n",
        "deep/__init__.py": "from transforms.deep import lower\n",
        "deep/lower.py": "from transforms.deep.other import NAME\n",
        "deep/other.py": "NAME = 1\n",
        "beside.py": "from transforms import named\n",
    }
    for name, text in modules.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = {name.removeprefix("transforms.") for name in fingerprints.closure(tmp_path, "transforms.reading")}
    assert found == {
        "reading", "plain", "named", "deep", "relative", "sibling", "inside", "deep.lower", "deep.other",
    }  # fmt: skip
