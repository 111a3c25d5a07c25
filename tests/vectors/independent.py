"""Verification by the cryptography library, with the hash input computed anew.

Shares nothing with the forge: framing is read with harness.openpgp, what is hashed follows RFC 9580
section 5.2.4 by the octets of the packet body, and the mathematics are the library's. Knows no
policy, no time, no flags: whether the numbers are right, and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    mldsa,
    padding,
    rsa,
)
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from harness.artifact import Artifact, Cleartext, Detached, Inline, SimpleSigning
from harness.openpgp.armor import dearmor
from harness.openpgp.cleartext import read_cleartext
from harness.openpgp.contents import decompress, read_literal
from harness.openpgp.errors import ReadError
from harness.openpgp.keys import fingerprint, public_part, read_material, read_public_key
from harness.openpgp.mpi import Mpi, read_mpis
from harness.openpgp.names import Tag
from harness.openpgp.packets import Packet, read_packets
from harness.openpgp.signatures import Signature, read_signature
from harness.openpgp.split import split_certificates
from harness.outcomes import AcceptedKey
from tests.vectors import slh_dsa


class Ripemd160(hashes.HashAlgorithm):
    """What the library calls by name, but has no class for."""

    name = "ripemd160"
    digest_size = 20
    block_size = 64


HASHES: dict[int, hashes.HashAlgorithm] = {
    1: hashes.MD5(),  # noqa: S303 - verifying is the point
    2: hashes.SHA1(),  # noqa: S303
    3: Ripemd160(),
    8: hashes.SHA256(),
    9: hashes.SHA384(),
    10: hashes.SHA512(),
    11: hashes.SHA224(),
    12: hashes.SHA3_256(),
    14: hashes.SHA3_512(),
}
CURVES: dict[str, ec.EllipticCurve] = {
    "2a8648ce3d030107": ec.SECP256R1(),
    "2b81040022": ec.SECP384R1(),
    "2b81040023": ec.SECP521R1(),
    "2b8104000a": ec.SECP256K1(),
    "2b2403030208010107": ec.BrainpoolP256R1(),
    "2b240303020801010b": ec.BrainpoolP384R1(),
    "2b240303020801010d": ec.BrainpoolP512R1(),
}
LINE_ENDS = (b"\r\n", b"\n")
"""What ends a line of a text beyond doubt."""
_BEGINNING = re.compile(rb"^-----BEGIN PGP SIGNED MESSAGE-----", re.MULTILINE)
SLH_DSA = {32: slh_dsa.SHAKE_128S, 33: slh_dsa.SHAKE_128F, 34: slh_dsa.SHAKE_256S}

MOST_LAYERS = 200
"""Layers of compression that are opened."""


def trailer(body: bytes) -> bytes:
    """What is hashed after the document, cut from the signature packet's body."""
    version = body[0]
    if version in (2, 3):
        return body[2:7]
    width = 4 if version == 6 else 2
    end = 4 + width + int.from_bytes(body[4 : 4 + width], "big")
    if version == 5:
        # draft-koch-librepgp, 5.2.4: documents come with the literal data's fields, here unset.
        fields = bytes(6) if body[1] in (0x00, 0x01) else b""
        return body[:end] + fields + b"\x05\xff" + end.to_bytes(8, "big")
    return body[:end] + bytes((version, 0xFF)) + end.to_bytes(4, "big")


def salt(body: bytes) -> bytes:
    """The salt of a version 6 signature."""
    return read_signature(body).salt if body[0] == 6 else b""


def verifies(key: bytes, body: bytes, hashed: bytes) -> bool:
    """Whether the numbers of a signature are right for a key and for what precedes the trailer."""
    try:
        signature = read_signature(body)
        algorithm = HASHES[signature.hash_algorithm]
        public = read_public_key(key)
    except (ReadError, KeyError):
        return False
    if signature.public_key_algorithm != public.algorithm:
        return False
    content = salt(body) + hashed + trailer(body)
    digest = hashlib.new(algorithm.name.replace("-", "_"), content, usedforsecurity=False).digest()
    try:
        _verify(key, signature, algorithm, digest)
    except (
        InvalidSignature,
        ValueError,
        ReadError,
        IndexError,
        KeyError,
        OverflowError,
        UnsupportedAlgorithm,
    ):
        return False
    return True


