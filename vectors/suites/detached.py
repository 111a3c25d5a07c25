"""Detached signatures: what else is in the file, which signature counts, and who is known.

A detached signature is a sequence of signature packets, among which only marker, padding and
unknown non-critical packets may stand. One that is good suffices, whatever the others are; what
is no such sequence says nothing about the data beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.artifact import Detached, Repeat
from harness.openpgp.names import CompressionAlgorithm, SignatureType, Tag
from harness.openpgp.names import RevocationReason as Reason
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature, write_signature
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import artifacts
from vectors.forge.artifacts import (
    armor_signature,
    cleartext,
    compressed,
    inline,
    literal,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.certificate import (
    Revocation,
    UserId,
    certificate,
    signature_packet,
    signing_subkey,
)
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, SIGNED, day
from vectors.suites.cast import (
    ALICE_SIGNING,
    BOB,
    BOB_NAME,
    BOB_SIGNING,
    BY_ALICE,
    MALLORY_SIGNING,
    TEXT,
    alice,
    bob,
    by_alice,
    signed,
)
from vectors.suites.expect import accept, each, reject, undefined
from vectors.suites.registry import Area, Draft

detached = Area(
    "detached",
    __doc__,
    origins={
        "several": "interoperability suite: unknown packets, detached with several signatures",
        "packets": "interoperability suite: unknown packets",
        "armor": "interoperability suite: concatenated armor",
        "message": "gpg.fail: inline messages as detached signatures; GnuPG: verify tests",
        "garbage": "GnuPG: verify tests",
        "large": "openpgp verify migrations: many signatures",
    },
)

BY_BOB = BOB_SIGNING.under(BOB)
GOOD = accept(BY_ALICE)
BAD = reject(Wrong.BAD_SIGNATURE)
BROKEN = (Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
NO_SEQUENCE = (Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.UNSUPPORTED)
"""What may be said of a file that is no sequence of signatures."""

NEWER = Outcome.UNDEFINED
"""RFC 4880 does not say what becomes of packets that have no place where they stand."""

OTHER_TEXT = b"What Mallory delivers.\nA second line."


def with_file(octets: bytes, expect: Expectation, data: bytes = TEXT) -> Draft:
    """A vector about a signature file beside data; Alice's certificate is known."""
    return by_alice(Detached(data=data, signature=octets), expect)


def with_packets(packets: Sequence[Packet], expect: Expectation, data: bytes = TEXT) -> Draft:
    """A vector about a signature file of these packets."""
    return with_file(write_packets(packets), expect, data)


# Several signatures


@dataclass(frozen=True)
class Second:
    """A second signature beside a good one.

    Attributes:
        title: what it is.
        packet: the signature.
        remark: how it comes about, or what must not follow from it.
    """

    title: str
    packet: Packet
    remark: str


def _with_body(change: slice, octets: bytes) -> Packet:
    body = bytearray(write_signature(signed(Made(created=SIGNED + DAY))))
    body[change] = octets
    return Packet(Tag.SIGNATURE, bytes(body))


MALFORMED = {
    "cut-short": Second(
        "one that ends within its number",
        Packet(Tag.SIGNATURE, write_signature(signed(Made(created=SIGNED + DAY)))[:-40]),
        "The packet's length is honest, so the next packet can be found.",
    ),
    "area-too-long": Second(
        "one whose hashed area claims more octets than the packet has",
        _with_body(slice(4, 6), b"\xff\xf0"),
        "What it claims would be the other signature.",
    ),
    "empty": Second(
        "a signature packet without content",
        Packet(Tag.SIGNATURE, b""),
        "Not even a version is there.",
    ),
}


@detached.family(MALFORMED, "5.2.5", rfc4880=["5.2"], tags=["several", "malformed"])
def good_before(m: Second) -> Draft:
    """A good signature, then {m.title}.

    A malformed signature must not make others be rejected. {m.remark}
    """
    packets = [signature_packet(signed()), m.packet]
    return with_packets(packets, each(GOOD, GOOD, reject(*BROKEN)))


@detached.family(MALFORMED, "5.2.5", rfc4880=["5.2"], tags=["several", "malformed"])
def good_after(m: Second) -> Draft:
    """First {m.title}, then a good signature.

    A malformed signature must not keep a verifier from the next one. {m.remark}
    """
    packets = [m.packet, signature_packet(signed())]
    return with_packets(packets, each(GOOD, reject(*BROKEN), GOOD))


