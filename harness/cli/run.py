"""``pgp-accord run``: the main job."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from harness import __version__, runner
from harness.cli.exits import Exit
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
from harness.cli.results import (
    RUN_FILE,
    deliver,
    drop_reports,
    fail_on_option,
    out_option,
    report_on,
)
from harness.collect import Recorder, Together
from harness.parts import SAME_RUN, asked_otherwise
from harness.run import (
    RUN_SCHEMA,
    NothingLeftError,
    Run,
    RunError,
    RunHeader,
    RunWriter,
    read_run,
    reference,
    this_platform,
)
from harness.runner import Plan
from harness.session import Session
from harness.shard import Shard, ShardError
from harness.vector import Corpus, asked_at


class _ShardType(click.ParamType[Shard]):
    """A shard, as 2/8."""

    name = "I/N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        if isinstance(value, Shard):
            return value
        try:
            return Shard.parse(value)
        except ShardError as error:
            self.fail(str(error))


@click.command("run")
@backends_option
@vectors_option
@select_option
@click.option(
    "--shard",
    type=_ShardType(),
    help="Only this part of the vectors selected: 2/8 is the second of eight. What belongs to it "
    "depends on the vectors' ids alone. Put the parts together with pgp-accord merge.",
)
@jobs_option
@timeout_option(20.0, "vector")
@out_option
@at_option(
    "Reference time for all vectors, in place of their own. Expectations do not hold there: "
    "such vectors are reported as undefined, and backends only compared."
)
@click.option("--seed", type=int, help="Ask in an order shuffled by this number.")
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the interrupted run in --out, which was given the same options: ask only what "
    "it does not hold. A run that is complete is only reported again.",
)
@fail_on_option
def command(
    names: tuple[str, ...],
    source: Path,
    patterns: tuple[str, ...],
    shard: Shard | None,
    jobs: int,
    timeout: float,
    out: Path,
    at: datetime | None,
    seed: int | None,
    resume: bool,
    fail_on: tuple[str, ...],
) -> Exit:
    """Run the corpus over the backends, judge every answer, compare, and report.

    Exit codes: 0 done, 1 something that --fail-on names, 2 bad usage or input, 3 a backend asked
    for by name is absent or unusable, or none could be used.
    """
    with user_errors():
        corpus = read_corpus(source, patterns)
        if at is not None:
            corpus = asked_at(corpus, at)
        sessions = open_sessions(names, timeout)
        if not resume:
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
            shard=shard,
        )
        run = _perform(header, corpus, sessions, out / RUN_FILE, resume=resume)
        if shard is not None and not any(shard.holds(vector.id) for vector in corpus.vectors):
            drop_reports(out)
            click.echo(
                f"Shard {shard} holds none of the vectors that were selected: nothing was asked, "
                f"and there is nothing to report.\nWritten: {out / RUN_FILE}"
            )
            return exit_for_missing(names, run.backends)
        found = deliver(report_on(corpus, run), out, fail_on)
    return exit_for_missing(names, run.backends) or found


def _perform(
    header: RunHeader, corpus: Corpus, sessions: tuple[Session, ...], path: Path, *, resume: bool
) -> Run:
    """Run everything that is not there yet, writing it down as it comes.

    Raises:
        RunError: the file cannot be written, or what is there is of another run.
        KeyboardInterrupt: what there is stays in the file's partial form.
    """
    from reports import progress

    shard = header.shard
    cases = tuple(v.case for v in corpus.vectors if shard is None or shard.holds(v.id))
    writer = RunWriter(path, None if resume else header)
    try:
        with writer:
            done = frozenset[tuple[str, str]]()
            if writer.left is not None:
                _refuse_another(writer.left.header, header, writer.partial)
                done = frozenset((o.vector, o.backend) for o in writer.left.observations)
                click.echo(f"resuming: {len(done)} observations are there already", err=True)
            with progress.listening(sys.stderr) as listener:
                told = Together(Recorder(writer), listener)
                if cases:
                    runner.run(Plan(sessions, cases, header.jobs, header.seed, done), told)
                else:
                    for record in runner.settle(sessions):
                        told.backend_settled(record)
    except NothingLeftError as nothing:
        return _complete_already(path, header, nothing)
    except KeyboardInterrupt:
        click.echo(
            f"\npgp-accord: {writer.observations} observations so far are in {writer.partial}; "
            "to go on, give the same command with --resume",
            err=True,
        )
        raise
    return read_run(path)


def _complete_already(path: Path, header: RunHeader, nothing: NothingLeftError) -> Run:
    """Take a complete run of the same request for the one that was to be resumed.

    Raises:
        NothingLeftError: there is none.
        RunError: it is of another request.
    """
    if not path.exists():
        raise nothing
    run = read_run(path)
    _refuse_another(run.header, header, path)
    click.echo(f"{path} is complete already: nothing is asked again", err=True)
    return run


def _refuse_another(left: RunHeader, header: RunHeader, path: Path) -> None:
    if found := asked_otherwise(left, header, SAME_RUN):
        what = "; ".join(f"{each.what}: {each.one} then, {each.other} now" for each in found)
        raise RunError(
            path,
            f"is of another run: {what}",
            "give the options that it was started with, or leave out --resume to start anew",
        )
