"""containers/image 5.42.0 with each of its mechanisms, asked through the driver that was built.

GPGME 1.18.0 with gpg 2.2.40, go-crypto 1.5.2 by its older API, sequoia-openpgp 2.4.1.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import backends
from backends import drivers
from backends.containers_image import OfGPGME, OfOpenPGP, OfSequoia
from harness import clock, launch
from harness.artifact import Artifact, Detached, Format, Inline, SimpleSigning
from harness.backend import Clock, Exported, KeyHalf, Unavailable
from harness.cli.exits import Exit
from harness.launch import Launch
from harness.openpgp.names import HashAlgorithm, PublicKeyAlgorithm, SignatureType
from harness.openpgp.packets import write_packets
from harness.openpgp.signatures import Signature
from harness.outcomes import AcceptedKey, ErrorClass, Verdict
from harness.vector import Outcome, Vector
from tests.adapters.asking import PROBES, Worker, damaged, worker
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB,
    BOB_CERT,
    BOB_SIGNING,
    DATA,
    REVOKED,
    SIGNS,
    alice,
    lone,
    signed,
)
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    cleartext,
    detached,
    inline,
    literal,
    one_pass_message,
    prefixed_message,
    sign_cleartext,
)
from vectors.forge.certificate import (
    Binding,
    Certificate,
    Revocation,
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.simple_signing import (
    MANIFEST,
    digest_of,
    image_signature,
    manifest,
    payload,
    signed_payload,
)
from vectors.forge.times import DAY, EPOCH, day

GPGME, OPENPGP, SEQUOIA = (each.name for each in (OfGPGME, OfOpenPGP, OfSequoia))
ADAPTERS = {each.name: each for each in (OfGPGME, OfOpenPGP, OfSequoia)}

LIBRARY = "libpodman_sequoia.so.0"
OF_0_4_0, OF_0_5_0 = b"/podman-sequoia-0.4.0/", b"/podman-sequoia-0.5.0/"

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)
AGAIN = sign(DATA, ALICE_SIGNING, Made(created=day(2024, 3, 2)))
ONE_PASS = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING)))
NOT_A_FILE_OF_KEYS = b"this is no file of keys\n"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Worker]]:
    """Start each driver once, when it is first asked for; skip where it was not built."""
    with ExitStack() as stack:
        running: dict[str, Worker] = {}

        def start(name: str) -> Worker:
            if isinstance(lack := ADAPTERS[name].presence(), Unavailable):
                pytest.skip(f"{lack.reason}: {lack.install}")
            if name not in running:
                folder = tmp_path_factory.mktemp("ci")
                manager = worker(name, folder, TMPDIR=str(folder))
                running[name] = stack.enter_context(manager)
            return running[name]

        yield start


@pytest.fixture(params=list(ADAPTERS))
def each(request: pytest.FixtureRequest, started: Callable[[str], Worker]) -> Worker:
    return started(request.param)


@pytest.fixture
def gpgme(started: Callable[[str], Worker]) -> Worker:
    return started(GPGME)


@pytest.fixture
def openpgp(started: Callable[[str], Worker]) -> Worker:
    return started(OPENPGP)


@pytest.fixture
def sequoia(started: Callable[[str], Worker]) -> Worker:
    return started(SEQUOIA)


def named(running: Worker, by: Key = ALICE_SIGNING, of: Key = ALICE) -> AcceptedKey:
    """The key as this mechanism names it: the primary key, and GPGME's also the one that signed."""
    signing = by.fingerprint if running.description.name == GPGME else None
    return AcceptedKey(signing=signing, primary=of.fingerprint)


class TestRegistry:
    def test_their_names_are_known(self) -> None:
        assert {backends.load(name) for name in ADAPTERS} == set(ADAPTERS.values())
        assert ADAPTERS.keys() <= drivers.DRIVERS.keys()

    @pytest.mark.parametrize("name", ADAPTERS)
    def test_they_are_started_from_the_cache_and_under_libfaketime_where_that_helps(
        self, name: str, started: Callable[[str], Worker]
    ) -> None:
        started(name)
        found = launch.find(name)
        assert isinstance(found, Launch)
        assert found.command == (str(drivers.folder_of(drivers.DRIVERS[name]) / "driver"),)
        assert clock.is_preloaded(found.environment) is (name != OPENPGP)

    def test_they_say_what_is_inside(self, gpgme: Worker, openpgp: Worker, sequoia: Worker) -> None:
        for name, running, components, halves, clock_claimed in (
            (GPGME, gpgme, {"gpg", "proglottis/gpgme"}, set(KeyHalf), Clock.LIBFAKETIME),
            (OPENPGP, openpgp, {"go-crypto"}, {KeyHalf.PRIMARY}, Clock.NONE),
            (
                SEQUOIA,
                sequoia,
                {"podman-sequoia", "sequoia-openpgp"},
                {KeyHalf.PRIMARY},
                Clock.LIBFAKETIME,
            ),
        ):
            said = running.description
            assert (said.name, said.version) == (name, "5.42.0")
            assert said.components.keys() >= components | {"Go"}
            assert said.capabilities.reports == halves
            assert said.capabilities.clock is clock_claimed

    def test_only_one_of_them_takes_no_cleartext(self, each: Worker) -> None:
        formats = set(Format)
        if each.description.name == OPENPGP:
            formats.remove(Format.CLEARTEXT)
        assert each.description.capabilities.formats == formats


