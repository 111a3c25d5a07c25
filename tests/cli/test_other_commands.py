from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import backends
import vectors
from harness.artifact import Cleartext, Detached, Inline, SimpleSigning
from harness.cli.exits import Exit
from harness.corpus import load_corpus
from harness.vector import Vector
from tests.cli.conftest import Command

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FAKE = Path(__file__).parents[1] / "workers" / "fake_backend.py"
IN_RELEASE = sorted(Path("/var/lib/apt/lists").glob("*InRelease"))


def probe(name: str) -> Vector:
    vector = load_corpus(vectors.PROBES).vector(f"probe/{name}")
    assert vector is not None
    return vector


def test_help_names_every_subcommand(accord: Command) -> None:
    done = accord("--help")
    assert done.returncode == Exit.DONE
    for name in ("run", "verify", "show", "backends", "vectors"):
        assert f"  {name}  " in done.stdout
        assert accord(name, "--help").returncode == Exit.DONE


def test_backends_lists_all_with_their_versions(accord: Command) -> None:
    done = accord("backends", PGP_ACCORD_BACKENDS="usual")
    assert done.returncode == Exit.DONE, done.stdout
    usual = [name for name in backends.names() if name not in backends.on_request()]
    for name in usual:
        assert f"{name} " in done.stdout
    lines = accord("backends", "--json", PGP_ACCORD_BACKENDS="usual").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == usual


# verify


def test_verify_a_file_with_its_signature_beside_it(accord: Command, tmp_path: Path) -> None:
    good = probe("detached-good")
    assert isinstance(good.artifact, Detached)
    (tmp_path / "cert.pgp").write_bytes(good.certificates[0])
    (tmp_path / "release.tar").write_bytes(good.artifact.data)
    (tmp_path / "release.tar.sig").write_bytes(good.artifact.signature)
    shutil.copy(tmp_path / "release.tar.sig", tmp_path / "elsewhere")
    for arguments in (
        ["release.tar"],
        ["release.tar.sig"],
        ["release.tar", "--signature", "elsewhere"],
    ):
        done = accord("verify", "--cert", "cert.pgp", *arguments)
        assert done.returncode == Exit.DONE, done.stdout + done.stderr
        assert "backends accept it, with the same key" in done.stdout


@pytest.mark.parametrize("form", ["inline", "cleartext"])
def test_verify_a_message_good_and_tampered(accord: Command, tmp_path: Path, form: str) -> None:
    for kind, code in (("good", Exit.DONE), ("tampered", Exit.FOUND)):
        vector = probe(f"{form}-{kind}")
        assert isinstance(vector.artifact, Inline | Cleartext)
        (tmp_path / "cert.pgp").write_bytes(vector.certificates[0])
        (tmp_path / "message").write_bytes(vector.artifact.message)
        done = accord("verify", "--cert", "cert.pgp", "message")
        assert done.returncode == code, done.stdout + done.stderr


def image(tmp_path: Path, kind: str) -> SimpleSigning:
    """Write the files of a probe about an image."""
    vector = probe(f"simple-signing-{kind}")
    assert isinstance(vector.artifact, SimpleSigning)
    (tmp_path / "cert.pgp").write_bytes(vector.certificates[0])
    (tmp_path / "signature-1").write_bytes(vector.artifact.message)
    (tmp_path / "manifest.json").write_bytes(vector.artifact.manifest)
    return vector.artifact


IMAGES = f"exec:{sys.executable} {FAKE} images-too"


@pytest.mark.parametrize(("kind", "code"), [("good", Exit.DONE), ("tampered", Exit.FOUND)])
def test_verify_the_signature_of_an_image(
    accord: Command, tmp_path: Path, kind: str, code: Exit
) -> None:
    about = image(tmp_path, kind)
    asked = ("--at", "2024-06-01", "--manifest", "manifest.json", "--reference", about.reference)
    done = accord("verify", "--cert", "cert.pgp", *asked, "signature-1", "--backend", IMAGES)
    assert "signature-1" in done.stdout
    assert done.returncode == code, done.stdout + done.stderr


