from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import vectors
from harness import launch, runner
from harness.artifact import Case, Detached
from harness.backend import BackendRecord
from harness.corpus import load_corpus
from harness.launch import Launch
from harness.outcomes import Observation
from harness.progress import Silent
from harness.runner import Plan
from harness.session import Session
from harness.vector import Corpus

FAKE = Path(__file__).parent / "fake_backend.py"
AT = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def probes() -> Corpus:
    return load_corpus(vectors.PROBES)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all temporary directories of this test go; its path marks the test's processes."""
    directory = tmp_path / "scratch"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


def processes_of(scratch: Path) -> list[int]:
    """Process ids of everything that was started below a test's scratch directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(scratch).encode() in environment:
                found.append(int(entry.name))
    return found


@pytest.fixture
def nothing_remains(scratch: Path) -> Iterator[Path]:
    """Fail the test if a process or a temporary file outlives it."""
    yield scratch
    assert processes_of(scratch) == []
    assert list(scratch.iterdir()) == []


def fake(fault: str, *arguments: str) -> str:
    """The name of a fake backend, as a user would type it."""
    return f"exec:{shlex.join([sys.executable, str(FAKE), fault, *arguments])}"


def case(name: str, data: str = "fine", *, time_dependent: bool = False) -> Case:
    return Case(
        id=f"case/{name}",
        certificates=(b"none",),
        artifact=Detached(data=data.encode(), signature=b"none"),
        at=AT,
        time_dependent=time_dependent,
    )


CASES = (case("a"), case("b", "strike"), case("c"))


@dataclass
class Recorder(Silent):
    observations: dict[str, Observation] = field(default_factory=dict)

    def observed(self, observation: Observation) -> None:
        self.observations[observation.vector.removeprefix("case/")] = observation


@dataclass
class Result:
    record: BackendRecord
    observations: dict[str, Observation]


RunFake = Callable[..., Result]


@pytest.fixture
def run_fake(probes: Corpus, nothing_remains: Path) -> RunFake:
    """Run a fake backend over some cases, and see that nothing of it remains."""

    def run(
        name: str, cases: tuple[Case, ...] = CASES, seconds: float = 20.0, start: float = 20.0
    ) -> Result:
        recorder = Recorder()
        found = launch.find(name)
        assert isinstance(found, Launch)
        tight = replace(found.limits, address_space=512 << 20, file_size=16 << 20)
        session = Session(
            name,
            probes=probes,
            profile="stock",
            seconds=seconds,
            start_seconds=start,
            found=replace(found, limits=tight),
        )
        (record,) = runner.run(Plan(sessions=(session,), cases=cases, jobs=1), recorder)
        return Result(record, recorder.observations)

    return run
