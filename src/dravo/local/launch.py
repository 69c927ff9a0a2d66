"""The first instructions of every child; runs as a script, as `python -I -S launch.py ORDERS COMMAND ...`.

A script of its own, because what is done here must happen in the child, between fork and exec, where a Python callback
in the parent (`preexec_fn`) is not safe. Its process becomes the command: the pid stays the same.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

NAMESPACE_REFUSED = 121  # exit codes that no server of ours uses
CANNOT_EXECUTE = 127
_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def started(pid: int) -> str | None:
    """Answer what tells this process from a later one with the same pid; None when it is gone or a zombie."""
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        fields = stat.rpartition(")")[2].split()  # the command's name may hold anything, parentheses too
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return None if fields[0] in {"Z", "X"} else f"{boot}/{fields[19]}"
    ps = subprocess.run(  # noqa: S603 - a fixed program with a number
        ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, since = ps.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else " ".join(since.split())


def _libc_call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*(ctypes.c_ulong(argument) for argument in arguments)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _become_ordinary() -> None:
    """Enter a user namespace in which this very user is 1000: the same rights on files, but not root by name."""
    if sys.platform != "linux":
        raise OSError("only Linux has user namespaces")
    uid, gid = os.geteuid(), os.getegid()
    _libc_call("unshare", _CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {gid} 1")


def _die_with(parent: int, death_signal: int) -> None:
    """Have the kernel signal this process when its parent dies, however that dies (Linux)."""
    if sys.platform == "linux":
        _libc_call("prctl", _PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:  # it died before the kernel knew of our wish
        sys.exit("The process that started this one is gone.")


def main(orders: str, *command: str) -> NoReturn:
    wanted = json.loads(orders)
    # A shell starts background jobs with SIGINT ignored, and a parent may block signals: both would be inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if wanted["ordinary"]:
        try:
            _become_ordinary()
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            sys.exit(NAMESPACE_REFUSED)
    _die_with(wanted["parent"], wanted["signals"][0])  # after the change of namespace, which may forget it
    if wanted["pid_file"]:
        _write_pid_file(Path(wanted["pid_file"]), wanted)
    try:
        os.execvp(command[0], command)  # noqa: S606 - starting a program is what this file is for
    except OSError as error:
        sys.stderr.write(f"Cannot run {command[0]}: {error.strerror}\n")
        sys.exit(CANNOT_EXECUTE)


def _write_pid_file(path: Path, wanted: dict[str, object]) -> None:
    # Written by the child, so that there is no moment in which it lives without being on record.
    me, parent = os.getpid(), os.getppid()
    record = {
        "pid": me,
        "started": started(me),
        "owner": parent,
        "owner_started": started(parent),
        "signals": wanted["signals"],
        "grace_seconds": wanted["grace_seconds"],
    }
    unfinished = path.with_name(f".{path.name}.{me}")
    unfinished.write_text(json.dumps(record))
    unfinished.replace(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
