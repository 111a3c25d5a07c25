"""One backend in another's place: what changes, and which finding says why.

Pure: stances and the book in, a comparison out. Where the stances come from (backends that were
asked, runs, baselines) it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.findings import Finding, both_reasons_right, explaining
from harness.outcomes import Stance, Verdict
from harness.vector import Corpus
from harness.versus import Compared, Contrast, contrasts


@dataclass(frozen=True)
class Party:
    """One backend, and what it said."""

    name: str
    version: str
    adapter: str
    """The name under which findings speak of it: without the version that was fetched."""
    profile: str
    stances: Mapping[str, Stance]
    """By vector."""


def compared(corpus: Corpus, book: Sequence[Finding], left: Party, right: Party) -> Compared:
    """Hold two backends against each other.

    Args:
        corpus: the vectors that the stances are about; it may hold more.
        book: the findings that may explain a difference.
        left: one side.
        right: the other.

    Returns:
        All differences on vectors that both were asked about.
    """
    vectors = {vector.id: vector for vector in corpus.vectors}
    found = tuple(contrasts(left.stances, right.stances))
    return Compared(
        left=f"{left.name} {left.version}".rstrip(),
        right=f"{right.name} {right.version}".rstrip(),
        profiles=(left.profile, right.profile),
        vectors=sum(
            {left.stances[each].verdict, right.stances[each].verdict} != {Verdict.SKIPPED}
            for each in left.stances.keys() & right.stances.keys()
        ),
        contrasted=found,
        findings={
            each.vector: tuple(
                dict.fromkeys(
                    finding.id
                    for stance, adapter in ((each.left, left.adapter), (each.right, right.adapter))
                    for finding in explaining(book, vectors[each.vector], stance, adapter)
                )
            )
            for each in found
        },
        both_right={
            each.vector
            for each in found
            if each.contrast is Contrast.CLASS
            and both_reasons_right(vectors[each.vector], each.left, each.right)
        },
    )
