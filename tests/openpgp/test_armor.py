from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    Packet,
    ReadError,
    crc24,
    dearmor,
    is_armored,
    read_armor,
    write_armor,
    write_packet,
)
from tests.openpgp import samples, strategies

LABEL = "PGP SIGNATURE"

header_text = st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Cs"]), max_size=12)


@strategies.patient
@given(
    data=st.binary(max_size=200),
    headers=st.lists(
        st.tuples(
            header_text.filter(lambda key: ":" not in key and key.strip()),
            header_text.map(str.strip),
        ),
        max_size=3,
    ),
    checksum=st.one_of(st.booleans(), st.binary(min_size=3, max_size=3)),
    newline=st.sampled_from(["\n", "\r\n"]),
    width=st.integers(1, 80),
)
def test_what_is_written_reads_back_the_same(
    data: bytes,
    headers: list[tuple[str, str]],
    checksum: bool | bytes,
    newline: str,
    width: int,
) -> None:
    text = write_armor(LABEL, data, headers, checksum, newline, width)
    (block,) = read_armor(text)
    assert (block.label, block.headers, block.data) == (LABEL, tuple(headers), data)
    assert (block.start, block.end) == (0, len(text))
    if isinstance(checksum, bytes):
        assert block.checksum == checksum
    else:
        assert block.checksum_is_right is (True if checksum else None)


@strategies.patient
@given(
    st.one_of(
        st.binary(max_size=100),
        strategies.texts(),
        strategies.damaged(samples.real_texts()),
    )
)
def test_any_text_reads_or_raises_the_own_error(text: bytes) -> None:
    with contextlib.suppress(ReadError):
        blocks = read_armor(text)
        assert all(text[block.start :].startswith(b"-----BEGIN PGP ") for block in blocks)
    with contextlib.suppress(ReadError):
        dearmor(text)


# The check value of CRC-24/OPENPGP in the catalogue of parametrised CRC algorithms, and the
# initial value of RFC 9580 section 6.1 for no data.
@pytest.mark.parametrize(("data", "value"), [(b"123456789", 0x21CF02), (b"", 0xB704CE)])
def test_the_checksum_is_openpgp_s(data: bytes, value: int) -> None:
    assert crc24(data) == value


def test_a_published_block_has_the_right_checksum() -> None:
    (block,) = read_armor(samples.V5_SECRET_KEY)
    assert block.checksum_is_right is True
    assert block.label == "PGP PRIVATE KEY BLOCK"
    assert write_armor(block.label, block.data) == samples.V5_SECRET_KEY


@pytest.mark.parametrize("line", [b"=ab", b"=*?%&", b"=abcde", b"=ab=="])
@pytest.mark.parametrize("data", [b"", b"data", b"data."])
def test_a_malformed_checksum_is_passed_over_and_told(data: bytes, line: bytes) -> None:
    text = write_armor(LABEL, data, checksum=False)
    (block,) = read_armor(text.replace(b"-----END", line + b"\n-----END"))
    assert (block.data, block.checksum, block.checksum_is_right) == (data, b"", False)


def test_any_white_space_may_fill_the_blank_line() -> None:
    text = write_armor(LABEL, b"data").replace(b"\n\n", b"\n \t\v\f\n")
    assert read_armor(text)[0].data == b"data"


