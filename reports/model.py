"""A report as one value: computed once from a corpus and a run, then shown in many ways.

No I/O and no format. ``report.json`` is this value as it stands; see `reports.json_report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from harness.backend import BackendRecord, State
from harness.compare import Comparison, Divergence, Summary, compare, native_differs, summarise
from harness.corpus import SelectionError, select
from harness.judge import Judged, Judgement, judge
from harness.outcomes import AcceptedKey, ErrorClass, ErrorReason, Observation, Value, Verdict
from harness.run import Run, RunHeader
from harness.vector import Corpus, Expectation, Outcome, Vector, corpus_of

REPORT_SCHEMA = 1

GRAVE = (Judgement.FALSE_ACCEPT, Judgement.WRONG_KEY)
"""Judgements that mean: a caller trusts what it must not."""


class ReportError(Exception):
    """A run that no report can be made of."""


class NothingObservedError(ReportError):
    """No backend took part.

    Attributes:
        backends: what became of each that was asked for.
    """

    def __init__(self, backends: Sequence[BackendRecord]) -> None:
        self.backends = tuple(backends)
        names = ", ".join(f"{b.name} ({b.state})" for b in backends) or "none was asked for"
        super().__init__(f"there is nothing to report: no backend took part: {names}")


class CorpusMismatchError(ReportError):
    """The run is about other vectors than those at hand.

    Attributes:
        missing: ids that the run has and the corpus lacks; empty if the contents differ.
    """

    def __init__(self, run: Run, corpus: Corpus, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        detail = f"{len(missing)} of its vectors are not in" if missing else "it differs from"
        super().__init__(
            f"the run is about corpus {run.header.corpus.name} "
            f"({run.header.corpus.digest[:12]}): {detail} {corpus.name} ({corpus.digest()[:12]})"
        )


class Native(Value, frozen=True, kw_only=True):
    """A native verdict, without its evidence."""

    verdict: Verdict
    keys: tuple[AcceptedKey, ...] = ()
    classes: tuple[ErrorClass, ...] = ()
    """Sorted."""
    differs: bool = False
    """Whether a caller concludes something else than the results per signature say."""


class Cell(Value, frozen=True, kw_only=True):
    """What one backend made of one vector. The evidence stays in the run file."""

    judged: Judged
    verdict: Verdict
    keys: tuple[AcceptedKey, ...] = ()
    classes: tuple[ErrorClass, ...] = ()
    """Sorted."""
    error: ErrorReason | None = None
    reason: str = ""
    native: Native | None = None
    """Missing where there is no answer."""


class Row(Value, frozen=True, kw_only=True):
    """One vector."""

    vector: str
    area: str
    title: str
    outcome: Outcome
    """What is expected."""
    classes: tuple[ErrorClass, ...] = ()
    """The error classes that are right."""
    decided: bool
    """Whether the texts decide about the whole and every signature, so that it can conform."""
    cells: tuple[Cell, ...]
    """By backend, in the order of their names; a backend that was not asked has none."""
    comparison: Comparison

    def cell(self, backend: str) -> Cell | None:
        """Find what a backend made of it."""
        return next((cell for cell in self.cells if cell.judged.backend == backend), None)


class AreaCount(Value, frozen=True, kw_only=True):
    """How one backend does in one area."""

    area: str
    backend: str
    conforms: int
    total: int
    """The area's vectors about which the texts decide, answered or not; 0 if it was asked none."""
    grave: int
    """How many it accepts falsely or with a wrong key, whatever is expected."""


class Report(Value, frozen=True, kw_only=True):
    """Everything there is to say about a run.

    Fields that are empty are left out of the JSON form.
    """

    schema: int
    """Version of this format; see `REPORT_SCHEMA`."""
    run: RunHeader
    finished: datetime
    backends: tuple[BackendRecord, ...]
    """All that were asked for, absent and unusable ones too; in the order of their names."""
    summary: Summary
    areas: tuple[AreaCount, ...]
    """By area, then backend."""
    rows: tuple[Row, ...]
    """In the order of the vectors' ids."""

    @property
    def names(self) -> tuple[str, ...]:
        """The backends that were asked about vectors, in order."""
        return tuple(backend.backend for backend in self.summary.backends)

    def in_state(self, state: State) -> tuple[BackendRecord, ...]:
        """The backends of a state."""
        return tuple(backend for backend in self.backends if backend.state is state)

    def diverging(self, kind: Divergence) -> tuple[Row, ...]:
        """The vectors whose gravest divergence is of a kind."""
        return tuple(row for row in self.rows if row.comparison.divergence is kind)

    def judged(self, judgement: Judgement) -> tuple[Cell, ...]:
        """The cells of a judgement, by vector, then backend."""
        return tuple(
            cell for row in self.rows for cell in row.cells if cell.judged.judgement is judgement
        )