@pytest.mark.parametrize(
    "changed",
    [
        ("--identity", "AB" * 20),
        ("--identity", " ".join(["abab"] * 10)),
        ("--reference", "registry.example/team/other:1"),
        ("--manifest", "other.json"),
    ],
)
def test_what_is_said_of_an_image_is_asked(
    accord: Command, tmp_path: Path, changed: tuple[str, str]
) -> None:
    about = image(tmp_path, "good")
    (tmp_path / "other.json").write_text("{}")
    asked = ("--at", "2024-06-01", "--manifest", "manifest.json", "--reference", about.reference)
    to = ("signature-1", "--backend", IMAGES)
    done = accord("verify", "--cert", "cert.pgp", *asked, *changed, *to)
    # The fake accepts the probe's own question, and no other one.
    assert done.returncode == Exit.FOUND, done.stdout + done.stderr
    assert "rejected" in done.stdout


def test_verify_an_image_by_those_that_decide_about_images(accord: Command, tmp_path: Path) -> None:
    about = image(tmp_path, "good")
    asked = ("--manifest", "manifest.json", "--reference", about.reference)
    nothing_built = {"PGP_ACCORD_BACKENDS": "", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = accord("verify", "--cert", "cert.pgp", *asked, "signature-1", **nothing_built)
    names = [f"containers-image-{mechanism}" for mechanism in ("gpgme", "openpgp", "sequoia")]
    for name in names:
        assert f"{name}: to install: pgp-accord backends build {name}\n" in done.stderr
    assert {line.partition(":")[0] for line in done.stderr.splitlines()} == set(names)
    assert done.returncode == Exit.UNAVAILABLE, done.stderr


def test_who_cannot_be_asked_about_an_image_is_no_reason_to_fail(
    accord: Command, tmp_path: Path
) -> None:
    about = image(tmp_path, "good")
    asked = ("--at", "2024-06-01", "--manifest", "manifest.json", "--reference", about.reference)
    both = ("--backend", IMAGES, "--backend", "pgpy")
    done = accord("verify", "--cert", "cert.pgp", *asked, "signature-1", *both)
    assert "skipped" in done.stdout
    assert done.returncode == Exit.DONE, done.stdout + done.stderr
    done = accord("verify", "--cert", "cert.pgp", *asked, "signature-1", *both[2:])
    assert done.returncode == Exit.FOUND, "nobody said a word"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--manifest", "manifest.json"], "--manifest and --reference go together"),
        (["--reference", "registry.example/a:1"], "--manifest and --reference go together"),
        (["--manifest", "manifest.json", "--reference", ""], "--reference is empty"),
        (["--identity", "AB" * 20], "--identity with both"),
        (["--identity", "AB" * 19], "is no fingerprint"),
        (["--manifest", "absent", "--reference", "registry.example/a:1"], "absent: cannot be read"),
        (
            [
                *("--manifest", "manifest.json", "--reference", "registry.example/a:1"),
                *("--signature", "signature-1"),
            ],
            "--signature is of a detached signature",
        ),
    ],
)
def test_verify_names_what_is_missing_about_an_image(
    accord: Command, tmp_path: Path, arguments: list[str], message: str
) -> None:
    image(tmp_path, "good")
    done = accord("verify", "--cert", "cert.pgp", "signature-1", *arguments)
    assert done.returncode == Exit.MISUSE, done.stdout + done.stderr
    assert message in done.stderr


def test_verify_without_a_usable_backend_ends_with_3(accord: Command, tmp_path: Path) -> None:
    good = probe("detached-good")
    assert isinstance(good.artifact, Detached)
    (tmp_path / "cert.pgp").write_bytes(good.certificates[0])
    (tmp_path / "data").write_bytes(good.artifact.data)
    (tmp_path / "data.sig").write_bytes(good.artifact.signature)
    done = accord("verify", "--cert", "cert.pgp", "data", "--backend", "exec:/bin/false")
    assert done.returncode == Exit.UNAVAILABLE, done.stderr
    assert "it does not start" in done.stderr


