"""Runs that are interrupted, and go on."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from harness.cli.exits import Exit
from harness.outcomes import Observation
from harness.run import Run, read_run
from tests.cli.conftest import Command
from tests.workers.conftest import FAKE

PATIENT = "patient.py"
NAME = f"exec:{shlex.quote(sys.executable)} {PATIENT} none"
RUN = ("run", "--backend", NAME, "--select", "area:subkeys", "--jobs", "1", "--out", "out")
BEFORE_IT_WAITS = 5


@pytest.fixture
def go(tmp_path: Path) -> Path:
    """A backend that answers some questions, and the others once this file exists."""
    go = tmp_path / "go"
    text = FAKE.read_text().replace("Path(__file__)", f"Path({str(FAKE)!r})")
    for place, more in (
        ("\nPROBES = ", "\nasked = []"),
        (
            "\n            spoil(fault, reply)",
            f"""
            if recognised(message, message["artifact"]) not in known:
                asked.append(message)
            while len(asked) > {BEFORE_IT_WAITS} and not Path({str(go)!r}).exists():
                time.sleep(0.01)""",
        ),
    ):
        assert text.count(place) == 1
        text = text.replace(place, more + place)
    (tmp_path / PATIENT).write_text(text)
    return go


def observations_in(partial: Path) -> int:
    return partial.read_bytes().count(b'"type":"observation"')


def interrupted(folder: Path) -> str:
    """Run until the backend waits, then press Ctrl-C; give what was said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *RUN],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    partial = folder / "out" / "run.jsonl.part"
    with process:
        end = time.monotonic() + 60
        while not (partial.exists() and observations_in(partial) >= BEFORE_IT_WAITS):
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED
    return said


def cut(folder: Path, lines: int = 4) -> Path:
    """Make the run in a folder one that was interrupted after some lines."""
    whole = folder / "out" / "run.jsonl"
    kept = whole.read_bytes().splitlines(keepends=True)[:lines]
    partial = whole.with_name("run.jsonl.part")
    partial.write_bytes(b"".join(kept))
    whole.unlink()
    return partial


def untimed(run: Run) -> list[Observation]:
    return [msgspec.structs.replace(each, seconds=0.0) for each in run.observations]


def test_an_interrupted_run_goes_on_to_be_what_it_would_have_been(
    accord: Command, tmp_path: Path, go: Path
) -> None:
    said = interrupted(tmp_path)
    partial = tmp_path / "out" / "run.jsonl.part"
    before, count = partial.read_bytes(), observations_in(partial)
    assert f"{count} observations so far are in out/run.jsonl.part" in said
    assert "to go on, give the same command with --resume" in said
    partial.write_bytes(before + b'{"type":"observation","vec')
    go.touch()
    done = accord(*RUN, "--resume")
    assert done.returncode == Exit.DONE, done.stderr
    assert f"resuming: {count} observations are there already" in done.stderr
    file = tmp_path / "out" / "run.jsonl"
    assert file.read_bytes().startswith(before)
    assert not partial.exists()
    accord(*RUN[:-1], "straight")
    run, straight = read_run(file), read_run(tmp_path / "straight" / "run.jsonl")
    assert untimed(run) == untimed(straight)
    assert run.backends == straight.backends
    reports = [(tmp_path / name / "report.md").read_text() for name in ("out", "straight")]
    table = [text[text.index("## Judgements") :] for text in reports]
    assert table[0] == table[1]


def test_only_what_was_started_is_gone_on_with(accord: Command, tmp_path: Path, go: Path) -> None:
    go.touch()
    accord(*RUN)
    partial = cut(tmp_path)
    before = partial.read_bytes()
    for options, what in (
        (
            ("--select", "area:legacy"),
            "the selection: area:subkeys then, area:subkeys, area:legacy now",
        ),
        (("--timeout", "5"), "the timeout: 20.0 s then, 5.0 s now"),
        (("--shard", "1/2"), "the shard: none then, 1/2 now"),
        (("--at", "2020-01-01"), "the reference time: each vector's own then, 2020-01-01"),
        (("--backend", "pgpy"), "the backends: exec:"),
        (("--seed", "3"), "the seed: none then, 3 now"),
    ):
        done = accord(*RUN, *options, "--resume")
        assert done.returncode == Exit.MISUSE
        assert "out/run.jsonl.part: is of another run: " in done.stderr
        assert what in done.stderr
        assert partial.read_bytes() == before


def test_a_backend_that_was_upgraded_meanwhile_ends_it(
    accord: Command, tmp_path: Path, go: Path
) -> None:
    go.touch()
    accord(*RUN)
    partial = cut(tmp_path)
    before = partial.read_bytes()
    program = tmp_path / PATIENT
    program.write_text(program.read_text().replace('"1.0"', '"2.0"'))
    done = accord(*RUN, "--resume")
    assert done.returncode == Exit.MISUSE, done.stderr
    assert "its version: 1.0 then, 2.0 now" in done.stderr
    assert "Traceback" not in done.stderr
    assert partial.read_bytes() == before


def test_where_nothing_is_left_there_is_nothing_to_resume(accord: Command, tmp_path: Path) -> None:
    done = accord("run", "--resume", "--out", "nowhere")
    assert done.returncode == Exit.MISUSE
    assert "nowhere/run.jsonl.part: there is no such file: nothing to resume" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_complete_run_is_reported_and_not_asked_again(
    accord: Command, tmp_path: Path, go: Path
) -> None:
    go.touch()
    first = accord(*RUN)
    (tmp_path / "out" / "report.md").unlink()
    (tmp_path / PATIENT).unlink()  # the backend could not be started
    done = accord(*RUN, "--resume")
    assert done.returncode == Exit.DONE, done.stderr
    assert "out/run.jsonl is complete already: nothing is asked again" in done.stderr
    assert done.stdout == first.stdout
    assert (tmp_path / "out" / "report.md").exists()
    other = accord(*RUN, "--seed", "3", "--resume")
    assert other.returncode == Exit.MISUSE
    assert "out/run.jsonl: is of another run: the seed" in other.stderr
