from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import pytest

from backends.variants import Package
from harness.fetch import pypi

ROOT = Path(__file__).parents[2]


def test_a_worker_needs_what_the_project_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert pypi.worker_needs() == tuple(line for line in asked if line.startswith("msgspec"))


def test_without_our_own_metadata_any_version_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", missing)
    assert pypi.worker_needs() == ("msgspec",)


def test_packages_are_read_off_pips_report() -> None:
    report = b"""{"version": "1", "install": [
        {"metadata": {"name": "PGPy", "version": "0.5.4", "summary": ""},
         "download_info": {"url": "x", "archive_info": {"hashes": {"sha256": "ab"}}}},
        {"metadata": {"name": "local_thing", "version": "1"},
         "download_info": {"url": "x", "dir_info": {}}}]}"""
    assert pypi._packages(report) == [
        Package(name="pgpy", version="0.5.4", sha256="ab"),
        Package(name="local-thing", version="1"),
    ]
