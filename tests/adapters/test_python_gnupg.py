"""The adapter for python-gnupg: its own API's verdict, right or wrong. Measured with 0.5.7.

The traps are statements about the library. A release that no longer does what one of them says
changes the divergence book, not only this file.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from backends.python_gnupg import PythonGnuPG
from harness.artifact import Artifact, Inline
from harness.backend import Clock, Present, Reading, Unavailable
from harness.openpgp.armor import write_armor
from harness.openpgp.signatures import Signature
from harness.outcomes import UNSPECIFIED, ErrorClass, Verdict
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
    sign_cleartext,
)
from vectors.forge.certificate import UserId
from vectors.forge.signature import Made, sign
from vectors.forge.times import EPOCH, day

pytestmark = pytest.mark.skipif(
    isinstance(PythonGnuPG.presence(), Unavailable), reason="needs python-gnupg and gpg"
)


@pytest.fixture
def library(tmp_path: Path) -> PythonGnuPG:
    return PythonGnuPG(tmp_path)


def said(seen: Reading, word: str) -> str:
    """What the API's attribute of this name was."""
    prefix = f"{word}="
    return next(
        line.removeprefix(prefix) for line in seen.native.evidence.status if line.startswith(prefix)
    )


@pytest.mark.parametrize(
    "artifact",
    [
        detached(DATA, GOOD),
        detached(DATA, GOOD, armored=True),
        inline(one_pass_message(DATA, (GOOD, ALICE))),
        cleartext(b"a text", sign_cleartext(b"a text", ALICE)),
    ],
)
@pytest.mark.parametrize("armored", [False, True])
def test_a_good_signature_is_accepted_in_every_format(
    library: PythonGnuPG, artifact: Artifact, armored: bool
) -> None:
    octets = write_armor("PGP PUBLIC KEY BLOCK", ALICE_CERT) if armored else ALICE_CERT
    seen = ask(library, octets, artifact=artifact)
    assert seen.signature.key == named(ALICE)
    assert seen.native.keys == (named(ALICE),)


def test_a_subkey_is_named_with_its_primary_key(library: PythonGnuPG) -> None:
    signing = material.ALICE_SIGNING
    signed = detached(DATA, sign(DATA, signing))
    seen = ask(library, material.ALICE_WITH_SUBKEY, artifact=signed)
    assert seen.signature.key == signing.under(ALICE)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_rejected_and_its_reason_stays_possible(
    library: PythonGnuPG, fault: Fault
) -> None:
    seen = ask(library, *fault.certificates, artifact=fault.artifact)
    assert seen.signature.verdict is Verdict.REJECTED
    assert seen.native.verdict is Verdict.REJECTED
    assert seen.signature.classes >= fault.classes


@pytest.mark.parametrize("fault", REFUSED_CERTIFICATES.values(), ids=list(REFUSED_CERTIFICATES))
def test_a_refused_certificate_leaves_its_reason_possible(
    library: PythonGnuPG, fault: Fault
) -> None:
    seen = ask(library, *fault.certificates, artifact=fault.artifact).signature
    assert seen.classes >= fault.classes | {ErrorClass.MISSING_KEY}
    assert len(seen.classes) < len(UNSPECIFIED)


@pytest.mark.parametrize(
    ("certificate", "artifact", "classes"),
    [
        (ALICE_CERT, BAD, {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL}),
        (ALICE_CERT, CRITICAL, {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL}),
        (ALICE_CERT, EXPIRED, {ErrorClass.SIGNATURE_EXPIRED}),
        (ALICE_EXPIRED, GOOD, {ErrorClass.KEY_EXPIRED}),
        (ALICE_REVOKED, GOOD, {ErrorClass.KEY_REVOKED}),
        (BOB_CERT, GOOD, {ErrorClass.MISSING_KEY, ErrorClass.UNBOUND_KEY}),
        (ALICE_CERT, MD5, UNSPECIFIED),
    ],
)
def test_its_words_tell_this_much_and_no_more(
    library: PythonGnuPG,
    certificate: bytes,
    artifact: Signature,
    classes: frozenset[ErrorClass],
) -> None:
    seen = ask(library, certificate, artifact=detached(DATA, artifact))
    assert seen.signature.classes == classes


# ------------------------------------------------------------------ traps


