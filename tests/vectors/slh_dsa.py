"""Verification of SLH-DSA by FIPS 205, for the SHAKE parameter sets that RFC 9980 uses.

Written from the standard's algorithms 8, 11, 13, 17, 20 and 24, whose names are kept; shares
nothing with the library that signs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """One row of FIPS 205, table 2: octets, heights, layers, and sizes of the few-time key."""

    n: int
    h: int
    d: int
    a: int
    k: int

    @property
    def layer_height(self) -> int:
        """The height of one layer's tree, h' in the standard."""
        return self.h // self.d


SHAKE_128S = Parameters(n=16, h=63, d=7, a=12, k=14)
SHAKE_128F = Parameters(n=16, h=66, d=22, a=6, k=33)
SHAKE_256S = Parameters(n=32, h=64, d=8, a=14, k=22)

WOTS_HASH, WOTS_PK, TREE, FORS_TREE, FORS_ROOTS = range(5)


@dataclass
class _Verifier:
    size: Parameters
    seed: bytes
    layer: int = 0
    tree: int = 0

    def hash(self, kind: int, words: tuple[int, int, int], message: bytes) -> bytes:
        """F, H and T: one function in the SHAKE sets (section 11.1)."""
        address = self.layer.to_bytes(4, "big") + self.tree.to_bytes(12, "big")
        address += b"".join(word.to_bytes(4, "big") for word in (kind, *words))
        return hashlib.shake_256(self.seed + address + message).digest(self.size.n)

    def wots_pk_from_sig(self, signature: list[bytes], message: bytes, pair: int) -> bytes:
        digits = _base_2b(message, 4, 2 * self.size.n)
        checksum = sum(15 - digit for digit in digits) << 4
        digits += _base_2b(checksum.to_bytes(2, "big"), 4, 3)
        ends = b""
        for chain, (value, digit) in enumerate(zip(signature, digits, strict=True)):
            for step in range(digit, 15):
                value = self.hash(WOTS_HASH, (pair, chain, step), value)
            ends += value
        return self.hash(WOTS_PK, (pair, 0, 0), ends)

    def climb(self, kind: int, pair: int, index: int, node: bytes, path: list[bytes]) -> bytes:
        """From a leaf to the root of its tree."""
        for height, sibling in enumerate(path, 1):
            both = sibling + node if index & 1 else node + sibling
            index >>= 1
            node = self.hash(kind, (pair, height, index), both)
        return node

    def fors_pk_from_sig(self, signature: list[bytes], message: bytes, pair: int) -> bytes:
        a = self.size.a
        roots = b""
        for number, index in enumerate(_base_2b(message, a, self.size.k)):
            secret, *path = signature[number * (a + 1) : (number + 1) * (a + 1)]
            leaf = (number << a) + index
            node = self.hash(FORS_TREE, (pair, 0, leaf), secret)
            roots += self.climb(FORS_TREE, pair, leaf, node, path)
        return self.hash(FORS_ROOTS, (pair, 0, 0), roots)


def _base_2b(octets: bytes, bits: int, count: int) -> list[int]:
    number = int.from_bytes(octets, "big")
    excess = 8 * len(octets) - bits * count
    mask = (1 << bits) - 1
    return [number >> excess + bits * place & mask for place in reversed(range(count))]


def verify(size: Parameters, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a pure signature with an empty context is right (algorithms 20 and 24)."""
    n, layer_height = size.n, size.layer_height
    length = 2 * n + 3
    parts = [signature[at : at + n] for at in range(0, len(signature), n)]
    if len(signature) != n * (1 + size.k * (1 + size.a) + size.h + size.d * length):
        return False
    seed, root = public[:n], public[n:]
    few_time = -(-size.k * size.a // 8)
    tree_octets = -(-(size.h - layer_height) // 8)
    leaf_octets = -(-layer_height // 8)
    # The prefix of a pure signature: no pre-hash, a context of no octets.
    hashed = parts[0] + public + b"\0\0" + message
    digest = hashlib.shake_256(hashed).digest(few_time + tree_octets + leaf_octets)
    tree = int.from_bytes(digest[few_time : few_time + tree_octets], "big")
    tree &= (1 << size.h - layer_height) - 1
    leaf = int.from_bytes(digest[few_time + tree_octets :], "big") & (1 << layer_height) - 1

    verifier = _Verifier(size, seed, tree=tree)
    after = 1 + size.k * (1 + size.a)
    node = verifier.fors_pk_from_sig(parts[1:after], digest[:few_time], leaf)
    for layer in range(size.d):
        verifier.layer, verifier.tree = layer, tree
        own = parts[after : after + length + layer_height]
        after += length + layer_height
        node = verifier.wots_pk_from_sig(own[:length], node, leaf)
        node = verifier.climb(TREE, 0, leaf, node, own[length:])
        leaf, tree = tree & (1 << layer_height) - 1, tree >> layer_height
    return node == root
