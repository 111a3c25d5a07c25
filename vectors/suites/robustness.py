"""Input that is broken, endless or absurd: it must not be accepted, and must not crash or hang.

Packets end too early, lengths lie, keys are no keys, layers go deep, and one thing stands there
ten thousand times. Verifiers read all of it before they know whom it is from. A backend that
crashes on a vector of this area, or runs out of time, lets anybody stop those who verify with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harness.artifact import Artifact, Cleartext, Detached, Inline, Repeat
from harness.openpgp import signatures as packets
from harness.openpgp.armor import write_armor
from harness.openpgp.cleartext import write_cleartext
from harness.openpgp.keys import PublicKey, fingerprint, key_id, write_public_key
from harness.openpgp.mpi import Mpi, mpi, mpi_of_octets, write_mpi
from harness.openpgp.names import (
    CompressionAlgorithm,
    HashAlgorithm,
    SignatureType,
    SubpacketType,
    Tag,
)
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import OLD, Packet, partial, write_header, write_packet, write_packets
from harness.openpgp.signatures import Signature, write_signature
from harness.openpgp.subpackets import Subpacket, write_subpackets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    compressed,
    detached,
    inline,
    literal,
    one_pass,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.certificate import BackSignature, Binding, bind_back, signature_packet
from vectors.forge.signature import Made, make, sign, subkey
from vectors.forge.times import KEYS_CREATED, SIGNED, seconds
from vectors.suites.cast import (
    ALICE_NAME,
    BY_SMALL_ALICE,
    BY_SMALL_BOB,
    SMALL_ALICE,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    TEXT,
    signed,
    small_alice,
    small_bob,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

robustness = Area(
    "robustness",
    __doc__,
    origins={
        "framing": "kinds of input found by fuzzing RNP and rPGP; RFC 9580, 4.1 and 4.2",
        "fields": "kinds of input found by fuzzing RNP and rPGP; RFC 9580, 5.2.5",
        "keys": "kinds of input found by fuzzing RNP and rPGP; RFC 9580, 5.5.5",
        "messages": "kinds of input found by fuzzing RNP and rPGP; RFC 9580, 10.3",
        "compression": "RFC 9580, 13.14; rPGP: limits of nesting; CVE-2013-4402",
        "nesting": "rPGP and go-crypto: nested embedded signatures; Sequoia: deep recursion",
        "large": "rPGP, RNP and GnuPG: limits of what is read",
        "hash": "Sequoia: an unknown hash made sqv panic",
        "armor": "kinds of input found by fuzzing RNP and rPGP; RFC 9580, 6",
    },
)

BROKEN = (Wrong.MALFORMED, Wrong.NO_SIGNATURE)
"""What cannot be read, or was dropped for it."""

GARBLED = (*BROKEN, Wrong.BAD_SIGNATURE, Wrong.UNSUPPORTED, Wrong.MISSING_KEY)
"""The same, where enough can be read to try: the numbers or the issuer are not to be found."""


def file(
    octets: bytes, expect: Expectation, *repeats: Repeat, certificate: bytes | None = None
) -> Draft:
    """A vector about a file beside Bob's document that should hold his signature."""
    return Draft(
        certificates=[small_bob().octets if certificate is None else certificate],
        artifact=Detached(data=TEXT, signature=octets),
        expect=expect,
        repeats=repeats,
    )


def message(octets: bytes, expect: Expectation, *repeats: Repeat) -> Draft:
    """A vector about a file that should hold a message signed by Bob."""
    return Draft(
        certificates=[small_bob()],
        artifact=Inline(message=octets),
        expect=expect,
        repeats=repeats,
    )


GOOD = signed(by=SMALL_BOB)
BODY = write_signature(GOOD)
HASHED = 6 + len(GOOD.hashed)
"""Where the hashed area of `BODY` ends, and the count of the other area begins."""
UNHASHED = HASHED + 2 + len(GOOD.unhashed)
"""Where the other area ends, and the first two octets of the hash begin."""
NUMBERS = UNHASHED + 2


def signature_file(body: bytes) -> bytes:
    """A file of one signature packet, whatever its body."""
    return write_packet(Packet(Tag.SIGNATURE, body))


# Ends


@dataclass(frozen=True)
class End:
    """Where something ends too early.

    Attributes:
        title: in words.
        at: how many octets are left.
        classes: what is right to say.
    """

    title: str
    at: int
    classes: tuple[Wrong, ...] = BROKEN


ENDS = {
    "start": End("before it has begun: it is empty", 0),
    "version": End("behind its version", 1),
    "algorithms": End("between its type and its algorithms", 2),
    "hashed-count": End("within the count of its hashed area", 5),
    "hashed-area": End("within its hashed area", HASHED - 10),
    "unhashed-count": End("where its unhashed area is due", HASHED),
    "unhashed-area": End("within its unhashed area", UNHASHED - 5),
    "hash": End("within the two octets of its hash", UNHASHED + 1, GARBLED),
    "numbers": End("where its numbers are due", NUMBERS, GARBLED),
    "number-header": End("within the bit count of its first number", NUMBERS + 1, GARBLED),
    "number": End("within its first number", NUMBERS + 10, GARBLED),
    "second-number": End("where its second number is due", NUMBERS + 34, GARBLED),
}


@robustness.family(
    ENDS, "4.1", "5.2.3", "5.2.5", rfc4880=["5.2.3"], tags=["fields", "truncated", "malformed"]
)
def signature_ends(m: End) -> Draft:
    """The signature packet ends {m.title}.

    Its header says so, and tells the truth. A malformed signature must be ignored. Who reads on
    for the missing field reads what lies behind the packet in memory.
    """
    return file(signature_file(BODY[: m.at]), reject(*m.classes))


@dataclass(frozen=True)
class Octets:
    """A file.

    Attributes:
        title: what it is, in words.
        octets: its content.
        classes: what is right to say.
        repeats: what stands in it many times.
    """

    title: str
    octets: bytes
    classes: tuple[Wrong, ...] = BROKEN
    repeats: tuple[Repeat, ...] = ()


