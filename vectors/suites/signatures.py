"""Signatures over data: algorithms, formats, tampering, issuers, subpackets, several at once.

The certificates have no faults; everything that is wrong is wrong about the signature or what
it signs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from harness.artifact import Cleartext, Detached, Inline
from harness.openpgp.contents import Literal, write_literal
from harness.openpgp.mpi import mpi, write_mpi
from harness.openpgp.names import CompressionAlgorithm, HashAlgorithm, SignatureType, Tag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import Packet, partial, write_packets
from harness.openpgp.signatures import Signature, hash_input_for_user_id, trailer, write_signature
from harness.openpgp.subpackets import Subpacket, write_subpackets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import subpackets
from vectors.forge.artifacts import (
    armor_signature,
    cleartext,
    compressed,
    detached,
    inline,
    literal,
    one_pass,
    one_pass_message,
    prefixed_message,
    sign_cleartext,
)
from vectors.forge.certificate import SelfSignature, UserId, signature_packet
from vectors.forge.key import Key
from vectors.forge.secrets import digest_info, digest_of
from vectors.forge.signature import (
    Made,
    Placement,
    damage,
    document,
    make,
    nothing,
    sign,
    user_id,
)
from vectors.forge.times import DAY, EPOCH, SECOND, SIGNED, day
from vectors.suites.cast import (
    ALICE,
    ALICE_NAME,
    ALICE_SIGNING,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BOB,
    BOB_SIGNING,
    BY_ALICE,
    MALLORY_SIGNING,
    SIGN_AND_CERTIFY,
    TEXT,
    alice,
    alice_v6,
    bob,
    by_alice,
    lone,
    signed,
)
from vectors.suites.expect import accept, each, reject, undefined
from vectors.suites.registry import Area, Draft

signatures = Area(
    "signatures",
    __doc__,
    origins={
        "several": "interoperability suite: unknown packets; RNP: two signatures",
        "issuer": "interoperability suite: detached signature with subpackets",
        "subpackets": "interoperability suite: detached signature with subpackets",
        "expiry": "RNP: key edge cases; PGPainless: document expiration",
        "cleartext": "OpenPGP.js, rPGP, RNP and gpg.fail: cleartext framework",
        "inline": "interoperability suite: signed messages; RNP: one-pass edge cases",
        "tampered": "interoperability suite: digest prefix; RNP and go-crypto: changed data",
        "packets": "interoperability suite: unknown packets",
        "type": "RNP: signature class 19; OpenPGP.js: message signature bypass",
        "text": "GnuPG and OpenPGP.js: text signatures",
        "malformed": "interoperability suite and go-crypto: malformed messages",
    },
)

UNKNOWN_SUBPACKET = Subpacket(63, b"unheard of")
"""A subpacket type that no registry assigns."""


# Algorithms


@dataclass(frozen=True)
class Signer:
    """A lone key that signs.

    Attributes:
        title: the algorithm for people.
        key: the key.
        hash: a hash long enough for it.
        rfc4880: what RFC 4880 says, where it does not know the algorithm.
    """

    title: str
    key: Key
    hash: int = HashAlgorithm.SHA256
    rfc4880: Outcome | None = None


NEWER = Outcome.UNDEFINED
"""RFC 4880 leaves open what becomes of algorithms and versions it does not know."""

SIGNERS = {
    "rsa3072": Signer("RSA-3072", Key("bob-primary")),
    "rsa4096": Signer("RSA-4096", Key("rsa4096")),
    "ecdsa-p256": Signer("ECDSA on NIST P-256", Key("p256", Algorithm.ECDSA)),
    "ecdsa-p384": Signer("ECDSA on NIST P-384", Key("p384", Algorithm.ECDSA), HashAlgorithm.SHA384),
    "ecdsa-p521": Signer("ECDSA on NIST P-521", Key("p521", Algorithm.ECDSA), HashAlgorithm.SHA512),
    "ecdsa-brainpool256": Signer("ECDSA on brainpoolP256r1", Key("brainpool256", Algorithm.ECDSA)),
    "ecdsa-brainpool384": Signer(
        "ECDSA on brainpoolP384r1", Key("brainpool384", Algorithm.ECDSA), HashAlgorithm.SHA384
    ),
    "eddsa-legacy": Signer(
        "EdDSALegacy on Ed25519", Key("ed25519-primary", Algorithm.EDDSA_LEGACY), rfc4880=NEWER
    ),
    "ed25519": Signer(
        "Ed25519 (27) in version 4", Key("ed25519-primary", Algorithm.ED25519), rfc4880=NEWER
    ),
    "ed448": Signer(
        "Ed448 (28) in version 4",
        Key("ed448", Algorithm.ED448),
        HashAlgorithm.SHA512,
        rfc4880=NEWER,
    ),
    "v6-ed25519": Signer("Ed25519 in version 6", ALICE_V6, rfc4880=NEWER),
    "v6-ed448": Signer(
        "Ed448 in version 6",
        Key("ed448", Algorithm.ED448, version=6),
        HashAlgorithm.SHA512,
        rfc4880=NEWER,
    ),
    "v6-ecdsa-p256": Signer(
        "ECDSA on NIST P-256 in version 6",
        Key("p256", Algorithm.ECDSA, version=6),
        rfc4880=NEWER,
    ),
    "v6-rsa3072": Signer("RSA-3072 in version 6", Key("alice-primary", version=6), rfc4880=NEWER),
}


@signatures.family(
    SIGNERS,
    "5.2.3",
    "9.1",
    "9.2",
    rfc4880=["9.1"],
    tags=["algorithm"],
    provenance="RFC 9580, 9.1; RFC 6637",
)
def algorithm(m: Signer) -> Draft:
    """{m.title} signs a document.

    Nothing is wrong: one key certifies itself and signs. A verifier that knows the algorithm must
    accept; one that does not must say so, rather than call the signature bad.
    """
    about = SelfSignature(flags=SIGN_AND_CERTIFY, hash=m.hash)
    return Draft(
        certificates=[lone(m.key, about=about)],
        artifact=detached(TEXT, signed(Made(hash=m.hash), by=m.key)),
        expect=accept(m.key.under(m.key), rfc4880=m.rfc4880),
    )


@signatures.vector("9.2", rfc4880=["9.1"], tags=["algorithm"])
def algorithm_ecdsa_secp256k1() -> Draft:
    """ECDSA on secp256k1 signs a document.

    The curve has an object identifier and some implementations take it, but no OpenPGP
    registry lists it. Whoever accepts it should know that the next verifier may not.
    """
    key = Key("secp256k1", Algorithm.ECDSA)
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, signed(by=key)),
        expect=undefined(
            "RFC 9580 does not list the curve, and does not forbid curves it does not list.",
            Wrong.UNSUPPORTED,
            Wrong.WEAK_KEY,
            Wrong.MISSING_KEY,
            Wrong.UNBOUND_KEY,
            Wrong.MALFORMED,
            keys=[key.under(key)],
        ),
    )


@signatures.vector("5.2", "10.3.2.2", tags=["algorithm", "v6"])
def v6_signing_subkey() -> Draft:
    """A version 6 certificate's signing subkey signs a document.

    Nothing is wrong: direct-key signature, binding and back-signature are of version 6, too.
    """
    return Draft(
        certificates=[alice_v6()],
        artifact=detached(TEXT, signed(by=ALICE_V6_SIGNING)),
        expect=accept(ALICE_V6_SIGNING.under(ALICE_V6), rfc4880=NEWER),
    )


@signatures.vector("5.2.5", "10.3.2.2", tags=["v6"])
def v4_signature_by_v6_key() -> Draft:
    """A version 6 key makes a version 4 signature.

    Section 5.2.5 names this among the signatures to be ignored. A verifier that lets it pass gives
    up the salt that version 6 exists for.
    """
    return Draft(
        certificates=[alice_v6()],
        artifact=detached(TEXT, signed(Made(version=4), by=ALICE_V6_SIGNING)),
        expect=reject(
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            Wrong.MISSING_KEY,
            Wrong.POLICY_OTHER,
            Wrong.BAD_SIGNATURE,
            rfc4880=NEWER,
        ),
    )


@signatures.family(
    {"short": 8, "long": 32},
    "5.2.3",
    "5.2.5",
    "9.5",
    tags=["v6"],
    provenance="RFC 9580, 5.2.5; OpenPGP.js: salts",
)
def v6_salt_of_wrong_size(m: int) -> Draft:
    """A version 6 signature has a salt of {m} octets, where SHA-256 takes 16.

    The signature is otherwise right and made over just that salt. Section 5.2.5 has it ignored:
    salts of free length would be room for a collision.
    """
    base = signed(by=ALICE_V6_SIGNING)
    salted = replace(base, salt=(base.salt * 2)[:m])
    digest, material = ALICE_V6_SIGNING.sign(salted.hash_algorithm, document(TEXT)(salted))
    return Draft(
        certificates=[alice_v6()],
        artifact=detached(TEXT, replace(salted, left16=digest[:2], material=material)),
        expect=reject(Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.BAD_SIGNATURE, rfc4880=NEWER),
    )


# Hashes


@dataclass(frozen=True)
class Hash:
    """A hash algorithm in use.

    Attributes:
        title: the hash for people, and where it matters the signing algorithm.
        number: the hash.
        key: the lone key that signs.
        rfc4880: what RFC 4880 says, where it does not know the hash.
    """

    title: str
    number: int
    key: Key = ALICE
    rfc4880: Outcome | None = None


MODERN = Key("ed25519-primary", Algorithm.ED25519)
SHA3_WITH_RSA = (
    "Confirmed by go-crypto, johnnycanencrypt, openpgpjs, rnp and rpgp, by none of the default "
    "backends. The prefix is the one RFC 9580, table 24, gives, and the cryptography library "
    "verifies the signature."
)


@signatures.family(
    {
        "sha224": Hash("SHA-224", HashAlgorithm.SHA224),
        "sha384": Hash("SHA-384", HashAlgorithm.SHA384),
        "sha512": Hash("SHA-512", HashAlgorithm.SHA512),
        "sha3-256": Hash("SHA3-256 and Ed25519", HashAlgorithm.SHA3_256, MODERN, NEWER),
        "sha3-512": Hash("SHA3-512 and Ed25519", HashAlgorithm.SHA3_512, MODERN, NEWER),
        "sha3-256-rsa": Hash("SHA3-256 and RSA", HashAlgorithm.SHA3_256, ALICE, NEWER),
        "sha3-512-rsa": Hash("SHA3-512 and RSA", HashAlgorithm.SHA3_512, ALICE, NEWER),
    },
    "9.5",
    rfc4880=["9.4"],
    tags=["hash"],
    unconfirmed={"sha3-256-rsa": SHA3_WITH_RSA, "sha3-512-rsa": SHA3_WITH_RSA},
)
def hash_algorithm(m: Hash) -> Draft:
    """The document is signed with {m.title}.

    Nothing is wrong. The hash is in the registry and not deprecated: a verifier that knows it must
    accept, one that does not must say that it is unsupported.
    """
    return Draft(
        certificates=[lone(m.key)],
        artifact=detached(TEXT, signed(Made(hash=m.number), by=m.key)),
        expect=accept(m.key.under(m.key), rfc4880=m.rfc4880),
    )


@signatures.vector(
    "5.2.3.3",
    tags=["hash"],
    rfc4880=["9.4"],
    unconfirmed="Confirmed by openpgpjs and rpgp, by none of the default backends. The section "
    "says that a verifier must check the length of the hash, in the words it also uses for Ed25519 "
    "and Ed448.",
)
def hash_too_short_for_eddsa_legacy() -> Draft:
    """An EdDSALegacy signature uses SHA-224, shorter than its curve takes.

    Verifiers must reject it, says section 5.2.3.3: the hash, not the curve, would decide how hard a
    forgery is. Who accepts relies on the 112 bits that SHA-224 has against collisions, where the
    curve promises 128.
    """
    key = Key("ed25519-primary", Algorithm.EDDSA_LEGACY)
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, signed(Made(hash=HashAlgorithm.SHA224), by=key)),
        expect=reject(
            Wrong.WEAK_HASH, Wrong.BAD_SIGNATURE, Wrong.MALFORMED, Wrong.UNSUPPORTED, rfc4880=NEWER
        ),
    )


@signatures.vector("5.2.3.4", tags=["hash"], rfc4880=["9.4"])
def hash_too_short_for_ed25519() -> Draft:
    """An Ed25519 signature uses SHA-224.

    At least 256 bits are required, and verifiers must reject less (section 5.2.3.4). Who does not
    look relies on a hash that is weaker than the key, and that whoever signs may choose.
    """
    key = Key("ed25519-primary", Algorithm.ED25519)
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, signed(Made(hash=HashAlgorithm.SHA224), by=key)),
        expect=reject(
            Wrong.WEAK_HASH, Wrong.BAD_SIGNATURE, Wrong.MALFORMED, Wrong.UNSUPPORTED, rfc4880=NEWER
        ),
    )


@signatures.vector("5.2.3.2", tags=["hash"], provenance="RFC 9580, 5.2.3.2; RFC 6637, 7")
def hash_too_short_for_ecdsa_p384() -> Draft:
    """An ECDSA signature on NIST P-384 uses SHA-256.

    The signer must use a hash as long as the field. What a verifier does is not said, unlike for
    EdDSA: the signature is no easier to forge than one on P-256.
    """
    key = Key("p384", Algorithm.ECDSA)
    about = SelfSignature(flags=SIGN_AND_CERTIFY, hash=HashAlgorithm.SHA384)
    return Draft(
        certificates=[lone(key, about=about)],
        artifact=detached(TEXT, signed(by=key)),
        expect=undefined(
            "Section 5.2.3.2 binds the signer; only for EdDSA does the RFC tell the verifier to "
            "reject.",
            Wrong.WEAK_HASH,
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
            keys=[key.under(key)],
        ),
    )


# Formats


@signatures.vector("5.2.1.1", "10.4", rfc4880=["5.2.1", "11.4"], tags=["baseline"])
def detached_binary() -> Draft:
    """A detached signature in binary form.

    The baseline of this area: nothing is wrong.
    """
    return by_alice(signed(), accept(BY_ALICE))


@signatures.vector("6.2", "10.4", rfc4880=["6.2", "11.4"], tags=["armor"])
def detached_armored() -> Draft:
    """The detached signature is armored.

    Nothing is wrong: armor carries the same packets.
    """
    return by_alice(detached(TEXT, signed(), armored=True), accept(BY_ALICE))


@signatures.vector("6.2", "10.1", rfc4880=["6.2", "11.1"], tags=["armor"])
def certificate_armored() -> Draft:
    """The certificate is armored.

    Nothing is wrong. Tools that take binary keyrings only must say so, not call the key missing.
    """
    return Draft(
        certificates=[alice().armored],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


def text_signature(data: bytes, delivered: bytes, expect: Expectation) -> Draft:
    """A text signature over ``data`` beside what was delivered."""
    made = sign(data, ALICE_SIGNING, kind=SignatureType.TEXT)
    return by_alice(detached(delivered, made), expect)


@signatures.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text"])
def text_document() -> Draft:
    """A text signature over text with LF line ends.

    The document is hashed with CR LF line ends, whatever it has.
    """
    return text_signature(TEXT, TEXT, accept(BY_ALICE))


@signatures.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text"])
def text_line_ends_converted() -> Draft:
    """A text signature survives LF becoming CR LF.

    That is what text signatures are for. A verifier that hashes the octets as they come breaks
    mail and files that travelled between systems.
    """
    return text_signature(TEXT, TEXT.replace(b"\n", b"\r\n"), accept(BY_ALICE))


@signatures.vector("5.2.1.1", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["text", "tampered"])
def binary_line_ends_converted() -> Draft:
    """A binary signature does not survive LF becoming CR LF.

    Binary documents are hashed as they are. A verifier that converts them accepts data that was not
    signed.
    """
    return by_alice(detached(TEXT.replace(b"\n", b"\r\n"), signed()), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["text", "tampered"])
def text_trailing_blank_added() -> Draft:
    """A blank was added at the end of a line under a text signature.

    Only line ends are canonical in a text signature; trailing blanks are part of the text. (The
    cleartext framework removes them, and it alone.)
    """
    delivered = TEXT.replace(b"signed.\n", b"signed. \n")
    return text_signature(TEXT, delivered, reject(Wrong.BAD_SIGNATURE))


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["text"])
def empty_document() -> Draft:
    """A signature over an empty document.

    Nothing is wrong: no data is data, too.
    """
    return by_alice(detached(b"", sign(b"", ALICE_SIGNING)), accept(BY_ALICE))


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["tampered"])
def empty_document_signature_beside_text() -> Draft:
    """A signature over an empty document stands beside text.

    Were data forgotten on the way into the hash, this would pass, and any text with it. Whoever has
    one signature of Alice's over an empty file could show any document as hers.
    """
    return by_alice(detached(TEXT, sign(b"", ALICE_SIGNING)), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("10.4", "5.8", rfc4880=["11.4", "5.8"], tags=["packets"])
def marker_packet_before_signature() -> Draft:
    """A marker packet precedes the detached signature.

    Marker packets may stand anywhere and are to be ignored.
    """
    marker = Packet(Tag.MARKER, b"PGP")
    return by_alice(detached(TEXT, marker, signed()), accept(BY_ALICE))


@signatures.vector("10.4", "5.14", rfc4880=["4.3"], tags=["packets"])
def padding_packet_after_signature() -> Draft:
    """A padding packet follows the detached signature.

    Padding packets may stand among detached signatures and are to be ignored. RFC 4880 does not
    know them.
    """
    padding = Packet(Tag.PADDING, bytes(range(16)))
    return by_alice(detached(TEXT, signed(), padding), accept(BY_ALICE, rfc4880=Outcome.UNDEFINED))


@signatures.vector("4.3", "10", rfc4880=["4.3"], tags=["packets"])
def unknown_packet_beside_signature() -> Draft:
    """A packet of a private type (60) follows the detached signature.

    Types from 40 on are not critical: unknown ones are ignored wherever they stand. RFC 4880 has
    no such rule.
    """
    private = Packet(60, b"of no concern")
    return by_alice(detached(TEXT, signed(), private), accept(BY_ALICE, rfc4880=Outcome.UNDEFINED))


@signatures.vector(
    "4.3",
    "10",
    rfc4880=["4.3"],
    tags=["packets"],
    unconfirmed="Confirmed by go-crypto and openpgpjs, by none of the default backends: they skip "
    "the packet. Section 4.3 has an unknown critical packet spoil the whole sequence, and section "
    "10.4 makes detached signatures no exception.",
)
def unknown_critical_packet_beside_signature() -> Draft:
    """A packet of an unassigned critical type (30) follows the detached signature.

    Types below 40 are critical: the whole sequence must be rejected. A verifier that skips it
    ignores what the sender declared necessary to understand.
    """
    critical = Packet(30, b"of the essence")
    return by_alice(
        detached(TEXT, signed(), critical),
        reject(Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.NO_SIGNATURE, rfc4880=Outcome.UNDEFINED),
    )


@signatures.vector("10.4", rfc4880=["11.4"], tags=["nothing"])
def no_signature_detached() -> Draft:
    """The signature file is empty.

    Nothing was signed, nothing can be accepted. A caller that counts failures instead of
    successes accepts everything here.
    """
    return by_alice(Detached(data=TEXT, signature=b""), reject(Wrong.NO_SIGNATURE, Wrong.MALFORMED))


@signatures.vector("10.3", rfc4880=["11.3"], tags=["nothing", "inline"])
def no_signature_inline() -> Draft:
    """A message holds literal data, and no signature.

    It is a proper OpenPGP message, which some tools report as success: the exit code says the
    message was read, not that anyone signed it. A caller that goes by it takes what anybody can
    write for signed.
    """
    return by_alice(inline([literal(TEXT)]), reject(Wrong.NO_SIGNATURE))


@signatures.vector("10.3", rfc4880=["11.3"], tags=["nothing", "inline"])
def one_pass_without_signature() -> Draft:
    """A one-pass signature packet announces a signature that never comes.

    The announcement proves nothing. The message is truncated, and must not count as signed.
    """
    packets = one_pass_message(TEXT, (signed(), ALICE_SIGNING))[:-1]
    return by_alice(inline(packets), reject(Wrong.NO_SIGNATURE, Wrong.MALFORMED))


@signatures.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["inline", "baseline"])
def inline_one_pass() -> Draft:
    """A one-pass signed message.

    The baseline for messages: nothing is wrong.
    """
    return by_alice(inline(one_pass_message(TEXT, (signed(), ALICE_SIGNING))), accept(BY_ALICE))


@signatures.vector("6.2", "10.3", rfc4880=["6.2", "11.3"], tags=["inline", "armor"])
def inline_armored() -> Draft:
    """The one-pass signed message is armored.

    Nothing is wrong.
    """
    message = one_pass_message(TEXT, (signed(), ALICE_SIGNING))
    return by_alice(inline(message, armored=True), accept(BY_ALICE))


@signatures.vector("10.3", rfc4880=["11.3"], tags=["inline"])
def inline_prefixed() -> Draft:
    """The signature stands before the data, in the style of old.

    Messages need no one-pass packet; section 10.3 still lists the older form.
    """
    return by_alice(inline(prefixed_message(TEXT, signed())), accept(BY_ALICE))


@signatures.vector("5.2.1.2", "5.9", "10.3", rfc4880=["5.9", "11.3"], tags=["inline", "text"])
def inline_text() -> Draft:
    """A one-pass message with a text signature over text.

    Literal text has CR LF line ends, and so has what is hashed.
    """
    canonical = TEXT.replace(b"\n", b"\r\n")
    text = sign(canonical, ALICE_SIGNING, kind=SignatureType.TEXT)
    return by_alice(inline(one_pass_message(canonical, (text, ALICE_SIGNING))), accept(BY_ALICE))


@signatures.vector("5.2.1.2", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["inline", "text"])
def inline_text_signature_over_binary() -> Draft:
    """A one-pass message with a text signature over a literal marked binary, with LF line ends.

    The signature's type, not the literal's format, decides how the document is hashed.
    """
    text = sign(TEXT, ALICE_SIGNING, kind=SignatureType.TEXT)
    packets = (one_pass(text, ALICE_SIGNING), literal(TEXT), signature_packet(text))
    return by_alice(inline(packets), accept(BY_ALICE))


@signatures.vector("5.9", "5.2.4", rfc4880=["5.9", "5.2.4"], tags=["inline", "text"])
def inline_text_with_bare_line_feeds() -> Draft:
    """A one-pass message with a text signature over literal text with LF line ends.

    Literal text must have CR LF, and this one was made carelessly. The signature is right for what
    the text is in canonical form.
    """
    text = sign(TEXT, ALICE_SIGNING, kind=SignatureType.TEXT)
    return by_alice(
        inline(one_pass_message(TEXT, (text, ALICE_SIGNING))),
        undefined(
            "Section 5.9 wants CR LF line ends in literal text; 5.2.4 converts whatever is there.",
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@signatures.family(
    {
        "zip": CompressionAlgorithm.ZIP,
        "zlib": CompressionAlgorithm.ZLIB,
        "bzip2": CompressionAlgorithm.BZIP2,
    },
    "5.6",
    "9.4",
    "10.3",
    rfc4880=["5.6", "9.3", "11.3"],
    tags=["inline", "compressed"],
)
def inline_compressed(m: CompressionAlgorithm) -> Draft:
    """The one-pass signed message is compressed with {m.name}.

    The signature is inside the compressed data. Nothing is wrong.
    """
    packets = one_pass_message(TEXT, (signed(), ALICE_SIGNING))
    return by_alice(inline(compressed(packets, m)), accept(BY_ALICE))


@signatures.vector("10.3", rfc4880=["11.3"], tags=["inline", "compressed"])
def inline_compressed_within_signature() -> Draft:
    """The signature is around compressed data.

    The grammar allows any OpenPGP message between announcement and signature. Here the octets of
    the literal data within are signed.
    """
    signature = signed()
    packets = (
        one_pass(signature, ALICE_SIGNING),
        *compressed([literal(TEXT)], CompressionAlgorithm.ZLIB),
        signature_packet(signature),
    )
    return by_alice(
        inline(packets),
        undefined(
            "The grammar of section 10.3 allows it; no section says whether the compressed or "
            "the literal octets are the document then.",
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
            Wrong.NO_SIGNATURE,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("4.2.1.4", rfc4880=["4.2.2.4"], tags=["inline", "packets"])
def inline_partial_lengths() -> Draft:
    """The literal data comes in partial body lengths.

    As streaming signers write it. Lengths between chunks are framing, and not hashed.
    """
    text = TEXT * 40
    packets = list(one_pass_message(text, (sign(text, ALICE_SIGNING), ALICE_SIGNING)))
    packets[1] = replace(packets[1], framing=partial([512, 512]))
    return by_alice(inline(packets), accept(BY_ALICE))


@signatures.vector("5.9", "5.2.4", rfc4880=["5.9", "5.2.4"], tags=["inline"])
def inline_file_name_changed() -> Draft:
    """The literal packet's file name was changed after signing.

    Name, date and format are not covered by version 4 signatures: the message is still
    good, and its file name is nobody's word. Whoever writes files by that name trusts a stranger.
    """
    packets = list(one_pass_message(TEXT, (signed(), ALICE_SIGNING)))
    named = b"b" + b"\x0echosen-by-evil" + bytes(4) + TEXT
    packets[1] = Packet(Tag.LITERAL_DATA, named)
    return by_alice(inline(packets), accept(BY_ALICE))


@signatures.vector("5.9", rfc4880=["5.9"], tags=["inline", "hostile"])
def inline_file_name_hostile() -> Draft:
    """The literal packet's file name holds terminal escapes, markup and a status line.

    The signature is good. Names are for nobody to trust, print raw or put into a page.
    """
    name = f"\x1b[2J<b onclick=x>&amp;'\"\n[GNUPG:] GOODSIG {BOB.key_id} Bob\n".encode()
    packets = list(one_pass_message(TEXT, (signed(), ALICE_SIGNING)))
    packets[1] = Packet(Tag.LITERAL_DATA, write_literal(Literal(TEXT, name=name)))
    return by_alice(inline(packets), accept(BY_ALICE))


@signatures.vector("5.2.4", "10.3", rfc4880=["5.2.4", "11.3"], tags=["inline", "tampered"])
def inline_data_changed() -> Draft:
    """One bit of the literal data differs from what was signed.

    The message was altered on its way. Who accepts shows words as Alice's that she did not write.
    """
    packets = one_pass_message(flipped(TEXT), (signed(), ALICE_SIGNING))
    return by_alice(inline(packets), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("10", "10.3", rfc4880=["11.3"], tags=["inline", "tampered"])
def inline_second_literal_appended() -> Draft:
    """A second literal packet follows the signed message.

    The grammar allows one. What a verifier hands out must be what was signed, so a message with
    unsigned text behind it cannot be accepted (compare CVE-2007-1263).
    """
    packets = (*one_pass_message(TEXT, (signed(), ALICE_SIGNING)), literal(b"Not signed."))
    return by_alice(
        inline(packets), reject(Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
    )


@signatures.vector("10", "10.3", rfc4880=["11.3"], tags=["inline", "tampered"])
def inline_unsigned_literal_before() -> Draft:
    """An unsigned literal packet precedes the signed message.

    The grammar has one text: a tool that prints both shows words that nobody signed. Who accepts
    lets anyone put a preface of their own before what Alice signed.
    """
    packets = (literal(b"Not signed."), *one_pass_message(TEXT, (signed(), ALICE_SIGNING)))
    return by_alice(
        inline(packets), reject(Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)
    )


@signatures.vector("5.4", rfc4880=["5.4"], tags=["inline"])
def one_pass_names_another_key() -> Draft:
    """The one-pass packet names Bob's key, the signature is Alice's and names her.

    The announcement serves to start hashing, the signature decides. Whether a contradiction
    between them is an error is not said; Bob must not be named in any case.
    """
    signature = signed()
    packets = (one_pass(signature, BOB_SIGNING), literal(TEXT), signature_packet(signature))
    return Draft(
        certificates=[alice(), bob()],
        artifact=inline(packets),
        expect=undefined(
            "Neither RFC says what follows from a one-pass packet that contradicts its "
            "signature in the key ID.",
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
            Wrong.IDENTITY_MISMATCH,
            Wrong.NO_SIGNATURE,
            keys=[BY_ALICE],
        ),
    )


# The cleartext framework


def in_clear(text: bytes, delivered: bytes, expect: Expectation, made: Made = Made()) -> Draft:
    """A cleartext signature over ``text`` around what was delivered."""
    return by_alice(cleartext(delivered, sign_cleartext(text, ALICE_SIGNING, made)), expect)


@signatures.vector("7", rfc4880=["7"], tags=["cleartext", "baseline"])
def cleartext_plain() -> Draft:
    """A cleartext signed text.

    The baseline for cleartext: nothing is wrong.
    """
    return in_clear(TEXT, TEXT, accept(BY_ALICE))


@signatures.vector("7.2", rfc4880=["7.1"], tags=["cleartext"])
def cleartext_dashes() -> Draft:
    """Lines begin with dashes and with From, and are dash-escaped.

    The escape is taken away before hashing. Lines that begin with a dash must have it, any other
    may, and those that begin with From should.
    """
    text = b"- a list\n-----BEGIN PGP SIGNATURE-----\nFrom here to there\n--"
    framed = cleartext(text, sign_cleartext(text, ALICE_SIGNING))
    escaped = framed.message.replace(b"\nFrom ", b"\n- From ")
    return by_alice(Cleartext(message=escaped), accept(BY_ALICE))


@signatures.vector("7.1", rfc4880=["7.1"], tags=["cleartext"])
def cleartext_trailing_blanks() -> Draft:
    """Lines end in blanks and tabs.

    The cleartext framework hashes lines without them, so they may come and go.
    """
    text = b"blanks  \ntabs\t\t\nboth \t"
    return in_clear(text, text, accept(BY_ALICE))


@signatures.vector("7.1", rfc4880=["7.1"], tags=["cleartext"])
def cleartext_empty_lines_at_end() -> Draft:
    """The text ends in empty lines.

    The last line end belongs to the framing, the others to the text.
    """
    text = TEXT + b"\n\n"
    return in_clear(text, text, accept(BY_ALICE))


@signatures.vector("7", rfc4880=["7"], tags=["cleartext"])
def cleartext_empty() -> Draft:
    """The cleartext is empty.

    A signature over nothing, properly framed.
    """
    return in_clear(b"", b"", accept(BY_ALICE))


@signatures.vector("7.1", "6.2.2.3", rfc4880=["7"], tags=["cleartext"])
def cleartext_without_hash_header() -> Draft:
    """The Hash header is missing, the hash is SHA-256.

    RFC 9580 deprecates the header: the signature itself says which hash it uses. By RFC 4880 its
    absence stood for MD5.
    """
    signature = sign_cleartext(TEXT, ALICE_SIGNING)
    return by_alice(
        cleartext(TEXT, signature, headers=()), accept(BY_ALICE, rfc4880=Outcome.UNDEFINED)
    )


@signatures.vector("7.1", "6.2.2.3", rfc4880=["7"], tags=["cleartext"])
def cleartext_with_another_hash_header() -> Draft:
    """The Hash header says SHA512, the signature uses SHA-256.

    A well-formed Hash header is to be ignored, right or wrong: it is not protected, and the
    signature says which hash it uses.
    """
    signature = sign_cleartext(TEXT, ALICE_SIGNING)
    return by_alice(
        cleartext(TEXT, signature, headers=[("Hash", "SHA512")]),
        accept(BY_ALICE, rfc4880=Outcome.UNDEFINED),
    )


@signatures.vector("7", rfc4880=["7"], tags=["cleartext", "tampered"])
def cleartext_changed() -> Draft:
    """One bit of the cleartext differs from what was signed.

    The text was altered on its way. A verifier that does not hash what it shows lets anybody put
    words into Alice's mouth.
    """
    return in_clear(TEXT, flipped(TEXT), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("7", rfc4880=["7"], tags=["cleartext", "tampered"])
def cleartext_line_inserted() -> Draft:
    """A line was inserted at the top of the cleartext.

    Directly under the headers, where a sloppy reader skips lines until something looks signed. Its
    caller reads an order as Alice's that she never gave.
    """
    return in_clear(TEXT, b"Pay Mallory.\n" + TEXT, reject(Wrong.BAD_SIGNATURE))


@signatures.vector("7.1", "5.2.1.1", rfc4880=["7"], tags=["cleartext"])
def cleartext_with_binary_signature() -> Draft:
    """The cleartext bears a binary signature over the canonical text.

    The framework is described with text signatures, yet the numbers match: what was hashed is what
    a reader sees, with CR LF line ends.
    """
    canonical = TEXT.replace(b"\n", b"\r\n")
    return by_alice(
        cleartext(TEXT, sign(canonical, ALICE_SIGNING)),
        undefined(
            "Section 7.1 speaks of cleartext signatures as text signatures, and does not say what "
            "becomes of one of type 0x00.",
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
            Wrong.UNSUPPORTED,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("7", "5.2.5", rfc4880=["7"], tags=["cleartext", "several"])
def cleartext_two_signatures() -> Draft:
    """Two signatures under one cleartext: Alice's, and that of someone unknown.

    One good signature is enough to accept, for the key that made it and no other.
    """
    good = sign_cleartext(TEXT, ALICE_SIGNING)
    unknown = sign_cleartext(TEXT, MALLORY_SIGNING)
    return by_alice(
        cleartext(TEXT, good, unknown),
        each(accept(BY_ALICE), accept(BY_ALICE), reject(Wrong.MISSING_KEY)),
    )


# Tampering


def flipped(data: bytes, octet: int = 0) -> bytes:
    """Flip the lowest bit of one octet."""
    return data[:octet] + bytes((data[octet] ^ 1,)) + data[octet + 1 :]


@dataclass(frozen=True)
class Delivered:
    """Data that comes instead of what was signed."""

    title: str
    data: bytes


@signatures.family(
    {
        "bit-flipped": Delivered("has one bit flipped", flipped(TEXT)),
        "cut-short": Delivered("lacks its last octet", TEXT[:-1]),
        "newline-appended": Delivered("has a newline appended", TEXT + b"\n"),
        "emptied": Delivered("is gone", b""),
    },
    "5.2.4",
    rfc4880=["5.2.4"],
    tags=["tampered"],
)
def data(m: Delivered) -> Draft:
    """The data {m.title}.

    Any difference from what was signed is one. Whoever accepts this accepts any data.
    """
    return by_alice(detached(m.data, signed()), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["tampered"])
def signature_value_bit_flipped() -> Draft:
    """One bit of the signature value is wrong.

    Hash and left 16 bits are right, the RSA number is not. A verifier that stops at the left 16
    bits accepts every forgery.
    """
    return by_alice(damage(signed()), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("5.2.4", "5.2.3.1", rfc4880=["5.2.4"], tags=["tampered"])
def signature_value_zero() -> Draft:
    """The signature value is zero.

    Zero to any power is zero, which is no PKCS#1 encoding. (Compare CVE-2022-21449, where zeros
    satisfied ECDSA.)
    """
    return by_alice(
        replace(signed(), material=b"\x00\x00"), reject(Wrong.BAD_SIGNATURE, Wrong.MALFORMED)
    )


@signatures.vector("5.2.4", "5.2.3.2", rfc4880=["5.2.4"], tags=["tampered"])
def ecdsa_value_zero() -> Draft:
    """Both numbers of an ECDSA signature are zero.

    A verifier must check their range first: without it the equation holds for any data (the mistake
    of CVE-2022-21449). Who forgets the check accepts every document, under every ECDSA key.
    """
    key = Key("p256", Algorithm.ECDSA)
    signature = replace(signed(by=key), material=b"\x00\x00\x00\x00")
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, signature),
        expect=reject(Wrong.BAD_SIGNATURE, Wrong.MALFORMED),
    )


@signatures.vector(
    "5.2.3.1",
    "12.1.3",
    rfc4880=["13.1.3"],
    tags=["tampered"],
    provenance="Bleichenbacher's RSA signature forgery (2006); CVE-2006-4339",
)
def rsa_padding_forged() -> Draft:
    """A signature forged without the secret key: exponent 3, garbage behind the hash.

    Its cube begins like a proper encoding and goes on with anything. A verifier that reads the
    encoding from the left, and does not insist that it fills the number, accepts forgeries by
    anyone for any data, where the public exponent is 3.
    """
    key = Key("rsa3072-e3")
    model = sign(TEXT, key)
    digest = digest_of("sha256", document(TEXT)(model))
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + digest_info("sha256", digest)
    garbage = 8 * (3072 // 8 - len(start))
    value = cube_root((int.from_bytes(start, "big") + 1) << garbage)
    assert (value**3 >> garbage) == int.from_bytes(start, "big")
    return Draft(
        certificates=[lone(key)],
        artifact=detached(TEXT, replace(model, material=write_mpi(mpi(value)))),
        expect=reject(Wrong.BAD_SIGNATURE, Wrong.WEAK_KEY),
    )


def cube_root(number: int) -> int:
    """Give the largest integer whose cube does not exceed a number."""
    low, high = 0, 1 << number.bit_length() // 3 + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["tampered"])
def hashed_area_changed() -> Draft:
    """The creation time was moved by one second after signing.

    The hashed area is covered by the signature; were it not, anyone could redate it. A second is
    harmless, but in the same way what a revoked key signed would become a signature from before.
    """
    later = write_subpackets(
        subpackets.creation_time(SIGNED + SECOND) if s.type == 2 else s
        for s in signed().hashed_subpackets
    )
    return by_alice(replace(signed(), hashed=later), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("5.2.3.8", "13.13", rfc4880=["5.2.3.2"], tags=["tampered"])
def unhashed_area_changed() -> Draft:
    """A notation was added to the unhashed area after signing.

    That area is anybody's notice board: the signature stays good, and the notation means nothing.
    """
    notice = subpackets.notation("note@accord.example", "added by anyone")
    more = signed().unhashed + write_subpackets([notice])
    return by_alice(replace(signed(), unhashed=more), accept(BY_ALICE))


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["tampered"])
def hash_algorithm_octet_changed() -> Draft:
    """The signature claims SHA-512, and was made with SHA-256.

    The octet is hashed, and the PKCS#1 encoding names the hash once more. A verifier that compares
    neither lets the signature be moved to a hash of the forger's choice, the weakest that it knows.
    """
    return by_alice(
        replace(signed(), hash_algorithm=HashAlgorithm.SHA512),
        reject(Wrong.BAD_SIGNATURE, Wrong.MALFORMED),
    )


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["tampered"])
def signature_type_octet_changed() -> Draft:
    """A binary signature was relabelled as text signature.

    The data has CR LF line ends, so that both types hash it alike; but the type itself is hashed,
    too. Who does not hash it lets a signature be given a meaning that its maker did not choose.
    """
    canonical = TEXT.replace(b"\n", b"\r\n")
    relabelled = replace(sign(canonical, ALICE_SIGNING), type=int(SignatureType.TEXT))
    return by_alice(detached(canonical, relabelled), reject(Wrong.BAD_SIGNATURE))


@signatures.vector(
    "5.2.3.6", rfc4880=["5.2.3"], tags=["tampered"], provenance="RNP and rPGP: left 16 bits"
)
def left16_wrong() -> Draft:
    """The left 16 bits of the hash are wrong, the signature is right.

    They are a hint to reject early, not hashed and not signed. Verifiers must compare them in
    version 6; this is version 4, where nothing is said, and who compares lets anyone spoil a good
    signature.
    """
    return by_alice(
        replace(signed(), left16=b"\x00\x00"),
        undefined(
            "The field offers a way to reject some bad signatures early (5.2.3.6); only in version "
            "6 must it be compared.",
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["malformed"])
def signature_cut_short() -> Draft:
    """The signature packet ends within its number.

    The packet's length is honest, the number's is not. A reader that fills up what is missing, or
    reads on behind the packet, verifies a number that nobody sent.
    """
    body = write_signature(signed())[:-40]
    return by_alice(
        detached(TEXT, Packet(Tag.SIGNATURE, body)),
        reject(Wrong.MALFORMED, Wrong.BAD_SIGNATURE, Wrong.NO_SIGNATURE),
    )


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["malformed"])
def file_cut_short() -> Draft:
    """The signature file ends within its packet.

    As an interrupted download leaves it. There is no whole signature, so that nothing vouches for
    the data: a caller that takes what was read for what was verified has verified nothing.
    """
    octets = write_packets([signature_packet(signed())])[:-40]
    return by_alice(
        Detached(data=TEXT, signature=octets),
        reject(Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE),
    )


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["malformed"])
def hashed_area_longer_than_packet() -> Draft:
    """The hashed area claims more octets than the packet has.

    Section 5.2.5 names it among what is to be ignored. A reader that follows the length leaves the
    packet, and takes whatever lies behind it for what was signed.
    """
    body = bytearray(write_signature(signed()))
    body[4:6] = b"\xff\xf0"
    return by_alice(
        detached(TEXT, Packet(Tag.SIGNATURE, bytes(body))),
        reject(Wrong.MALFORMED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE),
    )


# Who signed


@signatures.vector("5.2.3.12", rfc4880=["5.2.3.5"], tags=["issuer"])
def issuer_key_id_only() -> Draft:
    """The issuer is named by key ID alone.

    As GnuPG wrote it until 2.1. A good signature all the same.
    """
    return by_alice(signed(Made(issuer_fingerprint=None)), accept(BY_ALICE))


@signatures.vector(
    "5.2.3.35",
    rfc4880=["5.2.3.1"],
    tags=["issuer"],
    provenance="PGPy: no key ID",
)
def issuer_fingerprint_only() -> Draft:
    """The issuer is named by fingerprint alone.

    RFC 9580 wants the fingerprint; the key ID is needed no more. RFC 4880 does not know the
    subpacket, and leaves open how to find the key then.
    """
    return by_alice(signed(Made(issuer_key_id=None)), accept(BY_ALICE, rfc4880=Outcome.UNDEFINED))


@signatures.vector("5.2.3.12", "5.2.3.35", rfc4880=["5.2.3.5"], tags=["issuer"])
def issuer_not_named() -> Draft:
    """The signature names no issuer.

    A verifier with one certificate at hand can try it; one that looks keys up by name cannot.
    """
    return by_alice(
        signed(Made(issuer_key_id=None, issuer_fingerprint=None)),
        undefined(
            "Issuer subpackets should be there, but need not; how a key is found without them is "
            "left to the implementation.",
            Wrong.MISSING_KEY,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("5.2.3.12", "5.2.3.8", rfc4880=["5.2.3.5"], tags=["issuer"])
def issuer_key_id_hashed() -> Draft:
    """The issuer key ID stands in the hashed area.

    As RNP and PGPainless write it: hints are as good there.
    """
    made = Made(issuer_key_id=None, hashed=(subpackets.issuer_key_id(ALICE_SIGNING),))
    return by_alice(signed(made), accept(BY_ALICE))


@signatures.vector("5.2.3.35", "13.13", rfc4880=["5.2.3.1"], tags=["issuer"])
def issuer_fingerprint_unhashed() -> Draft:
    """The issuer fingerprint stands in the unhashed area.

    Section 13.13 describes implementations that add it there. It is a hint: the key that verifies
    the signature made it.
    """
    made = Made(issuer_fingerprint=None, unhashed=(subpackets.issuer_fingerprint(ALICE_SIGNING),))
    return by_alice(signed(made), accept(BY_ALICE))


WHOSE_NAME = (
    "Alice's key verifies the signature, but another is named. The RFC does not say whether a "
    "verifier tries further keys."
)


def misnamed(made: Made, reason: str, rfc4880: Outcome | None = None) -> Draft:
    """Alice signs, Bob is named in some way; both certificates are known."""
    return Draft(
        certificates=[alice(), bob()],
        artifact=detached(TEXT, signed(made)),
        expect=undefined(
            reason,
            Wrong.BAD_SIGNATURE,
            Wrong.MISSING_KEY,
            Wrong.IDENTITY_MISMATCH,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
            rfc4880=rfc4880,
        ),
    )


@signatures.vector("5.2.3.12", "5.2.3.35", rfc4880=["5.2.3.5"], tags=["issuer", "identity"])
def issuer_is_another() -> Draft:
    """Alice signs, and both issuer subpackets name Bob.

    Bob's key does not verify it; Alice's would. Bob must never be reported as the signer.
    """
    return misnamed(Made(issuer_key_id=BOB_SIGNING, issuer_fingerprint=BOB_SIGNING), WHOSE_NAME)


@signatures.vector("5.2.3.35", rfc4880=["5.2.3.5"], tags=["issuer", "identity"])
def issuer_key_id_of_another() -> Draft:
    """The fingerprint names Alice, the unhashed key ID names Bob.

    They must match, says section 5.2.3.35. The key ID is unprotected, so anyone can break the
    match; what a verifier makes of that is not said. Bob must never be reported.
    """
    return misnamed(
        Made(issuer_key_id=BOB_SIGNING),
        "The two subpackets must match, but the consequence of a mismatch is not stated, and the "
        "unhashed one is not definitive (5.2.3.8).",
    )


@signatures.vector("5.2.3.35", rfc4880=["5.2.3.5"], tags=["issuer", "identity"])
def issuer_fingerprint_of_another() -> Draft:
    """The hashed fingerprint names Bob, the key ID names Alice.

    The signer's own, protected word is that Bob signed, and Bob did not. A backend that trusts the
    subpacket for its report names the wrong signer.
    """
    return misnamed(Made(issuer_fingerprint=BOB_SIGNING), WHOSE_NAME, Outcome.ACCEPT)


@signatures.vector("5.2.3.35", "5.2.5", rfc4880=["5.2.3.1"], tags=["issuer", "malformed"])
def issuer_fingerprint_version_wrong() -> Draft:
    """The issuer fingerprint says version 6 in a version 4 signature.

    The octet must match the signature's version; else the signature is malformed and must be
    ignored. Who accepts goes by a name for the issuer that contradicts itself, and takes for signed
    what others take for unsigned.
    """
    body = bytes((6,)) + bytes.fromhex(ALICE_SIGNING.fingerprint)
    made = Made(issuer_fingerprint=None, hashed=(Subpacket(33, body),))
    return by_alice(
        signed(made),
        reject(Wrong.MALFORMED, Wrong.UNSUPPORTED, rfc4880=Outcome.ACCEPT, keys=[BY_ALICE]),
    )


@signatures.vector("5.2.3.12", rfc4880=["5.2.3.5"], tags=["issuer"])
def issuer_key_id_zero() -> Draft:
    """The issuer's key ID is all zeros, and no fingerprint is given.

    In encrypted messages that stands for "someone"; for signatures no section says so.
    """
    zero = Subpacket(16, bytes(8))
    made = Made(issuer_key_id=None, issuer_fingerprint=None, hashed=(zero,))
    return by_alice(
        signed(made),
        undefined(
            "The wild card is defined for session key packets (5.1), not for signatures.",
            Wrong.MISSING_KEY,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("5.2.3.12", rfc4880=["5.2.3.5"], tags=["issuer"])
def issuer_unknown() -> Draft:
    """Mallory signs, and only Alice's certificate is known.

    Without the key nothing can be verified. "No certificate" is the right answer, not "bad".
    """
    return by_alice(signed(by=MALLORY_SIGNING), reject(Wrong.MISSING_KEY))


@signatures.vector("5.2.4", rfc4880=["5.2.4"], tags=["issuer", "tampered"])
def issuer_forged() -> Draft:
    """Mallory signs and names Alice's key as issuer.

    The plain forgery: the name is Alice's, the mathematics are not. Who believes the name without
    the mathematics takes Mallory's files for Alice's.
    """
    made = Made(issuer_key_id=ALICE_SIGNING, issuer_fingerprint=ALICE_SIGNING)
    return by_alice(signed(made, by=MALLORY_SIGNING), reject(Wrong.BAD_SIGNATURE))


@signatures.vector("5.2.3.30", rfc4880=["5.2.3.22"], tags=["issuer"])
def signers_user_id() -> Draft:
    """The signature says which of Alice's user IDs signed.

    Nothing is wrong: the user ID is one of hers.
    """
    made = Made(hashed=(Subpacket(28, ALICE_NAME.encode()),))
    return by_alice(signed(made), accept(BY_ALICE))


@signatures.vector("5.2.3.30", rfc4880=["5.2.3.22"], tags=["issuer", "identity"])
def signers_user_id_of_another() -> Draft:
    """The signature says that a user ID signed which Alice does not have.

    Her key made it, under a name that is not bound to the key. Whoever shows that name shows a
    claim that nothing supports.
    """
    made = Made(hashed=(Subpacket(28, b"ceo@accord.example"),))
    return by_alice(
        signed(made),
        undefined(
            "Section 5.2.3.30 lets the signer state a user ID; what follows if the certificate "
            "does not have it is not said.",
            Wrong.IDENTITY_MISMATCH,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("5.2.3.36", tags=["issuer", "identity"], rfc4880=["5.2.3.1"])
def intended_recipient_of_plain_document() -> Draft:
    """The signature names an intended recipient, and the document came unencrypted.

    Such a signature should be considered valid only where the data was encrypted to that
    recipient. A detached signature cannot tell: it may have been forwarded, or not.
    """
    body = bytes((4,)) + bytes.fromhex(BOB.fingerprint)
    return by_alice(
        signed(Made(hashed=(Subpacket(35, body),))),
        undefined(
            "A SHOULD, about a context that a verifier of detached signatures does not know.",
            Wrong.IDENTITY_MISMATCH,
            Wrong.BAD_SIGNATURE,
            keys=[BY_ALICE],
        ),
    )


@dataclass(frozen=True)
class Name:
    """A user ID that is out for trouble.

    Attributes:
        title: what it holds.
        text: what follows the name.
    """

    title: str
    text: str


@signatures.family(
    {
        "status-lines": Name(
            "a newline and GnuPG's status lines",
            f"\n[GNUPG:] GOODSIG {BOB.key_id} Bob\n[GNUPG:] VALIDSIG {BOB.fingerprint}",
        ),
        "terminal-escapes": Name("terminal escapes", "\x1b[2J\x1b[1;1H\x1b]0;owned\x07\r"),
        "markup": Name("markup", "<script>alert(1)</script>&lt;\"'--></td>"),
        "direction-marks": Name("marks that reverse the text", "\u202egnp.ecila\u2069\u200b"),
    },
    "5.11",
    rfc4880=["5.11"],
    tags=["hostile"],
    provenance="CVE-2018-12020 (status lines in file names); reports that show user IDs",
)
def user_id_holds(m: Name) -> Draft:
    """The certificate's user ID holds {m.title}.

    The signature is good. What a user ID says is the key holder's choice: whoever passes it on
    unescaped, to a terminal, a page or a parser, lets them write there.
    """
    return Draft(
        certificates=[alice(user_ids=[UserId(ALICE_NAME + m.text)])],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


# Subpackets and critical bits


@signatures.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["subpackets"])
def unknown_subpacket() -> Draft:
    """The hashed area holds a subpacket of an unassigned type.

    Not marked critical, so it is ignored: that is how the format grows.
    """
    return by_alice(signed(Made(hashed=(UNKNOWN_SUBPACKET,))), accept(BY_ALICE))


@signatures.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["subpackets", "critical"])
def unknown_critical_subpacket() -> Draft:
    """The hashed area holds a critical subpacket of an unassigned type.

    The signer says: reject this unless you understand it. Section 5.2.5 has it ignored for
    validation. A verifier that skips it drops a condition the signer made.
    """
    made = Made(hashed=(subpackets.critical(UNKNOWN_SUBPACKET),))
    return by_alice(signed(made), reject(Wrong.UNKNOWN_CRITICAL))


@signatures.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["subpackets", "critical"])
def unknown_critical_subpacket_unhashed() -> Draft:
    """The unhashed area holds a critical subpacket of an unassigned type.

    Anyone can put it there. To honour it lets anyone spoil the signature; not to honour it is not
    explicitly allowed.
    """
    made = Made(unhashed=(subpackets.critical(UNKNOWN_SUBPACKET),))
    return by_alice(
        signed(made),
        undefined(
            "Section 5.2.3.7 does not distinguish the areas, 5.2.5 names the hashed one.",
            Wrong.UNKNOWN_CRITICAL,
            keys=[BY_ALICE],
        ),
    )


@signatures.vector("5.2.3.24", rfc4880=["5.2.3.16"], tags=["subpackets"])
def unknown_notation() -> Draft:
    """The signature bears a notation that nobody knows.

    A remark of the signer's, to be ignored by who does not know it.
    """
    note = subpackets.notation("unheard-of@accord.example", "whatever")
    return by_alice(signed(Made(hashed=(note,))), accept(BY_ALICE))


@signatures.vector("5.2.3.24", "5.2.3.7", rfc4880=["5.2.3.16"], tags=["subpackets", "critical"])
def unknown_critical_notation() -> Draft:
    """The signature bears a critical notation that nobody knows.

    Criticality is about that notation, not about notations in general: who does not know this one
    should take the signature to be in error (5.2.3.7). Who passes over it accepts under a condition
    that the signer set and nobody looked at.
    """
    note = subpackets.critical(subpackets.notation("unheard-of@accord.example", "whatever"))
    return by_alice(signed(Made(hashed=(note,))), reject(Wrong.UNKNOWN_CRITICAL))


@signatures.vector("5.2.3.24", rfc4880=["5.2.3.16"], tags=["subpackets", "hostile"])
def notation_that_looks_like_status() -> Draft:
    """A notation's value imitates GnuPG's status lines, with newlines.

    The signature is good. Whoever prints the notation into the stream it reads status lines
    from believes a second signature.
    """
    value = f"x\n[GNUPG:] GOODSIG {BOB.key_id} Bob\n[GNUPG:] VALIDSIG {BOB.fingerprint}\n"
    note = subpackets.notation("status@accord.example", value)
    return by_alice(signed(Made(hashed=(note,))), accept(BY_ALICE))


@signatures.vector("5.2.3.11", "5.2.3.35", rfc4880=["5.2.3.1"], tags=["subpackets", "critical"])
def known_subpackets_critical() -> Draft:
    """Creation time and issuer fingerprint are marked critical.

    As RFC 9580 recommends for the time. Everyone who knows the subpackets accepts; RFC 4880 does
    not know the fingerprint.
    """
    made = Made(
        creation_time=Placement.NOWHERE,
        issuer_fingerprint=None,
        hashed=(
            subpackets.critical(subpackets.creation_time(SIGNED)),
            subpackets.critical(subpackets.issuer_fingerprint(ALICE_SIGNING)),
        ),
    )
    return by_alice(signed(made), accept(BY_ALICE, rfc4880=Outcome.REJECT))


@signatures.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["subpackets"])
def subpacket_length_not_minimal() -> Draft:
    """A subpacket's length takes five octets where one would do.

    The format does not ask for the shortest form. What is hashed is what was written: a verifier
    that re-encodes the area breaks the signature.
    """
    notes = replace(subpackets.notation("note@accord.example", "long"), length_width=5)
    return by_alice(signed(Made(hashed=(notes,))), accept(BY_ALICE))


@signatures.vector("5.2.3.11", rfc4880=["5.2.3.4"], tags=["subpackets", "time"])
def creation_time_missing() -> Draft:
    """The signature has no creation time.

    It must be present in the hashed area. Without one, nothing that depends on time can be
    decided: not expiry, not revocation.
    """
    return by_alice(
        signed(Made(creation_time=Placement.NOWHERE)), reject(Wrong.MALFORMED, Wrong.BAD_SIGNATURE)
    )


@signatures.vector("5.2.3.11", "5.2.3.8", rfc4880=["5.2.3.4"], tags=["subpackets", "time"])
def creation_time_unhashed() -> Draft:
    """The creation time stands in the unhashed area.

    It must be in the hashed one: here anybody could redate the signature to before a revocation.
    Who takes the time from there lets whoever hands the signature on decide whether it and its key
    have expired.
    """
    return by_alice(
        signed(Made(creation_time=Placement.UNHASHED)),
        reject(Wrong.MALFORMED, Wrong.BAD_SIGNATURE),
    )


@signatures.vector("5.2.3.9", rfc4880=["5.2.4.1"], tags=["subpackets", "time"])
def creation_time_twice() -> Draft:
    """Two creation times that differ by a day.

    Conflicts are left to the implementer, with a preference for the last one. Both times are
    harmless here.
    """
    made = Made(hashed=(subpackets.creation_time(SIGNED + DAY),))
    return by_alice(
        signed(made),
        undefined(
            "Section 5.2.3.9 leaves conflict resolution to the implementation.",
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )


# The signature's time


@signatures.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["time", "expiry"])
def expires_later() -> Draft:
    """The signature expires after the reference time.

    It is still valid.
    """
    made = Made(expires_after=EPOCH - SIGNED + DAY)
    return replace(by_alice(signed(made), accept(BY_ALICE)), time_dependent=True)


@signatures.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["time", "expiry"])
def expired() -> Draft:
    """The signature expired before the reference time.

    The signer limited its validity, and the limit has passed. Who ignores it trusts, say, an old
    package index for ever.
    """
    made = Made(expires_after=EPOCH - SIGNED - DAY)
    return replace(by_alice(signed(made), reject(Wrong.SIGNATURE_EXPIRED)), time_dependent=True)


@signatures.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["time", "expiry"])
def expires_at_reference_time() -> Draft:
    """The signature expires at the very second of the reference time.

    Whether that second still belongs to the validity period is not said.
    """
    made = Made(expires_after=EPOCH - SIGNED)
    draft = by_alice(
        signed(made),
        undefined(
            "The RFC gives the number of seconds after which a signature expires, not on which "
            "side the boundary lies.",
            Wrong.SIGNATURE_EXPIRED,
            keys=[BY_ALICE],
        ),
    )
    return replace(draft, time_dependent=True)


@signatures.vector("5.2.3.18", rfc4880=["5.2.3.10"], tags=["time", "expiry"])
def expires_never() -> Draft:
    """The validity period is zero, which stands for never.

    A verifier that takes it literally sees a signature that expired as it was made.
    """
    return by_alice(signed(Made(expires_after=timedelta())), accept(BY_ALICE))


@signatures.vector("5.2.3.8", "13.13", rfc4880=["5.2.3.2"], tags=["time", "expiry"])
def expired_unhashed_only() -> Draft:
    """An expiration time that has passed stands in the unhashed area.

    It is not the signer's word for sure. To ignore it is safe against vandals, to honour it is safe
    against nothing.
    """
    late = subpackets.expiration_time(DAY)
    draft = by_alice(
        signed(Made(unhashed=(late,))),
        undefined(
            "Unhashed information is not definitive (5.2.3.8), and should be ignored where it is "
            "only useful hashed (13.13).",
            Wrong.SIGNATURE_EXPIRED,
            keys=[BY_ALICE],
        ),
    )
    return replace(draft, time_dependent=True)


@signatures.vector("5.2.3.9", "5.2.3.18", rfc4880=["5.2.4.1"], tags=["time", "expiry"])
def expired_by_first_of_two() -> Draft:
    """Two expiration times: by the first the signature has expired, by the last it has not.

    The last one should be used, any other scheme may be.
    """
    made = Made(expires_after=DAY, hashed=(subpackets.expiration_time(timedelta(days=3650)),))
    draft = by_alice(
        signed(made),
        undefined(
            "Section 5.2.3.9 prefers the last subpacket and leaves the choice to the "
            "implementation.",
            Wrong.SIGNATURE_EXPIRED,
            Wrong.MALFORMED,
            keys=[BY_ALICE],
        ),
    )
    return replace(draft, time_dependent=True)


@signatures.vector("5.2.3.11", rfc4880=["5.2.3.4"], tags=["time", "future"])
def made_in_future() -> Draft:
    """The signature was made a month after the reference time.

    Some clock is wrong, or the signer lies. GnuPG accepts on purpose, most others refuse.
    """
    draft = by_alice(
        signed(Made(created=day(2024, 7, 1))),
        undefined(
            "No section says what a creation time later than the time of verification means.",
            Wrong.SIGNATURE_NOT_YET_VALID,
            keys=[BY_ALICE],
        ),
    )
    return replace(draft, time_dependent=True)


@signatures.vector("5.2.3.11", "5.2.3.13", rfc4880=["5.2.3.4", "5.2.3.6"], tags=["time"])
def made_before_key() -> Draft:
    """The signature is older than the key that made it.

    A key's validity begins with its creation (5.2.3.13 counts from there), and no self-signature
    was valid then: one of the dates is a lie. Who does not compare them lets whoever holds the key
    date its signatures back beyond all that limits it.
    """
    return by_alice(
        signed(Made(created=day(2019, 1, 1))),
        reject(Wrong.KEY_NEWER_THAN_SIGNATURE, Wrong.UNBOUND_KEY),
    )


# Types that are no signatures over documents


@dataclass(frozen=True)
class Kind:
    """A signature type that does not sign documents."""

    number: int
    title: str


KINDS = {
    f"{kind.number:02x}": kind
    for kind in (
        Kind(0x02, "standalone signature"),
        Kind(0x10, "generic certification"),
        Kind(0x13, "positive certification"),
        Kind(0x18, "subkey binding"),
        Kind(0x19, "primary key binding"),
        Kind(0x1F, "direct-key signature"),
        Kind(0x20, "key revocation"),
        Kind(0x28, "subkey revocation"),
        Kind(0x30, "certification revocation"),
        Kind(0x40, "timestamp"),
        Kind(0x50, "third-party confirmation"),
        Kind(0x7F, "type nobody defined"),
        Kind(0xFF, "type that must not be validated"),
    )
}

NO_DOCUMENT_SIGNATURE = (
    Wrong.BAD_SIGNATURE,
    Wrong.MALFORMED,
    Wrong.UNSUPPORTED,
    Wrong.NO_SIGNATURE,
    Wrong.POLICY_OTHER,
)


@signatures.family(
    KINDS,
    "5.2.1",
    "5.2.5",
    rfc4880=["5.2.1"],
    tags=["type"],
    provenance="RNP and rPGP: type confusion",
)
def document_under_type(m: Kind) -> Draft:
    """A document is signed as a {m.title}.

    The value is right for the document's octets with this type in the trailer. But the type does
    not say "this document": accepted, any statement of the key about other things could be passed
    off as one about data.
    """
    return by_alice(sign(TEXT, ALICE_SIGNING, kind=m.number), reject(*NO_DOCUMENT_SIGNATURE))


@signatures.vector("5.2.1.3", rfc4880=["5.2.1"], tags=["type"])
def standalone_beside_document() -> Draft:
    """A proper standalone signature stands beside a document.

    It signs its own subpackets and nothing else; the document is not covered. Who reports it as
    good without a look at its type vouches for any document that somebody puts beside it.
    """
    standalone = make(
        Made(),
        kind=SignatureType.STANDALONE,
        subject=nothing(),
        signer=ALICE_SIGNING,
        created=SIGNED,
    )
    return by_alice(standalone, reject(*NO_DOCUMENT_SIGNATURE))


@signatures.vector("5.2.1", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["type"])
def certification_as_document_signature() -> Draft:
    """The self-signature of the certificate is presented as signature over a crafted file.

    The file is what was hashed for the certification, so the mathematics are right: the primary
    key, which may sign data here, did make this signature. Its type says that it is none over a
    file. Accepted, every published certification would sign a file of its own.
    """
    about = SelfSignature(flags=SIGN_AND_CERTIFY)
    name = ALICE_NAME.encode()
    certification = make(
        about,
        kind=SignatureType.POSITIVE_CERTIFICATION,
        subject=user_id(ALICE, name),
        signer=ALICE,
        created=ALICE.created,
        says=[subpackets.key_flags(SIGN_AND_CERTIFY)],
    )
    hashed = hash_input_for_user_id(certification, ALICE.body, name)
    crafted = hashed.removesuffix(trailer(certification))
    return Draft(
        certificates=[lone(ALICE)],
        artifact=detached(crafted, certification),
        expect=reject(*NO_DOCUMENT_SIGNATURE),
    )


# Several signatures


GOOD = accept(BY_ALICE)
BAD = reject(Wrong.BAD_SIGNATURE)
UNKNOWN = reject(Wrong.MISSING_KEY)
IGNORED = reject(Wrong.MALFORMED, Wrong.UNSUPPORTED, Wrong.NO_SIGNATURE, Wrong.BAD_SIGNATURE)


@dataclass(frozen=True)
class Companion:
    """What stands beside a good signature.

    Attributes:
        title: what it is.
        packet: the signature packet.
        expect: what becomes of it alone.
    """

    title: str
    packet: Packet
    expect: Expectation


def _beside(number: int, octet: int) -> Packet:
    """The good signature with one of its first octets changed."""
    body = bytearray(write_signature(signed()))
    body[octet] = number
    return Packet(Tag.SIGNATURE, bytes(body))


COMPANIONS = {
    "bad": Companion("a bad one", signature_packet(damage(signed())), BAD),
    "unknown-key": Companion(
        "one by a key nobody has", signature_packet(signed(by=MALLORY_SIGNING)), UNKNOWN
    ),
    "unknown-version": Companion("one of version 99", _beside(99, 0), IGNORED),
    "unknown-type": Companion("one of an undefined type", _beside(0x7F, 1), IGNORED),
    "unknown-algorithm": Companion("one of a private algorithm", _beside(105, 2), IGNORED),
    "unknown-hash": Companion("one with a private hash", _beside(105, 3), IGNORED),
    "unknown-critical": Companion(
        "one with an unknown critical subpacket",
        signature_packet(signed(Made(hashed=(subpackets.critical(UNKNOWN_SUBPACKET),)))),
        reject(Wrong.UNKNOWN_CRITICAL),
    ),
    "md5": Companion(
        "one with MD5",
        signature_packet(signed(Made(hash=HashAlgorithm.MD5))),
        reject(Wrong.WEAK_HASH),
    ),
}


@signatures.family(
    COMPANIONS,
    "5.2.5",
    rfc4880=["5.2.3"],
    tags=["several"],
    provenance="interoperability suite: unknown packets, detached with several signatures",
)
def good_before(m: Companion) -> Draft:
    """A good signature, then {m.title}.

    One good signature is enough, and nothing beside it may stop it: otherwise nobody could add a
    signature of a new kind for those who know it. The other must not count.
    """
    return by_alice(detached(TEXT, signed(), m.packet), each(GOOD, GOOD, m.expect))


@signatures.family(
    COMPANIONS,
    "5.2.5",
    rfc4880=["5.2.3"],
    tags=["several"],
    provenance="interoperability suite: unknown packets, detached with several signatures",
)
def good_after(m: Companion) -> Draft:
    """First {m.title}, then a good signature.

    A verifier that stops at the first it dislikes, or reads the first only, misses the good one.
    """
    return by_alice(detached(TEXT, m.packet, signed()), each(GOOD, m.expect, GOOD))


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["several", "identity"])
def two_good() -> Draft:
    """Alice and Bob sign the same document.

    Both signatures are good, and both keys are to be reported.
    """
    by_bob = BOB_SIGNING.under(BOB)
    return Draft(
        certificates=[alice(), bob()],
        artifact=detached(TEXT, signed(), signed(by=BOB_SIGNING)),
        expect=each(accept(BY_ALICE, by_bob), GOOD, accept(by_bob)),
    )


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["several"])
def two_good_by_one_key() -> Draft:
    """The same key signs twice, on different days.

    Two good signatures, one signer: who demands two signers must count keys, not signatures.
    """
    second = signed(Made(created=SIGNED + DAY))
    return by_alice(detached(TEXT, signed(), second), each(GOOD, GOOD, GOOD))


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["several"])
def two_bad() -> Draft:
    """Two bad signatures.

    No number of bad signatures makes a good one. Who counts them in place of judging each takes
    what anybody can forge.
    """
    other = signed(Made(created=SIGNED + DAY, damaged=True))
    return by_alice(detached(TEXT, signed(Made(damaged=True)), other), each(BAD, BAD, BAD))


@signatures.vector("5.2.5", rfc4880=["5.2.3"], tags=["several"])
def two_unknown_keys() -> Draft:
    """Two signatures, both by keys nobody has.

    There is nothing to verify with, and nothing to accept. A caller that takes the lack of a bad
    signature for a good one is content with two strangers.
    """
    packets = signed(by=MALLORY_SIGNING), signed(by=BOB_SIGNING)
    return by_alice(detached(TEXT, *packets), each(UNKNOWN, UNKNOWN, UNKNOWN))


@signatures.vector("5.2.5", "5.2.3.18", rfc4880=["5.2.3"], tags=["several", "time"])
def good_beside_expired() -> Draft:
    """An expired signature, then one that is still valid.

    The fresh one counts: signers renew signatures by adding them.
    """
    expired_one = signed(Made(expires_after=DAY))
    draft = by_alice(
        detached(TEXT, expired_one, signed(Made(created=SIGNED + DAY))),
        each(GOOD, reject(Wrong.SIGNATURE_EXPIRED), GOOD),
    )
    return replace(draft, time_dependent=True)


@signatures.vector("5.2.5", "6.2", rfc4880=["6.2"], tags=["several", "armor"])
def two_in_two_armor_blocks() -> Draft:
    """Two armored blocks, one good signature in each, in one file.

    As files grow when signers append. Whether further blocks belong to the signature is not said.
    """
    second = signed(by=BOB_SIGNING)
    armored = b"".join(
        armor_signature(write_packets([signature_packet(s)])) for s in (signed(), second)
    )
    by_bob = BOB_SIGNING.under(BOB)
    return Draft(
        certificates=[alice(), bob()],
        artifact=Detached(data=TEXT, signature=armored),
        expect=each(
            undefined(
                "RFC 9580 describes one armored block; several in a file are not mentioned.",
                Wrong.MALFORMED,
                Wrong.NO_SIGNATURE,
                keys=[BY_ALICE, by_bob],
            ),
            GOOD,
            accept(by_bob),
        ),
    )


def nested(first: Signature, by_first: Key, second: Signature, by_second: Key) -> Inline:
    """A one-pass message with two signatures; the first is announced first and comes last."""
    return inline(one_pass_message(TEXT, (first, by_first), (second, by_second)))


@signatures.vector("5.4", "10.3", "5.2.5", rfc4880=["5.4", "11.3"], tags=["several", "inline"])
def inline_two_good() -> Draft:
    """A one-pass message signed by Alice and Bob.

    Announcements and signatures pair up from the inside out.
    """
    by_bob = BOB_SIGNING.under(BOB)
    return Draft(
        certificates=[alice(), bob()],
        artifact=nested(signed(), ALICE_SIGNING, signed(by=BOB_SIGNING), BOB_SIGNING),
        expect=each(accept(BY_ALICE, by_bob), accept(by_bob), GOOD),
    )


@signatures.vector("5.4", "10.3", "5.2.5", rfc4880=["5.4", "11.3"], tags=["several", "inline"])
def inline_good_beside_unknown() -> Draft:
    """A one-pass message signed by Alice, and within that by a key nobody has.

    The known signer suffices.
    """
    stranger = signed(by=MALLORY_SIGNING)
    return by_alice(
        nested(signed(), ALICE_SIGNING, stranger, MALLORY_SIGNING), each(GOOD, UNKNOWN, GOOD)
    )


@signatures.vector("5.4", "10.3", "5.2.5", rfc4880=["5.4", "11.3"], tags=["several", "inline"])
def inline_good_beside_bad() -> Draft:
    """A one-pass message with a good signature, and within that a bad one.

    The good one covers the same data, and counts.
    """
    bad = signed(Made(created=SIGNED + DAY, damaged=True))
    return by_alice(nested(signed(), ALICE_SIGNING, bad, ALICE_SIGNING), each(GOOD, BAD, GOOD))
