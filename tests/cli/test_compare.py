"""``pgp-accord compare`` says what a move from one backend to another changes."""

from __future__ import annotations

import pytest

from harness.cli.exits import Exit
from tests.cli.conftest import Command

ONE = ("--select", "revocation/primary-compromised-after-signature")


def test_what_is_accepted_there_and_not_here_comes_first(accord: Command) -> None:
    done = accord("compare", "--backend", "sequoia", "--backend", "pgpy", *ONE)
    assert done.returncode == Exit.DONE, done.stderr
    assert done.stdout.startswith("From sequoia ")
    assert "Newly accepted: 1" in done.stdout
    assert "rejected (" in done.stdout


def test_the_other_way_round_it_is_newly_rejected(accord: Command) -> None:
    words = ("compare", "--backend", "pgpy", "--backend", "sequoia", *ONE)
    assert "Newly rejected: 1" in accord(*words).stdout
    assert accord(*words, "--fail-on", "newly-rejected").returncode == Exit.FOUND
    assert accord(*words, "--fail-on", "newly-accepted").returncode == Exit.DONE


def test_where_they_agree_nothing_changes(accord: Command) -> None:
    words = ("--backend", "pgpy", "--backend", "sequoia", "--select", "subkeys/bound")
    assert "Nothing changes." in accord("compare", *words).stdout


@pytest.mark.parametrize("other", ["pgpy", "usual"])
def test_two_backends_are_wanted(accord: Command, other: str) -> None:
    done = accord("compare", "--backend", "pgpy", "--backend", other)
    assert done.returncode == Exit.MISUSE
    assert "name two backends" in done.stderr
