"""Sequoia PGP through pysequoia: ``verify(bytes, store, signature)``.

`store` is a function from the issuers that the signatures name to certificates. It is given all
certificates there are, as a caller does: a certificate does not tell the fingerprints of its
subkeys. Copies of one certificate are merged before, as any certificate store of Sequoia's does.

What it cannot do: say why it refused (one text for every reason), follow a policy, or be told a
reference time (libfaketime moves it, and with it the cutoffs of Sequoia's standard policy). Of
several detached signatures it reads the first; of several in a message, one good one suffices.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import platform
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from backends._sequoia import versions_inside
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

if TYPE_CHECKING:
    import pysequoia

_REFUSED = "Signature verification failed: no valid signatures found"
"""The text for every signature that was looked at and not accepted."""

_CLASSES_BY_TEXT: tuple[tuple[str, frozenset[ErrorClass]], ...] = (
    ("Policy rejected packet type", frozenset({ErrorClass.POLICY_OTHER})),
    ("Unsupported", frozenset({ErrorClass.UNSUPPORTED})),
    ("Malformed packet", frozenset({ErrorClass.MALFORMED})),
    ("DecodeError", frozenset({ErrorClass.MALFORMED})),  # Base64
    ("corrupt deflate stream", frozenset({ErrorClass.MALFORMED})),
    ("incomplete deflate stream", frozenset({ErrorClass.MALFORMED})),
    ("Message has been manipulated", frozenset({ErrorClass.BAD_SIGNATURE, ErrorClass.MALFORMED})),
    # No packet at all, another packet, or a version it does not know.
    (
        "Not a signature",
        frozenset({ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}),
    ),
    # What an empty input gives, a plain text, or one without its signature block.
    ("Malformed", frozenset({ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE})),
    ("unexpected EOF", frozenset({ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE})),
    ("Invalid ASCII Armor", frozenset({ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE})),
)
"""What a text begins with, first match first, and the classes it leaves; others leave all."""

_NAMELESS_IN_MESSAGE = frozenset(
    {
        ErrorClass.MISSING_KEY,
        ErrorClass.NO_SIGNATURE,
        # Packets that it takes for no signatures.
        ErrorClass.MALFORMED,
        ErrorClass.UNSUPPORTED,
    }
)
_NAMELESS = {
    # pysequoia has understood the signature before it asks: it names nobody.
    Format.DETACHED: frozenset({ErrorClass.MISSING_KEY}),
    Format.INLINE: _NAMELESS_IN_MESSAGE,
    Format.CLEARTEXT: _NAMELESS_IN_MESSAGE,
}
"""Classes left by a bare "no" when the store was asked for no issuer at all."""


class ValidSignature(Protocol):
    """What pysequoia returns for a good signature; its stubs leave the type out."""

    @property
    def certificate(self) -> str: ...

    @property
    def signing_key(self) -> str: ...


class Certificates:
    """One case's certificates as pysequoia objects, and what was refused on loading."""

    def __init__(self, merged: Sequence[pysequoia.Cert], refusals: tuple[str, ...]) -> None:
        self.merged = merged
        self.refusals = refusals

    @cached_property
    def names(self) -> frozenset[str] | None:
        """Fingerprints and key ids, in lower case, of all primary keys and subkeys.

        None where pysequoia cannot write a certificate that it has read, or name its keys (0.1.30
        has no module for packets).
        """
        try:
            from pysequoia.packet import PacketPile

            piles = [PacketPile.from_bytes(bytes(cert)) for cert in self.merged]
            packets = [packet for pile in piles for packet in pile]
            named = [name for packet in packets for name in (packet.fingerprint, packet.key_id)]
        except (RuntimeError, ImportError):
            return None
        return frozenset(name for name in named if name is not None)


