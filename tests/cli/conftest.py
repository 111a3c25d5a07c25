from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import backends
from harness.backend import Present

Command = Callable[..., "subprocess.CompletedProcess[str]"]


DEFAULT = ("gnupg", "gpgv", "python-gnupg", "pgpy", "sequoia")


def only_default_backends() -> dict[str, str]:
    """The variable that leaves out all other backends; not set where one of these is absent."""
    present = [n for n in DEFAULT if isinstance(backends.load(n).presence(), Present)]
    return {"PGP_ACCORD_BACKENDS": " ".join(present)} if len(present) == len(DEFAULT) else {}


@pytest.fixture
def accord(tmp_path: Path) -> Command:
    """Run ``pgp-accord`` as a user does: a process, 80 columns, output not to a terminal.

    What the user has fetched takes no part, nor does what is installed beyond the default backends.
    """
    given = {"COLUMNS": "80", "XDG_CACHE_HOME": str(tmp_path / "cache"), **only_default_backends()}

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "harness", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **given, **variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
