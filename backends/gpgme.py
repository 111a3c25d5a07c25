"""GPGME, the library through which mail programs and package managers call ``gpg``.

Called through ctypes (`backends._libgpgme`), in the worker. Per case there is a home directory,
whose ``gpg.conf`` sets the reference time; the certificates are imported into it. A link leads to
that of the present case, so that one context serves all: GPGME starts gpg for its version whenever
it is told a home directory, which was a fifth of the time. Each signature
has a typed status, an error code of libgpg-error's; gpg's standard error can be had besides, but
not reliably where the function itself returns an error, which counts alone then. GPGME names the
key that signed; the certificate it belongs to is looked up, as a caller has to.

The native verdict is that of ``gpg.Context.verify`` of GPGME's own Python module: accepted if there
is no error, and no signature with one. That is also so where there is no signature at all.

What it cannot do: say whose a key is that is found in two certificates; tell a gpg that was killed
from an input without signatures (here, its silence does). gpg runs in batch mode, and stops at the
first bad or expired signature. Measured with 1.18.0 (gpg 2.2.40).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from backends import _gnupg, _libgpgme, _status
from backends._libgpgme import GpgmeError
from backends._packages import package_of
from harness.artifact import (
    OPENPGP_FORMATS,
    Artifact,
    Cleartext,
    Detached,
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
    refusal,
    rejected,
)

Classes = frozenset[ErrorClass]


def _are(*classes: ErrorClass) -> Classes:
    return frozenset(classes)


GOOD = 0
STATUS_LINES: Mapping[int, str] = {
    8: "BADSIG",
    94: "REVKEYSIG",  # "Certificate revoked"
    153: "EXPKEYSIG",  # "Key expired"
    154: "EXPSIG",  # "Signature expired"
}
"""By the status of a signature, which of gpg's lines GPGME has made it of; others of ERRSIG, which
had the same code in it. What the lines mean is in `backends._status`."""

OF_THE_INPUT: Mapping[int, Classes] = {
    1: UNSPECIFIED,  # "General error": packets out of place, among others
    20: _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),  # "Unknown compression algorithm"
    58: _are(ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),  # "No data"
    89: _are(ErrorClass.MALFORMED),  # "Bad data"
}
"""By the error that the function returned; any other is no answer."""

NO_SIGNATURES = _are(ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED)
"""For an empty list, where the diagnostics do not say more."""


@dataclass(frozen=True, slots=True)
class Home:
    """A GnuPG home directory with the certificates of one case, and what was said on importing."""

    path: Path
    on_loading: str
    primaries: dict[str, str]
    """By fingerprint, what was looked up; empty text where that found none, or several."""


class Gpgme(Adapter[Home]):
    """The library ``libgpgme``, and the ``gpg`` that it starts."""

    name: ClassVar[str] = "gpgme"
    clock: ClassVar[Clock] = Clock.NATIVE

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if _libgpgme.find_library() is None:
            return Unavailable(
                reason="no libgpgme.so.11 in the system's folders",
                install="apt-get install libgpgme11 gnupg",
            )
        if shutil.which("gpg") is None:
            return Unavailable(reason="no gpg in PATH", install="apt-get install gnupg")
        return Present()

    def __init__(self, workdir: Path) -> None:
        path = _libgpgme.find_library()
        gpg = shutil.which("gpg")
        if path is None or gpg is None:
            raise FileNotFoundError("libgpgme.so.11 or gpg")
        self._path = path
        self._library = _libgpgme.Library(path)
        self._workdir = workdir.absolute()
        self._cases = 0
        self._link = self._workdir / "home"
        self._context = self._library.context(gpg, self._link)

    def describe(self) -> Description:
        return Description(
            name=self.name,
            version=self._library.version,
            components=_gnupg.versions("gpg") | package_of(str(self._path)),
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS, clock=self.clock, reports=frozenset(KeyHalf)
            ),
            notes=(
                "native verdict: no error, and no signature with one, also where there is none",
                "the primary key is looked up in the keyring",
                "stops at the first bad signature",
            ),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Home:
        self._cases += 1
        path = self._workdir / str(self._cases)
        path.mkdir(mode=0o700)
        settings = path / "gpg.conf"
        settings.write_text(_lines(*_settings(at), "verbose"))  # names what an import drops
        self._enter(path)
        said = b""
        for octets in certificates:
            try:
                self._context.op_import(octets)
            except GpgmeError as error:
                said += f"{error}\n".encode()
            else:
                said += self._context.diagnostics()
        settings.write_text(_lines(*_settings(at)))
        return Home(path, _status.read_remarks(said.replace(bytes(self._link), b"~")), {})

    def _enter(self, home: Path) -> None:
        """Make a directory the home of what GPGME starts from now on."""
        if not self._link.is_symlink() or self._link.readlink() != home:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(home)

    def check(self, keys: Home, artifact: Artifact, at: datetime) -> Reading:  # noqa: ARG002  gpg.conf says it
        match artifact:
            case Detached(data=signed, signature=signature):
                parts: tuple[bytes, bytes | None] = (signature, signed)
            case Inline(message=message) | Cleartext(message=message):
                parts = (message, None)
            case SimpleSigning():
                raise unclaimed(artifact)
        self._enter(keys.path)
        try:
            found = self._context.op_verify(*parts)
        except GpgmeError as error:
            return _refused(error, keys)
        remarks = _status.read_remarks(self._context.diagnostics())
        named = {s: self._key(s, keys) for s in found if _is_vouched_for(s)}
        return _reading(found, named, remarks, keys.on_loading)

    def _key(self, signature: _libgpgme.Signature, keys: Home) -> AcceptedKey:
        """Name the key; a look-up that finds none, or several certificates, leaves one half out."""
        if signature.fingerprint not in keys.primaries:
            primary = ""
            with contextlib.suppress(GpgmeError, LookupError):
                primary = self._context.primary_of(signature.fingerprint)
            keys.primaries[signature.fingerprint] = primary
        return AcceptedKey(
            signing=_status.fingerprint(signature.fingerprint),
            primary=_status.fingerprint(keys.primaries[signature.fingerprint]),
        )

    def unload(self, keys: Home) -> None:
        self._link.unlink(missing_ok=True)
        _gnupg.remove(keys.path)

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        settings = [f'echo {line!r} >>"$GNUPGHOME/gpg.conf"' for line in _settings(exported.at)]
        program = _PROGRAM.format(
            certificates=exported.certificates,
            signed=exported.message or exported.data,
            signature=exported.signature,
        )
        return Snippet(
            suffix=".sh",
            text=_gnupg.shell_script(settings, f"/usr/bin/python3 - <<'END'\n{program}END"),
        )


def _settings(at: datetime) -> tuple[str, ...]:
    """Lines for gpg.conf; GPGME itself tells gpg to look for keys nowhere."""
    return (
        " ".join(_gnupg.time_options(at)).removeprefix("--"),
        "no-autostart",
        "disable-dirmngr",
        "no-auto-key-retrieve",
        "trust-model always",
    )


def _lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def _is_vouched_for(signature: _libgpgme.Signature) -> bool:
    """Whether there is nothing against it, and it is known whose it is (gpg's VALIDSIG)."""
    whole = _status.fingerprint(signature.fingerprint) is not None
    return signature.status == GOOD and not signature.summary & ~_libgpgme.FAVOURABLE and whole


def _reading(
    found: tuple[_libgpgme.Signature, ...],
    named: Mapping[_libgpgme.Signature, AcceptedKey],
    remarks: str,
    on_loading: str,
) -> Reading:
    refusals = _status.matching(_status.REFUSALS, on_loading)
    evidence = Evidence(
        status=tuple(map(_shown, found)), message=clip(on_loading * bool(refusals) + remarks)
    )
    killed = not found and not remarks  # it would have spoken of the faked time
    if killed or (not named and (_status.starved(remarks) or _status.starved(on_loading))):
        return _same(failed(evidence))
    several = len(found) > 1
    results = [
        accepted(named[signature], evidence)
        if signature in named
        else rejected(_classes(signature, remarks, on_loading, several=several), evidence)
        for signature in found
    ]
    classes = frozenset[ErrorClass]().union(*(result.classes for result in results))
    if classes:
        native = NativeVerdict(verdict=refusal(classes), classes=classes, evidence=evidence)
    else:
        whose = tuple(dict.fromkeys(named.values()))
        native = NativeVerdict(verdict=Verdict.ACCEPTED, keys=whose, evidence=evidence)
    nothing = _status.matching(_status.WITHOUT_STATUS, remarks) or NO_SIGNATURES
    return Reading(signature=results[0] if results else rejected(nothing, evidence), native=native)


def _classes(
    signature: _libgpgme.Signature, remarks: str, on_loading: str, *, several: bool
) -> Classes:
    algorithm = signature.public_key_algorithm
    errsig = (
        signature.fingerprint,
        str(_libgpgme.PUBLIC_KEY_ALGORITHMS.get(algorithm, algorithm)),
        str(signature.hash_algorithm),
        "",
        str(signature.created),
        str(signature.status),
    )
    line = _status.Line(STATUS_LINES.get(signature.status, "ERRSIG"), errsig)
    return _status.classes_of(line, remarks, on_loading, several=several)


def _refused(error: GpgmeError, keys: Home) -> Reading:
    """Judge by the error alone: what gpg wrote meanwhile has been read in part, or not at all."""
    told = keys.on_loading if _status.matching(_status.REFUSALS, keys.on_loading) else ""
    evidence = Evidence(
        exception="gpgme_error_t", status=(f"error {error.code}: {error}",), message=clip(told)
    )
    classes = OF_THE_INPUT.get(error.code)
    return _same(failed(evidence) if classes is None else rejected(classes, evidence))


def _same(result: SignatureResult) -> Reading:
    return Reading(signature=result, native=native_like(result))


def _shown(signature: _libgpgme.Signature) -> str:
    bits = [name for bit, name in _libgpgme.SUMMARY.items() if signature.summary & bit]
    return f"{signature.fingerprint} status {signature.status} summary {', '.join(bits) or 'none'}"


_PROGRAM = """\
# What GPGME says about this input; needs Debian's python3-gpg.
import os, sys
import gpg

context = gpg.Context(home_dir=os.environ["GNUPGHOME"])
for name in {certificates!r}:
    context.key_import(open(name, "rb").read())
signature = {signature!r}
try:
    _, result = context.verify(
        open({signed!r}, "rb"), signature and open(signature, "rb")
    )
except (gpg.errors.BadSignatures, gpg.errors.GPGMEError) as error:
    sys.exit(f"rejected: {{error}}")
print("accepted")
for found in result.signatures:
    print("signed by", found.fpr)
"""
