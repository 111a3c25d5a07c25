"""The regression gate: what differs between a baseline and a run, and whether that may pass.

Pure functions; no I/O and no clock. Where `harness.change` asks what becomes of one vector at one
backend, the gate asks about all of them (`harness.differences`), consults the expectations (so that
what got right does not alarm anybody), and takes into account what is already known
(`harness.forgive`). The values it makes are `harness.gated`'s, and can be had from here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from harness.baseline import (
    Baseline,
    UnfitMoveError,
    UnfitRunError,
    matching,
    moved,
    reduced,
    reference_time,
    surroundings,
    upgrades,
)
from harness.differences import find
from harness.forgive import forgive
from harness.gated import (
    PASSING,
    Category,
    Difference,
    Faulty,
    Gated,
    Known,
    ListFault,
)
from harness.outcomes import ANSWERS
from harness.run import Run
from harness.vector import Corpus

__all__ = [
    "FAILING",
    "PASSING",
    "Category",
    "Difference",
    "Faulty",
    "Gated",
    "IncomparableError",
    "Known",
    "ListFault",
    "OtherCorpusError",
    "gate",
]

FAILING = frozenset(Category) - PASSING
"""What fails a gate unless it is told otherwise."""


class IncomparableError(Exception):
    """A run that says nothing about a baseline; the text says why, and what to do."""


class OtherCorpusError(IncomparableError):
    """The run is about other vectors than those at hand."""


def gate(
    before: Baseline,
    after: Run,
    corpus: Corpus,
    *,
    today: date,
    known: Sequence[Known] = (),
    flaky: Sequence[Known] = (),
    fail_on: Collection[Category] = FAILING,
    names: tuple[str, str] = ("baseline", "run"),
    moves: Mapping[str, str] | None = None,
) -> Gated:
    """Compare a run with a baseline.

    Args:
        before: the baseline.
        after: the run.
        corpus: the run's corpus, or a larger one that it was selected from.
        today: the day that the lists' dates are held against.
        known: differences that are expected.
        flaky: places where anything may differ.
        fail_on: the categories that fail.
        names: what baseline and run are called, for people.
        moves: backends of the baseline → those of the run that take their places.

    Raises:
        OtherCorpusError: the corpus is not the one that the run is about.
        IncomparableError: another profile or reference time was asked for, the run is only a part
            of one, a move is from or to a backend that cannot be moved so, or the gate would pass
            without having compared anything.
    """
    try:
        now = reduced(after)
    except UnfitRunError as error:
        raise IncomparableError(f"{names[1]} cannot be compared: {error}") from error
    if before.profile != now.profile:
        raise IncomparableError(
            f"{names[0]} is about profile {before.profile}, {names[1]} about {now.profile}: "
            "take a baseline for each"
        )
    if before.at != now.at:
        raise IncomparableError(
            f"the reference time of {names[0]} is {reference_time(before.at)}, that of {names[1]} "
            f"{reference_time(now.at)}: run again with the same --at, or take a baseline for each"
        )
    versions = upgrades(before.backends, now.backends)
    if moves:
        versions |= _moves(before, now, moves)
        try:
            before = moved(before, moves)
        except UnfitMoveError as error:
            raise IncomparableError(f"{names[0]} {error}") from error
        for new in moves.values():
            if new not in now.backends:
                asked = ", ".join(sorted(now.backends))
                raise IncomparableError(
                    f"{names[1]} has no backend {new!r} to move to; it asked {asked}"
                )
    vectors = {vector.id: vector for vector in _at_hand(corpus, now, names[1]).vectors}
    found = find(before, after, now, vectors)
    differences, faulty = forgive(
        found.differences,
        known,
        flaky,
        vectors=vectors,
        asked=[(o.vector, o.backend) for o in after.observations],
        today=today,
    )
    gated = Gated(
        baseline=names[0],
        run=names[1],
        compared=found.compared,
        upgrades=tuple(versions.values()),
        notes=(*surroundings(before, now), *_alike(found.alike)),
        differences=tuple(
            dataclasses.replace(one, upgrade=versions.get(one.backend, "")) for one in differences
        ),
        faulty=faulty,
        fail_on=frozenset(fail_on),
    )
    if gated.passed and not any(o.verdict in ANSWERS for o in after.observations):
        raise IncomparableError(f"{names[1]} holds no answer of any backend: it proves nothing")
    if gated.passed and not gated.compared:
        raise IncomparableError(
            f"{names[0]} and {names[1]} have no answer in common: the baseline knows "
            f"{', '.join(sorted(before.backends))}; the run asked "
            f"{', '.join(after.header.backends)}"
        )
    return gated


def _moves(before: Baseline, now: Baseline, moves: Mapping[str, str]) -> dict[str, str]:
    """Say each move like a change of version."""

    def with_version(baseline: Baseline, name: str) -> str:
        known = baseline.backends.get(name)
        return f"{name} {known.version if known else ''}".rstrip()

    return {
        new: f"{with_version(before, old)} → {with_version(now, new)}" for old, new in moves.items()
    }


def _at_hand(corpus: Corpus, now: Baseline, name: str) -> Corpus:
    """Give all vectors at hand, at the run's reference time, if the run is about them.

    Raises:
        OtherCorpusError: it is not.
    """
    whole = matching(now, corpus)
    if whole is None:
        raise OtherCorpusError(
            f"{name} is about {now.corpus.vectors} vectors of {now.corpus.name} "
            f"({now.corpus.digest[:8]}), which are not those of {corpus.name} "
            f"({corpus.digest()[:8]}): name the run's corpus with --vectors, or run again"
        )
    return whole


def _alike(count: int) -> Iterator[str]:
    if count:
        they = "answer differs only in how much it says"
        if count > 1:
            they = "answers differ only in how much they say"
        yield f"{count} {they}; pgp-accord baseline update takes it in"
