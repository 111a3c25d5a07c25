"""Adapters of other Python packages: found, told apart, and harmless where they are broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import backends
from backends._entry_points import GROUP
from harness import launch
from harness.backend import Present, State, Unavailable
from harness.launch import Launch

ROOT = Path(__file__).parents[2]

ADAPTER = '''
"""Vouches for the probes' good signatures, by what was recorded of them."""

from datetime import datetime
from pathlib import Path

import msgspec

import helping
import vectors
from harness.artifact import OPENPGP_FORMATS, Artifact
from harness.backend import Adapter, Capabilities, Clock, Description, KeyHalf, Present, Reading
from harness.backend import Snippet
from harness.corpus import load_corpus
from harness.outcomes import UNSPECIFIED, Evidence, accepted, native_like, rejected
from harness.vector import Outcome


class Mine(Adapter[None]):
    name = "mine"
    clock = Clock.NATIVE

    @classmethod
    def presence(cls):
        return Present()

    def __init__(self, workdir: Path) -> None:
        self._known = {
            (vector.artifact, vector.at): vector.expectation
            for vector in load_corpus(vectors.PROBES).vectors
        }

    def describe(self) -> Description:
        claims = Capabilities(
            formats=OPENPGP_FORMATS, clock=self.clock, reports=frozenset(KeyHalf)
        )
        return Description(name=self.name, version=helping.VERSION, capabilities=claims)

    def load(self, certificates: tuple[bytes, ...], at: datetime) -> None:
        return None

    def check(self, keys: None, artifact: Artifact, at: datetime) -> Reading:
        found = self._known.get((artifact, at))
        good = found is not None and found.outcome is Outcome.ACCEPT
        no = rejected(UNSPECIFIED, Evidence(message="no"))
        result = accepted(found.keys[0]) if good else no
        return Reading(signature=result, native=native_like(result))

    @classmethod
    def reproduce(cls, exported):
        return Snippet(suffix=".sh", text="true")
