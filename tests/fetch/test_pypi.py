"""An environment holds what was asked for, wherever the user's settings would have it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from backends import variants
from backends.variants import ENVIRONMENT, OfPyPI, Package
from harness import fetch
from harness.fetch import FetchError, pypi
from harness.fetch._pip_settings import pip_environment
from tests.fetch import fakes

ROOT = Path(__file__).parents[2]
WANTED = OfPyPI("python-gnupg", "0.5.2")


def test_a_worker_needs_what_the_project_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert pypi.worker_needs() == tuple(line for line in asked if line.startswith("msgspec"))


def test_without_our_own_metadata_any_version_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", missing)
    assert pypi.worker_needs() == ("msgspec",)


def test_packages_are_read_off_pips_report() -> None:
    report = b"""{"version": "1", "install": [
        {"metadata": {"name": "PGPy", "version": "0.5.4", "summary": ""},
         "download_info": {"url": "x", "archive_info": {"hashes": {"sha256": "ab"}}}},
        {"metadata": {"name": "local_thing", "version": "1"},
         "download_info": {"url": "x", "dir_info": {}}}]}"""
    assert pypi._packages(report) == [
        Package(name="pgpy", version="0.5.4", sha256="ab"),
        Package(name="local-thing", version="1"),
    ]


# What the user has set.


def settings(tmp_path: Path, **variables: str) -> dict[str, str]:
    """What pip is given, of a user whose folders are below a temporary one."""
    own = {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg"), "PATH": "/bin"}
    given = pip_environment(own | variables, (tmp_path / "etc",))
    assert given.pop("PIP_CONFIG_FILE") == os.devnull
    return {name: value for name, value in given.items() if name not in own}


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


INDEX = "[global]\nindex-url = {}\n"


@pytest.mark.parametrize("name", ["target", "user", "prefix", "root", "python", "dry-run", "src"])
def test_what_says_where_to_install_does_not_hold(tmp_path: Path, name: str) -> None:
    variable = "PIP_" + name.upper().replace("-", "_")
    for section in ("global", "install"):
        write(tmp_path / ".config/pip/pip.conf", f"[{section}]\n{name} = 1\nretries = 7\n")
        assert settings(tmp_path, **{variable: "1"}) == {"PIP_RETRIES": "7"}


def test_what_says_how_to_fetch_holds(tmp_path: Path) -> None:
    write(
        tmp_path / "etc/pip.conf",
        "[global]\nindex_url = https://index.example/%40simple\ntrusted-host =\n    a.example\n"
        "    b.example\n[install]\nno-index = true\n[download]\nproxy = http://x.example\n",
    )
    assert settings(tmp_path, PIP_CERT="/ca.pem", PIP_FIND_LINKS="/wheels") == {
        "PIP_INDEX_URL": "https://index.example/%40simple",
        "PIP_TRUSTED_HOST": "\na.example\nb.example",
        "PIP_NO_INDEX": "true",
        "PIP_CERT": "/ca.pem",
        "PIP_FIND_LINKS": "/wheels",
    }


def test_the_nearer_file_counts_more_and_variables_most(tmp_path: Path) -> None:
    given = write(tmp_path / "given.conf", INDEX.format("given"))
    files = ("xdg/pip/pip.conf", "etc/pip.conf", ".pip/pip.conf", ".config/pip/pip.conf")
    for file in files:
        write(tmp_path / file, INDEX.format(file))
        assert settings(tmp_path)["PIP_INDEX_URL"] == file
    elsewhere = write(tmp_path / "own/pip/pip.conf", INDEX.format("own"))
    folder = str(elsewhere.parents[1])
    assert settings(tmp_path, XDG_CONFIG_HOME=folder)["PIP_INDEX_URL"] == "own"
    assert settings(tmp_path, PIP_CONFIG_FILE=str(given))["PIP_INDEX_URL"] == "given"
    assert settings(tmp_path, PIP_INDEX_URL="variable")["PIP_INDEX_URL"] == "variable"
    write(tmp_path / "etc/pip.conf", "[install]\nindex-url = install\n")
    assert settings(tmp_path)["PIP_INDEX_URL"] == "install"


def test_a_user_who_wants_no_file_read_has_none_read(tmp_path: Path) -> None:
    write(tmp_path / "etc/pip.conf", INDEX.format("x"))
    assert settings(tmp_path, PIP_CONFIG_FILE=os.devnull, PIP_PROXY="p") == {"PIP_PROXY": "p"}


@pytest.mark.parametrize("content", [b"index-url = x\n", b"\xff\xfe", b"[global]\n=\n"])
def test_a_file_that_is_none_of_settings_says_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "etc/pip.conf"
    file.parent.mkdir()
    file.write_bytes(content)
    assert settings(tmp_path) == {}


# With pip itself, and packages in a folder.


def wheel(folder: Path, name: str, version: str) -> None:
    """Make a wheel of one module."""
    module = name.replace("-", "_")
    information = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": f"__version__ = {version!r}\n",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in (*files, f"{information}/RECORD"))
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as archive:
        for file, text in (files | {f"{information}/RECORD": record}).items():
            archive.writestr(file, text)


def test_settings_that_redirect_installs_redirect_nothing(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(tmp_path / "wheels", "python-gnupg", "0.5.2")
    wheel(tmp_path / "wheels", "msgspec", "99")
    elsewhere = tmp_path / "elsewhere"
    # The index's settings hold: without them, nothing would be found.
    config = f"[global]\nno-index = 1\nfind-links = {tmp_path}/wheels\n[install]\n"
    monkeypatch.setenv(
        "PIP_CONFIG_FILE", str(write(tmp_path / "pip.conf", f"{config}target = {elsewhere}\n"))
    )
    for name in ("PREFIX", "ROOT"):
        monkeypatch.setenv(f"PIP_{name}", str(elsewhere))
    for name in ("USER", "DRY_RUN", "NO_DEPS"):
        monkeypatch.setenv(f"PIP_{name}", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with fetch.cache() as folder:
        record = pypi.fetch(WANTED, folder)
    assert [(each.name, each.version) for each in record.packages] == [
        ("python-gnupg", "0.5.2"),
        ("msgspec", "99"),
    ]
    assert not elsewhere.exists()
    (module,) = (cache / WANTED.name / ENVIRONMENT).rglob("python_gnupg.py")
    assert module.parent.name == "site-packages"


# With a program in place of Python's pip.


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make environments whose Python writes its words down, and installs nothing; give where."""
    words = tmp_path / "words"
    report = """
if "install" in sys.argv:
    json.dump(sys.argv, open(WORDS, "w"))
    item = {"metadata": {"name": "python-gnupg", "version": "0.5.2"}, "download_info": {}}
    json.dump({"install": [item]}, open(sys.argv[sys.argv.index("--report") + 1], "w"))
    if "--only-binary" in sys.argv and "FAILS" in os.environ:
        sys.exit(os.environ["FAILS"])
""".replace("WORDS", repr(str(words)))
    inner = fakes.program(tmp_path / "inner", "python", report)
    maker = (
        f"os.makedirs(f'{{sys.argv[-1]}}/bin');"
        f"os.symlink({str(inner)!r}, f'{{sys.argv[-1]}}/bin/python')"
    )
    monkeypatch.setattr(sys, "executable", str(fakes.program(tmp_path / "outer", "python3", maker)))
    return words


