"""``pgp-accord backends`` on a terminal: what is here, proven, and how to get the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from backends.variants import Record
from harness.backend import BackendRecord, Clock, Description, State
from reports.layout import Page, listing
from reports.safe import Quoted, plain, terminal

_MARKS = {
    State.USABLE: ("✓ usable", "green"),
    State.ABSENT: ("– absent", "dim"),
    State.UNUSABLE: ("✗ unusable", "bold red"),
}

_CLOCKS = {
    Clock.NATIVE: "set by an option of its own",
    Clock.LIBFAKETIME: "set by libfaketime",
    Clock.NONE: "the machine's; cannot be set",
}


def renderable(records: Sequence[BackendRecord]) -> RenderableType:
    """Lay out backends as they settled.

    Args:
        records: in the order to show them.
    """
    return Page(part for record in records for part in _parts(record))


def brought(record: Record) -> str:
    """Say in a line what was fetched."""
    own, *others = record.packages
    needed = f" and {len(others)} more" if others else ""
    return f"{own.name} {own.version}{needed} from {record.source} on {record.fetched:%Y-%m-%d}"


def _parts(record: BackendRecord) -> Iterator[RenderableType]:
    mark, style = _MARKS[record.state]
    version = plain(record.description.version) if record.description else ""
    yield Text.assemble((plain(record.name), "bold"), f" {version}  ", (mark, style))
    grid = listing()
    if record.reason:
        grid.add_row(Text("  why", style="dim"), Quoted(record.reason))
    for name, text in _facts(record):
        grid.add_row(Text(f"  {name}", style="dim"), terminal(text))
    yield grid
    yield Text("")


def _facts(record: BackendRecord) -> Iterator[tuple[str, str]]:
    if record.origin:
        yield "from", record.origin
    if record.install:
        yield "install", record.install
    if record.description and record.state is State.USABLE:
        yield from _proven(record.description)


def _proven(description: Description) -> Iterator[tuple[str, str]]:
    if description.components:
        parts = sorted(description.components.items())
        yield "inside", ", ".join(f"{name} {version}" for name, version in parts)
    capabilities = description.capabilities
    yield "verifies", ", ".join(sorted(capabilities.formats))
    yield "reports", " and ".join(sorted(capabilities.reports)) + " key"
    yield "clock", _CLOCKS[capabilities.clock]
    for note in description.notes:
        yield "note", note
