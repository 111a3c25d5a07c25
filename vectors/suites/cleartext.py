"""The cleartext framework: text that anyone can read, and a signature below it.

What is signed is not what stands there: dash-escapes, blanks at line ends and the last line end are
taken away first, and headers, frame and surroundings are nobody's word. Bob's key is good; what
varies is the frame around his text, and sometimes the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.artifact import Cleartext, Repeat
from harness.openpgp.armor import write_armor
from harness.openpgp.cleartext import write_cleartext
from harness.openpgp.names import SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge.artifacts import (
    armor_signature,
    inline,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.artifacts import cleartext as framed
from vectors.forge.certificate import signature_packet
from vectors.forge.signature import Made, make, nothing, sign
from vectors.forge.times import SIGNED
from vectors.suites.cast import (
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_SMALL_ALICE,
    BY_SMALL_BOB,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    alice_v6,
    small_alice,
    small_bob,
)
from vectors.suites.expect import accept, each, reject, undefined
from vectors.suites.registry import Area, Draft

cleartext = Area(
    "cleartext",
    __doc__,
    origins={
        "hash-header": "rPGP and GnuPG: Hash headers; OpenPGP.js: cleartext headers",
        "other-header": "OpenPGP.js and rPGP: cleartext headers; gpg.fail: NotDashEscaped",
        "dashes": "RNP and PGPy: dash-escapes",
        "blanks": "OpenPGP.js 3.0.9 to 5.3.1: trailing whitespace; CVE-2025-68972",
        "surroundings": "gpg.fail and rPGP: text around cleartext messages",
        "frame": "RNP and PGPainless: cleartext messages",
        "polyglot": "gpg.fail: format confusion; rPGP: puppets",
        "no-signature": "RNP and OpenPGP.js: cleartext without a signature",
        "type": "OpenPGP.js: message signature bypass",
        "text": "PGPy and RNP: cleartext messages",
        "v6": "RFC 9580, A.6",
    },
)

TEXT = b"What Bob signed.\nA second line."
GOOD = accept(BY_SMALL_BOB)
BAD = reject(Wrong.BAD_SIGNATURE)

NO_MESSAGE = (Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
"""What is right to say of something that is no cleartext signed message."""

DECLINED = (*NO_MESSAGE, Wrong.POLICY_OTHER, Wrong.UNSUPPORTED)
"""What is right to say of a message whose signatures must not be validated."""


def in_frame(
    text: bytes, delivered: bytes | None = None, newline: str = "\n", hash_header: str = "SHA256"
) -> bytes:
    """Frame Bob's signature over ``text`` with what is delivered, by default the text."""
    made = sign_cleartext(text, SMALL_BOB)
    block = write_armor("PGP SIGNATURE", packed(made), newline=newline)
    shown = text if delivered is None else delivered
    return write_cleartext(shown, block, [("Hash", hash_header)], newline)


def packed(*signatures: Signature) -> bytes:
    """Signature packets."""
    return write_packets(map(signature_packet, signatures))


def by_bob(message: bytes, expect: Expectation, *repeats: Repeat) -> Draft:
    """Ask about a message by Bob, whose certificate has no faults."""
    return Draft(
        certificates=[small_bob()],
        artifact=Cleartext(message=message),
        expect=expect,
        repeats=repeats,
    )


def declined(*, rfc4880: Outcome | None = Outcome.UNDEFINED) -> Expectation:
    """RFC 9580 has the message declined; what RFC 4880 says of it is another matter."""
    return reject(*DECLINED, rfc4880=rfc4880, keys=[BY_SMALL_BOB] if rfc4880 else ())


MESSAGE = in_frame(TEXT)
"""The baseline: nothing is wrong."""

HASH_LINE = b"Hash: SHA256\n"


def with_headers(lines: bytes) -> bytes:
    """The baseline with other lines in place of its Hash header."""
    return MESSAGE.replace(HASH_LINE, lines)


# The Hash header


