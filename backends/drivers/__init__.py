"""Drivers: workers in compiled languages, whose sources come along and are built when asked for.

``pgp-accord backends build NAME`` puts a program into the user's cache, in a folder of the
backend's name, with a record of what it was built from. This module knows where sources and
programs lie, and whether they belong together. It starts nothing; what builds is
`harness.fetch.go`, or `harness.fetch.cargo`. How to write a driver: ``docs/adapters.md``.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import msgspec

from backends import variants
from harness.backend import ForeignAdapter, Present, Unavailable
from harness.outcomes import Value, to_json

SOURCES = Path(__file__).parent
RECORD = "built.json"
"""In a backend's folder; what has none is not there."""
PROGRAM = "driver"


@dataclass(frozen=True, slots=True)
class Driver:
    """One backend's program."""

    name: str
    """The backend's."""
    folder: str
    """Of its module, in `SOURCES`. Several backends may be of one."""
    shared: tuple[str, ...] = ("protocol",)
    """Folders of modules that it needs, beside its own."""
    arguments: tuple[str, ...] = ()
    """What its program is started with."""
    builder: str = "go"
    """Which module of `harness.fetch` builds it."""

    @property
    def module(self) -> Path:
        """Where it is built."""
        return SOURCES / self.folder

    @property
    def building(self) -> str:
        """The command that builds it."""
        return f"pgp-accord backends build {self.name}"


DRIVERS = {
    name: Driver(name, folder="go-crypto", arguments=(name,)) for name in ("go-crypto", "x-crypto")
} | {
    "sequoia-native": Driver("sequoia-native", folder="sequoia-native", shared=(), builder="cargo"),
}
"""By backend."""


class Record(Value, frozen=True, kw_only=True):
    """What a program was built from, with what, and when."""

    sources: str
    """`digest` of these."""
    toolchain: str
    """The compiler, with its version."""
    built: datetime


def digest(driver: Driver) -> str:
    """SHA-256 of all that a driver is built from: the names of its files, and what is in them.

    Raises:
        OSError: a file cannot be read.
    """
    found = hashlib.sha256()
    for folder in (driver.folder, *driver.shared):
        for file in sorted((SOURCES / folder).glob("*.*")):
            if not file.is_file() or file.name.endswith("_test.go"):
                continue  # it is no part of the program
            content = file.read_bytes()
            found.update(f"{folder}/{file.name} {len(content)}\n".encode() + content)
    return found.hexdigest()


def folder_of(driver: Driver) -> Path:
    """Where its program is, or would be."""
    return variants.cache() / driver.name


def names() -> tuple[str, ...]:
    """All that are in the cache, whether they are of any use or not."""
    return tuple(name for name, driver in DRIVERS.items() if folder_of(driver).is_dir())


def write_record(folder: Path, record: Record) -> None:
    """Write a backend's record.

    Raises:
        OSError: it cannot be written.
    """
    (folder / RECORD).write_bytes(to_json(record) + b"\n")


def read_record(folder: Path) -> Record | None:
    """Read a backend's record; None if there is none that can be read."""
    try:
        return msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):
        return None


def presence(driver: Driver) -> Present | Unavailable:
    """Say whether a driver was built, from the sources that are here. Starts nothing."""
    return _lack(driver, folder_of(driver)) or Present()


def _lack(driver: Driver, folder: Path) -> Unavailable | None:
    def lacks(reason: str) -> Unavailable:
        return Unavailable(reason=reason, install=driver.building)

    record = read_record(folder)
    if record is None and not folder.exists():
        return lacks("its driver has not been built")
    if record is None:
        return lacks(f"{folder / RECORD} is missing or unreadable")
    try:
        sources = digest(driver)
    except OSError as error:
        return lacks(f"its driver's sources cannot be read: {error.filename}: {error.strerror}")
    if record.sources != sources:
        return lacks("its driver was built from other sources than this pgp-accord has")
    if not os.access(folder / PROGRAM, os.X_OK):
        return lacks(f"{folder / PROGRAM} is gone, or not executable any more")
    return None


class DriverAdapter(ForeignAdapter):
    """A backend that a driver answers for."""

    driver: ClassVar[Driver]

    @classmethod
    def presence(cls) -> Present | Unavailable:
        return presence(cls.driver)

    @classmethod
    def command(cls) -> tuple[str, ...]:
        return (str(folder_of(cls.driver) / PROGRAM), *cls.driver.arguments)
