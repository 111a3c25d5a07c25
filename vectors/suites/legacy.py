"""Algorithms, sizes and versions that went out of use: in data signatures and in certificates.

Where RFC 9580 says that implementations must not validate or verify, the vectors expect
rejection: recent signatures with MD5 or SHA-1 (9.5), hashes known to be weak such as MD5 (5.2.5),
RSA below 2048 bits (12.4), DSA (12.5). Where it says should not or may, a policy profile decides.
What acceptance depends on is listed in either case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from harness.artifact import Artifact
from harness.openpgp.keys import describe_key, read_public_key
from harness.openpgp.names import HASH_FACTS, HashAlgorithm, SignatureType
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.names import RevocationReason as Reason
from harness.outcomes import AcceptedKey
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Expectation, Outcome, Use
from vectors.forge.artifacts import (
    cleartext,
    detached,
    inline,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    Revocation,
    SelfSignature,
    Subkey,
    UserId,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, damage, sign
from vectors.forge.times import DAY, SIGNED, day
from vectors.suites.cast import (
    ALICE,
    ALICE_NAME,
    ALICE_SIGNING,
    BY_ALICE,
    LONG_AGO,
    SIGN_AND_CERTIFY,
    TEXT,
    alice,
    by_alice,
    lone,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, each, policy, reject, undefined
from vectors.suites.registry import Area, Draft

legacy = Area("legacy", __doc__, origins={"v3": "GnuPG, RNP and rpm: version 3 signatures"})

OLD_PRIMARY = Key("alice-primary", created=LONG_AGO)
OLD_SIGNING = Key("alice-signing", created=LONG_AGO)
BY_OLD = OLD_SIGNING.under(OLD_PRIMARY)


# Hashes, by use and date


@dataclass(frozen=True)
class Weak:
    """A weak hash in one use, at one time.

    Attributes:
        hash: the hash.
        what: the signature that uses it, in words.
        use: the same, for policies.
        made: when that signature was made.
        recent: whether that is recent.
        danger: what breaking the hash allows, in words.
    """

    hash: int
    what: str
    use: Use
    made: datetime
    recent: bool
    danger: str

    @property
    def name(self) -> str:
        """The hash, for people."""
        return {HashAlgorithm.MD5: "MD5", HashAlgorithm.SHA1: "SHA-1"}[HashAlgorithm(self.hash)]

    @property
    def year(self) -> int:
        """When the signature was made, for people."""
        return self.made.year

    @property
    def depends(self) -> Dependency:
        """What a policy would have to allow."""
        return Dependency(use=self.use, made=self.made, hash=HASH_FACTS[self.hash].name)


USES = {
    Use.DATA: (
        "data signature",
        "Who can make two files with one hash has one of them signed, and delivers the other.",
    ),
    Use.SELF_SIGNATURE: (
        "self-signature",
        "What it says about the key (flags, expiry, name) is as safe as the hash.",
    ),
    Use.SUBKEY_BINDING: (
        "subkey binding",
        "Whether the subkey is Alice's is as certain as the hash.",
    ),
    Use.BACK_SIGNATURE: (
        "back-signature",
        "Whether the subkey consented is as certain as the hash.",
    ),
}
HASHES = {"md5": HashAlgorithm.MD5, "sha1": HashAlgorithm.SHA1}
OLD_DATE = day(2010, 6, 1)
RECENT_DATE = day(2024, 2, 1)

WEAK = {
    f"{name}-{use.replace('_', '-')}-{'recent' if recent else 'old'}": Weak(
        number, what, use, RECENT_DATE if recent else OLD_DATE, recent, danger
    )
    for name, number in HASHES.items()
    for use, (what, danger) in USES.items()
    for recent in (False, True)
}


def made_with(use: Use, hash_algorithm: int, made: datetime, signed_at: datetime) -> Draft:
    """Everything by SHA-256 as of old, but the signature of this use: by this hash, then.

    What is expected is left open.
    """

    def hashing(of: Use) -> tuple[datetime | None, int]:
        return (made, hash_algorithm) if of is use else (None, HashAlgorithm.SHA256)

    self_created, self_hash = hashing(Use.SELF_SIGNATURE)
    bound, binding_hash = hashing(Use.SUBKEY_BINDING)
    back_created, back_hash = hashing(Use.BACK_SIGNATURE)
    data_created, data_hash = hashing(Use.DATA)
    back = BackSignature(hash=back_hash, created=back_created)
    binding = Binding(hash=binding_hash, created=bound or back_created, back=back)
    return Draft(
        certificates=[
            alice(
                primary=OLD_PRIMARY,
                user_ids=[
                    UserId(ALICE_NAME, (SelfSignature(hash=self_hash, created=self_created),))
                ],
                subkeys=[Subkey(OLD_SIGNING, (binding,))],
            )
        ],
        artifact=detached(
            TEXT, signed(Made(hash=data_hash, created=data_created or signed_at), by=OLD_SIGNING)
        ),
        expect=accept(BY_OLD),
    )


def classes_of(use: Use) -> tuple[Wrong, ...]:
    """What is right to say when a hash is too weak for this use.

    With it gone, the key has no valid self-signature, binding or back-signature left.
    """
    if use is Use.DATA:
        return (Wrong.WEAK_HASH,)
    return (Wrong.WEAK_HASH, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY)


NO_SELF_SIGNATURE = (
    "The weak self-signature counts for nothing, which leaves a version 4 key without any. "
    "Such a certificate is well-formed (10.1.3); whether it vouches for a signature is not said."
)


def ignored(use: Use, depends: Dependency, rfc4880: Outcome) -> Expectation:
    """What is right when the signature of this use must not be validated."""
    classes = classes_of(use)
    if use is Use.SELF_SIGNATURE:
        return undefined(
            NO_SELF_SIGNATURE, *classes, keys=[BY_OLD], rfc4880=rfc4880, depends=[depends]
        )
    return reject(*classes, keys=[BY_OLD], rfc4880=rfc4880, depends=[depends])


@legacy.family(
    WEAK,
    "9.5",
    "5.2.5",
    rfc4880=["9.4", "14"],
    tags=["hash"],
    provenance="RFC 9580, 9.5; interoperability suite: SHA-1 and MD5; distribution keys with SHA-1",
)
def hash(m: Weak) -> Draft:  # noqa: A001 - the id reads legacy/hash-…
    """The {m.what} uses {m.name} and was made in {m.year}.

    All else uses SHA-256, and the data was signed in the year of the reference time unless this is
    the data signature. {m.danger} Recent signatures with this hash must not be validated; old ones
    should not, unless they are from before the hash was broken and were in safe hands since. MD5
    is named as known to be weak, which is to be ignored at any age.
    """
    draft = made_with(m.use, m.hash, m.made, SIGNED)
    classes = classes_of(m.use)
    if m.hash == HashAlgorithm.MD5:
        expect = ignored(m.use, m.depends, rfc4880=Outcome.POLICY)
    elif m.recent:
        expect = ignored(m.use, m.depends, rfc4880=Outcome.ACCEPT)
    else:
        expect = policy(m.depends, keys=[BY_OLD], classes=classes, rfc4880=Outcome.ACCEPT)
    return replace(draft, expect=expect)


@dataclass(frozen=True)
class Cutoff:
    """A date of some policy, from one side.

    Attributes:
        what: the signature with SHA-1, in words.
        use: the same, for policies.
        made: when it was made.
        at: reference time.
        side: on which side of which date, in words.
        recent: whether it is recent at the reference time.
    """

    what: str
    use: Use
    made: datetime
    at: datetime
    side: str
    recent: bool

    @property
    def rule(self) -> str:
        """What RFC 9580 says, in words."""
        if self.recent:
            return (
                "RFC 9580 draws no date: a month old when it is asked about, the signature is "
                "recent and must not be validated."
            )
        return (
            "By RFC 9580 old ones should not be validated, unless they are from before the hash "
            "was broken and were in safe hands since."
        )


SEQUOIA_DATA = day(2013, 2, 1)
SEQUOIA_SELF = day(2023, 2, 1)
RNP_DATA = day(2019, 1, 19)
RNP_SELF = day(2024, 1, 19)


def _asked(use: Use, date: datetime) -> dict[str, Cutoff]:
    """Either side of a date that is compared with the reference time."""
    what, _ = USES[use]
    label = use.replace("_", "-")
    day_name = f"{date:%Y-%m-%d}"
    return {
        f"{label}-asked-before-{date.year}": Cutoff(
            what, use, OLD_DATE, date - DAY, f"and is asked about the day before {day_name}", False
        ),
        f"{label}-asked-after-{date.year}": Cutoff(
            what, use, OLD_DATE, date + DAY, f"and is asked about the day after {day_name}", False
        ),
    }


def _dated(use: Use, date: datetime) -> dict[str, Cutoff]:
    """Either side of a date that is compared with the signature's."""
    what, _ = USES[use]
    label = use.replace("_", "-")
    day_name = f"{date:%Y-%m-%d}"
    return {
        f"{label}-made-before-{date.year}": Cutoff(
            what, use, date - DAY, date + 30 * DAY, f"and was made the day before {day_name}", True
        ),
        f"{label}-made-after-{date.year}": Cutoff(
            what, use, date + DAY, date + 30 * DAY, f"and was made the day after {day_name}", True
        ),
    }


