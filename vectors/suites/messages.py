"""Inline signed messages: which sequences of packets are one, and what of them is signed.

Signatures and certificates have no faults unless a vector says so; what is wrong is wrong about
announcement, order, framing or company. The grammar of RFC 9580 section 10.3 decides what a
message is, section 5.2.5 what becomes of signatures that are malformed or unknown. To keep the
many vectors small, the keys are EdDSA and ECDSA: what RFC 4880 is said to say is said about the
form, not about these algorithms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.artifact import Inline
from harness.openpgp.names import CompressionAlgorithm, HashAlgorithm, SignatureType, Tag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import (
    INDETERMINATE,
    OLD,
    Framing,
    Packet,
    old_format,
    partial,
    write_packet,
    write_packets,
)
from harness.openpgp.signatures import Signature, read_one_pass, write_one_pass
from harness.outcomes import AcceptedKey
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    bracketed,
    compressed,
    inline,
    literal,
    one_pass,
    one_pass_message,
    prefixed_message,
)
from vectors.forge.certificate import Certificate, signature_packet
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, SIGNED
from vectors.suites.cast import (
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_SMALL_ALICE,
    BY_SMALL_BOB,
    MALLORY_NAME,
    SMALL_ALICE,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    TEXT,
    alice_v6,
    lone,
    small_alice,
    small_bob,
)
from vectors.suites.expect import accept, each, reject, undefined
from vectors.suites.registry import Area, Draft

messages = Area(
    "messages",
    __doc__,
    origins={
        "literal-format": "interoperability suite: signed messages",
        "signers": "interoperability suite: signed messages; GnuPG: multisig",
        "announcement": "RNP: one-pass edge cases; OpenPGP.js: one-pass versions 3 and 6",
        "grammar": "GnuPG: multiple plaintexts; go-crypto: malformed messages; CVE-2007-1263",
        "company": "interoperability suite: marker, padding and unknown packets",
        "framing": "interoperability suite and go-crypto: packet lengths",
    },
)

CANONICAL = TEXT.replace(b"\n", b"\r\n")
"""The document with the line ends that text has in OpenPGP."""
STRANGER = Key("signer-01", Algorithm.EDDSA_LEGACY)
"""Mallory's key, whose certificate nobody has."""
NO_MESSAGE = (Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
"""What is right to say where the packets are no signed message."""
NOT_JUDGED = (Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
"""What is right to say of a signature that must be ignored."""
GOOD = accept(BY_SMALL_ALICE)


def by_alice(
    data: bytes = TEXT, kind: int = SignatureType.BINARY, made: Made = Made()
) -> Signature:
    """Alice's signature over a document."""
    return sign(data, SMALL_ALICE_SIGNING, made, kind)


def later(days: int = 1) -> Made:
    """Made on a later day, so that it is another signature."""
    return Made(created=SIGNED + days * DAY)


def by_bob(data: bytes = TEXT) -> Signature:
    """Bob's signature over a document."""
    return sign(data, SMALL_BOB)


def good_message(data: bytes = TEXT) -> list[Packet]:
    """A message signed by Alice without faults: announcement, literal data, signature."""
    return list(one_pass_message(data, (by_alice(data), SMALL_ALICE_SIGNING)))


def message(packets: Sequence[Packet] | bytes, expect: Expectation, *others: Certificate) -> Draft:
    """A vector about a message; Alice's certificate is known, and those of ``others``."""
    artifact = Inline(message=packets) if isinstance(packets, bytes) else inline(packets)
    return Draft(certificates=[small_alice(), *others], artifact=artifact, expect=expect)


def with_bob(packets: Sequence[Packet], expect: Expectation) -> Draft:
    """A vector about a message; Alice's and Bob's certificates are known."""
    return message(packets, expect, small_bob())


def told(announcement: Packet, **changes: int | bytes) -> Packet:
    """Change fields of a one-pass signature packet."""
    fields = replace(read_one_pass(announcement.body), **changes)  # type: ignore[arg-type]
    return replace(announcement, body=write_one_pass(fields))


# Formats of literal data


@dataclass(frozen=True)
class Format:
    """A format octet of literal data.

    Attributes:
        octet: its value.
        words: what it is called.
        about: what the RFC has to say about it.
        open: why a verifier may dislike it; empty where it must not.
    """

    octet: int
    words: str
    about: str
    open: str = ""

    def expect(self, keys: Sequence[AcceptedKey] = (BY_SMALL_ALICE,)) -> Expectation:
        """What becomes of a good signature over literal data in this format."""
        if not self.open:
            return accept(*keys)
        return undefined(
            self.open,
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            Wrong.NO_SIGNATURE,
            Wrong.BAD_SIGNATURE,
            keys=keys,
        )


_LOCAL = "Section 5.9 calls the local formats deprecated, and not what a verifier makes of them."
_UNKNOWN = "Section 5.9 does not define the format, nor what a verifier makes of one unknown to it."
FORMATS = {
    "b": Format(
        0x62, "b (binary)", "Binary is what a signer must set who is not sure of the text."
    ),
    "t": Format(
        0x74,
        "t (text)",
        "Deprecated for want of a character encoding, it is to be read as UTF-8 all the same.",
    ),
    "u": Format(0x75, "u (UTF-8)", "The data is text, with the line ends that text must have."),
    "m": Format(0x6D, "m (MIME)", "Some drafts had it for MIME; no RFC defines it.", _UNKNOWN),
    "l": Format(
        0x6C,
        "l (local)",
        "From before RFC 2440, for machine-local conversions; deprecated.",
        _LOCAL,
    ),
    "1": Format(0x31, "1 (local)", "What RFC 1991 wrote by mistake for l; deprecated.", _LOCAL),
    "0": Format(0x00, "0x00", "No letter at all.", _UNKNOWN),
}


def formats(*names: str) -> dict[str, Format]:
    """Pick some formats."""
    return {name: FORMATS[name] for name in names}


@messages.family(
    formats("t", "u", "m", "l", "1", "0"),
    "5.9",
    "5.2.4",
    rfc4880=["5.9", "5.2.4"],
    tags=["literal-format"],
)
def binary_signature_format(m: Format) -> Draft:
    """A binary signature over literal data in format {m.words}.

    {m.about} The format is not signed and does not decide how the document is hashed: a binary
    signature covers the octets as they are, here lines that end in CR LF. Who converts line ends
    before hashing rejects what Alice signed.
    """
    packets = bracketed(
        [literal(CANONICAL, kind=m.octet)], (by_alice(CANONICAL), SMALL_ALICE_SIGNING)
    )
    return message(packets, m.expect())


@messages.family(
    formats("t", "m", "l", "1", "0"),
    "5.2.1.2",
    "5.9",
    "5.2.4",
    rfc4880=["5.2.1", "5.9", "5.2.4"],
    tags=["literal-format", "text"],
)
def text_signature_format(m: Format) -> Draft:
    """A text signature over literal data in format {m.words}.

    {m.about} The signature's type says that it is over text, and the data has the CR LF line ends
    that text is hashed with. The format is not signed: who relies on it relies on the messenger.
    """
    signature = by_alice(CANONICAL, SignatureType.TEXT)
    packets = bracketed([literal(CANONICAL, kind=m.octet)], (signature, SMALL_ALICE_SIGNING))
    return message(packets, m.expect())


@messages.family(
    FORMATS,
    "5.2.1.2",
    "5.9",
    "5.2.4",
    "10.3",
    rfc4880=["5.2.1", "5.9", "5.2.4", "11.3"],
    tags=["literal-format", "text", "several"],
)
def both_signatures_format(m: Format) -> Draft:
    """A text and, within it, a binary signature over literal data in format {m.words}.

    {m.about} Both signatures are over the same data, each hashed in its own way, so a verifier
    needs two hashes. Data marked as text has CR LF line ends here, binary data has LF.
    """
    data = TEXT if m.octet == FORMATS["b"].octet else CANONICAL
    packets = bracketed(
        [literal(data, kind=m.octet)],
        (by_alice(data, SignatureType.TEXT, later()), SMALL_ALICE_SIGNING),
        (by_alice(data), SMALL_ALICE_SIGNING),
    )
    return message(packets, each(m.expect(), m.expect(), m.expect()))


# Several signatures


@messages.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["signers", "several", "order"])
def signatures_in_order_of_announcement() -> Draft:
    """Two announcements, and two signatures in the same order instead of the reverse.

    Announcements and signatures bracket the data: the first signature belongs to the last
    announcement. Here each one stands where the other belongs, though both are over the data.
    """
    packets = list(one_pass_message(TEXT, (by_alice(), SMALL_ALICE_SIGNING), (by_bob(), SMALL_BOB)))
    packets[3:] = reversed(packets[3:])
    crossed = undefined(
        "Neither RFC says what follows where a signature is not the one announced in its place.",
        *NO_MESSAGE,
        Wrong.IDENTITY_MISMATCH,
        keys=[BY_SMALL_ALICE, BY_SMALL_BOB],
    )
    return with_bob(
        packets,
        each(crossed, replace_keys(crossed, BY_SMALL_ALICE), replace_keys(crossed, BY_SMALL_BOB)),
    )


def replace_keys(whole: Expectation, *keys: AcceptedKey) -> Expectation:
    """The same expectation, with other keys."""
    return undefined(whole.reason, *whole.classes, keys=keys)


_MIXED = "The grammar has it, and does not say whether the outer signature is over the data alone."


def outer(*keys: AcceptedKey) -> Expectation:
    """What becomes of a signature around a signed message, made over the data alone."""
    return undefined(_MIXED, *NO_MESSAGE, keys=keys)


def inner_is_good(inner: AcceptedKey, around: AcceptedKey) -> Expectation:
    """The whole is accepted for the inner signature, whatever becomes of the outer."""
    return accept(inner, around, reason=_MIXED)


@messages.vector("10.3", "5.4", rfc4880=["11.3", "5.4"], tags=["signers", "several", "order"])
def prefixed_around_one_pass() -> Draft:
    """An old-style signature before a one-pass signed message.

    A signature packet before any message makes a signed message: the grammar allows this mix, and
    Alice's signature within it is good. Bob's is made over the data, as her own.
    """
    packets = [signature_packet(by_bob()), *good_message()]
    expect = inner_is_good(BY_SMALL_ALICE, BY_SMALL_BOB)
    return with_bob(packets, each(expect, outer(BY_SMALL_BOB), GOOD))


@messages.vector("10.3", "5.4", rfc4880=["11.3", "5.4"], tags=["signers", "several", "order"])
def prefixed_within_one_pass() -> Draft:
    """An old-style signed message between an announcement and its signature.

    The grammar allows any message between the two. Bob's signature stands right before the data,
    and is good; Alice's around it is made over the data, as his own.
    """
    packets = bracketed(prefixed_message(TEXT, by_bob()), (by_alice(), SMALL_ALICE_SIGNING))
    expect = inner_is_good(BY_SMALL_BOB, BY_SMALL_ALICE)
    return with_bob(packets, each(expect, accept(BY_SMALL_BOB), outer(BY_SMALL_ALICE)))


@messages.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["signers", "several", "nested"])
def notarised_over_data() -> Draft:
    """A signed message is signed again: the outer announcement says that it is nested.

    The flag in the announcement says that the outer signature is not to the same data as the inner
    one, but it is made so. The inner one is good in any case.
    """
    packets = bracketed(
        [literal(TEXT)], (by_bob(), SMALL_BOB), (by_alice(), SMALL_ALICE_SIGNING), nested=True
    )
    expect = inner_is_good(BY_SMALL_ALICE, BY_SMALL_BOB)
    return with_bob(packets, each(expect, GOOD, outer(BY_SMALL_BOB)))


