"""OpenPGP.js, asked through its own worker. Measured with 6.3.2 on Node.js 20.

The worker runs under libfaketime, which is never moved: the reference time is an option.
"""

import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backends.openpgpjs import OpenPGPJS, pinned_version
from harness import launch
from harness.artifact import Artifact, Cleartext, Detached, Inline
from harness.backend import Clock, Exported, Present, Unavailable
from harness.launch import Launch
from harness.openpgp.names import HashAlgorithm, PublicKeyAlgorithm, SignatureType
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import AcceptedKey, ErrorClass, Verdict
from harness.vector import Outcome, Vector
from tests.adapters.asking import OPENPGP_PROBES, ROOT, Worker, damaged, worker
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB_CERT,
    BOB_SIGNING,
    BY_ALICE,
    DATA,
    EXPIRES,
    EXPIRING,
    REVOKED,
    SIGNS,
    alice,
    lone,
    signed,
)
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    cleartext,
    detached,
    inline,
    literal,
    one_pass_message,
    prefixed_message,
    sign_cleartext,
)
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    Certificate,
    SelfSignature,
    certificate,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, EPOCH, SECOND, day

FOLDER = ROOT / "backends/openpgpjs"
PRESENCE = OpenPGPJS.presence()
needs_it = pytest.mark.skipif(
    isinstance(PRESENCE, Unavailable),
    reason=f"{PRESENCE.reason}: {PRESENCE.install}" if isinstance(PRESENCE, Unavailable) else "",
)

GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)

NOTHING_SEEN = {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE, ErrorClass.UNSUPPORTED}
UNKNOWN = subpackets.critical(Subpacket(63, b"x"))


@pytest.fixture(scope="module")
def js(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("openpgpjs", tmp_path_factory.mktemp("w")) as running:
        yield running


class TestPresence:
    def install(self, folder: Path) -> None:
        package = folder / "node_modules/openpgp"
        package.mkdir(parents=True)
        manifest = {"name": "openpgp", "version": pinned_version()}
        (package / "package.json").write_text(json.dumps(manifest))

    @pytest.fixture(autouse=True)
    def _elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "here").mkdir()
        (tmp_path / "node").touch(mode=0o700)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setattr("backends.openpgpjs._HERE", tmp_path / "here")

    def test_it_is_found_in_the_users_cache_first(self, tmp_path: Path) -> None:
        cache = tmp_path / "cache/pgp-accord/backends/openpgpjs"
        self.install(cache)
        self.install(tmp_path / "here")
        assert OpenPGPJS.presence() == Present(version=pinned_version())
        assert OpenPGPJS.command() == (
            str(tmp_path / "node"),
            str(tmp_path / "here/worker.mjs"),
            str(cache),
        )

    def test_it_is_found_beside_the_worker(self, tmp_path: Path) -> None:
        self.install(tmp_path / "here")
        assert OpenPGPJS.command()[-1] == str(tmp_path / "here")

    def test_where_the_package_is_absent_it_says_how_to_fetch_it(self) -> None:
        assert OpenPGPJS.presence() == Unavailable(
            reason="the npm package openpgp is not here",
            install="pgp-accord backends fetch openpgpjs",
        )

    def test_where_node_is_absent_too(self, tmp_path: Path) -> None:
        self.install(tmp_path / "here")
        (tmp_path / "node").unlink()
        assert OpenPGPJS.presence() == Unavailable(
            reason="no node in PATH", install="apt-get install nodejs npm"
        )


def test_what_npm_installs_is_pinned_and_names_no_registry() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    package = lock["packages"]["node_modules/openpgp"]
    asked = json.loads((FOLDER / "package.json").read_text())["dependencies"]["openpgp"]
    assert package["version"] == asked
    assert package["integrity"].startswith("sha512-")
    assert "resolved" not in package


