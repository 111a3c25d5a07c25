"""Packet framing: a packet's tag, body, and how its length was written (RFC 9580 section 4.2).

Every framing the format allows is kept, wise or not, so that
``write_packets(read_packets(data)) == data`` for all data that reads. What a body means is
for other modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.openpgp.errors import ReadError

_NEW_WIDTHS = (1, 2, 5)
_OLD_WIDTHS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Framing:
    """How a packet's tag and length are written.

    Attributes:
        old: the old (legacy) format, which holds tags 0 to 15 only.
        width: octets of the length field: 1, 2 or 5 in the new format, 1, 2 or 4 in the old;
            0 stands for the shortest that fits, and is what reading gives where the shortest
            was used. With ``chunks`` it is the width of the last length. See `length_width`.
        indeterminate: old format without a length: the body runs to the end of the data.
        chunks: sizes in octets of the partial body lengths, in order, each a power of two up
            to 2**30; what they leave of the body follows under the last length.
    """

    old: bool = False
    width: int = 0
    indeterminate: bool = False
    chunks: tuple[int, ...] = ()


NEW = Framing()
"""New format, shortest length."""

OLD = Framing(old=True)
"""Old format, shortest length."""

INDETERMINATE = Framing(old=True, indeterminate=True)
"""Old format, body to the end of the data (RFC 9580 section 4.2.2, length type 3)."""

OVERLONG = Framing(width=5)
"""New format, five-octet length however short the body."""

_SHARED = {
    (old, width): Framing(old=old, width=width)
    for old, widths in ((False, _NEW_WIDTHS), (True, _OLD_WIDTHS))
    for width in widths
}
_SHARED[(False, 0)] = NEW
_SHARED[(True, 0)] = OLD


def old_format(width: int = 0) -> Framing:
    """Old format with a length field of ``width`` octets: 1, 2, 4, or 0 for the shortest."""
    return Framing(old=True, width=width)


def partial(chunks: Iterable[int], last_width: int = 0) -> Framing:
    """New format with partial body lengths of the given sizes, in octets.

    Each must be a power of two up to 2**30 (RFC 9580 section 4.2.1.4); that the first be at
    least 512 is a rule this module leaves to be broken. ``last_width`` is the width of the
    length of what remains: 1, 2, 5, or 0 for the shortest.
    """
    return Framing(width=last_width, chunks=tuple(chunks))


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet.

    Attributes:
        tag: the packet type, 0 to 63.
        body: its content, chunks of partial lengths already joined.
        framing: how tag and length are written.
    """

    tag: int
    body: bytes
    framing: Framing = NEW


def read_packets(data: bytes) -> tuple[Packet, ...]:
    """Read all packets of binary (not armored) data.

    Raises:
        ReadError: a packet's framing cannot be read; the offset counts from the data's start.
    """
    return tuple(packet for _, _, packet in walk_packets(data))


def scan_packets(data: bytes) -> tuple[tuple[Packet, ...], ReadError | None]:
    """Read packets up to the first fault; give what was read, and the fault if there is one."""
    found: list[Packet] = []
    try:
        found.extend(packet for _, _, packet in walk_packets(data))
    except ReadError as error:
        return tuple(found), error
    return tuple(found), None


def walk_packets(data: bytes) -> Iterator[tuple[int, int, Packet]]:
    """Yield each packet with the offsets where it starts and ends in ``data``.

    Raises:
        ReadError: as `read_packets`, once the packets before the fault have been yielded.
    """
    position = 0
    while position < len(data):
        start = position
        first = data[position]
        position += 1
        if not first & 0x80:
            raise ReadError("not a packet: bit 7 of the first octet is clear", start)
        if first & 0x40:
            tag = first & 0x3F
            body, framing, position = _read_new(data, position)
        else:
            tag = (first >> 2) & 0x0F
            body, framing, position = _read_old(data, position, first & 0x03)
        yield start, position, Packet(tag, body, framing)


def _read_new(data: bytes, position: int) -> tuple[bytes, Framing, int]:
    chunks: list[int] = []
    pieces: list[bytes] = []
    while True:
        length, width, after = _read_new_length(data, position)
        piece = _take(data, after, length)
        position = after + length
        if width:
            break
        chunks.append(length)
        pieces.append(piece)
    if width == _shortest_new(length):
        width = 0
    if not chunks:
        return piece, _SHARED[(False, width)], position
    pieces.append(piece)
    return b"".join(pieces), Framing(width=width, chunks=tuple(chunks)), position


