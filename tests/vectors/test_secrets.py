"""The committed keys are all there, and sign as the library does."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from vectors.forge.generate import RECIPES
from vectors.forge.secrets import KEYS, secret_key, sign_digest


def test_every_recipe_has_its_file_and_every_file_its_recipe() -> None:
    assert {path.stem for path in KEYS.glob("*.pem")} == set(RECIPES)


def test_the_keys_say_that_they_are_for_tests() -> None:
    assert "TEST ONLY" in (KEYS / "README.md").read_text()


@pytest.mark.parametrize("name", ["rsa1024", "rsa2048", "alice-signing", "rsa4096"])
@pytest.mark.parametrize(
    "algorithm",
    [hashes.SHA1(), hashes.SHA256(), hashes.SHA512(), hashes.SHA3_256()],  # noqa: S303
)
def test_rsa_signatures_are_the_librarys(name: str, algorithm: hashes.HashAlgorithm) -> None:
    key = secret_key(name)
    assert isinstance(key, rsa.RSAPrivateKey)
    hash_name = algorithm.name.replace("-", "_")
    digest = hashlib.new(hash_name, b"text", usedforsecurity=False).digest()
    (number,) = sign_digest(name, hash_name, digest).numbers
    octets = number.to_bytes((key.key_size + 7) // 8, "big")
    assert octets == key.sign(b"text", padding.PKCS1v15(), algorithm)


def test_there_is_no_such_key() -> None:
    with pytest.raises(FileNotFoundError):
        secret_key("nobody")