@cleartext.vector("7.1", "6.2.2.3", rfc4880=["7"], tags=["v6", "hash-header"])
def version_6_without_hash_header() -> Draft:
    """A version 6 signature under a cleartext, with neither Hash header nor checksum.

    That is how RFC 9580 writes them: the signature says which hash it uses.
    """
    made = sign_cleartext(TEXT, ALICE_V6_SIGNING)
    block = write_armor("PGP SIGNATURE", packed(made), checksum=False)
    return Draft(
        certificates=[alice_v6()],
        artifact=Cleartext(message=write_cleartext(TEXT, block)),
        expect=accept(ALICE_V6_SIGNING.under(ALICE_V6), rfc4880=Outcome.UNDEFINED),
    )


@cleartext.vector("7.1", "6.2.2.3", rfc4880=["7"], tags=["v6", "hash-header"])
def version_6_with_hash_header() -> Draft:
    """A version 6 signature under a cleartext that has a Hash header.

    It should not be there, and being well-formed is to be ignored.
    """
    made = sign_cleartext(TEXT, ALICE_V6_SIGNING)
    block = write_armor("PGP SIGNATURE", packed(made), checksum=False)
    return Draft(
        certificates=[alice_v6()],
        artifact=Cleartext(message=write_cleartext(TEXT, block, [("Hash", "SHA256")])),
        expect=accept(ALICE_V6_SIGNING.under(ALICE_V6), rfc4880=Outcome.UNDEFINED),
    )


@cleartext.vector("7.1", "6.2.2.3", rfc4880=["7"], tags=["hash-header"])
def hash_header_twice() -> Draft:
    """There are two Hash headers, SHA256 and SHA512; the signature uses SHA-256.

    One or more may be there, and their contents are to be ignored. A verifier that keeps the
    last one only computes the wrong hash.
    """
    return by_bob(with_headers(b"Hash: SHA256\nHash: SHA512\n"), GOOD)


@cleartext.vector("6.2.2.3", "7.1", rfc4880=["7"], tags=["hash-header"])
def hash_header_with_list() -> Draft:
    """The Hash header lists two hashes, SHA512 and SHA256.

    The header is such a list. A verifier that takes it for the name of one hash rejects.
    """
    return by_bob(with_headers(b"Hash: SHA512,SHA256\n"), GOOD)


@cleartext.vector("6.2.2.3", rfc4880=["7"], tags=["hash-header"])
def hash_header_with_blank_in_list() -> Draft:
    """The Hash header lists two hashes, with a blank after the comma.

    As people write lists. A blank says nothing, but it is neither a comma nor a hash.
    """
    expect = undefined(
        "Section 6.2.2.3 has anything but a comma-separated list declined, and does not say "
        "whether there may be blanks in such a list.",
        *DECLINED,
        keys=[BY_SMALL_BOB],
    )
    return by_bob(with_headers(b"Hash: SHA512, SHA256\n"), expect)


@cleartext.vector("6.2.2.3", rfc4880=["7"], tags=["hash-header"])
def hash_header_unknown() -> Draft:
    """The Hash header names a hash that nobody has heard of.

    It may be one of the future, which is to be ignored, or anybody's text, which is to be
    declined. Only a verifier that knows all hashes to come could tell.
    """
    expect = undefined(
        "Section 6.2.2.3 ignores a list of hash algorithms and declines anything else; whether a "
        "name that is not in the registry yet counts as an algorithm is not said.",
        *DECLINED,
        keys=[BY_SMALL_BOB],
    )
    return by_bob(with_headers(b"Hash: SHA9000\n"), expect)


@dataclass(frozen=True)
class Spoof:
    """Something to read in the Hash header.

    Attributes:
        title: what parts it from the name of the hash, in words.
        octets: the header's value behind that name.
        therefore: what it does on a screen.
    """

    title: str
    octets: bytes
    therefore: str


