"""A page per area for people: what each vector is about, made from the suites.

The pages are in ``docs/corpus``; ``pgp-accord vectors build`` renews them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.vector import Expectation, Suite, Vector
from vectors.markdown import cell, heading, table

_MADE = "Made by `pgp-accord vectors build` from `vectors/suites/{}`; do not edit it by hand."
_SUITES = Path(__file__).parent / "suites"


def area_page(suite: Suite) -> bytes:
    """Render the page of one area."""
    parts = [
        heading(1, suite.suite),
        _MADE.format(_source(suite.suite.replace("-", "_"))),
        *(cell(paragraph) for paragraph in suite.description.split("\n\n")),
        _count(suite),
        *(part for vector in suite.vectors for part in _vector(vector)),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def index_page(suites: Sequence[Suite]) -> bytes:
    """Render the list of areas."""
    rows = [
        (
            f"[{suite.suite}]({suite.suite}.md)",
            str(len(suite.vectors)),
            cell(suite.description.split("\n\n")[0]),
        )
        for suite in sorted(suites, key=lambda suite: suite.suite)
    ]
    total = sum(len(suite.vectors) for suite in suites)
    parts = [
        heading(1, "The corpus, area by area"),
        "Made by `pgp-accord vectors build`; do not edit it by hand. How vectors are written is in "
        "[vectors.md](../vectors.md); what is covered and what is not, in "
        "[COVERAGE.md](../../vectors/COVERAGE.md).",
        table(("area", "vectors", "about"), [*rows, ("**all**", str(total), "")]),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _source(identifier: str) -> str:
    """Name the module of an area, or its folder if it has several."""
    return f"{identifier}/" if (_SUITES / identifier).is_dir() else f"{identifier}.py"


def _count(suite: Suite) -> str:
    counts = Counter[str](vector.expectation.outcome for vector in suite.vectors)
    listed = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    return f"{len(suite.vectors)} vectors: {listed}."


def _vector(vector: Vector) -> Iterator[str]:
    yield heading(2, vector.id.partition("/")[2])
    yield f"**{cell(vector.title)}**"
    yield from (cell(paragraph) for paragraph in vector.description.split("\n\n") if paragraph)
    yield f"*{vector.expectation.outcome}* · {' · '.join(_facts(vector))}"


def _facts(vector: Vector) -> Iterator[str]:
    expectation = vector.expectation
    if expectation.classes:
        yield "for " + ", ".join(f"`{one}`" for one in expectation.classes)
    yield from _sections(expectation)
    if expectation.reason:
        yield cell(expectation.reason)
    if vector.unconfirmed:
        yield f"unconfirmed: {cell(vector.unconfirmed)}"
    yield f"tags {', '.join(vector.tags)}"
    yield f"idea: {cell(vector.provenance)}"


def _sections(expectation: Expectation) -> Iterator[str]:
    if expectation.rfc9580:
        yield f"RFC 9580 {', '.join(expectation.rfc9580)}"
    if expectation.rfc4880 or expectation.rfc4880_outcome:
        outcome = f" *{expectation.rfc4880_outcome}*" if expectation.rfc4880_outcome else ""
        yield f"RFC 4880 {', '.join(expectation.rfc4880)}{outcome}".rstrip()
