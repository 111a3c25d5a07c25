from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    PublicKey,
    ReadError,
    Tag,
    bits,
    curve,
    dearmor,
    describe_key,
    fingerprint,
    key_id,
    mpi,
    public_part,
    read_packets,
    read_public_key,
    signed_prefix,
    write_mpi,
    write_public_key,
)
from tests.openpgp import samples, strategies
from tests.openpgp.samples import each_keyring

KEYS = frozenset((Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY, Tag.SECRET_KEY, Tag.SECRET_SUBKEY))


def key_bodies(data: bytes) -> list[bytes]:
    return [packet.body for packet in read_packets(dearmor(data)) if packet.tag in KEYS]


@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=40),
        st.builds(lambda v, rest: bytes((v,)) + rest, st.integers(2, 6), st.binary(max_size=40)),
        strategies.damaged(key_bodies(samples.V5_SECRET_KEY) + key_bodies(samples.V6_CERTIFICATE)),
    )
)
def test_what_reads_is_written_back_and_nothing_but_the_own_error_is_raised(body: bytes) -> None:
    try:
        key = read_public_key(body)
    except ReadError:
        return
    assert write_public_key(key) == body
    assert describe_key(key)
    for function in (fingerprint, key_id, public_part, signed_prefix):
        with contextlib.suppress(ReadError):
            function(body)


