from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    Literal,
    Notation,
    OnePassSignature,
    Packet,
    PublicKey,
    Signature,
    Subpacket,
    Tag,
    compress,
    harmless,
    list_packets,
    partial,
    write_armor,
    write_cleartext,
    write_literal,
    write_notation,
    write_one_pass,
    write_packets,
    write_public_key,
    write_signature,
    write_subpackets,
)
from harness.openpgp import listing as listing_module
from harness.openpgp.names import CompressionAlgorithm
from tests.openpgp import samples, strategies
from tests.openpgp.samples import each_keyring


def listed(*packets: Packet) -> str:
    return list_packets(write_packets(packets))


def signed_with(*subpackets: Subpacket) -> Packet:
    return Packet(2, write_signature(Signature(4, 0, 1, 8, write_subpackets(subpackets))))


@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=120),
        strategies.packet_sequences.map(write_packets),
        strategies.texts(),
        strategies.damaged(samples.real_binaries()),
        strategies.damaged(samples.real_texts()),
        st.lists(strategies.subpackets, max_size=3).map(
            lambda found: write_packets([signed_with(*found)])
        ),
    )
)
def test_anything_can_be_listed_and_what_is_listed_is_harmless(data: bytes) -> None:
    text = list_packets(data)
    assert all(line.isprintable() for line in text.split("\n"))
    assert text.endswith("\n")
    text.encode("utf-8")


@each_keyring
def test_real_keyrings_are_listed_without_complaint(keyring: Path) -> None:
    text = list_packets(keyring.read_bytes())
    assert "malformed" not in text
    assert "unknown" not in text


def test_the_version_6_sample() -> None:
    primary, subkey = samples.V6_FINGERPRINTS
    assert list_packets(samples.V6_CERTIFICATE) == (
        f"""\
Armored PGP PUBLIC KEY BLOCK, no checksum
0: Public-Key Packet (6), 42 octets (new format, 1-octet length)
    version 6, Ed25519, created 2022-11-30T16:08:03Z
    fingerprint {primary}
    key ID CB186C4F0609A697
44: Signature Packet (2), 177 octets (new format, 1-octet length)
    version 6, direct key (0x1f), Ed25519, SHA512
    hashed subpackets, 66 octets:
        signature creation time (2), critical: 2022-11-30T16:08:03Z
        preferred symmetric ciphers (11): AES256, AES128
        preferred hash algorithms (21): SHA512, SHA3-512, SHA256, SHA3-256
        preferred compression algorithms (22): uncompressed
        key flags (27), critical: certify, sign
        features (30): integrity protection v1, integrity protection v2
        issuer fingerprint (33): version 6, {primary}
        preferred AEAD ciphersuites (39): AES256 OCB, AES128 OCB
    unhashed subpackets: none
    salt 103E2D7D227EC0E6D7CE4471DB36BFC97083253690271498A7EF0576C07FAAE1
    hash begins AD28
    signature 64 octets
223: Public-Subkey Packet (14), 42 octets (new format, 1-octet length)
    version 6, X25519, created 2022-11-30T16:08:03Z
    fingerprint {subkey}
    key ID 12C83F1E706F6308
267: Signature Packet (2), 155 octets (new format, 1-octet length)
    version 6, subkey binding (0x18), Ed25519, SHA512
    hashed subpackets, 44 octets:
        signature creation time (2), critical: 2022-11-30T16:08:03Z
        key flags (27), critical: encrypt communications, encrypt storage
        issuer fingerprint (33): version 6, {primary}
    unhashed subpackets: none
    salt A6E9186D9D5935FC8FE56314CDB527486A5A5120F9B762A235A729F039010A56
    hash begins 0401
    signature 64 octets
"""
    )


