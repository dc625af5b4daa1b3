"""Runs between our fork and the program: dies with the server, takes on its limits, encloses itself, becomes the program.

It is started by its path with `python -I`, so it imports nothing of ours and as little as it can of Python: somebody waits. What it
is to do comes ready made through its standard input (`order.py`); what it is to become are its arguments. A `preexec_fn` would do
the same, but runs between fork and exec of a process full of threads, where almost nothing is safe. What cannot be done ends it.
"""

import marshal
import os
import sys
import time
from typing import Any

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_SET_SECCOMP = 1, 24, 38, 47, 22
_SIGKILL = 9
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_ADD_RULE, _RESTRICT_SELF = 445, 446
_CREATE_RULESET = 444
_SPEC_ALLOW = 4  # without it older kernels slow everything down that has a filter
_IDLE = 3 << 13
_READ_ANYTHING = 1 << 1 | 1 << 2  # all that is left of root: films may belong to anybody
_FAILED = 125


def main() -> None:
    order = marshal.loads(_read_order())  # noqa: S302 - from our own parent, through a pipe of its own
    libc = _libc() if sys.platform == "linux" else None
    if libc:
        _die_with(libc, order["parent"], idle_disk=order["idle_disk"])
    _take_outputs(order["outputs"])
    if os.name == "posix":
        _limit(order["limits"])
        _step_back(order["nice"])
    if libc:
        _enclose(libc, order)
    if order["module"]:
        _become_module(order["root"], sys.argv[1], sys.argv[2:])
    else:
        _become_program(sys.argv[1:])


def _read_order() -> bytes:
    """All of standard input, which is /dev/null from then on."""
    order = b""
    while part := os.read(0, 1 << 16):
        order += part
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    return order


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _die_with(libc: Any, parent: int, *, idle_disk: bool) -> None:
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:  # it died before the line above
        os._exit(_FAILED)
    number = _IOPRIO_SET.get(os.uname().machine)
    if idle_disk and number:
        libc.syscall(number, 1, 0, _IDLE)


def _step_back(nice: int) -> None:
    """Where Linux groups processes by session (sched(7), autogroup), niceness counts only within a group, and each child of ours leads one:
    so it steps back as well. The kernel takes such a wish from an unprivileged process ten times a second at most."""
    os.nice(nice)
    for _ in range(4 if nice else 0):
        try:
            with open("/proc/self/autogroup", "w") as group:  # noqa: PTH123 - the shim imports as little as it can
                group.write(str(nice))
        except BlockingIOError:
            time.sleep(0.11)
        except OSError:
            return
        else:
            return


def _take_outputs(inherited: list[int]) -> None:
    """The further pipes become 3, 4 and so on, whatever numbers they have with our parent."""
    if not inherited:
        return
    import fcntl

    aside = []  # first out of the way: one may stand where another has to go
    for number in inherited:
        aside.append(fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 64))
        os.close(number)
    for place, number in enumerate(aside):
        os.dup2(number, 3 + place)
        os.close(number)


def _limit(limits: dict[str, int | None]) -> None:
    import resource

    for name, value in limits.items():
        if value is not None and hasattr(resource, f"RLIMIT_{name}"):
            which = getattr(resource, f"RLIMIT_{name}")
            _, hard = resource.getrlimit(which)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (most, most))


def _enclose(libc: Any, order: dict[str, Any]) -> None:
    if os.geteuid() == 0:
        _drop_capabilities(libc)
    _done(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    if order["ruleset"]:
        _close_files(libc, order["ruleset"], order["rules"])
    if order["filter"]:
        _close_calls(libc, order["filter"])


def _drop_capabilities(libc: Any) -> None:
    """Root without its powers. What cannot be dropped was not there."""
    for number in range(64):
        if not _READ_ANYTHING >> number & 1:
            libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    libc.prctl(_PR_CAP_AMBIENT, 4, 0, 0, 0)
    capset = _CAPSET.get(os.uname().machine)
    if capset:
        kept = _READ_ANYTHING.to_bytes(4, sys.byteorder)
        libc.syscall(capset, (0x20080522).to_bytes(4, sys.byteorder) + bytes(4), (kept + kept + bytes(4)) + bytes(12))


def _close_files(libc: Any, ruleset: bytes, rules: list[tuple[bytes, int, int]]) -> None:
    import stat

    made = _done(libc.syscall(_CREATE_RULESET, ruleset, len(ruleset), 0), "landlock")
    for path, in_folder, in_file in rules:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no right
        rights = in_folder if stat.S_ISDIR(os.fstat(place).st_mode) else in_file
        beneath = rights.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        _done(libc.syscall(_ADD_RULE, made, 1, beneath, 0), "landlock")
        os.close(place)
    _done(libc.syscall(_RESTRICT_SELF, made, 0), "landlock")
    os.close(made)


def _close_calls(libc: Any, program: bytes) -> None:
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    own = os.getpid().to_bytes(4, "little")
    program = program.replace((0x7FFFFFF5).to_bytes(4, "little"), own)  # seccomp.OWN_PID
    told = ctypes.byref(Program(len(program) // 8, program))
    if libc.syscall(_SECCOMP[os.uname().machine], 1, _SPEC_ALLOW, told) != 0:
        _done(libc.prctl(_PR_SET_SECCOMP, 2, told, 0, 0), "seccomp")


def _done(answer: int, what: str) -> int:
    """Fail closed: a layer that was counted on and does not take hold ends the child before it reads a byte."""
    if answer < 0:
        sys.stderr.write(f"the sandbox could not be closed: {what}\n")
        sys.stderr.flush()
        os._exit(_FAILED)
    return answer


def _become_program(argv: list[str]) -> None:
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is what we want
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        sys.stderr.flush()
        os._exit(127)


def _become_module(root: str, module: str, argv: list[str]) -> None:
    """A child in Python is run in this very process: a second start of the interpreter would cost 15 ms for nothing.

    Our package is named by its own folder: its parent cannot be listed from here, as the data folder may lie beside it.
    """
    import importlib
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("app", f"{root}/app/__init__.py", submodule_search_locations=[f"{root}/app"])
    assert spec
    assert spec.loader
    sys.modules["app"] = package = module_from_spec(spec)
    spec.loader.exec_module(package)
    sys.argv = [module, *argv]
    child: Any = importlib.import_module(module)
    child.main()


if __name__ == "__main__":
    main()
