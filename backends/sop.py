"""Any Stateless OpenPGP command ("sop", draft-dkg-openpgp-stateless-cli), by its two subcommands

    COMMAND verify SIGNATURE CERTIFICATES… <DATA
    COMMAND inline-verify --verifications-out=FILE CERTIFICATES… <MESSAGE

Each file of certificates is handed over as it came, one argument each. Per case there is a
directory, per artifact a process. A tool accepts by exit code 0 *and* a line for each signature
that it vouches for: a date, the fingerprint of the signing key, that of the primary key, and
perhaps more, which is not read. A single signature counts by both, an input as a whole by the exit
code. Exit code 3, for "no acceptable signature", is all a tool has to say about why not: nearly
every refusal has every class. Standard error is prose, kept as evidence.

What a tool does differently is said in class variables; `backends.sop_tools` holds the tools we
know. Any other is used with ``sop:COMMAND``. The interface has no reference time (``--not-after``
bounds when a signature was made). libfaketime is preloaded where that makes a difference, and
claimed where it is seen to move an expiry.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from backends import _gnupg, _sequoia
from backends._packages import package_of
from backends._status import fingerprint
from harness import clock
from harness.artifact import Artifact, Cleartext, Detached, Format, Inline, SimpleSigning, unclaimed
from harness.backend import (
    Adapter,
    Capabilities,
    Clock,
    Description,
    Exported,
    KeyHalf,
    Present,
    Reading,
    Snippet,
    Unavailable,
    environment_for_tools,
)
from harness.corpus import load_corpus
from harness.outcomes import (
    UNSPECIFIED,
    AcceptedKey,
    ErrorClass,
    Evidence,
    NativeVerdict,
    SignatureResult,
    Verdict,
    accepted,
    clip,
    failed,
    native_like,
    rejected,
)
from vectors import PROBES

Classes = frozenset[ErrorClass]

SUBCOMMANDS = {
    Format.DETACHED: "verify",
    Format.INLINE: "inline-verify",
    Format.CLEARTEXT: "inline-verify",
}
UNSUPPORTED_SUBCOMMAND = 69

BAD_DATA: Classes = frozenset(
    {
        ErrorClass.MALFORMED,
        ErrorClass.NO_SIGNATURE,
        ErrorClass.UNSUPPORTED,
        ErrorClass.MISSING_KEY,
    }
)
"""What should be a signature, a message or a certificate is none that the tool can read."""

REFUSALS: Mapping[int, Classes] = {
    3: UNSPECIFIED,  # NO_SIGNATURE: no acceptable signature found
    13: frozenset({ErrorClass.UNSUPPORTED}),  # UNSUPPORTED_ASYMMETRIC_ALGO
    # MISSING_ARG: nothing is missing but certificates. None were given, or none are in the files.
    19: frozenset({ErrorClass.MISSING_KEY, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
    41: BAD_DATA,
    53: frozenset({ErrorClass.MALFORMED}),  # EXPECTED_TEXT: not UTF-8
}
"""By exit code, every class consistent with it. Codes that are not here are no answer: what is
missing or in the way is then a file or an option (37, 59, 61, 71, 73, 83), a subcommand (69), or
the tool broke down (101 from Rust, a signal)."""

_FAKETIME = clock.find_library()


@dataclass(frozen=True, slots=True)
class Files:
    """A directory for one case."""

    path: Path
    certificates: tuple[str, ...]
    """Names in it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left behind."""

    exit_code: int | None
    """None if it could not be started."""
    stdout: bytes
    stderr: bytes


class Sop(Adapter[Files]):
    """A Stateless OpenPGP command."""

    name: ClassVar[str] = "sop"
    clock: ClassVar[Clock] = Clock.NONE if _FAKETIME is None else Clock.LIBFAKETIME
    """What is claimed; if `faked` is None, only if it is found true."""
    faked: ClassVar[bool | None] = None
    """Whether it is run under libfaketime, even if that cannot be proven by an expiry; None: to be
    found out."""

    command: ClassVar[tuple[str, ...]] = ()
    """The program, and what comes before each subcommand."""
    absence: ClassVar[str] = "no program is named"
    """Why there is no command, if there is none."""
    install: ClassVar[str] = "give the command line of a program after sop:"
    columns: ClassVar[tuple[KeyHalf | None, KeyHalf | None]] = (KeyHalf.SIGNING, KeyHalf.PRIMARY)
    """What the two fingerprints of a line really are; None for one that is not to be believed."""
    refusals: ClassVar[Mapping[tuple[int, str], Classes]] = {}
    """By exit code and a pattern for a whole line of standard error; come before `REFUSALS`."""
    environment: ClassVar[Mapping[str, str]] = _sequoia.STOCK_POLICY
    """Further variables. Any tool may turn out to be made with Sequoia."""
    notes: ClassVar[tuple[str, ...]] = ()
    """What else a reader of its results must know."""

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if not cls.command:
            return Unavailable(reason=cls.absence, install=cls.install)
        if shutil.which(cls.command[0]) is None:
            place = "in PATH" if "/" not in cls.command[0] else "that can be executed"
            return Unavailable(reason=f"no {cls.command[0]} {place}", install=cls.install)
        return Present()

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir.absolute()
        self._cases = 0
        self._library = None if self.faked is False else _FAKETIME

    # -------------------------------------------------------------- description

    def describe(self) -> Description:
        version, components = self._versions()
        asked = {word: self._run(word).exit_code for word in dict.fromkeys(SUBCOMMANDS.values())}
        formats = {f for f, word in SUBCOMMANDS.items() if asked[word] != UNSUPPORTED_SUBCOMMAND}
        moves = self.clock
        if self.faked is None and self._library is not None and not self._expiry_follows():
            moves = Clock.NONE
            if not self._future_counts():
                self._library = None
        return Description(
            name=self.name,
            version=version,
            components=components,
            capabilities=Capabilities(
                formats=frozenset(formats),
                clock=moves,
                reports=frozenset(half for half in self.columns if half is not None),
            ),
            notes=("native verdict: the exit code", *self.notes),
        )

    def _versions(self) -> tuple[str, dict[str, str]]:
        """Ask the tool for its version, and for what it is made of.

        Raises:
            ValueError: it does not say which version it is.
        """
        said = self._say("version")
        if not said:
            raise ValueError(f"{shlex.join(self.command)} version: {self._run('version')}")
        name, _, version = said[0].rpartition(" ")
        components = {} if not name or name in self.command[0] else {"program": said[0]}
        for line in self._say("version", "--extended")[1:] or self._say("version", "--backend"):
            part = re.fullmatch(_COMPONENT, line)
            if part is not None:
                components[part[1]] = part[2]
        for option, what in (("--sopv", "sopv"), ("--sop-spec", "specification")):
            for line in self._say("version", option)[:1]:
                components[what] = line
        return version, components | package_of(shutil.which(self.command[0]))

    def _say(self, *arguments: str) -> list[str]:
        """What the tool writes, by lines; nothing if it does not know the arguments."""
        ended = self._run(*arguments)
        return ended.stdout.decode(errors="replace").splitlines() if ended.exit_code == 0 else []

    def _expiry_follows(self) -> bool:
        """Whether an expiry follows the preloaded clock, which is to be proven again later."""
        return any(
            self._good(f"clock-{what}-before") and not self._good(f"clock-{what}-after")
            for what in ("signature", "key")
        )

    def _future_counts(self) -> bool:
        """Whether the preloaded clock makes a difference at all: to what is from the future."""
        return self._good("detached-good") and not self._good("detached-good", at=_LONG_AGO)

    def _good(self, name: str, at: datetime | None = None) -> bool:
        """Ask about a probe, at its reference time or another."""
        probe = load_corpus(PROBES).vector(f"probe/{name}")
        assert probe is not None
        keys = self.load(probe.certificates, at or probe.at)
        try:
            reading = self.check(keys, probe.artifact, at or probe.at)
        finally:
            self.unload(keys)
        return reading.signature.verdict is Verdict.ACCEPTED

    # -------------------------------------------------------------- verification

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Files:  # noqa: ARG002  nothing is judged yet
        self._cases += 1
        path = self._workdir / str(self._cases)
        path.mkdir(mode=0o700)
        names = tuple(f"certificate-{number}" for number in range(1, len(certificates) + 1))
        for name, octets in zip(names, certificates, strict=True):
            (path / name).write_bytes(octets)
        return Files(path, names)

    def check(self, keys: Files, artifact: Artifact, at: datetime) -> Reading:
        out = keys.path / "verifications"
        out.unlink(missing_ok=True)
        match artifact:
            case Detached(data=data, signature=signature):
                (keys.path / "signature").write_bytes(signature)
                (keys.path / "input").write_bytes(data)
                arguments = ("verify", "signature")
            case Inline(message=message) | Cleartext(message=message):
                (keys.path / "input").write_bytes(message)
                arguments = ("inline-verify", f"--verifications-out={out.name}")
            case SimpleSigning():
                raise unclaimed(artifact)
        ended = self._run(*arguments, *keys.certificates, directory=keys.path, at=at)
        if isinstance(artifact, Detached):
            written = ended.stdout
        else:
            written = out.read_bytes() if out.exists() else b""
        return self.reading(ended, written, keys.path)

    def unload(self, keys: Files) -> None:
        _gnupg.remove(keys.path)

    @classmethod
    def reading(cls, ended: Ended, written: bytes, directory: Path) -> Reading:
        """Make results of what a verification left behind.

        Args:
            ended: the process.
            written: its verification lines.
            directory: where it ran; as this differs from run to run, it is left out of evidence.
        """

        def shown(octets: bytes) -> str:
            return octets.decode("utf-8", "backslashreplace").replace(f"{directory}/", "")

        lines = [line for line in shown(written).split("\n") if line.strip()]
        message = shown(ended.stderr)
        evidence = Evidence(
            exit_code=ended.exit_code,
            status=tuple(clip(line, 1024) for line in lines[:_SHOWN]),
            message=clip(message),
        )
        if ended.exit_code != 0:
            return _refused(cls._classes(ended.exit_code, message), evidence)
        named = [cls._key(line) for line in lines]
        keys = tuple(dict.fromkeys(key for key in named if key is not None))
        return Reading(
            signature=_first(named, evidence),
            native=NativeVerdict(verdict=Verdict.ACCEPTED, keys=keys, evidence=evidence),
        )

    @classmethod
    def _key(cls, line: str) -> AcceptedKey | None:
        """Read the key off a verification line; None if that is none."""
        _, *rest = line.split()
        found = [fingerprint(word) for word in rest[:2]]
        if len(found) < 2 or None in found:
            return None
        halves = {half: text for half, text in zip(cls.columns, found, strict=True) if half}
        return AcceptedKey(**{str(half): text for half, text in halves.items()})

    @classmethod
    def _classes(cls, exit_code: int | None, message: str) -> Classes:
        """What a tool refused for; nothing if it is no refusal at all."""
        told = (
            classes
            for (code, pattern), classes in cls.refusals.items()
            if code == exit_code and re.search(rf"(?m)^(?:{pattern})$", message)
        )
        return next(told, REFUSALS.get(-1 if exit_code is None else exit_code, frozenset()))

    def _run(
        self, *arguments: str, directory: Path | None = None, at: datetime | None = None
    ) -> Ended:
        """Run the tool in a directory, with its file "input" to read, or without and with nothing.

        Names are relative to it, so that what the tool says of them is the same every time. What
        inline-verify writes is the signed data, of any size, and not kept.
        """
        place = self._workdir if directory is None else directory
        faked = {} if at is None or self._library is None else clock.preload(self._library, at)
        try:
            with open(os.devnull if directory is None else place / "input", "rb") as given:  # noqa: PTH123  either
                process = subprocess.Popen(
                    [*self.command, *arguments],
                    cwd=place,
                    env=environment_for_tools(os.environ, place) | {**self.environment, **faked},
                    stdin=given,
                    stdout=subprocess.DEVNULL if "inline-verify" in arguments else subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
        except OSError as error:
            return Ended(exit_code=None, stdout=b"", stderr=str(error).encode())
        with process:
            stdout, stderr = process.communicate()
        if faked:
            clock.remove_shared_memory(process.pid)
        return Ended(process.returncode, stdout or b"", stderr)

    # -------------------------------------------------------------- by hand

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        certificates = [f"./{path}" for path in exported.certificates]
        lines = ["#!/bin/sh", "scratch=$(mktemp -d) || exit 70", "trap 'rm -rf \"$scratch\"' EXIT"]
        lines += [f"export {name}={shlex.quote(text)}" for name, text in cls.environment.items()]
        start = shlex.join(cls.command)
        if cls.faked is not False and _FAKETIME is not None:
            settings = clock.preload(_FAKETIME, exported.at)
            del settings["LD_PRELOAD"]
            lines.append(_gnupg.find_faketime(_FAKETIME))
            start = f'env LD_PRELOAD="$library" {_assignments(settings)} {start}'
        if exported.format is Format.DETACHED:
            arguments = shlex.join(["verify", f"./{exported.signature}", *certificates])
            lines.append(f"{start} {arguments} <{shlex.quote(f'./{exported.data}')}")
            lines.append("code=$?")
        else:
            lines.append(
                f'{start} inline-verify --verifications-out="$scratch/verifications"'
                f" {shlex.join(certificates)} <{shlex.quote(f'./{exported.message}')} >/dev/null"
            )
            lines += ["code=$?", 'cat "$scratch/verifications"']
        lines += ['echo "exit code: $code"', 'exit "$code"', ""]
        return Snippet(suffix=".sh", text="\n".join(lines))


_SHOWN = 200
_LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
_COMPONENT = re.compile(
    r"(?:Based on |Using |Compiled using )?(\S.*?) ?([0-9]+(?:\.[0-9]+)+\S*)(?: \(.*\))?"
)
"""A line such as "Sequoia 1.12.0", "Nettle 3.10 (OCB: true)" or "Compiled using go1.19.8"."""


def _assignments(settings: Mapping[str, str]) -> str:
    return " ".join(f"{name}={shlex.quote(text)}" for name, text in settings.items())


def _refused(classes: Classes, evidence: Evidence) -> Reading:
    result = rejected(classes, evidence) if classes else failed(evidence)
    return Reading(signature=result, native=native_like(result))


def _first(named: list[AcceptedKey | None], evidence: Evidence) -> SignatureResult:
    """Give the key of the first line, of a tool that ended with exit code 0."""
    if not named:
        return rejected(UNSPECIFIED, evidence)
    return failed(evidence) if named[0] is None else accepted(named[0], evidence)
