"""What one pytest session knows: the chosen vectors, known lists, backends, and what came of it.

Under pytest-xdist every worker has one, and so has the controller, which collects nothing but
hears all reports; what it needs of the workers travels as plain data (`State.account`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest

import backends
import vectors
from harness.artifact import OPENPGP_FORMATS, Format
from harness.corpus import SelectionError, load_corpus, select
from harness.files import FileError
from harness.judge import Judgement
from harness.openpgp import harmless
from harness.outcomes import Value
from harness.testing import wording
from harness.testing.backend import Backends
from harness.testing.claims import ClaimError
from harness.testing.known import FAILURES, Known, Ledger, Place, faults, read_known
from harness.testing.vector import Exam, OpenPGPVector, formats_of, reason_beyond
from harness.vector import Corpus, Vector, corpus_of

_PLACES = ("/", "./", "../", "~")
_MARKER = "openpgp"


class Settings(Value, frozen=True, kw_only=True):
    """What options and ini file ask for."""

    vectors: tuple[str, ...] = ()
    """Patterns, and corpora (see `is_corpus`)."""
    backends: tuple[str, ...] = ()
    known: tuple[Path, ...] = ()
    fewer_places: bool = False
    """Whether the command line chooses vectors or backends, so that tests lack some of theirs."""
    fewer_tests: bool = False
    """Whether the command line chooses tests."""

    @property
    def narrowed(self) -> bool:
        """Whether what was run is what the user chose, and not all there is."""
        return self.fewer_places or self.fewer_tests


def is_corpus(text: str) -> bool:
    """Tell a corpus from a pattern, by its spelling alone: what exists must not matter."""
    return text.startswith(_PLACES) or text.endswith(".json") or text in (".", "..")


def anchored(text: str, folder: Path) -> str:
    """Make a corpus's path absolute, and leave a pattern alone."""
    return str(folder / Path(text).expanduser()) if is_corpus(text) else text


@dataclass(frozen=True)
class Wish:
    """What a test's markers ask for, the nearest one first."""

    select: tuple[str, ...] = ()
    formats: frozenset[Format] | None = None
    """None: what OpenPGP defines, for a verifier of the test's own; a backend knows itself."""
    clock: bool | None = None
    known: Path | None = None


def wish_of(node: pytest.Item) -> Wish:
    """Read the markers of a test, its class and its module; the nearest wins, name by name.

    Raises:
        ClaimError: a marker says what it cannot say.
    """
    given: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers(_MARKER))):
        if marker.args:
            raise ClaimError(f"the marker takes names only: openpgp(select={list(marker.args)!r})")
        given |= marker.kwargs
    if unknown := given.keys() - {"select", "formats", "clock", "known"}:
        raise ClaimError(
            f"the marker openpgp knows no {min(unknown)}; it takes select, formats, clock, known"
        )
    chosen = given.get("select", ())
    if isinstance(chosen, str):
        raise ClaimError(f"select takes a list: [{chosen!r}]")
    if given.get("clock") not in (None, True, False):
        raise ClaimError("clock is True or False: whether the verifier can be told the time")
    known = given.get("known")
    return Wish(
        select=tuple(chosen),
        formats=None if given.get("formats") is None else formats_of(given["formats"]),
        clock=given.get("clock"),
        known=None if known is None else node.path.parent / known,
    )


class Said(Value, frozen=True, kw_only=True):
    """What became of one test: it travels with pytest's report."""

    place: Place
    judged: tuple[Judgement, ...] = ()
    excused: tuple[str, ...] = ()
    beyond: bool = False


class Account(Value, frozen=True, kw_only=True):
    """What collecting found out: it travels from an xdist worker to the controller."""

    ledgers: tuple[Ledger, ...] = ()
    places: tuple[Place, ...] = ()
    deselected: tuple[Place, ...] = ()