@messages.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["signers", "several", "nested"])
def notarised_over_packets() -> Draft:
    """A signed message is signed again, and the outer signature is over all of its packets.

    So a notary would vouch for data and signature together. The inner signature is good in any
    case.
    """
    notarised = good_message()
    signature = by_alice(write_packets(notarised), made=later())
    packets = bracketed(notarised, (signature, SMALL_ALICE_SIGNING))
    reason = "The grammar has it, and neither RFC says which octets the outer signature is over."
    around = undefined(reason, *NO_MESSAGE, keys=[BY_SMALL_ALICE])
    return message(packets, each(accept(BY_SMALL_ALICE, reason=reason), GOOD, around))


@messages.vector("5.2.5", "10.3", rfc4880=["11.3"], tags=["signers", "several"])
def same_signature_twice() -> Draft:
    """The same signature twice, announced twice.

    Both are good, and there is one signer: who demands two must count keys, not signatures.
    """
    signature = by_alice(), SMALL_ALICE_SIGNING
    return message(one_pass_message(TEXT, signature, signature), each(GOOD, GOOD, GOOD))


@messages.vector(
    "5.4", "10.3", "10.3.2.2", rfc4880=["11.3"], tags=["signers", "several", "version-6"]
)
def versions_4_and_6_together() -> Draft:
    """Signed by a version 4 key and, within that, by a version 6 key.

    During the migration signers do both. Who knows only one of the versions must not be stopped by
    the other, and accepts what it knows.
    """
    packets = one_pass_message(
        TEXT,
        (by_alice(), SMALL_ALICE_SIGNING),
        (sign(TEXT, ALICE_V6_SIGNING), ALICE_V6_SIGNING),
    )
    by_v6 = ALICE_V6_SIGNING.under(ALICE_V6)
    return message(packets, each(accept(BY_SMALL_ALICE, by_v6), accept(by_v6), GOOD), alice_v6())


