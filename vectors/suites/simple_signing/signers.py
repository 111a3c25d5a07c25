"""Who signed: which key, and whether it is one of those that may."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.artifacts import one_pass_message
from vectors.forge.certificate import Certificate, SelfSignature, UserId, signing_subkey
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.simple_signing import digest_of, image_signature, payload, signed_payload
from vectors.suites.cast import (
    ALICE_NAME,
    BOB_NAME,
    BY_SMALL_ALICE,
    MALLORY_NAME,
    SIGN_AND_CERTIFY,
    SMALL_ALICE,
    SMALL_BOB,
    alice,
    lone,
    small_alice,
    small_bob,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import FORM, SIGNED_BY, family, simple_signing, vector
from vectors.suites.simple_signing.common import (
    BAD,
    FINE,
    GOOD,
    MISREAD,
    NO_MESSAGE,
    OTHER_MANIFEST,
    PAYLOAD,
    SECOND,
    SIGNER,
    STRANGER,
    asked,
    saying,
    with_files,
)


@vector("baseline", "identity")
def signed_by_subkey() -> Draft:
    """An image's signature by a signing subkey, as it should be.

    Everything about keys and messages starts from it. Who refuses it cannot run the image its
    owner signed.
    """
    return with_files([small_alice()], GOOD)


@vector("baseline", "identity")
def signed_by_primary_key() -> Draft:
    """The primary key itself signed, which may.

    Nothing is wrong. Everything about texts, images and references starts from it.
    """
    return saying(PAYLOAD, FINE)


OF_WHICH = (
    "The manuals speak of a key's fingerprint, and do not say whether that of a subkey counts, or "
    "only that of the primary key."
)
NOT_AMONG = f"{FORM}: the signature must be by an expected key."
NOT_ACCEPTED = reject(Wrong.IDENTITY_MISMATCH, reason=NOT_AMONG)


@dataclass(frozen=True)
class Accepted:
    """Which keys may sign.

    Attributes:
        title: in words.
        about: what follows, for a signature by Alice's subkey.
        keys: the keys.
        expect: what is right.
    """

    title: str
    about: str
    keys: tuple[Key, ...]
    expect: Expectation


@family(
    {
        "primary": Accepted(
            "the primary key",
            "A certificate is known by its primary key, which vouches for the subkey. Who compares "
            "with the subkey alone refuses all that subkeys sign.",
            (SMALL_ALICE,),
            GOOD,
        ),
        "subkey": Accepted(
            "the subkey that signed",
            "One may read that as this key and no other of the certificate, or as naming none.",
            (SIGNER,),
            undefined(OF_WHICH, Wrong.IDENTITY_MISMATCH, keys=[BY_SMALL_ALICE]),
        ),
        "both": Accepted(
            "the primary key and the subkey that signed",
            "Either way of naming the key is there.",
            (SMALL_ALICE, SIGNER),
            GOOD,
        ),
        "stranger": Accepted(
            "a stranger's key",
            "Alice's certificate is at hand and she may sign, but not this image.",
            (STRANGER,),
            NOT_ACCEPTED,
        ),
        "stranger-and-primary": Accepted(
            "a stranger's key and Alice's primary key",
            "One key that is expected is enough.",
            (STRANGER, SMALL_ALICE),
            GOOD,
        ),
    },
    "identity",
)
def identity(m: Accepted) -> Draft:
    """The subkey signed, and accepted is {m.title}.

    {m.about}
    """
    return with_files([small_alice()], m.expect, identities=m.keys)


@vector("identity")
def identity_another_subkey() -> Draft:
    """A subkey signed, and accepted is another signing subkey of the same certificate.

    That one did not sign, and is not the primary key: whichever way fingerprints are read, the
    signature is not by a key that is expected.
    """
    cert = alice(primary=SMALL_ALICE, subkeys=[signing_subkey(SIGNER), signing_subkey(SECOND)])
    return with_files([cert], NOT_ACCEPTED, identities=[SECOND])


@vector("identity")
def identity_subkey_of_signing_primary_key() -> Draft:
    """The primary key signed, and accepted is its subkey.

    Who vouches for a subkey is not the subkey. A key that was given away for one purpose would
    otherwise stand for its owner.
    """
    cert = alice(
        primary=SMALL_ALICE,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=SIGN_AND_CERTIFY),))],
        subkeys=[signing_subkey(SIGNER)],
    )
    message = signed_payload(PAYLOAD, SMALL_ALICE)
    return with_files([cert], NOT_ACCEPTED, message, identities=[SIGNER])


@vector("identity")
def identity_of_another_known_key() -> Draft:
    """Bob signed; the certificates of both are known, and accepted is Alice.

    That a key is known does not mean that it may sign this image.
    """
    message = signed_payload(PAYLOAD, SMALL_BOB)
    return asked(message, NOT_ACCEPTED, small_bob(), identities=[SMALL_ALICE])


def sharing() -> list[Certificate]:
    """Alice's certificate and Bob's: both have Alice's subkey, bound and signed back."""
    of_bob = alice(primary=SMALL_BOB, user_ids=[UserId(BOB_NAME)], subkeys=[signing_subkey(SIGNER)])
    return [small_alice(), of_bob]


