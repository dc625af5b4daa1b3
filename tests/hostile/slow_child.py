"""A child that takes its time."""

import sys
import time
from pathlib import Path


def main() -> None:
    (Path(sys.argv[2]) / "begun").touch()
    time.sleep(60)