CUTOFFS = (
    _asked(Use.DATA, SEQUOIA_DATA)
    | _asked(Use.SELF_SIGNATURE, SEQUOIA_SELF)
    | _asked(Use.SUBKEY_BINDING, SEQUOIA_SELF)
    | _dated(Use.DATA, RNP_DATA)
    | _dated(Use.SELF_SIGNATURE, RNP_SELF)
)


@legacy.family(
    CUTOFFS,
    "9.5",
    rfc4880=["9.4"],
    tags=["hash", "cutoff", "time"],
    provenance="Sequoia's StandardPolicy and RNP's security rules, by date",
)
def sha1(m: Cutoff) -> Draft:
    """The {m.what} uses SHA-1 {m.side}.

    One of two sides of a date that policies draw. Sequoia compares it with the time of
    verification, RNP with the time the signature claims. Crossing it unnoticed is how trusted files
    and keys stop working overnight. {m.rule}
    """
    depends = Dependency(use=m.use, made=m.made, hash="SHA1")
    classes = classes_of(m.use)
    draft = made_with(m.use, HashAlgorithm.SHA1, m.made, max(OLD_DATE + DAY, m.made + DAY))
    if m.recent:
        expect = ignored(m.use, depends, rfc4880=Outcome.ACCEPT)
    else:
        expect = policy(depends, keys=[BY_OLD], classes=classes, rfc4880=Outcome.ACCEPT)
    return replace(draft, expect=expect, at=m.at, time_dependent=True)


