"""What the adapters around GnuPG's programs share: files, processes, versions, scripts.

What their output means is the business of `backends._status`.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from backends._status import Ended
from harness.artifact import Artifact, Cleartext, Detached, Inline, SimpleSigning, unclaimed
from harness.backend import Exported

OPTIONS = (
    "--no-options",
    "--no-autostart",  # an import would start gpg-agent
    "--no-auto-key-retrieve",
    "--disable-dirmngr",
    "--no-tty",
    "--trust-model",
    "always",
)
"""For every call of gpg: no configuration, no daemon, no network, no question, no web of trust."""


def time_options(at: datetime) -> tuple[str, str]:
    """Options that make gpg believe in a reference time, and stop its clock there."""
    return "--faked-system-time", f"{int(at.timestamp())}!"


def run(command: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run a program to its end, with nothing to read on standard input.

    Its output goes to memory files and not through pipes: GnuPG writes line by line, and every line
    would wake the reader (a tenth of the time of a verification, measured).
    """
    with _memory_file("stdout") as stdout, _memory_file("stderr") as stderr:
        try:
            ended = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                check=False,
            )
        except OSError as error:
            return Ended(exit_code=None, stdout=b"", stderr=str(error).encode())
        return Ended(ended.returncode, _content(stdout), _content(stderr))


def _memory_file(name: str) -> BinaryIO:
    return open(os.memfd_create(name), "w+b", buffering=0)  # noqa: PTH123  a descriptor


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def write_artifact(artifact: Artifact, directory: Path) -> tuple[str, ...]:
    """Write an artifact's parts to files; give the paths in the order GnuPG takes them.

    The names have no extension, since gpg guesses a data file's name from one.
    """
    match artifact:
        case Detached(data=data, signature=signature):
            parts = {"signature": signature, "data": data}
        case Inline(message=message) | Cleartext(message=message):
            parts = {"message": message}
        case SimpleSigning():
            raise unclaimed(artifact)
    for name, octets in parts.items():
        (directory / name).write_bytes(octets)
    return tuple(str(directory / name) for name in parts)


def versions(program: str, command: Sequence[str] = ()) -> dict[str, str]:
    """Ask a GnuPG program for its own version and libgcrypt's.

    Args:
        program: its name.
        command: the words that start it, if not its name alone.

    Returns:
        The program's name and, if it uses it, ``libgcrypt``, with their versions.

    Raises:
        FileNotFoundError: there is no such program.
        ValueError: it does not say which version it is.
    """
    options = ["--no-options"] if program == "gpg" else []
    said = subprocess.run(
        [*(command or [program]), *options, "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    text = said.stdout.decode("utf-8", "replace")
    found = dict(re.findall(r"(?m)^(gpgv?|libgcrypt) (?:\(.*?\) )?(\S+)", text))
    own_name = program.removesuffix("1")  # the old line's programs print their names without it
    if own_name not in found:
        raise ValueError(f"{program} --version says {text!r}, exit code {said.returncode}")
    return {program: found.pop(own_name), **found}


def remove(directory: Path) -> None:
    """Remove a directory that belongs to one case, whatever is left in it."""
    # Flat, as it mostly is: several times as fast.
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108  a Path each would be half of the time
        directory.rmdir()
        return
    shutil.rmtree(directory, ignore_errors=True)


def exported_parts(exported: Exported) -> tuple[str, ...]:
    """The paths of an exported artifact's parts, in the order GnuPG takes them."""
    parts = (exported.message, exported.signature, exported.data)
    return tuple(part for part in parts if part is not None)


def shell_script(steps: Sequence[str], last: str) -> str:
    """Write a shell script that runs its last command in a home of its own and shows its exit code.

    Args:
        steps: commands that come first; ``$GNUPGHOME`` is an empty directory.
        last: the command whose exit code is printed, and given on.
    """
    return "\n".join(
        (
            "#!/bin/sh",
            "GNUPGHOME=$(mktemp -d) || exit 70",
            "LC_ALL=C",
            "export GNUPGHOME LC_ALL",
            "trap 'rm -rf \"$GNUPGHOME\"' EXIT",
            *steps,
            last,
            "code=$?",
            'echo "exit code: $code"',
            'exit "$code"',
            "",
        )
    )


def find_faketime(library: Path | None) -> str:
    """Write shell lines that set ``$library`` to libfaketime's.

    Args:
        library: the copy used here; where it is gone, the machine's own is taken.
    """
    return f"""\
for library in {shlex.quote(str(library))} /usr/lib*/faketime/libfaketime.so.1 \\
    /usr/lib/*/faketime/libfaketime.so.1; do
    [ -f "$library" ] && break
done"""


def command_line(*words: str) -> str:
    """Quote a command for a shell script; it gets nothing to read."""
    return f"{shlex.join(words)} </dev/null"
