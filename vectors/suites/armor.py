"""ASCII armor: what may become of it on its way, and what a reader still has to read.

What is armored has no faults: a detached signature, or a certificate. RFC 9580 says how armor is
written. Of armor that is otherwise it says little: checksums must not matter, unknown headers are
to be passed over, white space between Base64 means nothing. Everything else is undefined here.
Keys are EdDSA and ECDSA, to keep the many vectors small: what RFC 4880 is said to say is said
about armor, not about these algorithms.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness.artifact import Artifact, Detached, Inline, Repeat
from harness.openpgp.armor import crc24
from harness.openpgp.names import SubpacketType
from harness.openpgp.packets import write_packets
from harness.openpgp.subpackets import Notation as NotationFields
from harness.openpgp.subpackets import Subpacket, write_notation
from harness.outcomes import AcceptedKey
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge.artifacts import detached, one_pass_message
from vectors.forge.certificate import signature_packet
from vectors.forge.signature import Made, sign
from vectors.suites.cast import (
    BY_SMALL_ALICE,
    BY_SMALL_BOB,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    TEXT,
    small_alice,
    small_bob,
)
from vectors.suites.expect import accept, undefined
from vectors.suites.registry import Area, Draft

armor = Area(
    "armor",
    __doc__,
    origins={
        "mangled": "interoperability suite: mangled ASCII armor",
        "polyglot": "rPGP: polyglot",
        "odd": "RNP: armor parsing",
        "ring": "interoperability suite: concatenated ASCII armor keyring",
    },
)

SIGNATURE = "PGP SIGNATURE"
PUBLIC_KEY = "PGP PUBLIC KEY BLOCK"

NOT_SAID = (
    "RFC 9580 says how armor is written; of armor that is otherwise it says what a reader has to "
    "do only for checksums, headers and white space."
)
UNREAD_SIGNATURE = (Wrong.MALFORMED, Wrong.NO_SIGNATURE)
UNREAD_CERTIFICATE = (Wrong.MALFORMED, Wrong.MISSING_KEY)


@dataclass(frozen=True)
class Armor:
    """Armor in its parts, each of which may be changed; ``None`` leaves a line out.

    Attributes:
        begin: header line.
        headers: armor headers.
        blank: blank line.
        body: lines of Base64.
        checksum: checksum line.
        end: tail line.
    """

    begin: bytes | None
    headers: tuple[bytes, ...]
    blank: bytes | None
    body: tuple[bytes, ...]
    checksum: bytes | None
    end: bytes | None

    @property
    def lines(self) -> tuple[bytes, ...]:
        """All lines, without line ends."""
        parts = (self.begin, *self.headers, self.blank, *self.body, self.checksum, self.end)
        return tuple(line for line in parts if line is not None)

    @property
    def text(self) -> bytes:
        """What is written."""
        return joined(self.lines)

    @property
    def base64(self) -> bytes:
        """The Base64 in one line."""
        return b"".join(self.body)


def joined(lines: Sequence[bytes]) -> bytes:
    """Lines, each with its LF."""
    return b"".join(line + b"\n" for line in lines)


def base64(octets: bytes) -> bytes:
    """Base64 in one line."""
    return binascii.b2a_base64(octets, newline=False)


def armor_of(label: str, octets: bytes) -> Armor:
    """Armor without faults: lines of 64 characters, and a checksum."""
    encoded = base64(octets)
    return Armor(
        begin=f"-----BEGIN {label}-----".encode(),
        headers=(),
        blank=b"",
        body=tuple(encoded[at : at + 64] for at in range(0, len(encoded), 64)),
        checksum=b"=" + base64(crc24(octets).to_bytes(3, "big")),
        end=f"-----END {label}-----".encode(),
    )


def signature_octets(made: Made = Made()) -> bytes:
    """Alice's signature over the document, binary."""
    return write_packets([signature_packet(sign(TEXT, SMALL_ALICE_SIGNING, made))])


def in_signature(text: bytes, expect: Expectation, *repeats: Repeat) -> Draft:
    """A vector about the armor of a detached signature."""
    return Draft(
        certificates=[small_alice()],
        artifact=Detached(data=TEXT, signature=text),
        expect=expect,
        repeats=repeats,
    )


# One table for signatures and certificates


