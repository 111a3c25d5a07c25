"""sqv: real processes under libfaketime, forged material. Measured with 1.1.0 (engine 1.12.0)."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import backends
from backends import _sequoia
from backends import sqv as module
from backends.sqv import Sqv, reading
from harness import clock
from harness.artifact import Detached
from harness.backend import Clock, KeyHalf, Present, Reading, Unavailable
from harness.openpgp.names import HashAlgorithm
from harness.openpgp.packets import Packet
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import UNSPECIFIED, AcceptedKey, ErrorClass, Verdict
from tests.adapters import gnupg_material as material
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
from vectors.forge.artifacts import detached, inline, one_pass_message
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

pytestmark = [
    pytest.mark.skipif(shutil.which("sqv") is None, reason=f"needs sqv ({Sqv.install})"),
    pytest.mark.skipif(Sqv.clock is Clock.NONE, reason="needs libfaketime"),
]

BY_ALICE = AcceptedKey(primary=ALICE.fingerprint)
BY_BOB = AcceptedKey(primary=BOB.fingerprint)

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)
_CRITICAL = (subpackets.critical(Subpacket(100, b"?")),)
_NOTATION = (subpackets.critical(subpackets.notation("x\nVerifying signature:@x.example", "")),)
THIEF = certificate(
    MALLORY,
    user_ids=[UserId("Mallory")],
    subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))],
)


@pytest.fixture
def sqv(tmp_path: Path) -> Sqv:
    return Sqv(tmp_path)


def ask(sqv: Sqv, *certificates: Certificate | bytes, artifact: Detached = signed()) -> Reading:
    octets = (c if isinstance(c, bytes) else c.octets for c in certificates)
    return material.ask(sqv, *octets, artifact=artifact)


class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_the_certificate_is_named_and_not_the_key_that_signed(
        self, sqv: Sqv, armored: bool
    ) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        seen = ask(sqv, file, artifact=detached(DATA, GOOD, armored=armored))
        assert seen.signature.key == BY_ALICE
        assert seen.native.keys == (BY_ALICE,)

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
        self, sqv: Sqv, files: tuple[bytes, ...]
    ) -> None:
        assert ask(sqv, *files).signature.key == BY_ALICE

    def test_copies_of_a_certificate_are_merged(self, sqv: Sqv) -> None:
        revoked = alice(revocations=(REVOKED,))
        for copies in ((ALICE_CERT, revoked), (revoked, ALICE_CERT)):
            assert ask(sqv, *copies).signature.classes == {ErrorClass.KEY_REVOKED}

    def test_the_owner_of_a_subkey_is_found_behind_one_who_only_claims_it(self, sqv: Sqv) -> None:
        assert ask(sqv, THIEF, ALICE_CERT).signature.key == BY_ALICE


class TestSeveralSignatures:
    def test_one_good_signature_is_enough_for_the_exit_code(self, sqv: Sqv) -> None:
        for signatures in ((GOOD, BAD), (BAD, GOOD)):
            seen = ask(sqv, ALICE_CERT, artifact=detached(DATA, *signatures))
            assert seen.native.keys == (BY_ALICE,)
            assert "Message has been manipulated" in seen.native.evidence.message

    def test_all_certificates_that_signed_are_printed(self, sqv: Sqv) -> None:
        seen = ask(sqv, ALICE_CERT, BOB_CERT, artifact=detached(DATA, GOOD, BOBS))
        assert set(seen.native.keys) == {BY_ALICE, BY_BOB}

    def test_the_reasons_of_all_are_joined_where_none_is_good(self, sqv: Sqv) -> None:
        seen = ask(sqv, ALICE_CERT, artifact=detached(DATA, BAD, BOBS))
        assert seen.native.classes == {ErrorClass.BAD_SIGNATURE, ErrorClass.MISSING_KEY}


UNBOUND = {
    ErrorClass.UNBOUND_KEY,
    ErrorClass.KEY_NEWER_THAN_SIGNATURE,
    ErrorClass.POLICY_OTHER,
    ErrorClass.UNSUPPORTED,
}
"""What is left where there is no binding that it can use, and no reason for that."""

REFUSALS: dict[str, tuple[Certificate, Detached, set[ErrorClass]]] = {
    "changed": (ALICE_CERT, detached(DATA, BAD), {ErrorClass.BAD_SIGNATURE}),
    "unknown key": (BOB_CERT, signed(), {ErrorClass.MISSING_KEY}),
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
        {ErrorClass.KEY_EXPIRED},
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
    "one second too new": (
        ALICE_CERT,
        signed(Made(created=EPOCH + SECOND)),
        {ErrorClass.SIGNATURE_NOT_YET_VALID},
    ),
    "no back-signature": (alice(Binding(back=None)), signed(), UNBOUND),
    "key is newer": (ALICE_CERT, signed(Made(created=day(2019, 1, 1)), by=ALICE), UNBOUND),
    "SHA-1": (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1)), {ErrorClass.WEAK_HASH}),
    "SHA-1 in the self-signature": (
        lone(ALICE, SelfSignature(flags=SIGNS, hash=HashAlgorithm.SHA1)),
        signed(by=ALICE),
        {ErrorClass.WEAK_HASH, ErrorClass.UNBOUND_KEY},
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
    "version 3": (ALICE_CERT, signed(Made(version=3)), {ErrorClass.POLICY_OTHER}),
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
    "a certificate": (
        ALICE_CERT,
        Detached(data=DATA, signature=ALICE_CERT.octets),
        {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED},
    ),
    "a message": (
        ALICE_CERT,
        Detached(
            data=DATA,
            signature=inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message,
        ),
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
    def test_a_fault_is_refused_for_its_reason(self, sqv: Sqv, name: str) -> None:
        cert, artifact, classes = REFUSALS[name]
        seen = ask(sqv, cert, artifact=artifact)
        assert seen.signature.classes == classes
        assert seen.native.classes == classes
        assert seen.signature.evidence.exit_code == 1

    def test_what_it_says_it_does_not_know_is_unsupported(self, sqv: Sqv) -> None:
        seen = ask(sqv, ALICE_CERT, artifact=signed(kind=0x7F))
        assert seen.signature.verdict is Verdict.UNSUPPORTED

    def test_without_certificates_the_key_is_missing(self, sqv: Sqv) -> None:
        assert ask(sqv).signature.classes == {ErrorClass.MISSING_KEY}

    def test_one_unreadable_certificate_spoils_all(self, sqv: Sqv) -> None:
        for certificates in ((b"garbage", ALICE_CERT), (ALICE_CERT, b"garbage")):
            seen = ask(sqv, *certificates).signature
            assert seen.classes == {ErrorClass.MALFORMED}
            assert 'Failed to parse keyring "certificate-' in seen.evidence.message


class TestNoAnswer:
    def test_a_panic_is_an_error(self, sqv: Sqv) -> None:
        nameless = signed(Made(issuer_key_id=None, issuer_fingerprint=None))
        seen = ask(sqv, ALICE_CERT, artifact=nameless)
        assert seen.signature.verdict is Verdict.ERROR
        assert seen.native.verdict is Verdict.ERROR
        assert seen.signature.evidence.exit_code == 101

    @pytest.mark.parametrize(
        ("exit_code", "stdout", "stderr"),
        [
            (0, b"", b""),
            (0, b"not a fingerprint\n", b""),
            (1, b"?", b""),
            (1, b"", b"error: The following required arguments were not provided:\n"),
            (1, b"", b'Error: Reading "data": No space left on device (os error 28)\n'),
            (2, b"", b"error: unexpected argument\n"),
            (-9, b"", b""),
        ],
    )
    def test_nonsense_wrong_usage_and_broken_machines_give_none(
        self, exit_code: int, stdout: bytes, stderr: bytes
    ) -> None:
        assert reading(exit_code, stdout, stderr).native.verdict is Verdict.ERROR

    def test_an_unknown_reason_leaves_all_classes(self) -> None:
        for text in (b"Something new.\n", b"Verifying signature:\n           Something new\n"):
            assert reading(1, b"", text).signature.classes == UNSPECIFIED

    def test_one_that_does_not_start_gives_none(
        self, sqv: Sqv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        assert ask(sqv, ALICE_CERT).signature.verdict is Verdict.ERROR


def test_words_of_newer_ones_are_known() -> None:
    """Said by 1.3.0 (sequoia-openpgp 2.0.0), some by 1.1.0, too."""
    for text, classes in {
        "Error: Unsupported hash algorithm: Unknown hash algorithm 105\n": {ErrorClass.UNSUPPORTED},
        "Verifying signature:\n           Malformed packet: unknown version\n": {
            ErrorClass.MALFORMED,
            ErrorClass.UNSUPPORTED,
        },
        "Verifying signature:\n           unexpected EOF\n": {ErrorClass.MALFORMED},
        "Verifying signature:\n           Malformed MPI: leading bit is not set\n": {
            ErrorClass.MALFORMED
        },
        "Error: Invalid ASCII Armor footer.\n": {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE},
        'Error: Malformed certificate in keyring "certificate-0"\n\nCaused by:\n'
        "    Malformed packet: Truncated packet\n": {ErrorClass.MALFORMED},
        'Error: Failed to parse keyring "certificate-0"\n\nCaused by:\n'
        "    Invalid ASCII Armor footer.\n": {ErrorClass.MALFORMED},
    }.items():
        assert reading(1, b"", text.encode()).signature.classes == classes


class TestReferenceTime:
    def test_it_moves_expiry_in_both_directions(self, sqv: Sqv) -> None:
        soon = signed(Made(expires_after=timedelta(days=30)))
        keys = sqv.load((ALICE_CERT.octets,), EPOCH)
        for at, verdict in (
            (day(2024, 3, 10), Verdict.ACCEPTED),
            (day(2024, 5, 1), Verdict.REJECTED),
            (day(2024, 3, 10), Verdict.ACCEPTED),
        ):
            assert sqv.check(keys, soon, at).signature.verdict is verdict

    def test_it_moves_the_cutoff_for_sha1(self, sqv: Sqv) -> None:
        old = signed(Made(created=day(2021, 3, 1)), by=ALICE)
        cert = lone(ALICE, SelfSignature(flags=SIGNS, hash=HashAlgorithm.SHA1))
        keys = sqv.load((cert.octets,), EPOCH)
        verdicts = [
            sqv.check(keys, old, at).signature.verdict for at in (day(2023, 1, 31), day(2023, 2, 1))
        ]
        assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED]

    def test_without_libfaketime_it_runs_by_the_machines_clock(
        self, sqv: Sqv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_FAKETIME", None)
        keys = sqv.load((ALICE_CERT.octets,), EPOCH)
        assert sqv.check(keys, signed(), day(2019, 1, 1)).signature.key == BY_ALICE


@pytest.fixture
def newer(tmp_path: Path) -> Sqv:
    """One that has ``--policy-as-of`` and reads a file of policy, installed or fetched."""
    for adapter in (Sqv, backends.load("sqv@trixie")):
        program = shutil.which(getattr(adapter, "program", ("",))[-1])
        present = isinstance(adapter.presence(), Present) and program is not None
        if present and _sequoia.reads_policy_file(Path(program or "")):
            found = adapter(tmp_path)
            assert isinstance(found, Sqv)
            return found
    pytest.skip("needs a newer sqv (pgp-accord backends fetch debian:trixie sqv)")


def by_hand(
    sqv: Sqv, *options: str, cert: Certificate, artifact: Detached, at: datetime, **more: str
) -> int:
    """Run the program under libfaketime; give its exit code."""
    folder = Path(sqv.load((cert.octets,), at).path)
    (folder / "signature").write_bytes(artifact.signature)
    (folder / "data").write_bytes(artifact.data)
    assert module._FAKETIME is not None
    return subprocess.run(
        [*sqv.program, *options, "--keyring=certificate-0", "signature", "data"],
        cwd=folder,
        env={"HOME": str(folder), **clock.preload(module._FAKETIME, at), **more},
        capture_output=True,
        check=False,
    ).returncode


class TestPolicy:
    def test_a_file_of_policy_would_be_read_and_is_kept_out(
        self, newer: Sqv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "policy.toml"
        file.write_text('[hash_algorithms]\nsha256 = "never"\n')
        policy = {"SEQUOIA_CRYPTO_POLICY": str(file)}
        assert by_hand(newer, cert=ALICE_CERT, artifact=signed(), at=EPOCH) == 0
        assert by_hand(newer, cert=ALICE_CERT, artifact=signed(), at=EPOCH, **policy) == 1
        monkeypatch.setenv("SEQUOIA_CRYPTO_POLICY", str(file))
        assert ask(newer, ALICE_CERT).signature.key == BY_ALICE
        folder = tmp_path / "exported"
        folder.mkdir()
        exported = material.export(folder, (ALICE_CERT.octets,), signed())
        assert material.run_script(folder, newer.reproduce(exported).text).returncode == 0

    def test_it_says_that_it_could_read_one(self, newer: Sqv) -> None:
        notes = newer.describe().notes
        assert "it could read a file of policy, and is given none" in notes

    def test_its_date_is_no_reference_time(self, newer: Sqv) -> None:
        soon = signed(Made(expires_after=timedelta(days=30)))
        before, after = day(2024, 3, 10), day(2024, 5, 1)
        codes = {
            (at, policy): by_hand(
                newer, f"--policy-as-of={policy:%F}", cert=ALICE_CERT, artifact=soon, at=at
            )
            for at in (before, after)
            for policy in (before, after)
        }
        assert {at for (at, _), code in codes.items() if code == 0} == {before}
        assert {at for (at, _), code in codes.items() if code != 0} == {after}

    def test_its_date_is_the_reference_time_if_none_is_given(self, newer: Sqv) -> None:
        old = signed(Made(created=day(2021, 3, 1)), by=ALICE)
        cert = lone(ALICE, SelfSignature(flags=SIGNS, hash=HashAlgorithm.SHA1))
        before, after = day(2023, 1, 31), day(2023, 2, 1)
        for at, policy in ((before, before), (before, after), (after, before), (after, after)):
            as_of = f"--policy-as-of={policy:%F}"
            code = by_hand(newer, as_of, cert=cert, artifact=old, at=at)
            assert code == (0 if policy is before else 1)
            if at is policy:
                assert by_hand(newer, cert=cert, artifact=old, at=at) == code


def test_a_case_leaves_neither_files_nor_settings(sqv: Sqv, tmp_path: Path) -> None:
    before = dict(os.environ)
    ask(sqv, ALICE_CERT)
    assert dict(os.environ) == before
    assert list(tmp_path.iterdir()) == []


def test_the_evidence_names_no_path_of_this_run(sqv: Sqv, tmp_path: Path) -> None:
    for certificates in ((b"garbage",), (ALICE_CERT,)):
        for octets in (b"garbage", b""):
            seen = ask(sqv, *certificates, artifact=Detached(data=DATA, signature=octets))
            assert str(tmp_path) not in seen.signature.evidence.message


def test_it_names_its_versions_and_claims_no_more_than_it_can(sqv: Sqv) -> None:
    described = sqv.describe()
    assert described.version[0].isdigit()
    assert described.components["sequoia-openpgp"].split(".")[0] in ("1", "2")
    assert described.components["crypto"] in ("RustCrypto", "Nettle", "OpenSSL", "Botan")
    assert described.capabilities.reports == {KeyHalf.PRIMARY}


def test_it_is_present_where_the_program_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Sqv.presence(), Present)
    monkeypatch.setenv("PATH", "/nonexistent")
    absent = Sqv.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install sqv"


@pytest.mark.parametrize("name", [None, "revoked", "SHA-1", "signature expired", "garbage"])
def test_the_script_shows_the_same_by_hand(sqv: Sqv, tmp_path: Path, name: str | None) -> None:
    cert, artifact, _ = REFUSALS[name] if name else (ALICE_CERT, signed(), None)
    evidence = ask(sqv, cert, artifact=artifact).native.evidence
    exported = material.export(tmp_path, (cert.octets,), artifact)
    ended = material.run_script(tmp_path, Sqv.reproduce(exported).text)
    assert ended.returncode == evidence.exit_code
    assert ended.stdout == "".join(
        f"{line}\n" for line in (*evidence.status, f"exit code: {evidence.exit_code}")
    )


def test_a_bare_exit_code_is_no_refusal() -> None:
    for stderr in (b"", b"\n"):
        seen = reading(1, b"", stderr)
        assert seen.signature.verdict is seen.native.verdict is Verdict.ERROR
