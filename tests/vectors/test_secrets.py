"""The committed keys are all there, and sign as the libraries do."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from harness.files import FileError
from vectors.forge import recorded
from vectors.forge.generate import RECIPES
from vectors.forge.ripemd160 import ripemd160
from vectors.forge.secrets import KEYS, digest_of, secret_key, sign_digest


def test_every_recipe_has_its_file_and_every_file_its_recipe() -> None:
    assert {path.stem for path in KEYS.glob("*.pem")} == set(RECIPES)


def test_the_keys_say_that_they_are_for_tests() -> None:
    assert "TEST ONLY" in (KEYS / "README.md").read_text()


@pytest.mark.parametrize(
    "name", ["rsa1024", "rsa2048", "alice-signing", "rsa4096", "rsa8192", "rsa3072-e257"]
)
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


# From the description of RIPEMD-160 by its authors.
@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
        (b"abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        (b"message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
        (b"1234567890" * 8, "9b752e45573d4b39f4dbd3323cab82bf63326bfb"),
    ],
)
def test_ripemd160_known_answers(data: bytes, digest: str) -> None:
    assert ripemd160(data).hex() == digest
    assert digest_of("ripemd160", data).hex() == digest


def test_ripemd160_is_had_without_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "algorithms_available", set[str]())
    assert digest_of("ripemd160", b"abc") == ripemd160(b"abc")


RECORDS = [path.stem for path in sorted(KEYS.glob("*.json"))]


def test_what_is_recorded_has_a_secret_key() -> None:
    assert RECORDS
    assert set(RECORDS) <= set(RECIPES)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_written_as_it_is_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = recorded.path(name).read_bytes()
    kept = recorded.record(name)
    everything = recorded.Record(kept.public, kept.signatures, set(kept.signatures))
    monkeypatch.setattr(recorded, "KEYS", tmp_path)
    recorded.write(name, everything)
    assert recorded.path(name).read_bytes() == content


def test_what_is_not_recorded_is_not_made_up() -> None:
    with pytest.raises(FileError, match=r"vectors\.forge\.record"):
        recorded.signature(RECORDS[0], b"not the digest of anything")
