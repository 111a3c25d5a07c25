"""The one error that reading OpenPGP data may raise."""

from __future__ import annotations


class ReadError(Exception):
    """Octets that cannot be read as what they claim to be.

    Attributes:
        what: what is wrong, in a few words, without text taken from the input.
        offset: where, in octets from the start of what was being read (a file, a packet
            body, a subpacket area); ``None`` where no single place is to blame.
    """

    def __init__(self, what: str, offset: int | None = None) -> None:
        super().__init__(what, offset)
        self.what = what
        self.offset = offset

    def __str__(self) -> str:
        if self.offset is None:
            return self.what
        return f"{self.what} at offset {self.offset}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ReadError):
            return NotImplemented
        return (self.what, self.offset) == (other.what, other.offset)

    def __hash__(self) -> int:
        return hash((self.what, self.offset))
