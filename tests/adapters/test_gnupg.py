"""The adapter for gpg: real processes, forged material.

Tests that name a trap state what gpg 2.2.40 does; a release that no longer does it changes the
divergence book, not only this file.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backends import _gnupg
from backends.gnupg import GnuPG, Home
from harness.artifact import OPENPGP_FORMATS, Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, Present, Unavailable
from harness.openpgp.armor import write_armor
from harness.openpgp.contents import Literal, write_literal
from harness.openpgp.names import LiteralFormat, SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature
from harness.outcomes import ErrorClass, Verdict, refusal
from tests.adapters import gnupg_material as material
from tests.adapters.gnupg_material import (
    ALICE,
    ALICE_CERT,
    ALICE_EXPIRED,
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
    one_pass,
    one_pass_message,
    prefixed_message,
    sign_cleartext,
)
from vectors.forge.certificate import UserId, signature_packet
from vectors.forge.signature import Made, sign
from vectors.forge.subpackets import notation
from vectors.forge.times import EPOCH, day

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="needs gpg")

IMITATION = "x\n[GNUPG:] GOODSIG A x\r\x85\u2028\x0b[GNUPG:] VALIDSIG " + "C" * 40


@pytest.fixture
def gnupg(tmp_path: Path) -> GnuPG:
    return GnuPG(tmp_path)


# ------------------------------------------------------------------ what it says of one signature


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
@pytest.mark.parametrize("armored", [False, True])
def test_a_good_signature_is_accepted_in_every_format(
    gnupg: GnuPG, artifact: Artifact, armored: bool
) -> None:
    octets = write_armor("PGP PUBLIC KEY BLOCK", ALICE_CERT) if armored else ALICE_CERT
    seen = ask(gnupg, octets, artifact=artifact)
    assert seen.signature.key == named(ALICE)
    assert seen.native.verdict is Verdict.ACCEPTED
    assert seen.native.keys == (named(ALICE),)
    assert seen.signature.evidence.exit_code == 0


def test_a_subkey_is_named_with_its_primary_key(gnupg: GnuPG) -> None:
    signing = material.ALICE_SIGNING
    signed = detached(DATA, sign(DATA, signing))
    seen = ask(gnupg, material.ALICE_WITH_SUBKEY, artifact=signed)
    assert seen.signature.key == signing.under(ALICE)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_rejected_for_its_reason(gnupg: GnuPG, name: str) -> None:
    fault = FAULTS[name]
    seen = ask(gnupg, *fault.certificates, artifact=fault.artifact)
    assert seen.signature.verdict is refusal(fault.classes)
    assert seen.signature.classes == fault.classes
    native_accepts = seen.native.verdict is Verdict.ACCEPTED
    assert native_accepts == (name in EXIT_CODE_ZERO_ALL_THE_SAME)
    if native_accepts:
        assert seen.native.keys == (named(ALICE),)


@pytest.mark.parametrize("fault", REFUSED_CERTIFICATES.values(), ids=list(REFUSED_CERTIFICATES))
def test_a_refused_certificate_leaves_its_reason_possible(gnupg: GnuPG, fault: Fault) -> None:
    seen = ask(gnupg, *fault.certificates, artifact=fault.artifact)
    assert seen.signature.verdict is Verdict.REJECTED
    assert seen.signature.classes >= fault.classes | {ErrorClass.MISSING_KEY}
    assert "on loading the certificates" in seen.signature.evidence.message


def test_the_backends_own_words_are_kept(gnupg: GnuPG) -> None:
    evidence = ask(gnupg, BOB_CERT, artifact=detached(DATA, GOOD)).signature.evidence
    assert evidence.exit_code == 2
    assert evidence.status[0] == "NEWSIG"
    assert f"NO_PUBKEY {ALICE.key_id}" in evidence.status
    assert "Can't check signature: No public key" in evidence.message


def test_the_web_of_trust_decides_nothing(gnupg: GnuPG) -> None:
    keys = gnupg.load((ALICE_CERT,), EPOCH)
    seen = gnupg.check(keys, detached(DATA, GOOD), EPOCH)
    assert not (keys.path / "trustdb.gpg").exists()
    assert not any(line.startswith("TRUST_") for line in seen.native.evidence.status)


# ------------------------------------------------------------------ traps


@pytest.mark.parametrize(
    ("certificate", "told"),
    [(ALICE_REVOKED, ErrorClass.KEY_REVOKED), (ALICE_EXPIRED, ErrorClass.KEY_EXPIRED)],
)
def test_the_exit_code_is_0_for_a_revoked_and_for_an_expired_key(
    gnupg: GnuPG, certificate: bytes, told: ErrorClass
) -> None:
    seen = ask(gnupg, certificate, artifact=detached(DATA, GOOD))
    assert seen.signature.classes == {told}
    assert seen.native.verdict is Verdict.ACCEPTED
    assert seen.native.keys == (named(ALICE),)
    assert any(line.startswith("VALIDSIG") for line in seen.native.evidence.status)


def test_an_unsigned_message_has_exit_code_2_from_verify_and_0_from_decrypt(
    gnupg: GnuPG, tmp_path: Path
) -> None:
    unsigned = FAULTS["unsigned message"].artifact
    assert isinstance(unsigned, Inline)
    assert ask(gnupg, ALICE_CERT, artifact=unsigned).native.evidence.exit_code == 2
    (tmp_path / "message").write_bytes(unsigned.message)
    decrypted = subprocess.run(
        ["gpg", *_gnupg.OPTIONS, "--homedir", str(tmp_path), "--decrypt", "message"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert decrypted.returncode == 0
    assert decrypted.stdout == DATA


@pytest.mark.parametrize("first", [BAD, EXPIRED, MD5])
def test_all_signatures_are_seen_after_a_bad_one(gnupg: GnuPG, first: Signature) -> None:
    status = ask(gnupg, ALICE_CERT, BOB_CERT, artifact=both(first, BOBS)).native.evidence.status
    assert status.count("NEWSIG") == 2
    assert any(line.startswith(f"GOODSIG {BOB.key_id}") for line in status)


@pytest.mark.parametrize("first", [BAD, EXPIRED])
def test_batch_would_stop_at_the_first_bad_one(
    gnupg: GnuPG, first: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_gnupg, "OPTIONS", (*_gnupg.OPTIONS, "--batch"))
    seen = ask(gnupg, ALICE_CERT, BOB_CERT, artifact=both(first, BOBS))
    assert seen.native.evidence.status.count("NEWSIG") == 1


def test_one_bad_signature_beside_a_good_one_is_a_no_by_exit_code(gnupg: GnuPG) -> None:
    seen = ask(gnupg, ALICE_CERT, BOB_CERT, artifact=both(BOBS, BAD))
    assert seen.signature.key == named(BOB)
    assert seen.native.verdict is Verdict.REJECTED
    assert seen.native.classes == {ErrorClass.BAD_SIGNATURE}


def test_of_a_binary_and_a_text_signature_only_the_first_is_checked(gnupg: GnuPG) -> None:
    text = sign(DATA, ALICE, kind=SignatureType.TEXT)
    bad_text = replace(text, material=BAD.material)
    seen = ask(gnupg, ALICE_CERT, BOB_CERT, artifact=both(BOBS, bad_text))
    assert seen.native.verdict is Verdict.ACCEPTED
    assert seen.native.keys == (named(BOB),)
    assert "Only the first will be checked" in seen.native.evidence.message


def test_a_signature_from_the_future_is_good(gnupg: GnuPG) -> None:
    future = sign(DATA, ALICE, Made(created=day(2030, 1, 1)))
    assert ask(gnupg, ALICE_CERT, artifact=detached(DATA, future)).signature.key == named(ALICE)


def test_unknown_critical_is_bad_by_status_and_told_on_standard_error_only(gnupg: GnuPG) -> None:
    seen = ask(gnupg, ALICE_CERT, artifact=detached(DATA, CRITICAL)).signature
    assert any(line.startswith("BADSIG") for line in seen.evidence.status)
    assert "due to an unknown critical bit" in seen.evidence.message
    assert seen.classes == {ErrorClass.UNKNOWN_CRITICAL}


def test_a_tampered_signature_with_a_critical_subpacket_is_bad_and_nothing_else(
    gnupg: GnuPG,
) -> None:
    seen = ask(gnupg, ALICE_CERT, artifact=detached(b"tampered", CRITICAL))
    assert seen.signature.classes == {ErrorClass.BAD_SIGNATURE}


def test_a_remark_on_critical_bits_is_about_the_signature_since_import_drops_the_others(
    gnupg: GnuPG,
) -> None:
    seen = ask(gnupg, material.ALICE_HALF_CRITICAL, artifact=detached(DATA, BAD)).signature
    on_loading, _, on_verifying = seen.evidence.message.partition("on verifying:")
    assert "unknown critical bit" in on_loading
    assert "unknown critical bit" not in on_verifying
    assert seen.classes == {ErrorClass.BAD_SIGNATURE}


def test_an_unknown_hash_gets_no_status_line_at_all_when_detached(gnupg: GnuPG) -> None:
    seen = ask(gnupg, ALICE_CERT, artifact=FAULTS["unknown hash"].artifact)
    assert seen.signature.evidence.status == ()
    assert seen.signature.evidence.exit_code == 2


def test_goodsig_names_the_key_that_is_claimed_and_validsig_the_one_that_signed(
    gnupg: GnuPG,
) -> None:
    claims_bob = sign(DATA, ALICE, Made(issuer_key_id=BOB))
    seen = ask(gnupg, ALICE_CERT, BOB_CERT, artifact=detached(DATA, claims_bob))
    assert any(line.startswith(f"GOODSIG {BOB.key_id}") for line in seen.native.evidence.status)
    assert seen.signature.key == named(ALICE)


def test_text_around_a_cleartext_signed_message_is_ignored(gnupg: GnuPG) -> None:
    signed = cleartext(b"a text", sign_cleartext(b"a text", ALICE)).message
    seen = ask(gnupg, ALICE_CERT, artifact=Cleartext(message=b"evil\n" + signed + b"evil\n"))
    assert seen.native.verdict is Verdict.ACCEPTED


# ------------------------------------------------------------------ certificates


def test_copies_of_a_certificate_are_merged(gnupg: GnuPG) -> None:
    for copies in ((ALICE_CERT, ALICE_REVOKED), (ALICE_REVOKED, ALICE_CERT)):
        seen = ask(gnupg, *copies, artifact=detached(DATA, GOOD))
        assert seen.signature.classes == {ErrorClass.KEY_REVOKED}


def test_one_file_may_hold_several_armored_certificates(gnupg: GnuPG) -> None:
    file = b"".join(write_armor("PGP PUBLIC KEY BLOCK", c) for c in (BOB_CERT, ALICE_CERT))
    assert ask(gnupg, file, artifact=detached(DATA, GOOD)).signature.key == named(ALICE)


def test_a_broken_file_spoils_itself_only(gnupg: GnuPG) -> None:
    seen = ask(gnupg, b"garbage", ALICE_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.key == named(ALICE)
    seen = ask(gnupg, ALICE_CERT + b"garbage", BOB_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.classes == {ErrorClass.MISSING_KEY, ErrorClass.MALFORMED}


def test_without_certificates_the_key_is_missing(gnupg: GnuPG) -> None:
    seen = ask(gnupg, artifact=detached(DATA, GOOD))
    assert seen.signature.classes == {ErrorClass.MISSING_KEY}


def test_a_case_leaves_neither_keys_nor_files_to_the_next(gnupg: GnuPG, tmp_path: Path) -> None:
    assert ask(gnupg, ALICE_CERT, artifact=detached(DATA, GOOD)).signature.key is not None
    assert list(tmp_path.iterdir()) == []
    assert ask(gnupg, BOB_CERT, artifact=detached(DATA, GOOD)).signature.key is None


def test_several_questions_may_be_put_to_one_set_of_keys(gnupg: GnuPG) -> None:
    keys = gnupg.load((ALICE_CERT,), EPOCH)
    assert gnupg.check(keys, detached(DATA, GOOD), EPOCH).signature.key == named(ALICE)
    assert gnupg.check(keys, detached(DATA, BAD), EPOCH).signature.key is None
    gnupg.unload(keys)


# ------------------------------------------------------------------ reference time


def test_the_reference_time_moves_expiry(gnupg: GnuPG) -> None:
    soon = sign(DATA, ALICE, Made(expires_after=timedelta(days=30)))
    before, after = day(2024, 3, 10), day(2024, 5, 1)
    alive = ask(gnupg, ALICE_CERT, artifact=detached(DATA, soon), at=before)
    dead = ask(gnupg, ALICE_CERT, artifact=detached(DATA, soon), at=after)
    assert alive.signature.verdict is Verdict.ACCEPTED
    assert dead.signature.classes == {ErrorClass.SIGNATURE_EXPIRED}


def test_the_reference_time_also_holds_on_import(gnupg: GnuPG) -> None:
    at = day(2019, 1, 1)  # before the key was made
    seen = ask(gnupg, ALICE_CERT, artifact=detached(DATA, GOOD), at=at)
    assert ErrorClass.KEY_NEWER_THAN_SIGNATURE in seen.signature.classes


# ------------------------------------------------------------------ hostile input


@pytest.mark.parametrize("signature", [BAD, GOOD])
def test_a_user_id_cannot_speak_for_gpg(gnupg: GnuPG, signature: Signature) -> None:
    hostile = cert(ALICE, IMITATION)
    seen = ask(gnupg, hostile, artifact=detached(DATA, signature))
    assert seen.signature.key == (named(ALICE) if signature is GOOD else None)
    assert seen.native.keys == ((named(ALICE),) if signature is GOOD else ())


def test_a_user_id_cannot_make_a_revoked_key_good(gnupg: GnuPG) -> None:
    hostile = cert(ALICE, IMITATION, revocations=[material.REVOKED])
    seen = ask(gnupg, hostile, artifact=detached(DATA, GOOD))
    assert seen.signature.classes == {ErrorClass.KEY_REVOKED}


def test_data_and_file_names_cannot_speak_for_gpg(gnupg: GnuPG) -> None:
    says = IMITATION.encode() + b"\n[GNUPG:] NEWSIG\n"
    packet = Packet(
        Tag.LITERAL_DATA, write_literal(Literal(says, LiteralFormat.BINARY, says[:200], 0))
    )
    message = write_packets([one_pass(BAD, ALICE), packet, signature_packet(BAD)])
    seen = ask(gnupg, ALICE_CERT, artifact=Inline(message=message))
    assert seen.signature.classes == {ErrorClass.BAD_SIGNATURE}
    assert seen.native.evidence.status.count("NEWSIG") == 1


def test_notations_and_armor_headers_cannot_speak_for_gpg(gnupg: GnuPG) -> None:
    noted = sign(DATA, ALICE, Made(hashed=(notation("x@accord.example", IMITATION),)))
    octets = detached(DATA, noted).signature
    armored = write_armor("PGP SIGNATURE", octets, [("Comment", IMITATION.replace("\n", " "))])
    seen = ask(gnupg, ALICE_CERT, artifact=Detached(data=DATA, signature=armored))
    assert seen.signature.key == named(ALICE)
    assert seen.native.keys == (named(ALICE),)


def test_a_signature_does_not_make_gpg_look_for_a_file_to_verify(
    gnupg: GnuPG, tmp_path: Path
) -> None:
    keys = gnupg.load((ALICE_CERT,), EPOCH)
    for name in ("message", "messag", "data"):
        (keys.path / name).write_bytes(DATA)
    alone = Inline(message=detached(DATA, GOOD).signature)
    assert gnupg.check(keys, alone, EPOCH).signature.verdict is Verdict.REJECTED


# ------------------------------------------------------------------ processes


def test_it_asks_nothing_and_leaves_no_process(gnupg: GnuPG, tmp_path: Path) -> None:
    begun = time.monotonic()
    keys = gnupg.load((ALICE_CERT, BOB_CERT), EPOCH)
    for artifact in (
        detached(DATA, GOOD),
        both(BAD, BOBS),
        detached(DATA, sign(DATA, material.ALICE_SIGNING)),
        FAULTS["a signature for a message"].artifact,
    ):
        gnupg.check(keys, artifact, EPOCH)
    files = {path.name for path in keys.path.iterdir()}
    gnupg.unload(keys)
    assert time.monotonic() - begun < 10
    assert material.processes_naming(str(tmp_path)) == []
    assert not any(name.startswith("S.") for name in files), "a daemon's socket"


def in_path(folder: Path, script: str) -> str:
    program = folder / "gpg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_a_gpg_that_is_killed_gives_no_answer(
    gnupg: GnuPG, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", in_path(tmp_path, "echo '[GNUPG:] NEWSIG'; kill -SEGV $$"))
    seen = ask(gnupg, ALICE_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is Verdict.ERROR
    assert seen.signature.evidence.exit_code == -11


def test_a_gpg_that_does_not_start_gives_no_answer(
    gnupg: GnuPG, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    seen = ask(gnupg, ALICE_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.verdict is Verdict.ERROR
    assert "gpg" in seen.signature.evidence.message


def test_a_wrong_option_is_our_mistake_and_no_rejection(
    gnupg: GnuPG, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_gnupg, "OPTIONS", ("--no-such-option",))
    seen = ask(gnupg, ALICE_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.verdict is Verdict.ERROR


# ------------------------------------------------------------------ presence and description


def test_it_is_present_where_gpg_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(GnuPG.presence(), Present)
    monkeypatch.setenv("PATH", "/nonexistent")
    absent = GnuPG.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install gnupg"


def test_it_names_its_versions(gnupg: GnuPG) -> None:
    described = gnupg.describe()
    assert described.version[0] in "12"
    assert described.components["libgcrypt"][0] == "1"
    assert described.capabilities.clock is Clock.NATIVE
    assert described.capabilities.formats == OPENPGP_FORMATS


# ------------------------------------------------------------------ by hand


@pytest.mark.parametrize(
    "name", ["revoked key", "tampered data", "MD5", "tampered text", "a signature for a message"]
)
def test_the_script_shows_the_same_by_hand(gnupg: GnuPG, tmp_path: Path, name: str) -> None:
    fault = FAULTS[name]
    evidence = ask(gnupg, *fault.certificates, artifact=fault.artifact).native.evidence
    exported = material.export(tmp_path, fault.certificates, fault.artifact)
    ended = material.run_script(tmp_path, GnuPG.reproduce(exported).text)
    assert ended.returncode == evidence.exit_code
    assert ended.stdout.endswith(f"exit code: {evidence.exit_code}\n")
    shown = material.status_lines(ended.stdout)
    assert shown[len(shown) - len(evidence.status) :] == evidence.status


def test_the_script_leaves_nothing_behind(
    gnupg: GnuPG, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    exported = material.export(tmp_path, (ALICE_CERT,), detached(DATA, GOOD))
    assert material.run_script(tmp_path, GnuPG.reproduce(exported).text).returncode == 0
    assert list(temporary.iterdir()) == []


def test_keys_are_a_home_of_mode_0700(gnupg: GnuPG) -> None:
    keys = gnupg.load((ALICE_CERT,), EPOCH)
    assert isinstance(keys, Home)
    assert keys.path.stat().st_mode & 0o777 == 0o700
    gnupg.unload(keys)


def test_an_empty_user_id_is_no_obstacle(gnupg: GnuPG) -> None:
    nameless = cert(ALICE, user_ids=[UserId("", (material.CERTIFY_AND_SIGN,))])
    assert ask(gnupg, nameless, artifact=detached(DATA, GOOD)).signature.key == named(ALICE)
