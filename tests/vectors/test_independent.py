"""The independent verifier: against signatures that are not the forge's, and, as if it were
somebody else's, against the areas of the corpus in which octets and numbers decide.
"""

from __future__ import annotations

import pytest

from harness.openpgp import Tag, dearmor, public_part, read_packets, write_signature
from harness.outcomes import AcceptedKey
from harness.testing import OpenPGPVector
from tests.openpgp import samples
from tests.vectors import independent
from vectors.forge.signature import damage
from vectors.suites.algorithms import ML_DSA_65
from vectors.suites.cast import TEXT, signed


def test_a_published_version_5_key_is_certified_and_bound() -> None:
    primary, user_id, about, subkey, binding = read_packets(dearmor(samples.V5_SECRET_KEY))
    assert (primary.tag, subkey.tag) == (Tag.SECRET_KEY, Tag.SECRET_SUBKEY)
    key = independent.framed(public_part(primary.body), 5)
    named = b"\xb4" + len(user_id.body).to_bytes(4, "big") + user_id.body
    assert independent.verifies(public_part(primary.body), about.body, key + named)
    both = key + independent.framed(public_part(subkey.body), 5)
    assert independent.verifies(public_part(primary.body), binding.body, both)
    assert not independent.verifies(public_part(primary.body), binding.body, key)


def test_a_published_version_6_certificate_is_certified_and_bound() -> None:
    (certificate,) = independent.certificates([samples.V6_CERTIFICATE])
    assert independent.is_certified(certificate)
    (subkey,) = certificate.subkeys
    (binding,) = subkey.signatures
    both = independent.framed(certificate.primary.body, 6) + independent.framed(subkey.body, 6)
    assert independent.verifies(certificate.primary.body, binding, both)


@pytest.mark.parametrize("octet", [0, 63, 64, -1])
def test_a_composite_signature_is_wrong_if_either_half_is(octet: int) -> None:
    signature = signed(by=ML_DSA_65)
    assert independent.verifies(ML_DSA_65.body, write_signature(signature), TEXT)
    assert not independent.verifies(ML_DSA_65.body, write_signature(damage(signature, octet)), TEXT)


@pytest.mark.openpgp(
    select=["area:armor", "area:line-endings", "area:signature-values"], known="independent.toml"
)
def test_it_judges_as_the_corpus_does_where_numbers_decide(openpgp_vector: OpenPGPVector) -> None:
    found = independent.right_keys(openpgp_vector.certificates, openpgp_vector.artifact)
    keys = set[AcceptedKey]().union(*found)
    openpgp_vector.expect(bool(keys), keys=keys)
