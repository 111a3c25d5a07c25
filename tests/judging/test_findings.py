"""What wants explaining, what a finding explains, and what is stale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.book import BookError, read_book, read_finding
from harness.findings import (
    Answer,
    Cluster,
    Explains,
    Finding,
    Kind,
    Ledger,
    Stale,
    Staleness,
    settle,
)
from harness.outcomes import ErrorClass, Stance, Verdict
from harness.vector import Outcome, Vector, corpus_of
from tests.judging.factories import (
    BAD,
    BY_ALICE,
    FORGED,
    GOOD,
    JUST_NO,
    NATIVE_NO,
    NATIVE_YES,
    REVOKED,
    UNSUPPORTED,
    crashed,
    said,
    skipped,
    vector,
)

ACCEPT = vector(Outcome.ACCEPT, keys=(BY_ALICE,), name="area/good", tags=("plain",))
REJECT = vector(
    Outcome.REJECT, classes=(ErrorClass.BAD_SIGNATURE,), name="area/bad", tags=("hash", "plain")
)
OPEN = vector(Outcome.UNDEFINED, name="other/open")
EITHER = vector(
    Outcome.REJECT, classes=(ErrorClass.BAD_SIGNATURE, ErrorClass.KEY_REVOKED), name="area/either"
)
VERSIONS = {"gpg": "1", "rnp": "2"}


def finding(
    *explains: Explains, kind: Kind = Kind.BUG, name: str = "one", **backends: str
) -> Finding:
    return Finding(
        id=name,
        title="It does",
        kind=kind,
        backends=backends,
        does="a",
        texts="b",
        consequence="c",
        advice="d",
        upstream="not found" if kind is Kind.BUG else "",
        explains=explains,
    )


def ledger(
    *stances: Stance,
    findings: Sequence[Finding] = (),
    vectors: Sequence[Vector] = (ACCEPT, REJECT, OPEN, EITHER),
    whole: bool = True,
) -> Ledger:
    return settle(findings, corpus_of("corpus", vectors), stances, VERSIONS, whole=whole)


class TestWhatWantsExplaining:
    @pytest.mark.parametrize(
        ("stance", "departs"),
        [
            (said(GOOD, about="area/good"), False),
            (said(BAD, about="area/good"), True),
            (said(FORGED, about="area/good"), True),
            (said(UNSUPPORTED, about="area/good"), False),
            (skipped(about="area/good"), False),
            (crashed(about="area/good"), True),
            (said(BAD, about="area/bad"), False),
            (said(JUST_NO, about="area/bad"), False),
            (said(REVOKED, about="area/bad"), True),
            (said(GOOD, about="area/bad"), True),
            (said(GOOD, about="other/open"), False),
        ],
    )
    def test_departures_from_the_expectation(self, stance: Stance, departs: bool) -> None:
        found = ledger(stance).departures
        assert found == ((Answer(stance.vector, "gpg"),) if departs else ())

    def test_a_native_verdict_that_alone_departs(self) -> None:
        settled = ledger(said(BAD, about="area/bad", native=NATIVE_YES))
        assert settled.departures == (Answer("area/bad", "gpg", native=True),)

    def test_a_native_verdict_that_departs_alike_is_nothing_more(self) -> None:
        settled = ledger(said(GOOD, about="area/bad", native=NATIVE_YES))
        assert settled.departures == (Answer("area/bad", "gpg"),)

    def test_backends_that_split_where_the_texts_decide_nothing(self) -> None:
        (split,) = ledger(
            said(GOOD, about="other/open"), said(BAD, about="other/open", backend="rnp")
        ).splits
        assert split.vector == "other/open"
        assert split.sides == {Answer("other/open", "gpg"), Answer("other/open", "rnp")}

    def test_no_split_between_reasons_that_are_both_right(self) -> None:
        settled = ledger(
            said(BAD, about="area/either"), said(REVOKED, about="area/either", backend="rnp")
        )
        assert not settled.splits
        assert settled.total == 0

    def test_who_departs_splits_from_nobody(self) -> None:
        settled = ledger(said(GOOD, about="area/bad"), said(BAD, about="area/bad", backend="rnp"))
        assert not settled.splits
        assert settled.total == 1


def about(*vectors: str, **parts: object) -> Explains:
    return Explains(vectors=vectors, **parts)  # type: ignore[arg-type]


FALSE_ACCEPT = said(GOOD, about="area/bad", native=NATIVE_NO)


class TestPredicates:
    @pytest.mark.parametrize(
        "explains",
        [
            about("area/bad"),
            about("area"),
            about("tag:hash"),
            about("nothing/like-it", "area/b*"),
            about("*", tags=("plain", "hash")),
            about("*", outcomes=("reject",)),
            about("*", expected=("bad_signature", "malformed")),
            about("*", judgements=("false_accept",)),
            about("*", verdicts=("accepted",)),
            about("*", backends=("gpg",)),
            about("*", unless=("area/good",)),
        ],
    )
    def test_every_part_that_holds_matches(self, explains: Explains) -> None:
        settled = ledger(FALSE_ACCEPT, findings=[finding(explains, gpg="1")], whole=False)
        assert settled.explained == {"one": (Answer("area/bad", "gpg"),)}
        assert settled.unexplained == 0
        assert not settled.clusters

    @pytest.mark.parametrize(
        "explains",
        [
            about("area/good"),
            about("*", tags=("plain", "armor")),
            about("*", outcomes=("accept", "undefined")),
            about("*", expected=("malformed",)),
            about("*", judgements=("false_reject",)),
            about("*", verdicts=("rejected",)),
            about("*", classes=("bad_signature",)),
            about("*", unless=("area/b*",)),
            about("*", backends=("rnp",)),
            about("*", native=True),
        ],
    )
    def test_one_part_that_does_not_hold_is_enough(self, explains: Explains) -> None:
        book = [finding(explains, gpg="1", rnp="2")]
        settled = ledger(FALSE_ACCEPT, findings=book, whole=False)
        assert settled.explained == {"one": ()}
        assert settled.unexplained == 1

    def test_classes_are_those_that_the_answer_names_and_no_other(self) -> None:
        explains = about("*", classes=("key_revoked", "malformed"))
        book = [finding(explains, gpg="1")]
        for result, matches in ((REVOKED, True), (JUST_NO, False)):
            settled = ledger(said(result, about="area/good"), findings=book, whole=False)
            assert bool(settled.explained["one"]) is matches

    def test_a_native_predicate_sees_the_native_verdict(self) -> None:
        book = [finding(about("*", native=True, verdicts=("accepted",)), gpg="1")]
        settled = ledger(said(BAD, about="area/bad", native=NATIVE_YES), findings=book)
        assert settled.unexplained == 0

    def test_one_explained_side_explains_a_pair_and_not_its_neighbours(self) -> None:
        stances = [
            said(GOOD, about="other/open"),
            said(BAD, about="other/open", backend="rnp"),
            said(REVOKED, about="other/open", backend="sop"),
        ]
        book = [finding(about("other/open"), gpg="1")]
        settled = ledger(*stances, findings=book, whole=False)
        (left,) = settled.unexplained_splits
        assert settled.clusters[0].backends == ("rnp", "sop")
        both = [*book, finding(about("other/open"), name="two", rnp="2")]
        assert left.vector == "other/open"
        assert not ledger(*stances, findings=both, whole=False).unexplained_splits

    def test_an_open_question_is_about_every_backend(self) -> None:
        stances = [said(GOOD, about="other/open"), said(BAD, about="other/open", backend="rnp")]
        settled = ledger(*stances, findings=[finding(about("other"), kind=Kind.AMBIGUITY)])
        assert settled.unexplained == 0
        assert not settled.stale


class TestStaleness:
    def stale(self, *findings: Finding, whole: bool = True) -> tuple[Stale, ...]:
        return ledger(FALSE_ACCEPT, findings=findings, whole=whole).stale

    def test_a_backend_that_matches_nothing(self) -> None:
        (stale,) = self.stale(finding(about("area/bad"), gpg="1", rnp="2"))
        assert stale == Stale("one", "backend rnp 2", Staleness.STALE)

    def test_a_pattern_that_matches_nothing(self) -> None:
        (stale,) = self.stale(finding(about("area/bad", "area/good"), gpg="1"))
        assert stale == Stale("one", "predicate 1, pattern 'area/good'", Staleness.STALE)

    def test_on_another_version_it_is_gone(self) -> None:
        stale = self.stale(finding(about("area/good"), gpg="0.9"))
        assert {one.staleness for one in stale} == {Staleness.GONE}
        assert any(one.part == "backend gpg: 0.9 → 1" for one in stale)

    def test_a_backend_that_did_not_take_part_is_not_blamed(self) -> None:
        assert not self.stale(finding(about("area/bad", "area/good"), gpg="1", absent="3"))

    def test_an_open_question_is_stale_once_every_backend_of_the_book_was_asked(self) -> None:
        open_one = finding(about("area/good"), kind=Kind.AMBIGUITY)
        (stale,) = self.stale(open_one)
        assert stale == Stale("one", "predicate 1, pattern 'area/good'", Staleness.STALE)
        other = finding(about("area/bad"), name="two", gpg="1", absent="3")
        assert not self.stale(open_one, other)

    def test_nor_is_anything_after_a_part_of_the_corpus(self) -> None:
        assert not self.stale(finding(about("area/good"), gpg="1"), whole=False)


def test_what_looks_alike_is_one_cluster() -> None:
    vectors = [
        vector(Outcome.REJECT, name=f"area/key-{n}-revoked", tags=("time", f"t{n}"))
        for n in range(40)
    ]
    stances = [
        said(GOOD, about=each.id, backend=backend) for each in vectors for backend in VERSIONS
    ]
    (cluster,) = ledger(*stances, vectors=vectors).clusters
    assert isinstance(cluster, Cluster)
    assert len(cluster.vectors) == 40
    assert cluster.backends == ("gpg", "rnp")
    assert cluster.shared == ("tag:time", "key", "revoked")


WHOLE = """
title = "It does"
kind = "bug"
does = "a"
texts = "b"
consequence = "c"
advice = "d"
upstream = "not found"
[backends]
gpg = "1"
[[explains]]
vectors = ["area/*"]
verdicts = ["accepted"]
"""


class TestReading:
    def test_a_finding_reads(self, tmp_path: Path) -> None:
        (tmp_path / "gpg-does.toml").write_text(WHOLE)
        (found,) = read_book(tmp_path)
        assert found.id == "gpg-does"
        assert found.trophy
        assert found.explains == (Explains(vectors=("area/*",), verdicts=(Verdict.ACCEPTED,)),)

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('title = "It does"', "", "title"),
            ('title = "It does"', 'title = "It does"\nid = "x"', "leave `id` out"),
            ('"bug"', '"feature"', "feature"),
            ('upstream = "not found"', "", "upstream"),
            ('kind = "bug"', 'kind = "limitation"', "upstream"),
            ('gpg = "1"', "", "names no backend"),
            ('["accepted"]', '["accepted"]\nbackends = ["rnp"]', "names rnp"),
            ('["area/*"]', "[]", "vectors"),
            ("[[explains]]", "[[explain]]", "explain"),
            ('["accepted"]', '["perhaps"]', "perhaps"),
            ("title", "title title", "is no TOML"),
            ('"1"', "9" * 5000, "is no TOML"),
            ('"1"', "[" * 5000, "is no TOML"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, old: str, new: str, message: str) -> None:
        path = tmp_path / "gpg-does.toml"
        path.write_text(WHOLE.replace(old, new, 1))
        with pytest.raises(BookError) as caught:
            read_finding(path)
        assert message in str(caught.value)
        assert str(path) in str(caught.value)

    def test_an_empty_book_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(BookError, match="holds no findings"):
            read_book(tmp_path)
