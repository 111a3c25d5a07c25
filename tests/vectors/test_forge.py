"""The forge: good by default, and each keyword breaks the one thing it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.openpgp.armor import dearmor
from harness.openpgp.contents import Literal, decompress, read_literal
from harness.openpgp.keys import read_public_key
from harness.openpgp.names import (
    HashAlgorithm,
    KeyFlag,
    LiteralFormat,
    SignatureType,
    SubpacketType,
    Tag,
)
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import Packet, read_packets, write_packets
from harness.openpgp.signatures import read_one_pass, read_signature, write_signature
from harness.openpgp.subpackets import Subpacket, read_flags, write_subpackets
from tests.vectors import independent
from vectors.forge import subpackets
from vectors.forge.artifacts import bracketed, compressed, literal, one_pass_message
from vectors.forge.certificate import (
    Binding,
    Certification,
    Revocation,
    SelfSignature,
    Subkey,
    UserAttribute,
    UserId,
    bind,
    certify,
    image,
    revoke_key,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, Placement, damage, sign, user_id
from vectors.forge.times import DAY, SIGNED, day, seconds
from vectors.suites.cast import (
    ALICE,
    ALICE_SIGNING,
    ALICE_V6_SIGNING,
    BOB,
    BOB_SIGNING,
    SMALL_ALICE_SIGNING,
    TEXT,
    alice,
    lone,
    signed,
)
from vectors.suites.certificates import LOOKALIKE, OTHER_TWIN, TWIN
from vectors.suites.robustness import quine


def kinds(area: tuple[Subpacket, ...]) -> list[int]:
    return [subpacket.type for subpacket in area]


def verifies(made: Made) -> bool:
    return independent.verifies(ALICE_SIGNING.body, write_signature(signed(made)), TEXT)


def test_a_signature_is_good_by_default() -> None:
    signature = signed()
    assert verifies(Made())
    assert signature.created == seconds(SIGNED)
    assert signature.expiration is None
    assert signature.issuer_fingerprints == (ALICE_SIGNING.fingerprint,)
    assert signature.issuer_key_ids == (ALICE_SIGNING.key_id,)
    assert kinds(signature.hashed_subpackets) == [2, 33]
    assert kinds(signature.unhashed_subpackets) == [16]


def test_the_same_call_gives_the_same_signature() -> None:
    assert signed() == signed()
    assert signed(Made(created=SIGNED + DAY)) != signed()


@pytest.mark.parametrize(
    ("made", "hashed", "unhashed"),
    [
        (Made(creation_time=Placement.UNHASHED), [33], [2, 16]),
        (Made(creation_time=Placement.NOWHERE), [33], [16]),
        (Made(issuer_key_id=None), [2, 33], []),
        (Made(issuer_fingerprint=None), [2], [16]),
        (Made(expires_after=DAY), [2, 3, 33], [16]),
        (Made(hashed=(subpackets.notation("a@b.example", "c"),)), [2, 33, 20], [16]),
        (Made(unhashed=(subpackets.notation("a@b.example", "c"),)), [2, 33], [16, 20]),
    ],
)
def test_subpackets_go_where_they_are_put(
    made: Made, hashed: list[int], unhashed: list[int]
) -> None:
    signature = signed(made)
    assert kinds(signature.hashed_subpackets) == hashed
    assert kinds(signature.unhashed_subpackets) == unhashed
    assert verifies(made)


def test_another_issuer_can_be_named() -> None:
    signature = signed(Made(issuer_key_id=BOB, issuer_fingerprint=BOB_SIGNING))
    assert signature.issuer_key_ids == (BOB.key_id,)
    assert signature.issuer_fingerprints == (BOB_SIGNING.fingerprint,)


def test_left16_is_only_stated() -> None:
    made = Made(left16=b"\xaa\xbb")
    assert signed(made).left16 == b"\xaa\xbb"
    assert signed(made).material == signed().material


def test_damage_is_one_bit() -> None:
    good, bad = signed(), signed(Made(damaged=True))
    assert bad == damage(good)
    differing = int.from_bytes(good.material, "big") ^ int.from_bytes(bad.material, "big")
    assert differing.bit_count() == 1
    assert not verifies(Made(damaged=True))


def test_version_3_has_fields_instead_of_subpackets() -> None:
    signature = signed(Made(version=3))
    assert signature.v3_created == seconds(SIGNED)
    assert signature.v3_issuer.hex().upper() == ALICE_SIGNING.key_id
    assert (signature.hashed, signature.unhashed) == (b"", b"")
    assert verifies(Made(version=3))


def test_a_version_3_key_signs_in_version_3() -> None:
    key = replace(ALICE, version=3)
    signature = sign(TEXT, key)
    assert signature.version == 3
    assert len(key.fingerprint) == 32
    assert signature.v3_issuer.hex().upper() == key.key_id
    assert independent.verifies(key.body, write_signature(signature), TEXT)
    newer = sign(TEXT, key, Made(version=4))
    assert newer.issuer_fingerprints == ()
    assert newer.issuer_key_ids == (key.key_id,)


def test_the_expiry_of_a_version_3_key_is_not_in_its_fingerprint() -> None:
    key = replace(ALICE, version=3)
    expiring = replace(key, expiry_days=30)
    assert read_public_key(expiring.body).expiry_days == 30
    assert expiring.fingerprint == key.fingerprint
    (certificate,) = independent.certificates([lone(expiring).octets])
    assert independent.is_certified(certificate)


ED25519 = Key("ed25519-primary", Algorithm.EDDSA_LEGACY, version=5)
ED448 = Key("ed448", Algorithm.EDDSA_LEGACY, version=5)


@pytest.mark.parametrize("key", [replace(ALICE, version=5), ED25519, ED448])
def test_version_5_is_signed_as_librepgp_has_it(key: Key) -> None:
    signature = sign(TEXT, key)
    assert signature.version == 5
    assert signature.issuer_fingerprints == (key.fingerprint,)
    assert independent.verifies(key.body, write_signature(signature), TEXT)
    assert not independent.verifies(key.body, write_signature(damage(signature)), TEXT)
    assert all(map(independent.is_certified, independent.certificates([lone(key).octets])))


@pytest.mark.parametrize(
    ("key", "hash_algorithm"),
    [
        (Key("rsa8192"), HashAlgorithm.SHA256),
        (Key("bob-primary", Algorithm.RSA_SIGN), HashAlgorithm.SHA256),
        (Key("rsa3072-e257"), HashAlgorithm.RIPEMD160),
        (Key("dsa4096", Algorithm.DSA), HashAlgorithm.SHA256),
        (Key("dsa3072", Algorithm.ELGAMAL), HashAlgorithm.SHA256),
        (Key("brainpool512", Algorithm.ECDSA), HashAlgorithm.SHA512),
        (Key("p521", Algorithm.ECDSA, version=6), HashAlgorithm.SHA3_512),
    ],
)
def test_every_algorithm_signs(key: Key, hash_algorithm: int) -> None:
    signature = sign(TEXT, key, Made(hash=hash_algorithm))
    assert independent.verifies(key.body, write_signature(signature), TEXT)
    assert not independent.verifies(key.body, write_signature(signature), TEXT + b"x")
    assert not independent.verifies(key.body, write_signature(damage(signature)), TEXT)


def test_version_6_has_salt_and_no_key_id() -> None:
    signature = sign(TEXT, ALICE_V6_SIGNING)
    assert signature.version == 6
    assert len(signature.salt) == 16
    assert signature.issuer_key_ids == ()
    with pytest.raises(ValueError, match="no version 6 signature"):
        sign(TEXT, ALICE_V6_SIGNING, Made(hash=HashAlgorithm.SHA1))


def test_a_certificate_is_written_in_the_order_of_the_rfc() -> None:
    cert = alice(revocations=[Revocation(reason=0, created=day(2023, 1, 1))])
    assert [packet.tag for packet in read_packets(cert.octets)] == [
        Tag.PUBLIC_KEY,
        Tag.SIGNATURE,
        Tag.USER_ID,
        Tag.SIGNATURE,
        Tag.PUBLIC_SUBKEY,
        Tag.SIGNATURE,
    ]
    assert dearmor(cert.armored) == cert.octets


def flags_of(body: bytes) -> int:
    found = [s for s in read_signature(body).hashed_subpackets if s.type == SubpacketType.KEY_FLAGS]
    return read_flags(found[-1].body)


def test_a_binding_says_what_it_is_told() -> None:
    flags = KeyFlag.SIGN | KeyFlag.TIMESTAMP
    binding = bind(ALICE, ALICE_SIGNING, Binding(flags=flags, key_expires_after=DAY))
    assert flags_of(write_signature(binding)) == flags
    assert kinds(binding.hashed_subpackets) == [2, 33, 27, 9, 32]
    assert binding.type == SignatureType.SUBKEY_BINDING


def test_a_user_id_may_be_any_octets() -> None:
    cert = alice(user_ids=[UserId(b"\xff\x00TEST"), UserId("TEST ü")])
    (found,) = independent.certificates([cert.octets])
    assert [user_id.body for user_id in found.user_ids] == [b"\xff\x00TEST", "TEST ü".encode()]
    assert independent.is_certified(found)


def test_a_user_attribute_is_certified_as_such() -> None:
    picture = image(b"\xff\xd8\xff\xd9")
    assert picture.body.hex() == "10000101" + "00" * 12 + "ffd8ffd9"
    cert = alice(user_ids=[UserAttribute((picture,)), UserAttribute(b"any", ())])
    tags = [Tag.PUBLIC_KEY, Tag.USER_ATTRIBUTE, Tag.SIGNATURE, Tag.USER_ATTRIBUTE]
    packets = read_packets(cert.octets)[:4]
    assert [packet.tag for packet in packets] == tags
    assert packets[3].body == b"any"
    attribute, signature = packets[1].body, packets[2].body
    assert attribute == write_subpackets((picture,))
    framed = independent.framed(ALICE.body, 4)
    framed += b"\xd1" + len(attribute).to_bytes(4, "big") + attribute
    assert independent.verifies(ALICE.body, signature, framed)


def test_somebody_else_certifies() -> None:
    cert = alice(
        user_ids=[UserId("TEST", (Certification(by=BOB),))], direct=[Certification(by=BOB)]
    )
    direct, certification = (
        read_signature(packet.body)
        for packet in read_packets(cert.octets)[:4]
        if packet.tag == Tag.SIGNATURE
    )
    assert direct.type == SignatureType.DIRECT_KEY
    assert certification.type == SignatureType.GENERIC_CERTIFICATION
    assert certification.issuer_fingerprints == (BOB.fingerprint,)
    body = write_signature(certification)
    hashed = independent.framed(ALICE.body, 4) + b"\xb4\x00\x00\x00\x04TEST"
    assert independent.verifies(BOB.body, body, hashed)
    assert not independent.verifies(ALICE.body, body, hashed)
    with pytest.raises(ValueError, match="somebody"):
        alice(user_ids=[UserId("TEST", (Certification(),))])


def test_finished_signatures_and_any_packet_stand_where_they_are_put() -> None:
    moved = certify(ALICE, SelfSignature(), user_id(ALICE, b"TEST"))
    odd = Packet(Tag.MARKER, b"PGP")
    cert = alice(
        revocations=[odd],
        direct=[odd],
        user_ids=[UserId("TEST", (moved, odd))],
        subkeys=[Subkey(ALICE_SIGNING, (odd, Binding()))],
    )
    (found,) = independent.certificates([cert.octets])
    assert independent.is_certified(found)
    assert [packet.tag for packet in read_packets(cert.octets)] == [
        Tag.PUBLIC_KEY,
        Tag.MARKER,
        Tag.MARKER,
        Tag.USER_ID,
        Tag.SIGNATURE,
        Tag.MARKER,
        Tag.PUBLIC_SUBKEY,
        Tag.MARKER,
        Tag.SIGNATURE,
    ]


def test_a_revocation_needs_a_date() -> None:
    with pytest.raises(ValueError, match="needs a date"):
        revoke_key(ALICE, Revocation(reason=None))


def test_one_pass_packets_nest() -> None:
    second = sign(TEXT, BOB_SIGNING)
    packets = one_pass_message(TEXT, (signed(), ALICE_SIGNING), (second, BOB_SIGNING))
    first_announced, second_announced = (read_one_pass(packet.body) for packet in packets[:2])
    assert (first_announced.nested, second_announced.nested) == (0, 1)
    assert read_signature(packets[-1].body) == signed()
    assert read_signature(packets[-2].body) == second
    assert read_packets(write_packets(packets)) == packets


def test_signatures_over_signed_messages_all_stand_alone() -> None:
    inner = bracketed([literal(TEXT)], (signed(), ALICE_SIGNING))
    packets = bracketed(
        [literal(TEXT)], (signed(), ALICE_SIGNING), (signed(), ALICE_SIGNING), nested=True
    )
    assert packets == bracketed(inner, (signed(), ALICE_SIGNING))


def test_a_literal_has_the_format_and_name_it_is_given() -> None:
    odd = read_literal(literal(TEXT, kind=0x6D, name=b"name").body)
    assert odd == Literal(TEXT, 0x6D, b"name")
    assert [read_literal(literal(TEXT, text).body).format for text in (False, True)] == [
        LiteralFormat.BINARY,
        LiteralFormat.UTF8,
    ]


@pytest.mark.parametrize("algorithm", [1, 2, 3])
def test_compressed_data_opens(algorithm: int) -> None:
    (packet,) = compressed([literal(TEXT)], algorithm)
    assert read_packets(decompress(packet.body)) == (literal(TEXT),)


def test_only_known_compression_is_done() -> None:
    with pytest.raises(ValueError, match="algorithm 0"):
        compressed([literal(TEXT)], 0)


def test_a_compression_quine_decompresses_to_itself() -> None:
    message = quine()
    *_, packet = read_packets(message)
    assert packet.tag == Tag.COMPRESSED_DATA
    assert decompress(packet.body) == message


def test_keys_whose_ids_collide() -> None:
    assert TWIN.key_id[-8:] == OTHER_TWIN.key_id[-8:]
    assert TWIN.key_id != OTHER_TWIN.key_id
    assert LOOKALIKE.key_id == SMALL_ALICE_SIGNING.key_id
    assert LOOKALIKE.fingerprint != SMALL_ALICE_SIGNING.fingerprint


@settings(max_examples=25, deadline=None)
@given(
    data=st.binary(max_size=200),
    hash_algorithm=st.sampled_from([8, 9, 10, 11]),
    validity=st.integers(0, 2**32 - 1),
    kind=st.sampled_from([SignatureType.BINARY, SignatureType.TEXT]),
    flip=st.integers(0, 10_000),
)
def test_any_document_signature_verifies_and_no_changed_one_does(
    data: bytes, hash_algorithm: int, validity: int, kind: int, flip: int
) -> None:
    made = Made(hash=hash_algorithm, expires_after=timedelta(seconds=validity))
    signature = sign(data, ALICE_V6_SIGNING, made, kind)
    canonical = data if kind == SignatureType.BINARY else _crlf(data)
    check: Callable[[bytes, bytes], bool] = lambda body, text: independent.verifies(  # noqa: E731
        ALICE_V6_SIGNING.body, body, text
    )
    assert check(write_signature(signature), canonical)
    assert not check(write_signature(signature), canonical + b"x")
    assert not check(write_signature(damage(signature, flip % 64)), canonical)
    hashed = bytearray(signature.hashed)
    hashed[flip % len(hashed)] ^= 1
    assert not check(write_signature(replace(signature, hashed=bytes(hashed))), canonical)


def _crlf(data: bytes) -> bytes:
    return b"\r\n".join(data.replace(b"\r\n", b"\n").split(b"\n"))
