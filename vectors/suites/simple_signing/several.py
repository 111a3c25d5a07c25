"""More than one signature in a blob, which may hold one only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.packets import Packet
from harness.openpgp.signatures import Signature
from harness.outcomes import ErrorClass as Wrong
from vectors.forge.artifacts import bracketed, literal, one_pass_message, prefixed_message
from vectors.forge.certificate import signature_packet
from vectors.forge.key import Key
from vectors.forge.signature import sign
from vectors.forge.simple_signing import signed_payload
from vectors.suites.cast import SMALL_BOB, lone, small_bob
from vectors.suites.expect import reject
from vectors.suites.registry import Draft
from vectors.suites.simple_signing.area import FORM, family, simple_signing, vector
from vectors.suites.simple_signing.common import (
    NO_MESSAGE,
    PAYLOAD,
    SIGNER,
    STRANGER,
    asked,
    later,
    with_files,
)


def two(
    first: tuple[Signature, Key], second: tuple[Signature, Key], *, nested: bool = False
) -> list[Packet]:
    """A message with two signatures, of which ``first`` is the first to stand behind the text."""
    return list(bracketed([literal(PAYLOAD)], second, first, nested=nested))


BY_ALICE_ONCE = sign(PAYLOAD, SIGNER), SIGNER
BY_ALICE_AGAIN = sign(PAYLOAD, SIGNER, later()), SIGNER
BY_BOB_ONCE = sign(PAYLOAD, SMALL_BOB), SMALL_BOB
BY_STRANGER = sign(PAYLOAD, STRANGER), STRANGER
DAMAGED = sign(PAYLOAD, SIGNER, replace(later(), damaged=True)), SIGNER

MANY = f"{FORM}: not more than one signature packet."
"""Why a blob with several signatures is refused, however good they are."""
TOO_MANY = (Wrong.MALFORMED, Wrong.POLICY_OTHER, Wrong.UNSUPPORTED)
"""What is right to say then: the blob is not of the form that the manual has, or the rule is one of
the consumer's; or it takes no such messages."""


@dataclass(frozen=True)
class Several:
    """A message with several signatures.

    Attributes:
        title: in words.
        about: what it would mean to accept it.
        packets: the message.
        others: classes that are right, too.
    """

    title: str
    about: str
    packets: Sequence[Packet]
    others: tuple[Wrong, ...] = ()


_PICKS = "Who picks one of them lets the order, which nobody signed, decide whose image it is."
_SPOILS = "Whichever a consumer looks at first, the other one is not as it should be."


@family(
    {
        "by-one-key": Several(
            "by the same key, a day apart",
            "Both are good. One signature makes one claim; consumers that agree on that agree on "
            "every blob.",
            two(BY_ALICE_ONCE, BY_ALICE_AGAIN),
        ),
        "by-two-known-keys": Several(
            "by Alice's key, then by Bob's", _PICKS, two(BY_ALICE_ONCE, BY_BOB_ONCE)
        ),
        "by-two-known-keys-reversed": Several(
            "by Bob's key, then by Alice's", _PICKS, two(BY_BOB_ONCE, BY_ALICE_ONCE)
        ),
        "good-then-unknown": Several(
            "a good one, then one by a key that nobody has",
            _SPOILS,
            two(BY_ALICE_ONCE, BY_STRANGER),
            (Wrong.MISSING_KEY,),
        ),
        "unknown-then-good": Several(
            "one by a key that nobody has, then a good one",
            _SPOILS,
            two(BY_STRANGER, BY_ALICE_ONCE),
            (Wrong.MISSING_KEY,),
        ),
        "good-then-bad": Several(
            "a good one, then one that is wrong in one bit",
            _SPOILS,
            two(BY_ALICE_ONCE, DAMAGED),
            (Wrong.BAD_SIGNATURE,),
        ),
        "bad-then-good": Several(
            "one that is wrong in one bit, then a good one",
            _SPOILS,
            two(DAMAGED, BY_ALICE_ONCE),
            (Wrong.BAD_SIGNATURE,),
        ),
        "twice-the-same": Several(
            "one and the same, twice",
            "It says nothing new. Two packets are more than one.",
            two(BY_ALICE_ONCE, BY_ALICE_ONCE),
        ),
        "nested": Several(
            "one around a signed message, each announced as the last",
            "The outer one is announced as a notary's, over the message within.",
            two(BY_ALICE_ONCE, BY_BOB_ONCE, nested=True),
            (Wrong.BAD_SIGNATURE,),
        ),
        "old-style": Several(
            "two before the text, as in old messages",
            "Both are good.",
            prefixed_message(PAYLOAD, BY_ALICE_ONCE[0], BY_ALICE_AGAIN[0]),
        ),
        "unknown-version": Several(
            "a good one, then one of version 10",
            "What cannot be read is a signature packet, too.",
            [
                replace(packet, body=b"\x0a" + packet.body[1:]) if at in (0, 4) else packet
                for at, packet in enumerate(two(BY_ALICE_ONCE, BY_ALICE_AGAIN))
            ],
        ),
    },
    "several",
)
def signatures(m: Several) -> Draft:
    """Two signatures: {m.title}.

    One signature packet is all that a blob may hold. {m.about}
    """
    return asked(m.packets, reject(*TOO_MANY, *m.others, reason=MANY), small_bob())


SIGNERS = [Key(f"signer-{n:02}", Algorithm.EDDSA_LEGACY) for n in range(1, 13)]


@vector("several")
def signatures_by_twelve() -> Draft:
    """Twelve signatures, all good, by twelve known keys.

    Twelve people who sign an image make twelve blobs.
    """
    names = [f"Signer {n} (pgp-accord TEST ONLY) <{n}@accord.example>" for n in range(1, 13)]
    packets = one_pass_message(PAYLOAD, *((sign(PAYLOAD, key), key) for key in SIGNERS))
    files = [lone(key, name) for key, name in zip(SIGNERS, names, strict=True)]
    return with_files(files, reject(*TOO_MANY, reason=MANY), packets)


@simple_signing.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["several", "form"])
def announced_twice_signed_once() -> Draft:
    """Two signatures are announced, and the outer one never comes.

    There is one signature packet, and it is good, but by the grammar the message is not complete.
    """
    message = two(BY_ALICE_ONCE, BY_BOB_ONCE)[:-1]
    return asked(message, reject(*NO_MESSAGE, reason=f"{FORM}."), small_bob())


@simple_signing.vector("5.4", "10.3", rfc4880=["5.4", "11.3"], tags=["several", "form"])
def announced_once_signed_twice() -> Draft:
    """Behind a good message stands another signature over the text, not announced.

    There are two signature packets, and by the grammar the message has ended before the second.
    """
    message = [*signed_payload(PAYLOAD, SIGNER), signature_packet(BY_BOB_ONCE[0])]
    return asked(message, reject(*NO_MESSAGE, Wrong.UNSUPPORTED, reason=MANY), small_bob())
