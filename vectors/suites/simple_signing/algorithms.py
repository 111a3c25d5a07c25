"""Algorithms and versions: what is out of use, and what is new."""

from __future__ import annotations

from harness.openpgp.names import HashAlgorithm
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Outcome, Use
from vectors.forge.certificate import SelfSignature, UserId, signing_subkey
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.simple_signing import signed_payload
from vectors.forge.times import KEYS_CREATED, SIGNED
from vectors.suites.cast import (
    ALICE_NAME,
    ALICE_SIGNING,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_ALICE,
    BY_SMALL_ALICE,
    SMALL_ALICE,
    alice,
    alice_v6,
    lone,
)
from vectors.suites.expect import policy, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import simple_signing
from vectors.suites.simple_signing.common import PAYLOAD, SIGNER, asked, with_files

OLD_KEY = Key("rsa1024")
NAMED = (
    "The manual goes by RFC 4880, which does not forbid it; RFC 9580 says must not ({}). A policy "
    "decides."
)


@simple_signing.vector("12.4", rfc4880=["13.5"], tags=["validity", "weak"])
def rsa_1024() -> Draft:
    """The key that signed is RSA-1024.

    Whoever factors it, which states and companies can, signs images.
    """
    expect = policy(
        Dependency(use=Use.DATA, made=SIGNED, key="RSA-1024"),
        Dependency(use=Use.SELF_SIGNATURE, made=KEYS_CREATED, key="RSA-1024"),
        keys=[OLD_KEY.under(OLD_KEY)],
        classes=[Wrong.WEAK_KEY, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY, Wrong.UNSUPPORTED],
        reason=NAMED.format("12.4"),
        rfc4880=Outcome.ACCEPT,
    )
    return with_files([lone(OLD_KEY)], expect, signed_payload(PAYLOAD, OLD_KEY))


@simple_signing.vector("9.5", rfc4880=["9.4", "14"], tags=["validity", "weak"])
def sha1_in_signature() -> Draft:
    """The signature uses SHA-1.

    Who can make two texts with one hash has the one signed, and delivers the other.
    """
    expect = policy(
        Dependency(use=Use.DATA, made=SIGNED, hash="SHA1"),
        keys=[BY_SMALL_ALICE],
        classes=[Wrong.WEAK_HASH],
        reason=NAMED.format("9.5"),
        rfc4880=Outcome.ACCEPT,
    )
    return asked(signed_payload(PAYLOAD, SIGNER, Made(hash=HashAlgorithm.SHA1)), expect)


@simple_signing.vector("9.5", "5.2.5", rfc4880=["9.4", "14"], tags=["validity", "weak"])
def sha1_in_self_signature() -> Draft:
    """The only self-signature uses SHA-1; everything else is SHA-256.

    As in the certificates of many repositories, made once and never renewed.
    """
    about = UserId(ALICE_NAME, (SelfSignature(hash=HashAlgorithm.SHA1),))
    cert = alice(primary=SMALL_ALICE, user_ids=[about], subkeys=[signing_subkey(SIGNER)])
    expect = policy(
        Dependency(use=Use.SELF_SIGNATURE, made=KEYS_CREATED, hash="SHA1"),
        keys=[BY_SMALL_ALICE],
        classes=[Wrong.WEAK_HASH, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY],
        reason=NAMED.format("9.5"),
        rfc4880=Outcome.ACCEPT,
    )
    return with_files([cert], expect)


@simple_signing.vector("5.2", "5.4", rfc4880=["5.2", "5.4"], tags=["validity", "v3"])
def version_3_signature() -> Draft:
    """The signature is of version 3, by an RSA key of version 4.

    Implementations may accept it. It has no subpackets, so no expiry.
    """
    expect = policy(
        Dependency(use=Use.DATA, made=SIGNED, packet="signature v3"),
        keys=[BY_ALICE],
        classes=[Wrong.POLICY_OTHER, Wrong.UNSUPPORTED, Wrong.MALFORMED, Wrong.NO_SIGNATURE],
        reason="Implementations may accept version 3 signatures (5.2).",
        rfc4880=Outcome.ACCEPT,
    )
    message = signed_payload(PAYLOAD, ALICE_SIGNING, Made(version=3))
    return with_files([alice()], expect, message)


@simple_signing.vector("5.2.3", "10.3", tags=["validity", "v6"])
def version_6() -> Draft:
    """Certificate and signature are of version 6.

    The manual is older than the version, and names the RFC that does not know it.
    """
    expect = undefined(
        "The manual goes by RFC 4880, which knows versions 3 and 4; who goes by RFC 9580 accepts.",
        Wrong.UNSUPPORTED,
        Wrong.MALFORMED,
        Wrong.NO_SIGNATURE,
        Wrong.MISSING_KEY,
        keys=[ALICE_V6_SIGNING.under(ALICE_V6)],
    )
    return with_files([alice_v6()], expect, signed_payload(PAYLOAD, ALICE_V6_SIGNING))