SIGNERS = [Key(f"signer-{n:02}", Algorithm.EDDSA_LEGACY) for n in range(1, 13)]


@messages.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["signers", "several"])
def twelve_signers() -> Draft:
    """Twelve people sign one message.

    The number of signatures has no limit in the grammar, and each one here is good. Who keeps a
    small fixed number of hashes, or stops early, loses signers.
    """
    names = [f"Signer {n} (pgp-accord TEST ONLY) <{n}@accord.example>" for n in range(1, 13)]
    packets = one_pass_message(TEXT, *((sign(TEXT, key), key) for key in SIGNERS))
    pairs = [key.under(key) for key in SIGNERS]
    return Draft(
        certificates=[lone(key, name) for key, name in zip(SIGNERS, names, strict=True)],
        artifact=inline(packets),
        expect=each(accept(*pairs), *(accept(pair) for pair in reversed(pairs))),
    )


# Announcements


@messages.vector("10.3", rfc4880=["11.3"], tags=["grammar", "announcement"])
def signature_after_unannounced_data() -> Draft:
    """Literal data, then a signature that nothing announced.

    A signature stands before its message, or is announced there. Data and signature in this order
    are two things, and the data is an unsigned message.
    """
    return message([literal(TEXT), signature_packet(by_alice())], reject(*NO_MESSAGE))


