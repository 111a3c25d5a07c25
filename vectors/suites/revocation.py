"""Revocation: of keys, subkeys and user IDs, by whom, why, and when.

RFC 9580 (5.2.3.31) gives two rules. If a key was compromised, all its signatures are suspect,
old ones too. If it was superseded or retired, old signatures stay valid. "Hard" and "soft" are not
its words, and what the other reasons mean for old signatures, or no reason at all, it does not say:
there the vectors are undefined.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from harness.openpgp.names import RevocationReason as Reason
from harness.openpgp.names import SignatureType
from harness.openpgp.packets import Packet
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import signature as forge
from vectors.forge import subpackets
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Binding,
    Certificate,
    Revocation,
    SelfSignature,
    Subkey,
    UserId,
    certificate,
    revoke_key,
    signature_packet,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.times import DAY, day
from vectors.suites.cast import (
    ALICE,
    ALICE_NAME,
    ALICE_SECOND,
    ALICE_SIGNING,
    BOB,
    BY_ALICE,
    MALLORY,
    SIGN_AND_CERTIFY,
    TEXT,
    alice,
    bob,
    mallory,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

revocation = Area(
    "revocation",
    __doc__,
    origins={
        "designated": "RNP: designated revokers; PGPainless; GnuPG",
        "void": "interoperability suite: revocations; RNP: invalid revocations",
        "user-id": "interoperability suite: revocations; OpenPGP.js",
        "revived": "interoperability suite: temporary validity",
    },
)

BEFORE = day(2023, 1, 1)
"""A year before the data was signed."""
AFTER = day(2024, 5, 1)
"""Two months after, a month before the reference time."""
LATER = day(2024, 7, 1)
"""A month after the reference time."""

UNKNOWN_SUBPACKET = Subpacket(63, b"unheard of")
REVOKED = reject(Wrong.KEY_REVOKED)


# Every reason, on every key, at every time


@dataclass(frozen=True)
class Why:
    """A reason for revocation.

    Attributes:
        title: for people.
        code: the code; ``None`` for no such subpacket.
        old_are_valid: what section 5.2.3.31 says of older signatures; ``None`` for nothing.
    """

    title: str
    code: int | None
    old_are_valid: bool | None = None


REASONS = {
    "without-reason": Why("no reason given", None),
    "unspecified": Why("reason 0, not specified", Reason.UNSPECIFIED),
    "superseded": Why("reason 1, superseded", Reason.SUPERSEDED, old_are_valid=True),
    "compromised": Why("reason 2, compromised", Reason.COMPROMISED, old_are_valid=False),
    "retired": Why("reason 3, retired", Reason.RETIRED, old_are_valid=True),
    "user-id-invalid": Why("reason 32, user ID no longer valid", Reason.USER_ID_INVALID),
    "private": Why("reason 100, private use", 100),
}


@dataclass(frozen=True)
class Case:
    """A member of the family: reason, key, time.

    Attributes:
        why: the reason.
        signer: who signed, in words.
        whose: which key was revoked, in words.
        when: in words.
        at: when it was revoked.
    """

    why: Why
    signer: str
    whose: str
    when: str
    at: datetime

    @property
    def therefore(self) -> str:
        """What becomes of the signature, in words."""
        if self.at == BEFORE:
            return "Here the signature is from after the revocation, and void."
        if self.why.old_are_valid:
            return "Here the signature is from before, and still valid."
        if self.at == LATER:
            return "Here the revocation bears a date that has not come yet; the RFC is silent."
        if self.why.old_are_valid is None:
            return "Here the signature is from before, and the RFC does not say what becomes of it."
        return "Here the signature is from before, by its date, and suspect all the same."


WHEN = {
    "before-signature": ("a year before it signed", BEFORE),
    "after-signature": ("after it signed", AFTER),
    "after-reference": ("later than the reference time", LATER),
}


def _cases(signer: str, whose: str) -> dict[str, Case]:
    return {
        f"{reason}-{name}": Case(why, signer, whose, when, at)
        for reason, why in REASONS.items()
        for name, (when, at) in WHEN.items()
    }


def judged(case: Case, key: Key) -> Expectation:
    """What the RFC says about a signature by ``key``, itself or its primary revoked so."""
    keys = [key.under(ALICE)]
    if case.at == BEFORE:
        return REVOKED
    if case.why.old_are_valid:
        return accept(*keys)
    if case.at == LATER:
        return undefined(
            "The RFC does not say whether a revocation counts before the date it bears.",
            Wrong.KEY_REVOKED,
            keys=keys,
        )
    if case.why.old_are_valid is None:
        return undefined(
            "Section 5.2.3.31 settles older signatures for compromised, superseded and retired "
            "keys only. Taking anything else as compromise is convention "
            "(draft-dkg-openpgp-revocation).",
            Wrong.KEY_REVOKED,
            keys=keys,
        )
    return REVOKED


def revoked(case: Case, cert: Certificate, signer: Key) -> Draft:
    """Ask about the signer's signature under the revoked certificate."""
    draft = with_certificate(cert, judged(case, signer), signed(by=signer))
    undecided = draft.expect.outcome is Outcome.UNDEFINED
    return replace(draft, time_dependent=case.at == LATER and undecided)


