"""``pgp-accord run``: the main job."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from harness import __version__, runner
from harness.cli.exits import Exit, Stop
from harness.cli.options import (
    PROFILE,
    at_option,
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
from harness.collect import Collector, Recorder, Together
from harness.compare import Divergence
from harness.files import write_atomically
from harness.judge import Judgement
from harness.openpgp import harmless
from harness.run import RUN_SCHEMA, Run, RunHeader, RunWriter, reference, run_of, this_platform
from harness.runner import Plan
from harness.session import Session
from harness.vector import Corpus, asked_at

if TYPE_CHECKING:
    from reports.model import Report

RUN_FILE = "run.jsonl"

_DIVERGENCE = "divergence"
_FAIL_ON = (
    *(judgement.replace("_", "-") for judgement in Judgement if judgement != "conforms"),
    _DIVERGENCE,
)


@click.command("run")
@backends_option
@vectors_option
@select_option
@jobs_option
@timeout_option(20.0, "vector")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("pgp-accord-out"),
    show_default=True,
    help="Folder for run.jsonl, report.md and report.json; made if need be, files replaced.",
)
@at_option(
    "Reference time for all vectors, in place of their own. Expectations do not hold there: "
    "such vectors are reported as undefined, and backends only compared."
)
@click.option("--seed", type=int, help="Ask in an order shuffled by this number.")
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(_FAIL_ON),
    help="Exit with 1 if any backend is judged so, or if backends diverge. Repeatable. "
    "Default: nothing; a run that completes has done its job.",
)
def command(
    names: tuple[str, ...],
    source: Path,
    patterns: tuple[str, ...],
    jobs: int,
    timeout: float,
    out: Path,
    at: datetime | None,
    seed: int | None,
    fail_on: tuple[str, ...],
) -> Exit:
    """Run the corpus over the backends, judge every answer, compare, and report.

    Exit codes: 0 done, 1 something that --fail-on names, 2 bad usage or input, 3 a backend asked
    for by name is absent or unusable, or none could be used.
    """
    from reports import json_report, markdown, model, terminal

    with user_errors():
        corpus = read_corpus(source, patterns)
        if at is not None:
            corpus = asked_at(corpus, at)
        sessions = open_sessions(names, timeout)
        out.mkdir(parents=True, exist_ok=True)
        header = RunHeader(
            schema=RUN_SCHEMA,
            tool="pgp-accord",
            version=__version__,
            profile=PROFILE,
            corpus=reference(corpus),
            backends=tuple(sorted(session.name for session in sessions)),
            platform=this_platform(),
            started=datetime.now(UTC),
            jobs=jobs,
            timeout=timeout,
            seed=seed,
            at=at,
            selection=patterns,
        )
        run = _perform(header, corpus, sessions, out / RUN_FILE)
        try:
            report = model.report_of(corpus, run)
        except model.NothingObservedError as error:
            raise Stop(f"{error}\n{_how_to_install(run)}", Exit.UNAVAILABLE) from error
        write_atomically(out / "report.md", markdown.render(report).encode())
        write_atomically(out / "report.json", json_report.render(report))
    files = [str(out / name) for name in ("report.md", "report.json", RUN_FILE)]
    Console().print(terminal.renderable(report, files))
    missing = exit_for_missing(names, run.backends)
    if missing:
        return missing
    return Exit.FOUND if _found(report, fail_on) else Exit.DONE


def _perform(header: RunHeader, corpus: Corpus, sessions: tuple[Session, ...], path: Path) -> Run:
    """Run everything, writing it down as it comes.

    Raises:
        Stop: interrupted; what there is stays in the file's partial form.
    """
    from reports import progress

    cases = tuple(vector.case for vector in corpus.vectors)
    plan = Plan(sessions=sessions, cases=cases, jobs=header.jobs, seed=header.seed)
    collector = Collector()
    writer = RunWriter(path, header)
    try:
        with progress.listening(sys.stderr) as listener, writer:
            runner.run(plan, Together(collector, Recorder(writer), listener))
    except KeyboardInterrupt:
        click.echo(
            f"\npgp-accord: {len(collector.observations)} observations so far are in "
            f"{writer.partial}",
            err=True,
        )
        raise
    return run_of(header, collector.records, collector.observations, datetime.now(UTC))


def _how_to_install(run: Run) -> str:
    """What each backend that did not take part lacks."""
    return "\n".join(
        f"  {record.name}: {harmless(record.reason.splitlines()[0])}"
        + (f"; to install: {record.install}" if record.install else "")
        for record in run.backends
    )


def _found(report: Report, fail_on: tuple[str, ...]) -> bool:
    """Whether the run holds anything that it is to fail on."""
    for name in fail_on:
        if name == _DIVERGENCE:
            if any(row.comparison.divergence is not Divergence.NONE for row in report.rows):
                return True
        elif report.judged(Judgement(name.replace("-", "_"))):
            return True
    return False
