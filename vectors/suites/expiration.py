"""Expiry of keys: who says when a key expires, how it is counted, and what changes it.

A key's validity period stands in self-signatures: over the key itself, over each user ID, over each
subkey. These may contradict one another, be replaced by newer ones, and hold numbers that do not
fit every clock. Nothing else is wrong in these vectors. That a signature was made after its key
expired must be noticed; what the owner's last word is must be found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.openpgp.names import SubpacketType
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Expectation, Outcome, Use
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Binding,
    Certificate,
    SelfSignature,
    Subkey,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.times import KEYS_CREATED, SECOND, SIGNED, day, seconds
from vectors.suites.cast import (
    ALICE_NAME,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_SMALL_ALICE,
    SIGN_AND_CERTIFY,
    SMALL_ALICE,
    SMALL_ALICE_SIGNING,
    TEXT,
    alice,
    lone,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, policy, reject, undefined
from vectors.suites.registry import Area, Draft

expiration = Area(
    "expiration",
    __doc__,
    origins={
        "statements": "interoperability suite: certificate expiration; RNP: cases 9 to 14",
        "v3": "RFC 9580, 5.5.2.1",
        "boundary": "RNP and OpenPGP.js: expired keys",
        "overflow": "RNP and Sequoia: times beyond 2038 and 2106",
        "replaced": "OpenPGP.js and go-crypto: keys whose expiry was changed",
    },
)

KEY = SMALL_ALICE
"""In most vectors the only key of its certificate: it certifies, and signed the document."""

BY_KEY = KEY.under(KEY)
WORK_NAME = "Alice at work (pgp-accord TEST ONLY) <alice@work.accord.example>"

PAST = day(2022, 1, 1)
AFTER_SIGNATURE = day(2024, 4, 1)
FUTURE = day(2025, 1, 1)

WHICH_MOMENT = (
    "The most recent valid self-signature counts (5.2.3.10), but not stated is whether that of "
    "the time of signing or of the time of verifying."
)
WHICH_STATEMENT = (
    "Which of a direct-key signature and a user ID's decides about the key is not said for version "
    "4 keys."
)
WHICH_NAME = "How expiration times of several user IDs join is left to the implementation."
SILENCE = (
    "A key without this subpacket never expires (5.2.3.13), and a direct-key signature applies to "
    "the entire key; by convention the user ID's tells about a version 4 key (5.2.3.10)."
)


def validity(until: datetime, created: datetime = KEYS_CREATED) -> timedelta:
    """Time from a key's creation to then."""
    return until - created


def says(until: datetime | None = None, **other: object) -> SelfSignature:
    """A self-signature of a key that certifies and signs; the key expires then, or never."""
    about = SelfSignature(
        flags=SIGN_AND_CERTIFY, key_expires_after=None if until is None else validity(until)
    )
    return replace(about, **other)  # type: ignore[arg-type]


def key_says(*about: SelfSignature) -> Certificate:
    """A certificate of one key, whose user ID has these self-signatures."""
    return certificate(KEY, user_ids=[UserId(ALICE_NAME, about)])


def by_key(cert: Certificate, expect: Expectation, made: Made = Made()) -> Draft:
    """The certificate's primary key signed the document."""
    return with_certificate(cert, expect, signed(made, by=cert.primary))


# Who says it


@dataclass(frozen=True)
class Statement:
    """What one self-signature says about the key's expiry.

    Attributes:
        validity: as it stands there; ``None`` for no such subpacket.
        words: the same, for people.
        primary: whether it marks its user ID as the primary one.
    """

    validity: timedelta | None
    words: str
    primary: bool = False

    @property
    def signature(self) -> SelfSignature:
        """The self-signature that says so."""
        return SelfSignature(
            flags=SIGN_AND_CERTIFY, key_expires_after=self.validity, primary_user_id=self.primary
        )


SILENT = Statement(None, "none")
OVER = Statement(validity(PAST), "2022")
LATER = Statement(validity(FUTURE), "2025")
NEVER = Statement(timedelta(), "never (a zero)")


def primary(statement: Statement) -> Statement:
    """The same, by the primary user ID."""
    return replace(statement, primary=True)


