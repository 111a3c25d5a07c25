"""rPGP, which Delta Chat verifies with, through rpgp-py (imported as ``openpgp``).

It checks arithmetic and bindings only: that the signature is by a key of the certificate, and that
this key is bound, and bound back. It knows no time (so `Clock.NONE`: it is not asked where time
decides), no revocation, no key flags and no weak algorithms; all that is left to its callers.

``verify_signature(certificate)`` takes one certificate: they are asked in turn until one has made
the signature. The primary key is that certificate's. The signing key is *inferred*: rPGP does not
name it, but takes the one that the signature names as its issuer, by fingerprint or else by key ID.

What it cannot do (0.20.0): find a subkey by its key ID alone, or use a subkey that has any bad
signature on it, be it a stranger's revocation. Of several signatures in one input it looks at the
first (in a cleartext at all, and one suffices), of several armor blocks it reads the first. A
cleartext must be UTF-8.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

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
from harness.openpgp.split import split_certificates
from harness.outcomes import (
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

if TYPE_CHECKING:
    from openpgp.composed import (
        CleartextSignedMessage,
        DetachedSignature,
        Message,
        SignedPublicKey,
    )
    from openpgp.packet import Signature

_PACKAGE = "rpgp-py"

_UNREADABLE = frozenset({ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE})
_CLASSES_BY_CODE: Mapping[str, frozenset[ErrorClass]] = {
    "MESSAGE": UNSPECIFIED,
    "BINDING": UNSPECIFIED,  # of the language, not of a key
    # Of the signature, of the key's binding, or of its back-signature: it does not say.
    "CRYPTO": frozenset({ErrorClass.BAD_SIGNATURE, ErrorClass.UNBOUND_KEY}),
    "IO": _UNREADABLE,
    "PARSING": _UNREADABLE,
    # Also what it is used to leave out: versions that it does not know.
    "INVALID_INPUT": _UNREADABLE | {ErrorClass.UNSUPPORTED},
    "UNSUPPORTED": frozenset({ErrorClass.UNSUPPORTED}),
    "UNIMPLEMENTED": frozenset({ErrorClass.UNSUPPORTED}),
}
"""By ``Error.code``, every class it can stand for. Another code is no refusal."""

_ELSEWHERE = frozenset({ErrorClass.MISSING_KEY, ErrorClass.UNBOUND_KEY})
_CLASSES_BY_TEXT: tuple[tuple[str, frozenset[ErrorClass]], ...] = (
    # Subkeys without a binding are dropped on loading.
    ("signature issuer fingerprint does not match the certificate", _ELSEWHERE),
    ("signature issuer key id does not match the certificate", _ELSEWHERE),
    ("verify: No matching issuer_key_id or issuer_fingerprint", _ELSEWHERE),
    ("message was not signed", frozenset({ErrorClass.NO_SIGNATURE})),
    ("signature: invalid signed hash value", frozenset({ErrorClass.BAD_SIGNATURE})),
    ("subkey binding: invalid signed hash value", frozenset({ErrorClass.UNBOUND_KEY})),
    ("key binding: invalid signed hash value", frozenset({ErrorClass.UNBOUND_KEY})),
    ("missing embedded signature", frozenset({ErrorClass.UNBOUND_KEY})),
    ("Expected primary key binding signature", frozenset({ErrorClass.UNBOUND_KEY})),
    ("Unknown critical ", frozenset({ErrorClass.UNKNOWN_CRITICAL})),
    ("EdDSA signature: hash algorithm ", frozenset({ErrorClass.WEAK_HASH})),
    (
        "Non v6 signature by a v6 key",
        frozenset({ErrorClass.MALFORMED, ErrorClass.POLICY_OTHER}),
    ),
    (
        "Native Sig can't be transformed",
        frozenset({ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
    ),
    ("Illegal public subkey ", frozenset({ErrorClass.MALFORMED, ErrorClass.UNBOUND_KEY})),
)
"""What a text begins with, once the preamble of an assertion is taken off. Measured with 0.20.0."""

_ASSERTION = re.compile(r"assertion failed: `[^`]*`\n +left: `[^`]*`,\n +right: `[^`]*`: ")


@dataclass(frozen=True, slots=True)
class Certificates:
    """One case's certificates, and what was refused on loading."""

    read: tuple[SignedPublicKey, ...]
    refusals: tuple[str, ...]
    why: frozenset[ErrorClass]


