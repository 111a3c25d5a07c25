"""Keys: a secret key file, seen as an OpenPGP key of some version, algorithm and date."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from harness.openpgp.keys import PublicKey, fingerprint, key_id, write_public_key
from harness.openpgp.mpi import mpi, mpi_of_octets, sos_of_octets, write_mpi
from harness.openpgp.names import CURVES, HASH_FACTS
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.outcomes import AcceptedKey
from vectors.forge import recorded
from vectors.forge.secrets import digest_of, secret_key, sign_digest, sign_elgamal
from vectors.forge.times import KEYS_CREATED, seconds

_CURVE_NAMES: Mapping[str, str] = {
    "secp256r1": "NIST P-256",
    "secp384r1": "NIST P-384",
    "secp521r1": "NIST P-521",
}
"""OpenPGP's names of curves, where the library has its own."""

_ED25519_LEGACY_OID = bytes.fromhex("2B06010401DA470F01")
_ED448_OID = bytes.fromhex("2B6571")


@dataclass(frozen=True)
class Key:
    """A key that can sign.

    Attributes:
        secret: name of its file in ``vectors/keys``, without the ending.
        algorithm: what the key packet calls it; must fit the file's kind of key.
        created: creation time, UTC, which is part of its fingerprint from version 4 on.
        version: 3 (RSA only), 4, 5 (LibrePGP) or 6.
        expiry_days: version 3 only: days of validity after creation, 0 for unlimited.
    """

    secret: str
    algorithm: int = Algorithm.RSA
    created: datetime = KEYS_CREATED
    version: int = 4
    expiry_days: int = 0

    @functools.cached_property
    def body(self) -> bytes:
        """The public key packet's body."""
        material = _public_material(self.secret, self.algorithm)
        return write_public_key(
            PublicKey(
                self.version, seconds(self.created), self.algorithm, material, self.expiry_days
            )
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
        return digest, self._sign_digest(name, digest)

    def _sign_digest(self, hash_name: str, digest: bytes) -> bytes:
        if self.algorithm in _RECORDED:
            return recorded.signature(self.secret, digest)
        if self.algorithm == Algorithm.ELGAMAL:
            return _mpis(*sign_elgamal(self.secret, hash_name, digest))
        raw = sign_digest(self.secret, hash_name, digest)
        if self.algorithm != Algorithm.EDDSA_LEGACY:
            return raw.octets or _mpis(*raw.numbers)
        size = len(raw.octets) // 2
        halves = raw.octets[:size], raw.octets[size:]
        # LibrePGP's for Ed448, which GnuPG writes; RFC 9580 knows Ed25519 only.
        number = mpi_of_octets if size == 32 else sos_of_octets
        return b"".join(write_mpi(number(half)) for half in halves)


_RECORDED = frozenset(
    (
        Algorithm.ML_DSA_65_ED25519,
        Algorithm.ML_DSA_87_ED448,
        Algorithm.SLH_DSA_SHAKE_128S,
        Algorithm.SLH_DSA_SHAKE_128F,
        Algorithm.SLH_DSA_SHAKE_256S,
    )
)
"""Algorithms whose signatures are not computed anew (see `vectors.forge.recorded`)."""


@functools.cache
def _public_material(secret: str, algorithm: int) -> bytes:
    if algorithm in _RECORDED:
        return recorded.public(secret)
    public = secret_key(secret).public_key()
    match public:
        case rsa.RSAPublicKey():
            numbers = public.public_numbers()
            return _mpis(numbers.n, numbers.e)
        case dsa.DSAPublicKey():
            y = public.public_numbers().y
            group = public.public_numbers().parameter_numbers
            if algorithm == Algorithm.ELGAMAL:
                return _mpis(group.p, group.g, y)
            return _mpis(group.p, group.q, group.g, y)
        case ec.EllipticCurvePublicKey():
            point = public.public_numbers()
            size = (public.curve.key_size + 7) // 8
            octets = b"\x04" + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big")
            return _oid(_curve_oid(public.curve.name)) + write_mpi(mpi_of_octets(octets))
        case ed25519.Ed25519PublicKey() if algorithm == Algorithm.EDDSA_LEGACY:
            prefixed = b"\x40" + public.public_bytes_raw()
            return _oid(_ED25519_LEGACY_OID) + write_mpi(mpi_of_octets(prefixed))
        case ed448.Ed448PublicKey() if algorithm == Algorithm.EDDSA_LEGACY:
            # As GnuPG writes it, without the prefix that draft-koch-librepgp asks for.
            return _oid(_ED448_OID) + write_mpi(sos_of_octets(public.public_bytes_raw()))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            return public.public_bytes_raw()


def _mpis(*numbers: int) -> bytes:
    return b"".join(write_mpi(mpi(number)) for number in numbers)


def _oid(oid: bytes) -> bytes:
    return bytes((len(oid),)) + oid


def _curve_oid(library_name: str) -> bytes:
    name = _CURVE_NAMES.get(library_name, library_name)
    return next(curve.oid for curve in CURVES.values() if curve.name == name)
