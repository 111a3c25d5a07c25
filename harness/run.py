"""The run file: everything that was observed, and under which circumstances, as JSON Lines.

One JSON object a line, each with a ``type``::

    header        first: tool, profile, corpus, the backends asked for, platform, start
    backend       one for each backend, as soon as its probes are over: version, or why not
    observation   one for each answer, in the order they came
    footer        last: how many there were of each verdict, and the end

The header can come first since it holds requests only; what became of each backend stands on
its own line. While it grows the file is called ``NAME.part``; a file without its footer is
truncated, and `read_run` says so; a `RunWriter` can go on with it. The schema is published as
``schemas/run.schema.json``. Version 1 of the format had no ``shard`` and no ``further_platforms``,
and is still read.
"""

from __future__ import annotations

import fcntl
import os
import platform
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import msgspec
from msgspec import Struct

from harness.backend import BackendRecord
from harness.files import FileError, sync_folder, why
from harness.outcomes import Moment, Observation, Value, Verdict, to_json
from harness.shard import Shard
from harness.vector import Corpus

RUN_SCHEMA = 2
"""Version of the format that is written."""
_READABLE = (1, RUN_SCHEMA)


class CorpusRef(Value, frozen=True, kw_only=True):
    """Which vectors a run asked about: after selection, and before it was cut into shards."""

    name: str
    digest: str
    """`harness.vector.Corpus.digest`: SHA-256 in hexadecimal."""
    vectors: int
    """How many."""


class Platform(Value, frozen=True, kw_only=True):
    """The machine that a run took place on."""

    system: str
    """E.g. ``Linux``."""
    machine: str
    """E.g. ``x86_64``."""
    python: str
    """Version of the interpreter that ran the engine."""


class RunHeader(Value, frozen=True, kw_only=True, tag_field="type", tag="header"):
    """The first line: what was asked for."""

    schema: int
    """Version of the file format; see `RUN_SCHEMA`."""
    tool: str
    """Name of the program that wrote the file."""
    version: str
    """Its version."""
    profile: str
    corpus: CorpusRef
    backends: tuple[str, ...]
    """Names of the backends asked for, sorted; each has a line of its own."""
    platform: Platform
    started: Moment
    jobs: int
    """How many workers ran at a time."""
    timeout: float
    """Seconds a backend had for one vector."""
    seed: int | None = None
    """Seed of the order in which vectors were asked, if it was shuffled; none if the run was
    merged from files with different seeds."""
    at: Moment | None = None
    """Reference time given for all vectors in place of their own."""
    selection: tuple[str, ...] = ()
    """The patterns that chose the vectors; none means all."""
    shard: Shard | None = None
    """The part of the corpus that the run asked about; none means all of it."""
    further_platforms: tuple[Platform, ...] = ()
    """Of a merged run: the machines that its files come from, beside ``platform``."""


class RunFooter(Value, frozen=True, kw_only=True, tag_field="type", tag="footer"):
    """The last line; a file without it is truncated."""

    observations: int
    """How many observation lines there are."""
    verdicts: dict[str, dict[Verdict, int]]
    """How many per backend and verdict."""
    finished: Moment
    complete: bool
    """Always true: a run that was interrupted has no footer."""


RunLine = RunHeader | BackendRecord | Observation | RunFooter


class RunError(FileError):
    """A run file that cannot be read or written."""


class NothingLeftError(RunError):
    """There is no interrupted run to go on with."""


class TruncatedRunError(RunError):
    """A run file that ends too early: the run was interrupted, or the file cut."""


@dataclass(frozen=True)
class Run:
    """A complete run. Two runs of the same lines in another order are equal."""

    header: RunHeader
    backends: tuple[BackendRecord, ...]
    """Sorted by name; one for each that the header asks for."""
    observations: tuple[Observation, ...]
    """Sorted by vector, then backend; no pair occurs twice."""
    finished: datetime

    def by_vector(self) -> dict[str, tuple[Observation, ...]]:
        """Group the observations: vector ids in order, each with its backends' in order."""
        groups: dict[str, list[Observation]] = {}
        for observation in self.observations:
            groups.setdefault(observation.vector, []).append(observation)
        return {vector: tuple(group) for vector, group in groups.items()}

    def observation(self, vector: str, backend: str) -> Observation | None:
        """Find what one backend said about one vector."""
        return self._index.get((vector, backend))

    def backend(self, name: str) -> BackendRecord | None:
        """Find what became of one backend."""
        return next((record for record in self.backends if record.name == name), None)

    @cached_property
    def _index(self) -> dict[tuple[str, str], Observation]:
        return {(o.vector, o.backend): o for o in self.observations}


