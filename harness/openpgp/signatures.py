"""Signature and one-pass signature packet bodies, and the octets a signature is made over.

Versions 2 to 4 and 6 follow RFC 9580 sections 5.2 and 5.4, version 5 LibrePGP. The subpacket
areas and the algorithm's numbers stay octets: a signature reads when its outer fields do.
To make or check one, hash what a ``hash_input_...`` function gives, as one piece.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.openpgp.errors import ReadError
from harness.openpgp.keys import signed_prefix
from harness.openpgp.names import SubpacketType
from harness.openpgp.subpackets import (
    Subpacket,
    read_key_fingerprint,
    read_key_id,
    read_time,
    scan_subpackets,
)

DETACHED_METADATA = bytes(6)
"""Literal data fields a version 5 detached signature hashes (LibrePGP section 5.2.4)."""

CLEARTEXT_METADATA = b"t" + bytes(5)
"""Literal data fields a version 5 cleartext signature hashes (LibrePGP section 5.2.4)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature packet's fields.

    Attributes:
        version: 2, 3, 4, 5 (LibrePGP) or 6.
        type: see `names.SignatureType`.
        public_key_algorithm: see `names.PublicKeyAlgorithm`.
        hash_algorithm: see `names.HashAlgorithm`.
        hashed: the hashed subpacket area as written, without its count.
        unhashed: the unhashed subpacket area as written, without its count.
        left16: the two octets said to begin the hash.
        salt: version 6 only.
        material: the algorithm's numbers as written, to the end of the packet.
        v3_created: versions 2 and 3 only: creation time, seconds since 1970.
        v3_issuer: versions 2 and 3 only: the signing key's ID, eight octets.
        v3_hashed_length: versions 2 and 3 only: the count that must be 5.
    """

    version: int
    type: int
    public_key_algorithm: int
    hash_algorithm: int
    hashed: bytes = b""
    unhashed: bytes = b""
    left16: bytes = b"\0\0"
    salt: bytes = b""
    material: bytes = b""
    v3_created: int = 0
    v3_issuer: bytes = bytes(8)
    v3_hashed_length: int = 5

    @property
    def hashed_subpackets(self) -> tuple[Subpacket, ...]:
        """The hashed subpackets, as far as the area can be read."""
        return scan_subpackets(self.hashed)[0]

    @property
    def unhashed_subpackets(self) -> tuple[Subpacket, ...]:
        """The unhashed subpackets, as far as the area can be read."""
        return scan_subpackets(self.unhashed)[0]

    @property
    def created(self) -> int | None:
        """Creation time in seconds since 1970, from what is hashed only; the last one counts.

        ``None`` where there is none that can be read (RFC 9580 sections 5.2.3.9, 5.2.3.11).
        """
        if self.version <= 3:
            return self.v3_created
        return self._hashed_time(SubpacketType.CREATION_TIME)

    @property
    def expiration(self) -> int | None:
        """When the signature expires, in seconds since 1970; ``None`` for never or not known.

        From the hashed area only, the last subpacket counts, and zero means never
        (RFC 9580 section 5.2.3.18).
        """
        created = self.created
        validity = self._hashed_time(SubpacketType.EXPIRATION_TIME)
        if created is None or not validity:
            return None
        return created + validity

    @property
    def issuer_key_ids(self) -> tuple[str, ...]:
        """Key IDs the signature names as issuer, hashed ones first, upper-case hexadecimal.

        Those of issuer fingerprint subpackets are not included.
        """
        if self.version <= 3:
            return (self.v3_issuer.hex().upper(),)
        found: list[str] = []
        for body in self._bodies(SubpacketType.ISSUER_KEY_ID):
            try:
                found.append(read_key_id(body))
            except ReadError:
                continue
        return tuple(found)

    @property
    def issuer_fingerprints(self) -> tuple[str, ...]:
        """Fingerprints the signature names as issuer, hashed ones first, upper-case hexadecimal."""
        found: list[str] = []
        for body in self._bodies(SubpacketType.ISSUER_FINGERPRINT):
            try:
                found.append(read_key_fingerprint(body).fingerprint)
            except ReadError:
                continue
        return tuple(found)

    def _bodies(self, kind: int) -> list[bytes]:
        both = self.hashed_subpackets + self.unhashed_subpackets
        return [subpacket.body for subpacket in both if subpacket.type == kind]

    def _hashed_time(self, kind: int) -> int | None:
        for subpacket in reversed(self.hashed_subpackets):
            if subpacket.type == kind:
                try:
                    return read_time(subpacket.body)
                except ReadError:
                    return None
        return None


def read_signature(body: bytes) -> Signature:
    """Read a signature packet's body.

    Raises:
        ReadError: the version is unknown, or the body ends before the hash's left 16 bits (in
            version 6: before the end of the salt).
    """
    fields = _Fields(body, "signature packet")
    version = fields.number(1)
    if version in (2, 3):
        hashed_length = fields.number(1)
        kind, created, issuer = fields.number(1), fields.number(4), fields.octets(8)
        public_key, hashing, left16 = fields.number(1), fields.number(1), fields.octets(2)
        return Signature(
            version,
            kind,
            public_key,
            hashing,
            left16=left16,
            material=fields.rest(),
            v3_created=created,
            v3_issuer=issuer,
            v3_hashed_length=hashed_length,
        )
    if version not in (4, 5, 6):
        raise ReadError(f"signature version {version} is unknown", 0)
    count = _count_width(version)
    return Signature(
        version,
        type=fields.number(1),
        public_key_algorithm=fields.number(1),
        hash_algorithm=fields.number(1),
        hashed=fields.octets(fields.number(count)),
        unhashed=fields.octets(fields.number(count)),
        left16=fields.octets(2),
        salt=fields.octets(fields.number(1)) if version == 6 else b"",
        material=fields.rest(),
    )


def write_signature(signature: Signature) -> bytes:
    """Write a signature packet's body; the inverse of `read_signature`.

    Raises:
        ValueError: the version is unknown or a field does not fit its octets.
    """
    if signature.version in (2, 3):
        return b"".join(
            (
                _number(signature.version, 1),
                _number(signature.v3_hashed_length, 1),
                _hashed_v3(signature),
                signature.v3_issuer,
                _number(signature.public_key_algorithm, 1),
                _number(signature.hash_algorithm, 1),
                signature.left16,
                signature.material,
            )
        )
    count = _count_width(signature.version)
    salt = _number(len(signature.salt), 1) + signature.salt if signature.version == 6 else b""
    return b"".join(
        (
            hashed_part(signature),
            _number(len(signature.unhashed), count),
            signature.unhashed,
            signature.left16,
            salt,
            signature.material,
        )
    )


def hashed_part(signature: Signature) -> bytes:
    """Give the part of the packet body that is hashed (RFC 9580 section 5.2.4).

    From the version through the hashed subpackets; for versions 2 and 3, type and time.

    Raises:
        ValueError: the version is unknown or a field does not fit its octets.
    """
    if signature.version in (2, 3):
        return _hashed_v3(signature)
    count = _count_width(signature.version)
    return b"".join(
        (
            _number(signature.version, 1),
            _number(signature.type, 1),
            _number(signature.public_key_algorithm, 1),
            _number(signature.hash_algorithm, 1),
            _number(len(signature.hashed), count),
            signature.hashed,
        )
    )


def trailer(signature: Signature, metadata: bytes = DETACHED_METADATA) -> bytes:
    """Give the octets hashed after the data signed, per version (RFC 9580 section 5.2.4).

    ``metadata`` matters to version 5 document signatures only, which hash the literal data
    packet's format, file name and date too (LibrePGP section 5.2.4, `literal_metadata`).

    Raises:
        ValueError: the version is unknown or a field does not fit its octets.
    """
    hashed = hashed_part(signature)
    if signature.version in (2, 3):
        return hashed
    end = _number(signature.version, 1) + b"\xff"
    if signature.version != 5:
        return hashed + end + (len(hashed) & 0xFFFFFFFF).to_bytes(4, "big")
    if signature.type not in (0x00, 0x01):
        metadata = b""
    return hashed + metadata + end + len(hashed).to_bytes(8, "big")


def canonical_text(text: bytes) -> bytes:
    """Give text with its line ends, LF or CR LF, made CR LF; a lone CR stays as it is."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def hash_input_for_document(
    signature: Signature, document: bytes, metadata: bytes = DETACHED_METADATA
) -> bytes:
    """Give what is hashed for a document: text (type 0x01) is made canonical, the rest is not.

    Raises:
        ValueError: as `trailer`.
    """
    data = canonical_text(document) if signature.type == 0x01 else document
    return _salt(signature) + data + trailer(signature, metadata)


