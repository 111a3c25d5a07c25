"""``pgp-accord compare``: two backends, two versions, or two runs against each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console

from harness.baseline import reference_time
from harness.book import read_book
from harness.cli.exits import Exit, Stop
from harness.cli.options import (
    book_option,
    jobs_option,
    read_corpus,
    select_option,
    timeout_option,
    user_errors,
    vectors_option,
)
from harness.cli.sides import Side, adapter_of, open_sides
from harness.corpus import select
from harness.findings import Finding
from harness.moves import Party, compared
from harness.openpgp import harmless
from harness.vector import Corpus, asked_at
from harness.versus import Compared, Contrast

_FAIL_ON = {
    "verdict": {Contrast.LEFT_ACCEPTS, Contrast.RIGHT_ACCEPTS, Contrast.EACH_ACCEPTS},
    "key": {Contrast.KEY},
    "class": {Contrast.CLASS},
    "no-answer": {Contrast.LEFT_ANSWERS, Contrast.RIGHT_ANSWERS},
}
_UNEXPLAINED = "unexplained"


@click.command("compare")
@click.argument("sides", metavar="LEFT RIGHT", nargs=-1)
@click.option(
    "--backend",
    "named",
    multiple=True,
    metavar="NAME",
    help="A backend as a side: the same as to give its name as an argument.",
)
@vectors_option
@select_option
@jobs_option
@timeout_option(20.0, "vector")
@book_option
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice((*_FAIL_ON, _UNEXPLAINED)),
    help="Exit with 1 if the sides differ so, or in a way that the book does not explain. "
    "Repeatable. Default: nothing.",
)
def command(
    sides: tuple[str, ...],
    named: tuple[str, ...],
    source: Path,
    patterns: tuple[str, ...],
    jobs: int,
    timeout: float,
    folder: Path,
    fail_on: tuple[str, ...],
) -> Exit:
    """Show where two sides differ: in verdicts, accepted keys and error classes, and why.

    A side is a backend (gnupg), a fetched version of one (sqv@trixie, pgpy==0.5.4), a run file or a
    baseline, or one backend of a file (run.jsonl:gnupg). Of two files with several backends, those
    of the same name are compared.

    Exit codes: 0 done, 1 something that --fail-on names, 2 bad usage or input, 3 a backend is
    absent or unusable.
    """
    from reports import versus

    sources = (*named, *sides)
    if len(sources) != 2:
        raise Stop("name two sides to compare, such as: pgp-accord compare gnupg sequoia")
    with user_errors():
        whole = read_corpus(source, ())
        corpus = select(whole, patterns)
        book = read_book(folder)
        left, right = open_sides(sources, corpus, jobs, timeout, whole=whole)
        if left.at != right.at:
            raise Stop(
                f"the reference time of {harmless(left.source)} is {reference_time(left.at)}, "
                f"that of {harmless(right.source)} {reference_time(right.at)}: "
                "run again with the same --at"
            )
        if left.at is not None:
            corpus = asked_at(corpus, left.at)  # its expectations do not hold then
        pairs = tuple(_compare(left, right, corpus, book))
        if not any(one.vectors for one in pairs):
            raise Stop(
                harmless(
                    f"neither {left.source} nor {right.source} can be asked about any of these "
                    "vectors: choose others"
                )
            )
    Console().print(versus.renderable(corpus, book, pairs))
    found = {each.contrast for one in pairs for each in one.contrasted}
    failing = any(found & _FAIL_ON.get(name, set()) for name in fail_on)
    if _UNEXPLAINED in fail_on:
        failing = failing or any(one.unexplained for one in pairs)
    return Exit.FOUND if failing else Exit.DONE


def _compare(
    left: Side, right: Side, corpus: Corpus, book: tuple[Finding, ...]
) -> Iterator[Compared]:
    for one, other in _pairs(left, right):
        if not left.stances[one].keys() & right.stances[other].keys():
            raise Stop(
                harmless(
                    f"{left.source} and {right.source} were asked about different vectors: "
                    f"{one} and {other} have none in common"
                )
            )
        yield compared(corpus, book, _party(left, one), _party(right, other))


def _party(side: Side, backend: str) -> Party:
    return Party(
        name=backend,
        version=side.versions[backend],
        adapter=adapter_of(backend),
        profile=side.profile,
        stances=side.stances[backend],
    )


def _pairs(left: Side, right: Side) -> tuple[tuple[str, str], ...]:
    """Which backend of the one side is held against which of the other.

    Raises:
        Stop: none of the one has its like on the other.
    """
    if len(left.stances) == len(right.stances) == 1:
        return tuple(zip(left.stances, right.stances, strict=True))
    common = sorted(left.stances.keys() & right.stances.keys())
    if not common:
        several = left if len(left.stances) > 1 else right
        names = ", ".join(several.stances)
        raise Stop(
            harmless(
                f"{left.source} and {right.source} have no backend in common; name one: "
                f"{several.source}:BACKEND, of {names}"
            )
        )
    return tuple((name, name) for name in common)
