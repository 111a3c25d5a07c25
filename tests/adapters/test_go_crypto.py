"""go-crypto 1.5.2 and golang.org/x/crypto/openpgp 0.41.0, asked through the driver that was built.

The driver knows nothing of libfaketime: the reference time is an option of go-crypto's, and
x-crypto has none.
"""

import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backends import drivers
from backends.go_crypto import GoCrypto, XCrypto
from harness import launch
from harness.artifact import Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, Exported, Unavailable
from harness.launch import Launch
from harness.openpgp.names import HashAlgorithm, KeyFlag, PublicKeyAlgorithm, SignatureType
from harness.openpgp.signatures import Signature
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import AcceptedKey, ErrorClass, Verdict
from harness.vector import Outcome, Vector
from tests.adapters.asking import OPENPGP_PROBES, Worker, damaged, worker
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB_CERT,
    BOB_SIGNING,
    BY_ALICE,
    BY_BOB,
    DATA,
    EXPIRES,
    EXPIRING,
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
    BackSignature,
    Binding,
    Certificate,
    Revocation,
    SelfSignature,
    UserId,
    certificate,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, EPOCH, SECOND, day

ADAPTERS = {"go-crypto": GoCrypto, "x-crypto": XCrypto}
PRESENCE = GoCrypto.presence()
_OTHER = XCrypto.presence()
_ABSENT = next((each for each in (PRESENCE, _OTHER) if isinstance(each, Unavailable)), None)
needs_them = pytest.mark.skipif(
    _ABSENT is not None, reason=f"{_ABSENT.reason}: {_ABSENT.install}" if _ABSENT else ""
)

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)
UNKNOWN = subpackets.critical(Subpacket(63, b"x"))
NOTATION = subpackets.critical(subpackets.notation("unknown@example.org", "x"))
SOFT_FROM = day(2024, 4, 1)  # after the signatures
SOFT = Revocation(reason=1, text="superseded", created=SOFT_FROM)

PASSED_OVER = {
    ErrorClass.MALFORMED,
    ErrorClass.NO_SIGNATURE,
    ErrorClass.POLICY_OTHER,
    ErrorClass.UNKNOWN_CRITICAL,
    ErrorClass.UNSUPPORTED,
    ErrorClass.WEAK_HASH,
}
"""What is left where it has read no signature."""


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("go-crypto", tmp_path_factory.mktemp("go")) as running:
        yield running


