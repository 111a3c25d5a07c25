import hashlib
from datetime import UTC, datetime

import pytest

from harness.artifact import Cleartext, Inline, SimpleSigning
from harness.openpgp import Literal, Packet, Tag, write_literal, write_packet
from harness.outcomes import ErrorClass, Evidence, Verdict, rejected
from harness.vector import Dependency, Expectation, Outcome, Use
from reports import show, words
from tests.judging.factories import (
    BY_ALICE,
    GOOD,
    NATIVE_YES,
    REVOKED,
    crashed,
    each,
    native,
    said,
    vector,
)
from tests.reports.example import HOSTILE
from tests.reports.rendering import agrees_with_golden, shown


def test_it_looks_like_this() -> None:
    subject = vector(
        Outcome.REJECT,
        classes=(ErrorClass.KEY_REVOKED,),
        title="A key revoked as compromised, used before",
        description="The revocation is hard.\n\nSo every signature of it is void.",
        tags=("revocation",),
        provenance="RFC 9580, 5.2.3.31",
    )
    gnupg = Evidence(exit_code=0, status=("REVKEYSIG 1111111111111111", "VALIDSIG"), message="gpg:")
    seen = [
        said(
            rejected({ErrorClass.KEY_REVOKED}, gnupg),
            native=native(Verdict.ACCEPTED, BY_ALICE, evidence=gnupg),
        ),
        said(GOOD, backend="pgpy"),
        crashed(backend="rnp"),
    ]
    assert agrees_with_golden("show-80.txt", shown(show.renderable(subject, seen)))


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        (Expectation(outcome=Outcome.ACCEPT), "must be accepted"),
        (
            Expectation(outcome=Outcome.ACCEPT, keys=(BY_ALICE,)),
            "must be accepted, with key …2222222222222222 of …1111111111111111",
        ),
        (
            Expectation(
                outcome=Outcome.REJECT, classes=(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED)
            ),
            "must be rejected (malformed or unsupported)",
        ),
        (Expectation(outcome=Outcome.UNDEFINED), "the texts leave it open"),
        (
            Expectation(outcome=Outcome.POLICY, keys=(BY_ALICE,), classes=(ErrorClass.WEAK_HASH,)),
            "a policy decides: accepted with key …2222222222222222 of …1111111111111111 "
            "or rejected as weak_hash",
        ),
    ],
)
def test_expectations_in_words(expected: Expectation, sentence: str) -> None:
    assert words.expectation(expected) == sentence


def test_what_a_policy_vector_depends_on_is_told() -> None:
    subject = vector(Outcome.POLICY)
    expected = Expectation(
        outcome=Outcome.POLICY,
        depends=(
            Dependency(
                use=Use.SELF_SIGNATURE,
                made=datetime(2015, 6, 1, tzinfo=UTC),
                hash="SHA1",
                key="RSA-1024",
            ),
        ),
    )
    import msgspec

    text = shown(show.renderable(msgspec.structs.replace(subject, expectation=expected)))
    assert "depends on    SHA1, RSA-1024 for self signature, made 2015-06-01 UTC" in text


def test_every_signature_has_its_expectation() -> None:
    text = shown(show.renderable(vector(signatures=(each(Outcome.ACCEPT), each(Outcome.REJECT)))))
    assert "signature 1   must be accepted" in text
    assert "signature 2   must be rejected" in text


@pytest.mark.parametrize("artifact", [Inline(message=b"x"), Cleartext(message=b"x")])
def test_messages_are_listed_too(artifact: Inline | Cleartext) -> None:
    assert "\nMessage\n│ " in shown(show.renderable(vector(artifact=artifact)))


def test_an_image_is_shown_with_what_is_signed_and_what_is_asked_for() -> None:
    hostile = f'{{"a": "{HOSTILE}"}}'
    signed = write_packet(Packet(Tag.LITERAL_DATA, write_literal(Literal(hostile.encode()))))
    image = SimpleSigning(
        message=signed,
        manifest=hostile.encode() + b"\xff",
        reference=f"registry.example/{HOSTILE}:1",
        identities=("A" * 40, "B" * 40),
    )
    text = shown(show.renderable(vector(artifact=image)))
    assert "format        simple-signing" in text
    assert "asked for by  registry.example/" in text
    assert "may sign" in text
    assert "B" * 40 in text.replace("\n", "").replace(" ", "")
    assert "\nMessage\n│ 0: Literal Data Packet" in text
    octets = len(hostile.encode())
    assert f"\nSigned text  {octets} octets\n" in text
    assert f"\nManifest  {octets + 1} octets\n" in text
    assert text.count(r"}\xff") == 1, "an octet that is no text, and not a backslash"
    digest = hashlib.sha256(image.manifest).hexdigest()
    assert f"sha256:{digest}" in text.replace("\n", "").replace(" ", "")
    assert text.count('│ {"a": "') == 2
    assert "\x1b" not in text


def test_without_observations_there_is_nothing_of_them() -> None:
    assert "Observations" not in shown(show.renderable(vector()))


def test_a_native_verdict_that_differs_is_judged_too() -> None:
    text = shown(show.renderable(vector(Outcome.REJECT), [said(REVOKED, native=NATIVE_YES)]))
    assert "native verdict: accepted  false accept" in text


def test_observations_of_another_vector_are_refused() -> None:
    with pytest.raises(ValueError, match="x/y"):
        shown(show.renderable(vector(), [said(GOOD, about="x/y")]))


def test_hostile_evidence_stays_behind_its_gutter() -> None:
    evidence = Evidence(status=(HOSTILE,), message=f"{HOSTILE}\n✓ accepted" + " " * 90 + "forged")
    seen = [said(rejected({ErrorClass.MALFORMED}, evidence))]
    subject = vector(title=HOSTILE[:160], description=HOSTILE, tags=(HOSTILE,))
    text = shown(show.renderable(subject, seen))
    assert "\x1b" not in text
    assert "\u202e" not in text
    for line in text.splitlines():
        assert not line.startswith(("[GNUPG:]", "✓", "forged"))
