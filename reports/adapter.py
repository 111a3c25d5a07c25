"""``pgp-accord adapter check`` on a terminal: every check, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from harness.conformance import Outcome, Report, Result
from reports.layout import Page, listing
from reports.safe import Quoted, plain

_MARKS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "bold red"),
    Outcome.NOT_APPLICABLE: ("–", "dim"),
    Outcome.NOT_TRIED: ("–", "dim"),
}
_MOST_LINES = 12


def renderable(report: Report) -> RenderableType:
    """Lay out how an adapter did."""
    return Page(_parts(report))


def _parts(report: Report) -> Iterator[RenderableType]:
    said = report.description
    version = f"  {plain(said.name)} {plain(said.version)}" if said else ""
    yield Text.assemble((plain(report.backend), "bold"), version)
    grid = listing()
    for found, group in groupby(report.results, key=_reason_of_omission):
        results = list(group)
        if found and len(results) > 1:
            mark, style = _MARKS[Outcome.NOT_TRIED]
            names = ", ".join(result.check for result in results)
            grid.add_row(Text(mark, style), Text("the others", style), Text(names, style))
            grid.add_row("", "", Text(found, style))
            continue
        for result in results:
            mark, style = _MARKS[result.outcome]
            dim = "dim" if result.outcome is Outcome.NOT_APPLICABLE else ""
            grid.add_row(Text(mark, style), Text(result.check, dim), Text(result.sentence, dim))
            if result.found:
                grid.add_row("", "", Quoted(result.found, style=dim, most=_MOST_LINES))
    yield grid
    yield Text("")
    yield Text(_summary(report))


def _reason_of_omission(result: Result) -> str:
    return result.found if result.outcome is Outcome.NOT_TRIED else ""


def _summary(report: Report) -> str:
    if not report.faults:
        return "All is well."
    return "1 check failed." if report.faults == 1 else f"{report.faults} checks failed."
