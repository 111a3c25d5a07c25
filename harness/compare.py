"""Backend against backend on one vector, and the sums over many.

Pure functions; no I/O. Expectations are not consulted: backends may all agree and all be wrong.

**What diverges.** Two backends that both answered (accepted or rejected) diverge by

* ``identity``: both accepted, and each vouches for a key that the other one does not;
* ``verdict``: one accepted a signature that the other rejected: the whole input, one of several
  signatures, or (seen by its key where the numbers of results differ) one signature more;
* ``class``: both rejected, and no single reason is consistent with what both said.

Two results per signature are compared place by place where both backends returned as many, in
addition to the whole; the gravest counts. A signature about which one of them has no answer
(``unsupported``, ``error``) diverges from nothing.

**Which is gravest.** ``identity``, then ``verdict``, then ``class``. (``docs/taxonomy.md`` says so;
the list in the design's word table names them in the order of looking.) Where verdicts differ, at
least one side refuses, and whoever moves from one backend to another will hear about it. Where
both say yes to different signers nothing raises an alarm, and the caller trusts a stranger.

**Order and symmetry.** Agreement is not transitive: a backend that names only the primary key
agrees with two that name different subkeys of it, and a backend that just says "no" agrees with
any reason. So a vector's divergence is defined over pairs: the gravest among all pairs, which
depends neither on the order of backends nor on a reference backend. Groups are for showing only;
they put together the backends whose answers are identical in normal form (keys and classes
sorted, evidence left out).
"""

from __future__ import annotations

import enum
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from harness.judge import GRAVITY, Judged, Judgement
from harness.outcomes import (
    ANSWERS,
    AcceptedKey,
    ErrorClass,
    SignatureResult,
    Stance,
    Value,
    Verdict,
)


class Divergence(enum.StrEnum):
    """How far apart answers are; the order of definition is the order of gravity."""

    IDENTITY = "identity"
    """Accepted with different keys."""
    VERDICT = "verdict"
    """A signature accepted here is rejected there."""
    CLASS = "class"
    """Rejected for reasons that exclude each other."""
    NONE = "none"


_GRAVITY: tuple[Divergence, ...] = tuple(Divergence)


class Group(Value, frozen=True, kw_only=True):
    """Backends that gave the same answer."""

    backends: tuple[str, ...]
    """Sorted."""
    verdict: Verdict
    """``accepted`` or ``rejected``."""
    keys: tuple[AcceptedKey, ...] = ()
    classes: tuple[ErrorClass, ...] = ()
    """Sorted."""
    signatures: tuple[SignatureResult, ...] = ()
    """The results per signature without their evidence, where there is more than one."""


class Unanswered(Value, frozen=True, kw_only=True):
    """A backend that neither accepted nor rejected."""

    backend: str
    verdict: Verdict
    """``unsupported``, ``error`` or ``skipped``."""
    reason: str = ""


class Pair(Value, frozen=True, kw_only=True):
    """Two backends that diverge, ``left`` before ``right`` in the alphabet."""

    left: str
    right: str
    divergence: Divergence


class Comparison(Value, frozen=True, kw_only=True):
    """What the backends make of one vector, against each other."""

    vector: str
    profile: str
    divergence: Divergence
    """The gravest among all pairs; ``none`` as well where fewer than two answered, so look at
    `compared` first."""
    groups: tuple[Group, ...] = ()
    """Accepting ones first."""
    pairs: tuple[Pair, ...] = ()
    """Every pair that diverges, sorted."""
    unanswered: tuple[Unanswered, ...] = ()
    """Sorted by backend; never part of a divergence."""
    unsupported_but_accepted: tuple[str, ...] = ()
    """Backends that say ``unsupported`` while another one accepts."""
    most_informative: tuple[str, ...] = ()
    """Of the backends that rejected, those with the narrowest set of classes."""

    @property
    def answered(self) -> int:
        """The number of backends that accepted or rejected."""
        return sum(len(group.backends) for group in self.groups)

    @property
    def compared(self) -> bool:
        """Whether there were two answers to compare: one alone cannot agree."""
        return self.answered > 1

    @property
    def agreed(self) -> bool:
        """Whether there were two answers or more, and no pair diverges."""
        return self.compared and self.divergence is Divergence.NONE


