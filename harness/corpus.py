"""Corpora on disk: finding, reading, choosing, writing and converting vectors.

A corpus is a suite file (JSON, `harness.vector.Suite`), a folder of them, or a folder of vectors
in plain form (`harness.plain`), or a folder with both. An empty corpus is an error, since it
would prove nothing.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
from msgspec import Struct

from harness.files import why, write_atomically
from harness.outcomes import to_json
from harness.plain import (
    DESCRIPTION,
    CorpusError,
    lacks_description,
    read_plain,
    slug,
    write_plain,
)
from harness.vector import SUITE_SCHEMA, Corpus, Suite, Vector, corpus_of

__all__ = [
    "CorpusError",
    "SelectionError",
    "convert",
    "load_corpus",
    "load_suite",
    "matcher",
    "save_suite",
    "select",
]


def load_corpus(path: Path) -> Corpus:
    """Read all vectors that a path leads to.

    A file is a suite. A folder holds suites (``*.json``, not below it) and vectors in plain form
    (at any depth below it), or is one vector in plain form itself. Hidden folders are passed over.

    Raises:
        CorpusError: there is nothing there, a file cannot be understood, or an id occurs twice.
    """
    found: dict[str, tuple[Path, Vector]] = {}
    for source, vectors in _sources(path):
        for vector in vectors:
            if vector.id in found:
                first = found[vector.id][0]
                also = "twice" if first == source else f"and so does {first}"
                raise CorpusError(
                    source, f"holds {vector.id!r}, {also}", "give each vector an id of its own"
                )
            found[vector.id] = (source, vector)
    if not found:
        raise CorpusError(path, "holds no vectors", _hint_where_vectors_are(path))
    return corpus_of(_name(path), (vector for _, vector in found.values()))


def load_suite(path: Path) -> Suite:
    """Read one suite file.

    Raises:
        CorpusError: it is not there, cannot be understood, or is another version of the format.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CorpusError(path, "there is no such file or folder") from None
    except OSError as error:
        raise CorpusError(path, f"cannot be read: {why(error)}") from error
    try:
        suite = _suite.decode(data)
    except _UNREADABLE as error:
        _refuse_other_version(path, data)
        raise CorpusError(path, f"is no suite: {error}") from error
    _refuse_other_version(path, data, suite.schema)
    return suite


def save_suite(suite: Suite) -> bytes:
    """Render a suite as the content of its file: the same bytes every time, fit for diffs."""
    return msgspec.json.format(to_json(suite), indent=1) + b"\n"


class SelectionError(Exception):
    """A pattern that matches no vector.

    Attributes:
        pattern: what was asked for.
        near: what may have been meant; may be empty.
    """

    def __init__(self, pattern: str, near: tuple[str, ...] = ()) -> None:
        self.pattern = pattern
        self.near = near
        super().__init__(pattern, near)

    def __str__(self) -> str:
        text = f"no vector matches {self.pattern!r}"
        return f"{text}; did you mean {' or '.join(map(repr, self.near))}?" if self.near else text


def select(corpus: Corpus, patterns: Sequence[str]) -> Corpus:
    """Choose the vectors that match any of the patterns; without patterns, all.

    For patterns see `matcher`.

    Raises:
        SelectionError: a pattern matches nothing.
    """
    if not patterns:
        return corpus
    chosen: set[str] = set()
    for pattern in patterns:
        matches = matcher(pattern)
        found = [vector.id for vector in corpus.vectors if matches(vector)]
        if not found:
            raise SelectionError(pattern, _near(corpus, pattern))
        chosen.update(found)
    return corpus_of(corpus.name, (v for v in corpus.vectors if v.id in chosen))


