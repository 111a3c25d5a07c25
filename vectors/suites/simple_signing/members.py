"""JSON: members that are missing, unknown, there twice, or of another type than they must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.outcomes import ErrorClass as Wrong
from vectors.forge.simple_signing import REFERENCE, TYPE
from vectors.suites.expect import reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import MANUAL, family
from vectors.suites.simple_signing.common import BY_LONE, FINE, saying
from vectors.suites.simple_signing.texts import (
    CREATED_BY,
    CRITICAL,
    DIGEST,
    DIGEST_MEMBER,
    IDENTITY,
    IMAGE,
    OPTIONAL,
    REFERENCE_MEMBER,
    TIME,
    TYPED,
    WRONG_DIGEST,
    WRONG_DIGEST_MEMBER,
    WRONG_REFERENCE_MEMBER,
    Text,
    altered,
    broken,
    twice,
)

_SAYS_NOTHING = "Without it the signature says nothing about {}."


@family(
    {
        "critical": Text(
            "critical", _SAYS_NOTHING.format("any image"), altered(CRITICAL + b",", b"")
        ),
        "optional": Text(
            "optional", "Both members have to be there.", altered(b"," + OPTIONAL, b"")
        ),
        "type": Text(
            "critical.type",
            "Without it a text that Alice signed for something else could pass for this.",
            altered(TYPED + b",", b""),
            broken("critical.type"),
        ),
        "image": Text(
            "critical.image",
            _SAYS_NOTHING.format("which image"),
            altered(IMAGE + b",", b""),
            broken("critical.image"),
        ),
        "docker-manifest-digest": Text(
            "critical.image.docker-manifest-digest",
            _SAYS_NOTHING.format("which image"),
            altered(b'"docker-manifest-digest":"' + DIGEST + b'"', b""),
            broken("critical.image.docker-manifest-digest"),
        ),
        "identity": Text(
            "critical.identity",
            _SAYS_NOTHING.format("what the image is"),
            altered(b"," + IDENTITY, b""),
            broken("critical.identity"),
        ),
        "docker-reference": Text(
            "critical.identity.docker-reference",
            _SAYS_NOTHING.format("what the image is"),
            altered(b'"docker-reference":"' + REFERENCE.encode() + b'"', b""),
            broken("critical.identity.docker-reference"),
        ),
    },
    "json",
    "missing",
)
def member_missing(m: Text) -> Draft:
    """The text has no {m.title}.

    {m.about} A consumer that checks what is there accepts it.
    """
    return saying(m.text, m.expect)


_MAY_MATTER = (
    "A later version of the format may say there what an image must not be run for. Who passes "
    "over it does what the signer forbade."
)


@family(
    {
        "at-the-top": Text(
            "beside critical and optional",
            "There are exactly two members at the top.",
            altered(CRITICAL, CRITICAL + b',"extra":{}'),
        ),
        "in-critical": Text(
            "in critical",
            _MAY_MATTER,
            altered(TYPED, TYPED + b',"extra":{}'),
            broken("critical"),
        ),
        "in-image": Text(
            "in critical.image",
            _MAY_MATTER,
            altered(b'"docker-manifest-digest"', b'"extra":"","docker-manifest-digest"'),
            broken("critical.image"),
        ),
        "in-identity": Text(
            "in critical.identity",
            _MAY_MATTER,
            altered(b'"docker-reference"', b'"extra":"","docker-reference"'),
            broken("critical.identity"),
        ),
        "in-optional": Text(
            "in optional",
            "That is what optional is for: what a consumer does not know, it should accept.",
            altered(CREATED_BY, CREATED_BY + b',"extra":{"of":["any",{"kind":null}]}'),
            FINE,
        ),
    },
    "json",
    "extra",
)
def member_unknown(m: Text) -> Draft:
    """A member that nobody knows stands {m.title}.

    {m.about}
    """
    return saying(m.text, m.expect)


_WHICH = "Which of the two counts depends on the reader, so that two readers see two images."


@family(
    {
        "critical": Text(
            "critical, the first one with another image",
            _WHICH,
            twice(CRITICAL.replace(DIGEST, WRONG_DIGEST), CRITICAL),
        ),
        "optional": Text(
            "optional",
            "Nothing critical is in it, but the text is ambiguous.",
            twice(OPTIONAL, b'"optional":{}'),
        ),
        "image": Text("critical.image", _WHICH, twice(IMAGE, IMAGE.replace(DIGEST, WRONG_DIGEST))),
        "docker-manifest-digest-right-first": Text(
            "docker-manifest-digest, the first one right",
            _WHICH,
            twice(DIGEST_MEMBER, WRONG_DIGEST_MEMBER),
        ),
        "docker-manifest-digest-right-last": Text(
            "docker-manifest-digest, the last one right",
            _WHICH,
            twice(WRONG_DIGEST_MEMBER, DIGEST_MEMBER),
        ),
        "docker-reference-right-first": Text(
            "docker-reference, the first one right",
            _WHICH,
            twice(REFERENCE_MEMBER, WRONG_REFERENCE_MEMBER),
        ),
        "creator": Text(
            "optional.creator",
            "A consumer may treat a signature differently by its creator: there must be one.",
            twice(CREATED_BY, b'"creator":"another"'),
        ),
        "unknown": Text(
            "a member of optional that nobody knows",
            "Its meaning is unknown, and that it is ambiguous is plain.",
            altered(CREATED_BY, CREATED_BY + b',"extra":1,"extra":2'),
        ),
        "escaped": Text(
            "docker-manifest-digest, once with a letter escaped",
            "Escapes are the same name by JSON; who compares octets sees two.",
            twice(WRONG_DIGEST_MEMBER.replace(b"docker-", b"d\\u006fcker-"), DIGEST_MEMBER),
        ),
        "within-unknown": Text(
            "a member of an object that is in optional under an unknown name",
            "The object is ambiguous, and not for the consumer to understand.",
            altered(CREATED_BY, CREATED_BY + b',"extra":{"a":1,"a":2}'),
            undefined(
                "A duplicated member should be refused, and members of optional with unrecognized "
                "names should be accepted; which of the two holds within them is not said.",
                Wrong.MALFORMED,
                keys=[BY_LONE],
            ),
        ),
    },
    "json",
    "duplicate",
)
def member_duplicate(m: Text) -> Draft:
    """A member stands there twice: {m.title}.

    {m.about}
    """
    return saying(m.text, m.expect)


def capital(member: str) -> bytes:
    """What is signed, with the first letter of one member's name in upper case."""
    return altered(f'"{member}":'.encode(), f'"{member.capitalize()}":'.encode())