def hash_input_for_nothing(signature: Signature) -> bytes:
    """Give what is hashed for a standalone or timestamp signature (types 0x02, 0x40).

    Raises:
        ValueError: as `trailer`.
    """
    return _salt(signature) + trailer(signature)


def hash_input_for_key(signature: Signature, key: bytes) -> bytes:
    """Give what is hashed for a direct-key signature or key revocation (types 0x1F, 0x20).

    ``key`` is a public key packet's body.

    Raises:
        ValueError: as `trailer`.
        ReadError: as `keys.signed_prefix`.
    """
    return _salt(signature) + signed_prefix(key, signature.version) + trailer(signature)


def hash_input_for_subkey(signature: Signature, primary: bytes, subkey: bytes) -> bytes:
    """Give what is hashed for subkey bindings, back-signatures, subkey revocations.

    Those are types 0x18, 0x19 and 0x28; both keys are public packet bodies.

    Raises:
        ValueError: as `trailer`.
        ReadError: as `keys.signed_prefix`.
    """
    return b"".join(
        (
            _salt(signature),
            signed_prefix(primary, signature.version),
            signed_prefix(subkey, signature.version),
            trailer(signature),
        )
    )


def hash_input_for_user_id(signature: Signature, primary: bytes, user_id: bytes) -> bytes:
    """Give what is hashed for a certification of a user ID, or its revocation.

    Raises:
        ValueError: as `trailer`.
        ReadError: as `keys.signed_prefix`.
    """
    return _hash_input_for_certification(signature, primary, user_id, 0xB4)


