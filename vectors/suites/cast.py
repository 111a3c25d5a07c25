"""Who appears in the suites, and the good baseline that vectors start from.

Alice's certificate is the baseline: an RSA-3072 primary key that certifies, and an RSA-3072
subkey that signs data. Bob is someone else whose certificate is known; Mallory's is known only
where a vector says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.artifact import Artifact
from harness.openpgp.names import KeyFlag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.signatures import Signature
from harness.vector import Expectation
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Certificate,
    Finished,
    OnKey,
    Revocation,
    SelfSignature,
    Subkey,
    UserAttribute,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import day
from vectors.suites.registry import Draft

ALICE = Key("alice-primary")
ALICE_SIGNING = Key("alice-signing")
ALICE_SECOND = Key("alice-second")
BOB = Key("bob-primary")
BOB_SIGNING = Key("bob-signing")
MALLORY = Key("mallory-primary")
MALLORY_SIGNING = Key("mallory-signing")

LONG_AGO = day(2010, 1, 1)
"""When keys were created whose signatures come from the days of SHA-1."""

ALICE_V6 = Key("ed25519-primary", Algorithm.ED25519, version=6)
ALICE_V6_SIGNING = Key("ed25519-signing", Algorithm.ED25519, version=6)

SMALL_ALICE = Key("ed25519-primary", Algorithm.EDDSA_LEGACY)
SMALL_ALICE_SIGNING = Key("ed25519-signing", Algorithm.EDDSA_LEGACY)
SMALL_BOB = Key("p256", Algorithm.ECDSA)
"""Where the algorithm does not matter, and there are many vectors: keys of few octets."""

ALICE_NAME = "Alice (pgp-accord TEST ONLY) <alice@accord.example>"
BOB_NAME = "Bob (pgp-accord TEST ONLY) <bob@accord.example>"
MALLORY_NAME = "Mallory (pgp-accord TEST ONLY) <mallory@accord.example>"

TEXT = b"What Alice signed.\nA second line."
"""The document, but where a vector says otherwise. No line end at the end."""

BY_ALICE = ALICE_SIGNING.under(ALICE)
"""The accepted key of the baseline."""

BY_SMALL_ALICE = SMALL_ALICE_SIGNING.under(SMALL_ALICE)
BY_SMALL_BOB = SMALL_BOB.under(SMALL_BOB)

SIGN_AND_CERTIFY = KeyFlag.CERTIFY | KeyFlag.SIGN


def alice(
    *,
    subkeys: Sequence[Subkey] | None = None,
    user_ids: Sequence[UserId | UserAttribute] | None = None,
    direct: Sequence[OnKey] = (),
    revocations: Sequence[Revocation | Finished] = (),
    primary: Key = ALICE,
) -> Certificate:
    """Alice's certificate, without faults unless parts are replaced."""
    return certificate(
        primary,
        user_ids=[UserId(ALICE_NAME)] if user_ids is None else user_ids,
        subkeys=[signing_subkey(ALICE_SIGNING)] if subkeys is None else subkeys,
        direct=direct,
        revocations=revocations,
    )


def bob() -> Certificate:
    """Bob's certificate, without faults."""
    return certificate(BOB, user_ids=[UserId(BOB_NAME)], subkeys=[signing_subkey(BOB_SIGNING)])


def mallory() -> Certificate:
    """Mallory's certificate, without faults."""
    return certificate(
        MALLORY, user_ids=[UserId(MALLORY_NAME)], subkeys=[signing_subkey(MALLORY_SIGNING)]
    )


def lone(
    key: Key,
    name: str = ALICE_NAME,
    about: SelfSignature = SelfSignature(flags=SIGN_AND_CERTIFY),
) -> Certificate:
    """A certificate of one key; unless ``about`` says otherwise, it certifies and signs.

    In version 6, ``about`` is the direct-key signature; else it is over the user ID.
    """
    if key.version == 6:
        names = [UserId(name, (SelfSignature(flags=None, hash=about.hash),))]
        return certificate(key, user_ids=names, direct=[about])
    return certificate(key, user_ids=[UserId(name, (about,))])


def alice_v6() -> Certificate:
    """A version 6 certificate: Ed25519, with a signing subkey."""
    return certificate(
        ALICE_V6,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=None),))],
        subkeys=[signing_subkey(ALICE_V6_SIGNING)],
        direct=[SelfSignature()],
    )


def small_alice() -> Certificate:
    """Alice's certificate with keys of few octets: EdDSA, with a signing subkey."""
    return alice(primary=SMALL_ALICE, subkeys=[signing_subkey(SMALL_ALICE_SIGNING)])


def small_bob() -> Certificate:
    """Bob's certificate in few octets: one ECDSA key."""
    return lone(SMALL_BOB, BOB_NAME)


def signed(made: Made = Made(), by: Key = ALICE_SIGNING) -> Signature:
    """Alice's signature over the document, without faults unless said otherwise."""
    return sign(TEXT, by, made)


def by_alice(artifact: Artifact | Signature, expect: Expectation) -> Draft:
    """A vector about the artifact, or a detached signature: the certificate is the baseline."""
    if isinstance(artifact, Signature):
        artifact = detached(TEXT, artifact)
    return Draft(certificates=[alice()], artifact=artifact, expect=expect)


def with_certificate(
    certificate: Certificate, expect: Expectation, signature: Signature | None = None
) -> Draft:
    """A vector about the certificate, asked about the baseline's signature or another."""
    return Draft(
        certificates=[certificate],
        artifact=detached(TEXT, signature or signed()),
        expect=expect,
    )
