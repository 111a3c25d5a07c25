from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def accord(tmp_path: Path) -> Command:
    """Run ``pgp-accord`` as a user does: a process, 80 columns, output not to a terminal."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "harness", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80", **variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
