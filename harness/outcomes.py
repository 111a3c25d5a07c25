"""What a backend can say about a signature, in the words every part of the project shares.

Values only: no I/O, and no knowledge of vectors, expectations or particular backends.
The taxonomy of error classes is explained in ``docs/taxonomy.md``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

FINGERPRINT_PATTERN = r"^([0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})$(?!\n)"  # $ forgives a newline

Fingerprint = Annotated[
    str,
    Meta(
        pattern=FINGERPRINT_PATTERN,
        description="Upper-case hexadecimal: 32 digits for a v3 key, 40 for v4, 64 for v5 and v6",
    ),
]

Moment = Annotated[datetime, Meta(tz=True, description="A moment, with its time zone")]


class Verdict(enum.StrEnum):
    """What became of a signature, or of a whole input."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSUPPORTED = "unsupported"
    """The backend says it cannot judge: algorithm, version or format unknown to it."""
    ERROR = "error"
    """The backend gave no answer that counts: a crash, a timeout, nonsense, an unclassified
    exception. Never a rejection."""
    SKIPPED = "skipped"
    """The harness did not ask, and the observation's reason says why."""


ANSWERS = (Verdict.ACCEPTED, Verdict.REJECTED)
"""The verdicts that are answers: the others say that there is none."""


class ErrorClass(enum.StrEnum):
    """Why a signature was not accepted."""

    BAD_SIGNATURE = "bad_signature"
    MISSING_KEY = "missing_key"
    UNBOUND_KEY = "unbound_key"
    WRONG_KEY_USAGE = "wrong_key_usage"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    KEY_NEWER_THAN_SIGNATURE = "key_newer_than_signature"
    SIGNATURE_EXPIRED = "signature_expired"
    SIGNATURE_NOT_YET_VALID = "signature_not_yet_valid"
    WEAK_HASH = "weak_hash"
    WEAK_KEY = "weak_key"
    POLICY_OTHER = "policy_other"
    MALFORMED = "malformed"
    NO_SIGNATURE = "no_signature"
    UNSUPPORTED = "unsupported"
    UNKNOWN_CRITICAL = "unknown_critical"
    IDENTITY_MISMATCH = "identity_mismatch"


UNSPECIFIED: frozenset[ErrorClass] = frozenset(ErrorClass)
"""The set to use when a backend only says "no": every class is consistent with that."""


