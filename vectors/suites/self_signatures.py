"""Self-signatures and user IDs: what makes a certificate its owner's, and what names may hold.

A primary key certifies its user IDs, and may sign itself. What is asked is mostly whether the key
may be used at all when such signatures are missing, void, several, or odd; and that a user ID,
whatever it holds, disturbs nothing. Data signatures are right throughout.

RFC 9580 requires a valid direct-key signature of a version 6 key. For version 4 it requires
nothing, and only recommends a self-signed user ID: what is left without any is mostly undefined.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.openpgp.names import HashAlgorithm, KeyFlag, RevocationReason, SignatureType, Tag
from harness.openpgp.packets import Packet
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Expectation, Outcome, Use
from vectors.forge import signature as forge
from vectors.forge import subpackets
from vectors.forge.certificate import (
    Certificate,
    Certification,
    OnKey,
    Revocation,
    SelfSignature,
    UserAttribute,
    UserId,
    certificate,
    image,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.times import DAY, KEYS_CREATED, day
from vectors.suites.cast import (
    ALICE_NAME,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BOB_NAME,
    BY_SMALL_ALICE,
    MALLORY_NAME,
    SIGN_AND_CERTIFY,
    SMALL_ALICE,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    alice,
    signed,
    small_alice,
    small_bob,
    with_certificate,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

self_signatures = Area(
    "self-signatures",
    __doc__,
    origins={
        "forged": "RNP: forged keys, validity of user IDs; OpenPGP.js: reformatted keys",
        "unhashed": "OpenPGP.js: unsigned subpackets must not extend validity; RNP",
        "temporary": "interoperability suite: temporary validity",
        "void": "PGPainless and RNP: broken self-signatures",
        "user-id": "RNP, GnuPG and rPGP: odd user IDs",
        "user-attribute": "GnuPG: photo IDs; OpenPGP.js: user attributes",
        "v6": "RFC 9580, 5.2.3.10",
        "missing": "interoperability suite: Carol's certificate without user ID; PGPainless",
    },
)

PRIMARY = SMALL_ALICE
SIGNING = SMALL_ALICE_SIGNING
BY_SUBKEY = BY_SMALL_ALICE
BY_PRIMARY = PRIMARY.under(PRIMARY)
MALLORY = SMALL_BOB
BY_V6 = ALICE_V6_SIGNING.under(ALICE_V6)
WORK_NAME = "Alice at work (pgp-accord TEST ONLY) <alice@work.accord.example>"

GOOD = SelfSignature()
SIGNS = SelfSignature(flags=SIGN_AND_CERTIFY)
PAST = day(2022, 1, 1)
RECENT = day(2024, 2, 1)
UNCERTIFIED = (Wrong.UNBOUND_KEY, Wrong.MISSING_KEY)
"""Implementations that drop what nobody certified will say that the key is missing."""

MAY_BE_BARE = (
    "A version 4 certificate may be without any self-signature of its primary key (10.1.3), and "
    "no user ID's should be required (5.2.3.10); that some implementations do require one is "
    "stated there, too."
)


def named(*names: UserId | UserAttribute) -> Certificate:
    """Alice's certificate, of small keys and with a signing subkey, with these user IDs."""
    return alice(primary=PRIMARY, user_ids=names, subkeys=[signing_subkey(SIGNING)])


def by_subkey(cert: Certificate, expect: Expectation, made: Made = Made()) -> Draft:
    """The signing subkey signed the document."""
    return with_certificate(cert, expect, signed(made, by=SIGNING))


def lone(*about: OnKey) -> Certificate:
    """A certificate of one key, whose user ID has these signatures."""
    return certificate(PRIMARY, user_ids=[UserId(ALICE_NAME, about)])


def by_primary(cert: Certificate, expect: Expectation) -> Draft:
    """The primary key signed the document."""
    return with_certificate(cert, expect, signed(by=PRIMARY))


def v6(direct: SelfSignature | Certification | None, *names: UserId) -> Certificate:
    """Alice's version 6 certificate, with this direct-key signature."""
    return certificate(
        ALICE_V6,
        user_ids=names,
        subkeys=[signing_subkey(ALICE_V6_SIGNING)],
        direct=[] if direct is None else [direct],
    )


def by_v6(cert: Certificate, expect: Expectation) -> Draft:
    """The version 6 signing subkey signed the document."""
    return with_certificate(cert, expect, signed(by=ALICE_V6_SIGNING))


def bare(*, primary_signs: bool = False) -> Expectation:
    """Nothing valid is left that the primary key says of itself."""
    if primary_signs:
        return undefined(MAY_BE_BARE, *UNCERTIFIED, Wrong.WRONG_KEY_USAGE, keys=[BY_PRIMARY])
    return undefined(MAY_BE_BARE, *UNCERTIFIED, keys=[BY_SUBKEY])


