import dataclasses

import pytest

from harness.compare import Agreement, Divergence
from harness.run import reference, run_of
from harness.vector import Outcome, corpus_of
from reports import terminal, words
from reports.model import Report, report_of
from tests.judging.factories import GOOD, said, vector
from tests.reports.example import example_corpus, example_run, header, record
from tests.reports.rendering import agrees_with_golden, shown, shown_in_ascii

FILES = ("out/report.md", "out/report.json")


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(example_corpus(), example_run())


def test_it_looks_like_this_at_80_columns(report: Report) -> None:
    assert agrees_with_golden("terminal-80.txt", shown(terminal.renderable(report, FILES)))


def test_and_like_this_without_unicode(report: Report) -> None:
    assert agrees_with_golden(
        "terminal-ascii-60.txt", shown_in_ascii(terminal.renderable(report, FILES), width=60)
    )


@pytest.mark.parametrize("width", [30, 50, 80, 200])
def test_no_line_is_too_long(report: Report, width: int) -> None:
    lines = shown(terminal.renderable(report, FILES), width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_colour_adds_nothing_but_colour(report: Report) -> None:
    import re

    coloured = shown(terminal.renderable(report, FILES), colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(terminal.renderable(report, FILES))


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_narrow_terminal_loses_no_column(report: Report, width: int) -> None:
    text = shown(terminal.renderable(report), width=width)
    for head in ("accept", "reject", "error", "ported", "policy", "forms"):
        assert head in text
    for backend in report.names:
        assert backend in text


def test_columns_without_a_count_are_left_out_but_the_main_ones_stay() -> None:
    corpus = corpus_of("tiny", [vector(name="a/b")])
    run = run_of(
        header(reference(corpus)),
        [record("one")],
        [said(GOOD, about="a/b", backend="one")],
        example_run().finished,
    )
    text = shown(terminal.renderable(report_of(corpus, run)))
    assert "accept reject forms" in " ".join(text.split())
    assert "policy" not in text
    assert "One backend alone: there is nothing to compare." in text


def test_a_hostile_backend_cannot_draw_on_the_terminal() -> None:
    name = "exec:\x1b[2J[red]x[/red]\nFORGED " + "y" * 60
    corpus = corpus_of("tiny", [vector(Outcome.REJECT, name="a/b")])
    run = run_of(
        header(reference(corpus)),
        [record(name, version="\x1b[31m[bold]1" + " " * 60 + "FORGED")],
        [said(GOOD, about="a/b", backend=name)],
        example_run().finished,
    )
    text = shown(terminal.renderable(report_of(corpus, run)), width=80, colour=False)
    assert "\x1b" not in text
    assert not any(line.startswith("FORGED") for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= 80


def test_at_most_ten_vectors_are_named(report: Report) -> None:
    text = shown(terminal.renderable(report, FILES))
    assert text.count("\nFA ") == terminal.MOST_NAMED == 10
    assert "… and 3 more, see out/report.md" in text


def test_a_reference_time_given_for_all_is_told() -> None:
    run = example_run()
    moved = dataclasses.replace(
        run,
        header=type(run.header)(
            **{f: getattr(run.header, f) for f in run.header.__struct_fields__}
            | {"at": run.header.started}
        ),
    )
    text = shown(terminal.renderable(report_of(example_corpus(), moved)))
    assert "all at reference time 2026-01-02 03:04:05 UTC" in text


def agreement(
    *, vectors: int = 10, compared: int = 10, agreed: int = 10, unanimous: int = 10
) -> Agreement:
    kinds = dict.fromkeys(Divergence, 0)
    kinds[Divergence.NONE] = agreed
    kinds[Divergence.VERDICT] = compared - agreed
    return Agreement(
        vectors=vectors,
        compared=compared,
        agreed=agreed,
        same_verdict=agreed,
        unanimous=unanimous,
        divergences=kinds,
    )


@pytest.mark.parametrize(
    ("found", "backends", "sentences"),
    [
        (agreement(), 2, ("Both agree on 10 of 10 vectors.",)),
        (
            agreement(agreed=4, unanimous=4),
            5,
            ("All five agree on 4 of 10 vectors.", "They differ on 6: 6 by verdict."),
        ),
        (
            agreement(compared=9, agreed=4, unanimous=3),
            12,
            (
                "All that answered agree on 4 of 10 vectors (on 3, all 12 answered).",
                "They differ on 5: 5 by verdict.",
                "1 vector with fewer than two answers: nothing to compare.",
            ),
        ),
        (
            agreement(compared=0, agreed=0, unanimous=0),
            3,
            ("No vector has two answers: there is nothing to compare.",),
        ),
        (agreement(), 1, ("One backend alone: there is nothing to compare.",)),
    ],
)
def test_agreement_in_words(found: Agreement, backends: int, sentences: tuple[str, ...]) -> None:
    assert words.agreement(found, backends) == sentences
