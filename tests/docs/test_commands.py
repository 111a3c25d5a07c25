"""The commands in README and guides work as written.

In the Markdown files, a fenced block marked ``console`` holds commands after ``$ ``, each followed
by what it prints. Every command of a file is run, in order, in one scratch folder; it must exit
with 0, or with the code that a comment ``# exit N`` behind it names. Where output is shown it must
be what is printed; ``…`` stands for anything, a line of its own for any number of lines.
A block right after ``<!-- not run: REASON -->`` is skipped, with that reason.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import only_default_backends

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))

SHOWN = ("bash", "gpg", "gpgv", "jq")
"""What the pages' commands and outputs are made with, beside the project itself."""

_MISSING = [tool for tool in SHOWN if shutil.which(tool) is None]

_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>.+?) -->\n)?^```console\n(?P<text>.*?)^```$", re.M | re.S
)
_EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclass
class Command:
    line: str
    output: list[str]
    exit_code: int = 0


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    for block in _BLOCK.finditer(page.read_text()):
        yield block["reason"] or "", block["text"]


def commands(text: str) -> list[Command]:
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            code = _EXIT.search(line)
            shell = _EXIT.sub("", line[2:])
            found.append(Command(shell, [], int(code[1]) if code else 0))
        elif found and found[-1].line.endswith("\\"):
            found[-1].line += "\n" + line
        else:
            assert found, f"output before any command: {line}"
            found[-1].output.append(line.rstrip())
    return found


def matches(shown: list[str], printed: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r" *\n"
        for line in shown
    )
    return re.fullmatch(pattern, printed.rstrip() + "\n") is not None


@pytest.mark.skipif(
    bool(_MISSING), reason=f"the pages show runs with tools not installed: {', '.join(_MISSING)}"
)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_work_as_written(page: Path, tmp_path: Path) -> None:
    scripts = sysconfig.get_path("scripts")
    environment = {
        **os.environ,
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),  # without what the user has fetched
        **only_default_backends(),
    }
    for name in ("docs", "vectors", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    for reason, text in blocks(page):
        if reason:
            continue
        for command in commands(text):
            done = subprocess.run(
                ["bash", "-c", command.line],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            printed = done.stdout
            context = f"$ {command.line}\n{printed}{done.stderr}"
            assert done.returncode == command.exit_code, context
            if command.output:
                assert matches(command.output, printed), context


def test_the_matcher_tells_right_from_wrong() -> None:
    assert matches(["a", "…", "z"], "a\nb\nc\nz\n")
    assert matches(["took … s"], "took 1.5 s\n")
    assert not matches(["a", "z"], "a\nb\nz\n")
    assert not matches(["a"], "a\nb\n")
