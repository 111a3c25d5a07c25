"""The baseline: what backends said at some time, in a form that people review and a gate reads.

It is a run without all that differs from one run to the next though nothing has changed: times,
order, evidence, words of errors. What is left is one line per answer (`harness.stance_text`), so
that a changed answer is one line less and one line more in a diff. Pure values and functions;
reading and writing is `harness.baseline_file`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.backend import BackendRecord, State
from harness.corpus import SelectionError, select
from harness.outcomes import Moment, Stance, Value, to_json
from harness.run import CorpusRef, Platform, Run
from harness.stance_text import read_stance, write_stance
from harness.vector import Corpus, asked_at, corpus_of

BASELINE_SCHEMA = 1


class UnfitRunError(Exception):
    """A run that no baseline can be made of; the text says why, and what to do."""


class UnfitMoveError(Exception):
    """A move from one backend to another that a baseline cannot make; the text says why."""


class BaselineBackend(Value, frozen=True, kw_only=True):
    """What a backend was when it answered."""

    state: State
    version: str = ""
    """Empty if it did not start."""
    components: dict[str, str] = msgspec.field(default_factory=dict)
    """Versions of what is inside, as the backend names them."""
    origin: str = ""
    """The package that brought the adapter; empty for pgp-accord's own."""


class Baseline(Value, frozen=True, kw_only=True):
    """What a gate compares a run with."""

    schema: int
    """Version of the file format; see `BASELINE_SCHEMA`."""
    tool: str
    """Name of the program that made the run."""
    version: str
    """Its version."""
    profile: str
    corpus: CorpusRef
    """Which vectors were asked about."""
    platforms: tuple[str, ...] = ()
    """System and machine, e.g. ``Linux x86_64``; several for a merged run."""
    at: Moment | None = None
    """Reference time given for all vectors in place of their own."""
    selection: tuple[str, ...] = ()
    """The patterns that chose the vectors; none means all."""
    backends: dict[str, BaselineBackend]
    """All that were asked for, by name."""
    answers: Annotated[
        dict[str, str],
        Meta(description="By vector and backend, a blank between them; see docs/guide.md, Gate"),
    ]

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Give every vector with backend and answer, in the order of the file."""
        for place, text in self.answers.items():
            vector, _, backend = place.partition(" ")
            yield vector, backend, text

    def answer(self, vector: str, backend: str) -> str | None:
        """Find an answer; ``None`` if there is none."""
        return self.answers.get(_place(vector, backend))

    def stance(self, vector: str, backend: str) -> Stance:
        """Give an answer as a value.

        Raises:
            KeyError: there is none.
            harness.stance_text.StanceTextError: it says nothing (`harness.baseline_file` lets no
                such file pass).
        """
        text = self.answers[_place(vector, backend)]
        return read_stance(text, vector=vector, backend=backend, profile=self.profile)


def baseline_of(run: Run) -> Baseline:
    """Keep of a run what later ones are to be compared with.

    Raises:
        UnfitRunError: it is only a part of a run, or no backend was asked anything.
    """
    if not run.observations:
        names = ", ".join(f"{b.name} ({b.state})" for b in run.backends) or "none was asked for"
        raise UnfitRunError(f"no backend took part: {names}; a baseline of nothing proves nothing")
    return reduced(run)


def reduced(run: Run) -> Baseline:
    """Leave out of a run what differs though nothing has changed; there may be no answers left.

    Raises:
        UnfitRunError: it is only a part of a run.
    """
    header = run.header
    if header.shard is not None:
        raise UnfitRunError(f"it is shard {header.shard} of a run; merge all shards first")
    return Baseline(
        schema=BASELINE_SCHEMA,
        tool=header.tool,
        version=header.version,
        profile=header.profile,
        corpus=header.corpus,
        platforms=tuple(
            sorted({_platform(p) for p in (header.platform, *header.further_platforms)})
        ),
        at=header.at,
        selection=tuple(sorted(header.selection)),
        backends={record.name: _backend(record) for record in run.backends},
        answers={_place(o.vector, o.backend): write_stance(o) for o in run.observations},
    )


def render(baseline: Baseline) -> bytes:
    """Make the content of a baseline's file: the same bytes every time, one line per answer."""
    return msgspec.json.format(to_json(baseline), indent=1) + b"\n"


def upgrades(
    before: Mapping[str, BaselineBackend], after: Mapping[str, BaselineBackend]
) -> dict[str, str]:
    """Say, for each backend that is usable in both, which versions are others now.

    One line each: ``gnupg 2.2.40 → 2.4.7, libgcrypt 1.10.1 → 1.11.0``. It quotes backends: escape
    it before showing it.
    """
    found = {
        name: _changes(name, before[name], after[name])
        for name in sorted(before.keys() & after.keys())
        if before[name].state is State.USABLE and after[name].state is State.USABLE
    }
    return {name: text for name, text in found.items() if text}


