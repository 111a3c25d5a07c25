"""The default corpus gives the same verdicts whatever the machine's date is.

The date is moved by libfaketime in the worker and in everything it starts. (Around the whole
command it would prove nothing: workers get a scrubbed environment.) Where the adapter itself uses
libfaketime, its own setting must win over the machine's date; where the backend has an option for
the reference time, that must win over the clock it sees.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import backends
import vectors
from harness import clock, launch, runner
from harness.backend import State, Unavailable
from harness.collect import Collector
from harness.corpus import load_corpus
from harness.runner import Plan
from harness.session import Session
from harness.vector import Corpus, Vector

pytestmark = pytest.mark.skipif(clock.find_library() is None, reason="libfaketime is not installed")

DATES = (datetime(2019, 3, 1, tzinfo=UTC), datetime(2031, 3, 1, tzinfo=UTC))

Said = dict[str, object]


def chosen() -> tuple[Vector, ...]:
    """Every sixth of the vectors that depend on time, and every eightieth of the others."""
    corpus = load_corpus(vectors.CORPUS)
    timely = [v for v in corpus.vectors if v.time_dependent]
    timeless = [v for v in corpus.vectors if not v.time_dependent]
    return (*timely[::6], *timeless[::80])


def said(backend: str, probes: Corpus, date: datetime | None) -> Said:
    """What a backend says about the chosen vectors on a machine with that date."""
    found = launch.find(backend)
    if isinstance(found, Unavailable):
        pytest.skip(f"{backend} is absent: {found.reason}")
    if date is not None:
        library = clock.find_library()
        assert library is not None
        found = replace(found, environment=clock.preload(library, date))
    session = Session(backend, probes=probes, profile="stock", seconds=30, found=found)
    collector = Collector()
    cases = tuple(vector.case for vector in chosen())
    (record,) = runner.run(Plan(sessions=(session,), cases=cases, jobs=1), collector)
    assert record.state is State.USABLE, record.reason
    return {
        o.vector: (o.verdict, o.keys, o.classes, o.answer and o.answer.native.verdict)
        for o in collector.observations
    }


USUAL = [name for name in backends.names() if name not in backends.on_request()]


@pytest.mark.parametrize("backend", USUAL)
def test_verdicts_do_not_depend_on_the_machines_date(backend: str, probes: Corpus) -> None:
    today = said(backend, probes, None)
    assert len(today) > 40
    for date in DATES:
        assert said(backend, probes, date) == today
