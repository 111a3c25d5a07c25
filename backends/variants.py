"""Versions side by side: fetched backends, beside those that are installed.

``sqv@trixie`` is the adapter ``sqv`` with the program of a Debian release, and ``pgpy==0.5.4`` the
adapter ``pgpy`` in a Python environment with that version. Each is one folder in the user's cache,
of the backend's name, with a record of what was fetched. This module reads names and records, and
makes adapters of them; it needs no network. What puts the folders there is `harness.fetch`.

A program is started by the loader (``ld.so``) of the release that it was built for, which takes
libraries from the folder alone. A shell script in between would be a millisecond slower, measured.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import msgspec

import backends
from harness.backend import Adapter, Description, Present, Unavailable
from harness.outcomes import Value, to_json

RECORD = "fetched.json"
"""In a backend's folder; what has none is not there."""
TREE = "tree"
"""Where packages are unpacked, in a backend's folder."""
ENVIRONMENT = "environment"
"""The Python environment, in a backend's folder."""


@dataclass(frozen=True, slots=True)
class Tool:
    """An adapter whose program can be taken from packages."""

    package: str
    program: str
    """Where it lies."""
    member: str = "command"
    """The adapter's class variable that holds the words it is started with."""


TOOLS = {
    "gnupg": Tool("gpg", "usr/bin/gpg"),
    "gpgv": Tool("gpgv", "usr/bin/gpgv"),
    "gpgv1": Tool("gpgv1", "usr/bin/gpgv1"),
    "sqv": Tool("sqv", "usr/bin/sqv", "program"),
    "sqop": Tool("sqop", "usr/bin/sqop"),
    "sqopv": Tool("sqopv", "usr/bin/sqopv"),
    "gosop": Tool("gosop", "usr/bin/gosop"),
    "rsop": Tool("rsop", "usr/bin/rsop"),
    "rsopv": Tool("rsopv", "usr/bin/rsopv"),
}
"""By adapter."""


@dataclass(frozen=True, slots=True)
class Library:
    """An adapter whose library can be taken from PyPI."""

    adapter: str
    distribution: str
    compiled: bool
    """Whether it is of use as a wheel only."""


LIBRARIES = {
    "pgpy": Library("pgpy", "PGPy", compiled=False),
    "pgpy13": Library("pgpy", "pgpy13", compiled=False),
    "python-gnupg": Library("python-gnupg", "python-gnupg", compiled=False),
    "sequoia": Library("sequoia", "pysequoia", compiled=True),
    "pysequoia": Library("sequoia", "pysequoia", compiled=True),
    "johnnycanencrypt": Library("johnnycanencrypt", "johnnycanencrypt", compiled=True),
    "rpgp": Library("rpgp", "rpgp-py", compiled=True),
    "rpgp-py": Library("rpgp", "rpgp-py", compiled=True),
}
"""By what users type: the adapter's name, or the distribution's. (On PyPI, "rpgp" is another.)"""


BOUNDS = ((re.compile(r"PGPy==0\.[1-5](\..*)?"), "cryptography<38"),)
"""Requirements that old versions forgot: what they match, and what it needs. PGPy 0.5.4 uses a
function that cryptography 38 has no more."""


@dataclass(frozen=True, slots=True)
class OfRelease:
    """A name such as ``sqv@trixie``."""

    adapter: str
    suite: str

    @property
    def name(self) -> str:
        return f"{self.adapter}@{self.suite}"

    @property
    def tool(self) -> Tool:
        return TOOLS[self.adapter]

    @property
    def fetching(self) -> str:
        return f"pgp-accord backends fetch debian:{self.suite} {self.adapter}"


@dataclass(frozen=True, slots=True)
class OfPyPI:
    """A name such as ``pgpy==0.5.4``."""

    typed: str
    version: str

    @property
    def name(self) -> str:
        return f"{self.typed}=={self.version}"

    @property
    def library(self) -> Library:
        return LIBRARIES[self.typed]

    @property
    def adapter(self) -> str:
        return self.library.adapter

    @property
    def requirements(self) -> tuple[str, ...]:
        """For pip; the library first."""
        own = f"{self.library.distribution}=={self.version}"
        return (own, *(bound for pattern, bound in BOUNDS if pattern.fullmatch(own)))

    @property
    def fetching(self) -> str:
        return f"pgp-accord backends fetch {self.name}"


@dataclass(frozen=True, slots=True)
class OfNpm:
    """The backend that is made of an npm package, in the version that this project pins."""

    name: str = "openpgpjs"
    fetching: str = "pgp-accord backends fetch openpgpjs"


Name = OfRelease | OfPyPI | OfNpm

SUITE = re.compile(r"[a-z][a-z0-9-]*")
_OF_RELEASE = re.compile(rf"(?P<adapter>[a-z0-9-]+)@(?P<suite>{SUITE.pattern})")
_OF_PYPI = re.compile(r"(?P<typed>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.!+-]*)")


