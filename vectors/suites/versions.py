"""Versions and types of signature packets, and numbers that do not match what is hashed.

A signature's version decides how it is read and what is hashed with the document, its type what
it stands for. What nobody defined must not count, and must not spoil what stands beside it; what
was made for one version or purpose must not pass for another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.artifact import Cleartext
from harness.openpgp.cleartext import write_cleartext
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.names import SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature, trailer, write_signature
from harness.openpgp.subpackets import write_subpackets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Outcome, Use
from vectors.forge import subpackets
from vectors.forge.artifacts import armor_signature, detached, sign_cleartext
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    SelfSignature,
    UserId,
    certificate,
    signature_packet,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import SIGNED
from vectors.suites.cast import (
    ALICE_NAME,
    ALICE_SIGNING,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BY_ALICE,
    TEXT,
    alice,
    alice_v6,
    by_alice,
    lone,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, each, policy, reject, undefined
from vectors.suites.registry import Area, Draft

versions = Area(
    "versions",
    __doc__,
    origins={
        "type": "RNP and rPGP: type confusion",
        "unknown-version": "interoperability suite: unknown signature versions",
        "v6": "RFC 9580, 5.2.5 and 10.3.2.2",
        "v5": "LibrePGP; interoperability suite: version 5 signatures",
        "v3": "interoperability suite: John's key; RNP and rPGP: version 3",
        "left16": "interoperability suite: digest prefix; RNP and rPGP: left 16 bits",
    },
)

NEWER = Outcome.UNDEFINED
"""RFC 4880 leaves open what becomes of versions it does not know."""

IGNORED = (Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
"""What may be said of a signature that is to be ignored for its version."""

SMALL = Key("p256", Algorithm.ECDSA)
"""A lone key, for what does not need Alice's certificate."""


# Types


@dataclass(frozen=True)
class Kind:
    """A signature type that does not sign documents.

    Attributes:
        number: the type.
        title: what it is.
    """

    number: int
    title: str


@versions.family(
    {
        "03": Kind(0x03, "an unassigned type, next to those for documents"),
        "11": Kind(SignatureType.PERSONA_CERTIFICATION, "a persona certification"),
        "12": Kind(SignatureType.CASUAL_CERTIFICATION, "a casual certification"),
        "16": Kind(SignatureType.ATTESTATION, "an attestation, which only drafts define"),
    },
    "5.2.1",
    "5.2.5",
    rfc4880=["5.2.1"],
    tags=["type"],
)
def document_signed_as(m: Kind) -> Draft:
    """A document bears a signature whose type is {m.number:#04x}, {m.title}.

    The value is right for the document with this type in the trailer. Only types 0x00 and 0x01
    speak of documents: whoever accepts others lets statements about something else pass for
    signatures over files.
    """
    return Draft(
        certificates=[lone(SMALL)],
        artifact=detached(TEXT, sign(TEXT, SMALL, kind=m.number)),
        expect=reject(*IGNORED, Wrong.POLICY_OTHER),
    )


# Versions that are not defined


def of_version(number: int, good: Signature) -> Packet:
    """The octets of a good signature under another version number."""
    return Packet(Tag.SIGNATURE, bytes((number,)) + write_signature(good)[1:])


@dataclass(frozen=True)
class Version:
    """A version number nobody defined.

    Attributes:
        number: the number.
        title: what is special about it.
    """

    number: int
    title: str


@versions.family(
    {
        "0": Version(0, "the lowest number there is"),
        "1": Version(1, "lower than all that are defined"),
        "7": Version(7, "the next one that could be defined"),
        "23": Version(23, "a number far off"),
        "255": Version(255, "the highest number there is"),
    },
    "5.2",
    "5.2.5",
    rfc4880=["5.2"],
    tags=["unknown-version"],
)
def unknown_version(m: Version) -> Draft:
    """The only signature has version {m.number}, {m.title}.

    The rest of the packet looks like version 4. Who reads it as that guesses at a format, and at
    what is hashed; an unknown version must be ignored, and then no signature is left.
    """
    return by_alice(detached(TEXT, of_version(m.number, signed())), reject(*IGNORED))