@messages.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["announcement"])
def announcement_without_its_signature() -> Draft:
    """Bob's and Alice's signatures are announced, Bob's never comes.

    Alice's pairs up with the last announcement, and is good by itself; the message is cut short.
    """
    packets = one_pass_message(TEXT, (by_bob(), SMALL_BOB), (by_alice(), SMALL_ALICE_SIGNING))
    return with_bob(
        packets[:-1],
        undefined(
            "By the grammar the message is not complete; neither RFC says what becomes of the "
            "signatures that are.",
            *NO_MESSAGE,
            keys=[BY_SMALL_ALICE],
        ),
    )


@messages.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["announcement"])
def signature_without_its_announcement() -> Draft:
    """After a good message by Alice stands Bob's signature over the data, not announced.

    Her signature makes a complete message; what stands behind it belongs to nothing.
    """
    return with_bob(
        [*good_message(), signature_packet(by_bob())],
        undefined(
            "By the grammar the message ends before the second signature; neither RFC says what "
            "becomes of what stands behind it.",
            *NO_MESSAGE,
            keys=[BY_SMALL_ALICE, BY_SMALL_BOB],
        ),
    )


@dataclass(frozen=True)
class Contradiction:
    """What an announcement says otherwise than its signature.

    Attributes:
        title: in words.
        about: what follows.
        field: of the one-pass signature packet.
        value: what it says.
    """

    title: str
    about: str
    field: str
    value: int


@messages.family(
    {
        "hash": Contradiction(
            "SHA-512, the signature says SHA-256",
            "Who hashes in one pass has the wrong hash at hand when the signature comes.",
            "hash_algorithm",
            HashAlgorithm.SHA512,
        ),
        "type": Contradiction(
            "a text signature, and a binary one comes",
            "Who hashes in one pass has converted the LF line ends by the time it comes.",
            "type",
            SignatureType.TEXT,
        ),
        "algorithm": Contradiction(
            "RSA, the signature is EdDSA",
            "No hash depends on it; the signature says what it is.",
            "public_key_algorithm",
            Algorithm.RSA,
        ),
    },
    "5.4",
    rfc4880=["5.4"],
    tags=["announcement"],
)
def announcement_contradicts(m: Contradiction) -> Draft:
    """The announcement says {m.title}.

    {m.about} The signature itself is good, and signs its own type and algorithms, so that nothing
    can be smuggled in by way of the announcement.
    """
    packets = good_message()
    packets[0] = told(packets[0], **{m.field: m.value})
    return message(
        packets,
        undefined(
            "Section 10.3 wants the corresponding signature; neither RFC says what becomes of one "
            "that its announcement contradicts in this field.",
            *NO_MESSAGE,
            Wrong.UNSUPPORTED,
            keys=[BY_SMALL_ALICE],
        ),
    )


@messages.vector("5.2.5", "5.4", rfc4880=["5.4"], tags=["announcement"])
def announced_hash_unknown() -> Draft:
    """The announcement names a hash algorithm that does not exist (99), the signature SHA-256.

    Section 5.2.5 lets a malformed or unknown announcement take its signature with it. Who goes by
    the signature alone finds that it is good.
    """
    packets = good_message()
    packets[0] = told(packets[0], hash_algorithm=99)
    return message(
        packets,
        undefined(
            "Section 5.2.5 has a signature ignored whose announcement is unknown, but does not say "
            "whether an unknown hash, which the signature does not share, makes it so.",
            *NOT_JUDGED,
            keys=[BY_SMALL_ALICE],
        ),
    )


def of_version_10(packet: Packet) -> Packet:
    """The same packet, with version 10 in its first octet."""
    return replace(packet, body=b"\x0a" + packet.body[1:])


