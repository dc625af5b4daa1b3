"""The rules of Landlock: what each version of it closes, and which rights a path gets. Values; the shim does it.

Numbers are the kernel's (linux/landlock.h), reasons in its Documentation/userspace-api/landlock.rst. It needs no rights and holds root too.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

_CREATE = 444
_VERSION = 1  # flag of landlock_create_ruleset: only tell the version
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_ALL_FILES = ((5, (1 << 16) - 1), (3, (1 << 15) - 1), (2, (1 << 14) - 1), (1, (1 << 13) - 1))
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL  # the others are of folders
RUN = _EXECUTE | _READ_FILE | _READ_DIR
READ = _READ_FILE | _READ_DIR
# No pipes, sockets, devices or links: the server would follow or wait for them when it looks at what was made.
WRITE = READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_FILE
DEVICE = READ | _WRITE_FILE | _IOCTL
Rule = tuple[bytes, int, int]  # path, rights if it is a folder, rights if it is a file


def version() -> int:
    """Of this kernel's Landlock; 0 where it has none or it is switched off."""
    if sys.platform != "linux":
        return 0
    found = int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION))
    return max(found, 0)


def ruleset(abi: int) -> bytes:
    """`struct landlock_ruleset_attr`, as long as this version knows it: everything closed that it can close."""
    network, scopes = (3 if abi >= 4 else 0), (3 if abi >= 6 else 0)
    return struct.pack("<QQQ", _closed(abi), network, scopes)[: 8 if abi < 4 else 16 if abi < 6 else 24]


def rules(abi: int, rights: Iterable[tuple[str, int]]) -> list[Rule]:
    """For paths and what is wanted of each; a right that this version does not know is one that it does not take away."""
    known = _closed(abi)
    return [(os.fsencode(path), right & known, right & known & _ON_FILES) for path, right in rights]


def _closed(abi: int) -> int:
    return next((rights for since, rights in _ALL_FILES if abi >= since), 0)
