"""Lists of known and flaky differences are strict: what is no longer true fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from harness.baseline import baseline_of
from harness.gate import Category, Gated, Known, ListFault, gate
from harness.known import KnownListError, read_flaky, read_known
from harness.run import Run
from harness.vector import corpus_of
from tests.judging.factories import BAD, FORGED, said
from tests.judging.world import absent, becoming, run, saying, without, world

TODAY = date(2027, 1, 1)

WORSE = saying(
    run(),
    said(BAD, about="area/good", backend="gpg"),
    said(BAD, about="area/good", backend="sqv"),
    said(FORGED, about="area/bad", backend="gpg"),
)
"""Two are newly rejected, one newly accepted."""


def entry(
    vectors: str,
    category: Category | None = Category.NEWLY_REJECTED,
    backend: str = "*",
    expires: date | None = None,
    number: int = 1,
) -> Known:
    return Known(
        source=f"list.toml, entry {number}",
        vectors=vectors,
        backend=backend,
        category=category,
        reason="because",
        reference="#1",
        expires=expires,
    )


def flaky(vectors: str, backend: str = "*", **others: date) -> Known:
    return entry(vectors, None, backend, **others, number=9)


def gated(*known: Known, flaky: tuple[Known, ...] = (), after: Run = WORSE) -> Gated:
    return gate(baseline_of(run()), after, world(), today=TODAY, known=known, flaky=flaky)


def failing(found: Gated) -> list[tuple[str, str]]:
    return [(one.vector, one.backend) for one in found.failing]


def faults(found: Gated) -> list[ListFault]:
    return [one.fault for one in found.faulty]


# What is forgiven


@pytest.mark.parametrize("pattern", ["area/good", "area/g*", "area:area", "area", "*"])
def test_patterns_are_those_of_select(pattern: str) -> None:
    found = gated(entry(pattern))
    assert failing(found) == [("area/bad", "gpg")]
    assert faults(found) == []


def test_an_entry_counts_for_its_backends_only() -> None:
    found = gated(entry("area/good", backend="g*"))
    assert failing(found) == [("area/bad", "gpg"), ("area/good", "sqv")]


def test_an_entry_counts_for_its_category_only() -> None:
    found = gated(entry("area/bad", Category.OTHER_KEY))
    assert ("area/bad", "gpg") in failing(found)
    assert faults(found) == [ListFault.STALE]


def test_all_that_is_known_passes() -> None:
    found = gated(entry("area/good"), entry("area/bad", Category.NEWLY_ACCEPTED, number=2))
    assert found.passed
    assert [one.known.source for one in found.differences if one.known] == [
        "list.toml, entry 2",
        "list.toml, entry 1",
        "list.toml, entry 1",
    ]


def test_a_flaky_entry_forgives_whatever_differs_and_may_match_nothing() -> None:
    assert failing(gated(flaky=(flaky("area/good"),))) == [("area/bad", "gpg")]
    assert gated(flaky=(flaky("*"),)).passed
    assert gated(flaky=(flaky("*"),), after=run()).passed


def test_only_a_pattern_for_everything_covers_a_whole_backend() -> None:
    gone = becoming(run(), absent("gpg"))
    assert gated(entry("*", Category.VANISHED, "gpg"), after=gone).passed
    assert faults(gated(entry("area/*", Category.VANISHED, "gpg"), after=gone)) == [ListFault.STALE]
    assert gated(flaky=(flaky("*", "gpg"),), after=gone).passed


def test_a_vector_that_was_removed_is_known_by_its_id() -> None:
    smaller = corpus_of("world", (v for v in world().vectors if v.id != "area/good"))
    after = without(without(run(corpus=smaller), "area/good", "gpg"), "area/good", "sqv")
    known = entry("area/g*", Category.REMOVED)
    found = gate(baseline_of(run()), after, smaller, today=TODAY, known=[known])
    assert found.passed
    assert len(found.differences) == 2


# What fails


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (entry("area/god"), "the corpus has no vector area/god"),
        (entry("area/good", backend="gnupg"), "the run asked no backend gnupg"),
        (entry("area/open"), "nothing differs there"),
        (entry("area/bad"), "what differs there is newly accepted"),
    ],
)
def test_an_entry_that_matches_nothing_is_stale_and_says_why(known: Known, why: str) -> None:
    found = gated(
        known, entry("area/good", number=2), entry("area/bad", Category.NEWLY_ACCEPTED, number=3)
    )
    (faulty,) = found.faulty
    assert (faulty.entry, faulty.fault) == (known, ListFault.STALE)
    assert faulty.detail == f"it matches nothing: {why}; take it out, or correct it"
    assert found.failing == ()
    assert not found.passed


def test_an_entry_is_stale_once_it_is_fixed() -> None:
    assert faults(gated(entry("area/good"), after=run())) == [ListFault.STALE]


def test_a_flaky_entry_for_what_is_not_asked_is_stale() -> None:
    found = gated(flaky=(flaky("area/*", "gnupg"), flaky("nowhere/*")), after=run())
    assert faults(found) == [ListFault.STALE, ListFault.STALE]


def test_an_entry_counts_up_to_its_last_day_and_fails_from_then_on() -> None:
    assert failing(gated(entry("area/good", expires=TODAY))) == [("area/bad", "gpg")]
    late = entry("area/good", expires=date(2026, 12, 31))
    found = gated(late)
    assert ("area/good", "gpg") in failing(found)
    assert [(one.entry, one.fault) for one in found.faulty] == [(late, ListFault.EXPIRED)]
    assert "2026-12-31" in found.faulty[0].detail
    assert faults(gated(flaky=(flaky("*", expires=date(2026, 12, 31)),))) == [ListFault.EXPIRED]


def test_two_entries_for_the_same_overlap() -> None:
    first, second = entry("area/good"), entry("area/*", backend="sqv", number=2)
    found = gated(first, second)
    (faulty,) = found.faulty
    assert (faulty.entry, faulty.fault) == (second, ListFault.OVERLAP)
    assert "list.toml, entry 1 matches the same: area/good sqv;" in faulty.detail


def test_what_is_known_is_not_flaky_as_well() -> None:
    found = gated(entry("area/good"), flaky=(flaky("area/good", "gpg"),))
    (faulty,) = found.faulty
    assert (faulty.entry.source, faulty.fault) == ("list.toml, entry 9", ListFault.OVERLAP)
    (both,) = [one for one in found.differences if one.known and one.flaky]
    assert (both.vector, both.backend) == ("area/good", "gpg")


def test_entries_that_meet_nowhere_do_not_overlap() -> None:
    found = gated(
        entry("area/*", backend="gpg"),
        entry("area/*", backend="sqv", number=2),
        entry("area/*", Category.NEWLY_ACCEPTED, number=3),
    )
    assert found.passed


# Reading

WHOLE = """
[[known]]
vectors = "revocation/*"
backend = "gnupg"
category = "newly_rejected"
reason = "2.4 honours soft revocations"
reference = "#12"
expires = 2027-06-30

