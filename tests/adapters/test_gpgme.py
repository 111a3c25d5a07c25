"""GPGME: the real library and the gpg that it starts. Measured with 1.18.0 and gpg 2.2.40."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from backends import _libgpgme
from backends import gpgme as module
from backends.gpgme import Gpgme
from harness.artifact import Artifact, Detached, Inline
from harness.backend import Present, Reading, Unavailable
from harness.openpgp.armor import write_armor
from harness.openpgp.packets import write_packets
from harness.openpgp.signatures import Signature
from harness.outcomes import UNSPECIFIED, ErrorClass, Verdict, refusal
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
    EXPIRED,
    FAULTS,
    GOOD,
    MD5,
    REFUSED_CERTIFICATES,
    Fault,
    both,
    cert,
    named,
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
from vectors.forge.certificate import signing_subkey
from vectors.forge.signature import Made, sign
from vectors.forge.times import EPOCH, day

pytestmark = pytest.mark.skipif(
    isinstance(Gpgme.presence(), Unavailable),
    reason="needs GPGME (apt-get install libgpgme11 gnupg)",
)


@pytest.fixture
def gpgme(tmp_path_factory: pytest.TempPathFactory) -> Gpgme:
    return Gpgme(tmp_path_factory.mktemp("w"))


def ask(gpgme: Gpgme, *certificates: bytes, artifact: Artifact) -> Reading:
    return material.ask(gpgme, *certificates, artifact=artifact)


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
def test_a_good_signature_is_accepted_in_every_format(gpgme: Gpgme, artifact: Artifact) -> None:
    seen = ask(gpgme, ALICE_CERT, artifact=artifact)
    assert seen.signature.key == named(ALICE)
    assert seen.native.keys == (named(ALICE),)


def test_the_key_that_signed_is_named_and_its_certificate_looked_up(gpgme: Gpgme) -> None:
    artifact = detached(DATA, sign(DATA, ALICE_SIGNING))
    seen = ask(gpgme, BOB_CERT, ALICE_WITH_SUBKEY, artifact=artifact)
    assert seen.signature.key == ALICE_SIGNING.under(ALICE)


def test_whose_a_shared_key_is_cannot_be_said(gpgme: Gpgme) -> None:
    also_bobs = cert(BOB, subkeys=[signing_subkey(ALICE_SIGNING)])
    artifact = detached(DATA, sign(DATA, ALICE_SIGNING))
    key = ask(gpgme, ALICE_WITH_SUBKEY, also_bobs, artifact=artifact).signature.key
    assert key is not None
    assert (key.signing, key.primary) == (ALICE_SIGNING.fingerprint, None)


NO_DATA = {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}
SAID_WITH_LESS = {
    # The function returns an error, and gpg's remarks cannot be relied on.
    "unknown version": NO_DATA,
    "nothing": NO_DATA,
    "no OpenPGP": NO_DATA,
    "cut short": NO_DATA,
    "wrong armor checksum": NO_DATA,
    "a key for a signature": UNSPECIFIED,
    "two plaintexts": {ErrorClass.MALFORMED},
    # The list of signatures is empty.
    "unsigned message": NO_DATA,
    # gpg is not told that this is to be a message, and hashes nothing.
    "a signature for a message": {ErrorClass.BAD_SIGNATURE},
}
"""Faults of which it says something else than gpg does, and what."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_rejected_for_its_reason(gpgme: Gpgme, name: str) -> None:
    fault = FAULTS[name]
    seen = ask(gpgme, *fault.certificates, artifact=fault.artifact)
    classes = SAID_WITH_LESS.get(name, fault.classes)
    assert seen.signature.classes == classes
    assert seen.signature.verdict is refusal(frozenset(classes))


@pytest.mark.parametrize("fault", REFUSED_CERTIFICATES.values(), ids=list(REFUSED_CERTIFICATES))
def test_a_refused_certificate_is_missing_and_its_reason_stays_possible(
    gpgme: Gpgme, fault: Fault
) -> None:
    seen = ask(gpgme, *fault.certificates, artifact=fault.artifact).signature
    assert seen.classes >= fault.classes | {ErrorClass.MISSING_KEY}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("tampered data", 8),
        ("unknown key", 9),
        ("revoked key", 94),
        ("key may only certify", 125),
        ("expired key", 153),
        ("expired signature", 154),
        ("MD5", 5),
        ("key is newer", 39),
        ("no back-signature", 1),
    ],
)
def test_the_status_is_kept_as_evidence(gpgme: Gpgme, name: str, status: int) -> None:
    fault = FAULTS[name]
    seen = ask(gpgme, *fault.certificates, artifact=fault.artifact).signature
    (line,) = seen.evidence.status
    assert f" status {status} summary " in line


