"""From one backend to another, or from one version to the next: what changes for a caller.

Pure functions over pairs of observations. Unlike a divergence (`harness.compare`), a change has a
direction, and a caller who makes the move wants to know first what will be trusted that was not.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from harness.compare import Divergence, divergence
from harness.outcomes import ANSWERS, Stance, Verdict


class Change(enum.StrEnum):
    """What becomes of one vector; the order of definition is the order of gravity."""

    NEWLY_ACCEPTED = "newly_accepted"
    """A signature is accepted that was not."""
    OTHER_KEY = "other_key"
    """It is still accepted, as signed by another key."""
    VANISHED = "vanished"
    """There was an answer, and now it is unsupported or skipped."""
    NEWLY_REJECTED = "newly_rejected"
    """A signature is no longer accepted."""
    NEW_ERROR = "new_error"
    """There was an answer, or none was to be had, and now there is an error."""
    OTHER_CLASS = "other_class"
    """It is still rejected, for reasons that exclude the former ones."""
    NEWLY_ANSWERED = "newly_answered"
    """There was no answer, and now it is rejected."""
    NONE = "none"


def change(before: Stance, after: Stance) -> Change:
    """Say what changes between two observations of one vector.

    Raises:
        ValueError: they are about different vectors.
    """
    if before.vector != after.vector:
        raise ValueError(f"{before.vector} and {after.vector} are different vectors")
    answered = before.verdict in ANSWERS, after.verdict in ANSWERS
    match answered:
        case (True, True):
            return _between_answers(before, after)
        case (True, False):
            error = after.verdict is Verdict.ERROR
            return Change.NEW_ERROR if error else Change.VANISHED
        case (False, True):
            accepted = after.verdict is Verdict.ACCEPTED
            return Change.NEWLY_ACCEPTED if accepted else Change.NEWLY_ANSWERED
        case _:
            error = after.verdict is Verdict.ERROR and before.verdict is not Verdict.ERROR
            return Change.NEW_ERROR if error else Change.NONE


def _between_answers(before: Stance, after: Stance) -> Change:
    found = divergence(before, after)
    if len(before.signatures) == len(after.signatures):
        pairs = [
            (old.verdict, new.verdict)
            for old, new in zip(before.signatures, after.signatures, strict=True)
        ]
        if any(old is not Verdict.ACCEPTED and new is Verdict.ACCEPTED for old, new in pairs):
            return Change.NEWLY_ACCEPTED
        fewer = any(old is Verdict.ACCEPTED and new is not Verdict.ACCEPTED for old, new in pairs)
        if fewer and found is not Divergence.IDENTITY:
            return Change.NEWLY_REJECTED
    match found:
        case Divergence.IDENTITY:
            return Change.OTHER_KEY
        case Divergence.VERDICT:
            more = _accepts_more(before, after)
            return Change.NEWLY_ACCEPTED if more else Change.NEWLY_REJECTED
        case Divergence.CLASS:
            return Change.OTHER_CLASS
        case Divergence.NONE:
            return Change.NONE


def _accepts_more(before: Stance, after: Stance) -> bool:
    """Whether anything is accepted that was not, given that the verdicts diverge."""
    if before.verdict is not after.verdict:
        return after.verdict is Verdict.ACCEPTED
    return any(not any(key.agrees_with(old) for old in before.keys) for key in after.keys)


def gravest(changes: Iterable[Change]) -> Change:
    """The gravest of some changes; none if there are none."""
    order = tuple(Change)
    return min(changes, key=order.index, default=Change.NONE)