def hash_input_for_user_attribute(signature: Signature, primary: bytes, attribute: bytes) -> bytes:
    """Give what is hashed for a certification of a user attribute, or its revocation.

    Raises:
        ValueError: as `trailer`.
        ReadError: as `keys.signed_prefix`.
    """
    return _hash_input_for_certification(signature, primary, attribute, 0xD1)


def hash_input_for_signature(signature: Signature, target: Signature) -> bytes:
    """Give what is hashed for a third-party confirmation of another signature (type 0x50).

    The target's unhashed area is left out and counted as empty.

    Raises:
        ValueError: as `trailer`, for either signature.
    """
    bare = Signature(
        target.version,
        target.type,
        target.public_key_algorithm,
        target.hash_algorithm,
        target.hashed,
        b"",
        target.left16,
        target.salt,
        target.material,
        target.v3_created,
        target.v3_issuer,
        target.v3_hashed_length,
    )
    body = write_signature(bare)
    prefix = b"\x88" + _number(len(body), 4)
    return _salt(signature) + prefix + body + trailer(signature)


def _hash_input_for_certification(
    signature: Signature, primary: bytes, what: bytes, constant: int
) -> bytes:
    header = b"" if signature.version <= 3 else bytes((constant,)) + _number(len(what), 4)
    return b"".join(
        (
            _salt(signature),
            signed_prefix(primary, signature.version),
            header,
            what,
            trailer(signature),
        )
    )


@dataclass(frozen=True, slots=True)
class OnePassSignature:
    """A one-pass signature packet's fields (RFC 9580 section 5.4).

    Attributes:
        version: 3 or 6.
        type: see `names.SignatureType`.
        hash_algorithm: see `names.HashAlgorithm`.
        public_key_algorithm: see `names.PublicKeyAlgorithm`.
        issuer: the signing key's ID (eight octets) in version 3, its fingerprint in version 6.
        nested: the last octet: 0 says that another one-pass signature packet follows.
        salt: version 6 only.
    """

    version: int
    type: int
    hash_algorithm: int
    public_key_algorithm: int
    issuer: bytes
    nested: int = 1
    salt: bytes = b""


def read_one_pass(body: bytes) -> OnePassSignature:
    """Read a one-pass signature packet's body.

    Raises:
        ReadError: the version is unknown, or the body has not the length its fields take.
    """
    fields = _Fields(body, "one-pass signature packet")
    version = fields.number(1)
    if version not in (3, 6):
        raise ReadError(f"one-pass signature version {version} is unknown", 0)
    kind, hashing, public_key = fields.number(1), fields.number(1), fields.number(1)
    salt = fields.octets(fields.number(1)) if version == 6 else b""
    issuer = fields.octets(32 if version == 6 else 8)
    nested = fields.number(1)
    if fields.rest():
        raise ReadError("one-pass signature packet is longer than its fields")
    return OnePassSignature(version, kind, hashing, public_key, issuer, nested, salt)


def write_one_pass(one_pass: OnePassSignature) -> bytes:
    """Write a one-pass signature packet's body; the inverse of `read_one_pass`.

    Raises:
        ValueError: a field does not fit its octets.
    """
    salt = _number(len(one_pass.salt), 1) + one_pass.salt if one_pass.version == 6 else b""
    return b"".join(
        (
            _number(one_pass.version, 1),
            _number(one_pass.type, 1),
            _number(one_pass.hash_algorithm, 1),
            _number(one_pass.public_key_algorithm, 1),
            salt,
            one_pass.issuer,
            _number(one_pass.nested, 1),
        )
    )


def _salt(signature: Signature) -> bytes:
    return signature.salt if signature.version == 6 else b""


def _hashed_v3(signature: Signature) -> bytes:
    return _number(signature.type, 1) + _number(signature.v3_created, 4)


def _count_width(version: int) -> int:
    """Octets of the count in front of a subpacket area.

    Version 5 keeps version 4's two octets: draft-koch-librepgp section 5.2.3 changes the
    trailer only.
    """
    if version in (4, 5):
        return 2
    if version == 6:
        return 4
    raise ValueError(f"signature version {version} is unknown")


def _number(value: int, octets: int) -> bytes:
    try:
        return value.to_bytes(octets, "big")
    except OverflowError:
        raise ValueError(f"{value} does not fit in {octets} octets") from None


class _Fields:
    """A body read from front to back."""

    def __init__(self, body: bytes, what: str) -> None:
        self._body = body
        self._what = what
        self._position = 0

    def octets(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._body):
            raise ReadError(f"{self._what} is cut short", self._position)
        found = self._body[self._position : end]
        self._position = end
        return found

    def number(self, count: int) -> int:
        return int.from_bytes(self.octets(count), "big")

    def rest(self) -> bytes:
        return self._body[self._position :]
