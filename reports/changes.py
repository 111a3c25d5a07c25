"""What changes for a caller who moves from one backend to another, on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from harness.backend import BackendRecord
from harness.change import Change
from harness.compare import native_differs
from harness.judge import describe_classes, describe_key
from harness.outcomes import Observation, Verdict
from harness.vector import Corpus, Vector
from reports import words
from reports.layout import Page, heading, listing
from reports.safe import terminal

MEANINGS = {
    Change.NEWLY_ACCEPTED: "accepted there, and not here",
    Change.OTHER_KEY: "accepted by both, as signed by different keys",
    Change.VANISHED: "an answer here, none there",
    Change.NEWLY_REJECTED: "accepted here, and not there",
    Change.NEW_ERROR: "an error there, and not here",
    Change.OTHER_CLASS: "rejected by both, for reasons that exclude each other",
    Change.NEWLY_ANSWERED: "no answer here, rejected there",
}


@dataclass(frozen=True)
class Changed:
    """One vector on which something changes.

    Attributes:
        vector: the vector.
        change: what changes.
        before: what the first backend says.
        after: what the second one says.
    """

    vector: Vector
    change: Change
    before: Observation
    after: Observation


def renderable(
    corpus: Corpus, records: Sequence[BackendRecord], changed: Sequence[Changed]
) -> RenderableType:
    """Show every change, the gravest first.

    Args:
        corpus: what was asked.
        records: of the two backends, the one that is left first.
        changed: in the order of the vectors' ids.
    """
    return Page(_parts(corpus, records, changed))


def _parts(
    corpus: Corpus, records: Sequence[BackendRecord], changed: Sequence[Changed]
) -> Iterator[RenderableType]:
    here, there = (words.version(record) for record in records)
    asked = words.counted(len(corpus.vectors), "vector")
    yield terminal(f"From {here} (here) to {there} (there), {asked}", style="bold")
    counts = Counter(one.change for one in changed)
    if not changed:
        yield Text("\nNothing changes.")
        return
    for change, meaning in MEANINGS.items():
        if not counts[change]:
            continue
        yield heading(f"{change.replace('_', ' ').capitalize()}: {counts[change]}", meaning)
        yield _list(one for one in changed if one.change is change)
    differing = sum(native_differs(one.after) for one in changed)
    if differing:
        yield Text(f"\nOn {differing} of these, the usual call or exit code there says otherwise.")


def _list(changed: Iterable[Changed]) -> RenderableType:
    grid = listing()
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold", style="dim")
    grid.add_column(overflow="fold")
    for one in changed:
        grid.add_row(
            terminal(one.vector.id),
            str(one.vector.expectation.outcome),
            terminal(f"{_said(one.before)} → {_said(one.after)}"),
        )
    return grid


def _said(observation: Observation) -> str:
    match observation.verdict:
        case Verdict.ACCEPTED:
            return f"accepted {words.listed(map(describe_key, observation.keys))}"
        case Verdict.REJECTED:
            return f"rejected ({describe_classes(observation.classes)})"
        case verdict:
            return str(verdict)
