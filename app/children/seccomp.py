"""The filter on system calls: no network, no other process, no lasting mark on a file but its bytes. Classic BPF, made as bytes.

What is not refused is allowed: libraries change which harmless calls they make, and a list of allowed ones would break with each.
Numbers are the kernel's (asm/unistd_64.h, asm-generic/unistd.h); its Documentation/userspace-api/seccomp_filter.rst says how they are used.
"""

import errno
import struct
from collections.abc import Iterator

OWN_PID = 0x7FFFFFF5  # stands for the child's own number, which is known once it runs; no process can have it
ALLOW = 0x7FFF0000
_KILL, _ERRNO = 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _GIVE = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06  # instructions of classic BPF
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x40000000  # a third set of numbers for the same calls, on x86-64 kernels
_AF_UNIX = 1
_CLONE_THREAD = 0x10000
_ACCESS_MODE, _O_TRUNC = 0o3, 0o1000
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*

# (x86-64, arm64); -1 where a machine has no such call.
_NEVER = {
    # another process, and its memory
    "fork": (57, -1), "vfork": (58, -1), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "move_pages": (279, 239), "migrate_pages": (256, 238),
    # a place of its own to be root in, other disks
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "pivot_root": (155, 41), "chroot": (161, 51), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    # parts of the kernel that no film needs, where its faults are found
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "modify_ldt": (154, -1), "iopl": (172, -1),
    "ioperm": (173, -1), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162),
    # second names for files, pipes and devices among them; rights, owners, dates: Landlock leaves the last three to everybody
    "link": (86, -1), "linkat": (265, 37), "symlink": (88, -1), "symlinkat": (266, 36), "mknod": (133, -1), "mknodat": (259, 33),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1), "fchown": (93, 55),
    "lchown": (94, -1), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466), "file_setattr": (469, 469), "utime": (132, -1), "utimes": (235, -1), "utimensat": (280, 88),
    "futimesat": (261, -1), "truncate": (76, 45),
    # memory that counts for nobody
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "memfd_secret": (447, 447),
}  # fmt: skip
# Answered as by an old kernel: libraries then take the older way, whose arguments can be looked at.
_UNKNOWN = {"clone3": (435, 435), "openat2": (437, 437), "io_uring_setup": (425, 425)}
_NOT_WITH_DEVICES = {"memfd_create": (319, 279)}  # drivers share memory by it
# Only upon the child itself: the argument that says upon whom.
_ON_ITSELF = {
    "kill": (62, 129), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "prlimit64": (302, 261),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274), "sched_setaffinity": (203, 122),
}  # fmt: skip
_WHO_IS_SECOND = {"setpriority": (141, 140), "ioprio_set": (251, 30)}
_SOCKET, _CLONE, _PRCTL = (41, 198), (56, 220), (157, 167)
_PR_SET_PDEATHSIG = 1
_OPENS = {"open": ((2, -1), 1), "openat": ((257, 56), 2)}  # and which argument says how


def filter_program(machine: str, *, devices: bool = False) -> bytes:
    """The program for `uname -m`; b"" for a machine that is not in MACHINES. OWN_PID in it is to be replaced (`for_process`)."""
    if machine not in MACHINES:
        return b""
    column = list(MACHINES).index(machine)
    return b"".join(_steps(MACHINES[machine], column, devices=devices))


def for_process(program: bytes, pid: int) -> bytes:
    return program.replace(struct.pack("<I", OWN_PID), struct.pack("<I", pid))


def _steps(arch: int, column: int, *, devices: bool) -> Iterator[bytes]:
    yield from (_step(_LOAD, _ARCH), _step(_EQUAL, arch, 1, 0), _step(_GIVE, _KILL), _step(_LOAD, _NUMBER))
    if column == 0:
        yield from (_step(_AT_LEAST, _X32, 0, 1), _step(_GIVE, _refusal(errno.ENOSYS)))
    for numbers in _ON_ITSELF.values():
        yield from _when(numbers[column], _only(0, 0, OWN_PID))
    for numbers in _WHO_IS_SECOND.values():
        yield from _when(numbers[column], _only(1, 0, OWN_PID))
    yield from _when(_SOCKET[column], _only(0, *([_AF_UNIX] if devices else [])))
    yield from _when(_CLONE[column], [_load(0), _step(_ANY_BIT, _CLONE_THREAD, 0, 1), _step(_GIVE, ALLOW), _refuse()])
    stay_mortal = [_load(0), _step(_EQUAL, _PR_SET_PDEATHSIG, 0, 1), _refuse(), _step(_GIVE, ALLOW)]
    yield from _when(_PRCTL[column], stay_mortal)
    for numbers, argument in _OPENS.values():
        yield from _when(numbers[column], _no_emptying(argument))
    for numbers in (_NEVER if devices else {**_NEVER, **_NOT_WITH_DEVICES}).values():
        yield from _when(numbers[column], [_refuse()])
    for numbers in _UNKNOWN.values():
        yield from _when(numbers[column], [_step(_GIVE, _refusal(errno.ENOSYS))])
    yield _step(_GIVE, ALLOW)


def _when(number: int, then: list[bytes]) -> Iterator[bytes]:
    """`then` must end in an answer on every way: the number is no longer loaded after it."""
    if number >= 0:
        yield _step(_EQUAL, number, 0, len(then))
        yield from then


def _only(argument: int, *values: int) -> list[bytes]:
    checks = [_step(_EQUAL, value, len(values) - place, 0) for place, value in enumerate(values)]
    return [_load(argument), *checks, _refuse(), _step(_GIVE, ALLOW)]


def _no_emptying(argument: int) -> list[bytes]:
    """Landlock before its third version lets whoever may read a file open it to read *and empty it*: the original would be lost."""
    return [_load(argument), _step(_AND, _ACCESS_MODE | _O_TRUNC), _step(_EQUAL, _O_TRUNC, 0, 1), _refuse(), _step(_GIVE, ALLOW)]


def _load(argument: int) -> bytes:
    """The lower half: none of these arguments is longer than 32 bits for the kernel."""
    return _step(_LOAD, _ARGUMENTS + 8 * argument)


def _refuse() -> bytes:
    return _step(_GIVE, _refusal(errno.EPERM))


def _refusal(number: int) -> int:
    return _ERRNO | number


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)
