"""``pgp-accord gate`` names every category, and its exit code says whether that may pass;
``pgp-accord baseline update`` says what it changes.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.baseline_file import read_base, write_baseline
from harness.cli.exits import Exit
from harness.corpus import save_suite
from harness.gate import FAILING, Category
from harness.run import RunWriter
from harness.vector import SUITE_SCHEMA, Suite
from tests.cli.conftest import Command
from tests.judging import world

Line = dict[str, Any]
Gate = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    """A run of two backends over a small corpus, as ``run`` writes it."""
    suite = Suite(schema=SUITE_SCHEMA, suite="world", vectors=world.world().vectors)
    (tmp_path / "world.json").write_bytes(save_suite(suite))
    path = tmp_path / "run.jsonl"
    given = world.run()
    with RunWriter(path, given.header) as writer:
        for settled in given.backends:
            writer.write_backend(settled)
        for observation in given.observations:
            writer.write_observation(observation)
    return path


@pytest.fixture
def gate(accord: Command, run_file: Path, tmp_path: Path) -> Gate:
    """Write the baseline, and give a function that holds the run file against it."""
    write_baseline(tmp_path / "base.json", read_base(run_file))

    def held(*options: str | Path) -> tuple[int, str, str]:
        words = ("--vectors", "world.json", "--baseline", "base.json", *options)
        done = accord("gate", *words, "run.jsonl")
        return done.returncode, done.stdout, done.stderr

    return held


# By hand, in the run file

SAYS_GOOD = {
    "verdict": "accepted",
    "key": {"signing": "A" * 24 + "2" * 16, "primary": "A" * 24 + "1" * 16},
}


def rewrite(path: Path, change: Callable[[list[Line]], list[Line]]) -> None:
    """Edit the lines between header and footer, and count them anew."""
    header, *lines, footer = map(json.loads, path.read_text().splitlines())
    lines = change([header, *lines])
    header = lines[0]
    seen = [line for line in lines if line["type"] == "observation"]
    verdicts: dict[str, Counter[str]] = {name: Counter() for name in header["backends"]}
    for line in seen:
        verdicts[line["backend"]][line["verdict"]] += 1
    footer |= {"observations": len(seen), "verdicts": verdicts}
    path.write_text("".join(json.dumps(line) + "\n" for line in (*lines, footer)))


def answer(lines: list[Line], vector: str, backend: str = "gpg") -> Line:
    return next(
        line for line in lines if (line.get("vector"), line.get("backend")) == (vector, backend)
    )


def says(vector: str, result: Line) -> Callable[[list[Line]], list[Line]]:
    def change(lines: list[Line]) -> list[Line]:
        native = {key: value for key, value in result.items() if key != "key"}
        native |= {"keys": [result["key"]]} if "key" in result else {}
        line = answer(lines, vector)
        line["verdict"] = result["verdict"]
        line["answer"] = {"signatures": [result], "native": native}
        return lines

    return change


def says_no(vector: str, error_class: str) -> Callable[[list[Line]], list[Line]]:
    return says(vector, {"verdict": "rejected", "classes": [error_class]})


def crashes(lines: list[Line]) -> list[Line]:
    line = answer(lines, "area/good")
    del line["answer"]
    line |= {"verdict": "error", "error": "crashed"}
    return lines


def is_not_asked(lines: list[Line]) -> list[Line]:
    lines.remove(answer(lines, "area/good"))
    return lines


def asks_one_less(lines: list[Line]) -> list[Line]:
    lines[0]["backends"].remove("gpg")
    return [line for line in lines if "gpg" not in (line.get("name"), line.get("backend"))]


def asks_one_more(lines: list[Line]) -> list[Line]:
    lines[0]["backends"].append("third")
    new = []
    for line in lines:
        if line.get("name") == "gpg":
            new.append(line | {"name": "third", "description": None})
        if line.get("backend") == "gpg":
            new.append(line | {"backend": "third"})
    return [*lines, *new]


MALLORYS = SAYS_GOOD | {"key": {"signing": "E" * 24 + "6" * 16}}

MUTATIONS: dict[Category, tuple[Callable[[list[Line]], list[Line]], str]] = {
    Category.NEWLY_ACCEPTED: (says("area/bad", SAYS_GOOD), "area/bad"),
    Category.OTHER_KEY: (says("area/good", MALLORYS), "area/good"),
    Category.VANISHED: (is_not_asked, "area/good"),
    Category.NEWLY_REJECTED: (says_no("area/good", "bad_signature"), "area/good"),
    Category.NEW_ERROR: (crashes, "area/good"),
    Category.OTHER_CLASS: (says_no("area/bad", "key_revoked"), "area/bad"),
    Category.REMOVED: (asks_one_less, "(whole backend)"),
    Category.FIXED: (says_no("area/forged", "bad_signature"), "area/forged"),
    Category.ADDED: (asks_one_more, "(whole backend)"),
}


@pytest.mark.parametrize("category", Category)
def test_a_change_made_by_hand_is_named(gate: Gate, run_file: Path, category: Category) -> None:
    change, place = MUTATIONS[category]
    rewrite(run_file, change)
    code, text, _ = gate()
    assert code == (Exit.FOUND if category in FAILING else Exit.DONE)
    titles = {each: each.replace("_", " ").capitalize() + ": 1 " for each in Category}
    assert [each for each, title in titles.items() if f"\n{title}" in text] == [category]
    assert f"\n{place}" in text
    assert text.splitlines()[-1].startswith("Gate failed" if code else "Gate passed")


def test_an_untouched_run_passes(gate: Gate) -> None:
    code, text, _ = gate()
    assert code == Exit.DONE
    assert text.startswith("Gate: run.jsonl against base.json, 10 pairs of vector and backend")
    assert text.splitlines()[-1] == "Gate passed: nothing fails"


def test_fail_on_chooses(gate: Gate, run_file: Path) -> None:
    rewrite(run_file, says_no("area/good", "bad_signature"))
    code, text, _ = gate("--fail-on", "newly-accepted", "--fail-on", "fixed")
    assert code == Exit.DONE
    assert "does not fail, by --fail-on" in " ".join(text.split())
    assert gate("--fail-on", "newly-rejected")[0] == Exit.FOUND


def test_a_run_file_is_a_baseline_as_well(accord: Command, run_file: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.jsonl"
    before.write_bytes(run_file.read_bytes())
    words = ("gate", "--vectors", "world.json", "--baseline", before)
    assert accord(*words, run_file).returncode == Exit.DONE
    rewrite(run_file, crashes)
    assert accord(*words, run_file).returncode == Exit.FOUND


def test_the_lists_are_read_and_held_against_a_day(
    gate: Gate, run_file: Path, tmp_path: Path
) -> None:
    rewrite(run_file, says_no("area/good", "bad_signature"))
    known, flaky = tmp_path / "known.toml", tmp_path / "flaky.toml"
    known.write_text(
        '[[known]]\nvectors = "area/good"\nbackend = "gpg"\ncategory = "newly_rejected"\n'
        'reason = "being mended"\nreference = "#1"\nexpires = 2027-01-31\n'
    )
    flaky.write_text('[[flaky]]\nvectors = "area/open"\nreason = "late"\nreference = "#2"\n')
    lists = ("--known", known, "--flaky", flaky)
    code, text, _ = gate(*lists, "--today", "2027-01-31")
    assert code == Exit.DONE, text
    assert "being mended" in text
    code, text, _ = gate(*lists, "--today", "2027-02-01")
    assert code == Exit.FOUND
    assert "expired" in text
    flaky.write_text(flaky.read_text().replace("area/open", "area/good"))
    code, text, _ = gate(*lists, "--today", "2027-01-31")
    assert code == Exit.FOUND
    assert "overlap" in text


def test_the_result_is_written_in_other_formats(gate: Gate, run_file: Path, tmp_path: Path) -> None:
    rewrite(run_file, says_no("area/good", "bad_signature"))
    code, text, _ = gate("--output", "junit=gate.xml", "--output", "github=-")
    assert code == Exit.FOUND
    assert (tmp_path / "gate.xml").read_text().startswith("<?xml")
    assert "\n::error" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--output", "junit"), "the formats are junit"),
        (("--output", "paper=gate.txt"), "the formats are junit"),
        (("--output", "junit=none/gate.xml"), "none/gate.xml: no such file"),
        (("--moved", "gpg=a", "--moved", "gpg=b"), "'gpg' cannot be moved to both 'a' and 'b'"),
        (("--today", "soon"), "give it as 2027-06-30"),
        (("--known", "none.toml"), "there is no such file"),
        (("--baseline", "none.json"), "baseline update"),
        (("--baseline", "world.json"), "is no baseline"),
        (("--vectors", "../none"), "there is no such file"),
    ],
)
def test_what_cannot_be_done_says_why(gate: Gate, options: tuple[str, ...], message: str) -> None:
    code, _, errors = gate(*options)
    assert code == Exit.MISUSE
    assert message in " ".join(errors.split())


def test_a_run_before_one_that_was_interrupted_is_refused(gate: Gate, run_file: Path) -> None:
    partial = run_file.with_name("run.jsonl.part")
    partial.write_bytes(b"")
    now = run_file.stat().st_mtime
    os.utime(partial, (now + 1, now + 1))
    code, _, words = gate()
    assert code == Exit.MISUSE
    assert "a run was interrupted; go on with: pgp-accord run --resume" in words
    os.utime(partial, (now - 1, now - 1))
    assert gate()[0] == Exit.DONE


def test_a_folder_stands_for_the_run_in_it(accord: Command, gate: Gate, run_file: Path) -> None:
    words = ("gate", "--vectors", "world.json", "--baseline", "base.json")
    assert accord(*words, run_file.parent).stdout == accord(*words, run_file).stdout


def test_a_run_about_other_vectors_is_refused(accord: Command, gate: Gate) -> None:
    done = accord("gate", "--baseline", "base.json", "run.jsonl")  # against the shipped corpus
    assert done.returncode == Exit.MISUSE
    assert "--vectors" in done.stderr


# The baseline


def test_an_update_says_what_changes_and_writes_it(
    accord: Command, run_file: Path, tmp_path: Path
) -> None:
    words = ("baseline", "update", "--run", run_file, "base.json")
    assert accord(*words).stdout == "base.json: 10 answers written, of gpg, sqv\n"
    first = (tmp_path / "base.json").read_text()
    assert accord(*words).stdout == "base.json: nothing has changed\n"
    rewrite(run_file, says_no("area/good", "weak_hash"))
    assert accord(*words).stdout == (
        "base.json: 1 answer changed, 0 added, 0 removed\n  area/good gpg\n"
    )
    changed = set((tmp_path / "base.json").read_text().splitlines()) - set(first.splitlines())
    assert changed == {'  "area/good gpg": "rejected weak_hash",'}
    assert accord("gate", "--vectors", "world.json", "--baseline", "base.json", run_file).stdout


@pytest.mark.parametrize("there", ["<<<<<<< ours\n", '{"type": "header"}\n'])
def test_an_update_overwrites_nothing_but_a_baseline(
    accord: Command, run_file: Path, tmp_path: Path, there: str
) -> None:
    path = tmp_path / "base.json"
    path.write_text(there)
    done = accord("baseline", "update", "--run", run_file, path)
    assert done.returncode == Exit.MISUSE
    assert path.read_text() == there
