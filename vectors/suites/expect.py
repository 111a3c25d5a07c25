"""Expectations in short: accept, reject, undefined, policy.

The sections that say so are added by the suite's decorator.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from harness.outcomes import AcceptedKey, ErrorClass
from harness.vector import Dependency, Expectation, Outcome, SignatureExpectation


def accept(*keys: AcceptedKey, rfc4880: Outcome | None = None, reason: str = "") -> Expectation:
    """Accept, naming exactly these keys."""
    return Expectation(outcome=Outcome.ACCEPT, keys=keys, rfc4880_outcome=rfc4880, reason=reason)


def reject(
    *classes: ErrorClass,
    rfc4880: Outcome | None = None,
    keys: Sequence[AcceptedKey] = (),
    reason: str = "",
    depends: Sequence[Dependency] = (),
) -> Expectation:
    """Reject, for one of these reasons; ``keys`` are right where RFC 4880 has it accepted."""
    return Expectation(
        outcome=Outcome.REJECT,
        keys=tuple(keys),
        classes=classes,
        rfc4880_outcome=rfc4880,
        reason=reason,
        depends=tuple(depends),
    )


def undefined(
    reason: str,
    *classes: ErrorClass,
    keys: Sequence[AcceptedKey],
    rfc4880: Outcome | None = None,
    depends: Sequence[Dependency] = (),
) -> Expectation:
    """Leave it open: these keys if it is accepted, these classes if it is rejected."""
    return Expectation(
        outcome=Outcome.UNDEFINED,
        keys=tuple(keys),
        classes=classes,
        reason=reason,
        rfc4880_outcome=rfc4880,
        depends=tuple(depends),
    )


def policy(
    *depends: Dependency,
    keys: Sequence[AcceptedKey],
    classes: Sequence[ErrorClass],
    reason: str = "",
    rfc4880: Outcome | None = None,
) -> Expectation:
    """Let the profile decide, by what acceptance depends on."""
    return Expectation(
        outcome=Outcome.POLICY,
        keys=tuple(keys),
        classes=tuple(classes),
        depends=depends,
        reason=reason,
        rfc4880_outcome=rfc4880,
    )


def each(whole: Expectation, *signatures: Expectation) -> Expectation:
    """Say of each of several signatures, in input order, what becomes of it."""
    parts = tuple(
        SignatureExpectation(outcome=s.outcome, keys=s.keys, classes=s.classes) for s in signatures
    )
    return replace(whole, signatures=parts)
