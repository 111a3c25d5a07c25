"""PGPy: ``certificate.verify(subject, signature)``, true or false.

Verification is a method of one certificate, so the certificates are asked in turn, as a caller
with several of them does, until one of them says yes. PGPy raises PGPError ("No signatures to
verify") when none of the signatures names one of the certificate's keys.

What it cannot do: nearly all that makes a signature by a key into a signature by a person. It
checks the mathematics and whether the primary key has expired by now, no more. Measured with 0.6.0,
and with 0.5.4, which does not even look at the time.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from harness import clock
from harness.artifact import (
    OPENPGP_FORMATS,
    Artifact,
    Cleartext,
    Detached,
    Format,
    Inline,
    SimpleSigning,
    unclaimed,
)
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
from harness.openpgp.split import split_keyring
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

_CLASSES_BY_ISSUE = {
    "WrongSig": ErrorClass.BAD_SIGNATURE,
    "Expired": ErrorClass.KEY_EXPIRED,
    "Disabled": ErrorClass.POLICY_OTHER,
    "Invalid": ErrorClass.UNBOUND_KEY,
    "NoSelfSignature": ErrorClass.UNBOUND_KEY,
}
"""Flags of SecurityIssues, of which one alone, and no two together, make a verification fail."""

_NOBODY = "No signatures to verify"
"""PGPError's text when no signature names a key of the certificate."""

_Meaning = tuple[str, str, frozenset[ErrorClass]]

_ON_PARSING: tuple[_Meaning, ...] = (
    ("builtins.NotImplementedError", "", frozenset({ErrorClass.UNSUPPORTED})),
    # Numbers of algorithms and types: "99 is not a valid PubKeyAlgorithm".
    ("pgpy.errors.PGPError", "is not a valid", frozenset({ErrorClass.UNSUPPORTED})),
    ("builtins.ValueError", "is not a valid", frozenset({ErrorClass.UNSUPPORTED})),
    # No armor in a text, an empty input, or another packet in the signature's place.
    (
        "builtins.ValueError",
        "Expected: ",
        frozenset({ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE}),
    ),
    ("builtins.ValueError", "", frozenset({ErrorClass.MALFORMED})),
    ("pgpy.errors.PGPError", "", frozenset({ErrorClass.MALFORMED})),
)
_ON_VERIFYING: tuple[_Meaning, ...] = (
    ("builtins.NotImplementedError", "", frozenset({ErrorClass.UNSUPPORTED})),
    ("cryptography.exceptions.UnsupportedAlgorithm", "", frozenset({ErrorClass.UNSUPPORTED})),
)
"""Exception types and texts that tell something, first match first. Any other exception is no
answer but a mishap: verdict ``error``."""

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""Of an object in memory, in some texts; it would make runs differ."""

_INSTALL = "pip install pgpy" if sys.version_info < (3, 13) else "pip install pgpy13"
_DISTRIBUTIONS = ("PGPy", "pgpy13")


@dataclass(frozen=True, slots=True)
class Certificates:
    """One case's certificates as PGPKey objects, and what was refused on loading."""

    keys: tuple[Any, ...]
    refusals: tuple[str, ...]