class State:
    """The plugin's memory in one process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._today = datetime.now(UTC).date()
        self._ledgers: dict[str, Ledger] = {}
        self._places: set[Place] = set()
        self._deselected: set[Place] = set()
        self._heard: list[Said] = []
        self._read = cache(self._read_list)

    # What there is to choose from.

    @cached_property
    def corpus(self) -> Corpus:
        """All vectors of the corpora that are named, or of the shipped one.

        Raises:
            FileError: one cannot be read, or two hold the same id.
        """
        sources = [text for text in self._settings.vectors if is_corpus(text)]
        if not sources:
            return load_corpus(vectors.CORPUS)
        found: dict[str, Vector] = {}
        for source in sources:
            path = Path(source).expanduser()
            corpus = load_corpus(path)
            if twice := next((v.id for v in corpus.vectors if v.id in found), None):
                raise FileError(path, f"holds {twice!r}, and so does another corpus that is named")
            found |= {vector.id: vector for vector in corpus.vectors}
        return corpus_of(" and ".join(sources), found.values())

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The ids that options or ini file choose.

        Raises:
            FileError: as for `corpus`.
            SelectionError: a pattern matches nothing.
        """
        patterns = [text for text in self._settings.vectors if not is_corpus(text)]
        return _ids(select(self.corpus, patterns))

    @cached_property
    def _by_id(self) -> dict[str, Vector]:
        return {vector.id: vector for vector in self.corpus.vectors}

    @cached_property
    def backends(self) -> Backends:
        """The backends that options or ini file name, or the usual that are present."""
        return Backends(self._settings.backends)

    def check(self, *, also_backends: bool) -> None:
        """See whether options and ini file make sense.

        Raises:
            pytest.UsageError: they do not; the text says why, and what to do.
        """
        try:
            _ = self.chosen
            for path in self._settings.known:
                self._read(path)
            if also_backends:
                _ = self.backends
        except MISTAKES as error:
            raise pytest.UsageError(self.explain(error)) from error

    def explain(self, error: Exception) -> str:
        """Say what is wrong with what the user asked for, and what to do."""
        text = harmless(str(error))
        if isinstance(error, SelectionError) and Path(error.pattern).exists():
            text += f"; to name the file or folder, write ./{harmless(error.pattern)}"
        return f"pgp-accord: {text}"

    # While tests are collected.

    def choose(self, test: str, wish: Wish, asked: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Choose the vectors for a test, each with the reason to skip it, or an empty one.

        Args:
            test: its node id without parameters.
            wish: what its markers say.
            asked: the backends it is put to; none for a verifier of its own.

        Raises:
            FileError, SelectionError, ClaimError: a known list or the marker is at fault.
        """
        wanted = _ids(select(self.corpus, wish.select)) & self.chosen
        formats = wish.formats or (frozenset(Format) if asked else OPENPGP_FORMATS)
        found = tuple(
            (vector.id, reason_beyond(vector, formats, wish.clock))
            for vector in self.corpus.vectors
            if vector.id in wanted
        )
        within = [vector_id for vector_id, beyond in found if not beyond]
        if found and not within and not self._settings.narrowed:
            raise ClaimError(
                f"each of its {len(found)} vectors is beyond the verifier, for one: {found[0][1]}"
            )
        self.enter(test, wish, within, asked)
        return found

    def enter(self, test: str, wish: Wish, within: Iterable[str], asked: Sequence[str]) -> None:
        """Note the places that a test has, and which entries of known lists speak of them.

        Args:
            test: its node id without parameters.
            wish: what its markers say.
            within: the ids of vectors that are not beyond the verifier.
            asked: as for `choose`.

        Raises:
            FileError: a known list is at fault.
        """
        places = {Place(test, name, backend) for name in within for backend in asked or ("",)}
        self._places |= places
        for entry in self._entries(wish):
            self._enter(entry, places)

    def deselect(self, place: Place) -> None:
        """Note that a test was left out by the command line."""
        self._deselected.add(place)

    def vector(self, vector_id: str, place: Place, wish: Wish) -> tuple[OpenPGPVector, Exam]:
        """Make what a test gets.

        Raises:
            SelectionError: there is no such vector.
        """
        vector = self._by_id.get(vector_id)
        if vector is None:
            raise SelectionError(vector_id)
        known = tuple(
            entry
            for entry in self._entries(wish)
            if entry.speaks_of(place) and not entry.has_expired(self._today)
        )
        exam = Exam(place=place, known=known)
        return OpenPGPVector(vector, exam, self._how_to_see(vector_id)), exam

    # When tests are over.

    def said(self, place: Place, exam: Exam | None) -> Any:
        """What became of a test, as plain data.

        Args:
            place: which test, and which vector.
            exam: what it did; None where it was skipped before it got its vector.
        """
        if exam is None:
            said = Said(place=place, beyond=place not in self._places)
        else:
            said = Said(
                place=place,
                judged=tuple(exam.judged),
                excused=tuple(exam.excused),
                beyond=exam.beyond,
            )
        return msgspec.to_builtins(said)

    def end(self) -> None:
        """Let nothing outlive the session."""
        if "backends" in self.__dict__:  # else none was asked for
            self.backends.end()

    def account(self) -> Any:
        """What the controller of xdist has to know of a worker."""
        return msgspec.to_builtins(
            Account(
                ledgers=tuple(self._ledgers.values()),
                places=tuple(self._places),
                deselected=tuple(self._deselected),
            )
        )

    def take_account(self, account: Any) -> None:
        """Hear of a worker; all of them collect the same."""
        heard = msgspec.convert(account, Account)
        self._ledgers |= {ledger.source: ledger for ledger in heard.ledgers}
        self._places |= set(heard.places)
        self._deselected |= set(heard.deselected)

    def hear(self, said: Any) -> None:
        """Hear what became of a test."""
        self._heard.append(msgspec.convert(said, Said))

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the session as a whole, a line each."""
        ran = frozenset(said.place for said in self._heard) - self._deselected
        judged = frozenset(said.place for said in self._heard if said.judged)
        excused: dict[str, frozenset[Place]] = {}
        for said in self._heard:
            for source in said.excused:
                excused[source] = excused.get(source, frozenset()) | {said.place}
        return (
            *faults(self._ledgers.values(), ran=ran, judged=judged, excused=excused),
            *self._never_judged(ran),
        )

    def _never_judged(self, ran: frozenset[Place]) -> Iterable[str]:
        """Name the tests whose verifier refused every vector as beyond it."""
        if self._settings.narrowed:
            return
        beyond = frozenset(said.place for said in self._heard if said.beyond and not said.judged)
        for test in sorted({place.test for place in self._places}):
            places = {place for place in self._places if place.test == test}
            if places <= ran and places <= beyond:
                yield f"{test}: all vectors were beyond the verifier, and nothing was judged"

    def summary(self) -> str:
        """Count what was judged, in one line; empty if no test asked."""
        counts = Counter(j for said in self._heard for j in said.judged)
        beyond = sum(said.beyond for said in self._heard)
        known = sum(bool(said.excused) for said in self._heard)
        if not counts and not beyond and not known:
            return ""
        wrong = [wording.counted(counts[j], j) for j in FAILURES if counts[j]] or ["none wrong"]
        text = f"pgp-accord: {counts.total()} judged: {', '.join(wrong)}"
        text += f" ({known} known)" if known else ""
        return text + (f"; {beyond} beyond the verifier" if beyond else "")

    def _entries(self, wish: Wish) -> tuple[Known, ...]:
        lists = (*self._settings.known, *(() if wish.known is None else (wish.known,)))
        return tuple(entry for path in dict.fromkeys(lists) for entry in self._read(path))

    def _read_list(self, path: Path) -> tuple[Known, ...]:
        here = Path.cwd()
        name = path.relative_to(here) if path.is_relative_to(here) else path
        return read_known(path, harmless(str(name)), self.corpus)

    def _enter(self, entry: Known, places: Iterable[Place]) -> None:
        before = self._ledgers.get(entry.source)
        spoken_of = frozenset(place for place in places if entry.speaks_of(place))
        self._ledgers[entry.source] = Ledger(
            source=entry.source,
            pattern=entry.pattern,
            expired=str(entry.expires) if entry.has_expired(self._today) else "",
            places=spoken_of if before is None else before.places | spoken_of,
            all_places=not self._settings.fewer_places,
            all_tests=not self._settings.fewer_tests,
        )

    def _how_to_see(self, vector_id: str) -> str:
        sources = [text for text in self._settings.vectors if is_corpus(text)]
        where = "".join(f" --vectors {harmless(source)}" for source in sources[:1])
        return f"pgp-accord show{where} {vector_id}"


MISTAKES = (
    FileError,
    SelectionError,
    ClaimError,
    backends.UnknownBackendError,
)
"""What users can mend."""


def _ids(corpus: Corpus) -> frozenset[str]:
    return frozenset(vector.id for vector in corpus.vectors)
