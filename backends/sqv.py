"""Sequoia's ``sqv``: the small verifier that apt uses since Debian 13.

Per case the certificates are files, as they came, each given with ``--keyring``; per artifact a
process. It exits with 0 if one signature is good, prints the fingerprints of the certificates that
signed, and says on standard error why it refuses the others: a heading, and Sequoia's chain of
reasons.

Two clocks matter: the reference time, at which expiries count, and that of the policy, whose
cutoffs have passed or not. libfaketime moves both, as on a machine of that date. Newer ones have
``--policy-as-of``, which moves the policy's alone: no expiry follows it, so it cannot stand in for
a reference time, and with the same date it changes nothing. So it is not used. Nor is a file of
policy: newer ones would read the machine's, and are kept from it (`_sequoia.STOCK_POLICY`).

What it cannot do: inline and cleartext messages (newer ones can, and are not asked for them here);
name the key that signed, only its certificate; be told a reference time. It panics, which is no
answer, where a signature names no issuer, and (1.1.0) where its hash algorithm is unknown. One
certificate that it cannot read spoils all keyrings. Signatures from the future get no tolerance,
since they must not be newer than ``--not-after``, by default now.

Measured with sqv 1.1.0 (sequoia-openpgp 1.12.0) and 1.3.0 (2.0.0).
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from backends import _gnupg, _sequoia
from backends._packages import package_of
from harness import clock
from harness.artifact import Artifact, Format
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
from harness.outcomes import (
    FINGERPRINT_PATTERN,
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

_FAKETIME = clock.find_library()

HEADINGS: tuple[tuple[str, _sequoia.Classes | _sequoia.Reasons], ...] = (
    (
        r"Missing key [0-9A-F]+, which is needed to verify signature\.",
        frozenset({ErrorClass.MISSING_KEY}),
    ),
    (
        r"Signature by [0-9A-F]+ was created after the --not-after date\.",
        frozenset({ErrorClass.SIGNATURE_NOT_YET_VALID}),
    ),
    (r"Signing key on [0-9A-F]+ is not bound:", _sequoia.OF_A_BINDING),
    (r"Signing key on [0-9A-F]+ is bad:", _sequoia.OF_A_KEY),
    (r"Signature is malformed:", _sequoia.OF_A_SIGNATURE),
    (r"Verifying signature:", _sequoia.OF_A_SIGNATURE),
    (
        r'Error: (Malformed certificate in|Failed to parse) keyring "certificate-\d+"',
        _sequoia.OF_A_CERTIFICATE,
    ),
    (r'Error: Reading "signature": .*', _sequoia.OF_THE_INPUT),
    (r"Error: .*", _sequoia.OF_THE_INPUT),
)
"""What a reason is headed with, first match first: classes, or a table for the lines below it."""

_REMARK = re.compile(r"\d+ of \d+ signatures are valid .*|Caused by:|")
_BEFORE_A_REASON = re.compile(r"\s+(because: |\d+: )?")
_MACHINE = re.compile(r"\(os error \d+\)")
"""In the reasons for an error of the machine's, such as a full disk."""

_GOOD, _REFUSED = 0, 1
"""Exit codes; all others mean no answer: 2 for wrong usage, 101 for a panic."""


@dataclass(frozen=True, slots=True)
class Keyrings:
    """A directory for one case, with its certificates in it."""

    path: Path
    files: tuple[str, ...]
    """Names in the directory, so that no path gets into the evidence."""


