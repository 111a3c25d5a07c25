"""The corpus's secret keys: their files, and signing with them, the same octets every time.

TEST ONLY. The keys are public, nothing here is hardened against side channels, and weak
algorithms work on purpose: RSA and (EC)DSA run on integers, so that no library's policy decides
what a vector may hold. This module knows numbers and hashes, not OpenPGP packets.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vectors.forge.rfc6979 import nonces, sign_dsa, sign_ecdsa
from vectors.forge.ripemd160 import ripemd160

KEYS = Path(__file__).resolve().parent.parent / "keys"

SecretKey = (
    rsa.RSAPrivateKey
    | dsa.DSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)

_DIGEST_INFO = {
    "md5": "3020300c06082a864886f70d020505000410",
    "sha1": "3021300906052b0e03021a05000414",
    "ripemd160": "3021300906052b2403020105000414",
    "sha224": "302d300d06096086480165030402040500041c",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
    "sha3_256": "3031300d060960864801650304020805000420",
    "sha3_512": "3051300d060960864801650304020a05000440",
}
"""What PKCS#1 v1.5 puts before a digest, by hashlib's names (RFC 9580 section 9.5, table 24)."""


@functools.cache
def secret_key(name: str) -> SecretKey:
    """Load the secret key ``vectors/keys/<name>.pem``.

    Raises:
        FileNotFoundError: there is none of that name.
        ValueError: the file holds a kind of key the forge does not sign with.
    """
    pem = (KEYS / f"{name}.pem").read_bytes()
    key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, SecretKey):
        raise ValueError(f"vectors/keys/{name}.pem holds a {type(key).__name__}")
    return key


@dataclass(frozen=True, slots=True)
class RawSignature:
    """What an algorithm gives for a digest: numbers (RSA, DSA, ECDSA), or octets (EdDSA)."""

    numbers: tuple[int, ...] = ()
    octets: bytes = b""


@functools.cache
def sign_digest(name: str, hash_name: str, digest: bytes) -> RawSignature:
    """Sign a digest with the key called ``name``; ``hash_name`` is hashlib's."""
    key = secret_key(name)
    match key:
        case rsa.RSAPrivateKey():
            return RawSignature((_sign_rsa(key.private_numbers(), hash_name, digest),))
        case dsa.DSAPrivateKey():
            return RawSignature(sign_dsa(key.private_numbers(), hash_name, digest))
        case ec.EllipticCurvePrivateKey():
            return RawSignature(sign_ecdsa(key.private_numbers(), hash_name, digest))
        case ed25519.Ed25519PrivateKey() | ed448.Ed448PrivateKey():
            return RawSignature(octets=key.sign(digest))


def _sign_rsa(secret: rsa.RSAPrivateNumbers, hash_name: str, digest: bytes) -> int:
    """RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1), by the Chinese remainder theorem."""
    message = _padded(secret.public_numbers.n, hash_name, digest)
    by_p = pow(message, secret.dmp1, secret.p)
    by_q = pow(message, secret.dmq1, secret.q)
    return by_q + secret.q * (secret.iqmp * (by_p - by_q) % secret.p)


def sign_elgamal(name: str, hash_name: str, digest: bytes) -> tuple[int, int]:
    """Sign a digest the way RFC 2440, section 5.2.2, has it: the numbers a and b.

    The key is a DSA one, whose group serves as well; b is taken modulo the generator's order, so
    it is shorter than that of other keys.
    """
    key = secret_key(name)
    if not isinstance(key, dsa.DSAPrivateKey):
        raise ValueError(f"vectors/keys/{name}.pem holds no discrete logarithm")
    secret = key.private_numbers()
    group = secret.public_numbers.parameter_numbers
    message = _padded(group.p, hash_name, digest)
    nonce = next(nonces(group.q, secret.x, hash_name, digest))
    a = pow(group.g, nonce, group.p)
    return a, pow(nonce, -1, group.q) * (message - secret.x * a) % group.q


def _padded(modulus: int, hash_name: str, digest: bytes) -> int:
    """EMSA-PKCS1-v1_5 (RFC 9580 section 12.1.3)."""
    size = (modulus.bit_length() + 7) // 8
    info = digest_info(hash_name, digest)
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return int.from_bytes(padded, "big")


def digest_info(hash_name: str, digest: bytes) -> bytes:
    """Wrap a digest as PKCS#1 v1.5 does; ``hash_name`` is hashlib's."""
    return bytes.fromhex(_DIGEST_INFO[hash_name]) + digest


def digest_of(hash_name: str, data: bytes) -> bytes:
    """Hash with hashlib, whatever the system thinks of the algorithm."""
    if hash_name == "ripemd160" and hash_name not in hashlib.algorithms_available:
        return ripemd160(data)
    return hashlib.new(hash_name, data, usedforsecurity=False).digest()
