"""Observation against expectation: what a backend got right on one vector, and what wrong.

Pure functions; no I/O, no knowledge of other backends (that is `harness.compare`).

A vector is judged twice, by the same rule:

* the **judgement** goes by the results per signature. Where the expectation speaks about each of
  several signatures, and the backend answered about as many, every signature is judged as well as
  the whole input, and the gravest counts: a bad signature accepted beside a good one is a false
  accept though the input is rightly accepted. Where the numbers differ, nobody can say which
  result belongs to which signature, and the whole alone is judged.
* the **native judgement** goes by the native verdict, for the whole input only, since that is all
  a caller of the backend's normal API or a reader of its exit code gets.

The rule for one verdict:

========================  =====================================================================
accepted                  ``false_accept`` if it had to be rejected; else ``wrong_key`` if an
                          accepted key agrees with no expected one (where any is expected); else
                          as expected
rejected                  ``false_reject`` if it had to be accepted; else ``wrong_class`` if no
                          class agrees with an expected one (where any is expected); else as
                          expected
unsupported               ``conforms`` if it had to be rejected as ``unsupported``; else
                          ``unsupported``
error, skipped            the same
========================  =====================================================================

"As expected" reads ``conforms`` where the expectation is to accept or to reject, and ``policy`` or
``undefined`` where it is that. The keys and classes of a policy or undefined vector are checked,
too: whichever way a backend decides, it must not name a stranger or a reason that is not there.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from harness.outcomes import AcceptedKey, ErrorClass, Evidence, Stance, Value, Verdict
from harness.vector import Expectation, Outcome, SignatureExpectation, Vector


class Judgement(enum.StrEnum):
    """What became of an expectation, the gravest first: the order of definition is the order of
    gravity.

    First what lets a forgery through, then what names the wrong signer, then what locks a good
    signature out; then no answer, which may hide any of these; then a wrong reason; then honest
    silence; and last what cannot be wrong.
    """

    FALSE_ACCEPT = "false_accept"
    """Accepted although it must be rejected."""
    WRONG_KEY = "wrong_key"
    """Rightly accepted, but a key is vouched for that did not sign."""
    FALSE_REJECT = "false_reject"
    """Rejected although it must be accepted."""
    ERROR = "error"
    """No answer that counts."""
    WRONG_CLASS = "wrong_class"
    """Rightly rejected, for a reason that is not there."""
    UNSUPPORTED = "unsupported"
    """The backend says it cannot judge."""
    SKIPPED = "skipped"
    """The harness did not ask."""
    POLICY = "policy"
    """A policy profile decides; both answers are right."""
    UNDEFINED = "undefined"
    """The texts leave it open; both answers are right."""
    CONFORMS = "conforms"
    """As it should be."""


GRAVITY: tuple[Judgement, ...] = tuple(Judgement)
"""All judgements, the gravest first."""


def gravest(judgements: Iterable[Judgement]) -> Judgement:
    """Pick the gravest of several judgements.

    Raises:
        ValueError: there are none.
    """
    return min(judgements, key=GRAVITY.index)


class Judged(Value, frozen=True, kw_only=True):
    """One observation, judged."""

    vector: str
    backend: str
    profile: str
    judgement: Judgement
    """By the results per signature."""
    note: str
    """Why, in one line. It quotes the backend: escape it before showing it."""
    native: Judgement | None = None
    """By the native verdict; ``None`` if and only if there is no answer."""
    native_note: str = ""


def judge(vector: Vector, observation: Stance) -> Judged:
    """Judge what a backend said about a vector.

    Raises:
        ValueError: the observation is about another vector.
    """
    if observation.vector != vector.id:
        raise ValueError(f"an observation of {observation.vector!r} cannot judge {vector.id!r}")
    judgement, note = _judge_signatures(vector.expectation, observation)
    native, native_note = _judge_native(vector.expectation, observation)
    return Judged(
        vector=vector.id,
        backend=observation.backend,
        profile=observation.profile,
        judgement=judgement,
        note=note,
        native=native,
        native_note=native_note,
    )


def short_fingerprint(fingerprint: str) -> str:
    """Shorten a fingerprint for people to its last 16 hex digits, for v4 keys the key id."""
    return fingerprint if len(fingerprint) <= 17 else f"…{fingerprint[-16:]}"


def describe_key(key: AcceptedKey) -> str:
    """Name an accepted key in words: signing key, and primary key where it is another."""
    match key:
        case AcceptedKey(signing=None, primary=None):
            return "a key it does not name"
        case AcceptedKey(signing=None, primary=str(primary)):
            return f"primary {short_fingerprint(primary)}"
        case AcceptedKey(signing=str(signing), primary=primary) if primary in (None, signing):
            return short_fingerprint(signing)
        case AcceptedKey(signing=signing, primary=primary):
            return f"{short_fingerprint(signing or '')} of {short_fingerprint(primary or '')}"


MANY_CLASSES = 4
"""From more classes than this on, texts give their number and no longer their names."""
NEARLY_ALL_CLASSES = len(ErrorClass) - MANY_CLASSES
"""From this number on, a backend has given no reason, but has ruled out a few."""


def describe_classes(classes: Iterable[ErrorClass]) -> str:
    """Name a set of error classes in words: its members, or that it says next to nothing."""
    names = sorted(set(classes))
    if len(names) >= NEARLY_ALL_CLASSES:
        return "no reason given"
    if len(names) > MANY_CLASSES:
        return f"any of {len(names)} classes"
    return " or ".join(names)


_Finding = tuple[Judgement, str]

_AS_EXPECTED = {
    Outcome.ACCEPT: Judgement.CONFORMS,
    Outcome.REJECT: Judgement.CONFORMS,
    Outcome.POLICY: Judgement.POLICY,
    Outcome.UNDEFINED: Judgement.UNDEFINED,
}

_EXPECTED_IN_WORDS = {
    Outcome.ACCEPT: "as expected",
    Outcome.REJECT: "as expected",
    Outcome.POLICY: "a policy decides",
    Outcome.UNDEFINED: "the texts leave it open",
}


def _judge_signatures(expectation: Expectation, observation: Stance) -> _Finding:
    whole = _judge_one(
        expectation,
        observation.verdict,
        observation.keys,
        observation.classes,
        silence=_silence(observation),
    )
    results = observation.signatures
    if not expectation.signatures or len(results) != len(expectation.signatures):
        return whole
    findings = [whole]
    for number, (expected, result) in enumerate(
        zip(expectation.signatures, results, strict=True), start=1
    ):
        judgement, note = _judge_one(
            expected,
            result.verdict,
            () if result.key is None else (result.key,),
            result.classes,
            silence=_evidence(result.evidence) or "no answer that counts",
        )
        findings.append((judgement, f"signature {number}: {note}"))
    worst = gravest(judgement for judgement, _ in findings)
    return next(finding for finding in findings if finding[0] is worst)


def _judge_native(expectation: Expectation, observation: Stance) -> tuple[Judgement | None, str]:
    if observation.answer is None:
        return None, ""
    native = observation.answer.native
    return _judge_one(
        expectation,
        native.verdict,
        native.keys,
        native.classes,
        silence=_evidence(native.evidence) or "no answer that counts",
    )


def _judge_one(
    expected: Expectation | SignatureExpectation,
    verdict: Verdict,
    keys: tuple[AcceptedKey, ...],
    classes: frozenset[ErrorClass],
    *,
    silence: str,
) -> _Finding:
    match verdict:
        case Verdict.ACCEPTED:
            return _judge_acceptance(expected, keys)
        case Verdict.REJECTED:
            return _judge_rejection(expected, classes)
        case Verdict.UNSUPPORTED:
            return _judge_unsupported(expected)
        case Verdict.ERROR:
            return Judgement.ERROR, silence
        case Verdict.SKIPPED:
            return Judgement.SKIPPED, silence


def _judge_acceptance(
    expected: Expectation | SignatureExpectation, keys: tuple[AcceptedKey, ...]
) -> _Finding:
    said = f"accepted {' and '.join(map(describe_key, keys)) or 'without naming a key'}"
    if expected.outcome is Outcome.REJECT:
        return Judgement.FALSE_ACCEPT, f"{said}, expected {_expected_rejection(expected)}"
    strangers = [key for key in keys if not any(key.agrees_with(right) for right in expected.keys)]
    if expected.keys and strangers:
        right = " or ".join(map(describe_key, expected.keys))
        wrong = " and ".join(map(describe_key, strangers))
        return Judgement.WRONG_KEY, f"accepted {wrong}, expected {right}"
    return _AS_EXPECTED[expected.outcome], f"{said}, {_EXPECTED_IN_WORDS[expected.outcome]}"


def _judge_rejection(
    expected: Expectation | SignatureExpectation, classes: frozenset[ErrorClass]
) -> _Finding:
    said = f"rejected ({describe_classes(classes)})"
    if expected.outcome is Outcome.ACCEPT:
        return Judgement.FALSE_REJECT, f"{said}, expected acceptance"
    if expected.classes and classes.isdisjoint(expected.classes):
        return Judgement.WRONG_CLASS, f"{said}, expected {describe_classes(expected.classes)}"
    return _AS_EXPECTED[expected.outcome], f"{said}, {_EXPECTED_IN_WORDS[expected.outcome]}"


def _judge_unsupported(expected: Expectation | SignatureExpectation) -> _Finding:
    if expected.outcome is Outcome.REJECT:
        if ErrorClass.UNSUPPORTED in expected.classes:
            return Judgement.CONFORMS, "unsupported, as expected"
        return Judgement.UNSUPPORTED, f"unsupported, expected {_expected_rejection(expected)}"
    if expected.outcome is Outcome.ACCEPT:
        return Judgement.UNSUPPORTED, "unsupported, expected acceptance"
    return Judgement.UNSUPPORTED, f"unsupported; {_EXPECTED_IN_WORDS[expected.outcome]}"


def _expected_rejection(expected: Expectation | SignatureExpectation) -> str:
    if not expected.classes:
        return "rejection"
    return f"rejection ({describe_classes(expected.classes)})"


def _silence(observation: Stance) -> str:
    kind = "" if observation.error is None else str(observation.error)
    reason = observation.reason
    if not reason:  # then the backend answered, and the evidence is with one of its results
        failed = (s.evidence for s in observation.signatures if s.verdict is Verdict.ERROR)
        reason = next(map(_evidence, failed), "")
    return ": ".join(part for part in (kind, reason) if part) or "no reason given"


def _evidence(evidence: Evidence) -> str:
    return ": ".join(part for part in (evidence.exception or "", evidence.message) if part)