@dataclass(frozen=True)
class WeakRevocation:
    """A revocation with a weak hash."""

    name: str
    hash: int
    made: datetime

    @property
    def year(self) -> int:
        """When it was made, for people."""
        return self.made.year


@legacy.family(
    {
        f"{name}-{age}": WeakRevocation(title, HASHES[name], made)
        for name, title in (("md5", "MD5"), ("sha1", "SHA-1"))
        for age, made in (("old", OLD_DATE), ("recent", RECENT_DATE))
    },
    "9.5",
    "5.2.1.11",
    rfc4880=["9.4"],
    tags=["hash", "revocation"],
    provenance="Sequoia's hash revocation tolerance",
)
def revocation_with(m: WeakRevocation) -> Draft:
    """The primary key was revoked as compromised in {m.year}, by a signature with {m.name}.

    The rule not to validate weak signatures means to keep forgeries out. Applied to a revocation
    it lets a compromised key live on; Sequoia honours weak revocations for seven years longer.
    """
    undo = Revocation(reason=Reason.COMPROMISED, created=m.made, hash=m.hash)
    cert = alice(primary=OLD_PRIMARY, subkeys=[signing_subkey(OLD_SIGNING)], revocations=[undo])
    expect = undefined(
        "Section 9.5 keeps such signatures from being validated; whether a key may be used whose "
        "revocation is not validated is not said.",
        Wrong.KEY_REVOKED,
        Wrong.WEAK_HASH,
        keys=[BY_OLD],
        rfc4880=Outcome.REJECT,
    )
    depends = Dependency(use=Use.REVOCATION, made=m.made, hash=HASH_FACTS[m.hash].name)
    return with_certificate(cert, _depending(expect, depends), signed(by=OLD_SIGNING))


