from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from harness import lint as linter
from harness.artifact import Detached, Inline, SimpleSigning
from harness.corpus import load_corpus
from harness.lint import RULES, SIZE_LIMIT, Problem, lint, lint_suite
from harness.openpgp.armor import write_armor
from harness.openpgp.contents import Literal, compress, write_literal
from harness.openpgp.names import SubpacketType, Tag
from harness.openpgp.packets import Packet, read_packets, write_packet, write_packets
from harness.openpgp.signatures import read_signature, write_signature
from harness.openpgp.subpackets import Notation, Subpacket, write_notation, write_subpackets
from harness.outcomes import AcceptedKey, ErrorClass
from harness.vector import (
    Dependency,
    Expectation,
    Outcome,
    SignatureExpectation,
    Suite,
    Use,
    Vector,
    corpus_of,
)
from tests.files.strategies import CALM, vectors

PROBES = load_corpus(Path(linter.__file__).parents[1] / "vectors" / "probes")


def probe(name: str) -> Vector:
    found = PROBES.vector(f"probe/{name}")
    assert found is not None
    return found


GOOD = probe("detached-good")
BAD = probe("detached-tampered")
IMAGE = probe("simple-signing-good")
SIGNATURE = GOOD.artifact.signature if isinstance(GOOD.artifact, Detached) else b""
(KEY,) = GOOD.expectation.keys
ACCEPTED = SignatureExpectation(outcome=Outcome.ACCEPT, keys=(KEY,))
REJECTED = SignatureExpectation(outcome=Outcome.REJECT, classes=(ErrorClass.BAD_SIGNATURE,))
TWICE = replace(
    GOOD,
    artifact=Detached(data=b"data", signature=SIGNATURE * 2),
    expectation=replace(GOOD.expectation, signatures=(ACCEPTED, REJECTED)),
)
SHA1 = Dependency(use=Use.DATA, made=datetime(2020, 1, 1, tzinfo=UTC), hash="SHA1")
POLICY = Expectation(
    outcome=Outcome.POLICY,
    keys=(KEY,),
    classes=(ErrorClass.WEAK_HASH,),
    depends=(SHA1,),
    rfc9580=("9.5",),
)


def expecting(vector: Vector, **changes: object) -> Vector:
    return replace(vector, expectation=replace(vector.expectation, **changes))


def holding(*packets: Packet, armored: bool = False) -> Vector:
    """A vector with more packets behind its certificate."""
    octets = write_packets((*read_packets(GOOD.certificates[0]), *packets))
    if armored:
        octets = write_armor("PGP PUBLIC KEY BLOCK", octets)
    return replace(GOOD, certificates=(octets,))


def problems(vector: Vector, *, house: bool = True) -> list[Problem]:
    return list(lint(corpus_of("corpus", (vector,)), house=house))


def asking(**changes: object) -> Vector:
    """A container image's signature, and something about it that is changed."""
    assert isinstance(IMAGE.artifact, SimpleSigning)
    return replace(IMAGE, artifact=replace(IMAGE.artifact, **changes))


def literal(data: bytes) -> Packet:
    return Packet(Tag.LITERAL_DATA, write_literal(Literal(data)))


def with_header(header: bytes, *, certificate: bool = False) -> Vector:
    """A vector with one line in its armor, of the signature or of the certificate."""
    label, octets = "PGP SIGNATURE", SIGNATURE
    if certificate:
        label, octets = "PGP PUBLIC KEY BLOCK", GOOD.certificates[0]
    first, rest = write_armor(label, octets).split(b"\n", 1)
    armor = b"\n".join((first, header, rest))
    if certificate:
        return replace(GOOD, certificates=(armor,))
    return replace(GOOD, artifact=Detached(data=b"data", signature=armor))


def written(*subpackets: Subpacket) -> bytes:
    """A signature packet's body that holds some subpackets, hashed ones."""
    (packet,) = read_packets(SIGNATURE)
    signature = read_signature(packet.body)
    area = signature.hashed + write_subpackets(subpackets)
    return write_signature(dataclasses.replace(signature, hashed=area))


