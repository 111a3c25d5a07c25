"""The numbers that signatures and keys are made of: short, out of range, oddly written, forged.

A signature value is a number that must lie in a range, and is written in one way only. Leading
zeros make it shorter now and then, which must not matter; numbers out of range, wrong paddings and
keys that are no keys must not pass. Where the numbers alone decide, RFC 8017 (RSA), FIPS 186 (DSA
and ECDSA) and RFC 8032 (EdDSA) speak, to which RFC 9580 refers.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from harness.openpgp.keys import PublicKey, write_public_key
from harness.openpgp.mpi import Mpi, mpi, mpi_of_octets, read_mpis, write_mpi
from harness.openpgp.names import HASH_FACTS, HashAlgorithm
from harness.openpgp.names import PublicKeyAlgorithm as Algorithm
from harness.openpgp.signatures import Signature
from harness.outcomes import ErrorClass as Wrong
from harness.vector import Dependency, Expectation, Outcome, Use
from vectors.forge.artifacts import detached
from vectors.forge.certificate import SelfSignature
from vectors.forge.key import Key
from vectors.forge.rfc6979 import ORDERS, truncated
from vectors.forge.secrets import digest_info, digest_of, secret_key
from vectors.forge.signature import Made, document
from vectors.forge.times import SIGNED, seconds
from vectors.suites.cast import ALICE_SECOND, SIGN_AND_CERTIFY, TEXT, lone, signed
from vectors.suites.expect import accept, reject, undefined
from vectors.suites.registry import Area, Draft

signature_values = Area(
    "signature-values",
    __doc__,
    origins={
        "padding": "Bleichenbacher's RSA signature forgery (2006) and its variants; Wycheproof",
        "modulus": "paranoid_crypto; RNP and GnuPG: odd RSA keys",
        "mpi": "interoperability suite, RNP and rPGP: odd MPIs",
        "range": "Wycheproof: signatures out of range; CVE-2022-21449",
        "point": "Wycheproof: invalid public keys, points of small order",
        "malleable": "Wycheproof: signature malleability",
        "short": "interoperability suite: improbably short signatures; Wycheproof",
    },
)

RSA = Key("alice-signing")
P256 = Key("p256", Algorithm.ECDSA)
P256_V6 = Key("p256", Algorithm.ECDSA, version=6)
EDDSA = Key("ed25519-primary", Algorithm.EDDSA_LEGACY)
ED25519_V6 = Key("ed25519-primary", Algorithm.ED25519, version=6)
ED448 = Key("ed448", Algorithm.ED448)
DSA = Key("dsa1024", Algorithm.DSA)

NEWER = Outcome.UNDEFINED
"""RFC 4880 leaves open what becomes of algorithms it does not know."""

NO_KEY = (
    Wrong.UNBOUND_KEY,
    Wrong.MISSING_KEY,
    Wrong.MALFORMED,
    Wrong.UNSUPPORTED,
    Wrong.BAD_SIGNATURE,
    Wrong.WEAK_KEY,
)
"""What is right to say of a key that is none: it may be dropped, or fail where it is used."""


def later(count: int) -> Made:
    """A signature made so many seconds later than usual.

    Every second gives other numbers; this is how those that the vectors need were found.
    """
    return Made(created=SIGNED + timedelta(seconds=count))


def by_lone(
    key: Key, signature: Signature, expect: Expectation, hashing: int = HashAlgorithm.SHA256
) -> Draft:
    """A vector about a detached signature of a key that certifies itself."""
    about = SelfSignature(flags=SIGN_AND_CERTIFY, hash=hashing)
    return Draft(
        certificates=[lone(key, about=about)],
        artifact=detached(TEXT, signature),
        expect=expect,
    )


def numbers(signature: Signature) -> tuple[int, ...]:
    """The numbers of a signature."""
    return tuple(number.value for number in read_mpis(signature.material))


def with_numbers(signature: Signature, *values: int) -> Signature:
    """Give a signature other numbers."""
    return replace(signature, material=_mpis(*values))


def _mpis(*values: int) -> bytes:
    return b"".join(write_mpi(mpi(value)) for value in values)


def digest_to_sign(by: Key) -> bytes:
    """The hash that the usual signature of a key is made over."""
    return digest_of("sha256", document(TEXT)(signed(by=by)))


@dataclass(frozen=True)
class OddKey(Key):
    """A key that no file holds.

    Attributes:
        material: its public numbers as written.
        signs: gives the fields of a signature for a hash algorithm and a digest.
    """

    material: bytes = b""
    signs: Callable[[int, bytes], bytes] = lambda _hash, digest: digest

    @functools.cached_property
    def body(self) -> bytes:
        """The public key packet's body."""
        return write_public_key(
            PublicKey(self.version, seconds(self.created), self.algorithm, self.material)
        )

    def sign(self, hash_algorithm: int, hash_input: bytes) -> tuple[bytes, bytes]:
        """Hash, and let ``signs`` sign."""
        digest = digest_of(HASH_FACTS[hash_algorithm].hashlib_name, hash_input)
        return digest, self.signs(hash_algorithm, digest)


def looks_random(label: str, octets: int) -> int:
    """A number that looks random and is the same every time."""
    return int.from_bytes(hashlib.shake_256(b"pgp-accord " + label.encode()).digest(octets), "big")


# How numbers are written


