"""Two sides are held against each other without taking either's part."""

from __future__ import annotations

import pytest
from hypothesis import given

from harness.outcomes import Observation, SignatureResult
from harness.versus import MIRRORED, Compared, Contrast, Contrasted, contrast, contrasts
from tests.files.strategies import CALM, observations
from tests.judging.factories import BAD, FAILED, FORGED, GOOD, JUST_NO, REVOKED, UNSUPPORTED, said

CASES: list[tuple[list[SignatureResult], list[SignatureResult], Contrast]] = [
    ([GOOD], [GOOD], Contrast.NONE),
    ([GOOD], [FORGED], Contrast.KEY),
    ([GOOD], [BAD], Contrast.LEFT_ACCEPTS),
    ([BAD], [GOOD], Contrast.RIGHT_ACCEPTS),
    ([GOOD, BAD], [BAD, GOOD], Contrast.EACH_ACCEPTS),
    ([BAD], [REVOKED], Contrast.CLASS),
    ([BAD], [JUST_NO], Contrast.NONE),
    ([BAD], [UNSUPPORTED], Contrast.LEFT_ANSWERS),
    ([FAILED], [GOOD], Contrast.RIGHT_ANSWERS),
    ([FAILED], [UNSUPPORTED], Contrast.NONE),
    # A signature that only one of them accepts is graver than another key for the other one.
    ([GOOD, GOOD], [FORGED, BAD], Contrast.LEFT_ACCEPTS),
]


def test_no_contrast_goes_untried() -> None:
    assert {expected for *_, expected in CASES} == set(Contrast)


@pytest.mark.parametrize(("left", "right", "expected"), CASES)
def test_every_contrast_has_its_name(
    left: list[SignatureResult], right: list[SignatureResult], expected: Contrast
) -> None:
    assert contrast(said(*left), said(*right)) is expected


@CALM
@given(observations("area/good", "gpg"), observations("area/good", "gpg"))
def test_turned_around_it_is_the_mirror_image(left: Observation, right: Observation) -> None:
    forth, back = contrast(left, right), contrast(right, left)
    assert back is MIRRORED.get(forth, forth)


def test_what_only_one_was_asked_about_is_passed_over() -> None:
    left = {"a/b": said(GOOD, about="a/b"), "a/c": said(GOOD, about="a/c")}
    right = {"a/b": said(BAD, about="a/b")}
    assert [one.vector for one in contrasts(left, right)] == ["a/b"]


def test_silence_and_right_reasons_want_no_explanation() -> None:
    found = {"a/b": [BAD], "a/c": [REVOKED], "a/d": [UNSUPPORTED], "a/e": [GOOD]}
    compared = Compared(
        left="gpg",
        right="sqv",
        profiles=("stock", "stock"),
        vectors=len(found),
        contrasted=tuple(
            Contrasted(name, contrast(one, other), one, other)
            for name, results in found.items()
            for one, other in [(said(FORGED, about=name), said(*results, about=name))]
        ),
        findings={"a/b": ("a-finding",)},
        both_right={"a/c"},
    )
    assert [one.vector for one in compared.unexplained] == ["a/e"]
