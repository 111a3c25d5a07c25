"""Line ends: what is hashed for a text, and what is hashed for anything else.

A binary signature covers octets, and every octet counts. A text signature covers a text: whatever
ends its lines is hashed as CR LF, so that the text may pass from one system to another; all else
counts there, too. Bob's key is good and so is his signature; what varies is the document that it
comes with.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from harness.artifact import Artifact, Inline, Repeat
from harness.openpgp.names import SignatureType
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge.artifacts import detached, inline, literal, one_pass, one_pass_message
from vectors.forge.certificate import signature_packet
from vectors.forge.signature import sign
from vectors.suites.cast import BY_SMALL_BOB, SMALL_BOB, small_bob
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

line_endings = Area(
    "line-endings",
    __doc__,
    origins={
        "delivered": "interoperability suite: line break normalization",
        "carriage-return": "RNP: messages with CR CR and with a CR at the end",
        "charset": "OpenPGP.js: signatures over Latin-1 text",
        "long": "rPGP: normalization across buffers; RNP: long messages",
    },
)

FIRST, SECOND, THIRD = b"What Bob signed.", b"A second line.", b"A third line."
LINES = b"\r\n".join((FIRST, SECOND, THIRD))
"""The document of this area: canonical, and without a line end at its end."""

ACCEPTED = accept(BY_SMALL_BOB)

UNLISTED = (
    "RFC 9580 has line endings converted to CR LF, and does not say which octets end a line. LF "
    "and CR LF do so on all systems of today; others had their own, and Unicode knows more."
)


def by_bob(artifact: Artifact, expect: Expectation, *repeats: Repeat) -> Draft:
    """Ask about an artifact by Bob, whose certificate has no faults."""
    return Draft(certificates=[small_bob()], artifact=artifact, expect=expect, repeats=repeats)


def text_signature(data: bytes, delivered: bytes, expect: Expectation, *repeats: Repeat) -> Draft:
    """A text signature over ``data`` beside what was delivered."""
    made = sign(data, SMALL_BOB, kind=SignatureType.TEXT)
    return by_bob(detached(delivered, made), expect, *repeats)


# CR LF text was signed, and something comes


class Change(enum.Enum):
    """What a change of the document is: to a binary signature, and to a text signature."""

    NONE = (
        "Nothing has changed: this is the baseline of the area.",
        "Nothing has changed: this is the baseline of the area.",
    )
    LINE_ENDS = (
        "LF for CR LF is another document to it; a verifier that converts accepts what was not "
        "signed, an archive whose octets moved as well as a text.",
        "Its canonical form is the one that was signed, since each line end counts as CR LF. A "
        "verifier that looks at the first line end only, or hashes what comes, breaks texts that "
        "were edited on two systems.",
    )
    OTHER_LINE_ENDS = (
        "What may or may not end a line is of no concern here: other octets, other document.",
        "Whoever takes that for a line end finds the text that was signed, and whoever does not "
        "finds another one.",
    )
    WORDS = (
        "Blanks and empty lines are octets like others. A verifier that trims accepts what was not "
        "signed.",
        "Only line ends have a canonical form; blanks and empty lines are part of the text. (The "
        "cleartext framework trims blanks and tabs, and it alone.) A verifier that trims accepts "
        "what was not signed.",
    )


@dataclass(frozen=True)
class Delivered:
    """The document as it comes, where CR LF text was signed.

    Attributes:
        how: what became of it, in words.
        data: the document.
        change: what kind of change that is.
    """

    how: str
    data: bytes
    change: Change

    @property
    def to_binary(self) -> str:
        """What it is to a binary signature, in words."""
        return self.change.value[0]

    @property
    def to_text(self) -> str:
        """What it is to a text signature, in words."""
        return self.change.value[1]


def ended_by(title: str, line_end: str) -> Delivered:
    """Every line end is replaced by something that some system or standard has for one."""
    data = LINES.replace(b"\r\n", line_end.encode())
    return Delivered(f"with {title} for line ends", data, Change.OTHER_LINE_ENDS)


def with_behind(title: str, space: str) -> Delivered:
    """Something that looks like nothing stands behind the first line."""
    data = LINES.replace(FIRST, FIRST + space.encode())
    return Delivered(f"with {title} behind its first line", data, Change.WORDS)


LF, CRLF = b"\n", b"\r\n"

DELIVERED = {
    "crlf": Delivered("as it was", LINES, Change.NONE),
    "lf": Delivered("with LF line ends", LINES.replace(CRLF, LF), Change.LINE_ENDS),
    "mixed1": Delivered(
        "with CR LF behind its first line and LF behind its second",
        FIRST + CRLF + SECOND + LF + THIRD,
        Change.LINE_ENDS,
    ),
    "mixed2": Delivered(
        "with LF behind its first line and CR LF behind its second",
        FIRST + LF + SECOND + CRLF + THIRD,
        Change.LINE_ENDS,
    ),
    "cr": ended_by("CR", "\r"),
    "lfcr": ended_by("LF CR", "\n\r"),
    "qnx-1e": ended_by("record separators (0x1E)", "\x1e"),
    "vt": ended_by("vertical tabs", "\x0b"),
    "ff": ended_by("form feeds", "\x0c"),
    "nel-85": ended_by("next line characters (U+0085)", "\u0085"),
    "ls-2028": ended_by("line separators (U+2028)", "\u2028"),
    "ps-2029": ended_by("paragraph separators (U+2029)", "\u2029"),
    "trail-sp-1": with_behind("a blank", " "),
    "trail-sp-2": Delivered("with a blank behind its last line", LINES + b" ", Change.WORDS),
    "trail-sp-3": Delivered(
        "with a blank behind every line", LINES.replace(CRLF, b" " + CRLF) + b" ", Change.WORDS
    ),
    "trail-lf": Delivered("with an LF at its end", LINES + LF, Change.WORDS),
    "lead-lf": Delivered("with an LF before its first line", LF + LINES, Change.WORDS),
    "trail-tab": with_behind("a tab", "\t"),
    "nbsp": with_behind("a no-break space (U+00A0)", "\u00a0"),
    "u1680": with_behind("an Ogham space mark (U+1680)", "\u1680"),
    "u2000": with_behind("an en quad (U+2000)", "\u2000"),
}


@line_endings.family(
    DELIVERED, "5.2.1.1", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["delivered", "binary"]
)
def binary(m: Delivered) -> Draft:
    """A binary signature over CR LF text, which comes {m.how}.

    Binary documents are hashed as they are. {m.to_binary}
    """
    same = m.change is Change.NONE
    artifact = detached(m.data, sign(LINES, SMALL_BOB))
    return by_bob(artifact, ACCEPTED if same else reject(Wrong.BAD_SIGNATURE))


ASKED_ELSEWHERE = ("crlf", "lf", "trail-sp-1")
"""Those that the area ``signatures`` asks of text signatures."""


@line_endings.family(
    {name: how for name, how in DELIVERED.items() if name not in ASKED_ELSEWHERE},
    "5.2.1.2",
    "5.2.4",
    rfc4880=["5.2.1", "5.2.4"],
    tags=["delivered", "text"],
)
def text(m: Delivered) -> Draft:
    """A text signature over CR LF text, which comes {m.how}.

    {m.to_text}
    """
    match m.change:
        case Change.NONE | Change.LINE_ENDS:
            expect = ACCEPTED
        case Change.OTHER_LINE_ENDS:
            expect = undefined(UNLISTED, Wrong.BAD_SIGNATURE, keys=[BY_SMALL_BOB])
        case Change.WORDS:
            expect = reject(Wrong.BAD_SIGNATURE)
    return text_signature(LINES, m.data, expect)


# Text that comes as it was signed


@line_endings.vector(
    "5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "carriage-return"]
)
def text_with_cr_before_cr_lf() -> Draft:
    """The first line of a signed text ends in CR CR LF.

    It was hashed as a CR, which belongs to the line, and a CR LF, which ends it. Who strips all
    CRs before the LF, or takes the first for a line end of its own, hashes something else.
    """
    data = FIRST + b"\r\r\n" + SECOND
    return text_signature(data, data, undefined(UNLISTED, Wrong.BAD_SIGNATURE, keys=[BY_SMALL_BOB]))


@line_endings.vector(
    "5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "carriage-return"]
)
def text_with_cr_at_its_end() -> Draft:
    """The last octet of a signed text is a CR, with no LF behind it.

    It was hashed as it stands. A verifier that works line by line may strip it, or make it CR LF.
    """
    data = FIRST + CRLF + SECOND + b"\r"
    return text_signature(data, data, undefined(UNLISTED, Wrong.BAD_SIGNATURE, keys=[BY_SMALL_BOB]))


@line_endings.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "charset"])
def text_with_nul() -> Draft:
    """A text signature over text that holds NUL octets, in a line and at the start of another.

    NUL is a character of UTF-8 as any other. A verifier to whom it ends a string hashes half of
    the text, and lets the other half be changed.
    """
    data = b"What\x00Bob\x00signed." + LF + b"\x00" + SECOND
    return text_signature(data, data, ACCEPTED)


@line_endings.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "charset"])
def text_in_latin_1() -> Draft:
    """A text signature over Latin-1 text, hashed as it is.

    By RFC 9580 a text is encoded in UTF-8 before it is hashed, which these octets are not. RFC
    4880 had line ends converted and nothing else, and many such signatures exist.
    """
    data = "Käse aus Köln.\nÀ bientôt.".encode("latin-1")
    expect = undefined(
        "Section 5.2.4 has text encoded in UTF-8, and leaves open how a verifier learns the "
        "encoding of a document, and what becomes of octets that are not UTF-8.",
        Wrong.BAD_SIGNATURE,
        Wrong.MALFORMED,
        keys=[BY_SMALL_BOB],
        rfc4880=Outcome.ACCEPT,
    )
    return text_signature(data, data, expect)


@line_endings.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "charset"])
def text_with_byte_order_mark() -> Draft:
    """A text signature over text that begins with a byte order mark (U+FEFF).

    It is a character in UTF-8, ends no line, and is hashed like the rest. Readers that swallow it
    on the way in break the signature.
    """
    data = "\ufeff".encode() + FIRST + LF + SECOND
    return text_signature(data, data, ACCEPTED)


@line_endings.vector("5.2.1.1", "5.9", "5.2.4", rfc4880=["5.9", "5.2.4"], tags=["inline"])
def binary_signature_over_text_literal() -> Draft:
    """A one-pass message with a binary signature over a literal that is marked as text.

    The signature's type decides how the document is hashed, not the format of the literal: its
    octets count as they are, CR LF and all.
    """
    made = sign(LINES, SMALL_BOB)
    packets = (one_pass(made, SMALL_BOB), literal(LINES, text=True), signature_packet(made))
    return by_bob(inline(packets), ACCEPTED)


# Long text

LINE = b"." * 62 + CRLF


def up_to(size: int) -> tuple[bytes, int]:
    """A text whose last CR LF has its CR at the end of so many octets; how often `LINE` begins it.

    ``size`` is a multiple of the line's length.
    """
    times = size // len(LINE) - 1
    return LINE * times + b"." * 63 + CRLF + b"The last line.", times


BUFFERS = {"4k": 4096, "8k": 8192, "32k": 32768, "64k": 65536}


@line_endings.family(BUFFERS, "5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "long"])
def text_with_cr_lf_across(m: int) -> Draft:
    """A text signature over text with a CR LF whose CR is octet number {m}.

    There a buffer of that size ends, and the LF begins the next one. A verifier that does not
    remember the CR makes the one line end two.
    """
    data, times = up_to(m)
    made = sign(data, SMALL_BOB, kind=SignatureType.TEXT)
    once = data[len(LINE) * (times - 1) :]
    repeat = Repeat(part="data", start=0, end=len(LINE), times=times)
    return by_bob(detached(once, made), ACCEPTED, repeat)


@line_endings.family(
    BUFFERS,
    "5.2.1.2",
    "5.2.4",
    "5.9",
    rfc4880=["5.2.1", "5.2.4", "5.9"],
    tags=["text", "inline", "long"],
)
def inline_text_with_cr_lf_across(m: int) -> Draft:
    """A one-pass message with a text signature; the CR of a CR LF is the text's octet number {m}.

    The same as beside a detached signature. Where the reader's buffers begin inside the message
    is its own affair, and must not matter.
    """
    data, times = up_to(m)
    made = sign(data, SMALL_BOB, kind=SignatureType.TEXT)
    message = inline(one_pass_message(data, (made, SMALL_BOB))).message
    start = message.index(LINE)
    once = message[:start] + message[start + len(LINE) * (times - 1) :]
    repeat = Repeat(part="message", start=start, end=start + len(LINE), times=times)
    return by_bob(Inline(message=once), ACCEPTED, repeat)


@line_endings.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "long"])
def text_with_long_lines() -> Draft:
    """A text signature over three lines of 4,096 octets, which end in LF.

    The length of lines is not limited. A verifier that reads lines into a buffer of fixed size
    sees line ends where none are.
    """
    length = 4096
    data = LF.join((b"a" * length, b"b" * length, b"c" * length))
    made = sign(data, SMALL_BOB, kind=SignatureType.TEXT)
    repeats = [Repeat(part="data", start=at, end=at + 1, times=length) for at in (0, 2, 4)]
    return by_bob(detached(b"a\nb\nc", made), ACCEPTED, *repeats)


@line_endings.vector("5.2.1.1", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["long", "large"])
def binary_of_64_mebibytes() -> Draft:
    """A binary signature over a document of 64 MiB.

    Nothing is wrong: documents may have any length, and software releases have such. Whoever
    reads them into memory should notice here.
    """
    line, times = b"Sixty-four octets, over and over, until they are mebibytes, 64.\n", 1 << 20
    repeat = Repeat(part="data", start=0, end=len(line), times=times)
    return by_bob(detached(line, sign(line * times, SMALL_BOB)), ACCEPTED, repeat)