@messages.family(
    {"outside": "around", "inside": "within"},
    "5.2.5",
    "5.4",
    rfc4880=["5.4"],
    tags=["announcement", "several", "unknown"],
)
def unknown_version(m: str) -> Draft:
    """A signature of version 10, announced in version 10, stands {m} a good one.

    A verifier must ignore what it does not know, and not halt: otherwise nobody could add a
    signature of a new version for those who know it.
    """
    packets = list(
        one_pass_message(
            TEXT,
            (by_alice(made=later()), SMALL_ALICE_SIGNING),
            (by_alice(), SMALL_ALICE_SIGNING),
        )
    )
    unknown = (0, 4) if m == "around" else (1, 3)
    for at in unknown:
        packets[at] = of_version_10(packets[at])
    ignored = reject(*NOT_JUDGED)
    parts = (GOOD, ignored) if m == "around" else (ignored, GOOD)
    return message(packets, each(GOOD, *parts))


@messages.vector("5.2.5", "5.4", rfc4880=["5.4"], tags=["announcement", "several", "unknown"])
def unknown_version_announced_only() -> Draft:
    """Around a good signature stands Bob's, and its announcement alone is of version 10.

    A signature whose announcement is unknown is to be ignored, though it would verify. Alice's own
    is good all the same.
    """
    packets = list(one_pass_message(TEXT, (by_bob(), SMALL_BOB), (by_alice(), SMALL_ALICE_SIGNING)))
    packets[0] = of_version_10(packets[0])
    return with_bob(packets, each(GOOD, GOOD, reject(*NOT_JUDGED)))


@messages.vector("5.2.5", "10.3.2.2", "5.4", tags=["announcement", "version-6"])
def version_4_announced_as_version_6() -> Draft:
    """A version 4 signature is announced by a version 6 one-pass packet.

    Section 5.2.5 names this very mismatch: the signature must be ignored. The announcement is
    proper in itself, and names the version 6 key made from the same secret.
    """
    packets = good_message()
    packets[0] = one_pass(sign(TEXT, ALICE_V6_SIGNING), ALICE_V6_SIGNING)
    return message(packets, reject(*NOT_JUDGED), alice_v6())


@messages.vector("5.2.5", "10.3.2.2", "5.4", tags=["announcement", "version-6"])
def version_6_announced_as_version_3() -> Draft:
    """A version 6 signature is announced by a version 3 one-pass packet.

    The announcement lacks the salt that the hash begins with. The mismatch makes the signature one
    that must be ignored, though its numbers are right.
    """
    signature = sign(TEXT, ALICE_V6_SIGNING)
    announced = one_pass(by_alice(), SMALL_ALICE_SIGNING)
    key_id = bytes.fromhex(ALICE_V6_SIGNING.key_id)
    packets = [
        told(announced, issuer=key_id, public_key_algorithm=signature.public_key_algorithm),
        literal(TEXT),
        signature_packet(signature),
    ]
    return message(packets, reject(*NOT_JUDGED), alice_v6())


@messages.vector("5.4", "5.2.5", tags=["announcement", "version-6"])
def announced_salt_differs() -> Draft:
    """The salt in a version 6 announcement is not that of its signature.

    The two must match. The signature is right with its own salt; with the one announced it is not.
    """
    signature = sign(TEXT, ALICE_V6_SIGNING)
    packets = list(one_pass_message(TEXT, (signature, ALICE_V6_SIGNING)))
    packets[0] = told(packets[0], salt=bytes(octet ^ 0xFF for octet in signature.salt))
    return message(packets, reject(*NOT_JUDGED), alice_v6())


# What is no message, and what is data


@messages.vector("10.3", rfc4880=["11.3"], tags=["grammar", "two-texts"])
def two_literals_the_first_signed() -> Draft:
    """Two literal packets between announcement and signature, which is over the first.

    The grammar has one message there. Who hands out both texts hands out words nobody signed.
    """
    packets = bracketed([literal(TEXT), literal(b"Not signed.")], (by_alice(), SMALL_ALICE_SIGNING))
    return message(packets, reject(*NO_MESSAGE))


@messages.vector("10.3", rfc4880=["11.3"], tags=["grammar", "two-texts"])
def two_literals_signed_as_one() -> Draft:
    """Two literal packets between announcement and signature, which is over both together.

    Where the cut between them falls is not signed, so the same signature fits any two texts that
    give the same octets. Who accepts lets anybody on the way move words from one file into the
    other.
    """
    first, second = TEXT[:18], TEXT[18:]
    packets = bracketed([literal(first), literal(second)], (by_alice(), SMALL_ALICE_SIGNING))
    return message(packets, reject(*NO_MESSAGE))


@messages.vector("10.3", rfc4880=["11.3"], tags=["grammar", "two-texts"])
def two_signed_messages() -> Draft:
    """Two messages signed by Alice, one after the other.

    Each is good by itself, together they are no message. Anyone can put two texts of hers together
    into one that she never wrote.
    """
    other = b"Another text by Alice."
    return message([*good_message(), *good_message(other)], reject(*NO_MESSAGE))


