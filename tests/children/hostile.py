"""What a film that took over its child would try. Runs as that child: `python hostile.py FACTS`, prints {attempt: "done" | why not}.

It imports nothing of ours and stands for code that we did not write.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

FACTS = json.loads(sys.argv[1])
DATA, JOB, INPUT = Path(FACTS["data"]), Path(FACTS["job"]), Path(FACTS["input"])
VICTIM, PORT = FACTS["victim"], FACTS["port"]
LIBC = ctypes.CDLL(None, use_errno=True)
MACHINE = os.uname().machine
ARM = MACHINE == "aarch64"
ATTEMPTS: dict[str, Callable[[], object]] = {}


def attempt(function: Callable[[], object]) -> Callable[[], object]:
    ATTEMPTS[function.__name__] = function
    return function


def called(number: int, *arguments: object) -> int:
    """A system call by its number; raises as Python's own do."""
    answer = int(LIBC.syscall(number, *arguments))
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


# -- what it may do


@attempt
def may_read_its_input() -> None:
    assert INPUT.read_bytes() == b"a film"


@attempt
def may_write_in_its_folder() -> None:
    (JOB / "made.new").write_bytes(b"x" * 1000)
    (JOB / "made.new").replace(JOB / "made")
    (JOB / "made").unlink()


@attempt
def may_have_threads() -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


# -- files


@attempt
def read_the_database() -> None:
    (DATA / "site.db").read_bytes()


@attempt
def read_a_secret() -> None:
    (DATA / "secrets" / "key").read_bytes()


@attempt
def read_another_film() -> None:
    (DATA / "originals" / "other.mp4").read_bytes()


@attempt
def list_the_data_folder() -> None:
    assert DATA / "site.db" in DATA.iterdir()


@attempt
def read_the_passwords_of_the_machine() -> None:
    Path("/etc/passwd").read_bytes()


@attempt
def write_outside() -> None:
    (DATA / "planted").write_bytes(b"x")


@attempt
def write_beside_the_input() -> None:
    INPUT.with_name("planted").write_bytes(b"x")


@attempt
def change_the_input() -> None:
    with INPUT.open("r+b") as file:
        file.write(b"A")
    INPUT.write_bytes(b"a film")


@attempt
def remove_another_film() -> None:
    (DATA / "originals" / "spare.mp4").unlink()


@attempt
def move_a_file_out() -> None:
    (JOB / "mine").write_bytes(b"x")
    (JOB / "mine").rename(DATA / "moved")


@attempt
def follow_a_planted_link() -> None:
    (JOB / "planted-link").read_bytes()


@attempt
def run_what_it_wrote() -> None:
    made = JOB / "program"
    made.write_bytes(Path("/bin/true").resolve().read_bytes())
    with contextlib.suppress(OSError):
        made.chmod(0o755)
    pid = os.posix_spawn(made, [str(made)], {})
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


# -- what Landlock leaves to everybody


@attempt
def empty_the_input() -> None:
    handle = os.open(INPUT, os.O_RDONLY | os.O_TRUNC)
    os.close(handle)


@attempt
def shorten_the_input() -> None:
    os.truncate(INPUT, 1)


@attempt
def take_the_rights_off_the_database() -> None:
    (DATA / "site.db").chmod(0o600)


@attempt
def change_a_date() -> None:
    os.utime(DATA / "site.db")


@attempt
def make_a_hard_link_out() -> None:
    (JOB / "mine").write_bytes(b"x")
    os.link(JOB / "mine", DATA / "linked")


@attempt
def make_a_hard_link_in() -> None:
    os.link(DATA / "site.db", JOB / "database")


@attempt
def make_a_link_for_the_server() -> None:
    (JOB / "trap").symlink_to("/etc/passwd")


@attempt
def make_a_pipe_for_the_server() -> None:
    os.mkfifo(JOB / "pipe")


# -- network


@attempt
def connect() -> None:
    socket.create_connection(("127.0.0.1", PORT), timeout=2).close()


@attempt
def connect_by_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as made:
        made.settimeout(2)
        made.connect(("::1", FACTS["port6"]))


@attempt
def send_a_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.sendto(b"x", ("127.0.0.1", PORT))


@attempt
def listen() -> None:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        made.listen()


@attempt
def speak_to_the_control_socket() -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.connect(FACTS["control"])


@attempt
def speak_to_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.connect("\0" + FACTS["abstract"])


@attempt
def ask_the_kernel_by_netlink() -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()


# -- processes


@attempt
def fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


@attempt
def start_a_program() -> None:
    subprocess.run(["true"], check=True)


@attempt
def stop_all_processes_of_its_user() -> None:
    os.kill(-1, 0)


@attempt
def trace_the_server() -> None:
    if LIBC.ptrace(0x4206, VICTIM, 0, 0) != 0:  # PTRACE_SEIZE
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@attempt
def read_the_memory_of_the_server() -> None:
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_void_p * 2)(FACTS["address"], 8)
    called(270 if ARM else 310, VICTIM, local, 1, remote, 1, 0)


@attempt
def open_the_memory_of_the_server() -> None:
    with Path(f"/proc/{VICTIM}/mem").open("r+b"):
        pass


@attempt
def read_the_environment_of_the_server() -> None:
    Path(f"/proc/{VICTIM}/environ").read_bytes()


@attempt
def limit_the_server() -> None:
    soft, hard = resource.prlimit(VICTIM, resource.RLIMIT_NOFILE)
    resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (soft, hard))


@attempt
def slow_the_server_down() -> None:
    os.setpriority(os.PRIO_PROCESS, VICTIM, 19)


@attempt
def outlive_the_server() -> None:
    if LIBC.prctl(1, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


# -- the kernel


@attempt
def be_root_in_a_place_of_its_own() -> None:
    called(97 if ARM else 272, 0x10000000)


@attempt
def mount() -> None:
    if LIBC.mount(b"none", os.fsencode(JOB), b"tmpfs", 0, None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@attempt
def use_io_uring() -> None:
    called(425, 1, ctypes.create_string_buffer(256))


@attempt
def load_a_bpf_program() -> None:
    called(280 if ARM else 321, 0, ctypes.create_string_buffer((1).to_bytes(4, "little") + bytes([4, 0, 0, 0] * 3) + bytes(112)), 128)


@attempt
def use_keys() -> None:
    called(219 if ARM else 250, 0, -3, 1)


@attempt
def watch_performance() -> None:
    called(
        241 if ARM else 298, ctypes.create_string_buffer((1).to_bytes(4, "little") + (128).to_bytes(4, "little") + bytes(120)), 0, -1, -1, 0
    )


# -- too much


@attempt
def eat_memory() -> None:
    bytearray(16 << 30)


@attempt
def eat_memory_that_counts_for_nobody() -> None:
    os.close(os.memfd_create("x"))


@attempt
def fill_the_disk() -> None:
    with (JOB / "big").open("wb", 0) as file:
        for _ in range(4):
            assert file.write(b"x" * 1_000_000) == 1_000_000


# -- and last


@attempt
def kill_the_server() -> None:
    os.kill(VICTIM, signal.SIGUSR1)  # would end it too


def outcome(function: Callable[[], object]) -> str:
    try:
        function()
    except (OSError, AssertionError, MemoryError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return "done"


if __name__ == "__main__":
    print(json.dumps({name: outcome(function) for name, function in ATTEMPTS.items()}), flush=True)