CLAIMED = {
    name: [
        probe
        for probe in PROBES
        if name != OPENPGP
        or not (probe.time_dependent or probe.artifact.format is Format.CLEARTEXT)
        # It accepts what was signed before the key expired.
        if name != SEQUOIA or probe.id != "probe/clock-key-after"
    ]
    for name in ADAPTERS
}


@pytest.mark.parametrize(
    ("name", "vector"),
    [
        pytest.param(name, vector, id=f"{name}-{vector.id}")
        for name, probes in CLAIMED.items()
        for vector in probes
    ],
)
def test_they_pass_the_probes(started: Callable[[str], Worker], name: str, vector: Vector) -> None:
    each = started(name)
    answer = each.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    for key, right in zip(answer.native.keys, vector.expectation.keys, strict=True):
        assert key.agrees_with(right)
    assert answer.native.classes >= set(vector.expectation.classes)


class TestAcceptance:
    def test_the_key_is_named_by_subkey_or_primary_key(self, each: Worker) -> None:
        assert each.alone(ALICE_CERT, artifact=signed()).key == named(each)
        by_primary = each.alone(lone(ALICE, SelfSignature(flags=SIGNS)), artifact=signed(by=ALICE))
        assert by_primary.key == named(each, ALICE)

    @pytest.mark.parametrize(
        "artifact",
        [
            ONE_PASS,
            detached(DATA, GOOD),
            detached(DATA, GOOD, armored=True),
            detached(b"", sign(b"", ALICE_SIGNING)),
            detached(DATA, sign(b"two lines\r\nof text\r\n", ALICE_SIGNING, Made(), 1)),
        ],
        ids=["message", "detached", "detached, armored", "detached, empty", "detached, text"],
    )
    def test_what_all_three_accept(self, each: Worker, artifact: Artifact) -> None:
        assert each.alone(ALICE_CERT, artifact=artifact).key == named(each)

    @pytest.mark.parametrize(
        "artifact",
        [
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING)), armored=True),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
        ],
        ids=["armored", "cleartext"],
    )
    def test_the_armored_is_not_read_by_openpgp(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker, artifact: Artifact
    ) -> None:
        for running in (gpgme, sequoia):
            assert running.alone(ALICE_CERT, artifact=artifact).key == named(running)
        result = openpgp.alone(ALICE_CERT, artifact=artifact)
        assert result.evidence.message == "openpgp: invalid data: tag byte does not have MSB set"

    def test_a_signature_before_the_data_is_read_by_gpgme_alone(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker
    ) -> None:
        artifact = inline(prefixed_message(DATA, GOOD))
        assert gpgme.alone(ALICE_CERT, artifact=artifact).key == named(gpgme)
        for running, said in ((openpgp, "not signed"), (sequoia, "Hash not computed.")):
            result = running.alone(ALICE_CERT, artifact=artifact)
            assert result.verdict is Verdict.REJECTED
            assert said in result.evidence.message

    def test_version_6_is_unknown_to_gpgme(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker
    ) -> None:
        artifact = signed(by=OF_V6)
        for running in (openpgp, sequoia):
            assert running.alone(UNUSABLE, artifact=artifact).key == named(running, OF_V6, OF_V6)
        assert gpgme.alone(UNUSABLE, artifact=artifact).verdict is not Verdict.ACCEPTED


class TestMessagesOfDetachedSignatures:
    """containers/image knows messages only; what none can be made of is not judged."""

    @pytest.mark.parametrize(
        ("signature", "said"),
        [
            (b"", "there is none"),
            (b"garbage", "there is something else than packets"),
            (signed().signature[:50], "a packet is cut short"),
            (ALICE_CERT.octets, "there are other packets beside it"),
            (
                sign(DATA, ALICE_SIGNING, Made(issuer_key_id=None, issuer_fingerprint=None)),
                "it names no issuer",
            ),
        ],
        ids=["nothing", "garbage", "cut short", "a certificate", "anonymous"],
    )
    def test_why_there_is_none(self, each: Worker, signature: bytes | Signature, said: str) -> None:
        if isinstance(signature, Signature):
            signature = detached(DATA, signature).signature
        result = each.alone(ALICE_CERT, artifact=Detached(data=DATA, signature=signature))
        assert result.verdict is Verdict.UNSUPPORTED
        assert result.evidence.exception == "main.noMessage"
        said = f"no message can be made of this signature: {said}"
        assert result.evidence.message == said

    def test_it_is_the_same_message_that_our_own_forge_makes(self, each: Worker) -> None:
        for signature in (GOOD, BAD, AGAIN):
            beside = each.alone(ALICE_CERT, artifact=detached(DATA, signature))
            message = inline(one_pass_message(DATA, (signature, ALICE_SIGNING)))
            assert beside == each.alone(ALICE_CERT, artifact=message)

    @pytest.mark.parametrize("text", [b"a\nb\n", b"a\r\nb\r\n", b"a\r\nb\n", b"a", b"", b"a \n"])
    def test_text_is_text_whatever_its_line_endings(self, each: Worker, text: bytes) -> None:
        canonical = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        signature = sign(canonical, ALICE_SIGNING, Made(), SignatureType.TEXT)
        assert each.alone(ALICE_CERT, artifact=detached(text, signature)).key == named(each)


