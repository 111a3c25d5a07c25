"""Signing subkeys: how they are bound, what they may do, and for how long.

The data signatures have no faults of their own. What is wrong is wrong about the certificate:
binding, back-signature, key flags, expiry, or which key belongs to whom.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.openpgp.names import KeyFlag, SignatureType
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import signature as forge
from vectors.forge import subpackets
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    Certificate,
    SelfSignature,
    Subkey,
    UserId,
    bind_back,
    certificate,
    encryption_subkey,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made
from vectors.forge.times import DAY, KEYS_CREATED, SIGNED, day
from vectors.suites.cast import (
    ALICE,
    ALICE_NAME,
    ALICE_SECOND,
    ALICE_SIGNING,
    ALICE_V6,
    ALICE_V6_SIGNING,
    BOB,
    BOB_NAME,
    BOB_SIGNING,
    BY_ALICE,
    MALLORY,
    MALLORY_NAME,
    SIGN_AND_CERTIFY,
    TEXT,
    alice,
    lone,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

subkeys = Area(
    "subkeys",
    __doc__,
    origins={
        "back-signature": "interoperability suite: primary key binding signatures; RNP: case 15",
        "identity": "OpenPGP.js: subkey trust; go-crypto: cross-signature; rPGP: key selection",
        "rebinding": "interoperability suite: key flags composition, temporary validity",
        "flags": "interoperability suite: key flags composition; RNP; GnuPG: authentication only",
        "expiry": "interoperability suite: certificate expiration; RNP: cases 9 to 14",
        "binding": "interoperability suite: binding signature subpackets; RNP: cases 4 and 5",
    },
)

UNKNOWN_SUBPACKET = Subpacket(63, b"unheard of")
UNBOUND = reject(Wrong.UNBOUND_KEY, Wrong.MISSING_KEY)
"""Implementations that drop what is not bound will say that the key is missing."""


def bound_by(*bindings: Binding, expect: Expectation) -> Draft:
    """Alice's signing subkey has these bindings; it signed the document."""
    return with_certificate(alice(subkeys=[Subkey(ALICE_SIGNING, bindings)]), expect)


# Bindings


@subkeys.vector("5.2.1.8", "10.1.3", rfc4880=["5.2.1", "11.1"], tags=["baseline"])
def bound() -> Draft:
    """A subkey properly bound to its primary key signs.

    The baseline of this area: nothing is wrong.
    """
    return bound_by(Binding(), expect=accept(BY_ALICE))


@subkeys.vector("5.2.1.8", "10.1.3", rfc4880=["5.2.1", "11.1"], tags=["binding"])
def binding_missing() -> Draft:
    """The subkey packet has no binding signature.

    Anyone can append a subkey packet to a published certificate. Only the binding makes it Alice's:
    whoever accepts this accepts Mallory's signatures as Alice's.
    """
    return bound_by(expect=UNBOUND)


@subkeys.vector("5.2.1.8", rfc4880=["5.2.1"], tags=["binding"])
def binding_damaged() -> Draft:
    """The binding signature's value is wrong in one bit.

    A binding that does not verify binds nothing. Who does not verify it takes any key that was put
    into Alice's certificate for hers.
    """
    return bound_by(Binding(damaged=True), expect=UNBOUND)


@subkeys.vector("5.2.1.8", rfc4880=["5.2.1"], tags=["binding"])
def binding_by_another_primary() -> Draft:
    """Bob's primary key made the binding signature.

    Only the key at the top of the certificate can say that it owns the subkey. Who takes any known
    key's word for it lets Bob add keys to Alice's certificate, and sign in her name.
    """
    return bound_by(Binding(by=BOB), expect=UNBOUND)


@subkeys.vector("5.2.1.8", rfc4880=["5.2.1"], tags=["binding"])
def binding_by_the_subkey() -> Draft:
    """The subkey made its binding signature itself.

    It cannot vouch for itself: that is what a forger's subkey would do. Who accepts takes any key
    that was put into Alice's certificate for hers.
    """
    return bound_by(Binding(by=ALICE_SIGNING), expect=UNBOUND)


@subkeys.vector("5.2.1.8", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["binding"])
def binding_of_another_subkey() -> Draft:
    """The binding signature is Alice's, and over another subkey.

    Moved from one subkey to the next, as anyone can do. It does not verify there.
    """
    other = forge.subkey(ALICE, ALICE_SECOND)
    return bound_by(Binding(over=other), expect=UNBOUND)


@subkeys.vector("10.1.3", rfc4880=["11.1"], tags=["binding"])
def binding_of_version_3() -> Draft:
    """The binding signature is of version 3.

    Version 3 has no subpackets, hence no back-signature: section 10.1.3 requires version 4 for
    subkeys that sign. Who accepts has a subkey that never agreed to belong there, and could as well
    be one that Mallory claims.
    """
    return bound_by(Binding(version=3), expect=UNBOUND)


@subkeys.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["binding", "critical"])
def binding_with_unknown_critical_subpacket() -> Draft:
    """The binding holds a critical subpacket of an unassigned type.

    Such a signature is to be ignored, and with it goes the binding. Who goes on uses the subkey
    without regard to a limit that its owner called essential.
    """
    made = Binding(hashed=(subpackets.critical(UNKNOWN_SUBPACKET),))
    return bound_by(
        made, expect=reject(Wrong.UNBOUND_KEY, Wrong.MISSING_KEY, Wrong.UNKNOWN_CRITICAL)
    )


@subkeys.vector("5.2.3.7", rfc4880=["5.2.3.1"], tags=["binding"])
def binding_with_unknown_subpacket() -> Draft:
    """The binding holds a subpacket of an unassigned type, not critical.

    It is ignored; the binding holds.
    """
    return bound_by(Binding(hashed=(UNKNOWN_SUBPACKET,)), expect=accept(BY_ALICE))


