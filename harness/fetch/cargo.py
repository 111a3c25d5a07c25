"""Building a driver in Rust: by the ``cargo`` of this machine, from what we pin.

cargo fetches crates into the user's own cache and compares them with ``Cargo.lock``. What runs here
is the compiler, the crates' own build scripts, and the driver once, without a question.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from backends import drivers
from backends.drivers import PROGRAM, Driver, Record
from harness.fetch import FetchError, building, tool_environment
from harness.fetch._tool import Manner, run

_GET_CARGO = "get Rust 1.88 or newer from its makers (rustup); Debian 12's and 13's are too old"
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
    program = shutil.which("cargo")
    if program is None:
        raise FetchError(driver.name, "there is no cargo in PATH", _GET_CARGO)
    environment = _environment()
    compiler = environment.get("RUSTC") or shutil.which("rustc")
    if compiler is None:
        raise FetchError(driver.name, "there is no rustc in PATH", _GET_CARGO)
    with building(folder, driver.name) as place:
        scratch = place / "tmp"
        sources = drivers.digest(driver)
        # In the module's folder: cargo's settings, and rustup's, are looked for from there upwards.
        version = run([compiler, "--version"], driver.name, _ASKED, environment, driver.module)
        manifest = driver.module / "Cargo.toml"
        options = ("--release", "--locked", "--manifest-path", str(manifest))
        words = [program, "build", *options, "--target-dir", str(scratch)]
        run(words, driver.name, _MANNER, environment, driver.module)
        # Below a folder for the machine, if the user's settings name one.
        places = (scratch, *sorted(scratch.glob("*/")))
        programs = (each / "release" / driver.folder for each in places)
        built = next((each for each in programs if each.is_file()), None)
        if built is None:
            raise FetchError(driver.name, "cargo is content, but has built nothing")
        built.replace(place / PROGRAM)
        shutil.rmtree(scratch)
        # It ends with its input, which is empty.
        started = Manner(seconds=60, name="the driver that was built")
        run([str(place / PROGRAM), *driver.arguments], driver.name, started, {})
        record = Record(
            sources=sources,
            toolchain=" ".join(["Rust", *version.split()[1:2]]),
            built=datetime.now(UTC).replace(microsecond=0),
        )
        drivers.write_record(place, record)
    return record


def _environment(source: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The user's environment and settings, but for what would build something else."""
    kept = tool_environment(source)
    return {name: value for name, value in kept.items() if name not in _OTHERS}
