"""Makes the virtual environment of a checkout. The launchers start it when `.venv` is missing or out of date; standard library only.

A finished environment is a folder `.venv-<id>`, and `.venv` points at the one in use. An installation builds a new folder
and turns the pointer as its last act: whatever happens before (no network, a full disk, a kill) leaves the old one as it was,
and a site that runs from the old one keeps its files until the installation after this.
"""

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

POINTER = ".venv"
TESTS_ONLY = "# For the tests alone"  # the line in constraints.txt after which a site needs nothing
KEPT = "homereel"  # the folder inside an environment that says what it holds
# Settings of pip that would put the packages somewhere else than into the environment.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_DRY_RUN", "PYTHONHOME", "PYTHONPATH")
NO_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish a new connection|name resolution|ConnectTimeout|ConnectionError|ProxyError|SSLError"
    r"|Network is unreachable|Read timed out|Could not fetch URL|Max retries exceeded|NameResolutionError|Connection refused"
)


class SetupFailed(Exception):
    """One sentence that says what is wrong and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What an environment must hold. Two equal values need no installation, whatever else changed in the files."""

    requirements: tuple[str, ...]
    constraints: tuple[str, ...]
    python: str  # as asked for in HOMEREEL_PYTHON; empty for any

    @property
    def packages(self) -> int:
        """About how many packages pip will fetch: those that are pinned."""
        return len(self.constraints)


def read_wanted(root: Path, *, tests: bool, python: str) -> Wanted:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [*project["dependencies"], *(project["optional-dependencies"]["test"] if tests else ())]
    ours, _, for_tests = (root / "packaging" / "constraints.txt").read_text(encoding="utf-8").partition(TESTS_ONLY)
    lines = [*ours.splitlines(), *(for_tests.splitlines() if tests else ())]
    constraints = [bare for line in lines if (bare := line.partition("#")[0].strip())]
    return Wanted(tuple(requirements), tuple(constraints), python)


def stamp_text(root: Path) -> str:
    """What the launchers compare: both files, one after the other, byte for byte."""
    return "".join((root / name).read_bytes().decode("utf-8") for name in ("pyproject.toml", "packaging/constraints.txt"))


def python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(environment: Path) -> bool:
    """Whether this is an environment that was finished."""
    return python_of(environment).exists() and (environment / KEPT / "stamp").is_file()


