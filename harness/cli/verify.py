"""``pgp-accord verify``: the same engine on a user's own signed files."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from harness import runner
from harness.cli.exits import Exit, Stop
from harness.cli.options import (
    at_option,
    backends_option,
    exit_for_missing,
    jobs_option,
    open_sessions,
    timeout_option,
    user_errors,
)
from harness.collect import Collector, Together
from harness.compare import Divergence, compare
from harness.outcomes import Observation, Verdict
from harness.runner import Plan
from harness.userfiles import case_for


@click.command("verify")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=Path),
)
@click.option(
    "--cert",
    "certificates",
    multiple=True,
    required=True,
    metavar="KEYRING",
    type=click.Path(path_type=Path),
    help="A file with certificates, armored or binary, one or many. Repeatable.",
)
@click.option(
    "--signature",
    type=click.Path(path_type=Path),
    help="The detached signature, if it is not beside the FILE as .asc, .sig, .gpg or .sign.",
)
@at_option("Reference time. Default: now.")
@backends_option
@jobs_option
@timeout_option(300.0, "file; GnuPG takes a minute or more to import a thousand certificates")
def command(
    files: tuple[Path, ...],
    certificates: tuple[Path, ...],
    signature: Path | None,
    at: datetime | None,
    names: tuple[str, ...],
    jobs: int,
    timeout: float,
) -> Exit:
    """Verify signed files with every backend, and see whether they agree.

    A FILE is the signed data, with its detached signature beside it or given; or a detached
    signature, with the data beside it; or a cleartext signed message; or a signed OpenPGP message.

    Exit codes: 0 every backend accepts every file, and they agree on who signed; 1 one does not,
    or they diverge; 2 bad usage or input; 3 a backend asked for by name is absent or unusable.
    """
    from reports import progress, verify

    if signature is not None and len(files) != 1:
        raise Stop("--signature goes with exactly one FILE")
    moment = at or datetime.now(UTC).replace(microsecond=0)
    with user_errors():
        cases = tuple(
            case_for(
                file,
                signature=signature,
                certificates=certificates,
                at=moment,
                time_dependent=at is not None,
            )
            for file in dict.fromkeys(files)
        )
        sessions = open_sessions(names, timeout)
        collector = Collector()
        plan = Plan(sessions=sessions, cases=cases, jobs=jobs)
        with progress.listening(sys.stderr) as listener:
            records = runner.run(plan, Together(collector, listener))
    console = Console()
    by_file = {
        case.id: [o for o in collector.observations if o.vector == case.id] for case in cases
    }
    for file, observations in by_file.items():
        if observations:
            console.print(verify.renderable(file, observations))
    missing = exit_for_missing(names, records)
    if missing:
        return missing
    return Exit.DONE if all(_agreed(seen) for seen in by_file.values()) else Exit.FOUND


def _agreed(observations: list[Observation]) -> bool:
    """Whether all backends accept a file and none contradicts another."""
    everyone = all(seen.verdict is Verdict.ACCEPTED for seen in observations)
    return everyone and compare(observations).divergence is Divergence.NONE
