"""What is verified: certificates, a signed artifact and a moment, and nothing about the answer.

A `Case` is what travels to a backend. It is a `harness.vector.Vector` without its expectation,
or a user's own file.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.openpgp import split
from harness.outcomes import Fingerprint, Moment, Value


class Format(enum.StrEnum):
    """The ways in which a signature and its data travel."""

    DETACHED = "detached"
    INLINE = "inline"
    CLEARTEXT = "cleartext"
    SIMPLE_SIGNING = "simple-signing"


OPENPGP_FORMATS = frozenset({Format.DETACHED, Format.INLINE, Format.CLEARTEXT})
"""Those that RFC 9580 defines, and an OpenPGP implementation can judge."""


class Detached(Value, frozen=True, kw_only=True, tag_field="format", tag="detached"):
    """A signature beside the data; the signature armored or binary."""

    data: bytes
    """What was signed, as it lies in a file."""
    signature: bytes
    """The file that holds the signature, or several."""

    @property
    def format(self) -> Format:
        return Format.DETACHED


class Inline(Value, frozen=True, kw_only=True, tag_field="format", tag="inline"):
    """An OpenPGP message that holds data and signature (RFC 9580, 10.3); armored or binary."""

    message: bytes
    """The message as it came."""

    @property
    def format(self) -> Format:
        return Format.INLINE


class Cleartext(Value, frozen=True, kw_only=True, tag_field="format", tag="cleartext"):
    """A text in the cleartext signature framework (RFC 9580, 7)."""

    message: bytes
    """The text with its headers and the armored signature below it, as it came."""

    @property
    def format(self) -> Format:
        return Format.CLEARTEXT


class SimpleSigning(Value, frozen=True, kw_only=True, tag_field="format", tag="simple-signing"):
    """A container image's signature: a message whose text says, in JSON, which image is meant.

    What is asked is whether that image may run (container-signature(5), containers-policy.json(5)),
    and not only whether the message is signed.
    """

    message: bytes
    """The signature's blob, an OpenPGP message; binary if it is as it should be."""
    manifest: bytes
    """The image's manifest, whose digest the text is to name."""
    reference: str
    """The name that the image is asked for by, written out in full, with its tag or digest:
    ``registry.example/team/app:1``. The text is to name the same (``matchRepoDigestOrExact``)."""
    identities: tuple[Fingerprint, ...] = ()
    """Fingerprints of the keys that may sign, as ``skopeo standalone-verify`` is told them. Empty:
    the requirement is ``signedBy``, with one key file for each file of certificates."""

    @property
    def format(self) -> Format:
        return Format.SIMPLE_SIGNING


Artifact = Detached | Inline | Cleartext | SimpleSigning


def unclaimed(artifact: Artifact) -> TypeError:
    """What an adapter raises where its choice by format comes to one that it does not claim.

    No adapter is asked about those (`harness.session`); whoever asks all the same is told so.
    """
    return TypeError(f"asked about {artifact.format}, a format that this adapter does not claim")


def octets_of(artifact: Artifact) -> dict[str, bytes]:
    """The parts of an artifact that are octets, by their names."""
    members = msgspec.structs.asdict(artifact)
    return {name: part for name, part in members.items() if isinstance(part, bytes)}


class Repeat(Value, frozen=True, kw_only=True):
    """A recipe for something large: a stretch of octets that stands many times in a row."""

    part: Annotated[
        str, Meta(pattern=r"^(data|signature|message|manifest|certificates/[0-9]+)$(?!\n)")
    ]
    """Which part of the input: ``data`` and ``signature``, or ``message`` (and ``manifest``), by
    format, or a certificate by its number, counted from 0."""
    start: Annotated[int, Meta(ge=0)]
    """Where the stretch begins, in octets from the start of the part as it is written."""
    end: Annotated[int, Meta(ge=1)]
    """Where it ends: the first octet that no longer belongs to it."""
    times: Annotated[int, Meta(ge=2)]
    """How often it stands there."""


UNROLLED_LIMIT = 256 << 20
"""Octets a question may have in full, all that is repeated written out, and all its parts."""


