"""skopeo, asked about the corpus's images: whether the driver asks containers/image as tools do.

``skopeo copy`` puts a policy to the library's own evaluator, from a folder that holds the image and
its signature. What it allows must be what backend ``containers-image-gpgme`` accepts, whose release
of the library may be another; where the two may differ, a table says why.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

import backends
from harness.artifact import SimpleSigning
from harness.backend import Unavailable
from harness.outcomes import NativeVerdict, Verdict
from harness.vector import Suite, Vector
from tests.adapters.asking import worker
from vectors import CORPUS
from vectors.forge.simple_signing import CONFIG, LAYER

SKOPEO = shutil.which("skopeo")
GPG = shutil.which("gpg")
BACKEND = "containers-image-gpgme"
PRESENCE = backends.load(BACKEND).presence()
if SKOPEO is None:
    LACK = "skopeo is not installed: apt install skopeo"
elif GPG is None:
    LACK = "gpg, which skopeo verifies with, is not installed: apt install gnupg"
elif isinstance(PRESENCE, Unavailable):
    LACK = f"{PRESENCE.reason}: {PRESENCE.install}"
else:
    LACK = ""
pytestmark = pytest.mark.skipif(bool(LACK), reason=LACK)

VECTORS = {
    vector.id.partition("/")[2]: vector
    for vector in msgspec.json.decode(
        (CORPUS / "simple-signing.json").read_bytes(), type=Suite
    ).vectors
}
LANES = 2
"""Of each program, how many run side by side."""


@dataclass(frozen=True)
class Difference:
    """Why skopeo may refuse what the backend accepts.

    Attributes:
        says: a part of what it says then.
        why: the reason.
        always: whether it does so in all releases.
    """

    says: str
    why: str
    always: bool = False


NO_BLOB = Difference(
    "unrecognized signature format|starting with binary",
    "A tool knows the kinds of signatures by their first octets, before any mechanism is asked.",
)
EXACT = Difference(
    "is not accepted",
    "A folder has no name, so that the policy is exactReference; asked for by digest, the default "
    "matchRepoDigestOrExact lets any tag of the repository pass, and exactReference does not.",
    always=True,
)
DIFFERENCES: Mapping[str, Difference] = {
    "blob-armored": NO_BLOB,
    "blob-in-cleartext": NO_BLOB,
    "with-packet-marker-before": NO_BLOB,
    "asked-by-digest-signed-with-tag": EXACT,
    "asked-by-digest-signed-by-another-digest": EXACT,
}
"""By vector. Apart from these, older releases (1.9.3 of Debian 12) know no subkeys: a signature by
one is by a key that the policy does not have. What they say then is checked, too."""


@dataclass(frozen=True)
class Said:
    """What skopeo says: whether it allows the image, and in which words it does not."""

    allowed: bool
    words: str


def copied(vector: Vector, folder: Path) -> Said:
    """Have skopeo copy the image, which it does if the policy lets it run."""
    artifact, keys = laid_out(vector, folder)
    requirement: dict[str, object] = {
        "type": "signedBy",
        "keyType": "GPGKeys",
        "signedIdentity": {"type": "exactReference", "dockerReference": artifact.reference},
    }
    # Older releases know a single path only; who has one file needs no list.
    requirement |= {"keyPath": keys[0]} if len(keys) == 1 else {"keyPaths": keys}
    policy = folder / "policy.json"
    policy.write_text(
        json.dumps({"default": [{"type": "reject"}], "transports": {"dir": {"": [requirement]}}})
    )
    return asked(
        folder,
        *("copy", "--policy", str(policy), f"dir:{folder}/image", f"dir:{folder}/copy"),
    )


def verified(vector: Vector, folder: Path) -> Said:
    """Have skopeo verify the signature by a key of its fingerprint, from a keyring of gpg's."""
    artifact, keys = laid_out(vector, folder)
    (identity,) = artifact.identities
    assert GPG is not None
    subprocess.run(
        [GPG, "--homedir", folder, "--batch", "--quiet", "--no-autostart", "--import", *keys],
        check=True,
        capture_output=True,
        timeout=60,
    )
    image = folder / "image"
    return asked(
        folder,
        "standalone-verify",
        *(str(image / "manifest.json"), artifact.reference, identity, str(image / "signature-1")),
    )


