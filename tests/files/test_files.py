from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.files import FileError, write_atomically


def test_content_is_written_with_the_mode_that_the_umask_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        write_atomically(path, b"content")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o777 == 0o640


def test_content_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a longer content than the next")
    write_atomically(path, b"short")
    assert path.read_bytes() == b"short"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_after_an_error_everything_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, step, fail)
    monkeypatch.setattr(Path, "replace", fail if step == "replace" else Path.replace)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, b"after")
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_interrupt_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "file", b"after")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        write_atomically(tmp_path / "no" / "file", b"")
    assert error.value.filename == str(tmp_path / "no" / "file")


def test_an_error_says_what_happened_to_what_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert str(FileError(path, "is broken", "mend it")) == f"{path}: is broken (mend it)"
    assert str(FileError(path, "is broken")) == f"{path}: is broken"
