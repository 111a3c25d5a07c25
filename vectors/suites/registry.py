"""How a function becomes a vector.

A suite is an `Area`. A function decorated with `Area.vector` returns a `Draft`; its name gives the
id, its docstring the title (first line) and the published description. With `Area.family`
one function gives a vector per member, and the docstring may use the member as ``{m}``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from harness.artifact import Artifact, Repeat
from harness.vector import SUITE_SCHEMA, Expectation, Suite, Vector
from vectors.forge.certificate import Certificate
from vectors.forge.times import EPOCH

M = TypeVar("M")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a vector's function gives.

    Attributes:
        certificates: one item per file; certificates become binary files.
        artifact: the signed artifact.
        expect: outcome, keys, classes.
        at: reference time.
        time_dependent: whether the outcome depends on it.
        repeats: for something large, what stands many times in a row.
    """

    certificates: Sequence[Certificate | bytes]
    artifact: Artifact
    expect: Expectation
    at: datetime = EPOCH
    time_dependent: bool = False
    repeats: tuple[Repeat, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One vector to be built."""

    name: str
    doc: str
    draft: Callable[[], Draft]
    rfc9580: tuple[str, ...]
    rfc4880: tuple[str, ...]
    tags: tuple[str, ...]
    provenance: str
    unconfirmed: str


class Area:
    """The vectors of one area, in the order they are written down.

    ``origins`` says by tag where ideas come from; it holds for vectors that do not say so
    themselves, by the first of their tags that is in it. For the others it is the RFC.
    """

    def __init__(
        self, name: str, description: str, origins: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.description = unwrap(description)
        self._origins = origins or {}
        self._entries: list[_Entry] = []

    def vector(
        self,
        *rfc9580: str,
        rfc4880: Sequence[str] = (),
        tags: Sequence[str] = (),
        provenance: str = "",
        unconfirmed: str = "",
    ) -> Callable[[Callable[[], Draft]], Callable[[], Draft]]:
        """Register a function as one vector.

        Args:
            rfc9580: the sections of RFC 9580 that decide.
            rfc4880: those of RFC 4880.
            tags: words to select vectors by.
            provenance: where the idea comes from.
            unconfirmed: as in `harness.vector.Vector`.
        """

        def register(function: Callable[[], Draft]) -> Callable[[], Draft]:
            self._entries.append(
                _Entry(
                    name=_name(function),
                    doc=_doc(function),
                    draft=function,
                    rfc9580=rfc9580,
                    rfc4880=tuple(rfc4880),
                    tags=tuple(tags),
                    provenance=provenance,
                    unconfirmed=unconfirmed,
                )
            )
            return function

        return register

    def family(
        self,
        members: Mapping[str, M],
        *rfc9580: str,
        rfc4880: Sequence[str] = (),
        tags: Sequence[str] = (),
        provenance: str = "",
        unconfirmed: Mapping[str, str] | None = None,
    ) -> Callable[[Callable[[M], Draft]], Callable[[M], Draft]]:
        """Register a function as one vector per member; see `vector`.

        ``members`` maps the end of the id to what the function gets; ``unconfirmed`` maps the
        ends of some ids. Where members differ in what decides, the sections stand in their
        drafts' expectations.
        """

        def register(function: Callable[[M], Draft]) -> Callable[[M], Draft]:
            for suffix, member in members.items():
                self._entries.append(
                    _Entry(
                        name=f"{_name(function)}-{suffix}",
                        doc=_doc(function).format(m=member),
                        draft=lambda member=member: function(member),  # type: ignore[misc]
                        rfc9580=rfc9580,
                        rfc4880=tuple(rfc4880),
                        tags=tuple(tags),
                        provenance=provenance,
                        unconfirmed=(unconfirmed or {}).get(suffix, ""),
                    )
                )
            return function

        return register

    def build(self) -> Suite:
        """Build all vectors of the area."""
        return Suite(
            schema=SUITE_SCHEMA,
            suite=self.name,
            description=self.description,
            licence="CC0-1.0",
            vectors=tuple(map(self._build, self._entries)),
        )

    def _build(self, entry: _Entry) -> Vector:
        draft = entry.draft()
        title, _, description = entry.doc.partition("\n")
        return Vector(
            id=f"{self.name}/{entry.name}",
            title=title.rstrip("."),
            description=unwrap(description),
            tags=entry.tags,
            certificates=tuple(
                item.octets if isinstance(item, Certificate) else item
                for item in draft.certificates
            ),
            artifact=draft.artifact,
            repeats=draft.repeats,
            at=draft.at,
            time_dependent=draft.time_dependent,
            expectation=_with_sections(draft.expect, entry),
            provenance=entry.provenance or self._origin(entry),
            unconfirmed=entry.unconfirmed,
        )

    def _origin(self, entry: _Entry) -> str:
        known = (self._origins[tag] for tag in entry.tags if tag in self._origins)
        return next(known, f"RFC 9580, {', '.join(entry.rfc9580)}")


def _with_sections(expectation: Expectation, entry: _Entry) -> Expectation:
    return replace(
        expectation,
        rfc9580=expectation.rfc9580 or entry.rfc9580,
        rfc4880=expectation.rfc4880 or entry.rfc4880,
    )


def _name(function: Callable[..., Draft]) -> str:
    return function.__name__.replace("_", "-")


def _doc(function: Callable[..., Draft]) -> str:
    doc = inspect.getdoc(function)
    if not doc:
        raise ValueError(f"vector {function.__name__} has no description")
    return doc


def unwrap(text: str) -> str:
    """Join the lines of each paragraph; paragraphs are parted by an empty line."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).strip()