@dataclass(frozen=True)
class Written:
    """An odd way to write a number, in a signature of some version.

    Attributes:
        key: the key.
        title: what is odd, in words.
        shape: does it.
    """

    key: Key
    title: str
    shape: Callable[[int], Mpi]

    @property
    def version(self) -> int:
        """The version of key and signature."""
        return self.key.version

    @property
    def rule(self) -> str:
        """What RFC 9580 says, in words."""
        if self.version == 6:
            return "In version 6 implementations must check the bit count, and reject."
        return (
            "That is not formed correctly; only in version 6 must implementations check it, and "
            "elsewhere most read the number as it is."
        )


def _octets(value: int) -> bytes:
    return value.to_bytes(32, "big")


WRITTEN = {
    "count-too-high": ("with a bit count of 256, and has fewer", lambda n: Mpi(256, _octets(n))),
    "count-too-low": ("with a bit count one too low", lambda n: Mpi(254, _octets(n))),
    "leading-zero": ("with an octet of zero before it", lambda n: Mpi(264, b"\x00" + _octets(n))),
}


@signature_values.family(
    {
        f"{name}-v{key.version}": Written(key, title, shape)
        for name, (title, shape) in WRITTEN.items()
        for key in (P256, P256_V6)
    },
    "3.2",
    rfc4880=["3.2"],
    tags=["mpi"],
)
def mpi_with(m: Written) -> Draft:
    """The number r of a version {m.version} ECDSA signature is written {m.title}.

    {m.rule} Two ways to write one signature are a nuisance for those who compare or pin signature
    files.
    """
    usual = (signed(later(count), by=m.key) for count in itertools.count())
    signature = next(item for item in usual if numbers(item)[0].bit_length() == 255)
    r, s = numbers(signature)
    odd = replace(signature, material=write_mpi(m.shape(r)) + write_mpi(mpi(s)))
    classes = (Wrong.MALFORMED, Wrong.BAD_SIGNATURE, Wrong.NO_SIGNATURE)
    if m.version == 6:
        return by_lone(m.key, odd, reject(*classes, rfc4880=NEWER))
    reason = "Section 3.2 calls it wrong, and asks for a check in version 6 only."
    return by_lone(m.key, odd, undefined(reason, *classes, keys=[m.key.under(m.key)]))


@dataclass(frozen=True)
class Kind:
    """A key of some kind.

    Attributes:
        title: the algorithm for people, or what is special.
        key: the key.
    """

    title: str
    key: Key


@signature_values.vector("5.2.3", "5.2.3.1", rfc4880=["5.2.3"], tags=["mpi"])
def number_after_rsa_value() -> Draft:
    """A second number follows the value of an RSA signature, within its packet.

    An RSA signature is one number. Nothing vouches for the other, so whoever overlooks it lets
    anybody turn one signature file into many. No text says that a packet ends with its last field.
    """
    signature = signed(by=RSA)
    odd = replace(signature, material=signature.material + _mpis(1))
    expect = undefined(
        "Section 5.2.3.1 lists one number, and nothing says what becomes of octets behind it.",
        Wrong.MALFORMED,
        Wrong.BAD_SIGNATURE,
        Wrong.NO_SIGNATURE,
        keys=[RSA.under(RSA)],
    )
    return by_lone(RSA, odd, expect)


@signature_values.vector("5.2.3.4", "5.2.5", tags=["mpi", "malformed"])
def octets_after_ed25519_value() -> Draft:
    """An Ed25519 signature has 65 octets, of which the first 64 are right.

    The value is 64 octets, so this is none, and malformed signatures must be ignored. Who cuts it
    to fit lets anybody turn one signature file into many.
    """
    signature = signed(by=ED25519_V6)
    odd = replace(signature, material=signature.material + b"\x00")
    classes = (Wrong.MALFORMED, Wrong.BAD_SIGNATURE, Wrong.NO_SIGNATURE)
    return by_lone(ED25519_V6, odd, reject(*classes, rfc4880=NEWER))


@signature_values.vector(
    "5.2.3.2", "5.2.5", rfc4880=["5.2.3"], tags=["mpi", "malformed"], provenance="rPGP: odd MPIs"
)
def ecdsa_without_s() -> Draft:
    """An ECDSA signature ends after its first number.

    There is nothing to check. A verifier that takes the missing number for zero is one step from
    the mistake of CVE-2022-21449.
    """
    signature = signed(by=P256)
    cut = with_numbers(signature, numbers(signature)[0])
    classes = (Wrong.MALFORMED, Wrong.BAD_SIGNATURE, Wrong.NO_SIGNATURE, Wrong.MISSING_KEY)
    return by_lone(P256, cut, reject(*classes))


# RSA: short values and values out of range


@dataclass(frozen=True)
class Short:
    """A short RSA value.

    Attributes:
        key: the key.
        bits: the most bits it has.
        short_by: how much shorter than the modulus it is, in words.
        count: the seconds after which it was found.
    """

    key: Key
    bits: int
    short_by: str
    count: int


@signature_values.family(
    {
        "of-3072-bits": Short(ALICE_SECOND, 3072, "as many octets as the modulus", 1),
        "of-3064-bits": Short(ALICE_SECOND, 3064, "one octet fewer than the modulus", 182),
        "of-3056-bits": Short(ALICE_SECOND, 3056, "two octets fewer than the modulus", 10444),
        "short-by-three-octets": Short(
            Key("rsa3073"), 3056, "three octets fewer than the modulus, of 3073 bits", 193502
        ),
    },
    "3.2",
    "5.2.3.1",
    rfc4880=["3.2", "5.2.2"],
    tags=["short"],
)
def rsa_value(m: Short) -> Draft:
    """An RSA value has {m.short_by}.

    Leading zeros are not written, so one value in 256 is an octet shorter than most, and one in
    65536 two octets.
    A verifier that wants the full length, or pads on the wrong side, rejects good files once in a
    while, and nobody can tell why.
    """
    signature = signed(later(m.count), by=m.key)
    (value,) = numbers(signature)
    assert m.bits - 8 < value.bit_length() <= m.bits
    return by_lone(m.key, signature, accept(m.key.under(m.key)))


