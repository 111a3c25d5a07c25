"""One run made of several files: shards, sets of backends, or both.

Pure: runs in, a run out. It knows no corpus, so that it cannot tell whether the vectors are those
of the digest; `reports.model.report_of` does. What it promises: every backend was asked about
every vector once, under the same circumstances, at one version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness.backend import BackendRecord, State
from harness.files import FileError
from harness.outcomes import to_json
from harness.parts import SAME_QUESTION, Mismatch, asked_otherwise, settled_otherwise
from harness.run import RUN_SCHEMA, Platform, Run, RunHeader, run_of
from harness.shard import shard_of

_MOST_NAMED = 3


@dataclass(frozen=True)
class Part:
    """A run, and the file it was read from, for messages."""

    path: Path
    run: Run

    @property
    def about(self) -> str:
        """The part of the corpus that it is about."""
        return "all vectors" if self.run.header.shard is None else f"shard {self.run.header.shard}"

    def record(self, backend: str) -> BackendRecord:
        """What became of a backend that it asked."""
        return next(record for record in self.run.backends if record.name == backend)

    def vectors(self, backend: str) -> set[str]:
        """The vectors that a backend was asked about."""
        return {o.vector for o in self.run.observations if o.backend == backend}


class MergeError(FileError):
    """Files that make no run together."""


class OverlapError(MergeError):
    """A pair of vector and backend that two files have, or would have."""


class HoleError(MergeError):
    """A pair of vector and backend that no file has."""


class MixtureError(MergeError):
    """Files that asked for different things, or of different versions of a backend."""


def merge(parts: Sequence[Part]) -> Run:
    """Make one run of several files, whatever their order.

    The merged run asked for all vectors, of all the files' backends. It started with the first
    and ended with the last. Of what may differ it keeps: the largest number of jobs; the seed if
    all have the same; every platform.

    Raises:
        OverlapError: two files answer for the same.
        HoleError: a shard or an answer is missing.
        MixtureError: the files do not belong to one run.
        ValueError: there is no file.
    """
    if not parts:
        raise ValueError("nothing to merge")
    ordered = sorted(parts, key=lambda part: str(part.path))
    _refuse_mixture(ordered)
    for part in ordered:
        _refuse_strays(part)
    header = _joined([part.run.header for part in ordered])
    records = []
    for backend in header.backends:
        involved = [part for part in ordered if backend in part.run.header.backends]
        _refuse_overlap(backend, involved)
        records.append(_agreed(backend, involved))
        _refuse_missing_shards(backend, involved)
    _refuse_holes(header, records, ordered)
    return run_of(
        header,
        records,
        (observation for part in ordered for observation in part.run.observations),
        max(part.run.finished for part in ordered),
    )


def _joined(headers: Sequence[RunHeader]) -> RunHeader:
    seeds = {header.seed for header in headers}
    first, *further = _platforms(headers)
    return msgspec.structs.replace(
        headers[0],
        schema=RUN_SCHEMA,
        backends=tuple(sorted({name for header in headers for name in header.backends})),
        platform=first,
        further_platforms=tuple(further),
        started=min(header.started for header in headers),
        jobs=max(header.jobs for header in headers),
        seed=seeds.pop() if len(seeds) == 1 else None,
        shard=None,
    )


def _platforms(headers: Iterable[RunHeader]) -> list[Platform]:
    found = {to_json(p): p for h in headers for p in (h.platform, *h.further_platforms)}
    return [platform for _, platform in sorted(found.items())]


def _refuse_mixture(parts: Sequence[Part]) -> None:
    first, *others = parts
    for other in others:
        if found := asked_otherwise(first.run.header, other.run.header, SAME_QUESTION):
            raise MixtureError(
                other.path,
                f"asked for something else than {first.path}: {_told(found)}",
                "merge only what was run with the same options, on the same corpus",
            )


def _told(found: Iterable[Mismatch]) -> str:
    return "; ".join(f"{each.what}: {each.other} here, {each.one} there" for each in found)


def _refuse_strays(part: Part) -> None:
    """A shard may hold only what belongs to it."""
    shard = part.run.header.shard
    if shard is None:
        return
    strays = sorted({o.vector for o in part.run.observations if not shard.holds(o.vector)})
    if strays:
        belongs = shard_of(strays[0], shard.of)
        raise MixtureError(
            part.path,
            f"says that it is shard {shard}, but {_examples(strays)} should be in {belongs}",
            "the file was edited or damaged; run again",
        )


def _refuse_overlap(backend: str, parts: Sequence[Part]) -> None:
    for number, one in enumerate(parts):
        for other in parts[number + 1 :]:
            mine, its = one.run.header.shard, other.run.header.shard
            if mine is not None and its is not None and mine != its and mine.of == its.of:
                continue
            if mine is not None and its is not None and mine.of != its.of:
                what = f"{backend} was cut into {its.of} shards here, into {mine.of} in {one.path}"
            else:
                what = f"overlaps with {one.path}: {backend} was asked about {other.about} " + (
                    "in both" if mine == its else f"here, about {one.about} there"
                )
            if both := sorted(one.vectors(backend) & other.vectors(backend)):
                what += f"; both have {_examples(both)}"
            raise OverlapError(other.path, what, "leave one of them out")


def _agreed(backend: str, parts: Sequence[Part]) -> BackendRecord:
    """What became of a backend, if it is the same in all files."""
    first, *others = parts
    for other in others:
        if found := settled_otherwise(first.record(backend), other.record(backend)):
            raise MixtureError(
                other.path,
                f"{backend} is not the same as in {first.path}: {_told(found)}",
                "run all shards with the same backends, at the same versions",
            )
    return min((part.record(backend) for part in parts), key=to_json)


def _refuse_missing_shards(backend: str, parts: Sequence[Part]) -> None:
    shards = [part.run.header.shard for part in parts]
    of = next((shard.of for shard in shards if shard is not None), 0)
    there = {shard.index for shard in shards if shard is not None}
    if missing := [f"{index}/{of}" for index in range(1, of + 1) if index not in there]:
        noun = "shard" if len(missing) == 1 else "shards"
        raise HoleError(
            parts[0].path,
            f"{backend} was asked in {len(there)} of {of} shards; "
            f"no file has its {noun} {_examples(missing)}",
            "name the files of all shards; run those that are missing",
        )


def _refuse_holes(
    header: RunHeader, records: Iterable[BackendRecord], parts: Sequence[Part]
) -> None:
    asked = {record.name: set[str]() for record in records if record.state is State.USABLE}
    for part in parts:
        for observation in part.run.observations:
            asked.setdefault(observation.backend, set()).add(observation.vector)
    everything = set[str]().union(*asked.values())
    for backend, vectors in sorted(asked.items()):
        if missing := sorted(everything - vectors):
            at_fault = _responsible(backend, missing[0], parts)
            raise HoleError(
                at_fault.path,
                f"{backend} was not asked about {_examples(missing)}, "
                f"about which other backends were",
                "run again what this file should hold",
            )
    if asked and len(everything) != header.corpus.vectors:
        raise HoleError(
            parts[0].path,
            f"the corpus has {header.corpus.vectors} vectors, "
            f"and the files together are about {len(everything)}",
            "run again",
        )


def _responsible(backend: str, vector: str, parts: Sequence[Part]) -> Part:
    """The file that should hold a pair."""
    return next(
        part
        for part in parts
        if backend in part.run.header.backends
        and (part.run.header.shard is None or part.run.header.shard.holds(vector))
    )


def _examples(items: Sequence[str]) -> str:
    named = ", ".join(items[:_MOST_NAMED])
    more = len(items) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