# Which self-signatures there are


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["baseline"])
def user_id_only() -> Draft:
    """A user ID with its self-signature, and a signing subkey.

    The baseline of this area: nothing is wrong.
    """
    return by_subkey(small_alice(), accept(BY_SUBKEY))


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def direct_key_only() -> Draft:
    """The certificate has no user ID, but a direct-key signature.

    Certificates without names exist where names are nobody's business. A user ID's self-signature
    should not be required to use a key. RFC 4880 wants at least one user ID.
    """
    cert = alice(primary=PRIMARY, user_ids=[], subkeys=[signing_subkey(SIGNING)], direct=[GOOD])
    return by_subkey(cert, accept(BY_SUBKEY, rfc4880=Outcome.UNDEFINED))


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def direct_key_and_user_id() -> Draft:
    """The certificate has a direct-key signature, and a user ID with its self-signature.

    They say the same, and have room beside each other.
    """
    cert = alice(primary=PRIMARY, subkeys=[signing_subkey(SIGNING)], direct=[GOOD])
    return by_subkey(cert, accept(BY_SUBKEY))


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def direct_key_and_bare_user_id() -> Draft:
    """The certificate has a direct-key signature; its user ID has no signature at all.

    The key is spoken for, the name is not. It must not be shown as the signer's; the key is good.
    """
    cert = alice(
        primary=PRIMARY,
        user_ids=[UserId(ALICE_NAME, ())],
        subkeys=[signing_subkey(SIGNING)],
        direct=[GOOD],
    )
    return by_subkey(cert, accept(BY_SUBKEY))


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def none_at_all() -> Draft:
    """A lone primary key signed, with a user ID that has no signature.

    Anybody can write any name behind a key. The numbers are right, and nobody says what the key may
    do. An adversary can strip a certificate to this, expiry and flags included.
    """
    return by_primary(lone(), bare(primary_signs=True))


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def user_id_without_signature() -> Draft:
    """The user ID has no signature; the signing subkey is properly bound.

    The binding says that the subkey is the primary key's; nothing says who the primary key is.
    """
    return by_subkey(named(UserId(ALICE_NAME, ())), bare())


