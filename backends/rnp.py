"""RNP, which Thunderbird verifies with: librnp 0.16 or later, in this process, through ctypes.

Certificates are imported as ``rnpkeys --import`` does: one with anything in it that RNP cannot read
is refused (with its option ``--permissive``, an unreadable *revocation* would be left out and the
key trusted). RNP merges copies, judges keys on loading, and has an option for the reference time.
Each signature has a status code, but these are few: *why* stands only in the log, which RNP writes
to standard error if ``RNP_LOG_CONSOLE`` is set. It is caught there (a message that RNP dies with is
lost by that) and narrows the classes. No acceptance depends on it. Whether a refusal counts as
*unsupported* does, as no status code says so.

The native verdict is the result of ``rnp_op_verify_execute``. It is success for a signature that
has expired or comes from the future, and for a message that holds no signature at all; of several,
one that is not bad suffices. Its keys are those of ``rnp_op_verify_signature_get_key``;
the result per signature has the fingerprint that the signature names.

What it cannot do (0.16.3): version 6, Ed25519 and Ed448 as of RFC 9580, an unknown packet or
padding beside a detached signature. It looks at no key flags and at no key sizes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from ctypes import c_void_p
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from backends import _librnp
from backends._librnp import SUCCESS, Checked, Key, Rule
from backends._packages import package_of
from harness.artifact import OPENPGP_FORMATS, Artifact
from harness.backend import (
    Adapter,
    Capabilities,
    Clock,
    Description,
    Exported,
    KeyHalf,
    Present,
    Reading,
    Snippet,
    Unavailable,
)
from harness.openpgp.split import split_certificates
from harness.outcomes import (
    UNSPECIFIED,
    AcceptedKey,
    ErrorClass,
    Evidence,
    NativeVerdict,
    SignatureResult,
    Verdict,
    accepted,
    clip,
    failed,
    native_like,
    rejected,
)

_INVALID = 0x12000002  # RNP_ERROR_SIGNATURE_INVALID
_NO_KEY = 0x12000005  # RNP_ERROR_KEY_NOT_FOUND
_EXPIRED = 0x1200000B  # RNP_ERROR_SIGNATURE_EXPIRED
_UNKNOWN = 0x1200000D  # RNP_ERROR_SIGNATURE_UNKNOWN

_CLASSES_BY_STATUS: Mapping[int, frozenset[ErrorClass]] = {
    _INVALID: UNSPECIFIED - {ErrorClass.MISSING_KEY, ErrorClass.NO_SIGNATURE},
    _NO_KEY: frozenset({ErrorClass.MISSING_KEY}),
    _EXPIRED: frozenset({ErrorClass.SIGNATURE_EXPIRED, ErrorClass.SIGNATURE_NOT_YET_VALID}),
    _UNKNOWN: frozenset({ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED, ErrorClass.MISSING_KEY}),
}
"""By a signature's status, the classes it leaves where the log says nothing."""

_UNREADABLE = frozenset({ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE, ErrorClass.UNSUPPORTED})
_CLASSES_BY_RESULT: Mapping[int, frozenset[ErrorClass]] = {
    SUCCESS: frozenset({ErrorClass.NO_SIGNATURE}),
    0x10000001: _UNREADABLE,  # RNP_ERROR_BAD_FORMAT
    # RNP_ERROR_BAD_PARAMETERS: what it says if it could read no signature.
    0x10000002: _UNREADABLE | {ErrorClass.UNKNOWN_CRITICAL},
    0x11000001: _UNREADABLE,  # RNP_ERROR_READ
    _INVALID: UNSPECIFIED,
    0x12000006: _UNREADABLE,  # RNP_ERROR_NO_SUITABLE_KEY: an encrypted message
}
"""By the result of the whole, likewise, where no signature has a status. A code that is not here
is no refusal: out of memory, a misuse."""

