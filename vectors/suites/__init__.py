"""The suites: one module per area, one function per vector."""

from __future__ import annotations

from vectors.suites.legacy import legacy
from vectors.suites.registry import Area
from vectors.suites.revocation import revocation
from vectors.suites.signatures import signatures
from vectors.suites.subkeys import subkeys

AREAS: tuple[Area, ...] = (signatures, subkeys, revocation, legacy)
"""All areas of the corpus; the probes stand apart."""
