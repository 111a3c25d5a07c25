"""Listeners that keep or pass on what a runner tells."""

from __future__ import annotations

from harness.backend import BackendRecord
from harness.outcomes import Observation
from harness.parts import settled_otherwise
from harness.progress import Listener, Silent
from harness.run import RunError, RunWriter


class Collector(Silent):
    """Keeps every record and observation in memory."""

    def __init__(self) -> None:
        self.records: list[BackendRecord] = []
        self.observations: list[Observation] = []

    def backend_settled(self, record: BackendRecord) -> None:
        self.records.append(record)

    def observed(self, observation: Observation) -> None:
        self.observations.append(observation)


class ChangedError(RunError):
    """A run that cannot go on, since a backend is not what it was."""


class Recorder(Silent):
    """Writes every record and observation to a run file as it comes.

    Where the file goes on with an interrupted run, a backend that had settled before must be what
    it was then.

    Raises:
        ChangedError: it is not; nothing is lost of what the file holds.
    """

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer
        left = writer.left.backends if writer.left else ()
        self._before = {record.name: record for record in left}

    def backend_settled(self, record: BackendRecord) -> None:
        before = self._before.get(record.name)
        if before is None:
            self._writer.write_backend(record)
        elif found := settled_otherwise(before, record):
            what = "; ".join(f"{each.what}: {each.one} then, {each.other} now" for each in found)
            raise ChangedError(
                self._writer.partial,
                f"cannot go on: {record.name} is not what it was: {what}",
                "make it so again, or leave out --resume to start anew",
            )

    def observed(self, observation: Observation) -> None:
        self._writer.write_observation(observation)


class Together:
    """Several listeners as one."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def backend_starting(self, backend: str, total: int) -> None:
        for listener in self._listeners:
            listener.backend_starting(backend, total)

    def backend_settled(self, record: BackendRecord) -> None:
        for listener in self._listeners:
            listener.backend_settled(record)

    def asking(self, backend: str, vector: str) -> None:
        for listener in self._listeners:
            listener.asking(backend, vector)

    def observed(self, observation: Observation) -> None:
        for listener in self._listeners:
            listener.observed(observation)

    def backend_finished(self, backend: str) -> None:
        for listener in self._listeners:
            listener.backend_finished(backend)
