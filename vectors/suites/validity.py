"""Validity over time: keys that exist, are revoked, and come into use again.

A certificate has a history here: the primary key is made at the start of 2020, a signing subkey in
December 2020; at the start of 2021 something is revoked or expires; at the start of 2022 it is
certified or bound anew. The data is signed in the summer of 2019, before any key existed, in the
summer of 2020, in that of 2021, or in 2024, and is always asked about in June 2024. Where validity
is temporary, the subkey is as old as the primary key.

RFC 9580 has a key's validity begin with its creation, forbids the use of revoked keys (5.2.1.11,
5.2.1.12), distrusts all signatures of compromised keys, and upholds old ones of superseded and
retired keys (5.2.3.31). What other reasons mean for old signatures it does not say, nor that a
revoked key can come into use again: there the vectors are undefined, except where nothing undoes
a compromise. The second half has revocations and revokers that the area `revocation` has not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from harness.openpgp.names import HashAlgorithm, KeyFlag, Tag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.names import RevocationReason as Reason
from harness.openpgp.packets import Packet
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import subpackets
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Binding,
    Certificate,
    Certification,
    Revocation,
    SelfSignature,
    Subkey,
    UserId,
    revoke_key,
    signature_packet,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.times import KEYS_CREATED, SIGNED, day
from vectors.suites.cast import (
    ALICE_NAME,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BOB_NAME,
    SIGN_AND_CERTIFY,
    TEXT,
    alice,
    alice_v6,
    lone,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

validity = Area(
    "validity",
    __doc__,
    origins={
        "temporary": "interoperability suite: temporary validity",
        "designated": "RNP: designated revokers; PGPainless; GnuPG",
        "user-id": "PGPainless; GnuPG; OpenPGP.js: user ID revocations",
        "copies": "RFC 9580, 10.1.2; apt and gpgv: the same key in several keyrings",
    },
)

PRIMARY = Key("ed25519-primary", Algorithm.EDDSA_LEGACY)
SIGNING = Key("ed25519-signing", Algorithm.EDDSA_LEGACY)
BY_SUBKEY = SIGNING.under(PRIMARY)

MADE = KEYS_CREATED
"""The primary key is made and certified."""
JOINED = day(2020, 12, 1)
"""A subkey is made and bound."""
ENDED = day(2021, 1, 1)
"""A key is revoked, or something expires."""
RENEWED = day(2022, 1, 1)
"""It is certified or bound anew."""

LATE_SUBKEY = Key("ed25519-signing", Algorithm.EDDSA_LEGACY, created=JOINED)


# Every reason, on every key, through its history


@dataclass(frozen=True)
class Why:
    """A reason for revocation.

    Attributes:
        title: in words.
        code: the code; ``None`` for no such subpacket.
        old_are_valid: what section 5.2.3.31 says of older signatures; ``None`` for nothing.
    """

    title: str
    code: int | None
    old_are_valid: bool | None = None


REASONS = {
    "without-reason": Why("without a reason", None),
    "unspecified": Why("for reason 0, not specified", Reason.UNSPECIFIED),
    "superseded": Why("as superseded", Reason.SUPERSEDED, old_are_valid=True),
    "compromised": Why("as compromised", Reason.COMPROMISED, old_are_valid=False),
    "retired": Why("as retired", Reason.RETIRED, old_are_valid=True),
    "user-id-invalid": Why(
        "for reason 32, meant for user IDs no longer valid", Reason.USER_ID_INVALID
    ),
    "private": Why("for reason 100, of private use", 100),
    "unknown": Why("for reason 200, which is not assigned", 200),
}


@dataclass(frozen=True)
class Moment:
    """A date of signing.

    Attributes:
        year: in words.
        at: the date.
    """

    year: str
    at: datetime


BEFORE_KEY = Moment("2019", day(2019, 7, 1))
AT_FIRST = Moment("2020", day(2020, 7, 1))
MEANWHILE = Moment("2021", day(2021, 7, 1))
AFTERWARDS = Moment("2024", SIGNED)
MOMENTS = {
    f"signed-{moment.year}": moment for moment in (BEFORE_KEY, AT_FIRST, MEANWHILE, AFTERWARDS)
}


@dataclass(frozen=True)
class Judgement:
    """What is right, and why in words."""

    because: str
    expect: Expectation


@dataclass(frozen=True)
class Case:
    """A member of the family: reason, key, time of signing.

    Attributes:
        why: the reason.
        when: when the data was signed.
        key: the key that signed.
    """

    why: Why
    when: Moment
    key: Key

    @property
    def judgement(self) -> Judgement:
        """What becomes of the signature."""
        keys = [self.key.under(PRIMARY)]
        if self.when.at < self.key.created:
            return too_early() if self.why.old_are_valid else too_early(Wrong.KEY_REVOKED)
        if self.when is MEANWHILE:
            return REVOKED
        if self.why.old_are_valid is False:
            return SUSPECT
        if self.when is AFTERWARDS:
            return Judgement(
                "The revoked key was to come into use again. That this can be is not said, nor "
                "that it cannot.",
                undefined(
                    "A revoked key is not to be used (5.2.1.11, 5.2.1.12); whether a newer "
                    "self-signature revives one that was not compromised is not said.",
                    Wrong.KEY_REVOKED,
                    keys=keys,
                ),
            )
        if self.why.old_are_valid:
            return Judgement(
                "Signatures from before the revocation are still valid, says section 5.2.3.31.",
                accept(*keys),
            )
        return Judgement(
            "The signature is from before, and the RFC does not say what becomes of it.",
            undefined(
                "Section 5.2.3.31 settles older signatures for compromised, superseded and retired "
                "keys only. Taking anything else as compromise is convention "
                "(draft-dkg-openpgp-revocation).",
                Wrong.KEY_REVOKED,
                keys=keys,
            ),
        )

    @property
    def therefore(self) -> str:
        """What becomes of the signature, in words."""
        return self.judgement.because

    @property
    def signature(self) -> Made:
        """How the data was signed."""
        return Made(created=self.when.at)


def too_early(*classes: Wrong) -> Judgement:
    """The key did not exist yet."""
    return Judgement(
        "The signature is older than the key that made it: a date is forged.",
        reject(Wrong.KEY_NEWER_THAN_SIGNATURE, Wrong.UNBOUND_KEY, *classes),
    )


REVOKED = Judgement(
    "The revocation was in force by then, and a revoked key is not to be used; that it was to be "
    "used again later does not make that good.",
    reject(Wrong.KEY_REVOKED),
)
SUSPECT = Judgement(
    "The revoked key was compromised, so all its signatures are suspect: the thief chooses their "
    "dates. Nothing undoes a compromise.",
    reject(Wrong.KEY_REVOKED),
)


def cases(key: Key) -> dict[str, Case]:
    """All reasons at all times."""
    return {
        f"{reason}-{moment}": Case(why, when, key)
        for reason, why in REASONS.items()
        for moment, when in MOMENTS.items()
    }


def self_signed(flags: int, *, anew: bool) -> UserId:
    """Alice's user ID, certified when the key was made, and perhaps again."""
    first = SelfSignature(flags=flags)
    again = (replace(first, created=RENEWED),) if anew else ()
    return UserId(ALICE_NAME, (first, *again))


