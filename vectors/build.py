"""Building what is committed: suites and probes to JSON, the same bytes every time.

``pgp-accord vectors build`` writes the files; with ``--check`` it only says what differs.
"""

from __future__ import annotations

from pathlib import Path

from harness.corpus import save_suite
from harness.files import write_atomically
from vectors import CORPUS, PROBES
from vectors.suites import AREAS
from vectors.suites.probe import probe

HERE = Path(__file__).parent
_CORPUS = CORPUS.relative_to(HERE)
_PROBES = PROBES.relative_to(HERE)


def build() -> dict[Path, bytes]:
    """Build everything: the corpus, one file per area, and the probes.

    Returns:
        Content by path, relative to the folder `vectors`.
    """
    files = {_CORPUS / f"{area.name}.json": save_suite(area.build()) for area in AREAS}
    return files | {_PROBES: save_suite(probe.build())}


def write(folder: Path = HERE) -> tuple[Path, ...]:
    """Write what is not there yet as built, each file at once or not at all.

    Superfluous files are left alone: `check` names them.

    Returns:
        The files that changed.

    Raises:
        OSError: a file cannot be written.
    """
    changed = []
    for name, content in build().items():
        path = folder / name
        if path.exists() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
        changed.append(path)
    return tuple(changed)


def check(folder: Path = HERE) -> tuple[str, ...]:
    """Compare what is there with what would be built; say each difference."""
    built = build()
    differences = []
    for name, content in built.items():
        path = folder / name
        if not path.exists():
            differences.append(f"{name}: missing")
        elif path.read_bytes() != content:
            differences.append(f"{name}: differs from what is built")
    superfluous = {path.relative_to(folder) for path in folder.glob(f"{_CORPUS}/*.json")}
    differences += [
        f"{name}: superfluous, no suite builds it" for name in sorted(superfluous - built.keys())
    ]
    return tuple(differences)
