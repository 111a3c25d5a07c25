from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    INDETERMINATE,
    OVERLONG,
    Literal,
    OnePassSignature,
    Packet,
    Signature,
    Tag,
    compress,
    count_signatures,
    dearmor,
    fingerprint,
    old_format,
    partial,
    read_armor,
    read_cleartext,
    read_one_pass,
    read_packets,
    split_certificates,
    split_cleartext,
    split_detached,
    split_inline,
    split_keyring,
    split_signatures,
    write_armor,
    write_cleartext,
    write_literal,
    write_one_pass,
    write_packet,
    write_packets,
    write_signature,
)
from harness.openpgp.names import CompressionAlgorithm
from harness.openpgp.split import MOST_PARTS, Kind
from tests.openpgp import samples, strategies
from tests.openpgp.samples import each_keyring

KINDS: tuple[Kind, ...] = ("detached", "inline", "cleartext")

MARKER = Packet(Tag.MARKER, b"PGP")
PADDING = Packet(Tag.PADDING, b"\xff" * 7)
LITERAL = Packet(Tag.LITERAL_DATA, write_literal(Literal(b"document")))


def signature(name: str) -> Packet:
    return Packet(Tag.SIGNATURE, write_signature(Signature(4, 0, 1, 8, material=name.encode())))


def one_pass(name: str, nested: int = 0) -> Packet:
    issuer = name.encode().rjust(8, b"-")
    return Packet(
        Tag.ONE_PASS_SIGNATURE, write_one_pass(OnePassSignature(3, 0, 8, 1, issuer, nested))
    )


def message(*packets: Packet) -> bytes:
    return write_packets(packets)


A, B, C = (signature(name) for name in "ABC")
MALFORMED = Packet(Tag.SIGNATURE, b"\xff not a signature")


@pytest.mark.parametrize("function", [split_detached, split_inline, split_cleartext])
@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=80),
        strategies.packet_sequences.map(write_packets),
        strategies.texts(),
        strategies.damaged(samples.real_binaries()),
        strategies.damaged(samples.real_texts()),
    )
)
def test_splitting_takes_anything(
    function: Callable[[bytes], tuple[bytes, ...]], data: bytes
) -> None:
    parts = function(data)
    assert parts == (data,) or len(parts) > 1
    for kind in KINDS:
        count = count_signatures(kind, data)
        assert count is None or count >= 0


@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=80),
        strategies.packet_sequences.map(write_packets),
        strategies.damaged(samples.real_binaries()),
        strategies.damaged(samples.real_texts()),
    )
)
def test_certificates_split_or_come_back(data: bytes) -> None:
    parts = split_certificates(data)
    assert parts == (data,) or all(
        read_packets(part)[0].tag in (Tag.PUBLIC_KEY, Tag.SECRET_KEY) for part in parts
    )


def test_two_detached_signatures_are_two() -> None:
    data = message(MARKER, A, PADDING, MALFORMED)
    assert split_detached(data) == (message(A), message(MALFORMED))
    assert count_signatures("detached", data) == 2


def test_framing_of_detached_signatures_is_kept() -> None:
    odd = [
        Packet(Tag.SIGNATURE, A.body, OVERLONG),
        Packet(Tag.SIGNATURE, B.body, old_format(4)),
        Packet(Tag.SIGNATURE, C.body, partial([4, 2])),
        Packet(Tag.SIGNATURE, C.body, INDETERMINATE),
    ]
    assert split_detached(message(*odd)) == tuple(map(write_packet, odd))


def test_several_armored_blocks_are_several_signatures() -> None:
    armored = b"".join(write_armor("PGP SIGNATURE", message(packet)) for packet in (A, B))
    assert split_detached(armored) == (message(A), message(B))
    together = write_armor("PGP SIGNATURE", message(A, B))
    assert split_detached(together) == (message(A), message(B))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        message(A),
        message(MARKER, A),
        write_armor("PGP SIGNATURE", message(A)),
        message(A, B, LITERAL),
        message(A, Packet(60, b""), B),
        message(A, B) + b"\xc2",
        b"plain text",
        write_armor("PGP SIGNATURE", message(A, B))[:-10],
    ],
)
def test_other_detached_signatures_come_back_as_they_were(data: bytes) -> None:
    assert split_detached(data) == (data,)


def test_one_pass_packets_pair_with_signatures_from_the_inside_out() -> None:
    data = message(one_pass("1"), one_pass("2"), one_pass("3", 1), LITERAL, C, B, A)
    parts = split_inline(data)
    assert parts == (
        message(one_pass("3", 1), LITERAL, C),
        message(one_pass("2", 1), LITERAL, B),
        message(one_pass("1", 1), LITERAL, A),
    )
    assert all(read_one_pass(read_packets(part)[0].body).nested == 1 for part in parts)
    assert count_signatures("inline", data) == 3