class Value(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all types that are written to files or sent between processes."""


class AcceptedKey(Value, frozen=True, kw_only=True, order=True):
    """The key a backend vouches for, as a pair; ``None`` means *not reported*."""

    signing: Fingerprint | None = None
    """Fingerprint of the component key that made the signature."""
    primary: Fingerprint | None = None
    """Fingerprint of the primary key of the certificate it belongs to."""

    def agrees_with(self, other: AcceptedKey) -> bool:
        """Tell whether no half that both sides report differs."""
        return all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in ((self.signing, other.signing), (self.primary, other.primary))
        )


class Evidence(Value, frozen=True, kw_only=True):
    """A backend's own words, verbatim (long text is cut in the middle by `clip`)."""

    exit_code: int | None = None
    status: tuple[str, ...] = ()
    """Machine-readable lines or codes, e.g. GnuPG's status lines without their prefix."""
    exception: str | None = None
    """Qualified name of the exception's type."""
    message: str = ""
    """Standard error or the exception's text."""


class SignatureResult(Value, frozen=True, kw_only=True):
    """What a backend says about one signature.

    Raises:
        ValueError: the parts contradict each other (an accepted signature with error classes,
            a rejected one without any, a key vouched for without acceptance).
    """

    verdict: Verdict
    key: AcceptedKey | None = None
    """Set if and only if the verdict is ``accepted``."""
    classes: frozenset[ErrorClass] = frozenset()
    """Every class consistent with the evidence; non-empty if and only if ``rejected`` or
    ``unsupported``."""
    evidence: Evidence = Evidence()

    def __post_init__(self) -> None:
        _refuse_contradictions(self.verdict, self.classes, keyed=self.key is not None)
        if self.verdict is Verdict.ACCEPTED and self.key is None:
            raise ValueError("an accepted signature needs a key (its halves may be unreported)")


class NativeVerdict(Value, frozen=True, kw_only=True):
    """What a caller of the backend's normal API, or of its exit code, concludes about the input.

    Raises:
        ValueError: the parts contradict each other.
    """

    verdict: Verdict
    keys: tuple[AcceptedKey, ...] = ()
    """The keys such a caller would believe to have signed; may be empty even when accepted."""
    classes: frozenset[ErrorClass] = frozenset()
    evidence: Evidence = Evidence()

    def __post_init__(self) -> None:
        _refuse_contradictions(self.verdict, self.classes, keyed=bool(self.keys))


class Answer(Value, frozen=True, kw_only=True):
    """Everything one backend says about one input: one result per signature, in input order,
    and apart from these its native verdict.
    """

    signatures: tuple[SignatureResult, ...]
    native: NativeVerdict


class ErrorReason(enum.StrEnum):
    """Why there is no answer that counts."""

    CRASHED = "crashed"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    """The worker wrote something that is no answer to the question asked."""
    EXCEPTION = "exception"
    """The backend raised an exception that no caller could read as a rejection."""


class Stance(Value, frozen=True, kw_only=True):
    """What one backend says about one vector under one profile, however it is known.

    Raises:
        ValueError: the parts contradict each other.
    """

    vector: str
    backend: str
    profile: str
    verdict: Verdict
    """Derived from the signatures by `overall_verdict`; ``error`` and ``skipped`` where there
    is no answer."""
    answer: Answer | None = None
    """``None`` if and only if the worker gave none (``error``, ``skipped``)."""
    error: ErrorReason | None = None
    reason: str = ""
    """In words: what went wrong, or why the vector was skipped."""

    def __post_init__(self) -> None:
        if self.answer is None:
            if self.verdict not in (Verdict.ERROR, Verdict.SKIPPED):
                raise ValueError(f"verdict {self.verdict} without an answer")
        elif self.verdict is not overall_verdict(self.signatures):
            raise ValueError(f"verdict {self.verdict} does not follow from the signatures")
        if (self.error is not None) != (self.verdict is Verdict.ERROR):
            raise ValueError(f"verdict {self.verdict} does not go with error {self.error}")

    @property
    def keys(self) -> tuple[AcceptedKey, ...]:
        """The keys of the accepted signatures, sorted, each once."""
        found = {s.key for s in self.signatures if s.key is not None}
        return tuple(sorted(found, key=lambda k: (k.signing or "", k.primary or "")))

    @property
    def classes(self) -> frozenset[ErrorClass]:
        """The classes of all signatures not accepted; empty if any was accepted, or if there is
        no answer.
        """
        return frozenset() if self.answer is None else overall_classes(self.signatures)

    @property
    def signatures(self) -> tuple[SignatureResult, ...]:
        """The results per signature; empty where there is no answer."""
        return () if self.answer is None else self.answer.signatures


class Observation(Stance, frozen=True, kw_only=True, tag_field="type", tag="observation"):
    """A stance as it was taken, when a backend was asked: a line of a run file."""

    at: Moment
    """Reference time."""
    attempts: int = 1
    """2 when the first try cost a worker and the vector was tried again alone."""
    seconds: float = 0.0
    """Wall time from question to answer (of the last attempt)."""


def overall_verdict(signatures: Iterable[SignatureResult]) -> Verdict:
    """Conclude from the single signatures: one that is accepted suffices (RFC 9580, 5.2.5).

    Without one, an unanswered signature makes the whole an ``error`` (it might have been the
    accepted one); none at all is a rejection.
    """
    verdicts = {s.verdict for s in signatures}
    for verdict in (Verdict.ACCEPTED, Verdict.ERROR, Verdict.REJECTED, Verdict.UNSUPPORTED):
        if verdict in verdicts:
            return verdict
    return Verdict.REJECTED


def overall_classes(signatures: Iterable[SignatureResult]) -> frozenset[ErrorClass]:
    """Join the classes of signatures none of which was accepted; empty if one was."""
    results = tuple(signatures)
    if any(s.verdict is Verdict.ACCEPTED for s in results):
        return frozenset()
    if not results:
        return frozenset({ErrorClass.NO_SIGNATURE})
    return frozenset().union(*(s.classes for s in results))


def accepted(key: AcceptedKey, evidence: Evidence = Evidence()) -> SignatureResult:
    """Build the result of a signature the backend vouches for."""
    return SignatureResult(verdict=Verdict.ACCEPTED, key=key, evidence=evidence)


def rejected(classes: Iterable[ErrorClass], evidence: Evidence = Evidence()) -> SignatureResult:
    """Build the result of a refused signature; ``{unsupported}`` alone becomes ``unsupported``.

    Raises:
        ValueError: no class given (use `UNSPECIFIED` for a bare "no").
    """
    return SignatureResult(
        verdict=refusal(found := frozenset(classes)), classes=found, evidence=evidence
    )


def failed(evidence: Evidence) -> SignatureResult:
    """Build the result of a signature about which the backend gave no answer that counts."""
    return SignatureResult(verdict=Verdict.ERROR, evidence=evidence)


def refusal(classes: frozenset[ErrorClass]) -> Verdict:
    """Tell "cannot judge" from "no": ``unsupported`` if it is the only class, else ``rejected``."""
    unsupported = classes == {ErrorClass.UNSUPPORTED}
    return Verdict.UNSUPPORTED if unsupported else Verdict.REJECTED


def native_like(result: SignatureResult) -> NativeVerdict:
    """Take a single signature's result as the native verdict, for backends that have no other."""
    return NativeVerdict(
        verdict=result.verdict,
        keys=() if result.key is None else (result.key,),
        classes=result.classes,
        evidence=result.evidence,
    )


CLIP_LENGTH = 4096


def clip(text: str, limit: int = CLIP_LENGTH) -> str:
    """Keep the beginning and end of a long text, saying how many characters were left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"


def _refuse_contradictions(
    verdict: Verdict, classes: frozenset[ErrorClass], *, keyed: bool
) -> None:
    if verdict is Verdict.SKIPPED:
        raise ValueError("a backend cannot skip; it answers, or it does not")
    if bool(classes) != (verdict in (Verdict.REJECTED, Verdict.UNSUPPORTED)):
        named = f"the classes {', '.join(sorted(classes))}" if classes else "no classes"
        raise ValueError(f"verdict {verdict} does not go with {named}")
    if keyed and verdict is not Verdict.ACCEPTED:
        raise ValueError(f"verdict {verdict} does not go with an accepted key")


_encoder = msgspec.json.Encoder(order="deterministic")


def to_json(value: object) -> bytes:
    """Encode one of the project's values on a single line, the same bytes every time."""
    return _encoder.encode(value)
