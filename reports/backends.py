"""``pgp-accord backends`` on a terminal: what is here, proven, and how to get the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from backends.variants import Record
from harness.backend import BackendRecord, Clock, Description, State
from reports.layout import MIN_NAME_WIDTH, Page
from reports.safe import Quoted, plain

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


_GAP = 2


def renderable(records: Sequence[BackendRecord]) -> RenderableType:
    """Lay out backends as they settled.

    Args:
        records: in the order to show them.

    Commands may be wider than the console: print it with ``crop=False``.
    """
    return Page(part for record in records for part in _parts(record))


def brought(record: Record) -> str:
    """Say in a line what was fetched."""
    own, *others = record.packages
    needed = f" and {len(others)} more" if others else ""
    return f"{own.name} {own.version}{needed} from {record.source} on {record.fetched:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text that is broken between its pieces."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be pasted into a shell."""

    text: str


class _Facts:
    """What is known of a backend, each line with a label before it.

    Lines are broken between pieces only, but for a piece that is wider than a line. A command is
    not broken at all: it is there to be pasted.
    """

    def __init__(self, facts: Sequence[tuple[str, Quoted | Pieces | Command]]) -> None:
        self._facts = facts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        column = max((len(label) for label, _ in self._facts), default=0) + _GAP
        room = max(options.max_width - _GAP - column, MIN_NAME_WIDTH)
        for label, fact in self._facts:
            match fact:
                case Quoted():
                    lines = [*console.render_lines(fact, options.update_width(room), pad=False)]
                    shown = [
                        Text.assemble(*((s.text, s.style or "") for s in line)) for line in lines
                    ]
                case Command(text=text):
                    shown = [Text(plain(text))]
                case Pieces(pieces=pieces):
                    shown = [Text(line) for line in _filled(console, pieces, room)]
            for number, line in enumerate(shown):
                first = "" if number else label
                whole = Text(no_wrap=True, overflow="ignore")
                whole.append(f"{'':{_GAP}}{first:{column}}", style="dim").append_text(line)
                whole.rstrip()
                yield whole


def _filled(console: Console, pieces: Sequence[str], room: int) -> Iterator[str]:
    """Put as many pieces into each line as it has room for."""
    line = ""
    for piece in map(plain, pieces):
        longer = f"{line} {piece}" if line else piece
        if cell_len(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        *full, last = Text(piece).wrap(console, room, overflow="fold")
        yield from (text.plain.rstrip() for text in full)
        line = last.plain
    yield line


class _Title:
    """A backend's name, version and state; where it needs more lines, these are indented, so that
    no version can pass for a title.
    """

    def __init__(self, record: BackendRecord) -> None:
        mark, style = _MARKS[record.state]
        version = record.description.version if record.description else ""
        behind = f" {plain(version)}" if version else ""
        self._text = Text.assemble((plain(record.name), "bold"), f"{behind}  ", (mark, style))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(options.max_width - _GAP, MIN_NAME_WIDTH)
        if self._text.cell_len <= options.max_width:
            room = options.max_width
        for number, line in enumerate(self._text.wrap(console, room, overflow="fold")):
            line.rstrip()
            yield Text(" " * _GAP if number else "").append_text(line)


def _parts(record: BackendRecord) -> Iterator[RenderableType]:
    yield _Title(record)
    yield _Facts(tuple(_facts(record)))
    yield Text("")


def _facts(record: BackendRecord) -> Iterator[tuple[str, Quoted | Pieces | Command]]:
    if record.reason:
        yield "why", Quoted(record.reason)
    if record.origin:
        yield "from", Pieces((record.origin,))
    if record.install:
        yield "install", Command(record.install)
    if record.description and record.state is State.USABLE:
        yield from _proven(record.description)


def _proven(description: Description) -> Iterator[tuple[str, Pieces]]:
    if description.components:
        *parts, last = (
            f"{name} {version}" for name, version in sorted(description.components.items())
        )
        yield "inside", Pieces((*(f"{part}," for part in parts), last))
    capabilities = description.capabilities
    yield "verifies", Pieces((", ".join(sorted(capabilities.formats)),))
    yield "reports", Pieces((" and ".join(sorted(capabilities.reports)) + " key",))
    yield "clock", Pieces((_CLOCKS[capabilities.clock],))
    for note in description.notes:
        yield "note", Pieces(tuple(note.split(" ")))
