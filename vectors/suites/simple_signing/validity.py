"""Whether the key that signed may sign, and when: revoked, expired, not bound, not for that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace as replaced

from harness.openpgp.names import KeyFlag
from harness.openpgp.names import RevocationReason as Reason
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.certificate import (
    Binding,
    Revocation,
    SelfSignature,
    Subkey,
    UserId,
    signing_subkey,
)
from vectors.forge.signature import Made
from vectors.forge.simple_signing import signed_payload
from vectors.forge.times import DAY, EPOCH, KEYS_CREATED, SIGNED, day
from vectors.suites.cast import ALICE_NAME, BY_SMALL_ALICE, SMALL_ALICE, alice, small_alice
from vectors.suites.expect import reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import FORM, simple_signing
from vectors.suites.simple_signing.common import GOOD, PAYLOAD, SIGNER, asked, with_files

BEFORE = day(2023, 1, 1)
"""A year before the image was signed."""
AFTER = day(2024, 5, 1)
"""Two months after, a month before the reference time."""
OLD_SIGNATURES = (
    "The RFCs say what an expired key is, not whether signatures it made before outlive it; the "
    "manual asks of the signature alone that it must not be expired."
)


@dataclass(frozen=True)
class Why:
    """A revocation: why, and when.

    Attributes:
        title: in words.
        therefore: what becomes of the signature, in words.
        reason: its code; ``None`` for no such subpacket.
        at: when.
        expect: what is right.
    """

    title: str
    therefore: str
    reason: int | None
    at: datetime
    expect: Expectation

    @property
    def revocation(self) -> Revocation:
        """The revocation itself."""
        return Revocation(reason=self.reason, created=self.at)


REVOKED = reject(Wrong.KEY_REVOKED)
_AFTERWARDS = "It was made by a key that no longer was to be used, and is void."
REVOCATIONS = {
    "compromised-before": Why(
        "as compromised, a year before the signature",
        _AFTERWARDS,
        Reason.COMPROMISED,
        BEFORE,
        REVOKED,
    ),
    "compromised-after": Why(
        "as compromised, after the signature",
        "The date of the signature is the thief's to choose, so that it is suspect all the same.",
        Reason.COMPROMISED,
        AFTER,
        REVOKED,
    ),
    "retired-before": Why(
        "as retired, a year before the signature", _AFTERWARDS, Reason.RETIRED, BEFORE, REVOKED
    ),
    "retired-after": Why(
        "as retired, after the signature",
        "What it signed before is still valid: images do not go bad when a key is replaced.",
        Reason.RETIRED,
        AFTER,
        GOOD,
    ),
    "without-reason-after": Why(
        "without a reason, after the signature",
        "Whether what it signed before is still valid depends on the reason, and there is none.",
        None,
        AFTER,
        undefined(
            "Section 5.2.3.31 settles older signatures for compromised, superseded and retired "
            "keys only.",
            Wrong.KEY_REVOKED,
            keys=[BY_SMALL_ALICE],
        ),
    ),
}


@simple_signing.family(
    REVOCATIONS,
    "5.2.1.12",
    "5.2.3.31",
    rfc4880=["5.2.1", "5.2.3.23"],
    tags=["validity", "revocation", "subkey"],
)
def subkey_revoked(m: Why) -> Draft:
    """The subkey that signed was revoked {m.title}.

    {m.therefore}
    """
    subkey = Subkey(SIGNER, (m.revocation, Binding()))
    return with_files([alice(primary=SMALL_ALICE, subkeys=[subkey])], m.expect)


@simple_signing.family(
    REVOCATIONS,
    "5.2.1.11",
    "5.2.3.31",
    rfc4880=["5.2.1", "5.2.3.23"],
    tags=["validity", "revocation", "primary"],
)
def primary_key_revoked(m: Why) -> Draft:
    """The primary key was revoked {m.title}; its subkey signed.

    The subkey lives by the word of its primary key, and goes with it. {m.therefore}
    """
    cert = alice(primary=SMALL_ALICE, subkeys=[signing_subkey(SIGNER)], revocations=[m.revocation])
    return with_files([cert], m.expect)


def until(moment: datetime) -> timedelta:
    """Time from the keys' creation to then."""
    return moment - KEYS_CREATED


@dataclass(frozen=True)
class Expiry:
    """When a key expired.

    Attributes:
        title: in words.
        about: what follows.
        at: when.
        expect: what is right.
    """

    title: str
    about: str
    at: datetime
    expect: Expectation


