"""Make the signatures that a record lacks: ``python -m vectors.forge.record``.

Builds the corpus with a maker in place (see `vectors.forge.recorded`), and drops what no vector
needs any more. Needs libraries that nothing else does: ``cryptography`` with ML-DSA (50 has it),
and ``slh-dsa``. ML-DSA is the library's hedged one, so that each run would give other octets;
SLH-DSA is the deterministic variant of FIPS 205, which gives the same every time and which no
verifier can tell from the hedged one. Both sign the OpenPGP digest with an empty context (RFC 9980,
5.1.2 and 6.1.2). TEST ONLY, as are all keys here.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vectors.forge import recorded
from vectors.forge.secrets import KEYS

COMPOSITE = ("mldsa65-ed25519", "mldsa87-ed448")
SLH_DSA = ("slhdsa128s", "slhdsa128f", "slhdsa256s")


def main() -> None:
    """Make and drop, and say what."""
    for name in (*COMPOSITE, *SLH_DSA):
        if not recorded.path(name).exists():
            recorded.write(name, recorded.Record(_public(name), {}))
    before = {name: set(recorded.record(name).signatures) for name in (*COMPOSITE, *SLH_DSA)}
    recorded.maker = _sign
    for area in importlib.import_module("vectors.suites").areas():
        area.build()
    for name, known in before.items():
        kept = recorded.record(name)
        recorded.write(name, kept)
        print(f"{name}: {len(kept.used - known)} made, {len(known - kept.used)} dropped")


# Any: neither library's types are there for all who check this module's.


def _composite(name: str) -> list[Any]:
    pem = (KEYS / f"{name}.pem").read_bytes()
    blocks = re.findall(rb"-----BEGIN.*?-----END[^\n]*\n", pem, re.DOTALL)
    return [load_pem_private_key(block, password=None) for block in blocks]


def _slh_dsa(name: str) -> Any:
    return importlib.import_module("slhdsa").SecretKey.from_pkcs(str(KEYS / f"{name}.pem"))


def _public(name: str) -> bytes:
    if name in COMPOSITE:
        return b"".join(key.public_key().public_bytes_raw() for key in _composite(name))
    octets: bytes = _slh_dsa(name).pubkey.digest()
    return octets


def _sign(name: str, digest: bytes) -> bytes:
    if name in COMPOSITE:
        return b"".join(key.sign(digest) for key in _composite(name))
    octets: bytes = _slh_dsa(name).sign_pure(digest)
    return octets


if __name__ == "__main__":
    main()
