"""The corpus keeps its own rules."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC

from harness.artifact import split_artifact
from harness.lint import Subject
from harness.openpgp.contents import read_literal
from harness.openpgp.errors import ReadError
from harness.openpgp.names import SubpacketType, Tag
from harness.openpgp.signatures import read_signature
from harness.vector import Outcome, Vector
from tests.vectors.shipped import VECTORS, complaints, every_area, of_area

HOSTILE = {
    "markup": re.compile(rb"<script|<img |<b on"),
    "a terminal escape": re.compile(rb"\x1b[\[\]]"),
    "a line break": re.compile(rb"\n"),
    "a status line": re.compile(rb"\[GNUPG:\] (GOODSIG|VALIDSIG)"),
}
"""What reports and callers must survive."""


def free_text() -> Iterator[tuple[str, bytes]]:
    """All that a stranger may write into user IDs, notations and file names."""
    for vector in VECTORS.values():
        subject = Subject(vector)
        for packet in (*subject.certificates, *subject.signed):
            with suppress(ReadError):
                match packet.tag:
                    case Tag.USER_ID:
                        yield "user ID", packet.body
                    case Tag.LITERAL_DATA:
                        yield "file name", read_literal(packet.body).name
                    case Tag.SIGNATURE:
                        for subpacket in read_signature(packet.body).hashed_subpackets:
                            if subpacket.type == SubpacketType.NOTATION:
                                yield "notation", subpacket.body


def test_hostile_text_stands_where_strangers_may_write() -> None:
    found = {
        (where, what)
        for where, text in free_text()
        for what, pattern in HOSTILE.items()
        if pattern.search(text)
    }
    places = ("user ID", "notation", "file name")
    assert found >= {(where, what) for where in places for what in HOSTILE}


@every_area
def test_titles_are_unique_within_an_area(area: str) -> None:
    counts = Counter(vector.title for vector in of_area(area))
    assert [title for title, count in counts.items() if count > 1] == []


def test_no_two_vectors_ask_the_same() -> None:
    askers = defaultdict(list)
    for vector in VECTORS.values():
        if "baseline" not in vector.tags:
            question = (vector.certificates, vector.artifact, vector.repeats, vector.at)
            askers[question].append(vector.id)
    assert [names for names in askers.values() if len(names) > 1] == []


def explains_itself(vector: Vector) -> None:
    assert vector.id.startswith(f"{vector.area}/")
    assert vector.description
    assert vector.expectation.rfc9580 or vector.expectation.rfc4880
    assert vector.tags
    text = vector.title + vector.description
    assert not re.search(r"[{}]|\bb'|\bTODO\b", text), "an unfilled template"


@every_area
def test_a_vector_explains_itself(area: str) -> None:
    assert complaints(of_area(area), explains_itself) == []


def is_complete(vector: Vector) -> None:
    expectation = vector.expectation
    match expectation.outcome:
        case Outcome.ACCEPT:
            assert expectation.keys
            assert not expectation.classes
        case Outcome.REJECT:
            assert expectation.classes
            # RFC 4880 may have it accepted, and then by the right key.
            assert not expectation.keys or expectation.rfc4880_outcome is not None
        case Outcome.UNDEFINED:
            assert expectation.keys
            assert expectation.classes
            assert expectation.reason.endswith(".")
        case Outcome.POLICY:
            assert expectation.keys
            assert expectation.classes
            assert expectation.depends
    assert expectation.rfc4880_outcome is not expectation.outcome
    assert not vector.unconfirmed or expectation.outcome in (Outcome.ACCEPT, Outcome.REJECT)


@every_area
def test_an_expectation_is_complete(area: str) -> None:
    assert complaints(of_area(area), is_complete) == []


def has_a_time_in_utc(vector: Vector) -> None:
    assert vector.at.tzinfo is UTC
    assert vector.at.microsecond == 0


@every_area
def test_times_are_utc_and_whole_seconds(area: str) -> None:
    assert complaints(of_area(area), has_a_time_in_utc) == []


def expects_something_of_each(vector: Vector) -> None:
    count = len(split_artifact(vector.case.unrolled().artifact))
    expected = len(vector.expectation.signatures)
    assert expected == (count if count > 1 else 0)


@every_area
def test_several_signatures_have_an_expectation_each(area: str) -> None:
    assert complaints(of_area(area), expects_something_of_each) == []
