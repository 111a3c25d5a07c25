"""Signatures that are kept, because making them again would not give the same octets.

RFC 9980 has ML-DSA and SLH-DSA sign with fresh randomness, and the libraries that do are not to be
had everywhere. So each signature that a vector needs was made once, by
``python -m vectors.forge.record``, and stands in ``vectors/keys/<name>.json`` beside its secret
key, under the digest it is over:

    {"public": "...", "signatures": {"<digest, hexadecimal>": "..."}}

Public keys and signatures are the octets that go into the packets, in Base64. That they are right
is checked by independent means, as for all other signatures (`tests.vectors.independent`).
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.files import FileError, write_atomically
from vectors.forge.secrets import KEYS


@dataclass
class Record:
    """What is kept of one key.

    Attributes:
        public: the public key.
        signatures: signatures by what they are over.
        used: digests that were asked for.
    """

    public: bytes
    signatures: dict[bytes, bytes]
    used: set[bytes] = field(default_factory=set)


maker: Callable[[str, bytes], bytes] | None = None
"""Signs a digest by a key where nothing is recorded; `vectors.forge.record` sets it."""


def path(name: str) -> Path:
    """Where the record of a key is kept."""
    return KEYS / f"{name}.json"


@functools.cache
def record(name: str) -> Record:
    """Read the record of the key called ``name``.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    content = json.loads(path(name).read_text())
    signatures = {
        bytes.fromhex(digest): base64.b64decode(value)
        for digest, value in content["signatures"].items()
    }
    return Record(base64.b64decode(content["public"]), signatures)


def write(name: str, kept: Record) -> None:
    """Write the record of a key: signatures that were asked for, and no others."""
    content = {
        "public": base64.b64encode(kept.public).decode(),
        "signatures": {
            digest.hex(): base64.b64encode(kept.signatures[digest]).decode()
            for digest in sorted(kept.used)
        },
    }
    write_atomically(path(name), json.dumps(content, indent=2).encode() + b"\n")


def public(name: str) -> bytes:
    """Give the public key called ``name``, as it stands in a key packet."""
    return record(name).public


def signature(name: str, digest: bytes) -> bytes:
    """Give the signature over a digest, as it stands in a signature packet.

    Raises:
        FileError: none was recorded.
    """
    kept = record(name)
    if digest not in kept.signatures:
        if maker is None:
            raise FileError(
                path(name),
                f"has no signature over {digest.hex()}: what is signed has changed, or is new",
                "make it with: python -m vectors.forge.record",
            )
        kept.signatures[digest] = maker(name, digest)
    kept.used.add(digest)
    return kept.signatures[digest]
