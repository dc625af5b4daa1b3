"""Which layers this machine has. Asked once, when the first child starts."""

import platform
import shutil
import subprocess
import sys
from functools import cache

from app.children import landlock
from app.children.sandbox import Layers
from app.children.seccomp import MACHINES

_PR_GET_SECCOMP = 21
_TRY = ("--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true")


@cache
def find_layers() -> Layers:
    if sys.platform != "linux":
        return Layers()
    abi = landlock.version()
    return Layers(landlock=abi, seccomp=_has_seccomp(), bubblewrap="" if abi else find_bubblewrap())


def find_bubblewrap() -> str:
    """The program, if it can do its work here: in many containers it cannot."""
    found = shutil.which("bwrap")
    if not found:
        return ""
    try:
        done = subprocess.run([found, *_TRY], stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found if done.returncode == 0 else ""


def _has_seccomp() -> bool:
    import ctypes

    return platform.machine() in MACHINES and ctypes.CDLL(None, use_errno=True).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0