@subkeys.vector("5.2.3.35", rfc4880=["5.2.3.5"], tags=["binding", "issuer"])
def binding_with_fingerprint_only() -> Draft:
    """The binding names its issuer by fingerprint alone.

    That is enough, and in any case its place says who made it.
    """
    return bound_by(Binding(issuer_key_id=None), expect=accept(BY_ALICE, rfc4880=Outcome.UNDEFINED))


@subkeys.vector("5.2.3.12", "5.2.3.35", rfc4880=["5.2.3.5"], tags=["binding", "issuer"])
def binding_without_issuer() -> Draft:
    """The binding names no issuer.

    Its place in the certificate says that the primary key made it, and the primary key verifies it.
    """
    return bound_by(
        Binding(issuer_key_id=None, issuer_fingerprint=None),
        expect=undefined(
            "Issuer subpackets should be there, but need not; whether place alone is enough is "
            "not said.",
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.12", "5.2.3.35", rfc4880=["5.2.3.5"], tags=["binding", "issuer"])
def binding_with_wrong_issuer() -> Draft:
    """The binding names Bob as its issuer, and was made by Alice's primary key.

    It verifies where it stands. Whether its own claim to come from elsewhere matters is open.
    """
    return bound_by(
        Binding(issuer_key_id=BOB, issuer_fingerprint=BOB),
        expect=undefined(
            "Whether a verifier checks a binding against the primary key above it, whatever "
            "issuer it names, is not said.",
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["binding"])
def binding_damaged_beside_good() -> Draft:
    """Two bindings: an older good one, and a newer one that does not verify.

    The most recent valid one counts. Were the newer one to count although it is invalid, anybody
    could disable a subkey.
    """
    return bound_by(
        Binding(), Binding(created=day(2023, 1, 1), damaged=True), expect=accept(BY_ALICE)
    )


# Back-signatures


@subkeys.vector("5.2.1.8", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["back-signature"])
def back_signature_missing() -> Draft:
    """The binding has no back-signature.

    A binding of a signing subkey must embed one. Without it anybody can adopt Alice's subkey into
    a certificate of their own, and claim what she signed.
    """
    return bound_by(Binding(back=None), expect=reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.1.9", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["back-signature"])
def back_signature_damaged() -> Draft:
    """The back-signature's value is wrong in one bit.

    It is there, and does not verify. Who asks only whether there is one lets Mallory claim a
    stranger's subkey, and pass off as his what others signed.
    """
    return bound_by(Binding(back=BackSignature(damaged=True)), expect=reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.1.9", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["back-signature"])
def back_signature_by_primary() -> Draft:
    """The primary key made the back-signature.

    It says nothing about the subkey's consent. A check that only looks for some signature of type
    0x19 that verifies with some key of the certificate is fooled.
    """
    return bound_by(Binding(back=BackSignature(by=ALICE)), expect=reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.1.9", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["back-signature"])
def back_signature_by_another_subkey() -> Draft:
    """Another of Alice's subkeys made the back-signature.

    Consent must come from the subkey that is bound. Who takes any subkey's word for it lets the
    owner of one key adopt a stranger's with its help.
    """
    back = BackSignature(by=ALICE_SECOND)
    cert = alice(
        subkeys=[
            Subkey(ALICE_SIGNING, (Binding(back=back),)),
            signing_subkey(ALICE_SECOND),
        ]
    )
    return with_certificate(cert, reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.1.9", "5.2.4", rfc4880=["5.2.1", "5.2.4"], tags=["back-signature"])
def back_signature_over_another_primary() -> Draft:
    """The back-signature consents to belong to Bob's primary key.

    It was made by the subkey, for another certificate. Who does not hash the primary key at the top
    lets Mallory copy a back-signature from where the subkey belongs, and appear as the signer.
    """
    back = BackSignature(over=forge.subkey(BOB, ALICE_SIGNING))
    return bound_by(Binding(back=back), expect=reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.1.9", "10.1.5", rfc4880=["5.2.1", "11.1"], tags=["back-signature"])
def back_signature_of_wrong_type() -> Draft:
    """The embedded signature has type 0x18 instead of 0x19.

    The subkey signed over the right keys, but states to own them rather than to be owned. Who does
    not look at the type takes for consent what the subkey never said.
    """
    back = BackSignature(kind=SignatureType.SUBKEY_BINDING)
    return bound_by(Binding(back=back), expect=reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.3.34", "5.2.3.8", rfc4880=["5.2.3.26"], tags=["back-signature"])
def back_signature_unhashed() -> Draft:
    """The back-signature stands in the unhashed area.

    As GnuPG writes it. It needs no protection by the binding: it is a signature itself.
    """
    return bound_by(Binding(back_unhashed=True), expect=accept(BY_ALICE))


@subkeys.vector("5.2.3.34", "5.2.3.8", rfc4880=["5.2.3.26"], tags=["back-signature"])
def back_signature_bad_unhashed_beside_good() -> Draft:
    """A good back-signature is hashed, a bad one was added to the unhashed area.

    Anybody can add there. It must not undo what the subkey consented to.
    """
    bad = bind_back(ALICE, ALICE_SIGNING, BackSignature(damaged=True))
    return bound_by(Binding(unhashed=(subpackets.embedded(bad),)), expect=accept(BY_ALICE))


@subkeys.vector("5.2.3.34", "5.2.3.9", rfc4880=["5.2.3.26"], tags=["back-signature"])
def back_signature_good_unhashed_beside_bad() -> Draft:
    """A bad back-signature is hashed, a good one stands in the unhashed area.

    The subkey did consent, and the binding says so in the wrong place.
    """
    good = bind_back(ALICE, ALICE_SIGNING, BackSignature())
    return bound_by(
        Binding(back=BackSignature(damaged=True), unhashed=(subpackets.embedded(good),)),
        expect=undefined(
            "A valid back-signature is there; which of several counts is left to the "
            "implementation (5.2.3.9).",
            Wrong.UNBOUND_KEY,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.18", "5.2.1.8", rfc4880=["5.2.3.10"], tags=["back-signature", "expiry"])
def back_signature_expired() -> Draft:
    """The back-signature expired after a day, years before the data was signed.

    An expired signature is valid no longer, so the binding had no valid back-signature when the
    subkey signed. Who does not look at its dates keeps a subkey in the certificate for longer than
    it agreed to.
    """
    return bound_by(
        Binding(back=BackSignature(expires_after=DAY)),
        expect=reject(Wrong.UNBOUND_KEY, Wrong.SIGNATURE_EXPIRED),
    )


@subkeys.vector("5.2.3.7", "5.2.5", rfc4880=["5.2.3.1"], tags=["back-signature", "critical"])
def back_signature_with_unknown_critical_subpacket() -> Draft:
    """The back-signature holds a critical subpacket of an unassigned type.

    It is to be ignored, and then there is none. Who goes on takes a consent of which it has not
    understood the condition.
    """
    back = BackSignature(hashed=(subpackets.critical(UNKNOWN_SUBPACKET),))
    return bound_by(Binding(back=back), expect=reject(Wrong.UNBOUND_KEY, Wrong.UNKNOWN_CRITICAL))


@subkeys.vector("5.2.3.12", "5.2.3.35", rfc4880=["5.2.3.5"], tags=["back-signature", "issuer"])
def back_signature_without_issuer() -> Draft:
    """The back-signature names no issuer.

    Its place says that the subkey made it, and the subkey verifies it.
    """
    back = BackSignature(issuer_key_id=None, issuer_fingerprint=None)
    return bound_by(
        Binding(back=back),
        expect=undefined(
            "Issuer subpackets should be there, but need not; whether place alone is enough is "
            "not said.",
            Wrong.UNBOUND_KEY,
            keys=[BY_ALICE],
        ),
    )


# Whose subkey?


def adopted(binding: Binding) -> Certificate:
    """Mallory's certificate, with Alice's signing subkey in it."""
    return certificate(
        MALLORY,
        user_ids=[UserId(MALLORY_NAME)],
        subkeys=[Subkey(ALICE_SIGNING, (binding,))],
    )


@subkeys.vector("5.2.1.9", rfc4880=["5.2.1"], tags=["identity", "back-signature"])
def adopted_without_back_signature() -> Draft:
    """Mallory binds Alice's signing subkey to his primary key; only his certificate is known.

    Without the subkey's consent. A backend that accepts lets Mallory pass off as his what Alice
    signed.
    """
    return with_certificate(adopted(Binding(back=None)), reject(Wrong.UNBOUND_KEY))


@subkeys.vector("5.2.1.9", rfc4880=["5.2.1"], tags=["identity", "back-signature"])
def adopted_with_copied_back_signature() -> Draft:
    """The same, with the back-signature copied from Alice's certificate.

    It verifies with the subkey, and over Alice's primary key, not Mallory's. Who checks that a
    back-signature is there, and not what it is over, reports Mallory as the signer of what Alice
    signed.
    """
    copied = BackSignature(over=forge.subkey(ALICE, ALICE_SIGNING))
    return with_certificate(adopted(Binding(back=copied)), reject(Wrong.UNBOUND_KEY))


@dataclass(frozen=True)
class Order:
    """In which order two certificates come."""

    title: str
    alice_first: bool


ORDERS = {"after": Order("after", alice_first=True), "before": Order("before", alice_first=False)}


@subkeys.family(ORDERS, "5.2.1.9", rfc4880=["5.2.1"], tags=["identity", "back-signature"])
def adopted_certificate(m: Order) -> Draft:
    """Mallory's claim on Alice's subkey comes {m.title} Alice's own certificate.

    Both certificates hold the subkey, and only Alice's has its consent. Her primary key must be
    reported, whichever comes first: a backend that takes the first match names the thief, or finds
    no valid key at all.
    """
    certs = [alice(), adopted(Binding(back=None))]
    return Draft(
        certificates=certs if m.alice_first else certs[::-1],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE),
    )


@subkeys.vector("5.2.1.8", rfc4880=["5.2.1"], tags=["identity"])
def shared_by_two_certificates() -> Draft:
    """Alice and Bob both bind the same subkey, with its consent.

    Legitimate, if odd: the signature is good, and both primary keys are right. Reporting one or
    both is as good; a caller that allows only one of them sees it depend on order.
    """
    bobs = certificate(BOB, user_ids=[UserId(BOB_NAME)], subkeys=[signing_subkey(ALICE_SIGNING)])
    return Draft(
        certificates=[alice(), bobs],
        artifact=detached(TEXT, signed()),
        expect=accept(BY_ALICE, ALICE_SIGNING.under(BOB)),
    )


@subkeys.vector("5.2.3.35", "10.1.3", rfc4880=["11.1"], tags=["identity"])
def second_of_two_signing_subkeys() -> Draft:
    """The certificate has two signing subkeys, and the second one signed.

    The report must name the one that did.
    """
    cert = alice(subkeys=[signing_subkey(ALICE_SIGNING), signing_subkey(ALICE_SECOND)])
    return with_certificate(cert, accept(ALICE_SECOND.under(ALICE)), signed(by=ALICE_SECOND))


@subkeys.vector("5.2.3.12", "5.2.3.35", rfc4880=["5.2.3.5"], tags=["identity", "issuer"])
def signature_names_primary() -> Draft:
    """The subkey signed, and the signature names the primary key as its issuer.

    The certificate is found, the key in it is not the one named.
    """
    made = Made(issuer_key_id=ALICE, issuer_fingerprint=ALICE)
    return with_certificate(
        alice(),
        undefined(
            "The issuer subpackets name the certificate's other key; whether a verifier tries its "
            "subkeys is not said.",
            Wrong.BAD_SIGNATURE,
            Wrong.WRONG_KEY_USAGE,
            Wrong.MISSING_KEY,
            Wrong.IDENTITY_MISMATCH,
            keys=[BY_ALICE],
        ),
        signed(made),
    )


@subkeys.vector("10.1.3", rfc4880=["11.1"], tags=["identity"])
def primary_as_its_own_subkey() -> Draft:
    """The primary key is bound as a signing subkey of itself.

    Certify-only as primary, signing as subkey: one fingerprint, two sets of flags.
    """
    cert = alice(subkeys=[signing_subkey(ALICE)])
    return with_certificate(
        cert,
        undefined(
            "Neither RFC says whether a key may be its own subkey, and whose flags hold then.",
            Wrong.WRONG_KEY_USAGE,
            Wrong.UNBOUND_KEY,
            Wrong.MALFORMED,
            keys=[ALICE.under(ALICE)],
        ),
        signed(by=ALICE),
    )


@subkeys.vector("10.1.1", tags=["v6"])
def version_4_subkey_of_version_6_key() -> Draft:
    """A version 6 primary key has a version 4 subkey, which signs.

    All subkeys of a version 6 key must be of version 6. Who accepts takes version 4 signatures,
    which have no salt, from a key whose owner has moved on to version 6.
    """
    old = Key("ed25519-signing", Algorithm.ED25519)
    cert = certificate(
        ALICE_V6,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=None),))],
        subkeys=[signing_subkey(old)],
        direct=[SelfSignature()],
    )
    expect = reject(
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        Wrong.MALFORMED,
        Wrong.UNSUPPORTED,
        rfc4880=Outcome.UNDEFINED,
    )
    return with_certificate(cert, expect, signed(by=old))


@subkeys.vector("10.1.3", tags=["v6"])
def version_6_subkey_of_version_4_key() -> Draft:
    """A version 4 primary key has a version 6 subkey, which signs.

    All subkeys of a version 4 key must be of version 4. Who accepts trusts a certificate that
    others, by this rule, see without its signing subkey: what one machine installs, the next
    refuses.
    """
    cert = certificate(
        Key("ed25519-primary", Algorithm.ED25519),
        user_ids=[UserId(ALICE_NAME)],
        subkeys=[signing_subkey(ALICE_V6_SIGNING)],
    )
    expect = reject(
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        Wrong.MALFORMED,
        Wrong.UNSUPPORTED,
        rfc4880=Outcome.UNDEFINED,
    )
    return with_certificate(cert, expect, signed(by=ALICE_V6_SIGNING))


# Key flags


@dataclass(frozen=True)
class Flags:
    """Key flags with their meaning."""

    title: str
    flags: int


ENCRYPT = KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE


@subkeys.family(
    {
        "certify": Flags("only certify", KeyFlag.CERTIFY),
        "encrypt": Flags("only encrypt", ENCRYPT),
        "authenticate": Flags("only authenticate", KeyFlag.AUTHENTICATE),
        "nothing": Flags("do nothing at all", 0),
    },
    "5.2.3.29",
    rfc4880=["5.2.3.21"],
    tags=["flags"],
)
def subkey_may_only(m: Flags) -> Draft:
    """The subkey's flags say that it may {m.title}, and it signed data.

    Flags that are not set are zero: the key's owner says that it does not sign data. A
    verifier that does not look accepts, for example, what a stolen login token signed.
    """
    return bound_by(Binding(flags=m.flags), expect=reject(Wrong.WRONG_KEY_USAGE))


@subkeys.family(
    {
        "certify": Flags("certify", KeyFlag.CERTIFY),
        "encrypt": Flags("encrypt", ENCRYPT),
        "authenticate": Flags("authenticate", KeyFlag.AUTHENTICATE),
        "be-shared": Flags("be held by a group", KeyFlag.GROUP),
        "be-split": Flags("be split", KeyFlag.SPLIT),
        "timestamp": Flags("make timestamps, in a second octet,", KeyFlag.TIMESTAMP),
    },
    "5.2.3.29",
    rfc4880=["5.2.3.21"],
    tags=["flags"],
)
def subkey_may_sign_and(m: Flags) -> Draft:
    """The subkey's flags say that it may sign and {m.title}.

    It may sign data, whatever else it may. Implementations must not expect a fixed set or size.
    """
    return bound_by(Binding(flags=KeyFlag.SIGN | m.flags), expect=accept(BY_ALICE))


NO_FLAGS = "No section says what a key may do whose self-signatures have no key flags subpacket."


@subkeys.vector("5.2.3.29", rfc4880=["5.2.3.21"], tags=["flags"])
def subkey_without_flags() -> Draft:
    """The subkey's binding has no key flags.

    Old certificates are like that. Implementations differ: anything the algorithm can, or nothing.
    """
    return bound_by(
        Binding(flags=None), expect=undefined(NO_FLAGS, Wrong.WRONG_KEY_USAGE, keys=[BY_ALICE])
    )


@subkeys.vector("5.2.3.29", "13.13", rfc4880=["5.2.3.21"], tags=["flags"])
def subkey_flags_unhashed() -> Draft:
    """The signing flag stands in the unhashed area, and there is no other.

    Anybody could have put it there; what is left is a binding without flags.
    """
    made = Binding(flags=None, unhashed=(subpackets.key_flags(KeyFlag.SIGN),))
    return bound_by(made, expect=undefined(NO_FLAGS, Wrong.WRONG_KEY_USAGE, keys=[BY_ALICE]))


@subkeys.vector("5.2.3.29", "5.2.3.8", rfc4880=["5.2.3.21"], tags=["flags"])
def subkey_flags_contradicted_unhashed() -> Draft:
    """An encryption subkey has the signing flag added in the unhashed area.

    The hashed flags are the owner's word. A verifier that joins the areas lets anyone promote any
    key to a signing key.
    """
    made = Binding(flags=ENCRYPT, unhashed=(subpackets.key_flags(KeyFlag.SIGN),))
    return bound_by(made, expect=reject(Wrong.WRONG_KEY_USAGE))


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "rebinding"])
def flags_given_by_newer_binding() -> Draft:
    """An encryption subkey was bound anew, as signing subkey, before it signed.

    The most recent valid binding counts.
    """
    return bound_by(
        Binding(flags=ENCRYPT, back=None),
        Binding(created=day(2023, 1, 1)),
        expect=accept(BY_ALICE),
    )


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "rebinding"])
def flags_given_by_newer_binding_listed_first() -> Draft:
    """The same two bindings, the newer one written first.

    Dates decide, not places.
    """
    return bound_by(
        Binding(created=day(2023, 1, 1)),
        Binding(flags=ENCRYPT, back=None),
        expect=accept(BY_ALICE),
    )


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "rebinding"])
def flags_taken_by_newer_binding() -> Draft:
    """A signing subkey was bound anew, for encryption only, before it signed.

    The most recent valid binding counts, and by it the subkey may not sign any more. All others
    must be ignored.
    """
    return bound_by(
        Binding(),
        Binding(created=day(2023, 1, 1), flags=ENCRYPT, back=None),
        expect=reject(Wrong.WRONG_KEY_USAGE, Wrong.UNBOUND_KEY),
    )


