"""Building a driver: there whole or not at all, and go's own words where it fails.

A fake go stands in for the real one: no network, and no compiler.
"""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from backends import drivers, variants
from backends.drivers import DRIVERS, RECORD, Driver
from backends.go_crypto import GoCrypto
from harness import fetch
from harness.backend import Present, Unavailable
from harness.cli.exits import Exit
from harness.fetch import FetchError, WordError, go
from tests.cli.conftest import Command
from tests.cli.conftest import accord as accord  # a fixture
from tests.fetch.fakes import program

NAME = "go-crypto"
DRIVER = DRIVERS[NAME]
LINE = f"pgp-accord backends build {NAME}"
VERSION = "print('go version go1.26.8 linux/amd64')"
MACHINE = "print('plan8\\nz80')"
BUILDS = """
place = sys.argv[sys.argv.index('-o') + 1]
with open(place, 'w') as file:
    file.write('#!/bin/sh\\nwhile read -r line; do :; done\\n')
os.chmod(place, 0o755)
"""
"""What is built, ends with its input."""

Go = Callable[..., Path]


@pytest.fixture
def fake(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Go:
    """Put a go into an otherwise empty PATH, beside an empty cache; give its folder."""

    def put(building: str = BUILDS, version: str = VERSION, machine: str = MACHINE) -> Path:
        folder = tmp_path / "bin"
        indented = building.strip().replace("\n", "\n    ")
        source = (
            f"if sys.argv[1] == 'version':\n    {version}\n"
            f"elif sys.argv[1] == 'env':\n    {machine}\nelse:\n    {indented}"
        )
        program(folder, "go", source)
        monkeypatch.setenv("PATH", str(folder))
        return folder

    return put


def built() -> drivers.Record:
    with fetch.cache() as folder:
        return go.build(DRIVER, folder)


def failure() -> str:
    with pytest.raises(FetchError) as caught:
        built()
    return str(caught.value)


def entries(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != ".lock")


def absence() -> Unavailable:
    absent = GoCrypto.presence()
    assert isinstance(absent, Unavailable)
    return absent


class TestBuilding:
    def test_what_was_built_is_there_with_its_record(self, cache: Path, fake: Go) -> None:
        fake()
        record = built()
        assert record.toolchain == "Go 1.26.8"
        assert record.sources == drivers.digest(DRIVER)
        assert sorted(path.name for path in (cache / NAME).iterdir()) == [RECORD, "driver"]
        assert GoCrypto.presence() == Present()
        assert GoCrypto.command() == (str(cache / NAME / "driver"), NAME)

    def test_go_gets_the_users_settings_but_for_what_would_build_something_else(
        self, cache: Path, fake: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = tmp_path / "seen"
        fake(f"{BUILDS}json.dump([sys.argv[1:], dict(os.environ)], open({str(seen)!r}, 'w'))")
        for name, value in {
            "GOFLAGS": "-mod=mod",
            "GOPROXY": "https://proxy.example",
            "GOCACHE": "/somewhere",
            "GOOS": "plan9",
            "GOWORK": "/elsewhere/go.work",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("GOTOOLCHAIN", raising=False)
        built()
        words, environment = json.loads(seen.read_text())
        assert words[:3] == ["build", "-C", str(DRIVER.module)]
        assert {"-trimpath", "-mod=readonly"} <= set(words)
        assert environment["GOFLAGS"] == "-mod=mod"
        assert environment["GOPROXY"] == "https://proxy.example"
        assert environment["GOCACHE"] == "/somewhere"
        assert (environment["GOOS"], environment["GOARCH"]) == ("plan8", "z80")  # its own machine
        assert environment["GOWORK"] == "off"
        assert environment["GOTOOLCHAIN"] == "local"  # no other one is fetched unasked
        assert environment["GOTMPDIR"].startswith(str(cache))

    def test_what_fails_leaves_what_was_there(self, cache: Path, fake: Go) -> None:
        fake()
        built()
        fake("sys.exit(1)")
        assert failure() == f"{NAME}: go says: exit code 1"
        assert GoCrypto.presence() == Present()
        assert entries(cache) == [NAME]


class TestFailures:
    def test_without_go_it_says_how_to_get_it(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        assert failure().startswith(f"{NAME}: there is no go in PATH (apt-get install golang-go")
        assert entries(cache) == []

    @pytest.mark.parametrize("version", ["go1.19.8", "go1.22.12"])
    def test_one_that_is_too_old_is_named_and_not_started(
        self, cache: Path, fake: Go, version: str
    ) -> None:
        folder = fake("sys.exit('started')", f"print('go version {version} linux/amd64')")
        assert failure().startswith(
            f"{NAME}: it needs Go 1.23 or newer, and {folder}/go is {version[2:]} (apt-get "
        )
        assert entries(cache) == []

    @pytest.mark.parametrize("version", ["go1.23.0", "go1.23rc2", "go1.30", "go2.0.1"])
    def test_one_that_is_new_enough_will_do(self, fake: Go, version: str) -> None:
        fake(version=f"print('go version {version} linux/amd64')")
        built()

    def test_an_old_one_that_may_fetch_another_is_let(
        self, fake: Go, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOTOOLCHAIN", "auto")
        fake(version="print('go version go1.21.0 linux/amd64')")
        built()

    def test_one_that_tells_no_version(self, fake: Go) -> None:
        fake(version="print('gopher')")
        assert failure().startswith(f"{NAME}: go does not tell its version (")

    def test_one_that_tells_no_machine(self, fake: Go) -> None:
        fake(machine="print()")
        assert failure().startswith(f"{NAME}: go does not tell which machine it runs on (")

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            (
                "go: downloading a.example/b v1\n# a.example/b\n./b.go:1:2: undefined: c",
                "go says: go: downloading a.example/b v1 # a.example/b ./b.go:1:2: undefined: c",
            ),
            (
                'b.go:1:2: a.example/b@v1: Get "https://proxy.example/a": dial tcp: lookup '
                "proxy.example: no such host",
                "no such host (go needs a network for the pinned modules, once: ",
            ),
            (
                "b.go:1:2: a.example/b@v1: module lookup disabled by GOPROXY=off",
                "GOPROXY=off (go needs a network for the pinned modules, once: ",
            ),
            (
                "verifying a.example/b@v1: checksum mismatch\n\nSECURITY ERROR\n",
                "(what the module proxy gives is not what is pinned: do not use it",
            ),
        ],
        ids=["compiler", "no network", "network forbidden", "another digest"],
    )
    def test_its_last_words_are_the_reason(
        self, cache: Path, fake: Go, said: str, message: str
    ) -> None:
        fake(f"{BUILDS}sys.exit({said!r})")
        assert message in failure()
        assert "\n" not in failure()
        assert entries(cache) == []

    def test_one_that_is_content_but_builds_nothing_is_found_out(self, fake: Go) -> None:
        fake("pass")
        assert failure() == f"{NAME}: go is content, but has built nothing"

    def test_a_driver_that_does_not_run_is_not_kept(self, cache: Path, fake: Go) -> None:
        fake(BUILDS.replace("while", "echo no >&2; exit 4; while"))
        assert failure() == f"{NAME}: the driver that was built says: no"
        assert entries(cache) == []


class TestPresence:
    @pytest.fixture(autouse=True)
    def _built(self, fake: Go) -> None:
        fake()
        built()

    def test_other_sources_are_noticed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copied = shutil.copytree(drivers.SOURCES, tmp_path / "sources")
        monkeypatch.setattr(drivers, "SOURCES", copied)
        assert GoCrypto.presence() == Present()
        with (copied / "protocol/serve.go").open("a") as file:
            file.write("\n")
        assert absence() == Unavailable(
            reason="its driver was built from other sources than this pgp-accord has",
            install=LINE,
        )

    def test_its_tests_are_no_sources(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copied = shutil.copytree(drivers.SOURCES, tmp_path / "sources")
        monkeypatch.setattr(drivers, "SOURCES", copied)
        (copied / "protocol/more_test.go").write_text("package protocol\n")
        assert GoCrypto.presence() == Present()

    def test_a_folder_beside_its_sources_is_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copied = shutil.copytree(drivers.SOURCES, tmp_path / "sources")
        monkeypatch.setattr(drivers, "SOURCES", copied)
        (copied / "protocol/.idea.d").mkdir()
        assert GoCrypto.presence() == Present()

    def test_sources_that_cannot_be_read_are_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuses(_: Path) -> bytes:
            raise PermissionError(errno.EACCES, "Permission denied", "armor.go")

        monkeypatch.setattr(Path, "read_bytes", refuses)
        monkeypatch.setattr(drivers, "read_record", lambda _: object())
        said = "its driver's sources cannot be read: armor.go: Permission denied"
        assert absence() == Unavailable(reason=said, install=LINE)

    def test_a_program_that_is_gone_is_noticed(self, cache: Path) -> None:
        (cache / NAME / "driver").unlink()
        assert absence().reason == f"{cache / NAME / 'driver'} is gone, or not executable any more"

    @pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff"])
    def test_a_record_that_cannot_be_read_is_none(self, cache: Path, content: bytes) -> None:
        (cache / NAME / RECORD).write_bytes(content)
        assert absence().reason == f"{cache / NAME / RECORD} is missing or unreadable"

    def test_before_it_was_built(self, cache: Path) -> None:
        shutil.rmtree(cache / NAME)
        assert absence() == Unavailable(reason="its driver has not been built", install=LINE)


class TestCommand:
    def test_it_is_built_once(self, accord: Command, fake: Go) -> None:
        path = str(fake())
        done = accord("backends", "build", NAME, PATH=path)
        assert done.returncode == Exit.DONE, done.stderr
        assert done.stdout.startswith(f"{NAME}: built with Go 1.26.8, 0.0 MB (")
        again = accord("backends", "build", NAME, PATH="/nowhere")
        assert again.returncode == Exit.DONE, again.stderr
        assert again.stdout.startswith(f"{NAME}: is here already, built with Go 1.26.8 on 20")
        assert again.stdout.endswith("; --renew builds it again\n")
        renewed = accord("backends", "build", NAME, "--renew", PATH="/nowhere")
        assert renewed.returncode == Exit.UNAVAILABLE

    def test_one_that_fails_keeps_no_other_from_being_built(
        self, accord: Command, cache: Path, fake: Go
    ) -> None:
        other = f"if {NAME + '.'!r} in place: sys.exit('no')\n"
        path = str(fake(BUILDS.replace("with open", other + "with open")))
        done = accord("backends", "build", NAME, "x-crypto", PATH=path)
        assert done.returncode == Exit.UNAVAILABLE
        assert f"pgp-accord: {NAME}: go says: no\n" in done.stderr
        assert entries(cache) == ["x-crypto"]

    def test_what_there_is_to_build_is_said(self, accord: Command, cache: Path) -> None:
        done = accord("backends", "build", NAME, "sqv", PATH="/nowhere")
        assert done.returncode == Exit.MISUSE
        assert "sqv: there is nothing to build (what can be: go-crypto, x-crypto" in done.stderr
        assert not cache.exists()

    def test_an_interrupted_build_leaves_nothing(
        self, accord: Command, cache: Path, fake: Go
    ) -> None:
        signalled = f"os.kill(os.getppid(), {int(signal.SIGTERM)}); import time; time.sleep(60)"
        done = accord("backends", "build", NAME, PATH=str(fake(BUILDS + signalled)))
        assert done.returncode == 128 + signal.SIGTERM
        assert entries(cache) == []

    def test_it_is_removed_like_one_that_was_fetched(
        self, accord: Command, cache: Path, fake: Go
    ) -> None:
        fake()
        built()
        done = accord("backends", "remove", NAME)
        assert (done.returncode, done.stdout) == (Exit.DONE, f"{NAME}: removed\n")
        assert entries(cache) == []

    @pytest.mark.usefixtures("cache")
    def test_what_is_not_there_cannot_be_removed(self) -> None:
        with pytest.raises(WordError, match=r"^go-crypto: it has not been built \(built: none\)$"):
            fetch.remove([NAME])


@pytest.mark.parametrize(
    "driver",
    [each for each in DRIVERS.values() if each.builder == "go"],
    ids=lambda each: each.name,
)
def test_what_is_built_is_pinned_by_digest(driver: Driver) -> None:
    required = [
        line.split()[:2]
        for line in (driver.module / "go.mod").read_text().splitlines()
        if line.startswith("\t") and "pgp-accord" not in line
    ]
    assert required
    locked = [line.split() for line in (driver.module / "go.sum").read_text().splitlines()]
    digests = {(module, version): digest for module, version, digest in locked}
    for module, version in required:
        assert digests[module, version].startswith("h1:")


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("go-crypto", "protocol"),
        ("containers-image-openpgp", "containers-image"),
        ("containers-image-sequoia", "containers-image"),
    ],
)
def test_go_tests_what_is_ours(tmp_path: Path, name: str, module: str) -> None:
    driver = DRIVERS[name]
    program = shutil.which("go")
    environment = go._environment(tmp_path, with_c=driver.with_c) | {"GOTOOLCHAIN": "local"}
    if isinstance(lack := drivers.presence(driver), Unavailable):
        pytest.skip(f"{lack.reason}: {lack.install}")
    if program is None:
        pytest.skip("needs go (apt-get install golang-go)")
    try:
        go._version(program, driver, environment)
    except FetchError as error:
        pytest.skip(str(error))
    folder = drivers.SOURCES / module
    ended = subprocess.run(
        [program, "test", "-C", str(folder), f"-tags={driver.tag}", "./..."],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_fetched_and_the_built_have_no_names_in_common() -> None:
    assert [name for name in DRIVERS if variants.parse(name) is not None] == []
