import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from harness import clock, keeper

LONG_AGO = datetime(2012, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2091, 6, 1, 12, 30, 15, tzinfo=UTC)
SHARED_MEMORY = Path("/dev/shm")
SYSTEM = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")

FOUND = clock.find_library()
LIBRARIES = [path for path in dict.fromkeys((FOUND, SYSTEM)) if path and path.is_file()]

pytestmark = pytest.mark.skipif(FOUND is None, reason=f"needs libfaketime ({clock.INSTALL})")

PREFACE = """
import json, os, sys, time
from datetime import datetime, UTC
from harness import clock, keeper
LONG_AGO = datetime(2012, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2091, 6, 1, 12, 30, 15, tzinfo=UTC)
"""


@pytest.fixture(params=LIBRARIES, ids=lambda path: "system" if path == SYSTEM else "wheel")
def library(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def start(program: str, library: Path, at: datetime = LONG_AGO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PREFACE + program],
        env=dict(os.environ) | clock.preload(library, at),
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )


def under(library: Path, program: str, at: datetime = LONG_AGO) -> object:
    """Run a program that prints one JSON value, under the library, and return the value."""
    process = start(program, library, at)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return json.loads(said)


def leftovers(process: int) -> list[str]:
    return sorted(path.name for path in SHARED_MEMORY.glob(f"*faketime_s*_{process}"))


class TestSetting:
    def test_it_is_in_utc_whatever_zone_it_was_given_in(self) -> None:
        tokyo = timezone(timedelta(hours=9))
        assert clock.setting(datetime(2024, 6, 1, 9, 0, 1, tzinfo=tokyo)) == "2024-06-01 00:00:01"

    def test_fractions_of_a_second_are_cut_off(self) -> None:
        at = datetime(2024, 6, 1, 0, 0, 0, 999999, tzinfo=UTC)
        assert clock.setting(at) == "2024-06-01 00:00:00"

    def test_a_time_without_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="needs a time zone: 2024-06-01"):
            clock.setting(datetime(2024, 6, 1))  # noqa: DTZ001


class TestTime:
    def test_a_process_starts_at_its_reference_time(self, library: Path) -> None:
        program = "print(json.dumps(datetime.now(UTC).isoformat()))"
        assert under(library, program) == "2012-01-01T00:00:00+00:00"

    def test_moving_takes_effect_at_once_in_both_directions_and_to_the_second(
        self, library: Path
    ) -> None:
        program = """
readings = []
for at in (FAR_AHEAD, LONG_AGO, FAR_AHEAD, LONG_AGO):
    clock.move_own_clock(at)
    readings.append(time.time() == at.timestamp() and datetime.now(UTC) == at)
print(json.dumps(readings))
"""
        assert under(library, program) == [True] * 4

    def test_time_stands_still(self, library: Path) -> None:
        program = """
first, begin = time.time(), time.monotonic()
while time.monotonic() < begin + 0.02: pass
print(json.dumps(time.time() - first))
"""
        assert under(library, program) == 0

    def test_a_started_clock_reads_the_second_before_right_after_a_change(
        self, library: Path
    ) -> None:
        program = """
os.environ["FAKETIME"] = "@2091-06-01 12:30:15"
print(json.dumps([int(time.time()), int(time.time())]))
"""
        second = int(FAR_AHEAD.timestamp())
        assert under(library, program) == [second - 1, second]

    def test_rust_code_follows_in_both_directions(self, library: Path) -> None:
        pytest.importorskip("pysequoia")
        program = """
import pysequoia
from pysequoia.packet import PacketPile
found = []
for at in (FAR_AHEAD, LONG_AGO):
    clock.move_own_clock(at)
    key, *_ = PacketPile.from_bytes(bytes(pysequoia.Tsk.generate("x")))
    found.append((at - key.key_created).total_seconds())
print(json.dumps(found))
"""
        backdated = 60  # by Sequoia, so that clocks may differ a little
        assert under(library, program) == [backdated, backdated]

    def test_started_programs_follow(self, library: Path) -> None:
        program = """
import subprocess
clock.move_own_clock(FAR_AHEAD)
print(json.dumps(subprocess.check_output(["date", "+%Y-%m-%d %H:%M:%S %Z"], text=True)))
"""
        assert under(library, program) == "2091-06-01 12:30:15 UTC\n"


