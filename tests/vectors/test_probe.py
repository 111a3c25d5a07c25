"""The probe suite holds what the harness proves adapters by."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.artifact import Format
from harness.corpus import load_suite
from harness.openpgp.armor import dearmor
from harness.openpgp.cleartext import read_cleartext
from harness.openpgp.packets import read_packets
from harness.openpgp.signatures import read_signature
from harness.vector import Outcome, Vector
from vectors import CORPUS, PROBES

PROBE_VECTORS: dict[str, Vector] = {v.id: v for v in load_suite(PROBES).vectors}
PLACES = ("detached", "inline", "cleartext", "simple-signing")


def octets(vector: Vector) -> bytes:
    artifact = vector.artifact
    return artifact.signature if artifact.format is Format.DETACHED else artifact.message  # type: ignore[union-attr]


def signature_packet(vector: Vector) -> bytes:
    data = octets(vector)
    if vector.artifact.format is Format.CLEARTEXT:
        data = read_cleartext(data).signature_block
    return read_packets(dearmor(data))[-1].body


def test_good_and_tampered_differ_in_the_data_alone() -> None:
    for place in PLACES:
        good, tampered = (PROBE_VECTORS[f"probe/{place}-{kind}"] for kind in ("good", "tampered"))
        assert good.expectation.outcome is Outcome.ACCEPT
        assert tampered.expectation.outcome is Outcome.REJECT
        assert good.artifact.format == tampered.artifact.format == Format(place)
        assert good.certificates == tampered.certificates
        assert signature_packet(good) == signature_packet(tampered)
        assert good.artifact != tampered.artifact


def test_the_good_ones_are_signed_by_a_subkey() -> None:
    for place in PLACES:
        (key,) = PROBE_VECTORS[f"probe/{place}-good"].expectation.keys
        assert key.signing != key.primary


def test_clock_probes_ask_on_both_sides_of_every_date_of_today() -> None:
    today = {datetime(year, 1, 1, tzinfo=UTC) for year in range(2021, 2090)}
    for kind in ("signature", "key"):
        before = PROBE_VECTORS[f"probe/clock-{kind}-before"]
        after = PROBE_VECTORS[f"probe/clock-{kind}-after"]
        assert before.expectation.outcome is Outcome.ACCEPT
        assert after.expectation.outcome is Outcome.REJECT
        assert before.time_dependent
        assert after.time_dependent
        assert before.at < min(today)
        assert max(today) < after.at


def test_signature_clock_probes_expire_between_the_two_times() -> None:
    before, after = (
        read_signature(signature_packet(PROBE_VECTORS[f"probe/clock-signature-{side}"]))
        for side in ("before", "after")
    )
    assert before.expiration == datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    assert after.expiration == datetime(2090, 1, 1, tzinfo=UTC).timestamp()


def test_probes_are_no_part_of_the_corpus() -> None:
    assert CORPUS not in PROBES.parents