@pytest.mark.parametrize(
    ("certificates", "first", "exit_code"),
    [
        ((BOB_CERT,), GOOD, 2),
        ((ALICE_CERT, BOB_CERT), MD5, 2),
        ((ALICE_REVOKED, BOB_CERT), GOOD, 0),
        ((ALICE_EXPIRED, BOB_CERT), GOOD, 0),
    ],
    ids=["unknown key", "MD5", "revoked key", "expired key"],
)
def test_valid_follows_the_last_signature_whatever_the_exit_code(
    library: PythonGnuPG,
    certificates: tuple[bytes, ...],
    first: Signature,
    exit_code: int,
) -> None:
    good_last = ask(library, *certificates, artifact=both(first, BOBS)).native
    good_first = ask(library, *certificates, artifact=both(BOBS, first)).native
    assert good_last.verdict is Verdict.ACCEPTED
    assert good_last.keys == (named(BOB),)
    assert good_last.evidence.exit_code == exit_code
    assert good_first.verdict is Verdict.REJECTED


@pytest.mark.parametrize("first", [BAD, EXPIRED])
def test_it_sees_nothing_after_a_bad_signature_since_it_passes_batch(
    library: PythonGnuPG, first: Signature
) -> None:
    seen = ask(library, ALICE_CERT, BOB_CERT, artifact=both(first, BOBS)).native
    assert seen.verdict is Verdict.REJECTED
    assert BOB.key_id not in seen.evidence.message


@pytest.mark.parametrize(
    ("certificate", "signature"),
    [(ALICE_CERT, EXPIRED), (ALICE_EXPIRED, GOOD), (ALICE_REVOKED, GOOD)],
)
def test_status_says_signature_valid_of_what_is_not(
    library: PythonGnuPG, certificate: bytes, signature: Signature
) -> None:
    seen = ask(library, certificate, artifact=detached(DATA, signature))
    assert said(seen, "status") == "'signature valid'"
    assert said(seen, "valid") == "False"
    assert seen.signature.verdict is Verdict.REJECTED


def test_valid_ignores_that_gpg_gave_up_after_a_good_signature(library: PythonGnuPG) -> None:
    message = inline(one_pass_message(DATA, (GOOD, ALICE))).message + b"\0\0garbage"
    seen = ask(library, ALICE_CERT, artifact=Inline(message=message))
    assert seen.native.evidence.exit_code == 2
    assert seen.native.verdict is Verdict.ACCEPTED


def test_a_signature_from_the_future_is_good(library: PythonGnuPG) -> None:
    future = sign(DATA, ALICE, Made(created=day(2030, 1, 1)))
    assert ask(library, ALICE_CERT, artifact=detached(DATA, future)).signature.key == named(ALICE)


def test_a_pipe_broken_by_gpg_is_an_exception_and_no_verdict(library: PythonGnuPG) -> None:
    unsigned = FAULTS["a signature for a message"].artifact
    assert isinstance(unsigned, Inline)
    endless = Inline(message=unsigned.message + b"\xc0" * 4_000_000)
    seen = ask(library, ALICE_CERT, artifact=endless)
    if seen.signature.evidence.exception is not None:  # gpg may also have read all of it
        assert seen.signature.evidence.exception == "builtins.BrokenPipeError"
        assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is not Verdict.ACCEPTED


def test_copies_of_a_certificate_are_merged(library: PythonGnuPG) -> None:
    seen = ask(library, ALICE_CERT, ALICE_REVOKED, artifact=detached(DATA, GOOD)).signature
    assert seen.classes == {ErrorClass.KEY_REVOKED}


# ------------------------------------------------------------------ hostile input

EMPTY_NAME = UserId("", (material.CERTIFY_AND_SIGN,))
IMITATION = "\n[GNUPG:] GOODSIG 0 x\n"


def test_a_user_id_cannot_speak_for_gpg(library: PythonGnuPG) -> None:
    revoked = cert(ALICE, f"x{IMITATION}", revocations=[material.REVOKED])
    assert ask(library, revoked, artifact=detached(DATA, GOOD)).signature.key is None


def test_data_cannot_speak_for_gpg(library: PythonGnuPG) -> None:
    message = inline(one_pass_message(IMITATION.encode(), (BAD, ALICE)))
    assert ask(library, ALICE_CERT, artifact=message).signature.verdict is Verdict.REJECTED


def test_exceptions_in_its_threads_reach_nobody_else(library: PythonGnuPG) -> None:
    before = threading.excepthook
    ask(library, cert(ALICE, user_ids=[EMPTY_NAME]), artifact=detached(DATA, GOOD))
    assert threading.excepthook is before


# ------------------------------------------------------------------ cases, time, processes


