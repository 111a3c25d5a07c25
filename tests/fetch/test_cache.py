"""Folders are there whole or not at all, and belong to one process at a time."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from backends import variants
from backends.variants import OfPyPI, OfRelease
from harness import fetch
from harness.fetch import FetchError, WordError
from tests.fetch.conftest import put_tool


def entries(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != ".lock")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("debian:trixie sqv gosop", [OfRelease("sqv", "trixie"), OfRelease("gosop", "trixie")]),
        ("debian:sid sqv debian:trixie sqv", [OfRelease("sqv", "sid"), OfRelease("sqv", "trixie")]),
        ("pgpy==0.5.4 PGPy==0.5.4", [OfPyPI("pgpy", "0.5.4")]),
        ("debian:sid sqv pgpy==0.5.4", [OfRelease("sqv", "sid"), OfPyPI("pgpy", "0.5.4")]),
        ("sqv@trixie", [OfRelease("sqv", "trixie")]),
    ],
)
def test_words_say_what_to_fetch(words: str, wanted: list[variants.Name]) -> None:
    assert list(fetch.read_words(words.split())) == wanted


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("sqv", "sqv: from which release? (write debian:trixie sqv)"),
        ("pgpy", "pgpy: which version of it? (write pgpy==VERSION)"),
        ("debian:trixie", "debian:trixie: nothing to fetch from it (write debian:trixie sqv)"),
        ("debian:trixie debian:sid sqv", "debian:trixie: nothing to fetch from it"),
        ("debian:Trixie sqv", "debian:Trixie: that is no release (write debian:trixie)"),
        ("debian: sqv", "debian:: that is no release"),
        ("debian:trixie rnp", "rnp: no package of this name can be fetched (those that can: gnupg"),
        (
            "requests==1",
            "requests==1: no library of this name can be fetched (those that can: pgpy",
        ),
        ("pgpy==latest", "pgpy==latest: that is no version (write pgpy==0.5.4)"),
    ],
)
def test_other_words_are_answered_with_what_to_write(words: str, message: str) -> None:
    with pytest.raises(WordError) as caught:
        fetch.read_words(words.split())
    assert str(caught.value).startswith(message)


def test_a_folder_appears_when_it_is_complete(cache: Path) -> None:
    with fetch.cache() as folder, fetch.building(folder, "sqv@trixie") as new:
        (new / "file").write_text("new")
        assert "sqv@trixie" not in entries(cache)
        assert variants.names() == ()
    assert entries(cache) == ["sqv@trixie"]
    assert (cache / "sqv@trixie/file").read_text() == "new"


@pytest.mark.parametrize("fault", [FetchError("a", "b"), KeyboardInterrupt(), OSError(28, "full")])
def test_what_fails_half_way_leaves_what_was_there(cache: Path, fault: BaseException) -> None:
    old = put_tool(cache, "sqv@trixie", Path("/bin/true"))

    def fail() -> None:
        with fetch.cache() as folder, fetch.building(folder, "sqv@trixie") as new:
            (new / "file").write_text("half")
            raise fault

    with pytest.raises(type(fault)):
        fail()
    assert entries(cache) == ["sqv@trixie"]
    assert variants.read_record(old) is not None


def test_renewing_replaces_the_whole_folder(cache: Path) -> None:
    put_tool(cache, "sqv@trixie", Path("/bin/true"))
    with fetch.cache() as folder, fetch.building(folder, "sqv@trixie") as new:
        (new / "file").write_text("new")
    assert [path.name for path in (cache / "sqv@trixie").iterdir()] == ["file"]
    assert entries(cache) == ["sqv@trixie"]


def test_one_that_cannot_take_its_place_leaves_the_old_one(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = put_tool(cache, "sqv@trixie", Path("/bin/true"))
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if (self / "new").exists():
            raise PermissionError(13, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with (
        pytest.raises(PermissionError),
        fetch.cache() as folder,
        fetch.building(folder, "sqv@trixie") as new,
    ):
        (new / "new").touch()
    assert entries(cache) == ["sqv@trixie"]
    assert variants.read_record(old) is not None


def test_what_a_killed_process_left_is_swept(cache: Path) -> None:
    (cache / ".sqv@trixie.0123/tree").mkdir(parents=True)
    with fetch.cache():
        assert entries(cache) == []


def test_two_do_not_fetch_at_once(cache: Path) -> None:
    cache.mkdir(parents=True)
    with (cache / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FetchError, match="another pgp-accord is fetching"), fetch.cache():
            pass
    with fetch.cache():
        pass


def test_removing_removes_what_was_named_and_nothing_else(cache: Path) -> None:
    for name in ("sqv@trixie", "gpgv@trixie"):
        put_tool(cache, name, Path("/bin/true"))
    fetch.remove(["sqv@trixie", "sqv@trixie"])
    assert entries(cache) == ["gpgv@trixie"]


@pytest.mark.parametrize("name", ["sqv@sid", "sqv", "../backends", ".lock", "/etc"])
def test_what_is_not_there_cannot_be_removed(cache: Path, name: str) -> None:
    put_tool(cache, "sqv@trixie", Path("/bin/true"))
    with pytest.raises(WordError, match=r"has not been fetched \(fetched: sqv@trixie"):
        fetch.remove(["sqv@trixie", name])
    assert entries(cache) == ["sqv@trixie"]
