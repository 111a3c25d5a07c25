"""What is meant to be right verifies, what is meant to be wrong does not: by independent means."""

from __future__ import annotations

import pytest

from harness.openpgp.errors import ReadError
from harness.openpgp.keys import fingerprint
from harness.outcomes import AcceptedKey, ErrorClass
from harness.vector import Outcome, Vector
from tests.vectors import independent
from vectors.suites import areas
from vectors.suites.probe import probe

VECTORS = {vector.id: vector for area in (*areas(), probe) for vector in area.build().vectors}

FORM = {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE, ErrorClass.MISSING_KEY}
"""Where these are right, there may be nothing whose numbers could be checked."""


def right_keys(vector: Vector) -> list[set[AcceptedKey]]:
    """For each signature, the keys its numbers are right for; empty if nothing can be read."""
    asked = vector.case.unrolled()
    known = independent.certificates(asked.certificates)
    try:
        signed = independent.documents(asked.artifact)
    except (ReadError, IndexError):
        return []
    return [independent.signers(known, body, document) for body, document in signed]


def ids(*outcomes: Outcome) -> list[str]:
    return [name for name, v in VECTORS.items() if v.expectation.outcome in outcomes]


@pytest.mark.parametrize("name", ids(*Outcome))
def test_every_key_that_may_be_accepted_did_sign(name: str) -> None:
    vector = VECTORS[name]
    found = set().union(*right_keys(vector))
    for key in vector.expectation.keys:
        assert key in found


@pytest.mark.parametrize("name", ids(Outcome.ACCEPT, Outcome.POLICY))
def test_every_key_that_may_be_accepted_belongs_to_its_certificate(name: str) -> None:
    vector = VECTORS[name]
    known = independent.certificates(vector.certificates)
    for key in vector.expectation.keys:
        certificates = [cert for cert in known if fingerprint(cert.primary.body) == key.primary]
        assert any(map(independent.is_certified, certificates))
        if key.signing != key.primary:
            assert any(
                independent.is_bound(cert, subkey)
                for cert in certificates
                for subkey in cert.subkeys
                if fingerprint(subkey.body) == key.signing
            )


@pytest.mark.parametrize("name", ids(Outcome.REJECT))
def test_a_signature_is_wrong_where_it_is_said_to_be_and_nowhere_else(name: str) -> None:
    vector = VECTORS[name]
    classes = set(vector.expectation.classes)
    found = right_keys(vector)
    if classes == {ErrorClass.BAD_SIGNATURE}:
        assert found
        assert not any(found)
    elif ErrorClass.BAD_SIGNATURE not in classes and not classes & FORM:
        assert found
        assert all(found), "the fault is elsewhere, so the numbers have to be right"


@pytest.mark.parametrize(
    "name", [name for name, vector in VECTORS.items() if vector.expectation.signatures]
)
def test_each_of_several_signatures_is_what_it_is_said_to_be(name: str) -> None:
    vector = VECTORS[name]
    found = right_keys(vector)
    assert len(found) == len(vector.expectation.signatures)
    for expected, keys in zip(vector.expectation.signatures, found, strict=True):
        if expected.outcome is Outcome.ACCEPT:
            assert set(expected.keys) <= keys
        elif set(expected.classes) == {ErrorClass.BAD_SIGNATURE}:
            assert not keys
        elif set(expected.classes) <= {ErrorClass.WEAK_HASH, ErrorClass.UNKNOWN_CRITICAL}:
            assert keys


UNBOUND = [
    name
    for name in VECTORS
    if name.startswith(("subkeys/binding-", "subkeys/back-signature-", "subkeys/adopted-with"))
    and VECTORS[name].expectation.outcome is Outcome.REJECT
    # These are right by their numbers, and void for what they say.
    and "critical" not in name
    and "expired" not in name
]


@pytest.mark.parametrize("name", UNBOUND)
def test_a_subkey_that_is_said_to_be_unbound_is(name: str) -> None:
    vector = VECTORS[name]
    for cert in independent.certificates(vector.certificates):
        signers = {key.signing for keys in right_keys(vector) for key in keys}
        for subkey in cert.subkeys:
            if fingerprint(subkey.body) in signers:
                assert not independent.is_bound(cert, subkey)


REVOKED = [
    name
    for name, vector in VECTORS.items()
    if vector.id.startswith("revocation/") and vector.expectation.outcome is Outcome.REJECT
]


@pytest.mark.parametrize("name", REVOKED)
def test_a_key_that_is_said_to_be_revoked_is(name: str) -> None:
    vector = VECTORS[name]
    found = False
    for cert in independent.certificates(vector.certificates):
        primary = cert.primary.body
        for body in cert.primary.signatures:
            if body[1] == 0x20:
                hashed = independent.framed(primary, body[0])
                found |= independent.verifies(primary, body, hashed)
        for subkey in cert.subkeys:
            for body in subkey.signatures:
                if body[1] == 0x28:
                    hashed = independent.framed(primary, body[0])
                    hashed += independent.framed(subkey.body, body[0])
                    found |= independent.verifies(primary, body, hashed)
    assert found
