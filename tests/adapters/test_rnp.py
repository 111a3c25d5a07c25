"""librnp, asked through a worker. Measured with RNP 0.16.3 (Botan 2.19.3).

The worker runs under libfaketime, which is never moved: the reference time is RNP's own.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backends import _librnp

if _librnp.find() is None:
    pytest.skip("needs librnp (apt-get install librnp0)", allow_module_level=True)

from backends.rnp import RNP
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
from vectors.forge.times import DAY, EPOCH, SECOND, day

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))

UNHEARD_OF = subpackets.critical(subpackets.notation("a@b", "c"))


@pytest.fixture(scope="module")
def rnp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("rnp", tmp_path_factory.mktemp("w")) as running:
        yield running


def test_it_is_present() -> None:
    assert isinstance(RNP.presence(), Present)


def test_where_it_is_absent_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_librnp, "system_library", lambda *_: None)
    absence = RNP.presence()
    assert isinstance(absence, Unavailable)
    assert absence.reason == "no librnp on this machine"
    assert absence.install == "apt-get install librnp0"


def test_it_names_the_engine_inside(rnp: Worker) -> None:
    description = rnp.description
    assert re.fullmatch(r"\d+\.\d+\.\d+", description.version)
    assert description.components["librnp"].startswith(description.version)
    assert {"Botan", "OpenSSL"} & description.components.keys()
    assert description.capabilities.clock is Clock.NATIVE


def test_it_says_which_security_rules_it_comes_with(rnp: Worker) -> None:
    path = _librnp.find()
    assert path is not None
    rules = _librnp.Library(path).security_rules()
    if not rules:
        pytest.skip("this librnp has no security rules to ask for (0.16 has)")
    assert {"MD5", "SHA1"} <= {rule.algorithm for rule in rules}
    (note,) = (note for note in rnp.description.notes if "security rules" in note)
    for rule in rules:
        assert f"{rule.algorithm} for {rule.use} since 20" in note


def test_a_security_rule_is_in_force_from_its_date_on(rnp: Worker) -> None:
    path = _librnp.find()
    assert path is not None
    rules = _librnp.Library(path).security_rules()
    since = next((r.since for r in rules if (r.algorithm, r.use) == ("SHA1", "keys")), None)
    if since is None:
        pytest.skip("this librnp has no security rule about SHA-1 in certificates")
    for moment, verdict in ((since - 1, Verdict.ACCEPTED), (since, Verdict.REJECTED)):
        made = datetime.fromtimestamp(moment, UTC)
        cert = alice(Binding(created=made, hash=HashAlgorithm.SHA1))
        assert rnp.alone(cert, artifact=signed()).verdict is verdict


@pytest.mark.parametrize(
    "vector",
    # It accepts what was signed before the key expired, natively also an expired signature.
    [
        v
        for v in OPENPGP_PROBES
        if v.id not in ("probe/clock-key-after", "probe/clock-signature-after")
    ],
    ids=lambda vector: vector.id,
)
def test_it_passes_the_probes(rnp: Worker, vector: Vector) -> None:
    answer = rnp.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes >= set(vector.expectation.classes)


class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_both_fingerprints_are_reported(self, rnp: Worker, armored: bool) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = rnp.alone(file, artifact=detached(DATA, GOOD, armored=armored))
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
    def test_messages(self, rnp: Worker, message: Artifact) -> None:
        assert rnp.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    def test_a_primary_key_that_signs_is_its_own_primary_key(self, rnp: Worker) -> None:
        cert = lone(ALICE, SelfSignature(flags=SIGNS))
        result = rnp.alone(cert, artifact=signed(by=ALICE))
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
        self, rnp: Worker, files: tuple[bytes, ...]
    ) -> None:
        assert rnp.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_certificate_is_remembered_and_spoils_nothing(self, rnp: Worker) -> None:
        broken = write_packets((Packet(Tag.PUBLIC_KEY, b"\x04"), *BOB_CERT.packets[1:]))
        result = rnp.alone(b"nonsense", b"", broken + ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert result.evidence.status[:2] == (
            "certificate refused: 0x12000000 Bad state",
            "certificate refused: 0x10000001 Bad format",
        )

    def test_empty_data_can_be_signed(self, rnp: Worker) -> None:
        """RNP takes no empty input from memory, but one from a file."""
        artifact = detached(b"", sign(b"", ALICE_SIGNING))
        assert rnp.alone(ALICE_CERT, artifact=artifact).key == BY_ALICE

    def test_copies_of_a_certificate_are_merged_so_that_a_revocation_in_one_counts(
        self, rnp: Worker
    ) -> None:
        revoked = alice(revocations=(REVOKED,))
        for copies in ((ALICE_CERT, revoked), (revoked, ALICE_CERT)):
            assert rnp.alone(*copies, artifact=signed()).classes == {ErrorClass.KEY_REVOKED}


class TestWhoSigned:
    def test_a_key_id_alone_is_enough(self, rnp: Worker) -> None:
        artifact = signed(Made(issuer_fingerprint=None))
        assert rnp.alone(ALICE_CERT, artifact=artifact).key == BY_ALICE


class TestSeveralSignatures:
    """Each is reported alone; natively one that is not bad suffices."""

    @pytest.mark.parametrize("both", [(GOOD, BAD), (BAD, GOOD)], ids=["good first", "bad first"])
    def test_detached(self, rnp: Worker, both: tuple[Packet, Packet]) -> None:
        answer = rnp.ask(ALICE_CERT, artifact=detached(DATA, *both))
        assert {s.verdict for s in answer.signatures} == {Verdict.ACCEPTED, Verdict.REJECTED}
        assert answer.native.verdict is Verdict.ACCEPTED
        assert answer.native.keys == (BY_ALICE,)

    def test_inline(self, rnp: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BAD, ALICE_SIGNING)))
        answer = rnp.ask(ALICE_CERT, artifact=message)
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.keys == (BY_ALICE,)

    def test_cleartext_all_good_ones_are_reported(self, rnp: Worker) -> None:
        both = [sign_cleartext(DATA, key) for key in (ALICE_SIGNING, BOB_SIGNING)]
        answer = rnp.ask(ALICE_CERT, BOB_CERT, artifact=cleartext(DATA, *both))
        assert [s.key for s in answer.signatures] == [BY_ALICE, BY_BOB]
        assert answer.native.keys == (BY_ALICE, BY_BOB)

    def test_two_bad_ones_are_refused_natively_for_the_reasons_of_both(self, rnp: Worker) -> None:
        weak = sign(DATA, ALICE_SIGNING, Made(hash=HashAlgorithm.MD5))
        bobs = sign(DATA, BOB_SIGNING)
        answer = rnp.ask(ALICE_CERT, artifact=detached(DATA, weak, bobs))
        assert answer.native.classes == {ErrorClass.WEAK_HASH, ErrorClass.MISSING_KEY}


class TestNativeSuccess:
    """What a caller that looks at the result of execute alone takes for good."""

    @pytest.mark.parametrize(
        ("made", "reason"),
        [
            (Made(expires_after=DAY), ErrorClass.SIGNATURE_EXPIRED),
            (Made(created=EPOCH + DAY), ErrorClass.SIGNATURE_NOT_YET_VALID),
        ],
        ids=["expired", "of the future"],
    )
    def test_a_signature_at_the_wrong_time(
        self, rnp: Worker, made: Made, reason: ErrorClass
    ) -> None:
        answer = rnp.ask(ALICE_CERT, artifact=signed(made))
        (result,) = answer.signatures
        assert result.classes == {reason}
        assert result.evidence.status == (
            "execute: 0x00000000 Success",
            "signature: 0x1200000b Expired signature",
        )
        assert answer.native.verdict is Verdict.ACCEPTED
        assert answer.native.keys == (BY_ALICE,)

    def test_a_message_without_signature(self, rnp: Worker) -> None:
        answer = rnp.ask(ALICE_CERT, artifact=inline([literal(DATA)]))
        assert answer.signatures[0].classes == {ErrorClass.NO_SIGNATURE}
        assert answer.native.verdict is Verdict.ACCEPTED
        assert answer.native.keys == ()


class TestRefusal:
    @pytest.mark.parametrize(
        ("cert", "artifact", "reasons"),
        [
            (ALICE_CERT, detached(DATA, BAD), {ErrorClass.BAD_SIGNATURE}),
            (
                ALICE_CERT,
                Detached(data=b"other", signature=signed().signature),
                {ErrorClass.BAD_SIGNATURE},
            ),
            (BOB_CERT, signed(), {ErrorClass.MISSING_KEY}),
            (
                ALICE_CERT,
                signed(Made(issuer_key_id=None, issuer_fingerprint=None)),
                {ErrorClass.MISSING_KEY},
            ),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5)), {ErrorClass.WEAK_HASH}),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1)), {ErrorClass.WEAK_HASH}),
            (ALICE_CERT, signed(Made(hashed=(UNHEARD_OF,))), {ErrorClass.UNKNOWN_CRITICAL}),
            (
                ALICE_CERT,
                signed(Made(hashed=(subpackets.critical(Subpacket(63, b"x")),))),
                {ErrorClass.UNKNOWN_CRITICAL, ErrorClass.MALFORMED},
            ),
            (
                ALICE_CERT,
                signed(kind=SignatureType.GENERIC_CERTIFICATION),
                {ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED},
            ),
            (alice(revocations=(REVOKED,)), signed(), {ErrorClass.KEY_REVOKED}),
            (alice(Binding(), REVOKED), signed(), {ErrorClass.KEY_REVOKED}),
            (alice(Binding(back=None)), signed(), {ErrorClass.UNBOUND_KEY}),
            (Certificate(ALICE, ALICE_CERT.packets[:-1]), signed(), {ErrorClass.UNBOUND_KEY}),
            (
                alice(Binding(hash=HashAlgorithm.MD5)),
                signed(),
                {ErrorClass.UNBOUND_KEY, ErrorClass.WEAK_HASH},
            ),
            (
                lone(ALICE, EXPIRING),
                signed(Made(created=EXPIRES + DAY), by=ALICE),
                {ErrorClass.KEY_EXPIRED},
            ),
            (
                ALICE_CERT,
                signed(Made(created=day(2019, 1, 1))),
                {ErrorClass.KEY_NEWER_THAN_SIGNATURE, ErrorClass.MALFORMED},
            ),
        ],
        ids=[
            "bad",
            "other data",
            "missing key",
            "no issuer",
            "MD5",
            "SHA-1",
            "critical notation",
            "critical subpacket",
            "type",
            "primary key revoked",
            "subkey revoked",
            "no back-signature",
            "no binding",
            "binding with MD5",
            "key expired before",
            "key newer",
        ],
    )
    def test_the_log_tells_why(
        self, rnp: Worker, cert: Certificate, artifact: Artifact, reasons: set[ErrorClass]
    ) -> None:
        assert rnp.alone(cert, artifact=artifact).classes == reasons

    @pytest.mark.parametrize(
        ("signature", "classes"),
        [
            (b"", {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
            (b"garbage", {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
            (
                ALICE_CERT.octets,
                {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED},
            ),
            (write_packets([Packet(Tag.SIGNATURE, b"\x04")]), None),
        ],
        ids=["empty", "garbage", "certificate", "cut off"],
    )
    def test_what_it_cannot_read(
        self, rnp: Worker, signature: bytes, classes: set[ErrorClass] | None
    ) -> None:
        result = rnp.alone(ALICE_CERT, artifact=Detached(data=DATA, signature=signature))
        assert result.verdict is Verdict.REJECTED
        assert ErrorClass.MALFORMED in result.classes
        assert classes is None or result.classes == classes

    @pytest.mark.parametrize(
        "artifact",
        [
            detached(DATA, replace(GOOD, public_key_algorithm=105)),
            Detached(
                data=DATA,
                signature=write_packets(
                    [Packet(Tag.SIGNATURE, b"\x07" + write_signature(GOOD)[1:])]
                ),
            ),
        ],
        ids=["public-key algorithm", "version"],
    )
    def test_what_it_says_it_cannot_do(self, rnp: Worker, artifact: Artifact) -> None:
        assert rnp.alone(ALICE_CERT, artifact=artifact).verdict is Verdict.UNSUPPORTED

    @pytest.mark.parametrize("version", [4, 6])
    def test_the_new_ed25519_is_beyond_it(self, rnp: Worker, version: int) -> None:
        key = Key("ed25519-primary", PublicKeyAlgorithm.ED25519, version=version)
        result = rnp.alone(lone(key, SelfSignature(flags=SIGNS)), artifact=signed(by=key))
        assert result.verdict is Verdict.UNSUPPORTED
        assert result.evidence.status[0].startswith("certificate refused: ")

    def test_why_a_certificate_was_refused_may_be_why_its_key_is_missing(self, rnp: Worker) -> None:
        unknown = subpackets.critical(Subpacket(63, b"x"))
        result = rnp.alone(alice(Binding(hashed=(unknown,))), artifact=signed())
        assert result.classes == {
            ErrorClass.MISSING_KEY,
            ErrorClass.UNKNOWN_CRITICAL,
            ErrorClass.MALFORMED,
        }

    def test_without_the_log_its_few_codes_leave_nearly_every_class(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("backends._librnp.os.dup2", lambda *_: None)  # nothing is caught
        silent = RNP(tmp_path)
        assert "writes no log: classes stay wide" in silent.describe().notes
        keys = silent.load((ALICE_CERT.octets,), EPOCH)
        reading = silent.check(keys, detached(DATA, BAD), EPOCH)
        silent.unload(keys)
        assert reading.signature.classes == UNSPECIFIED - {
            ErrorClass.MISSING_KEY,
            ErrorClass.NO_SIGNATURE,
        }

    def test_codes_that_are_no_refusal_are_errors(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Made up: no input was found that gives one."""
        adapter = RNP(tmp_path)
        keys = adapter.load((), EPOCH)
        monkeypatch.setattr(adapter._rnp, "verify", lambda *_: (0x10000005, ()))
        reading = adapter.check(keys, signed(), EPOCH)
        adapter.unload(keys)
        assert reading.signature.verdict is Verdict.ERROR
        assert reading.native.verdict is Verdict.ERROR
        assert reading.native.evidence.status == ("execute: 0x10000005 Out of memory",)


