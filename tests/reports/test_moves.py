"""The pages on moves: every vector that gets another answer, by name, with the reason."""

from __future__ import annotations

import re
from pathlib import PurePath

import pytest

from harness.findings import Explains, Finding, Kind, settle
from harness.outcomes import ErrorClass, SignatureResult, Stance
from harness.vector import Outcome, corpus_of
from reports.book import Book
from reports.moves import MOVES, Move, UnrecordedError, pages
from tests.judging.factories import BAD, FORGED, GOOD, REVOKED, UNSUPPORTED, said, skipped, vector

MOVE = Move("gpg", "rnp", "whoever moves")
PAGE = "moves/gpg-to-rnp.md"
ANSWERS: dict[str, tuple[SignatureResult | None, SignatureResult | None]] = {
    "armor/less": (GOOD, BAD),
    "armor/more": (BAD, GOOD),
    "armor/other-key": (GOOD, FORGED),
    "armor/each-is-right": (BAD, REVOKED),
    "armor/other-reason": (BAD, REVOKED),
    "armor/other-reason-too": (BAD, REVOKED),
    "armor/silent": (GOOD, UNSUPPORTED),
    "armor/same": (GOOD, GOOD),
    "armor/skipped": (None, None),
}
FINDING = Finding(
    id="rnp-takes-all",
    title="RNP takes | all",
    kind=Kind.LIMITATION,
    backends={"rnp": "1"},
    does="a",
    texts="b",
    consequence="c",
    advice="d",
    explains=(Explains(vectors=("armor/more",)),),
)


def stance(name: str, backend: str, result: SignatureResult | None) -> Stance:
    if result is None:
        return skipped(about=name, backend=backend)
    return said(result, about=name, backend=backend)


def book() -> Book:
    both = (ErrorClass.BAD_SIGNATURE, ErrorClass.KEY_REVOKED)
    vectors = [
        vector(
            Outcome.REJECT, classes=both if name == "armor/each-is-right" else both[:1], name=name
        )
        for name in ANSWERS
    ]
    corpus = corpus_of("corpus", vectors)
    stances = tuple(
        stance(name, backend, result)
        for name, results in ANSWERS.items()
        for backend, result in zip(("gpg", "rnp"), results, strict=True)
    )
    versions = {"gpg": "2|2", "rnp": "1"}
    return Book(
        findings=(FINDING,),
        ledger=settle((FINDING,), corpus, stances, versions),
        corpus=corpus,
        stances={(each.vector, each.backend): each for each in stances},
        versions=versions,
    )


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    return {str(path): text.decode() for path, text in pages(book(), (MOVE,)).items()}


def test_there_is_a_page_for_each_move_and_an_index(shown: dict[str, str]) -> None:
    assert sorted(shown) == ["moves/README.md", PAGE]
    assert (
        "| [gpg to rnp](gpg-to-rnp.md) | whoever moves | 8 | 1 | 1 | 1 | 0 | 3 | 0 | 1 |"
        in (shown["moves/README.md"])
    )


def test_each_vector_stands_once_and_under_what_happens_to_it(shown: dict[str, str]) -> None:
    parts = {part.splitlines()[0]: part for part in shown[PAGE].split("\n## ")[1:]}
    for title, names in {
        "Accepted from now on": ["armor/more"],
        "Not accepted any more": ["armor/less"],
        "Accepted, as signed by another key": ["armor/other-key"],
        # The reason that most have comes first.
        "Rejected for another reason": [
            "armor/other-reason",
            "armor/other-reason-too",
            "armor/each-is-right",
        ],
        "Not answered any more": ["armor/silent"],
    }.items():
        assert re.findall(r"\| \[(armor/[a-z-]+)\]", parts.pop(title)) == names
    assert not parts


def test_what_stays_or_is_not_asked_is_counted_apart(shown: dict[str, str]) -> None:
    assert "asked about 8 vectors" in shown[PAGE]
    assert "| The same | 1 |" in shown[PAGE]
    assert "armor/same" not in shown[PAGE]


def test_the_reason_is_the_finding_or_that_there_is_none(shown: dict[str, str]) -> None:
    assert r"[RNP takes \| all](../divergences/rnp-takes-all.md): 1 vector" in shown[PAGE]
    assert shown[PAGE].count("Not explained by the book: 1 vector\n") == 2
    assert "Not explained by the book: 2 vectors\n" in shown[PAGE]
    assert "Each gives a reason that is right: 1 vector\n" in shown[PAGE]
    assert "One of them has no answer: 1 vector" in shown[PAGE]


def test_links_lead_somewhere(shown: dict[str, str]) -> None:
    for path, text in shown.items():
        for target in re.findall(r"\]\(([^)#]+)", text):
            place = str(PurePath(path).parent / target).replace("moves/../", "")
            assert place in shown or place.startswith(("corpus/", "divergences/")), (path, target)


def test_a_version_cannot_break_a_table(shown: dict[str, str]) -> None:
    assert r"| vector | expected | gpg 2\|2 | rnp 1 |" in shown[PAGE]
    assert "gpg 2|2" not in shown[PAGE]


def test_a_backend_that_nobody_recorded_is_named() -> None:
    with pytest.raises(UnrecordedError, match="no baseline has sqv"):
        pages(book(), (Move("gpg", "sqv", "nobody"),))


def test_no_move_is_named_twice() -> None:
    assert len({move.path for move in MOVES}) == len(MOVES)