HEADERS = {
    "tag": Octets("ends behind the first octet of the packet's header", b"\xc2"),
    "two-octet-length": Octets("ends within a packet length of two octets", b"\xc2\xc5"),
    "five-octet-length": Octets("ends within a packet length of five octets", b"\xc2\xff\0\0"),
    "old-length": Octets("ends within a packet length of the old format", b"\x8a\0\0\0"),
    "body": Octets("ends behind the packet's header, which promises 119 octets", b"\xc2\x77"),
    "reserved-type": Octets(
        "holds a packet of type 0, which must not be used", b"\xc0" + bytes((len(BODY),)) + BODY
    ),
}


@robustness.family(HEADERS, "4.2", rfc4880=["4.2"], tags=["framing", "truncated", "malformed"])
def signature_file_with_header(m: Octets) -> Draft:
    """The signature file {m.title}.

    There is no packet that could be read, and hence no signature. What is not there must not be
    waited for, nor taken from what lies behind.
    """
    return file(m.octets, reject(*m.classes))


def _claiming(length: int, framing: int = 5, old: bool = False) -> bytes:
    style = replace(OLD, width=4) if old else replace(partial(()), width=framing)
    return write_header(Tag.SIGNATURE, length, style) + BODY


LENGTHS = {
    "4-gib": Octets("claims to have 4 GiB less one octet", _claiming(0xFFFFFFFF)),
    "4-gib-old-format": Octets(
        "claims to have 4 GiB less one octet, in the old packet format",
        _claiming(0xFFFFFFFF, old=True),
    ),
    "2-gib": Octets("claims to have 2 GiB", _claiming(0x80000000)),
    "1-gib-chunk": Octets("claims that its first part has 1 GiB", b"\xc2\xfe" + BODY),
    "endless-chunks": Octets(
        "comes in parts of 32 octets, and none is the last",
        b"\xc2" + b"".join(b"\xe5" + BODY[at : at + 32] for at in range(0, 96, 32)),
    ),
    "one-octet-less": Octets(
        "claims to have one octet less than it has", _claiming(len(BODY) - 1), GARBLED
    ),
    "one-octet-more": Octets("claims to have one octet more than it has", _claiming(len(BODY) + 1)),
}


@robustness.family(LENGTHS, "4.1", "4.2", "10.3.1", rfc4880=["4.2"], tags=["framing", "malformed"])
def signature_length(m: Octets) -> Draft:
    """The signature packet {m.title}.

    All of a good signature is there. A packet that reaches beyond its file is unusable, and the
    next packet is where the header says. Who asks for the memory first, and looks at the file
    later, has none left.
    """
    return file(m.octets, reject(*m.classes))


# Numbers


def _with_numbers(*numbers: Mpi) -> bytes:
    return signature_file(BODY[:NUMBERS] + b"".join(map(write_mpi, numbers)))


NUMBERS_ODD = {
    "cut-short": Octets(
        "claims 65,535 bits, and 31 octets of it are there",
        signature_file(BODY[:NUMBERS] + b"\xff\xff" + bytes(range(1, 32))),
        GARBLED,
    ),
    "16384-bits": Octets(
        "has 16,384 bits, sixty-four times as many as the curve",
        _with_numbers(mpi((1 << 16384) - 1), mpi(1)),
        GARBLED,
    ),
    "zero-octets": Octets(
        "has no octets, while the second is a proper one",
        _with_numbers(Mpi(0, b""), mpi_of_octets(GOOD.material[-32:])),
        GARBLED,
    ),
    "all-ones": Octets(
        "is larger than the order of the curve",
        _with_numbers(mpi((1 << 256) - 1), mpi((1 << 256) - 1)),
        GARBLED,
    ),
}


@robustness.family(
    NUMBERS_ODD, "3.2", "5.2.3.2", rfc4880=["3.2", "5.2.2"], tags=["fields", "malformed"]
)
def signature_number(m: Octets) -> Draft:
    """The first number of an ECDSA signature {m.title}.

    Whatever its numbers are made into, no signature comes of it. Buffers made for the curve are
    too small, or larger than the octets that were given.
    """
    return file(m.octets, reject(*m.classes))


# Subpackets and versions


FINGERPRINTS = {
    "empty": ("no octets, not even a version", b""),
    "version-only": ("a version, and no fingerprint", b"\x04"),
    "endless": ("180 octets", b"\x04" + bytes.fromhex(SMALL_BOB.fingerprint) * 9),
}


@robustness.family(
    {name: End(title, len(body)) for name, (title, body) in FINGERPRINTS.items()},
    "5.2.3.35",
    "5.2.5",
    tags=["fields", "malformed"],
    provenance="Sequoia: signatures with odd issuer fingerprints",
)
def issuer_fingerprint_of(m: End) -> Draft:
    """The hashed issuer fingerprint has {m.title}.

    The signature is otherwise good, and names its issuer by key ID, too. A subpacket of a wrong
    length makes it malformed: it must be ignored. RFC 4880 does not know the subpacket.
    """
    body = next(body for _, body in FINGERPRINTS.values() if len(body) == m.at)
    made = Made(
        issuer_fingerprint=None,
        hashed=(Subpacket(SubpacketType.ISSUER_FINGERPRINT, body),),
    )
    return Draft(
        certificates=[small_bob()],
        artifact=detached(TEXT, signed(made, by=SMALL_BOB)),
        expect=reject(*GARBLED, rfc4880=Outcome.ACCEPT, keys=[BY_SMALL_BOB]),
    )


def _v6(hashed: int, salt: int) -> bytes:
    """The body of a version 6 signature with these counts, and little behind them."""
    head = bytes((6, 0, Algorithm.ED25519, HashAlgorithm.SHA256))
    area = write_subpackets([subpackets.creation_time(SIGNED)])
    counted = hashed.to_bytes(4, "big") + area + bytes(4) + b"\x12\x34" + bytes((salt,))
    return head + counted + bytes(range(16)) + bytes(range(64))


