"""What every child needs of the system to run at all: libraries, the interpreter, our own code, and the names of a few harmless facts."""

import os
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import app

ROOT = Path(app.__file__).parent.parent
_PROGRAMS = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/gnu/store", "/nix/store", "/run/current-system/sw")
_FACTS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload", "/etc/localtime", "/etc/alternatives",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/sys/devices/system",
    "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
)  # fmt: skip
_SINKS = ("/dev/null",)
_DEVICES = (
    "/dev/dri", "/dev/kfd", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps",
    "/dev/nvmap", "/dev/mpp_service", "/dev/rga", "/dev/dma_heap", "/dev/udmabuf", "/dev/vpu_service", "/dev/iep",
)  # fmt: skip
_NUMBERED = ("nvidia[0-9]*", "nvhost-*", "video[0-9]*", "media[0-9]*", "v4l-subdev[0-9]*")
_DRIVER_FACTS = (
    "/sys/bus", "/sys/class", "/sys/dev", "/sys/devices", "/sys/module", "/proc/driver", "/proc/devices", "/proc/modules",
    "/proc/sys/vm", "/proc/self", "/etc/OpenCL", "/etc/vulkan", "/etc/glvnd", "/etc/drirc", "/etc/nvidia", "/etc/libva.conf",
    "/run/opengl-driver",
)  # fmt: skip


@cache
def programs() -> tuple[str, ...]:
    """Folders to read and run from. Of a checkout its package alone: the data folder may lie beside it."""
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, str(ROOT / "app"))
    named = [part for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") for part in os.environ.get(name, "").split(":") if part]
    return _there(*_PROGRAMS, *python, *named)


def program_places(program: str) -> tuple[str, ...]:
    """The program itself, and the libraries that lie beside its folder where it was not installed into the system."""
    found = shutil.which(program)
    if not found:
        return ()
    real = Path(found).resolve()
    return _there(found, str(real), str(real.parent.parent / "lib"))


@cache
def facts() -> tuple[str, ...]:
    """To read."""
    return _there(*_FACTS)


@cache
def sinks() -> tuple[str, ...]:
    """To read and write."""
    return _there(*_SINKS)


def devices() -> tuple[str, ...]:
    """Looked for at every start: they come and go with drivers."""
    return _there(*_DEVICES, *_numbered())


def driver_facts() -> tuple[str, ...]:
    return _there(*_DRIVER_FACTS)


def _numbered() -> Iterator[str]:
    for pattern in _NUMBERED:
        yield from (str(path) for path in Path("/dev").glob(pattern))


def _there(*paths: str) -> tuple[str, ...]:
    return tuple(path for path in dict.fromkeys(paths) if Path(path).exists())