@dataclass(frozen=True)
class Statements:
    """What all self-signatures say together, and what follows.

    Attributes:
        names: by each user ID.
        direct: by the direct-key signature; ``None`` if there is none.
        why: what follows, and why.
        expect: the same as an expectation.
    """

    names: tuple[Statement, ...]
    direct: Statement | None
    why: str
    expect: Expectation

    @property
    def title(self) -> str:
        """All of it, for people."""
        said = [] if self.direct is None else [f"{self.direct.words} by the direct-key signature"]
        for position, name in enumerate(self.names):
            who = ("the primary user ID" if name.primary else "the user ID", "the second")
            said.append(f"{name.words} by {who[position]}")
        return "Stated expiry of the key: " + ", ".join(said)

    @property
    def timed(self) -> bool:
        """Whether the reference time matters."""
        return any(LATER.validity == item.validity for item in (*self.names, self.direct) if item)


ALIVE = "Nothing says that it had expired when it signed, or has by now: it is to be accepted."
OPEN = "The statements contradict each other, and both ways to resolve that are in use."
EXPIRED = reject(Wrong.KEY_EXPIRED)


def alive(*names: Statement, direct: Statement | None = None) -> Statements:
    """Nobody says that the key expired."""
    return Statements(names, direct, ALIVE, accept(BY_KEY))


def over(why: str, *names: Statement, direct: Statement | None = None) -> Statements:
    """The key expired."""
    return Statements(names, direct, why, EXPIRED)


def open_(reason: str, *names: Statement, direct: Statement | None = None) -> Statements:
    """It is not said whether it expired."""
    return Statements(names, direct, OPEN, undefined(reason, Wrong.KEY_EXPIRED, keys=[BY_KEY]))


DIRECT_RULES = (
    "What a direct-key signature says applies to the entire key, and the user ID takes nothing of "
    "it back: it had expired when it signed. Who looks at user IDs alone misses it."
)

STATEMENTS = {
    "name-silent": alive(primary(SILENT)),
    "name-future": alive(LATER),
    "name-never": alive(NEVER),
    "direct-future-name-silent": alive(SILENT, direct=LATER),
    "direct-never-name-silent": alive(SILENT, direct=NEVER),
    "name-silent-second-future": alive(primary(SILENT), LATER),
    "name-past": over(
        "By convention the user ID's self-signature tells about a version 4 key. Who passes over "
        "it lets whoever finds an old key sign for ever.",
        OVER,
    ),
    "direct-past-name-silent": over(DIRECT_RULES, SILENT, direct=OVER),
    "direct-past-primary-name-silent": over(DIRECT_RULES, primary(SILENT), direct=OVER),
    "direct-past-primary-name-past": over(
        "Everything that says anything says that it had expired when it signed.",
        primary(OVER),
        direct=OVER,
    ),
    "direct-past-name-future": open_(WHICH_STATEMENT, LATER, direct=OVER),
    "direct-future-name-past": open_(WHICH_STATEMENT, OVER, direct=LATER),
    "direct-past-name-never": open_(WHICH_STATEMENT, NEVER, direct=OVER),
    "direct-past-primary-name-never": open_(WHICH_STATEMENT, primary(NEVER), direct=OVER),
    "direct-never-name-past": open_(WHICH_STATEMENT, OVER, direct=NEVER),
    "direct-silent-primary-name-past": open_(SILENCE, primary(OVER), direct=SILENT),
    "name-silent-second-past": open_(WHICH_NAME, primary(SILENT), OVER),
    "name-past-second-future": open_(WHICH_NAME, primary(OVER), LATER),
    "direct-past-name-silent-second-future": open_(
        WHICH_STATEMENT, primary(SILENT), LATER, direct=OVER
    ),
}


@expiration.family(
    STATEMENTS,
    "5.2.3.13",
    "5.2.3.10",
    "5.2.3.27",
    rfc4880=["5.2.3.6", "5.2.3.3"],
    tags=["statements", "primary"],
)
def key(m: Statements) -> Draft:
    """{m.title}.

    A lone key signed in 2024. {m.why}
    """
    names = (ALICE_NAME, WORK_NAME)
    cert = certificate(
        KEY,
        user_ids=[
            UserId(name, (statement.signature,))
            for name, statement in zip(names, m.names, strict=False)
        ],
        direct=[] if m.direct is None else [m.direct.signature],
    )
    return replace(by_key(cert, m.expect), time_dependent=m.timed)