ORIGIN = "interoperability suite: revocations; draft-dkg-openpgp-revocation"


@revocation.family(
    _cases("it", "primary key"),
    "5.2.1.11",
    "5.2.3.31",
    rfc4880=["5.2.1", "5.2.3.23"],
    tags=["primary", "reason"],
    provenance=ORIGIN,
)
def primary(m: Case) -> Draft:
    """The primary key signed, and was revoked {m.when} ({m.why.title}).

    A revoked key is not to be used: what it signs afterwards is void, whatever the reason. What it
    signed before is suspect if it was compromised, since the thief sets the date; it is still
    valid if the key was superseded or retired. {m.therefore}
    """
    about = UserId(ALICE_NAME, (SelfSignature(flags=SIGN_AND_CERTIFY),))
    cert = certificate(
        ALICE, user_ids=[about], revocations=[Revocation(reason=m.why.code, created=m.at)]
    )
    return revoked(m, cert, ALICE)


@revocation.family(
    _cases("the subkey", "primary key"),
    "5.2.1.11",
    "5.2.3.31",
    rfc4880=["5.2.1", "5.2.3.23"],
    tags=["primary", "subkey", "reason"],
    provenance=ORIGIN,
)
def primary_of_subkey(m: Case) -> Draft:
    """A subkey signed; its primary key was revoked {m.when} ({m.why.title}).

    The subkey itself is not revoked, but it lives by the word of its primary key: the certificate
    is revoked as a whole. A verifier that looks at the signing key alone misses every revoked
    certificate with a signing subkey. {m.therefore}
    """
    cert = alice(revocations=[Revocation(reason=m.why.code, created=m.at)])
    return revoked(m, cert, ALICE_SIGNING)


@revocation.family(
    _cases("the subkey", "subkey"),
    "5.2.1.12",
    "5.2.3.31",
    rfc4880=["5.2.1", "5.2.3.23"],
    tags=["subkey", "reason"],
    provenance=ORIGIN,
)
def subkey(m: Case) -> Draft:
    """The subkey signed, and was revoked {m.when} ({m.why.title}).

    The primary key lives on, the subkey is not to be used. What it signed before is suspect if it
    was compromised, and still valid if it was superseded or retired. {m.therefore}
    """
    undo = Revocation(reason=m.why.code, created=m.at)
    cert = alice(subkeys=[Subkey(ALICE_SIGNING, (undo, Binding()))])
    return revoked(m, cert, ALICE_SIGNING)


# Revocations that are none


COMPROMISED = Revocation(reason=Reason.COMPROMISED, created=BEFORE)
"""The plain case: revoked as compromised before the data was signed."""


def primary_revoked(*revocations: Revocation, expect: Expectation) -> Draft:
    """The primary key bears these revocations; its subkey signed."""
    return with_certificate(alice(revocations=revocations), expect)


def subkey_revoked(*signatures: Revocation | Binding, expect: Expectation) -> Draft:
    """The signing subkey bears these revocations and bindings."""
    return with_certificate(alice(subkeys=[Subkey(ALICE_SIGNING, signatures)]), expect)


@revocation.vector("5.2.1.11", "5.2.5", rfc4880=["5.2.1"], tags=["primary", "void"])
def primary_damaged() -> Draft:
    """The key revocation's value is wrong in one bit.

    Nobody made it. To honour it would let anyone revoke anyone's key.
    """
    return primary_revoked(replace(COMPROMISED, damaged=True), expect=accept(BY_ALICE))


