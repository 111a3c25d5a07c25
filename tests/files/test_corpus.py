from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.corpus import (
    CorpusError,
    SelectionError,
    convert,
    load_corpus,
    load_suite,
    save_suite,
    select,
)
from harness.plain import write_plain
from harness.vector import SUITE_SCHEMA, Corpus, Suite, Vector, corpus_of
from tests.files.strategies import CALM, vector, vectors


def suite(name: str, *members: Vector) -> Suite:
    return Suite(schema=SUITE_SCHEMA, suite=name, vectors=members)


def put(path: Path, *members: Vector) -> Path:
    path.write_bytes(save_suite(suite(path.stem, *members)))
    return path


# Reading


def test_a_suite_file_is_a_corpus(tmp_path: Path) -> None:
    path = put(tmp_path / "area.json", vector("area/b"), vector("area/a"))
    assert load_corpus(path) == Corpus(name="area", vectors=(vector("area/a"), vector("area/b")))


def test_a_folder_holds_suites_and_vectors_in_plain_form_at_any_depth(tmp_path: Path) -> None:
    put(tmp_path / "one.json", vector("one/a"))
    put(tmp_path / "two.json", vector("two/a"))
    write_plain(vector("three/a"), tmp_path / "mine" / "three" / "a")
    write_plain(vector("three/a/b"), tmp_path / "mine" / "three" / "a" / "b")
    (tmp_path / "notes.txt").write_text("not a vector")
    corpus = load_corpus(tmp_path)
    assert [v.id for v in corpus.vectors] == ["one/a", "three/a", "three/a/b", "two/a"]
    assert corpus.name == tmp_path.name


def test_a_folder_in_plain_form_is_a_corpus_of_one(tmp_path: Path) -> None:
    write_plain(vector("three/a"), tmp_path)
    assert load_corpus(tmp_path).vectors == (vector("three/a"),)


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "one.json", vector("one/a"))
    (tmp_path / ".cache.json").write_text("no suite")
    write_plain(vector("one/a"), tmp_path / ".git" / "a")
    assert len(load_corpus(tmp_path).vectors) == 1


def test_a_thousand_vectors_load_in_half_a_second(tmp_path: Path) -> None:
    put(tmp_path / "area.json", *(vector(f"area/v{number}") for number in range(1100)))
    start = time.perf_counter()
    assert len(load_corpus(tmp_path).vectors) == 1100
    assert time.perf_counter() - start < 0.5


# Reading what is wrong


def refusal(path: Path) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        load_corpus(path)
    return caught.value


def test_nothing_there(tmp_path: Path) -> None:
    error = refusal(tmp_path / "none")
    assert error.path == tmp_path / "none"
    assert error.what == "there is no such file or folder"


def test_an_empty_folder_is_no_corpus(tmp_path: Path) -> None:
    assert refusal(tmp_path).what == "holds no vectors"


def test_a_suite_without_vectors_is_no_corpus(tmp_path: Path) -> None:
    assert refusal(put(tmp_path / "area.json")).what == "holds no vectors"


def test_suites_one_folder_further_down_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    put(tmp_path / "corpus" / "area.json", vector("area/a"))
    assert str(tmp_path / "corpus" / "area.json") in refusal(tmp_path).hint


def test_broken_json_names_the_file_and_the_place(tmp_path: Path) -> None:
    path = tmp_path / "area.json"
    path.write_bytes(save_suite(suite("area", vector("area/a"))).replace(b'"area/a"', b"area/a"))
    error = refusal(tmp_path)
    assert error.path == path
    assert "malformed" in error.what
    assert "byte" in error.what


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"titel": "x"}, "titel"),
        ({"title": ""}, "$.vectors[0].title"),
        ({"id": "No Id"}, "$.vectors[0].id"),
        ({"id": "area/newline\n"}, "$.vectors[0].id"),
        ({"at": "2026-01-01T00:00:00"}, "$.vectors[0].at"),
        ({"certificates": ["?"]}, "$.vectors[0].certificates[0]"),
        ({"artifact": {"format": "sideways"}}, "$.vectors[0].artifact.format"),
        ({"expectation": {"outcome": "perhaps"}}, "$.vectors[0].expectation.outcome"),
    ],
)
def test_a_wrong_field_is_named_with_its_path(
    tmp_path: Path, change: dict[str, object], where: str
) -> None:
    document = json.loads(save_suite(suite("area", vector("area/a"))))
    document["vectors"][0] |= change
    (tmp_path / "area.json").write_text(json.dumps(document))
    assert where in refusal(tmp_path).what


@pytest.mark.parametrize(
    ("version", "hint"), [(SUITE_SCHEMA + 1, "upgrade"), (SUITE_SCHEMA - 1, "build")]
)
@pytest.mark.parametrize("extra", [{}, {"from_another_version": True}])
def test_another_version_of_the_format_is_refused(
    tmp_path: Path, version: int, hint: str, extra: dict[str, object]
) -> None:
    document = json.loads(save_suite(suite("area", vector("area/a"))))
    document |= {"schema": version} | extra
    (tmp_path / "area.json").write_text(json.dumps(document))
    error = refusal(tmp_path)
    assert f"version {version} " in error.what
    assert hint in error.hint


def test_an_id_in_two_files_names_both(tmp_path: Path) -> None:
    first = put(tmp_path / "one.json", vector("one/a"))
    second = put(tmp_path / "two.json", vector("one/a"))
    error = refusal(tmp_path)
    assert error.path == second
    assert "'one/a'" in error.what
    assert str(first) in error.what