# ------------------------------------------------------------------ native


@pytest.mark.parametrize("name", ["revoked key", "expired key"])
def test_what_gpg_exits_with_0_for_is_refused(gpgme: Gpgme, name: str) -> None:
    fault = FAULTS[name]
    assert ask(gpgme, *fault.certificates, artifact=fault.artifact).native.classes == fault.classes


@pytest.mark.parametrize("bad", [BAD, EXPIRED, MD5, BOBS])
def test_natively_all_signatures_must_be_good(gpgme: Gpgme, bad: Signature) -> None:
    for signatures in ((GOOD, bad), (bad, GOOD)):
        seen = ask(gpgme, ALICE_CERT, artifact=both(*signatures))
        assert seen.native.verdict is Verdict.REJECTED


def test_two_good_signatures_name_two_keys(gpgme: Gpgme) -> None:
    seen = ask(gpgme, ALICE_CERT, BOB_CERT, artifact=both(GOOD, BOBS))
    assert seen.native.keys == (named(ALICE), named(BOB))


def test_natively_an_empty_list_of_signatures_is_no_error(gpgme: Gpgme) -> None:
    unsigned = Inline(message=write_packets([literal(DATA)]))
    seen = ask(gpgme, ALICE_CERT, artifact=unsigned)
    assert seen.signature.verdict is Verdict.REJECTED
    assert (seen.native.verdict, seen.native.keys) == (Verdict.ACCEPTED, ())


def test_it_stops_at_the_first_bad_signature(gpgme: Gpgme) -> None:
    seen = ask(gpgme, ALICE_CERT, BOB_CERT, artifact=both(BAD, BOBS))
    assert len(seen.native.evidence.status) == 1


# ------------------------------------------------------------------ certificates


@pytest.mark.parametrize("armored", [False, True])
def test_every_certificate_of_every_file_counts(gpgme: Gpgme, armored: bool) -> None:
    octets = BOB_CERT + ALICE_CERT
    file = write_armor("PGP PUBLIC KEY BLOCK", octets) if armored else octets
    assert ask(gpgme, file, artifact=detached(DATA, GOOD)).signature.key == named(ALICE)