def test_old_style_signatures_precede_the_document() -> None:
    assert split_inline(message(A, MALFORMED, LITERAL)) == (
        message(A, LITERAL),
        message(MALFORMED, LITERAL),
    )


def test_both_styles_may_be_mixed() -> None:
    assert split_inline(message(A, one_pass("2", 1), LITERAL, B)) == (
        message(A, LITERAL),
        message(one_pass("2", 1), LITERAL, B),
    )


def test_markers_and_padding_and_armor_do_not_matter() -> None:
    data = message(MARKER, one_pass("1"), one_pass("2", 1), MARKER, LITERAL, B, A, PADDING)
    parts = (message(one_pass("2", 1), LITERAL, B), message(one_pass("1", 1), LITERAL, A))
    assert split_inline(data) == parts
    assert split_inline(write_armor("PGP MESSAGE", data)) == parts


@pytest.mark.parametrize("algorithm", list(CompressionAlgorithm))
def test_a_compressed_message_is_opened(algorithm: CompressionAlgorithm) -> None:
    inner = message(one_pass("1"), one_pass("2", 1), LITERAL, B, A)
    outer = message(Packet(Tag.COMPRESSED_DATA, compress(inner, algorithm)))
    assert split_inline(outer) == split_inline(inner)
    assert count_signatures("inline", outer) == 2


def test_a_compressed_document_stays_compressed() -> None:
    document = Packet(Tag.COMPRESSED_DATA, compress(message(LITERAL)))
    data = message(one_pass("1"), one_pass("2", 1), document, B, A)
    assert split_inline(data) == (
        message(one_pass("2", 1), document, B),
        message(one_pass("1", 1), document, A),
    )


def test_a_document_of_indeterminate_length_is_given_an_end() -> None:
    endless = Packet(Tag.LITERAL_DATA, LITERAL.body, INDETERMINATE)
    definite = Packet(Tag.LITERAL_DATA, LITERAL.body, old_format())
    assert split_inline(message(A, B, endless)) == (message(A, definite), message(B, definite))


SIGNED_TWICE = message(one_pass("1"), one_pass("2", 1), LITERAL, B, A)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        message(LITERAL),
        message(one_pass("1", 1), LITERAL, A),
        message(A, LITERAL),
        message(Packet(8, compress(message(one_pass("1", 1), LITERAL, A)))),
        message(one_pass("1"), one_pass("2", 1), LITERAL, A),
        message(one_pass("1", 1), LITERAL, A, B),
        message(one_pass("1"), one_pass("2", 1), LITERAL, B, one_pass("3", 1)),
        message(LITERAL, A, B),
        message(A, B),
        message(A, B, LITERAL, LITERAL),
        message(one_pass("1"), one_pass("2", 1), LITERAL, B, A, LITERAL),
        message(one_pass("1"), Packet(8, compress(SIGNED_TWICE)), A),
        message(Packet(8, compress(SIGNED_TWICE)), LITERAL),
        message(Packet(8, compress(SIGNED_TWICE)[:-3])),
        message(A, B, Packet(18, b"\1encrypted")),
        SIGNED_TWICE[:-1],
    ],
)
def test_other_messages_come_back_as_they_were(data: bytes) -> None:
    assert split_inline(data) == (data,)


def test_counting_needs_no_splittable_shape() -> None:
    assert (
        count_signatures("inline", message(one_pass("1"), Packet(8, compress(SIGNED_TWICE)), A))
        == 3
    )
    assert count_signatures("inline", message(LITERAL)) == 0
    assert count_signatures("inline", SIGNED_TWICE[:-1]) is None
    assert count_signatures("cleartext", b"no such message") is None


def test_a_flood_of_compressed_data_is_not_opened() -> None:
    bomb = compress(bytes(1 << 25), CompressionAlgorithm.BZIP2)
    flood = message(*[Packet(8, compress(message(Packet(11, bytes(1 << 20)))))] * 400)
    start = time.monotonic()
    assert count_signatures("inline", flood) is None
    assert split_inline(message(Packet(8, bomb))) == (message(Packet(8, bomb)),)
    assert time.monotonic() - start < 20


def test_deep_nesting_ends() -> None:
    data = SIGNED_TWICE
    for _ in range(3000):
        data = message(Packet(8, compress(data, CompressionAlgorithm.UNCOMPRESSED)))
    assert split_inline(data) == (data,)
    assert count_signatures("inline", data) == 0


