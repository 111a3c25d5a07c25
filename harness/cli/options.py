"""Options and steps that several subcommands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

import backends
import reports
import vectors
from backends import variants
from harness.backend import BackendRecord, State
from harness.cli.exits import Exit, Stop
from harness.corpus import SelectionError, load_corpus, select
from harness.files import FileError, why
from harness.launch import FOREIGN
from harness.openpgp import harmless
from harness.session import Session
from harness.vector import Corpus

Function = TypeVar("Function", bound=Callable[..., Any])

PROFILE = "stock"
"""Each backend's policy as shipped; the only profile so far."""


ALL = "all"
"""Stands for all backends, also those that were fetched or are asked on request."""
USUAL = "usual"
"""Stands for those that are asked where none is named: neither fetched nor on request."""

_FIRST_MOMENT = datetime.fromtimestamp(0, UTC)
_LAST_MOMENT = datetime.fromtimestamp(0xFFFF_FFFF, UTC)
"""Of OpenPGP's time fields (RFC 9580, 3.5); outside, backends fail in ways of their own."""

_LONGEST_TIMEOUT = 24 * 60 * 60.0


class Time(click.ParamType[datetime]):
    """A moment, as ISO 8601; a date alone is its midnight, a missing zone is UTC."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; give it as 2024-06-01 or 2024-06-01T12:00:00Z")
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)
        if not _FIRST_MOMENT <= moment <= _LAST_MOMENT:
            self.fail(f"{value!r} is no time OpenPGP can express, from 1970 to 2106-02-07T06:28:15")
        return moment.astimezone(UTC)


def backends_option(function: Function) -> Function:
    """``--backend``, repeatable."""
    return click.option(
        "--backend",
        "names",
        multiple=True,
        metavar="NAME",
        envvar="PGP_ACCORD_BACKENDS",
        help=f"A backend ({', '.join(backends.names())}), or exec:COMMAND for one of your own "
        "that speaks the protocol, sop:COMMAND for a Stateless OpenPGP tool, "
        f"{backends.UNDER}FILE for Sequoia under a policy file, or one that was fetched ("
        f"NAME@RELEASE, NAME==VERSION); or {USUAL}, or {ALL} with the fetched and the "
        "slow. Repeatable. Default: what PGP_ACCORD_BACKENDS names, or else the usual that are "
        "present.",
    )(function)


def book_option(function: Function) -> Function:
    """``--book``, a folder of findings."""
    return click.option(
        "--book",
        "folder",
        type=click.Path(path_type=Path),
        default=reports.FINDINGS,
        show_default="the shipped book",
        help="A folder of findings, one TOML file each.",
    )(function)


class Seconds(click.FloatRange):
    """A time span; unlike click's own range it has no place for "nan"."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds")
        return seconds


def vectors_option(function: Function) -> Function:
    """``--vectors``, a corpus."""
    return click.option(
        "--vectors",
        "source",
        type=click.Path(path_type=Path),
        default=vectors.CORPUS,
        show_default="the shipped corpus",
        help="A suite (JSON), a folder of suites, or a folder of plain vectors.",
    )(function)


def select_option(function: Function) -> Function:
    """``--select``, repeatable."""
    return click.option(
        "--select",
        "patterns",
        multiple=True,
        metavar="PATTERN",
        help="Only these vectors: an id with wildcards, area:NAME, tag:NAME, or a bare word "
        "that is any of them. Repeatable.",
    )(function)


def jobs_option(function: Function) -> Function:
    """``--jobs``."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=len(os.sched_getaffinity(0)),
        show_default="number of processors",
        help="Backends at work at the same time.",
    )(function)


def timeout_option(seconds: float, what: str) -> Callable[[Function], Function]:
    """``--timeout``, with the default that fits the command."""

    def decorate(function: Function) -> Function:
        return click.option(
            "--timeout",
            type=Seconds(min=0, min_open=True, max=_LONGEST_TIMEOUT),
            default=seconds,
            show_default=True,
            metavar="SECONDS",
            help=f"How long a backend has for one {what}.",
        )(function)

    return decorate


def at_option(text: str) -> Callable[[Function], Function]:
    """``--at``, with the help text that fits the command."""

    def decorate(function: Function) -> Function:
        return click.option("--at", type=Time(), help=text)(function)

    return decorate


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn the errors that users can mend into a message and exit code 2."""
    try:
        yield
    except (FileError, SelectionError) as error:
        raise Stop(harmless(str(error))) from error
    except backends.UnknownBackendError as error:
        raise Stop(f"{error}; or {FOREIGN}COMMAND for one of your own") from error
    except OSError as error:
        if error.filename is None:
            raise
        place = harmless(str(error.filename2 or error.filename))  # the second is where it was to go
        raise Stop(f"{place}: {why(error)}") from error


def read_corpus(source: Path, patterns: Sequence[str]) -> Corpus:
    """Load a corpus and choose from it.

    Raises:
        harness.files.FileError: it cannot be read, or holds nothing.
        harness.corpus.SelectionError: a pattern matches nothing.
    """
    corpus = load_corpus(source)
    return select(corpus, patterns) if patterns else corpus


def open_sessions(names: Sequence[str], timeout: float) -> tuple[Session, ...]:
    """Prepare the backends asked for, each once; or all but the fetched and those on request.

    Raises:
        backends.UnknownBackendError: there is no such backend.
    """
    probes = load_corpus(vectors.PROBES)
    wanted = dict.fromkeys(each for name in names or (USUAL,) for each in _meant(name))
    return tuple(Session(name, probes=probes, profile=PROFILE, seconds=timeout) for name in wanted)


def _meant(name: str) -> tuple[str, ...]:
    if name == ALL:
        return (*backends.names(), *variants.names())
    if name == USUAL:
        rare = backends.on_request()
        return tuple(each for each in backends.names() if each not in rare)
    return (name,)


def exit_for_missing(names: Sequence[str], records: Sequence[BackendRecord]) -> Exit:
    """Say whether a backend asked for by name, or every one, was of no use."""
    useless = [record for record in records if record.state is not State.USABLE]
    if len(useless) == len(records) or any(record.name in names for record in useless):
        return Exit.UNAVAILABLE
    return Exit.DONE
