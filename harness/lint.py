"""Finding mistakes in vectors: contradictions, gaps, and what must not be published.

Each rule is a function from a vector to complaints. The rules of soundness hold for everybody's
vectors; the house rules are this project's own, for the corpus it publishes. A rule may be
lifted for a vector by a tag, which then says so to every reader.

Nothing here verifies a signature: whether an expectation is right is for the backends to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from harness.artifact import (
    Cleartext,
    Detached,
    Inline,
    SimpleSigning,
    octets_of,
    split_artifact,
)
from harness.openpgp.armor import dearmor
from harness.openpgp.contents import Literal, decompress, read_literal
from harness.openpgp.errors import ReadError
from harness.openpgp.keys import fingerprint, public_part
from harness.openpgp.names import SubpacketType, Tag
from harness.openpgp.packets import Packet, scan_packets
from harness.openpgp.signatures import read_signature
from harness.openpgp.subpackets import read_notation
from harness.outcomes import AcceptedKey
from harness.vector import (
    Corpus,
    Expectation,
    Outcome,
    SignatureExpectation,
    Suite,
    Vector,
    corpus_of,
)

SIZE_LIMIT = 64 << 10
"""Octets a vector's certificates and artifact may have together."""

EARLIEST = datetime(1991, 1, 1, tzinfo=UTC)
"""No reference time lies before PGP."""
LATEST = datetime(2106, 2, 7, tzinfo=UTC)
"""The last day that OpenPGP's 32-bit times can name in full is the one before."""

MALFORMED = "malformed"
"""Tag of vectors that hold what cannot be read, on purpose."""

