"""Ids are for ever: others refer to them, so none may vanish without a word.

`vectors/ids.txt` lists every id that was ever published. One that is no longer in the corpus needs
a line in `vectors/RENAMED.md` that says what became of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
IDS = HERE / "ids.txt"
RENAMED = HERE / "RENAMED.md"

_LINE = re.compile(r"^\| `([a-z0-9/-]+)` \| (.*\S) \|$")


def published() -> frozenset[str]:
    """Read every id that was ever published.

    Raises:
        OSError: the list cannot be read; without it, nobody could tell what vanished.
    """
    return frozenset(IDS.read_text().split())


def renamed() -> dict[str, str]:
    """Read what became of ids that are gone: a new id, or a reason.

    Raises:
        OSError: the table cannot be read.
    """
    lines = RENAMED.read_text().splitlines()
    return {line[1]: line[2].strip("`") for line in map(_LINE.match, lines) if line}


def render(ids: Iterable[str]) -> bytes:
    """Give the list with these ids added: the same bytes every time."""
    return "".join(f"{one}\n" for one in sorted(published().union(ids))).encode()


def problems(ids: Iterable[str]) -> tuple[str, ...]:
    """Find ids that vanished, and entries in RENAMED.md that say what is not so."""
    present, gone = set(ids), renamed()
    vanished = published() - present - gone.keys()
    found = [f"{one} was published and is gone: say in RENAMED.md why" for one in sorted(vanished)]
    found += [
        f"RENAMED.md says that {one} is gone, but it is there" for one in gone if one in present
    ]
    found += [
        f"RENAMED.md says that {old} became {new}, which is not there"
        for old, new in gone.items()
        if re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", new) and new not in present
    ]
    return tuple(found)
