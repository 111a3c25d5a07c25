"""Whose signature it is: what others say about a key, and which key is reported.

Certifications by third parties are opinions. They neither take anything from a key nor give it
anything, and none is needed to verify. A report names the key that made the signature and the
primary key it belongs to; what certificates and signatures hold in free text is not part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from harness.openpgp.names import HashAlgorithm, KeyFlag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.names import SubpacketType as Type
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Outcome
from vectors.forge import subpackets
from vectors.forge.artifacts import cleartext, detached, sign_cleartext
from vectors.forge.certificate import (
    Certificate,
    Certification,
    OnKey,
    Revocation,
    SelfSignature,
    UserId,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, user_id
from vectors.forge.times import DAY, day
from vectors.suites.cast import (
    ALICE,
    ALICE_NAME,
    ALICE_SECOND,
    ALICE_SIGNING,
    BOB,
    BOB_NAME,
    BOB_SIGNING,
    BY_ALICE,
    MALLORY,
    MALLORY_NAME,
    SIGN_AND_CERTIFY,
    TEXT,
    alice,
    bob,
    by_alice,
    lone,
    signed,
)
from vectors.suites.expect import accept, each, reject
from vectors.suites.registry import Area, Draft

reporting = Area(
    "reporting",
    __doc__,
    origins={
        "third-party": "PGPainless: third-party signatures",
        "hostile": "CVE-2018-12020 and its relatives: status lines in free text",
        "identity": "containers/image: allow-lists of fingerprints; SOP: VERIFICATIONS",
    },
)


# What others certify


@dataclass(frozen=True)
class Opinion:
    """What somebody says about Alice's key, on her user ID.

    Attributes:
        title: who says what, in words.
        item: the certification.
        known: whether the certificate of who says so is known.
        remark: why it changes nothing.
    """

    title: str
    item: Certification
    known: bool
    remark: str


def trusting(depth: int, amount: int) -> Subpacket:
    """A trust signature's subpacket, critical as it is commonly written."""
    return subpackets.critical(Subpacket(Type.TRUST_SIGNATURE, bytes((depth, amount))))


REGEX = subpackets.critical(Subpacket(Type.REGULAR_EXPRESSION, b"<[^>]+[@.]accord\\.example>$\0"))
LOCAL = subpackets.critical(Subpacket(Type.EXPORTABLE, b"\0"))
BROKEN_MATHS = "Who verifies it finds it wrong; it is Bob's word that is forged, not Alice's."

OPINIONS = {
    "by-known": Opinion(
        "Bob certified Alice's user ID, and his certificate is known",
        Certification(by=BOB),
        True,
        "His word may help to decide whom to trust, and has no part in verifying.",
    ),
    "by-unknown": Opinion(
        "Mallory certified Alice's user ID, and nobody knows his key",
        Certification(by=MALLORY),
        False,
        "That it cannot be verified says nothing about Alice's key.",
    ),
    "forged": Opinion(
        "A certification in Bob's name does not verify, and his certificate is known",
        Certification(by=BOB, damaged=True),
        True,
        BROKEN_MATHS,
    ),
    "forged-over-another": Opinion(
        "Bob's certification of another user ID was moved to Alice's",
        Certification(by=BOB, over=user_id(ALICE, BOB_NAME.encode())),
        True,
        BROKEN_MATHS,
    ),
    "with-md5": Opinion(
        "Bob certified Alice's user ID with MD5",
        Certification(by=BOB, hash=HashAlgorithm.MD5),
        True,
        "The weak signature is not hers; to blame her for it lets others make her key useless.",
    ),
    "critical-unknown": Opinion(
        "Bob's certification of Alice's user ID holds an unknown critical subpacket",
        Certification(by=BOB, says=(subpackets.critical(Subpacket(63, b"unheard of")),)),
        True,
        "The bit has his certification ignored, and nothing else.",
    ),
    "trust": Opinion(
        "Bob trusts Alice to certify others, by a trust signature",
        Certification(by=BOB, says=(trusting(1, 120),)),
        True,
        "It is for chains of trust, not for the signature at hand.",
    ),
    "trust-with-regex": Opinion(
        "Bob trusts Alice to certify others, as far as a regular expression matches",
        Certification(by=BOB, says=(trusting(2, 60), REGEX)),
        True,
        "The expression limits chains of trust; to run it on anything here is only a danger.",
    ),
    "not-exportable": Opinion(
        "Bob certified Alice's user ID for himself only, marked as not exportable",
        Certification(by=BOB, says=(LOCAL,)),
        True,
        "Importers may drop this certification. They must not drop what it stands on.",
    ),
    "expired": Opinion(
        "Bob's certification of Alice's user ID expired after a day",
        Certification(by=BOB, expires_after=DAY),
        True,
        "It was his opinion, not her key, that had an end.",
    ),
    "key-expiration": Opinion(
        "Bob certified Alice's user ID, and says that her key expired in 2021",
        Certification(by=BOB, says=(subpackets.key_expiration_time(timedelta(days=366)),)),
        True,
        "Only the key itself says how long it lives; else anyone could end it.",
    ),
    "key-flags": Opinion(
        "Bob certified Alice's user ID, and says that her key may only encrypt",
        Certification(by=BOB, says=(subpackets.key_flags(KeyFlag.ENCRYPT_STORAGE),)),
        True,
        "On a certification the flags say what it is for, and not what the key may do.",
    ),
}


