import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare import Divergence, compare, divergence, native_differs, summarise
from harness.judge import Judged, Judgement, judge
from harness.outcomes import (
    AcceptedKey,
    ErrorClass,
    Observation,
    SignatureResult,
    Verdict,
    accepted,
    rejected,
)
from harness.vector import Outcome, Vector
from tests.judging.factories import (
    ALICE,
    ALICE_SUB,
    BAD,
    BY_ALICE,
    BY_ALICES_PRIMARY,
    BY_MALLORY,
    BY_SOMEBODY,
    FAILED,
    FORGED,
    GOOD,
    JUST_NO,
    MALLORY,
    NATIVE_NO,
    NATIVE_YES,
    REVOKED,
    UNSUPPORTED,
    crashed,
    native,
    said,
    skipped,
    vector,
)

SIGNED_BY_PRIMARY_OF_ALICE = accepted(AcceptedKey(signing=ALICE, primary=ALICE))
REVOKED_OR_BAD = rejected({ErrorClass.KEY_REVOKED, ErrorClass.BAD_SIGNATURE})

Results = tuple[SignatureResult, ...]


def between(one: Results, other: Results) -> Divergence:
    return divergence(said(*one, backend="one"), said(*other, backend="other"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((GOOD,), (GOOD,), Divergence.NONE),
        ((GOOD,), (FORGED,), Divergence.IDENTITY),
        ((GOOD,), (SIGNED_BY_PRIMARY_OF_ALICE,), Divergence.IDENTITY),
        ((GOOD,), (accepted(BY_ALICES_PRIMARY),), Divergence.NONE),
        ((FORGED,), (accepted(BY_ALICES_PRIMARY),), Divergence.IDENTITY),
        ((FORGED,), (accepted(BY_SOMEBODY),), Divergence.NONE),
        ((GOOD,), (BAD,), Divergence.VERDICT),
        ((BAD,), (REVOKED,), Divergence.CLASS),
        ((BAD,), (REVOKED_OR_BAD,), Divergence.NONE),
        ((BAD,), (JUST_NO,), Divergence.NONE),
        ((GOOD,), (UNSUPPORTED,), Divergence.NONE),
        ((BAD,), (UNSUPPORTED,), Divergence.NONE),
        ((GOOD,), (FAILED,), Divergence.NONE),
        ((), (), Divergence.NONE),
        ((), (JUST_NO,), Divergence.NONE),
        ((), (BAD,), Divergence.CLASS),
        ((), (GOOD,), Divergence.VERDICT),
    ],
)
def test_one_signature(one: Results, other: Results, expected: Divergence) -> None:
    assert between(one, other) is expected
    assert between(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # As many results: place by place.
        ((GOOD, BAD), (GOOD, JUST_NO), Divergence.NONE),
        ((GOOD, FORGED), (GOOD, BAD), Divergence.VERDICT),
        ((GOOD, BAD), (BAD, GOOD), Divergence.VERDICT),
        ((GOOD, FORGED), (FORGED, GOOD), Divergence.IDENTITY),
        ((GOOD, BAD), (GOOD, REVOKED), Divergence.CLASS),
        ((BAD, REVOKED), (REVOKED, BAD), Divergence.CLASS),
        ((GOOD, BAD), (GOOD, UNSUPPORTED), Divergence.NONE),
        ((GOOD, FORGED), (GOOD, UNSUPPORTED), Divergence.NONE),
        ((GOOD, FORGED), (GOOD, FAILED), Divergence.NONE),
        # The whole counts too: here they name different signers, each with one signature.
        ((GOOD, BAD), (BAD, FORGED), Divergence.IDENTITY),
        ((GOOD, UNSUPPORTED), (FAILED, FORGED), Divergence.IDENTITY),
        # Numbers differ: the whole alone.
        ((GOOD,), (GOOD, BAD), Divergence.NONE),
        ((GOOD,), (GOOD, FORGED), Divergence.VERDICT),
        ((GOOD,), (FORGED, BAD), Divergence.IDENTITY),
        ((BAD,), (REVOKED, JUST_NO), Divergence.NONE),
    ],
)
def test_several_signatures(one: Results, other: Results, expected: Divergence) -> None:
    assert between(one, other) is expected
    assert between(other, one) is expected


