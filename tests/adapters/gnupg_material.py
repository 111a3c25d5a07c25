"""Certificates and artifacts for the tests of the GnuPG family, made by the forge, and how to ask.

No gpg-agent, no gpg: what is tested did not make what it is tested with.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harness.artifact import Artifact, Cleartext, Detached, Inline, SimpleSigning, unclaimed
from harness.backend import Adapter, Exported, Reading
from harness.openpgp.armor import write_armor
from harness.openpgp.names import (
    HashAlgorithm,
    KeyFlag,
    PublicKeyAlgorithm,
    RevocationReason,
    SignatureType,
    Tag,
)
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import AcceptedKey, ErrorClass
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    cleartext,
    detached,
    literal,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    Revocation,
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, Placement, sign
from vectors.forge.times import EPOCH, day

ALICE = Key("alice-primary")
ALICE_SIGNING = Key("alice-signing")
BOB = Key("bob-primary")
DATA = b"some data\n"
NAME = "Alice <alice@accord.example>"
CERTIFY_AND_SIGN = SelfSignature(flags=KeyFlag.CERTIFY | KeyFlag.SIGN)
REVOKED = Revocation(reason=RevocationReason.COMPROMISED, created=day(2024, 4, 1))


def cert(key: Key, name: str = NAME, **parts: Any) -> bytes:
    """A binary certificate whose primary key certifies and signs, and nothing is wrong with."""
    parts = {"user_ids": [UserId(name, (CERTIFY_AND_SIGN,))]} | parts
    return certificate(key, **parts).octets


def named(key: Key) -> AcceptedKey:
    return key.under(key)


ALICE_CERT = cert(ALICE)
ALICE_REVOKED = cert(ALICE, revocations=[REVOKED])
ALICE_EXPIRED = cert(
    ALICE,
    user_ids=[
        UserId(NAME, (replace(CERTIFY_AND_SIGN, key_expires_after=timedelta(days=1600)),)),
    ],
)
_CRITICAL_SELF_SIGNATURE = replace(
    CERTIFY_AND_SIGN, hashed=(subpackets.critical(Subpacket(100, b"?")),)
)
ALICE_CRITICAL = cert(ALICE, user_ids=[UserId(NAME, (_CRITICAL_SELF_SIGNATURE,))])
ALICE_HALF_CRITICAL = cert(
    ALICE, user_ids=[UserId("a", (CERTIFY_AND_SIGN,)), UserId("b", (_CRITICAL_SELF_SIGNATURE,))]
)
"""One of two user IDs has a self-signature with an unknown critical subpacket."""
ALICE_WITH_SUBKEY = cert(ALICE, subkeys=[signing_subkey(ALICE_SIGNING)])
BOB_CERT = cert(BOB, "Bob <bob@accord.example>")

GOOD = sign(DATA, ALICE)
BOBS = sign(DATA, BOB)
BAD = sign(b"other data\n", ALICE)
MD5 = sign(DATA, ALICE, Made(hash=HashAlgorithm.MD5))
EXPIRED = sign(DATA, ALICE, Made(expires_after=timedelta(days=1)))
CRITICAL = sign(DATA, ALICE, Made(hashed=(subpackets.critical(Subpacket(100, b"?")),)))


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and every error class that GnuPG's answer is consistent with."""

    certificates: tuple[bytes, ...]
    artifact: Artifact
    classes: frozenset[ErrorClass]


def _fault(artifact: Artifact, *classes: ErrorClass, by: bytes = ALICE_CERT) -> Fault:
    return Fault((by,), artifact, frozenset(classes))


def _of_subkey(binding: Binding) -> bytes:
    return certificate(
        ALICE, user_ids=[UserId(NAME)], subkeys=[signing_subkey(ALICE_SIGNING, binding)]
    ).octets


def _raw(octets: bytes) -> Detached:
    return Detached(data=DATA, signature=octets)


_GOOD = detached(DATA, GOOD).signature
_UNKNOWN_HASH = replace(GOOD, hash_algorithm=99)
_CRITICAL_NOTATION = Made(
    hashed=(subpackets.critical(subpackets.notation("x@accord.example", "y")),)
)
_P384 = Key("p384", PublicKeyAlgorithm.ECDSA)
_TEXT = sign_cleartext(b"a text", ALICE)
_LATE = Key("alice-primary", created=day(2030, 1, 1))

