"""Which case goes to which backend, in which order, and how many at a time."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from harness.artifact import Case
from harness.backend import BackendRecord, State
from harness.outcomes import Observation
from harness.progress import Listener
from harness.session import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    Raises:
        ValueError: there is no case, no backend or no job: such a run would prove nothing.
    """

    sessions: tuple[Session, ...]
    cases: tuple[Case, ...]
    jobs: int
    """Backends at work at the same time."""
    seed: int | None = None
    """Order of the cases: by id if None, else shuffled by this seed."""
    done: Set[tuple[str, str]] = frozenset()
    """Pairs of case and backend that need not be asked (again)."""

    def __post_init__(self) -> None:
        if not self.sessions:
            raise ValueError("no backend to run")
        if not self.cases:
            raise ValueError("no vector to run")
        if self.jobs < 1:
            raise ValueError(f"at least one job is needed, not {self.jobs}")

    def order(self) -> Sequence[Case]:
        """The cases in the order in which every backend gets them."""
        ordered = sorted(self.cases, key=lambda case: case.id)
        if self.seed is not None:
            random.Random(self.seed).shuffle(ordered)  # noqa: S311  an order, not a secret
        return ordered


def run(plan: Plan, listener: Listener) -> tuple[BackendRecord, ...]:
    """Put every case to every backend that turns out usable.

    Args:
        plan: its sessions are used up by this.
        listener: is told everything; its calls come one at a time.

    Returns:
        The backends as they settled, in the order of the plan.

    Raises:
        BaseException: whatever interrupted the calling thread (``KeyboardInterrupt``), or what a
            listener raised; by then all workers are gone.
    """
    crew = _Crew(plan, _Serial(listener))
    try:
        crew.start()
        return crew.wait()
    finally:
        crew.end()


class _Crew:
    """The threads of a run, one per job; each takes one backend after the other.

    They are daemons, and not a ``ThreadPoolExecutor``'s: a signal that strikes while one of those
    is being started leaves a thread that the interpreter waits for at exit, for ever.
    """

    def __init__(self, plan: Plan, listener: _Serial) -> None:
        self._sessions = plan.sessions
        self._cases = plan.order()
        self._not_again = plan.done
        self._listener = listener
        self._waiting = deque(plan.sessions)
        self._records: dict[str, BackendRecord] = {}
        self._fault: BaseException | None = None
        # Waited for in place of the threads: until Python 3.13, a `Thread.join` that a signal
        # interrupts takes a running thread for a finished one.
        self._done = [threading.Event() for _ in range(min(plan.jobs, len(plan.sessions)))]
        self._threads = [
            threading.Thread(target=self._work, args=(done,), name=f"job-{number}", daemon=True)
            for number, done in enumerate(self._done)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait(self) -> tuple[BackendRecord, ...]:
        """Wait until all is done, or until a thread has failed."""
        for done in self._done:
            while self._fault is None and not done.wait(0.2):
                pass  # a timeout, so that a signal can interrupt the main thread
        if self._fault is not None:
            raise self._fault
        return tuple(self._records[session.name] for session in self._sessions)

    def end(self) -> None:
        """Make whatever is under way come back, and wait for it."""
        self._listener.close()
        self._waiting.clear()
        for session in self._sessions:
            session.interrupt()
        for thread, done in zip(self._threads, self._done, strict=True):
            if thread.ident is not None:
                done.wait()

    def _work(self, done: threading.Event) -> None:
        try:
            for session in self._taken():
                cases = [c for c in self._cases if (c.id, session.name) not in self._not_again]
                self._records[session.name] = _through(session, cases, self._listener)
        except BaseException as fault:  # noqa: BLE001  raised again in the thread that waits
            self._fault = fault
        finally:
            done.set()

    def _taken(self) -> Iterator[Session]:
        """Take backends from those that wait, until none is left."""
        while True:
            try:
                session = self._waiting.popleft()
            except IndexError:
                return
            yield session


def _through(session: Session, cases: Sequence[Case], listener: _Serial) -> BackendRecord:
    with session:
        listener.backend_starting(session.name, len(cases))
        record = session.settle()
        listener.backend_settled(record)
        if record.state is State.USABLE:
            for case in cases:
                if listener.closed:
                    break
                listener.asking(session.name, case.id)
                listener.observed(session.observe(case))
        listener.backend_finished(session.name)
    return record


class _Serial:
    """Passes calls on one at a time, and none any more once closed."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self.closed = False

    def close(self) -> None:
        with self._lock:
            self.closed = True

    def backend_starting(self, backend: str, total: int) -> None:
        with self._lock:
            if not self.closed:
                self._listener.backend_starting(backend, total)

    def backend_settled(self, record: BackendRecord) -> None:
        with self._lock:
            if not self.closed:
                self._listener.backend_settled(record)

    def asking(self, backend: str, vector: str) -> None:
        with self._lock:
            if not self.closed:
                self._listener.asking(backend, vector)

    def observed(self, observation: Observation) -> None:
        with self._lock:
            if not self.closed:
                self._listener.observed(observation)

    def backend_finished(self, backend: str) -> None:
        with self._lock:
            if not self.closed:
                self._listener.backend_finished(backend)


def settle(sessions: Sequence[Session]) -> tuple[BackendRecord, ...]:
    """Start and probe backends, one after the other, without any case."""
    records = []
    for session in sessions:
        with session:
            records.append(session.settle())
    return tuple(records)
