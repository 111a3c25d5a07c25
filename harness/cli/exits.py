"""Exit codes: few, documented in the user guide, stable."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """What the command's exit code says."""

    DONE = 0
    """The command did what it was asked, and found nothing it was told to fail on."""
    FOUND = 1
    """It did what it was asked, and found something: what ``--fail-on`` names, a file that is not
    accepted by every backend alike, a corpus that is stale or unsound."""
    MISUSE = 2
    """It could not do it: wrong options, a file that is missing or unreadable. The message says
    what, where, and what to do."""
    UNAVAILABLE = 3
    """A backend asked for by name is absent or unusable, or none at all could be used."""
    DEFECT = 70
    """A defect of pgp-accord itself; the traceback is worth a bug report."""
    INTERRUPTED = 130
    """Ended by Ctrl-C (128 + SIGINT); SIGTERM, SIGHUP and a closed pipe (SIGPIPE) give 143, 129 and
    141 likewise."""


class Stop(Exception):  # noqa: N818  it ends a command, whatever the reason
    """Ends the command with a message for the user.

    Attributes:
        message: what happened, to what, and what to do next.
        code: the exit code.
    """

    def __init__(self, message: str, code: Exit = Exit.MISUSE) -> None:
        self.message = message
        self.code = code
        super().__init__(message)
