"""Between a baseline and a run: every difference, and what it means.

Pure functions. A pair of answers is looked at by the results per signature, by each of several
alone where the expectation speaks of each, and by the native verdict; each time `harness.change`
says what became of it, the expectation says whether that is right, and the gravest counts. Lists
of known differences are `harness.forgive`'s.

**Fixed** is what was judged wrong and no longer is: right where it was a false accept, a wrong key,
a false reject, an error, a wrong class or unsupported. With two reservations. What is newly
accepted is fixed only where it must be accepted, not where the texts leave it open. And a missing
answer (unsupported), be it about one signature of several, fixes only a false accept, a wrong key
or an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from harness.backend import State
from harness.baseline import Baseline
from harness.change import Change, change
from harness.gated import Category, Difference
from harness.judge import GRAVITY, Judgement, describe_classes, describe_key, judge
from harness.outcomes import (
    ANSWERS,
    AcceptedKey,
    Answer,
    ErrorClass,
    ErrorReason,
    NativeVerdict,
    SignatureResult,
    Stance,
    Verdict,
    overall_verdict,
)
from harness.run import Run
from harness.stance_text import as_refusal, is_implied
from harness.vector import Expectation, Vector

_ORDER = tuple(Category)

_CATEGORIES = {
    Change.NEWLY_ACCEPTED: Category.NEWLY_ACCEPTED,
    Change.OTHER_KEY: Category.OTHER_KEY,
    Change.VANISHED: Category.VANISHED,
    Change.NEWLY_REJECTED: Category.NEWLY_REJECTED,
    Change.NEW_ERROR: Category.NEW_ERROR,
    Change.OTHER_CLASS: Category.OTHER_CLASS,
}
"""`Change.NEWLY_ANSWERED` means one thing or another, by what is right."""

_BY_JUDGEMENT = {
    Judgement.FALSE_ACCEPT: Category.NEWLY_ACCEPTED,
    Judgement.WRONG_KEY: Category.OTHER_KEY,
    Judgement.FALSE_REJECT: Category.NEWLY_REJECTED,
    Judgement.ERROR: Category.NEW_ERROR,
    Judgement.WRONG_CLASS: Category.OTHER_CLASS,
}
_WRONG = frozenset(_BY_JUDGEMENT)
_RIGHT = frozenset({Judgement.CONFORMS, Judgement.POLICY, Judgement.UNDEFINED})
_TRUSTED_WRONGLY = frozenset({Judgement.FALSE_ACCEPT, Judgement.WRONG_KEY})


@dataclass(frozen=True)
class Found:
    """All differences, before anybody has forgiven any."""

    differences: tuple[Difference, ...]
    """The gravest first, then by vector and backend."""
    compared: int
    """How many pairs of vector and backend are in both."""
    alike: int
    """Of these, how many are not the same and yet no difference: one says more than the other."""


def find(before: Baseline, after: Run, now: Baseline, vectors: Mapping[str, Vector]) -> Found:
    """Find what is not as it was.

    Args:
        before: what it is compared with.
        after: the run.
        now: the run as a baseline (`harness.baseline.reduced`).
        vectors: by id, all that the corpus at hand has, whether the run asked about them or not.
    """
    both = _usable(before) & _usable(now)
    found = [*_backends(before, after, now)]
    compared = alike = 0
    for vector, backend, text in before.pairs():
        if backend not in both:
            continue
        new = now.answer(vector, backend)
        if new is None:
            found.append(_gone(before.stance(vector, backend), there=vector in vectors))
            continue
        compared += 1
        if new == text:
            continue
        observation = after.observation(vector, backend)
        assert observation is not None, "it stands in the run's reduced form"
        difference = _between(
            vectors[vector],
            before.stance(vector, backend),
            now.stance(vector, backend),
            observation,
        )
        if difference is None:
            alike += 1
        else:
            found.append(difference)
    for vector, backend, _ in now.pairs():
        if backend in both and before.answer(vector, backend) is None:
            found.append(_new(now.stance(vector, backend)))
    return Found(tuple(sorted(found, key=_order)), compared, alike)


def category_of(vector: Vector, before: Stance, after: Stance) -> tuple[Category, bool] | None:
    """Say what a pair of answers means, and whether only the native verdict shows it.

    ``None`` where they mean the same.
    """
    was, now = judge(vector, before), judge(vector, after)
    found: list[tuple[Category, bool]] = []
    kinds = {_category(before, after, was.judgement, now.judgement)}
    kinds |= {_category(*each) for each in _one_by_one(vector, before, after)}
    found += [(kind, False) for kind in kinds if kind is not None]
    views = _native_view(before), _native_view(after)
    refused = all(view.verdict is Verdict.REJECTED for view in views)
    # Where a native verdict was left out, its classes are not known.
    comparable = not refused or not (_implied(before) or _implied(after))
    natively = was.native or was.judgement, now.native or now.judgement
    if comparable and (kind := _category(*views, *natively, native=True)):
        found.append((kind, True))
    return min(found, key=lambda each: _ORDER.index(each[0]), default=None)


def _one_by_one(
    vector: Vector, before: Stance, after: Stance
) -> Iterator[tuple[Stance, Stance, Judgement, Judgement]]:
    """Look at each of several signatures alone, where the expectation speaks of each: that one is
    right now must not hide what became of its neighbour.
    """
    expected = vector.expectation.signatures
    if not 1 < len(expected) == len(before.signatures) == len(after.signatures):
        return
    for number, one in enumerate(expected):
        alone = msgspec.structs.replace(
            vector,
            expectation=Expectation(outcome=one.outcome, keys=one.keys, classes=one.classes),
        )
        old, new = (
            _with(each, (each.signatures[number],), each.answer.native)
            for each in (before, after)
            if each.answer is not None
        )
        yield old, new, judge(alone, old).judgement, judge(alone, new).judgement


def _category(
    before: Stance, after: Stance, was: Judgement, now: Judgement, *, native: bool = False
) -> Category | None:
    """Say what one view of a pair means; the native one has many keys, but one verdict."""
    lost = set() if native else _lost(before, after)
    kind = _unjudged(before, after, was, now, lost)
    if kind is None and now in _BY_JUDGEMENT and GRAVITY.index(now) < GRAVITY.index(was):
        kind = _BY_JUDGEMENT[now]  # what was vague is definite now, and wrong
    # A signature about which nothing is said any more may hide the fault.
    fewer = not native and len(after.signatures) < len(before.signatures)
    return Category.FIXED if not fewer and _is_fixed(kind, was, now) else kind


def _unjudged(
    before: Stance, after: Stance, was: Judgement, now: Judgement, lost: set[Category]
) -> Category | None:
    """Say what changes, but for whether it is a change for the better."""
    if after.verdict is Verdict.SKIPPED:
        return None if before.verdict is Verdict.SKIPPED else Category.VANISHED
    old, new = _answering(before, was), _answering(after, now)
    found = set(lost)
    match change(old, new):
        case Change.NONE:
            pass
        case Change.NEWLY_ANSWERED:
            found.add(_newly_answered(before, now))
        case kind:
            found.add(_CATEGORIES[kind])
    if before.verdict is Verdict.SKIPPED and now in (Judgement.CONFORMS, Judgement.UNSUPPORTED):
        return Category.ADDED
    return min(found, key=_ORDER.index, default=None)


def _newly_answered(before: Stance, now: Judgement) -> Category:
    if now is Judgement.FALSE_REJECT:
        return Category.NEWLY_REJECTED
    if before.verdict is Verdict.SKIPPED and now in _RIGHT:
        return Category.ADDED
    return Category.OTHER_CLASS


def _lost(before: Stance, after: Stance) -> set[Category]:
    """Look for signatures that were judged and no longer are, beside others that still are."""
    if before.verdict not in ANSWERS or after.verdict not in ANSWERS:
        return set()
    if len(before.signatures) != len(after.signatures):
        fewer = _judged(after.signatures) < _judged(before.signatures)
        return {Category.VANISHED} if fewer else set()
    return {
        Category.NEW_ERROR if new.verdict is Verdict.ERROR else Category.VANISHED
        for old, new in zip(before.signatures, after.signatures, strict=True)
        if old.verdict in ANSWERS and new.verdict not in ANSWERS
    }


def _judged(results: Iterable[SignatureResult]) -> int:
    return sum(result.verdict in ANSWERS for result in results)


def _is_fixed(kind: Category | None, was: Judgement, now: Judgement) -> bool:
    silent = now is Judgement.UNSUPPORTED or (kind is Category.VANISHED and now in _RIGHT)
    if silent:
        return was in _TRUSTED_WRONGLY or was is Judgement.ERROR
    if kind is Category.NEWLY_ACCEPTED or was is Judgement.UNSUPPORTED:
        return now is Judgement.CONFORMS and was in _WRONG | {Judgement.UNSUPPORTED}
    return was in _WRONG and now in _RIGHT


def _answering(stance: Stance, judged: Judgement) -> Stance:
    """Take "unsupported" for a rejection where that is just what is right."""
    if stance.verdict is not Verdict.UNSUPPORTED or judged is not Judgement.CONFORMS:
        return stance
    assert stance.answer is not None
    results = tuple(
        SignatureResult(verdict=as_refusal(each.verdict), key=each.key, classes=each.classes)
        for each in stance.signatures
    )
    return _with(stance, results, stance.answer.native)


def _native_view(stance: Stance) -> Stance:
    """Put the native verdict in the place of the results: one for each key it believes in.

    Without an answer there is neither, and the stance stays what it is.
    """
    if stance.answer is None:
        return stance
    native = stance.answer.native
    keys: tuple[AcceptedKey | None, ...] = (None,)
    if native.verdict is Verdict.ACCEPTED:
        keys = native.keys or (AcceptedKey(),)
    verdict = as_refusal(native.verdict)
    results = tuple(
        SignatureResult(verdict=verdict, key=key, classes=native.classes) for key in keys
    )
    return _with(stance, results, native)


def _with(stance: Stance, results: tuple[SignatureResult, ...], native: NativeVerdict) -> Stance:
    verdict = overall_verdict(results)
    return Stance(
        vector=stance.vector,
        backend=stance.backend,
        profile=stance.profile,
        verdict=verdict,
        answer=Answer(signatures=results, native=native),
        error=ErrorReason.EXCEPTION if verdict is Verdict.ERROR else None,
    )


def _implied(stance: Stance) -> bool:
    return stance.answer is not None and is_implied(stance.answer)


def _between(
    vector: Vector, before: Stance, after: Stance, observation: Stance
) -> Difference | None:
    found = category_of(vector, before, after)
    if found is None:
        return None
    category, native = found
    return Difference(
        category=category,
        vector=vector.id,
        backend=before.backend,
        before=before,
        after=observation,
        native=native,
        detail=_detail(vector, before, observation, category, native=native),
    )


def _gone(before: Stance, *, there: bool) -> Difference:
    why = "not asked any more, though the corpus has it" if there else "no longer in the corpus"
    return Difference(
        category=Category.VANISHED if there else Category.REMOVED,
        vector=before.vector,
        backend=before.backend,
        before=before,
        detail=f"{_said(before)} → {why}",
    )


def _new(after: Stance) -> Difference:
    return Difference(
        category=Category.ADDED,
        vector=after.vector,
        backend=after.backend,
        after=after,
        detail=_said(after),
    )


def _backends(before: Baseline, after: Run, now: Baseline) -> Iterator[Difference]:
    """Say what became of whole backends: one difference each, however many answers it had."""
    had, has = _usable(before), _usable(now)
    for name in sorted(had - has):
        answers = sum(backend == name for _, backend, _ in before.pairs())
        record = after.backend(name)
        if record is None:
            category, what = Category.REMOVED, "no longer asked for"
        else:
            reason = record.reason.partition("\n")[0]
            category, what = Category.VANISHED, f"now {record.state}: {reason}"
        yield Difference(
            category=category, vector="", backend=name, detail=f"{answers} answers → {what}"
        )
    for name in sorted(has - had):
        answers = sum(backend == name for _, backend, _ in now.pairs())
        known = before.backends.get(name)
        was = f"it was {known.state}" if known else "the baseline does not know it"
        yield Difference(
            category=Category.ADDED, vector="", backend=name, detail=f"{answers} answers; {was}"
        )


def _usable(baseline: Baseline) -> set[str]:
    return {name for name, each in baseline.backends.items() if each.state is State.USABLE}


def _order(difference: Difference) -> tuple[int, str, str]:
    return _ORDER.index(difference.category), difference.vector, difference.backend


# In words


def _detail(
    vector: Vector, before: Stance, after: Stance, category: Category, *, native: bool
) -> str:
    was, now = judge(vector, before), judge(vector, after)
    if native:
        change = f"native verdict: {_said_natively(before)} → {_said_natively(after)}"
        judged = was.native or was.judgement, now.native or now.judgement
    else:
        change = _change_in_words(before, after)
        judged = was.judgement, now.judgement
    if category is Category.FIXED and judged[0] in _WRONG:
        return f"{change}; was {_called(judged[0])}"
    if judged[1] in _WRONG and judged[1] is not Judgement.ERROR:
        return f"{change}; {'still' if judged[0] is judged[1] else 'now'} {_called(judged[1])}"
    return change


def _called(judgement: Judgement | None) -> str:
    assert judgement is not None
    article = "an" if judgement is Judgement.ERROR else "a"
    return f"{article} {judgement.replace('_', ' ')}"


_MOST = 3
"""Signatures that are spoken of one by one."""


def _change_in_words(before: Stance, after: Stance) -> str:
    old, new = before.signatures, after.signatures
    if before.answer is None or after.answer is None or len(old) == len(new) < 2:
        return f"{_said(before)} → {_said(after)}"
    if len(old) != len(new):
        return f"{len(old)} results: {_said(before)} → {len(new)} results: {_said(after)}"
    parts = [
        f"signature {number}: {one} → {other}"
        for number, (one, other) in enumerate(
            zip(map(_result, old), map(_result, new), strict=True), 1
        )
        if one != other
    ]
    more = [f"and {len(parts) - _MOST} more"] if len(parts) > _MOST else []
    return "; ".join(parts[:_MOST] + more) or f"{_said(before)} → {_said(after)}"


def _said(stance: Stance) -> str:
    if stance.verdict is Verdict.ERROR:
        reason = stance.reason.partition("\n")[0] or str(stance.error)
        return f"error ({reason})"
    return _in_words(stance.verdict, stance.keys, stance.classes)


def _result(result: SignatureResult) -> str:
    return _in_words(result.verdict, () if result.key is None else (result.key,), result.classes)


def _said_natively(stance: Stance) -> str:
    if stance.answer is None:
        return _said(stance)
    native = stance.answer.native
    return _in_words(native.verdict, native.keys, native.classes)


def _in_words(verdict: Verdict, keys: Iterable[AcceptedKey], classes: Iterable[ErrorClass]) -> str:
    match verdict:
        case Verdict.ACCEPTED:
            return f"accepted {' and '.join(map(describe_key, keys)) or 'without naming a key'}"
        case Verdict.REJECTED:
            return f"rejected ({describe_classes(classes)})"
        case _:
            return str(verdict)
