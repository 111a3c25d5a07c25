from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click
import msgspec
import pytest

import backends
from backends import variants
from backends.pgpy import PGPy
from backends.sqv import Sqv
from backends.variants import ENVIRONMENT, RECORD, TREE, OfPyPI, OfRelease, Start
from harness import guest, launch
from harness.backend import BackendRecord, Present, State, Unavailable
from harness.cli.options import open_sessions
from harness.launch import Launch
from harness.runner import settle
from tests.cli.conftest import accord as accord  # a fixture
from tests.fetch.conftest import put_library, put_tool


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sqv@trixie", OfRelease("sqv", "trixie")),
        ("gnupg@trixie", OfRelease("gnupg", "trixie")),
        ("pgpy==0.5.4", OfPyPI("pgpy", "0.5.4")),
        ("pysequoia==0.1.30", OfPyPI("pysequoia", "0.1.30")),
        ("pgpy13==0.6.1rc1", OfPyPI("pgpy13", "0.6.1rc1")),
    ],
)
def test_names_say_adapter_and_version(name: str, wanted: variants.Name) -> None:
    assert variants.parse(name) == wanted
    assert wanted.name == name


@pytest.mark.parametrize(
    "name",
    [
        "sqv",
        "sqv@",
        "sqv@Trixie",
        "sqv@../trixie",
        "sqv@trixie/..",
        "rnp@trixie",  # runs in Python's process
        "sqv@trixie\n",
        "pgpy==",
        "pgpy==../0.5.4",
        "pgpy==.5",
        "pgpy==0.5.4 --index",
        "requests==1.0",
        ".sqv@trixie",
    ],
)
def test_anything_else_is_no_name(name: str) -> None:
    assert variants.parse(name) is None


def test_every_name_leads_to_an_adapter() -> None:
    for adapter, tool in variants.TOOLS.items():
        assert hasattr(backends.load(adapter), tool.member), adapter
    for library in variants.LIBRARIES.values():
        assert library.adapter in backends.names()


def test_two_names_of_a_library_are_two_backends_with_one_adapter() -> None:
    one, other = variants.parse("sequoia==0.1.30"), variants.parse("pysequoia==0.1.30")
    assert isinstance(one, OfPyPI)
    assert isinstance(other, OfPyPI)
    assert one.name != other.name
    assert one.requirements == other.requirements == ("pysequoia==0.1.30",)


def test_rpgp_is_the_library_we_know_and_not_its_namesake() -> None:
    assert OfPyPI("rpgp", "0.20.0").requirements == ("rpgp-py==0.20.0",)


def test_what_old_versions_forgot_to_require_is_required() -> None:
    assert OfPyPI("pgpy", "0.5.4").requirements == ("PGPy==0.5.4", "cryptography<38")
    assert OfPyPI("pgpy", "0.6.0").requirements == ("PGPy==0.6.0",)


def test_the_cache_is_where_the_user_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert variants.cache() == Path("/somewhere/pgp-accord/backends")
    for unset in ("", "relative"):  # the XDG specification has relative ones ignored
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        monkeypatch.setenv("HOME", "/home/alice")
        assert variants.cache() == Path("/home/alice/.cache/pgp-accord/backends")


def test_only_what_has_a_record_is_there(cache: Path) -> None:
    assert variants.names() == ()
    for name in ("sqv@trixie", "sqv@half", ".sqv@sid", "notes"):
        (cache / name).mkdir(parents=True)
    for name in ("sqv@trixie", ".sqv@sid", "notes"):
        (cache / name / RECORD).write_text("{}")
    assert variants.names() == ("sqv@trixie",)


def test_fetched_backends_are_not_in_a_run_that_names_none(cache: Path) -> None:
    put_tool(cache, "gpgv@trixie", Path("/bin/true"))
    assert variants.names() == ("gpgv@trixie",)
    assert "gpgv@trixie" not in backends.names()


def test_one_that_is_not_fetched_is_absent_and_says_how_to_fetch_it(cache: Path) -> None:
    assert launch.find("sqv@trixie") == Unavailable(
        reason="it has not been fetched", install="pgp-accord backends fetch debian:trixie sqv"
    )
    assert launch.find("pgpy==0.5.4") == Unavailable(
        reason="it has not been fetched", install="pgp-accord backends fetch pgpy==0.5.4"
    )


@pytest.mark.parametrize(
    "name", ["foo@trixie", "foo==1", "a/b", "/usr/bin/sqv", "../sqv@trixie", "/tmp/sqv@trixie"]
)
def test_one_that_cannot_be_fetched_is_unknown(cache: Path, name: str) -> None:
    with pytest.raises(backends.UnknownBackendError):
        backends.load(name)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"source":"x","unknown":1}'])
