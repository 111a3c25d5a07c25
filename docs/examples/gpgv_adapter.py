#!/usr/bin/env python3
"""A foreign adapter: gpgv, in the standard library alone. Explained in docs/protocol.md."""

import base64
import json
import pathlib
import subprocess
import sys
from typing import Any

Message = dict[str, Any]
# Of a bare "no", every error class; then, by status line, those that are consistent with it.
NO = """bad_signature identity_mismatch key_expired key_newer_than_signature key_revoked malformed
    missing_key no_signature policy_other signature_expired signature_not_yet_valid unbound_key
    unknown_critical unsupported weak_hash weak_key wrong_key_usage""".split()  # noqa: SIM905
CLASSES = {"BADSIG": ["bad_signature", "unknown_critical"], "EXPSIG": ["signature_expired"]}
CLASSES |= {"EXPKEYSIG": ["key_expired"], "REVKEYSIG": ["key_revoked"], "ERRSIG": NO}


def check(part: Message, keyring: pathlib.Path) -> tuple[Message, Message]:
    """Ask about one artifact: the result for its signature, and the native verdict."""
    command = ["gpgv", "--status-fd", "1", "--keyring", str(keyring)]
    for name in (name for name in ("signature", "data", "message") if name in part):
        keyring.with_name(name).write_bytes(base64.b64decode(part[name]))
        command.append(str(keyring.with_name(name)))
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    status = [line[9:] for line in ended.stdout.decode(errors="replace").split("\n") if line]
    text = ended.stderr.decode(errors="replace")[:2000]
    evidence = {"exit_code": ended.returncode, "status": status, "message": text}
    lines = [line.split(" ") for line in status]
    words = {fields[0] for fields in lines}
    keys = [{"signing": f[1], "primary": f[10]} for f in lines if f[0] == "VALIDSIG"]
    classes = sorted({each for word in words for each in CLASSES.get(word, [])}) or NO
    no = {"verdict": "rejected", "classes": classes, "evidence": evidence}
    if ended.returncode < 0 or not status:  # killed, or without a word: that is no answer
        no = {"verdict": "error", "evidence": evidence}
    # Never by the exit code, 0 for revoked keys, too; callers go by it: that is the native verdict.
    good = ended.returncode >= 0 and words >= {"GOODSIG", "VALIDSIG"} and not words & CLASSES.keys()
    result = {"verdict": "accepted", "key": keys[0], "evidence": evidence} if good else no
    native = {"verdict": "accepted", "keys": keys, "evidence": evidence}
    return result, native if ended.returncode == 0 and status else no


hello = json.loads(sys.stdin.readline())
if hello["protocol"] != 1:
    print(json.dumps({"type": "unusable", "reason": "this adapter speaks protocol 1 only"}))
    sys.exit()
said = subprocess.run(["gpgv", "--version"], capture_output=True, text=True, check=True).stdout
can: Message = {"formats": ["detached", "inline", "cleartext"], "reports": ["signing", "primary"]}
can["clock"] = "none"  # gpgv has no option for it: vectors that depend on time are skipped
backend = {"name": "my-gpgv", "version": said.split()[2], "capabilities": can}
print(json.dumps({"type": "ready", "protocol": 1, "backend": backend}), flush=True)
file = pathlib.Path(hello["workdir"], "keyring.gpg")
for question in map(json.loads, sys.stdin):
    if question["type"] == "bye":
        break
    file.write_bytes(b"".join(map(base64.b64decode, question["certificates"])))  # gpgv: no armor
    results = [check(part, file)[0] for part in question["parts"] or [question["artifact"]]]
    answer = {"signatures": results, "native": check(question["artifact"], file)[1]}
    print(json.dumps({"type": "answer", "id": question["id"], "answer": answer}), flush=True)
