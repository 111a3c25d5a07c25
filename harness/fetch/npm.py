"""The npm package behind the adapter ``openpgpjs``, as its lock file pins it.

npm fetches, and verifies what it gets against the lock file. No script of any package is run.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from backends import openpgpjs
from backends.variants import OfNpm, Package, Record, write_record
from harness.fetch import FetchError, building, tool_environment

_SECONDS = 300


class _Locked(msgspec.Struct):
    """As much of a package's entry in a lock file as is of use."""

    version: str = ""


class _Lock(msgspec.Struct):
    packages: dict[str, _Locked]


def fetch(wanted: OfNpm, folder: Path) -> Record:
    """Install what is pinned, and put it in its place.

    Args:
        wanted: the backend.
        folder: that of all fetched backends.

    Raises:
        FetchError: there is no npm, or it does not get the packages.
        OSError: it cannot be written.
    """
    program = shutil.which("npm")
    if program is None:
        raise FetchError(wanted.name, "there is no npm in PATH", "apt-get install nodejs npm")
    with building(folder, wanted.name) as place:
        for file in openpgpjs.PINNED:
            shutil.copyfile(file, place / file.name)
        _install(program, place, wanted.name)
        lock = msgspec.json.decode((place / "package-lock.json").read_bytes(), type=_Lock)
        record = Record(
            source="npm",
            packages=tuple(
                Package(name=path.removeprefix("node_modules/"), version=locked.version)
                for path, locked in lock.packages.items()
                if path
            ),
            fetched=datetime.now(UTC).replace(microsecond=0),
        )
        write_record(place, record)
    return record


def _install(program: str, place: Path, what: str) -> None:
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    try:
        ended = subprocess.run(
            [program, "ci", *options, "--cache", str(place / ".npm"), "--prefix", str(place)],
            env=tool_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FetchError(what, f"npm took longer than {_SECONDS} seconds") from None
    shutil.rmtree(place / ".npm", ignore_errors=True)
    if ended.returncode != 0:
        lines = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
        own = " ".join(lines[:3]) or f"exit code {ended.returncode}"
        raise FetchError(what, f"npm says: {own}", "can the registry be reached?")