WHICH_MOMENT = (
    "The most recent valid self-signature counts (5.2.3.10), but not stated is whether that of "
    "the time of signing or of the time of verifying."
)


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "rebinding"])
def flags_taken_after_signature() -> Draft:
    """A signing subkey was bound anew, for encryption only, after it signed.

    When it signed, it was allowed to; now it is not.
    """
    return bound_by(
        Binding(),
        Binding(created=day(2024, 4, 1), flags=ENCRYPT, back=None),
        expect=undefined(WHICH_MOMENT, Wrong.WRONG_KEY_USAGE, Wrong.UNBOUND_KEY, keys=[BY_ALICE]),
    )


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "rebinding"])
def flags_given_after_signature() -> Draft:
    """An encryption subkey was bound anew, as signing subkey, after it signed.

    When it signed, it was not allowed to; now it is.
    """
    return bound_by(
        Binding(flags=ENCRYPT, back=None),
        Binding(created=day(2024, 4, 1)),
        expect=undefined(WHICH_MOMENT, Wrong.WRONG_KEY_USAGE, Wrong.UNBOUND_KEY, keys=[BY_ALICE]),
    )


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "rebinding"])
def flags_differ_in_bindings_of_one_second() -> Draft:
    """Two bindings of the same second: one for encryption, one for signing.

    Neither is the more recent.
    """
    return bound_by(
        Binding(flags=ENCRYPT, back=None),
        Binding(),
        expect=undefined(
            "The RFC has no rule for self-signatures of the same second.",
            Wrong.WRONG_KEY_USAGE,
            Wrong.UNBOUND_KEY,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.10", "5.2.1.8", rfc4880=["5.2.3.3"], tags=["back-signature", "rebinding"])
def newest_binding_without_back_signature() -> Draft:
    """The older binding has a back-signature, the newer one has none. Both allow signing.

    Whether the newer one is invalid, so that the older counts, or valid and insufficient, is open.
    """
    return bound_by(
        Binding(),
        Binding(created=day(2023, 1, 1), back=None),
        expect=undefined(
            "A binding of a signing subkey must have a back-signature; that a valid older binding "
            "counts when the newest has none is not said.",
            Wrong.UNBOUND_KEY,
            keys=[BY_ALICE],
        ),
    )


def primary_signs(flags: int | None, expect: Expectation) -> Draft:
    """A lone primary key with these flags signed the document."""
    return with_certificate(lone(ALICE, about=SelfSignature(flags=flags)), expect, signed(by=ALICE))


BY_PRIMARY = ALICE.under(ALICE)


@subkeys.family(
    {
        "sign-and-certify": Flags("sign and certify", SIGN_AND_CERTIFY),
        "sign": Flags("sign, and not certify", KeyFlag.SIGN),
    },
    "5.2.3.29",
    "5.2.3.10",
    rfc4880=["5.2.3.21"],
    tags=["flags", "primary"],
)
def primary_may(m: Flags) -> Draft:
    """The primary key may {m.title}, and signed data.

    Its self-signatures are valid whatever its flags; data it may sign.
    """
    return primary_signs(m.flags, accept(BY_PRIMARY))


@subkeys.family(
    {
        "certify": Flags("only certify", KeyFlag.CERTIFY),
        "encrypt": Flags("only encrypt", ENCRYPT),
        "nothing": Flags("do nothing at all", 0),
    },
    "5.2.3.29",
    rfc4880=["5.2.3.21"],
    tags=["flags", "primary"],
)
def primary_may_only(m: Flags) -> Draft:
    """The primary key may {m.title}, and signed data.

    Owners keep the primary key for certifying so that data signed with it raises an alarm. A
    verifier that does not look keeps silent.
    """
    return primary_signs(m.flags, reject(Wrong.WRONG_KEY_USAGE))


@subkeys.vector("5.2.3.29", rfc4880=["5.2.3.21"], tags=["flags", "primary"])
def primary_without_flags() -> Draft:
    """The primary key has no key flags, and signed data.

    Old certificates are like that.
    """
    return primary_signs(None, undefined(NO_FLAGS, Wrong.WRONG_KEY_USAGE, keys=[BY_PRIMARY]))


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "primary"])
def primary_may_not_certify() -> Draft:
    """The primary key lacks the certify flag, and binds a signing subkey all the same.

    Self-signatures should be accepted from any primary key, whatever its flags.
    """
    cert = alice(user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=ENCRYPT),))])
    return with_certificate(cert, accept(BY_ALICE))


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "primary", "direct-key"])
def primary_flags_in_direct_key_signature() -> Draft:
    """The primary key's signing flag stands in a direct-key signature, the user ID has no flags.

    What a direct-key signature says applies to the entire key.
    """
    cert = certificate(
        ALICE,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=None),))],
        direct=[SelfSignature(flags=SIGN_AND_CERTIFY)],
    )
    return with_certificate(cert, accept(BY_PRIMARY), signed(by=ALICE))


