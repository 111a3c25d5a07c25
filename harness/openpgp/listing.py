"""Packet listings for people: what is in a certificate, a signature or a message.

Whatever is malformed is shown as such, with the reader's words for it, and the listing goes
on where it can. All text from the input is made harmless, long text is cut, and compressed
data is opened to a limit, so that a listing can be put in front of a user whatever it lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from harness.openpgp.armor import ArmorBlock, is_armored, read_armor
from harness.openpgp.cleartext import read_cleartext
from harness.openpgp.contents import decompress, read_literal
from harness.openpgp.errors import ReadError
from harness.openpgp.keys import (
    describe_key,
    fingerprint,
    key_id,
    public_part,
    read_public_key,
)
from harness.openpgp.mpi import read_mpis
from harness.openpgp.names import (
    AEAD_ALGORITHMS,
    COMPRESSIONS,
    FEATURES,
    HASHES,
    KEY_FLAGS,
    LITERAL_FORMATS,
    PACKETS,
    PUBLIC_KEY_ALGORITHMS,
    REVOCATION_REASONS,
    SIGNATURE_TYPES,
    SUBPACKETS,
    SYMMETRIC_ALGORITHMS,
    Names,
    SubpacketType,
    Tag,
    name_of,
)
from harness.openpgp.packets import Packet, length_width, walk_packets
from harness.openpgp.signatures import Signature, read_one_pass, read_signature
from harness.openpgp.subpackets import (
    Subpacket,
    read_algorithms,
    read_boolean,
    read_ciphersuites,
    read_flags,
    read_key_fingerprint,
    read_key_id,
    read_notation,
    read_revocation,
    read_revocation_key,
    read_signature_target,
    read_time,
    read_trust,
    scan_subpackets,
)

MAX_PACKETS = 20_000
"""Packets a listing shows at most."""

MAX_DECOMPRESSED = 16 * 1024 * 1024
"""Octets of compressed data a listing opens at most, over all packets."""

_MAX_TEXT = 1_000
_MAX_OCTETS = 64
_MAX_DEPTH = 8
_INDENT = "    "


def list_packets(data: bytes) -> str:
    """List the packets of a certificate, signature or message, armored or binary.

    Offsets count octets of the binary data (of each armored block). Times are UTC. Never
    raises; the text ends with a line end.
    """
    listing = _Listing()
    if is_armored(data):
        listing.armored(data)
    else:
        listing.packets(data)
    return "\n".join([*(listing.lines or ["no packets"]), ""])


def harmless(text: bytes | str) -> str:
    """Give text with everything escaped that could act on a terminal, a log or a reader.

    That is what is not printable (controls, line ends, escapes, bidirectional marks), octets
    that are not UTF-8, and the backslash, so that the result is unambiguous.
    """
    decoded = text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text
    if decoded.isprintable() and "\\" not in decoded:
        return decoded
    return "".join(map(_escape, decoded))


def _escape(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    if 0xDC80 <= code <= 0xDCFF:  # an octet that is not UTF-8, as surrogateescape keeps it
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _quoted(text: bytes) -> str:
    if len(text) <= _MAX_TEXT:
        return f'"{harmless(text)}"'
    return f'"{harmless(text[:_MAX_TEXT])}" and {len(text) - _MAX_TEXT} octets more'


def _hex(octets: bytes) -> str:
    if len(octets) <= _MAX_OCTETS:
        return octets.hex().upper() or "(empty)"
    return f"{octets[:_MAX_OCTETS].hex().upper()} and {len(octets) - _MAX_OCTETS} octets more"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Listing:
    """The lines of one listing, and what is left of its limits."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._packets_left = MAX_PACKETS
        self._octets_left = MAX_DECOMPRESSED

    def armored(self, text: bytes) -> None:
        if b"-----BEGIN PGP SIGNED MESSAGE-----" in text:
            self._cleartext(text)
        try:
            blocks = read_armor(text)
        except ReadError as error:
            self._malformed(0, error)
            return
        for block in blocks:
            self._add(0, _describe_block(block))
            for key, value in block.headers:
                self._add(1, f"{harmless(key[:_MAX_TEXT])}: {harmless(value[:_MAX_TEXT])}")
            self.packets(block.data)

    def _cleartext(self, text: bytes) -> None:
        try:
            cleartext = read_cleartext(text)
        except ReadError as error:
            self._malformed(0, error)
            return
        self._add(0, f"Cleartext signed message, text of {len(cleartext.text)} octets")
        for key, value in cleartext.headers:
            self._add(1, f"{harmless(key[:_MAX_TEXT])}: {harmless(value[:_MAX_TEXT])}")

    def packets(self, data: bytes, depth: int = 0) -> None:
        try:
            for start, _, packet in walk_packets(data):
                if self._packets_left == 0:
                    self._add(depth, f"listing ends here, after {MAX_PACKETS} packets")
                    return
                self._packets_left -= 1
                self._add(depth, f"{start}: {_describe_framing(packet)}")
                self._packet(packet, depth + 1)
        except ReadError as error:
            self._malformed(depth, error)

    def _packet(self, packet: Packet, depth: int) -> None:
        try:
            if packet.tag in _KEYS:
                self._key(packet.body, depth)
            elif packet.tag == Tag.SIGNATURE:
                self._signature(packet.body, depth)
            elif packet.tag == Tag.COMPRESSED_DATA:
                self._compressed(packet.body, depth)
            elif packet.tag in _SIMPLE:
                for line in _SIMPLE[packet.tag](packet.body):
                    self._add(depth, line)
            else:
                self._add(depth, _hex(packet.body))
        except ReadError as error:
            self._malformed(depth, error)

    def _key(self, body: bytes, depth: int) -> None:
        key = read_public_key(body)
        self._add(
            depth, f"version {key.version}, {describe_key(key)}, created {_time(key.created)}"
        )
        if key.expiry_days:
            self._add(depth, f"expires {key.expiry_days} days after creation")
        public = public_part(body)
        self._add(depth, f"fingerprint {fingerprint(public)}")
        self._add(depth, f"key ID {key_id(public)}")

    def _signature(self, body: bytes, depth: int) -> None:
        signature = read_signature(body)
        self._add(
            depth,
            f"version {signature.version}, {_signature_type(signature.type)}, "
            f"{name_of(PUBLIC_KEY_ALGORITHMS, signature.public_key_algorithm)}, "
            f"{name_of(HASHES, signature.hash_algorithm)}",
        )
        if signature.version <= 3:
            self._add(depth, f"created {_time(signature.v3_created)}")
            self._add(depth, f"issuer key ID {signature.v3_issuer.hex().upper()}")
            if signature.v3_hashed_length != 5:
                self._add(depth, f"hashed length {signature.v3_hashed_length}, must be 5")
        else:
            self._area("hashed", signature.hashed, signature, depth)
            self._area("unhashed", signature.unhashed, signature, depth)
        if signature.version == 6:
            self._add(depth, f"salt {_hex(signature.salt)}")
        self._add(depth, f"hash begins {signature.left16.hex().upper()}")
        self._add(depth, _describe_material(signature))

    def _area(self, name: str, area: bytes, signature: Signature, depth: int) -> None:
        if not area:
            self._add(depth, f"{name} subpackets: none")
            return
        self._add(depth, f"{name} subpackets, {len(area)} octets:")
        subpackets, fault = scan_subpackets(area)
        for subpacket in subpackets:
            self._subpacket(subpacket, signature, depth + 1)
        if fault is not None:
            self._malformed(depth + 1, fault)

    def _subpacket(self, subpacket: Subpacket, signature: Signature, depth: int) -> None:
        notes = ", critical" if subpacket.critical else ""
        if subpacket.length_width:
            notes += f", length in {subpacket.length_width} octets"
        title = f"{_subpacket_name(subpacket.type)}{notes}: "
        if subpacket.type == SubpacketType.EMBEDDED_SIGNATURE:
            self._add(depth, f"{title}{len(subpacket.body)} octets")
            if depth > 4 * _MAX_DEPTH:
                self._add(depth + 1, "nested too deep to list")
                return
            try:
                self._signature(subpacket.body, depth + 1)
            except ReadError as error:
                self._malformed(depth + 1, error)
            return
        try:
            value = _VALUES.get(subpacket.type, _hex)(subpacket.body)
            if subpacket.type == SubpacketType.EXPIRATION_TIME and signature.created is not None:
                expiry = signature.created + read_time(subpacket.body)
                value += f" (at {_time(expiry)})" if read_time(subpacket.body) else ""
        except ReadError as error:
            value = f"malformed: {error}: {_hex(subpacket.body)}"
        self._add(depth, title + value)

    def _compressed(self, body: bytes, depth: int) -> None:
        self._add(depth, name_of(COMPRESSIONS, body[0]) if body else "(empty)")
        if depth > _MAX_DEPTH:
            self._add(depth, "nested too deep to list")
            return
        data = decompress(body, self._octets_left)
        self._octets_left -= len(data)
        self._add(depth, f"{len(data)} octets decompressed")
        self.packets(data, depth)

    def _malformed(self, depth: int, error: ReadError) -> None:
        self._add(depth, f"malformed: {error}")

    def _add(self, depth: int, line: str) -> None:
        self.lines.append(_INDENT * depth + line)


