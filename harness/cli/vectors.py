"""``pgp-accord vectors``: build, check, list, lint and convert."""

from __future__ import annotations

from pathlib import Path

import click

import vectors
from harness.cli.exits import Exit
from harness.cli.options import read_corpus, select_option, user_errors, vectors_option
from harness.corpus import convert as convert_files
from harness.lint import lint as find_problems
from harness.openpgp import harmless


@click.group("vectors")
def command() -> None:
    """Build, check, list and convert vectors."""


@command.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything differs.")
def build(check: bool) -> Exit:
    """Make the shipped corpus anew from its suites, byte for byte the same every time."""
    from vectors import build as forge

    with user_errors():
        if not check:
            for path in forge.write():
                click.echo(f"wrote {path}")
            return Exit.DONE
        differences = forge.check()
    for difference in differences:
        click.echo(difference)
    if differences:
        click.echo("make it anew with: pgp-accord vectors build", err=True)
        return Exit.FOUND
    click.echo("the committed corpus is what the suites make, byte for byte")
    return Exit.DONE


@command.command("list")
@vectors_option
@select_option
def list_(source: Path, patterns: tuple[str, ...]) -> None:
    """List the vectors: id, expected outcome and title, separated by tabs."""
    with user_errors():
        corpus = read_corpus(source, patterns)
    for vector in corpus.vectors:
        click.echo(f"{vector.id}\t{vector.expectation.outcome}\t{harmless(vector.title)}")


@command.command()
@vectors_option
@select_option
def lint(source: Path, patterns: tuple[str, ...]) -> Exit:
    """Check vectors against the rules every vector must keep; exit with 1 if one does not.

    The shipped corpus has to keep some more: described, with RFC sections, small, nobody's data.
    """
    with user_errors():
        corpus = read_corpus(source, patterns)
    problems = find_problems(corpus, house=source.resolve() == vectors.CORPUS)
    for problem in problems:
        click.echo(harmless(f"{problem.vector}: {problem.message} [{problem.rule}]"))
    click.echo(f"vectors: {len(corpus.vectors)}, problems: {len(problems)}", err=True)
    return Exit.FOUND if problems else Exit.DONE


@command.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def convert(source: Path, target: Path) -> None:
    """Convert suites (JSON) to plain folders, or plain folders to a suite.

    TARGET ending in .json becomes a suite; any other is a folder with one folder per vector.
    Nothing is overwritten.
    """
    with user_errors():
        for path in convert_files(source, target):
            click.echo(f"wrote {path}")
