"""A small checkout to start: our launcher and set-up script over a program that says what it was given, and packages made on the spot."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = """import json, pathlib, sys, pebble
print(json.dumps({"arguments": sys.argv[1:], "folder": str(pathlib.Path.cwd()), "pebble": pebble.VERSION, "python": sys.executable}))
sys.exit(7 if "fail" in sys.argv else 0)
"""
PYPROJECT = """[project]
name = "small"
dependencies = ["pebble"]
optional-dependencies = {test = ["pytest"]}
"""
PYTEST = 'def main(arguments):\n    print("pytest was given", *arguments)\n    return 3\n'


@dataclass(frozen=True)
class Started:
    code: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, object]:
        """What the program printed: standard output is its own, whatever the set-up had to say."""
        return json.loads(self.out)


@dataclass
class Checkout:
    folder: Path
    shelf: Path  # wheels that pip may take
    environ: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, cwd: Path | None = None, launcher: Path | None = None, **environ: str) -> Started:
        """Run `./homereel` to its end."""
        ran = subprocess.run(
            [launcher or self.folder / "homereel", *arguments],
            cwd=cwd or self.folder,
            env=self.environment(**environ),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Started(ran.returncode, ran.stdout, ran.stderr)

    def environment(self, **environ: str) -> dict[str, str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "HOMEREEL_", "VIRTUAL_ENV", "PYTHON"))}
        mine = {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.shelf.as_uri(),
            "PIP_CONFIG_FILE": os.devnull,
            "HOMEREEL_PYTHON": sys.executable,
        }
        return {key: value for key, value in (clean | mine | self.environ | environ).items() if value}

    def want(self, version: str) -> None:
        """Change the pin, as an update would."""
        (self.folder / "packaging" / "constraints.txt").write_text(f"pebble=={version}\n\n# For the tests alone\npytest==0.1\n")

    def environments(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(".venv-*") if path.is_dir())


def make_checkout(folder: Path, shelf: Path) -> Checkout:
    (folder / "packaging").mkdir(parents=True)
    (folder / "app").mkdir()
    for name in ("homereel", "packaging/environment.py", "packaging/run_tests.py"):
        shutil.copy(PROJECT / name, folder / name)
    (folder / "app" / "__init__.py").touch()
    (folder / "app" / "__main__.py").write_text(PROGRAM)
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "small"\ndependencies = ["pebble"]\noptional-dependencies = {test = ["pytest"]}\n'
    )
    checkout = Checkout(folder, shelf)
    checkout.want("1.0")
    return checkout


def fill(shelf: Path) -> Path:
    """Two versions of one package, and a stand-in for pytest, which is too large to fetch for this."""
    shelf.mkdir()
    for version in ("1.0", "2.0"):
        wheel(shelf, "pebble", version, f"VERSION = {version!r}\n")
    wheel(shelf, "pytest", "0.1", PYTEST)
    return shelf


def wheel(shelf: Path, name: str, version: str, module: str) -> None:
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(shelf / f"{name}-{version}-py3-none-any.whl", "w") as packed:
        packed.writestr(f"{name}.py", module)
        packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")


def disguised(folder: Path, name: str, lie: str) -> Path:
    """A Python that first runs `lie` on itself and then the launcher's question."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'import sys; {lie}; exec(sys.argv[1])\' "$2"\n')
    path.chmod(0o755)
    return path


def bare_path(folder: Path) -> Path:
    """A folder for PATH that has what a shell script needs, and no Python."""
    folder.mkdir(parents=True, exist_ok=True)
    for tool in ("sh", "cat", "readlink", "dirname"):
        found = shutil.which(tool)
        assert found, f"{tool} is not on this machine"
        (folder / tool).symlink_to(found)
    return folder
