"""johnnycanencrypt, asked through a worker under libfaketime.

Measured with 0.18.0 (sequoia-openpgp 2.1.0).
"""

from __future__ import annotations

import importlib.metadata
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip(
    "johnnycanencrypt", reason="needs johnnycanencrypt (pip install johnnycanencrypt)"
)

from backends.johnnycanencrypt import JohnnyCanEncrypt, as_message, classes_of
from harness.artifact import Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, KeyHalf, Present, Unavailable
from harness.openpgp.names import HashAlgorithm, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import UNSPECIFIED, AcceptedKey, ErrorClass, Verdict
from tests.adapters.asking import ROOT, Worker, damaged, reproduced, worker
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB,
    BOB_CERT,
    BOB_SIGNING,
    DATA,
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
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, Placement, sign
from vectors.forge.times import DAY, EPOCH, SECOND, day

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)
BY_ALICE = AcceptedKey(primary=ALICE.fingerprint)
BY_BOB = AcceptedKey(primary=BOB.fingerprint)
_CRITICAL = (subpackets.critical(Subpacket(100, b"?")),)
_NOTATION = (subpackets.critical(subpackets.notation("x@accord.example", "")),)


@pytest.fixture(scope="module")
def johnny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("johnnycanencrypt", tmp_path_factory.mktemp("w")) as running:
        yield running


def test_it_is_present() -> None:
    presence = JohnnyCanEncrypt.presence()
    assert isinstance(presence, Present)
    assert presence.version == importlib.metadata.version("johnnycanencrypt")


def test_where_it_is_absent_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    absence = JohnnyCanEncrypt.presence()
    assert isinstance(absence, Unavailable)
    assert absence.install == "pip install johnnycanencrypt"


def test_it_names_the_engine_inside(johnny: Worker) -> None:
    description = johnny.description
    engine = description.components["sequoia-openpgp"]
    assert engine.split(".")[0] == "2"
    assert description.version.endswith(f" (Sequoia {engine})")
    assert description.components["crypto"] in ("RustCrypto", "Nettle", "OpenSSL", "Botan")
    assert description.capabilities.clock is Clock.LIBFAKETIME
    assert description.capabilities.reports == {KeyHalf.PRIMARY}


def test_without_the_library_it_claims_no_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert JohnnyCanEncrypt(tmp_path).describe().capabilities.clock is Clock.NONE


class TestAcceptance:
    @pytest.mark.parametrize(
        "artifact",
        [
            detached(DATA, GOOD),
            detached(DATA, GOOD, armored=True),
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING)), armored=True),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
        ],
    )
    def test_the_certificate_that_said_yes_is_named(
        self, johnny: Worker, artifact: Artifact
    ) -> None:
        assert johnny.alone(BOB_CERT, ALICE_CERT, artifact=artifact).key == BY_ALICE

    @pytest.mark.parametrize("armored", [False, True])
    def test_every_certificate_of_every_file_is_asked(self, johnny: Worker, armored: bool) -> None:
        octets = BOB_CERT.octets + ALICE_CERT.octets
        file = BOB_CERT.armored + ALICE_CERT.armored if armored else octets
        assert johnny.alone(file, artifact=signed()).key == BY_ALICE

    def test_the_owner_of_a_subkey_is_found_behind_one_who_only_claims_it(
        self, johnny: Worker
    ) -> None:
        thief = certificate(
            MALLORY,
            user_ids=[UserId("Mallory")],
            subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))],
        )
        assert johnny.alone(thief, ALICE_CERT, artifact=signed()).key == BY_ALICE

    def test_copies_of_a_certificate_are_merged(self, johnny: Worker) -> None:
        revoked = alice(revocations=(REVOKED,))
        for copies in ((ALICE_CERT, revoked), (revoked, ALICE_CERT), (revoked, revoked)):
            seen = johnny.alone(*copies, artifact=signed())
            assert seen.classes == {ErrorClass.KEY_REVOKED}

    def test_an_unreadable_certificate_is_remembered_and_spoils_nothing(
        self, johnny: Worker
    ) -> None:
        result = johnny.alone(b"nonsense", ALICE_CERT, artifact=signed())
        assert result.key == BY_ALICE
        assert result.evidence.status == ("certificate refused: unexpected EOF",)


