"""Algorithms: each that signs, in each form a signature comes in, and each hash.

Most of the usual ones are asked about in the areas ``signatures`` (what is current) and ``legacy``
(what is not); here are the others. Where RFC 9580 lists an algorithm and does not deprecate it, a
verifier that knows it must accept, and one that does not must say so rather than call the
signature bad. What only RFC 9980 (post-quantum) or LibrePGP (version 5) defines is left open by
RFC 9580, so both answers are right there, but neither by half.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from harness.openpgp.names import HASH_FACTS, HashAlgorithm, SignatureType
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Expectation, Outcome, Use
from vectors.forge.artifacts import (
    cleartext,
    detached,
    inline,
    one_pass_message,
    sign_cleartext,
)
from vectors.forge.certificate import Certificate, SelfSignature, certificate
from vectors.forge.key import Key
from vectors.forge.signature import Made, damage, document, sign
from vectors.forge.times import SIGNED
from vectors.suites.cast import (
    ALICE_SIGNING,
    ALICE_V6,
    SIGN_AND_CERTIFY,
    TEXT,
    by_alice,
    lone,
    signed,
)
from vectors.suites.expect import accept, policy, reject, undefined
from vectors.suites.legacy import (
    BY_OLD,
    OLD_DATE,
    RECENT_DATE,
    depends_on_key,
    made_with,
)
from vectors.suites.registry import Area, Draft

algorithms = Area(
    "algorithms",
    __doc__,
    origins={
        "key": "interoperability suite, RNP, rPGP and go-crypto: keys of each algorithm",
        "form": "interoperability suite: messages by each algorithm; RFC 9580, A.6 and A.7",
        "hash": "interoperability suite: hash algorithms; go-crypto and rPGP: unknown hashes",
    },
)

DSA_IS_TAKEN = (
    "Confirmed by go-crypto and openpgpjs, by none of the default backends: GnuPG and PGPy keep to "
    "RFC 4880, and Sequoia's policy lets DSA pass until 2030. RFC 9580, 12.5, says in so many "
    "words that DSA must not be used to verify."
)

NEWER = Outcome.UNDEFINED
"""RFC 4880 leaves open what becomes of algorithms and versions it does not know."""

SLH_DSA = (
    Algorithm.SLH_DSA_SHAKE_128S,
    Algorithm.SLH_DSA_SHAKE_128F,
    Algorithm.SLH_DSA_SHAKE_256S,
)

UNKNOWN_KEY = (
    Wrong.UNSUPPORTED,
    Wrong.MALFORMED,
    Wrong.MISSING_KEY,
    Wrong.UNBOUND_KEY,
    Wrong.POLICY_OTHER,
    Wrong.WEAK_KEY,
    Wrong.NO_SIGNATURE,
)
"""What is right to say of a key whose algorithm or version one does not know or want.