@messages.vector("5.9", "10.3", rfc4880=["5.9", "11.3"], tags=["grammar", "nested"])
def signed_message_as_data() -> Draft:
    """The literal data that Alice signs is a message signed by Bob.

    Literal data is not to be interpreted further: the signer is Alice. Who looks into it
    vouches for Bob, who said nothing about this message.
    """
    inside = write_packets(one_pass_message(TEXT, (by_bob(), SMALL_BOB)))
    return with_bob(good_message(inside), accept(BY_SMALL_ALICE))


@messages.vector("10.3", rfc4880=["11.3"], tags=["grammar", "identity"])
def certificate_before_message() -> Draft:
    """A stranger's message comes with the stranger's certificate before it.

    Anyone can send a key along. Whoever takes it from there verifies against what the sender
    likes, and accepts everyone.
    """
    certificate = lone(STRANGER, MALLORY_NAME)
    packets = one_pass_message(TEXT, (sign(TEXT, STRANGER), STRANGER))
    return message([*certificate.packets, *packets], reject(Wrong.MISSING_KEY, *NO_MESSAGE))


@messages.vector("10.3", rfc4880=["11.3"], tags=["grammar"])
def key_packet_within_message() -> Draft:
    """Between announcement and literal data stands the signer's public key packet.

    The grammar has no place for keys in a message, so this is none. Who passes over it accepts what
    others refuse; who makes use of it lets the sender bring along the key to verify with.
    """
    packets = good_message()
    packets.insert(1, Packet(Tag.PUBLIC_KEY, SMALL_ALICE.body))
    return message(packets, reject(*NO_MESSAGE))


@messages.vector("4.2", "10.3", rfc4880=["4.2", "11.3"], tags=["grammar", "malformed"])
def trailing_octets() -> Draft:
    """Octets that are no packet follow a good message.

    Bit 7 of a packet's first octet is always one; here it is text. Nobody signed it, and what is no
    sequence of packets is no message.
    """
    return message(write_packets(good_message()) + b"P.S. I owe you.", reject(*NO_MESSAGE))


@messages.vector("10.3.1", rfc4880=["11.3"], tags=["grammar", "compressed", "malformed"])
def packet_beyond_compressed_data() -> Draft:
    """The signature in a compressed message ends outside of it.

    The compressed stream holds all but the last four octets of the message; these follow the
    compressed packet. A packet that extends beyond the unwrapped stream must be rejected.
    """
    octets = write_packets(good_message())
    size = (len(octets) - 4).to_bytes(2, "little")
    stored = b"\x01" + size + bytes(octet ^ 0xFF for octet in size) + octets[:-4]
    packet = Packet(Tag.COMPRESSED_DATA, bytes((CompressionAlgorithm.ZIP,)) + stored)
    return message(write_packet(packet) + octets[-4:], reject(*NO_MESSAGE))


@messages.vector("5.6", "9.4", "10.3", rfc4880=["5.6", "9.3", "11.3"], tags=["compressed"])
def compressed_by_nothing() -> Draft:
    """The message is in a compressed data packet whose algorithm is 0, uncompressed.

    Every implementation must know this one. Nothing is wrong.
    """
    octets = b"\x00" + write_packets(good_message())
    return message([Packet(Tag.COMPRESSED_DATA, octets)], GOOD)


# Packets in between


@dataclass(frozen=True)
class Place:
    """Where a packet stands in a one-pass signed message.

    Attributes:
        at: how many packets stand before it.
        words: the place in words.
    """

    at: int
    words: str

    def put(self, packet: Packet) -> list[Packet]:
        """A good message with a packet in this place."""
        packets = good_message()
        packets.insert(self.at, packet)
        return packets


PLACES = {
    "first": Place(0, "before everything"),
    "before-data": Place(1, "between announcement and data"),
    "before-signature": Place(2, "between data and signature"),
    "last": Place(3, "after everything"),
}

MARKER = Packet(Tag.MARKER, b"PGP")
PADDING = Packet(Tag.PADDING, hashlib.sha256(b"pgp-accord padding").digest())


@messages.family(PLACES, "5.8", "10.3", rfc4880=["5.8", "11.3"], tags=["company", "marker"])
def marker(m: Place) -> Draft:
    """A marker packet stands {m.words}.

    Marker packets may stand anywhere, and must be ignored.
    """
    return message(m.put(MARKER), GOOD)


@messages.family(PLACES, "5.14", "4.3", tags=["company", "padding"])
def padding(m: Place) -> Draft:
    """A padding packet stands {m.words}.

    Padding must be ignored, and everybody must be able to process it anywhere in a stream.
    """
    return message(m.put(PADDING), accept(BY_SMALL_ALICE, rfc4880=Outcome.UNDEFINED))


