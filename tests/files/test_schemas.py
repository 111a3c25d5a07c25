from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import protocol, schema
from harness.artifact import Detached
from harness.backend import State
from harness.corpus import CorpusError, load_suite, save_suite
from harness.outcomes import (
    UNSPECIFIED,
    AcceptedKey,
    Answer,
    NativeVerdict,
    Observation,
    Verdict,
    accepted,
    rejected,
    to_json,
)
from harness.protocol import ProtocolError
from harness.run import RunWriter, read_run
from harness.vector import EPOCH, SUITE_SCHEMA, Suite, Vector
from tests.files.strategies import CALM, header, observation, observations, record, vector, vectors
from vectors import CORPUS, PROBES


def published(name: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((schema.FOLDER / f"{name}.schema.json").read_text())
    return content


def fits(name: str, document: object) -> bool:
    """Whether a document is what a published schema describes."""
    return bool(VALIDATORS[name].is_valid(document))


VALIDATORS = {
    name: jsonschema.Draft202012Validator(published(name)) for name in ("corpus", "run", "protocol")
}


def test_the_published_files_are_current() -> None:
    assert schema.outdated() == ()
    assert schema.main(["--check"]) == 0


def test_the_published_files_are_all_there_are() -> None:
    assert {path for path in schema.FOLDER.iterdir() if path.suffix == ".json"} == {
        published.path for published in schema.PUBLISHED
    }


@pytest.mark.parametrize("name", VALIDATORS)
def test_a_schema_is_one(name: str) -> None:
    document = published(name)
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    (version,) = (each.version for each in schema.PUBLISHED if each.name == name)
    assert document["$id"] == f"urn:pgp-accord:schema:{name}:{version}"
    assert document["title"]


def test_a_schema_says_what_each_type_and_documented_field_means() -> None:
    definitions = published("run")["$defs"]
    assert isinstance(definitions, dict)
    assert all(definition["description"] for definition in definitions.values())
    timeout = definitions["RunHeader"]["properties"]["timeout"]
    assert timeout["description"] == "Seconds a backend had for one vector."


def test_the_schema_of_a_corpus_has_a_sentence_on_each_field() -> None:
    definitions = published("corpus")["$defs"]
    assert isinstance(definitions, dict)
    fields = {
        f"{name}.{field}": described.get("description")
        for name, definition in definitions.items()
        for field, described in definition.get("properties", {}).items()
    }
    assert {"Suite.vectors", "Cleartext.format", "SimpleSigning.reference"} <= fields.keys()
    assert [field for field, text in fields.items() if not text] == []


def test_a_stale_file_is_noticed_and_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema, "FOLDER", tmp_path / "schemas")
    assert schema.main(["--check"]) == 1
    assert "run python -m harness.schema --write" in capsys.readouterr().err
    assert schema.main(["--write"]) == 0
    assert schema.main(["--check"]) == 0
    (tmp_path / "schemas" / "run.schema.json").write_text("{}")
    assert schema.outdated() == (tmp_path / "schemas" / "run.schema.json",)


# Suites


SUITES = [*sorted(CORPUS.glob("*.json")), PROBES]


@pytest.mark.parametrize("path", SUITES, ids=lambda path: str(path.stem))
def test_a_committed_suite_fits(path: Path) -> None:
    errors = VALIDATORS["corpus"].iter_errors(json.loads(path.read_bytes()))
    assert [error.message for error in errors] == []


@settings(CALM, max_examples=50)
@given(st.lists(vectors, max_size=2).map(tuple))
def test_every_suite_fits(members: tuple[Vector, ...]) -> None:
    suite = Suite(schema=SUITE_SCHEMA, suite="area", vectors=members)
    assert fits("corpus", json.loads(save_suite(suite)))


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ([], {"unknown": 1}),
        ([], {"schema": 2}),
        (["vectors", 0], {"unknown": 1}),
        (["vectors", 0], {"id": "No Id"}),
        (["vectors", 0], {"id": "area/a\n"}),
        (["vectors", 0], {"title": ""}),
        (["vectors", 0, "artifact"], {"unknown": 1}),
        (["vectors", 0, "artifact"], {"format": "inline"}),
        (["vectors", 0, "expectation"], {"unknown": 1}),
        (["vectors", 0, "expectation"], {"classes": ["bad"]}),
    ],
)
def test_schema_and_loader_refuse_the_same(
    tmp_path: Path, place: list[str | int], change: dict[str, object]
) -> None:
    suite = Suite(schema=SUITE_SCHEMA, suite="area", vectors=(vector("area/a"),))
    document = json.loads(save_suite(suite))
    target = document
    for step in place:
        target = target[step]
    target |= change
    path = tmp_path / "area.json"
    path.write_text(json.dumps(document))
    assert not fits("corpus", document)
    with pytest.raises(CorpusError):
        load_suite(path)


# Runs


@settings(CALM, max_examples=30)
@given(observations("area/a", "gpg"))
def test_every_line_of_a_run_fits(
    item: Observation,
) -> None:
    assert fits("run", json.loads(to_json(item)))


def test_a_run_fits_line_by_line_and_no_unknown_member_does(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunWriter(path, header("gpg", "rnp")) as writer:
        writer.write_backend(record("gpg"))
        writer.write_backend(record("rnp", State.ABSENT))
        writer.write_observation(observation("area/a", "gpg", Verdict.SKIPPED))
    assert len(read_run(path).observations) == 1
    for line in path.read_bytes().splitlines():
        document = json.loads(line)
        assert fits("run", document)
        assert not fits("run", document | {"unknown": 1})
    assert not fits("run", {"type": "header", "schema": 1})


# Messages

BACKEND = record("gpg").description
assert BACKEND is not None
ARTIFACT = Detached(data=b"data", signature=b"signature")
ANSWER = Answer(
    signatures=(accepted(AcceptedKey(signing="A" * 40)), rejected(UNSPECIFIED)),
    native=NativeVerdict(verdict=Verdict.ACCEPTED),
)


@pytest.mark.parametrize(
    "message",
    [
        protocol.Hello(protocol=protocol.PROTOCOL, profile="stock", workdir="/tmp/w"),
        protocol.Question(
            id=1, certificates=(b"c",), artifact=ARTIFACT, parts=(ARTIFACT,), at=EPOCH
        ),
        protocol.Bye(),
        protocol.Ready(protocol=protocol.PROTOCOL, backend=BACKEND),
        protocol.Unusable(reason="broken"),
        protocol.Answered(id=1, answer=ANSWER),
        protocol.Failed(id=1, reason="broken"),
    ],
    ids=lambda message: type(message).__name__.lower(),
)
def test_a_message_fits_and_with_an_unknown_member_does_not(
    message: protocol.ToWorker | protocol.FromWorker,
) -> None:
    document = json.loads(protocol.encode(message))
    assert fits("protocol", document)
    document["unknown"] = 1
    assert not fits("protocol", document)
    line = json.dumps(document).encode()
    with pytest.raises(ProtocolError):
        protocol.decode_for_worker(line)
    with pytest.raises(ProtocolError):
        protocol.decode_from_worker(line)
