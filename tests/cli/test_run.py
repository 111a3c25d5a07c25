from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

import vectors
from harness.backend import State
from harness.cli.exits import Exit
from harness.corpus import load_corpus
from harness.outcomes import ErrorReason, Verdict
from harness.run import read_run
from tests.cli.conftest import Command
from tests.workers.conftest import FAKE, fake, processes_of


def test_a_run_writes_its_files_and_shows_a_summary(accord: Command, tmp_path: Path) -> None:
    done = accord("run", "--select", "area:legacy", "--out", "out")
    assert done.returncode == Exit.DONE, done.stderr
    run = read_run(tmp_path / "out" / "run.jsonl")
    legacy = [v.id for v in load_corpus(vectors.CORPUS).vectors if v.area == "legacy"]
    assert {o.vector for o in run.observations} == set(legacy)
    usable = [record for record in run.backends if record.state is State.USABLE]
    assert len(run.observations) == len(legacy) * len(usable)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len(report["rows"]) == len(legacy)
    assert "## Judgements" in (tmp_path / "out" / "report.md").read_text()
    assert "Judgements  backends against expectations" in done.stdout
    assert "pgpy: finished" in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report.json",
        "report.md",
        "run.jsonl",
    ]
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_order_and_jobs_change_no_verdict(accord: Command, tmp_path: Path) -> None:
    runs = []
    for name, options in (("a", ["--jobs", "1"]), ("b", ["--jobs", "5", "--seed", "7"])):
        accord("run", "--select", "area:subkeys", "--out", name, *options)
        run = read_run(tmp_path / name / "run.jsonl")
        runs.append([(o.vector, o.backend, o.verdict, o.keys, o.classes) for o in run.observations])
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--backend", "gpgg"], "no backend is called 'gpgg'; there are: "),
        (["--select", "nothing-like-it"], "nothing-like-it"),
        (["--vectors", "nowhere"], "nowhere"),
        (["--vectors", "empty"], "empty"),
        (["--at", "yesterday"], "'yesterday' is no time"),
        (["--jobs", "0"], "--jobs"),
        (["--timeout", "0"], "--timeout"),
        (["--timeout", "nan"], "is no number of seconds"),
        (["--timeout", "inf"], "--timeout"),
        (["--at", "1969-12-31"], "is no time OpenPGP can express"),
        (["--at", "2106-02-08"], "is no time OpenPGP can express"),
        (["--at", "0001-01-01T00:00:00+10:00"], "is no time OpenPGP can express"),
        (["--fail-on", "everything"], "--fail-on"),
        (["--out", "file"], "file"),
    ],
)
def test_bad_input_is_named_and_ends_with_2(
    accord: Command, tmp_path: Path, options: list[str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    done = accord("run", *options)
    assert done.returncode == Exit.MISUSE, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "pgp-accord-out" / "run.jsonl").exists()


def test_fail_on_decides_between_0_and_1(accord: Command) -> None:
    selected = ["--select", "signatures/data-*", "--select", "revocation/*", "--backend", "pgpy"]
    assert accord("run", *selected).returncode == Exit.DONE
    assert accord("run", *selected, "--fail-on", "false-accept").returncode == Exit.FOUND
    assert accord("run", *selected, "--fail-on", "wrong-key").returncode == Exit.DONE


def test_an_absent_backend_is_listed_and_does_not_break_the_run(
    accord: Command, tmp_path: Path
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "gpgv").symlink_to("/usr/bin/gpgv")
    usual = {"PATH": str(tools), "PGP_ACCORD_BACKENDS": "usual"}
    done = accord("run", "--select", "area:legacy", **usual)
    assert done.returncode == Exit.DONE, done.stderr
    assert "apt-get install gnupg" in done.stdout
    named = accord("run", "--select", "area:legacy", "--backend", "gnupg", PATH=str(tools))
    assert named.returncode == Exit.UNAVAILABLE
    assert "apt-get install gnupg" in named.stderr


def test_at_another_time_nothing_is_expected_and_backends_are_compared(
    accord: Command, tmp_path: Path
) -> None:
    at = ["--at", "2019-06-01", "--backend", "sequoia", "--backend", fake("no-clock")]
    done = accord("run", "--select", "subkeys/bound", "--select", "legacy/*", *at)
    assert done.returncode == Exit.DONE, done.stderr
    run = read_run(tmp_path / "pgp-accord-out" / "run.jsonl")
    without_clock = [o for o in run.observations if o.backend != "sequoia"]
    assert {o.verdict for o in without_clock} == {Verdict.SKIPPED}
    report = json.loads((tmp_path / "pgp-accord-out" / "report.json").read_text())
    judgements = {c["judged"]["judgement"] for row in report["rows"] for c in row["cells"]}
    assert judgements <= {"undefined", "skipped", "unsupported"}


def test_a_short_timeout_does_not_make_a_backend_unusable(accord: Command, tmp_path: Path) -> None:
    arguments = ["--backend", "pgpy", "--select", "subkeys/bound", "--timeout", "0.00001"]
    assert accord("run", *arguments).returncode == Exit.DONE
    (seen,) = read_run(tmp_path / "pgp-accord-out" / "run.jsonl").observations
    assert seen.error is ErrorReason.TIMEOUT


def test_a_foreign_backend_may_be_named_by_relative_paths(accord: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        FAKE.read_text().replace("Path(__file__)", f"Path({str(FAKE)!r})")
    )
    done = accord("backends", "--backend", f"exec:{sys.executable} mine.py none")
    assert done.returncode == Exit.DONE, done.stdout


def test_a_foreign_backend_takes_part(accord: Command, tmp_path: Path) -> None:
    name = fake("none")
    done = accord("run", "--backend", name, "--backend", "pgpy", "--select", "area:legacy")
    assert done.returncode == Exit.DONE, done.stderr
    run = read_run(tmp_path / "pgp-accord-out" / "run.jsonl")
    assert {record.name for record in run.backends} == {name, "pgpy"}


def test_a_dishonest_foreign_backend_is_unusable(accord: Command) -> None:
    done = accord("run", "--backend", fake("accepts-all"), "--select", "area:legacy")
    assert done.returncode == Exit.UNAVAILABLE
    assert "probe/detached-tampered" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_an_interrupted_run_keeps_what_it_has_and_leaves_nothing_else(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "run", "--jobs", "2", "--out", "out"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, number, signal.SIG_DFL),  # nohup and `&` ignore some
    )
    part = tmp_path / "out" / "run.jsonl.part"
    with process:
        end = time.monotonic() + 60
        while not (part.exists() and part.read_bytes().count(b"observation") > 3):
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert "observations so far are in out/run.jsonl.part" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "run.jsonl").exists()
    assert processes_of(scratch) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_impatience_changes_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """A second signal while the first is being obeyed: no traceback, a documented exit code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "run", "--select", "area:legacy", "--out", "out"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, number, signal.SIG_DFL),
    )
    with process:
        assert process.stderr is not None
        said = process.stderr.readline()
        while process.poll() is None:
            process.send_signal(number)
            time.sleep(0.005)
        said += process.stderr.read()
    assert process.returncode == 128 + number, said
    assert "Traceback" not in said


def test_a_closed_standard_error_costs_only_the_progress(tmp_path: Path) -> None:
    command = f"{sys.executable} -m harness run --backend pgpy --select area:legacy 2>&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == Exit.DONE
    assert b"Judgements" in done.stdout


def test_no_room_for_the_output_is_no_defect(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "harness", "vectors", "list"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == Exit.MISUSE
    assert "no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_place_that_is_taken_is_named(accord: Command, tmp_path: Path) -> None:
    (tmp_path / "out" / "report.md").mkdir(parents=True)
    done = accord("run", "--backend", "pgpy", "--select", "area:legacy", "--out", "out")
    assert done.returncode == Exit.MISUSE
    assert "out/report.md: is a directory" in done.stderr


def test_nohup_is_respected(tmp_path: Path) -> None:
    process = subprocess.Popen(
        ["nohup", sys.executable, "-m", "harness", "run", "--select", "area:legacy"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGHUP)
        process.stderr.read()
    assert process.returncode == Exit.DONE