def revoked(why: Why) -> Revocation:
    """A revocation for this reason."""
    return Revocation(reason=why.code, created=ENDED)


def asked(cert: Certificate, case: Case) -> Draft:
    """Ask about the case's signature."""
    return with_certificate(cert, case.judgement.expect, signed(case.signature, by=case.key))


ORIGIN = "interoperability suite: key revocations; PGPainless"


@validity.family(
    cases(PRIMARY),
    "5.2.1.11",
    "5.2.3.31",
    "5.2.3.10",
    "5.2.3.13",
    rfc4880=["5.2.1", "5.2.3.23", "5.2.3.3", "5.2.3.6"],
    tags=["primary", "reason"],
    provenance=ORIGIN,
)
def primary(m: Case) -> Draft:
    """The primary key signed in {m.when.year}; it was revoked {m.why.title}, later renewed.

    It was made at the start of 2020, revoked at that of 2021, and certified anew at that of 2022.
    {m.therefore}
    """
    cert = alice(
        primary=PRIMARY,
        user_ids=[self_signed(SIGN_AND_CERTIFY, anew=True)],
        subkeys=[],
        revocations=[revoked(m.why)],
    )
    return asked(cert, m)


@validity.family(
    cases(LATE_SUBKEY),
    "5.2.1.11",
    "5.2.3.31",
    "5.2.3.10",
    "5.2.3.13",
    rfc4880=["5.2.1", "5.2.3.23", "5.2.3.3", "5.2.3.6"],
    tags=["primary", "subkey", "reason"],
    provenance=ORIGIN,
)
def primary_of_subkey(m: Case) -> Draft:
    """A subkey signed in {m.when.year}; its primary was revoked {m.why.title}, later renewed.

    The primary key was made at the start of 2020, revoked at that of 2021, and certified anew at
    that of 2022. The subkey is of December 2020, and lives by the word of its primary key.
    {m.therefore}
    """
    cert = alice(
        primary=PRIMARY,
        user_ids=[self_signed(KeyFlag.CERTIFY, anew=True)],
        subkeys=[signing_subkey(LATE_SUBKEY)],
        revocations=[revoked(m.why)],
    )
    return asked(cert, m)


