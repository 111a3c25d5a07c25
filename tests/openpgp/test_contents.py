from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    Literal,
    ReadError,
    compress,
    decompress,
    literal_metadata,
    read_literal,
    write_literal,
)
from harness.openpgp.names import CompressionAlgorithm
from tests.openpgp import strategies

SAMPLES = [compress(b"some data " * 20, algorithm) for algorithm in CompressionAlgorithm]


@strategies.patient
@given(st.binary(max_size=40))
def test_literals_that_read_are_written_back(body: bytes) -> None:
    with contextlib.suppress(ReadError):
        assert write_literal(read_literal(body)) == body


def test_a_literal_s_fields() -> None:
    literal = Literal(b"data", ord("t"), b"file.txt", 0x01020304)
    assert write_literal(literal) == b"t\x08file.txt\1\2\3\4data"
    assert read_literal(write_literal(literal)) == literal
    assert literal_metadata(literal) == b"t\x08file.txt\1\2\3\4"


@pytest.mark.parametrize("body", [b"", b"b", b"b\x03ab\0\0\0\0", b"b\0\0\0\0"])
def test_a_literal_cut_short_is_a_fault(body: bytes) -> None:
    with pytest.raises(ReadError, match="cut short"):
        read_literal(body)


@pytest.mark.parametrize("literal", [Literal(b"", name=bytes(256)), Literal(b"", date=1 << 32)])
def test_fields_that_do_not_fit_are_refused(literal: Literal) -> None:
    with pytest.raises(ValueError, match="up to 255"):
        write_literal(literal)


@strategies.patient
@given(st.binary(max_size=300), st.sampled_from(CompressionAlgorithm))
def test_what_is_compressed_opens(data: bytes, algorithm: CompressionAlgorithm) -> None:
    assert decompress(compress(data, algorithm)) == data


@strategies.patient
@given(st.one_of(st.binary(max_size=60), strategies.damaged(SAMPLES)))
def test_anything_opens_or_raises_the_own_error(body: bytes) -> None:
    with contextlib.suppress(ReadError):
        assert len(decompress(body, 10_000)) <= 10_000


@pytest.mark.parametrize("body", SAMPLES)
def test_the_limit_holds_to_the_octet(body: bytes) -> None:
    assert len(decompress(body, 200)) == 200
    with pytest.raises(ReadError, match="more than 199 octets"):
        decompress(body, 199)


@pytest.mark.parametrize("body", SAMPLES[1:])
def test_a_stream_cut_short_is_a_fault(body: bytes) -> None:
    with pytest.raises(ReadError, match="cut short"):
        decompress(body[:-1])


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b"\x09abc", r"compression 9 \(unknown\)"),
        (b"\1\xff\xff", "corrupt"),
        (b"\2\xff\xff", "corrupt"),
        (b"\3\xff\xff\xff\xff", "corrupt"),
    ],
)
def test_a_fault_is_named(body: bytes, what: str) -> None:
    with pytest.raises(ReadError, match=what):
        decompress(body)


def test_unknown_algorithms_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        compress(b"", 9)
