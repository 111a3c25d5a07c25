"""The summary of a run for a terminal.

Returns a rich renderable that looks right at 80 columns and more, with and without colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from harness.backend import State
from harness.judge import GRAVITY, Judged, Judgement
from reports import words
from reports.layout import Entries, Matrix, Page, heading, listing
from reports.model import GRAVE, AreaCount, Report
from reports.safe import Quoted, plain, terminal

MOST_NAMED = 10
"""How many vectors with a false accept or a wrong key are named; the report files name all."""

_EVIDENCE_LINES = 6

_HEADS = {
    Judgement.FALSE_ACCEPT: "false\naccept",
    Judgement.WRONG_KEY: "wrong\nkey",
    Judgement.FALSE_REJECT: "false\nreject",
    Judgement.ERROR: "\nerror",
    Judgement.WRONG_CLASS: "wrong\nclass",
    Judgement.UNSUPPORTED: "unsup-\nported",
    Judgement.SKIPPED: "skip-\nped",
    Judgement.POLICY: "\npolicy",
    Judgement.UNDEFINED: "unde-\nfined",
    Judgement.CONFORMS: "con-\nforms",
}
_ALWAYS_SHOWN = (Judgement.FALSE_ACCEPT, Judgement.FALSE_REJECT, Judgement.CONFORMS)
_STYLES = {
    Judgement.FALSE_ACCEPT: "bold red",
    Judgement.WRONG_KEY: "bold red",
    Judgement.FALSE_REJECT: "yellow",
    Judgement.ERROR: "magenta",
    Judgement.WRONG_CLASS: "yellow",
    Judgement.CONFORMS: "green",
}


def renderable(report: Report, files: Sequence[str] = ()) -> RenderableType:
    """Show a report's summary.

    Args:
        report: what to show.
        files: names of the files that hold the rest.
    """
    return Page(_parts(report, files))


def _parts(report: Report, files: Sequence[str]) -> Iterator[RenderableType]:
    yield from _head(report)
    yield heading("Judgements", "backends against expectations")
    yield _judgements(report)
    yield heading("Conforming by area", "of the vectors the standard decides; ! = accepts wrongly")
    yield _areas(report)
    where = plain(files[0]) if files else "the report"
    yield from _named(
        Judgement.FALSE_ACCEPT, report.summary.false_accepts, "must be rejected", where
    )
    yield from _named(Judgement.WRONG_KEY, report.summary.wrong_keys, "its key did not sign", where)
    yield heading("Agreement", "backends against each other")
    for sentence in words.agreement(report.summary.agreement, len(report.names)):
        yield Text(sentence)
    if odd := sum(bool(row.comparison.unsupported_but_accepted) for row in report.rows):
        accepts = f"on {words.counted(odd, 'vector')} a backend accepts"
        yield Text(f"Not counted as differing: {accepts} what another calls unsupported.")
    yield from _native(report)
    yield from _not_there(report)
    if files:
        yield Text.assemble("\n", ("Written: ", "dim"), plain(", ".join(files)))


def _head(report: Report) -> Iterator[RenderableType]:
    run = report.run
    yield Text.assemble(
        (plain(f"{run.tool} {run.version}"), "bold"),
        plain(
            f" · {run.corpus.name} {run.corpus.digest[:8]}"
            f" · {words.counted(len(report.rows), 'vector')}"
            f" × {words.counted(len(report.names), 'backend')}"
            f" · profile {run.profile}"
        ),
    )
    versions = [plain(words.version(record), 40) for record in report.in_state(State.USABLE)]
    yield Text(" · ".join(versions), style="dim")
    if shard := words.shard(report):
        yield Text(f"{shard}; what follows is about these only", style="dim")
    if run.at is not None:
        yield Text(f"all at reference time {words.moment(run.at)}", style="dim")


def _judgements(report: Report) -> Matrix:
    backends = report.summary.backends
    shown = [
        judgement
        for judgement in GRAVITY
        if judgement in _ALWAYS_SHOWN or any(b.judgements[judgement] for b in backends)
    ]
    return Matrix(
        "\nbackend",
        [terminal(backend.backend) for backend in backends],
        [
            (
                Text(_HEADS[judgement]),
                [_count(judgement, b.judgements[judgement]) for b in backends],
            )
            for judgement in shown
        ],
    )


def _count(judgement: Judgement, count: int) -> Text:
    if not count:
        return Text("·", style="dim")
    return Text(str(count), style=_STYLES.get(judgement, ""))


def _areas(report: Report) -> Matrix:
    counts = {(count.area, count.backend): _conforming(count) for count in report.areas}
    areas = sorted({count.area for count in report.areas})
    return Matrix(
        "area",
        [terminal(area) for area in areas],
        [
            (terminal(backend), [counts[area, backend] for area in areas])
            for backend in report.names
        ],
        gap=2,
    )


def _conforming(count: AreaCount) -> Text:
    text = f"{count.conforms}/{count.total}" if count.total else "–"
    if count.grave:
        return Text(f"{text}!", style="bold red")
    if not count.total:
        return Text(f"{text} ", style="dim")
    return Text(f"{text} ", style="green" if count.conforms == count.total else "")


def _named(
    judgement: Judgement, found: Sequence[Judged], what: str, where: str
) -> Iterator[RenderableType]:
    if not found:
        return
    of_vector = [(name, [j.backend for j in group]) for name, group in groupby(found, _vector)]
    of_vector.sort(key=lambda entry: -len(entry[1]))  # what most accept first, then by name
    count = f"{len(found)} on {words.counted(len(of_vector), 'vector')}"
    remark = f"{count}: a signature is accepted, but {what}"
    yield heading(f"{words.name(judgement).capitalize()}s", remark)
    sign = Text(words.SIGNS[judgement], style=_STYLES[judgement])
    yield Entries(
        sign,
        [
            (terminal(name), terminal(", ".join(backends)))
            for name, backends in of_vector[:MOST_NAMED]
        ],
    )
    if len(of_vector) > MOST_NAMED:
        yield Text(f"    … and {len(of_vector) - MOST_NAMED} more, see {where}", style="dim")


def _vector(judged: Judged) -> str:
    return judged.vector


def _native(report: Report) -> Iterator[RenderableType]:
    differing = [b for b in report.summary.backends if b.native_differs]
    if not differing:
        return
    yield heading("Native verdicts", "what the exit code or the usual call says instead")
    by_signature = [sum(b.judgements[judgement] for judgement in GRAVE) for b in differing]
    by_native = [sum(b.native[judgement] for judgement in GRAVE) for b in differing]
    yield Matrix(
        "\nbackend",
        [terminal(b.backend) for b in differing],
        [
            (Text("differs on\nvectors"), [Text(str(len(b.native_differs))) for b in differing]),
            (Text("accepts wrongly,\nby signature"), [_count(GRAVE[0], n) for n in by_signature]),
            (Text("\nby native verdict"), [_count(GRAVE[0], n) for n in by_native]),
        ],
        gap=2,
    )


def _not_there(report: Report) -> Iterator[RenderableType]:
    absent, unusable = report.in_state(State.ABSENT), report.in_state(State.UNUSABLE)
    if not absent and not unusable:
        return
    yield heading("Not in this run")
    grid = listing()
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, overflow="ellipsis")
    grid.add_column(overflow="fold")
    for record in absent:
        text = terminal(record.reason)
        if record.install:
            text = Text.assemble(text, ("\nto install: ", "dim"), plain(record.install))
        grid.add_row("absent", terminal(record.name), text)
    for record in unusable:
        evidence = Quoted(record.reason, most=_EVIDENCE_LINES)
        grid.add_row(Text("unusable", style="bold"), terminal(record.name), evidence)
    yield grid