@self_signatures.vector("5.2.3.10", "10.1.3", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def user_id_stripped() -> Draft:
    """The certificate is a primary key and a properly bound signing subkey, and nothing else.

    As minimal copies of keys are. With the user ID went what its self-signature said about the key.
    """
    return by_subkey(named(), bare())


@self_signatures.vector("5.2.3.10", "10.1.5", rfc4880=["5.2.3.3", "11.1"], tags=["missing"])
def third_party_certification_only() -> Draft:
    """Bob certifies that the lone key is Alice's; she does not say so herself.

    The certification has the flag to sign data: there it tells what Bob's word is good for, not
    what the key may do. Anybody can certify any name.
    """
    cert = lone(Certification(by=SMALL_BOB, says=(subpackets.key_flags(SIGN_AND_CERTIFY),)))
    draft = by_primary(cert, bare(primary_signs=True))
    return replace(draft, certificates=[*draft.certificates, small_bob()])


@self_signatures.vector("5.2.3.10", "10.1.5", rfc4880=["5.2.3.3", "11.1"], tags=["user-id"])
def third_party_certification_beside_self_signature() -> Draft:
    """Bob's certification of Alice's user ID stands before her own.

    The usual form of a certificate that others have signed. It must not disturb.
    """
    certified = Certification(by=SMALL_BOB, created=day(2021, 1, 1))
    return by_subkey(named(UserId(ALICE_NAME, (certified, GOOD))), accept(BY_SUBKEY))


@self_signatures.vector("5.2.3.10", "5.2.3.29", rfc4880=["5.2.3.3", "5.2.3.21"], tags=["forged"])
def third_party_certification_grants_signing() -> Draft:
    """Alice's key only certifies; Bob certified it, with the flag to sign data. It signed data.

    Bob's flags tell what his certification is for. Only the owner says what a key may do; joined
    with hers, his word would let anybody change a key.
    """
    grants = Certification(
        by=SMALL_BOB,
        created=day(2023, 1, 1),
        says=(subpackets.key_flags(SIGN_AND_CERTIFY),),
    )
    return by_primary(lone(GOOD, grants), reject(Wrong.WRONG_KEY_USAGE))


@self_signatures.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3", "5.2.3.6"], tags=["forged"])
def third_party_certification_extends() -> Draft:
    """Alice's key expired in 2022; Bob certified it in 2023, and states an expiry in 2025.

    It signed in 2024. A key's expiry is found only on self-signatures.
    """
    about = replace(SIGNS, key_expires_after=PAST - KEYS_CREATED)
    later = Certification(
        by=SMALL_BOB,
        created=day(2023, 1, 1),
        says=(subpackets.key_expiration_time(day(2025, 1, 1) - KEYS_CREATED),),
    )
    return by_primary(lone(about, later), reject(Wrong.KEY_EXPIRED))


@self_signatures.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3", "5.2.3.6"], tags=["forged"])
def third_party_certification_expires_key() -> Draft:
    """Bob certified Alice's key, with an expiry of the key in 2022. It signed in 2024.

    Were his word to count, anybody could end the life of any key.
    """
    over = Certification(
        by=SMALL_BOB,
        created=day(2021, 1, 1),
        says=(subpackets.key_expiration_time(PAST - KEYS_CREATED),),
    )
    return by_primary(lone(SIGNS, over), accept(BY_PRIMARY))


@dataclass(frozen=True)
class Kind:
    """A type of certification."""

    words: str
    kind: int


@self_signatures.family(
    {
        "10": Kind("a generic certification (0x10)", SignatureType.GENERIC_CERTIFICATION),
        "11": Kind("a persona certification (0x11)", SignatureType.PERSONA_CERTIFICATION),
        "12": Kind("a casual certification (0x12)", SignatureType.CASUAL_CERTIFICATION),
    },
    "5.2.3.10",
    "5.2.1.4",
    "5.2.1.5",
    "5.2.1.6",
    rfc4880=["5.2.3.3", "5.2.1"],
    tags=["type"],
)
def of_type(m: Kind) -> Draft:
    """The only self-signature is {m.words}.

    All four types of certification make self-signatures; how well an owner checked who they are
    does not matter.
    """
    return by_primary(lone(replace(SIGNS, kind=m.kind)), accept(BY_PRIMARY))


@self_signatures.family(
    {
        "18": Kind("a subkey binding (0x18)", SignatureType.SUBKEY_BINDING),
        "1f": Kind("a direct-key signature (0x1F)", SignatureType.DIRECT_KEY),
        "00": Kind("a signature of a document (0x00)", SignatureType.BINARY),
    },
    "5.2.3.10",
    "5.2.1",
    "10.1.5",
    rfc4880=["5.2.3.3", "5.2.1"],
    tags=["type", "forged"],
)
def newer_of_wrong_type(m: Kind) -> Draft:
    """The key only certifies; what would let it sign is {m.words}, over key and user ID.

    The primary key made it, newer than its self-signature, and it verifies where it stands. It is
    no certification, though. A verifier that takes any signature behind a user ID for one lets
    other statements of the owner be moved there.
    """
    odd = replace(SIGNS, kind=m.kind, created=day(2023, 1, 1))
    return by_primary(lone(GOOD, odd), reject(Wrong.WRONG_KEY_USAGE))


@self_signatures.vector(
    "5.2.3.10",
    "5.2.3.29",
    "5.2.1.13",
    rfc4880=["5.2.3.3", "5.2.1"],
    tags=["user-id", "revoked"],
    provenance="found with this corpus",
)
def revoked_with_the_limits_it_set() -> Draft:
    """The key only certifies, by its only user ID, which was revoked. It signed data.

    Taken literally, what forbade the key to sign was revoked with the name. An owner who retires a
    name hardly means that.
    """
    retired = Revocation(reason=RevocationReason.USER_ID_INVALID, created=day(2023, 1, 1))
    return by_primary(
        lone(GOOD, retired),
        undefined(
            "Revoking the self-signature retires the name (5.2.3.10); whether what it said about "
            "the key goes with it is not said.",
            *UNCERTIFIED,
            Wrong.WRONG_KEY_USAGE,
            Wrong.KEY_REVOKED,
            keys=[BY_PRIMARY],
        ),
    )


# Void self-signatures


@dataclass(frozen=True)
class Void:
    """A self-signature that does not count.

    Attributes:
        words: why, in words.
        make: gives it, of a good one.
        classes: what may be said of it besides.
    """

    words: str
    spoil: dict[str, object]
    classes: tuple[Wrong, ...] = ()

    def of(self, about: SelfSignature) -> SelfSignature:
        """Make a good one void."""
        return replace(about, **self.spoil)  # type: ignore[arg-type]


UNKNOWN = subpackets.critical(Subpacket(63, b"unheard of"))
NOTATION = subpackets.critical(subpackets.notation("unheard@accord.example", "of"))

VOID = {
    "damaged": Void("has one wrong bit in its value", {"damaged": True}),
    "by-another": Void(
        "was made by Bob's key, and names Alice's",
        {"by": SMALL_BOB, "issuer_key_id": PRIMARY, "issuer_fingerprint": PRIMARY},
    ),
    "over-another-name": Void(
        "was made for another user ID, and moved",
        {"over": forge.user_id(PRIMARY, WORK_NAME.encode())},
    ),
    "unknown-critical": Void(
        "has a critical subpacket of an unassigned type",
        {"hashed": (UNKNOWN,)},
        (Wrong.UNKNOWN_CRITICAL,),
    ),
    "critical-notation": Void(
        "has a critical notation that nobody knows",
        {"hashed": (NOTATION,)},
        (Wrong.UNKNOWN_CRITICAL,),
    ),
}


@self_signatures.family(
    VOID, "5.2.3.10", "5.2.5", rfc4880=["5.2.3.3", "5.2.3.1"], tags=["void", "forged"]
)
def only(m: Void) -> Draft:
    """The user ID's only self-signature {m.words}; the signing subkey is properly bound.

    It is to be ignored, and then nothing valid says who the primary key is. The binding alone is
    left.
    """
    about = m.of(GOOD)
    expect = undefined(MAY_BE_BARE, *UNCERTIFIED, *m.classes, keys=[BY_SUBKEY])
    return by_subkey(named(UserId(ALICE_NAME, (about,))), expect)


@self_signatures.family(
    VOID, "5.2.3.10", "5.2.5", rfc4880=["5.2.3.3", "5.2.3.1"], tags=["void", "forged"]
)
def newer_grants_signing(m: Void) -> Draft:
    """The key only certifies; a newer self-signature says that it signs, and {m.words}.

    The most recent *valid* one counts, which is the older. Were the other to count, anybody could
    give leave to any key.
    """
    granted = m.of(replace(SIGNS, created=day(2023, 1, 1)))
    return by_primary(lone(GOOD, granted), reject(Wrong.WRONG_KEY_USAGE, *m.classes))


@self_signatures.family(
    VOID, "5.2.3.10", "5.2.5", rfc4880=["5.2.3.3", "5.2.3.1"], tags=["void", "forged"]
)
def newer_expires_key(m: Void) -> Draft:
    """A newer self-signature says that the key expired in 2022, and {m.words}.

    The most recent *valid* one counts, which is the older, and by that the key is alive. Were the
    other to count, anybody could end the life of any key.
    """
    over = m.of(replace(SIGNS, created=day(2021, 12, 1), key_expires_after=PAST - KEYS_CREATED))
    return by_primary(lone(SIGNS, over), accept(BY_PRIMARY))


@self_signatures.vector("5.2.3.10", "5.2.4", rfc4880=["5.2.3.3", "5.2.4"], tags=["forged"])
def primary_key_replaced() -> Draft:
    """The primary key packet was replaced by Mallory's, Alice's user ID and subkey were kept.

    With all her signatures, none of which fits the new primary key. Were the subkey accepted under
    it, what Alice signed would be Mallory's.
    """
    packets = (Packet(Tag.PUBLIC_KEY, MALLORY.body), *small_alice().packets[1:])
    return by_subkey(Certificate(MALLORY, packets), reject(*UNCERTIFIED))


@self_signatures.vector("5.2.3.10", "5.2.4", rfc4880=["5.2.3.3", "5.2.4"], tags=["forged"])
def mallory_takes_the_name() -> Draft:
    """Mallory's own key has Alice's user ID, with a self-signature of hers copied from her key.

    It does not verify there. His own user ID is certified, and his key is good: his signature is
    his, and never hers.
    """
    copied = small_alice().packets[2]
    cert = certificate(
        MALLORY, user_ids=[UserId(ALICE_NAME, (copied,)), UserId(MALLORY_NAME, (SIGNS,))]
    )
    return with_certificate(cert, accept(MALLORY.under(MALLORY)), signed(by=MALLORY))


# Several, and when


@self_signatures.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["several"])
def of_one_second_that_contradict() -> Draft:
    """Two self-signatures of the same second: by one the key expired in 2022, by the other never.

    Neither is the more recent.
    """
    return by_primary(
        lone(SIGNS, replace(SIGNS, key_expires_after=PAST - KEYS_CREATED)),
        undefined(
            "The RFC has no rule for self-signatures of the same second.",
            Wrong.KEY_EXPIRED,
            keys=[BY_PRIMARY],
        ),
    )