def reference(corpus: Corpus) -> CorpusRef:
    """Name a corpus so that another one can be told from it."""
    return CorpusRef(name=corpus.name, digest=corpus.digest(), vectors=len(corpus.vectors))


def this_platform() -> Platform:
    """Describe the machine this program runs on."""
    return Platform(
        system=platform.system(),
        machine=platform.machine(),
        python=platform.python_version(),
    )


def run_of(
    header: RunHeader,
    backends: Iterable[BackendRecord],
    observations: Iterable[Observation],
    finished: datetime,
) -> Run:
    """Put a run together in its canonical order, from parts already known to be consistent."""
    return Run(
        header=header,
        backends=tuple(sorted(backends, key=lambda b: b.name)),
        observations=tuple(sorted(observations, key=lambda o: (o.vector, o.backend))),
        finished=finished,
    )


class _Tally:
    """The rules every run file keeps, for writer and reader alike."""

    def __init__(self, header: RunHeader | None) -> None:
        self._requested = frozenset(header.backends if header else ())
        self._settled: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        self._verdicts: Counter[tuple[str, Verdict]] = Counter()

    def add_backend(self, name: str) -> str:
        """Count a backend; give what is wrong with it, or nothing."""
        if name not in self._requested:
            return f"backend {name!r} was not asked for"
        if name in self._settled:
            return f"backend {name!r} occurs twice"
        self._settled.add(name)
        return ""

    def add_observation(self, observation: Observation) -> str:
        """Count an observation; give what is wrong with it, or nothing."""
        pair = (observation.vector, observation.backend)
        if observation.backend not in self._settled:
            return f"an observation of backend {pair[1]!r}, of which nothing is said before"
        if pair in self._seen:
            return f"a second observation of {pair[0]!r} by backend {pair[1]!r}"
        self._seen.add(pair)
        self._verdicts[pair[1], observation.verdict] += 1
        return ""

    @property
    def observations(self) -> int:
        """How many observations were counted."""
        return len(self._seen)

    def missing(self) -> list[str]:
        """Backends asked for of which nothing was said."""
        return sorted(self._requested - self._settled)

    def footer(self, finished: datetime) -> RunFooter:
        verdicts: dict[str, dict[Verdict, int]] = {name: {} for name in sorted(self._settled)}
        for (backend, verdict), count in sorted(self._verdicts.items()):
            verdicts[backend][verdict] = count
        return RunFooter(
            observations=len(self._seen), verdicts=verdicts, finished=finished, complete=True
        )


@dataclass(frozen=True)
class Left:
    """What an interrupted run left, up to its last whole line."""

    header: RunHeader
    backends: tuple[BackendRecord, ...]
    observations: tuple[Observation, ...]