@dataclass(frozen=True)
class Value:
    """A signature value that must not be.

    Attributes:
        title: what it is, in words.
        why: what becomes of it, in words.
        of: gives it, from the right value and the modulus.
    """

    title: str
    why: str
    of: Callable[[int, int], int]


@signature_values.family(
    {
        "one": Value(
            "one", "Its power is one, whatever the key: no padding is in it.", lambda _s, _n: 1
        ),
        "modulus": Value(
            "the modulus itself",
            "It stands for zero, and must be below the modulus.",
            lambda _s, n: n,
        ),
        "plus-modulus": Value(
            "the right one plus the modulus",
            "The power is the same; but the value must be below the modulus (RFC 8017, 5.2.2), or "
            "one signature has two forms. It has no more bits than the modulus, so the length "
            "does not tell.",
            lambda s, n: s + n,
        ),
    },
    "5.2.3.1",
    rfc4880=["5.2.2"],
    tags=["range"],
)
def rsa_value_is(m: Value) -> Draft:
    """The value of an RSA signature is {m.title}.

    {m.why} A verifier that does not check the range accepts what the signer did not make.
    """
    modulus = _rsa_numbers(RSA).public_numbers.n
    usual = (signed(later(count), by=RSA) for count in itertools.count())
    signature = next(s for s in usual if (numbers(s)[0] + modulus).bit_length() == 3072)
    odd = with_numbers(signature, m.of(numbers(signature)[0], modulus))
    return by_lone(RSA, odd, reject(Wrong.BAD_SIGNATURE, Wrong.MALFORMED))


# RSA: paddings


def _rsa_numbers(key: Key) -> rsa.RSAPrivateNumbers:
    secret = secret_key(key.secret)
    assert isinstance(secret, rsa.RSAPrivateKey)
    return secret.private_numbers()


def encoded(information: bytes, size: int) -> bytes:
    """Pad as EMSA-PKCS1-v1_5 does (RFC 9580 section 12.1.3), to so many octets."""
    return b"\x00\x01" + b"\xff" * (size - len(information) - 3) + b"\x00" + information