def holds(environment: Path, wanted: Wanted) -> bool:
    try:
        held = json.loads((environment / KEPT / "wanted.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    asked = json.loads(json.dumps(asdict(wanted)))
    if not wanted.python:  # any will do
        asked["python"] = held.get("python")
    return works(environment) and held == asked


def mark(environment: Path, wanted: Wanted, stamp: str, *, tests: bool) -> None:
    """Say what the environment holds; the stamp comes last, because the launchers look for it."""
    kept = environment / KEPT
    kept.mkdir(exist_ok=True)
    (kept / "wanted.json").write_text(json.dumps(asdict(wanted), indent=1), encoding="utf-8")
    (kept / "python").write_text(wanted.python, encoding="utf-8")
    if tests:
        (kept / "tests").touch()
    put_stamp(environment, stamp)


def put_stamp(environment: Path, stamp: str) -> None:
    aside = environment / KEPT / "stamp.new"
    aside.write_bytes(stamp.encode())
    aside.replace(environment / KEPT / "stamp")


def ensure(root: Path, *, tests: bool, python: str) -> None:
    """Leave `.venv` holding what the project wants; does nothing where it does already."""
    with alone(root):
        current = root / POINTER
        tests = tests or (current / KEPT / "tests").exists()
        wanted, stamp = read_wanted(root, tests=tests, python=python), stamp_text(root)
        if holds(current, wanted):  # another start was quicker, or only words in pyproject.toml changed
            put_stamp(current, stamp)
            return
        previous = current.resolve() if current.exists() else None
        sweep(root, keep=previous)
        fresh = root / f"{POINTER}-{secrets.token_hex(4)}"
        try:
            build(root, fresh, wanted)
            mark(fresh, wanted, stamp, tests=tests)
            point(root, fresh)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


def sweep(root: Path, *, keep: Path | None) -> None:
    """Remove environments that were never finished, and those before the one in use."""
    for folder in root.glob(f"{POINTER}-*"):
        if folder.is_dir() and folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def build(root: Path, fresh: Path, wanted: Wanted) -> None:
    started = time.monotonic()
    say("Setting Homereel up; this takes a minute or two, once.")
    say(f"  1/3  a virtual environment with Python {sys.version.split()[0]}")
    make_environment(fresh)
    say(f"  2/3  packages, about {wanted.packages}")
    install(root, fresh, wanted)
    add_checkout(root, fresh)
    say(f"  3/3  done in {time.monotonic() - started:.0f} s")


def make_environment(fresh: Path) -> None:
    base = Path(getattr(sys, "_base_executable", None) or sys.executable)
    # The name with the version in it: after an upgrade of the system its link leads nowhere, which is noticed, not to another Python.
    versioned = base.with_name(f"python{sys.version_info.major}.{sys.version_info.minor}{base.suffix}")
    made = subprocess.run([versioned if versioned.exists() else base, "-I", "-m", "venv", fresh], **quiet())
    if made.returncode:
        if re.search("ensurepip|No module named", made.stdout):
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise SetupFailed(
                f"Python {version} is here without its venv module, which Homereel needs: install it "
                f"(on Debian and Ubuntu: sudo apt install python{version}-venv) and start again."
            )
        raise SetupFailed(f"Python could not make a virtual environment in {fresh.parent}: {last_line(made.stdout)}")


def install(root: Path, fresh: Path, wanted: Wanted) -> None:
    listed, log = fresh / "requirements.txt", root / f"{POINTER}-log"
    listed.write_text("\n".join(wanted.requirements) + "\n", encoding="utf-8")
    pip = [python_of(fresh), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    command = [*pip, "--requirement", listed, "--constraint", root / "packaging" / "constraints.txt"]
    with log.open("w", encoding="utf-8") as written, subprocess.Popen(command, **quiet()) as running:
        try:
            for line in follow(running, wanted.packages):
                written.write(line)
        except BaseException:
            running.terminate()
            raise
    if running.returncode:
        raise SetupFailed(explain(log.read_text(encoding="utf-8"), log))


def follow(running: "subprocess.Popen[str]", total: int) -> Iterator[str]:
    """Pass pip's lines on and show how far it is: a line rewritten at a terminal, one for every 20 packages elsewhere."""
    count, terminal = 0, sys.stderr.isatty()
    assert running.stdout is not None
    for line in running.stdout:
        yield line
        if found := re.match(r"(?:Collecting|Processing) (?:\S*/)?([A-Za-z0-9_.-]+)", line):
            count += 1
            name = found[1]
            if terminal:
                say(f"\r       {count} of {max(total, count)}  {name:<40}", end="")
            elif count % 20 == 0:
                say(f"       {count} of {max(total, count)}")
        elif line.startswith("Installing collected packages"):
            say("\r       fetched; putting them in place" + " " * 20 if terminal else "       fetched; putting them in place")


def explain(log: str, path: Path) -> str:
    if "No space left on device" in log or "Errno 28" in log:
        return f"The disk that holds {path.parent} is full: free some space (about 600 MB) and start again."
    errors = [line.removeprefix("ERROR: ").strip() for line in log.splitlines() if line.startswith("ERROR: ")]
    if NO_NETWORK.search(log):
        return (
            "The packages could not be fetched: connect this machine to the internet, "
            "or set PIP_INDEX_URL to an index that it reaches, and start again."
        )
    reason = errors[0].rstrip(".") if errors else last_line(log)
    pinned = ", ".join(dict.fromkeys(re.findall(r"\(constraint\) (\S+)", log)))
    reason += f"; pinned are {pinned}" if pinned else ""
    return f"The packages could not be installed ({reason}): pip's own words are in {path}."


def add_checkout(root: Path, fresh: Path) -> None:
    """Make `app` importable from anywhere; the path is relative, so a checkout can be moved."""
    [packages] = [*fresh.glob("lib/python*/site-packages"), *fresh.glob("Lib/site-packages")][:1]
    up = "/".join([".."] * len(packages.relative_to(root).parts))
    (packages / "homereel-checkout.pth").write_text(up + "\n", encoding="utf-8")


def point(root: Path, fresh: Path) -> None:
    """Turn `.venv` to the new environment in one step; one that somebody made there by hand is kept beside it."""
    pointer = root / POINTER
    if pointer.is_dir() and not is_link(pointer):
        pointer.rename(root / f"{POINTER}.by-hand-{secrets.token_hex(2)}")
    if os.name == "nt":  # symbolic links need rights there, junctions do not
        import _winapi

        if is_link(pointer):
            pointer.rmdir()
        _winapi.CreateJunction(str(fresh), str(pointer))
        return
    aside = root / f"{POINTER}-link"
    aside.unlink(missing_ok=True)
    aside.symlink_to(fresh.name)
    aside.replace(pointer)


def is_link(path: Path) -> bool:
    """Whether it is a symbolic link or a junction, also one that leads nowhere."""
    try:
        path.readlink()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """One installation at a time in a checkout; the others wait and then find it done."""
    with (root / f"{POINTER}-lock").open("a") as held:
        if not try_lock(held.fileno()):
            say("Another start of Homereel is setting it up; waiting for it.")
            while not try_lock(held.fileno()):
                time.sleep(0.2)
        yield  # closing the file lets go, and so does dying


def try_lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def quiet() -> dict[str, Any]:
    """How children are started: everything they say comes to us, as text."""
    environment = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    if environment.get("PIP_RETRIES", "0") == "0":
        # pip's own five take half a minute, and without any it does not say that it is the network that fails.
        environment["PIP_RETRIES"] = "2"
    return {
        "env": environment,
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "encoding": "utf-8",
        "errors": "replace",
    }


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason given").rstrip(".")


def say(sentence: str, end: str = "\n") -> None:
    print(sentence, end=end, file=sys.stderr, flush=True)  # never on standard output: `./homereel config show > file`


def main(arguments: list[str]) -> int:
    options = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)
    root, tests = Path(__file__).resolve().parent.parent, options.get("tests") == "yes"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        ensure(root, tests=tests, python=options.get("python", ""))
    except KeyboardInterrupt:
        say("\nSet-up was stopped; start again to finish it.")
        return 130
    except (SetupFailed, OSError) as error:
        sentence = str(error) if isinstance(error, SetupFailed) else unwritable(root, error)
        if tests or not works(root / POINTER):
            say(sentence)
            return 1
        say(f"{sentence} Until then Homereel runs with the packages it has.")
    return 0


def unwritable(root: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk that holds {root} is full: free some space (about 600 MB) and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"Homereel sets itself up in its own folder and may not write to {root}: "
            "make it writable, or move Homereel to where you may write."
        )
    return f"Homereel could not be set up in {root}: {error.strerror or error}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
