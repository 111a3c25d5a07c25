"""The gate names what differs by what it means, and by what is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from harness.backend import State
from harness.baseline import baseline_of
from harness.differences import category_of
from harness.gate import (
    FAILING,
    Category,
    Gated,
    IncomparableError,
    OtherCorpusError,
    gate,
)
from harness.outcomes import (
    AcceptedKey,
    ErrorClass,
    ErrorReason,
    NativeVerdict,
    Observation,
    SignatureResult,
    Verdict,
    accepted,
    rejected,
)
from harness.run import Run, reference
from harness.shard import Shard
from harness.vector import Corpus, Vector, asked_at, corpus_of
from tests.files.strategies import CALM, observations
from tests.judging.factories import (
    ALICE,
    BAD,
    BY_ALICE,
    BY_ALICES_PRIMARY,
    BY_MALLORY,
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
    each,
    native,
    said,
    skipped,
    vector,
)
from tests.judging.world import (
    ACCEPT,
    BAD_ONE,
    BY,
    FOR_BAD,
    FORGED_ONE,
    GOOD_ONE,
    OPEN_ONE,
    REJECT,
    TWO,
    UNDEFINED,
    absent,
    asked,
    becoming,
    record,
    run,
    saying,
    without,
    world,
)

TODAY = date(2027, 1, 1)


def gated(before: Run, after: Run, corpus: Corpus | None = None, **options: object) -> Gated:
    return gate(baseline_of(before), after, corpus or world(), today=TODAY, **options)  # type: ignore[arg-type]


def named(found: Gated) -> list[tuple[str, str, str]]:
    return [(one.category, one.vector, one.backend) for one in found.differences]


# Every category, one at a time

LARGER = world(vector(ACCEPT, name="area/new"))

ONE_BY_ONE: dict[Category, tuple[Run, Corpus, tuple[str, str]]] = {
    Category.NEWLY_ACCEPTED: (
        saying(run(), said(FORGED, about="area/bad")),
        world(),
        ("area/bad", "gpg"),
    ),
    Category.OTHER_KEY: (
        saying(run(), said(FORGED, about="area/good")),
        world(),
        ("area/good", "gpg"),
    ),
    Category.VANISHED: (without(run(), "area/good", "gpg"), world(), ("area/good", "gpg")),
    Category.NEWLY_REJECTED: (
        saying(run(), said(BAD, about="area/good")),
        world(),
        ("area/good", "gpg"),
    ),
    Category.NEW_ERROR: (
        saying(run(), crashed(about="area/good")),
        world(),
        ("area/good", "gpg"),
    ),
    Category.OTHER_CLASS: (
        saying(run(), said(REVOKED, about="area/bad")),
        world(),
        ("area/bad", "gpg"),
    ),
    Category.REMOVED: (run("sqv"), world(), ("", "gpg")),
    Category.FIXED: (
        saying(run(), said(BAD, about="area/forged")),
        world(),
        ("area/forged", "gpg"),
    ),
    Category.ADDED: (
        saying(run(corpus=LARGER), said(GOOD, about="area/new")),
        LARGER,
        ("area/new", "gpg"),
    ),
}


def test_no_category_goes_untried() -> None:
    assert set(ONE_BY_ONE) == set(Category)


@pytest.mark.parametrize("category", Category)
def test_each_category_is_named_and_nothing_else(category: Category) -> None:
    after, corpus, place = ONE_BY_ONE[category]
    found = gated(run(), after, corpus)
    assert named(found) == [(category, *place)]
    assert found.passed is (category not in FAILING)
    assert not gated(run(), after, corpus, fail_on={category}).passed
    assert gated(run(), after, corpus, fail_on=set(Category) - {category}).passed


def test_nothing_differs_from_itself() -> None:
    found = gated(run(), run())
    assert found.passed
    assert (found.differences, found.notes, found.upgrades, found.compared) == ((), (), (), 10)


def test_the_gravest_comes_first() -> None:
    after = saying(
        run(),
        said(REVOKED, about="area/bad", backend="gpg"),
        said(BAD, about="area/good", backend="sqv"),
        said(FORGED, about="area/bad", backend="sqv"),
    )
    assert [category for category, *_ in named(gated(run(), after))] == [
        "newly_accepted",
        "newly_rejected",
        "other_class",
    ]


# What a pair of answers means, by what is right

OTHERS_REASON = rejected({ErrorClass.WEAK_HASH})
NARROW = rejected({ErrorClass.KEY_REVOKED})
BROAD = rejected({ErrorClass.KEY_REVOKED, ErrorClass.BAD_SIGNATURE})
BY_PRIMARY_ONLY = accepted(BY_ALICES_PRIMARY)
BY_ANOTHERS_SUBKEY = accepted(AcceptedKey(signing=MALLORY, primary=ALICE))
TWO_AS_ONE = vector(REJECT, name=TWO.id, classes=(ErrorClass.BAD_SIGNATURE,))
THREE = vector(
    ACCEPT,
    name="several/three",
    keys=BY,
    signatures=(each(ACCEPT, keys=BY), each(REJECT, classes=FOR_BAD), each(UNDEFINED)),
)
TWO_OPEN = vector(UNDEFINED, name=TWO.id)
UNSUPPORTED_IS_RIGHT = vector(REJECT, name="area/x", classes=(ErrorClass.UNSUPPORTED,))


@pytest.mark.parametrize(
    ("about", "before", "after", "expected"),
    [
        # What gets right is fixed …
        (GOOD_ONE, [BAD], [GOOD], Category.FIXED),
        (GOOD_ONE, [FORGED], [GOOD], Category.FIXED),
        (GOOD_ONE, [FAILED], [GOOD], Category.FIXED),
        (GOOD_ONE, [UNSUPPORTED], [GOOD], Category.FIXED),
        (BAD_ONE, [FORGED], [BAD], Category.FIXED),
        (BAD_ONE, [REVOKED], [BAD], Category.FIXED),
        (BAD_ONE, [FAILED], [JUST_NO], Category.FIXED),
        (BAD_ONE, [REVOKED], [BROAD], Category.FIXED),
        (OPEN_ONE, [FORGED], [GOOD], Category.FIXED),
        (OPEN_ONE, [FAILED], [BAD], Category.FIXED),
        # … also by saying nothing, where what was said was dangerous, or no answer either.
        (BAD_ONE, [FORGED], [UNSUPPORTED], Category.FIXED),
        (BAD_ONE, [FAILED], [UNSUPPORTED], Category.FIXED),
        (GOOD_ONE, [BAD], [UNSUPPORTED], Category.VANISHED),
        # What is accepted though nobody says that it must be, is not.
        (OPEN_ONE, [BAD], [GOOD], Category.NEWLY_ACCEPTED),
        (OPEN_ONE, [FAILED], [GOOD], Category.NEWLY_ACCEPTED),
        (OPEN_ONE, [UNSUPPORTED], [GOOD], Category.NEWLY_ACCEPTED),
        # What was wrong and is wrong in another way is not fixed.
        (GOOD_ONE, [BAD], [FORGED], Category.NEWLY_ACCEPTED),
        (BAD_ONE, [FORGED], [REVOKED], Category.NEWLY_REJECTED),
        (BAD_ONE, [REVOKED], [OTHERS_REASON], Category.OTHER_CLASS),
        # What was vague, and is definite and wrong, has got worse; the other way round is nothing.
        (GOOD_ONE, [BY_PRIMARY_ONLY], [BY_ANOTHERS_SUBKEY], Category.OTHER_KEY),
        (GOOD_ONE, [BY_PRIMARY_ONLY], [GOOD], None),
        (GOOD_ONE, [GOOD], [BY_PRIMARY_ONLY], None),
        (BAD_ONE, [BROAD], [NARROW], Category.OTHER_CLASS),
        (BAD_ONE, [JUST_NO], [BAD], None),
        (BAD_ONE, [BAD], [JUST_NO], None),
        # An answer where there was none.
        (GOOD_ONE, [UNSUPPORTED], [BAD], Category.NEWLY_REJECTED),
        (GOOD_ONE, [FAILED], [BAD], Category.NEWLY_REJECTED),
        (OPEN_ONE, [UNSUPPORTED], [BAD], Category.OTHER_CLASS),
        (BAD_ONE, [UNSUPPORTED], [BAD], Category.FIXED),
        # No answer where there was one.
        (GOOD_ONE, [GOOD], [UNSUPPORTED], Category.VANISHED),
        (BAD_ONE, [BAD], [UNSUPPORTED], Category.VANISHED),
        (UNSUPPORTED_IS_RIGHT, [JUST_NO], [UNSUPPORTED], None),
        (UNSUPPORTED_IS_RIGHT, [UNSUPPORTED], [JUST_NO], None),
        (UNSUPPORTED_IS_RIGHT, [UNSUPPORTED], [GOOD], Category.NEWLY_ACCEPTED),
        (GOOD_ONE, [UNSUPPORTED], [FAILED], Category.NEW_ERROR),
        # Several signatures: each is looked at.
        (TWO, [GOOD, BAD], [GOOD, FORGED], Category.NEWLY_ACCEPTED),
        (TWO, [GOOD, FORGED], [GOOD, BAD], Category.FIXED),
        (TWO, [GOOD, FORGED], [GOOD, UNSUPPORTED], Category.FIXED),
        (TWO, [GOOD, FORGED], [BAD, BAD], Category.NEWLY_REJECTED),
        (TWO, [GOOD, BAD], [GOOD, UNSUPPORTED], Category.VANISHED),
        (TWO, [GOOD, BAD], [GOOD, FAILED], Category.NEW_ERROR),
        (TWO, [GOOD, BAD], [GOOD], Category.VANISHED),
        (TWO, [GOOD, FORGED], [GOOD], Category.VANISHED),
        (TWO_AS_ONE, [REVOKED, REVOKED], [UNSUPPORTED, BAD], Category.VANISHED),
        (TWO_AS_ONE, [FORGED, REVOKED], [UNSUPPORTED, BAD], Category.FIXED),
        (TWO_OPEN, [GOOD, GOOD], [FORGED, BAD], Category.OTHER_KEY),
        # What is fixed about one hides nothing about its neighbour.
        (THREE, [GOOD, FORGED, BAD], [GOOD, BAD, BAD], Category.FIXED),
        (THREE, [GOOD, FORGED, BAD], [GOOD, UNSUPPORTED, GOOD], Category.NEWLY_ACCEPTED),
        (THREE, [GOOD, FORGED, GOOD], [GOOD, BAD, FORGED], Category.OTHER_KEY),
        (THREE, [GOOD, FORGED, GOOD], [UNSUPPORTED, BAD, GOOD], Category.VANISHED),
        (THREE, [GOOD, FORGED, GOOD], [GOOD, BAD, BAD], Category.NEWLY_REJECTED),
        (THREE, [FAILED, BAD, BAD], [FAILED, UNSUPPORTED, BAD], Category.VANISHED),
        (TWO, [GOOD], [GOOD, BAD], None),
        (TWO, [GOOD], [GOOD, GOOD], Category.NEWLY_ACCEPTED),
    ],
)
def test_expectations_decide_what_a_difference_means(
    about: Vector,
    before: list[SignatureResult],
    after: list[SignatureResult],
    expected: Category | None,
) -> None:
    like = native(Verdict.REJECTED, classes=ErrorClass)  # the same both times
    found = category_of(
        about,
        said(*before, about=about.id, native=like),
        said(*after, about=about.id, native=like),
    )
    assert found == (expected and (expected, False))


@pytest.mark.parametrize(
    ("about", "results", "expected"),
    [
        (GOOD_ONE, [GOOD], Category.ADDED),
        (BAD_ONE, [BAD], Category.ADDED),
        (OPEN_ONE, [BAD], Category.ADDED),
        (GOOD_ONE, [UNSUPPORTED], Category.ADDED),
        (BAD_ONE, [GOOD], Category.NEWLY_ACCEPTED),
        (OPEN_ONE, [GOOD], Category.NEWLY_ACCEPTED),
        (GOOD_ONE, [BAD], Category.NEWLY_REJECTED),
        (GOOD_ONE, [FAILED], Category.NEW_ERROR),
        (BAD_ONE, [REVOKED], Category.OTHER_CLASS),
    ],
)
def test_what_was_skipped_is_added_unless_it_is_wrong(
    about: Vector, results: list[SignatureResult], expected: Category
) -> None:
    before, after = skipped(about=about.id), said(*results, about=about.id)
    assert category_of(about, before, after) == (expected, False)
    assert category_of(about, after, before) == (Category.VANISHED, False)


def test_one_error_is_as_good_as_another() -> None:
    late = crashed(about="area/good", error=ErrorReason.TIMEOUT)
    assert category_of(GOOD_ONE, crashed(about="area/good"), late) is None
    assert category_of(GOOD_ONE, skipped(about="area/good"), skipped(about="area/good")) is None


@CALM
@given(observations("area/good", "gpg"), observations("area/good", "gpg"))
def test_every_pair_of_answers_has_a_meaning(before: Observation, after: Observation) -> None:
    for about in (GOOD_ONE, vector(REJECT, name="area/good"), vector(UNDEFINED, name="area/good")):
        assert category_of(about, before, before) is None
        found = category_of(about, before, after)
        assert found is None or found[0] is not Category.REMOVED


# The native verdict

YES = native(Verdict.ACCEPTED, BY_ALICE)
BY_STRANGER = native(Verdict.ACCEPTED, BY_MALLORY)
MALFORMED, WEAK = {ErrorClass.MALFORMED}, {ErrorClass.WEAK_HASH}
THROWN = NativeVerdict(verdict=Verdict.ERROR)


@pytest.mark.parametrize(
    ("about", "results", "before", "after", "expected"),
    [
        (BAD_ONE, [BAD], NATIVE_NO, YES, Category.NEWLY_ACCEPTED),
        (BAD_ONE, [BAD], YES, NATIVE_NO, Category.FIXED),
        (GOOD_ONE, [GOOD], YES, NATIVE_NO, Category.NEWLY_REJECTED),
        (GOOD_ONE, [GOOD], NATIVE_NO, YES, Category.FIXED),
        (OPEN_ONE, [GOOD], YES, NATIVE_NO, Category.NEWLY_REJECTED),
        (GOOD_ONE, [GOOD], YES, BY_STRANGER, Category.OTHER_KEY),
        (GOOD_ONE, [GOOD], BY_STRANGER, YES, Category.FIXED),
        (GOOD_ONE, [GOOD], YES, THROWN, Category.NEW_ERROR),
        (TWO, [GOOD, BAD], YES, native(Verdict.ACCEPTED, BY_ALICE, BY_MALLORY), "newly_accepted"),
        (TWO, [GOOD, BAD], native(Verdict.ACCEPTED, BY_ALICE, BY_MALLORY), YES, Category.FIXED),
        # A caller who names no key, or sees "unsupported" for "rejected", sees the same.
        (GOOD_ONE, [GOOD], YES, NATIVE_YES, None),
        (
            BAD_ONE,
            [BAD],
            NATIVE_NO,
            native(Verdict.UNSUPPORTED, classes={ErrorClass.UNSUPPORTED}),
            None,
        ),
        (
            GOOD_ONE,
            [GOOD],
            NATIVE_NO,
            native(Verdict.UNSUPPORTED, classes={ErrorClass.UNSUPPORTED}),
            None,
        ),
        # Its classes are compared only where it says something of its own both times.
        (
            GOOD_ONE,
            [GOOD],
            native(Verdict.REJECTED, classes=MALFORMED),
            native(Verdict.REJECTED, classes=WEAK),
            Category.OTHER_CLASS,
        ),
        (
            BAD_ONE,
            [BAD],
            native(Verdict.REJECTED, classes=MALFORMED),
            native(Verdict.REJECTED, classes=WEAK),
            None,
        ),
    ],
)
def test_a_native_verdict_differs_in_the_same_categories(
    about: Vector,
    results: list[SignatureResult],
    before: NativeVerdict,
    after: NativeVerdict,
    expected: Category | None,
) -> None:
    runs = [
        saying(run(), said(*results, about=about.id, native=verdict)) for verdict in (before, after)
    ]
    found = gated(runs[0], runs[1], fail_on=Category).differences
    assert [(one.category, one.native) for one in found] == [(expected, True)] * bool(expected)
    assert all(one.detail.startswith("native verdict: ") for one in found)


@pytest.mark.parametrize("silent", [crashed, skipped])
@pytest.mark.parametrize("about", [BAD_ONE, OPEN_ONE])
@pytest.mark.parametrize("answer", [YES, BY_STRANGER])
def test_what_is_accepted_natively_where_there_was_no_answer_is_newly_accepted(
    silent: Callable[..., Observation], about: Vector, answer: NativeVerdict
) -> None:
    before = saying(run(), silent(about=about.id))
    after = saying(run(), said(BAD, about=about.id, native=answer))
    (found,) = gated(before, after).differences
    assert (found.category, found.native) == (Category.NEWLY_ACCEPTED, True)
    assert found.detail.startswith("native verdict: ")


@pytest.mark.parametrize("silent", [crashed, skipped])
def test_several_signatures_and_no_answer_about_any(silent: Callable[..., Observation]) -> None:
    before = saying(run(), said(GOOD, BAD, about=TWO.id, native=YES))
    after = saying(run(), silent(about=TWO.id))
    (forth,) = gated(before, after).differences
    assert forth.detail.startswith("accepted …")
    (back,) = gated(after, before, fail_on=Category).differences
    assert " → accepted …" in back.detail


def test_the_graver_of_both_views_counts() -> None:
    before = saying(run(), said(BAD, about="area/bad", native=NATIVE_NO))
    after = saying(run(), said(REVOKED, about="area/bad", native=NATIVE_YES))
    (found,) = gated(before, after).differences
    assert (found.category, found.native) == (Category.NEWLY_ACCEPTED, True)


def test_a_key_less_in_a_native_verdict_is_newly_rejected() -> None:
    about = vector(ACCEPT, name=TWO.id)
    verdicts = native(Verdict.ACCEPTED, BY_ALICE, BY_MALLORY), YES
    before, after = (said(GOOD, FORGED, about=TWO.id, native=each) for each in verdicts)
    assert category_of(about, before, after) == (Category.NEWLY_REJECTED, True)


def test_a_native_reason_that_was_left_out_is_not_compared() -> None:
    refusal = native(Verdict.REJECTED, classes=MALFORMED)  # the same both times
    before = saying(run(), said(BAD, about="area/good", native=refusal))
    after = saying(run(), said(GOOD, about="area/good", native=refusal))
    (found,) = gated(before, after).differences
    assert (found.category, found.native) == (Category.FIXED, False)


def test_a_native_verdict_that_goes_along_is_not_named() -> None:
    after = saying(run(), said(BAD, about="area/good", native=NATIVE_NO))
    (found,) = gated(run(), after).differences
    assert (found.category, found.native) == (Category.NEWLY_REJECTED, False)


# Whole backends and vectors


def test_a_backend_that_can_no_longer_be_used_vanished() -> None:
    after = becoming(run(), absent("gpg", State.UNUSABLE))
    (found,) = gated(run(), after).differences
    assert (found.category, found.vector, found.backend) == (Category.VANISHED, "", "gpg")
    assert found.detail == "5 answers → now unusable: no gpg in PATH"


def test_it_fails_also_when_every_backend_vanished() -> None:
    after = becoming(becoming(run(), absent("gpg")), absent("sqv"))
    found = gated(run(), after)
    assert named(found) == [("vanished", "", "gpg"), ("vanished", "", "sqv")]
    assert (found.compared, found.passed) == (0, False)


def test_a_backend_that_is_new_or_can_be_used_now_is_added() -> None:
    assert named(gated(run("gpg"), run())) == [("added", "", "sqv")]
    before = becoming(run(), absent("sqv"))
    (found,) = gated(before, run()).differences
    assert (found.category, found.detail) == (Category.ADDED, "5 answers; it was absent")


def test_a_backend_that_never_answered_is_not_missed() -> None:
    before = becoming(run(), absent("sqv"))
    assert named(gated(before, before)) == []
    assert named(gated(before, run("gpg"))) == []


def test_a_vector_that_the_corpus_no_longer_has_is_removed() -> None:
    smaller = corpus_of("world", (v for v in world().vectors if v.id != "area/good"))
    after = run(corpus=smaller)
    for backend in ("gpg", "sqv"):
        after = without(after, "area/good", backend)
    found = gated(run(), after, smaller)
    assert named(found) == [("removed", "area/good", "gpg"), ("removed", "area/good", "sqv")]


def test_a_vector_that_is_left_out_vanished() -> None:
    chosen = corpus_of("world", (GOOD_ONE,))
    after = asked(run(), corpus=reference(chosen), selection=("area/good",))
    for about in (BAD_ONE, OPEN_ONE, FORGED_ONE, TWO):
        for backend in ("gpg", "sqv"):
            after = without(after, about.id, backend)
    found = gated(run(), after)
    assert {category for category, *_ in named(found)} == {Category.VANISHED}
    assert len(found.differences) == 8
    assert any(note == "selection everything → area/good" for note in found.notes)


# What else is said


def test_a_change_of_version_stands_beside_what_it_may_explain() -> None:
    after = saying(run(), said(BAD, about="area/good"), said(BAD, about="area/good", backend="sqv"))
    after = becoming(after, record("gpg", "1.1", libgcrypt="1.10"))
    found = gated(run(), after)
    line = "gpg 1.0 → 1.1, libgcrypt none → 1.10"
    assert found.upgrades == (line,)
    assert [(one.backend, one.upgrade) for one in found.differences] == [("gpg", line), ("sqv", "")]


def test_a_change_inside_is_one_as_well() -> None:
    before = becoming(run(), record("gpg", libgcrypt="1.10"))
    after = becoming(run(), record("gpg", libgcrypt="1.11"))
    assert gated(before, after).upgrades == ("gpg 1.0, libgcrypt 1.10 → 1.11",)


def test_other_circumstances_are_noted() -> None:
    from harness.run import Platform

    there = Platform(system="Linux", machine="riscv64", python="3.13.1")
    found = gated(run(), asked(run(), platform=there, version="0.2.0"))
    assert found.notes == (
        "platform Linux x86_64 → Linux riscv64",
        "pgp-accord 0.1.0 → pgp-accord 0.2.0",
    )
    assert found.passed


def test_what_says_more_than_before_is_counted_only() -> None:
    after = saying(run(), said(JUST_NO, about="area/bad"))
    found = gated(run(), after)
    assert found.differences == ()
    assert [note.split(";")[0] for note in found.notes] == [
        "1 answer differs only in how much it says"
    ]


@pytest.mark.parametrize(
    ("before", "after", "detail"),
    [
        ([GOOD, BAD], [GOOD, REVOKED], "signature 2: rejected (bad_signature) → rejected"),
        ([GOOD, BAD], [GOOD], "2 results: accepted …"),
        ([GOOD, BAD], [FAILED, FAILED], "signature 1: accepted …"),
        ([BAD, BAD], [GOOD, FORGED], "signature 1: rejected (bad_signature) → accepted …"),
    ],
)
def test_details_name_the_signature(
    before: list[SignatureResult], after: list[SignatureResult], detail: str
) -> None:
    runs = [saying(run(), said(*results, about=TWO.id)) for results in (before, after)]
    (found,) = gated(runs[0], runs[1]).differences
    assert found.detail.startswith(detail)


def test_details_say_what_is_right() -> None:
    (found,) = gated(run(), saying(run(), said(FORGED, about="area/bad"))).differences
    assert found.detail.endswith("; now a false accept")
    (found,) = gated(run(), saying(run(), said(BAD, about="area/forged"))).differences
    assert found.detail.endswith("; was a false accept")


# Refusals


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (asked(run(), profile="strict"), "profile stock, the run about strict"),
        (asked(run(), shard=Shard(index=1, of=2)), "shard 1/2"),
        (run("other"), "no answer in common"),
    ],
)
def test_what_cannot_be_compared_is_refused(after: Run, why: str) -> None:
    with pytest.raises(IncomparableError, match=why):
        gated(run(), after, names=("the baseline", "the run"), fail_on={Category.NEWLY_ACCEPTED})


def test_another_reference_time_is_refused_and_the_same_one_is_not() -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    then = asked(run(), at=at, corpus=reference(asked_at(world(), at)))
    with pytest.raises(IncomparableError, match="of each vector, that of run 2025-01-01"):
        gated(run(), then)
    assert gated(then, then).passed


def test_another_corpus_is_refused_and_a_larger_one_is_not() -> None:
    assert gated(run(), run(), world(vector(ACCEPT, name="area/new"))).passed
    other = corpus_of(
        "world", (GOOD_ONE, BAD_ONE, vector(REJECT, name="area/open"), FORGED_ONE, TWO)
    )
    with pytest.raises(OtherCorpusError, match="--vectors"):
        gated(run(), run(), other)
    with pytest.raises(OtherCorpusError, match="--vectors"):
        gated(run(), saying(run(), said(GOOD, about="area/unheard-of")))


MOVED = {"gpg": "sop"}


def test_a_backend_may_take_the_place_of_another() -> None:
    found = gated(run("gpg"), run("sop"), moves=MOVED)
    assert found.compared == gated(run("gpg"), run("gpg")).compared > 0
    assert not found.differences
    assert found.upgrades == ("gpg 1.0 → sop 1.0",)


def test_without_a_move_they_have_nothing_in_common() -> None:
    assert {one.category for one in gated(run("gpg"), run("sop")).differences} == {
        Category.REMOVED,
        Category.ADDED,
    }


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ({"nobody": "sop"}, "has no backend 'nobody' to move from"),
        ({"gpg": "rnp"}, "has a backend 'rnp' already"),
        ({"gpg": "sop", "rnp": "sop"}, "two backends moved to one"),
        ({"gpg": "nobody"}, "run has no backend 'nobody' to move to; it asked sop"),
    ],
)
def test_a_move_that_cannot_be_made_is_refused(moves: dict[str, str], why: str) -> None:
    with pytest.raises(IncomparableError, match=why):
        gated(run("gpg", "rnp"), run("sop"), moves=moves)