@detached.vector("5.2.5", "5.2.3.18", rfc4880=["5.2.3.10"], tags=["several", "time"])
def good_before_expired() -> Draft:
    """A signature that is still valid, then an expired one by the same key.

    The valid one counts, whichever comes last: a program that keeps only the last result says no.
    """
    expired = signed(Made(created=SIGNED - DAY, expires_after=DAY))
    whole = each(GOOD, GOOD, reject(Wrong.SIGNATURE_EXPIRED))
    draft = by_alice(artifacts.detached(TEXT, signed(), expired), whole)
    return replace(draft, time_dependent=True)


@dataclass(frozen=True)
class Order:
    """Where the good one of two signatures stands."""

    title: str
    good_first: bool

    def __call__(self, good: Signature, other: Signature) -> tuple[Signature, Signature]:
        """The two in order."""
        return (good, other) if self.good_first else (other, good)

    def expecting(self, whole: Expectation, good: Expectation, other: Expectation) -> Expectation:
        """What is expected of the two in order."""
        return each(whole, *((good, other) if self.good_first else (other, good)))


ORDERS = {"before": Order("before", good_first=True), "after": Order("behind", good_first=False)}


@detached.family(ORDERS, "5.2.5", "5.2.1.11", rfc4880=["5.2.1"], tags=["several", "revoked"])
def good_one_and_revoked_key(m: Order) -> Draft:
    """Alice's good signature stands {m.title} one of Bob's, whose key was revoked as compromised.

    Hers suffices, and Bob must not be named: whoever has his stolen key could otherwise add his
    consent to anything.
    """
    undo = Revocation(reason=Reason.COMPROMISED, created=day(2023, 6, 1))
    gone = certificate(
        BOB,
        user_ids=[UserId(BOB_NAME)],
        subkeys=[signing_subkey(BOB_SIGNING)],
        revocations=[undo],
    )
    return Draft(
        certificates=[alice(), gone],
        artifact=artifacts.detached(TEXT, *m(signed(), signed(by=BOB_SIGNING))),
        expect=m.expecting(GOOD, GOOD, reject(Wrong.KEY_REVOKED)),
    )


@detached.family(ORDERS, "5.2.5", "10.4", rfc4880=["5.2.1"], tags=["several", "type"])
def good_binary_and_text(m: Order) -> Draft:
    """A binary signature stands {m.title} a text signature, both Alice's, over one document.

    Either type hashes the document in its own way, and each is good. A verifier that hashes once,
    for the type it meets first, loses the other.
    """
    text = sign(TEXT, ALICE_SIGNING, Made(created=SIGNED + DAY), SignatureType.TEXT)
    return by_alice(artifacts.detached(TEXT, *m(signed(), text)), m.expecting(GOOD, GOOD, GOOD))


@detached.vector("5.2.5", "10.4", rfc4880=["11.4"], tags=["several", "identity"])
def same_signature_twice() -> Draft:
    """The same signature stands twice in the file.

    Both are good and say the same. Who demands two signatures must count keys: a copy costs
    nothing.
    """
    return by_alice(artifacts.detached(TEXT, signed(), signed()), each(GOOD, GOOD, GOOD))


@detached.vector("5.2.5", "10.4", rfc4880=["11.4"], tags=["several", "identity"])
def two_good_first_signer_unknown() -> Draft:
    """Alice and Bob sign, in this order, and only Bob's certificate is known.

    His signature suffices; Alice's cannot be verified, and she must not be named.
    """
    return Draft(
        certificates=[bob()],
        artifact=artifacts.detached(TEXT, signed(), signed(by=BOB_SIGNING)),
        expect=each(accept(BY_BOB), reject(Wrong.MISSING_KEY), accept(BY_BOB)),
    )


@detached.vector("5.2.5", "10.4", rfc4880=["11.4"], tags=["several", "identity"])
def two_good_certificates_reversed() -> Draft:
    """Alice and Bob sign, and their certificates are given in the other order.

    Both are to be reported, each for their own signature: certificates have no order that means
    anything.
    """
    return Draft(
        certificates=[bob(), alice()],
        artifact=artifacts.detached(TEXT, signed(), signed(by=BOB_SIGNING)),
        expect=each(accept(BY_ALICE, BY_BOB), GOOD, accept(BY_BOB)),
    )


