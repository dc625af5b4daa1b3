"""What `./homereel test` does: pytest on every core, everything that is not marked slow. Further arguments go to pytest, and win.

--slow   only the slow ones
--all    fast and slow ones
"""

import sys

import pytest

FAST, SLOW, ALL = "not slow and not sweep", "slow and not sweep", "not sweep"
# `logical`, because psutil may count two cores of a small server as one. Stealing keeps a module's tests together, with what they share.
DEFAULTS = ["-n", "logical", "--maxprocesses", "4", "--dist", "worksteal", "-W", "error"]


def options(arguments: list[str]) -> list[str]:
    """The whole list for pytest: ours first, so that what a person says afterwards wins."""
    which = SLOW if "--slow" in arguments else ALL if "--all" in arguments else FAST
    # The slow ones kill, flood and count seconds: one after the other, so that none takes another's time.
    manner = {FAST: [], SLOW: ["-n", "0", "--timeout", "600"], ALL: ["--timeout", "600"]}[which]
    return [*DEFAULTS, *manner, "-m", which, *(argument for argument in arguments if argument not in ("--slow", "--all"))]


if __name__ == "__main__":
    sys.exit(pytest.main(options(sys.argv[1:])))