@subkeys.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["flags", "primary", "direct-key"])
def primary_flags_contradict() -> Draft:
    """The direct-key signature says certify, the user ID's says certify and sign.

    One applies to the entire key, the other to the user ID; which one decides is open.
    """
    cert = certificate(
        ALICE,
        user_ids=[UserId(ALICE_NAME, (SelfSignature(flags=SIGN_AND_CERTIFY),))],
        direct=[SelfSignature()],
    )
    return with_certificate(
        cert,
        undefined(
            "Which of a direct-key signature and a user ID's decides about the key is not said "
            "for version 4 keys.",
            Wrong.WRONG_KEY_USAGE,
            keys=[BY_PRIMARY],
        ),
        signed(by=ALICE),
    )


@subkeys.vector("9.1", "12.4", rfc4880=["9.1", "13.5"], tags=["flags"])
def algorithm_for_encryption_only() -> Draft:
    """The subkey is an RSA key for encryption only (algorithm 2), and signs.

    The algorithm itself says that the key does not sign, whatever the flags say. Who goes by the
    flags alone takes a signature from a key that was made to decrypt.
    """
    key = Key("alice-signing", Algorithm.RSA_ENCRYPT)
    cert = alice(subkeys=[signing_subkey(key)])
    return with_certificate(
        cert,
        reject(
            Wrong.WRONG_KEY_USAGE,
            Wrong.UNSUPPORTED,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.BAD_SIGNATURE,
            Wrong.MALFORMED,
        ),
        signed(by=key),
    )