@cleartext.family(
    {
        "text": Spoof("a blank", b" Pay Mallory.", "It looks like a sentence of the message."),
        "text-in-list": Spoof(
            "a comma", b",Pay Mallory.", "It is an element of the list, and no hash."
        ),
        "vertical-tab": Spoof(
            "a vertical tab",
            b"\x0bPay Mallory.",
            "Terminals show it on a line of its own, right above the text.",
        ),
        "form-feed": Spoof(
            "a form feed",
            b"\x0cPay Mallory.",
            "Terminals show it on a line of its own, right above the text.",
        ),
        "carriage-return": Spoof(
            "a carriage return",
            b"\rPay Mallory. ",
            "Terminals write it over the header, of which nothing is left to see.",
        ),
    },
    "6.2.2.3",
    "7.3",
    rfc4880=["7"],
    tags=["hash-header", "hostile"],
)
def hash_header_with(m: Spoof) -> Draft:
    """The Hash header goes on with a text, parted from the hash by {m.title}.

    {m.therefore} Headers are not signed: a verifier must not validate any signature under such
    a header, so that nobody takes for signed what a stranger wrote into it.
    """
    return by_bob(with_headers(b"Hash: SHA256" + m.octets + b"\n"), declined())


# Other headers, and what is none


@dataclass(frozen=True)
class Header:
    """A header before the text that is no Hash header.

    Attributes:
        title: what it is, in words.
        line: all of it.
        therefore: what it would be good for.
    """

    title: str
    line: bytes
    therefore: str


@cleartext.family(
    {
        "comment": Header(
            "a Comment header",
            b"Comment: Pay Mallory.",
            "In other armor it is harmless; here it stands above the text, and looks signed.",
        ),
        "version": Header(
            "a Version header",
            b"Version: 1",
            "In other armor it is known, here it is not allowed.",
        ),
        "charset": Header(
            "a Charset header",
            b"Charset: iso-8859-5",
            "It would change what the signed octets mean.",
        ),
        "salted-hash": Header(
            "a SaltedHash header",
            b"SaltedHash: SHA256:AAECAwQFBgcICQoLDA0ODw",
            "Drafts of RFC 9580 had it, the final text does not.",
        ),
        "not-dash-escaped": Header(
            "a NotDashEscaped header",
            b"NotDashEscaped: You need GnuPG to verify this message",
            "It is GnuPG's own, and nobody signs it: put there by a stranger, it changes where "
            "the text ends and which of its octets are hashed.",
        ),
        "unknown": Header(
            "a header of a kind that nobody has heard of",
            b"Weather: Pay Mallory.",
            "In other armor unknown headers are ignored, here they are not.",
        ),
    },
    "7.1",
    rfc4880=["7", "6.2"],
    tags=["other-header"],
)
def header(m: Header) -> Draft:
    """Below the Hash header, there is {m.title}.

    Nothing but Hash headers may stand there, and a verifier must not validate any signature if
    anything else does. {m.therefore}
    """
    return by_bob(with_headers(HASH_LINE + m.line + b"\n"), declined())


@cleartext.vector("7.1", "7.2", rfc4880=["7.1"], tags=["other-header", "dashes"])
def not_dash_escaped_text() -> Draft:
    """Under a NotDashEscaped header, lines with dashes were signed with no escapes.

    That is what GnuPG writes if asked to. For everybody else the header is not allowed, and "- "
    at the start of a line is an escape, so that another text is left.
    """
    text = b"- milk\n- eggs"
    made = sign_cleartext(text, SMALL_BOB)
    start = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\nNotDashEscaped: GnuPG\n\n"
    message = start + text + b"\n" + armor_signature(packed(made))
    return by_bob(message, declined(rfc4880=None))


@cleartext.vector("7.1", "6.2.2", rfc4880=["7", "6.2"], tags=["other-header", "malformed"])
def text_among_headers() -> Draft:
    """Between the Hash header and the empty line stands a sentence.

    It is no header, and not part of the text. A verifier that skips lines until an empty one
    lets anybody write above what Bob signed.
    """
    return by_bob(with_headers(HASH_LINE + b"Pay Mallory.\n"), declined(rfc4880=None))


# The frame