def test_a_cleartext_message_splits_by_signature() -> None:
    block = write_armor("PGP SIGNATURE", message(A, MALFORMED))
    data = b"hello\n" + write_cleartext(b"- text \n", block, [("Hash", "SHA256")]) + b"bye\n"
    parts = split_cleartext(data)
    assert len(parts) == 2
    for part, packet in zip(parts, (A, MALFORMED), strict=True):
        cleartext = read_cleartext(part)
        assert cleartext.text == b"- text \n"
        assert cleartext.hash_headers == ("SHA256",)
        (found,) = read_armor(cleartext.signature_block)
        assert found.data == message(packet)
        assert part.startswith(b"hello\n")
        assert part.endswith(b"bye\n")
    assert count_signatures("cleartext", data) == 2


def test_a_cleartext_message_with_several_blocks_splits_too() -> None:
    blocks = [write_armor("PGP SIGNATURE", message(packet), newline="\r\n") for packet in (A, B)]
    data = write_cleartext(b"text", b"".join(blocks), newline="\r\n")
    assert split_cleartext(data) == tuple(
        write_cleartext(b"text", block, newline="\r\n") for block in blocks
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        write_cleartext(b"x", write_armor("PGP SIGNATURE", message(A))),
        write_cleartext(b"x", write_armor("PGP SIGNATURE", message(A, B, LITERAL))),
        write_cleartext(b"x", write_armor("PGP SIGNATURE", message(A, B) + b"\xc2")),
        write_cleartext(b"x", write_armor("PGP SIGNATURE", message(A, B)))[:-3],
        samples.V6_CLEARTEXT,
    ],
)
def test_other_cleartext_messages_come_back_as_they_were(data: bytes) -> None:
    assert split_cleartext(data) == (data,)


def test_splitting_by_kind_is_the_same() -> None:
    assert split_signatures("inline", SIGNED_TWICE) == split_inline(SIGNED_TWICE)
    assert split_signatures("detached", message(A, B)) == split_detached(message(A, B))


def test_certificates_are_cut_at_their_primary_keys() -> None:
    first, second = dearmor(samples.V6_CERTIFICATE), dearmor(samples.V5_SECRET_KEY)
    assert split_certificates(message(MARKER) + first + second) == (first, second)
    assert split_certificates(samples.V6_CERTIFICATE + samples.V5_SECRET_KEY) == (first, second)
    assert split_certificates(samples.V6_CERTIFICATE) == (first,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a certificate",
        message(Packet(Tag.USER_ID, b"alice")) + dearmor(samples.V6_CERTIFICATE),
        dearmor(samples.V6_CERTIFICATE)[:-1],
        samples.V6_CERTIFICATE[:-20],
        message(A, B),
    ],
)
def test_what_is_no_keyring_comes_back_as_it_was(data: bytes) -> None:
    assert split_certificates(data) == (data,)


@each_keyring
def test_real_keyrings_are_cut_without_loss(keyring: Path) -> None:
    binary = dearmor(keyring.read_bytes())
    parts = split_certificates(binary)
    assert b"".join(parts) == binary
    primaries = [packet for packet in read_packets(binary) if packet.tag == Tag.PUBLIC_KEY]
    assert [fingerprint(read_packets(part)[0].body) for part in parts] == [
        fingerprint(packet.body) for packet in primaries
    ]


def test_a_large_keyring_is_cut_fast() -> None:
    certificate = dearmor(samples.V6_CERTIFICATE)
    ring = certificate * (1_000_000 // len(certificate))
    start = time.perf_counter()
    assert len(split_certificates(ring)) == len(ring) // len(certificate)
    # Takes some 20 ms; the allowance is for slow and busy machines.
    assert time.perf_counter() - start < 1


def test_more_signatures_than_anybody_reads_are_not_split() -> None:
    most = write_packets([signature("x")] * MOST_PARTS)
    assert len(split_detached(most)) == MOST_PARTS
    more = most + write_packet(signature("x"))
    assert split_detached(more) == (more,)
    assert count_signatures("detached", more) == MOST_PARTS + 1


def test_a_lone_certificate_is_left_as_it_came() -> None:
    lone = write_armor("PGP PUBLIC KEY BLOCK", write_packet(Packet(Tag.PUBLIC_KEY, b"one")))
    assert split_keyring(lone) == (lone,)
    both = write_packets([Packet(Tag.PUBLIC_KEY, b"one"), Packet(Tag.PUBLIC_KEY, b"two")])
    assert split_keyring(both) == split_certificates(both)
