"""What this machine shows of its video hardware: device files, cards, drivers, and whether we run in a container. Nothing is opened."""

import getpass
import hashlib
import os
import platform
import sys
from pathlib import Path

import msgspec

_NODES = ("dev/dri/renderD*", "dev/nvidia[0-9]*", "dev/nvidiactl", "dev/video*", "dev/mpp_service", "dev/dxg")
_MAKERS = {"0x8086": "intel", "0x10de": "nvidia", "0x1002": "amd"}
_CONTAINERS = (("docker", "docker"), ("podman", "podman"), ("libpod", "podman"), ("kubepods", "kubernetes"), ("lxc", "lxc"))


class Node(msgspec.Struct, frozen=True):
    """A device file. `group` owns it; `allowed`: we may read and write it."""

    path: str
    group: str
    allowed: bool
    maker: str = ""


class Machine(msgspec.Struct, frozen=True):
    """`makers` of graphics on the bus, also of those without a driver."""

    system: str
    user: str
    container: str = ""
    nodes: tuple[Node, ...] = ()
    makers: tuple[str, ...] = ()
    driver: str = ""  # NVIDIA's, as the kernel names it
    release: str = ""

    @property
    def mark(self) -> str:
        """Changes when anything here does: what was tried before proves nothing then."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]

    def some(self, beginning: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.path.startswith(beginning))


def look(root: Path = Path("/")) -> Machine:
    """Read what `root` shows; tests give a folder of their own."""
    return Machine(
        system=sys.platform,
        user=_user(),
        container=_container(root),
        nodes=tuple(_node(root, path) for pattern in _NODES for path in sorted(root.glob(pattern))),
        makers=_makers(root),
        driver=_read(root / "proc/driver/nvidia/version").partition("\n")[0][:120],
        release=platform.release(),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def _container(root: Path) -> str:
    """By the marks that the makers of containers leave."""
    if (root / "run/.containerenv").exists():
        return "podman"
    if (root / ".dockerenv").exists():
        return "docker"
    groups = _read(root / "proc/1/cgroup")
    return next((name for word, name in _CONTAINERS if word in groups), "")


def _node(root: Path, path: Path) -> Node:
    name = f"/{path.relative_to(root).as_posix()}"
    try:
        group = path.group()
    except (KeyError, OSError, NotImplementedError):
        try:
            group = str(path.stat().st_gid)
        except OSError:
            group = ""
    vendor = _read(root / "sys/class/drm" / path.name / "device/vendor").strip()
    return Node(name, group, os.access(path, os.R_OK | os.W_OK), _MAKERS.get(vendor, ""))


def _makers(root: Path) -> tuple[str, ...]:
    """Display controllers on the PCI bus: class 03."""
    found = set()
    for device in root.glob("sys/bus/pci/devices/*"):
        if _read(device / "class").startswith("0x03"):
            found.add(_MAKERS.get(_read(device / "vendor").strip(), "other"))
    return tuple(sorted(found))


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(4096)
    except OSError:
        return ""