def parse(name: str) -> Name | None:
    """Read the name of a backend that can be fetched; None if it is none."""
    if (match := _OF_RELEASE.fullmatch(name)) and match["adapter"] in TOOLS:
        return OfRelease(match["adapter"], match["suite"])
    if (match := _OF_PYPI.fullmatch(name)) and match["typed"] in LIBRARIES:
        return OfPyPI(match["typed"], match["version"])
    return OfNpm() if name == OfNpm().name else None


class Package(Value, frozen=True, kw_only=True):
    """A package as it was fetched."""

    name: str
    version: str
    sha256: str = ""
    """Of its file, which the package manager has verified."""


class Start(Value, frozen=True, kw_only=True):
    """How a program is started; paths in the tree."""

    program: str
    loader: str = ""
    """Empty for a program that needs none, being statically linked."""
    libraries: tuple[str, ...] = ()
    renames: bool = True
    """Whether the loader can tell the program its name (since glibc 2.33)."""


class Record(Value, frozen=True, kw_only=True):
    """What was fetched, when, and from where."""

    source: str
    """``debian:SUITE``, ``pypi`` or ``npm``."""
    packages: tuple[Package, ...]
    """The backend's own first, then what it needs."""
    fetched: datetime
    start: Start | None = None
    """For a program."""


def cache() -> Path:
    """The folder of all fetched backends: ``$XDG_CACHE_HOME``, or ``~/.cache``, and below."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path.home() / ".cache"
    return base / "pgp-accord/backends"


def names() -> tuple[str, ...]:
    """All that are in the cache."""
    folder = cache()
    try:
        entries = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return ()
    return tuple(name for name in entries if parse(name) and (folder / name / RECORD).is_file())


def write_record(folder: Path, record: Record) -> None:
    """Write a backend's record.

    Raises:
        OSError: it cannot be written.
    """
    (folder / RECORD).write_bytes(to_json(record) + b"\n")


def read_record(folder: Path) -> Record | None:
    """Read a backend's record; None if there is none that can be read."""
    try:
        record = msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):
        return None
    started = record.start is None or isinstance(parse(folder.name), OfRelease)
    return record if record.packages and started else None


def command(folder: Path, start: Start) -> tuple[str, ...]:
    """The words that start a program; the last is the program itself."""
    tree = folder / TREE
    program = str(tree / start.program)
    if not start.loader:
        return (program,)
    libraries = ":".join(str(tree / library) for library in start.libraries)
    # The name is what a program calls itself in messages, instead of its path in the cache.
    renamed = ("--argv0", Path(program).name) if start.renames else ()
    options = ("--inhibit-cache", *renamed, "--library-path", libraries)
    return (str(tree / start.loader), *options, program)


def python(folder: Path) -> Path:
    """The interpreter of a Python environment."""
    return folder / ENVIRONMENT / "bin/python"


class Variant(Adapter[Any]):
    """What a fetched backend has of its own; the rest it has from the adapter."""

    folder: ClassVar[Path]
    wanted: ClassVar[Name]
    record: ClassVar[Record | None]

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if cls.record is None:
            if cls.folder.exists():
                reason = f"{cls.folder / RECORD} is missing or unreadable"
                return Unavailable(reason=reason, install=f"{cls.wanted.fetching} --renew")
            return Unavailable(reason="it has not been fetched", install=cls.wanted.fetching)
        needed = python(cls.folder)
        if cls.record.start is not None:
            needed = Path(command(cls.folder, cls.record.start)[-1])
        if not os.access(needed, os.X_OK):
            reason = f"{needed} is gone, or not executable any more"
            return Unavailable(reason=reason, install=f"{cls.wanted.fetching} --renew")
        return Present(version=cls.record.packages[0].version)

    def describe(self) -> Description:
        said = super().describe()  # type: ignore[safe-super]  # the adapter's, which comes next
        assert self.record is not None
        if self.record.start is None:
            return said  # Python knows its own packages
        own, *others = self.record.packages
        components = {package.name: package.version for package in others}
        components["package"] = f"{own.name} {own.version} from {self.record.source}"
        return msgspec.structs.replace(said, components=said.components | components)


def load(name: str) -> type[Adapter[Any]]:
    """Make the adapter of a fetched backend, or of one that could be.

    Args:
        name: its name; or its folder, for a worker, which does not know the user's home.

    Raises:
        backends.UnknownBackendError: there can be no such backend.
    """
    folder = Path(name) if name.startswith("/") else cache() / name
    wanted = parse(folder.name)
    if (
        wanted is None
        or isinstance(wanted, OfNpm)
        or ("/" in name and not (folder / RECORD).is_file())
    ):
        raise backends.UnknownBackendError(name)
    record = read_record(folder)
    members = {"name": folder.name, "folder": folder, "wanted": wanted, "record": record}
    if record is not None and record.start is not None:
        assert isinstance(wanted, OfRelease)
        members[wanted.tool.member] = command(folder, record.start)
    adapter = backends.load(wanted.adapter)
    return type(f"Fetched{adapter.__name__}", (Variant, adapter), members)
