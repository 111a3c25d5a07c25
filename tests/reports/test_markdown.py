import dataclasses

from markdown_it import MarkdownIt

from harness.judge import Judgement
from harness.run import reference, run_of
from harness.vector import Outcome, corpus_of
from reports import markdown, words
from reports.model import report_of
from tests.judging.factories import GOOD, crashed, said, vector
from tests.reports.example import HOSTILE, example_corpus, example_run, header, record


def example() -> str:
    return markdown.render(report_of(example_corpus(), example_run()))


def section(text: str, title: str) -> str:
    _, _, rest = text.partition(f"## {title}\n\n")
    assert rest
    return rest.split("\n## ", 1)[0]


def test_the_same_run_gives_the_same_text_whatever_the_order_of_its_lines() -> None:
    run = example_run()
    other = run_of(run.header, reversed(run.backends), reversed(run.observations), run.finished)
    assert markdown.render(report_of(example_corpus(), other)) == example()


def test_every_section_is_there_in_order() -> None:
    heads = [line for line in example().splitlines() if line.startswith("## ")]
    assert heads == [
        "## Backends",
        "## Judgements",
        "## Areas",
        "## Agreement",
        "## False accepts",
        "## Wrong keys",
        "## Divergences",
        "## Unsupported here, accepted there",
        "## Native verdicts that differ",
        "## Errors",
        "## Skipped",
        "## All vectors",
    ]


def test_false_accepts_are_told_in_words() -> None:
    found = section(example(), "False accepts")
    assert (
        "| `revocation/reject-00` | Made-up vector 0 | pgpy | accepted …2222222222222222 of "
        "…1111111111111111, expected rejection (key_revoked) |"
    ) in found


def test_divergences_come_by_gravity() -> None:
    found = section(example(), "Divergences")
    assert found.index("### Identity") < found.index("### Verdict") < found.index("### Class")
    identity = found[: found.index("### Verdict")]
    assert "python-gnupg: accepted …6666666666666666" in identity
    assert found.rstrip().endswith("None."), "no class divergence in the example"


def test_the_matrix_has_a_sign_for_every_cell() -> None:
    found = section(example(), "All vectors")
    assert "| `subkeys/claimed-twice` | accept | ✓ | ✓ | ✓ | ✓ | **WK** | identity |" in found
    assert "| `algorithms/policy-00` | policy | p+ | WC | p+ | p- | p+ | verdict |" in found
    assert "| `versions/v6` | accept | UN | UN | ER | ✓ | UN | not compared |" in found


def test_a_cell_that_is_not_there_is_marked_so() -> None:
    run = example_run()
    fewer = dataclasses.replace(run, observations=run.observations[1:])
    found = section(markdown.render(report_of(example_corpus(), fewer)), "All vectors")
    assert f"| `algorithms/policy-00` | policy | {words.NOT_ASKED} | WC |" in found


def test_the_signs_are_distinct_and_explained() -> None:
    assert len(set(words.SIGNS.values())) == len(Judgement) == len(words.MEANINGS)
    assert words.NOT_ASKED not in words.SIGNS.values()


def test_absent_backends_come_with_the_line_that_installs_them() -> None:
    found = section(example(), "Backends")
    assert "| sqv |  |  |  | absent: `no program sqv in PATH`; to install: `apt install sqv` |" in (
        found
    )


def test_hostile_text_everywhere_leaves_the_structure_alone() -> None:
    corpus = corpus_of(
        HOSTILE,
        [vector(name="a/b", title=HOSTILE), vector(Outcome.REJECT, name="a/c", title=HOSTILE)],
    )
    observations = [
        crashed(about="a/b", backend=HOSTILE, reason=HOSTILE),
        said(GOOD, about="a/c", backend=HOSTILE),
    ]
    run = run_of(
        header(reference(corpus)),
        [record(HOSTILE, version=HOSTILE)],
        observations,
        example_run().finished,
    )
    text = markdown.render(report_of(corpus, run))
    assert "\x1b" not in text
    assert "\u202e" not in text
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    inside = [child for token in tokens for child in token.children or ()]
    assert not [t for t in tokens if t.type == "html_block"]
    assert {child.content for child in inside if child.type == "html_inline"} <= {"<br>"}
    assert not [child for child in inside if child.type in ("link_open", "image")]
    width = len(text.split("| vector | title |")[1].splitlines()[0].split(" | "))
    assert width == 2, "backend and what it said"


def test_its_size_is_sensible() -> None:
    assert len(example()) < 600 * len(example_corpus().vectors)