@validity.family(
    cases(LATE_SUBKEY),
    "5.2.1.12",
    "5.2.3.31",
    "5.2.3.10",
    "5.2.3.13",
    rfc4880=["5.2.1", "5.2.3.23", "5.2.3.3", "5.2.3.6"],
    tags=["subkey", "reason"],
    provenance=ORIGIN,
)
def subkey(m: Case) -> Draft:
    """A subkey signed in {m.when.year}; it was revoked {m.why.title}, later bound anew.

    It was made in December 2020, under a primary key of the start of that year, revoked at the
    start of 2021, and bound anew at that of 2022. {m.therefore}
    """
    bound = (revoked(m.why), Binding(), Binding(created=RENEWED))
    cert = alice(primary=PRIMARY, subkeys=[Subkey(LATE_SUBKEY, bound)])
    return asked(cert, m)


@dataclass(frozen=True)
class Plain:
    """A member of the family of keys never revoked: when the data was signed, and by which key."""

    when: Moment
    key: Key

    @property
    def judgement(self) -> Judgement:
        """What becomes of the signature."""
        if self.when.at < self.key.created:
            return too_early()
        return Judgement("Nothing is wrong.", accept(self.key.under(PRIMARY)))

    @property
    def therefore(self) -> str:
        """What becomes of the signature, in words."""
        return self.judgement.because

    def draft(self, cert: Certificate) -> Draft:
        """Ask about its signature."""
        signature = signed(Made(created=self.when.at), by=self.key)
        return with_certificate(cert, self.judgement.expect, signature)


@validity.family(
    {name: Plain(when, PRIMARY) for name, when in MOMENTS.items()},
    "5.2.3.10",
    "5.2.3.13",
    "5.5.2",
    rfc4880=["5.2.3.3", "5.2.3.6", "5.5.2"],
    tags=["primary", "dates"],
    provenance=ORIGIN,
)
def primary_never_revoked(m: Plain) -> Draft:
    """The primary key, never revoked, and certified anew in 2022, signed in {m.when.year}.

    {m.therefore} The newer self-signature says the same as the older one.
    """
    return m.draft(
        alice(primary=PRIMARY, user_ids=[self_signed(SIGN_AND_CERTIFY, anew=True)], subkeys=[])
    )


@validity.family(
    {name: Plain(when, LATE_SUBKEY) for name, when in MOMENTS.items()},
    "5.2.3.10",
    "5.2.3.13",
    "5.5.2",
    rfc4880=["5.2.3.3", "5.2.3.6", "5.5.2"],
    tags=["subkey", "dates"],
    provenance=ORIGIN,
)
def subkey_never_revoked(m: Plain) -> Draft:
    """A subkey of December 2020, never revoked, and bound anew in 2022, signed in {m.when.year}.

    {m.therefore} The primary key is from the start of 2020, and the newer binding says the same as
    the older one.
    """
    bound = Subkey(LATE_SUBKEY, (Binding(), Binding(created=RENEWED)))
    return m.draft(alice(primary=PRIMARY, subkeys=[bound]))


