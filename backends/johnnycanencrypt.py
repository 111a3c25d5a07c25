"""Sequoia PGP through johnnycanencrypt: another release of the engine than pysequoia's, which
says why it refuses.

One ``Johnny`` is made per certificate, as its key store does, and each is asked in turn: the caller
has to know whose signature to expect. Copies of one certificate are merged before. For a detached
signature the answer is only yes or no. After a no, the reason is asked for in another way:
signature and data are put into a message (a one-pass signature packet before the data), which is
refused with Sequoia's own text. That never changes the verdict. Of a chain of reasons only the
first is handed on.

What it cannot do: name the key that signed (the certificate that was asked is the one it vouches
for); find the right certificate by itself; be told a reference time (libfaketime moves it, and the
cutoffs of Sequoia's policy). Of several detached signatures it reads the first.

Why its reasons do not stand in the results of the backend ``sequoia``, which has none: they are
those of another release, which judges differently (13 of 420 vectors, beside pysequoia 0.1.35), and
a backend is not to be charged with a reason that it never gave. Run both, and the comparison shows
the two side by side.

Licence LGPL-3.0-or-later; importing it also imports an HTTP client, and opens no connection.
Measured with 0.18.0 (sequoia-openpgp 2.1.0).
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

from backends import _sequoia
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
from harness.openpgp.armor import dearmor
from harness.openpgp.contents import Literal, write_literal
from harness.openpgp.errors import ReadError
from harness.openpgp.names import LiteralFormat, Tag
from harness.openpgp.packets import Packet, scan_packets, write_packets
from harness.openpgp.signatures import OnePassSignature, read_signature, write_one_pass
from harness.openpgp.split import split_certificates
from harness.outcomes import (
    FINGERPRINT_PATTERN,
    UNSPECIFIED,
    AcceptedKey,
    ErrorClass,
    Evidence,
    SignatureResult,
    accepted,
    clip,
    failed,
    native_like,
    rejected,
)

_MODULE = "johnnycanencrypt.johnnycanencrypt"
"""The compiled part, where the key store of the package gets its answers."""


def _are(*classes: ErrorClass) -> _sequoia.Classes:
    return frozenset(classes)


_HIDDEN = _are(
    ErrorClass.UNBOUND_KEY,
    ErrorClass.WEAK_HASH,
    ErrorClass.WEAK_KEY,
    ErrorClass.POLICY_OTHER,
    ErrorClass.UNSUPPORTED,
    ErrorClass.UNKNOWN_CRITICAL,
    ErrorClass.SIGNATURE_EXPIRED,
    ErrorClass.KEY_NEWER_THAN_SIGNATURE,
)
_NOT_LIVE = _are(ErrorClass.KEY_EXPIRED, ErrorClass.KEY_NEWER_THAN_SIGNATURE)

OF_A_BINDING: _sequoia.Reasons = (
    # The cause behind these is not handed on.
    ("primary key", _HIDDEN),
    ("No binding signature at time ", _HIDDEN),
    *_sequoia.OF_A_BINDING,
)
OF_A_KEY: _sequoia.Reasons = (
    ("The primary key is not live", _NOT_LIVE),
    ("The subkey is not live", _NOT_LIVE),
    *_sequoia.OF_A_KEY,
)
OF_THE_INPUT: _sequoia.Reasons = (
    ("Signature verification failed", _are(ErrorClass.NO_SIGNATURE)),
    ("Message has been manipulated", _are(ErrorClass.BAD_SIGNATURE, ErrorClass.MALFORMED)),
    ("Policy rejected packet type", _are(ErrorClass.POLICY_OTHER, ErrorClass.UNSUPPORTED)),
    ("Unrecognized ", _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE)),
    *_sequoia.OF_THE_INPUT,
)
MISSING = _are(ErrorClass.MISSING_KEY)

TEXTS: tuple[tuple[str, _sequoia.Classes | _sequoia.Reasons], ...] = (
    (r'Invalid key: "Missing key(: [0-9A-F]+)?(?P<reason>)"', MISSING),
    (r'Invalid key: "Subkey of [0-9A-F]+ not bound: (?P<reason>.*)"', OF_A_BINDING),
    (r'Invalid key: "Subkey of [0-9A-F]+ is bad: (?P<reason>.*)"', OF_A_KEY),
    (r"(Bad signature: )+(?P<reason>.*)", _sequoia.OF_A_SIGNATURE),
    (r"Malformed packet: (.*: )?(?P<reason>Malformed packet: .*)", _sequoia.OF_A_SIGNATURE),
    (r"(?P<reason>.*)", OF_THE_INPUT),
)
"""Whole texts, first match first, and what they mean: classes, or a table for the reason in it."""


class _Johnny(Protocol):
    """The methods used of a certificate's object."""

    def verify_bytes(self, data: bytes) -> bool: ...

    def verify_bytes_detached(self, data: bytes, sig: bytes) -> bool: ...