@simple_signing.vector("5.2.1.8", "5.2.1.9", rfc4880=["5.2.1"], tags=["identity"])
def shared_subkey() -> Draft:
    """The subkey that signed belongs to two certificates, both among the key files.

    Each primary key bound it, and it agreed to both. Whoever of the two is meant, the signature is
    by a key of the keyring.
    """
    return with_files(sharing(), accept(BY_SMALL_ALICE, SIGNER.under(SMALL_BOB)))


def shared(name: str, owner: Key) -> Accepted:
    """Of the two whose subkey signed, only one may."""
    expect = undefined(
        "Neither the manuals nor the RFCs say whose a signature is if its key is of two "
        "certificates.",
        Wrong.IDENTITY_MISMATCH,
        keys=[SIGNER.under(owner)],
    )
    return Accepted(name, "", (owner,), expect)


@simple_signing.family(
    {"first": shared("Alice", SMALL_ALICE), "second": shared("Bob", SMALL_BOB)},
    "5.2.1.8",
    "5.2.1.9",
    rfc4880=["5.2.1"],
    tags=["identity"],
)
def identity_shared_subkey(m: Accepted) -> Draft:
    """The subkey that signed is Alice's and Bob's, and accepted is {m.title}.

    A verifier that finds one of the certificates only must not depend on which of them it happens
    to meet first.
    """
    return with_files(sharing(), m.expect, identities=m.keys)


@vector("identity")
def unknown_key() -> Draft:
    """The key that signed is in no key file.

    Anybody can sign anything. Who accepts it accepts every image.
    """
    return with_files([small_bob()], reject(Wrong.MISSING_KEY, reason=f"{SIGNED_BY}."))


@simple_signing.vector("10.3", rfc4880=["11.3"], tags=["identity", "form"])
def certificate_before_message() -> Draft:
    """A stranger's signature comes with the stranger's certificate before it.

    Anyone can send a key along. Whoever takes it from there lets the sender choose who is trusted.
    """
    own = lone(STRANGER, MALLORY_NAME).packets
    message = [*own, *signed_payload(PAYLOAD, STRANGER)]
    return asked(message, reject(Wrong.MISSING_KEY, *NO_MESSAGE, *MISREAD, reason=f"{FORM}."))


@vector("identity", "tampered")
def value_damaged() -> Draft:
    """The signature's value is wrong in one bit.

    It is no signature of anybody's. Who accepts it accepts what anybody writes.
    """
    return asked(signed_payload(PAYLOAD, SIGNER, Made(damaged=True)), BAD)


@vector("identity", "tampered")
def payload_about_another_image() -> Draft:
    """The signed text was changed to name another image, the one that is about to run.

    Digest and reference are right for that image, and nobody signed them. A consumer that reads the
    text before, or without, verifying it runs whatever it is given.
    """
    made = sign(PAYLOAD, SIGNER)
    text = payload(digest=digest_of(OTHER_MANIFEST))
    message = one_pass_message(text, (made, SIGNER))
    return replace(asked(message, BAD), artifact=image_signature(message, manifest=OTHER_MANIFEST))
