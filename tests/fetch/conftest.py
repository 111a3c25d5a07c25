from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backends import variants
from backends.variants import ENVIRONMENT, TREE, Package, Record, Start, write_record

FETCHED = datetime(2026, 11, 22, 12, tzinfo=UTC)

_OFFLINE = re.compile(
    r"Failed to fetch|Could not (connect|resolve)|Temporary failure|from versions: none"
    r"|name no Debian mirror|which is not here|no keys to verify"
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, with nothing in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return variants.cache()


def put_tool(cache: Path, name: str, program: Path, version: str = "1.0-1") -> Path:
    """Put a fetched program in place that is really the machine's own, started without a loader."""
    wanted = variants.parse(name)
    assert isinstance(wanted, variants.OfRelease)
    place = cache / name
    file = place / TREE / wanted.tool.program
    file.parent.mkdir(parents=True)
    file.symlink_to(program)
    packages = (
        Package(name=wanted.tool.package, version=version, sha256="00"),
        Package(name="libc6", version="2.41-12"),
    )
    write_record(
        place,
        Record(
            source=f"debian:{wanted.suite}",
            packages=packages,
            fetched=FETCHED,
            start=Start(program=wanted.tool.program),
        ),
    )
    return place


def put_library(cache: Path, name: str, imports: Sequence[Path] = ()) -> Path:
    """Put a fetched library in place: an environment that sees some folders of ours."""
    place = cache / name
    environment = place / ENVIRONMENT
    command = [sys.executable, "-I", "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True, timeout=60)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "ours.pth").write_text("".join(f"{path}\n" for path in imports))
    package = Package(name="pgpy", version="0.5.4")
    write_record(place, Record(source="pypi", packages=(package,), fetched=FETCHED))
    return place


def skip_if_offline(done: subprocess.CompletedProcess[str]) -> None:
    """Skip where nothing can be fetched; any other failure is one."""
    if done.returncode != 0 and (why := _OFFLINE.search(done.stderr)):
        pytest.skip(f"needs a mirror of Debian and PyPI: {why[0]}")


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for XDG_CACHE_HOME that several tests with a network share."""
    return tmp_path_factory.mktemp("fetched")
