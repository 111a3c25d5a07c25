"""Subpackets of data signatures: issuers, times, notations, critical bits, and their framing.

Whatever is hashed is the signer's word, whatever is not may be anybody's. Unknown subpackets are
ignored unless they are critical, known ones need their proper length, and those that speak of
keys say nothing on a signature over a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from harness.artifact import Detached, Repeat
from harness.openpgp.names import HashAlgorithm, KeyFlag, Tag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.names import RevocationReason as Reason
from harness.openpgp.names import SubpacketType as Type
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature, write_signature
from harness.openpgp.subpackets import Notation, Subpacket, write_notation, write_subpackets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import subpackets as forge
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Revocation,
    SelfSignature,
    UserId,
    certificate,
    signature_packet,
)
from vectors.forge.key import Key
from vectors.forge.secrets import digest_of
from vectors.forge.signature import Made, Placement, document, sign
from vectors.forge.times import DAY, EPOCH, SIGNED, day
from vectors.suites.cast import (
    ALICE_NAME,
    BOB,
    MALLORY,
    MALLORY_NAME,
    SIGN_AND_CERTIFY,
    TEXT,
    lone,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

subpackets = Area(
    "subpackets",
    __doc__,
    origins={
        "issuer": "interoperability suite: detached signature with subpackets",
        "expiry": "RNP: key edge cases; PGPainless: document expiration",
        "time": "interoperability suite: detached signature with subpackets",
        "unknown": "interoperability suite: detached signature with subpackets",
        "framing": "rPGP: odd signatures; go-crypto: subpacket lengths",
        "length": "RFC 9580, 5.2.5; rPGP: odd signatures",
        "elsewhere": "rPGP: odd signatures; RNP: key edge cases",
        "key-block": "GnuPG: key blocks in signatures",
        "notation": "OpenPGP.js: notations",
    },
)

# A lone key on NIST P-256, which keeps the vectors small.
SIGNER = Key("p256", Algorithm.ECDSA)
BY_SIGNER = SIGNER.under(SIGNER)
STRANGER = MALLORY
"""Somebody whose certificate is not known."""

NEWER = Outcome.UNDEFINED
"""RFC 4880 leaves open what becomes of what it does not know."""

BROKEN = (Wrong.MALFORMED, Wrong.BAD_SIGNATURE, Wrong.NO_SIGNATURE, Wrong.UNSUPPORTED)
"""What may be said of a signature that cannot be read."""


def by_signer(made: Made | Signature | Packet, expect: Expectation) -> Draft:
    """A vector about a signature of the lone key over the document."""
    item = sign(TEXT, SIGNER, made) if isinstance(made, Made) else made
    return Draft(certificates=[lone(SIGNER)], artifact=detached(TEXT, item), expect=expect)


def bearing(*hashed: Subpacket) -> Made:
    """A signature with these further subpackets in its hashed area."""
    return Made(hashed=hashed)


# Issuers


UNNAMED = Made(issuer_key_id=None, issuer_fingerprint=None)
OWN_KEY_ID = forge.issuer_key_id(SIGNER)
OTHER_KEY_ID = forge.issuer_key_id(STRANGER)


@subpackets.vector("5.2.3.12", "5.2.3.8", rfc4880=["5.2.3.5"], tags=["issuer"])
def issuer_key_id_alone_hashed() -> Draft:
    """The issuer is named by key ID alone, in the hashed area.

    Nothing is wrong: a hint in the hashed area is as good as one outside, and nobody can change it.
    """
    return by_signer(replace(UNNAMED, hashed=(OWN_KEY_ID,)), accept(BY_SIGNER))


@subpackets.vector("5.2.3.35", "13.13", rfc4880=["5.2.3.1"], tags=["issuer"])
def issuer_fingerprint_alone_unhashed() -> Draft:
    """The issuer is named by fingerprint alone, in the unhashed area.

    Section 13.13 lets implementations add the fingerprint there. RFC 4880 does not know the
    subpacket and leaves open how the key is found then.
    """
    made = replace(UNNAMED, unhashed=(forge.issuer_fingerprint(SIGNER),))
    return by_signer(made, accept(BY_SIGNER, rfc4880=NEWER))


@dataclass(frozen=True)
class Two:
    """Two hints at an issuer in the unhashed area, in some order.

    Attributes:
        where: where the wrong one stands, in words.
        own_first: whether the right one comes first.
    """

    where: str
    own_first: bool

    def __call__(self, own: Subpacket, other: Subpacket) -> tuple[Subpacket, Subpacket]:
        """The two in order."""
        return (own, other) if self.own_first else (other, own)


TWO = {"own-first": Two("behind", own_first=True), "own-last": Two("before", own_first=False)}


@subpackets.family(
    TWO,
    "5.2.3.9",
    "5.2.3.12",
    rfc4880=["5.2.3.5", "5.2.4.1"],
    tags=["issuer", "identity"],
)
def issuer_key_ids(m: Two) -> Draft:
    """The signature names two issuers, both unhashed: a stranger's key ID stands {m.where} its own.

    Section 5.2.3.9 finds several issuers reasonable where several keys have the same numbers. Here
    one of them is nobody's. Who looks up only one of the two loses a good signature to anyone who
    adds a name.
    """
    return by_signer(
        replace(UNNAMED, unhashed=m(OWN_KEY_ID, OTHER_KEY_ID)),
        undefined(
            "Several issuers may make sense (5.2.3.9), and conflicts are left to the implementer; "
            "whether each named key is tried is not said.",
            Wrong.MISSING_KEY,
            Wrong.BAD_SIGNATURE,
            Wrong.IDENTITY_MISMATCH,
            Wrong.MALFORMED,
            keys=[BY_SIGNER],
        ),
    )


@subpackets.family(
    TWO,
    "5.2.3.35",
    "5.2.5",
    "13.13",
    rfc4880=["5.2.3.5"],
    tags=["issuer", "identity"],
)
def issuer_v6_fingerprint_unhashed(m: Two) -> Draft:
    """A version 6 fingerprint stands unhashed {m.where} the key ID of a version 4 signature.

    Such a version octet makes a signature malformed. But the unhashed area is anyone's: to insist
    there means that a stranger can spoil the signature.
    """
    stranger = Subpacket(Type.ISSUER_FINGERPRINT, bytes((6,)) + bytes(range(32)))
    return by_signer(
        replace(UNNAMED, unhashed=m(OWN_KEY_ID, stranger)),
        undefined(
            "Section 5.2.3.35 has a signature with such a subpacket treated as malformed, and does "
            "not name an area; by 5.2.3.8 what is unhashed is not definitive.",
            *BROKEN,
            Wrong.MISSING_KEY,
            Wrong.IDENTITY_MISMATCH,
            keys=[BY_SIGNER],
            rfc4880=Outcome.ACCEPT,
        ),
    )


@subpackets.vector("5.2.3.35", rfc4880=["5.2.3.5"], tags=["issuer", "identity"])
def issuer_key_id_of_another_hashed() -> Draft:
    """The hashed fingerprint names the signer, the key ID that is hashed, too, names another.

    They must match. This time the signer made the mismatch, as nobody else can; what a verifier
    makes of that is still not said.
    """
    return by_signer(
        Made(issuer_key_id=None, hashed=(OTHER_KEY_ID,)),
        undefined(
            "The two must match (5.2.3.35), but the consequence of a mismatch is not stated.",
            Wrong.MISSING_KEY,
            Wrong.BAD_SIGNATURE,
            Wrong.IDENTITY_MISMATCH,
            Wrong.MALFORMED,
            keys=[BY_SIGNER],
        ),
    )


@subpackets.vector("5.2.3.12", "5.2.3.35", tags=["issuer", "v6"], provenance="RFC 9580, 5.2.3.12")
def issuer_key_id_of_v6_key() -> Draft:
    """A version 6 signature names its key by ID, too, besides the fingerprint.

    A signature by a key newer than version 4 must not hold the subpacket. It is right here, and
    unhashed, so that anyone could have added it; whether a verifier may care is not said.
    """
    key = Key("ed25519-primary", Algorithm.ED25519, version=6)
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, sign(TEXT, key, Made(issuer_key_id=key))),
        expect=undefined(
            "The subpacket must not be included (5.2.3.12); what a verifier makes of one that is "
            "there is not said.",
            *BROKEN,
            keys=[key.under(key)],
        ),
    )


# Lengths


@dataclass(frozen=True)
class Odd:
    """A hashed subpacket of a wrong length.

    Attributes:
        title: what it is, in words.
        made: the signature with it.
        rfc4880: what RFC 4880 says of it.
    """

    title: str
    made: Made
    rfc4880: Outcome = NEWER


def _fingerprint(octets: int) -> Made:
    whole = bytes.fromhex(SIGNER.fingerprint) + bytes(range(12))
    body = bytes((4,)) + whole[:octets]
    return Made(issuer_fingerprint=None, hashed=(Subpacket(Type.ISSUER_FINGERPRINT, body),))


def _creation_time(octets: int) -> Made:
    body = (forge.creation_time(SIGNED).body + b"\0")[:octets]
    return Made(creation_time=Placement.NOWHERE, hashed=(Subpacket(Type.CREATION_TIME, body),))


ODD_LENGTHS = {
    "fingerprint-19": Odd(
        "A version 4 issuer fingerprint has 19 octets", _fingerprint(19), Outcome.ACCEPT
    ),
    "fingerprint-21": Odd(
        "A version 4 issuer fingerprint has 21 octets", _fingerprint(21), Outcome.ACCEPT
    ),
    "fingerprint-32": Odd(
        "A version 4 issuer fingerprint has 32 octets, as if it were version 6",
        _fingerprint(32),
        Outcome.ACCEPT,
    ),
    "creation-time-3": Odd("The creation time has three octets", _creation_time(3)),
    "creation-time-5": Odd("The creation time has five octets", _creation_time(5)),
    "expiration-time-3": Odd(
        "The expiration time has three octets",
        bearing(Subpacket(Type.EXPIRATION_TIME, bytes(3))),
    ),
    "expiration-time-5": Odd(
        "The expiration time has five octets",
        bearing(Subpacket(Type.EXPIRATION_TIME, bytes(5))),
    ),
    "issuer-key-id-7": Odd(
        "A second, hashed issuer key ID has seven octets",
        bearing(Subpacket(Type.ISSUER_KEY_ID, OWN_KEY_ID.body[1:])),
    ),
    "notation-empty": Odd(
        "A notation has no octets at all", bearing(Subpacket(Type.NOTATION, b""))
    ),
    "notation-cut-short": Odd(
        "A notation's name is longer than the notation, by its own count",
        bearing(Subpacket(Type.NOTATION, b"\x80\0\0\0\0\xff\0\x01name@accord.example!")),
    ),
}


@subpackets.family(
    ODD_LENGTHS, "5.2.5", "5.2.3.7", rfc4880=["5.2.3.1"], tags=["length", "malformed"]
)
def length_wrong(m: Odd) -> Draft:
    """{m.title}.

    A length that diverges from the expected one makes the signature malformed: it must be ignored
    (5.2.5). Readers that guess at what was meant differ in their guesses, and some read beyond the
    end.
    """
    keys = [BY_SIGNER] if m.rfc4880 is Outcome.ACCEPT else []
    return by_signer(m.made, reject(*BROKEN, rfc4880=m.rfc4880, keys=keys))


# Times


@subpackets.vector("5.2.3.9", "5.2.3.11", rfc4880=["5.2.4.1"], tags=["time"])
def creation_time_repeated() -> Draft:
    """The same creation time stands twice in the hashed area.

    Careless, but no conflict: whichever is read says the same.
    """
    return by_signer(bearing(forge.creation_time(SIGNED)), accept(BY_SIGNER))


@subpackets.vector("5.2.3.8", "5.2.3.9", "13.13", rfc4880=["5.2.3.2", "5.2.4.1"], tags=["time"])
def creation_time_of_another_day_unhashed() -> Draft:
    """A second creation time stands in the unhashed area, from before the key was made.

    Anyone can add it. The signed one holds: who listens to the other lets strangers redate, and by
    that invalidate, what was signed. RFC 4880 had the last subpacket of either area preferred.
    """
    early = forge.creation_time(day(2012, 1, 1))
    return by_signer(Made(unhashed=(early,)), accept(BY_SIGNER, rfc4880=NEWER))


FUTURE = day(2024, 7, 1)
NO_RULE_FOR_FUTURE = (
    "No section says what a creation time later than the time of verification means."
)


@subpackets.vector("5.2.3.9", "5.2.3.11", rfc4880=["5.2.3.4"], tags=["time", "future"])
def creation_time_in_future_repeated() -> Draft:
    """The same creation time, a month after the reference time, stands twice.

    As once, only careless.
    """
    made = Made(created=FUTURE, hashed=(forge.creation_time(FUTURE),))
    expect = undefined(NO_RULE_FOR_FUTURE, Wrong.SIGNATURE_NOT_YET_VALID, keys=[BY_SIGNER])
    return replace(by_signer(made, expect), time_dependent=True)


@subpackets.vector("5.2.3.8", "5.2.3.11", rfc4880=["5.2.3.4"], tags=["time", "future"])
def creation_time_in_future_backdated_unhashed() -> Draft:
    """The hashed creation time is a month after the reference time, an unhashed one in the past.

    The unhashed one is nobody's word. Who rejects signatures from the future must reject this,
    too: were it different from the vector without it, strangers could decide.
    """
    made = Made(created=FUTURE, unhashed=(forge.creation_time(SIGNED),))
    expect = undefined(NO_RULE_FOR_FUTURE, Wrong.SIGNATURE_NOT_YET_VALID, keys=[BY_SIGNER])
    return replace(by_signer(made, expect), time_dependent=True)


@subpackets.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["expiry", "time"])
def expires_beyond_32_bits() -> Draft:
    """The signature's validity ends in 2160, later than a 32-bit time can say.

    The period is counted from its creation, and fits its field; that the sum does not is nobody's
    concern but the program's that adds in 32 bits. There the sum wraps round, and the signature
    expired before it was made.
    """
    longest = timedelta(seconds=2**32 - 1)
    draft = by_signer(Made(expires_after=longest), accept(BY_SIGNER))
    return replace(draft, time_dependent=True)


@subpackets.vector("5.2.3.9", "5.2.3.18", rfc4880=["5.2.4.1"], tags=["expiry", "time"])
def expired_by_last_of_two() -> Draft:
    """Two expiration times: by the last the signature has expired, by the first it has not.

    The last one should be used, any other scheme may be.
    """
    made = Made(expires_after=timedelta(days=3650), hashed=(forge.expiration_time(DAY),))
    draft = by_signer(
        made,
        undefined(
            "Section 5.2.3.9 prefers the last subpacket and leaves the choice to the "
            "implementation.",
            Wrong.SIGNATURE_EXPIRED,
            Wrong.MALFORMED,
            keys=[BY_SIGNER],
        ),
    )
    return replace(draft, time_dependent=True)


@subpackets.vector(
    "5.2.3.8",
    "5.2.3.9",
    "5.2.3.18",
    rfc4880=["5.2.3.2", "5.2.3.10", "5.2.4.1"],
    tags=["expiry", "time"],
)
def expired_prolonged_unhashed() -> Draft:
    """The signature expired, and a longer validity was added in the unhashed area.

    Only the hashed period is the signer's word. Who lets the other prolong it keeps withdrawn
    packages valid for as long as an attacker likes. RFC 4880 had the last subpacket of either area
    preferred.
    """
    longer = forge.expiration_time(EPOCH - SIGNED + 365 * DAY)
    made = Made(expires_after=DAY, unhashed=(longer,))
    expect = reject(Wrong.SIGNATURE_EXPIRED, rfc4880=NEWER, keys=[BY_SIGNER])
    return replace(by_signer(made, expect), time_dependent=True)


# What is unknown, and what is critical


UNHEARD_OF = Subpacket(63, b"unheard of")
"""A subpacket type that no registry assigns."""


@subpackets.vector("5.2.3.7", "13.13", rfc4880=["5.2.3.1"], tags=["unknown"])
def unknown_type_unhashed() -> Draft:
    """The unhashed area holds a subpacket of an unassigned type.

    Not critical and not hashed: the last thing to reject a signature for.
    """
    return by_signer(Made(unhashed=(UNHEARD_OF,)), accept(BY_SIGNER))


@dataclass(frozen=True)
class Unassigned:
    """A subpacket type that RFC 9580 gives no meaning.

    Attributes:
        number: the type.
        title: what it is.
        body: what it holds: well-formed, where somebody else defines the type.
    """

    number: int
    title: str
    body: bytes = b"whatever"


@subpackets.family(
    {
        f"{kind.number}": kind
        for kind in (
            Unassigned(0, "reserved"),
            Unassigned(1, "reserved"),
            Unassigned(10, "a placeholder for what PGP once used"),
            Unassigned(34, "reserved, and encryption modes preferred with LibrePGP", b"\x02"),
            Unassigned(37, "reserved for attested certifications", bytes(range(32))),
            Unassigned(
                40,
                "unassigned, and the hash of literal fields with LibrePGP",
                b"\0" + digest_of("sha256", bytes(6)),
            ),
            Unassigned(101, "for private use"),
            Unassigned(127, "the last there is"),
        )
    },
    "5.2.3.7",
    rfc4880=["5.2.3.1"],
    tags=["unknown"],
)
def unassigned_type(m: Unassigned) -> Draft:
    """The hashed area holds a subpacket of type {m.number}, {m.title}.

    It is not critical, so whoever does not know it should ignore it. Who knows it from elsewhere
    finds nothing in it that would make the signature worse.
    """
    return by_signer(bearing(Subpacket(m.number, m.body)), accept(BY_SIGNER))


@subpackets.family(
    {"101": 101, "110": 110, "127": 127},
    "5.2.3.7",
    "5.2.5",
    rfc4880=["5.2.3.1"],
    tags=["unknown", "critical"],
)
def critical_type(m: int) -> Draft:
    """The hashed area holds a critical subpacket of type {m}, which has no public meaning.

    The signer asks not to be believed by who does not understand it. Such signatures must be
    ignored (5.2.5); who passes over the bit drops a condition.
    """
    return by_signer(
        bearing(forge.critical(Subpacket(m, b"private"))), reject(Wrong.UNKNOWN_CRITICAL)
    )


@subpackets.vector("5.2.3.11", rfc4880=["5.2.3.4"], tags=["critical", "time"])
def creation_time_critical() -> Draft:
    """The creation time is marked critical.

    As RFC 9580 recommends. Everyone knows the subpacket.
    """
    made = Made(
        creation_time=Placement.NOWHERE, hashed=(forge.critical(forge.creation_time(SIGNED)),)
    )
    return by_signer(made, accept(BY_SIGNER))


@subpackets.vector("5.2.3.36", rfc4880=["5.2.3.1"], tags=["critical", "identity"])
def intended_recipient_critical() -> Draft:
    """The signature names an intended recipient, marked critical; the document came unencrypted.

    Outside encryption to that recipient it should not be considered valid, and who does not know
    the subpacket must not. Yet a verifier of detached signatures cannot see how the document came.
    """
    body = bytes((4,)) + bytes.fromhex(BOB.fingerprint)
    return by_signer(
        bearing(forge.critical(Subpacket(Type.INTENDED_RECIPIENT, body))),
        undefined(
            "A SHOULD, about a context that a verifier of detached signatures does not know.",
            Wrong.IDENTITY_MISMATCH,
            Wrong.UNKNOWN_CRITICAL,
            Wrong.BAD_SIGNATURE,
            keys=[BY_SIGNER],
            rfc4880=Outcome.REJECT,
        ),
    )


# Notations


def _notation(flags: int, value: bytes) -> Subpacket:
    body = write_notation(Notation(flags, b"note@accord.example", value))
    return Subpacket(Type.NOTATION, body)


@subpackets.vector("5.2.3.24", rfc4880=["5.2.3.16"], tags=["notation"])
def notation_binary() -> Draft:
    """The signature bears a notation whose value is not text, and not marked as such.

    Nothing is wrong. Who takes the value for text may fail to decode it, and with it lose a good
    signature.
    """
    return by_signer(bearing(_notation(0, b"\x00\xff\xfe\x80\n")), accept(BY_SIGNER))


@subpackets.vector("5.2.3.24", rfc4880=["5.2.3.16"], tags=["notation"])
def notation_text_that_is_none() -> Draft:
    """A notation is marked as text, and its value is no UTF-8.

    The mark is broken, the signature is not: no length is wrong, and the notation is a remark.
    Whether a verifier may be so strict is not said.
    """
    return by_signer(
        bearing(_notation(0x80000000, b"\xff\xfe\x80")),
        undefined(
            "A value so marked is UTF-8 by 5.2.3.24; what becomes of a signature where it is not "
            "is not said.",
            *BROKEN,
            keys=[BY_SIGNER],
        ),
    )


@subpackets.vector(
    "5.2.3.24", "5.2.3.7", "13.13", rfc4880=["5.2.3.16"], tags=["notation", "critical"]
)
def critical_notation_unhashed() -> Draft:
    """The unhashed area holds a critical notation that nobody knows.

    Anyone can put it there: to honour it lets anyone spoil the signature.
    """
    note = forge.critical(forge.notation("unheard-of@accord.example", "whatever"))
    return by_signer(
        Made(unhashed=(note,)),
        undefined(
            "Section 5.2.3.7 does not distinguish the areas, 5.2.5 names the hashed one.",
            Wrong.UNKNOWN_CRITICAL,
            keys=[BY_SIGNER],
        ),
    )


# User IDs


@subpackets.vector("5.2.3.30", "5.2.3.31", rfc4880=["5.2.3.22"], tags=["identity"])
def signers_user_id_revoked() -> Draft:
    """The signature says that a user ID signed which the signer had revoked a year before.

    The key has another, valid user ID. Who shows the revoked name shows one that its owner
    withdrew.
    """
    old = "Alice at work (pgp-accord TEST ONLY) <alice@work.example>"
    gone = Revocation(reason=Reason.USER_ID_INVALID, created=day(2023, 3, 1))
    about = SelfSignature(flags=SIGN_AND_CERTIFY)
    cert = certificate(SIGNER, user_ids=[UserId(ALICE_NAME, (about,)), UserId(old, (about, gone))])
    made = bearing(Subpacket(Type.SIGNERS_USER_ID, old.encode()))
    return Draft(
        certificates=[cert],
        artifact=detached(TEXT, sign(TEXT, SIGNER, made)),
        expect=undefined(
            "Section 5.2.3.30 lets the signer state a user ID; what follows if it is revoked is "
            "not said.",
            Wrong.IDENTITY_MISMATCH,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.KEY_REVOKED,
            keys=[BY_SIGNER],
        ),
    )


# Subpackets that belong elsewhere


@dataclass(frozen=True)
class Foreign:
    """A subpacket that says nothing against a document.

    Attributes:
        title: what it is, in words.
        item: the subpacket.
        danger: who would read it how, in words.
    """

    title: str
    item: Subpacket
    danger: str


FOREIGN = {
    "key-expiration": Foreign(
        "a key expiration time of one day",
        forge.key_expiration_time(DAY),
        "Taken for the key's or the signature's own, it would have expired.",
    ),
    "key-flags": Foreign(
        "key flags that allow nothing but encryption",
        forge.key_flags(KeyFlag.ENCRYPT_STORAGE),
        "Taken for the key's, it could not have signed.",
    ),
    "revocation-reason": Foreign(
        "a reason for revocation, that the key was compromised",
        forge.revocation_reason(Reason.COMPROMISED, "TEST"),
        "Taken for a revocation, it would end the key.",
    ),
    "revocation-key": Foreign(
        "an appointment of a revoker",
        forge.revocation_key(BOB),
        "Taken for the key's, someone else could revoke it.",
    ),
    "primary-user-id": Foreign(
        "a mark for primary user IDs",
        forge.primary_user_id(),
        "There is no user ID that it could mean.",
    ),
    "features": Foreign(
        "features, most of which nobody defined",
        Subpacket(Type.FEATURES, b"\xff\xff"),
        "They tell senders what to send to a key.",
    ),
    "preferred-hashes": Foreign(
        "MD5 and an unknown number as preferred hashes",
        Subpacket(Type.PREFERRED_HASH, bytes((HashAlgorithm.MD5, 99))),
        "They tell senders what a key holder likes.",
    ),
    "trust": Foreign(
        "a trust signature's depth and amount",
        Subpacket(Type.TRUST_SIGNATURE, bytes((255, 255))),
        "A document is nobody to be trusted.",
    ),
    "not-revocable": Foreign(
        "a statement that it cannot be revoked",
        Subpacket(Type.REVOCABLE, b"\0"),
        "Nobody tries to.",
    ),
    "not-exportable": Foreign(
        "a mark as not exportable",
        Subpacket(Type.EXPORTABLE, b"\0"),
        "Tools that drop local certifications on import may drop the signature, too.",
    ),
    "not-exportable-critical": Foreign(
        "a critical mark as not exportable",
        forge.critical(Subpacket(Type.EXPORTABLE, b"\0")),
        "Tools that drop local certifications on import may drop the signature, too.",
    ),
    "policy-uri": Foreign(
        "the address of a policy",
        Subpacket(Type.POLICY_URI, b"https://accord.example/policy"),
        "It belongs here, and is for people to read; to fetch it would tell who verifies what.",
    ),
    "target": Foreign(
        "the hash of another signature as its target",
        Subpacket(
            Type.SIGNATURE_TARGET,
            bytes((Algorithm.ECDSA, HashAlgorithm.SHA256))
            + digest_of("sha256", document(TEXT)(sign(TEXT, SIGNER))),
        ),
        "Confirmations and revocations have targets; a document is signed by its octets.",
    ),
    "embedded-signature": Foreign(
        "an embedded signature by a stranger",
        forge.embedded(sign(TEXT, STRANGER)),
        "Only bindings need one. Whoever is asked about the document must not be told of it.",
    ),
}


@subpackets.family(FOREIGN, "5.2.3.7", "5.2.3.8", rfc4880=["5.2.3.1"], tags=["elsewhere"])
def bears(m: Foreign) -> Draft:
    """A signature over the document bears {m.title}.

    {m.danger} The subpacket is known and well-formed, and nothing it says speaks against the
    document: the signature is good.
    """
    return by_signer(bearing(m.item), accept(BY_SIGNER))


@subpackets.vector("5.2.3.19", "5.2.5", rfc4880=["5.2.3.11"], tags=["elsewhere"])
def exportable_neither_yes_nor_no() -> Draft:
    """The signature is marked as exportable with the value 2, where 0 and 1 are defined.

    Its length is right, its meaning none, and on a document it would not matter. Whether a value
    out of range makes a signature malformed is not said.
    """
    return by_signer(
        bearing(Subpacket(Type.EXPORTABLE, b"\x02")),
        undefined(
            "Section 5.2.5 gives no full list of what is malformed; a value that is not defined is "
            "not in it.",
            *BROKEN,
            keys=[BY_SIGNER],
        ),
    )


@subpackets.vector(
    "5.2.3.34",
    rfc4880=["5.2.3.26"],
    tags=["elsewhere", "nested"],
    provenance="go-crypto: nested embedded signatures",
)
def embedded_signature_nested() -> Draft:
    """A signature over the document embeds a signature, which embeds another.

    The format allows as many as fit, and needs none here. Readers that follow each of them call
    themselves once per level, until something breaks; a limit is wise, and none is given.
    """
    inner = forge.embedded(sign(TEXT, STRANGER))
    outer = forge.embedded(sign(TEXT, STRANGER, bearing(inner)))
    return by_signer(
        bearing(outer),
        undefined(
            "Section 5.2.3.34 embeds a complete signature, and does not say how deep that may go.",
            *BROKEN,
            keys=[BY_SIGNER],
        ),
    )


# Key blocks


def _key_block(key: Key, name: str) -> Subpacket:
    return Subpacket(Type.KEY_BLOCK, b"\0" + lone(key, name).octets)


@subpackets.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["key-block", "unknown"])
def key_block_of_another() -> Draft:
    """The signature brings along somebody else's key, in a subpacket of type 38.

    The type is reserved; GnuPG puts the signer's own key there. The signature is good all the same,
    and the key that came along is nobody's to trust, or to report.
    """
    block = _key_block(Key("ed25519-primary", Algorithm.EDDSA_LEGACY), MALLORY_NAME)
    return by_signer(bearing(block), accept(BY_SIGNER))


@subpackets.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["key-block", "identity"])
def key_block_of_unknown_signer() -> Draft:
    """The signer is unknown, and the signature brings along the signer's key.

    In the unhashed area, though it would prove no more in the other: a key that comes with what
    it signed is anybody's. Accepted, everybody is a valid signer.
    """
    young = Key("ed25519-primary", Algorithm.EDDSA_LEGACY)
    made = Made(unhashed=(_key_block(young, MALLORY_NAME),))
    return by_signer(sign(TEXT, young, made), reject(Wrong.MISSING_KEY))


# Framing


@subpackets.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["framing"])
def length_of_two_octets() -> Draft:
    """A subpacket of 300 octets has a length of two octets.

    Nothing is wrong: from 192 octets on one octet is not enough.
    """
    note = forge.notation("note@accord.example", "." * 272)
    assert len(note.body) + 1 == 300
    return by_signer(bearing(note), accept(BY_SIGNER))


def in_short(made: Made, filler: bytes, by: Key = SIGNER) -> tuple[Detached, Repeat]:
    """A signature with a long run of one octet, and the recipe for it with that octet once."""
    whole = write_packets([signature_packet(sign(TEXT, by, made))])
    start = whole.index(filler)
    short = whole[: start + 1] + whole[start + len(filler) :]
    recipe = Repeat(part="signature", start=start, end=start + 1, times=len(filler))
    return Detached(data=TEXT, signature=short), recipe


def filled(made: Made, filler: bytes, expect: Expectation, by: Key = SIGNER) -> Draft:
    """A vector about a signature with a long run of one octet."""
    artifact, recipe = in_short(made, filler, by)
    return Draft(certificates=[lone(by)], artifact=artifact, expect=expect, repeats=(recipe,))


@subpackets.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["framing", "large"])
def length_of_five_octets() -> Draft:
    """A subpacket of 20,000 octets has a length of five octets.

    Nothing is wrong: from 16,320 octets on two are not enough.
    """
    filler = b"." * (20_000 - 28)
    note = forge.notation("note@accord.example", filler.decode())
    assert len(note.body) + 1 == 20_000
    return filled(bearing(note), filler, accept(BY_SIGNER))


@subpackets.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["framing", "large"])
def hashed_area_of_65535_octets() -> Draft:
    """The hashed area has 65,535 octets, as many as its count can say in version 4.

    Nothing is wrong. Who counts in 16 bits, and adds the header of the packet, hashes too little.
    """
    others = len(sign(TEXT, SIGNER).hashed)
    # The length of five octets, the type, and a notation's fixed fields come before the value.
    filler = b"." * (65_535 - others - 5 - 28)
    made = bearing(forge.notation("note@accord.example", filler.decode()))
    assert len(sign(TEXT, SIGNER, made).hashed) == 65_535
    return filled(made, filler, accept(BY_SIGNER))


@subpackets.vector("5.2.3", "5.2.3.7", tags=["framing", "large", "v6"])
def hashed_area_of_70000_octets() -> Draft:
    """The hashed area of a version 6 signature holds a notation of 65,000 octets, and another.

    Its count has four octets, so that areas may exceed what version 4 can hold. Who keeps the count
    in 16 bits loses the end of what is hashed.
    """
    key = Key("ed25519-primary", Algorithm.ED25519, version=6)
    filler = b"." * 65_000
    long = forge.notation("note@accord.example", filler.decode())
    rest = forge.notation("more@accord.example", "-" * 5000)
    made = bearing(long, rest)
    assert len(sign(TEXT, key, made).hashed) > 70_000
    return filled(made, filler, accept(key.under(key), rfc4880=NEWER), key)


def misread(hashed: Sequence[bytes], expect: Expectation) -> Draft:
    """A signature with these octets behind its usual hashed area, all of them hashed and signed."""
    usual = sign(TEXT, SIGNER)
    odd = replace(usual, hashed=b"".join((usual.hashed, *hashed)))
    digest, material = SIGNER.sign(odd.hash_algorithm, document(TEXT)(odd))
    return by_signer(replace(odd, left16=digest[:2], material=material), expect)


@subpackets.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["framing", "malformed"])
def subpacket_of_length_zero() -> Draft:
    """A subpacket in the hashed area says that it has no octets, not even a type.

    The length counts the type, so it is at least one. Readers that subtract one from zero read
    four thousand million octets.
    """
    return misread([b"\0"], reject(*BROKEN, rfc4880=NEWER))


@subpackets.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["framing", "malformed"])
def subpacket_longer_than_area() -> Draft:
    """The last hashed subpacket claims more octets than the area has left.

    What it claims lies in the unhashed area and beyond. Subpackets end with their area, so the
    length cannot be right: a reader that goes there takes for signed what is not.
    """
    return misread([bytes((40, Type.NOTATION)) + bytes(8)], reject(*BROKEN, rfc4880=NEWER))


@subpackets.vector("5.2.3.7", "4.1", "5.2.5", rfc4880=["5.2.3.1"], tags=["framing", "malformed"])
def unhashed_area_longer_than_packet() -> Draft:
    """The unhashed area claims more octets than the packet has.

    The hashed area is in order, and so is the signature it describes; where that signature begins
    is not to be known. A reader that follows the length leaves the packet, and one that guesses
    verifies a value that the packet does not hold.
    """
    signature = sign(TEXT, SIGNER)
    body = bytearray(write_signature(signature))
    at = 6 + len(signature.hashed)
    body[at : at + 2] = b"\xff\xf0"
    return by_signer(Packet(Tag.SIGNATURE, bytes(body)), reject(*BROKEN))


@subpackets.vector("5.2.3.11", "5.2.3.7", rfc4880=["5.2.3.4"], tags=["framing", "time"])
def hashed_area_empty() -> Draft:
    """The hashed area is empty; creation time and issuer stand in the other one.

    The format lets an area be empty, but the creation time must be in this one. Nothing but the
    document, the signature's type and its algorithms is the signer's word here.
    """
    unsigned = write_subpackets([forge.creation_time(SIGNED), OWN_KEY_ID])
    bare = replace(sign(TEXT, SIGNER), hashed=b"", unhashed=unsigned)
    digest, material = SIGNER.sign(bare.hash_algorithm, document(TEXT)(bare))
    return by_signer(
        replace(bare, left16=digest[:2], material=material),
        reject(Wrong.MALFORMED, Wrong.BAD_SIGNATURE),
    )
