from __future__ import annotations

import platform
import shutil
import stat
from pathlib import Path

import pytest

from backends.variants import TREE, OfRelease, Start
from harness.fetch import FetchError, debian
from harness.fetch.debian import Mirror, mirror_of
from tests.fetch import fakes

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


def test_a_program_that_links_out_of_its_packages_is_refused(tmp_path: Path) -> None:
    place = tree_of(tmp_path, Path("/bin/true"))
    program = place / TREE / "usr/bin/sqv"
    program.unlink()
    program.symlink_to("/bin/true")  # the machine's own, which would be run in its name
    with pytest.raises(FetchError, match=r"^sqv@trixie: usr/bin/sqv is a link to /\S+/true, which"):
        debian.start(WANTED, place)


def test_a_loader_that_links_out_of_its_packages_is_refused_and_not_run(tmp_path: Path) -> None:
    place = tree_of(tmp_path, Path("/bin/true"))
    loader = place / TREE / "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    loader.parent.mkdir(parents=True)
    outside = fakes.program(tmp_path / "outside", "ld.so", f"open({str(tmp_path)!r} + '/ran', 'w')")
    loader.symlink_to(outside)
    with pytest.raises(FetchError, match=r"ld-linux-x86-64\.so\.2 is a link to .*outside/ld\.so"):
        debian.start(WANTED, place)
    assert not (tmp_path / "ran").exists()


def test_links_within_the_packages_are_followed(tmp_path: Path) -> None:
    loader = own_loader()
    place = tree_of(tmp_path, Path("/bin/true"))
    folder = place / TREE / f"usr/lib/{loader.parent.name}"
    folder.mkdir(parents=True)
    for file in (loader, loader.with_name("libc.so.6")):
        shutil.copy(file.resolve(), folder / f"real-{file.name}")
        (folder / file.name).symlink_to(f"real-{file.name}")
    program = place / TREE / "usr/bin/sqv"
    program.rename(program.with_name("sqv-1"))
    program.symlink_to("sqv-1")
    assert debian.start(WANTED, place).program == "usr/bin/sqv"


HOOKS = (
    "APT::Update::Pre-Invoke",
    "Binary::apt-get::APT::Update::Pre-Invoke",
    "APT::Update::Post-Invoke",
    "AptCli::Hooks::Install",
)
"""Those that run even where there is nothing to get."""


@needs_apt
def test_no_hook_of_the_machines_for_apt_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In place of this machine's own settings.
    given = 'Dir::Etc::parts "/dev/null"; Dir::Etc::main "/dev/null";\n'
    given += "".join(f'{hook} {{"touch {tmp_path}/ran-{hook}";}};\n' for hook in HOOKS)
    (tmp_path / "settings").write_text(given)
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setattr(debian, "KEYRING", tmp_path)  # it comes to no signature
    settings = debian._SETTINGS
    uncleared = "".join(f"{line}\n" for line in settings.splitlines() if line[:1] != "#")
    for text, run in (settings, []), (uncleared, sorted(f"ran-{hook}" for hook in HOOKS)):
        monkeypatch.setattr(debian, "_SETTINGS", text)
        with debian._prepared("trixie", Mirror("file:/nowhere/")) as release:
            with pytest.raises(FetchError, match=r"^debian:trixie: apt-get says"):
                release.update()
            with pytest.raises(FetchError, match="Unable to locate package sqv"):
                release.fetch(WANTED, tmp_path)
        assert sorted(path.name for path in tmp_path.glob("ran-*")) == run


def test_a_release_is_taken_with_its_security_updates_if_there_is_a_mirror_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "KEYRING", tmp_path)
    for mirror, suite, wanted in (
        (Mirror("https://m.example", "https://s.example"), "trixie", ["trixie", "trixie-security"]),
        (Mirror("https://m.example", "https://s.example"), "sid", ["sid"]),
        (Mirror("https://m.example"), "trixie", ["trixie"]),  # as with --mirror
    ):
        with debian._prepared(suite, mirror) as release:
            sources = sorted(path.stem for path in (release.home / "sources").iterdir())
        assert sources == wanted