# The look-behind keeps the search linear: a name is only tried from its first character.
_ADDRESS = re.compile(
    rb"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@(?!sha256:)((?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+)"
)
"""Not what is before a digest: ``app@sha256:…`` names an image."""
_RESERVED = re.compile(rb"(.*\.)?(example(\.[a-z]+)?|test|invalid|localhost)", re.IGNORECASE)
"""Domains that belong to nobody (RFC 2606, RFC 6761)."""
_LINK = re.compile(rb"(?:https?|hkps?|ftp|ldaps?)://([A-Za-z0-9.-]*[A-Za-z0-9])")
"""The host alone, whatever follows it."""
_HOME = re.compile(rb"(?:/(?:home|Users)/|\b[A-Z]:\\Users\\)([\w.-]+)")
"""A folder that is called after its owner."""
_REFERENCE = re.compile(r"[!-~]+/[!-~]+(:[!-~]+|@[!-~]+)", re.ASCII)
"""Host and path, with a tag or a digest; visible ASCII only. What a policy makes of it is its own
business."""
_KEYS = frozenset((Tag.PUBLIC_KEY, Tag.SECRET_KEY, Tag.PUBLIC_SUBKEY, Tag.SECRET_SUBKEY))
_PRIMARY_KEYS = frozenset((Tag.PUBLIC_KEY, Tag.SECRET_KEY))
_WRITTEN: Mapping[int, tuple[str, int]] = {
    SubpacketType.REGULAR_EXPRESSION: ("a regular expression", 0),
    SubpacketType.PREFERRED_KEY_SERVER: ("a key server", 0),
    SubpacketType.POLICY_URI: ("a policy URI", 0),
    SubpacketType.SIGNERS_USER_ID: ("a signer's user ID", 0),
    SubpacketType.REVOCATION_REASON: ("a reason for revocation", 1),
}
"""Subpackets that are text: what it is, and how many octets stand before it."""
_SECRET_KEYS = frozenset((Tag.SECRET_KEY, Tag.SECRET_SUBKEY))
_NESTING = 8
_UNPACKED = 16 << 20


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint about one vector."""

    vector: str
    """Its id."""
    rule: str
    """Name of the rule it breaks."""
    message: str


class Subject:
    """A vector, and what its certificates and its artifact are made of."""

    def __init__(self, vector: Vector) -> None:
        self.vector = vector
        self.expectation: Expectation = vector.expectation

    @property
    def judgements(self) -> Iterator[tuple[str, Expectation | SignatureExpectation]]:
        """The expectation for the whole and those for single signatures, each with its name."""
        yield "the whole", self.expectation
        for number, expectation in enumerate(self.expectation.signatures, 1):
            yield f"signature {number}", expectation

    @cached_property
    def certificates(self) -> tuple[Packet, ...]:
        """All packets of the certificates, as far as they can be read."""
        return tuple(p for octets in self.vector.certificates for p in _packets(octets))

    @property
    def has_unreadable_certificate(self) -> bool:
        """Whether no primary key can be read from one of the files."""
        return not all(
            any(packet.tag in _PRIMARY_KEYS for packet in _packets(octets))
            for octets in self.vector.certificates
        )

    @cached_property
    def pairs(self) -> frozenset[AcceptedKey]:
        """Every component key of every certificate, with its primary key."""
        found: set[AcceptedKey] = set()
        primary: str | None = None
        for packet in self.certificates:
            if packet.tag in _KEYS:
                own = _fingerprint(packet)
                if packet.tag in _PRIMARY_KEYS:
                    primary = own
                if own is not None and primary is not None:
                    found.add(AcceptedKey(signing=own, primary=primary))
        return frozenset(found)

    @cached_property
    def signed(self) -> tuple[Packet, ...]:
        """All packets of the artifact, as far as they can be read."""
        return tuple(_packets(self._blob))

    @property
    def _blob(self) -> bytes:
        """The part of the artifact that its signature is in."""
        match self.vector.artifact:
            case (
                Detached(signature=octets)
                | Inline(message=octets)
                | Cleartext(message=octets)
                | SimpleSigning(message=octets)
            ):
                return octets

    @property
    def words(self) -> Iterator[tuple[str, bytes]]:
        """What the vector says about itself, each with a name for where."""
        vector = self.vector
        yield "the title", vector.title.encode()
        yield "the description", vector.description.encode()
        yield "the provenance", vector.provenance.encode()
        yield "the reason", vector.expectation.reason.encode()
        yield "what is unconfirmed", vector.unconfirmed.encode()

    @cached_property
    def texts(self) -> tuple[tuple[str, bytes], ...]:
        """What people may have written into the input, each with a name for where."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[tuple[str, bytes]]:
        for octets in (*self.vector.certificates, self._blob):
            if b"BEGIN PGP" in octets:  # for its headers; Base64 holds neither "@" nor ":"
                yield "armored text", octets
        for packet in (*self.certificates, *self.signed):
            match packet.tag:
                case Tag.USER_ID:
                    yield "a user ID", packet.body
                case Tag.LITERAL_DATA:
                    literal = _literal(packet.body)
                    yield from (("a file name", literal.name), ("the data", literal.data))
                case Tag.SIGNATURE:
                    yield from _written(packet.body)
        match self.vector.artifact:
            case Detached(data=octets) | Cleartext(message=octets):
                yield "the data", octets
            case SimpleSigning(manifest=manifest, reference=reference):
                yield "the manifest", manifest
                yield "the reference", reference.encode()

    @property
    def documents(self) -> Iterator[bytes]:
        """What the literal data packets of the artifact hold."""
        for packet in self.signed:
            if packet.tag == Tag.LITERAL_DATA:
                yield _literal(packet.body).data

    @property
    def size(self) -> int:
        """Octets of certificates and artifact."""
        parts = (*octets_of(self.vector.artifact).values(), *self.vector.certificates)
        return sum(map(len, parts))


