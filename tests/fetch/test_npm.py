"""What npm brings is what is pinned, and there whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import signal
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from backends import openpgpjs, variants
from backends.openpgpjs import OpenPGPJS
from backends.variants import OfNpm, Package
from harness import fetch
from harness.backend import Present, Unavailable
from harness.cli.exits import Exit
from harness.fetch import FetchError, npm
from tests.cli.conftest import Command
from tests.cli.conftest import accord as accord  # a fixture
from tests.fetch import fakes

NAME = OfNpm().name
PINNED = openpgpjs.pinned_version()

Npm = Callable[[str], Path]

_START = """
prefix = sys.argv[sys.argv.index("--prefix") + 1]
def bring(version):
    os.makedirs(f"{prefix}/node_modules/openpgp")
    with open(f"{prefix}/node_modules/openpgp/package.json", "w") as file:
        json.dump({"version": version, "exports": {}}, file)
"""
BRINGS = f"bring({PINNED!r})"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    """Put a program in place of npm that ends as its source says; node is there as well."""

    def put(source: str) -> Path:
        folder = tmp_path / "programs"
        fakes.program(folder, "npm", _START + source)
        fakes.program(folder, "node", "")
        monkeypatch.setenv("PATH", str(folder))
        return folder

    return put


@pytest.fixture(autouse=True)
def without_what_lies_beside_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `npm ci` was called in a checkout, there is another place to be found."""
    monkeypatch.setattr(openpgpjs, "_places", lambda: (variants.cache() / NAME,))


def fetched(cache: Path) -> variants.Record:
    with fetch.cache() as folder:
        return npm.fetch(OfNpm(), folder)


def put(cache: Path, version: str) -> None:
    """Put the backend in place as a pgp-accord would have that pins this version."""
    manifest = cache / NAME / "node_modules/openpgp/package.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"version": version}))
    record = variants.Record(
        source="npm",
        packages=(Package(name="openpgp", version=version),),
        fetched="2026-11-22T12:00:00Z",  # type: ignore[arg-type]  # as it stands in the file
    )
    (cache / NAME / variants.RECORD).write_bytes(msgspec.json.encode(record))


def entries(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != ".lock")


def test_what_was_fetched_is_there_with_its_record(cache: Path, fake: Npm) -> None:
    fake(BRINGS)
    record = fetched(cache)
    assert record.source == "npm"
    assert record.packages == (Package(name="openpgp", version=PINNED),)
    assert variants.names() == (NAME,)
    assert OpenPGPJS.presence() == Present(version=PINNED)


def test_npm_installs_from_the_lock_file_and_runs_no_script(cache: Path, fake: Npm) -> None:
    fake(BRINGS + "; json.dump(sys.argv[1:], open(f'{prefix}/words', 'w'))")
    fetched(cache)
    words = json.loads((cache / NAME / "words").read_text())
    assert words[0] == "ci"
    assert "--ignore-scripts" in words
    for file in openpgpjs.PINNED:
        assert (cache / NAME / file.name).read_bytes() == file.read_bytes()


def test_the_users_settings_redirect_nothing(cache: Path, fake: Npm) -> None:
    fake(BRINGS + "; json.dump(sys.argv[1:], open(f'{prefix}/words', 'w'))")
    fetched(cache)
    words = json.loads((cache / NAME / "words").read_text())
    # What is on the command line counts more than npmrc and npm_config_….
    assert {"--no-global", "--no-dry-run", "--prefix", "--cache"} <= set(words)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "npm warn Unknown user config\nnpm error code EINTEGRITY\nnpm error sha512-x integrity "
            "checksum failed when using sha512: wanted sha512-x but got sha512-y.",
            "openpgpjs: npm says: code EINTEGRITY sha512-x integrity checksum failed when using "
            "sha512: wanted sha512-x but got sha512-y. (what the registry gives is not what is "
            "pinned: do not use it, and tell pgp-accord's authors)",
        ),
        (
            "npm ERR! code ENOTFOUND\nnpm ERR! network getaddrinfo ENOTFOUND example.invalid",
            "openpgpjs: npm says: code ENOTFOUND network getaddrinfo ENOTFOUND example.invalid "
            "(can the registry be reached?)",
        ),
        ("", "openpgpjs: npm says: exit code 1"),
    ],
    ids=["another digest", "no network", "no word"],
)
def test_a_failing_npm_leaves_nothing_and_is_quoted(
    cache: Path, fake: Npm, said: str, message: str
) -> None:
    fake(BRINGS + f"; sys.exit({said!r} or 1)")
    with pytest.raises(FetchError) as caught:
        fetched(cache)
    assert str(caught.value) == message
    assert entries(cache) == []


@pytest.mark.parametrize("brings", ["", "bring('6.0.0')"])
def test_an_npm_that_is_content_but_brings_something_else_is_found_out(
    cache: Path, fake: Npm, brings: str
) -> None:
    fake(brings)
    with pytest.raises(FetchError, match=f"^openpgpjs: npm has not brought openpgp {PINNED}$"):
        fetched(cache)
    assert entries(cache) == []


