"""Known lists: what a verifier gets wrong may be expected, and no longer than it is true."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.trying import Try

pytest_plugins = ("pytester",)

REVOKED = "revocation/primary-compromised-after-signature"
LATER = "revocation/primary-compromised-before-signature"
GOOD = "subkeys/bound"

CREDULOUS = f"""
import pytest
@pytest.mark.openpgp(select=["{REVOKED}", "{LATER}", "{GOOD}"])
def test_credulous(openpgp_vector):
    openpgp_vector.expect(True)
"""
RAISING = CREDULOUS.replace("openpgp_vector.expect(True)", "raise OSError('no verifier')")


def entry(vectors: str, judgement: str = "false_accept", **others: str) -> str:
    lines = {"vectors": vectors, "judgement": judgement, "reason": "issue 7", **others}
    written = (
        f"{key} = {value if key == 'expires' else repr(value)}" for key, value in lines.items()
    )
    return "\n".join(["[[known]]", *written, ""])


@pytest.fixture
def listed(attempt: Try) -> Try:
    """A session that has a known list, from the ini file, to be written by the test."""
    attempt.pytester.makeini("[pytest]\nopenpgp_known = known.toml")
    attempt.write(CREDULOUS)
    return attempt


def known(attempt: Try, *entries: str) -> None:
    (attempt.pytester.path / "known.toml").write_text("\n".join(entries))


def test_what_is_known_is_an_expected_failure_with_its_reason(listed: Try) -> None:
    known(listed, entry("revocation/*", reference="https://bugs.example/7"))
    done = listed.run("-rx")
    done.assert_outcomes(passed=1, xfailed=2)
    assert done.ret == 0
    assert "false accept, known: issue 7 (https://bugs.example/7)" in done.stdout.str()
    assert "pgp-accord: 3 judged: 2 false accepts (2 known)" in done.stdout.str()


def test_an_empty_list_expects_nothing(listed: Try) -> None:
    known(listed)
    listed.run().assert_outcomes(passed=1, failed=2)


@pytest.mark.parametrize(
    ("stale", "fault"),
    [
        (entry(GOOD), f"known.toml, entry 2 ({GOOD}): its vector is not judged so any more"),
        (entry("subkeys/b*d"), "entry 2 (subkeys/b*d): "),
        (entry(REVOKED, "wrong_key"), f"known.toml, entry 2 ({REVOKED}): its vector is not"),
        (entry("area:revocation", "wrong_key"), "none of its 2 vectors is judged so any more"),
        (entry(REVOKED, test="*test_other"), "no test puts a vector of it to a verifier"),
        (entry("area:armor"), "no test puts a vector of it to a verifier"),
        (entry(GOOD, expires="2020-01-31"), "it expired on 2020-01-31; renew it, or remove it"),
    ],
)
def test_an_entry_that_is_true_no_more_fails_the_session(
    listed: Try, stale: str, fault: str
) -> None:
    known(listed, entry("revocation/*"), stale)
    done = listed.run()
    assert done.ret == 1
    done.assert_outcomes(passed=1, xfailed=2)
    assert fault in done.stdout.str()


def test_an_expired_entry_excuses_nothing(listed: Try) -> None:
    known(listed, entry("revocation/*", expires="2020-01-31"))
    listed.run().assert_outcomes(passed=1, failed=2)


def test_another_judgement_than_the_known_one_fails_and_names_the_entry(listed: Try) -> None:
    known(listed, entry("revocation/*", "false_reject"))
    done = listed.run()
    done.assert_outcomes(passed=1, failed=2)
    assert "known.toml, entry 1 knows it as false reject, which this is not" in done.stdout.str()


@pytest.mark.parametrize(
    "narrow",
    [
        ("-k", "bound"),
        ("--openpgp-vectors", GOOD),
        (f"test_it.py::test_credulous[{LATER}]",),
        ("--deselect", f"test_it.py::test_credulous[{REVOKED}]"),
        ("--collect-only",),
        ("-x", "--openpgp-known", "other.toml"),
    ],
    ids=" ".join,
)
def test_what_did_not_run_makes_no_entry_stale(listed: Try, narrow: tuple[str, ...]) -> None:
    known(listed, entry(REVOKED), entry("revocation/*"), entry("*/*"))
    (listed.pytester.path / "other.toml").write_text(entry("subkeys/bound"))
    done = listed.run(*narrow)
    assert "remove it" not in done.stdout.str()


def test_nor_does_what_ran_in_part(listed: Try) -> None:
    listed.write(
        "import pytest\n"
        "@pytest.mark.parametrize('believes', [True, False], ids=['credulous', 'strict'])\n"
        f"@pytest.mark.openpgp(select=['{REVOKED}'])\n"
        "def test_it(openpgp_vector, believes):\n    openpgp_vector.expect(believes)"
    )
    known(listed, entry(REVOKED))
    listed.run().assert_outcomes(passed=1, xfailed=1)
    done = listed.run("-k", "strict")
    done.assert_outcomes(passed=1, deselected=1)
    assert done.ret == 0


def test_an_exception_of_the_verifier_is_an_error_and_may_be_known(listed: Try) -> None:
    listed.write(RAISING)
    known(listed, entry("revocation/*", "error"))
    done = listed.run()
    done.assert_outcomes(failed=1, xfailed=2)
    assert "OSError: no verifier" in done.stdout.str()


def test_a_failed_assertion_of_the_test_is_no_answer_of_the_verifier(listed: Try) -> None:
    listed.write(CREDULOUS.replace("openpgp_vector.expect(True)", "assert not openpgp_vector.id"))
    known(listed, entry("revocation/*", "error"))
    listed.run().assert_outcomes(failed=3)


def test_runxfail_shows_what_is_known(listed: Try) -> None:
    known(listed, entry("revocation/*"))
    listed.run("--runxfail").assert_outcomes(passed=1, failed=2)


def test_a_list_may_belong_to_a_test(attempt: Try) -> None:
    attempt.write(
        CREDULOUS.replace("])", "], known='credulous.toml')") + CREDULOUS.replace("_cred", "_also")
    )
    (attempt.pytester.path / "credulous.toml").write_text(entry("revocation/*"))
    attempt.run().assert_outcomes(passed=2, xfailed=2, failed=2)


def test_an_entry_may_be_about_one_backend(attempt: Try) -> None:
    attempt.pytester.makeini("[pytest]\nopenpgp_known = known.toml")
    known(attempt, entry(REVOKED, "false_reject", backend="sequoia"))
    attempt.write(
        "import pytest\n"
        "@pytest.mark.parametrize('openpgp_backend', ['sequoia', 'pgpy'], indirect=True)\n"
        f"@pytest.mark.openpgp(select=['{GOOD}', '{REVOKED}'])\n"
        "def test_it(openpgp_backend, openpgp_vector):\n"
        "    openpgp_vector.expect(openpgp_backend.name == 'pgpy')\n"
    )
    done = attempt.run()
    done.assert_outcomes(passed=2, failed=2)
    assert f"known.toml, entry 1 ({REVOKED}): its vector is not judged so" in done.stdout.str()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[known", "known.toml: is no TOML"),
        ("[[known]]\nvectors = '*/*'", "is no known list: Object missing required field"),
        (entry("*/*", "conforms"), "is no known list: Invalid enum value 'conforms'"),
        (entry("*/*", colour="red"), "contains unknown field `colour`"),
        (entry("*/*", reason=""), "Expected `str` of length >= 1"),
        (entry("revocation/*") + entry("revocatoin/*"), "entry 2: no vector matches"),
        ("[[known]]\nvectors = '*/*'\njudgement = []\nreason = 'x'", "entry 1 knows no judgement"),
    ],
)
def test_a_list_that_cannot_be_used_is_a_usage_error(
    listed: Try, text: str, complaint: str
) -> None:
    known(listed, text)
    done = listed.run()
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert complaint in done.stderr.str()


def test_a_list_that_is_not_there_is_a_usage_error(listed: Try) -> None:
    done = listed.run()
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "known.toml: cannot be read: no such file or directory" in done.stderr.str()
