"""The corpus keeps its own rules."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC

import pytest

from harness.artifact import Detached, split_artifact
from harness.openpgp.armor import dearmor
from harness.openpgp.errors import ReadError
from harness.openpgp.names import Tag
from harness.openpgp.packets import read_packets
from harness.vector import Outcome, Suite, Vector
from vectors.suites import areas

SUITES: list[Suite] = [area.build() for area in areas()]
VECTORS: list[Vector] = [vector for suite in SUITES for vector in suite.vectors]

every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v.id)


def test_ids_are_unique() -> None:
    counts = Counter(vector.id for vector in VECTORS)
    assert [name for name, count in counts.items() if count > 1] == []


def test_titles_are_unique_within_a_suite() -> None:
    for suite in SUITES:
        counts = Counter(vector.title for vector in suite.vectors)
        assert [title for title, count in counts.items() if count > 1] == []


def test_no_two_vectors_ask_the_same() -> None:
    questions = Counter(
        (v.certificates, v.artifact, v.at) for v in VECTORS if "baseline" not in v.tags
    )
    twice = {question for question, count in questions.items() if count > 1}
    assert [v.id for v in VECTORS if (v.certificates, v.artifact, v.at) in twice] == []


@every_vector
def test_a_vector_explains_itself(vector: Vector) -> None:
    assert vector.id.startswith(f"{vector.area}/")
    assert vector.description
    assert vector.expectation.rfc9580 or vector.expectation.rfc4880
    assert vector.tags
    text = vector.title + vector.description
    assert not re.search(r"[{}]|\bb'|\bTODO\b", text), "an unfilled template"


@every_vector
def test_an_expectation_is_complete(vector: Vector) -> None:
    expectation = vector.expectation
    match expectation.outcome:
        case Outcome.ACCEPT:
            assert expectation.keys
            assert not expectation.classes
        case Outcome.REJECT:
            assert expectation.classes
            # RFC 4880 may have it accepted, and then by the right key.
            assert not expectation.keys or expectation.rfc4880_outcome is not None
        case Outcome.UNDEFINED:
            assert expectation.keys
            assert expectation.classes
            assert expectation.reason.endswith(".")
        case Outcome.POLICY:
            assert expectation.keys
            assert expectation.classes
            assert expectation.depends
    assert expectation.rfc4880_outcome is not expectation.outcome
    assert not vector.unconfirmed or expectation.outcome in (Outcome.ACCEPT, Outcome.REJECT)


@every_vector
def test_times_are_utc_and_whole_seconds(vector: Vector) -> None:
    assert vector.at.tzinfo is UTC
    assert vector.at.microsecond == 0


@every_vector
def test_several_signatures_have_an_expectation_each(vector: Vector) -> None:
    if isinstance(vector.artifact, Detached):
        try:
            packets = read_packets(dearmor(vector.artifact.signature))
        except ReadError:
            return
        count = sum(packet.tag == Tag.SIGNATURE for packet in packets)
    else:
        count = len(split_artifact(vector.artifact))
    expected = len(vector.expectation.signatures)
    assert expected == (count if count > 1 else 0)
