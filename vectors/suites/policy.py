"""Weak hashes by use and date, RSA keys by size, and two files with one SHA-1 hash.

Area ``legacy`` asks the same for the dates that policies draw; here three weak hashes go
through all uses, over the decades, asked about in 2026. RFC 9580 lets no recent signature with MD5,
SHA-1 or RIPEMD-160 be validated, and old ones hardly (9.5); MD5 never, being its example of a hash
known to be weak (5.2.5). Where that leaves a version 4 key without self-signature, it is open what
becomes of the key. What acceptance depends on is listed for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from harness.openpgp.names import HASH_FACTS, HashAlgorithm
from harness.openpgp.names import RevocationReason as Reason
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Outcome, Use
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    Certificate,
    Revocation,
    SelfSignature,
    Subkey,
    UserId,
    certificate,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, SIGNED, day
from vectors.suites.cast import ALICE_NAME, SIGN_AND_CERTIFY, TEXT, lone, signed
from vectors.suites.expect import policy as by_policy
from vectors.suites.expect import reject, undefined
from vectors.suites.legacy import NO_SELF_SIGNATURE, RSA_RULE, depends_on_key, key_name
from vectors.suites.registry import Area, Draft

policy = Area(
    "policy",
    __doc__,
    origins={
        "hash": "Sequoia's and RNP's cutoff dates; keys and packages of distributions",
        "key": "go-crypto and PGPainless: weak RSA keys; GnuPG: demo keys",
        "collision": "interoperability suite and RNP: SHAttered",
    },
)

# Hashes, by use and date

KEYS_CREATED = day(1998, 1, 1)
ASKED = day(2026, 6, 1)
SIGNED_RECENTLY = day(2026, 5, 15)
"""When the data was signed, unless that is the signature in question."""

DATES = {
    1999: day(1999, 6, 1),
    2012: day(2012, 6, 1),
    2022: day(2022, 6, 1),
    2026: day(2026, 5, 1),
}
RECENT = 2026

PRIMARY = Key("alice-primary", created=KEYS_CREATED)
SIGNING = Key("alice-signing", created=KEYS_CREATED)


@dataclass(frozen=True)
class Place:
    """Where the weak hash is used.

    Attributes:
        what: the signature that uses it, in words.
        use: the same, for policies.
        danger: what breaking the hash allows, in words.
    """

    what: str
    use: Use
    danger: str


PLACES = {
    "data": Place(
        "data signature",
        Use.DATA,
        "Who can make two files with one hash has one of them signed, and delivers the other.",
    ),
    "uid-self": Place(
        "self-signature over the user ID",
        Use.SELF_SIGNATURE,
        "Name, flags and expiry of the key are as certain as the hash.",
    ),
    "direct-key": Place(
        "direct-key signature, the only self-signature of a key without user IDs,",
        Use.SELF_SIGNATURE,
        "Flags and expiry of the key are as certain as the hash.",
    ),
    "binding": Place(
        "subkey binding",
        Use.SUBKEY_BINDING,
        "Whether the subkey is Alice's is as certain as the hash.",
    ),
    "backsig": Place(
        "back-signature",
        Use.BACK_SIGNATURE,
        "Whether the subkey consented is as certain as the hash.",
    ),
}

TITLES = {
    HashAlgorithm.MD5: "MD5",
    HashAlgorithm.SHA1: "SHA-1",
    HashAlgorithm.RIPEMD160: "RIPEMD-160",
}
HASHES = {
    "md5": HashAlgorithm.MD5,
    "sha1": HashAlgorithm.SHA1,
    "rmd160": HashAlgorithm.RIPEMD160,
}


@dataclass(frozen=True)
class Weak:
    """A weak hash in one place, from one year.

    Attributes:
        hash: the hash.
        name: where it is used, as in the id.
        year: when that signature was made.
    """

    hash: HashAlgorithm
    name: str
    year: int

    @property
    def place(self) -> Place:
        """Where it is used."""
        return PLACES[self.name]

    @property
    def title(self) -> str:
        """The hash, for people."""
        return TITLES[self.hash]

    @property
    def made(self) -> datetime:
        """When that signature was made."""
        return DATES[self.year]

    @property
    def depends(self) -> Dependency:
        """What a policy would have to allow."""
        return Dependency(use=self.place.use, made=self.made, hash=HASH_FACTS[self.hash].name)

    @property
    def ignored(self) -> bool:
        """Whether the signature must not be validated."""
        return self.hash == HashAlgorithm.MD5 or self.year == RECENT

    @property
    def rule(self) -> str:
        """What RFC 9580 says, in words."""
        if self.hash == HashAlgorithm.MD5:
            return "MD5 is named as known to be weak, and such signatures are ignored at any age."
        if self.year == RECENT:
            return "A month old, it is recent, and must not be validated."
        old = (
            "Old signatures should not be validated, unless they are from before the hash was "
            "broken and were in safe hands since."
        )
        if self.year == 2022:
            return f"Whether four years are recent is not said. {old}"
        return old


def _certificate(m: Weak) -> Certificate:
    """Alice's certificate, all by SHA-256 as of 1998, but the signature in question.

    Without subkey where that makes no difference.
    """
    weak = SelfSignature(flags=SIGN_AND_CERTIFY, hash=m.hash, created=m.made)
    match m.name:
        case "uid-self":
            return lone(PRIMARY, about=weak)
        case "direct-key":
            return certificate(PRIMARY, user_ids=[], direct=[weak])
        case "binding":
            binding = Binding(hash=m.hash, created=m.made)
        case "backsig":
            back = BackSignature(hash=m.hash, created=m.made)
            binding = Binding(created=m.made, back=back)
        case _:
            return lone(PRIMARY)
    return certificate(
        PRIMARY, user_ids=[UserId(ALICE_NAME)], subkeys=[Subkey(SIGNING, (binding,))]
    )


@policy.family(
    {
        f"{hash_name}-{name}-{year}": Weak(number, name, year)
        for hash_name, number in HASHES.items()
        for name in PLACES
        for year in DATES
    },
    "9.5",
    "5.2.5",
    rfc4880=["9.4", "14"],
    tags=["hash", "time"],
)
def hash(m: Weak) -> Draft:  # noqa: A001 - the id reads policy/hash-…
    """The {m.place.what} uses {m.title} and was made in {m.year}.

    All else uses SHA-256; the question is asked in June 2026, about data signed that year unless
    this is the data signature. {m.place.danger} {m.rule}
    """
    signer = SIGNING if m.name in ("binding", "backsig") else PRIMARY
    if m.name == "data":
        made, classes = Made(hash=m.hash, created=m.made), [Wrong.WEAK_HASH]
        if m.hash == HashAlgorithm.RIPEMD160:
            classes.append(Wrong.UNSUPPORTED)
    else:
        made = Made(created=SIGNED_RECENTLY)
        classes = [Wrong.WEAK_HASH, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY]
    keys = [signer.under(PRIMARY)]
    rfc4880 = Outcome.POLICY if m.hash == HashAlgorithm.MD5 else Outcome.ACCEPT
    if m.name == "direct-key":
        rfc4880 = Outcome.UNDEFINED  # which wants at least one user ID (11.1)
    if m.ignored and m.place.use is Use.SELF_SIGNATURE:
        older = None if rfc4880 is Outcome.UNDEFINED else rfc4880
        expect = undefined(
            NO_SELF_SIGNATURE, *classes, keys=keys, rfc4880=older, depends=[m.depends]
        )
    elif m.ignored:
        expect = reject(*classes, rfc4880=rfc4880, keys=keys, depends=[m.depends])
    else:
        expect = by_policy(m.depends, keys=keys, classes=classes, rfc4880=rfc4880)
    return Draft(
        certificates=[_certificate(m)],
        artifact=detached(TEXT, signed(made, by=signer)),
        expect=expect,
        at=ASKED,
        time_dependent=True,
    )


@dataclass(frozen=True)
class WeakRevocation:
    """A revocation with a weak hash, from one year."""

    hash: HashAlgorithm
    year: int

    @property
    def title(self) -> str:
        """The hash, for people."""
        return TITLES[self.hash]


@policy.family(
    {
        f"{hash_name}-{year}": WeakRevocation(number, year)
        for hash_name, number in HASHES.items()
        for year in DATES
    },
    "9.5",
    "5.2.1.11",
    rfc4880=["9.4"],
    tags=["hash", "revocation", "time"],
    provenance="Sequoia's hash revocation tolerance",
)
def revocation_with(m: WeakRevocation) -> Draft:
    """The key was revoked as compromised in {m.year}, by a signature with {m.title}.

    Asked in June 2026, about data signed that year. The rule not to validate weak signatures means
    to keep forgeries out; applied to a revocation it lets a compromised key live on. Who forges a
    revocation only takes a key away.
    """
    made = DATES[m.year]
    undo = Revocation(reason=Reason.COMPROMISED, created=made, hash=m.hash)
    about = SelfSignature(flags=SIGN_AND_CERTIFY)
    cert = certificate(PRIMARY, user_ids=[UserId(ALICE_NAME, (about,))], revocations=[undo])
    expect = undefined(
        "Section 9.5 keeps such signatures from being validated; whether a key may be used whose "
        "revocation is not validated is not said.",
        Wrong.KEY_REVOKED,
        Wrong.WEAK_HASH,
        keys=[PRIMARY.under(PRIMARY)],
        rfc4880=Outcome.REJECT,
    )
    depends = Dependency(use=Use.REVOCATION, made=made, hash=HASH_FACTS[m.hash].name)
    return Draft(
        certificates=[cert],
        artifact=detached(TEXT, signed(Made(created=SIGNED_RECENTLY), by=PRIMARY)),
        expect=replace(expect, depends=(depends,)),
        at=ASKED,
        time_dependent=True,
    )


# Keys, by size


@dataclass(frozen=True)
class Size:
    """An RSA key that is too small.

    Attributes:
        key: the key.
        cost: what it takes to factor it, in words.
        rfc4880: what RFC 4880 says of it.
    """

    key: Key
    cost: str
    rfc4880: Outcome

    @property
    def name(self) -> str:
        """The key, for people and policies."""
        return key_name(self.key)

    @property
    def rule(self) -> str:
        """What RFC 9580 says, in words."""
        return RSA_RULE


@policy.family(
    {
        "rsa512": Size(
            Key("rsa512"), "One of this size is factored in hours, by anybody.", Outcome.POLICY
        ),
        "rsa768": Size(
            Key("rsa768"), "One of this size was factored in public, in 2009.", Outcome.POLICY
        ),
        "rsa2047": Size(
            Key("rsa2047"),
            "It is one bit short: made by old programs that did not set the two highest bits of "
            "the primes, and called 2048 by its owner.",
            Outcome.ACCEPT,
        ),
    },
    "12.4",
    rfc4880=["13.5"],
    tags=["key"],
)
def key(m: Size) -> Draft:
    """A lone {m.name} key signs data, with SHA-256.

    {m.cost} {m.rule} By RFC 4880 they should not implement keys below 1024 bits; it takes all
    others.
    """
    depends = [
        depends_on_key(Use.DATA, m.key, SIGNED),
        depends_on_key(Use.SELF_SIGNATURE, m.key, m.key.created),
    ]
    expect = reject(
        Wrong.WEAK_KEY,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        Wrong.UNSUPPORTED,
        rfc4880=m.rfc4880,
        keys=[m.key.under(m.key)],
        depends=depends,
    )
    return Draft(
        certificates=[lone(m.key)],
        artifact=detached(TEXT, signed(by=m.key)),
        expect=expect,
    )


# Collisions

_BEFORE = bytes.fromhex(
    "255044462d312e330a25e2e3cfd30a0a0a312030206f626a0a3c3c2f57696474682032203020522f486569676874"
    "2033203020522f547970652034203020522f537562747970652035203020522f46696c7465722036203020522f43"
    "6f6c6f7253706163652037203020522f4c656e6774682038203020522f42697473506572436f6d706f6e656e7420"
    "383e3e0a73747265616d0affd8fffe00245348412d3120697320646561642121212121852fec092339759c39b1a1"
    "c63c4c97e1fffe01"
)
_BLOCKS = (
    "7f46dc93a6b67e013b029aaa1db2560b45ca67d688c7f84b8c4c791fe02b3df614f86db1690901c56b45c1530afedf"
    "b76038e972722fe7ad728f0e4904e046c230570fe9d41398abe12ef5bc942be33542a4802d98b5d70f2a332ec37fac"
    "3514e74ddc0f2cc1a874cd0c78305a21566461309789606bd0bf3f98cda8044629a1",
    "7346dc9166b67e118f029ab621b2560ff9ca67cca8c7f85ba84c79030c2b3de218f86db3a90901d5df45c14f26fedf"
    "b3dc38e96ac22fe7bd728f0e45bce046d23c570feb141398bb552ef5a0a82be331fea48037b8b5d71f0e332edf93ac"
    "3500eb4ddc0decc1a864790c782c76215660dd309791d06bd0af3f98cda4bc4629b1",
)
COLLIDING = tuple(_BEFORE + bytes.fromhex(blocks) + b"\n" + TEXT for blocks in _BLOCKS)
"""Two files with one SHA-1 hash: how the PDFs of SHAttered begin (2017), and then a text."""

COLLISION_KEY = Key("alice-second")


@dataclass(frozen=True)
class Beside:
    """One of two files, and what was signed.

    Attributes:
        signed: which of the two was signed, from 0.
        beside: which of the two the signature stands beside.
    """

    signed: int
    beside: int

    @property
    def title(self) -> str:
        """Both, in words."""
        names = ("the first", "the second")
        return f"was made over {names[self.signed]} file and stands beside {names[self.beside]}"


@policy.family(
    {f"{one + 1}{other + 1}": Beside(one, other) for one in (0, 1) for other in (0, 1)},
    "9.5",
    "13.1",
    rfc4880=["9.4"],
    tags=["hash", "collision"],
)
def shattered(m: Beside) -> Draft:
    """Two files have one SHA-1 hash; a signature with SHA-1 {m.title}.

    The second was signed a day after the first. The files' octets go into the hash before all else,
    so what follows changes nothing: each signature fits both files. This is what the rule against
    recent signatures with SHA-1 is for. A verifier that knows the signs of the attack (13.1) finds
    another hash, or refuses.
    """
    made = SIGNED + m.signed * DAY
    signature = sign(
        COLLIDING[m.signed], COLLISION_KEY, Made(hash=HashAlgorithm.SHA1, created=made)
    )
    depends = Dependency(use=Use.DATA, made=made, hash="SHA1")
    expect = reject(
        Wrong.WEAK_HASH,
        Wrong.BAD_SIGNATURE,
        rfc4880=Outcome.ACCEPT,
        keys=[COLLISION_KEY.under(COLLISION_KEY)],
        depends=[depends],
    )
    return Draft(
        certificates=[lone(COLLISION_KEY)],
        artifact=detached(COLLIDING[m.beside], signature),
        expect=expect,
    )
