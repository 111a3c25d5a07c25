"""Key flags: who says what a key may do, and how the sayings join.

Flags stand in the direct-key signature (p), in user IDs' self-signatures (u) and in each subkey's
binding (s); ``C`` stands for certify, ``S`` for sign, ``E`` for encrypt, ``[]`` for flags of no
octets. All signatures are right. Decided is only whether the key that signed data was allowed to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from harness.openpgp.names import KeyFlag, SubpacketType
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge import subpackets
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    SelfSignature,
    Subkey,
    UserId,
    certificate,
    encryption_subkey,
    signing_subkey,
)
from vectors.forge.times import day
from vectors.suites.cast import (
    ALICE_NAME,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_SMALL_ALICE,
    SIGN_AND_CERTIFY,
    SMALL_ALICE,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    alice,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

key_flags = Area(
    "key-flags",
    __doc__,
    origins={
        "composition": "interoperability suite: key flags composition",
        "primary": "interoperability suite: primary key flags; PGPainless: certification keys",
        "size": "RFC 9580, 5.2.3.29: flags may grow",
        "decryption": "GnuPG: additional decryption subkeys",
        "replaced": "interoperability suite: key flags composition, temporary validity",
    },
)

PRIMARY = SMALL_ALICE
SIGNING = SMALL_ALICE_SIGNING
BY_SUBKEY = BY_SMALL_ALICE
BY_PRIMARY = PRIMARY.under(PRIMARY)

CERTIFY = bytes((KeyFlag.CERTIFY,))
SIGN = bytes((KeyFlag.SIGN,))
BOTH = bytes((SIGN_AND_CERTIFY,))
ENCRYPT = bytes((KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE,))
CERTIFY_AND_ENCRYPT = bytes((CERTIFY[0] | ENCRYPT[0],))
NONE = b""
"""Flags of no octets: none is set."""

Flags = Sequence[bytes]
"""The octets of each key flags subpacket of one signature."""

USAGE = reject(Wrong.WRONG_KEY_USAGE)
NO_FLAGS = "No section says what a key may do whose self-signatures have no key flags subpacket."
WHICH_MOMENT = (
    "The most recent valid self-signature counts (5.2.3.10), but not stated is whether that of "
    "the time of signing or of the time of verifying."
)


def flags(octets: bytes) -> Subpacket:
    """Key flags of any octets."""
    return Subpacket(SubpacketType.KEY_FLAGS, octets)


def says(*octets: bytes, created: datetime | None = None) -> SelfSignature:
    """A self-signature with these key flags subpackets."""
    return SelfSignature(flags=None, hashed=tuple(map(flags, octets)), created=created)


def binds(*octets: bytes, created: datetime | None = None) -> Binding:
    """A binding with these key flags subpackets; it always has a back-signature."""
    return Binding(flags=None, hashed=tuple(map(flags, octets)), created=created)


# What the three places say together


@dataclass(frozen=True)
class Composition:
    """Which flags stand where, and what follows.

    Attributes:
        words: which flags stand where, for people.
        direct: in the direct-key signature; ``None`` if there is none.
        binding: in the subkey's binding.
        why: what follows, and why.
        expect: the same as an expectation.
    """

    words: str
    direct: Flags | None
    binding: Flags
    why: str
    expect: Expectation


LAST_OF_TWO = (
    "An implementation should use the last subpacket of a kind, and may resolve the conflict "
    "otherwise (5.2.3.9)."
)
INHERITED = (
    "A direct-key signature's subpackets apply to the entire key (5.2.3.10), flags to the key that "
    "their signature is about (5.2.3.29); whether a subkey without flags takes those is not said."
)
OWN = (
    "The binding's flags apply to the subkey. Those of the direct-key signature cannot forbid it, "
    "else no version 6 key, whose flags stand there, had a signing subkey."
)
EMPTY = (
    "Flags that are not stated are zero, so its owner says that the subkey does not sign. Read as "
    "if they were missing, they would allow anything."
)


def _open(words: str, direct: Flags | None, binding: Flags, why: str, reason: str) -> Composition:
    expect = undefined(reason, Wrong.WRONG_KEY_USAGE, keys=[BY_SUBKEY])
    return Composition(words, direct, binding, why, expect)


TWICE = "One signature has two key flags subpackets that contradict each other."
NO_OWN = "The subkey has no flags of its own."

COMPOSITIONS = {
    "u-c-s-s": Composition(
        "u[C] s[S]", None, [SIGN], "The usual way: the subkey may sign.", accept(BY_SUBKEY)
    ),
    "u-c-s-e": Composition(
        "u[C] s[E]",
        None,
        [ENCRYPT],
        "The binding has a back-signature, and its flags say that the subkey only encrypts. Its "
        "owner does not sign data with it.",
        USAGE,
    ),
    "u-c-s-empty": Composition("u[C] s[]", None, [NONE], EMPTY, USAGE),
    "u-c-s-empty-s": _open("u[C] s[][S]", None, [NONE, SIGN], TWICE, LAST_OF_TWO),
    "u-c-s-s-empty": _open("u[C] s[S][]", None, [SIGN, NONE], TWICE, LAST_OF_TWO),
    "u-c-s-e-s": _open("u[C] s[E][S]", None, [ENCRYPT, SIGN], TWICE, LAST_OF_TWO),
    "p-cs-u-c": _open("p[CS] u[C], s without", [BOTH], [], NO_OWN, INHERITED),
    "p-ce-u-c": _open("p[CE] u[C], s without", [CERTIFY_AND_ENCRYPT], [], NO_OWN, INHERITED),
    "p-c-cs-u-c": _open("p[C][CS] u[C], s without", [CERTIFY, BOTH], [], NO_OWN, INHERITED),
    "p-cs-c-u-c": _open("p[CS][C] u[C], s without", [BOTH, CERTIFY], [], NO_OWN, INHERITED),
    "p-empty-u-c-s-empty": Composition("p[] u[C] s[]", [NONE], [NONE], EMPTY, USAGE),
    "p-empty-u-c-s-s": Composition("p[] u[C] s[S]", [NONE], [SIGN], OWN, accept(BY_SUBKEY)),
    "p-s-u-c-s-empty": Composition("p[S] u[C] s[]", [SIGN], [NONE], EMPTY, USAGE),
    "p-c-u-c-s-s": Composition("p[C] u[C] s[S]", [CERTIFY], [SIGN], OWN, accept(BY_SUBKEY)),
}


@key_flags.family(
    COMPOSITIONS,
    "5.2.3.29",
    "5.2.3.10",
    "5.2.3.9",
    rfc4880=["5.2.3.21", "5.2.3.3", "5.2.4.1"],
    tags=["composition"],
)
def subkey(m: Composition) -> Draft:
    """A subkey signed; the flags are {m.words}.

    {m.why}
    """
    cert = certificate(
        PRIMARY,
        user_ids=[UserId(ALICE_NAME, (says(CERTIFY),))],
        subkeys=[Subkey(SIGNING, (binds(*m.binding),))],
        direct=[] if m.direct is None else [says(*m.direct)],
    )
    return with_certificate(cert, m.expect, signed(by=SIGNING))


@dataclass(frozen=True)
class Eight:
    """Who says that its key signs data."""

    direct: bool
    name: bool
    subkey: bool

    @property
    def words(self) -> str:
        """The same, for people."""
        direct, name = (("CS" if item else "C") for item in (self.direct, self.name))
        return f"p[{direct}] u[{name}] s[{'S' if self.subkey else 'E'}]"

    @property
    def why(self) -> str:
        """What follows, and why."""
        if self.direct and self.name:
            return "Both places that speak of the primary key allow it; the subkey's do not matter."
        if self.direct or self.name:
            return "Of the two places that speak of the primary key one allows it."
        return (
            "Neither place that speaks of the primary key allows it, and what the subkey may do is "
            "the subkey's alone. Owners keep a primary key for certifying so that data signed with "
            "it raises an alarm."
        )

    @property
    def expect(self) -> Expectation:
        """The same as an expectation."""
        if self.direct and self.name:
            return accept(BY_PRIMARY)
        if self.direct or self.name:
            return undefined(
                "Which of a direct-key signature and a user ID's decides about the key is not "
                "said for version 4 keys.",
                Wrong.WRONG_KEY_USAGE,
                keys=[BY_PRIMARY],
            )
        return USAGE


EIGHT = {
    f"p-{'cs' if p else 'c'}-u-{'cs' if u else 'c'}-s-{'s' if s else 'e'}": Eight(p, u, s)
    for p in (False, True)
    for u in (False, True)
    for s in (False, True)
}


@key_flags.family(
    EIGHT,
    "5.2.3.29",
    "5.2.3.10",
    rfc4880=["5.2.3.21", "5.2.3.3"],
    tags=["primary", "composition"],
)
def primary(m: Eight) -> Draft:
    """The primary key signed; the flags are {m.words}.

    {m.why}
    """
    other = signing_subkey(SIGNING) if m.subkey else encryption_subkey(SIGNING)
    cert = certificate(
        PRIMARY,
        user_ids=[UserId(ALICE_NAME, (says(BOTH if m.name else CERTIFY),))],
        subkeys=[other],
        direct=[says(BOTH if m.direct else CERTIFY)],
    )
    return with_certificate(cert, m.expect, signed(by=PRIMARY))


@key_flags.vector(
    "5.2.3.29", "5.2.3.27", rfc4880=["5.2.3.21", "5.2.3.19"], tags=["primary", "composition"]
)
def primary_by_second_user_id_only() -> Draft:
    """By its primary user ID the key only certifies, by another one it certifies and signs.

    It signed data.
    """
    work = "Alice at work (pgp-accord TEST ONLY) <alice@work.accord.example>"
    cert = certificate(
        PRIMARY,
        user_ids=[
            UserId(ALICE_NAME, (replace(says(CERTIFY), primary_user_id=True),)),
            UserId(work, (says(BOTH),)),
        ],
    )
    return with_certificate(
        cert,
        undefined(
            "How the flags of several user IDs join is left to the implementation; to go by the "
            "primary one is reasonable, says section 5.2.3.27, and no more.",
            Wrong.WRONG_KEY_USAGE,
            keys=[BY_PRIMARY],
        ),
        signed(by=PRIMARY),
    )


# Version 6, where the direct-key signature is the place


@dataclass(frozen=True)
class Version6:
    """Whether the direct-key signature of a version 6 key lets it sign."""

    words: str
    octets: bytes
    expect: Expectation


@key_flags.family(
    {
        "certify": Version6("certify", CERTIFY, USAGE),
        "certify-and-sign": Version6("certify and sign", BOTH, accept(ALICE_V6.under(ALICE_V6))),
    },
    "5.2.3.29",
    "5.2.3.10",
    tags=["primary", "v6"],
)
def v6_primary_may(m: Version6) -> Draft:
    """A version 6 primary key may {m.words} by its direct-key signature, and signed data.

    In version 6 that signature is the place for what the primary key may do; the user ID says
    nothing. Who looks there finds no flags, and takes a key to sign that its owner keeps for
    certifying, or refuses one that may.
    """
    cert = certificate(
        ALICE_V6,
        user_ids=[UserId(ALICE_NAME, (says(),))],
        subkeys=[signing_subkey(ALICE_V6_SIGNING)],
        direct=[says(m.octets)],
    )
    return with_certificate(cert, m.expect, signed(by=ALICE_V6))


# Sizes and bits nobody knows


@dataclass(frozen=True)
class Size:
    """Flags of an unusual size."""

    words: str
    octets: bytes


@key_flags.family(
    {
        "two-octets": Size("two octets, the second zero", SIGN + bytes(1)),
        "four-octets": Size("four octets, all but the first zero", SIGN + bytes(3)),
        "two-hundred-octets": Size("200 octets, all but the first zero", SIGN + bytes(199)),
        "unknown-bits": Size(
            "five octets, with bits that nobody defined", SIGN + b"\x10\x00\x20\x80"
        ),
        "undefined-bit-in-first-octet": Size("one octet, with the undefined bit 0x40", b"\x42"),
    },
    "5.2.3.29",
    rfc4880=["5.2.3.21"],
    tags=["size"],
)
def sign_in(m: Size) -> Draft:
    """The subkey's flags say sign, in {m.words}.

    Implementations must not assume a fixed size, so that flags can be added. A verifier that does
    locks out every certificate with a flag that is newer than the verifier.
    """
    cert = alice(primary=PRIMARY, subkeys=[signing_subkey(SIGNING, binds(m.octets))])
    return with_certificate(cert, accept(BY_SUBKEY), signed(by=SIGNING))


@key_flags.family(
    {
        "second-octet": Size("the sign bit of the second octet", ENCRYPT + SIGN),
        "last-of-four-octets": Size("the sign bit of the last of four octets", ENCRYPT + b"\0\0\2"),
        "unknown-only": Size("a bit that nobody defined, and no other", b"\x00\x00\x40"),
    },
    "5.2.3.29",
    rfc4880=["5.2.3.21"],
    tags=["size"],
)
def no_sign_but(m: Size) -> Draft:
    """The subkey's flags have {m.words}.

    The flag for signing data is in the first octet, and is not set. Who reads the octets from the
    wrong end, or joins them, lets the subkey sign.
    """
    cert = alice(primary=PRIMARY, subkeys=[signing_subkey(SIGNING, binds(m.octets))])
    return with_certificate(cert, USAGE, signed(by=SIGNING))


# Other flags


@key_flags.family(
    {
        "timestamp": Size("make timestamps (0x0008)", b"\x00\x08"),
        "decrypt-for-others": Size("be an additional decryption subkey (0x0004)", b"\x00\x04"),
        "be-shared": Size("be held by a group", bytes((KeyFlag.GROUP,))),
        "be-split": Size("be split", bytes((KeyFlag.SPLIT,))),
    },
    "5.2.3.29",
    rfc4880=["5.2.3.21"],
    tags=["other"],
)
def subkey_may_only(m: Size) -> Draft:
    """The subkey's flags say that it may {m.words}, nothing else, and it signed data.

    To sign data takes its own flag, which is not set. These flags tell something else about the
    key.
    """
    cert = alice(primary=PRIMARY, subkeys=[signing_subkey(SIGNING, binds(m.octets))])
    return with_certificate(cert, USAGE, signed(by=SIGNING))


@key_flags.vector("5.2.3.29", rfc4880=["5.2.3.21"], tags=["other", "decryption"])
def additional_decryption_subkey_beside_signing_subkey() -> Draft:
    """An additional decryption subkey, as GnuPG makes them, stands before the signing subkey.

    Its flags have a second octet, 0x0004. It has no part in signing, and must not disturb.
    """
    extra = Subkey(SMALL_BOB, (replace(binds(b"\x00\x04"), back=None),))
    cert = alice(primary=PRIMARY, subkeys=[extra, signing_subkey(SIGNING)])
    return with_certificate(cert, accept(BY_SUBKEY), signed(by=SIGNING))


@key_flags.vector("5.2.3.29", "5.2.3.7", rfc4880=["5.2.3.21", "5.2.3.1"], tags=["other"])
def critical_flags() -> Draft:
    """All key flags subpackets are marked critical.

    As they should be when they are generated. The bit obliges verifiers to know key flags, not each
    flag.
    """
    cert = certificate(
        PRIMARY,
        user_ids=[UserId(ALICE_NAME, (_critically(says(CERTIFY)),))],
        subkeys=[Subkey(SIGNING, (_critically_bound(binds(SIGN)),))],
    )
    return with_certificate(cert, accept(BY_SUBKEY), signed(by=SIGNING))


def _critically(about: SelfSignature) -> SelfSignature:
    return replace(about, hashed=tuple(map(subpackets.critical, about.hashed)))


def _critically_bound(binding: Binding) -> Binding:
    return replace(binding, hashed=tuple(map(subpackets.critical, binding.hashed)))


@key_flags.vector("5.2.3.29", "5.2.1.9", rfc4880=["5.2.3.21"], tags=["other"])
def sign_flag_in_back_signature_only() -> Draft:
    """The binding says that the subkey encrypts; the back-signature embedded in it says sign.

    The back-signature is the subkey's word, and agrees to belong to the primary key. What the
    subkey may do is the primary key's to say: a subkey must not promote itself.
    """
    back = BackSignature(hashed=(flags(SIGN),))
    cert = alice(
        primary=PRIMARY, subkeys=[signing_subkey(SIGNING, replace(binds(ENCRYPT), back=back))]
    )
    return with_certificate(cert, USAGE, signed(by=SIGNING))


@key_flags.vector("5.2.3.29", "5.2.3.9", rfc4880=["5.2.3.21"], tags=["other"])
def sign_flag_of_another_subkey() -> Draft:
    """Of two subkeys one signs, one encrypts, and the one for encryption signed data.

    A verifier that asks whether the certificate can sign, rather than this key of it, accepts.
    Whoever gets hold of the key for encryption, which lies wherever mail is read, can then sign in
    Alice's name.
    """
    cert = alice(primary=PRIMARY, subkeys=[signing_subkey(SMALL_BOB), encryption_subkey(SIGNING)])
    return with_certificate(
        cert, reject(Wrong.WRONG_KEY_USAGE, Wrong.UNBOUND_KEY), signed(by=SIGNING)
    )


# What replaces what, in the primary key


@dataclass(frozen=True)
class Change:
    """The primary key's flags, and what a newer self-signature makes of them.

    Attributes:
        words: what the newer one does.
        older: flags by the older one.
        newer: flags by the newer one.
        at: when it was made.
        why: what follows, and why.
        expect: the same as an expectation.
    """

    words: str
    older: bytes
    newer: bytes
    at: datetime
    why: str
    expect: Expectation


BEFORE = day(2023, 1, 1)
AFTER = day(2024, 4, 1)
MOMENT = undefined(WHICH_MOMENT, Wrong.WRONG_KEY_USAGE, keys=[BY_PRIMARY])
OPEN = "What held when it signed does not hold now, and which one counts is not said."


@key_flags.family(
    {
        "given-before": Change(
            "gave leave to sign before the key signed",
            CERTIFY,
            BOTH,
            BEFORE,
            "The most recent self-signature counts.",
            accept(BY_PRIMARY),
        ),
        "taken-before": Change(
            "took the leave to sign before the key signed",
            BOTH,
            CERTIFY,
            BEFORE,
            "The most recent self-signature counts; the older one must be ignored, and with it the "
            "flag.",
            USAGE,
        ),
        "given-after": Change(
            "gave leave to sign after the key signed", CERTIFY, BOTH, AFTER, OPEN, MOMENT
        ),
        "taken-after": Change(
            "took the leave to sign after the key signed", BOTH, CERTIFY, AFTER, OPEN, MOMENT
        ),
    },
    "5.2.3.10",
    "5.2.3.29",
    rfc4880=["5.2.3.3", "5.2.3.21"],
    tags=["replaced", "primary"],
)
def primary_flag(m: Change) -> Draft:
    """A newer self-signature of the user ID {m.words}.

    The primary key signed data. {m.why}
    """
    names = [UserId(ALICE_NAME, (says(m.older), says(m.newer, created=m.at)))]
    return with_certificate(certificate(PRIMARY, user_ids=names), m.expect, signed(by=PRIMARY))
