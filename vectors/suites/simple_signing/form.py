"""The form of the blob: what is a signed message, and what is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as replaced

from harness.openpgp.armor import write_armor
from harness.openpgp.names import CompressionAlgorithm, SignatureType, Tag
from harness.openpgp.packets import Packet, partial, write_packets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    bracketed,
    cleartext,
    compressed,
    literal,
    one_pass_message,
    prefixed_message,
    sign_cleartext,
)
from vectors.forge.certificate import signature_packet
from vectors.forge.signature import Made, sign
from vectors.forge.simple_signing import CREATOR, digest_of, payload, signed_payload
from vectors.suites.cast import BY_SMALL_ALICE, SMALL_BOB, small_bob
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import FORM, simple_signing
from vectors.suites.simple_signing.common import (
    GOOD,
    MISREAD,
    NO_MESSAGE,
    OTHER_MANIFEST,
    PAYLOAD,
    PRETTY,
    SIGNER,
    STRANGER,
    asked,
)
from vectors.suites.simple_signing.several import BY_ALICE_ONCE


@dataclass(frozen=True)
class Blob:
    """A blob that is no signed message, or more than one.

    Attributes:
        title: in words.
        about: what it would mean to accept it.
        octets: the blob.
        others: classes that are right, too.
    """

    title: str
    about: str
    octets: bytes
    others: tuple[Wrong, ...] = ()


MESSAGE = write_packets(signed_payload(PAYLOAD, SIGNER))
FOREIGN = write_packets(signed_payload(PAYLOAD, STRANGER))
FORGED_PAYLOAD = payload(digest=digest_of(OTHER_MANIFEST))
_ONE = "A blob is one signed message. Which of two texts was verified, and which is read?"


@simple_signing.family(
    {
        "two-messages": Blob(
            "two signed messages, one after the other, both good",
            _ONE,
            MESSAGE + MESSAGE,
            (*MISREAD, Wrong.UNSUPPORTED),
        ),
        "good-message-then-foreign": Blob(
            "a good message, then one signed by a key that nobody has",
            _ONE,
            MESSAGE + FOREIGN,
            (*MISREAD, Wrong.MISSING_KEY, Wrong.UNSUPPORTED),
        ),
        "foreign-message-then-good": Blob(
            "a message signed by a key that nobody has, then a good one",
            _ONE,
            FOREIGN + MESSAGE,
            (*MISREAD, Wrong.MISSING_KEY, Wrong.UNSUPPORTED),
        ),
        "message-then-literal": Blob(
            "a good message, then literal data that nobody signed",
            "The second text is about another image. Who reads on to the last one runs that.",
            MESSAGE + write_packets([literal(FORGED_PAYLOAD)]),
            MISREAD,
        ),
        "literal-then-message": Blob(
            "literal data that nobody signed, then a good message",
            "The first text is about another image. Who reads the first one runs that.",
            write_packets([literal(FORGED_PAYLOAD)]) + MESSAGE,
            MISREAD,
        ),
        "two-literals-the-first-signed": Blob(
            "a message with two texts, of which the signature covers the first",
            "Joined, the two are not what was signed.",
            write_packets(bracketed([literal(PAYLOAD), literal(b" ")], BY_ALICE_ONCE)),
            MISREAD,
        ),
        "unsigned": Blob(
            "literal data without any signature",
            "Nobody signed it. The manual names this very case.",
            write_packets([literal(PAYLOAD)]),
        ),
        "signature-alone": Blob(
            "a signature over the text, without the text",
            "A detached signature: there is nothing that could be read, wherever the text is.",
            write_packets([signature_packet(BY_ALICE_ONCE[0])]),
            MISREAD,
        ),
        "signature-behind-unannounced": Blob(
            "literal data, then a signature that nothing announced",
            "A signature stands before its message, or is announced there.",
            write_packets([literal(PAYLOAD), signature_packet(BY_ALICE_ONCE[0])]),
            MISREAD,
        ),
        "encrypted": Blob(
            "encrypted data, and no key for it",
            "It is no signed message, whatever is in it.",
            write_packets(
                [Packet(Tag.ENCRYPTED_AND_INTEGRITY_PROTECTED_DATA, b"\x01" + bytes(40))]
            ),
            (Wrong.UNSUPPORTED,),
        ),
    },
    "10.3",
    rfc4880=["11.3"],
    tags=["form"],
)
def blob(m: Blob) -> Draft:
    """The blob is {m.title}.

    {m.about}
    """
    return asked(m.octets, reject(*NO_MESSAGE, *m.others, reason=f"{FORM}."))


@simple_signing.family(
    {
        "empty": Blob("is empty", "There is nothing in it.", b""),
        "bare-json": Blob(
            "is the JSON itself, without any packet",
            "Nobody signed it, and no packet begins with a brace.",
            PAYLOAD,
        ),
        "cut-short": Blob(
            "lacks its last eight octets", "The signature is not complete.", MESSAGE[:-8]
        ),
        "with-garbage": Blob(
            "is followed by octets that are no packet",
            "What is no sequence of packets is no message, and nobody signed those octets.",
            MESSAGE + b"P.S. run me",
        ),
    },
    "4.2",
    "10.3",
    rfc4880=["4.2", "11.3"],
    tags=["form", "malformed"],
)
def blob_that(m: Blob) -> Draft:
    """The blob {m.title}.

    {m.about}
    """
    return asked(m.octets, reject(*NO_MESSAGE, reason=f"{FORM}."))


@simple_signing.vector("6.2", "10.3", rfc4880=["6", "11.3"], tags=["form", "armor"])
def blob_armored() -> Draft:
    """The blob is armored.

    The message in it is good. The manual forbids armor all the same: it has checksums, headers and
    text around it that nobody signed, and a blob should be readable in one way.
    """
    octets = write_armor("PGP MESSAGE", MESSAGE)
    return asked(octets, reject(*NO_MESSAGE, Wrong.UNSUPPORTED, reason=f"{FORM}."))


@simple_signing.vector("7", rfc4880=["7"], tags=["form", "cleartext"])
def blob_in_cleartext() -> Draft:
    """The blob is a cleartext signed message.

    Alice signed the text, and the manual forbids the framework: its text may differ from the one
    hashed, in blanks, line ends and dashes.
    """
    framed = cleartext(PAYLOAD, sign_cleartext(PAYLOAD, SIGNER))
    return asked(framed.message, reject(*NO_MESSAGE, Wrong.UNSUPPORTED, reason=f"{FORM}."))


COMPRESSED = (
    "RFC 4880, 11.3 calls this a compressed message that holds a signed message; the manual asks "
    "for a signed message, and does not say whether one within counts."
)


@simple_signing.family(
    {
        "not-at-all": CompressionAlgorithm.UNCOMPRESSED,
        "zip": CompressionAlgorithm.ZIP,
        "zlib": CompressionAlgorithm.ZLIB,
        "bzip2": CompressionAlgorithm.BZIP2,
    },
    "5.6",
    "9.4",
    "10.3",
    rfc4880=["5.6", "9.3", "11.3"],
    tags=["form", "compressed"],
)
def compressed_message(m: CompressionAlgorithm) -> Draft:
    """The signed message is in a compressed data packet, by algorithm {m.name}.

    As gpg writes messages unless it is told otherwise, those of images, too. Who refuses them
    refuses images that their owners signed with it.
    """
    inner = signed_payload(PAYLOAD, SIGNER)
    if m is CompressionAlgorithm.UNCOMPRESSED:
        packets: Sequence[Packet] = [Packet(Tag.COMPRESSED_DATA, b"\x00" + write_packets(inner))]
    else:
        packets = compressed(inner, m)
    return asked(packets, undefined(COMPRESSED, *NO_MESSAGE, keys=[BY_SMALL_ALICE]))


@simple_signing.vector("10.3", "5.2.4", rfc4880=["11.3", "5.2.4"], tags=["form"])
def signature_before_text() -> Draft:
    """The signature stands before the text and is not announced, as in old messages.

    The grammar has that kind of signed message as well as the other. A consumer that knows only one
    of them refuses what another one runs.
    """
    return asked(prefixed_message(PAYLOAD, BY_ALICE_ONCE[0]), GOOD)


@dataclass(frozen=True)
class Packaging:
    """A packet that says nothing, and where it stands."""

    title: str
    about: str
    packet: Packet
    at: int
    expect: Expectation


MARKER = Packet(Tag.MARKER, b"PGP")
PADDING = Packet(Tag.PADDING, bytes(16))
IS_IGNORED = "Markers must be ignored wherever they stand."
IS_NEW = undefined(
    "RFC 9580 has padding ignored wherever it stands; RFC 4880, by which the manual goes, does not "
    "know the packet.",
    *NO_MESSAGE,
    Wrong.UNSUPPORTED,
    keys=[BY_SMALL_ALICE],
)


@simple_signing.family(
    {
        "marker-before": Packaging("A marker packet stands before", IS_IGNORED, MARKER, 0, GOOD),
        "padding-behind": Packaging(
            "A padding packet stands behind", "It says nothing.", PADDING, 3, IS_NEW
        ),
    },
    tags=["form", "company"],
)
def with_packet(m: Packaging) -> Draft:
    """{m.title} the message.

    {m.about}
    """
    packets = list(signed_payload(PAYLOAD, SIGNER))
    packets.insert(m.at, m.packet)
    marker = m.packet is MARKER
    old, new = (("5.8", "11.3"), ("5.8", "10.3")) if marker else (("11.3",), ("5.14", "10.3"))
    return asked(packets, replaced(m.expect, rfc4880=old, rfc9580=new))


@simple_signing.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["form", "framing"])
def text_in_partial_lengths() -> Draft:
    """The literal data comes in partial lengths, as from a signer that streams.

    The text is long enough for it, by a member of optional that nobody knows.
    """
    text = payload(optional={"creator": CREATOR, "filler": "x" * 1000})
    packets = list(signed_payload(text, SIGNER))
    packets[1] = replace(packets[1], framing=partial([512]))
    return asked(packets, GOOD)


@dataclass(frozen=True)
class Typed:
    """A signature's type, and a format of literal data."""

    title: str
    kind: int
    format: bytes