def _describe_block(block: ArmorBlock) -> str:
    states = {
        None: "no checksum",
        True: "checksum right",
        False: "checksum wrong",
    }
    state = states[block.checksum_is_right]
    return f"Armored {harmless(block.label[:_MAX_TEXT])}, {state}"


def _describe_framing(packet: Packet) -> str:
    framing = packet.framing
    if framing.indeterminate:
        length = "indeterminate length"
    else:
        width = length_width(packet)
        length = f"{width}-octet length" + (" (overlong)" if framing.width else "")
    if framing.chunks:
        shown = ", ".join(map(str, framing.chunks[:8]))
        more = f" and {len(framing.chunks) - 8} more" if len(framing.chunks) > 8 else ""
        length = f"partial lengths {shown}{more}, last {length}"
    style = "old format" if framing.old else "new format"
    name = packet_name(packet.tag)
    return f"{name}, {len(packet.body)} octets ({style}, {length})"


def packet_name(tag: int) -> str:
    """Name a packet for people: ``Signature Packet (2)``, or ``packet 45 (unknown)``."""
    name = name_of(PACKETS, tag)
    return f"{name} Packet ({tag})" if tag in PACKETS.names else name


def _signature_type(value: int) -> str:
    name = name_of(SIGNATURE_TYPES, value)
    return f"{name} (0x{value:02x})" if value in SIGNATURE_TYPES.names else name