@self_signatures.vector("5.2.3.10", "5.2.3.11", rfc4880=["5.2.3.3"], tags=["dates"])
def newer_than_data_signature() -> Draft:
    """The only self-signature was made a month after the data was signed.

    The key is old. Perhaps its owner renewed the self-signature, and the old one was cleaned away;
    many keys are published like that.
    """
    return by_primary(
        lone(replace(SIGNS, created=day(2024, 4, 1))),
        undefined(
            "Whether a self-signature covers what the key signed before it is not said.",
            *UNCERTIFIED,
            Wrong.KEY_NEWER_THAN_SIGNATURE,
            Wrong.SIGNATURE_NOT_YET_VALID,
            Wrong.WRONG_KEY_USAGE,
            keys=[BY_PRIMARY],
        ),
    )


@self_signatures.vector("5.2.3.10", "5.2.3.11", rfc4880=["5.2.3.3"], tags=["dates", "time"])
def from_future() -> Draft:
    """The only self-signature is dated a month after the reference time.

    Some clock is wrong.
    """
    draft = by_primary(
        lone(replace(SIGNS, created=day(2024, 7, 1))),
        undefined(
            "No section says what a creation time later than the time of verification means.",
            *UNCERTIFIED,
            Wrong.KEY_NEWER_THAN_SIGNATURE,
            Wrong.SIGNATURE_NOT_YET_VALID,
            Wrong.WRONG_KEY_USAGE,
            keys=[BY_PRIMARY],
        ),
    )
    return replace(draft, time_dependent=True)


@dataclass(frozen=True)
class Moment:
    """When data was signed, by a key whose self-signatures hold for two spans of time.

    Attributes:
        words: the same, for people.
        signed: when.
        held: what held then, in words.
        valid: whether any did.
    """

    words: str
    signed: datetime
    held: str
    valid: bool


FIRST = (day(2020, 1, 1), day(2021, 1, 1))
SECOND = (day(2023, 1, 1), day(2024, 1, 1))
"""From when to when the two self-signatures hold."""

MOMENTS = {
    "in-first": Moment(
        "in the first year", day(2020, 6, 1), "The first one holds, the second is to come.", True
    ),
    "between": Moment(
        "between the two", day(2022, 6, 1), "The first one is over, the second to come.", False
    ),
    "in-second": Moment(
        "in the second year", day(2023, 6, 1), "The first one is over, the second holds.", True
    ),
    "after-both": Moment("after both", day(2024, 3, 1), "Both are over.", False),
}


def _span(about: SelfSignature, span: tuple[datetime, datetime]) -> SelfSignature:
    start, end = span
    return replace(about, created=start, expires_after=end - start)


EXPIRED = (*UNCERTIFIED, Wrong.KEY_EXPIRED, Wrong.SIGNATURE_EXPIRED, Wrong.WRONG_KEY_USAGE)
TOO_EARLY = "No section says what a creation time later than the time of verification means."


@self_signatures.family(
    MOMENTS, "5.2.3.18", "5.2.3.10", rfc4880=["5.2.3.10"], tags=["temporary", "time"]
)
def temporary_user_id(m: Moment) -> Draft:
    """Two self-signatures of the user ID hold a year each, three years apart; signed {m.words}.

    And asked about the next day. {m.held} A self-signature that expired retires the name; what
    becomes of the key whose only name it was is open.
    """
    cert = lone(_span(SIGNS, FIRST), _span(SIGNS, SECOND))
    expect = accept(BY_PRIMARY) if m.valid else undefined(MAY_BE_BARE, *EXPIRED, keys=[BY_PRIMARY])
    return _on_the_next_day(m, cert, PRIMARY, expect)


@self_signatures.family(MOMENTS, "5.2.3.18", "5.2.3.10", tags=["temporary", "v6", "time"])
def temporary_v6(m: Moment) -> Draft:
    """Two direct-key signatures of a version 6 key hold a year each; signed {m.words}.

    And asked about the next day. {m.held} A valid one must be present before a version 6 key is
    used.
    """
    first, second = (_span(SIGNS, span) for span in (FIRST, SECOND))
    cert = certificate(ALICE_V6, user_ids=[], direct=[first, second])
    key = ALICE_V6.under(ALICE_V6)
    if m.valid:
        expect = accept(key)
    elif m.signed < SECOND[0]:
        expect = undefined(TOO_EARLY, *EXPIRED, Wrong.SIGNATURE_NOT_YET_VALID, keys=[key])
    else:
        expect = reject(*EXPIRED)
    return _on_the_next_day(m, cert, ALICE_V6, expect)


