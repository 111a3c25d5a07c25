"""Known lists: what a verifier is known to get wrong, and what becomes of an entry over time.

Pure, but for `read_known`. A list is TOML::

    [[known]]
    vectors = "revocation/*-compromised-*"  # as --select takes it
    judgement = "false_accept"              # or several: ["false_accept", "wrong_key"]
    reason = "gpgv leaves revocations to its caller"
    reference = "https://…"                 # optional, and so are the next three
    expires = 2027-06-30                    # the last day on which it counts
    test = "*test_gpgv*"                    # only in tests whose node id matches
    backend = "gpgv"                        # only where this backend is asked

Lists are strict: an entry that excuses nothing any more is a fault, as is one that has expired.
They speak of judgements; the gate's lists (`harness.gate`) speak of changes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from harness.corpus import SelectionError, select
from harness.files import FileError, why
from harness.judge import Judgement
from harness.openpgp import harmless
from harness.outcomes import Value
from harness.vector import Corpus

FAILURES = (
    Judgement.FALSE_ACCEPT,
    Judgement.WRONG_KEY,
    Judgement.FALSE_REJECT,
    Judgement.ERROR,
    Judgement.WRONG_CLASS,
)
"""What fails a test, and so may be known."""

Failure = Literal["false_accept", "wrong_key", "false_reject", "error", "wrong_class"]


class KnownListError(FileError):
    """A known list that cannot be used."""


class Place(NamedTuple):
    """Where a vector is put to a verifier."""

    test: str
    """Node id of the test without its parameters."""
    vector: str
    backend: str
    """Empty where the test has a verifier of its own."""


class _Entry(Value, frozen=True, kw_only=True):
    """An entry as it is written; see the module's docstring."""

    vectors: Annotated[str, Meta(min_length=1)]
    judgement: Failure | tuple[Failure, ...]
    reason: Annotated[str, Meta(min_length=1)]
    reference: str = ""
    expires: date | None = None
    test: str = "*"
    backend: str = "*"


class _List(Value, frozen=True, kw_only=True):
    known: tuple[_Entry, ...] = ()


class Known(Value, frozen=True, kw_only=True):
    """An entry of a list, with the vectors it speaks of."""

    source: str
    """File and place, for messages: ``known.toml, entry 3``."""
    pattern: str
    vectors: frozenset[str]
    judgements: frozenset[Judgement]
    reason: str
    reference: str = ""
    expires: date | None = None
    test: str = "*"
    backend: str = "*"

    def speaks_of(self, place: Place) -> bool:
        """Tell whether it is about this vector in this test, whatever the judgement."""
        return (
            place.vector in self.vectors
            and (self.backend == "*" or fnmatchcase(place.backend, self.backend))
            and fnmatchcase(place.test, self.test)
        )

    def has_expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.expires is not None and self.expires < today

    def because(self) -> str:
        """Its reason and reference, in one line."""
        return f"{self.reason} ({self.reference})" if self.reference else self.reason


def read_known(path: Path, name: str, corpus: Corpus) -> tuple[Known, ...]:
    """Read a list; an empty one is right for a verifier that does all right.

    Args:
        path: the file.
        name: what to call it in messages.
        corpus: what its patterns choose from.

    Raises:
        KnownListError: it is not there, is no known list, or a pattern in it matches no vector.
    """
    try:
        document = tomllib.loads(path.read_bytes().decode())
        entries = msgspec.convert(document, _List).known
    except OSError as error:
        raise KnownListError(path, f"cannot be read: {why(error)}") from error
    except msgspec.ValidationError as error:
        raise KnownListError(path, f"is no known list: {error}", _HINT) from error
    except (ValueError, RecursionError) as error:
        raise KnownListError(path, f"is no TOML: {error}") from error
    return tuple(
        _known(path, name, number, entry, corpus) for number, entry in enumerate(entries, 1)
    )


_HINT = "docs/pytest.md says what an entry holds"


def _known(path: Path, name: str, number: int, entry: _Entry, corpus: Corpus) -> Known:
    try:
        chosen = select(corpus, (entry.vectors,))
    except SelectionError as error:
        raise KnownListError(
            path, f"entry {number}: {error}", "remove the entry, or mend its pattern"
        ) from error
    named = (entry.judgement,) if isinstance(entry.judgement, str) else entry.judgement
    if not named:
        raise KnownListError(path, f"entry {number} knows no judgement", _HINT)
    return Known(
        source=f"{name}, entry {number}",
        pattern=entry.vectors,
        vectors=frozenset(vector.id for vector in chosen.vectors),
        judgements=frozenset(map(Judgement, named)),
        reason=entry.reason,
        reference=entry.reference,
        expires=entry.expires,
        test=entry.test,
        backend=entry.backend,
    )


class Ledger(Value, frozen=True, kw_only=True):
    """An entry's account in one session."""

    source: str
    pattern: str
    expired: str = ""
    """Its last day, if that is over."""
    places: frozenset[Place]
    """Where it could have excused something, in all tests that were collected."""
    all_places: bool
    """Whether these are all places in these tests, and not what the command line left of them."""
    all_tests: bool
    """Whether the command line left no tests out."""


def faults(
    ledgers: Iterable[Ledger],
    *,
    ran: frozenset[Place],
    judged: frozenset[Place],
    excused: Mapping[str, frozenset[Place]],
) -> Iterator[str]:
    """Say which entries have to go, a line each.

    An entry is stale if it excused nothing although each of its places ran, and something was
    judged there. Where the user chose other tests or vectors, nothing can be said of it.

    Args:
        ledgers: the entries.
        ran: where a test ran to its end, skipped or not.
        judged: where the verifier was judged.
        excused: where each entry, by its source, excused something.
    """
    for entry in ledgers:
        if excused.get(entry.source):
            continue
        what = f"{entry.source} ({harmless(entry.pattern)})"
        if entry.expired:
            if entry.places:
                yield f"{what}: it expired on {entry.expired}; renew it, or remove it"
        elif not entry.all_places:
            continue
        elif not entry.places:
            if entry.all_tests:
                yield f"{what}: no test puts a vector of it to a verifier; remove it"
        elif entry.places <= ran and not entry.places.isdisjoint(judged):
            count = len({place.vector for place in entry.places})
            them = "its vector is not" if count == 1 else f"none of its {count} vectors is"
            yield f"{what}: {them} judged so any more; remove it"