def test_a_broken_certificate_spoils_nothing(gpgme: Gpgme) -> None:
    seen = ask(gpgme, b"garbage", ALICE_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.key == named(ALICE)


def test_copies_of_a_certificate_are_merged(gpgme: Gpgme) -> None:
    for copies in ((ALICE_CERT, ALICE_REVOKED), (ALICE_REVOKED, ALICE_CERT)):
        seen = ask(gpgme, *copies, artifact=detached(DATA, GOOD)).signature
        assert seen.classes == {ErrorClass.KEY_REVOKED}


def test_without_certificates_the_key_is_missing(gpgme: Gpgme) -> None:
    seen = ask(gpgme, artifact=detached(DATA, GOOD)).signature
    assert seen.classes == {ErrorClass.MISSING_KEY}


# ------------------------------------------------------------------ no answer


def test_an_error_that_is_not_in_the_table_is_no_refusal(
    gpgme: Gpgme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OF_THE_INPUT", {})
    seen = ask(gpgme, ALICE_CERT, artifact=Detached(data=DATA, signature=b""))
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is Verdict.ERROR


def test_a_status_that_is_not_in_the_table_leaves_all_classes() -> None:
    odd = _libgpgme.Signature("", 4711, 0, 0, 1, 8)
    assert module._classes(odd, "", "", several=False) == UNSPECIFIED


def test_good_is_only_what_has_a_whole_fingerprint_and_nothing_against_it() -> None:
    def vouched_for(fingerprint: str, status: int = 0, summary: int = 0) -> bool:
        signature = _libgpgme.Signature(fingerprint, status, summary, 0, 1, 8)
        return module._is_vouched_for(signature)

    whole = ALICE.fingerprint
    assert vouched_for(whole)
    assert vouched_for(whole, summary=3)
    assert not vouched_for(whole[-16:])
    assert not vouched_for(whole, status=8)
    assert not vouched_for(whole, summary=3 | 0x10)


def test_a_gpg_that_is_killed_gives_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gpg"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && exec /usr/bin/gpg "$@"\nkill -KILL $$\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    workdir = tmp_path / "w"
    workdir.mkdir()
    seen = ask(Gpgme(workdir), ALICE_CERT, artifact=detached(DATA, GOOD))
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is Verdict.ERROR


# ------------------------------------------------------------------ time, traces, presence


def test_the_reference_time_moves_expiry(gpgme: Gpgme) -> None:
    soon = detached(DATA, sign(DATA, ALICE, Made(expires_after=timedelta(days=30))))
    for at, verdict in (
        (day(2024, 3, 10), Verdict.ACCEPTED),
        (day(2024, 5, 1), Verdict.REJECTED),
        (day(2024, 3, 10), Verdict.ACCEPTED),
    ):
        assert material.ask(gpgme, ALICE_CERT, artifact=soon, at=at).signature.verdict is verdict


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_case_leaves_neither_files_nor_processes_nor_open_files(gpgme: Gpgme) -> None:
    ask(gpgme, ALICE_CERT, artifact=detached(DATA, GOOD))  # opens what stays open
    before = open_files()
    for _ in range(5):
        ask(gpgme, ALICE_CERT, artifact=both(BAD, BOBS))
    assert open_files() == before
    assert list(gpgme._workdir.iterdir()) == []
    assert material.processes_naming(str(gpgme._workdir)) == []


def test_the_same_question_gets_the_same_answer(gpgme: Gpgme) -> None:
    for name in ("unknown version", "no OpenPGP", "unknown critical notation", "unknown hash"):
        fault = FAULTS[name]
        first = ask(gpgme, *fault.certificates, artifact=fault.artifact)
        for _ in range(5):
            assert ask(gpgme, *fault.certificates, artifact=fault.artifact) == first


def test_two_cases_at_once_do_not_mix(gpgme: Gpgme) -> None:
    alices, bobs = (gpgme.load((certificate,), EPOCH) for certificate in (ALICE_CERT, BOB_CERT))
    for keys, verdict in ((alices, "accepted"), (bobs, "rejected"), (alices, "accepted")):
        assert gpgme.check(keys, detached(DATA, GOOD), EPOCH).signature.verdict == verdict
    gpgme.unload(bobs)
    assert gpgme.check(alices, detached(DATA, GOOD), EPOCH).signature.verdict == "accepted"


def test_it_names_its_versions(gpgme: Gpgme) -> None:
    described = gpgme.describe()
    assert described.version[0] == "1"
    assert described.components.keys() >= {"gpg", "libgcrypt"}


def test_where_it_is_absent_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Gpgme.presence(), Present)
    monkeypatch.setenv("PATH", "/nonexistent")
    absent = Gpgme.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install gnupg"
    monkeypatch.setattr(_libgpgme, "find_library", lambda: None)
    absent = Gpgme.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install libgpgme11 gnupg"


# ------------------------------------------------------------------ GPGME's own Python module


@pytest.mark.skipif(
    not Path("/usr/lib/python3/dist-packages/gpg").is_dir(),
    reason="needs GPGME's module for the system's Python (apt-get install python3-gpg)",
)
@pytest.mark.parametrize(
    "name",
    [None, "revoked key", "expired key", "MD5", "tampered text", "unsigned message", "no OpenPGP"],
)
def test_the_script_shows_that_the_native_verdict_is_that_of_its_own_module(
    gpgme: Gpgme, tmp_path: Path, name: str | None
) -> None:
    fault = FAULTS[name] if name else Fault((ALICE_CERT,), detached(DATA, GOOD), frozenset())
    native = ask(gpgme, *fault.certificates, artifact=fault.artifact).native
    exported = material.export(tmp_path, fault.certificates, fault.artifact)
    ended = material.run_script(tmp_path, Gpgme.reproduce(exported).text)
    if native.verdict is Verdict.ACCEPTED:
        signers = "".join(f"signed by {key.signing}\n" for key in native.keys)
        assert ended.stdout == f"accepted\n{signers}exit code: 0\n"
    else:
        assert ended.stderr.startswith("rejected: ")
        assert ended.returncode == 1