class TestSeveralSignatures:
    @pytest.mark.parametrize("several", [(GOOD, AGAIN), (GOOD, BOBS), (GOOD, BAD)])
    def test_gpgme_refuses_more_than_one(
        self, gpgme: Worker, several: tuple[Signature, ...]
    ) -> None:
        answer = gpgme.ask(ALICE_CERT, BOB_CERT, artifact=detached(DATA, *several))
        assert answer.native.classes == {ErrorClass.POLICY_OTHER}
        assert answer.native.evidence.message == "Unexpected GPG signature count 2"
        assert answer.signatures[0].key == named(gpgme)

    def test_gpg_stops_at_a_bad_one_which_then_is_the_only_one(self, gpgme: Worker) -> None:
        native = gpgme.ask(ALICE_CERT, artifact=detached(DATA, BAD, GOOD)).native
        assert native.classes == {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL}

    @pytest.mark.parametrize(
        ("several", "good"),
        [
            ((GOOD, BOBS), True),
            ((BOBS, GOOD), False),
            ((GOOD, BAD), False),
            ((BAD, GOOD), False),
        ],
        ids=["good, unknown", "unknown, good", "good, bad", "bad, good"],
    )
    def test_openpgp_looks_at_the_first_key_alone(
        self, openpgp: Worker, several: tuple[Signature, ...], good: bool
    ) -> None:
        native = openpgp.ask(ALICE_CERT, artifact=detached(DATA, *several)).native
        assert native.verdict is (Verdict.ACCEPTED if good else Verdict.REJECTED)

    @pytest.mark.parametrize("several", [(GOOD, BOBS), (BOBS, GOOD), (GOOD, BAD), (BAD, GOOD)])
    def test_for_sequoia_one_good_one_suffices(
        self, sequoia: Worker, several: tuple[Signature, ...]
    ) -> None:
        native = sequoia.ask(ALICE_CERT, artifact=detached(DATA, *several)).native
        assert native.keys == (named(sequoia),)

    def test_none_is_no_signature(self, each: Worker) -> None:
        result = each.alone(ALICE_CERT, artifact=inline([literal(DATA)]))
        assert ErrorClass.NO_SIGNATURE in result.classes


OF_V6 = Key("ed25519-primary", PublicKeyAlgorithm.ED25519, version=6)
UNUSABLE = certificate(OF_V6, user_ids=[], direct=[SelfSignature(flags=SIGNS)])
"""To gpg, which does not know version 6."""
CUT_SHORT = BOB_CERT.octets[:-10]


class TestFilesOfKeys:
    @pytest.mark.parametrize(
        "files",
        [
            (BOB_CERT.octets, ALICE_CERT.octets),
            (ALICE_CERT.octets, BOB_CERT.octets),
            (BOB_CERT.octets + ALICE_CERT.octets,),
            (ALICE_CERT.octets + BOB_CERT.octets,),
            (ALICE_CERT.armored,),
            (b"", ALICE_CERT.octets),
        ],
        ids=["two", "two, turned", "one", "one, turned", "armored", "an empty one"],
    )
    def test_every_certificate_counts(self, each: Worker, files: tuple[bytes, ...]) -> None:
        assert each.alone(*files, artifact=signed()).key == named(each)

    def test_of_two_blocks_of_armor_openpgp_reads_the_first(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker
    ) -> None:
        file = BOB_CERT.armored + ALICE_CERT.armored
        for running in (gpgme, sequoia):
            assert running.alone(file, artifact=signed()).key == named(running)
        result = openpgp.alone(file, artifact=signed())
        assert ErrorClass.MISSING_KEY in result.classes

    def test_garbage_is_passed_over_by_gpgme_and_refuses_everything_elsewhere(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker
    ) -> None:
        for files in (
            (NOT_A_FILE_OF_KEYS, ALICE_CERT.octets),
            (ALICE_CERT.octets, NOT_A_FILE_OF_KEYS),
        ):
            assert gpgme.alone(*files, artifact=signed()).key == named(gpgme)
            for running, said in (
                (openpgp, "openpgp: invalid data: tag byte does not have MSB set"),
                (sequoia, "unexpected EOF"),
            ):
                result = running.alone(*files, artifact=signed())
                assert result.verdict is Verdict.REJECTED
                assert result.evidence.status == ("no mechanism",)
                assert result.evidence.message == said
                assert ErrorClass.MISSING_KEY in result.classes

    @pytest.mark.parametrize("turned", [False, True])
    @pytest.mark.parametrize("in_one", [False, True], ids=["two files", "one file"])
    def test_a_certificate_that_is_cut_short_beside_a_good_one(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker, turned: bool, in_one: bool
    ) -> None:
        files = [CUT_SHORT, ALICE_CERT.octets]
        if turned:
            files.reverse()
        if in_one:
            files = [b"".join(files)]
        wanted = {
            GPGME: turned or not in_one,
            OPENPGP: turned and in_one,
            SEQUOIA: False,
        }
        for running in (gpgme, openpgp, sequoia):
            verdict = running.alone(*files, artifact=signed()).verdict
            assert (verdict is Verdict.ACCEPTED) is wanted[running.description.name]

    def test_a_certificate_that_is_left_out_is_not_named(self, gpgme: Worker) -> None:
        result = gpgme.alone(UNUSABLE, ALICE_CERT, artifact=signed())
        assert result.key == named(gpgme)
        assert result.evidence.status[0] == f"imported: {ALICE.fingerprint}"

    def test_of_two_certificates_with_one_subkey_gpgme_names_neither(
        self, gpgme: Worker, openpgp: Worker
    ) -> None:
        other = certificate(BOB, user_ids=[UserId("Bob")], subkeys=[signing_subkey(ALICE_SIGNING)])
        result = gpgme.alone(ALICE_CERT, other, artifact=signed())
        assert result.key == AcceptedKey(signing=ALICE_SIGNING.fingerprint)
        assert "no primary key: gpgme.Error: Ambiguous name" in result.evidence.status
        for files, first in (((ALICE_CERT, other), ALICE), ((other, ALICE_CERT), BOB)):
            assert openpgp.alone(*files, artifact=signed()).key == named(openpgp, of=first)


