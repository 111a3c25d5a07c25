"""Make the secret keys that ``vectors/keys`` lacks: ``python -m vectors.forge.generate``.

Run once per new key; an existing file is never touched, since every octet of the corpus hangs
on it. TEST ONLY: the keys are committed, unencrypted, on purpose.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from vectors.forge.secrets import KEYS, SecretKey


def _rsa(bits: int, exponent: int = 65537) -> Callable[[], SecretKey]:
    return lambda: rsa.generate_private_key(public_exponent=exponent, key_size=bits)


def _dsa(bits: int) -> Callable[[], SecretKey]:
    return lambda: dsa.generate_private_key(key_size=bits)


def _ec(curve: ec.EllipticCurve) -> Callable[[], SecretKey]:
    return lambda: ec.generate_private_key(curve)


RECIPES: dict[str, Callable[[], SecretKey]] = {
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
    "rsa3072-e3": _rsa(3072, exponent=3),
    "dsa1024": _dsa(1024),
    "dsa2048": _dsa(2048),
    "dsa3072": _dsa(3072),
    "p256": _ec(ec.SECP256R1()),
    "p384": _ec(ec.SECP384R1()),
    "p521": _ec(ec.SECP521R1()),
    "secp256k1": _ec(ec.SECP256K1()),
    "brainpool256": _ec(ec.BrainpoolP256R1()),
    "brainpool384": _ec(ec.BrainpoolP384R1()),
    "ed25519-primary": ed25519.Ed25519PrivateKey.generate,
    "ed25519-signing": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
}


def main() -> None:
    """Write the missing files, and say which."""
    for name, recipe in RECIPES.items():
        path = KEYS / f"{name}.pem"
        if path.exists():
            continue
        pem = recipe().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(pem)
        print(f"made {path.name}")


if __name__ == "__main__":
    main()
