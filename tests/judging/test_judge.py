import itertools

import pytest

from harness.judge import (
    GRAVITY,
    Judgement,
    describe_classes,
    describe_key,
    gravest,
    judge,
    short_fingerprint,
)
from harness.outcomes import (
    AcceptedKey,
    ErrorClass,
    Observation,
    SignatureResult,
    Verdict,
    accepted,
    rejected,
    to_json,
)
from harness.vector import Outcome, SignatureExpectation
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
    each,
    native,
    said,
    skipped,
    vector,
)

ACCEPT, REJECT = Outcome.ACCEPT, Outcome.REJECT
POLICY, UNDEFINED = Outcome.POLICY, Outcome.UNDEFINED


@pytest.mark.parametrize(
    ("outcome", "result", "judgement"),
    [
        (ACCEPT, GOOD, Judgement.CONFORMS),
        (ACCEPT, BAD, Judgement.FALSE_REJECT),
        (ACCEPT, UNSUPPORTED, Judgement.UNSUPPORTED),
        (ACCEPT, FAILED, Judgement.ERROR),
        (REJECT, GOOD, Judgement.FALSE_ACCEPT),
        (REJECT, BAD, Judgement.CONFORMS),
        (REJECT, UNSUPPORTED, Judgement.UNSUPPORTED),
        (REJECT, FAILED, Judgement.ERROR),
        (POLICY, GOOD, Judgement.POLICY),
        (POLICY, BAD, Judgement.POLICY),
        (POLICY, UNSUPPORTED, Judgement.UNSUPPORTED),
        (POLICY, FAILED, Judgement.ERROR),
        (UNDEFINED, GOOD, Judgement.UNDEFINED),
        (UNDEFINED, BAD, Judgement.UNDEFINED),
        (UNDEFINED, UNSUPPORTED, Judgement.UNSUPPORTED),
        (UNDEFINED, FAILED, Judgement.ERROR),
    ],
)
def test_every_outcome_meets_every_verdict(
    outcome: Outcome, result: SignatureResult, judgement: Judgement
) -> None:
    judged = judge(vector(outcome), said(result))
    assert judged.judgement is judgement
    assert judged.native is judgement, "one signature: the native verdict is the same"


@pytest.mark.parametrize("outcome", Outcome)
def test_a_crash_is_an_error_whatever_was_expected_and_has_no_native_judgement(
    outcome: Outcome,
) -> None:
    judged = judge(vector(outcome), crashed(reason="signal 11"))
    assert judged.judgement is Judgement.ERROR
    assert judged.note == "crashed: signal 11"
    assert judged.native is None


@pytest.mark.parametrize("outcome", Outcome)
def test_a_skip_is_a_skip_whatever_was_expected(outcome: Outcome) -> None:
    judged = judge(vector(outcome), skipped(reason="no clock"))
    assert (judged.judgement, judged.note, judged.native) == (Judgement.SKIPPED, "no clock", None)


class TestKeys:
    @pytest.mark.parametrize("outcome", [ACCEPT, POLICY, UNDEFINED])
    def test_a_stranger_is_a_wrong_key(self, outcome: Outcome) -> None:
        judged = judge(vector(outcome, keys=(BY_ALICE,)), said(FORGED))
        assert judged.judgement is Judgement.WRONG_KEY

    def test_without_expected_keys_nothing_is_checked(self) -> None:
        assert judge(vector(), said(FORGED)).judgement is Judgement.CONFORMS

    def test_one_of_several_expected_keys_is_right(self) -> None:
        expected = vector(keys=(BY_MALLORY, BY_ALICE))
        assert judge(expected, said(GOOD)).judgement is Judgement.CONFORMS

    def test_a_stranger_beside_the_right_key_is_a_wrong_key(self) -> None:
        expected = vector(keys=(BY_ALICE,))
        assert judge(expected, said(GOOD, FORGED)).judgement is Judgement.WRONG_KEY

    @pytest.mark.parametrize(
        ("key", "right"),
        [
            (BY_SOMEBODY, True),
            (AcceptedKey(signing=ALICE_SUB), True),
            (AcceptedKey(primary=ALICE), True),
            (AcceptedKey(signing=ALICE), False),
            (AcceptedKey(primary=MALLORY), False),
            (AcceptedKey(signing=ALICE_SUB, primary=MALLORY), False),
            (AcceptedKey(signing=MALLORY, primary=ALICE), False),
        ],
    )
    def test_a_half_that_is_not_reported_matches_anything(
        self, key: AcceptedKey, right: bool
    ) -> None:
        judged = judge(vector(keys=(BY_ALICE,)), said(accepted(key)))
        assert (judged.judgement is Judgement.CONFORMS) is right

    def test_a_half_that_is_not_expected_matches_anything(self) -> None:
        expected = vector(keys=(BY_ALICES_PRIMARY,))
        assert judge(expected, said(GOOD)).judgement is Judgement.CONFORMS

    def test_a_false_accept_is_one_even_with_the_key_named_in_the_expectation(self) -> None:
        expected = vector(REJECT, keys=(BY_ALICE,))
        assert judge(expected, said(GOOD)).judgement is Judgement.FALSE_ACCEPT


