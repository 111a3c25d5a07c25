import contextlib
import io
import os
import pty
import sys
import threading
import time

import pytest

from harness.backend import BackendRecord, State
from harness.outcomes import Observation
from harness.progress import Listener
from reports.progress import LiveProgress, PlainProgress, duration, listening
from tests.judging.factories import BAD, GOOD, said, skipped
from tests.reports.example import HOSTILE, record
from tests.reports.rendering import shown


class Hand:
    """A clock that moves by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class PlainLines:
    def __init__(self, encoding: str = "utf-8") -> None:
        self.clock = Hand()
        self.stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        self.listener = PlainProgress(self.stream, self.clock)

    def taken(self) -> list[str]:
        """The lines written since the last time."""
        self.stream.seek(0)
        lines = self.stream.read().splitlines()
        self.stream.seek(0)
        self.stream.truncate()
        return lines


def observed(listener: Listener, number: int, backend: str = "gpg") -> Observation:
    observation = said(GOOD, backend=backend, about=f"area/vector-{number}")
    listener.asking(backend, observation.vector)
    listener.observed(observation)
    return observation


class TestPlain:
    def test_a_backend_starts_settles_and_finishes_with_a_line_each(self) -> None:
        plain = PlainLines()
        plain.listener.backend_starting("gpg", 3)
        plain.clock.now += 0.5
        plain.listener.backend_settled(record("gpg", "2.2.40"))
        for result in (said(GOOD), said(BAD), skipped()):
            plain.listener.observed(result)
        plain.clock.now += 65
        plain.listener.backend_finished("gpg")
        assert plain.taken() == [
            "gpg: starting",
            "gpg: usable (version 2.2.40)",
            "gpg: finished after 1:05: 1 accepted, 1 rejected, 1 skipped",
        ]

    def test_every_tenth_is_told_but_not_more_than_one_a_second(self) -> None:
        plain = PlainLines()
        plain.listener.backend_starting("gpg", 100)
        plain.taken()
        for number in range(100):
            plain.clock.now += 0.11
            observed(plain.listener, number)
        lines = plain.taken()
        assert len(lines) == 9
        assert lines[0] == "gpg: 10/100 after 0:01, now area/vector-9"

    def test_a_fast_backend_is_not_chatty(self) -> None:
        plain = PlainLines()
        plain.listener.backend_starting("gpg", 1000)
        plain.taken()
        for number in range(1000):
            observed(plain.listener, number)
        assert plain.taken() == []

    def test_a_slow_one_is_heard_of_after_five_seconds(self) -> None:
        plain = PlainLines()
        plain.listener.backend_starting("gpg", 1000)
        plain.taken()
        for number in range(3):
            plain.clock.now += 2.5
            observed(plain.listener, number)
        assert plain.taken() == ["gpg: 2/1000 after 0:05, now area/vector-1"]

    @pytest.mark.parametrize("state", [State.ABSENT, State.UNUSABLE])
    def test_one_that_does_not_take_part_says_why_and_nothing_more(self, state: State) -> None:
        plain = PlainLines()
        plain.listener.backend_starting("sqv", 10)
        plain.listener.backend_settled(BackendRecord(name="sqv", state=state, reason="no sqv"))
        plain.listener.backend_finished("sqv")
        assert plain.taken() == ["sqv: starting", f"sqv: {state}: no sqv"]

    @pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
    def test_hostile_text_stays_on_its_line(self, encoding: str) -> None:
        plain = PlainLines(encoding)
        plain.listener.backend_starting(HOSTILE, 1)
        plain.listener.backend_settled(
            BackendRecord(name=HOSTILE, state=State.UNUSABLE, reason=f"{HOSTILE}é✓\udcff")
        )
        lines = plain.taken()
        assert len(lines) == 2
        assert not any("\x1b" in line or "\u202e" in line for line in lines)


class TestLive:
    def test_it_shows_each_backend_on_a_line(self) -> None:
        clock = Hand()
        live = LiveProgress(clock)
        for name in ("gpg", "pgpy", "sqv"):
            live.backend_starting(name, 4)
        live.backend_settled(record("gpg"))
        live.backend_settled(record("pgpy"))
        live.backend_settled(BackendRecord(name="sqv", state=State.ABSENT, reason="no sqv"))
        observed(live, 1)
        live.asking("gpg", "area/slow")
        for number in range(4):
            observed(live, number, "pgpy")
        live.backend_finished("pgpy")
        clock.now += 61
        lines = [line.split() for line in shown(live).splitlines()]
        gpg, pgpy, sqv, whole = lines
        assert (gpg[0], gpg[-3:]) == ("gpg", ["1/4", "1:01", "area/slow"])
        assert (pgpy[0], pgpy[-3:]) == ("pgpy", ["4/4", "0:00", "done"])
        assert (sqv[0], sqv[-3:]) == ("sqv", ["absent:", "no", "sqv"])
        assert " ".join(whole) == "5/8 answers, 1 running, 1:01"

    @pytest.mark.parametrize("width", [30, 80])
    def test_hostile_names_keep_the_display_in_shape(self, width: int) -> None:
        live = LiveProgress()
        live.backend_starting(HOSTILE, 1)
        live.asking(HOSTILE, HOSTILE * 10)
        text = shown(live, width=width)
        assert len(text.splitlines()) == 2
        assert max(map(len, text.splitlines())) <= width
        assert "\x1b" not in text

    def test_odd_orders_break_nothing(self) -> None:
        live = LiveProgress()
        live.observed(said(GOOD))
        live.backend_finished("never started")
        live.backend_settled(record("late"))
        assert len(shown(live).splitlines()) == 4


@pytest.mark.parametrize("make", [LiveProgress, lambda: PlainProgress(io.StringIO())])
def test_calls_are_cheap_and_safe_from_many_threads(make: object) -> None:
    assert callable(make)
    listener: Listener = make()
    names = [f"backend-{n}" for n in range(4)]
    per_backend = 2500
    for name in names:
        listener.backend_starting(name, per_backend)
        listener.backend_settled(record(name))
    observation = {name: said(GOOD, backend=name) for name in names}

    def work(name: str) -> None:
        for _ in range(per_backend):
            listener.asking(name, "area/vector")
            listener.observed(observation[name])
        listener.backend_finished(name)

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    assert seconds / (len(names) * per_backend) < 0.0005, "half a millisecond per vector"
    if isinstance(listener, LiveProgress):
        assert "10000/10000 answers, 0 running" in shown(listener)


class TestWhere:
    def test_without_a_terminal_there_are_lines(self) -> None:
        stream = io.StringIO()
        with listening(stream) as listener:
            listener.backend_starting("gpg", 1)
        assert isinstance(listener, PlainProgress)
        assert stream.getvalue() == "gpg: starting\n"

    def test_on_a_terminal_it_is_live_and_vanishes_and_leaves_standard_output_alone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "80")
        output = sys.stdout
        master, slave = pty.openpty()
        with os.fdopen(slave, "w", encoding="utf-8") as terminal, listening(terminal) as listener:
            assert isinstance(listener, LiveProgress)
            assert sys.stdout is output
            listener.backend_starting("gpg", 2)
            observed(listener, 1)
        seen = everything_on(master)
        assert "gpg" in seen
        assert "1/2" in seen
        assert "\x1b[2K" in seen, "erased in the end"

    def test_a_dumb_terminal_gets_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "dumb")
        master, slave = pty.openpty()
        with os.fdopen(slave, "w", encoding="utf-8") as terminal, listening(terminal) as listener:
            assert isinstance(listener, PlainProgress)
        os.close(master)


def everything_on(master: int) -> str:
    """Read what was written to a pseudoterminal whose other end is closed by now."""
    seen = b""
    with contextlib.suppress(OSError):  # Linux's way to say that this was all
        while chunk := os.read(master, 65536):
            seen += chunk
    os.close(master)
    return seen.decode()


def test_durations() -> None:
    assert [duration(s) for s in (0, 7.9, 754, 3723)] == ["0:00", "0:07", "12:34", "1:02:03"]
