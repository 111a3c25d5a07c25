"""pysequoia, asked through a worker under libfaketime.

Measured with pysequoia 0.1.35 (sequoia-openpgp 2.4.1).
"""

import importlib.metadata
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pysequoia")

from backends.sequoia import Sequoia
from harness.artifact import Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, Present, Unavailable
from harness.openpgp.names import HashAlgorithm, SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import write_signature
from harness.outcomes import UNSPECIFIED, ErrorClass, Verdict
from harness.vector import Outcome, Vector
from tests.adapters.asking import OPENPGP_PROBES, ROOT, Worker, damaged, reproduced, worker
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB_CERT,
    BOB_SIGNING,
    BY_ALICE,
    BY_BOB,
    DATA,
    EXPIRING,
    MALLORY,
    REVOKED,
    SIGNS,
    alice,
    lone,
    signed,
)
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
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, EPOCH, SECOND, day

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)

ANY_BUT_LOOKUP = UNSPECIFIED - {ErrorClass.MISSING_KEY, ErrorClass.NO_SIGNATURE}
"""What is left of a bare "no" once it is known that there is a signature, and a key for it."""


@pytest.fixture(scope="module")
def sequoia(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("sequoia", tmp_path_factory.mktemp("w")) as running:
        yield running


def test_it_is_present() -> None:
    presence = Sequoia.presence()
    assert isinstance(presence, Present)
    assert presence.version == importlib.metadata.version("pysequoia")


def test_where_it_is_absent_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    absence = Sequoia.presence()
    assert isinstance(absence, Unavailable)
    assert absence.reason == "the Python package pysequoia is not installed"
    assert absence.install.startswith("pip install pysequoia")


def test_it_names_the_engine_inside(sequoia: Worker) -> None:
    description = sequoia.description
    assert description.components["sequoia-openpgp"].split(".")[0] in ("1", "2")
    assert description.components["crypto"] in ("RustCrypto", "Nettle", "OpenSSL", "Botan")
    assert description.capabilities.clock is Clock.LIBFAKETIME


def test_without_the_library_it_claims_no_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert Sequoia(tmp_path).describe().capabilities.clock is Clock.NONE


@pytest.mark.parametrize(
    "vector",
    # It accepts what was signed before the key expired.
    [vector for vector in OPENPGP_PROBES if vector.id != "probe/clock-key-after"],
    ids=lambda vector: vector.id,
)
def test_it_passes_the_probes(sequoia: Worker, vector: Vector) -> None:
    answer = sequoia.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes >= set(vector.expectation.classes)


class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_both_fingerprints_are_reported(self, sequoia: Worker, armored: bool) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = sequoia.alone(file, artifact=detached(DATA, GOOD, armored=armored))
        assert result.key == BY_ALICE

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
        self, sequoia: Worker, files: tuple[bytes, ...]
    ) -> None:
        assert sequoia.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_certificate_is_remembered_and_spoils_nothing(
        self, sequoia: Worker
    ) -> None:
        broken = write_packets((Packet(Tag.PUBLIC_KEY, b"\x04"), *BOB_CERT.packets[1:]))
        result = sequoia.alone(b"nonsense", broken + ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert result.evidence.status == ("certificate refused: unexpected EOF",) * 2

    def test_the_owner_of_a_subkey_is_found_behind_one_who_only_claims_it(
        self, sequoia: Worker
    ) -> None:
        thief = certificate(
            MALLORY,
            user_ids=[UserId("Mallory")],
            subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))],
        )
        assert sequoia.alone(thief, ALICE_CERT, artifact=signed()).key == BY_ALICE

    def test_copies_of_a_certificate_are_merged_so_that_a_revocation_in_one_counts(
        self, sequoia: Worker
    ) -> None:
        revoked = alice(revocations=(REVOKED,))
        for copies in ((ALICE_CERT, revoked), (revoked, ALICE_CERT)):
            assert sequoia.alone(*copies, artifact=signed()).verdict is Verdict.REJECTED


class TestSeveralSignatures:
    """Each is reported alone; the native verdict depends on the format."""

    def test_detached_the_first_alone_decides(self, sequoia: Worker) -> None:
        answer = sequoia.ask(ALICE_CERT, artifact=detached(DATA, GOOD, BAD))
        assert [s.verdict for s in answer.signatures] == [Verdict.ACCEPTED, Verdict.REJECTED]
        assert answer.native.verdict is Verdict.ACCEPTED
        answer = sequoia.ask(ALICE_CERT, artifact=detached(DATA, BAD, GOOD))
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.verdict is Verdict.REJECTED

    def test_inline_one_good_signature_suffices(self, sequoia: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BAD, ALICE_SIGNING)))
        answer = sequoia.ask(ALICE_CERT, artifact=message)
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.verdict is Verdict.ACCEPTED
        assert answer.native.keys == (BY_ALICE,)

    def test_cleartext_all_good_ones_are_reported(self, sequoia: Worker) -> None:
        both = [sign_cleartext(DATA, key) for key in (ALICE_SIGNING, BOB_SIGNING)]
        answer = sequoia.ask(ALICE_CERT, BOB_CERT, artifact=cleartext(DATA, *both))
        assert [s.key for s in answer.signatures] == [BY_ALICE, BY_BOB]
        assert answer.native.keys == (BY_ALICE, BY_BOB)


