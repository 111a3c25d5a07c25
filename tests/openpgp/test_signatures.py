from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    CLEARTEXT_METADATA,
    OnePassSignature,
    ReadError,
    Signature,
    Subpacket,
    Tag,
    canonical_text,
    dearmor,
    hash_input_for_document,
    hash_input_for_key,
    hash_input_for_nothing,
    hash_input_for_signature,
    hash_input_for_subkey,
    hash_input_for_user_attribute,
    hash_input_for_user_id,
    public_part,
    read_cleartext,
    read_one_pass,
    read_packets,
    read_signature,
    trailer,
    write_one_pass,
    write_signature,
    write_subpackets,
)
from harness.openpgp.names import HASH_FACTS
from tests.openpgp import samples, strategies
from tests.openpgp.samples import each_keyring


def signature_bodies(data: bytes) -> list[bytes]:
    return [packet.body for packet in read_packets(dearmor(data)) if packet.tag == Tag.SIGNATURE]


REAL = [
    *signature_bodies(samples.V5_SECRET_KEY),
    *signature_bodies(samples.V6_CERTIFICATE),
    *signature_bodies(samples.EDDSA_SIGNATURE),
]


@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=60),
        st.builds(lambda v, rest: bytes((v,)) + rest, st.integers(2, 6), st.binary(max_size=60)),
        strategies.damaged(REAL),
    )
)
def test_what_reads_is_written_back_and_nothing_but_the_own_error_is_raised(body: bytes) -> None:
    try:
        signature = read_signature(body)
    except ReadError:
        return
    assert write_signature(signature) == body
    assert signature.created is None or signature.created >= 0
    assert signature.expiration is None or signature.expiration >= 0
    assert all(len(found) == 16 for found in signature.issuer_key_ids)
    assert all(signature.issuer_fingerprints)
    assert trailer(signature)


@strategies.patient
@given(st.one_of(st.binary(max_size=60), st.binary(max_size=90).map(lambda b: b"\6" + b)))
def test_one_pass_signatures_likewise(body: bytes) -> None:
    try:
        one_pass = read_one_pass(body)
    except ReadError:
        return
    assert write_one_pass(one_pass) == body


@pytest.mark.parametrize(
    "one_pass",
    [
        OnePassSignature(3, 0, 8, 1, b"12345678"),
        OnePassSignature(3, 1, 10, 22, b"12345678", nested=0),
        OnePassSignature(6, 0, 10, 27, b"f" * 32, salt=b"s" * 32),
    ],
)
def test_one_pass_signatures_survive(one_pass: OnePassSignature) -> None:
    assert read_one_pass(write_one_pass(one_pass)) == one_pass


def begins_right(signature: Signature, hashed: bytes) -> bool:
    """Whether the hash of ``hashed`` begins as the signature says."""
    name = HASH_FACTS[signature.hash_algorithm].hashlib_name
    digest = hashlib.new(name, hashed, usedforsecurity=False).digest()
    return digest[:2] == signature.left16


def hash_inputs(data: bytes) -> Iterator[tuple[Signature, bytes]]:
    """Each signature of a keyring with what it is made over, by its type and place."""
    primary = component = b""
    component_tag = 0
    for packet in read_packets(dearmor(data)):
        if packet.tag in (Tag.PUBLIC_KEY, Tag.SECRET_KEY):
            primary = public_part(packet.body)
        elif packet.tag in (Tag.PUBLIC_SUBKEY, Tag.SECRET_SUBKEY):
            component = public_part(packet.body)
        elif packet.tag in (Tag.USER_ID, Tag.USER_ATTRIBUTE):
            component, component_tag = packet.body, packet.tag
        elif packet.tag == Tag.SIGNATURE:
            signature = read_signature(packet.body)
            if signature.type in (0x1F, 0x20):
                yield signature, hash_input_for_key(signature, primary)
            elif signature.type in (0x18, 0x28):
                yield signature, hash_input_for_subkey(signature, primary, component)
            elif component_tag == Tag.USER_ID:
                yield signature, hash_input_for_user_id(signature, primary, component)
            else:
                yield signature, hash_input_for_user_attribute(signature, primary, component)