@detached.vector("5.2.5", "10.4", rfc4880=["11.4"], tags=["large", "several"])
def thousand_good_signatures() -> Draft:
    """The same good signature stands a thousand times in the file.

    Nothing limits how many there may be. Verifiers whose effort grows faster than the number, or
    that keep all reports in a pipe nobody reads, hang here.
    """
    octets = write_packets([signature_packet(signed())])
    recipe = Repeat(part="signature", start=0, end=len(octets), times=1000)
    return replace(with_file(octets, GOOD), repeats=(recipe,))


@detached.vector("5.2.5", "10.4", rfc4880=["11.4"], tags=["several"])
def hundredth_signature_good() -> Draft:
    """A good signature stands behind 99 copies of one by a key that nobody has.

    The good one counts, whatever stands before it. A verifier that gives up earlier lets anyone
    who can prepend make a signature useless; one that accepts must name its key only.
    """
    unknown = write_packets([signature_packet(signed(by=MALLORY_SIGNING))])
    good = write_packets([signature_packet(signed())])
    recipe = Repeat(part="signature", start=0, end=len(unknown), times=99)
    expect = each(GOOD, *[reject(Wrong.MISSING_KEY)] * 99, GOOD)
    return replace(with_file(unknown + good, expect), repeats=(recipe,))


# Other packets


@detached.vector(
    "4.3",
    "10",
    "10.4",
    rfc4880=["4.3"],
    tags=["packets"],
    unconfirmed="Confirmed by go-crypto, openpgpjs and rpgp, by none of the default backends: they "
    "tell by the first packet what a file is, and know none that begins like this. Behind the "
    "signature the same kind of packet is passed over "
    "(signatures/unknown-packet-beside-signature), and the RFC makes no difference.",
)
def unknown_packet_before_signature() -> Draft:
    """A packet of a private type (63) precedes the detached signature.

    Types from 40 on are not critical: unknown ones are ignored wherever they stand, at the start
    of the file, too, where programs look to find out what it is.
    """
    packets = [Packet(63, b"of no concern"), signature_packet(signed())]
    return with_packets(packets, accept(BY_ALICE, rfc4880=NEWER))


@detached.vector("4.3", "10", "10.4", rfc4880=["4.3"], tags=["packets"])
def unknown_critical_packet_before_signature() -> Draft:
    """A packet of an unassigned critical type (39) precedes the detached signature.

    Types below 40 are critical: the whole sequence must be rejected. Who skips it ignores what the
    sender declared necessary to understand.
    """
    packets = [Packet(39, b"of the essence"), signature_packet(signed())]
    return with_packets(packets, reject(*NO_SEQUENCE, rfc4880=NEWER))


@detached.vector(
    "10.4",
    "5.14",
    rfc4880=["4.3"],
    tags=["packets"],
    unconfirmed="Confirmed by go-crypto, openpgpjs and rpgp, by none of the default backends: they "
    "tell by the first packet what a file is, and know none that begins like this. Behind the "
    "signature the same packet is passed over (signatures/padding-packet-after-signature), and the "
    "RFC allows it anywhere.",
)
def padding_packet_before_signature() -> Draft:
    """A padding packet precedes the detached signature.

    Padding may stand anywhere among detached signatures and is to be ignored. RFC 4880 does not
    know it.
    """
    packets = [Packet(Tag.PADDING, bytes(range(16))), signature_packet(signed())]
    return with_packets(packets, accept(BY_ALICE, rfc4880=NEWER))


@detached.vector("10", "10.4", "5.10", rfc4880=["5.10"], tags=["packets"])
def trust_packet_before_signature() -> Draft:
    """A trust packet precedes the detached signature.

    Keyrings hold such packets, and a careless export may let one escape. It has no place here, and
    what it says is for whoever wrote it. RFC 4880 has it ignored.
    """
    packets = [Packet(Tag.TRUST, b"\x03\x00"), signature_packet(signed())]
    return with_packets(
        packets,
        undefined(
            "Trust packets should be ignored outside keyrings (5.10), and known packets where the "
            "grammar has no place for them invalidate the sequence (10).",
            *NO_SEQUENCE,
            keys=[BY_ALICE],
            rfc4880=Outcome.ACCEPT,
        ),
    )


@dataclass(frozen=True)
class Misplaced:
    """A known packet that has no place in a detached signature.

    Attributes:
        title: what it is.
        packet: the packet.
        danger: what it could do there.
    """

    title: str
    packet: Packet
    danger: str


