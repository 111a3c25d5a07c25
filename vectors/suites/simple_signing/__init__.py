"""The area simple-signing: a module for each subject, whose vectors stand in this order."""

from __future__ import annotations

import importlib

from vectors.suites.simple_signing.area import simple_signing

__all__ = ["simple_signing"]

PARTS = (
    "signers",
    "validity",
    "several",
    "form",
    "algorithms",
    "keyrings",
    "members",
    "optional",
    "syntax",
    "images",
    "references",
    "fingerprints",
)
"""Modules that register their vectors as they are loaded."""

for _part in PARTS:
    importlib.import_module(f"{__name__}.{_part}")
