from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backend import BackendRecord, State
from harness.merge import HoleError, MergeError, MixtureError, OverlapError, Part, merge
from harness.run import RUN_SCHEMA, CorpusRef, Platform, Run, run_of
from harness.shard import Shard, shard_of
from harness.vector import EPOCH
from tests.files.strategies import CALM, header, ids, observation, record

BACKENDS = ("gpg", "rnp", "sqv")
VECTORS = tuple(f"area/{letter}" for letter in "abcdefghijkl")
ELSEWHERE = Platform(system="Linux", machine="aarch64", python="3.13.1")


def whole(vectors: tuple[str, ...] = VECTORS, absent: str = "rnp") -> Run:
    """A run of three backends, one of which is absent."""
    return run_of(
        msgspec.structs.replace(
            header(*BACKENDS),
            corpus=CorpusRef(name="core", digest="ab" * 32, vectors=len(vectors)),
        ),
        [record(name, State.ABSENT if name == absent else State.USABLE) for name in BACKENDS],
        [observation(v, name) for v in vectors for name in BACKENDS if name != absent],
        EPOCH,
    )


def of_backends(run: Run, *names: str) -> Run:
    """What a run would have been with these backends only."""
    return run_of(
        msgspec.structs.replace(run.header, backends=names),
        [record for record in run.backends if record.name in names],
        [o for o in run.observations if o.backend in names],
        run.finished,
    )


def shards(run: Run, of: int) -> list[Run]:
    """What the shards of a run would have been."""
    return [
        run_of(
            msgspec.structs.replace(run.header, shard=shard),
            run.backends,
            [o for o in run.observations if shard.holds(o.vector)],
            run.finished,
        )
        for shard in (Shard(index=index, of=of) for index in range(1, of + 1))
    ]


def parts(*runs: Run) -> list[Part]:
    return [Part(Path(f"{number}.jsonl"), run) for number, run in enumerate(runs, 1)]


def with_header(run: Run, **changes: Any) -> Run:
    return dataclasses.replace(run, header=msgspec.structs.replace(run.header, **changes))


def with_record(run: Run, changed: BackendRecord) -> Run:
    kept = [each for each in run.backends if each.name != changed.name]
    return run_of(run.header, [*kept, changed], run.observations, run.finished)


def refusal(*runs: Run) -> MergeError:
    with pytest.raises(MergeError) as caught:
        merge(parts(*runs))
    return caught.value


# What can be merged


def test_one_complete_run_stays_as_it_is() -> None:
    assert merge(parts(whole())) == whole()


@settings(CALM, max_examples=40)
@given(st.data())
def test_a_run_split_in_any_way_is_the_same_run_when_merged(data: st.DataObject) -> None:
    vectors = tuple(data.draw(st.lists(ids, min_size=1, max_size=12, unique=True)))
    run = whole(vectors, absent=data.draw(st.sampled_from((*BACKENDS, "none"))))
    groups: dict[int, list[str]] = {}
    for name in BACKENDS:
        groups.setdefault(data.draw(st.integers(1, 3), label=f"group of {name}"), []).append(name)
    pieces = [
        piece
        for names in groups.values()
        for piece in shards(of_backends(run, *names), data.draw(st.integers(1, 6), label="shards"))
    ]
    assert merge(parts(*data.draw(st.permutations(pieces)))) == run


@settings(CALM, max_examples=25)
@given(st.data())
def test_no_piece_may_be_missing_or_there_twice(data: st.DataObject) -> None:
    of = data.draw(st.integers(2, 6))
    pieces = [
        piece
        for names in (("gpg", "rnp"), ("sqv",))
        for piece in shards(of_backends(whole(), *names), of)
    ]
    picked = data.draw(st.sampled_from(pieces))
    without = [piece for piece in pieces if piece is not picked]
    assert isinstance(refusal(*data.draw(st.permutations(without))), HoleError)
    assert isinstance(refusal(*data.draw(st.permutations([*pieces, picked]))), OverlapError)