def test_nothing_constructs_the_class(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a program of its own"):
        OpenPGPJS(tmp_path)


@needs_it
def test_it_is_started_by_its_own_command_without_a_limit_of_memory() -> None:
    found = launch.find("openpgpjs")
    assert isinstance(found, Launch)
    assert found.command == OpenPGPJS.command()
    assert Path(found.command[1]).name == "worker.mjs"
    assert found.limits.address_space is None


@needs_it
class TestWorker:
    def start(self, *lines: object) -> list[dict[str, object]]:
        ended = subprocess.run(
            OpenPGPJS.command(),
            input="".join(f"{json.dumps(line)}\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def test_it_ends_with_its_input(self) -> None:
        assert self.start() == []

    def test_it_refuses_another_protocol(self) -> None:
        (said,) = self.start({"type": "hello", "protocol": 2, "profile": "stock", "workdir": "/"})
        assert said["type"] == "unusable"

    def test_it_says_when_it_fails_itself_and_goes_on(self) -> None:
        question = {"type": "question", "artifact": {"format": "inline", "message": ""}}
        said = self.start(
            question | {"id": 1, "certificates": 5},
            question | {"id": 2, "certificates": []},
            {"type": "bye"},
        )
        assert [line["type"] for line in said] == ["failed", "answer"]


@needs_it
def test_it_says_what_is_inside(js: Worker) -> None:
    description = js.description
    assert isinstance(PRESENCE, Present)
    assert description.version == PRESENCE.version
    assert description.components.keys() == {"Node.js", "OpenSSL"}
    assert description.capabilities.clock is Clock.NATIVE


@needs_it
@pytest.mark.parametrize(
    "vector",
    # It accepts what was signed before the key expired.
    [vector for vector in OPENPGP_PROBES if vector.id != "probe/clock-key-after"],
    ids=lambda vector: vector.id,
)
def test_it_passes_the_probes(js: Worker, vector: Vector) -> None:
    answer = js.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes >= set(vector.expectation.classes)


@needs_it
class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_both_fingerprints_are_reported(self, js: Worker, armored: bool) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = js.alone(file, artifact=detached(DATA, GOOD, armored=armored))
        assert result.key == BY_ALICE

    @pytest.mark.parametrize(
        "message",
        [
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
            inline(prefixed_message(DATA, GOOD)),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
            detached(b"", sign(b"", ALICE_SIGNING)),
        ],
        ids=["one-pass", "prefixed", "cleartext", "empty"],
    )
    def test_messages(self, js: Worker, message: Artifact) -> None:
        assert js.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    def test_version_6(self, js: Worker) -> None:
        key = Key("ed25519-primary", PublicKeyAlgorithm.ED25519, version=6)
        cert = certificate(key, user_ids=[], direct=[SelfSignature(flags=SIGNS)])
        result = js.alone(cert, artifact=signed(by=key))
        assert result.key == AcceptedKey(signing=key.fingerprint, primary=key.fingerprint)

    @pytest.mark.parametrize(
        "files",
        [
            (BOB_CERT.octets, ALICE_CERT.octets),
            (BOB_CERT.octets + ALICE_CERT.octets,),
            (BOB_CERT.armored + ALICE_CERT.armored,),
        ],
        ids=["files", "keyring", "armor blocks"],
    )
    def test_every_certificate_of_every_file_counts(
        self, js: Worker, files: tuple[bytes, ...]
    ) -> None:
        assert js.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_file_is_remembered_and_spoils_no_other(self, js: Worker) -> None:
        result = js.alone(b"nonsense", ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert result.evidence.status[0].startswith("certificate refused: ")

    def test_of_several_copies_of_a_certificate_the_first_counts(self, js: Worker) -> None:
        revoked = alice(revocations=(REVOKED,))
        assert js.alone(ALICE_CERT, revoked, artifact=signed()).key == BY_ALICE
        assert js.alone(revoked, ALICE_CERT, artifact=signed()).classes == {ErrorClass.KEY_REVOKED}


@needs_it
class TestSeveralSignatures:
    """Each is reported alone; natively the first one decides."""

    def test_detached(self, js: Worker) -> None:
        answer = js.ask(ALICE_CERT, artifact=detached(DATA, GOOD, BAD))
        assert [s.verdict for s in answer.signatures] == [Verdict.ACCEPTED, Verdict.REJECTED]
        assert answer.native.keys == (BY_ALICE,)
        answer = js.ask(ALICE_CERT, artifact=detached(DATA, BOBS, GOOD))
        assert answer.native.classes == {ErrorClass.MISSING_KEY}

    def test_inline(self, js: Worker) -> None:
        message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING), (BAD, ALICE_SIGNING)))
        answer = js.ask(ALICE_CERT, artifact=message)
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]

    def test_one_of_an_unknown_type_spoils_the_good_one_before_it(self, js: Worker) -> None:
        strange = sign(DATA, ALICE_SIGNING, kind=0x7F)
        answer = js.ask(ALICE_CERT, artifact=detached(DATA, GOOD, strange))
        assert [s.verdict for s in answer.signatures] == [Verdict.ACCEPTED, Verdict.REJECTED]
        assert answer.native.classes == {ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}