@cleartext.vector("7.1", "6.2", rfc4880=["7"], tags=["frame"])
def empty_line_with_blanks() -> Draft:
    """The empty line between header and text holds two blanks and a tab.

    Mail programs may well put them there. In armor such a line is blank enough.
    """
    expect = undefined(
        "Section 7.1 has an empty line there; 7 has the framework follow the format of armor, "
        "whose blank line may hold whitespace by section 6.2.",
        *DECLINED,
        keys=[BY_SMALL_BOB],
    )
    return by_bob(MESSAGE.replace(HASH_LINE + b"\n", HASH_LINE + b"  \t\n"), expect)


BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----"
BEGIN_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"


@cleartext.vector("7.1", "6.2.1", rfc4880=["7", "6.2"], tags=["frame", "malformed"])
def first_line_goes_on() -> Draft:
    """There is a sentence behind the dashes of the first line.

    Header lines are alone on their line, but for whitespace. Nobody signed that sentence, and a
    verifier that passes over it lets it stand on top of what Bob signed.
    """
    return by_bob(MESSAGE.replace(BEGIN, BEGIN + b" Pay Mallory."), declined(rfc4880=None))


@cleartext.vector("7.1", "6.2.1", rfc4880=["7", "6.2"], tags=["frame"])
def first_line_ends_in_blanks() -> Draft:
    """There are blanks and a tab behind the dashes of the first line.

    Whitespace may follow a header line. It changes nothing.
    """
    return by_bob(MESSAGE.replace(BEGIN, BEGIN + b"  \t"), GOOD)


@cleartext.vector("7.1", "6.2.1", rfc4880=["7", "6.2"], tags=["frame", "malformed"])
def no_line_end_before_signature() -> Draft:
    """The signature's first line stands on the last line of the text.

    Header lines begin a line, so there is none: it is a text with dashes in it, and no signature.
    Who finds one in the middle of a line has to guess where the text ends, and may show another
    text than the one signed.
    """
    glued = MESSAGE.replace(b"\n" + BEGIN_SIGNATURE, BEGIN_SIGNATURE)
    return by_bob(glued, declined(rfc4880=None))


@cleartext.vector("7.1", rfc4880=["7.1"], tags=["frame"])
def cr_lf_throughout() -> Draft:
    """All lines of the message end in CR LF, those of the frame, too.

    As mail has it. The CR before the signature is framing like the LF.
    """
    return by_bob(in_frame(TEXT.replace(b"\n", b"\r\n"), newline="\r\n"), GOOD)


# The text


@cleartext.vector("7.1", rfc4880=["7.1"], tags=["text"])
def one_line() -> Draft:
    """The text is a single line.

    Its line end belongs to the frame, so what is signed has none at all.
    """
    return by_bob(in_frame(b"What Bob signed."), GOOD)


@cleartext.vector("7.1", "3.4", rfc4880=["7.1"], tags=["text"])
def not_ascii() -> Draft:
    """The text is UTF-8 beyond ASCII, with a character of four octets.

    Text is UTF-8 if nothing else is said. A verifier that decodes it otherwise hashes another one.
    """
    return by_bob(in_frame("Grüße aus Łódź, 東京 und \U0001f510.\nПока!".encode()), GOOD)


@cleartext.vector("7.1", "5.2.1.2", rfc4880=["7.1"], tags=["text"])
def line_separator() -> Draft:
    """The text holds a line separator (U+2028), which was hashed as it is.

    To all systems of today it is a character like others; some languages split lines there.
    """
    expect = undefined(
        "RFC 9580 has line endings converted to CR LF, and does not say which octets end a line.",
        Wrong.BAD_SIGNATURE,
        keys=[BY_SMALL_BOB],
    )
    return by_bob(in_frame("What Bob signed.\u2028A second line.".encode()), expect)


@cleartext.vector("7.1", rfc4880=["7.1"], tags=["text", "long"])
def line_of_20100_octets() -> Draft:
    """The second line has 20,100 octets.

    The length of lines is not limited. A verifier that cuts lines off must not accept what is
    left, and one that takes them as they are accepts.
    """
    once, times = b"What Bob signed.\na", 20100
    made = sign_cleartext(once[:-1] + b"a" * times, SMALL_BOB)
    message = framed(once, made).message
    at = message.index(once) + len(once) - 1
    return by_bob(message, GOOD, Repeat(part="message", start=at, end=at + 1, times=times))


