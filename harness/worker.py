"""An adapter's process: read a question, ask the adapter, write the answer.

    python -m harness.worker NAME [FOLDER...]

An adapter of another package, and what it needs, is also looked for in the folders.
Standard output belongs to the protocol alone: whatever a library prints goes to standard error.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from harness import clock
from harness.backend import Adapter
from harness.outcomes import Answer, clip
from harness.protocol import (
    PROTOCOL,
    Answered,
    Bye,
    Failed,
    Hello,
    Question,
    Ready,
    Unusable,
    decode_for_worker,
    encode,
)

Factory = Callable[[Path], Adapter[Any]]


class UnusableError(Exception):
    """From a factory: there is no adapter, and the text says all about why."""


def serve(factory: Factory) -> int:
    """Speak the protocol on standard input and output until told to stop.

    Args:
        factory: builds the adapter, given its working directory.

    Returns:
        The process's exit code: 0 after `Bye` or the end of input.
    """
    questions, answers = _take_standard_streams()
    hello = decode_for_worker(questions.readline())
    if not isinstance(hello, Hello) or hello.protocol != PROTOCOL:
        answers.write(encode(Unusable(reason=f"this worker speaks protocol {PROTOCOL} only")))
        return 1
    try:
        adapter = factory(Path(hello.workdir))
        answers.write(encode(Ready(protocol=PROTOCOL, backend=adapter.describe())))
    except UnusableError as error:
        answers.write(encode(Unusable(reason=clip(str(error)))))
        return 0
    except Exception:  # noqa: BLE001  whatever a library does on loading, it means "unusable"
        answers.write(encode(Unusable(reason=clip(traceback.format_exc()))))
        return 0
    for line in questions:
        message = decode_for_worker(line)
        if isinstance(message, Bye):
            break
        if isinstance(message, Question):
            answers.write(encode(_respond(adapter, message)))
    return 0


def _respond(adapter: Adapter[Any], question: Question) -> Answered | Failed:
    try:
        return Answered(id=question.id, answer=answer(adapter, question))
    except Exception:  # noqa: BLE001  a defect of the adapter; the engine turns it into an error
        return Failed(id=question.id, reason=clip(traceback.format_exc()))


def answer(adapter: Adapter[Any], question: Question) -> Answer:
    """Ask the adapter about every signature alone, and about the whole input as it came."""
    if adapter.preload_worker:
        clock.move_own_clock(question.at)
    keys = adapter.load(question.certificates, question.at)
    try:
        parts = question.parts or (question.artifact,)
        readings = [adapter.check(keys, part, question.at) for part in parts]
        if parts == (question.artifact,):
            native = readings[0].native
        else:
            native = adapter.check(keys, question.artifact, question.at).native
    finally:
        adapter.unload(keys)
    return Answer(signatures=tuple(reading.signature for reading in readings), native=native)


def _take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two streams for the protocol; give libraries /dev/null and standard error."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return questions, answers


def main() -> int:
    """Serve the adapter named on the command line."""
    import backends

    name, *folders = sys.argv[1:]
    sys.path += [folder for folder in folders if folder not in sys.path]

    def adapter(workdir: Path) -> Adapter[Any]:
        try:
            found = backends.load(name)
        except backends.BrokenAdapterError as error:
            raise UnusableError(f"{error}\n\n{traceback.format_exc()}") from error
        except backends.NameClashError as error:
            raise UnusableError(str(error)) from error
        return found(workdir)

    return serve(adapter)


if __name__ == "__main__":
    sys.exit(main())
