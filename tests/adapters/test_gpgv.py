"""The adapter for gpgv: real processes, forged material. The traps are those of 2.2.40."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backends import gpgv as module
from backends.gpgv import Gpgv
from harness.artifact import Artifact, Inline
from harness.backend import Clock, Present, Unavailable
from harness.openpgp.armor import write_armor
from harness.openpgp.signatures import Signature
from harness.outcomes import ErrorClass, Verdict, refusal
from tests.adapters import gnupg_material as material
from tests.adapters.gnupg_material import (
    ALICE,
    ALICE_CERT,
    ALICE_REVOKED,
    BAD,
    BOB,
    BOB_CERT,
    BOBS,
    CRITICAL,
    DATA,
    EXIT_CODE_ZERO_ALL_THE_SAME,
    EXPIRED,
    FAULTS,
    GOOD,
    MD5,
    REFUSED_CERTIFICATES,
    Fault,
    ask,
    both,
    cert,
    named,
)
from vectors.forge.artifacts import (
    cleartext,
    detached,
    inline,
    one_pass_message,
    prefixed_message,
    sign_cleartext,
)
from vectors.forge.signature import Made, sign
from vectors.forge.times import EPOCH, day

pytestmark = [
    pytest.mark.skipif(shutil.which("gpgv") is None, reason="needs gpgv"),
    pytest.mark.skipif(Gpgv.clock is Clock.NONE, reason="needs libfaketime"),
]


@pytest.fixture
def gpgv(tmp_path: Path) -> Gpgv:
    return Gpgv(tmp_path)


@pytest.mark.parametrize(
    "artifact",
    [
        detached(DATA, GOOD),
        detached(DATA, GOOD, armored=True),
        inline(one_pass_message(DATA, (GOOD, ALICE))),
        inline(one_pass_message(DATA, (GOOD, ALICE)), armored=True),
        inline(prefixed_message(DATA, GOOD)),
        cleartext(b"a text", sign_cleartext(b"a text", ALICE)),
    ],
)
def test_a_good_signature_is_accepted_in_every_format(gpgv: Gpgv, artifact: Artifact) -> None:
    seen = ask(gpgv, ALICE_CERT, artifact=artifact)
    assert seen.signature.key == named(ALICE)
    assert seen.native.keys == (named(ALICE),)


def test_a_message_is_not_written_out(gpgv: Gpgv) -> None:
    message = inline(one_pass_message(DATA, (GOOD, ALICE)))
    keys = gpgv.load((ALICE_CERT,), EPOCH)
    ended = subprocess.run(
        ["gpgv", "--keyring", keys.file, "message"],
        input=b"",
        cwd=_written(keys.path, message),
        capture_output=True,
        check=True,
    )
    assert ended.stdout == b"", "standard output is free for status lines"


def _written(folder: Path, artifact: Inline) -> Path:
    (folder / "message").write_bytes(artifact.message)
    return folder


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_rejected_for_its_reason(gpgv: Gpgv, name: str) -> None:
    fault = FAULTS[name]
    seen = ask(gpgv, *fault.certificates, artifact=fault.artifact)
    # It checks the certificate's signatures as well; a remark may be about one of them.
    critical = fault.classes == {ErrorClass.UNKNOWN_CRITICAL}
    classes = fault.classes | {ErrorClass.BAD_SIGNATURE} if critical else fault.classes
    assert seen.signature.verdict is refusal(classes)
    assert seen.signature.classes == classes
    native_accepts = seen.native.verdict is Verdict.ACCEPTED
    assert native_accepts == (name in EXIT_CODE_ZERO_ALL_THE_SAME)


@pytest.mark.parametrize("fault", REFUSED_CERTIFICATES.values(), ids=list(REFUSED_CERTIFICATES))
def test_a_refused_certificate_is_a_bad_key_and_its_reason_stays_possible(
    gpgv: Gpgv, fault: Fault
) -> None:
    seen = ask(gpgv, *fault.certificates, artifact=fault.artifact).signature
    assert seen.verdict is Verdict.REJECTED
    assert seen.classes == fault.classes | {ErrorClass.UNBOUND_KEY}


# ------------------------------------------------------------------ traps


@pytest.mark.parametrize("first", [BAD, EXPIRED])
def test_it_stops_at_the_first_bad_signature(gpgv: Gpgv, first: Signature) -> None:
    seen = ask(gpgv, ALICE_CERT, BOB_CERT, artifact=both(first, BOBS))
    assert seen.native.evidence.status.count("NEWSIG") == 1
    assert seen.native.verdict is Verdict.REJECTED


def test_it_does_not_stop_at_one_it_cannot_check(gpgv: Gpgv) -> None:
    seen = ask(gpgv, ALICE_CERT, BOB_CERT, artifact=both(MD5, BOBS))
    assert seen.native.evidence.status.count("NEWSIG") == 2
    assert seen.native.classes == {ErrorClass.WEAK_HASH}


def test_an_unknown_hash_in_front_hides_the_signatures_after_it(gpgv: Gpgv) -> None:
    unknown = replace(GOOD, hash_algorithm=99)
    after = ask(gpgv, ALICE_CERT, BOB_CERT, artifact=both(unknown, BOBS)).native
    before = ask(gpgv, ALICE_CERT, BOB_CERT, artifact=both(BOBS, unknown)).native
    assert after.evidence.status.count("NEWSIG") == 0
    assert before.evidence.status.count("NEWSIG") == 2


def test_copies_of_a_certificate_are_not_merged_the_first_one_counts(gpgv: Gpgv) -> None:
    good = detached(DATA, GOOD)
    first = ask(gpgv, ALICE_CERT, ALICE_REVOKED, artifact=good).signature
    last = ask(gpgv, ALICE_REVOKED, ALICE_CERT, artifact=good).signature
    assert first.key == named(ALICE)
    assert last.classes == {ErrorClass.KEY_REVOKED}


def test_it_takes_no_armored_keyring(gpgv: Gpgv) -> None:
    keys = gpgv.load((), EPOCH)
    keys.file.write_bytes(write_armor("PGP PUBLIC KEY BLOCK", ALICE_CERT))
    seen = gpgv.check(keys, detached(DATA, GOOD), EPOCH).signature
    assert ErrorClass.MISSING_KEY in seen.classes


@pytest.mark.parametrize("armored", [False, True])
def test_so_armored_certificates_are_made_binary_several_in_a_file_too(
    gpgv: Gpgv, armored: bool
) -> None:
    alice = write_armor("PGP PUBLIC KEY BLOCK", ALICE_CERT) if armored else ALICE_CERT
    bob = write_armor("PGP PUBLIC KEY BLOCK", BOB_CERT) if armored else BOB_CERT
    for files in ((alice, bob), (alice + bob,)):
        seen = ask(gpgv, *files, artifact=both(GOOD, BOBS))
        assert seen.native.keys == (named(ALICE), named(BOB))


@pytest.mark.parametrize("broken", [b"garbage", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!"])
def test_a_broken_certificate_spoils_the_keyring(gpgv: Gpgv, broken: bytes) -> None:
    for certificates in ((broken, ALICE_CERT), (ALICE_CERT, broken)):
        seen = ask(gpgv, *certificates, artifact=detached(DATA, GOOD)).signature
        assert seen.classes == {ErrorClass.MISSING_KEY, ErrorClass.MALFORMED}


def test_without_certificates_the_key_is_missing(gpgv: Gpgv) -> None:
    seen = ask(gpgv, artifact=detached(DATA, GOOD)).signature
    assert seen.classes == {ErrorClass.MISSING_KEY}


def test_a_critical_subpacket_in_a_self_signature_looks_like_one_in_the_signature(
    gpgv: Gpgv,
) -> None:
    seen = ask(gpgv, material.ALICE_HALF_CRITICAL, artifact=detached(DATA, BAD)).signature
    assert "unknown critical bit" in seen.evidence.message
    assert seen.classes == {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL}


def test_a_signature_from_the_future_is_good(gpgv: Gpgv) -> None:
    future = sign(DATA, ALICE, Made(created=day(2030, 1, 1)))
    assert ask(gpgv, ALICE_CERT, artifact=detached(DATA, future)).signature.key == named(ALICE)


def test_unknown_critical_is_told_on_standard_error_only(gpgv: Gpgv) -> None:
    seen = ask(gpgv, ALICE_CERT, artifact=detached(DATA, CRITICAL)).signature
    assert any(line.startswith("BADSIG") for line in seen.evidence.status)
    assert "due to an unknown critical bit" in seen.evidence.message
    assert ErrorClass.UNKNOWN_CRITICAL in seen.classes


def test_a_user_id_cannot_speak_for_gpgv(gpgv: Gpgv) -> None:
    hostile = "x\n[GNUPG:] GOODSIG A x\r\x85\u2028\x0b[GNUPG:] VALIDSIG " + "C" * 40
    revoked = cert(ALICE, hostile, revocations=[material.REVOKED])
    seen = ask(gpgv, revoked, artifact=detached(DATA, GOOD))
    assert seen.signature.classes == {ErrorClass.KEY_REVOKED}
    assert seen.native.keys == (named(ALICE),)


# ------------------------------------------------------------------ reference time, processes


def test_the_reference_time_moves_expiry(gpgv: Gpgv) -> None:
    soon = detached(DATA, sign(DATA, ALICE, Made(expires_after=timedelta(days=30))))
    keys = gpgv.load((ALICE_CERT,), EPOCH)
    assert gpgv.check(keys, soon, day(2024, 3, 10)).signature.key == named(ALICE)
    dead = gpgv.check(keys, soon, day(2024, 5, 1)).signature
    assert dead.classes == {ErrorClass.SIGNATURE_EXPIRED}
    assert gpgv.check(keys, soon, day(2024, 3, 10)).signature.key == named(ALICE)


def test_the_clock_of_this_process_is_left_alone(gpgv: Gpgv) -> None:
    before = dict(os.environ)
    ask(gpgv, ALICE_CERT, artifact=detached(DATA, GOOD))
    assert dict(os.environ) == before


def test_without_libfaketime_it_runs_by_the_machines_clock(
    gpgv: Gpgv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FAKETIME", None)
    seen = ask(gpgv, ALICE_CERT, artifact=detached(DATA, GOOD), at=day(2019, 1, 1))
    assert seen.signature.key == named(ALICE)


def test_a_case_leaves_neither_files_nor_processes(gpgv: Gpgv, tmp_path: Path) -> None:
    ask(gpgv, ALICE_CERT, artifact=both(BAD, BOBS))
    assert list(tmp_path.iterdir()) == []
    assert material.processes_naming(str(tmp_path)) == []


def test_a_gpgv_that_is_killed_or_does_not_start_gives_no_answer(
    gpgv: Gpgv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gpgv"
    program.write_text("#!/bin/sh\nkill -KILL $$\n")
    program.chmod(0o755)
    # A process killed under libfaketime leaves two files in /dev/shm.
    monkeypatch.setattr(module, "_FAKETIME", None)
    for path, exit_code in ((f"{tmp_path}:/bin", -9), ("/nonexistent", None)):
        monkeypatch.setenv("PATH", path)
        seen = ask(gpgv, ALICE_CERT, artifact=detached(DATA, GOOD))
        assert seen.signature.verdict is Verdict.ERROR
        assert seen.native.verdict is Verdict.ERROR
        assert seen.signature.evidence.exit_code == exit_code


def test_it_is_present_where_gpgv_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Gpgv.presence(), Present)
    monkeypatch.setenv("PATH", "/nonexistent")
    absent = Gpgv.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install gpgv"


def test_it_names_its_versions(gpgv: Gpgv) -> None:
    described = gpgv.describe()
    assert described.version[0] in "12"
    assert described.components["libgcrypt"][0] == "1"
    assert described.capabilities.clock is Clock.LIBFAKETIME


@pytest.mark.skipif(shutil.which("gpg") is None, reason="the script takes off armor with gpg")
@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("name", ["revoked key", "expired signature", "MD5", "tampered text"])
def test_the_script_shows_the_same_by_hand(
    gpgv: Gpgv, tmp_path: Path, name: str, armored: bool
) -> None:
    fault = FAULTS[name]
    certificates = fault.certificates
    if armored:
        certificates = tuple(write_armor("PGP PUBLIC KEY BLOCK", c) for c in certificates)
    evidence = ask(gpgv, *certificates, artifact=fault.artifact).native.evidence
    exported = material.export(tmp_path, certificates, fault.artifact)
    ended = material.run_script(tmp_path, Gpgv.reproduce(exported).text)
    assert ended.returncode == evidence.exit_code
    assert ended.stdout.endswith(f"exit code: {evidence.exit_code}\n")
    assert material.status_lines(ended.stdout) == evidence.status