# Dashes


@cleartext.vector("7.2", rfc4880=["7.1"], tags=["dashes"])
def every_line_escaped() -> Draft:
    """Every line is dash-escaped, though none begins with a dash.

    Any line may be, and the escape goes wherever it stands.
    """
    return by_bob(MESSAGE.replace(TEXT, b"- " + TEXT.replace(b"\n", b"\n- ")), GOOD)


@cleartext.vector("7.2", rfc4880=["7.1"], tags=["dashes"])
def dash_not_escaped() -> Draft:
    """A line begins with a dash and a letter, and is not escaped.

    Who wrote it had to escape it. The text is clear all the same, and was signed.
    """
    text = b"What Bob signed.\n-a dash before a letter"
    expect = undefined(
        "Section 7.2 has every line with a dash at its start escaped, and a reader should warn "
        "where one is not; whether the signature counts is not said.",
        *DECLINED,
        keys=[BY_SMALL_BOB],
    )
    escaped = in_frame(text)
    return by_bob(escaped.replace(b"\n- -a dash", b"\n-a dash"), expect)


@cleartext.vector("7.2", "7.1", rfc4880=["7.1"], tags=["dashes", "malformed"])
def signature_header_not_escaped() -> Draft:
    """The signed text holds the first line of a signature, and it is not escaped.

    There the text ends for everyone who reads the message. What follows is no armor: accepted,
    it would be open where the signed text ends.
    """
    text = b"What Bob signed.\n" + BEGIN_SIGNATURE + b"\nA third line."
    escaped = in_frame(text)
    bare = escaped.replace(b"\n- " + BEGIN_SIGNATURE, b"\n" + BEGIN_SIGNATURE)
    return by_bob(bare, declined(rfc4880=None))


# Blanks at line ends


@cleartext.vector("7.1", rfc4880=["7.1"], tags=["blanks"])
def blanks_before_cr_lf() -> Draft:
    """Lines end in blanks, a tab and CR LF.

    Blanks and tabs go, although a CR stands behind them.
    """
    return by_bob(in_frame(b"What Bob signed.  \r\nA second line. \t", newline="\r\n"), GOOD)


@cleartext.vector("7.1", rfc4880=["7.1"], tags=["blanks"])
def signed_with_blanks() -> Draft:
    """The first line ends in a blank, which was hashed.

    Trailing blanks are removed before signing and verifying. OpenPGP.js left them in for years.
    Accepted, text would verify or not by what a mail program does to blanks. RFC 4880 had them
    removed for signing, and said nothing about verifying.
    """
    text = TEXT.replace(b"\n", b" \n")
    made = sign(text, SMALL_BOB, kind=SignatureType.TEXT)
    expect = reject(Wrong.BAD_SIGNATURE, rfc4880=Outcome.UNDEFINED)
    return by_bob(framed(text, made).message, expect)


@dataclass(frozen=True)
class Space:
    """A character that is white, and neither blank nor tab."""

    title: str
    text: str


@cleartext.family(
    {
        "vertical-tab": Space("a vertical tab", "\x0b"),
        "form-feed": Space("a form feed", "\x0c"),
        "next-line": Space("a next line character (U+0085)", "\u0085"),
        "no-break-space": Space("a no-break space (U+00A0)", "\u00a0"),
        "ideographic-space": Space("an ideographic space (U+3000)", "\u3000"),
    },
    "7.1",
    rfc4880=["7.1"],
    tags=["blanks", "tampered"],
)
def space_added(m: Space) -> Draft:
    """The first line had {m.title} put behind it.

    Spaces (0x20) and tabs are removed at line ends, and nothing else is. A verifier that
    removes all whitespace accepts what was not signed.
    """
    delivered = TEXT.replace(b"\n", m.text.encode() + b"\n")
    return by_bob(in_frame(TEXT, delivered), BAD)


