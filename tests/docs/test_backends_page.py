"""docs/backends.md leaves no backend out, and says what the command says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import backends
from harness.backend import Clock, Unavailable

PAGE = Path(__file__).parents[2] / "docs/backends.md"

CLOCKS = {Clock.NATIVE: "option", Clock.LIBFAKETIME: "libfaketime", Clock.NONE: "cannot be set"}


def tables() -> list[list[list[str]]]:
    """The cells of each table with a row per backend."""
    return [
        [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()[2:]]
        for block in re.findall(r"(?:^\|.*\n)+", PAGE.read_text(), re.M)
    ]


WHAT, COSTS, LIMITS = tables()


@pytest.mark.parametrize("table", [WHAT, COSTS, LIMITS], ids=["what", "costs", "limits"])
def test_every_backend_has_a_row_in_the_order_of_the_list(table: list[list[str]]) -> None:
    assert [row[0] for row in table] == [f"`{name}`" for name in backends.names()]
    assert all(cell for row in table for cell in row)


@pytest.mark.parametrize("row", WHAT, ids=lambda row: row[0].strip("`"))
def test_the_line_that_installs_it_is_the_one_that_the_command_shows(
    row: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.metadata.version", _missing)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # noqa: ARG005  so called
    presence = backends.load(row[0].strip("`")).presence()
    if not isinstance(presence, Unavailable):
        pytest.skip("it is part of this machine, and cannot be made to look absent")
    line = presence.install.partition("   #")[0]
    commands = [set(command.split()) for command in re.findall("`(.*?)`", row[2])]
    assert any(set(line.split()) <= command for command in commands)


def _missing(name: str) -> str:
    from importlib.metadata import PackageNotFoundError

    raise PackageNotFoundError(name)


@pytest.mark.parametrize("row", COSTS, ids=lambda row: row[0].strip("`"))
def test_the_clock_is_that_of_the_adapter(row: list[str]) -> None:
    clock = backends.load(row[0].strip("`")).clock
    if row[3] == "libfaketime" and clock is Clock.NONE:
        pytest.skip("needs libfaketime, without which it has no clock")
    assert row[3] == CLOCKS[clock]