def test_what_fails_leaves_what_was_there(cache: Path, fake: Npm) -> None:
    put(cache, PINNED)
    fake("sys.exit(1)")
    with pytest.raises(FetchError):
        fetched(cache)
    assert OpenPGPJS.presence() == Present(version=PINNED)


def test_without_npm_it_says_how_to_get_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(FetchError, match=r"no npm in PATH \(apt-get install nodejs npm\)"):
        fetched(cache)


def test_an_interrupted_fetch_leaves_nothing(accord: Command, cache: Path, fake: Npm) -> None:
    signalled = f"os.kill(os.getppid(), {int(signal.SIGTERM)}); import time; time.sleep(60)"
    folder = fake(f"{BRINGS}; {signalled}")
    done = accord("backends", "fetch", NAME, PATH=str(folder))
    assert done.returncode == 128 + signal.SIGTERM
    assert entries(cache) == []
    again = accord("backends", "fetch", NAME, PATH=str(fake(BRINGS)))
    assert again.returncode == Exit.DONE, again.stderr
    assert entries(cache) == [NAME]


def test_what_is_here_is_used_without_npm_and_not_fetched_again(
    accord: Command, cache: Path, fake: Npm
) -> None:
    put(cache, PINNED)
    folder = fake("sys.exit('asked')")
    (folder / "npm").unlink()
    assert OpenPGPJS.presence() == Present(version=PINNED)
    assert OpenPGPJS.command()[-1] == str(cache / NAME)
    done = accord("backends", "fetch", NAME, PATH=str(folder))
    assert done.returncode == Exit.DONE, done.stderr
    assert f"openpgpjs: is here already, openpgp {PINNED} from npm" in done.stdout


def test_another_version_than_the_pinned_one_is_named_and_fetched_anew(
    accord: Command, cache: Path, fake: Npm
) -> None:
    put(cache, "6.0.0")  # by the pgp-accord that was here before the upgrade
    folder = fake(BRINGS)
    assert OpenPGPJS.presence() == Unavailable(
        reason=f"openpgp 6.0.0 is here, and this pgp-accord goes with {PINNED}",
        install="pgp-accord backends fetch openpgpjs",
    )
    done = accord("backends", "fetch", NAME, PATH=str(folder))  # the line that it gave
    assert done.returncode == Exit.DONE, done.stderr
    assert OpenPGPJS.presence() == Present(version=PINNED)


def test_one_whose_library_is_gone_is_fetched_anew(cache: Path, fake: Npm) -> None:
    put(cache, PINNED)
    shutil.rmtree(cache / NAME / "node_modules")
    fake(BRINGS)
    with fetch.cache() as folder:
        assert fetch.fetched(folder, OfNpm()) is None
    absent = OpenPGPJS.presence()
    assert isinstance(absent, Unavailable)
    assert absent.reason == "the npm package openpgp is not here"


# With npm itself, which needs no network for a package in a file.


@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm (apt-get install npm)")
@pytest.mark.parametrize("same", [True, False], ids=["as locked", "changed since"])
def test_npm_verifies_the_digest_in_the_lock_file(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, same: bool
) -> None:
    archive = packed(tmp_path / "openpgp.tgz", PINNED)
    digest = hashlib.sha512(archive.read_bytes() if same else b"another").digest()
    pin(tmp_path, archive, "sha512-" + base64.b64encode(digest).decode(), monkeypatch)
    for name in [each for each in os.environ if each.lower().startswith("npm_")]:
        monkeypatch.delenv(name)
    if same:
        assert fetched(cache).packages == (Package(name="openpgp", version=PINNED),)
        return
    with pytest.raises(FetchError, match=r"EINTEGRITY.*is not what is pinned"):
        fetched(cache)
    assert entries(cache) == []


def packed(archive: Path, version: str) -> Path:
    manifest = json.dumps({"name": "openpgp", "version": version}).encode()
    with tarfile.open(archive, "w:gz") as file:
        member = tarfile.TarInfo("package/package.json")
        member.size = len(manifest)
        file.addfile(member, io.BytesIO(manifest))
    return archive


def pin(tmp_path: Path, archive: Path, digest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pinned files that name an archive in place of the registry's package."""
    where = f"file:{archive}"
    own = {"name": "own", "dependencies": {"openpgp": where}}
    locked = {"version": PINNED, "resolved": where, "integrity": digest}
    lock = {"name": "own", "lockfileVersion": 3, "requires": True}
    lock["packages"] = {"": own, "node_modules/openpgp": locked}
    files = (tmp_path / "package.json", tmp_path / "package-lock.json")
    for file, content in zip(files, (own, lock), strict=True):
        file.write_text(json.dumps(content))
    monkeypatch.setattr(openpgpjs, "PINNED", files)
