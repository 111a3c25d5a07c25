"""What the corpus covers: the checklist's rows, and the sections of RFC 9580.

The checklist (`vectors/checklist/*.tsv`, one file per group) lists what a complete corpus must ask.
Each row names the vectors that ask it, or says in a note why there is none and what it would take.
`vectors/COVERAGE.md` is made of it; every gap is visible there.

Knows the RFCs by the numbers of their sections only.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.files import FileError
from harness.vector import Expectation, Outcome, Suite, Vector
from vectors.markdown import cell, heading, table

HERE = Path(__file__).parent
CHECKLIST = HERE / "checklist"
SECTIONS = HERE / "sections.tsv"
AREA_PAGE = "../docs/corpus/{}.md"
"""Where the page of an area is, seen from ``COVERAGE.md``."""

GROUPS = {
    "A": "Algorithms",
    "B": "Signature types and versions",
    "C": "Subpackets of data signatures",
    "D": "Line ends",
    "E": "Cleartext signature framework",
    "F": "Inline messages",
    "G": "Detached signatures",
    "H": "Self-signatures and user IDs",
    "I": "Expiration",
    "J": "Key flags",
    "K": "Subkey bindings and back-signatures",
    "L": "Revocation",
    "M": "Structure of certificates",
    "N": "Numbers and their encoding",
    "O": "Weak algorithms",
    "P": "ASCII armor",
    "Q": "Reference time",
    "R": "Robustness",
    "S": "Third-party certifications and what is reported",
    "T": "Container images' signatures",
}

_MEANINGS: Mapping[str, frozenset[Outcome]] = {
    "A": frozenset((Outcome.ACCEPT,)),
    "A?": frozenset((Outcome.ACCEPT, Outcome.UNDEFINED)),
    "R": frozenset((Outcome.REJECT,)),
    "U": frozenset((Outcome.UNDEFINED,)),
    "P": frozenset((Outcome.POLICY,)),
}
"""What the checklist's letters ask for. ``A?``: to be accepted by those who support it."""

LEFT_OUT: Mapping[str, str] = {
    "1": "an introduction",
    "2": "an introduction",
    "3.7.2.2": "encryption",
    "6.1.1": "code",
    "15": "registries",
    "16": "references",
}
"""Sections of RFC 9580 that are not listed, and why; nor are the sections in them."""

PARTS_LEFT_OUT = ("3.7.1", "5.1", "5.3", "5.13", "11.5", "12.2", "12.3")
"""Sections that are listed as without vectors, and what is in them is not."""

_SUBSECTIONS_OF_RFC4880: Mapping[str, int] = (
    {"1": 1, "2": 5, "3": 7, "3.7": 2, "3.7.1": 3, "3.7.2": 2, "4": 3, "4.2": 3, "4.2.2": 4}
    | {"5": 14, "5.2": 4, "5.2.3": 26, "5.2.4": 1, "5.5": 3, "5.5.1": 4, "5.12": 1}
    | {"6": 6, "7": 1, "9": 4, "11": 4, "12": 2, "13": 12, "13.1": 3}
)
"""How many a section has; but for 10 (IANA considerations), which decides nothing."""