def test_a_message_with_its_compressed_contents_indented() -> None:
    one_pass = OnePassSignature(3, 1, 10, 22, b"\xab" * 8)
    inner = write_packets(
        [
            Packet(4, write_one_pass(one_pass)),
            Packet(11, write_literal(Literal(b"data", ord("t"), b"a\nb", 86400))),
        ]
    )
    assert listed(Packet(8, compress(inner, CompressionAlgorithm.UNCOMPRESSED))) == (
        f"""\
0: Compressed Data Packet (8), {len(inner) + 1} octets (new format, 1-octet length)
    uncompressed
    {len(inner)} octets decompressed
    0: One-Pass Signature Packet (4), 13 octets (new format, 1-octet length)
        version 3, text document (0x01), EdDSALegacy, SHA512
        issuer key ID ABABABABABABABAB
        nested octet 1
    15: Literal Data Packet (11), 13 octets (new format, 1-octet length)
        text, name "a\\x0ab", date 1970-01-02T00:00:00Z
        data of 4 octets: "data"
"""
    )


def test_a_malformed_packet_does_not_end_the_listing() -> None:
    text = listed(Packet(6, b"\x09"), Packet(2, b"\4\0"), Packet(13, b"alice"))
    assert text.splitlines() == [
        "0: Public-Key Packet (6), 1 octets (new format, 1-octet length)",
        "    malformed: key version 9 is unknown at offset 0",
        "3: Signature Packet (2), 2 octets (new format, 1-octet length)",
        "    malformed: signature packet is cut short at offset 2",
        "7: User ID Packet (13), 5 octets (new format, 1-octet length)",
        '    "alice"',
    ]


def test_nothing_is_said_to_be_nothing() -> None:
    assert list_packets(b"") == "no packets\n"


def test_a_framing_fault_is_shown_after_what_was_read() -> None:
    text = list_packets(write_packets([Packet(13, b"alice")]) + b"\x01")
    assert text.splitlines()[-1] == (
        "malformed: not a packet: bit 7 of the first octet is clear at offset 7"
    )


def test_odd_framing_is_told() -> None:
    text = listed(Packet(45, b"abcd", partial([2, 1], last_width=5)))
    assert text.splitlines() == [
        "0: packet 45 (unknown), 4 octets "
        "(new format, partial lengths 2, 1, last 5-octet length (overlong))",
        "    61626364",
    ]


@pytest.mark.parametrize(
    ("subpacket", "line"),
    [
        (Subpacket(2, bytes(4), critical=True), "signature creation time (2), critical: 1970-"),
        (Subpacket(2, bytes(3)), "malformed: body has 3 octets where 4 are due: 000000"),
        (
            Subpacket(4, b"\0", length_width=5),
            "exportable certification (4), length in 5 octets: no",
        ),
        (Subpacket(5, b"\1\x78"), "trust signature (5): depth 1, amount 120"),
        (Subpacket(9, bytes(4)), "key expiration time (9): 0 (never)"),
        (Subpacket(12, b"\x80\1\xaa"), "revocation key (12): class 0x80, RSA, AA"),
        (
            Subpacket(20, write_notation(Notation(1 << 31, b"a@b", b"x\x1b[m"))),
            '"a@b" = "x\\x1b[m"',
        ),
        (Subpacket(20, write_notation(Notation(0, b"n", b"\1"))), '"n" = 01 (flags 0x00000000)'),
        (Subpacket(21, b"\x08\x63"), "preferred hash algorithms (21): SHA256, hash 99 (unknown)"),
        (Subpacket(27, b"\x03\x04"), "key flags (27): certify, sign, additional decryption"),
        (Subpacket(27, b""), "key flags (27): none"),
        (Subpacket(29, b"\2gone"), 'reason for revocation (29): compromised, "gone"'),
        (Subpacket(31, b"\1\2\3"), "signature target (31): RSA, SHA1, 03"),
        (Subpacket(101, b"x"), "subpacket 101 (unknown): 78"),
    ],
)
def test_subpackets_are_decoded(subpacket: Subpacket, line: str) -> None:
    assert line in listed(signed_with(subpacket))


def test_an_expiry_is_shown_as_a_date() -> None:
    text = listed(signed_with(Subpacket(2, b"\0\0\0\0"), Subpacket(3, (86400).to_bytes(4, "big"))))
    assert "signature expiration time (3): 86400 s (at 1970-01-02T00:00:00Z)" in text


