"""Lists of known and flaky differences, as people write them.

::

    # known.toml                             # flaky.toml
    [[known]]                                [[flaky]]
    vectors = "revocation/*"                 vectors = "large/*"
    backend = "gnupg"                        backend = "pgpainless"
    category = "newly_rejected"              reason = "runs out of time on a busy machine"
    reason = "2.4 honours soft revocations"  reference = "#57"
    reference = "https://…/issues/12"
    expires = 2027-06-30

``backend`` is a pattern, by default any; ``expires``, the last day on which the entry counts, may
be left out. All else must be there. Anything misspelt is an error. What entries do is
`harness.forgive`'s business.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from harness.files import FileError, why
from harness.gated import Category, Known
from harness.outcomes import Value

_Words = Annotated[str, Meta(pattern=r"\S")]
"""A text that is not empty, nor blank."""


class KnownListError(FileError):
    """A list of known or flaky differences that cannot be used."""


class FlakyEntry(Value, frozen=True, kw_only=True):
    """What ``[[flaky]]`` may say."""

    vectors: _Words
    """Pattern over vectors, as `--select` takes them; ``*`` stands for whole backends as well."""
    backend: _Words = "*"
    """Pattern over the names of backends."""
    reason: _Words
    """Why it may be."""
    reference: _Words
    """Where more is said: an issue's address or number."""
    expires: date | None = None
    """The last day on which it counts."""


class KnownEntry(FlakyEntry, frozen=True, kw_only=True):
    """What ``[[known]]`` may say."""

    category: Category
    """What differs."""


def read_known(path: Path) -> tuple[Known, ...]:
    """Read a list of known differences.

    Raises:
        KnownListError: there is no such file, it is no TOML, or an entry cannot be understood.
    """
    return _read(path, "known", KnownEntry, lambda entry: entry.category)


def read_flaky(path: Path) -> tuple[Known, ...]:
    """Read a list of flaky differences.

    Raises:
        KnownListError: there is no such file, it is no TOML, or an entry cannot be understood.
    """
    return _read(path, "flaky", FlakyEntry, lambda _: None)


_Entry = TypeVar("_Entry", bound=FlakyEntry)


def _read(
    path: Path, name: str, kind: type[_Entry], category: Callable[[_Entry], Category | None]
) -> tuple[Known, ...]:
    found = []
    for number, raw in enumerate(_entries(path, name), 1):
        place = f"entry {number}"
        try:
            entry = msgspec.convert(_underscored(raw), kind)
        except msgspec.ValidationError as error:
            what = str(error).replace("Object", "it", 1)
            raise KnownListError(path, f"{place}{_named(raw)}: {what}", _hint(what)) from error
        found.append(
            Known(
                source=f"{path}, {place}",
                vectors=entry.vectors,
                backend=entry.backend,
                category=category(entry),
                reason=entry.reason,
                reference=entry.reference,
                expires=entry.expires,
            )
        )
    return tuple(found)


def _underscored(raw: object) -> object:
    """Let a category be spelt as `--fail-on` spells it, too."""
    if isinstance(raw, dict) and isinstance(raw.get("category"), str):
        return {**raw, "category": raw["category"].replace("-", "_")}
    return raw


def _entries(path: Path, name: str) -> list[object]:
    try:
        document = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        raise KnownListError(
            path, "there is no such file", f"a list begins with [[{name}]]"
        ) from None
    except OSError as error:
        raise KnownListError(path, f"cannot be read: {why(error)}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, numbers too long
        raise KnownListError(path, f"is no TOML: {error}") from error
    entries = document.pop(name, [])
    if document:
        key = next(iter(document))
        raise KnownListError(
            path,
            f"holds {key!r}, and may hold {name!r} only",
            f"each entry begins with [[{name}]]; known and flaky differences are two files",
        )
    if not isinstance(entries, list):
        raise KnownListError(
            path, f"{name!r} is no list of entries", f"each begins with [[{name}]], twice bracketed"
        )
    return entries


def _named(raw: object) -> str:
    """Name an entry by its pattern, where it has one: counting entries is no pleasure."""
    vectors = raw.get("vectors") if isinstance(raw, dict) else None
    return f" ({vectors})" if isinstance(vectors, str) else ""


_HINTS = (
    ("`$.category`", f"it is one of: {', '.join(Category)}"),
    ("`category`", f"it is one of: {', '.join(Category)}"),
    ("`$.expires`", "write the day without quotes: expires = 2027-06-30"),
    ("unknown field", "an entry has vectors, backend, category, reason, reference and expires"),
    ("`reason`", 'say in words why it may be: reason = "…"'),
    ("`reference`", 'say where more is said, an issue\'s address: reference = "…"'),
    ("`vectors`", 'a pattern as --select takes them, e.g. vectors = "revocation/*"'),
    ("matching regex", "it must not be empty"),
)
"""What to do, by a word of what is wrong."""


def _hint(what: str) -> str:
    return next((hint for word, hint in _HINTS if word in what), "")
