from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backend import State
from harness.outcomes import Observation, Verdict
from harness.run import (
    RUN_SCHEMA,
    Run,
    RunError,
    RunHeader,
    RunWriter,
    TruncatedRunError,
    read_run,
    reference,
)
from harness.vector import EPOCH, corpus_of
from tests.files.strategies import CALM, header, observation, observations, record, vector
from tests.files.test_corpus import damage

PAIRS = [(f"area/{name}", backend) for name in "abc" for backend in ("gpg", "sqv")]


def at_epoch() -> datetime:
    return EPOCH


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A complete run of two backends that work and one that is absent."""
    path = tmp_path / "run.jsonl"
    with RunWriter(path, header("gpg", "rnp", "sqv"), at_epoch) as writer:
        writer.write_backend(record("sqv"))
        writer.write_observation(observation("area/b", "sqv", Verdict.SKIPPED))
        writer.write_backend(record("rnp", State.ABSENT))
        writer.write_backend(record("gpg"))
        writer.write_observation(observation("area/b", "gpg"))
        writer.write_observation(observation("area/a", "gpg"))
        writer.write_observation(observation("area/a", "sqv"))
    return path


def refusal(path: Path) -> RunError:
    with pytest.raises(RunError) as caught:
        read_run(path)
    return caught.value


def edit(path: Path, number: int, change: dict[str, object]) -> None:
    """Change members of the object on a line, counted from 1."""
    lines = path.read_text().splitlines()
    lines[number - 1] = json.dumps(json.loads(lines[number - 1]) | change)
    path.write_text("\n".join(lines) + "\n")


# Reading


def test_a_run_is_sorted_by_vector_and_backend(path: Path) -> None:
    run = read_run(path)
    assert [(o.vector, o.backend) for o in run.observations] == [
        ("area/a", "gpg"),
        ("area/a", "sqv"),
        ("area/b", "gpg"),
        ("area/b", "sqv"),
    ]
    assert [b.name for b in run.backends] == ["gpg", "rnp", "sqv"]
    assert run.header == header("gpg", "rnp", "sqv")
    assert run.finished == EPOCH


def test_observations_are_found_by_vector_and_backend(path: Path) -> None:
    run = read_run(path)
    assert run.observation("area/b", "sqv") == observation("area/b", "sqv", Verdict.SKIPPED)
    assert run.observation("area/b", "rnp") is None
    assert list(run.by_vector()) == ["area/a", "area/b"]
    assert [o.backend for o in run.by_vector()["area/a"]] == ["gpg", "sqv"]
    assert run.backend("rnp") == record("rnp", State.ABSENT)
    assert run.backend("none") is None


def test_the_file_explains_itself(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["type"] for line in lines] == [
        "header",
        "backend",
        "observation",
        "backend",
        "backend",
        "observation",
        "observation",
        "observation",
        "footer",
    ]
    assert lines[0]["schema"] == RUN_SCHEMA
    assert lines[-1] == {
        "type": "footer",
        "observations": 4,
        "verdicts": {"gpg": {"error": 2}, "rnp": {}, "sqv": {"error": 1, "skipped": 1}},
        "finished": "2024-06-01T00:00:00Z",
        "complete": True,
    }


def test_a_corpus_is_referred_to_by_its_digest() -> None:
    corpus = corpus_of("corpus", (vector("area/a"),))
    assert reference(corpus).digest == corpus.digest()
    assert reference(corpus).vectors == 1
    assert reference(corpus) != reference(corpus_of("corpus", (vector("area/b"),)))


def write(path: Path, head: RunHeader, items: list[Observation]) -> Run:
    with RunWriter(path, head, at_epoch) as writer:
        for backend in head.backends:
            writer.write_backend(record(backend))
        for item in items:
            writer.write_observation(item)
    return read_run(path)


@settings(CALM, max_examples=50)
@given(data=st.data())
def test_a_run_reads_back_as_it_was_in_whatever_order_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    pairs = data.draw(st.lists(st.sampled_from(PAIRS), unique=True))
    items = [data.draw(observations(*pair)) for pair in pairs]
    shuffled = data.draw(st.permutations(items))
    path = tmp_path_factory.getbasetemp() / "run.jsonl"
    run = write(path, header("gpg", "sqv"), items)
    assert sorted(run.observations, key=repr) == sorted(items, key=repr)
    assert write(path, header("gpg", "sqv"), shuffled) == run


# Reading what is wrong


def test_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none").what == "there is no such file"


def test_what_an_interrupted_run_left_is_pointed_at(path: Path) -> None:
    partial = path.rename(f"{path}.part")
    assert str(partial) in refusal(path).hint


def test_a_folder_is_no_run_file(tmp_path: Path) -> None:
    assert refusal(tmp_path).what.startswith("cannot be read")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"text\n",
        b"text",
        b'{"schema":1}\n',
        b'{"type":"answer","schema":1}\n',
        b"[]\n",
        b"\xff\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_file_of_another_kind_is_no_run_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.jsonl").write_bytes(content)
    error = refusal(tmp_path / "run.jsonl")
    assert error.what.startswith("is no run file")
    assert not isinstance(error, TruncatedRunError)


@pytest.mark.parametrize(("version", "hint"), [(RUN_SCHEMA + 1, "upgrade"), (0, "run again")])
def test_another_version_of_the_format_is_refused(path: Path, version: int, hint: str) -> None:
    edit(path, 1, {"schema": version, "from_another_version": 1})
    error = refusal(path)
    assert f"version {version} " in error.what
    assert hint in error.hint


def test_a_run_cut_anywhere_is_truncated(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(b'{"type":"header"'), len(whole)):
        path.write_bytes(whole[:length])
        assert isinstance(refusal(path), TruncatedRunError), length


@pytest.mark.parametrize("number", range(2, 10))
def test_a_run_that_lacks_a_line_is_refused(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: number - 1] + lines[number:]))
    error = refusal(path)
    if number in (4, 9) or lines[number - 1].startswith(b'{"type":"observation"'):
        assert isinstance(error, TruncatedRunError)
    else:
        assert "of which nothing is said before" in error.what


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (1, "line 10: there is more after the footer"),
        (2, "line 10: there is more after the footer"),
        (3, "line 10: there is more after the footer"),
        (9, "line 10: there is more after the footer"),
    ],
)
def test_a_footer_is_the_end(path: Path, number: int, what: str) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[number - 1]]))
    assert refusal(path).what == what


def test_nothing_follows_the_footer_not_even_half_a_line(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"{")
    assert refusal(path).what == "line 10: there is more after the footer"


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (1, "line 4: a second header"),
        (2, "line 4: backend 'sqv' occurs twice"),
        (3, "line 4: a second observation of 'area/b' by backend 'sqv'"),
    ],
)
def test_no_line_occurs_twice(path: Path, number: int, what: str) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[number - 1], *lines[3:]]))
    assert refusal(path).what.startswith(what)


def test_a_backend_that_was_not_asked_for(path: Path) -> None:
    edit(path, 1, {"backends": ["gpg", "sqv"]})
    assert refusal(path).what == "line 4: backend 'rnp' was not asked for"


@pytest.mark.parametrize(
    "change",
    [
        {"observations": 3},
        {"verdicts": {"gpg": {"error": 2}, "rnp": {}, "sqv": {"error": 2}}},
        {"complete": False},
    ],
)
def test_a_footer_that_does_not_fit_the_lines(path: Path, change: dict[str, object]) -> None:
    edit(path, 9, change)
    assert refusal(path).what == "the footer's counts are not those of the lines"


@pytest.mark.parametrize("number", range(1, 10))
def test_an_unknown_member_is_refused_with_its_line(path: Path, number: int) -> None:
    edit(path, number, {"unknown": 1})
    assert refusal(path).what == f"line {number}: Object contains unknown field `unknown`"


def test_a_blank_line_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
    assert refusal(path).what.startswith("line 2: ")


@settings(CALM, max_examples=300)
@given(data=st.data())
def test_no_damage_raises_anything_but_the_documented_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.jsonl"
    write(path, header("gpg"), [observation("area/a", "gpg")])
    path.write_bytes(damage(data, path.read_bytes()))
    with suppress(RunError):
        read_run(path)


# Writing


def test_the_file_gets_its_name_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text("the run before")
    with RunWriter(path, header("gpg")) as writer:
        assert writer.partial == tmp_path / "run.jsonl.part"
        writer.write_backend(record("gpg"))
        writer.write_observation(observation("area/a", "gpg"))
        assert len(writer.partial.read_bytes().splitlines()) == 3
        assert path.read_text() == "the run before"
    assert not writer.partial.exists()
    assert len(read_run(path).observations) == 1


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_an_interrupted_run_keeps_what_it_has_under_another_name(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    writer = RunWriter(tmp_path / "run.jsonl", header("gpg"))

    def work() -> None:
        with writer:
            writer.write_backend(record("gpg"))
            writer.write_observation(observation("area/a", "gpg"))
            raise interruption

    with pytest.raises(interruption):
        work()
    assert [p.name for p in tmp_path.iterdir()] == ["run.jsonl.part"]
    assert len(writer.partial.read_bytes().splitlines()) == 3
    with pytest.raises(TruncatedRunError):
        read_run(writer.partial)


def test_a_run_is_not_complete_before_every_backend_has_settled(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with (
        pytest.raises(ValueError, match="nothing was said about these backends: rnp, sqv"),
        RunWriter(path, header("gpg", "rnp", "sqv")) as writer,
    ):
        writer.write_backend(record("gpg"))
    assert not path.exists()


def test_a_writer_refuses_what_no_reader_would_take(tmp_path: Path) -> None:
    with RunWriter(tmp_path / "run.jsonl", header("gpg")) as writer:
        with pytest.raises(ValueError, match="of which nothing is said before"):
            writer.write_observation(observation("area/a", "gpg"))
        with pytest.raises(ValueError, match="was not asked for"):
            writer.write_backend(record("sqv"))
        writer.write_backend(record("gpg"))
        with pytest.raises(ValueError, match="occurs twice"):
            writer.write_backend(record("gpg"))
        writer.write_observation(observation("area/a", "gpg"))
        with pytest.raises(ValueError, match="a second observation"):
            writer.write_observation(observation("area/a", "gpg"))
    assert len(read_run(tmp_path / "run.jsonl").observations) == 1


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "no" / "run.jsonl"
    with (
        pytest.raises(RunError, match="cannot be written: no such file"),
        RunWriter(path, header()),
    ):
        pass


def test_a_disk_that_fills_up_is_an_error_with_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    path = tmp_path / "run.jsonl"
    with pytest.raises(RunError, match="no space left"), RunWriter(path, header()):
        pass
    assert not path.exists()


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    (tmp_path / "run.jsonl.part").symlink_to("/dev/full")
    with pytest.raises(RunError, match="no space left"), RunWriter(path, header()):
        pass
    assert not path.exists()


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunWriter(path, header("gpg")) as writer:
        with pytest.raises(RunError, match="another run is writing it"), RunWriter(path, header()):
            pass
        writer.write_backend(record("gpg"))
    assert read_run(path).header == header("gpg")
    with RunWriter(path, header()):
        pass
    assert read_run(path).header == header()


def test_a_pipe_in_the_place_of_the_file_is_refused_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.jsonl.part")
    with (
        pytest.raises(RunError, match="cannot be written"),
        RunWriter(tmp_path / "run.jsonl", header()),
    ):
        pass
