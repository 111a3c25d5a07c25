"""Fetching versions into the user's cache, and removing them: the only part that uses a network.

A backend's folder is built under another name and then renamed, so that it is there whole or not
at all. One process fetches, builds or removes at a time. What the folders hold, and how a backend
is made of one, is the business of `backends.variants` and `backends.drivers`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from backends import drivers, openpgpjs, variants
from backends.variants import Name, OfNpm, OfPyPI, OfRelease, Record
from harness.files import why

_PASSING = ".{name}.{token}"
"""Name of a folder on its way in or out; a backend's never begins with a dot."""


class FetchError(Exception):
    """Something that cannot be fetched or removed, in words for the user.

    Attributes:
        what: what cannot be done, or the backend's name.
        reason: why.
        hint: what to do next; may be empty.
    """

    def __init__(self, what: str, reason: str, hint: str = "") -> None:
        self.what = what
        self.reason = reason
        self.hint = hint
        super().__init__(what, reason, hint)

    def __str__(self) -> str:
        text = f"{self.what}: {self.reason}"
        return f"{text} ({self.hint})" if self.hint else text


class WordError(FetchError):
    """A word that names nothing that could be fetched or removed."""


_DEBIAN = "debian:"


def read_words(words: Sequence[str]) -> tuple[Name, ...]:
    """Read what a user asks for: ``debian:SUITE NAME…``, ``NAME==VERSION`` and ``openpgpjs``.

    Raises:
        WordError: a word is none of these.
    """
    wanted: list[Name] = []
    suite = unused = ""
    for word in words:
        if word.startswith(_DEBIAN):
            _none_unused(unused)
            suite = word.removeprefix(_DEBIAN)
            if not variants.SUITE.fullmatch(suite):
                raise WordError(word, "that is no release", "write debian:trixie")
            unused = word
        elif "==" in word:
            wanted.append(_of_pypi(word))
        elif word == OfNpm().name:
            wanted.append(OfNpm())
        else:
            wanted.append(_of_release(word, suite))
            unused = ""
    _none_unused(unused)
    return tuple(dict.fromkeys(wanted))


def _none_unused(source: str) -> None:
    if source:
        raise WordError(source, "nothing to fetch from it", f"write {source} sqv")


def _of_release(word: str, suite: str) -> OfRelease:
    name = variants.parse(f"{word}@{suite}" if "@" not in word else word)
    if isinstance(name, OfRelease):
        return name
    if word in variants.TOOLS:
        raise WordError(word, "from which release?", f"write debian:trixie {word}")
    if word in variants.LIBRARIES:
        raise WordError(word, "which version of it?", f"write {word}==VERSION")
    known = ", ".join(variants.TOOLS)
    raise WordError(word, "no package of this name can be fetched", f"those that can: {known}")


def _of_pypi(word: str) -> OfPyPI:
    name = variants.parse(word.lower())
    if isinstance(name, OfPyPI):
        return name
    if word.lower().partition("==")[0] in variants.LIBRARIES:
        raise WordError(word, "that is no version", "write pgpy==0.5.4")
    known = ", ".join(variants.LIBRARIES)
    raise WordError(word, "no library of this name can be fetched", f"those that can: {known}")


@contextlib.contextmanager
def cache() -> Iterator[Path]:
    """Have the folder of all fetched backends for this process alone.

    Raises:
        FetchError: another process has it.
        OSError: it cannot be made.
    """
    folder = variants.cache()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FetchError(
                str(folder),
                "another pgp-accord is fetching, building or removing",
                "wait until it is done",
            ) from None
        _sweep(folder)
        yield folder
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove what one that was killed has left behind."""
    for entry in folder.iterdir():
        if entry.name.startswith(".") and entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)


@contextlib.contextmanager
def building(folder: Path, name: str) -> Iterator[Path]:
    """Build a backend's folder under another name; when all went well, put it in its place.

    Args:
        folder: that of all fetched backends.
        name: the backend's. One that is there is replaced.

    Raises:
        OSError: it cannot be written. What was there before is there still.
    """
    new = folder / _PASSING.format(name=name, token=secrets.token_hex(6))
    new.mkdir()
    try:
        yield new
        old = _moved_away(folder / name)
        try:
            new.rename(folder / name)
        except OSError:
            if old is not None:
                old.rename(folder / name)
            raise
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)


def _moved_away(place: Path) -> Path | None:
    """Give a backend's folder, if there is one, a name under which it will be swept."""
    old = place.with_name(_PASSING.format(name=place.name, token=secrets.token_hex(6)))
    try:
        return place.rename(old)
    except FileNotFoundError:
        return None


def fetched(folder: Path, name: Name) -> Record | None:
    """What is there under a name, if it is usable, and what would be fetched."""
    place = folder / name.name
    if isinstance(name, OfNpm) and not openpgpjs.is_pinned(place):
        return None  # fetched by a pgp-accord that pinned another version
    return variants.read_record(place)


def remove(names: Sequence[str]) -> None:
    """Remove backends from the cache; all of them, or none if one is not there.

    Raises:
        WordError: a name is none of a fetched or built backend.
        FetchError: they cannot be removed.
    """
    try:
        with cache() as folder:
            for name in names:
                if not _can_be_here(name) or not (folder / name).is_dir():
                    there = ", ".join((*variants.names(), *drivers.names())) or "none"
                    done = "built" if name in drivers.DRIVERS else "fetched"
                    raise WordError(name, f"it has not been {done}", f"{done}: {there}")
            for name in dict.fromkeys(names):
                old = _moved_away(folder / name)
                assert old is not None
                shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise FetchError(str(error.filename or "cache"), why(error)) from error


def _can_be_here(name: str) -> bool:
    return variants.parse(name) is not None or name in drivers.DRIVERS


def tool_environment(source: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The user's environment for a package manager, which is to speak English."""
    return {**source, "LC_ALL": "C.UTF-8", "LANGUAGE": "", "DEBIAN_FRONTEND": "noninteractive"}
