"""Vectors in plain form: one folder each, made of files that people can write by hand.

::

    my-vectors/expired-release-key/
        vector.toml         what is tested, and what is right
        cert.pgp            certificates: cert*.pgp, .asc or .gpg, in the order of their names
        data, signature     a detached signature; also signature.asc, signature.sig
        message             or instead: an inline or cleartext signed message; also .asc, .pgp, .gpg
        manifest            beside a message: that of the container image it is the signature of

The least that ``vector.toml`` may say::

    title = "A release signed by a key that had expired"
    [expect]
    outcome = "reject"

Without ``at`` the reference time is the corpus epoch (`harness.vector.EPOCH`): signatures made
later need one, or they come from the future.

One with a manifest also says ``reference``, the name that the image is asked for by, and may say
``identities``, fingerprints of the keys that may sign for it (`harness.artifact.SimpleSigning`).

Nothing is lost between this form and a suite, in either direction. A file or a key that has no
meaning here is an error: a misspelt name must not silently change what is tested.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import tomli_w
from msgspec import Meta

from harness.artifact import Artifact, Cleartext, Detached, Format, Inline, SimpleSigning
from harness.files import FileError, why
from harness.outcomes import Fingerprint, Moment, Value
from harness.vector import EPOCH, Expectation, Vector, VectorId

DESCRIPTION = "vector.toml"
DATA = "data"
SIGNATURES = ("signature", "signature.asc", "signature.sig")
MESSAGES = ("message", "message.asc", "message.pgp", "message.gpg")
MANIFEST = "manifest"
CERTIFICATE = re.compile(r"cert[^/]*\.(pgp|asc|gpg)")

_NO_PART = re.compile(r"\..*|.*~|README.*", re.IGNORECASE)
"""Files that may lie beside a vector: hidden ones, editors' copies, and a README."""
_CLEARTEXT = re.compile(rb"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?$", re.MULTILINE)


class CorpusError(FileError):
    """Vectors that cannot be read or written."""


class PlainVector(Value, frozen=True, kw_only=True):
    """What ``vector.toml`` may say; the rest of a vector is in the files beside it."""

    id: VectorId | None = None
    """By default made of the names of the folder and of the one that holds it."""
    title: Annotated[str, Meta(min_length=1, max_length=160)]
    description: str = ""
    tags: tuple[str, ...] = ()
    format: Format | None = None
    """By default found out from the files."""
    reference: str | None = None
    """With a manifest, and only then."""
    identities: tuple[Fingerprint, ...] = ()
    """Only with a manifest."""
    at: Moment | None = None
    """By default the corpus epoch."""
    time_dependent: bool = False
    provenance: str = ""
    unconfirmed: str = ""
    expect: Expectation


def lacks_description(names: Iterable[str]) -> bool:
    """Tell whether files look like a vector's whose ``vector.toml`` is missing or misspelt."""
    found = set(names)
    return DESCRIPTION not in found and not found.isdisjoint(SIGNATURES + MESSAGES)


def read_plain(folder: Path) -> Vector:
    """Read one vector from its folder.

    Raises:
        CorpusError: something is missing, ambiguous, misspelt or unreadable.
    """
    names = _names(folder)
    toml = folder / DESCRIPTION
    plain = _parse(toml, _bytes(toml))
    return Vector(
        id=plain.id or _id_from_folder(folder),
        title=plain.title,
        description=plain.description,
        tags=plain.tags,
        certificates=tuple(_bytes(folder / name) for name in names if _is_certificate(name)),
        artifact=_artifact(folder, names, plain),
        at=EPOCH if plain.at is None else _in_utc(toml, plain.at),
        time_dependent=plain.time_dependent,
        expectation=plain.expect,
        provenance=plain.provenance,
        unconfirmed=plain.unconfirmed,
    )


def write_plain(vector: Vector, folder: Path) -> None:
    """Write one vector into a folder, which is made if need be; what is repeated in full.

    Raises:
        CorpusError: the folder holds files already, or cannot be written.
    """
    files = _files(vector)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if there := sorted(path.name for path in folder.iterdir() if not path.is_dir()):
            raise CorpusError(folder, f"holds {there[0]} already", "choose another place")
        for name, data in files.items():
            with (folder / name).open("xb") as file:
                file.write(data)
    except OSError as error:
        raise CorpusError(folder, f"cannot be written: {why(error)}") from error


