"""What the shim is told, as values: for every version of Landlock and every machine, whatever this one is."""

import errno
import marshal
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from app.children import Limits, Sandbox, landlock, run, start
from app.children.bubblewrap import wrapped
from app.children.order import kernel_limits, rights, shim_order
from app.children.places import ROOT
from app.children.sandbox import NONE, Layers
from app.children.seccomp import ALLOW, MACHINES, OWN_PID, filter_program, for_process

SYSCALLS = {"x86_64": {"read": 0, "socket": 41, "clone": 56, "fork": 57, "kill": 62, "openat": 257, "clone3": 435, "prctl": 157}}
SYSCALLS["aarch64"] = {"read": 63, "socket": 198, "clone": 220, "kill": 129, "openat": 56, "clone3": 435, "prctl": 167}
REFUSED, UNKNOWN = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS


def answer(program: bytes, machine: str, call: str | int, *arguments: int) -> int:
    """What the kernel would do: an interpreter of the few instructions that are used."""
    number = SYSCALLS[machine][call] if isinstance(call, str) else call
    data = struct.pack("<IIQ6Q", number, MACHINES[machine], 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("<HBBI", program))
    place, value = 0, 0
    while True:
        code, yes, no, k = steps[place]
        place += 1
        if code == 0x06:
            return int(k)
        if code == 0x20:
            value = struct.unpack_from("<I", data, k)[0]
        elif code == 0x54:
            value &= k
        else:
            place += yes if {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[code] else no


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_answers_alike_on_every_machine(machine: str) -> None:
    program = for_process(filter_program(machine), 77)
    ask = [
        ("read",),
        ("socket", 2),
        ("socket", 1),
        ("clone", 0x11),
        ("clone", 0x3D0F00),
        ("clone3",),
        ("kill", 77),
        ("kill", 78),
        ("kill", 0),
    ]

    assert [answer(program, machine, *call) for call in ask] == [
        ALLOW, REFUSED, REFUSED, REFUSED, ALLOW, UNKNOWN, ALLOW, REFUSED, ALLOW,
    ]  # fmt: skip
    assert answer(program, machine, "openat", 0, 0, os.O_RDWR | os.O_CREAT | os.O_TRUNC) == ALLOW
    assert answer(program, machine, "openat", 0, 0, os.O_RDONLY | os.O_TRUNC) == REFUSED
    assert answer(program, machine, "prctl", 1) == REFUSED  # PR_SET_PDEATHSIG


def test_calls_by_the_numbers_of_another_machine_end_the_child_or_are_unknown() -> None:
    program = filter_program("x86_64")

    assert answer(program, "x86_64", 0x40000000 | 41, 2) == UNKNOWN
    alien = program.replace(struct.pack("<I", MACHINES["x86_64"]), struct.pack("<I", 0x40000003))
    assert answer(alien, "x86_64", "read") == 0x80000000


def test_a_machine_that_is_not_known_has_no_filter() -> None:
    assert filter_program("riscv64") == b""


@pytest.mark.parametrize("machine", MACHINES)
def test_hardware_may_share_memory_and_use_local_sockets_and_no_more(machine: str) -> None:
    program = filter_program(machine, devices=True)

    assert answer(program, machine, "socket", 1) == ALLOW
    assert answer(program, machine, "socket", 2) == REFUSED
    assert answer(program, machine, {"x86_64": 319, "aarch64": 279}[machine]) == ALLOW  # memfd_create


def test_the_child_stands_for_itself_once_its_number_is_known() -> None:
    assert struct.pack("<I", OWN_PID) not in for_process(filter_program("x86_64"), 4711)


@pytest.mark.parametrize(
    ("abi", "closed", "length"),
    [(1, 0x1FFF, 8), (2, 0x3FFF, 8), (3, 0x7FFF, 8), (4, 0x7FFF, 16), (5, 0xFFFF, 16), (6, 0xFFFF, 24), (7, 0xFFFF, 24)],
)
def test_each_version_of_landlock_closes_all_that_it_can(abi: int, closed: int, length: int) -> None:
    made = landlock.ruleset(abi)

    assert len(made) == length
    assert struct.unpack_from("<Q", made)[0] == closed
    assert all(struct.unpack_from("<Q", made, place)[0] == 3 for place in range(8, length, 8))


def test_a_file_gets_no_rights_that_only_folders_have() -> None:
    assert landlock.rules(1, [("/film", landlock.READ)]) == [(b"/film", 0b1100, 0b100)]
    (_, folder, file) = landlock.rules(3, [("/job", landlock.WRITE)])[0]
    assert folder == 0b100_0001_1011_1110
    assert file == 0b100_0000_0000_0110


def test_nothing_of_a_checkout_is_open_but_the_program_itself() -> None:
    open_to_all = {Path(path) for path, _ in rights("", Sandbox())}

    assert ROOT / "app" in open_to_all
    assert not any((ROOT / "data").is_relative_to(path) for path in open_to_all)
    assert not any(Path("/etc/shadow").is_relative_to(path) or Path("/var").is_relative_to(path) for path in open_to_all)


def test_memory_of_a_child_with_devices_is_counted_by_use() -> None:
    found = kernel_limits(Limits(memory=1000), Sandbox(devices=True), Layers(seccomp=True))

    assert (found["AS"], found["DATA"]) == (None, 1000)


def test_processes_are_counted_only_where_no_filter_refuses_them() -> None:
    assert "NPROC" not in kernel_limits(Limits(), Sandbox(), Layers(seccomp=True))
    assert kernel_limits(Limits(), Sandbox(), NONE)["NPROC"] == 4096


def test_the_order_says_everything_beforehand() -> None:
    order = marshal.loads(shim_order(limits=Limits(nice=3), sandbox=Sandbox(), layers=NONE, program="true", outputs=[7]))

    assert (order["ruleset"], order["rules"], order["filter"], order["outputs"], order["nice"]) == (b"", [], b"", [7], 3)
    assert order["parent"] == os.getpid()


def test_bubblewrap_mounts_what_may_be_read_and_what_may_be_written(tmp_path: Path) -> None:
    sandbox = Sandbox(read=(Path("/films/one.mp4"),), write=(tmp_path,))
    command = wrapped("/usr/bin/bwrap", ["python", "shim"], program="ffmpeg", sandbox=sandbox, folder=tmp_path)
    text = " ".join(command)

    assert command[:5] == ["/usr/bin/bwrap", "--die-with-parent", "--unshare-all", "--cap-drop", "ALL"]
    assert "--ro-bind-try /films/one.mp4 /films/one.mp4" in text
    assert f"--bind {tmp_path} {tmp_path} --chdir {tmp_path} -- python shim" in text
    assert "--bind /films" not in text


def test_a_program_may_write_to_several_pipes(tmp_path: Path) -> None:
    write = "import os; [os.write(n, f'pipe {n}'.encode()) for n in (1, 3, 4, 5)]"
    with start([sys.executable, "-I", "-S", "-c", write], folder=tmp_path, limits=Limits(), sandbox=Sandbox(), outputs=3) as child:
        assert [pipe.read() for pipe in (child.stdout, *child.outputs)] == [b"pipe 1", b"pipe 3", b"pipe 4", b"pipe 5"]
        assert child.wait() == 0


def test_a_pipe_ends_when_the_program_closes_it(tmp_path: Path) -> None:
    write = "import os, time; os.write(3, b'x'); os.close(3); time.sleep(60)"
    with start([sys.executable, "-I", "-S", "-c", write], folder=tmp_path, limits=Limits(), sandbox=Sandbox(), outputs=1) as child:
        assert child.outputs[0].read() == b"x"
        assert child.alive


def test_a_child_inherits_no_other_file(tmp_path: Path) -> None:
    with (tmp_path / "open").open("wb") as file:
        os.set_inheritable(file.fileno(), True)
        code = f"import os\ntry: os.fstat({file.fileno()}); print('open')\nexcept OSError: print('closed')"
        done = run([sys.executable, "-I", "-S", "-c", code], folder=tmp_path, limits=Limits(), sandbox=Sandbox())

    assert done.stdout == b"closed\n"


def test_a_child_whose_sandbox_cannot_be_closed_never_begins(tmp_path: Path) -> None:
    """A version of Landlock that no kernel has."""

    command = [sys.executable, "-I", "-S", str(ROOT / "app/children/shim.py"), "echo", "begun"]
    order = marshal.loads(shim_order(limits=Limits(), sandbox=Sandbox(), layers=Layers(landlock=6), program="echo"))
    order["ruleset"] = b"\xff" * 24
    done = subprocess.run(command, input=marshal.dumps(order), capture_output=True, cwd=tmp_path, check=False)

    assert done.returncode == 125
    assert done.stdout == b""
    assert "landlock" in done.stderr.decode()
