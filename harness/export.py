"""A vector as files to look at, with a program per backend that reproduces its answer by hand."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import backends
from backends import variants
from backends.variants import OfPyPI, Variant
from harness.artifact import Cleartext, Detached, Inline, SimpleSigning
from harness.backend import Adapter, Exported, Present, Snippet, Unavailable
from harness.files import FileError, write_atomically
from harness.launch import FOREIGN, anywhere
from harness.plain import CERTIFICATE, DATA, MANIFEST, MESSAGES, SIGNATURES, write_plain
from harness.vector import Vector

VECTOR = "vector"
"""Folder that holds the vector in plain form."""

_INTERPRETERS = {".sh": "sh", ".py": "python3"}
_UNUSUAL = re.compile(r"[^0-9A-Za-z@=.+_-]+")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Program:
    """What shows a backend's answer by hand."""

    backend: str
    path: Path
    command: tuple[str, ...]
    """What to run inside the folder it is in."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written."""

    programs: tuple[Program, ...]
    without: Mapping[str, str]
    """Why there is no program, by backend."""


class _NoProgramError(Exception):
    """There can be no program for a backend; says why."""


def everybody() -> tuple[str, ...]:
    """All backends that an export has programs for where none is named."""
    return tuple(dict.fromkeys((*backends.names(), *variants.names())))


def export(vector: Vector, folder: Path, names: Sequence[str]) -> Export:
    """Write a vector in plain form and, for every backend, how to reproduce its answer.

    Args:
        vector: what to write.
        folder: is made; must be empty or not there.
        names: of the backends; as users type them.

    Raises:
        FileError: the folder is in use, or cannot be written.
        backends.UnknownBackendError: there is no such backend; nothing has been written.
    """
    found: dict[str, type[Adapter[Any]]] = {}
    without: dict[str, str] = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = _find(name)
        except _NoProgramError as reason:
            without[name] = str(reason)
    write_plain(vector, folder / VECTOR)
    exported = _exported(vector, folder / VECTOR)
    programs: dict[Path, Program] = {}
    for name, adapter in found.items():
        try:
            snippet = _snippet(name, adapter, exported)
        except _NoProgramError as reason:
            without[name] = str(reason)
            continue
        path = _free(folder / f"reproduce-{_file_name(name)}{snippet.suffix}", programs)
        if path.exists():
            raise FileError(path, "is there already", "choose another folder")
        write_atomically(path, snippet.text.encode())
        interpreter = _INTERPRETERS[snippet.suffix]
        if issubclass(adapter, Variant) and isinstance(adapter.wanted, OfPyPI):
            interpreter = str(variants.python(adapter.folder))
        programs[path] = Program(backend=name, path=path, command=(interpreter, path.name))
    return Export(programs=tuple(programs.values()), without=without)


def _find(name: str) -> type[Adapter[Any]]:
    """Find an adapter that can give a program.

    Raises:
        _NoProgramError: there is none; says why.
        backends.UnknownBackendError: there is no such backend.
    """
    if name.startswith(FOREIGN):
        raise _NoProgramError("nothing but the protocol is known of it")
    try:
        adapter = backends.load(name)
    except (backends.BrokenAdapterError, backends.NameClashError) as error:
        raise _NoProgramError(str(error)) from error
    if name.startswith(backends.SOP) or issubclass(adapter, Variant):
        match adapter.presence():
            case Unavailable(reason=reason, install=install):
                raise _NoProgramError(f"{reason} ({install})")
            case Present():
                return backends.load(anywhere(name))
    return adapter  # present or not: what it would run is known


def _snippet(name: str, adapter: type[Adapter[Any]], exported: Exported) -> Snippet:
    if exported.format not in adapter.reproduces:
        raise _NoProgramError(f"it does not verify {exported.format} signatures")
    try:
        snippet = adapter.reproduce(exported)
        if snippet.suffix not in _INTERPRETERS:
            raise ValueError(f"it cannot be said how a {snippet.suffix!r} program is run")
    except Exception as error:
        if backends.origin(name):  # another package's adapter may do what it likes
            what = f"{type(error).__name__}: {error}"
            raise _NoProgramError(f"its adapter raises {what}") from error
        raise
    return snippet


def _file_name(name: str) -> str:
    return _UNUSUAL.sub("-", name)[:_LONGEST].strip("-")


def _free(path: Path, taken: Container[Path]) -> Path:
    """Find a name of its own: command lines may differ in what no file's name can hold."""
    free, number = path, 1
    while free in taken:
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


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
        case SimpleSigning() as artifact:
            return Exported(
                certificates=certificates,
                at=vector.at,
                format=artifact.format,
                message=f"{VECTOR}/{MESSAGES[0]}",
                manifest=f"{VECTOR}/{MANIFEST}",
                reference=artifact.reference,
                identities=artifact.identities,
            )
