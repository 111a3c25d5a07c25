"""What is committed is what is built, to the octet."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path, PurePath

import msgspec
import pytest

from harness.corpus import save_suite
from harness.vector import Suite
from vectors import CORPUS, PROBES, build
from vectors.suites.combined import combined

really_build = build.build


@cache
def built() -> dict[PurePath, bytes]:
    return really_build()


def test_what_is_committed_is_what_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "build", lambda _root: built())
    assert build.check() == ()


def test_corpus_probes_and_what_is_written_about_them_are_built() -> None:
    expected = {*CORPUS.glob("*.json"), *(build.ROOT / "docs" / "corpus").glob("*.md")}
    expected |= {PROBES, build.ROOT / "vectors/COVERAGE.md", build.ROOT / "vectors/ids.txt"}
    assert {build.ROOT / name for name in built()} == expected


def test_another_process_elsewhere_builds_the_same_bytes() -> None:
    # With another hash seed and time zone than this one's.
    script = "import sys; from vectors import build; sys.exit(bool(build.check()))"
    subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": "20240601", "TZ": "Asia/Tokyo"},
        check=True,
        cwd=build.ROOT,
    )


def test_a_suite_reads_back_as_it_was() -> None:
    for name, content in built().items():
        if name.suffix == ".json":
            suite = msgspec.json.decode(content, type=Suite)
            assert save_suite(suite) == content


@pytest.fixture
def prebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to build into; what is built there is not computed again."""
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(build, "build", lambda _root: built())
    return tmp_path


def test_differences_are_named(prebuilt: Path) -> None:
    build.write(prebuilt)
    (prebuilt / "vectors/corpus/legacy.json").unlink()
    (prebuilt / "vectors/corpus/subkeys.json").write_text("{}")
    (prebuilt / "vectors/corpus/stray.json").write_text("{}")
    (prebuilt / "vectors/probes/probe.json").write_text("{}")
    (prebuilt / "docs/corpus/stray.md").write_text("")
    assert build.check(prebuilt) == (
        "vectors/corpus/legacy.json: missing",
        "vectors/corpus/subkeys.json: differs from what is built",
        "vectors/probes/probe.json: differs from what is built",
        "docs/corpus/stray.md: superfluous, nothing builds it",
        "vectors/corpus/stray.json: superfluous, nothing builds it",
    )


def test_writing_changes_only_what_differs(prebuilt: Path) -> None:
    first = build.write(prebuilt)
    assert set(first) == {prebuilt / name for name in built()}
    assert build.write(prebuilt) == ()
    (prebuilt / "vectors/corpus/legacy.json").write_text("{}")
    assert build.write(prebuilt) == (prebuilt / "vectors/corpus/legacy.json",)
    assert {path for path in prebuilt.rglob("*") if path.is_file()} == set(first)


def test_without_docs_there_are_no_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "areas", lambda: (combined,))
    assert build.build(tmp_path)
    assert not [name for name in build.build(tmp_path) if name.parts[0] == "docs"]
