"""What a child may use before the system stops it."""

from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """`wall` is counted by us, the rest by the kernel; None means no limit. `memory` is address space, not resident size."""

    wall: float | None = 60.0
    cpu: int | None = None
    memory: int | None = 8 * GIB
    file_size: int | None = None
    open_files: int | None = 256
    nice: int = 0
    idle_disk: bool = False

    def for_kernel(self) -> dict[str, int | None]:
        """By the names of RLIMIT_*; a crash must never leave a core file in a job's folder."""
        return {"CPU": self.cpu, "AS": self.memory, "FSIZE": self.file_size, "NOFILE": self.open_files, "CORE": 0}