@each_keyring
def test_fingerprints_sizes_and_times_are_what_gpg_says(keyring: Path, tmp_path: Path) -> None:
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed: nothing to compare with")
    listed = subprocess.run(
        [
            *("gpg", "--homedir", str(tmp_path), "--no-autostart", "--batch", "--quiet"),
            *("--with-colons", "--with-subkey-fingerprint", "--show-keys", str(keyring)),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    lines = [line.split(":") for line in listed.splitlines()]
    theirs = [
        (int(key[2]), int(key[3]), key[4], int(key[5]), print_[9])
        for key, print_ in zip(
            [line for line in lines if line[0] in ("pub", "sub")],
            [line for line in lines if line[0] == "fpr"],
            strict=True,
        )
    ]
    ours = []
    for body in key_bodies(keyring.read_bytes()):
        key = read_public_key(body)
        ours.append((bits(key), key.algorithm, key_id(body), key.created, fingerprint(body)))
    assert ours == theirs


def test_the_version_6_sample() -> None:
    bodies = key_bodies(samples.V6_CERTIFICATE)
    assert tuple(map(fingerprint, bodies)) == samples.V6_FINGERPRINTS
    assert key_id(bodies[0]) == "CB186C4F0609A697"
    assert [describe_key(read_public_key(body)) for body in bodies] == ["Ed25519", "X25519"]


def test_the_version_5_sample_of_which_only_the_public_part_counts() -> None:
    public = [public_part(body) for body in key_bodies(samples.V5_SECRET_KEY)]
    assert tuple(map(fingerprint, public)) == samples.V5_FINGERPRINTS
    assert key_id(public[0]) == "19347BC987246402"
    assert [describe_key(read_public_key(body)) for body in public] == [
        "EdDSALegacy Ed25519",
        "ECDH Curve25519",
    ]


def test_the_version_4_sample() -> None:
    (packet,) = read_packets(samples.EDDSA_KEY)
    assert fingerprint(packet.body) == samples.EDDSA_FINGERPRINT
    assert key_id(packet.body) == samples.EDDSA_FINGERPRINT[-16:]
    assert public_part(packet.body + b"\0secret") == packet.body


def test_the_public_part_of_an_ecdh_key_ends_with_its_kdf_parameters() -> None:
    point = write_mpi(mpi(0x40 << 256))
    material = bytes.fromhex("0A2B060104019755010501") + point + b"\x03\x01\x08\x07"
    body = write_public_key(PublicKey(4, 0, 18, material))
    assert public_part(body + b"\0secret") == body


def test_version_3_hashes_the_numbers_and_takes_its_id_from_the_modulus() -> None:
    modulus = 0xC0FFEE << 1000 | 0x1122334455667788
    material = write_mpi(mpi(modulus)) + write_mpi(mpi(17))
    key = PublicKey(3, 1000, 1, material, expiry_days=7)
    body = write_public_key(key)
    assert read_public_key(body) == key
    assert key_id(body) == "1122334455667788"
    octets = modulus.to_bytes(128, "big") + b"\x11"
    expected = hashlib.md5(octets, usedforsecurity=False).hexdigest().upper()
    assert fingerprint(body) == expected


@pytest.mark.parametrize(
    ("signature_version", "prefix"),
    [(3, "99000a"), (4, "99000a"), (5, "9a0000000a"), (6, "9b0000000a")],
)
def test_the_prefix_follows_the_signature_s_version(signature_version: int, prefix: str) -> None:
    body = write_public_key(PublicKey(4, 0, 1, b"four"))
    assert signed_prefix(body, signature_version) == bytes.fromhex(prefix) + body


def test_a_key_too_long_for_version_4_has_no_fingerprint() -> None:
    with pytest.raises(ReadError, match="too long"):
        fingerprint(write_public_key(PublicKey(4, 0, 1, bytes(65536))))


def test_leading_zero_bits_do_not_make_a_key_longer() -> None:
    modulus = b"\x08\x00" + bytes(128) + b"\xff" * 128
    key = PublicKey(4, 0, 1, modulus + write_mpi(mpi(65537)))
    assert bits(key) == 1024


@pytest.mark.parametrize(
    ("algorithm", "material", "described"),
    [
        (1, write_mpi(mpi(1 << 3071)) + write_mpi(mpi(3)), "RSA-3072"),
        (3, write_mpi(mpi(1 << 2047)) + write_mpi(mpi(3)), "RSA-2048 (sign only)"),
        (17, b"".join(write_mpi(mpi(1 << 1023)) for _ in range(4)), "DSA-1024"),
        (19, bytes.fromhex("082A8648CE3D030107") + bytes(10), "ECDSA NIST P-256"),
        (19, b"\x03abc", "ECDSA on an unknown curve"),
        (19, b"", "ECDSA on an unknown curve"),
        (28, b"", "Ed448"),
        (32, bytes(32), "SLH-DSA-SHAKE-128s"),
        (1, b"\xff\xff", "RSA"),
        (99, b"", "public-key algorithm 99 (unknown)"),
    ],
)
def test_keys_are_described(algorithm: int, material: bytes, described: str) -> None:
    assert describe_key(PublicKey(4, 0, algorithm, material)) == described


def test_the_curve_is_the_one_the_identifier_names() -> None:
    found = curve(PublicKey(4, 0, 22, bytes.fromhex("092B06010401DA470F01")))
    assert found is not None
    assert (found.name, found.bits) == ("Ed25519", 255)
    assert curve(PublicKey(4, 0, 1, bytes.fromhex("092B06010401DA470F01"))) is None


@pytest.mark.parametrize("version", [0, 1, 7, 255])
def test_unknown_versions_are_faults(version: int) -> None:
    with pytest.raises(ReadError, match=f"key version {version} is unknown"):
        read_public_key(bytes((version,)) + bytes(20))


def test_an_untrue_count_of_material_is_kept() -> None:
    body = write_public_key(PublicKey(6, 0, 27, bytes(32), declared_length=33))
    assert body[6:10] == b"\0\0\0\x21"
    assert read_public_key(body).declared_length == 33
    with pytest.raises(ReadError, match="cut short"):
        public_part(body)


@pytest.mark.parametrize(
    "key",
    [
        PublicKey(7, 0, 1, b""),
        PublicKey(4, 1 << 32, 1, b""),
        PublicKey(4, 0, 256, b""),
        PublicKey(3, 0, 1, b"", expiry_days=1 << 16),
    ],
)
def test_fields_that_do_not_fit_are_refused(key: PublicKey) -> None:
    with pytest.raises(ValueError, match=r"unknown|does not fit"):
        write_public_key(key)
