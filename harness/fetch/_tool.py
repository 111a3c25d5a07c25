"""Running a package manager to its end, and keeping its own words where it fails.

What a tool's words mean, and what its options are, is known where it is called.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.fetch import FetchError

_MOST = 4


@dataclass(frozen=True, slots=True)
class Manner:
    """How a tool speaks, and what to do about what it says."""

    seconds: int
    """How long it may take."""
    name: str = ""
    """What to call it; its file's name if empty."""
    errors: tuple[str, ...] = ()
    """What its lines about errors begin with. Where there is none, its last lines are taken."""
    hints: tuple[tuple[re.Pattern[str], str], ...] = ()
    """What the user can do, by a pattern found in anything that it says; the first counts."""


def run(
    words: Sequence[str],
    what: str,
    manner: Manner,
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> str:
    """Run a tool to its end, with all that it starts; give what it prints.

    It has no terminal: it cannot ask for anything.

    Args:
        words: its command line.
        what: what it is to bring, for messages.
        manner: see there.
        environment: all of it.
        folder: where it is started; this process's own folder by default.

    Raises:
        FetchError: it fails, with its own words; it takes too long; or it cannot be started.
    """
    name = manner.name or Path(words[0]).name
    try:
        process = subprocess.Popen(
            words,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="backslashreplace",
            start_new_session=True,
        )
    except OSError as error:
        raise FetchError(what, f"{name} cannot be started: {error.strerror}") from error
    with process:
        try:
            printed, complaints = process.communicate(timeout=manner.seconds)
        except BaseException as why:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()  # after Ctrl-C, `with` does not
            if isinstance(why, subprocess.TimeoutExpired):
                late = f"{name} took longer than {manner.seconds} seconds"
                raise FetchError(what, late) from None
            raise
    if process.returncode != 0:
        said = _errors(complaints, manner) or _errors(printed, manner)
        reason = f"{name} says: {said or f'exit code {process.returncode}'}"
        raise FetchError(what, reason, _hint(f"{complaints}\n{printed}", manner))
    return printed


def _errors(text: str, manner: Manner) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [
        line.removeprefix(mark).lstrip(": ")
        for line in lines
        for mark in manner.errors
        if line.startswith(mark)
    ]
    return " ".join(list(filter(None, marked))[:_MOST] or lines[-3:])


def _hint(text: str, manner: Manner) -> str:
    return next((hint for pattern, hint in manner.hints if pattern.search(text)), "")
