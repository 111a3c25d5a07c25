"""How tables, headings and lists look on a terminal, and what becomes of them without Unicode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

_ASCII = str.maketrans("✓–—…·│─×→━╸╺", "+--~.|-x>=  ")


_RULE_BELOW_HEAD = Box(
    "    \n    \n ── \n    \n    \n    \n    \n    \n",
    ascii=True,  # not so, but `Page` takes care of it better than rich's substitute
)


class Page:
    """Some renderables, one below the other, which also show on a terminal without Unicode."""

    def __init__(self, parts: Iterable[RenderableType]) -> None:
        self.parts = tuple(parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        group = Group(*self.parts)
        if not options.ascii_only:
            yield group
            return
        for text, style, control in console.render(group, options):
            plain = text.translate(_ASCII).encode("ascii", "replace").decode("ascii")
            yield Segment(plain, style, control)


def heading(text: str, remark: str = "") -> Text:
    """The title of a section, with a remark behind it."""
    return Text.assemble("\n", (text, "bold"), ("  " if remark else ""), (remark, "dim"))


def table(gap: int = 1) -> Table:
    """An empty table in the style of all others: a rule below its head, no frame.

    Args:
        gap: blanks between columns, at least one.
    """
    return Table(
        box=_RULE_BELOW_HEAD,
        show_edge=False,
        header_style="",
        pad_edge=False,
        padding=(0, gap - 1, 0, 0),
    )


def listing() -> Table:
    """An empty table without head or rules, for lists."""
    return Table.grid(padding=(0, 2, 0, 0))


class Matrix:
    """A table of short cells that loses none of its columns on a narrow terminal: those that do
    not fit beside the names follow in another table below.

    Args:
        head: of the column with the rows' names, like every head of one line or more.
        names: of the rows.
        columns: head and cells of each; all heads have as many lines.
        gap: blanks between columns.
    """

    def __init__(
        self,
        head: str,
        names: Sequence[Text],
        columns: Sequence[tuple[Text, Sequence[Text]]],
        gap: int = 1,
    ) -> None:
        self._head = head
        self._names = names
        self._columns = columns
        self._gap = gap

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        names = max(width(text) for text in [Text(self._head), *self._names])
        names = min(names, max(options.max_width // 3, MIN_NAME_WIDTH))
        room = options.max_width - names
        widths = [max(width(t) for t in (head, *cells)) for head, cells in self._columns]
        start = 0
        for number in columns_that_fit([w + self._gap for w in widths], room):
            if start:
                yield Text("")
            yield self._table(names, slice(start, start + number))
            start += number

    def _table(self, names: int, which: slice) -> Table:
        grid = table(self._gap)
        grid.add_column(self._head, no_wrap=True, overflow="ellipsis", width=names)
        columns = self._columns[which]
        for head, _ in columns:
            grid.add_column(head, justify="right", no_wrap=True, overflow="ellipsis")
        for number, name in enumerate(self._names):
            grid.add_row(name, *(cells[number] for _, cells in columns))
        return grid


class Entries:
    """A list of two texts each, behind a sign; the first gets the room it needs, as far as that
    leaves any for the second.
    """

    def __init__(self, sign: Text, entries: Sequence[tuple[Text, Text]]) -> None:
        self._sign = sign
        self._entries = entries

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - width(self._sign) - 2 - 2
        first = min(max(width(text) for text, _ in self._entries), max(room - MIN_NAME_WIDTH, 1))
        grid = listing()
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold", width=first)
        grid.add_column(overflow="fold")
        for entry in self._entries:
            grid.add_row(self._sign, *entry)
        yield grid


MIN_NAME_WIDTH = 12
"""Columns that the names of a matrix's rows may take however narrow the terminal is."""


def width(text: Text) -> int:
    """The columns of a terminal that a text's widest line takes."""
    return max((cell_len(line) for line in text.plain.split("\n")), default=0)


def columns_that_fit(widths: list[int], room: int) -> list[int]:
    """Say how many columns go into each of several tables, one below the other.

    Args:
        widths: of each column, with its padding.
        room: width of a table's part for these columns.
    """
    tables: list[int] = []
    used = room
    for width in widths:
        if used + width > room or not tables:
            tables.append(0)
            used = 0
        tables[-1] += 1
        used += width
    return tables
