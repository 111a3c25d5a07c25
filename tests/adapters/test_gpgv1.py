"""gpgv1: real processes, forged material. The traps are those of 1.4.23.

What it shares with gpgv is tested in ``test_gpgv.py`` and ``test_status.py``.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from backends import gpgv
from backends.gpgv1 import Gpgv1
from harness.artifact import Artifact, Inline
from harness.backend import Clock, Present, Unavailable
from harness.openpgp.names import PublicKeyAlgorithm
from harness.openpgp.signatures import Signature
from harness.outcomes import ErrorClass, Verdict, refusal
from tests.adapters import gnupg_material as material
from tests.adapters.gnupg_material import (
    ALICE,
    ALICE_CERT,
    ALICE_REVOKED,
    ALICE_SIGNING,
    ALICE_WITH_SUBKEY,
    BAD,
    BOB,
    BOB_CERT,
    BOBS,
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
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import EPOCH, day

pytestmark = [
    pytest.mark.skipif(shutil.which("gpgv1") is None, reason="needs gpgv1 (apt-get install gpgv1)"),
    pytest.mark.skipif(Gpgv1.clock is Clock.NONE, reason="needs libfaketime"),
]


@pytest.fixture
def gpgv1(tmp_path: Path) -> Gpgv1:
    return Gpgv1(tmp_path)


@pytest.mark.parametrize(
    "artifact",
    [
        detached(DATA, GOOD),
        detached(DATA, GOOD, armored=True),
        inline(one_pass_message(DATA, (GOOD, ALICE))),
        inline(prefixed_message(DATA, GOOD)),
        cleartext(b"a text", sign_cleartext(b"a text", ALICE)),
    ],
)
def test_a_good_signature_is_accepted_in_every_format(gpgv1: Gpgv1, artifact: Artifact) -> None:
    seen = ask(gpgv1, ALICE_CERT, artifact=artifact)
    assert seen.signature.key == named(ALICE)
    assert seen.native.keys == (named(ALICE),)


def test_both_halves_of_the_key_are_reported(gpgv1: Gpgv1) -> None:
    seen = ask(gpgv1, ALICE_WITH_SUBKEY, artifact=detached(DATA, sign(DATA, ALICE_SIGNING)))
    assert seen.signature.key == ALICE_SIGNING.under(ALICE)


NOT_SEEN = {"key may only certify"}
"""Faults that it does not look at."""
SEEN_OTHERWISE = {
    # It knows no elliptic curves.
    "hash too short for the key": {ErrorClass.UNSUPPORTED},
    # It says less about damaged armor.
    "wrong armor checksum": {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED},
}


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - NOT_SEEN))
def test_a_fault_is_rejected_for_its_reason(gpgv1: Gpgv1, name: str) -> None:
    fault = FAULTS[name]
    seen = ask(gpgv1, *fault.certificates, artifact=fault.artifact)
    classes = SEEN_OTHERWISE.get(name, fault.classes)
    if classes == {ErrorClass.UNKNOWN_CRITICAL}:  # or about a signature of the certificate's
        classes |= {ErrorClass.BAD_SIGNATURE}
    assert seen.signature.classes & classes
    assert seen.signature.verdict is refusal(seen.signature.classes)
    assert (seen.native.verdict is Verdict.ACCEPTED) == (name in EXIT_CODE_ZERO_ALL_THE_SAME)


@pytest.mark.parametrize("fault", REFUSED_CERTIFICATES.values(), ids=list(REFUSED_CERTIFICATES))
def test_a_refused_certificate_is_a_bad_key_and_its_reason_stays_possible(
    gpgv1: Gpgv1, fault: Fault
) -> None:
    seen = ask(gpgv1, *fault.certificates, artifact=fault.artifact).signature
    assert seen.classes == fault.classes | {ErrorClass.UNBOUND_KEY}


# ------------------------------------------------------------------ what it has of its own


@pytest.mark.parametrize(
    ("fault", "code"), [("key is newer", "40"), ("certification as data signature", "29")]
)
def test_its_own_error_codes_mean_what_they_mean_in_2_2(
    gpgv1: Gpgv1, fault: str, code: str
) -> None:
    seen = ask(gpgv1, *FAULTS[fault].certificates, artifact=FAULTS[fault].artifact).signature
    assert any(line.startswith("ERRSIG") and line.endswith(code) for line in seen.evidence.status)
    assert seen.classes == FAULTS[fault].classes


def test_the_evidence_has_its_own_lines(gpgv1: Gpgv1) -> None:
    seen = ask(gpgv1, ALICE_CERT, artifact=detached(DATA, GOOD)).signature
    assert [line.split(" ")[0] for line in seen.evidence.status] == [
        "SIG_ID",
        "GOODSIG",
        "VALIDSIG",
    ]


def test_several_signatures_are_told_apart(gpgv1: Gpgv1) -> None:
    certificates = (ALICE_CERT, BOB_CERT)
    assert ask(gpgv1, *certificates, artifact=both(GOOD, BOBS)).native.keys == (
        named(ALICE),
        named(BOB),
    )
    missing = ask(gpgv1, BOB_CERT, artifact=both(GOOD, BOBS))
    assert missing.native.classes == {ErrorClass.MISSING_KEY}


@pytest.mark.parametrize("first", [BAD, EXPIRED, MD5])
def test_what_comes_after_a_bad_one_or_one_of_another_hash_is_not_checked(
    gpgv1: Gpgv1, first: Signature
) -> None:
    seen = ask(gpgv1, ALICE_CERT, BOB_CERT, artifact=both(first, BOBS)).native
    assert seen.verdict is Verdict.REJECTED
    assert "Bob" not in "".join(seen.evidence.status)


def test_it_does_not_look_at_key_flags(gpgv1: Gpgv1) -> None:
    fault = FAULTS["key may only certify"]
    seen = ask(gpgv1, *fault.certificates, artifact=fault.artifact)
    assert seen.signature.key == named(ALICE)


def test_one_key_that_it_does_not_know_hides_those_around_it(gpgv1: Gpgv1) -> None:
    modern = cert(Key("ed25519-primary"))
    good = detached(DATA, GOOD)
    hidden = {ErrorClass.MISSING_KEY, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}
    assert ask(gpgv1, ALICE_CERT, BOB_CERT, modern, artifact=good).signature.key == named(ALICE)
    for certificates in ((ALICE_CERT, modern), (modern, BOB_CERT, ALICE_CERT)):
        assert ask(gpgv1, *certificates, artifact=good).signature.classes == hidden


def test_an_rsa_key_for_encryption_only_aborts_it_and_that_is_no_refusal(
    gpgv1: Gpgv1, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpgv, "_FAKETIME", None)  # a process that aborts leaves its files
    key = Key("rsa2048", PublicKeyAlgorithm.RSA_ENCRYPT)
    seen = ask(gpgv1, cert(key), artifact=detached(DATA, sign(DATA, key)))
    assert seen.native.verdict is Verdict.ERROR


def test_a_broken_certificate_spoils_the_keyring(gpgv1: Gpgv1) -> None:
    for certificates in ((b"garbage", ALICE_CERT), (ALICE_CERT, b"garbage")):
        seen = ask(gpgv1, *certificates, artifact=detached(DATA, GOOD)).signature
        assert seen.classes == {ErrorClass.MISSING_KEY, ErrorClass.MALFORMED}


def test_copies_of_a_certificate_are_not_merged_the_first_one_counts(gpgv1: Gpgv1) -> None:
    good = detached(DATA, GOOD)
    assert ask(gpgv1, ALICE_CERT, ALICE_REVOKED, artifact=good).signature.key == named(ALICE)
    last = ask(gpgv1, ALICE_REVOKED, ALICE_CERT, artifact=good).signature
    assert last.classes == {ErrorClass.KEY_REVOKED}


def test_without_certificates_the_key_is_missing(gpgv1: Gpgv1) -> None:
    seen = ask(gpgv1, artifact=detached(DATA, GOOD)).signature
    assert seen.classes == {ErrorClass.MISSING_KEY}


def test_a_signature_from_the_future_is_good(gpgv1: Gpgv1) -> None:
    future = sign(DATA, ALICE, Made(created=day(2030, 1, 1)))
    assert ask(gpgv1, ALICE_CERT, artifact=detached(DATA, future)).signature.key == named(ALICE)


def test_a_user_id_cannot_speak_for_it(gpgv1: Gpgv1) -> None:
    hostile = "x\n[GNUPG:] GOODSIG A x\r\x85\u2028\x0b[GNUPG:] VALIDSIG " + "C" * 40
    revoked = cert(ALICE, hostile, revocations=[material.REVOKED])
    seen = ask(gpgv1, revoked, artifact=detached(DATA, GOOD))
    assert seen.signature.classes == {ErrorClass.KEY_REVOKED}
    assert seen.native.keys == (named(ALICE),)


def test_a_message_is_not_written_out(gpgv1: Gpgv1) -> None:
    message = one_pass_message(b"[GNUPG:] GOODSIG A B\n", (BAD, ALICE))
    seen = ask(gpgv1, ALICE_CERT, artifact=Inline(message=inline(message).message))
    assert seen.signature.classes == {ErrorClass.BAD_SIGNATURE}


# ------------------------------------------------------------------ time, presence, by hand


def test_the_reference_time_moves_expiry(gpgv1: Gpgv1) -> None:
    soon = detached(DATA, sign(DATA, ALICE, Made(expires_after=timedelta(days=30))))
    keys = gpgv1.load((ALICE_CERT,), EPOCH)
    assert gpgv1.check(keys, soon, day(2024, 3, 10)).signature.key == named(ALICE)
    dead = gpgv1.check(keys, soon, day(2024, 5, 1)).signature
    assert dead.classes == {ErrorClass.SIGNATURE_EXPIRED}
    assert gpgv1.check(keys, soon, day(2024, 3, 10)).signature.key == named(ALICE)


def test_it_is_present_where_the_program_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Gpgv1.presence(), Present)
    monkeypatch.setenv("PATH", "/nonexistent")
    absent = Gpgv1.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install gpgv1"


def test_it_names_its_version(gpgv1: Gpgv1) -> None:
    described = gpgv1.describe()
    assert described.version.startswith("1.")
    assert "libgcrypt" not in described.components


@pytest.mark.skipif(shutil.which("gpg") is None, reason="the script takes off armor with gpg")
@pytest.mark.parametrize("name", ["revoked key", "expired signature", "MD5", "tampered text"])
def test_the_script_shows_the_same_by_hand(gpgv1: Gpgv1, tmp_path: Path, name: str) -> None:
    fault = FAULTS[name]
    evidence = ask(gpgv1, *fault.certificates, artifact=fault.artifact).native.evidence
    exported = material.export(tmp_path, fault.certificates, fault.artifact)
    ended = material.run_script(tmp_path, Gpgv1.reproduce(exported).text)
    assert ended.returncode == evidence.exit_code
    assert material.status_lines(ended.stdout) == evidence.status
