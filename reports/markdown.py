"""``report.md``: a whole report for people who read it in a browser, a diff or an editor.

The same report gives the same text. Everything that came from vectors or backends is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from harness.backend import BackendRecord
from harness.compare import Divergence
from harness.judge import GRAVITY, Judgement, describe_classes, describe_key
from harness.outcomes import Verdict
from harness.vector import Outcome
from reports import words
from reports.model import AreaCount, Cell, Native, Report, Row
from reports.safe import code, markdown

_LONGEST_REASON = 300

_MATRIX_SIGNS = {
    sign: f"**{sign}**"
    for sign in (words.SIGNS[Judgement.FALSE_ACCEPT], words.SIGNS[Judgement.WRONG_KEY])
}

_OUTCOMES = {
    Outcome.ACCEPT: "accept",
    Outcome.REJECT: "reject",
    Outcome.POLICY: "policy",
    Outcome.UNDEFINED: "undefined",
}


def render(report: Report) -> str:
    """Write a report as Markdown (CommonMark with GitHub's tables), ending with a line end."""
    blocks = [
        *_head(report),
        *_backends(report),
        *_judgements(report),
        *_areas(report),
        *_agreement(report),
        *_in_words("False accepts", Judgement.FALSE_ACCEPT, report),
        *_in_words("Wrong keys", Judgement.WRONG_KEY, report),
        *_divergences(report),
        *_unsupported(report),
        *_native(report),
        *_errors(report),
        *_skipped(report),
        *_matrices(report),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], right: int = 0) -> str:
    """A table whose last ``right`` columns are numbers; "None." if it has no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return "None."
    rules = ["---"] * (len(head) - right) + ["--:"] * right
    return "\n".join([f"| {' | '.join(head)} |", f"| {' | '.join(rules)} |", *lines])


def _head(report: Report) -> Iterator[str]:
    run = report.run
    yield "# Signature verification across OpenPGP backends"
    machines = [
        f"{each.system} {each.machine}, Python {each.python}"
        for each in (run.platform, *run.further_platforms)
    ]
    facts = {
        "Tool": markdown(f"{run.tool} {run.version}"),
        "Corpus": f"{markdown(run.corpus.name)}, {words.counted(run.corpus.vectors, 'vector')}, "
        f"SHA-256 {code(run.corpus.digest)}",
        "Profile": markdown(run.profile),
        "Reference time": words.reference_time(report),
        "Platform": markdown("; ".join(machines)),
        "Run": f"{words.moment(run.started)} to {words.moment(report.finished)}",
    }
    if run.selection:
        facts["Selection"] = ", ".join(map(code, run.selection))
    if shard := words.shard(report):
        facts["Part"] = f"{shard}; this report is about these only"
    yield _table(("", ""), facts.items())


def _backends(report: Report) -> Iterator[str]:
    yield "## Backends"
    yield _table(
        ("backend", "version", "built with", "reference time", "state"),
        (
            (
                markdown(record.name),
                markdown(record.description.version) if record.description else "",
                _components(record),
                record.description.capabilities.clock if record.description else "",
                _state(record),
            )
            for record in report.backends
        ),
    )


def _components(record: BackendRecord) -> str:
    if record.description is None:
        return ""
    parts = sorted(record.description.components.items())
    return markdown(", ".join(f"{name} {version}" for name, version in parts))


def _state(record: BackendRecord) -> str:
    notes = record.description.notes if record.description else ()
    text = ": ".join(filter(None, [record.state, _verbatim(record.reason)]))
    if record.install:
        text += f"; to install: {code(record.install)}"
    return "; ".join([text, *map(markdown, notes)])


def _judgements(report: Report) -> Iterator[str]:
    head = ("backend", *map(words.name, GRAVITY))
    backends = report.summary.backends
    yield "## Judgements"
    yield "By the results per signature; where there are several, the gravest counts."
    yield _table(
        head,
        ((markdown(b.backend), *(str(b.judgements[j]) for j in GRAVITY)) for b in backends),
        right=len(GRAVITY),
    )
    yield (
        "By the native verdict, that is, what a caller of the backend's normal API or a reader of "
        "its exit code gets. Vectors without an answer are not in it."
    )
    yield _table(
        head,
        ((markdown(b.backend), *(str(b.native[j]) for j in GRAVITY)) for b in backends),
        right=len(GRAVITY),
    )
    yield _legend()


def _legend() -> str:
    return "\n".join(
        f"- {_strong(words.SIGNS[judgement])} {words.name(judgement)}: {words.MEANINGS[judgement]}"
        for judgement in GRAVITY
    )


def _areas(report: Report) -> Iterator[str]:
    counts = {(count.area, count.backend): count for count in report.areas}
    yield "## Areas"
    yield (
        "Conforming vectors, of those that the standard decides. An exclamation mark says that "
        "something is accepted falsely or with a wrong key."
    )
    yield _table(
        ("area", *map(markdown, report.names)),
        (
            (
                markdown(area),
                *(
                    _conforming(count)
                    for count in (counts[area, backend] for backend in report.names)
                ),
            )
            for area in sorted({count.area for count in report.areas})
        ),
        right=len(report.names),
    )


def _conforming(count: AreaCount) -> str:
    text = f"{count.conforms}/{count.total}" if count.total else "–"
    return f"{text} **!**" if count.grave else text


def _agreement(report: Report) -> Iterator[str]:
    yield "## Agreement"
    yield " ".join(words.agreement(report.summary.agreement, len(report.names)))
    found = report.summary.agreement.divergences
    yield _table(
        ("divergence", "meaning", "vectors"),
        ((str(kind), words.DIVERGENCES[kind], str(found[kind])) for kind in Divergence),
        right=1,
    )


def _in_words(title: str, judgement: Judgement, report: Report) -> Iterator[str]:
    yield f"## {title}"
    yield _table(
        ("vector", "title", "backend", "what it said"),
        (
            (
                code(row.vector),
                markdown(row.title),
                markdown(cell.judged.backend),
                markdown(cell.judged.note, _LONGEST_REASON),
            )
            for row in report.rows
            for cell in row.cells
            if cell.judged.judgement is judgement
        ),
    )


def _divergences(report: Report) -> Iterator[str]:
    yield "## Divergences"
    for kind in Divergence:
        if kind is Divergence.NONE:
            continue
        yield f"### {kind.capitalize()}: {words.DIVERGENCES[kind]}"
        yield _table(
            ("vector", "expected", "who said what", "no answer"),
            (
                (code(row.vector), _expected(row), _groups(row), _unanswered(row))
                for row in report.diverging(kind)
            ),
        )


def _expected(row: Row) -> str:
    classes = f" ({', '.join(row.classes)})" if row.classes else ""
    return markdown(f"{_OUTCOMES[row.outcome]}{classes}")


def _groups(row: Row) -> str:
    return "<br>".join(
        f"{markdown(', '.join(group.backends))}: {markdown(words.group(group))}"
        for group in row.comparison.groups
    )


def _unanswered(row: Row) -> str:
    return "<br>".join(
        f"{markdown(found.backend)}: {found.verdict}" for found in row.comparison.unanswered
    )


def _unsupported(report: Report) -> Iterator[str]:
    yield "## Unsupported here, accepted there"
    rows = [row for row in report.rows if row.comparison.unsupported_but_accepted]
    yield _table(
        ("vector", "unsupported by", "accepted by"),
        (
            (
                code(row.vector),
                markdown(", ".join(row.comparison.unsupported_but_accepted)),
                markdown(
                    ", ".join(
                        backend
                        for group in row.comparison.groups
                        if group.verdict is Verdict.ACCEPTED
                        for backend in group.backends
                    )
                ),
            )
            for row in rows
        ),
    )


def _native(report: Report) -> Iterator[str]:
    yield "## Native verdicts that differ"
    yield (
        "Where a caller of the backend's normal API or a reader of its exit code concludes "
        "something else than the results per signature say."
    )
    yield _table(
        ("vector", "backend", "per signature", "native", "native judgement"),
        (
            (
                code(row.vector),
                markdown(cell.judged.backend),
                markdown(_said(cell)),
                markdown(_said(cell.native)),
                _strong(words.name(cell.judged.native)) if cell.judged.native else "",
            )
            for row in report.rows
            for cell in row.cells
            if cell.native is not None and cell.native.differs
        ),
    )


def _said(of: Cell | Native) -> str:
    if of.verdict is Verdict.ACCEPTED:
        return f"accepted {' and '.join(map(describe_key, of.keys))}".rstrip()
    if of.verdict is Verdict.REJECTED:
        return f"rejected ({describe_classes(of.classes)})"
    return str(of.verdict)


def _errors(report: Report) -> Iterator[str]:
    yield "## Errors"
    yield _table(
        ("vector", "backend", "what happened"),
        (
            (
                code(cell.judged.vector),
                markdown(cell.judged.backend),
                _verbatim(cell.judged.note),
            )
            for cell in report.judged(Judgement.ERROR)
        ),
    )


def _skipped(report: Report) -> Iterator[str]:
    yield "## Skipped"
    reasons = Counter(
        (cell.judged.backend, cell.reason) for cell in report.judged(Judgement.SKIPPED)
    )
    yield _table(
        ("backend", "reason", "vectors"),
        (
            (markdown(backend), _verbatim(reason), str(count))
            for (backend, reason), count in sorted(reasons.items())
        ),
        right=1,
    )


def _matrices(report: Report) -> Iterator[str]:
    yield "## All vectors"
    yield f"The signs are explained under Judgements; {words.NOT_ASKED} means not asked."
    for area in sorted({row.area for row in report.rows}):
        yield f"### {markdown(area)}"
        yield _table(
            ("vector", "expected", *map(markdown, report.names), "divergence"),
            (
                (
                    code(row.vector),
                    _OUTCOMES[row.outcome],
                    *(_strong(words.sign(row.cell(backend))) for backend in report.names),
                    _divergence(row),
                )
                for row in report.rows
                if row.area == area
            ),
        )


def _divergence(row: Row) -> str:
    if not row.comparison.compared:
        return "not compared"
    found = row.comparison.divergence
    return "" if found is Divergence.NONE else str(found)


def _strong(sign: str) -> str:
    return _MATRIX_SIGNS.get(sign, sign)


def _verbatim(text: str) -> str:
    return code(text, _LONGEST_REASON) if text else ""