@expiration.vector("5.2.3.9", "5.2.3.13", rfc4880=["5.2.4.1"], tags=["statements", "primary"])
def key_twice_in_one_signature() -> Draft:
    """One self-signature says twice when the key expires: in 2022, and then in 2025.

    The last one should be used, says the RFC, or what makes more sense.
    """
    late = Subpacket(
        SubpacketType.KEY_EXPIRATION_TIME, _number(int(validity(FUTURE).total_seconds()))
    )
    cert = key_says(says(PAST, hashed=(late,)))
    expect = undefined(
        "An implementation should use the last subpacket of a kind, and may resolve the conflict "
        "otherwise (5.2.3.9).",
        Wrong.KEY_EXPIRED,
        keys=[BY_KEY],
    )
    return replace(by_key(cert, expect), time_dependent=True)


def _number(number: int) -> bytes:
    return number.to_bytes(4, "big")


# Version 6, where the direct-key signature is the place


@expiration.vector("5.2.3.10", "5.2.3.13", tags=["v6"])
def v6_key_expired_by_direct_key_signature() -> Draft:
    """The direct-key signature of a version 6 key let it expire before its subkey signed.

    It applies to the entire key. Version 6 requires this signature so that nobody can strip the
    expiry off.
    """
    return with_certificate(
        _version6(direct=SelfSignature(key_expires_after=validity(PAST))),
        EXPIRED,
        signed(by=ALICE_V6_SIGNING),
    )


@expiration.vector("5.2.3.10", "5.2.3.13", tags=["v6"])
def v6_key_expired_by_user_id_only() -> Draft:
    """A version 6 key expired by its user ID, and never expires by its direct-key signature.

    The place to say so is the direct-key signature; that is recommended, not required.
    """
    return with_certificate(
        _version6(SelfSignature(flags=None, key_expires_after=validity(PAST))),
        undefined(
            "What a user ID's self-signature says applies to the user ID (5.2.3.10); it is only "
            "recommended that it says nothing about a version 6 key.",
            Wrong.KEY_EXPIRED,
            keys=[ALICE_V6_SIGNING.under(ALICE_V6)],
        ),
        signed(by=ALICE_V6_SIGNING),
    )


def _version6(
    name: SelfSignature = SelfSignature(flags=None), direct: SelfSignature = SelfSignature()
) -> Certificate:
    return certificate(
        ALICE_V6,
        user_ids=[UserId(ALICE_NAME, (name,))],
        subkeys=[signing_subkey(ALICE_V6_SIGNING)],
        direct=[direct],
    )


# Seconds, and clocks that are too small


@expiration.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["numbers", "boundary"])
def expired_a_second_before_signature() -> Draft:
    """The key expired one second before it signed.

    However the last second counts, this is one too late. A verifier that allows for some slack lets
    others use a key after the end that its owner gave it.
    """
    return by_key(key_says(says(SIGNED - SECOND)), EXPIRED)


@expiration.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["numbers", "boundary"])
def expires_as_it_signs() -> Draft:
    """The primary key expires in the very second in which it signs, and is asked about then.

    Whether that second belongs to the validity period is not said.
    """
    draft = by_key(
        key_says(says(SIGNED)),
        undefined(
            "The RFC gives the number of seconds after which a key expires, not on which side "
            "the boundary lies.",
            Wrong.KEY_EXPIRED,
            keys=[BY_KEY],
        ),
    )
    return replace(draft, at=SIGNED, time_dependent=True)


@expiration.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["numbers", "boundary", "time"])
def expires_a_second_after_signature() -> Draft:
    """The key expires one second after it signed, and is asked about in the second of signing.

    It is alive, for a second more.
    """
    draft = by_key(key_says(says(SIGNED + SECOND)), accept(BY_KEY))
    return replace(draft, at=SIGNED, time_dependent=True)


@dataclass(frozen=True)
class Number:
    """A validity period that is large.

    Attributes:
        seconds: the period.
        year: when the key expires.
        trap: what becomes of the sum in a small integer.
    """

    seconds: int
    year: int
    trap: str


