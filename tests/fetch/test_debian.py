from __future__ import annotations

import platform
import shutil
import stat
import sys
from pathlib import Path

import pytest

from backends.variants import TREE, OfRelease, Start
from harness.fetch import FetchError, debian
from harness.fetch.debian import Mirror, mirror_of

TARGETS = """\
https://security.example/s/ bookworm-security main
https://mirror.example/debian/ bookworm-updates main
https://mirror.example/debian/ bookworm main
https://mirror.example/debian/ bookworm contrib
https://other.example/debian/ bookworm main
https://tool.example/apt stable tool
"""


def test_the_mirror_is_that_of_the_machines_own_release() -> None:
    mirror = mirror_of(TARGETS, "bookworm")
    assert mirror == Mirror("https://mirror.example/debian/", "https://security.example/s/")


def test_a_release_may_be_named_by_its_place() -> None:
    assert mirror_of("https://mirror.example/ stable main\n", "bookworm") == Mirror(
        "https://mirror.example/"
    )


@pytest.mark.parametrize(
    ("targets", "own"), [("", "bookworm"), (TARGETS, ""), ("https://x.example/ noble main", "sid")]
)
def test_another_systems_sources_are_no_debian_mirror(targets: str, own: str) -> None:
    assert mirror_of(targets, own) is None


needs_apt = pytest.mark.skipif(
    shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None,
    reason="needs apt-get and dpkg-deb, which Debian and its like have",
)


@needs_apt
def test_a_mirror_can_be_given() -> None:
    assert debian.find_mirror("https://mirror.example/debian") == Mirror(
        "https://mirror.example/debian"
    )
    with pytest.raises(FetchError, match="that is no URL"):
        debian.find_mirror("https://mirror.example/\nTrusted: yes")


def test_without_apt_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(FetchError, match="needs apt-get and dpkg-deb, which is not here"):
        debian.find_mirror()


def tree_of(tmp_path: Path, program: Path | str, mode: int = 0o755) -> Path:
    place = tmp_path / "place"
    file = place / TREE / "usr/bin/sqv"
    file.parent.mkdir(parents=True)
    if isinstance(program, str):
        file.write_text(program)
        file.chmod(mode)
    else:
        shutil.copy(program, file)
    return place


WANTED = OfRelease("sqv", "trixie")


def test_a_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="it is a script"):
        debian.start(WANTED, tree_of(tmp_path, "#!/bin/sh\n"))


def test_a_package_without_the_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="the package holds no usr/bin/sqv"):
        debian.start(WANTED, tmp_path)


def test_a_program_for_another_machine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no loader among its packages can start it here"):
        debian.start(WANTED, tree_of(tmp_path, "\x7fELF and nothing else"))


def own_loader() -> Path:
    found = sorted(Path(f"/lib/{platform.machine()}-linux-gnu").glob("ld-linux*.so.*"))
    if not found:
        pytest.skip("needs glibc where Debian has it")
    return found[0]


def test_a_library_from_outside_the_tree_is_refused(tmp_path: Path) -> None:
    loader = own_loader()
    place = tree_of(tmp_path, Path("/bin/true"))
    into = place / TREE / f"usr/lib/{loader.parent.name}"
    into.mkdir(parents=True)
    shutil.copy(loader.resolve(), into / loader.name)
    # The loader also looks into the machine's own folders, and finds them there.
    with pytest.raises(FetchError, match=r"libc\.so\.6 is not among its packages"):
        debian.start(WANTED, place)


def test_a_tree_with_all_its_libraries_is_started_by_its_loader(tmp_path: Path) -> None:
    loader = own_loader()
    place = tree_of(tmp_path, Path("/bin/true"))
    folder = f"usr/lib/{loader.parent.name}"
    (place / TREE / folder).mkdir(parents=True)
    for file in (loader, loader.with_name("libc.so.6")):
        shutil.copy(file.resolve(), place / TREE / folder / file.name)
    assert debian.start(WANTED, place) == Start(
        program="usr/bin/sqv", loader=f"{folder}/{loader.name}", libraries=(folder, "usr/lib")
    )


def test_nothing_unpacked_runs_as_another_user(tmp_path: Path) -> None:
    place = tree_of(tmp_path, "#!/bin/sh\n", mode=0o6755)
    debian._drop_privileges(place / TREE)
    assert stat.S_IMODE((place / TREE / "usr/bin/sqv").stat().st_mode) == 0o755


def test_a_tools_own_words_are_the_reason() -> None:
    fail = "import sys; sys.exit('W: so so\\nE: no such thing\\nE: sorry')"
    with pytest.raises(FetchError, match=r"^sqv@sid: python.* says: no such thing sorry$"):
        debian._run([sys.executable, "-c", fail], "sqv@sid")
    with pytest.raises(FetchError, match=r"says: exit code 7$"):
        debian._run([sys.executable, "-c", "raise SystemExit(7)"], "sqv@sid")