def slug(text: str) -> str:
    """Turn a name into a part of a vector id: lower case, digits and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _names(folder: Path) -> tuple[str, ...]:
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.is_dir())
    except OSError as error:
        raise CorpusError(folder, f"cannot be read: {why(error)}") from error
    known = {DESCRIPTION, DATA, MANIFEST, *SIGNATURES, *MESSAGES}
    for name in names:
        if not (name in known or _is_certificate(name) or _NO_PART.fullmatch(name)):
            raise CorpusError(
                folder / name,
                "is no part of a vector in plain form",
                "name certificates cert*.pgp, and the rest data and signature, or message",
            )
    return tuple(names)


def _is_certificate(name: str) -> bool:
    return CERTIFICATE.fullmatch(name) is not None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CorpusError(path, "there is no such file") from None
    except OSError as error:
        raise CorpusError(path, f"cannot be read: {why(error)}") from error


def _parse(path: Path, data: bytes) -> PlainVector:
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, numbers too long
        raise CorpusError(path, f"is no TOML: {error}") from error
    try:
        return msgspec.convert(document, PlainVector)
    except msgspec.ValidationError as error:
        raise CorpusError(path, str(error), _hint(str(error))) from error


def _hint(message: str) -> str:
    if "unknown field" in message:
        return "see docs/vectors.md for the keys of vector.toml"
    if "timezone" in message:
        return "write times with their zone: 2026-01-01T00:00:00Z"
    return ""


def _in_utc(path: Path, at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise CorpusError(path, f"the reference time {at} does not exist in UTC") from error


def _id_from_folder(folder: Path) -> str:
    whole = folder.resolve()
    vector_id = f"{slug(whole.parent.name)}/{slug(whole.name)}"
    try:
        return msgspec.convert(vector_id, VectorId)
    except msgspec.ValidationError as error:
        raise CorpusError(
            folder, "no id can be made of this folder's name", f"give an id in {DESCRIPTION}"
        ) from error


def _artifact(folder: Path, names: tuple[str, ...], plain: PlainVector) -> Artifact:
    signatures = [name for name in names if name in SIGNATURES]
    messages = [name for name in names if name in MESSAGES]
    candidates = signatures + messages
    if len(candidates) > 1:
        raise CorpusError(folder, f"holds both {candidates[0]} and {candidates[1]}", _PARTS)
    if not candidates:
        raise CorpusError(folder, "holds neither a signature nor a message", _PARTS)
    if bool(signatures) != (DATA in names):
        what = "a signature without data" if signatures else "data beside a message"
        raise CorpusError(folder, f"holds {what}", _PARTS)
    content = _bytes(folder / candidates[0])
    if signatures:
        found = Format.DETACHED
    elif MANIFEST in names:
        found = Format.SIMPLE_SIGNING
    elif plain.format in (Format.INLINE, Format.CLEARTEXT):
        found = plain.format
    else:
        found = Format.CLEARTEXT if _CLEARTEXT.search(content) else Format.INLINE
    _check_image(folder, names, found, plain)
    if plain.format not in (None, found):
        raise CorpusError(
            folder / DESCRIPTION, f"says format {plain.format}, but the files are {found}", _PARTS
        )
    match found:
        case Format.DETACHED:
            return Detached(data=_bytes(folder / DATA), signature=content)
        case Format.INLINE:
            return Inline(message=content)
        case Format.CLEARTEXT:
            return Cleartext(message=content)
        case Format.SIMPLE_SIGNING:
            assert plain.reference is not None  # checked
            return SimpleSigning(
                message=content,
                manifest=_bytes(folder / MANIFEST),
                reference=plain.reference,
                identities=plain.identities,
            )


def _check_image(folder: Path, names: tuple[str, ...], found: Format, plain: PlainVector) -> None:
    """See that a manifest and what goes with it are there together, or not at all."""
    if MANIFEST in names:
        if found is Format.DETACHED:
            raise CorpusError(folder, "holds a manifest beside a detached signature", _IMAGE)
        if plain.reference is None:
            raise CorpusError(
                folder / DESCRIPTION, "gives no reference, but there is a manifest", _IMAGE
            )
        return
    given = {"a reference": plain.reference is not None, "identities": bool(plain.identities)}
    for what, there in given.items():
        if there:
            raise CorpusError(
                folder / DESCRIPTION, f"gives {what}, but there is no manifest", _IMAGE
            )


_PARTS = "a vector has data and one signature, or one message, with a manifest or without"
_IMAGE = f"an image's signature has message and {MANIFEST}, and a reference in {DESCRIPTION}"


def _files(vector: Vector) -> Mapping[str, bytes]:
    case = vector.case.unrolled()
    width = len(str(len(case.certificates)))
    files = {
        f"cert-{number:0{width}}.pgp": certificate
        for number, certificate in enumerate(case.certificates, 1)
    }
    match case.artifact:
        case Detached(data=data, signature=signature):
            files |= {DATA: data, SIGNATURES[0]: signature}
        case Inline(message=message) | Cleartext(message=message):
            files[MESSAGES[0]] = message
        case SimpleSigning(message=message, manifest=manifest):
            files |= {MESSAGES[0]: message, MANIFEST: manifest}
    # Last, so that a folder that was only half written is no vector.
    files[DESCRIPTION] = _render(vector)
    return files


def _render(vector: Vector) -> bytes:
    image = vector.artifact if isinstance(vector.artifact, SimpleSigning) else None
    plain = PlainVector(
        id=vector.id,
        title=vector.title,
        description=vector.description,
        tags=vector.tags,
        format=vector.artifact.format,
        reference=None if image is None else image.reference,
        identities=() if image is None else image.identities,
        at=vector.at,
        time_dependent=vector.time_dependent,
        provenance=vector.provenance,
        unconfirmed=vector.unconfirmed,
        expect=vector.expectation,
    )
    document = msgspec.to_builtins(plain, builtin_types=(datetime,))
    text = tomli_w.dumps(document)
    if "\\r" not in text:  # TOML does not keep carriage returns in a multi-line string
        text = tomli_w.dumps(document, multiline_strings=True)
    return text.encode()
