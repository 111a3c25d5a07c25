from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    Notation,
    ReadError,
    Subpacket,
    read_subpackets,
    scan_subpackets,
    subpackets,
    write_notation,
    write_subpacket,
    write_subpackets,
)
from tests.openpgp import strategies

READERS = [getattr(subpackets, name) for name in dir(subpackets) if name.startswith("read_")]


@strategies.patient
@given(st.lists(strategies.subpackets, max_size=4).map(tuple))
def test_what_is_written_reads_back_the_same(found: tuple[Subpacket, ...]) -> None:
    assert read_subpackets(write_subpackets(found)) == found


@strategies.patient
@given(st.binary(max_size=60))
def test_what_reads_is_written_back_octet_for_octet(area: bytes) -> None:
    found, error = scan_subpackets(area)
    written = write_subpackets(found)
    assert area.startswith(written)
    assert error is not None or written == area


@pytest.mark.parametrize(
    ("subpacket", "written"),
    [
        (Subpacket(2, b"\0\0\0\1"), "050200000001"),
        (Subpacket(2, b"\0\0\0\1", critical=True), "058200000001"),
        (Subpacket(2, b"\0\0\0\1", length_width=5), "ff000000050200000001"),
        (Subpacket(100, b""), "0164"),
    ],
)
def test_each_form_is_written_as_asked_and_read_as_written(
    subpacket: Subpacket, written: str
) -> None:
    assert write_subpacket(subpacket).hex() == written
    assert read_subpackets(bytes.fromhex(written)) == (subpacket,)


# RFC 9580 section 5.2.3.7: two octets reach further here than in packet headers.
@pytest.mark.parametrize(
    ("length", "field"), [(191, "bf"), (192, "c000"), (16319, "feff"), (16320, "ff00003fc0")]
)
def test_lengths_at_the_limits(length: int, field: str) -> None:
    subpacket = Subpacket(20, bytes(length - 1))
    assert write_subpacket(subpacket).startswith(bytes.fromhex(field + "14"))
    assert read_subpackets(write_subpacket(subpacket)) == (subpacket,)


@pytest.mark.parametrize(
    ("area", "what"),
    [
        ("00", "subpacket of length zero has no type"),
        ("0502", "subpacket of 5 octets is cut short after 1"),
        ("c0", "area ends within a subpacket length"),
        ("ff0000", "area ends within a subpacket length"),
        ("ff00000000", "subpacket of length zero has no type"),
    ],
)
def test_a_fault_ends_the_area(area: str, what: str) -> None:
    good = write_subpacket(Subpacket(7, b"\1"))
    found, error = scan_subpackets(good + bytes.fromhex(area))
    assert found == (Subpacket(7, b"\1"),)
    assert error == ReadError(what, len(good))


@pytest.mark.parametrize(
    "subpacket",
    [
        Subpacket(128, b""),
        Subpacket(2, b"", length_width=2),
        Subpacket(2, bytes(191), length_width=1),
        Subpacket(2, b"", length_width=3),
    ],
)
def test_what_cannot_be_expressed_is_refused(subpacket: Subpacket) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        write_subpacket(subpacket)


@strategies.patient
@given(reader=st.sampled_from(READERS), body=st.binary(max_size=40))
def test_readers_of_bodies_raise_their_own_error_only(
    reader: Callable[[bytes], object], body: bytes
) -> None:
    with contextlib.suppress(ReadError):
        reader(body)


@strategies.patient
@given(st.integers(0, 0xFFFFFFFF), st.binary(max_size=20), st.binary(max_size=20))
def test_notations_survive(flags: int, name: bytes, value: bytes) -> None:
    notation = Notation(flags, name, value)
    assert subpackets.read_notation(write_notation(notation)) == notation


def test_flags_count_from_the_first_octet() -> None:
    assert subpackets.read_flags(b"\x03\x08") == 0x0803
    assert subpackets.read_flags(b"") == 0


def test_values_are_read() -> None:
    assert subpackets.read_time(b"\0\0\1\0") == 256
    assert subpackets.read_key_id(bytes(range(8))) == "0001020304050607"
    assert subpackets.read_key_fingerprint(b"\4" + b"\xab" * 20).fingerprint == "AB" * 20
    assert subpackets.read_revocation(b"\2gone") == subpackets.Revocation(2, b"gone")
    assert subpackets.read_ciphersuites(b"\x09\x02\x07\x03") == ((9, 2), (7, 3))