results = st.builds(
    accepted,
    st.builds(
        AcceptedKey,
        signing=st.sampled_from([None, ALICE, ALICE_SUB, MALLORY]),
        primary=st.sampled_from([None, ALICE, MALLORY]),
    ),
) | st.sampled_from([BAD, REVOKED, REVOKED_OR_BAD, JUST_NO, UNSUPPORTED, FAILED])


def whatever_it_says(backend: str) -> st.SearchStrategy[Observation]:
    return (
        st.lists(results, max_size=3).map(lambda parts: said(*parts, backend=backend))
        | st.just(crashed(backend=backend))
        | st.just(skipped(backend=backend))
    )


@st.composite
def observations_of_one_vector(draw: st.DrawFn, least: int = 1) -> list[Observation]:
    number = draw(st.integers(least, 5))
    return [draw(whatever_it_says(f"backend-{n}")) for n in range(number)]


class TestProperties:
    @given(observations_of_one_vector(least=2))
    def test_divergence_is_symmetric(self, observations: list[Observation]) -> None:
        one, other = observations[:2]
        assert divergence(one, other) is divergence(other, one)

    @given(observations_of_one_vector())
    def test_nobody_diverges_from_himself(self, observations: list[Observation]) -> None:
        for observation in observations:
            assert divergence(observation, observation) is Divergence.NONE

    @given(observations_of_one_vector(), st.randoms(use_true_random=False))
    def test_order_does_not_matter(
        self, observations: list[Observation], chance: random.Random
    ) -> None:
        shuffled = list(observations)
        chance.shuffle(shuffled)
        assert compare(shuffled) == compare(observations)

    @given(observations_of_one_vector())
    def test_everybody_is_in_one_group_or_listed_apart(
        self, observations: list[Observation]
    ) -> None:
        found = compare(observations)
        named = [b for group in found.groups for b in group.backends]
        named += [apart.backend for apart in found.unanswered]
        assert sorted(named) == [o.backend for o in observations]

    @given(observations_of_one_vector())
    def test_members_of_a_group_never_diverge(self, observations: list[Observation]) -> None:
        found = compare(observations)
        groups = {b: n for n, group in enumerate(found.groups) for b in group.backends}
        assert all(groups[pair.left] != groups[pair.right] for pair in found.pairs)

    @given(observations_of_one_vector(least=2))
    def test_one_backend_more_never_makes_a_divergence_smaller(
        self, observations: list[Observation]
    ) -> None:
        order = list(Divergence)
        all_of_them = compare(observations).divergence
        without = compare(observations[1:]).divergence
        assert order.index(all_of_them) <= order.index(without)

    @given(observations_of_one_vector())
    def test_a_lone_answer_does_not_agree(self, observations: list[Observation]) -> None:
        found = compare(observations)
        assert found.agreed == (found.answered >= 2 and not found.pairs)


