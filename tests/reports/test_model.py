import dataclasses

import msgspec
import pytest

from harness.backend import State
from harness.compare import Divergence
from harness.judge import Judgement
from harness.outcomes import Observation
from harness.run import reference, run_of
from harness.vector import Corpus, Outcome, Vector, corpus_of
from reports.model import CorpusMismatchError, NothingObservedError, Report, report_of
from tests.judging.factories import GOOD, each, said, skipped, vector
from tests.reports.example import BACKENDS, example_corpus, example_run, header, record


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(example_corpus(), example_run())


def test_there_is_a_row_for_each_vector_and_a_cell_for_each_backend(report: Report) -> None:
    assert [row.vector for row in report.rows] == [v.id for v in example_corpus().vectors]
    for row in report.rows:
        assert tuple(cell.judged.backend for cell in row.cells) == BACKENDS
    assert report.names == BACKENDS


def test_rows_and_summary_tell_the_same(report: Report) -> None:
    for backend in report.summary.backends:
        for judgement in Judgement:
            cells = [c for c in report.judged(judgement) if c.judged.backend == backend.backend]
            assert len(cells) == backend.judgements[judgement]
    for kind in (Divergence.IDENTITY, Divergence.VERDICT, Divergence.CLASS):
        assert len(report.diverging(kind)) == report.summary.agreement.divergences[kind]


def test_areas_count_only_what_the_standard_decides(report: Report) -> None:
    counts = {(c.area, c.backend): c for c in report.areas}
    revoked = counts["revocation", "pgpy"]
    assert (revoked.conforms, revoked.total, revoked.grave) == (0, 12, 12)
    algorithms = counts["algorithms", "gpg"]
    assert (algorithms.conforms, algorithms.total, algorithms.grave) == (0, 0, 0)
    skipped = counts["subkeys", "gpg"]
    assert (skipped.conforms, skipped.total) == (1, 2), "a skipped vector does not conform"


def test_absent_and_unusable_backends_are_in_it(report: Report) -> None:
    assert [b.name for b in report.in_state(State.ABSENT)] == ["sqv"]
    assert [b.name for b in report.in_state(State.UNUSABLE)] == ["rnp"]


def test_what_gave_no_answer_has_no_classes(report: Report) -> None:
    for cell in (*report.judged(Judgement.SKIPPED), *report.judged(Judgement.ERROR)):
        assert cell.classes == ()


def test_a_run_without_observations_is_no_report() -> None:
    run = dataclasses.replace(example_run(), observations=())
    with pytest.raises(NothingObservedError, match=r"rnp \(unusable\), sqv \(absent\)") as caught:
        report_of(example_corpus(), run)
    assert len(caught.value.backends) == 7


def test_the_run_may_be_about_a_part_of_the_corpus() -> None:
    larger = corpus_of("all", [*example_corpus().vectors, vector(name="zz/more")])
    assert report_of(larger, example_run()).rows == report_of(example_corpus(), example_run()).rows


def test_a_missing_vector_is_noticed() -> None:
    smaller = Corpus(name="core", vectors=example_corpus().vectors[1:])
    with pytest.raises(CorpusMismatchError, match="1 of its vectors") as caught:
        report_of(smaller, example_run())
    assert caught.value.missing == (example_corpus().vectors[0].id,)


def test_a_changed_vector_is_noticed() -> None:
    first, *rest = example_corpus().vectors
    changed: Vector = msgspec.structs.replace(
        first,
        expectation=msgspec.structs.replace(first.expectation, outcome=Outcome.ACCEPT),
    )
    with pytest.raises(CorpusMismatchError, match="differs"):
        report_of(corpus_of("core", [changed, *rest]), example_run())


def test_a_backend_that_was_not_asked_about_a_vector_has_no_cell() -> None:
    run = example_run()
    first: Observation = run.observations[0]
    fewer = dataclasses.replace(run, observations=run.observations[1:])
    row = report_of(example_corpus(), fewer).rows[0]
    assert row.vector == first.vector
    assert row.cell(first.backend) is None


def test_a_vector_that_is_open_in_part_is_not_counted_as_decided() -> None:
    subject = vector(name="a/b", signatures=(each(Outcome.ACCEPT), each(Outcome.UNDEFINED)))
    corpus = corpus_of("tiny", [subject])
    run = run_of(
        header(reference(corpus)),
        [record("one")],
        [said(GOOD, about="a/b", backend="one")],  # one result for two: the whole is judged
        example_run().finished,
    )
    (count,) = report_of(corpus, run).areas
    assert (count.conforms, count.total) == (0, 0)


@pytest.mark.parametrize(("answered", "total"), [((), 0), (("a/b",), 2)])
def test_an_area_that_a_backend_was_asked_nothing_of_does_not_count_against_it(
    answered: tuple[str, ...], total: int
) -> None:
    corpus = corpus_of("tiny", [vector(name="a/b"), vector(name="a/c")])
    run = run_of(
        header(reference(corpus)),
        [record("one")],
        [
            said(GOOD, about=about.id, backend="one")
            if about.id in answered
            else skipped(about=about.id, backend="one")
            for about in corpus.vectors
        ],
        example_run().finished,
    )
    (count,) = report_of(corpus, run).areas
    assert (count.conforms, count.total) == (len(answered), total)
