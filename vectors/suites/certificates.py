"""What certificates are made of: in which order, beside what, in which files, how many, how large.

The data signatures have no faults of their own. Packets stand twice, out of place or broken,
subkeys are of no use to anybody, files hold more or less than one certificate. What is not
understood must not spoil what is; what is missing must not be made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ed25519

from harness.artifact import Repeat
from harness.openpgp import signatures as packets
from harness.openpgp.armor import write_armor
from harness.openpgp.keys import PublicKey, fingerprint, write_public_key
from harness.openpgp.mpi import mpi_of_octets, write_mpi
from harness.openpgp.names import KeyFlag, SignatureType, SubpacketType, Tag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import OVERLONG, Packet, write_packets
from harness.openpgp.signatures import Signature, read_signature
from harness.openpgp.subpackets import Subpacket, read_subpackets, write_subpackets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import signature as forge
from vectors.forge import subpackets
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Binding,
    Certificate,
    Certification,
    SelfSignature,
    UserId,
    bind,
    certificate,
    signature_packet,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.secrets import secret_key
from vectors.forge.signature import Made, Subject, damage, make
from vectors.forge.times import KEYS_CREATED, day, seconds
from vectors.suites.cast import (
    ALICE,
    ALICE_NAME,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_SMALL_ALICE,
    BY_SMALL_BOB,
    MALLORY_NAME,
    SIGN_AND_CERTIFY,
    SMALL_ALICE,
    SMALL_ALICE_SIGNING,
    SMALL_BOB,
    TEXT,
    alice,
    alice_v6,
    lone,
    signed,
    small_alice,
    small_bob,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

certificates = Area(
    "certificates",
    __doc__,
    origins={
        "sequence": "interoperability suite: perturbed certificates",
        "unusable": "interoperability suite: mock PQ subkey; rPGP: mock PQ",
        "files": "GnuPG, RNP, rPGP and PGPainless: sample keys and keyrings",
        "large": "RNP: large keys; key servers: certificates flooded with signatures",
        "key-id": "the 'evil 32' keys of 2014; RFC 9580, 5.5.4.3",
        "keyring": "GnuPG: cached signature checks in keyrings",
    },
)

NEWER = Outcome.UNDEFINED
"""RFC 4880's outcome where only RFC 9580 says what to do."""

GONE = (Wrong.UNBOUND_KEY, Wrong.MISSING_KEY)
"""A key that is not bound, or that was dropped for it."""

SPOILED = (*GONE, Wrong.MALFORMED)
"""The same, where the certificate may be refused as a whole for its form."""


def asked(
    octets: Certificate | bytes,
    expect: Expectation,
    signature: Signature | None = None,
    repeats: tuple[Repeat, ...] = (),
) -> Draft:
    """A vector about one file of certificates, asked about a signature of Alice's small subkey."""
    return Draft(
        certificates=[octets],
        artifact=detached(TEXT, signature or signed(by=SMALL_ALICE_SIGNING)),
        expect=expect,
        repeats=repeats,
    )


# Sequences of packets

P, U, UB, S, SB = small_alice().packets
"""Alice's small certificate: primary key, user ID and its signature, subkey and its binding."""

STRANGE_U = Packet(Tag.USER_ID, b"Nobody (pgp-accord TEST ONLY) <nobody@accord.example>")
STRANGE_S = Packet(Tag.PUBLIC_SUBKEY, SMALL_BOB.body)
M = Packet(Tag.MARKER, b"PGP")
B = signature_packet(damage(bind(SMALL_ALICE, SMALL_ALICE_SIGNING, Binding())))
O = signature_packet(signed(by=SMALL_ALICE))  # noqa: E741 - the name in the notation
S23 = Packet(Tag.PUBLIC_SUBKEY, b"\x17" + S.body[1:])
SB23 = Packet(Tag.SIGNATURE, b"\x17" + SB.body[1:])
X = Packet(59, bytes(range(1, 200)))


@dataclass(frozen=True)
class Sequenced:
    """A certificate as a sequence of packets.

    Attributes:
        notation: the sequence in letters.
        title: what is different, in words.
        why: why the outcome is right.
        packets: the certificate.
        expect: what is right.
    """

    notation: str
    title: str
    why: str
    packets: tuple[Packet, ...]
    expect: Expectation = field(default_factory=lambda: accept(BY_SMALL_ALICE))


TWICE = "A copy says nothing new: who merges certificates makes many, and readers join them."
IGNORED = "It is to be ignored, and so changes nothing."
SPOILS = "The RFC gives the order, and does not say what becomes of a certificate out of order."
MISPLACED = undefined(
    "Section 10.1.3 gives the order of packets; section 10 wants sequences rejected that hold a "
    "packet of an inappropriate type, and these are appropriate, in the wrong place.",
    *SPOILED,
    keys=[BY_SMALL_ALICE],
)
NO_SELF_SIGNATURE = undefined(
    "Section 10.1.3 asks for no signature over a version 4 primary key or its user ID; whether "
    "a certificate without any is valid is not said.",
    *SPOILED,
    keys=[BY_SMALL_ALICE],
)

