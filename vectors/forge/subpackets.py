"""Subpackets by meaning, as the suites put them into signatures (RFC 9580 section 5.2.3.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from harness.openpgp.names import SubpacketType
from harness.openpgp.signatures import Signature, write_signature
from harness.openpgp.subpackets import Notation, Subpacket, write_notation
from vectors.forge.key import Key
from vectors.forge.times import seconds


def critical(subpacket: Subpacket) -> Subpacket:
    """Set the critical bit."""
    return replace(subpacket, critical=True)


def creation_time(moment: datetime) -> Subpacket:
    """Signature creation time."""
    return Subpacket(SubpacketType.CREATION_TIME, seconds(moment).to_bytes(4, "big"))


def expiration_time(validity: timedelta) -> Subpacket:
    """Signature expiration time, counted from the signature's creation."""
    return Subpacket(SubpacketType.EXPIRATION_TIME, _duration(validity))


def key_expiration_time(validity: timedelta) -> Subpacket:
    """Key expiration time, counted from the key's creation."""
    return Subpacket(SubpacketType.KEY_EXPIRATION_TIME, _duration(validity))


def _duration(validity: timedelta) -> bytes:
    return int(validity.total_seconds()).to_bytes(4, "big")


def issuer_key_id(key: Key) -> Subpacket:
    """Issuer key ID."""
    return Subpacket(SubpacketType.ISSUER_KEY_ID, bytes.fromhex(key.key_id))


def issuer_fingerprint(key: Key) -> Subpacket:
    """Issuer fingerprint."""
    body = bytes((key.version,)) + bytes.fromhex(key.fingerprint)
    return Subpacket(SubpacketType.ISSUER_FINGERPRINT, body)


def key_flags(flags: int, octets: int = 1) -> Subpacket:
    """Key flags, in so many octets."""
    return Subpacket(SubpacketType.KEY_FLAGS, flags.to_bytes(octets, "little"))


def primary_user_id(primary: bool = True) -> Subpacket:
    """Primary user ID."""
    return Subpacket(SubpacketType.PRIMARY_USER_ID, bytes((primary,)))


def embedded(signature: Signature) -> Subpacket:
    """Embedded signature."""
    return Subpacket(SubpacketType.EMBEDDED_SIGNATURE, write_signature(signature))


def revocation_reason(code: int, text: str = "") -> Subpacket:
    """Reason for revocation."""
    return Subpacket(SubpacketType.REVOCATION_REASON, bytes((code,)) + text.encode())


def revocation_key(revoker: Key, class_octet: int = 0x80) -> Subpacket:
    """Designated revoker (deprecated)."""
    fingerprint = bytes.fromhex(revoker.fingerprint)
    return Subpacket(
        SubpacketType.REVOCATION_KEY, bytes((class_octet, revoker.algorithm)) + fingerprint
    )


def notation(name: str, value: str, human_readable: bool = True) -> Subpacket:
    """Notation with text as name and value."""
    flags = 0x80000000 if human_readable else 0
    body = write_notation(Notation(flags, name.encode(), value.encode()))
    return Subpacket(SubpacketType.NOTATION, body)
