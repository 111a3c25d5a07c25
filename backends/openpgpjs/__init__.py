"""OpenPGP.js, which Proton and Mailvelope verify with, on Node.js.

Its worker is ``worker.mjs``, a program that speaks the protocol of ``docs/protocol.md`` itself;
what the library's messages mean stands there. This module finds it, and the library, which is in
the user's cache or beside the worker: ``npm ci`` puts there what ``package-lock.json`` pins.

What it cannot do (6.3.2): read version 3 signatures, or any packet that it does not know; it passes
over them, so that a refusal may be an empty list. One bad certificate spoils its file. Certificates
are not merged, and looked up by key ID: the first that has it counts. With several signatures, one
of an unknown type makes it refuse them all. Brainpool curves and secp256k1 need a module that it
does not bring along (verdict ``error``).
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import ClassVar

import msgspec

from backends import variants
from harness.backend import (
    Clock,
    Exported,
    ForeignAdapter,
    Present,
    Snippet,
    Unavailable,
)

_HERE = Path(__file__).parent
_LOCK = _HERE / "package-lock.json"
PINNED = (_HERE / "package.json", _LOCK)
"""What ``npm ci`` installs, to the octet."""


class _Package(msgspec.Struct):
    version: str = ""


class _LockFile(msgspec.Struct):
    packages: dict[str, _Package]


class OpenPGPJS(ForeignAdapter):
    """The npm package ``openpgp``."""

    name: ClassVar[str] = "openpgpjs"
    clock: ClassVar[Clock] = Clock.NATIVE
    memory_limit: ClassVar[int | None] = None  # V8 reserves far more than it uses

    @classmethod
    def presence(cls) -> Present | Unavailable:
        if shutil.which("node") is None:
            return Unavailable(reason="no node in PATH", install="apt-get install nodejs npm")
        folder = _folder()
        if folder is not None:
            return Present(version=version_in(folder))
        reason = "the npm package openpgp is not here"
        others = filter(None, map(version_in, _places()))
        if other := next(others, ""):
            reason = f"openpgp {other} is here, and this pgp-accord goes with {pinned_version()}"
        return Unavailable(reason=reason, install=variants.OfNpm().fetching)

    @classmethod
    def command(cls) -> tuple[str, ...]:
        node, folder = shutil.which("node"), _folder()
        if node is None or folder is None:
            raise FileNotFoundError("node, or the npm package openpgp")
        return (node, str(_HERE / "worker.mjs"), str(folder))

    @classmethod
    def reproduce(cls, exported: Exported) -> Snippet:
        signed = exported.data or exported.message
        parts = {
            "certificates": list(exported.certificates),
            "date": exported.at.isoformat(),
            "format": exported.format,
            "signed": signed,
            "signature": exported.signature,
        }
        modules = shlex.quote(str((_folder() or _cache()) / "node_modules"))
        return Snippet(
            suffix=".sh",
            text=_SCRIPT.replace("MODULES", modules).replace(
                "INPUT", msgspec.json.encode(parts).decode()
            ),
        )


def _cache() -> Path:
    return variants.cache() / variants.OfNpm().name


def _places() -> tuple[Path, ...]:
    return (_cache(), _HERE)


def _folder() -> Path | None:
    """The folder with the library in its ``node_modules``, if there is one."""
    return next((place for place in _places() if is_pinned(place)), None)


def _manifest(folder: Path) -> Path:
    return folder / "node_modules" / "openpgp" / "package.json"


def version_in(folder: Path) -> str:
    """The version of the library in a folder; empty if there is none, or none that can be read."""
    try:
        return msgspec.json.decode(_manifest(folder).read_bytes(), type=_Package).version
    except (OSError, msgspec.DecodeError):
        return ""


def pinned_version() -> str:
    """The version of the library that the worker's tables were measured with."""
    lock = msgspec.json.decode(_LOCK.read_bytes(), type=_LockFile)
    return lock.packages["node_modules/openpgp"].version


def is_pinned(folder: Path) -> bool:
    """Whether a folder holds the library in the version that is pinned.

    Another one, as an older pgp-accord fetched it, may have other messages than the worker knows.
    """
    return version_in(folder) == pinned_version()


_SCRIPT = """\
#!/bin/sh
# What OpenPGP.js says about this input; needs node, and the npm package openpgp, here or there:
NODE_PATH=${NODE_PATH:-MODULES} exec node - <<'END'
const openpgp = require("openpgp");
const { readFileSync } = require("node:fs");

const input = INPUT;
const read = (name, binary, armored) => {
  const data = readFileSync(name);
  const text = data.toString();
  return text.startsWith("-----BEGIN ") ? { [armored]: text } : { [binary]: new Uint8Array(data) };
};

async function parse() {
  if (input.format === "cleartext") {
    const cleartextMessage = readFileSync(input.signed, "utf8");
    return { message: await openpgp.readCleartextMessage({ cleartextMessage }) };
  }
  if (input.format === "inline") {
    const options = read(input.signed, "binaryMessage", "armoredMessage");
    return { message: await openpgp.readMessage(options), format: "binary" };
  }
  const options = read(input.signature, "binarySignature", "armoredSignature");
  const binary = new Uint8Array(readFileSync(input.signed));
  const message = await openpgp.createMessage({ binary });
  return { message, signature: await openpgp.readSignature(options), format: "binary" };
}

async function main() {
  const verificationKeys = [];
  for (const name of input.certificates) {
    verificationKeys.push(...await openpgp.readKeys(read(name, "binaryKeys", "armoredKeys")));
  }
  const date = new Date(input.date);
  const { signatures } = await openpgp.verify({ ...await parse(), verificationKeys, date });
  console.log(`${signatures.length} signatures`);
  for (const { verified, keyID } of signatures.slice(0, 1)) {
    await verified;
    console.log(`accepted, by the key with the ID ${keyID.toHex().toUpperCase()}`);
  }
  process.exitCode = signatures.length === 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
END
"""