def certified(*items: OnKey, direct: tuple[OnKey, ...] = ()) -> Certificate:
    """Alice's certificate with these behind her self-signature."""
    return alice(user_ids=[UserId(ALICE_NAME, (SelfSignature(), *items))], direct=direct)


@reporting.family(
    OPINIONS,
    "5.2.3.10",
    "5.2.3.21",
    "10.1.5",
    rfc4880=["5.2.3.3", "5.2.3.13", "11.1"],
    tags=["third-party"],
)
def certification(m: Opinion) -> Draft:
    """{m.title}.

    {m.remark} What binds user ID and subkey to the key are Alice's own signatures, and these are
    good.
    """
    return Draft(
        certificates=[certified(m.item), bob()] if m.known else [certified(m.item)],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


@reporting.vector(
    "5.2.1.10", "5.2.3.13", rfc4880=["5.2.1", "5.2.3.6"], tags=["third-party", "direct-key"]
)
def direct_key_signature_by_another() -> Draft:
    """Bob made a direct-key signature on Alice's key, which says that it expired in 2021.

    Section 5.2.1.10 allows others such statements. They are statements about her key, and not
    hers: if they counted, anyone could end it.
    """
    expiry = subpackets.key_expiration_time(timedelta(days=366))
    return Draft(
        certificates=[certified(direct=(Certification(by=BOB, says=(expiry,)),)), bob()],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


@reporting.vector(
    "5.2.3.29", "5.2.3.10", rfc4880=["5.2.3.21", "5.2.3.3"], tags=["third-party", "key-flags"]
)
def key_flags_given_by_another() -> Draft:
    """Alice's primary key may only certify and signed data; Bob certified that it may sign.

    What a key may do is said by its own signatures. If those of others counted, whoever holds a
    stolen key could widen its use with a key of their own.
    """
    says = (subpackets.key_flags(SIGN_AND_CERTIFY),)
    wider = Certification(by=BOB, says=says, created=day(2021, 1, 1))
    return Draft(
        certificates=[certified(wider), bob()],
        artifact=detached(TEXT, signed(by=ALICE)),
        expect=reject(Wrong.WRONG_KEY_USAGE),
    )


@reporting.vector("5.2.1.13", rfc4880=["5.2.1"], tags=["third-party", "revocation"])
def certification_revoked_by_who_made_it() -> Draft:
    """Bob certified Alice's user ID, and took that back a year before she signed.

    He may, for any reason. What he revokes is his certification: her user ID and her key are as
    good as before.
    """
    undo = Revocation(
        by=BOB, reason=32, text="TEST: not the Alice I thought", created=day(2023, 3, 1)
    )
    return Draft(
        certificates=[certified(Certification(by=BOB), undo), bob()],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


# Which key is reported


@reporting.vector("5.2.3.35", "10.1.3", rfc4880=["11.1"], tags=["identity", "several"])
def two_subkeys_sign() -> Draft:
    """Both signing subkeys of Alice's certificate sign the document.

    Each signature is to be reported with the subkey that made it, and both with one primary key.
    Who counts signers must count one.
    """
    cert = alice(subkeys=[signing_subkey(ALICE_SIGNING), signing_subkey(ALICE_SECOND)])
    second = ALICE_SECOND.under(ALICE)
    return Draft(
        certificates=[cert],
        artifact=detached(TEXT, signed(), signed(by=ALICE_SECOND)),
        expect=each(accept(BY_ALICE, second), accept(BY_ALICE), accept(second)),
    )


@reporting.vector("5.2.3.35", "10.1.3", rfc4880=["11.1"], tags=["identity", "several"])
def primary_and_subkey_sign() -> Draft:
    """Alice's primary key signs the document, and so does her subkey.

    The first is to be reported with the primary key as signer, the second with the subkey. One
    person, one certificate, two keys.
    """
    about = SelfSignature(flags=SIGN_AND_CERTIFY)
    cert = alice(user_ids=[UserId(ALICE_NAME, (about,))])
    herself = ALICE.under(ALICE)
    return Draft(
        certificates=[cert],
        artifact=detached(TEXT, signed(by=ALICE), signed()),
        expect=each(accept(herself, BY_ALICE), accept(herself), accept(BY_ALICE)),
    )


@reporting.vector("5.2.1.8", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["identity", "subkey"])
def shared_subkey_of_the_known_certificate() -> Draft:
    """Alice's signing subkey also belongs to Bob, by its consent; only his certificate is known.

    The signature is good, and Bob's primary key is the right one: it has bound the subkey, and the
    subkey has agreed. Alice is not known, and cannot be named.
    """
    bobs = certificate(BOB, user_ids=[UserId(BOB_NAME)], subkeys=[signing_subkey(ALICE_SIGNING)])
    return Draft(
        certificates=[bobs],
        artifact=detached(TEXT, signed()),
        expect=accept(ALICE_SIGNING.under(BOB)),
    )


@reporting.vector("5.2.1.8", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["identity", "subkey"])
def primary_key_that_is_a_subkey_elsewhere() -> Draft:
    """Bob's primary key signs, which is a signing subkey of Alice's, too, by its consent.

    Alice's certificate comes first. Both readings are right, and each has its own primary key;
    a caller that allows only one of them sees it depend on order.
    """
    both = alice(subkeys=[signing_subkey(BOB)])
    return Draft(
        certificates=[both, lone(BOB, BOB_NAME)],
        artifact=detached(TEXT, signed(by=BOB)),
        expect=accept(BOB.under(BOB), BOB.under(ALICE)),
    )


OLDER = Key("p256", Algorithm.ECDSA)
YOUNGER = Key("p256", Algorithm.ECDSA, created=day(2021, 1, 1))


@dataclass(frozen=True)
class Twins:
    """Two keys of the same numbers: which one signs.

    Attributes:
        title: which, in words.
        signer: the one that is named as issuer.
    """

    title: str
    signer: Key


@reporting.family(
    {"older": Twins("older", OLDER), "younger": Twins("younger", YOUNGER)},
    "5.2.3.35",
    "5.5.4",
    "14",
    rfc4880=["12.2"],
    tags=["identity"],
    provenance="RFC 9580, 14: keys of the same material with different fingerprints",
)
def same_numbers(m: Twins) -> Draft:
    """Two certificates have keys of the same numbers, made on different days; the {m.title} signs.

    Either key verifies the signature, and they have different fingerprints and names. The
    signature says under hash which one made it: that one is to be reported.
    """
    return Draft(
        certificates=[lone(OLDER), lone(YOUNGER, MALLORY_NAME)],
        artifact=detached(TEXT, signed(by=m.signer)),
        expect=accept(m.signer.under(m.signer)),
    )


@dataclass(frozen=True)
class Version:
    """Two keys of the same numbers in versions 4 and 6: which one signs.

    Attributes:
        title: which, in words.
        signer: the one that signs, in its own version.
    """

    title: str
    signer: Key


V4 = Key("ed25519-primary", Algorithm.ED25519)
V6 = Key("ed25519-primary", Algorithm.ED25519, version=6)


@reporting.family(
    {"v4": Version("version 4", V4), "v6": Version("version 6", V6)},
    "5.2.3.35",
    "5.5.4",
    "10.3.2.2",
    rfc4880=["12.2"],
    tags=["identity", "v6"],
)
def same_numbers_in_two_versions(m: Version) -> Draft:
    """Two certificates have the same numbers in versions 4 and 6, and {m.title} signs.

    As when somebody moves to version 6 and keeps the secret. The fingerprints have 40 and 64
    digits; the signature is of its key's version, and that key is to be reported.
    """
    return Draft(
        certificates=[lone(V4), lone(V6)],
        artifact=detached(TEXT, signed(by=m.signer)),
        expect=accept(m.signer.under(m.signer), rfc4880=Outcome.UNDEFINED),
    )


# Free text on its way into reports


STATUS = (
    f"\n[GNUPG:] GOODSIG {BOB_SIGNING.key_id} Bob\n[GNUPG:] VALIDSIG {BOB_SIGNING.fingerprint}\n"
)


@dataclass(frozen=True)
class Free:
    """Free text in a signature.

    Attributes:
        title: where it stands.
        item: the subpacket.
    """

    title: str
    item: Subpacket


@reporting.family(
    {
        "policy-uri": Free(
            "A policy's address",
            Subpacket(Type.POLICY_URI, f"https://accord.example/{STATUS}".encode()),
        ),
        "notation-name": Free(
            "A notation's name", subpackets.notation(f"x{STATUS}@accord.example", "x")
        ),
        "key-server": Free(
            "A preferred key server's address",
            Subpacket(Type.PREFERRED_KEY_SERVER, f"https://accord.example/{STATUS}".encode()),
        ),
        "revocation-reason": Free(
            "A reason for revocation, which has no place on a document,",
            subpackets.revocation_reason(2, STATUS),
        ),
    },
    "5.2.3.7",
    "5.2.3.28",
    rfc4880=["5.2.3.20"],
    tags=["hostile"],
)
def status_lines_in(m: Free) -> Draft:
    """{m.title} imitates GnuPG's status lines, with newlines.

    The signature is good. Whoever writes the text raw into the stream that is read for status
    lines, or into a log, makes another signer appear.
    """
    return by_alice(signed(Made(hashed=(m.item,))), accept(BY_ALICE))


@reporting.family(
    {
        "terminal-escapes": Free(
            "terminal escapes",
            subpackets.notation("escapes@accord.example", "\x1b[2J\x1b[1;31mgood\x1b]0;owned\x07"),
        ),
        "markup": Free(
            "markup",
            subpackets.notation(
                "markup@accord.example", "<script>alert(1)</script><img src=x onerror=alert(1)>"
            ),
        ),
    },
    "5.2.3.24",
    rfc4880=["5.2.3.16"],
    tags=["hostile"],
)
def notation_holds(m: Free) -> Draft:
    """A notation of the document's signature holds {m.title}.

    The signature is good. Whoever shows the notation raw lets the signer draw on the terminal, or
    run what he likes in a page.
    """
    return by_alice(signed(Made(hashed=(m.item,))), accept(BY_ALICE))


@reporting.vector("7", rfc4880=["7"], tags=["hostile", "cleartext"])
def status_lines_in_cleartext() -> Draft:
    """The signed cleartext is made of GnuPG's status lines for Bob.

    The text is Alice's, and good. A caller that reads text and status from one stream finds Bob
    in it.
    """
    text = STATUS.strip().encode()
    return by_alice(cleartext(text, sign_cleartext(text, ALICE_SIGNING)), accept(BY_ALICE))


@reporting.vector("5.2.4", rfc4880=["5.2.4"], tags=["hostile", "tampered"])
def status_lines_in_bad_cleartext() -> Draft:
    """A cleartext made of GnuPG's status lines for Bob replaced the one that Alice signed.

    Nobody signed it. A caller that reads text and status from one stream finds a good signature
    of Bob's in it, beside the one that is bad.
    """
    replaced = cleartext(STATUS.strip().encode(), sign_cleartext(TEXT, ALICE_SIGNING))
    return Draft(
        certificates=[alice(), bob()], artifact=replaced, expect=reject(Wrong.BAD_SIGNATURE)
    )
