"""What a failed test says: which vector, what is right and who says so, what the verifier said.

Pure. All text of vectors and verifiers is hostile: it is escaped here.
"""

from __future__ import annotations

import textwrap

from harness.judge import Judgement, describe_classes, describe_key
from harness.openpgp import harmless
from harness.vector import Expectation, Outcome, Vector

_WIDTH = 88
_LABEL = 10
_MOST_LINES = 12
"""Of a verifier's own words; the rest is counted."""


def in_words(judgement: Judgement) -> str:
    """Name a judgement for people: ``false accept``."""
    return judgement.replace("_", " ")


def counted(number: int, judgement: Judgement) -> str:
    """Count a judgement for people: ``2 false accepts``."""
    words = in_words(judgement)
    ending = "" if number == 1 else "es" if words.endswith("s") else "s"
    return f"{number} {words}{ending}"


def failure(
    vector: Vector, judgement: Judgement, note: str, *, said: str, see: str, remark: str = ""
) -> str:
    """Explain a wrong answer; the first line stands alone in pytest's summary.

    Args:
        vector: what was asked.
        judgement: what is wrong with the answer.
        note: `harness.judge`'s one line about it.
        said: the verifier's own words; may be empty.
        see: a command that shows the vector.
        remark: what else there is to know, e.g. about a known list; may be empty.
    """
    lines = [f"{vector.id}: {in_words(judgement)}: {harmless(note)}", ""]
    lines += _paragraph("vector", vector.title)
    lines += _paragraph("expected", _expected(vector.expectation))
    if sections := _sections(vector.expectation):
        lines += _paragraph("says who", sections)
    if vector.description:
        lines += _paragraph("why", vector.description)
    if vector.expectation.reason:
        lines += _paragraph("", vector.expectation.reason)
    if said.strip():
        lines += _quoted(said)
    if remark:
        lines += _paragraph("note", remark)
    lines += [f"{'see':<{_LABEL}}{see}"]
    return "\n".join(lines)


def _expected(expectation: Expectation) -> str:
    match expectation.outcome:
        case Outcome.ACCEPT:
            keys = " or ".join(map(describe_key, expectation.keys))
            return f"accepted, by {keys}" if keys else "accepted"
        case Outcome.REJECT if expectation.classes:
            return f"rejected ({describe_classes(expectation.classes)})"
        case Outcome.REJECT:
            return "rejected"
        case Outcome.UNDEFINED:
            return "accepted or rejected: the texts leave it open"
        case Outcome.POLICY:
            return "accepted or rejected: a policy decides"


def _sections(expectation: Expectation) -> str:
    named = (("RFC 9580", expectation.rfc9580), ("RFC 4880", expectation.rfc4880))
    return "; ".join(f"{rfc}, {', '.join(sections)}" for rfc, sections in named if sections)


def _paragraph(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        harmless(" ".join(text.split())),
        _WIDTH,
        initial_indent=f"{label:<{_LABEL}}",
        subsequent_indent=" " * _LABEL,
        break_on_hyphens=False,
    )


def _quoted(said: str) -> list[str]:
    """The verifier's words behind a gutter, so that no line of them can pass for one of ours."""
    words = said.replace("\r\n", "\n").strip("\n").split("\n")
    shown = [
        f"{'said' if not number else '':<{_LABEL}}│ {harmless(line.expandtabs(4))}"
        for number, line in enumerate(words[:_MOST_LINES])
    ]
    left = len(words) - len(shown)
    return [*shown, f"{'':<{_LABEL}}… and {left} lines more"] if left else shown
