"""``pgp-accord compare`` says where two sides differ, whichever way round."""

from __future__ import annotations

from pathlib import Path

import pytest

import vectors
from harness.cli.exits import Exit
from tests.cli.conftest import Command

ONE = ("--select", "revocation/primary-compromised-after-signature")
SOME = ("--select", "legacy/key-*")


def test_it_says_who_accepts_what_the_other_rejects(accord: Command) -> None:
    done = accord("compare", "sequoia", "pgpy", *ONE, COLUMNS="140")
    assert done.returncode == Exit.DONE, done.stderr
    assert "1 vector\n" in done.stdout.splitlines()[0] + "\n"
    assert "accepted by pgpy 0" in done.stdout
    assert "revocation/primary-compromised-after-signature" in done.stdout


def test_turned_around_it_says_the_same(accord: Command) -> None:
    forth, back = (
        accord("compare", *pair, *SOME).stdout
        for pair in (("gpgv", "sequoia"), ("sequoia", "gpgv"))
    )
    counts = [
        [line for line in text.splitlines() if "accepted by gpgv" in line] for text in (forth, back)
    ]
    assert counts[0] == counts[1] != []


@pytest.mark.parametrize(("kind", "code"), [("verdict", Exit.FOUND), ("key", Exit.DONE)])
def test_fail_on_decides_between_0_and_1(accord: Command, kind: str, code: Exit) -> None:
    assert accord("compare", "pgpy", "sequoia", *ONE, "--fail-on", kind).returncode == code


def test_where_they_agree_they_do_not_differ(accord: Command) -> None:
    done = accord("compare", "pgpy", "sequoia", "--select", "subkeys/bound")
    assert "They do not differ." in done.stdout


def test_runs_baselines_and_parts_of_them_are_sides(accord: Command, tmp_path: Path) -> None:
    accord("run", "--backend", "gpgv", "--backend", "sequoia", *SOME, "--out", "out")
    same = accord("compare", "out/run.jsonl", "out/run.jsonl", *SOME)
    assert same.stdout.count("They do not differ.") == 2
    accord("baseline", "update", "--run", "out/run.jsonl", "base.json")
    parts = accord("compare", "out/run.jsonl:gpgv", "base.json:sequoia", *SOME)
    live = accord("compare", "gpgv", "sequoia", *SOME)
    assert parts.stdout == live.stdout
    mixed = accord("compare", "base.json:gpgv", "sequoia", *SOME)
    assert mixed.stdout == live.stdout


def test_sides_without_a_common_question_are_refused(accord: Command) -> None:
    for out, select in (("out", SOME), ("other", ONE)):
        accord("run", "--backend", "gpgv", *select, "--out", out)
    done = accord("compare", "out/run.jsonl", "other/run.jsonl")
    assert done.returncode == Exit.MISUSE
    assert "asked about different vectors" in done.stderr


def test_sides_that_cannot_be_asked_at_all_are_refused(accord: Command) -> None:
    image = ("--vectors", str(vectors.PROBES), "--select", "probe/simple-signing-good")
    done = accord("compare", "gpgv", "pgpy", *image)
    assert done.returncode == Exit.MISUSE
    assert "neither gpgv nor pgpy can be asked about any of these vectors" in done.stderr


def test_sides_at_different_times_are_refused(accord: Command) -> None:
    accord("run", "--backend", "gpgv", *SOME, "--out", "out", "--at", "2020-01-01")
    done = accord("compare", "out/run.jsonl", "gpgv", *SOME)
    assert done.returncode == Exit.MISUSE
    assert "out/run.jsonl is 2020-01-01T00:00:00+00:00, that of gpgv that of each" in done.stderr
    done = accord("compare", "out/run.jsonl", "out/run.jsonl", *SOME)
    assert done.returncode == Exit.DONE


def test_backends_may_be_named_by_option(accord: Command) -> None:
    done = accord("compare", "--backend", "pgpy", "--backend", "sequoia", *ONE)
    assert done.stdout.startswith("pgpy ")


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (("pgpy",), "name two sides"),
        (("pgpy", "sequoia", "gpgv"), "name two sides"),
        (("pgpy", "usual"), "each side is one backend"),
        (("pgpy", "nowhere.jsonl"), "no backend is called 'nowhere.jsonl'"),
        (("pgpy", "empty"), "is neither a baseline nor a run file"),
    ],
)
def test_what_is_no_side_is_named(
    accord: Command, tmp_path: Path, sides: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty").write_text("")
    done = accord("compare", *sides, *ONE)
    assert done.returncode == Exit.MISUSE
    assert message in done.stderr
