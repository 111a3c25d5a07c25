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
class Need:
    """Something of the system's, without which nothing can be built."""

    name: str
    """A program's, or a library's as pkg-config knows it."""
    install: str
    """A line that brings it."""
    library: bool = False
    variable: str = ""
    """Where users name another program instead."""


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library in Rust, which a driver loads from the folder that it is in."""

    crate: str
    folder: str
    """Of a manifest in `SOURCES` that names the crate, and pins it with all that it needs."""
    file: str
    needs: tuple[Need, ...] = ()
    """Beside its driver's, and Rust."""


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
    tag: str = ""
    """Go's build tag, which chooses between files of its module and of those it needs."""
    with_c: bool = False
    """Whether there is C in it, so that Go needs a compiler for that, too."""
    library: Library | None = None
    needs: tuple[Need, ...] = ()
    """Beside the compiler of its own language."""

    @property
    def module(self) -> Path:
        """Where it is built."""
        return SOURCES / self.folder

    @property
    def building(self) -> str:
        """The command that builds it."""
        return f"pgp-accord backends build {self.name}"


_C = Need("gcc", "apt-get install gcc", variable="CC")
_PKG_CONFIG = Need("pkg-config", "apt-get install pkg-config", variable="PKG_CONFIG")
_GPGME = (_C, _PKG_CONFIG, Need("gpgme", "apt-get install libgpgme-dev", library=True))

DRIVERS = {
    each.name: each
    for each in (
        Driver("go-crypto", folder="go-crypto", arguments=("go-crypto",)),
        Driver("x-crypto", folder="go-crypto", arguments=("x-crypto",)),
        Driver("sequoia-native", folder="sequoia-native", shared=(), builder="cargo"),
        Driver("containers-image-gpgme", folder="containers-image", with_c=True, needs=_GPGME),
        Driver(
            "containers-image-openpgp", folder="containers-image", tag="containers_image_openpgp"
        ),
        Driver(
            "containers-image-sequoia",
            folder="containers-image",
            tag="containers_image_sequoia",
            with_c=True,
            library=Library(
                crate="podman-sequoia",
                folder="containers-image/library",
                file="libpodman_sequoia.so.0",
                needs=(
                    Need("capnp", "apt-get install capnproto"),
                    Need("openssl", "apt-get install libssl-dev", library=True),
                    Need("sqlite3", "apt-get install libsqlite3-dev", library=True),
                ),
            ),
            needs=_GPGME,
        ),
    )
}
"""By backend."""


class LibraryRecord(Value, frozen=True, kw_only=True):
    """What a library was built from and with, and what has come of it."""

    sources: str
    """`library_digest` of these."""
    toolchain: str
    content: str
    """SHA-256 of its file."""


class Record(Value, frozen=True, kw_only=True):
    """What a program was built from, with what, and when."""

    sources: str
    """`digest` of these."""
    toolchain: str
    """The compiler, with its version."""
    built: datetime
    library: LibraryRecord | None = None
    """Of the one that the program loads."""


def digest(driver: Driver) -> str:
    """SHA-256 of all that a driver is built from: the names of its files, and what is in them.

    Raises:
        OSError: a file cannot be read.
    """
    of_a_library = (driver.library.folder,) if driver.library else ()
    return _digest(driver.tag, driver.folder, *driver.shared, *of_a_library)


def library_digest(library: Library) -> str:
    """SHA-256 of all that a library is built from.

    Raises:
        OSError: a file cannot be read.
    """
    return _digest(library.crate, library.folder)


def _digest(first: str, *folders: str) -> str:
    found = hashlib.sha256(first.encode())
    for folder in folders:
        for file in sorted((SOURCES / folder).glob("*.*")):
            if not file.is_file() or file.name.endswith(("_test.go", ".md")):
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


def content_of(file: Path) -> str:
    """SHA-256 of what is in a file.

    Raises:
        OSError: it cannot be read.
    """
    return hashlib.sha256(file.read_bytes()).hexdigest()


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
    if driver.library:
        file = folder / driver.library.file
        try:
            content = content_of(file)
        except OSError as error:
            return lacks(f"{file} cannot be read: {error.strerror}")
        if record.library is None or record.library.content != content:
            return lacks(f"{file} is not the library that was built")
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