def _verify(
    key: bytes, signature: Signature, algorithm: hashes.HashAlgorithm, digest: bytes
) -> None:
    public = read_public_key(key)
    fields = read_material(public.algorithm, public.material).fields
    numbers = [item.value for item in fields if isinstance(item, Mpi)]
    material = signature.material
    match public.algorithm:
        case 1 | 2 | 3:
            n, e = numbers
            size = (n.bit_length() + 7) // 8
            value = read_mpis(material)[0].value.to_bytes(size, "big")
            rsa.RSAPublicNumbers(e, n).public_key().verify(
                value, digest, padding.PKCS1v15(), Prehashed(algorithm)
            )
        case 17:
            p, q, g, y = numbers
            group = dsa.DSAParameterNumbers(p, q, g)
            dsa.DSAPublicNumbers(y, group).public_key().verify(
                _dss(material), digest, Prehashed(algorithm)
            )
        case 19:
            oid, point = fields
            assert isinstance(oid, bytes)
            assert isinstance(point, Mpi)
            curve = CURVES[oid.hex()]
            ec.EllipticCurvePublicKey.from_encoded_point(curve, point.octets).verify(
                _dss(material), digest, ec.ECDSA(Prehashed(algorithm))
            )
        case 20:
            if signature.hash_algorithm != 8:
                raise ValueError("ElGamal signatures are checked with SHA-256 only")
            p, g, y = numbers
            a, b = (number.value for number in read_mpis(material))
            info = bytes.fromhex("3031300d060960864801650304020105000420")
            octets = (p.bit_length() + 7) // 8
            padded = b"\x01" + b"\xff" * (octets - 3 - len(info + digest)) + b"\0" + info + digest
            if pow(y, a, p) * pow(a, b, p) % p != pow(g, int.from_bytes(padded, "big"), p):
                raise InvalidSignature
        case 22 if fields[0] == bytes.fromhex("2b6571"):  # LibrePGP
            point = fields[1]
            assert isinstance(point, Mpi)
            value = b"".join(number.octets for number in read_mpis(material))
            ed448.Ed448PublicKey.from_public_bytes(point.octets).verify(value, digest)
        case 22:
            prefixed = numbers[0].to_bytes(33, "big")
            halves = (number.value.to_bytes(32, "big") for number in read_mpis(material))
            edwards = ed25519.Ed25519PublicKey.from_public_bytes(prefixed[1:])
            edwards.verify(b"".join(halves), digest)
        case 27:
            ed25519.Ed25519PublicKey.from_public_bytes(public.material).verify(material, digest)
        case 28:
            ed448.Ed448PublicKey.from_public_bytes(public.material).verify(material, digest)
        case 30:
            first, second = fields
            assert isinstance(first, bytes)
            assert isinstance(second, bytes)
            ed25519.Ed25519PublicKey.from_public_bytes(first).verify(material[:64], digest)
            mldsa.MLDSA65PublicKey.from_public_bytes(second).verify(material[64:], digest)
        case 31:
            first, second = fields
            assert isinstance(first, bytes)
            assert isinstance(second, bytes)
            ed448.Ed448PublicKey.from_public_bytes(first).verify(material[:114], digest)
            mldsa.MLDSA87PublicKey.from_public_bytes(second).verify(material[114:], digest)
        case 32 | 33 | 34:
            if not slh_dsa.verify(SLH_DSA[public.algorithm], public.material, digest, material):
                raise InvalidSignature
        case _:
            raise ValueError("not an algorithm that signs")


def _dss(material: bytes) -> bytes:
    r, s = (number.value for number in read_mpis(material))
    return encode_dss_signature(r, s)


@dataclass
class Component:
    """A key packet, and the signatures that follow it up to the next key or user ID."""

    body: bytes
    signatures: list[bytes] = field(default_factory=list)


@dataclass
class Certificate:
    """A certificate taken apart: primary key, subkeys, user IDs, each with what follows it."""

    primary: Component
    subkeys: list[Component] = field(default_factory=list)
    user_ids: list[Component] = field(default_factory=list)


def certificates(files: Iterable[bytes]) -> list[Certificate]:
    """Take apart all certificates of some files; what is none is passed over."""
    found: list[Certificate] = []
    for file in files:
        for part in split_certificates(dearmor(file)):
            packets = tuple(map(_public, _heeded(read_packets(part))))
            if packets and packets[0].tag == Tag.PUBLIC_KEY:
                found.append(_certificate(packets))
    return found


def _heeded(packets: Iterable[Packet]) -> Iterator[Packet]:
    """Leave out what is to be ignored in a certificate (RFC 9580 sections 5.8, 5.10, 5.14)."""
    return (p for p in packets if p.tag not in (Tag.MARKER, Tag.TRUST, Tag.PADDING))


def _public(packet: Packet) -> Packet:
    """Take the secret half off a key packet."""
    public = {Tag.SECRET_KEY: Tag.PUBLIC_KEY, Tag.SECRET_SUBKEY: Tag.PUBLIC_SUBKEY}
    if packet.tag not in public:
        return packet
    return Packet(public[Tag(packet.tag)], public_part(packet.body))