@needs_it
class TestRefusal:
    @pytest.mark.parametrize(
        ("cert", "artifact", "classes"),
        [
            (ALICE_CERT, detached(DATA, BAD), {ErrorClass.BAD_SIGNATURE}),
            (
                ALICE_CERT,
                Detached(data=b"other", signature=signed().signature),
                {ErrorClass.BAD_SIGNATURE},
            ),
            (BOB_CERT, signed(), {ErrorClass.MISSING_KEY}),
            (ALICE_CERT, signed(Made(expires_after=DAY)), {ErrorClass.SIGNATURE_EXPIRED}),
            (ALICE_CERT, signed(Made(created=EPOCH + DAY)), {ErrorClass.SIGNATURE_NOT_YET_VALID}),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.MD5)), {ErrorClass.WEAK_HASH}),
            (ALICE_CERT, signed(Made(hash=HashAlgorithm.SHA1)), {ErrorClass.WEAK_HASH}),
            (ALICE_CERT, signed(Made(hashed=(UNKNOWN,))), {ErrorClass.UNKNOWN_CRITICAL}),
            (
                lone(Key("rsa1024"), SelfSignature(flags=SIGNS)),
                signed(by=Key("rsa1024")),
                {ErrorClass.WEAK_KEY},
            ),
            (alice(revocations=(REVOKED,)), signed(), {ErrorClass.KEY_REVOKED}),
            (alice(Binding(), REVOKED), signed(), {ErrorClass.KEY_REVOKED}),
            (
                lone(ALICE, EXPIRING),
                signed(Made(created=EXPIRES + DAY), by=ALICE),
                {ErrorClass.KEY_EXPIRED},
            ),
            (
                ALICE_CERT,
                signed(Made(created=day(2019, 1, 1))),
                {ErrorClass.KEY_NEWER_THAN_SIGNATURE},
            ),
            (alice(Binding(back=None)), signed(), {ErrorClass.UNBOUND_KEY}),
            (alice(Binding(back=BackSignature(damaged=True))), signed(), {ErrorClass.UNBOUND_KEY}),
            (alice(Binding(damaged=True)), signed(), {ErrorClass.UNBOUND_KEY}),
            (Certificate(ALICE, ALICE_CERT.packets[:-1]), signed(), {ErrorClass.UNBOUND_KEY}),
            (
                alice(Binding(hash=HashAlgorithm.MD5)),
                signed(),
                {ErrorClass.UNBOUND_KEY, ErrorClass.WEAK_HASH},
            ),
        ],
        ids=[
            "bad",
            "other data",
            "missing key",
            "expired",
            "of the future",
            "MD5",
            "SHA-1",
            "critical subpacket",
            "RSA-1024",
            "primary key revoked",
            "subkey revoked",
            "key expired before",
            "key newer",
            "no back-signature",
            "bad back-signature",
            "bad binding",
            "no binding",
            "binding with MD5",
        ],
    )
    def test_the_message_tells_why(
        self, js: Worker, cert: Certificate, artifact: Artifact, classes: set[ErrorClass]
    ) -> None:
        result = js.alone(cert, artifact=artifact)
        assert result.classes == classes
        assert result.evidence.exception == "Error"

    @pytest.mark.parametrize(
        "artifact",
        [
            signed(Made(version=3)),
            inline([literal(DATA)]),
            signed(kind=SignatureType.GENERIC_CERTIFICATION),
        ],
        ids=["version 3", "unsigned", "another type"],
    )
    def test_what_it_passes_over_is_an_empty_list_and_no_error(
        self, js: Worker, artifact: Artifact
    ) -> None:
        result = js.alone(ALICE_CERT, artifact=artifact)
        assert result.classes == NOTHING_SEEN

    @pytest.mark.parametrize(
        "artifact",
        [
            Detached(data=DATA, signature=b""),
            Detached(data=DATA, signature=b"garbage"),
            Detached(data=DATA, signature=ALICE_CERT.octets),
            Detached(data=DATA, signature=signed().signature[:50]),
            Inline(message=b"hello"),
            Cleartext(message=b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n"),
        ],
        ids=["empty", "garbage", "certificate", "cut off", "no message", "no signature block"],
    )
    def test_what_it_cannot_read(self, js: Worker, artifact: Artifact) -> None:
        result = js.alone(ALICE_CERT, artifact=artifact)
        assert result.verdict is Verdict.REJECTED
        assert ErrorClass.MALFORMED in result.classes

    def test_a_module_that_it_lacks_is_no_refusal(self, js: Worker) -> None:
        key = Key("brainpool256", PublicKeyAlgorithm.ECDSA)
        result = js.alone(lone(key, SelfSignature(flags=SIGNS)), artifact=signed(by=key))
        assert result.verdict is Verdict.ERROR
        assert result.evidence.message == "Cannot find module 'eckey-utils'"


@needs_it
class TestReferenceTime:
    def test_the_life_of_a_signature_is_measured_to_the_second(self, js: Worker) -> None:
        artifact = signed(Made(created=EPOCH, expires_after=DAY))
        verdicts = [
            js.alone(ALICE_CERT, artifact=artifact, at=at).verdict
            for at in (EPOCH + DAY - SECOND, EPOCH + DAY, EPOCH - SECOND, EPOCH)
        ]
        yes, no = Verdict.ACCEPTED, Verdict.REJECTED
        assert verdicts == [yes, no, no, yes]


@needs_it
def test_nothing_that_is_damaged_makes_the_worker_fail(js: Worker) -> None:
    chance = random.Random(9580)  # noqa: S311
    message = inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))).message
    for _ in range(100):
        cert, mail, sig = (
            damaged(octets, chance) for octets in (ALICE_CERT.octets, message, signed().signature)
        )
        for artifact in (Inline(message=mail), Detached(data=DATA, signature=sig)):
            js.ask(cert, artifact=artifact)


