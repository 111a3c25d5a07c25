"""A package manager's own words are the reason, and nothing that it started outlives it."""

from __future__ import annotations

import fcntl
import re
import signal
import sys
import time
from contextlib import suppress
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
        f"import fcntl, time; f = open({str(lock)!r}, 'w'); fcntl.flock(f, 2);"
        "print(1, flush=True); time.sleep(60)"
    )
    program = (
        "import subprocess, sys;"
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=-1, stdout=-1);"
        "p.stdout.readline(); p.wait()"
    )
    told = failure(program, Manner(seconds=1, name="tool"))
    assert told == "sqv@sid: tool took longer than 1 seconds"
    assert is_let_go_of(lock)


def is_let_go_of(lock: Path) -> bool:
    """Whether whoever holds a lock ends before long; it would hold it for a minute."""
    deadline = time.monotonic() + 20
    with lock.open("w") as file:
        while time.monotonic() < deadline:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            time.sleep(0.01)
    return False


def test_an_interruption_reaches_what_runs(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    program = (
        f"import fcntl, os, signal, time; f = open({str(lock)!r}, 'w'); fcntl.flock(f, 2);"
        f"os.kill(os.getppid(), {int(signal.SIGINT)}); time.sleep(60)"
    )
    with pytest.raises(KeyboardInterrupt):
        ask(program)
    assert is_let_go_of(lock)