def compare(observations: Iterable[Stance]) -> Comparison:
    """Compare what several backends said about one vector under one profile.

    Raises:
        ValueError: there are no observations, they are about several vectors or profiles, or a
            backend is there twice.
    """
    given = sorted(observations, key=lambda o: o.backend)
    subjects = {(o.vector, o.profile) for o in given}
    if len(subjects) != 1:
        raise ValueError(f"one vector under one profile can be compared, not {sorted(subjects)}")
    backends = [o.backend for o in given]
    if len(set(backends)) != len(backends):
        raise ValueError(f"a backend is there twice among {backends}")
    answers = [o for o in given if o.verdict in ANSWERS]
    pairs = tuple(
        Pair(left=left.backend, right=right.backend, divergence=found)
        for left, right in itertools.combinations(answers, 2)
        if (found := divergence(left, right)) is not Divergence.NONE
    )
    accepting = any(o.verdict is Verdict.ACCEPTED for o in answers)
    (vector, profile) = subjects.pop()
    return Comparison(
        vector=vector,
        profile=profile,
        divergence=_gravest(pair.divergence for pair in pairs),
        groups=_groups(answers),
        pairs=pairs,
        unanswered=tuple(
            Unanswered(backend=o.backend, verdict=o.verdict, reason=o.reason)
            for o in given
            if o.verdict not in ANSWERS
        ),
        unsupported_but_accepted=tuple(
            o.backend for o in given if accepting and o.verdict is Verdict.UNSUPPORTED
        ),
        most_informative=_most_informative(answers),
    )


def divergence(one: Stance, other: Stance) -> Divergence:
    """Compare two backends' observations of one vector. Symmetric."""
    pairable = len(one.signatures) == len(other.signatures)
    found = [_between_wholes(one, other, pairable=pairable)]
    if pairable:
        found += [
            _between(_said(mine), _said(theirs))
            for mine, theirs in zip(one.signatures, other.signatures, strict=True)
        ]
    return _gravest(found)


def native_differs(observation: Stance) -> bool:
    """Tell whether a caller of the backend's normal API concludes something else than the results
    per signature say.

    It does if one is accepted and the other is not, if only one of them is an error, or if the
    caller would believe in a key for which no signature was accepted. That one says "rejected"
    and the other "unsupported" makes no difference to such a caller. False without an answer.
    """
    if observation.answer is None:
        return False
    native = observation.answer.native
    if _coarse(native.verdict) is not _coarse(observation.verdict):
        return True
    return native.verdict is Verdict.ACCEPTED and bool(_strangers(native.keys, observation.keys))


class BackendSummary(Value, frozen=True, kw_only=True):
    """One backend's sums."""

    backend: str
    judgements: dict[Judgement, int]
    """How many vectors were judged so; every judgement is there."""
    native: dict[Judgement, int]
    """The same by the native verdicts; vectors without an answer are not in it."""
    native_differs: tuple[str, ...] = ()
    """The vectors on which its native verdict differs from its results per signature; sorted."""

    @property
    def vectors(self) -> int:
        """The number of vectors judged."""
        return sum(self.judgements.values())


class Agreement(Value, frozen=True, kw_only=True):
    """How far backends agree among themselves."""

    vectors: int
    """All vectors of the summary."""
    compared: int
    """Those about which two backends or more gave an answer; only these can agree."""
    agreed: int
    """Those of `compared` without any divergence."""
    same_verdict: int
    """Those of `compared` without divergence of verdict or identity: reasons may differ."""
    unanimous: int
    """Those of `agreed` on which every backend gave an answer."""
    divergences: dict[Divergence, int]
    """Of `compared`, how many diverge so at the gravest; every divergence is there."""


class Summary(Value, frozen=True, kw_only=True):
    """The sums over a run."""

    backends: tuple[BackendSummary, ...]
    """In the order of their names."""
    agreement: Agreement
    false_accepts: tuple[Judged, ...] = ()
    """By vector, then backend."""
    wrong_keys: tuple[Judged, ...] = ()
    """By vector, then backend."""


def summarise(judged: Iterable[Judged], observations: Iterable[Stance]) -> Summary:
    """Sum up a run under one profile.

    Raises:
        ValueError: judgements and observations are not about the same vectors and backends, one
            of them is there twice, or there are none.
    """
    verdicts = sorted(judged, key=lambda j: (j.vector, j.backend))
    seen = sorted(observations, key=lambda o: (o.vector, o.backend))
    asked = [(o.vector, o.backend, o.profile) for o in seen]
    if not asked or asked != [(j.vector, j.backend, j.profile) for j in verdicts]:
        raise ValueError("a summary needs observations and, for each of them, its judgement")
    comparisons = [
        compare(of_vector) for _, of_vector in itertools.groupby(seen, key=lambda o: o.vector)
    ]
    names = sorted({o.backend for o in seen})
    return Summary(
        backends=tuple(_sums(name, verdicts, seen) for name in names),
        agreement=_agreement(comparisons, everyone=len(names)),
        false_accepts=_those(verdicts, Judgement.FALSE_ACCEPT),
        wrong_keys=_those(verdicts, Judgement.WRONG_KEY),
    )


