"""The npm package behind the adapter ``openpgpjs``, as its lock file pins it.

npm fetches, and verifies what it gets against the lock file. No script of any package is run.
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from backends import openpgpjs
from backends.variants import OfNpm, Package, Record, write_record
from harness.fetch import FetchError, building, tool_environment
from harness.fetch._tool import Manner, run

_MANNER = Manner(
    seconds=300,
    name="npm",
    errors=("npm error ", "npm ERR! "),  # since npm 10, and before
    hints=(
        (
            re.compile(r"EINTEGRITY"),
            "what the registry gives is not what is pinned: do not use it, and tell pgp-accord's "
            "authors",
        ),
        (
            re.compile(r"ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ENOTCACHED|network"),
            "can the registry be reached?",
        ),
    ),
)


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
    options = (
        *("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"),
        # The user's settings may say so.
        *("--location=project", "--no-global", "--no-dry-run", "--no-package-lock-only"),
        "--no-workspaces",
    )
    words = [program, "ci", *options, "--cache", str(place / ".npm"), "--prefix", str(place)]
    run(words, what, _MANNER, tool_environment())
    shutil.rmtree(place / ".npm", ignore_errors=True)
    if not openpgpjs.is_pinned(place):
        raise FetchError(what, f"npm has not brought openpgp {openpgpjs.pinned_version()}")
