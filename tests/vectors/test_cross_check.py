"""The corpus against other people's code: no mistake of the forge must look like a divergence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec
import pytest

import reports
from harness.baseline_file import read_baseline
from harness.corpus import load_corpus
from harness.outcomes import ErrorReason, Stance, Verdict
from harness.vector import Outcome
from tests.vectors.readers import GPG, unread_parts
from tests.vectors.shipped import VECTORS, every_area, of_area
from vectors import CORPUS

DEFAULT = ("gnupg", "gpgv", "pgpy", "python-gnupg", "sequoia")

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


@pytest.fixture(scope="module")
def observations() -> Mapping[str, list[Stance]]:
    """What the default backends make of the whole corpus, as committed: CI's gate sees to it that a
    run says the same.
    """
    baseline = read_baseline(reports.BASELINES / "default.json")
    assert baseline.corpus.digest == load_corpus(CORPUS).digest(), "take a new baseline"
    found: dict[str, list[Stance]] = defaultdict(list)
    for vector, backend, _ in baseline.pairs():
        found[vector].append(baseline.stance(vector, backend))
    return found


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
        for name, vector in VECTORS.items()
        if vector.expectation.outcome is Outcome.ACCEPT
        and not vector.unconfirmed
        and Verdict.ACCEPTED not in _verdicts(observations[name])
    ]
    assert lonely == []


def test_what_is_to_be_rejected_is_rejected_by_somebody_or_says_why_not(
    observations: Mapping[str, list[Stance]],
) -> None:
    lonely = [
        name
        for name, vector in VECTORS.items()
        if vector.expectation.outcome is Outcome.REJECT
        and not vector.unconfirmed
        and _verdicts(observations[name]) == {Verdict.ACCEPTED}
    ]
    assert lonely == []


def test_who_confirms_what_is_called_unconfirmed_is_named(
    observations: Mapping[str, list[Stance]],
) -> None:
    right = {Outcome.ACCEPT: Verdict.ACCEPTED, Outcome.REJECT: Verdict.REJECTED}
    unnamed = [
        (name, observation.backend)
        for name, vector in VECTORS.items()
        if vector.unconfirmed
        for observation in observations[name]
        if observation.verdict is right[vector.expectation.outcome]
        and observation.backend not in vector.unconfirmed.lower()
    ]
    assert unnamed == []


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