def test_an_id_twice_in_one_file(tmp_path: Path) -> None:
    path = put(tmp_path / "one.json", vector("one/a"), vector("one/a"))
    assert refusal(path).what == "holds 'one/a', twice"


def test_a_vector_without_its_description_is_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "one.json", vector("one/a"))
    write_plain(vector("two/a"), tmp_path / "mine")
    (tmp_path / "mine" / "vector.toml").rename(tmp_path / "mine" / "vektor.toml")
    assert "has no vector.toml" in refusal(tmp_path).what


def test_a_description_alone_is_no_path(tmp_path: Path) -> None:
    write_plain(vector("two/a"), tmp_path)
    assert str(tmp_path) in refusal(tmp_path / "vector.toml").hint


@settings(CALM, max_examples=300)
@given(data=st.data())
def test_no_damage_raises_anything_but_the_documented_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(damage(data, save_suite(suite("area", vector("area/a", "tag")))))
    with suppress(CorpusError):
        load_corpus(path)


def damage(data: st.DataObject, octets: bytes) -> bytes:
    """Cut, overwrite or insert somewhere."""
    start = data.draw(st.integers(0, len(octets)))
    end = data.draw(st.integers(start, min(len(octets), start + 8)))
    return octets[:start] + data.draw(st.binary(max_size=4)) + octets[end:]


# Writing


@settings(CALM)
@given(st.lists(vectors, max_size=4))
def test_a_suite_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, members: list[Vector]
) -> None:
    whole = suite("area", *members)
    path = tmp_path_factory.getbasetemp() / "suite.json"
    path.write_bytes(save_suite(whole))
    assert load_suite(path) == whole
    assert save_suite(load_suite(path)) == save_suite(whole)


def test_a_suite_is_rendered_for_diffs() -> None:
    text = save_suite(suite("area", vector("area/a"))).decode()
    assert text.endswith("}\n")
    assert '\n   "title": "A vector of no importance",\n' in text


# Choosing

CORPUS = corpus_of(
    "corpus",
    (
        vector("revocation/hard", "time"),
        vector("revocation/soft", "time", "weak"),
        vector("hash/sha1", "weak", "revocation"),
        vector("hash/md5"),
    ),
)


@pytest.mark.parametrize(
    ("patterns", "ids"),
    [
        ([], ["hash/md5", "hash/sha1", "revocation/hard", "revocation/soft"]),
        (["revocation/*"], ["revocation/hard", "revocation/soft"]),
        (["*/s*"], ["hash/sha1", "revocation/soft"]),
        (["tag:weak"], ["hash/sha1", "revocation/soft"]),
        (["area:revocation"], ["revocation/hard", "revocation/soft"]),
        (["revocation"], ["hash/sha1", "revocation/hard", "revocation/soft"]),
        (["weak"], ["hash/sha1", "revocation/soft"]),
        (["hash/md5"], ["hash/md5"]),
        (["hash/md5", "tag:time", "hash/md5"], ["hash/md5", "revocation/hard", "revocation/soft"]),
    ],
)
def test_patterns_choose_the_union_of_their_matches(patterns: list[str], ids: list[str]) -> None:
    assert [v.id for v in select(CORPUS, patterns).vectors] == ids


@pytest.mark.parametrize(
    ("pattern", "near"),
    [
        ("revocations", "revocation"),
        ("hash/sha2", "hash/sha1"),
        ("tag:week", "tag:weak"),
        ("area:hashes", "area:hash"),
    ],
)
def test_a_pattern_without_a_match_is_an_error_and_says_what_is_near(
    pattern: str, near: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        select(CORPUS, ["hash/*", pattern])
    assert caught.value.pattern == pattern
    assert near in caught.value.near
    assert repr(near) in str(caught.value)


def test_a_pattern_far_from_everything_has_no_suggestion() -> None:
    with pytest.raises(SelectionError) as caught:
        select(CORPUS, ["zzz"])
    assert str(caught.value) == "no vector matches 'zzz'"


# Converting


@settings(CALM, max_examples=30)
@given(st.lists(vectors, min_size=1, max_size=4, unique_by=lambda v: v.id), st.integers())
def test_converting_there_and_back_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, members: list[Vector], number: int
) -> None:
    place = tmp_path_factory.mktemp("convert")
    source = put(place / "area.json", *members)
    convert(source, place / "plain")
    convert(place / "plain", place / "back.json")
    assert load_corpus(place / "back.json").vectors == load_corpus(source).vectors


def test_a_vector_goes_to_the_folder_of_its_id(tmp_path: Path) -> None:
    source = put(tmp_path / "area.json", vector("area/a"), vector("area/b/c"))
    written = convert(source, tmp_path / "plain")
    assert written == (tmp_path / "plain/area/a", tmp_path / "plain/area/b/c")
    assert all((folder / "vector.toml").is_file() for folder in written)


@pytest.mark.parametrize("target", ["back.json", "plain"])
def test_converting_overwrites_nothing(tmp_path: Path, target: str) -> None:
    source = put(tmp_path / "area.json", vector("area/a"), vector("area/b"))
    there = tmp_path / target
    if there.suffix:
        there.write_text("mine")
    else:
        (there / "area/b").mkdir(parents=True)
    with pytest.raises(CorpusError, match="is there already"):
        convert(source, there)
    assert not (there / "area/a").exists()
    assert not there.suffix or there.read_text() == "mine"


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    source = put(tmp_path / "area.json", vector("area/a"))
    with pytest.raises(CorpusError, match="cannot be written: no such file"):
        convert(source, tmp_path / "no" / "back.json")
    with pytest.raises(CorpusError, match="cannot be written: not a directory"):
        convert(source, source / "plain")
