"""``pgp-accord adapter``: help for those who write one."""

from __future__ import annotations

import click
from rich.console import Console

import backends
import vectors
from backends import variants
from harness import launch
from harness.backend import Unavailable
from harness.cli.exits import Exit, Stop
from harness.cli.options import PROFILE, timeout_option, user_errors
from harness.corpus import load_corpus
from harness.openpgp import harmless
from harness.outcomes import to_json


@click.group("adapter")
def command() -> None:
    """Help for those who write an adapter."""


@command.command("check")
@click.argument("adapter", metavar="COMMAND")
@timeout_option(20.0, "question")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(adapter: str, timeout: float, as_json: bool) -> Exit:
    """Put an adapter to the test: does it speak the protocol, and hold what it claims?

    COMMAND is a command line that speaks the protocol, as in exec:COMMAND, with or without the
    prefix; or the name of a backend.

    Exit codes: 0 all is well, 1 something is wrong, 2 bad usage, 3 there is no such command, or the
    backend is absent.
    """
    from harness import conformance
    from reports import adapter as page

    with user_errors():
        found = launch.find(_named(adapter))
        if isinstance(found, Unavailable):
            raise Stop(harmless(f"{found.reason}; {found.install}"), Exit.UNAVAILABLE)
        report = conformance.check(
            found, probes=load_corpus(vectors.PROBES), profile=PROFILE, seconds=timeout
        )
    if as_json:
        click.echo(to_json(report))
    else:
        Console().print(page.renderable(report))
    return Exit.FOUND if report.faults else Exit.DONE


def _named(adapter: str) -> str:
    """Tell a backend's name from a command without a prefix."""
    prefixed = adapter.startswith((launch.FOREIGN, backends.SOP, backends.UNDER))
    known = adapter in backends.names() or variants.parse(adapter) is not None
    return adapter if prefixed or known else launch.FOREIGN + adapter
