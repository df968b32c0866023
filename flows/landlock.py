"""Landlock: what the kernel of Linux lets a thread, and whatever that thread starts, still reach.

No package on PyPI that is kept up wraps it; these are its three system calls, as in `linux/landlock.h`. A thread can
give up rights, and never gets them back.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

# Their numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH, _NO_NEW_PRIVILEGES = 1, 1, 38

_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_FILE, _TRUNCATE = (1 << bit for bit in (1, 2, 3, 5, 8, 14))
_SCRATCH = _WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_FILE | _MAKE_FILE | _TRUNCATE
# How many rights to files each version of the interface knows; TCP came with the fourth, signals with the sixth.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_RIGHTS_NOW, _TCP, _SCOPES = 16, 0b11, 0b11


def version() -> int:
    """Return the version of the kernel's interface; 0 where there is none."""
    if sys.platform != "linux":  # where the number would be another call
        return 0
    try:
        return max(_call(_CREATE_RULESET, None, 0, _VERSION), 0)
    except (AttributeError, OSError):
        return 0


def restrict(read: Iterable[Path | int], scratch: Path) -> bool:
    """Leave this thread, for good, these files or folders (or open descriptors) to read and one folder to write in.

    It may run no program, open no TCP connection and signal no process of others. What is open stays open. Returns
    whether the kernel enforces it. Raises OSError where it knows Landlock and refuses.
    """
    known = version()
    if not known:
        return False
    every = (1 << _RIGHTS.get(known, _RIGHTS_NOW)) - 1
    told = struct.pack("=QQQ", every, _TCP if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    # An older kernel knows a shorter record.
    ruleset = _call(_CREATE_RULESET, told, 24 if known >= 6 else 16 if known >= 4 else 8, 0)
    try:
        for place in read:
            _allow(ruleset, place, (_READ_FILE | _READ_DIR) & every)
        _allow(ruleset, scratch, _SCRATCH & every)
        _prctl(_NO_NEW_PRIVILEGES, 1)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, place: Path | int, rights: int) -> None:
    if not isinstance(place, int):
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        try:
            return _allow(ruleset, opened, rights)
        finally:
            os.close(opened)
    if not os.path.isdir(place):  # noqa: PTH112, a descriptor is no Path
        rights &= _WRITE_FILE | _READ_FILE | _TRUNCATE
    _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    return None


def _call(number: int, *arguments: int | bytes | None) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    answer: int = library.syscall(ctypes.c_long(number), *(_as_long(argument) for argument in arguments))
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def _as_long(argument: int | bytes | None) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