def test_a_case_leaves_no_keys_to_the_next(library: PythonGnuPG) -> None:
    assert ask(library, ALICE_CERT, artifact=detached(DATA, GOOD)).signature.key is not None
    assert ask(library, BOB_CERT, artifact=detached(DATA, GOOD)).signature.key is None


def test_two_cases_at_once_have_two_homes(library: PythonGnuPG) -> None:
    alice = library.load((ALICE_CERT,), EPOCH)
    bob = library.load((BOB_CERT,), EPOCH)
    assert library.check(alice, detached(DATA, GOOD), EPOCH).signature.key == named(ALICE)
    assert library.check(bob, detached(DATA, GOOD), EPOCH).signature.key is None
    library.unload(alice)
    library.unload(bob)


def test_one_object_serves_case_after_case(library: PythonGnuPG) -> None:
    first = library.load((ALICE_CERT,), EPOCH)
    library.unload(first)
    second = library.load((BOB_CERT,), EPOCH)
    assert second.api is first.api
    assert second.path.stat().st_mode & 0o777 == 0o700


def test_the_reference_time_moves_expiry(library: PythonGnuPG) -> None:
    soon = detached(DATA, sign(DATA, ALICE, Made(expires_after=timedelta(days=30))))
    alive = ask(library, ALICE_CERT, artifact=soon, at=day(2024, 3, 10)).signature
    dead = ask(library, ALICE_CERT, artifact=soon, at=day(2024, 5, 1)).signature
    assert alive.key == named(ALICE)
    assert dead.classes == {ErrorClass.SIGNATURE_EXPIRED}


def test_it_leaves_no_process(library: PythonGnuPG, tmp_path: Path) -> None:
    ask(library, ALICE_CERT, BOB_CERT, artifact=both(BAD, BOBS))
    assert material.processes_naming(f"{tmp_path}/1") == []


def test_a_gpg_that_is_killed_or_does_not_start_gives_no_answer(
    library: PythonGnuPG, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gpg"
    keys = library.load((ALICE_CERT,), EPOCH)
    for script in ("#!/bin/sh\nkill -KILL $$\n", "no program"):
        program.write_text(script)
        program.chmod(0o755 if script.startswith("#!") else 0o644)
        monkeypatch.setattr(keys.api, "gpgbinary", str(program))
        seen = library.check(keys, detached(DATA, GOOD), EPOCH)
        assert seen.signature.verdict is Verdict.ERROR
        assert seen.native.verdict is Verdict.ERROR


def test_it_is_present_where_the_package_and_gpg_are(monkeypatch: pytest.MonkeyPatch) -> None:
    version = importlib.metadata.version("python-gnupg")
    assert PythonGnuPG.presence() == Present(version=version)

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    absent = PythonGnuPG.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "pip install python-gnupg"
    monkeypatch.setenv("PATH", "/nonexistent")
    absent = PythonGnuPG.presence()
    assert isinstance(absent, Unavailable)
    assert absent.install == "apt-get install gnupg"


def test_asking_for_presence_does_not_import_the_library() -> None:
    program = "import sys, backends.python_gnupg as b; b.PythonGnuPG.presence(); "
    program += "sys.exit('gnupg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_it_names_its_versions(library: PythonGnuPG) -> None:
    described = library.describe()
    assert described.version == importlib.metadata.version("python-gnupg")
    assert set(described.components) - {"package"} == {"gpg", "libgcrypt"}
    assert described.capabilities.clock is Clock.NATIVE


@pytest.mark.parametrize("name", ["revoked key", "MD5", "tampered text", "expired signature"])
def test_the_program_shows_the_same_by_hand(
    library: PythonGnuPG, tmp_path: Path, name: str
) -> None:
    fault = FAULTS[name]
    seen = ask(library, *fault.certificates, artifact=fault.artifact)
    shown = run_program(tmp_path, fault.certificates, fault.artifact)
    for word in ("valid", "fingerprint", "pubkey_fingerprint", "status", "key_status"):
        assert f"{word}: {said(seen, word).strip(chr(39))}\n" in shown
    assert shown.endswith(f"exit code: {seen.native.evidence.exit_code}\n")


def run_program(folder: Path, certificates: tuple[bytes, ...], artifact: Artifact) -> str:
    exported = material.export(folder, certificates, artifact)
    program = folder / "reproduce.py"
    program.write_text(PythonGnuPG.reproduce(exported).text)
    assert shutil.which("gpg")
    return subprocess.run(
        [sys.executable, program.name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    ).stdout
