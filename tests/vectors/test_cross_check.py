"""The corpus against other people's code: no mistake of the forge must look like a divergence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

import msgspec
import pytest

import reports
from harness.artifact import OPENPGP_FORMATS
from harness.baseline_file import read_baseline
from harness.corpus import load_corpus
from harness.outcomes import ErrorReason, Stance, Verdict
from harness.vector import Expectation, Outcome
from tests.vectors.readers import GPG, unread_parts
from tests.vectors.shipped import VECTORS, every_area, of_area
from vectors import CORPUS

DEFAULT = ("gnupg", "gpgv", "pgpy", "python-gnupg", "sequoia")

JUDGED = {n: one for n, one in VECTORS.items() if one.artifact.format in OPENPGP_FORMATS}
"""What these are asked about; test_simple_signing.py has others asked about images."""

UNREADABLE = {"malformed", "nothing", "librepgp"}
"""Tags of what is unreadable on purpose, where there is nothing to be read, and of version 5, which
none of these parsers knows; test_independent.py measures our own against a published key."""


@every_area
def test_somebody_elses_parser_reads_it(area: str) -> None:
    if GPG is None:
        pytest.skip("gpg, one of the readers, is not installed: apt install gnupg")
    readable = (vector for vector in of_area(area) if UNREADABLE.isdisjoint(vector.tags))
    unread = {vector.id: unread_parts(vector.case) for vector in readable}
    assert {name: parts for name, parts in unread.items() if parts} == {}


def test_the_parsers_do_not_read_just_anything() -> None:
    good = VECTORS["subkeys/bound"].case
    assert unread_parts(good) == []
    noise = msgspec.structs.replace(good, certificates=(bytes(range(7, 250)),))
    assert unread_parts(noise) == ["certificate 1"]


def answers(name: str) -> Mapping[str, list[Stance]]:
    """What the backends of a baseline make of the whole corpus, as committed."""
    baseline = read_baseline(reports.BASELINES / f"{name}.json")
    assert baseline.corpus.digest == load_corpus(CORPUS).digest(), "take a new baseline"
    found: dict[str, list[Stance]] = defaultdict(list)
    for vector, backend, _ in baseline.pairs():
        found[vector].append(baseline.stance(vector, backend))
    return found


@pytest.fixture(scope="module")
def observations() -> Mapping[str, list[Stance]]:
    """The answers of the default backends: CI's gate sees to it that a run says the same."""
    return answers("default")


@pytest.fixture(scope="module")
def others() -> Mapping[str, list[Stance]]:
    """The answers of all the other backends that a baseline has."""
    return answers("others")


def test_every_backend_was_asked_about_everything(
    observations: Mapping[str, list[Stance]],
) -> None:
    assert observations.keys() == VECTORS.keys()
    assert {len(found) for found in observations.values()} == {len(DEFAULT)}


def test_what_is_to_be_accepted_is_accepted_by_somebody_or_says_why_not(
    observations: Mapping[str, list[Stance]],
) -> None:
    lonely = [
        name
        for name, vector in JUDGED.items()
        if vector.expectation.outcome is Outcome.ACCEPT
        and not vector.unconfirmed
        and Verdict.ACCEPTED not in _verdicts(observations[name])
    ]
    assert lonely == []


def test_what_is_to_be_rejected_is_rejected_by_somebody_for_that_reason_or_says_why_not(
    observations: Mapping[str, list[Stance]],
) -> None:
    lonely = [
        name
        for name, vector in JUDGED.items()
        if vector.expectation.outcome is Outcome.REJECT
        and not vector.unconfirmed
        and not any(confirms(one, vector.expectation) for one in observations[name])
    ]
    assert lonely == []


def confirms(observation: Stance, expectation: Expectation) -> bool:
    """Whether it does what is right, and for a reason that is right."""
    match expectation.outcome:
        case Outcome.ACCEPT:
            return observation.verdict is Verdict.ACCEPTED
        case Outcome.REJECT:
            reasons = observation.classes & set(expectation.classes)
            return observation.verdict is Verdict.REJECTED and bool(reasons)
        case _:
            raise ValueError(expectation.outcome)


UNCONFIRMED = [name for name, vector in VECTORS.items() if vector.unconfirmed]
CONFIRMED_BY = re.compile(r"^Confirmed by ([a-z0-9, -]+?)(, by none of the default backends)?[.:]")
"""How the remark begins where somebody does what is right, for the right reason. It names some of
them and need not name all, so that a further backend makes nothing in it untrue."""


@pytest.mark.parametrize("name", UNCONFIRMED)
def test_who_confirms_what_is_called_unconfirmed_is_named(
    name: str, observations: Mapping[str, list[Stance]], others: Mapping[str, list[Stance]]
) -> None:
    vector = VECTORS[name]
    asked = {one.backend: one for one in (*observations[name], *others[name])}
    confirming = {by for by, one in asked.items() if confirms(one, vector.expectation)}
    found = CONFIRMED_BY.match(vector.unconfirmed)
    named = set(re.split(r", | and ", found[1])) if found else set()
    assert named & asked.keys() <= confirming
    assert bool(confirming) == bool(named & confirming)
    # Those of the default backends that do what is right by accident are named, too.
    assert all(one in vector.unconfirmed for one in confirming & set(DEFAULT))
    if found:
        assert bool(found[2]) == named.isdisjoint(DEFAULT)


def test_what_gnupg_refuses_has_no_second_fault(
    observations: Mapping[str, list[Stance]],
) -> None:
    # gpg and gpgv say why. Where none of them gives a reason that is right, something else is wrong
    # with the vector than what it is about.
    odd = []
    for name, vector in JUDGED.items():
        reasons = [
            one.classes
            for one in observations[name]
            if one.backend in ("gnupg", "gpgv") and one.verdict is Verdict.REJECTED
        ]
        right = set(vector.expectation.classes)
        if vector.expectation.outcome is Outcome.REJECT and reasons:
            odd += [name] if all(given.isdisjoint(right) for given in reasons) else []
    assert odd == []


def test_no_worker_is_lost(observations: Mapping[str, list[Stance]]) -> None:
    lost = [
        (name, observation.backend, observation.reason)
        for name, found in observations.items()
        for observation in found
        if observation.error not in (None, ErrorReason.EXCEPTION)
    ]
    assert lost == []


def _verdicts(found: list[Stance]) -> set[Verdict]:
    return {one.verdict for one in found} & {Verdict.ACCEPTED, Verdict.REJECTED}