@revocation.vector("5.2.1.12", "5.2.5", rfc4880=["5.2.1"], tags=["subkey", "void"])
def subkey_damaged() -> Draft:
    """The subkey revocation's value is wrong in one bit.

    Nobody made it.
    """
    return subkey_revoked(replace(COMPROMISED, damaged=True), Binding(), expect=accept(BY_ALICE))


@revocation.vector("5.2.1.11", rfc4880=["5.2.1"], tags=["primary", "void"])
def primary_by_third_party() -> Draft:
    """Bob revoked Alice's primary key, without being asked.

    His signature is good, and he has no right: only the key itself, or a key it appointed, may.
    """
    cert = alice(revocations=[replace(COMPROMISED, by=BOB)])
    return Draft(
        certificates=[cert, bob()],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


@revocation.vector("5.2.1.12", rfc4880=["5.2.1"], tags=["subkey", "void"])
def subkey_by_third_party() -> Draft:
    """Bob revoked Alice's signing subkey, without being asked.

    Only the primary key above the subkey may, or a key it appointed.
    """
    cert = alice(subkeys=[Subkey(ALICE_SIGNING, (replace(COMPROMISED, by=BOB), Binding()))])
    return Draft(
        certificates=[cert, bob()],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


@revocation.vector("5.2.1.12", rfc4880=["5.2.1"], tags=["subkey", "void"])
def subkey_by_itself() -> Draft:
    """The signing subkey revoked itself.

    Subkeys are revoked by the key they are bound to, says section 5.2.1.12, not by themselves.
    """
    return subkey_revoked(
        replace(COMPROMISED, by=ALICE_SIGNING), Binding(), expect=accept(BY_ALICE)
    )


@revocation.vector("5.2.1.11", rfc4880=["5.2.1"], tags=["primary", "void"])
def primary_by_its_subkey() -> Draft:
    """The signing subkey revoked its primary key.

    It was never given that right.
    """
    return primary_revoked(replace(COMPROMISED, by=ALICE_SIGNING), expect=accept(BY_ALICE))


@revocation.vector("5.2.1.11", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["primary", "void"])
def primary_over_another_key() -> Draft:
    """Alice's primary key made a revocation of Bob's key, and it was put on her own.

    It is over other octets, and void here.
    """
    moved = replace(COMPROMISED, over=forge.key(BOB))
    return primary_revoked(moved, expect=accept(BY_ALICE))


@revocation.vector("5.2.1.12", rfc4880=["5.2.1"], tags=["subkey"])
def another_subkey() -> Draft:
    """Another signing subkey of Alice's was revoked as compromised.

    The one that signed was not. An implementation that takes any revocation for one of the whole
    certificate punishes good housekeeping.
    """
    cert = alice(
        subkeys=[
            signing_subkey(ALICE_SECOND, COMPROMISED, Binding()),
            signing_subkey(ALICE_SIGNING),
        ]
    )
    return with_certificate(cert, accept(BY_ALICE))


@revocation.vector("5.2.1.12", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["subkey", "void"])
def another_subkey_moved() -> Draft:
    """The revocation of another subkey was moved to the one that signed.

    As anybody can do. It does not verify there.
    """
    moved = replace(COMPROMISED, over=forge.subkey(ALICE, ALICE_SECOND))
    return subkey_revoked(moved, Binding(), expect=accept(BY_ALICE))


# Designated revokers


def appointing(revoker: Key, class_octet: int = 0x80) -> SelfSignature:
    """A direct-key signature that appoints a revoker."""
    appointment = subpackets.revocation_key(revoker, class_octet)
    return SelfSignature(flags=None, hashed=(appointment,))


DEPRECATED = (
    "RFC 9580 deprecates designated revokers, and describes them as what some implementations "
    "attempt."
)


def designated(
    *others: Certificate, expect: Expectation, by: Key = BOB, class_octet: int = 0x80
) -> Draft:
    """Alice appointed Bob; ``by`` revoked her primary key."""
    cert = alice(direct=[appointing(BOB, class_octet)], revocations=[replace(COMPROMISED, by=by)])
    return Draft(
        certificates=[cert, *others],
        artifact=detached(TEXT, signed()),
        expect=expect,
    )


@dataclass(frozen=True)
class Class:
    """A revocation key's class octet."""

    title: str
    octet: int


@revocation.family(
    {"plain": Class("appointed", 0x80), "sensitive": Class("appointed in confidence", 0xC0)},
    "5.2.3.23",
    "5.2.1.11",
    rfc4880=["5.2.3.15"],
    tags=["primary", "designated"],
)
def by_designated_revoker(m: Class) -> Draft:
    """Bob, {m.title} as revoker, revoked Alice's primary key. His certificate is known.

    By RFC 4880 that counts as Alice's own word.
    """
    return designated(
        bob(),
        class_octet=m.octet,
        expect=undefined(DEPRECATED, Wrong.KEY_REVOKED, keys=[BY_ALICE], rfc4880=Outcome.REJECT),
    )


@revocation.vector("5.2.3.23", "5.2.1.11", rfc4880=["5.2.3.15"], tags=["primary", "designated"])
def by_designated_revoker_unknown() -> Draft:
    """Bob, appointed as revoker, revoked Alice's primary key. His certificate is not known.

    The revocation cannot be verified. It may be true, or anybody's.
    """
    return designated(
        expect=undefined(
            "A revocation that cannot be verified is no valid one; whether doubt is enough to "
            "refuse the key is not said.",
            Wrong.KEY_REVOKED,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.3.23", "5.2.1.11", rfc4880=["5.2.3.15"], tags=["primary", "designated"])
def by_another_than_designated() -> Draft:
    """Bob is appointed as revoker, and Mallory revoked Alice's primary key.

    The appointment is not for everyone.
    """
    return designated(bob(), mallory(), by=MALLORY, expect=accept(BY_ALICE))


# Types and places


@revocation.vector("5.2.1.12", "10.1.3", rfc4880=["5.2.1", "11.1"], tags=["primary", "type"])
def primary_by_subkey_revocation() -> Draft:
    """A subkey revocation (0x28) over the primary key alone stands on the primary key.

    The owner's key made it and meant something; the type belongs to subkeys.
    """
    odd = replace(COMPROMISED, kind=SignatureType.SUBKEY_REVOCATION)
    return primary_revoked(
        odd,
        expect=undefined(
            "The type is misplaced; whether a misplaced revocation is void is not said.",
            Wrong.KEY_REVOKED,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.1.11", "10.1.3", rfc4880=["5.2.1", "11.1"], tags=["subkey", "type"])
def subkey_by_key_revocation() -> Draft:
    """A key revocation (0x20) over primary key and subkey stands on the subkey.

    The owner's key made it and meant something; the type belongs to primary keys.
    """
    odd = replace(COMPROMISED, kind=SignatureType.KEY_REVOCATION)
    return subkey_revoked(
        odd,
        Binding(),
        expect=undefined(
            "The type is misplaced; whether a misplaced revocation is void is not said.",
            Wrong.KEY_REVOKED,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.1.13", "5.2.3.10", rfc4880=["5.2.1"], tags=["subkey", "type"])
def subkey_by_certification_revocation() -> Draft:
    """A certification revocation (0x30) over primary key and subkey stands on the subkey.

    The type revokes certifications and direct-key signatures, and bindings are neither; yet
    revoking a binding is said to retire the subkey (5.2.3.10).
    """
    odd = replace(COMPROMISED, kind=SignatureType.CERTIFICATION_REVOCATION)
    return subkey_revoked(
        Binding(),
        odd,
        expect=undefined(
            "Section 5.2.1.13 does not list bindings among what type 0x30 revokes; 5.2.3.10 "
            "speaks of revoking them.",
            Wrong.KEY_REVOKED,
            Wrong.UNBOUND_KEY,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("10.1.3", rfc4880=["11.1"], tags=["primary", "place"])
def primary_after_user_id() -> Draft:
    """The key revocation stands behind the user ID's self-signature.

    A good revocation in the wrong place. Some tools move it, others drop it.
    """
    late = Revocation(
        reason=Reason.COMPROMISED,
        created=BEFORE,
        kind=SignatureType.KEY_REVOCATION,
        over=forge.key(ALICE),
    )
    cert = alice(user_ids=[UserId(ALICE_NAME, (SelfSignature(), late))])
    return with_certificate(
        cert,
        undefined(
            "The grammar of section 10.1.3 has no place for it there, and does not say what "
            "becomes of it.",
            Wrong.KEY_REVOKED,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("10.1.3", rfc4880=["11.1"], tags=["subkey", "place"])
def subkey_after_binding() -> Draft:
    """The subkey revocation stands behind the binding.

    The grammar puts it first, GnuPG writes it so, others do not. It is on the right subkey.
    """
    return subkey_revoked(
        Binding(),
        COMPROMISED,
        expect=reject(Wrong.KEY_REVOKED),
    )


@dataclass(frozen=True)
class Order:
    """In which order two copies of a certificate come."""

    title: str
    revoked_first: bool


@revocation.family(
    {
        "first": Order("first", revoked_first=True),
        "last": Order("last", revoked_first=False),
    },
    "5.2.1.11",
    rfc4880=["5.2.1"],
    tags=["primary", "copies"],
    provenance="apt and gpgv: the same key in several keyrings",
)
def copies_one_revoked(m: Order) -> Draft:
    """Two copies of the certificate are given; the one that comes {m.title} is revoked.

    The old copy does not undo the revocation: the key's owner made it, and it is at hand. A
    verifier that does not merge the copies trusts a compromised key as long as an old file lies
    around.
    """
    copies = [alice(revocations=[COMPROMISED]), alice()]
    return Draft(
        certificates=copies if m.revoked_first else copies[::-1],
        artifact=detached(TEXT, signed()),
        expect=REVOKED,
    )


@revocation.vector("10.1.3", rfc4880=["11.1"], tags=["primary", "copies"])
def detached_revocation() -> Draft:
    """The certificate is given without, and a revocation of its key in a second file.

    Version 4 revocations are sometimes distributed by themselves. Whether a verifier takes them so
    is its interface's affair; who does must not accept.
    """
    alone = revoke_key(ALICE, COMPROMISED)
    return Draft(
        certificates=[alice(), _octets(signature_packet(alone))],
        artifact=detached(TEXT, signed()),
        expect=undefined(
            "Bare revocations exist (10.1.3); that a verifier must accept them among its "
            "certificates is not said.",
            Wrong.KEY_REVOKED,
            Wrong.MALFORMED,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


def _octets(packet: Packet) -> bytes:
    return Certificate(ALICE, (packet,)).octets


# Several revocations, and life after revocation


@revocation.vector("5.2.3.31", rfc4880=["5.2.3.23"], tags=["primary", "several"])
def primary_superseded_then_compromised() -> Draft:
    """Superseded after the data was signed, and later found to have been compromised.

    The second revocation makes all signatures suspect; the first one's mildness does not protect
    them. Who goes by the first accepts what a thief signed and dated back.
    """
    return primary_revoked(
        Revocation(reason=Reason.SUPERSEDED, created=day(2024, 4, 1)),
        Revocation(reason=Reason.COMPROMISED, created=AFTER),
        expect=REVOKED,
    )


@revocation.vector("5.2.3.31", rfc4880=["5.2.3.23"], tags=["primary", "several"])
def primary_compromised_then_superseded() -> Draft:
    """Revoked as compromised, and a month later as superseded, both after the data was signed.

    The newer, milder one does not take the first one back: a thief would add it. Who goes by the
    newest revocation accepts what the thief signed and dated back.
    """
    return primary_revoked(
        Revocation(reason=Reason.COMPROMISED, created=day(2024, 4, 1)),
        Revocation(reason=Reason.SUPERSEDED, created=AFTER),
        expect=REVOKED,
    )


@revocation.vector("5.2.1.11", rfc4880=["5.2.1"], tags=["primary", "several"])
def primary_damaged_beside_good() -> Draft:
    """A damaged revocation stands before a good one.

    The damaged one is void, the good one is not. Who stops at the first, or drops both, goes on
    trusting a key that its owner has revoked, and anybody can put a damaged one there.
    """
    return primary_revoked(replace(COMPROMISED, damaged=True), COMPROMISED, expect=REVOKED)


@revocation.vector("5.2.1.11", "5.2.3.31", rfc4880=["5.2.1"], tags=["primary", "revived"])
def primary_compromised_then_new_self_signature() -> Draft:
    """Revoked as compromised, then certified anew, before the data was signed.

    Nothing undoes a compromise: the new self-signature may be the thief's. Who goes by the newest
    signature lets the thief bring the key back to life.
    """
    names = [UserId(ALICE_NAME, (SelfSignature(), SelfSignature(created=BEFORE + 30 * DAY)))]
    return with_certificate(alice(user_ids=names, revocations=[COMPROMISED]), REVOKED)


@revocation.vector("5.2.1.12", "5.2.3.31", rfc4880=["5.2.1"], tags=["subkey", "revived"])
def subkey_compromised_then_rebound() -> Draft:
    """The subkey was revoked as compromised, then bound anew, before it signed.

    Nothing undoes a compromise: what the thief signs cannot be told from what the owner signs. Who
    goes by the newest binding takes both.
    """
    return subkey_revoked(
        COMPROMISED, Binding(), Binding(created=BEFORE + 30 * DAY), expect=REVOKED
    )


@revocation.vector("5.2.1.12", "5.2.3.10", rfc4880=["5.2.1"], tags=["subkey", "revived"])
def subkey_retired_then_rebound() -> Draft:
    """The subkey was retired, then bound anew, before it signed.

    The owner took it out of use and into use again. Sequoia lets newer bindings win over mild
    revocations, others have a revoked subkey stay revoked.
    """
    return subkey_revoked(
        Revocation(reason=Reason.RETIRED, created=BEFORE),
        Binding(),
        Binding(created=BEFORE + 30 * DAY),
        expect=undefined(
            "Whether a newer binding revives a retired subkey is not said.",
            Wrong.KEY_REVOKED,
            keys=[BY_ALICE],
        ),
    )


# What the revocation itself says


@revocation.vector("5.2.3.31", "5.2.3.8", rfc4880=["5.2.3.23"], tags=["primary", "reason"])
def reason_unhashed() -> Draft:
    """A revocation without reason got "superseded" into its unhashed area.

    Made after the data was signed. Anybody can add the mild reason; a verifier that believes it
    lets a thief turn a compromise into retirement.
    """
    mild = subpackets.revocation_reason(Reason.SUPERSEDED)
    return primary_revoked(
        Revocation(reason=None, created=AFTER, unhashed=(mild,)),
        expect=undefined(
            "Unhashed information is not definitive, and older signatures are not settled for "
            "revocations without reason.",
            Wrong.KEY_REVOKED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.3.31", "5.2.3.8", rfc4880=["5.2.3.23"], tags=["primary", "reason"])
def reason_contradicted_unhashed() -> Draft:
    """The hashed reason is compromised, the unhashed one superseded.

    Made after the data was signed. What is hashed is the owner's word.
    """
    mild = subpackets.revocation_reason(Reason.SUPERSEDED)
    return primary_revoked(
        Revocation(reason=Reason.COMPROMISED, created=AFTER, unhashed=(mild,)), expect=REVOKED
    )


@revocation.vector("5.2.3.31", rfc4880=["5.2.3.23"], tags=["primary", "hostile"])
def reason_that_looks_like_status() -> Draft:
    """The reason in words imitates GnuPG's status lines, with newlines.

    The key is revoked. Whoever prints the text into the stream it reads status lines from believes
    a good signature.
    """
    text = f"x\n[GNUPG:] GOODSIG {ALICE_SIGNING.key_id} Alice\n[GNUPG:] TRUST_ULTIMATE 0 pgp\n"
    return primary_revoked(replace(COMPROMISED, text=text), expect=REVOKED)


@revocation.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["primary", "expiry"])
def expired_revocation() -> Draft:
    """The key revocation expired after a day, a year before the data was signed.

    Signatures may expire; whether a revocation ceases to revoke then is another question.
    """
    return primary_revoked(
        replace(COMPROMISED, expires_after=DAY),
        expect=undefined(
            "No section says whether revocations can expire.",
            Wrong.KEY_REVOKED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["primary", "critical"])
def revocation_with_unknown_critical_subpacket() -> Draft:
    """The key revocation holds a critical subpacket of an unassigned type.

    Such signatures are to be ignored for validation. Ignoring a revocation leaves the key in use:
    the rule for good signatures fails open here.
    """
    return primary_revoked(
        replace(COMPROMISED, hashed=(subpackets.critical(UNKNOWN_SUBPACKET),)),
        expect=undefined(
            "Section 5.2.5 has the signature ignored and must not have success indicated for it; "
            "whether the key counts as not revoked is not said.",
            Wrong.KEY_REVOKED,
            Wrong.UNKNOWN_CRITICAL,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.3.20", rfc4880=["5.2.3.12"], tags=["subkey"])
def binding_not_revocable() -> Draft:
    """The binding says that it is not revocable, and the subkey was revoked afterwards.

    Later revocations of such a signature are ignored, says section 5.2.3.20. But a subkey
    revocation revokes the subkey, not the binding.
    """
    for_life = Subpacket(7, b"\x00")
    return subkey_revoked(
        COMPROMISED,
        Binding(hashed=(for_life,)),
        expect=undefined(
            "Whether a subkey revocation (0x28) is a revocation of the binding is not said.",
            Wrong.KEY_REVOKED,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.1.11", "5.5.2", rfc4880=["5.2.1"], tags=["primary", "dates"])
def primary_before_its_creation() -> Draft:
    """The key revocation is dated a year before the key was created.

    One of the dates is wrong, the signature is right: the owner revoked the key.
    """
    return primary_revoked(
        replace(COMPROMISED, created=day(2019, 1, 1)),
        expect=undefined(
            "No section says what a revocation older than its key means.",
            Wrong.KEY_REVOKED,
            keys=[BY_ALICE],
        ),
    )


# User IDs


WORK = "Alice at work (pgp-accord TEST ONLY) <alice@work.accord.example>"
NAME_REVOKED = Revocation(reason=Reason.USER_ID_INVALID, created=BEFORE)


@revocation.vector("5.2.3.10", "5.2.1.13", rfc4880=["5.2.3.3"], tags=["user-id"])
def user_id_of_two() -> Draft:
    """One of two user IDs was revoked.

    That name is retired, the key is not.
    """
    cert = alice(user_ids=[UserId(WORK, (SelfSignature(), NAME_REVOKED)), UserId(ALICE_NAME)])
    return with_certificate(cert, accept(BY_ALICE))


@revocation.vector("5.2.3.10", "5.2.1.13", rfc4880=["5.2.3.3"], tags=["user-id"])
def user_id_only_one() -> Draft:
    """The only user ID was revoked.

    The key has no name any more. A user ID should not be required to use a key; but what its
    self-signature said about the key (flags, expiry) is revoked, too.
    """
    cert = alice(user_ids=[UserId(ALICE_NAME, (SelfSignature(), NAME_REVOKED))])
    return with_certificate(
        cert,
        undefined(
            "Revoking the self-signature retires the name (5.2.3.10); whether a version 4 key "
            "without a valid one may be used is a SHOULD.",
            Wrong.KEY_REVOKED,
            Wrong.UNBOUND_KEY,
            Wrong.WRONG_KEY_USAGE,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@revocation.vector("5.2.1.13", rfc4880=["5.2.1"], tags=["user-id", "revived"])
def user_id_certified_anew() -> Draft:
    """The only user ID was revoked, and certified anew before the data was signed.

    The new self-signature is a new statement; the revocation is of the earlier one.
    """
    again = SelfSignature(created=BEFORE + 30 * DAY)
    cert = alice(user_ids=[UserId(ALICE_NAME, (SelfSignature(), NAME_REVOKED, again))])
    return with_certificate(cert, accept(BY_ALICE))


@revocation.vector("5.2.1.13", rfc4880=["5.2.1"], tags=["user-id", "void"])
def user_id_by_third_party() -> Draft:
    """Bob revoked Alice's user ID.

    He can revoke his own certification of it (and never made one), not hers.
    """
    cert = alice(user_ids=[UserId(ALICE_NAME, (SelfSignature(), replace(NAME_REVOKED, by=BOB)))])
    return Draft(
        certificates=[cert, bob()],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


@revocation.vector(
    "5.2.1.13",
    "5.2.3.10",
    rfc4880=["5.2.1"],
    tags=["direct-key"],
    unconfirmed=(
        "Confirmed by openpgpjs, by none of the default backends: Sequoia and gpgv take the key "
        "for expired, GnuPG does not import it, and that pgpy accepts is no confirmation, as it "
        "looks at neither signature. The clause is plain, and few seem to have met the case."
    ),
)
def direct_key_signature() -> Draft:
    """A direct-key signature by which the key had expired was revoked by type 0x30.

    Revoking a direct-key signature cancels that signature: the key did not expire.
    """
    gone = Revocation(reason=Reason.UNSPECIFIED, created=day(2021, 6, 1))
    cert = alice(direct=[SelfSignature(key_expires_after=day(2022, 1, 1) - day(2020, 1, 1)), gone])
    return with_certificate(cert, accept(BY_ALICE))
