"""What a comparison of two sides shows."""

from __future__ import annotations

from harness.findings import Explains, Finding, Kind
from harness.outcomes import ErrorClass, SignatureResult
from harness.vector import Outcome, corpus_of
from harness.versus import MIRRORED, Compared, Contrast, contrast, contrasts
from reports.versus import renderable
from tests.judging.factories import (
    BAD,
    FAILED,
    FORGED,
    GOOD,
    JUST_NO,
    REVOKED,
    UNSUPPORTED,
    said,
    vector,
)
from tests.reports.rendering import shown

CORPUS = corpus_of(
    "corpus",
    (vector(Outcome.REJECT, classes=(ErrorClass.BAD_SIGNATURE,)), vector(name="area/other")),
)
FINDING = Finding(
    id="gpg-does",
    title="It accepts anything",
    kind=Kind.LIMITATION,
    backends={"gpg": "1"},
    does="a",
    texts="b",
    consequence="c",
    advice="d",
    explains=(Explains(vectors=("*",)),),
)


def page(left: tuple[SignatureResult, ...], right: tuple[SignatureResult, ...], found: bool) -> str:
    contrasted = tuple(
        contrasts({"area/vector": said(*left)}, {"area/vector": said(*right, backend="rnp")})
    )
    compared = Compared(
        left="gpg 1",
        right="rnp 2",
        profiles=("stock", "stock"),
        vectors=2,
        contrasted=contrasted,
        findings={"area/vector": ("gpg-does",)} if found else {},
    )
    return shown(renderable(CORPUS, (FINDING,), (compared,)), width=120)


def test_every_contrast_and_its_mirror_image() -> None:
    pairs = {
        Contrast.KEY: ((GOOD,), (FORGED,)),
        Contrast.LEFT_ACCEPTS: ((GOOD,), (BAD,)),
        Contrast.RIGHT_ACCEPTS: ((JUST_NO,), (GOOD,)),
        Contrast.EACH_ACCEPTS: ((GOOD, BAD), (BAD, GOOD)),
        Contrast.CLASS: ((BAD,), (REVOKED,)),
        Contrast.LEFT_ANSWERS: ((GOOD,), (UNSUPPORTED,)),
        Contrast.RIGHT_ANSWERS: ((FAILED,), (BAD,)),
        Contrast.NONE: ((BAD,), (JUST_NO,)),
    }
    assert pairs.keys() == {*Contrast}
    for kind, (left, right) in pairs.items():
        one, other = said(*left), said(*right, backend="rnp")
        assert contrast(one, other) is kind
        assert contrast(other, one) is MIRRORED.get(kind, kind)


def test_what_explains_stands_above_what_it_explains() -> None:
    text = page((GOOD,), (BAD,), found=True)
    assert "It accepts anything: 1  gpg-does" in text
    assert "Not explained" not in text


def test_what_nobody_explains_is_counted() -> None:
    text = page((GOOD,), (BAD,), found=False)
    assert "Not explained by the book: 1" in text
    assert "accepted by gpg 1, rejected by rnp 2" in text


def test_no_answer_wants_no_explanation() -> None:
    text = page((GOOD,), (UNSUPPORTED,), found=False)
    assert "One of them has no answer: 1" in text
    assert "Not explained" not in text


def test_of_several_signatures_each_is_told() -> None:
    text = page((GOOD, BAD), (GOOD, GOOD), found=False)
    assert "2: rejected (bad_signature)" in text


def test_of_many_signatures_the_accepted_are_counted() -> None:
    text = page((GOOD,) * 9 + (BAD,), (GOOD,) * 10, found=False)
    assert "9 of 10 accepted | 10 of 10 accepted" in text
