"""``pgp-accord compare``: what changes from one backend, or one version, to another."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from harness import runner
from harness.backend import State
from harness.change import Change, change
from harness.cli.exits import Exit, Stop
from harness.cli.options import (
    backends_option,
    exit_for_missing,
    jobs_option,
    open_sessions,
    read_corpus,
    select_option,
    timeout_option,
    user_errors,
    vectors_option,
)
from harness.collect import Collector, Together
from harness.openpgp import harmless
from harness.runner import Plan

_CHANGES = tuple(kind.replace("_", "-") for kind in Change if kind is not Change.NONE)


@click.command("compare")
@backends_option
@vectors_option
@select_option
@jobs_option
@timeout_option(20.0, "vector")
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(_CHANGES),
    help="Exit with 1 if anything changes so. Repeatable. Default: nothing.",
)
def command(
    names: tuple[str, ...],
    source: Path,
    patterns: tuple[str, ...],
    jobs: int,
    timeout: float,
    fail_on: tuple[str, ...],
) -> Exit:
    """Show what changes for whoever moves from one backend to another: name two.

    "compare --backend sqv --backend sqv@trixie" says what an upgrade does.

    Exit codes: 0 done, 1 something that --fail-on names, 2 bad usage or input, 3 a backend is
    absent or unusable.
    """
    from reports import changes, progress

    with user_errors():
        corpus = read_corpus(source, patterns)
        sessions = open_sessions(names, timeout)
    if len(sessions) != 2:
        raise Stop("name two backends to compare: --backend ONE --backend OTHER")
    cases = tuple(vector.case for vector in corpus.vectors)
    collector = Collector()
    with progress.listening(sys.stderr) as listener:
        runner.run(Plan(sessions=sessions, cases=cases, jobs=jobs), Together(collector, listener))
    if missing := exit_for_missing(names, collector.records):
        for record in collector.records:
            if record.state is not State.USABLE:
                click.echo(f"pgp-accord: {harmless(f'{record.name}: {record.reason}')}", err=True)
        return missing
    said = {(o.vector, o.backend): o for o in collector.observations}
    before, after = (session.name for session in sessions)
    changed = [
        changes.Changed(vector, kind, said[vector.id, before], said[vector.id, after])
        for vector in corpus.vectors
        if (kind := change(said[vector.id, before], said[vector.id, after])) is not Change.NONE
    ]
    by_name = {record.name: record for record in collector.records}
    Console().print(changes.renderable(corpus, (by_name[before], by_name[after]), changed))
    seen = {one.change.replace("_", "-") for one in changed}
    return Exit.FOUND if seen.intersection(fail_on) else Exit.DONE
