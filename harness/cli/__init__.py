"""The command line: argument parsing and exit codes, nothing else.

Each subcommand is a module of its own and is imported only when it is called, so that
``pgp-accord --help`` is quick.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from types import FrameType

import click

from harness import __version__
from harness.cli.exits import Exit, Stop
from harness.files import why

_COMMANDS = {
    "run": "Run the corpus over the backends, judge, compare and report.",
    "merge": "Make one run of the files of several: shards, or sets of backends.",
    "compare": "Show where two backends, versions or runs differ, and why.",
    "gate": "Compare a run with a baseline, and fail on what must not change.",
    "baseline": "Write and renew what the gate compares with.",
    "verify": "Verify your own signed files with every backend.",
    "findings": "Explain divergences by the divergence book, and find what it does not explain.",
    "show": "Explain one vector, and what the backends made of it.",
    "backends": "List the backends: present, proven, or how to get them; and fetch other versions.",
    "adapter": "Check an adapter of your own: the protocol, and what it claims.",
    "vectors": "Build, check, list, lint, convert and export vectors.",
}


_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask a command to end."""


class _Lazy(click.Group):
    """A group that knows its subcommands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"harness.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pgp-accord")
def pgp_accord() -> None:
    """Show where OpenPGP verifiers disagree: on accept or reject, on who signed, and on why.

    Exit codes: 0 done, 1 something found, 2 bad usage or input, 3 a backend is missing,
    70 a defect of this tool, 130 interrupted.
    """


class _Ended(KeyboardInterrupt):
    """A signal asked the command to end; unwinds like Ctrl-C, so that nothing is left behind."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number


def main() -> None:
    """Run the command line and exit."""
    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup(1) has it
            signal.signal(number, _end)
    sys.exit(_guarded(sys.argv[1:]))


def _end(number: int, _frame: FrameType | None) -> None:
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)  # one is enough; cleaning up takes a moment
    raise _Ended(signal.Signals(number))


def _guarded(arguments: list[str]) -> int:
    """Run a command; turn every way it can end into an exit code."""
    try:
        code = pgp_accord.main(arguments, prog_name="pgp-accord", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return Exit.MISUSE
    except Stop as stop:
        _say(stop.message)
        return stop.code
    except (KeyboardInterrupt, click.Abort) as error:
        # click turns the first into the second.
        cause = error if isinstance(error, KeyboardInterrupt) else error.__cause__
        number = cause.number if isinstance(cause, _Ended) else signal.SIGINT
        _say(f"ended by {number.name}")
        return 128 + number
    except SystemExit:
        # In this mode, click exits by itself for one reason only: nobody reads our output any
        # more. It would exit with 1, and Python would complain again when it flushes at exit.
        _let_go_of_standard_output()
        return 128 + signal.SIGPIPE
    except OSError as error:
        # Where a file is to blame, it was named where that came up.
        _let_go_of_standard_output()
        _say(f"cannot go on: {why(error)}; is there room where the output goes, and in TMPDIR?")
        return Exit.MISUSE
    except Exception:  # noqa: BLE001  nothing may end as "1, something found" but a finding
        traceback.print_exc()
        _say("this is a defect of pgp-accord; please report it with the lines above")
        return Exit.DEFECT
    return code if isinstance(code, int) else Exit.DONE


def _let_go_of_standard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _say(message: str) -> None:
    click.echo(f"pgp-accord: {message}", err=True)
