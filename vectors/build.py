"""Building what is committed: corpus, probes, and the pages about them, the same bytes every time.

``pgp-accord vectors build`` writes the files; with ``--check`` it only says what differs.
"""

from __future__ import annotations

from pathlib import Path

from harness.corpus import save_suite
from harness.files import write_atomically
from vectors import CORPUS, PROBES, coverage, ids, pages
from vectors.suites import areas
from vectors.suites.probe import probe

ROOT = Path(__file__).parent.parent
_CORPUS = CORPUS.relative_to(ROOT)
_PROBES = PROBES.relative_to(ROOT)
_COVERAGE = Path("vectors/COVERAGE.md")
_IDS = ids.IDS.relative_to(ROOT)
_PAGES = Path("docs/corpus")


def build(root: Path = ROOT) -> dict[Path, bytes]:
    """Build everything: corpus (one file per area), probes, coverage, list of ids, and pages.

    Without a folder ``docs`` below ``root``, as in an installed copy, there are no pages.

    Returns:
        Content by path, relative to ``root``.
    """
    suites = [area.build() for area in areas()]
    files = {_CORPUS / f"{suite.suite}.json": save_suite(suite) for suite in suites}
    files[_PROBES] = save_suite(probe.build())
    files[_COVERAGE] = coverage.render(coverage.read_checklist(), coverage.read_sections(), suites)
    files[_IDS] = ids.render(vector.id for suite in suites for vector in suite.vectors)
    if (root / "docs").is_dir():
        files |= {_PAGES / f"{suite.suite}.md": pages.area_page(suite) for suite in suites}
        files[_PAGES / "README.md"] = pages.index_page(suites)
    return files


def write(root: Path = ROOT) -> tuple[Path, ...]:
    """Write what is not there yet as built, each file at once or not at all.

    Superfluous files are left alone: `check` names them.

    Returns:
        The files that changed.

    Raises:
        OSError: a file cannot be written.
    """
    changed = []
    for name, content in build(root).items():
        path = root / name
        if path.exists() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
        changed.append(path)
    return tuple(changed)


def check(root: Path = ROOT) -> tuple[str, ...]:
    """Compare what is there with what would be built; say each difference."""
    built = build(root)
    differences = []
    for name, content in built.items():
        path = root / name
        if not path.exists():
            differences.append(f"{name}: missing")
        elif path.read_bytes() != content:
            differences.append(f"{name}: differs from what is built")
    there = {*root.glob(f"{_CORPUS}/*.json"), *root.glob(f"{_PAGES}/*.md")}
    superfluous = {path.relative_to(root) for path in there}
    differences += [
        f"{name}: superfluous, no suite builds it" for name in sorted(superfluous - built.keys())
    ]
    return tuple(differences)
