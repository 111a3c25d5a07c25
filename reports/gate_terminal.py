"""The gate on the terminal: what differs, the gravest first, and whether that may pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from harness.gate import Category, Difference, Gated
from reports import gate_words as words
from reports.gate_words import Standing
from reports.layout import Page, heading, listing
from reports.safe import terminal

MOST = 100
"""Differences of one category that are listed; the rest is counted."""
FEW = 10
"""Likewise of those that are forgiven."""
_LONGEST = 300


def renderable(gated: Gated) -> RenderableType:
    """Show what the gate found; the last line says whether it passed."""
    return Page(_parts(gated))


def _parts(gated: Gated) -> Iterator[RenderableType]:
    yield Text.assemble(
        ("Gate: ", "bold"),
        terminal(gated.run, style="bold"),
        " against ",
        terminal(gated.baseline, style="bold"),
        f", {words.pairs(gated)}",
    )
    yield from _lines("Versions", "a change may explain what is named beside it", gated.upgrades)
    yield from _lines("Note", "", gated.notes)
    for standing, remark in _REMARKS.items():
        yield from _categories(words.those(gated, standing), remark)
    forgiven = words.those(gated, Standing.FORGIVEN)
    if forgiven:
        yield heading(f"Forgiven: {len(forgiven)}", "a list says that they may be")
        yield from _list(forgiven, FEW, _reason)
    if gated.faulty:
        yield heading(f"Faulty list entries: {len(gated.faulty)}", "each fails the gate")
        yield _faults(gated)
    yield from _advice(gated)
    result, _, _ = words.result(gated).rpartition("; ")  # how many were compared, the head says
    yield Text(f"\nGate {result}", style="bold green" if gated.passed else "bold red")


_REMARKS = {
    Standing.FAILS: "",
    Standing.TOLERATED: "; does not fail, by --fail-on",
    Standing.HARMLESS: "; does not fail",
}


def _lines(title: str, remark: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if lines:
        yield heading(title, remark)
        yield from (terminal(line, limit=_LONGEST) for line in lines)


def _categories(found: Sequence[Difference], remark: str) -> Iterator[RenderableType]:
    for category in Category:
        these = [one for one in found if one.category is category]
        if these:
            title = f"{words.title(category)}: {len(these)}"
            yield heading(title, words.MEANINGS[category] + remark)
            yield from _list(these, MOST, _change)


def _list(
    found: Sequence[Difference], most: int, tell: Callable[[Difference], Text]
) -> Iterator[RenderableType]:
    grid = listing()
    for _ in range(3):
        grid.add_column(overflow="fold")
    for one in found[:most]:
        grid.add_row(terminal(words.vector(one)), terminal(one.backend), tell(one))
    yield grid
    if len(found) > most:
        yield Text(f"… and {len(found) - most} more; --output junit=FILE lists all", style="dim")


def _change(difference: Difference) -> Text:
    text = terminal(difference.detail, limit=_LONGEST)
    if difference.upgrade:
        text.append_text(Text("  ")).append_text(
            terminal(f"[{difference.upgrade}]", style="dim", limit=_LONGEST)
        )
    return text


def _reason(difference: Difference) -> Text:
    said = f"{words.name(difference.category)}; {words.because(difference)}"
    return terminal(said, limit=_LONGEST)


def _faults(gated: Gated) -> RenderableType:
    grid = listing()
    for _ in range(3):
        grid.add_column(overflow="fold")
    for one in gated.faulty:
        grid.add_row(
            terminal(one.entry.source),
            words.name(one.fault),
            terminal(one.detail, limit=_LONGEST),
        )
    return grid


def _advice(gated: Gated) -> Iterator[RenderableType]:
    """Say what to do next, where there is anything."""
    update = "pgp-accord baseline update"
    if gated.failing:
        yield Text(f"\nIf this is meant, list it as known, with its reason, or run {update}.")
    elif not all(one.forgiven for one in gated.differences):
        yield Text(f"\nTo take this in, run {update}.")
