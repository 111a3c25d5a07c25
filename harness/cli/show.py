"""``pgp-accord show``: one vector explained."""

from __future__ import annotations

import difflib
import shlex
from pathlib import Path

import click
from rich.console import Console

from harness.cli.exits import Exit, Stop
from harness.cli.options import read_corpus, user_errors, vectors_option
from harness.export import everybody, export
from harness.openpgp import harmless
from harness.outcomes import Observation
from harness.run import Run, read_run
from harness.shard import shard_of
from harness.vector import Corpus, Vector


@click.command("show")
@click.argument("vector_id", metavar="VECTOR")
@vectors_option
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="A run file: also show what each backend said, with its own words as evidence.",
)
@click.option(
    "--export",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the files into DIR and, per backend, a program that reproduces its answer.",
)
@click.option(
    "--backend",
    "names",
    multiple=True,
    metavar="NAME",
    help="With --export: a backend to write a program for; also sop:COMMAND, or one that was "
    "fetched. Repeatable. Default: all, with those that were fetched.",
)
def command(
    vector_id: str,
    source: Path,
    run_file: Path | None,
    folder: Path | None,
    names: tuple[str, ...],
) -> Exit:
    """Explain one vector: description, RFC sections, expectation, packets, answers.

    Exit code 3 if there can be no program for a backend that is named with --backend.
    """
    from reports import show

    if names and folder is None:
        raise Stop("--backend goes with --export, which writes a program for each")
    with user_errors():
        corpus = read_corpus(source, ())
        vector = _find(corpus, vector_id)
        observations: tuple[Observation, ...] = ()
        if run_file is not None:
            run = read_run(run_file)
            observations = run.by_vector().get(vector.id, ())
            if not observations:
                raise Stop(
                    harmless(f"{run_file}: holds nothing about {vector.id}{_why(run, vector)}")
                )
        done = None if folder is None else export(vector, folder, names or everybody())
    Console().print(show.renderable(vector, observations))
    if done is None:
        return Exit.DONE
    if done.programs:
        click.echo(f"\nexported to {folder}; inside it, run:")
        for program in done.programs:
            click.echo(f"  {shlex.join(program.command)}")
    for name, reason in done.without.items():
        click.echo(harmless(f"{name}: no program: {reason}"), err=True)
    return Exit.UNAVAILABLE if names and done.without else Exit.DONE


def _why(run: Run, vector: Vector) -> str:
    """Say why a run holds nothing about a vector, where its shard is the reason."""
    shard = run.header.shard
    if shard is None or shard.holds(vector.id):
        return ""
    return f": it is shard {shard}, and this vector is in {shard_of(vector.id, shard.of)}"


def _find(corpus: Corpus, vector_id: str) -> Vector:
    vector = corpus.vector(vector_id)
    if vector is not None:
        return vector
    near = difflib.get_close_matches(vector_id, [v.id for v in corpus.vectors])
    hint = f"did you mean {', '.join(near)}?" if near else "list them with: pgp-accord vectors list"
    raise Stop(f"no vector {vector_id!r} in {corpus.name}; {hint}")
