"""One backend through its cases: start, proof, questions, restarts, and certain blame.

A worker that dies, or that does not answer in time, costs exactly one vector. That vector is tried
once more, alone, in a fresh worker: only then is it to blame. Workers are probed when a session
settles; one that replaces a lost worker is the same program and is not probed again.
"""

from __future__ import annotations

import itertools
import time

import msgspec

import backends
from harness import launch, probe
from harness.artifact import Case, split_artifact
from harness.backend import BackendRecord, Clock, Description, State, Unavailable
from harness.launch import Launch
from harness.outcomes import Answer, ErrorReason, Observation, Verdict, overall_verdict
from harness.protocol import Question
from harness.supervisor import START_SECONDS, AdapterError, Worker, WorkerError
from harness.vector import Corpus

PROBE_SECONDS = 20.0
"""Least deadline of a probe: a short one for vectors must not make a backend unusable."""

_STARTS_BEFORE_GIVING_UP = 3


class Session:
    """A backend at work. Use as a context manager: nothing of it remains afterwards."""

    def __init__(
        self,
        name: str,
        *,
        probes: Corpus,
        profile: str,
        seconds: float,
        start_seconds: float = START_SECONDS,
        found: Launch | Unavailable | None = None,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            name: what the user typed.
            probes: the probe suite.
            profile: policy profile to verify under.
            seconds: deadline for each question.
            start_seconds: deadline for a worker to get ready.
            found: how to start it, if that is already known.

        Raises:
            backends.UnknownBackendError: there is no backend of that name.
        """
        self.name = name
        self._found = launch.find(name) if found is None else found
        self._probes = probes
        self._profile = profile
        self._seconds = seconds
        self._start_seconds = start_seconds
        self._ids = itertools.count(1)
        self._worker: Worker | None = None
        self._description: Description | None = None
        self._failed_starts = 0
        self._interrupted = False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop_worker(politely=not self._interrupted)

    def start(self) -> BackendRecord | None:
        """Start the backend, which has yet to prove what it claims.

        Returns:
            What became of it, if it does not start.
        """
        if isinstance(self._found, Unavailable):
            return self._record(
                State.ABSENT, reason=self._found.reason, install=self._found.install
            )
        try:
            self._live_worker(self._found)
        except WorkerError as failure:
            return self._record(
                State.UNUSABLE, reason=f"it does not start ({failure.reason}): {failure.detail}"
            )
        return None

    def settle(self) -> BackendRecord:
        """Start the backend and have it prove what it claims."""
        useless = self.start()
        if useless is not None:
            return useless
        assert self._description is not None
        faults = probe.failures(
            self._description.capabilities,
            self._probes,
            lambda case: self.observe(case, max(self._seconds, PROBE_SECONDS)),
        )
        return self._record(State.UNUSABLE if faults else State.USABLE, reason="\n".join(faults))

    def observe(self, case: Case, seconds: float | None = None) -> Observation:
        """Ask about one case; whatever happens, there is an observation.

        Must not be called unless `settle` found the backend usable (or from its probes).

        Args:
            case: what to ask about.
            seconds: a deadline in place of the session's.
        """
        assert isinstance(self._found, Launch)
        assert self._description is not None
        skip = _reason_to_skip(self._description, case)
        if skip:
            return self._observation(case, verdict=Verdict.SKIPPED, reason=skip)
        asked = question(case)
        for attempt in (1, 2):
            asked = msgspec.structs.replace(asked, id=next(self._ids))
            started = time.perf_counter()
            try:
                answer = self._live_worker(self._found).ask(asked, seconds or self._seconds)
            except AdapterError as failure:
                return self._error(
                    case, ErrorReason.EXCEPTION, failure.detail, attempt, _since(started)
                )
            except WorkerError as failure:
                self._drop_worker()
                if attempt == 2 or self._interrupted:
                    return self._error(
                        case, failure.reason, failure.detail, attempt, _since(started)
                    )
                continue
            return self._answered(case, answer, attempt, _since(started))
        raise AssertionError("unreachable")

    def interrupt(self) -> None:
        """Make a call under way in another thread come back soon."""
        self._interrupted = True
        worker = self._worker
        if worker is not None:
            worker.interrupt()

    def _record(self, state: State, *, reason: str, install: str = "") -> BackendRecord:
        return BackendRecord(
            name=self.name,
            state=state,
            description=self._description,
            reason=reason,
            install=install,
            origin=backends.origin(self.name),
        )

    def _live_worker(self, found: Launch) -> Worker:
        """Return the worker, started and greeted if need be."""
        if self._worker is not None:
            return self._worker
        if self._failed_starts >= _STARTS_BEFORE_GIVING_UP:
            raise WorkerError(
                ErrorReason.CRASHED,
                f"not tried: it failed to start {self._failed_starts} times in a row",
            )
        self._failed_starts += 1
        try:
            # Known to `interrupt` before it is greeted, which may take long.
            self._worker = worker = Worker(found)
        except OSError as error:
            what = f"no worker can be started: {error}"
            raise WorkerError(ErrorReason.CRASHED, what) from error
        if self._interrupted:
            worker.interrupt()
        try:
            self._description = worker.greet(self._profile, self._start_seconds)
        except WorkerError:
            self._worker = None
            raise
        self._failed_starts = 0
        return worker

    def _drop_worker(self, *, politely: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(politely=politely)

    def _answered(self, case: Case, answer: Answer, attempt: int, seconds: float) -> Observation:
        verdict = overall_verdict(answer.signatures)
        failed = verdict is Verdict.ERROR
        return self._observation(
            case,
            verdict=verdict,
            answer=answer,
            error=ErrorReason.EXCEPTION if failed else None,
            reason=_first_words_on_failure(answer) if failed else "",
            attempts=attempt,
            seconds=seconds,
        )

    def _error(
        self, case: Case, error: ErrorReason, detail: str, attempt: int, seconds: float
    ) -> Observation:
        return self._observation(
            case,
            verdict=Verdict.ERROR,
            error=error,
            reason=detail,
            attempts=attempt,
            seconds=seconds,
        )

    def _observation(
        self,
        case: Case,
        *,
        verdict: Verdict,
        answer: Answer | None = None,
        error: ErrorReason | None = None,
        reason: str = "",
        attempts: int = 1,
        seconds: float = 0.0,
    ) -> Observation:
        return Observation(
            vector=case.id,
            backend=self.name,
            profile=self._profile,
            at=case.at,
            verdict=verdict,
            answer=answer,
            error=error,
            reason=reason,
            attempts=attempts,
            seconds=seconds,
        )


def question(case: Case, number: int = 0) -> Question:
    """Make the question of a case: in full, and with one part per signature.

    Args:
        case: what to ask about.
        number: the question's id.
    """
    asked = case.unrolled()
    parts = split_artifact(asked.artifact)
    return Question(
        id=number,
        certificates=asked.certificates,
        artifact=asked.artifact,
        parts=() if parts == (asked.artifact,) else parts,
        at=asked.at,
    )


def _reason_to_skip(description: Description, case: Case) -> str:
    capabilities = description.capabilities
    if case.artifact.format not in capabilities.formats:
        return f"{description.name} does not verify {case.artifact.format} signatures"
    if case.time_dependent and capabilities.clock is Clock.NONE:
        return f"the clock of {description.name} cannot be set, and the answer depends on it"
    return ""


def _first_words_on_failure(answer: Answer) -> str:
    """What the backend said on the first signature that it gave no answer about."""
    evidence = next(s.evidence for s in answer.signatures if s.verdict is Verdict.ERROR)
    return ": ".join(text for text in (evidence.exception, evidence.message) if text)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 6)
