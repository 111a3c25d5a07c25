from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openpgp import (
    INDETERMINATE,
    NEW,
    OLD,
    OVERLONG,
    Framing,
    Packet,
    ReadError,
    dearmor,
    old_format,
    partial,
    read_packets,
    scan_packets,
    walk_packets,
    write_header,
    write_packet,
    write_packets,
)
from harness.openpgp.packets import length_width
from tests.openpgp import strategies
from tests.openpgp.samples import each_keyring, real_binaries


@strategies.patient
@given(strategies.packet_sequences)
def test_what_is_written_reads_back_the_same(packets: tuple[Packet, ...]) -> None:
    assert read_packets(write_packets(packets)) == packets


@strategies.patient
@given(st.one_of(st.binary(max_size=60), strategies.damaged(real_binaries())))
def test_what_reads_is_written_back_octet_for_octet(data: bytes) -> None:
    packets, error = scan_packets(data)
    written = write_packets(packets)
    assert data.startswith(written)
    assert error is not None or written == data


# First octets that are likely to be accepted, so that odd framings are actually met.
@strategies.patient
@given(
    st.lists(
        st.one_of(
            st.binary(min_size=1, max_size=3),
            st.sampled_from(
                [b"\xcb\xe0a\x00", b"\xc2\xff\0\0\0\2ab", b"\x8a\0\0\0\1x", b"\x89\0\1y"]
            ),
        ),
        max_size=8,
    ).map(b"".join)
)
def test_odd_framings_survive_too(data: bytes) -> None:
    packets, error = scan_packets(data)
    assert data.startswith(write_packets(packets))
    assert error is not None or write_packets(packets) == data


@each_keyring
def test_real_keyrings_survive(keyring: Path) -> None:
    data = dearmor(keyring.read_bytes())
    assert write_packets(read_packets(data)) == data


# RFC 9580 section 4.2.3 gives these four lengths.
@pytest.mark.parametrize(("length", "field"), [(100, "64"), (1723, "c5fb"), (100000, "ff000186a0")])
def test_the_lengths_of_the_rfc_s_examples(length: int, field: str) -> None:
    packet = Packet(11, bytes(length))
    written = write_packet(packet)
    assert written.startswith(bytes.fromhex("cb" + field))
    assert read_packets(written) == (packet,)


def test_the_partial_lengths_of_the_rfc_s_example() -> None:
    body = bytes(range(250)) * 400
    packet = Packet(11, body, partial([32768, 2, 1, 65536]))
    written = write_packet(packet)
    assert written[:2] == b"\xcb\xef"
    assert written[2 + 32768] == 0xE1
    assert written[2 + 32768 + 3] == 0xE0
    assert written[2 + 32768 + 3 + 2] == 0xF0
    assert written[-1693 - 2 : -1693] == b"\xc5\xdd"
    assert read_packets(written) == (packet,)


@pytest.mark.parametrize(
    ("framing", "written"),
    [
        (NEW, "c203616263"),
        (OVERLONG, "c2ff00000003616263"),
        (OLD, "8803616263"),
        (old_format(2), "890003616263"),
        (old_format(4), "8a00000003616263"),
        (INDETERMINATE, "8b616263"),
        (partial([1, 2]), "c2e061e1626300"),
        (partial([2], last_width=5), "c2e16162ff0000000163"),
    ],
)
def test_each_framing_is_written_as_asked_and_read_as_written(
    framing: Framing, written: str
) -> None:
    packet = Packet(2, b"abc", framing)
    assert write_packet(packet).hex() == written
    assert read_packets(bytes.fromhex(written)) == (packet,)


@pytest.mark.parametrize(
    ("size", "old", "width"),
    [
        (191, False, 1),
        (192, False, 2),
        (8383, False, 2),
        (8384, False, 5),
        (255, True, 1),
        (256, True, 2),
        (65535, True, 2),
        (65536, True, 4),
    ],
)
def test_the_shortest_length_is_the_default(size: int, old: bool, width: int) -> None:
    packet = Packet(2, bytes(size), OLD if old else NEW)
    assert length_width(packet) == width
    assert len(write_packet(packet)) == 1 + width + size
    assert read_packets(write_packet(packet)) == (packet,)


@pytest.mark.parametrize(
    ("data", "what", "offset"),
    [
        ("7f", "not a packet: bit 7 of the first octet is clear", 0),
        ("c200 00", "not a packet: bit 7 of the first octet is clear", 2),
        ("c2", "data ends where a packet length is due", 1),
        ("c2c0", "data ends within a packet length", 1),
        ("c2ff000000", "data ends within a packet length", 1),
        ("8900", "data ends within a packet length", 1),
        ("c20561", "packet of 5 octets is cut short after 1", 2),
        ("c2e061", "data ends where a packet length is due", 3),
        ("c2ffffffffff61", "packet of 4294967295 octets is cut short after 1", 6),
    ],
)
def test_a_fault_is_named_and_placed(data: str, what: str, offset: int) -> None:
    with pytest.raises(ReadError) as caught:
        read_packets(bytes.fromhex(data))
    assert caught.value == ReadError(what, offset)
    assert str(caught.value) == f"{what} at offset {offset}"


def test_scanning_gives_what_came_before_the_fault() -> None:
    first = Packet(13, b"alice")
    packets, error = scan_packets(write_packet(first) + b"\xc2\x05a")
    assert packets == (first,)
    assert error == ReadError("packet of 5 octets is cut short after 1", 9)


def test_walking_gives_offsets() -> None:
    data = write_packets([Packet(13, b"a"), Packet(2, b"bc", old_format(4))])
    assert [(start, end) for start, end, _ in walk_packets(data)] == [(0, 3), (3, 10)]


@pytest.mark.parametrize(
    "packet",
    [
        Packet(64, b""),
        Packet(-1, b""),
        Packet(16, b"", OLD),
        Packet(2, b"", Framing(width=2)),
        Packet(2, bytes(192), Framing(width=1)),
        Packet(2, bytes(256), old_format(1)),
        Packet(2, b"", old_format(5)),
        Packet(2, b"", Framing(width=4)),
        Packet(2, b"abc", partial([4])),
        Packet(2, b"abc", partial([3])),
        Packet(2, b"abc", partial([0])),
        Packet(2, b"abc", Framing(old=True, chunks=(1,))),
        Packet(2, b"abc", Framing(indeterminate=True)),
    ],
)
def test_what_a_framing_cannot_express_is_refused(packet: Packet) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        write_packet(packet)


def test_a_header_may_lie_about_the_length() -> None:
    assert write_header(2, 1000).hex() == "c2c328"
    _, error = scan_packets(write_header(2, 1000) + b"short")
    assert error == ReadError("packet of 1000 octets is cut short after 5", 3)