class TestClasses:
    @pytest.mark.parametrize(
        ("outcome", "right"),
        [
            (REJECT, Judgement.CONFORMS),
            (POLICY, Judgement.POLICY),
            (UNDEFINED, Judgement.UNDEFINED),
        ],
    )
    def test_disjoint_classes_are_wrong_and_overlapping_ones_right(
        self, outcome: Outcome, right: Judgement
    ) -> None:
        expected = vector(outcome, classes=(ErrorClass.KEY_REVOKED, ErrorClass.KEY_EXPIRED))
        assert judge(expected, said(BAD)).judgement is Judgement.WRONG_CLASS
        assert judge(expected, said(REVOKED)).judgement is right
        assert judge(expected, said(JUST_NO)).judgement is right
        two = rejected({ErrorClass.BAD_SIGNATURE, ErrorClass.KEY_EXPIRED})
        assert judge(expected, said(two)).judgement is right

    def test_without_expected_classes_nothing_is_checked(self) -> None:
        assert judge(vector(REJECT), said(BAD)).judgement is Judgement.CONFORMS

    def test_classes_of_an_accept_vector_do_not_excuse_its_rejection(self) -> None:
        expected = vector(ACCEPT, classes=(ErrorClass.BAD_SIGNATURE,))
        assert judge(expected, said(BAD)).judgement is Judgement.FALSE_REJECT

    def test_no_signature_at_all_is_a_rejection_for_that_reason(self) -> None:
        nothing = said()
        assert nothing.verdict is Verdict.REJECTED
        right = vector(REJECT, classes=(ErrorClass.NO_SIGNATURE,))
        assert judge(right, nothing).judgement is Judgement.CONFORMS
        wrong = vector(REJECT, classes=(ErrorClass.KEY_REVOKED,))
        assert judge(wrong, nothing).judgement is Judgement.WRONG_CLASS


class TestUnsupported:
    def test_conforms_where_it_must_be_rejected_as_unsupported(self) -> None:
        expected = vector(REJECT, classes=(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED))
        assert judge(expected, said(UNSUPPORTED)).judgement is Judgement.CONFORMS

    def test_does_not_conform_where_another_reason_is_right(self) -> None:
        expected = vector(REJECT, classes=(ErrorClass.MALFORMED,))
        assert judge(expected, said(UNSUPPORTED)).judgement is Judgement.UNSUPPORTED

    @pytest.mark.parametrize("outcome", [ACCEPT, POLICY, UNDEFINED])
    def test_conforms_only_to_a_rejection(self, outcome: Outcome) -> None:
        expected = vector(outcome, classes=(ErrorClass.UNSUPPORTED,))
        assert judge(expected, said(UNSUPPORTED)).judgement is Judgement.UNSUPPORTED


GOOD_AND_BAD = (
    each(ACCEPT, keys=(BY_ALICE,)),
    each(REJECT, classes=(ErrorClass.BAD_SIGNATURE,)),
)


