"""Starts a worker in another Python environment than ours, one that a library was fetched into.

    PYTHON -I guest.py FOLDER

This project's packages are taken from where this file is, and nothing else from there: the library
must find only what lies in its own environment.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_OURS = ("harness", "backends", "vectors")
_HOME = Path(__file__).parents[1]


class _Ours(MetaPathFinder):
    """Finds the packages of this project."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(fullname, [str(_HOME)]) if fullname in _OURS else None


def main() -> int:
    """Serve the adapter named on the command line."""
    sys.meta_path.insert(0, _Ours())
    from harness import worker

    return worker.main()


if __name__ == "__main__":
    sys.exit(main())
