"""A small world for the gate: a corpus, two backends, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from harness.artifact import Format
from harness.backend import BackendRecord, Capabilities, Clock, Description, KeyHalf, State
from harness.outcomes import ErrorClass, Observation, SignatureResult
from harness.run import CorpusRef, Platform, Run, RunHeader, reference, run_of
from harness.vector import EPOCH, Corpus, Outcome, Vector, corpus_of
from tests.judging.factories import (
    BAD,
    BY_ALICE,
    FORGED,
    GOOD,
    each,
    said,
    vector,
)

ACCEPT, REJECT, UNDEFINED = Outcome.ACCEPT, Outcome.REJECT, Outcome.UNDEFINED
BY = (BY_ALICE,)
FOR_BAD = (ErrorClass.BAD_SIGNATURE,)

GOOD_ONE = vector(ACCEPT, name="area/good", keys=BY)
BAD_ONE = vector(REJECT, name="area/bad", classes=FOR_BAD)
OPEN_ONE = vector(UNDEFINED, name="area/open", keys=BY)
FORGED_ONE = vector(REJECT, name="area/forged", classes=FOR_BAD)
TWO = vector(
    ACCEPT,
    name="several/two",
    keys=BY,
    signatures=(each(ACCEPT, keys=BY), each(REJECT, classes=FOR_BAD)),
)

ANSWERS: Mapping[str, Sequence[SignatureResult]] = {
    GOOD_ONE.id: [GOOD],
    BAD_ONE.id: [BAD],
    OPEN_ONE.id: [BAD],
    FORGED_ONE.id: [FORGED],
    TWO.id: [GOOD, BAD],
}
BACKENDS = ("gpg", "sqv")


def world(*more: Vector) -> Corpus:
    return corpus_of("world", (GOOD_ONE, BAD_ONE, OPEN_ONE, FORGED_ONE, TWO, *more))


def record(name: str, version: str = "1.0", **components: str) -> BackendRecord:
    return BackendRecord(
        name=name,
        state=State.USABLE,
        description=Description(
            name=name,
            version=version,
            components=components,
            capabilities=Capabilities(
                formats=frozenset(Format), clock=Clock.NATIVE, reports=frozenset(KeyHalf)
            ),
        ),
    )


def absent(name: str, state: State = State.ABSENT) -> BackendRecord:
    return BackendRecord(name=name, state=state, reason=f"no {name} in PATH\nlook there")


def header(corpus: CorpusRef, *backends: str) -> RunHeader:
    return RunHeader(
        schema=1,
        tool="pgp-accord",
        version="0.1.0",
        profile="stock",
        corpus=corpus,
        backends=backends,
        platform=Platform(system="Linux", machine="x86_64", python="3.11.7"),
        started=EPOCH,
        jobs=2,
        timeout=20.0,
    )


def observations(*backends: str) -> list[Observation]:
    return [
        said(*results, about=about, backend=backend)
        for about, results in ANSWERS.items()
        for backend in backends
    ]


def run(*backends: str, corpus: Corpus | None = None) -> Run:
    """What backends (two unless others are named) say about the whole world."""
    names = backends or BACKENDS
    return run_of(
        header(reference(corpus or world()), *names),
        map(record, names),
        observations(*names),
        EPOCH,
    )


def asked(given: Run, **others: object) -> Run:
    """A run of which something else was asked for."""
    return replace(given, header=msgspec.structs.replace(given.header, **others))


def saying(given: Run, *changed: Observation) -> Run:
    """A run with some answers in place of others, or beside them."""
    kept = {(o.vector, o.backend): o for o in given.observations}
    kept |= {(o.vector, o.backend): o for o in changed}
    return run_of(given.header, given.backends, kept.values(), given.finished)


def without(given: Run, vector: str, backend: str) -> Run:
    """A run in which a backend was not asked about a vector."""
    kept = [o for o in given.observations if (o.vector, o.backend) != (vector, backend)]
    return run_of(given.header, given.backends, kept, given.finished)


def becoming(given: Run, settled: BackendRecord) -> Run:
    """A run in which a backend came to something else; what it said goes if it is unusable."""
    usable = settled.state is State.USABLE
    kept = [o for o in given.observations if usable or o.backend != settled.name]
    records = [*(r for r in given.backends if r.name != settled.name), settled]
    return run_of(given.header, records, kept, given.finished)