@expiration.family(
    {
        "2050": Number(
            seconds(day(2050, 1, 1)) - seconds(KEYS_CREATED),
            2050,
            "As a signed number of 32 bits the sum is a time before 1970",
        ),
        "2106": Number(
            2**32 - seconds(KEYS_CREATED),
            2106,
            "The sum is 2 to the power of 32, which in 32 bits is zero, and so is 1970 or never",
        ),
        "2156": Number(
            2**32 - 1,
            2156,
            "The period is the largest there is, and in 32 bits the sum is the second before the "
            "key's creation",
        ),
    },
    "5.2.3.13",
    "3.5",
    rfc4880=["5.2.3.6", "3.5"],
    tags=["numbers", "overflow"],
)
def expires_in(m: Number) -> Draft:
    """The key expires in {m.year}.

    {m.trap}. The RFC counts seconds from the key's creation, and sets no end to the sum. A verifier
    with too small a clock turns away a good key; its opposite, a key that never expires, would be
    worse.
    """
    cert = key_says(says(key_expires_after=timedelta(seconds=m.seconds)))
    return by_key(cert, accept(BY_KEY))


@dataclass(frozen=True)
class Length:
    """An expiry of a length that no expiry has."""

    words: str
    octets: bytes


@expiration.family(
    {
        "empty": Length("no octets at all", b""),
        "short": Length("three octets", b"\x01\xe1\x33"),
        "long": Length("five octets", b"\x00" + _number(int(validity(FUTURE).total_seconds()))),
    },
    "5.2.3.13",
    "5.2.5",
    rfc4880=["5.2.3.6"],
    tags=["numbers", "length"],
)
def expiry_of(m: Length) -> Draft:
    """The key expired in 2022; a newer self-signature states its expiry in {m.words}.

    It takes four. A signature with a subpacket of the wrong length is to be ignored, and the older
    one counts. Read as zero, or passed over, the odd subpacket would let the key live for ever.
    """
    odd = Subpacket(SubpacketType.KEY_EXPIRATION_TIME, m.octets)
    newer = says(created=day(2021, 12, 1), hashed=(odd,))
    return by_key(
        key_says(says(PAST), newer),
        reject(Wrong.KEY_EXPIRED, Wrong.MALFORMED, rfc4880=Outcome.UNDEFINED, keys=[BY_KEY]),
    )


# What replaces what


@expiration.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["replaced"])
def extended_in_time() -> Draft:
    """The key was to expire in April 2024; it signed in early March, and was extended in mid-March.

    It never was expired. A verifier that reads the expiry from the self-signature of the time of
    signing, and compares it with the time of verifying, turns it away.
    """
    draft = by_key(key_says(says(AFTER_SIGNATURE), says(created=day(2024, 3, 15))), accept(BY_KEY))
    return replace(draft, time_dependent=True)


@expiration.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["replaced"])
def extended_after_signature() -> Draft:
    """The key had expired in 2022, signed in March 2024, and was extended in April.

    By the newest self-signature it never expired; by that of the time of signing it had.
    """
    return by_key(
        key_says(says(PAST), says(created=AFTER_SIGNATURE)),
        undefined(WHICH_MOMENT, Wrong.KEY_EXPIRED, keys=[BY_KEY]),
    )


@expiration.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["replaced"])
def shortened_after_signature() -> Draft:
    """The key was to live for ever; a self-signature of April 2024 says that it expired in 2022.

    It signed in March. By the newest self-signature it had expired long since; when it signed,
    nothing said so.
    """
    return by_key(
        key_says(says(), says(PAST, created=AFTER_SIGNATURE)),
        undefined(WHICH_MOMENT, Wrong.KEY_EXPIRED, keys=[BY_KEY]),
    )


@expiration.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["replaced"])
def subkey_shortened_after_signature() -> Draft:
    """The subkey was to live for ever; a binding of April 2024 says that it expired in 2022.

    It signed in March. As with primary keys: the newest binding, or that of its time.
    """
    shorter = Binding(created=AFTER_SIGNATURE, key_expires_after=validity(PAST))
    cert = alice(primary=KEY, subkeys=[Subkey(SMALL_ALICE_SIGNING, (Binding(), shorter))])
    return with_certificate(
        cert,
        undefined(WHICH_MOMENT, Wrong.KEY_EXPIRED, keys=[BY_SMALL_ALICE]),
        signed(by=SMALL_ALICE_SIGNING),
    )


