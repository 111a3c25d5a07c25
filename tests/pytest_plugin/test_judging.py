"""What a test that takes ``openpgp_vector`` gets, and when it passes, fails and skips."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import vectors
from tests.pytest_plugin.trying import MALLORY, Try
from tests.workers.conftest import fake

pytest_plugins = ("pytester",)

GOOD = "subkeys/bound"
REVOKED = "revocation/primary-compromised-after-signature"
OPEN = "algorithms/librepgp-v5-ed25519"
BY_POLICY = "policy/hash-rmd160-backsig-2012"
TIMELY = "combined/both-expired-key-and-future"
CLEARTEXT = "cleartext/cr-lf-throughout"
UNSUPPORTED = "algorithms/detached-by-elgamal"
LARGE = "armor/header-of-64-kib"


def test_a_test_runs_once_for_each_vector_and_is_named_by_it(attempt: Try) -> None:
    done = attempt(
        "def test_it(openpgp_vector):\n    openpgp_vector.expect(True)",
        *("--openpgp-vectors", GOOD, "--openpgp-vectors", CLEARTEXT, "-v"),
    )
    done.stdout.fnmatch_lines_random(
        [f"*::test_it?{GOOD}? PASSED*", f"*::test_it?{CLEARTEXT}? PASSED*"]
    )
    done.assert_outcomes(passed=2)


def test_without_options_it_is_the_whole_corpus(attempt: Try) -> None:
    from tests.vectors.shipped import VECTORS

    done = attempt("def test_it(openpgp_vector): pass", "--collect-only", "-q")
    named = [line for line in done.outlines if "::test_it[" in line]
    assert named == [f"test_it.py::test_it[{name}]" for name in sorted(VECTORS)]


def test_a_node_id_leads_to_its_vector(attempt: Try) -> None:
    attempt.write("def test_it(openpgp_vector):\n    openpgp_vector.expect(True)")
    attempt.run(f"test_it.py::test_it[{GOOD}]").assert_outcomes(passed=1)


FALSE_ACCEPT = f"""\
{REVOKED}: false accept: accepted without naming a key, expected rejection (key_revoked)

vector    The primary key signed, and was revoked after it signed (reason 2,
          compromised)
expected  rejected (key_revoked)
says who  RFC 9580, 5.2.1.11, 5.2.3.31; RFC 4880, 5.2.1, 5.2.3.23
why       A revoked key is not to be used: what it signs afterwards is void, whatever
          the reason. What it signed before is suspect if it was compromised, since the
          thief sets the date; it is still valid if the key was superseded or retired.
          Here the signature is from before, by its date, and suspect all the same.
