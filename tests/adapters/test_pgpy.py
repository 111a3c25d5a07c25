"""PGPy, asked through a worker under libfaketime.

Measured with PGPy 0.6.0 and cryptography 50.0.2 (OpenSSL 4.0.3).
"""

import importlib.metadata
import random
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pgpy")

from backends.pgpy import PGPy
from harness.artifact import Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, Present, Unavailable
from harness.openpgp.names import HashAlgorithm, PublicKeyAlgorithm, SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.outcomes import AcceptedKey, ErrorClass, Verdict
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
    EXPIRING,
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
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, EPOCH, KEYS_CREATED, SECOND, day

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)


@pytest.fixture(scope="module")
def pgpy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("pgpy", tmp_path_factory.mktemp("w")) as running:
        yield running


def test_it_is_present() -> None:
    presence = PGPy.presence()
    assert isinstance(presence, Present)
    assert presence.version


def test_where_it_is_absent_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    absence = PGPy.presence()
    assert isinstance(absence, Unavailable)
    assert absence.reason == "the Python package pgpy is not installed"
    assert absence.install.startswith("pip install pgpy")


def test_it_names_the_libraries_below(pgpy: Worker) -> None:
    components = pgpy.description.components
    assert components["cryptography"] == importlib.metadata.version("cryptography")
    assert components["OpenSSL"][0].isdigit()
    assert pgpy.description.capabilities.clock is Clock.LIBFAKETIME


def test_without_the_library_it_claims_no_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert PGPy(tmp_path).describe().capabilities.clock is Clock.NONE


@pytest.mark.parametrize(
    "vector",
    # It does not look at the expiry of signatures.
    [vector for vector in OPENPGP_PROBES if vector.id != "probe/clock-signature-after"],
    ids=lambda vector: vector.id,
)
def test_it_passes_the_probes(pgpy: Worker, vector: Vector) -> None:
    answer = pgpy.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes == set(vector.expectation.classes)


class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_a_subkey_is_reported_with_its_primary_key(self, pgpy: Worker, armored: bool) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = pgpy.alone(file, artifact=detached(DATA, GOOD, armored=armored))
        assert result.key == BY_ALICE

    def test_a_primary_key_is_reported_as_both(self, pgpy: Worker) -> None:
        result = pgpy.alone(lone(ALICE, SelfSignature()), artifact=signed(by=ALICE))
        assert result.key == AcceptedKey(signing=ALICE.fingerprint, primary=ALICE.fingerprint)

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
        self, pgpy: Worker, files: tuple[bytes, ...]
    ) -> None:
        assert pgpy.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_certificate_is_remembered_and_spoils_nothing(self, pgpy: Worker) -> None:
        broken = write_packets((Packet(Tag.PUBLIC_KEY, b"\x04"), *BOB_CERT.packets[1:]))
        result = pgpy.alone(b"nonsense", broken + ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert [line.split(":")[0] for line in result.evidence.status] == [
            "certificate refused",
            "certificate refused",
        ]


class TestSeveralSignatures:
    """Each is reported alone; the native verdict depends on the format."""

    def test_detached_the_first_alone_decides(self, pgpy: Worker) -> None:
        answer = pgpy.ask(ALICE_CERT, artifact=detached(DATA, GOOD, BAD))
        assert [s.verdict for s in answer.signatures] == [Verdict.ACCEPTED, Verdict.REJECTED]
        assert answer.native.verdict is Verdict.ACCEPTED
        answer = pgpy.ask(ALICE_CERT, artifact=detached(DATA, BOBS, GOOD))
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.classes == {ErrorClass.MISSING_KEY}

    def test_inline_all_by_one_certificate_must_be_good(self, pgpy: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BAD, ALICE_SIGNING)))
        answer = pgpy.ask(ALICE_CERT, artifact=message)
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.classes == {ErrorClass.BAD_SIGNATURE}

    def test_inline_one_certificate_is_enough(self, pgpy: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BOBS, BOB_SIGNING)))
        answer = pgpy.ask(ALICE_CERT, BOB_CERT, artifact=message)
        assert [s.key for s in answer.signatures] == [BY_BOB, BY_ALICE]
        assert answer.native.keys == (BY_ALICE,)

    def test_cleartext_one_certificate_is_enough(self, pgpy: Worker) -> None:
        both = [sign_cleartext(DATA, key) for key in (BOB_SIGNING, ALICE_SIGNING)]
        answer = pgpy.ask(ALICE_CERT, artifact=cleartext(DATA, *both))
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.keys == (BY_ALICE,)


