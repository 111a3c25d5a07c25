"""The reference time: one signature, asked about at different times.

Whether a signature counts may depend on when one asks. A verifier that can be told the time must go
by that time and by no other, neither that of its clock nor that of the signature. Keys and
signatures have no faults; what varies is the moment of the question, and where it is far away, the
moments in the vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.artifacts import detached
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.times import DAY, SIGNED, day
from vectors.suites.cast import BOB_NAME, BY_SMALL_BOB, SMALL_BOB, TEXT, lone, signed
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

reference_time = Area(
    "reference-time",
    __doc__,
    origins={
        "past": "OpenPGP.js: verification dates; sqv: --time",
        "future": "OpenPGP.js: verification dates; TUF: metadata under a faked clock",
        "far": "RFC 9580, 3.5: unsigned times",
    },
)

ACCEPTED = accept(BY_SMALL_BOB)

SILENT = "No section says what a creation time later than the time of verification means."


def asked(at: datetime, expect: Expectation, made: Made = Made(), by: Key = SMALL_BOB) -> Draft:
    """Ask at some time about Bob's signature."""
    return Draft(
        certificates=[lone(by, BOB_NAME)],
        artifact=detached(TEXT, signed(made, by)),
        expect=expect,
        at=at,
        time_dependent=True,
    )


# Around the signature


@reference_time.vector("5.2.3.11", rfc4880=["5.2.3.4"], tags=["past"])
def at_signature() -> Draft:
    """The question is asked in the very second in which the signature was made.

    It exists by then, and so does the key. A verifier that demands some age rejects what is new.
    """
    return asked(SIGNED, ACCEPTED)


@dataclass(frozen=True)
class Early:
    """A time before the signature was made.

    Attributes:
        title: how long before, in words.
        by: how long before.
        therefore: what that may come from.
    """

    title: str
    by: timedelta
    therefore: str


@reference_time.family(
    {
        "ten-minutes": Early(
            "ten minutes",
            timedelta(minutes=10),
            "Clocks differ by that much, which is why some verifiers look the other way.",
        ),
        "month": Early("a month", SIGNED - day(2024, 2, 1), "No clock is that wrong by accident."),
    },
    "5.2.3.11",
    rfc4880=["5.2.3.4"],
    tags=["past"],
)
def before_signature_by(m: Early) -> Draft:
    """The question is asked {m.title} before the signature was made.

    To the one who asks the signature comes from the future. {m.therefore}
    """
    expect = undefined(SILENT, Wrong.SIGNATURE_NOT_YET_VALID, keys=[BY_SMALL_BOB])
    return asked(SIGNED - m.by, expect)


@reference_time.vector("5.2.3.11", "5.2.3.13", rfc4880=["5.2.3.4", "5.2.3.6"], tags=["past"])
def before_key() -> Draft:
    """The question is asked a year before the key was created.

    Neither key nor signature can exist then, and one of three dates is wrong. It may be the
    question's.
    """
    expect = undefined(
        SILENT,
        Wrong.SIGNATURE_NOT_YET_VALID,
        Wrong.KEY_NEWER_THAN_SIGNATURE,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        keys=[BY_SMALL_BOB],
    )
    return asked(SMALL_BOB.created - 365 * DAY, expect)


@reference_time.vector("5.2.3.11", "5.2.3.18", rfc4880=["5.2.3.4", "5.2.3.10"], tags=["future"])
def years_after_signature() -> Draft:
    """The question is asked in 2091, 67 years after the signature was made.

    Neither key nor signature says that it expires, so neither does.
    """
    return asked(day(2091, 1, 1), ACCEPTED)


# Expiry that only the reference time sees

UNTIL_2090 = Made(expires_after=day(2090, 1, 1) - SIGNED)


@reference_time.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["future", "expiry"])
def before_signature_expires() -> Draft:
    """The signature expires in 2090, and the question is asked the year before.

    It is still valid. The next vector differs from this one in nothing but the time.
    """
    return asked(day(2089, 1, 1), ACCEPTED, UNTIL_2090)


@reference_time.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["future", "expiry"])
def after_signature_expired() -> Draft:
    """The signature expires in 2090, and the question is asked the year after.

    By the clock on the wall it is valid, by the time of the question it is not. A verifier that
    looks at its clock gives today's answer to a question about then.
    """
    return asked(day(2091, 1, 1), reject(Wrong.SIGNATURE_EXPIRED), UNTIL_2090)


# Where times no longer fit


LAST_DAY = day(2106, 2, 6)
"""The last whole day that OpenPGP's times can name."""


@dataclass(frozen=True)
class Far:
    """A moment that is too late for some kind of integer.

    Attributes:
        title: the moment, in words.
        at: the reference time.
        because: what ends shortly before, or after.
    """

    title: str
    at: datetime
    because: str


FAR = {
    "2038": Far(
        "on 20 January 2038",
        day(2038, 1, 20),
        "Signed counts of seconds in 32 bits ended the day before.",
    ),
    "2106": Far(
        "on 6 February 2106",
        LAST_DAY,
        "It is the last whole day of unsigned counts of seconds in 32 bits, which OpenPGP uses.",
    ),
}


@reference_time.family(FAR, "3.5", "5.2.3.11", rfc4880=["3.5", "5.2.3.4"], tags=["far"])
def asked_in(m: Far) -> Draft:
    """A signature of 2024 is asked about {m.title}.

    {m.because} Times are unsigned, nothing has expired, and nothing is wrong.
    """
    return asked(m.at, ACCEPTED)


@reference_time.family(FAR, "3.5", "5.2.3.11", rfc4880=["3.5", "5.2.3.4"], tags=["far"])
def made_in(m: Far) -> Draft:
    """A signature was made {m.title}, an hour before the question is asked.

    {m.because} A verifier that reads the creation time as a signed number sees one before 1970,
    older than the key.
    """
    return asked(m.at + timedelta(hours=1), ACCEPTED, Made(created=m.at))


@reference_time.family(FAR, "3.5", "5.5.2.2", rfc4880=["3.5", "5.5.2"], tags=["far"])
def key_created_in(m: Far) -> Draft:
    """Key and signature were made {m.title}, an hour before the question is asked.

    {m.because} A verifier that reads times as signed numbers has the key created before 1970.
    """
    key = Key(SMALL_BOB.secret, SMALL_BOB.algorithm, created=m.at)
    return asked(m.at + timedelta(hours=1), accept(key.under(key)), Made(created=m.at), key)
