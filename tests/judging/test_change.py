"""What a move from one backend to another changes has a direction, and a gravity."""

from __future__ import annotations

import pytest

from harness.change import Change, change, gravest
from harness.outcomes import SignatureResult
from tests.judging.factories import BAD, FAILED, FORGED, GOOD, REVOKED, UNSUPPORTED, said


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([GOOD], [GOOD], Change.NONE),
        ([BAD], [GOOD], Change.NEWLY_ACCEPTED),
        ([GOOD], [BAD], Change.NEWLY_REJECTED),
        ([GOOD], [FORGED], Change.OTHER_KEY),
        ([BAD], [REVOKED], Change.OTHER_CLASS),
        ([GOOD], [UNSUPPORTED], Change.VANISHED),
        ([BAD], [UNSUPPORTED], Change.VANISHED),
        ([GOOD], [FAILED], Change.NEW_ERROR),
        ([UNSUPPORTED], [FAILED], Change.NEW_ERROR),
        ([FAILED], [FAILED], Change.NONE),
        ([FAILED], [UNSUPPORTED], Change.NONE),
        ([UNSUPPORTED], [GOOD], Change.NEWLY_ACCEPTED),
        ([FAILED], [BAD], Change.NEWLY_ANSWERED),
        # One of two signatures, with the whole accepted before and after.
        ([GOOD, BAD], [GOOD, FORGED], Change.NEWLY_ACCEPTED),
        ([GOOD, FORGED], [GOOD, BAD], Change.NEWLY_REJECTED),
        # Another signer is graver than one signer less.
        ([GOOD, GOOD], [FORGED, BAD], Change.OTHER_KEY),
        ([GOOD, FORGED], [BAD, GOOD], Change.OTHER_KEY),
        # No answer about one of two, while the other one is judged.
        ([GOOD, UNSUPPORTED], [GOOD, FORGED], Change.NEWLY_ACCEPTED),
        ([GOOD, FAILED], [GOOD, FORGED], Change.NEWLY_ACCEPTED),
        ([GOOD, UNSUPPORTED], [BAD, GOOD], Change.NEWLY_ACCEPTED),
        ([GOOD, FORGED], [GOOD, UNSUPPORTED], Change.NEWLY_REJECTED),
        # Told apart by its key, where the numbers of results differ.
        ([GOOD], [GOOD, FORGED], Change.NEWLY_ACCEPTED),
        ([GOOD, FORGED], [GOOD], Change.NEWLY_REJECTED),
    ],
)
def test_every_change_has_its_name(
    before: list[SignatureResult], after: list[SignatureResult], expected: Change
) -> None:
    assert change(said(*before), said(*after)) is expected


def test_different_vectors_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="different vectors"):
        change(said(GOOD, about="a/b"), said(GOOD, about="a/c"))


def test_what_is_newly_trusted_is_gravest() -> None:
    assert gravest([Change.NEW_ERROR, Change.NEWLY_ACCEPTED, Change.OTHER_KEY]) is (
        Change.NEWLY_ACCEPTED
    )
    assert gravest([]) is Change.NONE
