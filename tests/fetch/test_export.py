"""What was fetched, and any Stateless OpenPGP command, is reproduced by hand as well."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

import backends
import vectors
from backends import variants
from backends.gnupg import GnuPG
from harness.artifact import Format, SimpleSigning
from harness.backend import Exported, Snippet
from harness.cli.exits import Exit
from harness.corpus import load_corpus
from harness.export import Program, everybody, export
from harness.files import FileError
from tests.cli.conftest import Command
from tests.cli.conftest import accord as accord  # a fixture
from tests.fetch import fakes
from tests.fetch.conftest import put_library, put_tool

(VECTOR,) = (
    each for each in load_corpus(vectors.PROBES).vectors if each.id.endswith("/detached-good")
)


def exported(tmp_path: Path, *names: str) -> dict[str, Program]:
    done = export(VECTOR, tmp_path / "out", names)
    assert done.without == {}
    return {program.backend: program for program in done.programs}


@pytest.mark.skipif(shutil.which("gpgv") is None, reason="needs gpgv (apt-get install gpgv)")
def test_a_fetched_program_is_what_is_run(cache: Path, tmp_path: Path) -> None:
    place = put_tool(cache, "gpgv@trixie", Path(shutil.which("gpgv") or ""))
    program = exported(tmp_path, "gpgv@trixie")["gpgv@trixie"]
    assert program.command == ("sh", "reproduce-gpgv@trixie.sh")
    assert str(place) in program.path.read_text()
    by_hand = subprocess.run(
        program.command, cwd=program.path.parent, capture_output=True, text=True, check=False
    )
    assert by_hand.returncode == 0, by_hand.stderr
    assert "VALIDSIG" in by_hand.stdout + by_hand.stderr


def test_a_fetched_library_is_asked_by_its_own_python(cache: Path, tmp_path: Path) -> None:
    place = put_library(cache, "pgpy==0.5.4")
    program = exported(tmp_path, "pgpy==0.5.4")["pgpy==0.5.4"]
    assert program.command == (str(variants.python(place)), "reproduce-pgpy==0.5.4.py")


def test_an_image_has_programs_of_those_that_verify_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = load_corpus(vectors.PROBES).vector("probe/simple-signing-good")
    assert vector is not None

    class Verifier(GnuPG):
        reproduces = frozenset({Format.SIMPLE_SIGNING})
        asked: ClassVar[list[Exported]] = []

        @classmethod
        def reproduce(cls, exported: Exported) -> Snippet:
            cls.asked.append(exported)
            return Snippet(suffix=".sh", text="")

    monkeypatch.setattr(backends, "load", {"gnupg": GnuPG, "verifier": Verifier}.__getitem__)
    done = export(vector, tmp_path / "out", ["gnupg", "verifier"])
    assert [program.backend for program in done.programs] == ["verifier"]
    assert done.without == {"gnupg": "it does not verify simple-signing signatures"}
    (seen,) = Verifier.asked
    assert isinstance(vector.artifact, SimpleSigning)
    assert (tmp_path / "out" / str(seen.manifest)).read_bytes() == vector.artifact.manifest
    assert (tmp_path / "out" / str(seen.message)).read_bytes() == vector.artifact.message
    assert seen.reference == vector.artifact.reference


def test_a_command_line_is_found_from_the_folder_of_the_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = fakes.program(tmp_path, "my-sop", "")
    monkeypatch.chdir(tmp_path)
    names = ("sop:./my-sop --fast", "sop:./my-sop  --fast", "sop:./my-sop 'a/b'")
    done = exported(tmp_path, *names)
    assert [done[name].path.name for name in names] == [
        "reproduce-sop-.-my-sop---fast.sh",
        "reproduce-sop-.-my-sop---fast-2.sh",
        "reproduce-sop-.-my-sop-a-b.sh",
    ]
    assert f"{tool} --fast verify" in done[names[0]].path.read_text()


def test_all_that_are_known_or_fetched_take_part_where_none_is_named(cache: Path) -> None:
    put_tool(cache, "sqv@trixie", Path("/bin/true"))
    assert everybody() == (*backends.names(), "sqv@trixie")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sqv@trixie", "it has not been fetched (pgp-accord backends fetch debian:trixie sqv)"),
        ("pgpy==0.1", "it has not been fetched (pgp-accord backends fetch pgpy==0.1)"),
        ("sop:nosuch", "no nosuch in PATH (give the command line of a program after sop:)"),
        ("sop:'", "not a command line: No closing quotation (check the quotes)"),
        ("exec:./mine", "nothing but the protocol is known of it"),
    ],
)
def test_one_that_cannot_be_reproduced_says_why_and_the_others_are(
    cache: Path, tmp_path: Path, name: str, reason: str
) -> None:
    done = export(VECTOR, tmp_path / "out", [name, "gnupg"])
    assert done.without == {name: reason}
    assert [program.backend for program in done.programs] == ["gnupg"]


def test_an_unknown_one_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(backends.UnknownBackendError):
        export(VECTOR, tmp_path / "out", ["gnupg", "gpg"])
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    mine = tmp_path / "out/reproduce-gnupg.sh"
    mine.write_text("mine")
    with pytest.raises(FileError, match="is there already"):
        export(VECTOR, tmp_path / "out", ["gnupg"])
    assert mine.read_text() == "mine"


def test_the_command_line_names_the_program_to_run(accord: Command, cache: Path) -> None:
    place = put_library(cache, "pgpy==0.5.4")
    vector = "signatures/data-bit-flipped"
    done = accord("show", vector, "--export", "all")
    assert done.returncode == Exit.DONE, done.stderr
    assert f"  {variants.python(place)} reproduce-pgpy==0.5.4.py\n" in done.stdout
    assert "  sh reproduce-gnupg.sh\n" in done.stdout
    few = ("--backend", "pgpy", "--backend", f"exec:{sys.executable}")
    done = accord("show", vector, "--export", "few", *few)
    assert done.returncode == Exit.UNAVAILABLE
    assert done.stdout.endswith("exported to few; inside it, run:\n  python3 reproduce-pgpy.py\n")
    assert done.stderr.endswith(": no program: nothing but the protocol is known of it\n")
    done = accord("show", vector, "--backend", "pgpy")
    assert done.returncode == Exit.MISUSE
    assert "--backend goes with --export" in done.stderr