# Temporary validity


@dataclass(frozen=True)
class Phase:
    """A time in a subkey's life, and what becomes of its signature."""

    year: str
    at: datetime
    therefore: str
    expect: Expectation


WHICH_MOMENT = (
    "The most recent valid self-signature counts (5.2.3.10), but not stated is whether that of "
    "the time of signing or of the time of verifying."
)


VALID = Judgement("The subkey was valid when it signed, and is valid now.", accept(BY_SUBKEY))


def phases(
    meanwhile: Judgement, afterwards: Judgement, at_first: Judgement = VALID
) -> dict[str, Phase]:
    """The times, with what is right while the subkey was out of use and after its return."""
    judged = {
        BEFORE_KEY: too_early(),
        AT_FIRST: at_first,
        MEANWHILE: meanwhile,
        AFTERWARDS: afterwards,
    }
    return {
        f"signed-{when.year}": Phase(when.year, when.at, it.because, it.expect)
        for when, it in judged.items()
    }


BACK = Judgement("It is in use again, by the most recent binding.", accept(BY_SUBKEY))


def gap(*classes: Wrong) -> Judgement:
    """The subkey was not valid when it signed, and by its newest binding it always was."""
    return Judgement(
        "When it signed nothing valid said that it may; the newest binding says that it always "
        "might.",
        undefined(WHICH_MOMENT, *classes, keys=[BY_SUBKEY]),
    )


def temporary(phase: Phase, *signatures: Binding | Revocation) -> Draft:
    """Ask about a subkey of 2020 with this history."""
    cert = alice(primary=PRIMARY, subkeys=[Subkey(SIGNING, signatures)])
    return with_certificate(cert, phase.expect, signed(Made(created=phase.at), by=SIGNING))


@validity.family(
    phases(
        gap(Wrong.UNBOUND_KEY, Wrong.SIGNATURE_EXPIRED, Wrong.KEY_EXPIRED, Wrong.MISSING_KEY), BACK
    ),
    "5.2.3.18",
    "5.2.3.10",
    "5.2.3.13",
    rfc4880=["5.2.3.10", "5.2.3.3", "5.2.3.6"],
    tags=["temporary", "expiry"],
)
def binding_expired_and_renewed(m: Phase) -> Draft:
    """The binding expired in 2021, the subkey was bound anew in 2022, and signed in {m.year}.

    Of 2020 both, the subkey and its first binding; it is the signature that expires, not the key.
    {m.therefore}
    """
    return temporary(m, Binding(expires_after=ENDED - MADE), Binding(created=RENEWED))


@validity.family(
    phases(
        REVOKED,
        Judgement(
            "The owner took it out of use, and into use again. That this can be is not said.",
            undefined(
                "Whether a newer binding revives a retired subkey is not said.",
                Wrong.KEY_REVOKED,
                keys=[BY_SUBKEY],
            ),
        ),
        Judgement(
            "Old signatures by a retired key are still valid, says section 5.2.3.31.",
            accept(BY_SUBKEY),
        ),
    ),
    "5.2.1.12",
    "5.2.3.31",
    "5.2.3.10",
    "5.2.3.13",
    rfc4880=["5.2.1", "5.2.3.23", "5.2.3.3", "5.2.3.6"],
    tags=["temporary", "subkey"],
)
def retired_and_renewed(m: Phase) -> Draft:
    """The subkey was retired in 2021, bound anew in 2022, and signed in {m.year}.

    Of 2020 both, the subkey and its first binding. {m.therefore}
    """
    retired = Revocation(reason=Reason.RETIRED, created=ENDED)
    return temporary(m, retired, Binding(), Binding(created=RENEWED))


@validity.family(
    phases(gap(Wrong.KEY_EXPIRED, Wrong.UNBOUND_KEY), BACK),
    "5.2.3.13",
    "5.2.3.10",
    rfc4880=["5.2.3.6", "5.2.3.3"],
    tags=["temporary", "expiry"],
)
def key_expired_and_renewed(m: Phase) -> Draft:
    """The subkey expired in 2021, was bound anew in 2022 without limit, and signed in {m.year}.

    Of 2020 both, the subkey and its first binding, which says when the key expires. {m.therefore}
    """
    return temporary(m, Binding(key_expires_after=ENDED - MADE), Binding(created=RENEWED))