def writing(*subpackets: Subpacket, certificate: bool = False) -> Vector:
    """A vector whose signature, or another one in its certificate, holds subpackets."""
    packet = Packet(Tag.SIGNATURE, written(*subpackets))
    if certificate:
        return holding(packet)
    return replace(GOOD, artifact=Detached(data=b"data", signature=write_packet(packet)))


def notation(name: bytes, value: bytes) -> Subpacket:
    return Subpacket(SubpacketType.NOTATION, write_notation(Notation(1 << 31, name, value)))


def embedded(*subpackets: Subpacket) -> Subpacket:
    return Subpacket(SubpacketType.EMBEDDED_SIGNATURE, written(*subpackets))


def named(name: bytes) -> Vector:
    """A message whose text has a file's name."""
    packet = Packet(Tag.LITERAL_DATA, write_literal(Literal(b"data", name=name)))
    return replace(GOOD, artifact=Inline(message=write_packet(packet)))


PRIMARY = read_packets(GOOD.certificates[0])[0]
SECRET = Packet(Tag.SECRET_SUBKEY, PRIMARY.body + b"\0\0\1\1\0\0")
UNNAMED = AcceptedKey()
UNKNOWN = AcceptedKey(signing="A" * 40, primary=KEY.primary)
FOREIGN = AcceptedKey(signing=KEY.signing, primary=KEY.signing)


