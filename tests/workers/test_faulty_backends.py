"""Every fault of a backend has its right outcome, in a run that completes and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.backend import State
from harness.outcomes import ErrorReason, Verdict
from tests.workers.conftest import RunFake, case, fake


def test_a_backend_without_fault_answers_everything(run_fake: RunFake) -> None:
    result = run_fake(fake("none"))
    assert result.record.state is State.USABLE
    assert {o.verdict for o in result.observations.values()} == {Verdict.ACCEPTED}
    assert {o.attempts for o in result.observations.values()} == {1}


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        ("accepts-all", "probe/detached-tampered: accepted instead of rejected"),
        ("rejects-all", "probe/detached-good: rejected instead of accepted"),
        ("wrong-fingerprint", "probe/detached-good: accepted the wrong key EFEF"),
        ("images-and-a-clock", "claim the format detached, or the clock none"),
    ],
)
def test_a_dishonest_backend_fails_its_probes(run_fake: RunFake, fault: str, evidence: str) -> None:
    result = run_fake(fake(fault))
    assert result.record.state is State.UNUSABLE
    assert evidence in result.record.reason
    assert result.observations == {}


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        ("dies-at-start", "ended with exit code 7\na library is missing"),
        ("hangs-at-start", "no answer within 1 seconds"),
        ("speaks-another-protocol", "it speaks protocol 99, not 1"),
    ],
)
def test_a_backend_that_does_not_start_is_unusable(
    run_fake: RunFake, fault: str, evidence: str
) -> None:
    result = run_fake(fake(fault), start=1.0 if fault == "hangs-at-start" else 20.0)
    assert result.record.state is State.UNUSABLE
    assert evidence in result.record.reason
    assert result.observations == {}


@pytest.mark.parametrize(
    ("fault", "reason", "evidence"),
    [
        ("crashes", ErrorReason.CRASHED, "killed by signal 6"),
        ("exits", ErrorReason.CRASHED, "ended with exit code 0"),
        ("hangs", ErrorReason.TIMEOUT, "no answer within 1 seconds"),
        ("answers-late", ErrorReason.TIMEOUT, "no answer within 1 seconds"),
        ("eats-memory", ErrorReason.CRASHED, "MemoryError"),
        ("floods-stderr-and-crashes", ErrorReason.CRASHED, "last words"),
        ("garbage", ErrorReason.PROTOCOL, "this is not JSON"),
        ("endless-line", ErrorReason.PROTOCOL, "an endless line"),
        ("another-id", ErrorReason.PROTOCOL, "it answered question"),
        ("greets-again", ErrorReason.PROTOCOL, "but greeted again"),
        ("forgets-a-result", ErrorReason.PROTOCOL, "it gave 0 results for 1 signatures"),
        ("contradicts-itself", ErrorReason.PROTOCOL, "does not go with"),
        ("fills-the-disk", ErrorReason.CRASHED, "File too large"),
    ],
)
def test_a_fault_costs_exactly_the_vector_that_causes_it(
    run_fake: RunFake, fault: str, reason: ErrorReason, evidence: str
) -> None:
    result = run_fake(fake(fault), seconds=1.0 if reason is ErrorReason.TIMEOUT else 20.0)
    struck = result.observations["b"]
    assert (struck.verdict, struck.error, struck.attempts) == (Verdict.ERROR, reason, 2)
    assert evidence in struck.reason
    assert struck.answer is None
    assert result.observations["a"].verdict is Verdict.ACCEPTED
    assert result.observations["c"].verdict is Verdict.ACCEPTED
    assert result.record.state is State.USABLE


def test_a_fault_that_does_not_come_back_costs_nothing_but_a_second_attempt(
    run_fake: RunFake, tmp_path: Path
) -> None:
    result = run_fake(fake("crashes-once", str(tmp_path / "marker")))
    assert result.observations["b"].verdict is Verdict.ACCEPTED
    assert [result.observations[name].attempts for name in "abc"] == [1, 2, 1]


def test_an_answer_too_many_is_not_taken_for_the_next_one(run_fake: RunFake) -> None:
    result = run_fake(fake("answers-twice"))
    assert {o.verdict for o in result.observations.values()} == {Verdict.ACCEPTED}
    assert result.observations["c"].attempts == 2


@pytest.mark.parametrize("fault", ["floods-stderr", "leaves-a-child"])
def test_a_nuisance_does_not_change_the_answer(run_fake: RunFake, fault: str) -> None:
    result = run_fake(fake(fault))
    assert {o.verdict for o in result.observations.values()} == {Verdict.ACCEPTED}
    assert {o.attempts for o in result.observations.values()} == {1}


def test_without_a_clock_the_time_dependent_vectors_are_skipped(run_fake: RunFake) -> None:
    result = run_fake(
        fake("no-clock"), cases=(case("timeless"), case("timely", time_dependent=True))
    )
    assert result.observations["timeless"].verdict is Verdict.ACCEPTED
    skipped = result.observations["timely"]
    assert skipped.verdict is Verdict.SKIPPED
    assert "clock of no-clock cannot be set" in skipped.reason