def test_what_was_merged_can_be_merged_again() -> None:
    one = merge(parts(*shards(of_backends(whole(), "gpg", "rnp"), 2)))
    assert merge(parts(one, of_backends(whole(), "sqv"))) == whole()


def test_a_shard_may_be_empty() -> None:
    pieces = shards(whole(("area/a",)), 3)
    assert sorted(len(piece.observations) for piece in pieces) == [0, 0, 2]
    assert merge(parts(*pieces)) == whole(("area/a",))


def test_times_jobs_seeds_and_platforms_may_differ_and_are_kept() -> None:
    early, late = EPOCH - timedelta(hours=1), EPOCH + timedelta(hours=1)
    one, two = shards(whole(), 2)
    here = one.header.platform
    one = with_header(one, started=early, jobs=1, seed=1)
    two = with_header(two, started=late, jobs=9, seed=2, platform=ELSEWHERE)
    two = dataclasses.replace(two, finished=late)
    merged = merge(parts(one, two))
    assert merge(parts(two, one)) == merged
    assert (merged.header.started, merged.finished) == (early, late)
    assert (merged.header.jobs, merged.header.seed) == (9, None)
    found = {merged.header.platform, *merged.header.further_platforms}
    assert found == {here, ELSEWHERE}
    assert len(merged.header.further_platforms) == 1


def test_why_a_backend_is_absent_may_be_said_in_other_words() -> None:
    one, two = shards(whole(), 2)
    other = BackendRecord(name="rnp", state=State.ABSENT, reason="gone", install="get rnp")
    merged = merge(parts(one, with_record(two, other)))
    assert merged == merge(parts(with_record(two, other), one))
    assert merged.backend("rnp") in (other, record("rnp", State.ABSENT))


# What cannot


def test_nothing_is_no_run() -> None:
    with pytest.raises(ValueError, match="nothing to merge"):
        merge([])


def test_a_missing_shard_is_named_with_its_backend() -> None:
    error = refusal(*shards(whole(), 8)[:6])
    assert error.what == "gpg was asked in 6 of 8 shards; no file has its shards 7/8, 8/8"


def test_an_overlap_names_both_files_and_an_example() -> None:
    first, second = shards(whole(), 2)
    error = refusal(first, second, whole())
    assert error.path == Path("3.jsonl")
    assert error.what.startswith(
        "overlaps with 1.jsonl: gpg was asked about all vectors here, about shard 1/2 there; "
        "both have area/"
    )
    again = refusal(first, second, second)
    assert again.what.startswith("overlaps with 2.jsonl: gpg was asked about shard 2/2 in both")


def test_shards_of_different_splits_do_not_fit() -> None:
    error = refusal(shards(whole(), 2)[0], shards(whole(), 3)[0])
    assert isinstance(error, OverlapError)
    assert error.what.startswith("gpg was cut into 3 shards here, into 2 in 1.jsonl")


def test_a_backend_asked_in_one_shard_only_is_a_hole() -> None:
    one, two = shards(whole(), 2)
    error = refusal(one, of_backends(two, "gpg", "rnp"))
    assert isinstance(error, HoleError)
    assert "sqv was asked in 1 of 2 shards; no file has its shard 2/2" in error.what


def test_a_missing_answer_is_named_with_the_file_that_should_have_it() -> None:
    pieces = shards(whole(), 2)
    lost = pieces[1].observations[0]
    pieces[1] = dataclasses.replace(pieces[1], observations=pieces[1].observations[1:])
    error = refusal(*pieces)
    assert isinstance(error, HoleError)
    assert error.path == Path("2.jsonl")
    assert f"{lost.backend} was not asked about {lost.vector}, " in error.what


def test_a_vector_that_no_backend_was_asked_about_is_a_hole() -> None:
    run = whole()
    fewer = [o for o in run.observations if o.vector != "area/c"]
    error = refusal(dataclasses.replace(run, observations=tuple(fewer)))
    assert isinstance(error, HoleError)
    assert error.what == "the corpus has 12 vectors, and the files together are about 11"


