"""Versions of Python libraries from PyPI, each in an environment of its own.

pip fetches and verifies. The environment is for the Python that runs this. Of this project it
holds what a worker imports, and no part of the project itself (see `harness.guest`).
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from backends.variants import ENVIRONMENT, OfPyPI, Package, Record, python, write_record
from harness.fetch import building, tool_environment
from harness.fetch._pip_settings import pip_environment
from harness.fetch._tool import Manner, run

_WORKER_NEEDS = ("msgspec",)
_SECONDS = 900
_THIS_PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"

_VENV = Manner(
    seconds=_SECONDS,
    name="venv",
    hints=((re.compile(r"ensurepip|No module named '?venv"), "apt-get install python3-venv"),),
)
_PIP = Manner(
    seconds=_SECONDS,
    name="pip",
    errors=("ERROR: ",),
    hints=(
        (re.compile(r"from versions: none"), "can the package index be reached?"),
        (
            re.compile(r"No matching distribution|requires a different Python"),
            f"is there a version for {_THIS_PYTHON}?",
        ),
    ),
)
_PIP_FOR_WHEELS = dataclasses.replace(
    _PIP,
    hints=(
        (
            re.compile(r"No matching distribution"),
            f"is there a wheel for {_THIS_PYTHON}? Without --wheels-only, it is built here",
        ),
    ),
)


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


def fetch(
    wanted: OfPyPI, folder: Path, further: Sequence[str] = (), *, wheels_only: bool = False
) -> Record:
    """Make an environment with a library in it, and put it in its place.

    A library that comes as source only is built, by a program that it brings itself.

    Args:
        wanted: the library and its version.
        folder: that of all fetched backends.
        further: requirements beside it, as pip reads them.
        wheels_only: refuse what would have to be built, so that no code is run that is fetched.

    Raises:
        FetchError: it is not to be had, or not for this Python.
        OSError: it cannot be written.
    """
    library = wanted.library
    with building(folder, wanted.name) as place:
        new = [sys.executable, "-I", "-m", "venv", str(place / ENVIRONMENT)]
        _run(new, wanted.name, _VENV)
        pip = (str(python(place)), "-I", "-m", "pip")
        report = place / "report.json"
        every = library.compiled or wheels_only
        only = [":all:"] if every else ["msgspec", "cryptography", "cffi"]
        quiet = ("--quiet", "--no-input", "--disable-pip-version-check")
        options = (*quiet, "--no-warn-script-location", "--prefer-binary")
        wheels = ("--only-binary", ",".join(only), "--report", str(report))
        needed = (*wanted.requirements, *worker_needs(), *further)
        manner = _PIP_FOR_WHEELS if wheels_only and not library.compiled else _PIP
        _run([*pip, "install", *options, *wheels, "--", *needed], wanted.name, manner)
        # A third of the size, and of no use any more.
        _run([*pip, "uninstall", "--quiet", "--yes", "setuptools", "pip"], wanted.name)
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


def _run(words: Sequence[str], what: str, manner: Manner = _PIP) -> None:
    run(words, what, manner, tool_environment(pip_environment(os.environ)))