@versions.vector(
    "5.2",
    "5.2.5",
    "10.3.2.2",
    rfc4880=["5.2"],
    tags=["unknown-version", "v2"],
    provenance="GnuPG and RNP: version 2 signatures",
)
def version_2() -> Draft:
    """A signature of version 2, which is version 3 under another number.

    As PGP wrote it before release 2.6. RFC 9580 leaves the version unspecified and names it in
    no pair of key and signature. Who reads it takes signatures older than any rule about them.
    """
    return by_alice(
        signed(Made(version=2)),
        undefined(
            "RFC 9580 leaves version 2 unspecified, so that it is an unknown one to be ignored for "
            "those who follow it alone; RFC 1991 defines it.",
            *IGNORED,
            Wrong.POLICY_OTHER,
            keys=[BY_ALICE],
        ),
    )


@versions.vector("5.2", "5.2.5", "10.3.2.2", rfc4880=["5.2"], tags=["v5"])
def v5_signature_by_v4_key() -> Draft:
    """A version 4 key makes a version 5 signature, as LibrePGP defines it.

    It hashes format, name and date of the data, too, which a detached signature counts as unset.
    RFC 9580 leaves version 5 unspecified, and names no such pair of key and signature. Who accepts
    it should know that the next verifier may not even see a signature.
    """
    made = Made(version=5, issuer_key_id=SMALL, issuer_fingerprint=None)
    return Draft(
        certificates=[lone(SMALL)],
        artifact=detached(TEXT, sign(TEXT, SMALL, made)),
        expect=undefined(
            "RFC 9580 leaves version 5 unspecified, so that it is an unknown one to be ignored for "
            "those who follow it alone; LibrePGP defines it.",
            *IGNORED,
            Wrong.MISSING_KEY,
            Wrong.POLICY_OTHER,
            keys=[SMALL.under(SMALL)],
        ),
    )


@dataclass(frozen=True)
class Beside:
    """How a signature of an unknown version stands beside a good one in a cleartext.

    Attributes:
        number: its version.
        first: whether it comes first.
    """

    number: int
    first: bool

    @property
    def order(self) -> str:
        """The order in words."""
        return "before" if self.first else "behind"


@versions.family(
    {
        "10-before": Beside(10, first=True),
        "11-behind": Beside(11, first=False),
    },
    "5.2.5",
    "7",
    rfc4880=["5.2", "7"],
    tags=["unknown-version", "cleartext", "several"],
)
def cleartext_with_version(m: Beside) -> Draft:
    """In a cleartext a signature of version {m.number} stands {m.order} a good one.

    It must be ignored, and must not make others be rejected. Otherwise nobody could add a signature
    of a new version to a text that old verifiers are to read.
    """
    good = sign_cleartext(TEXT, ALICE_SIGNING)
    packets = [signature_packet(good), of_version(m.number, good)]
    parts = [accept(BY_ALICE), reject(*IGNORED)]
    if m.first:
        packets.reverse()
        parts.reverse()
    message = write_cleartext(TEXT, armor_signature(write_packets(packets)), [("Hash", "SHA256")])
    return by_alice(Cleartext(message=message), each(accept(BY_ALICE), *parts))


# Versions that do not fit the key


@versions.vector("10.3.2.2", "5.2", rfc4880=["5.2"], tags=["v6"])
def v6_signature_by_v4_key() -> Draft:
    """A version 4 key makes a version 6 signature.

    It names the key by its ID, as is proper for version 4, and bears a salt of the right size.
    But no row of table 27 has this pair, and a mismatch of versions invalidates the signature
    (10.3.2.2). To accept it means that the version of a key limits nothing.
    """
    made = Made(version=6, issuer_key_id=SMALL, issuer_fingerprint=None)
    return Draft(
        certificates=[lone(SMALL)],
        artifact=detached(TEXT, sign(TEXT, SMALL, made)),
        expect=reject(*IGNORED, Wrong.MISSING_KEY, Wrong.POLICY_OTHER, rfc4880=NEWER),
    )


@dataclass(frozen=True)
class Named:
    """How a version 4 signature names the version 6 key that made it.

    Attributes:
        title: how, in words.
        made: the same.
        remark: what else that breaks, in words.
    """

    title: str
    made: Made
    remark: str


