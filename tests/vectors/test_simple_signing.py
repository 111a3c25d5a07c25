"""Images' signatures: each vector has the fault that it says, and no other, by independent means.

What the text says is read by the standard library, with no help from the forge; whether the message
is signed is shown with all other formats (test_crypto.py). Those who verify images are asked live,
as far as they are built: no mistake of the forge must look like a divergence of theirs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

import backends
from harness.artifact import SimpleSigning
from harness.backend import Unavailable
from harness.openpgp.armor import dearmor
from harness.openpgp.contents import read_literal
from harness.openpgp.errors import ReadError
from harness.openpgp.names import Tag
from harness.openpgp.packets import read_packets
from harness.outcomes import ErrorClass, NativeVerdict, Verdict
from harness.vector import Expectation, Outcome, Vector
from tests.adapters.asking import worker
from tests.vectors import independent
from tests.vectors.shipped import VECTORS, complaints
from vectors.forge.simple_signing import CONFIG, LAYER, MANIFEST

IMAGES = [one for one in VECTORS.values() if isinstance(one.artifact, SimpleSigning)]


def unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in members]
    if len(set(names)) != len(names):
        raise ValueError("a duplicated member")
    return dict(members)


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def read_text(text: bytes) -> dict[str, Any]:
    """Read what is signed, as strictly as container-signature(5) has it."""
    said = json.loads(text.decode(), object_pairs_hook=unique, parse_constant=no_constant)
    members(said, "critical", "optional")
    critical: dict[str, Any] = said["critical"]
    optional = said["optional"]
    members(critical, "type", "image", "identity")
    members(critical["image"], "docker-manifest-digest")
    members(critical["identity"], "docker-reference")
    if critical["type"] != "atomic container signature" or not isinstance(optional, dict):
        raise ValueError("another type")
    if not isinstance(critical["image"]["docker-manifest-digest"], str):
        raise ValueError("a digest that is no string")
    if not isinstance(critical["identity"]["docker-reference"], str):
        raise ValueError("a reference that is no string")
    if not isinstance(optional.get("creator", ""), str):
        raise ValueError("a creator that is no string")
    time = optional.get("timestamp", 0)
    if type(time) not in (int, float) or time != int(time) or not -(2**63) <= time < 2**63:
        raise ValueError("a timestamp that is no integer of 64 bits")
    return critical


def members(value: object, *names: str) -> None:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise ValueError(f"not an object of {names}")


REFERENCE = re.compile(
    r"(?P<name>[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-][a-z0-9]+)*)+)"
    r"(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def in_full(reference: str) -> str:
    """Write a reference out in full, as distribution/reference normalizes it."""
    host, slash, rest = reference.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, rest = "docker.io", reference
    if host in ("docker.io", "index.docker.io"):
        host, rest = "docker.io", rest if "/" in rest else f"library/{rest}"
    return f"{host}/{rest}"


def agrees(signed: str, asked_for: str) -> bool:
    """Whether two references match (containers-policy.json(5): matchRepoDigestOrExact)."""
    signed = in_full(signed)
    ours, theirs = REFERENCE.fullmatch(signed), REFERENCE.fullmatch(asked_for)
    if ours is None or theirs is None or signed == ours["name"]:
        return False
    if theirs["digest"] is not None:
        return ours["name"] == theirs["name"] and ours["digest"] in (None, theirs["digest"])
    return signed == asked_for


def faults(text: bytes, artifact: SimpleSigning) -> set[str]:
    """What is wrong with what is signed about an image."""
    try:
        critical = read_text(text)
    except (ValueError, RecursionError, OverflowError):
        return {"json"}
    found = set()
    digests = (f"{name}:{hashlib.new(name, artifact.manifest).hexdigest()}" for name in SHA2)
    if critical["image"]["docker-manifest-digest"] not in digests:
        found.add("image")
    if not agrees(critical["identity"]["docker-reference"], artifact.reference):
        found.add("reference")
    return found


SHA2 = ("sha256", "sha512")
"""By which manifests have digests."""


def texts(vector: Vector) -> list[bytes]:
    """All that is literal data in the message, or in cleartext."""
    artifact = vector.case.unrolled().artifact
    assert isinstance(artifact, SimpleSigning)
    try:
        signed = [text for _, text in independent.documents(artifact)]
        if not artifact.message.startswith(b"-----BEGIN PGP SIGNED"):
            packets = independent.flat(read_packets(dearmor(artifact.message)))
            signed = [read_literal(p.body).data for p in packets if p.tag == Tag.LITERAL_DATA]
    except (ReadError, IndexError):
        return []
    return signed


def is_wrong_as_it_says(vector: Vector) -> None:
    """Accepted are texts without fault; where another fault is told, the text has none."""
    artifact = vector.artifact
    assert isinstance(artifact, SimpleSigning)
    told = {"json", "image", "reference"} & set(vector.tags)
    found = [faults(text, artifact) for text in texts(vector)]
    match vector.expectation.outcome:
        case Outcome.ACCEPT | Outcome.POLICY:
            assert found == [set()], found
        case Outcome.REJECT if told:
            assert found == [told], found
        case Outcome.REJECT:
            assert not found or set() in found, found
        case Outcome.UNDEFINED:
            assert all(one <= told for one in found), found


def test_every_text_is_wrong_where_it_says_and_nowhere_else() -> None:
    assert len(IMAGES) > 200
    assert complaints(IMAGES, is_wrong_as_it_says) == []


def test_the_check_sees_each_kind_of_fault() -> None:
    vector = VECTORS["simple-signing/signed-by-subkey"]
    (text,) = texts(vector)
    artifact = vector.artifact
    assert isinstance(artifact, SimpleSigning)
    assert faults(text, artifact) == set()
    assert faults(text + b"{", artifact) == {"json"}
    assert faults(text.replace(b'{"type"', b'{"type":"","type"'), artifact) == {"json"}
    assert faults(text, replace(artifact, manifest=b"{}")) == {"image"}
    assert faults(text, replace(artifact, reference="registry.example/team/app:2")) == {"reference"}


def accepts_only_who_signed(vector: Vector) -> None:
    """A vector about identities: who may sign, and who did, are as it says."""
    artifact = vector.case.unrolled().artifact
    assert isinstance(artifact, SimpleSigning)
    (keys,) = independent.right_keys(vector.certificates, artifact)
    may = [key for key in keys if {key.signing, key.primary} & set(artifact.identities)]
    stranger = set(vector.expectation.classes) == {ErrorClass.IDENTITY_MISMATCH}
    text_is_good = not {"json", "image", "reference"} & set(vector.tags)
    assert bool(may) is not (
        vector.expectation.outcome is Outcome.REJECT and stranger and text_is_good
    )


def test_identities_are_the_keys_that_signed_or_are_not() -> None:
    named = [one for one in IMAGES if one.artifact.identities]  # type: ignore[union-attr]
    assert len(named) > 10
    assert complaints(named, accepts_only_who_signed) == []


def test_the_image_is_whole() -> None:
    described = json.loads(MANIFEST)
    for blob, octets in ((described["config"], CONFIG), (described["layers"][0], LAYER)):
        assert blob["digest"] == f"sha256:{hashlib.sha256(octets).hexdigest()}"
        assert blob["size"] == len(octets)


CONSUMERS = ("containers-image-openpgp", "containers-image-sequoia", "containers-image-gpgme")
"""Who verifies images: first the one that needs Go only, which has to be built; the slowest last,
which is asked only what the others do not confirm."""

BUILT = [one for one in CONSUMERS if not isinstance(backends.load(one).presence(), Unavailable)]

CONFIRMED_BY = {
    "simple-signing/subkey-revoked-retired-after": "containers-image-sequoia",
    "simple-signing/primary-key-revoked-retired-after": "containers-image-sequoia",
    "simple-signing/signature-before-text": "containers-image-gpgme",
    "simple-signing/signature-from-before-its-key": "containers-image-sequoia",
    "simple-signing/keys-revoked-copy-last": "containers-image-sequoia",
    "simple-signing/announced-once-signed-twice": "containers-image-sequoia",
    "simple-signing/announced-twice-signed-once": "containers-image-sequoia",
    "simple-signing/signature-of-another-type": "containers-image-gpgme",
    "simple-signing/blob-two-messages": "containers-image-sequoia",
    "simple-signing/blob-good-message-then-foreign": "containers-image-sequoia",
    "simple-signing/blob-message-then-literal": "containers-image-sequoia",
    "simple-signing/blob-that-with-garbage": "containers-image-sequoia",
    "simple-signing/signatures-by-two-known-keys": "containers-image-gpgme",
    "simple-signing/signatures-by-two-known-keys-reversed": "containers-image-gpgme",
    "simple-signing/signatures-good-then-unknown": "containers-image-gpgme",
    "simple-signing/signatures-unknown-version": "containers-image-gpgme",
    "simple-signing/signatures-by-twelve": "containers-image-gpgme",
    "simple-signing/signatures-by-one-key": "containers-image-gpgme",
    "simple-signing/signatures-unknown-then-good": "containers-image-gpgme",
    "simple-signing/signatures-twice-the-same": "containers-image-gpgme",
}
"""Who is the first to confirm what the first one decides otherwise. Where that one is not built,
nobody can be asked."""


def confirms(answer: NativeVerdict, expectation: Expectation) -> bool:
    """Whether it does what is right, and for a reason that is right."""
    if expectation.outcome is Outcome.ACCEPT:
        return answer.verdict is Verdict.ACCEPTED
    return answer.verdict is Verdict.REJECTED and bool(answer.classes & set(expectation.classes))


@dataclass(frozen=True)
class Asked:
    """What came of asking one consumer after the other.

    Attributes:
        confirmed: who was the first to decide a vector as it should be.
        unconfirmed: what they said of the vectors that none of them decides so.
    """

    confirmed: Mapping[str, str]
    unconfirmed: Mapping[str, set[Verdict]]


@pytest.fixture(scope="module")
def consumers(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Ask those who are built about the vectors whose outcome is definite."""
    if CONSUMERS[0] not in BUILT:
        pytest.skip(f"nobody to ask: pgp-accord backends build {CONSUMERS[0]}")
    definite = (Outcome.ACCEPT, Outcome.REJECT)
    open_ = {one.id: one for one in IMAGES if one.expectation.outcome in definite}
    for name, consumer in CONFIRMED_BY.items():
        if consumer not in BUILT:
            del open_[name]
    confirmed: dict[str, str] = {}
    said: dict[str, set[Verdict]] = defaultdict(set)
    for consumer in BUILT:
        with worker(consumer, tmp_path_factory.mktemp(consumer)) as asked:
            for name, one in list(open_.items()):
                case = one.case.unrolled()
                answer = asked.ask(*case.certificates, artifact=case.artifact, at=case.at)
                said[name].add(answer.native.verdict)
                if confirms(answer.native, one.expectation):
                    confirmed[name] = consumer
                    del open_[name]
    return Asked(confirmed, {name: said[name] for name in open_})


def test_what_is_expected_of_images_is_confirmed_by_somebody_or_says_why_not(
    consumers: Asked,
) -> None:
    said_so = {one.id for one in IMAGES if one.unconfirmed}
    assert consumers.unconfirmed.keys() == said_so


def test_what_the_first_consumer_does_not_confirm_is_confirmed_by_whom_the_table_says(
    consumers: Asked,
) -> None:
    by_others = {k: v for k, v in consumers.confirmed.items() if v != CONSUMERS[0]}
    assert by_others == {k: v for k, v in CONFIRMED_BY.items() if v in BUILT}
