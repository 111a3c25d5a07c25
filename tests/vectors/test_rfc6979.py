"""Deterministic DSA and ECDSA give the signatures of RFC 6979, and the library believes them."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from vectors.forge.rfc6979 import ORDERS, nonces, sign_dsa, sign_ecdsa
from vectors.forge.secrets import secret_key

CURVES: tuple[ec.EllipticCurve, ...] = (
    ec.SECP256R1(),
    ec.SECP384R1(),
    ec.SECP521R1(),
    ec.SECP256K1(),
    ec.BrainpoolP256R1(),
    ec.BrainpoolP384R1(),
    ec.BrainpoolP512R1(),
)


def digest(name: str, message: bytes) -> bytes:
    return hashlib.new(name, message, usedforsecurity=False).digest()


def test_nonce_for_an_order_of_odd_length() -> None:
    # RFC 6979, A.1: 163 bits
    order = 0x4000000000000000000020108A2E0CC0D99F8A5EF
    secret = 0x09A4D6792295A7F730FC3F2B49CBC0F62E862272F
    nonce = next(nonces(order, secret, "sha256", digest("sha256", b"sample")))
    assert nonce == 0x23AF4074C90A02B3FE61D286D5C87F425E6BDD81B


# RFC 6979, A.2.1
P = int(
    "86F5CA03DCFEB225063FF830A0C769B9DD9D6153AD91D7CE27F787C43278B447"
    "E6533B86B18BED6E8A48B784A14C252C5BE0DBF60B86D6385BD2F12FB763ED88"
    "73ABFD3F5BA2E0A8C0A59082EAC056935E529DAF7C610467899C77ADEDFC846C"
    "881870B7B19B2B58F9BE0521A17002E3BDD6B86685EE90B3D9A1B02B782B1779",
    16,
)
G = int(
    "07B0F92546150B62514BB771E2A0C0CE387F03BDA6C56B505209FF25FD3C133D"
    "89BBCD97E904E09114D9A7DEFDEADFC9078EA544D2E401AEECC40BB9FBBF78FD"
    "87995A10A1C27CB7789B594BA7EFB5C4326A9FE59A070E136DB77175464ADCA4"
    "17BE5DCE2F40D10A46A3A3943F26AB7FD9C0398FF8C76EE0A56826A8A88F1DBD",
    16,
)
Q = 0x996F967F6C8E388D9E28D01E205FBA957A5698B1
X = 0x411602CB19A6CCC34494D79D98EF1E7ED5AF25F7


@pytest.mark.parametrize(
    ("hash_name", "r", "s"),
    [
        (
            "sha1",
            0x2E1A0C2562B2912CAAF89186FB0F42001585DA55,
            0x29EFB6B0AFF2D7A68EB70CA313022253B9A88DF5,
        ),
        (
            "sha256",
            0x81F2F5850BE5BC123C43F71A3033E9384611C545,
            0x4CDD914B65EB6C66A8AAAD27299BEE6B035F5E89,
        ),
    ],
)
def test_dsa_known_answers(hash_name: str, r: int, s: int) -> None:
    public = dsa.DSAPublicNumbers(pow(G, X, P), dsa.DSAParameterNumbers(P, Q, G))
    secret = dsa.DSAPrivateNumbers(X, public)
    assert sign_dsa(secret, hash_name, digest(hash_name, b"sample")) == (r, s)


# RFC 6979, A.2.5
P256_SECRET = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721


@pytest.mark.parametrize(
    ("hash_name", "message", "r", "s"),
    [
        (
            "sha1",
            b"sample",
            0x61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32,
            0x6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB,
        ),
        (
            "sha256",
            b"sample",
            0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
            0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
        ),
        (
            "sha256",
            b"test",
            0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
            0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
        ),
        (
            "sha512",
            b"sample",
            0x8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00,
            0x2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE,
        ),
    ],
)
def test_ecdsa_known_answers(hash_name: str, message: bytes, r: int, s: int) -> None:
    secret = ec.derive_private_key(P256_SECRET, ec.SECP256R1()).private_numbers()
    assert sign_ecdsa(secret, hash_name, digest(hash_name, message)) == (r, s)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_orders_are_the_curves(curve: ec.EllipticCurve) -> None:
    order = ORDERS[curve.name]
    last = ec.derive_private_key(order - 1, curve).public_key().public_numbers()
    first = ec.derive_private_key(1, curve).public_key().public_numbers()
    assert last.x == first.x
    assert last.y != first.y


@pytest.mark.parametrize(
    "name", ["p256", "p384", "p521", "secp256k1", "brainpool256", "brainpool512"]
)
def test_the_library_verifies_ecdsa(name: str) -> None:
    key = secret_key(name)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    numbers = sign_ecdsa(key.private_numbers(), "sha512", digest("sha512", b"text"))
    key.public_key().verify(encode_dss_signature(*numbers), b"text", ec.ECDSA(hashes.SHA512()))


@pytest.mark.parametrize("name", ["dsa1024", "dsa2048", "dsa3072", "dsa4096"])
def test_the_library_verifies_dsa(name: str) -> None:
    key = secret_key(name)
    assert isinstance(key, dsa.DSAPrivateKey)
    r, s = sign_dsa(key.private_numbers(), "sha256", digest("sha256", b"text"))
    key.public_key().verify(encode_dss_signature(r, s), b"text", hashes.SHA256())
    with pytest.raises(InvalidSignature):
        key.public_key().verify(encode_dss_signature(r, s), b"other", hashes.SHA256())