@subkeys.vector("9.1", "12.4", rfc4880=["9.1", "13.5"], tags=["flags"])
def algorithm_for_signing_only() -> Draft:
    """The subkey is an RSA key for signing only (algorithm 3).

    Deprecated; implementations must not create such keys, and may interpret them.
    """
    key = Key("alice-signing", Algorithm.RSA_SIGN)
    cert = alice(subkeys=[signing_subkey(key)])
    return with_certificate(
        cert,
        undefined(
            "Implementations may interpret the algorithm, says section 12.4.",
            Wrong.UNSUPPORTED,
            Wrong.UNBOUND_KEY,
            Wrong.MISSING_KEY,
            Wrong.POLICY_OTHER,
            keys=[key.under(ALICE)],
            rfc4880=Outcome.ACCEPT,
        ),
        signed(by=key),
    )


# Expiry


BEFORE_SIGNATURE = day(2022, 1, 1)
AT_SIGNATURE = SIGNED
AFTER_SIGNATURE = day(2024, 4, 1)
AFTER_REFERENCE = day(2025, 1, 1)


def validity(until: datetime) -> timedelta:
    """Time from the keys' creation to then."""
    return until - KEYS_CREATED


def subkey_until(until: datetime) -> Binding:
    """A binding by which the subkey expires then."""
    return Binding(key_expires_after=validity(until))