def laid_out(vector: Vector, folder: Path) -> tuple[SimpleSigning, list[str]]:
    """Write the image as the dir: transport has it, and the key files; give their paths."""
    case = vector.case.unrolled()
    artifact = case.artifact
    assert isinstance(artifact, SimpleSigning)
    folder.mkdir(mode=0o700)
    image = folder / "image"
    image.mkdir()
    (image / "version").write_text("Directory Transport Version: 1.1\n")
    (image / "manifest.json").write_bytes(artifact.manifest)
    (image / "signature-1").write_bytes(artifact.message)
    for blob in (CONFIG, LAYER):
        (image / hashlib.sha256(blob).hexdigest()).write_bytes(blob)
    keys = [folder / f"{number}.pgp" for number in range(len(case.certificates))]
    for path, octets in zip(keys, case.certificates, strict=True):
        path.write_bytes(octets)
    return artifact, [str(path) for path in keys]


def asked(folder: Path, *command: str) -> Said:
    """Run skopeo, which finds nothing of this machine's but programs."""
    assert SKOPEO is not None
    own = dict.fromkeys(("HOME", "TMPDIR", "GNUPGHOME", "XDG_RUNTIME_DIR"), str(folder))
    done = subprocess.run(
        [SKOPEO, *command],
        env=own | {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    return Said(done.returncode == 0, done.stderr)


Answers = Mapping[str, NativeVerdict]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What the backend says of each vector."""
    names = list(VECTORS)

    def lane(number: int) -> dict[str, NativeVerdict]:
        found = {}
        with worker(BACKEND, tmp_path_factory.mktemp("lane")) as backend:
            for name in names[number::LANES]:
                case = VECTORS[name].case.unrolled()
                answer = backend.ask(*case.certificates, artifact=case.artifact, at=case.at)
                found[name] = answer.native
        return found

    with ThreadPoolExecutor(LANES) as lanes:
        return {k: v for found in lanes.map(lane, range(LANES)) for k, v in found.items()}


def all_of(
    ask: Callable[[Vector, Path], Said], names: Iterable[str], folder: Path
) -> dict[str, Said]:
    """Ask skopeo about some vectors."""
    numbered = dict(enumerate(names))  # folders are called by these: gpg's socket needs short paths
    with ThreadPoolExecutor(LANES) as lanes:
        said = lanes.map(lambda at: ask(VECTORS[numbered[at]], folder / str(at)), numbered)
        return dict(zip(numbered.values(), said, strict=True))


def is_by_subkey(answer: NativeVerdict, said: Said) -> bool:
    """Whether it was accepted by a subkey, and refused because that is not in the policy."""
    return any(
        key.signing != key.primary and f"key {key.signing} is not accepted" in said.words
        for key in answer.keys
    )


def is_explained(name: str, answer: NativeVerdict, said: Said) -> bool:
    """Whether skopeo refuses for a reason that is known."""
    difference = DIFFERENCES.get(name)
    return is_by_subkey(answer, said) or (
        difference is not None and re.search(difference.says, said.words) is not None
    )


def test_skopeo_allows_what_the_backend_accepts(answers: Answers, tmp_path: Path) -> None:
    by_policy = [name for name, one in VECTORS.items() if not one.artifact.identities]  # type: ignore[union-attr]
    said = all_of(copied, by_policy, tmp_path)
    differing = {
        name: one
        for name, one in said.items()
        if one.allowed is not (answers[name].verdict is Verdict.ACCEPTED)
    }
    assert len(said) > 200
    assert sum(one.allowed for one in said.values()) > 20
    assert [one for one in differing.values() if one.allowed] == []
    assert {k: v for k, v in differing.items() if not is_explained(k, answers[k], v)} == {}
    assert {k for k, v in DIFFERENCES.items() if v.always} <= differing.keys()
    assert DIFFERENCES.keys() <= said.keys()
    assert left_behind(tmp_path) == []


NAMES_A_SUBKEY = {
    "identity-primary": "Releases that know no subkeys go by the key that signed alone.",
}
"""Where ``standalone-verify`` may refuse what the backend accepts, and why."""


def test_skopeo_verifies_by_fingerprint_what_the_backend_accepts(
    answers: Answers, tmp_path: Path
) -> None:
    by_key = [name for name, one in VECTORS.items() if len(one.artifact.identities) == 1]  # type: ignore[union-attr]
    said = all_of(verified, by_key, tmp_path)
    differing = {
        name: one
        for name, one in said.items()
        if one.allowed is not (answers[name].verdict is Verdict.ACCEPTED)
    }
    assert len(said) > 5
    assert any(one.allowed for one in said.values())
    assert {k: v for k, v in differing.items() if v.allowed or k not in NAMES_A_SUBKEY} == {}
    assert NAMES_A_SUBKEY.keys() <= said.keys()
    assert left_behind(tmp_path) == []


def left_behind(folder: Path) -> list[str]:
    """Processes that still run in a folder, such as agents of gpg's."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if str(folder) in command:
                found.append(command)
    return found
