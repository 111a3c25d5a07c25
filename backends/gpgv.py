"""GnuPG's ``gpgv``: what apt and many installers verify with.

It reads one binary keyring, which is the certificates one after the other: it takes no armor,
merges no duplicates, and looks at no trust. Per case that is a file, per artifact a process. It
has no option for the reference time; libfaketime is preloaded into it. It always stops at the first
bad signature. Verdicts are taken as from gpg: a single signature's from its status lines, the
whole input's from the exit code.
"""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from backends import _gnupg, _status
from backends._packages import package_of
from harness import clock
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
from harness.openpgp.armor import dearmor
from harness.openpgp.errors import ReadError

_FAKETIME = clock.find_library()


@dataclass(frozen=True, slots=True)
class Keyring:
    """A directory for one case, with a keyring in it."""

    path: Path

    @property
    def file(self) -> Path:
        return self.path / "keyring.gpg"


class Gpgv(Adapter[Keyring]):
    """The program ``gpgv``."""

    name: ClassVar[str] = "gpgv"
    clock: ClassVar[Clock] = Clock.NONE if _FAKETIME is None else Clock.LIBFAKETIME
    program: ClassVar[str] = "gpgv"
    """Also the name of its package."""
    command: ClassVar[tuple[str, ...]] = ()
    """The words that start it, if not its name alone; the last is the program itself."""
    dialect: ClassVar[_status.Dialect] = _status.MODERN
    notes: ClassVar[tuple[str, ...]] = (
        "native verdict: the exit code, 0 also for signatures by revoked or expired keys",
        "armored certificates are made binary before it gets them",
        "stops at the first bad signature",
    )

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if shutil.which(cls.program) is None:
            return Unavailable(
                reason=f"no {cls.program} in PATH", install=f"apt-get install {cls.program}"
            )
        return Present()

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir.absolute()
        self._cases = 0

    def describe(self) -> Description:
        found = _gnupg.versions(self.program, self.command)
        return Description(
            name=self.name,
            version=found.pop(self.program),
            components=found | package_of(shutil.which(self._words()[-1])),
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS,
                clock=self.clock,
                reports=frozenset(KeyHalf),
            ),
            notes=self.notes,
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Keyring:  # noqa: ARG002  nothing is judged yet
        self._cases += 1
        keyring = Keyring(self._workdir / str(self._cases))
        keyring.path.mkdir(mode=0o700)
        keyring.file.write_bytes(b"".join(map(_binary, certificates)))
        return keyring

    def check(self, keys: Keyring, artifact: Artifact, at: datetime) -> Reading:
        files = _gnupg.write_artifact(artifact, keys.path)
        options = ["--status-fd", "1", "--keyring", str(keys.file)]
        environment = environment_for_tools(os.environ, keys.path) | _clock(at)
        ended = _gnupg.run([*self._words(), *options, *files], environment)
        return _status.reading(ended, on_loading=None, dialect=self.dialect)

    def unload(self, keys: Keyring) -> None:
        _gnupg.remove(keys.path)

    @classmethod
    def _words(cls) -> tuple[str, ...]:
        return cls.command or (cls.program,)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        # `gpg --dearmor` leaves binary certificates alone (2.2.40).
        dearmor_all = [
            f'gpg --no-options --dearmor <{shlex.quote(f"./{path}")} >>"$GNUPGHOME/keyring.gpg"'
            for path in exported.certificates
        ]
        settings = [f"{n}={v}" for n, v in _clock(exported.at).items() if n != "LD_PRELOAD"]
        arguments = _gnupg.command_line("--", *_gnupg.exported_parts(exported))
        program = shlex.join(cls._words())
        last = f'{program} --status-fd 1 --keyring "$GNUPGHOME/keyring.gpg" {arguments}'
        return Snippet(
            suffix=".sh",
            text=_gnupg.shell_script(
                [': >"$GNUPGHOME/keyring.gpg"', *dearmor_all, _gnupg.find_faketime(_FAKETIME)],
                f'env LD_PRELOAD="$library" {shlex.join(settings)} {last}',
            ),
        )


def _binary(certificate: bytes) -> bytes:
    try:
        return dearmor(certificate)
    except ReadError:
        return certificate  # what becomes of it is gpgv's answer


def _clock(at: datetime) -> dict[str, str]:
    return {} if _FAKETIME is None else clock.preload(_FAKETIME, at)
