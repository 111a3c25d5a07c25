"""Short ways to make vectors and observations by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime

from harness.artifact import Artifact, Detached
from harness.outcomes import (
    AcceptedKey,
    Answer,
    ErrorClass,
    ErrorReason,
    Evidence,
    NativeVerdict,
    Observation,
    SignatureResult,
    Verdict,
    accepted,
    failed,
    native_like,
    overall_verdict,
    rejected,
)
from harness.vector import Expectation, Outcome, SignatureExpectation, Vector

AT = datetime(2026, 1, 1, tzinfo=UTC)

ALICE = "A" * 24 + "1" * 16
ALICE_SUB = "A" * 24 + "2" * 16
MALLORY = "E" * 24 + "6" * 16

BY_ALICE = AcceptedKey(signing=ALICE_SUB, primary=ALICE)
BY_ALICES_PRIMARY = AcceptedKey(primary=ALICE)
BY_MALLORY = AcceptedKey(signing=MALLORY, primary=MALLORY)
BY_SOMEBODY = AcceptedKey()

GOOD = accepted(BY_ALICE)
FORGED = accepted(BY_MALLORY)
BAD = rejected({ErrorClass.BAD_SIGNATURE})
REVOKED = rejected({ErrorClass.KEY_REVOKED})
JUST_NO = rejected(ErrorClass)
UNSUPPORTED = rejected({ErrorClass.UNSUPPORTED})
FAILED = failed(Evidence(exception="IndexError", message="list index out of range"))

ARTIFACT = Detached(data=b"data", signature=b"\x88\x00")


def vector(
    outcome: Outcome = Outcome.ACCEPT,
    *,
    keys: tuple[AcceptedKey, ...] = (),
    classes: tuple[ErrorClass, ...] = (),
    signatures: tuple[SignatureExpectation, ...] = (),
    name: str = "area/vector",
    title: str = "A vector",
    artifact: Artifact = ARTIFACT,
    **others: object,
) -> Vector:
    return Vector(
        id=name,
        title=title,
        certificates=(b"certificate",),
        artifact=artifact,
        at=AT,
        expectation=Expectation(outcome=outcome, keys=keys, classes=classes, signatures=signatures),
        **others,  # type: ignore[arg-type]
    )


def each(
    outcome: Outcome, *, keys: tuple[AcceptedKey, ...] = (), classes: tuple[ErrorClass, ...] = ()
) -> SignatureExpectation:
    return SignatureExpectation(outcome=outcome, keys=keys, classes=classes)


def native(
    verdict: Verdict,
    *keys: AcceptedKey,
    classes: Iterable[ErrorClass] = (),
    evidence: Evidence = Evidence(),
) -> NativeVerdict:
    return NativeVerdict(verdict=verdict, keys=keys, classes=frozenset(classes), evidence=evidence)


NATIVE_YES = native(Verdict.ACCEPTED)
NATIVE_NO = native(Verdict.REJECTED, classes=ErrorClass)


def said(
    *results: SignatureResult,
    backend: str = "gpg",
    about: str = "area/vector",
    native: NativeVerdict | None = None,
    profile: str = "stock",
    reason: str = "",
) -> Observation:
    """An observation with an answer; the native verdict is the last result's unless given."""
    native = native or (native_like(results[-1]) if results else NATIVE_NO)
    verdict = overall_verdict(results)
    return Observation(
        vector=about,
        backend=backend,
        profile=profile,
        at=AT,
        verdict=verdict,
        answer=Answer(signatures=results, native=native),
        error=ErrorReason.EXCEPTION if verdict is Verdict.ERROR else None,
        reason=reason,
    )


def crashed(
    backend: str = "gpg",
    about: str = "area/vector",
    reason: str = "signal 11",
    error: ErrorReason = ErrorReason.CRASHED,
) -> Observation:
    return Observation(
        vector=about,
        backend=backend,
        profile="stock",
        at=AT,
        verdict=Verdict.ERROR,
        error=error,
        reason=reason,
        attempts=2,
    )


def skipped(
    backend: str = "gpg", about: str = "area/vector", reason: str = "its clock cannot be set"
) -> Observation:
    return Observation(
        vector=about,
        backend=backend,
        profile="stock",
        at=AT,
        verdict=Verdict.SKIPPED,
        reason=reason,
    )
