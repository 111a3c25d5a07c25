"""rPGP, asked through a worker. Measured with rpgp-py 0.20.0 (rPGP 0.20.0)."""

import importlib.metadata
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

try:
    importlib.metadata.version("rpgp-py")
except importlib.metadata.PackageNotFoundError:
    pytest.skip("needs rPGP (pip install rpgp-py)", allow_module_level=True)

from backends.rpgp import RPGP
from harness.artifact import Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, Present, Unavailable
from harness.openpgp.names import HashAlgorithm, PublicKeyAlgorithm, SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import write_signature
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import UNSPECIFIED, AcceptedKey, ErrorClass, Verdict
from harness.vector import Outcome, Vector
from tests.adapters.asking import OPENPGP_PROBES, Worker, damaged, reproduced, worker
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
    MALLORY,
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
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, EPOCH, KEYS_CREATED

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)

ELSEWHERE = {ErrorClass.MISSING_KEY, ErrorClass.UNBOUND_KEY}
ARITHMETIC = {ErrorClass.BAD_SIGNATURE, ErrorClass.UNBOUND_KEY}
UNKNOWN = subpackets.critical(Subpacket(63, b"x"))


@pytest.fixture(scope="module")
def rpgp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("rpgp", tmp_path_factory.mktemp("w")) as running:
        yield running


def test_it_is_present() -> None:
    assert RPGP.presence() == Present(version=importlib.metadata.version("rpgp-py"))


def test_where_it_is_absent_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backends.rpgp._PACKAGE", "rpgp-py-of-nobody")
    absence = RPGP.presence()
    assert isinstance(absence, Unavailable)
    assert absence.reason.endswith("is not installed")
    assert absence.install.startswith("pip install rpgp-py")


def test_it_says_what_is_inside_and_what_it_does_not_look_at(rpgp: Worker) -> None:
    description = rpgp.description
    assert description.version == importlib.metadata.version("rpgp-py")
    assert description.components["rPGP"].split(".")[0].isdigit()
    assert description.capabilities.clock is Clock.NONE
    assert description.notes[0].startswith("crypto and binding only")
    assert "inferred from the issuer" in description.notes[1]


@pytest.mark.parametrize(
    "vector",
    [vector for vector in OPENPGP_PROBES if not vector.time_dependent],
    ids=lambda vector: vector.id,
)
def test_it_passes_the_probes(rpgp: Worker, vector: Vector) -> None:
    answer = rpgp.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes >= set(vector.expectation.classes)


class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_the_primary_key_is_the_certificates_and_the_signing_key_the_issuer(
        self, rpgp: Worker, armored: bool
    ) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = rpgp.alone(file, artifact=detached(DATA, GOOD, armored=armored))
        assert result.key == BY_ALICE

    @pytest.mark.parametrize(
        "message",
        [
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
            inline(prefixed_message(DATA, GOOD)),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
        ],
        ids=["one-pass", "prefixed", "cleartext"],
    )
    def test_messages(self, rpgp: Worker, message: Artifact) -> None:
        assert rpgp.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    def test_version_6(self, rpgp: Worker) -> None:
        key = Key("ed25519-primary", PublicKeyAlgorithm.ED25519, version=6)
        result = rpgp.alone(lone(key, SelfSignature(flags=SIGNS)), artifact=signed(by=key))
        assert result.key == AcceptedKey(signing=key.fingerprint, primary=key.fingerprint)

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
        self, rpgp: Worker, files: tuple[bytes, ...]
    ) -> None:
        assert rpgp.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_certificate_is_remembered_and_spoils_nothing(self, rpgp: Worker) -> None:
        broken = write_packets((Packet(Tag.PUBLIC_KEY, b"\x04"), *BOB_CERT.packets[1:]))
        result = rpgp.alone(b"nonsense", broken + ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert [line.split(":")[0] for line in result.evidence.status] == [
            "certificate refused",
            "certificate refused",
        ]

    def test_of_several_names_the_fingerprint_counts(self, rpgp: Worker) -> None:
        artifact = signed(Made(issuer_key_id=ALICE))
        assert rpgp.alone(ALICE_CERT, artifact=artifact).key == BY_ALICE

    def test_a_signature_that_names_nobody_is_tried_with_the_primary_key(
        self, rpgp: Worker
    ) -> None:
        made = Made(issuer_key_id=None, issuer_fingerprint=None)
        cert = lone(ALICE, SelfSignature(flags=SIGNS))
        result = rpgp.alone(cert, artifact=signed(made, by=ALICE))
        assert result.key == AcceptedKey(primary=ALICE.fingerprint)


class TestSeveralSignatures:
    """Each is reported alone; the native verdict depends on the format."""

    def test_detached_the_first_alone_decides(self, rpgp: Worker) -> None:
        answer = rpgp.ask(ALICE_CERT, artifact=detached(DATA, GOOD, BAD))
        assert [s.verdict for s in answer.signatures] == [Verdict.ACCEPTED, Verdict.REJECTED]
        assert answer.native.verdict is Verdict.ACCEPTED
        answer = rpgp.ask(ALICE_CERT, artifact=detached(DATA, BOBS, GOOD))
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.classes == ELSEWHERE

    def test_inline_too(self, rpgp: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BAD, ALICE_SIGNING)))
        answer = rpgp.ask(ALICE_CERT, artifact=message)
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.keys == (BY_ALICE,)

    def test_cleartext_any_good_one_suffices(self, rpgp: Worker) -> None:
        both = [sign_cleartext(DATA, key) for key in (BOB_SIGNING, ALICE_SIGNING)]
        answer = rpgp.ask(ALICE_CERT, artifact=cleartext(DATA, *both))
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.keys == (BY_ALICE,)
        answer = rpgp.ask(BOB_CERT, artifact=cleartext(DATA, *both))
        assert answer.native.keys == (BY_BOB,)