@dataclass(frozen=True)
class Mangling:
    """Something that becomes of armor.

    Attributes:
        title: in words.
        about: what the RFC says about it, and what follows.
        change: does it.
        open: why a reader may fail; empty where it must not.
        rfc4880: what RFC 4880 says, where that is something else.
    """

    title: str
    about: str
    change: Callable[[Armor], bytes]
    open: str = ""
    rfc4880: Outcome | None = None

    def expect(self, classes: Sequence[Wrong], key: AcceptedKey = BY_SMALL_ALICE) -> Expectation:
        """What becomes of it; ``classes`` are right where it cannot be read."""
        if not self.open:
            return accept(key, rfc4880=self.rfc4880)
        return undefined(self.open, *classes, keys=[key], rfc4880=self.rfc4880)


def signature(m: Mangling) -> Draft:
    """A detached signature's armor: {m.title}.

    {m.about} The signature in it is good, and over the document.
    """
    return in_signature(
        m.change(armor_of(SIGNATURE, signature_octets())), m.expect(UNREAD_SIGNATURE)
    )


def certificate(m: Mangling) -> Draft:
    """A certificate's armor: {m.title}.

    {m.about} The signature is binary and good: everything hangs on the certificate being read.
    """
    return Draft(
        certificates=[m.change(armor_of(PUBLIC_KEY, small_alice().octets))],
        artifact=detached(TEXT, sign(TEXT, SMALL_ALICE_SIGNING)),
        expect=m.expect(UNREAD_CERTIFICATE),
    )


def headed(*lines: bytes) -> Callable[[Armor], bytes]:
    """Put armor headers in."""
    return lambda armor: replace(armor, headers=lines).text


def changed(**parts: bytes | None) -> Callable[[Armor], bytes]:
    """Replace parts."""
    return lambda armor: replace(armor, **parts).text  # type: ignore[arg-type]


def each_line(change: Callable[[bytes], bytes]) -> Callable[[Armor], bytes]:
    """Change every line."""
    return lambda armor: joined([change(line) for line in armor.lines])


def each_body_line(change: Callable[[bytes], bytes]) -> Callable[[Armor], bytes]:
    """Change every line of Base64."""
    return lambda armor: replace(armor, body=tuple(map(change, armor.body))).text


def frame(change: Callable[[bytes], bytes]) -> Callable[[Armor], bytes]:
    """Change header line and tail line."""

    def both(armor: Armor) -> bytes:
        assert armor.begin is not None
        assert armor.end is not None
        return replace(armor, begin=change(armor.begin), end=change(armor.end)).text

    return both


def wrong_checksum(armor: Armor) -> bytes:
    """State the checksum of something else."""
    return replace(armor, checksum=b"=" + base64(crc24(armor.base64).to_bytes(3, "big"))).text


UNMANGLED = {
    "not-mangled": Mangling("as it should be", "Nothing is wrong.", lambda armor: armor.text)
}

WHITE_SPACE = {
    "crlf": Mangling(
        "CR LF line ends",
        "Armor is text, and mail gives text these line ends.",
        lambda armor: armor.text.replace(b"\n", b"\r\n"),
    ),
    "spurious-spaces": Mangling(
        "spaces between the characters of each line",
        "Who decodes Base64 must ignore all white space.",
        each_body_line(lambda line: b" ".join(line[at : at + 8] for at in range(0, 64, 8))),
    ),
    "trailing-space": Mangling(
        "a space at the end of every line",
        "White space may follow on the header line, may fill the blank line, and must be ignored "
        "in Base64; the checksum does not matter.",
        each_line(lambda line: line + b" "),
    ),
    "double-spaced": Mangling(
        "an empty line after every line",
        "White space must be ignored in Base64, and a checksum in the wrong place must not matter.",
        lambda armor: armor.text.replace(b"\n", b"\n\n"),
    ),
}

BLANK_LINE = {
    "blank-space": Mangling(
        "a space in the blank line",
        "The line that parts headers and data may be of zero length, or contain white space.",
        changed(blank=b" "),
    ),
    "blank-sp-tab-cr": Mangling(
        "space, tab and CR in the blank line",
        "The line that parts headers and data may be of zero length, or contain white space.",
        changed(blank=b" \t\r"),
    ),
    "blank-vt-ff": Mangling(
        "vertical tab and form feed in the blank line",
        "Only white space may stand there, and whether these two are is a matter of taste.",
        changed(blank=b" \v\f"),
        "Section 6.2 allows white space in the blank line and does not say what it consists of.",
    ),
}