# More reasons


BEFORE = day(2023, 1, 1)
"""A year before the data was signed."""
AFTER = day(2024, 5, 1)
"""Two months after, a month before the reference time."""

COMPROMISED = Revocation(reason=Reason.COMPROMISED, created=BEFORE)


@dataclass(frozen=True)
class Last:
    """When the private reason was given."""

    title: str
    at: datetime
    therefore: str
    expect: Expectation


@validity.family(
    {
        "before-signature": Last(
            "before",
            BEFORE,
            "A revoked key is not to be used, whatever the reason.",
            reject(Wrong.KEY_REVOKED),
        ),
        "after-signature": Last(
            "after",
            AFTER,
            "What a private reason means for older signatures is not said; convention takes it as "
            "compromise.",
            undefined(
                "Section 5.2.3.31 settles older signatures for compromised, superseded and retired "
                "keys only. Taking anything else as compromise is convention "
                "(draft-dkg-openpgp-revocation).",
                Wrong.KEY_REVOKED,
                keys=[BY_SUBKEY],
            ),
        ),
    },
    "5.2.1.11",
    "5.2.3.31",
    rfc4880=["5.2.1", "5.2.3.23"],
    tags=["primary", "reason"],
    provenance=ORIGIN,
)
def primary_private_110(m: Last) -> Draft:
    """The primary key was revoked {m.title} its subkey signed, for reason 110.

    That is the last private one. {m.therefore} A verifier that knows the codes by a table must not
    stumble over this one.
    """
    return with_certificate(
        hers(revocations=(Revocation(reason=110, created=m.at),)), m.expect, signed(by=SIGNING)
    )


def hers(
    *,
    about: tuple[SelfSignature | Certification | Revocation, ...] = (SelfSignature(),),
    direct: tuple[SelfSignature, ...] = (),
    revocations: tuple[Revocation, ...] = (),
) -> Certificate:
    """Alice's certificate, of small keys."""
    return alice(
        primary=PRIMARY,
        user_ids=[UserId(ALICE_NAME, about)],
        subkeys=[signing_subkey(SIGNING)],
        direct=direct,
        revocations=revocations,
    )


# User IDs


BOB = Key("p256", Algorithm.ECDSA)
CAROL = Key("p384", Algorithm.ECDSA)
CAROL_NAME = "Carol (pgp-accord TEST ONLY) <carol@accord.example>"


@validity.vector("5.2.1.13", "5.2.3.31", rfc4880=["5.2.1", "5.2.3.23"], tags=["user-id"])
def third_party_certification_revoked() -> Draft:
    """Bob certified Alice's user ID, and revoked his certification before the data was signed.

    He no longer believes the name; her own self-signature stands. Whoever takes his revocation for
    one of the user ID or the key lets anybody disable keys by first befriending them.
    """
    once = Certification(by=BOB, created=day(2021, 1, 1))
    gone = Revocation(by=BOB, reason=Reason.USER_ID_INVALID, created=BEFORE)
    return Draft(
        certificates=[hers(about=(SelfSignature(), once, gone)), lone(BOB, BOB_NAME)],
        artifact=detached(TEXT, signed(by=SIGNING)),
        expect=accept(BY_SUBKEY),
    )


NAMELESS = undefined(
    "Revoking the self-signature retires the name (5.2.3.10); whether a version 4 key without a "
    "valid one may be used is a SHOULD.",
    Wrong.KEY_REVOKED,
    Wrong.UNBOUND_KEY,
    Wrong.WRONG_KEY_USAGE,
    Wrong.MISSING_KEY,
    keys=[BY_SUBKEY],
)


@validity.vector("5.2.3.10", "5.2.1.13", rfc4880=["5.2.3.3", "5.2.1"], tags=["user-id"])
def user_id_only_one_without_reason() -> Draft:
    """The only user ID was revoked, and no reason given.

    The name is gone, for whatever reason; the key may live on without one.
    """
    gone = Revocation(reason=None, created=BEFORE)
    return with_certificate(hers(about=(SelfSignature(), gone)), NAMELESS, signed(by=SIGNING))


