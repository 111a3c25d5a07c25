"""How a backend's worker is started: from the name a user types to a command and its limits."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, assert_never

import backends
from backends.variants import OfPyPI, Variant, python
from harness import clock, guest
from harness.backend import Adapter, Clock, ForeignAdapter, Present, Unavailable

FOREIGN = "exec:"
"""Prefix of a backend that is a command speaking the protocol: ``exec:./my-verifier --fast``."""

_SOME_TIME = datetime(2024, 6, 1, tzinfo=UTC)  # where a preloaded clock starts; any would do
_PASSED_ON = ("PATH",)
_FOREIGN_MEMORY = 16 << 30
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker, and all that it starts, may use."""

    address_space: int | None = 4 << 30
    """Bytes per process; None for no limit."""
    cpu_seconds: int = 600
    """Per process; far above any deadline, against work that goes on unseen."""
    file_size: int = 512 << 20
    """Bytes per file."""
    open_files: int = 256

    def as_settings(self) -> dict[str, int]:
        """The limits by the names that `harness.keeper` knows."""
        limits = {
            "cpu_seconds": self.cpu_seconds,
            "file_size": self.file_size,
            "open_files": self.open_files,
            "core": 0,
        }
        if self.address_space is not None:
            limits["address_space"] = self.address_space
        return limits


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything needed to start a backend's worker, again and again."""

    name: str
    command: tuple[str, ...]
    limits: Limits = Limits()
    environment: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Variables beyond the scrubbed ones (see `scrubbed_environment`)."""


def find(name: str) -> Launch | Unavailable:
    """Find out how to start a backend, without starting it.

    Args:
        name: an adapter's name, or a fetched version's, or ``exec:`` or ``sop:`` and a command
            line. The worker runs in a directory of its own: words of the command that name existing
            files are made absolute.

    Raises:
        backends.UnknownBackendError: there is no adapter of that name.
    """
    if name.startswith(FOREIGN):
        return _find_foreign(name)
    package = backends.origin(name)
    try:
        return _find_adapter(name)
    except (backends.BrokenAdapterError, backends.NameClashError):
        return Launch(name=name, command=_worker(name))  # it will find the same, and say why
    except (Exception, SystemExit) as error:
        if not package:
            raise
        # Another package's adapter may do what it likes: it harms no other.
        reason = f"its adapter raises {type(error).__name__}: {error}"
        return Unavailable(reason=reason, install=f"tell the authors of {package}")


def _find_adapter(name: str) -> Launch | Unavailable:
    adapter = backends.load(name)
    match adapter.presence():
        case Unavailable() as absent:
            return absent
        case Present():
            return Launch(
                name=name,
                command=_command(adapter, name),
                limits=Limits(address_space=adapter.memory_limit),
                environment=_preload(adapter.clock, worker=adapter.preload_worker),
            )
        case neither:
            assert_never(neither)


def _find_foreign(name: str) -> Launch | Unavailable:
    try:
        command = shlex.split(name.removeprefix(FOREIGN))
    except ValueError as error:
        return Unavailable(reason=f"not a command line: {error}", install="check the quotes")
    program = shutil.which(command[0]) if command else None
    if program is None:
        return Unavailable(
            reason=f"no executable {command[0] if command else '(empty command)'!r}",
            install=f"give the path of an executable after {FOREIGN}",
        )
    return Launch(
        name=name,
        command=tuple(map(_absolute, [program, *command[1:]])),
        limits=Limits(address_space=_FOREIGN_MEMORY),
    )


def _command(adapter: type[Adapter[Any]], name: str) -> tuple[str, ...]:
    if issubclass(adapter, ForeignAdapter):
        return adapter.command()
    if issubclass(adapter, Variant):
        if isinstance(adapter.wanted, OfPyPI):
            return (str(python(adapter.folder)), "-I", guest.__file__, str(adapter.folder))
        name = str(adapter.folder)
    return _worker(anywhere(name))


def _worker(name: str) -> tuple[str, ...]:
    # The interpreter is isolated from the user's folders, but another package may be just there.
    folders = map(os.path.abspath, sys.path if backends.origin(name) else ())
    return (sys.executable, "-I", "-m", "harness.worker", name, *dict.fromkeys(folders))


def anywhere(name: str) -> str:
    """Name the same backend so that it is found from any directory.

    Args:
        name: any backend's. The program of a ``sop:`` command line must be there.
    """
    if not name.startswith(backends.SOP):
        return name
    program, *words = shlex.split(name.removeprefix(backends.SOP))
    found = shutil.which(program) or program
    return backends.SOP + shlex.join(map(_absolute, [found, *words]))


def _absolute(word: str) -> str:
    """Make a word that names an existing file independent of the working directory."""
    return os.path.abspath(word) if Path(word).exists() else word  # noqa: PTH100  links stay


def _preload(kind: Clock, *, worker: bool) -> Mapping[str, str]:
    library = clock.find_library() if worker and kind is Clock.LIBFAKETIME else None
    return _NOTHING if library is None else clock.preload(library, _SOME_TIME)


def scrubbed_environment(directory: str, source: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of every worker: an allow-list, and homes that belong to it alone.

    ``RUST_BACKTRACE`` and its kind are absent, so that messages do not grow stack traces; the
    user's GnuPG home, agents, proxies and Python settings are absent too.

    Args:
        directory: the worker's own directory.
        source: normally the environment of this process.
    """
    passed = {name: source[name] for name in _PASSED_ON if name in source}
    return passed | {
        "HOME": f"{directory}/home",
        "GNUPGHOME": f"{directory}/home",
        "TMPDIR": f"{directory}/tmp",  # noqa: S108  below the worker's own directory
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
