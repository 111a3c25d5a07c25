"""Whether two files, or a file and what is asked now, belong to one run.

They do if they asked for the same, of the same backends. Says what differs in the user's words;
what becomes of it is the caller's business (`harness.merge`, resuming in `harness.collect`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.backend import BackendRecord, State
from harness.run import CorpusRef, Platform, RunHeader


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not the same. The texts may quote users and backends: escape them."""

    what: str
    """Of which thing: ``the timeout``."""
    one: str
    """How it is on one side: ``20 s``."""
    other: str
    """How it is on the other."""


def _corpus(ref: CorpusRef) -> str:
    return f"{ref.name} {ref.digest[:12]} with {ref.vectors} vectors"


def _platform(found: Platform) -> str:
    return f"{found.system} {found.machine}, Python {found.python}"


def _moment(at: datetime | None) -> str:
    return "each vector's own" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True)
class Aspect:
    """One thing that is compared, and how to say it."""

    name: str
    value: Callable[[RunHeader], object]
    words: Callable[[RunHeader], str]


SAME_QUESTION: tuple[Aspect, ...] = (
    Aspect("the format", lambda h: h.schema, lambda h: f"version {h.schema}"),
    Aspect("the tool", lambda h: (h.tool, h.version), lambda h: f"{h.tool} {h.version}"),
    Aspect("the profile", lambda h: h.profile, lambda h: h.profile),
    Aspect("the corpus", lambda h: h.corpus, lambda h: _corpus(h.corpus)),
    Aspect(
        "the selection", lambda h: h.selection, lambda h: ", ".join(h.selection) or "all vectors"
    ),
    Aspect("the reference time", lambda h: h.at, lambda h: _moment(h.at)),
    Aspect("the timeout", lambda h: h.timeout, lambda h: f"{h.timeout!r} s"),
)
"""What all files of a merged run have in common."""

SAME_RUN: tuple[Aspect, ...] = (
    *SAME_QUESTION,
    Aspect("the backends", lambda h: h.backends, lambda h: ", ".join(h.backends)),
    Aspect("the shard", lambda h: h.shard, lambda h: str(h.shard or "none")),
    Aspect("the seed", lambda h: h.seed, lambda h: "none" if h.seed is None else str(h.seed)),
    Aspect("the platform", lambda h: h.platform, lambda h: _platform(h.platform)),
)
"""What a run that goes on has in common with what it was before."""


def asked_otherwise(
    one: RunHeader, other: RunHeader, common: Iterable[Aspect]
) -> tuple[Mismatch, ...]:
    """Find in what two requests differ that should be the same.

    Args:
        one: a request.
        other: another.
        common: `SAME_QUESTION` or `SAME_RUN`.
    """
    return tuple(
        Mismatch(aspect.name, aspect.words(one), aspect.words(other))
        for aspect in common
        if aspect.value(one) != aspect.value(other)
    )


def settled_otherwise(one: BackendRecord, other: BackendRecord) -> tuple[Mismatch, ...]:
    """Find in what a backend differs between two times at which it was started.

    Why it is of no use may be said in other words each time; that it is none must be the same.
    """
    if one.state is not other.state:
        return (Mismatch("its state", one.state, other.state),)
    if one.state is not State.USABLE:
        return ()
    return tuple(
        Mismatch(what, words(one), words(other))
        for what, words in _SAME_BACKEND.items()
        if words(one) != words(other)
    )


def _components(record: BackendRecord) -> str:
    found = record.description.components if record.description else {}
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items())) or "nothing"


def _capabilities(record: BackendRecord) -> str:
    if record.description is None:
        return ""
    can = record.description.capabilities
    return "; ".join(
        [
            f"verifies {', '.join(sorted(can.formats))}",
            f"clock {can.clock}",
            f"reports {', '.join(sorted(can.reports))}",
        ]
    )


_SAME_BACKEND: Mapping[str, Callable[[BackendRecord], str]] = {
    "its version": lambda record: record.description.version if record.description else "",
    "what it is built with": _components,
    "what it can do": _capabilities,
    "its notes": lambda r: "; ".join(r.description.notes) if r.description else "",
    "the package it comes from": lambda record: record.origin or "pgp-accord",
}