class _Library(Protocol):
    """What is used of the compiled module."""

    CryptoError: type[Exception]
    SameKeyError: type[Exception]

    def Johnny(self, certdata: bytes) -> _Johnny: ...  # noqa: N802  a class of theirs

    def parse_cert_bytes(self, certdata: bytes, nullpolicy: bool) -> Sequence[Any]: ...

    def merge_keys(self, certdata: bytes, newcertdata: bytes, force: bool) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Certificates:
    """One case's certificates, and what was refused on loading."""

    johnnies: tuple[tuple[str, _Johnny], ...]
    """With their fingerprints; empty where the library gives none."""
    refusals: tuple[str, ...]
    classes: _sequoia.Classes
    """Why certificates were refused."""


@dataclass(frozen=True, slots=True)
class _No:
    """A refusal by one certificate."""

    text: str
    classes: _sequoia.Classes


class JohnnyCanEncrypt(Adapter[Certificates]):
    """johnnycanencrypt, whatever release of sequoia-openpgp is inside it."""

    name: ClassVar[str] = "johnnycanencrypt"
    clock: ClassVar[Clock] = Clock.LIBFAKETIME
    preload_worker: ClassVar[bool] = True

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if importlib.util.find_spec("johnnycanencrypt") is None:
            return Unavailable(
                reason="the Python package johnnycanencrypt is not installed",
                install="pip install johnnycanencrypt",
            )
        try:
            return Present(version=importlib.metadata.version("johnnycanencrypt"))
        except importlib.metadata.PackageNotFoundError:
            return Present()

    def __init__(self, workdir: Path) -> None:  # noqa: ARG002  it writes no files
        module = importlib.import_module(_MODULE)
        self._library = cast("_Library", module)
        self._compiled = module.__file__

    def describe(self) -> Description:
        components = {"Python": platform.python_version()}
        if self._compiled is not None:
            with contextlib.suppress(OSError, ValueError):
                components |= _sequoia.versions_inside(Path(self._compiled))
        return Description(
            name=self.name,
            version=_sequoia.with_engine(
                importlib.metadata.version("johnnycanencrypt"), components
            ),
            components=components,
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS,
                clock=Clock.LIBFAKETIME if clock.is_preloaded(os.environ) else Clock.NONE,
                reports=frozenset({KeyHalf.PRIMARY}),
            ),
            notes=(
                "every certificate is asked in turn; the one that says yes is reported",
                "reasons for detached signatures: by asking again about them within a message",
                "the reference time also moves the cutoffs of Sequoia's standard policy",
                "copies of one certificate are merged before verification",
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Certificates:  # noqa: ARG002
        found: dict[str, tuple[str, bytes]] = {}
        refused: list[str] = []
        for octets in (part for file in certificates for part in split_certificates(file)):
            try:
                self._library.Johnny(octets)
            except self._library.CryptoError as error:
                refused.append(str(error))
                continue
            fingerprint = self._fingerprint(octets)
            place = fingerprint or f"unnamed {len(found)}"
            if place in found:
                found[place] = (fingerprint, self._merge(found[place][1], octets))
            else:
                found[place] = (fingerprint, octets)
        why = (_sequoia.root_cause(_sequoia.OF_A_CERTIFICATE, [text]) for text in refused)
        return Certificates(
            johnnies=tuple((name, self._library.Johnny(octets)) for name, octets in found.values()),
            refusals=tuple(f"certificate refused: {text}" for text in refused),
            classes=frozenset[ErrorClass]().union(*(classes or UNSPECIFIED for classes in why)),
        )

    def _fingerprint(self, octets: bytes) -> str:
        """Name a certificate; empty where the parser refuses what may be verified with."""
        with contextlib.suppress(self._library.CryptoError):
            return str(self._library.parse_cert_bytes(octets, True)[1])
        return ""

    def _merge(self, known: bytes, octets: bytes) -> bytes:
        """Merge two copies. What cannot be merged is let through: an answer about one copy alone
        would be this adapter's mistake, not the library's.
        """
        try:
            merged: bytes = self._library.merge_keys(known, octets, True)
        except self._library.SameKeyError:
            return known
        return merged

    def check(self, keys: Certificates, artifact: Artifact, at: datetime) -> Reading:  # noqa: ARG002
        refused: list[_No] = []
        try:
            for fingerprint, johnny in keys.johnnies:
                no = self._ask(johnny, artifact)
                if no is None:
                    return _same(accepted(_key(fingerprint), Evidence(status=keys.refusals)))
                refused.append(no)
        except Exception as error:  # noqa: BLE001  nothing a caller could read as a refusal
            return _same(failed(_evidence(error, keys)))
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # its type cannot be imported
                raise
            return _same(failed(_evidence(error, keys)))
        return _same(_refusal(refused, keys))

    def _ask(self, johnny: _Johnny, artifact: Artifact) -> _No | None:
        """Ask one certificate; None is a yes."""
        try:
            match artifact:
                case Detached(data=data, signature=signature):
                    yes = johnny.verify_bytes_detached(data, signature)
                case Inline(message=message) | Cleartext(message=message):
                    yes = johnny.verify_bytes(message)
                case SimpleSigning():
                    raise unclaimed(artifact)
        except self._library.CryptoError as error:
            return _no(error)
        if yes is True:
            return None
        wrapped = as_message(artifact) if isinstance(artifact, Detached) else None
        if wrapped is not None:
            try:
                johnny.verify_bytes(wrapped)
            except self._library.CryptoError as error:
                return _no(error)
        return _No("False", UNSPECIFIED)

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


def as_message(artifact: Detached) -> bytes | None:
    """Put a detached signature and its data into a message; None if it cannot be read."""
    try:
        packets, _ = scan_packets(dearmor(artifact.signature))
        signature = next(packet for packet in packets if packet.tag == Tag.SIGNATURE)
        fields = read_signature(signature.body)
    except (ReadError, StopIteration):
        return None
    version6 = fields.version == 6
    announced = OnePassSignature(
        version=6 if version6 else 3,
        type=fields.type,
        hash_algorithm=fields.hash_algorithm,
        public_key_algorithm=fields.public_key_algorithm,
        issuer=bytes(32 if version6 else 8),  # Sequoia looks for it in the signature
        salt=fields.salt,
    )
    literal = write_literal(Literal(artifact.data, LiteralFormat.BINARY))
    return write_packets(
        (
            Packet(Tag.ONE_PASS_SIGNATURE, write_one_pass(announced)),
            Packet(Tag.LITERAL_DATA, literal),
            signature,
        )
    )


def _no(error: Exception) -> _No:
    return _No(str(error), classes_of(str(error)))


def classes_of(text: str) -> _sequoia.Classes:
    """Say what a text of johnnycanencrypt's means."""
    for pattern, meaning in TEXTS:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found is not None and not isinstance(meaning, tuple):
            return meaning
        if found is not None and isinstance(meaning, tuple):
            reason = found["reason"].replace('\\"', '"')
            return _sequoia.root_cause(meaning, [reason]) or UNSPECIFIED
    return UNSPECIFIED


def _refusal(refused: list[_No], keys: Certificates) -> SignatureResult:
    """Join the refusals; those that only say "not my key" count where there are no others."""
    of_the_owner = [no for no in refused if no.classes != MISSING]
    classes = frozenset[ErrorClass]().union(*(no.classes for no in of_the_owner)) or (
        MISSING | keys.classes
    )
    evidence = Evidence(
        exception="johnnycanencrypt.CryptoError" if refused else None,
        message=clip("\n".join(no.text for no in refused) or "no certificate to ask"),
        status=keys.refusals,
    )
    return rejected(classes, evidence)


def _key(fingerprint: str) -> AcceptedKey:
    known = re.fullmatch(FINGERPRINT_PATTERN, fingerprint)
    return AcceptedKey(primary=fingerprint if known else None)


def _same(result: SignatureResult) -> Reading:
    return Reading(signature=result, native=native_like(result))


def _evidence(error: BaseException, keys: Certificates) -> Evidence:
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return Evidence(
        exception=f"{module}{kind.__qualname__}",
        message=clip(str(error).partition("\n\nStack backtrace:")[0]),
        status=keys.refusals,
    )


_SCRIPT = '''\
"""What johnnycanencrypt says about this input; needs it and the package libfaketime."""
{preamble}
from pathlib import Path

from johnnycanencrypt.johnnycanencrypt import CryptoError, Johnny, parse_cert_bytes

yes = []
for name in {certificates!r}:
    certificate = Path(name).read_bytes()
    fingerprint = parse_cert_bytes(certificate, True)[1]
    signed = Path({signed!r}).read_bytes()
    try:
        if {signature!r}:
            said = Johnny(certificate).verify_bytes_detached(
                signed, Path({signature!r}).read_bytes()
            )
        else:
            said = Johnny(certificate).verify_bytes(signed)
    except CryptoError as error:
        said = error
    print(fingerprint, said)
    yes += [fingerprint] if said is True else []
print("accepted", *yes[:1]) if yes else sys.exit("rejected")
'''