def _tlv(tag: int, content: bytes) -> bytes:
    """Write one ASN.1 value by its distinguished rules."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


_SHA256_OID = _tlv(0x06, bytes.fromhex("608648016503040201"))
_NULL = b"\x05\x00"


def _information(parameters: bytes, digest: bytes) -> bytes:
    return _tlv(0x30, _tlv(0x30, _SHA256_OID + parameters) + _tlv(0x04, digest))


def _digest_info_in_long_form(digest: bytes) -> bytes:
    """The same values, all lengths in two octets where one would do."""

    def long(tag: int, content: bytes) -> bytes:
        return bytes((tag, 0x81, len(content))) + content

    oid = long(0x06, _SHA256_OID[2:])
    return long(0x30, long(0x30, oid + b"\x05\x81\x00") + long(0x04, digest))


def _pss(digest: bytes, size: int) -> bytes:
    """EMSA-PSS (RFC 8017 section 9.1.1), for a modulus whose bits fill its octets."""
    salt = hashlib.sha256(b"pgp-accord salt" + digest).digest()
    hashed = hashlib.sha256(bytes(8) + digest + salt).digest()
    block = bytes(size - len(salt) - len(hashed) - 2) + b"\x01" + salt
    counters = range(math.ceil(len(block) / 32))
    mask = b"".join(hashlib.sha256(hashed + c.to_bytes(4, "big")).digest() for c in counters)
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=False))
    masked[0] &= 0x7F
    return bytes(masked) + hashed + b"\xbc"


def _random_padding(information: bytes, size: int) -> bytes:
    padding = looks_random("padding", size - len(information) - 3).to_bytes(
        size - len(information) - 3, "big"
    )
    return b"\x00\x02" + padding.replace(b"\x00", b"\x01") + b"\x00" + information


@dataclass(frozen=True)
class Padding:
    """A wrong padding.

    Attributes:
        title: what is signed, in words.
        why: what it is good for, in words.
        of: gives the padded octets, from the digest and the size of the modulus in octets.
    """

    title: str
    why: str
    of: Callable[[bytes, int], bytes]


PADDINGS = {
    "short": Padding(
        "zeros, then a padding of eight octets only",
        "The padding must fill the number; where it may be short, the rest may be anything.",
        lambda digest, size: encoded(digest_info("sha256", digest), 62).rjust(size, b"\x00"),
    ),
    "not-of-ff": Padding(
        "octets of FE where FF are due",
        "A padding that is not looked at leaves room to forge with a small exponent.",
        lambda digest, size: encoded(digest_info("sha256", digest), size).replace(
            b"\xff" * (size - 54), b"\xfe" * (size - 54)
        ),
    ),
    "of-type-2": Padding(
        "a padding of type 2, as for encryption",
        "Who takes it takes random octets for padding, and leaves room to forge.",
        lambda digest, size: _random_padding(digest_info("sha256", digest), size),
    ),
    "in-long-form": Padding(
        "an encoding whose lengths take two octets where one would do",
        "Verifiers that parse instead of compare took longer ones still, and let forgeries hide "
        "in them (CVE-2014-1568).",
        lambda digest, size: encoded(_digest_info_in_long_form(digest), size),
    ),
    "without-null": Padding(
        "an encoding that lacks the parameters, which are NULL",
        "RFC 8017 and the table in 9.5 want them there; to compare is to reject.",
        lambda digest, size: encoded(_information(b"", digest), size),
    ),
    "with-parameters": Padding(
        "an encoding that fills the number with parameters, and has eight octets of padding",
        "They are not looked at by verifiers that parse, so forgeries hide in them "
        "(CVE-2006-4790).",
        lambda digest, size: encoded(_information(_tlv(0x04, b"\xaa" * (size - 72)), digest), size),
    ),
    "without-prefix": Padding(
        "the hash alone, without saying which algorithm made it",
        "Then a hash of one algorithm could be taken for one of another.",
        lambda digest, size: encoded(digest, size),
    ),
    "of-another-hash": Padding(
        "an encoding that names SHA3-256, while the packet says SHA-256 and is right",
        "The name in the encoding is what the signer vouched for.",
        lambda digest, size: encoded(digest_info("sha3_256", digest), size),
    ),
    "pss": Padding(
        "the hash padded by PSS",
        "That is a good padding, and not OpenPGP's.",
        _pss,
    ),
}


@signature_values.family(
    PADDINGS,
    "5.2.3.1",
    "9.5",
    "12.1.3",
    rfc4880=["5.2.2", "13.1.3"],
    tags=["padding"],
)
def rsa_padding(m: Padding) -> Draft:
    """RSA over {m.title}.

    The secret key did sign it. {m.why} There is exactly one right encoding of a hash, so a
    verifier makes it and compares.
    """
    secret = _rsa_numbers(RSA)
    size = secret.public_numbers.n.bit_length() // 8
    padded = m.of(digest_to_sign(RSA), size)
    assert len(padded) == size
    value = pow(int.from_bytes(padded, "big"), secret.d, secret.public_numbers.n)
    return by_lone(RSA, with_numbers(signed(by=RSA), value), reject(Wrong.BAD_SIGNATURE))


# RSA: keys


def rsa_key(modulus: int, exponent: int, power: Callable[[int], int]) -> OddKey:
    """An RSA key; ``power`` signs the padded hash."""
    size = (modulus.bit_length() + 7) // 8

    def signs(hash_algorithm: int, digest: bytes) -> bytes:
        information = digest_info(HASH_FACTS[hash_algorithm].hashlib_name, digest)
        return _mpis(power(int.from_bytes(encoded(information, size), "big")))

    return OddKey("none", Algorithm.RSA, material=_mpis(modulus, exponent), signs=signs)


HALF = (looks_random("half of an even modulus", 384) >> 1 | 1 << 3070) + 2534
"""A prime of 3071 bits."""


@signature_values.vector("5.5.5.1", "12.1", rfc4880=["5.5.2"], tags=["modulus"])
def rsa_modulus_even() -> Draft:
    """The modulus is even: two times a prime. The signatures are right by their numbers.

    An RSA modulus is a product of odd primes (RFC 8017, 3.1); this one is factored at a glance, so
    anybody signs. Libraries that reckon by Montgomery's method want it odd, and have crashed, hung
    or said anything.
    """
    d = pow(65537, -1, HALF - 1)
    key = rsa_key(2 * HALF, 65537, lambda padded: pow(padded, d, 2 * HALF))
    return by_lone(key, signed(by=key), reject(*NO_KEY))


@signature_values.vector("5.5.5.1", "12.1", rfc4880=["5.5.2"], tags=["modulus"])
def rsa_exponent_one() -> Draft:
    """The public exponent is one, so that a signature is the padded hash itself.

    The exponent is at least three (RFC 8017, 3.1). With one, everybody signs for that key, its
    self-signature included. The numbers are right in their way.
    """
    key = rsa_key(_rsa_numbers(RSA).public_numbers.n, 1, lambda padded: padded)
    return by_lone(key, signed(by=key), reject(*NO_KEY))


@signature_values.vector("3.2", "5.2.4", rfc4880=["3.2", "5.2.4"], tags=["modulus"])
def rsa_modulus_of_65535_bits() -> Draft:
    """The modulus has 65535 bits, as many as a number can have here; the signatures are wrong.

    To say so takes hundreds of times as long as usual. A verifier may refuse such a key
    unseen; it must not fall over, or keep its caller waiting for minutes.
    """
    modulus = looks_random("modulus", 8192) >> 1 | 1 << 65534 | 1
    key = rsa_key(modulus, 65537, lambda padded: looks_random(f"{padded:x}", 8191))
    return by_lone(key, signed(by=key), reject(*NO_KEY))


FACTORS = tuple(
    Key(name)
    for name in ("alice-primary", "alice-signing", "alice-second", "bob-primary", "bob-signing")
)


@functools.cache
def _large() -> OddKey:
    """RSA of 16384 bits: the primes of five keys, and one that brings the size out even."""
    secrets = [_rsa_numbers(key) for key in FACTORS]
    product = math.prod(secret.public_numbers.n for secret in secrets)
    last = (3 << 16382) // product + 73
    primes = [prime for secret in secrets for prime in (secret.p, secret.q)] + [last]
    modulus = product * last
    assert modulus.bit_length() == 16384

    def power(padded: int) -> int:
        value, so_far = 0, 1
        for prime in primes:
            residue = pow(padded, pow(65537, -1, prime - 1), prime)
            value += so_far * ((residue - value) * pow(so_far, -1, prime) % prime)
            so_far *= prime
        return value

    return rsa_key(modulus, 65537, power)


@signature_values.vector("5.5.5.1", "12.4", rfc4880=["5.5.2"], tags=["modulus"])
def rsa_modulus_of_16384_bits() -> Draft:
    """A proper RSA key of 16384 bits signs.

    No text sets an upper limit, and libraries set their own, since the work grows faster than the
    size: some stop at 4096 bits, some at 16384. Its owner finds signatures that some can verify and
    others cannot.
    """
    key = _large()
    expect = undefined(
        "RFC 9580 sets a least size for RSA and no greatest one.",
        *NO_KEY,
        keys=[key.under(key)],
    )
    return by_lone(key, signed(by=key), expect)


@signature_values.vector(
    "12.4",
    "13",
    rfc4880=["14"],
    tags=["modulus"],
    provenance="CVE-2017-15361 (ROCA); paranoid_crypto",
)
def rsa_key_of_infineon() -> Draft:
    """The primes of an RSA key have the form that gives Infineon's smart cards away (ROCA).

    Keys of this form are factored with less work, those of 2048 bits within reach, and the form
    shows in the modulus. OpenPGP says nothing about it but to watch the literature. Many such keys
    were made on tokens for OpenPGP.
    """
    key = Key("rsa3072-roca")
    expect = undefined(
        "RFC 9580 only asks to consider disallowing what the literature finds weak (13).",
        Wrong.WEAK_KEY,
        Wrong.POLICY_OTHER,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        keys=[key.under(key)],
    )
    return by_lone(key, signed(by=key), expect)


# EdDSA

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
ED448_ORDER = 2**446 - int("13818066809895115352007386748515426880336692474882178609894547503885")


def halves(signature: Signature) -> tuple[bytes, bytes]:
    """R and S of an EdDSALegacy signature, 32 octets each."""
    r, s = (number.value.to_bytes(32, "big") for number in read_mpis(signature.material))
    return r, s


def with_halves(signature: Signature, r: Mpi | bytes, s: Mpi | bytes) -> Signature:
    """Give an EdDSALegacy signature another R and S; octets are written as they should be."""
    both = (half if isinstance(half, Mpi) else mpi_of_octets(half) for half in (r, s))
    return replace(signature, material=b"".join(map(write_mpi, both)))


@dataclass(frozen=True)
class Half:
    """One of the two parts of an EdDSA signature.

    Attributes:
        name: its name.
        at: which of the two it is.
    """

    name: str
    at: int

    @property
    def signature(self) -> Signature:
        """The first signature of which this part begins with an octet of zero."""
        usual = (signed(later(count), by=EDDSA) for count in itertools.count())
        return next(s for s in usual if halves(s)[self.at][0] == 0)


HALVES = {"r": Half("R", 0), "s": Half("S", 1)}


@signature_values.family(
    HALVES, "3.2.1", "11.3.1", "5.2.3.3.1", tags=["short", "eddsa"], provenance="GnuPG, RNP"
)
def eddsa_leading_zero_in(m: Half) -> Draft:
    """{m.name} of an EdDSALegacy signature begins with an octet of zero, which is not written.

    The octets are a string, and are written as a number: the reader puts zeros in front until there
    are 32. One signature in 128 is like this; who forgets it rejects them, or shifts the octets.
    """
    return by_lone(EDDSA, m.signature, accept(EDDSA.under(EDDSA), rfc4880=NEWER))


@signature_values.family(HALVES, "3.2", "3.2.1", "5.2.3.3.1", tags=["mpi", "eddsa"])
def eddsa_padded(m: Half) -> Draft:
    """{m.name} of an EdDSALegacy signature is written with its leading octet of zero.

    As writers do that take the octets for 32 and never look. The bit count is too high, which must
    be checked in version 6 only, where EdDSALegacy does not exist.
    """
    signature = m.signature
    parts: list[Mpi | bytes] = list(halves(signature))
    parts[m.at] = Mpi(256, halves(signature)[m.at])
    expect = undefined(
        "Section 3.2 calls it wrong, and asks for a check in version 6 only.",
        Wrong.MALFORMED,
        Wrong.BAD_SIGNATURE,
        Wrong.NO_SIGNATURE,
        keys=[EDDSA.under(EDDSA)],
    )
    return by_lone(EDDSA, with_halves(signature, parts[0], parts[1]), expect)


@signature_values.vector("5.2.3.3.1", "5.2.5", tags=["mpi", "eddsa"], provenance="GnuPG; rPGP")
def eddsa_r_prefixed() -> Draft:
    """R of an EdDSALegacy signature has the prefix 0x40, like the point in the key.

    R is without prefix, and 32 octets at most; 33 are malformed. Tolerance gives each signature a
    second form.
    """
    signature = signed(by=EDDSA)
    r, s = halves(signature)
    classes = (Wrong.MALFORMED, Wrong.BAD_SIGNATURE, Wrong.NO_SIGNATURE)
    return by_lone(EDDSA, with_halves(signature, b"\x40" + r, s), reject(*classes, rfc4880=NEWER))


@signature_values.family(
    {
        "eddsa-legacy": Kind("EdDSALegacy", EDDSA),
        "ed25519": Kind("Ed25519", ED25519_V6),
        "ed448": Kind("Ed448", ED448),
    },
    "12.7",
    tags=["malleable", "range", "eddsa"],
)
def s_not_reduced(m: Kind) -> Draft:
    """The order of the group was added to S of an {m.title} signature.

    The equation holds all the same, so the range must be checked (RFC 8032, 5.1.7 and 5.2.7).
    Without it anybody turns one signature into others, and a signature file cannot be told by its
    hash.
    """
    hashing = HashAlgorithm.SHA512 if m.key is ED448 else HashAlgorithm.SHA256
    signature = signed(Made(hash=hashing), by=m.key)
    order = ED448_ORDER if m.key is ED448 else ED25519_ORDER
    if m.key is EDDSA:
        r, s = halves(signature)
    else:
        middle = len(signature.material) // 2
        r, s = signature.material[:middle], signature.material[middle:]
    sum_ = (int.from_bytes(s, "little") + order).to_bytes(len(s), "little")
    if m.key is EDDSA:
        odd = with_halves(signature, r, sum_)
    else:
        odd = replace(signature, material=r + sum_)
    classes = (Wrong.BAD_SIGNATURE, Wrong.MALFORMED)
    return by_lone(m.key, odd, reject(*classes, rfc4880=NEWER), hashing)


def _scalar(seed: bytes) -> int:
    """The secret scalar that Ed25519 makes of a seed (RFC 8032 section 5.1.5)."""
    low = bytearray(hashlib.sha512(seed).digest()[:32])
    low[0] &= 0xF8
    low[31] = low[31] & 0x7F | 0x40
    return int.from_bytes(low, "little")


def _challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little")


NEUTRAL = b"\x01" + bytes(31)
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
ORDER_4_NOT_CANONICAL = b"\xed" + b"\xff" * 30 + b"\x7f"
"""The point with y = 0, written as y = p, the field's prime."""