@each_keyring
def test_what_is_hashed_begins_the_hash_of_every_real_signature(keyring: Path) -> None:
    checked = list(hash_inputs(keyring.read_bytes()))
    assert checked
    assert all(begins_right(signature, hashed) for signature, hashed in checked)


def test_and_of_those_in_the_version_5_sample() -> None:
    checked = list(hash_inputs(samples.V5_SECRET_KEY))
    assert [signature.type for signature, _ in checked] == [0x13, 0x18]
    assert all(begins_right(signature, hashed) for signature, hashed in checked)


def test_the_version_6_sample_hashes_what_the_rfc_lists() -> None:
    (direct, hashed_for_key), (binding, hashed_for_subkey) = hash_inputs(samples.V6_CERTIFICATE)
    assert hashed_for_key == samples.V6_DIRECT_KEY_HASHED
    assert begins_right(direct, hashed_for_key)
    assert begins_right(binding, hashed_for_subkey)


def test_the_version_6_cleartext_sample_hashes_what_the_rfc_lists() -> None:
    cleartext = read_cleartext(samples.V6_CLEARTEXT)
    (body,) = signature_bodies(cleartext.signature_block)
    signature = read_signature(body)
    hashed = hash_input_for_document(signature, cleartext.signed_text)
    assert hashed == samples.V6_CLEARTEXT_HASHED
    assert begins_right(signature, hashed)


def test_the_version_4_sample_hashes_what_the_draft_lists() -> None:
    (body,) = signature_bodies(samples.EDDSA_SIGNATURE)
    signature = read_signature(body)
    hashed = hash_input_for_document(signature, b"OpenPGP")
    assert hashed == samples.EDDSA_HASHED
    assert begins_right(signature, hashed)
    assert signature.created == 0x55F95F95
    assert signature.issuer_key_ids == ("8CFDE12197965A9A",)


# RFC 9580 section 5.2.4; version 5 from LibrePGP section 5.2.4.
@pytest.mark.parametrize(
    ("signature", "octets"),
    [
        (Signature(3, 0x00, 1, 8, v3_created=0x01020304), "0001020304"),
        (Signature(4, 0x00, 1, 8, b"ab"), "040001080002616204ff00000008"),
        (Signature(6, 0x00, 1, 8, b"ab"), "0600010800000002616206ff0000000a"),
        (
            Signature(5, 0x00, 1, 8, b"ab"),
            "050001080002616200000000000005ff0000000000000008",
        ),
        (Signature(5, 0x13, 1, 8, b"ab"), "051301080002616205ff0000000000000008"),
    ],
)
def test_each_version_ends_in_its_trailer(signature: Signature, octets: str) -> None:
    assert trailer(signature).hex() == octets
    assert hash_input_for_nothing(replace(signature, type=0x40)).endswith(
        trailer(replace(signature, type=0x40))
    )


def test_a_version_5_cleartext_signature_hashes_the_text_format() -> None:
    signature = Signature(5, 0x01, 1, 8)
    assert b"t\0\0\0\0\0\x05\xff" in hash_input_for_document(signature, b"x", CLEARTEXT_METADATA)


def test_version_3_certifications_hash_the_user_id_bare() -> None:
    signature = Signature(3, 0x10, 1, 1)
    key = b"\4" + bytes(9)
    assert hash_input_for_user_id(signature, key, b"alice").startswith(
        b"\x99\0\x0a" + key + b"alice"
    )
    newer = replace(signature, version=4)
    assert b"\xb4\0\0\0\5alice\x04" in hash_input_for_user_id(newer, key, b"alice")
    assert b"\xd1\0\0\0\5photo\x04" in hash_input_for_user_attribute(newer, key, b"photo")


