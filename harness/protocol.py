"""The messages between supervisor and worker: JSON Lines, language-neutral, versioned.

One JSON object a line, UTF-8, no line break inside. The supervisor writes to the worker's
standard input and reads its standard output; standard error is free text, kept as evidence.
``docs/protocol.md`` is the page for authors of foreign adapters.

    supervisor                              worker
    {"type": "hello", ...}            →
                                      ←     {"type": "ready", ...}
    {"type": "question", "id": 1 …}   →
                                      ←     {"type": "answer", "id": 1 …}
    …
    {"type": "bye"}                   →     (exits with 0)
"""

from __future__ import annotations

import msgspec

from harness.artifact import Artifact
from harness.backend import Description
from harness.outcomes import Answer, Moment, Value, to_json

PROTOCOL = 1


class Hello(Value, frozen=True, kw_only=True, tag_field="type", tag="hello"):
    """The first message: which protocol is spoken, and under which profile to verify."""

    protocol: int
    profile: str
    workdir: str
    """An empty directory for this worker alone; removed when it ends."""


class Question(Value, frozen=True, kw_only=True, tag_field="type", tag="question"):
    """One input to verify. It carries no name and no expectation."""

    id: int
    certificates: tuple[bytes, ...]
    """Base64; one item per certificate file, armored or binary, one or several certificates."""
    artifact: Artifact
    """The signed input as it came: ask the backend about it for the native verdict."""
    parts: tuple[Artifact, ...]
    """The same, cut into one artifact per signature, in input order; when empty, the artifact
    itself is the only part."""
    at: Moment
    """Reference time."""


class Bye(Value, frozen=True, kw_only=True, tag_field="type", tag="bye"):
    """The last message: end with exit code 0."""


class Ready(Value, frozen=True, kw_only=True, tag_field="type", tag="ready"):
    """The worker's answer to `Hello`: it has loaded its backend."""

    protocol: int
    backend: Description


class Unusable(Value, frozen=True, kw_only=True, tag_field="type", tag="unusable"):
    """The worker's other answer to `Hello`: the backend does not load."""

    reason: str


class Answered(Value, frozen=True, kw_only=True, tag_field="type", tag="answer"):
    """The answer to the question of the same id: one result per part, in their order."""

    id: int
    answer: Answer


class Failed(Value, frozen=True, kw_only=True, tag_field="type", tag="failed"):
    """The adapter itself failed on the question of this id: a defect of the adapter."""

    id: int
    reason: str


ToWorker = Hello | Question | Bye
FromWorker = Ready | Unusable | Answered | Failed

_to_worker: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)
_from_worker: msgspec.json.Decoder[FromWorker] = msgspec.json.Decoder(FromWorker)


class ProtocolError(Exception):
    """A line that is no message of this protocol.

    Attributes:
        line: the beginning of the offending line.
        what: what is wrong with it.
    """

    def __init__(self, line: bytes, what: str) -> None:
        self.line = line[:200]
        self.what = what
        super().__init__(f"{what}: {self.line!r}")


def encode(message: ToWorker | FromWorker) -> bytes:
    """Write a message as one line."""
    return to_json(message) + b"\n"


def decode_for_worker(line: bytes) -> ToWorker:
    """Read a line that a supervisor wrote.

    Raises:
        ProtocolError: it is no message to a worker.
    """
    try:
        return _to_worker.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(line, str(error)) from error


def decode_from_worker(line: bytes) -> FromWorker:
    """Read a line that a worker wrote.

    Raises:
        ProtocolError: it is no message from a worker.
    """
    try:
        return _from_worker.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(line, str(error)) from error