class TestSeveralSignatures:
    def test_detached_the_first_alone_decides(self, johnny: Worker) -> None:
        for signatures, verdict in (
            ((GOOD, BAD), Verdict.ACCEPTED),
            ((BAD, GOOD), Verdict.REJECTED),
        ):
            answer = johnny.ask(ALICE_CERT, artifact=detached(DATA, *signatures))
            assert {s.verdict for s in answer.signatures} == {Verdict.ACCEPTED, Verdict.REJECTED}
            assert answer.native.verdict is verdict

    def test_inline_the_one_next_to_the_data_decides(self, johnny: Worker) -> None:
        for signatures, verdict in (
            ((GOOD, BAD), Verdict.REJECTED),
            ((BAD, GOOD), Verdict.ACCEPTED),
        ):
            pairs = [(signature, ALICE_SIGNING) for signature in signatures]
            answer = johnny.ask(ALICE_CERT, artifact=inline(one_pass_message(DATA, *pairs)))
            assert answer.native.verdict is verdict


HIDDEN = {
    ErrorClass.UNBOUND_KEY,
    ErrorClass.WEAK_HASH,
    ErrorClass.WEAK_KEY,
    ErrorClass.POLICY_OTHER,
    ErrorClass.UNSUPPORTED,
    ErrorClass.UNKNOWN_CRITICAL,
    ErrorClass.SIGNATURE_EXPIRED,
    ErrorClass.KEY_NEWER_THAN_SIGNATURE,
}
"""What is left of a binding that is refused for a reason it does not hand on."""

REFUSALS: dict[str, tuple[Certificate, Detached, set[ErrorClass]]] = {
    "changed": (ALICE_CERT, detached(DATA, BAD), {ErrorClass.BAD_SIGNATURE}),
    "unknown key": (BOB_CERT, signed(), {ErrorClass.MISSING_KEY}),
    "no issuer": (
        ALICE_CERT,
        signed(Made(issuer_key_id=None, issuer_fingerprint=None)),
        {ErrorClass.MISSING_KEY},
    ),
    "revoked": (alice(revocations=(REVOKED,)), signed(), {ErrorClass.KEY_REVOKED}),
    "revoked subkey": (alice(Binding(), REVOKED), signed(), {ErrorClass.KEY_REVOKED}),
    "may only certify": (
        lone(ALICE, SelfSignature()),
        signed(by=ALICE),
        {ErrorClass.WRONG_KEY_USAGE},
    ),
    "key expired": (
        lone(ALICE, EXPIRING),
        signed(Made(created=day(2024, 5, 1)), by=ALICE),
        {ErrorClass.KEY_EXPIRED, ErrorClass.KEY_NEWER_THAN_SIGNATURE},
    ),
    "signature expired": (
        ALICE_CERT,
        signed(Made(expires_after=DAY)),
        {ErrorClass.SIGNATURE_EXPIRED},
    ),
    "from the future": (
        ALICE_CERT,
        signed(Made(created=day(2030, 1, 1))),
        {ErrorClass.SIGNATURE_NOT_YET_VALID},
    ),
    "no back-signature": (alice(Binding(back=None)), signed(), HIDDEN),
    "SHA-1": (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1)), {ErrorClass.WEAK_HASH}),
    "SHA-1 in the binding": (
        alice(Binding(hash=HashAlgorithm.SHA1)),
        signed(),
        {ErrorClass.WEAK_HASH, ErrorClass.UNBOUND_KEY},
    ),
    "SHA-1 in the self-signature": (
        lone(ALICE, SelfSignature(flags=SIGNS, hash=HashAlgorithm.SHA1)),
        signed(by=ALICE),
        HIDDEN,
    ),
    "weak key": (
        lone(Key("rsa1024"), SelfSignature(flags=SIGNS)),
        signed(by=Key("rsa1024")),
        {ErrorClass.WEAK_KEY, ErrorClass.UNBOUND_KEY},
    ),
    "critical subpacket": (
        ALICE_CERT,
        signed(Made(hashed=_CRITICAL)),
        {ErrorClass.UNKNOWN_CRITICAL},
    ),
    "critical notation": (
        ALICE_CERT,
        signed(Made(hashed=_NOTATION)),
        {ErrorClass.UNKNOWN_CRITICAL},
    ),
    "unknown type": (ALICE_CERT, signed(kind=0x7F), {ErrorClass.UNSUPPORTED}),
    "no creation time": (
        ALICE_CERT,
        signed(Made(creation_time=Placement.NOWHERE)),
        {ErrorClass.MALFORMED},
    ),
    "version 3": (
        ALICE_CERT,
        signed(Made(version=3)),
        {ErrorClass.POLICY_OTHER, ErrorClass.UNSUPPORTED},
    ),
    "another packet": (
        ALICE_CERT,
        detached(DATA, GOOD, Packet(60, b"?")),
        {ErrorClass.POLICY_OTHER, ErrorClass.UNSUPPORTED},
    ),
    "empty": (
        ALICE_CERT,
        Detached(data=DATA, signature=b""),
        {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED},
    ),
    "garbage": (
        ALICE_CERT,
        Detached(data=DATA, signature=b"garbage"),
        {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED},
    ),
    "cut off": (
        ALICE_CERT,
        Detached(data=DATA, signature=signed().signature[:50]),
        {ErrorClass.MALFORMED},
    ),
}


