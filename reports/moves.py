"""What changes when one verifier takes another's place, as Markdown pages: one a move, an index.

Pure: the book and recorded answers in, the pages' texts out. They are kept in ``docs/moves``;
``pgp-accord findings build`` renews them with the divergence book, whose pages they lead to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from harness.moves import Party, compared
from harness.outcomes import Stance
from harness.vector import Corpus, Vector
from harness.versus import SILENT, Compared, Contrast, Contrasted
from reports.book import Book, folded
from reports.words import counted, stance
from vectors.markdown import cell, heading, table

_MADE = (
    "Made by `pgp-accord findings build` from the recorded answers and the findings; do not edit "
    "it by hand."
)


class UnrecordedError(LookupError):
    """A move is about a backend whose answers are in no baseline.

    Attributes:
        backend: its name.
    """

    def __init__(self, backend: str) -> None:
        self.backend = backend
        super().__init__(f"no baseline has {backend}, which a move in reports/moves.py names")


@dataclass(frozen=True)
class Move:
    """One backend to be put in another's place."""

    left: str
    right: str
    who: str
    """Who moves so; a clause."""

    @property
    def path(self) -> PurePath:
        """Its page, below ``docs``."""
        return PurePath("moves", f"{self.left}-to-{self.right}.md")


MOVES = (
    Move("gnupg", "sequoia", "a program that called `gpg` and goes by Sequoia's library now"),
    Move("gpgv", "sqv", "apt, whose verifier is `sqv` since Debian 13"),
    Move(
        "containers-image-gpgme",
        "containers-image-sequoia",
        "Podman, Skopeo, Buildah and CRI-O, where they are built with Sequoia",
    ),
    Move(
        "containers-image-gpgme",
        "containers-image-openpgp",
        "the same, where they are built without C libraries",
    ),
    Move("python-gnupg", "pgpy", "a service in Python that wants to do without `gpg`"),
)

_PARTS = {
    Contrast.RIGHT_ACCEPTS: "Accepted from now on",
    Contrast.LEFT_ACCEPTS: "Not accepted any more",
    Contrast.KEY: "Accepted, as signed by another key",
    Contrast.EACH_ACCEPTS: "Another one of several signatures is accepted",
    Contrast.CLASS: "Rejected for another reason",
    Contrast.RIGHT_ANSWERS: "Answered from now on",
    Contrast.LEFT_ANSWERS: "Not answered any more",
}
"""In the order of the pages: what may do harm first."""


def pages(book: Book, moves: Sequence[Move] = MOVES) -> dict[PurePath, bytes]:
    """Render every page, by its path below ``docs``.

    Args:
        book: the findings, and what backends said.
        moves: which backends are put in which others' places.

    Raises:
        UnrecordedError: a backend of a move was not recorded.
    """
    by_backend: defaultdict[str, dict[str, Stance]] = defaultdict(dict)
    for (vector, backend), taken in book.stances.items():
        by_backend[backend][vector] = taken
    found = {move: _compared(book, by_backend, move) for move in moves}
    files = {move.path: _page(_move(book, move, each)) for move, each in found.items()}
    return files | {PurePath("moves", "README.md"): _page(_index(found))}


def _compared(book: Book, stances: Mapping[str, Mapping[str, Stance]], move: Move) -> Compared:
    for name in (move.left, move.right):
        if name not in stances:
            raise UnrecordedError(name)
    parties = (
        Party(
            name=name,
            version=book.versions[name],
            adapter=name,
            profile=next(iter(stances[name].values())).profile,
            stances=stances[name],
        )
        for name in (move.left, move.right)
    )
    return compared(book.corpus, book.findings, *parties)


def _page(parts: Iterator[str]) -> bytes:
    return ("\n\n".join(parts) + "\n").encode()


def _index(found: Mapping[Move, Compared]) -> Iterator[str]:
    yield heading(1, "Moves")
    yield (
        "What changes when one verifier takes another's place: every vector of the corpus that "
        "gets another answer, by name, with the reason. For a move of your own: "
        "`pgp-accord compare LEFT RIGHT`."
    )
    head = ["move", "who", "vectors", *(name.lower() for name in _PARTS.values())]
    yield table(
        head,
        [
            [
                f"[{move.left} to {move.right}]({move.path.name})",
                move.who,
                str(each.vectors),
                *(str(len(_of(each, contrast))) for contrast in _PARTS),
            ]
            for move, each in found.items()
        ],
    )
    yield _MADE


def _move(book: Book, move: Move, found: Compared) -> Iterator[str]:
    yield heading(1, f"From {move.left} to {move.right}")
    yield (
        f"What changes for {move.who}: {cell(found.left)} and {cell(found.right)}, asked about "
        f"{counted(found.vectors, 'vector')}. What the texts ask for stands beside each; what a "
        "*policy* decides, or what is *undefined*, neither gets wrong."
    )
    counts = {contrast: _of(found, contrast) for contrast in _PARTS}
    rows = [[_PARTS[contrast], str(len(each))] for contrast, each in counts.items()]
    rows.append(["The same", str(found.vectors - len(found.contrasted))])
    yield table(["", "vectors"], rows)
    for contrast, differing in counts.items():
        if differing:
            yield heading(2, _PARTS[contrast])
            yield from _by_reason(book, found, differing)
    yield _MADE


def _of(found: Compared, contrast: Contrast) -> list[Contrasted]:
    return [one for one in found.contrasted if one.contrast is contrast]


def _by_reason(book: Book, found: Compared, differing: Sequence[Contrasted]) -> Iterator[str]:
    titles = {finding.id: finding.title for finding in book.findings}
    groups: defaultdict[str, list[Contrasted]] = defaultdict(list)
    for one in differing:
        ids = found.findings.get(one.vector, ())
        links = (f"[{cell(titles[each])}](../divergences/{each}.md)" for each in ids)
        groups["; ".join(links) or _without(found, one)].append(one)
    for reason, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"{reason}: {counted(len(group), 'vector')}"
        yield _vectors(book.corpus, found, group)


def _without(found: Compared, one: Contrasted) -> str:
    """What stands in the place of findings."""
    if one.vector in found.both_right:
        return "Each gives a reason that is right"
    return "One of them has no answer" if one.contrast in SILENT else "Not explained by the book"


def _vectors(corpus: Corpus, found: Compared, group: Sequence[Contrasted]) -> str:
    known: dict[str, Vector] = {vector.id: vector for vector in corpus.vectors}
    return folded(
        ["vector", "expected", cell(found.left), cell(found.right)],
        [
            [
                f"[{one.vector}](../corpus/{known[one.vector].area}.md)",
                str(known[one.vector].expectation.outcome),
                cell(stance(one.left)),
                cell(stance(one.right)),
            ]
            for one in group
        ],
    )