FAULTS: Mapping[str, Fault] = {
    "tampered data": _fault(detached(DATA, BAD), ErrorClass.BAD_SIGNATURE),
    "unknown key": _fault(detached(DATA, BOBS), ErrorClass.MISSING_KEY),
    "revoked key": _fault(detached(DATA, GOOD), ErrorClass.KEY_REVOKED, by=ALICE_REVOKED),
    "expired key": _fault(detached(DATA, GOOD), ErrorClass.KEY_EXPIRED, by=ALICE_EXPIRED),
    "expired signature": _fault(detached(DATA, EXPIRED), ErrorClass.SIGNATURE_EXPIRED),
    "MD5": _fault(detached(DATA, MD5), ErrorClass.WEAK_HASH),
    "hash too short for the key": _fault(
        detached(DATA, sign(DATA, _P384, Made(hash=HashAlgorithm.SHA256))),
        ErrorClass.WEAK_HASH,
        by=cert(
            _P384,
            user_ids=[UserId(NAME, (replace(CERTIFY_AND_SIGN, hash=HashAlgorithm.SHA384),))],
        ),
    ),
    "unknown hash": _fault(detached(DATA, _UNKNOWN_HASH), ErrorClass.UNSUPPORTED),
    "unknown hash beside a good signature": _fault(
        detached(DATA, _UNKNOWN_HASH, GOOD), ErrorClass.UNSUPPORTED
    ),
    "unknown public-key algorithm": _fault(
        detached(DATA, replace(GOOD, public_key_algorithm=99)), ErrorClass.UNSUPPORTED
    ),
    "unknown version": _fault(
        detached(DATA, Packet(Tag.SIGNATURE, b"\x63" + bytes(30))),
        ErrorClass.UNSUPPORTED,
    ),
    "key may only certify": _fault(
        detached(DATA, GOOD),
        ErrorClass.WRONG_KEY_USAGE,
        by=cert(ALICE, user_ids=[UserId(NAME)]),
    ),
    "key is newer": _fault(
        detached(DATA, sign(DATA, ALICE, Made(created=day(2019, 1, 1)))),
        ErrorClass.KEY_NEWER_THAN_SIGNATURE,
    ),
    "no creation time": _fault(
        detached(DATA, sign(DATA, ALICE, Made(creation_time=Placement.NOWHERE))),
        ErrorClass.KEY_NEWER_THAN_SIGNATURE,
        ErrorClass.MALFORMED,
    ),
    "no back-signature": _fault(
        detached(DATA, sign(DATA, ALICE_SIGNING)),
        ErrorClass.UNBOUND_KEY,
        by=_of_subkey(Binding(back=None)),
    ),
    "damaged back-signature": _fault(
        detached(DATA, sign(DATA, ALICE_SIGNING)),
        ErrorClass.UNBOUND_KEY,
        by=_of_subkey(Binding(back=BackSignature(damaged=True))),
    ),
    "unknown critical subpacket": _fault(detached(DATA, CRITICAL), ErrorClass.UNKNOWN_CRITICAL),
    "unknown critical notation": _fault(
        detached(DATA, sign(DATA, ALICE, _CRITICAL_NOTATION)), ErrorClass.UNKNOWN_CRITICAL
    ),
    "certification as data signature": _fault(
        detached(DATA, sign(DATA, ALICE, kind=SignatureType.GENERIC_CERTIFICATION)),
        ErrorClass.MALFORMED,
        ErrorClass.UNSUPPORTED,
    ),
    "revocation as data signature": _fault(
        detached(DATA, sign(DATA, ALICE, kind=SignatureType.KEY_REVOCATION)),
        ErrorClass.MALFORMED,
        ErrorClass.UNSUPPORTED,
    ),
    "nothing": _fault(_raw(b""), ErrorClass.NO_SIGNATURE),
    "no OpenPGP": _fault(_raw(b"garbage"), ErrorClass.NO_SIGNATURE),
    "cut short": _fault(_raw(_GOOD[:50]), ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE),
    "wrong armor checksum": _fault(
        _raw(write_armor("PGP SIGNATURE", _GOOD, checksum=b"\0\0\0")), ErrorClass.MALFORMED
    ),
    "a key for a signature": _fault(_raw(ALICE_CERT), ErrorClass.MALFORMED),
    "a message for a signature": _fault(
        _raw(write_packets(one_pass_message(DATA, (GOOD, ALICE)))),
        ErrorClass.MALFORMED,
        ErrorClass.NO_SIGNATURE,
    ),
    "a signature for a message": _fault(
        Inline(message=_GOOD), ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE
    ),
    "unsigned message": _fault(
        Inline(message=write_packets([literal(DATA)])), ErrorClass.NO_SIGNATURE
    ),
    "two plaintexts": _fault(
        Inline(message=write_packets([literal(b"evil"), literal(DATA)])),
        ErrorClass.MALFORMED,
        ErrorClass.NO_SIGNATURE,
    ),
    "wrong hash header": _fault(
        cleartext(b"a text", _TEXT, headers=[("Hash", "SHA512")]), ErrorClass.MALFORMED
    ),
    "tampered text": _fault(cleartext(b"no text", _TEXT), ErrorClass.BAD_SIGNATURE),
}
"""By what is wrong. gpg and gpgv speak of each alike (2.2.40)."""

