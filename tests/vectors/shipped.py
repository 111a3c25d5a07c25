"""The shipped vectors, and a way to ask something of all vectors of an area in one test."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from harness.corpus import load_corpus
from harness.vector import Outcome, Vector
from vectors import CORPUS

VECTORS = {vector.id: vector for vector in load_corpus(CORPUS).vectors}
"""As committed; test_build.py shows that the suites make just these."""

every_area = pytest.mark.parametrize("area", sorted({vector.area for vector in VECTORS.values()}))


def of_area(area: str, *outcomes: Outcome) -> list[Vector]:
    """The vectors of an area with these outcomes, by default all."""
    wanted = outcomes or tuple(Outcome)
    return [v for v in VECTORS.values() if v.area == area and v.expectation.outcome in wanted]


def complaints(vectors: Iterable[Vector], check: Callable[[Vector], None]) -> list[str]:
    """Ask something of each vector; give the ids for which an assertion does not hold, and why."""
    found = []
    for vector in vectors:
        try:
            check(vector)
        except AssertionError as error:
            found.append(f"{vector.id}: {error}")
    return found