def _sums(name: str, judged: Sequence[Judged], observations: Sequence[Stance]) -> BackendSummary:
    counts = Counter(j.judgement for j in judged if j.backend == name)
    native = Counter(j.native for j in judged if j.backend == name and j.native is not None)
    return BackendSummary(
        backend=name,
        judgements={judgement: counts[judgement] for judgement in GRAVITY},
        native={judgement: native[judgement] for judgement in GRAVITY},
        native_differs=tuple(
            o.vector for o in observations if o.backend == name and native_differs(o)
        ),
    )


def _agreement(comparisons: Sequence[Comparison], everyone: int) -> Agreement:
    compared = [c for c in comparisons if c.compared]
    kinds = Counter(c.divergence for c in compared)
    return Agreement(
        vectors=len(comparisons),
        compared=len(compared),
        agreed=kinds[Divergence.NONE],
        same_verdict=kinds[Divergence.NONE] + kinds[Divergence.CLASS],
        unanimous=sum(c.agreed and c.answered == everyone for c in compared),
        divergences={kind: kinds[kind] for kind in _GRAVITY},
    )


def _those(judged: Iterable[Judged], judgement: Judgement) -> tuple[Judged, ...]:
    return tuple(j for j in judged if j.judgement is judgement)


_Said = tuple[Verdict, tuple[AcceptedKey, ...], frozenset[ErrorClass]]


def _said(result: SignatureResult) -> _Said:
    return result.verdict, () if result.key is None else (result.key,), result.classes


def _between(mine: _Said, theirs: _Said) -> Divergence:
    match mine, theirs:
        case (Verdict.ACCEPTED, keys, _), (Verdict.ACCEPTED, others, _):
            strange = _strangers(keys, others) and _strangers(others, keys)
            return Divergence.IDENTITY if strange else Divergence.NONE
        case (Verdict.REJECTED, _, classes), (Verdict.REJECTED, _, others):
            return Divergence.CLASS if classes.isdisjoint(others) else Divergence.NONE
        case (verdict, _, _), (other, _, _) if verdict in ANSWERS and other in ANSWERS:
            return Divergence.VERDICT
        case _:
            return Divergence.NONE


def _between_wholes(one: Stance, other: Stance, *, pairable: bool) -> Divergence:
    found = _between(
        (one.verdict, one.keys, one.classes), (other.verdict, other.keys, other.classes)
    )
    accepted = one.verdict is other.verdict is Verdict.ACCEPTED
    if found is Divergence.NONE and accepted and not pairable:
        more = _strangers(one.keys, other.keys) or _strangers(other.keys, one.keys)
        return Divergence.VERDICT if more else Divergence.NONE
    return found


def _strangers(
    keys: Iterable[AcceptedKey], others: Sequence[AcceptedKey]
) -> tuple[AcceptedKey, ...]:
    return tuple(key for key in keys if not any(key.agrees_with(other) for other in others))


def _gravest(divergences: Iterable[Divergence]) -> Divergence:
    return min(divergences, key=_GRAVITY.index, default=Divergence.NONE)


def _coarse(verdict: Verdict) -> Verdict:
    return Verdict.REJECTED if verdict is Verdict.UNSUPPORTED else verdict


_NormalForm = tuple[
    Verdict, tuple[AcceptedKey, ...], tuple[ErrorClass, ...], tuple[SignatureResult, ...]
]


def _normal_form(observation: Stance) -> _NormalForm:
    signatures = tuple(
        SignatureResult(verdict=s.verdict, key=s.key, classes=s.classes)
        for s in observation.signatures
    )
    return (
        observation.verdict,
        observation.keys,
        tuple(sorted(observation.classes)),
        signatures if len(signatures) > 1 else (),
    )


def _groups(answers: Sequence[Stance]) -> tuple[Group, ...]:
    members: dict[_NormalForm, list[str]] = {}
    for observation in answers:
        members.setdefault(_normal_form(observation), []).append(observation.backend)
    groups = [
        Group(
            backends=tuple(sorted(backends)),
            verdict=verdict,
            keys=keys,
            classes=classes,
            signatures=signatures,
        )
        for (verdict, keys, classes, signatures), backends in members.items()
    ]
    return tuple(sorted(groups, key=lambda g: (ANSWERS.index(g.verdict), g.backends)))


def _most_informative(answers: Sequence[Stance]) -> tuple[str, ...]:
    widths = {o.backend: len(o.classes) for o in answers if o.verdict is Verdict.REJECTED}
    narrowest = min(widths.values(), default=0)
    return tuple(sorted(name for name, width in widths.items() if width == narrowest))