class RPGP(Adapter[Certificates]):
    """rpgp-py, with whatever release of rPGP is inside it."""

    name: ClassVar[str] = "rpgp"
    clock: ClassVar[Clock] = Clock.NONE

    @classmethod
    def presence(cls) -> Present | Unavailable:
        try:
            return Present(version=importlib.metadata.version(_PACKAGE))
        except importlib.metadata.PackageNotFoundError:
            return Unavailable(
                reason=f"the Python package {_PACKAGE} is not installed",
                install=f"pip install {_PACKAGE}",
            )

    def __init__(self, workdir: Path) -> None:  # noqa: ARG002  it writes no files
        from openpgp import composed, errors

        self._composed = composed
        self._error = errors.Error

    def describe(self) -> Description:
        return Description(
            name=self.name,
            version=importlib.metadata.version(_PACKAGE),
            components=_components() | {"Python": platform.python_version()},
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS, clock=self.clock, reports=frozenset(KeyHalf)
            ),
            notes=(
                "crypto and binding only: no times, revocations, key flags or weak algorithms",
                "the signing key is inferred from the issuer that the signature names",
                "native verdict: the first signature alone; in a cleartext any",
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Certificates:  # noqa: ARG002
        read: list[SignedPublicKey] = []
        refusals: list[str] = []
        why: frozenset[ErrorClass] = frozenset()
        for data in certificates:
            parts = split_certificates(data)
            for part in parts if len(parts) > 1 else (data,):
                try:
                    read.append(self._certificate(part))
                except Exception as error:  # noqa: BLE001  remembered for `check`
                    refusals.append(f"certificate refused: {_line(error)}")
                    why |= self._classes(error) or UNSPECIFIED
        return Certificates(tuple(read), tuple(refusals), why - {ErrorClass.NO_SIGNATURE})

    def check(self, keys: Certificates, artifact: Artifact, at: datetime) -> Reading:  # noqa: ARG002
        result = self._ask(keys, artifact, 0)
        if isinstance(artifact, Cleartext) and result.key is None:
            # Without a number, any signature will do; with one, it says why not.
            whole = self._ask(keys, artifact, None)
            if whole.key is not None:
                return Reading(signature=result, native=native_like(whole))
        return Reading(signature=result, native=native_like(result))

    def _ask(self, keys: Certificates, artifact: Artifact, index: int | None) -> SignatureResult:
        """Ask each certificate in turn."""
        errors: list[Exception] = []
        try:
            self._parsed(artifact)
            for certificate in keys.read:
                try:
                    signature = self._verify(artifact, certificate, index)
                except Exception as error:  # noqa: BLE001  another certificate may do
                    errors.append(error)
                else:
                    return accepted(_pair(signature, certificate), Evidence(status=keys.refusals))
        except Exception as error:  # noqa: BLE001  whatever the certificates
            return self._refusal([error], keys)
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # its type cannot be imported
                raise
            return failed(_evidence([error], keys))
        return self._refusal(errors, keys)

    def _refusal(self, errors: Sequence[Exception], keys: Certificates) -> SignatureResult:
        evidence = _evidence(errors, keys)
        found = [self._classes(error) for error in errors]
        if not all(found):  # one of them is no refusal
            return failed(evidence)
        # What a certificate says that did not make the signature counts only if all say so.
        classes = frozenset[ErrorClass]().union(*(c for c in found if c != _ELSEWHERE))
        if not classes:
            classes = (_ELSEWHERE if found else frozenset({ErrorClass.MISSING_KEY})) | keys.why
        return rejected(classes, evidence)

    def _classes(self, error: Exception) -> frozenset[ErrorClass]:
        """Classes that an exception leaves; none if it cannot be read as a refusal."""
        if not isinstance(error, self._error):
            return frozenset()
        text = _ASSERTION.sub("", str(error), count=1)
        by_text = (classes for start, classes in _CLASSES_BY_TEXT if text.startswith(start))
        return next(by_text, _CLASSES_BY_CODE.get(error.code, frozenset()))

    def _certificate(self, data: bytes) -> SignedPublicKey:
        if _armored(data):
            return self._composed.SignedPublicKey.from_armor(_text(data))[0]
        return self._composed.SignedPublicKey.from_bytes(data)

    def _detached(self, data: bytes) -> DetachedSignature:
        if _armored(data):
            return self._composed.DetachedSignature.from_armor(_text(data))[0]
        return self._composed.DetachedSignature.from_bytes(data)

    def _message(self, data: bytes) -> Message:
        if _armored(data):
            return self._composed.Message.from_armor(_text(data))[0]
        return self._composed.Message.from_bytes(data)

    def _parsed(self, artifact: Artifact) -> DetachedSignature | Message | CleartextSignedMessage:
        match artifact:
            case Detached(signature=signature):
                return self._detached(signature)
            case Inline(message=message):
                return self._message(message)
            case Cleartext(message=message):
                return self._composed.CleartextSignedMessage.from_armor(message.decode())[0]
            case SimpleSigning():
                raise unclaimed(artifact)

    def _verify(
        self, artifact: Artifact, certificate: SignedPublicKey, index: int | None
    ) -> Signature:
        """Verify what is parsed anew, since a message can be read only once.

        Args:
            artifact: what is signed.
            certificate: whose signature is wanted.
            index: which signature of a cleartext, None for any.
        """
        match artifact:
            case Detached(data=data, signature=signature):
                return self._detached(signature).verify_signature(certificate, data)
            case Inline(message=message):
                return self._message(message).verify_signature(certificate)
            case Cleartext(message=message):
                read, _ = self._composed.CleartextSignedMessage.from_armor(message.decode())
                return read.verify_signature(certificate, index)
            case SimpleSigning():
                raise unclaimed(artifact)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        signed = exported.data if exported.format is Format.DETACHED else exported.message
        return Snippet(
            suffix=".py",
            text=_SCRIPT.format(
                certificates=list(exported.certificates),
                signed=signed,
                signature=exported.signature,
                format=str(exported.format),
            ),
        )


def _pair(signature: Signature, certificate: SignedPublicKey) -> AcceptedKey:
    """Infer the signing key: the only one in the certificate that the signature can mean."""
    named, ids = signature.issuer_fingerprint(), signature.issuer_key_id()
    keys = [(certificate.fingerprint, certificate.key_id)]
    keys += [(subkey.key.fingerprint, subkey.key.key_id) for subkey in certificate.public_subkeys]
    meant = {
        fingerprint
        for fingerprint, key_id in keys
        if (fingerprint in named if named else key_id in ids)
    }
    return AcceptedKey(
        signing=meant.pop().upper() if len(meant) == 1 else None,
        primary=certificate.fingerprint.upper(),
    )


def _armored(data: bytes) -> bool:
    return data.lstrip().startswith(b"-----BEGIN ")


def _text(armor: bytes) -> str:
    """Armor as text; what is not UTF-8 there is for rPGP to refuse."""
    return armor.decode("utf-8", "replace")


def _line(error: BaseException) -> str:
    """An exception's code and text, without the stack trace that RUST_BACKTRACE would add."""
    text = str(error).partition(", backtrace: ")[0]
    return f"{getattr(error, 'code', type(error).__name__)}: {text}"


def _evidence(errors: Sequence[BaseException], keys: Certificates) -> Evidence:
    kinds = {f"{type(error).__module__}.{type(error).__qualname__}" for error in errors}
    return Evidence(
        exception=", ".join(sorted(kinds)) or None,
        message=clip("\n".join(dict.fromkeys(map(_line, errors))) or "no certificate to ask"),
        status=keys.refusals,
    )


def _components() -> dict[str, str]:
    """The version of rPGP, from the bill of materials in the wheel; nothing if it has none."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        for file in importlib.metadata.files(_PACKAGE) or ():
            if file.match("*.cyclonedx.json"):
                parts = json.loads(file.read_text())["components"]
                return {"rPGP": next(part["version"] for part in parts if part["name"] == "pgp")}
    return {}


_SCRIPT = '''\
"""What rPGP says about this input; needs the package rpgp-py."""
import sys
from pathlib import Path

from openpgp.composed import CleartextSignedMessage, DetachedSignature, Message, SignedPublicKey
from openpgp.errors import Error


def read(kind, name):
    data = Path(name).read_bytes()
    if data.startswith(b"-----BEGIN "):
        return kind.from_armor(data.decode())[0]
    return kind.from_bytes(data)


def verify(certificate):
    if {format!r} == "detached":
        data = Path({signed!r}).read_bytes()
        return read(DetachedSignature, {signature!r}).verify_signature(certificate, data)
    kind = CleartextSignedMessage if {format!r} == "cleartext" else Message
    return read(kind, {signed!r}).verify_signature(certificate)


for name in {certificates!r}:
    try:
        certificate = read(SignedPublicKey, name)
        signature = verify(certificate)
    except Error as error:
        print(f"{{name}}: {{error.code}}: {{error}}")
    else:
        issuer = signature.issuer_fingerprint() or signature.issuer_key_id()
        print("accepted", certificate.fingerprint.upper(), "issuer", *map(str.upper, issuer))
        sys.exit(0)
sys.exit("rejected")
'''