_RFC4880 = frozenset(map(str, range(1, 17))) | {
    f"{section}.{number}"
    for section, count in _SUBSECTIONS_OF_RFC4880.items()
    for number in range(1, count + 1)
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the checklist.

    Attributes:
        group: letter of its group.
        name: its name, which no other row has.
        what: what is asked.
        expected: the letter the checklist gives, see `_MEANINGS`.
        vectors: ids of the vectors that ask it.
        note: why there is none, or why the RFC says otherwise than ``expected``.
    """

    group: str
    name: str
    what: str
    expected: str
    vectors: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of RFC 9580; ``apart`` says why no vector cites it."""

    number: str
    subject: str
    apart: str


def read_checklist(folder: Path = CHECKLIST) -> tuple[Row, ...]:
    """Read the rows of all groups.

    Raises:
        FileError: a file is not there, or does not say what it has to.
        OSError: one cannot be read.
    """
    missing = GROUPS.keys() - {path.stem for path in folder.glob("*.tsv")}
    if missing:
        raise FileError(folder, f"holds no checklist of group {', '.join(sorted(missing))}")
    return tuple(row for path in sorted(folder.glob("*.tsv")) for row in _rows(path))


def _rows(path: Path) -> Iterator[Row]:
    if path.stem not in GROUPS:
        raise FileError(path, "is called after no group", "add it to GROUPS in vectors/coverage.py")
    for row in _read(path, ("row", "what", "expected", "vectors", "note")):
        if row["expected"] not in _MEANINGS:
            what = f"row {row['row']} expects {row['expected']!r}"
            raise FileError(path, f"{what}, none of {', '.join(_MEANINGS)}")
        yield Row(
            group=path.stem,
            name=row["row"],
            what=row["what"],
            expected=row["expected"],
            vectors=tuple(row["vectors"].split()),
            note=row["note"].strip(),
        )


def read_sections(path: Path = SECTIONS) -> tuple[Section, ...]:
    """Read the list of sections.

    Raises:
        FileError: the file does not say what it has to.
        OSError: it cannot be read.
    """
    return tuple(
        Section(number=row["section"], subject=row["subject"], apart=row["apart"])
        for row in _read(path, ("section", "subject", "apart"))
    )


def _read(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        if next(lines, None) != list(columns):
            raise FileError(path, f"does not begin with the columns {', '.join(columns)}")
        for line in lines:
            if len(line) != len(columns):
                what = f"line {lines.line_num} has {len(line)} fields instead of {len(columns)}"
                raise FileError(path, what, "tabs part them")
            yield dict(zip(columns, line, strict=True))


def problems(
    rows: Sequence[Row], sections: Sequence[Section], vectors: Sequence[Vector]
) -> tuple[str, ...]:
    """Find rows that nothing covers or explains, ids and sections that do not exist."""
    by_id = {vector.id: vector for vector in vectors}
    found = list(_cited_but_unknown(vectors, {section.number for section in sections}))
    cited = {number for vector in vectors for number in vector.expectation.rfc9580}
    found += [
        f"no vector cites section {section.number}, and no word says why"
        for section in sections
        if section.number not in cited and not section.apart
    ]
    for name, count in Counter(row.name for row in rows).items():
        if count > 1:
            found.append(f"row {name} stands {count} times in the checklist")
    for row in rows:
        if not row.vectors and not row.note:
            found.append(f"row {row.name} has neither vectors nor a note")
        unknown = [one for one in row.vectors if one not in by_id]
        found += [f"row {row.name} names {one}, which is no vector" for one in unknown]
        covering = [by_id[one].expectation for one in row.vectors if one in by_id]
        if covering and not row.note and not any(_as_asked(row, one) for one in covering):
            outcomes = ", ".join(sorted({one.outcome for one in covering}))
            found.append(f"row {row.name} asks for {row.expected}, has {outcomes}, and no note")
    return tuple(found)


def _as_asked(row: Row, expectation: Expectation) -> bool:
    if row.expected == "P" and expectation.depends:
        return True  # a policy decides where RFC 9580 does not
    return expectation.outcome in _MEANINGS[row.expected]


def _cited_but_unknown(vectors: Iterable[Vector], rfc9580: set[str]) -> Iterator[str]:
    for vector in vectors:
        cited = vector.expectation
        for rfc, numbers, known in (
            ("RFC 9580", cited.rfc9580, rfc9580),
            ("RFC 4880", cited.rfc4880, _RFC4880),
        ):
            for number in numbers:
                if number not in known:
                    yield f"{vector.id} cites section {number} of {rfc}, which does not exist"


def render(
    rows: Sequence[Row],
    sections: Sequence[Section],
    suites: Sequence[Suite],
    area_page: str = AREA_PAGE,
) -> bytes:
    """Render ``COVERAGE.md``; ``area_page`` is what an area's name links to, with ``{}`` for it."""
    vectors = [vector for suite in suites for vector in suite.vectors]
    by_id = {vector.id: vector for vector in vectors}
    parts = [
        heading(1, "Coverage"),
        "What the corpus asks, what it does not, and why. Made by `pgp-accord vectors build` from "
        "the suites and `vectors/checklist/`; do not edit it by hand.",
        *_counts(suites, area_page),
        *_summary(rows),
        *_rfc(sections, vectors),
        *_groups(rows, by_id),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _counts(suites: Sequence[Suite], area_page: str) -> Iterator[str]:
    yield heading(2, "Vectors by area and expectation")
    lines = []
    total: Counter[str] = Counter()
    for suite in sorted(suites, key=lambda suite: suite.suite):
        counts = Counter[str](vector.expectation.outcome for vector in suite.vectors)
        total += counts
        link = f"[{suite.suite}]({area_page.format(suite.suite)})"
        lines.append((link, *_by_outcome(counts)))
    yield table(("area", *Outcome, "all"), [*lines, ("**all**", *_by_outcome(total))])


def _by_outcome(counts: Counter[str]) -> tuple[str, ...]:
    return (*(str(counts[outcome]) for outcome in Outcome), str(counts.total()))


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    yield heading(2, "Rows of the checklist")
    lines = [
        (GROUPS[group], *_covered([row for row in rows if row.group == group]))
        for group in sorted({row.group for row in rows})
    ]
    yield table(("group", "rows", "covered", "explained"), [*lines, ("**all**", *_covered(rows))])


def _covered(rows: Sequence[Row]) -> tuple[str, str, str]:
    covered = sum(bool(row.vectors) for row in rows)
    return str(len(rows)), str(covered), str(len(rows) - covered)


def _rfc(sections: Sequence[Section], vectors: Sequence[Vector]) -> Iterator[str]:
    cited = Counter(number for vector in vectors for number in vector.expectation.rfc9580)
    yield heading(2, "Sections of RFC 9580")
    yield "By how many vectors each section is cited as what decides."
    yield table(
        ("section", "about", "vectors"),
        [
            (one.number, cell(one.subject), str(cited[one.number]))
            for one in sections
            if cited[one.number]
        ],
    )
    yield heading(3, "Without vectors")
    yield table(
        ("section", "about", "why"),
        [
            (one.number, cell(one.subject), cell(one.apart))
            for one in sections
            if not cited[one.number]
        ],
    )
    apart = ", ".join(f"{number} ({why})" for number, why in LEFT_OUT.items())
    yield (
        f"Neither list has sections {apart}, what is in them, and the appendices (examples and "
        f"advice); nor what is in {', '.join(PARTS_LEFT_OUT)}, which has none for the same reason."
    )


def _groups(rows: Sequence[Row], by_id: Mapping[str, Vector]) -> Iterator[str]:
    yield heading(2, "Row by row")
    yield (
        "Expected is what the checklist asks for: A to accept, A? to accept where supported, R to "
        "reject, U undefined, P decided by policy."
    )
    for group in sorted({row.group for row in rows}):
        yield heading(3, GROUPS[group])
        yield table(
            ("row", "what", "expected", "vectors", "note"),
            [
                (
                    cell(row.name),
                    cell(row.what),
                    row.expected,
                    "<br>".join(_answered(one, by_id) for one in row.vectors),
                    cell(row.note),
                )
                for row in rows
                if row.group == group
            ],
        )


def _answered(vector_id: str, by_id: Mapping[str, Vector]) -> str:
    if vector_id not in by_id:  # which `problems` complains about
        return f"`{vector_id}` missing"
    return f"`{vector_id}` {by_id[vector_id].expectation.outcome}"
