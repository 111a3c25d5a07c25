"""Keys and certificates that the tests of the in-process adapters share."""

from __future__ import annotations

from harness.artifact import Detached
from harness.openpgp.names import KeyFlag, SignatureType
from harness.outcomes import AcceptedKey
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Binding,
    Certificate,
    Revocation,
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import KEYS_CREATED, day

ALICE = Key("alice-primary")
ALICE_SIGNING = Key("alice-signing")
BOB = Key("bob-primary")
BOB_SIGNING = Key("bob-signing")
MALLORY = Key("mallory-primary")

BY_ALICE = AcceptedKey(signing=ALICE_SIGNING.fingerprint, primary=ALICE.fingerprint)
BY_BOB = AcceptedKey(signing=BOB_SIGNING.fingerprint, primary=BOB.fingerprint)

ALICE_CERT = certificate(ALICE, user_ids=[UserId("Alice")], subkeys=[signing_subkey(ALICE_SIGNING)])
BOB_CERT = certificate(BOB, user_ids=[UserId("Bob")], subkeys=[signing_subkey(BOB_SIGNING)])

SIGNS = KeyFlag.CERTIFY | KeyFlag.SIGN
EXPIRES = day(2024, 4, 1)
"""Between the signatures (March 2024) and the reference time (June 2024)."""
REVOKED = Revocation(reason=2, text="compromised", created=day(2024, 1, 1))

DATA = b"two lines\nof text\n"


def lone(key: Key, self_signature: SelfSignature, *revocations: Revocation) -> Certificate:
    """Make a certificate of a primary key only."""
    return certificate(key, user_ids=[UserId("X", (self_signature,))], revocations=revocations)


def alice(
    *on_subkey: Binding | Revocation, revocations: tuple[Revocation, ...] = ()
) -> Certificate:
    """Make Alice's certificate with other signatures on its signing subkey."""
    subkey = signing_subkey(ALICE_SIGNING, *on_subkey)
    return certificate(ALICE, user_ids=[UserId("Alice")], subkeys=[subkey], revocations=revocations)


EXPIRING = SelfSignature(flags=SIGNS, key_expires_after=EXPIRES - KEYS_CREATED)


def signed(
    made: Made = Made(), by: Key = ALICE_SIGNING, kind: int = SignatureType.BINARY
) -> Detached:
    """Sign the data, once."""
    return detached(DATA, sign(DATA, by, made, kind))