class TestRefusal:
    @pytest.mark.parametrize(
        ("cert", "artifact", "classes"),
        [
            (ALICE_CERT, detached(DATA, BAD), ARITHMETIC),
            (
                ALICE_CERT,
                Detached(data=b"other", signature=signed().signature),
                {ErrorClass.BAD_SIGNATURE},
            ),
            (BOB_CERT, signed(), ELSEWHERE),
            (Certificate(ALICE, ALICE_CERT.packets[:-1]), signed(), ELSEWHERE),
            (ALICE_CERT, signed(Made(issuer_fingerprint=None)), ELSEWHERE),
            (ALICE_CERT, inline([literal(DATA)]), {ErrorClass.NO_SIGNATURE}),
            (ALICE_CERT, signed(Made(hashed=(UNKNOWN,))), {ErrorClass.UNKNOWN_CRITICAL}),
            (alice(Binding(back=None)), signed(), {ErrorClass.UNBOUND_KEY}),
            (alice(Binding(back=BackSignature(damaged=True))), signed(), ARITHMETIC),
            (alice(Binding(damaged=True)), signed(), ARITHMETIC),
        ],
        ids=[
            "bad",
            "other data",
            "missing key",
            "no binding",
            "key ID of a subkey",
            "unsigned",
            "critical subpacket",
            "no back-signature",
            "bad back-signature",
            "bad binding",
        ],
    )
    def test_reasons_it_tells(
        self, rpgp: Worker, cert: Certificate, artifact: Artifact, classes: set[ErrorClass]
    ) -> None:
        result = rpgp.alone(cert, artifact=artifact)
        assert result.classes == classes
        assert result.evidence.exception == "openpgp.errors.Error"
        assert result.evidence.message.split(":")[0] in ("MESSAGE", "BINDING", "CRYPTO")

    def test_what_other_certificates_say_does_not_matter(self, rpgp: Worker) -> None:
        result = rpgp.alone(BOB_CERT, alice(Binding(back=None)), artifact=signed())
        assert result.classes == {ErrorClass.UNBOUND_KEY}

    def test_without_certificates_the_key_is_missing(self, rpgp: Worker) -> None:
        seen = rpgp.alone(artifact=signed())
        assert seen.classes == {ErrorClass.MISSING_KEY}
        assert seen.evidence.message == "no certificate to ask"

    def test_a_type_of_signature_that_it_says_it_cannot_judge(self, rpgp: Worker) -> None:
        artifact = signed(kind=SignatureType.GENERIC_CERTIFICATION)
        assert rpgp.alone(ALICE_CERT, artifact=artifact).verdict is Verdict.UNSUPPORTED

    @pytest.mark.parametrize(
        "artifact",
        [
            Detached(data=DATA, signature=b""),
            Detached(data=DATA, signature=b"garbage"),
            Detached(data=DATA, signature=ALICE_CERT.octets),
            Detached(data=DATA, signature=b"-----BEGIN PGP SIGNATURE-----\n\n\xff\n"),
            Detached(data=DATA, signature=signed().signature[:50]),
            Inline(message=b"hello"),
            Cleartext(message=b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n"),
        ],
        ids=["empty", "garbage", "certificate", "not text", "cut off", "no message", "no block"],
    )
    def test_what_it_cannot_read(self, rpgp: Worker, artifact: Artifact) -> None:
        result = rpgp.alone(ALICE_CERT, artifact=artifact)
        assert result.verdict is Verdict.REJECTED
        assert {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE} <= result.classes

    def test_a_cleartext_that_is_not_utf8_cannot_be_put_to_it(self, rpgp: Worker) -> None:
        text = "grün\n".encode("latin-1")
        result = rpgp.alone(
            ALICE_CERT, artifact=cleartext(text, sign_cleartext(text, ALICE_SIGNING))
        )
        assert result.verdict is Verdict.ERROR
        assert result.evidence.exception == "builtins.UnicodeDecodeError"

    def test_a_version_3_signature_is_accepted_detached_but_not_inline(self, rpgp: Worker) -> None:
        made = Made(version=3)
        assert (
            rpgp.alone(
                lone(ALICE, SelfSignature(flags=SIGNS)), artifact=signed(made, by=ALICE)
            ).verdict
            is Verdict.ACCEPTED
        )
        message = inline(one_pass_message(DATA, (sign(DATA, ALICE_SIGNING, made), ALICE_SIGNING)))
        result = rpgp.alone(ALICE_CERT, artifact=message)
        assert result.classes == UNSPECIFIED
        assert result.evidence.message == (
            "MESSAGE: cannot verify message before reading it to the end"
        )


class TestWhatItDoesNotCheck:
    @pytest.mark.parametrize(
        ("cert", "artifact"),
        [
            (alice(revocations=(REVOKED,)), signed()),
            (alice(Binding(), REVOKED), signed()),
            (lone(ALICE, SelfSignature()), signed(by=ALICE)),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5))),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1))),
            (ALICE_CERT, signed(Made(expires_after=DAY))),
            (ALICE_CERT, signed(Made(created=EPOCH + DAY))),
            (alice(Binding(key_expires_after=EXPIRES - KEYS_CREATED)), signed()),
        ],
        ids=[
            "primary key revoked",
            "subkey revoked",
            "key flags",
            "MD5",
            "SHA-1",
            "signature expired",
            "signature of the future",
            "subkey expired",
        ],
    )
    def test_it_accepts(self, rpgp: Worker, cert: Certificate, artifact: Artifact) -> None:
        assert rpgp.alone(cert, artifact=artifact).verdict is Verdict.ACCEPTED

    def test_a_strangers_revocation_makes_a_subkey_useless(self, rpgp: Worker) -> None:
        by_nobody = Revocation(reason=0, created=EXPIRES, damaged=True)
        cert = alice(Binding(), by_nobody)
        assert rpgp.alone(cert, artifact=signed()).verdict is Verdict.REJECTED

    def test_whoever_claims_a_subkey_without_a_back_signature_does_not_get_it(
        self, rpgp: Worker
    ) -> None:
        thief = certificate(
            MALLORY,
            user_ids=[UserId("Mallory")],
            subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))],
        )
        assert rpgp.alone(thief, ALICE_CERT, artifact=signed()).key == BY_ALICE


