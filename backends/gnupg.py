"""GnuPG itself: ``gpg --verify`` with its status lines.

A case gets a home directory of its own. One process imports all certificates, one more verifies
each artifact, without ``--batch``, with which gpg stops at the first bad signature. A single
signature counts by its status lines, the input as a whole by the exit code: a signature by a
revoked or expired key has exit code 0, and that difference is worth showing.

How status lines map to error classes: `backends._status`.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from backends import _gnupg, _status
from backends._packages import package_of
from harness.artifact import OPENPGP_FORMATS, Artifact
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


@dataclass(frozen=True, slots=True)
class Home:
    """A GnuPG home directory with the certificates of one case."""

    path: Path
    on_loading: bytes
    """Standard error of the import."""

    def environment(self) -> dict[str, str]:
        return environment_for_tools(os.environ, self.path)


class GnuPG(Adapter[Home]):
    """The program ``gpg``."""

    name: ClassVar[str] = "gnupg"
    clock: ClassVar[Clock] = Clock.NATIVE
    command: ClassVar[tuple[str, ...]] = ("gpg",)
    """The words that start it; the last is the program itself."""

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if shutil.which("gpg") is None:
            return Unavailable(reason="no gpg in PATH", install="apt-get install gnupg")
        return Present()

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir.absolute()
        self._cases = 0

    def describe(self) -> Description:
        found = _gnupg.versions("gpg", self.command)
        return Description(
            name=self.name,
            version=found.pop("gpg"),
            components=found | package_of(shutil.which(self.command[-1])),
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS,
                clock=self.clock,
                reports=frozenset(KeyHalf),
            ),
            notes=(
                "native verdict: the exit code, 0 also for signatures by revoked or expired keys",
                "trust model always: the web of trust decides nothing",
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Home:
        self._cases += 1
        path = self._workdir / str(self._cases)
        path.mkdir(mode=0o700)
        home = Home(path=path, on_loading=b"")
        files = [path / f"certificate-{number}" for number in range(len(certificates))]
        for file, octets in zip(files, certificates, strict=True):
            file.write_bytes(octets)
        if not files:
            return home
        # --verbose names the subkeys and user IDs that an import drops.
        imported = _gnupg.run(
            [*self._words(at), "--verbose", "--import", *map(str, files)], home.environment()
        )
        return Home(path=path, on_loading=imported.stderr)

    def check(self, keys: Home, artifact: Artifact, at: datetime) -> Reading:
        files = _gnupg.write_artifact(artifact, keys.path)
        ended = _gnupg.run([*self._words(at), "--verify", *files], keys.environment())
        return _status.reading(ended, keys.on_loading)

    def unload(self, keys: Home) -> None:
        _gnupg.remove(keys.path)

    def _words(self, at: datetime) -> list[str]:
        options = (*_gnupg.OPTIONS, *_gnupg.time_options(at), "--status-fd", "1")
        return [*self.command, *options]

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        options = (*_gnupg.OPTIONS, *_gnupg.time_options(exported.at))
        start = (*cls.command, *options)
        steps = [_gnupg.command_line(*start, "--import", "--", *exported.certificates)]
        last = _gnupg.command_line(
            *(*start, "--status-fd", "1", "--verify", "--"),
            *_gnupg.exported_parts(exported),
        )
        return Snippet(
            suffix=".sh",
            text=_gnupg.shell_script(steps if exported.certificates else [], last),
        )
