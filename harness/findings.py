"""The divergence book's ledger: which results its findings explain, and which nobody explains.

A finding says in words why one or several backends behave as they do, and has a predicate that
says on which vectors. Pure functions over findings, vectors and stances; reading the book is
`harness.book`'s part, showing it `reports`'.

**What wants explaining.**

* a *departure*: an answer that is not what the expectation asks for (a false accept, a wrong key,
  a false reject, an error, a wrong class), by the results per signature or, where those are in
  order or otherwise wrong, by the native verdict alone;
* a *split*: a vector on which backends diverge (`harness.compare`) although none of them departs:
  the texts leave it open, or a policy decides. Where both sides of a pair reject for reasons that
  are right, they do not count as a pair that diverges.

A departure is explained by a finding that matches it; a split, once each pair that diverges has a
side that some finding matches.
No answer at all (``unsupported``, ``skipped``) is honest silence and wants no explanation.
"""

from __future__ import annotations

import enum
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from msgspec import Meta, field

from harness.compare import Divergence, divergence
from harness.corpus import matcher
from harness.judge import Judgement, judge
from harness.outcomes import ANSWERS, ErrorClass, Stance, Value, Verdict
from harness.vector import Corpus, Outcome, Section, Vector

DEPARTURES = frozenset(
    (
        Judgement.FALSE_ACCEPT,
        Judgement.WRONG_KEY,
        Judgement.FALSE_REJECT,
        Judgement.ERROR,
        Judgement.WRONG_CLASS,
    )
)
"""Judgements that want explaining."""


class Kind(enum.StrEnum):
    """What sort of behaviour a finding explains."""

    BUG = "bug"
    """Against the RFC, or against what the backend says of itself, and not on purpose."""
    POLICY = "policy"
    """Decided on purpose: what is too weak, too old, or too unusual."""
    AMBIGUITY = "ambiguity"
    """The texts leave it open, or say two things."""
    LIMITATION = "limitation"
    """The backend does not do this, or cannot say it, and does not claim to."""
    REVIEW = "review"
    """Looked at, and not written up yet: counted apart, so that nothing new hides behind it."""


Words = Annotated[str, Meta(min_length=1)]


class Explains(Value, frozen=True, kw_only=True):
    """A predicate over vectors and answers: it matches where every part that is given does."""

    vectors: Annotated[tuple[Words, ...], Meta(min_length=1)]
    """Patterns as `harness.corpus.matcher` understands them; one of them matches the vector."""
    unless: tuple[Words, ...] = ()
    """Patterns, none of which matches the vector."""
    tags: tuple[Words, ...] = ()
    """The vector has all of them."""
    backends: tuple[Words, ...] = ()
    """Backends of the finding that it is about; none given means all of the finding's."""
    outcomes: tuple[Outcome, ...] = ()
    """The vector's expectation is one of these."""
    expected: tuple[ErrorClass, ...] = ()
    """One of these classes is right on this vector."""
    judgements: tuple[Judgement, ...] = ()
    """The answer is judged as one of these."""
    verdicts: tuple[Verdict, ...] = ()
    """The answer is one of these."""
    classes: tuple[ErrorClass, ...] = ()
    """Every class that the answer names is among these, and it names one."""
    native: bool = False
    """Whether it is about the native verdict (usual call, exit code)."""


