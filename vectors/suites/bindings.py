"""Bindings in detail: what may stand in a subkey binding and in its back-signature.

The subkey signs, and the data signature is right. What is odd is the binding signature by the
primary key (0x18), or the back-signature by the subkey embedded in it (0x19): the issuer it names,
subpackets that nobody knows, in either area, several of a kind. The rules are those for any
signature (RFC 9580, 5.2.3.7 to 5.2.3.9, 5.2.5); what is to be ignored does not bind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.openpgp.names import KeyFlag
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.subpackets import Subpacket
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation, Outcome
from vectors.forge import signature as forge
from vectors.forge import subpackets
from vectors.forge.certificate import (
    BackSignature,
    Binding,
    Certificate,
    Subkey,
    UserId,
    bind_back,
    certificate,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import SIGNER, Issuer
from vectors.forge.times import DAY, day
from vectors.suites.cast import (
    ALICE_V6,
    ALICE_V6_SIGNING,
    MALLORY_NAME,
    alice,
    signed,
    with_certificate,
)
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

bindings = Area(
    "bindings",
    __doc__,
    origins={
        "subpackets": "interoperability suite: binding signature subpackets; PGPainless",
        "issuer": "interoperability suite: binding signature subpackets; PGPainless",
        "back-signature": "interoperability suite: primary key binding signatures; RNP: case 15",
        "several": "RNP: subkey bindings; OpenPGP.js: subkey trust",
        "identity": "OpenPGP.js: subkey trust; go-crypto: cross-signature; rPGP: key selection",
    },
)

PRIMARY = Key("ed25519-primary", Algorithm.EDDSA_LEGACY)
SIGNING = Key("ed25519-signing", Algorithm.EDDSA_LEGACY)
OTHER = Key("p256", Algorithm.ECDSA)
"""A key of somebody else's, whose certificate is not known."""

BY_SUBKEY = SIGNING.under(PRIMARY)
UNBOUND = (Wrong.UNBOUND_KEY, Wrong.MISSING_KEY)
"""Implementations that drop what is not bound will say that the key is missing."""
ENCRYPT = KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE


def hers(*subkeys: Subkey) -> Certificate:
    """Alice's certificate, of small keys, with these subkeys."""
    return alice(primary=PRIMARY, subkeys=subkeys)


def bound_by(*by: Binding, expect: Expectation) -> Draft:
    """The signing subkey has these bindings; it signed the document."""
    return with_certificate(hers(Subkey(SIGNING, by)), expect, signed(by=SIGNING))