class PGPy(Adapter[Certificates]):
    """PGPy, or pgpy13, which is the same for Python without ``imghdr``."""

    name = "pgpy"
    clock = Clock.LIBFAKETIME
    preload_worker = True

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if importlib.util.find_spec("pgpy") is None:
            return Unavailable(reason="the Python package pgpy is not installed", install=_INSTALL)
        return Present(version=_version())

    def __init__(self, workdir: Path) -> None:  # noqa: ARG002  it writes no files
        with _warnings():
            import pgpy

        self._pgpy = pgpy

    def describe(self) -> Description:
        from cryptography.hazmat.backends.openssl import backend

        looks_at_time = hasattr(self._pgpy.constants, "SecurityIssues")  # 0.5.4 does not
        moved = looks_at_time and clock.is_preloaded(os.environ)
        return Description(
            name=self.name,
            version=_version(),
            components={
                "cryptography": importlib.metadata.version("cryptography"),
                "OpenSSL": backend.openssl_version_text().split()[1],
                "Python": platform.python_version(),
            },
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS,
                clock=Clock.LIBFAKETIME if moved else Clock.NONE,
                reports=frozenset(KeyHalf),
            ),
            notes=(
                "no check of bindings, back-signatures, revocations, signature expiry, key flags"
                " or critical subpackets",
                "of several detached signatures it reads the first",
                "certificates are asked in the order given; the first that claims the key counts",
                *(() if looks_at_time else ("looks at no time at all",)),
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Certificates:  # noqa: ARG002
        keys: list[Any] = []
        refusals: list[str] = []
        for part in (part for data in certificates for part in split_keyring(data)):
            try:
                with _warnings():
                    keys.append(self._pgpy.PGPKey.from_blob(part)[0])
            except Exception as error:  # noqa: BLE001  PGPy raises whatever happens to it
                refusals.append(f"certificate refused: {_name(type(error))}: {error}")
        return Certificates(keys=tuple(keys), refusals=tuple(refusals))

    def check(self, keys: Certificates, artifact: Artifact, at: datetime) -> Reading:  # noqa: ARG002
        known = _ON_PARSING
        with _warnings() as heard:
            try:
                subject, signature = self._parse(artifact)
                known = _ON_VERIFYING
                verifications = tuple(self._verify(keys, subject, signature))
            except Exception as error:  # noqa: BLE001  PGPy raises whatever happens to it
                return _same(_from_exception(error, known, (*keys.refusals, *heard())))
        said = (*keys.refusals, *heard())
        if not verifications:
            signed = signature is not None or subject.is_signed
            why = ErrorClass.MISSING_KEY if signed else ErrorClass.NO_SIGNATURE
            return _same(rejected({why}, Evidence(message=_NOBODY, status=said)))
        if verifications[-1]:
            return _accepted(list(verifications[-1].good_signatures), said)
        return _same(_refused([bad for each in verifications for bad in each.bad_signatures], said))

    def _parse(self, artifact: Artifact) -> tuple[Any, Any]:
        """Make subject and signature: what a caller hands to ``verify``."""
        match artifact:
            case Detached(data=data, signature=signature):
                return data, self._pgpy.PGPSignature.from_blob(signature)
            case Inline(message=message) | Cleartext(message=message):
                return self._pgpy.PGPMessage.from_blob(message), None
            case SimpleSigning():
                raise unclaimed(artifact)

    def _verify(self, keys: Certificates, subject: Any, signature: Any) -> Iterator[Any]:
        """Ask the certificates that a signature names, up to the first that says yes.

        Like a caller in search of a certificate, this reads the names first: PGPy raises then
        if there are none (no issuer key id), or no signature it has understood (versions 3, 6).
        """
        _ = subject.signers if signature is None else signature.signer
        for key in keys.keys:
            try:
                verification = key.verify(subject, signature)
            except self._pgpy.errors.PGPError as error:
                if str(error) != _NOBODY:
                    raise
                continue
            yield verification
            if verification:
                return

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        signed = exported.data if exported.format is Format.DETACHED else exported.message
        return Snippet(
            suffix=".py",
            text=_SCRIPT.format(
                preamble=clock.preamble(exported.at),
                certificates=list(exported.certificates),
                signed=signed,
                signature=exported.signature,
            ),
        )


def _accepted(good: list[Any], said: tuple[str, ...]) -> Reading:
    keys = tuple(dict.fromkeys(_key(signature.by) for signature in good))
    evidence = Evidence(status=said)
    return Reading(
        signature=accepted(keys[0], evidence),
        native=NativeVerdict(verdict=Verdict.ACCEPTED, keys=keys, evidence=evidence),
    )


def _key(by: Any) -> AcceptedKey:
    """Name the key that PGPy says verified; a subkey's parent is its primary key."""
    primary = by if by.is_primary else by.parent
    return AcceptedKey(signing=_digits(by.fingerprint), primary=_digits(primary.fingerprint))


def _digits(fingerprint: object) -> str:
    return str(fingerprint).replace(" ", "")  # as 0.5.4 groups them


def _refused(bad: list[Any], said: tuple[str, ...]) -> SignatureResult:
    # 0.5.4 has no issues: the mathematics is wrong, it checks nothing else.
    issues = dict.fromkeys(
        signature.issues.name if hasattr(signature, "issues") else "WrongSig" for signature in bad
    )
    classes = {_CLASSES_BY_ISSUE[issue] for issue in issues if issue in _CLASSES_BY_ISSUE}
    return rejected(classes or UNSPECIFIED, Evidence(status=(*issues, *said)))


def _from_exception(
    error: Exception, known: tuple[_Meaning, ...], said: tuple[str, ...]
) -> SignatureResult:
    text = str(error)
    evidence = Evidence(exception=_name(type(error)), message=clip(text), status=said)
    kinds = {_name(kind) for kind in type(error).__mro__}
    for kind, part, classes in known:
        if kind in kinds and part in text:
            return rejected(classes, evidence)
    return failed(evidence)


def _same(result: SignatureResult) -> Reading:
    return Reading(signature=result, native=native_like(result))


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


@contextlib.contextmanager
def _warnings() -> Iterator[Callable[[], tuple[str, ...]]]:
    """Keep warnings from standard error; the value gives those that say something."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", message="TODO")  # what PGPy has not implemented yet
        yield lambda: tuple(
            "warning: " + _ADDRESS.sub("", str(warning.message)) for warning in caught
        )


def _version() -> str:
    for distribution in _DISTRIBUTIONS:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(distribution)
    return ""


_SCRIPT = '''\
"""What PGPy says about this input; needs the packages pgpy and libfaketime."""
{preamble}
import warnings

import pgpy

warnings.simplefilter("ignore")
certificates = []
for name in {certificates!r}:
    first, others = pgpy.PGPKey.from_file(name)
    certificates += [first, *(key for key in others.values() if key is not first)]

signature = {signature!r} and pgpy.PGPSignature.from_file({signature!r})
if signature:
    subject = open({signed!r}, "rb").read()
else:
    subject = pgpy.PGPMessage.from_file({signed!r})
for certificate in certificates:
    try:
        result = certificate.verify(subject, signature)
    except pgpy.errors.PGPError as error:
        print(certificate.fingerprint, "says:", error)
        continue
    if result:
        for good in result.good_signatures:
            primary = good.by if good.by.is_primary else good.by.parent
            print("accepted", good.by.fingerprint, primary.fingerprint)
        sys.exit(0)
    for bad in result.bad_signatures:
        print(certificate.fingerprint, "says:", bad.issues.name)
sys.exit("rejected")
'''