EXIT_CODE_ZERO_ALL_THE_SAME = {"revoked key", "expired key"}

REFUSED_CERTIFICATES: Mapping[str, Fault] = {
    "no user ID": _fault(detached(DATA, GOOD), ErrorClass.UNBOUND_KEY, by=cert(ALICE, user_ids=[])),
    "MD5 self-signature": _fault(
        detached(DATA, GOOD),
        ErrorClass.WEAK_HASH,
        by=cert(
            ALICE,
            user_ids=[UserId(NAME, (replace(CERTIFY_AND_SIGN, hash=HashAlgorithm.MD5),))],
        ),
    ),
    "critical subpacket in the self-signature": _fault(
        detached(DATA, GOOD), ErrorClass.UNKNOWN_CRITICAL, by=ALICE_CRITICAL
    ),
    "key from the future": _fault(
        detached(DATA, sign(DATA, _LATE, Made(created=day(2031, 1, 1)))),
        ErrorClass.KEY_NEWER_THAN_SIGNATURE,
        by=cert(_LATE),
    ),
    "damaged binding": _fault(
        detached(DATA, sign(DATA, ALICE_SIGNING)),
        ErrorClass.UNBOUND_KEY,
        by=_of_subkey(Binding(damaged=True)),
    ),
}
"""By what is wrong with the certificate; the class that every backend must leave possible."""


def both(first: Signature, second: Signature) -> Detached:
    """Two detached signatures in one file."""
    return detached(DATA, first, second)


def ask(
    adapter: Adapter[Any], *certificates: bytes, artifact: Artifact, at: datetime = EPOCH
) -> Reading:
    """Put one question to an adapter, as a worker does."""
    keys = adapter.load(certificates, at)
    try:
        return adapter.check(keys, artifact, at)
    finally:
        adapter.unload(keys)


def export(folder: Path, certificates: tuple[bytes, ...], artifact: Artifact) -> Exported:
    """Write a question's parts to files whose names need quotes."""
    names = {f"it's cert {n}.asc": octets for n, octets in enumerate(certificates)}
    match artifact:
        case Detached(data=data, signature=signature):
            parts = {"data": ("-data $HOME", data), "signature": ("-s `id`.sig", signature)}
        case Inline(message=message) | Cleartext(message=message):
            parts = {"message": ('"message".asc', message)}
        case SimpleSigning():
            raise unclaimed(artifact)
    for name, octets in (*names.items(), *parts.values()):
        (folder / name).write_bytes(octets)
    files: dict[str, Any] = {field: name for field, (name, _) in parts.items()}
    return Exported(certificates=tuple(names), at=EPOCH, format=artifact.format, **files)


def processes_naming(text: str) -> list[str]:
    """The command lines of all processes that have a text in it or in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if text.encode() in command + (process / "environ").read_bytes():
                found.append(command.replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue  # it ended meanwhile, or is not ours
    return found


def run_script(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a reproduction script in the folder of the exported files."""
    script = folder / "reproduce.sh"
    script.write_text(text)
    return subprocess.run(
        ["sh", script.name], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


def status_lines(output: str) -> tuple[str, ...]:
    """The status lines of an output, without their prefix."""
    prefix = "[GNUPG:] "
    return tuple(line.removeprefix(prefix) for line in output.split("\n") if prefix in line)