Check = Callable[[Subject], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One thing that vectors must keep to."""

    name: str
    check: Check
    house: bool = False
    """Whether it concerns the published corpus only."""
    lifted_by: str | None = None
    """The tag that exempts a vector."""


def lint(corpus: Corpus, *, house: bool = True) -> tuple[Problem, ...]:
    """Find what is wrong with the vectors of a corpus.

    Args:
        corpus: what to look at.
        house: whether it must keep the rules of the published corpus, too.
    """
    rules = [rule for rule in RULES if house or not rule.house]
    return tuple(
        Problem(vector.id, rule.name, message)
        for vector in corpus.vectors
        for subject in (Subject(vector),)
        for rule in rules
        if rule.lifted_by not in vector.tags
        for message in rule.check(subject)
    )


def lint_suite(suite: Suite) -> tuple[Problem, ...]:
    """Find what is wrong with a suite of the published corpus, its ids included."""
    strangers = (
        Problem(vector.id, "id-in-suite", f"the id does not start with {suite.suite}/")
        for vector in suite.vectors
        if vector.area != suite.suite
    )
    return (*strangers, *lint(corpus_of(suite.suite, suite.vectors)))


def _described(subject: Subject) -> Iterator[str]:
    vector = subject.vector
    if not vector.title.strip() or len(vector.title.splitlines()) != 1:
        yield "the title is not one line of text"
    if not vector.description.strip():
        yield "there is no description"


def _sections(subject: Subject) -> Iterator[str]:
    if not (subject.expectation.rfc9580 or subject.expectation.rfc4880):
        yield "no section of RFC 9580 or RFC 4880 is given"


def _undefined(subject: Subject) -> Iterator[str]:
    outcomes = {expectation.outcome for _, expectation in subject.judgements}
    if Outcome.UNDEFINED in outcomes and not subject.expectation.reason.strip():
        yield "an undefined outcome needs a reason"


def _policy(subject: Subject) -> Iterator[str]:
    depends = subject.expectation.depends
    outcomes = {expectation.outcome for _, expectation in subject.judgements}
    if Outcome.POLICY in outcomes and not depends:
        yield "an outcome decided by policy needs what it depends on"
    for number, dependency in enumerate(depends, 1):
        if (dependency.hash, dependency.key, dependency.packet) == (None, None, None):
            yield f"dependency {number} names no hash, key or packet"


def _accept(subject: Subject) -> Iterator[str]:
    for what, expectation in subject.judgements:
        if expectation.outcome in (Outcome.ACCEPT, Outcome.POLICY) and not expectation.keys:
            yield f"{what} may be accepted, but no key is right"
        definite = expectation.outcome is Outcome.ACCEPT and not _may(subject, Outcome.REJECT)
        if definite and expectation.classes:
            yield f"{what} is to be accepted, but error classes are given"
        if AcceptedKey() in expectation.keys:
            yield f"{what} expects a key that is not named"


def _reject(subject: Subject) -> Iterator[str]:
    for what, expectation in subject.judgements:
        if expectation.outcome in (Outcome.REJECT, Outcome.POLICY) and not expectation.classes:
            yield f"{what} may be rejected, but no error class is right"
        definite = expectation.outcome is Outcome.REJECT and not _may(subject, Outcome.ACCEPT)
        if definite and expectation.keys:
            yield f"{what} is to be rejected, but keys are given"


def _may(subject: Subject, outcome: Outcome) -> bool:
    """Whether RFC 4880 allows what RFC 9580 does not, so that its particulars are needed too."""
    return subject.expectation.rfc4880_outcome in (outcome, Outcome.UNDEFINED, Outcome.POLICY)


def _known_keys(subject: Subject) -> Iterator[str]:
    if MALFORMED in subject.vector.tags and subject.has_unreadable_certificate:
        return
    for what, expectation in subject.judgements:
        for key in expectation.keys:
            if not any(key.agrees_with(pair) for pair in subject.pairs):
                yield (
                    f"{what} expects {key.signing or 'any key'} of {key.primary or 'any primary'},"
                    " which no certificate holds"
                )


def _count(subject: Subject) -> Iterator[str]:
    parts = len(split_artifact(subject.vector.case.unrolled().artifact))
    expected = len(subject.expectation.signatures)
    if parts != max(expected, 1):
        yield f"the artifact splits into {parts}, but there are {expected} expectations"


def _whole_and_parts(subject: Subject) -> Iterator[str]:
    parts = subject.expectation.signatures
    if not parts:
        return
    outcome = subject.expectation.outcome
    good = [part for part in parts if part.outcome is Outcome.ACCEPT]
    if outcome is Outcome.ACCEPT and not good:
        yield "the whole is to be accepted, but no signature is"
    if outcome is Outcome.REJECT and good:
        yield "the whole is to be rejected, but one signature that is accepted suffices"
    if outcome is not Outcome.ACCEPT:
        return
    whole = set(subject.expectation.keys)
    if not whole >= {key for part in good for key in part.keys}:
        yield "the whole lacks a key of an accepted signature"
    if not whole <= {key for part in parts for key in part.keys}:
        yield "the whole expects a key that no signature has"


def _size(subject: Subject) -> Iterator[str]:
    if subject.size > SIZE_LIMIT:
        yield f"{subject.size} octets are more than {SIZE_LIMIT}"


def _image(subject: Subject) -> Iterator[str]:
    artifact = subject.vector.artifact
    if not isinstance(artifact, SimpleSigning):
        return
    if not artifact.manifest:
        yield "the image has no manifest"
    if not _REFERENCE.fullmatch(artifact.reference):
        yield f"the reference {artifact.reference!r} is no name of an image, written out in full"
    if len(set(artifact.identities)) != len(artifact.identities):
        yield "an identity is given twice"


def _reference_time(subject: Subject) -> Iterator[str]:
    at = subject.vector.at
    if at.tzinfo is None:
        yield f"the reference time {at.isoformat()} has no time zone"
    elif not EARLIEST <= at < LATEST:
        yield f"the reference time {at.isoformat()} is out of range"
    elif at.microsecond:
        yield f"the reference time {at.isoformat()} is no whole second"


def _no_secrets(subject: Subject) -> Iterator[str]:
    if any(packet.tag in _SECRET_KEYS for packet in subject.certificates):
        yield "a certificate holds a secret key"
    if any(packet.tag in _SECRET_KEYS for packet in subject.signed):
        yield "the artifact holds a secret key"
    for where, text in subject.texts:
        if b"-----BEGIN PGP PRIVATE KEY BLOCK" in text:
            yield f"{where} holds a secret key"


def _nobodys_addresses(subject: Subject) -> Iterator[str]:
    for where, text in (*subject.words, *subject.texts):
        for address in _ADDRESS.finditer(text):
            if not _RESERVED.fullmatch(address[1]):
                yield f"{where} holds an address outside of example domains: {address[0]!r}"


def _nobodys_places(subject: Subject) -> Iterator[str]:
    for where, text in (*subject.words, *subject.texts):
        for home in _HOME.finditer(text):
            yield f"{where} names a folder of somebody's own: {home[0]!r}"
    for where, text in subject.texts:  # its own words may say where an idea is from
        for link in _LINK.finditer(text):
            if not _RESERVED.fullmatch(link[1]):
                yield f"{where} links to a place outside of example domains: {link[0]!r}"


def _test_only(subject: Subject) -> Iterator[str]:
    for packet in subject.certificates:
        if packet.tag == Tag.USER_ID and b"TEST" not in packet.body:
            yield f"the user ID {packet.body[:80]!r} does not say TEST"


RULES = (
    Rule("accept-has-keys", _accept),
    Rule("reject-has-classes", _reject),
    Rule("undefined-has-reason", _undefined),
    Rule("policy-has-depends", _policy),
    Rule("keys-in-certificates", _known_keys),
    Rule("one-expectation-each", _count),
    Rule("whole-fits-parts", _whole_and_parts),
    Rule("image", _image),
    Rule("reference-time", _reference_time),
    Rule("no-secret-keys", _no_secrets, lifted_by="secret-key"),
    Rule("described", _described, house=True),
    Rule("sections", _sections, house=True),
    Rule("size", _size, house=True, lifted_by="large"),
    Rule("nobodys-addresses", _nobodys_addresses, house=True),
    Rule("nobodys-places", _nobodys_places, house=True),
    Rule("user-ids-say-test", _test_only, house=True, lifted_by="odd-user-id"),
)


def _packets(octets: bytes, nesting: int = _NESTING) -> Iterable[Packet]:
    """Read packets as far as possible, those in compressed data too."""
    try:
        binary = dearmor(octets)
    except ReadError:
        return
    for packet in scan_packets(binary)[0]:
        yield packet
        if packet.tag == Tag.COMPRESSED_DATA and nesting:
            try:
                inner = decompress(packet.body, _UNPACKED)
            except ReadError:
                continue
            yield from _packets(inner, nesting - 1)


def _fingerprint(packet: Packet) -> str | None:
    try:
        secret = packet.tag in _SECRET_KEYS
        return fingerprint(public_part(packet.body) if secret else packet.body)
    except ReadError:
        return None


def _literal(body: bytes) -> Literal:
    """What cannot be read is data, all of it."""
    try:
        return read_literal(body)
    except ReadError:
        return Literal(body)


def _written(signature: bytes, nesting: int = _NESTING) -> Iterator[tuple[str, bytes]]:
    """What people may have written into a signature and those embedded in it."""
    try:
        read = read_signature(signature)
    except ReadError:
        return
    for subpacket in (*read.hashed_subpackets, *read.unhashed_subpackets):
        if subpacket.type == SubpacketType.NOTATION:
            yield from (("a notation", text) for text in _notation(subpacket.body))
        elif subpacket.type == SubpacketType.EMBEDDED_SIGNATURE and nesting:
            yield from _written(subpacket.body, nesting - 1)
        elif subpacket.type in _WRITTEN:
            what, before = _WRITTEN[subpacket.type]
            yield what, subpacket.body[before:]


def _notation(body: bytes) -> tuple[bytes, ...]:
    try:
        notation = read_notation(body)
    except ReadError:
        return (body,)
    return notation.name, notation.value