@simple_signing.family(
    {
        "text-signature-over-b": Typed("A text signature over binary", SignatureType.TEXT, b"b"),
        "text-signature-over-t": Typed("A text signature over text (t)", SignatureType.TEXT, b"t"),
        "text-signature-over-u": Typed("A text signature over UTF-8 (u)", SignatureType.TEXT, b"u"),
    },
    "5.2.1.2",
    "5.9",
    rfc4880=["5.2.1", "5.9"],
    tags=["form", "text"],
)
def format(m: Typed) -> Draft:  # noqa: A001 - the id reads simple-signing/format-…
    """{m.title} data.

    The manual asks for a signed message and no particular type. The text is one line without an
    end, so that all types hash the same octets of it.
    """
    made = sign(PAYLOAD, SIGNER, kind=m.kind)
    return asked(bracketed([literal(PAYLOAD, kind=m.format[0])], (made, SIGNER)), GOOD)


@simple_signing.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["form", "text"])
def text_signature_over_lines() -> Draft:
    """A text signature over JSON in lines, which end in CR LF as text does.

    JSON takes any of these line ends for a blank.
    """
    text = PRETTY.replace(b"\n", b"\r\n")
    made = sign(text, SIGNER, kind=SignatureType.TEXT)
    return asked(bracketed([literal(text, text=True)], (made, SIGNER)), GOOD)


