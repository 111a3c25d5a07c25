from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    ReadError,
    read_cleartext,
    signed_form,
    write_armor,
    write_cleartext,
)
from tests.openpgp import samples, strategies

SIGNATURE = write_armor("PGP SIGNATURE", b"\xc2\0")

lines = st.lists(st.sampled_from([b"", b"-", b"- -", b"From x", b"a ", b"\t", b"-----BEGIN PGP"]))


@strategies.patient
@given(
    text=st.one_of(lines.map(b"\n".join), lines.map(b"\r\n".join), st.binary(max_size=40)),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_reads_back_the_same(text: bytes, newline: str) -> None:
    if newline == "\n" and text.endswith(b"\r"):
        text += b"."  # this CR would become part of the line end, which is not text
    message = write_cleartext(text, SIGNATURE, [("Hash", "SHA512")], newline)
    cleartext = read_cleartext(b"before\n" + message + b"after")
    assert cleartext.text == text
    assert cleartext.signature_block == SIGNATURE
    assert cleartext.hash_headers == ("SHA512",)
    assert cleartext.start == 7


@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=100), strategies.texts(), strategies.damaged([samples.V6_CLEARTEXT])
    )
)
def test_any_text_reads_or_raises_the_own_error(text: bytes) -> None:
    with contextlib.suppress(ReadError):
        cleartext = read_cleartext(text)
        assert text[cleartext.signature_start : cleartext.end] == cleartext.signature_block


def test_the_sample_reads() -> None:
    cleartext = read_cleartext(samples.V6_CLEARTEXT)
    assert cleartext.headers == ()
    assert cleartext.text == (
        b"What we need from the grocery store:\n\n- tofu\n- vegetables\n- noodles\n"
    )


# RFC 9580 section 7.2.
@pytest.mark.parametrize(
    ("text", "signed"),
    [
        (b"", b""),
        (b"a", b"a"),
        (b"a\nb\r\nc\n", b"a\r\nb\r\nc\r\n"),
        (b"a \t\nb \r\n \n c\t", b"a\r\nb\r\n\r\n c"),
        (b"a\x0b\n", b"a\x0b\r\n"),
        (b"a\rb\n", b"a\rb\r\n"),
    ],
)
def test_the_signed_form(text: bytes, signed: bytes) -> None:
    assert signed_form(text) == signed


def test_every_line_that_begins_with_a_dash_is_escaped_once() -> None:
    message = write_cleartext(b"-a\n- b\nc-\n-----BEGIN PGP SIGNATURE-----", SIGNATURE)
    assert message.startswith(
        b"-----BEGIN PGP SIGNED MESSAGE-----\n\n- -a\n- - b\nc-\n- -----BEGIN PGP SIGNATURE-----\n"
    )


def test_empty_text_is_possible() -> None:
    message = b"-----BEGIN PGP SIGNED MESSAGE-----\n\n" + SIGNATURE
    assert read_cleartext(message).text == b""
    assert read_cleartext(write_cleartext(b"", SIGNATURE)).text == b""


def test_several_hash_headers_and_other_headers_are_kept() -> None:
    message = write_cleartext(b"x", SIGNATURE, [("Hash", "SHA1, MD5"), ("NotDashEscaped", "")])
    cleartext = read_cleartext(message)
    assert cleartext.headers == (("Hash", "SHA1, MD5"), ("NotDashEscaped", ""))
    assert cleartext.hash_headers == ("SHA1, MD5",)


def test_several_blocks_are_one_stretch() -> None:
    cleartext = read_cleartext(write_cleartext(b"x", SIGNATURE + b"\n" + SIGNATURE))
    assert cleartext.signature_block == SIGNATURE + b"\n" + SIGNATURE


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (b"hello", "no cleartext signed message"),
        (b" -----BEGIN PGP SIGNED MESSAGE-----\n\nx\n" + SIGNATURE, "no cleartext signed message"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n", "has no signature"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: x", "no blank line"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\nhello\n\nx\n" + SIGNATURE, "neither header nor"),
        (write_cleartext(b"x", SIGNATURE) * 2, "more than one"),
        (write_cleartext(b"x", SIGNATURE)[:-30], "no end"),
    ],
)
def test_a_fault_is_named(message: bytes, what: str) -> None:
    with pytest.raises(ReadError, match=what):
        read_cleartext(message)