class TestRefusal:
    @pytest.mark.parametrize(
        ("cert", "artifact", "reason"),
        [
            (ALICE_CERT, detached(DATA, BAD), ErrorClass.BAD_SIGNATURE),
            (lone(ALICE, EXPIRING), signed(by=ALICE), ErrorClass.KEY_EXPIRED),
            (BOB_CERT, signed(), ErrorClass.MISSING_KEY),
            (ALICE_CERT, inline([literal(DATA)]), ErrorClass.NO_SIGNATURE),
        ],
        ids=["bad", "expired", "missing", "unsigned"],
    )
    def test_reasons_it_tells(
        self, pgpy: Worker, cert: Certificate, artifact: Artifact, reason: ErrorClass
    ) -> None:
        assert pgpy.alone(cert, artifact=artifact).classes == {reason}

    def test_without_certificates_the_key_is_missing(self, pgpy: Worker) -> None:
        assert pgpy.alone(artifact=signed()).classes == {ErrorClass.MISSING_KEY}

    @pytest.mark.parametrize(
        "artifact",
        [
            detached(DATA, replace(GOOD, public_key_algorithm=99)),
            inline(
                one_pass_message(DATA, (sign(DATA, ALICE_SIGNING, Made(version=3)), ALICE_SIGNING))
            ),
        ],
        ids=["public-key algorithm", "version 3 inline"],
    )
    def test_what_it_says_it_cannot_do(self, pgpy: Worker, artifact: Artifact) -> None:
        assert pgpy.alone(ALICE_CERT, artifact=artifact).verdict is Verdict.UNSUPPORTED

    @pytest.mark.parametrize(
        ("artifact", "classes"),
        [
            (
                Detached(data=DATA, signature=b""),
                {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE},
            ),
            (
                Detached(data=DATA, signature=ALICE_CERT.octets),
                {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE},
            ),
            (
                Cleartext(message=b"-----BEGIN PGP SIGNED MESSAGE-----\n\nhello\n"),
                {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE},
            ),
        ],
        ids=["empty", "certificate", "no signature block"],
    )
    def test_what_it_cannot_read(
        self, pgpy: Worker, artifact: Artifact, classes: set[ErrorClass]
    ) -> None:
        assert pgpy.alone(ALICE_CERT, artifact=artifact).classes == classes

    def test_evidence_is_the_same_every_time(self, pgpy: Worker) -> None:
        """PGPy's warning about an expired key names the object's address in memory."""
        cert, artifact = lone(ALICE, EXPIRING), signed(by=ALICE)
        assert pgpy.alone(cert, artifact=artifact).evidence.status == (
            "Expired",
            f"warning: Key <PGPKey [PubKeyV4][0x{ALICE.key_id}]> has expired at s",
        )


class TestMishaps:
    """Exceptions that no caller could read as a refusal."""

    @pytest.mark.parametrize(
        ("artifact", "exception"),
        [
            (signed(Made(issuer_key_id=None)), "builtins.IndexError"),
            (signed(Made(issuer_key_id=None, issuer_fingerprint=None)), "builtins.IndexError"),
            (signed(Made(version=3)), "builtins.AttributeError"),
            (signed(Made(hash=HashAlgorithm.RIPEMD160)), "builtins.AttributeError"),
            (detached(DATA, replace(GOOD, hash_algorithm=99)), "builtins.AttributeError"),
            (signed(kind=SignatureType.GENERIC_CERTIFICATION), "builtins.AttributeError"),
        ],
        ids=["issuer fingerprint only", "no issuer", "version 3", "RIPEMD-160", "hash 99", "type"],
    )
    def test_untyped_exceptions_are_errors(
        self, pgpy: Worker, artifact: Artifact, exception: str
    ) -> None:
        result = pgpy.alone(ALICE_CERT, artifact=artifact)
        assert result.verdict is Verdict.ERROR
        assert result.evidence.exception == exception

    def test_version_6_is_beyond_it(self, pgpy: Worker) -> None:
        key = Key("ed25519-primary", PublicKeyAlgorithm.ED25519, version=6)
        result = pgpy.alone(lone(key, SelfSignature(flags=SIGNS)), artifact=signed(by=key))
        assert result.verdict is Verdict.ERROR
        assert result.evidence.status == ("certificate refused: builtins.StopIteration: ",)


