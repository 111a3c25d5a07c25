"""Adapters that other Python packages bring: entry points of the group `GROUP`.

Finding them imports none of these packages; only `Plugged.load` does, and whatever goes wrong then
is a `BrokenAdapterError`, which costs that one backend.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, distributions
from inspect import isabstract
from typing import Any

from harness.backend import Adapter

GROUP = "pgp_accord.adapters"

_NAME = re.compile(r"(?!all$)[a-z0-9][a-z0-9._-]*")
"""What may be a backend's name: nothing that the command line reads as something else."""


class BrokenAdapterError(Exception):
    """A package promises an adapter, and there is none.

    Attributes:
        plugged: what it promises.
    """

    def __init__(self, plugged: Plugged, what: str) -> None:
        self.plugged = plugged
        super().__init__(
            f"{plugged.package} brings the backend {plugged.name!r} as {plugged.entry.value}, "
            f"but {what}"
        )


@dataclass(frozen=True, slots=True)
class Plugged:
    """An adapter that another package brings."""

    name: str
    package: str
    """Its name and version."""
    entry: EntryPoint

    def load(self) -> type[Adapter[Any]]:
        """Import the adapter's module.

        Raises:
            BrokenAdapterError: there is no adapter there.
        """
        try:
            found = self.entry.load()
        except (Exception, SystemExit) as error:  # whatever another's module does
            what = f"that cannot be loaded: {type(error).__name__}: {error}"
            raise BrokenAdapterError(self, what) from error
        if not (isinstance(found, type) and issubclass(found, Adapter)):
            raise BrokenAdapterError(self, "that is no subclass of harness.backend.Adapter")
        if isabstract(found):
            missing = ", ".join(sorted(found.__abstractmethods__))
            raise BrokenAdapterError(self, f"that does not define {missing}")
        if (own := getattr(found, "name", None)) != self.name:
            raise BrokenAdapterError(self, f"that calls itself {own!r}")
        if not hasattr(found, "clock"):
            raise BrokenAdapterError(self, "that does not define clock")
        if not isinstance(found.on_request, str):
            raise BrokenAdapterError(self, "whose on_request is no text")
        return found


def plugged() -> tuple[Plugged, ...]:
    """All adapters of other packages, by name; a name may come more than once."""
    return _plugged_in(tuple(sys.path))


@lru_cache(maxsize=4)
def _plugged_in(_path: tuple[str, ...]) -> tuple[Plugged, ...]:
    # Not `importlib.metadata.entry_points`: it fails if any package has a broken file.
    found: dict[tuple[str, str], Plugged] = {}
    for distribution in distributions():
        for entry in _entries(distribution):
            name, version = _identity(distribution)
            # As with modules, what comes first on the path hides other versions.
            found.setdefault(
                (re.sub(r"[-_.]+", "-", name).lower(), entry.name),
                Plugged(name=entry.name, package=f"{name} {version}".strip(), entry=entry),
            )
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.package)))


def _entries(distribution: Distribution) -> tuple[EntryPoint, ...]:
    try:
        entries = distribution.entry_points.select(group=GROUP)
        return tuple(entry for entry in entries if _NAME.fullmatch(entry.name))
    except Exception:  # noqa: BLE001  unreadable metadata, of a package that may be any
        return ()


def _identity(distribution: Distribution) -> tuple[str, str]:
    try:
        return str(distribution.metadata["Name"]), str(distribution.metadata["Version"] or "")
    except Exception:  # noqa: BLE001  likewise
        return "a package without a name", ""
