"""The words and signs that all reports share, so that they say the same thing the same way.

Signs never rely on colour, and all but two are plain letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from harness.backend import BackendRecord
from harness.compare import Agreement, Divergence, Group
from harness.judge import Judgement, describe_classes, describe_key
from harness.outcomes import AcceptedKey, ErrorClass, Stance, Verdict
from harness.vector import Expectation, Outcome, SignatureExpectation
from reports.model import Cell, Report

SIGNS = {
    Judgement.FALSE_ACCEPT: "FA",
    Judgement.WRONG_KEY: "WK",
    Judgement.FALSE_REJECT: "FR",
    Judgement.ERROR: "ER",
    Judgement.WRONG_CLASS: "WC",
    Judgement.UNSUPPORTED: "UN",
    Judgement.SKIPPED: "–",
    Judgement.POLICY: "p",
    Judgement.UNDEFINED: "u",
    Judgement.CONFORMS: "✓",
}
NOT_ASKED = "?"

MEANINGS = {
    Judgement.FALSE_ACCEPT: "accepted although it must be rejected",
    Judgement.WRONG_KEY: "accepted, but a key is vouched for that did not sign",
    Judgement.FALSE_REJECT: "rejected although it must be accepted",
    Judgement.ERROR: "no answer that counts: crash, timeout, unclassified exception",
    Judgement.WRONG_CLASS: "rightly rejected, for a reason that is not there",
    Judgement.UNSUPPORTED: "the backend says it cannot judge",
    Judgement.SKIPPED: "not asked, with a reason",
    Judgement.POLICY: "a policy decides; + accepted, - rejected",
    Judgement.UNDEFINED: "the texts leave it open; + accepted, - rejected",
    Judgement.CONFORMS: "as it should be",
}

DIVERGENCES = {
    Divergence.IDENTITY: "accepted with different keys",
    Divergence.VERDICT: "accepted here, rejected there",
    Divergence.CLASS: "rejected for reasons that exclude each other",
    Divergence.NONE: "no divergence",
}


def name(judgement: Judgement) -> str:
    """Name a judgement in a sentence."""
    return judgement.replace("_", " ")


def sign(cell: Cell | None) -> str:
    """Give the short sign of a cell in a matrix."""
    if cell is None:
        return NOT_ASKED
    judgement = cell.judged.judgement
    if judgement in (Judgement.POLICY, Judgement.UNDEFINED):
        return SIGNS[judgement] + ("+" if cell.verdict is Verdict.ACCEPTED else "-")
    return SIGNS[judgement]


def version(record: BackendRecord) -> str:
    """Name a backend with its version, where it is known."""
    found = record.description.version if record.description else ""
    return f"{record.name} {found}".rstrip()


def moment(at: datetime) -> str:
    """Write a moment in UTC, without the time of day at midnight."""
    utc = at.astimezone(UTC)
    midnight = (utc.hour, utc.minute, utc.second) == (0, 0, 0)
    return utc.strftime("%Y-%m-%d UTC" if midnight else "%Y-%m-%d %H:%M:%S UTC")


def reference_time(report: Report) -> str:
    """Say which reference time a run had."""
    if report.run.at is not None:
        return moment(report.run.at)
    return "each vector's own"


def shard(report: Report) -> str:
    """Say which part of the corpus a run is about; nothing if it is about all."""
    if report.run.shard is None:
        return ""
    whole = counted(report.run.corpus.vectors, "vector")
    return f"shard {report.run.shard}: {len(report.rows)} of {whole}"


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """Write a small number as a word."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def counted(count: int, noun: str, plural: str = "") -> str:
    """Write a number of things."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def agreement(found: Agreement, backends: int) -> tuple[str, ...]:
    """Say in sentences how far backends agree among themselves."""
    if backends < 2:
        return ("One backend alone: there is nothing to compare.",)
    if not found.compared:
        return ("No vector has two answers: there is nothing to compare.",)
    everyone = "Both" if backends == 2 else f"All {number(backends)}"
    whole = counted(found.vectors, "vector")
    if found.unanimous == found.agreed and found.compared == found.vectors:
        sentences = [f"{everyone} agree on {found.agreed} of {whole}."]
    else:
        sentences = [
            f"All that answered agree on {found.agreed} of {whole} "
            f"(on {found.unanimous}, {everyone.lower()} answered)."
        ]
    differing = {kind: n for kind, n in found.divergences.items() if kind is not Divergence.NONE}
    if total := sum(differing.values()):
        kinds = [f"{n} by {kind}" for kind, n in differing.items() if n]
        sentences.append(f"They differ on {total}: {', '.join(kinds)}.")
    if alone := found.vectors - found.compared:
        sentences.append(
            f"{counted(alone, 'vector')} with fewer than two answers: nothing to compare."
        )
    return tuple(sentences)


def group(found: Group) -> str:
    """Say what the backends of a group answered."""
    if len(found.signatures) > 1:
        parts = [
            f"{n}: {_answer(s.verdict, describe_classes(s.classes) if s.classes else '')}"
            + (f" {describe_key(s.key)}" if s.key else "")
            for n, s in enumerate(found.signatures, 1)
        ]
        return "; ".join(parts)
    if found.verdict is Verdict.ACCEPTED:
        return f"accepted {' and '.join(map(describe_key, found.keys))}"
    return _answer(found.verdict, describe_classes(found.classes))


def _answer(verdict: Verdict, classes: str) -> str:
    return f"{verdict} ({classes})" if verdict is Verdict.REJECTED else str(verdict)


_FEW = 4
"""Of up to so many signatures each is told; of more, how many were accepted."""


def stance(taken: Stance) -> str:
    """Say what a backend made of a vector, signature by signature."""
    if len(taken.signatures) > _FEW:
        good = sum(result.verdict is Verdict.ACCEPTED for result in taken.signatures)
        return f"{good} of {len(taken.signatures)} accepted"
    if len(taken.signatures) > 1:
        each = (
            _result(result.verdict, () if result.key is None else (result.key,), result.classes)
            for result in taken.signatures
        )
        return "; ".join(f"{number}: {text}" for number, text in enumerate(each, 1))
    return _result(taken.verdict, taken.keys, taken.classes)


def _result(verdict: Verdict, keys: Iterable[AcceptedKey], classes: frozenset[ErrorClass]) -> str:
    if verdict is Verdict.ACCEPTED:
        return f"accepted {listed(map(describe_key, keys))}"
    return _answer(verdict, describe_classes(classes))


def expectation(expected: Expectation | SignatureExpectation) -> str:
    """Say what a verifier should do."""
    keys = " or ".join(map(describe_key, expected.keys))
    classes = " or ".join(expected.classes)
    match expected.outcome:
        case Outcome.ACCEPT:
            return f"must be accepted{f', with key {keys}' if keys else ''}"
        case Outcome.REJECT:
            return f"must be rejected{f' ({classes})' if classes else ''}"
        case Outcome.POLICY | Outcome.UNDEFINED as outcome:
            who = "a policy decides" if outcome is Outcome.POLICY else "the texts leave it open"
            either = [f"accepted with key {keys}"] * bool(keys)
            either += [f"rejected as {classes}"] * bool(classes)
            return f"{who}{': ' if either else ''}{' or '.join(either)}"


def listed(names: Iterable[str]) -> str:
    """Join names for a sentence: a, b and c."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