FOR_LIFE = Subpacket(7, b"\x00")


@validity.vector("5.2.3.20", "5.2.1.13", rfc4880=["5.2.3.12"], tags=["user-id"])
def user_id_not_revocable() -> Draft:
    """The only user ID's self-signature is not revocable, and was revoked later.

    Signatures that are not revocable ignore any later revocation, says section 5.2.3.20: the name
    stands, and with it what is said about the key.
    """
    forever = SelfSignature(hashed=(FOR_LIFE,))
    gone = Revocation(reason=Reason.USER_ID_INVALID, created=BEFORE)
    return with_certificate(hers(about=(forever, gone)), accept(BY_SUBKEY), signed(by=SIGNING))


# Designated revokers


DEPRECATED = (
    "RFC 9580 deprecates designated revokers, and describes them as what some implementations "
    "attempt."
)


def open_to_doubt(reason: str = DEPRECATED, rfc4880: Outcome | None = None) -> Expectation:
    """Revoked, if designated revokers are heeded."""
    return undefined(reason, Wrong.KEY_REVOKED, keys=[BY_SUBKEY], rfc4880=rfc4880)


def appointing(*revokers: Key) -> tuple[Subpacket, ...]:
    """Subpackets that appoint revokers."""
    return tuple(map(subpackets.revocation_key, revokers))


BY_BOB = replace(COMPROMISED, by=BOB)


def with_revokers(cert: Certificate, expect: Expectation, *others: Certificate) -> Draft:
    """Ask about the subkey's signature; the others' certificates are known, too."""
    return Draft(
        certificates=[cert, *others],
        artifact=detached(TEXT, signed(by=SIGNING)),
        expect=expect,
    )


@validity.vector(
    "5.2.3.23", "5.2.1.11", rfc4880=["5.2.3.15", "5.2.1"], tags=["primary", "designated"]
)
def second_of_two_designated_revokers() -> Draft:
    """One direct-key signature appoints Bob and Carol as revokers, and Carol revoked the key.

    By RFC 4880 that counts as Alice's own word. Whoever reads the first appointment only misses it.
    """
    appointed = SelfSignature(flags=None, hashed=appointing(BOB, CAROL))
    by_carol = replace(COMPROMISED, by=CAROL, hash=HashAlgorithm.SHA384)
    carols = lone(
        CAROL,
        CAROL_NAME,
        SelfSignature(flags=SIGN_AND_CERTIFY, hash=HashAlgorithm.SHA384),
    )
    return with_revokers(
        hers(direct=(appointed,), revocations=(by_carol,)),
        open_to_doubt(rfc4880=Outcome.REJECT),
        lone(BOB, BOB_NAME),
        carols,
    )


@validity.vector("5.2.3.23", "10.1.3", rfc4880=["5.2.3.15", "11.1"], tags=["primary", "designated"])
def designated_revocation_after_appointment() -> Draft:
    """The designated revoker's revocation stands behind the direct-key signature that appoints him.

    The grammar puts revocations first, so a reader in one pass meets the revocation before it
    knows who may revoke; here it is the other way round. By RFC 4880 it counts as Alice's own word,
    and no section makes that depend on the order.
    """
    appointed = SelfSignature(flags=None, hashed=appointing(BOB))
    cert = alice(
        primary=PRIMARY,
        subkeys=[signing_subkey(SIGNING)],
        direct=[appointed, revoke_key(PRIMARY, BY_BOB)],
    )
    return with_revokers(cert, open_to_doubt(rfc4880=Outcome.REJECT), lone(BOB, BOB_NAME))


@validity.vector("5.2.3.23", rfc4880=["5.2.3.15", "5.2.1"], tags=["primary", "designated"])
def designated_by_user_id_self_signature() -> Draft:
    """The user ID's self-signature appoints Bob as revoker, and he revoked the key.

    The appointment belongs on a direct-key signature; elsewhere its use is unspecified. By RFC 4880
    it is found on a self-signature, of whatever type, and the revocation counts as Alice's own.
    """
    return with_revokers(
        hers(about=(SelfSignature(hashed=appointing(BOB)),), revocations=(BY_BOB,)),
        open_to_doubt(
            "Its use on other types than direct-key signatures is unspecified.",
            rfc4880=Outcome.REJECT,
        ),
        lone(BOB, BOB_NAME),
    )


