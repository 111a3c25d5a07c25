"""Two faults at once: every pair of a dozen, and each alone for comparison.

Verifiers count reasons against a signature, and some lose count: a branch that notices one fault
may leave out the check for the next, so that two wrongs make a right. What is expected is derived:
if either fault calls for rejection, so do both together, for either reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from harness.openpgp.names import HashAlgorithm, KeyFlag
from harness.openpgp.names import RevocationReason as Reason
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Expectation, Outcome, Use
from vectors.forge import subpackets
from vectors.forge.artifacts import detached
from vectors.forge.certificate import (
    Binding,
    Revocation,
    SelfSignature,
    UserId,
    signing_subkey,
)
from vectors.forge.key import Key
from vectors.forge.signature import Made, sign
from vectors.forge.times import DAY, SIGNED, day
from vectors.suites.cast import ALICE_NAME, SMALL_ALICE, SMALL_ALICE_SIGNING, TEXT, alice
from vectors.suites.legacy import NO_SELF_SIGNATURE
from vectors.suites.registry import Area, Draft

combined = Area("combined", __doc__)

T = TypeVar("T")

CERTIFIED, BOUND, MADE = SelfSignature(), Binding(), Made()
"""Without faults."""
WEAK_KEY = Key("rsa1024")
RECENT = day(2024, 2, 1)
"""A month before the data was signed."""
EARLIER = day(2023, 1, 1)
"""A year before the data was signed."""
FUTURE = day(2024, 7, 1)
"""A month after the reference time."""
NOTE = subpackets.critical(subpackets.notation("unheard-of@accord.example", "whatever"))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is made; without faults unless changed.

    Attributes:
        signing: the subkey that signs.
        certified: the certification of the user ID.
        bound: the binding of the subkey.
        revocations: of the subkey.
        made: the data signature.
        delivered: the data that comes with it.
    """

    signing: Key = SMALL_ALICE_SIGNING
    certified: SelfSignature = CERTIFIED
    bound: Binding = BOUND
    revocations: tuple[Revocation, ...] = ()
    made: Made = MADE
    delivered: bytes = TEXT


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that can be wrong.

    Attributes:
        what: a clause, for people.
        put: puts it into a plan.
        classes: what is right to say.
        rfc9580: the sections that decide.
        rfc4880: the sections of RFC 4880.
        outcome: what RFC 9580 says.
        old_outcome: what RFC 4880 says.
        reason: for an undefined outcome.
        depends: what a policy would have to allow.
        timed: whether it depends on the reference time.
    """

    what: str
    put: Callable[[Plan], Plan]
    classes: tuple[Wrong, ...]
    rfc9580: tuple[str, ...]
    rfc4880: tuple[str, ...]
    outcome: Outcome = Outcome.REJECT
    old_outcome: Outcome = Outcome.REJECT
    reason: str = ""
    depends: tuple[Dependency, ...] = ()
    timed: bool = False


def weak_key(plan: Plan) -> Plan:
    return replace(plan, signing=WEAK_KEY)


def weak_hash(plan: Plan) -> Plan:
    return replace(plan, made=replace(plan.made, hash=HashAlgorithm.SHA1))


def weak_self_signature(plan: Plan) -> Plan:
    return replace(plan, certified=SelfSignature(hash=HashAlgorithm.SHA1, created=RECENT))


def expired_key(plan: Plan) -> Plan:
    age = EARLIER - plan.signing.created
    return replace(plan, bound=replace(plan.bound, key_expires_after=age))


def expired_signature(plan: Plan) -> Plan:
    return replace(plan, made=replace(plan.made, expires_after=DAY))


def revoked_hard(plan: Plan) -> Plan:
    return _revoked(plan, Reason.COMPROMISED)


def revoked_soft(plan: Plan) -> Plan:
    return _revoked(plan, Reason.SUPERSEDED)


def _revoked(plan: Plan, reason: int) -> Plan:
    revocation = Revocation(reason=reason, created=EARLIER)
    return replace(plan, revocations=(*plan.revocations, revocation))


def without_back_signature(plan: Plan) -> Plan:
    return replace(plan, bound=replace(plan.bound, back=None))


def wrong_flags(plan: Plan) -> Plan:
    flags = KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE
    return replace(plan, bound=replace(plan.bound, flags=flags))


def tampered(plan: Plan) -> Plan:
    return replace(plan, delivered=TEXT.replace(b"Alice", b"Mallory"))


def critical_notation(plan: Plan) -> Plan:
    return replace(plan, made=replace(plan.made, hashed=(*plan.made.hashed, NOTE)))


def future(plan: Plan) -> Plan:
    return replace(plan, made=replace(plan.made, created=FUTURE))


FAULTS = {
    "weak-key": Fault(
        what="the subkey that signs has 1024 bits of RSA",
        put=weak_key,
        classes=(Wrong.WEAK_KEY, Wrong.UNBOUND_KEY, Wrong.UNSUPPORTED),
        rfc9580=("12.4",),
        rfc4880=("13.5",),
        old_outcome=Outcome.ACCEPT,
        depends=(Dependency(use=Use.DATA, made=SIGNED, key="RSA-1024"),),
    ),
    "weak-hash": Fault(
        what="the data signature uses SHA-1",
        put=weak_hash,
        classes=(Wrong.WEAK_HASH,),
        rfc9580=("9.5",),
        rfc4880=("9.4",),
        old_outcome=Outcome.ACCEPT,
        depends=(Dependency(use=Use.DATA, made=SIGNED, hash="SHA1"),),
    ),
    "weak-self-signature": Fault(
        what="the only self-signature over the user ID uses SHA-1, and is recent",
        put=weak_self_signature,
        classes=(Wrong.WEAK_HASH, Wrong.UNBOUND_KEY, Wrong.MISSING_KEY),
        rfc9580=("9.5",),
        rfc4880=("9.4",),
        outcome=Outcome.UNDEFINED,
        old_outcome=Outcome.ACCEPT,
        reason=NO_SELF_SIGNATURE,
        depends=(Dependency(use=Use.SELF_SIGNATURE, made=RECENT, hash="SHA1"),),
    ),
    "expired-key": Fault(
        what="the subkey expired a year before it signed",
        put=expired_key,
        classes=(Wrong.KEY_EXPIRED,),
        rfc9580=("5.2.3.13",),
        rfc4880=("5.2.3.6",),
    ),
    "expired-signature": Fault(
        what="the signature was good for one day",
        put=expired_signature,
        classes=(Wrong.SIGNATURE_EXPIRED,),
        rfc9580=("5.2.3.18",),
        rfc4880=("5.2.3.10",),
        timed=True,
    ),
    "revoked-as-compromised": Fault(
        what="the subkey was revoked as compromised a year before it signed",
        put=revoked_hard,
        classes=(Wrong.KEY_REVOKED,),
        rfc9580=("5.2.1.12", "5.2.3.31"),
        rfc4880=("5.2.1", "5.2.3.23"),
    ),
    "revoked-as-superseded": Fault(
        what="the subkey was revoked as superseded a year before it signed",
        put=revoked_soft,
        classes=(Wrong.KEY_REVOKED,),
        rfc9580=("5.2.1.12", "5.2.3.31"),
        rfc4880=("5.2.1", "5.2.3.23"),
    ),
    "no-back-signature": Fault(
        what="the binding of the subkey holds no back-signature",
        put=without_back_signature,
        classes=(Wrong.UNBOUND_KEY,),
        rfc9580=("5.2.1.8", "10.1.5"),
        rfc4880=("5.2.1", "11.1"),
    ),
    "wrong-flags": Fault(
        what="the subkey may only encrypt",
        put=wrong_flags,
        classes=(Wrong.WRONG_KEY_USAGE,),
        rfc9580=("5.2.3.29",),
        rfc4880=("5.2.3.21",),
    ),
    "tampered": Fault(
        what="the data was changed",
        put=tampered,
        classes=(Wrong.BAD_SIGNATURE,),
        rfc9580=("5.2.4",),
        rfc4880=("5.2.4",),
    ),
    "critical-notation": Fault(
        what="the signature bears a critical notation that nobody knows",
        put=critical_notation,
        classes=(Wrong.UNKNOWN_CRITICAL,),
        rfc9580=("5.2.3.24", "5.2.3.7"),
        rfc4880=("5.2.3.16",),
    ),
    "future": Fault(
        what="the signature was made a month after the reference time",
        put=future,
        classes=(Wrong.SIGNATURE_NOT_YET_VALID,),
        rfc9580=("5.2.3.11",),
        rfc4880=("5.2.3.4",),
        outcome=Outcome.UNDEFINED,
        old_outcome=Outcome.UNDEFINED,
        reason="No section says what a creation time after the time of verification means.",
        timed=True,
    ),
}


@dataclass(frozen=True)
class Together:
    """One fault, or two."""

    faults: tuple[Fault, ...]

    @property
    def what(self) -> str:
        """Both clauses, as the beginning of a sentence."""
        text = ", and ".join(fault.what for fault in self.faults)
        return text[0].upper() + text[1:]

    @property
    def therefore(self) -> str:
        """What follows, in words."""
        if self.outcome is Outcome.UNDEFINED:
            return "The RFC leaves it open, so that both answers are right."
        if len(self.faults) == 1:
            return "It is to be rejected for that, with nothing else wrong."
        if all(fault.outcome is Outcome.REJECT for fault in self.faults):
            return "Either fault alone calls for rejection, and so do both together."
        return "One of the two calls for rejection, and the other does not make up for it."

    @property
    def outcome(self) -> Outcome:
        """What RFC 9580 says of all of them together."""
        return _gravest(fault.outcome for fault in self.faults)

    @property
    def expectation(self) -> Expectation:
        """Derived from what is right for each of the faults."""
        old = _gravest(fault.old_outcome for fault in self.faults)
        undecided = self.outcome is Outcome.UNDEFINED
        signing = WEAK_KEY if FAULTS["weak-key"] in self.faults else SMALL_ALICE_SIGNING
        may_accept = self.outcome is not Outcome.REJECT or old is not Outcome.REJECT
        return Expectation(
            outcome=self.outcome,
            keys=(signing.under(SMALL_ALICE),) if may_accept else (),
            classes=_union(fault.classes for fault in self.faults),
            rfc9580=_union(fault.rfc9580 for fault in self.faults),
            rfc4880=_union(fault.rfc4880 for fault in self.faults),
            rfc4880_outcome=None if old is self.outcome else old,
            depends=_union(fault.depends for fault in self.faults) if old is Outcome.ACCEPT else (),
            reason=" ".join(fault.reason for fault in self.faults) if undecided else "",
        )


def _gravest(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    order = (Outcome.REJECT, Outcome.UNDEFINED, Outcome.ACCEPT)
    return next(outcome for outcome in order if outcome in found)


def _union(tuples: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for items in tuples for item in items))


IMPOSSIBLE = {("expired-signature", "future")}
"""What is not yet valid cannot have expired already."""

ONES = {name: Together((fault,)) for name, fault in FAULTS.items()}
PAIRS = {
    f"{first}-and-{second}": Together((FAULTS[first], FAULTS[second]))
    for first, second in combinations(FAULTS, 2)
    if (first, second) not in IMPOSSIBLE
}


def made(together: Together) -> Draft:
    """Put the faults into one vector."""
    plan = Plan()
    for fault in together.faults:
        plan = fault.put(plan)
    signature = sign(TEXT, plan.signing, plan.made)
    certificate = alice(
        primary=SMALL_ALICE,
        user_ids=[UserId(ALICE_NAME, (plan.certified,))],
        subkeys=[signing_subkey(plan.signing, plan.bound, *plan.revocations)],
    )
    return Draft(
        certificates=[certificate],
        artifact=detached(plan.delivered, signature),
        expect=together.expectation,
        time_dependent=any(fault.timed for fault in together.faults),
    )


@combined.family(ONES, tags=["combined", "one"], provenance="baseline of the pairs")
def only(m: Together) -> Draft:
    """{m.what}; nothing else is wrong.

    {m.therefore} Alone, for comparison: who accepts it here misses this fault; who only accepts a
    pair of it loses count.
    """
    return made(m)


@combined.family(
    PAIRS,
    tags=["combined", "pair"],
    provenance="pairwise testing",
)
def both(m: Together) -> Draft:
    """{m.what}.

    {m.therefore} Who accepts it although it rejects each of them alone forgets one reason over the
    other, and so will an attacker's two faults pass where one would not.
    """
    return made(m)
