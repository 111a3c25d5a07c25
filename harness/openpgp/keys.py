"""Key packet bodies: fields, fingerprints, and what is hashed when a key is signed over.

Versions 2 to 4 and 6 follow RFC 9580 section 5.5, version 5 LibrePGP. Nothing is judged:
any algorithm with any material reads; only what needs the material's shape (fingerprints of
version 3 keys, sizes, curve names) can fail on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from harness.openpgp.errors import ReadError
from harness.openpgp.mpi import Mpi, read_mpi
from harness.openpgp.names import CURVES, PUBLIC_KEY_ALGORITHMS, Curve, name_of

_PREFIX_OF_VERSION = {2: 0x99, 3: 0x99, 4: 0x99, 5: 0x9A, 6: 0x9B}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key packet's fields (RFC 9580 section 5.5.2).

    Attributes:
        version: 2, 3, 4, 5 (LibrePGP) or 6.
        created: creation time, seconds since 1970.
        algorithm: see `names.PublicKeyAlgorithm`.
        material: the algorithm's fields as written, to the end of the packet. In a secret key
            packet the secret part is included: `public_part` takes it off.
        expiry_days: versions 2 and 3 only: days after creation, 0 for never.
        declared_length: versions 5 and 6 only: the octet count the packet gives for its public
            material, where that is not the length of ``material``; ``None`` where it is.
    """

    version: int
    created: int
    algorithm: int
    material: bytes
    expiry_days: int = 0
    declared_length: int | None = None


def read_public_key(body: bytes) -> PublicKey:
    """Read a key packet's body.

    Raises:
        ReadError: the version is unknown or the fixed fields are cut short.
    """
    if not body:
        raise ReadError("key packet is empty", 0)
    version = body[0]
    if version not in _PREFIX_OF_VERSION:
        raise ReadError(f"key version {version} is unknown", 0)
    fixed = 8 if version <= 3 else 6 if version == 4 else 10
    if len(body) < fixed:
        raise ReadError(f"version {version} key packet ends within its first {fixed} octets", 0)
    created = int.from_bytes(body[1:5], "big")
    material = body[fixed:]
    if version <= 3:
        return PublicKey(version, created, body[7], material, int.from_bytes(body[5:7], "big"))
    if version == 4:
        return PublicKey(version, created, body[5], material)
    declared = int.from_bytes(body[6:10], "big")
    return PublicKey(
        version,
        created,
        body[5],
        material,
        declared_length=None if declared == len(material) else declared,
    )


def write_public_key(key: PublicKey) -> bytes:
    """Write a key packet's body; the inverse of `read_public_key`.

    Raises:
        ValueError: the version is unknown or a field does not fit its octets.
    """
    if key.version not in _PREFIX_OF_VERSION:
        raise ValueError(f"key version {key.version} is unknown")
    head = _number(key.version, 1) + _number(key.created, 4)
    if key.version <= 3:
        return head + _number(key.expiry_days, 2) + _number(key.algorithm, 1) + key.material
    head += _number(key.algorithm, 1)
    if key.version == 4:
        return head + key.material
    declared = len(key.material) if key.declared_length is None else key.declared_length
    return head + _number(declared, 4) + key.material


def _number(value: int, octets: int) -> bytes:
    try:
        return value.to_bytes(octets, "big")
    except OverflowError:
        raise ValueError(f"{value} does not fit in {octets} octets") from None


# A field of key material: "mpi", "oid" and "octets" carry their own length, a number is one.
_Shape = tuple[str | int, ...]

_MATERIAL: Mapping[int, _Shape] = {
    1: ("mpi", "mpi"),
    2: ("mpi", "mpi"),
    3: ("mpi", "mpi"),
    16: ("mpi", "mpi", "mpi"),
    17: ("mpi", "mpi", "mpi", "mpi"),
    18: ("oid", "mpi", "octets"),
    19: ("oid", "mpi"),
    20: ("mpi", "mpi", "mpi"),
    22: ("oid", "mpi"),
    25: (32,),
    26: (56,),
    27: (32,),
    28: (57,),
    30: (32, 1952),
    31: (57, 2592),
    32: (32,),
    33: (32,),
    34: (64,),
    35: (32, 1184),
    36: (56, 1568),
}


@dataclass(frozen=True, slots=True)
class Material:
    """Public key material taken apart (RFC 9580 section 5.5.5).

    Attributes:
        fields: in the order written; object identifiers, KDF parameters and native points as
            octets, numbers as `Mpi`.
        length: octets the fields take; what follows is secret material or excess.
    """

    fields: tuple[Mpi | bytes, ...]
    length: int


def read_material(algorithm: int, material: bytes) -> Material:
    """Take public key material apart by its algorithm.

    Raises:
        ReadError: the algorithm's fields are not known, or the material is cut short.
    """
    shape = _MATERIAL.get(algorithm)
    if shape is None:
        raise ReadError(f"{name_of(PUBLIC_KEY_ALGORITHMS, algorithm)}: material not understood")
    fields: list[Mpi | bytes] = []
    position = 0
    for kind in shape:
        if kind == "mpi":
            number, position = read_mpi(material, position)
            fields.append(number)
            continue
        if isinstance(kind, int):
            length = kind
        elif position < len(material):
            length = material[position]
            position += 1
        else:
            raise ReadError("key material ends where a length is due", position)
        if position + length > len(material):
            raise ReadError("key material is cut short", position)
        fields.append(material[position : position + length])
        position += length
    return Material(tuple(fields), position)


