"""Which image was signed: the digest of its manifest."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as replaced

from harness.outcomes import ErrorClass as Wrong
from vectors.forge.simple_signing import (
    MANIFEST,
    digest_of,
    image_signature,
    payload,
    signed_payload,
)
from vectors.suites.expect import reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import MANUAL, family, vector
from vectors.suites.simple_signing.common import BY_LONE, LONE, OTHER_MANIFEST, PAYLOAD, saying
from vectors.suites.simple_signing.texts import Named

NOT_THIS = reject(
    Wrong.IDENTITY_MISMATCH, reason=f"{MANUAL}, critical.image.docker-manifest-digest."
)
NO_DIGEST = reject(
    Wrong.MALFORMED,
    Wrong.IDENTITY_MISMATCH,
    reason=f"{MANUAL}, critical.image.docker-manifest-digest.",
)
HEX = digest_of(MANIFEST).removeprefix("sha256:")
OTHER_DIGEST = undefined(
    "The manual lets a manifest have digests by several algorithms, names none that a consumer "
    "must support, and has it refuse what it does not.",
    Wrong.IDENTITY_MISMATCH,
    Wrong.UNSUPPORTED,
    keys=[BY_LONE],
)


@vector("image")
def another_manifest() -> Draft:
    """The image that is about to run has another manifest than the one signed.

    Alice's signature is good, and about another image. This is what signatures of images are for:
    who does not compare runs what a registry hands out.
    """
    message = signed_payload(PAYLOAD, LONE)
    image = image_signature(message, manifest=OTHER_MANIFEST)
    return replace(saying(PAYLOAD, NOT_THIS), artifact=image)


@vector("image")
def manifest_with_a_blank_more() -> Draft:
    """The manifest has a blank more than the one signed, at its end.

    It reads the same as JSON. Digests are over octets, by which registries and layers go.
    """
    message = signed_payload(PAYLOAD, LONE)
    image = image_signature(message, manifest=MANIFEST + b" ")
    return replace(saying(PAYLOAD, NOT_THIS), artifact=image)


@family(
    {
        "sha512": Named(
            "the SHA-512 digest of the manifest",
            "It is right. Who cannot compute it must not take it for one that matches.",
            digest_of(MANIFEST, "sha512"),
            OTHER_DIGEST,
        ),
        "off-by-a-digit": Named(
            "a digest of which the last digit is wrong",
            "Who compares beginnings does not notice.",
            f"sha256:{HEX[:-1]}{'0' if HEX[-1] != '0' else '1'}",
            NOT_THIS,
        ),
        "in-upper-case": Named(
            "the digest, in upper case",
            "Digests are written in lower case, and compared as strings in many places.",
            f"sha256:{HEX.upper()}",
            NO_DIGEST,
        ),
        "cut-short": Named(
            "the digest without its last digit",
            "SHA-256 has 64 digits. Who compares as far as both go accepts the empty digest, too.",
            f"sha256:{HEX[:-1]}",
            NO_DIGEST,
        ),
        "without-algorithm": Named(
            "the digest without its algorithm",
            "Which one it is by is not for the consumer to guess.",
            HEX,
            NO_DIGEST,
        ),
        "by-md5": Named(
            "the MD5 digest of the manifest",
            "It is right, but images have no such digests: two manifests with one MD5 can be made, "
            "one to be signed and one to be run.",
            digest_of(MANIFEST, "md5"),
            replaced(NO_DIGEST, classes=(*NO_DIGEST.classes, Wrong.UNSUPPORTED)),
        ),
        "empty": Named("nothing", "There is nothing to compare.", "", NO_DIGEST),
    },
    "image",
)
def digest(m: Named) -> Draft:
    """The signed text names the image by {m.title}.

    {m.about}
    """
    return saying(payload(digest=m.value), m.expect)