def _depending(expect: Expectation, *depends: Dependency) -> Expectation:
    return Expectation(
        outcome=expect.outcome,
        keys=expect.keys,
        classes=expect.classes,
        reason=expect.reason,
        rfc4880_outcome=expect.rfc4880_outcome,
        depends=depends,
    )


# Keys


@dataclass(frozen=True)
class Size:
    """A key of old.

    Attributes:
        key: the key.
        must_not: whether RFC 9580 says that it must not be used for verifying.
        rule: what RFC 9580 says, in words.
    """

    key: Key
    must_not: bool
    rule: str

    @property
    def name(self) -> str:
        """The key, for people and policies."""
        return key_name(self.key)


def key_name(key: Key) -> str:
    """Algorithm and size, as policies name them."""
    return describe_key(read_public_key(key.body))


RSA_RULE = "Implementations must not verify with RSA keys below 2048 bits (12.4)."
DSA_RULE = "Implementations must not verify with DSA keys (12.5)."
RSA_SIZES = {
    "rsa1024": Size(Key("rsa1024"), True, RSA_RULE),
    "rsa1536": Size(Key("rsa1536"), True, RSA_RULE),
    "rsa2048": Size(
        Key("rsa2048"), False, "Implementations should not verify with RSA keys below 3072 bits."
    ),
}
DSA_SIZES = {
    "dsa1024": Size(Key("dsa1024", Algorithm.DSA), True, DSA_RULE),
    "dsa2048": Size(Key("dsa2048", Algorithm.DSA), True, DSA_RULE),
    "dsa3072": Size(Key("dsa3072", Algorithm.DSA), True, DSA_RULE),
}


STRONG_DSA = (
    "Confirmed by go-crypto and openpgpjs, by none of the default backends. Section 12.5 rules out "
    "DSA of any size, and leaves no room; it is a plain rule that many policies have not caught up "
    "with."
)


def depends_on_key(use: Use, key: Key, made: datetime) -> Dependency:
    """Acceptance depends on this key in this use."""
    return Dependency(use=use, made=made, key=key_name(key))


def decided(
    m: Size, *depends: Dependency, classes: tuple[Wrong, ...] = (Wrong.WEAK_KEY,), key: AcceptedKey
) -> Expectation:
    """Reject where the RFC says must not, else leave it to policy."""
    if m.must_not:
        return reject(*classes, rfc4880=Outcome.ACCEPT, keys=[key], depends=depends)
    return policy(*depends, keys=[key], classes=classes, rfc4880=Outcome.ACCEPT)


@legacy.family(
    DSA_SIZES,
    "12.5",
    rfc4880=["13.6"],
    tags=["key"],
    provenance="RFC 9580, 12.5; DSA keys of distributions",
    unconfirmed=dict.fromkeys(("dsa2048", "dsa3072"), STRONG_DSA),
)
@legacy.family(
    RSA_SIZES,
    "12.4",
    rfc4880=["13.5"],
    tags=["key"],
    provenance="RFC 9580, 12.4; RSA-1024 keys of distributions",
)
def key(m: Size) -> Draft:
    """A lone {m.name} key signs data, with SHA-256.

    {m.rule} Factoring or a logarithm away from anybody's signature; RFC 4880 had no such rule.
    """
    depends = [
        depends_on_key(Use.DATA, m.key, SIGNED),
        depends_on_key(Use.SELF_SIGNATURE, m.key, m.key.created),
    ]
    expect = decided(
        m,
        *depends,
        classes=(Wrong.WEAK_KEY, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY, Wrong.UNSUPPORTED),
        key=m.key.under(m.key),
    )
    return with_certificate(lone(m.key), expect, signed(by=m.key))


@legacy.family(
    {"dsa1024": DSA_SIZES["dsa1024"]},
    "12.5",
    rfc4880=["13.6"],
    tags=["key", "subkey"],
    provenance="old primary keys with modern subkeys",
)
@legacy.family(
    {name: RSA_SIZES[name] for name in ("rsa1024", "rsa2048")},
    "12.4",
    rfc4880=["13.5"],
    tags=["key", "subkey"],
    provenance="old primary keys with modern subkeys",
)
def primary_key(m: Size) -> Draft:
    """The primary key is {m.name}, its signing subkey RSA-3072.

    The data signature is strong, the chain to it is not: who breaks the primary key binds a subkey
    of their own. {m.rule}
    """
    depends = [
        depends_on_key(Use.SELF_SIGNATURE, m.key, m.key.created),
        depends_on_key(Use.SUBKEY_BINDING, m.key, m.key.created),
    ]
    expect = decided(
        m,
        *depends,
        classes=(Wrong.WEAK_KEY, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY, Wrong.UNSUPPORTED),
        key=ALICE_SIGNING.under(m.key),
    )
    cert = alice(primary=m.key)
    return with_certificate(cert, expect)


