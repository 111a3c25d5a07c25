"""What stands many times in a row is written once, and given to backends in full."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.artifact import (
    UNROLLED_LIMIT,
    Case,
    Detached,
    Inline,
    Repeat,
    SimpleSigning,
    split_artifact,
)
from harness.openpgp import Packet, Tag, write_packet
from harness.outcomes import to_json
from harness.plain import read_plain, write_plain
from harness.vector import EPOCH, Expectation, Outcome, Vector

EXPECTATION = Expectation(outcome=Outcome.UNDEFINED, reason="It is about its size only.")


def repeat(part: str, start: int, end: int, times: int) -> Repeat:
    return Repeat(part=part, start=start, end=end, times=times)


def case(*repeats: Repeat) -> Case:
    return Case(
        id="a/b",
        certificates=(b"first", b"second"),
        artifact=Detached(data=b"0123456789", signature=b"sig"),
        at=EPOCH,
        repeats=repeats,
    )


def vector(*repeats: Repeat) -> Vector:
    asked = case(*repeats)
    return Vector(
        id=asked.id,
        title="Large",
        certificates=asked.certificates,
        artifact=asked.artifact,
        at=asked.at,
        repeats=repeats,
        expectation=EXPECTATION,
    )


def test_a_stretch_stands_so_many_times() -> None:
    full = case(repeat("data", 2, 4, 3)).unrolled()
    assert full == msgspec.structs.replace(
        case(), artifact=Detached(data=b"01232323456789", signature=b"sig")
    )


def test_the_size_of_a_question_is_that_of_all_that_is_asked() -> None:
    assert case().size == len(b"first" + b"second" + b"0123456789" + b"sig")
    assert case(repeat("data", 2, 4, 3)).size == case().size + 4


def test_every_part_and_several_stretches_in_any_order() -> None:
    full = case(
        repeat("data", 9, 10, 2),
        repeat("certificates/1", 0, 6, 2),
        repeat("data", 0, 1, 3),
        repeat("signature", 2, 3, 4),
    ).unrolled()
    assert full.certificates == (b"first", b"secondsecond")
    assert full.artifact == Detached(data=b"0001234567899", signature=b"sigggg")
    assert full.repeats == ()


def test_a_message_too() -> None:
    asked = msgspec.structs.replace(
        case(), artifact=Inline(message=b"ab"), repeats=(repeat("message", 0, 2, 2),)
    )
    assert asked.unrolled().artifact == Inline(message=b"abab")


def test_a_manifest_and_the_message_about_it() -> None:
    image = SimpleSigning(message=b"ab", manifest=b"{ }", reference="registry.example/app:1")
    repeats = (repeat("message", 0, 2, 2), repeat("manifest", 1, 2, 4))
    asked = msgspec.structs.replace(case(), artifact=image, repeats=repeats)
    full = msgspec.structs.replace(image, message=b"abab", manifest=b"{    }")
    assert asked.unrolled().artifact == full
    assert asked.size == asked.unrolled().size
    assert split_artifact(full) == (full,)


def test_without_repeats_a_case_is_itself() -> None:
    assert case().unrolled() is not None
    assert case().unrolled() == case()


@pytest.mark.parametrize(
    ("repeats", "complaint"),
    [
        ((repeat("message", 0, 1, 2),), "there is no message"),
        ((repeat("certificates/2", 0, 1, 2),), "there is no certificates/2"),
        ((repeat("data", 0, 11, 2),), "octets 0 to 11 of data cannot be repeated: it has 10"),
        ((repeat("data", 3, 3, 2),), "octets 3 to 3 of data cannot be repeated: there are none"),
        (
            (repeat("data", 0, 5, 2), repeat("data", 4, 6, 2)),
            "octets 4 to 6 of data cannot be repeated: those before 5 are repeated already",
        ),
        ((repeat("data", 0, 10, UNROLLED_LIMIT),), "more than"),
        (
            tuple(repeat(part, 0, 3, UNROLLED_LIMIT // 6) for part in ("data", "signature")),
            "more than",
        ),
    ],
)
def test_what_cannot_be_repeated_is_refused_when_it_is_read(
    repeats: tuple[Repeat, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        case(*repeats)
    with pytest.raises(ValueError, match=complaint):
        vector(*repeats)
    raw = msgspec.json.decode(to_json(vector()))
    raw["repeats"] = msgspec.to_builtins(repeats)
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(raw, Vector)


def test_a_vector_asks_for_all_of_it_and_is_written_small() -> None:
    large = vector(repeat("data", 0, 10, 1000))
    artifact = large.case.unrolled().artifact
    assert isinstance(artifact, Detached)
    assert len(artifact.data) == 10_000
    assert len(to_json(large)) < 400
    assert msgspec.json.decode(to_json(large), type=Vector) == large


def test_many_signatures_over_much_data_are_not_split() -> None:
    signature = write_packet(Packet(Tag.SIGNATURE, b"x" * 10))
    over = Detached(data=b"y" * 100, signature=signature * 2)
    assert len(split_artifact(over)) == 2
    much = msgspec.structs.replace(over, data=bytes(UNROLLED_LIMIT // 2))
    assert split_artifact(much) == (much,)


def test_in_plain_form_it_is_written_in_full(tmp_path: Path) -> None:
    large = vector(repeat("certificates/0", 0, 5, 2))
    write_plain(large, tmp_path / "a" / "b")
    again = read_plain(tmp_path / "a" / "b")
    assert again.certificates == (b"firstfirst", b"second")
    assert again.case.unrolled().certificates == large.case.unrolled().certificates