def _on_the_next_day(m: Moment, cert: Certificate, by: Key, expect: Expectation) -> Draft:
    draft = with_certificate(cert, expect, signed(Made(created=m.signed), by=by))
    return replace(draft, at=m.signed + DAY, time_dependent=True)


# Version 6: a valid direct-key signature must be there


NO_DIRECT = reject(*UNCERTIFIED, Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.WRONG_KEY_USAGE)


@self_signatures.vector("5.2.3.10", "10.1.1", tags=["v6"])
def v6_direct_key() -> Draft:
    """A version 6 key has a direct-key signature, and no user ID.

    All that version 6 requires.
    """
    return by_v6(v6(GOOD), accept(BY_V6))


@self_signatures.vector("5.2.3.10", "10.1.1", tags=["v6"])
def v6_user_id_only() -> Draft:
    """A version 6 key has a user ID with its self-signature, and no direct-key signature.

    One must be present before the key is used: else whoever strips it off strips off the key's
    expiry. Who accepts goes by a key without the limits that its owner may have set.
    """
    return by_v6(v6(None, UserId(ALICE_NAME, (GOOD,))), NO_DIRECT)


@self_signatures.vector("5.2.3.10", "10.1.1", tags=["v6"])
def v6_stripped() -> Draft:
    """A version 6 certificate is a primary key and a properly bound signing subkey, nothing else.

    What the owner said about the key was stripped off, as anybody can do. Version 6 requires the
    direct-key signature for this very reason.
    """
    return by_v6(v6(None), NO_DIRECT)


VOID_DIRECT = {
    "damaged": VOID["damaged"],
    "by-another": Void(
        "was made by another version 6 key, and names Alice's",
        {"by": ALICE_V6_SIGNING, "issuer_fingerprint": ALICE_V6},
    ),
    "over-another-key": Void(
        "was made over another key, and moved", {"over": forge.key(ALICE_V6_SIGNING)}
    ),
    "unknown-critical": VOID["unknown-critical"],
    "critical-notation": VOID["critical-notation"],
    "expired": Void(
        "expired a day after it was made",
        {"expires_after": DAY},
        (Wrong.SIGNATURE_EXPIRED, Wrong.KEY_EXPIRED),
    ),
}


@self_signatures.family(VOID_DIRECT, "5.2.3.10", "5.2.5", tags=["v6", "void"])
def v6_direct_key_void(m: Void) -> Draft:
    """The only direct-key signature of a version 6 key {m.words}.

    It does not count, and a valid one must be present before the key is used. The user ID's is
    good, and is no substitute.
    """
    expect = _with_classes(NO_DIRECT, *m.classes)
    return by_v6(v6(m.of(GOOD), UserId(ALICE_NAME, (SelfSignature(flags=None),))), expect)


def _with_classes(expect: Expectation, *more: Wrong) -> Expectation:
    """The same, with more right classes."""
    return reject(*expect.classes, *more)


@self_signatures.vector("10.1.1", "5.2.5", "5.2.3.10", tags=["v6"])
def v6_direct_key_of_version_4() -> Draft:
    """The direct-key signature of a version 6 key is of version 4.

    Every self-signature by a version 6 key must be of version 6; others are to be ignored. Who
    takes it accepts a key that has no self-signature at all for everyone who keeps to the RFC.
    """
    return by_v6(
        v6(
            replace(GOOD, version=4, issuer_key_id=None),
            UserId(ALICE_NAME, (SelfSignature(flags=None),)),
        ),
        NO_DIRECT,
    )


@self_signatures.vector("10.1.1", "5.2.5", "5.2.3.10", tags=["v6"])
def v6_user_id_signature_damaged() -> Draft:
    """The direct-key signature of a version 6 key is good, the user ID's self-signature damaged.

    The key is spoken for; the name is not, and must not be shown as the signer's.
    """
    return by_v6(
        v6(GOOD, UserId(ALICE_NAME, (SelfSignature(flags=None, damaged=True),))), accept(BY_V6)
    )


# Weak hashes


OLD = replace(PRIMARY, created=day(2010, 1, 1))
BY_OLD = OLD.under(OLD)


def _old(*about: SelfSignature) -> Certificate:
    return certificate(OLD, user_ids=[UserId(ALICE_NAME, about)])


@self_signatures.vector("9.5", "5.2.3.10", rfc4880=["9.4", "5.2.3.3"], tags=["hash"])
def sha1_then_sha256() -> Draft:
    """A self-signature of 2010 uses SHA-1, the newer one of 2020 SHA-256.

    As with keys whose owners renewed them. The most recent valid one counts, and nothing depends on
    the older. An implementation that gives up on a certificate that holds SHA-1 anywhere locks out
    many.
    """
    cert = _old(replace(SIGNS, hash=HashAlgorithm.SHA1), replace(SIGNS, created=day(2020, 1, 1)))
    return with_certificate(cert, accept(BY_OLD), signed(by=OLD))


