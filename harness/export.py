"""A vector as files to look at, with a program per backend that reproduces its answer by hand."""

from __future__ import annotations

from pathlib import Path

import backends
from harness.artifact import Cleartext, Detached, Inline
from harness.backend import Exported, Snippet
from harness.files import FileError, write_atomically
from harness.plain import CERTIFICATE, DATA, MESSAGES, SIGNATURES, write_plain
from harness.vector import Vector

VECTOR = "vector"
"""Folder that holds the vector in plain form."""


def export(vector: Vector, folder: Path) -> tuple[Path, ...]:
    """Write a vector in plain form and, for every known backend, how to reproduce its answer.

    Args:
        vector: what to write.
        folder: is made; must be empty or not there.

    Returns:
        The programs, each to be run inside ``folder``.

    Raises:
        FileError: the folder is in use, or cannot be written.
    """
    write_plain(vector, folder / VECTOR)
    exported = _exported(vector, folder / VECTOR)
    programs = []
    for name in backends.names():
        snippet = _snippet(name, exported)
        if snippet is None:
            continue
        program = folder / f"reproduce-{name}{snippet.suffix}"
        if program.exists():
            raise FileError(program, "is there already", "choose another folder")
        write_atomically(program, snippet.text.encode())
        programs.append(program)
    return tuple(programs)


def _snippet(name: str, exported: Exported) -> Snippet | None:
    """Ask an adapter; None from one of another package that is of no use."""
    try:
        return backends.load(name).reproduce(exported)
    except (backends.BrokenAdapterError, backends.NameClashError):
        return None
    except Exception:
        if backends.origin(name):
            return None
        raise


def _exported(vector: Vector, folder: Path) -> Exported:
    certificates = tuple(
        f"{VECTOR}/{path.name}"
        for path in sorted(folder.iterdir())
        if CERTIFICATE.fullmatch(path.name)
    )
    match vector.artifact:
        case Detached() as artifact:
            return Exported(
                certificates=certificates,
                at=vector.at,
                format=artifact.format,
                data=f"{VECTOR}/{DATA}",
                signature=f"{VECTOR}/{SIGNATURES[0]}",
            )
        case Inline() | Cleartext() as artifact:
            return Exported(
                certificates=certificates,
                at=vector.at,
                format=artifact.format,
                message=f"{VECTOR}/{MESSAGES[0]}",
            )
