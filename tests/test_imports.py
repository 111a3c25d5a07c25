"""Imports run only downwards, in no circle, and third-party libraries stay in their rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("harness", "backends", "vectors", "reports")

FLOORS: tuple[tuple[str, ...], ...] = (
    ("harness.openpgp", "harness.outcomes", "harness.files"),
    (
        "harness",
        "harness.artifact",
        "harness.backend",
        "harness.clock",
        "harness.corpus",
        "harness.lint",
        "harness.plain",
        "harness.vector",
    ),
    ("backends", "vectors"),
    (
        "harness.baseline",
        "harness.baseline_file",
        "harness.change",
        "harness.collect",
        "harness.compare",
        "harness.conformance",
        "harness.differences",
        "harness.export",
        "harness.fetch",
        "harness.fetch.debian",
        "harness.fetch.pypi",
        "harness.book",
        "harness.findings",
        "harness.forgive",
        "harness.gate",
        "harness.gated",
        "harness.guest",
        "harness.judge",
        "harness.keeper",
        "harness.known",
        "harness.launch",
        "harness.merge",
        "harness.moves",
        "harness.parts",
        "harness.probe",
        "harness.progress",
        "harness.protocol",
        "harness.run",
        "harness.runner",
        "harness.schema",
        "harness.session",
        "harness.shard",
        "harness.stance_text",
        "harness.supervisor",
        "harness.userfiles",
        "harness.versus",
        "harness.worker",
    ),
    ("reports",),
    ("harness.cli", "harness.__main__", "harness.pytest_plugin", "harness.testing"),
)
"""From the ground up. A module may import from its own floor and from those below."""

ROOMS = {
    "gnupg": ("backends.python_gnupg",),
    "pgpy": ("backends.pgpy",),
    "pysequoia": ("backends.sequoia",),
    "johnnycanencrypt": ("backends.johnnycanencrypt",),
    "openpgp": ("backends.rpgp",),
    "cryptography": ("vectors.forge", "vectors.suites", "backends.pgpy"),  # PGPy: its version only
    "click": ("harness.cli",),
    "rich": ("harness.cli", "reports"),
    "jinja2": ("reports",),
    "pytest": ("harness.pytest_plugin", "harness.testing"),
}
"""Where a third-party library may be imported."""


def belongs_to(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def floor_of(module: str) -> int:
    for number, rooms in enumerate(FLOORS):
        if any(
            module == room or (room != "harness" and belongs_to(module, room)) for room in rooms
        ):
            return number
    raise AssertionError(f"{module} has no floor: add it to FLOORS in {Path(__file__).name}")


@cache
def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(module: str) -> Iterator[str]:
    """Every module that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else node.module


def own(module: str) -> list[str]:
    return [name for name in imports(module) if name.split(".")[0] in PACKAGES]


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_run_downwards(module: str) -> None:
    above = [name for name in own(module) if floor_of(name) > floor_of(module)]
    assert above == []


def test_no_circles() -> None:
    # A package's __init__ that re-exports its modules is no circle.
    graph = {
        module: {name for name in own(module) if name != module and not belongs_to(module, name)}
        for module in modules()
    }
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("module", sorted(modules()))
def test_third_party_libraries_stay_in_their_rooms(module: str) -> None:
    strays = [
        name
        for name in imports(module)
        if (rooms := ROOMS.get(name.split(".")[0]))
        and not any(belongs_to(module, room) for room in rooms)
    ]
    assert strays == []