@expiration.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["replaced"])
def extended_listed_first() -> Draft:
    """The self-signature that extends the key stands before the older one by which it expired.

    Dates decide, not places. Who takes the last one written turns away a good key.
    """
    return by_key(
        key_says(says(created=day(2021, 12, 1)), says(PAST)),
        accept(BY_KEY),
    )


# Subkeys and their primary key


@expiration.vector("5.2.3.13", "5.2.3.10", rfc4880=["5.2.3.6"], tags=["subkey", "statements"])
def subkey_outlives_primary_key() -> Draft:
    """The subkey says that it expires in 2025; its primary key expired in 2022.

    It signed in 2024. A subkey lives by its primary key's word, and the primary key's owner gave it
    no longer than 2022.
    """
    cert = certificate(
        KEY,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(key_expires_after=validity(PAST)),))],
        subkeys=[Subkey(SMALL_ALICE_SIGNING, (Binding(key_expires_after=validity(FUTURE)),))],
    )
    return with_certificate(cert, EXPIRED, signed(by=SMALL_ALICE_SIGNING))


@expiration.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["subkey", "numbers"])
def subkey_expiry_counts_from_its_own_creation() -> Draft:
    """A subkey of 2023, in a certificate of 2020, is valid for two years.

    It signed in 2024. Two years after the subkey's creation is 2025, two years after the primary
    key's was 2022: who counts from the wrong date turns it away.
    """
    young = replace(SMALL_ALICE_SIGNING, created=day(2023, 1, 1))
    cert = alice(
        primary=KEY,
        subkeys=[Subkey(young, (Binding(key_expires_after=day(2025, 1, 1) - young.created),))],
    )
    draft = with_certificate(cert, accept(young.under(KEY)), signed(by=young))
    return replace(draft, time_dependent=True)


@expiration.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["numbers"])
def expiry_counts_from_key_not_from_signature() -> Draft:
    """A self-signature of 2023 says that the key of 2020 is valid for two years.

    It signed in 2024. Two years after the key's creation was 2022; two years after the
    self-signature's would be 2025. Who counts from there lets every renewed self-signature renew
    the key.
    """
    return by_key(key_says(says(PAST, created=day(2023, 1, 1))), EXPIRED)


# Version 3 keys, whose packet says it


def old_key(days: int) -> Key:
    """A version 3 key, valid for so many days."""
    return Key("alice-primary", version=3, expiry_days=days)


VERSION_3 = (
    Wrong.POLICY_OTHER,
    Wrong.UNSUPPORTED,
    Wrong.MALFORMED,
    Wrong.NO_SIGNATURE,
    Wrong.MISSING_KEY,
    Wrong.UNBOUND_KEY,
)
"""What those may say who accept no version 3 keys at all."""


@expiration.vector("5.5.2.1", rfc4880=["5.5.2"], tags=["v3"])
def v3_key_expired() -> Draft:
    """A version 3 key of 2020 says in its packet that it is valid for 731 days; it signed in 2024.

    It expired in 2022. No self-signature says so, since version 3 has no subpackets: who looks for
    subpackets only never sees it.
    """
    stale = old_key((PAST - KEYS_CREATED).days)
    return by_key(lone(stale), reject(Wrong.KEY_EXPIRED, *VERSION_3))


@expiration.vector("5.5.2.1", rfc4880=["5.5.2"], tags=["v3", "time"])
def v3_key_expires_later() -> Draft:
    """A version 3 key says in its packet that it is valid for 1827 days, until 2025.

    It is alive by any reading, if version 3 is accepted at all.
    """
    fresh = old_key((FUTURE - KEYS_CREATED).days)
    draft = Draft(
        certificates=[lone(fresh)],
        artifact=detached(TEXT, signed(by=fresh)),
        expect=policy(
            Dependency(use=Use.DATA, made=SIGNED, packet="signature v3"),
            Dependency(use=Use.SELF_SIGNATURE, made=fresh.created, packet="signature v3"),
            Dependency(use=Use.DATA, made=SIGNED, packet="public key v3"),
            keys=[fresh.under(fresh)],
            classes=VERSION_3,
            reason="Implementations may accept version 3 keys (5.5.2) and signatures (5.2).",
            rfc4880=Outcome.ACCEPT,
        ),
    )
    return replace(draft, time_dependent=True)
