"""Key files: several keys, copies of one, and files that hold none."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace as replaced

from harness.openpgp.armor import write_armor
from harness.openpgp.keys import PublicKey, write_public_key
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.names import RevocationReason as Reason
from harness.openpgp.names import Tag
from harness.openpgp.packets import Packet, write_packets
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Expectation
from vectors.forge.certificate import Certificate, Revocation, signing_subkey
from vectors.forge.key import Key
from vectors.forge.times import KEYS_CREATED, seconds
from vectors.suites.cast import BY_SMALL_ALICE, MALLORY_NAME, SMALL_ALICE, alice, lone, small_alice
from vectors.suites.expect import reject, undefined
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import SIGNED_BY, simple_signing
from vectors.suites.simple_signing.common import GOOD, SIGNER, STRANGER, with_files
from vectors.suites.simple_signing.validity import BEFORE, REVOKED

STRANGERS = lone(STRANGER, MALLORY_NAME)


@dataclass(frozen=True)
class Files:
    """Which key files there are.

    Attributes:
        title: in words.
        about: what follows.
        files: the files.
        expect: what is right.
    """

    title: str
    about: str
    files: tuple[Certificate | bytes, ...]
    expect: Expectation = GOOD


_EITHER = "Signatures by any of the keys are accepted, and no key takes another's place."
GOOD_IN_ARMOR = replaced(GOOD, rfc9580=("6.2", "10.1"), rfc4880=("6.2", "11.1"))
GOOD_WITH_TRUST = replaced(GOOD, rfc9580=("5.10", "10.1"), rfc4880=("5.10", "11.1"))


@simple_signing.family(
    {
        "good-then-stranger": Files(
            "Two key files, Alice's and then a stranger's", _EITHER, (small_alice(), STRANGERS)
        ),
        "stranger-then-good": Files(
            "Two key files, a stranger's and then Alice's", _EITHER, (STRANGERS, small_alice())
        ),
        "good-and-stranger-in-one": Files(
            "One key file, with Alice's certificate and then a stranger's",
            _EITHER,
            (small_alice().octets + STRANGERS.octets,),
        ),
        "stranger-and-good-in-one": Files(
            "One key file, with a stranger's certificate and then Alice's",
            _EITHER,
            (STRANGERS.octets + small_alice().octets,),
        ),
        "good-twice": Files(
            "Alice's certificate in two key files",
            "As when a key is installed by two packages. A copy says nothing new.",
            (small_alice(), small_alice()),
        ),
        "armored": Files(
            "An armored key file",
            "As keys are published. Armor is a way to write keys down, and changes none of them: "
            "who refuses it stops every image.",
            (small_alice().armored,),
            GOOD_IN_ARMOR,
        ),
        "two-in-one-armor-block": Files(
            "An armored key file with two certificates in its one block",
            "As gpg exports several keys.",
            (write_armor("PGP PUBLIC KEY BLOCK", STRANGERS.octets + small_alice().octets),),
            GOOD_IN_ARMOR,
        ),
        "trust-packets": Files(
            "A key file with trust packets, as in gpg's own keyring",
            "The manual calls it a keyring, and these packets belong there. They are no concern of "
            "others.",
            (
                write_packets(
                    packet
                    for of_certificate in small_alice().packets
                    for packet in (
                        [of_certificate, Packet(Tag.TRUST, b"\x06\x00")]
                        if of_certificate.tag in (Tag.PUBLIC_KEY, Tag.USER_ID, Tag.SIGNATURE)
                        else [of_certificate]
                    )
                ),
            ),
            GOOD_WITH_TRUST,
        ),
        "old-copy-first": Files(
            "Alice's certificate in two key files, the first without the subkey",
            "The newer copy is all that is needed.",
            (Certificate(SMALL_ALICE, small_alice().packets[:3]), small_alice()),
        ),
    },
    "10.1",
    "5.2.4",
    rfc4880=["11.1", "5.2.4"],
    tags=["keyring"],
)
def keys(m: Files) -> Draft:
    """{m.title}.

    {m.about}
    """
    return with_files(m.files, m.expect)


COMPROMISED = Revocation(reason=Reason.COMPROMISED, created=BEFORE)
REVOKED_COPY = alice(
    primary=SMALL_ALICE, subkeys=[signing_subkey(SIGNER)], revocations=[COMPROMISED]
)


@simple_signing.family(
    {
        "first": Files("first", "", (REVOKED_COPY, small_alice()), REVOKED),
        "last": Files("second", "", (small_alice(), REVOKED_COPY), REVOKED),
    },
    "5.2.1.11",
    rfc4880=["5.2.1"],
    tags=["keyring", "revocation"],
)
def keys_revoked_copy(m: Files) -> Draft:
    """Two key files with copies of the certificate, of which the {m.title} one is revoked.

    The old copy does not undo the revocation, which its owner made and which is at hand. A consumer
    that does not join the copies trusts a compromised key as long as an old file lies around.
    """
    return with_files(m.files, m.expect)


@dataclass(frozen=True)
class Other:
    """Something beside Alice's certificate that a consumer may not be able to use.

    Attributes:
        title: in words.
        octets: its octets.
        expect: what is right of signatures by Alice's keys: why that is left open.
    """

    title: str
    octets: bytes
    expect: Expectation


UNKNOWN_ALGORITHM = write_packets(
    [
        Packet(
            Tag.PUBLIC_KEY,
            write_public_key(PublicKey(4, seconds(KEYS_CREATED), 99, bytes(range(32)), 0)),
        ),
        Packet(Tag.USER_ID, MALLORY_NAME.encode()),
    ]
)
NO_KEYRING = undefined(
    "containers-policy.json(5) has key files hold keyrings, and does not say what becomes of the "
    "others if one does not.",
    Wrong.MISSING_KEY,
    Wrong.MALFORMED,
    keys=[BY_SMALL_ALICE],
)
NOT_ALL = undefined(
    "The manuals do not say what becomes of a keyring of which a consumer does not support every "
    "key.",
    Wrong.MISSING_KEY,
    Wrong.MALFORMED,
    Wrong.UNSUPPORTED,
    keys=[BY_SMALL_ALICE],
)
OTHERS = {
    "version-5": Other(
        "a certificate of version 5, LibrePGP's",
        lone(Key("ed25519-signing", Algorithm.EDDSA_LEGACY, version=5), MALLORY_NAME).octets,
        NOT_ALL,
    ),
    "cut-short": Other("a certificate that is cut short", STRANGERS.octets[:-20], NO_KEYRING),
    "unknown-algorithm": Other(
        "a certificate with a key of an unknown algorithm", UNKNOWN_ALGORITHM, NOT_ALL
    ),
    "garbage": Other("text without meaning", b"Trust me.\n", NO_KEYRING),
    "nothing": Other("nothing at all", b"", NO_KEYRING),
}


@dataclass(frozen=True)
class Beside:
    """Alice's certificate and something else, in some order, in one file or two."""

    other: Other
    good_first: bool
    one_file: bool

    @property
    def where(self) -> str:
        """In words."""
        place = "in the same file" if self.one_file else "in a file of its own"
        return f"{'behind' if self.good_first else 'before'} it, {place}"

    @property
    def files(self) -> tuple[bytes, ...]:
        """The key files."""
        parts = [small_alice().octets, self.other.octets]
        if not self.good_first:
            parts.reverse()
        return (b"".join(parts),) if self.one_file else tuple(parts)