[[known]]
vectors = "tag:hostile"
category = "fixed"
reason = "a"
reference = "b"
"""

FLAKY = """
[[flaky]]
vectors = "large/*"
reason = "late"
reference = "#57"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        path = tmp_path / "list.toml"
        path.write_text(text)
        return path

    return written


def test_a_list_says_what_is_known(write: Callable[[str], Path]) -> None:
    path = write(WHOLE)
    first, second = read_known(path)
    assert first == Known(
        source=f"{path}, entry 1",
        vectors="revocation/*",
        backend="gnupg",
        category=Category.NEWLY_REJECTED,
        reason="2.4 honours soft revocations",
        reference="#12",
        expires=date(2027, 6, 30),
    )
    assert (second.source, second.backend, second.expires) == (f"{path}, entry 2", "*", None)
    (late,) = read_flaky(write(FLAKY))
    assert (late.vectors, late.category) == ("large/*", None)
    assert read_known(write("# nothing is known\n")) == ()


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        (WHOLE.replace('reason = "a"', ""), "entry 2 (tag:hostile): it missing", "say in words"),
        (WHOLE.replace('reason = "a"', 'reason = " "'), "entry 2 (tag:hostile)", "not be empty"),
        (WHOLE.replace('reference = "b"', ""), "required field `reference`", "address"),
        (WHOLE.replace('vectors = "tag:hostile"', ""), "entry 2: it missing", "--select"),
        (WHOLE.replace('"fixed"', '"fixd"'), "'fixd'", "newly_accepted, other_key"),
        (WHOLE.replace('category = "fixed"', ""), "required field `category`", "newly_accepted"),
        (WHOLE.replace("2027-06-30", '"soon"'), "entry 1 (revocation/*)", "without quotes"),
        (WHOLE.replace("2027-06-30", "2027-06-31"), "is no TOML", ""),
        (WHOLE.replace("backend =", "backends ="), "unknown field `backends`", "an entry has"),
        (FLAKY, "holds 'flaky'", "two files"),
        ('[known]\nvectors = "a/b"', "no list of entries", "[[known]]"),
        ('known = ["a/b"]', "entry 1", ""),
        ("[[known]", "is no TOML", ""),
    ],
)
def test_what_is_misspelt_is_refused(
    write: Callable[[str], Path], text: str, what: str, hint: str
) -> None:
    path = write(text)
    with pytest.raises(KnownListError) as caught:
        read_known(path)
    assert caught.value.path == path
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_a_category_may_be_spelt_as_the_command_line_spells_it(
    write: Callable[[str], Path],
) -> None:
    hyphens = write(WHOLE.replace("newly_rejected", "newly-rejected"))
    assert read_known(hyphens)[0].category is Category.NEWLY_REJECTED


def test_a_flaky_list_has_no_categories(write: Callable[[str], Path]) -> None:
    with pytest.raises(KnownListError, match="unknown field `category`"):
        read_flaky(write(FLAKY + 'category = "fixed"\n'))


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownListError, match="there is no such file"):
        read_known(tmp_path / "none.toml")
    with pytest.raises(KnownListError, match="cannot be read"):
        read_known(tmp_path)
