"""The numbers of OpenPGP and their names: registries as data.

Sources: RFC 9580 section 9 and the registries it names, RFC 4880, the LibrePGP draft
(draft-koch-librepgp) for what only it defines, and RFC 9980 for the post-quantum
algorithms. Nothing here says what is good or allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag


class Tag(IntEnum):
    """Packet types (RFC 9580 section 5, table 3)."""

    RESERVED = 0
    PUBLIC_KEY_ENCRYPTED_SESSION_KEY = 1
    SIGNATURE = 2
    SYMMETRIC_KEY_ENCRYPTED_SESSION_KEY = 3
    ONE_PASS_SIGNATURE = 4
    SECRET_KEY = 5
    PUBLIC_KEY = 6
    SECRET_SUBKEY = 7
    COMPRESSED_DATA = 8
    SYMMETRICALLY_ENCRYPTED_DATA = 9
    MARKER = 10
    LITERAL_DATA = 11
    TRUST = 12
    USER_ID = 13
    PUBLIC_SUBKEY = 14
    USER_ATTRIBUTE = 17
    ENCRYPTED_AND_INTEGRITY_PROTECTED_DATA = 18
    MODIFICATION_DETECTION_CODE = 19
    AEAD_ENCRYPTED_DATA = 20
    PADDING = 21


class SignatureType(IntEnum):
    """Signature types (RFC 9580 section 5.2.1; 0x16 from draft-koch-librepgp)."""

    BINARY = 0x00
    TEXT = 0x01
    STANDALONE = 0x02
    GENERIC_CERTIFICATION = 0x10
    PERSONA_CERTIFICATION = 0x11
    CASUAL_CERTIFICATION = 0x12
    POSITIVE_CERTIFICATION = 0x13
    ATTESTATION = 0x16
    SUBKEY_BINDING = 0x18
    PRIMARY_KEY_BINDING = 0x19
    DIRECT_KEY = 0x1F
    KEY_REVOCATION = 0x20
    SUBKEY_REVOCATION = 0x28
    CERTIFICATION_REVOCATION = 0x30
    TIMESTAMP = 0x40
    THIRD_PARTY_CONFIRMATION = 0x50


class PublicKeyAlgorithm(IntEnum):
    """Public-key algorithms (RFC 9580 section 9.1; 8 LibrePGP; 30 to 36 RFC 9980)."""

    RSA = 1
    RSA_ENCRYPT = 2
    RSA_SIGN = 3
    KYBER = 8
    ELGAMAL_ENCRYPT = 16
    DSA = 17
    ECDH = 18
    ECDSA = 19
    ELGAMAL = 20
    DIFFIE_HELLMAN = 21
    EDDSA_LEGACY = 22
    AEDH = 23
    AEDSA = 24
    X25519 = 25
    X448 = 26
    ED25519 = 27
    ED448 = 28
    ML_DSA_65_ED25519 = 30
    ML_DSA_87_ED448 = 31
    SLH_DSA_SHAKE_128S = 32
    SLH_DSA_SHAKE_128F = 33
    SLH_DSA_SHAKE_256S = 34
    ML_KEM_768_X25519 = 35
    ML_KEM_1024_X448 = 36


class HashAlgorithm(IntEnum):
    """Hash algorithms (RFC 9580 section 9.5)."""

    MD5 = 1
    SHA1 = 2
    RIPEMD160 = 3
    SHA256 = 8
    SHA384 = 9
    SHA512 = 10
    SHA224 = 11
    SHA3_256 = 12
    SHA3_512 = 14


class SubpacketType(IntEnum):
    """Signature subpacket types (RFC 9580 section 5.2.3.7; 34, 40 and 41 LibrePGP)."""

    CREATION_TIME = 2
    EXPIRATION_TIME = 3
    EXPORTABLE = 4
    TRUST_SIGNATURE = 5
    REGULAR_EXPRESSION = 6
    REVOCABLE = 7
    KEY_EXPIRATION_TIME = 9
    PLACEHOLDER = 10
    PREFERRED_SYMMETRIC = 11
    REVOCATION_KEY = 12
    ISSUER_KEY_ID = 16
    NOTATION = 20
    PREFERRED_HASH = 21
    PREFERRED_COMPRESSION = 22
    KEY_SERVER_PREFERENCES = 23
    PREFERRED_KEY_SERVER = 24
    PRIMARY_USER_ID = 25
    POLICY_URI = 26
    KEY_FLAGS = 27
    SIGNERS_USER_ID = 28
    REVOCATION_REASON = 29
    FEATURES = 30
    SIGNATURE_TARGET = 31
    EMBEDDED_SIGNATURE = 32
    ISSUER_FINGERPRINT = 33
    PREFERRED_ENCRYPTION_MODES = 34
    INTENDED_RECIPIENT = 35
    ATTESTED_CERTIFICATIONS = 37
    KEY_BLOCK = 38
    PREFERRED_CIPHERSUITES = 39
    LITERAL_META_HASH = 40
    TRUST_ALIAS = 41


class KeyFlag(IntFlag):
    """Key flags, first octet in the low eight bits (RFC 9580 section 5.2.3.29)."""

    CERTIFY = 0x01
    SIGN = 0x02
    ENCRYPT_COMMUNICATIONS = 0x04
    ENCRYPT_STORAGE = 0x08
    SPLIT = 0x10
    AUTHENTICATE = 0x20
    GROUP = 0x80
    ADSK = 0x0400
    TIMESTAMP = 0x0800


class RevocationReason(IntEnum):
    """Reasons for revocation (RFC 9580 section 5.2.3.31)."""

    UNSPECIFIED = 0
    SUPERSEDED = 1
    COMPROMISED = 2
    RETIRED = 3
    USER_ID_INVALID = 32


class LiteralFormat(IntEnum):
    """Formats of a literal data packet (RFC 9580 section 5.9; l, 1 and m are historic)."""

    BINARY = 0x62
    TEXT = 0x74
    UTF8 = 0x75
    LOCAL = 0x6C
    LOCAL_RFC1991 = 0x31
    MIME = 0x6D


class CompressionAlgorithm(IntEnum):
    """Compression algorithms (RFC 9580 section 9.4)."""

    UNCOMPRESSED = 0
    ZIP = 1
    ZLIB = 2
    BZIP2 = 3


class SymmetricAlgorithm(IntEnum):
    """Symmetric-key algorithms (RFC 9580 section 9.3)."""

    PLAINTEXT = 0
    IDEA = 1
    TRIPLE_DES = 2
    CAST5 = 3
    BLOWFISH = 4
    AES128 = 7
    AES192 = 8
    AES256 = 9
    TWOFISH = 10
    CAMELLIA128 = 11
    CAMELLIA192 = 12
    CAMELLIA256 = 13


class AeadAlgorithm(IntEnum):
    """AEAD modes (RFC 9580 section 9.6)."""

    EAX = 1
    OCB = 2
    GCM = 3


@dataclass(frozen=True, slots=True)
class Names:
    """A registry for reading aloud: what its numbers denote, and their names.

    Attributes:
        noun: what one number denotes, e.g. ``hash``.
        names: number to name.
        hexadecimal: whether the field writes these numbers in hexadecimal.
    """

    noun: str
    names: Mapping[int, str]
    hexadecimal: bool = False


def name_of(table: Names, value: int) -> str:
    """Name ``value`` by ``table``; for one it does not hold, say e.g. ``hash 99 (unknown)``."""
    known = table.names.get(value)
    if known is not None:
        return known
    number = f"0x{value:02x}" if table.hexadecimal else str(value)
    return f"{table.noun} {number} (unknown)"


PACKETS = Names(
    "packet",
    {
        0: "Reserved",
        1: "Public-Key Encrypted Session Key",
        2: "Signature",
        3: "Symmetric-Key Encrypted Session Key",
        4: "One-Pass Signature",
        5: "Secret-Key",
        6: "Public-Key",
        7: "Secret-Subkey",
        8: "Compressed Data",
        9: "Symmetrically Encrypted Data",
        10: "Marker",
        11: "Literal Data",
        12: "Trust",
        13: "User ID",
        14: "Public-Subkey",
        17: "User Attribute",
        18: "Symmetrically Encrypted and Integrity Protected Data",
        19: "Modification Detection Code",
        20: "AEAD Encrypted Data",
        21: "Padding",
    },
)

SIGNATURE_TYPES = Names(
    "signature type",
    {
        0x00: "binary document",
        0x01: "text document",
        0x02: "standalone",
        0x10: "generic certification",
        0x11: "persona certification",
        0x12: "casual certification",
        0x13: "positive certification",
        0x16: "attestation of certifications",
        0x18: "subkey binding",
        0x19: "primary key binding",
        0x1F: "direct key",
        0x20: "key revocation",
        0x28: "subkey revocation",
        0x30: "certification revocation",
        0x40: "timestamp",
        0x50: "third-party confirmation",
    },
    hexadecimal=True,
)

PUBLIC_KEY_ALGORITHMS = Names(
    "public-key algorithm",
    {
        1: "RSA",
        2: "RSA (encrypt only)",
        3: "RSA (sign only)",
        8: "ML-KEM (LibrePGP)",
        16: "ElGamal (encrypt only)",
        17: "DSA",
        18: "ECDH",
        19: "ECDSA",
        20: "ElGamal (sign and encrypt)",
        21: "Diffie-Hellman (X9.42)",
        22: "EdDSALegacy",
        23: "AEDH",
        24: "AEDSA",
        25: "X25519",
        26: "X448",
        27: "Ed25519",
        28: "Ed448",
        30: "ML-DSA-65+Ed25519",
        31: "ML-DSA-87+Ed448",
        32: "SLH-DSA-SHAKE-128s",
        33: "SLH-DSA-SHAKE-128f",
        34: "SLH-DSA-SHAKE-256s",
        35: "ML-KEM-768+X25519",
        36: "ML-KEM-1024+X448",
    },
)


@dataclass(frozen=True, slots=True)
class HashFacts:
    """What is fixed about a hash algorithm (RFC 9580 section 9.5, table 23).

    Attributes:
        name: as RFC 9580 writes it, also in the ``Hash`` armor header.
        digest_length: in octets.
        salt_length: octets of salt in a version 6 signature; ``None`` where RFC 9580 defines
            none, so that no version 6 signature can use the algorithm.
        hashlib_name: the name ``hashlib.new`` knows it by.
    """

    name: str
    digest_length: int
    salt_length: int | None
    hashlib_name: str


HASH_FACTS: Mapping[int, HashFacts] = {
    1: HashFacts("MD5", 16, None, "md5"),
    2: HashFacts("SHA1", 20, None, "sha1"),
    3: HashFacts("RIPEMD160", 20, None, "ripemd160"),
    8: HashFacts("SHA256", 32, 16, "sha256"),
    9: HashFacts("SHA384", 48, 24, "sha384"),
    10: HashFacts("SHA512", 64, 32, "sha512"),
    11: HashFacts("SHA224", 28, 16, "sha224"),
    12: HashFacts("SHA3-256", 32, 16, "sha3_256"),
    14: HashFacts("SHA3-512", 64, 32, "sha3_512"),
}

HASHES = Names("hash", {number: facts.name for number, facts in HASH_FACTS.items()})

SUBPACKETS = Names(
    "subpacket",
    {
        2: "signature creation time",
        3: "signature expiration time",
        4: "exportable certification",
        5: "trust signature",
        6: "regular expression",
        7: "revocable",
        9: "key expiration time",
        10: "placeholder for backward compatibility",
        11: "preferred symmetric ciphers",
        12: "revocation key",
        16: "issuer key ID",
        20: "notation",
        21: "preferred hash algorithms",
        22: "preferred compression algorithms",
        23: "key server preferences",
        24: "preferred key server",
        25: "primary user ID",
        26: "policy URI",
        27: "key flags",
        28: "signer's user ID",
        29: "reason for revocation",
        30: "features",
        31: "signature target",
        32: "embedded signature",
        33: "issuer fingerprint",
        34: "preferred encryption modes",
        35: "intended recipient fingerprint",
        37: "attested certifications",
        38: "key block",
        39: "preferred AEAD ciphersuites",
        40: "literal data meta hash",
        41: "trust alias",
    },
)

KEY_FLAGS = Names(
    "key flag",
    {
        0x01: "certify",
        0x02: "sign",
        0x04: "encrypt communications",
        0x08: "encrypt storage",
        0x10: "split key",
        0x20: "authenticate",
        0x80: "group key",
        0x0400: "additional decryption",
        0x0800: "timestamp",
    },
    hexadecimal=True,
)

FEATURES = Names(
    "feature",
    {
        0x01: "integrity protection v1",
        0x02: "AEAD encrypted data (LibrePGP)",
        0x04: "version 5 keys (LibrePGP)",
        0x08: "integrity protection v2",
    },
    hexadecimal=True,
)

REVOCATION_REASONS = Names(
    "revocation reason",
    {
        0: "unspecified",
        1: "superseded",
        2: "compromised",
        3: "retired",
        32: "user ID no longer valid",
    },
)

LITERAL_FORMATS = Names(
    "literal format",
    {
        0x62: "binary",
        0x74: "text",
        0x75: "UTF-8 text",
        0x6C: "local",
        0x31: "local (RFC 1991)",
        0x6D: "MIME (LibrePGP)",
    },
    hexadecimal=True,
)

COMPRESSIONS = Names("compression", {0: "uncompressed", 1: "ZIP", 2: "ZLIB", 3: "BZip2"})

SYMMETRIC_ALGORITHMS = Names(
    "cipher",
    {
        0: "plaintext",
        1: "IDEA",
        2: "TripleDES",
        3: "CAST5",
        4: "Blowfish",
        7: "AES128",
        8: "AES192",
        9: "AES256",
        10: "Twofish",
        11: "Camellia128",
        12: "Camellia192",
        13: "Camellia256",
    },
)

AEAD_ALGORITHMS = Names("AEAD mode", {1: "EAX", 2: "OCB", 3: "GCM"})


@dataclass(frozen=True, slots=True)
class Curve:
    """An elliptic curve named by an object identifier (RFC 9580 section 9.2).

    Attributes:
        oid: the identifier's octets as in a key packet, without the length octet.
        name: as RFC 9580 writes it.
        bits: size of the field in bits.
    """

    oid: bytes
    name: str
    bits: int


CURVES: Mapping[bytes, Curve] = {
    curve.oid: curve
    for curve in (
        Curve(bytes.fromhex("2A8648CE3D030107"), "NIST P-256", 256),
        Curve(bytes.fromhex("2B81040022"), "NIST P-384", 384),
        Curve(bytes.fromhex("2B81040023"), "NIST P-521", 521),
        Curve(bytes.fromhex("2B2403030208010107"), "brainpoolP256r1", 256),
        Curve(bytes.fromhex("2B240303020801010B"), "brainpoolP384r1", 384),
        Curve(bytes.fromhex("2B240303020801010D"), "brainpoolP512r1", 512),
        Curve(bytes.fromhex("2B8104000A"), "secp256k1", 256),
        Curve(bytes.fromhex("2B06010401DA470F01"), "Ed25519", 255),
        Curve(bytes.fromhex("2B060104019755010501"), "Curve25519", 255),
        Curve(bytes.fromhex("2B6570"), "Ed25519", 255),
        Curve(bytes.fromhex("2B656E"), "X25519", 255),
        Curve(bytes.fromhex("2B6571"), "Ed448", 448),
        Curve(bytes.fromhex("2B656F"), "X448", 448),
    )
}
