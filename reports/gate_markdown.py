"""The gate as Markdown, for GitHub's job summary and for a comment on a pull request.

Both say the result in the first line and are cut where GitHub would refuse them, with a sentence
that says so. A comment has a hidden mark, by which a bot finds the one that it wrote before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from harness.gated import Category, Difference, Faulty, Gated
from reports import gate_words as words
from reports.gate_words import Standing
from reports.safe import code, markdown
from reports.words import counted

MARK = "<!-- pgp-accord gate -->"
"""Stable between versions: bots search comments for it."""

SUMMARY_LIMIT = 1024 * 1024
"""Octets that GitHub takes for a step's summary."""
COMMENT_LIMIT = 65_536
"""Characters that GitHub takes for a comment; counted in octets here, to be on the safe side."""

_LONGEST_NAME = 200
_LONGEST_TEXT = 300


_RowOf: TypeAlias = Callable[[Difference], tuple[str, ...]]


@dataclass(frozen=True)
class _Section:
    """A part of the page that can be cut between rows."""

    head: str
    rows: tuple[str, ...] = ()
    tail: str = ""
    folded: bool = False


def summary(gated: Gated) -> bytes:
    """Write the text for ``$GITHUB_STEP_SUMMARY``."""
    return _fitted(_sections(gated), SUMMARY_LIMIT)


def comment(gated: Gated) -> bytes:
    """Write a comment for a pull request, with `MARK` in it."""
    return _fitted(_sections(gated, MARK), COMMENT_LIMIT)


def _sections(gated: Gated, mark: str = "") -> Iterator[_Section]:
    head = f"## {words.TOOL} {words.result(gated)}\n"
    if mark:
        head += f"\n{mark}\n"
    baseline, run = (code(name, _LONGEST_NAME) for name in (gated.baseline, gated.run))
    yield _Section(f"{head}\nBaseline {baseline}, run {run}.\n")
    yield from _list("### Versions changed", gated.upgrades)
    yield from _list("### Notes", gated.notes)
    for category in Category:
        found = [one for one in gated.failing if one.category is category]
        if found:
            yield _failing(category, found)
    if gated.faulty:
        yield _table(
            "### Faulty list entries",
            ("entry", "fault", "what to do"),
            map(_faulty_row, gated.faulty),
        )
    yield from _folded(
        "forgiven",
        words.those(gated, Standing.FORGIVEN),
        ("vector", "backend", "category", "what changed", "reason"),
        _forgiven_row,
    )
    yield from _folded(
        "not failing",
        words.those(gated, Standing.TOLERATED, Standing.HARMLESS),
        ("vector", "backend", "category", "what changed"),
        _row_with_category,
    )


def _failing(category: Category, found: Sequence[Difference]) -> _Section:
    head = f"### {words.title(category)}: {len(found)}\n\n{words.HELP[category]}"
    return _table(head, ("vector", "backend", "what changed"), map(_row, found))


def _list(head: str, lines: Sequence[str]) -> Iterator[_Section]:
    if lines:
        rows = tuple(f"- {markdown(line, _LONGEST_TEXT)}\n" for line in lines)
        yield _Section(f"\n{head}\n\n", rows)


def _folded(
    kind: str,
    found: Sequence[Difference],
    head: Sequence[str],
    row: _RowOf,
) -> Iterator[_Section]:
    if found:
        title = f"{counted(len(found), 'difference')} {kind}"
        table = _table(f"<details><summary>{title}</summary>", head, map(row, found))
        yield replace(table, tail="\n</details>\n", folded=True)


def _table(above: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> _Section:
    lines = (head, ["---"] * len(head), *rows)
    title, rule, *rest = (f"| {' | '.join(cells)} |\n" for cells in lines)
    return _Section(f"\n{above}\n\n{title}{rule}", tuple(rest))


def _row(one: Difference) -> tuple[str, ...]:
    vector = code(one.vector, _LONGEST_NAME) if one.vector else words.WHOLE_BACKEND
    backend = markdown(one.backend, _LONGEST_NAME)
    return vector, backend, markdown(words.changed(one), _LONGEST_TEXT)


def _row_with_category(one: Difference) -> tuple[str, ...]:
    vector, backend, told = _row(one)
    return vector, backend, words.name(one.category), told


def _forgiven_row(one: Difference) -> tuple[str, ...]:
    return *_row_with_category(one), markdown(words.because(one), _LONGEST_TEXT)


def _faulty_row(one: Faulty) -> tuple[str, ...]:
    source = markdown(one.entry.source, _LONGEST_NAME)
    return source, words.name(one.fault), markdown(one.detail, _LONGEST_TEXT)


def _fitted(sections: Iterable[_Section], limit: int) -> bytes:
    """Join sections, the first of them whole, the others with as many rows as there is room for.

    What is folded away gets what the rest leaves. Otherwise all have the same right to room, so
    that a flood of one kind hides no other.
    """
    first, *others = sections
    room = limit - _size(first.head) - _size(_cut(10**9, limit))
    shown = dict[int, tuple[str, ...]]()
    for folded in (False, True):
        places = [place for place, one in enumerate(others) if one.folded is folded]
        places.sort(key=lambda place: sum(map(_size, others[place].rows)))
        for waiting, place in zip(range(len(places), 0, -1), places, strict=True):
            shown[place], used = _beginning(others[place], room // waiting)
            room -= used
    text = [first.head]
    for place, section in enumerate(others):
        if shown[place]:
            text += [section.head, *shown[place], section.tail]
    left_out = sum(len(section.rows) - len(shown[n]) for n, section in enumerate(others))
    if left_out:
        text.append(_cut(left_out, limit))
    return "".join(text).encode()


def _beginning(section: _Section, room: int) -> tuple[tuple[str, ...], int]:
    """Give the rows for which there is room, and the room that the section takes with them."""
    used = _size(section.head) + _size(section.tail)
    for count, row in enumerate(section.rows):
        if used + _size(row) > room:
            return section.rows[:count], used if count else 0
        used += _size(row)
    return section.rows, used


def _cut(rows: int, limit: int) -> str:
    return (
        f"\n**Cut here:** {counted(rows, 'line')} more, since GitHub takes no more than "
        f"{limit // 1024} KiB. The output junit has everything.\n"
    )


def _size(text: str) -> int:
    return len(text.encode())
