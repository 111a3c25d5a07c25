"""Container images' signatures ("simple signing"): may the image run that bears one?

The signature is an OpenPGP message, what is signed is JSON that names an image. The policy is
signedBy, with one key file for each file of certificates; identities, where given, are the keys
that may sign. What decides is container-signature(5) and, of keys and references,
containers-policy.json(5); the clause is in the reason. The sections of the RFCs are those by which
the message is signed, or is not. SHOULD is taken at its word: what a consumer should refuse is to
be rejected, what it should accept is to be accepted, and only MAY leaves a choice.

To keep the many vectors small, keys are EdDSA and ECDSA: what RFC 4880, which the manual names, is
said to say is said about the form, not about these algorithms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from vectors.suites.registry import Area, Draft

MANUAL = "container-signature(5)"
FORM = f"{MANUAL}, OpenPGP signature verification"
STRICT = f"{MANUAL}, JSON processing and forward compatibility"
SIGNED_BY = "containers-policy.json(5), signedBy"

simple_signing = Area(
    "simple-signing",
    __doc__,
    origins={
        "identity": f"{SIGNED_BY}; skopeo-standalone-verify(1)",
        "validity": f"{FORM}; containers/image: mechanisms by GPGME, Go and Sequoia",
        "several": FORM,
        "form": FORM,
        "keyring": f"{SIGNED_BY}; containers/image: mechanisms by GPGME, Go and Sequoia",
        "json": STRICT,
        "optional": f"{MANUAL}, optional",
        "image": f"{MANUAL}, critical.image.docker-manifest-digest",
        "reference": f"{MANUAL}, critical.identity.docker-reference; {SIGNED_BY}",
    },
)
M = TypeVar("M")

RFC9580 = ("5.2.4", "10.3")
RFC4880 = ("5.2.4", "11.3")
"""How data is signed and what a signed message is: all the RFCs have to say where the message is as
it should be."""


def vector(*tags: str, unconfirmed: str = "") -> Callable[[Callable[[], Draft]], object]:
    """Register a vector that no section decides but those by which its message is signed."""
    return simple_signing.vector(*RFC9580, rfc4880=RFC4880, tags=tags, unconfirmed=unconfirmed)


def family(
    members: Mapping[str, M], *tags: str, unconfirmed: Mapping[str, str] | None = None
) -> Callable[[Callable[[M], Draft]], Callable[[M], Draft]]:
    """Register a family of such vectors."""
    return simple_signing.family(
        members, *RFC9580, rfc4880=RFC4880, tags=tags, unconfirmed=unconfirmed
    )
