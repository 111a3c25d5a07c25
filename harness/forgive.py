"""Lists of known and flaky differences against what was found: what is forgiven, and which entries
are themselves at fault.

Pure functions. An entry counts only while it is true: one that matches nothing, is past its date,
or says the same as another one fails the gate, as a new difference does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from harness.artifact import Detached
from harness.corpus import matcher
from harness.gated import Difference, Faulty, Known, ListFault
from harness.vector import EPOCH, Expectation, Outcome, Vector

EVERYTHING = "*"
"""As pattern over vectors: all of them, and whole backends."""


@dataclass(frozen=True)
class _Entry:
    """An entry with its pattern over vectors understood."""

    known: Known
    chooses: Callable[[Vector], bool]

    def is_about(self, backend: str) -> bool:
        return fnmatchcase(backend, self.known.backend)

    def covers(self, difference: Difference, vectors: Mapping[str, Vector]) -> bool:
        """Whether it is about the place of a difference, whatever its category."""
        if not self.is_about(difference.backend):
            return False
        if not difference.vector:
            return self.known.vectors == EVERYTHING
        return self.chooses(vectors.get(difference.vector) or _removed(difference.vector))

    def matches(self, difference: Difference, vectors: Mapping[str, Vector]) -> bool:
        """Whether it says that a difference may be."""
        category = self.known.category
        return category in (None, difference.category) and self.covers(difference, vectors)


def forgive(
    differences: Sequence[Difference],
    known: Sequence[Known],
    flaky: Sequence[Known],
    *,
    vectors: Mapping[str, Vector],
    asked: Collection[tuple[str, str]],
    today: date,
) -> tuple[tuple[Difference, ...], tuple[Faulty, ...]]:
    """Mark the differences that a list forgives, and find the entries that are at fault.

    Args:
        differences: what was found.
        known: each says that differences of one category are there.
        flaky: each says that there may be any.
        vectors: by id, what the corpus has.
        asked: every pair of vector and backend in the run.
        today: the day that entries' last days are held against.
    """
    expired = [each for each in (*known, *flaky) if each.expires and each.expires < today]
    entries, tolerant = (
        [_Entry(each, matcher(each.vectors)) for each in group if each not in expired]
        for group in (known, flaky)
    )
    marked: list[Difference] = []
    used: set[Known] = set()
    twice: dict[tuple[Known, Known], list[Difference]] = {}
    for difference in differences:
        mine = [e.known for e in entries if e.matches(difference, vectors)]
        also = [e.known for e in tolerant if e.matches(difference, vectors)]
        for other in [*mine, *also][1:]:
            twice.setdefault(((mine or also)[0], other), []).append(difference)
        used.update(mine, also)
        marked.append(
            dataclasses.replace(
                difference, known=next(iter(mine), None), flaky=next(iter(also), None)
            )
        )
    faulty = [_expired(each) for each in expired]
    faulty += [_overlap(*pair, found) for pair, found in twice.items()]
    faulty += [
        _stale(entry, differences, vectors, asked)
        for entry in (*entries, *tolerant)
        if entry.known not in used
        and (entry.known.category is not None or not _is_asked(entry, vectors, asked))
    ]
    return tuple(marked), tuple(faulty)


def _removed(vector_id: str) -> Vector:
    """What is left of a vector that the corpus no longer has: its id, for patterns."""
    return Vector(
        id=vector_id,
        title=vector_id,
        certificates=(),
        artifact=Detached(data=b"", signature=b""),
        at=EPOCH,
        expectation=Expectation(outcome=Outcome.UNDEFINED),
    )


def _is_asked(
    entry: _Entry, vectors: Mapping[str, Vector], asked: Collection[tuple[str, str]]
) -> bool:
    return any(
        entry.is_about(backend) and entry.chooses(vectors[vector]) for vector, backend in asked
    )


def _expired(entry: Known) -> Faulty:
    return Faulty(
        entry=entry,
        fault=ListFault.EXPIRED,
        detail=f"its last day was {entry.expires}: look at it again, then give it another day, or "
        "take it out",
    )


def _overlap(first: Known, other: Known, found: Sequence[Difference]) -> Faulty:
    where = " ".join(filter(None, (found[0].vector, found[0].backend)))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Faulty(
        entry=other,
        fault=ListFault.OVERLAP,
        detail=f"{first.source} matches the same: {where}{more}; take one of them out, or make it "
        "narrower",
    )


def _stale(
    entry: _Entry,
    differences: Sequence[Difference],
    vectors: Mapping[str, Vector],
    asked: Collection[tuple[str, str]],
) -> Faulty:
    return Faulty(
        entry=entry.known,
        fault=ListFault.STALE,
        detail=f"it matches nothing: {_why(entry, differences, vectors, asked)}; take it out, or "
        "correct it",
    )


def _why(
    entry: _Entry,
    differences: Sequence[Difference],
    vectors: Mapping[str, Vector],
    asked: Collection[tuple[str, str]],
) -> str:
    known = entry.known
    if not any(map(entry.chooses, vectors.values())):
        return f"the corpus has no vector {known.vectors}"
    if not any(entry.is_about(backend) for _, backend in asked):
        return f"the run asked no backend {known.backend}"
    others = {str(one.category) for one in differences if entry.covers(one, vectors)}
    if others:
        named = ", ".join(name.replace("_", " ") for name in sorted(others))
        return f"what differs there is {named}"
    return "nothing differs there" if known.category else "the run asked nothing there"
