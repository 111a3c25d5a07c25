"""The gate as GitHub's workflow commands, which become annotations of the workflow's run.

To be printed on a step's standard output. GitHub shows ten annotations of each kind for a step
and drops the rest without a word: nine are written here, and a last line that sums up.
A vector is no line of the user's files, so annotations name none; faulty entries name their list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from harness.gated import Category, Difference, Faulty, Gated
from reports import gate_words as words
from reports.gate_words import Standing
from reports.safe import workflow_data, workflow_property

SHOWN = 10
"""How many annotations of a kind GitHub shows for a step."""
_LONGEST_PROPERTY = 400
_LONGEST_MESSAGE = 1000


def render(gated: Gated) -> bytes:
    """Write errors for what fails (differences before lists), warnings for what the user lets
    pass, notices for the rest, by category.
    """
    errors = [
        *(_difference("error", one) for one in gated.failing),
        *map(_faulty, gated.faulty),
    ]
    warnings = [_difference("warning", one) for one in words.those(gated, Standing.TOLERATED)]
    notices = [
        *(_command("notice", "Note", line) for line in gated.notes),
        *_by_category(Standing.FORGIVEN, gated),
        *_by_category(Standing.HARMLESS, gated),
    ]
    lines, left_out = [], 0
    for kind in (errors, warnings, notices):
        lines += kind[: SHOWN - 1]
        left_out += len(kind[SHOWN - 1 :])
    return "".join(f"{line}\n" for line in [*lines, _sum(gated, left_out)]).encode()


def _command(kind: str, title: str, message: str, file: str = "") -> str:
    properties = {"title": title, "file": file}
    given = ",".join(
        f"{key}={workflow_property(value, _LONGEST_PROPERTY)}"
        for key, value in properties.items()
        if value
    )
    return f"::{kind} {given}::{workflow_data(message, _LONGEST_MESSAGE)}"


def _difference(kind: str, one: Difference) -> str:
    title = f"{words.title(one.category)}: {one.backend}"
    return _command(kind, title, f"{words.vector(one)}: {words.told(one)}")


def _faulty(found: Faulty) -> str:
    title = f"{words.title(found.fault)} list entry: {found.entry.source}"
    return _command("error", title, found.detail, words.list_file(found.entry))


def _by_category(standing: Standing, gated: Gated) -> Iterator[str]:
    found = words.those(gated, standing)
    for category in Category:
        backends = Counter(one.backend for one in found if one.category is category)
        if backends:
            title = f"{words.title(category)} ({standing})"
            yield _command("notice", title, f"{backends.total()} in all: {_counts(backends)}")


def _counts(backends: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(backends.items()))


def _sum(gated: Gated, left_out: int) -> str:
    parts: Sequence[str] = [words.result(gated), *_gravest(gated.failing)]
    if left_out:
        parts = [
            *parts,
            f"{left_out} annotations more than GitHub shows: the output junit has everything",
        ]
    kind = "notice" if gated.passed else "error"
    return _command(kind, words.TOOL, "; ".join(parts))


def _gravest(failing: Iterable[Difference]) -> Iterator[str]:
    counts = Counter(one.category for one in failing)
    if counts:
        ordered = (category for category in Category if counts[category])
        yield ", ".join(f"{counts[one]} {words.name(one)}" for one in ordered)