@legacy.family(
    {"dsa1024": DSA_SIZES["dsa1024"]},
    "12.5",
    rfc4880=["13.6"],
    tags=["key", "subkey"],
)
@legacy.family(
    {name: RSA_SIZES[name] for name in ("rsa1024", "rsa2048")},
    "12.4",
    rfc4880=["13.5"],
    tags=["key", "subkey"],
)
def signing_key(m: Size) -> Draft:
    """The signing subkey is {m.name}, its primary key RSA-3072.

    The chain is strong, the signature at its end is not. {m.rule}
    """
    depends = [
        depends_on_key(Use.DATA, m.key, SIGNED),
        depends_on_key(Use.BACK_SIGNATURE, m.key, m.key.created),
    ]
    expect = decided(
        m,
        *depends,
        classes=(Wrong.WEAK_KEY, Wrong.UNBOUND_KEY, Wrong.UNSUPPORTED),
        key=m.key.under(ALICE),
    )
    cert = alice(subkeys=[signing_subkey(m.key)])
    return with_certificate(cert, expect, signed(by=m.key))


@dataclass(frozen=True)
class Side:
    """A side of a date."""

    title: str
    at: datetime


@legacy.family(
    {
        "before-2014": Side("before", day(2014, 1, 31)),
        "after-2014": Side("after", day(2014, 2, 2)),
    },
    "12.4",
    rfc4880=["13.5"],
    tags=["key", "cutoff", "time"],
    provenance="Sequoia's StandardPolicy, by date",
    unconfirmed={
        "before-2014": "Confirmed by go-crypto and openpgpjs, by none of the default backends: "
        "Sequoia goes by the date, GnuPG and PGPy know no limit. RFC 9580 has no date: whoever "
        "verifies by it must not verify with this key, whatever the clock says."
    },
)
def rsa1024_asked(m: Side) -> Draft:
    """An RSA-1024 key signed in 2010, asked about the day {m.title} 2014-02-01.

    Sequoia's date for keys below 2048 bits, compared with the time of verification. RFC 9580 draws
    no date: such keys must not verify anything, whenever they are asked about.
    """
    old = Key("rsa1024", created=LONG_AGO)
    depends = [
        depends_on_key(Use.DATA, old, OLD_DATE),
        depends_on_key(Use.SELF_SIGNATURE, old, LONG_AGO),
    ]
    expect = reject(
        Wrong.WEAK_KEY,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        rfc4880=Outcome.ACCEPT,
        keys=[old.under(old)],
        depends=depends,
    )
    draft = with_certificate(lone(old), expect, signed(Made(created=OLD_DATE), by=old))
    return replace(draft, at=m.at)


# Version 3 signatures


V3 = Made(version=3)
V3_DATA = Dependency(use=Use.DATA, made=SIGNED, packet="signature v3")
V3_CLASSES = (Wrong.POLICY_OTHER, Wrong.UNSUPPORTED, Wrong.MALFORMED, Wrong.NO_SIGNATURE)
V3_MAY = "Implementations may accept version 3 signatures (5.2)."


def version_3(artifact: Artifact) -> Draft:
    """A proper version 3 signature of Alice's, in some form."""
    expect = policy(
        V3_DATA, keys=[BY_ALICE], classes=V3_CLASSES, reason=V3_MAY, rfc4880=Outcome.ACCEPT
    )
    return by_alice(artifact, expect)


@legacy.vector("5.2", "5.2.2", rfc4880=["5.2", "5.2.2"], tags=["v3"])
def v3_detached() -> Draft:
    """A version 3 signature over data, by a version 4 key.

    As PGP 2 and rpm wrote them for decades. It has no subpackets, so no expiry and no criticality;
    implementations may accept it.
    """
    return version_3(detached(TEXT, signed(V3)))


