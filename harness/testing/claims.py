"""What a test says of its verifier, made into an answer that `harness.judge` can judge.

Pure: values in, values out. It refuses what is ambiguous, since a claim that is taken for another
one would let a wrong verifier pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from harness.outcomes import (
    FINGERPRINT_PATTERN,
    UNSPECIFIED,
    AcceptedKey,
    Answer,
    ErrorClass,
    NativeVerdict,
    SignatureResult,
    Verdict,
    overall_classes,
    overall_verdict,
    refusal,
)


class ClaimError(ValueError):
    """Something said of a verifier that cannot be judged; the text says how to say it."""


def claim(
    accepted: bool,
    *,
    key: str | AcceptedKey | None,
    primary: str | None,
    keys: Iterable[str | AcceptedKey],
    classes: Iterable[str],
) -> NativeVerdict:
    """Make a verdict about a whole input of what a verifier's usual call or exit code said.

    Args:
        accepted: whether the verifier accepted the input.
        key: fingerprint of the signing key that it named, if it named one.
        primary: fingerprint of the primary key of that key's certificate.
        keys: where it named several: all of them.
        classes: the error classes that its words allow; none stands for all.

    Raises:
        ClaimError: it contradicts itself, or a fingerprint or a class is none.
    """
    if not isinstance(accepted, bool):
        raise ClaimError(
            f"say accepted as True or False, not as {type(accepted).__name__}: "
            "what counts as accepted is for the test to say"
        )
    named = _named(key, primary, keys)
    found = frozenset(map(_error_class, _several(classes, "classes")))
    if accepted:
        if found:
            raise ClaimError("what is accepted has no error classes: leave out classes")
        return NativeVerdict(verdict=Verdict.ACCEPTED, keys=named)
    if named:
        raise ClaimError("what is rejected is vouched for by no key: leave out key and keys")
    found = found or UNSPECIFIED
    return NativeVerdict(verdict=refusal(found), classes=found)


def unsupported() -> NativeVerdict:
    """Make a verdict of a verifier's saying that it cannot judge."""
    return NativeVerdict(verdict=Verdict.UNSUPPORTED, classes=frozenset({ErrorClass.UNSUPPORTED}))


def answer_of(native: NativeVerdict) -> Answer:
    """Make an answer of a verdict about the whole input, with no results per signature."""
    return Answer(signatures=(), native=native)


def answer_of_each(results: Sequence[SignatureResult]) -> Answer:
    """Make an answer of one result per signature; its native verdict follows from them."""
    verdict = overall_verdict(results)
    classes = overall_classes(results) if verdict in _REFUSALS else frozenset[ErrorClass]()
    keys = tuple(result.key for result in results if result.key is not None)
    return Answer(
        signatures=tuple(results),
        native=NativeVerdict(verdict=verdict, keys=keys, classes=classes),
    )


_REFUSALS = (Verdict.REJECTED, Verdict.UNSUPPORTED)
_FINGERPRINT = re.compile(FINGERPRINT_PATTERN)


def _named(
    key: str | AcceptedKey | None, primary: str | None, keys: Iterable[str | AcceptedKey]
) -> tuple[AcceptedKey, ...]:
    several = tuple(map(_accepted_key, _several(keys, "keys")))
    if key is None and primary is None:
        return several
    if several:
        raise ClaimError("say either key and primary, or keys, not both")
    if isinstance(key, AcceptedKey):
        if primary is not None:
            raise ClaimError("an AcceptedKey has its primary key inside: leave out primary")
        return (key,)
    return (
        AcceptedKey(
            signing=None if key is None else _fingerprint(key),
            primary=None if primary is None else _fingerprint(primary),
        ),
    )


def _accepted_key(key: str | AcceptedKey) -> AcceptedKey:
    return key if isinstance(key, AcceptedKey) else AcceptedKey(signing=_fingerprint(key))


def _fingerprint(text: str) -> str:
    if not isinstance(text, str):
        raise ClaimError(f"a fingerprint is a str, not {type(text).__name__}")
    fingerprint = "".join(text.split()).removeprefix("0x").upper()
    if _FINGERPRINT.search(fingerprint) is None:
        is_key_id = re.fullmatch("[0-9A-F]{8}|[0-9A-F]{16}", fingerprint)
        what = "is a key ID, and two keys can share one" if is_key_id else "is no fingerprint"
        raise ClaimError(f"{text!r} {what}: give all hexadecimal digits (32, 40 or 64), or no key")
    return fingerprint


def _error_class(name: str) -> ErrorClass:
    try:
        return ErrorClass(name)
    except ValueError:
        raise ClaimError(
            f"{name!r} is no error class; there are: {', '.join(ErrorClass)}"
        ) from None


Item = TypeVar("Item")


def _several(values: Iterable[Item], what: str) -> Iterable[Item]:
    if isinstance(values, str):  # which is an iterable of str, too
        raise ClaimError(f"{what} takes a list: [{values!r}]")
    return values
