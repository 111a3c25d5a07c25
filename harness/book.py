"""Reading the divergence book: one TOML file a finding.

The book that ships with pgp-accord is in ``reports/findings``; anybody may keep one of their own.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from harness.files import FileError, why
from harness.findings import Finding, Kind


class BookError(FileError):
    """A finding that cannot be read, or breaks a rule of the book."""


def read_book(folder: Path) -> tuple[Finding, ...]:
    """Read all findings of a folder, sorted by id.

    Raises:
        BookError: there is no such folder, it holds no finding, or one of them is none.
    """
    try:
        paths = sorted(folder.glob("*.toml"))
    except OSError as error:
        raise BookError(folder, f"cannot be read: {why(error)}") from error
    if not paths:
        raise BookError(folder, "holds no findings", "a finding is a file NAME.toml")
    return tuple(read_finding(path) for path in paths)


def read_finding(path: Path) -> Finding:
    """Read one finding.

    Raises:
        BookError: it cannot be read, is no TOML, lacks something, or breaks a rule: a bug says
            where it is known upstream, and only backends of the finding are in a predicate.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BookError(path, f"cannot be read: {why(error)}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, numbers too long
        raise BookError(path, f"is no TOML: {error}") from error
    finding = _typed(path, table)
    if not finding.backends and finding.kind in (Kind.BUG, Kind.LIMITATION):
        raise BookError(path, "names no backend", 'say on which version: [backends] gnupg = "2.2"')
    if (finding.kind is Kind.BUG) != bool(finding.upstream):
        raise BookError(
            path,
            "a bug says where it is known upstream, and nothing else does",
            "give an address, or look for one and say: not found",
        )
    for number, explains in enumerate(finding.explains, start=1):
        if strangers := sorted({*explains.backends} - finding.backends.keys()):
            raise BookError(
                path,
                f"predicate {number} names {', '.join(strangers)}, which the finding does not",
                "add it to [backends] with the version that was looked at",
            )
    return finding


def _typed(path: Path, table: dict[str, Any]) -> Finding:
    if "id" in table:
        raise BookError(path, "gives an id of its own", "its name is its id: leave `id` out")
    try:
        return msgspec.convert({**table, "id": path.stem}, Finding)
    except msgspec.ValidationError as error:
        raise BookError(path, f"is no finding: {error}") from error