def public_part(body: bytes) -> bytes:
    """Give the public part of a secret (or public) key packet's body.

    That part is what fingerprints and signatures are made over (RFC 9580 section 5.5.4).

    Raises:
        ReadError: as `read_public_key` and `read_material`; from version 5 on the declared
            length is used, so the algorithm need not be known.
    """
    key = read_public_key(body)
    if key.version >= 5:
        length = len(key.material) if key.declared_length is None else key.declared_length
        if length > len(key.material):
            raise ReadError("key material is cut short", len(body))
    else:
        length = read_material(key.algorithm, key.material).length
    return body[: len(body) - len(key.material) + length]


def signed_prefix(body: bytes, signature_version: int | None = None) -> bytes:
    """Give the octets hashed for a key that is signed over: prefix, length, body.

    The prefix follows the version of the signature (RFC 9580 section 5.2.4): 0x99 and two
    octets of length up to version 4, 0x9A and four octets for version 5 (LibrePGP), 0x9B and
    four for version 6. Without ``signature_version`` the key's own version is taken, as for
    fingerprints.

    Raises:
        ReadError: the version is unknown, or the body is longer than the length can say.
    """
    if not body:
        raise ReadError("key packet is empty", 0)
    version = body[0] if signature_version is None else signature_version
    prefix = _PREFIX_OF_VERSION.get(version)
    if prefix is None:
        whose = "key" if signature_version is None else "signature"
        raise ReadError(f"{whose} version {version} is unknown", 0)
    width = 2 if version <= 4 else 4
    if len(body) >= 1 << 8 * width:
        raise ReadError(f"a key of {len(body)} octets is too long to be hashed as version 4")
    return bytes((prefix,)) + len(body).to_bytes(width, "big") + body


def fingerprint(body: bytes) -> str:
    """Give a key's fingerprint, in upper-case hexadecimal, from its public packet body.

    MD5 over the numbers of a version 2 or 3 key, SHA-1 for version 4, SHA-256 for 5 and 6
    (RFC 9580 section 5.5.4).

    Raises:
        ReadError: the version is unknown, or a version 3 key's numbers cannot be read.
    """
    version = body[0] if body else 0
    if version in (2, 3):
        key = read_public_key(body)
        numbers = read_material(key.algorithm, key.material).fields
        octets = b"".join(number.octets for number in numbers if isinstance(number, Mpi))
        return hashlib.md5(octets, usedforsecurity=False).hexdigest().upper()
    hashed = signed_prefix(body)
    if version == 4:
        return hashlib.sha1(hashed, usedforsecurity=False).hexdigest().upper()
    return hashlib.sha256(hashed).hexdigest().upper()


def key_id(body: bytes) -> str:
    """Give a key's ID: sixteen upper-case hexadecimal digits (RFC 9580 section 5.5.4).

    The low 64 bits of the modulus for version 3, of the fingerprint for version 4; the high
    64 bits of the fingerprint for 5 and 6.

    Raises:
        ReadError: as `fingerprint`.
    """
    version = body[0] if body else 0
    if version in (2, 3):
        key = read_public_key(body)
        first = read_material(key.algorithm, key.material).fields[0]
        number = first.value if isinstance(first, Mpi) else int.from_bytes(first, "big")
        return f"{number & 0xFFFFFFFFFFFFFFFF:016X}"
    whole = fingerprint(body)
    return whole[-16:] if version == 4 else whole[:16]


def key_id_of_fingerprint(version: int, whole: str) -> str:
    """Give the key ID that a fingerprint of a version 4, 5 or 6 key implies."""
    return whole[-16:] if version <= 4 else whole[:16]


def curve(key: PublicKey) -> Curve | None:
    """Give the curve of an ECDSA, ECDH or EdDSALegacy key; ``None`` if it has or names none."""
    if key.algorithm not in (18, 19, 22) or not key.material:
        return None
    return CURVES.get(key.material[1 : 1 + key.material[0]])


_NATIVE_BITS: Mapping[int, int] = {25: 255, 26: 448, 27: 255, 28: 448}


def bits(key: PublicKey) -> int | None:
    """Give a key's size in bits as users know it: of the modulus, the prime, or the field.

    ``None`` where the algorithm has no such size or the material cannot be read. Leading zero
    bits do not count, whatever the number's header declares.
    """
    if key.algorithm in _NATIVE_BITS:
        return _NATIVE_BITS[key.algorithm]
    if key.algorithm in (18, 19, 22):
        found = curve(key)
        return found.bits if found else None
    try:
        fields = read_material(key.algorithm, key.material).fields
    except ReadError:
        return None
    first = fields[0]
    return first.value.bit_length() if isinstance(first, Mpi) else None


def describe_key(key: PublicKey) -> str:
    """Say what a key is: ``RSA-3072``, ``ECDSA NIST P-256``, ``EdDSALegacy Ed25519``, ``Ed448``."""
    name = name_of(PUBLIC_KEY_ALGORITHMS, key.algorithm)
    if key.algorithm in (18, 19, 22):
        found = curve(key)
        return f"{name} {found.name if found else 'on an unknown curve'}"
    size = bits(key)
    if size is None or key.algorithm in _NATIVE_BITS:
        return name
    base, _, note = name.partition(" ")
    return f"{base}-{size} {note}".rstrip()