class TestWhatItDoesNotCheck:
    @pytest.mark.parametrize(
        ("cert", "artifact"),
        [
            (lone(ALICE, SelfSignature()), signed(by=ALICE)),
            (lone(Key("rsa1024"), SelfSignature(flags=SIGNS)), signed(by=Key("rsa1024"))),
            (lone(ALICE, EXPIRING), signed(by=ALICE)),
            (alice(Binding(), Revocation(reason=0, created=EXPIRES)), signed()),
        ],
        ids=["key flags", "RSA-1024", "key expired since", "revoked since, without a hard reason"],
    )
    def test_it_accepts(self, rnp: Worker, cert: Certificate, artifact: Artifact) -> None:
        assert rnp.alone(cert, artifact=artifact).verdict is Verdict.ACCEPTED

    def test_whoever_claims_a_subkey_first_keeps_its_owner_from_using_it(self, rnp: Worker) -> None:
        thief = certificate(
            MALLORY,
            user_ids=[UserId("Mallory")],
            subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))],
        )
        result = rnp.alone(thief, ALICE_CERT, artifact=signed())
        assert result.classes == {ErrorClass.UNBOUND_KEY}
        assert rnp.alone(ALICE_CERT, thief, artifact=signed()).key == BY_ALICE


class TestReferenceTime:
    def test_the_life_of_a_signature_is_measured_to_the_second(self, rnp: Worker) -> None:
        """It still lives at the second that it expires in."""
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        verdicts = [
            rnp.ask(ALICE_CERT, artifact=artifact, at=at).signatures[0].verdict
            for at in (EPOCH + DAY, EPOCH + DAY + SECOND, EPOCH - SECOND, EPOCH)
        ]
        yes, no = Verdict.ACCEPTED, Verdict.REJECTED
        assert verdicts == [yes, no, no, yes]

    def test_1970_is_not_the_present(self, rnp: Worker) -> None:
        answer = rnp.ask(ALICE_CERT, artifact=signed(), at=day(1970, 1, 1))
        assert answer.signatures[0].verdict is Verdict.REJECTED

    @pytest.mark.parametrize(
        ("created", "verdict"),
        [(day(2019, 1, 18), Verdict.ACCEPTED), (day(2019, 1, 20), Verdict.REJECTED)],
    )
    def test_the_cutoff_for_sha1_goes_by_the_time_of_the_signature(
        self, rnp: Worker, created: datetime, verdict: Verdict
    ) -> None:
        old = Key("alice-primary", created=day(2010, 1, 1))
        cert = lone(old, SelfSignature(flags=SIGNS, created=day(2010, 1, 1)))
        made = Made(hash=HashAlgorithm.SHA1, created=created)
        assert rnp.alone(cert, artifact=signed(made, by=old)).verdict is verdict


