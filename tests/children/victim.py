"""A place with a database, secrets, films and a server, and a child that is let loose on it.

Also a program (`python -m tests.children.victim LAYERS`), so that it can be done as another user.
"""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

import msgspec
import pytest

from app.children import Limits, Sandbox, run
from app.children.sandbox import Layers

HOSTILE = Path(__file__).with_name("hostile.py")
ROOT = Path(__file__).parents[2]
LIMITS = Limits(wall=60, memory=4 << 30, file_size=3_000_000)
_PLACED = {f"data/{name}": b"not for you" for name in ("site.db", "secrets/key", "originals/other.mp4", "originals/spare.mp4")}
_PLACED["watched/in place.mp4"] = b"a film"
Outcome = dict[str, str]


def let_loose(layers: Layers, *, limits: Limits = LIMITS) -> Outcome:
    """What became of each attempt, under these layers, as whoever we are."""
    with tempfile.TemporaryDirectory() as folder, _place(Path(folder)) as facts:
        sandbox = Sandbox(read=(Path(facts["input"]),), write=(Path(facts["job"]),))
        program = [sys.executable, "-I", "-S", "-c", HOSTILE.read_text(), json.dumps(facts)]
        done = run(program, folder=Path(facts["job"]), limits=limits, sandbox=sandbox, layers=layers)
        assert done.code == 0, (done.code, done.stderr)
        found: Outcome = json.loads(done.stdout)
        return found | {"what changed": " ".join(_changes(Path(folder)))}


def _changes(folder: Path) -> Iterator[str]:
    """Names of what is not as it was outside the child's own folder, whatever the child believes."""
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file() and "job" not in path.parts}
    yield from sorted(set(files) ^ set(_PLACED))
    for name, path in files.items():
        if path.read_bytes() != _PLACED.get(name):
            yield name


def let_loose_as_nobody(layers: Layers) -> Outcome:
    """The same as a user without any rights, whose own all those files are. As ourselves where we are not root."""
    found: Outcome = json.loads(as_nobody("-m", "tests.children.victim", json.dumps(asdict(layers))))
    return found


def as_nobody(*words: str) -> str:
    """Run Python with these arguments as a user without any rights; what it prints."""
    command = [*nobody(), *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": _path()}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def nobody() -> tuple[str, ...]:
    """Python as a user without rights. The one that runs the tests may be root's own; then the system's takes its place."""
    if os.geteuid():
        return (sys.executable,)
    drop = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    for python in (str(Path(sys.executable).resolve()), "/usr/bin/python3"):
        look = "import os, sys, app.children; assert os.access(sys.executable, os.X_OK) and sys.version_info >= (3, 11)"
        with contextlib.suppress(OSError):
            if (
                subprocess.run(
                    [*drop, python, "-c", look], cwd=ROOT, env={**os.environ, "PYTHONPATH": _path()}, capture_output=True
                ).returncode
                == 0
            ):
                return (*drop, python)
    pytest.skip("there is no Python here that a user without rights can run")


def _path() -> str:
    """Also where an interpreter of root's own is replaced by the system's."""
    return f"{ROOT}:{Path(msgspec.__file__).parents[1]}"


@contextlib.contextmanager
def _place(folder: Path) -> Iterator[dict[str, object]]:
    data, job, watched = folder / "data", folder / "data" / "renditions" / "job", folder / "watched"
    for made in (data / "secrets", data / "originals", job, watched):
        made.mkdir(parents=True)
    for name, content in _PLACED.items():
        (folder / name).write_bytes(content)
    (job / "planted-link").symlink_to(data / "site.db")
    secret = ctypes.create_string_buffer(b"secret in memory")
    with contextlib.ExitStack() as open_things:
        server = open_things.enter_context(subprocess.Popen(["sleep", "120"]))
        open_things.callback(server.kill)
        control, abstract = str(folder / "control.sock"), f"homereel-test-{os.getpid()}"
        open_things.enter_context(_listening(socket.AF_UNIX, control))
        open_things.enter_context(_listening(socket.AF_UNIX, "\0" + abstract))
        ports = {}
        for name, family, host in (("port", socket.AF_INET, "127.0.0.1"), ("port6", socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):  # a machine without IPv6
                ports[name] = open_things.enter_context(_listening(family, (host, 0))).getsockname()[1]
        yield {
            "data": str(data), "job": str(job), "input": str(watched / "in place.mp4"), "victim": server.pid, "control": control,
            "abstract": abstract, "address": ctypes.addressof(secret), "port": ports["port"], "port6": ports.get("port6", 9),
        }  # fmt: skip


def _listening(family: socket.AddressFamily, address: object) -> socket.socket:
    made = socket.socket(family)
    made.bind(address)  # type: ignore[arg-type]
    made.listen()
    return made


if __name__ == "__main__":
    print(json.dumps(let_loose(Layers(**json.loads(sys.argv[1])))))
