"""Options, markers, backends, and what the plugin costs those who do not use it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pytest_plugin.trying import Try
from tests.workers.conftest import fake, processes_of

pytest_plugins = ("pytester",)

GOOD = "subkeys/bound"
REVOKED = "revocation/primary-compromised-after-signature"
CREDULOUS = "def test_it(openpgp_vector):\n    openpgp_vector.expect(True)"
ASKING = """
def test_backends(openpgp_backend, openpgp_vector):
    openpgp_vector.expect_observation(openpgp_backend.ask(openpgp_vector))
"""

ANSWERED = """
def test_backends(openpgp_backend, openpgp_vector):
    said = openpgp_backend.ask(openpgp_vector)
    openpgp_vector.expect(said.answer is None)
"""


def test_loading_the_plugin_imports_nothing_else() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import harness.pytest_plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["harness", "harness.pytest_plugin"]


def test_a_session_that_asks_for_nothing_loads_nothing(attempt: Try) -> None:
    attempt.write(
        "import sys\n"
        "def test_it():\n"
        "    assert not {'harness.testing', 'harness.corpus', 'click', 'rich'} & set(sys.modules)"
    )
    attempt.pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--openpgp-vectors", "revocatoin"], "no vector matches 'revocatoin'; did you mean"),
        (["--openpgp-vectors", "./nowhere"], "there is no such file or folder"),
        (["--openpgp-vectors", "mine"], "to name the file or folder, write ./mine"),
        (["--openpgp-backend", "gpgz"], "no backend is called 'gpgz'; there are: gnupg"),
        (["--openpgp-known", "nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
@pytest.mark.parametrize("source", [CREDULOUS, "def test_it(): pass"])
def test_an_option_that_makes_no_sense_is_a_usage_error(
    attempt: Try, options: list[str], complaint: str, source: str
) -> None:
    (attempt.pytester.path / "mine").mkdir()
    done = attempt(source, *options)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: pgp-accord: " in done.stderr.str()
    assert complaint in done.stderr.str()


@pytest.mark.parametrize(
    ("ini", "complaint"),
    [("openpgp_vectors = nonsense", "'nonsense'"), ("openpgp_backend = nonsense", "'nonsense'")],
)
def test_so_is_a_setting_if_a_test_asks(attempt: Try, ini: str, complaint: str) -> None:
    attempt.pytester.makeini(f"[pytest]\n{ini}")
    done = attempt(ASKING)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert complaint in done.stderr.str()
    attempt("def test_it(): pass").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("'revocation'", "the marker takes names only"),
        ("select='revocation'", "select takes a list: ['revocation']"),
        ("select=['revocatoin']", "no vector matches 'revocatoin'; did you mean 'revocation"),
        ("formats=['smime']", "there are: detached, inline, cleartext"),
        ("formats='inline'", "formats takes a list"),
        ("clock='no'", "clock is True or False"),
        ("colour='red'", "the marker openpgp knows no colour"),
        ("known='nowhere.toml'", "nowhere.toml: cannot be read"),
        ("select=['area:cleartext'], formats=['inline']", "is beyond the verifier"),
    ],
)
def test_a_marker_that_makes_no_sense_is_an_error(
    attempt: Try, marker: str, complaint: str
) -> None:
    done = attempt(f"import pytest\n@pytest.mark.openpgp({marker})\n{CREDULOUS}")
    assert done.ret == pytest.ExitCode.INTERRUPTED
    assert "test_it.py::test_it, marker openpgp: " in done.stdout.str()
    assert complaint in done.stdout.str()
    assert "Traceback" not in done.stdout.str()


def test_the_nearest_marker_wins_name_by_name(attempt: Try) -> None:
    done = attempt(
        "import pytest\n"
        f"pytestmark = pytest.mark.openpgp(select=['{GOOD}', 'cleartext/cr-lf-throughout'],"
        " formats=['detached'])\n"
        f"{CREDULOUS}\n"
        "@pytest.mark.openpgp(formats=['cleartext'])\n"
        "def test_cleartext(openpgp_vector):\n    openpgp_vector.expect(True)",
        "-v",
    )
    done.assert_outcomes(passed=2, skipped=2)
    done.stdout.fnmatch_lines_random(
        [f"*test_it?{GOOD}* PASSED*", "*test_cleartext?cleartext/* PASSED*"]
    )


def test_markers_choose_from_what_options_choose(attempt: Try) -> None:
    attempt.write(f"import pytest\n@pytest.mark.openpgp(select=['subkeys'])\n{CREDULOUS}")
    attempt.run("--openpgp-vectors", GOOD).assert_outcomes(passed=1)
    attempt.run("--openpgp-vectors", REVOKED).assert_outcomes(skipped=1)


def test_vectors_of_ones_own_take_the_place_of_the_shipped(attempt: Try) -> None:
    from harness.plain import write_plain
    from tests.vectors.shipped import VECTORS

    write_plain(VECTORS[REVOKED], attempt.pytester.path / "mine" / "stolen")
    done = attempt(CREDULOUS, "--openpgp-vectors", "./mine")
    done.assert_outcomes(failed=1)
    assert f"see       pgp-accord show --vectors ./mine {REVOKED}" in done.stdout.str()
    attempt.pytester.makeini("[pytest]\nopenpgp_vectors =\n    ./mine\n    area:revocation")
    attempt.run().assert_outcomes(failed=1)


def test_the_same_vector_twice_is_refused(attempt: Try) -> None:
    from harness.plain import write_plain
    from tests.vectors.shipped import VECTORS

    for folder in ("one", "two"):
        write_plain(VECTORS[GOOD], attempt.pytester.path / folder)
    done = attempt(CREDULOUS, "--openpgp-vectors", "./one", "--openpgp-vectors", "./two")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert f"two: holds '{GOOD}', and so does another" in done.stderr.str()


def test_backends_are_asked_and_nothing_of_them_outlives_the_session(
    attempt: Try, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = attempt.pytester.mkdir("scratch")
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    pids = tmp_path / "pids"
    attempt.write(
        "import pathlib\n"
        f"from tests.workers.conftest import processes_of\n{ANSWERED}"
        f"    seen = processes_of(pathlib.Path({str(scratch)!r}))\n"
        f"    with pathlib.Path({str(pids)!r}).open('a') as file:\n"
        "        print(*seen, file=file)\n"
    )
    options = ("--openpgp-vectors", "signature-values/dsa-*", "--openpgp-backend", fake("none"))
    attempt.run(*options)
    started = pids.read_text().splitlines()
    assert len(started) > 1, "several answers"
    assert len(set(started)) == 1, "of one worker"
    assert started[0] != ""
    assert processes_of(scratch) == []


@pytest.mark.parametrize(("named", "outcome"), [(True, "failed"), (False, "skipped")])
def test_a_backend_of_no_use_fails_if_it_was_named_and_is_else_skipped(
    attempt: Try, named: bool, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.testing import backend

    useless = fake("dies-at-start")
    if not named:
        monkeypatch.setattr(backend, "USUAL", useless)
    done = attempt(ASKING, "--openpgp-vectors", GOOD, "--openpgp-backend", useless, "-rs")
    done.assert_outcomes(**{outcome: 1})
    assert "is unusable: it does not start" in done.stdout.str()


def test_the_variable_names_backends_too(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGP_ACCORD_BACKENDS", "pgpy sequoia")
    done = attempt(ASKING, "--openpgp-vectors", GOOD, "--collect-only", "-q")
    assert [line for line in done.outlines if "::" in line] == [
        f"test_it.py::test_backends[{name}-{GOOD}]" for name in ("pgpy", "sequoia")
    ]


@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="needs pytest-xdist")
def test_workers_of_xdist_agree_and_known_lists_stay_strict(attempt: Try) -> None:
    attempt.write(CREDULOUS)
    entries = (
        f"[[known]]\nvectors = '{name}'\njudgement = 'false_accept'\nreason = 'r'\n"
        for name in (REVOKED, GOOD)
    )
    (attempt.pytester.path / "known.toml").write_text("".join(entries))
    attempt.pytester.makeini(
        f"[pytest]\nopenpgp_known = known.toml\nopenpgp_vectors =\n  {GOOD}\n  {REVOKED}"
    )
    done = attempt.pytester.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider")
    assert done.ret == 1
    done.assert_outcomes(passed=1, xfailed=1)
    assert (
        f"known.toml, entry 2 ({GOOD}): its vector is not judged so any more" in done.stdout.str()
    )
    assert "pgp-accord: 2 judged: 1 false accept (1 known)" in done.stdout.str()
