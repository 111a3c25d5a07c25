import pytest

from harness.compare import compare
from harness.outcomes import (
    AcceptedKey,
    ErrorClass,
    Evidence,
    Observation,
    Verdict,
    accepted,
    rejected,
)
from reports import verify
from tests.judging.factories import (
    ALICE,
    BAD,
    BY_ALICE,
    BY_ALICES_PRIMARY,
    FAILED,
    FORGED,
    GOOD,
    JUST_NO,
    NATIVE_NO,
    NATIVE_YES,
    REVOKED,
    UNSUPPORTED,
    crashed,
    native,
    said,
    skipped,
)
from tests.reports.example import HOSTILE
from tests.reports.rendering import agrees_with_golden, shown


def test_it_looks_like_this() -> None:
    seen = [
        said(GOOD, BAD, backend="gpg", native=NATIVE_NO),
        said(GOOD, BAD, backend="pysequoia", native=native(Verdict.ACCEPTED, BY_ALICE)),
        said(GOOD, FORGED, backend="pgpy", native=native(Verdict.ACCEPTED, BY_ALICE)),
        crashed(backend="rnp"),
        skipped(backend="gosop"),
    ]
    assert agrees_with_golden("verify-80.txt", shown(verify.renderable("release.tar.gz.asc", seen)))


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        ([crashed()], "No backend gave an answer."),
        ([said(GOOD)], "gpg accepts it."),
        ([said(BAD)], "gpg rejects it."),
        (
            [said(GOOD, backend="a"), said(GOOD, backend="b")],
            "Both backends accept it, with the same key.",
        ),
        (
            [said(GOOD, backend=b) for b in "abc"],
            "All three backends accept it, with the same key.",
        ),
        (
            [said(BAD, backend="a"), said(JUST_NO, backend="b"), skipped(backend="c")],
            "Both backends that answered reject it (one gave no answer).",
        ),
        (
            [said(GOOD, backend="a"), said(GOOD, backend="b"), said(REVOKED, backend="c")],
            "a and b accept it; c rejects it.",
        ),
        (
            [said(GOOD, backend="a"), said(FORGED, backend="b"), said(BAD, backend="c")],
            "Backends accept it with different keys: a says accepted …2222222222222222 of "
            "…1111111111111111; b says accepted …6666666666666666; c rejects it.",
        ),
        (
            [said(BAD, backend="a"), said(REVOKED, backend="b"), said(JUST_NO, backend="c")],
            "All three backends reject it, but for reasons that exclude each other: a says "
            "rejected (bad_signature); b says rejected (key_revoked).",
        ),
        (
            [
                said(GOOD, BAD, backend="a"),
                said(GOOD, JUST_NO, backend="b"),
                said(GOOD, FORGED, backend="c"),
            ],
            "All three backends accept it, but not the same signatures: a and b accept "
            "signature 1; c accepts signatures 1 and 2.",
        ),
    ],
)
def test_a_sentence_says_where_they_diverge(seen: list[Observation], sentence: str) -> None:
    assert verify.sentence(compare(seen)) == sentence


def test_the_native_verdict_is_shown_only_where_it_differs() -> None:
    assert " native" not in shown(verify.renderable("f", [said(GOOD)]))
    text = shown(verify.renderable("f", [said(REVOKED, native=NATIVE_YES)]))
    assert " native  ✓ accepted" in text
    assert "is not what the signatures' own results say" in " ".join(text.split())


def test_fingerprints_are_short_in_the_table_and_whole_below() -> None:
    table, below = shown(verify.renderable("f", [said(GOOD)])).split("Fingerprints")
    assert f"…{ALICE[-16:]}" in table
    assert ALICE not in table
    assert ALICE in below


def test_fingerprints_that_end_the_same_are_not_shortened() -> None:
    twin = "B" * 24 + ALICE[-16:]
    seen = [
        said(accepted(AcceptedKey(signing=ALICE, primary=ALICE)), backend="a"),
        said(accepted(AcceptedKey(signing=twin, primary=twin)), backend="b"),
    ]
    table, _ = shown(verify.renderable("f", seen)).split("Fingerprints")
    assert ALICE in table
    assert twin in table


def test_a_half_that_is_not_reported_is_said_so() -> None:
    text = shown(verify.renderable("f", [said(accepted(BY_ALICES_PRIMARY))]))
    assert "not reported of …1111111111111111" in text


def test_no_answer_is_told_with_its_reason() -> None:
    seen = [crashed(backend="a"), said(FAILED, backend="b"), skipped(backend="c")]
    text = shown(verify.renderable("f", seen))
    assert "! error    crashed: signal 11" in text
    assert "! error    exception: IndexError: list index out of range" in text
    assert "- skipped  its clock cannot be set" in text
    assert "no_signature" not in text


def test_unsupported_here_and_accepted_there_is_told() -> None:
    text = shown(verify.renderable("f", [said(GOOD, backend="a"), said(UNSUPPORTED, backend="b")]))
    assert "Unsupported by b, though accepted by another." in text


def test_hostile_names_and_messages_are_harmless() -> None:
    evidence = Evidence(message=HOSTILE, exception=HOSTILE)
    seen = [
        crashed(backend="a", reason=HOSTILE),
        said(rejected({ErrorClass.MALFORMED}, evidence), backend=HOSTILE),
    ]
    text = shown(verify.renderable(f"\udcff{HOSTILE}", seen))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]owned[/red]" in text.replace("\n", "")
    assert not any(line.startswith("[GNUPG:]") for line in text.splitlines())