# What a binding and a back-signature hold


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is odd about a binding or a back-signature, and what follows.

    Attributes:
        title: what it does, in words.
        why: what is right, and why, in words.
        reason: why it is open; empty if it is not.
        void: whether the signature is to be ignored.
        classes: right classes besides those of an unbound key.
        rfc4880: what RFC 4880 has, where it says otherwise.
        issuer_key_id: as in `forge.Made`.
        issuer_fingerprint: as in `forge.Made`.
        hashed: further hashed subpackets.
        unhashed: further unhashed subpackets.
    """

    title: str = ""
    why: str = ""
    reason: str = ""
    void: bool = False
    classes: tuple[Wrong, ...] = ()
    rfc4880: Outcome | None = None
    issuer_key_id: Key | Issuer | None = SIGNER
    issuer_fingerprint: Key | Issuer | None = SIGNER
    hashed: tuple[Subpacket, ...] = ()
    unhashed: tuple[Subpacket, ...] = ()

    @property
    def expect(self) -> Expectation:
        """What is right for the data signature."""
        wrong = (*UNBOUND, *self.classes)
        if self.reason:
            return undefined(self.reason, *wrong, keys=[BY_SUBKEY], rfc4880=self.rfc4880)
        if self.void:
            keys = [BY_SUBKEY] if self.rfc4880 is Outcome.ACCEPT else []
            return reject(*wrong, keys=keys, rfc4880=self.rfc4880)
        return accept(BY_SUBKEY, rfc4880=self.rfc4880)

    @property
    def binding(self) -> Draft:
        """It is the binding that holds it."""
        made = Binding(
            issuer_key_id=self.issuer_key_id,
            issuer_fingerprint=self.issuer_fingerprint,
            hashed=self.hashed,
            unhashed=self.unhashed,
        )
        return bound_by(made, expect=self.expect)

    @property
    def back(self) -> Draft:
        """It is the back-signature that holds it."""
        back = BackSignature(
            issuer_key_id=self.issuer_key_id,
            issuer_fingerprint=self.issuer_fingerprint,
            hashed=self.hashed,
            unhashed=self.unhashed,
        )
        return bound_by(Binding(back=back), expect=self.expect)


WHICH_COUNTS = (
    "Several issuer key IDs may make sense, the last one should count, and any other resolution is "
    "left to the implementer (5.2.3.9)."
)


def issuers(signer: Key) -> dict[str, Content]:
    """What a signature made by ``signer`` may say about its issuer."""
    mine, strange = subpackets.issuer_key_id(signer), subpackets.issuer_key_id(OTHER)
    return {
        "two-issuers-right-one-last": Content(
            title="names two key IDs as issuers, first another key, then the right one",
            why="The last hashed subpacket should count, and it is right; but other resolutions "
            "are allowed. Whoever gives up at the first name loses good keys.",
            reason=WHICH_COUNTS,
            issuer_key_id=None,
            issuer_fingerprint=None,
            hashed=(strange, mine),
        ),
        "two-issuers-right-one-first": Content(
            title="names two key IDs as issuers, first the right one, then another key",
            why="One of the two made it. The last one should count, and is not the maker; but the "
            "place says who must have made it, and other resolutions are allowed.",
            reason=WHICH_COUNTS,
            issuer_key_id=None,
            issuer_fingerprint=None,
            hashed=(mine, strange),
        ),
    }


NOBODY_KNOWS = Subpacket(63, b"unheard of")
REMARK = subpackets.notation("unheard-of@accord.example", "whatever")
GROWTH = "Not marked critical, it is to be ignored by whoever does not know it."
IN_ERROR = (
    "Whoever does not know it is to take the signature to be in error, and ignore it. A verifier "
    "that skips it drops a condition its maker set."
)
NOT_SIGNED = (
    "The signature does not cover that area, so its maker need not have put it there. Whoever "
    "honours it goes by what the maker did not sign; not to honour it is not expressly allowed."
)
WHICH_AREA = "Section 5.2.3.7 does not distinguish the areas, 5.2.5 names the hashed one."
UNKNOWN = (Wrong.UNKNOWN_CRITICAL,)

SUBPACKETS = {
    "unknown-subpacket": Content(
        title="holds a subpacket of an unassigned type", why=GROWTH, hashed=(NOBODY_KNOWS,)
    ),
    "unknown-subpacket-unhashed": Content(
        title="holds a subpacket of an unassigned type in its unhashed area",
        why=GROWTH,
        unhashed=(NOBODY_KNOWS,),
    ),
    "unknown-critical-subpacket-unhashed": Content(
        title="holds a critical subpacket of an unassigned type in its unhashed area",
        why=NOT_SIGNED,
        reason=WHICH_AREA,
        classes=UNKNOWN,
        unhashed=(subpackets.critical(NOBODY_KNOWS),),
    ),
    "unknown-notation": Content(
        title="bears a notation that nobody knows", why=GROWTH, hashed=(REMARK,)
    ),
    "unknown-critical-notation": Content(
        title="bears a critical notation that nobody knows",
        why=IN_ERROR,
        void=True,
        classes=UNKNOWN,
        hashed=(subpackets.critical(REMARK),),
    ),
    "unknown-notation-unhashed": Content(
        title="bears a notation that nobody knows in its unhashed area",
        why=GROWTH,
        unhashed=(REMARK,),
    ),
    "unknown-critical-notation-unhashed": Content(
        title="bears a critical notation that nobody knows in its unhashed area",
        why=NOT_SIGNED,
        reason=WHICH_AREA,
        classes=UNKNOWN,
        unhashed=(subpackets.critical(REMARK),),
    ),
}


def but(contents: Mapping[str, Content], *names: str) -> dict[str, Content]:
    """All but these, which the area `subkeys` asks."""
    return {name: content for name, content in contents.items() if name not in names}


@bindings.family(
    issuers(PRIMARY), "5.2.3.9", "5.2.3.12", rfc4880=["5.2.3.5", "5.2.4.1"], tags=["issuer"]
)
def subkey_binding_with(m: Content) -> Draft:
    """The binding {m.title}.

    It verifies with the primary key above it. {m.why}
    """
    return m.binding


@bindings.family(
    issuers(SIGNING)
    | {
        "fingerprint-only": Content(
            title="names its issuer by fingerprint alone",
            why="The fingerprint is enough.",
            rfc4880=Outcome.UNDEFINED,
            issuer_key_id=None,
        ),
        "wrong-issuer": Content(
            title="names somebody else's key as its issuer, by key ID and by fingerprint",
            why="Whether its own claim to come from elsewhere matters is open.",
            reason="Whether a verifier checks a back-signature against the subkey, whatever issuer "
            "it names, is not said.",
            issuer_key_id=OTHER,
            issuer_fingerprint=OTHER,
        ),
    },
    "5.2.3.9",
    "5.2.3.12",
    "5.2.3.35",
    rfc4880=["5.2.3.5", "5.2.4.1"],
    tags=["issuer", "back-signature"],
)
def back_signature_with(m: Content) -> Draft:
    """The back-signature {m.title}.

    It verifies with the subkey it binds. {m.why}
    """
    return m.back


@bindings.family(
    but(SUBPACKETS, "unknown-subpacket"),
    "5.2.3.7",
    "5.2.3.24",
    "5.2.5",
    rfc4880=["5.2.3.1", "5.2.3.16"],
    tags=["subpackets"],
)
def subkey_binding_holds(m: Content) -> Draft:
    """The binding {m.title}.

    {m.why}
    """
    return m.binding


@bindings.family(
    SUBPACKETS,
    "5.2.3.7",
    "5.2.3.24",
    "5.2.5",
    rfc4880=["5.2.3.1", "5.2.3.16"],
    tags=["subpackets", "back-signature"],
)
def back_signature_holds(m: Content) -> Draft:
    """The back-signature {m.title}.

    {m.why}
    """
    return m.back


def of_version_6(signer: Key) -> Content:
    """It names this version 6 key by fingerprint: the maker's material, in version 6."""
    return Content(
        void=True,
        classes=(Wrong.MALFORMED, Wrong.UNSUPPORTED),
        rfc4880=Outcome.ACCEPT,
        issuer_fingerprint=signer,
    )