def _size_in_full(part: str, octets: bytes, repeats: Iterable[Repeat]) -> int:
    done, size = 0, len(octets)
    for repeat in repeats:
        stretch = f"octets {repeat.start} to {repeat.end} of {part} cannot be repeated"
        if repeat.end <= repeat.start:
            raise ValueError(f"{stretch}: there are none")
        if repeat.end > len(octets):
            raise ValueError(f"{stretch}: it has {len(octets)}")
        if repeat.start < done:
            raise ValueError(f"{stretch}: those before {done} are repeated already")
        done = repeat.end
        size += (repeat.end - repeat.start) * (repeat.times - 1)
    return size


def _unroll(octets: bytes, repeats: Iterable[Repeat]) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for repeat in repeats:
        pieces += octets[done : repeat.start], octets[repeat.start : repeat.end] * repeat.times
        done = repeat.end
    return b"".join((*pieces, octets[done:]))


class Case(Value, frozen=True, kw_only=True):
    """One question to a backend.

    Raises:
        ValueError: what is repeated is not there, overlaps, or is too much.
    """

    id: str
    certificates: tuple[bytes, ...]
    """One item per file, as it came: armored or binary, with one or more certificates in it."""
    artifact: Artifact
    at: Moment
    """Reference time."""
    time_dependent: bool = False
    """Whether the right answer depends on the reference time, so that a backend whose clock
    cannot be set must not be asked."""
    repeats: tuple[Repeat, ...] = ()
    """What stands many times in a row in certificates and artifact; see `unrolled`."""

    def __post_init__(self) -> None:
        if not self.repeats:
            return
        parts, repeats = self._parts(), self._repeats()
        if unknown := repeats.keys() - parts.keys():
            raise ValueError(f"there is no {min(unknown)} to repeat octets of")
        if self.size > UNROLLED_LIMIT:
            raise ValueError(f"in full it has {self.size} octets, more than {UNROLLED_LIMIT}")

    @property
    def size(self) -> int:
        """Octets of all parts in full, with all that is repeated."""
        parts, repeats = self._parts(), self._repeats()
        return sum(_size_in_full(part, parts[part], repeats.get(part, ())) for part in parts)

    def unrolled(self) -> Case:
        """Write out all that is repeated: the question as a backend gets it."""
        if not self.repeats:
            return self
        parts, repeats = self._parts(), self._repeats()
        full = {part: _unroll(octets, repeats.get(part, ())) for part, octets in parts.items()}
        certificates = [full.pop(f"certificates/{at}") for at in range(len(self.certificates))]
        return msgspec.structs.replace(
            self,
            certificates=tuple(certificates),
            artifact=msgspec.structs.replace(self.artifact, **full),
            repeats=(),
        )

    def _parts(self) -> dict[str, bytes]:
        """Every part that may be repeated in, by the name that `Repeat.part` gives it."""
        parts = {f"certificates/{at}": octets for at, octets in enumerate(self.certificates)}
        return parts | octets_of(self.artifact)

    def _repeats(self) -> dict[str, list[Repeat]]:
        """What is repeated in each part, from its start to its end."""
        found: dict[str, list[Repeat]] = {}
        for repeat in sorted(self.repeats, key=lambda repeat: repeat.start):
            found.setdefault(repeat.part, []).append(repeat)
        return found


def split_artifact(artifact: Artifact) -> tuple[Artifact, ...]:
    """Cut an artifact into one per signature, in input order.

    An artifact with a single signature, with none, or which cannot be understood, is returned
    as it came; so is one whose parts would have more than `UNROLLED_LIMIT` octets together, since
    each of them holds the data. Never raises.
    """
    parts = _split(artifact)
    size = sum(map(_size, parts))
    return parts if size <= UNROLLED_LIMIT else (artifact,)


def _size(artifact: Artifact) -> int:
    return sum(map(len, octets_of(artifact).values()))


def _split(artifact: Artifact) -> tuple[Artifact, ...]:
    match artifact:
        case Detached(data=data, signature=signature):
            return tuple(
                Detached(data=data, signature=part) for part in split.split_detached(signature)
            )
        case Inline(message=message):
            return tuple(Inline(message=part) for part in split.split_inline(message))
        case Cleartext(message=message):
            return tuple(Cleartext(message=part) for part in split.split_cleartext(message))
        case SimpleSigning():
            return (artifact,)  # which may have one signature only: it is judged as a whole
