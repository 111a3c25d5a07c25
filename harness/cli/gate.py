"""``pgp-accord gate``: compare a run with a baseline, and fail on what must not change."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from harness.baseline_file import read_base
from harness.cli.exits import Exit, Stop
from harness.cli.options import read_corpus, user_errors, vectors_option
from harness.cli.results import LAST_RUN, run_file
from harness.files import write_atomically
from harness.gate import FAILING, Category, Gated, IncomparableError, gate
from harness.known import read_flaky, read_known
from harness.openpgp import harmless
from harness.run import read_run

_STANDARD_OUTPUT = "-"
_CATEGORIES = tuple(category.replace("_", "-") for category in Category)


class Day(click.ParamType[date]):
    """A day, as ISO 8601."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; give it as 2027-06-30")


class Output(click.ParamType[tuple[str, str]]):
    """A format and a file, ``junit=gate.xml``."""

    name = "FORMAT=FILE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        from reports.gate_formats import FORMATS

        if isinstance(value, tuple):
            return value
        kind, equals, file = value.partition("=")
        if kind not in FORMATS or not equals or not file:
            names = ", ".join(FORMATS)
            self.fail(f"{value!r} is no FORMAT=FILE; the formats are {names}")
        return kind, file


class Move(click.ParamType[tuple[str, str]]):
    """From one backend to another, ``gnupg=sequoia``; of ``==`` in a name nothing is torn apart."""

    name = "OLD=NEW"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        parts = re.split(r"(?<!=)=(?!=)", value)
        if len(parts) != 2 or not all(parts):
            self.fail(f"{value!r} is no move; give it as gnupg=sequoia")
        return parts[0], parts[1]


@click.command("gate")
@click.argument(
    "given", metavar="[RUN]", type=click.Path(path_type=Path), default=LAST_RUN, required=False
)
@click.option(
    "--baseline",
    "base",
    required=True,
    type=click.Path(path_type=Path),
    metavar="BASE",
    help="What RUN is compared with: a file of 'baseline update', or a run file.",
)
@click.option(
    "--known",
    "known_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Known differences, each with a reason (TOML). An entry that matches nothing fails.",
)
@click.option(
    "--flaky",
    "flaky_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Places where answers come and go (TOML).",
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(_CATEGORIES),
    help="Fail on this, and on nothing that is not named. Repeatable. Default: everything but "
    "fixed and added.",
)
@vectors_option
@click.option(
    "--moved",
    "moves",
    multiple=True,
    type=Move(),
    help="Hold backend NEW of the run against backend OLD of the baseline. Repeatable.",
)
@click.option(
    "--today",
    type=Day(),
    help="The day that entries' last days are held against. Default: today's, UTC.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=Output(),
    help="Write the result also as junit, github, github-summary, gitlab, sarif or markdown; "
    "FILE - is standard output. Repeatable.",
)
def command(
    given: Path,
    base: Path,
    known_file: Path | None,
    flaky_file: Path | None,
    fail_on: tuple[str, ...],
    source: Path,
    moves: tuple[tuple[str, str], ...],
    today: date | None,
    outputs: tuple[tuple[str, str], ...],
) -> Exit:
    """Compare RUN with a baseline: what is newly accepted, rejected, gone or otherwise changed?

    RUN is the run file of 'run' or 'merge', by default pgp-accord-out/run.jsonl.

    Exit codes: 0 passed, 1 failed: a difference or a faulty list entry, 2 bad usage or input.
    """
    from reports import gate_terminal

    path = run_file(given)
    _refuse_interrupted(path)
    with user_errors():
        try:
            gated = gate(
                read_base(base),
                read_run(path),
                read_corpus(source, ()),
                known=read_known(known_file) if known_file else (),
                flaky=read_flaky(flaky_file) if flaky_file else (),
                fail_on=frozenset(map(_category, fail_on)) or FAILING,
                today=today or datetime.now(UTC).date(),
                names=(str(base), str(path)),
                moves=_each_once(moves),
            )
        except IncomparableError as error:
            raise Stop(harmless(str(error))) from error
        Console().print(gate_terminal.renderable(gated))
        _write(gated, outputs)
    return Exit.DONE if gated.passed else Exit.FOUND


def _refuse_interrupted(path: Path) -> None:
    """Let nobody gate on the run before last.

    Raises:
        Stop: a later run into the same place was interrupted.
    """
    partial = path.with_name(path.name + ".part")
    with suppress(OSError):
        if partial.stat().st_mtime > path.stat().st_mtime:
            raise Stop(
                f"{harmless(str(partial))} is newer than {harmless(str(path))}: a run was "
                "interrupted; go on with: pgp-accord run --resume, or remove it"
            )


def _category(name: str) -> Category:
    return Category(name.replace("-", "_"))


def _each_once(moves: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Take moves together.

    Raises:
        Stop: a backend is moved to two others.
    """
    found = dict(moves)
    for old, new in moves:
        if found[old] != new:
            raise Stop(harmless(f"{old!r} cannot be moved to both {new!r} and {found[old]!r}"))
    return found


def _write(gated: Gated, outputs: tuple[tuple[str, str], ...]) -> None:
    """Write the result in the formats asked for.

    Raises:
        OSError: a file cannot be written.
    """
    if not outputs:
        return
    from reports.gate_formats import FORMATS

    for kind, file in outputs:
        content = FORMATS[kind](gated)
        if file == _STANDARD_OUTPUT:
            click.echo(content, nl=False)
        else:
            write_atomically(Path(file), content)
