"""Proof of what an adapter claims, before it is believed anything.

A probe is a vector of the probe suite (`vectors.PROBES`). Good ones must be accepted with the
right key, every half that the adapter claims to report included; tampered ones must be rejected;
and a claimed clock must really move an expiry, both into the past and into the future.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.artifact import Case, Format
from harness.backend import Capabilities, Clock, KeyHalf
from harness.outcomes import Observation, Verdict
from harness.vector import Corpus, Outcome, Vector

Ask = Callable[[Case], Observation]

_CLOCK_PAIRS = (
    ("probe/clock-signature-before", "probe/clock-signature-after"),
    ("probe/clock-key-before", "probe/clock-key-after"),
)
"""One pair is enough: some backends know no signature expiration, some no key expiration."""


def failures(claimed: Capabilities, probes: Corpus, ask: Ask) -> tuple[str, ...]:
    """Put a backend through the probes for all it claims.

    Args:
        claimed: its own description.
        probes: the probe suite.
        ask: puts one case to the backend.

    Returns:
        What was claimed and not shown, in words; empty if all was proven.
    """
    return tuple(_failures(claimed, probes, ask))


def _failures(claimed: Capabilities, probes: Corpus, ask: Ask) -> Iterator[str]:
    if not claimed.formats:
        yield "it claims no format at all"
    for form in sorted(claimed.formats):
        yield from format_failures(form, claimed, probes, ask)
    if claimed.clock is not Clock.NONE:
        yield from clock_failures(claimed, probes, ask)


def format_failures(
    form: Format, claimed: Capabilities, probes: Corpus, ask: Ask
) -> tuple[str, ...]:
    """Put a backend through the probes for one format that it claims; as `failures`."""
    faults = (
        _fault(_probe(probes, f"probe/{form}-{kind}"), claimed, ask)
        for kind in ("good", "tampered")
    )
    return tuple(fault for fault in faults if fault)


def clock_failures(claimed: Capabilities, probes: Corpus, ask: Ask) -> tuple[str, ...]:
    """Put a backend through the probes for the clock that it claims; as `failures`."""
    if Format.DETACHED not in claimed.formats:
        return (
            f"it claims the clock {claimed.clock}, which is proven by detached signatures, and "
            f"does not claim these: claim the format {Format.DETACHED}, or the clock {Clock.NONE}",
        )
    faults = [
        [fault for probe in pair if (fault := _fault(_probe(probes, probe), claimed, ask))]
        for pair in _CLOCK_PAIRS
    ]
    if not all(faults):
        return ()
    return (
        "its clock does not follow the reference time: "
        + "; ".join(fault for pair in faults for fault in pair),
    )


def _probe(probes: Corpus, name: str) -> Vector:
    vector = probes.vector(name)
    if vector is None:
        raise LookupError(f"the probe suite holds no {name}")
    return vector


def _fault(probe: Vector, claimed: Capabilities, ask: Ask) -> str:
    """Ask about one probe; say what is wrong with the answer, or nothing."""
    seen = ask(probe.case)
    if probe.expectation.outcome is Outcome.REJECT:
        if seen.verdict is Verdict.REJECTED:
            return ""
        return f"{probe.id}: {_said(seen)} instead of rejected"
    if seen.verdict is not Verdict.ACCEPTED:
        return f"{probe.id}: {_said(seen)} instead of accepted"
    for key in seen.keys:
        if not any(key.agrees_with(right) for right in probe.expectation.keys):
            return f"{probe.id}: accepted the wrong key {key.signing} of {key.primary}"
        missing = [half for half in KeyHalf if half in claimed.reports and not getattr(key, half)]
        if missing:
            return f"{probe.id}: does not report the {' and '.join(missing)} key as claimed"
    return ""


def _said(seen: Observation) -> str:
    messages = [seen.reason, *(s.evidence.message for s in seen.signatures)]
    detail = next((text.strip() for text in messages if text.strip()), "")
    return f"{seen.verdict} ({detail})" if detail else str(seen.verdict)