SEQUENCES = {
    "user-id-twice-signed-second": Sequenced(
        "P U U UB S SB",
        "The user ID stands there twice in a row, then its self-signature",
        "The first copy has no signature, as user IDs may; the second is certified.",
        (P, U, U, UB, S, SB),
    ),
    "user-id-twice-signed-first": Sequenced(
        "P U UB U S SB",
        "The user ID stands there with its self-signature, and again without",
        "The copy has no signature, as user IDs may; the original is certified.",
        (P, U, UB, U, S, SB),
    ),
    "self-signature-twice": Sequenced(
        "P U UB UB S SB",
        "The user ID's self-signature stands there twice",
        TWICE,
        (P, U, UB, UB, S, SB),
    ),
    "subkey-twice-bound-second": Sequenced(
        "P U UB S S SB",
        "The subkey stands there twice in a row, then its binding",
        "The first copy lacks a binding, the second has it. A copy must not disturb.",
        (P, U, UB, S, S, SB),
    ),
    "subkey-twice-bound-first": Sequenced(
        "P U UB S SB S",
        "The subkey stands there with its binding, and again without",
        "The last packet binds nothing, and unbinds nothing: anybody could append it.",
        (P, U, UB, S, SB, S),
    ),
    "binding-twice": Sequenced(
        "P U UB S SB SB",
        "The subkey's binding stands there twice",
        TWICE,
        (P, U, UB, S, SB, SB),
    ),
    "unsigned-user-id-beside": Sequenced(
        "P U UB U* S SB",
        "Somebody else's name stands behind the user ID, without a signature",
        "Anybody can add it. It must not disturb, and must not be believed.",
        (P, U, UB, STRANGE_U, S, SB),
    ),
    "unbound-subkey-last": Sequenced(
        "P U UB S SB S*",
        "A stranger's subkey stands at the end, without a binding",
        "Anybody can append it. It is none of Alice's, and must not disturb.",
        (P, U, UB, S, SB, STRANGE_S),
    ),
    "marker-behind-primary": Sequenced(
        "P M U UB S SB",
        "A marker packet stands between the primary key and the user ID",
        IGNORED,
        (P, M, U, UB, S, SB),
    ),
    "marker-behind-user-id": Sequenced(
        "P U M UB S SB",
        "A marker packet stands between the user ID and its self-signature",
        "It is to be ignored, and does not part what it stands between.",
        (P, U, M, UB, S, SB),
    ),
    "marker-behind-subkey": Sequenced(
        "P U UB S M SB",
        "A marker packet stands between the subkey and its binding",
        "It is to be ignored, and does not part what it stands between.",
        (P, U, UB, S, M, SB),
    ),
    "signatures-behind-both": Sequenced(
        "P U S UB SB",
        "User ID and subkey come first, then the signatures of both",
        SPOILS,
        (P, U, S, UB, SB),
        MISPLACED,
    ),
    "signatures-before-both": Sequenced(
        "P UB SB U S",
        "The signatures come first, then the user ID and the subkey they are over",
        SPOILS,
        (P, UB, SB, U, S),
        MISPLACED,
    ),
    "damaged-binding-last": Sequenced(
        "P U UB S SB B",
        "A copy of the binding with a wrong signature value stands behind the binding",
        "It does not verify, and so says nothing. Else anybody could disable subkeys.",
        (P, U, UB, S, SB, B),
    ),
    "document-signature-last": Sequenced(
        "P U UB S SB O",
        "The primary key's signature over a document stands behind the binding",
        "It is over nothing that is here, and so says nothing about the subkey.",
        (P, U, UB, S, SB, O),
    ),
    "binding-of-unknown-version": Sequenced(
        "P U UB S SB SB23",
        "A signature of version 23 stands behind the binding",
        "Signatures of unknown versions are to be ignored, and processing must go on (5.2.5).",
        (P, U, UB, S, SB, SB23),
        accept(BY_SMALL_ALICE, rfc4880=NEWER),
    ),
    "subkey-of-unknown-version": Sequenced(
        "P U UB S SB S23 B",
        "A subkey of version 23 with a signature follows",
        "Versions that do not fit invalidate themselves, and not the sequence (10.3.2.2): that is "
        "how newer keys can be introduced.",
        (P, U, UB, S, SB, S23, B),
        accept(BY_SMALL_ALICE, rfc4880=NEWER),
    ),
    "unknown-packet-with-signature": Sequenced(
        "P U UB S SB X B",
        "A packet of the unassigned type 59 with a signature follows",
        "Unknown packets from type 40 on must be ignored; the signature behind it is over "
        "something unknown, and must not be taken for one over the subkey.",
        (P, U, UB, S, SB, X, B),
        accept(BY_SMALL_ALICE, rfc4880=NEWER),
    ),
}


@certificates.vector("10.1.3", "10.1.5", rfc4880=["11.1"], tags=["baseline", "sequence"])
def sequence_plain() -> Draft:
    """All packets are there, each once, in their order.

    In the notation of the interoperability suite: P U UB S SB. The baseline of this area: nothing
    is wrong.
    """
    return asked(small_alice(), accept(BY_SMALL_ALICE))


@certificates.family(
    SEQUENCES,
    "10.1.3",
    "10.1.5",
    "5.8",
    "5.2.5",
    "4.3",
    rfc4880=["11.1", "5.8"],
    tags=["sequence"],
)
def sequence(m: Sequenced) -> Draft:
    """{m.title}.

    In the notation of the interoperability suite: {m.notation}. {m.why}
    """
    return asked(write_packets(m.packets), m.expect)


# Subkeys that are of no use, beside one that is


ENCRYPT = KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE
EXAMPLE_OID = bytes.fromhex("88370102")
"""2.999.1.2, below the arc kept for examples: no curve."""
KDF = bytes((3, 1, 8, 7))
"""What follows the point of an ECDH key: SHA2-256 and AES-128."""
CURVE25519_OID = bytes.fromhex("2B060104019755010501")


