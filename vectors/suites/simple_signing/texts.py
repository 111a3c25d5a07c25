"""What is signed about an image, its members, and ways to change one thing in it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.simple_signing import CREATOR, MANIFEST, REFERENCE, TYPE, digest_of
from vectors.forge.times import SIGNED, seconds
from vectors.suites.expect import reject
from vectors.suites.simple_signing.area import MANUAL, STRICT
from vectors.suites.simple_signing.common import OTHER_MANIFEST, PAYLOAD

NOT_STRICT = reject(Wrong.MALFORMED, reason=f"{STRICT}.")
"""Refused by the general rule; the mechanism has found a good signature by then."""


def broken(clause: str) -> Expectation:
    """Refuse it by the clause about one member."""
    return reject(Wrong.MALFORMED, reason=f"{MANUAL}, {clause}.")


@dataclass(frozen=True)
class Text:
    """What is signed, and what is to become of it.

    Attributes:
        title: in words.
        about: why.
        text: what is signed.
        expect: what is right.
    """

    title: str
    about: str
    text: bytes
    expect: Expectation = NOT_STRICT


DIGEST = digest_of(MANIFEST).encode()
TIME = str(seconds(SIGNED)).encode()

IMAGE = b'"image":{"docker-manifest-digest":"' + DIGEST + b'"}'
IDENTITY = b'"identity":{"docker-reference":"' + REFERENCE.encode() + b'"}'
TYPED = b'"type":"' + TYPE.encode() + b'"'
CRITICAL = b'"critical":{' + TYPED + b"," + IMAGE + b"," + IDENTITY + b"}"
CREATED_BY = b'"creator":"' + CREATOR.encode() + b'"'
OPTIONAL = b'"optional":{' + CREATED_BY + b',"timestamp":' + TIME + b"}"

WRONG_DIGEST = digest_of(OTHER_MANIFEST).encode()
WRONG_REFERENCE = b"registry.example/team/other:1"

DIGEST_MEMBER = b'"docker-manifest-digest":"' + DIGEST + b'"'
WRONG_DIGEST_MEMBER = b'"docker-manifest-digest":"' + WRONG_DIGEST + b'"'
REFERENCE_MEMBER = b'"docker-reference":"' + REFERENCE.encode() + b'"'
WRONG_REFERENCE_MEMBER = b'"docker-reference":"' + WRONG_REFERENCE + b'"'


def altered(old: bytes, new: bytes) -> bytes:
    """What is signed, with one thing in it otherwise.

    Raises:
        ValueError: that thing does not stand there just once.
    """
    if PAYLOAD.count(old) != 1:
        raise ValueError(f"{old!r} stands {PAYLOAD.count(old)} times in what is signed")
    return PAYLOAD.replace(old, new)


def twice(first: bytes, second: bytes) -> bytes:
    """Two members instead of the one of them that is right."""
    right = first if first in PAYLOAD else second
    return altered(right, first + b"," + second)


@dataclass(frozen=True)
class Named:
    """How the signed text names the image.

    Attributes:
        title: in words.
        about: why.
        value: what it says.
        expect: what is right.
    """

    title: str
    about: str
    value: str
    expect: Expectation
