"""What a runner tells while it works; `reports.progress` shows it, tests record it."""

from __future__ import annotations

from typing import Protocol

from harness.backend import BackendRecord
from harness.outcomes import Observation


class Listener(Protocol):
    """Gets told of every step. Calls come one at a time, though from several threads."""

    def backend_starting(self, backend: str, total: int) -> None:
        """A worker is being started and probed; ``total`` cases will follow."""

    def backend_settled(self, record: BackendRecord) -> None:
        """The probes are over: usable, or not and why."""

    def asking(self, backend: str, vector: str) -> None:
        """The backend is about to see this case."""

    def observed(self, observation: Observation) -> None:
        """There is an answer, an error or a skip."""

    def backend_finished(self, backend: str) -> None:
        """All of this backend's cases are through."""


class Silent:
    """A listener that does nothing."""

    def backend_starting(self, backend: str, total: int) -> None: ...

    def backend_settled(self, record: BackendRecord) -> None: ...

    def asking(self, backend: str, vector: str) -> None: ...

    def observed(self, observation: Observation) -> None: ...

    def backend_finished(self, backend: str) -> None: ...