class TestSeveralSignatures:
    @pytest.mark.parametrize(
        ("expected", "results", "judgement"),
        [
            (GOOD_AND_BAD, (GOOD, BAD), Judgement.CONFORMS),
            (GOOD_AND_BAD, (GOOD, GOOD), Judgement.FALSE_ACCEPT),
            (GOOD_AND_BAD, (GOOD, REVOKED), Judgement.WRONG_CLASS),
            (GOOD_AND_BAD, (GOOD, UNSUPPORTED), Judgement.UNSUPPORTED),
            (GOOD_AND_BAD, (GOOD, FAILED), Judgement.ERROR),
            (GOOD_AND_BAD, (FORGED, BAD), Judgement.WRONG_KEY),
            (GOOD_AND_BAD, (FORGED, GOOD), Judgement.FALSE_ACCEPT),
            (GOOD_AND_BAD, (FAILED, BAD), Judgement.ERROR),
            (GOOD_AND_BAD, (BAD, BAD), Judgement.FALSE_REJECT),
            ((each(ACCEPT), each(ACCEPT)), (GOOD, BAD), Judgement.FALSE_REJECT),
            ((each(ACCEPT), each(ACCEPT)), (GOOD, GOOD), Judgement.CONFORMS),
            ((each(ACCEPT), each(POLICY)), (GOOD, BAD), Judgement.POLICY),
            ((each(ACCEPT), each(UNDEFINED)), (GOOD, GOOD), Judgement.UNDEFINED),
        ],
    )
    def test_the_gravest_counts(
        self,
        expected: tuple[SignatureExpectation, ...],
        results: tuple[SignatureResult, ...],
        judgement: Judgement,
    ) -> None:
        judged = judge(vector(ACCEPT, signatures=expected), said(*results))
        assert judged.judgement is judgement

    @pytest.mark.parametrize("results", [(GOOD,), (GOOD, GOOD, GOOD)])
    def test_where_numbers_differ_only_the_whole_is_judged(
        self, results: tuple[SignatureResult, ...]
    ) -> None:
        judged = judge(vector(ACCEPT, signatures=GOOD_AND_BAD), said(*results))
        assert judged.judgement is Judgement.CONFORMS

    def test_order_matters(self) -> None:
        judged = judge(vector(ACCEPT, signatures=GOOD_AND_BAD), said(BAD, GOOD))
        assert judged.judgement is Judgement.FALSE_ACCEPT

    def test_the_whole_counts_beside_its_parts(self) -> None:
        parts = (each(ACCEPT), each(ACCEPT))
        judged = judge(vector(ACCEPT, keys=(BY_ALICE,), signatures=parts), said(GOOD, FORGED))
        assert judged.judgement is Judgement.WRONG_KEY

    def test_the_note_says_which_signature(self) -> None:
        judged = judge(vector(ACCEPT, signatures=GOOD_AND_BAD), said(GOOD, GOOD))
        assert judged.note.startswith(
            "signature 2: accepted …2222222222222222 of …1111111111111111"
        )

    def test_a_crash_is_not_hidden_by_the_lack_of_results(self) -> None:
        judged = judge(vector(ACCEPT, signatures=GOOD_AND_BAD), crashed())
        assert judged.judgement is Judgement.ERROR