_PASSED_OVER = "Unknown keys should be silently ignored, and the rest processed."
_IMPROPER = (
    "Section 6.2.2 lets a reader take an improperly formatted header for a corruption of the "
    "armor, and recover if it can."
)
HEADERS = {
    "version": Mangling(
        "a Version header",
        "The one header that everybody wrote for decades.",
        headed(b"Version: pgp-accord TEST 1"),
    ),
    "version-novalue": Mangling(
        "a Version header without value",
        "Key, colon and space are there, and nothing says that a value must not be empty.",
        headed(b"Version: "),
    ),
    "messageid": Mangling(
        "a MessageID header",
        f"RFC 4880 defines it, RFC 9580 no longer does. {_PASSED_OVER}",
        headed(b"MessageID: 0123456789abcdef0123456789abcdef"),
    ),
    "messageid-long": Mangling(
        "a MessageID header of more than 32 characters",
        f"RFC 4880 defines it with 32, RFC 9580 no longer does. {_PASSED_OVER}",
        headed(b"MessageID: " + b"0123456789abcdef" * 4),
        rfc4880=Outcome.UNDEFINED,
    ),
    "saltedhash": Mangling(
        "a SaltedHash header",
        f"A draft of RFC 9580 had it, for cleartext messages. {_PASSED_OVER}",
        headed(b"SaltedHash: SHA256:" + base64(bytes(range(16)))),
    ),
    "charset": Mangling(
        "a Charset header that says UTF-8",
        "It is about text, of which there is none in here.",
        headed(b"Charset: UTF-8"),
    ),
    "charset-unknown": Mangling(
        "a Charset header that names no known character set",
        "An implementation may ignore this header, and there is no text in here anyway.",
        headed(b"Charset: X-TLHINGAN"),
    ),
    "unknown-header": Mangling(
        "a header with a key nobody knows", _PASSED_OVER, headed(b"X-Unheard-Of: something")
    ),
    "very-long-header": Mangling(
        "a header of 4,000 characters",
        "There is no limit for the length of armor headers.",
        headed(b"Comment: " + b"long " * 800),
    ),
}
HEADERS_WITHOUT_SPACE = {
    "version-nospace": Mangling(
        "a Version header without space after the colon",
        "A colon and a single space part key and value; here the space is lacking.",
        headed(b"Version:pgp-accord"),
        _IMPROPER,
    ),
    "version-nospace-novalue": Mangling(
        "a Version header that ends in its colon",
        "A colon and a single space part key and value; here both space and value are lacking, as "
        "where something strips blanks off line ends.",
        headed(b"Version:"),
        _IMPROPER,
    ),
}

HASH_HEADERS = {
    "hash": Mangling(
        "a Hash header",
        "It belongs to cleartext messages; a conformant one must be ignored.",
        headed(b"Hash: SHA256"),
    ),
    "hash-two": Mangling(
        "a Hash header that names two algorithms",
        "It belongs to cleartext messages; a comma-separated list is conformant, and is ignored.",
        headed(b"Hash: SHA256,SHA512"),
    ),
}
_UNKNOWN_HASH = "a Hash header that names no known algorithm"
HASH_UNKNOWN = {
    "hash-unknown": Mangling(
        _UNKNOWN_HASH,
        "A non-conformant one has all signatures of its message declined, lest text be smuggled "
        "in front of a cleartext.",
        headed(b"Hash: MURMUR77"),
        "Section 6.2.2.3 is about messages, and does not say whether it goes for a detached "
        "signature, nor whether an unknown name is a hash algorithm.",
    )
}
HASH_UNKNOWN_IN_CERTIFICATE = {
    "hash-unknown": Mangling(
        _UNKNOWN_HASH,
        "The rule against non-conformant Hash headers is about the signatures of a message, and "
        "this is none; otherwise headers are to be passed over.",
        headed(b"Hash: MURMUR77"),
    )
}

CHECKSUMS = {
    "no-checksum": Mangling(
        "no checksum",
        "It is optional, and RFC 9580 discourages it.",
        changed(checksum=None),
    ),
    "bad-checksum": Mangling(
        "a checksum that is wrong",
        "Nothing must be rejected because its checksum is present, missing, malformed or wrong.",
        wrong_checksum,
        rfc4880=Outcome.UNDEFINED,
    ),
}


