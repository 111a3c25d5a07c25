from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from harness.backend import BackendRecord, State
from harness.collect import ChangedError, Recorder
from harness.outcomes import Observation
from harness.run import (
    NothingLeftError,
    RunError,
    RunWriter,
    TruncatedRunError,
    read_run,
)
from harness.vector import EPOCH
from tests.files.strategies import header, observation, record

HEADER = header("gpg", "sqv")
ANSWERS = [observation(f"area/{name}", backend) for backend in HEADER.backends for name in "abc"]


def write(writer: RunWriter, records: Sequence[str], answers: Sequence[Observation]) -> None:
    for name in records:
        writer.write_backend(record(name))
    for answer in answers:
        writer.write_observation(answer)


def interrupt(
    writer: RunWriter, records: Sequence[BackendRecord] = (), answers: Sequence[Observation] = ()
) -> None:
    """Write something, and be interrupted."""
    with suppress(KeyboardInterrupt), writer:
        for each in records:
            writer.write_backend(each)
        write(writer, [], answers)
        raise KeyboardInterrupt


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an interrupted run left two records and four answers."""
    path = tmp_path / "run.jsonl"
    interrupt(RunWriter(path, HEADER), [record("gpg"), record("sqv")], ANSWERS[:4])
    return path


@pytest.fixture
def partial(path: Path) -> Path:
    return path.with_name("run.jsonl.part")


def uninterrupted(folder: Path) -> Path:
    with RunWriter(folder / "whole.jsonl", HEADER, lambda: EPOCH) as writer:
        write(writer, ["gpg", "sqv"], ANSWERS)
    return writer.path


def test_what_is_left_is_told_and_kept(path: Path, tmp_path: Path) -> None:
    with RunWriter(path, None, lambda: EPOCH) as writer:
        assert writer.left is not None
        assert writer.left.header == HEADER
        assert writer.left.backends == (record("gpg"), record("sqv"))
        assert writer.left.observations == tuple(ANSWERS[:4])
        assert writer.observations == 4
        write(writer, [], ANSWERS[4:])
        assert writer.observations == 6
    assert path.read_bytes() == uninterrupted(tmp_path).read_bytes()
    assert not writer.partial.exists()


def test_a_run_can_be_interrupted_anywhere(tmp_path: Path) -> None:
    """Cut the file in and around every line: what its whole lines say is gone on with."""
    whole = uninterrupted(tmp_path).read_bytes()
    path = tmp_path / "run.jsonl"
    ends = [end + 1 for end, octet in enumerate(whole) if octet == ord("\n")]
    cuts = {cut for end in ends for cut in (end - 20, end - 1, end, end + 1)}
    for length in sorted(cut for cut in cuts if ends[0] <= cut <= len(whole)):
        path.with_name("run.jsonl.part").write_bytes(whole[:length])
        with RunWriter(path, None, lambda: EPOCH) as writer:
            assert writer.left is not None
            there = {each.name for each in writer.left.backends}
            write(writer, [name for name in HEADER.backends if name not in there], [])
            seen = {(o.vector, o.backend) for o in writer.left.observations}
            write(writer, [], [a for a in ANSWERS if (a.vector, a.backend) not in seen])
        assert path.read_bytes() == whole, length


def test_nothing_is_lost_by_being_interrupted_again(path: Path, partial: Path) -> None:
    before = partial.read_bytes()
    partial.write_bytes(before + b'{"type":"observ')
    for answer in ANSWERS[4:]:
        interrupt(RunWriter(path, None), answers=[answer])
        assert partial.read_bytes().startswith(before)
        before = partial.read_bytes()
        assert before.endswith(b"\n")
    assert before.count(b'"observation"') == 6


def test_nothing_is_touched_by_looking(path: Path, partial: Path) -> None:
    partial.write_bytes(before := partial.read_bytes() + b'{"type":"observ')
    interrupt(RunWriter(path, None))
    assert partial.read_bytes() == before


def test_what_was_answered_is_not_answered_again(path: Path) -> None:
    with RunWriter(path, None) as writer:
        with pytest.raises(ValueError, match="a second observation"):
            writer.write_observation(ANSWERS[0])
        with pytest.raises(ValueError, match="occurs twice"):
            writer.write_backend(record("gpg"))
    assert len(read_run(path).observations) == 4


@pytest.mark.parametrize("content", [None, b""])
def test_where_nothing_is_left_there_is_nothing_to_resume(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "run.jsonl.part").write_bytes(content)
    with (
        pytest.raises(NothingLeftError, match=r"nothing to resume \(leave out --resume"),
        RunWriter(tmp_path / "run.jsonl", None),
    ):
        pass
    assert (tmp_path / "run.jsonl.part").exists() == (content is not None)


def test_half_a_header_is_not_gone_on_with(path: Path, partial: Path) -> None:
    partial.write_bytes(partial.read_bytes()[:40])
    with pytest.raises(TruncatedRunError), RunWriter(path, None):
        pass
    assert len(partial.read_bytes()) == 40


@pytest.mark.parametrize("damage", [b"\0\0\0\n", b"{}\n", b'{"type":"header","schema":9}\n'])
def test_a_damaged_file_is_not_gone_on_with(path: Path, partial: Path, damage: bytes) -> None:
    partial.write_bytes(before := partial.read_bytes() + damage)
    with pytest.raises(RunError, match="line 8: "), RunWriter(path, None):
        pass
    assert partial.read_bytes() == before


def test_a_run_under_way_is_not_resumed_beside_it(path: Path, partial: Path) -> None:
    with RunWriter(path, None) as writer:
        for beside in (None, HEADER):
            with (
                pytest.raises(RunError, match="another run is writing it"),
                RunWriter(path, beside),
            ):
                pass
        write(writer, [], ANSWERS[4:])
    assert len(read_run(path).observations) == 6


def test_only_an_ordinary_file_is_gone_on_with(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.jsonl.part")
    with (
        pytest.raises(RunError, match="is no ordinary file"),
        RunWriter(tmp_path / "run.jsonl", None),
    ):
        pass


def test_a_file_of_the_first_version_is_still_read(tmp_path: Path) -> None:
    old = Path(__file__).parent / "run-1.jsonl"
    run = read_run(old)
    assert run.header.schema == 1
    assert run.header.shard is None
    assert [o.vector for o in run.observations] == ["subkeys/bound"]
    shutil.copy(old, tmp_path / "run.jsonl.part")
    with RunWriter(tmp_path / "run.jsonl", None, lambda: run.finished):
        pass
    assert (tmp_path / "run.jsonl").read_bytes() == old.read_bytes()


# Backends


def settle(path: Path, found: BackendRecord) -> None:
    with RunWriter(path, None) as writer:
        Recorder(writer).backend_settled(found)


def test_a_backend_that_is_as_it_was_is_not_written_again(path: Path, partial: Path) -> None:
    settle(path, record("gpg"))
    assert path.read_bytes().count(b'"type":"backend","name":"gpg"') == 1


def test_a_backend_of_another_version_ends_it(path: Path, partial: Path) -> None:
    description = record("gpg").description
    assert description is not None
    newer = msgspec.structs.replace(
        record("gpg"), description=msgspec.structs.replace(description, version="2.0")
    )
    before = partial.read_bytes()
    with pytest.raises(
        ChangedError, match=r"gpg is not what it was: its version: 1\.0 then, 2\.0 now"
    ):
        settle(path, newer)
    assert partial.read_bytes() == before
    assert not path.exists()


def test_a_backend_that_went_away_ends_it(path: Path) -> None:
    with pytest.raises(ChangedError, match="its state: usable then, absent now"):
        settle(path, record("gpg", State.ABSENT))


def test_why_a_backend_is_of_no_use_may_be_said_in_other_words(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    interrupt(RunWriter(path, header("rnp")), [record("rnp", State.UNUSABLE)])
    settle(path, BackendRecord(name="rnp", state=State.UNUSABLE, reason="other words"))
    assert read_run(path).backends == (record("rnp", State.UNUSABLE),)