def test_an_embedded_signature_is_indented() -> None:
    inner = write_signature(Signature(4, 0x19, 22, 8, left16=b"\xab\xcd"))
    text = listed(signed_with(Subpacket(32, inner), Subpacket(32, b"\x09")))
    assert "        embedded signature (32): " in text
    assert "            version 4, primary key binding (0x19), EdDSALegacy, SHA256\n" in text
    assert "            malformed: signature version 9 is unknown at offset 0\n" in text


def test_signatures_nested_without_end_are_cut_off() -> None:
    body = write_signature(Signature(4, 0, 1, 8))
    for _ in range(400):
        body = write_signature(Signature(6, 0, 1, 8, write_subpackets([Subpacket(32, body)])))
    assert "nested too deep to list" in listed(Packet(2, body))


def test_compression_nested_without_end_is_cut_off() -> None:
    body = b""
    for _ in range(3000):
        body = write_packets([Packet(8, compress(body, CompressionAlgorithm.UNCOMPRESSED))])
    assert "nested too deep to list" in list_packets(body)


def test_the_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "MAX_PACKETS", 3)
    monkeypatch.setattr(listing_module, "MAX_DECOMPRESSED", 1000)
    text = listed(*[Packet(13, b"u")] * 5)
    assert text.count("User ID") == 3
    assert text.endswith("listing ends here, after 3 packets\n")
    bomb = Packet(8, compress(bytes(2000)))
    assert "malformed: compressed data gives more than 1000 octets" in listed(bomb)
    half = Packet(8, compress(write_packets([Packet(45, bytes(597))])))
    assert "malformed: compressed data gives more than 400 octets" in listed(half, half)


def test_a_version_3_key_and_signature() -> None:
    key = write_public_key(PublicKey(3, 0, 1, b"\0\x08\xff\0\2\3", expiry_days=30))
    signature = Signature(3, 0x10, 1, 1, v3_issuer=b"\1" * 8, v3_hashed_length=6)
    text = listed(Packet(Tag.PUBLIC_KEY, key), Packet(2, write_signature(signature)))
    assert "version 3, RSA-8, created 1970-01-01T00:00:00Z" in text
    assert "expires 30 days after creation" in text
    assert "hashed length 6, must be 5" in text
    assert "issuer key ID 0101010101010101" in text


def test_a_cleartext_message() -> None:
    block = write_armor("PGP SIGNATURE", write_packets([signed_with()]), checksum=b"bad")
    text = list_packets(write_cleartext(b"hello\n", block, [("Hash", "SHA\x1b256")]))
    assert text.startswith(
        "Cleartext signed message, text of 6 octets\n"
        "    Hash: SHA\\x1b256\n"
        "Armored PGP SIGNATURE, checksum wrong\n"
        "0: Signature Packet (2)"
    )


def test_untrue_bit_counts_are_told() -> None:
    body = write_signature(Signature(4, 0, 1, 8, material=b"\0\x09\0\xff"))
    assert "signature 9 bits (declared, untrue)" in listed(Packet(2, body))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"Alice <a@example.org>", "Alice <a@example.org>"),
        ("Zoë Ω".encode(), "Zoë Ω"),
        (b"a\x1b[31m\r\n\x00", "a\\x1b[31m\\x0d\\x0a\\x00"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u202eevil".encode(), "\\u202eevil"),
        ("\u0085\u2028".encode(), "\\u0085\\u2028"),
        ("\U000e0001".encode(), "\\U000e0001"),
        (b"a\\x1b", "a\\\\x1b"),
        ("a\nb", "a\\x0ab"),
    ],
)
def test_text_is_made_harmless(text: bytes | str, shown: str) -> None:
    assert harmless(text) == shown


def test_long_text_is_cut() -> None:
    text = listed(Packet(13, b"u" * 5000), Packet(45, bytes(100)))
    assert '" and 4000 octets more' in text
    assert "00 and 36 octets more" in text
