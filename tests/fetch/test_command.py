"""The command line, offline and, where there is a network, with the real thing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backends import variants
from harness.cli.exits import Exit
from harness.run import read_run
from tests.cli.conftest import Command
from tests.cli.conftest import accord as accord  # a fixture
from tests.fetch.conftest import put_tool, skip_if_offline

needs_gpgv = pytest.mark.skipif(
    shutil.which("gpgv") is None, reason="needs gpgv (apt-get install gpgv)"
)


def own_gpgv() -> Path:
    program = shutil.which("gpgv")
    assert program is not None
    return Path(program)


@needs_gpgv
def test_fetched_backends_are_listed_but_do_not_take_part_unasked(
    accord: Command, cache: Path, tmp_path: Path
) -> None:
    put_tool(cache, "gpgv@trixie", own_gpgv())
    # The tools of this machine would make it long.
    few = {"PATH": "/nowhere", "PGP_ACCORD_BACKENDS": ""}
    lines = accord("backends", "--json", **few).stdout.splitlines()
    listed = [json.loads(line)["name"] for line in lines]
    assert listed[-1] == "gpgv@trixie"
    select = ("--select", "revocation/primary-compromised-after-signature")
    for options, takes_part in (
        ((), False),
        (("--backend", "all"), True),
        (("--backend", "gpgv@trixie"), True),
    ):
        done = accord("run", *select, *options, "--out", "out", **few)
        assert done.returncode == Exit.DONE, done.stderr
        names = {record.name for record in read_run(tmp_path / "out/run.jsonl").backends}
        assert ("gpgv@trixie" in names) is takes_part


@needs_gpgv
@pytest.mark.parametrize(
    "arguments",
    [
        ["backends", "gpgv@trixie", "--json"],
        ["backends", "--json", "gpgv@trixie"],
        ["backends", "list", "--backend", "gpgv@trixie", "--json"],
        ["backends", "--backend", "gpgv@trixie", "--json"],
    ],
)
def test_backends_lists_what_is_named(accord: Command, cache: Path, arguments: list[str]) -> None:
    put_tool(cache, "gpgv@trixie", own_gpgv())
    done = accord(*arguments)
    assert done.returncode == Exit.DONE, done.stderr
    assert [json.loads(line)["name"] for line in done.stdout.splitlines()] == ["gpgv@trixie"]


def test_one_that_was_not_fetched_ends_a_run_with_3_and_the_line_to_type(
    accord: Command, cache: Path
) -> None:
    done = accord("run", "--backend", "sqv@trixie", "--out", "out")
    assert done.returncode == Exit.UNAVAILABLE
    assert "pgp-accord backends fetch debian:trixie sqv" in done.stderr


def test_the_line_to_type_is_one_line_on_a_narrow_terminal_too(
    accord: Command, cache: Path
) -> None:
    done = accord("backends", "sqv@trixie", COLUMNS="30")
    assert done.returncode == Exit.UNAVAILABLE
    line = "  install  pgp-accord backends fetch debian:trixie sqv"
    assert line in done.stdout.splitlines()


def test_what_is_here_is_not_fetched_again(accord: Command, cache: Path) -> None:
    put_tool(cache, "sqv@trixie", Path("/bin/true"), version="1.3.0-3")
    done = accord("backends", "fetch", "debian:trixie", "sqv", PATH="/nowhere")
    assert done.returncode == Exit.DONE, done.stderr
    assert done.stdout == (
        "sqv@trixie: is here already, sqv 1.3.0-3 and 1 more from debian:trixie on 2026-11-22; "
        "--renew fetches it again\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["fetch"], Exit.MISUSE, "Missing argument"),
        (["fetch", "sqv"], Exit.MISUSE, "pgp-accord: sqv: from which release?"),
        (["fetch", "foo==1"], Exit.MISUSE, "pgp-accord: foo==1: no library of this name"),
        (["fetch", "debian:sid", "sqv"], Exit.UNAVAILABLE, "pgp-accord: Debian's packages: "),
        (["remove", "sqv@sid"], Exit.MISUSE, "pgp-accord: sqv@sid: it has not been fetched"),
        (["foo@trixie"], Exit.MISUSE, "no backend is called 'foo@trixie'"),
    ],
)
def test_what_cannot_be_done_is_said(
    accord: Command, cache: Path, arguments: list[str], code: Exit, message: str
) -> None:
    done = accord("backends", *arguments, PATH="/nowhere")
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert variants.names() == ()


def test_without_a_network_a_fetch_ends_with_3_and_leaves_nothing(
    accord: Command, cache: Path
) -> None:
    if shutil.which("apt-get") is None:
        pytest.skip("needs apt-get, which Debian and its like have")
    nowhere = ("--mirror", "http://127.0.0.1:9/debian")
    done = accord("backends", "fetch", *nowhere, "debian:trixie", "sqv")
    assert done.returncode == Exit.UNAVAILABLE
    assert "debian:trixie" in done.stderr
    assert [path.name for path in cache.iterdir()] == [".lock"]


def test_removing(accord: Command, cache: Path) -> None:
    put_tool(cache, "sqv@trixie", Path("/bin/true"))
    done = accord("backends", "remove", "sqv@trixie")
    assert (done.returncode, done.stdout) == (Exit.DONE, "sqv@trixie: removed\n")
    assert variants.names() == ()


# With a network.


def test_programs_of_another_release_run_here(
    accord: Command, shared_cache: Path, tmp_path: Path
) -> None:
    here = {"XDG_CACHE_HOME": str(shared_cache)}
    done = accord("backends", "fetch", "debian:trixie", "sqv", "gpgv", **here)
    skip_if_offline(done)
    assert done.returncode == Exit.DONE, done.stderr
    # From here on, without a network; the wrong proxies see to that.
    here |= {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    listed = accord("backends", "--json", "sqv@trixie", "gpgv@trixie", **here)
    assert listed.returncode == Exit.DONE, listed.stdout
    sqv, gpgv = map(json.loads, listed.stdout.splitlines())
    assert sqv["description"]["version"].startswith("1.3.")
    assert sqv["description"]["components"]["sequoia-openpgp"].startswith("2.")
    assert sqv["description"]["components"]["package"].startswith("sqv 1.3.")
    assert gpgv["description"]["version"].startswith("2.4.")
    record = variants.read_record(shared_cache / "pgp-accord/backends/sqv@trixie")
    assert record is not None
    assert all(len(package.sha256) == 64 for package in record.packages)
    assert {"sqv", "libc6"} < {package.name for package in record.packages}
    again = accord("backends", "fetch", "debian:trixie", "sqv", **here)
    assert "is here already" in again.stdout
    # It speaks by its own name, not by its path in the cache.
    select = ("--select", "baseline")
    ran = accord("run", "--backend", "gpgv@trixie", *select, "--out", "out", **here)
    assert ran.returncode == Exit.DONE, ran.stderr
    assert str(shared_cache) not in (tmp_path / "out/run.jsonl").read_text()


def test_a_release_that_is_none_and_a_package_it_has_not(
    accord: Command, shared_cache: Path
) -> None:
    here = {"XDG_CACHE_HOME": str(shared_cache)}
    done = accord("backends", "fetch", "debian:bookworm", "sqopv", **here)
    skip_if_offline(done)
    assert done.returncode == Exit.UNAVAILABLE
    assert "sqopv@bookworm: apt-get says: Unable to locate package sqopv" in done.stderr
    done = accord("backends", "fetch", "debian:nosuch", "sqv", **here)
    assert done.returncode == Exit.UNAVAILABLE
    assert "does not have a Release file" in done.stderr


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("pgpy==0.5.4", "pgpy"),  # what Debian 12 has
        # The oldest that pyproject.toml allows.
        ("python-gnupg==0.5.2", "python-gnupg"),
        ("sequoia==0.1.30", "pysequoia"),
    ],
)
def test_an_old_library_runs_beside_the_new_one(
    accord: Command, shared_cache: Path, name: str, distribution: str
) -> None:
    here = {"XDG_CACHE_HOME": str(shared_cache)}
    done = accord("backends", "fetch", name, **here)
    skip_if_offline(done)
    assert done.returncode == Exit.DONE, done.stderr
    listed = accord("backends", "--json", name, **here)
    assert listed.returncode == Exit.DONE, listed.stdout
    assert json.loads(listed.stdout)["description"]["version"] == name.partition("==")[2]
    record = variants.read_record(shared_cache / "pgp-accord/backends" / name)
    assert record is not None
    assert record.packages[0].name == distribution
    assert all(len(package.sha256) == 64 for package in record.packages)


def test_a_version_that_is_none(accord: Command, shared_cache: Path) -> None:
    here = {"XDG_CACHE_HOME": str(shared_cache)}
    done = accord("backends", "fetch", "pgpy==0.99", **here)
    skip_if_offline(done)
    assert done.returncode == Exit.UNAVAILABLE
    assert "No matching distribution found for PGPy==0.99" in done.stderr
    assert "pgpy==0.99" not in done.stdout
