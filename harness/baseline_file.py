"""Baseline files: reading, strictly, and telling them from run files.

A baseline is written by a program, and only by it: a file that is not byte for byte what would be
written anew was damaged or merged badly (JSON lets a key stand twice, and the last one wins), and
is refused. What a baseline means is `harness.baseline`'s business.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from harness.backend import State
from harness.baseline import BASELINE_SCHEMA, Baseline, UnfitRunError, baseline_of, render
from harness.files import FileError, why, write_atomically
from harness.run import read_run
from harness.stance_text import StanceTextError

_RUN_STARTS = b'{"type"'
_UPDATE = "write it with: pgp-accord baseline update"
_MERGED = (
    "it was edited, or merged badly: take it from version control, or remove it and write it "
    "anew with pgp-accord baseline update"
)


class BaselineError(FileError):
    """A baseline file that cannot be read or written."""


def read_base(path: Path) -> Baseline:
    """Read what a gate compares with: a baseline file, or a run file, told apart by content.

    Raises:
        BaselineError: there is no such file, it is neither, another version of the format, it
            contradicts itself, or is a run that no baseline can be made of.
        harness.run.RunError: it is a run file that cannot be used.
    """
    if not _read(path).startswith(_RUN_STARTS):
        return read_baseline(path)
    try:
        return baseline_of(read_run(path))
    except UnfitRunError as error:
        raise BaselineError(path, f"is a run that cannot be compared with: {error}") from error


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        BaselineError: there is no such file, it is no baseline, another version of the format, or
            contradicts itself.
    """
    data = _read(path)
    if data.startswith(_RUN_STARTS):
        raise BaselineError(path, "is a run file, and no baseline", "choose another place")
    _refuse_other_version(path, data)
    try:
        baseline = _baseline.decode(data)
    except _UNREADABLE as error:
        raise BaselineError(path, f"is no baseline: {error}", _UPDATE) from error
    _refuse_contradictions(path, baseline)
    if (written := render(baseline)) != data:
        raise BaselineError(path, _first_difference(data, written), _MERGED)
    return baseline


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline file, or leave everything as it was.

    Raises:
        BaselineError: it cannot be written.
    """
    try:
        write_atomically(path, render(baseline))
    except OSError as error:
        raise BaselineError(
            path, f"cannot be written: {why(error)}", "choose another place for the baseline"
        ) from error


class _Peek(Struct):
    """As much of a baseline as every version of the format has."""

    schema: int


_peek = msgspec.json.Decoder(_Peek)
_baseline = msgspec.json.Decoder(Baseline)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BaselineError(path, "there is no such file", _UPDATE) from None
    except OSError as error:
        raise BaselineError(path, f"cannot be read: {why(error)}") from error


def _refuse_other_version(path: Path, data: bytes) -> None:
    try:
        version = _peek.decode(data).schema
    except _UNREADABLE as error:
        raise BaselineError(
            path, f"is neither a baseline nor a run file: {error}", _MERGED
        ) from error
    if version != BASELINE_SCHEMA:
        newer = version > BASELINE_SCHEMA
        raise BaselineError(
            path,
            f"has version {version} of the baseline format; this pgp-accord reads "
            f"{BASELINE_SCHEMA}",
            "upgrade pgp-accord" if newer else _UPDATE,
        )


def _refuse_contradictions(path: Path, baseline: Baseline) -> None:
    if not baseline.answers:
        raise BaselineError(path, "holds no answers: it proves nothing", _UPDATE)
    for vector, backend, _ in baseline.pairs():
        known = baseline.backends.get(backend)
        if not vector or known is None or known.state is not State.USABLE:
            what = f"{vector} {backend}"
            raise BaselineError(path, f"{what!r} names no backend that took part", _MERGED)
        try:
            baseline.stance(vector, backend)
        except StanceTextError as error:
            raise BaselineError(path, f"{vector}, {backend}: {error}", _MERGED) from error


def _first_difference(data: bytes, written: bytes) -> str:
    ours, theirs = data.split(b"\n"), written.split(b"\n")
    number = next(
        (n for n, (one, other) in enumerate(zip(ours, theirs, strict=False), 1) if one != other),
        min(len(ours), len(theirs)) + 1,
    )
    return f"line {number} is not as pgp-accord writes it"
