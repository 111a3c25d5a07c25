"""Shards and other parts of a run, and ``pgp-accord merge``, which puts them together."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

import vectors
from harness.backend import State
from harness.cli.exits import Exit
from harness.corpus import load_corpus, select
from harness.run import Run, RunWriter, read_run, reference
from harness.shard import Shard
from harness.vector import Vector
from tests.cli.conftest import Command
from tests.files.strategies import header, observation, record
from tests.workers.conftest import fake

FAKE = fake("none")
AREA = select(load_corpus(vectors.CORPUS), ["area:subkeys"])


def part(
    folder: Path,
    backend: str = "gpg",
    shard: str = "",
    *,
    state: State = State.USABLE,
    selection: str = "area:subkeys",
) -> Path:
    """Write what a run of one backend over an area would have left in a folder."""
    corpus = select(load_corpus(vectors.CORPUS), [selection])
    request = msgspec.structs.replace(
        header(backend),
        corpus=reference(corpus),
        shard=Shard.parse(shard) if shard else None,
        selection=(selection,),
    )
    folder.mkdir()
    with RunWriter(folder / "run.jsonl", request) as writer:
        writer.write_backend(record(backend, state))
        for vector in corpus.vectors if state is State.USABLE else ():
            if request.shard is None or request.shard.holds(vector.id):
                writer.write_observation(observation(vector.id, backend))
    return folder


def belonging(shard: str) -> list[Vector]:
    return [vector for vector in AREA.vectors if Shard.parse(shard).holds(vector.id)]


def gist(run: Run) -> list[tuple[object, ...]]:
    return [(o.vector, o.backend, o.verdict, o.keys, o.classes) for o in run.observations]


def test_parts_run_one_by_one_and_merged_are_one_run(accord: Command, tmp_path: Path) -> None:
    chosen = ("--select", "area:subkeys", "--jobs", "1")
    for shard in ("1/2", "2/2"):
        out = f"fake-{shard[0]}"
        done = accord("run", *chosen, "--backend", FAKE, "--shard", shard, "--out", out)
        assert done.returncode == Exit.DONE, done.stderr
        covered = f"shard {shard}: {len(belonging(shard))} of {len(AREA.vectors)} vectors"
        assert f"{covered}; what follows is about these only" in done.stdout
        assert f"{covered}; this report" in (tmp_path / out / "report.md").read_text()
    assert accord("run", *chosen, "--backend", "pgpy", "--out", "pgpy").returncode == Exit.DONE
    both = ("--backend", FAKE, "--backend", "pgpy")
    assert accord("run", *chosen, *both, "--out", "whole").returncode == Exit.DONE

    done = accord("merge", "fake-2", "pgpy/run.jsonl", "fake-1", "--out", "merged")
    assert done.returncode == Exit.DONE, done.stderr
    assert "Written: merged/report.md, merged/report.json, merged/run.jsonl" in done.stdout
    merged, whole = (read_run(tmp_path / name / "run.jsonl") for name in ("merged", "whole"))
    assert gist(merged) == gist(whole)
    assert merged.backends == whole.backends
    assert merged.header == msgspec.structs.replace(whole.header, started=merged.header.started)
    reports = [
        json.loads((tmp_path / name / "report.json").read_text()) for name in ("merged", "whole")
    ]
    assert reports[0]["summary"] == reports[1]["summary"]
    assert reports[0]["areas"] == reports[1]["areas"]


def test_an_empty_shard_is_a_part_as_any_other(accord: Command, tmp_path: Path) -> None:
    one = ("run", "--select", "subkeys/bound", "--backend", FAKE)
    full, empty = ("1", "2") if Shard(index=1, of=2).holds("subkeys/bound") else ("2", "1")
    (tmp_path / empty).mkdir()
    (tmp_path / empty / "report.md").write_text("of another run")
    done = accord(*one, "--shard", f"{empty}/2", "--out", empty)
    assert done.returncode == Exit.DONE, done.stderr
    assert (
        f"Shard {empty}/2 holds none of the vectors that were selected: nothing was asked"
        in done.stdout
    )
    assert [path.name for path in (tmp_path / empty).iterdir()] == ["run.jsonl"]
    assert accord(*one, "--shard", f"{full}/2", "--out", full).returncode == Exit.DONE
    done = accord("merge", "1", "2", "--out", "merged")
    assert done.returncode == Exit.DONE, done.stderr
    assert len(read_run(tmp_path / "merged" / "run.jsonl").observations) == 1


@pytest.mark.parametrize("shard", ["0/2", "3/2", "2", "half"])
def test_a_bad_shard_is_named(accord: Command, shard: str) -> None:
    done = accord("run", "--shard", shard)
    assert done.returncode == Exit.MISUSE
    assert f"{shard!r} is no shard" in done.stderr


def test_one_complete_run_stays_as_it_is(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "whole")
    done = accord("merge", "whole", "--out", "merged")
    assert done.returncode == Exit.DONE, done.stderr
    before, after = (read_run(tmp_path / name / "run.jsonl") for name in ("whole", "merged"))
    assert after == before


def test_a_hole_is_refused_and_nothing_written(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "1", shard="1/3")
    part(tmp_path / "3", shard="3/3")
    done = accord("merge", "1", "3", "--out", "merged")
    assert done.returncode == Exit.MISUSE
    assert "1/run.jsonl: gpg was asked in 2 of 3 shards; no file has its shard 2/3" in done.stderr
    assert not (tmp_path / "merged").exists()


def test_an_overlap_is_refused_with_an_example(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "1")
    part(tmp_path / "2")
    done = accord("merge", "1", "2")
    assert done.returncode == Exit.MISUSE
    assert "2/run.jsonl: overlaps with 1/run.jsonl" in done.stderr
    assert f"both have {AREA.vectors[0].id}" in done.stderr


def test_mixed_corpora_are_refused_by_their_digests(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "1", "gpg")
    part(tmp_path / "2", "sqv", selection="area:legacy")
    done = accord("merge", "1", "2")
    assert done.returncode == Exit.MISUSE
    for name in "12":
        assert read_run(tmp_path / name / "run.jsonl").header.corpus.digest[:12] in done.stderr
    assert "the selection: area:legacy here, area:subkeys there" in done.stderr


def test_a_run_of_other_vectors_needs_its_corpus(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "1")
    done = accord("merge", "1", "--vectors", vectors.PROBES, "--out", "merged")
    assert done.returncode == Exit.MISUSE
    assert "name the corpus that it was run on with --vectors" in done.stderr
    assert not (tmp_path / "merged").exists()


def test_an_interrupted_run_is_refused(accord: Command, tmp_path: Path) -> None:
    file = part(tmp_path / "1") / "run.jsonl"
    file.write_bytes(file.read_bytes()[:-10])
    done = accord("merge", "1")
    assert done.returncode == Exit.MISUSE
    assert "1/run.jsonl: is truncated" in done.stderr


def test_a_run_without_any_usable_backend_is_no_result(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "1", state=State.ABSENT)
    done = accord("merge", "1")
    assert done.returncode == Exit.UNAVAILABLE
    assert "gpg: not here; to install: get gpg" in done.stderr


def test_what_shall_not_be_is_found_in_the_whole(accord: Command, tmp_path: Path) -> None:
    part(tmp_path / "1", "gpg")
    part(tmp_path / "2", "sqv")
    assert accord("merge", "1", "2", "--fail-on", "divergence").returncode == Exit.DONE
    assert accord("merge", "1", "2", "--fail-on", "error").returncode == Exit.FOUND


def test_show_knows_where_a_vector_is(accord: Command, tmp_path: Path) -> None:
    file = part(tmp_path / "1", shard="1/2") / "run.jsonl"
    here, there = belonging("1/2")[0].id, belonging("2/2")[0].id
    assert accord("show", here, "--run", file).returncode == Exit.DONE
    done = accord("show", there, "--run", file)
    assert done.returncode == Exit.MISUSE
    assert f"{there}: it is shard 1/2, and this vector is in 2/2" in done.stderr
