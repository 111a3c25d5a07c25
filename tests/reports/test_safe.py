import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports.safe import Quoted, code, markdown, plain, terminal
from tests.reports.rendering import shown

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "one\ntwo\r\nthree\rfour",
    "line\u2028separator\u2029s",
    "[red]markup[/red] [link=https://evil.example]x[/link]",
    "[GNUPG:] GOODSIG 0123456789ABCDEF Alice",
    "\n[GNUPG:] VALIDSIG",
    "<script>alert(1)</script>",
    "<!-- comment",
    "&lt;not escaped&gt; &amp;",
    "a | b | c",
    "a \\| b \\\\| c",
    "`code` ``two`` ```",
    "\\`",
    "**bold** _em_ ~~gone~~ # head",
    "[text](javascript:alert(1)) ![image](http://evil.example/x.png)",
    "https://evil.example www.evil.example @octocat #123 a@b.example",
    "- item",
    "1. item",
    "+ item",
    "===",
    "---",
    "    indented",
    "\u202emirrored\u202c \u200bzero \ufeffbom",
    ":smile:",
    "\udcff lone surrogate \ud800",
    "\x00nul",
    "",
    " ",
    "tab\there",
]

any_text = st.text(st.characters(codec=None), max_size=40) | st.text(
    "\\`|*_[]()<>#-+=.! \n\r\t1a&:/@\x1b", max_size=30
)


def acts(text: str) -> list[str]:
    """The characters of a text that do not just print."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_only_prints(text: str) -> None:
    assert not acts(plain(text))


@given(any_text)
def test_any_plain_text_only_prints_and_nothing_is_lost(text: str) -> None:
    assert not acts(plain(text))
    assert len(plain(text)) >= len(text)


def test_a_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 20, limit=5) == "xxxx…"
    assert plain("x" * 5, limit=5) == "xxxxx"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("colour", [False, True])
def test_on_a_terminal_nothing_of_it_is_markup(text: str, colour: bool) -> None:
    assert shown(terminal(text), width=200, colour=colour) == plain(text) + "\n"


@given(any_text, st.integers(4, 40))  # gutter and one wide character at least
@example("x" * 100 + "\nForged line", 10)
@example(" " * 38 + "✓ accepted", 40)
def test_every_quoted_line_is_behind_the_gutter(text: str, width: int) -> None:
    lines = shown(Quoted(text), width=width).split("\n")
    assert lines.pop() == ""
    assert lines
    assert all(line.startswith("│ ") for line in lines)
    assert not any(acts(line) for line in lines)


def test_the_rest_of_a_wrapped_line_is_indented_further() -> None:
    text = shown(Quoted("  one two three four\nfive"), width=16)
    assert [line.rstrip() for line in text.splitlines()] == [
        "│   one two",
        "│       three",
        "│       four",
        "│ five",
    ]


@given(any_text, st.integers(4, 40))  # gutter and one wide character at least
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = shown(Quoted(text), width=width).splitlines()
    told = "".join(line.removeprefix("│ ") for line in lines)
    whole = text.replace("\r\n", "\n").rstrip("\n")
    given = "".join(plain(line.expandtabs(4)) for line in whole.split("\n"))
    assert told.replace(" ", "") == given.replace(" ", "")


def test_quoted_text_can_be_bounded() -> None:
    assert shown(Quoted("a\nb\nc\nd", most=2)) == "│ a\n│ b\n… and 2 lines more\n"
    assert shown(Quoted("a\nb\n", most=2)) == "│ a\n│ b\n"


parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def cells(row: str) -> list[Token]:
    """The inline content of the cells of the only row of the only table of a document."""
    tokens = parser.parse(f"| h | h |\n| --- | --- |\n{row}\n\nafter\n")
    names = [token.type for token in tokens]
    assert names.count("table_open") == 1
    assert names.count("tr_open") == 2
    assert names[-3:] == ["paragraph_open", "inline", "paragraph_close"]
    body = tokens[names.index("tbody_open") : names.index("tbody_close")]
    return [token for token in body if token.type == "inline"]


def text_of(cell: Token) -> str:
    return "".join(child.content for child in cell.children or ())


@given(any_text)
def test_in_a_markdown_table_prose_stays_in_its_cell_and_is_only_text(text: str) -> None:
    first, second = cells(f"| {markdown(text)} | other |")
    assert {child.type for child in first.children or ()} <= {"text", "text_special"}
    assert text_of(first).replace("\u200b", "").strip() == plain(text).strip()
    assert text_of(second) == "other"


@given(any_text)
def test_in_a_markdown_table_code_stays_in_its_cell_and_is_only_code(text: str) -> None:
    first, second = cells(f"| {code(text)} | other |")
    assert [child.type for child in first.children or ()] in (["code_inline"], ["text"])
    assert text_of(second) == "other"


@given(any_text)
def test_as_a_line_of_its_own_prose_is_a_paragraph(text: str) -> None:
    found = markdown(text)
    if found.strip() and not found.startswith("    "):
        names = [token.type for token in parser.parse(f"{found}\n")]
        assert names == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prose_and_code_survive_side_by_side(text: str) -> None:
    prose, verbatim = cells(f"| {markdown(text)} | {code(text)} |")
    assert not {c.type for c in prose.children or ()} - {"text", "text_special"}
    assert "<script" not in markdown(text)
    assert len(verbatim.children or ()) == 1


def test_nobody_is_notified_and_nothing_linked() -> None:
    assert "@o" not in markdown("@octocat").replace("&#64;", "@")
    assert "://" not in markdown("https://evil.example")
    assert "www." not in markdown("www.evil.example")


def test_words_stay_readable_in_the_source() -> None:
    assert markdown("gpg 2.2.40: key_revoked on x86_64") == "gpg 2.2.40: key_revoked on x86_64"