@self_signatures.vector("9.5", "5.2.3.10", rfc4880=["9.4", "5.2.3.3"], tags=["hash"])
def sha256_then_sha1() -> Draft:
    """A self-signature uses SHA-256, a newer one of 2024 SHA-1; they say the same.

    The newer one must not be validated any more; the older one is good, and is the most recent
    valid one. Nothing depends on SHA-1.
    """
    weak = replace(SIGNS, hash=HashAlgorithm.SHA1, created=RECENT)
    return by_primary(lone(SIGNS, weak), accept(BY_PRIMARY))


@self_signatures.vector("9.5", "5.2.3.10", rfc4880=["9.4", "5.2.3.3"], tags=["hash"])
def sha256_then_sha1_that_expires_key() -> Draft:
    """A self-signature uses SHA-256; a newer one with SHA-1 says that the key expired in 2022.

    The rule not to validate weak signatures means to keep forgeries out. Applied here it brings an
    expired key back.
    """
    weak = replace(
        SIGNS,
        hash=HashAlgorithm.SHA1,
        created=day(2021, 12, 1),
        key_expires_after=PAST - KEYS_CREATED,
    )
    return by_primary(
        lone(SIGNS, weak),
        undefined(
            "Section 9.5 keeps such signatures from being validated; whether a limit that the "
            "owner set by one may be passed over is not said.",
            Wrong.KEY_EXPIRED,
            Wrong.WEAK_HASH,
            keys=[BY_PRIMARY],
            rfc4880=Outcome.REJECT,
        ),
    )


@self_signatures.vector("9.5", "5.2.3.10", rfc4880=["9.4", "5.2.3.3"], tags=["hash", "forged"])
def sha256_then_sha1_that_grants_signing() -> Draft:
    """By a self-signature with SHA-256 the key only certifies; by a newer one with SHA-1 it signs.

    It signed data. The newer one, of 2024, must not be validated: who makes collisions could have
    made it.
    """
    weak = replace(SIGNS, hash=HashAlgorithm.SHA1, created=RECENT)
    return by_primary(
        lone(GOOD, weak),
        reject(
            Wrong.WRONG_KEY_USAGE,
            Wrong.WEAK_HASH,
            rfc4880=Outcome.ACCEPT,
            keys=[BY_PRIMARY],
            depends=[Dependency(use=Use.SELF_SIGNATURE, made=RECENT, hash="SHA1")],
        ),
    )


# What stands unhashed


@self_signatures.vector("5.2.3.29", "13.13", rfc4880=["5.2.3.21"], tags=["unhashed"])
def flags_unhashed_only() -> Draft:
    """The primary key's flag to sign stands in the unhashed area, and there is no other.

    Anybody could have put it there; what is left is a self-signature without flags.
    """
    about = SelfSignature(flags=None, unhashed=(subpackets.key_flags(SIGN_AND_CERTIFY),))
    return by_primary(
        lone(about),
        undefined(
            "No section says what a key may do whose self-signatures have no key flags subpacket.",
            Wrong.WRONG_KEY_USAGE,
            keys=[BY_PRIMARY],
        ),
    )


@self_signatures.vector("5.2.3.29", "5.2.3.8", "13.13", rfc4880=["5.2.3.21"], tags=["unhashed"])
def flags_contradicted_unhashed() -> Draft:
    """The hashed flags say certify; sign was added in the unhashed area. The key signed data.

    The hashed flags are the owner's word. A verifier that joins the areas lets anyone promote any
    primary key.
    """
    about = replace(GOOD, unhashed=(subpackets.key_flags(KeyFlag.SIGN),))
    return by_primary(lone(about), reject(Wrong.WRONG_KEY_USAGE))


def until(moment: datetime) -> timedelta:
    """Validity of the key, from its creation to then."""
    return moment - KEYS_CREATED


@self_signatures.vector("5.2.3.13", "5.2.3.8", "13.13", rfc4880=["5.2.3.6"], tags=["unhashed"])
def expiry_unhashed_only() -> Draft:
    """An expiration time of the primary key, 2022, stands in the unhashed area, and no other.

    It signed in 2024. Not the owner's word for sure: anybody could have added it.
    """
    about = replace(SIGNS, unhashed=(subpackets.key_expiration_time(until(PAST)),))
    return by_primary(
        lone(about),
        undefined(
            "Unhashed information is not definitive (5.2.3.8), and should be ignored where it is "
            "only useful hashed (13.13).",
            Wrong.KEY_EXPIRED,
            keys=[BY_PRIMARY],
        ),
    )


@self_signatures.vector("5.2.3.13", "5.2.3.8", "13.13", rfc4880=["5.2.3.6"], tags=["unhashed"])
def expiry_shortened_unhashed() -> Draft:
    """The hashed expiration time is 2025; one of 2022 was added in the unhashed area.

    The hashed one is the owner's word, and by it the key is alive. Whoever believes the other lets
    anybody end the life of any key.
    """
    about = replace(
        SIGNS,
        key_expires_after=until(day(2025, 1, 1)),
        unhashed=(subpackets.key_expiration_time(until(PAST)),),
    )
    return replace(by_primary(lone(about), accept(BY_PRIMARY)), time_dependent=True)


@self_signatures.family(
    {
        "never": Void(
            "zero, for never", {"unhashed": (subpackets.key_expiration_time(timedelta()),)}
        ),
        "later": Void(
            "2025",
            {"unhashed": (subpackets.key_expiration_time(until(day(2025, 1, 1))),)},
        ),
    },
    "5.2.3.13",
    "5.2.3.8",
    "13.13",
    rfc4880=["5.2.3.6"],
    tags=["unhashed"],
)
def expiry_extended_unhashed(m: Void) -> Draft:
    """The hashed expiration time is 2022; in the unhashed area another was added: {m.words}.

    The key signed in 2024. The hashed one is the owner's word. A verifier that takes the last one
    it sees lets whoever finds an old key sign for ever.
    """
    about = m.of(replace(SIGNS, key_expires_after=until(PAST)))
    return by_primary(lone(about), reject(Wrong.KEY_EXPIRED))


