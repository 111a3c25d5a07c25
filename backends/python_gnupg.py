"""python-gnupg: what its own API says, right or wrong.

A subject, not an instrument. Its ``.valid`` follows the last status line that moved it, looks at no
exit code, and its words are taken as they come: ``status``, ``key_status`` and ``problems``.

The API is used as documented: ``GPG(gnupghome=…)``, ``import_keys``, ``verify_file`` for detached
signatures and ``verify`` for messages. Its constructor costs a run of gpg, so one object and its
home directory serve case after case; the reference time goes with each call, as ``extra_args``.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import io
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from backends import _gnupg, _status
from backends._packages import package_of
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
    environment_for_tools,
)
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

Classes = frozenset[ErrorClass]

_NO_PUBLIC_KEY = "no public key"
_AFTER_REFUSAL: Classes = frozenset().union(*_status.REFUSALS.values())

CLASSES: Mapping[str | None, Classes] = {
    "signature bad": frozenset({ErrorClass.BAD_SIGNATURE, ErrorClass.UNKNOWN_CRITICAL}),
    # Every ERRSIG, whatever its code: it is not handed on.
    "signature error": UNSPECIFIED,
    # gpg drops unbound subkeys silently on import.
    _NO_PUBLIC_KEY: frozenset({ErrorClass.MISSING_KEY, ErrorClass.UNBOUND_KEY}),
    "signature expired": frozenset({ErrorClass.SIGNATURE_EXPIRED}),
    "signing key has expired": frozenset({ErrorClass.KEY_EXPIRED}),
    "signing key was revoked": frozenset({ErrorClass.KEY_REVOKED}),
    # Every NODATA, whatever its code.
    "signature expected but not found": frozenset(
        {ErrorClass.NO_SIGNATURE, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}
    ),
    "unexpected data": frozenset({ErrorClass.MALFORMED}),
}
"""By the API's own words. Others, and ``None``, say nothing."""


class _Imported(Protocol):
    no_user_id: int
    not_imported: int
    fingerprints: list[str]


class _Verified(Protocol):
    valid: bool
    status: str | None
    key_status: str | None
    fingerprint: str | None
    pubkey_fingerprint: str | None
    problems: list[dict[str, str]]
    returncode: int | None
    stderr: str


class _GPG(Protocol):
    gnupghome: str

    def import_keys(self, key_data: bytes, extra_args: list[str]) -> _Imported: ...

    def verify(self, data: bytes, *, extra_args: list[str]) -> _Verified: ...

    def verify_file(
        self, file: BinaryIO, data_filename: str, *, extra_args: list[str]
    ) -> _Verified: ...


@dataclass(frozen=True, slots=True)
class Home:
    """The library's object whose home directory holds the certificates of one case."""

    api: _GPG
    refusals: int
    """How many certificate files were not taken whole, as far as the library tells."""
    on_loading: str

    @property
    def path(self) -> Path:
        return Path(self.api.gnupghome)


