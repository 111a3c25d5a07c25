"""Multiprecision integers as written, honest bit count or not (RFC 9580 section 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from harness.openpgp.errors import ReadError


@dataclass(frozen=True, slots=True)
class Mpi:
    """One multiprecision integer.

    Attributes:
        bits: the bit count its header declares, which need not be true.
        octets: the octets that follow: as many as ``bits`` calls for when read.
    """

    bits: int
    octets: bytes

    @property
    def value(self) -> int:
        """The octets as an unsigned big-endian number."""
        return int.from_bytes(self.octets, "big")


def mpi(value: int) -> Mpi:
    """Give the proper integer for a non-negative ``value``: no leading zeros, true bit count."""
    bits = value.bit_length()
    return Mpi(bits, value.to_bytes((bits + 7) // 8, "big"))


def mpi_of_octets(octets: bytes) -> Mpi:
    """Give the proper integer for octets read as a number, as EdDSALegacy and points use it."""
    return mpi(int.from_bytes(octets, "big"))


def sos_of_octets(octets: bytes) -> Mpi:
    """Give LibrePGP's simple octet string: as `mpi_of_octets`, but leading zero octets stay.

    The bit count is that of the number where the first octet is not zero, else of all octets.
    """
    bits = 8 * len(octets) if octets[:1] == b"\0" else int.from_bytes(octets, "big").bit_length()
    return Mpi(bits, octets)


def read_mpi(data: bytes, position: int = 0) -> tuple[Mpi, int]:
    """Read one integer at ``position``; also give the offset after it.

    Raises:
        ReadError: the data ends too early.
    """
    if position + 2 > len(data):
        raise ReadError("data ends where an MPI is due", position)
    bits = int.from_bytes(data[position : position + 2], "big")
    end = position + 2 + (bits + 7) // 8
    if end > len(data):
        raise ReadError(f"MPI of {bits} bits is cut short", position)
    return Mpi(bits, data[position + 2 : end]), end


def read_mpis(data: bytes) -> tuple[Mpi, ...]:
    """Read integers until the data ends.

    Raises:
        ReadError: the data ends within an integer.
    """
    found: list[Mpi] = []
    position = 0
    while position < len(data):
        number, position = read_mpi(data, position)
        found.append(number)
    return tuple(found)


def write_mpi(number: Mpi) -> bytes:
    """Write an integer with the bit count it declares and the octets it holds.

    Raises:
        ValueError: the bit count does not fit in two octets.
    """
    if not 0 <= number.bits < 1 << 16:
        raise ValueError(f"an MPI's bit count fits in two octets, {number.bits} does not")
    return number.bits.to_bytes(2, "big") + number.octets