def _subpacket_name(value: int) -> str:
    name = name_of(SUBPACKETS, value)
    return f"{name} ({value})" if value in SUBPACKETS.names else name


def _describe_material(signature: Signature) -> str:
    if signature.public_key_algorithm in _MPI_SIGNATURES:
        try:
            numbers = read_mpis(signature.material)
        except ReadError as error:
            return f"signature malformed: {error}: {_hex(signature.material)}"
        return "signature " + ", ".join(
            f"{number.bits} bits"
            + ("" if number.value.bit_length() == number.bits else " (declared, untrue)")
            for number in numbers
        )
    return f"signature {len(signature.material)} octets"


_MPI_SIGNATURES = frozenset((1, 2, 3, 16, 17, 19, 20, 22))
_KEYS = frozenset((Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY, Tag.SECRET_KEY, Tag.SECRET_SUBKEY))


def _user_id(body: bytes) -> Iterable[str]:
    return (_quoted(body),)


def _literal(body: bytes) -> Iterable[str]:
    literal = read_literal(body)
    date = _time(literal.date) if literal.date else "none"
    return (
        f"{name_of(LITERAL_FORMATS, literal.format)}, name {_quoted(literal.name)}, date {date}",
        f"data of {len(literal.data)} octets: {_quoted(literal.data[:_MAX_OCTETS])}"
        + (" ..." if len(literal.data) > _MAX_OCTETS else ""),
    )


def _one_pass(body: bytes) -> Iterable[str]:
    one_pass = read_one_pass(body)
    issuer = "issuer key ID" if one_pass.version == 3 else "issuer fingerprint"
    lines = [
        f"version {one_pass.version}, {_signature_type(one_pass.type)}, "
        f"{name_of(PUBLIC_KEY_ALGORITHMS, one_pass.public_key_algorithm)}, "
        f"{name_of(HASHES, one_pass.hash_algorithm)}",
        f"{issuer} {one_pass.issuer.hex().upper()}",
        f"nested octet {one_pass.nested}",
    ]
    if one_pass.version == 6:
        lines.append(f"salt {_hex(one_pass.salt)}")
    return lines


def _size_only(body: bytes) -> Iterable[str]:  # noqa: ARG001 - the framing line has the size
    return ()


_SIMPLE: Mapping[int, Callable[[bytes], Iterable[str]]] = {
    Tag.USER_ID: _user_id,
    Tag.LITERAL_DATA: _literal,
    Tag.ONE_PASS_SIGNATURE: _one_pass,
    Tag.PADDING: _size_only,
    Tag.SYMMETRICALLY_ENCRYPTED_DATA: _size_only,
    Tag.ENCRYPTED_AND_INTEGRITY_PROTECTED_DATA: _size_only,
    Tag.AEAD_ENCRYPTED_DATA: _size_only,
}


def _date(body: bytes) -> str:
    return _time(read_time(body))


def _duration(body: bytes) -> str:
    seconds = read_time(body)
    return f"{seconds} s" if seconds else "0 (never)"


def _yes_or_no(body: bytes) -> str:
    return "yes" if read_boolean(body) else "no"


