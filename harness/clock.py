"""Reference time for backends that have no option for it: libfaketime's preload library.

A process that runs under the library with these settings takes its time from its own environment
variable ``FAKETIME`` at every call, so that one persistent worker serves every reference time.
What holds of the library was measured; ``tests/test_clock.py`` measures it again.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import sysconfig
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

VARIABLE = "FAKETIME"


def find_library() -> Path | None:
    """Find libfaketime's preload library for this machine, or None.

    The copy on PyPI comes first, since it is pinned with the project; measured on Debian 12, it
    also lets ``time.sleep`` work after the time was changed, which the system's 0.9.10 does not.
    Its wheel is built for x86-64 and glibc only; elsewhere the system's package is used.
    """
    candidates: list[Path] = []
    spec = importlib.util.find_spec("libfaketime")
    if spec is not None and spec.origin and platform.machine() == "x86_64":
        candidates.append(
            Path(spec.origin).parent / "vendor/libfaketime/src/libfaketime.so.1",
        )
    multiarch = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    candidates += [
        Path("/usr/lib") / multiarch / "faketime/libfaketime.so.1",
        Path("/usr/lib64/faketime/libfaketime.so.1"),
        Path("/usr/lib/faketime/libfaketime.so.1"),
    ]
    return next((path for path in candidates if path.is_file()), None)


INSTALL = "apt-get install libfaketime"


def preload(library: Path, at: datetime) -> dict[str, str]:
    """Environment variables that start a process under the library, at a reference time."""
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",
        VARIABLE: setting(at),
    }


def setting(at: datetime) -> str:
    """The value of ``FAKETIME`` that stops the clock at a reference time, to the second.

    Stopped, not started (``@``): a reference time is a moment, and a slow machine must not get
    another answer at the edge of a validity period. Also, with ``@`` the first reading after a
    change comes some microseconds early, and thus in the second before.

    Raises:
        ValueError: the time has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"a reference time needs a time zone: {at.isoformat()}")
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat(sep=" ")


def remove_shared_memory(pid: int) -> None:
    """Remove what libfaketime left behind of a process that did not end in the usual way.

    Java ends so, and what aborts. (`harness.keeper` does the same for all that it kills; it is a
    script that can import nothing.) The order is the library's own: see there.
    """
    for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
        with contextlib.suppress(OSError):
            Path("/dev/shm", name).unlink()  # noqa: S108  the library's place


def move_own_clock(at: datetime) -> None:
    """Set the time of this process, which must have been started with `preload`."""
    os.environ[VARIABLE] = setting(at)


def is_preloaded(environment: Mapping[str, str]) -> bool:
    """Tell whether a process with this environment runs under the library."""
    return "libfaketime" in environment.get("LD_PRELOAD", "")


def preamble(at: datetime) -> str:
    """Python lines with which a script restarts itself under the library, at a reference time.

    For programs that are to show a backend's behaviour by hand, without this project. Where
    the library is not installed, the script says so and goes on at the present time.
    """
    settings = {name: value for name, value in preload(Path(), at).items() if name != "LD_PRELOAD"}
    return _PREAMBLE.format(install=INSTALL, settings=settings)


_PREAMBLE = """\
import glob, importlib.util, os, sys

SETTINGS = {settings!r}
if "LD_PRELOAD" not in os.environ:
    spec = importlib.util.find_spec("libfaketime")
    folders = list(spec.submodule_search_locations) if spec else []
    patterns = [folder + "/vendor/libfaketime/src" for folder in folders]
    patterns += ["/usr/lib/*/faketime", "/usr/lib64/faketime", "/usr/lib/faketime"]
    found = [file for p in patterns for file in glob.glob(p + "/libfaketime.so.1")]
    if found:
        environment = {{**os.environ, **SETTINGS, "LD_PRELOAD": found[0]}}
        environment.pop("RUST_BACKTRACE", None)
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)
    print("libfaketime not found ({install}): verifying at the present time", file=sys.stderr)
"""