def primary_until(until: datetime, created: datetime | None = None) -> SelfSignature:
    """A self-signature by which the primary key expires then."""
    return SelfSignature(key_expires_after=validity(until), created=created)


def named(*self_signatures: SelfSignature) -> Certificate:
    """Alice's certificate, its user ID with these self-signatures."""
    return alice(user_ids=[UserId(ALICE_NAME, self_signatures)])


OLD_SIGNATURES = (
    "The RFC says what an expired key is, not whether signatures it made before outlive it."
)


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry"])
def subkey_expired_before_signature() -> Draft:
    """The subkey expired in 2022 and signed in 2024.

    Its owner limited its validity. Whoever finds an old key can sign with it for ever where this
    is accepted.
    """
    return bound_by(subkey_until(BEFORE_SIGNATURE), expect=reject(Wrong.KEY_EXPIRED))


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry", "time"])
def subkey_expired_after_signature() -> Draft:
    """The subkey signed, and expired a month later, before the reference time.

    Sequoia and others judge by the time of signing, GnuPG and PGPy by the time of verifying.
    """
    draft = bound_by(
        subkey_until(AFTER_SIGNATURE),
        expect=undefined(OLD_SIGNATURES, Wrong.KEY_EXPIRED, keys=[BY_ALICE]),
    )
    return replace(draft, time_dependent=True)


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry", "time"])
def subkey_expires_later() -> Draft:
    """The subkey expires after the reference time.

    It is alive by any reading.
    """
    draft = bound_by(subkey_until(AFTER_REFERENCE), expect=accept(BY_ALICE))
    return replace(draft, time_dependent=True)


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry"])
def subkey_expires_never() -> Draft:
    """The subkey's validity period is zero, which stands for never.

    A verifier that takes it literally sees a key that expired as it was made.
    """
    return bound_by(Binding(key_expires_after=timedelta()), expect=accept(BY_ALICE))


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry"])
def subkey_expires_as_it_signs() -> Draft:
    """The subkey expires in the very second of its signature.

    Whether that second belongs to the validity period is not said.
    """
    return bound_by(
        subkey_until(AT_SIGNATURE),
        expect=undefined(
            "The RFC gives the number of seconds after which a key expires, not on which side "
            "the boundary lies.",
            Wrong.KEY_EXPIRED,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.13", "5.2.3.8", rfc4880=["5.2.3.6"], tags=["expiry"])
def subkey_expired_unhashed_only() -> Draft:
    """An expiration time that had passed stands in the binding's unhashed area.

    Not the owner's word for sure: anybody could have added it.
    """
    late = subpackets.key_expiration_time(validity(BEFORE_SIGNATURE))
    return bound_by(
        Binding(unhashed=(late,)),
        expect=undefined(
            "Unhashed information is not definitive (5.2.3.8), and should be ignored where it is "
            "only useful hashed (13.13).",
            Wrong.KEY_EXPIRED,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "rebinding"])
def subkey_extended_before_signature() -> Draft:
    """The subkey was to expire in 2022; a binding of 2021 says never.

    The most recent binding counts. An implementation that keeps the first expiration locks out
    everybody who renews keys.
    """
    return bound_by(
        subkey_until(BEFORE_SIGNATURE),
        Binding(created=day(2021, 12, 1)),
        expect=accept(BY_ALICE),
    )


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "rebinding"])
def subkey_extended_after_signature() -> Draft:
    """The subkey expired in 2022, signed in March 2024, and was extended in April.

    By the newest binding it never expired; by the one of the time of signing it had.
    """
    return bound_by(
        subkey_until(BEFORE_SIGNATURE),
        Binding(created=AFTER_SIGNATURE),
        expect=undefined(WHICH_MOMENT, Wrong.KEY_EXPIRED, Wrong.UNBOUND_KEY, keys=[BY_ALICE]),
    )


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "rebinding"])
def subkey_shortened_before_signature() -> Draft:
    """The subkey was to live for ever; a binding of 2021 lets it expire in 2022.

    The most recent binding counts, and by it the subkey had expired when it signed. Who goes by the
    first, or by the longest life, cannot be told that a subkey is out of use earlier than planned.
    """
    shorter = Binding(created=day(2021, 12, 1), key_expires_after=validity(BEFORE_SIGNATURE))
    return bound_by(Binding(), shorter, expect=reject(Wrong.KEY_EXPIRED))


