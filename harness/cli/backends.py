"""``pgp-accord backends``: what is here and what it can do, and what can be fetched or built."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click
from click.core import ParameterSource
from rich.console import Console

from harness import runner
from harness.cli.exits import Exit, Stop
from harness.cli.options import (
    ALL,
    backends_option,
    exit_for_missing,
    open_sessions,
    timeout_option,
    user_errors,
)
from harness.openpgp import harmless
from harness.outcomes import to_json


class _Group(click.Group):
    """A group whose first subcommand is the one meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group("backends", cls=_Group)
def command() -> None:
    """List the backends; fetch other versions of them, build some, and remove these again.

    Without a subcommand, they are listed.
    """


@command.command("list")
@click.argument("arguments", metavar="[NAME]...", nargs=-1)
@backends_option
@timeout_option(20.0, "probe")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_context
def show(
    ctx: click.Context,
    arguments: tuple[str, ...],
    names: tuple[str, ...],
    timeout: float,
    as_json: bool,
) -> Exit:
    """List the backends: version, engine, capabilities, or how to install them.

    Every backend is started and put through the probes: what is shown as a capability was seen
    at work just now. Exit code 3 if one asked for by name is absent or unusable.
    """
    from reports import backends

    if arguments and ctx.get_parameter_source("names") is ParameterSource.ENVIRONMENT:
        names = ()  # a default, and something was named
    names = (*arguments, *names)
    with user_errors():
        sessions = open_sessions(names or (ALL,), timeout)
        records = runner.settle(sessions)
    if as_json:
        for record in records:
            click.echo(to_json(record))
    else:
        Console().print(backends.renderable(records), crop=False)
    return exit_for_missing(names, records)


@command.command("fetch")
@click.argument(
    "words",
    metavar="debian:RELEASE NAME... | NAME==VERSION... | openpgpjs",
    nargs=-1,
    required=True,
)
@click.option("--renew", is_flag=True, help="Fetch again what is here already.")
@click.option(
    "--with",
    "further",
    multiple=True,
    metavar="REQUIREMENT",
    help="Something else for the environments of Python libraries, such as cryptography==41.0.7. "
    "Repeatable.",
)
@click.option(
    "--wheels-only",
    is_flag=True,
    help="Refuse Python libraries that would have to be built here, which runs code of theirs.",
)
@click.option(
    "--mirror",
    metavar="URL",
    default="",
    help="A Debian mirror. Default: this machine's, with its security updates; a mirror named here "
    "is taken alone.",
)
def fetch(
    words: tuple[str, ...], renew: bool, further: tuple[str, ...], wheels_only: bool, mirror: str
) -> Exit:
    """Fetch other versions of backends, to use beside those installed.

    "debian:trixie sqv gosop" takes programs from the packages of a Debian release and makes them
    the backends sqv@trixie and gosop@trixie. "pgpy==0.5.4" takes a library from PyPI and makes it
    the backend of that name. "openpgpjs" takes the npm package that this version is made for. They
    go to the user's cache ($XDG_CACHE_HOME/pgp-accord/backends or ~/.cache/pgp-accord/backends);
    nothing is installed, and no network is needed afterwards.

    Exit codes: 0 all are here, 2 nothing could be fetched by such a name, 3 one could not be had.
    """
    from backends.variants import OfNpm, OfPyPI
    from harness import fetch as fetching
    from harness.fetch import debian, npm, pypi
    from reports.backends import brought

    with _fetch_errors():
        wanted = fetching.read_words(words)
    failed = False
    with _fetch_errors(), user_errors(), fetching.cache() as folder, ExitStack() as releases:
        opened: dict[str, debian.Release] = {}
        for name in wanted:
            there = fetching.fetched(folder, name)
            if there is not None and not renew:
                click.echo(
                    f"{name.name}: is here already, {brought(there)}; --renew fetches it again"
                )
                continue
            began = time.monotonic()
            click.echo(f"{name.name}: fetching …", err=True)
            try:
                if isinstance(name, OfPyPI):
                    record = pypi.fetch(name, folder, further, wheels_only=wheels_only)
                elif isinstance(name, OfNpm):
                    record = npm.fetch(name, folder)
                else:
                    if name.suite not in opened:
                        release = debian.opened(name.suite, debian.find_mirror(mirror))
                        opened[name.suite] = releases.enter_context(release)
                    record = opened[name.suite].fetch(name, folder)
            except fetching.FetchError as error:
                click.echo(f"pgp-accord: {harmless(str(error))}", err=True)
                failed = True
                continue
            click.echo(f"{name.name}: {brought(record)} ({time.monotonic() - began:.0f} s)")
    return Exit.UNAVAILABLE if failed else Exit.DONE


@command.command("build")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--renew", is_flag=True, help="Build again what is here already.")
def build(names: tuple[str, ...], renew: bool) -> Exit:
    """Build the backends that are programs in compiled languages: go-crypto, x-crypto,
    sequoia-native, containers-image-gpgme, containers-image-openpgp, containers-image-sequoia.

    Their sources come with pgp-accord; the compiler and the libraries do not. go, or for those
    with Sequoia cargo, must be installed, and fetches the libraries, pinned, into its own cache:
    that needs a network, once. The programs are put where fetched backends are. Nothing is built
    unless this command is typed.

    Exit codes: 0 all are here, 2 there is nothing to build of such a name, 3 one cannot be built.
    """
    from backends import drivers
    from harness import fetch as fetching
    from harness.backend import Present
    from harness.fetch import cargo, go

    if unknown := [name for name in names if name not in drivers.DRIVERS]:
        known = ", ".join(drivers.DRIVERS)
        raise Stop(f"{harmless(unknown[0])}: there is nothing to build (what can be: {known})")
    failed = False
    with _fetch_errors(), user_errors(), fetching.cache() as folder:
        for name in dict.fromkeys(names):
            driver = drivers.DRIVERS[name]
            there = drivers.read_record(drivers.folder_of(driver))
            if there and isinstance(drivers.presence(driver), Present) and not renew:
                click.echo(
                    f"{name}: is here already, built with {harmless(there.toolchain)} on "
                    f"{there.built:%Y-%m-%d}; --renew builds it again"
                )
                continue
            began = time.monotonic()
            click.echo(f"{name}: building …", err=True)
            try:
                if driver.builder == "cargo":
                    record = cargo.build(driver, folder)
                else:
                    record = go.build(driver, folder, renew=renew)
            except fetching.FetchError as error:
                click.echo(f"pgp-accord: {harmless(str(error))}", err=True)
                failed = True
                continue
            files = drivers.folder_of(driver).iterdir()
            size = sum(file.stat().st_size for file in files) / 1e6
            seconds = time.monotonic() - began
            click.echo(
                f"{name}: built with {harmless(record.toolchain)}, {size:.1f} MB ({seconds:.0f} s)"
            )
    return Exit.UNAVAILABLE if failed else Exit.DONE


@command.command("remove")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> Exit:
    """Remove backends that were fetched or built."""
    from harness import fetch as fetching

    with _fetch_errors():
        fetching.remove(names)
    for name in names:
        click.echo(f"{name}: removed")
    return Exit.DONE


@contextmanager
def _fetch_errors() -> Iterator[None]:
    from harness.fetch import FetchError, WordError

    try:
        yield
    except WordError as error:
        raise Stop(harmless(str(error))) from error
    except FetchError as error:
        raise Stop(harmless(str(error)), Exit.UNAVAILABLE) from error
