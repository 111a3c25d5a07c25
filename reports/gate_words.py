"""What the outputs of the gate have in common: words, how each difference stands, fingerprints.

The texts are raw: they quote backends and lists, and each renderer escapes them for its place.
It knows no format.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping

from harness.gated import PASSING, Category, Difference, Gated, Known, ListFault
from reports import words

TOOL = "pgp-accord gate"
WHOLE_BACKEND = "(whole backend)"


class Standing(enum.StrEnum):
    """What becomes of a difference; each difference stands in exactly one way."""

    FAILS = "fails"
    """It fails the gate."""
    TOLERATED = "tolerated"
    """It would fail the gate, had the user not chosen otherwise."""
    FORGIVEN = "forgiven"
    """A list says that it may be."""
    HARMLESS = "harmless"
    """Of a kind that fails a gate only on request."""


MEANINGS: Mapping[Category, str] = {
    Category.NEWLY_ACCEPTED: "accepted now, and not in the baseline",
    Category.OTHER_KEY: "accepted as before, as signed by another key",
    Category.VANISHED: "an answer in the baseline, none now",
    Category.NEWLY_REJECTED: "accepted in the baseline, and not now",
    Category.NEW_ERROR: "an error now, and none in the baseline",
    Category.OTHER_CLASS: "rejected as before, for reasons that exclude the former ones",
    Category.REMOVED: "no longer in the corpus, or no longer asked",
    Category.FIXED: "judged wrong in the baseline, and as it should be now",
    Category.ADDED: "not in the baseline",
}

HELP: Mapping[Category, str] = {
    Category.NEWLY_ACCEPTED: (
        "The backend accepts a signature that it did not accept, and that no expectation wants "
        "accepted. Whoever relies on it may trust what must not be trusted. Find out why before "
        "you ship the change."
    ),
    Category.OTHER_KEY: (
        "The backend accepts a signature as before, and names another key as its signer. Whoever "
        "compares fingerprints trusts somebody else now, or nobody. Find out which key is right "
        "before you ship the change."
    ),
    Category.VANISHED: (
        "A vector, a backend or a signature was judged in the baseline, and now there is no "
        "answer. Nothing is known about it any more. See that the backend is installed and that "
        "nothing skips the vector; if it is meant, take a new baseline."
    ),
    Category.NEWLY_REJECTED: (
        "The backend no longer accepts a signature that it accepted. Signatures that users have "
        "may stop working. If it is meant, list it with a reason or take a new baseline."
    ),
    Category.NEW_ERROR: (
        "The backend fails (crash, timeout, exception) where it had an answer. A caller gets "
        "neither yes nor no. Reproduce it with “pgp-accord show”, and report it upstream."
    ),
    Category.OTHER_CLASS: (
        "The backend rejects as before and gives another reason. A caller that tells reasons "
        "apart behaves differently. If the new reason is right, take a new baseline."
    ),
    Category.REMOVED: (
        "The corpus no longer has the vector, or the run no longer asks the backend. The gate no "
        "longer watches it. If it is meant, take a new baseline."
    ),
    Category.FIXED: (
        "The backend was judged wrong, and now does as it should. Take a new baseline, so that "
        "the gate notices if it is undone."
    ),
    Category.ADDED: (
        "The baseline does not know the vector or the backend. Take a new baseline, so that the "
        "gate watches it."
    ),
}

FAULTS: Mapping[ListFault, str] = {
    ListFault.STALE: "An entry of a known or flaky list matches nothing any more. Remove it.",
    ListFault.EXPIRED: (
        "An entry of a known or flaky list is past its last day. Look at the difference again; "
        "then remove the entry, or give it a later day."
    ),
    ListFault.OVERLAP: (
        "Two entries of the known or flaky lists match the same difference. Remove one of them, "
        "or make it narrower."
    ),
}


def standing(gated: Gated, difference: Difference) -> Standing:
    """Say how a difference stands."""
    if difference.forgiven:
        return Standing.FORGIVEN
    if difference.category in gated.fail_on:
        return Standing.FAILS
    return Standing.HARMLESS if difference.category in PASSING else Standing.TOLERATED


def those(gated: Gated, *standings: Standing) -> tuple[Difference, ...]:
    """Give the differences that stand so, in the order of the gate."""
    return tuple(one for one in gated.differences if standing(gated, one) in standings)


def name(kind: Category | ListFault) -> str:
    """Write a category or a fault as words."""
    return kind.replace("_", " ")


def title(kind: Category | ListFault) -> str:
    """Write a category or a fault as a heading."""
    return name(kind).capitalize()


def vector(difference: Difference) -> str:
    """Name the vector, also where the difference is about a whole backend."""
    return difference.vector or WHOLE_BACKEND


def changed(difference: Difference) -> str:
    """Say in one line what differs."""
    return difference.detail or MEANINGS[difference.category]


def told(difference: Difference) -> str:
    """Say in one line what differs, and the change of version that may explain it."""
    text = changed(difference)
    return f"{text}; {difference.upgrade}" if difference.upgrade else text


def excuse(difference: Difference) -> Known:
    """Give the entry that forgives a difference.

    Raises:
        ValueError: none does.
    """
    entry = difference.known or difference.flaky
    if entry is None:
        raise ValueError(f"nothing forgives {difference.vector} at {difference.backend}")
    return entry


def because(difference: Difference) -> str:
    """Say in one line why a difference is forgiven.

    Raises:
        ValueError: it is not.
    """
    entry = excuse(difference)
    kind = "known" if difference.known is not None else "flaky"
    text = f"{kind}: {entry.reason}"
    if entry.reference:
        text += f" ({entry.reference})"
    if entry.expires is not None:
        text += f", until {entry.expires.isoformat()}"
    return text


def pairs(gated: Gated) -> str:
    """Count what was compared."""
    vectors = "pair of vector and backend", "pairs of vector and backend"
    return words.counted(gated.compared, *vectors)


def result(gated: Gated) -> str:
    """Say in one line how it ended: ``failed: 3 differences, 1 faulty list entry; …``."""
    parts = []
    if gated.failing:
        parts.append(words.counted(len(gated.failing), "failing difference"))
    if gated.faulty:
        parts.append(words.counted(len(gated.faulty), "faulty list entry", "faulty list entries"))
    if not parts:
        parts.append("nothing fails")
    others = [
        f"{len(found)} {kind}"
        for kind in (Standing.FORGIVEN, Standing.TOLERATED, Standing.HARMLESS)
        if (found := those(gated, kind))
    ]
    verdict = "passed" if gated.passed else "failed"
    return f"{verdict}: {', '.join(parts + others)}; {pairs(gated)} compared"


def list_file(entry: Known) -> str:
    """Give the file of a list's entry, as far as its source names one; else nothing."""
    return entry.source.rpartition(", ")[0]


def difference_fingerprint(difference: Difference) -> str:
    """Identify a difference from run to run: by category, backend and vector, not by details."""
    return _fingerprint(difference.category, difference.backend, difference.vector)


def fault_fingerprint(fault: ListFault, entry: Known) -> str:
    """Identify a faulty entry from run to run: by what it says, not by its place in the file."""
    category = entry.category or ""
    return _fingerprint(fault, list_file(entry), entry.backend, entry.vectors, category)


def _fingerprint(*parts: str) -> str:
    # ascii() tells any two tuples apart, and is the same for every version of Unicode.
    exact = ascii(tuple(map(str, parts)))
    return hashlib.sha256(exact.encode("ascii")).hexdigest()
