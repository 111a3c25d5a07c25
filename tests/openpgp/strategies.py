"""Hypothesis strategies for OpenPGP data, well-formed and damaged."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from harness.openpgp import (
    INDETERMINATE,
    OVERLONG,
    Framing,
    Packet,
    Subpacket,
    old_format,
    partial,
    write_armor,
    write_cleartext,
    write_packets,
)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For every property test here: a busy machine is no finding."""

bodies = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([191, 192, 193, 255, 256, 8383, 8384]).map(lambda size: b"\x5a" * size),
)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    body = draw(bodies)
    framings: list[Framing] = [Framing(), OVERLONG, old_format(), old_format(4)]
    framings += [old_format(2)] if len(body) < 1 << 16 else []
    if draw(st.booleans()):
        sizes: list[int] = []
        left = len(body)
        while left and draw(st.booleans()):
            size = 1 << draw(st.integers(0, left.bit_length() - 1))
            sizes.append(size)
            left -= size
        framings = [partial(sizes), partial(sizes, last_width=5)]
    framing = draw(st.sampled_from(framings))
    tag = draw(st.integers(0, 15 if framing.old else 63))
    return normalised(Packet(tag, body, framing))


def normalised(packet: Packet) -> Packet:
    """Say width 0 where the width stated is the shortest anyway, as reading does."""
    framing = packet.framing
    if framing.old and framing.width == (1 if len(packet.body) < 256 else 2):
        framing = old_format()
    elif not framing.old and framing.width == 5 and len(packet.body) - sum(framing.chunks) > 8383:
        framing = partial(framing.chunks)
    return Packet(packet.tag, packet.body, framing)


packet_sequences = st.builds(
    lambda found, last: (*found, *last),
    st.lists(packets(), max_size=4),
    st.one_of(
        st.just(()),
        st.tuples(st.builds(Packet, st.integers(0, 15), bodies, st.just(INDETERMINATE))),
    ),
)

subpackets = st.builds(
    lambda kind, body, critical, wide: Subpacket(kind, body, critical, 5 if wide else 0),
    st.integers(0, 127),
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from([190, 191, 192, 16318, 16319]).map(lambda size: b"\xa5" * size),
    ),
    st.booleans(),
    st.booleans(),
).map(lambda subpacket: _narrow(subpacket))


def _narrow(subpacket: Subpacket) -> Subpacket:
    if len(subpacket.body) + 1 >= 16320:
        return Subpacket(subpacket.type, subpacket.body, subpacket.critical)
    return subpacket


@st.composite
def damaged(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """Real data with a few octets changed, inserted or removed, and perhaps cut short."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(0, 4))):
        if not data:
            break
        at = draw(st.integers(0, len(data) - 1))
        action = draw(st.sampled_from(["change", "insert", "remove"]))
        if action == "change":
            data[at] = draw(st.integers(0, 255))
        elif action == "insert":
            data[at:at] = draw(st.binary(max_size=6))
        else:
            del data[at : at + draw(st.integers(1, 6))]
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    return bytes(data)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Armored and cleartext data around arbitrary packets."""
    block = write_armor("PGP SIGNATURE", write_packets(draw(packet_sequences)))
    if draw(st.booleans()):
        return block + draw(st.binary(max_size=5))
    return write_cleartext(draw(st.binary(max_size=40)), block, [("Hash", "SHA256")])