@versions.family(
    {
        "not-named": Named(
            "names no issuer",
            Made(version=4, issuer_key_id=None, issuer_fingerprint=None),
            "Nothing else is wrong.",
        ),
        "by-key-id": Named(
            "names its issuer by key ID",
            Made(version=4, issuer_fingerprint=None),
            "Besides, a key of version 6 must not be named by its ID.",
        ),
        "by-fingerprint": Named(
            "names its issuer by fingerprint",
            Made(version=4, issuer_key_id=None),
            "Besides, the subpacket says version 6, as it has to for such a key, and the "
            "signature does not.",
        ),
    },
    "5.2.5",
    "10.3.2.2",
    "5.2.3.35",
    tags=["v6"],
    rfc4880=["5.2"],
)
def v4_signature_by_v6_key(m: Named) -> Draft:
    """A version 6 key makes a version 4 signature, which {m.title}.

    A signature by a version 6 key that is of any other version must be ignored (5.2.5): it lacks
    the salt that version 6 exists for. {m.remark}
    """
    return Draft(
        certificates=[alice_v6()],
        artifact=detached(TEXT, signed(m.made, by=ALICE_V6_SIGNING)),
        expect=reject(*IGNORED, Wrong.MISSING_KEY, Wrong.POLICY_OTHER, rfc4880=NEWER),
    )


@versions.vector("5.2.5", "10.3.2.2", tags=["v6", "v3"], rfc4880=["5.2"])
def v3_signature_by_v6_key() -> Draft:
    """A version 6 RSA key makes a version 3 signature.

    The field for the issuer holds the key's ID. A signature by a version 6 key that is of any other
    version must be ignored; this one has neither salt nor subpackets to protect it.
    """
    key = Key("alice-primary", version=6)
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, signed(Made(version=3), by=key)),
        expect=reject(*IGNORED, Wrong.MISSING_KEY, Wrong.POLICY_OTHER, rfc4880=NEWER),
    )


# Version 3 keys

V3_KEY = Key("rsa2048", version=3)
V3_MAY = "Implementations may accept version 3 keys (5.5.2) and version 3 signatures (5.2)."
V3_CLASSES = (
    Wrong.POLICY_OTHER,
    Wrong.UNSUPPORTED,
    Wrong.MALFORMED,
    Wrong.NO_SIGNATURE,
    Wrong.MISSING_KEY,
    Wrong.UNBOUND_KEY,
    Wrong.WEAK_KEY,
)


@versions.vector("5.2", "5.5.2", "10.3.2.2", rfc4880=["5.2", "5.5.2"], tags=["v3"])
def v3_signature_by_v3_key() -> Draft:
    """A version 3 key, certified by itself in version 3, makes a version 3 signature.

    The way of the 1990s, but with SHA-256. The key's fingerprint has 32 hexadecimal digits and is
    made with MD5, its ID is the end of its modulus and can be chosen. Implementations may accept
    both versions; who does must not take the ID for the key.
    """
    return Draft(
        certificates=[lone(V3_KEY)],
        artifact=detached(TEXT, signed(by=V3_KEY)),
        expect=policy(
            Dependency(use=Use.DATA, made=SIGNED, packet="signature v3"),
            Dependency(use=Use.SELF_SIGNATURE, made=V3_KEY.created, packet="signature v3"),
            Dependency(use=Use.DATA, made=SIGNED, packet="public key v3"),
            keys=[V3_KEY.under(V3_KEY)],
            classes=V3_CLASSES,
            reason=V3_MAY,
        ),
    )


# What was made for one version or key shown as another


@versions.vector(
    "5.2.4.1",
    "5.2.1.16",
    rfc4880=["5.2.4"],
    tags=["v3", "tampered"],
    provenance="RFC 9580, 5.2.4.1",
)
def v4_signature_as_v3() -> Draft:
    """A version 4 signature is shown as one of version 3, over a crafted file.

    The file ends in the trailer of version 4 but for five octets, which stand in the fields for
    type and time; so the numbers are right. The type is 0xFF then, which must never be validated
    for this very reason. Accepted, every signature would sign a second file that its signer never
    saw.
    """
    honest = signed()
    tail = trailer(honest)
    shown = Signature(
        3,
        tail[-5],
        honest.public_key_algorithm,
        honest.hash_algorithm,
        left16=honest.left16,
        material=honest.material,
        v3_created=int.from_bytes(tail[-4:], "big"),
        v3_issuer=bytes.fromhex(ALICE_SIGNING.key_id),
    )
    return by_alice(
        detached(TEXT + tail[:-5], shown),
        reject(
            *IGNORED,
            Wrong.POLICY_OTHER,
            Wrong.KEY_NEWER_THAN_SIGNATURE,
            Wrong.UNBOUND_KEY,
        ),
    )


