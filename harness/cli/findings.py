"""``pgp-accord findings``: the divergence book: what it explains of a run, and what nobody does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console

import reports
import vectors
from harness.backend import State
from harness.baseline import matching
from harness.baseline_file import BaselineError, read_base
from harness.book import read_book
from harness.cli.exits import Exit, Stop
from harness.cli.options import book_option, read_corpus, user_errors, vectors_option
from harness.cli.results import LAST_RUN
from harness.files import differences, renew
from harness.findings import Ledger, Staleness, settle
from harness.outcomes import Stance
from harness.vector import Corpus

_DOCS = Path(reports.__file__).parents[1] / "docs"


@click.group("findings")
def command() -> None:
    """Explain divergences by the divergence book."""


@command.command()
@click.argument("runs", metavar="[RUN]...", nargs=-1, type=click.Path(path_type=Path))
@vectors_option
@book_option
@click.option("--all", "every", is_flag=True, help="Show all that is unexplained, however much.")
def check(runs: tuple[Path, ...], source: Path, folder: Path, every: bool) -> Exit:
    """Say which results of runs the book explains, which nobody does, and what is stale.

    RUN is a run file or a baseline; default: pgp-accord-out/run.jsonl. Several of the same corpus,
    with different backends, count as one.

    Exit codes: 0 everything is explained and nothing stale, 1 something is not, 2 bad input.
    """
    from reports import ledger

    with user_errors():
        corpus = read_corpus(source, ())
        findings = read_book(folder)
        files = runs or (LAST_RUN,)
        stances, versions, whole = read_stances(files, corpus)
        settled = settle(findings, corpus, stances, versions, whole=whole)
    Console().print(ledger.renderable(findings, settled, versions, every=every))
    return Exit.FOUND if _wanting(settled) else Exit.DONE


@command.command("list")
@book_option
def list_(folder: Path) -> None:
    """List the findings: id, kind and title, separated by tabs."""
    with user_errors():
        findings = read_book(folder)
    for finding in findings:
        click.echo(f"{finding.id}\t{finding.kind}\t{finding.title}")


@command.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything differs.")
def build(check: bool) -> Exit:
    """Make the book's pages anew: docs/divergences, docs/moves and docs/trophies.md.

    They show what the recorded baselines hold, so every time the same.
    """
    from reports import book, moves

    recorded = sorted(reports.BASELINES.glob("*.json"))
    if not _DOCS.is_dir() or not recorded:
        raise Stop("the pages are made in a checkout, from docs and reports/baselines")
    with user_errors():
        corpus = read_corpus(vectors.CORPUS, ())
        findings = read_book(reports.FINDINGS)
        stances, versions, _ = read_stances(recorded, corpus)
        whole = book.Book(
            findings=findings,
            ledger=settle(findings, corpus, stances, versions),
            corpus=corpus,
            stances={(stance.vector, stance.backend): stance for stance in stances},
            versions=versions,
        )
        try:
            files = book.pages(whole) | moves.pages(whole)
        except moves.UnrecordedError as error:
            raise Stop(str(error)) from error
        if not check:
            for path in renew(_DOCS, files):
                click.echo(f"wrote {path}")
            return Exit.DONE
        found = differences(_DOCS, files, ("divergences/*.md", "moves/*.md"))
    for difference in found:
        click.echo(difference)
    if found:
        click.echo("make them anew with: pgp-accord findings build", err=True)
        return Exit.FOUND
    click.echo("the pages are what book and baselines make, byte for byte")
    return Exit.DONE


def read_stances(
    paths: Iterable[Path], corpus: Corpus
) -> tuple[tuple[Stance, ...], dict[str, str], bool]:
    """Read runs and baselines of one corpus as one.

    Returns:
        The stances, the versions of the backends that took them, and whether they are about the
        whole corpus.

    Raises:
        FileError: a file cannot be read, is about other vectors, or has a backend that another
            has, too.
    """
    digest = corpus.digest()
    stances: list[Stance] = []
    versions: dict[str, str] = {}
    whole = True
    for path in paths:
        base = read_base(path)
        if base.at is not None:
            raise BaselineError(
                path,
                f"is of a run at {base.at.isoformat()}, where no expectation holds",
                "run again without --at",
            )
        if matching(base, corpus) is None:
            raise BaselineError(
                path,
                f"is about another corpus than {corpus.name}, or about it as it was",
                "run again, or name the corpus that it is about: --vectors",
            )
        whole = whole and base.corpus.digest == digest
        for name, backend in base.backends.items():
            if name in versions:
                raise BaselineError(path, f"has backend {name!r}, as another file has", "")
            if backend.state is State.USABLE:  # else it was asked nothing
                versions[name] = backend.version
        stances += (base.stance(vector, backend) for vector, backend, _ in base.pairs())
    return tuple(stances), versions, whole


def _wanting(settled: Ledger) -> bool:
    stale = any(one.staleness is Staleness.STALE for one in settled.stale)
    return bool(settled.unexplained) or stale
