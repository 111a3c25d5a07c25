"""Listeners that show how a run gets on: live on a terminal, as plain lines elsewhere.

What they are told is cheap to take in: a few assignments under a lock. The live display draws
itself ten times a second in a thread of its own, however many calls come. Both write to the
stream they are given (standard error, so that standard output stays for results).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.backend import BackendRecord, State
from harness.outcomes import Observation, Verdict
from harness.progress import Listener, Silent
from reports.layout import Page
from reports.safe import plain, terminal

Clock = Callable[[], float]

REFRESHES_PER_SECOND = 10
_LINE_EVERY_SECONDS = 5.0
_LINE_EVERY_SHARE = 10
_LINE_AT_MOST_EVERY_SECONDS = 1.0


@contextmanager
def listening(stream: TextIO | None) -> Iterator[Listener]:
    """Show progress on a stream while the body runs: live on a terminal that can be redrawn
    (the display vanishes at the end), else as plain lines. None is what Python has in the place
    of a standard stream that was closed when it started.
    """
    if stream is None:
        yield Silent()
        return
    console = Console(file=stream)
    if not console.is_terminal or console.is_dumb_terminal:
        yield PlainProgress(stream)
        return
    shown = LiveProgress()
    with Live(
        shown,
        console=console,
        refresh_per_second=REFRESHES_PER_SECOND,
        transient=True,
        # Live would send what anyone writes to standard output to the console's stream.
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield shown


def duration(seconds: float) -> str:
    """Write a time span: 0:07, 12:34 or 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@dataclass
class _Course:
    """How far one backend is."""

    total: int
    started: float
    done: int = 0
    note: str = "starting"
    asking: bool = False
    finished: float | None = None
    failed: bool = False
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    told_share: int = 0
    told_at: float = 0.0


class _Board:
    """The state both listeners share, and the lock that guards it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._courses: dict[str, _Course] = {}
        self._started = clock()

    def _settle(self, record: BackendRecord) -> _Course:
        course = self._course(record.name)
        course.note = ""
        if record.state is not State.USABLE:
            course.note = f"{record.state}: {record.reason}"
            course.failed = True
            course.finished = self._clock()
        return course

    def _course(self, backend: str) -> _Course:
        # A listener that is told things in an odd order must not break the run.
        return self._courses.setdefault(backend, _Course(total=0, started=self._clock()))


class LiveProgress(_Board):
    """A listener and, for rich, what it shows: one line per backend."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__(clock)

    def backend_starting(self, backend: str, total: int) -> None:
        with self._lock:
            self._courses[backend] = _Course(total=total, started=self._clock())

    def backend_settled(self, record: BackendRecord) -> None:
        with self._lock:
            self._settle(record)

    def asking(self, backend: str, vector: str) -> None:
        with self._lock:
            course = self._course(backend)
            course.note, course.asking = vector, True

    def observed(self, observation: Observation) -> None:
        with self._lock:
            course = self._course(observation.backend)
            course.done += 1
            course.asking = False

    def backend_finished(self, backend: str) -> None:
        with self._lock:
            course = self._course(backend)
            if course.finished is None:
                course.finished = self._clock()
                course.note = "done"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with self._lock:
            now = self._clock()
            lines = [self._line(name, course, now) for name, course in self._courses.items()]
            running = sum(course.finished is None for course in self._courses.values())
            done = sum(course.done for course in self._courses.values())
            total = sum(c.total for c in self._courses.values() if not c.failed)
        grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
        grid.add_column(no_wrap=True, overflow="ellipsis", max_width=16)
        grid.add_column(width=12)
        grid.add_column(justify="right", no_wrap=True)
        grid.add_column(justify="right", no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for line in lines:
            grid.add_row(*line)
        whole = Text(f"{done}/{total} answers, {running} running, {duration(now - self._started)}")
        yield Page([grid, whole])

    @staticmethod
    def _line(name: str, course: _Course, now: float) -> tuple[RenderableType, ...]:
        end = now if course.finished is None else course.finished
        bar = ProgressBar(total=max(course.total, 1), completed=course.done, width=12)
        style = "bold" if course.failed else "dim"
        return (
            terminal(name),
            Text("") if course.failed else bar,
            Text("" if course.failed else f"{course.done}/{course.total}"),
            Text(duration(end - course.started), style="dim"),
            terminal(course.note, style=style, limit=200),
        )


class PlainProgress(_Board):
    """A listener that writes a line now and then: when a backend starts, settles and finishes,
    and in between at every tenth, or after five seconds; never more than one a second.
    """

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        super().__init__(clock)
        self._stream = stream

    def backend_starting(self, backend: str, total: int) -> None:
        with self._lock:
            now = self._clock()
            self._courses[backend] = _Course(total=total, started=now, told_at=now)
            self._tell(backend, "starting")

    def backend_settled(self, record: BackendRecord) -> None:
        with self._lock:
            course = self._settle(record)
            found = record.description
            version = f" (version {found.version})" if found is not None else ""
            self._tell(record.name, course.note or f"{record.state}{version}")

    def asking(self, backend: str, vector: str) -> None: ...

    def observed(self, observation: Observation) -> None:
        with self._lock:
            course = self._course(observation.backend)
            course.done += 1
            course.verdicts[observation.verdict] += 1
            now = self._clock()
            share = course.done * _LINE_EVERY_SHARE // max(course.total, 1)
            silent = now - course.told_at
            new_share = share > course.told_share and silent >= _LINE_AT_MOST_EVERY_SECONDS
            if course.done < course.total and (new_share or silent >= _LINE_EVERY_SECONDS):
                course.told_share, course.told_at = share, now
                elapsed = duration(now - course.started)
                self._tell(
                    observation.backend,
                    f"{course.done}/{course.total} after {elapsed}, now {observation.vector}",
                )

    def backend_finished(self, backend: str) -> None:
        with self._lock:
            course = self._course(backend)
            if course.failed:
                return
            course.finished = self._clock()
            counts = ", ".join(
                f"{course.verdicts[verdict]} {verdict}"
                for verdict in Verdict
                if course.verdicts[verdict]
            )
            elapsed = duration(course.finished - course.started)
            self._tell(backend, f"finished after {elapsed}: {counts or 'nothing asked'}")

    def _tell(self, backend: str, what: str) -> None:
        line = f"{plain(backend)}: {plain(what, 300)}\n"
        encoding = self._stream.encoding or "ascii"
        self._stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
        self._stream.flush()
