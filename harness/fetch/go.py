"""Building a driver in Go: by the ``go`` of this machine, from sources and versions that we pin.

go fetches modules into the user's own cache and compares them with ``go.sum``. What runs here is
the compiler, and the driver once, without a question; no module has a script of its own. A library
that a driver loads is built first, by `harness.fetch.cargo`, unless it is there already.
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
from harness.fetch import FetchError, _needs, building, cargo, tool_environment
from harness.fetch._tool import Manner, run

_GET_GO = "apt-get install golang-go, or a newer one from Go's makers"
_ONCE = (
    "go needs a network for the pinned modules, once: can the module proxy be reached, and does "
    "GOPROXY allow it?"
)
_MANNER = Manner(
    seconds=1800,
    name="go",
    hints=(
        (
            re.compile(r"SECURITY ERROR|checksum mismatch"),
            "what the module proxy gives is not what is pinned: do not use it, and tell "
            "pgp-accord's authors",
        ),
        (re.compile(r"requires go >=|toolchain not available"), _GET_GO),
        (
            re.compile(
                r"dial tcp|no such host|proxyconnect|TLS handshake|i/o timeout|GOPROXY=off"
                r"|GOPROXY list is not|module lookup disabled"
            ),
            _ONCE,
        ),
    ),
)
_VERSION = re.compile(r"go(\d+)\.(\d+)(?:\.(\d+))?")
_NEEDED = re.compile(r"^go (\d+)\.(\d+)(?:\.(\d+))?$", re.M)


def build(driver: Driver, folder: Path, *, renew: bool = False) -> Record:
    """Build a driver, and put it in its place.

    Args:
        driver: which.
        folder: that of all fetched and built backends.
        renew: whether a library that it loads is built again, too.

    Raises:
        FetchError: there is no go, or it is too old or fails, or what it built does not run; or
            something else is missing, or the library cannot be built.
        OSError: it cannot be written.
    """
    program = shutil.which("go")
    if program is None:
        raise FetchError(driver.name, "there is no go in PATH", _GET_GO)
    with building(folder, driver.name) as place:
        scratch = place / "tmp"
        scratch.mkdir()
        environment = _environment(scratch, with_c=driver.with_c)
        sources = drivers.digest(driver)
        version = _version(program, driver, environment)
        library, needs = None, driver.needs
        if driver.library is not None and not renew:
            library = cargo.keep_library(driver.library, folder / driver.name, place)
        if driver.library is not None and library is None:
            needs += driver.library.needs
        _needs.check(driver.name, needs, environment)
        if driver.library is not None and library is None:
            library = cargo.build_library(driver, driver.library, place)
        toolchain = f"Go {version}" + (f" and {library.toolchain}" if library else "")
        environment |= _machine(program, driver, environment)
        # What is on the command line counts more than GOFLAGS.
        options = ("-trimpath", "-buildvcs=false", "-mod=readonly", f"-tags={driver.tag}")
        words = [program, "build", "-C", str(driver.module), *options]
        run([*words, "-o", str(place / PROGRAM), "."], driver.name, _MANNER, environment)
        shutil.rmtree(scratch)
        if not (place / PROGRAM).is_file():
            raise FetchError(driver.name, "go is content, but has built nothing")
        # It ends with its input, which is empty.
        started = Manner(seconds=60, name="the driver that was built")
        run([str(place / PROGRAM), *driver.arguments], driver.name, started, {})
        record = Record(
            sources=sources,
            toolchain=toolchain,
            built=datetime.now(UTC).replace(microsecond=0),
            library=library,
        )
        drivers.write_record(place, record)
    return record


def _environment(
    scratch: Path, source: Mapping[str, str] = os.environ, *, with_c: bool = False
) -> dict[str, str]:
    """The user's environment and settings, but for what would build something else.

    Proxies, caches and flags are the user's. Another toolchain is fetched only if the user has said
    so in GOTOOLCHAIN. Empty, GOARCH and GOOS are what ``go env -w`` has set: see `_machine`.
    """
    ours = {
        "CGO_ENABLED": "1" if with_c else "0",
        "GO111MODULE": "on",
        "GOARCH": "",
        "GOOS": "",
        "GOTMPDIR": str(scratch),
        "GOTOOLCHAIN": source.get("GOTOOLCHAIN", "local"),
        "GOWORK": "off",
    }
    return {**tool_environment(source), **ours}


def _machine(program: str, driver: Driver, environment: Mapping[str, str]) -> dict[str, str]:
    """What go is to build for: the machine that it runs on, whatever its own settings are."""
    asked = [program, "env", "-C", str(driver.module), "GOHOSTOS", "GOHOSTARCH"]
    match run(asked, driver.name, _MANNER, environment).split():
        case [system, architecture]:
            return {"GOOS": system, "GOARCH": architecture}
    raise FetchError(driver.name, "go does not tell which machine it runs on", _GET_GO)


def _version(program: str, driver: Driver, environment: Mapping[str, str]) -> str:
    """The version of go, which must do."""
    said = run([program, "version"], driver.name, _MANNER, environment)
    found = _VERSION.search(said)
    needed = _NEEDED.search((driver.module / "go.mod").read_text())
    assert needed is not None
    if found is None:
        raise FetchError(driver.name, "go does not tell its version", _GET_GO)
    if _number(found) < _number(needed) and environment["GOTOOLCHAIN"] == "local":
        reason = f"it needs Go {needed[1]}.{needed[2]} or newer, and {program} is {found[0][2:]}"
        raise FetchError(driver.name, reason, _GET_GO)
    return found[0].removeprefix("go")


def _number(version: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part or 0) for part in version.groups())
