"""Programs in place of npm, pip and others, for what the real ones do seldom."""

from __future__ import annotations

import sys
from pathlib import Path


def program(folder: Path, name: str, source: str) -> Path:
    """Write a Python program that is started by its name alone; give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!{sys.executable} -I\nimport json, os, sys\n{source}\n")
    file.chmod(0o755)
    return file