_SUBPACKETS = frozenset({ErrorClass.UNKNOWN_CRITICAL, ErrorClass.MALFORMED})
_CLASSES_BY_LOG: tuple[tuple[str, frozenset[ErrorClass]], ...] = (
    ("wrong lbits", frozenset({ErrorClass.BAD_SIGNATURE})),
    ("Insecure hash algorithm ", frozenset({ErrorClass.WEAK_HASH})),
    ("signature expired", frozenset({ErrorClass.SIGNATURE_EXPIRED})),
    ("signature created ", frozenset({ErrorClass.SIGNATURE_NOT_YET_VALID})),
    ("signature made after key expiration", frozenset({ErrorClass.KEY_EXPIRED})),
    # Also where the signature has no time at all.
    (
        "key is newer than signature",
        frozenset({ErrorClass.KEY_NEWER_THAN_SIGNATURE, ErrorClass.MALFORMED}),
    ),
    ("issuer fingerprint doesn't match ", frozenset({ErrorClass.IDENTITY_MISMATCH})),
    ("cannot get signer's key fp or id ", frozenset({ErrorClass.MISSING_KEY})),
    ("unknown critical ", frozenset({ErrorClass.UNKNOWN_CRITICAL})),
    ("failed to parse hashed subpackets", _SUBPACKETS),
    ("failed to parse unhashed subpackets", _SUBPACKETS),
    ("creation time subpacket must be hashed", frozenset({ErrorClass.MALFORMED})),
    # A type that no document has, or one that RNP does not know.
    (
        "Invalid document signature type: ",
        frozenset({ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
    ),
    # A hash that the Hash header or the one-pass packet does not name, or one it does not know.
    ("failed to get hash context", frozenset({ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED})),
    (
        "Signature and key do not agree on algorithm ",
        frozenset({ErrorClass.BAD_SIGNATURE, ErrorClass.MALFORMED}),
    ),
    ("Unknown pk algorithm : ", frozenset({ErrorClass.UNSUPPORTED})),
    ("unknown signature version: ", frozenset({ErrorClass.UNSUPPORTED})),
    ("unknown key algorithm: ", frozenset({ErrorClass.UNSUPPORTED})),
    ("wrong key packet version", frozenset({ErrorClass.UNSUPPORTED})),
    ("unknown compression algorithm: ", frozenset({ErrorClass.UNSUPPORTED})),
    ("wrong length of hashed data", frozenset({ErrorClass.MALFORMED})),
    ("wrong packet or hashed subpackets length", frozenset({ErrorClass.MALFORMED})),
    ("0 mpi", frozenset({ErrorClass.MALFORMED})),
    ("failed to read mpi", frozenset({ErrorClass.MALFORMED})),
    ("too large mpi", frozenset({ErrorClass.MALFORMED})),
)
"""What a line of the log begins with, and what it means for what it is about. Measured with 0.16.3.
Lines that are not here say nothing by themselves, or repeat another."""

_CLASSES_BY_STATE: Mapping[str, ErrorClass] = {
    "rnp_key_is_revoked": ErrorClass.KEY_REVOKED,
    "rnp_key_is_expired": ErrorClass.KEY_EXPIRED,
}
"""What RNP says of a key, or its primary key, when asked."""

_DISTRUST = "invalid or untrusted key"
"""The line for every key that does not count, whatever the reason."""

_WHY_UNTRUSTED = frozenset(
    {
        ErrorClass.UNBOUND_KEY,
        ErrorClass.KEY_EXPIRED,
        ErrorClass.KEY_REVOKED,
        ErrorClass.KEY_NEWER_THAN_SIGNATURE,
        ErrorClass.WEAK_HASH,
        ErrorClass.UNSUPPORTED,
        ErrorClass.UNKNOWN_CRITICAL,
    }
)
"""Reasons for that, as far as another line or a state of the key tells them. RNP is silent about
a key whose binding is missing or does not verify."""

_WHY_REFUSED = frozenset(
    {
        ErrorClass.MALFORMED,
        ErrorClass.UNSUPPORTED,
        ErrorClass.UNKNOWN_CRITICAL,
        ErrorClass.UNBOUND_KEY,
    }
)
"""Reasons to refuse a certificate on loading, where no line tells."""

_LOG_LINE = re.compile(r"\[\w+\(\) [^]]*\] (.*)")


@dataclass(frozen=True, slots=True)
class Keyring:
    """One case's certificates inside RNP, and what it said on loading them."""

    ffi: c_void_p
    refusals: tuple[str, ...]
    log: tuple[str, ...]


class RNP(Adapter[Keyring]):
    """The library librnp."""

    name: ClassVar[str] = "rnp"
    clock: ClassVar[Clock] = Clock.NATIVE

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if _librnp.find() is None:
            return Unavailable(
                reason="no librnp on this machine", install="apt-get install librnp0"
            )
        return Present()

    def __init__(self, workdir: Path) -> None:  # noqa: ARG002  it writes no files
        os.environ["RNP_LOG_CONSOLE"] = "1"  # RNP looks once, when it has something to say
        path = _librnp.find()
        if path is None:
            raise FileNotFoundError("no librnp on this machine")
        self._path = path
        self._rnp = _librnp.Library(path)
        log: list[str] = []
        with _librnp.logged(log):
            self._rnp.close_keyring(self._load((b"no certificate",), datetime.now(UTC)).ffi)
        self._talks = bool(log)

    def describe(self) -> Description:
        version, components = self._rnp.versions()
        return Description(
            name=self.name,
            version=version,
            components=components | package_of(str(self._path)),
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS, clock=self.clock, reports=frozenset(KeyHalf)
            ),
            notes=(
                "native verdict: rnp_op_verify_execute, success also for expired signatures",
                "a certificate with anything unreadable in it is refused as a whole",
                _in_words(self._rnp.security_rules()),
                *(() if self._talks else ("writes no log: classes stay wide",)),
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Keyring:
        log: list[str] = []
        with _librnp.logged(log):
            loaded = self._load(certificates, at)
        return replace(loaded, log=tuple(log))

    def _load(self, certificates: tuple[bytes, ...], at: datetime) -> Keyring:
        ffi = self._rnp.open_keyring(int(at.timestamp()))
        refusals: list[str] = []
        for data in certificates:
            if self._rnp.import_certificates(ffi, data) == SUCCESS:
                continue
            for part in split_certificates(data):  # one must not spoil the others
                code = self._rnp.import_certificates(ffi, part)
                if code != SUCCESS:
                    refusals.append(f"certificate refused: {self._rnp.named(code)}")
        return Keyring(ffi, tuple(refusals), ())

    def unload(self, keys: Keyring) -> None:
        self._rnp.close_keyring(keys.ffi)

    def check(self, keys: Keyring, artifact: Artifact, at: datetime) -> Reading:  # noqa: ARG002
        log: list[str] = []
        with _librnp.logged(log):
            result, found = self._rnp.verify(keys.ffi, artifact)
        evidence = Evidence(
            status=(
                *keys.refusals,
                f"execute: {self._rnp.named(result)}",
                *(f"signature: {self._rnp.named(one.status)}" for one in found),
                *(
                    f"key: {s}"
                    for one in found
                    if one.checked_with
                    for s in one.checked_with.states
                ),
            ),
            message=clip("\n".join((*keys.log, *log))),
        )
        first_is_good = result == SUCCESS and [one.status for one in found[:1]] == [SUCCESS]
        no = self._refusal(result, found, keys, log, evidence)
        if result != SUCCESS:
            native = native_like(no)
        else:
            passed = tuple(_pair(one.named) for one in found if one.status in (SUCCESS, _EXPIRED))
            native = NativeVerdict(verdict=Verdict.ACCEPTED, keys=passed, evidence=evidence)
        return Reading(
            accepted(_pair(found[0].checked_with), evidence) if first_is_good else no, native
        )

    def _refusal(
        self,
        result: int,
        found: Sequence[Checked],
        keys: Keyring,
        log: Sequence[str],
        evidence: Evidence,
    ) -> SignatureResult:
        """Say no, with all classes that codes, log and states leave."""
        statuses = {one.status for one in found} - {SUCCESS}
        if result not in _CLASSES_BY_RESULT or not statuses <= _CLASSES_BY_STATUS.keys():
            return failed(evidence)
        classes = _classes(log)
        if _DISTRUST in _texts(log):
            classes |= frozenset().union(*map(_states, found))
            if not classes & _WHY_UNTRUSTED:
                classes |= _classes(keys.log) & _WHY_UNTRUSTED | {ErrorClass.UNBOUND_KEY}
        elif not classes and statuses == {_INVALID} and self._talks:
            classes = frozenset({ErrorClass.BAD_SIGNATURE})  # only arithmetic fails without a word
        if _NO_KEY in statuses:
            classes |= {ErrorClass.MISSING_KEY}
            classes |= (_classes(keys.log) or _WHY_REFUSED) if keys.refusals else frozenset()
        if not classes:
            by_status = (_CLASSES_BY_STATUS[status] for status in statuses)
            classes = frozenset().union(*by_status) or _CLASSES_BY_RESULT[result]
        return rejected(classes, evidence)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        return Snippet(
            suffix=".py",
            text=_SCRIPT.format(
                certificates=list(exported.certificates),
                signed=exported.data or exported.message,
                signature=exported.signature,
                at=max(1, int(exported.at.timestamp())),
            ),
        )


def _in_words(rules: Sequence[Rule]) -> str:
    """Say which security rules are in force: those that this build comes with, and no others."""
    told = [
        f"{rule.algorithm} for {rule.use} since {datetime.fromtimestamp(rule.since, UTC):%F}"
        for rule in rules
    ]
    return f"stock security rules, by a signature's date: {', '.join(told) or 'none that it names'}"


def _pair(key: Key | None) -> AcceptedKey:
    return (
        AcceptedKey() if key is None else AcceptedKey(signing=key.fingerprint, primary=key.primary)
    )


def _states(one: Checked) -> frozenset[ErrorClass]:
    said = one.checked_with.states if one.checked_with else frozenset()
    return frozenset(_CLASSES_BY_STATE[state] for state in said)


def _texts(log: Iterable[str]) -> list[str]:
    """The log's lines without the places in RNP's source that they begin with."""
    return [found[1] for line in log if (found := _LOG_LINE.fullmatch(line))]


def _classes(log: Iterable[str]) -> frozenset[ErrorClass]:
    found = [
        classes
        for text in _texts(log)
        for start, classes in _CLASSES_BY_LOG
        if text.startswith(start)
    ]
    return frozenset().union(*found)


_SCRIPT = '''\
"""What librnp says about this input; needs Python and librnp (Debian: librnp0)."""
import ctypes
import os
import sys
from ctypes import byref, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path

os.environ["RNP_LOG_CONSOLE"] = "1"
rnp = ctypes.CDLL("librnp.so.0")
rnp.rnp_result_to_string.restype = ctypes.c_char_p


def source(name):
    made = c_void_p()
    rnp.rnp_input_from_path(byref(made), name.encode())
    return made


def said(what, code):
    text = rnp.rnp_result_to_string(c_uint32(code)).decode()
    print(what, hex(code & 0xFFFFFFFF), text)
    return code


def fingerprint(get, key):
    text = c_void_p()
    return None if get(key, byref(text)) else ctypes.string_at(text.value).decode()


ffi, operation, nowhere, count = c_void_p(), c_void_p(), c_void_p(), c_size_t()
rnp.rnp_ffi_create(byref(ffi), b"GPG", b"GPG")
rnp.rnp_set_timestamp(ffi, c_uint64({at}))
for name in {certificates!r}:
    said(f"import of {{name}}:", rnp.rnp_import_keys(ffi, source(name), c_uint32(1), None))
signed, signature = source({signed!r}), {signature!r}
if signature:
    rnp.rnp_op_verify_detached_create(byref(operation), ffi, signed, source(signature))
else:
    rnp.rnp_output_to_null(byref(nowhere))
    rnp.rnp_op_verify_create(byref(operation), ffi, signed, nowhere)
result = said("execute:", rnp.rnp_op_verify_execute(operation))
rnp.rnp_op_verify_get_signature_count(operation, byref(count))
for index in range(count.value):
    one, key = c_void_p(), c_void_p()
    rnp.rnp_op_verify_get_signature_at(operation, c_size_t(index), byref(one))
    said(f"signature {{index}}:", rnp.rnp_op_verify_signature_get_status(one))
    rnp.rnp_op_verify_signature_get_key(one, byref(key))
    if key:
        signing = fingerprint(rnp.rnp_key_get_fprint, key)
        print("by", signing, fingerprint(rnp.rnp_key_get_primary_fprint, key) or signing)
print("rejected" if result else "accepted")
sys.exit(result != 0)
'''
