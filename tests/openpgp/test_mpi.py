"""Numbers, and octet strings in the shape of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import Mpi, mpi_of_octets, read_mpi, sos_of_octets, write_mpi


@given(st.binary(max_size=80))
def test_an_octet_string_is_read_back_whole(octets: bytes) -> None:
    written = write_mpi(sos_of_octets(octets))
    number, end = read_mpi(written)
    assert number.octets == octets
    assert end == len(written)


@given(st.integers(1, 255), st.binary(max_size=80))
def test_without_leading_zeros_an_octet_string_is_a_number(first: int, rest: bytes) -> None:
    octets = bytes((first,)) + rest
    assert sos_of_octets(octets) == mpi_of_octets(octets)


def test_leading_zero_octets_count_in_full() -> None:
    assert sos_of_octets(b"\0\x01") == Mpi(16, b"\0\x01")
    assert mpi_of_octets(b"\0\x01") == Mpi(1, b"\x01")