def _point(octets: int) -> bytes:
    return b"\x40" + bytes(number % 251 for number in range(octets - 1))


def _with_length(octets: bytes) -> bytes:
    return bytes((len(octets),)) + octets


@dataclass(frozen=True)
class Mock:
    """A subkey nobody can use.

    Attributes:
        title: what it is, in words.
        why: what a reader may stumble over.
        algorithm: of the subkey.
        material: its public key.
        flags: what its binding says that it is for.
        filler: a run of one octet in the material that is not written out.
    """

    title: str
    why: str
    algorithm: int
    material: bytes
    flags: int = ENCRYPT
    filler: bytes = b""


FILLER = b"\xa5" * 60_000
NOT_MPIS = b"\xff\xff" + bytes(range(100))
"""As a number it would have 8,192 octets, which are not there."""

_FORMS = {
    "mpi": (
        "one large number",
        "Its form can be read, and its meaning not.",
        write_mpi(mpi_of_octets(b"\x99" + bytes(range(200)))),
        b"",
    ),
    "opaque": (
        "octets that are no numbers",
        "Read as numbers they are longer than the packet: the packet is unusable (4.1), and no "
        "more than the packet.",
        NOT_MPIS,
        b"",
    ),
    "huge": (
        "60,000 octets that are no numbers",
        "As large as post-quantum keys may be, and near the most that version 4 can sign over.",
        FILLER,
        FILLER,
    ),
}
_KINDS = {
    "unknown-algorithm": ("the unassigned algorithm 99", 99, b"", b"", ENCRYPT),
    "ecdsa-unknown-curve": (
        "ECDSA on an unknown curve",
        Algorithm.ECDSA,
        _with_length(EXAMPLE_OID),
        b"",
        KeyFlag.AUTHENTICATE,
    ),
    "eddsa-unknown-curve": (
        "EdDSALegacy on an unknown curve",
        Algorithm.EDDSA_LEGACY,
        _with_length(EXAMPLE_OID),
        b"",
        KeyFlag.AUTHENTICATE,
    ),
    "ecdh-unknown-curve": (
        "ECDH on an unknown curve",
        Algorithm.ECDH,
        _with_length(EXAMPLE_OID),
        KDF,
        ENCRYPT,
    ),
}
CURVE25519 = _with_length(CURVE25519_OID) + write_mpi(mpi_of_octets(_point(33))) + KDF

MOCKS = {
    "none": Mock(
        "an encryption subkey of ECDH on Curve25519, as GnuPG makes them",
        "The baseline of this family: nothing is wrong.",
        Algorithm.ECDH,
        CURVE25519,
    )
} | {
    f"{kind}-{form}": Mock(
        f"one of {what}, with {how}", why, algorithm, before + octets + after, flags, filler
    )
    for kind, (what, algorithm, before, after, flags) in _KINDS.items()
    for form, (how, why, octets, filler) in _FORMS.items()
}


def subkey_of(
    algorithm: int, material: bytes, flags: int = ENCRYPT, primary: Key = SMALL_ALICE
) -> tuple[Packet, Packet]:
    """A subkey of any algorithm and material, properly bound; it cannot sign."""
    body = write_public_key(PublicKey(4, seconds(KEYS_CREATED), algorithm, material))
    binding = make(
        Made(),
        kind=SignatureType.SUBKEY_BINDING,
        subject=lambda s: packets.hash_input_for_subkey(s, primary.body, body),
        signer=primary,
        created=KEYS_CREATED,
        says=[subpackets.key_flags(flags)],
    )
    return Packet(Tag.PUBLIC_SUBKEY, body), signature_packet(binding)


def shortened(octets: bytes, filler: bytes) -> tuple[bytes, tuple[Repeat, ...]]:
    """Take a long run of one octet out of a certificate, and give the recipe to put it back."""
    if not filler:
        return octets, ()
    at = octets.index(filler)
    recipe = Repeat(part="certificates/0", start=at, end=at + 1, times=len(filler))
    return octets[: at + 1] + octets[at + len(filler) :], (recipe,)


@certificates.family(
    {name: mock for name, mock in MOCKS.items() if not mock.filler},
    "9.1",
    "5.5.5",
    "4.1",
    rfc4880=["9.1", "5.5.2"],
    tags=["unusable"],
)
def unusable_subkey(m: Mock) -> Draft:
    """A second subkey stands before the one that signs: {m.title}.

    Properly bound, and not involved. {m.why} Almost all algorithms are optional (9.1), so that
    certificates can hold what some cannot use: who refuses the rest with it locks out everybody
    who adds a newer key.
    """
    odd = subkey_of(m.algorithm, m.material, m.flags)
    return asked(write_packets([P, U, UB, *odd, S, SB]), accept(BY_SMALL_ALICE))


@certificates.family(
    {name: mock for name, mock in MOCKS.items() if mock.filler},
    "9.1",
    "5.5.5",
    "4.1",
    rfc4880=["9.1", "5.5.2"],
    tags=["unusable", "large"],
)
def unusable_large_subkey(m: Mock) -> Draft:
    """A second, large subkey stands behind the one that signs: {m.title}.

    Properly bound, and not involved. {m.why} Who refuses the certificate for it, refuses what the
    good subkey signed.
    """
    odd = subkey_of(m.algorithm, m.material, m.flags)
    octets, repeats = shortened(write_packets([P, U, UB, S, SB, *odd]), m.filler)
    return asked(octets, accept(BY_SMALL_ALICE), repeats=repeats)


