"""Keys named by fingerprints: what holds of texts, images and references holds there, too."""

from __future__ import annotations

from vectors.forge.simple_signing import payload
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import vector
from vectors.suites.simple_signing.common import LONE, saying
from vectors.suites.simple_signing.images import NOT_THIS
from vectors.suites.simple_signing.references import NOT_BY_THIS, called
from vectors.suites.simple_signing.texts import (
    DIGEST_MEMBER,
    NOT_STRICT,
    WRONG_DIGEST,
    WRONG_DIGEST_MEMBER,
    twice,
)


@vector("identity", "json")
def identity_and_member_duplicate() -> Draft:
    """Accepted is Alice's key, and docker-manifest-digest stands there twice.

    That the key is named instead of its file changes nothing about the text.
    """
    text = twice(WRONG_DIGEST_MEMBER, DIGEST_MEMBER)
    return saying(text, NOT_STRICT, identities=[LONE])


@vector("identity", "image")
def identity_and_another_manifest() -> Draft:
    """Accepted is Alice's key, and the manifest is not the one signed.

    That the key is named instead of its file changes nothing about the image.
    """
    text = payload(digest=WRONG_DIGEST.decode())
    return saying(text, NOT_THIS, identities=[LONE])


@vector("identity", "reference")
def identity_and_another_tag() -> Draft:
    """Accepted is Alice's key, and the image was signed with another tag.

    That the key is named instead of its file changes nothing about the reference.
    """
    return called("registry.example/team/app:2", NOT_BY_THIS, identities=[LONE])