def report_of(corpus: Corpus, run: Run) -> Report:
    """Judge, compare and sum up a run.

    Args:
        corpus: the run's corpus, or a larger one that it was selected from.
        run: any complete run. One of a shard is reported as far as it goes.

    Raises:
        NothingObservedError: the run holds no observations.
        CorpusMismatchError: the corpus is not the one that the run is about.
    """
    if not run.observations:
        raise NothingObservedError(run.backends)
    vectors = _matching(corpus, run)
    rows = tuple(_row(vectors[name], group) for name, group in run.by_vector().items())
    judged = [cell.judged for row in rows for cell in row.cells]
    summary = summarise(judged, run.observations)
    return Report(
        schema=REPORT_SCHEMA,
        run=run.header,
        finished=run.finished,
        backends=run.backends,
        summary=summary,
        areas=_areas(rows, [backend.backend for backend in summary.backends]),
        rows=rows,
    )


def _matching(corpus: Corpus, run: Run) -> Mapping[str, Vector]:
    asked = run.by_vector().keys()
    vectors = {vector.id: vector for vector in corpus.vectors}
    if missing := sorted(asked - vectors.keys()):
        raise CorpusMismatchError(run, corpus, missing)
    if run.header.corpus.digest != corpus.digest():
        selected = _selected(corpus, run, [vectors[name] for name in asked])
        if selected is None or run.header.corpus.digest != selected.digest():
            raise CorpusMismatchError(run, corpus, ())
    return vectors


def _selected(corpus: Corpus, run: Run, asked: Sequence[Vector]) -> Corpus | None:
    """The part of a larger corpus that a run is about, all its shards together."""
    if run.header.shard is None:
        return corpus_of(corpus.name, asked)
    try:
        return select(corpus, run.header.selection)
    except SelectionError:
        return None


def _row(vector: Vector, observations: Sequence[Observation]) -> Row:
    return Row(
        vector=vector.id,
        area=vector.area,
        title=vector.title,
        outcome=vector.expectation.outcome,
        classes=vector.expectation.classes,
        decided=_decided(vector.expectation),
        cells=tuple(_cell(vector, observation) for observation in observations),
        comparison=compare(observations),
    )


def _cell(vector: Vector, observation: Observation) -> Cell:
    answer = observation.answer
    return Cell(
        judged=judge(vector, observation),
        verdict=observation.verdict,
        keys=observation.keys,
        classes=tuple(sorted(observation.classes)),
        error=observation.error,
        reason=observation.reason,
        native=None
        if answer is None
        else Native(
            verdict=answer.native.verdict,
            keys=answer.native.keys,
            classes=tuple(sorted(answer.native.classes)),
            differs=native_differs(observation),
        ),
    )


_CLEAR = (Outcome.ACCEPT, Outcome.REJECT)


def _decided(expectation: Expectation) -> bool:
    outcomes = [expectation.outcome, *(each.outcome for each in expectation.signatures)]
    return all(outcome in _CLEAR for outcome in outcomes)


def _areas(rows: Sequence[Row], backends: Sequence[str]) -> tuple[AreaCount, ...]:
    return tuple(
        _area_count(area, backend, [row for row in rows if row.area == area])
        for area in sorted({row.area for row in rows})
        for backend in backends
    )


def _area_count(area: str, backend: str, rows: Sequence[Row]) -> AreaCount:
    found = [(row, cell.judged.judgement) for row in rows if (cell := row.cell(backend))]
    asked = any(judged is not Judgement.SKIPPED for _, judged in found)
    return AreaCount(
        area=area,
        backend=backend,
        conforms=sum(row.decided and judged is Judgement.CONFORMS for row, judged in found),
        total=sum(row.decided for row in rows) if asked else 0,
        grave=sum(judged in GRAVE for _, judged in found),
    )