def small_order_key(public: bytes, order: int) -> OddKey:
    """EdDSALegacy with a public point of small order: anybody signs for it.

    Where the challenge is a multiple of the order, the key drops out of the equation; this holds
    for every so many nonces, reduced or not.
    """

    def signs(_hash: int, digest: bytes) -> bytes:
        for count in itertools.count():
            seed = hashlib.sha256(b"pgp-accord nonce %d " % count + digest).digest()
            r = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
            challenge = _challenge(r, public, digest)
            if challenge % order == 0 and challenge % ED25519_ORDER % order == 0:
                s = (_scalar(seed) % ED25519_ORDER).to_bytes(32, "little")
                return write_mpi(mpi_of_octets(r)) + write_mpi(mpi_of_octets(s))
        raise AssertionError("the nonces do not end")

    oid = bytes.fromhex("092B06010401DA470F01")
    material = oid + write_mpi(mpi_of_octets(b"\x40" + public))
    return OddKey("none", Algorithm.EDDSA_LEGACY, material=material, signs=signs)


@signature_values.vector("12.7", "11.2.3", tags=["point", "eddsa"])
def eddsa_key_of_small_order() -> Draft:
    """The public point of an EdDSALegacy key has order eight.

    Anybody signs for this key, every eighth try. RFC 8032 has it verified all the same, while many
    libraries refuse such points. Only its owner can have published it, to be able to deny, or to
    make one signature fit many files.
    """
    key = small_order_key(ORDER_8, 8)
    expect = undefined(
        "RFC 9580 excludes the zero point only, RFC 8032 no point that decodes; refusing points of "
        "small order is a widespread hardening.",
        *NO_KEY,
        keys=[key.under(key)],
        rfc4880=None,
    )
    return by_lone(key, signed(by=key), expect)


