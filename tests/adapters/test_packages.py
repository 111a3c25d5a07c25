"""Finding a library of the system's, without loading it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from backends import _packages
from backends._packages import system_library

C = "libc.so.6"


@pytest.fixture
def loaders_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of the loader's that can be written."""
    file = tmp_path / "ld.so.cache"
    monkeypatch.setattr(_packages, "LOADERS_LIST", file)
    return file


def test_a_library_in_the_usual_folders_is_found_without_any_list(loaders_list: Path) -> None:
    found = system_library("libno-such.so.1", C)
    if found is None:
        pytest.skip("the C library is in none of the usual folders here")
    assert found.name == C


def test_one_elsewhere_is_found_by_the_loaders_list(loaders_list: Path, tmp_path: Path) -> None:
    library = tmp_path / "libelsewhere.so.1"
    library.touch()
    text = f"/usr/lib/libother.so\0libelsewhere.so.1\0{library}\0{library}.2\0"
    loaders_list.write_bytes(b"\xff\0" + text.encode())
    assert system_library("libelsewhere.so.1") == library


@pytest.mark.parametrize("listed", ["/nowhere/libgone.so.1", "/libgone.so.12", "xlibgone.so.1", ""])
def test_what_is_not_there_is_not_found(loaders_list: Path, listed: str) -> None:
    loaders_list.write_bytes(f"{listed}\0".encode())
    assert system_library("libgone.so.1") is None


def test_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert system_library("libno-such.so.1") is None