MALFORMED_CHECKSUM = {
    "malformed-checksum": Mangling(
        "a checksum of two characters",
        "Nothing must be rejected because its checksum is present, missing, malformed or wrong.",
        changed(checksum=b"=ab"),
        rfc4880=Outcome.UNDEFINED,
    ),
}


def bare(line: bytes) -> bytes:
    """A frame line without its dashes."""
    return line.strip(b"-")


LINES = {
    "no-newlines": Mangling(
        "all Base64 in one line",
        "It is to be wrapped into lines of 76 characters at most.",
        lambda armor: replace(armor, body=(armor.base64,)).text,
        "Section 6 limits lines to 76 characters, and does not say that a reader must see to it.",
    ),
}

BROKEN_LINES = {
    "leading-space": Mangling(
        "a space at the start of every line",
        "Header and tail line must start at the beginning of a line.",
        each_line(lambda line: b" " + line),
        NOT_SAID,
    ),
    "leading-space-trim": Mangling(
        "a space at the start of every line but the first",
        "So it comes out where a text is indented and trimmed. The tail line does not start at the "
        "beginning of its line.",
        lambda armor: joined([b" " + line for line in armor.lines]).strip() + b"\n",
        NOT_SAID,
    ),
    "nl-to-space": Mangling(
        "a space instead of every line end",
        "So it comes out of forms that know one line only. Header and tail are no lines any more.",
        lambda armor: armor.text.replace(b"\n", b" "),
        NOT_SAID,
    ),
    "quoted": Mangling(
        "every line quoted as in an answer by mail",
        "No line begins as it should.",
        each_line(lambda line: b"> " + line),
        NOT_SAID,
    ),
    "quoted-trim": Mangling(
        "every line quoted as in an answer by mail, and trimmed",
        "No line begins as it should, and the blank line is none.",
        each_line(lambda line: (b"> " + line).rstrip()),
        NOT_SAID,
    ),
    "quoted-odd": Mangling(
        "every line begins with an odd quote",
        "A bracket, a brace and a greater-than sign: no reader knows this quote.",
        each_line(lambda line: b"]}>" + line),
        NOT_SAID,
    ),
    "missing-dash": Mangling(
        "a dash short at the start",
        "Five dashes stand on either side of the header line's text; here there are four in front.",
        lambda armor: armor.text.removeprefix(b"-"),
        NOT_SAID,
    ),
    "unicode-hyphens": Mangling(
        "typographical hyphens instead of dashes",
        "So it comes out of programs that beautify text. The dashes are to be U+002D.",
        frame(lambda line: line.replace(b"-", "\N{HYPHEN}".encode())),
        NOT_SAID,
    ),
    "no-hyphens": Mangling(
        "no dashes",
        "So it comes out of programs that take lines of dashes for markup.",
        frame(bare),
        NOT_SAID,
    ),
    "qp": Mangling(
        "quoted-printable",
        "So it looks in the source of a mail: every equals sign is written =3D.",
        lambda armor: armor.text.replace(b"=", b"=3D"),
        NOT_SAID,
    ),
    "dash-escaped": Mangling(
        "header and tail line dash-escaped",
        "So it looks within a cleartext signed message, before that is undone.",
        frame(lambda line: b"- " + line),
        NOT_SAID,
    ),
    "missing-header": Mangling(
        "no header line",
        "The first line was lost in copying. Nothing says what the rest is.",
        changed(begin=None),
        NOT_SAID,
    ),
    "missing-blank": Mangling(
        "no blank line",
        "Base64 begins where headers are expected.",
        changed(blank=None),
        NOT_SAID,
    ),
    "missing-footer": Mangling(
        "no tail line",
        "The last line was lost in copying. Nobody can tell whether more is missing.",
        changed(end=None),
        NOT_SAID,
    ),
    "bare-base64": Mangling(
        "Base64 and nothing else",
        "That is how some interfaces give keys and signatures away. It is no armor.",
        lambda armor: joined(armor.body),
        NOT_SAID,
    ),
}


@dataclass(frozen=True)
class Group:
    """Manglings that the same sections decide.

    Attributes:
        members: by the ends of their ids.
        rfc9580: sections.
        rfc4880: sections.
        tags: what they are.
        uses: what they are done to.
        unconfirmed: why it is right what no backend at hand does.
    """

    members: dict[str, Mangling]
    rfc9580: tuple[str, ...]
    rfc4880: tuple[str, ...]
    tags: tuple[str, ...] = ("mangled",)
    uses: tuple[Callable[[Mangling], Draft], ...] = (signature, certificate)
    unconfirmed: str = ""