@pytest.fixture(scope="module")
def x(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("x-crypto", tmp_path_factory.mktemp("x")) as running:
        yield running


@pytest.fixture(params=list(ADAPTERS))
def either(request: pytest.FixtureRequest) -> Worker:
    running = request.getfixturevalue({"go-crypto": "go", "x-crypto": "x"}[request.param])
    assert isinstance(running, Worker)
    return running


@needs_them
@pytest.mark.parametrize("name", ADAPTERS)
def test_it_is_started_from_the_cache_with_its_name(name: str) -> None:
    found = launch.find(name)
    assert isinstance(found, Launch)
    assert found.command == (str(drivers.folder_of(drivers.DRIVERS[name]) / "driver"), name)


@needs_them
class TestDriver:
    def start(self, *lines: object, name: str = "go-crypto") -> list[dict[str, object]]:
        ended = subprocess.run(
            [GoCrypto.command()[0], name],
            input="".join(f"{json.dumps(line)}\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def test_it_ends_with_its_input(self) -> None:
        assert self.start() == []

    def test_it_refuses_another_protocol(self) -> None:
        (said,) = self.start({"type": "hello", "protocol": 2, "profile": "stock", "workdir": "/"})
        assert said["type"] == "unusable"

    def test_it_says_when_it_fails_itself_and_goes_on(self) -> None:
        question = {"type": "question", "artifact": {"format": "inline", "message": ""}}
        said = self.start(
            question | {"id": 1, "certificates": 5},
            question | {"id": 2, "certificates": [], "at": "2024-06-01T00:00:00Z"},
            {"type": "bye"},
        )
        assert [(line["type"], line["id"]) for line in said] == [("failed", 1), ("answer", 2)]

    def test_it_answers_for_nobody_else(self) -> None:
        with pytest.raises(subprocess.CalledProcessError) as caught:
            self.start(name="z-crypto")
        assert "usage: " in caught.value.stderr


@needs_them
def test_they_say_what_is_inside(go: Worker, x: Worker) -> None:
    assert (go.description.name, go.description.version) == ("go-crypto", "1.5.2")
    assert go.description.components.keys() >= {"Go", "golang.org/x/crypto"}
    assert go.description.capabilities.clock is Clock.NATIVE
    assert (x.description.name, x.description.version) == ("x-crypto", "0.41.0")
    assert x.description.capabilities.clock is Clock.NONE


@needs_them
@pytest.mark.parametrize(
    "vector",
    # It accepts what was signed before the key expired.
    [vector for vector in OPENPGP_PROBES if vector.id != "probe/clock-key-after"],
    ids=lambda vector: vector.id,
)
def test_go_crypto_passes_the_probes(go: Worker, vector: Vector) -> None:
    answer = go.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes >= set(vector.expectation.classes)


@needs_them
class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_both_fingerprints_are_reported(self, either: Worker, armored: bool) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = either.alone(file, artifact=detached(DATA, GOOD, armored=armored))
        assert result.key == BY_ALICE

    @pytest.mark.parametrize(
        "message",
        [
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
            detached(b"", sign(b"", ALICE_SIGNING)),
        ],
        ids=["one-pass", "cleartext", "empty"],
    )
    def test_messages(self, either: Worker, message: Artifact) -> None:
        assert either.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    def test_a_signature_before_the_message_is_not_seen_by_x_crypto(
        self, go: Worker, x: Worker
    ) -> None:
        message = inline(prefixed_message(DATA, GOOD))
        assert go.alone(ALICE_CERT, artifact=message).key == BY_ALICE
        result = x.alone(ALICE_CERT, artifact=message)
        assert result.verdict is Verdict.REJECTED
        assert result.classes == PASSED_OVER

    def test_version_6_is_known_to_go_crypto_only(self, go: Worker, x: Worker) -> None:
        key = Key("ed25519-primary", PublicKeyAlgorithm.ED25519, version=6)
        cert = certificate(key, user_ids=[], direct=[SelfSignature(flags=SIGNS)])
        result = go.alone(cert, artifact=signed(by=key))
        assert result.key == AcceptedKey(signing=key.fingerprint, primary=key.fingerprint)
        assert x.alone(cert, artifact=signed(by=key)).verdict is Verdict.UNSUPPORTED

    @pytest.mark.parametrize(
        "files",
        [
            (BOB_CERT.octets, ALICE_CERT.octets),
            (BOB_CERT.octets + ALICE_CERT.octets,),
            (BOB_CERT.armored + ALICE_CERT.armored,),
        ],
        ids=["files", "keyring", "armor blocks"],
    )
    def test_every_certificate_of_every_file_counts(
        self, either: Worker, files: tuple[bytes, ...]
    ) -> None:
        assert either.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_file_is_remembered_and_spoils_no_other(self, either: Worker) -> None:
        result = either.alone(b"nonsense", ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert result.evidence.status[0].startswith("certificate refused: errors.StructuralError: ")

    def test_of_several_copies_the_first_counts_for_go_crypto_and_any_good_one_for_x_crypto(
        self, go: Worker, x: Worker
    ) -> None:
        revoked = alice(revocations=(REVOKED,))
        assert go.alone(ALICE_CERT, revoked, artifact=signed()).key == BY_ALICE
        assert go.alone(revoked, ALICE_CERT, artifact=signed()).classes == {ErrorClass.KEY_REVOKED}
        assert x.alone(revoked, ALICE_CERT, artifact=signed()).key == BY_ALICE


@needs_them
class TestSeveralSignatures:
    """Each is reported alone; natively a good one suffices, or the first by a known key decides."""

    @pytest.mark.parametrize(
        ("signatures", "by_go", "by_x"),
        [
            ((GOOD, BAD), True, True),
            ((BAD, GOOD), True, False),
            ((BOBS, GOOD), True, True),
            ((BAD, BOBS), False, False),
        ],
        ids=["good, bad", "bad, good", "unknown, good", "bad, unknown"],
    )
    def test_detached(
        self,
        go: Worker,
        x: Worker,
        signatures: tuple[Signature, ...],
        by_go: bool,
        by_x: bool,
    ) -> None:
        artifact = detached(DATA, *signatures)
        for running, good in ((go, by_go), (x, by_x)):
            answer = running.ask(ALICE_CERT, artifact=artifact)
            verdicts = [result.verdict for result in answer.signatures]
            wanted = [Verdict.ACCEPTED if one is GOOD else Verdict.REJECTED for one in signatures]
            assert verdicts == wanted
            assert answer.native.keys == ((BY_ALICE,) if good else ())

    def test_the_first_good_one_is_named(self, go: Worker) -> None:
        answer = go.ask(ALICE_CERT, BOB_CERT, artifact=detached(DATA, BOBS, GOOD))
        assert [result.key for result in answer.signatures] == [BY_BOB, BY_ALICE]
        assert answer.native.keys == (BY_BOB,)

    def test_inline(self, go: Worker, x: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BAD, ALICE_SIGNING)))
        answer = go.ask(ALICE_CERT, artifact=message)
        assert {result.verdict for result in answer.signatures} == {
            Verdict.ACCEPTED,
            Verdict.REJECTED,
        }
        assert answer.native.verdict is Verdict.ACCEPTED
        answer = x.ask(ALICE_CERT, artifact=message)
        assert answer.native.evidence.message == "openpgp: unsupported feature: nested signatures"


CLASSES = [
    ("bad", ALICE_CERT, detached(DATA, BAD), {ErrorClass.BAD_SIGNATURE}),
    (
        "other data",
        ALICE_CERT,
        Detached(data=b"other", signature=signed().signature),
        {ErrorClass.BAD_SIGNATURE},
    ),
    ("missing key", BOB_CERT, signed(), {ErrorClass.MISSING_KEY}),
    (
        "expired",
        ALICE_CERT,
        signed(Made(expires_after=DAY)),
        {ErrorClass.SIGNATURE_EXPIRED},
    ),
    (
        "of the future",
        ALICE_CERT,
        signed(Made(created=EPOCH + DAY)),
        {ErrorClass.SIGNATURE_NOT_YET_VALID},
    ),
    ("SHA-1", ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1)), {ErrorClass.WEAK_HASH}),
    ("MD5", ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5)), PASSED_OVER),
    (
        "critical notation",
        ALICE_CERT,
        signed(Made(hashed=(NOTATION,))),
        {ErrorClass.UNKNOWN_CRITICAL},
    ),
    ("critical subpacket", ALICE_CERT, signed(Made(hashed=(UNKNOWN,))), PASSED_OVER),
    ("version 3", ALICE_CERT, signed(Made(version=3)), PASSED_OVER),
    (
        "another type",
        ALICE_CERT,
        signed(kind=SignatureType.GENERIC_CERTIFICATION),
        {ErrorClass.UNSUPPORTED},
    ),
    (
        "RSA-1024",
        lone(Key("rsa1024"), SelfSignature(flags=SIGNS)),
        signed(by=Key("rsa1024")),
        {ErrorClass.WEAK_KEY},
    ),
    (
        "certify only",
        lone(ALICE, SelfSignature(flags=KeyFlag.CERTIFY)),
        signed(by=ALICE),
        {ErrorClass.WRONG_KEY_USAGE},
    ),
    (
        "no flags",
        lone(ALICE, SelfSignature(flags=None)),
        signed(by=ALICE),
        {ErrorClass.WRONG_KEY_USAGE},
    ),
    ("primary key revoked", alice(revocations=(REVOKED,)), signed(), {ErrorClass.KEY_REVOKED}),
    ("subkey revoked", alice(Binding(), REVOKED), signed(), {ErrorClass.KEY_REVOKED}),
    (
        "key expired before",
        lone(ALICE, EXPIRING),
        signed(Made(created=EXPIRES + DAY), by=ALICE),
        {ErrorClass.KEY_EXPIRED},
    ),
    (
        "key newer",
        ALICE_CERT,
        signed(Made(created=day(2019, 1, 1))),
        {ErrorClass.KEY_NEWER_THAN_SIGNATURE},
    ),
    ("no back-signature", alice(Binding(back=None)), signed(), {ErrorClass.UNBOUND_KEY}),
    (
        "bad back-signature",
        alice(Binding(back=BackSignature(damaged=True))),
        signed(),
        {ErrorClass.UNBOUND_KEY},
    ),
    ("bad binding", alice(Binding(damaged=True)), signed(), {ErrorClass.UNBOUND_KEY}),
    (
        "binding with MD5",
        alice(Binding(hash=HashAlgorithm.MD5)),
        signed(),
        {
            ErrorClass.UNBOUND_KEY,
            ErrorClass.WEAK_HASH,
            ErrorClass.UNKNOWN_CRITICAL,
            ErrorClass.UNSUPPORTED,
            ErrorClass.MALFORMED,
        },
    ),
    (
        "binding with a critical notation",
        alice(Binding(hashed=(NOTATION,))),
        signed(),
        {ErrorClass.UNBOUND_KEY, ErrorClass.UNKNOWN_CRITICAL},
    ),
    (
        "binding expired before",
        alice(Binding(expires_after=DAY)),
        signed(),
        {ErrorClass.UNBOUND_KEY, ErrorClass.KEY_EXPIRED, ErrorClass.SIGNATURE_EXPIRED},
    ),
    (
        "bad self-signature",
        lone(ALICE, SelfSignature(flags=SIGNS, damaged=True)),
        signed(by=ALICE),
        {ErrorClass.UNBOUND_KEY},
    ),
    ("unsigned", ALICE_CERT, inline([literal(DATA)]), PASSED_OVER),
]