def test_a_file_without_end_is_too_large(accord: Command, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("just a text\n")
    done = accord("verify", "--cert", "/dev/zero", "text")
    assert done.returncode == Exit.MISUSE
    assert "/dev/zero: is too large" in done.stderr


def test_a_file_name_cannot_speak_to_the_terminal(accord: Command) -> None:
    done = accord("verify", "--cert", "cert.pgp", "\x1b]0;title\x07")
    assert done.returncode == Exit.MISUSE
    assert "\x1b" not in done.stderr
    done = accord("verify", "--cert", "\x1b[31m", "data")
    assert "\x1b" not in done.stderr


def test_verify_at_another_time(accord: Command, tmp_path: Path) -> None:
    vector = probe("clock-signature-before")
    assert isinstance(vector.artifact, Detached)
    (tmp_path / "cert.pgp").write_bytes(vector.certificates[0])
    (tmp_path / "data").write_bytes(vector.artifact.data)
    (tmp_path / "data.sig").write_bytes(vector.artifact.signature)
    arguments = ["verify", "--backend", "sequoia", "--cert", "cert.pgp"]
    assert accord(*arguments, "data", "--at", "2019-01-01").returncode == Exit.DONE
    assert accord(*arguments, "data").returncode == Exit.FOUND


@pytest.mark.skipif(
    not (KEYRING.exists() and IN_RELEASE),
    reason="needs Debian's archive keyring and apt's lists (apt-get update)",
)
def test_every_backend_accepts_debians_own_releases(accord: Command) -> None:
    done = accord("verify", "--cert", KEYRING, *IN_RELEASE)
    assert done.returncode == Exit.DONE, done.stdout + done.stderr
    assert done.stdout.count("backends accept it, with the same key") == len(IN_RELEASE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent"], "absent: cannot be read: no such file or directory"),
        (["text"], "text: is no signed message, and there is no signature beside it"),
        (["alone.sig"], "alone.sig: is a detached signature, and there is no alone beside it"),
        (["text", "text2", "--signature", "alone.sig"], "goes with exactly one FILE"),
        (["text", "--signature", "absent"], "absent: cannot be read"),
        (["text", "--cert", "text"], "text: holds no OpenPGP certificate"),
        (["."], "cannot be read: is a directory"),
    ],
)
def test_verify_names_what_is_wrong_with_a_file(
    accord: Command, tmp_path: Path, arguments: list[str], message: str
) -> None:
    good = probe("detached-good")
    assert isinstance(good.artifact, Detached)
    (tmp_path / "cert.pgp").write_bytes(good.certificates[0])
    (tmp_path / "alone.sig").write_bytes(good.artifact.signature)
    (tmp_path / "text").write_text("just a text\n")
    (tmp_path / "text2").write_text("just a text\n")
    done = accord("verify", "--cert", "cert.pgp", *arguments)
    assert done.returncode == Exit.MISUSE, done.stdout + done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


# show


def first_of(area: str) -> Vector:
    return next(v for v in load_corpus(vectors.CORPUS).vectors if v.area == area)


def test_show_explains_a_vector_and_what_was_said(accord: Command) -> None:
    vector = first_of("revocation")
    accord("run", "--select", vector.id, "--out", "out")
    done = accord("show", vector.id, "--run", "out/run.jsonl")
    assert done.returncode == Exit.DONE, done.stderr
    for text in (vector.title, "Expectation", "RFC 9580", "Certificate", "Observations", "pgpy"):
        assert text in done.stdout


def test_show_suggests_the_right_name(accord: Command) -> None:
    vector = first_of("revocation")
    done = accord("show", vector.id[:-1])
    assert done.returncode == Exit.MISUSE
    assert vector.id in done.stderr


