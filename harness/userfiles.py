"""From the files a user has on disk to a question: which file is data, which the signature.

Knows file names and what the formats look like from outside; judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.artifact import Artifact, Case, Cleartext, Detached, Inline, SimpleSigning
from harness.files import FileError, why
from harness.openpgp import ReadError, Tag, dearmor, scan_packets
from harness.openpgp.armor import CLEARTEXT_LABEL
from harness.outcomes import Fingerprint

SIGNATURE_SUFFIXES = (".asc", ".sig", ".gpg", ".sign")
"""What is appended to a file's name to name its detached signature, in the order tried."""

LARGEST = 256 << 20
"""Octets; a question travels to every backend as one line of JSON."""

_CLEARTEXT_LINE = f"-----BEGIN {CLEARTEXT_LABEL}-----".encode()


class UserFileError(FileError):
    """A file that cannot be taken as certificate, signature or signed data."""


@dataclass(frozen=True)
class Image:
    """The container image that a file is to be the signature of."""

    manifest: Path
    reference: str
    """The name it is asked for by, with its tag or digest."""
    identities: tuple[Fingerprint, ...] = ()
    """Who may have signed it; empty: whoever is in the certificates."""


def case_for(
    file: Path,
    *,
    signature: Path | None,
    image: Image | None = None,
    certificates: Sequence[Path],
    at: datetime,
    time_dependent: bool,
) -> Case:
    """Make a question of a user's files.

    Args:
        file: the signed data (its detached signature beside it, or given), the detached signature
            (the data beside it), a cleartext signed message, or a signed OpenPGP message.
        signature: the detached signature, if it is not to be looked for.
        image: what the file is the signature of, if it is a container image's.
        certificates: files with certificates, armored or binary.
        at: reference time.
        time_dependent: whether a backend whose clock cannot be set must not be asked, since the
            reference time is not just now.

    Raises:
        UserFileError: a file is missing, unreadable, too large, or not what it must be.
    """
    return Case(
        id=str(file),
        certificates=tuple(_certificates(path) for path in certificates),
        artifact=_artifact(file, signature) if image is None else _signed_image(file, image),
        at=at,
        time_dependent=time_dependent,
    )


def _certificates(path: Path) -> bytes:
    data = _read(path)
    try:
        packets, _ = scan_packets(dearmor(data))
    except ReadError as error:
        raise UserFileError(path, f"holds no certificates: {error}") from error
    if not any(packet.tag == Tag.PUBLIC_KEY for packet in packets):
        raise UserFileError(
            path, "holds no OpenPGP certificate", "export one with: gpg --export KEY > cert.pgp"
        )
    return data


def _artifact(file: Path, signature: Path | None) -> Artifact:
    content = _read(file)
    if signature is not None:
        return Detached(data=content, signature=_read(signature))
    if _is_cleartext(content):
        return Cleartext(message=content)
    signed = _message_or_signature(content)
    if signed is Tag.SIGNATURE and file.suffix in SIGNATURE_SUFFIXES:
        data = file.with_suffix("")
        if not data.is_file():
            raise UserFileError(
                file,
                f"is a detached signature, and there is no {data.name} beside it",
                "name the signed file and give this one with --signature",
            )
        return Detached(data=_read(data), signature=content)
    beside = [Path(f"{file}{suffix}") for suffix in SIGNATURE_SUFFIXES]
    found = [path for path in beside if path.is_file()]
    if found:
        return Detached(data=content, signature=_read(found[0]))
    if signed is not None:
        return Inline(message=content)
    raise UserFileError(
        file,
        "is no signed message, and there is no signature beside it",
        f"looked for {', '.join(path.name for path in beside)}; or give it with --signature",
    )


def _signed_image(file: Path, image: Image) -> SimpleSigning:
    """Take a file as it is: what is no signature, whoever decides on images is to say."""
    return SimpleSigning(
        message=_read(file),
        manifest=_read(image.manifest),
        reference=image.reference,
        identities=image.identities,
    )


def _is_cleartext(content: bytes) -> bool:
    """Whether a line of the text begins a cleartext signed message (text may precede it)."""
    return content.startswith(_CLEARTEXT_LINE) or b"\n" + _CLEARTEXT_LINE in content


def _message_or_signature(content: bytes) -> Tag | None:
    """Tell a detached signature from a signed message by the packets inside."""
    try:
        packets, _ = scan_packets(dearmor(content))
    except ReadError:
        return None
    tags = {packet.tag for packet in packets} - {Tag.MARKER, Tag.PADDING}
    if Tag.PUBLIC_KEY in tags:
        return None
    if tags == {Tag.SIGNATURE}:
        return Tag.SIGNATURE
    if tags & {Tag.ONE_PASS_SIGNATURE, Tag.SIGNATURE, Tag.COMPRESSED_DATA, Tag.LITERAL_DATA}:
        return Tag.LITERAL_DATA
    return None


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UserFileError(path, f"is too large: {size >> 20} of at most {LARGEST >> 20} MiB")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # a device or a pipe has no size, and may have no end
    except OSError as error:
        raise UserFileError(path, f"cannot be read: {why(error)}") from error
    if len(data) > LARGEST:
        raise UserFileError(path, f"is too large: more than {LARGEST >> 20} MiB")
    return data