def asked(words: Path, option: str) -> str:
    given: list[str] = json.loads(words.read_text())
    return given[given.index(option) + 1]


def test_wheels_are_preferred_and_what_has_none_is_built(cache: Path, pip: Path) -> None:
    with fetch.cache() as folder:
        pypi.fetch(WANTED, folder)
    assert "--prefer-binary" in json.loads(pip.read_text())
    assert asked(pip, "--only-binary") == "msgspec,cryptography,cffi"


@pytest.mark.parametrize(
    ("wanted", "wheels_only"), [(WANTED, True), (OfPyPI("sequoia", "0.1.30"), False)]
)
def test_nothing_is_built_on_request_nor_where_it_would_be_another_program(
    cache: Path, pip: Path, wanted: OfPyPI, *, wheels_only: bool
) -> None:
    with fetch.cache() as folder:
        pypi.fetch(wanted, folder, wheels_only=wheels_only)
    assert asked(pip, "--only-binary") == ":all:"


@pytest.mark.parametrize(
    ("said", "wheels_only", "hint"),
    [
        ("ERROR: x (from versions: none)", False, "can the package index be reached?"),
        ("ERROR: No matching distribution found for x", False, "is there a version for Python 3."),
        ("ERROR: x requires a different Python", False, "is there a version for Python 3."),
        (
            "ERROR: x (from versions: none)\nERROR: No matching distribution found for x",
            True,
            "is there a wheel for Python 3.",
        ),
        ("ERROR: No space left on device", False, ""),
    ],
)
def test_a_failing_pip_is_quoted_with_what_to_do(
    cache: Path,
    pip: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    hint: str,
    *,
    wheels_only: bool,
) -> None:
    monkeypatch.setenv("FAILS", said)
    with pytest.raises(FetchError) as caught, fetch.cache() as folder:
        pypi.fetch(WANTED, folder, wheels_only=wheels_only)
    assert caught.value.reason.startswith("pip says: ")
    assert caught.value.hint.startswith(hint)
    assert bool(caught.value.hint) is bool(hint)
    assert variants.names() == ()


@pytest.mark.parametrize(
    "fails",
    [
        "print('The virtual environment was not created successfully because ensurepip is not\\n"
        "available. On Debian/Ubuntu systems, ...\\nFailing command: x'); sys.exit(1)",
        "sys.exit('/usr/bin/python3: No module named venv')",
    ],
    ids=["Debian", "others"],
)
def test_a_python_without_venv_says_how_to_get_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(sys, "executable", str(fakes.program(tmp_path, "python3", fails)))
    with pytest.raises(FetchError, match=r"\(apt-get install python3-venv\)$"), fetch.cache() as f:
        pypi.fetch(WANTED, f)
    assert variants.names() == ()