@signature_values.vector("12.7", tags=["point", "eddsa"])
def eddsa_key_not_canonical() -> Draft:
    """The coordinate of an EdDSALegacy key's point is written as a number beyond the field.

    Decoding fails then (RFC 8032, 5.1.3). Where the number is reduced instead, one point has two
    keys with two fingerprints. (The point has order four, as its discrete logarithm has to be
    known; the signatures are right if it is decoded.)
    """
    key = small_order_key(ORDER_4_NOT_CANONICAL, 4)
    return by_lone(key, signed(by=key), reject(*NO_KEY, rfc4880=NEWER))


@signature_values.vector("11.2.3", "5.2.3.3.1", tags=["point", "eddsa"])
def eddsa_r_neutral() -> Draft:
    """R of an EdDSALegacy signature is the neutral element; S fits.

    Only the owner of the key can make it, and gives the secret key away with it. The equation
    holds; but R is a point, and the zero point shall not appear in OpenPGP's structures.
    """
    signature = signed(by=EDDSA)
    secret = secret_key(EDDSA.secret)
    assert isinstance(secret, ed25519.Ed25519PrivateKey)
    challenge = _challenge(NEUTRAL, secret.public_key().public_bytes_raw(), digest_to_sign(EDDSA))
    s = challenge * _scalar(secret.private_bytes_raw()) % ED25519_ORDER
    odd = with_halves(signature, NEUTRAL, s.to_bytes(32, "little"))
    expect = undefined(
        "Section 11.2.3 bars the zero point from OpenPGP's structures; RFC 8032, by which EdDSA is "
        "verified, takes it for R.",
        Wrong.BAD_SIGNATURE,
        Wrong.MALFORMED,
        keys=[EDDSA.under(EDDSA)],
    )
    return by_lone(EDDSA, odd, expect)


