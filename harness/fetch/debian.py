"""Programs of another Debian release, from this machine's mirror, without root.

apt-get fetches and verifies, with a state and cache of its own and with no package installed, so
that it names everything that a program needs, down to the C library. The mirror is that of this
machine's own sources; which release is taken from it, and that it must be signed by Debian's keys,
is said here. The user's settings for apt hold (a proxy, for one), but none of its hooks run.
Nothing is installed: packages are unpacked, and no script of theirs is run.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from backends.variants import (
    TREE,
    OfRelease,
    Package,
    Record,
    Start,
    command,
    write_record,
)
from harness.fetch import FetchError, building, tool_environment
from harness.fetch._tool import Manner, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_NEEDED = ("apt-get", "dpkg-deb")
_MIRROR = re.compile(r"[a-z][a-z0-9+.-]*:\S+")
_ALIASES = ("stable", "oldstable", "oldoldstable", "testing", "unstable", "sid")
_WITHOUT_SECURITY = ("unstable", "sid", "experimental")
_SECONDS = 600
_MANNER = Manner(seconds=_SECONDS, errors=("E: ",))

_SOURCE = """\
Types: deb
URIs: {uri}
Suites: {suite}
Components: main
Targets: Packages
Signed-By: {keyring}
"""

_SETTINGS = """\
#clear APT::Update;
#clear DPkg;
#clear AptCli;
Dir::State "{home}/state";
Dir::State::lists "{home}/state/lists";
Dir::State::status "{home}/status";
Dir::State::extended_states "{home}/state/extended";
Dir::Cache "{home}/cache";
Dir::Cache::archives "{home}/cache/archives";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Log "{home}/log";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{home}/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Default-Release "";
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
APT::Install-Recommends "false";
APT::Update::Error-Mode "any";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
"""
"""Read after the user's own. The sandbox's user, which only root's apt-get changes to, could not
write here."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where releases are taken from."""

    uri: str
    security: str = ""
    """That of security updates, if one is known."""


class Release:
    """One release's list of packages, ready to fetch from. See `opened`."""

    def __init__(self, suite: str, home: Path) -> None:
        self._suite = suite
        self.home = home

    def fetch(self, wanted: OfRelease, folder: Path) -> Record:
        """Fetch a program with all that it needs, and put it in its place.

        Args:
            wanted: of this release.
            folder: that of all fetched backends.

        Raises:
            FetchError: it is not to be had, or does not run on this machine.
            OSError: it cannot be written.
        """
        files = self._downloaded(wanted)
        with building(folder, wanted.name) as place:
            tree = place / TREE
            tree.mkdir()
            for file in files:
                _run(["dpkg-deb", "--extract", str(file), str(tree)], wanted.name)
            _drop_privileges(tree)
            packages = [_package(file, wanted.name) for file in files]
            packages.sort(key=lambda package: (package.name != wanted.tool.package, package.name))
            record = Record(
                source=f"debian:{self._suite}",
                packages=tuple(packages),
                fetched=datetime.now(UTC).replace(microsecond=0),
                start=start(wanted, place),
            )
            write_record(place, record)
        return record

    def update(self) -> None:
        """Get the list of packages.

        Raises:
            FetchError: there is none, or the mirror cannot be reached.
        """
        self._apt(["update"], f"debian:{self._suite}")

    def _downloaded(self, wanted: OfRelease) -> list[Path]:
        words = ["--no-install-recommends", "--yes", "install", wanted.tool.package]
        # Before anything is downloaded into it: an empty archive makes it name all.
        empty = f"Dir::Cache::archives={self.home}/empty"
        lines = self._apt(["-o", empty, "--print-uris", *words], wanted.name).splitlines()
        names = [fields[1] for line in lines if len(fields := line.split("' ", 1)) == 2]
        self._apt(["--download-only", *words], wanted.name)
        return [self.home / "cache/archives" / name.split()[0] for name in names]

    def _apt(self, words: Sequence[str], what: str) -> str:
        return _run(["apt-get", "-c", str(self.home / "apt.conf"), "-qq", *words], what)


@contextmanager
def opened(suite: str, mirror: Mirror) -> Iterator[Release]:
    """Get a release's list of packages.

    Raises:
        FetchError: there is none, or the mirror cannot be reached.
    """
    with _prepared(suite, mirror) as release:
        release.update()
        yield release


@contextmanager
def _prepared(suite: str, mirror: Mirror) -> Iterator[Release]:
    """Make a state for apt-get that knows a release's sources, and nothing of this machine's."""
    if not KEYRING.exists():
        raise FetchError(
            f"debian:{suite}",
            "no keys to verify it with",
            "apt-get install debian-archive-keyring",
        )
    with tempfile.TemporaryDirectory(prefix="pgp-accord-") as name:
        home = Path(name)
        for folder in ("state/lists/partial", "cache/archives/partial", "empty/partial", "sources"):
            (home / folder).mkdir(parents=True)
        (home / "status").touch()
        (home / "apt.conf").write_text(_SETTINGS.format(home=home))
        sources = {suite: mirror.uri}
        if mirror.security and suite not in _WITHOUT_SECURITY:
            sources[f"{suite}-security"] = mirror.security
        for each, uri in sources.items():
            source = _SOURCE.format(uri=uri, suite=each, keyring=KEYRING)
            (home / f"sources/{each}.sources").write_text(source)
        yield Release(suite, home)


