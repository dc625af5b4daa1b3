"""The child that tries whether its sandbox holds: does what no child may, harmlessly, and prints what was not refused.

It is started by its path, so it imports nothing of ours. Its arguments: a file that it may not touch, two ports, the server.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

_TOO_MUCH = 8 << 30


def main() -> None:
    outside, (port, datagrams, server) = Path(sys.argv[1]), [int(word) for word in sys.argv[2:]]
    sys.stdout.write("tried " + " ".join(sorted({name for name, trial in _trials(outside, port, datagrams, server) if _works(trial)})))


def _trials(outside: Path, port: int, datagrams: int, server: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "files", outside.read_bytes
    yield "written", outside.with_name("written").touch
    yield "network", lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close()
    yield "sent", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", datagrams))
    yield "processes", _fork
    if server:
        yield "processes", lambda: os.kill(server, 0)
    yield "memory", lambda: bytearray(_TOO_MUCH)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _works(trial: Callable[[], object]) -> bool:
    try:
        trial()
    except (OSError, MemoryError, AttributeError):  # the last where a system has no such thing
        return False
    return True


if __name__ == "__main__":
    main()
