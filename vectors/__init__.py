"""The vectors: a forge for keys and signatures, the suites built with it, and what they gave.

The committed JSON is what runs use; the forge is needed only to make it anew
(``pgp-accord vectors build``).
"""

from __future__ import annotations

from pathlib import Path

CORPUS: Path = Path(__file__).resolve().parent / "corpus"
"""The committed corpus: one suite per file."""

PROBES: Path = Path(__file__).resolve().parent / "probes" / "probe.json"
"""The suite every worker must pass before it is believed; not part of the corpus."""
