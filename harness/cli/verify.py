"""``pgp-accord verify``: the same engine on a user's own signed files."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console

import backends
from harness import runner
from harness.artifact import Format
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
from harness.outcomes import Fingerprint, Observation, Verdict
from harness.runner import Plan
from harness.userfiles import Image, case_for


class _FingerprintType(click.ParamType[Fingerprint]):
    """A fingerprint as people write it: in either case, with blanks or without."""

    name = "fingerprint"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fingerprint:
        plain = "".join(value.split()).upper()
        try:
            return msgspec.convert(plain, Fingerprint)
        except msgspec.ValidationError:
            self.fail(f"{value!r} is no fingerprint: 32, 40 or 64 hexadecimal digits", param, ctx)


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
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="The manifest of a container image, whose signatures the FILEs are (simple signing).",
)
@click.option(
    "--reference",
    metavar="NAME",
    help="The name that the image is asked for by: registry.example/team/app:1.",
)
@click.option(
    "--identity",
    "identities",
    multiple=True,
    metavar="FINGERPRINT",
    type=_FingerprintType(),
    help="A key that may sign the image. Repeatable. Default: every key of --cert.",
)
@at_option("Reference time. Default: now.")
@backends_option
@jobs_option
@timeout_option(300.0, "file; GnuPG takes a minute or more to import a thousand certificates")
def command(
    files: tuple[Path, ...],
    certificates: tuple[Path, ...],
    signature: Path | None,
    manifest: Path | None,
    reference: str | None,
    identities: tuple[Fingerprint, ...],
    at: datetime | None,
    names: tuple[str, ...],
    jobs: int,
    timeout: float,
) -> Exit:
    """Verify signed files with every backend, and see whether they agree.

    A FILE is the signed data, with its detached signature beside it or given; or a detached
    signature, with the data beside it; or a cleartext signed message; or a signed OpenPGP message.
    With --manifest and --reference it is the signature of a container image, and what decides is
    whether the image may run.

    Exit codes: 0 every backend that can be asked accepts every file, and they agree on who signed;
    1 one does not, or they diverge; 2 bad usage or input; 3 a backend asked for by name is absent
    or unusable.
    """
    from reports import progress, verify

    if signature is not None and len(files) != 1:
        raise Stop("--signature goes with exactly one FILE")
    image = _image(manifest, reference, identities)
    if image is not None and signature is not None:
        raise Stop("--signature is of a detached signature; that of an image is a FILE by itself")
    moment = at or datetime.now(UTC).replace(microsecond=0)
    with user_errors():
        cases = tuple(
            case_for(
                file,
                signature=signature,
                image=image,
                certificates=certificates,
                at=moment,
                time_dependent=at is not None,
            )
            for file in dict.fromkeys(files)
        )
        sessions = open_sessions(names or (() if image is None else _of_images()), timeout)
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
        for record in records if image is not None and not names else ():
            if record.install:
                click.echo(f"{record.name}: to install: {record.install}", err=True)
        return missing
    return Exit.DONE if all(_agreed(seen) for seen in by_file.values()) else Exit.FOUND


def _image(
    manifest: Path | None, reference: str | None, identities: tuple[Fingerprint, ...]
) -> Image | None:
    """Put together what is said of an image; None if nothing is.

    Raises:
        Stop: only a part is.
    """
    if reference == "":
        raise Stop("--reference is empty: give the name that the image is asked for by")
    if manifest is not None and reference is not None:
        return Image(manifest, reference, tuple(dict.fromkeys(identities)))
    if manifest is not None or reference is not None or identities:
        raise Stop("--manifest and --reference go together, and --identity with both")
    return None


def _of_images() -> tuple[str, ...]:
    """The backends that can be asked about images, whether they are here or not."""
    return tuple(
        name
        for name in backends.names()
        if not backends.origin(name) and Format.SIMPLE_SIGNING in backends.load(name).reproduces
    )


def _agreed(observations: list[Observation]) -> bool:
    """Whether all backends that could be asked accept a file and none contradicts another."""
    asked = [seen for seen in observations if seen.verdict is not Verdict.SKIPPED]
    everyone = bool(asked) and all(seen.verdict is Verdict.ACCEPTED for seen in asked)
    return everyone and compare(observations).divergence is Divergence.NONE
