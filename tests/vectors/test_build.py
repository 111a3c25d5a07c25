"""What is committed is what is built, to the octet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from harness.corpus import save_suite
from harness.vector import Suite
from vectors import CORPUS, PROBES, build


def test_what_is_committed_is_what_is_built() -> None:
    assert build.check() == ()


def test_corpus_and_probes_are_built() -> None:
    built = {build.HERE / name for name in build.build()}
    assert built == {*CORPUS.glob("*.json"), PROBES}


def test_another_process_elsewhere_builds_the_same_bytes() -> None:
    # With another hash seed and time zone than this one's.
    script = "import sys; from vectors import build; sys.exit(bool(build.check()))"
    subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": "20240601", "TZ": "Asia/Tokyo"},
        check=True,
        cwd=CORPUS.parent.parent,
    )


def test_a_suite_reads_back_as_it_was() -> None:
    for content in build.build().values():
        suite = msgspec.json.decode(content, type=Suite)
        assert save_suite(suite) == content


def test_differences_are_named(tmp_path: Path) -> None:
    build.write(tmp_path)
    (tmp_path / "corpus/legacy.json").unlink()
    (tmp_path / "corpus/subkeys.json").write_text("{}")
    (tmp_path / "corpus/stray.json").write_text("{}")
    (tmp_path / "probes/probe.json").write_text("{}")
    assert build.check(tmp_path) == (
        "corpus/subkeys.json: differs from what is built",
        "corpus/legacy.json: missing",
        "probes/probe.json: differs from what is built",
        "corpus/stray.json: superfluous, no suite builds it",
    )


def test_writing_changes_only_what_differs(tmp_path: Path) -> None:
    first = build.write(tmp_path)
    assert set(first) == {tmp_path / name for name in build.build()}
    assert build.write(tmp_path) == ()
    (tmp_path / "corpus/legacy.json").write_text("{}")
    assert build.write(tmp_path) == (tmp_path / "corpus/legacy.json",)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(first)
