"""Reading GnuPG's status lines, without any GnuPG."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends._status import Ended, fingerprint, read_status, reading
from harness.outcomes import UNSPECIFIED, AcceptedKey, ErrorClass, Verdict

SIGNING, PRIMARY = "A" * 40, "B" * 40
GOODSIG = "GOODSIG AAAAAAAAAAAAAAAA Alice"
VALIDSIG = f"VALIDSIG {SIGNING} 2024-03-01 1709251200 0 4 0 1 8 00 {PRIMARY}"
BADSIG = "BADSIG AAAAAAAAAAAAAAAA Alice"


def errsig(code: int, algorithm: int = 1, hash_algorithm: int = 8) -> str:
    return f"ERRSIG AAAAAAAAAAAAAAAA {algorithm} {hash_algorithm} 00 1709251200 {code} {SIGNING}"


def ended(*lines: str, exit_code: int | None = 0, stderr: str = "") -> Ended:
    stdout = "".join(f"[GNUPG:] {line}\n" for line in lines)
    return Ended(exit_code=exit_code, stdout=stdout.encode(), stderr=stderr.encode())


def classes(*lines: str, stderr: str = "") -> frozenset[ErrorClass]:
    seen = reading(ended(*lines, exit_code=2, stderr=stderr), b"")
    assert seen.native.classes == seen.signature.classes
    return seen.signature.classes


def test_good_and_valid_in_one_block_is_accepted_with_both_fingerprints() -> None:
    seen = reading(ended("NEWSIG", GOODSIG, VALIDSIG), b"")
    assert seen.signature.key == AcceptedKey(signing=SIGNING, primary=PRIMARY)
    assert seen.native.keys == (seen.signature.key,)


@pytest.mark.parametrize("alone", [GOODSIG, VALIDSIG])
def test_good_or_valid_alone_is_not_accepted(alone: str) -> None:
    seen = reading(ended("NEWSIG", alone), b"")
    assert seen.signature.verdict is Verdict.REJECTED
    assert seen.signature.classes == UNSPECIFIED


def test_good_and_valid_of_different_signatures_do_not_add_up() -> None:
    seen = reading(ended("NEWSIG", GOODSIG, "NEWSIG", VALIDSIG), b"")
    assert seen.signature.verdict is Verdict.REJECTED


def test_good_and_valid_before_any_signature_count_for_nothing() -> None:
    assert reading(ended(GOODSIG, VALIDSIG), b"").signature.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "against", ["EXPSIG A x", "EXPKEYSIG A x", "REVKEYSIG A x", BADSIG, errsig(9)]
)
def test_anything_said_against_a_signature_outweighs_good_and_valid(against: str) -> None:
    for lines in ((against, GOODSIG, VALIDSIG), (GOODSIG, VALIDSIG, against)):
        seen = reading(ended("NEWSIG", *lines), b"")
        assert seen.signature.verdict is Verdict.REJECTED
        assert seen.signature.classes < UNSPECIFIED
        assert seen.native.verdict is Verdict.ACCEPTED, "the exit code is 0"


def test_only_the_first_signature_is_the_one_asked_about() -> None:
    seen = reading(ended("NEWSIG", BADSIG, "NEWSIG", GOODSIG, VALIDSIG, exit_code=1), b"")
    assert seen.signature.classes == {ErrorClass.BAD_SIGNATURE}
    assert seen.native.verdict is Verdict.REJECTED
    assert seen.native.classes == {ErrorClass.BAD_SIGNATURE}


def test_exit_code_0_without_any_signature_is_natively_accepted_with_no_key() -> None:
    seen = reading(ended("PLAINTEXT 62 0"), b"")
    assert seen.native.verdict is Verdict.ACCEPTED
    assert seen.native.keys == ()
    assert seen.signature.verdict is Verdict.REJECTED


def test_a_signature_may_be_accepted_while_the_exit_code_says_no() -> None:
    seen = reading(ended("NODATA 3", "NEWSIG", GOODSIG, VALIDSIG, exit_code=2), b"")
    assert seen.signature.verdict is Verdict.ACCEPTED
    assert seen.native.classes == {ErrorClass.MALFORMED}


@pytest.mark.parametrize("exit_code", [None, -9, -6, -11])
def test_a_program_that_did_not_end_by_itself_gave_no_answer(exit_code: int | None) -> None:
    seen = reading(ended("NEWSIG", GOODSIG, VALIDSIG, exit_code=exit_code), b"")
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is Verdict.ERROR


@pytest.mark.parametrize("exit_code", [0, 1, 2, 126, 127])
@pytest.mark.parametrize("stderr", ["", "gpg: something new\n"])
def test_an_exit_code_alone_is_no_answer(exit_code: int, stderr: str) -> None:
    seen = reading(ended(exit_code=exit_code, stderr=stderr), b"")
    assert seen.signature.verdict is seen.native.verdict is Verdict.ERROR
    assert seen.signature.evidence.exit_code == exit_code


@pytest.mark.parametrize("line", ["NEWSIG", "PLAINTEXT 62 0", "KEY_CONSIDERED A 0", "NEWTHING 1 2"])
def test_lines_that_only_accompany_the_work_do_not_explain_a_failure(line: str) -> None:
    seen = reading(ended(line, exit_code=2), b"")
    assert seen.signature.verdict is seen.native.verdict is Verdict.ERROR
    assert seen.signature.evidence.status == (line,)


def test_a_secret_key_in_the_keyring_is_a_refusal() -> None:
    remark = "gpgv: expected public key but found secret key - must stop\n"
    seen = reading(ended("NEWSIG", exit_code=1, stderr=remark), None)
    assert seen.native.classes == {ErrorClass.MALFORMED, ErrorClass.MISSING_KEY}


NO_SUCH_FILE, END_OF_FILE = 33587281, 4294967295


@pytest.mark.parametrize(
    ("lines", "stderr"),
    [
        ([f"FAILURE verify {NO_SUCH_FILE}"], "gpg: can't open 'x': No such file or directory\n"),
        ([f"ERROR add_keyblock_resource {NO_SUCH_FILE}", "NEWSIG", errsig(9)], ""),
        (["NODATA 2"], "gpgv: message: read error: Is a directory\n"),
    ],
    ids=["input", "keyring", "reading"],
)
def test_a_file_that_cannot_be_read_is_no_rejection(lines: list[str], stderr: str) -> None:
    seen = reading(ended(*lines, exit_code=2, stderr=stderr), None)
    assert seen.signature.verdict is seen.native.verdict is Verdict.ERROR


def test_a_keyring_is_not_missed_where_nothing_was_loaded() -> None:
    lines = (f"ERROR add_keyblock_resource {NO_SUCH_FILE}", "NEWSIG", errsig(9))
    assert classes(*lines) == {ErrorClass.MISSING_KEY}


def test_an_empty_input_is_none_of_the_machines_faults() -> None:
    lines = ("NODATA 2", f"FAILURE verify {END_OF_FILE}")
    assert classes(*lines) == {ErrorClass.NO_SIGNATURE}


def test_an_unknown_error_code_is_not_guessed_at() -> None:
    assert classes("NEWSIG", errsig(4711)) == UNSPECIFIED
    assert classes("NEWSIG", "ERRSIG") == UNSPECIFIED


@pytest.mark.parametrize(
    ("hash_algorithm", "expected"),
    [
        (1, {ErrorClass.WEAK_HASH}),
        (8, {ErrorClass.WEAK_HASH, ErrorClass.UNSUPPORTED}),
        (12, {ErrorClass.UNSUPPORTED}),
        (99, {ErrorClass.UNSUPPORTED}),
    ],
)
def test_a_refused_hash_is_told_by_its_number(
    hash_algorithm: int, expected: set[ErrorClass]
) -> None:
    assert classes("NEWSIG", errsig(5, hash_algorithm=hash_algorithm)) == expected


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        (1, {ErrorClass.WEAK_KEY, ErrorClass.UNSUPPORTED}),
        (27, {ErrorClass.UNSUPPORTED}),
        (99, {ErrorClass.UNSUPPORTED}),
    ],
)
def test_a_refused_algorithm_is_told_by_its_number(
    algorithm: int, expected: set[ErrorClass]
) -> None:
    assert classes("NEWSIG", errsig(4, algorithm=algorithm)) == expected


def test_an_unreadable_signature_packet_is_malformed_and_not_of_an_unknown_hash() -> None:
    unreadable = errsig(5, algorithm=0, hash_algorithm=0)
    remark = "gpg: packet(2) too short\n"
    assert classes("NEWSIG", unreadable, stderr=remark) == {ErrorClass.MALFORMED}


CRITICAL_REMARK = (
    "gpg: assuming bad signature from key AAAAAAAAAAAAAAAA due to an unknown critical bit\n"
)
BAD_SIGNATURE = 'gpg: BAD signature from "Alice" [unknown]\n'


def test_a_remark_narrows_a_single_signature_and_widens_several() -> None:
    assert classes("NEWSIG", BADSIG) == {ErrorClass.BAD_SIGNATURE}
    stderr = CRITICAL_REMARK + BAD_SIGNATURE
    assert classes("NEWSIG", BADSIG, stderr=stderr) == {ErrorClass.UNKNOWN_CRITICAL}
    several = classes("NEWSIG", BADSIG, "NEWSIG", BADSIG, stderr=stderr)
    assert several == {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL}


def test_a_remark_counts_as_a_whole_line_only() -> None:
    # As gpg prints a user ID with line feeds in it.
    name = ("x\n" + CRITICAL_REMARK + BAD_SIGNATURE).replace("\n", r"\n")
    stderr = f'gpg: BAD signature from "{name}" [unknown]\n'
    assert classes("NEWSIG", BADSIG, stderr=stderr) == {ErrorClass.BAD_SIGNATURE}


def test_a_remark_may_be_about_a_self_signature_where_one_process_checks_both() -> None:
    output = ended("NEWSIG", BADSIG, exit_code=1, stderr=CRITICAL_REMARK + BAD_SIGNATURE)
    assert reading(output, None).signature.classes == {
        ErrorClass.BAD_SIGNATURE,
        ErrorClass.UNKNOWN_CRITICAL,
    }
    assert reading(output, b"").signature.classes == {ErrorClass.UNKNOWN_CRITICAL}


def test_what_was_refused_on_loading_widens_a_missing_key() -> None:
    refused = "gpg: key AAAAAAAAAAAAAAAA: new key but contains no user ID - skipped\n"
    assert classes("NEWSIG", errsig(9)) == {ErrorClass.MISSING_KEY}
    seen = reading(ended("NEWSIG", errsig(9), exit_code=2), refused.encode())
    assert seen.signature.classes == {ErrorClass.MISSING_KEY, ErrorClass.UNBOUND_KEY}
    assert refused in seen.signature.evidence.message


def test_a_forbidden_algorithm_is_policy() -> None:
    assert classes("FAILURE verify 16777467") == {ErrorClass.POLICY_OTHER}
    assert classes("FAILURE verify 38") == UNSPECIFIED
    assert classes("FAILURE verify") == UNSPECIFIED


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\r"])
def test_only_a_line_feed_ends_a_line(separator: str) -> None:
    imitated = f"BADSIG A x{separator}[GNUPG:] {GOODSIG}{separator}[GNUPG:] {VALIDSIG}"
    (line,) = read_status(f"[GNUPG:] {imitated}\n".encode())
    assert line.keyword == "BADSIG"
    quoted = f"x{separator}{CRITICAL_REMARK}{BAD_SIGNATURE}"
    assert classes("NEWSIG", BADSIG, stderr=quoted) == {ErrorClass.BAD_SIGNATURE}


def test_a_status_line_begins_a_line() -> None:
    assert read_status(f" [GNUPG:] {GOODSIG}\nx[GNUPG:] {GOODSIG}\n[GNUPG:]\n".encode()) == ()


@pytest.mark.parametrize("no_fingerprint", ["", "-", "A" * 39, "G" * 40, "A" * 40 + "\n"])
def test_what_is_no_fingerprint_is_not_reported(no_fingerprint: str) -> None:
    assert fingerprint(no_fingerprint) is None
    seen = reading(ended("NEWSIG", GOODSIG, f"VALIDSIG {no_fingerprint.strip() or '-'}"), b"")
    key = seen.signature.key
    assert key is not None
    assert key.primary is None


def test_evidence_has_an_end() -> None:
    lines = [f"NOTATION_DATA {'x' * 10_000}"] * 10_000
    evidence = reading(ended("NEWSIG", *lines, GOODSIG, VALIDSIG), b"").signature.evidence
    assert len(evidence.status) == 201
    assert evidence.status[-1] == "[… 9803 lines left out …]"
    assert max(map(len, evidence.status)) < 1100


LINE = st.sampled_from(
    ["NEWSIG", GOODSIG, VALIDSIG, BADSIG, errsig(9), "EXPSIG", "NODATA", "FAILURE x y", "ERROR a"]
) | st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=40)


@given(st.lists(LINE, max_size=8), st.integers(-2, 3), st.text(max_size=60), st.binary(max_size=60))
def test_every_output_has_a_reading_and_none_is_accepted_without_good_and_valid(
    lines: list[str], exit_code: int, stderr: str, on_loading: bytes
) -> None:
    output = ended(*lines, exit_code=exit_code)
    seen = reading(Ended(exit_code, output.stdout, stderr.encode("utf-8", "replace")), on_loading)
    if seen.signature.verdict is Verdict.ACCEPTED:
        keywords = {line.split(" ")[0] for line in lines}
        assert keywords >= {"NEWSIG", "GOODSIG", "VALIDSIG"}


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_octets_can_be_read(stdout: bytes, stderr: bytes) -> None:
    reading(Ended(2, b"[GNUPG:] " + stdout, stderr), stderr)


@pytest.mark.parametrize("trouble", ["No space left on device", "File too large"])
def test_a_machine_that_ran_short_is_no_rejection(trouble: str) -> None:
    remark = f"gpg: failed to create temporary file '/x/.#lk': {trouble}\n"
    for loading, verifying in ((remark.encode(), ""), (b"", remark)):
        output = ended("NEWSIG", errsig(9), exit_code=2, stderr=verifying)
        seen = reading(output, loading)
        assert seen.signature.verdict is Verdict.ERROR
        assert seen.native.verdict is Verdict.ERROR
    good = reading(ended("NEWSIG", GOODSIG, VALIDSIG, stderr=remark), b"")
    assert good.signature.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("trouble", ["No space left on device", "read error: Is a directory"])
@pytest.mark.parametrize(
    "written",
    [
        "Signature notation: x@accord.example=: {}",
        "Signature policy: http://accord.example/: {}",
        "Preferred keyserver: http://accord.example/: {}",
        "armor header: Comment: x: {}",
        'BAD signature from "A: {}" [unknown]',
    ],
)
def test_a_signer_cannot_say_that_the_machine_failed(written: str, trouble: str) -> None:
    remark = f"gpg: {written.format(trouble)}\n"
    seen = reading(ended("NEWSIG", BADSIG, exit_code=1, stderr=remark), b"")
    assert seen.signature.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "line", ["FAILURE option-parser 33554433", "FAILURE gpg-exit 33554433", "ERROR anything 1"]
)
def test_a_failure_that_judges_nothing_is_no_answer(line: str) -> None:
    seen = reading(ended(line, exit_code=2), b"")
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("remark", "expected"),
    [
        ("gpg: Fatal: zlib inflate problem: invalid block type", {ErrorClass.MALFORMED}),
        ("gpgv: Fatal: bz2lib inflate problem: rc=-4", {ErrorClass.MALFORMED}),
        (
            "gpg: uncompressing failed: Unknown compression algorithm",
            {ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED},
        ),
        ("gpgv: [don't know]: garbled packet detected", {ErrorClass.MALFORMED}),
    ],
)
def test_a_refusal_without_a_status_line_is_one_all_the_same(
    remark: str, expected: set[ErrorClass]
) -> None:
    seen = reading(ended(exit_code=2, stderr=f"{remark}\n"), b"")
    assert seen.signature.verdict is Verdict.REJECTED
    assert seen.signature.classes == expected