# Files


@certificates.vector("10.1.5", "3.6", rfc4880=["11.1", "3.6"], tags=["files"])
def two_in_one_file() -> Draft:
    """One file holds Bob's certificate and then Alice's; Alice's subkey signed.

    Keyrings are certificates one after another. Who reads only the first does not know Alice.
    """
    return asked(small_bob().octets + small_alice().octets, accept(BY_SMALL_ALICE))


@certificates.vector("10.1.5", "3.6", rfc4880=["11.1", "3.6"], tags=["files"])
def two_in_one_armor_block() -> Draft:
    """One armored block holds Bob's certificate and then Alice's; Alice's subkey signed.

    Armor carries any packets, and so a keyring.
    """
    both = small_bob().octets + small_alice().octets
    return asked(write_armor("PGP PUBLIC KEY BLOCK", both), accept(BY_SMALL_ALICE))


@certificates.vector("6.2", "3.6", rfc4880=["6.2", "3.6"], tags=["files"])
def two_armor_blocks_in_one_file() -> Draft:
    """One file holds Bob's and Alice's certificates, each in an armored block; Alice signed.

    As when armored files are put together with a text editor. Some read on behind the first block,
    some do not.
    """
    return asked(
        small_bob().armored + small_alice().armored,
        undefined(
            "The RFC describes a single block; what follows its tail is not said.",
            Wrong.MISSING_KEY,
            Wrong.MALFORMED,
            keys=[BY_SMALL_ALICE],
        ),
    )


@certificates.vector("3.6", "9.1", rfc4880=["3.6", "9.1"], tags=["files"])
def rsa_beside_ecc() -> Draft:
    """An RSA certificate and one on an elliptic curve are given in two files; the latter signed.

    Nothing is wrong. The one must not be in the way of the other.
    """
    return Draft(
        certificates=[alice(), small_bob()],
        artifact=detached(TEXT, signed(by=SMALL_BOB)),
        expect=accept(BY_SMALL_BOB),
    )


def keybox(of: Certificate) -> bytes:
    """The file format of GnuPG's key store, as its kbx/keybox-blob.c describes it, of one key."""
    keys = [p.body for p in of.packets if p.tag in (Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY)]
    names = [p for p in of.packets if p.tag == Tag.USER_ID]
    signatures = [p for p in of.packets if p.tag == Tag.SIGNATURE]
    date = seconds(KEYS_CREATED)
    first = b"".join((_u32(32), b"\1\1", _u16(2), b"KBXf", *map(_u32, (0, date, date, 0))))
    first = first.ljust(32, b"\0")
    size = 20 + 28 * len(keys) + 2 + 4 + 12 * len(names) + 4 + 4 * len(signatures) + 20
    about_keys = [
        bytes.fromhex(fingerprint(key)) + _u32(20 + 28 * at + 12) + bytes(4)
        for at, key in enumerate(keys)
    ]
    about_names = [
        _u32(size + of.octets.index(name.body)) + _u32(len(name.body)) + bytes(4) for name in names
    ]
    body = b"".join(
        (
            *(b"\2\1", _u16(0), _u32(size), _u32(len(of.octets))),
            *(_u16(len(keys)), _u16(28), *about_keys, _u16(0)),
            *(_u16(len(names)), _u16(12), *about_names),
            *(_u16(len(signatures)), _u16(4), bytes(4 * len(signatures))),
            *(bytes(12), _u32(date), _u32(0)),
            of.octets,
        )
    )
    blob = _u32(4 + len(body) + 20) + body
    return first + blob + hashlib.sha1(blob, usedforsecurity=False).digest()


