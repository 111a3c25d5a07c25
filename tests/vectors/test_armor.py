"""Mangled armor still holds what it was made from, however little of it a reader can find."""

from __future__ import annotations

import binascii
import re

import pytest

from harness.artifact import Detached
from harness.openpgp.armor import read_armor
from harness.openpgp.errors import ReadError
from harness.vector import Vector
from vectors.suites.armor import armor

VECTORS = {vector.id: vector for vector in armor.build().vectors}
MANGLED = [
    vector
    for vector in VECTORS.values()
    if vector.id.startswith(("armor/signature-", "armor/certificate-"))
]


def armored(vector: Vector) -> bytes:
    """The part of a vector that the area mangles."""
    case = vector.case.unrolled()
    if vector.id.startswith("armor/certificate-"):
        return case.certificates[0]
    assert isinstance(case.artifact, Detached)
    return case.artifact.signature


def good(vector: Vector) -> bytes:
    """What its armor was made from."""
    baseline = f"{vector.id[: vector.id.index('-')]}-not-mangled"
    (block,) = read_armor(armored(VECTORS[baseline]))
    return block.data


@pytest.mark.parametrize("vector", MANGLED, ids=lambda vector: vector.id)
def test_the_base64_is_all_there(vector: Vector) -> None:
    encoded = binascii.b2a_base64(good(vector), newline=False).rstrip(b"=")
    assert encoded in re.sub(rb"[^A-Za-z0-9+/]", b"", armored(vector))


@pytest.mark.parametrize("vector", MANGLED, ids=lambda vector: vector.id)
def test_what_can_be_read_is_what_was_armored(vector: Vector) -> None:
    try:
        blocks = read_armor(armored(vector))
    except ReadError:
        blocks = ()
    if "malformed" not in vector.tags:
        assert blocks
    assert [block.data for block in blocks] in ([], [good(vector)])
