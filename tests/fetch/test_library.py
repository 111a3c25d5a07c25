"""Building a driver with C in it, or with a library in Rust.

Fakes stand in for all compilers, and for pkg-config.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backends import drivers
from backends.drivers import DRIVERS, RECORD, Driver
from harness import fetch
from harness.backend import Present
from harness.fetch import FetchError, go
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


def built(driver: Driver) -> drivers.Record:
    with fetch.cache() as folder:
        return go.build(driver, folder)


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
    assert sorted(path.name for path in place.iterdir()) == [
        RECORD,
        "driver",
        "libpodman_sequoia.so.0",
    ]
    assert (place / "libpodman_sequoia.so.0").read_text() == "library"
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
        built(SEQUOIA)
    assert said in str(caught.value)
    assert drivers.read_record(cache / SEQUOIA.name) == before
    assert entries(cache) == [SEQUOIA.name]


def test_a_library_that_is_gone_is_noticed(cache: Path, fake: Fake) -> None:
    fake()
    built(SEQUOIA)
    (cache / SEQUOIA.name / "libpodman_sequoia.so.0").unlink()
    absent = drivers.presence(SEQUOIA)
    assert not isinstance(absent, Present)
    assert absent.reason.endswith("libpodman_sequoia.so.0 is gone")


class TestDigest:
    @pytest.fixture
    def sources(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        copied = shutil.copytree(drivers.SOURCES, tmp_path / "sources")
        monkeypatch.setattr(drivers, "SOURCES", copied)
        return copied

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