V6 = {
    "hashed-area-4-gib": Octets(
        "claims 4 GiB less one octet for its hashed area", signature_file(_v6(0xFFFFFFFF, 16))
    ),
    "hashed-area-2-gib": Octets(
        "claims 2 GiB for its hashed area, a negative number in 32 bits",
        signature_file(_v6(0x80000000, 16)),
    ),
    "salt": Octets(
        "claims a salt of 255 octets, where 80 are left", signature_file(_v6(6, 255)), GARBLED
    ),
}


@robustness.family(V6, "4.1", "5.2.3", "5.2.5", tags=["fields", "malformed", "v6"])
def signature_of_version_6(m: Octets) -> Draft:
    """A version 6 signature {m.title}.

    Counts have four octets in version 6, and reach further than any file. The signature is
    malformed, and to be ignored.
    """
    return file(m.octets, reject(*BROKEN, Wrong.UNSUPPORTED, *m.classes))


@dataclass(frozen=True)
class Hash:
    """A hash nobody knows, somewhere.

    Attributes:
        title: where, in words.
        artifact: what is signed with it.
    """

    title: str
    artifact: Artifact


def _hashing(signature: Signature, number: int) -> Signature:
    return replace(signature, hash_algorithm=number)


def _cleartext_hashing(number: int) -> Cleartext:
    made = _hashing(sign_cleartext(TEXT, SMALL_BOB), number)
    block = write_armor("PGP SIGNATURE", write_packet(signature_packet(made)))
    return Cleartext(message=write_cleartext(TEXT, block, [("Hash", "SHA9999")]))


def _announced_hashing(number: int) -> Inline:
    made = _hashing(GOOD, number)
    return inline([one_pass(made, SMALL_BOB), literal(TEXT), signature_packet(made)])


HASHES = {
    "detached-99": Hash("A detached signature uses hash 99", detached(TEXT, _hashing(GOOD, 99))),
    "detached-0": Hash("A detached signature uses hash 0", detached(TEXT, _hashing(GOOD, 0))),
    "one-pass": Hash("A message signed in one pass uses hash 99", _announced_hashing(99)),
    "cleartext": Hash("A cleartext names SHA9999 and uses hash 99", _cleartext_hashing(99)),
}


@robustness.family(HASHES, "9.5", "5.2.5", rfc4880=["9.4"], tags=["hash", "unknown"])
def unknown_hash(m: Hash) -> Draft:
    """{m.title}.

    Nobody knows it, and nobody can verify. The hash is chosen before anything is known to be good:
    a verifier that takes every number for a known hash dies of this one.
    """
    return Draft(
        certificates=[small_bob()],
        artifact=m.artifact,
        expect=reject(Wrong.UNSUPPORTED, Wrong.BAD_SIGNATURE, *BROKEN),
    )


# Nesting


def _nested(inner: Subpacket, levels: int) -> Subpacket:
    """Put a subpacket into the unhashed area of an embedded signature, again and again."""
    for _ in range(levels):
        shell = Signature(
            4,
            SignatureType.PRIMARY_KEY_BINDING,
            SMALL_ALICE_SIGNING.algorithm,
            HashAlgorithm.SHA256,
            unhashed=write_subpackets([inner]),
            left16=b"\0\0",
            material=bytes(4),
        )
        inner = subpackets.embedded(shell)
    return inner


def _bound_by(back: Subpacket) -> bytes:
    """Alice's small certificate, its subkey bound with this for a back-signature."""
    primary, user_id, self_signature, key, _ = small_alice().packets
    binding = make(
        Binding(back=None),
        kind=SignatureType.SUBKEY_BINDING,
        subject=subkey(SMALL_ALICE, SMALL_ALICE_SIGNING),
        signer=SMALL_ALICE,
        created=KEYS_CREATED,
        says=[subpackets.key_flags(0x02)],
        says_unhashed=[back],
    )
    return write_packets([primary, user_id, self_signature, key, signature_packet(binding)])


def by_subkey(certificate: bytes, expect: Expectation) -> Draft:
    """A vector about Alice's small certificate, asked about her subkey's good signature."""
    return Draft(
        certificates=[certificate],
        artifact=detached(TEXT, signed(by=SMALL_ALICE_SIGNING)),
        expect=expect,
    )


BACK = bind_back(SMALL_ALICE, SMALL_ALICE_SIGNING, BackSignature())
UNBOUND = (Wrong.UNBOUND_KEY, Wrong.MISSING_KEY, Wrong.MALFORMED)

DEPTHS = {"one": 1, "ten": 10, "a-hundred": 100, "two-thousand": 2000}


@robustness.family(
    DEPTHS, "5.2.3.34", "10.1.5", rfc4880=["5.2.3.26"], tags=["nesting", "malformed"]
)
def back_signature_too_deep(m: int) -> Draft:
    """The back-signature is not in the binding, but embedded {m} deep in what is.

    What the binding embeds directly is not the subkey's word. Readers that follow embedded
    signatures call themselves once for each, until the stack is full.
    """
    return by_subkey(_bound_by(_nested(subpackets.embedded(BACK), m)), reject(*UNBOUND))


BACK_BODY = write_signature(BACK)
BACK_ENDS = {
    "start": End("before it has begun: it is empty", 0),
    "version": End("behind its version", 1),
    "hashed-area": End("within its hashed area", 12),
    "number": End("within its last number", len(BACK_BODY) - 5),
}


@robustness.family(
    BACK_ENDS, "5.2.3.34", "5.2.5", rfc4880=["5.2.3.26"], tags=["fields", "truncated", "malformed"]
)
def back_signature_ends(m: End) -> Draft:
    """The back-signature ends {m.title}.

    The subkey's consent is not to be read, so that the subkey is not bound. Who reads on reads the
    rest of the binding for it.
    """
    cut = Subpacket(SubpacketType.EMBEDDED_SIGNATURE, BACK_BODY[: m.at])
    return by_subkey(_bound_by(cut), reject(*UNBOUND))