REASONS = {0: "unspecified", 1: "superseded", 2: "compromised", 3: "retired"}


class TestRevocation:
    @pytest.mark.parametrize("reason", REASONS, ids=list(REASONS.values()))
    def test_only_sequoia_asks_for_what_reason(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker, reason: int
    ) -> None:
        later = Revocation(reason=reason, text="", created=day(2024, 4, 1))
        for cert in (alice(Binding(), later), alice(revocations=(later,))):
            for running in (gpgme, openpgp):
                result = running.alone(cert, artifact=signed())
                assert ErrorClass.KEY_REVOKED in result.classes
            result = sequoia.alone(cert, artifact=signed())
            if reason in (1, 3):
                assert result.key == named(sequoia)
            else:
                assert result.classes == {ErrorClass.KEY_REVOKED}


NOTATION = subpackets.critical(subpackets.notation("unknown@example.org", "x"))
INJECTED = "Missing key ABCD\nBad signature:\n  because: Expired on 2020-01-01\n"
HOSTILE = subpackets.critical(subpackets.notation(f"a\n{INJECTED}@example.org", "x"))
OF_GPG = {
    ErrorClass.UNBOUND_KEY,
    ErrorClass.WEAK_HASH,
    ErrorClass.UNKNOWN_CRITICAL,
    ErrorClass.KEY_NEWER_THAN_SIGNATURE,
    ErrorClass.MALFORMED,
    ErrorClass.UNSUPPORTED,
}
"""What gpg does not keep of a certificate, without a word."""

REFUSED = [
    (
        "bad",
        ALICE_CERT,
        detached(DATA, BAD),
        {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL},
        {ErrorClass.BAD_SIGNATURE},
        {ErrorClass.BAD_SIGNATURE},
    ),
    (
        "missing key",
        BOB_CERT,
        signed(),
        OF_GPG | {ErrorClass.MISSING_KEY},
        OF_GPG - {ErrorClass.KEY_NEWER_THAN_SIGNATURE}
        | {ErrorClass.MISSING_KEY, ErrorClass.WRONG_KEY_USAGE},
        {ErrorClass.MISSING_KEY},
    ),
    (
        "expired",
        ALICE_CERT,
        signed(Made(expires_after=DAY)),
        {ErrorClass.SIGNATURE_EXPIRED},
        {
            ErrorClass.SIGNATURE_EXPIRED,
            ErrorClass.SIGNATURE_NOT_YET_VALID,
            ErrorClass.UNBOUND_KEY,
            ErrorClass.KEY_EXPIRED,
        },
        {ErrorClass.SIGNATURE_EXPIRED},
    ),
    (
        "critical notation",
        ALICE_CERT,
        signed(Made(hashed=(NOTATION,))),
        {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL},
        {ErrorClass.UNKNOWN_CRITICAL},
        {ErrorClass.UNKNOWN_CRITICAL},
    ),
    (
        "SHA-1",
        ALICE_CERT,
        signed(Made(hash=HashAlgorithm.SHA1)),
        None,
        None,
        {ErrorClass.WEAK_HASH},
    ),
    (
        "RSA-1024",
        lone(Key("rsa1024"), SelfSignature(flags=SIGNS)),
        signed(by=Key("rsa1024")),
        None,
        None,
        {ErrorClass.WEAK_KEY, ErrorClass.UNBOUND_KEY},
    ),
    (
        "revoked",
        alice(revocations=(REVOKED,)),
        signed(),
        {ErrorClass.KEY_REVOKED},
        {ErrorClass.KEY_REVOKED, ErrorClass.UNBOUND_KEY},
        {ErrorClass.KEY_REVOKED},
    ),
]
"""Name, certificate, input, and what is left by GPGME, openpgp and Sequoia; None: it accepts."""


class TestRefusal:
    @pytest.mark.parametrize("number", range(3), ids=list(ADAPTERS))
    @pytest.mark.parametrize(
        ("cert", "artifact", "classes"),
        [pytest.param(cert, artifact, rest, id=name) for name, cert, artifact, *rest in REFUSED],
    )
    def test_the_error_tells_why(
        self,
        started: Callable[[str], Worker],
        number: int,
        cert: Certificate,
        artifact: Artifact,
        classes: list[set[ErrorClass] | None],
    ) -> None:
        result = started(list(ADAPTERS)[number]).alone(cert, artifact=artifact)
        wanted = classes[number]
        if wanted is None:
            assert result.verdict is Verdict.ACCEPTED
        else:
            assert result.classes == frozenset(wanted)
            assert result.evidence.exception
            assert result.evidence.message

    def test_no_words_of_the_signers_make_another_reason(self, each: Worker) -> None:
        plain = each.alone(ALICE_CERT, artifact=signed(Made(hashed=(NOTATION,))))
        hostile = each.alone(ALICE_CERT, artifact=signed(Made(hashed=(HOSTILE,))))
        assert hostile.classes == plain.classes


@pytest.mark.parametrize(
    "artifact",
    [
        Inline(message=b"hello"),
        Inline(message=b""),
        Inline(message=ONE_PASS.message[:-5]),
        Inline(message=ALICE_CERT.octets),
        Inline(message=write_packets([literal(DATA)]) + ONE_PASS.message),
    ],
    ids=["text", "nothing", "cut short", "certificate", "data before"],
)
def test_what_they_cannot_read_is_malformed(each: Worker, artifact: Artifact) -> None:
    result = each.alone(ALICE_CERT, artifact=artifact)
    assert result.verdict is Verdict.REJECTED
    assert ErrorClass.MALFORMED in result.classes


MANY = tuple(Key(f"signer-{number:02}") for number in range(1, 13))


def image(text: bytes, *, by: Key = ALICE_SIGNING, **asked: Any) -> SimpleSigning:
    return image_signature(signed_payload(text, by), **asked)


ALLOWED = image(payload())
TEXT = payload()
MALFORMED = {
    "not JSON": b"hello",
    "nothing": b"",
    "cut short": TEXT[:-1],
    "a list": b"[]",
    "another member": TEXT.replace(b'{"critical"', b'{"more":1,"critical"'),
    "a member twice": TEXT.replace(b'"optional":', b'"critical":{},"optional":'),
    "a member missing": b'{"critical":' + json.dumps(json.loads(TEXT)["critical"]).encode() + b"}",
    "a number for a name": TEXT.replace(b'"registry.example/team/app:1"', b"1"),
    "another type": TEXT.replace(b"atomic container signature", b"other"),
    "no digest": TEXT.replace(b"sha256:", b"sha-256"),
    "a broken second": payload(optional={"timestamp": 1.5}),
    "text behind": TEXT + b"{}",
}