@versions.vector("5.2.4", "5.2.5", "10.3.2.2", rfc4880=["5.2"], tags=["v6", "tampered"])
def v6_signature_as_v4() -> Draft:
    """A version 6 signature is shown as one of version 4 by a version 4 key of the same material.

    The salt was moved to the front of the file, where version 4 would hash it; the hashed area is
    the same. But the trailers differ in version and in the width of a length, so the numbers are
    wrong. A verifier that mixes them up would let signatures wander between keys and files.
    """
    older = Key("ed25519-primary", Algorithm.ED25519)
    honest = sign(TEXT, ALICE_V6, Made(issuer_fingerprint=None))
    shown = replace(
        honest, version=4, salt=b"", unhashed=write_subpackets([subpackets.issuer_key_id(older)])
    )
    return Draft(
        certificates=[lone(older)],
        artifact=detached(honest.salt + TEXT, shown),
        expect=reject(Wrong.BAD_SIGNATURE, rfc4880=NEWER),
    )


# The left 16 bits


NOT_COMPARED = (
    "Confirmed by go-crypto and openpgpjs, by none of the default backends: Sequoia does not "
    "compare, though the section says that it must, and GnuPG does not know version 6, which is "
    "all that python-gnupg says."
)


@versions.vector("5.2.3.6", tags=["left16", "v6"], unconfirmed=NOT_COMPARED)
def v6_left16_wrong() -> Draft:
    """The left 16 bits of a version 6 signature are wrong, all else is right.

    In version 6 they must be compared with the hash, and a signature rejected if they differ
    (5.2.3.6). Two verifiers that differ here differ on which files are signed.
    """
    return Draft(
        certificates=[alice_v6()],
        artifact=detached(TEXT, signed(Made(left16=b"\0\0"), by=ALICE_V6_SIGNING)),
        expect=reject(Wrong.BAD_SIGNATURE, Wrong.MALFORMED, rfc4880=NEWER),
    )


@dataclass(frozen=True)
class Prefix:
    """A signature of the certificate whose left 16 bits are wrong.

    Attributes:
        title: the signature.
        about: the self-signature; in version 6 the direct-key signature.
        binding: the subkey binding.
    """

    title: str
    about: SelfSignature
    binding: Binding


ZERO = b"\0\0"


@versions.family(
    {
        "direct-key-signature": Prefix(
            "direct-key signature", SelfSignature(left16=ZERO), Binding()
        ),
        "binding": Prefix("subkey binding", SelfSignature(), Binding(left16=ZERO)),
        "back-signature": Prefix(
            "back-signature", SelfSignature(), Binding(back=BackSignature(left16=ZERO))
        ),
    },
    "5.2.3.6",
    "5.2.3.10",
    "5.2.1.8",
    tags=["left16", "v6"],
    unconfirmed=dict.fromkeys(("direct-key-signature", "back-signature"), NOT_COMPARED),
)
def v6_left16_wrong_in(m: Prefix) -> Draft:
    """The left 16 bits of a version 6 certificate's {m.title} are wrong.

    In version 6 a signature must be rejected for that, and this one is the only one of its kind.
    Without a valid direct-key signature the key must not be used; without valid binding and
    back-signature the subkey is nobody's.
    """
    cert = certificate(
        ALICE_V6,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=None),))],
        subkeys=[signing_subkey(ALICE_V6_SIGNING, m.binding)],
        direct=[m.about],
    )
    return Draft(
        certificates=[cert],
        artifact=detached(TEXT, signed(by=ALICE_V6_SIGNING)),
        expect=reject(
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            Wrong.POLICY_OTHER,
            rfc4880=NEWER,
        ),
    )


@versions.family(
    {
        "self-signature": Prefix("self-signature", SelfSignature(left16=ZERO), Binding()),
        "binding": Prefix("subkey binding", SelfSignature(), Binding(left16=ZERO)),
        "back-signature": Prefix(
            "back-signature", SelfSignature(), Binding(back=BackSignature(left16=ZERO))
        ),
    },
    "5.2.3.6",
    rfc4880=["5.2.3"],
    tags=["left16"],
)
def left16_wrong_in(m: Prefix) -> Draft:
    """The left 16 bits of the certificate's {m.title} are zero, all else is right.

    In version 4 the field is a hint to reject early, which is neither hashed nor signed. Who
    insists on it lets anyone who copies the certificate make it useless.
    """
    cert = alice(
        user_ids=[UserId(ALICE_NAME, (m.about,))],
        subkeys=[signing_subkey(ALICE_SIGNING, m.binding)],
    )
    return with_certificate(
        cert,
        undefined(
            "The field offers a way to reject some bad signatures early (5.2.3.6); only in version "
            "6 must it be compared.",
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.WRONG_KEY_USAGE,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )
