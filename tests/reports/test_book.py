"""The divergence book's pages: what they show, and that they lead somewhere."""

from __future__ import annotations

import re
from pathlib import PurePath

import pytest

from harness.findings import Explains, Finding, Kind, settle
from harness.outcomes import ErrorClass, Stance
from harness.vector import Outcome, corpus_of
from reports.book import Book, pages
from tests.judging.factories import BAD, GOOD, NATIVE_YES, said, vector

REJECT = (ErrorClass.BAD_SIGNATURE,)
VECTORS = (
    vector(Outcome.REJECT, classes=REJECT, name="armor/bad"),
    vector(Outcome.REJECT, classes=REJECT, name="combined/bad"),
    vector(Outcome.UNDEFINED, name="validity/open"),
)
STANCES: tuple[Stance, ...] = (
    said(GOOD, about="armor/bad", backend="gnupg"),
    said(GOOD, about="combined/bad", backend="gnupg"),
    said(BAD, about="armor/bad", backend="rnp", native=NATIVE_YES),
    said(GOOD, about="validity/open", backend="gnupg"),
    said(BAD, about="validity/open", backend="rnp"),
)


def finding(name: str, kind: Kind, explains: Explains, **backends: str) -> Finding:
    return Finding(
        id=name,
        title=f"Title | of {name}",
        kind=kind,
        backends=backends,
        does="It does.",
        texts="They say.",
        consequence="It means.",
        advice="Do not.",
        rfc9580=("5.2.4",),
        upstream="https://tracker.example/T1" if kind is Kind.BUG else "",
        explains=(explains,),
    )


FINDINGS = (
    finding("gnupg-bug", Kind.BUG, Explains(vectors=("*",), outcomes=(Outcome.REJECT,)), gnupg="2"),
    finding("rnp-native", Kind.LIMITATION, Explains(vectors=("armor",), native=True), rnp="1"),
    finding("texts-open", Kind.AMBIGUITY, Explains(vectors=("validity",))),
)


def rendered(findings: tuple[Finding, ...]) -> dict[str, str]:
    corpus = corpus_of("corpus", VECTORS)
    versions = {"gnupg": "2", "rnp": "1"}
    book = Book(
        findings=findings,
        ledger=settle(findings, corpus, STANCES, versions),
        corpus=corpus,
        stances={(stance.vector, stance.backend): stance for stance in STANCES},
        versions=versions,
    )
    return {str(path): content.decode() for path, content in pages(book).items()}


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    return rendered(FINDINGS)


def test_there_is_a_page_for_each_an_index_and_the_trophies(shown: dict[str, str]) -> None:
    assert sorted(shown) == [
        "divergences/README.md",
        "divergences/gnupg-bug.md",
        "divergences/rnp-native.md",
        "divergences/texts-open.md",
        "trophies.md",
    ]


def test_every_link_leads_to_a_page(shown: dict[str, str]) -> None:
    for path, text in shown.items():
        for target in re.findall(r"\]\(([^)#]+)", text):
            place = PurePath(path).parent / target
            known = str(place).replace("divergences/../", "")
            assert known in shown or known.startswith(("corpus/", "guide.md")), (path, target)


def test_only_bugs_are_trophies(shown: dict[str, str]) -> None:
    assert shown["trophies.md"].count("](divergences/") == 2  # the bug, and the book
    assert "1 bug in 1 implementation" in shown["trophies.md"]
    assert "<https://tracker.example/T1>" in shown["trophies.md"]


def test_the_example_has_one_fault_where_there_is_such_a_vector(shown: dict[str, str]) -> None:
    assert "Smallest vector: `armor/bad`" in shown["trophies.md"]


def test_departures_stand_out_and_native_ones_say_so(shown: dict[str, str]) -> None:
    assert "| **accepted** |" in shown["divergences/gnupg-bug.md"]
    assert "**accepted**, natively" in shown["divergences/rnp-native.md"]


def test_an_open_question_shows_who_takes_which_side(shown: dict[str, str]) -> None:
    page = shown["divergences/texts-open.md"]
    assert "| vector | expected | gnupg | rnp |" in page
    assert "| accepted | rejected (bad_signature) |" in page
    assert "all backends" in page


def test_the_index_counts_what_is_explained(shown: dict[str, str]) -> None:
    index = shown["divergences/README.md"]
    assert "3 findings: 1 bugs, 1 open questions and 1 limitations." in index
    assert "explains 4 of these 4 (100 %)" in index


def test_a_bar_in_a_title_breaks_no_table(shown: dict[str, str]) -> None:
    assert r"[Title \| of gnupg-bug](gnupg-bug.md)" in shown["divergences/README.md"]


def test_what_is_under_review_is_not_called_explained() -> None:
    waiting = finding("under-review", Kind.REVIEW, Explains(vectors=("combined",)), gnupg="2")
    narrow = finding("gnupg-bug", Kind.BUG, Explains(vectors=("armor",)), gnupg="2")
    index = rendered((waiting, narrow, *FINDINGS[1:]))["divergences/README.md"]
    assert "explains 3 of these 4 (75 %); 1 more are under review" in index
