"""What the backends say about a user's own file, side by side.

There is no expectation here, so nothing is right or wrong: backends agree, or they do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harness.compare import Comparison, Divergence, compare, native_differs
from harness.judge import describe_classes, short_fingerprint
from harness.outcomes import AcceptedKey, ErrorClass, Evidence, Observation, Verdict
from reports import words
from reports.layout import Page, heading, table
from reports.safe import plain, terminal

MARKS = {
    Verdict.ACCEPTED: ("✓ accepted", "green"),
    Verdict.REJECTED: ("x rejected", "red"),
    Verdict.UNSUPPORTED: ("- unsupported", "yellow"),
    Verdict.ERROR: ("! error", "magenta"),
    Verdict.SKIPPED: ("- skipped", "dim"),
}

_LONGEST_REASON = 200


def renderable(name: str, observations: Iterable[Observation]) -> RenderableType:
    """Show what each backend said about one input, and in a sentence how far they agree.

    Args:
        name: what to call the input, e.g. its file name.
        observations: one per backend, of the same input under the same profile.

    Raises:
        ValueError: there are none, or they do not belong together.
    """
    seen = sorted(observations, key=lambda o: o.backend)
    return Page(_parts(name, seen, compare(seen)))


def sentence(found: Comparison) -> str:
    """Say whether backends agree, and where they diverge if not."""
    answers = found.answered
    if not answers:
        return "No backend gave an answer."
    accepting = [b for g in found.groups if g.verdict is Verdict.ACCEPTED for b in g.backends]
    rejecting = [b for g in found.groups if g.verdict is Verdict.REJECTED for b in g.backends]
    without = len(found.unanswered)
    aside = f" ({words.number(without)} gave no answer)" if without else ""
    if answers == 1:
        verb = "accepts" if accepting else "rejects"
        only = "Only " if without else ""
        return f"{only}{(accepting or rejecting)[0]} {verb} it."
    who = "Both backends" if answers == 2 else f"All {words.number(answers)} backends"
    if found.divergence is Divergence.NONE:
        keys = "keys" if any(len(group.keys) > 1 for group in found.groups) else "key"
        what = f"accept it, with the same {keys}" if accepting else "reject it"
        return f"{who} that answered {what}{aside}." if without else f"{who} {what}."
    if found.divergence is Divergence.CLASS:
        reasons = _who_says_what(found)
        return f"{who} reject it, but for reasons that exclude each other{aside}: {reasons}."
    others = f"; {words.listed(rejecting)} {_verb(rejecting, 'reject')} it" if rejecting else ""
    if found.divergence is Divergence.IDENTITY:
        return f"Backends accept it with different keys{aside}: {_who_says_what(found)}{others}."
    if rejecting:
        return f"{words.listed(accepting)} {_verb(accepting, 'accept')} it{others}{aside}."
    return f"{who} accept it, but not the same signatures{aside}: {_who_accepts_which(found)}."


def _verb(subjects: Sequence[str], verb: str) -> str:
    return verb if len(subjects) > 1 else f"{verb}s"


def _who_says_what(found: Comparison) -> str:
    pairs = [pair for pair in found.pairs if pair.divergence is found.divergence]
    apart = {backend for pair in pairs for backend in (pair.left, pair.right)}
    groups = [group for group in found.groups if apart.intersection(group.backends)]
    said = [
        f"{words.listed(group.backends)} {_verb(group.backends, 'say')} {words.group(group)}"
        for group in groups
    ]
    return "; ".join(said)


def _who_accepts_which(found: Comparison) -> str:
    backends: dict[tuple[int, ...], list[str]] = {}
    for group in found.groups:
        results = enumerate(group.signatures, start=1)
        which = tuple(n for n, result in results if result.verdict is Verdict.ACCEPTED) or (1,)
        backends.setdefault(which, []).extend(group.backends)
    said = [
        f"{words.listed(sorted(names))} {_verb(names, 'accept')} "
        f"{'signature' if len(which) == 1 else 'signatures'} {words.listed(map(str, which))}"
        for which, names in sorted(backends.items())
    ]
    return "; ".join(said)


def _parts(name: str, seen: Sequence[Observation], found: Comparison) -> Iterator[RenderableType]:
    yield Text.assemble(
        (plain(name), "bold"),
        f" · reference time {words.moment(seen[0].at)} · profile {plain(seen[0].profile)}\n",
    )
    fingerprints = _fingerprints(seen)
    yield _table(seen, _shortened(fingerprints))
    yield Text("")
    yield terminal(sentence(found), style="bold")
    if found.compared and any(len(o.signatures) > 1 for o in seen):
        yield Text("One good signature is enough for the whole (RFC 9580, 5.2.5).", style="dim")
    if differing := [o.backend for o in seen if native_differs(o)]:
        yield terminal(
            f"What the usual call or exit code of {words.listed(differing)} says (native) "
            "is not what the signatures' own results say.",
        )
    if found.unsupported_but_accepted:
        names = words.listed(found.unsupported_but_accepted)
        yield terminal(f"Unsupported by {names}, though accepted by another.")
    if fingerprints:
        yield heading("Fingerprints")
        yield from map(terminal, fingerprints)
    yield Text("")  # several files may follow each other


def _table(seen: Sequence[Observation], short: Mapping[str, str]) -> Table:
    grid = table(gap=2)
    grid.add_column("backend", overflow="fold", max_width=24)
    grid.add_column("verdict", no_wrap=True)
    grid.add_column("accepted key (of primary key), or reason", overflow="fold")
    for observation in seen:
        grid.add_row(
            terminal(observation.backend),
            mark(observation.verdict),
            _why(observation.keys, observation.classes, _silence(observation), short),
        )
        if len(observation.signatures) > 1:
            for number, result in enumerate(observation.signatures, start=1):
                keys = () if result.key is None else (result.key,)
                grid.add_row(
                    Text(f" signature {number}", style="dim"),
                    mark(result.verdict),
                    _why(keys, result.classes, _evidence(result.evidence), short),
                )
        if observation.answer is not None and native_differs(observation):
            native = observation.answer.native
            grid.add_row(
                Text(" native", style="dim"),
                mark(native.verdict),
                _why(native.keys, native.classes, _evidence(native.evidence), short),
            )
    return grid


def mark(verdict: Verdict) -> Text:
    """Write a verdict with its sign."""
    text, style = MARKS[verdict]
    return Text(text, style=style)


def _why(
    keys: Sequence[AcceptedKey],
    classes: frozenset[ErrorClass],
    silence: str,
    short: Mapping[str, str],
) -> Text:
    if keys:
        return Text("\n").join(terminal(_key(key, short)) for key in keys)
    if classes:
        return Text(describe_classes(classes))
    return terminal(silence, style="dim", limit=_LONGEST_REASON)


def _key(key: AcceptedKey, short: Mapping[str, str]) -> str:
    signing = short[key.signing] if key.signing else "not reported"
    primary = short[key.primary] if key.primary else "not reported"
    return signing if signing == primary else f"{signing} of {primary}"


def _silence(observation: Observation) -> str:
    failed = (s.evidence for s in observation.signatures if s.verdict is Verdict.ERROR)
    parts = (str(observation.error or ""), observation.reason or next(map(_evidence, failed), ""))
    return ": ".join(filter(None, parts))


def _evidence(evidence: Evidence) -> str:
    return ": ".join(filter(None, (evidence.exception, evidence.message)))


def _fingerprints(seen: Iterable[Observation]) -> tuple[str, ...]:
    answers = [observation.answer for observation in seen if observation.answer is not None]
    keys = {s.key for answer in answers for s in answer.signatures if s.key is not None}
    keys |= {key for answer in answers for key in answer.native.keys}
    return tuple(sorted({half for key in keys for half in (key.signing, key.primary) if half}))


def _shortened(fingerprints: Sequence[str]) -> dict[str, str]:
    """Shorten fingerprints, but not those that would then look the same (key ids can be forged)."""
    uses = Counter(map(short_fingerprint, fingerprints))
    return {
        whole: short if uses[short := short_fingerprint(whole)] == 1 else whole
        for whole in fingerprints
    }
