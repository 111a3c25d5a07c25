"""Which of the user's settings for pip hold when an environment is made for a backend.

Those hold that say how packages are reached: index, proxy, certificates, cache. Those that say what
is installed, where, and how (``target``, ``user``, ``prefix``, ``root``, ``python``, ``dry-run``,
``requirement`` and others) do not: an environment holds what was asked for, and nothing lands
anywhere else. The command line has no opposite of a setting in a file. So pip's files are read
here, as its user guide ("Configuration") lists them, and pip itself is given variables alone.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_KEPT = (
    "cache-dir",
    "cert",
    "client-cert",
    "default-timeout",
    "extra-index-url",
    "find-links",
    "index-url",
    "keyring-provider",
    "no-cache-dir",
    "no-index",
    "proxy",
    "resume-retries",
    "retries",
    "timeout",
    "trusted-host",
    "uploaded-prior-to",
    "use-feature",
)
_SECTIONS = ("global", "install")  # whatever the file, the second counts more
_VARIABLE = "PIP_"


def pip_environment(
    source: Mapping[str, str], system_folders: tuple[Path, ...] = (Path("/etc"),)
) -> dict[str, str]:
    """Give an environment for pip in which only the settings hold that say how to fetch.

    Args:
        source: the user's environment. Its other variables are left as they are.
        system_folders: where a ``pip.conf`` is for all users; a later one counts more.
    """
    sections: dict[str, dict[str, str]] = {name: {} for name in _SECTIONS}
    for file in _files(source, system_folders):
        for section, settings in _read(file):
            sections[section] |= settings
    given = {name: source.get(_variable(name), "") for name in _KEPT}
    others = {name: value for name, value in source.items() if not name.startswith(_VARIABLE)}
    kept = {
        _variable(name): value
        for settings in (*sections.values(), given)
        for name, value in settings.items()
        if name in _KEPT and value
    }
    return others | kept | {"PIP_CONFIG_FILE": os.devnull}


def _variable(setting: str) -> str:
    return _VARIABLE + setting.upper().replace("-", "_")


def _files(source: Mapping[str, str], system_folders: tuple[Path, ...]) -> Iterator[Path]:
    """The files that pip reads; a later one counts more."""
    given = source.get("PIP_CONFIG_FILE", "")
    if given == os.devnull:
        return
    for folder in (source.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        yield Path(folder) / "pip/pip.conf"
    for system in system_folders:
        yield system / "pip.conf"
    if given and Path(given).exists():  # in place of the user's own
        yield Path(given)
        return
    home = Path(source.get("HOME", "/nowhere"))
    yield home / ".pip/pip.conf"
    yield Path(source.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf"


def _read(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return  # nothing in it holds
    for section in _SECTIONS:
        if parser.has_section(section):
            items = parser.items(section)
            yield section, {name.replace("_", "-").removeprefix("--"): v for name, v in items}