class TestWhatItDoesNotCheck:
    @pytest.mark.parametrize(
        ("cert", "artifact"),
        [
            (alice(revocations=(REVOKED,)), signed()),
            (lone(ALICE, SelfSignature(flags=SIGNS), REVOKED), signed(by=ALICE)),
            (alice(Binding(), REVOKED), signed()),
            (alice(Binding(back=None)), signed()),
            (Certificate(ALICE, ALICE_CERT.packets[:-1]), signed()),
            (lone(ALICE, SelfSignature()), signed(by=ALICE)),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5))),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1))),
            (lone(Key("rsa1024"), SelfSignature()), signed(by=Key("rsa1024"))),
            (ALICE_CERT, signed(Made(expires_after=DAY))),
            (ALICE_CERT, signed(Made(created=EPOCH + DAY))),
            (
                ALICE_CERT,
                signed(Made(hashed=(subpackets.critical(subpackets.notation("a@b", "c")),))),
            ),
            (alice(Binding(key_expires_after=EXPIRES - KEYS_CREATED)), signed()),
        ],
        ids=[
            "primary key revoked",
            "revoked primary key signs",
            "subkey revoked",
            "no back-signature",
            "no binding",
            "key flags",
            "MD5",
            "SHA-1",
            "RSA-1024",
            "signature expired",
            "signature of the future",
            "critical notation",
            "subkey expired",
        ],
    )
    def test_it_accepts(self, pgpy: Worker, cert: Certificate, artifact: Artifact) -> None:
        assert pgpy.alone(cert, artifact=artifact).verdict is Verdict.ACCEPTED

    def test_a_key_that_is_expired_and_also_weak_or_revoked(self, pgpy: Worker) -> None:
        weak = Key("rsa1024")
        assert pgpy.alone(lone(weak, EXPIRING), artifact=signed(by=weak)).key
        assert pgpy.alone(lone(ALICE, EXPIRING, REVOKED), artifact=signed(by=ALICE)).key

    def test_but_not_one_that_is_expired_and_signs_with_a_weak_hash(self, pgpy: Worker) -> None:
        artifact = signed(Made(hash=HashAlgorithm.SHA1), by=ALICE)
        result = pgpy.alone(lone(ALICE, EXPIRING), artifact=artifact)
        assert result.classes == {ErrorClass.KEY_EXPIRED}

    def test_an_expired_primary_key_does_not_touch_its_subkeys(self, pgpy: Worker) -> None:
        cert = certificate(
            ALICE,
            user_ids=[UserId("Alice", (EXPIRING,))],
            subkeys=[signing_subkey(ALICE_SIGNING)],
        )
        assert pgpy.alone(cert, artifact=signed()).key == BY_ALICE

    def test_whoever_claims_a_subkey_first_owns_it(self, pgpy: Worker) -> None:
        thief = certificate(
            MALLORY,
            user_ids=[UserId("Mallory")],
            subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))],
        )
        stolen = AcceptedKey(signing=ALICE_SIGNING.fingerprint, primary=MALLORY.fingerprint)
        assert pgpy.alone(thief, ALICE_CERT, artifact=signed()).key == stolen
        assert pgpy.alone(ALICE_CERT, thief, artifact=signed()).key == BY_ALICE