class TestSimpleSigning:
    def test_an_image_that_is_signed_may_run(self, each: Worker) -> None:
        result = each.alone(ALICE_CERT, artifact=ALLOWED)
        assert result.key == named(each)
        by = named(each).signing or ALICE.fingerprint
        mechanism, by_policy, primary, subkey = result.evidence.status
        assert mechanism == f"mechanism: accepted, by {by}"
        assert by_policy == "signedBy: allowed"
        assert primary == f"identity {ALICE.fingerprint}: allowed"
        assert subkey.startswith(f"identity {ALICE_SIGNING.fingerprint}: ")
        if each.description.name == GPGME:
            assert subkey.endswith(": allowed")
        else:
            assert subkey.endswith(
                ": refused, internal.InvalidSignatureError: signature by key "
                f"{ALICE.fingerprint} is not accepted"
            )

    @pytest.mark.parametrize("name", MALFORMED)
    def test_what_is_wrong_with_the_text_is_malformed(self, each: Worker, name: str) -> None:
        result = each.alone(ALICE_CERT, artifact=image(MALFORMED[name]))
        assert result.classes == {ErrorClass.MALFORMED}
        assert result.evidence.status[0].startswith("mechanism: accepted, by ")
        assert result.evidence.exception == "internal.InvalidSignatureError"
        said = f"signedBy: refused, {result.evidence.exception}: {result.evidence.message}"
        assert result.evidence.status[1] == said

    @pytest.mark.parametrize(
        "artifact",
        [
            image(payload(digest=digest_of(b"another"))),
            image(TEXT, manifest=manifest({"a": "b"})),
            image(payload(reference="registry.example/team/other:1")),
            image(payload(reference="registry.example/team/app:2")),
            image(payload(reference="registry.example/team/app")),
            image(TEXT, reference="registry.example/team/app:2"),
            image(TEXT, reference="registry.example/team/app"),
            image(TEXT, reference=f"registry.example/team/app@{digest_of(b'another')}"),
            image(TEXT, identities=[BOB.fingerprint]),
        ],
        ids=[
            "another digest is signed",
            "another manifest",
            "another name is signed",
            "another tag is signed",
            "no tag is signed",
            "another tag is asked for",
            "the latest is asked for",
            "another digest is asked for",
            "another key",
        ],
    )
    def test_another_image_or_key_is_none_of_ours(
        self, each: Worker, artifact: SimpleSigning
    ) -> None:
        result = each.alone(ALICE_CERT, artifact=artifact)
        assert result.classes == {ErrorClass.IDENTITY_MISMATCH}
        assert result.evidence.status[0].startswith("mechanism: accepted, by ")

    @pytest.mark.parametrize(
        "artifact",
        [
            image(TEXT, reference=f"registry.example/team/app@{digest_of(MANIFEST)}"),
            image(payload(reference="ubuntu:1"), reference="docker.io/library/ubuntu:1"),
            image(TEXT, identities=[BOB.fingerprint, ALICE.fingerprint]),
        ],
        ids=["by digest", "a short name is signed", "by a list of keys"],
    )
    def test_what_is_allowed_besides(self, each: Worker, artifact: SimpleSigning) -> None:
        assert each.alone(ALICE_CERT, artifact=artifact).key == named(each)

    def test_a_subkey_in_the_list_is_known_to_gpgme_alone(
        self, gpgme: Worker, openpgp: Worker, sequoia: Worker
    ) -> None:
        artifact = image(TEXT, identities=[ALICE_SIGNING.fingerprint])
        assert gpgme.alone(ALICE_CERT, artifact=artifact).key == named(gpgme)
        for running in (openpgp, sequoia):
            result = running.alone(ALICE_CERT, artifact=artifact)
            assert result.classes == {ErrorClass.IDENTITY_MISMATCH}

    def test_what_the_mechanism_refuses_keeps_its_classes(self, each: Worker) -> None:
        message = one_pass_message(TEXT, (sign(DATA, ALICE_SIGNING), ALICE_SIGNING))
        bad = each.alone(ALICE_CERT, artifact=image_signature(message))
        inside = each.alone(ALICE_CERT, artifact=inline(message))
        assert bad.classes == inside.classes >= {ErrorClass.BAD_SIGNATURE}
        assert bad.evidence.status[0].startswith("mechanism: refused, ")
        assert bad.evidence.message == inside.evidence.message

    @pytest.mark.parametrize("files", [(), (b"",)], ids=["none", "an empty one"])
    def test_without_a_key_it_is_a_missing_key(
        self, each: Worker, files: tuple[bytes, ...]
    ) -> None:
        result = each.alone(*files, artifact=ALLOWED)
        assert ErrorClass.MISSING_KEY in result.classes
        assert result.evidence.exception == "signature.PolicyRequirementError"
        assert result.evidence.message == "No public keys imported"

    @pytest.mark.parametrize("files", [(NOT_A_FILE_OF_KEYS,), (UNUSABLE.octets[:20],)])
    def test_nor_with_files_that_hold_none(self, each: Worker, files: tuple[bytes, ...]) -> None:
        assert ErrorClass.MISSING_KEY in each.alone(*files, artifact=ALLOWED).classes

    @pytest.mark.parametrize(
        "words",
        [
            "No public keys imported",
            "Key not found for key ID 1234",
            "Unexpected GPG signature count 0",
            "json: cannot unmarshal",
            'x" \n Signature for identity "y',
        ],
    )
    def test_no_words_of_the_signers_make_another_reason(self, each: Worker, words: str) -> None:
        for text, wanted in (
            (payload(reference=words), ErrorClass.IDENTITY_MISMATCH),
            (payload(digest=words), ErrorClass.MALFORMED),
            (TEXT.replace(b"atomic container signature", words.encode()), ErrorClass.MALFORMED),
            (json.dumps({words: 1}).encode(), ErrorClass.MALFORMED),
        ):
            if wanted is ErrorClass.MALFORMED and b'"' in words.encode() and b"atomic" not in text:
                text = text.replace(b"\n", b"\\n")
            result = each.alone(ALICE_CERT, artifact=image(text))
            assert result.classes == {wanted}

    def test_the_library_cannot_tell_whose_a_shared_subkey_is(self, gpgme: Worker) -> None:
        other = certificate(BOB, user_ids=[UserId("Bob")], subkeys=[signing_subkey(ALICE_SIGNING)])
        result = gpgme.alone(ALICE_CERT, other, artifact=ALLOWED)
        assert result.classes == {ErrorClass.IDENTITY_MISMATCH}
        assert result.evidence.exception == "gpgme.Error"
        listed = image(TEXT, identities=[ALICE_SIGNING.fingerprint])
        assert gpgme.alone(ALICE_CERT, other, artifact=listed).verdict is Verdict.ACCEPTED

    def test_twelve_keys_are_asked_about_at_most(self, each: Worker) -> None:
        subkeys = [signing_subkey(ALICE_SIGNING), *map(signing_subkey, MANY)]
        cert = certificate(ALICE, user_ids=[UserId("Alice")], subkeys=subkeys)
        status = each.alone(cert, artifact=ALLOWED).evidence.status
        assert len(status) == 2 + 12

    def test_a_name_that_is_none_is_no_refusal(self, each: Worker) -> None:
        result = each.alone(ALICE_CERT, artifact=image(TEXT, reference="NO NAME"))
        assert result.verdict is Verdict.ERROR