@messages.family(
    PLACES,
    "4.3",
    tags=["company", "unknown"],
    unconfirmed={
        "first": "Confirmed by go-crypto, openpgpjs and rpgp, by none of the default backends. "
        "Section 4.3 leaves no choice. GnuPG and Sequoia find no message here, and accept the same "
        "one without the unknown packet."
    },
)
def unknown_packet(m: Place) -> Draft:
    """A packet of unassigned type 50 stands {m.words}.

    Types from 40 on are not critical, and must be ignored where they are unknown.
    """
    packet = Packet(50, b"to be ignored")
    return message(m.put(packet), accept(BY_SMALL_ALICE, rfc4880=Outcome.UNDEFINED))


@messages.family(PLACES, "4.3", tags=["company", "unknown"])
def unknown_critical_packet(m: Place) -> Draft:
    """A packet of unassigned type 30 stands {m.words}.

    Types below 40 are critical: where one is unknown, the whole sequence must be rejected. Who
    skips it ignores what the sender declared necessary to understand.
    """
    return message(
        m.put(Packet(30, b"of the essence")),
        reject(
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            Wrong.NO_SIGNATURE,
            Wrong.POLICY_OTHER,
            keys=[BY_SMALL_ALICE],
            rfc4880=Outcome.UNDEFINED,
        ),
    )


@messages.vector("5", "4.3", rfc4880=["4.3"], tags=["company", "unknown", "malformed"])
def packet_of_type_0() -> Draft:
    """A packet of the reserved type 0 stands before everything.

    The type must not be used, and it is one of the critical ones. So the whole sequence must be
    rejected: a reader that goes on, or takes it for the end, sees another message than the next one
    does.
    """
    return message(
        PLACES["first"].put(Packet(Tag.RESERVED, b"reserved")),
        reject(Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.NO_SIGNATURE),
    )


@messages.vector("5.10", rfc4880=["5.10"], tags=["company", "trust"])
def trust_packet_first() -> Draft:
    """A trust packet stands before everything.

    Trust packets belong into somebody's own keyring file.
    """
    return message(
        PLACES["first"].put(Packet(Tag.TRUST, b"\x06\x00")),
        undefined(
            "Trust packets should be ignored outside of keyrings; should is not must, and the "
            "grammar has no place for them.",
            *NO_MESSAGE,
            keys=[BY_SMALL_ALICE],
        ),
    )


# Framing

LONG = TEXT * 40
"""A document of a length that is worth being sent in parts: 1,320 octets."""


def framed(framing: Framing, data: bytes = LONG) -> list[Packet]:
    """A good message whose literal data is framed like this."""
    packets = good_message(data)
    packets[1] = replace(packets[1], framing=framing)
    return packets


@messages.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["framing", "partial"])
def partial_lengths_of_any_size() -> Draft:
    """Partial lengths of 512, 1, 2 and 256 octets, in this order.

    Only the first has to be 512 or more; any power of two from 1 on may follow.
    """
    return message(framed(partial([512, 1, 2, 256])), GOOD)


@messages.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["framing", "partial"])
def partial_lengths_end_in_nothing() -> Draft:
    """After a partial length of 1,024 octets comes a last length of zero.

    The section says that the last length can be zero: who streams does not know when a chunk is the
    last.
    """
    size = 1024 - len(literal(b"").body)
    return message(framed(partial([1024]), LONG[:size]), GOOD)


@messages.vector("4.2.1.4", "5.6", rfc4880=["4.2.2.4", "5.6"], tags=["framing", "partial"])
def partial_lengths_of_compressed_data() -> Draft:
    """A compressed message comes in partial lengths.

    Literal, compressed and encrypted data may. Nothing is wrong.
    """
    (packet,) = compressed(good_message(LONG), CompressionAlgorithm.ZLIB)
    return message([replace(packet, framing=partial([512, 512]))], GOOD)


@messages.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["framing", "partial"])
def partial_lengths_begin_small() -> Draft:
    """The first partial length is 256 octets.

    It must be 512 at least. The packet can be read, and the signature is over what it says.
    """
    return message(
        framed(partial([256, 512])),
        undefined(
            "The first partial length must be 512 octets or more; the section does not say that "
            "a reader must see to it.",
            *NO_MESSAGE,
            keys=[BY_SMALL_ALICE],
        ),
    )


@messages.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["framing", "partial"])
def partial_lengths_of_signature() -> Draft:
    """The signature packet comes in partial lengths.

    They must not be used for it. The packet can be read, and holds a good signature, a notation
    making it long enough.
    """
    long = Made(hashed=(subpackets.notation("length@accord.example", "long " * 100),))
    packets = list(one_pass_message(TEXT, (by_alice(made=long), SMALL_ALICE_SIGNING)))
    packets[2] = replace(packets[2], framing=partial([512]))
    return message(
        packets,
        undefined(
            "Partial lengths must not be used for signature packets; the section does not say that "
            "a reader must see to it.",
            *NO_MESSAGE,
            keys=[BY_SMALL_ALICE],
        ),
    )