def _u16(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


@certificates.vector("3.6", "10.1.5", rfc4880=["3.6", "11.1"], tags=["files", "malformed"])
def gnupg_keybox() -> Draft:
    """Alice's certificate is in a file of GnuPG's own format, a keybox.

    It is no OpenPGP data; the certificate stands in it, octet for octet, among other things. Some
    of GnuPG's tools read such files wherever a keyring is due.
    """
    return asked(
        keybox(small_alice()),
        undefined(
            "The RFC knows keyrings of certificates one after another (3.6), and leaves to "
            "implementations how else they store them.",
            Wrong.MISSING_KEY,
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            keys=[BY_SMALL_ALICE],
        ),
    )


def _secret(packet: Packet, tag: int, name: str) -> Packet:
    """Make a key packet secret: not encrypted, with its checksum (section 5.5.3)."""
    secret = secret_key(name)
    if not isinstance(secret, ed25519.Ed25519PrivateKey):
        raise TypeError(f"{name} is no Ed25519 key")
    numbers = write_mpi(mpi_of_octets(secret.private_bytes_raw()))
    checksum = (sum(numbers) & 0xFFFF).to_bytes(2, "big")
    return Packet(tag, packet.body + b"\0" + numbers + checksum)


@certificates.vector("10.2", rfc4880=["11.2"], tags=["files", "secret-key"])
def transferable_secret_key() -> Draft:
    """Alice's transferable secret key is given where a certificate is due.

    All of the certificate is in it, and the secret halves of her keys besides. Some take it, and
    some think it better not to: a verifier has no business with it.
    """
    primary = _secret(P, Tag.SECRET_KEY, SMALL_ALICE.secret)
    subkey = _secret(S, Tag.SECRET_SUBKEY, SMALL_ALICE_SIGNING.secret)
    return asked(
        write_packets([primary, U, UB, subkey, SB]),
        undefined(
            "It is to be handled and marked as a secret key (10.2); whether it may stand in for "
            "the certificate is not said.",
            *SPOILED,
            Wrong.UNSUPPORTED,
            Wrong.POLICY_OTHER,
            keys=[BY_SMALL_ALICE],
        ),
    )


@dataclass(frozen=True)
class Order:
    """In which order two copies of a certificate come."""

    title: str
    old_first: bool


@certificates.family(
    {"first": Order("first", old_first=True), "last": Order("last", old_first=False)},
    "10.1.3",
    rfc4880=["11.1"],
    tags=["files", "merge"],
    provenance="RNP: merging of keys",
)
def old_copy(m: Order) -> Draft:
    """Of two copies of Alice's certificate the older one, without the subkey, comes {m.title}.

    The newer copy is all that is needed. Who takes the first it finds for the whole does not know
    the subkey.
    """
    old = Certificate(SMALL_ALICE, (P, U, UB))
    copies = [old, small_alice()] if m.old_first else [small_alice(), old]
    return Draft(
        certificates=copies,
        artifact=detached(TEXT, signed(by=SMALL_ALICE_SIGNING)),
        expect=accept(BY_SMALL_ALICE),
    )


@certificates.vector(
    "10.1.3",
    rfc4880=["11.1"],
    tags=["files", "merge"],
    provenance="RNP: merging of keys",
)
def in_two_parts() -> Draft:
    """One file holds the primary key with its user ID, another the primary key with its subkey.

    Put together they make Alice's certificate. Key stores join what has one primary key; verifiers
    that look at each file alone find no user ID beside the subkey.
    """
    return Draft(
        certificates=[Certificate(SMALL_ALICE, (P, U, UB)), Certificate(SMALL_ALICE, (P, S, SB))],
        artifact=detached(TEXT, signed(by=SMALL_ALICE_SIGNING)),
        expect=undefined(
            "The RFC says nothing of merging, nor whether a certificate without user ID suffices.",
            *GONE,
            keys=[BY_SMALL_ALICE],
        ),
    )


@certificates.vector(
    "10.1.5",
    "5.5.5.6",
    rfc4880=["11.1"],
    tags=["files", "minimal"],
    provenance="Autocrypt: minimal certificates",
)
def minimal_for_mail() -> Draft:
    """A certificate as mail programs send it: one key that signs, one subkey to encrypt to.

    Nothing is wrong. The primary key signed.
    """
    about = SelfSignature(flags=SIGN_AND_CERTIFY)
    own = certificate(
        SMALL_ALICE, user_ids=[UserId("TEST <alice@accord.example>", (about,))]
    ).packets
    octets = write_packets([*own, *subkey_of(Algorithm.ECDH, CURVE25519)])
    return asked(octets, accept(SMALL_ALICE.under(SMALL_ALICE)), signed(by=SMALL_ALICE))


@dataclass(frozen=True)
class Cut:
    """Where a certificate ends too early.

    Attributes:
        title: in words.
        octets: how many are left.
    """

    title: str
    octets: int


def _until(count: int, further: int) -> int:
    return len(write_packets([P, U, UB, S, SB][:count])) + further


CUTS = {
    "header": Cut("in the header of its first packet", 1),
    "primary": Cut("within the primary key", _until(0, 30)),
    "user-id": Cut("within the user ID", _until(1, 20)),
    "self-signature": Cut("within the user ID's self-signature", _until(2, 60)),
    "subkey": Cut("within the subkey", _until(3, 30)),
    "binding-header": Cut("in the header of the binding", _until(4, 2)),
    "binding": Cut("within the binding", _until(4, 100)),
    "last-octet": Cut("one octet before the end of the binding", _until(5, -1)),
}


@certificates.family(CUTS, "4.1", "4.2", rfc4880=["4.2"], tags=["truncated", "malformed"])
def cut_short(m: Cut) -> Draft:
    """The file ends {m.title}.

    A packet that would reach beyond the end is unusable, and here what is missing is needed: the
    subkey that signed is not bound. Who makes up the rest, or reads on behind the end, believes
    what nobody wrote.
    """
    return asked(small_alice().octets[: m.octets], reject(*SPOILED))


# Key IDs that are not unique


def _after(moment: timedelta, secret: str, algorithm: int) -> Key:
    return Key(secret, algorithm, created=KEYS_CREATED + moment)


TWIN = _after(timedelta(seconds=32_304), "ed25519-primary", Algorithm.EDDSA_LEGACY)
OTHER_TWIN = _after(timedelta(seconds=31_339), "p256", Algorithm.ECDSA)
"""Found by trying creation times: both key IDs end in the same 32 bits."""

LOOKALIKE = Key("rsa2048-lookalike", version=3)
"""Its modulus was made to end in the key ID of Alice's small signing subkey."""


@certificates.family(
    {"first": Order("first", old_first=True), "last": Order("last", old_first=False)},
    "5.5.4",
    "3.3",
    rfc4880=["12.2", "3.3"],
    tags=["key-id", "identity"],
)
def key_id_of_32_bits_shared(m: Order) -> Draft:
    """Mallory's key ID ends in the same 32 bits as Alice's; his certificate comes {m.title}.

    Alice signed. Short key IDs are found by trying for a second: who looks keys up by them takes
    Mallory for Alice, or Alice for Mallory.
    """
    if TWIN.key_id[-8:] != OTHER_TWIN.key_id[-8:]:
        raise ValueError("the keys' short IDs differ")
    files = [lone(OTHER_TWIN, MALLORY_NAME), lone(TWIN)]
    return Draft(
        certificates=files if m.old_first else files[::-1],
        artifact=detached(TEXT, signed(by=TWIN)),
        expect=accept(TWIN.under(TWIN)),
    )


@certificates.family(
    {"first": Order("first", old_first=True), "last": Order("last", old_first=False)},
    "5.5.4",
    "3.3",
    rfc4880=["12.2", "3.3"],
    tags=["key-id", "identity", "v3"],
)
def key_id_of_64_bits_shared(m: Order) -> Draft:
    """Mallory's version 3 key has the key ID of Alice's subkey; his certificate comes {m.title}.

    The ID of a version 3 key is the end of its modulus, and can be chosen. Alice's subkey signed,
    and her signature names it by key ID alone. Who takes the first key of that ID calls her
    signature bad, or Mallory's.
    """
    if LOOKALIKE.key_id != SMALL_ALICE_SIGNING.key_id:
        raise ValueError("the keys' IDs differ")
    files = [lone(LOOKALIKE, MALLORY_NAME), small_alice()]
    return Draft(
        certificates=files if m.old_first else files[::-1],
        artifact=detached(TEXT, signed(Made(issuer_fingerprint=None), by=SMALL_ALICE_SIGNING)),
        expect=accept(BY_SMALL_ALICE),
    )


# Keyrings: what is for one machine only


TRUST = Packet(Tag.TRUST, b"\x06\x00")


@certificates.vector("5.10", rfc4880=["5.10"], tags=["keyring"])
def trust_packets() -> Draft:
    """Trust packets stand behind every part of the certificate, as in old keyrings.

    They mean something to whoever wrote them, and should be ignored anywhere else.
    """
    octets = write_packets(p for part in (P, U, UB, S, SB) for p in (part, TRUST))
    return asked(octets, accept(BY_SMALL_ALICE))


@certificates.vector("5.10", "10.1.5", rfc4880=["5.10", "11.1"], tags=["keyring"])
def trust_packet_first() -> Draft:
    """A trust packet stands before the primary key.

    The primary key comes first, and trust packets should be ignored.
    """
    return asked(
        write_packets([TRUST, P, U, UB, S, SB]),
        undefined(
            "Section 5.10 should have it ignored, 10.1.5 has the primary key first.",
            *SPOILED,
            Wrong.UNSUPPORTED,
            keys=[BY_SMALL_ALICE],
        ),
    )


@certificates.vector("5.8", rfc4880=["5.8"], tags=["files"])
def marker_packet_first() -> Draft:
    """A marker packet stands before the primary key.

    It can appear anywhere, and is to be ignored.
    """
    return asked(write_packets([M, P, U, UB, S, SB]), accept(BY_SMALL_ALICE))


@dataclass(frozen=True)
class Cache:
    """A trust packet that says that a signature was checked and is good."""

    title: str
    body: bytes


@certificates.family(
    {
        "old": Cache("of two octets (GnuPG until 2.0)", b"\0\3"),
        "new": Cache("of six octets (GnuPG since 2.1)", b"\0\3gpg\0"),
    },
    "5.10",
    "5.2.1.8",
    rfc4880=["5.10", "5.2.1"],
    tags=["keyring"],
)
def check_said_to_be_done(m: Cache) -> Draft:
    """A trust packet {m.title} says that a wrong binding was checked, and is right.

    The binding's value is wrong in one bit. GnuPG keeps the result of its checks this way in its
    own keyrings: who believes it in a file from elsewhere believes any binding.
    """
    octets = write_packets([P, U, UB, S, B, Packet(Tag.TRUST, m.body)])
    return asked(octets, reject(*GONE))


@certificates.vector("5.2.3.19", rfc4880=["5.2.3.11"], tags=["keyring"])
def local_certification() -> Draft:
    """Bob's certification of Alice's user ID is marked as not to be exported.

    It was meant for Bob alone, and is here all the same. Whatever it says, it says nothing about
    Alice's subkey.
    """
    local = Certification(by=SMALL_BOB, says=(Subpacket(SubpacketType.EXPORTABLE, b"\0"),))
    cert = alice(
        primary=SMALL_ALICE,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(), local))],
        subkeys=[signing_subkey(SMALL_ALICE_SIGNING)],
    )
    return asked(cert, accept(BY_SMALL_ALICE))


