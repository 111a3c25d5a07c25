"""Two sides against each other, on the terminal: one table, then what explains the differences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from harness.findings import Finding
from harness.vector import Corpus
from harness.versus import SILENT, Compared, Contrast, Contrasted
from reports import words
from reports.layout import Page, heading, listing, table
from reports.safe import terminal

MEANINGS = {
    Contrast.KEY: "accepted by both, as signed by different keys",
    Contrast.LEFT_ACCEPTS: "accepted by {left}, rejected by {right}",
    Contrast.RIGHT_ACCEPTS: "accepted by {right}, rejected by {left}",
    Contrast.EACH_ACCEPTS: "each accepts a signature that the other rejects",
    Contrast.CLASS: "rejected by both, for reasons that exclude each other",
    Contrast.LEFT_ANSWERS: "no answer of {right}",
    Contrast.RIGHT_ANSWERS: "no answer of {left}",
}


def renderable(
    corpus: Corpus, book: Sequence[Finding], compared: Sequence[Compared]
) -> RenderableType:
    """Show where sides differ.

    Args:
        corpus: what was asked about.
        book: the findings that explain.
        compared: one for each pair of backends.
    """
    return Page(part for each in compared for part in _parts(corpus, book, each))


def _parts(corpus: Corpus, book: Sequence[Finding], compared: Compared) -> Iterator[RenderableType]:
    asked = words.counted(compared.vectors, "vector")
    yield terminal(f"{compared.left} and {compared.right}, {asked}", style="bold")
    if compared.profiles[0] != compared.profiles[1]:
        yield terminal(f"under profile {compared.profiles[0]} and {compared.profiles[1]}")
    if not compared.contrasted:
        yield Text("\nThey do not differ.\n")
        return
    yield Text("")
    yield _table(compared)
    titles = {finding.id: finding.title for finding in book}
    outcomes = {vector.id: vector.expectation.outcome for vector in corpus.vectors}
    by_findings: defaultdict[tuple[str, ...], list[Contrasted]] = defaultdict(list)
    for one in compared.contrasted:
        by_findings[compared.findings.get(one.vector, ())].append(one)
    unexplained = by_findings.pop((), [])
    for ids, group in sorted(by_findings.items(), key=lambda item: (-len(item[1]), item[0])):
        yield heading(f"{'; '.join(titles[each] for each in ids)}: {len(group)}", " ".join(ids))
        yield _list(group, outcomes)
    if wanting := compared.unexplained:
        yield heading(f"Not explained by the book: {len(wanting)}")
        yield _list(wanting, outcomes)
    if right := [one for one in unexplained if one.vector in compared.both_right]:
        yield heading(f"Each gives a reason that is right: {len(right)}")
        yield _list(right, outcomes)
    if silent := [one for one in unexplained if one.contrast in SILENT]:
        yield heading(f"One of them has no answer: {len(silent)}")
        yield _list(silent, outcomes)
    yield Text("")


def _table(compared: Compared) -> RenderableType:
    counts = Counter(one.contrast for one in compared.contrasted)
    left, right = compared.left, compared.right
    grid = table(2)
    grid.add_column("vectors", justify="right")
    grid.add_column("explained", justify="right")
    grid.add_column("they differ", overflow="fold")
    for contrast, meaning in MEANINGS.items():
        if not counts[contrast]:
            continue
        of_kind = [one for one in compared.contrasted if one.contrast is contrast]
        explained = sum(map(compared.explains, of_kind))
        shown = "" if contrast in SILENT else str(explained)
        grid.add_row(str(counts[contrast]), shown, terminal(meaning.format(left=left, right=right)))
    agreeing = compared.vectors - len(compared.contrasted)
    grid.add_row(str(agreeing), "", "not at all", style="dim")
    return grid


def _list(contrasted: Sequence[Contrasted], outcomes: Mapping[str, str]) -> RenderableType:
    grid = listing()
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold", style="dim")
    grid.add_column(overflow="fold")
    for one in contrasted:
        grid.add_row(
            terminal(one.vector),
            str(outcomes[one.vector]),
            terminal(f"{words.stance(one.left)} | {words.stance(one.right)}"),
        )
    return grid