SHAPE = ("6.2", "6.2.1", "6.2.3")
GROUPS = [
    Group(UNMANGLED, ("6.2",), ("6.2",), ("mangled", "baseline")),
    Group(WHITE_SPACE, ("6", "6.1", "6.2", "6.2.1"), ("6.2", "6.4")),
    Group(BLANK_LINE, ("6.2",), ("6.2",)),
    Group(HEADERS, ("6.2.2",), ("6.2",), ("mangled", "headers")),
    Group(HEADERS_WITHOUT_SPACE, ("6.2.2",), ("6.2",), ("mangled", "headers", "malformed")),
    Group(HASH_HEADERS, ("6.2.2", "6.2.2.3"), ("6.2",), ("mangled", "headers")),
    Group(HASH_UNKNOWN, ("6.2.2.3",), ("6.2",), ("mangled", "headers"), (signature,)),
    Group(
        HASH_UNKNOWN_IN_CERTIFICATE,
        ("6.2.2", "6.2.2.3"),
        ("6.2",),
        ("mangled", "headers"),
        (certificate,),
    ),
    Group(CHECKSUMS, ("6.1",), ("6.1", "6.2"), ("mangled", "checksum")),
    Group(
        MALFORMED_CHECKSUM,
        ("6.1",),
        ("6.1", "6.2"),
        ("mangled", "checksum", "malformed"),
        (signature,),
        "Confirmed by openpgpjs, by none of the default backends. Section 6.1 says in so many "
        "words that a malformed checksum is no reason to reject. The default backends accept the "
        "same armor without its checksum, but for pgpy.",
    ),
    Group(
        MALFORMED_CHECKSUM,
        ("6.1",),
        ("6.1", "6.2"),
        ("mangled", "checksum", "malformed"),
        (certificate,),
        "Confirmed by openpgpjs, by none of the default backends. Section 6.1 says in so many "
        "words that a malformed checksum is no reason to reject. That gpgv accepts it is no "
        "confirmation: it takes no armor, and gets the certificate from this project's own reader.",
    ),
    Group(LINES, ("6",), ("6.3",)),
    Group(BROKEN_LINES, SHAPE, ("6.2",), ("mangled", "malformed")),
]


# Oddities, of signatures only

_ALPHABET = (
    "RFC 4880 has characters outside of the alphabet ignored. RFC 9580 refers to section 4 of RFC "
    "4648, whose section 3.3 has them rejected."
)


def with_stranger_before(at: int) -> Mangling:
    """A character in the second line of Base64 that is none, before the nth of a group."""

    def put(armor: Armor) -> bytes:
        first, second, *rest = armor.body
        stained = second[: 7 + at] + b"*" + second[7 + at :]
        return replace(armor, body=(first, stained, *rest)).text

    return Mangling(
        f"an asterisk before character {at} of a group of four",
        "It is not in the alphabet of Base64. Who skips it reads the rest.",
        put,
        _ALPHABET,
        rfc4880=Outcome.ACCEPT,
    )


def padded(padding: bytes) -> Callable[[Armor], bytes]:
    """Replace what pads the Base64, and what follows it."""

    def put(armor: Armor) -> bytes:
        *others, last = armor.body
        return replace(armor, body=(*others, last.rstrip(b"=") + padding)).text

    return put


def labelled(label: bytes) -> Callable[[Armor], bytes]:
    """Name another kind of data in header and tail line."""
    return frame(
        lambda line: line.replace(SIGNATURE.encode(), label).replace(PUBLIC_KEY.encode(), label)
    )


