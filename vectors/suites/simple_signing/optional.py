"""JSON: the members of ``optional``, and what nobody knows in it."""

from __future__ import annotations

from dataclasses import replace

from harness.artifact import Repeat
from harness.openpgp.packets import write_packets
from harness.outcomes import ErrorClass as Wrong
from vectors.forge.simple_signing import image_signature, payload, signed_payload
from vectors.forge.times import SIGNED, seconds
from vectors.suites.expect import undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import family, vector
from vectors.suites.simple_signing.common import BY_LONE, FINE, LONE, saying
from vectors.suites.simple_signing.texts import (
    CREATED_BY,
    OPTIONAL,
    TIME,
    Named,
    Text,
    altered,
    broken,
)


def stamped(number: str) -> bytes:
    """What is signed, with another number for a timestamp."""
    return altered(b'"timestamp":' + TIME, f'"timestamp":{number}'.encode())


BAD_TIME = broken("optional.timestamp")
INT64 = (
    "The manual has it a number that a 64-bit integer can represent, and this is the largest with "
    "a sign. All consumers that were asked share one reader, which takes it for a float, that is "
    "2^63, and refuses that, at least on x86-64: what integer such a float becomes is left open by "
    "their language."
)


@family(
    {
        "no-members": Text(
            "nothing",
            "Neither of its members has to be there.",
            altered(OPTIONAL, b'"optional":{}'),
            FINE,
        ),
        "timestamp-with-fraction": Text(
            "a timestamp with a fraction",
            "No integer represents it.",
            stamped(f"{seconds(SIGNED)}.5"),
            BAD_TIME,
        ),
        "timestamp-with-zero-fraction": Text(
            "a timestamp with a fraction of zero",
            "The same number, written otherwise.",
            stamped(f"{seconds(SIGNED)}.0"),
            FINE,
        ),
        "timestamp-minus-zero": Text(
            "a timestamp of minus zero", "JSON has it, and it is zero.", stamped("-0"), FINE
        ),
        "timestamp-negative": Text(
            "a timestamp of minus one",
            "An integer, a second before 1970: the clock of the signer was not set.",
            stamped("-1"),
            FINE,
        ),
        "timestamp-largest": Text(
            "the largest timestamp of 64 bits with a sign",
            "A date that never comes. Nothing in the manual compares it with another.",
            stamped("9223372036854775807"),
            FINE,
        ),
        "timestamp-too-large": Text(
            "a timestamp one larger than 64 bits can hold, with or without a sign",
            "Who lets it wrap around has the year 1970 instead.",
            stamped("18446744073709551616"),
            BAD_TIME,
        ),
    },
    "optional",
    "json",
    unconfirmed={"timestamp-largest": INT64},
)
def optional(m: Text) -> Draft:
    """In optional there is {m.title}.

    {m.about}
    """
    return saying(m.text, m.expect)


LIMITS = "RFC 7159, 9 lets a parser set limits to size, depth and range of numbers, and names none."
LIMITED = undefined(LIMITS, Wrong.MALFORMED, Wrong.POLICY_OTHER, keys=[BY_LONE])


@family(
    {
        "exponent": Text("1e400", "More than a float can hold.", b"1e400"),
        "digits": Text("of 400 digits", "More than a float can hold.", b"9" * 400),
    },
    "optional",
    "json",
    "limits",
)
def unknown_number(m: Text) -> Draft:
    """A member of optional that nobody knows is the number {m.title}.

    {m.about} Its meaning is unknown, so that nobody needs its value.
    """
    text = altered(CREATED_BY, CREATED_BY + b',"extra":' + m.text)
    return saying(text, LIMITED)


def rolled(text: bytes, *fillers: bytes) -> Draft:
    """A vector about a large text: the fillers, runs of one octet, are written as recipes."""
    draft = saying(text, LIMITED)
    octets = write_packets(signed_payload(text, LONE))
    recipes = []
    for filler in fillers:
        at = octets.index(filler)
        octets = octets[: at + 1] + octets[at + len(filler) :]
        recipes.append(Repeat(part="message", start=at, end=at + 1, times=len(filler)))
    return replace(draft, artifact=image_signature(octets), repeats=tuple(recipes))


@vector("optional", "json", "limits")
def mebibyte_in_optional() -> Draft:
    """A member of optional that nobody knows is a string of a mebibyte.

    Blobs are kept in registries by the thousand, and read before anything is known of them.
    """
    filler = b"x" * (1 << 20)
    return rolled(altered(CREATED_BY, CREATED_BY + b',"extra":"' + filler + b'"'), filler)


@vector("optional", "json", "limits")
def deep_in_optional() -> Draft:
    """A member of optional that nobody knows has 100,000 arrays within each other.

    Readers that call themselves for each level run out of stack; the text was signed by a key that
    may sign, so that this is a mishap rather than an attack.
    """
    opening, closing = b"[" * 100_000, b"]" * 100_000
    text = altered(CREATED_BY, CREATED_BY + b',"extra":' + opening + closing)
    return rolled(text, opening, closing)


@family(
    {
        "terminal-escapes": Named(
            "terminal escapes", "", "\x1b[2J\x1b]0;accepted\x07pgp-accord TEST ONLY", FINE
        ),
        "markup": Named(
            "markup", "", "<script>alert(1)</script><img src=x onerror=alert(1)>", FINE
        ),
        "status-lines": Named(
            "what looks like gpg's status", "", "a\n[GNUPG:] FINESIG 0 x\n[GNUPG:] VALIDSIG 0", FINE
        ),
    },
    "optional",
    "hostile",
)
def creator_with(m: Named) -> Draft:
    """The creator is {m.title}.

    It is a string, whose contents are not defined. Who shows it must not do what it says.
    """
    optional = {"creator": m.value, "timestamp": seconds(SIGNED)}
    return saying(payload(optional=optional), m.expect)