class TestReferenceTime:
    @pytest.mark.parametrize("name", [GPGME, SEQUOIA])
    def test_it_is_libfaketimes(self, started: Callable[[str], Worker], name: str) -> None:
        running = started(name)
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        verdicts = [
            running.alone(ALICE_CERT, artifact=artifact, at=at).verdict
            for at in (EPOCH, EPOCH + 2 * DAY, EPOCH)
        ]
        assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ACCEPTED]

    def test_of_images_too(self, gpgme: Worker, sequoia: Worker) -> None:
        message = signed_payload(TEXT, ALICE_SIGNING, Made(created=EPOCH, expires_after=DAY))
        for running in (gpgme, sequoia):
            for at, good in ((EPOCH, True), (EPOCH + 2 * DAY, False)):
                result = running.alone(ALICE_CERT, artifact=image_signature(message), at=at)
                assert (result.key is not None) is good

    def test_openpgp_has_the_machines(self, openpgp: Worker) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        assert openpgp.alone(ALICE_CERT, artifact=artifact, at=EPOCH).key is None

    @pytest.mark.parametrize("name", [GPGME, SEQUOIA])
    def test_without_libfaketime_none_is_claimed(
        self, started: Callable[[str], Worker], name: str, tmp_path: Path
    ) -> None:
        started(name)
        said = talk(name, HELLO, TMPDIR=str(tmp_path))
        assert said[0]["backend"]["capabilities"]["clock"] == "none"


HELLO = {"type": "hello", "protocol": 1, "profile": "stock", "workdir": "/"}


