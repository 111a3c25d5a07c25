"""The gate as GitLab's Code Quality report: an array of findings, each at a place in a file.

The place is the baseline, or the list that has a faulty entry; lines are not known, so it is 1.
GitLab compares the reports of two branches by fingerprint. What is forgiven or harmless is not in
it: every entry counts as something that got worse.
Source: GitLab's documentation of Code Quality, "Code Quality report format".
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from harness.gated import Category, Difference, Faulty, Gated
from reports import gate_words as words
from reports.gate_words import Standing
from reports.safe import plain

_LONGEST = 2000

SEVERITIES: Mapping[Category, str] = {
    Category.NEWLY_ACCEPTED: "blocker",
    Category.OTHER_KEY: "blocker",
    Category.VANISHED: "critical",
    Category.NEWLY_REJECTED: "major",
    Category.NEW_ERROR: "major",
    Category.OTHER_CLASS: "minor",
    Category.REMOVED: "minor",
    Category.FIXED: "info",
    Category.ADDED: "info",
}
_FAULTY = "major"
_TOLERATED = "info"


def render(gated: Gated) -> bytes:
    """Write what fails and what the user lets pass (``info``), the gravest first."""
    found = [
        *(_difference(one, gated, SEVERITIES[one.category]) for one in gated.failing),
        *(_difference(one, gated, _TOLERATED) for one in words.those(gated, Standing.TOLERATED)),
        *(_faulty(one, gated) for one in gated.faulty),
    ]
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def _difference(one: Difference, gated: Gated, severity: str) -> dict[str, object]:
    place = f"{words.vector(one)} at {one.backend}"
    return _entry(
        description=f"{words.title(one.category)}: {place}: {words.told(one)}",
        check_name=one.category,
        fingerprint=words.difference_fingerprint(one),
        severity=severity,
        path=gated.baseline,
    )


def _faulty(one: Faulty, gated: Gated) -> dict[str, object]:
    return _entry(
        description=f"{words.title(one.fault)} list entry: {one.entry.source}: {one.detail}",
        check_name=f"list_{one.fault}",
        fingerprint=words.fault_fingerprint(one.fault, one.entry),
        severity=_FAULTY,
        path=words.list_file(one.entry) or gated.baseline,
    )


def _entry(
    *, description: str, check_name: str, fingerprint: str, severity: str, path: str
) -> dict[str, object]:
    return {
        "description": plain(description, _LONGEST),
        "check_name": check_name,
        "fingerprint": fingerprint,
        "severity": severity,
        # GitLab wants it without a leading "./".
        "location": {"path": plain(path.removeprefix("./")), "lines": {"begin": 1}},
    }