def test_only_version_6_hashes_a_salt() -> None:
    assert hash_input_for_nothing(Signature(6, 2, 1, 8, salt=b"salt")).startswith(b"salt\x06")
    assert hash_input_for_nothing(Signature(4, 2, 1, 8, salt=b"salt")).startswith(b"\x04")


def test_a_confirmation_hashes_the_target_without_its_unhashed_area() -> None:
    target = Signature(4, 0, 1, 8, b"hashed", b"unhashed", b"lr", material=b"m")
    bare = write_signature(replace(target, unhashed=b""))
    hashed = hash_input_for_signature(Signature(4, 0x50, 1, 8), target)
    assert hashed.startswith(b"\x88" + len(bare).to_bytes(4, "big") + bare)


def test_text_is_made_canonical_and_binary_is_not() -> None:
    assert canonical_text(b"a\nb\r\nc\rd") == b"a\r\nb\r\nc\rd"
    text, binary = Signature(4, 1, 1, 8), Signature(4, 0, 1, 8)
    assert hash_input_for_document(text, b"a\n").startswith(b"a\r\n")
    assert hash_input_for_document(binary, b"a\n").startswith(b"a\n\x04")


def time_subpacket(kind: int, seconds: int) -> Subpacket:
    return Subpacket(kind, seconds.to_bytes(4, "big"))


def with_hashed(*subpackets: Subpacket, unhashed: bytes = b"") -> Signature:
    return Signature(4, 0, 1, 8, write_subpackets(subpackets), unhashed)


def test_times_come_from_the_hashed_area_and_the_last_one_counts() -> None:
    signature = with_hashed(time_subpacket(2, 100), time_subpacket(2, 200), time_subpacket(3, 50))
    assert (signature.created, signature.expiration) == (200, 250)
    unhashed = write_subpackets([time_subpacket(2, 100)])
    assert with_hashed(unhashed=unhashed).created is None


def test_a_validity_of_zero_is_for_ever() -> None:
    assert with_hashed(time_subpacket(2, 100), time_subpacket(3, 0)).expiration is None
    assert with_hashed(time_subpacket(2, 100)).expiration is None


def test_issuers_come_from_both_areas() -> None:
    unhashed = write_subpackets([Subpacket(16, b"\xab" * 8), Subpacket(16, b"short")])
    signature = with_hashed(Subpacket(33, b"\4" + b"\xcd" * 20), unhashed=unhashed)
    assert signature.issuer_key_ids == ("AB" * 8,)
    assert signature.issuer_fingerprints == ("CD" * 20,)


def test_a_malformed_area_gives_what_can_be_read() -> None:
    signature = replace(with_hashed(time_subpacket(2, 100)), unhashed=b"\0")
    broken = replace(signature, hashed=signature.hashed + b"\x20")
    assert broken.created == 100


def test_version_3_has_its_own_fields() -> None:
    signature = Signature(
        3, 0x10, 1, 2, left16=b"ab", material=b"m", v3_created=7, v3_issuer=b"\1" * 8
    )
    body = write_signature(signature)
    assert body == b"\3\5\x10\0\0\0\7" + b"\1" * 8 + b"\1\2abm"
    assert read_signature(body) == signature
    assert (signature.created, signature.issuer_key_ids) == (7, ("01" * 8,))


@pytest.mark.parametrize("version", [0, 1, 7])
def test_unknown_versions_are_faults(version: int) -> None:
    with pytest.raises(ReadError, match=f"signature version {version} is unknown"):
        read_signature(bytes((version,)) + bytes(20))
    with pytest.raises(ValueError, match=f"signature version {version} is unknown"):
        write_signature(Signature(version, 0, 1, 8))


def test_an_area_longer_than_the_packet_is_a_fault() -> None:
    with pytest.raises(ReadError, match="cut short"):
        read_signature(b"\4\0\1\x08\xff\xff" + bytes(20))


def test_an_area_too_long_for_its_count_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit in 2 octets"):
        write_signature(Signature(4, 0, 1, 8, bytes(65536)))
    assert len(write_signature(Signature(6, 0, 1, 8, bytes(65536)))) > 65536