@cleartext.vector(
    "7.1",
    rfc4880=["7.1"],
    tags=["blanks", "tampered", "long"],
    provenance="CVE-2025-68972; gpg.fail: form feed",
)
def form_feed_grown() -> Draft:
    """A line that ended in a form feed now ends in 20,000 blanks and words of Mallory's.

    GnuPG marks a line that it cut short with a form feed. A verifier that hashes its own mark
    for the rest of the line finds the form feed that Bob signed, and accepts Mallory's words.
    """
    text = TEXT.replace(b"\n", b"\x0c\n")
    message = in_frame(text, TEXT.replace(b"\n", b" Pay Mallory.\n"))
    at = message.index(b" Pay Mallory.")
    return by_bob(message, BAD, Repeat(part="message", start=at, end=at + 1, times=20000))


# Around the message


OUTSIDE = (
    "Text around a cleartext signed message is no part of it. The RFC does not say whether an "
    "input may hold such text."
)


@cleartext.vector("7.1", rfc4880=["7"], tags=["surroundings"])
def text_behind() -> Draft:
    """A sentence follows the signature.

    As below a mail. Bob did not sign it; whoever shows the whole input as signed shows it, too.
    """
    expect = undefined(OUTSIDE, *DECLINED, keys=[BY_SMALL_BOB])
    return by_bob(MESSAGE + b"Pay Mallory.\n", expect)


@cleartext.vector("7.1", rfc4880=["7"], tags=["surroundings"])
def text_in_front() -> Draft:
    """A sentence stands in front of the message.

    As above a mail that was passed on. Bob did not sign it, and whoever reads from the top
    meets it first.
    """
    expect = undefined(OUTSIDE, *DECLINED, keys=[BY_SMALL_BOB])
    return by_bob(b"Pay Mallory.\n" + MESSAGE, expect)


ONE_MESSAGE = (
    "Section 7.1 describes one text with its signatures. The RFC does not say whether an input may "
    "hold several of these, nor which of them a verdict would be about."
)


@cleartext.vector("7.1", rfc4880=["7"], tags=["surroundings"])
def two_messages() -> Draft:
    """Two cleartext signed messages stand in one input, both Bob's and both good.

    Whoever reads the first one only must hand out the first text only. Whoever reads both says
    the same of both.
    """
    expect = undefined(ONE_MESSAGE, *DECLINED, keys=[BY_SMALL_BOB])
    return by_bob(MESSAGE + in_frame(b"Another day, another text."), expect)


@cleartext.vector("7.1", rfc4880=["7"], tags=["surroundings", "tampered"])
def two_messages_one_changed() -> Draft:
    """Two cleartext signed messages stand in one input; the first is good, the second changed.

    That one good signature is enough holds for signatures over one text, which these are not:
    accepted, the verdict is about the first text, and a caller that shows the input shows
    Mallory's words, too.
    """
    changed = in_frame(b"Another day, another text.", b"Pay Mallory.")
    expect = undefined(ONE_MESSAGE, *DECLINED, keys=[BY_SMALL_BOB])
    return by_bob(MESSAGE + changed, expect)


# Signatures under the text


@cleartext.vector("7.1", "5.2.5", rfc4880=["7"], tags=["several", "frame"])
def two_signature_blocks() -> Draft:
    """Two armored blocks follow the text, with one good signature each, Bob's and Alice's.

    As if Alice had added hers. Section 7.1 ends in "the ASCII-armored signature(s)".
    """
    ours, hers = sign_cleartext(TEXT, SMALL_BOB), sign_cleartext(TEXT, SMALL_ALICE_SIGNING)
    message = framed(TEXT, ours).message + armor_signature(packed(hers))
    whole = undefined(
        "Section 7.1 lets one or more signatures follow the text; whether in one armored block "
        "or in several it does not say.",
        *DECLINED,
        keys=[BY_SMALL_BOB, BY_SMALL_ALICE],
    )
    return Draft(
        certificates=[small_bob(), small_alice()],
        artifact=Cleartext(message=message),
        expect=each(whole, GOOD, accept(BY_SMALL_ALICE)),
    )