@bindings.vector("5.2.3.35", "5.2.5", rfc4880=["5.2.3.1"], tags=["issuer"])
def subkey_binding_names_version_6_key() -> Draft:
    """The binding, of version 4, names its issuer by key ID and by a version 6 fingerprint.

    The subpacket's version must be the signature's, else the signature is malformed and must be
    ignored; then nothing binds the subkey. RFC 4880 does not know the subpacket and ignores it. The
    clause is plain and new; few verifiers look at the issuer where the place says who made it.
    """
    return of_version_6(ALICE_V6).binding


@bindings.vector(
    "5.2.3.35",
    "5.2.5",
    rfc4880=["5.2.3.1"],
    tags=["issuer", "back-signature"],
)
def back_signature_names_version_6_key() -> Draft:
    """The back-signature, of version 4, names its issuer by key ID and by a version 6 fingerprint.

    It is malformed, as a binding would be, and must be ignored; then the subkey has not consented.
    RFC 4880 does not know the subpacket and ignores it.
    """
    return of_version_6(ALICE_V6_SIGNING).back


# Several back-signatures


CONSENT = subpackets.embedded(bind_back(PRIMARY, SIGNING, BackSignature()))
FAKE = subpackets.embedded(bind_back(PRIMARY, SIGNING, BackSignature(by=PRIMARY)))
"""Made by the primary key, which cannot consent for the subkey."""


@dataclass(frozen=True)
class Pair:
    """Two back-signatures in their order."""

    title: str
    both: tuple[Subpacket, ...]


PAIRS = {
    "good-first": Pair("a good one, then one by the primary key", (CONSENT, FAKE)),
    "good-last": Pair("one by the primary key, then a good one", (FAKE, CONSENT)),
}


@bindings.family(
    PAIRS,
    "5.2.1.8",
    "5.2.3.34",
    "5.2.5",
    rfc4880=["5.2.1", "5.2.3.26"],
    tags=["back-signature", "several"],
)
def back_signatures_unhashed(m: Pair) -> Draft:
    """Two back-signatures stand in the binding's unhashed area: {m.title}.

    The binding must have one made by the subkey, and it has. Anybody can add another to that area;
    whoever looks at one of them only lets anybody disable the subkey.
    """
    return bound_by(Binding(back=None, unhashed=m.both), expect=accept(BY_SUBKEY))


@bindings.vector(
    "5.2.1.8",
    "5.2.3.9",
    "5.2.3.34",
    "5.2.5",
    rfc4880=["5.2.1", "5.2.4.1"],
    tags=["back-signature", "several"],
)
def back_signatures_hashed_good_last() -> Draft:
    """Two back-signatures stand in the binding's hashed area: one by the primary key, a good one.

    The binding must have one made by the subkey, and it has; and where one has to be chosen, it
    should be the last.
    """
    return bound_by(Binding(back=None, hashed=(FAKE, CONSENT)), expect=accept(BY_SUBKEY))


@bindings.vector(
    "5.2.1.8",
    "5.2.3.9",
    "5.2.3.34",
    rfc4880=["5.2.1", "5.2.4.1"],
    tags=["back-signature", "several"],
)
def back_signatures_hashed_good_first() -> Draft:
    """Two back-signatures stand in the binding's hashed area: a good one, one by the primary key.

    The subkey did consent; but the owner of the primary key wrote the other one behind it.
    """
    return bound_by(
        Binding(back=None, hashed=(CONSENT, FAKE)),
        expect=undefined(
            "One made by the subkey is there (5.2.1.8); the last hashed one should count, and any "
            "other resolution is allowed (5.2.3.9).",
            *UNBOUND,
            keys=[BY_SUBKEY],
        ),
    )


