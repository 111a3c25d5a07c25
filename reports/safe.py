"""What came from vectors, backends and users, made harmless for the place where it is shown:
terminal, Markdown, GitHub's workflow commands, SARIF. For XML and other JSON, `plain` suffices.

User IDs, file names, notations, standard error: an attacker writes them. Every renderer passes
each such text through one of these functions; nothing else in ``reports`` knows how to escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from harness.openpgp import harmless

_CUT = "…"


def plain(text: str, limit: int | None = None) -> str:
    r"""Give a text as a single line that only prints: whatever could act on a terminal, break the
    line or reorder it is shown as an escape (``\x1b``, ``\x0a``, ``\u202e``), and so is the
    backslash itself.

    Args:
        text: anything, lone surrogates included.
        limit: length in characters to cut to, if it is longer.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + _CUT
    return harmless(text)


def terminal(text: str, style: str = "", limit: int | None = None) -> Text:
    """Give a text as a single line for rich, in which ``[red]`` is just that."""
    return Text(plain(text, limit), style=style)


class Quoted:
    """A text of several lines for rich, each behind a gutter, wrapped ones too, so that none of
    them can pass for a line of ours.

    Args:
        text: anything; lines end with a line feed, carriage returns before it are dropped.
        style: of the text, not of the gutter.
        most: number of lines to show; the rest is counted.
    """

    GUTTER = "│ "
    _WIDEST = 2  # cells that a wide character takes, and so the least a line must have
    HANGING = 4
    """How much further than its beginning the rest of a wrapped line is indented."""

    def __init__(self, text: str, style: str = "", most: int | None = None) -> None:
        lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
        self._left_out = 0 if most is None else max(len(lines) - most, 0)
        shown = lines[: len(lines) - self._left_out]
        self._lines = [Text(plain(line.expandtabs(4)), style=style) for line in shown]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(options.max_width - len(self.GUTTER), self._WIDEST)
        for line in self._lines:
            for piece in self._wrapped(line, console, room):
                yield Text.assemble((self.GUTTER, "dim"), piece)
        if self._left_out:
            yield Text(f"… and {self._left_out} lines more", style="dim")

    def _wrapped(self, line: Text, console: Console, room: int) -> Iterable[Text]:
        if line.cell_len <= room:
            return [line]
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        hanging = min(indent + self.HANGING, room // 2, room - self._WIDEST)
        pieces = line[min(indent, hanging) :].wrap(console, room - hanging, overflow="fold")
        indents = [min(indent, hanging), *[hanging] * (len(pieces) - 1)]
        return [Text(" " * n) + piece for n, piece in zip(indents, pieces, strict=True)]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max(line.cell_len for line in self._lines) + len(self.GUTTER)
        return Measurement(min(20, options.max_width), min(widest, options.max_width))


_MARKDOWN_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "&<>|\\`*[]~#$!@"}
_EMPHASIS = re.compile(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")  # not so inside a word
_LINK = re.compile(r"://|(?i:www)\.")


def markdown(text: str, limit: int | None = None) -> str:
    """Give a text as prose for Markdown, table cells included: no markup, HTML, link or mention
    comes of it, and it stays on its line.
    """
    safe = plain(text, limit).translate(_MARKDOWN_ENTITIES)
    safe = safe.replace("&#64;", "&#64;&#8203;")  # a sign of no width: nobody gets notified
    safe = _EMPHASIS.sub("&#95;", safe)
    safe = _LINK.sub(lambda found: found[0][:-1] + "&#8203;" + found[0][-1], safe)
    # What means something at the start of a line only.
    return re.sub(r"^(\s*)([-+=:]|\d+(?=[.)](?:\s|$)))", _entity_after_blanks, safe)


def code(text: str, limit: int | None = None) -> str:
    """Give a text verbatim as a code span for Markdown, table cells included.

    The two signs that could end the span or the cell, backtick and bar, are shown as escapes.
    """
    inside = plain(text, limit).replace("`", "\\x60").replace("|", "\\x7c")
    return f"`{inside}`" if inside.strip() else "(empty)"


_COMMAND_DATA = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_COMMAND_PROPERTY = _COMMAND_DATA | {ord(":"): "%3A", ord(","): "%2C"}


def workflow_data(text: str, limit: int | None = None) -> str:
    """Give a text for the message of a GitHub workflow command (``::error::message``).

    Source: GitHub's documentation of workflow commands, and the toolkit that issues them.
    """
    return plain(text, limit).translate(_COMMAND_DATA)


def workflow_property(text: str, limit: int | None = None) -> str:
    """Give a text for a property of a GitHub workflow command (``::error title=text::``)."""
    return plain(text, limit).translate(_COMMAND_PROPERTY)


_SARIF_SIGNS = {ord(sign): f"\\x{ord(sign):02x}" for sign in "[]{}"}


def sarif_message(text: str, limit: int | None = None) -> str:
    """Give a text for a message of a SARIF file, in which brackets are links and braces are
    placeholders (SARIF 2.1.0, 3.11.5 and 3.11.6): both are shown as escapes.
    """
    return plain(text, limit).translate(_SARIF_SIGNS)


def _entity_after_blanks(found: re.Match[str]) -> str:
    return found[1] + "".join(f"&#{ord(sign)};" for sign in found[2])