@legacy.vector("5.2", "5.2.2", rfc4880=["5.2", "5.2.2"], tags=["v3", "text"])
def v3_text() -> Draft:
    """A version 3 text signature.

    Line ends are made canonical as in version 4.
    """
    return version_3(detached(TEXT, sign(TEXT, ALICE_SIGNING, V3, SignatureType.TEXT)))


@legacy.vector("5.2", "5.4", rfc4880=["5.2", "5.4"], tags=["v3", "inline"])
def v3_inline() -> Draft:
    """A one-pass message with a version 3 signature.

    One-pass packets of version 3 go with signatures of versions 3 and 4.
    """
    return version_3(inline(one_pass_message(TEXT, (signed(V3), ALICE_SIGNING))))


@legacy.vector("5.2", "7", rfc4880=["5.2", "7"], tags=["v3", "cleartext"])
def v3_cleartext() -> Draft:
    """A cleartext with a version 3 signature.

    Nothing in the framework depends on the version.
    """
    return version_3(cleartext(TEXT, sign_cleartext(TEXT, ALICE_SIGNING, V3)))


@legacy.vector("5.2.2", "5.2.4", rfc4880=["5.2.2", "5.2.4"], tags=["v3", "tampered"])
def v3_damaged() -> Draft:
    """A version 3 signature with one bit of its value wrong.

    Whatever one thinks of version 3, this value does not fit. Who reads the old format and does not
    compare takes any document for signed.
    """
    return by_alice(damage(signed(V3)), reject(Wrong.BAD_SIGNATURE, *V3_CLASSES))


@legacy.vector("5.2.2", rfc4880=["5.2.2"], tags=["v3", "malformed"])
def v3_hashed_length_wrong() -> Draft:
    """A version 3 signature says that six octets are hashed.

    It must be five. Who goes by the number hashes other octets than the signer did; who passes over
    it accepts a packet that the RFC does not know, and that others refuse.
    """
    wrong = replace(signed(V3), v3_hashed_length=6)
    return by_alice(wrong, reject(Wrong.BAD_SIGNATURE, *V3_CLASSES))


@legacy.family(
    {
        "ecdsa": Key("p256", Algorithm.ECDSA),
        "eddsa-legacy": Key("ed25519-primary", Algorithm.EDDSA_LEGACY),
        "ed25519": Key("ed25519-primary", Algorithm.ED25519),
    },
    "5.2.3.2",
    "5.2.3.3",
    "5.2.3.4",
    rfc4880=["5.2.2"],
    tags=["v3"],
)
def v3_with(m: Key) -> Draft:
    """A version 3 signature by {m.algorithm.name}.

    Version 3 must not be used with elliptic curves: it is older than they are. What it hashes names
    neither algorithm nor issuer, so that whoever accepts it goes by fields that anybody may
    rewrite.
    """
    return Draft(
        certificates=[lone(m)],
        artifact=detached(TEXT, signed(V3, by=m)),
        expect=reject(Wrong.BAD_SIGNATURE, *V3_CLASSES, rfc4880=Outcome.UNDEFINED),
    )


@legacy.vector("5.2", "5.2.4", rfc4880=["5.2", "5.2.4"], tags=["v3", "self-signature"])
def v3_self_signature() -> Draft:
    """The only self-signature is of version 3.

    It names the user ID, and can say nothing about flags or expiry. The subkey is bound by version
    4.
    """
    about = SelfSignature(version=3, kind=SignatureType.GENERIC_CERTIFICATION)
    depends = Dependency(use=Use.SELF_SIGNATURE, made=ALICE.created, packet="signature v3")
    expect = policy(
        depends,
        keys=[BY_ALICE],
        classes=[*V3_CLASSES, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY],
        reason=V3_MAY,
        rfc4880=Outcome.ACCEPT,
    )
    return with_certificate(alice(user_ids=[UserId(ALICE_NAME, (about,))]), expect)


# Several signatures


WEAK_ONE = Made(hash=HashAlgorithm.SHA1)
WEAK_DEPENDENCY = Dependency(use=Use.DATA, made=SIGNED, hash="SHA1")
WEAK_IS_REJECTED = reject(Wrong.WEAK_HASH)