@family(
    {
        name: Text(name, "", capital(name))
        for name in (
            "critical",
            "optional",
            "type",
            "docker-manifest-digest",
            "docker-reference",
        )
    },
    "json",
    "case",
)
def member_capital(m: Text) -> Draft:
    """The name of {m.title} begins with a capital.

    Names of members differ if their case does: one is missing, and one is unknown. Who reads both
    for the same has two names for everything, and cannot tell a duplicate.
    """
    return saying(m.text, m.expect)


@dataclass(frozen=True)
class WrongType:
    """A member with a value of another type than it has to have."""

    clause: str
    value: str
    text: bytes


MEMBERS: Mapping[str, tuple[str, bytes, tuple[str, ...]]] = {
    "critical": ("critical", CRITICAL, ("null", "array")),
    "optional": ("optional", OPTIONAL, ("null", "string")),
    "type": ("critical.type", TYPED, ("null", "number")),
    "image": ("critical.image", IMAGE, ("null", "array")),
    "docker-manifest-digest": (
        "critical.image.docker-manifest-digest",
        DIGEST_MEMBER,
        ("null", "number"),
    ),
    "identity": ("critical.identity", IDENTITY, ("null", "array")),
    "docker-reference": (
        "critical.identity.docker-reference",
        REFERENCE_MEMBER,
        ("null", "array"),
    ),
    "creator": ("optional.creator", CREATED_BY, ("null", "number")),
    "timestamp": ("optional.timestamp", b'"timestamp":' + TIME, ("null", "string")),
}
"""By the end of the id: the clause, the member as it should be, and types that it must not have."""


def of_type(member: bytes, kind: str) -> bytes:
    """The same member, its value made one of another type: null, or what holds the right one."""
    name, _, value = member.partition(b":")
    values = {
        "null": b"null",
        "number": b"1",
        "array": b"[" + value + b"]",
        "string": b'"' + value.replace(b'"', b'\\"').strip(b'"') + b'"',
    }
    return name + b":" + values[kind]


WRONG_TYPES = {
    f"{name}-{kind}": WrongType(clause, kind, altered(member, of_type(member, kind)))
    for name, (clause, member, kinds) in MEMBERS.items()
    for kind in kinds
}
GO_NULL = (
    "The manual says what type the member has if it is there, and null is of another. All "
    "consumers that were asked share one reader of JSON, in which null leaves the member empty."
)
GO_NULL_REFERENCE = f"{GO_NULL} An empty reference is refused, as one that does not match."


@family(
    WRONG_TYPES,
    "json",
    "type",
    unconfirmed={
        "creator-null": GO_NULL,
        "timestamp-null": GO_NULL,
        "docker-reference-null": GO_NULL_REFERENCE,
    },
)
def member_of_wrong_type(m: WrongType) -> Draft:
    """The value of {m.clause} is of type {m.value}.

    The manual says what it must be, and has everything else refused. What a program makes of a
    value that it did not expect is anybody's guess: often nothing, which compares well with
    nothing.
    """
    return saying(m.text, broken(m.clause))


@family(
    {
        "another": Text(
            "of cosign's signatures",
            "They have another policy, and other rules for what is in them.",
            altered(TYPE.encode(), b"cosign container image signature"),
        ),
        "capital": Text(
            "with a capital at the start",
            "The value must be exactly equal.",
            altered(TYPE.encode(), TYPE.capitalize().encode()),
        ),
        "blank-behind": Text(
            "with a blank behind",
            "The value must be exactly equal.",
            altered(TYPE.encode(), TYPE.encode() + b" "),
        ),
    },
    "json",
    "type",
)
def type_is(m: Text) -> Draft:
    """The value of critical.type is one {m.title}.

    {m.about} Who does not compare it takes texts for signatures of images that are not.
    """
    expect = reject(Wrong.MALFORMED, Wrong.UNSUPPORTED, reason=f"{MANUAL}, critical.type.")
    return saying(m.text, expect)
