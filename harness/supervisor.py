"""One worker's life: start, ask, deadline, end. It never blocks on a worker and never trusts one.

`Worker` is one process and dies with its first fault. `harness.session` decides what follows.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from harness import keeper
from harness.backend import Description
from harness.launch import Launch, scrubbed_environment
from harness.outcomes import Answer, ErrorReason, clip
from harness.protocol import (
    PROTOCOL,
    Answered,
    Bye,
    Failed,
    FromWorker,
    Hello,
    ProtocolError,
    Question,
    Ready,
    ToWorker,
    Unusable,
    decode_from_worker,
    encode,
)

START_SECONDS = 60.0
_LONGEST_LINE = 64 << 20
_STDERR_KEPT = 16 << 10
_FAREWELL_SECONDS = 2.0


class WorkerError(Exception):
    """The worker gave no answer that counts, and is gone.

    Attributes:
        reason: what kind of failure it is.
        detail: in words, with what the worker wrote to standard error.
    """

    def __init__(self, reason: ErrorReason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


class AdapterError(Exception):
    """The adapter failed on one question; its worker lives on.

    Attributes:
        detail: what the worker says about it.
    """

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Farewell:
    """How a worker ended that was asked to."""

    exit_code: int | None
    """None if it did not end by itself; negative if a signal ended it."""
    output: bytes
    """What it still wrote to standard output, and nobody had asked for."""


class Worker:
    """A started worker: `greet` it, `ask` it, `end` it. No process or file remains after it.

    Raises:
        OSError: from the constructor, if no process or directory can be made at all.
        WorkerError: from `greet` and `ask`; the process is gone by then.
    """

    def __init__(self, launch: Launch) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="pgp-accord-"))
        self._lifeline = -1
        self._lifeline_lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._out = bytearray()
        self._searched = 0
        self._stderr = bytearray()
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        try:
            self._start(launch)
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def greet(self, profile: str, seconds: float, protocol: int = PROTOCOL) -> Description:
        """Have the worker load its backend.

        Args:
            profile: policy profile to verify under.
            seconds: the deadline, wall time.
            protocol: the version to greet it with; another than ours to see what it makes of that.

        Raises:
            WorkerError: it does not get ready; it is gone.
        """
        hello = Hello(protocol=protocol, profile=profile, workdir=f"{self._directory}/work")

        match self._exchange(hello, seconds):
            case Ready() as ready if ready.protocol == protocol:
                return ready.backend
            case Ready() as ready:
                what = f"it speaks protocol {ready.protocol}, not {protocol}"
                raise self._failure(ErrorReason.PROTOCOL, what)
            case Unusable() as unusable:
                raise self._failure(ErrorReason.EXCEPTION, unusable.reason)
            case _:
                raise self._failure(ErrorReason.PROTOCOL, "it answered before it was ready")

    def ask(self, question: Question, seconds: float) -> Answer:
        """Put a question and wait for its answer.

        Args:
            question: its id must not have been used with this worker before.
            seconds: the deadline, wall time.

        Raises:
            AdapterError: the adapter failed; the worker can be asked again.
            WorkerError: anything else but an answer; the worker is gone.
        """
        match self._exchange(question, seconds):
            case Answered() as answered if answered.id == question.id:
                wanted, given = len(question.parts) or 1, len(answered.answer.signatures)
                if given != wanted:
                    what = f"it gave {given} results for {wanted} signatures"
                    raise self._failure(ErrorReason.PROTOCOL, what)
                return answered.answer
            case Failed() as failed if failed.id == question.id:
                raise AdapterError(failed.reason)
            case Answered(id=other) | Failed(id=other):
                what = f"it answered question {other} instead of {question.id}"
                raise self._failure(ErrorReason.PROTOCOL, what)
            case _:
                what = f"it gave no answer to question {question.id}, but greeted again"
                raise self._failure(ErrorReason.PROTOCOL, what)

    def overhear(self, seconds: float) -> bytes:
        """Listen for a moment; return what it has written to standard output unasked so far."""
        with contextlib.suppress(TimeoutError, EOFError):
            self._listen(time.monotonic() + seconds)
        return bytes(self._out)

    def dismiss(self, *, with_bye: bool) -> Farewell:
        """Ask it to end, see what it does, and end it.

        Args:
            with_bye: say so; else just close its input.
        """
        process = self._process
        assert process is not None
        assert process.stdin is not None
        deadline = time.monotonic() + _FAREWELL_SECONDS
        code = None
        with contextlib.suppress(TimeoutError, EOFError, subprocess.TimeoutExpired):
            if with_bye:
                self._write_all(encode(Bye()), deadline)
            else:
                process.stdin.close()
            with contextlib.suppress(EOFError):
                self._listen(deadline)
            code = process.wait(max(deadline - time.monotonic(), 0))
        farewell = Farewell(exit_code=code, output=bytes(self._out))
        self.end()
        return farewell

    def end(self, *, politely: bool = False) -> None:
        """End the worker and everything it started, and remove its directory.

        Safe to call more than once, and from another thread than the one that waits in `ask`.

        Args:
            politely: let it finish by itself first, for a moment.
        """
        if self._ended:
            return
        self._ended = True
        process = self._process
        if process is not None:
            if politely:
                with contextlib.suppress(OSError, EOFError, subprocess.TimeoutExpired):
                    self._write_all(encode(Bye()), time.monotonic() + _FAREWELL_SECONDS)
                    process.wait(_FAREWELL_SECONDS)
            self._cut_lifeline()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        self._cut_lifeline()
        self._selector.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def interrupt(self) -> None:
        """Kill the processes from another thread; whoever waits in `ask` gets a failure."""
        self._cut_lifeline()

    def _start(self, launch: Launch) -> None:
        base = str(self._directory)
        for name in ("home", "tmp", "work"):
            (self._directory / name).mkdir(mode=0o700)
        settings: keeper.Settings = {
            "environment": scrubbed_environment(base) | dict(launch.environment),
            "directory": f"{base}/work",
            "remove": base,
            "limits": launch.limits.as_settings(),
        }
        keeper_end, self._lifeline = os.pipe2(os.O_CLOEXEC)
        try:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", keeper.__file__, str(keeper_end)),
                    *(json.dumps(settings), "--", *launch.command),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=scrubbed_environment(base),
                pass_fds=(keeper_end,),
                start_new_session=True,
            )
        finally:
            os.close(keeper_end)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin = self._process.stdin.fileno()
        self._stdout = self._process.stdout.fileno()
        self._errors = self._process.stderr.fileno()
        for descriptor in (self._stdin, self._stdout, self._errors):
            os.set_blocking(descriptor, False)
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._selector.register(self._errors, selectors.EVENT_READ)

    def _exchange(self, message: ToWorker, seconds: float) -> FromWorker:
        """Send a message and wait for the one line that must follow it."""
        deadline = time.monotonic() + seconds
        try:
            if self._out:
                raise ProtocolError(bytes(self._out), "unasked-for output")
            self._write_all(encode(message), deadline)
            return decode_from_worker(self._read_line(deadline))
        except ProtocolError as error:
            raise self._failure(ErrorReason.PROTOCOL, str(error)) from error
        except TimeoutError as error:
            what = f"no answer within {seconds:g} seconds"
            raise self._failure(ErrorReason.TIMEOUT, what) from error
        except EOFError as error:
            raise self._failure(ErrorReason.CRASHED, "") from error

    def _write_all(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        with contextlib.suppress(BlockingIOError):
            rest = rest[self._write_some(rest) :]
        if not rest:
            return
        self._selector.register(self._stdin, selectors.EVENT_WRITE)
        try:
            while rest:
                if self._stdin in self._wait(deadline):
                    rest = rest[self._write_some(rest) :]
        finally:
            self._selector.unregister(self._stdin)

    def _write_some(self, data: memoryview) -> int:
        try:
            return os.write(self._stdin, data)
        except BrokenPipeError as error:
            raise EOFError from error

    def _read_line(self, deadline: float) -> bytes:
        while True:
            end = self._out.find(b"\n", self._searched)
            if end >= 0:
                line = bytes(self._out[:end])
                del self._out[: end + 1]
                self._searched = 0
                return line
            self._searched = len(self._out)
            if len(self._out) > _LONGEST_LINE:
                raise ProtocolError(bytes(self._out[:200]), "an endless line")
            self._wait(deadline)

    def _listen(self, deadline: float) -> None:
        """Take in what the worker writes until its output ends or the deadline passes, which are
        an EOFError and a TimeoutError.
        """
        while len(self._out) <= _LONGEST_LINE:
            self._wait(deadline)

    def _wait(self, deadline: float) -> set[int]:
        """Take in whatever the worker wrote; return the descriptors that were ready.

        Raises:
            TimeoutError: the deadline has passed.
            EOFError: standard output has ended.
        """
        remaining = deadline - time.monotonic()
        events = self._selector.select(remaining) if remaining > 0 else []
        if not events:
            raise TimeoutError
        ready = {key.fd for key, _ in events}
        if self._errors in ready:
            self._take_stderr()
        if self._stdout in ready:
            chunk = os.read(self._stdout, 1 << 16)
            if not chunk:
                raise EOFError
            self._out += chunk
        return ready

    def _take_stderr(self) -> None:
        chunk = os.read(self._errors, 1 << 16)
        if not chunk:
            self._selector.unregister(self._errors)
        self._stderr += chunk
        del self._stderr[:-_STDERR_KEPT]

    def _failure(self, reason: ErrorReason, what: str) -> WorkerError:
        """End the worker and put together what is known of why."""
        process = self._process
        assert process is not None
        if reason is ErrorReason.CRASHED:
            what = _ending(process)
        self._cut_lifeline()
        process.wait()
        self._take_last_words()
        self.end()
        said = self._stderr.decode(errors="replace").strip()
        return WorkerError(reason, clip("\n".join(part for part in (what, said) if part)))

    def _take_last_words(self) -> None:
        """Read what is left of standard error; all its writers are gone."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self._errors, 1 << 16):
                self._stderr += chunk
                del self._stderr[:-_STDERR_KEPT]

    def _cut_lifeline(self) -> None:
        with self._lifeline_lock:
            if self._lifeline >= 0:
                os.close(self._lifeline)
            self._lifeline = -1


def _ending(process: subprocess.Popen[bytes]) -> str:
    """Say how a process ended whose output has ended."""
    try:
        code = process.wait(_FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        return "it closed its output"
    return f"killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