class Sqv(Adapter[Keyrings]):
    """The program ``sqv``."""

    name: ClassVar[str] = "sqv"
    clock: ClassVar[Clock] = Clock.NONE if _FAKETIME is None else Clock.LIBFAKETIME
    program: ClassVar[tuple[str, ...]] = ("sqv",)
    """The words that start it; the last is the program itself."""
    install: ClassVar[str] = "apt-get install sqv"
    notes: ClassVar[tuple[str, ...]] = (
        "native verdict: the exit code, 0 if one signature of several is good",
        "the reference time also moves the cutoffs of Sequoia's standard policy",
        "one unreadable certificate spoils all",
    )

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if shutil.which(cls.program[0]) is None or shutil.which(cls.program[-1]) is None:
            return Unavailable(reason=f"no {cls.program[-1]} in PATH", install=cls.install)
        return Present()

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir.absolute()
        self._cases = 0

    def describe(self) -> Description:
        said = subprocess.run(
            [*self.program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        version = re.match(r"sqv (\S+)", said.stdout.decode())
        if version is None:
            raise ValueError(f"sqv --version says {said.stdout!r}")
        program = shutil.which(self.program[-1])
        components = package_of(program)
        notes = list(self.notes)
        if program is not None:
            with contextlib.suppress(OSError, ValueError):
                components |= _sequoia.versions_inside(Path(program))
                if _sequoia.reads_policy_file(Path(program)):
                    notes.append("it could read a file of policy, and is given none")
        return Description(
            name=self.name,
            version=version[1],
            components=components,
            capabilities=Capabilities(
                formats=frozenset({Format.DETACHED}),
                clock=self.clock,
                reports=frozenset({KeyHalf.PRIMARY}),
            ),
            notes=tuple(notes),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Keyrings:  # noqa: ARG002  nothing is judged yet
        self._cases += 1
        path = self._workdir / str(self._cases)
        path.mkdir(mode=0o700)
        # It must be given a keyring; an empty one stands for none.
        files = tuple(f"certificate-{number}" for number in range(max(1, len(certificates))))
        for name, octets in zip(files, certificates or (b"",), strict=True):
            (path / name).write_bytes(octets)
        return Keyrings(path, files)

    def check(self, keys: Keyrings, artifact: Artifact, at: datetime) -> Reading:
        _gnupg.write_artifact(artifact, keys.path)
        keyrings = [f"--keyring={name}" for name in keys.files]
        try:
            ended = subprocess.run(
                [*self.program, "--verbose", *keyrings, "signature", "data"],
                cwd=keys.path,
                env={
                    **environment_for_tools(os.environ, keys.path),
                    **_sequoia.STOCK_POLICY,
                    **_clock(at),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            return _same(failed(Evidence(message=str(error))))
        return reading(ended.returncode, ended.stdout, ended.stderr)

    def unload(self, keys: Keyrings) -> None:
        _gnupg.remove(keys.path)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        certificates = exported.certificates or ("/dev/null",)
        variables = {**_sequoia.STOCK_POLICY, **_clock(exported.at)}
        settings = [f"{name}={text}" for name, text in variables.items() if name != "LD_PRELOAD"]
        arguments = _gnupg.command_line(
            "--verbose",
            *(f"--keyring={name}" for name in certificates),
            "--",
            *_gnupg.exported_parts(exported),
        )
        program = shlex.join(cls.program)
        return Snippet(
            suffix=".sh",
            text=_gnupg.shell_script(
                [_gnupg.find_faketime(_FAKETIME)],
                f'env LD_PRELOAD="$library" {shlex.join(settings)} {program} {arguments}',
            ),
        )


def reading(exit_code: int, stdout: bytes, stderr: bytes) -> Reading:
    """Make results of what a verification left behind."""
    said = stderr.decode("utf-8", "backslashreplace")
    printed = tuple(filter(None, stdout.decode("utf-8", "backslashreplace").split("\n")))
    evidence = Evidence(exit_code=exit_code, status=printed, message=clip(said))
    named = [line for line in printed if re.fullmatch(FINGERPRINT_PATTERN, line)]
    if exit_code == _GOOD and named and len(named) == len(printed):
        keys = tuple(AcceptedKey(primary=line) for line in named)
        return Reading(
            signature=accepted(keys[0], evidence),
            native=NativeVerdict(verdict=Verdict.ACCEPTED, keys=keys, evidence=evidence),
        )
    if exit_code != _REFUSED or printed or not _is_refusal(said):
        return _same(failed(evidence))
    return _same(rejected(classes(said), evidence))


def _same(result: SignatureResult) -> Reading:
    return Reading(signature=result, native=native_like(result))


def _is_refusal(said: str) -> bool:
    """Tell a refusal from wrong usage (which 1.1.0 exits with 1 for), and from a broken machine.

    Without a word there is nothing but the exit code, which proves nothing.
    """
    return bool(said.strip()) and not said.startswith("error: ") and _MACHINE.search(said) is None


def classes(said: str) -> _sequoia.Classes:
    """Read the reasons on standard error; those of several signatures are joined."""
    found = [_meaning(heading, reasons) for heading, reasons in _blocks(said)]
    return frozenset().union(*found) if found and all(found) else UNSPECIFIED


def _blocks(said: str) -> list[tuple[str, list[str]]]:
    """Put each heading together with the reasons below it, which are indented."""
    blocks: list[tuple[str, list[str]]] = []
    for line in said.split("\n"):
        if line[:1].isspace():
            if blocks:
                blocks[-1][1].append(_BEFORE_A_REASON.sub("", line, count=1))
        elif not _REMARK.fullmatch(line):
            blocks.append((line, [line.removeprefix("Error: ")]))
    return blocks


def _meaning(heading: str, reasons: list[str]) -> _sequoia.Classes:
    for pattern, meaning in HEADINGS:
        if re.fullmatch(pattern, heading):
            return _sequoia.root_cause(meaning, reasons) if isinstance(meaning, tuple) else meaning
    return frozenset()


def _clock(at: datetime) -> dict[str, str]:
    return {} if _FAKETIME is None else clock.preload(_FAKETIME, at)