@signature_values.family(
    {
        "public": Kind("public point", Key("ed25519-zero-public", Algorithm.EDDSA_LEGACY)),
        "secret": Kind("secret", Key("ed25519-zero-secret", Algorithm.EDDSA_LEGACY)),
    },
    "11.3.1",
    "11.2.2",
    tags=["short", "eddsa"],
    provenance="OpenPGP.js: Ed25519 secrets of 31 octets; RNP: small public points",
)
def eddsa_leading_zero_in_key(m: Kind) -> Draft:
    """The {m.title} of an EdDSALegacy key begins with an octet of zero.

    One key in 256 does. The secret is written without it, the public point behind a prefix.
    Software that reads either wrongly makes or wants another key, and fails for one user in 256.
    """
    return by_lone(m.key, signed(by=m.key), accept(m.key.under(m.key), rfc4880=NEWER))


# ECDSA

P256_ORDER = ORDERS["secp256r1"]
P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


@signature_values.family({"r": Half("r", 0), "s": Half("s", 1)}, "3.2", "5.2.3.2", tags=["short"])
def ecdsa_short(m: Half) -> Draft:
    """The number {m.name} of an ECDSA signature is an octet shorter than the order.

    Leading zeros are not written. A verifier that joins both numbers without padding them rejects
    one signature in 128.
    """
    usual = (signed(later(count), by=P256) for count in itertools.count())
    signature = next(s for s in usual if numbers(s)[m.at].bit_length() <= 248)
    return by_lone(P256, signature, accept(P256.under(P256)))


@dataclass(frozen=True)
class Pair:
    """Two numbers that are no signature.

    Attributes:
        title: what they are, in words.
        of: gives them, from the right ones.
    """

    title: str
    of: Callable[[int, int], tuple[int, int]]


@signature_values.family(
    {
        "r-zero": Pair("r is zero", lambda _r, s: (0, s)),
        "s-zero": Pair("s is zero", lambda r, _s: (r, 0)),
        "r-not-reduced": Pair("the order was added to r", lambda r, s: (r + P256_ORDER, s)),
        "s-not-reduced": Pair("the order was added to s", lambda r, s: (r, s + P256_ORDER)),
        "r-order": Pair("r is the order", lambda _r, s: (P256_ORDER, s)),
    },
    "5.2.3.2",
    tags=["range", "ecdsa"],
)
def ecdsa(m: Pair) -> Draft:
    """Of an ECDSA signature {m.title}.

    Both numbers must lie between zero and the order, exclusive (FIPS 186, 6.4). A verifier that
    does not check it takes several forms for one signature, or reckons with zero and accepts
    forgeries (CVE-2022-21449).
    """
    signature = signed(by=P256)
    r, s = numbers(signature)
    odd = with_numbers(signature, *m.of(r, s))
    return by_lone(P256, odd, reject(Wrong.BAD_SIGNATURE, Wrong.MALFORMED))


@signature_values.vector("5.2.3.2", tags=["malleable", "ecdsa"])
def ecdsa_s_negated() -> Draft:
    """The number s of an ECDSA signature was replaced with the order less s.

    That is a right signature as well, and anybody can make it of the first: ECDSA is like that.
    Nothing in OpenPGP asks for the lower of the two. Callers must not tell signatures by their
    octets.
    """
    signature = signed(by=P256)
    r, s = numbers(signature)
    odd = with_numbers(signature, r, P256_ORDER - s)
    return by_lone(P256, odd, accept(P256.under(P256)))


@signature_values.vector("5.2.3.2", tags=["hash", "ecdsa"])
def ecdsa_hash_longer_than_order() -> Draft:
    """ECDSA on P-256 signs with SHA-512, of which the leftmost 256 bits count.

    Any hash that is long enough will do. Who cuts on the wrong side, or not at all, rejects it.
    """
    signature = signed(Made(hash=HashAlgorithm.SHA512), by=P256)
    return by_lone(P256, signature, accept(P256.under(P256)))


@signature_values.vector("5.2.3.2", tags=["hash", "ecdsa"], provenance="RFC 9580, 5.2.3.2")
def ecdsa_hash_too_short_for_p521() -> Draft:
    """An ECDSA signature on NIST P-521 uses SHA-384.

    No hash is as long as that field, so an exception asks for 512 bits at least. The signer broke
    the rule; what a verifier does is not said, unlike for EdDSA.
    """
    key = Key("p521", Algorithm.ECDSA)
    expect = undefined(
        "Section 5.2.3.2 binds the signer; only for EdDSA does the RFC tell the verifier to "
        "reject.",
        Wrong.WEAK_HASH,
        Wrong.BAD_SIGNATURE,
        Wrong.MALFORMED,
        keys=[key.under(key)],
    )
    made = Made(hash=HashAlgorithm.SHA384)
    return by_lone(key, signed(made, by=key), expect, HashAlgorithm.SHA512)


def p256_key(point: bytes, multiple: int) -> OddKey:
    """ECDSA on P-256 with any octets for a point, and signatures made without a secret.

    They are right where the point drops out of the sum, for a factor that is such a multiple.
    """

    def signs(_hash: int, digest: bytes) -> bytes:
        hashed = truncated(digest, P256_ORDER)
        for count in itertools.count(1):
            nonce = looks_random(f"nonce {count} {digest.hex()}", 32) % P256_ORDER
            public = ec.derive_private_key(nonce, ec.SECP256R1()).public_key()
            r = public.public_numbers().x % P256_ORDER
            s = hashed * pow(nonce, -1, P256_ORDER) % P256_ORDER
            if r * pow(s, -1, P256_ORDER) % P256_ORDER % multiple == 0:
                return _mpis(r, s)
        raise AssertionError("the nonces do not end")

    return ecdsa_key(bytes.fromhex("082A8648CE3D030107"), mpi_of_octets(point), signs)


