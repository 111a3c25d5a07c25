"""ASCII armor: finding, opening and writing it (RFC 9580 section 6).

Reading is strict about shape (header lines, blank line, Base64, tail line) and silent about
meaning: labels, header keys and the checksum's truth are given, not judged.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.openpgp.errors import ReadError
from harness.openpgp.packets import scan_packets

_CRC24_INIT = 0xB704CE
_CRC24_POLYNOMIAL = 0x1864CFB

_HEADER_LINE = re.compile(rb"^-----BEGIN (PGP [^\r\n-]*)-----[ \t]*\r?$", re.MULTILINE)
_CHECKSUM = re.compile(rb"(?:^|\n)=([A-Za-z0-9+/]{4})[ \t\r\n]*\Z")
_MALFORMED_CHECKSUM = re.compile(rb"(?:^|\n)=(?!=?[ \t\r\n]*\Z)")
"""A line that begins as a checksum does, goes on otherwise, and is more than padding."""
_WHITESPACE = b" \t\r\n\v\f"
"""What RFC 9580 means by white space it does not say; here, what C means by it."""

CLEARTEXT_LABEL = "PGP SIGNED MESSAGE"
"""What begins a cleartext signed message: looks like an armor label, is none."""


@dataclass(frozen=True, slots=True)
class ArmorBlock:
    """One armored block.

    Attributes:
        label: e.g. ``PGP PUBLIC KEY BLOCK``.
        headers: armor header keys and values in order; octets that are not UTF-8 are kept as
            lone surrogates.
        data: the decoded octets.
        checksum: the three octets of the checksum line, right or wrong; empty where the line is
            malformed, which is no reason to refuse a block (section 6.1); ``None`` without one.
        start: offset of the block's first octet in the text it was found in.
        end: offset after the block's last line, its line end included.
    """

    label: str
    headers: tuple[tuple[str, str], ...]
    data: bytes
    checksum: bytes | None = None
    start: int = 0
    end: int = 0

    @property
    def checksum_is_right(self) -> bool | None:
        """Whether the checksum fits the data; ``None`` where there is none."""
        if self.checksum is None:
            return None
        return self.checksum == crc24(self.data).to_bytes(3, "big")


def read_armor(text: bytes) -> tuple[ArmorBlock, ...]:
    """Find and decode all armored blocks of a text, whatever stands around them.

    Of a cleartext signed message, that is the signature's block. Checksums are not compared:
    see `ArmorBlock.checksum_is_right`.

    Raises:
        ReadError: a block that begins is malformed; the offset counts within ``text``.
    """
    return tuple(_blocks(text))


def _blocks(text: bytes) -> Iterator[ArmorBlock]:
    position = 0
    while (begin := _HEADER_LINE.search(text, position)) is not None:
        label = begin[1]
        position = begin.end()
        if label == CLEARTEXT_LABEL.encode():
            continue
        tail = b"\n-----END " + label + b"-----"
        body_end = text.find(tail, position)
        if body_end < 0:
            raise ReadError("armored block has no end", begin.start())
        position = body_end + len(tail)
        line_end = text.find(b"\n", position)
        rest = text[position : line_end if line_end >= 0 else len(text)]
        if rest.strip(_WHITESPACE):
            raise ReadError("armor's last line goes on after its dashes", position)
        position = line_end + 1 if line_end >= 0 else len(text)
        headers, body_start = _read_headers(text, begin.end() + 1, body_end + 1)
        data, checksum = _read_body(text[body_start : body_end + 1], body_start)
        yield ArmorBlock(
            label.decode("utf-8", "surrogateescape"),
            headers,
            data,
            checksum,
            begin.start(),
            position,
        )


def _read_headers(text: bytes, position: int, end: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """Read header lines and the blank line; also give the offset after it."""
    headers: list[tuple[str, str]] = []
    while position < end:
        line_end = text.index(b"\n", position, end)
        line = text[position:line_end].rstrip(_WHITESPACE)
        if not line:
            return tuple(headers), line_end + 1
        key, colon, value = line.partition(b":")
        if not colon:
            raise ReadError("armor has neither header nor blank line here", position)
        headers.append(
            (
                key.decode("utf-8", "surrogateescape"),
                value.removeprefix(b" ").decode("utf-8", "surrogateescape"),
            )
        )
        position = line_end + 1
    raise ReadError("armor has no blank line before its data", position)


def _read_body(body: bytes, offset: int) -> tuple[bytes, bytes | None]:
    checksum = None
    # The checksum is the last line with anything in it; look there only.
    stripped = body.rstrip(_WHITESPACE)
    last_line = max(stripped.rfind(b"\n"), 0)
    found = _CHECKSUM.search(stripped, last_line)
    if found is not None:
        checksum = binascii.a2b_base64(found[1])
        stripped = stripped[:last_line]
    elif _MALFORMED_CHECKSUM.match(stripped, last_line):
        checksum = b""
        stripped = stripped[:last_line]
    try:
        data = binascii.a2b_base64(stripped.translate(None, _WHITESPACE), strict_mode=True)
    except binascii.Error:
        raise ReadError("armor is not Base64", offset) from None
    return data, checksum


def write_armor(
    label: str,
    data: bytes,
    headers: Sequence[tuple[str, str]] = (),
    checksum: bool | bytes = True,
    newline: str = "\n",
    width: int = 64,
) -> bytes:
    """Write an armored block.

    ``checksum`` may also be the three octets to state, right or wrong. ``width`` is the
    number of Base64 characters in a line.

    Raises:
        ValueError: ``width`` is not positive.
    """
    if width < 1:
        raise ValueError("a line of armor holds at least one character")
    encoded = binascii.b2a_base64(data, newline=False).decode("ascii")
    lines = [f"-----BEGIN {label}-----"]
    lines += [f"{key}: {value}" for key, value in headers]
    lines.append("")
    lines += [encoded[start : start + width] for start in range(0, len(encoded), width)]
    if checksum is not False:
        octets = crc24(data).to_bytes(3, "big") if checksum is True else checksum
        lines.append("=" + binascii.b2a_base64(octets, newline=False).decode("ascii"))
    lines += [f"-----END {label}-----", ""]
    return newline.join(lines).encode("utf-8", "surrogateescape")


def _crc24_table() -> tuple[int, ...]:
    table: list[int] = []
    for octet in range(256):
        crc = octet << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= _CRC24_POLYNOMIAL
        table.append(crc)
    return tuple(table)


_CRC24_TABLE = _crc24_table()


def crc24(data: bytes) -> int:
    """Give the armor checksum of ``data``, a 24-bit number (RFC 9580 section 6.1)."""
    crc = _CRC24_INIT
    table = _CRC24_TABLE
    for octet in data:
        crc = crc << 8 & 0xFFFFFF ^ table[crc >> 16 ^ octet]
    return crc


def is_armored(data: bytes) -> bool:
    """Whether data is text that holds an armored block or a cleartext signed message.

    Binary data that merely contains armor (in a literal packet, say) is not.
    """
    if b"-----BEGIN PGP " not in data or _HEADER_LINE.search(data) is None:
        return False
    return data[0] < 0x80 or scan_packets(data)[1] is not None


def dearmor(data: bytes) -> bytes:
    """Give the binary form: all blocks of armored data joined; binary data as it is.

    Raises:
        ReadError: the data is armored, and malformed.
    """
    if not is_armored(data):
        return data
    return b"".join(block.data for block in _blocks(data))