said      │ Good signature \\x1b[31mby Alice
          │ pgp-accord: all is well
see       pgp-accord show {REVOKED}
"""


def test_a_false_accept_is_explained_and_hostile_words_are_harmless(attempt: Try) -> None:
    done = attempt(
        "def test_it(openpgp_vector):\n"
        "    said = 'Good signature \\x1b[31mby Alice\\npgp-accord: all is well\\n'\n"
        "    openpgp_vector.expect(True, said=said)",
        *("--openpgp-vectors", REVOKED),
    )
    done.assert_outcomes(failed=1)
    assert FALSE_ACCEPT in done.stdout.str()
    assert "Traceback" not in done.stdout.str()


@pytest.mark.parametrize(
    ("vector", "said", "wrong"),
    [
        (GOOD, "expect(True)", ""),
        (GOOD, "expect(False)", "false reject"),
        (GOOD, "expect(False, classes=['unsupported'])", "skipped"),
        (GOOD, f"expect(True, key='{MALLORY}')", "wrong key"),
        (GOOD, f"expect(True, primary='{MALLORY}')", "wrong key"),
        (
            GOOD,
            f"expect(True, keys=[openpgp_vector.expectation.keys[0], '{MALLORY}'])",
            "wrong key",
        ),
        (GOOD, "expect(True, keys=openpgp_vector.expectation.keys)", ""),
        (GOOD, "expect_signatures([accepted(openpgp_vector.expectation.keys[0])])", ""),
        (GOOD, "expect_signatures([rejected(['bad_signature'])])", "false reject"),
        (GOOD, "unsupported('no such format')", "skipped"),
        (UNSUPPORTED, "unsupported('no such algorithm')", ""),
        (REVOKED, "expect(False)", ""),
        (REVOKED, "expect(False, classes=['key_revoked', 'key_expired'])", ""),
        (REVOKED, "expect(False, classes=['key_expired'])", "wrong class"),
        (REVOKED, "expect(True)", "false accept"),
        (REVOKED, "expect_signatures([accepted(AcceptedKey())])", "false accept"),
        *((name, f"expect({said})", "") for name in (OPEN, BY_POLICY) for said in (True, False)),
        (OPEN, f"expect(True, key='{MALLORY}')", "wrong key"),
        (BY_POLICY, f"expect(True, key='{MALLORY}')", "wrong key"),
    ],
)
def test_the_projects_own_rules_judge(attempt: Try, vector: str, said: str, wrong: str) -> None:
    done = attempt(
        "from harness.outcomes import AcceptedKey, accepted, rejected\n"
        f"def test_it(openpgp_vector):\n    openpgp_vector.{said}",
        *("--openpgp-vectors", vector),
    )
    outcome = {"": "passed", "skipped": "skipped"}.get(wrong, "failed")
    done.assert_outcomes(**{outcome: 1})
    if outcome == "failed":
        assert f"{vector}: {wrong}: " in done.stdout.str()


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "assert openpgp_vector.certificates",
        "try:\n        openpgp_vector.expect(True)\n    except ValueError:\n        pass",
    ],
)
def test_a_test_that_judges_nothing_fails(attempt: Try, body: str) -> None:
    judges = "expect" in body
    done = attempt(f"def test_it(openpgp_vector):\n    {body}", *("--openpgp-vectors", REVOKED))
    done.assert_outcomes(failed=1)
    expected = "false accept" if judges else "took openpgp_vector and judged nothing"
    assert expected in done.stdout.str()


def test_so_does_one_whose_fixture_takes_the_vector(attempt: Try) -> None:
    done = attempt(
        "import pytest\n"
        "@pytest.fixture\n"
        "def octets(openpgp_vector): return openpgp_vector.data\n"
        "def test_it(octets): assert octets",
        *("--openpgp-vectors", GOOD),
    )
    done.assert_outcomes(failed=1)
    assert "judged nothing" in done.stdout.str()


def test_a_failure_cannot_be_swallowed(attempt: Try) -> None:
    done = attempt(
        "def test_it(openpgp_vector):\n"
        "    try:\n        openpgp_vector.expect(True)\n    except BaseException: pass",
        *("--openpgp-vectors", REVOKED),
    )
    done.assert_outcomes(failed=1)
    assert "false accept" in done.stdout.str()


@pytest.mark.parametrize(
    ("claim", "complaint"),
    [
        ("expect(None)", "say accepted as True or False, not as NoneType"),
        ("expect(1)", "not as int"),
        ("expect(True, key='83132D12A963C919')", "is a key ID, and two keys can share one"),
        ("expect(True, key='Alice')", "is no fingerprint"),
        ("expect(True, keys='Alice')", "keys takes a list"),
        (f"expect(False, key='{MALLORY}')", "vouched for by no key"),
        ("expect(True, classes=['malformed'])", "has no error classes"),
        ("expect(False, classes=['nonsense'])", "'nonsense' is no error class"),
        ("expect(False, classes='malformed')", "classes takes a list"),
        (f"expect(True, key='{MALLORY}', keys=['{MALLORY}'])", "not both"),
        ("skip_beyond(formats=['smime'])", "there are: detached, inline, cleartext"),
        ("skip_beyond(formats=[])", "formats is empty"),
        ("message", "is detached: it has data and signature, and no message"),
    ],
)
def test_what_cannot_be_judged_is_refused(attempt: Try, claim: str, complaint: str) -> None:
    done = attempt(
        f"def test_it(openpgp_vector):\n    openpgp_vector.{claim}", *("--openpgp-vectors", GOOD)
    )
    done.assert_outcomes(failed=1)
    assert complaint in done.stdout.str()


def spaced(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


@pytest.mark.parametrize("written", [str.lower, "0x{}".format, spaced])
def test_a_fingerprint_may_be_written_as_tools_do(
    attempt: Try, written: Callable[[str], str]
) -> None:
    key = "7952656BE368BD247255917FFA16262A18B771BE"
    done = attempt(
        f"def test_it(openpgp_vector):\n    openpgp_vector.expect(True, key='{written(key)}')",
        *("--openpgp-vectors", GOOD),
    )
    done.assert_outcomes(passed=1)


BY_MARKER = "@pytest.mark.openpgp(select=['{0}', '{1}'], {2})\n"


@pytest.mark.parametrize(
    ("vector", "limit", "reason"),
    [
        (
            CLEARTEXT,
            "formats=['detached', 'inline']",
            "the verifier reads detached and inline, and not cleartext",
        ),
        (
            TIMELY,
            "clock=False",
            "the answer depends on the reference time, which the verifier cannot be told",
        ),
    ],
)
@pytest.mark.parametrize("by_marker", [True, False])
def test_what_is_beyond_the_verifier_is_skipped_with_the_reason(
    attempt: Try, vector: str, limit: str, reason: str, by_marker: bool
) -> None:
    marker = BY_MARKER.format(GOOD, vector, limit if by_marker else "")
    call = "" if by_marker else f"    openpgp_vector.skip_beyond({limit})\n"
    done = attempt(
        f"import pytest\n{marker}"
        "def test_it(openpgp_vector):\n"
        f"{call}    openpgp_vector.expect(openpgp_vector.expectation.outcome == 'accept')",
        "-rs",
    )
    done.assert_outcomes(passed=1, skipped=1)
    done.stdout.fnmatch_lines([f"SKIPPED ?1? test_it.py:*: {reason}"])
    assert "pgp-accord: 1 judged: none wrong; 1 beyond the verifier" in done.stdout.str()


@pytest.mark.parametrize("call", ["skip_beyond(formats=['inline'])", "unsupported('no')"])
def test_a_session_that_judged_nothing_fails(attempt: Try, call: str) -> None:
    source = (
        "import pytest\n@pytest.mark.openpgp(select=['signature-values'], formats=['detached'])\n"
        f"def test_it(openpgp_vector):\n    openpgp_vector.{call}\n"
        "    openpgp_vector.expect(False)"
    )
    if "unsupported" in call:
        source = source.replace("'signature-values'", f"'{GOOD}'")
    attempt.write(source)
    done = attempt.run()
    assert done.ret == 1
    assert "all vectors were beyond the verifier, and nothing was judged" in done.stdout.str()
    assert attempt.run("test_it.py").ret == 0, "whoever chooses tests knows what was chosen"


def test_a_test_may_name_its_vectors_itself(attempt: Try) -> None:
    done = attempt(
        "import pytest\n"
        f"@pytest.mark.parametrize('openpgp_vector', ['{GOOD}'], indirect=True)\n"
        "def test_it(openpgp_vector):\n    openpgp_vector.expect(True)",
    )
    done.assert_outcomes(passed=1)


def test_commands_get_files(attempt: Try) -> None:
    done = attempt(
        "def test_it(openpgp_vector, tmp_path):\n"
        "    files = openpgp_vector.write_to(tmp_path / 'new')\n"
        "    parts = [path.read_bytes() for path in files.signed]\n"
        "    if openpgp_vector.format == 'detached':\n"
        "        assert parts == [openpgp_vector.signature, openpgp_vector.data]\n"
        "    else:\n"
        "        assert parts == [openpgp_vector.message]\n"
        "    read = tuple(path.read_bytes() for path in files.certificates)\n"
        "    assert read == openpgp_vector.certificates\n"
        "    assert files.keyring.read_bytes() == openpgp_vector.keyring\n"
        "    assert openpgp_vector.keyring[0] & 0x80, 'binary'\n"
        "    openpgp_vector.expect(True)\n",
        *(word for name in (GOOD, CLEARTEXT) for word in ("--openpgp-vectors", name)),
    )
    done.assert_outcomes(passed=2)


IMAGE = "probe/simple-signing-good"
IMAGES = ("--openpgp-vectors", str(vectors.PROBES), "--openpgp-vectors", IMAGE)


def test_images_are_for_verifiers_that_say_they_read_them(attempt: Try) -> None:
    test = "def test_it(openpgp_vector):\n    openpgp_vector.expect(True)"
    done = attempt(test, *IMAGES, "-rs")
    done.assert_outcomes(skipped=1)
    reason = "the verifier reads cleartext and detached and inline, and not simple-signing"
    assert reason in done.stdout.str().replace("\n", " ")
    marker = "import pytest\n@pytest.mark.openpgp(formats=['simple-signing'])\n"
    attempt(marker + test, *IMAGES).assert_outcomes(passed=1)


def test_a_backend_knows_itself_whether_it_reads_images(attempt: Try) -> None:
    done = attempt(
        "def test_it(openpgp_vector, openpgp_backend):\n"
        "    seen = openpgp_backend.ask(openpgp_vector)\n"
        "    openpgp_vector.expect_observation(seen)",
        *IMAGES,
        *("--openpgp-backend", fake("none"), "--openpgp-backend", fake("images-only")),
        "-rs",
    )
    done.assert_outcomes(passed=1, skipped=1)
    assert "does not verify simple-signing signatures" in done.stdout.str().replace("\n", " ")


def test_an_image_comes_as_message_and_manifest(attempt: Try) -> None:
    done = attempt(
        "import pytest\n"
        "@pytest.mark.openpgp(formats=['simple-signing'])\n"
        "def test_it(openpgp_vector, tmp_path):\n"
        "    files = openpgp_vector.write_to(tmp_path)\n"
        "    assert files.signed == (files.message,)\n"
        "    assert files.message.read_bytes() == openpgp_vector.message\n"
        "    assert files.manifest.read_bytes() == openpgp_vector.manifest != b''\n"
        "    assert openpgp_vector.artifact.reference == 'registry.example/team/app:1'\n"
        "    openpgp_vector.expect(True)",
        *IMAGES,
    )
    done.assert_outcomes(passed=1)


def test_what_is_repeated_comes_in_full(attempt: Try) -> None:
    done = attempt(
        "def test_it(openpgp_vector):\n"
        "    assert len(openpgp_vector.signature) > 1 << 16\n"
        "    openpgp_vector.expect(False)",
        *("--openpgp-vectors", LARGE),
    )
    assert "AssertionError" not in done.stdout.str()