class Sequoia(Adapter[Certificates]):
    """pysequoia, whatever release of sequoia-openpgp is inside it."""

    name = "sequoia"
    clock = Clock.LIBFAKETIME
    preload_worker = True

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if importlib.util.find_spec("pysequoia") is None:
            return Unavailable(
                reason="the Python package pysequoia is not installed",
                install="pip install pysequoia",
            )
        try:
            return Present(version=importlib.metadata.version("pysequoia"))
        except importlib.metadata.PackageNotFoundError:
            return Present()

    def __init__(self, workdir: Path) -> None:  # noqa: ARG002  it writes no files
        import pysequoia

        self._sequoia = pysequoia

    def describe(self) -> Description:
        components = {"Python": platform.python_version()}
        with contextlib.suppress(OSError, ValueError):
            components |= _components()
        return Description(
            name=self.name,
            version=importlib.metadata.version("pysequoia"),
            components=components,
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS,
                clock=Clock.LIBFAKETIME if clock.is_preloaded(os.environ) else Clock.NONE,
                reports=frozenset(KeyHalf),
            ),
            notes=(
                "never says why it refuses a signature",
                "the reference time also moves the cutoffs of Sequoia's standard policy",
                "copies of one certificate are merged before verification",
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Certificates:  # noqa: ARG002
        """Read and merge. A Rust panic is let through: it ends the worker, as crashes do."""
        merged: dict[str, pysequoia.Cert] = {}
        refusals: list[str] = []
        for data in certificates:
            for cert in self._read(data, refusals):
                known = merged.get(cert.fingerprint)
                merged[cert.fingerprint] = cert if known is None else known.merge(cert)
        return Certificates(tuple(merged.values()), tuple(refusals))

    def _read(self, data: bytes, refusals: list[str]) -> list[pysequoia.Cert]:
        """Read one file; where one of several certificates spoils it, read each alone."""
        with contextlib.suppress(RuntimeError):
            return self._sequoia.Cert.split_bytes(data)
        certs: list[pysequoia.Cert] = []
        for part in split_keyring(data):
            try:
                certs += self._sequoia.Cert.split_bytes(part)
            except RuntimeError as error:
                refusals.append(f"certificate refused: {_text(error)}")
        return certs

    def check(self, keys: Certificates, artifact: Artifact, at: datetime) -> Reading:  # noqa: ARG002
        asked: list[str] = []

        def store(issuers: list[str]) -> Sequence[pysequoia.Cert]:
            asked.extend(issuers)
            return keys.merged

        try:
            found = self._verify(artifact, store)
        except RuntimeError as error:
            text = _text(error)
            classes = _classes(text, artifact, keys, asked)
            return _same(rejected(classes, _evidence(error, text, keys, asked)))
        except Exception as error:  # noqa: BLE001  nothing a caller could read as a refusal
            return _same(failed(_evidence(error, str(error), keys, asked)))
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # its type cannot be imported
                raise
            return _same(failed(_evidence(error, str(error), keys, asked)))
        return _reading(found, keys)

    def _verify(self, artifact: Artifact, store: object) -> list[ValidSignature]:
        match artifact:
            case Detached(data=data, signature=signature):
                parsed = self._sequoia.Sig.from_bytes(signature)
                return self._sequoia.verify(data, store, signature=parsed).valid_sigs
            case Inline(message=message) | Cleartext(message=message):
                return self._sequoia.verify(message, store).valid_sigs
            case SimpleSigning():
                raise unclaimed(artifact)

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


def _reading(found: list[ValidSignature], loaded: Certificates) -> Reading:
    evidence = Evidence(status=loaded.refusals)
    keys = tuple(
        AcceptedKey(signing=sig.signing_key.upper(), primary=sig.certificate.upper())
        for sig in found
    )
    if not keys:  # not seen; an empty list must never count as good
        return _same(rejected({ErrorClass.NO_SIGNATURE}, evidence))
    return Reading(
        signature=accepted(keys[0], evidence),
        native=NativeVerdict(verdict=Verdict.ACCEPTED, keys=keys, evidence=evidence),
    )


def _same(result: SignatureResult) -> Reading:
    return Reading(signature=result, native=native_like(result))


def _classes(
    text: str, artifact: Artifact, keys: Certificates, asked: list[str]
) -> frozenset[ErrorClass]:
    if text.startswith(_REFUSED):
        return _classes_by_issuers(artifact, keys, asked)
    return next(
        (classes for start, classes in _CLASSES_BY_TEXT if text.startswith(start)), UNSPECIFIED
    )


def _classes_by_issuers(
    artifact: Artifact, keys: Certificates, asked: list[str]
) -> frozenset[ErrorClass]:
    """Narrow a bare "no" by what the signatures name and what there is."""
    if not asked:
        return _NAMELESS[artifact.format]
    impossible = {ErrorClass.NO_SIGNATURE}
    if keys.names is not None:
        known = keys.names.intersection(asked)
        if not known:
            return frozenset({ErrorClass.MISSING_KEY})
        if known.issuperset(asked):
            impossible.add(ErrorClass.MISSING_KEY)
    return UNSPECIFIED - impossible


def _text(error: BaseException) -> str:
    """The error's text without the stack trace that RUST_BACKTRACE would add."""
    return str(error).partition("\n\nStack backtrace:")[0]


def _evidence(error: BaseException, text: str, keys: Certificates, asked: list[str]) -> Evidence:
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return Evidence(
        exception=f"{module}{kind.__qualname__}",
        message=clip(text),
        status=(*keys.refusals, *(f"asked for {issuer}" for issuer in asked)),
    )


def _components() -> dict[str, str]:
    """Name the engine: pysequoia has no function for it, and wheels only lately carry a list."""
    spec = importlib.util.find_spec("pysequoia.pysequoia")
    return {} if spec is None or spec.origin is None else versions_inside(Path(spec.origin))


_SCRIPT = '''\
"""What pysequoia says about this input; needs the packages pysequoia and libfaketime."""
{preamble}
from pathlib import Path

import pysequoia

certificates = {{}}
for name in {certificates!r}:
    for cert in pysequoia.Cert.split_bytes(Path(name).read_bytes()):
        known = certificates.get(cert.fingerprint)
        certificates[cert.fingerprint] = known.merge(cert) if known else cert


def store(issuers):
    print("asked for", *issuers)
    return list(certificates.values())


try:
    signature = {signature!r} and pysequoia.Sig.from_bytes(Path({signature!r}).read_bytes())
    result = pysequoia.verify(Path({signed!r}).read_bytes(), store, signature=signature)
except RuntimeError as error:
    sys.exit(f"rejected: {{error}}")
for sig in result.valid_sigs:
    print("accepted", sig.signing_key.upper(), sig.certificate.upper())
'''