def convert(source: Path, target: Path) -> tuple[Path, ...]:
    """Write a corpus in the other form: one suite if the target ends in ``.json``, else folders.

    Nothing that exists is overwritten. In plain form, each vector's folder is its id. Gives the
    files or folders written, in order.

    Raises:
        CorpusError: the source cannot be read, the target is there already or cannot be written.
    """
    corpus = load_corpus(source)
    folders = {target / vector.id: vector for vector in corpus.vectors}
    to_suite = target.suffix == ".json"
    written = (target,) if to_suite else tuple(folders)
    if there := next((path for path in written if os.path.lexists(path)), None):
        raise CorpusError(there, "is there already", "choose another target, or move it away")
    if not to_suite:
        for folder, vector in folders.items():
            write_plain(vector, folder)
        return written
    suite = Suite(
        schema=SUITE_SCHEMA, suite=slug(target.stem) or corpus.name, vectors=corpus.vectors
    )
    try:
        write_atomically(target, save_suite(suite))
    except OSError as error:
        raise CorpusError(target, f"cannot be written: {why(error)}") from error
    return written


class _Peek(Struct):
    """As much of a suite as every version of the format has."""

    schema: int


_suite = msgspec.json.Decoder(Suite)
_peek = msgspec.json.Decoder(_Peek)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _refuse_other_version(path: Path, data: bytes, version: int | None = None) -> None:
    if version is None:
        try:
            version = _peek.decode(data).schema
        except _UNREADABLE:
            return
    if version != SUITE_SCHEMA:
        newer = version > SUITE_SCHEMA
        raise CorpusError(
            path,
            f"has version {version} of the suite format; this pgp-accord reads {SUITE_SCHEMA}",
            "upgrade pgp-accord" if newer else "build the suite again",
        )


def _sources(path: Path) -> Iterator[tuple[Path, Iterable[Vector]]]:
    """Yield each suite file and each folder in plain form, with what it holds."""
    if not path.is_dir():
        if path.name == DESCRIPTION:
            raise CorpusError(path, "is only a part of a vector", f"name its folder: {path.parent}")
        yield path, load_suite(path).vectors
        return
    for place, folders, names in os.walk(path, onerror=_raise):
        folder = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if DESCRIPTION in names:
            yield folder, (read_plain(folder),)
        elif lacks_description(names):
            raise CorpusError(folder, f"looks like a vector, but has no {DESCRIPTION}")
        elif folder == path:
            for name in sorted(names):
                if name.endswith(".json") and not name.startswith("."):
                    yield folder / name, load_suite(folder / name).vectors


def _raise(error: OSError) -> None:
    path = Path(os.fsdecode(error.filename))
    raise CorpusError(path, f"cannot be read: {why(error)}") from error


def _name(path: Path) -> str:
    whole = path.resolve()
    return whole.name if whole.is_dir() else whole.stem


def _hint_where_vectors_are(path: Path) -> str:
    below = next(iter(sorted(path.glob("*/*.json"))), None) if path.is_dir() else None
    if below is not None:
        return f"{below} may be a suite: name its folder"
    return f"a corpus holds suites (*.json) or folders with {DESCRIPTION}"


def matcher(pattern: str) -> Callable[[Vector], bool]:
    """Understand a pattern over vectors.

    It is ``tag:NAME``, ``area:NAME``, a glob over ids (``revocation/*``, where ``*`` also crosses
    slashes), or a bare word, which matches as area and as tag.
    """
    kind, colon, name = pattern.partition(":")
    if colon and kind == "tag":
        return lambda vector: name in vector.tags
    if colon and kind == "area":
        return lambda vector: vector.area == name
    if "/" in pattern or any(sign in pattern for sign in "*?["):
        return lambda vector: fnmatchcase(vector.id, pattern)
    return lambda vector: vector.area == pattern or pattern in vector.tags


def _near(corpus: Corpus, pattern: str) -> tuple[str, ...]:
    areas = {vector.area for vector in corpus.vectors}
    tags = {tag for vector in corpus.vectors for tag in vector.tags}
    words = {*(f"tag:{tag}" for tag in tags), *(f"area:{area}" for area in areas)}
    if ":" not in pattern:
        words = {*areas, *tags, *(vector.id for vector in corpus.vectors)}
    return tuple(difflib.get_close_matches(pattern, sorted(words), n=3))
