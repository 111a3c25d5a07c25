"""``pgp-accord show``: one vector explained."""

from __future__ import annotations

import difflib
from pathlib import Path

import click
from rich.console import Console

from harness.cli.exits import Stop
from harness.cli.options import read_corpus, user_errors, vectors_option
from harness.export import export
from harness.outcomes import Observation
from harness.run import read_run
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
def command(vector_id: str, source: Path, run_file: Path | None, folder: Path | None) -> None:
    """Explain one vector: description, RFC sections, expectation, packets, answers."""
    from reports import show

    with user_errors():
        corpus = read_corpus(source, ())
        vector = _find(corpus, vector_id)
        observations: tuple[Observation, ...] = ()
        if run_file is not None:
            run = read_run(run_file)
            observations = run.by_vector().get(vector.id, ())
            if not observations:
                raise Stop(f"{run_file}: holds nothing about {vector.id}")
        programs = () if folder is None else export(vector, folder)
        Console().print(show.renderable(vector, observations))
        if programs:
            click.echo(f"\nexported to {folder}; inside it, run:")
            for program in programs:
                click.echo(f"  {_INTERPRETERS[program.suffix]} {program.name}")


_INTERPRETERS = {".sh": "sh", ".py": "python3"}


def _find(corpus: Corpus, vector_id: str) -> Vector:
    vector = corpus.vector(vector_id)
    if vector is not None:
        return vector
    near = difflib.get_close_matches(vector_id, [v.id for v in corpus.vectors])
    hint = f"did you mean {', '.join(near)}?" if near else "list them with: pgp-accord vectors list"
    raise Stop(f"no vector {vector_id!r} in {corpus.name}; {hint}")