@needs_them
class TestRefusalByGoCrypto:
    @pytest.mark.parametrize(
        ("cert", "artifact", "classes"),
        [pytest.param(*rest, id=name) for name, *rest in CLASSES],
    )
    def test_the_error_tells_why(
        self, go: Worker, cert: Certificate, artifact: Artifact, classes: set[ErrorClass]
    ) -> None:
        result = go.alone(cert, artifact=artifact)
        assert result.classes == classes
        assert result.evidence.exception
        assert result.evidence.message

    def test_a_soft_revocation_leaves_what_was_signed_before(self, go: Worker) -> None:
        later = signed(Made(created=SOFT_FROM + DAY))
        for revoked in (alice(Binding(), SOFT), alice(revocations=(SOFT,))):
            assert go.alone(revoked, artifact=signed()).key == BY_ALICE
            assert go.alone(revoked, artifact=later).classes == {ErrorClass.KEY_REVOKED}

    def test_of_equal_user_ids_a_random_one_limits_the_key(self, either: Worker) -> None:
        flags = (SIGNS, KeyFlag.CERTIFY)
        ids = [UserId(str(each), (SelfSignature(flags=each),)) for each in flags]
        cert = certificate(ALICE, user_ids=ids)
        # One of the two comes about one time in six: that 200 are the same will not happen.
        results = [either.alone(cert, artifact=signed(by=ALICE)) for _ in range(200)]
        assert {result.verdict for result in results} == {Verdict.ACCEPTED, Verdict.REJECTED}
        classes = {result.classes for result in results}
        assert classes == {frozenset(), frozenset({ErrorClass.WRONG_KEY_USAGE})}


