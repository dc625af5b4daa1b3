"""What a child may touch, and what this machine has to hold it to that: values, decided by whoever starts it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sandbox:
    """Beside the system's libraries and our own code a child reads `read` and changes what lies in the folders `write`, nothing else.

    Its working folder is not among them by itself: `Sandbox()` reads nothing and writes nothing, pipes apart. It never has a
    network, another process or a new program of its own. `devices` opens what the hardware encoders need; memory is then counted
    by what is used, not by address space, because drivers reserve more of that than a machine has.
    """

    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    devices: bool = False


@dataclass(frozen=True)
class Layers:
    """What encloses children on this machine. `landlock` is its version, 0 where the kernel has none; resource limits are always there."""

    landlock: int = 0
    seccomp: bool = False
    bubblewrap: str = ""  # the program; looked for only where there is no Landlock

    @property
    def files(self) -> bool:
        return bool(self.landlock or self.bubblewrap)

    @property
    def network(self) -> bool:
        return bool(self.seccomp or self.bubblewrap)


NONE = Layers()
