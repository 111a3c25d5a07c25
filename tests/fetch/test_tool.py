"""A package manager's own words are the reason, and nothing that it started outlives it."""

from __future__ import annotations

import fcntl
import re
import signal
import sys
from pathlib import Path

import pytest

from harness.fetch import FetchError
from harness.fetch._tool import Manner, run

MANNER = Manner(
    seconds=60,
    name="tool",
    errors=("E: ", "error "),
    hints=((re.compile("sorry"), "forgive it"), (re.compile("thing"), "look for it")),
)


def ask(program: str, manner: Manner = MANNER) -> str:
    return run([sys.executable, "-I", "-c", program], "sqv@sid", manner, {"LC_ALL": "C.UTF-8"})


def failure(program: str, manner: Manner = MANNER) -> str:
    with pytest.raises(FetchError) as caught:
        ask(program, manner)
    return str(caught.value)


def test_what_it_prints_is_given() -> None:
    assert ask("import sys; print('yes'); print('no', file=sys.stderr)") == "yes\n"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("W: so so\nE: no such\nE: luck", "sqv@sid: tool says: no such luck"),
        ("error \nerror no luck", "sqv@sid: tool says: no luck"),
        ("one\ntwo\n\nthree\nfour", "sqv@sid: tool says: two three four"),
        ("E: sorry, no such thing", "sqv@sid: tool says: sorry, no such thing (forgive it)"),
        ("thing\nE: no", "sqv@sid: tool says: no (look for it)"),
        ("E: 1\nE: 2\nE: 3\nE: 4\nE: 5", "sqv@sid: tool says: 1 2 3 4"),
    ],
)
def test_its_errors_are_the_reason_and_have_a_hint(said: str, message: str) -> None:
    assert failure(f"import sys; sys.exit({said!r})") == message


def test_what_stands_on_standard_output_counts_where_there_is_nothing_else() -> None:
    assert failure("print('E: no'); exit(1)") == "sqv@sid: tool says: no"


def test_one_that_says_nothing_has_an_exit_code() -> None:
    assert failure("exit(7)", Manner(seconds=60)).endswith(": exit code 7")


def test_one_that_cannot_be_started_is_said() -> None:
    with pytest.raises(FetchError, match=r"^x: nothing cannot be started: No such file"):
        run(["/nowhere/nothing"], "x", Manner(seconds=1), {})


def test_one_that_takes_too_long_goes_with_all_that_it_started(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    # Its child holds the lock, and the pipes, for as long as it lives.
    child = (
        f"import fcntl; f = open({str(lock)!r}, 'w'); fcntl.flock(f, 2); print(1, flush=True);"
        "input()"
    )
    program = (
        "import subprocess, sys;"
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=-1, stdout=-1);"
        "p.stdout.readline(); p.wait()"
    )
    told = failure(program, Manner(seconds=1, name="tool"))
    assert told == "sqv@sid: tool took longer than 1 seconds"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # waits until it is gone, which it is or will be at once


def test_an_interruption_reaches_what_runs(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program = (
        f"import os, signal, time; os.kill(os.getppid(), {int(signal.SIGINT)}); time.sleep(60);"
        f"open({str(mark)!r}, 'w')"
    )
    with pytest.raises(KeyboardInterrupt):
        ask(program)
    assert not mark.exists()
