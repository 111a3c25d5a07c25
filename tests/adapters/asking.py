"""Asking an adapter in a worker process of its own, under libfaketime, as a run does."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

import backends
from harness import clock, keeper
from harness.artifact import OPENPGP_FORMATS, Artifact, Detached, split_artifact
from harness.backend import Adapter, Description, Exported, ForeignAdapter
from harness.outcomes import Answer, SignatureResult
from harness.protocol import (
    PROTOCOL,
    Answered,
    Bye,
    FromWorker,
    Hello,
    Question,
    Ready,
    ToWorker,
    decode_from_worker,
    encode,
)
from harness.vector import Suite
from vectors.forge.certificate import Certificate
from vectors.forge.times import EPOCH

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds to wait for a line of the worker."""

PROBES = msgspec.json.decode((ROOT / "vectors/probes/probe.json").read_bytes(), type=Suite).vectors
OPENPGP_PROBES = tuple(v for v in PROBES if v.artifact.format in OPENPGP_FORMATS)
"""Those that every adapter may be asked about."""


class Worker:
    """A running worker.

    Attributes:
        description: what its adapter says of itself.
    """

    def __init__(self, questions: IO[bytes], answers: IO[bytes], workdir: Path) -> None:
        self._questions = questions
        self._answers = answers
        ready = self._say(Hello(protocol=PROTOCOL, profile="stock", workdir=str(workdir)))
        assert isinstance(ready, Ready), ready
        self.description: Description = ready.backend

    def ask(
        self, *certificates: Certificate | bytes, artifact: Artifact, at: datetime = EPOCH
    ) -> Answer:
        """Put a question as the supervisor does: the artifact, and its parts if it has several."""
        parts = split_artifact(artifact)
        answered = self._say(
            Question(
                id=0,
                certificates=tuple(
                    item if isinstance(item, bytes) else item.octets for item in certificates
                ),
                artifact=artifact,
                parts=parts if len(parts) > 1 else (),
                at=at,
            )
        )
        assert isinstance(answered, Answered), answered
        return answered.answer

    def alone(
        self, *certificates: Certificate | bytes, artifact: Artifact, at: datetime = EPOCH
    ) -> SignatureResult:
        """Ask about an input of one signature, whose result must be the native verdict too."""
        answer = self.ask(*certificates, artifact=artifact, at=at)
        (result,) = answer.signatures
        assert (answer.native.verdict, answer.native.classes) == (result.verdict, result.classes)
        assert answer.native.keys == (() if result.key is None else (result.key,))
        return result

    def _say(self, message: ToWorker) -> FromWorker:
        self._questions.write(encode(message))
        self._questions.flush()
        heard, _, _ = select.select([self._answers], [], [], PATIENCE)
        assert heard, "the worker does not answer"
        return decode_from_worker(self._answers.readline())


@contextmanager
def worker(backend: str, workdir: Path, **environment: str) -> Iterator[Worker]:
    """Start a worker, with further environment variables; end it and wait for it."""
    process = subprocess.Popen(
        _command(backend),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=under_the_library() | environment,
        cwd=ROOT,
        bufsize=0,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Worker(process.stdin, process.stdout, workdir)
        process.stdin.write(encode(Bye()))
        assert process.wait(PATIENCE) == 0
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()
        keeper.remove_shared_memory(process.pid)


def _command(backend: str) -> list[str]:
    adapter = backends.load(backend)
    if issubclass(adapter, ForeignAdapter):
        return list(adapter.command())
    return [sys.executable, "-m", "harness.worker", backend]


def under_the_library(at: datetime = EPOCH) -> dict[str, str]:
    """A small environment under libfaketime; skips the test where there is no such library."""
    library = clock.find_library()
    if library is None:
        pytest.skip(f"needs libfaketime ({clock.INSTALL})")
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return base | clock.preload(library, at)


def damaged(octets: bytes, chance: random.Random) -> bytes:
    """Change some octets, or none, and perhaps cut off the end."""
    changed = bytearray(octets)
    for _ in range(chance.choice((0, 1, 3))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.choice((len(changed), chance.randrange(len(changed))))])


def reproduced(
    adapter: type[Adapter[Any]],
    folder: Path,
    *certificates: Certificate,
    artifact: Artifact,
    at: datetime = EPOCH,
) -> subprocess.CompletedProcess[str]:
    """Export a case, and run what the adapter gives for seeing it by hand."""
    under_the_library()  # or skip
    names = tuple(f"cert{number}.pgp" for number in range(len(certificates)))
    for name, certificate in zip(names, certificates, strict=True):
        (folder / name).write_bytes(certificate.octets)
    if isinstance(artifact, Detached):
        files = {"data": artifact.data, "signature": artifact.signature}
    else:
        files = {"message": artifact.message}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    places: dict[str, Any] = {name: name for name in files}
    exported = Exported(certificates=names, at=at, format=artifact.format, **places)
    snippet = adapter.reproduce(exported)
    script = folder / f"reproduce{snippet.suffix}"
    script.write_text(snippet.text)
    return subprocess.run(
        [sys.executable, script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
