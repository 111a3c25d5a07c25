"""Every row of the checklist is covered or explained, and the page says so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.corpus import load_corpus
from harness.files import FileError
from harness.outcomes import AcceptedKey, ErrorClass
from harness.vector import Expectation, Outcome, Suite, Vector
from tests.files.test_repeats import vector as sample
from vectors import CORPUS, coverage, ids, pages
from vectors.coverage import Row, Section
from vectors.markdown import cell

ROW = Row(group="A", name="row", what="a <b>", expected="U", vectors=("a/b",), note="")
SECTIONS = (
    Section(number="5.2", subject="signatures", apart=""),
    Section(number="5.3", subject="keys | more", apart="encryption"),
)
VECTOR = sample()


def suite(*vectors: Vector) -> Suite:
    return Suite(schema=1, suite="a", description="About <this>.", vectors=vectors)


def test_the_shipped_corpus_has_no_gaps() -> None:
    corpus = load_corpus(CORPUS)
    rows, sections = coverage.read_checklist(), coverage.read_sections()
    assert len(rows) >= 1096
    assert {row.group for row in rows} == set(coverage.GROUPS)
    assert coverage.problems(rows, sections, corpus.vectors) == ()
    assert ids.problems(one.id for one in corpus.vectors) == ()


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (replace(ROW, vectors=()), "row row has neither vectors nor a note"),
        (replace(ROW, vectors=("a/b", "a/c")), "row row names a/c, which is no vector"),
        (replace(ROW, expected="A"), "row row asks for A, has undefined, and no note"),
    ],
)
def test_gaps_are_named(row: Row, complaint: str) -> None:
    assert coverage.problems([row], (), [VECTOR]) == (complaint,)
    assert coverage.problems([replace(row, vectors=("a/b",), note="Why.")], (), [VECTOR]) == ()


def test_a_row_must_not_stand_twice_and_a_section_must_exist() -> None:
    assert coverage.problems([ROW, ROW], (), [VECTOR]) == (
        "row row stands 2 times in the checklist",
    )
    citing = expecting(Outcome.UNDEFINED, rfc9580=("5.2", "99"))
    assert coverage.problems([ROW], SECTIONS, [citing]) == (
        "a/b cites section 99 of RFC 9580, which does not exist",
    )
    citing = expecting(Outcome.UNDEFINED, rfc4880=("5.2.3.26", "5.2.3.27"))
    assert coverage.problems([ROW], (), [citing]) == (
        "a/b cites section 5.2.3.27 of RFC 4880, which does not exist",
    )


def test_a_section_that_nobody_cites_needs_a_word() -> None:
    assert coverage.problems([ROW], SECTIONS, [VECTOR]) == (
        "no vector cites section 5.2, and no word says why",
    )


PARTS_IN_RFC9580 = (
    {"1": 1, "2": 5, "3": 7, "3.2": 1, "3.7": 2, "3.7.1": 4, "3.7.2": 2, "4": 3, "4.2": 3}
    | {"4.2.1": 4, "5": 14, "5.1": 8, "5.2": 5, "5.2.1": 16, "5.2.3": 36, "5.2.4": 1, "5.3": 2}
    | {"5.5": 5, "5.5.1": 4, "5.5.2": 3, "5.5.4": 3, "5.5.5": 10, "5.9": 1, "5.12": 1, "5.13": 5}
    | {"6": 2, "6.1": 1, "6.2": 3, "6.2.2": 4, "7": 3, "9": 6, "9.2": 1, "10": 4, "10.1": 5}
    | {"10.3": 2, "10.3.2": 2, "11": 5, "11.2": 3, "11.3": 2, "11.5": 1, "12": 11, "12.1": 3}
    | {"12.2": 1, "12.3": 2, "12.3.1": 1, "13": 14, "14": 1, "15": 6, "15.5": 1, "15.6": 3}
    | {"15.6.3": 3, "16": 2}
)
"""How many sections each section has, by the table of contents."""


def test_every_section_is_listed_or_said_to_be_left_out() -> None:
    inside = {f"{of}.{n}" for of, count in PARTS_IN_RFC9580.items() for n in range(1, count + 1)}
    listed = {section.number for section in coverage.read_sections()}
    left_out = {
        number
        for number in {*map(str, range(1, 17)), *inside}
        if any(f"{number}.".startswith(f"{apart}.") for apart in coverage.LEFT_OUT)
        or any(number.startswith(f"{apart}.") for apart in coverage.PARTS_LEFT_OUT)
    }
    assert {*map(str, range(1, 17)), *inside} - listed == left_out
    assert listed.issuperset(coverage.PARTS_LEFT_OUT)
    page = coverage.render([ROW], SECTIONS, [suite(VECTOR)]).decode()
    assert all(f"{number} ({why})" in page for number, why in coverage.LEFT_OUT.items())


HEAD = "row\twhat\texpected\tvectors\tnote\n"


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("A", "", "does not begin with the columns row, what, expected, vectors, note"),
        ("A", f"{HEAD}one\ttwo\n", "line 2 has 2 fields instead of 5"),
        ("A", f"{HEAD}one\ttwo\tZ\ta/b\t\n", "row one expects 'Z', none of A, A"),
        ("ZZ", HEAD, "is called after no group"),
    ],
)
def test_a_checklist_that_says_something_else_is_refused(
    tmp_path: Path, name: str, content: str, complaint: str
) -> None:
    for group in coverage.GROUPS:
        (tmp_path / f"{group}.tsv").write_text(HEAD)
    assert coverage.read_checklist(tmp_path) == ()
    (tmp_path / f"{name}.tsv").write_text(content)
    with pytest.raises(FileError, match=re.escape(complaint)) as refused:
        coverage.read_checklist(tmp_path)
    assert refused.value.path == tmp_path / f"{name}.tsv"


def test_a_checklist_that_is_not_there_is_not_one_without_gaps(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no checklist of group A, B"):
        coverage.read_checklist(tmp_path)


def test_a_row_whose_vector_is_missing_can_be_seen() -> None:
    page = coverage.render([replace(ROW, vectors=("a/gone",))], SECTIONS, [suite(VECTOR)])
    assert "| row | a \\<b\\> | U | `a/gone` missing | |" in page.decode()


def expecting(
    outcome: Outcome, rfc9580: tuple[str, ...] = (), rfc4880: tuple[str, ...] = ()
) -> Vector:
    expectation = Expectation(
        outcome=outcome,
        rfc9580=rfc9580,
        rfc4880=rfc4880,
        reason="It is | open.",
        keys=(AcceptedKey(signing="A" * 40),),
        classes=(ErrorClass.MALFORMED,),
    )
    return Vector(
        id="a/b",
        title="A *title*",
        description="One.\n\nTwo <script>.",
        certificates=VECTOR.certificates,
        artifact=VECTOR.artifact,
        at=VECTOR.at,
        expectation=expectation,
        tags=("x",),
        provenance="me",
    )


def test_the_page_counts_and_lists() -> None:
    missing = replace(ROW, name="other", vectors=(), note="Nobody can.")
    built = suite(expecting(Outcome.UNDEFINED, ("5.2",)))
    page = coverage.render([ROW, missing], SECTIONS, [built]).decode()
    assert "| [a](../docs/corpus/a.md) | 0 | 0 | 1 | 0 | 1 |" in page
    assert "| Algorithms | 2 | 1 | 1 |" in page
    assert "| 5.2 | signatures | 1 |" in page
    assert "| 5.3 | keys \\| more | encryption |" in page
    assert "| row | a \\<b\\> | U | `a/b` undefined | |" in page
    assert "| other | a \\<b\\> | U | | Nobody can. |" in page


def test_an_areas_page_tells_what_each_vector_is_about() -> None:
    page = pages.area_page(suite(expecting(Outcome.UNDEFINED, ("5.2",)))).decode()
    for text in (
        "About \\<this\\>.",
        "1 vectors: 1 undefined.",
        "## b",
        "**A \\*title\\***",
        "Two \\<script\\>.",
        "*undefined* · for `malformed` · RFC 9580 5.2 · It is \\| open.",
        "idea: me",
    ):
        assert text in page
    index = pages.index_page([suite(VECTOR)]).decode()
    assert "| [a](a.md) | 1 | About \\<this\\>. |" in index


def test_text_reads_as_it_is() -> None:
    assert cell("a|b *c* <d>\n e") == "a\\|b \\*c\\* \\<d\\> e"


def test_an_id_that_vanishes_needs_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, gone = tmp_path / "ids.txt", tmp_path / "RENAMED.md"
    known.write_text("a/old\na/new\na/kept\n")
    gone.write_text("# Gone\n\n| id | now |\n|---|---|\n")
    monkeypatch.setattr(ids, "IDS", known)
    monkeypatch.setattr(ids, "RENAMED", gone)
    assert ids.problems(["a/new", "a/kept"]) == (
        "a/old was published and is gone: say in RENAMED.md why",
    )
    gone.write_text(gone.read_text() + "| `a/old` | `a/new` |\n| `a/kept` | `a/none` |\n")
    assert ids.problems(["a/new", "a/kept"]) == (
        "RENAMED.md says that a/kept is gone, but it is there",
        "RENAMED.md says that a/kept became a/none, which is not there",
    )
    assert ids.render(["a/zzz"]) == b"a/kept\na/new\na/old\na/zzz\n"
    known.unlink()
    with pytest.raises(FileNotFoundError):
        ids.problems(["a/new", "a/kept"])
