"""The archive serves people who do not have this project."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import msgspec
import pytest

from harness.artifact import Format
from harness.corpus import load_corpus
from harness.files import FileError
from harness.outcomes import ErrorClass
from harness.vector import Vector
from vectors import CORPUS, release

VERIFIER = """
import hashlib

def my_verifier(certificates, artifact, at):
    question = repr((certificates, sorted(artifact.items()), at))
    print(hashlib.sha256(question.encode()).hexdigest(), end=" ")

"""
"""A verifier that tells what it was asked, by a digest."""


def question(vector: Vector) -> str:
    """The digest that `VERIFIER` is to print for a vector, all that is repeated written out."""
    case = vector.case.unrolled()
    members = msgspec.to_builtins(case.artifact, builtin_types=(bytes,))
    artifact = {
        name: list(member) if isinstance(member, tuple) else member
        for name, member in members.items()
    }
    at = msgspec.to_builtins(case.at)
    asked = repr((list(case.certificates), sorted(artifact.items()), at))
    return hashlib.sha256(asked.encode()).hexdigest()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    with zipfile.ZipFile(io.BytesIO(release.archive())) as file:
        file.extractall(folder)
    (top,) = folder.iterdir()
    return top


def test_it_is_named_after_the_corpus(unpacked: Path) -> None:
    assert unpacked.name == f"pgp-accord-corpus-{load_corpus(CORPUS).digest()[:8]}"


def test_the_same_corpus_gives_the_same_archive() -> None:
    assert release.archive() == release.archive()


def test_all_files_have_their_digest(unpacked: Path) -> None:
    lines = (unpacked / "SHA256SUMS").read_text().splitlines()
    sums = {line[66:]: line[:64] for line in lines}
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*.*")}
    assert sums.keys() == files
    for name, digest in sums.items():
        assert hashlib.sha256((unpacked / name).read_bytes()).hexdigest() == digest


def test_the_suites_load_and_fit_their_schema(unpacked: Path) -> None:
    assert load_corpus(unpacked / "suites").digest() == load_corpus(CORPUS).digest()
    schema = json.loads((unpacked / "corpus.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for suite in (unpacked / "suites").iterdir():
        validator.validate(json.loads(suite.read_text()))


def test_what_its_pages_link_to_is_there(unpacked: Path) -> None:
    for page in unpacked.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
            assert target.startswith("https://") or (unpacked / target).is_file(), (page, target)


def test_every_error_class_is_explained(unpacked: Path) -> None:
    readme = (unpacked / "README.md").read_text()
    assert [one for one in ErrorClass if f"`{one}`" not in readme] == []


def test_the_program_in_its_readme_asks_what_the_corpus_asks(unpacked: Path) -> None:
    found = re.search(r"```python\n(.*?)```", (unpacked / "README.md").read_text(), re.DOTALL)
    assert found
    assert "# verdict = my_verifier(" in found[1]
    program = VERIFIER + found[1].replace("# verdict = my_verifier(", "verdict = my_verifier(")
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        cwd=unpacked,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    corpus = load_corpus(CORPUS)
    asked = {vector: (outcome, question) for question, vector, outcome, *_ in lines}
    assert len(lines) == len(asked)
    assert asked == {
        vector.id: (str(vector.expectation.outcome), question(vector)) for vector in corpus.vectors
    }
    assert {vector.artifact.format for vector in corpus.vectors} == set(Format)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "corpus.zip"
    digest = release.export(target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == digest
    with pytest.raises(FileError, match="is there already"):
        release.export(target)
    with pytest.raises(FileError, match="cannot be written"):
        release.export(tmp_path / "nowhere" / "corpus.zip")
