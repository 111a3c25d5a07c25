"""The gate as SARIF 2.1.0, for code scanning and for viewers of findings.

One rule for each category and each fault of a list. What is forgiven is there, suppressed with
its reason. What is harmless (fixed, added) is only counted, since every result becomes an alert.
Results have the vector and the backend as logical locations. The physical one is the baseline or
the list, since GitHub refuses results without any.
Sources: the OASIS standard (sections in brackets); GitHub's "SARIF support for code scanning".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote

import msgspec

from harness import __version__
from harness.gated import Category, Difference, Faulty, Gated, ListFault
from reports import gate_words as words
from reports.gate_words import Standing
from reports.safe import plain, sarif_message

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LONGEST = 2000

Object: TypeAlias = dict[str, object]

_LEVELS: Mapping[Standing, str] = {
    Standing.FAILS: "error",
    Standing.TOLERATED: "warning",
    Standing.FORGIVEN: "error",
}
_FINGERPRINT = "pgpAccord/v1"
"""The number goes up when the way to compute it changes (3.27.17)."""


def _rules() -> Iterator[tuple[Category | ListFault, Object]]:
    for category in Category:
        yield category, _rule(category, words.MEANINGS[category], words.HELP[category])
    for fault, help_text in words.FAULTS.items():
        yield fault, _rule(fault, help_text.partition(". ")[0], help_text)


def _rule(kind: Category | ListFault, short: str, help_text: str) -> Object:
    return {
        "id": _rule_id(kind),
        "name": words.title(kind).title().replace(" ", ""),
        "shortDescription": {"text": f"{words.title(kind)}: {short}"},
        "fullDescription": {"text": help_text},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": "error"},
    }


def _rule_id(kind: Category | ListFault) -> str:
    return f"list_{kind}" if isinstance(kind, ListFault) else str(kind)


_RULES = dict(_rules())
_INDEX = {kind: index for index, kind in enumerate(_RULES)}


def render(gated: Gated) -> bytes:
    """Write a log with a single run."""
    shown = words.those(gated, *_LEVELS)
    run: Object = {
        "tool": {
            "driver": {
                "name": "pgp-accord",
                "version": __version__,
                "rules": list(_RULES.values()),
            }
        },
        "automationDetails": {"id": "pgp-accord-gate/"},
        "invocations": [_invocation(gated)],
        "results": [
            *(_difference(one, gated) for one in shown),
            *(_faulty(one, gated) for one in gated.faulty),
        ],
        "properties": {
            "baseline": plain(gated.baseline, _LONGEST),
            "run": plain(gated.run, _LONGEST),
            "result": words.result(gated),
            "compared": gated.compared,
            "harmless": len(words.those(gated, Standing.HARMLESS)),
            "upgrades": [plain(line, _LONGEST) for line in gated.upgrades],
        },
    }
    log: Object = {"version": "2.1.0", "$schema": SCHEMA, "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1) + b"\n"


def _invocation(gated: Gated) -> Object:
    """The gate did its work, whatever it found (3.20.14); notes are notifications (3.20.21)."""
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {"level": "note", "message": _message(line)} for line in gated.notes
        ],
    }


def _difference(one: Difference, gated: Gated) -> Object:
    standing = words.standing(gated, one)
    logical = [(one.vector, "vector"), (one.backend, "backend")]
    place = f"{words.vector(one)} at {one.backend}"
    result = _result(
        kind=one.category,
        level=_LEVELS[standing],
        message=f"{words.title(one.category)}: {place}: {words.told(one)}",
        file=gated.baseline,
        logical=[(name, kind) for name, kind in logical if name],
        fingerprint=words.difference_fingerprint(one),
    )
    if standing is Standing.FORGIVEN:
        justification = plain(words.because(one), _LONGEST)
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": justification}
        ]
    return result


def _faulty(one: Faulty, gated: Gated) -> Object:
    return _result(
        kind=one.fault,
        level="error",
        message=f"{one.entry.source}: {one.detail}",
        file=words.list_file(one.entry) or gated.baseline,
        logical=[],
        fingerprint=words.fault_fingerprint(one.fault, one.entry),
    )


def _result(
    *,
    kind: Category | ListFault,
    level: str,
    message: str,
    file: str,
    logical: list[tuple[str, str]],
    fingerprint: str,
) -> Object:
    location: Object = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": 1},
        }
    }
    if logical:
        location["logicalLocations"] = [
            {"name": plain(name, _LONGEST), "kind": what} for name, what in logical
        ]
    return {
        "ruleId": _rule_id(kind),
        "ruleIndex": _INDEX[kind],
        "level": level,
        "message": _message(message),
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }


def _message(text: str) -> Object:
    return {"text": sarif_message(text, _LONGEST)}


def _uri(path: str) -> str:
    """Write a path as a URI (3.4.3): an absolute one with its scheme, else a relative one."""
    quoted = quote(path.removeprefix("./").encode("utf-8", "surrogatepass"), safe="/")
    return f"file:///{quoted.lstrip('/')}" if quoted.startswith("/") else quoted
