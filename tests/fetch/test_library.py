"""Building a driver with C in it, or with a library in Rust.

Fakes stand in for all compilers, and for pkg-config.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from backends import drivers
from backends.drivers import DRIVERS, RECORD, Driver
from harness import fetch
from harness.backend import Present, Unavailable
from harness.cli.exits import Exit
from harness.fetch import FetchError, go
from tests.cli.conftest import Command
from tests.cli.conftest import accord as accord  # a fixture
from tests.fetch.fakes import program
from tests.fetch.test_go import BUILDS, MACHINE

GPGME, OPENPGP, SEQUOIA = (
    DRIVERS[f"containers-image-{mechanism}"] for mechanism in ("gpgme", "openpgp", "sequoia")
)
GO = f"""
if sys.argv[1] == 'version':
    print('go version go1.26.8 linux/amd64')
elif sys.argv[1] == 'env':
    {MACHINE}
else:
    json.dump([sys.argv[1:], dict(os.environ)], open(SEEN, 'w'))
    {BUILDS.strip().replace(chr(10), chr(10) + "    ")}
"""
LIBRARY = "libpodman_sequoia.so.0"
CARGO = """
target = sys.argv[sys.argv.index('--target-dir') + 1]
assert os.environ['CARGO_TARGET_DIR'] == target
json.dump([sys.argv[1:], dict(os.environ)], open(SEEN, 'w'))
os.makedirs(f'{target}/release')
open(f'{target}/release/libpodman_sequoia.so', 'w').write('library')
"""
LIBRARIES = "sys.exit(sys.argv[-1] not in {'gpgme', 'openssl', 'sqlite3'})"
PROGRAMS = {
    "go": GO,
    "cargo": CARGO,
    "rustc": "print('rustc 1.95.0 (of a day)')",
    "gcc": "pass",
    "pkg-config": LIBRARIES,
    "capnp": "pass",
}

Fake = Callable[..., Path]


@pytest.fixture
def fake(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Put programs into an otherwise empty PATH, some of them other ones; "" is none."""

    def put(**others: str) -> Path:
        folder = tmp_path / "bin"
        for name, source in (PROGRAMS | others).items():
            if source:
                seen = repr(str(tmp_path / f"{name}.json"))
                program(folder, name, source.replace("SEEN", seen))
        for name in ("CC", "PKG_CONFIG", "CARGO_TARGET_DIR", "RUSTC"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PATH", str(folder))
        return folder

    return put


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources that may be changed."""
    copied = shutil.copytree(drivers.SOURCES, tmp_path / "sources")
    monkeypatch.setattr(drivers, "SOURCES", copied)
    return copied


def built(driver: Driver, *, renew: bool = False) -> drivers.Record:
    with fetch.cache() as folder:
        return go.build(driver, folder, renew=renew)


def entries(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != ".lock")


@pytest.mark.parametrize(
    ("driver", "tag", "with_c"),
    [
        (GPGME, "", "1"),
        (OPENPGP, "containers_image_openpgp", "0"),
        (SEQUOIA, "containers_image_sequoia", "1"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_one_module_is_built_three_times(
    fake: Fake, tmp_path: Path, driver: Driver, tag: str, with_c: str
) -> None:
    fake()
    built(driver)
    words, environment = json.loads((tmp_path / "go.json").read_text())
    assert words[:3] == ["build", "-C", str(drivers.SOURCES / "containers-image")]
    assert f"-tags={tag}" in words
    assert environment["CGO_ENABLED"] == with_c


def test_the_library_lies_beside_the_program(cache: Path, fake: Fake, tmp_path: Path) -> None:
    fake()
    record = built(SEQUOIA)
    assert record.toolchain == "Go 1.26.8 and Rust 1.95.0"
    place = cache / SEQUOIA.name
    assert sorted(path.name for path in place.iterdir()) == [RECORD, "driver", LIBRARY]
    assert (place / LIBRARY).read_text() == "library"
    assert drivers.presence(SEQUOIA) == Present()
    words, _ = json.loads((tmp_path / "cargo.json").read_text())
    manifest = drivers.SOURCES / "containers-image/library/Cargo.toml"
    assert words[words.index("--manifest-path") + 1] == str(manifest)
    assert words[words.index("--package") + 1] == "podman-sequoia"
    assert {"--locked", "--release"} <= set(words)


@pytest.mark.parametrize(
    ("driver", "missing", "said"),
    [
        (GPGME, {"gcc": ""}, "gcc, a program (apt-get install gcc)"),
        (GPGME, {"pkg-config": ""}, "pkg-config, a program (apt-get install pkg-config)"),
        (
            GPGME,
            {"pkg-config": "sys.exit(1)"},
            "gpgme, a library with its headers (apt-get install libgpgme-dev)",
        ),
        (SEQUOIA, {"capnp": ""}, "capnp, a program (apt-get install capnproto)"),
        (
            SEQUOIA,
            {"pkg-config": "sys.exit(sys.argv[-1] != 'gpgme')"},
            "openssl, a library with its headers (apt-get install libssl-dev)",
        ),
        (
            SEQUOIA,
            {"pkg-config": "sys.exit(sys.argv[-1] == 'sqlite3')"},
            "sqlite3, a library with its headers (apt-get install libsqlite3-dev)",
        ),
    ],
    ids=["gcc", "pkg-config", "gpgme", "capnp", "openssl", "sqlite3"],
)
def test_what_is_missing_is_said_before_anything_is_built(
    cache: Path, fake: Fake, tmp_path: Path, driver: Driver, missing: dict[str, str], said: str
) -> None:
    fake(**missing)
    with pytest.raises(FetchError) as caught:
        built(driver)
    assert (
        str(caught.value) == f"{driver.name}: it is built with something that is not here: {said}"
    )
    assert not (tmp_path / "go.json").exists()
    assert not (tmp_path / "cargo.json").exists()
    assert entries(cache) == []


@pytest.mark.parametrize(("name", "said"), [("cargo", "no cargo in PATH"), ("rustc", "no rustc")])
def test_without_rust_only_the_library_cannot_be_built(
    cache: Path, fake: Fake, name: str, said: str
) -> None:
    fake(**{name: ""})
    with pytest.raises(FetchError, match=said):
        built(SEQUOIA)
    assert entries(cache) == []
    built(GPGME)


def test_another_compiler_is_the_users_choice(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(gcc="", clang="pass")
    monkeypatch.setenv("CC", "clang -v")
    built(GPGME)


def test_openpgp_needs_go_alone(fake: Fake) -> None:
    fake(**dict.fromkeys(PROGRAMS.keys() - {"go"}, ""))
    built(OPENPGP)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "sys.exit('''error: failed to run custom build command for `podman-sequoia`\n\n"
            "Caused by:\n  Error: \"couldn't find any valid shared libraries matching: "
            "['libclang.so']\"''')",
            "(apt-get install libclang1-14, on Debian 13 libclang1-19; or say in LIBCLANG_PATH "
            "where it is)",
        ),
        ("sys.exit('error: no')", "cargo says: no"),
        ("pass", "cargo is content, but has built nothing"),
    ],
    ids=["libclang", "another failure", "nothing"],
)
def test_a_library_that_cannot_be_built_leaves_what_was_there(
    cache: Path, fake: Fake, source: str, said: str
) -> None:
    fake()
    before = built(SEQUOIA)
    fake(cargo=source)
    with pytest.raises(FetchError) as caught:
        built(SEQUOIA, renew=True)
    assert said in str(caught.value)
    assert drivers.read_record(cache / SEQUOIA.name) == before
    assert entries(cache) == [SEQUOIA.name]


def gone(place: Path) -> None:
    (place / LIBRARY).unlink()


def cut_short(place: Path) -> None:
    os.truncate(place / LIBRARY, 3)


def other_octets(place: Path) -> None:
    (place / LIBRARY).write_text("LIBRARY")


def not_recorded(place: Path) -> None:
    record = drivers.read_record(place)
    assert record is not None
    drivers.write_record(place, msgspec.structs.replace(record, library=None))


NOT_WHAT_WAS_BUILT = f"{LIBRARY} is not the library that was built"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (gone, f"{LIBRARY} cannot be read: No such file or directory"),
        (cut_short, NOT_WHAT_WAS_BUILT),
        (other_octets, NOT_WHAT_WAS_BUILT),
        (not_recorded, NOT_WHAT_WAS_BUILT),
    ],
)
def test_a_library_that_is_not_the_one_that_was_built_is_noticed_and_built_again(
    cache: Path, fake: Fake, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    fake()
    before = built(SEQUOIA)
    change(cache / SEQUOIA.name)
    absent = drivers.presence(SEQUOIA)
    assert isinstance(absent, Unavailable)
    assert absent.reason.endswith(said)
    assert absent.install == f"pgp-accord backends build {SEQUOIA.name}"
    (tmp_path / "cargo.json").unlink()
    assert built(SEQUOIA).library == before.library
    assert (tmp_path / "cargo.json").exists()
    assert drivers.presence(SEQUOIA) == Present()


class TestKeeping:
    """To build the library takes minutes; the driver beside it takes seconds, and changes more."""

    def test_where_only_the_driver_has_changed(
        self, cache: Path, fake: Fake, sources: Path
    ) -> None:
        programs = fake()
        before = built(SEQUOIA)
        with (sources / "containers-image/main.go").open("a") as file:
            file.write("\n")
        assert drivers.presence(SEQUOIA) != Present()
        for name in ("cargo", "rustc", "capnp"):  # nor is what it is built with needed
            (programs / name).unlink()
        record = built(SEQUOIA)
        assert record.library == before.library
        assert record.toolchain == before.toolchain == "Go 1.26.8 and Rust 1.95.0"
        assert (cache / SEQUOIA.name / LIBRARY).read_text() == "library"
        assert drivers.presence(SEQUOIA) == Present()
        assert entries(cache) == [SEQUOIA.name]

    def test_not_where_its_own_sources_have_changed(
        self, fake: Fake, tmp_path: Path, sources: Path
    ) -> None:
        fake()
        before = built(SEQUOIA)
        (tmp_path / "cargo.json").unlink()
        with (sources / "containers-image/library/Cargo.lock").open("a") as file:
            file.write("\n")
        assert built(SEQUOIA).library != before.library
        assert (tmp_path / "cargo.json").exists()

    def test_not_where_it_is_to_be_renewed(
        self, fake: Fake, tmp_path: Path, accord: Command
    ) -> None:
        path = str(fake())
        built(SEQUOIA)
        (tmp_path / "cargo.json").unlink()
        done = accord("backends", "build", SEQUOIA.name, "--renew", PATH=path)
        assert done.returncode == Exit.DONE, done.stderr
        assert (tmp_path / "cargo.json").exists()


class TestDigest:
    def test_what_pins_the_library_is_a_source_of_its_driver_alone(self, sources: Path) -> None:
        before = [drivers.digest(driver) for driver in (GPGME, OPENPGP, SEQUOIA)]
        with (sources / "containers-image/library/Cargo.lock").open("a") as file:
            file.write("\n")
        after = [drivers.digest(driver) for driver in (GPGME, OPENPGP, SEQUOIA)]
        assert [a == b for a, b in zip(after, before, strict=True)] == [True, True, False]

    def test_what_is_read_by_people_is_none(self, sources: Path) -> None:
        before = drivers.digest(GPGME)
        with (sources / "containers-image/README.md").open("a") as file:
            file.write("more\n")
        assert drivers.digest(GPGME) == before


def test_the_library_is_pinned_with_all_that_is_in_it() -> None:
    library = SEQUOIA.library
    assert library is not None
    lock = (drivers.SOURCES / library.folder / "Cargo.lock").read_text()
    packages = [package for package in lock.split("[[package]]") if "source = " in package]
    assert any(f'name = "{library.crate}"' in package for package in packages)
    assert all('checksum = "' in package for package in packages)
