"""Signature subpackets: their framing, and what the known bodies say (RFC 9580 section 5.2.3.7).

An area reads as a whole or not at all with `read_subpackets`, as far as it goes with
`scan_subpackets`; ``write_subpackets(read_subpackets(area)) == area`` for every area that reads.
The readers of bodies, ``read_...``, all raise `ReadError` for a body of the wrong shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.openpgp.errors import ReadError

_WIDTHS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Subpacket:
    """One subpacket.

    Attributes:
        type: its type, 0 to 127.
        body: its content, without the type octet.
        critical: whether bit 7 of the type octet is set.
        length_width: octets of the length field: 1, 2, 5, or 0 for the shortest that fits,
            which is also what reading gives where the shortest was used.
    """

    type: int
    body: bytes
    critical: bool = False
    length_width: int = 0


def read_subpackets(area: bytes) -> tuple[Subpacket, ...]:
    """Read a whole subpacket area (without the count in front of it).

    Raises:
        ReadError: a subpacket's framing cannot be read; the offset counts within the area.
    """
    return tuple(_walk(area))


def scan_subpackets(area: bytes) -> tuple[tuple[Subpacket, ...], ReadError | None]:
    """Read subpackets up to the first fault; give what was read, and the fault if any."""
    found: list[Subpacket] = []
    try:
        found.extend(_walk(area))
    except ReadError as error:
        return tuple(found), error
    return tuple(found), None


def _walk(area: bytes) -> Iterator[Subpacket]:
    position = 0
    while position < len(area):
        start = position
        first = area[position]
        width = 1 if first < 192 else 2 if first < 255 else 5
        if position + width > len(area):
            raise ReadError("area ends within a subpacket length", start)
        if width == 1:
            length = first
        elif width == 2:
            length = ((first - 192) << 8) + area[position + 1] + 192
        else:
            length = int.from_bytes(area[position + 1 : position + 5], "big")
        position += width
        if length == 0:
            raise ReadError("subpacket of length zero has no type", start)
        left = len(area) - position
        if length > left:
            raise ReadError(f"subpacket of {length} octets is cut short after {left}", start)
        kind = area[position]
        yield Subpacket(
            kind & 0x7F,
            area[position + 1 : position + length],
            bool(kind & 0x80),
            0 if width == _shortest(length) else width,
        )
        position += length


def write_subpackets(subpackets: Iterable[Subpacket]) -> bytes:
    """Write subpackets one after another (without the count in front of the area).

    Raises:
        ValueError: as `write_subpacket`.
    """
    return b"".join(map(write_subpacket, subpackets))


def write_subpacket(subpacket: Subpacket) -> bytes:
    """Write one subpacket.

    Raises:
        ValueError: the type is not 0 to 127, or the length field cannot say the length.
    """
    if not 0 <= subpacket.type < 128:
        raise ValueError(f"subpacket types run from 0 to 127, not {subpacket.type}")
    kind = subpacket.type | (0x80 if subpacket.critical else 0)
    length = len(subpacket.body) + 1
    return write_subpacket_length(length, subpacket.length_width) + bytes((kind,)) + subpacket.body


def write_subpacket_length(length: int, width: int = 0) -> bytes:
    """Write a subpacket's length field; ``length`` counts the type octet and the body.

    Raises:
        ValueError: a field of ``width`` octets cannot say ``length``.
    """
    width = width or _shortest(length)
    if width == 1 and length < 192:
        return bytes((length,))
    if width == 2 and 192 <= length < 16320:
        return bytes((192 + (length - 192 >> 8), length - 192 & 0xFF))
    if width == 5 and length < 1 << 32:
        return b"\xff" + length.to_bytes(4, "big")
    raise ValueError(f"a subpacket length of {width} octets cannot say {length}")


def _shortest(length: int) -> int:
    return 1 if length < 192 else 2 if length < 16320 else 5


@dataclass(frozen=True, slots=True)
class Notation:
    """A notation (RFC 9580 section 5.2.3.24).

    Attributes:
        flags: four octets as a number; 0x80000000 is "human-readable".
        name: octets of the name, meant to be UTF-8.
        value: octets of the value.
    """

    flags: int
    name: bytes
    value: bytes

    @property
    def human_readable(self) -> bool:
        """Whether the notation says its value is text."""
        return bool(self.flags & 0x80000000)


@dataclass(frozen=True, slots=True)
class Revocation:
    """A reason for revocation (RFC 9580 section 5.2.3.31).

    Attributes:
        code: see `names.RevocationReason`.
        text: octets of the explanation, meant to be UTF-8.
    """

    code: int
    text: bytes


@dataclass(frozen=True, slots=True)
class KeyFingerprint:
    """A fingerprint as a subpacket carries it (RFC 9580 sections 5.2.3.35 and 5.2.3.36).

    Attributes:
        version: the key version the subpacket states, which need not fit the length.
        fingerprint: upper-case hexadecimal.
    """

    version: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RevocationKey:
    """A designated revoker (RFC 9580 section 5.2.3.23).

    Attributes:
        class_octet: 0x80 is required by the RFC, 0x40 marks it sensitive.
        algorithm: public-key algorithm of the revoker.
        fingerprint: upper-case hexadecimal.
    """

    class_octet: int
    algorithm: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SignatureTarget:
    """A signature meant by another (RFC 9580 section 5.2.3.33).

    Attributes:
        public_key_algorithm: of the target signature.
        hash_algorithm: of the target signature.
        digest: its hash.
    """

    public_key_algorithm: int
    hash_algorithm: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust signature's reach (RFC 9580 section 5.2.3.21).

    Attributes:
        depth: 0 none, 1 introducer, 2 meta introducer, and so on.
        amount: 0 to 255; from 120 on complete.
    """

    depth: int
    amount: int