_LABEL = "The label tells what kind of data is in the armor; that a reader goes by it is not said."
ODD_HEADERS = {
    "long-header": Mangling(
        "a header of 100 characters",
        "The limit of 76 is for Base64; for headers there is none.",
        headed(b"Comment: " + b"c" * 91),
    ),
    "long-header-1024": Mangling(
        "a header of 1,024 characters",
        "There is no limit for the length of headers, whatever a reader's buffer holds.",
        headed(b"Comment: " + b"c" * 1015),
    ),
    "misc-headers": Mangling(
        "five headers, one twice and one unknown",
        "All are to be passed over, and repeating a key is what section 6.2.2 suggests for long "
        "values.",
        headed(
            b"Version: pgp-accord TEST 1",
            b"Comment: one",
            b"Comment: two",
            b"Charset: UTF-8",
            b"X-Unheard-Of: something",
        ),
    ),
}
ODD_CHECKSUMS = {
    "checksum-outside-alphabet": Mangling(
        "a checksum of characters that are no Base64",
        "A malformed checksum is none to be rejected for.",
        changed(checksum=b"=*?%&"),
        rfc4880=Outcome.UNDEFINED,
    ),
    "line-before-tail": Mangling(
        "an empty line between checksum and tail line",
        "Where it is taken for data it is white space, and where it is taken for a part of the "
        "checksum it must not matter either.",
        lambda armor: replace(armor, checksum=(armor.checksum or b"") + b"\n").text,
    ),
}
IMPROPER_HEADERS = {
    "empty-header": Mangling(
        "a header with neither key nor value",
        "Only colon and space are there.",
        headed(b": "),
        _IMPROPER,
    ),
    "header-in-no-encoding": Mangling(
        "a header with control characters and octets that are no UTF-8",
        "All text in OpenPGP is UTF-8, and armor is there to be 7-bit clean.",
        headed(b"X-\x01\xff: \x80\x02\xfe"),
        _IMPROPER,
    ),
}
BROKEN_HEADERS = {
    "header-without-colon": Mangling(
        "a line among the headers that is none",
        "It has no colon, so no key.",
        headed(b"This is not a header"),
        _IMPROPER,
    ),
    "header-line-twice": Mangling(
        "the header line twice",
        "So it comes out of careless copying. The second stands where headers are expected.",
        lambda armor: joined([armor.begin or b"", armor.text.rstrip(b"\n")]),
        NOT_SAID,
    ),
}
ODD_LABELS = {
    "label-of-message": Mangling(
        "labelled as a message",
        "Old software labelled detached signatures so.",
        labelled(b"PGP MESSAGE"),
        _LABEL,
    ),
    "label-of-certificate": Mangling(
        "labelled as a public key block",
        "It is no key, and whoever goes by the packets sees that.",
        labelled(PUBLIC_KEY.encode()),
        _LABEL,
    ),
}
UNKNOWN_LABEL = {
    "label-unknown": Mangling(
        "labelled as what nobody knows",
        "The list of labels is a registry, and may grow.",
        labelled(b"PGP TESTIMONIAL"),
        _LABEL,
    ),
}
BROKEN_LABELS = {
    "header-line-too-short": Mangling(
        "a header line that ends in BEGIN PGP",
        "The line was cut: kind of data and dashes are lacking.",
        changed(begin=b"-----BEGIN PGP"),
        NOT_SAID,
    ),
    "header-line-misspelt": Mangling(
        "a control character in the header line",
        "The text of the line is not one that the registry has.",
        lambda armor: armor.text.replace(b"BEGIN PGP SIG", b"BEGIN PGP S\x01G"),
        NOT_SAID,
    ),
    "tail-of-another-kind": Mangling(
        "the tail line of a message",
        "The tail line repeats the header line's label; here it names something else.",
        changed(end=b"-----END PGP MESSAGE-----"),
        NOT_SAID,
    ),
}
_PADDING = (
    "RFC 9580 refers to RFC 4648 for Base64, and does not say what a reader makes of data that "
    "is padded otherwise."
)
BROKEN_BASE64 = {
    **{f"base64-stained-{at}": with_stranger_before(at) for at in range(1, 5)},
    "base64-after-padding": Mangling(
        "Base64 goes on after its padding",
        "Padding ends the data. What follows it can be read as more, or not.",
        padded(b"=QUJD"),
        _PADDING,
    ),
    "padding-too-long": Mangling(
        "too many padding characters",
        "One is due, four are there.",
        padded(b"===="),
        _PADDING,
    ),
    "padding-missing": Mangling(
        "no padding character",
        "One is due. The data can be told all the same.",
        padded(b""),
        _PADDING,
    ),
}