class TestRefusal:
    @pytest.mark.parametrize("name", REFUSALS)
    def test_a_detached_signature_is_refused_for_its_reason(
        self, johnny: Worker, name: str
    ) -> None:
        cert, artifact, classes = REFUSALS[name]
        seen = johnny.alone(cert, artifact=artifact)
        assert seen.classes == classes
        assert seen.evidence.exception == "johnnycanencrypt.CryptoError"

    def test_inline_and_cleartext(self, johnny: Worker) -> None:
        for artifact in (
            inline(one_pass_message(DATA, (BAD, ALICE_SIGNING))),
            cleartext(b"changed", sign_cleartext(DATA, ALICE_SIGNING)),
        ):
            seen = johnny.alone(ALICE_CERT, artifact=artifact)
            assert seen.classes == {ErrorClass.BAD_SIGNATURE}

    def test_an_unsigned_message_holds_no_signature(self, johnny: Worker) -> None:
        unsigned = Inline(message=write_packets([literal(DATA)]))
        assert johnny.alone(ALICE_CERT, artifact=unsigned).classes == {ErrorClass.NO_SIGNATURE}

    def test_a_signature_in_front_of_its_data_is_not_computed(self, johnny: Worker) -> None:
        seen = johnny.alone(ALICE_CERT, artifact=inline(prefixed_message(DATA, GOOD)))
        assert seen.classes == {ErrorClass.UNSUPPORTED, ErrorClass.MALFORMED}

    def test_the_reason_of_the_certificate_that_has_the_key_counts(self, johnny: Worker) -> None:
        revoked = alice(revocations=(REVOKED,))
        for certificates in ((BOB_CERT, revoked), (revoked, BOB_CERT)):
            seen = johnny.alone(*certificates, artifact=signed())
            assert seen.classes == {ErrorClass.KEY_REVOKED}

    def test_without_certificates_the_key_is_missing(self, johnny: Worker) -> None:
        seen = johnny.alone(artifact=signed())
        assert seen.classes == {ErrorClass.MISSING_KEY}
        assert seen.evidence.message == "no certificate to ask"

    def test_a_refused_certificate_may_be_the_missing_one(self, johnny: Worker) -> None:
        seen = johnny.alone(b"nonsense", artifact=signed())
        assert seen.classes == {ErrorClass.MISSING_KEY, ErrorClass.MALFORMED}

    def test_a_bare_no_leaves_all_classes(self, johnny: Worker) -> None:
        unknown_version = detached(DATA, Packet(Tag.SIGNATURE, b"\x63" + bytes(30)))
        seen = johnny.alone(ALICE_CERT, artifact=unknown_version)
        assert seen.evidence.message == "False"
        assert seen.classes == UNSPECIFIED

    def test_an_unknown_text_leaves_all_classes(self) -> None:
        for text in ("?", "Bad signature: ?", 'Invalid key: "Subkey of AB not bound: ?"'):
            assert classes_of(text) == UNSPECIFIED