def test_an_export_reproduces_by_hand_what_was_observed(accord: Command, tmp_path: Path) -> None:
    done = accord("show", "signatures/data-bit-flipped", "--export", "out")
    assert done.returncode == Exit.DONE, done.stderr
    programs = sorted((tmp_path / "out").glob("reproduce-*"))
    assert len(programs) == len(backends.names())
    for program in programs:
        interpreter = {".sh": "sh", ".py": sys.executable}[program.suffix]
        by_hand = subprocess.run(
            [interpreter, program.name],
            cwd=tmp_path / "out",
            capture_output=True,
            text=True,
            check=False,
        )
        assert f" {program.name}\n" in done.stdout
        assert by_hand.returncode != 0, (program.name, by_hand.stdout, by_hand.stderr)
    again = accord("show", "signatures/data-bit-flipped", "--export", "out")
    assert again.returncode == Exit.MISUSE
    assert again.stdout == ""


# vectors


def test_vectors_are_listed_linted_and_converted(accord: Command, tmp_path: Path) -> None:
    count = len(load_corpus(vectors.CORPUS).vectors)
    assert len(accord("vectors", "list").stdout.splitlines()) == count
    assert accord("vectors", "lint").returncode == Exit.DONE
    assert accord("vectors", "convert", vectors.CORPUS / "legacy.json", "plain").returncode == 0
    assert accord("vectors", "convert", "plain", "back.json").returncode == 0
    back = load_corpus(tmp_path / "back.json").vectors
    assert back == load_corpus(vectors.CORPUS / "legacy.json").vectors


def test_an_image_is_exported_for_those_that_decide_about_images(
    accord: Command, tmp_path: Path
) -> None:
    who = ("--backend", "gnupg", "--backend", "containers-image-openpgp")
    done = accord("show", "simple-signing/identity-stranger", "--export", "out", *who)
    assert done.returncode == Exit.UNAVAILABLE, "gnupg was named"
    assert "gnupg: no program: it does not verify simple-signing signatures" in done.stderr
    (program,) = (tmp_path / "out").glob("reproduce-*")
    description = tomllib.loads((tmp_path / "out/vector/vector.toml").read_text())
    for asked in (description["reference"], *description["identities"], "vector/manifest"):
        assert asked in program.read_text()


def test_the_corpus_is_exported_once(accord: Command, tmp_path: Path) -> None:
    done = accord("vectors", "export", "corpus.zip")
    digest = hashlib.sha256((tmp_path / "corpus.zip").read_bytes()).hexdigest()
    assert (done.returncode, done.stdout) == (Exit.DONE, f"wrote corpus.zip, SHA-256 {digest}\n")
    again = accord("vectors", "export", "corpus.zip")
    assert again.returncode == Exit.MISUSE
    assert "corpus.zip: is there already" in again.stderr


def test_users_vectors_need_not_keep_the_house_rules(accord: Command, tmp_path: Path) -> None:
    good = probe("detached-good")
    assert isinstance(good.artifact, Detached)
    folder = tmp_path / "mine" / "a-release"
    folder.mkdir(parents=True)
    (folder / "vector.toml").write_text(
        'title = "A release"\n[expect]\noutcome = "reject"\nclasses = ["bad_signature"]\n'
    )
    (folder / "cert.pgp").write_bytes(good.certificates[0])
    (folder / "data").write_bytes(b"another release")
    (folder / "signature").write_bytes(good.artifact.signature)
    done = accord("vectors", "lint", "--vectors", "mine")
    assert (done.returncode, done.stdout) == (Exit.DONE, "")
    ran = accord("run", "--vectors", "mine", "--fail-on", "false-accept")
    assert ran.returncode == Exit.DONE, ran.stderr


def test_nobody_reading_on_is_no_finding(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "vectors", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 128 + 13
    process.stderr.close()
