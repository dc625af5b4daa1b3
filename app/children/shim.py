"""Runs between our fork and the program: dies with the server, takes on its limits, becomes the program.

It is started by its path with `python -I`, so it imports nothing of ours. A `preexec_fn` would do the same, but runs between
fork and exec of a process full of threads, where almost nothing is safe. The sandbox (SECURITY MED-2) will close itself here too.
"""

import json
import os
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_IDLE = 3 << 13


def main() -> None:
    order = json.loads(sys.argv[1])
    if sys.platform == "linux":
        _die_with(order["parent"], idle_disk=order["idle_disk"])
    if os.name == "posix":
        _limit(order["limits"])
        os.nice(order["nice"])
    if order["module"]:
        _become_module(order["module"], order["root"], order["argv"])
    else:
        _become_program(order["argv"])


def _die_with(parent: int, *, idle_disk: bool) -> None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above
        os._exit(125)
    number = _IOPRIO_SET.get(os.uname().machine)
    if idle_disk and number:
        libc.syscall(number, 1, 0, _IDLE)


def _limit(limits: dict[str, int | None]) -> None:
    import resource

    for name, value in limits.items():
        if value is not None:
            which = getattr(resource, f"RLIMIT_{name}")
            _, hard = resource.getrlimit(which)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (most, most))


def _become_program(argv: list[str]) -> None:
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is what we want
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        os._exit(127)


def _become_module(module: str, root: str, argv: list[str]) -> None:
    """A child in Python is run in this very process: a second start of the interpreter would cost 15 ms for nothing."""
    import importlib

    sys.path.insert(0, root)
    sys.argv = [module, *argv]
    child: Any = importlib.import_module(module)
    child.main()


if __name__ == "__main__":
    main()
