"""Taking apart what holds several certificates or several signatures.

Backends differ in how much of such an input they look at; handing them one signature at a
time shows what they make of each. Framing decides, never meaning: a signature packet with a
malformed body counts and is split off like any other. What is not understood, has nothing to
split, or more than `MOST_PARTS` signatures, comes back as it was. Nothing here raises, whatever
the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal as OneOf

from harness.openpgp.armor import dearmor, read_armor, write_armor
from harness.openpgp.cleartext import read_cleartext
from harness.openpgp.contents import DECOMPRESSED_LIMIT, decompress
from harness.openpgp.errors import ReadError
from harness.openpgp.names import Tag
from harness.openpgp.packets import (
    OLD,
    Packet,
    read_packets,
    walk_packets,
    write_packet,
    write_packets,
)

Kind = OneOf["detached", "inline", "cleartext"]
"""How an artifact carries its signatures."""

_PASSED_OVER = frozenset((Tag.MARKER, Tag.PADDING))
_PRIMARY_KEYS = frozenset((Tag.PUBLIC_KEY, Tag.SECRET_KEY))
_MAX_NESTING = 8

MOST_PARTS = 100
"""An input with more signatures than this is not split: nobody would read the parts."""


class _NotUnderstoodError(Exception):
    """The input has no shape that could be split."""


def split_certificates(data: bytes) -> tuple[bytes, ...]:
    """Split a keyring, binary or armored, into binary certificates.

    Each begins with its primary key packet (public or secret) and holds all that follows up to
    the next one, octet for octet. ``(data,)`` if the framing cannot be read, there is no
    primary key, or anything but marker and padding packets comes before the first.
    """
    try:
        binary = dearmor(data)
        starts: list[int] = []
        for start, _, packet in walk_packets(binary):
            if packet.tag in _PRIMARY_KEYS:
                starts.append(start)
            elif not starts and packet.tag not in _PASSED_OVER:
                return (data,)
    except ReadError:
        return (data,)
    if not starts:
        return (data,)
    ends = [*starts[1:], len(binary)]
    return tuple(binary[start:end] for start, end in zip(starts, ends, strict=True))


def split_keyring(data: bytes) -> tuple[bytes, ...]:
    """Split a keyring of several certificates as `split_certificates` does.

    A file of one is left as it came, armor and all, since that is what its owner has.
    """
    parts = split_certificates(data)
    return parts if len(parts) > 1 else (data,)


def split_detached(signature: bytes) -> tuple[bytes, ...]:
    """Split detached signatures, binary or armored in one block or several.

    Gives one binary signature packet each, in order, when there are two or more; marker and
    padding packets are passed over, any other packet makes it ``(signature,)``.
    """
    return _split(signature, _parts_of_detached)


def split_inline(message: bytes) -> tuple[bytes, ...]:
    """Split a signed message, binary or armored, into binary messages of one signature each.

    One-pass signature packets in front of the literal data belong to the signature packets
    after it from the inside out; each part gets its one-pass packet with the last octet set to
    1. Signature packets in front of the literal data (old style) need none. A compressed
    message is opened first, up to 256 MiB; the parts are not compressed again. Order is that
    of the signature packets. ``(message,)`` if there are fewer than two, their numbers do not
    match, or the message has another shape (RFC 9580 section 10.3).
    """
    return _split(message, _parts_of_inline)


def split_cleartext(message: bytes) -> tuple[bytes, ...]:
    """Split a cleartext signed message into messages of one signature each.

    Headers and text are kept octet for octet; each part's armored block holds one signature
    packet. ``(message,)`` if there are fewer than two, or anything is malformed.
    """
    return _split(message, _parts_of_cleartext)


def split_signatures(kind: Kind, data: bytes) -> tuple[bytes, ...]:
    """Split ``data`` by the function for its kind."""
    return _split(data, _PARTS[kind])


def count_signatures(kind: Kind, data: bytes) -> int | None:
    """Count signature packets, in compressed data too; ``None`` if the framing cannot be read.

    Counts what is there, also where it cannot be split.
    """
    try:
        if kind == "cleartext":
            return _count(_signature_packets(read_cleartext(data).signature_block))
        return _count(read_packets(dearmor(data)))
    except ReadError:
        return None


def _split(data: bytes, parts_of: Callable[[bytes], list[bytes]]) -> tuple[bytes, ...]:
    try:
        parts = parts_of(data)
    except (ReadError, _NotUnderstoodError):
        return (data,)
    return tuple(parts) if 1 < len(parts) <= MOST_PARTS else (data,)


def _parts_of_detached(data: bytes) -> list[bytes]:
    return [write_packet(packet) for packet in _only_signatures(read_packets(dearmor(data)))]


def _only_signatures(packets: Iterable[Packet]) -> list[Packet]:
    found = _without_passed_over(packets)
    if any(packet.tag != Tag.SIGNATURE for packet in found):
        raise _NotUnderstoodError
    return found


def _parts_of_cleartext(message: bytes) -> list[bytes]:
    cleartext = read_cleartext(message)
    signatures = _only_signatures(_signature_packets(cleartext.signature_block))
    before = message[: cleartext.signature_start]
    after = message[cleartext.end :]
    newline = "\r\n" if before.endswith(b"\r\n") else "\n"
    return [
        before
        + write_armor("PGP SIGNATURE", write_packet(_delimited(packet)), newline=newline)
        + after
        for packet in signatures
    ]


def _signature_packets(armored: bytes) -> list[Packet]:
    found: list[Packet] = []
    for block in read_armor(armored):
        found += read_packets(block.data)
    return found


def _parts_of_inline(message: bytes) -> list[bytes]:
    packets = _opened(read_packets(dearmor(message)))
    document = [at for at, packet in enumerate(packets) if not _is_signing(packet)]
    if len(document) != 1:
        raise _NotUnderstoodError
    at = document[0]
    before, literal, after = packets[:at], packets[at], packets[at + 1 :]
    if not _is_literal(literal) or any(packet.tag != Tag.SIGNATURE for packet in after):
        raise _NotUnderstoodError
    one_passes = [packet for packet in before if packet.tag == Tag.ONE_PASS_SIGNATURE]
    if len(one_passes) != len(after):
        raise _NotUnderstoodError
    literal = _delimited(literal)
    parts = [[_delimited(packet), literal] for packet in before if packet.tag == Tag.SIGNATURE]
    parts += [
        [_alone(one_pass), literal, _delimited(signature)]
        for one_pass, signature in zip(reversed(one_passes), after, strict=True)
    ]
    return [write_packets(part) for part in parts]


def _opened(packets: Iterable[Packet]) -> list[Packet]:
    """Packets without those passed over, of the message within if all of it is compressed."""
    found = _without_passed_over(packets)
    for _ in range(_MAX_NESTING):
        if [packet.tag for packet in found] != [Tag.COMPRESSED_DATA]:
            break
        found = _without_passed_over(read_packets(decompress(found[0].body)))
    return found


def _is_literal(packet: Packet) -> bool:
    """Whether a packet is literal data, compressed or not, with no signatures of its own."""
    found = _opened((packet,))
    return [packet.tag for packet in found] == [Tag.LITERAL_DATA]


def _is_signing(packet: Packet) -> bool:
    return packet.tag in (Tag.SIGNATURE, Tag.ONE_PASS_SIGNATURE)


def _without_passed_over(packets: Iterable[Packet]) -> list[Packet]:
    return [packet for packet in packets if packet.tag not in _PASSED_OVER]


def _alone(one_pass: Packet) -> Packet:
    """Mark a one-pass signature packet as the only one (RFC 9580 section 5.4, last field)."""
    if not one_pass.body:
        return one_pass
    return _delimited(Packet(one_pass.tag, one_pass.body[:-1] + b"\1", one_pass.framing))


def _delimited(packet: Packet) -> Packet:
    """Give a packet that other packets can follow: an indeterminate length becomes definite."""
    if packet.framing.indeterminate:
        return Packet(packet.tag, packet.body, OLD)
    return packet


def _count(packets: Iterable[Packet]) -> int:
    total = 0
    left = DECOMPRESSED_LIMIT
    waiting = [(packet, 0) for packet in packets]
    while waiting:
        packet, depth = waiting.pop()
        if packet.tag == Tag.SIGNATURE:
            total += 1
        elif packet.tag == Tag.COMPRESSED_DATA and depth < _MAX_NESTING:
            data = decompress(packet.body, left)
            left -= len(data)
            waiting += [(inner, depth + 1) for inner in read_packets(data)]
    return total


_PARTS: dict[Kind, Callable[[bytes], list[bytes]]] = {
    "detached": _parts_of_detached,
    "inline": _parts_of_inline,
    "cleartext": _parts_of_cleartext,
}
