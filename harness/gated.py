"""What a gate can find: the values that the gate's engine makes and every renderer shows.

No functions but what a value knows about itself; `harness.gate` says how they come about.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from harness.outcomes import Stance


class Category(enum.StrEnum):
    """What a difference means; the order of definition is the order of gravity."""

    NEWLY_ACCEPTED = "newly_accepted"
    """A signature is accepted that was not: something may be trusted that must not."""
    OTHER_KEY = "other_key"
    """Still accepted, as signed by another key."""
    VANISHED = "vanished"
    """A vector, a backend or a signature that had an answer is no longer judged."""
    NEWLY_REJECTED = "newly_rejected"
    """A signature is no longer accepted."""
    NEW_ERROR = "new_error"
    """An error where there was none."""
    OTHER_CLASS = "other_class"
    """Still rejected, for reasons that exclude the former ones."""
    REMOVED = "removed"
    """The corpus no longer has the vector, or the run no longer asks the backend on purpose."""
    FIXED = "fixed"
    """It was judged wrong, and now it is as it should be."""
    ADDED = "added"
    """A vector or a backend that the baseline does not know."""


PASSING = frozenset({Category.FIXED, Category.ADDED})
"""What does not fail a gate unless it is told to."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """An entry of a list of known or flaky differences."""

    source: str
    """File and place, for messages: ``known.toml, entry 3``."""
    vectors: str
    """Pattern over vector ids, as `--select` takes them."""
    backend: str
    """Pattern over backend names."""
    category: Category | None
    """What is known; ``None`` in a flaky list: anything."""
    reason: str
    reference: str = ""
    """An issue's address or number."""
    expires: date | None = None
    """The last day on which it counts."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not as it was."""

    category: Category
    vector: str
    """Empty where it is about a whole backend."""
    backend: str
    before: Stance | None = None
    """``None`` for what was added."""
    after: Stance | None = None
    """``None`` for what vanished or was removed."""
    native: bool = False
    """Whether only the native verdict (usual call, exit code) differs."""
    detail: str = ""
    """In words, one line: ``accepted …0123 → rejected (key_revoked)``. It quotes backends: escape
    it before showing it."""
    upgrade: str = ""
    """The backend's change of version that may explain it: ``gnupg 2.2.40 → 2.4.7``."""
    known: Known | None = None
    """The entry of the known list that expects it."""
    flaky: Known | None = None
    """The entry of the flaky list that forgives it."""

    @property
    def forgiven(self) -> bool:
        """Whether a list says that it may be."""
        return self.known is not None or self.flaky is not None


class ListFault(enum.StrEnum):
    """What is wrong with an entry of a list."""

    STALE = "stale"
    """It matches nothing (any more)."""
    EXPIRED = "expired"
    OVERLAP = "overlap"
    """Another entry matches the same difference: one of them is too many."""


@dataclass(frozen=True, kw_only=True)
class Faulty:
    """An entry that fails the gate."""

    entry: Known
    fault: ListFault
    detail: str
    """In words, with what to do."""


@dataclass(frozen=True, kw_only=True)
class Gated:
    """What the gate found."""

    baseline: str
    """Where the baseline came from, for people."""
    run: str
    """Where the run came from."""
    compared: int
    """How many pairs of vector and backend are in both."""
    upgrades: tuple[str, ...] = ()
    """Changes of version, one line each."""
    notes: tuple[str, ...] = ()
    """What a reader must know: another corpus, another machine."""
    differences: tuple[Difference, ...] = ()
    """The gravest first, then by vector and backend."""
    faulty: tuple[Faulty, ...] = ()
    fail_on: frozenset[Category] = frozenset(Category) - PASSING

    @property
    def failing(self) -> tuple[Difference, ...]:
        """The differences that fail the gate."""
        return tuple(
            one for one in self.differences if one.category in self.fail_on and not one.forgiven
        )

    @property
    def passed(self) -> bool:
        """Whether nothing fails."""
        return not self.failing and not self.faulty
