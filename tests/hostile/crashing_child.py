"""A child whose parser breaks down."""

import os
import signal
import sys
from pathlib import Path


def main() -> None:
    with (Path(sys.argv[2]) / "tries").open("a") as file:
        file.write("x")
    os.kill(os.getpid(), signal.SIGSEGV)
