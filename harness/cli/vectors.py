"""``pgp-accord vectors``: build, check, list, lint, convert and export."""

from __future__ import annotations

from pathlib import Path

import click

import vectors
from harness.cli.exits import Exit
from harness.cli.options import read_corpus, select_option, user_errors, vectors_option
from harness.corpus import convert as convert_files
from harness.lint import lint as find_problems
from harness.openpgp import harmless
from harness.vector import Corpus
from vectors import coverage, ids, release


@click.group("vectors")
def command() -> None:
    """Build, check, list, convert and export vectors."""


@command.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything differs.")
def build(check: bool) -> Exit:
    """Make the shipped corpus anew from its suites, byte for byte the same every time.

    With it come the probes, COVERAGE.md, the list of ids, and the pages in docs/corpus.
    """
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
    click.echo("what is committed is what the suites make, byte for byte")
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
    Unless some vectors are selected, its checklist must be covered and no id may have vanished.
    """
    with user_errors():
        corpus = read_corpus(source, patterns)
        ours = source.resolve() == vectors.CORPUS
        problems = [
            f"{problem.vector}: {problem.message} [{problem.rule}]"
            for problem in find_problems(corpus, house=ours)
        ]
        if ours and not patterns:
            problems += _gaps(corpus)
    for problem in problems:
        click.echo(harmless(problem))
    click.echo(f"vectors: {len(corpus.vectors)}, problems: {len(problems)}", err=True)
    return Exit.FOUND if problems else Exit.DONE


def _gaps(corpus: Corpus) -> tuple[str, ...]:
    """What the shipped corpus lacks as a whole."""
    rows, sections = coverage.read_checklist(), coverage.read_sections()
    return (
        *(f"{gap} [coverage]" for gap in coverage.problems(rows, sections, corpus.vectors)),
        *(f"{gap} [ids]" for gap in ids.problems(vector.id for vector in corpus.vectors)),
    )


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
def export(target: Path) -> None:
    """Write the shipped corpus to one ZIP archive that others can use without pgp-accord.

    It holds suites, JSON Schema, README, licence, coverage and digests. Nothing is overwritten.
    """
    with user_errors():
        digest = release.export(target)
    click.echo(f"wrote {target}, SHA-256 {digest}")


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