class Finding(Value, frozen=True, kw_only=True):
    """One behaviour, explained. Texts are Markdown, without headings."""

    id: str
    """The file's name without its ending; names the page, stable for ever."""
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    """One line that is true by itself: who does what."""
    kind: Kind
    backends: dict[str, str] = field(default_factory=dict)
    """Name → the version on which it was reduced. None for what the texts leave open or a policy
    decides, whoever takes which side: then it is about all."""
    does: Words
    """What they do, as reduced by hand."""
    texts: Words
    """What the RFC, the policy or the manual says."""
    consequence: Annotated[str, Meta(min_length=1, max_length=200)]
    """One line: what it means for a caller."""
    advice: Words
    """How to live with it."""
    rfc9580: tuple[Section, ...] = ()
    references: tuple[Words, ...] = ()
    """Addresses, issue numbers, manual sections."""
    upstream: str = ""
    """For a bug: where it is known upstream, or ``not found``."""
    explains: Annotated[tuple[Explains, ...], Meta(min_length=1)]

    @property
    def trophy(self) -> bool:
        """Whether it counts as a bug found: one cause, one trophy."""
        return self.kind is Kind.BUG


@dataclass(frozen=True, order=True)
class Answer:
    """Which answer: by whom, about what, and whether the native verdict is meant."""

    vector: str
    backend: str
    native: bool = False


@dataclass(frozen=True)
class Split:
    """A vector on which answers diverge without departing from what is expected."""

    vector: str
    divergence: Divergence
    """The gravest of its pairs."""
    pairs: tuple[tuple[Answer, Answer], ...]
    """Those that diverge, sorted."""

    @property
    def sides(self) -> frozenset[Answer]:
        """The answers that are in a pair."""
        return frozenset(itertools.chain.from_iterable(self.pairs))

    def explained_by(self, answers: Set[Answer]) -> bool:
        """Tell whether each pair has a side among the answers."""
        return all(left in answers or right in answers for left, right in self.pairs)


@dataclass(frozen=True)
class Cluster:
    """Results without explanation that look alike."""

    vectors: tuple[str, ...]
    """Sorted."""
    backends: tuple[str, ...]
    """Sorted."""
    what: str
    """What they have in common, in words."""
    shared: tuple[str, ...]
    """Area, tags and words of the ids that all of its vectors share."""


class Staleness(enum.StrEnum):
    """Why a finding, or a part of it, explains nothing."""

    STALE = "stale"
    """It explains nothing on the version that it was reduced on: it was never true, the corpus
    changed, or another finding is meant."""
    GONE = "gone"
    """It explains nothing on another version: the backend's behaviour changed."""


@dataclass(frozen=True)
class Stale:
    """A part of a finding that explains nothing."""

    finding: str
    part: str
    """In words: which backend, or which pattern."""
    staleness: Staleness


@dataclass(frozen=True)
class Ledger:
    """What became of everything that wants explaining."""

    departures: tuple[Answer, ...]
    """Sorted."""
    splits: tuple[Split, ...]
    """By vector."""
    explained: Mapping[str, tuple[Answer, ...]]
    """Finding → the answers that it matches; every finding is there."""
    by_answer: Mapping[Answer, tuple[str, ...]]
    """Answer → the findings that match it."""
    stale: tuple[Stale, ...]
    judgements: Mapping[Answer, Judgement]
    clusters: tuple[Cluster, ...]
    """What nobody explains, the largest first."""
    whole: bool = True
    """Whether it was looked for what is stale; see `settle`."""

    @cached_property
    def unexplained_departures(self) -> tuple[Answer, ...]:
        """The departures that no finding matches."""
        return unexplained_departures(self.departures, self.by_answer.keys())

    @cached_property
    def unexplained_splits(self) -> tuple[Split, ...]:
        """The splits with a pair no side of which is matched by a finding."""
        return unexplained_splits(self.splits, self.by_answer.keys())

    @property
    def total(self) -> int:
        """How many results want explaining."""
        return len(self.departures) + len(self.splits)

    @property
    def unexplained(self) -> int:
        """How many of them nobody explains."""
        return len(self.unexplained_departures) + len(self.unexplained_splits)