def test_a_usable_backend_without_any_answer_is_a_hole() -> None:
    run = whole()
    silent = [o for o in run.observations if o.backend != "sqv"]
    error = refusal(dataclasses.replace(run, observations=tuple(silent)))
    assert "sqv was not asked about area/a, area/b, area/c and 9 more" in error.what


def test_a_shard_holds_only_what_belongs_to_it() -> None:
    one, two = shards(whole(), 2)
    stray = observation("area/zz", "gpg")
    wrong = one if shard_of("area/zz", 2).index == 2 else two
    strayed = dataclasses.replace(wrong, observations=(*wrong.observations, stray))
    error = refusal(strayed, two if wrong is one else one)
    assert isinstance(error, MixtureError)
    assert "area/zz should be in" in error.what


def test_files_of_version_1_make_one_of_the_version_that_is_written() -> None:
    old = [with_header(part, schema=1) for part in shards(whole(), 2)]
    assert merge(parts(*old)).header.schema == RUN_SCHEMA


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"corpus": CorpusRef(name="core", digest="cd" * 32, vectors=12)},
            "the corpus: core cdcdcdcdcdcd with 12 vectors here, "
            "core abababababab with 12 vectors there",
        ),
        ({"profile": "strict"}, "the profile: strict here, stock there"),
        ({"selection": ("a*",)}, "the selection: a* here, all vectors there"),
        (
            {"at": EPOCH},
            "the reference time: 2024-06-01 00:00:00 UTC here, each vector's own there",
        ),
        ({"timeout": 5.0}, "the timeout: 5.0 s here, 10.0 s there"),
        ({"version": "9.9"}, "the tool: pgp-accord 9.9 here, pgp-accord 0.1.0 there"),
        ({"schema": 1}, f"the format: version 1 here, version {RUN_SCHEMA} there"),
    ],
)
def test_what_was_not_asked_alike_is_no_run(changes: dict[str, object], said: str) -> None:
    one, two = shards(whole(), 2)
    error = refusal(one, with_header(two, **changes))
    assert isinstance(error, MixtureError)
    assert error.path == Path("2.jsonl")
    assert error.what == f"asked for something else than 1.jsonl: {said}"


def describe(change: Callable[[BackendRecord], BackendRecord]) -> MergeError:
    one, two = shards(whole(), 2)
    return refusal(one, with_record(two, change(record("gpg"))))


def test_a_backend_of_two_versions_is_two_backends() -> None:
    def newer(before: BackendRecord) -> BackendRecord:
        assert before.description is not None
        after = msgspec.structs.replace(before.description, version="2.0")
        return msgspec.structs.replace(before, description=after)

    error = describe(newer)
    assert isinstance(error, MixtureError)
    assert error.what == "gpg is not the same as in 1.jsonl: its version: 2.0 here, 1.0 there"


def test_a_backend_on_another_engine_is_another() -> None:
    def rebuilt(before: BackendRecord) -> BackendRecord:
        assert before.description is not None
        after = msgspec.structs.replace(before.description, components={"engine": "3.0"})
        return msgspec.structs.replace(before, description=after)

    assert "what it is built with: engine 3.0 here, engine 2.0 there" in describe(rebuilt).what


def test_a_backend_absent_in_one_shard_only_is_refused() -> None:
    one, two = shards(whole(), 2)
    two = of_backends(two, "rnp", "sqv")
    two = with_record(with_header(two, backends=BACKENDS), record("gpg", State.ABSENT))
    assert "its state: absent here, usable there" in refusal(one, two).what


def test_adapters_of_two_packages_are_two_backends() -> None:
    error = describe(lambda before: msgspec.structs.replace(before, origin="mine 1.0"))
    assert "the package it comes from: mine 1.0 here, pgp-accord there" in error.what