def moved(baseline: Baseline, moves: Mapping[str, str]) -> Baseline:
    """Give a baseline in which other backends stand in the places of some.

    Args:
        baseline: what it was.
        moves: old name → new name.

    Raises:
        UnfitMoveError: there is no backend of an old name, or one of a new name already.
    """
    for old, new in moves.items():
        if old not in baseline.backends:
            known = ", ".join(sorted(baseline.backends))
            raise UnfitMoveError(f"has no backend {old!r} to move from; it has {known}")
        if new in baseline.backends.keys() - moves.keys():
            raise UnfitMoveError(f"has a backend {new!r} already: take {old!r} out of the baseline")
    if len({*moves.values()}) < len(moves):
        raise UnfitMoveError("cannot have two backends moved to one")

    def name(backend: str) -> str:
        return moves.get(backend, backend)

    return msgspec.structs.replace(
        baseline,
        backends={name(each): found for each, found in baseline.backends.items()},
        answers={_place(vector, name(backend)): text for vector, backend, text in baseline.pairs()},
    )


@dataclass(frozen=True)
class Update:
    """What a new baseline changes in an old one."""

    changed: tuple[tuple[str, str], ...]
    """Vector and backend of every answer that is another."""
    added: int
    """Answers that there were none of."""
    removed: int
    """Answers that are there no more."""
    notes: tuple[str, ...]
    """Everything but the answers, one line each. It quotes backends: escape it before showing."""

    @property
    def nothing(self) -> bool:
        """Whether everything is as it was."""
        return not (self.changed or self.added or self.removed or self.notes)


def update(before: Baseline, after: Baseline) -> Update:
    """Compare two baselines as files: every difference counts, whatever it means."""
    old, new = before.answers, after.answers
    return Update(
        changed=tuple(
            (vector, backend)
            for vector, backend, text in after.pairs()
            if before.answer(vector, backend) not in (None, text)
        ),
        added=len(new.keys() - old.keys()),
        removed=len(old.keys() - new.keys()),
        notes=(*_states(before.backends, after.backends), *surroundings(before, after)),
    )


def surroundings(before: Baseline, after: Baseline) -> tuple[str, ...]:
    """Say in lines what else is not as it was, and may explain a difference."""
    found = []
    if before.corpus != after.corpus:
        found.append(f"corpus {_corpus(before.corpus)} → {_corpus(after.corpus)}")
    if before.selection != after.selection:
        found.append(f"selection {_selection(before)} → {_selection(after)}")
    if before.profile != after.profile:
        found.append(f"profile {before.profile} → {after.profile}")
    if before.at != after.at:
        found.append(f"reference time {reference_time(before.at)} → {reference_time(after.at)}")
    if before.platforms != after.platforms:
        found.append(f"platform {', '.join(before.platforms)} → {', '.join(after.platforms)}")
    if (before.tool, before.version) != (after.tool, after.version):
        found.append(f"{before.tool} {before.version} → {after.tool} {after.version}")
    return tuple(found)


def matching(baseline: Baseline, corpus: Corpus) -> Corpus | None:
    """Give all vectors at hand, at the baseline's reference time, if it is about them as they are.

    Args:
        baseline: of the corpus, or of a part of it.
        corpus: the vectors at hand.

    Returns:
        ``None`` if it is about other vectors, or about some that have changed.
    """
    whole = corpus if baseline.at is None else asked_at(corpus, baseline.at)
    asked = {vector for vector, _, _ in baseline.pairs()}
    if asked - {vector.id for vector in whole.vectors}:
        return None
    parts = _parts(whole, baseline.selection, asked)
    return whole if any(part.digest() == baseline.corpus.digest for part in parts) else None


def _parts(whole: Corpus, selection: Sequence[str], asked: Collection[str]) -> Iterator[Corpus]:
    """Give what a run may have been about, the likeliest first."""
    with suppress(SelectionError):  # then it was chosen from another corpus
        yield select(whole, selection)
    yield corpus_of(whole.name, (vector for vector in whole.vectors if vector.id in asked))


def reference_time(at: datetime | None) -> str:
    """Say which reference time was given for all vectors, if any."""
    return "that of each vector" if at is None else at.isoformat()


def _place(vector: str, backend: str) -> str:
    return f"{vector} {backend}"  # no id holds a blank


def _platform(platform: Platform) -> str:
    return f"{platform.system} {platform.machine}"


def _backend(record: BackendRecord) -> BaselineBackend:
    found = record.description
    return BaselineBackend(
        state=record.state,
        version=found.version if found else "",
        components=found.components if found else {},
        origin=record.origin,
    )


def _changes(name: str, before: BaselineBackend, after: BaselineBackend) -> str:
    components = sorted(before.components.keys() | after.components.keys())
    pairs = [
        (name, before.version, after.version),
        *((each, before.components.get(each), after.components.get(each)) for each in components),
        ("adapter", before.origin, after.origin),
    ]
    found = [f"{what} {old or 'none'} → {new or 'none'}" for what, old, new in pairs if old != new]
    if found and before.version == after.version:
        found.insert(0, f"{name} {after.version}".rstrip())
    return ", ".join(found)


def _states(
    before: Mapping[str, BaselineBackend], after: Mapping[str, BaselineBackend]
) -> Iterable[str]:
    versions = upgrades(before, after)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        states = [str(each.state) if each else "not asked for" for each in (old, new)]
        if states[0] != states[1]:
            yield f"{name}: {states[0]} → {states[1]}"
        elif name in versions:
            yield versions[name]


def _corpus(corpus: CorpusRef) -> str:
    return f"{corpus.digest[:8]} ({corpus.vectors} vectors)"


def _selection(baseline: Baseline) -> str:
    return " ".join(baseline.selection) or "everything"
