"""Shards: a corpus in parts that can run on several machines.

To which part a vector belongs depends on its id and the number of parts, and on nothing else: not
on the corpus, the machine or the version of Python. Knows nothing of runs.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from msgspec import Meta

from harness.outcomes import Value

_WRITTEN = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


class ShardError(ValueError):
    """A text that names no shard."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        self.why = why
        super().__init__(f"{text!r} is no shard: {why}")


class Shard(Value, frozen=True, kw_only=True):
    """One part of a corpus, e.g. the second of eight, written ``2/8``.

    Raises:
        ValueError: there is no such part.
    """

    index: Annotated[int, Meta(ge=1)]
    """Which part; the first is 1."""
    of: Annotated[int, Meta(ge=1)]
    """How many parts there are."""

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.of:
            raise ValueError(f"shard {self.index} of {self.of}: there is none")

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"

    def holds(self, vector: str) -> bool:
        """Tell whether a vector, named by its id, belongs to this part."""
        return shard_of(vector, self.of) == self

    @staticmethod
    def parse(text: str) -> Shard:
        """Read a shard as users write it, e.g. ``2/8``.

        Raises:
            ShardError: it is not written so, or there is no such part.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ShardError(text, "write 2/8 for the second of eight")
        index, of = int(match[1]), int(match[2])
        if of == 0:
            raise ShardError(text, "there must be one part at least: 1/1")
        if not 1 <= index <= of:
            raise ShardError(text, f"the parts of {of} are 1/{of} to {of}/{of}")
        return Shard(index=index, of=of)


def shard_of(vector: str, of: int) -> Shard:
    """Find the part that a vector belongs to.

    It is the remainder, and one, of the SHA-256 of the id in UTF-8, read as one number with the
    most significant octet first, divided by the number of parts. This never changes.

    Args:
        vector: the vector's id.
        of: how many parts there are.
    """
    number = int.from_bytes(hashlib.sha256(vector.encode()).digest(), "big")
    return Shard(index=number % of + 1, of=of)