class TestText:
    @pytest.mark.parametrize("data", [b"a\nb\n", b"a\r\nb\r\n"], ids=["LF", "CRLF"])
    def test_line_ends_of_text_signatures_do_not_matter(self, pgpy: Worker, data: bytes) -> None:
        signature = sign(b"a\r\nb\r\n", ALICE_SIGNING, kind=SignatureType.TEXT)
        assert pgpy.alone(ALICE_CERT, artifact=detached(data, signature)).key == BY_ALICE

    @pytest.mark.parametrize(
        ("text", "headers", "reason"),
        [
            (b"trailing blanks  \n", None, ErrorClass.BAD_SIGNATURE),
            (DATA, (), ErrorClass.BAD_SIGNATURE),
            (DATA, (("Hash", "SHA256"), ("Hash", "SHA512")), ErrorClass.BAD_SIGNATURE),
            ("grün\n".encode(), None, ErrorClass.NO_SIGNATURE),
        ],
        ids=["trailing blanks", "no Hash header", "two Hash headers", "not ASCII"],
    )
    def test_cleartext_it_gets_wrong(
        self,
        pgpy: Worker,
        text: bytes,
        headers: tuple[tuple[str, str], ...] | None,
        reason: ErrorClass,
    ) -> None:
        message = cleartext(text, sign_cleartext(text, ALICE_SIGNING), headers=headers)
        assert pgpy.alone(ALICE_CERT, artifact=message).classes == {reason}

    def test_cleartext_with_line_ends_of_the_network(self, pgpy: Worker) -> None:
        message = cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)).message
        crlf = Cleartext(message=message.replace(b"\n", b"\r\n"))
        assert pgpy.alone(ALICE_CERT, artifact=crlf).classes == {ErrorClass.BAD_SIGNATURE}

    def test_a_wrong_hash_header_goes_unnoticed(self, pgpy: Worker) -> None:
        wrong = (("Hash", "SHA512"),)
        message = cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING), headers=wrong)
        assert pgpy.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    def test_armor_needs_its_checksum_but_not_a_right_one(self, pgpy: Worker) -> None:
        *before, checksum, end, _ = detached(DATA, GOOD, armored=True).signature.split(b"\n")
        assert checksum.startswith(b"=")
        wrong = Detached(data=DATA, signature=b"\n".join((*before, b"=AAAA", end, b"")))
        result = pgpy.alone(ALICE_CERT, artifact=wrong)
        assert result.key == BY_ALICE
        assert result.evidence.status == ("warning: Incorrect crc24",)
        without = Detached(data=DATA, signature=b"\n".join((*before, end, b"")))
        result = pgpy.alone(ALICE_CERT, artifact=without)
        assert result.classes == {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE}


class TestReferenceTime:
    def test_the_expiry_of_a_primary_key_is_measured_to_the_second(self, pgpy: Worker) -> None:
        cert, artifact = lone(ALICE, EXPIRING), signed(by=ALICE)
        verdicts = [
            pgpy.alone(cert, artifact=artifact, at=at).verdict
            for at in (EXPIRES - SECOND, EXPIRES, day(2012, 1, 1), day(2091, 1, 1))
        ]
        yes, no = Verdict.ACCEPTED, Verdict.REJECTED
        assert verdicts == [yes, no, yes, no]


def test_no_warning_gets_out(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        adapter = PGPy(tmp_path)
        keys = adapter.load((lone(ALICE, EXPIRING).octets,), EPOCH)
        adapter.check(keys, signed(Made(hash=HashAlgorithm.MD5), by=ALICE), EPOCH)
    assert not heard


def test_nothing_that_is_damaged_makes_the_adapter_fail(tmp_path: Path) -> None:
    chance = random.Random(4880)  # noqa: S311
    adapter = PGPy(tmp_path)
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    for _ in range(200):
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
        ended = reproduced(PGPy, tmp_path, BOB_CERT, ALICE_CERT, artifact=artifact)
        assert f"accepted {BY_ALICE.signing} {BY_ALICE.primary}\n" in ended.stdout
        assert ended.returncode == 0

    def test_it_shows_the_refusal(self, tmp_path: Path) -> None:
        ended = reproduced(PGPy, tmp_path, ALICE_CERT, artifact=detached(DATA, BAD))
        assert "says: WrongSig" in ended.stdout
        assert ended.stderr == "rejected\n"
        assert ended.returncode == 1

    def test_it_runs_at_the_reference_time(self, tmp_path: Path) -> None:
        cert, artifact = lone(ALICE, EXPIRING), signed(by=ALICE)
        for at, code in ((EXPIRES - SECOND, 0), (EXPIRES, 1)):
            assert reproduced(PGPy, tmp_path, cert, artifact=artifact, at=at).returncode == code
