"""What the shim is told: everything decided beforehand, so that little is left to do between the fork and the program."""

import marshal
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.children import landlock, places
from app.children.limits import Limits
from app.children.sandbox import Layers, Sandbox
from app.children.seccomp import filter_program

_MANY = 4096  # processes and threads of one user, all programs together; where no filter forbids the child to have any


def shim_order(*, limits: Limits, sandbox: Sandbox, layers: Layers, program: str, outputs: Sequence[int] = ()) -> bytes:
    """For `shim.main`. `program` is "" for a module of ours."""
    abi = layers.landlock
    return marshal.dumps(
        {
            "parent": 0 if layers.bubblewrap else os.getpid(),
            "limits": kernel_limits(limits, sandbox, layers),
            "nice": limits.nice,
            "idle_disk": limits.idle_disk,
            "module": not program,
            "root": str(places.ROOT),
            "outputs": list(outputs),
            "ruleset": landlock.ruleset(abi) if abi else b"",
            "rules": landlock.rules(abi, rights(program, sandbox)) if abi else [],
            "filter": filter_program(platform.machine(), devices=sandbox.devices) if layers.seccomp else b"",
        }
    )


def kernel_limits(limits: Limits, sandbox: Sandbox, layers: Layers) -> dict[str, int | None]:
    """By the names of RLIMIT_*. Processes are counted only where no filter refuses them: the count is of the user, not of the child."""
    found = limits.for_kernel()
    if sandbox.devices:
        found["DATA"], found["AS"] = found["AS"], None
    if not layers.seccomp:
        found["NPROC"] = _MANY
    return found


def rights(program: str, sandbox: Sandbox) -> Iterator[tuple[str, int]]:
    """Which path may be used how."""
    yield from ((path, landlock.RUN) for path in (*places.programs(), *(places.program_places(program) if program else ())))
    yield from ((path, landlock.READ) for path in places.facts())
    yield from ((path, landlock.DEVICE) for path in places.sinks())
    if sandbox.devices:
        yield from ((path, landlock.DEVICE) for path in places.devices())
        yield from ((path, landlock.READ) for path in places.driver_facts())
    yield from ((_absolute(path), landlock.READ) for path in sandbox.read)
    yield from ((_absolute(path), landlock.WRITE) for path in sandbox.write)


def _absolute(path: Path) -> str:
    return str(path.absolute())
