"""``pgp-accord merge``: one run made of several files."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.exits import Exit
from harness.cli.options import read_corpus, user_errors, vectors_option
from harness.cli.results import RUN_FILE, deliver, fail_on_option, out_option, report_on, run_file
from harness.merge import Part, merge
from harness.run import RunWriter, read_run
from harness.vector import asked_at


@click.command("merge")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="RUN...",
    type=click.Path(path_type=Path),
)
@vectors_option
@out_option
@fail_on_option
def command(files: tuple[Path, ...], source: Path, out: Path, fail_on: tuple[str, ...]) -> Exit:
    """Make one run of several: of shards, of runs of different backends, or of both.

    RUN is a run file, or a folder that holds a run.jsonl. The result is as if everything had been
    asked in one run. Refused are overlaps, holes, and what was not asked alike: another corpus,
    other options, another version of a backend.

    Exit codes: 0 done, 1 something that --fail-on names, 2 bad usage or input, files that make no
    run together, 3 no backend could be used.
    """
    with user_errors():
        run = merge([Part(path, read_run(path)) for path in map(run_file, files)])
        corpus = read_corpus(source, ())
        if run.header.at is not None:
            corpus = asked_at(corpus, run.header.at)
        report = report_on(corpus, run)  # first: it knows whether these are the right vectors
        out.mkdir(parents=True, exist_ok=True)
        with RunWriter(out / RUN_FILE, run.header, lambda: run.finished) as writer:
            for record in run.backends:
                writer.write_backend(record)
            for observation in run.observations:
                writer.write_observation(observation)
        return deliver(report, out, fail_on)