@dataclass(frozen=True)
class Lack:
    """What stands where the signature belongs.

    Attributes:
        title: what it is, in words.
        block: its octets.
    """

    title: str
    block: bytes


BLOCK = armor_signature(packed(sign_cleartext(TEXT, SMALL_BOB)))
MARKER = Packet(Tag.MARKER, b"PGP")
CUT = Packet(Tag.SIGNATURE, signature_packet(sign_cleartext(TEXT, SMALL_BOB)).body[:-8])


@cleartext.family(
    {
        "nothing": Lack("is nothing", b""),
        "empty-block": Lack("is an armored block with nothing in it", armor_signature(b"")),
        "marker": Lack(
            "is an armored block with a marker packet only",
            armor_signature(write_packets([MARKER])),
        ),
        "half-a-block": Lack("is a block without its second half", BLOCK[: len(BLOCK) // 2]),
        "not-base64": Lack(
            "is a block with words for Base64",
            BEGIN_SIGNATURE + b"\n\nTrust me, Bob!\n-----END PGP SIGNATURE-----\n",
        ),
        "short-signature": Lack(
            "is a signature that lacks its last eight octets", armor_signature(write_packets([CUT]))
        ),
    },
    "7.1",
    rfc4880=["7"],
    tags=["no-signature", "malformed"],
)
def in_place_of_signature(m: Lack) -> Draft:
    """Below the text, where the signature belongs, {m.title}.

    There is no signature to verify. A caller that counts failures only, or looks for the word
    BEGIN, accepts.
    """
    message = BEGIN + b"\n" + HASH_LINE + b"\n" + TEXT + b"\n" + m.block
    return by_bob(message, declined(rfc4880=None))


@cleartext.vector("5.2.1.3", "7.1", rfc4880=["5.2.1", "7"], tags=["type"])
def standalone_signature() -> Draft:
    """The text bears a standalone signature (type 0x02).

    It is Bob's and good, and signs nothing but itself. Accepted, it would sign any text.
    """
    standalone = make(
        Made(),
        kind=SignatureType.STANDALONE,
        subject=nothing(),
        signer=SMALL_BOB,
        created=SIGNED,
    )
    return by_bob(framed(TEXT, standalone).message, declined(rfc4880=None))


# One input, two readings


def signed_message() -> bytes:
    """An inline message that Bob signed."""
    made = sign(TEXT, SMALL_BOB)
    return inline(one_pass_message(TEXT, (made, SMALL_BOB))).message


@cleartext.vector("7.1", "6.2.1", rfc4880=["7"], tags=["polyglot", "malformed"])
def message_in_place_of_signature() -> Draft:
    """Below a text of Mallory's stands an armored message that Bob signed.

    To those who look for armor, it is Bob's message, and good. To people it is a cleartext by
    Bob. It is neither: a cleartext ends in a signature.
    """
    block = write_armor("PGP MESSAGE", signed_message())
    return by_bob(write_cleartext(b"Pay Mallory.", block), declined(rfc4880=None))


@cleartext.vector("7.1", "6.2.1", rfc4880=["7"], tags=["polyglot", "malformed"])
def message_in_signature_block() -> Draft:
    """Below a text of Mallory's, the block that is called a signature holds a message of Bob's.

    Its data is inside, and signed. A verifier that goes by the packets accepts it, and shows a
    text it did not check above it.
    """
    block = armor_signature(signed_message())
    return by_bob(write_cleartext(b"Pay Mallory.", block), declined(rfc4880=None))


@cleartext.vector("7.1", "7.2", rfc4880=["7"], tags=["polyglot"])
def signature_block_of_another_text() -> Draft:
    """Below Mallory's words all of Bob's message stands dash-escaped, and then his signature again.

    The escaped message is text, whatever it looks like. The signature is over Bob's words alone:
    who verifies the message within shows more than was signed.
    """
    made = sign_cleartext(TEXT, SMALL_BOB)
    return by_bob(framed(b"Pay Mallory.\n" + MESSAGE, made).message, BAD)
