"""Where a library of the system's lies, and which package of the distribution a file is from."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

LOADERS_LIST = Path("/etc/ld.so.cache")
"""Where ``ldconfig`` writes down the libraries of all folders that it knows."""


def system_library(*sonames: str) -> Path | None:
    """Find a library without loading it, and without starting a process.

    Looks in the usual folders first, then in the loader's own list.

    Args:
        sonames: names of its file, the best first.
    """
    multiarch = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    usual = ("/usr/local/lib", f"/usr/lib/{multiarch}", "/usr/lib64", "/usr/lib")
    places = (Path(folder, name) for folder in usual for name in sonames)
    found = next((place for place in places if place.is_file()), None)
    return found or next((place for place in _listed(sonames) if place.is_file()), None)


def _listed(sonames: tuple[str, ...]) -> list[Path]:
    """Paths in the loader's list that end in one of the names."""
    try:
        listed = LOADERS_LIST.read_bytes()
    except OSError:
        return []
    ends = b"|".join(re.escape(name.encode()) for name in sonames)
    paths: list[bytes] = re.findall(rb"/[^\0]*/(?:" + ends + rb")(?=\0)", listed)
    return [Path(path.decode("utf-8", "surrogateescape")) for path in paths]


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