@needs_it
class TestReproduction:
    @pytest.mark.parametrize(
        ("artifact", "at", "code", "said"),
        [
            (signed(), EPOCH, 0, f"accepted, by the key with the ID {ALICE_SIGNING.key_id}"),
            (
                inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
                EPOCH,
                0,
                f"accepted, by the key with the ID {ALICE_SIGNING.key_id}",
            ),
            (
                cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
                EPOCH,
                0,
                f"accepted, by the key with the ID {ALICE_SIGNING.key_id}",
            ),
            (detached(DATA, BAD), EPOCH, 1, "Error: Signature verification failed"),
            (signed(), day(2024, 2, 1), 1, "Error: Signature creation time is in the future"),
            (signed(Made(version=3)), EPOCH, 1, "0 signatures"),
        ],
        ids=["detached", "inline", "cleartext", "bad", "reference time", "empty list"],
    )
    def test_it_shows_what_the_native_verdict_says(
        self, tmp_path: Path, artifact: Artifact, at: datetime, code: int, said: str
    ) -> None:
        names = {"data": "d", "signature": "s", "message": "m"}
        files: dict[str, Any] = {
            name: file for name, file in names.items() if hasattr(artifact, name)
        }
        for name, file in files.items():
            (tmp_path / file).write_bytes(getattr(artifact, name))
        (tmp_path / "alice.pgp").write_bytes(ALICE_CERT.octets)
        snippet = OpenPGPJS.reproduce(
            Exported(certificates=("alice.pgp",), at=at, format=artifact.format, **files)
        )
        assert snippet.suffix == ".sh"
        (tmp_path / "reproduce.sh").write_text(snippet.text)
        shell = shutil.which("sh")
        assert shell is not None
        ended = subprocess.run(
            [shell, "reproduce.sh"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert re.search(re.escape(said), ended.stdout + ended.stderr)
        assert ended.returncode == code