def ecdsa_key(oid: bytes, point: Mpi, signs: Callable[[int, bytes], bytes]) -> OddKey:
    """ECDSA with any octets for curve and point."""
    return OddKey("none", Algorithm.ECDSA, material=oid + write_mpi(point), signs=signs)


@signature_values.vector("5.5.5.4", "11.2.1", tags=["point", "ecdsa"])
def ecdsa_point_off_curve() -> Draft:
    """The public point of an ECDSA key is not on its curve; the signatures were made without a key.

    The point has order two in the eyes of formulas that never use the curve's constant, and then
    drops out of every other signature. A verifier that does not ask whether the point is on the
    curve accepts what anybody signs.
    """
    x = looks_random("point", 32) % P256_PRIME
    key = p256_key(b"\x04" + x.to_bytes(32, "big") + bytes(32), 2)
    return by_lone(key, signed(by=key), reject(*NO_KEY))


@dataclass(frozen=True)
class Infinity:
    """A way to write the point at infinity.

    Attributes:
        title: the way, in words.
        point: its octets.
    """

    title: str
    point: bytes


@signature_values.family(
    {
        "empty": Infinity("a number without octets, as its one octet of zero becomes", b""),
        "zeros": Infinity("coordinates of zero", b"\x04" + bytes(64)),
    },
    "11.2.3",
    "5.5.5.4",
    tags=["point", "ecdsa"],
)
def ecdsa_point_at_infinity(m: Infinity) -> Draft:
    """The public point of an ECDSA key is at infinity, written as {m.title}.

    It shall not appear. The signatures were made without a secret: who reckons with that point
    accepts what anybody signs.
    """
    key = p256_key(m.point, 1)
    return by_lone(key, signed(by=key), reject(*NO_KEY))


P256_OID = bytes.fromhex("2A8648CE3D030107")


@dataclass(frozen=True)
class Identifier:
    """An object identifier that names no curve.

    Attributes:
        title: what is wrong, in words.
        octets: how it is written, length first.
    """

    title: str
    octets: bytes


@signature_values.family(
    {
        "unknown": Identifier(
            "is 2.999.1, which is for examples, and no curve's", bytes.fromhex("03883701")
        ),
    },
    "5.5.5.4",
    "9.2",
    tags=["curve", "ecdsa"],
    provenance="RNP and rPGP: unknown curves",
)
@signature_values.family(
    {
        "length-too-short": Identifier("has a length that is one too low", b"\x07" + P256_OID),
        "length-too-long": Identifier("has a length that is one too high", b"\x09" + P256_OID),
        "length-zero": Identifier("has the length zero, which is reserved", b"\x00" + P256_OID),
        "length-255": Identifier("has the length 255, which is reserved", b"\xff" + P256_OID),
    },
    "5.5.5.4",
    "9.2",
    tags=["curve", "ecdsa", "malformed"],
    provenance="RNP and rPGP: odd key packets",
)
def curve_identifier(m: Identifier) -> Draft:
    """The object identifier of an ECDSA key's curve {m.title}.

    All else is NIST P-256's. Whatever a verifier makes of the octets behind it, it does not know
    the curve. It must not guess, nor read beyond the packet, nor let one key spoil a keyring.
    """
    usual = signed(by=P256).material

    def signs(_hash: int, _digest: bytes) -> bytes:
        return usual

    point = read_mpis(P256.body[15:])[0]
    key = ecdsa_key(m.octets, point, signs)
    return by_lone(key, signed(by=key), reject(*NO_KEY))


# DSA


@signature_values.family(
    {
        "r-zero": Pair("r is zero", lambda _r, s: (0, s)),
        "s-zero": Pair("s is zero and r is one", lambda _r, _s: (1, 0)),
    },
    "5.2.3.2",
    "12.5",
    rfc4880=["5.2.2"],
    tags=["range", "dsa"],
)
def dsa(m: Pair) -> Draft:
    """Of a DSA signature {m.title}.

    Both numbers must lie between zero and q, exclusive (FIPS 186-4, 4.7). By RFC 9580 DSA must not
    be verified at all; those who do must not skip the range.
    """
    signature = signed(by=DSA)
    r, s = numbers(signature)
    classes = (Wrong.BAD_SIGNATURE, Wrong.MALFORMED, *NO_KEY[:4], Wrong.WEAK_KEY)
    odd = with_numbers(signature, *m.of(r, s))
    return by_lone(DSA, odd, reject(*dict.fromkeys(classes)))


@signature_values.vector(
    "12.5", "5.2.3.2", rfc4880=["5.2.2"], tags=["dsa", "hash"], provenance="RFC 4880, 5.2.2"
)
def dsa_hash_longer_than_q() -> Draft:
    """DSA with a q of 160 bits signs with SHA-512, of which the leftmost 160 bits count.

    In RFC 4880 that was right, and what GnuPG did by its option --enable-dsa2. By RFC 9580 DSA must
    not be verified.
    """
    depends = [
        Dependency(use=Use.DATA, made=SIGNED, key="DSA-1024"),
        Dependency(use=Use.SELF_SIGNATURE, made=DSA.created, key="DSA-1024"),
    ]
    expect = reject(
        Wrong.WEAK_KEY,
        Wrong.UNBOUND_KEY,
        Wrong.MISSING_KEY,
        Wrong.UNSUPPORTED,
        rfc4880=Outcome.ACCEPT,
        keys=[DSA.under(DSA)],
        depends=depends,
    )
    return by_lone(DSA, signed(Made(hash=HashAlgorithm.SHA512), by=DSA), expect)
