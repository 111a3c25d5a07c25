"""The gate on the terminal: gravest first, with what explains it, and the result at the end."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from harness.baseline import baseline_of
from harness.gate import FAILING, Category, Difference, Gated, Known, gate
from reports import gate_terminal
from tests.judging.factories import BAD, FORGED, JUST_NO, said
from tests.judging.world import becoming, record, run, saying, world
from tests.reports.example import HOSTILE
from tests.reports.rendering import agrees_with_golden, shown

TODAY = date(2027, 1, 1)
KNOWN = Known(
    source="known.toml, entry 1",
    vectors="area/good",
    backend="sqv",
    category=Category.NEWLY_REJECTED,
    reason="being mended",
    reference="#1",
    expires=date(2027, 6, 30),
)
STALE = dataclasses.replace(KNOWN, source="known.toml, entry 2", vectors="area/open")
AFTER = becoming(
    saying(
        run(),
        said(FORGED, about="area/bad"),
        said(BAD, about="area/good"),
        said(BAD, about="area/good", backend="sqv"),
        said(BAD, about="area/forged"),
        said(JUST_NO, about="area/bad", backend="sqv"),
    ),
    record("gpg", "1.1"),
)


def found(fail_on: frozenset[Category] = FAILING) -> Gated:
    return gate(
        baseline_of(run()),
        AFTER,
        world(),
        today=TODAY,
        known=(KNOWN, STALE),
        fail_on=fail_on,
        names=("base.json", "run.jsonl"),
    )


def test_it_looks_like_this() -> None:
    assert agrees_with_golden("gate-terminal.txt", shown(gate_terminal.renderable(found()), 100))


@pytest.mark.parametrize("width", [30, 80, 200])
def test_no_line_is_too_long(width: int) -> None:
    lines = shown(gate_terminal.renderable(found()), width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_what_does_not_fail_says_so() -> None:
    text = shown(gate_terminal.renderable(found(frozenset({Category.OTHER_KEY}))), 200)
    assert "Newly accepted: 1  accepted now, and not in the baseline; does not fail, by" in text


def test_a_long_list_is_counted_on() -> None:
    many = tuple(
        Difference(category=Category.ADDED, vector=f"area/v{n}", backend="gpg") for n in range(150)
    )
    text = shown(gate_terminal.renderable(dataclasses.replace(found(), differences=many)))
    assert "area/v99 " in text
    assert "area/v100 " not in text
    assert "… and 50 more" in text


def test_hostile_text_stays_text() -> None:
    hostile = Difference(
        category=Category.NEW_ERROR, vector="", backend=HOSTILE, detail=HOSTILE, upgrade=HOSTILE
    )
    known = dataclasses.replace(KNOWN, source=HOSTILE, reason=HOSTILE, reference=HOSTILE)
    whole = dataclasses.replace(
        found(),
        baseline=HOSTILE,
        run=HOSTILE,
        upgrades=(HOSTILE,),
        notes=(HOSTILE,),
        differences=(hostile, dataclasses.replace(hostile, known=known)),
        faulty=tuple(
            dataclasses.replace(each, entry=known, detail=HOSTILE) for each in found().faulty
        ),
    )
    text = shown(gate_terminal.renderable(whole), 300)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]owned[/red]" in text