def talk(name: str, *lines: object, program: str = "", **environment: str) -> list[Any]:
    """Start a driver in an environment with nothing else in it, and hear all that it says."""
    ended = subprocess.run(
        [program or ADAPTERS[name].command()[0]],
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


class TestEnvironment:
    @pytest.mark.parametrize("name", ADAPTERS)
    def test_a_home_directory_and_settings_of_the_users_do_not_matter(
        self, started: Callable[[str], Worker], name: str, tmp_path: Path
    ) -> None:
        started(name)
        home = tmp_path / "home"
        (home / ".gnupg").mkdir(parents=True, mode=0o700)
        (home / ".gnupg/gpg.conf").write_text("no-such-option\n")
        (home / ".gnupg/pubring.gpg").write_bytes(b"garbage")
        (home / ".config/crypto-policies").mkdir(parents=True)
        policy = tmp_path / "policy.toml"
        policy.write_text('[hash_algorithms]\nsha256.collision_resistance = "never"\n')
        variables = {
            "HOME": str(home),
            "GNUPGHOME": str(home / ".gnupg"),
            "SEQUOIA_CRYPTO_POLICY": str(policy),
            "SEQUOIA_HOME": "/nowhere",
            "XDG_CONFIG_HOME": "/nowhere",
            "TMPDIR": str(tmp_path),
        }
        with worker(name, tmp_path, **variables) as running:
            assert running.alone(ALICE_CERT, artifact=signed()).key == named(running)
            assert running.alone(ALICE_CERT, artifact=ALLOWED).key == named(running)

    def test_gpgme_needs_a_place_for_its_home_directory(
        self, started: Callable[[str], Worker], tmp_path: Path
    ) -> None:
        started(GPGME)
        (said,) = talk(GPGME, HELLO, TMPDIR=str(tmp_path / "missing"))
        assert said["type"] == "unusable"
        assert said["reason"].startswith("no signing mechanism: *fs.PathError: ")

    def test_and_gpg(
        self, started: Callable[[str], Worker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started(GPGME)
        with monkeypatch.context() as patch:
            patch.setenv("PATH", "/nowhere")
            lack = Unavailable(reason="no gpg in PATH", install="apt-get install gnupg")
            assert OfGPGME.presence() == lack
        (said,) = talk(GPGME, HELLO, TMPDIR=str(tmp_path), PATH="/nowhere")
        assert said["type"] == "unusable"
        assert "Invalid crypto engine" in said["reason"]

    @pytest.mark.parametrize("name", ADAPTERS)
    def test_a_place_that_is_gone_is_no_refusal(
        self, started: Callable[[str], Worker], name: str, tmp_path: Path
    ) -> None:
        started(name)
        place = tmp_path / "tmp"
        place.mkdir()
        with worker(name, tmp_path, TMPDIR=str(place)) as running:
            place.rmdir()
            result = running.alone(ALICE_CERT, artifact=ALLOWED)
            assert result.verdict is Verdict.ERROR
            assert result.evidence.exception == "*fs.PathError"


class TestLibrary:
    """Sequoia's, which lies beside the driver."""

    @pytest.fixture
    def place(self, started: Callable[[str], Worker], tmp_path: Path) -> Path:
        started(SEQUOIA)
        return shutil.copytree(drivers.folder_of(drivers.DRIVERS[SEQUOIA]), tmp_path / "built")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda file: file.unlink(), "{} cannot be read: No such file or directory"),
            # To load it would kill the driver.
            (lambda file: os.truncate(file, 4096), "{} is not the library that was built"),
        ],
        ids=["missing", "cut short"],
    )
    def test_it_is_absent_without(
        self,
        place: Path,
        change: Callable[[Path], object],
        said: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        change(place / LIBRARY)
        monkeypatch.setattr(drivers, "folder_of", lambda _: place)
        absent = OfSequoia.presence()
        assert isinstance(absent, Unavailable)
        assert absent.reason == said.format(place / LIBRARY)
        assert absent.install == f"pgp-accord backends build {SEQUOIA}"

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda file: file.unlink(), "{} is missing"),
            (
                lambda file: file.write_bytes(file.read_bytes().replace(OF_0_4_0, OF_0_5_0)),
                '{} is of podman-sequoia "0.5.0", and the driver is made for 0.4.0',
            ),
            (
                lambda file: file.write_bytes(b"garbage"),
                '{} is of podman-sequoia "", and the driver is made for 0.4.0',
            ),
        ],
        ids=["missing", "another release", "no library"],
    )
    def test_it_says_what_is_wrong_with_it(
        self, place: Path, change: Callable[[Path], object], said: str
    ) -> None:
        change(place / LIBRARY)
        (heard,) = talk(SEQUOIA, HELLO, program=str(place / "driver"))
        assert heard["type"] == "unusable"
        assert heard["reason"].startswith(said.format(place / LIBRARY))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("exit 3", "exit code 3"),
        ("kill -SEGV $$", "killed by signal 11"),
        ("echo hello", "JSON is malformed"),
    ],
)
def test_a_program_that_is_broken_is_unusable_and_said_to_be(
    started: Callable[[str], Worker], tmp_path: Path, ending: str, said: str
) -> None:
    started(OPENPGP)
    place = tmp_path / "pgp-accord/backends" / OPENPGP
    shutil.copytree(drivers.folder_of(drivers.DRIVERS[OPENPGP]), place)
    (place / "driver").write_text(f"#!/bin/sh\nread line\n{ending}\n")
    ended = subprocess.run(
        [sys.executable, "-m", "harness", "backends", "list", "--json", OPENPGP],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == Exit.UNAVAILABLE, ended.stderr
    record = json.loads(ended.stdout)
    assert record["state"] == "unusable"
    assert said in record["reason"]


def test_nothing_that_is_damaged_makes_the_driver_fail(each: Worker) -> None:
    chance = random.Random(9580)  # noqa: S311
    times = 10 if each.description.name == GPGME else 100  # each of which starts gpg four times
    for _ in range(times):
        cert, mail, sig, text = (
            damaged(octets, chance)
            for octets in (ALICE_CERT.octets, ONE_PASS.message, signed().signature, ALLOWED.message)
        )
        for artifact in (
            Inline(message=mail),
            Detached(data=DATA, signature=sig),
            image_signature(text),
        ):
            each.ask(cert, artifact=artifact)
            assert each.ask(ALICE_CERT, artifact=artifact).native.verdict is not Verdict.ERROR


@pytest.mark.parametrize("name", ADAPTERS)
def test_the_adapter_check_finds_nothing(started: Callable[[str], Worker], name: str) -> None:
    started(name)
    command = [sys.executable, "-m", "harness", "adapter", "check", name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.skipif(shutil.which("go") is None, reason="needs go (see docs/backends.md)")
class TestReproduction:
    @pytest.mark.parametrize(
        ("artifact", "code", "said"),
        [
            (signed(), 0, "accepted, by {}"),
            (ALLOWED, 0, "allowed"),
            (
                image(TEXT, identities=[BOB.fingerprint]),
                1,
                "internal.InvalidSignatureError: signature by key ",
            ),
            (image(b"hello"), 1, "internal.InvalidSignatureError: invalid character"),
        ],
        ids=["detached", "image", "another key", "no JSON"],
    )
    def test_it_shows_what_the_native_verdict_says(
        self, each: Worker, tmp_path: Path, artifact: Artifact, code: int, said: str
    ) -> None:
        ended = reproduced(each.description.name, tmp_path, artifact)
        assert ended.returncode == code, ended.stderr
        by = named(each).signing or ALICE.fingerprint
        assert said.format(by) in ended.stdout + ended.stderr

    @pytest.mark.parametrize("name", [GPGME, SEQUOIA])
    def test_at_the_reference_time(
        self, started: Callable[[str], Worker], name: str, tmp_path: Path
    ) -> None:
        started(name)
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        assert reproduced(name, tmp_path, artifact).returncode == 0
        assert reproduced(name, tmp_path, artifact, at=EPOCH + 2 * DAY).returncode == 1


def reproduced(
    name: str, folder: Path, artifact: Artifact, at: Any = EPOCH
) -> subprocess.CompletedProcess[str]:
    parts = ("data", "signature", "message", "manifest")
    files: dict[str, Any] = {part: part for part in parts if hasattr(artifact, part)}
    for part in files:
        (folder / part).write_bytes(getattr(artifact, part))
    (folder / "alice.pgp").write_bytes(ALICE_CERT.octets)
    asked = artifact if isinstance(artifact, SimpleSigning) else None
    snippet = ADAPTERS[name].reproduce(
        Exported(
            certificates=("alice.pgp",),
            at=at,
            format=artifact.format,
            reference=asked.reference if asked else None,
            identities=asked.identities if asked else (),
            **files,
        )
    )
    assert snippet.suffix == ".py"
    script = folder / "reproduce.py"
    script.write_text(snippet.text)
    place = folder / "tmp"
    place.mkdir(exist_ok=True)
    ended = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(place)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert list(place.iterdir()) == []  # nor a gpg-agent, which ends with its directory
    return ended
