"""How functions become vectors."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.outcomes import ErrorClass
from harness.vector import Outcome
from vectors.forge.artifacts import detached
from vectors.suites.cast import BY_ALICE, TEXT, alice, by_alice, signed
from vectors.suites.expect import accept, each, reject
from vectors.suites.registry import Area, Draft


def good() -> Draft:
    return by_alice(detached(TEXT, signed()), accept(BY_ALICE))


def test_name_and_docstring_become_id_title_and_description() -> None:
    area = Area("area", "An area.\n\nIn two\nparagraphs.")

    @area.vector("5.2.4", rfc4880=["5.2"], tags=["a"], provenance="nowhere")
    def some_name() -> Draft:
        """A title.

        One paragraph, wrapped
        somewhere.

        Another.
        """
        return good()

    suite = area.build()
    (vector,) = suite.vectors
    assert suite.description == "An area.\n\nIn two paragraphs."
    assert vector.id == "area/some-name"
    assert vector.title == "A title"
    assert vector.description == "One paragraph, wrapped somewhere.\n\nAnother."
    assert vector.expectation.rfc9580 == ("5.2.4",)
    assert vector.expectation.rfc4880 == ("5.2",)
    assert vector.tags == ("a",)
    assert vector.provenance == "nowhere"
    assert vector.certificates == (alice().octets,)


def test_a_family_has_one_vector_per_member_with_its_own_words() -> None:
    @dataclass(frozen=True)
    class Member:
        word: str

    area = Area("area", "")

    @area.family({"a": Member("one"), "b": Member("two")}, "5.2.4", unconfirmed={"b": "why"})
    def thing(m: Member) -> Draft:
        """Title {m.word}.

        Text {m.word}.
        """
        assert m.word in ("one", "two")
        return good()

    first, second = area.build().vectors
    assert (first.id, second.id) == ("area/thing-a", "area/thing-b")
    assert (first.title, second.description) == ("Title one", "Text two.")
    assert (first.unconfirmed, second.unconfirmed) == ("", "why")


def test_a_vector_without_description_is_refused() -> None:
    area = Area("area", "")
    with pytest.raises(ValueError, match="no description"):
        area.vector("5")(good)


def test_each_signature_keeps_its_own_expectation() -> None:
    bad = reject(ErrorClass.BAD_SIGNATURE)
    whole = each(accept(BY_ALICE), accept(BY_ALICE), bad)
    assert [part.outcome for part in whole.signatures] == [Outcome.ACCEPT, Outcome.REJECT]
    assert whole.signatures[1].classes == (ErrorClass.BAD_SIGNATURE,)
