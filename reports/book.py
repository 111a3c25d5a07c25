"""The divergence book as Markdown pages: one a finding, an index, and the trophies.

Pure: a book, and what it explains of recorded answers, in; the pages' texts out. They are kept in
``docs/divergences`` and ``docs/trophies.md``; ``pgp-accord findings build`` renews them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from harness.findings import DEPARTURES, Answer, Finding, Kind, Ledger, under_review
from harness.judge import describe_classes
from harness.outcomes import Stance, Verdict
from harness.vector import Corpus, Vector
from reports.words import counted, listed
from vectors.markdown import heading, table

_MADE = (
    "Made by `pgp-accord findings build` from `reports/findings`; do not edit it by hand. "
    "What the words mean is in [the guide]({}#divergence-book)."
)
_MANY = 30
"""Rows from which on a table is folded."""

_KINDS = {
    Kind.BUG: "Bugs",
    Kind.POLICY: "Policies",
    Kind.AMBIGUITY: "Open questions",
    Kind.LIMITATION: "Limitations",
    Kind.REVIEW: "Under review",
}

FAMILIES = {
    "GnuPG": ("gnupg", "gpgv", "gpgv1"),
    "GPGME": ("gpgme",),
    "python-gnupg": ("python-gnupg",),
    "PGPy": ("pgpy",),
    "Sequoia": ("sequoia", "sequoia-native", "johnnycanencrypt", "sqv", "sqop", "sqopv"),
    "RNP": ("rnp",),
    "rPGP": ("rpgp", "rsop", "rsopv"),
    "OpenPGP.js": ("openpgpjs",),
    "go-crypto": ("go-crypto",),
    "x/crypto": ("x-crypto",),
    "GopenPGP": ("gosop",),
    "PGPainless": ("pgpainless",),
    "containers/image": (
        "containers-image-gpgme",
        "containers-image-openpgp",
        "containers-image-sequoia",
    ),
}
"""Implementations, in the order in which readers meet them, with the backends that are made of
them. A finding belongs to the first that it names a backend of."""


@dataclass(frozen=True)
class Book:
    """Findings, and what they explain of recorded answers."""

    findings: Sequence[Finding]
    ledger: Ledger
    corpus: Corpus
    stances: Mapping[tuple[str, str], Stance]
    """(vector, backend) → what was recorded."""
    versions: Mapping[str, str]
    """Of the backends that were asked."""

    @cached_property
    def vectors(self) -> dict[str, Vector]:
        """The corpus by id."""
        return {vector.id: vector for vector in self.corpus.vectors}

    def explained(self, finding: Finding) -> tuple[Answer, ...]:
        """The answers that a finding matches."""
        return self.ledger.explained[finding.id]

    def example(self, finding: Finding) -> Vector | None:
        """The smallest vector that shows a finding: one fault rather than two, then by size."""
        ids = {answer.vector for answer in self.explained(finding)}
        return min(
            (self.vectors[each] for each in ids),
            key=lambda vector: (vector.area == "combined", vector.case.size, vector.id),
            default=None,
        )


def family(finding: Finding) -> str:
    """The implementation that a finding is about; empty where it is about all."""
    return next(
        (name for name, backends in FAMILIES.items() if finding.backends.keys() & {*backends}),
        next(iter(finding.backends), ""),
    )


def pages(book: Book) -> dict[PurePath, bytes]:
    """Render every page, by its path below ``docs``."""
    folder = PurePath("divergences")
    files = {
        folder / f"{finding.id}.md": _page(_finding(book, finding)) for finding in book.findings
    }
    files[folder / "README.md"] = _page(_index(book))
    files[PurePath("trophies.md")] = _page(_trophies(book))
    return files


def _page(parts: Iterator[str]) -> bytes:
    return ("\n\n".join(parts) + "\n").encode()


def _finding(book: Book, finding: Finding) -> Iterator[str]:
    answers = book.explained(finding)
    yield heading(1, _inline(finding.title))
    about = listed(_versions(finding)) if finding.backends else "all backends"
    yield f"**{finding.kind.capitalize()}** · {about} · {_count(answers)}"
    yield f"> {_inline(finding.consequence)}"
    yield f"**What happens.** {finding.does.strip()}"
    sections = ", ".join(finding.rfc9580)
    where = f" (RFC 9580: {sections})" if sections else ""
    yield f"**What the texts say.** {finding.texts.strip()}{where}"
    yield f"**How to live with it.** {finding.advice.strip()}"
    if finding.upstream:
        yield f"**Known upstream.** {_reference(finding.upstream)}"
    if finding.references:
        yield "**See also.** " + ", ".join(map(_reference, finding.references))
    if example := book.example(finding):
        yield f"To see it: `pgp-accord show {example.id} --export DIR`"
        yield heading(2, "Vectors")
        yield _results(book, answers)
    yield _MADE.format("../guide.md")


def _results(book: Book, answers: Sequence[Answer]) -> str:
    by_vector: defaultdict[str, dict[str, list[Answer]]] = defaultdict(dict)
    for answer in answers:
        by_vector[answer.vector].setdefault(answer.backend, []).append(answer)
    backends = [name for name in book.versions if any(a.backend == name for a in answers)]
    head = ["vector", "expected", *backends]
    rows = [
        [
            f"[{vector}](../corpus/{book.vectors[vector].area}.md)",
            str(book.vectors[vector].expectation.outcome),
            *(_cell(book, of_backend.get(name, [])) for name in backends),
        ]
        for vector, of_backend in sorted(by_vector.items())
    ]
    return folded(head, rows)


def folded(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table of vectors, folded if it is long."""
    shown = table(head, rows)
    if len(rows) < _MANY:
        return shown
    return f"<details><summary>{len(rows)} vectors</summary>\n\n{shown}\n\n</details>"