def test_nothing_that_is_damaged_makes_the_adapter_fail(tmp_path: Path) -> None:
    chance = random.Random(9580)  # noqa: S311
    adapter = RPGP(tmp_path)
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    for _ in range(300):
        cert, mail, sig = (
            damaged(octets, chance) for octets in (ALICE_CERT.octets, message, signed().signature)
        )
        keys = adapter.load((cert,), EPOCH)
        for artifact in (Inline(message=mail), Detached(data=DATA, signature=sig)):
            assert adapter.check(keys, artifact, EPOCH).signature.verdict is not Verdict.ERROR


def test_rust_backtrace_does_not_get_into_the_evidence(tmp_path: Path) -> None:
    cut = write_packets(
        [Packet(Tag.SIGNATURE, write_signature(sign(DATA, ALICE, Made(version=3)))[:9])]
    )
    with worker("rpgp", tmp_path, RUST_BACKTRACE="1") as talkative:
        result = talkative.alone(ALICE_CERT, artifact=Detached(data=DATA, signature=cut))
    assert "backtrace" not in result.evidence.message.lower()


class TestReproduction:
    @pytest.mark.parametrize(
        "artifact",
        [
            signed(),
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
        ],
        ids=lambda artifact: artifact.format,
    )
    def test_it_names_the_certificate_and_the_issuer(
        self, tmp_path: Path, artifact: Artifact
    ) -> None:
        ended = reproduced(RPGP, tmp_path, BOB_CERT, ALICE_CERT, artifact=artifact)
        assert f"accepted {BY_ALICE.primary} issuer {BY_ALICE.signing}\n" in ended.stdout
        assert ended.returncode == 0

    def test_it_shows_the_refusal(self, tmp_path: Path) -> None:
        ended = reproduced(RPGP, tmp_path, ALICE_CERT, artifact=detached(DATA, BAD))
        assert ended.stdout == "cert0.pgp: CRYPTO: signature error: verification error\n"
        assert ended.stderr == "rejected\n"
        assert ended.returncode == 1