class TestRefusal:
    @pytest.mark.parametrize(
        ("certificate", "artifact"),
        [
            (ALICE_CERT, Detached(data=b"other", signature=signed().signature)),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5))),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1))),
            (ALICE_CERT, signed(Made(expires_after=DAY))),
            (ALICE_CERT, signed(Made(created=EPOCH + DAY))),
            (alice(revocations=(REVOKED,)), signed()),
            (alice(Binding(back=None)), signed()),
            (lone(ALICE, SelfSignature()), signed(by=ALICE)),
        ],
        ids=["data", "md5", "sha1", "expired", "future", "revoked", "no back-signature", "usage"],
    )
    def test_every_reason_has_the_same_text(
        self, sequoia: Worker, certificate: Certificate, artifact: Artifact
    ) -> None:
        result = sequoia.alone(certificate, artifact=artifact)
        assert result.classes == ANY_BUT_LOOKUP
        assert result.evidence.exception == "RuntimeError"
        assert result.evidence.message == (
            "Signature verification failed: no valid signatures found."
        )

    def test_asked_for_a_key_that_is_not_there(self, sequoia: Worker) -> None:
        result = sequoia.alone(BOB_CERT, artifact=signed())
        assert result.classes == {ErrorClass.MISSING_KEY}
        assert result.evidence.status == (f"asked for {ALICE_SIGNING.fingerprint.lower()}",)

    def test_asked_for_nobody_by_a_detached_signature(self, sequoia: Worker) -> None:
        anonymous = signed(Made(issuer_key_id=None, issuer_fingerprint=None))
        assert sequoia.alone(ALICE_CERT, artifact=anonymous).classes == {ErrorClass.MISSING_KEY}

    @pytest.mark.parametrize(
        "message",
        [
            inline([literal(DATA)]),
            inline([Packet(Tag.SIGNATURE, b"\x07" + write_signature(GOOD)[1:]), literal(DATA)]),
        ],
        ids=["unsigned", "unknown version"],
    )
    def test_asked_for_nobody_by_a_message(self, sequoia: Worker, message: Inline) -> None:
        classes = sequoia.alone(ALICE_CERT, artifact=message).classes
        assert classes == {
            ErrorClass.NO_SIGNATURE,
            ErrorClass.MISSING_KEY,
            ErrorClass.MALFORMED,
            ErrorClass.UNSUPPORTED,
        }

    @pytest.mark.parametrize(
        ("signature", "classes"),
        [
            (b"", {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
            (
                ALICE_CERT.octets,
                {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED},
            ),
            (b"garbage", {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED}),
            (signed().signature[:50], {ErrorClass.MALFORMED}),
            (signed(Made(version=3)).signature, {ErrorClass.POLICY_OTHER}),
        ],
        ids=["empty", "certificate", "garbage", "cut off", "version 3"],
    )
    def test_texts_of_parse_errors_narrow(
        self, sequoia: Worker, signature: bytes, classes: set[ErrorClass]
    ) -> None:
        artifact = Detached(data=DATA, signature=signature)
        assert sequoia.alone(ALICE_CERT, artifact=artifact).classes == classes

    def test_a_text_without_signature_block(self, sequoia: Worker) -> None:
        text = Cleartext(message=b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n")
        classes = sequoia.alone(ALICE_CERT, artifact=text).classes
        assert classes == {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED}


class TestPeculiarities:
    def test_a_version_3_signature_is_refused_detached_and_accepted_inline(
        self, sequoia: Worker
    ) -> None:
        made = Made(version=3)
        assert sequoia.alone(ALICE_CERT, artifact=signed(made)).verdict is Verdict.REJECTED
        message = inline(one_pass_message(DATA, (sign(DATA, ALICE_SIGNING, made), ALICE_SIGNING)))
        assert sequoia.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    def test_a_signature_in_front_of_its_data_is_refused(self, sequoia: Worker) -> None:
        message = inline(prefixed_message(DATA, GOOD))
        assert sequoia.alone(ALICE_CERT, artifact=message).classes == ANY_BUT_LOOKUP

    def test_a_lone_carriage_return_ends_a_line_of_text(self, sequoia: Worker) -> None:
        data = b"a\rb\n"
        text = detached(data, sign(data, ALICE_SIGNING, kind=SignatureType.TEXT))
        assert sequoia.alone(ALICE_CERT, artifact=text).verdict is Verdict.REJECTED


class TestReferenceTime:
    def test_it_moves_the_cutoff_for_sha1_in_self_signatures(self, sequoia: Worker) -> None:
        cert = lone(ALICE, SelfSignature(flags=SIGNS, hash=HashAlgorithm.SHA1))
        old = signed(Made(created=day(2021, 3, 1)), by=ALICE)
        verdicts = [
            sequoia.alone(cert, artifact=old, at=at).verdict
            for at in (day(2022, 1, 1), day(2024, 1, 1), day(2023, 1, 31), day(2023, 2, 1))
        ]
        good, bad = Verdict.ACCEPTED, Verdict.REJECTED
        assert verdicts == [good, bad, good, bad]

    def test_the_life_of_a_signature_is_measured_to_the_second(self, sequoia: Worker) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        last = EPOCH + DAY - SECOND
        assert sequoia.alone(ALICE_CERT, artifact=artifact, at=last).verdict is Verdict.ACCEPTED
        end = EPOCH + DAY
        assert sequoia.alone(ALICE_CERT, artifact=artifact, at=end).verdict is Verdict.REJECTED

    def test_half_an_hour_of_the_future_is_tolerated(self, sequoia: Worker) -> None:
        early = [EPOCH + 1800 * SECOND, EPOCH + 1801 * SECOND]
        verdicts = [
            sequoia.alone(ALICE_CERT, artifact=signed(Made(created=at))).verdict for at in early
        ]
        assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED]

    def test_an_expired_key_keeps_its_older_signatures(self, sequoia: Worker) -> None:
        assert sequoia.alone(lone(ALICE, EXPIRING), artifact=signed(by=ALICE)).key


def test_rust_backtrace_does_not_get_into_the_evidence(tmp_path: Path) -> None:
    with worker("sequoia", tmp_path, RUST_BACKTRACE="1") as talkative:
        result = talkative.alone(BOB_CERT, artifact=signed())
    assert result.evidence.message == "Signature verification failed: no valid signatures found."
    assert result.classes == {ErrorClass.MISSING_KEY}


def test_a_panic_is_an_error_and_no_refusal() -> None:
    """The panic is real: a date before 1970, which no input of `verify` was found to cause."""
    program = """
import datetime, pathlib, pysequoia
from backends.sequoia import Sequoia
from harness.artifact import Inline
key = pysequoia.Tsk.generate("x")
past = datetime.datetime(1960, 1, 1, tzinfo=datetime.UTC)
adapter = Sequoia(pathlib.Path())
adapter._verify = lambda *_: key.extract_certificate().set_expiration(past, key.certifier())
reading = adapter.check(adapter.load((), past), Inline(message=b""), past)
for part in (reading.signature, reading.native):
    print(part.verdict.value, part.evidence.exception, "unwrap" in part.evidence.message)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "error pyo3_runtime.PanicException True\n" * 2


def test_nothing_that_is_damaged_makes_the_adapter_fail(tmp_path: Path) -> None:
    chance = random.Random(9580)  # noqa: S311
    adapter = Sequoia(tmp_path)
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    for _ in range(400):
        cert, mail, sig = (
            damaged(octets, chance) for octets in (ALICE_CERT.octets, message, signed().signature)
        )
        keys = adapter.load((cert,), EPOCH)
        for artifact in (Inline(message=mail), Detached(data=DATA, signature=sig)):
            adapter.check(keys, artifact, EPOCH)


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
    def test_it_names_the_accepted_key(self, tmp_path: Path, artifact: Artifact) -> None:
        ended = reproduced(Sequoia, tmp_path, BOB_CERT, ALICE_CERT, artifact=artifact)
        assert f"accepted {BY_ALICE.signing} {BY_ALICE.primary}\n" in ended.stdout
        assert ended.returncode == 0

    def test_it_shows_the_refusal(self, tmp_path: Path) -> None:
        ended = reproduced(Sequoia, tmp_path, BOB_CERT, artifact=signed())
        assert ended.returncode == 1
        assert ended.stderr == (
            "rejected: Signature verification failed: no valid signatures found.\n"
        )

    def test_it_runs_at_the_reference_time(self, tmp_path: Path) -> None:
        before = day(2024, 2, 1)
        assert reproduced(Sequoia, tmp_path, ALICE_CERT, artifact=signed(), at=before).returncode