@dataclass(frozen=True)
class Order:
    """Which of two signatures comes first."""

    title: str
    strong_first: bool


@legacy.family(
    {
        "before-weak": Order("before", strong_first=True),
        "after-weak": Order("after", strong_first=False),
    },
    "9.5",
    "5.2.5",
    rfc4880=["9.4"],
    tags=["hash", "several"],
    provenance="projects that sign twice while they move on",
)
def strong(m: Order) -> Draft:
    """A signature with SHA-256 stands {m.title} one with SHA-1, by the same key.

    As projects publish while old verifiers are about. The strong one is enough, and the weak one
    must not spoil it.
    """
    pair = [signed(), signed(WEAK_ONE)]
    parts = [accept(BY_ALICE), WEAK_IS_REJECTED]
    if not m.strong_first:
        pair.reverse()
        parts.reverse()
    return by_alice(detached(TEXT, *pair), each(accept(BY_ALICE), *parts))


@legacy.vector("9.5", rfc4880=["9.4"], tags=["hash", "several"])
def two_weak() -> Draft:
    """Two signatures with SHA-1, by the same key, both recent.

    Weakness does not add up to strength. Both hash the document first, so that two documents that
    collide do so under both signatures: who counts signatures in place of judging each is deceived
    twice by one collision.
    """
    pair = signed(WEAK_ONE), signed(replace(WEAK_ONE, created=SIGNED + DAY))
    whole = reject(
        Wrong.WEAK_HASH, rfc4880=Outcome.ACCEPT, keys=[BY_ALICE], depends=[WEAK_DEPENDENCY]
    )
    return by_alice(detached(TEXT, *pair), each(whole, WEAK_IS_REJECTED, WEAK_IS_REJECTED))


# All of it at once, as found in the field


@legacy.vector("12.5", "9.5", rfc4880=["9.4", "13.6"], tags=["key", "hash"])
def dsa1024_with_sha1() -> Draft:
    """A DSA-1024 key of 2010, with SHA-1 throughout.

    What GnuPG made by default until 2009, found on many old release keys. Two reasons to reject,
    and either is right.
    """
    old = Key("dsa1024", Algorithm.DSA, created=LONG_AGO)
    about = SelfSignature(flags=SIGN_AND_CERTIFY, hash=HashAlgorithm.SHA1)
    depends = [
        depends_on_key(Use.DATA, old, OLD_DATE),
        depends_on_key(Use.SELF_SIGNATURE, old, LONG_AGO),
        Dependency(use=Use.DATA, made=OLD_DATE, hash="SHA1"),
        Dependency(use=Use.SELF_SIGNATURE, made=LONG_AGO, hash="SHA1"),
    ]
    expect = reject(
        Wrong.WEAK_KEY,
        Wrong.WEAK_HASH,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        Wrong.UNSUPPORTED,
        rfc4880=Outcome.ACCEPT,
        keys=[old.under(old)],
        depends=depends,
    )
    made = Made(hash=HashAlgorithm.SHA1, created=OLD_DATE)
    return with_certificate(lone(old, about=about), expect, signed(made, by=old))


@legacy.vector("12.4", "9.5", rfc4880=["9.4", "13.5"], tags=["hash", "key"])
def rsa2048_with_sha1_self_signature() -> Draft:
    """An RSA-2048 key of 2010, its self-signature with SHA-1, its data signature with SHA-256.

    The common repository key of those years, still in use: nothing about it was ever renewed, and
    it signs with SHA-256 today.
    """
    old = Key("rsa2048", created=LONG_AGO)
    about = SelfSignature(flags=SIGN_AND_CERTIFY, hash=HashAlgorithm.SHA1)
    depends = [
        depends_on_key(Use.DATA, old, SIGNED),
        depends_on_key(Use.SELF_SIGNATURE, old, LONG_AGO),
        Dependency(use=Use.SELF_SIGNATURE, made=LONG_AGO, hash="SHA1"),
    ]
    expect = policy(
        *depends,
        keys=[old.under(old)],
        classes=[Wrong.WEAK_HASH, Wrong.WEAK_KEY, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY],
        rfc4880=Outcome.ACCEPT,
    )
    return with_certificate(lone(old, about=about), expect, signed(by=old))
