"""Container images' signatures ("simple signing"): an image, and the text signed about it.

container-signature(5) describes the text: JSON that names the image by the digest of its manifest
and by a reference. `payload` writes it without faults; whatever is wrong with one is done to its
octets. The image is as small as one can be that other tools copy: an OCI manifest, and the
configuration and empty layer that it names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from harness.artifact import SimpleSigning
from harness.openpgp.packets import Packet, write_packets
from vectors.forge.artifacts import one_pass_message
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import SIGNED, seconds

TYPE = "atomic container signature"
"""What ``critical.type`` has to be."""

CREATOR = "pgp-accord TEST ONLY 1.0"
"""What ``optional.creator`` is, but where a vector says otherwise."""

REFERENCE = "registry.example/team/app:1"
"""What the image is asked for by and signed as, but where a vector says otherwise."""


def written(value: object) -> bytes:
    """Write JSON without blanks, in UTF-8, members in the order they are given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(octets: bytes, algorithm: str = "sha256") -> str:
    """Give the digest as images are named by it: ``sha256:`` and lower-case hexadecimal."""
    return f"{algorithm}:{hashlib.new(algorithm, octets).hexdigest()}"


LAYER = bytes(1024)
"""The image's only layer: a tar archive of nothing."""

CONFIG = written(
    {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [digest_of(LAYER)]},
    }
)
"""The image's configuration."""


def manifest(annotations: Mapping[str, str] | None = None) -> bytes:
    """Write the OCI manifest of the image, with annotations if it is to be another one."""
    described: dict[str, object] = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": _blob("application/vnd.oci.image.config.v1+json", CONFIG),
        "layers": [_blob("application/vnd.oci.image.layer.v1.tar", LAYER)],
    }
    if annotations is not None:
        described["annotations"] = annotations
    return written(described)


def _blob(media_type: str, octets: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(octets), "size": len(octets)}


MANIFEST = manifest()
"""The manifest, but where a vector says otherwise."""


def payload(
    *,
    digest: str = digest_of(MANIFEST),
    reference: str = REFERENCE,
    optional: Mapping[str, object] | None = None,
) -> bytes:
    """Write what is signed about an image, without faults.

    As container-signature(5), JSON data format, has it; ``optional`` takes the place of creator
    and timestamp.
    """
    if optional is None:
        optional = {"creator": CREATOR, "timestamp": seconds(SIGNED)}
    critical = {
        "type": TYPE,
        "image": {"docker-manifest-digest": digest},
        "identity": {"docker-reference": reference},
    }
    return written({"critical": critical, "optional": optional})


def signed_payload(text: bytes, by: Key, made: Made = Made()) -> tuple[Packet, ...]:
    """Sign a text in one pass, as the tools of containers do: announcement, data, signature."""
    return one_pass_message(text, (sign(text, by, made), by))


def image_signature(
    message: Sequence[Packet] | bytes,
    *,
    manifest: bytes = MANIFEST,
    reference: str = REFERENCE,
    identities: Sequence[str] = (),
) -> SimpleSigning:
    """Ask whether an image may run that bears this signature, a message's packets or its octets.

    ``identities`` are the fingerprints of the keys that may sign; see `SimpleSigning`.
    """
    octets = message if isinstance(message, bytes) else write_packets(message)
    return SimpleSigning(
        message=octets, manifest=manifest, reference=reference, identities=tuple(identities)
    )
