"""The suites: a module or a package per area, one function per vector."""

from __future__ import annotations

import importlib

from vectors.suites.registry import Area

NAMES = (
    "algorithms",
    "armor",
    "bindings",
    "certificates",
    "cleartext",
    "combined",
    "detached",
    "expiration",
    "key-flags",
    "legacy",
    "line-endings",
    "messages",
    "policy",
    "reference-time",
    "reporting",
    "revocation",
    "robustness",
    "self-signatures",
    "signature-values",
    "signatures",
    "simple-signing",
    "subkeys",
    "subpackets",
    "validity",
    "versions",
)
"""The areas of the corpus, by name; the probes stand apart."""


def areas() -> tuple[Area, ...]:
    """Load the areas of the corpus: `Area` ``x-y`` is ``x_y`` in the module of that name."""
    return tuple(map(_area, NAMES))


def _area(name: str) -> Area:
    identifier = name.replace("-", "_")
    area = getattr(importlib.import_module(f"{__name__}.{identifier}"), identifier)
    if not isinstance(area, Area) or area.name != name:
        raise TypeError(f"{identifier} in vectors.suites.{identifier} is not the area {name}")
    return area
