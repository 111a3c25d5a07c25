"""Sequoia, asked through the driver that was built. Measured with sequoia-openpgp 2.4.2.

The driver knows nothing of libfaketime: the reference time is an option.
"""

import hashlib
import json
import random
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import backends
from backends import drivers
from backends.sequoia_native import SequoiaNative, given
from harness import fetch, launch
from harness.artifact import Artifact, Detached
from harness.backend import Clock, Unavailable
from harness.fetch import FetchError, cargo
from harness.launch import Launch
from harness.openpgp.names import HashAlgorithm, PublicKeyAlgorithm, Tag
from harness.openpgp.packets import Packet, write_packet
from harness.openpgp.signatures import write_signature
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass, Verdict
from harness.vector import Outcome, Vector
from tests.adapters.asking import OPENPGP_PROBES, Worker, damaged, reproduced, worker
from tests.adapters.people import (
    ALICE,
    ALICE_CERT,
    ALICE_SIGNING,
    BOB_CERT,
    BOB_SIGNING,
    BY_ALICE,
    BY_BOB,
    DATA,
    EXPIRES,
    EXPIRING,
    REVOKED,
    SIGNS,
    alice,
    lone,
    signed,
)
from tests.fetch import fakes
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
    Revocation,
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, EPOCH, SECOND, day

DRIVER = drivers.DRIVERS["sequoia-native"]
PRESENCE = SequoiaNative.presence()
needs_it = pytest.mark.skipif(
    isinstance(PRESENCE, Unavailable),
    reason=f"{PRESENCE.reason}: {PRESENCE.install}" if isinstance(PRESENCE, Unavailable) else "",
)

TOO_OLD = "get Rust 1.88 or newer from its makers (rustup); Debian 12's and 13's are too old"
GOOD = sign(DATA, ALICE_SIGNING)
BAD = sign(DATA, ALICE_SIGNING, Made(damaged=True))
BOBS = sign(DATA, BOB_SIGNING)
UNKNOWN = subpackets.critical(Subpacket(63, b"x"))
NOTATION = subpackets.critical(subpackets.notation("unknown@example.org", "x"))
UNREAD = {ErrorClass.MISSING_KEY, ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED}
SOFT = Revocation(reason=1, text="superseded", created=day(2024, 4, 1))  # after the signature


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with worker("sequoia-native", tmp_path_factory.mktemp("w")) as running:
        yield running


class TestBuilding:
    """With a program in cargo's place, that builds a shell script."""

    BUILDS = """
release = sys.argv[sys.argv.index("--target-dir") + 1] + "/release"
os.makedirs(release)
with open(f"{release}/sequoia-native", "w") as file:
    file.write("#!/bin/sh\\nexit STATUS\\n")
os.chmod(f"{release}/sequoia-native", 0o755)
"""

    @pytest.fixture(autouse=True)
    def _elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path / "programs"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def put(self, tmp_path: Path, source: str) -> None:
        fakes.program(tmp_path / "programs", "cargo", source)
        fakes.program(tmp_path / "programs", "rustc", "print('rustc 1.2.3 (of a day)')")

    def build(self) -> drivers.Record:
        with fetch.cache() as folder:
            return cargo.build(DRIVER, folder)

    def test_what_is_built_is_there_with_a_record(self, tmp_path: Path) -> None:
        self.put(tmp_path, self.BUILDS.replace("STATUS", "0"))
        record = self.build()
        assert record.toolchain == "Rust 1.2.3"
        assert not isinstance(SequoiaNative.presence(), Unavailable)
        kept = {file.name for file in drivers.folder_of(DRIVER).iterdir()}
        assert kept == {drivers.PROGRAM, drivers.RECORD}

    def test_it_is_found_below_the_name_of_the_machine(self, tmp_path: Path) -> None:
        below = self.BUILDS.replace('"/release"', '"/x86_64-linux/release"')
        self.put(tmp_path, below.replace("STATUS", "0"))
        self.build()
        assert not isinstance(SequoiaNative.presence(), Unavailable)

    def test_cargo_starts_where_the_sources_are(self, tmp_path: Path) -> None:
        self.put(tmp_path, "sys.exit('error: in ' + os.getcwd())")
        with pytest.raises(FetchError) as raised:
            self.build()
        assert raised.value.reason == f"cargo says: in {DRIVER.module}"

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            (BUILDS.replace("STATUS", "7"), "the driver that was built says: exit code 7"),
            ("pass", "cargo is content, but has built nothing"),
            (
                "sys.exit('error: linker `cc` not found')",
                "cargo says: linker `cc` not found (apt-get install build-essential)",
            ),
            (
                "sys.exit('error[E0433]: no module\\n --> a.rs:1')",
                "cargo says: [E0433]: no module",
            ),
            (
                "sys.exit('error: rustc 1.63 is not supported by the following package')",
                f"cargo says: rustc 1.63 is not supported by the following package ({TOO_OLD})",
            ),
            (
                "sys.exit('error: failed to parse lock file\\n\\nCaused by:\\n  lock file "
                "version 4 requires `-Znext-lockfile-bump`')",
                f"cargo says: failed to parse lock file ({TOO_OLD})",
            ),
            (
                "sys.exit('error: failed to download `a v1`\\n\\nCaused by:\\n  feature "
                "`edition2024` is required')",
                f"cargo says: failed to download `a v1` ({TOO_OLD})",
            ),
        ],
        ids=[
            "does not run",
            "nothing",
            "no linker",
            "with a number",
            "too old",
            "too old for the lock file",
            "too old for a crate",
        ],
    )
    def test_a_failure_says_what_to_do_and_leaves_nothing(
        self, tmp_path: Path, source: str, reason: str
    ) -> None:
        self.put(tmp_path, source)
        with pytest.raises(FetchError) as raised:
            self.build()
        assert str(raised.value) == f"sequoia-native: {reason}"
        assert isinstance(SequoiaNative.presence(), Unavailable)
        assert not drivers.folder_of(DRIVER).exists()

    def test_without_cargo_it_says_where_to_get_it(self) -> None:
        with pytest.raises(FetchError, match="no cargo in PATH"):
            self.build()

    def test_without_a_compiler_too(self, tmp_path: Path) -> None:
        fakes.program(tmp_path / "programs", "cargo", "pass")
        with pytest.raises(FetchError, match="no rustc in PATH"):
            self.build()

    def test_before_it_is_built_it_is_absent(self) -> None:
        absent = SequoiaNative.presence()
        assert isinstance(absent, Unavailable)
        assert absent.install == "pgp-accord backends build sequoia-native"


