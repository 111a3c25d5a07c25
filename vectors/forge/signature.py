"""Signatures: what is right unless said otherwise, and one field per thing that can be wrong.

`Made` says how a signature is made. Its defaults give a proper signature; a vector changes the
one field it is about. Whatever the fields cannot say is done to the finished
`harness.openpgp.signatures.Signature`, whose octets are all free.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.openpgp import signatures as packets
from harness.openpgp.names import HASH_FACTS, HashAlgorithm, SignatureType
from harness.openpgp.signatures import Signature
from harness.openpgp.subpackets import Subpacket, write_subpackets
from vectors.forge import subpackets
from vectors.forge.key import Key
from vectors.forge.times import SIGNED, seconds

Subject = Callable[[Signature], bytes]
"""What a signature is made over: gives the octets to hash for it."""


def document(data: bytes) -> Subject:
    """Sign over a document."""
    return lambda signature: packets.hash_input_for_document(signature, data)


def nothing() -> Subject:
    """Sign over nothing but the signature itself (standalone, timestamp)."""
    return packets.hash_input_for_nothing


def key(of: Key) -> Subject:
    """Sign over a key: direct-key signatures, key revocations."""
    return lambda signature: packets.hash_input_for_key(signature, of.body)


def subkey(primary: Key, of: Key) -> Subject:
    """Sign over a primary key and its subkey: bindings, back-signatures, subkey revocations."""
    return lambda signature: packets.hash_input_for_subkey(signature, primary.body, of.body)


def user_id(primary: Key, text: bytes) -> Subject:
    """Sign over a primary key and a user ID: certifications and their revocations."""
    return lambda signature: packets.hash_input_for_user_id(signature, primary.body, text)


def user_attribute(primary: Key, body: bytes) -> Subject:
    """Sign over a primary key and a user attribute: certifications and their revocations."""
    return lambda signature: packets.hash_input_for_user_attribute(signature, primary.body, body)


class Issuer(enum.Enum):
    """Which key a signature names as its issuer, where it is no particular one."""

    SIGNER = "signer"
    """The key that signs."""


SIGNER = Issuer.SIGNER


class Placement(enum.Enum):
    """Where a subpacket goes."""

    HASHED = "hashed"
    UNHASHED = "unhashed"
    NOWHERE = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a signature is made.

    Attributes:
        by: the key that signs; ``None`` for the one whose business it is.
        created: creation time; ``None`` for the usual one in its place.
        creation_time: where the creation time goes.
        expires_after: validity of the signature itself; ``None`` for no such subpacket.
        hash: hash algorithm.
        version: packet version; ``None`` for the signing key's.
        issuer_key_id: the key named in the issuer key ID subpacket (unhashed; version 3: the
            field); ``None`` for no such subpacket. Never added by default in version 6.
        issuer_fingerprint: the key named in the issuer fingerprint subpacket (hashed). Never
            added by default for a version 3 key, which the subpacket cannot name.
        hashed: further hashed subpackets.
        unhashed: further unhashed subpackets.
        over: sign this instead of what the signature stands for.
        left16: the two octets said to begin the hash; ``None`` for the true ones.
        damaged: whether one bit of the signature value is wrong.
    """

    by: Key | None = None
    created: datetime | None = None
    creation_time: Placement = Placement.HASHED
    expires_after: timedelta | None = None
    hash: int = HashAlgorithm.SHA256
    version: int | None = None
    issuer_key_id: Key | Issuer | None = SIGNER
    issuer_fingerprint: Key | Issuer | None = SIGNER
    hashed: tuple[Subpacket, ...] = ()
    unhashed: tuple[Subpacket, ...] = ()
    over: Subject | None = None
    left16: bytes | None = None
    damaged: bool = False


def make(
    made: Made,
    *,
    kind: int,
    subject: Subject,
    signer: Key,
    created: datetime,
    says: Iterable[Subpacket] = (),
    says_unhashed: Iterable[Subpacket] = (),
) -> Signature:
    """Make a signature of type ``kind`` over ``subject``.

    ``signer`` and ``created`` hold where ``made`` leaves them open; ``says`` are the subpackets
    that belong to this use of a signature, ``says_unhashed`` those put in the unhashed area.
    """
    signer = made.by or signer
    created = made.created or created
    version = made.version or signer.version
    signature = Signature(version, kind, signer.algorithm, made.hash)
    if version <= 3:
        signature = replace(
            signature,
            v3_created=seconds(created),
            v3_issuer=bytes.fromhex((_named(made.issuer_key_id, signer) or signer).key_id),
        )
    else:
        hashed, unhashed = _areas(made, signer, created, version)
        signature = replace(
            signature,
            hashed=write_subpackets([*hashed, *says, *made.hashed]),
            unhashed=write_subpackets([*says_unhashed, *unhashed, *made.unhashed]),
        )
    if version == 6:
        signature = replace(signature, salt=_salt(signature, signer))
    digest, material = signer.sign(made.hash, (made.over or subject)(signature))
    finished = replace(signature, left16=made.left16 or digest[:2], material=material)
    return damage(finished) if made.damaged else finished


def _named(issuer: Key | Issuer | None, signer: Key) -> Key | None:
    return signer if isinstance(issuer, Issuer) else issuer


def _areas(
    made: Made, signer: Key, created: datetime, version: int
) -> tuple[list[Subpacket], list[Subpacket]]:
    hashed: list[Subpacket] = []
    unhashed: list[Subpacket] = []
    time = subpackets.creation_time(created)
    if made.creation_time is Placement.HASHED:
        hashed.append(time)
    elif made.creation_time is Placement.UNHASHED:
        unhashed.append(time)
    if made.expires_after is not None:
        hashed.append(subpackets.expiration_time(made.expires_after))
    by_fingerprint = _named(made.issuer_fingerprint, signer)
    if by_fingerprint is not None and not (
        signer.version <= 3 and made.issuer_fingerprint is SIGNER
    ):
        hashed.append(subpackets.issuer_fingerprint(by_fingerprint))
    by_id = _named(made.issuer_key_id, signer)
    if by_id is not None and not (version == 6 and made.issuer_key_id is SIGNER):
        unhashed.append(subpackets.issuer_key_id(by_id))
    return hashed, unhashed


def _salt(signature: Signature, signer: Key) -> bytes:
    """A salt that looks random and is the same every time."""
    length = HASH_FACTS[signature.hash_algorithm].salt_length
    if length is None:
        raise ValueError("no version 6 signature can be made with this hash algorithm")
    seed = b"pgp-accord salt" + signer.body + packets.hashed_part(signature)
    return hashlib.sha512(seed).digest()[:length]


def damage(signature: Signature, octet: int = -1) -> Signature:
    """Flip the lowest bit of one octet of the signature value, by default the last."""
    material = bytearray(signature.material)
    material[octet] ^= 0x01
    return replace(signature, material=bytes(material))


def sign(data: bytes, by: Key, made: Made = Made(), kind: int = SignatureType.BINARY) -> Signature:
    """Sign a document."""
    return make(made, kind=kind, subject=document(data), signer=by, created=SIGNED)
