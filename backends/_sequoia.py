"""Sequoia's own words for why it refuses, for the adapters whose backend passes them on.

Sequoia gives a chain of reasons, from the general to the particular ("not bound", "no binding
signature at this time", "policy rejected …", "SHA1 is not considered secure since …"). What a text
means depends on what it is said of, so there is a table for each. Texts are compared from their
beginning; what comes from the input stands quoted behind it. Measured with sequoia-openpgp 1.12.0,
2.0.0 and 2.1.0.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from harness.outcomes import ErrorClass

STOCK_POLICY: Mapping[str, str] = MappingProxyType({"SEQUOIA_CRYPTO_POLICY": ""})
"""The variable that keeps Sequoia's programs to the policy that the library comes with. Those since
Debian 13 (sqv 1.3.0, sqop and sqopv 0.37.2) would else read ``/etc/crypto-policies``, and answers
would depend on the machine. Older ones, pysequoia and johnnycanencrypt read neither."""

Classes = frozenset[ErrorClass]
Reasons = tuple[tuple[str, Classes], ...]
"""What a text begins with, the first match counts, and the classes consistent with it."""


def _are(*classes: ErrorClass) -> Classes:
    return frozenset(classes)


_UNKNOWN_PACKET = _are(ErrorClass.POLICY_OTHER, ErrorClass.UNSUPPORTED)
_POLICY: Reasons = (
    ("Policy rejected non-revocation signature", _are(ErrorClass.WEAK_HASH)),
    ("Policy rejected asymmetric algorithm", _are(ErrorClass.WEAK_KEY)),
    ("Policy rejected critical signature subpacket", _are(ErrorClass.UNKNOWN_CRITICAL)),
    ("Policy rejected critical notation", _are(ErrorClass.UNKNOWN_CRITICAL)),
    ("Policy rejected packet type", _are(ErrorClass.POLICY_OTHER)),
    # Given as the cause of the one before.
    ("Unknown Packet", _UNKNOWN_PACKET),
    ("Private/Experimental Packet", _UNKNOWN_PACKET),
)

OF_A_SIGNATURE: Reasons = (
    *_POLICY,
    ("Message has been manipulated", _are(ErrorClass.BAD_SIGNATURE)),
    ("Expired on ", _are(ErrorClass.SIGNATURE_EXPIRED)),
    ("Not live until ", _are(ErrorClass.SIGNATURE_NOT_YET_VALID)),
    ("Unsupported signature type", _are(ErrorClass.UNSUPPORTED)),
    # Also said of algorithms and versions that it does not know.
    (
        "Malformed packet: unsupported combination of key",
        _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),
    ),
    (
        "Malformed packet: unknown version",
        _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),
    ),
    (
        "Malformed packet: not a signature algorithm",
        _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED, ErrorClass.WRONG_KEY_USAGE),
    ),
    (
        "Malformed packet: Malformed issuer fingerprint subpacket",
        _are(ErrorClass.MALFORMED, ErrorClass.UNSUPPORTED),
    ),
    ("Malformed packet", _are(ErrorClass.MALFORMED)),
    ("Malformed MPI", _are(ErrorClass.MALFORMED)),
    ("unexpected EOF", _are(ErrorClass.MALFORMED)),
    ("Signature (v", _are(ErrorClass.BAD_SIGNATURE, ErrorClass.MALFORMED)),
    ("Salt of size ", _are(ErrorClass.BAD_SIGNATURE, ErrorClass.MALFORMED)),
    # A signature in front of its data.
    ("Hash not computed.", _are(ErrorClass.UNSUPPORTED, ErrorClass.MALFORMED)),
)

OF_A_KEY: Reasons = (
    *_POLICY,
    ('Invalid key: "certificate is revoked"', _are(ErrorClass.KEY_REVOKED)),
    ('Invalid key: "signing key is revoked"', _are(ErrorClass.KEY_REVOKED)),
    ('Invalid key: "key is not signing capable"', _are(ErrorClass.WRONG_KEY_USAGE)),
    ("Expired on ", _are(ErrorClass.KEY_EXPIRED)),
    ("Not live until ", _are(ErrorClass.KEY_NEWER_THAN_SIGNATURE)),
)

OF_A_BINDING: Reasons = tuple(
    (text, classes | {ErrorClass.UNBOUND_KEY})
    for text, classes in (
        *_POLICY,
        # There is none, or none that is older than the signature, or that it can verify.
        (
            "No binding signature at time ",
            _are(
                ErrorClass.KEY_NEWER_THAN_SIGNATURE,
                ErrorClass.UNSUPPORTED,
                ErrorClass.POLICY_OTHER,
            ),
        ),
        ("Expired on ", _are(ErrorClass.SIGNATURE_EXPIRED)),
    )
)

OF_THE_INPUT: Reasons = (
    *_POLICY,
    (
        "Malformed Message: Malformed OpenPGP message",
        _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE, ErrorClass.UNSUPPORTED),
    ),
    (
        "Malformed Message: Expected signature, got ",
        _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE),
    ),
    ("Malformed packet", _are(ErrorClass.MALFORMED)),
    ("Invalid ASCII Armor", _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE)),
    ("Unsupported hash algorithm", _are(ErrorClass.UNSUPPORTED)),
    ("unexpected EOF", _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE)),
    ("EOF", _are(ErrorClass.MALFORMED, ErrorClass.NO_SIGNATURE)),
)

OF_A_CERTIFICATE: Reasons = (
    ("Unsupported Cert", _are(ErrorClass.UNSUPPORTED)),
    ("Malformed Cert", _are(ErrorClass.MALFORMED)),
    ("Malformed packet", _are(ErrorClass.MALFORMED)),
    ("Invalid ASCII Armor", _are(ErrorClass.MALFORMED)),
    ("EOF", _are(ErrorClass.MALFORMED)),
    ("unexpected EOF", _are(ErrorClass.MALFORMED)),
)


def root_cause(table: Reasons, chain: Iterable[str]) -> Classes:
    """The classes that are left by the last reason of a chain that the table knows; else none."""
    texts = (text.removeprefix("Bad signature: ") for text in chain)
    known = [
        next((classes for start, classes in table if text.startswith(start)), _are())
        for text in texts
    ]
    return next((classes for classes in reversed(known) if classes), _are())


def with_engine(version: str, components: Mapping[str, str]) -> str:
    """Put the engine's version behind that of a library around it, of which it says little.

    Args:
        version: the library's own.
        components: what is inside it, as `versions_inside` gives it.
    """
    engine = components.get("sequoia-openpgp")
    return f"{version} (Sequoia {engine})" if engine else version


def reads_policy_file(compiled: Path) -> bool:
    """Whether a program would read a file of policy: the variable's name stands in it.

    Raises:
        OSError: it cannot be read.
    """
    with (
        compiled.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as binary,
    ):
        return any(binary.find(name.encode()) >= 0 for name in STOCK_POLICY)


_ENGINE = re.compile(rb"/sequoia-openpgp-(\d+\.\d+\.\d+)/")
_CRYPTO = re.compile(rb"/(rsa|nettle|openssl|botan)-\d+\.\d+\.\d+/")
_CRYPTO_NAMES = {
    b"rsa": "RustCrypto",
    b"nettle": "Nettle",
    b"openssl": "OpenSSL",
    b"botan": "Botan",
}


def versions_inside(compiled: Path) -> dict[str, str]:
    """Read the engine's version, and which crypto library it uses, from a program or module.

    From the source paths that stand in it; few programs have an option for it. Takes some
    milliseconds.

    Raises:
        OSError: it cannot be read.
    """
    components = {}
    with (
        compiled.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as binary,
    ):
        if (engine := _ENGINE.search(binary)) is not None:
            components["sequoia-openpgp"] = engine[1].decode()
        if (crypto := _CRYPTO.search(binary)) is not None:
            components["crypto"] = _CRYPTO_NAMES[crypto[1]]
    return components
