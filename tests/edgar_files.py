"""A folder shaped as EDGAR's archive, as sec.gov serves it: what is sent for a path where nothing goes wrong."""

import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any

from tests.edgar_faults import Answer, Missing, absent

VALIDATORS = ("ETag", "Last-Modified")
TYPES = {".txt": "text/plain", ".idx": "text/plain", ".gz": "application/gzip", ".json": "application/json"}
# The second way to a submission: a folder of its own, named by the accession number without dashes.
OWN_FOLDER = re.compile(r"(/Archives/edgar/data/\d+)/(\d{18})/(\d{10})-(\d{2})-(\d{6})\.txt")


def found(
    root: Path, path: str, headers: Message, missing: Missing = "NoSuchKey", validators: Sequence[str] = VALIDATORS
) -> Answer:
    """The file at a path, as it is sent to a client with these headers where nothing goes wrong.

    `missing` words what is not there; `validators` are those of which it sends and understands.
    """
    match = OWN_FOLDER.fullmatch(path)
    if match and match[2] == "".join(match.group(3, 4, 5)):
        path = f"{match[1]}/{match[3]}-{match[4]}-{match[5]}.txt"
    held = None if ".." in path or not path.startswith("/Archives/") else _held(root / path[1:])
    if held is None:
        return absent(missing)
    body, encoded, changed = held
    tags = {"ETag": f'"{hashlib.md5(body).hexdigest()}"', "Last-Modified": formatdate(changed, usegmt=True)}
    tags = {name: tags[name] for name in validators}
    if _unchanged(tags, headers):
        return Answer(304, headers=tags)
    if encoded and "gzip" not in headers.get("Accept-Encoding", ""):
        body, encoded = gzip.decompress(body), False
    kind = {"Content-Type": TYPES.get(Path(path).suffix, "application/octet-stream")}
    coding = {"Content-Encoding": "gzip"} if encoded else {}
    return Answer(200, body, kind | coding | tags, len(body))


def _held(file: Path) -> tuple[bytes, bool, float] | None:
    """The bytes to send for a file, whether they are gzip in place of its own, and when they changed; None for none."""
    packed = file.with_name(file.name + ".gz")
    plain = file.with_suffix(".idx")
    if file.is_file():
        return file.read_bytes(), False, file.stat().st_mtime
    if packed.is_file():
        return packed.read_bytes(), True, packed.stat().st_mtime
    if file.suffix == ".gz" and plain.is_file():
        return gzip.compress(plain.read_bytes(), 6, mtime=0), False, plain.stat().st_mtime
    if file.name == "index.json" and "-index" in str(file) and file.parent.is_dir():
        return json.dumps(listing(file.parent)).encode(), False, file.parent.stat().st_mtime
    return None


def listing(folder: Path) -> dict[str, Any]:
    """What a folder of an index holds, in EDGAR's form."""
    items = [
        {
            "last-modified": f"{datetime.fromtimestamp(one.stat().st_mtime, UTC):%m/%d/%Y %I:%M:%S %p}",
            "name": one.name,
            "type": "dir" if one.is_dir() else "file",
            "href": one.name + "/" * one.is_dir(),
            "size": f"{one.stat().st_size // 1024 + 1} KB",
        }
        for one in sorted(folder.iterdir())
    ]
    name = str(folder).rpartition("/Archives/edgar/")[2]
    return {"directory": {"item": items, "name": f"{name}/", "parent-dir": "../"}}


def _unchanged(tags: dict[str, str], headers: Message) -> bool:
    """Tell whether the client holds what it asks for; a date is believed only where it sent no tag."""
    given, since = headers.get("If-None-Match"), headers.get("If-Modified-Since")
    if given and "ETag" in tags:
        return tags["ETag"] in given
    if since and "Last-Modified" in tags:
        return parsedate_to_datetime(tags["Last-Modified"]) <= parsedate_to_datetime(since)
    return False