@robustness.vector("5.2.3.34", "5.2.3.8", rfc4880=["5.2.3.26"], tags=["nesting"])
def embedded_deep_in_data_signature() -> Draft:
    """The unhashed area of a good signature holds two thousand signatures, one within the other.

    Anybody can add them. They say nothing about the document; they must not make a verifier fall,
    nor anybody believed.
    """
    made = Made(unhashed=(_nested(subpackets.embedded(BACK), 2000),))
    return Draft(
        certificates=[small_bob()],
        artifact=detached(TEXT, signed(made, by=SMALL_BOB)),
        expect=undefined(
            "Section 5.2.3.34 embeds a complete signature, and does not say how deep that may go.",
            *GARBLED,
            keys=[BY_SMALL_BOB],
        ),
    )


# Compression


def quine() -> bytes:
    """A message whose compressed data is the message itself.

    Two marker packets, and a compressed data packet of raw DEFLATE blocks that print literal
    octets, or repeat those before. All blocks have five octets and end on octets, so that whole
    blocks can be printed by other blocks; the shape is Russ Cox's ("Zip files all the way down",
    2010), the octets are made here.
    """
    head = 2 * b"\xca\x03PGP" + bytes((0xC0 | Tag.COMPRESSED_DATA, 154, CompressionAlgorithm.ZIP))
    own = len(head) + 5
    block, four, nothing, last = _stored(5), _stored(20), _stored(0), b"\1" + _stored(0)[1:]
    again, repeat = _repeated(own), _repeated(20)
    return b"".join(
        (
            *(head, _stored(own), head, _stored(own), again, block, again, block, block),
            *(four, again, block, block, four, repeat),
            *(four, repeat, four, repeat, four, repeat),
            *(four, repeat, nothing, nothing, last, repeat, nothing, nothing, last),
        )
    )


def _stored(octets: int) -> bytes:
    """The header of a stored block (RFC 1951 section 3.2.4)."""
    return b"\0" + octets.to_bytes(2, "little") + (octets ^ 0xFFFF).to_bytes(2, "little")