def under_review(ledger: Ledger, findings: Iterable[Finding]) -> int:
    """Count the departures and splits that only findings of kind `Kind.REVIEW` explain."""
    waiting = {finding.id for finding in findings if finding.kind is Kind.REVIEW}
    written = {a for a, ids in ledger.by_answer.items() if not waiting.issuperset(ids)}
    matched = ledger.by_answer.keys()
    return len(
        unexplained_departures(ledger.departures, written)
        + unexplained_splits(ledger.splits, written)
    ) - len(
        unexplained_departures(ledger.departures, matched)
        + unexplained_splits(ledger.splits, matched)
    )


def unexplained_departures(
    departures: Iterable[Answer], explained: Set[Answer]
) -> tuple[Answer, ...]:
    """Pick the departures that are not explained."""
    return tuple(answer for answer in departures if answer not in explained)


def unexplained_splits(splits: Iterable[Split], explained: Set[Answer]) -> tuple[Split, ...]:
    """Pick the splits with a pair no side of which is explained."""
    return tuple(split for split in splits if not split.explained_by(explained))


def settle(
    findings: Sequence[Finding],
    corpus: Corpus,
    stances: Iterable[Stance],
    versions: Mapping[str, str],
    *,
    whole: bool = True,
) -> Ledger:
    """Hold findings against what backends said.

    Args:
        findings: the book.
        corpus: the vectors that the stances are about; others may be in it.
        stances: under one profile; each pair of vector and backend once.
        versions: of the backends that took part.
        whole: whether the backends were asked about all that the book speaks of, so that what
            matches nothing can be called stale.

    Raises:
        KeyError: a stance is about a vector that is not in the corpus.
    """
    vectors = {vector.id: vector for vector in corpus.vectors}
    open_ = _Open(vectors, stances)
    explained: dict[str, tuple[Answer, ...]] = {}
    by_answer: defaultdict[Answer, list[str]] = defaultdict(list)
    stale: list[Stale] = []
    complete = versions.keys() >= {name for finding in findings for name in finding.backends}
    for finding in findings:
        found: set[Answer] = set()
        for number, explains in enumerate(finding.explains, start=1):
            matched, idle = open_.matching(finding, explains)
            found |= matched
            if whole:
                stale += _idle(finding, number, explains, idle, versions, complete=complete)
        for answer in found:
            by_answer[answer].append(finding.id)
        explained[finding.id] = tuple(sorted(found))
        if whole:
            stale += _missing_backends(finding, {answer.backend for answer in found}, versions)
    return Ledger(
        departures=open_.departures,
        splits=open_.splits,
        explained=explained,
        by_answer={answer: tuple(ids) for answer, ids in by_answer.items()},
        stale=tuple(stale),
        judgements=open_.judgements,
        clusters=tuple(_clusters(open_, by_answer.keys())),
        whole=whole,
    )


