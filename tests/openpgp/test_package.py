from __future__ import annotations

import ast
import sys
from pathlib import Path

import harness.openpgp
from harness.openpgp import ReadError, names


def test_it_imports_the_standard_library_only() -> None:
    assert harness.openpgp.__file__ is not None
    for path in Path(harness.openpgp.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found: list[str] = []
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                found = [node.module or ""]
            for name in found:
                top = name.split(".")[0]
                assert top in sys.stdlib_module_names or name.startswith("harness.openpgp"), name


def test_everything_exported_exists() -> None:
    assert all(hasattr(harness.openpgp, name) for name in harness.openpgp.__all__)


def test_numbers_with_a_name_have_one_for_people() -> None:
    for numbers, table in (
        (names.Tag, names.PACKETS),
        (names.SignatureType, names.SIGNATURE_TYPES),
        (names.PublicKeyAlgorithm, names.PUBLIC_KEY_ALGORITHMS),
        (names.HashAlgorithm, names.HASHES),
        (names.SubpacketType, names.SUBPACKETS),
        (names.KeyFlag, names.KEY_FLAGS),
        (names.RevocationReason, names.REVOCATION_REASONS),
        (names.LiteralFormat, names.LITERAL_FORMATS),
        (names.CompressionAlgorithm, names.COMPRESSIONS),
        (names.SymmetricAlgorithm, names.SYMMETRIC_ALGORITHMS),
        (names.AeadAlgorithm, names.AEAD_ALGORITHMS),
    ):
        assert {int(number) for number in numbers} == set(table.names)


def test_unknown_numbers_are_said_to_be() -> None:
    assert names.name_of(names.HASHES, 10) == "SHA512"
    assert names.name_of(names.HASHES, 99) == "hash 99 (unknown)"
    assert names.name_of(names.SIGNATURE_TYPES, 0x99) == "signature type 0x99 (unknown)"


def test_errors_carry_data_and_derive_their_text() -> None:
    assert str(ReadError("odd")) == "odd"
    assert str(ReadError("odd", 3)) == "odd at offset 3"
    assert ReadError("odd", 3) == ReadError("odd", 3) != ReadError("odd")