class TestComparison:
    def test_agreement_is_not_transitive_and_the_gravest_pair_counts(self) -> None:
        found = compare(
            [
                said(GOOD, backend="a"),
                said(accepted(BY_ALICES_PRIMARY), backend="b"),
                said(SIGNED_BY_PRIMARY_OF_ALICE, backend="c"),
            ]
        )
        assert found.divergence is Divergence.IDENTITY
        assert [(p.left, p.right) for p in found.pairs] == [("a", "c")]

    def test_identity_is_graver_than_verdict(self) -> None:
        found = compare(
            [said(GOOD, backend="a"), said(FORGED, backend="b"), said(BAD, backend="c")]
        )
        assert found.divergence is Divergence.IDENTITY
        assert [str(p.divergence) for p in found.pairs] == ["identity", "verdict", "verdict"]

    def test_identical_answers_are_one_group_and_accepting_ones_come_first(self) -> None:
        found = compare(
            [
                said(BAD, backend="a"),
                said(GOOD, backend="c"),
                said(BAD, backend="b"),
                said(JUST_NO, backend="d"),
            ]
        )
        assert [g.backends for g in found.groups] == [("c",), ("a", "b"), ("d",)]
        assert found.groups[0].keys == (BY_ALICE,)
        assert found.groups[1].classes == (ErrorClass.BAD_SIGNATURE,)

    def test_the_same_whole_from_different_parts_is_two_groups(self) -> None:
        found = compare([said(GOOD, BAD, backend="a"), said(BAD, GOOD, backend="b")])
        assert len(found.groups) == 2
        assert found.divergence is Divergence.VERDICT

    def test_silence_is_listed_apart_and_diverges_from_nothing(self) -> None:
        found = compare(
            [
                said(GOOD, backend="a"),
                crashed(backend="b"),
                skipped(backend="c"),
                said(UNSUPPORTED, backend="d"),
            ]
        )
        assert found.divergence is Divergence.NONE
        assert [(u.backend, u.verdict) for u in found.unanswered] == [
            ("b", Verdict.ERROR),
            ("c", Verdict.SKIPPED),
            ("d", Verdict.UNSUPPORTED),
        ]
        assert not found.agreed
        assert not found.compared

    def test_unsupported_here_and_accepted_there_is_told(self) -> None:
        told = compare([said(GOOD, backend="a"), said(UNSUPPORTED, backend="b")])
        assert told.unsupported_but_accepted == ("b",)
        quiet = compare([said(BAD, backend="a"), said(UNSUPPORTED, backend="b")])
        assert quiet.unsupported_but_accepted == ()

    def test_the_narrowest_reason_is_the_most_informative(self) -> None:
        found = compare(
            [
                said(JUST_NO, backend="a"),
                said(REVOKED, backend="b"),
                said(REVOKED_OR_BAD, backend="c"),
                said(REVOKED, backend="d"),
                said(GOOD, backend="e"),
            ]
        )
        assert found.most_informative == ("b", "d")

    def test_nobody_informs_where_nobody_rejects(self) -> None:
        assert compare([said(GOOD)]).most_informative == ()

    def test_nothing_and_mixtures_are_refused(self) -> None:
        with pytest.raises(ValueError, match="one vector"):
            compare([])
        with pytest.raises(ValueError, match="one vector"):
            compare([said(GOOD, about="a/b"), said(GOOD, about="a/c", backend="x")])
        with pytest.raises(ValueError, match="one vector"):
            compare([said(GOOD), said(GOOD, backend="x", profile="strict")])
        with pytest.raises(ValueError, match="twice"):
            compare([said(GOOD), said(BAD)])


@pytest.mark.parametrize(
    ("observation", "differs"),
    [
        (said(GOOD), False),
        (said(BAD), False),
        (said(REVOKED, native=NATIVE_YES), True),
        (said(GOOD, BAD, native=NATIVE_NO), True),
        (said(UNSUPPORTED, native=NATIVE_NO), False),
        (said(FAILED, native=NATIVE_NO), True),
        (said(GOOD, native=native(Verdict.ERROR)), True),
        (said(GOOD, native=NATIVE_YES), False),
        (said(GOOD, FORGED, native=native(Verdict.ACCEPTED, BY_MALLORY)), False),
        (said(GOOD, native=native(Verdict.ACCEPTED, BY_MALLORY)), True),
        (said(GOOD, native=native(Verdict.ACCEPTED, BY_ALICE, BY_MALLORY)), True),
        (said(GOOD, native=native(Verdict.ACCEPTED, BY_ALICES_PRIMARY)), False),
        (crashed(), False),
        (skipped(), False),
    ],
)
def test_native_differs(observation: Observation, differs: bool) -> None:
    assert native_differs(observation) is differs


