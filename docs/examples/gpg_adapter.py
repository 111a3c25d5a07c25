#!/usr/bin/env python3
"""A minimal adapter: gpg, by its status lines. Explained in docs/adapters.md."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from harness.artifact import OPENPGP_FORMATS, Artifact, Detached
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
    UNSPECIFIED,
    AcceptedKey,
    ErrorClass,
    Evidence,
    NativeVerdict,
    Verdict,
    accepted,
    clip,
    rejected,
)
from harness.worker import serve

CLASSES = {
    "BADSIG": {ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL},
    "EXPSIG": {ErrorClass.SIGNATURE_EXPIRED},
    "EXPKEYSIG": {ErrorClass.KEY_EXPIRED},
    "REVKEYSIG": {ErrorClass.KEY_REVOKED},
    "NODATA": {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED},
}
"""By status line, every class consistent with it. Lines that are not here say nothing."""


class MinimalGnuPG(Adapter[Path]):
    """The program ``gpg``; the keys of a case are a home directory."""

    name = "minimal-gnupg"
    clock = Clock.NATIVE

    @classmethod
    def presence(cls) -> Present | Unavailable:
        return Present()

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir
        self._cases = 0

    def describe(self) -> Description:
        text = subprocess.run(["gpg", "--version"], capture_output=True, text=True, check=True)
        return Description(
            name=self.name,
            version=text.stdout.split()[2],
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS, clock=self.clock, reports=frozenset(KeyHalf)
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Path:
        self._cases += 1
        home = self._workdir / str(self._cases)
        home.mkdir(mode=0o700)
        for number, octets in enumerate(certificates):
            (home / f"certificate-{number}").write_bytes(octets)
            self._gpg(home, at, "--import", str(home / f"certificate-{number}"))
        return home

    def check(self, keys: Path, artifact: Artifact, at: datetime) -> Reading:
        if isinstance(artifact, Detached):
            parts = {"signature": artifact.signature, "data": artifact.data}
        else:
            parts = {"message": artifact.message}
        for name, octets in parts.items():
            (keys / name).write_bytes(octets)
        ended = self._gpg(keys, at, "--verify", *(str(keys / name) for name in parts))
        status = [
            line.removeprefix("[GNUPG:] ")
            for line in ended.stdout.decode(errors="replace").split("\n")
            if line
        ]
        evidence = Evidence(
            exit_code=ended.returncode,
            status=tuple(status),
            message=clip(ended.stderr.decode(errors="backslashreplace")),
        )
        lines = [line.split(" ") for line in status]
        named = tuple(
            AcceptedKey(signing=fields[1], primary=fields[10])
            for fields in lines
            if fields[0] == "VALIDSIG"
        )
        starts = [number for number, fields in enumerate(lines) if fields[0] == "NEWSIG"]
        first = {fields[0] for fields in lines[: starts[1] if len(starts) > 1 else None]}
        classes = {found for word in first for found in CLASSES.get(word, ())} or UNSPECIFIED
        no = rejected(classes, evidence)
        good = first >= {"GOODSIG", "VALIDSIG"} and not first & CLASSES.keys()
        if ended.returncode == 0:  # what a caller of gpg goes by, for revoked keys as well
            native = NativeVerdict(verdict=Verdict.ACCEPTED, keys=named, evidence=evidence)
        else:
            native = NativeVerdict(verdict=no.verdict, classes=no.classes, evidence=evidence)
        return Reading(signature=accepted(named[0], evidence) if good else no, native=native)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        files = " ".join(filter(None, (exported.signature, exported.data, exported.message)))
        return Snippet(suffix=".sh", text=f"#!/bin/sh\ngpg --verify {files}\n")

    def _gpg(self, home: Path, at: datetime, *rest: str) -> "subprocess.CompletedProcess[bytes]":
        options = ["--no-options", "--no-autostart", "--no-tty", "--trust-model", "always"]
        time = ["--faked-system-time", f"{int(at.timestamp())}!"]
        return subprocess.run(
            ["gpg", *options, *time, "--status-fd", "1", *rest],
            env=environment_for_tools(os.environ, home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )


if __name__ == "__main__":
    sys.exit(serve(MinimalGnuPG))
