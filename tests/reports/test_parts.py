"""Reports on a part of a run, and on a run that was put together from parts."""

from __future__ import annotations

import dataclasses
from io import StringIO
from typing import Any

import msgspec
import pytest
from rich.console import Console

from harness.run import Platform, Run, run_of
from harness.shard import Shard
from harness.vector import corpus_of
from reports import markdown, terminal
from reports.model import CorpusMismatchError, report_of
from tests.judging.factories import vector
from tests.reports.example import example_corpus, example_run

SHARD = Shard(index=2, of=3)


def example_shard() -> Run:
    run = example_run()
    return run_of(
        msgspec.structs.replace(run.header, shard=SHARD),
        run.backends,
        [o for o in run.observations if SHARD.holds(o.vector)],
        run.finished,
    )


def with_header(run: Run, **changes: Any) -> Run:
    return dataclasses.replace(run, header=msgspec.structs.replace(run.header, **changes))


def test_a_shard_is_reported_as_far_as_it_goes_and_says_so() -> None:
    report = report_of(example_corpus(), example_shard())
    mine = [v.id for v in example_corpus().vectors if SHARD.holds(v.id)]
    assert 0 < len(mine) < len(example_corpus().vectors)
    assert [row.vector for row in report.rows] == mine
    covered = f"shard 2/3: {len(mine)} of {len(example_corpus().vectors)} vectors"
    shown = StringIO()
    Console(file=shown, width=80).print(terminal.renderable(report))
    assert covered in shown.getvalue()
    text = markdown.render(report)
    assert f"| Part | {covered}; " in text
    assert f"| Corpus | core, {len(example_corpus().vectors)} vectors, " in text


def test_a_whole_run_says_nothing_of_shards() -> None:
    report = report_of(example_corpus(), example_run())
    shown = StringIO()
    Console(file=shown, width=80).print(terminal.renderable(report))
    assert "shard" not in shown.getvalue()
    assert "shard" not in markdown.render(report)


def test_a_shard_may_be_of_a_selection_from_the_corpus_at_hand() -> None:
    larger = corpus_of("all", [*example_corpus().vectors, vector(name="zz/more")])
    areas = tuple(sorted({f"area:{v.area}" for v in example_corpus().vectors}))
    selected = with_header(example_shard(), selection=areas)
    assert report_of(larger, selected).rows == report_of(example_corpus(), selected).rows


@pytest.mark.parametrize("selection", [(), ("area:nothing-like-it",), ("area:zz",)])
def test_a_shard_of_another_selection_is_of_another_corpus(selection: tuple[str, ...]) -> None:
    larger = corpus_of("all", [*example_corpus().vectors, vector(name="zz/more")])
    with pytest.raises(CorpusMismatchError, match="differs"):
        report_of(larger, with_header(example_shard(), selection=selection))


def test_every_machine_that_a_merged_run_took_place_on_is_named() -> None:
    other = Platform(system="Linux", machine="aarch64", python="3.13.1")
    run = with_header(example_run(), further_platforms=(other,))
    assert (
        "| Platform | Linux x86_64, Python 3.11.7; Linux aarch64, Python 3.13.1 |"
        in markdown.render(report_of(example_corpus(), run))
    )
