"""What the divergence book explains of a run, and what nobody explains, on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from harness.findings import Cluster, Finding, Ledger, Staleness, under_review
from reports.layout import Page, heading, listing
from reports.safe import terminal
from reports.words import counted, listed

_SHOWN_IDS = 6


def renderable(
    findings: Sequence[Finding],
    ledger: Ledger,
    versions: Mapping[str, str],
    *,
    every: bool = False,
) -> RenderableType:
    """Show the ledger: counts, unexplained clusters, stale findings.

    Args:
        findings: the book.
        ledger: of the book and a run.
        versions: of the backends that took part.
        every: show all clusters and all ids, however many.
    """
    return Page(_parts(findings, ledger, versions, every=every))


def _parts(
    findings: Sequence[Finding], ledger: Ledger, versions: Mapping[str, str], *, every: bool
) -> Iterator[RenderableType]:
    asked = listed(f"{name} {version}".rstrip() for name, version in versions.items())
    yield terminal(f"{counted(len(findings), 'finding')}, held against {asked}", style="bold")
    yield _counts(ledger)
    if ledger.clusters:
        yield from _unexplained(ledger, every=every)
    stale = [one for one in ledger.stale if one.staleness is Staleness.STALE]
    gone = [one for one in ledger.stale if one.staleness is Staleness.GONE]
    if stale:
        yield heading(f"Stale: {len(stale)}", "explains nothing where it was reduced; mend it")
        yield _list((one.finding, one.part) for one in stale)
    if gone:
        yield heading(f"Gone: {len(gone)}", "explains nothing on another version; say so there")
        yield _list((one.finding, one.part) for one in gone)
    yield Text("")
    yield Text(_verdict(ledger, len(stale), under_review(ledger, findings)), style="bold")


def _counts(ledger: Ledger) -> RenderableType:
    every = Counter(answer.backend for answer in ledger.departures)
    left = Counter(answer.backend for answer in ledger.unexplained_departures)
    grid = listing()
    for _ in range(3):
        grid.add_column(justify="right")
    grid.add_column(overflow="fold")
    grid.add_row("explained", "not", "", "", style="dim")
    for backend in sorted(every):
        explained = every[backend] - left[backend]
        grid.add_row(str(explained), str(left[backend]), "", terminal(f"departures of {backend}"))
    unexplained = len(ledger.unexplained_splits)
    splits = "vectors where the texts or a policy decide, and backends split"
    grid.add_row(str(len(ledger.splits) - unexplained), str(unexplained), "", splits)
    return grid


def _unexplained(ledger: Ledger, *, every: bool) -> Iterator[RenderableType]:
    shown = ledger.clusters if every else ledger.clusters[:_MOST_CLUSTERS]
    number = counted(len(ledger.clusters), "cluster")
    yield heading(f"Unexplained: {ledger.unexplained}", f"in {number}, the largest first")
    for cluster in shown:
        yield from _cluster(cluster, every=every)
    if left := len(ledger.clusters) - len(shown):
        yield Text(f"\n… and {counted(left, 'cluster')} more; --all shows them", style="dim")


_MOST_CLUSTERS = 10


def _cluster(cluster: Cluster, *, every: bool) -> Iterator[RenderableType]:
    size = counted(len(cluster.vectors), "vector")
    yield Text("")
    yield terminal(f"{size}: {', '.join(cluster.backends)}")
    yield terminal(f"  {cluster.what}")
    if len(cluster.vectors) > 1 and cluster.shared:
        yield terminal(f"  shared: {' '.join(cluster.shared)}", style="dim")
    ids = cluster.vectors if every else cluster.vectors[:_SHOWN_IDS]
    more = len(cluster.vectors) - len(ids)
    yield terminal(f"  {' '.join(ids)}{f' … and {more} more' if more else ''}", style="dim")


def _list(rows: Iterator[tuple[str, str]]) -> RenderableType:
    grid = listing()
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(*map(terminal, row))
    return grid


def _verdict(ledger: Ledger, stale: int, waiting: int) -> str:
    if not ledger.total:
        return "Nothing wants explaining: no backend departs, and none split."
    explained = ledger.total - ledger.unexplained - waiting
    share = 100 * explained // ledger.total
    text = f"Explained: {explained} of {ledger.total} ({share} %)"
    if waiting:
        text += f"; under review: {waiting}"
    if ledger.unexplained or stale:
        text += f"; unexplained: {ledger.unexplained}"
        return f"{text}; stale: {stale}." if ledger.whole else f"{text}. {_NOT_STALE}"
    if not ledger.whole:
        return f"{text}. Nothing is unexplained. {_NOT_STALE}"
    return f"{text}. Nothing is unexplained, and no finding is stale."


_NOT_STALE = "Which findings are stale can be told by a run of the whole corpus only."
