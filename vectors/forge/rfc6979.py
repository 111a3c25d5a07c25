"""DSA and ECDSA with the nonce of RFC 6979: the same signature for the same digest, every time.

TEST ONLY: not constant-time. The ``cryptography`` library offers deterministic ECDSA only on a
recent OpenSSL and deterministic DSA not at all, so both are done here on integers. The one
curve operation needed, the nonce times the generator, is the library's derivation of a public key.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import dsa, ec

ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        16,
    ),
    "secp521r1": int(
        "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "A51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
    "secp256k1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    "brainpoolP256r1": 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
    "brainpoolP384r1": int(
        "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B3"
        "1F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565",
        16,
    ),
    "brainpoolP512r1": int(
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870"
        "553E5C414CA92619418661197FAC10471DB1D381085DDADDB58796829CA90069",
        16,
    ),
}
"""The order of each curve's generator, by the library's name (SEC 2, RFC 5639)."""


def nonces(order: int, secret: int, hash_name: str, digest: bytes) -> Iterator[int]:
    """Yield the candidates for the nonce, in order (RFC 6979 section 3.2)."""
    width = (order.bit_length() + 7) // 8
    seed = secret.to_bytes(width, "big")
    seed += (truncated(digest, order) % order).to_bytes(width, "big")
    key = bytes(len(digest))
    value = b"\x01" * len(digest)
    for step in (b"\x00", b"\x01"):
        key = hmac.digest(key, value + step + seed, hash_name)
        value = hmac.digest(key, value, hash_name)
    while True:
        octets = b""
        while len(octets) < width:
            value = hmac.digest(key, value, hash_name)
            octets += value
        candidate = truncated(octets[:width], order)
        if 0 < candidate < order:
            yield candidate
        key = hmac.digest(key, value + b"\x00", hash_name)
        value = hmac.digest(key, value, hash_name)


def truncated(octets: bytes, order: int) -> int:
    """Read as many leading bits as the order has (RFC 6979 section 2.3.2)."""
    excess = max(0, 8 * len(octets) - order.bit_length())
    return int.from_bytes(octets, "big") >> excess


def sign_dsa(secret: dsa.DSAPrivateNumbers, hash_name: str, digest: bytes) -> tuple[int, int]:
    """Sign a digest: the numbers r and s (FIPS 186-4 section 4.6)."""
    group = secret.public_numbers.parameter_numbers
    for nonce in nonces(group.q, secret.x, hash_name, digest):
        r = pow(group.g, nonce, group.p) % group.q
        s = pow(nonce, -1, group.q) * (truncated(digest, group.q) + secret.x * r) % group.q
        if r and s:
            return r, s
    raise AssertionError("the nonces do not end")


def sign_ecdsa(
    secret: ec.EllipticCurvePrivateNumbers, hash_name: str, digest: bytes
) -> tuple[int, int]:
    """Sign a digest: the numbers r and s (FIPS 186-4 section 6.4)."""
    curve = secret.public_numbers.curve
    order = ORDERS[curve.name]
    for nonce in nonces(order, secret.private_value, hash_name, digest):
        point = ec.derive_private_key(nonce, curve).public_key().public_numbers()
        r = point.x % order
        s = pow(nonce, -1, order) * (truncated(digest, order) + secret.private_value * r) % order
        if r and s:
            return r, s
    raise AssertionError("the nonces do not end")