@simple_signing.vector("5.9", rfc4880=["5.9"], tags=["form", "hostile"])
def hostile_file_name() -> Draft:
    """The literal data's file name holds a terminal escape, and what looks like gpg's status.

    The name is not signed, and nothing depends on it. Who prints it, or reads it back, does what
    Mallory says.
    """
    name = b"\x1b[2J\n[GNUPG:] VALIDSIG " + STRANGER.fingerprint.encode()
    return asked(bracketed([literal(PAYLOAD, name=name)], BY_ALICE_ONCE), GOOD)


@dataclass(frozen=True)
class Issued:
    """How a signature names its key."""

    title: str
    about: str
    made: Made
    expect: Expectation


UNNAMED = "Issuer subpackets should be there, but need not; how a key is found is not said."


@simple_signing.family(
    {
        "key-id-only": Issued(
            "its key ID only", "As signers did before 2016.", Made(issuer_fingerprint=None), GOOD
        ),
        "fingerprint-only": Issued(
            "its fingerprint only",
            "As RFC 9580 prefers it.",
            Made(issuer_key_id=None),
            accept(BY_SMALL_ALICE, rfc4880=Outcome.UNDEFINED),
        ),
        "nothing": Issued(
            "nothing at all",
            "Who tries all keys finds the right one.",
            Made(issuer_key_id=None, issuer_fingerprint=None),
            undefined(UNNAMED, Wrong.MISSING_KEY, Wrong.MALFORMED, keys=[BY_SMALL_ALICE]),
        ),
        "another": Issued(
            "another key that is known, by both",
            "Alice's key verifies it, Bob's does not.",
            Made(issuer_key_id=SMALL_BOB, issuer_fingerprint=SMALL_BOB),
            undefined(
                "The RFCs do not say whether a verifier tries further keys than the one named.",
                Wrong.BAD_SIGNATURE,
                Wrong.MISSING_KEY,
                Wrong.IDENTITY_MISMATCH,
                Wrong.MALFORMED,
                keys=[BY_SMALL_ALICE],
            ),
        ),
    },
    "5.2.3.12",
    "5.2.3.35",
    rfc4880=["5.2.3.5"],
    tags=["form", "issuer"],
)
def issuer(m: Issued) -> Draft:
    """The signature names its key by {m.title}.

    {m.about}
    """
    return asked(signed_payload(PAYLOAD, SIGNER, m.made), m.expect, small_bob())


@simple_signing.vector(
    "5.2.3.7", "5.2.5", "5.2.3.24", rfc4880=["5.2.3.1", "5.2.3.16"], tags=["validity", "critical"]
)
def critical_notation_unknown() -> Draft:
    """The signature bears a critical notation that nobody knows.

    The signer says: do not rely on this unless you understand it. Who passes over it relies on it
    for what it was not made for.
    """
    notation = subpackets.critical(subpackets.notation("purpose@accord.example", "not for images"))
    message = signed_payload(PAYLOAD, SIGNER, Made(hashed=(notation,)))
    return asked(message, reject(Wrong.UNKNOWN_CRITICAL))


@simple_signing.vector("5.2.1.3", "5.2.1", rfc4880=["5.2.1"], tags=["form", "type"])
def signature_of_another_type() -> Draft:
    """The signature is of type 0x02, standalone, made over the text all the same.

    That type signs nothing but itself. Accepted, any statement of Alice's could pass for one about
    an image.
    """
    made = sign(PAYLOAD, SIGNER, kind=SignatureType.STANDALONE)
    expect = reject(*NO_MESSAGE, *MISREAD, Wrong.UNSUPPORTED, reason=f"{FORM}.")
    return asked(one_pass_message(PAYLOAD, (made, SIGNER)), expect)
