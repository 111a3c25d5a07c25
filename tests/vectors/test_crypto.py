"""What is meant to be right verifies, what is meant to be wrong does not: by independent means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.artifact import SimpleSigning
from harness.corpus import load_suite
from harness.lint import MALFORMED
from harness.openpgp.errors import ReadError
from harness.openpgp.keys import fingerprint
from harness.outcomes import AcceptedKey, ErrorClass
from harness.vector import Outcome, Vector
from tests.vectors import independent
from tests.vectors.shipped import VECTORS, complaints, every_area, of_area
from vectors import PROBES
from vectors.suites.combined import ONES, PAIRS

FORM = {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE, ErrorClass.MISSING_KEY}
"""Where these are right, there may be nothing whose numbers could be checked."""


UNSETTLED_LINE_ENDS = (
    b"",
    *(b"\n\r", b"\r", b"\x1e", b"\x0b", b"\x0c"),
    *(sign.encode() for sign in ("\u0085", "\u2028", "\u2029")),
)
"""What may end a line as well, where the texts leave that open; or nothing."""


def right_keys(vector: Vector, line_end: bytes = b"") -> list[set[AcceptedKey]]:
    """For each signature, the keys its numbers are right for; empty if nothing can be read."""
    line_ends = (line_end, *independent.LINE_ENDS) if line_end else independent.LINE_ENDS
    asked = vector.case.unrolled()
    return independent.right_keys(asked.certificates, asked.artifact, line_ends)


def is_unreadable(vector: Vector) -> bool:
    """Whether certificates or signatures cannot be taken apart, as the vector says itself."""
    if MALFORMED not in vector.tags:
        return False
    asked = vector.case.unrolled()
    try:
        independent.certificates(asked.certificates)
        return not independent.documents(asked.artifact)
    except (ReadError, IndexError):
        return True


def was_signed_by_its_keys(vector: Vector) -> None:
    if is_unreadable(vector):
        return  # test_armor.py shows that its parts are what they were before they were mangled
    undefined = vector.expectation.outcome is Outcome.UNDEFINED
    readings = UNSETTLED_LINE_ENDS if undefined else (b"",)
    found = (set().union(*right_keys(vector, line_end)) for line_end in readings)
    assert any(keys.issuperset(vector.expectation.keys) for keys in found)


@every_area
def test_every_key_that_may_be_accepted_did_sign(area: str) -> None:
    assert complaints(of_area(area), was_signed_by_its_keys) == []


def are_bound(vector: Vector, keys: Iterable[AcceptedKey]) -> bool:
    """Whether each of the keys is certified, and below its primary key bound, by right numbers."""
    known = independent.certificates(vector.case.unrolled().certificates)
    return all(
        any(
            independent.is_certified(cert)
            and (
                key.signing == key.primary
                or any(
                    independent.is_bound(cert, subkey)
                    for subkey in cert.subkeys
                    if fingerprint(subkey.body) == key.signing
                )
            )
            for cert in known
            if fingerprint(cert.primary.body) == key.primary
        )
        for key in keys
    )


def has_its_keys_bound(vector: Vector) -> None:
    assert are_bound(vector, vector.expectation.keys)


@every_area
def test_every_key_that_may_be_accepted_belongs_to_its_certificate(area: str) -> None:
    assert complaints(of_area(area, Outcome.ACCEPT, Outcome.POLICY), has_its_keys_bound) == []


ABOUT_THE_CERTIFICATE = {ErrorClass.UNBOUND_KEY, ErrorClass.MISSING_KEY, ErrorClass.MALFORMED}


def has_its_signers_bound(vector: Vector) -> None:
    if ABOUT_THE_CERTIFICATE.isdisjoint(vector.expectation.classes):
        assert are_bound(vector, set().union(*right_keys(vector)))


@every_area
def test_what_is_rejected_for_another_reason_was_signed_by_a_key_that_is_bound(area: str) -> None:
    assert complaints(of_area(area, Outcome.REJECT), has_its_signers_bound) == []


def is_wrong_where_it_says(vector: Vector) -> None:
    classes = set(vector.expectation.classes)
    found = right_keys(vector)
    if classes == {ErrorClass.BAD_SIGNATURE}:
        assert found
        assert not any(found)
    elif ErrorClass.BAD_SIGNATURE not in classes and not is_beyond_checking(vector, classes):
        assert found or ErrorClass.NO_SIGNATURE in classes
        assert all(found), "the fault is elsewhere, so the numbers have to be right"


def is_beyond_checking(vector: Vector, classes: set[ErrorClass]) -> bool:
    """Whether there is no key, no known algorithm, or nothing that can be taken apart."""
    if classes == {ErrorClass.MISSING_KEY}:
        return True
    if isinstance(vector.artifact, SimpleSigning) and "several" in vector.tags:
        return True  # it must not hold several, and is never split: the numbers are written down
    return not classes.isdisjoint(FORM) and (
        MALFORMED in vector.tags or vector.id.startswith(UNKNOWN_ALGORITHMS)
    )


UNKNOWN_ALGORITHMS = ("algorithms/detached-by-unknown-", "algorithms/hash-unknown-")
"""Nobody can say whether these are right."""


@every_area
def test_a_signature_is_wrong_where_it_is_said_to_be_and_nowhere_else(area: str) -> None:
    assert complaints(of_area(area, Outcome.REJECT), is_wrong_where_it_says) == []


@pytest.mark.parametrize("name", [*ONES, *PAIRS])
def test_of_combined_faults_only_tampering_touches_the_numbers(name: str) -> None:
    vector = VECTORS[f"combined/{'only' if name in ONES else 'both'}-{name}"]
    (keys,) = right_keys(vector)
    assert bool(keys) is ("tampered" not in name)


def is_right_about_each(vector: Vector) -> None:
    found = right_keys(vector)
    assert len(found) == len(vector.expectation.signatures)
    for expected, keys in zip(vector.expectation.signatures, found, strict=True):
        if expected.outcome is Outcome.ACCEPT:
            assert set(expected.keys) <= keys
        elif set(expected.classes) == {ErrorClass.BAD_SIGNATURE}:
            assert not keys
        elif set(expected.classes) <= {ErrorClass.WEAK_HASH, ErrorClass.UNKNOWN_CRITICAL}:
            assert keys


@every_area
def test_each_of_several_signatures_is_what_it_is_said_to_be(area: str) -> None:
    several = (vector for vector in of_area(area) if vector.expectation.signatures)
    assert complaints(several, is_right_about_each) == []


UNBOUND = [
    name
    for name in VECTORS
    if name.startswith(
        (
            "subkeys/binding-",
            "subkeys/back-signature-",
            "subkeys/adopted-with",
            "bindings/adopted-with",
        )
    )
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
    if vector.id.startswith(("revocation/", "validity/"))
    and vector.expectation.outcome is Outcome.REJECT
    and vector.expectation.classes == (ErrorClass.KEY_REVOKED,)
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


def test_the_probes_are_what_they_say() -> None:
    probes = load_suite(PROBES).vectors
    assert complaints(probes, was_signed_by_its_keys) == []
    accepted = [one for one in probes if one.expectation.outcome is Outcome.ACCEPT]
    assert complaints(accepted, has_its_keys_bound) == []
    rejected = [one for one in probes if one.expectation.outcome is Outcome.REJECT]
    assert complaints(rejected, is_wrong_where_it_says) == []


NUMBERS = Path(__file__).with_name("numbers.tsv")
"""What was seen, and reviewed, of each signature that is to be rejected for one of several reasons:
whether its numbers are right (the fault is elsewhere), wrong, or cannot be read."""


def numbers_of(vector: Vector) -> str:
    found = right_keys(vector)
    if not found:
        return "unreadable"
    return "right" if all(found) else "mixed" if any(found) else "wrong"


def test_where_several_reasons_are_right_the_numbers_are_as_written_down() -> None:
    ambiguous = {
        name: numbers_of(vector)
        for name, vector in VECTORS.items()
        if vector.expectation.outcome is Outcome.REJECT
        and (classes := set(vector.expectation.classes)) != {ErrorClass.BAD_SIGNATURE}
        and (ErrorClass.BAD_SIGNATURE in classes or is_beyond_checking(vector, classes))
    }
    lines = NUMBERS.read_text().splitlines()[1:]
    assert ambiguous == dict(line.split("\t") for line in lines)
