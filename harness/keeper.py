"""The parent of one worker: sets its limits, and leaves nothing of it behind.

It runs as a process of its own between supervisor and worker, as a plain script without site
packages, so it may import nothing but the standard library:

    python -I -S keeper.py LIFELINE SETTINGS -- COMMAND…

LIFELINE is the number of an inherited file descriptor, the reading end of a pipe that nobody ever
writes to; it reports end-of-file when the supervisor is gone, however it went. SETTINGS is a JSON
object (see `Settings`). As a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER) the keeper inherits every
process that the worker starts and loses, so that even one that left the process group, or the
session, is found and killed. The keeper ends as the worker ended: same exit code, same signal.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import sys
from typing import TypedDict

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
START_FAILED = 127
"""Exit code when the command cannot be started, as in a shell."""


class Settings(TypedDict):
    """How the worker is to be started, and what to clean up after it."""

    environment: dict[str, str]
    directory: str
    """Working directory of the worker."""
    remove: str
    """Directory to remove when all processes are gone."""
    limits: dict[str, int]
    """Names from `LIMITS` with their values: bytes, seconds or counts."""


LIMITS = {
    "address_space": resource.RLIMIT_AS,
    "cpu_seconds": resource.RLIMIT_CPU,
    "file_size": resource.RLIMIT_FSIZE,
    "open_files": resource.RLIMIT_NOFILE,
    "core": resource.RLIMIT_CORE,
}


def main(arguments: list[str]) -> None:
    """Start the worker, outlive it, clean up, and end as it did."""
    lifeline = int(arguments[0])
    settings: Settings = json.loads(arguments[1])
    command = arguments[3:]
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wakeup, notify = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(notify)
    for harmless in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(harmless, signal.SIG_IGN)
    worker = os.fork()
    if worker == 0:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _become(command, settings)
    _let_go_of_standard_streams()
    status = _wait(worker, lifeline, wakeup)
    _kill_all_children()
    shutil.rmtree(settings["remove"], ignore_errors=True)
    _end_like(status)


def _become(command: list[str], settings: Settings) -> None:
    try:
        signal.set_wakeup_fd(-1)
        for changed in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(changed, signal.SIG_DFL)
        for name, value in settings["limits"].items():
            _, hard = resource.getrlimit(LIMITS[name])
            ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(LIMITS[name], (ceiling, ceiling))
        os.chdir(settings["directory"])
        os.execvpe(command[0], command, settings["environment"])  # noqa: S606  the purpose
    except OSError as error:
        os.write(2, f"cannot start {command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(START_FAILED)


def _let_go_of_standard_streams() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _wait(worker: int, lifeline: int, wakeup: int) -> int:
    """Reap children until the worker has ended; kill it when the supervisor is gone."""
    watched = [lifeline, wakeup]
    while True:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return 0
            if pid == 0:
                break
            remove_shared_memory(pid)
            if pid == worker:
                return status
        ready, _, _ = select.select(watched, [], [])
        if wakeup in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wakeup, 4096)
        if lifeline in ready:
            watched.remove(lifeline)
            os.kill(worker, signal.SIGKILL)


def _kill_all_children() -> None:
    """Kill children until none is left; those of the killed become ours and follow."""
    while True:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            pid, _ = os.waitpid(-1, 0)
        except ChildProcessError:
            return
        remove_shared_memory(pid)


def remove_shared_memory(pid: int) -> None:
    """Remove what libfaketime leaves behind when its process is killed, if it was one of its.

    It keeps a semaphore and a page of shared memory under the number of the process, and removes
    them only when the process ends by itself.
    """
    # In this order: no process of this number could start where the first is without the second.
    for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
        with contextlib.suppress(OSError):
            os.unlink(f"/dev/shm/{name}")  # noqa: PTH108, S108  as above; the library's place


def _children() -> list[int]:
    """Process ids of the direct children, from /proc (proc(5))."""
    me = os.getpid()
    try:
        with open(f"/proc/{me}/task/{me}/children", encoding="ascii") as file:  # noqa: PTH123  pathlib is slow to import
            return [int(pid) for pid in file.read().split()]
    except FileNotFoundError:  # a kernel without CONFIG_PROC_CHILDREN
        return [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _parent(pid) == me]  # noqa: PTH208


def _parent(pid: str) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return int(file.read().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _end_like(status: int) -> None:
    if os.WIFSIGNALED(status):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        end = os.WTERMSIG(status)
        if end != signal.SIGKILL:
            signal.signal(end, signal.SIG_DFL)
        os.kill(os.getpid(), end)
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1:])
