"""What one question may take, in words, wherever it is answered: here (our own) or in the sandbox (a user's)."""

import pyarrow as pa

from flows.settings import Settings


class WarehouseError(Exception):
    """The warehouse is not there, or cannot answer; the message says what to do."""


def absent(settings: Settings) -> WarehouseError:
    """Say that there is no warehouse yet."""
    return WarehouseError(f"no warehouse at {settings.warehouse}: run `tieout nightly` first, or give --home")


def unreadable(words: str) -> WarehouseError:
    """Say that the published file is no database, in the words of the database."""
    return WarehouseError(f"{words} `tieout nightly` sets it aside, and builds it anew of what was read")


def too_long(settings: Settings) -> WarehouseError:
    """Say that a question took all of its time."""
    return WarehouseError(f"stopped after {settings.seconds:g} s: ask for less")


def too_large(settings: Settings, words: str) -> WarehouseError:
    """Say that a question needs more memory, or more disk beside it, which the words of the database tell."""
    disk = f" and {settings.spill} of disk beside it" if "max_temp_directory_size" in words else ""
    return WarehouseError(
        f"this needs more than {settings.memory} of memory{disk}: ask for fewer rows or columns, or for sums"
    )


def whole(reader: pa.RecordBatchReader, most: int) -> pa.Table:
    """Collect an answer of at most so many bytes. Raises WarehouseError, and what the reader raises."""
    batches: list[pa.RecordBatch] = []
    held = 0
    for batch in reader:
        held += batch.nbytes
        if held > most:
            raise WarehouseError(
                f"the answer is larger than {most // 1_000_000:,} MB: ask for fewer rows or columns, or for sums; "
                "whole marts lie as Parquet in the folder that marts/CURRENT names"
            )
        batches.append(batch)
    return pa.Table.from_batches(batches, reader.schema)