# Packets that are new, or empty


@certificates.vector("10.1.5", "5.14", tags=["packets", "v6"])
def padding_in_version_6() -> Draft:
    """A version 6 certificate ends in a padding packet.

    It hides how long the certificate is. Who reads version 6 must accept and ignore it.
    """
    padded = write_packets([*alice_v6().packets, Packet(Tag.PADDING, bytes(range(64)))])
    expect = accept(ALICE_V6_SIGNING.under(ALICE_V6), rfc4880=NEWER)
    return asked(padded, expect, signed(by=ALICE_V6_SIGNING))


@certificates.vector("10.1.5", "5.14", tags=["packets"])
def padding_in_version_4() -> Draft:
    """A version 4 certificate ends in a padding packet.

    It should not, unless its reader is known to ignore it: for the older readers the type is
    unknown.
    """
    return asked(
        write_packets([P, U, UB, S, SB, Packet(Tag.PADDING, bytes(range(64)))]),
        undefined(
            "Only readers of version 6 must accept padding (10.1.5); others may not know it.",
            *SPOILED,
            Wrong.UNSUPPORTED,
            keys=[BY_SMALL_ALICE],
        ),
    )


@certificates.family(
    {"unassigned": 40, "private": 60, "last": 63}, "4.3", "10", tags=["packets", "unknown"]
)
def unknown_packet(m: int) -> Draft:
    """A packet of type {m} stands between the user ID's signature and the subkey.

    Unknown packets from type 40 on must be ignored: that is how new ones can be introduced.
    """
    octets = write_packets([P, U, UB, Packet(m, b"something new"), S, SB])
    return asked(octets, accept(BY_SMALL_ALICE, rfc4880=NEWER))


