"""Runs the benchmarks named, or all, and prints one table in Markdown; `--json FILE` keeps the same as JSON."""

import argparse
import importlib
import json
import os
import platform
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.bench import Row

HERE = Path(__file__).resolve().parent


def available() -> list[str]:
    return sorted(path.stem for path in HERE.glob("p[0-9]*.py"))


def chosen(names: list[str]) -> list[str]:
    """The modules whose names begin as asked: `p1` means `p1_first_frame` and not `p12_sweep`."""
    if not names:
        return available()
    return [module for module in available() if any(module == name or module.startswith(f"{name}_") for name in map(str.lower, names))]


def measure(module: str) -> Iterator[Row]:
    yield from importlib.import_module(f"tests.bench.{module}").rows()


def line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    peer = "" if row.peer is None else f"{row.peer:.4g} {row.unit}"
    return f"| {row.name} | {row.goal} | {peer} | {row.ours:.4g} {row.unit} | {ratio} | {row.note} |"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="homereel bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(available()) or 'none yet'}")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    options = parser.parse_args(arguments)
    modules = chosen(options.names)
    if options.names and not modules:
        parser.error(f"there is no benchmark {' or '.join(options.names)}; there are {', '.join(available()) or 'none yet'}")

    print(f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}\n")
    print("| what | goal | peer or limit | ours | ratio | note |\n|---|---|---|---|---|---|")
    rows, broken = list[Row](), list[str]()
    for module in modules:
        try:
            for row in measure(module):
                rows.append(row)
                print(line(row), flush=True)
        except Exception:  # noqa: BLE001 - one that breaks must not cost the figures of the others
            broken.append(module)
            traceback.print_exc()
    if options.json:
        options.json.write_text(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1) + "\n")
    if broken:
        print(f"\nThese broke off: {', '.join(broken)}.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