BROKEN = [
    ("described", replace(GOOD, title=" ")),
    ("described", replace(GOOD, title="two\nlines")),
    ("described", replace(GOOD, description="\n")),
    ("sections", expecting(GOOD, rfc9580=(), rfc4880=())),
    ("undefined-has-reason", expecting(GOOD, outcome=Outcome.UNDEFINED)),
    (
        "undefined-has-reason",
        expecting(TWICE, signatures=(ACCEPTED, replace(REJECTED, outcome=Outcome.UNDEFINED))),
    ),
    ("policy-has-depends", replace(GOOD, expectation=replace(POLICY, depends=()))),
    ("policy-has-depends", expecting(GOOD, depends=(replace(SHA1, hash=None),))),
    ("accept-has-keys", expecting(GOOD, keys=())),
    ("accept-has-keys", expecting(GOOD, keys=(KEY, UNNAMED))),
    ("accept-has-keys", expecting(GOOD, classes=(ErrorClass.WEAK_HASH,))),
    ("accept-has-keys", replace(GOOD, expectation=replace(POLICY, keys=()))),
    ("reject-has-classes", expecting(BAD, classes=())),
    ("reject-has-classes", expecting(BAD, keys=(KEY,))),
    ("reject-has-classes", replace(GOOD, expectation=replace(POLICY, classes=()))),
    ("reject-has-classes", expecting(TWICE, signatures=(ACCEPTED, replace(REJECTED, classes=())))),
    ("keys-in-certificates", expecting(GOOD, keys=(UNKNOWN,))),
    ("keys-in-certificates", expecting(GOOD, keys=(FOREIGN,))),
    ("keys-in-certificates", replace(GOOD, certificates=())),
    ("keys-in-certificates", replace(GOOD, certificates=(b"nonsense",))),
    ("one-expectation-each", expecting(TWICE, signatures=())),
    ("one-expectation-each", expecting(TWICE, signatures=(ACCEPTED, REJECTED, REJECTED))),
    ("one-expectation-each", expecting(GOOD, signatures=(ACCEPTED, REJECTED))),
    (
        "whole-fits-parts",
        expecting(TWICE, outcome=Outcome.REJECT, keys=(), classes=tuple(ErrorClass)),
    ),
    (
        "whole-fits-parts",
        expecting(
            TWICE,
            signatures=(REJECTED, replace(REJECTED, keys=(KEY,))),
            rfc4880_outcome=Outcome.ACCEPT,
        ),
    ),
    ("whole-fits-parts", expecting(TWICE, keys=(replace(KEY, signing=None),))),
    ("whole-fits-parts", expecting(TWICE, keys=(KEY, replace(KEY, signing=KEY.primary)))),
    ("size", replace(GOOD, artifact=Detached(data=b"." * SIZE_LIMIT, signature=SIGNATURE))),
    ("size", asking(manifest=b"." * SIZE_LIMIT)),
    ("image", asking(manifest=b"")),
    ("image", asking(reference="")),
    ("image", asking(reference="registry.example/team/app")),
    ("image", asking(reference="app:1")),
    ("image", asking(reference="registry.example/team/app:1\n")),
    ("image", asking(reference="registry.example/team/\x1bapp:1")),
    ("image", asking(identities=("A" * 40, "B" * 40, "A" * 40))),
    ("reference-time", replace(GOOD, at=datetime(1990, 1, 1, tzinfo=UTC))),
    ("reference-time", replace(GOOD, at=datetime(2107, 1, 1, tzinfo=UTC))),
    ("reference-time", replace(GOOD, at=datetime(2024, 1, 1, microsecond=1, tzinfo=UTC))),
    ("reference-time", replace(GOOD, at=datetime(2024, 1, 1))),  # noqa: DTZ001  the mistake
    ("no-secret-keys", holding(SECRET)),
    ("no-secret-keys", holding(SECRET, armored=True)),
    ("no-secret-keys", replace(GOOD, artifact=Inline(message=write_packet(SECRET)))),
    (
        "no-secret-keys",
        replace(
            GOOD,
            artifact=Inline(
                message=write_packet(Packet(Tag.COMPRESSED_DATA, compress(write_packet(SECRET))))
            ),
        ),
    ),
    (
        "no-secret-keys",
        replace(
            GOOD,
            artifact=Detached(
                data=write_armor("PGP PRIVATE KEY BLOCK", b"secret"), signature=SIGNATURE
            ),
        ),
    ),
    ("nobodys-addresses", holding(Packet(Tag.USER_ID, b"TEST <someone@gnupg.org>"))),
    ("nobodys-addresses", holding(Packet(Tag.USER_ID, b"TEST <someone@example.org.net>"))),
    (
        "nobodys-addresses",
        replace(GOOD, artifact=Detached(data=b"by me@home.net", signature=SIGNATURE)),
    ),
    ("nobodys-addresses", replace(GOOD, artifact=Inline(message=write_packet(literal(b"a@b.de"))))),
    ("nobodys-addresses", asking(message=write_packet(literal(b"a@b.de")))),
    ("nobodys-addresses", asking(manifest=b'{"by": "me@home.net"}')),
    ("no-secret-keys", asking(message=write_packet(SECRET))),
    ("nobodys-addresses", replace(GOOD, title="From me@home.net")),
    ("nobodys-addresses", replace(GOOD, description="Found by me@home.net.")),
    ("nobodys-addresses", replace(GOOD, provenance="a letter of me@home.net")),
    ("nobodys-addresses", expecting(GOOD, reason="So says me@home.net.")),
    ("nobodys-addresses", replace(GOOD, unconfirmed="But me@home.net agrees.")),
    ("nobodys-addresses", with_header(b"Comment: me@home.net")),
    ("nobodys-addresses", with_header(b"Comment: me@home.net", certificate=True)),
    ("nobodys-addresses", writing(notation(b"note@home.net", b"yes"))),
    ("nobodys-addresses", writing(notation(b"note@accord.example", b"ask me@home.net"))),
    ("nobodys-addresses", writing(Subpacket(SubpacketType.NOTATION, b"me@home.net"))),
    ("nobodys-addresses", writing(Subpacket(SubpacketType.SIGNERS_USER_ID, b"me@home.net"))),
    ("nobodys-addresses", writing(Subpacket(SubpacketType.REVOCATION_REASON, b"\1me@home.net"))),
    ("nobodys-addresses", writing(notation(b"note@home.net", b"yes"), certificate=True)),
    ("nobodys-addresses", writing(embedded(notation(b"note@home.net", b"yes")))),
    ("nobodys-addresses", named(b"letter-to-me@home.net")),
    ("nobodys-places", replace(GOOD, description="Made in /home/jane/keys.")),
    ("nobodys-places", replace(GOOD, provenance="C:\\Users\\jane\\keys")),
    ("nobodys-places", named(b"/Users/jane/letter.txt")),
    ("nobodys-places", with_header(b"Comment: https://home.net/keys")),
    ("nobodys-places", writing(Subpacket(SubpacketType.POLICY_URI, b"https://home.net"))),
    ("nobodys-places", writing(Subpacket(SubpacketType.PREFERRED_KEY_SERVER, b"hkps://home.net"))),
    ("user-ids-say-test", holding(Packet(Tag.USER_ID, b"Alice <alice@accord.example>"))),
]