@certificates.vector(
    "4.3",
    "10",
    tags=["packets", "unknown"],
    unconfirmed="Confirmed by go-crypto, openpgpjs and rpgp, by none of the default backends: they "
    "read certificates as RFC 4880 had it, which says nothing of critical packets. Section 4.3 is "
    "plain, and new in RFC 9580.",
)
def unknown_critical_packet() -> Draft:
    """A packet of the unassigned, critical type 39 stands between user ID and subkey.

    Who does not know a critical packet must reject the whole sequence: it may be there to take back
    what follows. A caller whose verifier skips it goes on trusting what the owner has limited in a
    way that is not understood.
    """
    octets = write_packets([P, U, UB, Packet(39, b"something new"), S, SB])
    expect = reject(*SPOILED, Wrong.UNSUPPORTED, rfc4880=NEWER, keys=[BY_SMALL_ALICE])
    return asked(octets, expect)


@certificates.vector("10", "4.3", rfc4880=["11.1"], tags=["packets"])
def literal_data_inside() -> Draft:
    """A literal data packet stands between the user ID's signature and the subkey.

    A packet that is known and does not belong there invalidates the sequence: the reader must
    reject it with an error. Who reads around it lets anybody who hands the certificate on decide
    what is seen of it, and no two verifiers see the same key.
    """
    octets = write_packets([P, U, UB, Packet(Tag.LITERAL_DATA, b"b\0\0\0\0\0lost"), S, SB])
    expect = reject(*SPOILED, Wrong.UNSUPPORTED, rfc4880=NEWER, keys=[BY_SMALL_ALICE])
    return asked(octets, expect)


@dataclass(frozen=True)
class Empty:
    """An empty packet somewhere.

    Attributes:
        title: what is empty, in words.
        why: why the outcome is right.
        packets: the certificate.
        expect: what is right.
    """

    title: str
    why: str
    packets: tuple[Packet, ...]
    expect: Expectation


EMPTY_FIELDS = undefined(
    "The packet is malformed and unusable; whether that spoils the certificate around it is not "
    "said but for signatures (5.2.5).",
    *SPOILED,
    keys=[BY_SMALL_ALICE],
)

EMPTIES = {
    "user-id": Empty(
        "An empty user ID packet without signature",
        "There are no restrictions on what a user ID holds (5.11), and it need not be signed.",
        (P, U, UB, Packet(Tag.USER_ID, b""), S, SB),
        accept(BY_SMALL_ALICE),
    ),
    "signature": Empty(
        "An empty signature packet",
        "A malformed signature is to be ignored, and must not stop anything (5.2.5).",
        (P, U, UB, Packet(Tag.SIGNATURE, b""), S, SB),
        accept(BY_SMALL_ALICE, rfc4880=NEWER),
    ),
    "subkey": Empty(
        "An empty subkey packet",
        "It lacks even a version.",
        (P, U, UB, Packet(Tag.PUBLIC_SUBKEY, b""), S, SB),
        EMPTY_FIELDS,
    ),
    "user-attribute": Empty(
        "An empty user attribute packet",
        "It should hold one subpacket at least.",
        (P, U, UB, Packet(Tag.USER_ATTRIBUTE, b""), S, SB),
        EMPTY_FIELDS,
    ),
    "marker": Empty(
        "An empty marker packet",
        "Markers are to be ignored, and hold three letters.",
        (P, U, UB, Packet(Tag.MARKER, b""), S, SB),
        EMPTY_FIELDS,
    ),
}


@certificates.family(
    EMPTIES, "4.1", "5.2.5", "5.11", rfc4880=["5.11"], tags=["packets", "malformed", "odd-user-id"]
)
def empty(m: Empty) -> Draft:
    """{m.title} stands between the user ID's signature and the subkey.

    {m.why} Readers that take the first octet for granted read what is not there.
    """
    return asked(write_packets(m.packets), m.expect)


def _wide(area: bytes) -> bytes:
    return write_subpackets(replace(item, length_width=5) for item in read_subpackets(area))


def _stretched(packet: Packet, over: Subject) -> Packet:
    """Sign anew, with subpacket lengths of five octets each."""
    odd = read_signature(packet.body)
    odd = replace(odd, hashed=_wide(odd.hashed), unhashed=_wide(odd.unhashed))
    digest, material = SMALL_ALICE.sign(odd.hash_algorithm, over(odd))
    return signature_packet(replace(odd, left16=digest[:2], material=material))