def _cell(book: Book, answers: Sequence[Answer]) -> str:
    texts = []
    for answer in answers:
        stance = book.stances[answer.vector, answer.backend]
        verdict, classes = stance.verdict, stance.classes
        if answer.native:
            assert stance.answer is not None
            verdict, classes = stance.answer.native.verdict, stance.answer.native.classes
        text = str(verdict)
        if verdict is Verdict.REJECTED:
            text += f" ({describe_classes(classes)})"
        judgement = book.ledger.judgements[answer]
        if judgement in DEPARTURES:
            text = f"**{text}**"
        texts.append(f"{text}, natively" if answer.native else text)
    return "; ".join(texts)


def _index(book: Book) -> Iterator[str]:
    ledger = book.ledger
    yield heading(1, "The divergence book")
    yield (
        "Why OpenPGP verifiers differ from what the texts ask for, and from each other: one page "
        "a behaviour, each reduced by hand, with the vectors that show it and how to live with it."
    )
    counts = Counter(finding.kind for finding in book.findings)
    kinds = listed(
        f"{counts[kind]} {name.lower()}" for kind, name in _KINDS.items() if counts[kind]
    )
    vectors = len({stance.vector for stance in book.stances.values()})
    waiting = under_review(ledger, book.findings)
    explained = ledger.total - ledger.unexplained - waiting
    share = 100 * explained // ledger.total if ledger.total else 100
    yield (
        f"{counted(len(book.findings), 'finding')}: {kinds}. On {vectors} vectors, "
        f"{len(book.versions)} backends departed from what is expected {len(ledger.departures)} "
        f"times, and split on {len(ledger.splits)} vectors where the texts or a policy decide. "
        f"The book explains {explained} of these {ledger.total} ({share} %)"
        + (f"; {waiting} more are under review." if waiting else ".")
    )
    asked = listed(f"{name} {version}".rstrip() for name, version in book.versions.items())
    yield f"Asked were {asked}."
    for kind, name in _KINDS.items():
        findings = [finding for finding in book.findings if finding.kind is kind]
        if not findings:
            continue
        yield heading(2, name)
        yield table(
            ["finding", "about", "results", "what it means"],
            [
                [
                    f"[{_inline(finding.title)}]({finding.id}.md)",
                    listed(finding.backends) if finding.backends else "all",
                    str(len(book.explained(finding))),
                    _inline(finding.consequence),
                ]
                for finding in sorted(findings, key=_by_family)
            ],
        )
    yield _MADE.format("../guide.md")


def _trophies(book: Book) -> Iterator[str]:
    trophies = sorted((f for f in book.findings if f.trophy), key=_by_family)
    families = list(dict.fromkeys(family(finding) for finding in trophies))
    yield heading(1, "Trophies")
    yield (
        f"{counted(len(trophies), 'bug')} in {counted(len(families), 'implementation')}, found or "
        "shown by this corpus: behaviour against the RFC, or against what the implementation says "
        "of itself, that is not on purpose. One cause, one trophy, however many vectors and "
        "backends it shows in. What is deliberate, out of scope or open is in "
        "[the divergence book](divergences/README.md) instead."
    )
    number = 0
    for name in families:
        own = [finding for finding in trophies if family(finding) == name]
        yield heading(2, f"{name}: {len(own)}")
        for finding in own:
            number += 1
            yield f"**{number}. [{_inline(finding.title)}](divergences/{finding.id}.md)**"
            example = book.example(finding)
            shown = f" Smallest vector: `{example.id}`." if example else ""
            yield (
                f"{listed(_versions(finding))}. {_inline(finding.consequence)}{shown} "
                f"Upstream: {_reference(finding.upstream)}."
            )
    yield _MADE.format("guide.md")


def _by_family(finding: Finding) -> tuple[int, str]:
    order = {name: number for number, name in enumerate(FAMILIES)}
    return order.get(family(finding), len(order)), finding.id


def _versions(finding: Finding) -> list[str]:
    return [f"{name} {version}".rstrip() for name, version in finding.backends.items()]


def _count(answers: Sequence[Answer]) -> str:
    vectors = len({answer.vector for answer in answers})
    return f"{counted(len(answers), 'result')} on {counted(vectors, 'vector')}"


def _reference(text: str) -> str:
    return f"<{text}>" if text.startswith("https://") and " " not in text else _inline(text)


def _inline(text: str) -> str:
    """A text of the book on one line, fit for a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")