class RunWriter:
    """Writes a run line by line; the file gets its name when, and only when, it is complete.

    A context manager. Leaving it normally writes the footer and renames `partial` to the path,
    replacing a file of that name; leaving it by an exception keeps `partial`, which another
    writer can go on with. Not safe for use by several threads at a time.

    Raises:
        NothingLeftError: there is no interrupted run to go on with.
        RunError: the file cannot be written; what is to be gone on with cannot be read.
        ValueError: what is written makes no consistent run (a backend that was not asked for,
            a second observation of the same pair, a backend of which nothing was said).
    """

    def __init__(
        self,
        path: Path,
        header: RunHeader | None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            path: the file to be.
            header: what is asked for; None to go on with what an interrupted run left.
            now: tells the time at which the run is finished.
        """
        self.path = path
        self.partial = path.with_name(path.name + ".part")
        """Where the lines are until the run is complete."""
        self.left: Left | None = None
        """What is gone on with, once this is entered; nothing is lost of it whatever happens."""
        self._header = header
        self._now = now
        self._tally = _Tally(header)
        self._cut: int | None = None
        """Where to go on writing: half a line, or a footer, may stand there."""
        self._file: FileIO | None = None

    @property
    def observations(self) -> int:
        """How many observations the file holds by now."""
        return self._tally.observations

    def __enter__(self) -> Self:
        try:
            self._file = _open_alone(self.partial, there=self._header is None)
        except BlockingIOError as error:
            raise RunError(
                self.path, "another run is writing it now", "wait for it, or choose another place"
            ) from error
        except FileNotFoundError as error:
            if self._header is None:
                raise NothingLeftError(
                    self.partial, "there is no such file: nothing to resume", _START_ANEW
                ) from error
            self._fail(error)
        except OSError as error:
            self._fail(error)
        try:
            if self._header is None:
                self._go_on()
            else:
                self._write(self._header)
        except BaseException:
            self._file.close()
            raise
        return self

    def write_backend(self, record: BackendRecord) -> None:
        """Say what became of a backend; before its first observation."""
        if wrong := self._tally.add_backend(record.name):
            raise ValueError(wrong)
        self._write(record)

    def write_observation(self, observation: Observation) -> None:
        """Say what a backend said about a vector."""
        if wrong := self._tally.add_observation(observation):
            raise ValueError(wrong)
        self._write(observation)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._file is not None
        with self._file as file:
            if kind is not None:
                return
            if missing := self._tally.missing():
                raise ValueError(f"nothing was said about these backends: {', '.join(missing)}")
            self._write(self._tally.footer(self._now()))
            try:
                os.fsync(file.fileno())
                self.partial.replace(self.path)
            except OSError as failure:
                self._fail(failure)
        sync_folder(self.path.parent)

    def _go_on(self) -> None:
        """Take in what is there; it stays as it is until there is something to add."""
        assert self._file is not None
        if not stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
            raise RunError(self.partial, "is no ordinary file", _START_ANEW)
        try:
            data = self._file.readall() or b""
        except OSError as error:
            raise RunError(self.partial, f"cannot be read: {why(error)}") from error
        if not data:
            raise NothingLeftError(self.partial, "is empty: nothing to resume", _START_ANEW)
        found = _parse(self.partial, data)
        self._tally = found.tally
        self._cut = found.body
        self.left = Left(found.header, tuple(found.backends), tuple(found.observations))

    def _write(self, line: RunLine) -> None:
        assert self._file is not None, "a RunWriter is a context manager"
        rest = memoryview(to_json(line) + b"\n")
        try:
            if self._cut is not None:
                self._file.truncate(self._cut)
                self._file.seek(self._cut)
                self._cut = None
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> NoReturn:
        raise RunError(
            self.path,
            f"cannot be written: {why(error)}",
            "choose another place for the run file",
        ) from error


def _open_alone(path: Path, *, there: bool) -> FileIO:
    """Open a file for writing that nobody else gets until it is closed.

    Unbuffered: whoever looks at an interrupted run sees every answer there was.

    Args:
        path: which.
        there: it must be there, and can be read as well, from its beginning; else it is made if
            need be, and empty.

    Raises:
        BlockingIOError: another process writes it.
        FileNotFoundError: it must be there and is not, or its folder is not.
        OSError: it cannot be opened.
    """
    # Not emptied yet: it may be another's. Not waiting, as a FIFO would have us do.
    flags = os.O_CLOEXEC | os.O_NONBLOCK | (os.O_RDWR if there else os.O_WRONLY | os.O_CREAT)
    while True:
        file = FileIO(os.open(path, flags, 0o666), "r+" if there else "w")
        try:
            _lock(file)
            ours, now_there = os.fstat(file.fileno()), path.stat()
            if (ours.st_dev, ours.st_ino) == (now_there.st_dev, now_there.st_ino):
                if stat.S_ISREG(ours.st_mode) and not there:
                    file.truncate(0)
                return file
        except FileNotFoundError:
            pass  # finished by another in the meantime, as is a file that is no longer the same
        except BaseException:
            file.close()
            raise
        file.close()


def _lock(file: FileIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        pass  # a file system without locks


class _Peek(Struct):
    """As much of a header as every version of the format has."""

    type: str
    schema: int


_peek = msgspec.json.Decoder(_Peek)
_line = msgspec.json.Decoder(RunLine)
_HEADER_STARTS = b'{"type":"header"'
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_run(path: Path) -> Run:
    """Read a complete run.

    Raises:
        TruncatedRunError: the file ends too early.
        RunError: there is no such file, it is no run file, another version of the format, or
            its lines contradict each other.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        hint = ""
        if (partial := path.with_name(path.name + ".part")).exists():
            hint = f"{partial} is what an interrupted run left; go on with it by --resume"
        raise RunError(path, "there is no such file", hint) from None
    except OSError as error:
        raise RunError(path, f"cannot be read: {why(error)}") from error
    return _read(path, data)


def _read(path: Path, data: bytes) -> Run:
    found = _parse(path, data)
    if found.footer is None:
        raise _truncated(path, found.broken_off)
    _compare_footer(path, found.footer, found.tally)
    return run_of(found.header, found.backends, found.observations, found.footer.finished)


@dataclass
class _Parsed:
    """The lines of a file that is complete or broken off."""

    header: RunHeader
    tally: _Tally
    backends: list[BackendRecord]
    observations: list[Observation]
    footer: RunFooter | None = None
    broken_off: str = ""
    """How it ends, if there is no footer."""
    body: int = 0
    """Octets of all whole lines but the footer."""


def _parse(path: Path, data: bytes) -> _Parsed:
    """Read lines that do not contradict each other, as far as they go.

    Raises:
        TruncatedRunError: there is not even a whole header.
        RunError: it is no run file, or one of another version, or damaged.
    """
    lines = data.split(b"\n")
    rest = lines.pop()  # empty where the last line is whole
    if not lines:
        if rest.startswith(_HEADER_STARTS):
            raise _truncated(path, "the first line is cut short")
        raise RunError(path, "is no run file: it has no header", _NOT_A_RUN)
    header = _read_header(path, lines[0])
    found = _Parsed(header, _Tally(header), [], [], body=len(data) - len(rest))
    for number, line in _read_lines(path, lines):
        wrong = ""
        if found.footer is not None:
            wrong = "there is more after the footer"
        match line:
            case Observation() as observation:
                wrong = wrong or found.tally.add_observation(observation)
                found.observations.append(observation)
            case BackendRecord() as record:
                wrong = wrong or found.tally.add_backend(record.name)
                found.backends.append(record)
            case RunFooter():
                found.footer = line
                found.body -= len(lines[-1]) + 1
            case RunHeader():
                wrong = wrong or "a second header: runs are not joined by joining their files"
        if wrong:
            raise RunError(path, f"line {number}: {wrong}", _DAMAGED)
    if rest and found.footer is not None:
        raise RunError(path, f"line {len(lines) + 1}: there is more after the footer", _DAMAGED)
    found.broken_off = (
        f"line {len(lines) + 1} is cut short"
        if rest
        else f"it has no footer, and ends after {len(found.observations)} observations"
    )
    return found


def _read_header(path: Path, line: bytes) -> RunHeader:
    try:
        peek = _peek.decode(line)
    except _UNREADABLE as error:
        raise RunError(path, "is no run file: line 1 is no header", _NOT_A_RUN) from error
    if peek.type != "header":
        raise RunError(path, f"is no run file: line 1 is a {peek.type!r}", _NOT_A_RUN)
    if peek.schema not in _READABLE:
        newer = peek.schema > RUN_SCHEMA
        readable = " and ".join(map(str, _READABLE))
        raise RunError(
            path,
            f"has version {peek.schema} of the run format; this pgp-accord reads {readable}",
            "upgrade pgp-accord" if newer else "run again with this pgp-accord",
        )
    ((_, header),) = _read_lines(path, [line], first=1)
    assert isinstance(header, RunHeader)
    return header


def _read_lines(path: Path, lines: list[bytes], first: int = 2) -> Iterator[tuple[int, RunLine]]:
    number = first
    try:
        for number, line in enumerate(lines[first - 1 :], first):
            yield number, _line.decode(line)
    except _UNREADABLE as error:
        raise RunError(path, f"line {number}: {error}", _DAMAGED) from error


def _compare_footer(path: Path, footer: RunFooter, tally: _Tally) -> None:
    counted = tally.footer(footer.finished)
    if footer.observations > counted.observations:
        raise _truncated(
            path, f"it has {counted.observations} of {footer.observations} observations"
        )
    if missing := tally.missing():
        raise _truncated(path, f"nothing is said about these backends: {', '.join(missing)}")
    if footer != counted:
        raise RunError(path, "the footer's counts are not those of the lines", _DAMAGED)


def _truncated(path: Path, what: str) -> TruncatedRunError:
    return TruncatedRunError(
        path,
        f"is truncated: {what}",
        "an incomplete run proves nothing: go on with it by --resume, or run again",
    )


_NOT_A_RUN = "a run file is the run.jsonl that `pgp-accord run` writes"
_DAMAGED = "the file was edited or damaged; run again"
_START_ANEW = "leave out --resume to start anew"