Who drops the key does not find it, or nothing valid on it; who drops the packets finds nothing.
"""


@dataclass(frozen=True)
class Signer:
    """A lone key that signs.

    Attributes:
        title: the algorithm for people.
        about: what is special about it, in words.
        key: the key.
        hash: a hash long enough for it.
        rfc4880: what RFC 4880 says, where it does not know the algorithm.
    """

    title: str
    about: str
    key: Key
    hash: int = HashAlgorithm.SHA256
    rfc4880: Outcome | None = None

    @property
    def certificate(self) -> Certificate:
        """Its certificate: it certifies itself and signs.

        Signatures of hashes are so large that theirs do without a user ID, and its signature.
        """
        about = SelfSignature(flags=SIGN_AND_CERTIFY, hash=self.hash)
        if self.key.algorithm in SLH_DSA:
            return certificate(self.key, user_ids=[], direct=[about])
        return lone(self.key, about=about)

    def drafted(self, expect: Expectation) -> Draft:
        """A vector about a detached signature of it."""
        return Draft(
            certificates=[self.certificate],
            artifact=detached(TEXT, signed(Made(hash=self.hash), by=self.key)),
            expect=expect,
        )


# Keys, with a detached signature each


@algorithms.family(
    {
        "rsa8192": Signer(
            "RSA-8192",
            "RFC 9580 sets a lower bound to the size and no upper one.",
            Key("rsa8192"),
        ),
        "rsa3072-e3": Signer(
            "RSA-3072 with the public exponent 3",
            "RFC 9580 says nothing about exponents. Three is safe for who checks the padding to "
            "its end, as signatures/rsa-padding-forged asks.",
            Key("rsa3072-e3"),
        ),
        "rsa3072-e257": Signer(
            "RSA-3072 with the public exponent 257",
            "RFC 9580 says nothing about exponents; RSA may have any odd one from three on. Code "
            "that knows three and 65537 only is met by keys of old.",
            Key("rsa3072-e257"),
        ),
    },
    "5.2.3.1",
    "9.1",
    "12.4",
    rfc4880=["5.2.2", "9.1", "13.5"],
    tags=["key", "rsa"],
)
@algorithms.family(
    {
        "ecdsa-brainpool512": Signer(
            "ECDSA on brainpoolP512r1",
            "The largest of the listed Brainpool curves; its hash is SHA-512.",
            Key("brainpool512", Algorithm.ECDSA),
            HashAlgorithm.SHA512,
        ),
        "v6-ecdsa-p384": Signer(
            "ECDSA on NIST P-384 in version 6",
            "The material is as in version 4, with a count of its octets before it.",
            Key("p384", Algorithm.ECDSA, version=6),
            HashAlgorithm.SHA384,
            NEWER,
        ),
        "v6-ecdsa-p521": Signer(
            "ECDSA on NIST P-521 in version 6",
            "The field has 521 bits, so numbers may have a bit in a 66th octet.",
            Key("p521", Algorithm.ECDSA, version=6),
            HashAlgorithm.SHA512,
            NEWER,
        ),
    },
    "5.2.3.2",
    "9.1",
    "9.2",
    rfc4880=["9.1"],
    tags=["key", "ecdsa"],
)
def detached_by(m: Signer) -> Draft:
    """{m.title} signs a document.

    Nothing is wrong: one key certifies itself and signs. {m.about} A verifier that knows the
    algorithm must accept; one that stumbles over the size locks good signers out.
    """
    return m.drafted(accept(m.key.under(m.key), rfc4880=m.rfc4880))


@algorithms.vector(
    "12.4", "9.1", rfc4880=["9.1", "13.5"], tags=["key", "rsa"], provenance="RFC 9580, 12.4; PGP 5"
)
def detached_by_rsa_sign_only() -> Draft:
    """A key of algorithm 3, RSA for signing only, signs a document.

    The numbers are those of any RSA signature. Such keys must not be made any more, and
    implementations may interpret them. Who does must still check the signature, and who does not
    must say that the algorithm is not supported.
    """
    key = Key("bob-primary", Algorithm.RSA_SIGN)
    return Signer("", "", key).drafted(
        undefined(
            "Section 12.4 lets implementations interpret keys of this deprecated algorithm, and "
            "does not ask them to.",
            *UNKNOWN_KEY,
            keys=[key.under(key)],
        )
    )


@algorithms.vector("12.5", rfc4880=["13.6"], tags=["key", "dsa"], unconfirmed=DSA_IS_TAKEN)
def detached_by_dsa4096() -> Draft:
    """DSA with a prime of 4096 bits signs a document, with SHA-256.

    Larger than FIPS 186 ever had it; verifiers take it all the same. Implementations must not
    verify with DSA keys of any size (12.5). Who lets size make up for that accepts what depends on
    the quality of each single nonce.
    """
    key = Key("dsa4096", Algorithm.DSA)
    return Signer("", "", key).drafted(
        reject(
            Wrong.WEAK_KEY,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.UNSUPPORTED,
            rfc4880=Outcome.ACCEPT,
            keys=[key.under(key)],
            depends=[
                depends_on_key(Use.DATA, key, SIGNED),
                depends_on_key(Use.SELF_SIGNATURE, key, key.created),
            ],
        )
    )


@algorithms.vector(
    "12.8", "9.1", rfc4880=["9.1", "13.8"], tags=["key", "elgamal"], provenance="CVE-2003-0971"
)
def detached_by_elgamal() -> Draft:
    """ElGamal, algorithm 20, signs a document.

    The numbers are right by RFC 2440. Since RFC 4880 such signatures are no longer permitted: keys
    for encryption and signing with small exponents gave their secrets away, and a verifier that
    still takes them trusts those keys.
    """
    key = Key("dsa3072", Algorithm.ELGAMAL)
    return Signer("", "", key).drafted(reject(*UNKNOWN_KEY))


@dataclass(frozen=True)
class Unlisted:
    """A number that no registry gives a meaning.

    Attributes:
        number: the number.
        about: what it stands for, in words.
    """

    number: int
    about: str


@algorithms.family(
    {
        "99": Unlisted(99, "The number is assigned to nothing; RNP uses it for SM2."),
        "110": Unlisted(110, "The number is for private use, and nobody has told anybody."),
    },
    "9.1",
    "5.2.5",
    rfc4880=["9.1"],
    tags=["key", "unknown"],
    provenance="RNP: SM2 keys; go-crypto: unknown public-key algorithms",
)
def detached_by_unknown(m: Unlisted) -> Draft:
    """A key of algorithm {m.number} signs a document.

    {m.about} Key and signatures have the form of Ed25519 ones, and would be right as such. An
    unknown signature must be ignored: who guesses the algorithm by the form of the key verifies by
    another one than the signer named.
    """
    return Signer("", "", Key("ed25519-primary", m.number)).drafted(reject(*UNKNOWN_KEY))


# Version 5, which LibrePGP defines


@algorithms.family(
    {
        "rsa3072": Signer(
            "RSA-3072",
            "The material is as in version 4, with a count of its octets before it.",
            Key("bob-primary", version=5),
        ),
        "ed25519": Signer(
            "EdDSA on Ed25519",
            "What RFC 9580 calls EdDSALegacy is LibrePGP's current algorithm.",
            Key("ed25519-primary", Algorithm.EDDSA_LEGACY, version=5),
        ),
        "ed448": Signer(
            "EdDSA on Ed448",
            "Point and signature are octet strings with a bit count, the point without prefix, as "
            "GnuPG writes them.",
            Key("ed448", Algorithm.EDDSA_LEGACY, version=5),
            HashAlgorithm.SHA512,
        ),
    },
    "5.2.5",
    "5.5.2",
    "10.3.2.2",
    rfc4880=["5.2", "5.5.2"],
    tags=["key", "librepgp", "v5"],
    provenance="draft-koch-librepgp; GnuPG 2.4 and RNP: version 5 keys",
)
def librepgp_v5(m: Signer) -> Draft:
    """A version 5 key of LibrePGP's, {m.title}, signs a document in version 5.

    All is as LibrePGP has it: the fingerprint by SHA-256, and the trailer with the fields of the
    literal data. {m.about} For who knows RFC 9580 only, the version is unknown, and the signature
    to be ignored; it must not be mistaken for one of version 4 or 6.
    """
    return m.drafted(
        undefined(
            "RFC 9580 leaves version 5 unspecified, for historical reasons; LibrePGP, which it "
            "does not name, specifies it.",
            *UNKNOWN_KEY,
            keys=[m.key.under(m.key)],
        )
    )


# Post-quantum algorithms, which RFC 9980 defines


PQC = "RFC 9980 (post-quantum cryptography in OpenPGP)"
PQC_IS_OPEN = (
    "RFC 9580 does not list the algorithm, and lets implementations have others (9.1). RFC 9980 "
    "registers it: who implements that accepts."
)
ML_DSA_65 = Key("mldsa65-ed25519", Algorithm.ML_DSA_65_ED25519, version=6)


@algorithms.family(
    {
        "ml-dsa-65-ed25519": Signer(
            "ML-DSA-65+Ed25519",
            "Two signatures in one, and both must be right; who implements RFC 9980 must have it.",
            ML_DSA_65,
        ),
        "ml-dsa-87-ed448": Signer(
            "ML-DSA-87+Ed448",
            "Two signatures in one, and both must be right.",
            Key("mldsa87-ed448", Algorithm.ML_DSA_87_ED448, version=6),
            HashAlgorithm.SHA512,
        ),
        "slh-dsa-shake-128s": Signer(
            "SLH-DSA-SHAKE-128s",
            "Made of hashes only: 7,856 octets.",
            Key("slhdsa128s", Algorithm.SLH_DSA_SHAKE_128S, version=6),
        ),
        "slh-dsa-shake-128f": Signer(
            "SLH-DSA-SHAKE-128f",
            "Made of hashes only: 17,088 octets.",
            Key("slhdsa128f", Algorithm.SLH_DSA_SHAKE_128F, version=6),
        ),
        "slh-dsa-shake-256s": Signer(
            "SLH-DSA-SHAKE-256s",
            "Made of hashes only: 29,792 octets.",
            Key("slhdsa256s", Algorithm.SLH_DSA_SHAKE_256S, version=6),
            HashAlgorithm.SHA512,
        ),
    },
    "9.1",
    "5.2.3",
    "5.2.5",
    rfc4880=["9.1"],
    tags=["key", "pqc", "v6"],
    provenance=PQC,
)
def post_quantum(m: Signer) -> Draft:
    """{m.title}, of RFC 9980, signs a document.

    Nothing is wrong. {m.about} A verifier without RFC 9980 must ignore the signature for what it
    does not know, and not call it bad: its users meet such keys before its next release.
    """
    return m.drafted(undefined(PQC_IS_OPEN, *UNKNOWN_KEY, keys=[m.key.under(m.key)]))


@dataclass(frozen=True)
class Half:
    """One of the two signatures in a composite one.

    Attributes:
        title: its algorithm.
        octet: one of its octets.
        danger: what it means to overlook it, in words.
    """

    title: str
    octet: int
    danger: str


@algorithms.family(
    {
        "ed25519": Half("Ed25519", 63, "the day lattices fall, so does all that was signed."),
        "ml-dsa": Half("ML-DSA", 64, "a quantum computer is all a forger needs, as before."),
    },
    "9.1",
    "5.2.4",
    rfc4880=["9.1"],
    tags=["key", "pqc", "v6", "tampered"],
    provenance="RFC 9980, 5.2.3",
)
def post_quantum_half_wrong(m: Half) -> Draft:
    """The {m.title} half of an ML-DSA-65+Ed25519 signature has one bit wrong.

    The other half is right. A composite signature is valid only if both are (RFC 9980, 5.2.3); for
    who does not know the algorithm it is none. Where this half goes unchecked, {m.danger}
    """
    return Draft(
        certificates=[lone(ML_DSA_65)],
        artifact=detached(TEXT, damage(signed(by=ML_DSA_65), m.octet)),
        expect=reject(Wrong.BAD_SIGNATURE, *UNKNOWN_KEY),
    )


@algorithms.vector(
    "9.1",
    "5.2.3",
    rfc4880=["9.1"],
    tags=["hash", "pqc", "v6"],
    provenance="RFC 9980, 5.3.1 and 9.4",
)
def post_quantum_hash_too_short() -> Draft:
    """An ML-DSA-65+Ed25519 signature uses SHA-224.

    The certificate uses SHA-256. The hash must have 256 bits, and verifiers must reject less (RFC
    9980, 5.3.1): the hash, not the algorithm, would decide how hard a forgery is. For who does not
    know the algorithm the signature is none.
    """
    return Draft(
        certificates=[lone(ML_DSA_65)],
        artifact=detached(TEXT, signed(Made(hash=HashAlgorithm.SHA224), by=ML_DSA_65)),
        expect=reject(Wrong.WEAK_HASH, Wrong.BAD_SIGNATURE, *UNKNOWN_KEY),
    )


@algorithms.vector(
    "9.1", "5.2.3", rfc4880=["9.1"], tags=["key", "pqc"], provenance="RFC 9980, 5.3.1 and 5.3.2"
)
def post_quantum_in_version_4() -> Draft:
    """ML-DSA-65+Ed25519 in a version 4 key and version 4 signatures.

    RFC 9980 has this algorithm in version 6 only, since what is signed needs the salt: without it
    the strength of 256 bits of hash is halved by collisions. The numbers are right all the same.
    """
    key = Key("mldsa65-ed25519", Algorithm.ML_DSA_65_ED25519)
    return Signer("", "", key).drafted(reject(*UNKNOWN_KEY))


# Forms


FORMS_BY = {
    "ecdsa-p256": Signer("ECDSA on NIST P-256", "", Key("p256", Algorithm.ECDSA)),
    "eddsa-legacy": Signer(
        "EdDSALegacy",
        "",
        Key("ed25519-primary", Algorithm.EDDSA_LEGACY),
        rfc4880=NEWER,
    ),
    "v6-ed25519": Signer("Ed25519 in version 6", "", ALICE_V6, rfc4880=NEWER),
    "dsa2048": Signer("DSA-2048", "", Key("dsa2048", Algorithm.DSA)),
}


def in_form(m: Signer) -> Expectation:
    """Accept, but for DSA: implementations must not verify with it (12.5)."""
    key = m.key.under(m.key)
    if m.key.algorithm != Algorithm.DSA:
        return accept(key, rfc4880=m.rfc4880)
    return reject(
        Wrong.WEAK_KEY,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        Wrong.UNSUPPORTED,
        rfc4880=Outcome.ACCEPT,
        keys=[key],
        depends=[
            depends_on_key(Use.DATA, m.key, SIGNED),
            depends_on_key(Use.SELF_SIGNATURE, m.key, m.key.created),
        ],
    )


@algorithms.family(
    FORMS_BY,
    "5.4",
    "10.3",
    "9.1",
    "12.5",
    rfc4880=["5.4", "11.3"],
    tags=["form", "inline"],
    unconfirmed={"dsa2048": DSA_IS_TAKEN},
)
def inline_by(m: Signer) -> Draft:
    """{m.title} signs a message in one pass.

    The one-pass packet names hash and algorithm before the data; in version 6 it has the salt and
    the fingerprint as well. DSA must not be used to verify in any form (12.5), all else is to be
    accepted. Who reads the packet wrong hashes the wrong octets.
    """
    message = one_pass_message(TEXT, (signed(by=m.key), m.key))
    return Draft(certificates=[m.certificate], artifact=inline(message), expect=in_form(m))


@algorithms.family(
    FORMS_BY,
    "7.1",
    "7.2",
    "9.1",
    "12.5",
    rfc4880=["7", "7.1"],
    tags=["form", "cleartext"],
    unconfirmed={"dsa2048": DSA_IS_TAKEN},
)
def cleartext_by(m: Signer) -> Draft:
    """{m.title} signs a cleartext.

    The form is the same for all algorithms; in version 6 the salt is hashed before the text. DSA
    must not be used to verify in any form (12.5), all else is to be accepted.
    """
    message = cleartext(TEXT, sign_cleartext(TEXT, m.key))
    return Draft(certificates=[m.certificate], artifact=message, expect=in_form(m))


@algorithms.family(
    FORMS_BY,
    "5.2.1.2",
    "5.2.4",
    "9.1",
    "12.5",
    rfc4880=["5.2.1", "5.2.4"],
    tags=["form", "text"],
    unconfirmed={"dsa2048": DSA_IS_TAKEN},
)
def text_by(m: Signer) -> Draft:
    """{m.title} signs a text, detached, that is delivered with bare line feeds.

    Line ends are made CR LF before they are hashed, whatever the algorithm; in version 6 the salt
    comes first. DSA must not be used to verify in any form (12.5), all else is to be accepted.
    """
    text = detached(TEXT, sign(TEXT, m.key, kind=SignatureType.TEXT))
    return Draft(certificates=[m.certificate], artifact=text, expect=in_form(m))


# Hashes


@dataclass(frozen=True)
class Dated:
    """A signature with RIPEMD-160.

    Attributes:
        made: when it was made.
        rule: what RFC 9580 says, in words.
    """

    made: datetime
    rule: str


@algorithms.family(
    {
        "recent": Dated(
            RECENT_DATE, "Recent signatures with this hash must not be validated (9.5)."
        ),
        "old": Dated(
            OLD_DATE,
            "Old ones should not be validated, unless they are from before a weakness was known "
            "and were in safe hands since (9.5).",
        ),
    },
    "9.5",
    rfc4880=["9.4"],
    tags=["hash"],
)
def hash_ripemd160(m: Dated) -> Draft:
    """The data signature uses RIPEMD-160 and was made in {m.made.year}.

    All else uses SHA-256. {m.rule} Its 160 bits are a collision away from a signature for two
    files, and nobody looks at it as closely as at SHA-1.
    """
    draft = made_with(Use.DATA, HashAlgorithm.RIPEMD160, m.made, SIGNED)
    name = HASH_FACTS[HashAlgorithm.RIPEMD160].name
    depends = Dependency(use=Use.DATA, made=m.made, hash=name)
    classes = (Wrong.WEAK_HASH, Wrong.UNSUPPORTED)
    if m.made == RECENT_DATE:
        expect = reject(*classes, rfc4880=Outcome.ACCEPT, keys=[BY_OLD], depends=[depends])
    else:
        expect = policy(depends, keys=[BY_OLD], classes=classes, rfc4880=Outcome.ACCEPT)
    return replace(draft, expect=expect)


@algorithms.family(
    {
        "153": Unlisted(153, "The number is assigned to nothing."),
        "110": Unlisted(110, "The number is for private use, and nobody has told anybody."),
    },
    "9.5",
    "5.2.5",
    rfc4880=["9.4"],
    tags=["hash"],
)
def hash_unknown(m: Unlisted) -> Draft:
    """The signature says that its hash is number {m.number}.

    {m.about} The numbers would be right if it were SHA-256. An unknown signature is to be ignored:
    who falls back to some hash lets the signature's maker choose which.
    """
    unknown = replace(signed(), hash_algorithm=m.number)
    digest, material = ALICE_SIGNING.sign(HashAlgorithm.SHA256, document(TEXT)(unknown))
    return by_alice(
        replace(unknown, left16=digest[:2], material=material),
        reject(Wrong.UNSUPPORTED, Wrong.MALFORMED, Wrong.WEAK_HASH, Wrong.NO_SIGNATURE),
    )