@certificates.vector(
    "5.2.3.7", rfc4880=["5.2.3.1"], tags=["lengths"], provenance="GnuPG: five-octet lengths"
)
def subpacket_lengths_of_five_octets() -> Draft:
    """All subpackets of the certificate's signatures have lengths of five octets.

    One would do, and the longer form is not forbidden. What is hashed are the octets as they are.
    """
    self_signature = _stretched(UB, forge.user_id(SMALL_ALICE, U.body))
    binding = _stretched(SB, forge.subkey(SMALL_ALICE, SMALL_ALICE_SIGNING))
    octets = write_packets([P, U, self_signature, S, binding])
    return asked(octets, accept(BY_SMALL_ALICE))


@certificates.vector("4.2.1.3", rfc4880=["4.2.2.3"], tags=["lengths"])
def packet_lengths_of_five_octets() -> Draft:
    """All packets of the certificate have lengths of five octets.

    One or two would do, and the longer form is not forbidden.
    """
    octets = write_packets(replace(packet, framing=OVERLONG) for packet in (P, U, UB, S, SB))
    return asked(octets, accept(BY_SMALL_ALICE))


# Primary keys


@certificates.vector("5.5.2", "3.5", rfc4880=["5.5.2", "3.5"], tags=["primary"])
def created_in_1970() -> Draft:
    """The primary key's creation time is zero.

    A time as good as any, and older than OpenPGP: some write it to hide when a key was made.
    """
    key = Key(SMALL_ALICE.secret, SMALL_ALICE.algorithm, created=day(1970, 1, 1))
    names = [UserId(ALICE_NAME, (SelfSignature(created=KEYS_CREATED),))]
    cert = alice(primary=key, user_ids=names, subkeys=[signing_subkey(SMALL_ALICE_SIGNING)])
    return asked(cert, accept(SMALL_ALICE_SIGNING.under(key)))


def _lone_since(created: datetime) -> Key:
    return Key(SMALL_ALICE.secret, SMALL_ALICE.algorithm, created=created)


@certificates.vector("5.5.2", "5.2.3.11", rfc4880=["5.5.2"], tags=["primary", "time"])
def created_in_future() -> Draft:
    """The key was created three months after the reference time, half a year after it signed.

    It did not exist when it signed, and does not exist yet. One of the dates is wrong or forged:
    who does not compare them lets the maker of a key date signatures at will, into a time when
    nobody knew the key.
    """
    key = _lone_since(day(2024, 9, 1))
    return asked(
        lone(key),
        reject(
            Wrong.KEY_NEWER_THAN_SIGNATURE,
            Wrong.SIGNATURE_NOT_YET_VALID,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
        ),
        signed(by=key),
    )


@certificates.vector("10.1.5", "12.4", rfc4880=["11.1", "13.5"], tags=["primary"])
def primary_for_encryption_only() -> Draft:
    """The primary key is an RSA key for encryption only (algorithm 2), and its subkey signed.

    A primary key must be of an algorithm that can sign: by such signatures it binds its subkeys.
    Who takes it lets a key speak for others that was never made to sign.
    """
    key = Key(ALICE.secret, Algorithm.RSA_ENCRYPT)
    cert = alice(primary=key, subkeys=[signing_subkey(SMALL_ALICE_SIGNING)])
    return asked(
        cert,
        reject(
            *SPOILED,
            Wrong.UNSUPPORTED,
            Wrong.WRONG_KEY_USAGE,
            Wrong.POLICY_OTHER,
        ),
    )


@certificates.vector("9.2", "5.5.5.5", tags=["primary", "v6"])
def version_6_with_legacy_curve() -> Draft:
    """A version 6 key is of EdDSALegacy, with the old object identifier of Ed25519.

    Those are for version 4 only, and must not be accepted in version 6. Who takes it has a second
    way to write the same key, with another fingerprint, which those who keep to the RFC refuse:
    what one machine trusts, the next does not.
    """
    key = Key(SMALL_ALICE.secret, Algorithm.EDDSA_LEGACY, version=6)
    return asked(
        lone(key),
        reject(*SPOILED, Wrong.UNSUPPORTED, Wrong.WEAK_KEY, Wrong.POLICY_OTHER, rfc4880=NEWER),
        signed(by=key),
    )


# Many of one kind


def many(
    before: Sequence[Packet], repeated: Sequence[Packet], after: Sequence[Packet], times: int
) -> Draft:
    """A certificate in which some packets stand many times in a row."""
    start, end = len(write_packets(before)), len(write_packets([*before, *repeated]))
    recipe = Repeat(part="certificates/0", start=start, end=end, times=times)
    octets = write_packets([*before, *repeated, *after])
    return asked(octets, accept(BY_SMALL_ALICE), repeats=(recipe,))


@certificates.vector("10.1.3", rfc4880=["11.1"], tags=["large"])
def user_ids_1000() -> Draft:
    """The user ID and its self-signature stand there a thousand times.

    Readers that compare each with each other take their time, and some set a limit.
    """
    return many([P], [U, UB], [S, SB], 1000)


@certificates.vector("10.1.3", rfc4880=["11.1"], tags=["large"])
def certifications_1000() -> Draft:
    """The user ID bears a thousand certifications by Bob, whose certificate is not known.

    Key servers were flooded this way in 2019. None says anything about the subkey, and who may
    certify is not up to Alice: who gives up before the end locks her out.
    """
    cert = alice(
        primary=SMALL_ALICE,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(), Certification(by=SMALL_BOB)))],
        subkeys=[signing_subkey(SMALL_ALICE_SIGNING)],
    )
    return many(cert.packets[:3], cert.packets[3:4], cert.packets[4:], 1000)
