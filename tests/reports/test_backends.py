"""The list of backends is tidy at any width, and what is to be pasted stays in one piece."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.artifact import Format
from harness.backend import BackendRecord, Capabilities, Clock, Description, KeyHalf, State
from reports import backends
from tests.reports.example import HOSTILE

INSTALL = "cargo install rsop   # or, since Debian 13, apt-get install rsop, which is as good"


def usable(**changes: object) -> BackendRecord:
    claims = Capabilities(
        formats=frozenset({Format.INLINE, Format.DETACHED}),
        clock=Clock.LIBFAKETIME,
        reports=frozenset(KeyHalf),
    )
    description = Description(
        name="gosop",
        version="0.0.0",
        capabilities=claims,
        components={"GopenPGP": "2.5.2", "go": "1.19.8", "package": "gosop 0.0~git2022.92fc880-1"},
        notes=("0.0.0 names the first certificate given, whoever signed, and looks at no time",),
    )
    fields = {"name": "gosop", "state": State.USABLE, "description": description} | changes
    return BackendRecord(**fields)  # type: ignore[arg-type]  # whatever a test changes


ABSENT = BackendRecord(name="rsop", state=State.ABSENT, reason="no rsop in PATH", install=INSTALL)


def shown(*records: BackendRecord, width: int = 80, encoding: str = "utf-8") -> str:
    """As the command prints it, which lets commands be wider than the terminal."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, legacy_windows=False, _environ={})
    console.print(backends.renderable(records), crop=False)
    file.seek(0)
    return file.read()


def test_it_looks_like_this() -> None:
    assert (
        shown(usable(), ABSENT, width=60)
        == f"""\
gosop 0.0.0  ✓ usable
  inside    GopenPGP 2.5.2, go 1.19.8,
            package gosop 0.0~git2022.92fc880-1
  verifies  detached, inline
  reports   primary and signing key
  clock     set by libfaketime
  note      0.0.0 names the first certificate given, whoever
            signed, and looks at no time

rsop  – absent
  why      │ no rsop in PATH
  install  {INSTALL}

"""
    )


@pytest.mark.parametrize("width", [20, 40, 80, 120, 300])
def test_no_line_but_a_command_is_too_wide_and_none_ends_in_blanks(width: int) -> None:
    failed = usable(state=State.UNUSABLE, reason="probe/x: error " + "y" * 200 + "\nand so on")
    lines = shown(usable(origin="my-adapter 1.2"), ABSENT, failed, width=width).splitlines()
    assert [line for line in lines if len(line) > max(width, 28) and INSTALL not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_line_wide_enough_holds_each_fact() -> None:
    lines = shown(usable(), width=120).splitlines()
    assert [line.split()[0] for line in lines if line] == [
        *("gosop", "inside", "verifies", "reports", "clock", "note"),
    ]


def test_of_one_that_failed_no_capability_is_shown() -> None:
    text = shown(usable(state=State.UNUSABLE, reason="probe/x: error"))
    assert text == "gosop 0.0.0  ✗ unusable\n  why  │ probe/x: error\n\n"


def test_a_terminal_without_unicode_shows_it_too() -> None:
    text = shown(usable(), ABSENT, encoding="ascii")
    assert "gosop 0.0.0  + usable\n" in text
    assert "  why      | no rsop in PATH\n" in text


def test_nothing_a_backend_says_passes_for_a_line_of_ours() -> None:
    trap = f"{HOSTILE}\n✓ usable" + " " * 90 + "sqv 1.0  ✓ usable"
    description = Description(
        name="x",
        version=trap,
        capabilities=Capabilities(
            formats=frozenset(Format), clock=Clock.NATIVE, reports=frozenset(KeyHalf)
        ),
        components={"engine": trap, trap: "1"},
        notes=(trap,),
    )
    text = shown(usable(description=description, origin=trap), usable(reason=trap))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert [line for line in text.splitlines() if line.startswith(("✓", "sqv"))] == []