ODDITIES = [
    Group(ODD_HEADERS, ("6.2.2",), ("6.2",), ("odd", "headers"), (signature,)),
    Group(ODD_CHECKSUMS, ("6", "6.1"), ("6.1", "6.2"), ("odd", "checksum"), (signature,)),
    Group(IMPROPER_HEADERS, ("6.2.2",), ("6.2",), ("odd", "headers"), (signature,)),
    Group(BROKEN_HEADERS, ("6.2.2",), ("6.2",), ("odd", "headers", "malformed"), (signature,)),
    Group(ODD_LABELS, ("6.2.1",), ("6.2",), ("odd", "labels"), (signature,)),
    Group(UNKNOWN_LABEL, ("6.2.1",), ("6.2",), ("odd", "labels", "malformed"), (signature,)),
    Group(BROKEN_LABELS, SHAPE, ("6.2",), ("odd", "labels", "malformed"), (signature,)),
    Group(BROKEN_BASE64, ("6",), ("6.3", "6.4"), ("odd", "base64", "malformed"), (signature,)),
]

for group in (*GROUPS, *ODDITIES):
    for use in group.uses:
        armor.family(
            group.members,
            *group.rfc9580,
            rfc4880=group.rfc4880,
            tags=group.tags,
            unconfirmed=dict.fromkeys(group.members, group.unconfirmed),
        )(use)


# Text around, and armor of a size

_AROUND = "The RFCs describe armor, and do not say whether anything may stand around it in a file."


@armor.vector("6.2", "6.2.1", rfc4880=["6.2"], tags=["odd", "text-around"])
def text_before_signature() -> Draft:
    """More than 1,024 octets of text stand before a detached signature's armor.

    As where it is cut out of a mail carelessly. Who looks for armor in the first block only does
    not see it.
    """
    text = b"Some text that came along with the signature.\n" * 25
    armored = armor_of(SIGNATURE, signature_octets()).text
    return in_signature(
        text + armored, undefined(_AROUND, *UNREAD_SIGNATURE, keys=[BY_SMALL_ALICE])
    )


@armor.vector("6.2", "6.2.1", rfc4880=["6.2"], tags=["odd", "text-around", "large"])
def white_space_before_signature() -> Draft:
    """64 KiB of white space stand before a detached signature's armor.

    Lines of blanks, and nothing else. Who looks for armor in the first block only does not see it.
    """
    blanks = b" " * 63 + b"\n"
    armored = armor_of(SIGNATURE, signature_octets()).text
    return in_signature(
        blanks + armored,
        undefined(_AROUND, *UNREAD_SIGNATURE, keys=[BY_SMALL_ALICE]),
        Repeat(part="signature", start=0, end=len(blanks), times=1024),
    )


def with_long_header(before: bytes, after: bytes) -> Draft:
    """A detached signature in armor with a header, 64 KiB of which stand between two parts."""
    filler = b"x" * 64
    text = headed(before + filler + after)(armor_of(SIGNATURE, signature_octets()))
    start = text.index(filler)
    return in_signature(
        text,
        accept(BY_SMALL_ALICE),
        Repeat(part="signature", start=start, end=start + len(filler), times=1024),
    )


@armor.vector("6.2.2", rfc4880=["6.2"], tags=["odd", "headers", "large"])
def header_of_64_kib() -> Draft:
    """A detached signature's armor: a header of 64 KiB.

    There is no limit for the length of headers, and this is a comment. A reader need not keep it.
    """
    return with_long_header(b"Comment: ", b"")


@armor.vector("6.2.2", rfc4880=["6.2"], tags=["odd", "headers", "large"])
def header_key_of_64_kib() -> Draft:
    """A detached signature's armor: a header whose key has 64 KiB.

    Nobody knows this key, and unknown ones should be ignored. There is no limit for their length.
    """
    return with_long_header(b"X-", b": something")


@armor.vector("6", rfc4880=["6.3"], tags=["odd", "inline", "large"])
def line_of_64_kib() -> Draft:
    """An armored message has all its Base64 in one line of 64 KiB.

    A reader that takes lines into a buffer must be able to do without one.
    """
    document = b"Sixteen octets.\n" * 3 * 1024
    packets = one_pass_message(document, (sign(document, SMALL_ALICE_SIGNING), SMALL_ALICE_SIGNING))
    octets = write_packets(packets)
    parts = armor_of("PGP MESSAGE", octets)
    text = replace(parts, body=(parts.base64,)).text
    start, times = _repeated(text, octets, document)
    short = text[: start + 64] + text[start + 64 * times :]
    return Draft(
        certificates=[small_alice()],
        artifact=Inline(message=short),
        expect=undefined(
            "Section 6 limits lines to 76 characters, and does not say that a reader must see to "
            "it.",
            *UNREAD_SIGNATURE,
            keys=[BY_SMALL_ALICE],
        ),
        repeats=(Repeat(part="message", start=start, end=start + 64, times=times),),
    )