MISPLACED = {
    "literal": Misplaced(
        "literal data with another text",
        literal(OTHER_TEXT),
        "A program that takes the file for a message may show, or write out, that text as signed.",
    ),
    "user-id": Misplaced(
        "a user ID packet",
        Packet(Tag.USER_ID, BOB_NAME.encode()),
        "A program that reads the file like a certificate may show that name.",
    ),
    "one-pass": Misplaced(
        "a one-pass packet",
        artifacts.one_pass(signed(), ALICE_SIGNING),
        "It announces a signature in a message, and there is no message.",
    ),
}


@detached.family(MISPLACED, "10", "10.4", rfc4880=["11.4"], tags=["packets"])
def signature_before(m: Misplaced) -> Draft:
    """The file holds a good signature, then {m.title}.

    A known packet where the grammar has no place for it invalidates the sequence (10). {m.danger}
    """
    return with_packets([signature_packet(signed()), m.packet], reject(*NO_SEQUENCE, rfc4880=NEWER))


@detached.family(MISPLACED, "10", "10.4", rfc4880=["11.4"], tags=["packets"])
def signature_after(m: Misplaced) -> Draft:
    """The file holds {m.title}, then a good signature.

    A known packet where the grammar has no place for it invalidates the sequence (10). {m.danger}
    """
    return with_packets([m.packet, signature_packet(signed())], reject(*NO_SEQUENCE, rfc4880=NEWER))


@detached.family(
    {
        "zip": CompressionAlgorithm.ZIP,
        "bzip2": CompressionAlgorithm.BZIP2,
    },
    "10",
    "10.4",
    "5.6",
    rfc4880=["5.6", "11.4"],
    tags=["packets", "compressed"],
)
def compressed_signature(m: CompressionAlgorithm) -> Draft:
    """The signature packet is within compressed data ({m.name}).

    Compressed data holds messages, and a detached signature is none: the packet is known, has no
    place here, and invalidates the sequence. RFC 4880 does not say so.
    """
    packets = compressed([signature_packet(signed())], m)
    return with_packets(packets, reject(*NO_SEQUENCE, rfc4880=NEWER))


# Messages in place of signatures


@dataclass(frozen=True)
class Beside:
    """Data beside a signature file that is a whole message.

    Attributes:
        title: the data in words.
        data: the data.
        danger: what follows from accepting.
    """

    title: str
    data: bytes
    danger: str


BESIDE = {
    "other": Beside(
        "data that is not what was signed",
        OTHER_TEXT,
        "A tool that verifies the message and forgets the data accepts any data, with Alice's name "
        "on it, for whoever has one message of hers.",
    ),
    "same": Beside(
        "the same data",
        TEXT,
        "That it fits is luck: a tool that accepts has verified the message, and never looked at "
        "the data.",
    ),
}


@detached.family(BESIDE, "10", "10.4", "5.2.4", rfc4880=["11.4"], tags=["message", "confusion"])
def inline_message_beside(m: Beside) -> Draft:
    """In place of a detached signature there is a signed message, beside {m.title}.

    A message has packets that a detached signature must not have, and covers its own text.
    {m.danger}
    """
    message = inline(one_pass_message(TEXT, (signed(), ALICE_SIGNING))).message
    rfc4880 = NEWER if m.data == TEXT else None
    return with_file(message, reject(*BROKEN, rfc4880=rfc4880), m.data)


@detached.family(BESIDE, "10", "10.4", "5.2.4", rfc4880=["11.4"], tags=["message", "confusion"])
def old_message_beside(m: Beside) -> Draft:
    """In place of a detached signature there is a message of the old style, beside {m.title}.

    It begins with a signature packet, like a detached signature, and its text follows. {m.danger}
    """
    packets = artifacts.prefixed_message(TEXT, signed(Made(created=SIGNED - DAY)))
    rfc4880 = NEWER if m.data == TEXT else None
    return with_packets(packets, reject(*BROKEN, rfc4880=rfc4880), m.data)


@detached.family(BESIDE, "10", "10.4", "7", rfc4880=["7", "11.4"], tags=["message", "confusion"])
def cleartext_beside(m: Beside) -> Draft:
    """In place of a detached signature there is a cleartext signed message, beside {m.title}.

    Its signature is over the text in it, canonical and without trailing blanks, and not over a
    file. {m.danger}
    """
    message = cleartext(TEXT, sign_cleartext(TEXT, ALICE_SIGNING)).message
    if m.data == TEXT:
        expect = undefined(
            "The armored signature in it is right for the data as text; whether what stands "
            "before an armored block may be passed over is not said.",
            *BROKEN,
            keys=[BY_ALICE],
        )
    else:
        expect = reject(*BROKEN)
    return with_file(message, expect, m.data)