@needs_them
class TestRefusalByXCrypto:
    @pytest.mark.parametrize(
        ("cert", "artifact", "classes"),
        [
            (ALICE_CERT, detached(DATA, BAD), {ErrorClass.BAD_SIGNATURE}),
            (BOB_CERT, signed(), {ErrorClass.MISSING_KEY}),
            (
                ALICE_CERT,
                signed(Made(hashed=(UNKNOWN,))),
                {ErrorClass.UNKNOWN_CRITICAL, ErrorClass.UNSUPPORTED},
            ),
            (alice(revocations=(REVOKED,)), signed(), {ErrorClass.KEY_REVOKED}),
            (alice(Binding(), SOFT), signed(), {ErrorClass.KEY_REVOKED}),
            (
                lone(ALICE, SelfSignature(flags=KeyFlag.CERTIFY)),
                signed(by=ALICE),
                {ErrorClass.WRONG_KEY_USAGE},
            ),
            (
                alice(Binding(back=None)),
                signed(),
                {
                    ErrorClass.MISSING_KEY,
                    ErrorClass.UNBOUND_KEY,
                    ErrorClass.WEAK_HASH,
                    ErrorClass.UNSUPPORTED,
                    ErrorClass.MALFORMED,
                },
            ),
            (ALICE_CERT, inline([literal(DATA)]), PASSED_OVER),
        ],
        ids=[
            "bad",
            "missing key",
            "critical subpacket",
            "primary key revoked",
            "subkey revoked later",
            "certify only",
            "no back-signature",
            "unsigned",
        ],
    )
    def test_the_error_tells_why(
        self, x: Worker, cert: Certificate, artifact: Artifact, classes: set[ErrorClass]
    ) -> None:
        assert x.alone(cert, artifact=artifact).classes == classes

    @pytest.mark.parametrize(
        ("cert", "artifact"),
        [
            (ALICE_CERT, signed(Made(expires_after=DAY))),
            (ALICE_CERT, signed(Made(created=EPOCH + DAY))),
            (ALICE_CERT, signed(Made(created=day(2019, 1, 1)))),
            (lone(ALICE, EXPIRING), signed(Made(created=EXPIRES + DAY), by=ALICE)),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5))),
            (lone(Key("rsa1024"), SelfSignature(flags=SIGNS)), signed(by=Key("rsa1024"))),
            (ALICE_CERT, signed(Made(version=3))),
        ],
        ids=["expired", "future", "older than key", "key expired", "MD5", "RSA-1024", "version 3"],
    )
    def test_it_looks_at_no_time_and_no_weakness(
        self, x: Worker, cert: Certificate, artifact: Artifact
    ) -> None:
        assert x.alone(cert, artifact=artifact).verdict is Verdict.ACCEPTED

    def test_a_revoked_key_is_one_that_it_has_not_got(self, x: Worker) -> None:
        result = x.alone(alice(revocations=(REVOKED,)), artifact=signed())
        assert result.evidence.exception == "errors.unknownIssuerError"

    def test_where_there_is_no_error_what_it_returns_is_said(self, x: Worker) -> None:
        for cert, message, said in (
            (BOB_CERT, one_pass_message(DATA, (GOOD, ALICE_SIGNING)), "SignedBy is nil"),
            (ALICE_CERT, [literal(DATA)], "IsSigned is false"),
        ):
            result = x.alone(cert, artifact=inline(message))
            assert result.evidence.exception == f"ReadMessage: {said}"

    def test_the_key_that_it_has_used_is_named(self, x: Worker) -> None:
        artifact = detached(DATA, sign(DATA, ALICE), GOOD)  # the first may not sign: passed over
        assert x.ask(ALICE_CERT, artifact=artifact).native.keys == (BY_ALICE,)

    def test_the_reasons_of_all_issuers_are_joined(self, x: Worker) -> None:
        artifact = detached(DATA, sign(DATA, ALICE), BOBS)
        classes = x.ask(ALICE_CERT, artifact=artifact).native.classes
        assert classes == {ErrorClass.WRONG_KEY_USAGE, ErrorClass.MISSING_KEY}

    def test_armor_that_breaks_off_after_a_signature_is_malformed(self, x: Worker) -> None:
        whole = detached(DATA, BOBS, armored=True).signature
        start, end = whole.rsplit(b"\n=", 1)
        artifact = Detached(data=DATA, signature=start + b"\n=AAAA" + end[4:])
        result = x.ask(ALICE_CERT, artifact=artifact).native
        assert ErrorClass.MALFORMED in result.classes


