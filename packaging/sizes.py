"""Holds modules and functions to the size at which they can be read at one sitting: `python packaging/sizes.py [--notes] [FOLDER]`.

Prints what is too large and fails; with --notes also what is larger than it should be.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULE, FUNCTION = (150, 400), (25, 60)  # aim, limit
FOLDERS = ("app", "plugins", "packaging", "tests", "web/static/js", "web/static/css")
KINDS = {".py", ".js", ".css"}


@dataclass(frozen=True)
class Finding:
    where: str
    what: str
    lines: int
    limits: tuple[int, int]

    @property
    def fails(self) -> bool:
        return self.lines > self.limits[1]

    def __str__(self) -> str:
        return f"{self.where}: {self.what} has {self.lines} lines; {self.limits[0]} is the aim, {self.limits[1]} the limit"


def measure(name: str, text: str) -> list[Finding]:
    """Everything in one file that is larger than the aim."""
    module = Finding(name, "the module", len(text.splitlines()), MODULE)
    functions = list(_functions(name, ast.parse(text))) if name.endswith(".py") else []
    return [finding for finding in [module, *functions] if finding.lines > finding.limits[0]]


def _functions(name: str, tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Finding(f"{name}:{node.lineno}", node.name, (node.end_lineno or node.lineno) - node.lineno + 1, FUNCTION)


def measure_all(root: Path) -> list[Finding]:
    files = [
        path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.suffix in KINDS and "vendor" not in path.parts
    ]
    return [finding for path in files for finding in measure(str(path.relative_to(root)), path.read_text(encoding="utf-8"))]


def main(arguments: list[str]) -> int:
    folders = [argument for argument in arguments if not argument.startswith("-")]
    found = measure_all(Path(folders[0]) if folders else Path(__file__).resolve().parent.parent)
    for finding in found:
        if finding.fails or "--notes" in arguments:
            print(finding)
    return 1 if any(finding.fails for finding in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
