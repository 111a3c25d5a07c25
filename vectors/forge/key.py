"""Keys: a secret key file, seen as an OpenPGP key of some version, algorithm and date."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from harness.openpgp.keys import PublicKey, fingerprint, key_id, write_public_key
from harness.openpgp.mpi import mpi, mpi_of_octets, write_mpi
from harness.openpgp.names import CURVES, HASH_FACTS
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.outcomes import AcceptedKey
from vectors.forge.secrets import digest_of, secret_key, sign_digest
from vectors.forge.times import KEYS_CREATED, seconds

_CURVE_NAMES: Mapping[str, str] = {
    "secp256r1": "NIST P-256",
    "secp384r1": "NIST P-384",
    "secp521r1": "NIST P-521",
}
"""OpenPGP's names of curves, where the library has its own."""

_ED25519_LEGACY_OID = bytes.fromhex("2B06010401DA470F01")


@dataclass(frozen=True)
class Key:
    """A key that can sign.

    Attributes:
        secret: name of its file in ``vectors/keys``, without the ending.
        algorithm: what the key packet calls it; must fit the file's kind of key.
        created: creation time, UTC, which is part of its fingerprint.
        version: 4 or 6.
    """

    secret: str
    algorithm: int = Algorithm.RSA
    created: datetime = KEYS_CREATED
    version: int = 4

    @functools.cached_property
    def body(self) -> bytes:
        """The public key packet's body."""
        material = _public_material(self.secret, self.algorithm)
        return write_public_key(
            PublicKey(self.version, seconds(self.created), self.algorithm, material)
        )

    @functools.cached_property
    def fingerprint(self) -> str:
        """The fingerprint, upper-case hexadecimal."""
        return fingerprint(self.body)

    @functools.cached_property
    def key_id(self) -> str:
        """The key ID, sixteen upper-case hexadecimal digits."""
        return key_id(self.body)

    def under(self, primary: Key) -> AcceptedKey:
        """Give the pair a backend should name when this key of ``primary``'s certificate signed."""
        return AcceptedKey(signing=self.fingerprint, primary=primary.fingerprint)

    def sign(self, hash_algorithm: int, hash_input: bytes) -> tuple[bytes, bytes]:
        """Hash and sign: the hash, and the signature packet's algorithm-specific fields."""
        name = HASH_FACTS[hash_algorithm].hashlib_name
        digest = digest_of(name, hash_input)
        raw = sign_digest(self.secret, name, digest)
        if self.algorithm == Algorithm.EDDSA_LEGACY:
            halves = raw.octets[:32], raw.octets[32:]
            return digest, b"".join(write_mpi(mpi_of_octets(half)) for half in halves)
        return digest, raw.octets or b"".join(write_mpi(mpi(n)) for n in raw.numbers)


@functools.cache
def _public_material(secret: str, algorithm: int) -> bytes:
    public = secret_key(secret).public_key()
    match public:
        case rsa.RSAPublicKey():
            numbers = public.public_numbers()
            return _mpis(numbers.n, numbers.e)
        case dsa.DSAPublicKey():
            y = public.public_numbers().y
            group = public.public_numbers().parameter_numbers
            return _mpis(group.p, group.q, group.g, y)
        case ec.EllipticCurvePublicKey():
            point = public.public_numbers()
            size = (public.curve.key_size + 7) // 8
            octets = b"\x04" + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big")
            return _oid(_curve_oid(public.curve.name)) + write_mpi(mpi_of_octets(octets))
        case ed25519.Ed25519PublicKey() if algorithm == Algorithm.EDDSA_LEGACY:
            prefixed = b"\x40" + public.public_bytes_raw()
            return _oid(_ED25519_LEGACY_OID) + write_mpi(mpi_of_octets(prefixed))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            return public.public_bytes_raw()


def _mpis(*numbers: int) -> bytes:
    return b"".join(write_mpi(mpi(number)) for number in numbers)


def _oid(oid: bytes) -> bytes:
    return bytes((len(oid),)) + oid


def _curve_oid(library_name: str) -> bytes:
    name = _CURVE_NAMES.get(library_name, library_name)
    return next(curve.oid for curve in CURVES.values() if curve.name == name)