@validity.vector("5.2.3.23", "5.2.1.11", rfc4880=["5.2.3.15"], tags=["primary", "designated"])
def designated_revoker_is_revoked() -> Draft:
    """Bob's key, appointed as revoker, was revoked as compromised, and revoked Alice's key later.

    His thief may have made it; or Bob, in haste. To honour it may cost a key, not to honour it a
    warning.
    """
    appointed = SelfSignature(flags=None, hashed=appointing(BOB))
    his = lone(BOB, BOB_NAME)
    undone = signature_packet(
        revoke_key(BOB, Revocation(reason=Reason.COMPROMISED, created=day(2022, 1, 1)))
    )
    bobs = Certificate(BOB, (his.packets[0], undone, *his.packets[1:]))
    return with_revokers(
        hers(direct=(appointed,), revocations=(BY_BOB,)),
        open_to_doubt("What a revocation by a revoked designated revoker counts is not said."),
        bobs,
    )


# Revocation certificates


def minimal(primary: Key) -> Certificate:
    """A primary key and its revocation, and nothing else."""
    return Certificate(
        primary,
        (
            Packet(Tag.PUBLIC_KEY, primary.body),
            signature_packet(revoke_key(primary, COMPROMISED)),
        ),
    )


@dataclass(frozen=True)
class Copies:
    """A full certificate, and the key that signs.

    Attributes:
        title: in words.
        why: why the second file is one to be heeded, in words.
        cert: the certificate.
        signer: the key that signed.
        rfc4880: what RFC 4880 has, where it says otherwise.
    """

    title: str
    why: str
    cert: Certificate
    signer: Key
    rfc4880: Outcome


@validity.family(
    {
        "v4": Copies(
            "version 4",
            "Everything but the key packet is optional in the grammar of section 10.1.3 (RFC 4880 "
            "asks for a user ID)",
            hers(),
            SIGNING,
            Outcome.UNDEFINED,
        ),
        "v6": Copies(
            "version 6",
            "That is the form section 10.1.2 gives revocation certificates",
            alice_v6(),
            ALICE_V6_SIGNING,
            Outcome.UNDEFINED,
        ),
    },
    "10.1.2",
    "10.1.3",
    "5.2.1.11",
    rfc4880=["11.1", "5.2.1"],
    tags=["primary", "copies"],
)
def key_and_revocation_apart(m: Copies) -> Draft:
    """A {m.title} certificate is given, and apart from it its primary key with a revocation.

    {m.why}, and the owner's word that the key is compromised is at hand. A verifier that does not
    join the two, or drops the second for want of a name, goes on trusting the key.
    """
    return Draft(
        certificates=[m.cert, minimal(m.cert.primary)],
        artifact=detached(TEXT, signed(by=m.signer)),
        expect=reject(Wrong.KEY_REVOKED, rfc4880=m.rfc4880),
    )


@dataclass(frozen=True)
class Alone:
    """A revocation certificate that is all there is.

    Attributes:
        title: in words.
        key: the key.
        rfc4880: what RFC 4880 has, where it says otherwise.
    """

    title: str
    key: Key
    rfc4880: Outcome | None


@validity.family(
    {
        "v4": Alone("version 4", PRIMARY, None),
        "v6": Alone("version 6", ALICE_V6, Outcome.UNDEFINED),
    },
    "10.1.2",
    "10.1.3",
    "5.2.1.11",
    rfc4880=["11.1", "5.2.1"],
    tags=["primary", "copies"],
)
def key_and_revocation_only(m: Alone) -> Draft:
    """All that is known of the {m.title} key that signed is its packet and its revocation.

    A dead key can be passed on like that, without names. The owner says that it is not to be used;
    whoever takes a bare key packet for enough trusts what a thief signs with it.
    """
    return Draft(
        certificates=[minimal(m.key)],
        artifact=detached(TEXT, signed(by=m.key)),
        expect=reject(
            Wrong.KEY_REVOKED,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.WRONG_KEY_USAGE,
            rfc4880=m.rfc4880,
        ),
    )
