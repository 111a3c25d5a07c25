"""After any end, no process and no temporary directory remains."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness import clock, launch
from harness.backend import State
from harness.launch import Launch
from harness.outcomes import ErrorReason
from harness.progress import Silent
from harness.runner import Plan, run
from harness.session import Session
from harness.supervisor import Worker
from harness.vector import Corpus
from tests.workers.conftest import AT, case, fake, processes_of

HANGING = """
import sys
from tests.workers.conftest import case, fake
from harness.corpus import load_corpus
from harness.progress import Silent
from harness.runner import Plan, run
from harness.session import Session
import vectors

class Tell(Silent):
    def asking(self, backend, vector):
        if vector == "case/b":
            print("hanging", flush=True)

session = Session(
    fake("hangs"), probes=load_corpus(vectors.PROBES), profile="stock", seconds=600
)
run(Plan(sessions=(session,), cases=(case("a"), case("b", "strike")), jobs=1), Tell())
"""


def wait_until_nothing_remains(scratch: Path) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not processes_of(scratch) and not list(scratch.iterdir()):
            return
        time.sleep(0.05)
    assert processes_of(scratch) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_run_ended_by_a_signal_leaves_nothing(end: signal.Signals, scratch: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HANGING],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hanging\n"
        assert len(processes_of(scratch)) >= 3  # the run, the keeper, the worker
        process.send_signal(end)
        try:
            assert process.wait(10) != 0
        finally:
            process.kill()
    wait_until_nothing_remains(scratch)


def test_a_worker_interrupted_by_another_thread_comes_back_soon(
    probes: Corpus, nothing_remains: Path
) -> None:
    with Session(fake("hangs"), probes=probes, profile="stock", seconds=600) as session:
        assert session.settle().state is State.USABLE
        threading.Timer(0.3, session.interrupt).start()
        started = time.monotonic()
        observation = session.observe(case("b", "strike"))
    assert time.monotonic() - started < 5
    assert observation.error is not None


@pytest.mark.skipif(clock.find_library() is None, reason="libfaketime is not installed")
def test_a_worker_killed_under_libfaketime_leaves_no_shared_memory(
    probes: Corpus, nothing_remains: Path
) -> None:
    library = clock.find_library()
    assert library is not None
    found = launch.find(fake("hangs"))
    assert isinstance(found, Launch)
    preloaded = replace(found, environment=clock.preload(library, AT))
    before = set(Path("/dev/shm").glob("*faketime*"))
    with Session(
        preloaded.name, probes=probes, profile="stock", seconds=0.5, found=preloaded
    ) as session:
        assert session.settle().state is State.USABLE
        assert session.observe(case("b", "strike")).error is ErrorReason.TIMEOUT
    assert set(Path("/dev/shm").glob("*faketime*")) <= before


def test_a_polite_end_lets_the_worker_end_by_itself(nothing_remains: Path) -> None:
    found = launch.find(fake("no-clock"))
    assert isinstance(found, Launch)
    worker = Worker(found)
    worker.greet("stock", 10)
    worker.end(politely=True)
    worker.end()


def test_workers_get_a_scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    monkeypatch.setenv("LD_PRELOAD", "/nowhere.so")
    monkeypatch.setenv("GNUPGHOME", "/root/.gnupg")
    environment = launch.scrubbed_environment("/tmp/x")
    assert set(environment) == {"PATH", "HOME", "GNUPGHOME", "TMPDIR", "LANG", "LC_ALL", "TZ"}
    assert environment["GNUPGHOME"] == "/tmp/x/home"


def test_a_signal_while_a_thread_is_started_leaves_none(
    probes: Corpus, nothing_remains: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def interrupted_start(thread: threading.Thread) -> None:
        start(thread)
        raise KeyboardInterrupt

    session = Session(fake("hangs"), probes=probes, profile="stock", seconds=600)
    plan = Plan(sessions=(session,), cases=(case("b", "strike"),), jobs=1)
    monkeypatch.setattr(threading.Thread, "start", interrupted_start)
    with pytest.raises(KeyboardInterrupt):
        run(plan, Silent())
    assert processes_of(nothing_remains) == []


def test_a_signal_while_it_waits_still_waits_for_the_threads(
    probes: Corpus, nothing_remains: Path
) -> None:
    session = Session(fake("hangs"), probes=probes, profile="stock", seconds=600)
    plan = Plan(sessions=(session,), cases=(case("b", "strike"),), jobs=1)
    threading.Timer(0.7, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        run(plan, Silent())
    assert processes_of(nothing_remains) == []