class TestReasonWithinAMessage:
    @pytest.mark.parametrize("armored", [False, True])
    def test_the_message_is_the_one_that_the_forge_makes(self, armored: bool) -> None:
        (announcement, *rest) = one_pass_message(DATA, (GOOD, ALICE_SIGNING))
        nameless = Packet(announcement.tag, announcement.body[:4] + bytes(8) + b"\1")
        artifact = detached(DATA, GOOD, armored=armored)
        assert as_message(artifact) == write_packets((nameless, *rest))

    def test_it_never_changes_the_verdict(self, johnny: Worker) -> None:
        """Within a message it accepts version 3 (cutoff 2021-02-01 for detached ones)."""
        made = Made(version=3)
        message = inline(one_pass_message(DATA, (sign(DATA, ALICE_SIGNING, made), ALICE_SIGNING)))
        assert johnny.alone(ALICE_CERT, artifact=message).key == BY_ALICE
        assert johnny.alone(ALICE_CERT, artifact=signed(made)).verdict is Verdict.REJECTED

    @pytest.mark.parametrize("octets", [b"", b"garbage", b"-----BEGIN", b"\xc2\x01\x63"])
    def test_none_is_made_of_what_cannot_be_read(self, octets: bytes) -> None:
        assert as_message(Detached(data=DATA, signature=octets)) is None


class TestReferenceTime:
    def test_the_life_of_a_signature_is_measured_to_the_second(self, johnny: Worker) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        verdicts = [
            johnny.alone(ALICE_CERT, artifact=artifact, at=at).verdict
            for at in (EPOCH + DAY - SECOND, EPOCH + DAY, EPOCH)
        ]
        assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ACCEPTED]

    def test_it_moves_the_cutoff_for_sha1(self, johnny: Worker) -> None:
        cert = lone(ALICE, SelfSignature(flags=SIGNS, hash=HashAlgorithm.SHA1))
        old = signed(Made(created=day(2021, 3, 1)), by=ALICE)
        verdicts = [
            johnny.alone(cert, artifact=old, at=at).verdict
            for at in (day(2023, 1, 31), day(2023, 2, 1))
        ]
        assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED]

    def test_half_an_hour_of_the_future_is_tolerated(self, johnny: Worker) -> None:
        verdicts = [
            johnny.alone(ALICE_CERT, artifact=signed(Made(created=EPOCH + late * SECOND))).verdict
            for late in (1800, 1801)
        ]
        assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED]


@pytest.mark.parametrize(
    ("raised", "shown"),
    [("ValueError('?')", "ValueError"), ("PanicException('?')", "__main__.PanicException")],
)
def test_what_is_no_refusal_is_an_error(raised: str, shown: str) -> None:
    program = f"""
import pathlib
from datetime import datetime, UTC
from backends.johnnycanencrypt import JohnnyCanEncrypt
from harness.artifact import Inline
class PanicException(BaseException): pass
class Broken:
    def verify_bytes(self, data): raise {raised}
adapter = JohnnyCanEncrypt(pathlib.Path())
now = datetime.now(UTC)
keys = adapter.load((), now)
object.__setattr__(keys, "johnnies", (("", Broken()),))
reading = adapter.check(keys, Inline(message=b""), now)
for part in (reading.signature, reading.native):
    print(part.verdict.value, part.evidence.exception)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == f"error {shown}\n" * 2


def test_nothing_that_is_damaged_makes_the_adapter_fail(tmp_path: Path) -> None:
    chance = random.Random(9580)  # noqa: S311
    adapter = JohnnyCanEncrypt(tmp_path)
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    text = cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)).message
    for _ in range(300):
        cert, mail, letter, sig = (
            damaged(octets, chance)
            for octets in (ALICE_CERT.octets, message, text, signed().signature)
        )
        keys = adapter.load((cert,), EPOCH)
        for artifact in (
            Inline(message=mail),
            Cleartext(message=letter),
            Detached(data=DATA, signature=sig),
        ):
            assert adapter.check(keys, artifact, EPOCH).signature.verdict is not Verdict.ERROR


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
        ended = reproduced(JohnnyCanEncrypt, tmp_path, BOB_CERT, ALICE_CERT, artifact=artifact)
        assert f"accepted {BY_ALICE.primary}\n" in ended.stdout
        assert ended.returncode == 0

    def test_it_shows_the_refusal(self, tmp_path: Path) -> None:
        ended = reproduced(JohnnyCanEncrypt, tmp_path, BOB_CERT, artifact=signed())
        assert (ended.returncode, ended.stdout) == (1, f"{BY_BOB.primary} False\n")
        assert ended.stderr == "rejected\n"

    def test_it_runs_at_the_reference_time(self, tmp_path: Path) -> None:
        before = day(2024, 2, 1)
        assert reproduced(
            JohnnyCanEncrypt, tmp_path, ALICE_CERT, artifact=signed(), at=before
        ).returncode
