"""The two sides of a comparison: backends to ask, runs and baselines to read."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from backends import variants
from harness import runner
from harness.backend import State
from harness.baseline import matching
from harness.baseline_file import BaselineError, read_base
from harness.cli.exits import Exit, Stop
from harness.cli.options import PROFILE, open_sessions
from harness.cli.results import run_file
from harness.collect import Collector, Together
from harness.openpgp import harmless
from harness.outcomes import Stance
from harness.runner import Plan
from harness.vector import Corpus


@dataclass(frozen=True)
class Side:
    """What was said on one side.

    Attributes:
        source: as the user named it.
        versions: of the backends that answered.
        profile: under which policy.
        at: the reference time given for all vectors, if any.
        stances: backend → vector → stance.
    """

    source: str
    versions: dict[str, str]
    profile: str
    at: datetime | None
    stances: dict[str, dict[str, Stance]]


@dataclass(frozen=True)
class Named:
    """A side as the user named it: a file, one backend of a file, or a backend to ask."""

    source: str
    file: Path | None
    backend: str
    """Empty for all backends of a file."""


def understand(source: str) -> Named:
    """Tell files from backends: what exists is a file, or a folder with a run file, and
    ``FILE:BACKEND`` is a part of it.
    """
    if (file := run_file(Path(source))).is_file():
        return Named(source, file, "")
    path, colon, backend = source.rpartition(":")
    if colon and (file := run_file(Path(path))).is_file():
        return Named(source, file, backend)
    return Named(source, None, source)


def open_sides(
    sources: Sequence[str], corpus: Corpus, jobs: int, timeout: float, *, whole: Corpus
) -> tuple[Side, ...]:
    """Read the files, and ask the backends, all at once.

    Args:
        sources: as the user named them.
        corpus: the vectors to compare on.
        jobs: how many backends are asked at a time.
        timeout: seconds that a backend has for one vector.
        whole: what the vectors were chosen from.

    Raises:
        FileError: a file cannot be read or is about other vectors.
        backends.UnknownBackendError: there is no such file or backend.
        Stop: a backend is absent or unusable, or a file has not the backend that is wanted of it.
    """
    named = [understand(source) for source in sources]
    found = {
        each.source: _read(each, each.file, corpus, whole)
        for each in named
        if each.file is not None
    }
    found |= _ask([each.backend for each in named if each.file is None], corpus, jobs, timeout)
    return tuple(found[each.source] for each in named)


def adapter_of(backend: str) -> str:
    """The name under which findings speak of a backend: without the version that was fetched."""
    variant = variants.parse(backend)
    if isinstance(variant, (variants.OfRelease, variants.OfPyPI)):
        return variant.adapter
    return backend


def _read(named: Named, path: Path, corpus: Corpus, whole: Corpus) -> Side:
    base = read_base(path)
    if matching(base, whole) is None:
        was = f"{path} is about {whole.name} as it was, or about another corpus"
        click.echo(f"pgp-accord: {harmless(was)}: ids are compared all the same", err=True)
    chosen = {vector.id for vector in corpus.vectors}
    stances: defaultdict[str, dict[str, Stance]] = defaultdict(dict)
    for vector, backend, _ in base.pairs():
        if vector in chosen and named.backend in ("", backend):
            stances[backend][vector] = base.stance(vector, backend)
    if not stances:
        known = ", ".join(sorted({backend for _, backend, _ in base.pairs()}))
        if named.backend and named.backend not in known.split(", "):
            raise Stop(harmless(f"{path}: has no backend {named.backend!r}, but {known}"))
        raise BaselineError(path, f"holds nothing about the vectors of {corpus.name}", "")
    return Side(
        source=named.source,
        versions={name: base.backends[name].version for name in stances},
        profile=base.profile,
        at=base.at,
        stances=dict(stances),
    )


def _ask(names: Sequence[str], corpus: Corpus, jobs: int, timeout: float) -> dict[str, Side]:
    from reports import progress

    if not names:
        return {}
    cases = tuple(vector.case for vector in corpus.vectors)
    sessions = open_sessions(names, timeout)
    if {session.name for session in sessions} != {*names}:
        raise Stop("each side is one backend, or a file; `usual` and `all` are neither")
    collector = Collector()
    with progress.listening(sys.stderr) as listener:
        runner.run(Plan(sessions=sessions, cases=cases, jobs=jobs), Together(collector, listener))
    useless = [record for record in collector.records if record.state is not State.USABLE]
    if useless:
        for record in useless[:-1]:
            click.echo(f"pgp-accord: {harmless(f'{record.name}: {record.reason}')}", err=True)
        raise Stop(harmless(f"{useless[-1].name}: {useless[-1].reason}"), Exit.UNAVAILABLE)
    versions = {r.name: r.description.version for r in collector.records if r.description}
    return {
        name: Side(
            source=name,
            versions={name: versions[name]},
            profile=PROFILE,
            at=None,
            stances={name: {o.vector: o for o in collector.observations if o.backend == name}},
        )
        for name in names
    }