@bindings.vector("5.2.1.9", rfc4880=["5.2.1"], tags=["back-signature", "dates"])
def back_signature_older_than_binding() -> Draft:
    """The back-signature is as old as the subkey, the binding is three years younger.

    As when a binding is renewed where the subkey's secret is not at hand: consent, once given,
    stays. No section ties its date to the binding's.
    """
    older = BackSignature(created=SIGNING.created)
    made = Binding(created=day(2023, 1, 1), back=older)
    return bound_by(made, expect=accept(BY_SUBKEY))


@bindings.vector("5.2.1.9", rfc4880=["5.2.1"], tags=["back-signature", "identity"])
def adopted_with_forged_back_signature() -> Draft:
    """Mallory binds Alice's subkey, and makes the back-signature with his own primary key.

    Only his certificate is known. The back-signature is over the right keys, of the right type, and
    names the subkey as its issuer; the subkey did not make it.
    """
    mallory = PRIMARY  # of the subkey's algorithm, so that nothing else gives him away
    forged = BackSignature(by=mallory, issuer_key_id=SIGNING, issuer_fingerprint=SIGNING)
    cert = certificate(
        mallory,
        user_ids=[UserId(MALLORY_NAME)],
        subkeys=[Subkey(SIGNING, (Binding(back=forged),))],
    )
    return with_certificate(cert, reject(*UNBOUND), signed(by=SIGNING))


# Several bindings, several subkeys


@bindings.vector("5.2.3.10", rfc4880=["5.2.3.3"], tags=["several", "flags"])
def newest_of_many_counts() -> Draft:
    """Five bindings in no order: three for signing, two for encryption; the newest says signing.

    The most recent valid one counts, wherever it stands. Taking the first, the last, or the oldest
    gets it wrong here.
    """
    for_encryption = Binding(flags=ENCRYPT, back=None)
    return bound_by(
        replace(for_encryption, created=day(2023, 1, 1)),
        Binding(created=day(2022, 1, 1)),
        Binding(created=day(2024, 2, 1)),
        Binding(created=day(2021, 1, 1)),
        replace(for_encryption, created=day(2020, 6, 1)),
        expect=accept(BY_SUBKEY),
    )


@bindings.vector("5.2.3.10", "5.2.5", rfc4880=["5.2.3.3"], tags=["several"])
def one_good_among_void() -> Draft:
    """One good binding stands among four newer ones that are void.

    They are damaged, made by somebody else, over another subkey, and with an unknown critical
    subpacket. Void ones must not keep a verifier from the good one.
    """
    newer = Binding(created=day(2023, 1, 1))
    other_subkey = Key("ed25519-signing", Algorithm.EDDSA_LEGACY, created=day(2021, 1, 1))
    return bound_by(
        replace(newer, damaged=True),
        replace(newer, created=day(2023, 1, 2), by=OTHER),
        Binding(),
        replace(newer, created=day(2023, 1, 3), over=forge.subkey(PRIMARY, other_subkey)),
        replace(newer, created=day(2023, 1, 4), hashed=(subpackets.critical(NOBODY_KNOWS),)),
        expect=accept(BY_SUBKEY),
    )


@bindings.vector("10.1.3", "5.2.1.8", rfc4880=["11.1"], tags=["several"])
def subkey_twice() -> Draft:
    """The subkey stands in the certificate twice, each time with the same binding.

    As when copies of a certificate are joined carelessly. It is bound, twice over.
    """
    cert = hers(signing_subkey(SIGNING), signing_subkey(SIGNING))
    return with_certificate(cert, accept(BY_SUBKEY), signed(by=SIGNING))


@bindings.vector("10.1.3", "5.5.4", rfc4880=["11.1", "12.2"], tags=["several", "identity"])
def two_subkeys_of_one_material() -> Draft:
    """Two signing subkeys have the same key material and differ by their creation dates.

    Both would verify the signature; it names the second by its fingerprint, and that one is to be
    reported. Whoever identifies keys by their material (as GnuPG's keygrip does) may name either.
    """
    younger = Key("ed25519-signing", Algorithm.EDDSA_LEGACY, created=day(2020, 1, 1) + 30 * DAY)
    cert = hers(signing_subkey(SIGNING), signing_subkey(younger))
    return with_certificate(cert, accept(younger.under(PRIMARY)), signed(by=younger))
