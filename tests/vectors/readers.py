"""Other people's parsers, asked whether they can read what a vector is made of.

A vector whose octets nobody but the forge understands would test nothing. Verifying is not their
business here: whether a signature is good plays no part.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pysequoia
from pysequoia.packet import PacketPile

from harness.artifact import Case, Cleartext, Detached, Inline, SimpleSigning

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # PGPy imports what Python deprecates
    import pgpy

GPG = shutil.which("gpg")


def unread_parts(case: Case) -> list[str]:
    """Name the parts of a question that no reader understands."""
    asked = case.unrolled()
    return [what for what, octets, readers in _parts(asked) if not _is_read(octets, readers)]


Reader = Callable[[bytes], object]


def _parts(case: Case) -> Iterator[tuple[str, bytes, tuple[Reader, ...]]]:
    for number, octets in enumerate(case.certificates, 1):
        readers: tuple[Reader, ...] = (pysequoia.Cert.split_bytes, _pgpy_key, _gpg)
        yield f"certificate {number}", octets, readers
    match case.artifact:
        case Detached(signature=octets):
            yield (
                "signature",
                octets,
                (pysequoia.Sig.from_bytes, _pgpy_signature, _gpg, _pile, _pgpy_packets),
            )
        case Inline(message=octets) | SimpleSigning(message=octets):
            yield "message", octets, (_pgpy_message, _gpg, _pile, _pgpy_packets)
        case Cleartext(message=octets):
            yield "message", octets, (_pgpy_message, _gpg, _signature_block)


def _is_read(octets: bytes, readers: tuple[Reader, ...]) -> bool:
    return any(_reads(reader, octets) for reader in readers)


def _reads(reader: Reader, octets: bytes) -> bool:
    try:
        return bool(reader(octets))
    except Exception:  # noqa: BLE001 - parsers raise whatever they like
        return False


def _pgpy_key(octets: bytes) -> object:
    key, _ = _quietly(pgpy.PGPKey.from_blob, octets)
    return key.fingerprint  # PGPy makes a key of anything; of what it cannot read, one without


def _pgpy_signature(octets: bytes) -> object:
    return _quietly(pgpy.PGPSignature.from_blob, octets)


def _pgpy_message(octets: bytes) -> object:
    return _quietly(pgpy.PGPMessage.from_blob, octets)


def _pgpy_packets(octets: bytes) -> bool:
    """Whether PGPy takes it all for packets, with a signature among them."""
    left, found = bytearray(octets), []
    while left:
        found.append(_quietly(pgpy.packet.Packet, left))
    return any(isinstance(one, pgpy.packet.packets.Signature) for one in found)


def _pile(octets: bytes) -> object:
    return list(PacketPile.from_bytes(octets))


def _signature_block(message: bytes) -> object:
    """What stands behind a text: its signatures. The text itself anybody can read."""
    _, begin, block = message.rpartition(b"-----BEGIN PGP SIGNATURE-----")
    return pysequoia.Sig.from_bytes(begin + block)


def _quietly(read: Callable[[Any], Any], octets: bytes | bytearray) -> Any:  # PGPy is untyped
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read(octets)


def _gpg(octets: bytes) -> bool:
    """Let gpg list the packets; it says on the way what it does not understand."""
    if GPG is None:
        return False
    with tempfile.TemporaryDirectory() as home:
        command = [GPG, "--homedir", home, "--batch", "--no-autostart", "--list-packets"]
        done = subprocess.run(command, input=octets, capture_output=True, check=False)
    complaints = (b"invalid", b"unknown", b"error", b"bad")
    return (
        done.returncode == 0
        and bool(done.stdout)
        and not any(word in done.stderr for word in complaints)
    )
