"""What is verified: certificates, a signed artifact and a moment, and nothing about the answer.

A `Case` is what travels to a backend. It is a `harness.vector.Vector` without its expectation,
or a user's own file.
"""

from __future__ import annotations

import enum

from harness.openpgp import split
from harness.outcomes import Moment, Value


class Format(enum.StrEnum):
    """The three ways in which a signature and its data travel."""

    DETACHED = "detached"
    INLINE = "inline"
    CLEARTEXT = "cleartext"


class Detached(Value, frozen=True, kw_only=True, tag_field="format", tag="detached"):
    """A signature beside the data; the signature armored or binary."""

    data: bytes
    signature: bytes

    @property
    def format(self) -> Format:
        return Format.DETACHED


class Inline(Value, frozen=True, kw_only=True, tag_field="format", tag="inline"):
    """An OpenPGP message that holds data and signature (RFC 9580, 10.3); armored or binary."""

    message: bytes

    @property
    def format(self) -> Format:
        return Format.INLINE


class Cleartext(Value, frozen=True, kw_only=True, tag_field="format", tag="cleartext"):
    """A text in the cleartext signature framework (RFC 9580, 7)."""

    message: bytes

    @property
    def format(self) -> Format:
        return Format.CLEARTEXT


Artifact = Detached | Inline | Cleartext


class Case(Value, frozen=True, kw_only=True):
    """One question to a backend."""

    id: str
    certificates: tuple[bytes, ...]
    """One item per file, as it came: armored or binary, with one or more certificates in it."""
    artifact: Artifact
    at: Moment
    """Reference time."""
    time_dependent: bool = False
    """Whether the right answer depends on the reference time, so that a backend whose clock
    cannot be set must not be asked."""


def split_artifact(artifact: Artifact) -> tuple[Artifact, ...]:
    """Cut an artifact into one per signature, in input order.

    An artifact with a single signature, with none, or which cannot be understood, is returned
    as it came. Never raises.
    """
    match artifact:
        case Detached(data=data, signature=signature):
            return tuple(
                Detached(data=data, signature=part) for part in split.split_detached(signature)
            )
        case Inline(message=message):
            return tuple(Inline(message=part) for part in split.split_inline(message))
        case Cleartext(message=message):
            return tuple(Cleartext(message=part) for part in split.split_cleartext(message))