def find_mirror(given: str = "") -> Mirror:
    """The mirror that this machine's own packages come from, or that the user names.

    Raises:
        FetchError: this machine has no Debian mirror, or no apt-get; or what is given is no URL.
    """
    missing = [tool for tool in _NEEDED if shutil.which(tool) is None]
    if missing:
        raise FetchError(
            "Debian's packages", f"fetching them needs {' and '.join(missing)}, which is not here"
        )
    if given:
        if not _MIRROR.fullmatch(given):
            raise FetchError(given, "that is no URL of a mirror")
        return Mirror(given)
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    told = _run(["apt-get", "indextargets", "--format", form], "Debian's packages")
    mirror = mirror_of(told, _own_release())
    if mirror is None:
        raise FetchError(
            "Debian's packages", "this machine's sources name no Debian mirror", "give --mirror URL"
        )
    return mirror


def mirror_of(targets: str, own_release: str) -> Mirror | None:
    """Choose from this machine's sources.

    Args:
        targets: lines of URI, release and component.
        own_release: the code name of the Debian release that this machine runs; empty if it runs
            another system.
    """
    fields = [line.split() for line in targets.splitlines()]
    uris = {f[1]: f[0] for f in reversed(fields) if len(f) == 3 and f[2] == "main"}
    for release in filter(None, (own_release, *(_ALIASES if own_release else ()))):
        if release in uris:
            return Mirror(uris[release], uris.get(f"{release}-security", ""))
    return None


def _own_release() -> str:
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return ""
    return system.get("VERSION_CODENAME", "sid") if system.get("ID") == "debian" else ""


def start(wanted: OfRelease, place: Path) -> Start:
    """Find out how the program in an unpacked tree is started, and that it can be.

    Raises:
        FetchError: it cannot, or not with what is in the tree alone.
    """
    tree = place / TREE
    program = tree / wanted.tool.program
    _must_be_inside(tree, program, wanted.name)
    try:
        with program.open("rb") as file:
            compiled = file.read(4) == b"\x7fELF"
    except OSError:
        raise FetchError(wanted.name, f"the package holds no {wanted.tool.program}") from None
    if not compiled:
        raise FetchError(wanted.name, "it is a script, and runs where it is installed only")
    loaders = []
    for pattern in ("lib/*/ld*.so.[0-9]*", "usr/lib/*/ld*.so.[0-9]*"):
        for loader in sorted(tree.glob(pattern)):
            _must_be_inside(tree, loader, wanted.name)  # before it is run
            if _ends_well([str(loader), "--verify", str(program)]):
                loaders.append(loader)
    if not loaders:
        if not _ends_well([str(program), "--version"]):
            raise FetchError(wanted.name, "no loader among its packages can start it here")
        return Start(program=wanted.tool.program)
    libraries = [
        folder
        for pattern in ("lib/*-linux-*", "usr/lib/*-linux-*", "lib", "usr/lib")
        for folder in sorted(tree.glob(pattern))
    ]
    found = Start(
        program=wanted.tool.program,
        loader=str(loaders[0].relative_to(tree)),
        libraries=tuple(str(folder.relative_to(tree)) for folder in libraries),
    )
    *words, last = command(place, found)
    if not _ends_well([*words, "--list", last]):
        found = msgspec.structs.replace(found, renames=False)
        *words, last = command(place, found)
    for line in _run([*words, "--list", last], wanted.name).splitlines():
        library, _, target = line.strip().partition(" => ")
        if target and not _inside(tree, Path(target.split(" (")[0])):
            raise FetchError(wanted.name, f"{library} is not among its packages: {target}")
    return found


def _inside(tree: Path, path: Path) -> bool:
    """Whether a file lies in the tree, wherever links lead."""
    return path.resolve().is_relative_to(tree.resolve())


def _must_be_inside(tree: Path, path: Path, what: str) -> None:
    if not _inside(tree, path):
        found = f"{path.relative_to(tree)} is a link to {path.resolve()}"
        raise FetchError(what, f"{found}, which is not among its packages")


def _ends_well(words: Sequence[str]) -> bool:
    try:
        ended = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except OSError:
        return False
    return ended.returncode == 0


def _drop_privileges(tree: Path) -> None:
    """Where root unpacks, programs that are to be another user's for everybody were made so."""
    for path in tree.rglob("*"):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
            path.chmod(stat.S_IMODE(mode) & 0o777)


def _package(file: Path, what: str) -> Package:
    told = _run(["dpkg-deb", "--field", str(file), "Package", "Version"], what)
    fields = dict(line.split(": ", 1) for line in told.splitlines())
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Package(name=fields["Package"], version=fields["Version"], sha256=digest)


def _run(words: Sequence[str], what: str) -> str:
    return run(words, what, _MANNER, tool_environment())