def test_one_whose_record_is_broken_is_absent_and_says_how_to_mend_it(
    cache: Path, content: bytes
) -> None:
    (put_tool(cache, "sqv@trixie", Path("/bin/true")) / RECORD).write_bytes(content)
    absent = backends.load("sqv@trixie").presence()
    assert isinstance(absent, Unavailable)
    assert f"{RECORD} is missing or unreadable" in absent.reason
    assert absent.install == "pgp-accord backends fetch debian:trixie sqv --renew"


def test_one_whose_program_or_interpreter_is_gone_is_absent(cache: Path) -> None:
    tool = put_tool(cache, "sqv@trixie", Path("/nowhere"))
    library = put_library(cache, "pgpy==0.5.4")
    python = variants.python(library)
    python.unlink()
    python.symlink_to("/nowhere")  # as when the Python it was made with was replaced
    for place in (tool, library):
        absent = backends.load(place.name).presence()
        assert isinstance(absent, Unavailable)
        assert "is gone" in absent.reason
        assert absent.install.endswith(" --renew")


def test_a_program_is_started_by_the_loader_of_its_release() -> None:
    start = Start(
        program="usr/bin/sqv",
        loader="usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
        libraries=("usr/lib/x86_64-linux-gnu", "usr/lib"),
    )
    tree = f"/cache/sqv@trixie/{TREE}"
    loader, program = f"{tree}/{start.loader}", f"{tree}/usr/bin/sqv"
    path = f"{tree}/usr/lib/x86_64-linux-gnu:{tree}/usr/lib"
    place = Path("/cache/sqv@trixie")
    assert variants.command(place, start) == (
        *(loader, "--inhibit-cache", "--argv0", "sqv", "--library-path", path, program),
    )
    older = msgspec.structs.replace(start, renames=False)
    assert "--argv0" not in variants.command(place, older)
    assert variants.command(place, Start(program="usr/bin/sqv")) == (program,)


def test_it_is_the_adapter_with_another_program(cache: Path) -> None:
    place = put_tool(cache, "sqv@trixie", Path("/bin/true"), version="1.3.0-3")
    adapter = backends.load("sqv@trixie")
    assert issubclass(adapter, Sqv)
    assert adapter.name == "sqv@trixie"
    assert adapter.presence() == Present(version="1.3.0-3")
    assert adapter.program == (str(place / TREE / "usr/bin/sqv"),)
    assert Sqv.program == ("sqv",)
    found = launch.find("sqv@trixie")
    assert isinstance(found, Launch)
    # Its worker does not know the user's cache.
    assert found.command == (sys.executable, "-I", "-m", "harness.worker", str(place))
    assert backends.load(str(place)).name == "sqv@trixie"


def test_a_library_is_served_by_its_own_interpreter(cache: Path) -> None:
    place = put_library(cache, "pgpy==0.5.4")
    adapter = backends.load("pgpy==0.5.4")
    assert issubclass(adapter, PGPy)
    found = launch.find("pgpy==0.5.4")
    assert isinstance(found, Launch)
    assert found.command == (str(variants.python(place)), "-I", guest.__file__, str(place))
    assert found.environment == getattr(launch.find("pgpy"), "environment", None)


@pytest.mark.skipif(shutil.which("gpgv") is None, reason="needs gpgv (apt-get install gpgv)")
def test_a_fetched_program_is_probed_and_names_its_packages(cache: Path) -> None:
    program = shutil.which("gpgv")
    assert program is not None
    put_tool(cache, "gpgv@trixie", Path(program), version="9.9-1")
    record = _settled("gpgv@trixie")
    assert record.state is State.USABLE, record.reason
    assert record.description is not None
    assert record.description.name == "gpgv@trixie"
    assert record.description.components["package"] == "gpgv 9.9-1 from debian:trixie"
    assert record.description.components["libc6"] == "2.41-12"


def test_a_fetched_library_is_probed_in_its_environment(cache: Path) -> None:
    # What the tests' own environment has stands for what would have been fetched.
    folders = {Path(module.__file__ or "").parents[1] for module in (msgspec, click)}
    put_library(cache, "pgpy==0.5.4", sorted(folders))
    record = _settled("pgpy==0.5.4")
    assert record.state is State.USABLE, record.reason
    assert record.description is not None
    assert record.description.name == "pgpy==0.5.4"


def test_a_guest_gets_our_packages_and_none_of_our_environment(cache: Path) -> None:
    place = put_library(cache, "pgpy==0.5.4")
    program = (
        "import runpy, sys; sys.meta_path.insert(0, runpy.run_path(sys.argv[1])['_Ours']());"
        "import harness, backends.variants"
    )
    ended = subprocess.run(
        [variants.python(place), "-I", "-c", program, guest.__file__],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # Ours are found; what they import is not in this environment, and nothing of ours helps out.
    assert ended.stderr.strip().endswith("No module named 'msgspec'")
    assert str(Path(backends.__file__).parent) in ended.stderr
    assert (place / ENVIRONMENT).is_dir()


def _settled(name: str) -> BackendRecord:
    (record,) = settle(open_sessions([name], 20.0))
    return record
