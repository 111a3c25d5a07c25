"""Files written whole or not at all, and the error that every unreadable file becomes.

Knows nothing of what the files mean.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath


class FileError(Exception):
    """A file that cannot be used, in words for the user.

    Attributes:
        path: which file or folder.
        what: what is wrong with it.
        hint: what to do next; may be empty.
    """

    def __init__(self, path: Path, what: str, hint: str = "") -> None:
        self.path = path
        self.what = what
        self.hint = hint
        super().__init__(path, what, hint)

    def __str__(self) -> str:
        text = f"{self.path}: {self.what}"
        return f"{text} ({self.hint})" if self.hint else text


def why(error: OSError) -> str:
    """The system's own words for what went wrong, e.g. "permission denied"."""
    text = error.strerror or type(error).__name__
    return text[:1].lower() + text[1:]


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content, or leave everything as it was.

    The data goes to a temporary file in the same folder, reaches the disk, and is then renamed.

    Raises:
        OSError: it could not be written; nothing half-written remains.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    # Not `tempfile`: its files are private to the user, ours have the mode the umask asks for.
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError as error:
        error.filename = str(path)  # the user knows no other name
        raise
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def renew(root: Path, files: Mapping[PurePath, bytes]) -> tuple[Path, ...]:
    """Write what is not there yet as it should be, each file at once or not at all.

    Args:
        root: a folder.
        files: content by path below it; folders are made as needed.

    Returns:
        The files that changed. Superfluous ones are left alone: `differences` names them.

    Raises:
        OSError: a file cannot be written.
    """
    changed = []
    for name, content in files.items():
        path = root / name
        if path.exists() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
        changed.append(path)
    return tuple(changed)


def differences(
    root: Path, files: Mapping[PurePath, bytes], patterns: Iterable[str]
) -> tuple[str, ...]:
    """Compare what is there with what should be; say each difference in a line.

    Args:
        root: a folder.
        files: content by path below it.
        patterns: globs below it; what matches one and is not among the files is superfluous.
    """
    found = []
    for name, content in files.items():
        path = root / name
        if not path.exists():
            found.append(f"{name}: missing")
        elif path.read_bytes() != content:
            found.append(f"{name}: differs from what is built")
    there = {path.relative_to(root) for pattern in patterns for path in root.glob(pattern)}
    known = {Path(name) for name in files}
    found += [f"{name}: superfluous, nothing builds it" for name in sorted(there - known)]
    return tuple(found)


def sync_folder(folder: Path) -> None:
    """Let a rename in a folder reach the disk, where the file system offers that."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return  # a folder that may be written but not read; the rename itself is done
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