def test_what_cargo_builds_is_pinned() -> None:
    lock = (DRIVER.module / "Cargo.lock").read_text()
    packages = lock.split("[[package]]")[1:]
    unpinned = [each.split('"')[1] for each in packages if "checksum = " not in each]
    assert unpinned == ["sequoia-native"]


def test_nothing_constructs_the_class(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a program of its own"):
        SequoiaNative(tmp_path)


@needs_it
class TestWorker:
    def start(self, *lines: object) -> list[dict[str, object]]:
        ended = subprocess.run(
            SequoiaNative.command(),
            input="".join(f"{json.dumps(line)}\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def test_it_is_started_by_its_own_command(self) -> None:
        found = launch.find("sequoia-native")
        assert isinstance(found, Launch)
        assert found.command == SequoiaNative.command()

    def test_it_ends_with_its_input(self) -> None:
        assert self.start() == []

    def test_it_refuses_another_protocol(self) -> None:
        (said,) = self.start({"type": "hello", "protocol": 2, "profile": "stock", "workdir": "/"})
        assert said["type"] == "unusable"

    def test_it_says_when_it_fails_itself_and_goes_on(self) -> None:
        question = {"type": "question", "artifact": {"format": "inline", "message": ""}}
        said = self.start(
            question | {"id": 1, "at": "yesterday"},
            question | {"id": 2, "at": "2024-06-01T00:00:00Z"},
            {"type": "bye"},
        )
        assert [line["type"] for line in said] == ["failed", "answer"]


@needs_it
def test_it_says_what_is_inside(native: Worker) -> None:
    description = native.description
    lock = (DRIVER.module / "Cargo.lock").read_text()
    assert f'name = "sequoia-openpgp"\nversion = "{description.version}"' in lock
    assert description.components == {"crypto": "RustCrypto"}
    assert description.capabilities.clock is Clock.NATIVE


@needs_it
@pytest.mark.parametrize(
    "vector",
    # It accepts what was signed before the key expired.
    [vector for vector in OPENPGP_PROBES if vector.id != "probe/clock-key-after"],
    ids=lambda vector: vector.id,
)
def test_it_passes_the_probes(native: Worker, vector: Vector) -> None:
    answer = native.ask(*vector.certificates, artifact=vector.artifact, at=vector.at)
    accepted = vector.expectation.outcome is Outcome.ACCEPT
    assert answer.native.verdict is (Verdict.ACCEPTED if accepted else Verdict.REJECTED)
    assert answer.native.keys == vector.expectation.keys
    assert answer.native.classes <= set(vector.expectation.classes)


@needs_it
class TestAcceptance:
    @pytest.mark.parametrize("armored", [False, True])
    def test_both_fingerprints_are_reported(self, native: Worker, armored: bool) -> None:
        file = ALICE_CERT.armored if armored else ALICE_CERT.octets
        result = native.alone(file, artifact=detached(DATA, GOOD, armored=armored))
        assert result.key == BY_ALICE

    @pytest.mark.parametrize(
        "message",
        [
            inline(one_pass_message(DATA, (GOOD, ALICE_SIGNING))),
            cleartext(DATA, sign_cleartext(DATA, ALICE_SIGNING)),
            detached(b"", sign(b"", ALICE_SIGNING)),
        ],
        ids=["one-pass", "cleartext", "empty"],
    )
    def test_messages(self, native: Worker, message: Artifact) -> None:
        assert native.alone(ALICE_CERT, artifact=message).key == BY_ALICE

    @pytest.mark.parametrize(
        "files",
        [(BOB_CERT.octets, ALICE_CERT.octets), (BOB_CERT.octets + ALICE_CERT.octets,)],
        ids=["files", "keyring"],
    )
    def test_every_certificate_counts(self, native: Worker, files: tuple[bytes, ...]) -> None:
        assert native.alone(*files, artifact=signed()).key == BY_ALICE

    def test_an_unreadable_file_is_remembered_and_spoils_no_other(self, native: Worker) -> None:
        result = native.alone(b"nonsense", ALICE_CERT.octets, artifact=signed())
        assert result.key == BY_ALICE
        assert result.evidence.status[0].startswith("certificate refused: ")

    def test_copies_of_a_certificate_are_merged(self, native: Worker) -> None:
        revoked = alice(revocations=(REVOKED,))
        for copies in (ALICE_CERT, revoked), (revoked, ALICE_CERT):
            result = native.alone(*copies, artifact=signed())
            assert result.classes == {ErrorClass.KEY_REVOKED}

    def test_a_soft_revocation_does_not_reach_back(self, native: Worker) -> None:
        assert native.alone(alice(revocations=(SOFT,)), artifact=signed()).key == BY_ALICE


@needs_it
class TestSeveralSignatures:
    """Each is reported alone, in order; natively one good one suffices."""

    def test_good_and_bad(self, native: Worker) -> None:
        answer = native.ask(ALICE_CERT, artifact=detached(DATA, GOOD, BAD))
        assert [s.verdict for s in answer.signatures] == [Verdict.ACCEPTED, Verdict.REJECTED]
        assert answer.native.keys == (BY_ALICE,)

    def test_bad_and_good(self, native: Worker) -> None:
        answer = native.ask(ALICE_CERT, artifact=detached(DATA, BAD, GOOD))
        assert [s.verdict for s in answer.signatures] == [Verdict.REJECTED, Verdict.ACCEPTED]
        assert answer.native.keys == (BY_ALICE,)

    def test_all_good_keys_are_named(self, native: Worker) -> None:
        answer = native.ask(ALICE_CERT, BOB_CERT, artifact=detached(DATA, BOBS, GOOD))
        assert answer.native.keys == (BY_BOB, BY_ALICE)

    def test_where_none_is_good_all_reasons_are_given(self, native: Worker) -> None:
        answer = native.ask(ALICE_CERT, artifact=detached(DATA, BAD, BOBS))
        assert answer.native.classes == {ErrorClass.BAD_SIGNATURE, ErrorClass.MISSING_KEY}
        assert [line.split()[0] for line in answer.native.evidence.status] == [
            "BadSignature",
            "MissingKey",
        ]


@needs_it
class TestRefusal:
    @pytest.mark.parametrize(
        ("cert", "artifact", "variant", "classes"),
        [
            (ALICE_CERT, detached(DATA, BAD), "BadSignature", {ErrorClass.BAD_SIGNATURE}),
            (
                ALICE_CERT,
                Detached(data=b"other", signature=signed().signature),
                "BadSignature",
                {ErrorClass.BAD_SIGNATURE},
            ),
            (BOB_CERT, signed(), "MissingKey", {ErrorClass.MISSING_KEY}),
            (
                ALICE_CERT,
                signed(Made(expires_after=DAY)),
                "BadSignature/Expired",
                {ErrorClass.SIGNATURE_EXPIRED},
            ),
            (
                ALICE_CERT,
                signed(Made(created=EPOCH + SECOND)),
                "BadSignature/NotYetLive",
                {ErrorClass.SIGNATURE_NOT_YET_VALID},
            ),
            (
                ALICE_CERT,
                signed(Made(hash=HashAlgorithm.SHA1)),
                "BadSignature/PolicyViolation",
                {ErrorClass.WEAK_HASH},
            ),
            (
                ALICE_CERT,
                signed(Made(hashed=(UNKNOWN,))),
                "BadSignature/PolicyViolation",
                {ErrorClass.UNKNOWN_CRITICAL},
            ),
            (
                ALICE_CERT,
                signed(Made(hashed=(NOTATION,))),
                "BadSignature/PolicyViolation",
                {ErrorClass.UNKNOWN_CRITICAL},
            ),
            (
                lone(Key("rsa1024"), SelfSignature(flags=SIGNS)),
                signed(by=Key("rsa1024")),
                "UnboundKey/PolicyViolation",
                {ErrorClass.UNBOUND_KEY, ErrorClass.WEAK_KEY},
            ),
            (
                alice(revocations=(REVOKED,)),
                signed(),
                "BadKey/InvalidKey",
                {ErrorClass.KEY_REVOKED},
            ),
            (alice(Binding(), REVOKED), signed(), "BadKey/InvalidKey", {ErrorClass.KEY_REVOKED}),
            (ALICE_CERT, signed(by=ALICE), "BadKey/InvalidKey", {ErrorClass.WRONG_KEY_USAGE}),
            (
                lone(ALICE, EXPIRING),
                signed(Made(created=EXPIRES + DAY), by=ALICE),
                "BadKey/Expired",
                {ErrorClass.KEY_EXPIRED},
            ),
            (
                ALICE_CERT,
                signed(Made(created=day(2019, 1, 1))),
                "UnboundKey/NoBindingSignature",
                {ErrorClass.UNBOUND_KEY, ErrorClass.KEY_NEWER_THAN_SIGNATURE},
            ),
            (
                alice(Binding(created=day(2024, 5, 1))),
                signed(),
                "UnboundKey/NoBindingSignature",
                {ErrorClass.UNBOUND_KEY, ErrorClass.KEY_NEWER_THAN_SIGNATURE},
            ),
            (
                alice(Binding(back=None)),
                signed(),
                "UnboundKey/NoBindingSignature",
                {ErrorClass.UNBOUND_KEY},
            ),
            (
                alice(Binding(back=BackSignature(damaged=True))),
                signed(),
                "UnboundKey/NoBindingSignature",
                {ErrorClass.UNBOUND_KEY},
            ),
            (
                Certificate(ALICE, ALICE_CERT.packets[:-1]),
                signed(),
                "UnboundKey/NoBindingSignature",
                {ErrorClass.UNBOUND_KEY},
            ),
            (
                alice(Binding(expires_after=DAY)),
                signed(),
                "UnboundKey/Expired",
                {ErrorClass.UNBOUND_KEY, ErrorClass.SIGNATURE_EXPIRED},
            ),
            (
                alice(Binding(hash=HashAlgorithm.MD5)),
                signed(),
                "UnboundKey/PolicyViolation",
                {ErrorClass.UNBOUND_KEY, ErrorClass.WEAK_HASH},
            ),
            (
                ALICE_CERT,
                signed(kind=0x7F),
                "BadSignature/UnsupportedSignatureType",
                {ErrorClass.UNSUPPORTED},
            ),
            (
                ALICE_CERT,
                inline(prefixed_message(DATA, GOOD)),
                "BadSignature/BadSignature",
                {ErrorClass.UNSUPPORTED, ErrorClass.MALFORMED},
            ),
            (
                ALICE_CERT,
                inline([literal(DATA)]),
                "",
                {ErrorClass.NO_SIGNATURE},
            ),
        ],
        ids=[
            "bad",
            "other data",
            "missing key",
            "expired",
            "of the future",
            "weak hash",
            "unknown subpacket",
            "unknown notation",
            "weak key",
            "revoked certificate",
            "revoked subkey",
            "not for signing",
            "expired key",
            "younger key",
            "younger binding",
            "no back-signature",
            "bad back-signature",
            "no binding",
            "expired binding",
            "weak binding",
            "unknown type",
            "before its data",
            "not signed",
        ],
    )
    def test_each_error_has_its_classes(
        self,
        native: Worker,
        cert: Certificate,
        artifact: Artifact,
        variant: str,
        classes: set[ErrorClass],
    ) -> None:
        result = native.alone(cert, artifact=artifact)
        assert (result.evidence.exception or "") == variant
        assert result.classes == classes
        unsupported = classes == {ErrorClass.UNSUPPORTED}
        assert result.verdict is (Verdict.UNSUPPORTED if unsupported else Verdict.REJECTED)

    def test_a_broken_certificate_may_be_why_a_key_is_not_bound(self, native: Worker) -> None:
        result = native.alone(ALICE_CERT.octets[:-1], artifact=signed())
        assert result.classes == {ErrorClass.UNBOUND_KEY, ErrorClass.MALFORMED}

    def test_a_key_may_stand_in_what_could_not_be_read(self, native: Worker) -> None:
        result = native.alone(b"nonsense", BOB_CERT.octets, artifact=signed())
        assert result.evidence.exception == "MissingKey"
        assert result.classes == UNREAD

    def test_without_an_issuer_no_key_can_be_missed(self, native: Worker) -> None:
        anonymous = signed(Made(issuer_key_id=None, issuer_fingerprint=None))
        result = native.alone(BOB_CERT, artifact=anonymous)
        assert result.evidence.message == "no issuer is named"
        assert result.classes == UNREAD

    def test_what_stands_beside_a_signature_spoils_it(self, native: Worker) -> None:
        file = signed().signature + inline([literal(b"other")]).message
        result = native.alone(ALICE_CERT, artifact=Detached(data=DATA, signature=file))
        assert result.evidence.exception == "MalformedMessage"
        assert result.classes == {ErrorClass.MALFORMED}

    def test_without_a_signature_before_it_there_may_be_none(self, native: Worker) -> None:
        file = inline([literal(b"other")]).message + signed().signature
        result = native.alone(ALICE_CERT, artifact=Detached(data=DATA, signature=file))
        assert result.evidence.exception == "MalformedMessage"
        assert result.classes == {ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE}

    def test_a_signature_packet_that_breaks_off_is_one(self, native: Worker) -> None:
        file = write_packet(Packet(Tag.SIGNATURE, write_signature(GOOD)[:-1]))
        result = native.alone(ALICE_CERT, artifact=Detached(data=DATA, signature=file))
        assert result.evidence.exception == "UnknownSignature"
        assert result.classes == {ErrorClass.MALFORMED}


@needs_it
@pytest.mark.parametrize(
    ("artifact", "at", "good"),
    [
        (signed(Made(expires_after=DAY)), day(2024, 3, 1) + timedelta(hours=1), True),
        (signed(Made(expires_after=DAY)), day(2024, 3, 3), False),
        (signed(), day(2024, 2, 29), False),
    ],
    ids=["before it expires", "after", "before it was made"],
)
def test_the_reference_time_moves(
    native: Worker, artifact: Artifact, at: datetime, good: bool
) -> None:
    result = native.alone(ALICE_CERT, artifact=artifact, at=at)
    assert (result.verdict is Verdict.ACCEPTED) is good


@needs_it
@pytest.mark.parametrize(("year", "classes"), [(2029, set()), (2031, {ErrorClass.WEAK_KEY})])
def test_the_policys_cutoffs_move_with_it(
    native: Worker, year: int, classes: set[ErrorClass]
) -> None:
    key = Key("dsa2048", PublicKeyAlgorithm.DSA)
    cert = lone(key, SelfSignature(flags=SIGNS))
    result = native.alone(cert, artifact=signed(by=key), at=day(year, 1, 1))
    assert result.classes - {ErrorClass.UNBOUND_KEY} == classes
    assert (result.verdict is Verdict.ACCEPTED) is (not classes)


SHA1_COUNTS = "[hash_algorithms]\nsha1 = 'always'\n"
NO_SHA256 = "[hash_algorithms]\nsha256.collision_resistance = 'never'\n"
NO_RSA3072 = "[asymmetric_algorithms]\nrsa3072 = 'never'\n"
UNTIL_MAY = "[asymmetric_algorithms]\nrsa3072 = 2024-05-01\n"
OF_SHA1 = signed(Made(hash=HashAlgorithm.SHA1))


class TestPolicyFile:
    """`sequoia-native:FILE` is Sequoia under that policy."""

    def put(self, tmp_path: Path, text: str) -> str:
        (tmp_path / "policy.toml").write_text(text)
        return f"{backends.UNDER}{tmp_path}/policy.toml"

    @needs_it
    @pytest.mark.parametrize(
        ("text", "artifact", "stock", "under"),
        [
            (SHA1_COUNTS, OF_SHA1, {ErrorClass.WEAK_HASH}, set()),
            (NO_SHA256, signed(), set(), {ErrorClass.WEAK_HASH}),
            (NO_RSA3072, signed(), set(), {ErrorClass.WEAK_KEY, ErrorClass.UNBOUND_KEY}),
            (UNTIL_MAY, signed(), set(), {ErrorClass.WEAK_KEY, ErrorClass.UNBOUND_KEY}),
        ],
        ids=["SHA-1 for data", "no SHA-256 for data", "no RSA-3072", "RSA-3072 until a date"],
    )
    def test_it_decides(
        self,
        native: Worker,
        tmp_path: Path,
        text: str,
        artifact: Artifact,
        stock: set[ErrorClass],
        under: set[ErrorClass],
    ) -> None:
        with worker(self.put(tmp_path, text), tmp_path) as following:
            result = following.alone(ALICE_CERT, artifact=artifact)
        assert result.classes == under
        assert (result.verdict is Verdict.ACCEPTED) is (not under)
        assert native.alone(ALICE_CERT, artifact=artifact).classes == stock

    @needs_it
    def test_its_dates_are_held_against_the_reference_time(self, tmp_path: Path) -> None:
        with worker(self.put(tmp_path, UNTIL_MAY), tmp_path) as following:
            before = following.alone(ALICE_CERT, artifact=signed(), at=day(2024, 4, 1))
        assert before.key == BY_ALICE

    @needs_it
    def test_the_description_tells_which_it_is(self, tmp_path: Path) -> None:
        digest = hashlib.sha256(NO_SHA256.encode()).hexdigest()
        with worker(self.put(tmp_path, NO_SHA256), tmp_path) as following:
            assert following.description.components["policy"] == digest
            assert following.description.notes[-1].endswith(f" {tmp_path}/policy.toml")
            said = following.alone(ALICE_CERT, artifact=signed()).evidence.status
        assert said[0] == f"policy: file {digest}, as of 2024-06-01T00:00:00Z"

    @needs_it
    @pytest.mark.parametrize("text", ["hash = 3", "\0", "[hash_algorithms]\nsha9 = 'never'"])
    def test_what_is_no_policy_makes_it_unusable(self, tmp_path: Path, text: str) -> None:
        command = given(self.put(tmp_path, text)).command()
        hello = {"type": "hello", "protocol": 1, "profile": "stock", "workdir": "/"}
        said = subprocess.run(
            command, input=json.dumps(hello) + "\n", stdout=-1, text=True, timeout=30, check=True
        )
        answer = json.loads(said.stdout)
        assert answer["type"] == "unusable"
        assert answer["reason"].startswith(f"{tmp_path}/policy.toml is no policy: ")

    @needs_it
    def test_the_machines_policy_is_not_looked_at(self, tmp_path: Path) -> None:
        elsewhere = self.put(tmp_path, NO_SHA256).removeprefix(backends.UNDER)
        with worker("sequoia-native", tmp_path, SEQUOIA_CRYPTO_POLICY=elsewhere) as following:
            assert following.alone(ALICE_CERT, artifact=signed()).key == BY_ALICE

    @needs_it
    def test_an_export_asks_under_it(self, tmp_path: Path) -> None:
        under = backends.load(self.put(tmp_path, NO_SHA256))
        ended = reproduced(under, tmp_path, ALICE_CERT, artifact=signed())
        assert ended.returncode == 1, ended.stderr

    @needs_it
    def test_where_there_is_no_file_it_is_absent(self, tmp_path: Path) -> None:
        for path in (tmp_path / "gone.toml", tmp_path):
            absent = backends.load(f"{backends.UNDER}{path}").presence()
            assert isinstance(absent, Unavailable)
            assert absent.reason == f"{path} is no file that can be read"

    def test_its_path_is_made_absolute(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        command = given(f"{backends.UNDER}./policy.toml").command()
        assert command[-2:] == ("--policy", f"{tmp_path}/policy.toml")


OF_2020 = "0x13 of 2020-01-01T00:00:00Z, SHA256: decides"
SUBKEY = f"subkey {ALICE_SIGNING.fingerprint}: "
BOUND = (
    f"{SUBKEY}0x18 of 2020-01-01T00:00:00Z, SHA256: decides",
    f"{SUBKEY}0x19 of 2020-01-01T00:00:00Z, SHA256: good",
)
LATER = day(2024, 5, 1)
NEWER = day(2023, 1, 1)


@needs_it
class TestLinks:
    """How a certificate was judged stands in the evidence, link by link."""

    def links(self, native: Worker, cert: Certificate, artifact: Artifact = signed()) -> list[str]:
        said = native.alone(cert, artifact=artifact).evidence.status
        assert said[0] == "policy: standard, as of 2024-06-01T00:00:00Z"
        judged = f"certificate {cert.primary.fingerprint}: judged as of "
        assert said[1].startswith(judged)
        return list(said[2:])

    def test_of_a_good_signature(self, native: Worker) -> None:
        assert self.links(native, ALICE_CERT) == [f'user ID "Alice": {OF_2020}', *BOUND]

    def test_they_are_of_the_time_of_the_signature(self, native: Worker) -> None:
        said = native.alone(ALICE_CERT, artifact=signed(Made(created=LATER))).evidence.status
        assert said[1].endswith(": judged as of 2024-05-01T00:00:00Z")

    @pytest.mark.parametrize(
        ("cert", "lines"),
        [
            (
                alice(Binding(created=NEWER), Binding()),
                [
                    f"{SUBKEY}0x18 of 2023-01-01T00:00:00Z, SHA256: decides",
                    f"{SUBKEY}0x18 of 2020-01-01T00:00:00Z, SHA256: a newer one counts",
                    f"{SUBKEY}0x19 of 2023-01-01T00:00:00Z, SHA256: good",
                    f"{SUBKEY}0x19 of 2020-01-01T00:00:00Z, SHA256: good",
                ],
            ),
            (
                alice(Binding(created=LATER)),
                [
                    f"{SUBKEY}0x18 of 2024-05-01T00:00:00Z, SHA256: made later",
                    f"{SUBKEY}0x19 of 2024-05-01T00:00:00Z, SHA256: made later",
                ],
            ),
            (
                alice(Binding(expires_after=DAY)),
                [f"{SUBKEY}0x18 of 2020-01-01T00:00:00Z, SHA256: expired", BOUND[1]],
            ),
            (
                alice(Binding(hash=HashAlgorithm.SHA1)),
                [
                    f"{SUBKEY}0x18 of 2020-01-01T00:00:00Z, SHA1: refused, SHA1 is not considered "
                    "secure since 2023-02-01T00:00:00Z",
                    BOUND[1],
                ],
            ),
            (
                alice(Binding(back=BackSignature(hash=HashAlgorithm.SHA1))),
                [
                    f"{SUBKEY}0x18 of 2020-01-01T00:00:00Z, SHA256: no back-signature of it counts",
                    f"{SUBKEY}0x19 of 2020-01-01T00:00:00Z, SHA1: refused, SHA1 is not considered "
                    "secure since 2023-02-01T00:00:00Z",
                ],
            ),
            (
                alice(Binding(back=BackSignature(damaged=True))),
                [
                    f"{SUBKEY}no good binding",
                    "certificate: 0x18 of 2020-01-01T00:00:00Z, SHA256: bad",
                    "certificate: 0x19 of 2020-01-01T00:00:00Z, SHA256: bad",
                ],
            ),
            (Certificate(ALICE, ALICE_CERT.packets[:-1]), [f"{SUBKEY}no good binding"]),
        ],
        ids=[
            "a newer one",
            "of the future",
            "expired",
            "weak",
            "weak back-signature",
            "bad back-signature",
            "none",
        ],
    )
    def test_what_binds_a_subkey(self, native: Worker, cert: Certificate, lines: list[str]) -> None:
        assert self.links(native, cert) == [f'user ID "Alice": {OF_2020}', *lines]

    @pytest.mark.parametrize(
        ("revocation", "line"),
        [
            (REVOKED, "0x20 of 2024-01-01T00:00:00Z, SHA256, reason 2 (hard): effective"),
            (
                Revocation(reason=None, created=LATER),
                "0x20 of 2024-05-01T00:00:00Z, SHA256, no reason (hard): effective",
            ),
            (SOFT, "0x20 of 2024-04-01T00:00:00Z, SHA256, reason 1 (soft): made later"),
            (
                Revocation(reason=2, created=NEWER, hash=HashAlgorithm.MD5),
                "0x20 of 2023-01-01T00:00:00Z, MD5, reason 2 (hard): refused, MD5 is not "
                "considered secure since 2011-02-01T00:00:00Z",
            ),
        ],
        ids=["hard", "without a reason", "soft, later", "weak"],
    )
    def test_what_revokes_a_primary_key(
        self, native: Worker, revocation: Revocation, line: str
    ) -> None:
        said = self.links(native, alice(revocations=(revocation,)))
        assert said == [f"primary key: {line}", f'user ID "Alice": {OF_2020}', *BOUND]

    def test_a_newer_self_signature_takes_a_soft_revocation_back(self, native: Worker) -> None:
        user_id = UserId("Alice", (SelfSignature(flags=SIGNS, created=NEWER),))
        retired = Revocation(reason=3, created=day(2022, 1, 1))
        cert = certificate(ALICE, user_ids=[user_id], revocations=[retired])
        assert self.links(native, cert, signed(by=ALICE)) == [
            "primary key: 0x20 of 2022-01-01T00:00:00Z, SHA256, reason 3 (soft): "
            "a newer self-signature counts",
            'user ID "Alice": 0x13 of 2023-01-01T00:00:00Z, SHA256: decides',
        ]

    def test_what_revokes_a_subkey(self, native: Worker) -> None:
        said = self.links(native, alice(Binding(), REVOKED))
        revoked = f"{SUBKEY}0x28 of 2024-01-01T00:00:00Z, SHA256, reason 2 (hard): effective"
        assert said[1:] == [*BOUND, revoked]

    def test_what_revokes_a_user_id_and_what_is_bad(self, native: Worker) -> None:
        taken_back = Revocation(reason=32, created=NEWER)
        user_ids = [
            UserId("Old", (SelfSignature(), taken_back)),
            UserId("New", (SelfSignature(flags=SIGNS),)),
            UserId("Forged", (SelfSignature(damaged=True),)),
        ]
        direct = (SelfSignature(flags=SIGNS),)
        cert = certificate(ALICE, user_ids=user_ids, direct=direct)
        assert self.links(native, cert, signed(by=ALICE)) == [
            "primary key: 0x1F of 2020-01-01T00:00:00Z, SHA256: valid",
            f'user ID "New": {OF_2020}',
            'user ID "Old": 0x13 of 2020-01-01T00:00:00Z, SHA256: valid',
            'user ID "Old": 0x30 of 2023-01-01T00:00:00Z, SHA256, reason 32 (soft): effective',
            "certificate: 0x13 of 2020-01-01T00:00:00Z, SHA256: bad",
        ]

    def test_without_any_self_signature(self, native: Worker) -> None:
        cert = lone(ALICE, SelfSignature(flags=SIGNS, damaged=True))
        assert self.links(native, cert, signed(by=ALICE)) == [
            "primary key: no good self-signature",
            "certificate: 0x13 of 2020-01-01T00:00:00Z, SHA256: bad",
        ]

    def test_nothing_that_an_owner_writes_gets_in_as_it_is(self, native: Worker) -> None:
        hostile = "good\x1b[2J\npolicy: standard"
        notation = subpackets.critical(subpackets.notation(hostile, "x"))
        reason = Revocation(reason=0, text=hostile, created=NEWER)
        self_signature = SelfSignature(hashed=(notation,))
        cert = certificate(
            ALICE,
            user_ids=[UserId(hostile, (self_signature,))],
            subkeys=[signing_subkey(ALICE_SIGNING)],
            revocations=(reason,),
        )
        said = self.links(native, cert)
        assert all(line.isascii() and line.isprintable() for line in said)
        shown = r'user ID "good\u{1b}[2J\npolicy: standard": 0x13 of 2020-01-01T00:00:00Z, SHA256: '
        quoted = (
            r'refused, Critical notation "good\u{1b}[2J\npolicy: standard" is not considered secure'
        )
        assert said[1] == shown + quoted

    def test_a_long_user_id_is_cut(self, native: Worker) -> None:
        cert = certificate(ALICE, user_ids=[UserId("x" * 41, (SelfSignature(flags=SIGNS),))])
        assert self.links(native, cert, signed(by=ALICE)) == [f'user ID "{"x" * 40}...": {OF_2020}']

    def test_of_many_there_are_a_few(self, native: Worker) -> None:
        made = [SelfSignature(created=EPOCH - n * DAY) for n in range(100, 120)]
        user_ids = [UserId(f"{n}", tuple(made)) for n in range(20)]
        cert = certificate(ALICE, user_ids=user_ids, subkeys=[signing_subkey(ALICE_SIGNING)])
        said = native.alone(cert, artifact=signed()).evidence.status
        assert len(said) <= 16
        assert BOUND[0] in said


@needs_it
def test_damaged_input_is_answered(native: Worker) -> None:
    chance = random.Random(5)  # noqa: S311  to be the same every time
    for _ in range(200):
        artifact = Detached(data=DATA, signature=damaged(signed().signature, chance))
        answer = native.ask(damaged(ALICE_CERT.octets, chance), artifact=artifact)
        assert answer.native.verdict is not Verdict.ERROR


@needs_it
@pytest.mark.parametrize(
    ("artifact", "status"), [(signed(), 0), (detached(DATA, BAD), 1)], ids=["good", "bad"]
)
def test_an_export_shows_the_same(tmp_path: Path, artifact: Artifact, status: int) -> None:
    ended = reproduced(SequoiaNative, tmp_path, ALICE_CERT, artifact=artifact)
    assert ended.returncode == status, ended.stderr
    assert ("accepted" in ended.stdout) is (status == 0)
    assert (BY_ALICE.primary or "") in ended.stdout or status
