"""Literal and compressed data packet bodies (RFC 9580 sections 5.9 and 5.6)."""

from __future__ import annotations

import bz2
import zlib
from dataclasses import dataclass

from harness.openpgp.errors import ReadError
from harness.openpgp.names import COMPRESSIONS, CompressionAlgorithm, LiteralFormat, name_of

DECOMPRESSED_LIMIT = 256 * 1024 * 1024
"""Octets that `decompress` gives at most unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal data packet's fields.

    Attributes:
        data: the document.
        format: see `names.LiteralFormat`.
        name: file name, up to 255 octets.
        date: seconds since 1970, 0 for none.
    """

    data: bytes
    format: int = LiteralFormat.BINARY
    name: bytes = b""
    date: int = 0


def read_literal(body: bytes) -> Literal:
    """Read a literal data packet's body.

    Raises:
        ReadError: the fields in front of the data are cut short.
    """
    if len(body) < 2:
        raise ReadError("literal data packet is cut short", 0)
    after_name = 2 + body[1]
    if len(body) < after_name + 4:
        raise ReadError("literal data packet is cut short", 2)
    date = int.from_bytes(body[after_name : after_name + 4], "big")
    return Literal(body[after_name + 4 :], body[0], body[2:after_name], date)


def write_literal(literal: Literal) -> bytes:
    """Write a literal data packet's body; the inverse of `read_literal`.

    Raises:
        ValueError: a field does not fit its octets.
    """
    return literal_metadata(literal) + literal.data


def literal_metadata(literal: Literal) -> bytes:
    """Give format, name and date as written: what version 5 signatures hash too (LibrePGP).

    Raises:
        ValueError: a field does not fit its octets.
    """
    if len(literal.name) > 255 or not 0 <= literal.date < 1 << 32:
        raise ValueError("a literal's name has up to 255 octets, its date four")
    head = bytes((literal.format, len(literal.name))) + literal.name
    return head + literal.date.to_bytes(4, "big")


def compress(data: bytes, algorithm: int = CompressionAlgorithm.ZLIB) -> bytes:
    """Write a compressed data packet's body.

    Raises:
        ValueError: the algorithm is unknown.
    """
    if algorithm == CompressionAlgorithm.UNCOMPRESSED:
        packed = data
    elif algorithm == CompressionAlgorithm.ZIP:
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = engine.compress(data) + engine.flush()
    elif algorithm == CompressionAlgorithm.ZLIB:
        packed = zlib.compress(data, 9)
    elif algorithm == CompressionAlgorithm.BZIP2:
        packed = bz2.compress(data)
    else:
        raise ValueError(name_of(COMPRESSIONS, algorithm))
    return bytes((algorithm,)) + packed


def decompress(body: bytes, limit: int = DECOMPRESSED_LIMIT) -> bytes:
    """Open a compressed data packet's body; octets after the compressed stream are ignored.

    Raises:
        ReadError: the algorithm is unknown, the data is corrupt or cut short, or would give
            more than ``limit`` octets.
    """
    if not body:
        raise ReadError("compressed data packet is empty", 0)
    algorithm, packed = body[0], body[1:]
    try:
        if algorithm == CompressionAlgorithm.UNCOMPRESSED:
            data, complete = packed[: limit + 1], True
        elif algorithm in (CompressionAlgorithm.ZIP, CompressionAlgorithm.ZLIB):
            inflate = zlib.decompressobj(-15 if algorithm == CompressionAlgorithm.ZIP else 15)
            data = inflate.decompress(packed, limit + 1)
            complete = inflate.eof
        elif algorithm == CompressionAlgorithm.BZIP2:
            unpack = bz2.BZ2Decompressor()
            data = unpack.decompress(packed, limit + 1)
            complete = unpack.eof
        else:
            raise ReadError(name_of(COMPRESSIONS, algorithm), 0)
    except (zlib.error, OSError, ValueError):
        raise ReadError("compressed data is corrupt", 1) from None
    if len(data) > limit:
        raise ReadError(f"compressed data gives more than {limit} octets", 1)
    if not complete:
        raise ReadError("compressed data is cut short", 1)
    return data