def _read_new_length(data: bytes, position: int) -> tuple[int, int, int]:
    """Read a new-format length: the length, its width (0 if partial), the offset after it."""
    if position >= len(data):
        raise ReadError("data ends where a packet length is due", position)
    first = data[position]
    if first < 192:
        return first, 1, position + 1
    if first < 224:
        if position + 2 > len(data):
            raise ReadError("data ends within a packet length", position)
        return ((first - 192) << 8) + data[position + 1] + 192, 2, position + 2
    if first < 255:
        return 1 << (first & 0x1F), 0, position + 1
    if position + 5 > len(data):
        raise ReadError("data ends within a packet length", position)
    return int.from_bytes(data[position + 1 : position + 5], "big"), 5, position + 5


def _read_old(data: bytes, position: int, length_type: int) -> tuple[bytes, Framing, int]:
    if length_type == 3:
        return data[position:], INDETERMINATE, len(data)
    width = _OLD_WIDTHS[length_type]
    if position + width > len(data):
        raise ReadError("data ends within a packet length", position)
    length = int.from_bytes(data[position : position + width], "big")
    position += width
    body = _take(data, position, length)
    if width == _shortest_old(length):
        width = 0
    return body, _SHARED[(True, width)], position + length


def _take(data: bytes, position: int, length: int) -> bytes:
    left = len(data) - position
    if length > left:
        raise ReadError(f"packet of {length} octets is cut short after {left}", position)
    return data[position : position + length]


def write_packets(packets: Iterable[Packet]) -> bytes:
    """Write packets one after another, each in its framing.

    Raises:
        ValueError: as `write_packet`.
    """
    return b"".join(map(write_packet, packets))


def write_packet(packet: Packet) -> bytes:
    """Write one packet in its framing.

    Raises:
        ValueError: the framing cannot express this tag or this body.
    """
    framing, body = packet.framing, packet.body
    if not framing.chunks:
        return write_header(packet.tag, len(body), framing) + body
    if framing.old:
        raise ValueError("the old packet format has no partial lengths")
    pieces = [bytes((_first_octet(packet.tag, framing),))]
    position = 0
    for size in framing.chunks:
        if size < 1 or size & (size - 1) or size > 1 << 30:
            raise ValueError(f"a partial length is a power of two up to 2**30, not {size}")
        if position + size > len(body):
            raise ValueError(f"chunks {framing.chunks} exceed a body of {len(body)} octets")
        pieces += (bytes((0xE0 | size.bit_length() - 1,)), body[position : position + size])
        position += size
    pieces += (_write_new_length(len(body) - position, framing.width), body[position:])
    return b"".join(pieces)


def write_header(tag: int, length: int, framing: Framing = NEW) -> bytes:
    """Write a packet header that declares ``length`` octets, whatever follows it.

    For packets that lie about their length; `write_packet` is the way to honest ones.

    Raises:
        ValueError: the framing cannot express this tag or length, or uses partial lengths.
    """
    if framing.chunks:
        raise ValueError("partial lengths are not one header")
    if not framing.old:
        if framing.indeterminate:
            raise ValueError("the new packet format has no indeterminate length")
        return bytes((_first_octet(tag, framing),)) + _write_new_length(length, framing.width)
    first = _first_octet(tag, framing)
    if framing.indeterminate:
        return bytes((first | 3,))
    width = framing.width or _shortest_old(length)
    if width not in _OLD_WIDTHS:
        raise ValueError(f"an old-format length takes 1, 2 or 4 octets, not {width}")
    if length >= 1 << 8 * width:
        raise ValueError(f"length {length} does not fit in {width} octets")
    return bytes((first | _OLD_WIDTHS.index(width),)) + length.to_bytes(width, "big")


def length_width(packet: Packet) -> int:
    """Octets the length field of ``packet`` takes; with chunks, the last one; 0 if it has none."""
    framing = packet.framing
    if framing.indeterminate or framing.width:
        return framing.width
    length = len(packet.body) - sum(framing.chunks)
    return _shortest_old(length) if framing.old else _shortest_new(length)


def _first_octet(tag: int, framing: Framing) -> int:
    if framing.old:
        if not 0 <= tag < 16:
            raise ValueError(f"the old packet format holds tags 0 to 15, not {tag}")
        return 0x80 | tag << 2
    if not 0 <= tag < 64:
        raise ValueError(f"packet tags run from 0 to 63, not {tag}")
    return 0xC0 | tag


def _write_new_length(length: int, width: int) -> bytes:
    width = width or _shortest_new(length)
    if width == 1 and length < 192:
        return bytes((length,))
    if width == 2 and 192 <= length < 8384:
        return bytes((192 + (length - 192 >> 8), length - 192 & 0xFF))
    if width == 5 and length < 1 << 32:
        return b"\xff" + length.to_bytes(4, "big")
    raise ValueError(f"a new-format length of {width} octets cannot say {length}")


def _shortest_new(length: int) -> int:
    return 1 if length < 192 else 2 if length < 8384 else 5


def _shortest_old(length: int) -> int:
    return 1 if length < 1 << 8 else 2 if length < 1 << 16 else 4