@subkeys.vector("5.2.3.18", "5.2.3.10", rfc4880=["5.2.3.10"], tags=["expiry", "binding"])
def binding_expired_before_signature() -> Draft:
    """The binding signature itself expired in 2022; the subkey signed in 2024.

    Not the key expired, but the statement that it belongs to Alice. None was valid when it signed.
    """
    return bound_by(
        Binding(expires_after=validity(BEFORE_SIGNATURE)),
        expect=reject(
            Wrong.UNBOUND_KEY, Wrong.KEY_EXPIRED, Wrong.SIGNATURE_EXPIRED, Wrong.MISSING_KEY
        ),
    )


@subkeys.vector("5.2.3.18", "5.2.3.10", rfc4880=["5.2.3.10"], tags=["expiry", "binding", "time"])
def binding_expired_after_signature() -> Draft:
    """The binding signature expired after the data was signed, before the reference time.

    The subkey was Alice's when it signed, and nothing valid says so now.
    """
    draft = bound_by(
        Binding(expires_after=validity(AFTER_SIGNATURE)),
        expect=undefined(
            WHICH_MOMENT,
            Wrong.UNBOUND_KEY,
            Wrong.KEY_EXPIRED,
            Wrong.SIGNATURE_EXPIRED,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )
    return replace(draft, time_dependent=True)


@subkeys.vector("5.2.3.10", "5.2.3.18", rfc4880=["5.2.3.3"], tags=["expiry", "rebinding"])
def binding_expired_beside_older_good() -> Draft:
    """A newer binding expired before the subkey signed; an older one never expires.

    The most recent *valid* one counts, and that is the older one, if an expired signature is not
    valid; or the newer one withdrew the older.
    """
    return bound_by(
        Binding(),
        Binding(created=day(2021, 1, 1), expires_after=DAY),
        expect=undefined(
            "Whether an expired self-signature makes room for an older one (5.2.3.10) is read "
            "differently.",
            Wrong.UNBOUND_KEY,
            Wrong.KEY_EXPIRED,
            Wrong.SIGNATURE_EXPIRED,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry", "primary"])
def primary_expired_before_signature() -> Draft:
    """The primary key expired in 2022; its subkey, which never expires, signed in 2024.

    A subkey lives by its primary key's word, which had expired. Who looks at the subkey alone
    accepts what was signed after the end that the owner set for all of it.
    """
    return with_certificate(named(primary_until(BEFORE_SIGNATURE)), reject(Wrong.KEY_EXPIRED))


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry", "primary", "time"])
def primary_expired_after_signature() -> Draft:
    """The primary key expired after its subkey signed, before the reference time.

    As with subkeys: judged by the time of signing the key was alive, by that of verifying not.
    """
    draft = with_certificate(
        named(primary_until(AFTER_SIGNATURE)),
        undefined(OLD_SIGNATURES, Wrong.KEY_EXPIRED, keys=[BY_ALICE]),
    )
    return replace(draft, time_dependent=True)


@subkeys.vector("5.2.3.13", rfc4880=["5.2.3.6"], tags=["expiry", "primary", "time"])
def primary_expires_later() -> Draft:
    """The primary key expires after the reference time.

    It is alive by any reading.
    """
    draft = with_certificate(named(primary_until(AFTER_REFERENCE)), accept(BY_ALICE))
    return replace(draft, time_dependent=True)


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "primary"])
def primary_extended_before_signature() -> Draft:
    """The primary key was to expire in 2022; a self-signature of 2021 says never.

    The most recent self-signature counts.
    """
    newer = SelfSignature(created=day(2021, 12, 1))
    return with_certificate(named(primary_until(BEFORE_SIGNATURE), newer), accept(BY_ALICE))


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "primary"])
def primary_shortened_before_signature() -> Draft:
    """The primary key was to live for ever; a self-signature of 2021 lets it expire in 2022.

    The most recent self-signature counts. Who goes by the first, or by the longest life, accepts
    what was signed after the end that the owner brought forward.
    """
    newer = primary_until(BEFORE_SIGNATURE, created=day(2021, 12, 1))
    return with_certificate(named(SelfSignature(), newer), reject(Wrong.KEY_EXPIRED))


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "direct-key"])
def primary_expired_by_direct_key_signature() -> Draft:
    """A direct-key signature lets the key expire in 2022; the user ID's says nothing about it.

    What a direct-key signature says applies to the entire key, the subkeys' fate included. Who
    reads user IDs only lets the key live for ever, though its owner set an end.
    """
    cert = alice(direct=[primary_until(BEFORE_SIGNATURE)])
    return with_certificate(cert, reject(Wrong.KEY_EXPIRED))