class TestWhatStaysTrue:
    def test_the_monotonic_clock(self, library: Path) -> None:
        before = time.monotonic()
        program = "clock.move_own_clock(FAR_AHEAD); print(json.dumps(time.monotonic()))"
        during = under(library, program)
        assert isinstance(during, float)
        assert before <= during <= time.monotonic()

    def test_the_times_of_files(self, library: Path, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.touch()
        os.utime(file, (1e9, 1e9))
        assert under(library, f"print(json.dumps(os.stat({str(file)!r}).st_mtime))") == 1e9

    @pytest.mark.parametrize("at", ["LONG_AGO", "FAR_AHEAD"])
    def test_timeouts(self, library: Path, at: str) -> None:
        program = f"""
import select, threading
lock, event, poll, (end, _) = threading.Lock(), threading.Event(), select.poll(), os.pipe()
lock.acquire()
poll.register(end)
waits = (
    lambda: lock.acquire(timeout=0.05),
    lambda: event.wait(0.05),
    lambda: select.select([end], [], [], 0.05),
    lambda: poll.poll(50),
)
clock.move_own_clock({at})
took = []
for wait in waits:
    begin = time.perf_counter()
    wait()
    took.append(time.perf_counter() - begin)
print(json.dumps(took))
"""
        took = under(library, program)
        assert isinstance(took, list)
        assert all(0.045 < seconds < 5 for seconds in took), took

    def test_sleep_with_the_wheels_library(self) -> None:
        """With Debian 12's, 0.9.10, it raises OSError (EINVAL) after any change of the time."""
        assert FOUND is not None
        if "libfaketime/vendor" not in str(FOUND):
            pytest.skip("the wheel is not installed")
        program = """
clock.move_own_clock(FAR_AHEAD)
begin = time.perf_counter()
time.sleep(0.05)
print(json.dumps(time.perf_counter() - begin))
"""
        slept = under(FOUND, program)
        assert isinstance(slept, float)
        assert 0.045 < slept < 5


class TestSharedMemory:
    @pytest.fixture
    def killed(self, library: Path) -> Iterator[int]:
        process = start("print('{}', flush=True); time.sleep(60)", library)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        yield process.pid
        keeper.remove_shared_memory(process.pid)

    def test_a_process_that_ends_leaves_nothing(self, library: Path) -> None:
        process = start("clock.move_own_clock(FAR_AHEAD); time.time()", library)
        process.communicate(timeout=60)
        assert leftovers(process.pid) == []

    def test_a_killed_one_leaves_two_objects_that_can_be_removed(self, killed: int) -> None:
        assert leftovers(killed) == [f"faketime_shm_{killed}", f"sem.faketime_sem_{killed}"]
        keeper.remove_shared_memory(killed)
        assert leftovers(killed) == []

    def test_removing_nothing_is_no_error(self, killed: int) -> None:
        keeper.remove_shared_memory(killed)
        keeper.remove_shared_memory(killed)


class TestPreamble:
    SHOW = "\nimport time; print(int(time.time()), os.environ.get('RUST_BACKTRACE'))\n"

    def run(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        plain = {n: v for n, v in os.environ.items() if n not in ("LD_PRELOAD", "FAKETIME")}
        return subprocess.run(
            program.split("\0"),
            env=plain | environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )

    def test_a_script_restarts_itself_at_the_reference_time(self, tmp_path: Path) -> None:
        script = tmp_path / "script.py"
        script.write_text(clock.preamble(FAR_AHEAD) + self.SHOW)
        ended = self.run(f"{sys.executable}\0{script}", RUST_BACKTRACE="1")
        assert ended.stdout == f"{int(FAR_AHEAD.timestamp())} None\n"
        assert ended.stderr == ""

    def test_without_the_library_it_says_so_and_goes_on(self) -> None:
        hidden = (
            "import glob, importlib.util\n"
            "glob.glob = lambda *_, **__: []\n"
            "importlib.util.find_spec = lambda _: None\n"
        )
        program = hidden + clock.preamble(FAR_AHEAD) + self.SHOW
        ended = self.run(f"{sys.executable}\0-c\0{program}")
        assert int(ended.stdout.split()[0]) < FAR_AHEAD.timestamp()
        assert ended.stderr == (
            f"libfaketime not found ({clock.INSTALL}): verifying at the present time\n"
        )


def test_a_process_can_tell_whether_it_runs_under_the_library(library: Path) -> None:
    assert under(library, "print(json.dumps(clock.is_preloaded(os.environ)))") is True
    assert not clock.is_preloaded({})
    assert not clock.is_preloaded({"LD_PRELOAD": "/usr/lib/libeatmydata.so"})