def _trust(body: bytes) -> str:
    trust = read_trust(body)
    return f"depth {trust.depth}, amount {trust.amount}"


def _fingerprint(body: bytes) -> str:
    named = read_key_fingerprint(body)
    return f"version {named.version}, {_cut(named.fingerprint)}"


def _cut(digits: str) -> str:
    return _hex(bytes.fromhex(digits))


def _flags(table: Names) -> Callable[[bytes], str]:
    def describe(body: bytes) -> str:
        if len(body) > _MAX_OCTETS:
            return _hex(body)
        value = read_flags(body)
        names = [name_of(table, 1 << bit) for bit in range(value.bit_length()) if value >> bit & 1]
        return ", ".join(names) or "none"

    return describe


def _algorithms(table: Names) -> Callable[[bytes], str]:
    def describe(body: bytes) -> str:
        shown = [name_of(table, value) for value in read_algorithms(body[:_MAX_OCTETS])]
        if len(body) > _MAX_OCTETS:
            shown.append(f"{len(body) - _MAX_OCTETS} more")
        return ", ".join(shown) or "none"

    return describe


def _ciphersuites(body: bytes) -> str:
    pairs = read_ciphersuites(body)
    shown = [
        f"{name_of(SYMMETRIC_ALGORITHMS, cipher)} {name_of(AEAD_ALGORITHMS, mode)}"
        for cipher, mode in pairs[:_MAX_OCTETS]
    ]
    if len(pairs) > _MAX_OCTETS:
        shown.append(f"{len(pairs) - _MAX_OCTETS} more")
    return ", ".join(shown) or "none"


def _notation(body: bytes) -> str:
    notation = read_notation(body)
    flags = "" if notation.human_readable else f" (flags 0x{notation.flags:08x})"
    value = _quoted(notation.value) if notation.human_readable else _hex(notation.value)
    return f"{_quoted(notation.name)} = {value}{flags}"


def _revocation(body: bytes) -> str:
    reason = read_revocation(body)
    return f"{name_of(REVOCATION_REASONS, reason.code)}, {_quoted(reason.text)}"


def _revocation_key(body: bytes) -> str:
    revoker = read_revocation_key(body)
    algorithm = name_of(PUBLIC_KEY_ALGORITHMS, revoker.algorithm)
    return f"class 0x{revoker.class_octet:02x}, {algorithm}, {_cut(revoker.fingerprint)}"


def _signature_target(body: bytes) -> str:
    target = read_signature_target(body)
    algorithm = name_of(PUBLIC_KEY_ALGORITHMS, target.public_key_algorithm)
    return f"{algorithm}, {name_of(HASHES, target.hash_algorithm)}, {_hex(target.digest)}"


_VALUES: Mapping[int, Callable[[bytes], str]] = {
    SubpacketType.CREATION_TIME: _date,
    SubpacketType.EXPIRATION_TIME: _duration,
    SubpacketType.EXPORTABLE: _yes_or_no,
    SubpacketType.TRUST_SIGNATURE: _trust,
    SubpacketType.REGULAR_EXPRESSION: _quoted,
    SubpacketType.REVOCABLE: _yes_or_no,
    SubpacketType.KEY_EXPIRATION_TIME: _duration,
    SubpacketType.PREFERRED_SYMMETRIC: _algorithms(SYMMETRIC_ALGORITHMS),
    SubpacketType.REVOCATION_KEY: _revocation_key,
    SubpacketType.ISSUER_KEY_ID: read_key_id,
    SubpacketType.NOTATION: _notation,
    SubpacketType.PREFERRED_HASH: _algorithms(HASHES),
    SubpacketType.PREFERRED_COMPRESSION: _algorithms(COMPRESSIONS),
    SubpacketType.PREFERRED_KEY_SERVER: _quoted,
    SubpacketType.PRIMARY_USER_ID: _yes_or_no,
    SubpacketType.POLICY_URI: _quoted,
    SubpacketType.KEY_FLAGS: _flags(KEY_FLAGS),
    SubpacketType.SIGNERS_USER_ID: _quoted,
    SubpacketType.REVOCATION_REASON: _revocation,
    SubpacketType.FEATURES: _flags(FEATURES),
    SubpacketType.SIGNATURE_TARGET: _signature_target,
    SubpacketType.ISSUER_FINGERPRINT: _fingerprint,
    SubpacketType.PREFERRED_ENCRYPTION_MODES: _algorithms(AEAD_ALGORITHMS),
    SubpacketType.INTENDED_RECIPIENT: _fingerprint,
    SubpacketType.PREFERRED_CIPHERSUITES: _ciphersuites,
    SubpacketType.TRUST_ALIAS: _quoted,
}
