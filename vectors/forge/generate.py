"""Make the secret keys that ``vectors/keys`` lacks: ``python -m vectors.forge.generate``.

Run once per new key; an existing file is never touched, since every octet of the corpus hangs
on it. TEST ONLY: the keys are committed, unencrypted, on purpose.

Post-quantum keys take a library each that nothing else needs (see `vectors.forge.record`).
"""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from vectors.forge import unusual
from vectors.forge.secrets import KEYS

Recipe = Callable[[], bytes]
"""Makes the content of a key file."""


class _Writable(Protocol):
    def private_bytes(
        self,
        encoding: Encoding,
        format: PrivateFormat,  # noqa: A002 - the library's name
        encryption_algorithm: NoEncryption,
    ) -> bytes: ...


def _pem(key: _Writable) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _rsa(bits: int, exponent: int = 65537) -> Recipe:
    return lambda: _pem(rsa.generate_private_key(public_exponent=exponent, key_size=bits))


def _rsa_unusual(bits: int, exponent: int) -> Recipe:
    """RSA with a public exponent that the library does not generate keys for."""

    def recipe() -> bytes:
        while True:
            usual = rsa.generate_private_key(public_exponent=65537, key_size=bits).private_numbers()
            with contextlib.suppress(ValueError):  # no inverse: other primes
                return _pem(unusual.rsa_of(usual.p, usual.q, exponent))

    return recipe


def _dsa(bits: int) -> Recipe:
    return lambda: _pem(dsa.generate_private_key(key_size=bits))


def _ec(curve: ec.EllipticCurve) -> Recipe:
    return lambda: _pem(ec.generate_private_key(curve))


def _ed25519() -> bytes:
    return _pem(ed25519.Ed25519PrivateKey.generate())


def _ed448() -> bytes:
    return _pem(ed448.Ed448PrivateKey.generate())


def _ml_dsa_65_ed25519() -> bytes:
    from cryptography.hazmat.primitives.asymmetric import mldsa

    return _ed25519() + _pem(mldsa.MLDSA65PrivateKey.generate())


def _ml_dsa_87_ed448() -> bytes:
    from cryptography.hazmat.primitives.asymmetric import mldsa

    return _ed448() + _pem(mldsa.MLDSA87PrivateKey.generate())


def _slh_dsa(parameters: str) -> Recipe:
    def recipe() -> bytes:
        library = importlib.import_module("slhdsa")
        pair = library.KeyPair.gen(getattr(library, parameters))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "key.pem")
            pair.sec.to_pkcs(str(path))
            return path.read_bytes()

    return recipe


RECIPES: dict[str, Recipe] = {
    # People, each with what a vector may need of them.
    "alice-primary": _rsa(3072),
    "alice-signing": _rsa(3072),
    "alice-second": _rsa(3072),
    "bob-primary": _rsa(3072),
    "bob-signing": _rsa(3072),
    "mallory-primary": _rsa(3072),
    "mallory-signing": _rsa(3072),
    # The probes' own, so that no vector's material is asked for before the run.
    "probe-primary": _rsa(3072),
    "probe-signing": _rsa(3072),
    # One per algorithm.
    "rsa1024": _rsa(1024),
    "rsa1536": _rsa(1536),
    "rsa2048": _rsa(2048),
    "rsa4096": _rsa(4096),
    "rsa8192": _rsa(8192),
    "rsa512": lambda: _pem(unusual.rsa_of_size(512)),
    "rsa768": lambda: _pem(unusual.rsa_of_size(768)),
    "rsa2047": lambda: _pem(unusual.rsa_of_size(2047)),
    "rsa3073": lambda: _pem(unusual.rsa_of_size(3073)),
    "rsa3072-roca": lambda: _pem(unusual.rsa_of_infineon(3072)),
    # As a version 3 key it has the key ID of the version 4 key made of ed25519-signing.
    "rsa2048-lookalike": lambda: _pem(unusual.rsa_ending_in(2048, 0x3CF1E279C1A3B727)),
    "rsa3072-e3": _rsa(3072, exponent=3),
    "rsa3072-e257": _rsa_unusual(3072, exponent=257),
    "dsa1024": _dsa(1024),
    "dsa2048": _dsa(2048),
    "dsa3072": _dsa(3072),
    "dsa4096": _dsa(4096),
    "p256": _ec(ec.SECP256R1()),
    "p384": _ec(ec.SECP384R1()),
    "p521": _ec(ec.SECP521R1()),
    "secp256k1": _ec(ec.SECP256K1()),
    "brainpool256": _ec(ec.BrainpoolP256R1()),
    "brainpool384": _ec(ec.BrainpoolP384R1()),
    "brainpool512": _ec(ec.BrainpoolP512R1()),
    "ed25519-primary": _ed25519,
    "ed25519-signing": _ed25519,
    "ed25519-zero-public": lambda: _pem(unusual.ed25519_where(lambda _, public: not public[0])),
    "ed25519-zero-secret": lambda: _pem(unusual.ed25519_where(lambda secret, _: not secret[0])),
    "ed448": _ed448,
    # Composite ones: the traditional key first, as in RFC 9980.
    "mldsa65-ed25519": _ml_dsa_65_ed25519,
    "mldsa87-ed448": _ml_dsa_87_ed448,
    "slhdsa128s": _slh_dsa("shake_128s"),
    "slhdsa128f": _slh_dsa("shake_128f"),
    "slhdsa256s": _slh_dsa("shake_256s"),
    # Twelve who sign together.
    **{f"signer-{n:02}": _ed25519 for n in range(1, 13)},
}


def main() -> None:
    """Write the missing files, and say which."""
    for name, recipe in RECIPES.items():
        path = KEYS / f"{name}.pem"
        if path.exists():
            continue
        path.write_bytes(recipe())
        print(f"made {path.name}")


if __name__ == "__main__":
    main()
