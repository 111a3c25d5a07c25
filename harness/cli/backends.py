"""``pgp-accord backends``: what is here, what it can do, how to get the rest."""

from __future__ import annotations

import click
from rich.console import Console

from harness import runner
from harness.cli.exits import Exit
from harness.cli.options import (
    backends_option,
    exit_for_missing,
    open_sessions,
    timeout_option,
    user_errors,
)
from harness.outcomes import to_json


@click.command("backends")
@backends_option
@timeout_option(20.0, "probe")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def command(names: tuple[str, ...], timeout: float, as_json: bool) -> Exit:
    """List the backends: version, engine, capabilities, or how to install them.

    Every backend is started and put through the probes: what is shown as a capability was seen
    at work just now. Exit code 3 if one asked for by name is absent or unusable.
    """
    from reports import backends

    with user_errors():
        sessions = open_sessions(names, timeout)
        records = runner.settle(sessions)
    if as_json:
        for record in records:
            click.echo(to_json(record))
    else:
        Console().print(backends.renderable(records))
    return exit_for_missing(names, records)
