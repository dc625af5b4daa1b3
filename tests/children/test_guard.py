"""The server's memory is closed to other programs of its user, whether or not a sandbox holds them."""

from tests.children.victim import as_nobody

TRY = """
import os, sys
from app.children import hide_memory
told, tell = os.pipe()
server = os.fork()
if server == 0:
    if sys.argv[1] == "hidden":
        hide_memory()
        open("/proc/self/status").close(), os.listdir("/proc/self/fd")
    os.write(tell, b"x")
    os.read(os.pipe()[0], 1)
os.close(tell)
assert os.read(told, 1)
for name in ("mem", "environ"):
    try:
        open(f"/proc/{server}/{name}", "rb").close()
        print(name, "open")
    except PermissionError:
        print(name, "closed")
os.kill(server, 9)
"""


def test_nobody_of_the_same_user_reads_the_servers_memory() -> None:
    assert as_nobody("-c", TRY, "hidden").split() == ["mem", "closed", "environ", "closed"]


def test_it_would_be_open_otherwise() -> None:
    assert "environ open" in as_nobody("-c", TRY, "as it is")
