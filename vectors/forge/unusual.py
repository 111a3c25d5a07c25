"""Recipes for secret keys that no library makes: odd sizes, known weaknesses, leading zeros.

TEST ONLY, and used once per key, by `vectors.forge.generate`. The primes are probable ones.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from vectors.forge.secrets import SecretKey

EXPONENT = 65537


def is_prime(number: int) -> bool:
    """Whether a number is prime, by Miller and Rabin with the first primes as bases."""
    if number < 2:
        return False
    for small in _SMALL:
        if number % small == 0:
            return number == small
    odd = number - 1
    halvings = (odd & -odd).bit_length() - 1
    odd >>= halvings
    return all(_passes(base, odd, halvings, number) for base in _SMALL[:24])


_SMALL = tuple(n for n in range(2, 2000) if all(n % d for d in range(2, math.isqrt(n) + 1)))


def _passes(base: int, odd: int, halvings: int, number: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(halvings - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def rsa_of_size(bits: int) -> SecretKey:
    """RSA of exactly so many bits, be they too few or an odd number."""
    while True:
        p = _prime((bits + 1) // 2)
        q = _prime(bits // 2)
        if p != q and (p * q).bit_length() == bits:
            return rsa_of(p, q)


def _prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | 1 << (bits - 1) | 1
        if candidate % EXPONENT != 1 and is_prime(candidate):
            return candidate


def rsa_ending_in(bits: int, end: int) -> SecretKey:
    """RSA whose modulus ends in the 64 bits of ``end``, which is odd: a chosen version 3 key ID."""
    p = _prime(bits // 2)
    low = end * pow(p, -1, 1 << 64) % (1 << 64)
    while True:
        q = (secrets.randbits(bits // 2 - 64) | 3 << (bits // 2 - 66)) << 64 | low
        if q % EXPONENT != 1 and is_prime(q) and (p * q).bit_length() == bits:
            return rsa_of(p, q)


def rsa_of_infineon(bits: int) -> SecretKey:
    """RSA as certain smart cards made it (CVE-2017-15361, ROCA): primes that tell on themselves.

    Each is k * M + (65537 ** a mod M), where M is the product of the first 126 primes, so that
    the modulus is a power of 65537 by each of them.
    """
    product = math.prod(_SMALL[:126])
    while True:
        p, q = (_infineon_prime(bits // 2, product) for _ in range(2))
        if (p * q).bit_length() == bits:
            return rsa_of(p, q)


def _infineon_prime(bits: int, product: int) -> int:
    while True:
        residue = pow(EXPONENT, secrets.randbits(256), product)
        candidate = ((secrets.randbits(bits) | 3 << (bits - 2)) // product) * product + residue
        if candidate.bit_length() == bits and candidate % EXPONENT != 1 and is_prime(candidate):
            return candidate


def rsa_of(p: int, q: int, exponent: int = EXPONENT) -> SecretKey:
    """RSA of two primes.

    Raises:
        ValueError: the exponent has no inverse.
    """
    d = pow(exponent, -1, math.lcm(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(exponent, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def ed25519_where(holds: Callable[[bytes, bytes], bool]) -> SecretKey:
    """Ed25519 of whose secret and public octets something holds."""
    while True:
        key = ed25519.Ed25519PrivateKey.generate()
        if holds(key.private_bytes_raw(), key.public_key().public_bytes_raw()):
            return key
