"""Certificates: a primary key, user IDs, subkeys, and the signatures that hold them together.

The parts are declared, each with good defaults, and `certificate` makes them real:

    certificate(ALICE, subkeys=[signing_subkey(ALICE_SIGNING, Binding(back=None))])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from harness.openpgp.armor import write_armor
from harness.openpgp.names import KeyFlag, SignatureType, Tag
from harness.openpgp.packets import Packet, write_packets
from harness.openpgp.signatures import Signature, write_signature
from harness.openpgp.subpackets import Subpacket, write_subpackets
from vectors.forge import signature as forge
from vectors.forge import subpackets
from vectors.forge.key import Key
from vectors.forge.signature import Made, make


@dataclass(frozen=True, kw_only=True)
class SelfSignature(Made):
    """A signature of the primary key over itself, alone or with a user ID.

    Attributes:
        kind: signature type; ``None`` for 0x13 over a user ID and 0x1F over the key.
        flags: key flags; ``None`` for no such subpacket.
        key_expires_after: validity of the key; ``None`` for no such subpacket.
        primary_user_id: whether the user ID is marked as the primary one.
    """

    kind: int | None = None
    flags: int | None = KeyFlag.CERTIFY
    key_expires_after: timedelta | None = None
    primary_user_id: bool = False


@dataclass(frozen=True, kw_only=True)
class BackSignature(Made):
    """A primary key binding signature (0x19): the subkey agrees to belong to the primary key.

    Attributes:
        kind: signature type.
    """

    kind: int = SignatureType.PRIMARY_KEY_BINDING


@dataclass(frozen=True, kw_only=True)
class Binding(Made):
    """A subkey binding signature (0x18).

    Attributes:
        flags: key flags; ``None`` for no such subpacket.
        key_expires_after: validity of the subkey; ``None`` for no such subpacket.
        back: the back-signature embedded in it; ``None`` for none.
        back_unhashed: whether the back-signature stands in the unhashed area.
    """

    flags: int | None = KeyFlag.SIGN
    key_expires_after: timedelta | None = None
    back: BackSignature | None = BackSignature()
    back_unhashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Revocation(Made):
    """A revocation: of a key (0x20), subkey (0x28) or certification (0x30), by where it stands.

    Attributes:
        reason: code of the reason for revocation; ``None`` for no such subpacket.
        text: the reason in words.
        kind: signature type; ``None`` for the one its place calls for.
    """

    reason: int | None
    text: str = ""
    kind: int | None = None


@dataclass(frozen=True, kw_only=True)
class Certification(Made):
    """What somebody else (``by``) certifies about a key, alone or with a user ID.

    Attributes:
        kind: signature type; ``None`` for 0x10 over a user ID and 0x1F over the key.
        says: the subpackets that belong to it, such as a trust signature.
    """

    kind: int | None = None
    says: tuple[Subpacket, ...] = ()


Finished: TypeAlias = Signature | Packet
"""A signature made elsewhere, or any packet at all, put where a signature may stand."""

OnKey: TypeAlias = SelfSignature | Certification | Revocation | Finished
"""What may stand on a primary key, a user ID or a user attribute."""

OnSubkey: TypeAlias = Binding | Revocation | Finished
"""What may stand on a subkey."""


@dataclass(frozen=True)
class UserId:
    """A user ID packet and what certifies or revokes it.

    Attributes:
        text: the user ID; octets where it is not text.
        signatures: in the order they are written.
    """

    text: str | bytes
    signatures: tuple[OnKey, ...] = (SelfSignature(),)

    @property
    def octets(self) -> bytes:
        """The packet's body."""
        return self.text.encode() if isinstance(self.text, str) else self.text


@dataclass(frozen=True)
class UserAttribute:
    """A user attribute packet and what certifies or revokes it.

    Attributes:
        content: its subpackets (see `image`), or the packet's body as octets.
        signatures: in the order they are written.
    """

    content: tuple[Subpacket, ...] | bytes
    signatures: tuple[OnKey, ...] = (SelfSignature(flags=None),)

    @property
    def octets(self) -> bytes:
        """The packet's body."""
        return self.content if isinstance(self.content, bytes) else write_subpackets(self.content)


def image(jpeg: bytes, encoding: int = 1) -> Subpacket:
    """An image attribute (RFC 9580 section 5.12.1); encoding 1 is JPEG."""
    return Subpacket(1, bytes((16, 0, 1, encoding)) + bytes(12) + jpeg)


@dataclass(frozen=True)
class Subkey:
    """A subkey packet and what binds or revokes it.

    Attributes:
        key: the subkey.
        signatures: in the order they are written.
    """

    key: Key
    signatures: tuple[OnSubkey, ...] = (Binding(),)


def signing_subkey(key: Key, *signatures: OnSubkey) -> Subkey:
    """A subkey for signing data; without ``signatures``, properly bound."""
    return Subkey(key, signatures or (Binding(),))


def encryption_subkey(key: Key, *signatures: OnSubkey) -> Subkey:
    """A subkey for encryption; without ``signatures``, properly bound."""
    flags = KeyFlag.ENCRYPT_COMMUNICATIONS | KeyFlag.ENCRYPT_STORAGE
    return Subkey(key, signatures or (Binding(flags=flags, back=None),))


@dataclass(frozen=True)
class Certificate:
    """A finished certificate.

    Attributes:
        primary: its primary key.
        packets: all of it.
    """

    primary: Key
    packets: tuple[Packet, ...]

    @property
    def octets(self) -> bytes:
        """Its binary form."""
        return write_packets(self.packets)

    @property
    def armored(self) -> bytes:
        """Its ASCII-armored form."""
        return write_armor("PGP PUBLIC KEY BLOCK", self.octets)