@detached.vector("10", "10.4", rfc4880=["11.4"], tags=["message"])
def certificate_beside_data() -> Draft:
    """In place of a detached signature there is Alice's certificate.

    It is full of signatures, all of them good, and none of them over the data. A verifier that
    checks those it finds and reports success vouches for data that nobody signed.
    """
    return with_file(alice().octets, reject(*BROKEN))


# What is no signature at all


@dataclass(frozen=True)
class Garbage:
    """Octets that are not OpenPGP.

    Attributes:
        title: what it is.
        octets: the octets.
    """

    title: str
    octets: bytes


@detached.family(
    {
        "dashes": Garbage("64 dashes, as a broken armor header may look", b"-" * 64),
        "octets-ca": Garbage(
            "64 times the octet 0xCA, each of which could begin a marker packet", b"\xca" * 64
        ),
        "zeros": Garbage("64 zeros", bytes(64)),
        "html": Garbage(
            "a page that says the signature was not found",
            b"<!DOCTYPE html>\n<title>404 Not Found</title>\n",
        ),
        "marker-alone": Garbage(
            "a marker packet and nothing else", write_packets([Packet(Tag.MARKER, b"PGP")])
        ),
    },
    "10.4",
    rfc4880=["11.4"],
    tags=["garbage", "malformed"],
)
def signature_file_holds(m: Garbage) -> Draft:
    """The signature file holds {m.title}.

    There is nothing to verify. "No" is the answer, not silence, and not success because nothing
    failed.
    """
    return with_file(m.octets, reject(Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.UNSUPPORTED))


# Several armored blocks


def blocks(
    first: Signature,
    second: Signature,
    *,
    before: bytes = b"",
    between: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Two armored signatures with text around them."""
    one, two = (armor_signature(write_packets([signature_packet(s)])) for s in (first, second))
    return b"".join((before, one, between, two, after))


def both_known(octets: bytes, reason: str, *parts: Expectation) -> Draft:
    """A vector about two armored blocks, with Alice's and Bob's certificates."""
    return Draft(
        certificates=[alice(), bob()],
        artifact=Detached(data=TEXT, signature=octets),
        expect=each(
            undefined(reason, Wrong.MALFORMED, Wrong.NO_SIGNATURE, keys=[BY_ALICE, BY_BOB]),
            *parts,
        ),
    )


BLOCKS = "RFC 9580 describes one armored block; several in a file are not mentioned."


@detached.vector("5.2.5", "6.2", rfc4880=["6.2"], tags=["armor", "several"])
def two_armor_blocks_reversed() -> Draft:
    """Two armored blocks, Bob's signature in the first and Alice's in the second.

    Whether further blocks belong to the signature is not said. Who reads only the first sees
    another signer than who reads only the last.
    """
    octets = blocks(signed(by=BOB_SIGNING), signed())
    return both_known(octets, BLOCKS, accept(BY_BOB), GOOD)


@dataclass(frozen=True)
class Around:
    """Text around two armored blocks, and who signed which."""

    title: str
    alice_first: bool


@detached.family(
    {
        "alice-first": Around("Alice's, then Bob's", alice_first=True),
        "bob-first": Around("Bob's, then Alice's", alice_first=False),
    },
    "6.2",
    "5.2.5",
    rfc4880=["6.2"],
    tags=["armor", "several"],
)
def armor_blocks_in_text(m: Around) -> Draft:
    """Two armored signatures, {m.title}, with lines of text before, between and behind them.

    As when mail is saved as it came. The text is not signed and must not be taken for it; whether
    such a file holds one signature, two or none is not said.
    """
    pair = [signed(), signed(by=BOB_SIGNING)]
    parts = [GOOD, accept(BY_BOB)]
    if not m.alice_first:
        pair.reverse()
        parts.reverse()
    octets = blocks(
        *pair, before=b"Signed by both:\n\n", between=b"\nand\n\n", after=b"\nas agreed.\n"
    )
    return both_known(
        octets,
        "RFC 9580 does not say what text around armored blocks means, or several blocks.",
        *parts,
    )
