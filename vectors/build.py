"""Building what is committed: corpus, probes, and the pages about them, the same bytes every time.

``pgp-accord vectors build`` writes the files; with ``--check`` it only says what differs.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from harness.corpus import save_suite
from harness.files import differences, renew
from vectors import CORPUS, PROBES, coverage, ids, pages
from vectors.suites import areas
from vectors.suites.probe import probe

ROOT = Path(__file__).parent.parent
_CORPUS = CORPUS.relative_to(ROOT)
_PROBES = PROBES.relative_to(ROOT)
_COVERAGE = Path("vectors/COVERAGE.md")
_IDS = ids.IDS.relative_to(ROOT)
_PAGES = Path("docs/corpus")


def build(root: Path = ROOT) -> dict[PurePath, bytes]:
    """Build everything: corpus (one file per area), probes, coverage, list of ids, and pages.

    Without a folder ``docs`` below ``root``, as in an installed copy, there are no pages.

    Returns:
        Content by path, relative to ``root``.
    """
    suites = [area.build() for area in areas()]
    files: dict[PurePath, bytes] = {
        _CORPUS / f"{suite.suite}.json": save_suite(suite) for suite in suites
    }
    files[_PROBES] = save_suite(probe.build())
    files[_COVERAGE] = coverage.render(coverage.read_checklist(), coverage.read_sections(), suites)
    files[_IDS] = ids.render(vector.id for suite in suites for vector in suite.vectors)
    if (root / "docs").is_dir():
        files |= {_PAGES / f"{suite.suite}.md": pages.area_page(suite) for suite in suites}
        files[_PAGES / "README.md"] = pages.index_page(suites)
    return files


def write(root: Path = ROOT) -> tuple[Path, ...]:
    """Write what is not there yet as built; see `harness.files.renew`."""
    return renew(root, build(root))


def check(root: Path = ROOT) -> tuple[str, ...]:
    """Compare what is there with what would be built; say each difference."""
    return differences(root, build(root), (f"{_CORPUS}/*.json", f"{_PAGES}/*.md"))
