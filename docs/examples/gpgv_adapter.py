#!/usr/bin/env python3
"""A foreign adapter: gpgv, in the standard library alone. Explained in docs/protocol.md."""

import base64
import json
import pathlib
import subprocess
import sys
from typing import Any

Message = dict[str, Any]

# What a refusal means: every error class consistent with the status line. See docs/taxonomy.md.
EVERY_CLASS = [
    "bad_signature", "missing_key", "unbound_key", "wrong_key_usage", "key_expired", "key_revoked",
    "key_newer_than_signature", "signature_expired", "signature_not_yet_valid", "weak_hash",
    "weak_key", "policy_other", "malformed", "no_signature", "unsupported", "unknown_critical",
    "identity_mismatch",
]  # fmt: skip
CLASSES = {
    "BADSIG": ["bad_signature", "unknown_critical"],
    "EXPSIG": ["signature_expired"],
    "EXPKEYSIG": ["key_expired"],
    "REVKEYSIG": ["key_revoked"],
}


def check(part: Message, keyring: pathlib.Path) -> tuple[Message, Message]:
    """Ask about one artifact: the result for its first signature, and the native verdict."""
    files: list[pathlib.Path] = []
    for name in ("signature", "data", "message"):  # the order in which gpgv takes them
        if name in part:
            file = keyring.with_name(name)
            file.write_bytes(base64.b64decode(part[name]))
            files.append(file)
    command = ["gpgv", "--status-fd", "1", "--keyring", str(keyring), *map(str, files)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    status = [line[9:] for line in ended.stdout.decode(errors="replace").split("\n") if line]
    evidence = {"exit_code": ended.returncode, "status": status}
    lines = [line.split(" ") for line in status]
    keys = [{"signing": f[1], "primary": f[10]} for f in lines if f[0] == "VALIDSIG"]
    starts = [number for number, f in enumerate(lines) if f[0] == "NEWSIG"]
    first = {f[0] for f in lines[: starts[1] if len(starts) > 1 else None]}
    refused = sorted({name for word in first for name in CLASSES.get(word, [])})
    no = {"verdict": "rejected", "classes": refused or EVERY_CLASS, "evidence": evidence}
    # Never by the exit code: it is 0 for revoked and expired keys, too.
    good = first >= {"GOODSIG", "VALIDSIG"} and not first & CLASSES.keys()
    result = {"verdict": "accepted", "key": keys[0], "evidence": evidence} if good else no
    # But that is what a caller of gpgv goes by, so it makes the native verdict.
    native = {"verdict": "accepted", "keys": keys, "evidence": evidence}
    return result, native if ended.returncode == 0 else no


def answer(question: Message, workdir: pathlib.Path) -> Message:
    """One result per signature, and the native verdict about the input as it came."""
    keyring = workdir / "keyring.gpg"  # binary certificates only: gpgv reads no armor
    keyring.write_bytes(b"".join(map(base64.b64decode, question["certificates"])))
    whole = question["artifact"]
    results = [check(part, keyring)[0] for part in question["parts"] or [whole]]
    return {"signatures": results, "native": check(whole, keyring)[1]}


def main() -> None:
    """Greet, answer until told to stop, and write nothing else to standard output."""
    workdir = pathlib.Path(json.loads(sys.stdin.readline())["workdir"])
    version = subprocess.run(["gpgv", "--version"], capture_output=True, text=True, check=True)
    capabilities = {
        "formats": ["detached", "inline", "cleartext"],
        "clock": "none",  # gpgv has no option for it: vectors that depend on time are skipped
        "reports": ["signing", "primary"],
    }
    backend = {
        "name": "my-gpgv",
        "version": version.stdout.split()[2],
        "capabilities": capabilities,
    }
    print(json.dumps({"type": "ready", "protocol": 1, "backend": backend}), flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "bye":
            break
        reply = {"type": "answer", "id": message["id"], "answer": answer(message, workdir)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