def cut_after_partial(data: bytes) -> bytes:
    """A literal packet of one partial length, 512 octets, that no other length follows."""
    packet = replace(literal(data), framing=partial([512]))
    return write_packet(packet).removesuffix(b"\x00")


EXACTLY_512 = LONG[: 512 - len(literal(b"").body)]


@messages.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["framing", "partial", "malformed"])
def partial_length_is_the_last() -> Draft:
    """The literal data has one partial length and no last one; then comes the signature packet.

    The last length must not be partial, so the first octet of the signature packet is read as the
    length of more data, and nothing is where it should be. A reader that guesses where the data was
    meant to end hands out a text by its own guess, and the next reader another.
    """
    packets = good_message(EXACTLY_512)
    octets = write_packet(packets[0]) + cut_after_partial(EXACTLY_512) + write_packet(packets[2])
    return message(octets, reject(*NO_MESSAGE))


@messages.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["framing", "partial", "malformed"])
def partial_length_at_the_end() -> Draft:
    """An old-style message ends after a partial length's data.

    More was to come: the message is cut short. That the signature happens to be over just what
    arrived is not for a reader to hope.
    """
    signature = write_packet(signature_packet(by_alice(EXACTLY_512)))
    return message(signature + cut_after_partial(EXACTLY_512), reject(*NO_MESSAGE))


_MAY = "An implementation may read legacy framing, or not; it is there for historic data."


def legacy(*packets: Packet, framing: Framing = OLD) -> list[Packet]:
    """The same packets in legacy framing."""
    return [replace(packet, framing=framing) for packet in packets]


@dataclass(frozen=True)
class LegacyWidth:
    """How wide the length in a legacy header is.

    Attributes:
        framing: the framing.
        words: in words.
    """

    framing: Framing
    words: str


@messages.family(
    {
        "shortest": LegacyWidth(OLD, "with the shortest lengths"),
        "four-octets": LegacyWidth(old_format(4), "with lengths of four octets"),
    },
    "4.2",
    "4.2.2",
    "5.9",
    rfc4880=["4.2", "4.2.1"],
    tags=["framing", "legacy"],
)
def legacy_headers(m: LegacyWidth) -> Draft:
    """All packets have legacy headers, {m.words}.

    RFC 4880 knows two header formats. RFC 9580 has the old one read for interoperability, by who
    likes to; much that was ever signed is in it, certificates above all.
    """
    return message(
        legacy(*good_message(), framing=m.framing),
        undefined(_MAY, *NO_MESSAGE, keys=[BY_SMALL_ALICE], rfc4880=Outcome.ACCEPT),
    )


@messages.vector("4.2.2", "5.9", rfc4880=["4.2.1"], tags=["framing", "legacy"])
def indeterminate_literal() -> Draft:
    """In an old-style message, the literal data is a legacy packet without length.

    It runs to the end of the file. Nobody may write that any more, and a reader may interpret it.
    """
    packets = list(prefixed_message(TEXT, by_alice()))
    packets[1] = replace(packets[1], framing=INDETERMINATE)
    return message(
        packets, undefined(_MAY, *NO_MESSAGE, keys=[BY_SMALL_ALICE], rfc4880=Outcome.ACCEPT)
    )


@messages.vector("4.2.2", "5.6", rfc4880=["4.2.1", "5.6"], tags=["framing", "legacy"])
def indeterminate_compressed() -> Draft:
    """A compressed message is a legacy packet without length.

    Widely deployed software wrote its compressed messages like this for decades.
    """
    (packet,) = compressed(good_message(), CompressionAlgorithm.ZIP)
    packets = [replace(packet, framing=INDETERMINATE)]
    return message(
        packets, undefined(_MAY, *NO_MESSAGE, keys=[BY_SMALL_ALICE], rfc4880=Outcome.ACCEPT)
    )


# Fields of literal data


@messages.vector("5.9.1", rfc4880=["5.9"], tags=["literal-format", "name"])
def for_your_eyes_only() -> Draft:
    """The literal data's file name is _CONSOLE.

    The name once meant: for your eyes only. It is not signed, and nothing about the signature
    depends on it.
    """
    packets = good_message()
    packets[1] = literal(TEXT, name=b"_CONSOLE")
    return message(packets, GOOD)


@messages.vector("5.9", "4.1", rfc4880=["5.9"], tags=["literal-format", "name", "malformed"])
def file_name_beyond_packet() -> Draft:
    """The literal data's file name claims 255 octets, more than the packet has.

    There is no data left that could be signed. Who reads on takes the signature packet, or
    memory beyond it, for the name.
    """
    packets = good_message()
    body = packets[1].body
    packets[1] = replace(packets[1], body=body[:1] + b"\xff" + body[2:])
    return message(packets, reject(*NO_MESSAGE))