@self_signatures.vector("5.2.3.18", "5.2.3.8", "13.13", rfc4880=["5.2.3.10"], tags=["unhashed"])
def creation_time_added_unhashed() -> Draft:
    """By the newer self-signature the key expired; the older has a later creation time, unhashed.

    The key signed in 2024. The hashed creation time is the true one. Who takes the other picks the
    older self-signature, which does not expire the key.
    """
    older = replace(SIGNS, unhashed=(subpackets.creation_time(day(2023, 1, 1)),))
    newer = replace(SIGNS, created=day(2021, 12, 1), key_expires_after=until(PAST))
    return by_primary(lone(older, newer), reject(Wrong.KEY_EXPIRED))


# User IDs


@self_signatures.vector("5.11", "10.1.5", rfc4880=["5.11", "11.1"], tags=["user-id"])
def unbound_user_id_beside_good() -> Draft:
    """Before the certified user ID stands one without any signature: Bob's.

    Anybody can add it. It must not disturb, and must not be shown as the signer's name.
    """
    cert = named(UserId(BOB_NAME, ()), UserId(ALICE_NAME))
    return by_subkey(cert, accept(BY_SUBKEY))


@self_signatures.vector("5.11", "10.1.5", rfc4880=["5.11", "11.1"], tags=["user-id"])
def same_user_id_twice() -> Draft:
    """The same user ID stands twice in the certificate, each with the self-signature.

    As when copies are joined carelessly.
    """
    return by_subkey(named(UserId(ALICE_NAME), UserId(ALICE_NAME)), accept(BY_SUBKEY))


@self_signatures.vector("5.2.3.27", rfc4880=["5.2.3.19"], tags=["user-id"])
def two_primary_user_ids() -> Draft:
    """Two user IDs are both marked as the primary one.

    Which one has priority is the implementation's; what they say about the key is the same.
    """
    main = replace(GOOD, primary_user_id=True)
    cert = named(UserId(ALICE_NAME, (main,)), UserId(WORK_NAME, (main,)))
    return by_subkey(cert, accept(BY_SUBKEY))


@self_signatures.vector("5.2.3.27", "5.2.3.18", rfc4880=["5.2.3.19"], tags=["user-id"])
def primary_user_id_expired() -> Draft:
    """The self-signature of the primary user ID expired in 2022; another user ID is certified.

    An expired self-signature retires its name, and says nothing of the key; the other name is
    good. Not the same as an expired key.
    """
    retired = replace(GOOD, primary_user_id=True, expires_after=until(PAST))
    cert = named(UserId(ALICE_NAME, (retired,)), UserId(WORK_NAME))
    return by_subkey(cert, accept(BY_SUBKEY))


@dataclass(frozen=True)
class Name:
    """A user ID that is odd.

    Attributes:
        words: what is odd.
        octets: the user ID.
        trap: what may go wrong.
    """

    words: str
    octets: bytes
    trap: str


NAMES = {
    "empty": Name(
        "is empty", b"", "Who takes an empty name for a missing one finds no certified user ID"
    ),
    "latin-1": Name(
        "is not UTF-8 but Latin-1",
        b"Ren\xe9e (pgp-accord TEST ONLY) <renee@accord.example>",
        "Keys of the 1990s have such names. Who insists on UTF-8 drops them, or crashes",
    ),
    "invalid": Name(
        "holds octets that no encoding has",
        b"Alice (pgp-accord TEST ONLY) \xff\xfe\xc0\x80\xed\xa0\x80",
        "It must be shown somehow, and must not make anything crash",
    ),
    "nul": Name(
        "holds a NUL",
        b"Alice (pgp-accord TEST ONLY)\0 Mallory <alice@accord.example>",
        "Programs in C end the name there, and may hash or show less than was certified",
    ),
    "eight-kilobytes": Name(
        "is eight kilobytes long",
        b"Alice (pgp-accord TEST ONLY) " + b"A" * 8100 + b" <alice@accord.example>",
        "No section limits its length; buffers do",
    ),
    "blank": Name("is a single blank", b" ", "Who trims names has an empty one left"),
    "newline": Name(
        "begins with a newline and ends with a carriage return",
        b"\nAlice (pgp-accord TEST ONLY)\r",
        "Who writes names line by line loses count",
    ),
}
BY_NAME_TAGS = ["user-id", "odd-user-id"]


@self_signatures.family(NAMES, "5.11", rfc4880=["5.11"], tags=BY_NAME_TAGS)
def user_id(m: Name) -> Draft:
    """The only user ID {m.words}.

    {m.trap}. There are no restrictions on a user ID's content, and it is certified as it is.
    """
    return by_subkey(named(UserId(m.octets)), accept(BY_SUBKEY))


@self_signatures.family(
    {name: NAMES[name] for name in ("empty", "invalid", "nul", "eight-kilobytes")},
    "5.11",
    rfc4880=["5.11"],
    tags=BY_NAME_TAGS,
)
def user_id_beside_good(m: Name) -> Draft:
    """Before the usual user ID stands one that {m.words}; both are certified.

    {m.trap}. Whatever a verifier makes of such a name, it must not lose the other, nor the key.
    """
    return by_subkey(named(UserId(m.octets), UserId(ALICE_NAME)), accept(BY_SUBKEY))


# User attributes


ONE_CODE = bytes((1,)) + bytes(15) + b"\x00"
"""A Huffman table of one code, a zero bit, for the value 0."""

