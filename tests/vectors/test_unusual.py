"""The keys and files that are unusual on purpose are what they are said to be."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from vectors.forge.secrets import secret_key
from vectors.forge.unusual import is_prime
from vectors.suites.policy import COLLIDING
from vectors.suites.signature_values import HALF


def numbers(name: str) -> rsa.RSAPrivateNumbers:
    key = secret_key(name)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.private_numbers()


@pytest.mark.parametrize("bits", [512, 768, 2047, 3073])
def test_rsa_keys_have_exactly_the_size_in_their_names(bits: int) -> None:
    secret = numbers(f"rsa{bits}")
    assert secret.public_numbers.n.bit_length() == bits
    assert secret.p * secret.q == secret.public_numbers.n
    assert is_prime(secret.p)
    assert is_prime(secret.q)


@pytest.mark.parametrize("small", [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127])
def test_the_infineon_key_tells_on_itself(small: int) -> None:
    modulus = numbers("rsa3072-roca").public_numbers.n
    assert modulus % small in {pow(65537, power, small) for power in range(small)}


def test_ed25519_keys_begin_with_zero_where_they_say() -> None:
    public, secret = secret_key("ed25519-zero-public"), secret_key("ed25519-zero-secret")
    assert isinstance(public, ed25519.Ed25519PrivateKey)
    assert isinstance(secret, ed25519.Ed25519PrivateKey)
    assert public.public_key().public_bytes_raw()[0] == 0
    assert secret.private_bytes_raw()[0] == 0


@pytest.mark.parametrize(("number", "prime"), [(2, True), (1, False), (2047, False), (65537, True)])
def test_primes_are_told_from_others(number: int, prime: bool) -> None:
    assert is_prime(number) is prime


def test_half_of_the_even_modulus_is_a_prime_of_3071_bits() -> None:
    assert HALF.bit_length() == 3071
    assert is_prime(HALF)


def test_two_files_have_one_sha1_hash() -> None:
    one, other = COLLIDING
    assert one != other
    assert len({hashlib.sha1(each, usedforsecurity=False).digest() for each in COLLIDING}) == 1
