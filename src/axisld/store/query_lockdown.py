"""What a process gives up before it reads a stranger's query. Knows nothing of queries.

Everywhere on POSIX: growing files, core dumps. On Linux (x86_64, aarch64) also, by seccomp: sockets, starting programs,
other processes; and by seccomp and Landlock: changing files, and reading any outside one folder.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from pathlib import Path

# Linux system calls by machine: (x86_64, aarch64); 0 where the machine has none of that name.
_REFUSED = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200),
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, 0), "vfork": (58, 0), "clone3": (435, 435),
    "kill": (62, 129), "tkill": (200, 130), "ptrace": (101, 117), "pidfd_open": (434, 434),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "io_uring_setup": (425, 425),
    "openat2": (437, 437), "open_by_handle_at": (304, 265), "creat": (85, 0), "truncate": (76, 45),
    "unlink": (87, 0), "unlinkat": (263, 35), "rmdir": (84, 0), "mkdir": (83, 0), "mkdirat": (258, 34),
    "rename": (82, 0), "renameat": (264, 38), "renameat2": (316, 276), "link": (86, 0), "linkat": (265, 37),
    "symlink": (88, 0), "symlinkat": (266, 36), "mknod": (133, 0), "mknodat": (259, 33),
    "chmod": (90, 0), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, 0), "fchownat": (260, 54),
}  # fmt: skip
_OPEN, _OPENAT, _CLONE, _TGKILL = (2, 0), (257, 56), (56, 220), (234, 131)
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # the bit of a third set of system calls on x86_64

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x10000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9

# Classic BPF (linux/filter.h): load a word of struct seccomp_data, jump, return.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_LANDLOCK_RIGHTS = (0, 13, 14, 15, 15, 16)  # rights over files that each version of Landlock knows; later ones as 5


CAN_CONNECT = "no seccomp on this system: query processes can open connections and start programs"
CAN_READ = "no Landlock in this kernel: query processes can read files outside the store"


def lock_down(readable: Path) -> list[str]:
    """Give up all that evaluating a query does not need, for good. What could not be given up: CAN_CONNECT, CAN_READ.

    Call it with one thread running; threads started later are bound too. `readable` is the folder that stays open.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in _SECCOMP or sys.maxsize < 2**32:
        return [CAN_CONNECT, CAN_READ]
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    missing = _restrict_files(libc, readable)
    _filter_calls(libc, machine)
    return missing


def die_with_parent() -> None:
    """On Linux, be killed when the thread that started this process ends, whatever ends it."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def _filter_calls(libc: ctypes.CDLL, machine: str) -> None:
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in _program(machine))
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    _check(libc.syscall(_SECCOMP[machine], 1, 0, ctypes.c_char_p(filter_)), "seccomp")  # SECCOMP_SET_MODE_FILTER


def _program(machine: str) -> list[tuple[int, int, int, int]]:
    """(code, jump if true, jump if false, operand): refuse what is listed, allow the rest."""
    column = 0 if machine == "x86_64" else 1
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EACCES)
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        program += [(_JUMP_AT_LEAST, 0, 1, _X32), refuse]
    for name, numbers in _REFUSED.items():
        if number := numbers[column]:
            # libc tries clone, which can be looked into, when it is told that there is no clone3
            answer = (_RETURN, 0, 0, _ERRNO | errno.ENOSYS) if name == "clone3" else refuse
            program += [(_JUMP_EQUAL, 0, 1, number), answer]
    for numbers, argument, test in (
        (_OPEN, 1, [(_JUMP_ANY_BIT, 0, 1, _WRITING), refuse]),
        (_OPENAT, 2, [(_JUMP_ANY_BIT, 0, 1, _WRITING), refuse]),
        (_CLONE, 0, [(_JUMP_ANY_BIT, 1, 0, _CLONE_THREAD), refuse]),
        (_TGKILL, 0, [(_JUMP_EQUAL, 1, 0, os.getpid()), refuse]),  # abort() signals itself
    ):
        if number := numbers[column]:
            load = (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * argument)
            program += [(_JUMP_EQUAL, 0, 4, number), load, *test, (_RETURN, 0, 0, _ALLOW)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _restrict_files(libc: ctypes.CDLL, readable: Path) -> list[str]:
    """Landlock: no right over any file but reading below `readable` (kernel 5.13 and later)."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return [CAN_READ]
    rights = (1 << _LANDLOCK_RIGHTS[min(version, len(_LANDLOCK_RIGHTS) - 1)]) - 1
    attributes = struct.pack("=Q", rights)
    ruleset = libc.syscall(_LANDLOCK_CREATE, ctypes.c_char_p(attributes), ctypes.c_size_t(len(attributes)), 0)
    _check(ruleset, "landlock_create_ruleset")
    folder = os.open(readable, os.O_PATH)
    rule = struct.pack("=Qi", _READ_FILE | _READ_FOLDER, folder)
    _check(libc.syscall(_LANDLOCK_ADD, ruleset, 1, ctypes.c_char_p(rule), 0), "landlock_add_rule")
    _check(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    os.close(folder)
    os.close(ruleset)
    return []


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