def _repeated(text: bytes, octets: bytes, document: bytes) -> tuple[int, int]:
    """Where in the armor the same 64 characters stand in a row, and how often.

    They encode 48 octets of the document, which repeats itself by as many.
    """
    body = text.index(b"\n\n") + 2
    first = octets.index(document)
    aligned = first + -first % 3
    times = (first + len(document) - aligned) // 48
    return body + aligned // 3 * 4, times


@armor.vector("10.4", "4.1", "6.2", rfc4880=["11.4"], tags=["polyglot", "odd", "identity"])
def polyglot() -> Draft:
    """A binary signature by Bob, with an armored one by Alice in a notation.

    The file is a signature packet from its first octet to its last, and what stands in a notation
    is for people to read. Who searches the file for armor first finds Alice's, good over the same
    document: two verifiers name different signers, and neither sees the other's.
    """
    armored = b"\n" + armor_of(SIGNATURE, signature_octets()).text
    notation = write_notation(NotationFields(0, b"armor@accord.example", armored))
    made = Made(unhashed=(Subpacket(SubpacketType.NOTATION, notation),))
    octets = write_packets([signature_packet(sign(TEXT, SMALL_BOB, made))])
    return Draft(
        certificates=[small_alice(), small_bob()],
        artifact=Detached(data=TEXT, signature=octets),
        expect=accept(BY_SMALL_BOB),
    )


# Keyrings


@dataclass(frozen=True)
class Ring:
    """A file of armored certificates.

    Attributes:
        title: what is in it.
        about: what follows.
        octets: the file.
        open: why a reader may fail; empty where it must not.
    """

    title: str
    about: str
    octets: bytes
    open: str = ""


ALICES = armor_of(PUBLIC_KEY, small_alice().octets).text
BOBS = armor_of(PUBLIC_KEY, small_bob().octets).text
_BLOCKS = (
    "The RFCs describe one armored block; they do not say what follows from several in a file, or "
    "from text around them."
)


@armor.family(
    {
        "bob": Ring("Bob's", "Nothing is wrong.", BOBS),
        "bob-alice": Ring(
            "Bob's and Alice's, an armored block each",
            "So it comes out where files are put together. His is the first.",
            BOBS + ALICES,
            _BLOCKS,
        ),
        "alice-bob": Ring(
            "Alice's and Bob's, an armored block each",
            "So it comes out where files are put together. His is the second: who stops after the "
            "first does not know him.",
            ALICES + BOBS,
            _BLOCKS,
        ),
        "text-bob-text-alice-text": Ring(
            "Bob's and Alice's, with text before, between and after the blocks",
            "As on a web page with the keys of a project. His is the first.",
            b"Bob's key:\n\n" + BOBS + b"\nAlice's key:\n\n" + ALICES + b"\nThese are all.\n",
            _BLOCKS,
        ),
        "text-alice-text-bob-text": Ring(
            "Alice's and Bob's, with text before, between and after the blocks",
            "As on a web page with the keys of a project. His is the second.",
            b"Alice's key:\n\n" + ALICES + b"\nBob's key:\n\n" + BOBS + b"\nThese are all.\n",
            _BLOCKS,
        ),
        "both-in-one-block": Ring(
            "Alice's and Bob's, in one armored block",
            "Certificates may be put one after the other, and armored together.",
            armor_of(PUBLIC_KEY, small_alice().octets + small_bob().octets).text,
        ),
    },
    "6.2",
    "3.6",
    "10.1.5",
    rfc4880=["6.2", "3.6"],
    tags=["ring"],
)
def ring(m: Ring) -> Draft:
    """A file of armored certificates holds {m.title}.

    {m.about} Bob signed the document.
    """
    expect = accept(BY_SMALL_BOB)
    if m.open:
        expect = undefined(m.open, *UNREAD_CERTIFICATE, keys=[BY_SMALL_BOB])
    artifact: Artifact = detached(TEXT, sign(TEXT, SMALL_BOB))
    return Draft(certificates=[m.octets], artifact=artifact, expect=expect)
