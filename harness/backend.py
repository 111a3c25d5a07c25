"""What an adapter is: the seam between the engine and one OpenPGP implementation.

An adapter reports facts. It never sees an expectation or a vector's name. Third-party exceptions
stop here: an adapter turns each into a result with evidence. One adapter is one module in
``backends/``; it imports its library only when it is constructed, which happens in a worker
process of its own. How to write one: ``docs/adapters.md``.
"""

from __future__ import annotations

import abc
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import msgspec

from harness.artifact import OPENPGP_FORMATS, Artifact, Format
from harness.outcomes import Fingerprint, NativeVerdict, SignatureResult, Value

Keys = TypeVar("Keys")


class Clock(enum.StrEnum):
    """How a backend is made to believe in the reference time."""

    NATIVE = "native"
    """By an option or argument of its own."""
    LIBFAKETIME = "libfaketime"
    """By the preloaded library, in the worker or in the program it starts."""
    NONE = "none"
    """Not at all: it always uses the machine's clock."""


class KeyHalf(enum.StrEnum):
    """The halves of an accepted key that a backend may report."""

    SIGNING = "signing"
    PRIMARY = "primary"


class Capabilities(Value, frozen=True, kw_only=True):
    """What an adapter claims; `harness.probe` believes nothing of it without proof."""

    formats: frozenset[Format]
    clock: Clock
    reports: frozenset[KeyHalf]


class Description(Value, frozen=True, kw_only=True):
    """Which implementation is at work, for headers and reports."""

    name: str
    """The name users type."""
    version: str
    """Of the tool or library the adapter calls."""
    components: dict[str, str] = msgspec.field(default_factory=dict)
    """Versions of what is inside: engine, crypto library, language runtime."""
    capabilities: Capabilities
    notes: tuple[str, ...] = ()
    """Anything a reader of results must know, e.g. "crypto and binding only"."""


class Unavailable(Value, frozen=True, kw_only=True):
    """A backend that is not on this machine, and what to do about it."""

    reason: str
    install: str
    """A line a user can paste into a shell."""


class Present(Value, frozen=True, kw_only=True):
    """A backend that looks runnable; starting it will tell."""

    version: str = ""
    """Where it is cheap to know, else empty."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one call of the backend showed."""

    signature: SignatureResult
    """About the (first) signature of the artifact handed over."""
    native: NativeVerdict
    """About the artifact as a whole."""


class Exported(Value, frozen=True, kw_only=True):
    """Where ``pgp-accord show --export`` put the parts of a vector, for `Adapter.reproduce`.

    Paths are relative to the folder that the snippet is run in.
    """

    certificates: tuple[str, ...]
    at: datetime
    format: Format
    data: str | None = None
    signature: str | None = None
    message: str | None = None
    manifest: str | None = None
    reference: str | None = None
    """The name that an image is asked for by; no path."""
    identities: tuple[Fingerprint, ...] = ()
    """The keys that may sign for the image; no paths."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A way to see a backend's behaviour without this project."""

    suffix: str
    """``.sh`` or ``.py``: how the file is to be run."""
    text: str


class Adapter(abc.ABC, Generic[Keys]):
    """One OpenPGP implementation. Constructed once per worker process, then asked many times.

    ``Keys`` is whatever the implementation makes of a set of certificates (a home directory,
    a list of objects). The worker calls `load` once per case, `check` for each signature alone
    and, where there are several, for the artifact as it came, then `unload`.
    """

    name: ClassVar[str]
    clock: ClassVar[Clock]
    on_request: ClassVar[str] = ""
    """Why this backend is asked only when it is named; empty for all that take part anyway."""
    preload_worker: ClassVar[bool] = False
    """Whether the worker process itself must run under libfaketime (in-process libraries)."""
    reproduces: ClassVar[frozenset[Format]] = OPENPGP_FORMATS
    """Formats that `reproduce` writes something for: those that it claims, or more."""
    memory_limit: ClassVar[int | None] = 4 << 30
    """Address space for the worker and what it starts, in bytes; None for runtimes that reserve
    more than they use."""

    @classmethod
    @abc.abstractmethod
    def presence(cls) -> Present | Unavailable:
        """Say whether the backend is installed: fast (no import of the library, no process
        where that can be avoided) and without side effects.
        """

    @abc.abstractmethod
    def __init__(self, workdir: Path) -> None:
        """Get ready to answer.

        Args:
            workdir: an empty directory of mode 0700 with a short path that belongs to this worker
                and is removed after it.

        Raises:
            Exception: anything; the backend then counts as unusable, with the text as evidence.
        """

    @abc.abstractmethod
    def describe(self) -> Description:
        """Name versions and claimed capabilities, as found now and not as remembered."""

    @abc.abstractmethod
    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Keys:
        """Hand the certificates over to the backend.

        A certificate it refuses is no exception: what becomes of a signature by a refused key is
        the backend's answer. What it said on loading belongs into the evidence of `check`.
        """

    @abc.abstractmethod
    def check(self, keys: Keys, artifact: Artifact, at: datetime) -> Reading:
        """Ask about one artifact."""

    def unload(self, keys: Keys) -> None:
        """Release what `load` made."""

    @classmethod
    @abc.abstractmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        """Write the command or program that shows the native verdict by hand."""


class ForeignAdapter(Adapter[None]):
    """An implementation whose worker is a program in another language (``docs/protocol.md``).

    That program describes itself and answers; of this class only what can be known without it is
    used. Nothing constructs it.
    """

    @classmethod
    @abc.abstractmethod
    def command(cls) -> tuple[str, ...]:
        """The worker's command line, in absolute paths; called only when it is present."""

    def __init__(self, workdir: Path) -> None:  # noqa: ARG002
        raise TypeError(f"{type(self).__name__} is answered for by a program of its own")

    def describe(self) -> Description:
        raise NotImplementedError

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> None:
        raise NotImplementedError

    def check(self, keys: None, artifact: Artifact, at: datetime) -> Reading:
        raise NotImplementedError


def environment_for_tools(base: Mapping[str, str], home: Path) -> dict[str, str]:
    """Extend a worker's scrubbed environment for a program that the adapter starts.

    Args:
        base: normally ``os.environ`` of the worker, already scrubbed by the supervisor.
        home: directory to use as HOME and GNUPGHOME.
    """
    return {**base, "HOME": str(home), "GNUPGHOME": str(home)}


class State(enum.StrEnum):
    """Whether a backend took part in a run."""

    USABLE = "usable"
    """Present, started, and every capability it claims was proven by a probe."""
    ABSENT = "absent"
    """Not on this machine."""
    UNUSABLE = "unusable"
    """It does not start, or fails a probe; ``reason`` holds the evidence."""


class BackendRecord(Value, frozen=True, kw_only=True, tag_field="type", tag="backend"):
    """What became of one backend: a line of a run file, and of ``pgp-accord backends``."""

    name: str
    state: State
    description: Description | None = None
    """Set if it started."""
    reason: str = ""
    """Why it is absent or unusable."""
    install: str = ""
    """For an absent one: a line that installs it."""
    origin: str = ""
    """The package that brought the adapter, and its version; empty for pgp-accord's own."""