class TestNative:
    def test_is_judged_by_the_whole_alone(self) -> None:
        expected = vector(ACCEPT, signatures=GOOD_AND_BAD)
        judged = judge(expected, said(GOOD, GOOD, native=NATIVE_YES))
        assert judged.judgement is Judgement.FALSE_ACCEPT
        assert judged.native is Judgement.CONFORMS

    def test_an_exit_code_that_says_yes_to_a_revoked_key_is_a_false_accept(self) -> None:
        expected = vector(REJECT, classes=(ErrorClass.KEY_REVOKED,))
        judged = judge(expected, said(REVOKED, native=NATIVE_YES))
        assert judged.judgement is Judgement.CONFORMS
        assert judged.native is Judgement.FALSE_ACCEPT
        assert judged.native_note == (
            "accepted without naming a key, expected rejection (key_revoked)"
        )

    def test_one_good_signature_beside_a_bad_one_refused_as_a_whole_is_a_false_reject(
        self,
    ) -> None:
        expected = vector(ACCEPT, signatures=GOOD_AND_BAD)
        judged = judge(expected, said(GOOD, BAD, native=NATIVE_NO))
        assert judged.judgement is Judgement.CONFORMS
        assert judged.native is Judgement.FALSE_REJECT

    def test_believing_a_stranger_is_a_wrong_key(self) -> None:
        expected = vector(ACCEPT, keys=(BY_ALICE,))
        seen = said(GOOD, native=native(Verdict.ACCEPTED, BY_ALICE, BY_MALLORY))
        assert judge(expected, seen).native is Judgement.WRONG_KEY

    def test_naming_no_key_is_not_naming_a_wrong_one(self) -> None:
        expected = vector(ACCEPT, keys=(BY_ALICE,))
        assert judge(expected, said(GOOD, native=NATIVE_YES)).native is Judgement.CONFORMS

    def test_an_error_is_an_error(self) -> None:
        seen = said(GOOD, native=native(Verdict.ERROR))
        assert judge(vector(), seen).native is Judgement.ERROR


class TestGravity:
    def test_is_documented_by_order(self) -> None:
        assert [str(j) for j in GRAVITY] == [
            "false_accept",
            "wrong_key",
            "false_reject",
            "error",
            "wrong_class",
            "unsupported",
            "skipped",
            "policy",
            "undefined",
            "conforms",
        ]

    def test_the_gravest_is_the_first_in_order(self) -> None:
        for one, other in itertools.combinations(GRAVITY, 2):
            assert gravest([one, other]) is one
            assert gravest([other, one]) is one

    def test_of_nothing_there_is_no_gravest(self) -> None:
        with pytest.raises(ValueError, match="empty"):
            gravest([])


class TestWords:
    @pytest.mark.parametrize(
        ("seen", "note"),
        [
            (
                said(GOOD),
                "accepted …2222222222222222 of …1111111111111111, expected rejection (key_revoked)",
            ),
            (said(accepted(BY_SOMEBODY)), "accepted a key it does not name, expected rejection "),
            (said(REVOKED), "rejected (key_revoked), as expected"),
            (said(BAD), "rejected (bad_signature), expected key_revoked"),
            (said(JUST_NO), "rejected (no reason given), as expected"),
            (said(FAILED), "exception: IndexError: list index out of range"),
            (said(UNSUPPORTED), "unsupported, expected rejection (key_revoked)"),
        ],
    )
    def test_notes_say_what_was_said_and_what_was_expected(
        self, seen: Observation, note: str
    ) -> None:
        judged = judge(vector(REJECT, classes=(ErrorClass.KEY_REVOKED,)), seen)
        assert judged.note.startswith(note)

    def test_a_key_without_subkey_is_named_once(self) -> None:
        assert describe_key(BY_MALLORY) == "…6666666666666666"
        assert describe_key(BY_ALICES_PRIMARY) == "primary …1111111111111111"
        assert describe_key(AcceptedKey(signing=ALICE)) == "…1111111111111111"

    def test_classes_are_named_up_to_four(self) -> None:
        some = [ErrorClass.WEAK_KEY, ErrorClass.WEAK_HASH]
        assert describe_classes(some) == "weak_hash or weak_key"
        assert describe_classes(list(ErrorClass)[:5]) == "any of 5 classes"

    def test_fingerprints_of_every_length_are_shortened_to_their_end(self) -> None:
        for length in (32, 40, 64):
            assert short_fingerprint("0" * (length - 16) + "F" * 16) == "…" + "F" * 16
        assert short_fingerprint("F" * 16) == "F" * 16


def test_an_observation_of_another_vector_is_refused() -> None:
    with pytest.raises(ValueError, match="other/vector"):
        judge(vector(), said(GOOD, about="other/vector"))


def test_a_judgement_is_written_and_read_without_loss() -> None:
    import msgspec

    judged = judge(vector(), said(GOOD, native=NATIVE_NO))
    assert msgspec.json.decode(to_json(judged), type=type(judged)) == judged
