"""The gate as JUnit XML, for CI servers that show tests.

Nobody owns this format. What is written here is what Jenkins' xUnit plugin admits, the
strictest schema in use that has ``system-out`` in a case (``tests/reports/junit.xsd``).
No times are measured: all are 0, since some readers want a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from harness.gated import Difference, Faulty, Gated
from reports import gate_words as words
from reports.gate_words import Standing
from reports.safe import plain

COMPARISON = "comparison"
KNOWN_LISTS = "known lists"
_LONGEST_NAME = 400
_LONGEST_TEXT = 4000


def render(gated: Gated) -> bytes:
    """Write one suite for the comparison as a whole, one for each backend on which something
    differs, and one for faulty entries of lists.
    """
    suites = [_comparison(gated), *_backends(gated)]
    if gated.faulty:
        suites.append(_suite(KNOWN_LISTS, map(_faulty, gated.faulty)))
    root = ET.Element("testsuites", {"name": words.TOOL, **_totals(suites), "time": "0"})
    root.extend(suites)
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _totals(suites: Iterable[ET.Element]) -> dict[str, str]:
    counts = Counter[str]()
    for suite in suites:
        counts.update({key: int(suite.attrib[key]) for key in ("tests", "failures", "errors")})
    return {key: str(count) for key, count in counts.items()}


def _suite(name: str, cases: Iterable[ET.Element]) -> ET.Element:
    found = list(cases)
    numbers = {
        "tests": len(found),
        "failures": sum(case.find("failure") is not None for case in found),
        "errors": 0,
        "skipped": sum(case.find("skipped") is not None for case in found),
        "time": 0,
    }
    attributes = {key: str(number) for key, number in numbers.items()}
    suite = ET.Element("testsuite", {"name": _name(name), **attributes})
    suite.extend(found)
    return suite


def _case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=_name(classname), name=_name(name), time="0")


def _comparison(gated: Gated) -> ET.Element:
    """A case that passes, so that a gate without differences is not taken for one that did
    nothing.
    """
    case = _case(COMPARISON, "pairs compared")
    ET.SubElement(case, "system-out").text = _text(f"{words.pairs(gated)} compared")
    suite = _suite(COMPARISON, [case])
    properties = ET.Element("properties")
    for name, value in (
        ("baseline", gated.baseline),
        ("run", gated.run),
        *(("version changed", line) for line in gated.upgrades),
        *(("note", line) for line in gated.notes),
    ):
        ET.SubElement(properties, "property", name=name, value=_text(value))
    suite.insert(0, properties)
    return suite


def _backends(gated: Gated) -> Iterator[ET.Element]:
    for backend in sorted({one.backend for one in gated.differences}):
        here = [one for one in gated.differences if one.backend == backend]
        yield _suite(backend, (_difference(gated, one) for one in here))


def _difference(gated: Gated, one: Difference) -> ET.Element:
    case = _case(one.backend, words.vector(one))
    told = _text(words.told(one))
    match words.standing(gated, one):
        case Standing.FAILS:
            failure = ET.SubElement(case, "failure", type=one.category, message=told)
            failure.text = f"{words.title(one.category)}. {words.HELP[one.category]}"
        case Standing.FORGIVEN:
            reason = _text(words.because(one))
            ET.SubElement(case, "skipped", type=one.category, message=reason).text = told
        case Standing.TOLERATED | Standing.HARMLESS as passes:
            text = f"{words.title(one.category)} ({passes}): {told}"
            ET.SubElement(case, "system-out").text = text
    return case


def _faulty(found: Faulty) -> ET.Element:
    case = _case(KNOWN_LISTS, found.entry.source)
    message = _text(found.detail)
    failure = ET.SubElement(case, "failure", type=found.fault, message=message)
    failure.text = words.FAULTS[found.fault]
    return case


def _name(text: str) -> str:
    return plain(text, _LONGEST_NAME)


def _text(text: str) -> str:
    # XML 1.0 has no control characters, surrogates or noncharacters; neither has what prints.
    return plain(text, _LONGEST_TEXT)
