"""Signed artifacts: data and its signatures, in each of the three formats."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Sequence

from harness.artifact import Cleartext, Detached, Inline
from harness.openpgp.armor import write_armor
from harness.openpgp.cleartext import signed_form, write_cleartext
from harness.openpgp.contents import Literal, write_literal
from harness.openpgp.names import (
    HASH_FACTS,
    CompressionAlgorithm,
    LiteralFormat,
    SignatureType,
    Tag,
)
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import (
    OnePassSignature,
    Signature,
    write_one_pass,
)
from vectors.forge.certificate import signature_packet
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign


def detached(data: bytes, *signatures: Signature | Packet, armored: bool = False) -> Detached:
    """Put signatures, or any packets, beside the data."""
    octets = write_packets(_packet(item) for item in signatures)
    return Detached(data=data, signature=armor_signature(octets) if armored else octets)


def armor_signature(octets: bytes) -> bytes:
    """Armor signature packets."""
    return write_armor("PGP SIGNATURE", octets)


def _packet(item: Signature | Packet) -> Packet:
    return signature_packet(item) if isinstance(item, Signature) else item


def one_pass(signature: Signature, by: Key, last: bool = True) -> Packet:
    """Announce a signature: its one-pass signature packet."""
    version6 = signature.version == 6
    announced = OnePassSignature(
        6 if version6 else 3,
        signature.type,
        signature.hash_algorithm,
        signature.public_key_algorithm,
        bytes.fromhex(by.fingerprint if version6 else by.key_id),
        nested=int(last),
        salt=signature.salt,
    )
    return Packet(Tag.ONE_PASS_SIGNATURE, write_one_pass(announced))


def literal(
    data: bytes, text: bool = False, *, kind: int | None = None, name: bytes = b""
) -> Packet:
    """Put data into a literal data packet, without date.

    ``kind`` is the format octet; ``None`` for that of text or of binary data.
    """
    if kind is None:
        kind = LiteralFormat.UTF8 if text else LiteralFormat.BINARY
    return Packet(Tag.LITERAL_DATA, write_literal(Literal(data, kind, name)))


def one_pass_message(data: bytes, *signatures: tuple[Signature, Key]) -> tuple[Packet, ...]:
    """Sign in one pass: announcements, data, and the signatures in reverse (section 10.3)."""
    text = any(s.type == SignatureType.TEXT for s, _ in signatures)
    return bracketed([literal(data, text)], *signatures)


def bracketed(
    message: Sequence[Packet], *signatures: tuple[Signature, Key], nested: bool = False
) -> tuple[Packet, ...]:
    """Put announcements and signatures around a message (section 10.3).

    Only the last announcement says that no other follows to the same data; with ``nested``
    each says so, which makes every signature one over the signed message within it.
    """
    last = len(signatures) - 1
    announced = [one_pass(s, by, nested or at == last) for at, (s, by) in enumerate(signatures)]
    closing = [signature_packet(signature) for signature, _ in reversed(signatures)]
    return (*announced, *message, *closing)


def prefixed_message(data: bytes, *signatures: Signature) -> tuple[Packet, ...]:
    """Sign the old way: signatures, then data (section 10.3)."""
    return (*map(signature_packet, signatures), literal(data))


def compressed(packets: Sequence[Packet], algorithm: int) -> tuple[Packet, ...]:
    """Put packets into a compressed data packet.

    Deflate's output differs between libraries, so ZIP and ZLIB data is stored in a single block
    (RFC 1951 section 3.2.4), which every inflater reads and nothing else writes differently.
    """
    data = write_packets(packets)
    size = len(data).to_bytes(2, "little")
    stored = b"\x01" + size + bytes(octet ^ 0xFF for octet in size) + data
    match algorithm:
        case CompressionAlgorithm.ZIP:
            body = stored
        case CompressionAlgorithm.ZLIB:
            body = b"\x78\x01" + stored + zlib.adler32(data).to_bytes(4, "big")
        case CompressionAlgorithm.BZIP2:
            body = bz2.compress(data)
        case _:
            raise ValueError(f"the forge does not compress by algorithm {algorithm}")
    return (Packet(Tag.COMPRESSED_DATA, bytes((algorithm,)) + body),)


def inline(packets: Sequence[Packet], armored: bool = False) -> Inline:
    """Make a message of packets."""
    octets = write_packets(packets)
    return Inline(message=write_armor("PGP MESSAGE", octets) if armored else octets)


def sign_cleartext(text: bytes, by: Key, made: Made = Made()) -> Signature:
    """Sign a text as the cleartext framework hashes it (section 7.1)."""
    return sign(signed_form(text), by, made, SignatureType.TEXT)


def cleartext(
    text: bytes, *signatures: Signature, headers: Sequence[tuple[str, str]] | None = None
) -> Cleartext:
    """Frame a text with its signatures; ``headers`` default to the hashes used."""
    if headers is None:
        names = dict.fromkeys(HASH_FACTS[s.hash_algorithm].name for s in signatures)
        headers = [("Hash", name) for name in names]
    octets = write_packets(map(signature_packet, signatures))
    return Cleartext(message=write_cleartext(text, armor_signature(octets), headers))
