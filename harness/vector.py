"""Vectors: cases with an expectation, and the corpora they are kept in.

Reading and writing of files lives in `harness.corpus`; this module holds values only.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.artifact import Artifact, Case, Repeat
from harness.outcomes import AcceptedKey, ErrorClass, Moment, Value, to_json

VectorId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)+$(?!\n)",
        max_length=120,
        description="area/name, in lower case, digits and single hyphens; stable for ever",
    ),
]
Section = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]+|[A-Z])(\.[0-9]+)*$(?!\n)",
        description="A section of the RFC, e.g. 5.2.3.29",
    ),
]

EPOCH = datetime(2024, 6, 1, tzinfo=UTC)
"""The corpus epoch: reference time of a vector that names none."""


class Outcome(enum.StrEnum):
    """What a verifier should do with a vector."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDEFINED = "undefined"
    """The texts allow both, or leave it open; reported, never failed."""
    POLICY = "policy"
    """A policy profile decides, by what the vector depends on."""


class Use(enum.StrEnum):
    """What an algorithm is used for in a vector: policies differ by use."""

    DATA = "data"
    SELF_SIGNATURE = "self_signature"
    SUBKEY_BINDING = "subkey_binding"
    BACK_SIGNATURE = "back_signature"
    REVOCATION = "revocation"
    THIRD_PARTY = "third_party"


class Dependency(Value, frozen=True, kw_only=True):
    """One thing that acceptance depends on: a hash, a key or a packet version in one use."""

    use: Use
    """What the signature in question is for."""
    made: Moment
    """When the signature in question says it was made."""
    hash: str | None = None
    """Hash algorithm in RFC 9580's spelling (9.5), e.g. ``SHA1``."""
    key: str | None = None
    """Public-key algorithm and size or curve, e.g. ``RSA-1024``."""
    packet: str | None = None
    """Packet and version, e.g. ``signature v3``."""


class SignatureExpectation(Value, frozen=True, kw_only=True):
    """What a verifier should make of one of several signatures.

    ``keys`` and ``classes`` read as in `Expectation`.
    """

    outcome: Outcome
    """For this signature, as if it stood alone."""
    keys: tuple[AcceptedKey, ...] = ()
    """The right accepted keys if it is accepted."""
    classes: tuple[ErrorClass, ...] = ()
    """The right error classes if it is rejected."""


class Expectation(Value, frozen=True, kw_only=True):
    """What a verifier should do, and who says so."""

    outcome: Outcome
    """For the whole input; with several signatures, one that is good suffices (RFC 9580, 5.2.5)."""
    keys: tuple[AcceptedKey, ...] = ()
    """The right accepted keys if it is accepted (any further key is a wrong key)."""
    classes: tuple[ErrorClass, ...] = ()
    """The right error classes if it is rejected; a backend must be consistent with one of them."""
    signatures: tuple[SignatureExpectation, ...] = ()
    """Where there are several signatures: each one's own, in input order."""
    rfc9580: tuple[Section, ...] = ()
    """The sections of RFC 9580 that decide."""
    rfc4880: tuple[Section, ...] = ()
    """The sections of RFC 4880 on the same matter; empty where it has none."""
    rfc4880_outcome: Outcome | None = None
    """Set only where RFC 4880 says otherwise than RFC 9580."""
    reason: str = ""
    """Required for ``undefined``: why the texts leave it open. Free otherwise."""
    depends: tuple[Dependency, ...] = ()
    """Required for ``policy``: what acceptance depends on."""


class Vector(Value, frozen=True, kw_only=True):
    """One input that tests one intended property, with an expectation."""

    id: VectorId
    title: Annotated[str, Meta(min_length=1, max_length=160)]
    """One line."""
    description: str = ""
    """What is broken, why the expectation is right, and what getting it wrong costs a caller."""
    tags: tuple[str, ...] = ()
    """Words to select vectors by."""
    certificates: tuple[bytes, ...]
    """One item per certificate file, as a backend gets it: armored or binary, one or several
    certificates each."""
    artifact: Artifact
    """What was signed, with its signature, in the format that it names."""
    repeats: tuple[Repeat, ...] = ()
    """For something large: what stands many times in a row in the certificates and the artifact
    that backends get."""
    at: Moment
    """Reference time, UTC."""
    time_dependent: bool = False
    """Whether the expectation depends on the reference time (and not on the times inside the
    vector alone)."""
    expectation: Expectation
    """What is right, and who says so."""
    provenance: str = ""
    """Where the idea comes from: an issue, a CVE, another project, an RFC section."""
    unconfirmed: str = ""
    """For what no default backend does rightly, and for the right reason: who else confirms it, and
    why the expectation is believed."""

    def __post_init__(self) -> None:
        if self.repeats:
            _ = self.case  # which checks them

    @property
    def area(self) -> str:
        """The first part of the id."""
        return self.id.split("/", 1)[0]

    @property
    def case(self) -> Case:
        """The question without the answer: all that a backend gets to see."""
        return Case(
            id=self.id,
            certificates=self.certificates,
            artifact=self.artifact,
            at=self.at,
            time_dependent=self.time_dependent,
            repeats=self.repeats,
        )


class Suite(Value, frozen=True, kw_only=True):
    """The vectors of one area: the content of one JSON file of a corpus."""

    schema: int
    """Version of the file format; see `SUITE_SCHEMA`."""
    suite: str
    """Name; the ids of a generated suite's vectors start with it."""
    description: str = ""
    """What the area is about."""
    licence: str = ""
    """SPDX expression, e.g. ``CC0-1.0``; nothing is claimed where it is empty."""
    vectors: tuple[Vector, ...]
    """One or more, each with an id of its own."""


SUITE_SCHEMA = 1


class Corpus(Value, frozen=True, kw_only=True):
    """All vectors of a run, in the order of their ids."""

    name: str
    vectors: tuple[Vector, ...]

    def digest(self) -> str:
        """SHA-256 over the vectors' canonical JSON: two corpora with one digest are one corpus."""
        return hashlib.sha256(to_json(self.vectors)).hexdigest()

    def vector(self, vector_id: str) -> Vector | None:
        """Find a vector by its id."""
        return next((v for v in self.vectors if v.id == vector_id), None)


def asked_at(corpus: Corpus, at: datetime) -> Corpus:
    """Move a corpus to another reference time.

    What is right at that time nobody has written down: vectors with another time of their own
    lose their expectation, all but the right keys, and become ``undefined``.
    """
    return Corpus(
        name=corpus.name,
        vectors=tuple(
            vector if vector.at == at else _asked_at(vector, at) for vector in corpus.vectors
        ),
    )


def _asked_at(vector: Vector, at: datetime) -> Vector:
    known = vector.expectation
    return msgspec.structs.replace(
        vector,
        at=at,
        time_dependent=True,
        expectation=Expectation(
            outcome=Outcome.UNDEFINED,
            keys=known.keys,
            rfc9580=known.rfc9580,
            rfc4880=known.rfc4880,
            reason=f"asked at another time than its own, {vector.at:%Y-%m-%d %H:%M:%S} UTC",
        ),
    )


def corpus_of(name: str, vectors: Iterable[Vector]) -> Corpus:
    """Put vectors into a corpus, sorted by id."""
    return Corpus(name=name, vectors=tuple(sorted(vectors, key=lambda v: v.id)))