PICTURE = image(
    b"\xff\xd8"
    b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + (b"\xff\xdb\x00\x43\x00" + bytes((16,)) * 64)
    + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    + (b"\xff\xc4\x00\x14\x00" + ONE_CODE)
    + (b"\xff\xc4\x00\x14\x10" + ONE_CODE)
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    + b"\x3f\xff\xd9"
)
"""A picture of one grey dot."""


@dataclass(frozen=True)
class Attribute:
    """A user attribute.

    Attributes:
        words: what it is.
        content: what it holds.
        trap: what may go wrong.
    """

    words: str
    content: tuple[Subpacket, ...] | bytes
    trap: str


UNKNOWN_ATTRIBUTE = Subpacket(100, b"TEST")

ATTRIBUTES = {
    "photo": Attribute(
        "a photo", (PICTURE,), "The usual attribute, which verifiers have no use for"
    ),
    "of-private-type": Attribute(
        "an attribute of a private type (100)",
        (UNKNOWN_ATTRIBUTE,),
        "Types that are not recognised should be ignored",
    ),
    "of-two-parts": Attribute(
        "a photo and an attribute of a private type in one packet",
        (PICTURE, UNKNOWN_ATTRIBUTE),
        "A packet holds one or more, and is certified as a whole",
    ),
    "of-unknown-image": Attribute(
        "an image whose header is of version 2",
        (Subpacket(1, bytes((16, 0, 2)) + bytes(13) + b"TEST"),),
        "Only version 1 is defined; who cannot show it can still hash it",
    ),
    "malformed": Attribute(
        "an attribute that ends within its length",
        b"\xff\x00\x00",
        "It is malformed, but to be certified it is only opaque octets",
    ),
}


@self_signatures.family(
    {name: ATTRIBUTES[name] for name in ATTRIBUTES if name != "malformed"},
    "5.12",
    "5.12.1",
    "10.1.5",
    rfc4880=["5.12", "5.12.1"],
    tags=["user-attribute"],
)
def attribute(m: Attribute) -> Draft:
    """Behind the user ID stands {m.words}, certified by the key.

    {m.trap}. It must not disturb.
    """
    return by_subkey(named(UserId(ALICE_NAME), UserAttribute(m.content)), accept(BY_SUBKEY))


@self_signatures.vector(
    "5.12", "10.1.5", rfc4880=["5.12", "11.1"], tags=["user-attribute", "malformed"]
)
def attribute_malformed() -> Draft:
    """Behind the user ID stands a user attribute that ends within its length, certified by the key.

    It can be treated as opaque, and certifying it is enough to be handled. The user ID beside it is
    good; whether the whole certificate is, is not said.
    """
    odd = UserAttribute(ATTRIBUTES["malformed"].content)
    return by_subkey(
        named(UserId(ALICE_NAME), odd),
        undefined(
            "The RFC says what becomes of malformed signatures (5.2.5), not of malformed user "
            "attributes.",
            Wrong.MALFORMED,
            *UNCERTIFIED,
            keys=[BY_SUBKEY],
        ),
    )


@self_signatures.vector("5.12", "10.1.5", rfc4880=["5.12", "11.1"], tags=["user-attribute"])
def attribute_without_signature() -> Draft:
    """Behind the user ID stands a photo that nobody certified.

    Anybody can add it. It must not disturb, and must not be shown as Alice's.
    """
    cert = named(UserId(ALICE_NAME), UserAttribute((PICTURE,), ()))
    return by_subkey(cert, accept(BY_SUBKEY))


@self_signatures.vector("5.12", "5.2.4", rfc4880=["5.12", "5.2.4"], tags=["user-attribute"])
def attribute_before_user_id() -> Draft:
    """A photo stands before the only user ID; both are certified.

    User IDs and attributes may be mixed freely. Who expects a user ID first finds none.
    """
    cert = named(UserAttribute((PICTURE,)), UserId(ALICE_NAME))
    return by_subkey(cert, accept(BY_SUBKEY))


@self_signatures.vector("5.12", "10.1.3", rfc4880=["5.12", "11.1"], tags=["user-attribute"])
def attribute_only() -> Draft:
    """A certified photo is the only name of the certificate.

    An attribute may be used wherever a user ID may. But verifiers need not know attributes, and for
    those that do not nothing certified is left.
    """
    return by_subkey(
        named(UserAttribute((PICTURE,), (GOOD,))),
        undefined(
            "User attributes are not a required part of OpenPGP (5.12); without them no "
            "self-signature of the primary key is left, which a version 4 certificate may lack "
            "(10.1.3), and some implementations require (5.2.3.10).",
            *UNCERTIFIED,
            keys=[BY_SUBKEY],
        ),
    )


@self_signatures.vector(
    "5.2.4", "5.12", rfc4880=["5.2.4", "5.12"], tags=["user-attribute", "forged"]
)
def attribute_signature_as_user_id_signature() -> Draft:
    """What is certified as a user attribute grants signing when shown as a user ID's signature.

    The primary key only certifies, by its user ID. Behind that, a second user ID has the octets of
    an attribute, and the attribute's newer certification, which says that the key signs. The key
    signed data. User IDs and attributes are hashed with different marks, so it does not verify.
    """
    content = b"\x05\x64TEST"
    granted = replace(SIGNS, created=day(2023, 1, 1), over=forge.user_attribute(PRIMARY, content))
    cert = certificate(PRIMARY, user_ids=[UserId(ALICE_NAME, (GOOD,)), UserId(content, (granted,))])
    return by_primary(cert, reject(Wrong.WRONG_KEY_USAGE))
