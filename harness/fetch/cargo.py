"""Building a driver in Rust, or a library for one: by the ``cargo`` of this machine, from what we
pin.

cargo fetches crates into the user's own cache and compares them with ``Cargo.lock``. What runs here
is the compiler, the crates' own build scripts, and the driver once, without a question.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backends import drivers
from backends.drivers import PROGRAM, SOURCES, Driver, Library, LibraryRecord, Record
from harness.fetch import FetchError, building, tool_environment
from harness.fetch._tool import Manner, run

_GET_CARGO = "get Rust 1.88 or newer from its makers (rustup); Debian 12's and 13's are too old"
_GET_CLANG = (
    "apt-get install libclang1-14, on Debian 13 libclang1-19; or say in LIBCLANG_PATH where it is"
)
_MANNER = Manner(
    seconds=3600,
    name="cargo",
    errors=("error",),
    hints=(
        (
            re.compile(r"checksum .* changed|checksum mismatch|failed to verify the checksum"),
            "what the registry gives is not what is pinned: do not use it, and tell "
            "pgp-accord's authors",
        ),
        (
            re.compile(
                r"requires rustc |is not supported by the following package|lock file version"
                r"|edition2024"
            ),
            _GET_CARGO,
        ),
        (re.compile(r"linker .* not found"), "apt-get install build-essential"),
        (re.compile(r"find any valid shared libraries matching: .*libclang"), _GET_CLANG),
        (
            re.compile(r"Could(n't| not) resolve host|failed to download|offline|spurious network"),
            "cargo needs a network for the pinned crates, once: can the registry be reached?",
        ),
    ),
)
_ASKED = Manner(seconds=60, name="rustc", errors=("error",))
_OTHERS = ("CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR")
"""Variables that would put the program elsewhere, or make it for another machine."""


def build(driver: Driver, folder: Path) -> Record:
    """Build a driver, and put it in its place.

    Args:
        driver: which.
        folder: that of all fetched and built backends.

    Raises:
        FetchError: there is no cargo or no rustc, or it is too old or fails, or what it built does
            not run.
        OSError: it cannot be written.
    """
    tools = _find(driver)
    with building(folder, driver.name) as place:
        sources = drivers.digest(driver)
        version = _version(tools, driver.module)
        _compile(tools, driver.module, (), driver.folder, place / PROGRAM)
        # It ends with its input, which is empty.
        started = Manner(seconds=60, name="the driver that was built")
        run([str(place / PROGRAM), *driver.arguments], driver.name, started, {})
        record = Record(
            sources=sources, toolchain=version, built=datetime.now(UTC).replace(microsecond=0)
        )
        drivers.write_record(place, record)
    return record


def build_library(driver: Driver, library: Library, place: Path) -> LibraryRecord:
    """Build a shared library, and put it beside where the driver's program will be.

    Raises:
        FetchError: there is no cargo or no rustc, or it is too old or fails.
        OSError: it cannot be written.
    """
    tools = _find(driver)
    folder = SOURCES / library.folder
    sources = drivers.library_digest(library)
    version = _version(tools, folder)
    built = f"lib{library.crate.replace('-', '_')}.so"
    _compile(tools, folder, ("--package", library.crate), built, place / library.file)
    content = drivers.content_of(place / library.file)
    return LibraryRecord(sources=sources, toolchain=version, content=content)


def keep_library(library: Library, before: Path, place: Path) -> LibraryRecord | None:
    """Put a library that was built before where the new program will be; None if it is not of the
    present sources, or not as it was built.

    Args:
        library: which.
        before: the backend's folder, if there is one.
        place: where it goes.

    Raises:
        OSError: it cannot be written.
    """
    there = drivers.read_record(before)
    if there is None or there.library is None:
        return None
    file = before / library.file
    wanted = drivers.library_digest(library)
    if there.library.sources != wanted or not file.is_file():
        return None
    shutil.copy2(file, place)
    if drivers.content_of(place / library.file) != there.library.content:
        return None
    return there.library


@dataclass(frozen=True, slots=True)
class _Tools:
    """What builds, and for whom."""

    cargo: str
    rustc: str
    environment: Mapping[str, str]
    name: str
    """The backend's."""


def _find(driver: Driver) -> _Tools:
    program = shutil.which("cargo")
    if program is None:
        raise FetchError(driver.name, "there is no cargo in PATH", _GET_CARGO)
    environment = _environment()
    compiler = environment.get("RUSTC") or shutil.which("rustc")
    if compiler is None:
        raise FetchError(driver.name, "there is no rustc in PATH", _GET_CARGO)
    return _Tools(program, compiler, environment, driver.name)


def _version(tools: _Tools, folder: Path) -> str:
    # In the module's folder: cargo's settings, and rustup's, are looked for from there upwards.
    said = run([tools.rustc, "--version"], tools.name, _ASKED, tools.environment, folder)
    return " ".join(["Rust", *said.split()[1:2]])


def _compile(
    tools: _Tools, folder: Path, options: tuple[str, ...], made: str, target: Path
) -> None:
    """Build what a manifest names, and keep of it one file."""
    scratch = target.with_name("cargo")
    options = ("--release", "--locked", "--manifest-path", str(folder / "Cargo.toml"), *options)
    words = [tools.cargo, "build", *options, "--target-dir", str(scratch)]
    # Some build scripts ask the variable where they may write, and take their sources' folder else.
    environment = {**tools.environment, "CARGO_TARGET_DIR": str(scratch)}
    run(words, tools.name, _MANNER, environment, folder)
    # Below a folder for the machine, if the user's settings name one.
    places = (scratch, *sorted(scratch.glob("*/")))
    found = (each / "release" / made for each in places)
    built = next((each for each in found if each.is_file()), None)
    if built is None:
        raise FetchError(tools.name, "cargo is content, but has built nothing")
    built.replace(target)
    shutil.rmtree(scratch)


def _environment(source: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The user's environment and settings, but for what would build something else."""
    kept = tool_environment(source)
    return {name: value for name, value in kept.items() if name not in _OTHERS}