EXPIRIES = {
    "before-signature": Expiry(
        "a year before the signature",
        "Its owner limited its use. Whoever finds an old key could sign images with it for ever.",
        BEFORE,
        reject(Wrong.KEY_EXPIRED),
    ),
    "after-signature": Expiry(
        "after the signature, before the reference time",
        "The image was signed while the key was good, and is asked about when it is not.",
        AFTER,
        undefined(OLD_SIGNATURES, Wrong.KEY_EXPIRED, keys=[BY_SMALL_ALICE]),
    ),
}


@simple_signing.family(
    EXPIRIES, "5.2.3.13", rfc4880=["5.2.3.6"], tags=["validity", "expiry", "subkey"]
)
def subkey_expired(m: Expiry) -> Draft:
    """The subkey that signed expired {m.title}.

    {m.about}
    """
    binding = Binding(key_expires_after=until(m.at))
    return with_files([alice(primary=SMALL_ALICE, subkeys=[Subkey(SIGNER, (binding,))])], m.expect)


@simple_signing.family(
    EXPIRIES, "5.2.3.13", rfc4880=["5.2.3.6"], tags=["validity", "expiry", "primary"]
)
def primary_key_expired(m: Expiry) -> Draft:
    """The primary key expired {m.title}; its subkey signed.

    The subkey does not outlive its primary key. {m.about}
    """
    about = UserId(ALICE_NAME, (SelfSignature(key_expires_after=until(m.at)),))
    cert = alice(primary=SMALL_ALICE, user_ids=[about], subkeys=[signing_subkey(SIGNER)])
    return with_files([cert], m.expect)


@simple_signing.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["validity", "expiry", "time"])
def signature_expired() -> Draft:
    """The signature expired before the reference time.

    The manual has it in so many words: it must not be expired. An image that was signed for a
    month would run for ever.
    """
    made = Made(expires_after=EPOCH - SIGNED - DAY)
    expect = reject(Wrong.SIGNATURE_EXPIRED, reason=f"{FORM}.")
    return asked(signed_payload(PAYLOAD, SIGNER, made), expect)


@simple_signing.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["validity", "expiry", "time"])
def signature_expires_later() -> Draft:
    """The signature expires, in 2090.

    It is good until then. Who refuses it has its owner do without expiry.
    """
    made = Made(expires_after=day(2090, 1, 1) - SIGNED)
    return asked(signed_payload(PAYLOAD, SIGNER, made), GOOD)


@simple_signing.vector("5.2.3.11", rfc4880=["5.2.3.4"], tags=["validity", "time"])
def signature_from_before_its_key() -> Draft:
    """The signature is a year older than the key that made it.

    Nobody can sign with a key that does not exist: one of the two dates is a lie.
    """
    made = Made(created=day(2019, 1, 1))
    return asked(
        signed_payload(PAYLOAD, SIGNER, made),
        reject(Wrong.KEY_NEWER_THAN_SIGNATURE, Wrong.UNBOUND_KEY),
    )


@dataclass(frozen=True)
class Bond:
    """How the subkey that signed is bound, if at all.

    Attributes:
        title: in words.
        about: what follows.
        bindings: what stands on it.
        section: of RFC 9580, which decides.
        expect: what is right.
    """

    title: str
    about: str
    bindings: tuple[Binding, ...]
    section: str
    expect: Expectation


UNBOUND = reject(Wrong.UNBOUND_KEY, Wrong.MISSING_KEY)
USELESS = reject(Wrong.WRONG_KEY_USAGE)


@simple_signing.family(
    {
        "binding-missing": Bond(
            "is not bound at all",
            "Anybody can put a key of their own below Alice's.",
            (),
            "5.2.1.8",
            UNBOUND,
        ),
        "back-signature-missing": Bond(
            "has no back-signature in its binding",
            "The subkey never agreed. Mallory could adopt it, and be named for what Alice signed.",
            (Binding(back=None),),
            "5.2.1.9",
            UNBOUND,
        ),
        "may-only-encrypt": Bond(
            "is for encryption, by its flags",
            "A key that decrypts on some server was not made for saying which images may run.",
            (Binding(flags=KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE),),
            "5.2.3.29",
            USELESS,
        ),
    },
    rfc4880=["5.2.1", "5.2.3.21"],
    tags=["validity", "binding"],
)
def subkey(m: Bond) -> Draft:
    """The subkey that signed {m.title}.

    {m.about}
    """
    cert = alice(primary=SMALL_ALICE, subkeys=[Subkey(SIGNER, m.bindings)])
    return with_files([cert], replaced(m.expect, rfc9580=(m.section,)))


@simple_signing.vector("5.2.3.29", rfc4880=["5.2.3.21"], tags=["validity", "binding"])
def primary_key_may_only_certify() -> Draft:
    """The primary key signed, which by its flags only certifies.

    Its owner keeps it for certificates, and made a subkey for signing.
    """
    message = signed_payload(PAYLOAD, SMALL_ALICE)
    return with_files([small_alice()], USELESS, message)