class _Open:
    """Everything that wants explaining, and the answers that may be matched for it."""

    def __init__(self, vectors: Mapping[str, Vector], stances: Iterable[Stance]) -> None:
        self.vectors = vectors
        self.stances: dict[tuple[str, str], Stance] = {}
        self.judgements: dict[Answer, Judgement] = {}
        departing: list[Answer] = []
        of_vector: defaultdict[str, list[Stance]] = defaultdict(list)
        for stance in sorted(stances, key=lambda s: (s.vector, s.backend)):
            self.stances[stance.vector, stance.backend] = stance
            judged = judge(vectors[stance.vector], stance)
            answer = Answer(stance.vector, stance.backend)
            self.judgements[answer] = judged.judgement
            if judged.judgement in DEPARTURES:
                departing.append(answer)
            elif stance.verdict in ANSWERS:
                of_vector[stance.vector].append(stance)
            if judged.native in DEPARTURES and judged.native is not judged.judgement:
                native = Answer(stance.vector, stance.backend, native=True)
                self.judgements[native] = judged.native
                departing.append(native)
        self.departures = tuple(sorted(departing))
        self.splits = tuple(
            split
            for vector, group in sorted(of_vector.items())
            if (split := _split(vectors[vector], group)) is not None
        )
        wanted = {*departing, *(side for split in self.splits for side in split.sides)}
        self._wanted: defaultdict[tuple[str, bool], list[Answer]] = defaultdict(list)
        for answer in sorted(wanted):
            self._wanted[answer.vector, answer.native].append(answer)

    def matching(self, finding: Finding, explains: Explains) -> tuple[set[Answer], tuple[str, ...]]:
        """The answers that a predicate matches, and the patterns that match none."""
        backends = frozenset(explains.backends or finding.backends) or None
        exempt = [matcher(pattern) for pattern in explains.unless]
        found: set[Answer] = set()
        idle = []
        for pattern in explains.vectors:
            matches = matcher(pattern)
            here = {
                answer
                for vector in self.vectors.values()
                if matches(vector) and not any(each(vector) for each in exempt)
                for answer in self._wanted.get((vector.id, explains.native), ())
                if (backends is None or answer.backend in backends)
                and self._holds(explains, vector, answer)
            }
            if not here:
                idle.append(pattern)
            found |= here
        return found, tuple(idle)

    def _holds(self, explains: Explains, vector: Vector, answer: Answer) -> bool:
        return _holds(explains, vector, self.judgements[answer], *self.said(answer))

    def said(self, answer: Answer) -> tuple[Verdict, frozenset[ErrorClass]]:
        """Verdict and classes of an answer."""
        stance = self.stances[answer.vector, answer.backend]
        if not answer.native:
            return stance.verdict, stance.classes
        assert stance.answer is not None
        return stance.answer.native.verdict, stance.answer.native.classes


def _holds(
    explains: Explains,
    vector: Vector,
    judgement: Judgement,
    verdict: Verdict,
    classes: frozenset[ErrorClass],
) -> bool:
    """Whether all parts of a predicate hold but those about ids and backends."""
    expected = {*vector.expectation.classes}
    for each in vector.expectation.signatures:
        expected.update(each.classes)
    return (
        set(explains.tags) <= set(vector.tags)
        and (not explains.outcomes or vector.expectation.outcome in explains.outcomes)
        and (not explains.expected or not expected.isdisjoint(explains.expected))
        and (not explains.judgements or judgement in explains.judgements)
        and (not explains.verdicts or verdict in explains.verdicts)
        and (not explains.classes or (bool(classes) and classes <= {*explains.classes}))
    )


def explaining(
    findings: Sequence[Finding], vector: Vector, stance: Stance, adapter: str
) -> Iterator[Finding]:
    """Say which findings explain what a backend says, by its results per signature.

    Nothing explains what is as the expectation asks for.

    Args:
        findings: the book.
        vector: the vector.
        stance: about it.
        adapter: the name under which findings speak of the backend.
    """
    judgement = judge(vector, stance).judgement
    if judgement not in DEPARTURES | {Judgement.POLICY, Judgement.UNDEFINED}:
        return
    for finding in findings:
        if any(
            not explains.native
            and adapter in (explains.backends or finding.backends or (adapter,))
            and any(matcher(pattern)(vector) for pattern in explains.vectors)
            and not any(matcher(pattern)(vector) for pattern in explains.unless)
            and _holds(explains, vector, judgement, stance.verdict, stance.classes)
            for explains in finding.explains
        ):
            yield finding


def both_reasons_right(vector: Vector, one: Stance, other: Stance) -> bool:
    """Tell whether two that reject give reasons that the expectation names, though other ones."""
    right = frozenset(vector.expectation.classes)
    return bool(one.classes & right and other.classes & right)


def _split(vector: Vector, stances: Sequence[Stance]) -> Split | None:
    kinds, pairs = set(), []
    for one, other in itertools.combinations(stances, 2):
        kind = divergence(one, other)
        if kind is Divergence.NONE:
            continue
        if kind is Divergence.CLASS and both_reasons_right(vector, one, other):
            continue
        kinds.add(kind)
        pairs.append((Answer(vector.id, one.backend), Answer(vector.id, other.backend)))
    if not pairs:
        return None
    return Split(vector.id, next(kind for kind in Divergence if kind in kinds), tuple(pairs))


