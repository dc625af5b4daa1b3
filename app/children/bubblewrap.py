"""The same rules where the kernel has no Landlock: bubblewrap gives the child a file system in which there is nothing else."""

from collections.abc import Iterator
from pathlib import Path

from app.children import places
from app.children.sandbox import Sandbox


def wrapped(bubblewrap: str, command: list[str], *, program: str, sandbox: Sandbox, folder: Path) -> list[str]:
    """`command` in a sandbox; `program` is what it becomes in the end."""
    return [bubblewrap, "--die-with-parent", "--unshare-all", "--cap-drop", "ALL", *_mounts(program, sandbox, folder), "--", *command]


def _mounts(program: str, sandbox: Sandbox, folder: Path) -> Iterator[str]:
    yield from ("--proc", "/proc", "--dev", "/dev", "--dir", str(folder))
    wanted = (*places.programs(), *places.facts(), *(places.driver_facts() if sandbox.devices else ()))
    wanted += (*(places.program_places(program) if program else ()), *map(_absolute, sandbox.read))
    for path in _outermost([path for path in wanted if not path.startswith(("/proc", "/dev/"))]):  # it has its own of these
        yield from ("--ro-bind-try", path, path)
    for path in map(_absolute, sandbox.write):
        yield from ("--bind", path, path)
    for path in places.devices() if sandbox.devices else ():
        yield from ("--dev-bind-try", path, path)
    yield from ("--chdir", str(folder))


def _outermost(paths: list[str]) -> Iterator[str]:
    """Without those that lie in another: what is there to read cannot be mounted upon."""
    for path in dict.fromkeys(paths):
        if not any(Path(path).is_relative_to(other) for other in paths if other != path):
            yield path


def _absolute(path: Path) -> str:
    return str(path.absolute())