def certificate(
    primary: Key,
    *,
    user_ids: Sequence[UserId | UserAttribute],
    subkeys: Sequence[Subkey] = (),
    direct: Sequence[OnKey] = (),
    revocations: Sequence[Revocation | Finished] = (),
) -> Certificate:
    """Make a certificate, its parts in the order of RFC 9580 section 10.1.3.

    ``revocations`` are of the primary key; those in ``direct`` are of type 0x30. User attributes
    stand among the user IDs as they are given.
    """
    packets = [Packet(Tag.PUBLIC_KEY, primary.body)]
    packets += (_packet(_on_key(primary, item)) for item in revocations)
    packets += (_packet(_direct(primary, item)) for item in direct)
    for named in user_ids:
        attribute = isinstance(named, UserAttribute)
        packets.append(Packet(Tag.USER_ATTRIBUTE if attribute else Tag.USER_ID, named.octets))
        over = (forge.user_attribute if attribute else forge.user_id)(primary, named.octets)
        packets += (_packet(certify(primary, item, over)) for item in named.signatures)
    for subkey in subkeys:
        packets.append(Packet(Tag.PUBLIC_SUBKEY, subkey.key.body))
        packets += (_packet(_on_subkey(primary, subkey.key, s)) for s in subkey.signatures)
    return Certificate(primary, tuple(packets))


def signature_packet(signature: Signature) -> Packet:
    """Put a signature into a packet."""
    return Packet(Tag.SIGNATURE, write_signature(signature))


def _packet(item: Finished) -> Packet:
    return item if isinstance(item, Packet) else signature_packet(item)


def _on_key(primary: Key, item: Revocation | Finished) -> Finished:
    return revoke_key(primary, item) if isinstance(item, Revocation) else item


def revoke_key(primary: Key, revocation: Revocation) -> Signature:
    """Make a key revocation (0x20), or what ``revocation.kind`` says, over a primary key."""
    return _revoke(primary, revocation, SignatureType.KEY_REVOCATION, forge.key(primary))


def _direct(primary: Key, item: OnKey) -> Finished:
    return certify(primary, item, forge.key(primary), direct=True)


def certify(primary: Key, item: OnKey, over: forge.Subject, direct: bool = False) -> Finished:
    """Make what stands on a user ID or user attribute, or (``direct``) on the primary key."""
    match item:
        case Revocation():
            return _revoke(primary, item, SignatureType.CERTIFICATION_REVOCATION, over)
        case SelfSignature():
            usual = SignatureType.DIRECT_KEY if direct else SignatureType.POSITIVE_CERTIFICATION
            return _self(primary, item, usual, over)
        case Certification():
            usual = SignatureType.DIRECT_KEY if direct else SignatureType.GENERIC_CERTIFICATION
            return _certification(primary, item, usual, over)
        case _:
            return item


def _on_subkey(primary: Key, subkey: Key, item: OnSubkey) -> Finished:
    match item:
        case Revocation():
            over = forge.subkey(primary, subkey)
            return _revoke(primary, item, SignatureType.SUBKEY_REVOCATION, over)
        case Binding():
            return bind(primary, subkey, item)
        case _:
            return item


def bind(primary: Key, subkey: Key, binding: Binding) -> Signature:
    """Make a subkey binding signature (0x18), with its back-signature."""
    created = binding.created or subkey.created
    back: list[Subpacket] = []
    if binding.back is not None:
        back.append(subpackets.embedded(bind_back(primary, subkey, binding.back, created)))
    says = _about_key(binding.flags, binding.key_expires_after)
    return make(
        binding,
        kind=SignatureType.SUBKEY_BINDING,
        subject=forge.subkey(primary, subkey),
        signer=primary,
        created=created,
        says=says if binding.back_unhashed else [*says, *back],
        says_unhashed=back if binding.back_unhashed else (),
    )


def bind_back(
    primary: Key, subkey: Key, back: BackSignature, created: datetime | None = None
) -> Signature:
    """Make a primary key binding signature (0x19), by default as old as the subkey."""
    return make(
        back,
        kind=back.kind,
        subject=forge.subkey(primary, subkey),
        signer=subkey,
        created=created or subkey.created,
    )


def _self(primary: Key, item: SelfSignature, kind: int, over: forge.Subject) -> Signature:
    says = _about_key(item.flags, item.key_expires_after)
    if item.primary_user_id:
        says.append(subpackets.primary_user_id())
    return make(
        item,
        kind=kind if item.kind is None else item.kind,
        subject=over,
        signer=primary,
        created=primary.created,
        says=says,
    )


def _certification(primary: Key, item: Certification, kind: int, over: forge.Subject) -> Signature:
    if item.by is None:
        raise ValueError("somebody has to certify")
    return make(
        item,
        kind=kind if item.kind is None else item.kind,
        subject=over,
        signer=item.by,
        created=primary.created,
        says=item.says,
    )


def _about_key(flags: int | None, validity: timedelta | None) -> list[Subpacket]:
    says: list[Subpacket] = []
    if flags is not None:
        says.append(subpackets.key_flags(flags, 1 + (flags > 0xFF)))
    if validity is not None:
        says.append(subpackets.key_expiration_time(validity))
    return says


def _revoke(primary: Key, item: Revocation, kind: int, over: forge.Subject) -> Signature:
    if item.created is None:
        raise ValueError("a revocation needs a date")
    reason = item.reason
    return make(
        item,
        kind=kind if item.kind is None else item.kind,
        subject=over,
        signer=primary,
        created=item.created,
        says=() if reason is None else [subpackets.revocation_reason(reason, item.text)],
    )