@pytest.mark.parametrize("width", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("data", [b"d", b"da", b"dat", b"data", b"data."])
def test_padding_alone_in_a_line_is_no_checksum(data: bytes, width: int) -> None:
    (block,) = read_armor(write_armor(LABEL, data, checksum=False, width=width))
    assert (block.data, block.checksum) == (data, None)


def test_a_wrong_checksum_is_kept_and_told() -> None:
    (block,) = read_armor(write_armor(LABEL, b"data", checksum=b"abc"))
    assert block.checksum == b"abc"
    assert block.checksum_is_right is False


def test_all_blocks_are_found_among_other_text() -> None:
    one, two = write_armor(LABEL, b"one"), write_armor("PGP MESSAGE", b"two", newline="\r\n")
    text = b"Hello,\n" + one + b"\nand - -----BEGIN PGP MESSAGE-----\n" + two + b"bye"
    blocks = read_armor(text)
    assert [(block.label, block.data) for block in blocks] == [
        (LABEL, b"one"),
        ("PGP MESSAGE", b"two"),
    ]
    assert text[blocks[0].start : blocks[0].end] == one
    assert text[blocks[1].start : blocks[1].end] == two
    assert dearmor(text) == b"onetwo"


def test_a_cleartext_message_s_block_is_its_signature() -> None:
    (block,) = read_armor(samples.V6_CLEARTEXT)
    assert block.label == LABEL


@pytest.mark.parametrize(
    ("text", "what", "offset"),
    [
        (b"-----BEGIN PGP SIGNATURE-----\n\naaaa\n", "armored block has no end", 0),
        (
            b"-----BEGIN PGP SIGNATURE-----\n\naaaa\n-----END PGP MESSAGE-----\n",
            "armored block has no end",
            0,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\naaaa\n-----END PGP SIGNATURE-----\n",
            "armor has neither header nor blank line here",
            30,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\nA: b\n-----END PGP SIGNATURE-----\n",
            "armor has no blank line before its data",
            35,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n",
            "armor has no blank line before its data",
            30,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\n\naaa\n-----END PGP SIGNATURE-----\n",
            "armor is not Base64",
            31,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\n\nYQ==YWJj\n-----END PGP SIGNATURE-----\n",
            "armor is not Base64",
            31,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\n\naa!aa\n-----END PGP SIGNATURE-----\n",
            "armor is not Base64",
            31,
        ),
        (
            b"-----BEGIN PGP SIGNATURE-----\n\naaaa\n-----END PGP SIGNATURE----- x\n",
            "armor's last line goes on after its dashes",
            63,
        ),
    ],
)
def test_a_fault_is_named_and_placed(text: bytes, what: str, offset: int) -> None:
    with pytest.raises(ReadError) as caught:
        read_armor(text)
    assert caught.value == ReadError(what, offset)


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN PGP SIGNATURE-----  \r\n \t\r\nYWJj\r\n\r\n-----END PGP SIGNATURE-----",
        b"-----BEGIN PGP SIGNATURE-----\nKey:\nB:  b\n\nYW\nJj\n\n-----END PGP SIGNATURE-----\n",
        b"-----BEGIN PGP SIGNATURE-----\n\nYWJj\n=uhx7\n-----END PGP SIGNATURE-----\t\n",
    ],
)
def test_white_space_and_odd_headers_do_not_matter(text: bytes) -> None:
    (block,) = read_armor(text)
    assert block.data == b"abc"


def test_headers_keep_octets_that_are_not_utf_8() -> None:
    text = b"-----BEGIN PGP SIGNATURE-----\nComment: \xff\n\n\n-----END PGP SIGNATURE-----\n"
    (block,) = read_armor(text)
    assert block.headers == (("Comment", "\udcff"),)
    assert write_armor(LABEL, b"", block.headers, checksum=False).count(b"Comment: \xff\n") == 1


def test_binary_that_contains_armor_is_binary() -> None:
    armor = write_armor(LABEL, b"data")
    message = write_packet(Packet(11, b"b\0\0\0\0\0\n" + armor))
    assert is_armored(armor)
    assert not is_armored(message)
    assert dearmor(message) == message


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff", b"x -----BEGIN PGP MESSAGE-----\n"])
def test_other_data_is_not_armored(data: bytes) -> None:
    assert not is_armored(data)
    assert dearmor(data) == data


def test_text_before_armor_may_begin_with_any_letter() -> None:
    assert is_armored("über\n".encode() + write_armor(LABEL, b"data"))


def test_a_line_holds_at_least_one_character() -> None:
    with pytest.raises(ValueError, match="at least one"):
        write_armor(LABEL, b"", width=0)
