"""``pgp-accord findings`` holds the divergence book against runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import reports
from harness.cli import findings
from harness.cli.exits import Exit, Stop
from tests.cli.conftest import Command

RUN = ("run", "--backend", "pgpy", "--select", "revocation/primary-compromised-*", "--out", "out")
FINDING = """
title = "It does"
kind = "limitation"
does = "a"
texts = "b"
consequence = "c"
advice = "d"
[backends]
pgpy = "0"
[[explains]]
vectors = ["revocation/*"]
"""


@pytest.fixture
def run(accord: Command, tmp_path: Path) -> Path:
    assert accord(*RUN).returncode == Exit.DONE
    return tmp_path / "out" / "run.jsonl"


def test_what_nobody_explains_is_one_cluster_and_fails(
    accord: Command, run: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book"
    book.mkdir()
    (book / "other.toml").write_text(FINDING.replace("revocation/*", "armor/*"))
    done = accord("findings", "check", run, "--book", book)
    assert done.returncode == Exit.FOUND
    assert "pgpy" in done.stdout
    assert "revocation/primary-compromised-" in done.stdout
    (book / "ours.toml").write_text(FINDING)
    done = accord("findings", "check", run, "--book", book)
    assert done.returncode == Exit.DONE, done.stdout
    assert "Nothing is unexplained. Which findings are stale" in " ".join(done.stdout.split())


def test_a_baseline_does_as_well(accord: Command, run: Path) -> None:
    accord("baseline", "update", "--run", run, "base.json")
    by_run, by_base = (accord("findings", "check", file) for file in (run, "base.json"))
    assert by_run.stdout == by_base.stdout
    assert by_run.returncode == by_base.returncode


def test_a_run_at_another_time_is_refused(accord: Command, run: Path) -> None:
    accord(*RUN, "--at", "2020-01-01")
    done = accord("findings", "check", run)
    assert done.returncode == Exit.MISUSE
    assert "no expectation holds" in done.stderr


def test_a_backend_twice_is_refused(accord: Command, run: Path) -> None:
    done = accord("findings", "check", run, run)
    assert done.returncode == Exit.MISUSE
    assert "has backend 'pgpy', as another file has" in done.stderr


def test_the_shipped_pages_are_current(accord: Command) -> None:
    done = accord("findings", "build", "--check")
    assert done.returncode == Exit.DONE, done.stdout


def test_a_move_of_a_backend_that_nobody_recorded_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(reports.BASELINES / "default.json", tmp_path)
    monkeypatch.setattr(reports, "BASELINES", tmp_path)
    done = CliRunner().invoke(findings.build, ["--check"])
    assert isinstance(done.exception, Stop)
    assert "no baseline has sqv" in str(done.exception)


def test_the_shipped_book_explains_all_that_was_recorded(accord: Command) -> None:
    done = accord("findings", "check", *sorted(reports.BASELINES.glob("*.json")))
    assert done.returncode == Exit.DONE, done.stdout


def test_the_shipped_book_is_listed(accord: Command) -> None:
    lines = accord("findings", "list").stdout.splitlines()
    assert all(line.count("\t") == 2 for line in lines)
    assert len(lines) > 78