def _idle(
    finding: Finding,
    number: int,
    explains: Explains,
    patterns: Sequence[str],
    versions: Mapping[str, str],
    *,
    complete: bool,
) -> Iterator[Stale]:
    """Say which patterns explain nothing, if all took part that they may be about.

    Args:
        finding: a finding.
        number: which of its predicates.
        explains: that predicate.
        patterns: those that match nothing.
        versions: of the backends that took part.
        complete: whether every backend that the book names did.
    """
    backends = explains.backends or tuple(finding.backends)
    if any(name not in versions for name in backends) or not (backends or complete):
        return
    same = all(versions[name] == finding.backends[name] for name in backends)
    for pattern in patterns:
        yield Stale(
            finding.id,
            f"predicate {number}, pattern {pattern!r}",
            Staleness.STALE if same else Staleness.GONE,
        )


def _missing_backends(
    finding: Finding, matched: set[str], versions: Mapping[str, str]
) -> Iterator[Stale]:
    for name, version in sorted(finding.backends.items()):
        if name in matched or name not in versions:
            continue
        if versions[name] == version:
            yield Stale(finding.id, f"backend {name} {version}", Staleness.STALE)
        else:
            yield Stale(finding.id, f"backend {name}: {version} → {versions[name]}", Staleness.GONE)


def _clusters(open_: _Open, explained: Set[Answer]) -> Iterator[Cluster]:
    """Put what is unexplained together: first by how it looks, then the backends for which it is
    the same vectors.
    """
    looks: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for answer in unexplained_departures(open_.departures, explained):
        look = _look(open_, open_.vectors[answer.vector], answer)
        looks[look, answer.backend].add(answer.vector)
    merged: defaultdict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    for (look, backend), vectors in looks.items():
        merged[look, frozenset(vectors)].add(backend)
    of_splits: defaultdict[str, list[Split]] = defaultdict(list)
    for split in unexplained_splits(open_.splits, explained):
        vector = open_.vectors[split.vector]
        outcome = vector.expectation.outcome
        look = f"{split.divergence} differs where the expectation is {outcome}, in {vector.area}"
        of_splits[look].append(split)
    for look, splits in of_splits.items():
        sides = frozenset(answer for split in splits for answer in split.sides) - explained
        ids = frozenset(split.vector for split in splits)
        merged[look, ids] = {answer.backend for answer in sides}
    for (look, ids), backends in sorted(
        merged.items(), key=lambda item: (-len(item[0][1]), item[0][0], sorted(item[0][1]))
    ):
        yield Cluster(
            vectors=tuple(sorted(ids)),
            backends=tuple(sorted(backends)),
            what=look,
            shared=_shared([open_.vectors[each] for each in sorted(ids)]),
        )


def _look(open_: _Open, vector: Vector, answer: Answer) -> str:
    verdict, classes = open_.said(answer)
    said = f"{verdict} {'/'.join(sorted(classes))}".strip() if len(classes) < 5 else str(verdict)
    wanted = "/".join(sorted(vector.expectation.classes))
    expected = f"{vector.expectation.outcome} {wanted}".strip()
    by = "natively " if answer.native else ""
    judgement = open_.judgements[answer].replace("_", " ")
    return f"{judgement}: {by}{said} where the expectation is {expected}, in {vector.area}"


def _shared(vectors: Sequence[Vector]) -> tuple[str, ...]:
    tags = set.intersection(*({*vector.tags} for vector in vectors))
    words = set.intersection(
        *({*vector.id.partition("/")[2].replace("/", "-").split("-")} for vector in vectors)
    )
    return (*sorted(f"tag:{tag}" for tag in tags), *sorted(words))
