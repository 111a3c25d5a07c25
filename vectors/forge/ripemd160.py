"""RIPEMD-160, for Pythons whose OpenSSL has dropped it.

Written from the description by Dobbertin, Bosselaers and Preneel. TEST ONLY: broken enough not to
be used, which is why vectors need it.
"""

from __future__ import annotations

from collections.abc import Sequence

_ORDER = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)
_SHIFTS = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
"""How far a word is turned, by round and by its place in the block."""

_LEFT = (0x00000000, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0x00000000)
_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_MASK = 0xFFFFFFFF


def ripemd160(data: bytes) -> bytes:
    """Hash some octets."""
    padding = b"\x80" + bytes(-(len(data) + 9) % 64)
    padded = data + padding + (8 * len(data)).to_bytes(8, "little")
    state: Sequence[int] = _START
    for at in range(0, len(padded), 64):
        block = [int.from_bytes(padded[i : i + 4], "little") for i in range(at, at + 64, 4)]
        left = _line(state, block, list(range(16)), _LEFT, range(5))
        right = _line(
            state, block, [(9 * place + 5) % 16 for place in range(16)], _RIGHT, range(4, -1, -1)
        )
        state = [
            (state[(place + 1) % 5] + left[(place + 2) % 5] + right[(place + 3) % 5]) & _MASK
            for place in range(5)
        ]
    return b"".join(word.to_bytes(4, "little") for word in state)


def _line(
    state: Sequence[int],
    block: Sequence[int],
    order: list[int],
    constants: Sequence[int],
    functions: Sequence[int],
) -> tuple[int, ...]:
    """One of the two parallel lines of five rounds."""
    a, b, c, d, e = state
    for number, (constant, function) in enumerate(zip(constants, functions, strict=True)):
        for word in order:
            mixed = a + _mix(function, b, c, d) + block[word] + constant
            a, b, c, d, e = (
                e,
                (_turned(mixed, _SHIFTS[number][word]) + e) & _MASK,
                b,
                _turned(c, 10),
                d,
            )
        order = [_ORDER[word] for word in order]
    return a, b, c, d, e


def _mix(function: int, x: int, y: int, z: int) -> int:
    match function:
        case 0:
            return x ^ y ^ z
        case 1:
            return x & y | ~x & z
        case 2:
            return (x | ~y) ^ z
        case 3:
            return x & z | y & ~z
        case _:
            return x ^ (y | ~z)


def _turned(word: int, places: int) -> int:
    word &= _MASK
    return (word << places | word >> 32 - places) & _MASK
