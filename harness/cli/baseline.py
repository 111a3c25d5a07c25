"""``pgp-accord baseline``: write and renew what the gate compares with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from harness.baseline import Baseline, UnfitRunError, Update, baseline_of, update
from harness.baseline_file import read_baseline, write_baseline
from harness.cli.exits import Exit, Stop
from harness.cli.options import user_errors
from harness.cli.results import LAST_RUN
from harness.openpgp import harmless
from harness.run import read_run

_MOST = 20
"""Changed answers that are named; the file's diff shows all."""


@click.group("baseline")
def command() -> None:
    """Write and renew what the gate compares with."""


@command.command("update")
@click.argument("base", metavar="BASE", type=click.Path(path_type=Path))
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path),
    metavar="RUN",
    default=LAST_RUN,
    show_default=True,
    help="The run file to take the answers from.",
)
def update_(base: Path, run_file: Path) -> Exit:
    """Write the answers of a run into the baseline file BASE, one line each, and say what changes.

    Commit the file, and let its changes be reviewed. The same answers make the same file.

    Exit codes: 0 done, 2 bad usage or input.
    """
    with user_errors():
        try:
            new = baseline_of(read_run(run_file))
        except UnfitRunError as error:
            raise Stop(harmless(f"{run_file}: {error}")) from error
        old = read_baseline(base) if base.exists() else None
        if old != new:
            write_baseline(base, new)
    for line in _first(new) if old is None else _changes(update(old, new)):
        click.echo(f"{harmless(str(base))}: {line}" if line[0] != " " else line)
    return Exit.DONE


def _first(new: Baseline) -> Iterator[str]:
    backends = sorted({backend for _, backend, _ in new.pairs()})
    yield f"{_answers(len(new.answers))} written, of {', '.join(map(harmless, backends))}"


def _changes(found: Update) -> Iterator[str]:
    if found.nothing:
        yield "nothing has changed"
        return
    yield (f"{_answers(len(found.changed))} changed, {found.added} added, {found.removed} removed")
    yield from (f"  {harmless(note)}" for note in found.notes)
    yield from (f"  {harmless(f'{vector} {backend}')}" for vector, backend in found.changed[:_MOST])
    if len(found.changed) > _MOST:
        yield f"  … and {len(found.changed) - _MOST} more"


def _answers(count: int) -> str:
    return f"{count} {'answer' if count == 1 else 'answers'}"
