"""By which name an image was signed, and by which it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.key import Key
from vectors.forge.simple_signing import (
    MANIFEST,
    REFERENCE,
    digest_of,
    image_signature,
    payload,
    signed_payload,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import MANUAL, SIGNED_BY, family
from vectors.suites.simple_signing.common import BY_LONE, LONE, OTHER_MANIFEST, saying
from vectors.suites.simple_signing.texts import Named

CLAIM = f"{MANUAL}, critical.identity.docker-reference; {SIGNED_BY}."
NOT_BY_THIS = reject(Wrong.IDENTITY_MISMATCH, reason=CLAIM)
NO_REFERENCE = reject(Wrong.IDENTITY_MISMATCH, Wrong.MALFORMED, reason=CLAIM)
NORMAL = accept(BY_LONE, reason=f"{MANUAL}, critical.identity.docker-reference.")


def called(
    signed: str, expect: Expectation, asked_for: str = REFERENCE, identities: Sequence[Key] = ()
) -> Draft:
    """A vector about an image that was signed by one name and is asked for by another."""
    text = payload(reference=signed)
    accepted = [key.fingerprint for key in identities]
    message = signed_payload(text, LONE)
    image = image_signature(message, reference=asked_for, identities=accepted)
    return replace(saying(text, expect), artifact=image)


_MIX_UP = "Alice signed this image, as something else: an old version, or one for testing."
BY_DIGEST = f"registry.example/team/app@{digest_of(MANIFEST)}"
_NO_NAME = "It is no reference."


@family(
    {
        "another-tag": Named(
            "with another tag", _MIX_UP, "registry.example/team/app:2", NOT_BY_THIS
        ),
        "longer-tag": Named(
            "with a tag that begins like the one asked for",
            "Who compares beginnings runs version 10 for version 1.",
            "registry.example/team/app:10",
            NOT_BY_THIS,
        ),
        "another-repository": Named(
            "of another repository", _MIX_UP, "registry.example/team/other:1", NOT_BY_THIS
        ),
        "another-host": Named(
            "on another registry", _MIX_UP, "mirror.example/team/app:1", NOT_BY_THIS
        ),
        "host-in-upper-case": Named(
            "with the registry's host in upper case",
            "It is the same host by the rules of DNS. Those of references do not fold case, and "
            "the names must be the same.",
            "REGISTRY.example/team/app:1",
            NOT_BY_THIS,
        ),
        "without-host": Named(
            "without a host",
            "By the rules of normalisation this is one of docker.io's.",
            "team/app:1",
            NOT_BY_THIS,
        ),
        "without-tag": Named(
            "without a tag",
            "Asked for is one version; who signed all of them signed none in particular.",
            "registry.example/team/app",
            NOT_BY_THIS,
        ),
        "by-digest": Named(
            "by digest",
            "Asked for is a tag, and the names must be the same; that this image has it is not "
            "signed.",
            BY_DIGEST,
            NOT_BY_THIS,
        ),
        "with-tag-and-digest": Named(
            "with the tag and a digest, both right",
            "It is more than what is asked for, and not the same.",
            f"registry.example/team/app:1@{digest_of(MANIFEST)}",
            NOT_BY_THIS,
        ),
        "repository-in-upper-case": Named(
            "with a repository in upper case",
            "Repositories are in lower case, so that it is no reference.",
            "registry.example/Team/App:1",
            NO_REFERENCE,
        ),
        "with-scheme": Named(
            "with a transport in front",
            _NO_NAME,
            "docker://registry.example/team/app:1",
            NO_REFERENCE,
        ),
        "nul-behind": Named(
            "with a NUL and more behind",
            "Who compares C strings sees the name that is asked for.",
            "registry.example/team/app:1\0.mirror.example",
            NO_REFERENCE,
        ),
        "look-alike-host": Named(
            "on a host that looks the same, with a Cyrillic letter",
            _NO_NAME,
            "registry.ex\u0430mple/team/app:1",
            NO_REFERENCE,
        ),
        "terminal-escapes": Named(
            "with terminal escapes that hide its end",
            "Messages about it reach an administrator's terminal.",
            "registry.example/team/app:1\x1b[2K\x1b[1A\x1b]0;accepted\x07",
            NO_REFERENCE,
        ),
        "markup": Named(
            "with markup in it",
            "Messages about it reach web pages.",
            "registry.example/team/app:1<script>alert(1)</script>",
            NO_REFERENCE,
        ),
        "empty": Named("by no name at all", _NO_NAME, "", NO_REFERENCE),
    },
    "reference",
)
def reference(m: Named) -> Draft:
    """The image was signed {m.title}.

    {m.about}
    """
    return called(m.value, m.expect)


BUSYBOX = "docker.io/library/busybox:latest"


@family(
    {
        "name": Named("busybox:latest", "The example of the manual.", "busybox:latest", NORMAL),
        "namespace": Named(
            "library/busybox:latest",
            "Without a host it is docker.io's.",
            "library/busybox:latest",
            NORMAL,
        ),
        "host": Named(
            "docker.io/busybox:latest",
            "Without a namespace it is library's.",
            "docker.io/busybox:latest",
            NORMAL,
        ),
        "old-host": Named(
            "index.docker.io/library/busybox:latest",
            "The host that docker.io was once known by.",
            "index.docker.io/library/busybox:latest",
            NORMAL,
        ),
        "without-tag": Named(
            "docker.io/library/busybox",
            "Tools of Docker's read that as latest.",
            "docker.io/library/busybox",
            undefined(
                "The manual has references normalised, should have a tag or digest in them, and "
                "does not say whether one without a tag is normalised to latest.",
                Wrong.IDENTITY_MISMATCH,
                keys=[BY_LONE],
            ),
        ),
    },
    "reference",
    "normalisation",
)
def short(m: Named) -> Draft:
    """The image docker.io/library/busybox:latest was signed as {m.title}.

    {m.about} Names are compared in their full form.
    """
    return called(m.value, m.expect, BUSYBOX)


@family(
    {
        "signed-with-tag": Named(
            "with a tag",
            "Which image it is follows from the digest, so that the repository has to be the same.",
            REFERENCE,
            accept(BY_LONE, reason=f"{SIGNED_BY}, matchRepoDigestOrExact."),
        ),
        "signed-by-digest": Named(
            "by the same digest",
            "The names are the same.",
            BY_DIGEST,
            accept(BY_LONE, reason=f"{SIGNED_BY}, matchRepoDigestOrExact."),
        ),
        "signed-by-another-digest": Named(
            "by another digest",
            "The digest of the manifest is right, and the name contradicts it.",
            f"registry.example/team/app@{digest_of(OTHER_MANIFEST)}",
            undefined(
                "By containers-policy.json(5) the repository alone counts, using any tag; of a "
                "digest in the signature's reference that contradicts it says nothing.",
                Wrong.IDENTITY_MISMATCH,
                keys=[BY_LONE],
            ),
        ),
        "signed-in-another-repository": Named(
            "in another repository",
            _MIX_UP,
            "registry.example/team/other:1",
            NOT_BY_THIS,
        ),
    },
    "reference",
    "by-digest",
)
def asked_by_digest(m: Named) -> Draft:
    """The image is asked for by its digest, and was signed {m.title}.

    {m.about}
    """
    return called(m.value, m.expect, BY_DIGEST)