def _certificate(packets: tuple[Packet, ...]) -> Certificate:
    certificate = Certificate(Component(packets[0].body))
    current = certificate.primary
    for packet in packets[1:]:
        if packet.tag == Tag.SIGNATURE:
            current.signatures.append(packet.body)
            continue
        current = Component(packet.body)
        if packet.tag == Tag.PUBLIC_SUBKEY:
            certificate.subkeys.append(current)
        else:
            certificate.user_ids.append(current)
    return certificate


def documents(artifact: Artifact) -> list[tuple[bytes, bytes]]:
    """Give each signature packet's body with the document it stands for."""
    match artifact:
        case Detached(data=data, signature=signature):
            packets = read_packets(dearmor(signature))
            return [(p.body, data) for p in packets if p.tag == Tag.SIGNATURE]
        case Cleartext(message=message):
            return [found for part in _BEGINNING.split(message)[1:] for found in _framed(part)]
        case SimpleSigning(message=message) if message.startswith(b"-----BEGIN PGP SIGNED"):
            return documents(Cleartext(message=message))
        case Inline(message=message) | SimpleSigning(message=message):
            packets = tuple(flat(read_packets(dearmor(message))))
            literals = [read_literal(p.body).data for p in packets if p.tag == Tag.LITERAL_DATA]
            return [(p.body, literals[0]) for p in packets if p.tag == Tag.SIGNATURE]


def _framed(after_beginning: bytes) -> list[tuple[bytes, bytes]]:
    clear = read_cleartext(b"-----BEGIN PGP SIGNED MESSAGE-----" + after_beginning)
    packets = read_packets(dearmor(clear.signature_block))
    return [(p.body, clear.signed_text) for p in packets if p.tag == Tag.SIGNATURE]


def flat(packets: Iterable[Packet], layers: int = MOST_LAYERS) -> Iterator[Packet]:
    """The packets, and in place of compressed ones what is in them."""
    if not layers:
        raise ReadError("compressed too often")
    for packet in packets:
        if packet.tag == Tag.COMPRESSED_DATA:
            yield from flat(read_packets(decompress(packet.body)), layers - 1)
        else:
            yield packet


def signers(
    known: Iterable[Certificate],
    body: bytes,
    document: bytes,
    line_ends: Sequence[bytes] = LINE_ENDS,
) -> set[AcceptedKey]:
    """All keys of the certificates for which a document signature's numbers are right."""
    if len(body) > 1 and body[1 if body[0] > 3 else 2] == 0x01:
        document = b"\r\n".join(re.split(b"|".join(map(re.escape, line_ends)), document))
    return {
        AcceptedKey(signing=fingerprint(key.body), primary=fingerprint(cert.primary.body))
        for cert in known
        for key in (cert.primary, *cert.subkeys)
        if verifies(key.body, body, document)
    }


def right_keys(
    files: Iterable[bytes], artifact: Artifact, line_ends: Sequence[bytes] = LINE_ENDS
) -> list[set[AcceptedKey]]:
    """For each signature, the keys its numbers are right for; empty if nothing can be read."""
    try:
        known = certificates(files)
        signed = documents(artifact)
    except (ReadError, IndexError):
        return []
    return [signers(known, body, document, line_ends) for body, document in signed]


def framed(key: bytes, version: int) -> bytes:
    """A key as it is hashed in a signature of some version."""
    width, prefix = {5: (4, b"\x9a"), 6: (4, b"\x9b")}.get(version, (2, b"\x99"))
    return prefix + len(key).to_bytes(width, "big") + key


def is_bound(certificate: Certificate, subkey: Component) -> bool:
    """Whether some binding of a subkey, and some back-signature in it, have the right numbers."""
    for body in subkey.signatures:
        signature = read_signature(body)
        both = framed(certificate.primary.body, body[0]) + framed(subkey.body, body[0])
        if signature.type != 0x18 or not verifies(certificate.primary.body, body, both):
            continue
        areas = signature.hashed_subpackets + signature.unhashed_subpackets
        for embedded in (item.body for item in areas if item.type == 32):
            if embedded[1] == 0x19 and verifies(subkey.body, embedded, both):
                return True
    return False


def is_certified(certificate: Certificate) -> bool:
    """Whether some self-signature over the key or a user ID has the right numbers."""
    primary = certificate.primary
    for body in primary.signatures:
        if body[1] == 0x1F and verifies(primary.body, body, framed(primary.body, body[0])):
            return True
    for user_id in certificate.user_ids:
        for body in user_id.signatures:
            head = b"" if body[0] == 3 else b"\xb4" + len(user_id.body).to_bytes(4, "big")
            hashed = framed(primary.body, body[0]) + head + user_id.body
            if read_signature(body).type in range(0x10, 0x14) and verifies(
                primary.body, body, hashed
            ):
                return True
    return False