def _exactly(body: bytes, length: int) -> bytes:
    if len(body) != length:
        raise ReadError(f"body has {len(body)} octets where {length} are due")
    return body


def _at_least(body: bytes, length: int) -> bytes:
    if len(body) < length:
        raise ReadError(f"body has {len(body)} octets where {length} or more are due")
    return body


def read_time(body: bytes) -> int:
    """Read four octets of seconds: since 1970 (creation time) or a duration (expiration times)."""
    return int.from_bytes(_exactly(body, 4), "big")


def read_boolean(body: bytes) -> bool:
    """Read one octet as yes or no (exportable, revocable, primary user ID); any non-zero is yes."""
    return bool(_exactly(body, 1)[0])


def read_trust(body: bytes) -> Trust:
    """Read a trust signature's depth and amount."""
    depth, amount = _exactly(body, 2)
    return Trust(depth, amount)


def read_key_id(body: bytes) -> str:
    """Read an issuer key ID: eight octets, given as upper-case hexadecimal."""
    return _exactly(body, 8).hex().upper()


def read_key_fingerprint(body: bytes) -> KeyFingerprint:
    """Read an issuer's or intended recipient's fingerprint.

    Any version with any number of octets reads, save none: whether they fit is not judged.
    """
    _at_least(body, 2)
    return KeyFingerprint(body[0], body[1:].hex().upper())


def read_flags(body: bytes) -> int:
    """Read key flags, features or key server preferences: the first octet is the lowest.

    Takes any number of octets, none too.
    """
    return int.from_bytes(body, "little")


def read_notation(body: bytes) -> Notation:
    """Read a notation; its two lengths must add up to the body's."""
    _at_least(body, 8)
    name_length = int.from_bytes(body[4:6], "big")
    value_length = int.from_bytes(body[6:8], "big")
    _exactly(body, 8 + name_length + value_length)
    flags = int.from_bytes(body[:4], "big")
    return Notation(flags, body[8 : 8 + name_length], body[8 + name_length :])


def write_notation(notation: Notation) -> bytes:
    """Write a notation's body, with true lengths.

    Raises:
        ValueError: name or value is longer than 65535 octets.
    """
    if max(len(notation.name), len(notation.value)) > 0xFFFF:
        raise ValueError("a notation's name and value have at most 65535 octets each")
    return (
        notation.flags.to_bytes(4, "big")
        + len(notation.name).to_bytes(2, "big")
        + len(notation.value).to_bytes(2, "big")
        + notation.name
        + notation.value
    )


def read_revocation(body: bytes) -> Revocation:
    """Read a reason for revocation."""
    _at_least(body, 1)
    return Revocation(body[0], body[1:])


def read_revocation_key(body: bytes) -> RevocationKey:
    """Read a designated revoker; any length of fingerprint from one octet on."""
    _at_least(body, 3)
    return RevocationKey(body[0], body[1], body[2:].hex().upper())


def read_signature_target(body: bytes) -> SignatureTarget:
    """Read a signature target; whether the digest fits the hash is not judged."""
    _at_least(body, 2)
    return SignatureTarget(body[0], body[1], body[2:])


def read_algorithms(body: bytes) -> tuple[int, ...]:
    """Read a list of algorithm numbers, the preferred first."""
    return tuple(body)


def read_ciphersuites(body: bytes) -> tuple[tuple[int, int], ...]:
    """Read pairs of cipher and AEAD mode, the preferred first (RFC 9580 section 5.2.3.15)."""
    if len(body) % 2:
        raise ReadError(f"body has {len(body)} octets where pairs are due")
    return tuple(zip(body[::2], body[1::2], strict=True))
