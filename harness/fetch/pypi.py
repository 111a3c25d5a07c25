"""Versions of Python libraries from PyPI, each in an environment of its own.

pip fetches and verifies. The environment is for the Python that runs this. Of this project it
holds what a worker imports, and no part of the project itself (see `harness.guest`).
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from backends.variants import ENVIRONMENT, OfPyPI, Package, Record, python, write_record
from harness.fetch import FetchError, building, tool_environment

_WORKER_NEEDS = ("msgspec",)
_SECONDS = 900


class _Archive(msgspec.Struct):
    hashes: dict[str, str] = {}


class _Download(msgspec.Struct):
    archive_info: _Archive = msgspec.field(default_factory=_Archive)


class _Metadata(msgspec.Struct):
    name: str
    version: str


class _Item(msgspec.Struct):
    metadata: _Metadata
    download_info: _Download


class _Report(msgspec.Struct):
    """What is of use in pip's report, whose format it documents."""

    install: list[_Item]


def fetch(wanted: OfPyPI, folder: Path, further: Sequence[str] = ()) -> Record:
    """Make an environment with a library in it, and put it in its place.

    Args:
        wanted: the library and its version.
        folder: that of all fetched backends.
        further: requirements beside it, as pip reads them.

    Raises:
        FetchError: it is not to be had, or not for this Python.
        OSError: it cannot be written.
    """
    library = wanted.library
    with building(folder, wanted.name) as place:
        _run([sys.executable, "-I", "-m", "venv", str(place / ENVIRONMENT)], wanted.name)
        report = place / "report.json"
        only = [":all:"] if library.compiled else ["msgspec", "cryptography", "cffi"]
        _run(
            [
                *(str(python(place)), "-I", "-m", "pip", "install"),
                *(
                    "--quiet",
                    "--no-input",
                    "--disable-pip-version-check",
                    "--no-warn-script-location",
                ),
                *("--only-binary", ",".join(only), "--report", str(report), "--"),
                *(*wanted.requirements, *worker_needs(), *further),
            ],
            wanted.name,
            f"is there a version for Python {sys.version_info[0]}.{sys.version_info[1]}?",
        )
        # A third of the size, and of no use any more.
        uninstall = ["uninstall", "--quiet", "--yes", "setuptools", "pip"]
        _run([str(python(place)), "-I", "-m", "pip", *uninstall], wanted.name)
        packages = _packages(report.read_bytes())
        report.unlink()
        own = re.sub(r"[-_.]+", "-", library.distribution).lower()
        packages.sort(key=lambda package: (package.name != own, package.name))
        record = Record(
            source="pypi",
            packages=tuple(packages),
            fetched=datetime.now(UTC).replace(microsecond=0),
        )
        write_record(place, record)
    return record


def worker_needs() -> tuple[str, ...]:
    """What a worker imports beside the library, in the versions that this project asks for."""
    try:
        asked = importlib.metadata.requires("pgp-accord") or ()
    except importlib.metadata.PackageNotFoundError:
        return _WORKER_NEEDS
    return tuple(line for line in asked if re.split(r"[^\w.-]", line)[0] in _WORKER_NEEDS)


def _packages(report: bytes) -> list[Package]:
    return [
        Package(
            name=re.sub(r"[-_.]+", "-", item.metadata.name).lower(),
            version=item.metadata.version,
            sha256=item.download_info.archive_info.hashes.get("sha256", ""),
        )
        for item in msgspec.json.decode(report, type=_Report).install
    ]


def _run(words: Sequence[str], what: str, hint: str = "") -> None:
    try:
        ended = subprocess.run(
            words,
            env=tool_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FetchError(what, f"it took longer than {_SECONDS} seconds") from None
    if ended.returncode != 0:
        said = ended.stderr or ended.stdout
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        errors = [line[7:] for line in lines if line.startswith("ERROR: ")] or lines[-3:]
        own = " ".join(errors) or f"exit code {ended.returncode}"
        if "from versions: none" in own:
            hint = "can the package index be reached?"
        raise FetchError(what, f"{words[3]} says: {own}", hint)