class PythonGnuPG(Adapter[Home]):
    """The package python-gnupg (module ``gnupg``)."""

    name: ClassVar[str] = "python-gnupg"
    clock: ClassVar[Clock] = Clock.NATIVE

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if shutil.which("gpg") is None:
            return Unavailable(reason="no gpg in PATH", install="apt-get install gnupg")
        try:
            version = importlib.metadata.version("python-gnupg")
        except importlib.metadata.PackageNotFoundError:
            version = ""
        if not version or importlib.util.find_spec("gnupg") is None:
            return Unavailable(
                reason="the package python-gnupg is not installed",
                install="pip install python-gnupg",
            )
        return Present(version=version)

    def __init__(self, workdir: Path) -> None:
        self._library = importlib.import_module("gnupg")
        self._workdir = workdir.absolute()
        self._homes = 0
        self._idle: list[_GPG] = [self._new_home()]

    def describe(self) -> Description:
        return Description(
            name=self.name,
            version=importlib.metadata.version("python-gnupg"),
            components=_gnupg.versions("gpg") | package_of(shutil.which("gpg")),
            capabilities=Capabilities(
                formats=OPENPGP_FORMATS,
                clock=self.clock,
                reports=frozenset(KeyHalf),
            ),
            notes=("per signature and native: .valid, which follows the last signature",),
        )

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> Home:
        api = self._idle.pop() if self._idle else self._new_home()
        refusals, said = 0, ""
        for certificate in certificates:
            with _threads_caught() as caught:
                try:
                    result = api.import_keys(certificate, extra_args=[*_gnupg.time_options(at)])
                except Exception as error:  # noqa: BLE001  what the library could not import, it does not have
                    caught.append(error)
                else:
                    if result.fingerprints and not (result.not_imported or result.no_user_id):
                        continue
                    said += getattr(result, "stderr", "")
            refusals += 1
            said += "".join(f"{error!r}\n" for error in caught)
        return Home(api=api, refusals=refusals, on_loading=said)

    def check(self, keys: Home, artifact: Artifact, at: datetime) -> Reading:
        extra = list(_gnupg.time_options(at))
        with _threads_caught() as caught:
            try:
                match artifact:
                    case Detached():
                        _, data = _gnupg.write_artifact(artifact, keys.path)
                        signature = io.BytesIO(artifact.signature)  # a path: since 0.5.7
                        result = keys.api.verify_file(signature, data, extra_args=extra)
                    case Inline(message=message) | Cleartext(message=message):
                        result = keys.api.verify(message, extra_args=extra)
                    case SimpleSigning():
                        raise unclaimed(artifact)
            except Exception as error:  # noqa: BLE001  whatever it raises is no verdict of its API
                evidence = Evidence(exception=_name(error), message=clip(str(error)))
                return _both(failed(evidence))
        evidence = _evidence(result, caught, keys)
        if result.returncode is None or result.returncode < 0:
            return _both(failed(evidence))
        said = f"{keys.on_loading}{getattr(result, 'stderr', '')}"
        if not result.valid and _status.starved(_status.read_remarks(said.encode())):
            return _both(failed(evidence))
        if result.valid:
            key = AcceptedKey(
                signing=_status.fingerprint(result.fingerprint or ""),
                primary=_status.fingerprint(result.pubkey_fingerprint or ""),
            )
            return _both(accepted(key, evidence))
        return _both(rejected(_classes(result, keys.refusals), evidence))

    def unload(self, keys: Home) -> None:
        _gnupg.remove(keys.path)
        keys.path.mkdir(mode=0o700)
        self._idle.append(keys.api)

    def _new_home(self) -> _GPG:
        self._homes += 1
        path = self._workdir / str(self._homes)
        path.mkdir(mode=0o700)
        api: _GPG = self._library.GPG(
            gnupghome=str(path),
            options=list(_gnupg.OPTIONS),
            env=environment_for_tools(os.environ, path),
        )
        return api

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        options = [*_gnupg.OPTIONS, *_gnupg.time_options(exported.at)]
        if exported.format is Format.DETACHED:
            call = f"gpg.verify_file({exported.signature!r}, {exported.data!r})"
        else:
            call = f"gpg.verify(Path({exported.message!r}).read_bytes())"
        return Snippet(
            suffix=".py",
            text=_PROGRAM.format(
                options=options, certificates=list(exported.certificates), call=call
            ),
        )


_PROGRAM = """\
import tempfile
from pathlib import Path

import gnupg

with tempfile.TemporaryDirectory() as home:
    gpg = gnupg.GPG(gnupghome=home, options={options!r})
    for certificate in {certificates!r}:
        gpg.import_keys(Path(certificate).read_bytes())
    result = {call}
print("valid:", result.valid)
print("fingerprint:", result.fingerprint)
print("pubkey_fingerprint:", result.pubkey_fingerprint)
print("status:", result.status)
print("key_status:", result.key_status)
print("problems:", result.problems)
print("exit code:", result.returncode)
raise SystemExit(not result.valid)
"""


def _classes(result: _Verified, refusals: int) -> Classes:
    """Join what the problems mean; per key, only the last, which refines those before it."""
    per_key = {problem["keyid"]: problem["status"] for problem in result.problems}
    words: set[str | None] = {*per_key.values()} or {result.status, result.key_status}
    found: Classes = frozenset().union(*(CLASSES.get(word, frozenset()) for word in words))
    if refusals and _NO_PUBLIC_KEY in words:
        found |= _AFTER_REFUSAL
    return found or UNSPECIFIED


def _evidence(result: _Verified, caught: list[BaseException], keys: Home) -> Evidence:
    words = ("valid", "status", "key_status", "fingerprint", "pubkey_fingerprint", "problems")
    # Where reading the status lines failed, there is no .stderr.
    message = getattr(result, "stderr", "") + "".join(f"{error!r}\n" for error in caught)
    if keys.on_loading:
        message = f"on loading the certificates:\n{keys.on_loading}on verifying:\n{message}"
    return Evidence(
        exit_code=result.returncode,
        status=tuple(clip(f"{word}={getattr(result, word)!r}", 1024) for word in words),
        exception=_name(caught[0]) if caught else None,
        message=clip(message),
    )


def _both(result: SignatureResult) -> Reading:
    """The API has one answer for an input: with one signature in it, it is about that signature."""
    return Reading(signature=result, native=native_like(result))


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


@contextlib.contextmanager
def _threads_caught() -> Iterator[list[BaseException]]:
    """Collect what the library's own threads raise.

    It reads gpg's output in them, and an exception there goes unnoticed by its caller.
    """
    caught: list[BaseException] = []

    def collect(raised: threading.ExceptHookArgs) -> None:
        if raised.exc_value is not None:
            caught.append(raised.exc_value)

    before, threading.excepthook = threading.excepthook, collect
    try:
        yield caught
    finally:
        threading.excepthook = before