@needs_them
@pytest.mark.parametrize(
    "artifact",
    [
        Detached(data=DATA, signature=b""),
        Detached(data=DATA, signature=b"garbage"),
        Detached(data=DATA, signature=ALICE_CERT.armored),
        Detached(data=DATA, signature=signed().signature[:50]),
        Inline(message=b"hello"),
        Inline(message=b""),
        Cleartext(message=b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n"),
    ],
    ids=["empty", "garbage", "certificate", "cut off", "no message", "nothing", "no block"],
)
def test_what_they_cannot_read_is_malformed(either: Worker, artifact: Artifact) -> None:
    result = either.alone(ALICE_CERT, artifact=artifact)
    assert result.verdict is Verdict.REJECTED
    assert ErrorClass.MALFORMED in result.classes


@needs_them
class TestReferenceTime:
    def test_the_life_of_a_signature_is_measured_to_the_second(self, go: Worker) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        verdicts = [
            go.alone(ALICE_CERT, artifact=artifact, at=at).verdict
            for at in (EPOCH + DAY, EPOCH + DAY + SECOND, EPOCH - SECOND, EPOCH)
        ]
        yes, no = Verdict.ACCEPTED, Verdict.REJECTED
        assert verdicts == [yes, no, no, yes]  # it holds for its last second, too

    def test_a_key_is_judged_as_of_the_signature(self, go: Worker) -> None:
        cert = lone(ALICE, EXPIRING)
        assert go.alone(cert, artifact=signed(by=ALICE), at=EXPIRES + DAY).key is not None

    def test_x_crypto_has_none(self, x: Worker) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        for at in (EPOCH - DAY, EPOCH, EPOCH + 2 * DAY):
            assert x.alone(ALICE_CERT, artifact=artifact, at=at).key == BY_ALICE


@needs_them
def test_nothing_that_is_damaged_makes_the_driver_fail(either: Worker) -> None:
    chance = random.Random(9580)  # noqa: S311
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    for _ in range(100):
        cert, mail, sig = (
            damaged(octets, chance) for octets in (ALICE_CERT.octets, message, signed().signature)
        )
        for artifact in (Inline(message=mail), Detached(data=DATA, signature=sig)):
            either.ask(cert, artifact=artifact)


@needs_them
@pytest.mark.skipif(shutil.which("go") is None, reason="needs go (apt-get install golang-go)")
class TestReproduction:
    @pytest.mark.parametrize(
        ("name", "artifact", "at", "code", "said"),
        [
            ("go-crypto", signed(), EPOCH, 0, f"certificate {ALICE.fingerprint}"),
            (
                "go-crypto",
                signed(),
                day(2024, 2, 1),
                1,
                "errors.signatureExpiredError: openpgp: signature expired",
            ),
            (
                "go-crypto",
                inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
                EPOCH,
                0,
                f"certificate {ALICE.fingerprint}",
            ),
            (
                "x-crypto",
                cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
                EPOCH,
                0,
                f"certificate {ALICE.fingerprint}",
            ),
            ("x-crypto", detached(DATA, BAD), EPOCH, 1, "RSA verification failure"),
            ("x-crypto", inline([literal(DATA)]), EPOCH, 1, "not signed"),
        ],
        ids=["detached", "reference time", "inline", "cleartext", "bad", "unsigned"],
    )
    def test_it_shows_what_the_native_verdict_says(
        self, tmp_path: Path, name: str, artifact: Artifact, at: datetime, code: int, said: str
    ) -> None:
        parts = {"data": "d", "signature": "s", "message": "m"}
        files: dict[str, Any] = {
            part: file for part, file in parts.items() if hasattr(artifact, part)
        }
        for part, file in files.items():
            (tmp_path / file).write_bytes(getattr(artifact, part))
        (tmp_path / "alice.pgp").write_bytes(ALICE_CERT.octets)
        snippet = ADAPTERS[name].reproduce(
            Exported(certificates=("alice.pgp",), at=at, format=artifact.format, **files)
        )
        assert snippet.suffix == ".sh"
        (tmp_path / "reproduce.sh").write_text(snippet.text)
        shell = shutil.which("sh")
        assert shell is not None
        ended = subprocess.run(
            [shell, "reproduce.sh"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert re.search(re.escape(said), ended.stdout + ended.stderr), ended.stderr
        assert ended.returncode == code
