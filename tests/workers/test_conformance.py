"""``pgp-accord adapter check`` catches every fault, and says what it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness import conformance, launch
from harness.conformance import Outcome, Report, in_plain_words
from harness.launch import Launch
from harness.vector import Corpus
from tests.workers.conftest import fake

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "docs/examples/gpgv_adapter.py"

NAMES = [check.name for check in conformance.CHECKS]


def examined(name: str, probes: Corpus, seconds: float = 20.0) -> Report:
    found = launch.find(name)
    assert isinstance(found, Launch)
    return conformance.check(
        found, probes=probes, profile="stock", seconds=seconds, start_seconds=seconds
    )


def in_state(report: Report, outcome: Outcome) -> dict[str, str]:
    return {result.check: result.found for result in report.results if result.outcome is outcome}


def test_an_adapter_for_images_alone_passes(probes: Corpus, nothing_remains: Path) -> None:
    report = examined(fake("images-only"), probes)
    assert in_state(report, Outcome.FAILED) == {}
    assert in_state(report, Outcome.NOT_TRIED) == {}
    not_for_it = in_state(report, Outcome.NOT_APPLICABLE)
    assert not_for_it.keys() == {"detached", "inline", "cleartext", "clock", "parts"}
    assert not_for_it["parts"] == "it verifies neither detached signatures nor cleartext"


@pytest.fixture
def faults(probes: Corpus, nothing_remains: Path) -> Faults:
    return Faults(probes)


class Faults:
    def __init__(self, probes: Corpus) -> None:
        self._probes = probes

    def __call__(self, fault: str) -> dict[str, str]:
        report = examined(fake(fault), self._probes, 2.0 if fault.startswith("hangs") else 20.0)
        assert [result.check for result in report.results] == NAMES
        failed = in_state(report, Outcome.FAILED)
        assert report.faults == len(failed)
        return failed


def test_an_adapter_without_fault_passes(probes: Corpus, nothing_remains: Path) -> None:
    report = examined(fake("none"), probes)
    assert in_state(report, Outcome.FAILED) == {}
    assert in_state(report, Outcome.NOT_TRIED) == {}
    assert in_state(report, Outcome.NOT_APPLICABLE).keys() == {
        "inline",
        "cleartext",
        "simple-signing",
    }
    assert report.description is not None


@pytest.mark.skipif(shutil.which("gpgv") is None, reason="needs gpgv (apt-get install gpgv)")
def test_the_template_passes(probes: Corpus, nothing_remains: Path) -> None:
    report = examined(f"exec:{TEMPLATE}", probes)
    assert in_state(report, Outcome.FAILED) == {}
    assert in_state(report, Outcome.NOT_APPLICABLE).keys() == {"simple-signing", "clock"}


GOOD = f"[GNUPG:] GOODSIG {'A' * 16} x\n[GNUPG:] VALIDSIG {' '.join(['A' * 40] * 11)}"


@pytest.mark.parametrize(
    ("ends", "verdict", "native"),
    [
        (f"echo '{GOOD}'; exit 0", "accepted", "accepted"),
        (f"echo '{GOOD}'; echo '[GNUPG:] ERRSIG A 1 8 00 0 9'; exit 2", "rejected", "rejected"),
        (f"echo '{GOOD}'; kill -KILL $$", "error", "error"),
        ("echo >&2 'gpgv: something new'; exit 2", "error", "error"),
        ("exit 0", "error", "error"),
    ],
    ids=["good", "contradicted", "killed", "status unsaid", "silent"],
)
def test_the_template_believes_gpgv_only_what_it_says(
    tmp_path: Path, ends: str, verdict: str, native: str
) -> None:
    program = tmp_path / "gpgv"
    program.write_text(f"#!/bin/sh\n[ $1 = --version ] && echo 'gpgv (GnuPG) 2' && exit\n{ends}\n")
    program.chmod(0o755)
    question = {"certificates": [], "artifact": {"format": "inline", "message": ""}, "parts": []}
    asked = (
        {"type": "hello", "protocol": 1, "workdir": str(tmp_path)},
        {"type": "question", "id": 1} | question,
        {"type": "bye"},
    )
    said = subprocess.run(
        [sys.executable, TEMPLATE],
        input="".join(f"{json.dumps(message)}\n" for message in asked),
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(said.stdout.splitlines()[1])["answer"]
    assert [each["verdict"] for each in answer["signatures"]] == [verdict]
    assert answer["native"]["verdict"] == native


def test_the_template_is_short() -> None:
    assert len(TEMPLATE.read_text().splitlines()) <= 60


@pytest.mark.parametrize(
    ("fault", "check", "words"),
    [
        ("dies-at-start", "start", "it ended with exit code 7\na library is missing"),
        ("hangs-at-start", "start", "no answer within 2 seconds"),
        ("speaks-another-protocol", "start", "it speaks protocol 99, not 1"),
        ("prints-a-banner", "start", "for messages only\nit wrote: 'Fake Backend 1.0 [loading]'"),
        ("misspells-a-claim", "start", "backend has a field capabilites"),
        ("has-no-version", "description", "backend.version is empty"),
        ("claims-nothing", "description", "it claims to verify nothing"),
        ("speaks-any-protocol", "other-protocol", "“ready” to a greeting in protocol 2"),
        ("counts-itself", "answer", "it answered question 1 instead of 1007922"),
        ("fails", "answer", "it answers “failed”: no space left"),
        ("goes-on-after-ready", "answer", "it wrote: 'waiting for questions"),
        ("misspells-a-field", "answer", "answer.signatures[0] has a field evidense"),
        ("forgets-a-field", "answer", "answer lacks the field native"),
        ("makes-up-a-verdict", "answer", "signatures[0].verdict is 'good', which is none of its"),
        ("makes-up-a-class", "answer", "signatures[0].classes[0] is 'bad-signature', which is"),
        ("small-digits", "answer", "answer.signatures[0].key.signing is no fingerprint"),
        ("numbers-in-quotes", "answer", "evidence.exit_code is of type str instead of int"),
        ("gives-no-class", "answer", "answer.signatures[0] is rejected without classes"),
        ("gives-no-key", "answer", "an accepted signature needs a key"),
        ("stops-the-clock", "clock", "its clock does not follow the reference time"),
        ("images-and-a-clock", "clock", "claim the format detached, or the clock none"),
        ("trusts-images", "simple-signing", "tampered: accepted instead of rejected"),
        ("turns-results-around", "parts", "in this order: not accepted and accepted"),
        ("one-result-for-all", "parts", "it gave 1 results for 2 signatures"),
        ("dies-of-garbage-certificates", "garbage-certificates", "exit code 9\nlast words"),
        ("dies-of-no-certificates", "no-certificates", "exit code 9\nlast words"),
        ("falls-for-no-certificates", "no-certificates", "it accepts the signature"),
        ("dies-of-empty-signature", "empty-signature", "exit code 9\nlast words"),
        ("falls-for-empty-signature", "empty-signature", "it accepts the signature"),
        ("dies-of-large-data", "large-data", "exit code 9\nlast words"),
        ("hangs-on-large-data", "large-data", "no answer within 2 seconds"),
        ("dies-of-unusual-bytes", "unusual-bytes", "exit code 9\nlast words"),
        ("hangs-on-unknown-field", "unknown-field", "no answer within 2 seconds"),
        ("rejects-for-unsupported", "classes", "answer.signatures[0]: the verdict is rejected"),
        ("says-nothing", "evidence", "answer.signatures[0].evidence is empty"),
        ("says-too-much", "evidence", "answer.signatures[0].evidence has 30000 characters"),
        ("chatters", "quiet", "nobody asked for 'that was quick\\n'"),
        ("says-goodbye", "quiet", "nobody asked for 'goodbye\\n'"),
        ("ends-badly", "bye", "with exit code 1"),
        ("ignores-bye", "bye", "it was still there after two seconds"),
        ("ignores-the-end", "end-of-input", "it was still there after two seconds"),
    ],
)
def test_a_fault_is_found_by_the_check_for_it_alone(
    faults: Faults, fault: str, check: str, words: str
) -> None:
    found = faults(fault)
    assert found.keys() == {check}
    assert words in found[check]


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ("wrong-fingerprint", {"detached", "clock"}),
        ("rejects-all", {"detached", "clock", "parts"}),
        ("sulks", {"clock", "again"}),
        (
            "accepts-all",
            {"detached", "clock", "parts", "garbage-certificates", "no-certificates"}
            | {"empty-signature", "large-data", "unusual-bytes"},
        ),
    ],
)
def test_a_dishonest_adapter_fails_where_it_shows(
    faults: Faults, fault: str, checks: set[str]
) -> None:
    assert faults(fault).keys() == checks


def test_an_unknown_field_may_be_refused(faults: Faults) -> None:
    assert faults("dies-of-unknown-field") == {}


def test_after_a_fault_that_leaves_nothing_to_ask_nothing_more_is_tried(
    probes: Corpus, nothing_remains: Path
) -> None:
    report = examined(fake("dies-at-start"), probes)
    assert report.description is None
    assert list(in_state(report, Outcome.NOT_TRIED)) == NAMES[1:]
    assert set(in_state(report, Outcome.NOT_TRIED).values()) == {"not tried, since “start” failed"}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (
            "JSON is malformed: invalid character (byte 0)",
            "this line is no JSON; standard output is for messages only",
        ),
        ("Expected `object`, got `array`", "the message is of type array instead of object"),
        (
            "Invalid value 'ansr' - at `$.type`",
            "type is 'ansr', which is none of its values (ready, unusable, answer, failed)",
        ),
        ("Something else - at `$.a.b`", "a.b: Something else"),
    ],
)
def test_decoding_errors_are_put_in_plain_words(what: str, words: str) -> None:
    assert in_plain_words(what) == words


def accord(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", "adapter", "check", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )


def test_the_command_takes_a_command_with_and_without_prefix() -> None:
    for name in (fake("none"), fake("none").removeprefix("exec:")):
        done = accord(name)
        assert (done.returncode, done.stderr) == (0, "")
        assert "All is well." in done.stdout


def test_the_command_says_what_is_wrong() -> None:
    done = accord(fake("dies-at-start"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗  start" in done.stdout
    assert "a library is missing" in done.stdout
    assert "not tried, since “start” failed" in done.stdout
    assert "1 check failed." in done.stdout


def test_the_command_writes_json() -> None:
    done = accord("--json", fake("says-nothing"))
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["description"]["name"] == "says-nothing"
    (failed,) = [each for each in report["results"] if each["outcome"] == "failed"]
    assert (failed["check"], bool(failed["sentence"]), bool(failed["found"])) == (
        "evidence",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Missing argument"),
        (("'",), 3, "not a command line"),
        (("./no-such-adapter",), 3, "no executable './no-such-adapter'"),
        (("a", "b"), 2, "unexpected extra argument"),
    ],
)
def test_misuse_is_told(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = accord(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""