'''

YOURS = ADAPTER.replace('name = "mine"', 'name = "yours"')

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package into a folder of its own, as pip's ``--target`` does, and that on the path."""

    def put(
        project: str = "my-adapter",
        *,
        name: str = "mine",
        value: str = "my_adapter:Mine",
        source: str = ADAPTER,
    ) -> Path:
        folder = tmp_path / project
        module, _, _ = value.partition(":")
        information = folder / f"{project.replace('-', '_')}-1.2.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.2\n"
        )
        (information / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")
        (folder / f"{module}.py").write_text(source)
        (folder / "helping.py").write_text('VERSION = "7.1"\n')
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, module, raising=False)
        return folder

    return put


def accord(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with everything on its path that is on ours."""
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "80"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def settled(name: str) -> dict[str, object]:
    done = accord("backends", "list", "--json", name)
    assert done.stderr == ""
    record: dict[str, object] = json.loads(done.stdout)
    return record


def test_an_adapter_of_another_package_comes_after_our_own(install: Install) -> None:
    ours = backends.names()
    install()
    assert backends.names() == (*ours, "mine")
    assert backends.load("mine").__module__ == "my_adapter"
    assert backends.origin("mine") == "my-adapter 1.2"
    assert backends.origin("gnupg") == ""


def test_finding_it_imports_nothing_of_it(install: Install) -> None:
    install(source="raise SystemExit('imported')")
    assert "mine" in backends.names()
    assert backends.origin("mine") == "my-adapter 1.2"


def test_its_worker_finds_it_and_what_it_needs(install: Install) -> None:
    install()
    record = settled("mine")
    assert (record["state"], record["origin"]) == (State.USABLE, "my-adapter 1.2")
    assert record["description"]["version"] == "7.1"  # type: ignore[index]  # JSON


def test_our_own_workers_get_none_of_the_users_folders(install: Install) -> None:
    folder = str(install())
    ours, theirs = launch.find("pgpy"), launch.find("mine")
    assert isinstance(ours, Launch)
    assert isinstance(theirs, Launch)
    assert ours.command[-1] == "pgpy"
    assert folder in theirs.command


def test_the_listing_says_where_it_comes_from(install: Install) -> None:
    install()
    done = accord("backends", "mine")
    assert done.returncode == 0
    assert "mine 7.1  ✓ usable" in done.stdout
    assert "from      my-adapter 1.2" in done.stdout


def test_it_takes_part_in_a_run_and_in_exports(install: Install, tmp_path: Path) -> None:
    install()
    out = tmp_path / "out"
    done = accord("run", "--backend", "mine", "--select", "area:armor", "--out", str(out))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (out / "run.jsonl").read_text().splitlines()]
    (record,) = [line for line in lines if line["type"] == "backend"]
    assert record["origin"] == "my-adapter 1.2"
    vector = next(line["vector"] for line in lines if line["type"] == "observation")
    done = accord("show", vector, "--export", str(tmp_path / "exported"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "exported/reproduce-mine.sh").exists()


def test_it_can_be_put_to_the_adapter_check(install: Install) -> None:
    install()
    done = accord("adapter", "check", "mine")
    assert done.stdout.startswith("mine  mine 7.1\n")
    # It knows signatures by heart only, and not whose certificates are given.
    assert "✓  detached" in done.stdout
    assert "✗  no-certificates" in done.stdout


def test_a_name_of_ours_is_a_clash_that_names_both(install: Install) -> None:
    install(name="gpgv")
    with pytest.raises(backends.NameClashError) as caught:
        backends.load("gpgv")
    assert caught.value.packages == ("pgp-accord itself", "my-adapter 1.2")
    record = settled("gpgv")
    assert (record["state"], record["origin"]) == (State.UNUSABLE, "my-adapter 1.2")
    assert record["reason"] == (
        "it does not start (exception): 2 packages bring a backend called 'gpgv': pgp-accord "
        "itself and my-adapter 1.2; uninstall one, or ask its authors for another name"
    )


@pytest.mark.parametrize(
    ("brought", "words"),
    [
        ({"name": "gpgv"}, "gpgv: unusable: it does not start (exception): 2 packages bring"),
        ({"source": "import nothing"}, "mine: unusable: it does not start (exception): my-adapter"),
    ],
    ids=["clash", "broken"],
)
def test_a_default_run_goes_on_without_one_that_is_of_no_use(
    install: Install,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    brought: dict[str, str],
    words: str,
) -> None:
    install(**brought)
    install("your-adapter", name="yours", value="your_adapter:Mine", source=YOURS)
    monkeypatch.setenv("PGP_ACCORD_BACKENDS", "usual")
    monkeypatch.setenv("PATH", "/nowhere")  # without the tools of this machine
    out = tmp_path / "out"
    done = accord("run", "--select", "revocation/primary-compromised-*", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith(words)]) == 1
    observed = [json.loads(line) for line in (out / "run.jsonl").read_text().splitlines()]
    assert "yours" in {line["backend"] for line in observed if line["type"] == "observation"}


def test_two_packages_with_one_name_are_a_clash_that_names_both(install: Install) -> None:
    install()
    install("your-adapter", value="your_adapter:Mine")
    with pytest.raises(backends.NameClashError, match=r"my-adapter 1\.2 and your-adapter 1\.2"):
        backends.load("mine")
    assert backends.names().count("mine") == 1


def test_the_same_package_twice_on_the_path_is_no_clash(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install()
    copy = tmp_path / "copy"
    copy.symlink_to(folder)
    monkeypatch.syspath_prepend(str(copy))
    assert backends.origin("mine") == "my-adapter 1.2"


BROKEN = {
    "its module fails": ("my_adapter:Mine", "import nothing_of_that_name", "ModuleNotFoundError"),
    "its module exits": ("my_adapter:Mine", "raise SystemExit(3)", "SystemExit: 3"),
    "no such class": ("my_adapter:Mine", "", "AttributeError"),
    "no adapter": ("my_adapter:Mine", "Mine = dict", "is no subclass of harness.backend.Adapter"),
    "no class": ("my_adapter:Mine", "Mine = 1", "is no subclass of harness.backend.Adapter"),
    "incomplete": (
        "my_adapter:Mine",
        ADAPTER.replace("def load", "def lode"),
        "that does not define load",
    ),
    "another name": (
        "my_adapter:Mine",
        YOURS,
        "that calls itself 'yours'",
    ),
    "no clock": (
        "my_adapter:Mine",
        ADAPTER.replace("    clock = Clock.NATIVE\n", ""),
        "that does not define clock",
    ),
    "no reason": (
        "my_adapter:Mine",
        ADAPTER.replace("    clock =", "    on_request = True\n    clock ="),
        "whose on_request is no text",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_one_is_unusable_and_says_why(install: Install, case: str) -> None:
    value, source, words = BROKEN[case]
    install(value=value, source=source)
    with pytest.raises(backends.BrokenAdapterError, match=r"my-adapter 1\.2 brings the backend"):
        backends.load("mine")
    record = settled("mine")
    assert (record["state"], record["origin"]) == (State.UNUSABLE, "my-adapter 1.2")
    assert words in str(record["reason"])


@pytest.mark.parametrize(
    "brought",
    [{"source": "import nothing_of_that_name"}, {"name": "gpgv"}],
    ids=["broken", "clash"],
)
def test_one_of_no_use_does_not_hide_who_is_asked_on_request(
    install: Install, brought: dict[str, str]
) -> None:
    rare = backends.on_request()
    install(**brought)
    assert backends.on_request() == rare


def test_one_of_another_package_may_be_asked_on_request_only(install: Install) -> None:
    rare = backends.on_request()
    install(source=ADAPTER.replace("    clock =", '    on_request = "it is slow"\n    clock ='))
    assert backends.on_request() == {**rare, "mine": "it is slow"}


@pytest.mark.parametrize(
    ("presence", "words"),
    [
        ('raise RuntimeError("no way")', "its adapter raises RuntimeError: no way"),
        ("raise SystemExit(1)", "its adapter raises SystemExit: 1"),
        ("return None", "its adapter raises AssertionError"),
    ],
)
def test_one_that_cannot_tell_whether_it_is_present_is_absent(
    install: Install, presence: str, words: str
) -> None:
    install(source=ADAPTER.replace("return Present()", presence))
    found = launch.find("mine")
    assert isinstance(found, Unavailable)
    assert words in found.reason
    assert found.install == "tell the authors of my-adapter 1.2"


def test_one_that_fails_when_started_is_unusable(install: Install) -> None:
    install(source=ADAPTER.replace("self._known =", "raise OSError(workdir) ; self._known ="))
    record = settled("mine")
    assert record["state"] == State.UNUSABLE
    assert "OSError" in str(record["reason"])


def test_a_broken_one_breaks_neither_runs_nor_exports(install: Install, tmp_path: Path) -> None:
    install(source="import nothing_of_that_name")
    out = tmp_path / "out"
    done = accord("run", "--backend", "gpgv", "--backend", "mine", "--select", "baseline",
                  "--out", str(out))  # fmt: skip
    assert done.returncode in (0, 3), done.stderr  # 3: one asked for by name is unusable
    assert "mine: unusable" in done.stderr
    assert "but that cannot be loaded: ModuleNotFoundError" in done.stderr
    observed = [json.loads(line) for line in (out / "run.jsonl").read_text().splitlines()]
    names = {line["backend"] for line in observed if line["type"] == "observation"}
    assert names <= {"gpgv"}
    vector = next(iter({line["vector"] for line in observed if line["type"] == "observation"}), "")
    if vector:
        done = accord("show", vector, "--export", str(tmp_path / "exported"))
        assert done.returncode == 0, done.stderr
        assert not (tmp_path / "exported/reproduce-mine.sh").exists()


@pytest.mark.parametrize("name", ["exec:true", "sop:true", "a/b", "a@b", "all", "Mine", ""])
def test_names_that_mean_something_else_are_passed_over(install: Install, name: str) -> None:
    ours = backends.names()
    install(name=name)
    assert backends.names() == ours


def test_unreadable_metadata_of_any_package_does_no_harm(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    information = tmp_path / "other/other-1.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_bytes(b"\xff\xfe")
    (information / "entry_points.txt").write_bytes(b"[pgp_accord.adapters]\nno value\n\xff")
    monkeypatch.syspath_prepend(str(tmp_path / "other"))
    assert backends.names()[-1] == "mine"
    assert isinstance(backends.load("mine").presence(), Present)
