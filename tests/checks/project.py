"""Where the project is, and how the checks start its tools."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tool(*command: str | Path, cwd: Path = ROOT, stdin: str | None = None) -> tuple[int, str]:
    """Run a tool of this environment to its end: its exit code and all it said."""
    ran = subprocess.run([sys.executable, *command], cwd=cwd, input=stdin, capture_output=True, text=True, check=False, timeout=600)
    return ran.returncode, ran.stdout + ran.stderr


def python_files(*folders: str) -> list[Path]:
    """Relative to the project, in order."""
    return [path.relative_to(ROOT) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def copy_of_the_house(target: Path) -> Path:
    """The program and its rules in a folder where faults may be planted."""
    shutil.copytree(ROOT / "app", target / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target
