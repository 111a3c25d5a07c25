"""The corpus as one archive that others can use without this project.

``pgp-accord vectors export`` writes it: suites, schema, licence, what is covered, and a README with
all that is needed to ask and to judge. The same corpus gives the same files, listed in
``SHA256SUMS``.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

from harness.corpus import load_corpus, load_suite
from harness.files import FileError, why, write_atomically
from vectors import CORPUS, coverage

HERE = Path(__file__).parent
_LICENCE = HERE / "LICENSE.txt"
_SCHEMA = HERE.parent / "harness" / "schemas" / "corpus.schema.json"
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The only date that a ZIP file can give to something that has none."""


def contents() -> dict[str, bytes]:
    """Collect the files of the archive, by name.

    Raises:
        FileError: what is covered cannot be told.
        OSError: one of them is missing.
    """
    suites = [load_suite(path) for path in sorted(CORPUS.glob("*.json"))]
    rows, sections = coverage.read_checklist(), coverage.read_sections()
    files = {
        "COVERAGE.md": coverage.render(rows, sections, suites, area_page="suites/{}.json"),
        "LICENSE.txt": _LICENCE.read_bytes(),
        "README.md": (HERE / "RELEASE.md").read_bytes(),
        "RENAMED.md": (HERE / "RENAMED.md").read_bytes(),
        "corpus.schema.json": _SCHEMA.read_bytes(),
    }
    files |= {f"suites/{path.name}": path.read_bytes() for path in sorted(CORPUS.glob("*.json"))}
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return files | {"SHA256SUMS": "".join(sums).encode()}


def archive() -> bytes:
    """Make the archive: a ZIP file with one folder, named after the corpus's digest."""
    folder = f"pgp-accord-corpus-{load_corpus(CORPUS).digest()[:8]}"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, octets in sorted(contents().items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            file.writestr(entry, octets)
    return buffer.getvalue()


def export(target: Path) -> str:
    """Write the archive; nothing is overwritten.

    Returns:
        The archive's SHA-256 digest, hexadecimal.

    Raises:
        FileError: the target is there already, or cannot be written.
    """
    if os.path.lexists(target):
        raise FileError(target, "is there already", "choose another target, or move it away")
    octets = archive()
    try:
        write_atomically(target, octets)
    except OSError as error:
        raise FileError(target, f"cannot be written: {why(error)}") from error
    return hashlib.sha256(octets).hexdigest()
