"""Which package of the distribution a program or library is from."""

from __future__ import annotations

import shutil
import subprocess


def package_of(file: str | None) -> dict[str, str]:
    """Name the Debian package that a file is from, and its version.

    Args:
        file: an absolute path; None for a program that is not there.

    Returns:
        One component for a backend's description; none where dpkg is not, or does not know.
    """
    if file is None or shutil.which("dpkg-query") is None:
        return {}
    owner = _told("--search", file).partition(":")[0]
    version = _told("--show", "--showformat=${Version}\\n", owner) if owner else ""
    return {"package": f"{owner} {version}"} if version else {}


def _told(*arguments: str) -> str:
    """The first line that dpkg-query writes; empty if it fails."""
    ended = subprocess.run(
        ["dpkg-query", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout.partition("\n")[0] if ended.returncode == 0 else ""