class TestSummary:
    vectors = (
        vector(Outcome.ACCEPT, name="good/one", keys=(BY_ALICE,)),
        vector(Outcome.REJECT, name="bad/one", classes=(ErrorClass.KEY_REVOKED,)),
        vector(Outcome.REJECT, name="bad/two"),
        vector(Outcome.ACCEPT, name="good/two"),
    )
    observations = (
        said(GOOD, about="good/one", backend="a"),
        said(FORGED, about="good/one", backend="b"),
        said(REVOKED, about="bad/one", backend="a", native=NATIVE_YES),
        said(GOOD, about="bad/one", backend="b"),
        said(BAD, about="bad/two", backend="a"),
        said(REVOKED, about="bad/two", backend="b"),
        said(GOOD, about="good/two", backend="a"),
        skipped(about="good/two", backend="b"),
    )

    def judged(self) -> list[Judged]:
        of: dict[str, Vector] = {v.id: v for v in self.vectors}
        return [judge(of[o.vector], o) for o in self.observations]

    def test_counts(self) -> None:
        summary = summarise(self.judged(), self.observations)
        a, b = summary.backends
        assert (a.backend, b.backend) == ("a", "b")
        assert a.judgements[Judgement.CONFORMS] == 4
        assert b.judgements[Judgement.FALSE_ACCEPT] == 1
        assert b.judgements[Judgement.WRONG_KEY] == 1
        assert b.judgements[Judgement.CONFORMS] == 1
        assert b.judgements[Judgement.SKIPPED] == 1
        assert list(b.judgements) == list(Judgement)
        assert a.vectors == b.vectors == 4
        assert a.native[Judgement.FALSE_ACCEPT] == 1
        assert sum(b.native.values()) == 3, "a skip has no native judgement"
        assert a.native_differs == ("bad/one",)

    def test_agreement_counts_only_what_can_be_compared(self) -> None:
        agreement = summarise(self.judged(), self.observations).agreement
        assert agreement.vectors == 4
        assert agreement.compared == 3
        assert agreement.agreed == 0
        assert agreement.same_verdict == 1
        assert agreement.divergences == {
            Divergence.IDENTITY: 1,
            Divergence.VERDICT: 1,
            Divergence.CLASS: 1,
            Divergence.NONE: 0,
        }

    def test_unanimity_wants_every_backend(self) -> None:
        observations = (
            *(said(GOOD, about="x/all", backend=b) for b in "abc"),
            *(said(GOOD, about="x/two", backend=b) for b in "ab"),
            skipped(about="x/two", backend="c"),
        )
        of = {name: vector(name=name) for name in ("x/all", "x/two")}
        agreement = summarise(
            [judge(of[o.vector], o) for o in observations], observations
        ).agreement
        assert (agreement.agreed, agreement.unanimous) == (2, 1)

    def test_false_accepts_and_wrong_keys_are_named(self) -> None:
        summary = summarise(self.judged(), self.observations)
        assert [(j.vector, j.backend) for j in summary.false_accepts] == [("bad/one", "b")]
        assert [(j.vector, j.backend) for j in summary.wrong_keys] == [("good/one", "b")]

    def test_order_does_not_matter(self) -> None:
        assert summarise(reversed(self.judged()), reversed(self.observations)) == summarise(
            self.judged(), self.observations
        )

    def test_what_does_not_fit_together_is_refused(self) -> None:
        with pytest.raises(ValueError, match="judgement"):
            summarise([], [])
        with pytest.raises(ValueError, match="judgement"):
            summarise(self.judged()[1:], self.observations)
        with pytest.raises(ValueError, match="twice"):
            summarise(self.judged() * 2, self.observations * 2)
