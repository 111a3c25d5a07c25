"""The adapter for Stateless OpenPGP: a fake command for the oddities, real ones for the rest."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import backends
import vectors
from backends import _sequoia, variants
from backends.sop import REFUSALS, Ended, Sop
from backends.sop_tools import TOOLS, Gosop, Pgpainless, Rsop, Sqop, Sqopv, given
from harness import clock, launch
from harness.artifact import OPENPGP_FORMATS, Artifact, Detached, Format, Inline
from harness.backend import Clock, KeyHalf, Present, Reading, State, Unavailable
from harness.corpus import load_corpus
from harness.launch import Launch
from harness.openpgp.armor import write_armor
from harness.outcomes import UNSPECIFIED, AcceptedKey, ErrorClass, Verdict, refusal
from harness.session import Session
from tests.adapters import gnupg_material as material
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB_CERT,
    BOB_SIGNING,
    BY_ALICE,
    BY_BOB,
    DATA,
    signed,
)
from vectors.forge.artifacts import cleartext, detached, inline, one_pass_message, sign_cleartext
from vectors.forge.signature import Made, sign
from vectors.forge.times import EPOCH

FAKE = Path(__file__).parent / "fake_sop.py"

GOOD = sign(DATA, ALICE_SIGNING, Made())
BOBS = sign(DATA, BOB_SIGNING, Made())
BAD = sign(b"other data", ALICE_SIGNING, Made())
INLINE = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING)))
CLEARTEXT = cleartext(b"a text", sign_cleartext(b"a text", ALICE_SIGNING))

LINE = f"2024-03-01T00:00:00Z {BY_ALICE.signing} {BY_ALICE.primary}"
BOBS_LINE = f"2024-03-01T00:00:00Z {BY_BOB.signing} {BY_BOB.primary}"


def fake(code: int | str, verifications: str, base: type[Sop] = Sop) -> type[Sop]:
    """An adapter for the fake command."""

    class Fake(base):  # type: ignore[misc, valid-type]
        name = "fake"
        command = (sys.executable, str(FAKE), str(code), verifications)

    return Fake


def ask(adapter: Sop, *certificates: bytes, artifact: Artifact, at: datetime = EPOCH) -> Reading:
    return material.ask(adapter, *certificates, artifact=artifact, at=at)


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., Reading]:
    """What the adapter makes of an exit code and some verifications."""

    def reading(
        code: int,
        verifications: str,
        artifact: Artifact = signed(),
        base: type[Sop] = Sop,
    ) -> Reading:
        return ask(fake(code, verifications, base)(tmp_path), b"a", b"b", artifact=artifact)

    return reading


Said = Callable[..., Reading]


# ------------------------------------------------------------------ verification lines


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        f"{LINE} mode:binary",
        f'{LINE} mode:text {{"signers":["certificate 1"], "comment": "a b"}}',
        f"{LINE.lower()}",
        LINE.replace(" ", "  "),
        LINE.replace("00:00:00Z", "00:03:00Z"),
        LINE.replace("2024-03-01T00:00:00Z", "someday"),
    ],
    ids=["old", "mode", "json", "small letters", "blanks", "odd date", "no date"],
)
def test_a_line_names_both_halves_of_the_key(said: Said, line: str) -> None:
    for artifact in (signed(), INLINE, CLEARTEXT):
        seen = said(0, f"{line}\n", artifact)
        assert seen.signature.key == BY_ALICE
        assert seen.native.keys == (BY_ALICE,)
        assert seen.signature.evidence.status == (line,)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_lines_may_end_as_they_like(said: Said, end: str) -> None:
    assert said(0, LINE + end).signature.key == BY_ALICE


@pytest.mark.parametrize("lines", [(LINE, BOBS_LINE), (BOBS_LINE, LINE), (LINE, BOBS_LINE, LINE)])
def test_all_lines_are_the_native_keys_each_once(said: Said, lines: tuple[str, ...]) -> None:
    seen = said(0, "\n".join(lines))
    assert seen.native.verdict is Verdict.ACCEPTED
    assert set(seen.native.keys) == {BY_ALICE, BY_BOB}
    assert len(seen.native.keys) == 2


def test_a_column_that_is_not_to_be_believed_is_left_out(said: Said) -> None:
    line = f"2024-03-01T00:00:00Z {BY_ALICE.primary} {BY_ALICE.primary}"
    seen = said(0, line, base=Gosop)
    assert seen.signature.key == AcceptedKey(primary=BY_ALICE.primary)


@pytest.mark.parametrize("artifact", [signed(), INLINE], ids=["verify", "inline-verify"])
@pytest.mark.parametrize("verifications", ["-", "", "\n \n"], ids=["none", "empty", "blank"])
def test_success_without_a_line_is_a_rejection_that_the_exit_code_hides(
    said: Said, verifications: str, artifact: Artifact
) -> None:
    seen = said(0, verifications, artifact)
    assert seen.signature.verdict is Verdict.REJECTED
    assert seen.signature.classes == UNSPECIFIED
    assert seen.native.verdict is Verdict.ACCEPTED
    assert seen.native.keys == ()


@pytest.mark.parametrize(
    "line",
    ["Good signature!", f"2024-03-01T00:00:00Z {BY_ALICE.signing}", f"{LINE[:-1]}", "2024"],
)
def test_a_line_that_cannot_be_read_is_no_answer(said: Said, line: str) -> None:
    seen = said(0, line)
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.signature.evidence.status == (line,)
    assert seen.native.verdict is Verdict.ACCEPTED


def test_lines_count_for_nothing_if_the_tool_ends_in_failure(said: Said) -> None:
    for artifact in (signed(), INLINE):
        seen = said(3, LINE, artifact)
        assert seen.signature.verdict is Verdict.REJECTED
        assert seen.native.verdict is Verdict.REJECTED


# ------------------------------------------------------------------ exit codes


@pytest.mark.parametrize("code", REFUSALS)
def test_an_exit_code_of_refusal_has_its_classes(said: Said, code: int) -> None:
    seen = said(code, "-")
    assert seen.signature.classes == REFUSALS[code]
    assert seen.signature.verdict is refusal(REFUSALS[code])
    assert seen.native.verdict is seen.signature.verdict
    assert seen.signature.evidence.exit_code == code


@pytest.mark.parametrize("code", [1, 2, 23, 37, 59, 61, 69, 71, 73, 83, 99, 101, -9, -11])
def test_any_other_failure_is_no_answer(said: Said, code: int) -> None:
    seen = said(code, "-")
    assert seen.signature.verdict is Verdict.ERROR
    assert seen.native.verdict is Verdict.ERROR


def test_a_tool_that_cannot_be_started_gives_no_answer(tmp_path: Path) -> None:
    class Gone(Sop):
        name = "gone"
        command = (str(tmp_path / "nowhere"),)

    seen = ask(Gone(tmp_path), artifact=signed()).signature
    assert seen.verdict is Verdict.ERROR
    assert seen.evidence.exit_code is None
    assert "No such file" in seen.evidence.message


@pytest.mark.parametrize(
    ("tool", "code", "message", "classes"),
    [
        (Sqop, 1, "  because: EOF", {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE}),
        (
            Gosop,
            99,
            "verify: gopenpgp: error in reading key ring: openpgp: invalid data: subkey signature"
            " invalid: openpgp: invalid signature: RSA verification failure",
            {ErrorClass.UNBOUND_KEY},
        ),
        (
            Gosop,
            99,
            "verify: openpgp: invalid data: v4 entity without any identities",
            {ErrorClass.UNBOUND_KEY, ErrorClass.WEAK_HASH},
        ),
        (
            Gosop,
            99,
            "inline-verify: gopenpgp: reading data to verify signature failed: openpgp: malformed"
            " message state 2, input symbol 0, stack symbol 3 ",
            {ErrorClass.MALFORMED},
        ),
        (
            Gosop,
            99,
            "verify: gopenpgp: verify signature reader failed: openpgp: invalid data: bad"
            " fingerprint length",
            {ErrorClass.MALFORMED},
        ),
        (Gosop, 99, "verify: open nosuch: no such file or directory", set()),
        (
            Pgpainless,
            1,
            "java.io.IOException: unknown PGP public key algorithm encountered: 27",
            {ErrorClass.UNSUPPORTED},
        ),
        (Pgpainless, 1, "java.lang.NullPointerException", set()),
        (Rsop, 101, 'FIXME: Rpgp(Message("empty input"))', set()),
    ],
)
def test_a_tools_own_words_may_say_more_than_its_exit_code(
    tool: type[Sop], code: int, message: str, classes: set[ErrorClass], tmp_path: Path
) -> None:
    ended = Ended(exit_code=code, stdout=b"", stderr=f"NOTE: first\n{message}\n".encode())
    seen = tool.reading(ended, b"", tmp_path).signature
    assert seen.classes >= classes
    assert (seen.verdict is Verdict.ERROR) == (not classes)


# ------------------------------------------------------------------ how it is called


def test_every_certificate_file_is_handed_over_as_it_came(tmp_path: Path) -> None:
    adapter = fake(3, "-")(tmp_path)
    keys = adapter.load((b"one", b"two"), EPOCH)
    assert [(keys.path / name).read_bytes() for name in keys.certificates] == [b"one", b"two"]
    evidence = adapter.check(keys, Detached(data=b"data", signature=b"sig"), EPOCH).native.evidence
    assert evidence.message == "verify signature certificate-1 certificate-2 < b'data'\n"
    evidence = adapter.check(keys, Inline(message=b"message"), EPOCH).native.evidence
    assert evidence.message == (
        "inline-verify --verifications-out=verifications certificate-1 certificate-2 < b'message'\n"
    )


def test_verifications_of_one_artifact_do_not_reach_the_next(tmp_path: Path) -> None:
    adapter = fake(0, LINE)(tmp_path)
    keys = adapter.load((), EPOCH)
    for _ in range(2):
        assert adapter.check(keys, INLINE, EPOCH).signature.key == BY_ALICE
    silent = fake(0, "-")(tmp_path)
    assert silent.check(keys, INLINE, EPOCH).signature.verdict is Verdict.REJECTED


def test_unloading_leaves_nothing(tmp_path: Path) -> None:
    ask(fake(0, LINE)(tmp_path), b"certificate", artifact=INLINE)
    assert list(tmp_path.iterdir()) == []


def test_the_place_of_a_case_is_left_out_of_the_evidence(tmp_path: Path) -> None:
    ended = Ended(exit_code=0, stdout=b"", stderr=f"{tmp_path}/certificate-1 is old".encode())
    line = f'{LINE} mode:binary {{"signers":["{tmp_path}/certificate-1"]}}'
    evidence = Sop.reading(ended, line.encode(), tmp_path).signature.evidence
    assert evidence.message == "certificate-1 is old"
    assert evidence.status == (f'{LINE} mode:binary {{"signers":["certificate-1"]}}',)


# ------------------------------------------------------------------ description


def test_versions_and_what_is_inside_are_asked_for(tmp_path: Path) -> None:
    description = fake(3, "-")(tmp_path).describe()
    assert description.version == "1.2.3"
    assert description.components["program"] == "Fake-SOP 1.2.3"
    assert description.components["Some Engine"] == "4.5"
    assert "sopv" not in description.components


def test_a_tool_without_inline_verify_verifies_detached_signatures_only(tmp_path: Path) -> None:
    for code, formats in ((3, OPENPGP_FORMATS), ("only-verify", {Format.DETACHED})):
        description = fake(code, "-")(tmp_path).describe()
        assert description.capabilities.formats == formats


def test_a_clock_that_moves_nothing_is_not_claimed(tmp_path: Path) -> None:
    for code, verifications in ((0, LINE), (3, "-")):
        adapter = fake(code, verifications)(tmp_path)
        assert adapter.describe().capabilities.clock is Clock.NONE
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(clock.find_library() is None, reason=f"needs libfaketime ({clock.INSTALL})")
def test_one_that_makes_some_difference_is_used_all_the_same(tmp_path: Path) -> None:
    adapter = fake("since-2015", LINE)(tmp_path)
    assert adapter.describe().capabilities.clock is Clock.NONE
    for at, verdict in ((EPOCH, "accepted"), (datetime(2014, 1, 1, tzinfo=UTC), "rejected")):
        assert ask(adapter, artifact=signed(), at=at).signature.verdict == verdict


def test_a_tool_without_a_version_is_unusable(tmp_path: Path) -> None:
    class Silent(Sop):
        name = "silent"
        command = ("false",)

    with pytest.raises(ValueError, match="false version"):
        Silent(tmp_path).describe()


# ------------------------------------------------------------------ names


def test_every_tool_is_a_backend_by_its_name() -> None:
    for tool in TOOLS:
        assert backends.load(tool.name) is tool
        assert tool.name in backends.names()
        assert tool.command
        assert tool.install


def test_a_command_line_makes_an_adapter() -> None:
    adapter = backends.load("sop:./my-sop --option 'two words'")
    assert issubclass(adapter, Sop)
    assert adapter.name == "sop:./my-sop --option 'two words'"
    assert adapter.command == ("./my-sop", "--option", "two words")


def test_what_is_known_of_a_tool_holds_for_its_program_anywhere() -> None:
    elsewhere = given("sop:/opt/new/gosop")
    assert issubclass(elsewhere, Gosop)
    assert elsewhere.command == ("/opt/new/gosop",)
    assert elsewhere.install == Sop.install


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sop:", "no program is named"),
        ("sop:   ", "no program is named"),
        ("sop:'", "not a command line: No closing quotation"),
        ("sop:no-such-program x", "no no-such-program in PATH"),
        ("sop:./no-such-program", "no ./no-such-program that can be executed"),
    ],
)
def test_a_command_that_cannot_be_is_absent(name: str, reason: str) -> None:
    for absent in (backends.load(name).presence(), launch.find(name)):
        assert isinstance(absent, Unavailable)
        assert absent.reason == reason
        assert absent.install


def test_an_absent_tool_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    for tool in TOOLS:
        absent = tool.presence()
        assert isinstance(absent, Unavailable)
        assert tool.command[0] in absent.reason
        assert "install" in absent.install


def test_a_worker_finds_the_program_and_files_of_a_command_line_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my sop").write_text("#!/bin/sh\n")
    (tmp_path / "my sop").chmod(0o755)
    (tmp_path / "settings").touch()
    found = launch.find("sop:'./my sop' settings --other")
    assert isinstance(found, Launch)
    assert found.name == "sop:'./my sop' settings --other"
    here = str(tmp_path)
    assert given(found.command[-1]).command == (f"{here}/my sop", f"{here}/settings", "--other")


def test_a_command_line_is_a_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not isinstance(Sqop.presence(), Present):
        pytest.skip(f"needs sqop ({Sqop.install})")
    (tmp_path / "my-sop").write_text('#!/bin/sh\nexec sqop "$@"\n')
    (tmp_path / "my-sop").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    probes = load_corpus(vectors.PROBES)
    with Session("sop:./my-sop", probes=probes, profile="stock", seconds=20) as session:
        record = session.settle()
    assert record.state is State.USABLE, record.reason
    assert record.name == "sop:./my-sop"
    assert record.description is not None
    assert record.description.components["program"].startswith("sqop ")
    moves = record.description.capabilities.clock is Clock.LIBFAKETIME
    assert moves == (clock.find_library() is not None)


def test_a_fake_is_found_out(tmp_path: Path) -> None:
    probes = load_corpus(vectors.PROBES)
    name = f"sop:{shlex.join(fake(0, LINE).command)}"
    with Session(name, probes=probes, profile="stock", seconds=20) as session:
        record = session.settle()
    assert record.state is State.UNUSABLE
    assert "accepted the wrong key" in record.reason
    assert "probe/detached-tampered: accepted" in record.reason


# ------------------------------------------------------------------ real tools


@pytest.fixture(params=TOOLS, ids=lambda tool: str(tool.name))
def tool(request: pytest.FixtureRequest, tmp_path: Path) -> Sop:
    return _real(request.param, tmp_path)


def _real(adapter: type[Sop], workdir: Path) -> Sop:
    """The tool as it is installed, or else as it was fetched."""
    found = adapter.presence()
    if isinstance(found, Present):
        return adapter(workdir)
    if adapter.name in variants.TOOLS:
        fetched = backends.load(f"{adapter.name}@trixie")
        if isinstance(fetched.presence(), Present):
            tool = fetched(workdir)
            assert isinstance(tool, adapter)
            return tool
    pytest.skip(f"needs {adapter.command[0]} ({found.install})")


def known(tool: Sop, key: AcceptedKey) -> AcceptedKey:
    """As much of a key as the tool reports."""
    return key if KeyHalf.SIGNING in tool.columns else AcceptedKey(primary=key.primary)


def test_a_good_signature_is_accepted_and_a_bad_one_is_not(tool: Sop) -> None:
    formats = tool.describe().capabilities.formats
    for artifact in (detached(DATA, GOOD), detached(DATA, GOOD, armored=True), INLINE, CLEARTEXT):
        if artifact.format in formats:
            seen = ask(tool, ALICE_CERT.octets, artifact=artifact)
            assert seen.signature.key == known(tool, BY_ALICE)
            assert seen.native.keys == (known(tool, BY_ALICE),)
    seen = ask(tool, ALICE_CERT.octets, artifact=detached(DATA, BAD))
    assert seen.signature.verdict is Verdict.REJECTED
    assert seen.signature.classes == UNSPECIFIED
    assert seen.signature.evidence.exit_code == 3


def test_without_the_right_certificate_it_is_rejected(tool: Sop) -> None:
    for certificates in ((BOB_CERT.octets,), ()):
        seen = ask(tool, *certificates, artifact=detached(DATA, GOOD)).signature
        assert seen.verdict is Verdict.REJECTED
        assert ErrorClass.MISSING_KEY in seen.classes


def test_certificates_may_be_armored(tool: Sop) -> None:
    armored = write_armor("PGP PUBLIC KEY BLOCK", ALICE_CERT.octets)
    seen = ask(tool, armored, artifact=detached(DATA, GOOD)).signature
    assert seen.key == known(tool, BY_ALICE)


def test_one_that_cannot_be_read_spoils_the_others(tool: Sop) -> None:
    seen = ask(tool, b"garbage\n", ALICE_CERT.octets, artifact=detached(DATA, GOOD)).signature
    if isinstance(tool, Rsop):
        assert (seen.verdict, seen.evidence.exit_code) == (Verdict.ERROR, 101)
    else:
        assert seen.verdict is Verdict.REJECTED
        assert ErrorClass.MALFORMED in seen.classes


@pytest.mark.skipif(clock.find_library() is None, reason=f"needs libfaketime ({clock.INSTALL})")
def test_an_expiry_moves_with_the_clock_of_sequoias_and_of_no_other(tool: Sop) -> None:
    capabilities = tool.describe().capabilities
    follows = isinstance(tool, Sqop | Sqopv)
    assert (capabilities.clock is Clock.LIBFAKETIME) == follows
    if not follows:
        return
    expiring = Made(
        expires_after=datetime(2024, 7, 1, tzinfo=UTC) - datetime(2024, 3, 1, tzinfo=UTC)
    )
    artifact = detached(DATA, sign(DATA, ALICE_SIGNING, expiring))
    before, after = datetime(2024, 6, 30, tzinfo=UTC), datetime(2024, 7, 2, tzinfo=UTC)
    for at, verdict in ((before, "accepted"), (after, "rejected"), (before, "accepted")):
        seen = ask(tool, ALICE_CERT.octets, artifact=artifact, at=at).signature
        assert seen.verdict == verdict


@pytest.mark.skipif(clock.find_library() is None, reason=f"needs libfaketime ({clock.INSTALL})")
def test_what_is_from_the_future_is_refused_by_all_but_gosop(tool: Sop) -> None:
    early = datetime(2024, 2, 1, tzinfo=UTC)  # the signature is of March
    seen = ask(tool, ALICE_CERT.octets, artifact=detached(DATA, GOOD), at=early).signature
    assert (seen.verdict is Verdict.ACCEPTED) == isinstance(tool, Gosop)


def test_its_script_shows_the_same(tool: Sop, tmp_path: Path) -> None:
    formats = tool.describe().capabilities.formats
    folder = tmp_path / "exported"
    folder.mkdir()
    for artifact in (detached(DATA, GOOD), detached(DATA, BAD), INLINE):
        if artifact.format in formats:
            evidence = ask(tool, ALICE_CERT.octets, artifact=artifact).native.evidence
            exported = material.export(folder, (ALICE_CERT.octets,), artifact)
            ended = material.run_script(folder, tool.reproduce(exported).text)
            assert ended.returncode == evidence.exit_code, ended.stderr
            assert ended.stdout.endswith(f"exit code: {evidence.exit_code}\n")
            for line in evidence.status:
                assert line.split(" {")[0] in ended.stdout


def test_the_version_is_told(tool: Sop) -> None:
    description = tool.describe()
    assert description.version[0].isdigit()
    assert description.components
    if shutil.which("dpkg-query") and description.components.get("package"):
        assert description.components["package"].startswith(Path(tool.command[-1]).name)


# ------------------------------------------------------------------ oddities of single tools


def test_sqop_reads_several_certificates_from_a_file(tmp_path: Path) -> None:
    tool = _real(Sqop, tmp_path)
    both = ALICE_CERT.octets + BOB_CERT.octets
    seen = ask(tool, both, artifact=detached(DATA, GOOD, BOBS)).native
    assert set(seen.keys) == {BY_ALICE, BY_BOB}


@pytest.mark.parametrize("adapter", [Sqop, Sqopv], ids=["sqop", "sqopv"])
def test_sequoias_would_read_a_file_of_policy_and_are_kept_from_it(
    adapter: type[Sop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('[hash_algorithms]\nsha256 = "never"\n')
    monkeypatch.setenv("SEQUOIA_CRYPTO_POLICY", str(file))
    tool = _real(adapter, tmp_path)
    assert ask(tool, ALICE_CERT.octets, artifact=detached(DATA, GOOD)).signature.key == BY_ALICE
    if not _sequoia.reads_policy_file(Path(shutil.which(tool.command[-1]) or "")):
        pytest.skip(f"{tool.command[-1]} reads no policy file; newer ones do")
    monkeypatch.setattr(type(tool), "environment", {})
    seen = ask(tool, ALICE_CERT.octets, artifact=detached(DATA, GOOD)).signature
    assert seen.verdict is Verdict.REJECTED


def test_sqop_panics_at_a_signature_without_issuer(tmp_path: Path) -> None:
    tool = _real(Sqop, tmp_path)
    nobodys = sign(DATA, ALICE_SIGNING, Made(issuer_key_id=None, issuer_fingerprint=None))
    seen = ask(tool, ALICE_CERT.octets, artifact=detached(DATA, nobodys)).signature
    assert seen.evidence.exit_code in (101, 3)  # a later release may know better
    assert (seen.verdict is Verdict.ERROR) == (seen.evidence.exit_code == 101)


def test_sqop_does_not_merge_copies_of_a_certificate(tmp_path: Path) -> None:
    tool = _real(Sqop, tmp_path)
    certificates = (ALICE_CERT.octets, ALICE_CERT.octets)
    seen = ask(tool, *certificates, artifact=detached(DATA, GOOD))
    assert seen.native.keys == (BY_ALICE,)


def test_gosop_writes_the_primary_key_twice(tmp_path: Path) -> None:
    tool = _real(Gosop, tmp_path)
    seen = ask(tool, ALICE_CERT.octets, artifact=detached(DATA, GOOD)).signature
    (line,) = seen.evidence.status
    assert line.split()[1:3] == [ALICE.fingerprint, ALICE.fingerprint]


def test_gosop_0_names_the_first_certificate_whoever_signed(tmp_path: Path) -> None:
    tool = _real(Gosop, tmp_path)
    if not tool.describe().version.startswith("0."):
        pytest.skip("mended in 1.1.0")
    seen = ask(tool, BOB_CERT.octets, ALICE_CERT.octets, artifact=detached(DATA, GOOD)).signature
    assert seen.key == AcceptedKey(primary=BY_BOB.primary), "which is what it says"


def test_pgpainless_may_reserve_any_amount_of_memory() -> None:
    found = launch.find("pgpainless")
    if isinstance(found, Unavailable):
        pytest.skip(f"needs pgpainless-cli ({found.install})")
    assert found.limits.address_space is None
