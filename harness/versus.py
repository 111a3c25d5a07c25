"""Two sides against each other: backends, versions, profiles, or runs; neither of them is right.

Pure functions over pairs of stances. Where a gate (`harness.gate`) asks whether a change may pass,
a comparison just says what differs, and to turn the sides around turns its words around.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from harness.change import Change, change
from harness.outcomes import ANSWERS, Stance


class Contrast(enum.StrEnum):
    """How two stances on one vector differ."""

    KEY = "key"
    """Both accept, as signed by different keys."""
    LEFT_ACCEPTS = "left_accepts"
    """The left side accepts a signature that the right one rejects."""
    RIGHT_ACCEPTS = "right_accepts"
    """The other way round."""
    EACH_ACCEPTS = "each_accepts"
    """Of several signatures, each side accepts one that the other rejects."""
    CLASS = "class"
    """Both reject, for reasons that exclude each other."""
    LEFT_ANSWERS = "left_answers"
    """Only the left side accepts or rejects; the right one cannot tell, or failed."""
    RIGHT_ANSWERS = "right_answers"
    """The other way round."""
    NONE = "none"


SILENT = (Contrast.LEFT_ANSWERS, Contrast.RIGHT_ANSWERS)
"""Where only one of them has an answer."""

MIRRORED = {
    Contrast.LEFT_ACCEPTS: Contrast.RIGHT_ACCEPTS,
    Contrast.RIGHT_ACCEPTS: Contrast.LEFT_ACCEPTS,
    Contrast.LEFT_ANSWERS: Contrast.RIGHT_ANSWERS,
    Contrast.RIGHT_ANSWERS: Contrast.LEFT_ANSWERS,
}
"""What becomes of a contrast when the sides are turned around; the others stay."""


@dataclass(frozen=True)
class Contrasted:
    """One vector on which two sides differ."""

    vector: str
    contrast: Contrast
    left: Stance
    right: Stance


def contrast(left: Stance, right: Stance) -> Contrast:
    """Say how two stances on one vector differ.

    Raises:
        ValueError: they are about different vectors.
    """
    forth, back = change(left, right), change(right, left)
    match left.verdict in ANSWERS, right.verdict in ANSWERS:
        case (True, False):
            return Contrast.LEFT_ANSWERS
        case (False, True):
            return Contrast.RIGHT_ANSWERS
        case (False, False):
            return Contrast.NONE
    match forth, back:
        case (Change.NEWLY_ACCEPTED, Change.NEWLY_ACCEPTED):
            return Contrast.EACH_ACCEPTS
        case (Change.NEWLY_ACCEPTED, _):
            return Contrast.RIGHT_ACCEPTS
        case (_, Change.NEWLY_ACCEPTED):
            return Contrast.LEFT_ACCEPTS
        case (Change.OTHER_KEY, _):
            return Contrast.KEY
        case (Change.OTHER_CLASS, _):
            return Contrast.CLASS
    return Contrast.NONE


def contrasts(left: Mapping[str, Stance], right: Mapping[str, Stance]) -> Iterator[Contrasted]:
    """Say on which vectors two sides differ, by id; what only one was asked about is passed over.

    Args:
        left: vector → stance.
        right: the same of the other side.
    """
    for vector in sorted(left.keys() & right.keys()):
        kind = contrast(left[vector], right[vector])
        if kind is not Contrast.NONE:
            yield Contrasted(vector, kind, left[vector], right[vector])


@dataclass(frozen=True)
class Compared:
    """Two backends, or two states of one, held against each other."""

    left: str
    """Name and version."""
    right: str
    profiles: tuple[str, str]
    """Under which policy each was asked."""
    vectors: int
    """How many they have in common, but for those that neither of them can be asked about."""
    contrasted: tuple[Contrasted, ...]
    """By vector."""
    findings: Mapping[str, tuple[str, ...]]
    """Vector → ids of the findings that explain what one of them says; may be empty."""
    both_right: Set[str] = frozenset()
    """Vectors that both reject for reasons that are right, though other ones."""

    def explains(self, one: Contrasted) -> bool:
        """Whether a contrast is explained, be it by the vector itself."""
        return one.vector in self.both_right or bool(self.findings.get(one.vector))

    @property
    def unexplained(self) -> tuple[Contrasted, ...]:
        """Where they differ and nobody says why; silence wants no explanation."""
        return tuple(
            one for one in self.contrasted if one.contrast not in SILENT and not self.explains(one)
        )