def test_nothing_that_is_damaged_makes_the_adapter_fail(tmp_path: Path) -> None:
    chance = random.Random(9580)  # noqa: S311
    adapter = RNP(tmp_path)
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    text = cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)).message
    for _ in range(200):
        cert, mail, page, sig = (
            damaged(octets, chance)
            for octets in (ALICE_CERT.octets, message, text, signed().signature)
        )
        keys = adapter.load((cert,), EPOCH)
        for artifact in (
            Inline(message=mail),
            Cleartext(message=page),
            Detached(data=DATA, signature=sig),
        ):
            assert adapter.check(keys, artifact, EPOCH).signature.verdict is not Verdict.ERROR
        adapter.unload(keys)


def test_a_thousand_questions_leave_nothing_behind(tmp_path: Path) -> None:
    def resident() -> int:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")

    adapter = RNP(tmp_path)
    artifacts = (
        signed(),
        signed(Made(expires_after=DAY)),
        inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
        Detached(data=DATA, signature=b"nonsense"),
    )

    def ask(times: int) -> None:
        for _ in range(times):
            keys = adapter.load((alice(revocations=(REVOKED,)).octets, b"nonsense"), EPOCH)
            for artifact in artifacts:
                adapter.check(keys, artifact, EPOCH)
            adapter.unload(keys)

    ask(25)
    before, descriptors = resident(), os.listdir("/proc/self/fd")  # noqa: PTH208
    ask(250)
    assert resident() - before < 1 << 20
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)  # noqa: PTH208


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
        ended = reproduced(RNP, tmp_path, BOB_CERT, ALICE_CERT, artifact=artifact)
        assert f"by {BY_ALICE.signing} {BY_ALICE.primary}\n" in ended.stdout
        assert ended.stdout.endswith("accepted\n")
        assert ended.returncode == 0

    def test_it_shows_the_refusal(self, tmp_path: Path) -> None:
        ended = reproduced(RNP, tmp_path, BOB_CERT, artifact=signed())
        assert "signature 0: 0x12000005 Key not found\n" in ended.stdout
        assert "signer's key not found" in ended.stderr
        assert ended.stdout.endswith("rejected\n")
        assert ended.returncode == 1

    def test_it_runs_at_the_reference_time_and_shows_what_execute_overlooks(
        self, tmp_path: Path
    ) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        for at, status in ((EPOCH, "Success"), (EPOCH + 2 * DAY, "Expired signature")):
            ended = reproduced(RNP, tmp_path, ALICE_CERT, artifact=artifact, at=at)
            assert status in ended.stdout.partition("signature 0:")[2]
            assert ended.returncode == 0