@subkeys.vector("5.2.3.10", "5.2.3.13", rfc4880=["5.2.3.3"], tags=["expiry", "direct-key"])
def primary_expiry_contradicts() -> Draft:
    """By the direct-key signature the key expired in 2022, by the user ID's it expires in 2025.

    Which one decides is open.
    """
    cert = alice(
        direct=[primary_until(BEFORE_SIGNATURE)],
        user_ids=[UserId(ALICE_NAME, (primary_until(AFTER_REFERENCE),))],
    )
    return with_certificate(
        cert,
        undefined(
            "Which of a direct-key signature and a user ID's decides about the key is not said "
            "for version 4 keys.",
            Wrong.KEY_EXPIRED,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.3.10", "5.2.3.27", rfc4880=["5.2.3.3"], tags=["expiry", "primary"])
def primary_expiry_differs_by_user_id() -> Draft:
    """By one user ID the key expired in 2022, by the primary user ID it never does.

    Resolving ambiguities by the primary user ID is reasonable, says section 5.2.3.27, and no more.
    """
    work = "Alice at work (pgp-accord TEST ONLY) <alice@work.accord.example>"
    cert = alice(
        user_ids=[
            UserId(ALICE_NAME, (SelfSignature(primary_user_id=True),)),
            UserId(work, (primary_until(BEFORE_SIGNATURE),)),
        ]
    )
    return with_certificate(
        cert,
        undefined(
            "How expiration times of several user IDs join is left to the implementation.",
            Wrong.KEY_EXPIRED,
            keys=[BY_ALICE],
        ),
    )


# Dates of keys and bindings


@subkeys.vector("5.5.2", "5.2.3.13", rfc4880=["5.5.2"], tags=["dates"])
def subkey_newer_than_signature() -> Draft:
    """The subkey was created a month after its signature.

    A key cannot sign before it exists: a date is forged. Who does not compare them lets whoever
    holds the subkey date signatures back to before it was there.
    """
    newer = Key("alice-signing", created=day(2024, 4, 1))
    return with_certificate(
        alice(subkeys=[signing_subkey(newer)]),
        reject(Wrong.KEY_NEWER_THAN_SIGNATURE, Wrong.UNBOUND_KEY),
        signed(by=newer),
    )


@subkeys.vector("5.2.1.8", "5.2.3.10", rfc4880=["5.2.1"], tags=["dates", "binding"])
def binding_newer_than_signature() -> Draft:
    """The subkey is old, its only binding is a month newer than its signature.

    Perhaps bound late, perhaps an older binding got lost as certificates were cleaned.
    """
    return bound_by(
        Binding(created=day(2024, 4, 1)),
        expect=undefined(
            "Whether a binding covers what the subkey signed before it is not said.",
            Wrong.UNBOUND_KEY,
            Wrong.KEY_NEWER_THAN_SIGNATURE,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )


@subkeys.vector("5.2.1.8", "5.2.3.11", rfc4880=["5.2.1"], tags=["dates", "binding", "time"])
def binding_from_future() -> Draft:
    """The only binding is dated a month after the reference time.

    Some clock is wrong.
    """
    draft = bound_by(
        Binding(created=day(2024, 7, 1)),
        expect=undefined(
            "No section says what a creation time later than the time of verification means.",
            Wrong.UNBOUND_KEY,
            Wrong.KEY_NEWER_THAN_SIGNATURE,
            Wrong.SIGNATURE_NOT_YET_VALID,
            Wrong.MISSING_KEY,
            keys=[BY_ALICE],
        ),
    )
    return replace(draft, time_dependent=True)


@subkeys.vector("10.1.3", rfc4880=["11.1"], tags=["dates"])
def subkey_older_than_primary() -> Draft:
    """The subkey was created a year before the primary key.

    As when a key in use is moved under a new primary key. Nothing forbids it.
    """
    older = Key("alice-signing", created=day(2019, 1, 1))
    binding = Binding(created=KEYS_CREATED)
    return with_certificate(
        alice(subkeys=[Subkey(older, (binding,))]),
        accept(older.under(ALICE)),
        signed(by=older),
    )


@subkeys.vector("10.1.3", rfc4880=["11.1"], tags=["baseline"])
def encryption_subkey_without_back_signature() -> Draft:
    """An encryption subkey without back-signature stands beside the signing subkey.

    Only signing subkeys need one; the other must not disturb.
    """
    cert = alice(subkeys=[encryption_subkey(BOB_SIGNING), signing_subkey(ALICE_SIGNING)])
    return with_certificate(cert, accept(BY_ALICE))


@subkeys.vector("5.2.1.8", rfc4880=["5.2.1"], tags=["binding"])
def unbound_subkey_beside_bound() -> Draft:
    """A subkey without binding stands beside the one that signed.

    Junk, appended by anybody. It must not disturb what is properly bound.
    """
    cert = alice(subkeys=[Subkey(MALLORY, ()), signing_subkey(ALICE_SIGNING)])
    return with_certificate(cert, accept(BY_ALICE))
