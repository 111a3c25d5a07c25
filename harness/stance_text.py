"""What a backend says about a vector, on one line for people that a program reads back exactly.

::

    accepted 6A1C…9F02 of 83D1…C919         signing key, of the primary key
    accepted 83D1…C919                      the primary key itself has signed
    accepted ? of 83D1…C919                 ``?`` is a half that is not reported
    rejected key_revoked                    one error class, or several: "malformed, weak_hash"
    rejected                                every class: it just says no
    rejected not missing_key, no_signature  every class but these, where that is shorter
    unsupported                             the class ``unsupported``; others are named as above
    error timeout                           no answer; of `harness.outcomes.ErrorReason`
    skipped
    no signatures                           an answer without any result
    accepted …; rejected bad_signature      one result per signature, in input order
    100 x rejected weak_hash                the same result for a hundred signatures in a row
    rejected key_revoked; native accepted   the native verdict, where it is not what the
                                            results say already: by verdict or by keys

Fingerprints are whole. Evidence, reasons in words and times are left out: they change without
anything having changed. So are an error's kind where the backend answered (its evidence is gone,
too) and the classes of a native verdict that agrees with the results. Pure functions; no I/O.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from harness.outcomes import (
    UNSPECIFIED,
    AcceptedKey,
    Answer,
    ErrorClass,
    ErrorReason,
    Fingerprint,
    NativeVerdict,
    SignatureResult,
    Stance,
    Verdict,
    overall_classes,
    overall_verdict,
)

_SKIPPED = "skipped"
_NO_SIGNATURES = "no signatures"
_NATIVE = "native "
_NEXT = "; "
_AND = " and "
_UNREPORTED = "?"
_ANY = "any"
_NOT = "not "
_COMMA = ", "
_TIMES = re.compile(r"([1-9][0-9]{0,5}) x (.*)", re.DOTALL)


class StanceTextError(ValueError):
    """A text that says nothing a backend could have said."""


def write_stance(stance: Stance) -> str:
    """Write what a backend says, on one line; the same text for the same answer."""
    if stance.answer is not None:
        return _write_answer(stance.answer)
    return _SKIPPED if stance.error is None else f"error {stance.error}"


def read_stance(text: str, *, vector: str, backend: str, profile: str) -> Stance:
    """Read what `write_stance` wrote.

    Raises:
        StanceTextError: the text is none that it writes.
    """
    verdict, answer, error = _read(text)
    return Stance(
        vector=vector,
        backend=backend,
        profile=profile,
        verdict=verdict,
        answer=answer,
        error=error,
    )


def implied_native(results: tuple[SignatureResult, ...]) -> NativeVerdict:
    """The native verdict that says the same as the results per signature."""
    verdict = overall_verdict(results)
    return NativeVerdict(
        verdict=verdict,
        keys=_in_order(result.key for result in results if result.key is not None),
        classes=frozenset() if verdict is Verdict.ERROR else overall_classes(results),
    )


def _write_answer(answer: Answer) -> str:
    runs = itertools.groupby(map(_write_signature, answer.signatures))
    said = [_repeated(text, len(list(same))) for text, same in runs] or [_NO_SIGNATURES]
    if not is_implied(answer):
        said.append(_NATIVE + _write_native(answer.native))
    return _NEXT.join(said)


def is_implied(answer: Answer) -> bool:
    """Tell whether the native verdict says, by verdict and keys, what the results say."""
    native, implied = answer.native, implied_native(answer.signatures)
    same = as_refusal(native.verdict) is as_refusal(implied.verdict)
    return same and _in_order(native.keys) == implied.keys


def as_refusal(verdict: Verdict) -> Verdict:
    """Take "unsupported" for a rejection, as a caller of the usual API has to."""
    return Verdict.REJECTED if verdict is Verdict.UNSUPPORTED else verdict


def _repeated(text: str, times: int) -> str:
    return text if times == 1 else f"{times} x {text}"


def _write_signature(result: SignatureResult) -> str:
    return _write(result.verdict, () if result.key is None else (result.key,), result.classes)


def _write_native(native: NativeVerdict) -> str:
    return _write(native.verdict, _in_order(native.keys), native.classes)


def _write(verdict: Verdict, keys: Iterable[AcceptedKey], classes: frozenset[ErrorClass]) -> str:
    detail = _AND.join(map(_write_key, keys)) or _write_classes(classes, _default(verdict))
    return f"{verdict} {detail}".rstrip()


def _default(verdict: Verdict) -> frozenset[ErrorClass]:
    """The classes that a verdict stands for without naming any."""
    match verdict:
        case Verdict.REJECTED:
            return UNSPECIFIED
        case Verdict.UNSUPPORTED:
            return frozenset({ErrorClass.UNSUPPORTED})
        case _:
            return frozenset()


def _write_key(key: AcceptedKey) -> str:
    if key.signing == key.primary:
        return key.signing or _UNREPORTED
    return f"{key.signing or _UNREPORTED} of {key.primary or _UNREPORTED}"


def _write_classes(classes: frozenset[ErrorClass], default: frozenset[ErrorClass]) -> str:
    if classes == default:
        return ""
    if classes == UNSPECIFIED:
        return _ANY
    others = UNSPECIFIED - classes
    if len(others) < len(classes):
        return _NOT + _COMMA.join(sorted(others))
    return _COMMA.join(sorted(classes))


def _in_order(keys: Iterable[AcceptedKey]) -> tuple[AcceptedKey, ...]:
    return tuple(sorted(set(keys), key=lambda key: (key.signing or "", key.primary or "")))


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Verdict, Answer | None, ErrorReason | None]:
    """Read a text, which most answers share with many others."""
    found = _parse(text)
    _, answer, _ = found
    if answer is not None and (only := _write_answer(answer)) != text:
        raise StanceTextError(f"{_quoted(text)} is to be written {_quoted(only)}")
    return found


def _error_of(verdict: Verdict) -> ErrorReason | None:
    return ErrorReason.EXCEPTION if verdict is Verdict.ERROR else None


def _parse(text: str) -> tuple[Verdict, Answer | None, ErrorReason | None]:
    if text == _SKIPPED:
        return Verdict.SKIPPED, None, None
    word, _, reason = text.partition(" ")
    if word == "error" and reason in tuple(ErrorReason):
        return Verdict.ERROR, None, ErrorReason(reason)
    *said, last = text.split(_NEXT)
    own_native = last.removeprefix(_NATIVE) if said and last.startswith(_NATIVE) else None
    if own_native is None:
        said.append(last)
    results: list[SignatureResult] = []
    if said != [_NO_SIGNATURES]:
        for part in said:
            results += _read_signatures(part)
    signatures = tuple(results)
    native = implied_native(signatures) if own_native is None else _read_native(own_native)
    verdict = overall_verdict(signatures)
    return verdict, Answer(signatures=signatures, native=native), _error_of(verdict)


def _read_signatures(text: str) -> list[SignatureResult]:
    times = _TIMES.fullmatch(text)
    count, one = (int(times[1]), times[2]) if times else (1, text)
    verdict, keys, classes = _read_result(one)
    if len(keys) != (verdict is Verdict.ACCEPTED):
        raise StanceTextError(f"{_quoted(one)} does not name the one key of a signature")
    return [SignatureResult(verdict=verdict, key=next(iter(keys), None), classes=classes)] * count


def _read_native(text: str) -> NativeVerdict:
    verdict, keys, classes = _read_result(text)
    return NativeVerdict(verdict=verdict, keys=keys, classes=classes)


def _read_result(text: str) -> tuple[Verdict, tuple[AcceptedKey, ...], frozenset[ErrorClass]]:
    word, _, detail = text.partition(" ")
    match word:
        case "accepted":
            keys = detail.split(_AND) if detail else []
            return Verdict.ACCEPTED, tuple(map(_read_key, keys)), frozenset()
        case "rejected" | "unsupported":
            verdict = Verdict(word)
            return verdict, (), _read_classes(detail) if detail else _default(verdict)
        case "error" if not detail:
            return Verdict.ERROR, (), frozenset()
        case _:
            raise StanceTextError(f"{_quoted(text)} is no answer of a backend")


def _read_key(text: str) -> AcceptedKey:
    signing, of, primary = text.partition(" of ")
    half = _read_half(signing)
    return AcceptedKey(signing=half, primary=_read_half(primary) if of else half)


def _read_half(text: str) -> Fingerprint | None:
    if text == _UNREPORTED:
        return None
    try:
        return msgspec.convert(text, Fingerprint)
    except msgspec.ValidationError as error:
        raise StanceTextError(f"{_quoted(text)} is no fingerprint") from error


def _read_classes(text: str) -> frozenset[ErrorClass]:
    if text == _ANY:
        return UNSPECIFIED
    names = text.removeprefix(_NOT)
    try:
        classes = frozenset(map(ErrorClass, names.split(_COMMA)))
    except ValueError as error:
        raise StanceTextError(f"{_quoted(text)} is no list of error classes") from error
    if text.startswith(_NOT):
        classes = UNSPECIFIED - classes
    if not classes:
        raise StanceTextError(f"{_quoted(text)} leaves no error class")
    return classes


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
