"""What the vectors about images share: who signs, and how message and key files make a vector."""

from __future__ import annotations

import json
from collections.abc import Sequence

from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import Packet
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.certificate import Certificate
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.simple_signing import image_signature, manifest, payload, signed_payload
from vectors.forge.times import DAY, SIGNED
from vectors.suites.cast import BY_SMALL_ALICE, SMALL_ALICE, SMALL_ALICE_SIGNING, lone, small_alice
from vectors.suites.expect import accept, reject
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import FORM

SIGNER = SMALL_ALICE_SIGNING
SECOND = Key("signer-03", Algorithm.EDDSA_LEGACY)
"""Another signing subkey of Alice's."""
STRANGER = Key("signer-01", Algorithm.EDDSA_LEGACY)
"""Mallory's key, whose certificate is known where a vector says so."""

LONE = SMALL_ALICE
ALICE_ALONE = lone(LONE)
BY_LONE = LONE.under(LONE)
"""One key that certifies and signs, for what is about texts: older consumers know no subkeys."""

PAYLOAD = payload()
GOOD = accept(BY_SMALL_ALICE)
FINE = accept(BY_LONE)
BAD = reject(Wrong.BAD_SIGNATURE, reason=f"{FORM}.")
NO_MESSAGE = (Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.POLICY_OTHER)
"""What is right to say where the packets are no signed message, or one of a form not allowed."""
MISREAD = (Wrong.BAD_SIGNATURE,)
"""Right besides where a signature is there that somebody may check against another text."""
PRETTY = json.dumps(json.loads(PAYLOAD), indent=4).encode()
"""The same in lines and indents."""

OTHER_MANIFEST = manifest({"org.opencontainers.image.title": "not what Alice signed"})
"""Of another image."""


def asked(
    message: Sequence[Packet] | bytes,
    expect: Expectation,
    *others: Certificate | bytes,
    identities: Sequence[Key] = (),
) -> Draft:
    """A vector about a message; Alice's certificate is known, and those of ``others``."""
    return with_files([small_alice(), *others], expect, message, identities=identities)


def with_files(
    files: Sequence[Certificate | bytes],
    expect: Expectation,
    message: Sequence[Packet] | bytes | None = None,
    *,
    identities: Sequence[Key] = (),
) -> Draft:
    """A vector about the files of keys; by default Alice's subkey signed, as it should."""
    if message is None:
        message = signed_payload(PAYLOAD, SIGNER)
    accepted = [key.fingerprint for key in identities]
    return Draft(
        certificates=files,
        artifact=image_signature(message, identities=accepted),
        expect=expect,
    )


def saying(text: bytes, expect: Expectation, *, identities: Sequence[Key] = ()) -> Draft:
    """A vector about what is signed, by a lone key of Alice's."""
    return with_files([ALICE_ALONE], expect, signed_payload(text, LONE), identities=identities)


def later(days: int = 1) -> Made:
    """Made on a later day, so that it is another signature."""
    return Made(created=SIGNED + days * DAY)