@pytest.mark.parametrize(("rule", "vector"), BROKEN, ids=[rule for rule, _ in BROKEN])
def test_a_rule_notices_what_breaks_it_and_no_other_rule_does(rule: str, vector: Vector) -> None:
    found = problems(vector)
    assert {(p.vector, p.rule) for p in found} == {(vector.id, rule)}
    assert all(p.message for p in found)


def test_every_rule_is_tested() -> None:
    assert {rule for rule, _ in BROKEN} == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    "vector",
    [
        *PROBES.vectors,
        TWICE,
        replace(GOOD, expectation=POLICY),
        expecting(GOOD, outcome=Outcome.UNDEFINED, reason="the texts are silent"),
        expecting(BAD, keys=(KEY,), rfc4880_outcome=Outcome.ACCEPT),
        expecting(GOOD, classes=(ErrorClass.WEAK_HASH,), rfc4880_outcome=Outcome.REJECT),
        expecting(GOOD, keys=(AcceptedKey(signing=KEY.signing),)),
        holding(Packet(Tag.USER_ID, b"TEST <a@example.org> <b@sub.Example.NET> <c@localhost>")),
        holding(armored=True),
        replace(GOOD, provenance="https://home.net/an-issue"),
        with_header(b"Comment: https://keys.example/ by a@accord.example"),
        writing(
            notation(b"note@accord.example", b"example@yes.test"),
            embedded(Subpacket(SubpacketType.POLICY_URI, b"https://accord.example/policy")),
        ),
    ],
    ids=lambda vector: str(vector.id),
)
def test_nothing_is_wrong_with(vector: Vector) -> None:
    assert problems(vector) == []


@pytest.mark.parametrize(
    ("tag", "vector"),
    [
        ("large", replace(GOOD, artifact=Detached(data=b"." * SIZE_LIMIT, signature=SIGNATURE))),
        ("secret-key", holding(SECRET)),
        ("odd-user-id", holding(Packet(Tag.USER_ID, b""))),
    ],
)
def test_a_tag_lifts_a_rule(tag: str, vector: Vector) -> None:
    assert problems(vector)
    assert problems(replace(vector, tags=(tag,))) == []


def test_house_rules_are_not_for_guests() -> None:
    guest = replace(holding(Packet(Tag.USER_ID, b"Me <me@home.net>")), description="")
    assert {p.rule for p in problems(guest)} == {
        "described",
        "nobodys-addresses",
        "user-ids-say-test",
    }
    assert problems(guest, house=False) == []


def test_ids_start_with_the_name_of_their_suite() -> None:
    suite = Suite(schema=1, suite="probe", vectors=(GOOD, replace(BAD, id="other/bad")))
    assert lint_suite(suite) == (
        Problem("other/bad", "id-in-suite", "the id does not start with probe/"),
    )


@settings(CALM, max_examples=100)
@given(vectors)
def test_no_vector_is_too_broken_to_be_looked_at(vector: Vector) -> None:
    problems(vector)
