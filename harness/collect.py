"""Listeners that keep or pass on what a runner tells."""

from __future__ import annotations

from harness.backend import BackendRecord
from harness.outcomes import Observation
from harness.progress import Listener, Silent
from harness.run import RunWriter


class Collector(Silent):
    """Keeps every record and observation in memory."""

    def __init__(self) -> None:
        self.records: list[BackendRecord] = []
        self.observations: list[Observation] = []

    def backend_settled(self, record: BackendRecord) -> None:
        self.records.append(record)

    def observed(self, observation: Observation) -> None:
        self.observations.append(observation)


class Recorder(Silent):
    """Writes every record and observation to a run file as it comes."""

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer

    def backend_settled(self, record: BackendRecord) -> None:
        self._writer.write_backend(record)

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
