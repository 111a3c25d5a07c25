"""Backends that tests ask, in worker processes that last as long as the pytest session.

Nothing is started before a test asks, and nothing outlives `Backends.end`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

from harness import launch
from harness.backend import BackendRecord, State, Unavailable
from harness.cli.options import USUAL, open_sessions
from harness.openpgp import harmless
from harness.outcomes import Observation
from harness.session import Session
from harness.testing.vector import OpenPGPVector
from harness.vector import Vector

SECONDS = 20.0
"""Deadline for each question, as ``pgp-accord run`` has it."""

VARIABLE = "PGP_ACCORD_BACKENDS"


class OpenPGPBackend:
    """A backend of this machine, to be asked about vectors."""

    def __init__(self, session: Session, *, named: bool) -> None:
        """Prepare; nothing is started yet.

        Args:
            session: the backend's own.
            named: whether the user named it, so that its absence is a failure and no skip.
        """
        self._session = session
        self._named = named
        self._record: BackendRecord | None = None

    def __repr__(self) -> str:
        return f"<OpenPGPBackend {self.name}>"

    @property
    def name(self) -> str:
        """As users type it."""
        return self._session.name

    @property
    def record(self) -> BackendRecord:
        """What it is: state, version, capabilities. Starts it, and has it prove them, once."""
        if self._record is None:
            self._record = self._session.settle()
        return self._record

    def ask(self, vector: OpenPGPVector | Vector) -> Observation:
        """Put a vector to it; whatever happens, there is an observation.

        A backend that is of no use fails the test if the user named it, and else skips it.
        """
        __tracebackhide__ = True
        if self.record.state is not State.USABLE:
            reason = f"{self.name} is {self.record.state}: {harmless(self.record.reason)}"
            if self._named:
                pytest.fail(f"{reason}\nsee: pgp-accord backends list {self.name}", pytrace=False)
            pytest.skip(reason)
        asked = vector.vector if isinstance(vector, OpenPGPVector) else vector
        return self._session.observe(asked.case)

    def end(self) -> None:
        """End its worker, if it was started."""
        self._session.__exit__()


class Backends:
    """The backends of one pytest session, by name."""

    def __init__(self, names: Iterable[str]) -> None:
        """Prepare those that are named, or the usual that are present; nothing is started.

        Args:
            names: as for ``pgp-accord run --backend``; where there are none, what the variable
                ``PGP_ACCORD_BACKENDS`` names.

        Raises:
            backends.UnknownBackendError: there is no such backend.
        """
        wanted = tuple(names) or tuple(os.environ.get(VARIABLE, "").split())
        sessions = open_sessions(wanted, SECONDS)
        usual = wanted in ((), (USUAL,))
        if usual:
            sessions = tuple(one for one in sessions if _is_present(one.name))
        self._backends = {one.name: OpenPGPBackend(one, named=not usual) for one in sessions}

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which a run starts them."""
        return tuple(self._backends)

    def get(self, name: str) -> OpenPGPBackend:
        """Find one by its name; one that a test names itself is prepared now.

        Raises:
            backends.UnknownBackendError: there is no such backend.
        """
        if name not in self._backends:
            (session,) = open_sessions((name,), SECONDS)
            self._backends[name] = OpenPGPBackend(session, named=True)
        return self._backends[name]

    def end(self) -> None:
        """End all workers."""
        for backend in self._backends.values():
            backend.end()


def _is_present(name: str) -> bool:
    return not isinstance(launch.find(name), Unavailable)