def _repeated(octets: int) -> bytes:
    """A block of 40 bits that repeats the last 17 to 20 octets, in two halves."""
    bits = [0, 1, 0]  # not the last block; fixed codes
    for half in (octets - octets // 2, octets // 2):
        bits += _from_the_left(half - 2, 7)  # lengths 3 to 10: codes 257 to 264
        bits += _from_the_left(8, 5)  # distances 17 to 24, told apart by three more bits
        bits += _from_the_left(octets - 17, 3)[::-1]
    bits += [0] * 7  # end of block
    return sum(bit << at for at, bit in enumerate(bits)).to_bytes(5, "little")


def _from_the_left(value: int, width: int) -> list[int]:
    return [value >> at & 1 for at in reversed(range(width))]


@robustness.vector("13.14", "5.6", rfc4880=["5.6"], tags=["compression", "malformed"])
def compression_quine() -> Draft:
    """A compressed message that decompresses to itself.

    166 octets, and no end. There is no signature in it at any depth. An implementation should
    limit the layers it opens: one that does not opens them until something gives way.
    """
    octets = quine()
    if len(octets) != 166:
        raise ValueError("the quine has the wrong length")
    return message(octets, reject(*BROKEN, Wrong.UNSUPPORTED))


@robustness.family(
    {"16": 16, "31": 31, "128": 128}, "13.14", "10.3", rfc4880=["11.3"], tags=["compression"]
)
def compression_layers(m: int) -> Draft:
    """A good signed message is compressed {m} times.

    Nobody needs that, and the grammar of messages allows it. An implementation should limit the
    layers it opens; how many are right is left to it.
    """
    layers = one_pass_message(TEXT, (GOOD, SMALL_BOB))
    for _ in range(m):
        layers = compressed(layers, CompressionAlgorithm.ZIP)
    return message(
        write_packets(layers),
        undefined(
            "Section 13.14 asks for a limit to the layers of compression, and names none.",
            *BROKEN,
            Wrong.UNSUPPORTED,
            Wrong.POLICY_OTHER,
            keys=[BY_SMALL_BOB],
        ),
    )


# Messages


def _compressed_body(body: bytes) -> bytes:
    return write_packet(Packet(Tag.COMPRESSED_DATA, body))


WHOLE = one_pass_message(TEXT, (GOOD, SMALL_BOB))
"""A good message: announcement, data, signature."""
ANNOUNCED, DATA, CLOSING = WHOLE

MESSAGES = {
    "one-pass-cut": Octets(
        "begins with a one-pass signature packet of three octets",
        write_packets([Packet(Tag.ONE_PASS_SIGNATURE, ANNOUNCED.body[:3]), DATA, CLOSING]),
        GARBLED,
    ),
    "one-pass-empty": Octets(
        "begins with an empty one-pass signature packet",
        write_packets([Packet(Tag.ONE_PASS_SIGNATURE, b""), DATA, CLOSING]),
        GARBLED,
    ),
    "literal-empty": Octets(
        "holds a literal data packet without any octets",
        write_packets([ANNOUNCED, Packet(Tag.LITERAL_DATA, b""), CLOSING]),
        GARBLED,
    ),
    "literal-name-cut": Octets(
        "holds literal data whose file name is longer than the packet",
        write_packets([ANNOUNCED, Packet(Tag.LITERAL_DATA, b"b\xffname"), CLOSING]),
        GARBLED,
    ),
    "literal-date-cut": Octets(
        "holds literal data that ends within its date",
        write_packets([ANNOUNCED, Packet(Tag.LITERAL_DATA, b"b\0\0\0"), CLOSING]),
        GARBLED,
    ),
    "literal-4-gib": Octets(
        "holds literal data that claims to have 4 GiB",
        write_packet(ANNOUNCED)
        + write_header(Tag.LITERAL_DATA, 0xFFFFFFFF)
        + DATA.body
        + write_packet(CLOSING),
    ),
    "literal-chunk-cut": Octets(
        "ends within the first part of its literal data, which should have 512 octets",
        write_packet(ANNOUNCED) + b"\xcb\xe9" + DATA.body,
    ),
    "literal-chunks-unfinished": Octets(
        "ends where another part of its literal data is due",
        write_packet(ANNOUNCED) + b"\xcb\xe9" + DATA.body.ljust(512, b"."),
    ),
    "compressed-empty": Octets("is compressed data without even an algorithm", b"\xc8\0"),
    "compressed-nothing": Octets("is compressed data of no octets", _compressed_body(b"\x01")),
    "compressed-unknown": Octets(
        "is compressed by the unknown algorithm 99",
        _compressed_body(b"\x63" + write_packets(WHOLE)),
        (*BROKEN, Wrong.UNSUPPORTED),
    ),
    "compressed-reserved-block": Octets(
        "is compressed with ZIP, in a block of the type that must not be used",
        _compressed_body(b"\x01\x07" + bytes(20)),
    ),
    "compressed-far-back": Octets(
        "is compressed with ZIP, and repeats octets from before its start",
        _compressed_body(b"\x01\x43\x02\x00\x00\x00"),
    ),
    "compressed-cut": Octets(
        "is compressed with ZIP, and ends within its only block",
        _compressed_body(b"\x01\x01\xc8\x00\x37\xff" + write_packets(WHOLE)[:50]),
    ),
    "compressed-zlib-header": Octets(
        "is compressed with ZLIB, and wants a dictionary nobody has",
        _compressed_body(b"\x02\x78\xbb\x00\x00\x00\x01" + bytes(20)),
    ),
    "compressed-bzip2": Octets(
        "is compressed with BZip2, in a block that holds nothing but its mark",
        _compressed_body(b"\x03BZh91AY&SY" + bytes(40)),
    ),
    "encrypted": Octets(
        "is encrypted data without any octets, and no key for it",
        write_packets([Packet(Tag.ENCRYPTED_AND_INTEGRITY_PROTECTED_DATA, b"\x01")]),
        (*BROKEN, Wrong.UNSUPPORTED),
    ),
    "announced-ten-thousand-times": Octets(
        "announces ten thousand signatures, and has neither data nor signatures",
        write_packet(one_pass(GOOD, SMALL_BOB, last=False)),
        (*BROKEN, Wrong.MISSING_KEY),
        (Repeat(part="message", start=0, end=len(write_packet(ANNOUNCED)), times=10_000),),
    ),
    "empty": Octets("is an empty file", b""),
    "zeros": Octets("is 100 octets of zero", bytes(100)),
    "ones": Octets("is 100 octets of ones", b"\xff" * 100, (*BROKEN, Wrong.UNSUPPORTED)),
}


@robustness.family(
    MESSAGES,
    "10.3",
    "5.6",
    "5.9",
    "4.1",
    rfc4880=["11.3", "5.6", "5.9"],
    tags=["messages", "malformed"],
)
def message_that(m: Octets) -> Draft:
    """A message {m.title}.

    It follows no grammar, and nothing in it can be verified. It must be rejected with an error;
    who goes on with what happens to lie in memory shows it to the reader as signed.
    """
    return message(m.octets, reject(*m.classes), *m.repeats)


# Other things beside a document


def _armored(body: str, tail: bool = True) -> bytes:
    end = "-----END PGP SIGNATURE-----\n" if tail else ""
    return f"-----BEGIN PGP SIGNATURE-----\n{body}{end}".encode()


LONG_LINE = _armored("\n" + "A" + "\n")

FILES = {
    "zeros": Octets("100 octets of zero", bytes(100)),
    "ones": Octets("100 octets of ones", b"\xff" * 100),
    "text": Octets("a line of text", b"This is no signature, TEST ONLY.\n"),
    "literal-data": Octets(
        "a literal data packet", write_packet(literal(TEXT)), (*BROKEN, Wrong.UNSUPPORTED)
    ),
    "one-pass-only": Octets(
        "a one-pass signature packet", write_packet(ANNOUNCED), (*BROKEN, Wrong.UNSUPPORTED)
    ),
    "empty-signatures": Octets(
        "ten thousand empty signature packets, in the old packet format",
        b"\x88\x00",
        BROKEN,
        (Repeat(part="signature", start=0, end=2, times=10_000),),
    ),
    "markers": Octets(
        "a hundred thousand marker packets",
        b"\xca\x03PGP",
        BROKEN,
        (Repeat(part="signature", start=0, end=5, times=100_000),),
    ),
    "armor-header": Octets("the first line of armor", b"-----BEGIN PGP SIGNATURE-----\n"),
    "armor-of-nothing": Octets("armor around nothing", _armored("\n")),
    "armor-of-garbage": Octets("armor around what is not Base64", _armored("\n*** % ***\n")),
    "armor-of-checksum": Octets("armor around a checksum alone", _armored("\n=twTO\n")),
    "armor-within-armor": Octets(
        "armor around armor", write_armor("PGP SIGNATURE", _armored("\n=twTO\n"))
    ),
    "armor-of-one-line": Octets(
        "armor around a line of a million letters",
        LONG_LINE,
        BROKEN,
        (
            Repeat(
                part="signature",
                start=LONG_LINE.index(b"\nA") + 1,
                end=LONG_LINE.index(b"\nA") + 2,
                times=1_000_000,
            ),
        ),
    ),
    "armor-header-endless": Octets(
        "armor with a header of a million letters, and no more",
        _armored("Comment: x", tail=False),
        BROKEN,
        (
            Repeat(
                part="signature",
                start=len(_armored("Comment: ", tail=False)),
                end=len(_armored("Comment: x", tail=False)),
                times=1_000_000,
            ),
        ),
    ),
}


@robustness.family(FILES, "10.4", "6", rfc4880=["11.4", "6"], tags=["armor", "malformed"])
def signature_file_of(m: Octets) -> Draft:
    """Where a detached signature is due stands {m.title}.

    There is no signature in it, and hence none that is good. Who says nothing, or succeeds, lets
    people believe that somebody signed.
    """
    return file(m.octets, reject(*m.classes), *m.repeats)


CLEARTEXTS = {
    "header": Octets("is its first line and no more", b"-----BEGIN PGP SIGNED MESSAGE-----\n"),
    "unsigned": Octets(
        "has a text and no signature",
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNot signed by Bob.\n",
    ),
    "signature-empty": Octets(
        "has a text, and armor around nothing",
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNot signed by Bob.\n"
        + _armored("\n"),
    ),
    "signature-unfinished": Octets(
        "has a text, and the first line of armor",
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNot signed by Bob.\n"
        b"-----BEGIN PGP SIGNATURE-----\n",
    ),
}


@robustness.family(CLEARTEXTS, "7.1", rfc4880=["7"], tags=["armor", "malformed"])
def cleartext_that(m: Octets) -> Draft:
    """A cleartext signed message {m.title}.

    Nobody signed it. The text looks like a signed one, and who shows it without a word of warning
    makes it one.
    """
    return Draft(
        certificates=[small_bob()],
        artifact=Cleartext(message=m.octets),
        expect=reject(*m.classes),
    )


# Keys


@dataclass(frozen=True)
class OddKey:
    """A key that is none.

    Attributes:
        title: what is wrong, in words.
        algorithm: of the key.
        material: its public key.
        signature: the numbers of its alleged signatures.
        version: of the key.
        declared: version 6: the octets its material claims to have.
    """

    title: str
    algorithm: int
    material: bytes
    signature: bytes
    version: int = 4
    declared: int | None = None
    body: bytes = field(init=False)

    def __post_init__(self) -> None:
        key = PublicKey(
            self.version,
            seconds(KEYS_CREATED),
            self.algorithm,
            self.material,
            declared_length=self.declared,
        )
        object.__setattr__(self, "body", write_public_key(key))


P256 = bytes.fromhex("082A8648CE3D030107")
ED25519 = bytes.fromhex("092B06010401DA470F01")


def _mpis(*numbers: int) -> bytes:
    return b"".join(write_mpi(mpi(number)) for number in numbers)


RSA_VALUE = _mpis((1 << 2046) + 12345)
TWO_VALUES = _mpis((1 << 255) + 12345, (1 << 254) + 54321)
MODULUS = (1 << 2047) + 0x123456789ABCDEF1
"""Of nobody: not known to be a product of two primes."""
ECDSA, RSA, DSA, EDDSA = Algorithm.ECDSA, Algorithm.RSA, Algorithm.DSA, Algorithm.EDDSA_LEGACY


def _point(octets: bytes) -> bytes:
    return write_mpi(mpi_of_octets(octets))


X = bytes(range(1, 33))

ODD_KEYS = {
    "rsa-modulus-zero": OddKey(
        "an RSA key with a modulus of zero", RSA, _mpis(0, 65537), RSA_VALUE
    ),
    "rsa-modulus-one": OddKey("an RSA key with a modulus of one", RSA, _mpis(1, 65537), RSA_VALUE),
    "rsa-modulus-even": OddKey(
        "an RSA key with an even modulus", RSA, _mpis(MODULUS - 1, 65537), RSA_VALUE
    ),
    "rsa-exponent-zero": OddKey(
        "an RSA key with an exponent of zero", RSA, _mpis(MODULUS, 0), RSA_VALUE
    ),
    "rsa-exponent-as-large-as-modulus": OddKey(
        "an RSA key with an exponent of 2,048 bits", RSA, _mpis(MODULUS, MODULUS - 2), RSA_VALUE
    ),
    "rsa-16384-bits": OddKey(
        "an RSA key of 16,384 bits with an exponent of as many",
        RSA,
        _mpis((1 << 16383) + 0x123456789ABCDEF1, (1 << 16382) + 0x123456789ABCDEF1),
        _mpis((1 << 16382) + 12345),
    ),
    "rsa-modulus-cut": OddKey(
        "an RSA key whose modulus claims 65,535 bits", RSA, b"\xff\xff" + X, RSA_VALUE
    ),
    "rsa-material-missing": OddKey("an RSA key without any numbers", RSA, b"", RSA_VALUE),
    "dsa-zeros": OddKey("a DSA key of zeros", DSA, _mpis(0, 0, 0, 0), TWO_VALUES),
    "dsa-order-zero": OddKey(
        "a DSA key with an order of zero", DSA, _mpis(MODULUS, 0, 2, 4), TWO_VALUES
    ),
    "dsa-order-one": OddKey(
        "a DSA key with an order of one", DSA, _mpis(MODULUS, 1, 2, 4), TWO_VALUES
    ),
    "ecdsa-curve-empty": OddKey(
        "an ECDSA key with an object identifier of no octets",
        ECDSA,
        b"\x00" + _point(b"\x04" + X + X),
        TWO_VALUES,
    ),
    "ecdsa-curve-reserved": OddKey(
        "an ECDSA key with the reserved identifier length 255",
        ECDSA,
        b"\xff" + P256[1:] + _point(b"\x04" + X + X),
        TWO_VALUES,
    ),
    "ecdsa-curve-unknown": OddKey(
        "an ECDSA key on a curve nobody knows",
        ECDSA,
        b"\x04\x88\x37\x01\x02" + _point(b"\x04" + X + X),
        TWO_VALUES,
    ),
    "ecdsa-curve-unfinished": OddKey(
        "an ECDSA key whose identifier ends within a number",
        ECDSA,
        b"\x03\x2a\x86\x80" + _point(b"\x04" + X + X),
        TWO_VALUES,
    ),
    "ecdsa-point-off-curve": OddKey(
        "an ECDSA key whose point is not on its curve",
        ECDSA,
        P256 + _point(b"\x04" + X + X),
        TWO_VALUES,
    ),
    "ecdsa-point-zero": OddKey(
        "an ECDSA key with the point (0, 0)", ECDSA, P256 + _point(b"\x04" + bytes(64)), TWO_VALUES
    ),
    "ecdsa-point-short": OddKey(
        "an ECDSA key whose point is half as long as it must be",
        ECDSA,
        P256 + _point(b"\x04" + X),
        TWO_VALUES,
    ),
    "ecdsa-point-empty": OddKey(
        "an ECDSA key whose point has no octets", ECDSA, P256 + write_mpi(Mpi(0, b"")), TWO_VALUES
    ),
    "ecdsa-point-at-infinity": OddKey(
        "an ECDSA key with the point at infinity", ECDSA, P256 + b"\x00\x01\x00", TWO_VALUES
    ),
    "eddsa-point-short": OddKey(
        "an EdDSALegacy key of eight octets", EDDSA, ED25519 + _point(b"\x40" + X[:8]), TWO_VALUES
    ),
    "eddsa-point-unprefixed": OddKey(
        "an EdDSALegacy key without the octet in front", EDDSA, ED25519 + _point(X), TWO_VALUES
    ),
    "eddsa-on-p256": OddKey(
        "an EdDSALegacy key on NIST P-256", EDDSA, P256 + _point(b"\x04" + X + X), TWO_VALUES
    ),
    "ed25519-short": OddKey(
        "an Ed25519 key of 31 octets", Algorithm.ED25519, X[:31], bytes(range(64))
    ),
    "ed25519-without-octets": OddKey(
        "an Ed25519 key of no octets", Algorithm.ED25519, b"", bytes(range(64))
    ),
    "v6-length-4-gib": OddKey(
        "a version 6 key whose material claims 4 GiB",
        Algorithm.ED25519,
        X,
        bytes(range(64)),
        version=6,
        declared=0xFFFFFFFF,
    ),
    "v6-length-zero": OddKey(
        "a version 6 key whose material claims no octets",
        Algorithm.ED25519,
        X,
        bytes(range(64)),
        version=6,
        declared=0,
    ),
}


def alleged(key: OddKey, kind: int, when: int) -> Signature:
    """A signature that names the key as its issuer, and was made by nobody."""
    mark = bytes((key.version,)) + bytes.fromhex(fingerprint(key.body))
    hashed = [
        Subpacket(SubpacketType.CREATION_TIME, when.to_bytes(4, "big")),
        Subpacket(SubpacketType.ISSUER_FINGERPRINT, mark),
        subpackets.key_flags(0x03),
    ]
    own_id = Subpacket(SubpacketType.ISSUER_KEY_ID, bytes.fromhex(key_id(key.body)))
    return Signature(
        key.version,
        kind,
        key.algorithm,
        HashAlgorithm.SHA256,
        hashed=write_subpackets(hashed),
        unhashed=b"" if key.version == 6 else write_subpackets([own_id]),
        left16=b"\x12\x34",
        salt=bytes(range(16)) if key.version == 6 else b"",
        material=key.signature,
    )


def _left16(signature: Signature, hashed: Callable[[Signature], bytes]) -> Signature:
    """Let the two octets of the hash be right, so that the numbers are looked at."""
    return replace(signature, left16=hashlib.sha256(hashed(signature)).digest()[:2])


@robustness.family(ODD_KEYS, "5.5.5", "4.1", "5.2.5", rfc4880=["5.5.2"], tags=["keys", "malformed"])
def key_that_is(m: OddKey) -> Draft:
    """The certificate is that of {m.title}, and a signature names it.

    There can be no good signature by it. The numbers go to code that may take them for good ones:
    it divides by zero, looks for points that are not there, or never ends.
    """
    name = ALICE_NAME.encode()
    about = _left16(
        alleged(m, SignatureType.POSITIVE_CERTIFICATION, seconds(KEYS_CREATED)),
        lambda s: packets.hash_input_for_user_id(s, m.body, name),
    )
    over = _left16(
        alleged(m, SignatureType.BINARY, seconds(SIGNED)),
        lambda s: packets.hash_input_for_document(s, TEXT),
    )
    certificate = [
        Packet(Tag.PUBLIC_KEY, m.body),
        Packet(Tag.USER_ID, name),
        signature_packet(about),
    ]
    return file(
        write_packet(signature_packet(over)),
        reject(
            *GARBLED,
            Wrong.UNBOUND_KEY,
            Wrong.WEAK_KEY,
            Wrong.POLICY_OTHER,
        ),
        certificate=write_packets(certificate),
    )


CERTIFICATES = {
    "primary-empty": Octets("begins with an empty key packet", b"\xc6\x00"),
    "primary-version-only": Octets("begins with a key packet of a version alone", b"\xc6\x01\x04"),
    "primary-of-version-255": Octets(
        "begins with a key packet of version 255",
        write_packet(Packet(Tag.PUBLIC_KEY, b"\xff" + SMALL_BOB.body[1:])),
    ),
    "primary-4-gib": Octets(
        "begins with a key packet that claims to have 4 GiB",
        write_header(Tag.PUBLIC_KEY, 0xFFFFFFFF) + SMALL_BOB.body,
    ),
    "user-id-4-gib": Octets(
        "holds a user ID that claims to have 4 GiB",
        write_packet(Packet(Tag.PUBLIC_KEY, SMALL_BOB.body))
        + write_header(Tag.USER_ID, 0xFFFFFFFF)
        + b"Bob (TEST ONLY)",
    ),
    "subkeys-only": Octets(
        "is a subkey without a primary key",
        write_packet(Packet(Tag.PUBLIC_SUBKEY, SMALL_BOB.body)),
    ),
    "zeros": Octets("is 100 octets of zero", bytes(100)),
    "empty": Octets("is an empty file", b""),
}


@robustness.family(CERTIFICATES, "10.1", "4.1", rfc4880=["11.1"], tags=["keys", "malformed"])
def certificate_that(m: Octets) -> Draft:
    """The certificate {m.title}; the signature is a good one of Bob's.

    There is no key to verify it with. A verifier must say so, and not that all is well with none.
    """
    return file(
        signature_file(BODY),
        reject(Wrong.MISSING_KEY, Wrong.MALFORMED, Wrong.UNBOUND_KEY, Wrong.UNSUPPORTED),
        certificate=m.octets,
    )


@dataclass(frozen=True)
class Attribute:
    """A user attribute that cannot be read."""

    title: str
    body: bytes


ATTRIBUTES = {
    "subpacket-cut": Attribute("whose subpacket is longer than the packet", b"\x40\x01abc"),
    "subpacket-4-gib": Attribute(
        "whose subpacket claims to have 4 GiB", b"\xff\xff\xff\xff\xff\x01" + bytes(16)
    ),
    "subpacket-of-length-zero": Attribute("whose subpacket has no type", b"\0"),
    "image-header-cut": Attribute(
        "whose image header claims 65,535 octets", b"\x06\x01\xff\xff\x01\x01\x00"
    ),
}


@robustness.family(ATTRIBUTES, "5.12", "4.1", rfc4880=["5.12"], tags=["fields", "malformed"])
def user_attribute(m: Attribute) -> Draft:
    """The certificate holds a user attribute {m.title}, and all that is needed besides.

    Nobody certified it. The packet is unusable; who opens the picture in it opens what is not
    there.
    """
    primary, user_id, own, key, binding = small_alice().packets
    odd = Packet(Tag.USER_ATTRIBUTE, m.body)
    return by_subkey(
        write_packets([primary, user_id, own, odd, key, binding]),
        undefined(
            "A user attribute may be treated as opaque (5.12), or found malformed (4.1); whether "
            "that spoils the certificate around it is not said.",
            *UNBOUND,
            keys=[BY_SMALL_ALICE],
        ),
    )


S2K = {
    "argon2-without-aead": Octets(
        "with a passphrase by Argon2, and not by AEAD",
        b"\xfe\x07\x04" + bytes(range(16)) + b"\x01\x04\x15" + bytes(16 + 54),
    ),
}


@robustness.family(S2K, "3.7.2.1", "10.2", tags=["keys", "secret-key", "malformed"])
def secret_key(m: Octets) -> Draft:
    """The certificate is a secret key protected {m.title}.

    It must be rejected as malformed: Argon2 goes with AEAD only. Where the certificate's key is not
    usable, neither is the signature by it.
    """
    primary, user_id, own = small_bob().packets
    odd = Packet(Tag.SECRET_KEY, primary.body + m.octets)
    return file(
        signature_file(BODY),
        reject(
            Wrong.MISSING_KEY,
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            rfc4880=Outcome.UNDEFINED,
            keys=[BY_SMALL_BOB],
        ),
        certificate=write_packets([odd, user_id, own]),
    )


# Many


@robustness.vector("10.1.3", rfc4880=["11.1"], tags=["large"])
def user_ids_3000() -> Draft:
    """Three thousand user IDs without signature stand in the certificate, behind the one with.

    Anybody can add them to a published certificate, where nobody looks. Who takes them for Alice's
    is fooled, who gives up at them is stopped; but who has a limit, and says so, may stop.
    """
    primary, user_id, own, key, binding = small_alice().packets
    added = Packet(Tag.USER_ID, b"Nobody (TEST ONLY)")
    start = len(write_packets([primary, user_id, own]))
    end = start + len(write_packet(added))
    recipe = Repeat(part="certificates/0", start=start, end=end, times=3000)
    draft = by_subkey(
        write_packets([primary, user_id, own, added, key, binding]),
        undefined(
            "The RFC names no limit to the number of user IDs, and asks nobody to go without one.",
            *UNBOUND,
            Wrong.UNSUPPORTED,
            keys=[BY_SMALL_ALICE],
        ),
    )
    return replace(draft, repeats=(recipe,))


@robustness.vector("4.2.1.4", "5.9", rfc4880=["4.2.2.4"], tags=["messages", "large"])
def ten_thousand_parts_of_one_octet() -> Draft:
    """The literal data comes in a part of 512 octets, ten thousand of one, and an empty last one.

    Nothing is wrong: the first part must have 512 octets, the others may have any power of two,
    and the last may be empty. Readers that call themselves for the next part fall.
    """
    text = b"." * (512 - 6 + 10_000)
    made = sign(text, SMALL_BOB)
    framing = partial([512] + [1] * 10_000)
    parts = [one_pass(made, SMALL_BOB), replace(literal(text), framing=framing)]
    octets = write_packets([*parts, signature_packet(made)])
    stretch = b"\xe0."
    start = octets.index(stretch * 10_000)
    recipe = Repeat(part="message", start=start, end=start + 2, times=10_000)
    short = octets[: start + 2] + octets[start + 2 * 10_000 :]
    return message(short, accept(BY_SMALL_BOB), recipe)


@robustness.vector("4.2.1.4", "5.9", rfc4880=["4.2.2.4"], tags=["messages"])
def first_part_too_small() -> Draft:
    """The literal data comes in parts of one octet, from the first on.

    The first part must have at least 512 octets. That binds the writer; whether readers must mind
    is not said.
    """
    framing = partial([1] * (len(TEXT) + 6))
    octets = write_packets(
        [one_pass(GOOD, SMALL_BOB), replace(literal(TEXT), framing=framing), CLOSING]
    )
    return message(
        octets,
        undefined(
            "Section 4.2.1.4 says how parts must be written, and not what to do with others.",
            *BROKEN,
            Wrong.BAD_SIGNATURE,
            keys=[BY_SMALL_BOB],
        ),
    )