BESIDE = {
    f"{'then' if good_first else 'after'}-{name}-in-{'one-file' if one_file else 'two-files'}": (
        Beside(other, good_first, one_file)
    )
    for name, other in OTHERS.items()
    for one_file in (True, False)
    for good_first in (True, False)
    if not (one_file and (name == "nothing" or (name == "cut-short" and not good_first)))
}
"""Nothing in the same file would be the baseline; what is cut short takes along what follows."""


@simple_signing.family(
    BESIDE,
    "10.1",
    rfc4880=["11.1"],
    tags=["keyring", "malformed"],
)
def good_key(m: Beside) -> Draft:
    """Alice's certificate, and {m.where}, {m.other.title}.

    Who leaves out what cannot be used accepts what Alice signed; who refuses it all stops every
    image for one bad key. Either way the order should not matter.
    """
    return with_files(m.files, m.other.expect)


@simple_signing.vector("4.2", "10.1", rfc4880=["4.2", "11.1"], tags=["keyring", "malformed"])
def good_key_swallowed() -> Draft:
    """In the same file, a certificate that is cut short stands before Alice's.

    Its last packet says that it is longer than what is left of it, and takes the beginning of
    Alice's certificate along. There is no key of hers to be read any more.
    """
    file = OTHERS["cut-short"].octets + small_alice().octets
    return with_files([file], NO_KEY)


NO_KEY = reject(Wrong.MISSING_KEY, Wrong.MALFORMED, reason=f"{SIGNED_BY}.")


@simple_signing.family(
    {
        "garbage": Files("is text without meaning", "", (b"Trust me.\n",), NO_KEY),
        "nothing": Files("is empty", "", (b"",), NO_KEY),
    },
    "10.1",
    rfc4880=["11.1"],
    tags=["keyring", "malformed"],
)
def only_key_file(m: Files) -> Draft:
    """The only key file {m.title}.

    There is no key, so that no signature can be by one. Who takes no keys for any key accepts
    everything.
    """
    return with_files(m.files, m.expect)


@simple_signing.vector("10.1", rfc4880=["11.1"], tags=["keyring"])
def no_key_files() -> Draft:
    """There are no key files.

    The list of them is empty, and no signature can be by a key in it.
    """
    return with_files([], reject(Wrong.MISSING_KEY, reason=f"{SIGNED_BY}."))


TWO_BLOCKS = undefined(
    "RFC 9580 describes one armored block in a file, containers-policy.json(5) a keyring; neither "
    "speaks of what follows the block's tail.",
    Wrong.MISSING_KEY,
    Wrong.MALFORMED,
    keys=[BY_SMALL_ALICE],
)


@simple_signing.family(
    {
        "good-first": Files(
            "Alice's and then a stranger's", "", (small_alice().armored + STRANGERS.armored,)
        ),
        "good-last": Files(
            "a stranger's and then Alice's", "", (STRANGERS.armored + small_alice().armored,)
        ),
    },
    "6.2",
    "10.1",
    rfc4880=["6.2", "11.1"],
    tags=["keyring", "armor"],
)
def two_armor_blocks(m: Files) -> Draft:
    """One key file with two armored certificates, {m.title}.

    As when published keys are appended to one another. Who stops after the first block does not
    notice that keys are missing, or that there are more than were read.
    """
    return with_files(m.files, TWO_BLOCKS)
